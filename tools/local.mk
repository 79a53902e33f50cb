# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT

include $(top_srcdir)/tools/train/local.mk
