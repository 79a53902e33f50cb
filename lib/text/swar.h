/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Eight bytes of text at a time, in an ordinary register: the first byte is the lowest,
 * on every machine. A mask has the highest bit of each byte that is meant.
 */
#ifndef ENGAGEP_SWAR_H
#define ENGAGEP_SWAR_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define ENGAGEP_SWAR_EACH UINT64_C(0x0101010101010101)
#define ENGAGEP_SWAR_HIGH UINT64_C(0x8080808080808080)

/* A compiler makes one instruction of either on a machine of that byte order. */
static inline uint64_t engagep_swar_load(const char *text)
{
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    uint64_t bytes;
    memcpy(&bytes, text, sizeof(bytes));
    return bytes;
#else
    const unsigned char *s = (const unsigned char *)text;
    return (uint64_t)s[0] | (uint64_t)s[1] << 8 | (uint64_t)s[2] << 16 | (uint64_t)s[3] << 24 |
           (uint64_t)s[4] << 32 | (uint64_t)s[5] << 40 | (uint64_t)s[6] << 48 |
           (uint64_t)s[7] << 56;
#endif
}

static inline void engagep_swar_store(char *text, uint64_t bytes)
{
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    memcpy(text, &bytes, sizeof(bytes));
#else
    for (int i = 0; i < 8; i++)
        text[i] = (char)(unsigned char)(bytes >> 8 * i);
#endif
}

/* The bytes from `low` to `high`, both of ASCII. */
static inline uint64_t engagep_swar_within(uint64_t bytes, unsigned char low, unsigned char high)
{
    uint64_t seven = bytes & ~ENGAGEP_SWAR_HIGH;
    uint64_t from_low = seven + ENGAGEP_SWAR_EACH * (0x80u - low);
    uint64_t beyond_high = seven + ENGAGEP_SWAR_EACH * (0x7Fu - high);
    return ~bytes & from_low & ~beyond_high & ENGAGEP_SWAR_HIGH;
}

/* How many bits are 0 below the lowest that is 1; there is one. */
static inline size_t engagep_swar_zeros(uint64_t bits)
{
#if defined(__GNUC__)
    return (size_t)__builtin_ctzll(bits);
#else
    size_t n = 0;
    while (!(bits & 1)) {
        bits >>= 1;
        n++;
    }
    return n;
#endif
}

/* A mask as eight bits, the first byte's the lowest. */
static inline unsigned char engagep_swar_bits(uint64_t mask)
{
    return (unsigned char)((mask >> 7) * UINT64_C(0x0102040810204080) >> 56);
}

#endif
