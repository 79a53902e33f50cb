# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
#
# The examples run those of README.md, which need the Python module that its own
# test builds.
dist_check_SCRIPTS += tests/check_python.sh tests/check_lua.sh tests/check_examples.sh
TESTS += tests/check_python.sh tests/check_lua.sh tests/check_examples.sh
EXTRA_DIST += tests/check_examples.py
tests/check_examples.log: tests/check_python.log
