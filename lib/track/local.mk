# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
lib_libcore_la_SOURCES += lib/track/record.h lib/track/tracker.h

# The calendar: what facts add up to, and what is read from it.
lib_libcore_la_SOURCES += \
	lib/track/calendar.c \
	lib/track/calendar.h \
	lib/track/calendar_code.c \
	lib/track/engagement.c \
	lib/track/engagement.h \
	lib/track/exp2_table.h \
	lib/track/fact.h \
	lib/track/fixed.c \
	lib/track/fixed.h \
	lib/track/hours.c \
	lib/track/hours.h \
	lib/track/kind.c \
	lib/track/kind.h \
	lib/track/outcome.c \
	lib/track/outcome.h \
	lib/track/policy.c \
	lib/track/policy.h \
	lib/track/policy_parse.c \
	lib/track/policy_parse.h \
	lib/track/policy_table.c \
	lib/track/policy_table.h \
	lib/track/stage.c \
	lib/track/stage.h \
	lib/track/standing.c \
	lib/track/standing.h
EXTRA_DIST += tools/gen_exp2.py

# The tracker: from events to facts, episodes, customers and reports.
lib_libcore_la_SOURCES += \
	lib/track/act.c \
	lib/track/aggregate.c \
	lib/track/alone.c \
	lib/track/batch.c lib/track/batch.h \
	lib/track/brands.c \
	lib/track/check.c \
	lib/track/compact.c \
	lib/track/compare.c \
	lib/track/core.c lib/track/core.h \
	lib/track/customer.c \
	lib/track/cycle.c \
	lib/track/decide.c \
	lib/track/decision.c lib/track/decision.h \
	lib/track/duty.c lib/track/duty.h \
	lib/track/emit.c lib/track/emit.h \
	lib/track/episode.c lib/track/episode.h \
	lib/track/episode_past.c \
	lib/track/event.c lib/track/event.h \
	lib/track/export.c \
	lib/track/forget.c lib/track/forget.h \
	lib/track/forget_gather.c \
	lib/track/forget_husk.c \
	lib/track/forget_remove.c \
	lib/track/funnel.c \
	lib/track/identity.c \
	lib/track/judge.c lib/track/judge.h \
	lib/track/link.c \
	lib/track/map.c lib/track/map.h \
	lib/track/facts.c lib/track/facts.h \
	lib/track/keys.c lib/track/keys.h \
	lib/track/merge.h \
	lib/track/object.c \
	lib/track/people.c \
	lib/track/person.c \
	lib/track/post.c lib/track/post.h \
	lib/track/queue.c \
	lib/track/replies.c \
	lib/track/replay.c lib/track/replay.h \
	lib/track/report.c lib/track/report.h \
	lib/track/resolve.c \
	lib/track/receipt.c lib/track/receipt.h \
	lib/track/relabel.c \
	lib/track/retain.c \
	lib/track/rows.c lib/track/rows.h \
	lib/track/schema.c lib/track/schema.h \
	lib/track/settle.c \
	lib/track/signal.c lib/track/signal.h \
	lib/track/staff.c lib/track/staff.h \
	lib/track/state.c lib/track/state.h \
	lib/track/states.c \
	lib/track/survey.c \
	lib/track/take.c \
	lib/track/tastes.c \
	lib/track/thread.c lib/track/thread.h \
	lib/track/tracker.c \
	lib/track/undo.c \
	lib/track/weave.c \
	lib/track/weigh.c
