/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * From characters to tokens: one pass, left to right. Most bytes of a post are ASCII
 * letters and spaces, which take the short way; everything else is told apart by
 * its first character and handed to a function of its own.
 */
#include "text/match.h"
#include "text/swar.h"
#include "text/tokenizer.h"
#include "text/unicode.h"

#include <string.h>

/* Classes of bytes. */
enum {
    LOWER = 1,
    UPPER = 2,
    DIGIT = 4,
    JOIN = 8,  /* may stand inside of a word, or make it something else */
    WIDE = 16, /* part of a character beyond ASCII */
    BLANK = 32,
    LETTER = LOWER | UPPER,
    ALNUM = LETTER | DIGIT
};

#define L LOWER
#define U UPPER
#define D DIGIT
#define J JOIN
#define W WIDE
#define B BLANK
static const unsigned char classes[256] = {
    B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, /* control characters are ignorable */
    B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B,
    B, 0, 0, 0, J, J, J, J, 0, 0, J, J, 0, J, J, J, /*  !"#$%&' ()*+,-./ */
    D, D, D, D, D, D, D, D, D, D, J, 0, 0, 0, 0, 0, /* 01234567 89:;<=>? */
    J, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, /* @ABCDEFG HIJKLMNO */
    U, U, U, U, U, U, U, U, U, U, U, 0, 0, 0, 0, J, /* PQRSTUVW XYZ[\]^_ */
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
#undef L
#undef U
#undef D
#undef J
#undef W
#undef B

/* What an ASCII character that is no letter or digit may be. */
enum {
    NO_FACE = 1, /* no emoticon begins with it */
    SYMBOL = 2,  /* a symbol rather than punctuation */
    EYE = 4,     /* it may follow the letter that begins an emoticon */
    INNER = 8    /* it may stand between the digits of a number */
};

static const unsigned char traits[128] = {
    ['!'] = NO_FACE, ['"'] = NO_FACE, ['#'] = NO_FACE, ['$'] = NO_FACE | SYMBOL,
    ['%'] = NO_FACE, ['&'] = NO_FACE, ['\''] = INNER, ['+'] = SYMBOL, [','] = NO_FACE | INNER,
    ['-'] = EYE | INNER, ['.'] = EYE | INNER, ['/'] = INNER, [':'] = EYE | INNER,
    ['<'] = SYMBOL, ['='] = SYMBOL | EYE, ['>'] = SYMBOL, ['?'] = NO_FACE,
    ['^'] = SYMBOL, ['_'] = NO_FACE | EYE, ['`'] = NO_FACE | SYMBOL, ['|'] = SYMBOL,
    ['~'] = SYMBOL};

static int has_trait(char c, unsigned trait)
{
    return (unsigned char)c < 0x80 && (traits[(unsigned char)c] & trait) != 0;
}

/* What a word was found to hold. */
enum {
    HAS_LOWER = LOWER,
    HAS_UPPER = UPPER,
    HAS_DIGIT = DIGIT,
    HAS_LETTER = 64,  /* one beyond ASCII */
    NEEDS_NORM = 128  /* its norm differs from its bytes in lower case */
};

static unsigned class_at(const struct engage_tokenizer *t, size_t at)
{
    return at < t->size ? classes[(unsigned char)t->text[at]] : BLANK;
}

static char byte_at(const struct engage_tokenizer *t, size_t at)
{
    return at < t->size ? t->text[at] : '\0';
}

static int is_any(char c, const char *set)
{
    return c != '\0' && strchr(set, c) != NULL;
}

/* The code point at `at`, ENGAGEP_UTF8_INVALID at the end; *length is its length. */
static uint32_t code_at(const struct engage_tokenizer *t, size_t at, size_t *length)
{
    uint32_t code = ENGAGEP_UTF8_INVALID;
    *length = 0;
    if (at < t->size)
        *length = engagep_utf8_decode(t->text + at, t->size - at, &code);
    return code;
}

/* Whether a letter of a script with spaces, or one of its marks, stands at `at`. */
static int letter_at(const struct engage_tokenizer *t, size_t at)
{
    unsigned class = class_at(t, at);
    if (!(class & WIDE))
        return (class & LETTER) != 0;
    size_t length;
    unsigned kind = engagep_unicode_kind(code_at(t, at, &length));
    return kind == ENGAGEP_CHAR_LETTER || kind == ENGAGEP_CHAR_MARK;
}

static int alnum_at(const struct engage_tokenizer *t, size_t at)
{
    return (class_at(t, at) & DIGIT) != 0 || letter_at(t, at);
}

static struct engagep_token *emit(struct engage_tokenizer *t, size_t start, size_t end, int kind)
{
    struct engagep_token *token = &t->tokens[t->count];
    size_t size = end - start;
    token->start = (uint32_t)start;
    token->end = (uint32_t)end;
    token->norm = (uint32_t)start;
    token->norm_size = (uint16_t)(size < UINT16_MAX ? size : UINT16_MAX);
    token->kind = (uint8_t)kind;
    token->marks = t->count > 0 && !t->spaced ? ENGAGE_MARK_GLUED : 0;
    t->spaced = 0;
    t->count++;
    return token;
}

/* Marks of capitals, for a word that has some. */
static unsigned capitals(const struct engage_tokenizer *t, size_t start, size_t end)
{
    size_t letters = 0;
    size_t upper = 0;
    int first = 0;
    while (start < end) {
        uint32_t code;
        size_t next = 0;
        if (t->text[start] == '&')
            next = engagep_reference_match(t->text, end, start, &code);
        start = next != 0 ? next
                          : start + engagep_utf8_decode(t->text + start, end - start, &code);
        unsigned flags = code < 0x80 ? 0 : engagep_unicode_char(code);
        unsigned class = code < 0x80 ? classes[code] : 0;
        int is_letter = (class & LETTER) || (flags & (ENGAGEP_CHAR_UPPER | ENGAGEP_CHAR_LOWER));
        int is_upper = (class & UPPER) || (flags & ENGAGEP_CHAR_UPPER);
        if (is_letter && letters++ == 0)
            first = is_upper;
        upper += is_upper ? 1 : 0;
    }
    if (letters >= 2 && upper == letters)
        return ENGAGE_MARK_CAPS;
    return first && upper == 1 ? ENGAGE_MARK_TITLE : 0;
}

/* Whether a letter of ASCII stands three times in a row, in any case. */
static int has_triple(const struct engage_tokenizer *t, size_t start, size_t end)
{
    const char *low = t->norms;
    for (size_t i = start + 2; i < end; i++) {
        if (low[i] == low[i - 1] && low[i] == low[i - 2] &&
            (classes[(unsigned char)low[i]] & LETTER))
            return 1;
    }
    return 0;
}

/* A word or hashtag, with all that is known of what it holds. */
static size_t emit_word(struct engage_tokenizer *t, size_t start, size_t end, int kind,
                        unsigned has)
{
    struct engagep_token *token = emit(t, start, end, kind);
    if (has & HAS_UPPER)
        token->marks |= (uint8_t)capitals(t, start, end);
    if ((has & NEEDS_NORM) || (t->triples && has_triple(t, start, end))) {
        if (engagep_norm_token(t, ENGAGEP_NORM_ELONGATION | ENGAGEP_NORM_REFERENCES))
            token->marks |= ENGAGE_MARK_ELONGATED;
    }
    return end;
}

/* Anything whose norm is its bytes in lower case, or the folding of what is beyond ASCII. */
static size_t emit_plain(struct engage_tokenizer *t, size_t start, size_t end, int kind)
{
    emit(t, start, end, kind);
    for (size_t i = start; i < end; i++) {
        if ((unsigned char)t->text[i] >= 0x80) {
            engagep_norm_token(t, 0);
            break;
        }
    }
    return end;
}

/* A punctuation mark or symbol, a run of them, with combining marks on it. */
static size_t emit_run(struct engage_tokenizer *t, size_t start, size_t end, int kind,
                       size_t times)
{
    for (;;) {
        size_t length;
        if (!(class_at(t, end) & WIDE) ||
            engagep_unicode_kind(code_at(t, end, &length)) != ENGAGEP_CHAR_MARK)
            break;
        end += length;
    }
    struct engagep_token *token = emit(t, start, end, kind);
    if (times > 1)
        token->marks |= ENGAGE_MARK_REPEATED;
    if (times > 3 || (unsigned char)t->text[start] >= 0x80)
        engagep_norm_token(t, ENGAGEP_NORM_RUN | ENGAGEP_NORM_BARE);
    return end;
}

static size_t emit_emoji(struct engage_tokenizer *t, size_t start, size_t end)
{
    emit(t, start, end, ENGAGE_TOKEN_EMOJI);
    /* The presentation selectors say nothing about meaning. */
    for (size_t i = start; i + 3 <= end; i++) {
        if (memcmp(t->text + i, "\xEF\xB8", 2) == 0) {
            engagep_norm_token(t, ENGAGEP_NORM_BARE);
            break;
        }
    }
    return end;
}

/* A link or an address that begins where a word does; 0 where none does. */
static size_t link_or_email(struct engage_tokenizer *t, size_t start)
{
    size_t reach;
    if (start >= t->no_email) {
        size_t end = engagep_email_match(t->text, t->size, start, &reach);
        if (end != 0)
            return emit_plain(t, start, end, ENGAGE_TOKEN_EMAIL);
        t->no_email = reach;
    }
    if (start >= t->no_link) {
        size_t end = engagep_link_match(t->text, t->size, start, &reach);
        if (end != 0)
            return emit_plain(t, start, end, ENGAGE_TOKEN_URL);
        t->no_link = reach;
    }
    return 0;
}

/* Initials with full stops, "U.S." or "a.m.": their end, or 0. */
static size_t initials(const struct engage_tokenizer *t, size_t start)
{
    size_t at = start;
    while ((class_at(t, at) & LETTER) && byte_at(t, at + 1) == '.')
        at += 2;
    if (at < start + 2)
        return 0;
    if ((class_at(t, at) & LETTER) && !alnum_at(t, at + 1))
        at++;
    else if (at < start + 4 || alnum_at(t, at))
        return 0;
    return at;
}

/* How a word goes on with an ampersand at `at`, which ends before `next`: AT&T, R&B. */
static size_t ampersand(const struct engage_tokenizer *t, size_t start, size_t at, size_t next)
{
    size_t end = next;
    if (at - start > 2 || !(class_at(t, next) & LETTER) ||
        (class_at(t, next) & LETTER) != (class_at(t, at - 1) & LETTER))
        return 0;
    while (class_at(t, end) & LETTER)
        end++;
    return end - next <= 2 && byte_at(t, end) != ';' ? end : 0;
}

/* How a word goes on with dollars for the letter S: A$AP, a$$. Beside others it is money. */
static size_t money(const struct engage_tokenizer *t, size_t start, size_t at)
{
    size_t next = at + 1;
    if (!(class_at(t, at - 1) & LETTER) || (start > 0 && t->text[start - 1] == '$'))
        return 0;
    if (byte_at(t, next) == '$')
        return at == start + 1 && !alnum_at(t, next + 1) ? next + 1 : 0;
    size_t end = next;
    while (class_at(t, end) & LETTER)
        end++;
    return end > next && byte_at(t, end) != '$' ? end : 0;
}

/* How a word goes on with a character reference: an apostrophe or letter, or an ampersand as
 * in AT&amp;T. */
static size_t referred(const struct engage_tokenizer *t, size_t start, size_t at)
{
    uint32_t code;
    size_t next = engagep_reference_match(t->text, t->size, at, &code);
    if (next == 0)
        return 0;
    if (code == '&')
        return ampersand(t, start, at, next);
    unsigned kind = engagep_unicode_kind(code);
    if (kind == ENGAGEP_CHAR_LETTER || kind == ENGAGEP_CHAR_MARK)
        return next;
    return (code == '\'' || code == 0x2019) && letter_at(t, next) ? next : 0;
}

/* Whether the scheme of a link begins at `at`. */
static int is_scheme(const struct engage_tokenizer *t, size_t at)
{
    return t->size - at > 7 && memcmp(t->norms + at, "http", 4) == 0 &&
           (memcmp(t->norms + at + 4, "://", 3) == 0 || memcmp(t->norms + at + 4, "s://", 4) == 0);
}

/* How a word goes on after one of the JOIN characters at `at`: where, or 0. */
static size_t joined(const struct engage_tokenizer *t, size_t start, size_t at)
{
    size_t next = at + 1;
    switch (t->text[at]) {
    case '\'':
    case '`':
        return letter_at(t, next) ? next : 0;
    case '-':
        return alnum_at(t, next) && !is_scheme(t, next) ? next : 0;
    case '$':
        return money(t, start, at);
    case '_':
        while (byte_at(t, next) == '_')
            next++;
        return alnum_at(t, next) ? next : 0;
    case '.':
        return (class_at(t, at - 1) & DIGIT) && (class_at(t, next) & DIGIT) ? next : 0;
    case '/':
        /* b/c, w/o, n/a */
        if (at != start + 1 || !(class_at(t, start) & LETTER) || !(class_at(t, next) & LETTER) ||
            byte_at(t, next) == '/')
            return 0;
        next += (class_at(t, next + 1) & LETTER) ? 2 : 1;
        return alnum_at(t, next) || byte_at(t, next) == '/' ? 0 : next;
    case '*':
        /* A word veiled by asterisks. */
        while (byte_at(t, next) == '*')
            next++;
        if (class_at(t, next) & LETTER)
            return next;
        return next - at >= 2 && at - start <= 3 ? next : 0;
    case '&':
        next = referred(t, start, at);
        return next != 0 ? next : ampersand(t, start, at, at + 1);
    default:
        return 0;
    }
}

/* How a word goes on with a character beyond ASCII: where, or 0. */
static size_t widened(const struct engage_tokenizer *t, size_t start, size_t at, unsigned *has)
{
    size_t length;
    uint32_t code = code_at(t, at, &length);
    unsigned flags = engagep_unicode_char(code);
    unsigned needs = flags & (ENGAGEP_CHAR_UNSTABLE | ENGAGEP_CHAR_FOLDS) ? NEEDS_NORM : 0;
    size_t next = at + length;
    switch (flags & ENGAGEP_CHAR_KIND) {
    case ENGAGEP_CHAR_LETTER:
        *has |= HAS_LETTER | needs;
        *has |= flags & ENGAGEP_CHAR_UPPER ? HAS_UPPER : 0;
        return next;
    case ENGAGEP_CHAR_MARK:
    case ENGAGEP_CHAR_DIGIT:
        *has |= needs;
        return next;
    case ENGAGEP_CHAR_IGNORE:
        if (at == start || !letter_at(t, next))
            return 0;
        *has |= NEEDS_NORM;
        return next;
    default:
        break;
    }
    switch (code) {
    case 0x2019: /* an apostrophe, and what is written for it */
    case 0x2018:
    case 0x00B4:
    case 0xFF07:
        *has |= NEEDS_NORM;
        return letter_at(t, next) ? next : 0;
    case 0x00B7: /* Catalan */
    case 0x05BE: /* Hebrew */
    case 0x05F3:
    case 0x05F4:
    case 0x2010: /* hyphens */
    case 0x2011:
        return letter_at(t, next) ? next : 0;
    default:
        return 0;
    }
}

/* Repeats of a letter beyond ASCII, which has_triple does not see. */
static unsigned wide_triple(const struct engage_tokenizer *t, size_t start, size_t end)
{
    uint32_t before = ENGAGEP_UTF8_INVALID;
    int times = 0;
    while (start < end) {
        uint32_t code;
        start += engagep_utf8_decode(t->text + start, end - start, &code);
        times = code == before && code >= 0x80 ? times + 1 : 1;
        before = code;
        if (times > 2)
            return NEEDS_NORM;
    }
    return 0;
}

/* The rest of a word from `at` on, which something other than an ASCII letter or digit
 * follows. `kind` is what it is so far. */
static size_t long_word(struct engage_tokenizer *t, size_t start, size_t at, unsigned has,
                        int kind)
{
    int tried = 0;
    while (at < t->size) {
        unsigned char c = (unsigned char)t->text[at];
        unsigned class = classes[c];
        if (class & ALNUM) {
            has |= class & ALNUM;
            at++;
            continue;
        }
        size_t next = 0;
        if (class & WIDE) {
            next = widened(t, start, at, &has);
            /* A keycap's digit belongs to the keycap. */
            if (next == 0 || (class_at(t, at - 1) & DIGIT)) {
                if (at - start > 1 && (class_at(t, at - 1) & DIGIT) &&
                    engagep_emoji_keycap(t->text, t->size, at - 1) != 0) {
                    at--;
                    break;
                }
            }
        } else if (class & JOIN) {
            if (!tried && !is_any((char)c, "'`*&$/") &&
                (alnum_at(t, at + 1) || (c == ':' && byte_at(t, at + 1) == '/'))) {
                tried = 1;
                size_t end = link_or_email(t, start);
                if (end != 0)
                    return end;
                if (c == '.' && at == start + 1 && (end = initials(t, start)) != 0)
                    return emit_word(t, start, end, ENGAGE_TOKEN_WORD, has);
            }
            next = joined(t, start, at);
            if (next == 0 && c == '/' && at == start + 1 && t->norms[start] == 'w' &&
                byte_at(t, at + 1) != '/') {
                at++; /* w/ */
                break;
            }
            if (next != 0 && (c == '&' || c == '`'))
                has |= NEEDS_NORM;
        }
        if (next == 0)
            break;
        at = next;
        /* A joined part may hold anything; its letters are told below. */
        if (class & JOIN)
            has |= class_at(t, at - 1) & ALNUM;
    }
    if (has & HAS_LETTER)
        has |= wide_triple(t, start, at);
    if (kind == ENGAGE_TOKEN_NUMBER && (has & (LETTER | HAS_LETTER)))
        kind = ENGAGE_TOKEN_WORD;
    return emit_word(t, start, at, kind, has);
}

/* Emoticons that begin with a letter: xD, o_O, T.T, D: */
static size_t letter_face(struct engage_tokenizer *t, size_t start, size_t end)
{
    char first = t->text[start];
    size_t face = 0;
    if (end - start == 1) {
        if (has_trait(byte_at(t, end), EYE) && is_any(first, "oOTtuUnxXDQ"))
            face = engagep_emoticon_match(t->text, t->size, start, t->spaced || t->count == 0);
    } else if ((first == 'x' || first == 'X') && t->text[start + 1] == 'D') {
        face = engagep_emoticon_match(t->text, t->size, start, 1);
    }
    if (face <= start + 1)
        return 0;
    emit(t, start, face, ENGAGE_TOKEN_EMOTICON);
    return face;
}

/* A word of ASCII letters alone, which is what most are. */
static size_t plain_word(struct engage_tokenizer *t, size_t start, size_t end)
{
    struct engagep_token *token = emit(t, start, end, ENGAGE_TOKEN_WORD);
    size_t size = end - start;
    if (size <= 56) {
        uint64_t every = (UINT64_C(1) << size) - 1;
        uint64_t found = engagep_swar_load((const char *)t->capitals + start / 8) >> start % 8;
        found &= every;
        if (found == 1)
            token->marks |= ENGAGE_MARK_TITLE;
        else if (found == every)
            token->marks |= ENGAGE_MARK_CAPS;
    } else {
        token->marks |= (uint8_t)capitals(t, start, end);
    }
    if (t->triples && has_triple(t, start, end)) {
        if (engagep_norm_token(t, ENGAGEP_NORM_ELONGATION))
            token->marks |= ENGAGE_MARK_ELONGATED;
    }
    return end;
}

/* Where the letters of ASCII end that begin at `start`. The lower-case copy is read, which
 * has room beyond its end. */
static size_t letters(const struct engage_tokenizer *t, size_t start)
{
    size_t at = start;
    for (;;) {
        uint64_t bytes = engagep_swar_load(t->norms + at);
        uint64_t others = engagep_swar_within(bytes, 'a', 'z') ^ ENGAGEP_SWAR_HIGH;
        if (others != 0)
            return at + engagep_swar_first(others);
        at += 8;
    }
}

static size_t word(struct engage_tokenizer *t, size_t start)
{
    size_t at = letters(t, start);
    if (at - start <= 2 || (t->norms[start] == 'x')) {
        size_t end = letter_face(t, start, at);
        if (end != 0)
            return end;
    }
    unsigned class = class_at(t, at);
    if (!(class & (JOIN | WIDE | DIGIT)) || (t->text[at] == '.' && !alnum_at(t, at + 1)))
        return plain_word(t, start, at);
    /* Whether there are capitals is told again by the one who looks for them. */
    return long_word(t, start, at, HAS_LOWER | HAS_UPPER, ENGAGE_TOKEN_WORD);
}

/* Whether letters after a number are a unit rather than the rest of a word. */
static int is_unit(const char *text, size_t size)
{
    static const char units[][5] = {
        "st", "nd", "rd", "th", "s",  "am", "pm",  "k",   "m",   "b",   "bn",  "mm",  "cm",  "km",
        "kg", "g",  "lb", "lbs", "oz", "ft", "mb", "gb",  "tb",  "hz",  "khz", "mhz", "ghz", "mph",
        "hr", "hrs", "h", "min", "mins", "sec", "secs", "ms", "x", "px", "w",  "v",   "mah", "c"};
    if (size == 0 || size > 4)
        return 0;
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        if (strlen(units[i]) == size && memcmp(units[i], text, size) == 0)
            return 1;
    }
    return 0;
}

/* A number from its first digit on; `start` may lie before it, at a sign. */
static size_t number(struct engage_tokenizer *t, size_t start, size_t at)
{
    for (;;) {
        while (class_at(t, at) & DIGIT)
            at++;
        if (has_trait(byte_at(t, at), INNER) && (class_at(t, at + 1) & DIGIT))
            at++;
        else
            break;
    }
    unsigned class = class_at(t, at);
    if (class & LETTER) {
        size_t end = at;
        while (class_at(t, end) & LETTER)
            end++;
        class = class_at(t, end);
        int unit = is_unit(t->norms + at, end - at);
        /* 8am-12pm */
        if (unit && byte_at(t, end) == '-' && (class_at(t, end + 1) & DIGIT))
            return number(t, start, end + 1);
        if (unit && !(class & (ALNUM | WIDE)) && !(class & JOIN && alnum_at(t, end + 1))) {
            emit(t, start, end, ENGAGE_TOKEN_NUMBER);
            return end;
        }
        return long_word(t, start, at, HAS_DIGIT, ENGAGE_TOKEN_NUMBER);
    }
    char c = byte_at(t, at);
    if (c == '%')
        at++;
    else if ((c == '$' || c == '+') && !alnum_at(t, at + 1))
        at++;
    else if (t->size - at >= 3 && memcmp(t->text + at, "\xE2\x82\xAC", 3) == 0)
        at += 3; /* the euro sign */
    else if (t->size - at >= 2 && (memcmp(t->text + at, "\xC2\xA2", 2) == 0 ||
                                   memcmp(t->text + at, "\xC2\xA3", 2) == 0))
        at += 2; /* cents, pounds */
    else if (t->size - at >= 2 && memcmp(t->text + at, "\xC2\xB0", 2) == 0)
        at += is_any(byte_at(t, at + 2), "CFcf") && !alnum_at(t, at + 3) ? 3 : 2;
    else if (class & (JOIN | WIDE))
        return long_word(t, start, at, HAS_DIGIT, ENGAGE_TOKEN_NUMBER);
    emit(t, start, at, ENGAGE_TOKEN_NUMBER);
    return at;
}

static int is_open(const struct engage_tokenizer *t)
{
    return t->spaced || t->count == 0;
}

static size_t digit(struct engage_tokenizer *t, size_t start)
{
    size_t end = engagep_emoji_keycap(t->text, t->size, start);
    if (end != 0)
        return emit_emoji(t, start, end);
    if (t->text[start] == '8' && is_open(t) && is_any(byte_at(t, start + 1), "-)")) {
        end = engagep_emoticon_match(t->text, t->size, start, 1);
        if (end != 0) {
            emit(t, start, end, ENGAGE_TOKEN_EMOTICON);
            return end;
        }
    }
    end = engagep_phone_match(t->text, t->size, start);
    if (end != 0) {
        emit(t, start, end, ENGAGE_TOKEN_PHONE);
        return end;
    }
    return number(t, start, start);
}

static size_t mention(struct engage_tokenizer *t, size_t start, size_t sign)
{
    size_t name = start + sign;
    size_t end = name;
    while ((class_at(t, end) & ALNUM) || byte_at(t, end) == '_')
        end++;
    if (end == name)
        return 0;
    size_t reach;
    char c = byte_at(t, end);
    if (c == '@' && name >= t->no_email) {
        /* @user@server, as on Mastodon. */
        size_t longer = engagep_email_match(t->text, t->size, name, &reach);
        if (longer != 0)
            end = longer;
        else
            t->no_email = reach;
    } else if ((c == '.' || c == '-') && (class_at(t, end + 1) & ALNUM) && name >= t->no_link) {
        /* @name.bsky.social: a domain of three labels at least, and no path: that would be
         * read to its end by each mention in it. */
        size_t longer = engagep_domain_match(t->text, t->size, name, &reach);
        size_t dots = 0;
        for (size_t i = name; i < longer; i++)
            dots += t->text[i] == '.' ? 1 : 0;
        if (longer != 0 && dots >= 2 && byte_at(t, longer) != '/')
            end = longer;
        else if (longer == 0)
            t->no_link = reach;
    }
    return emit_plain(t, start, end, ENGAGE_TOKEN_MENTION);
}

/* A hashtag: letters, digits and a few signs of which one at least is a letter. */
static size_t hashtag(struct engage_tokenizer *t, size_t start, size_t sign)
{
    size_t at = start + sign;
    unsigned has = sign > 1 ? NEEDS_NORM : 0;
    int letters = 0;
    for (;;) {
        unsigned class = class_at(t, at);
        if (class & ALNUM) {
            letters |= (class & LETTER) != 0;
            has |= class & ALNUM;
            at++;
            continue;
        }
        if (byte_at(t, at) == '_') {
            at++;
            continue;
        }
        if (!(class & WIDE))
            break;
        size_t length;
        uint32_t code = code_at(t, at, &length);
        unsigned flags = engagep_unicode_char(code);
        unsigned kind = flags & ENGAGEP_CHAR_KIND;
        if (code == 0x20E3 || (code & ~1u) == 0xFE0E)
            break;
        if (kind == ENGAGEP_CHAR_LETTER || kind == ENGAGEP_CHAR_SPACELESS)
            letters = 1;
        else if (kind != ENGAGEP_CHAR_MARK && kind != ENGAGEP_CHAR_DIGIT && code != 0x200C &&
                 code != 0x200D && code != 0x30FB && code != 0x00B7)
            break;
        has |= HAS_LETTER;
        has |= flags & ENGAGEP_CHAR_UPPER ? HAS_UPPER : 0;
        if (kind == ENGAGEP_CHAR_IGNORE || flags & (ENGAGEP_CHAR_UNSTABLE | ENGAGEP_CHAR_FOLDS))
            has |= NEEDS_NORM;
        at += length;
    }
    if (at == start + sign)
        return 0;
    if (has & HAS_LETTER)
        has |= wide_triple(t, start, at);
    if (letters)
        return emit_word(t, start, at, ENGAGE_TOKEN_HASHTAG, has);
    if (!(has & HAS_DIGIT))
        return 0;
    /* A digit at the end may belong to a keycap. */
    if ((class_at(t, at - 1) & DIGIT) && engagep_emoji_keycap(t->text, t->size, at - 1) != 0)
        at--;
    if (at == start + sign)
        return 0;
    return emit_plain(t, start, at, ENGAGE_TOKEN_NUMBER);
}

/* $ABC, but not $5: one to six letters, and two more after a point. */
static size_t cashtag(struct engage_tokenizer *t, size_t start)
{
    size_t at = start + 1;
    while ((class_at(t, at) & LETTER) && at - start <= 6)
        at++;
    if (at == start + 1)
        return 0;
    if ((byte_at(t, at) == '.' || byte_at(t, at) == '_') && (class_at(t, at + 1) & LETTER)) {
        size_t end = at + 1;
        while ((class_at(t, end) & LETTER) && end - at <= 2)
            end++;
        if (!alnum_at(t, end))
            at = end;
    }
    if (alnum_at(t, at) || byte_at(t, at) == '$')
        return 0;
    emit(t, start, at, ENGAGE_TOKEN_CASHTAG);
    return at;
}

/* An arrow of ASCII, --> or <==, that begins a text: its end, or 0. */
static size_t arrow(const char *text, size_t size)
{
    size_t at = size > 0 && text[0] == '<' ? 1 : 0;
    size_t begin = at;
    char shaft = at < size ? text[at] : ' ';
    if (shaft != '-' && shaft != '=')
        return 0;
    while (at < size && text[at] == shaft)
        at++;
    if (at < size && text[at] == '>')
        return at + 1;
    return begin > 0 ? at : 0;
}

/* Text in which character references stand, as X sends &, < and >: the next few characters
 * as they are meant, and where each byte of them ends in the text. */
struct meant {
    char bytes[64];
    size_t ends[64];
    size_t size;
};

static void read_meant(const struct engage_tokenizer *t, size_t at, struct meant *out)
{
    out->size = 0;
    while (at < t->size && !(class_at(t, at) & BLANK) && out->size + 4 <= sizeof(out->bytes)) {
        uint32_t code;
        size_t end = 0;
        if (t->text[at] == '&')
            end = engagep_reference_match(t->text, t->size, at, &code);
        char bytes[4] = {t->text[at]};
        size_t n = end != 0 ? engagep_utf8_encode(code, bytes) : 1;
        at = end != 0 ? end : at + 1;
        for (size_t i = 0; i < n; i++) {
            out->bytes[out->size] = bytes[i];
            out->ends[out->size++] = at;
        }
    }
}

/* Whether an ampersand stands among the next few marks. */
static int refers(const struct engage_tokenizer *t, size_t at)
{
    for (size_t end = at + 6; at < end && !(class_at(t, at) & (ALNUM | WIDE | BLANK)); at++) {
        if (t->text[at] == '&')
            return 1;
    }
    return 0;
}

/* What begins with a character reference, or an emoticon or arrow that holds one: &gt;_&lt;
 * and -&gt; are what they are without HTML. Returns 0 where there is none. */
static size_t referring(struct engage_tokenizer *t, size_t start)
{
    struct meant meant;
    read_meant(t, start, &meant);
    uint32_t code;
    size_t length = engagep_utf8_decode(meant.bytes, meant.size, &code);
    unsigned kind = engagep_unicode_kind(code);
    size_t end = engagep_emoji_match(meant.bytes, meant.size, 0);
    if (end != 0) {
        end = meant.ends[end - 1];
        emit(t, start, end, ENGAGE_TOKEN_EMOJI);
        engagep_norm_token(t, ENGAGEP_NORM_BARE | ENGAGEP_NORM_REFERENCES);
        return end;
    }
    if (!has_trait(meant.bytes[0], NO_FACE))
        end = engagep_emoticon_match(meant.bytes, meant.size, 0, is_open(t));
    int face = end != 0;
    if (!face)
        end = arrow(meant.bytes, meant.size);
    if (end != 0) {
        end = meant.ends[end - 1];
        emit(t, start, end, face ? ENGAGE_TOKEN_EMOTICON : ENGAGE_TOKEN_SYMBOL);
        engagep_norm_token(t, ENGAGEP_NORM_BARE | ENGAGEP_NORM_REFERENCES);
        return end;
    }
    if (t->text[start] != '&' || meant.ends[0] == start + 1)
        return 0;
    if (kind == ENGAGEP_CHAR_LETTER)
        return long_word(t, start, meant.ends[0], HAS_LETTER | HAS_UPPER | NEEDS_NORM,
                         ENGAGE_TOKEN_WORD);
    size_t times = 1;
    end = length;
    while (end + length <= meant.size && memcmp(meant.bytes, meant.bytes + end, length) == 0) {
        end += length;
        times++;
    }
    int is_symbol = code < 0x80 ? has_trait((char)code, SYMBOL) : kind == ENGAGEP_CHAR_SYMBOL;
    struct engagep_token *token = emit(t, start, meant.ends[end - 1],
                                       is_symbol ? ENGAGE_TOKEN_SYMBOL : ENGAGE_TOKEN_PUNCT);
    token->marks |= times > 1 ? ENGAGE_MARK_REPEATED : 0;
    engagep_norm_token(t, ENGAGEP_NORM_RUN | ENGAGEP_NORM_BARE | ENGAGEP_NORM_REFERENCES);
    return token->end;
}

/* An ASCII character that is no letter, digit or blank. */
static size_t mark(struct engage_tokenizer *t, size_t start)
{
    char c = t->text[start];
    char next = byte_at(t, start + 1);
    unsigned next_class = class_at(t, start + 1);
    size_t end = 0;
    if (!(next_class & BLANK) && refers(t, start) && (end = referring(t, start)) != 0)
        return end;
    if (!(next_class & BLANK) && !has_trait(c, NO_FACE)) {
        end = engagep_emoticon_match(t->text, t->size, start, is_open(t));
        if (end != 0) {
            emit(t, start, end, ENGAGE_TOKEN_EMOTICON);
            return end;
        }
    }
    switch (c) {
    case '@':
        end = mention(t, start, 1);
        break;
    case '#':
        end = next_class & WIDE ? engagep_emoji_keycap(t->text, t->size, start) : 0;
        end = end != 0 ? emit_emoji(t, start, end) : hashtag(t, start, 1);
        break;
    case '$':
        end = next_class & DIGIT ? number(t, start, start + 1) : cashtag(t, start);
        break;
    case '*':
        end = next_class & WIDE ? engagep_emoji_keycap(t->text, t->size, start) : 0;
        end = end != 0 ? emit_emoji(t, start, end) : 0;
        break;
    case '(':
    case '+':
        end = next_class & DIGIT ? engagep_phone_match(t->text, t->size, start) : 0;
        if (end != 0)
            emit(t, start, end, ENGAGE_TOKEN_PHONE);
        else if (c == '+' && (next_class & DIGIT) && is_open(t))
            end = number(t, start, start + 1);
        break;
    case '-':
    case '.':
        if ((next_class & DIGIT) && is_open(t))
            end = number(t, start, start + 1);
        break;
    default:
        break;
    }
    if (end != 0)
        return end;
    if ((c == '<' || c == '-' || c == '=') && (end = arrow(t->text + start, t->size - start)) != 0)
        return emit_run(t, start, start + end, ENGAGE_TOKEN_SYMBOL, 1);
    end = start + 1;
    if (c == '!' || c == '?') {
        while (byte_at(t, end) == '!' || byte_at(t, end) == '?')
            end++;
    } else {
        while (next == c && byte_at(t, end) == c)
            end++;
    }
    int kind = has_trait(c, SYMBOL) ? ENGAGE_TOKEN_SYMBOL : ENGAGE_TOKEN_PUNCT;
    return emit_run(t, start, end, kind, end - start);
}

/* The end of a stretch of a script without spaces: its letters, marks and joiners. */
static size_t stretch(const struct engage_tokenizer *t, size_t at)
{
    size_t end = at;
    while (at < t->size) {
        size_t length;
        unsigned kind = engagep_unicode_kind(code_at(t, at, &length));
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
    if ((t->flags & ENGAGE_TEXT_NO_DICTIONARY) || !engagep_icu_is_here())
        return 0;
    if (t->icu == NULL && !engagep_icu_open(&t->icu, &t->allocator))
        t->failed = ENGAGE_ENOMEM;
    return t->icu != NULL;
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
        emit_word(t, at, next, ENGAGE_TOKEN_WORD, NEEDS_NORM);
        at = next;
    }
    return end;
}

/* What begins with a character beyond ASCII. */
static size_t wide(struct engage_tokenizer *t, size_t start)
{
    size_t length;
    uint32_t code = code_at(t, start, &length);
    unsigned flags = engagep_unicode_char(code);
    unsigned kind = flags & ENGAGEP_CHAR_KIND;
    size_t next = start + length;
    size_t end = 0;
    switch (kind) {
    case ENGAGEP_CHAR_SPACE:
        t->spaced = 1;
        return next;
    case ENGAGEP_CHAR_IGNORE:
        return next;
    case ENGAGEP_CHAR_EMOJI:
    case ENGAGEP_CHAR_REGIONAL:
    case ENGAGEP_CHAR_MODIFIER:
    case ENGAGEP_CHAR_BASE:
        return emit_emoji(t, start, engagep_emoji_match(t->text, t->size, start));
    default:
        break;
    }
    if (kind == ENGAGEP_CHAR_PUNCT || kind == ENGAGEP_CHAR_SYMBOL || code == 0x0295 ||
        code == 0x10DA || code == 0x1559 || code == 0x0669 || code == 0x30CE || code == 0x30FD ||
        code == 0x4E41 || code == 0x0CA0 || code == 0x0CA5) {
        end = engagep_emoticon_match(t->text, t->size, start, is_open(t));
        if (end != 0) {
            emit(t, start, end, ENGAGE_TOKEN_EMOTICON);
            return end;
        }
    }
    if (kind == ENGAGEP_CHAR_SPACELESS)
        return spaceless(t, start);
    if (kind == ENGAGEP_CHAR_LETTER)
        return long_word(t, start, start, 0, ENGAGE_TOKEN_WORD);
    if (kind == ENGAGEP_CHAR_DIGIT)
        return long_word(t, start, start, HAS_DIGIT, ENGAGE_TOKEN_NUMBER);
    if (code == 0xFF20 && (end = mention(t, start, length)) != 0)
        return end;
    if (code == 0xFF03 && (end = hashtag(t, start, length)) != 0)
        return end;
    if ((code == 0x20AC || code == 0x00A3 || code == 0x00A5 || code == 0x20B9) &&
        (class_at(t, next) & DIGIT))
        return number(t, start, next);
    size_t times = 1;
    for (;;) {
        uint32_t again = code_at(t, next, &length);
        if (length == 0 || again != code)
            break;
        next += length;
        times++;
    }
    return emit_run(t, start, next, kind == ENGAGEP_CHAR_PUNCT ? ENGAGE_TOKEN_PUNCT
                                                              : ENGAGE_TOKEN_SYMBOL, times);
}

void engagep_scan_run(struct engage_tokenizer *t)
{
    size_t at = 0;
    while (at < t->size && t->failed == ENGAGE_OK) {
        unsigned char c = (unsigned char)t->text[at];
        unsigned class = classes[c];
        if (class & LETTER) {
            at = word(t, at);
            if (at < t->size && t->text[at] == ' ') {
                t->spaced = 1;
                at++;
            }
        } else if (class & BLANK) {
            /* White space, that is; control characters are ignorable. */
            t->spaced |= c == ' ' || (c >= '\t' && c <= '\r');
            at++;
        } else if (class & WIDE) {
            at = wide(t, at);
        } else if (class & DIGIT) {
            at = digit(t, at);
        } else {
            at = mark(t, at);
        }
    }
}
