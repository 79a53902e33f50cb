/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * From logits to probabilities in millionths, in integers, so that every machine
 * gives the same.
 */
#ifndef ENGAGEP_SCORE_CALIBRATE_H
#define ENGAGEP_SCORE_CALIBRATE_H

#include <stdint.h>

/* 2^(-i/256) in 1/2^30 (lib/data/exp_table.c). */
extern const uint32_t engagep_exp_table[257];

/* e^-40 is less than half a millionth of a millionth. */
#define ENGAGEP_CALIBRATE_FAR ((int64_t)40 << 16)

/* Holds a number within bounds of either sign. */
static inline int64_t engagep_calibrate_within(int64_t x, int64_t most)
{
    return x > most ? most : x < -most ? -most : x;
}

/* Holds a number, in 1/65536, within what exp can tell apart. */
static inline int64_t engagep_calibrate_bound(int64_t x)
{
    return engagep_calibrate_within(x, ENGAGEP_CALIBRATE_FAR);
}

/* Divided by 65536 and rounded down, for either sign; x is within 2^61. */
static inline int64_t engagep_calibrate_shift(int64_t x)
{
    const int64_t half = (int64_t)1 << 46;
    return (int64_t)((uint64_t)(x + half * 65536) >> 16) - half;
}

/* scale * logit + offset, all in 1/65536. */
static inline int64_t engagep_calibrate_wide(int64_t logit, int32_t scale, int32_t offset)
{
    int64_t held = engagep_calibrate_within(logit, (int64_t)1 << 36);
    return engagep_calibrate_shift(held * scale) + offset;
}

/* The same, held within what exp can tell apart. */
static inline int64_t engagep_calibrate_linear(int64_t logit, int32_t scale, int32_t offset)
{
    return engagep_calibrate_bound(engagep_calibrate_wide(logit, scale, offset));
}

/* 1 / (1 + e^-x) in millionths; x in 1/65536. */
int32_t engagep_calibrate_sigmoid(int64_t x);

/* The least x whose probability is over this one; more than any log-odds where none is. */
int64_t engagep_calibrate_least(int32_t probability);

/* Softmax of three in millionths, which add to 1,000,000; x in 1/65536. Only how far they are
 * from the highest counts, so they need not be bounded: bounded one by one, those of a post of
 * thousands of words might end up alike. */
void engagep_calibrate_softmax(const int64_t x[3], int32_t out[3]);

#endif
