/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * What the library knows about characters: tables of its own, generated from the
 * Unicode Character Database by tools/gen_unicode.py, so that a later utf8proc
 * changes no token. A character that the tables do not know is a symbol.
 */
#ifndef ENGAGEP_UNICODE_H
#define ENGAGEP_UNICODE_H

#include "base/utf8.h"

/* The kind of a character, in the low four bits of its entry. The generator writes
 * these numbers. */
enum {
    ENGAGEP_CHAR_SPACE,     /* White_Space */
    ENGAGEP_CHAR_IGNORE,    /* Default_Ignorable_Code_Point, controls, formats */
    ENGAGEP_CHAR_LETTER,    /* of a script with spaces between words */
    ENGAGEP_CHAR_MARK,      /* combining */
    ENGAGEP_CHAR_DIGIT,     /* decimal */
    ENGAGEP_CHAR_PUNCT,
    ENGAGEP_CHAR_SYMBOL,    /* and all that is unassigned or private */
    ENGAGEP_CHAR_SPACELESS, /* letter of a script without spaces between words */
    ENGAGEP_CHAR_EMOJI,     /* may begin an emoji; the next three as well */
    ENGAGEP_CHAR_REGIONAL,
    ENGAGEP_CHAR_MODIFIER,  /* a skin tone */
    ENGAGEP_CHAR_BASE,      /* an emoji that takes a skin tone */
    ENGAGEP_CHAR_KIND = 15
};

/* Flags of a character, above its kind. */
enum {
    ENGAGEP_CHAR_UPPER = 0x10,
    ENGAGEP_CHAR_LOWER = 0x20,
    ENGAGEP_CHAR_UNSTABLE = 0x40, /* NFC may replace, join or move it */
    ENGAGEP_CHAR_FOLDS = 0x80     /* it has a case folding */
};

/* Grapheme_Cluster_Break, and Extended_Pictographic. */
enum {
    ENGAGEP_BREAK_OTHER,
    ENGAGEP_BREAK_CR,
    ENGAGEP_BREAK_LF,
    ENGAGEP_BREAK_CONTROL,
    ENGAGEP_BREAK_EXTEND,
    ENGAGEP_BREAK_ZWJ,
    ENGAGEP_BREAK_REGIONAL,
    ENGAGEP_BREAK_PREPEND,
    ENGAGEP_BREAK_SPACING,
    ENGAGEP_BREAK_L,
    ENGAGEP_BREAK_V,
    ENGAGEP_BREAK_T,
    ENGAGEP_BREAK_LV,
    ENGAGEP_BREAK_LVT,
    ENGAGEP_BREAK_PICTURE
};

struct engagep_unicode_fold {
    uint32_t from;
    uint32_t to[3]; /* 0 ends it */
};

/* Letters and digits in a style that follow each other as the plain ones do. */
struct engagep_unicode_style {
    uint32_t first;
    uint32_t last;
    char plain;       /* what the first one stands for */
    uint8_t enclosed; /* in a circle, a square or brackets, which is a sign by itself */
};

extern const char engagep_unicode_version_text[];
extern const uint8_t engagep_unicode_kind_first[];
extern const uint8_t engagep_unicode_kind_blocks[];
extern const uint8_t engagep_unicode_break_first[];
extern const uint8_t engagep_unicode_break_blocks[];
extern const struct engagep_unicode_fold engagep_unicode_folds[];
extern const size_t engagep_unicode_fold_count;
extern const struct engagep_unicode_style engagep_unicode_styles[];
extern const size_t engagep_unicode_style_count;
extern const uint64_t engagep_unicode_style_leads; /* a bit a first byte from 0xC0 on */

/* Kind and flags of a code point; an invalid sequence counts as a symbol. */
static inline unsigned engagep_unicode_char(uint32_t code)
{
    if (code > 0x10FFFF)
        return ENGAGEP_CHAR_SYMBOL;
    size_t block = engagep_unicode_kind_first[code >> 7];
    return engagep_unicode_kind_blocks[block << 7 | (code & 127)];
}

static inline unsigned engagep_unicode_kind(uint32_t code)
{
    return engagep_unicode_char(code) & ENGAGEP_CHAR_KIND;
}

static inline unsigned engagep_unicode_break(uint32_t code)
{
    if (code > 0x10FFFF)
        return ENGAGEP_BREAK_OTHER;
    size_t block = engagep_unicode_break_first[code >> 7];
    return engagep_unicode_break_blocks[block << 7 | (code & 127)];
}

/* Whether a character may be younger than the tables: then utf8proc is not asked about it, since
 * a later one knows it. Symbols that do decompose, or compose with what follows them, stand before
 * U+2B00. */
static inline int engagep_unicode_is_younger(uint32_t code)
{
    return code >= 0x2B00 && engagep_unicode_char(code) == ENGAGEP_CHAR_SYMBOL;
}

/* The full case folding of a code point: one to three code points; returns how many. */
size_t engagep_unicode_casefold(uint32_t code, uint32_t out[3]);

/* The letter or digit of ASCII that a character is in a style of: mathematical, full-width,
 * a small capital, raised or lowered, enclosed; 0 for any other character. */
char engagep_unicode_plain(uint32_t code, int *enclosed);

/* The end of the grapheme cluster (UAX #29) that begins at `at`, at < size. Linear. */
size_t engagep_unicode_grapheme(const char *text, size_t size, size_t at);

/* Composes UTF-8 text into NFC, writing at most `room` bytes to `out`. Returns the
 * size, or SIZE_MAX where `room` is too small; three times the size always
 * suffices. Invalid sequences become U+FFFD. More than thirty combining characters in a
 * row are composed in groups of thirty, so that time stays linear (the limit of the
 * Stream-Safe Text Format, UAX #15). */
size_t engagep_unicode_nfc(const char *text, size_t size, char *out, size_t room);

#endif
