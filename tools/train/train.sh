#!/bin/sh
# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
#
# From the data sets to the built-in model and its card, in one command; run it in a build
# directory. Teachers and students keep their steps in WORK, so that a run that was cut off
# goes on where it stopped.
#
#   sh ../tools/train/train.sh WORK [teacher...]      (teachers: linear wide)
set -eu
work=${1:?usage: train.sh WORK [teacher...]}
shift
[ $# -gt 0 ] || set -- linear wide
here=$(cd "$(dirname "$0")" && pwd)
python=${PYTHON:-/usr/bin/python3}
build=$(pwd)
mkdir -p "$work"
work=$(cd "$work" && pwd)
make lib/libengage.la tools/train/student
cd "$here"
for teacher in "$@"; do
    if [ "$teacher" = linear ]; then
        "$python" teacher.py "$work" linear
    else
        "$python" teacher.py "$work" net "$teacher"
    fi
done
[ -e "$work/soft_last.npz" ] || "$python" teacher.py "$work" soft last "$@"
exec "$python" train.py "$work" "$here/../../lib/data/engage.model" --card "$here/CARD.md" \
    --student "$build/tools/train/student" --library "$build/lib/.libs/libengage.so" \
    --soft "$work/soft_last"
