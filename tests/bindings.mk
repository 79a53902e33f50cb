# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
dist_check_SCRIPTS += tests/check_python.sh tests/check_lua.sh
TESTS += tests/check_python.sh tests/check_lua.sh
