# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
dist_check_SCRIPTS += tests/check_command.sh tests/check_journey.sh
TESTS += tests/check_command.sh tests/check_journey.sh
EXTRA_DIST += tests/check_command.py tests/check_command_track.py tests/check_journey.py \
	tests/command.py
