/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "score/content.h"

#include "base/little.h"
#include "base/utf8.h"
#include "score/emit.h"
#include "text/swar.h"

#include <string.h>

/* Up to eight bytes in one number, the same for any byte order: two runs of four
 * that may overlap, or three single bytes. With the size they tell all texts apart. */
static uint64_t load(const unsigned char *s, size_t size)
{
    if (size >= 4)
        return engagep_little_u32(s) | (uint64_t)engagep_little_u32(s + size - 4) << 32;
    if (size == 0)
        return 0;
    return (uint64_t)s[0] | (uint64_t)s[size / 2] << 8 | (uint64_t)s[size - 1] << 16;
}

/* `bits`: those that are set in any byte. */
static inline uint64_t hash_and_bits(const char *p, size_t size, uint64_t *bits)
{
    const unsigned char *s = (const unsigned char *)p;
    uint64_t hash = (uint64_t)size * UINT64_C(0x9E3779B97F4A7C15);
    *bits = 0;
    while (size > 8) {
        uint64_t bytes = load(s, 8);
        hash = (hash ^ bytes) * UINT64_C(0xff51afd7ed558ccd);
        hash ^= hash >> 32;
        *bits |= bytes;
        s += 8;
        size -= 8;
    }
    uint64_t bytes = load(s, size);
    hash = (hash ^ bytes) * UINT64_C(0xff51afd7ed558ccd);
    *bits |= bytes;
    return hash ^ hash >> 29;
}

static uint64_t hash_bytes(const char *p, size_t size)
{
    uint64_t bits;
    return hash_and_bits(p, size, &bits);
}

/* The typographic apostrophe of "don’t" is the plain one of "don't". */
uint64_t engagep_content_word(const char *p, size_t size)
{
    char plain[64];
    uint64_t bits;
    uint64_t hash = hash_and_bits(p, size, &bits);
    if ((bits & ENGAGEP_SWAR_HIGH) == 0 || size > sizeof(plain) || memchr(p, 0xE2, size) == NULL)
        return hash;
    size_t n = 0;
    for (size_t i = 0; i < size; i++) {
        if (size - i >= 3 && memcmp(p + i, "\xE2\x80\x99", 3) == 0) {
            plain[n++] = '\'';
            i += 2;
        } else {
            plain[n++] = p[i];
        }
    }
    return hash_bytes(plain, n);
}

/* A mark out of five or ten, or a number of stars. */
static int is_rating(const char *p, size_t size)
{
    if (size == 1 || (size == 2 && memcmp(p, "10", 2) == 0))
        return 1;
    const char *slash = memchr(p, '/', size);
    return slash != NULL && slash - p <= 2 && size - (size_t)(slash - p) <= 3;
}

/* A number by its form: every digit reads as 0, unless it may be a rating. */
static uint64_t hash_number(const char *p, size_t size)
{
    char form[12];
    if (is_rating(p, size))
        return hash_bytes(p, size);
    size_t n = 0;
    for (size_t i = 0; i < size && n < sizeof(form); i++)
        form[n++] = p[i] >= '0' && p[i] <= '9' ? '0' : p[i];
    return hash_bytes(form, n);
}

/* An emoji without its tone, its presentation and its sex. */
static uint64_t hash_emoji(const char *p, size_t size)
{
    char plain[64];
    size_t n = 0;
    for (size_t i = 0; i < size && n + 4 <= sizeof(plain);) {
        uint32_t code;
        size_t length = engagep_utf8_decode(p + i, size - i, &code);
        if (code == 0x2640 || code == 0x2642) {
            /* the joiner before the sign of a sex goes with it */
            if (n >= 3 && memcmp(plain + n - 3, "\xE2\x80\x8D", 3) == 0)
                n -= 3;
        } else if (code != 0xFE0F && !(code >= 0x1F3FB && code <= 0x1F3FF)) {
            memcpy(plain + n, p + i, length);
            n += length;
        }
        i += length;
    }
    return hash_bytes(plain, n);
}

/* A run of marks by its first mark and whether it is a run; "?!" and "!?" are one. */
static uint64_t hash_mark(const char *p, size_t size)
{
    if (size > 1 && (p[0] == '?' || p[0] == '!')) {
        int asks = memchr(p, '?', size) != NULL;
        int cries = memchr(p, '!', size) != NULL;
        return hash_bytes(asks && cries ? "?!" : asks ? "??" : "!!", 2);
    }
    if (size > 2 && p[0] == '.')
        return hash_bytes("...", 3);
    return hash_bytes(p, size < 8 ? size : 8);
}

uint64_t engagep_content_stop(void)
{
    return hash_mark(".", 1);
}

const char *engagep_content_tag(const char *norm, size_t *size)
{
    if (*size > 0 && norm[0] == '#') {
        *size -= 1;
        return norm + 1;
    }
    /* the full-width sign of a hashtag, U+FF03 */
    if (*size >= 3 && memcmp(norm, "\xEF\xBC\x83", 3) == 0) {
        *size -= 3;
        return norm + 3;
    }
    return norm;
}

uint64_t engagep_content_token(const struct engagep_token *token, const char *norm)
{
    size_t size = token->norm_size;
    switch (token->kind) {
    case ENGAGE_TOKEN_NUMBER:
        return hash_number(norm, size);
    case ENGAGE_TOKEN_MENTION:
        return ENGAGEP_SOME_MENTION;
    case ENGAGE_TOKEN_URL:
        return ENGAGEP_SOME_URL;
    case ENGAGE_TOKEN_EMAIL:
        return ENGAGEP_SOME_EMAIL;
    case ENGAGE_TOKEN_PHONE:
        return ENGAGEP_SOME_PHONE;
    case ENGAGE_TOKEN_CASHTAG:
        return ENGAGEP_SOME_CASHTAG;
    case ENGAGE_TOKEN_HASHTAG: {
        const char *text = engagep_content_tag(norm, &size);
        return engagep_content_word(text, size);
    }
    case ENGAGE_TOKEN_EMOJI:
        return hash_emoji(norm, size);
    case ENGAGE_TOKEN_PUNCT:
        return hash_mark(norm, size);
    default:
        return engagep_content_word(norm, size);
    }
}
