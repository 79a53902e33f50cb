# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
if HAVE_CHECK
check_PROGRAMS += tests/check_feed
TESTS += tests/check_feed
endif
tests_check_feed_SOURCES = tests/check_feed.c tests/support.c tests/support.h
tests_check_feed_CFLAGS = $(SUITE_CFLAGS) $(JANSSON_CFLAGS)
tests_check_feed_LDADD = $(SUITE_LDADD) $(JANSSON_LIBS)
EXTRA_DIST += tests/spec/feeds.txt
