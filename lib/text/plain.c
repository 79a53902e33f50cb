/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "text/plain.h"

#include "base/alloc.h"
#include "base/bits.h"
#include "text/swar.h"
#include "text/unicode.h"

#include <string.h>

/* A character of a post. */
struct sign {
    size_t length;  /* in bytes, the presentation selectors behind an enclosed letter included */
    char plain;     /* what it is in a style of, or 0 */
    char separate;  /* it is no letter in a style, nor of ASCII that is seen */
    char enclosed;
    char emoji;
    char addresses; /* an at-sign, or what a scheme ends with */
};

static size_t skip_selectors(const char *post, size_t size, size_t at)
{
    while (size - at >= 3 && memcmp(post + at, "\xEF\xB8", 2) == 0 &&
           (post[at + 2] & ~1) == '\x8E')
        at += 3;
    return at;
}

static struct sign sign_at(const char *post, size_t size, size_t at)
{
    struct sign sign = {0};
    uint32_t code;
    int enclosed;
    sign.length = engagep_utf8_decode(post + at, size - at, &code);
    if (code < 0x80) {
        sign.separate = code <= ' ' || code == 0x7F;
        sign.addresses =
            code == '@' || (code == ':' && size - at >= 3 && memcmp(post + at, "://", 3) == 0);
        return sign;
    }
    sign.plain = engagep_unicode_plain(code, &enclosed);
    sign.separate = sign.plain == '\0' && code != 0xFF20;
    sign.addresses = code == 0xFF20;
    sign.enclosed = (char)enclosed;
    if (enclosed) {
        sign.emoji = engagep_unicode_kind(code) == ENGAGEP_CHAR_EMOJI;
        sign.length = skip_selectors(post, size, at + sign.length) - at;
    }
    return sign;
}

int engagep_plain_may(const char *low, size_t size)
{
    for (size_t at = 0; at < size; at += 8) {
        uint64_t bytes = engagep_swar_load(low + at);
        uint64_t leads = bytes & bytes << 1 & ENGAGEP_SWAR_HIGH;
        for (; leads != 0; leads &= leads - 1) {
            size_t lead = at + engagep_bits_lowest(leads) / 8;
            unsigned bit = (unsigned char)low[lead] - 0xC0u;
            uint32_t code;
            if (!(engagep_unicode_style_leads >> bit & 1))
                continue;
            engagep_utf8_decode(low + lead, size - lead, &code);
            unsigned kind = engagep_unicode_kind(code);
            int enclosed;
            if (kind != ENGAGEP_CHAR_PUNCT && kind != ENGAGEP_CHAR_EMOJI &&
                kind != ENGAGEP_CHAR_IGNORE && engagep_unicode_plain(code, &enclosed) != '\0')
                return 1;
        }
    }
    return 0;
}

/* Whether two enclosed letters stand side by side. */
static int has_enclosed_pair(const char *post, size_t size)
{
    int before = 0;
    for (size_t at = 0; at < size;) {
        struct sign sign = sign_at(post, size, at);
        if (before && sign.enclosed)
            return 1;
        before = sign.enclosed;
        at += sign.length;
    }
    return 0;
}

/* The end of what stands together from `at` on; *address tells whether it holds one. */
static size_t stretch(const char *post, size_t size, size_t at, int *address)
{
    *address = 0;
    while (at < size) {
        struct sign sign = sign_at(post, size, at);
        if (sign.separate)
            break;
        *address |= sign.addresses;
        at += sign.length;
    }
    return at;
}

/* Appends bytes of the post, or the plain letter that stands for them all. */
static void put(struct engagep_plain *plain, const char *bytes, size_t count, size_t at)
{
    for (size_t i = 0; i < count; i++) {
        plain->bytes[plain->size] = bytes[i];
        plain->source[plain->size++] = (uint32_t)(at + i);
    }
}

static void read(struct engagep_plain *plain, const char *post, size_t size)
{
    int pair = has_enclosed_pair(post, size);
    int before = 0; /* an enclosed letter */
    int address = 0;
    size_t end = 0; /* of what stands together */
    for (size_t at = 0; at < size;) {
        if (at >= end)
            end = stretch(post, size, at, &address);
        struct sign sign = sign_at(post, size, at);
        size_t next = at + sign.length;
        int folds = sign.plain != '\0' && !address;
        if (sign.emoji)
            folds = folds && (before || (next < size && sign_at(post, size, next).enclosed));
        else if (sign.enclosed)
            folds = folds && pair;
        if (folds)
            put(plain, &sign.plain, 1, at);
        else
            put(plain, post + at, sign.length, at);
        before = sign.enclosed;
        at = next;
    }
    plain->source[plain->size] = (uint32_t)size;
}

int engagep_plain_read(struct engagep_plain *plain, const char *post, size_t size,
                       const engage_allocator *allocator)
{
    plain->text = NULL;
    plain->size = 0;
    void *block = plain->bytes;
    int rc = engagep_alloc_grow(allocator, &block, &plain->capacity, size, 1);
    plain->bytes = block;
    if (rc != ENGAGE_OK)
        return rc;
    block = plain->source;
    rc = engagep_alloc_grow(allocator, &block, &plain->source_capacity, size + 1,
                            sizeof(*plain->source));
    plain->source = block;
    if (rc != ENGAGE_OK)
        return rc;
    read(plain, post, size);
    if (plain->size < size)
        plain->text = plain->bytes;
    return ENGAGE_OK;
}

void engagep_plain_release(struct engagep_plain *plain, const engage_allocator *allocator)
{
    engagep_alloc_free(allocator, plain->bytes, plain->capacity, 1);
    engagep_alloc_free(allocator, plain->source, plain->source_capacity, sizeof(*plain->source));
}
