/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "score/calibrate.h"

#define ONE (UINT64_C(1) << 30)
#define MILLION 1000000

/* e^-x in 1/2^30, for x from 0 to twice the bound in 1/65536. */
static inline uint64_t exp_minus(int64_t x)
{
    /* log2(e) * 2^32; the product stays below 2^56 */
    uint64_t power = (uint64_t)x * UINT64_C(6196328019) >> 24;
    uint64_t whole = power >> 24;
    uint64_t at = power >> 16 & 255;
    uint64_t part = power & 65535;
    uint64_t high = engagep_exp_table[at];
    uint64_t low = engagep_exp_table[at + 1];
    return whole > 30 ? 0 : (high - ((high - low) * part >> 16)) >> whole;
}

int32_t engagep_calibrate_sigmoid(int64_t x)
{
    uint64_t e = exp_minus(x < 0 ? -x : x);
    uint64_t sum = ONE + e;
    uint64_t small = (e * MILLION + sum / 2) / sum;
    return (int32_t)(x < 0 ? small : MILLION - small);
}

int64_t engagep_calibrate_least(int32_t probability)
{
    int64_t low = -2 * ENGAGEP_CALIBRATE_FAR; /* beyond what corrections reach */
    int64_t high = 2 * ENGAGEP_CALIBRATE_FAR;
    while (high - low > 1) {
        int64_t middle = low + (high - low) / 2;
        if (engagep_calibrate_sigmoid(middle) <= probability)
            low = middle;
        else
            high = middle;
    }
    return high;
}

void engagep_calibrate_softmax(const int64_t x[3], int32_t out[3])
{
    int best = 0;
    for (int i = 1; i < 3; i++)
        best = x[i] > x[best] ? i : best;
    uint64_t e[3], sum = 0;
    for (int i = 0; i < 3; i++)
        sum += e[i] = exp_minus(engagep_calibrate_within(x[best] - x[i],
                                                         2 * ENGAGEP_CALIBRATE_FAR));
    int32_t rest = MILLION;
    for (int i = 0; i < 3; i++) {
        out[i] = (int32_t)(e[i] * MILLION / sum);
        rest -= out[i];
    }
    out[best] += rest;
}
