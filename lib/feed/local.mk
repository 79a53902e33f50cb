# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
lib_libcore_la_SOURCES += lib/feed/activitystreams.c lib/feed/bluesky.c lib/feed/draft.c \
	lib/feed/draft.h lib/feed/feed.c lib/feed/feed.h lib/feed/mastodon.c lib/feed/native.c \
	lib/feed/partial.c lib/feed/x.c
