# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
#
# The rooms are compiled once, into a library that tests of the inside link to;
# libengage exports of it what lib/libengage.sym names.
noinst_LTLIBRARIES += lib/libcore.la
lib_libcore_la_SOURCES =
lib_libcore_la_CFLAGS = $(AM_CFLAGS) $(UTF8PROC_CFLAGS) $(ICU_CFLAGS) $(SQLITE_CFLAGS) \
	$(JANSSON_CFLAGS)
lib_libcore_la_LIBADD = $(UTF8PROC_LIBS) $(ICU_LIBS) $(SQLITE_LIBS) $(JANSSON_LIBS)

include $(top_srcdir)/lib/base/local.mk
include $(top_srcdir)/lib/text/local.mk
include $(top_srcdir)/lib/score/local.mk
include $(top_srcdir)/lib/learn/local.mk
include $(top_srcdir)/lib/track/local.mk
include $(top_srcdir)/lib/store/local.mk
include $(top_srcdir)/lib/feed/local.mk
include $(top_srcdir)/lib/data/local.mk

lib_LTLIBRARIES = lib/libengage.la
lib_libengage_la_SOURCES =
lib_libengage_la_LIBADD = lib/libcore.la
lib_libengage_la_LDFLAGS = $(AM_LDFLAGS) -no-undefined -version-info $(ENGAGE_ABI) \
	-export-symbols $(top_srcdir)/lib/libengage.sym
EXTRA_lib_libengage_la_DEPENDENCIES = lib/libengage.sym

pkgconfig_DATA = lib/engage.pc
EXTRA_DIST += lib/libengage.sym
