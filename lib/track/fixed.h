/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Powers and logarithms in integers: the same on every machine. No libm.
 */
#ifndef ENGAGEP_TRACK_FIXED_H
#define ENGAGEP_TRACK_FIXED_H

#include <stdint.h>

#define ENGAGEP_FIXED_ONE (UINT64_C(1) << 32)

/* 2 to the minus x, both in Q32: 0 to 1. Error below 2^-30. */
uint64_t engagep_fixed_exp2neg(uint64_t x);

/* log10(1 + n) in millionths, rounded; 0 for negative n. */
int64_t engagep_fixed_log10(int64_t n);

#endif
