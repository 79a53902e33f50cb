#!/bin/sh
# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
set -eu
[ -n "$PYTHON" ] || { echo "left out: no Python"; exit 77; }
grep -q '^#define BUILTIN_MODEL' "$ENGAGE_BUILDDIR/config.h" ||
    { echo "left out: no built-in model"; exit 77; }
for part in check_command check_command_track; do
    "$PYTHON" "$ENGAGE_SRCDIR/tests/$part.py" -v
done
