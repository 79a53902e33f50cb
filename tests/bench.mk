# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
#
# make bench FILE=posts.txt: posts a second, a post a line. Built only when asked for.
EXTRA_PROGRAMS += tests/bench/bench
tests_bench_bench_SOURCES = tests/bench/bench.c
tests_bench_bench_CFLAGS = $(AM_CFLAGS) $(UTF8PROC_CFLAGS) $(ICU_CFLAGS)
tests_bench_bench_LDADD = lib/libcore.la $(UTF8PROC_LIBS) $(ICU_LIBS)
CLEANFILES += tests/bench/bench
EXTRA_DIST += tests/bench/README

bench: tests/bench/bench
	@test -n "$(FILE)" || { echo "usage: make bench FILE=posts.txt" >&2; exit 2; }
	tests/bench/bench '$(FILE)'
.PHONY: bench
