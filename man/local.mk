# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
dist_man_MANS += man/engage-policy.5 man/engage-state.5
