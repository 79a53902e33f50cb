#!/bin/sh
# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
#
# Scores, evidence and tokens are the same, byte for byte, of gcc and clang, not optimized
# and optimized, on x86-64 and on aarch64 (by qemu's user emulation). What is not installed
# is left out and told. Without ICU, which never decides a score.
set -eu
source=$(cd "${ENGAGE_SRCDIR:-$(dirname "$0")/..}" && pwd)
shared=${ENGAGE_SHARED:-$source/../shared}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$source"
echo '#define BUILTIN_MODEL 1' > "$work/config.h"
for file in "$shared/data/text/tweets_unlabelled.txt" "$shared"/data/sentiment/umsab/*_val.tsv; do
    if [ -f "$file" ]; then
        awk -v step="$(($(wc -l < "$file") / 3000 + 1))" 'NR % step == 0' "$file" >> "$work/posts"
    fi
done
[ -f "$work/posts" ] || { echo "no posts at $shared: made ones alone"; : > "$work/posts"; }

# build NAME COMPILER FLAG…: 1 where it cannot be built.
build() {
    name=$1
    shift
    "$@" -std=c11 -I"$work" -Iinclude -Ilib \
        -DENGAGEP_MODEL_FILE='"lib/data/engage.model"' -o "$work/$name" \
        lib/base/*.c lib/text/*.c lib/score/*.c lib/data/*.c tests/identity.c -lutf8proc \
        > "$work/said" 2>&1 || { cat "$work/said"; return 1; }
}

# told NAME COMMAND…: runs it, and compares what it prints with what came before.
failed=0
builds=0
told() {
    name=$1
    shift
    got=$("$@" "$work/posts")
    builds=$((builds + 1))
    echo "$name: $got"
    if [ -n "${first:-}" ] && [ "$got" != "$first" ]; then
        echo "$name says otherwise"
        failed=1
    fi
    first=${first:-$got}
}

for compiler in gcc clang; do
    if ! command -v $compiler > /dev/null; then
        echo "$compiler: left out, not installed"
        continue
    fi
    for level in -O0 -O3; do
        build "$compiler$level" $compiler $level || exit 1
        told "$compiler $level" "$work/$compiler$level"
    done
done
emulator=$(command -v qemu-aarch64-static || command -v qemu-aarch64 || true)
if ! command -v aarch64-linux-gnu-gcc > /dev/null || [ -z "$emulator" ]; then
    echo "aarch64: left out, no aarch64-linux-gnu-gcc or no qemu-aarch64"
elif [ ! -f /usr/lib/aarch64-linux-gnu/libutf8proc.a ]; then
    echo "aarch64: left out, no libutf8proc-dev of arm64"
else
    cp /usr/include/utf8proc.h "$work" # which is the same for every machine
    build aarch64 aarch64-linux-gnu-gcc -O2 -static -L/usr/lib/aarch64-linux-gnu || exit 1
    told "aarch64 gcc -O2" "$emulator" "$work/aarch64"
fi
echo "$builds builds compared"
[ "$builds" -gt 1 ] || exit 77
exit $failed
