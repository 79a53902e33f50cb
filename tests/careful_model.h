/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * A careful model in plain numbers, drawn at random, and its file, which stands on the built-in
 * model; for tests that judge by it, and that break it.
 */
#ifndef ENGAGE_TESTS_CAREFUL_MODEL_H
#define ENGAGE_TESTS_CAREFUL_MODEL_H

#include "score/format.h"

#include <stddef.h>
#include <stdint.h>

#define CAREFUL_MODEL_ROOM (768 * 1024)
#define CAREFUL_MODEL_ROWS 800

enum {
    CAREFUL_WIDTH = ENGAGEP_ENCODER_WIDTH,
    CAREFUL_INPUTS = 3 * ENGAGEP_ENCODER_WIDTH, /* at most, of an output */
    CAREFUL_HIDDEN = ENGAGEP_ENCODER_LAYERS, /* the layers' numbers: those of tokens come first */
    CAREFUL_HEADS,
    CAREFUL_LAYERS
};

/* Of the outputs that it has, the first numbers of each array. */
struct careful_layer {
    size_t outputs;
    size_t inputs;
    int32_t scale[CAREFUL_WIDTH];
    int32_t bias[CAREFUL_WIDTH];
    int8_t weights[CAREFUL_WIDTH][CAREFUL_INPUTS];
};

struct careful_model {
    size_t count; /* of rows */
    uint32_t names[CAREFUL_MODEL_ROWS]; /* rising */
    int8_t rows[CAREFUL_MODEL_ROWS][CAREFUL_WIDTH];
    int32_t doubts[ENGAGEP_ENCODER_DOUBTS];
    struct careful_layer layers[CAREFUL_LAYERS];
    int32_t calibration[ENGAGEP_CALIBRATE_NUMBERS];
};

/* What differs in a file from a proper one; all zero is proper. */
struct careful_model_change {
    const char *base;           /* instead of the identity of the built-in model */
    const char *meta;           /* instead of the card */
    const void *selftest;       /* instead of none */
    size_t selftest_size;
    int names_bytes;            /* so many more, or fewer, than those of all names */
    int rows_bytes;             /* the same, of the rows */
    int encoder_bytes;          /* the same, of the encoder's layers */
    int leave_out;              /* a section's type that is not there */
    int twice;                  /* a section's type that stands there twice */
    int unknown;                /* 1: one more section of unknown kind; 2: a critical one */
    int more;                   /* one more section, of this type, with bytes of the built-in's */
};

/* Draws one. Some words of posts have rows and some have none, and so have three to five letters,
 * and whatever else is told of a token. Of its numbers come activations that are neither all
 * nothing nor all held at their bounds. */
void careful_model_draw(struct careful_model *out, uint64_t seed);

/* Writes its file into `out` (CAREFUL_MODEL_ROOM bytes, 64-byte aligned for borrowing) and returns
 * the size. The change may be NULL. */
size_t careful_model_write(unsigned char *out, const struct careful_model *model,
                           const struct careful_model_change *change);

/* Opens it, over bytes of its own. */
const engage_model *careful_model_open(const struct careful_model *model);

#endif
