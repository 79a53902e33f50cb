#!/bin/sh
# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
#
# The command says the same, byte for byte, built by gcc and by clang, not optimized and
# optimized, for x86-64, for aarch64 and for s390x, whose numbers begin with the highest
# byte (both run by qemu): tokens, scores with their evidence by every model, the add-ons
# that are made of posts, and all that the tracker keeps and reports. What is not installed
# is left out and told. Without ICU, which never decides a score.
set -eu
LC_ALL=C
export LC_ALL
source=$(cd "${ENGAGE_SRCDIR:-$(dirname "$0")/..}" && pwd)
shared=${ENGAGE_SHARED:-$source/../shared}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
labels=$source/tools/train/labels
others=$source/build/others

# Posts: some of the repository's own, tweets where they are, and some made at random.
awk -F '\t' '!/^#/ && NR % 4 == 0 { print $3 }' "$labels"/written*.tsv > "$work/posts"
tweets=$shared/data/text/tweets_unlabelled.txt
if [ -f "$tweets" ]; then
    awk -v step="$(($(wc -l < "$tweets") / 3000 + 1))" 'NR % step == 0' "$tweets" >> "$work/posts"
else
    echo "left out, since there is no $tweets: its posts"
fi
awk 'BEGIN {
    pieces = split("not |good|BAD |sooooo |the app |@ann |#BadService|:-( |!!! |https://t.co/a |" \
        "don\342\200\231t |\360\237\230\200|\342\200\215|e\314\201 |\340\244\250\340\244\256 |" \
        "\355\240\200|\360\235\220\254\357\275\217|1,000.5 |$AAPL |than |battery, |but ", piece, "|")
    for (post = 0; post < 2000; post++) {
        for (parts = post % 40; parts > 0; parts--) {
            drawn = (drawn * 69069 + 12345) % 16777216
            if (post % 3 == 0)
                printf "%c", 128 + int(drawn / 512) % 128
            else
                printf "%s", piece[1 + int(drawn / 512) % pieces]
        }
        print ""
    }
}' >> "$work/posts"
awk 'NR % 20 == 0' "$work/posts" > "$work/few" # of which the evidence is told
awk -F '\t' '!/^#/ && NR % 8 == 0 {
    gsub(/[\\"]/, "\\\\&", $3)
    printf "{\"id\":\"%d\",\"text\":\"%s\",\"labels\":{\"praise\":%s,\"of_time\":%s}}\n", NR, $3,
        $2 ~ /praise/ ? "true" : "false", $3 ~ /hour|day|week/ ? "true" : "false"
}' "$labels"/written*.tsv > "$work/lessons"
printf 'slaps\t3.3\nbattery\t-1.7\n\360\237\230\200\t2.35\n' > "$work/words"
printf '[curation]\nacts = 2\n[priority]\nmissed_hours = 12\n' > "$work/policy"

# build COMPILER LEVEL [FLAG…]: the command, as COMPILER-LEVEL.
build() {
    compiler=$1 level=$2
    shift 2
    # From the sources' folder, for the path of the built-in model.
    (cd "$source" && "$compiler" -std=c11 "-$level" -D_GNU_SOURCE -I"$work" -Iinclude -Ilib \
        -DENGAGEP_MODEL_FILE='"lib/data/engage.model"' -o "$work/$compiler-$level" \
        lib/*/*.c tools/engage/*.c "$@" -lutf8proc -ljansson -lsqlite3 -lm -lpthread -ldl) \
        > "$work/$compiler-$level.said" 2>&1 || {
        cat "$work/$compiler-$level.said"
        return 1
    }
}

# said ARGUMENT…: a line about what the command says to that.
said() {
    $engage "$@" > said || echo "failed: engage $*"
    echo "$(sha256sum < said | cut -c 1-32), $(wc -c < said) bytes: engage $*"
}

# tell: all that is compared, of $engage.
tell() {
    said tokens --lines --offsets utf16 ../posts
    said entities --lines ../posts
    said score --lines ../posts
    said score --lines --explain --lexicon ../words ../few
    for language in ar:arabic de:german es:spanish fr:french hi:hindi it:italian pt:portuguese; do
        cut -f 2- "$labels/languages/${language#*:}.tsv" > "${language%:*}.posts"
        cp "$source/lib/data/models/${language%:*}.model" .
        said score --lines --explain --model "${language%:*}.model" "${language%:*}.posts"
    done
    cp "$source/lib/data/models/careful.model" .
    said score --lines --explain --model careful.model ../few
    said score --lines --cascade --model careful.model ../few
    said model teach --output taught.addon ../lessons
    said model promise --addon taught.addon --miss 0.05 --output promised.addon ../lessons
    said score --lines --explain --addon taught.addon --addon promised.addon ../few
    cp "$source/examples/posts.jsonl" "$source/examples/ohmbrook.catalogue" .
    said track --catalogue ohmbrook.catalogue posts.jsonl
    said funnel --json
    said funnel --by month --json
    said queue --top 1000 --explain --json
    said replies --by intent --json
    said people --json
    said customer x:maya_k --explain --json
    said export x:maya_k
    said state --all
    $engage state --all > states
    said merge --store sqlite:merged.db states
    said state --all --store sqlite:merged.db
    said whatif --policy ../policy --json
    said forget x:maya_k
    said check
    said funnel --json
}

# compare NAME COMMAND: what a build tells, and whether it is what the first one told.
builds=0
failed=0
compare() {
    builds=$((builds + 1))
    engage=$2
    mkdir "$work/run"
    (cd "$work/run" && tell) > "$work/$1.told"
    rm -rf "$work/run"
    first=${first:-$work/$1.told}
    ! grep '^failed' "$work/$1.told" || failed=1
    if cmp -s "$first" "$work/$1.told"; then
        echo "$1: $(sha256sum < "$work/$1.told" | cut -c 1-32)"
    else
        echo "$1 says otherwise:"
        diff "$first" "$work/$1.told" || true
        failed=1
    fi
}

# try COMPILER EMULATOR [FLAG…]: not optimized and optimized, built side by side.
try() {
    compiler=$1 emulator=$2
    shift 2
    for tool in "$compiler" $emulator; do
        command -v "$tool" > /dev/null ||
            { echo "left out, since there is no $tool: $compiler"; return 0; }
    done
    build "$compiler" O0 "$@" &
    build "$compiler" O3 "$@" || exit 1
    wait $! || exit 1
    compare "$compiler-O0" "$emulator $work/$compiler-O0"
    compare "$compiler-O3" "$emulator $work/$compiler-O3"
}

# cross MACHINE: another machine's, linked statically to the libraries of tools/install.
cross() {
    libraries=$others/usr/lib/$1-linux-gnu
    [ -d "$libraries" ] || { echo "left out, since there is no $libraries: $1"; return 0; }
    try "$1-linux-gnu-gcc" "qemu-$1-static" -static "-I$others/usr/include" "-L$libraries"
}

echo '#define BUILTIN_MODEL 1' > "$work/config.h"
try gcc ''
try clang ''
cross aarch64
cross s390x
cat "$first"
echo "$builds builds compared"
[ "$builds" -gt 1 ] || exit 77
exit $failed
