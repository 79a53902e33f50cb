# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
#
# The trainer's C part, built on demand: make tools/train/student.
EXTRA_PROGRAMS += tools/train/student
tools_train_student_SOURCES = tools/train/student.c
tools_train_student_CFLAGS = $(AM_CFLAGS) -D_POSIX_C_SOURCE=200809L -O3
tools_train_student_LDADD = lib/libcore.la -lm

EXTRA_PROGRAMS += tools/train/aspects
tools_train_aspects_SOURCES = tools/train/aspects.c
tools_train_aspects_CFLAGS = $(AM_CFLAGS) -D_POSIX_C_SOURCE=200809L
tools_train_aspects_LDADD = lib/libcore.la

EXTRA_DIST += \
	tools/train/CARD.md \
	tools/train/aspects.py \
	tools/train/calibrate.py \
	tools/train/card.py \
	tools/train/evaluate.py \
	tools/train/library.py \
	tools/train/pack.py \
	tools/train/rows.py \
	tools/train/train.py \
	tools/train/train.sh
