# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
STORE_TESTS = tests/check_store tests/check_store_file tests/check_store_loss \
	tests/check_store_page tests/check_crash
if HAVE_CHECK
check_PROGRAMS += $(STORE_TESTS)
TESTS += $(STORE_TESTS)
endif
STORE_SUPPORT = tests/store_support.c tests/store_support.h tests/support.c tests/support.h
tests_check_store_SOURCES = tests/check_store.c $(STORE_SUPPORT)
tests_check_store_CFLAGS = $(SUITE_CFLAGS)
tests_check_store_LDADD = $(SUITE_LDADD)

tests_check_store_file_SOURCES = tests/check_store_file.c $(STORE_SUPPORT)
tests_check_store_file_CFLAGS = $(SUITE_CFLAGS) $(SQLITE_CFLAGS)
tests_check_store_file_LDADD = $(SUITE_LDADD) $(SQLITE_LIBS)

tests_check_store_loss_SOURCES = tests/check_store_loss.c tests/store_vfs.c tests/store_vfs.h \
	$(STORE_SUPPORT)
tests_check_store_loss_CFLAGS = $(SUITE_CFLAGS) $(SQLITE_CFLAGS)
tests_check_store_loss_LDADD = $(SUITE_LDADD) $(SQLITE_LIBS)

tests_check_store_page_SOURCES = tests/check_store_page.c tests/support.c tests/support.h
tests_check_store_page_CFLAGS = $(SUITE_CFLAGS) $(SQLITE_CFLAGS)
tests_check_store_page_LDADD = $(SUITE_LDADD)

tests_check_crash_SOURCES = tests/check_crash.c tests/stream.c tests/stream.h tests/support.c \
	tests/support.h
tests_check_crash_CFLAGS = $(SUITE_CFLAGS) $(SQLITE_CFLAGS)
tests_check_crash_LDADD = $(SUITE_LDADD) $(SQLITE_LIBS)

TESTS += tests/check_kill.sh
EXTRA_DIST += tests/check_kill.sh
