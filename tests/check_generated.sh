#!/bin/sh
# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
#
# The tables of lib/data and lib/track are what their generators write from their sources today.
set -u
src=${ENGAGE_SRCDIR:-.}
failed=0
tried=0

# compare TABLE NEEDED COMMAND...: skip where the source NEEDED is absent.
compare() {
    table=$1 needed=$2
    shift 2
    if [ ! -e "$needed" ]; then
        echo "left out, since there is no $needed: $table"
        return
    fi
    tried=$((tried + 1))
    if "$@" | cmp -s - "$src/$table"; then
        echo "same: $table"
    else
        echo "differs: $table"
        failed=1
    fi
}

[ -n "${PYTHON:-}" ] || { echo "left out, since there is no Python"; exit 77; }
# The tables are of Unicode 15.0; a later database would rightly differ.
ucd=/usr/share/unicode
if grep -q '^# DerivedAge-15\.0\.0' "$ucd/DerivedAge.txt" 2>/dev/null; then
    compare lib/data/unicode_table.c "$ucd/UnicodeData.txt" "$PYTHON" \
        "$src/tools/gen_unicode.py" "$ucd"
else
    echo "left out, since there is no Unicode 15.0 in $ucd: lib/data/unicode_table.c"
fi
compare lib/data/tld_table.c "$src/lib/data/tlds.txt" \
    "$PYTHON" "$src/tools/gen_tlds.py" "$src/lib/data/tlds.txt"
compare lib/data/ordinary_table.c "$src/lib/data/ordinary.txt" \
    "$PYTHON" "$src/tools/gen_ordinary.py" "$src/lib/data/ordinary.txt"
compare lib/data/reference_table.c "$src/tools/gen_references.py" \
    "$PYTHON" "$src/tools/gen_references.py"
compare lib/data/exp_table.c "$src/tools/gen_exp.py" "$PYTHON" "$src/tools/gen_exp.py"
compare lib/track/exp2_table.h "$src/tools/gen_exp2.py" "$PYTHON" "$src/tools/gen_exp2.py"
shared=${ENGAGE_SHARED:-$src/../shared}/data
compare lib/data/word_table.c "$shared/text/tweets_unlabelled.txt" \
    "$PYTHON" "$src/tools/gen_words.py" "$shared"
[ "$tried" -gt 0 ] || exit 77
exit "$failed"
