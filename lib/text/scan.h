/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * What the files share that cut a text into tokens: scan.c goes through it, word.c reads
 * what begins with a letter or digit, sign.c what begins with any other sign of ASCII. Each
 * function that reads gives the tokens it makes to the tokenizer and returns where they end.
 *
 * A text is read from the copy in lower case that the norms begin with, since zero bytes
 * follow it: whoever looks a few bytes beyond the end finds no character.
 */
#ifndef ENGAGEP_SCAN_H
#define ENGAGEP_SCAN_H

#include "base/ascii.h"
#include "base/bits.h"
#include "base/little.h"
#include "text/tokenizer.h"
#include "text/unicode.h"

#include <string.h>

/* Classes of bytes. */
enum {
    ENGAGEP_BYTE_LETTER = 1,
    ENGAGEP_BYTE_DIGIT = 2,
    ENGAGEP_BYTE_JOIN = 4,   /* may stand inside of a word, or make it something else */
    ENGAGEP_BYTE_LINK = 8,   /* and is one that links and addresses hold */
    ENGAGEP_BYTE_WIDE = 16,  /* part of a character beyond ASCII */
    ENGAGEP_BYTE_BLANK = 32, /* white space, and control characters, which are ignorable */
    ENGAGEP_BYTE_SPACE = 64, /* white space */
    ENGAGEP_BYTE_ALNUM = ENGAGEP_BYTE_LETTER | ENGAGEP_BYTE_DIGIT
};

extern const unsigned char engagep_scan_classes[256];

/* What an ASCII character that is no letter or digit may be. */
enum {
    ENGAGEP_TRAIT_FACE = 1,   /* an emoticon may begin with it */
    ENGAGEP_TRAIT_SYMBOL = 2, /* a symbol rather than punctuation */
    ENGAGEP_TRAIT_EYE = 4,    /* it may follow the letter that begins an emoticon */
    ENGAGEP_TRAIT_INNER = 8,  /* it may stand between the digits of a number */
    ENGAGEP_TRAIT_MORE = 16   /* it may begin something else than a run of itself */
};

extern const unsigned char engagep_scan_traits[256];

/* What a word was found to hold. */
enum {
    ENGAGEP_HAS_LETTER = 1,
    ENGAGEP_HAS_DIGIT = 2,
    ENGAGEP_HAS_WIDE = 4,   /* letters beyond ASCII, or written as character references */
    ENGAGEP_HAS_UPPER = 8,  /* some of its letters may be capitals */
    ENGAGEP_HAS_NORM = 16   /* its norm differs from its bytes in lower case */
};

/* The byte at `at`, in lower case; 0 at the end and a few bytes beyond it. */
static inline char engagep_scan_byte(const struct engage_tokenizer *t, size_t at)
{
    return t->norms[at];
}

static inline unsigned engagep_scan_class(const struct engage_tokenizer *t, size_t at)
{
    return engagep_scan_classes[(unsigned char)t->norms[at]];
}

static inline int engagep_scan_has_trait(char c, unsigned trait)
{
    return (engagep_scan_traits[(unsigned char)c] & trait) != 0;
}

/* The code point at `at`, ENGAGEP_UTF8_INVALID at the end; *length is its length. */
static inline uint32_t engagep_scan_code(const struct engage_tokenizer *t, size_t at,
                                         size_t *length)
{
    uint32_t code = ENGAGEP_UTF8_INVALID;
    *length = 0;
    if (at < t->size)
        *length = engagep_utf8_decode(t->text + at, t->size - at, &code);
    return code;
}

/* The bits of the next bytes, of which the first 57 are sure to be there. */
static inline uint64_t engagep_scan_bits(const unsigned char *bits, size_t at)
{
    return engagep_little_u64(bits + at / 8) >> at % 8;
}

enum { ENGAGEP_SCAN_BITS = 57 };

/* Where the letters of ASCII end that begin at `at`. */
static inline size_t engagep_scan_letters(const struct engage_tokenizer *t, size_t at)
{
    for (;;) {
        uint64_t others = ~engagep_scan_bits(t->letters, at) | UINT64_C(1) << ENGAGEP_SCAN_BITS;
        size_t count = engagep_bits_lowest(others);
        at += count;
        if (count < ENGAGEP_SCAN_BITS)
            return at;
    }
}

/* Whether nothing but white space stands before what is read next. */
static inline int engagep_scan_is_open(const struct engage_tokenizer *t)
{
    return t->glue == 0;
}

static inline struct engagep_token *engagep_scan_emit(struct engage_tokenizer *t, size_t start,
                                                      size_t end, int kind)
{
    struct engagep_token *token = &t->tokens[t->count++];
    size_t size = end - start;
    token->start = (uint32_t)start;
    token->end = (uint32_t)end;
    token->norm = (uint32_t)start;
    token->norm_size =
        size <= UINT16_MAX ? (uint16_t)size : engagep_norm_limit(t->norms + start, size);
    token->kind = (uint8_t)kind;
    token->marks = (uint8_t)t->glue;
    t->glue = ENGAGE_MARK_GLUED;
    return token;
}

/* Whether three bytes in a row are alike from `start` to `end`, in any case. */
int engagep_scan_has_triple(const struct engage_tokenizer *t, size_t start, size_t end);

/* Whether a letter of a script with spaces stands at `at`; or else a digit of ASCII. */
int engagep_scan_letter(const struct engage_tokenizer *t, size_t at);
int engagep_scan_alnum(const struct engage_tokenizer *t, size_t at);

/* What begins with the letters of ASCII from `start` to `end`; 0 where that is all. */
size_t engagep_word_begin(struct engage_tokenizer *t, size_t start, size_t end);

/* The rest of a word from `at` on; `has` and `kind` tell what it is so far. */
size_t engagep_word_rest(struct engage_tokenizer *t, size_t start, size_t at, unsigned has,
                         int kind);

/* A word or hashtag, with all that is known of what it holds. */
size_t engagep_word_emit(struct engage_tokenizer *t, size_t start, size_t end, int kind,
                         unsigned has);

/* What begins with a digit. */
size_t engagep_word_digit(struct engage_tokenizer *t, size_t start);

/* A number whose first digit is at `at`; `start` may lie before it, at a sign. */
size_t engagep_word_number(struct engage_tokenizer *t, size_t start, size_t at);

/* What begins with an ASCII character that is no letter, digit or blank. */
size_t engagep_sign_read(struct engage_tokenizer *t, size_t start);

/* A mention or hashtag whose sign is `sign` bytes long; 0 where none begins at `start`. */
size_t engagep_sign_mention(struct engage_tokenizer *t, size_t start, size_t sign);
size_t engagep_sign_hashtag(struct engage_tokenizer *t, size_t start, size_t sign);

/* Anything whose norm is its bytes in lower case, or the folding of what is beyond ASCII. */
size_t engagep_sign_emit(struct engage_tokenizer *t, size_t start, size_t end, int kind);

/* A run of one punctuation mark or symbol, `times` long, with combining marks on it. */
size_t engagep_sign_emit_run(struct engage_tokenizer *t, size_t start, size_t end, int kind,
                             size_t times);

/* An emoji. */
size_t engagep_sign_emit_emoji(struct engage_tokenizer *t, size_t start, size_t end);

#endif
