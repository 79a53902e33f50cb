#!/bin/sh
# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
#
# The program behind tools/lifecycle/fit.py tells what a small log says: "a" wrote
# on two days and helped "b" two years after, "b" acted twice and then no more.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
day() { echo $(($1 * 86400000)); }
{
    printf '%s\ta\tauthor\t-\to1\n' "$(day 10000)"
    printf '%s\ta\tauthor\t-\to5\n' "$(day 10001)"
    printf '%s\tb\tauthor\t-\to2\n' "$(day 10700)"
    printf '%s\tb\treview\ta\to3\n' "$(day 10729)"
    printf '%s\ta\thelp\tb\to4\n' "$(day 10820)"
} > "$dir/log"
"${ENGAGE_BUILDDIR:-.}/tests/bench/lifecycle" "$dir/log" | cut -f 1-5,7-9 > "$dir/rows"
# On day 10730 the very first act is 730 days old, and out of sight.
printf '10730\t0\t729\t0\t1\t1\t1\t1\n10730\t1\t1\t2\t2\t1\t0\t0\n' > "$dir/expected"
diff "$dir/expected" "$dir/rows"
"${ENGAGE_BUILDDIR:-.}/tests/bench/lifecycle" "$dir/none" 2>/dev/null && exit 1
exit 0
