# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
if HAVE_CHECK
check_PROGRAMS += tests/check_text
TESTS += tests/check_text
endif
tests_check_text_SOURCES = tests/check_text.c tests/support.c tests/support.h
tests_check_text_CFLAGS = $(SUITE_CFLAGS)
tests_check_text_LDADD = $(SUITE_LDADD)

TESTS += tests/check_generated.sh
EXTRA_DIST += tests/check_generated.sh tests/spec/tokens.txt
