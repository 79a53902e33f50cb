#!/bin/sh
# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
#
# engage_errors(3) lists the status codes of the headers, in order, with their
# numbers; and every failure that the library can give is expected by some test.
set -eu
source=${ENGAGE_SRCDIR:-.}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

sed -n 's/^#define \(ENGAGE_[A-Z_]*\) (\{0,1\}\(-\{0,1\}[0-9][0-9]*\))\{0,1\} *\/\*.*/\1 \2/p' \
    "$source/include/engage/base.h" > "$work/header"
sed -n 's/^\.It Dv \(ENGAGE_[A-Z_]*\) Pq \\*\(-\{0,1\}[0-9]*\)$/\1 \2/p' \
    "$source/man/engage_errors.3" > "$work/page"
[ "$(wc -l < "$work/header")" -gt 30 ] || { echo "no codes found in base.h"; exit 1; }
if ! diff -u "$work/header" "$work/page"; then
    echo "base.h (-) and engage_errors(3) (+) differ"
    failed=1
fi

# check_base.c names every code to test the names; that is no failure that was met.
grep -v -- ' [0-9]' "$work/header" | while read -r code number; do
    grep -rlw "$code" "$source/lib" | grep -qv '/base/error\.c$' || continue
    grep -lw "$code" "$source"/tests/check_*.c | grep -qv 'check_base\.c$' ||
        echo "no test expects $code ($number)"
done > "$work/untested"
if [ -s "$work/untested" ]; then
    cat "$work/untested"
    failed=1
fi
exit $failed
