# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
include_HEADERS = include/engage.h
engageincludedir = $(includedir)/engage
engageinclude_HEADERS = include/engage/base.h include/engage/text.h include/engage/score.h \
	include/engage/learn.h include/engage/track.h include/engage/store.h
