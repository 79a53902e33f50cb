/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Keys of posts that say the same, or nearly. Both read the text as a row of words:
 * case-folded letters, marks, digits and symbols; white space parts words; punctuation,
 * handles and links are left out.
 */
#include <engage/text.h>

#include "base/hash.h"
#include "text/match.h"
#include "text/unicode.h"

#include <string.h>
#include <utf8proc.h>

static const uint64_t empty = UINT64_C(0xcbf29ce484222325); /* of FNV-1a */

static uint64_t add(uint64_t hash, uint32_t code)
{
    return (hash ^ code) * UINT64_C(0x100000001b3);
}

struct words {
    struct engagep_addresses addresses;
    size_t at;
};

/* Adds a code point, case-folded and decomposed. */
static uint64_t add_folded(uint64_t hash, uint32_t code)
{
    if (code < 0x80)
        return add(hash, code - 'A' < 26 ? code | 32 : code);
    uint32_t folded[3];
    size_t n = engagep_unicode_casefold(code, folded);
    for (size_t i = 0; i < n; i++) {
        if ((!(engagep_unicode_char(folded[i]) & ENGAGEP_CHAR_UNSTABLE) && folded[i] < 0xC0) ||
            engagep_unicode_is_younger(folded[i])) {
            hash = add(hash, folded[i]);
            continue;
        }
        utf8proc_int32_t parts[8];
        int unused = 0;
        utf8proc_ssize_t count = utf8proc_decompose_char(
            (utf8proc_int32_t)folded[i], parts, 8, UTF8PROC_STABLE | UTF8PROC_DECOMPOSE, &unused);
        for (utf8proc_ssize_t j = 0; j < count && j < 8; j++)
            hash = add(hash, (uint32_t)parts[j]);
    }
    return hash;
}

/* What a byte adds to a word: itself in lower case, or 0 where it is no letter or digit of
 * ASCII. */
static uint32_t plain(unsigned char c)
{
    unsigned char low = c | 32;
    if (low >= 'a' && low <= 'z')
        return low;
    return c >= '0' && c <= '9' ? c : 0;
}

/* The hash of the next word; 0 where there is none. A word is what stands between
 * white space, less its punctuation. */
static uint64_t next_word(struct words *w)
{
    const char *text = w->addresses.text;
    size_t size = w->addresses.size;
    uint64_t hash = empty;
    int begins = 1;
    while (w->at < size) {
        if (begins) {
            size_t end = engagep_address_match(&w->addresses, w->at);
            if (end != 0) {
                w->at = end;
                begins = 0;
                continue;
            }
        }
        uint32_t code = (unsigned char)text[w->at];
        uint32_t byte = plain((unsigned char)code);
        if (byte != 0) {
            hash = add(hash, byte);
            begins = 0;
            w->at++;
            continue;
        }
        size_t end = code == '&' ? engagep_reference_match(text, size, w->at, &code) : 0;
        if (end != 0)
            w->at = end;
        else if (code < 0x80)
            w->at++;
        else
            w->at += engagep_utf8_decode(text + w->at, size - w->at, &code);
        if (code == ENGAGEP_UTF8_INVALID)
            code = 0xFFFD;
        unsigned kind = engagep_unicode_kind(code);
        if (kind == ENGAGEP_CHAR_SPACE) {
            if (hash != empty)
                break;
            begins = 1;
        } else if (kind == ENGAGEP_CHAR_PUNCT) {
            begins = 1;
        } else if (kind != ENGAGEP_CHAR_IGNORE) {
            hash = add_folded(hash, code);
            begins = 0;
        }
    }
    if (hash == empty)
        return 0;
    hash = engagep_hash_mix(hash);
    return hash != 0 ? hash : 1;
}

uint64_t engage_text_hash(const char *text, size_t size)
{
    if (text == NULL)
        return 0;
    struct words w = {{.text = text, .size = size}, 0};
    uint64_t all = 0;
    for (uint64_t word = next_word(&w); word != 0; word = next_word(&w)) {
        all = engagep_hash_mix(all * UINT64_C(0x9e3779b97f4a7c15) + word);
        if (all == 0)
            all = 1;
    }
    return all;
}

static void vote(int32_t votes[64], uint64_t hash)
{
    for (int bit = 0; bit < 64; bit++)
        votes[bit] += hash >> bit & 1 ? 1 : -1;
}

/* Charikar's simhash (2002), of words and pairs of words. */
uint64_t engage_text_simhash(const char *text, size_t size)
{
    if (text == NULL)
        return 0;
    struct words w = {{.text = text, .size = size}, 0};
    int32_t votes[64] = {0};
    uint64_t before = 0;
    for (uint64_t word = next_word(&w); word != 0; word = next_word(&w)) {
        vote(votes, word);
        if (before != 0)
            vote(votes, engagep_hash_mix(before * UINT64_C(0x9e3779b97f4a7c15) + word));
        before = word;
    }
    uint64_t hash = 0;
    for (int bit = 0; bit < 64; bit++)
        hash |= (uint64_t)(votes[bit] > 0) << bit;
    return hash;
}
