# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
#
# make bench FILE=posts.txt: posts a second, a post a line. Built only when asked for.
# ROWS: "label<TAB>text" rows that fastText, where it is installed, learns from.
EXTRA_PROGRAMS += tests/bench/bench
tests_bench_bench_SOURCES = tests/bench/bench.c tests/bench/fasttext.c tests/bench/fasttext.h
tests_bench_bench_CFLAGS = $(AM_CFLAGS) $(UTF8PROC_CFLAGS) $(ICU_CFLAGS)
tests_bench_bench_LDADD = lib/libcore.la $(UTF8PROC_LIBS) $(ICU_LIBS)
CLEANFILES += tests/bench/bench
EXTRA_DIST += tests/bench/README tests/bench/addons.py tests/bench/taught.py \
	tests/bench/corrected.py tests/bench/folds.py

bench: tests/bench/bench
	@test -n "$(FILE)" || { echo "usage: make bench FILE=posts.txt" >&2; exit 2; }
	tests/bench/bench '$(FILE)' \
	    "$${ROWS:-$${ENGAGE_SHARED:-$(abs_top_srcdir)/../shared}/data/sentiment/semeval_train.tsv}" \
	    '$(srcdir)/lib/data/models/careful.model'
.PHONY: bench

# make bench-apply: events a second in memory, beside SQLite and a hash table.
EXTRA_PROGRAMS += tests/bench/apply
tests_bench_apply_SOURCES = tests/bench/apply.c
tests_bench_apply_CFLAGS = $(AM_CFLAGS) $(SQLITE_CFLAGS)
tests_bench_apply_LDADD = lib/libcore.la $(SQLITE_LIBS)
CLEANFILES += tests/bench/apply
bench-apply: tests/bench/apply
	tests/bench/apply
.PHONY: bench-apply

# make bench-learn FILE=posts.txt: how long lessons take.
EXTRA_PROGRAMS += tests/bench/learn
tests_bench_learn_SOURCES = tests/bench/learn.c
tests_bench_learn_LDADD = lib/libcore.la
CLEANFILES += tests/bench/learn
bench-learn: tests/bench/learn
	@test -n "$(FILE)" || { echo "usage: make bench-learn FILE=posts.txt" >&2; exit 2; }
	tests/bench/learn '$(FILE)'
.PHONY: bench-learn
