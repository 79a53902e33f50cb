/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Norms of tokens that are more than ASCII in lower case.
 */
#include "base/alloc.h"
#include "text/match.h"
#include "text/tokenizer.h"
#include "text/unicode.h"

#include <string.h>

/* Room for `more` bytes after the norms, and slack behind them; NULL after a failure. */
static char *reserve(struct engage_tokenizer *t, size_t more)
{
    size_t used = t->norms_size + ENGAGEP_TOKEN_SLACK;
    if (t->failed != ENGAGE_OK || used < t->norms_size || more > SIZE_MAX - used) {
        t->failed = ENGAGE_ENOMEM;
        return NULL;
    }
    void *block = t->norms;
    int rc = engagep_alloc_grow(&t->allocator, &block, &t->norms_capacity, used + more, 1);
    t->norms = block;
    if (rc != ENGAGE_OK) {
        t->failed = rc;
        return NULL;
    }
    return t->norms + t->norms_size;
}

uint16_t engagep_norm_limit(const char *norm, size_t size)
{
    size_t most = UINT16_MAX;
    if (size <= most)
        return (uint16_t)size;
    while (most > UINT16_MAX - 3 && ((unsigned char)norm[most] & 0xC0) == 0x80)
        most--;
    return (uint16_t)most;
}

static void give(struct engage_tokenizer *t, size_t size)
{
    struct engagep_token *token = &t->tokens[t->count - 1];
    token->norm = (uint32_t)t->norms_size;
    token->norm_size = engagep_norm_limit(t->norms + t->norms_size, size);
    t->norms_size += token->norm_size;
    memset(t->norms + t->norms_size, 0, ENGAGEP_TOKEN_SLACK); /* read beside it */
}

/* Whether a character is one of those that are written for an apostrophe. */
static int is_apostrophe(uint32_t code)
{
    return code == '`' || code == 0xB4 || code == 0x2BC || code == 0x2018 || code == 0x2019 ||
           code == 0x2032 || code == 0xFF07;
}

size_t engagep_apostrophe_match(const char *text, size_t size, size_t at)
{
    /* U+2019 in UTF-8 that was read as windows-1252 and as Latin-1, and one that is escaped. */
    static const char *const forms[] = {"\xC3\xA2\xE2\x82\xAC\xE2\x84\xA2",
                                        "\xC3\xA2\xC2\x80\xC2\x99", "\\'"};
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        size_t length = strlen(forms[i]);
        if (size - at >= length && memcmp(text + at, forms[i], length) == 0)
            return at + length;
    }
    uint32_t code;
    size_t length = engagep_utf8_decode(text + at, size - at, &code);
    return code == 0xFFFD || code == ENGAGEP_UTF8_INVALID ? at + length : 0;
}

/* What folding found: whether the text may not be NFC, and whether a letter became several. */
struct folded {
    size_t size;
    int unstable;
    int several;
};

/* Case-folds a text and leaves out ignorables. */
static struct folded fold(const char *text, size_t size, char *out, unsigned how)
{
    struct folded done = {0, 0, 0};
    int bare = (how & ENGAGEP_NORM_BARE) != 0;
    size_t at = 0;
    while (at < size) {
        uint32_t code;
        size_t end = 0;
        if (text[at] == '&' && (how & ENGAGEP_NORM_REFERENCES))
            end = engagep_reference_match(text, size, at, &code);
        else if (!bare && (end = engagep_apostrophe_match(text, size, at)) != 0)
            code = '\'';
        at = end != 0 ? end : at + engagep_utf8_decode(text + at, size - at, &code);
        if (code == ENGAGEP_UTF8_INVALID)
            code = 0xFFFD;
        unsigned kind = engagep_unicode_kind(code);
        if (kind == ENGAGEP_CHAR_IGNORE && (!bare || (code & ~1u) == 0xFE0E))
            continue;
        uint32_t to[3];
        size_t n = engagep_unicode_casefold(code, to);
        done.several |= n > 1;
        for (size_t i = 0; i < n; i++) {
            if (!bare && is_apostrophe(to[i]))
                to[i] = '\'';
            done.unstable |= (engagep_unicode_char(to[i]) & ENGAGEP_CHAR_UNSTABLE) != 0;
            done.size += engagep_utf8_encode(to[i], out + done.size);
        }
    }
    return done;
}

int engagep_norm_repeats(const char *text, size_t size, uint32_t least)
{
    uint32_t before = ENGAGEP_UTF8_INVALID;
    int times = 0;
    for (size_t at = 0; at < size && times < 3;) {
        uint32_t code;
        at += engagep_utf8_decode(text + at, size - at, &code);
        times = code == before && code >= least ? times + 1 : 1;
        before = code;
    }
    return times > 2;
}

/* Shortens runs in place: of letters to two, or of anything to three. */
static size_t shorten(char *text, size_t size, unsigned how, int *elongated)
{
    size_t written = 0;
    size_t at = 0;
    uint32_t before = 0;
    size_t times = 0;
    *elongated = 0;
    while (at < size) {
        uint32_t code;
        size_t length = engagep_utf8_decode(text + at, size - at, &code);
        times = code == before ? times + 1 : 1;
        before = code;
        int keep = 1;
        if (how & ENGAGEP_NORM_RUN) {
            keep = times <= 3;
        } else if (times > 2) {
            unsigned kind = engagep_unicode_kind(code);
            if (kind == ENGAGEP_CHAR_LETTER || kind == ENGAGEP_CHAR_SPACELESS) {
                keep = 0;
                *elongated = 1;
            }
        }
        if (keep) {
            memmove(text + written, text + at, length);
            written += length;
        }
        at += length;
    }
    return written;
}

int engagep_norm_token(struct engage_tokenizer *t, unsigned how)
{
    const struct engagep_token *token = &t->tokens[t->count - 1];
    const char *text = t->text + token->start;
    size_t size = token->end - token->start;
    /* Folding and composing each make a text three times as long at the most. */
    if (size > SIZE_MAX / 12) {
        t->failed = ENGAGE_ENOMEM;
        return 0;
    }
    char *out = reserve(t, size * 12);
    if (out == NULL)
        return 0;
    struct folded folded = fold(text, size, out + size * 9, how);
    size_t written = folded.size;
    if (folded.unstable)
        written = engagep_unicode_nfc(out + size * 9, folded.size, out, size * 9);
    else
        memmove(out, out + size * 9, folded.size);
    int elongated = 0;
    /* A sharp s and another one after it are three s, folded: no emphasis. */
    int emphatic = !folded.several || engagep_norm_repeats(text, size, 0);
    if ((how & ENGAGEP_NORM_RUN) || ((how & ENGAGEP_NORM_ELONGATION) && emphatic))
        written = shorten(out, written, how, &elongated);
    give(t, written);
    return elongated;
}
