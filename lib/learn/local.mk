# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
lib_libcore_la_SOURCES += \
	lib/learn/coverage.c \
	lib/learn/coverage.h \
	lib/learn/gauge.c \
	lib/learn/learner.c \
	lib/learn/learner.h \
	lib/learn/lesson.c \
	lib/learn/lesson.h \
	lib/learn/ordinary.h \
	lib/learn/promise.c \
	lib/learn/space.c \
	lib/learn/writer.c \
	lib/learn/writer.h

# Ordinary posts of the library's own, for lessons that have none.
lib_libcore_la_SOURCES += lib/data/ordinary_table.c
EXTRA_DIST += lib/data/ordinary.txt tools/gen_ordinary.py
