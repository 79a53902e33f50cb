/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "text/reference.h"

#include "base/ascii.h"
#include "base/utf8.h"

#include <string.h>

/* The value of a digit, or 16 where it is none. */
static uint32_t digit(char c)
{
    if (engagep_ascii_digit(c))
        return (uint32_t)(c - '0');
    return (c | 32) >= 'a' && (c | 32) <= 'f' ? (uint32_t)((c | 32) - 'a' + 10) : 16;
}

/* What a number means: those of C1 are the characters of windows-1252, and what is no
 * character is U+FFFD. */
static uint32_t meant(uint32_t value)
{
    static const uint16_t windows[32] = {
        0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
        0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D,   0x017D, 0x8F,
        0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
        0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};
    if (value == 0 || value > 0x10FFFF || (value >= 0xD800 && value < 0xE000))
        return 0xFFFD;
    return value >= 0x80 && value < 0xA0 ? windows[value - 0x80] : value;
}

/* A number behind "&#" at `at`, of any length. */
static size_t read_number(const char *html, size_t size, size_t at, char *out, size_t *length)
{
    uint32_t base = at < size && (html[at] | 32) == 'x' ? 16 : 10;
    uint32_t value = 0;
    at += base == 16;
    size_t begin = at;
    for (; at < size && digit(html[at]) < base; at++)
        if (value <= 0x10FFFF)
            value = value * base + digit(html[at]);
    if (at == begin)
        return 0;
    *length = engagep_utf8_encode(meant(value), out);
    return at + (at < size && html[at] == ';');
}

static const char *entry(size_t number)
{
    return engagep_reference_names + engagep_reference_offsets[number];
}

/* The entry of a name; NULL where there is none. */
static const char *find(const char *name, size_t size, size_t *number)
{
    size_t low = 0;
    size_t high = engagep_reference_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const char *known = entry(middle);
        size_t i = 0;
        while (i < size && name[i] == known[i])
            i++;
        if (i == size && !engagep_ascii_alnum(known[i])) {
            *number = middle;
            return known;
        }
        /* A name that goes on comes behind one that ends. */
        if (i == size || (engagep_ascii_alnum(known[i]) && name[i] < known[i]))
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

size_t engagep_reference_read(const char *html, size_t size, size_t at,
                              char out[ENGAGEP_REFERENCE_SIZE], size_t *length)
{
    const char *name = html + at + 1;
    size_t most = 0;
    size_t number;
    if (size - at > 1 && *name == '#')
        return read_number(html, size, at + 2, out, length);
    while (most < size - at - 1 && most <= ENGAGEP_REFERENCE_LONGEST && engagep_ascii_alnum(name[most]))
        most++;
    int closed = most < size - at - 1 && name[most] == ';';
    /* The whole name, or else the longest of those that may lack their semicolon. */
    for (size_t part = most; part > 1; part--, closed = 0) {
        const char *known = find(name, part, &number);
        if (known == NULL || !(closed || known[part] == '&'))
            continue;
        *length = (size_t)(entry(number + 1) - known) - part - 1;
        memcpy(out, known + part + 1, *length);
        return at + 1 + part + (size_t)closed;
    }
    return 0;
}
