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
program=${ENGAGE_BUILDDIR:-.}/tests/bench/lifecycle
"$program" "$dir/log" | cut -f 1-5,7-9 > "$dir/rows"
# On day 10730 the very first act is 730 days old, and out of sight.
printf '10730\t0\t729\t0\t1\t1\t1\t1\n10730\t1\t1\t2\t2\t1\t0\t0\n' > "$dir/expected"
diff "$dir/expected" "$dir/rows"
"$program" "$dir/none" 2>/dev/null && exit 1
# What is no line of a log is told with its number.
long=$(printf '%01100d' 0)
for wrong in '12x\ta\tauthor\t-\to' '\ta\tauthor\t-\to' '12\ta\tdance\t-\to' '12 a author - o' '' \
    '12\t\tauthor\t-\to' "12\\ta\\tauthor\\t-\\t$long" 'time\tactor\tact\tcounterpart\tobject'; do
    { cat "$dir/log"; printf "$wrong\n"; } > "$dir/wrong"
    "$program" "$dir/wrong" >/dev/null 2>"$dir/told" && exit 1
    grep -q 'line 6 of the log' "$dir/told"
done
# Nothing, and what is no file, are told as such; one act is no row.
: > "$dir/empty"
"$program" "$dir/empty" >/dev/null 2>"$dir/told" && exit 1
grep -q 'the log is empty' "$dir/told"
"$program" "$dir" >/dev/null 2>"$dir/told" && exit 1
grep -q 'the log cannot be read' "$dir/told"
head -n 1 "$dir/log" > "$dir/one"
"$program" "$dir/one" > "$dir/rows"
[ ! -s "$dir/rows" ]
# The order of the lines changes nothing but the numbers of the people, nor do ends of
# lines as elsewhere, nor names that are no UTF-8.
{
    sed -n '5p' "$dir/log"
    sed -n '1,4p' "$dir/log"
} | tr a '\351' | sed "s/$/$(printf '\r')/" | LC_ALL=C sed "s/$(printf '\351')uthor/author/" > "$dir/other"
"$program" "$dir/other" | cut -f 1-5,7-9 | diff "$dir/expected" -
# More people than a table of any fixed size.
{
    printf '0\tp0\tauthor\t-\to\n'
    awk 'BEGIN { for (i = 0; i < 70000; i++) printf "%d\tp%d\tauthor\t-\to\n", 86400000 + i, i }'
    printf '%s\tp0\tauthor\t-\to\n' "$(day 820)"
} > "$dir/many"
[ "$("$program" "$dir/many" | cut -f 2 | sort -u | wc -l)" -eq 70000 ]

# The tool itself.
[ -n "${PYTHON:-}" ] && "$PYTHON" -c 'import numpy' 2>/dev/null ||
    { echo "left out: fit.py, without numpy"; exit 0; }
fit() { "$PYTHON" "${ENGAGE_SRCDIR:-.}/tools/lifecycle/fit.py" "$program" "$@"; }
# A log without help: there is nothing to tell of it, and all else is told.
awk 'BEGIN {
    for (day = 0; day < 1500; day++)
        for (who = 1; who <= 40; who++)
            if ((day * 31 + who * who * 7) % (who * 9) == 0 && (who % 3 || day < 900))
                printf "%.0f\tp%d\tauthor\t-\to%d\n", (10000 + day) * 86400000, who, day
}' > "$dir/nohelp"
fit "$dir/nohelp" > "$dir/told" 2>&1
grep -q '^E  *0\.[0-9]* (0\.[0-9]* to [01]\.[0-9]*)  *-$' "$dir/told"
grep -q nan "$dir/told" && exit 1
grep -q Warning "$dir/told" && exit 1
# It finds numbers there too.
fit "$dir/nohelp" --fit > "$dir/told" 2>&1
grep -q '^score: .* gives 0\.' "$dir/told"
# What goes wrong is told in one line, with the days that the log spans.
for wrong in one future instant seconds; do
    case $wrong in
    one) ;;
    future) { cat "$dir/nohelp"; sed -n '1s/^[0-9]*/3456000000000/p' "$dir/nohelp"; } > "$dir/future" ;;
    instant) sed 's/^[0-9]*/864000000000/' "$dir/nohelp" > "$dir/instant" ;;
    seconds) sed 's/^\([0-9]*\)000\([^0-9]\)/\1\2/' "$dir/nohelp" > "$dir/seconds" ;;
    esac
    fit "$dir/$wrong" > "$dir/told" 2>&1 && exit 1
    [ "$(wc -l < "$dir/told")" -eq 1 ]
    grep -q 'from [0-9-]* to [0-9-]* (times are in milliseconds)' "$dir/told"
done
fit "$dir/empty" > "$dir/told" 2>&1 && exit 1
[ "$(cat "$dir/told")" = 'lifecycle: the log is empty' ]
fit "$dir/other" > "$dir/told" 2>&1 && exit 1
grep -q 'from 1997-05-19 to 1999-08-17' "$dir/told"
# A log of one person has nobody to be told from.
awk -F '\t' '$2 == "p1"' "$dir/nohelp" > "$dir/alone"
fit "$dir/alone" > "$dir/told" 2>&1
grep -q '^E  *-  *-$' "$dir/told"
exit 0
