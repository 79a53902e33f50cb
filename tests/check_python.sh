#!/bin/sh
# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
#
# Builds the Python module against the library just built, and runs its tests.
set -eu
lib=$ENGAGE_BUILDDIR/lib/.libs
[ -n "$PYTHON" ] && "$PYTHON" -c 'import setuptools' 2>/dev/null ||
    { echo "left out: no Python with setuptools"; exit 77; }
[ -e "$lib/libengage.so" ] || { echo "left out: no shared library"; exit 77; }
grep -q '^#define BUILTIN_MODEL' "$ENGAGE_BUILDDIR/config.h" ||
    { echo "left out: no built-in model"; exit 77; }
base=$ENGAGE_BUILDDIR/bindings/python
mkdir -p "$base"
rm -rf "$base/source" "$base/module"
cp -r "$ENGAGE_SRCDIR/bindings/python" "$base/source"
chmod -R u+w "$base/source"
cd "$base/source"
ENGAGE_CFLAGS="-I$ENGAGE_SRCDIR/include -Wall -Wextra -Werror" \
ENGAGE_LIBS="-L$lib -Wl,-rpath,$lib -lengage" \
    "$PYTHON" setup.py -q build --build-lib "$base/module" >build.out 2>&1 ||
    { cat build.out; exit 1; }
PYTHONPATH=$base/module "$PYTHON" -X dev -W error -m unittest discover -s tests -v
