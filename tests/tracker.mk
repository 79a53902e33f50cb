# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
#
# The tracker: events, and properties of what they come to.
if HAVE_CHECK
check_PROGRAMS += tests/check_events
TESTS += tests/check_events
endif
tests_check_events_SOURCES = tests/check_events.c tests/support.c tests/support.h
tests_check_events_CFLAGS = $(SUITE_CFLAGS)
tests_check_events_LDADD = $(SUITE_LDADD)
