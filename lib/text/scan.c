/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * From characters to tokens: one pass, left to right. Most bytes of a post are ASCII
 * letters and spaces, which take the short way; everything else is told apart by
 * its first character and handed to a function of its own.
 */
#include "text/scan.h"

#include "text/match.h"
#include "text/swar.h"

/* Names short enough for a table. */
enum {
    L = ENGAGEP_BYTE_LETTER,
    D = ENGAGEP_BYTE_DIGIT,
    J = ENGAGEP_BYTE_JOIN,
    K = ENGAGEP_BYTE_JOIN | ENGAGEP_BYTE_LINK,
    W = ENGAGEP_BYTE_WIDE,
    B = ENGAGEP_BYTE_BLANK,
    S = ENGAGEP_BYTE_BLANK | ENGAGEP_BYTE_SPACE
};

const unsigned char engagep_scan_classes[256] = {
    B, B, B, B, B, B, B, B, B, S, S, S, S, S, B, B,
    B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B,
    S, 0, 0, 0, J, K, J, J, 0, 0, J, K, 0, K, K, J, /*  !"#$%&' ()*+,-./ */
    D, D, D, D, D, D, D, D, D, D, K, 0, 0, 0, 0, 0, /* 01234567 89:;<=>? */
    K, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, /* @ABCDEFG HIJKLMNO */
    L, L, L, L, L, L, L, L, L, L, L, 0, J, 0, 0, K, /* PQRSTUVW XYZ[\]^_ */
    J, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, /* `abcdefg hijklmno */
    L, L, L, L, L, L, L, L, L, L, L, 0, 0, 0, 0, B, /* pqrstuvw xyz{|}~  */
    W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W,
    W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W,
    W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W,
    W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W,
    W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W,
    W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W,
    W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W,
    W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W};

int engagep_scan_letter(const struct engage_tokenizer *t, size_t at)
{
    unsigned class = engagep_scan_class(t, at);
    if (!(class & ENGAGEP_BYTE_WIDE))
        return (class & ENGAGEP_BYTE_LETTER) != 0;
    size_t length;
    return engagep_unicode_kind(engagep_scan_code(t, at, &length)) == ENGAGEP_CHAR_LETTER;
}

int engagep_scan_alnum(const struct engage_tokenizer *t, size_t at)
{
    return (engagep_scan_class(t, at) & ENGAGEP_BYTE_DIGIT) != 0 || engagep_scan_letter(t, at);
}

/* The bytes of eight that are as the next and the one after that. Borrows can only add
 * bytes above one that is. */
static inline uint64_t triples(uint64_t bytes)
{
    uint64_t unlike = bytes ^ bytes >> 8;
    unlike |= unlike >> 8;
    return (unlike - ENGAGEP_SWAR_EACH) & ~unlike & ENGAGEP_SWAR_HIGH;
}

/* Whether a word may hold a letter three times in a row: nearly always no. */
static inline int may_triple(const struct engage_tokenizer *t, size_t start, size_t size)
{
    uint64_t bytes = engagep_swar_load(t->norms + start);
    /* Those of 0x40 and above, as letters are; six bytes and no more can begin one here. */
    return size > 8 || (triples(bytes) & bytes << 1 & UINT64_C(0xFFFFFFFFFFFF)) != 0;
}

int engagep_scan_has_triple(const struct engage_tokenizer *t, size_t start, size_t end)
{
    for (;;) {
        uint64_t found = triples(engagep_swar_load(t->norms + start));
        /* Of eight bytes the first six can begin a triple, of two none. */
        size_t size = end - start;
        size_t over = 80 - 8 * (size < 8 ? size : 8);
        if (found << over / 2 << (over - over / 2) != 0)
            return 1;
        if (size <= 8)
            return 0;
        start += 6;
    }
}

/* A word of ASCII letters alone, which is what most are. */
static void plain(struct engage_tokenizer *t, size_t start, size_t end)
{
    size_t size = end - start;
    if (size > ENGAGEP_SCAN_BITS - 1) {
        engagep_word_emit(t, start, end, ENGAGE_TOKEN_WORD, ENGAGEP_HAS_UPPER);
        return;
    }
    struct engagep_token *token = engagep_scan_emit(t, start, end, ENGAGE_TOKEN_WORD);
    uint64_t every = (UINT64_C(1) << size) - 1;
    uint64_t capitals = engagep_scan_bits(t->capitals, start) & every;
    unsigned title = capitals == 1;
    unsigned caps = capitals == every && size > 1;
    token->marks |= (uint8_t)(title * ENGAGE_MARK_TITLE | caps * ENGAGE_MARK_CAPS);
    if (may_triple(t, start, size) && engagep_scan_has_triple(t, start, end) &&
        engagep_norm_token(t, ENGAGEP_NORM_ELONGATION))
        token->marks |= ENGAGE_MARK_ELONGATED;
}

/* The end of a stretch of a script without spaces: its letters, marks and joiners. */
static size_t stretch(const struct engage_tokenizer *t, size_t at)
{
    size_t end = at;
    while (at < t->size) {
        size_t length;
        unsigned kind = engagep_unicode_kind(engagep_scan_code(t, at, &length));
        if (kind != ENGAGEP_CHAR_SPACELESS && kind != ENGAGEP_CHAR_MARK &&
            kind != ENGAGEP_CHAR_IGNORE)
            break;
        at += length;
        if (kind != ENGAGEP_CHAR_IGNORE)
            end = at;
    }
    return end;
}

/* Whether ICU can be asked: it is built in, not refused, and there. */
static int has_dictionary(struct engage_tokenizer *t)
{
    if ((t->flags & ENGAGE_TEXT_NO_DICTIONARY) || engage_dictionary_version() == NULL)
        return 0;
    if (t->icu == NULL && !engagep_icu_open(&t->icu, &t->allocator))
        t->failed = ENGAGE_ENOMEM;
    return t->icu != NULL;
}

/* A piece of such a stretch, without the ignorable characters at its edges. */
static void emit_piece(struct engage_tokenizer *t, size_t start, size_t end)
{
    size_t first = end;
    size_t behind = start; /* the last character that is not ignorable */
    for (size_t at = start; at < end;) {
        size_t length;
        unsigned kind = engagep_unicode_kind(engagep_scan_code(t, at, &length));
        if (kind != ENGAGEP_CHAR_IGNORE) {
            first = first < at ? first : at;
            behind = at + length;
        }
        at += length;
    }
    if (first < behind)
        engagep_word_emit(t, first, behind, ENGAGE_TOKEN_WORD,
                          ENGAGEP_HAS_WIDE | ENGAGEP_HAS_NORM);
}

/* A stretch of a script without spaces, cut into words by ICU's dictionaries, or else into
 * grapheme clusters. */
static size_t spaceless(struct engage_tokenizer *t, size_t start)
{
    size_t end = stretch(t, start);
    size_t at = start;
    int dictionary = has_dictionary(t) && engagep_icu_begin(t->icu, t->text + start, end - start);
    while (at < end && t->failed == ENGAGE_OK) {
        size_t next = dictionary ? start + engagep_icu_next(t->icu)
                                 : engagep_unicode_grapheme(t->text, end, at);
        emit_piece(t, at, next);
        at = next;
    }
    return end;
}

/* Whether a character that is a letter of some script often begins an emoticon. */
static int begins_face(uint32_t code)
{
    return code == 0x0295 || code == 0x0669 || code == 0x0CA0 || code == 0x0CA5 ||
           code == 0x10DA || code == 0x1559 || code == 0x30CE || code == 0x30FD || code == 0x4E41;
}

/* What begins with a character beyond ASCII. */
static size_t wide(struct engage_tokenizer *t, size_t start)
{
    size_t length;
    uint32_t code = engagep_scan_code(t, start, &length);
    unsigned kind = engagep_unicode_char(code) & ENGAGEP_CHAR_KIND;
    size_t next = start + length;
    size_t end = 0;
    switch (kind) {
    case ENGAGEP_CHAR_SPACE:
        t->glue = 0;
        return next;
    case ENGAGEP_CHAR_IGNORE:
        return next;
    case ENGAGEP_CHAR_EMOJI:
    case ENGAGEP_CHAR_REGIONAL:
    case ENGAGEP_CHAR_MODIFIER:
    case ENGAGEP_CHAR_BASE:
        return engagep_sign_emit_emoji(t, start, engagep_emoji_match(t->text, t->size, start));
    default:
        break;
    }
    if (kind == ENGAGEP_CHAR_PUNCT || kind == ENGAGEP_CHAR_SYMBOL || begins_face(code)) {
        end = engagep_emoticon_match(t->text, t->size, start, engagep_scan_is_open(t));
        if (end != 0) {
            engagep_scan_emit(t, start, end, ENGAGE_TOKEN_EMOTICON);
            return end;
        }
    }
    if (kind == ENGAGEP_CHAR_SPACELESS)
        return spaceless(t, start);
    if (kind == ENGAGEP_CHAR_LETTER)
        return engagep_word_rest(t, start, start, 0, ENGAGE_TOKEN_WORD);
    if (kind == ENGAGEP_CHAR_DIGIT)
        return engagep_word_rest(t, start, start, ENGAGEP_HAS_DIGIT, ENGAGE_TOKEN_NUMBER);
    if (code == 0xFF20 && (end = engagep_sign_mention(t, start, length)) != 0)
        return end;
    if (code == 0xFF03 && (end = engagep_sign_hashtag(t, start, length)) != 0)
        return end;
    if ((code == 0x20AC || code == 0x00A3 || code == 0x00A5 || code == 0x20B9) &&
        (engagep_scan_class(t, next) & ENGAGEP_BYTE_DIGIT))
        return engagep_word_number(t, start, next);
    size_t times = 1;
    for (;;) {
        uint32_t again = engagep_scan_code(t, next, &length);
        if (length == 0 || again != code)
            break;
        next += length;
        times++;
    }
    return engagep_sign_emit_run(t, start, next,
                                 kind == ENGAGEP_CHAR_PUNCT ? ENGAGE_TOKEN_PUNCT
                                                            : ENGAGE_TOKEN_SYMBOL, times);
}

void engagep_scan_run(struct engage_tokenizer *t)
{
    size_t at = 0;
    while (t->failed == ENGAGE_OK) {
        unsigned class = engagep_scan_class(t, at);
        if (class & ENGAGEP_BYTE_LETTER) {
            size_t end = engagep_scan_letters(t, at);
            /* A word that a space follows is nothing else, unless it is "xD". */
            int ends = engagep_scan_byte(t, end) == ' ';
            size_t more = 0;
            if (!ends || engagep_scan_byte(t, at) == 'x')
                more = engagep_word_begin(t, at, end);
            if (more == 0) {
                plain(t, at, end);
                more = end;
            }
            at = more;
            if (ends && at == end) {
                t->glue = 0;
                at++;
            }
        } else if (class & ENGAGEP_BYTE_BLANK) {
            if (at >= t->size)
                break;
            if (class & ENGAGEP_BYTE_SPACE)
                t->glue = 0;
            at++;
        } else if (class & ENGAGEP_BYTE_WIDE) {
            at = wide(t, at);
        } else if (class & ENGAGEP_BYTE_DIGIT) {
            at = engagep_word_digit(t, at);
        } else {
            at = engagep_sign_read(t, at);
        }
    }
}
