# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT

EXTRA_DIST += examples/README.md examples/ohmbrook.catalogue examples/posts.jsonl

check_PROGRAMS += examples/post examples/crm
examples_post_SOURCES = examples/post.c
examples_post_LDADD = lib/libengage.la
examples_crm_SOURCES = examples/crm.c
examples_crm_LDADD = lib/libengage.la
