#!/bin/sh
# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
#
# Runs the tests of the Lua module.
set -eu
module=$ENGAGE_BUILDDIR/bindings/lua/.libs
[ -n "$LUA" ] && [ -e "$module/engage.so" ] || { echo "left out: no Lua module"; exit 77; }
[ -e "$ENGAGE_BUILDDIR/lib/.libs/libengage.so" ] || { echo "left out: no shared library"; exit 77; }
grep -q '^#define BUILTIN_MODEL' "$ENGAGE_BUILDDIR/config.h" ||
    { echo "left out: no built-in model"; exit 77; }
LD_LIBRARY_PATH=$ENGAGE_BUILDDIR/lib/.libs LUA_CPATH="$module/?.so" \
    exec "$LUA" "$ENGAGE_SRCDIR/bindings/lua/tests/test_engage.lua"
