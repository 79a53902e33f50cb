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
# The first line tells the days of the log, and how far ahead and apart the rows are.
rows_of() { "$program" "$1" | sed '1d' | cut -f 1-5,7-9 | awk '$1 == 10730'; }
rows_of "$dir/log" > "$dir/rows"
[ "$("$program" "$dir/log" | head -n 1)" = "$(printf '10000\t10820\t90\t30')" ]
[ "$("$program" "$dir/log" | sed -n 2p | cut -f 1-2)" = "$(printf '10100\t0')" ]
# On day 10730 the very first act is 730 days old, and out of sight.
printf '10730\t0\t729\t0\t1\t1\t1\t1\n10730\t1\t1\t2\t2\t1\t0\t0\n' > "$dir/expected"
diff "$dir/expected" "$dir/rows"
"$program" "$dir/none" 2>/dev/null && exit 1
# What is no line of a log is told with its number.
long=$(printf '%01100d' 0)
for wrong in '12x\ta\tauthor\t-\to' '\ta\tauthor\t-\to' '12\ta\tdance\t-\to' '12 a author - o' \
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
[ "$(wc -l < "$dir/rows")" -eq 1 ]
# A blank line is none of the log, and only the last may be; a mark of the byte order, a line
# that is there twice and one about nobody change nothing that is counted.
{
    printf '\357\273\277'
    cat "$dir/log" "$dir/log"
    printf '\n'
} > "$dir/twice"
rows_of "$dir/twice" | diff "$dir/expected" -
printf '\n' | cat "$dir/log" - "$dir/log" > "$dir/blank"
"$program" "$dir/blank" >/dev/null 2>"$dir/told" && exit 1
grep -q 'line 6 of the log: it is blank' "$dir/told"
# Acts that name no object are each on one of their own: so stage 3, as with objects.
# Whoever helps nobody, or themselves, is thanked by nobody.
objects() {
    for at in 0 1 2 3 4 5; do
        printf '%s\ta\tauthor\t-\t%s\n' "$(day $((10000 + at)))" "$1"
        printf '%s\th\thelp\t%s\th%s\n' "$(day $((10000 + at)))" "$2" "$at"
    done
    printf '%s\tb\tauthor\t-\tend\n' "$(day 10800)"
}
last_rows() { "$program" "$1" | awk '$1 == 10100 { print $2, $6, $7 }'; }
objects - - > "$dir/own"
objects '' h > "$dir/none-named"
objects same c > "$dir/same"
last_rows "$dir/own" > "$dir/rows"
grep -q '^0 [0-9]* 3$' "$dir/rows"
last_rows "$dir/none-named" | diff "$dir/rows" -
last_rows "$dir/same" > "$dir/other-rows"
grep -q '^0 [0-9]* 1$' "$dir/other-rows"
[ "$(awk '$1 == 1 { print $2 }' "$dir/rows")" -lt "$(awk '$1 == 1 { print $2 }' "$dir/other-rows")" ]
# The order of the lines changes nothing but the numbers of the people, nor do ends of
# lines as elsewhere, nor names that are no UTF-8.
{
    sed -n '5p' "$dir/log"
    sed -n '1,4p' "$dir/log"
} | tr a '\351' | sed "s/$/$(printf '\r')/" | LC_ALL=C sed "s/$(printf '\351')uthor/author/" > "$dir/other"
rows_of "$dir/other" | diff "$dir/expected" -
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
grep -q '^nothing is fitted for helps: in the earlier part 0 people' "$dir/told"
# It finds numbers of a log in which half of the people come for a week and then no more,
# which a policy of slow half-lives cannot see.
awk 'BEGIN {
    for (who = 0; who < 120; who++)
        for (day = 0; day < 7 + who % 2 * 600; day += 1 + who % 2 * 12)
            printf "%.0f\tp%d\tauthor\t-\to%d\n", (10000 + who * 12 + day) * 86400000, who, day
}' > "$dir/weeks"
printf '# slow\n[score]\ncreation_half_life = 3000 \n[brand b]\nname = B\n' > "$dir/slow"
fit "$dir/weeks" --policy "$dir/slow" --fit --output "$dir/fitted" > "$dir/told" 2>&1
grep -q '^score: .* gives 0\.' "$dir/told"
grep -q '^version = fitted-' "$dir/fitted"
[ "$(head -n 1 "$dir/fitted")" = 'profile = open-social' ]
[ "$(grep -c 'creation_half_life' "$dir/fitted")" -eq 1 ]
grep -q '^name = B$' "$dir/fitted"
"$program" "$dir/weeks" "$dir/fitted" > "$dir/rows"
[ ! -x "${ENGAGE_BUILDDIR:-.}/tools/engage/engage" ] ||
    "${ENGAGE_BUILDDIR:-.}/tools/engage/engage" policy check "$dir/fitted" > "$dir/told"
# Nothing is fitted to a handful of people; the profile stays as it is, under its own name.
awk -F '\t' '$2 ~ /^p[1-8]$/' "$dir/nohelp" > "$dir/few"
echo 'profile = forum' > "$dir/forum"
fit "$dir/few" --policy "$dir/forum" --fit --output "$dir/fitted" > "$dir/told" 2>&1
grep -q '^nothing is fitted: fewer than 10 people' "$dir/told"
cmp "$dir/forum" "$dir/fitted"
# A log of a month is told too, by shorter spans.
awk 'BEGIN {
    for (day = 0; day < 31; day++)
        for (who = 0; who < 60; who++)
            if ((day * 7 + who * 5) % (who % 9 + 1) == 0)
                printf "%.0f\tp%d\tauthor\t-\to%d\n", (20000 + day) * 86400000, who, day
}' > "$dir/month"
fit "$dir/month" > "$dir/told" 2>&1
grep -q '^a short log: rows look 7 days ahead, and are 1 days apart$' "$dir/told"
grep -q '^E  *[01]\.' "$dir/told"
# A stray time is told with its line.
{ cat "$dir/nohelp"; sed -n '1s/^[0-9]*/3456000000000/p' "$dir/nohelp"; } > "$dir/future"
fit "$dir/future" > "$dir/told" 2>&1
grep -q "warning: line $(wc -l < "$dir/future") of the log: its time is [0-9]* days after" "$dir/told"
# What goes wrong is told in one line, with the days that the log spans.
for wrong in one instant seconds; do
    case $wrong in
    one) ;;
    instant) sed 's/^[0-9]*/864000000000/' "$dir/nohelp" > "$dir/instant" ;;
    seconds) sed 's/^\([0-9]*\)000\([^0-9]\)/\1\2/' "$dir/nohelp" > "$dir/seconds" ;;
    esac
    fit "$dir/$wrong" > "$dir/told" 2>&1 && exit 1
    [ "$(wc -l < "$dir/told")" -eq 1 ]
    grep -q 'from [0-9-]* to [0-9-]* (times are in milliseconds)' "$dir/told"
done
fit "$dir/empty" > "$dir/told" 2>&1 && exit 1
[ "$(cat "$dir/told")" = 'lifecycle: the log is empty' ]
fit "$dir/nohelp" --policy "$dir/none" > "$dir/told" 2>&1 && exit 1
[ "$(grep -c 'fit.py: the policy .* cannot be read' "$dir/told")" -eq "$(wc -l < "$dir/told")" ]
cat "$dir/nohelp" | fit /dev/stdin --fit > "$dir/told" 2>&1 && exit 1
grep -q 'fit.py: /dev/stdin is no file' "$dir/told"
# A log of one person has nobody to be told from.
awk -F '\t' '$2 == "p1"' "$dir/nohelp" > "$dir/alone"
fit "$dir/alone" > "$dir/told" 2>&1
grep -q '^E  *-  *-$' "$dir/told"
exit 0
