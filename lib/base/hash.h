/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Hashes and checksums. All of them read bytes, so that every machine gives the
 * same value.
 */
#ifndef ENGAGEP_HASH_H
#define ENGAGEP_HASH_H

#include "base/little.h"

#include <stddef.h>

/* SipHash-2-4 (Aumasson and Bernstein, 2012): keyed, for what an attacker may choose. */
uint64_t engagep_hash_sip(const unsigned char key[16], const void *data, size_t size);

/* The halves of a product put together. */
static inline uint64_t engagep_hash_fold(uint64_t a, uint64_t b)
{
#ifdef __SIZEOF_INT128__
    unsigned __int128 product = (unsigned __int128)a * b;
    return (uint64_t)(product >> 64) ^ (uint64_t)product;
#else
    uint64_t low = (a & 0xFFFFFFFF) * (b & 0xFFFFFFFF);
    uint64_t middle = (a >> 32) * (b & 0xFFFFFFFF) + (low >> 32);
    uint64_t other = (a & 0xFFFFFFFF) * (b >> 32) + (middle & 0xFFFFFFFF);
    return ((a >> 32) * (b >> 32) + (middle >> 32) + (other >> 32)) ^ a * b;
#endif
}

/* A quick hash for tables in memory, by folded products (after wyhash, Wang Yi 2019), with
 * a seed that nobody outside knows; `before` is what came before, or the seed. Not the
 * same everywhere. */
static inline uint64_t engagep_hash_quick(uint64_t seed, uint64_t before, const void *data,
                                          size_t size)
{
    const unsigned char *p = data;
    uint64_t hash = before ^ size;
    for (; size > 16; size -= 16, p += 16)
        hash = engagep_hash_fold(engagep_little_u64(p) ^ seed, engagep_little_u64(p + 8) ^ hash);
    /* What is left, from its front and from its end; both may hold the same bytes. */
    uint64_t front = 0;
    uint64_t back = 0;
    if (size >= 8) {
        front = engagep_little_u64(p);
        back = engagep_little_u64(p + size - 8);
    } else if (size >= 4) {
        front = engagep_little_u32(p);
        back = engagep_little_u32(p + size - 4);
    } else if (size > 0) {
        front = (uint64_t)p[0] | (uint64_t)p[size / 2] << 8 | (uint64_t)p[size - 1] << 16;
    }
    return engagep_hash_fold(front ^ seed, back ^ hash);
}

/* FNV-1a, 64 bits, with a final mix: short keys, fixed forever. */
uint64_t engagep_hash_fnv(const void *data, size_t size);

/* A bijective mix of 64 bits (the finalizer of SplitMix64, Steele and others 2014). */
static inline uint64_t engagep_hash_mix(uint64_t x)
{
    x ^= x >> 30;
    x *= UINT64_C(0xbf58476d1ce4e5b9);
    x ^= x >> 27;
    x *= UINT64_C(0x94d049bb133111eb);
    x ^= x >> 31;
    return x;
}

/* CRC-32C (Castagnoli); begin with crc 0, continue with the value returned. */
uint32_t engagep_crc32c(uint32_t crc, const void *data, size_t size);

/* SHA-256 (FIPS 180-4). */
struct engagep_sha256 {
    uint32_t state[8];
    uint64_t size;
    unsigned char block[64];
};
void engagep_sha256_begin(struct engagep_sha256 *sha);
void engagep_sha256_add(struct engagep_sha256 *sha, const void *data, size_t size);
void engagep_sha256_end(struct engagep_sha256 *sha, unsigned char out[32]);

/* Ends it in the first of its 64 digits; no NUL follows. */
void engagep_sha256_end_hex(struct engagep_sha256 *sha, char *out, size_t digits);

#endif
