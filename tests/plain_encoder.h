/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * What an encoder should make of a post: the formulas of score/encoder.h as plainly as they can be
 * written, for tests to compare with. Of the library it has the tokens and the names of what is
 * told of them; every sum is its own.
 */
#ifndef ENGAGE_TESTS_PLAIN_ENCODER_H
#define ENGAGE_TESTS_PLAIN_ENCODER_H

#include "careful_model.h"

#include "score/features.h"
#include "score/passages.h"

#define PLAIN_ENCODER_TOKENS 512 /* of a post, at most */

struct plain_encoder {
    const struct careful_model *model;
    engage_allocator allocator;
    engage_tokenizer *tokenizer;
    struct engagep_features features;
    struct engagep_passages passages; /* of the post that was read */
    size_t count;                     /* of its tokens */
    /* What was met in all posts. */
    size_t known;     /* words and others with a row of their own */
    size_t spelt;     /* words without one, of whose letters some have */
    size_t unspelt;   /* the same, of whose letters none has */
    size_t unknown;   /* tokens that are no words and have none */
    size_t others;    /* rows of what else is told of a token */
    size_t nothing;   /* activations that are 0 */
    size_t between;
    size_t most;      /* or as large as they may be */
};

void plain_encoder_open(struct plain_encoder *encoder, const struct careful_model *model);
void plain_encoder_close(struct plain_encoder *encoder);

/* Reads a post's tokens, and parts it. */
void plain_encoder_read(struct plain_encoder *encoder, const char *text, size_t size);

/* What is made of some of its tokens, as if there were no others. */
void plain_encoder_run(struct plain_encoder *encoder, size_t first, size_t count,
                       int64_t logits[ENGAGE_HEADS]);

#endif
