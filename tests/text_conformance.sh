#!/bin/sh
# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
[ -n "${PYTHON:-}" ] || { echo "left out, since there is no Python"; exit 77; }
exec "$PYTHON" "${ENGAGE_SRCDIR:-.}/tests/text_conformance.py"
