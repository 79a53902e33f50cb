#!/bin/sh
# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
#
# engage track is killed at random moments and begun again from the first event: in
# the end everything reads as after one run that nobody disturbed.
set -eu
grep -q '^#define BUILTIN_MODEL' "$ENGAGE_BUILDDIR/config.h" ||
    { echo "left out: no built-in model"; exit 77; }
source=${ENGAGE_SRCDIR:-.}
engage=$ENGAGE_BUILDDIR/tools/engage/engage
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Some weeks of the example, again and again under other names.
for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
    sed -e "s/:p\([0-9]\)/:p$i-\1/g" -e "s/\"id\":\"e/\"id\":\"e$i-/" \
        -e "s/\"target\":\"e/\"target\":\"e$i-/" "$source/examples/posts.jsonl"
done > "$work/events"

report() {
    "$engage" state --all --store "sqlite:$1"
    "$engage" funnel --json --store "sqlite:$1"
    "$engage" queue --json --store "sqlite:$1"
    "$engage" replies --json --store "sqlite:$1"
}

"$engage" track --store "sqlite:$work/plain" "$work/events" > /dev/null
report "$work/plain" > "$work/wanted"
[ -s "$work/wanted" ] || { echo "nothing was tracked"; exit 1; }

# Each life is a little longer than the last on average, so that kills come while
# the store is made, in the middle, and at the end.
random=$(od -An -N2 -tu2 /dev/urandom | tr -d ' ')
echo "random moments from $random"
killed=0
life=0
while [ "$life" -lt 25 ]; do
    life=$((life + 1))
    random=$(((random * 75 + 74) % 65537))
    "$engage" track --store "sqlite:$work/killed" "$work/events" > /dev/null 2>&1 &
    sleep "$(echo "$random $life" | awk '{ printf "%.4f", $1 / 65537 * $2 * 0.03 }')"
    kill -9 $! 2> /dev/null || true
    # Without the shell's own word about it.
    if ! wait $! 2> /dev/null; then
        killed=$((killed + 1))
    fi
done
"$engage" track --store "sqlite:$work/killed" "$work/events" > /dev/null
report "$work/killed" > "$work/found"
echo "killed $killed times"
cmp "$work/wanted" "$work/found"
