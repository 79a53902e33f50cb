# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
lib_libcore_la_SOURCES += lib/store/backend.h lib/store/held.c lib/store/held.h \
	lib/store/image.c lib/store/image.h \
	lib/store/list.c lib/store/list.h lib/store/memory.c lib/store/open.c lib/store/pool.c \
	lib/store/pool.h lib/store/rows.c lib/store/slots.c lib/store/slots.h \
	lib/store/sqlite.c lib/store/sqlite_file.c lib/store/sqlite_file.h \
	lib/store/sqlite_sql.c lib/store/sqlite_sql.h lib/store/whatif.c
