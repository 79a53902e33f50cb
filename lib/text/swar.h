/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Eight bytes of text at a time, in an ordinary register: the first byte is the lowest,
 * on every machine. A mask has the highest bit of each byte that is meant.
 */
#ifndef ENGAGEP_SWAR_H
#define ENGAGEP_SWAR_H

#include "base/little.h"

#include <stddef.h>

#define ENGAGEP_SWAR_EACH UINT64_C(0x0101010101010101)
#define ENGAGEP_SWAR_HIGH UINT64_C(0x8080808080808080)

static inline uint64_t engagep_swar_load(const char *text)
{
    return engagep_little_u64((const unsigned char *)text);
}

static inline void engagep_swar_store(char *text, uint64_t bytes)
{
    engagep_little_put_u64((unsigned char *)text, bytes);
}

/* The bytes from `low` to `high`, both of ASCII. */
static inline uint64_t engagep_swar_within(uint64_t bytes, unsigned char low, unsigned char high)
{
    uint64_t seven = bytes & ~ENGAGEP_SWAR_HIGH;
    uint64_t from_low = seven + ENGAGEP_SWAR_EACH * (0x80u - low);
    uint64_t beyond_high = seven + ENGAGEP_SWAR_EACH * (0x7Fu - high);
    return ~bytes & from_low & ~beyond_high & ENGAGEP_SWAR_HIGH;
}

/* A mask as eight bits, the first byte's the lowest. */
static inline unsigned char engagep_swar_bits(uint64_t mask)
{
    return (unsigned char)((mask >> 7) * UINT64_C(0x0102040810204080) >> 56);
}

#endif
