# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
if HAVE_CHECK
check_PROGRAMS += tests/check_text tests/check_text_language tests/check_text_entities \
	tests/check_word_break
TESTS += tests/check_text tests/check_text_language tests/check_text_entities \
	tests/check_word_break
endif
tests_check_text_SOURCES = tests/check_text.c tests/support.c tests/support.h
tests_check_text_CFLAGS = $(SUITE_CFLAGS)
tests_check_text_LDADD = $(SUITE_LDADD)
tests_check_text_language_SOURCES = tests/check_text_language.c tests/support.c tests/support.h
tests_check_text_language_CFLAGS = $(SUITE_CFLAGS)
tests_check_text_language_LDADD = $(SUITE_LDADD)
tests_check_text_entities_SOURCES = tests/check_text_entities.c tests/support.c tests/support.h
tests_check_text_entities_CFLAGS = $(SUITE_CFLAGS)
tests_check_text_entities_LDADD = $(SUITE_LDADD)
tests_check_word_break_SOURCES = tests/check_word_break.c tests/support.c tests/support.h
tests_check_word_break_CFLAGS = $(SUITE_CFLAGS)
tests_check_word_break_LDADD = $(SUITE_LDADD)

# Suites of others, driven through a program that answers requests.
check_PROGRAMS += tests/text_probe
tests_text_probe_SOURCES = tests/text_probe.c
tests_text_probe_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
tests_text_probe_LDADD = lib/libcore.la $(JANSSON_LIBS)
TESTS += tests/text_conformance.sh

# Posts that were cut by hand, beside other tokenizers where they are installed.
if HAVE_PYTHON
TESTS += tests/check_cut_by_hand.py
endif
EXTRA_DIST += tests/check_cut_by_hand.py

# The cost of texts made to be costly.
check_PROGRAMS += tests/linear
tests_linear_SOURCES = tests/linear.c
tests_linear_CFLAGS = $(AM_CFLAGS)
tests_linear_LDADD = lib/libcore.la
dist_check_SCRIPTS += tests/check_linear.sh
TESTS += tests/check_linear.sh

TESTS += tests/check_generated.sh
EXTRA_DIST += tests/check_generated.sh tests/spec/tokens.txt tests/text_conformance.py \
	tests/text_conformance.sh
