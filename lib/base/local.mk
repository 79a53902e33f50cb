# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
lib_libcore_la_SOURCES += lib/base/alloc.c lib/base/alloc.h lib/base/arena.c lib/base/arena.h \
	lib/base/ascii.h lib/base/bits.h lib/base/buffer.c lib/base/buffer.h lib/base/error.c \
	lib/base/error.h lib/base/hash.c lib/base/hash.h lib/base/hex.h lib/base/json.c lib/base/json.h \
	lib/base/lines.c lib/base/lines.h lib/base/little.h lib/base/prefetch.h lib/base/sha256.c \
	lib/base/sort.h lib/base/time.c lib/base/time.h lib/base/utf8.h lib/base/varint.h \
	lib/base/version.c
