# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
