# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT

include $(top_srcdir)/tools/train/local.mk
bin_PROGRAMS += tools/engage/engage
tools_engage_engage_SOURCES = tools/engage/ask.c tools/engage/ask.h tools/engage/command.h \
	tools/engage/decide.c tools/engage/input.c tools/engage/input.h tools/engage/keep.c \
	tools/engage/learn.c tools/engage/learn.h tools/engage/main.c tools/engage/model.c \
	tools/engage/open.c tools/engage/open.h tools/engage/options.c tools/engage/options.h \
	tools/engage/output.c tools/engage/output.h tools/engage/page.c tools/engage/plain.c \
	tools/engage/plain.h tools/engage/post.c tools/engage/post.h tools/engage/print.c \
	tools/engage/print.h tools/engage/progress.c tools/engage/progress.h tools/engage/query.c \
	tools/engage/score.c tools/engage/table.c tools/engage/table.h tools/engage/tell.c \
	tools/engage/tell.h tools/engage/text.c tools/engage/track.c tools/engage/whatif.c \
	tools/engage/zone.c tools/engage/zone.h
tools_engage_engage_CPPFLAGS = $(AM_CPPFLAGS) -D_GNU_SOURCE
tools_engage_engage_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS) $(UTF8PROC_CFLAGS) -pthread
tools_engage_engage_LDADD = lib/libengage.la $(JANSSON_LIBS) $(UTF8PROC_LIBS) -lpthread
EXTRA_DIST += tools/check tools/demo tools/install
