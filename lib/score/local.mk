# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
lib_libcore_la_SOURCES += \
	lib/score/catalogue.c \
	lib/score/catalogue.h \
	lib/score/catalogue_builtin.c \
	lib/score/terms.c \
	lib/score/terms.h
