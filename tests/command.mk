# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
dist_check_SCRIPTS += tests/check_command.sh
TESTS += tests/check_command.sh
EXTRA_DIST += tests/check_command.py
