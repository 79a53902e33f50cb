/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * UTF-8, decoded with replacement: an invalid sequence is one unit, as long as its
 * maximal valid prefix (the practice that the Unicode Standard recommends, chapter
 * 3, "U+FFFD Substitution of Maximal Subparts").
 */
#ifndef ENGAGEP_UTF8_H
#define ENGAGEP_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* What *code is set to for an invalid sequence; it is no code point. */
#define ENGAGEP_UTF8_INVALID 0xFFFFFFFFu

/* Decodes the code point at `text`, of which size (at least 1) bytes are there.
 * Returns its length in bytes, 1 to 4. */
static inline size_t engagep_utf8_decode(const char *text, size_t size, uint32_t *code)
{
    const unsigned char *s = (const unsigned char *)text;
    unsigned char lead = s[0];
    if (lead < 0x80) {
        *code = lead;
        return 1;
    }
    *code = ENGAGEP_UTF8_INVALID;
    if (lead < 0xC2 || lead > 0xF4)
        return 1;
    size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    /* The second byte is narrower after these leads: no overlong forms, no
     * surrogates, nothing beyond U+10FFFF. */
    unsigned char low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    unsigned char high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    uint32_t value = lead & (0x7Fu >> length);
    for (size_t i = 1; i < length; i++) {
        if (i >= size || s[i] < low || s[i] > high)
            return i;
        value = value << 6 | (s[i] & 0x3Fu);
        low = 0x80;
        high = 0xBF;
    }
    *code = value;
    return length;
}

/* Writes a code point (at most U+10FFFF, no surrogate) and returns its length. */
static inline size_t engagep_utf8_encode(uint32_t code, char *out)
{
    if (code < 0x80) {
        out[0] = (char)code;
        return 1;
    }
    if (code < 0x800) {
        out[0] = (char)(0xC0 | code >> 6);
        out[1] = (char)(0x80 | (code & 0x3F));
        return 2;
    }
    if (code < 0x10000) {
        out[0] = (char)(0xE0 | code >> 12);
        out[1] = (char)(0x80 | (code >> 6 & 0x3F));
        out[2] = (char)(0x80 | (code & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | code >> 18);
    out[1] = (char)(0x80 | (code >> 12 & 0x3F));
    out[2] = (char)(0x80 | (code >> 6 & 0x3F));
    out[3] = (char)(0x80 | (code & 0x3F));
    return 4;
}

#endif
