# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
#
# The calendar: pure functions over facts.
if HAVE_CHECK
check_PROGRAMS += tests/check_calendar tests/check_policy tests/check_stage \
	tests/check_stage_random tests/check_engagement
TESTS += tests/check_calendar tests/check_policy tests/check_stage tests/check_stage_random \
	tests/check_engagement
endif
HISTORY = tests/history.c tests/history.h tests/support.c tests/support.h
tests_check_calendar_SOURCES = tests/check_calendar.c $(HISTORY)
tests_check_calendar_CFLAGS = $(SUITE_CFLAGS)
tests_check_calendar_LDADD = $(SUITE_LDADD)
tests_check_policy_SOURCES = tests/check_policy.c tests/support.c tests/support.h
tests_check_policy_CFLAGS = $(SUITE_CFLAGS)
tests_check_policy_LDADD = $(SUITE_LDADD)
tests_check_stage_SOURCES = tests/check_stage.c $(HISTORY)
tests_check_stage_CFLAGS = $(SUITE_CFLAGS)
tests_check_stage_LDADD = $(SUITE_LDADD)
tests_check_stage_random_SOURCES = tests/check_stage_random.c $(HISTORY)
tests_check_stage_random_CFLAGS = $(SUITE_CFLAGS)
tests_check_stage_random_LDADD = $(SUITE_LDADD)
tests_check_engagement_SOURCES = tests/check_engagement.c $(HISTORY)
tests_check_engagement_CFLAGS = $(SUITE_CFLAGS)
tests_check_engagement_LDADD = $(SUITE_LDADD) -lm

# What score and stage tell of the future; tools/lifecycle/fit.py reads its rows.
check_PROGRAMS += tests/bench/lifecycle
TESTS += tests/check_lifecycle.sh
EXTRA_DIST += tests/check_lifecycle.sh tools/lifecycle/README.md tools/lifecycle/fit.py
tests_bench_lifecycle_SOURCES = tests/bench/lifecycle.c
tests_bench_lifecycle_LDADD = lib/libcore.la

# make bench-calendar: what a state costs. Built only when asked for.
EXTRA_PROGRAMS += tests/bench/calendar
tests_bench_calendar_SOURCES = tests/bench/calendar.c
tests_bench_calendar_LDADD = lib/libcore.la
CLEANFILES += tests/bench/calendar
bench-calendar: tests/bench/calendar
	tests/bench/calendar
.PHONY: bench-calendar
