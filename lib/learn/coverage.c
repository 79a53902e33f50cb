/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "learn/coverage.h"

#define MILLION 1000000

uint32_t engagep_coverage_rank(uint32_t n, int32_t share)
{
    return (uint32_t)(((uint64_t)n + 1) * (uint64_t)share / MILLION);
}

/* A number of any size: DIGITS binary digits, the highest set, times two to the power. Terms
 * of a sum over a million trials span thousands of powers, and integers make them the same
 * on every machine. */
struct number {
    uint64_t digits;
    int64_t power;
};

enum { DIGITS = 42, HALF = 21, FACTOR = 20 /* binary digits of what is multiplied by */ };

static struct number normal(uint64_t digits, int64_t power)
{
    struct number x = {digits, power};
    if (digits == 0)
        return x;
    while (x.digits >> DIGITS != 0) {
        x.digits >>= 1;
        x.power++;
    }
    while (x.digits >> (DIGITS - 1) == 0) {
        x.digits <<= 1;
        x.power--;
    }
    return x;
}

static struct number product(struct number a, struct number b)
{
    uint64_t high = a.digits >> HALF;
    uint64_t low = a.digits & ((UINT64_C(1) << HALF) - 1);
    return normal(high * b.digits + (low * b.digits >> HALF), a.power + b.power + HALF);
}

/* x times a / b, which are below two to the FACTOR. */
static struct number scaled(struct number x, uint64_t a, uint64_t b)
{
    struct number y = normal(x.digits * a, x.power);
    return normal((y.digits << FACTOR) / b, y.power - FACTOR);
}

static struct number sum(struct number a, struct number b)
{
    if (a.digits == 0)
        return b;
    if (b.digits == 0)
        return a;
    if (a.power < b.power) {
        struct number swapped = a;
        a = b;
        b = swapped;
    }
    int64_t gap = a.power - b.power;
    return gap >= DIGITS ? a : normal(a.digits + (b.digits >> gap), a.power);
}

static struct number raised(struct number x, uint32_t n)
{
    struct number result = normal(1, 0);
    for (; n != 0; n >>= 1) {
        if ((n & 1) != 0)
            result = product(result, x);
        x = product(x, x);
    }
    return result;
}

static int32_t millionths(struct number x)
{
    if (x.digits == 0 || x.power < -63)
        return 0;
    if (x.power > -DIGITS)
        return MILLION; /* one, give or take what was rounded */
    return (int32_t)(x.digits * MILLION >> -x.power);
}

int32_t engagep_coverage_binomial(uint32_t n, int32_t share, uint32_t most)
{
    if (most >= n || share <= 0)
        return MILLION;
    if (share >= MILLION)
        return 0;
    uint64_t yes = (uint64_t)share;
    uint64_t no = MILLION - yes;
    struct number term = raised(scaled(normal(1, 0), no, MILLION), n);
    struct number total = term;
    for (uint32_t i = 0; i < most; i++) {
        term = scaled(term, n - i, i + 1);
        term = scaled(term, yes, no);
        total = sum(total, term);
    }
    return millionths(total);
}

/* The largest share for which at most rank - 1 of n succeed with a chance of at least this. */
static int32_t largest(uint32_t n, uint32_t rank, int32_t chance)
{
    int32_t low = 0;
    int32_t high = MILLION;
    while (high - low > 1) {
        int32_t middle = low + (high - low) / 2;
        if (engagep_coverage_binomial(n, middle, rank - 1) >= chance)
            low = middle;
        else
            high = middle;
    }
    return low;
}

void engagep_coverage_bounds(uint32_t n, uint32_t rank, int32_t *least, int32_t *most)
{
    *least = largest(n, rank, 975000);
    *most = largest(n, rank, 25000) + 1;
}
