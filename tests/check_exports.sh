#!/bin/sh
# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
#
# What the library shows and what it asks for: the shared library exports what the
# headers declare and lib/libengage.sym lists, no more and no less, and the manual
# names each, and asks for no stack that executes and no relocation in code; the static
# one has no name that could meet another's; nothing in it lies in memory that can be
# written, prints, ends the process, or asks for the time, the locale or the environment.
set -eu
LC_ALL=C
export LC_ALL
source=${ENGAGE_SRCDIR:-.}
build=${ENGAGE_BUILDDIR:-.}
shared=$build/lib/.libs/libengage.so
static=$build/lib/.libs/libengage.a
core=$build/lib/.libs/libcore.a
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

# compare WHAT WANTED FOUND: two sorted lists must be equal.
compare() {
    if ! diff -u "$2" "$3" > "$work/diff"; then
        echo "$1:"
        grep '^[-+][^-+]' "$work/diff"
        failed=1
    fi
}

# Each declaration ends with ';', and its name stands before the first '('.
sed 's,/\*.*\*/,,' "$source"/include/engage/*.h | tr '\n' ' ' | tr ';' '\n' |
    sed -n 's/.*ENGAGE_API  *\(ENGAGE_NODISCARD  *\)\{0,1\}//p' |
    sed -n 's/^[^(]*[ *]\(engage_[a-z0-9_]*\)(.*/\1/p' | sort > "$work/headers"
sort "$source/lib/libengage.sym" > "$work/list"
[ -s "$work/headers" ] || { echo "no function found in the headers"; exit 1; }
compare "headers (-) and lib/libengage.sym (+)" "$work/headers" "$work/list"

while read -r name; do
    grep -qE "^\\.Nm $name( |\$)" "$source"/man/*.3 || echo "$name"
done < "$work/list" > "$work/untold"
if [ -s "$work/untold" ]; then
    echo "no page of the manual names:"
    cat "$work/untold"
    failed=1
fi

if [ -f "$shared" ]; then
    nm -D --defined-only "$shared" | awk '{ print $NF }' | sed 's/@.*//' |
        sort > "$work/exported"
    compare "lib/libengage.sym (-) and the shared library (+)" "$work/list" "$work/exported"
    if readelf -ldW "$shared" | grep -E 'GNU_STACK.* RWE|TEXTREL'; then
        echo "the shared library wants a stack that executes, or writes into its code"
        failed=1
    fi
fi

for archive in "$static" "$core"; do
    [ -f "$archive" ] || continue
    nm -g --defined-only "$archive" 2> /dev/null | awk 'NF == 3 { print $3 }' |
        grep -Ev '^(engage_|engagep_|__odr_asan|__x86\.get_pc_thunk\.)' > "$work/names" || true
    if [ -s "$work/names" ]; then
        echo "names without a prefix in $archive:"
        cat "$work/names"
        failed=1
    fi
done

# Sanitizers and counters of coverage have state of their own.
if ! nm -u "$core" | grep -qE '__(asan|tsan|ubsan|msan|gcov|llvm)_'; then
    readelf -SW "$core" | sed -n 's/^File: //p; s/^ *\[ *[0-9]*\] *//p' |
        awk 'NF == 1 { file = $1 }
             $1 ~ /^\.t?(data|bss)(\.|$)/ && $1 !~ /^\.data\.rel\.ro/ && $5 !~ /^0+$/ {
                 print file, $1, $5 }' > "$work/written"
    if [ -s "$work/written" ]; then
        echo "the library keeps state that is nobody's object's:"
        cat "$work/written"
        failed=1
    fi
fi

# Formatting into memory (vsnprintf) is all that is allowed of stdio's printing.
cat > "$work/refused" << 'END'
(__)?(v?f?printf|vdprintf|dprintf)(_chk)?
f?put[cs]|putc|putchar|perror|fwrite|stderr|stdout
exit|_exit|_Exit|quick_exit|abort|__assert_fail|raise|signal|system
setlocale|uselocale|newlocale|localeconv|getenv|secure_getenv|setenv|putenv
time|clock|clock_gettime|gettimeofday|timespec_get|localtime(_r)?|gmtime(_r)?|ctime(_r)?
rand|srand|random|srandom|getrandom|getentropy|arc4random
strtok|sprintf|__sprintf_chk|gets|strerror
END
pattern=$(tr '\n' '|' < "$work/refused" | sed 's/|$//')
nm -u "$core" | awk 'NF == 2 { print $2 }' | sed 's/@.*//' | sort -u |
    grep -Ex "$pattern" > "$work/asked" || true
if [ -s "$work/asked" ]; then
    echo "the library must not call:"
    cat "$work/asked"
    failed=1
fi
exit $failed
