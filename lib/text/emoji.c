/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Emoji sequences, by the definitions of UTS #51.
 */
#include "text/match.h"
#include "text/unicode.h"

enum {
    JOINER = 0x200D,
    TEXT_STYLE = 0xFE0E,
    EMOJI_STYLE = 0xFE0F,
    KEYCAP = 0x20E3,
    FIRST_TAG = 0xE0020,
    LAST_TAG = 0xE007E,
    END_TAG = 0xE007F
};

/* The code point at `at`, or 0 at the end; *length is its length. */
static uint32_t peek(const char *text, size_t size, size_t at, size_t *length)
{
    uint32_t code = 0;
    *length = 0;
    if (at < size)
        *length = engagep_utf8_decode(text + at, size - at, &code);
    return code;
}

static int begins(uint32_t code)
{
    unsigned kind = engagep_unicode_kind(code);
    return kind >= ENGAGEP_CHAR_EMOJI && kind <= ENGAGEP_CHAR_BASE;
}

size_t engagep_emoji_keycap(const char *text, size_t size, size_t at)
{
    size_t length;
    uint32_t code = peek(text, size, at + 1, &length);
    if (code == EMOJI_STYLE) {
        at += length;
        code = peek(text, size, at + 1, &length);
    }
    return code == KEYCAP ? at + 1 + length : 0;
}

/* The end of what follows a base: skin tone, style, keycap, tags. */
static size_t decorations(const char *text, size_t size, size_t at, unsigned base)
{
    size_t length;
    uint32_t code = peek(text, size, at, &length);
    if (base == ENGAGEP_CHAR_BASE && engagep_unicode_kind(code) == ENGAGEP_CHAR_MODIFIER) {
        at += length;
        code = peek(text, size, at, &length);
    }
    if (code == EMOJI_STYLE || code == TEXT_STYLE) {
        at += length;
        code = peek(text, size, at, &length);
    }
    if (code == KEYCAP)
        return at + length;
    size_t tags = at;
    while (code >= FIRST_TAG && code <= LAST_TAG) {
        tags += length;
        code = peek(text, size, tags, &length);
    }
    return tags > at && code == END_TAG ? tags + length : at;
}

size_t engagep_emoji_match(const char *text, size_t size, size_t at)
{
    size_t length;
    uint32_t code = peek(text, size, at, &length);
    if (length == 0 || !begins(code))
        return 0;
    for (;;) {
        unsigned base = engagep_unicode_kind(code);
        at += length;
        if (base == ENGAGEP_CHAR_REGIONAL) {
            code = peek(text, size, at, &length);
            return engagep_unicode_kind(code) == ENGAGEP_CHAR_REGIONAL ? at + length : at;
        }
        at = decorations(text, size, at, base);
        size_t joiner;
        if (peek(text, size, at, &joiner) != JOINER)
            return at;
        code = peek(text, size, at + joiner, &length);
        if (!begins(code) || engagep_unicode_kind(code) == ENGAGEP_CHAR_REGIONAL)
            return at;
        at += joiner;
    }
}
