/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Numbers whose first byte is the lowest, read and written byte by byte, so that every
 * machine has the same; compilers make one instruction of each.
 */
#ifndef ENGAGEP_LITTLE_H
#define ENGAGEP_LITTLE_H

#include <stdint.h>

static inline uint32_t engagep_little_u16(const unsigned char *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8;
}

static inline uint32_t engagep_little_u32(const unsigned char *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static inline uint64_t engagep_little_u64(const unsigned char *p)
{
    return (uint64_t)p[0] | (uint64_t)p[1] << 8 | (uint64_t)p[2] << 16 | (uint64_t)p[3] << 24 |
           (uint64_t)p[4] << 32 | (uint64_t)p[5] << 40 | (uint64_t)p[6] << 48 |
           (uint64_t)p[7] << 56;
}

/* Two's complement, whatever the machine's own. */
static inline int32_t engagep_little_i16(const unsigned char *p)
{
    int32_t bits = (int32_t)engagep_little_u16(p);
    return bits < 32768 ? bits : bits - 65536;
}

static inline int32_t engagep_little_i32(const unsigned char *p)
{
    uint32_t bits = engagep_little_u32(p);
    return bits < 0x80000000u ? (int32_t)bits : -(int32_t)(0xFFFFFFFFu - bits) - 1;
}

static inline void engagep_little_put_u16(unsigned char *p, uint32_t value)
{
    p[0] = (unsigned char)value;
    p[1] = (unsigned char)(value >> 8);
}

static inline void engagep_little_put_u32(unsigned char *p, uint32_t value)
{
    engagep_little_put_u16(p, value);
    engagep_little_put_u16(p + 2, value >> 16);
}

static inline void engagep_little_put_u64(unsigned char *p, uint64_t value)
{
    engagep_little_put_u32(p, (uint32_t)value);
    engagep_little_put_u32(p + 4, (uint32_t)(value >> 32));
}

#endif
