/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * What begins with a sign of ASCII: mentions, tags, character references, arrows, marks.
 */
#include "text/match.h"
#include "text/scan.h"
#include "text/swar.h"

#include <string.h>

enum {
    FACE = ENGAGEP_TRAIT_FACE,
    SYMBOL = ENGAGEP_TRAIT_SYMBOL,
    EYE = ENGAGEP_TRAIT_EYE,
    INNER = ENGAGEP_TRAIT_INNER,
    MORE = ENGAGEP_TRAIT_MORE
};

const unsigned char engagep_scan_traits[256] = {
    ['#'] = MORE,
    ['$'] = SYMBOL | MORE,
    ['&'] = MORE,
    ['\''] = FACE | INNER,
    ['('] = FACE | MORE,
    [')'] = FACE,
    ['*'] = FACE | MORE,
    ['+'] = SYMBOL | MORE,
    [','] = INNER,
    ['-'] = FACE | EYE | INNER | MORE,
    ['.'] = FACE | EYE | INNER | MORE,
    ['/'] = FACE | INNER,
    [':'] = FACE | EYE | INNER,
    [';'] = FACE,
    ['<'] = FACE | SYMBOL | MORE,
    ['='] = FACE | SYMBOL | EYE | MORE,
    ['>'] = FACE | SYMBOL,
    ['@'] = FACE | MORE,
    ['['] = FACE,
    ['\\'] = FACE,
    [']'] = FACE,
    ['^'] = FACE | SYMBOL,
    ['_'] = EYE,
    ['`'] = SYMBOL,
    ['|'] = FACE | SYMBOL,
    ['}'] = FACE,
    ['~'] = FACE | SYMBOL};

static unsigned class_at(const struct engage_tokenizer *t, size_t at)
{
    return engagep_scan_class(t, at);
}

static char byte_at(const struct engage_tokenizer *t, size_t at)
{
    return engagep_scan_byte(t, at);
}

static int has_trait(char c, unsigned trait)
{
    return engagep_scan_has_trait(c, trait);
}

static int is_ascii(const char *text, size_t size)
{
    uint64_t high = 0;
    for (; size >= 8; size -= 8, text += 8)
        high |= engagep_swar_load(text);
    for (; size > 0; size--, text++)
        high |= (uint64_t)(unsigned char)*text;
    return (high & ENGAGEP_SWAR_HIGH) == 0;
}

size_t engagep_sign_emit(struct engage_tokenizer *t, size_t start, size_t end, int kind)
{
    engagep_scan_emit(t, start, end, kind);
    if (!is_ascii(t->text + start, end - start))
        engagep_norm_token(t, 0);
    return end;
}

size_t engagep_sign_emit_run(struct engage_tokenizer *t, size_t start, size_t end, int kind,
                             size_t times)
{
    size_t bare = end;
    while (class_at(t, end) & ENGAGEP_BYTE_WIDE) {
        size_t length;
        if (engagep_unicode_kind(engagep_scan_code(t, end, &length)) != ENGAGEP_CHAR_MARK)
            break;
        end += length;
    }
    struct engagep_token *token = engagep_scan_emit(t, start, end, kind);
    if (times > 1)
        token->marks |= ENGAGE_MARK_REPEATED;
    if (times > 3 || end > bare || (unsigned char)t->text[start] >= 0x80)
        engagep_norm_token(t, ENGAGEP_NORM_RUN | ENGAGEP_NORM_BARE);
    return end;
}

size_t engagep_sign_emit_emoji(struct engage_tokenizer *t, size_t start, size_t end)
{
    engagep_scan_emit(t, start, end, ENGAGE_TOKEN_EMOJI);
    /* The presentation selectors say nothing about meaning. */
    for (size_t i = start; i + 3 <= end; i++) {
        if (memcmp(t->text + i, "\xEF\xB8", 2) == 0) {
            engagep_norm_token(t, ENGAGEP_NORM_BARE);
            break;
        }
    }
    return end;
}

size_t engagep_sign_mention(struct engage_tokenizer *t, size_t start, size_t sign)
{
    size_t name = start + sign;
    size_t end = engagep_scan_letters(t, name);
    while ((class_at(t, end) & ENGAGEP_BYTE_DIGIT) || byte_at(t, end) == '_')
        end = engagep_scan_letters(t, end + 1);
    if (end == name)
        return 0;
    end = engagep_handle_match(t->text, t->size, name, end, &t->no_email, &t->no_link);
    return engagep_sign_emit(t, start, end, ENGAGE_TOKEN_MENTION);
}

/* Whether a character beyond ASCII may stand in a hashtag. */
static int is_tag(uint32_t code, unsigned kind)
{
    return kind == ENGAGEP_CHAR_LETTER || kind == ENGAGEP_CHAR_SPACELESS ||
           kind == ENGAGEP_CHAR_DIGIT ||
           (kind == ENGAGEP_CHAR_MARK && code != 0x20E3 && (code & ~1u) != 0xFE0E) ||
           code == 0x200C || code == 0x200D || code == 0x30FB || code == 0x00B7;
}

/* Letters, digits and a few signs of which one at least is a letter. */
size_t engagep_sign_hashtag(struct engage_tokenizer *t, size_t start, size_t sign)
{
    size_t at = start + sign;
    unsigned has = sign > 1 ? (unsigned)ENGAGEP_HAS_NORM : 0;
    for (;;) {
        unsigned class = class_at(t, at);
        if (class & ENGAGEP_BYTE_LETTER) {
            has |= ENGAGEP_HAS_LETTER | ENGAGEP_HAS_UPPER;
            at = engagep_scan_letters(t, at);
            continue;
        }
        if (class & ENGAGEP_BYTE_DIGIT || byte_at(t, at) == '_') {
            has |= class & ENGAGEP_BYTE_DIGIT ? (unsigned)ENGAGEP_HAS_DIGIT : 0;
            at++;
            continue;
        }
        if (!(class & ENGAGEP_BYTE_WIDE))
            break;
        size_t length;
        uint32_t code = engagep_scan_code(t, at, &length);
        unsigned flags = engagep_unicode_char(code);
        unsigned kind = flags & ENGAGEP_CHAR_KIND;
        if (!is_tag(code, kind))
            break;
        if (kind == ENGAGEP_CHAR_LETTER || kind == ENGAGEP_CHAR_SPACELESS)
            has |= ENGAGEP_HAS_LETTER;
        has |= ENGAGEP_HAS_WIDE;
        has |= flags & ENGAGEP_CHAR_UPPER ? (unsigned)ENGAGEP_HAS_UPPER : 0;
        if (kind == ENGAGEP_CHAR_IGNORE || flags & (ENGAGEP_CHAR_UNSTABLE | ENGAGEP_CHAR_FOLDS))
            has |= ENGAGEP_HAS_NORM;
        at += length;
    }
    if (has & ENGAGEP_HAS_LETTER)
        return engagep_word_emit(t, start, at, ENGAGE_TOKEN_HASHTAG, has);
    if (!(has & ENGAGEP_HAS_DIGIT))
        return 0;
    /* A digit at the end may belong to a keycap. */
    if ((class_at(t, at - 1) & ENGAGEP_BYTE_DIGIT) &&
        engagep_emoji_keycap(t->text, t->size, at - 1) != 0)
        at--;
    if (at == start + sign)
        return 0;
    return engagep_sign_emit(t, start, at, ENGAGE_TOKEN_NUMBER);
}

/* $ABC, but not $5: one to six letters, and two more after a point. */
static size_t cashtag(struct engage_tokenizer *t, size_t start)
{
    size_t at = engagep_scan_letters(t, start + 1);
    if (at == start + 1 || at - start > 7)
        return 0;
    if (byte_at(t, at) == '.' || byte_at(t, at) == '_') {
        size_t end = engagep_scan_letters(t, at + 1);
        if (end > at + 1 && end - at <= 3 && !engagep_scan_alnum(t, end))
            at = end;
    }
    if (engagep_scan_alnum(t, at) || byte_at(t, at) == '$')
        return 0;
    engagep_scan_emit(t, start, at, ENGAGE_TOKEN_CASHTAG);
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
    while (at < t->size && !(class_at(t, at) & ENGAGEP_BYTE_BLANK) &&
           out->size + 4 <= sizeof(out->bytes)) {
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
    enum { NONE = ENGAGEP_BYTE_ALNUM | ENGAGEP_BYTE_WIDE | ENGAGEP_BYTE_BLANK };
    for (size_t end = at + 6; at < end && !(class_at(t, at) & NONE); at++) {
        if (byte_at(t, at) == '&')
            return 1;
    }
    return 0;
}

/* What begins with a character reference, or an emoticon or arrow that holds one: &gt;_&lt;
 * and -&gt; are what they are without HTML. White space and ignorable characters that are referred
 * to are passed over. Returns 0 where there is none. */
static size_t referring(struct engage_tokenizer *t, size_t start)
{
    if (!refers(t, start))
        return 0;
    struct meant meant;
    read_meant(t, start, &meant);
    int kind = ENGAGE_TOKEN_EMOJI;
    size_t end = engagep_emoji_match(meant.bytes, meant.size, 0);
    if (end == 0 && ((unsigned char)meant.bytes[0] >= 0x80 || has_trait(meant.bytes[0], FACE))) {
        kind = ENGAGE_TOKEN_EMOTICON;
        end = engagep_emoticon_match(meant.bytes, meant.size, 0, engagep_scan_is_open(t));
    }
    if (end == 0) {
        kind = ENGAGE_TOKEN_SYMBOL;
        end = arrow(meant.bytes, meant.size);
    }
    if (end != 0) {
        end = meant.ends[end - 1];
        engagep_scan_emit(t, start, end, kind);
        engagep_norm_token(t, ENGAGEP_NORM_BARE | ENGAGEP_NORM_REFERENCES);
        return end;
    }
    if (t->text[start] != '&' || meant.ends[0] == start + 1)
        return 0;
    uint32_t code;
    size_t length = engagep_utf8_decode(meant.bytes, meant.size, &code);
    unsigned char_kind = engagep_unicode_kind(code);
    if (char_kind == ENGAGEP_CHAR_SPACE)
        t->glue = 0;
    if (char_kind == ENGAGEP_CHAR_SPACE || char_kind == ENGAGEP_CHAR_IGNORE)
        return meant.ends[0];
    if (char_kind == ENGAGEP_CHAR_LETTER)
        return engagep_word_rest(t, start, meant.ends[0], ENGAGEP_HAS_LETTER |
                                 ENGAGEP_HAS_UPPER | ENGAGEP_HAS_WIDE | ENGAGEP_HAS_NORM,
                                 ENGAGE_TOKEN_WORD);
    size_t times = 1;
    end = length;
    while (end + length <= meant.size && memcmp(meant.bytes, meant.bytes + end, length) == 0) {
        end += length;
        times++;
    }
    int is_symbol = code < 0x80 ? has_trait((char)code, SYMBOL) : char_kind == ENGAGEP_CHAR_SYMBOL;
    struct engagep_token *token =
        engagep_scan_emit(t, start, meant.ends[end - 1],
                          is_symbol ? ENGAGE_TOKEN_SYMBOL : ENGAGE_TOKEN_PUNCT);
    token->marks |= times > 1 ? ENGAGE_MARK_REPEATED : 0;
    engagep_norm_token(t, ENGAGEP_NORM_RUN | ENGAGEP_NORM_BARE | ENGAGEP_NORM_REFERENCES);
    return token->end;
}

/* What begins with a sign that may begin more than a run of itself; 0 where it does not. */
static size_t more(struct engage_tokenizer *t, size_t start)
{
    char c = byte_at(t, start);
    unsigned next = class_at(t, start + 1);
    size_t end = 0;
    switch (c) {
    case '@':
        return engagep_sign_mention(t, start, 1);
    case '#':
    case '*':
        if (next & ENGAGEP_BYTE_WIDE)
            end = engagep_emoji_keycap(t->text, t->size, start);
        if (end != 0)
            return engagep_sign_emit_emoji(t, start, end);
        return c == '#' ? engagep_sign_hashtag(t, start, 1) : 0;
    case '$':
        if (next & ENGAGEP_BYTE_DIGIT)
            return engagep_word_number(t, start, start + 1);
        if (byte_at(t, start + 1) == '.' && (class_at(t, start + 2) & ENGAGEP_BYTE_DIGIT))
            return engagep_word_number(t, start, start + 2);
        return cashtag(t, start);
    case '&':
        return referring(t, start);
    case '(':
    case '+':
        if (!(next & ENGAGEP_BYTE_DIGIT))
            return 0;
        end = engagep_phone_match(t->text, t->size, start);
        if (end != 0) {
            engagep_scan_emit(t, start, end, ENGAGE_TOKEN_PHONE);
            return end;
        }
        return c == '+' && engagep_scan_is_open(t) ? engagep_word_number(t, start, start + 1) : 0;
    case '-':
    case '.':
        if ((next & ENGAGEP_BYTE_DIGIT) && engagep_scan_is_open(t))
            return engagep_word_number(t, start, start + 1);
        if (byte_at(t, start + 1) == '$' && (class_at(t, start + 2) & ENGAGEP_BYTE_DIGIT) &&
            c == '-' && engagep_scan_is_open(t))
            return engagep_word_number(t, start, start + 2);
        break;
    default:
        break;
    }
    end = arrow(t->text + start, t->size - start);
    return end != 0 ? engagep_sign_emit_run(t, start, start + end, ENGAGE_TOKEN_SYMBOL, 1) : 0;
}

/* Whether an ampersand follows within five bytes. */
static int is_near_reference(const struct engage_tokenizer *t, size_t start)
{
    uint64_t unlike = engagep_swar_load(t->norms + start + 1) ^ ENGAGEP_SWAR_EACH * '&';
    uint64_t found = (unlike - ENGAGEP_SWAR_EACH) & ~unlike & ENGAGEP_SWAR_HIGH;
    return (found & UINT64_C(0xFFFFFFFFFF)) != 0;
}

size_t engagep_sign_read(struct engage_tokenizer *t, size_t start)
{
    char c = byte_at(t, start);
    int kind = has_trait(c, SYMBOL) ? ENGAGE_TOKEN_SYMBOL : ENGAGE_TOKEN_PUNCT;
    if (class_at(t, start + 1) & ENGAGEP_BYTE_BLANK) {
        engagep_scan_emit(t, start, start + 1, kind);
        return start + 1;
    }
    size_t end = 0;
    if (has_trait(c, FACE)) {
        if (is_near_reference(t, start) && (end = referring(t, start)) != 0)
            return end;
        end = engagep_emoticon_match(t->text, t->size, start, engagep_scan_is_open(t));
        if (end != 0) {
            engagep_scan_emit(t, start, end, ENGAGE_TOKEN_EMOTICON);
            return end;
        }
    }
    if (has_trait(c, MORE) && (end = more(t, start)) != 0)
        return end;
    end = start + 1;
    if (c == '!' || c == '?') {
        while (byte_at(t, end) == '!' || byte_at(t, end) == '?')
            end++;
    } else {
        while (byte_at(t, end) == c)
            end++;
    }
    return engagep_sign_emit_run(t, start, end, kind, end - start);
}
