#!/bin/sh
# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
#
# Each public header compiles alone, as C and as C++, without a warning; so do the
# initializers of structs.
set -eu
source=${ENGAGE_SRCDIR:-.}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

initializers() {
    sed -n 's/^#define \(ENGAGE_[A-Z_]*\)_INIT.*/\1/p' "$1" | while read -r name; do
        type=$(echo "$name" | tr '[:upper:]' '[:lower:]')
        printf 'extern %s make_%s(void);\n' "$type" "$type"
        printf '%s make_%s(void)\n{\n    %s made = %s_INIT;\n    return made;\n}\n' \
            "$type" "$type" "$type" "$name"
    done
}

# try COMPILER LANGUAGE STANDARD FILE
try() {
    # shellcheck disable=SC2086 # a compiler may come with words of its own
    if ! $1 -x "$2" "-std=$3" -pedantic -Wall -Wextra -Wconversion -Wshadow -Wundef -Werror \
        -fsyntax-only -I"$source/include" "$4" > "$work/said" 2>&1; then
        echo "$5 as $3 by $1:"
        cat "$work/said"
        failed=1
    fi
}

for compiler in "${CC:-cc}" gcc clang; do
    command -v "${compiler%% *}" > /dev/null || continue
    for header in "$source"/include/engage.h "$source"/include/engage/*.h; do
        name=${header#"$source"/include/}
        { echo "#include <$name>"; initializers "$header"; } > "$work/try"
        # Twice, since a header may be included twice.
        { echo "#include <$name>"; cat "$work/try"; } > "$work/twice"
        for standard in c11 c17; do
            try "$compiler" c "$standard" "$work/twice" "$name"
        done
        try "$compiler" c++ c++17 "$work/twice" "$name"
    done
done
exit $failed
