#!/bin/sh
# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
#
# Every failure that the headers name is named in engage(3), and expected by some
# test.
set -eu
source=${ENGAGE_SRCDIR:-.}
failed=0
codes=$(sed -n 's/^#define \(ENGAGE_E[A-Z_]*\) (-[0-9]*).*/\1/p' "$source/include/engage/base.h")
[ -n "$codes" ] || { echo "no code found"; exit 1; }
for code in $codes; do
    # check_base.c lists the codes to test their names; that is no failure that was met.
    found=$(grep -lw "$code" "$source"/tests/check_*.c | grep -v check_base.c || true)
    [ -n "$found" ] || { echo "no test expects $code"; failed=1; }
    if [ -f "$source/man/engage.3" ]; then
        grep -qw "$code" "$source/man/engage.3" || { echo "engage(3) lacks $code"; failed=1; }
    fi
done
exit $failed
