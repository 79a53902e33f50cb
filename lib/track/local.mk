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
