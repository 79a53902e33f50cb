/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "base/hash.h"

#include "base/hex.h"

#include <string.h>

static const uint32_t constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static uint32_t rotate(uint32_t x, int bits)
{
    return x >> bits | x << (32 - bits);
}

/* One of 64 steps. Instead of moving all eight words on by one, it takes each from where it
 * is in its turn. */
static inline void step(uint32_t s[8], int turn, uint32_t word)
{
    uint32_t a = s[(8 - turn) & 7];
    uint32_t b = s[(9 - turn) & 7];
    uint32_t c = s[(10 - turn) & 7];
    uint32_t e = s[(12 - turn) & 7];
    uint32_t one = s[(15 - turn) & 7] + word + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) +
                   ((e & s[(13 - turn) & 7]) ^ (~e & s[(14 - turn) & 7]));
    uint32_t two = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
    s[(11 - turn) & 7] += one;
    s[(15 - turn) & 7] = one + two;
}

static void compress(uint32_t state[8], const unsigned char *p)
{
    uint32_t w[64];
    for (int i = 0; i < 16; i++)
        w[i] = (uint32_t)p[4 * i] << 24 | (uint32_t)p[4 * i + 1] << 16 |
               (uint32_t)p[4 * i + 2] << 8 | p[4 * i + 3];
    for (int i = 16; i < 64; i++) {
        uint32_t a = rotate(w[i - 15], 7) ^ rotate(w[i - 15], 18) ^ w[i - 15] >> 3;
        uint32_t b = rotate(w[i - 2], 17) ^ rotate(w[i - 2], 19) ^ w[i - 2] >> 10;
        w[i] = w[i - 16] + a + w[i - 7] + b;
    }
    uint32_t s[8];
    memcpy(s, state, sizeof(s));
    for (int i = 0; i < 64; i += 8) {
        step(s, 0, constants[i] + w[i]);
        step(s, 1, constants[i + 1] + w[i + 1]);
        step(s, 2, constants[i + 2] + w[i + 2]);
        step(s, 3, constants[i + 3] + w[i + 3]);
        step(s, 4, constants[i + 4] + w[i + 4]);
        step(s, 5, constants[i + 5] + w[i + 5]);
        step(s, 6, constants[i + 6] + w[i + 6]);
        step(s, 7, constants[i + 7] + w[i + 7]);
    }
    for (int i = 0; i < 8; i++)
        state[i] += s[i];
}

void engagep_sha256_begin(struct engagep_sha256 *sha)
{
    static const uint32_t start[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                      0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    memcpy(sha->state, start, sizeof(start));
    sha->size = 0;
}

void engagep_sha256_add(struct engagep_sha256 *sha, const void *data, size_t size)
{
    const unsigned char *p = data;
    size_t held = (size_t)(sha->size % 64);
    sha->size += size;
    if (held != 0) {
        size_t take = size < 64 - held ? size : 64 - held;
        memcpy(sha->block + held, p, take);
        p += take;
        size -= take;
        if (held + take < 64)
            return;
        compress(sha->state, sha->block);
    }
    for (; size >= 64; p += 64, size -= 64)
        compress(sha->state, p);
    if (size != 0)
        memcpy(sha->block, p, size);
}

void engagep_sha256_end(struct engagep_sha256 *sha, unsigned char out[32])
{
    uint64_t bits = sha->size * 8;
    size_t held = (size_t)(sha->size % 64);
    sha->block[held++] = 0x80;
    if (held > 56) {
        memset(sha->block + held, 0, 64 - held);
        compress(sha->state, sha->block);
        held = 0;
    }
    memset(sha->block + held, 0, 56 - held);
    for (int i = 0; i < 8; i++)
        sha->block[56 + i] = (unsigned char)(bits >> (56 - 8 * i));
    compress(sha->state, sha->block);
    for (int i = 0; i < 8; i++) {
        for (int j = 0; j < 4; j++)
            out[4 * i + j] = (unsigned char)(sha->state[i] >> (24 - 8 * j));
    }
}

void engagep_sha256_end_hex(struct engagep_sha256 *sha, char *out, size_t digits)
{
    unsigned char digest[32];
    engagep_sha256_end(sha, digest);
    engagep_hex_put(out, digest, digits);
}
