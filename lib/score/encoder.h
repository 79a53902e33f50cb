/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * The encoder of a careful model: it reads tokens in their order, where the table knows
 * them as a sum alone, and adds what it makes of them to the logits.
 *
 *   x[t]   the sum of the rows of token t's cues
 *   x[t]  += relu(layer [x[t - 1], x[t], x[t + 1]]), for each layer
 *   h      = relu(hidden [mean of x as it was first, mean of x, maximum of x])
 *   logits = heads h
 *
 * All of it in integers: weights of 8 bits with a scale for each output, activations of 16
 * bits in 1/256.
 */
#ifndef ENGAGEP_SCORE_ENCODER_H
#define ENGAGEP_SCORE_ENCODER_H

#include "score/features.h"
#include "score/model.h"

struct engagep_encoder;

/* That of a model which has one. ENGAGE_OK or ENGAGE_ENOMEM. */
int engagep_encoder_new(struct engagep_encoder **out, const engage_model *model,
                        const engage_allocator *allocator);

/* NULL is allowed. */
void engagep_encoder_free(struct engagep_encoder *encoder);

/* Adds what it makes of the tokens that the features' last run was about, of which the first
 * one is number `first` of the post, to the logits. Nothing is allocated. */
void engagep_encoder_run(struct engagep_encoder *encoder, struct engagep_features *features,
                         const engage_tokenizer *tokenizer, size_t first, size_t count,
                         int64_t logits[ENGAGE_HEADS]);

#endif
