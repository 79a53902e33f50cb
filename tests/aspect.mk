# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
if HAVE_CHECK
check_PROGRAMS += tests/check_aspect
TESTS += tests/check_aspect
endif
tests_check_aspect_SOURCES = tests/check_aspect.c $(small_model_sources)
tests_check_aspect_CFLAGS = $(SUITE_CFLAGS)
EXTRA_DIST += tests/spec/aspects.txt
tests_check_aspect_LDADD = $(SUITE_LDADD)
