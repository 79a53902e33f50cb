# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
lib_libcore_la_SOURCES += \
	lib/score/addon.c \
	lib/score/addon.h \
	lib/score/addons.c \
	lib/score/analysis.c \
	lib/score/analysis.h \
	lib/score/analyzer.c \
	lib/score/aspect.c \
	lib/score/aspect.h \
	lib/score/builtin.c \
	lib/score/calibrate.c \
	lib/score/calibrate.h \
	lib/score/catalogue.c \
	lib/score/catalogue.h \
	lib/score/catalogue_builtin.c \
	lib/score/classes.c \
	lib/score/classes.h \
	lib/score/container.c \
	lib/score/container.h \
	lib/score/content.c \
	lib/score/content.h \
	lib/score/cues.c \
	lib/score/cues.h \
	lib/score/emit.h \
	lib/score/encoder.c \
	lib/score/encoder.h \
	lib/score/features.c \
	lib/score/features.h \
	lib/score/forms.c \
	lib/score/forms.h \
	lib/score/format.h \
	lib/score/layer.c lib/score/layer.h \
	lib/score/lexicon.c \
	lib/score/lexicon.h \
	lib/score/memo.c \
	lib/score/memo.h \
	lib/score/model.c \
	lib/score/model.h \
	lib/score/moods.c \
	lib/score/passages.c lib/score/passages.h \
	lib/score/ratings.c lib/score/ratings.h \
	lib/score/rows.c \
	lib/score/rows.h \
	lib/score/table.h \
	lib/score/spelling.c \
	lib/score/spelling.h \
	lib/score/taught.c \
	lib/score/taught.h \
	lib/score/terms.c \
	lib/score/terms.h \
	lib/score/tones.c \
	lib/score/traits.c \
	lib/score/traits.h \
	lib/score/vocabulary.h \
	lib/score/words.c

# The built-in model is put in by the assembler, which finds it by this path.
lib_libcore_la_CPPFLAGS = $(AM_CPPFLAGS) \
	-DENGAGEP_MODEL_FILE='"$(top_srcdir)/lib/data/engage.model"'
EXTRA_DIST += lib/data/engage.model
# Named through a variable: automake leaves out its own rule for a target that it sees here.
builtin_object = lib/score/libcore_la-builtin.lo
$(builtin_object): $(top_srcdir)/lib/data/engage.model

lib_libcore_la_SOURCES += lib/data/exp_table.c
EXTRA_DIST += tools/gen_exp.py
