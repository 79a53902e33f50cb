# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
#
# The trainer's C part, built on demand: make tools/train/student.
EXTRA_PROGRAMS += tools/train/student
tools_train_student_SOURCES = tools/train/student.c tools/train/posts.c tools/train/posts.h
tools_train_student_CFLAGS = $(AM_CFLAGS) -D_POSIX_C_SOURCE=200809L -O3
tools_train_student_LDADD = lib/libcore.la -lm

# A teacher may round otherwise on another machine; it has to be fast (CFLAGS=-O3).
EXTRA_PROGRAMS += tools/train/letters
tools_train_letters_SOURCES = tools/train/letters.c
tools_train_letters_CFLAGS = $(AM_CFLAGS) -D_POSIX_C_SOURCE=200809L -O3 -march=native -ffast-math
tools_train_letters_LDADD = -lm

EXTRA_PROGRAMS += tools/train/vocabulary
tools_train_vocabulary_SOURCES = tools/train/vocabulary.c tools/train/posts.c tools/train/posts.h
tools_train_vocabulary_CFLAGS = $(AM_CFLAGS) -O3
tools_train_vocabulary_LDADD = lib/libcore.la -lm

EXTRA_PROGRAMS += tools/train/aspects
tools_train_aspects_SOURCES = tools/train/aspects.c
tools_train_aspects_CFLAGS = $(AM_CFLAGS) -D_POSIX_C_SOURCE=200809L
tools_train_aspects_LDADD = lib/libcore.la

EXTRA_PROGRAMS += tools/train/dump
tools_train_dump_SOURCES = tools/train/dump.c tools/train/posts.c tools/train/posts.h
tools_train_dump_LDADD = lib/libcore.la

EXTRA_PROGRAMS += tools/train/cues
tools_train_cues_SOURCES = tools/train/cues.c tools/train/posts.c tools/train/posts.h
tools_train_cues_CFLAGS = $(AM_CFLAGS) -D_POSIX_C_SOURCE=200809L
tools_train_cues_LDADD = lib/libcore.la

# The models of languages beside English and their card, from the shared sets.
.PHONY: languages
languages: lib/libengage.la tools/train/dump
	ENGAGE_SHARED="$${ENGAGE_SHARED:-$(abs_top_srcdir)/../shared}" $(PYTHON) \
	    $(srcdir)/tools/train/languages.py tools/train/languages $(srcdir)/lib/data/models \
	    --dump tools/train/dump --library lib/.libs/libengage.so \
	    --card $(srcdir)/tools/train/LANGUAGES.md

# The model cards go with the models: what they learnt from, their licences, figures and limits.
dist_doc_DATA += tools/train/CARD.md tools/train/CAREFUL.md tools/train/LANGUAGES.md

EXTRA_DIST += \
	tools/train/altered.py \
	tools/train/aspects.py \
	tools/train/calibrate.py \
	tools/train/card.py \
	tools/train/careful.py \
	tools/train/convolution.py \
	tools/train/corpus.py \
	tools/train/cues.py \
	tools/train/data.py \
	tools/train/encoder.py \
	tools/train/evaluate.py \
	tools/train/features.py \
	tools/train/letters.py \
	tools/train/lexicons.py \
	tools/train/groups.py \
	tools/train/languages.py \
	tools/train/library.py \
	tools/train/linear.py \
	tools/train/nets.py \
	tools/train/pack.py \
	tools/train/pieces.py \
	tools/train/rows.py \
	tools/train/tasks.py \
	tools/train/teacher.py \
	tools/train/seal.py \
	tools/train/signals.py \
	tools/train/train.py \
	tools/train/train.sh \
	tools/train/vectors.py \
	tools/train/wide.py \
	tools/train/words.py \
	tools/train/labels/README.md \
	tools/train/labels/check.py \
	tools/train/labels/corrected.tsv \
	tools/train/labels/read1.tsv \
	tools/train/labels/read2.tsv \
	tools/train/labels/read3.tsv \
	tools/train/labels/read4.tsv \
	tools/train/labels/read5.tsv \
	tools/train/labels/sentiment1.tsv \
	tools/train/labels/written1.tsv \
	tools/train/labels/written2.tsv \
	tools/train/labels/written3.tsv \
	tools/train/labels/written4.tsv \
	tools/train/labels/written5.tsv \
	tools/train/labels/written6.tsv \
	tools/train/labels/written7.tsv \
	tools/train/labels/written8.tsv \
	tools/train/labels/written9.tsv \
	tools/train/labels/written10.tsv \
	tools/train/labels/written11.tsv \
	tools/train/labels/written12.tsv \
	tools/train/labels/brands.txt \
	tools/train/labels/languages/arabic.tsv \
	tools/train/labels/languages/arabic.words \
	tools/train/labels/languages/french.tsv \
	tools/train/labels/languages/french.words \
	tools/train/labels/languages/german.tsv \
	tools/train/labels/languages/german.words \
	tools/train/labels/languages/hindi.tsv \
	tools/train/labels/languages/hindi.words \
	tools/train/labels/languages/italian.tsv \
	tools/train/labels/languages/italian.words \
	tools/train/labels/languages/portuguese.tsv \
	tools/train/labels/languages/portuguese.words \
	tools/train/labels/languages/spanish.tsv \
	tools/train/labels/languages/spanish.words
