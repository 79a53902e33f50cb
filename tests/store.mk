# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
if HAVE_CHECK
check_PROGRAMS += tests/check_store
TESTS += tests/check_store
endif
tests_check_store_SOURCES = tests/check_store.c tests/store_support.c tests/store_support.h \
	tests/support.c tests/support.h
tests_check_store_CFLAGS = $(SUITE_CFLAGS)
tests_check_store_LDADD = $(SUITE_LDADD)
