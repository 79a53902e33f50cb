# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
#
# The tracker: events, worked cases, and properties of random streams.
if HAVE_CHECK
check_PROGRAMS += tests/check_events tests/check_tracking tests/check_tracking_failures \
	tests/check_tracker tests/check_facts tests/check_decisions \
	tests/check_whatif tests/check_people tests/check_duties tests/check_forget tests/check_record \
	tests/check_reference tests/check_faults
TESTS += tests/check_events tests/check_tracking tests/check_tracking_failures \
	tests/check_tracker tests/check_facts tests/check_decisions \
	tests/check_whatif tests/check_people tests/check_duties tests/check_forget tests/check_record \
	tests/check_reference tests/check_faults
endif
tests_check_events_SOURCES = tests/check_events.c tests/support.c tests/support.h
tests_check_events_CFLAGS = $(SUITE_CFLAGS)
tests_check_events_LDADD = $(SUITE_LDADD)
SCENE = tests/scene.c tests/scene.h tests/support.c tests/support.h
tests_check_tracking_SOURCES = tests/check_tracking.c $(SCENE)
tests_check_tracking_CFLAGS = $(SUITE_CFLAGS)
tests_check_tracking_LDADD = $(SUITE_LDADD)
tests_check_facts_SOURCES = tests/check_facts.c $(SCENE)
tests_check_facts_CFLAGS = $(SUITE_CFLAGS)
tests_check_facts_LDADD = $(SUITE_LDADD)
tests_check_tracking_failures_SOURCES = tests/check_tracking_failures.c $(SCENE)
tests_check_tracking_failures_CFLAGS = $(SUITE_CFLAGS)
tests_check_tracking_failures_LDADD = $(SUITE_LDADD)
tests_check_tracker_SOURCES = tests/check_tracker.c tests/stream.c tests/stream.h \
	tests/support.c tests/support.h
tests_check_tracker_CFLAGS = $(SUITE_CFLAGS)
tests_check_tracker_LDADD = $(SUITE_LDADD)
tests_check_decisions_SOURCES = tests/check_decisions.c tests/scene.c tests/scene.h \
	tests/stream.c tests/stream.h tests/support.c tests/support.h
tests_check_decisions_CFLAGS = $(SUITE_CFLAGS)
tests_check_decisions_LDADD = $(SUITE_LDADD)
tests_check_whatif_SOURCES = tests/check_whatif.c tests/scene.c tests/scene.h \
	tests/stream.c tests/stream.h tests/support.c tests/support.h
tests_check_whatif_CFLAGS = $(SUITE_CFLAGS) $(SQLITE_CFLAGS)
tests_check_whatif_LDADD = $(SUITE_LDADD) $(SQLITE_LIBS)
tests_check_people_SOURCES = tests/check_people.c $(SCENE)
tests_check_people_CFLAGS = $(SUITE_CFLAGS)
tests_check_people_LDADD = $(SUITE_LDADD)
tests_check_duties_SOURCES = tests/check_duties.c $(SCENE)
tests_check_duties_CFLAGS = $(SUITE_CFLAGS)
tests_check_duties_LDADD = $(SUITE_LDADD)
tests_check_forget_SOURCES = tests/check_forget.c tests/scene.c tests/scene.h \
	tests/stream.c tests/stream.h tests/support.c tests/support.h
tests_check_forget_CFLAGS = $(SUITE_CFLAGS) $(SQLITE_CFLAGS)
tests_check_forget_LDADD = $(SUITE_LDADD) $(SQLITE_LIBS)
tests_check_record_SOURCES = tests/check_record.c tests/scene.c tests/scene.h \
	tests/stream.c tests/stream.h tests/support.c tests/support.h
tests_check_record_CFLAGS = $(SUITE_CFLAGS) $(SQLITE_CFLAGS)
tests_check_record_LDADD = $(SUITE_LDADD) $(SQLITE_LIBS)
tests_check_reference_SOURCES = tests/check_reference.c tests/scene.c tests/scene.h \
	tests/stream.c tests/stream.h tests/support.c tests/support.h
tests_check_reference_CFLAGS = $(SUITE_CFLAGS)
tests_check_reference_LDADD = $(SUITE_LDADD)
tests_check_faults_SOURCES = tests/check_faults.c tests/store_vfs.c tests/store_vfs.h \
	tests/stream.c tests/stream.h tests/support.c tests/support.h
tests_check_faults_CFLAGS = $(SUITE_CFLAGS) $(SQLITE_CFLAGS)
tests_check_faults_LDADD = $(SUITE_LDADD) $(SQLITE_LIBS)
