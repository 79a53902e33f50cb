# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
lib_libcore_la_SOURCES += lib/text/token.h
