/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Words and numbers, and what begins like them: links, addresses, telephone numbers, and
 * the emoticons that begin with a letter.
 */
#include "text/match.h"
#include "text/scan.h"

#include <string.h>

static unsigned class_at(const struct engage_tokenizer *t, size_t at)
{
    return engagep_scan_class(t, at);
}

static char byte_at(const struct engage_tokenizer *t, size_t at)
{
    return engagep_scan_byte(t, at);
}

static int letter_at(const struct engage_tokenizer *t, size_t at)
{
    return engagep_scan_letter(t, at);
}

static int alnum_at(const struct engage_tokenizer *t, size_t at)
{
    return engagep_scan_alnum(t, at);
}

/* Marks of capitals, character by character. */
static unsigned spell_capitals(const struct engage_tokenizer *t, size_t start, size_t end)
{
    size_t letters = 0;
    size_t upper = 0;
    int first = 0;
    while (start < end) {
        uint32_t code;
        size_t next = 0;
        if (t->text[start] == '&')
            next = engagep_reference_match(t->text, end, start, &code);
        else if ((next = engagep_apostrophe_match(t->text, end, start)) != 0)
            code = '\'';
        start = next != 0 ? next
                          : start + engagep_utf8_decode(t->text + start, end - start, &code);
        unsigned flags = engagep_unicode_char(code);
        int is_upper = (flags & ENGAGEP_CHAR_UPPER) != 0;
        if ((flags & (ENGAGEP_CHAR_UPPER | ENGAGEP_CHAR_LOWER)) && letters++ == 0)
            first = is_upper;
        upper += is_upper ? 1 : 0;
    }
    if (letters >= 2 && upper == letters)
        return ENGAGE_MARK_CAPS;
    return first && upper == 1 ? ENGAGE_MARK_TITLE : 0;
}

static unsigned capitals(const struct engage_tokenizer *t, size_t start, size_t end, unsigned has)
{
    size_t size = end - start;
    if (has & ENGAGEP_HAS_WIDE || size >= ENGAGEP_SCAN_BITS)
        return has & ENGAGEP_HAS_UPPER ? spell_capitals(t, start, end) : 0;
    uint64_t every = (UINT64_C(1) << size) - 1;
    uint64_t letters = engagep_scan_bits(t->letters, start) & every;
    uint64_t upper = engagep_scan_bits(t->capitals, start) & every;
    if (upper == 0)
        return 0;
    if (upper == (letters & (~letters + 1)))
        return ENGAGE_MARK_TITLE;
    return upper == letters ? ENGAGE_MARK_CAPS : 0;
}

size_t engagep_word_emit(struct engage_tokenizer *t, size_t start, size_t end, int kind,
                         unsigned has)
{
    struct engagep_token *token = engagep_scan_emit(t, start, end, kind);
    token->marks |= (uint8_t)capitals(t, start, end, has);
    if ((has & ENGAGEP_HAS_NORM) || engagep_scan_has_triple(t, start, end)) {
        if (engagep_norm_token(t, ENGAGEP_NORM_ELONGATION | ENGAGEP_NORM_REFERENCES))
            token->marks |= ENGAGE_MARK_ELONGATED;
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
            return engagep_sign_emit(t, start, end, ENGAGE_TOKEN_EMAIL);
        t->no_email = reach;
    }
    if (start >= t->no_link) {
        size_t end = engagep_link_match(t->text, t->size, start, &reach);
        if (end != 0)
            return engagep_sign_emit(t, start, end, ENGAGE_TOKEN_URL);
        t->no_link = reach;
    }
    return 0;
}

/* Initials with full stops, "U.S." or "a.m.": their end, or 0. Where they end badly, so do those
 * that begin later among them. */
static size_t initials(struct engage_tokenizer *t, size_t start)
{
    size_t at = start;
    if (start < t->no_initials)
        return 0;
    while ((class_at(t, at) & ENGAGEP_BYTE_LETTER) && byte_at(t, at + 1) == '.')
        at += 2;
    if (at < start + 2)
        return 0;
    if ((class_at(t, at) & ENGAGEP_BYTE_LETTER) && !alnum_at(t, at + 1)) {
        at++;
    } else if (at < start + 4 || alnum_at(t, at)) {
        t->no_initials = at;
        return 0;
    }
    return at;
}

static int is_capital(const struct engage_tokenizer *t, size_t at)
{
    return engagep_scan_bits(t->capitals, at) & 1;
}

/* How a word goes on with an ampersand at `at`, which ends before `next`: AT&T, r&b. */
static size_t ampersand(const struct engage_tokenizer *t, size_t start, size_t at, size_t next)
{
    size_t end = engagep_scan_letters(t, next);
    if (at - start > 2 || end == next || !(class_at(t, at - 1) & ENGAGEP_BYTE_LETTER) ||
        is_capital(t, next) != is_capital(t, at - 1))
        return 0;
    return end - next <= 2 && byte_at(t, end) != ';' ? end : 0;
}

/* How a word goes on with dollars for the letter S: A$AP, a$$. Beside others it is money. */
static size_t money(const struct engage_tokenizer *t, size_t start, size_t at)
{
    size_t next = at + 1;
    if (!(class_at(t, at - 1) & ENGAGEP_BYTE_LETTER) || (start > 0 && t->text[start - 1] == '$'))
        return 0;
    if (byte_at(t, next) == '$')
        return at == start + 1 && !alnum_at(t, next + 1) ? next + 1 : 0;
    size_t end = engagep_scan_letters(t, next);
    return end > next && byte_at(t, end) != '$' ? end : 0;
}

/* How a word goes on with a character reference: an apostrophe or letter, or an ampersand as
 * in AT&amp;T. */
static size_t referred(const struct engage_tokenizer *t, size_t start, size_t at, unsigned *has)
{
    uint32_t code;
    size_t next = engagep_reference_match(t->text, t->size, at, &code);
    if (next == 0)
        return 0;
    *has |= ENGAGEP_HAS_WIDE | ENGAGEP_HAS_UPPER | ENGAGEP_HAS_NORM;
    if (code == '&')
        return ampersand(t, start, at, next);
    unsigned kind = engagep_unicode_kind(code);
    if (kind == ENGAGEP_CHAR_LETTER)
        *has |= ENGAGEP_HAS_LETTER;
    if (kind == ENGAGEP_CHAR_LETTER || (kind == ENGAGEP_CHAR_MARK && code != 0x20E3))
        return next;
    return (kind == ENGAGEP_CHAR_IGNORE || code == '\'' || code == 0x2019) && letter_at(t, next)
               ? next
               : 0;
}

/* Whether the scheme of a link begins at `at`. */
static int is_scheme(const struct engage_tokenizer *t, size_t at)
{
    const char *low = t->norms + at;
    return memcmp(low, "http", 4) == 0 &&
           (memcmp(low + 4, "://", 3) == 0 || memcmp(low + 4, "s://", 4) == 0);
}

/* b/c, w/o, n/a: where the word goes on after the slash at `at`, or 0. */
static size_t slashed(const struct engage_tokenizer *t, size_t start, size_t at)
{
    size_t next = at + 1;
    if (at != start + 1 || !(class_at(t, start) & ENGAGEP_BYTE_LETTER) ||
        !(class_at(t, next) & ENGAGEP_BYTE_LETTER))
        return 0;
    next += (class_at(t, next + 1) & ENGAGEP_BYTE_LETTER) ? 2 : 1;
    return alnum_at(t, next) || byte_at(t, next) == '/' ? 0 : next;
}

/* How a word goes on after one of the joining characters at `at`: where, or 0. */
static size_t joined(const struct engage_tokenizer *t, size_t start, size_t at, unsigned *has)
{
    size_t next = at + 1;
    switch (byte_at(t, at)) {
    case '\'':
        return letter_at(t, next) ? next : 0;
    case '`':
        *has |= ENGAGEP_HAS_NORM;
        return letter_at(t, next) ? next : 0;
    case '-':
        return alnum_at(t, next) && !is_scheme(t, next) ? next : 0;
    case '_':
        while (byte_at(t, next) == '_')
            next++;
        return alnum_at(t, next) ? next : 0;
    case '.':
        return (class_at(t, at - 1) & class_at(t, next) & ENGAGEP_BYTE_DIGIT) ? next : 0;
    case '/':
        return slashed(t, start, at);
    case '*':
        /* A word veiled by asterisks. */
        while (byte_at(t, next) == '*')
            next++;
        if (class_at(t, next) & ENGAGEP_BYTE_LETTER)
            return next;
        return next - at >= 2 && at - start <= 3 ? next : 0;
    case '$':
        return money(t, start, at);
    case '\\':
        *has |= ENGAGEP_HAS_NORM;
        return byte_at(t, next) == '\'' && letter_at(t, next + 1) ? next + 1 : 0;
    case '&':
        next = referred(t, start, at, has);
        return next != 0 ? next : ampersand(t, start, at, at + 1);
    default:
        return 0;
    }
}

/* Whether the ending of an English contraction stands from `at` to the end of a word, and one of
 * the letters that it follows at `before`. A character that was lost may have been any: elsewhere
 * it was rather a letter. */
static int is_contraction(const struct engage_tokenizer *t, size_t before, size_t at)
{
    static const struct {
        char ending[3];
        char after[7]; /* empty: any letter */
    } known[] = {{"s", ""},  {"d", ""},      {"ll", ""},      {"m", "i"},
                 {"t", "n"}, {"re", "eouy"}, {"ve", "deituy"}};
    size_t size = engagep_scan_letters(t, at) - at;
    if (alnum_at(t, at + size) || !(class_at(t, before) & ENGAGEP_BYTE_LETTER))
        return 0;
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (strlen(known[i].ending) == size && memcmp(t->norms + at, known[i].ending, size) == 0)
            return known[i].after[0] == '\0' ||
                   engagep_ascii_any(byte_at(t, before), known[i].after);
    }
    return 0;
}

/* How a word goes on with an apostrophe that was read in another encoding: where, or 0. */
static size_t repaired(const struct engage_tokenizer *t, size_t start, size_t at, unsigned *has)
{
    size_t next = engagep_apostrophe_match(t->text, t->size, at);
    if (next == 0 || at == start || !letter_at(t, next))
        return 0;
    *has |= ENGAGEP_HAS_NORM;
    return next;
}

/* How a word goes on with a character beyond ASCII: where, or 0. */
static size_t widened(const struct engage_tokenizer *t, size_t start, size_t at, unsigned *has)
{
    size_t length;
    uint32_t code = engagep_scan_code(t, at, &length);
    unsigned flags = engagep_unicode_char(code);
    unsigned needs =
        flags & (ENGAGEP_CHAR_UNSTABLE | ENGAGEP_CHAR_FOLDS) ? (unsigned)ENGAGEP_HAS_NORM : 0;
    size_t next = at + length;
    switch (flags & ENGAGEP_CHAR_KIND) {
    case ENGAGEP_CHAR_LETTER:
        if (code == 0x00E2 && (length = repaired(t, start, at, has)) != 0)
            return length;
        *has |= ENGAGEP_HAS_LETTER | ENGAGEP_HAS_WIDE | needs;
        *has |= code == 0x02BC ? (unsigned)ENGAGEP_HAS_NORM : 0; /* an apostrophe */
        *has |= flags & ENGAGEP_CHAR_UPPER ? (unsigned)ENGAGEP_HAS_UPPER : 0;
        return next;
    case ENGAGEP_CHAR_MARK:
    case ENGAGEP_CHAR_DIGIT:
        *has |= needs;
        return next;
    case ENGAGEP_CHAR_IGNORE:
        if (at == start || !letter_at(t, next))
            return 0;
        *has |= ENGAGEP_HAS_NORM;
        return next;
    default:
        break;
    }
    switch (code) {
    case 0x2019: /* an apostrophe, and what is written for it */
    case 0x2018:
    case 0x2032:
    case 0x00B4:
    case 0xFF07:
        *has |= ENGAGEP_HAS_NORM;
        return letter_at(t, next) ? next : 0;
    case 0xFFFD: /* perhaps one that was lost */
    case ENGAGEP_UTF8_INVALID:
        return at > start && is_contraction(t, at - 1, next) ? repaired(t, start, at, has) : 0;
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

size_t engagep_word_rest(struct engage_tokenizer *t, size_t start, size_t at, unsigned has,
                         int kind)
{
    int tried = 0;
    for (;;) {
        unsigned class = class_at(t, at);
        if (class & ENGAGEP_BYTE_LETTER) {
            has |= ENGAGEP_HAS_LETTER | ENGAGEP_HAS_UPPER;
            at = engagep_scan_letters(t, at);
            continue;
        }
        if (class & ENGAGEP_BYTE_DIGIT) {
            at++;
            continue;
        }
        size_t next = 0;
        if (class & ENGAGEP_BYTE_WIDE) {
            next = widened(t, start, at, &has);
            /* A keycap's digit belongs to the keycap. */
            if (at - start > 1 && (class_at(t, at - 1) & ENGAGEP_BYTE_DIGIT) &&
                engagep_emoji_keycap(t->text, t->size, at - 1) != 0) {
                at--;
                break;
            }
        } else if (class & ENGAGEP_BYTE_JOIN) {
            if (!tried && (class & ENGAGEP_BYTE_LINK) &&
                (alnum_at(t, at + 1) || memcmp(t->norms + at, ":/", 2) == 0 ||
                 memcmp(t->norms + at, ":\xE2\x80\xA6", 4) == 0)) {
                tried = 1;
                size_t end = link_or_email(t, start);
                if (end != 0)
                    return end;
                if (byte_at(t, at) == '.' && at == start + 1 && (end = initials(t, start)) != 0)
                    return engagep_word_emit(t, start, end, ENGAGE_TOKEN_WORD, has);
            }
            next = joined(t, start, at, &has);
            if (next == 0 && at == start + 1 && memcmp(t->norms + start, "w/", 2) == 0 &&
                byte_at(t, at + 1) != '/') {
                at++;
                break;
            }
            /* What is joined may end with letters. */
            if (next != 0 && (class_at(t, next - 1) & ENGAGEP_BYTE_LETTER))
                has |= ENGAGEP_HAS_LETTER | ENGAGEP_HAS_UPPER;
        }
        if (next == 0)
            break;
        at = next;
    }
    if ((has & ENGAGEP_HAS_WIDE) && engagep_norm_repeats(t->text + start, at - start, 0x80))
        has |= ENGAGEP_HAS_NORM;
    if (kind == ENGAGE_TOKEN_NUMBER && (has & ENGAGEP_HAS_LETTER))
        kind = ENGAGE_TOKEN_WORD;
    return engagep_word_emit(t, start, at, kind, has);
}

/* Emoticons that begin with a letter: xD, o_O, T.T, D: */
static size_t letter_face(struct engage_tokenizer *t, size_t start, size_t end)
{
    char first = t->text[start];
    size_t face = 0;
    if (end == start + 1) {
        if (engagep_ascii_any(first, "oOTtuUnxXDQ"))
            face = engagep_emoticon_match(t->text, t->size, start, engagep_scan_is_open(t));
    } else if ((first == 'x' || first == 'X') && t->text[start + 1] == 'D') {
        face = engagep_emoticon_match(t->text, t->size, start, 1);
    }
    if (face <= start + 1)
        return 0;
    engagep_scan_emit(t, start, face, ENGAGE_TOKEN_EMOTICON);
    return face;
}

/* Whether the dollar at `end` is that of a country and of a sum: US$20, R$50. */
static int is_currency(const struct engage_tokenizer *t, size_t start, size_t end)
{
    uint64_t every = (UINT64_C(1) << 3) - 1;
    if (end - start > 3 || !(class_at(t, end + 1) & ENGAGEP_BYTE_DIGIT))
        return 0;
    every >>= 3 - (end - start);
    return (engagep_scan_bits(t->capitals, start) & every) == every;
}

size_t engagep_word_begin(struct engage_tokenizer *t, size_t start, size_t end)
{
    char next = byte_at(t, end);
    if (byte_at(t, start) == 'x' ||
        (end == start + 1 && engagep_scan_has_trait(next, ENGAGEP_TRAIT_EYE))) {
        size_t face = letter_face(t, start, end);
        if (face != 0)
            return face;
    }
    /* Most often a mark that white space follows. */
    unsigned class = class_at(t, end);
    unsigned ends = class_at(t, end + 1) & (next == '/' ? 0u : (unsigned)ENGAGEP_BYTE_BLANK);
    if (!(class & (ENGAGEP_BYTE_JOIN | ENGAGEP_BYTE_WIDE | ENGAGEP_BYTE_DIGIT)) ||
        ((class & ENGAGEP_BYTE_JOIN) && ends))
        return 0;
    if (next == '$' && is_currency(t, start, end))
        return engagep_word_number(t, start, end + 1);
    return engagep_word_rest(t, start, end, ENGAGEP_HAS_LETTER | ENGAGEP_HAS_UPPER,
                             ENGAGE_TOKEN_WORD);
}

/* Whether letters after a number are a unit rather than the rest of a word. */
static int is_unit(const char *text, size_t size)
{
    static const char units[][8] = {
        "st", "nd", "rd", "th", "s",  "am", "pm",  "k",   "m",   "b",   "bn",  "mm",  "cm",  "km",
        "kg", "g",  "lb", "lbs", "oz", "ft", "mb", "gb",  "tb",  "hz",  "khz", "mhz", "ghz", "mph",
        "h",  "ms", "x",  "px", "w",  "v",  "mah", "c",
        "sec", "secs", "second", "seconds", "min", "mins", "minute", "minutes", "hr", "hrs",
        "hour", "hours", "day", "days", "wk", "wks", "week", "weeks", "month", "months", "yr",
        "yrs", "year", "years"};
    if (size == 0 || size > 7)
        return 0;
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        if (strlen(units[i]) == size && memcmp(units[i], text, size) == 0)
            return 1;
    }
    return 0;
}

/* Whether what looks like a number is slang: "2day" is today. */
static int is_today(const struct engage_tokenizer *t, size_t start, size_t end)
{
    return end - start == 4 && memcmp(t->norms + start, "2day", 4) == 0;
}

/* Where a sign of money or measure after a number ends that ends at `at`; or `at`. */
static size_t measure(const struct engage_tokenizer *t, size_t at)
{
    const char *low = t->norms + at;
    if (low[0] == '%')
        return at + 1;
    if ((low[0] == '$' || low[0] == '+') && !alnum_at(t, at + 1))
        return at + 1;
    if (memcmp(low, "\xE2\x82\xAC", 3) == 0)
        return at + 3; /* the euro sign */
    if (memcmp(low, "\xC2\xA2", 2) == 0 || memcmp(low, "\xC2\xA3", 2) == 0)
        return at + 2; /* cents, pounds */
    if (memcmp(low, "\xC2\xB0", 2) == 0)
        return at + (engagep_ascii_any(low[2], "cf") && !alnum_at(t, at + 3) ? 3 : 2);
    return at;
}

/* Whether a word that ends before the character beyond ASCII at `at` goes on with it. */
static int goes_on(const struct engage_tokenizer *t, size_t at)
{
    unsigned has = 0;
    return widened(t, at > 0 ? at - 1 : 0, at, &has) != 0;
}

size_t engagep_word_number(struct engage_tokenizer *t, size_t start, size_t at)
{
    for (;;) {
        while (class_at(t, at) & ENGAGEP_BYTE_DIGIT)
            at++;
        if (engagep_scan_has_trait(byte_at(t, at), ENGAGEP_TRAIT_INNER) &&
            (class_at(t, at + 1) & ENGAGEP_BYTE_DIGIT)) {
            at++;
            continue;
        }
        /* 8am-12pm */
        size_t end = engagep_scan_letters(t, at);
        if (byte_at(t, end) == '-' && (class_at(t, end + 1) & ENGAGEP_BYTE_DIGIT) &&
            is_unit(t->norms + at, end - at))
            at = end + 1;
        else
            break;
    }
    unsigned class = class_at(t, at);
    if (class & ENGAGEP_BYTE_LETTER) {
        size_t end = engagep_scan_letters(t, at);
        class = class_at(t, end);
        if (!(class & ENGAGEP_BYTE_DIGIT) &&
            !((class & ENGAGEP_BYTE_WIDE) && goes_on(t, end)) &&
            !((class & ENGAGEP_BYTE_JOIN) && byte_at(t, end) != '\\' && alnum_at(t, end + 1)) &&
            is_unit(t->norms + at, end - at) && !is_today(t, start, end)) {
            engagep_scan_emit(t, start, end, ENGAGE_TOKEN_NUMBER);
            return end;
        }
        return engagep_word_rest(t, start, at, ENGAGEP_HAS_DIGIT, ENGAGE_TOKEN_NUMBER);
    }
    size_t end = measure(t, at);
    if (end == at && (class & (ENGAGEP_BYTE_JOIN | ENGAGEP_BYTE_WIDE)))
        return engagep_word_rest(t, start, at, ENGAGEP_HAS_DIGIT, ENGAGE_TOKEN_NUMBER);
    engagep_scan_emit(t, start, end, ENGAGE_TOKEN_NUMBER);
    return end;
}

size_t engagep_word_digit(struct engage_tokenizer *t, size_t start)
{
    size_t end = engagep_emoji_keycap(t->text, t->size, start);
    if (end != 0)
        return engagep_sign_emit_emoji(t, start, end);
    if (t->text[start] == '8' && engagep_scan_is_open(t) &&
        engagep_ascii_any(byte_at(t, start + 1), "-)")) {
        end = engagep_emoticon_match(t->text, t->size, start, 1);
        if (end != 0) {
            engagep_scan_emit(t, start, end, ENGAGE_TOKEN_EMOTICON);
            return end;
        }
    }
    end = engagep_phone_match(t->text, t->size, start);
    if (end != 0) {
        engagep_scan_emit(t, start, end, ENGAGE_TOKEN_PHONE);
        return end;
    }
    return engagep_word_number(t, start, start);
}
