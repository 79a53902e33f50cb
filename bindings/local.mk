# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
#
# The Lua module is built with the library; the Python one by its own setup.py
# against the library, installed or not (tests/check_python.sh does the latter).
EXTRA_DIST += bindings/python/MANIFEST.in bindings/python/pyproject.toml bindings/python/setup.py \
	bindings/python/src/engage/__init__.py bindings/python/src/engage/__init__.pyi \
	bindings/python/src/engage/_engage.c \
	bindings/python/src/engage/bridge.c bindings/python/src/engage/bridge.h \
	bindings/python/src/engage/learn.c bindings/python/src/engage/py.typed \
	bindings/python/src/engage/score.c bindings/python/src/engage/track.c \
	bindings/python/src/engage/types.py \
	bindings/python/tests/test_engage.py bindings/python/tests/test_types.py \
	bindings/lua/tests/test_engage.lua

if HAVE_LUA
luadir = $(libdir)/lua/5.4
lua_LTLIBRARIES = bindings/lua/engage.la
endif
bindings_lua_engage_la_SOURCES = bindings/lua/bridge.c bindings/lua/bridge.h \
	bindings/lua/learn.c bindings/lua/lengage.c bindings/lua/options.c bindings/lua/options.h \
	bindings/lua/score.c bindings/lua/tables.c bindings/lua/tables.h bindings/lua/track.c
bindings_lua_engage_la_CFLAGS = $(AM_CFLAGS) $(LUA_CFLAGS) $(JANSSON_CFLAGS)
bindings_lua_engage_la_LIBADD = lib/libengage.la $(JANSSON_LIBS)
bindings_lua_engage_la_LDFLAGS = $(AM_LDFLAGS) -module -avoid-version -shared

# What tests/check_python.sh builds.
clean-local:
	rm -rf bindings/python/source bindings/python/module
