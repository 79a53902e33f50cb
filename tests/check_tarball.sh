#!/bin/sh
# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
#
# Whatever lies in the rooms goes into the tarball: a file that no local.mk names would be
# missed only by who builds from there.
set -eu
LC_ALL=C
export LC_ALL
source=${ENGAGE_SRCDIR:-.}
build=${ENGAGE_BUILDDIR:-.}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# files ROOT: by their kinds, so that what a build leaves beside them does not count.
files() {
    (
        cd "$1"
        find bindings/lua bindings/python/src bindings/python/tests examples include lib man \
            tests tools -name '*.egg-info' -prune -o -type f \( -name '*.[ch1-9]' -o -name '*.py' \
            -o -name '*.sh' -o -name '*.mk' -o -name '*.md' -o -name '*.lua' -o -name '*.txt' \
            -o -name '*.tsv' -o -name '*.words' -o -name '*.model' -o -name '*.jsonl' \
            -o -name '*.catalogue' \) -print | sort
    )
}

# Without the options of the make that runs the tests.
MAKEFLAGS='' make -s -C "$build" distdir distdir="$work/tarball" > "$work/said" 2>&1 || {
    cat "$work/said"
    exit 1
}
files "$source" > "$work/rooms"
files "$work/tarball" > "$work/tarred"
if ! cmp -s "$work/rooms" "$work/tarred"; then
    echo "in the rooms, and not in the tarball:"
    comm -23 "$work/rooms" "$work/tarred"
    exit 1
fi
echo "$(wc -l < "$work/tarred") files"
