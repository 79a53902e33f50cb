# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
lib_libcore_la_SOURCES += lib/feed/feed.c lib/feed/feed.h lib/feed/native.c \
	lib/feed/partial.c
