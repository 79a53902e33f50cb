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
# Where there is no library it says what to do.
missing=$(unset ENGAGE_CFLAGS ENGAGE_LIBS
    PKG_CONFIG_PATH='' PKG_CONFIG_LIBDIR=/nowhere "$PYTHON" setup.py -q build 2>&1) || true
echo "$missing" | grep -q '^no libengage was found' || { echo "$missing"; exit 1; }
export ENGAGE_CFLAGS="-I$ENGAGE_SRCDIR/include -Wall -Wextra -Werror"
export ENGAGE_LIBS="-L$lib -Wl,-rpath,$lib -lengage"
egg= # what "setup.py install" would put there; newer setuptools make none
"$PYTHON" setup.py -q --help bdist_egg >/dev/null 2>&1 && egg="bdist_egg --dist-dir egg"
"$PYTHON" setup.py -q build --build-lib "$base/module" $egg >build.out 2>&1 ||
    { cat build.out; exit 1; }
[ -z "$egg" ] || "$PYTHON" -m zipfile -l egg/*.egg | grep -q not-zip-safe ||
    { echo "the module would be installed zipped, where it does not load"; exit 1; }
PYTHONPATH=$base/module "$PYTHON" -X dev -W error -m unittest discover -s tests -v
