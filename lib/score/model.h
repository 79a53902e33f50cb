/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * A model as the analyzer reads it. Its bytes were verified when it was opened, or
 * by a test where it is built in.
 */
#ifndef ENGAGEP_SCORE_MODEL_H
#define ENGAGEP_SCORE_MODEL_H

#include "score/format.h"
#include "score/vocabulary.h"

/* The part of an opened model that changes; NULL in the built-in one. */
struct engagep_model_shared;

struct engage_model {
    const unsigned char *data;
    struct engagep_model_shared *shared;
    const unsigned char *base; /* the built-in model, where this one stands on it */
};

/* The bytes of a section, of the base where the model has none of this type itself; NULL and 0
 * where neither has. */
const unsigned char *engagep_model_section(const engage_model *model, uint32_t type, size_t *size);

/* Verifies the bytes of a model wholly, as engage_model_open does, and finds its base. */
int engagep_model_verify(engage_model *model, size_t size, engage_error *error);

/* Reads numbers of a section; returns what follows them. */
const unsigned char *engagep_model_numbers(const unsigned char *p, int32_t *out, size_t count);

/* The table of feature rows. */
struct engagep_table engagep_model_table(const engage_model *model);

/* What it knows of single words. */
struct engagep_vocabulary engagep_model_vocabulary(const engage_model *model);

/* The layer over the sum of rows, in native numbers. */
struct engagep_dense {
    int32_t ramp[ENGAGEP_TABLE_COLUMNS];
    int32_t bias[ENGAGE_HEADS];
    int32_t linear[ENGAGE_HEADS][ENGAGEP_TABLE_COLUMNS];
    int32_t ramped[ENGAGE_HEADS][ENGAGEP_TABLE_COLUMNS];
};
void engagep_model_dense(const engage_model *model, struct engagep_dense *out);

/* What is told of a post beside sentiment and intents, from the same sum of rows and the
 * same ramp; these logits need no calibration. */
struct engagep_signals {
    int32_t bias[ENGAGE_SIGNALS];
    int32_t linear[ENGAGE_SIGNALS][ENGAGEP_TABLE_COLUMNS];
    int32_t ramped[ENGAGE_SIGNALS][ENGAGEP_TABLE_COLUMNS];
};
void engagep_model_signals(const engage_model *model, struct engagep_signals *out);

/* Probabilities from logits: p = f(scale * logit + offset). */
struct engagep_calibration {
    int32_t scale[ENGAGE_HEADS];     /* 1/65536 */
    int32_t offset[ENGAGE_HEADS];    /* 1/65536 */
    int32_t threshold[ENGAGE_HEADS]; /* millionths; of sentiments: 0 */
};
void engagep_model_calibration(const engage_model *model, struct engagep_calibration *out);

/* The model that a careful one stands on; that of one without an encoder is itself. */
engage_model engagep_model_base(const engage_model *model);

/* When a post is in doubt without the encoder: so near in log-odds of 1/65536 are its two
 * likeliest sentiments, or an intent and its threshold. */
struct engagep_doubts {
    int32_t sentiment;
    int32_t intent;
};
struct engagep_doubts engagep_model_doubts(const engage_model *model);

#endif
