# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
if HAVE_CHECK
check_PROGRAMS += tests/check_addon tests/check_learn tests/check_promise
TESTS += tests/check_addon tests/check_learn tests/check_promise
endif
lessons_sources = tests/lessons.c tests/lessons.h $(small_model_sources)
tests_check_addon_SOURCES = tests/check_addon.c $(lessons_sources)
tests_check_addon_CFLAGS = $(SUITE_CFLAGS)
tests_check_addon_LDADD = $(SUITE_LDADD)
tests_check_learn_SOURCES = tests/check_learn.c $(lessons_sources)
tests_check_learn_CFLAGS = $(SUITE_CFLAGS)
tests_check_learn_LDADD = $(SUITE_LDADD)
tests_check_promise_SOURCES = tests/check_promise.c $(small_model_sources)
tests_check_promise_CFLAGS = $(SUITE_CFLAGS)
tests_check_promise_LDADD = $(SUITE_LDADD) -lm
