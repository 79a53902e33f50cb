# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT

EXTRA_DIST += examples/README.md examples/posts.jsonl
