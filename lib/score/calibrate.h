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

/* Holds a number, in 1/65536, within what exp can tell apart. */
int64_t engagep_calibrate_bound(int64_t x);

/* scale * logit + offset, all in 1/65536, held within what exp can tell apart. */
int64_t engagep_calibrate_linear(int64_t logit, int32_t scale, int32_t offset);

/* 1 / (1 + e^-x) in millionths; x in 1/65536. */
int32_t engagep_calibrate_sigmoid(int64_t x);

/* Softmax of three in millionths, which add to 1,000,000; x in 1/65536. */
void engagep_calibrate_softmax(const int64_t x[3], int32_t out[3]);

#endif
