# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
if HAVE_CHECK
check_PROGRAMS += tests/check_aspect
TESTS += tests/check_aspect
endif
tests_check_aspect_SOURCES = tests/check_aspect.c tests/support.c tests/support.h
tests_check_aspect_CFLAGS = $(SUITE_CFLAGS)
tests_check_aspect_LDADD = $(SUITE_LDADD)
