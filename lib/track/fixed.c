/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "track/fixed.h"

#include "track/exp2_table.h"

#define LN2_Q32 UINT64_C(2977044472)
#define LOG10_2_Q32 UINT64_C(1292913986)

uint64_t engagep_fixed_exp2neg(uint64_t x)
{
    uint64_t whole = x >> 32;
    if (whole > 33)
        return 0;
    uint64_t value = exp2_table[x >> 24 & 0xFF];
    uint64_t rest = x & 0xFFFFFF;
    if (rest != 0) {
        /* e^-y by its series; y is below 0.0028, so that four terms are enough. */
        uint64_t y = (rest * LN2_Q32 + (ENGAGEP_FIXED_ONE >> 1)) >> 32;
        uint64_t y2 = y * y >> 32;
        uint64_t y3 = y2 * y >> 32;
        value = value * (ENGAGEP_FIXED_ONE - y + y2 / 2 - y3 / 6) >> 32;
    }
    return whole == 0 ? value : ((value >> (whole - 1)) + 1) >> 1;
}

int64_t engagep_fixed_log10(int64_t n)
{
    if (n <= 0)
        return 0;
    /* The binary logarithm, a bit at a time: squaring doubles it. */
    uint64_t mantissa = (uint64_t)n + 1;
    uint64_t whole = 63;
    while (mantissa < UINT64_C(1) << 63) {
        mantissa <<= 1;
        whole--;
    }
    mantissa >>= 32; /* 1 to 2 in Q31 */
    uint64_t log2 = whole << 32;
    for (int bit = 31; bit >= 4; bit--) {
        mantissa = mantissa * mantissa >> 31;
        if (mantissa >= UINT64_C(1) << 32) {
            mantissa >>= 1;
            log2 |= UINT64_C(1) << bit;
        }
    }
    /* In two steps, since 38 + 32 bits do not fit. */
    uint64_t high = (log2 >> 32) * LOG10_2_Q32;
    uint64_t low = (log2 & 0xFFFFFFFF) * LOG10_2_Q32 >> 32;
    uint64_t log10 = high + low; /* Q32 */
    uint64_t millionths = (log10 >> 32) * 1000000 + ((log10 & 0xFFFFFFFF) * 1000000 >> 32);
    uint64_t rest = (log10 & 0xFFFFFFFF) * 1000000 & 0xFFFFFFFF;
    return (int64_t)(millionths + (rest >> 31));
}
