/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "text/plain.h"

#include "base/alloc.h"
#include "base/ascii.h"
#include "base/bits.h"
#include "text/swar.h"
#include "text/unicode.h"

#include <string.h>

/* A character of a post. */
struct sign {
    size_t length;  /* in bytes, the presentation selectors behind an enclosed letter included */
    uint32_t plain; /* what it stands for, or 0 */
    char dropped;   /* it stands for nothing */
    char separate;  /* it is no letter in a style, nor of ASCII that is seen */
    char enclosed;
    char emoji;
    char addresses; /* an at-sign, or what a scheme ends with */
};

/* What a character of the Arabic script stands for: the letter that an Arabic keyboard has, for
 * its Persian form; 0 for what only lengthens or voices a letter; else itself. Hamza and madda make
 * letters, and stay. */
static uint32_t plain_arabic(uint32_t code)
{
    if (code == 0x06CC)
        return 0x064A; /* yeh */
    if (code == 0x06A9)
        return 0x0643; /* kaf */
    int voices = code == 0x0640 || (code >= 0x064B && code <= 0x0652) ||
                 (code >= 0x0656 && code <= 0x065F) || code == 0x0670;
    return voices ? 0 : code;
}

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
    sign.plain = (unsigned char)engagep_unicode_plain(code, &enclosed);
    sign.separate = sign.plain == 0 && code != 0xFF20;
    sign.addresses = code == 0xFF20;
    sign.enclosed = (char)enclosed;
    if (enclosed) {
        sign.emoji = engagep_unicode_kind(code) == ENGAGEP_CHAR_EMOJI;
        sign.length = skip_selectors(post, size, at + sign.length) - at;
    }
    if (sign.plain == 0 && plain_arabic(code) != code) {
        sign.plain = plain_arabic(code);
        sign.dropped = sign.plain == 0;
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
            if (plain_arabic(code) != code)
                return 1;
            if (kind != ENGAGEP_CHAR_PUNCT && kind != ENGAGEP_CHAR_EMOJI &&
                kind != ENGAGEP_CHAR_IGNORE && engagep_unicode_plain(code, &enclosed) != '\0')
                return 1;
        }
    }
    return 0;
}

int engagep_plain_has_asterisks(const char *low, size_t size)
{
    const char *end = low + size;
    for (const char *at = low; (at = memchr(at, '*', (size_t)(end - at))) != NULL; at++)
        if (at + 1 < end && at[1] == '*')
            return 1;
    return 0;
}

/* Two asterisks and no more, behind which a stretch of text in bold begins or ends. */
static int is_pair(const char *post, size_t size, size_t at)
{
    return size - at >= 2 && post[at] == '*' && post[at + 1] == '*' &&
           (at == 0 || post[at - 1] != '*') && (size - at == 2 || post[at + 2] != '*');
}

/* Part of a word, of which two asterisks may hide a letter. */
static int is_inner(char c)
{
    return engagep_ascii_alnum(c) || (unsigned char)c >= 0x80;
}

static int opens(const char *post, size_t size, size_t at)
{
    return is_pair(post, size, at) && (at == 0 || !is_inner(post[at - 1])) && size - at > 2 &&
           !engagep_ascii_space(post[at + 2]);
}

static int closes(const char *post, size_t size, size_t at)
{
    return is_pair(post, size, at) && at > 0 && !engagep_ascii_space(post[at - 1]) &&
           (size - at == 2 || !is_inner(post[at + 2]));
}

/* What is known of pairs of asterisks ahead, so that none is looked for twice. */
struct bold {
    size_t close; /* the one that closes what was opened */
    size_t alone; /* up to where none opens anything */
};

/* Whether asterisks begin or end a stretch of a line in bold. Asked from place to place on. */
static int is_bold(struct bold *bold, const char *post, size_t size, size_t at)
{
    if (at > 0 && at == bold->close)
        return 1;
    if (at < bold->close || at < bold->alone || !opens(post, size, at))
        return 0;
    for (size_t i = at + 3; i < size && post[i] != '\n'; i++) {
        if (closes(post, size, i)) {
            bold->close = i;
            return 1;
        }
        bold->alone = i;
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

/* Appends bytes that stand at a place in the post. */
static void put(struct engagep_plain *plain, const char *bytes, size_t count, size_t at)
{
    for (size_t i = 0; i < count; i++) {
        plain->bytes[plain->size] = bytes[i];
        plain->source[plain->size++] = (uint32_t)(at + i);
    }
}

/* Reads a post; whether anything is another than it was. No character is longer plain. */
static int read(struct engagep_plain *plain, const char *post, size_t size)
{
    int pair = has_enclosed_pair(post, size);
    int changed = 0;
    int before = 0; /* an enclosed letter */
    int address = 0;
    size_t end = 0; /* of what stands together */
    struct bold bold = {0, 0};
    for (size_t at = 0; at < size;) {
        if (post[at] == '*' && is_bold(&bold, post, size, at)) {
            changed = 1;
            before = 0;
            at += 2;
            continue;
        }
        if (at >= end)
            end = stretch(post, size, at, &address);
        struct sign sign = sign_at(post, size, at);
        size_t next = at + sign.length;
        int folds = (sign.plain != 0 && !address) || sign.dropped;
        if (sign.emoji)
            folds = folds && (before || (next < size && sign_at(post, size, next).enclosed));
        else if (sign.enclosed)
            folds = folds && pair;
        char letter[4];
        if (!folds)
            put(plain, post + at, sign.length, at);
        else if (!sign.dropped)
            put(plain, letter, engagep_utf8_encode(sign.plain, letter), at);
        changed |= folds;
        before = sign.enclosed;
        at = next;
    }
    plain->source[plain->size] = (uint32_t)size;
    return changed;
}

int engagep_plain_read(struct engagep_plain *plain, const char *post, size_t size,
                       const engage_allocator *allocator)
{
    plain->text = NULL;
    plain->size = 0;
    plain->post = post;
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
    if (read(plain, post, size))
        plain->text = plain->bytes;
    return ENGAGE_OK;
}

engage_span engagep_plain_source(const struct engagep_plain *plain, engage_span span)
{
    engage_span found = {plain->source[span.start], plain->source[span.end]};
    /* Asterisks behind it that were left out are none of it. */
    if (span.end > span.start && plain->text[span.end - 1] != '*')
        while (found.end > found.start && plain->post[found.end - 1] == '*')
            found.end--;
    return found;
}

void engagep_plain_release(struct engagep_plain *plain, const engage_allocator *allocator)
{
    engagep_alloc_free(allocator, plain->bytes, plain->capacity, 1);
    engagep_alloc_free(allocator, plain->source, plain->source_capacity, sizeof(*plain->source));
}
