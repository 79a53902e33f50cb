#!/bin/sh
# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
set -eu
[ -n "$PYTHON" ] || { echo "left out: no Python"; exit 77; }
exec "$PYTHON" "$ENGAGE_SRCDIR/tests/check_journey.py"
