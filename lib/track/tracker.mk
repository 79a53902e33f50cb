# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
#
# The tracker: from events to facts, episodes, customers and reports.
lib_libcore_la_SOURCES += \
	lib/feed/partial.c \
	lib/store/open.c \
	lib/track/batch.c lib/track/batch.h \
	lib/track/brands.c \
	lib/track/core.c lib/track/core.h \
	lib/track/customer.c \
	lib/track/emit.c lib/track/emit.h \
	lib/track/episode.c lib/track/episode.h \
	lib/track/event.c lib/track/event.h \
	lib/track/funnel.c \
	lib/track/judge.c lib/track/judge.h \
	lib/track/link.c \
	lib/track/map.c lib/track/map.h \
	lib/track/markup.c lib/track/markup.h \
	lib/track/merge.h \
	lib/track/queue.c \
	lib/track/replies.c \
	lib/track/report.c lib/track/report.h \
	lib/track/resolve.c \
	lib/track/rows.c lib/track/rows.h \
	lib/track/schema.c lib/track/schema.h \
	lib/track/settle.c \
	lib/track/signal.c lib/track/signal.h \
	lib/track/state.c lib/track/state.h \
	lib/track/states.c \
	lib/track/take.c \
	lib/track/thread.c lib/track/thread.h \
	lib/track/tracker.c \
	lib/track/undo.c \
	lib/track/weave.c
