/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "text/tld.h"

#include "base/ascii.h"
#include "text/unicode.h"

#include <string.h>

/* No name is longer than this. */
enum { LONGEST = 64 };

static int may_follow(const char *text, size_t size, size_t at)
{
    if (at >= size)
        return 1;
    char c = text[at];
    return !engagep_ascii_alnum(c) && c != '@' && c != '+' && c != '-';
}

/* xn-- and at least one letter, digit or hyphen. */
static size_t punycode(const char *text, size_t size, size_t at)
{
    if (size - at < 5 || (text[at] | 32) != 'x' || (text[at + 1] | 32) != 'n' ||
        text[at + 2] != '-' || text[at + 3] != '-')
        return 0;
    size_t end = at + 4;
    while (end < size && (engagep_ascii_alnum(text[end]) || text[end] == '-'))
        end++;
    return end > at + 4 ? end : 0;
}

/* Whether a name is one of the table. */
static int is_known(const char *name, size_t size)
{
    size_t low = engagep_tld_first[(unsigned char)name[0]];
    size_t high = engagep_tld_first[(unsigned char)name[0] + 1];
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const char *entry = engagep_tld_names[middle];
        int order = strncmp(entry, name, size);
        if (order == 0 && entry[size] == '\0')
            return 1;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return 0;
}

/* A name with letters beyond ASCII in or after it: the longest one that stands here. */
static size_t foreign(const char *text, size_t size, size_t at)
{
    char folded[LONGEST];
    size_t used = 0;
    size_t best = 0;
    while (at < size && used < LONGEST - 4) {
        uint32_t code;
        size_t length = engagep_utf8_decode(text + at, size - at, &code);
        uint32_t to[3];
        if (code == ENGAGEP_UTF8_INVALID || (code < 0x80 && !engagep_ascii_alnum((char)code)) ||
            engagep_unicode_casefold(code, to) != 1)
            break;
        used += engagep_utf8_encode(to[0], folded + used);
        at += length;
        if (may_follow(text, size, at) && is_known(folded, used))
            best = at;
    }
    return best;
}

size_t engagep_tld_match(const char *text, size_t size, size_t at)
{
    if (at >= size)
        return 0;
    if ((unsigned char)text[at] >= 0x80)
        return foreign(text, size, at);
    char folded[LONGEST];
    size_t end = at;
    while (end < size && end - at < LONGEST && engagep_ascii_alnum(text[end])) {
        char c = text[end];
        folded[end - at] = (char)(c >= 'A' && c <= 'Z' ? c | 32 : c);
        end++;
    }
    if (end < size && (unsigned char)text[end] >= 0x80)
        return foreign(text, size, at);
    if (end > at && may_follow(text, size, end) && is_known(folded, end - at))
        return end;
    return punycode(text, size, at);
}
