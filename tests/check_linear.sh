#!/bin/sh
# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
#
# Twice the text, or twice the posts, cost at most two and a half times the instructions,
# whatever the text is made of: tests/linear under callgrind, which writes the cost of each call that is
# measured as a part of one file.
set -eu
command -v valgrind >/dev/null || { echo "left out, since there is no valgrind"; exit 77; }
if nm "$ENGAGE_BUILDDIR/tests/linear" 2>/dev/null | grep -q __asan_init; then
    echo "left out, since sanitizers and valgrind do not go together"
    exit 77
fi
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
# Symbols are enough, and valgrind 3.19 gives up on some of clang's debugging information.
strip -S -o "$here/linear" "$ENGAGE_BUILDDIR/tests/linear"
valgrind -q --tool=callgrind --combine-dumps=yes --dump-line=no --zero-before=linear_measure \
    --dump-after=linear_measure --callgrind-out-file="$here/out" \
    "$here/linear" >"$here/names" 2>"$here/told" || {
    cat "$here/told"
    exit 1
}
awk -v bound=2.5 '
    FNR == NR { names[++cases] = $0; next }
    /^desc: Trigger:/ { measured = /linear_measure/ }
    /^totals:/ && measured { cost[++parts] = $2 }
    END {
        for (i = 1; i <= cases && parts == 2 * cases; i++) {
            ratio = cost[2 * i] / cost[2 * i - 1]
            if (ratio > most) { most = ratio; which = names[i] }
            if (ratio > bound) {
                printf "%s: %d, then %d instructions, %.2f times\n", names[i], \
                    cost[2 * i - 1], cost[2 * i], ratio
                failed++
            }
        }
        printf "%d cases, the most %.2f times: %s\n", cases, most, which
        if (parts != 2 * cases) print "but " parts + 0 " costs: two a case were due"
        exit failed > 0 || cases == 0 || parts != 2 * cases
    }' "$here/names" "$here/out"
