#!/bin/sh
# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
#
# What was installed serves: a program by pkg-config, linked to the shared library and to
# the static one; both modules; a model of another language; the manual; the model cards. Run
# by make installcheck, which make distcheck runs too.
#
#   installed.sh LIBDIR BINDIR DATADIR MANDIR DOCDIR
set -eu
grep -q '^#define BUILTIN_MODEL' "$ENGAGE_BUILDDIR/config.h" ||
    { echo "left out: no built-in model"; exit 0; }
source=$ENGAGE_SRCDIR
libdir=$1 engage=$2/engage models=$3/libengage/models manual=$4 docs=$5
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PKG_CONFIG_PATH="$libdir/pkgconfig${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}"
export LD_LIBRARY_PATH="$libdir${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"

# serves NAME WANTED COMMAND…: of a complaint the command says what is wanted.
serves() {
    name=$1 wanted=$2
    shift 2
    said=$(echo "five days and no dock" | "$@")
    case $said in
    *"$wanted"*) echo "$name serves" ;;
    *) echo "$name says: $said"; exit 1 ;;
    esac
}

# program NAME LIBRARIES: by the flags that pkg-config gives.
program() {
    # shellcheck disable=SC2046,SC2086 # lists of words
    ${CC:-cc} "$source/examples/post.c" $(pkg-config --cflags engage) $2 -o "$work/$1"
    serves "the $1 library" negative "$work/$1"
}

serves "the command" '"label":"negative"' "$engage" score --lines
serves "a model of another language" '"label":' \
    "$engage" score --lines --model "$models/de.model"
serves "the careful model" '"label":"negative"' \
    "$engage" score --lines --model "$models/careful.model"
for page in man1/engage.1 man3/engage.3 man5/engage-model.5 man7/engage-events.7; do
    [ -s "$manual/$page" ] || { echo "not there: $page"; exit 1; }
done
for card in CARD.md CAREFUL.md LANGUAGES.md; do
    [ -s "$docs/$card" ] || { echo "not there: $card"; exit 1; }
done
if [ -e "$libdir/libengage.so" ]; then
    program shared "$(pkg-config --libs engage)"
fi
if [ -e "$libdir/libengage.a" ]; then
    program static "$(pkg-config --static --libs engage | sed 's/-lengage/-l:libengage.a/')"
fi
if [ -e "$libdir/lua/5.4/engage.so" ]; then
    export LUA_CPATH="$libdir/lua/5.4/?.so"
    serves "the Lua module" negative "$LUA" -e \
        'print(require "engage".analyzer():analyze(io.read()).sentiment.label)'
fi
if [ -e "$libdir/libengage.so" ] && "$PYTHON" -c 'import setuptools' 2> /dev/null; then
    cp -r "$source/bindings/python" "$work/python"
    chmod -R u+w "$work/python"
    (cd "$work/python" && "$PYTHON" setup.py -q build --build-lib "$work/module") \
        > "$work/said" 2>&1 || { cat "$work/said"; exit 1; }
    export PYTHONPATH="$work/module"
    serves "the Python module" negative "$PYTHON" -c \
        'import engage; print(engage.Analyzer().analyze(input())["sentiment"]["label"])'
fi
