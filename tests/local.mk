# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
#
# A Check suite per room, each in its own fragment. Tests find the sets and suites
# of others through ENGAGE_SHARED and skip where they are absent.
AM_TESTS_ENVIRONMENT = \
	ENGAGE_SRCDIR='$(abs_top_srcdir)'; export ENGAGE_SRCDIR; \
	ENGAGE_BUILDDIR='$(abs_top_builddir)'; export ENGAGE_BUILDDIR; \
	ENGAGE_SHARED="$${ENGAGE_SHARED:-$(abs_top_srcdir)/../shared}"; export ENGAGE_SHARED; \
	PYTHON='$(PYTHON)'; export PYTHON; LUA='$(LUA)'; export LUA;

# What every suite of the inside is built with.
SUITE_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
SUITE_LDADD = lib/libcore.la $(CHECK_LIBS)

include $(top_srcdir)/tests/base.mk
include $(top_srcdir)/tests/text.mk
include $(top_srcdir)/tests/score.mk
include $(top_srcdir)/tests/learn.mk
include $(top_srcdir)/tests/spec.mk
include $(top_srcdir)/tests/aspect.mk
include $(top_srcdir)/tests/track.mk
include $(top_srcdir)/tests/tracker.mk
include $(top_srcdir)/tests/store.mk
include $(top_srcdir)/tests/feed.mk
include $(top_srcdir)/tests/command.mk
include $(top_srcdir)/tests/bindings.mk
include $(top_srcdir)/tests/package.mk
include $(top_srcdir)/tests/bench.mk

# Every suite of the inside under valgrind, in one process so that leaks show.
.PHONY: check-valgrind
check-valgrind: $(check_PROGRAMS)
	@for suite in $(filter tests/check_%,$(check_PROGRAMS)); do \
	    echo "valgrind $$suite"; \
	    $(AM_TESTS_ENVIRONMENT) CK_FORK=no ENGAGE_TEST_ROUNDS=1 $(LIBTOOL) --mode=execute \
	        valgrind -q --error-exitcode=9 --leak-check=full ./$$suite || exit 1; \
	done
