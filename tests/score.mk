# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
if HAVE_CHECK
check_PROGRAMS += tests/check_careful tests/check_encoder \
	tests/check_letter tests/check_model tests/check_passages tests/check_plain tests/check_ratings \
	tests/check_score tests/check_spelling
TESTS += tests/check_careful tests/check_encoder
TESTS += tests/check_letter tests/check_model tests/check_passages tests/check_plain
TESTS += tests/check_ratings tests/check_score tests/check_spelling
endif
small_model_sources = tests/small_model.c tests/small_model.h tests/support.c tests/support.h
careful_model_sources = tests/careful_model.c tests/careful_model.h
tests_check_careful_SOURCES = tests/check_careful.c $(careful_model_sources) $(small_model_sources)
tests_check_careful_CFLAGS = $(SUITE_CFLAGS)
tests_check_careful_LDADD = $(SUITE_LDADD)
tests_check_encoder_SOURCES = tests/check_encoder.c tests/plain_encoder.c tests/plain_encoder.h
tests_check_encoder_SOURCES += $(careful_model_sources) $(lessons_sources)
tests_check_encoder_CFLAGS = $(SUITE_CFLAGS)
tests_check_encoder_LDADD = $(SUITE_LDADD)
tests_check_letter_SOURCES = tests/check_letter.c $(small_model_sources)
tests_check_letter_CFLAGS = $(SUITE_CFLAGS)
tests_check_letter_LDADD = $(SUITE_LDADD)
tests_check_model_SOURCES = tests/check_model.c $(small_model_sources)
tests_check_model_CFLAGS = $(SUITE_CFLAGS)
tests_check_model_LDADD = $(SUITE_LDADD)
tests_check_passages_SOURCES = tests/check_passages.c $(small_model_sources)
tests_check_passages_CFLAGS = $(SUITE_CFLAGS)
tests_check_passages_LDADD = $(SUITE_LDADD)
tests_check_plain_SOURCES = tests/check_plain.c $(small_model_sources)
tests_check_plain_CFLAGS = $(SUITE_CFLAGS)
tests_check_plain_LDADD = $(SUITE_LDADD)
tests_check_ratings_SOURCES = tests/check_ratings.c $(small_model_sources)
tests_check_ratings_CFLAGS = $(SUITE_CFLAGS)
tests_check_ratings_LDADD = $(SUITE_LDADD)
tests_check_spelling_SOURCES = tests/check_spelling.c tests/support.c tests/support.h
tests_check_spelling_CFLAGS = $(SUITE_CFLAGS)
tests_check_spelling_LDADD = $(SUITE_LDADD)
tests_check_score_SOURCES = tests/check_score.c $(small_model_sources)
tests_check_score_CFLAGS = $(SUITE_CFLAGS) -D_POSIX_C_SOURCE=200809L
tests_check_score_LDADD = $(SUITE_LDADD) -lm

# Judgement of posts of the shared sets, where they are; check_spec judges cases.
if HAVE_PYTHON
TESTS += tests/check_quality.py tests/check_languages.py
endif
EXTRA_DIST += tests/check_quality.py tests/check_languages.py tests/languages.txt

if HAVE_CHECK
check_PROGRAMS += tests/check_lexicon
TESTS += tests/check_lexicon
endif
tests_check_lexicon_SOURCES = tests/check_lexicon.c $(small_model_sources)
tests_check_lexicon_CFLAGS = $(SUITE_CFLAGS)
tests_check_lexicon_LDADD = $(SUITE_LDADD)

# Run by tools/check long: it compiles the command several times.
EXTRA_DIST += tests/check_identity.sh
