# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
lib_libcore_la_SOURCES += lib/track/record.h lib/track/tracker.h

# The calendar: what facts add up to, and what is read from it.
lib_libcore_la_SOURCES += \
	lib/track/calendar.h \
	lib/track/engagement.h \
	lib/track/fact.h \
	lib/track/fixed.h \
	lib/track/hours.h \
	lib/track/kind.h \
	lib/track/outcome.h \
	lib/track/policy.h \
	lib/track/stage.h \
	lib/track/standing.h
