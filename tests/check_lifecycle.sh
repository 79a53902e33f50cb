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
# What is no line of a log is told with its number.
for wrong in '12x\ta\tauthor\t-\to' '12\ta\tdance\t-\to' '12 a author - o' ''; do
    { cat "$dir/log"; printf "$wrong\n"; } > "$dir/wrong"
    "${ENGAGE_BUILDDIR:-.}/tests/bench/lifecycle" "$dir/wrong" >/dev/null 2>"$dir/told" && exit 1
    grep -q 'line 6 of the log' "$dir/told"
done
exit 0
