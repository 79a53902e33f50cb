# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
if HAVE_CHECK
check_PROGRAMS += tests/check_base
TESTS += tests/check_base
endif
tests_check_base_SOURCES = tests/check_base.c tests/support.c tests/support.h
tests_check_base_CFLAGS = $(SUITE_CFLAGS)
tests_check_base_LDADD = $(SUITE_LDADD)
