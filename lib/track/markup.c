/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "track/markup.h"

#include "base/utf8.h"

#include <string.h>

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static int is_name(const char *html, size_t size, const char *name)
{
    size_t i = 0;
    for (; name[i] != '\0'; i++)
        if (i >= size || lower(html[i]) != name[i])
            return 0;
    return i >= size || !((lower(html[i]) >= 'a' && lower(html[i]) <= 'z') ||
                          (html[i] >= '0' && html[i] <= '9'));
}

/* Steps over a tag, whose '<' is at `at`; quotes may hold '>'. */
static size_t skip_tag(engage_str html, size_t at)
{
    char quote = 0;
    for (at++; at < html.size; at++) {
        char c = html.data[at];
        if (quote != 0)
            quote = c == quote ? 0 : quote;
        else if (c == '"' || c == '\'')
            quote = c;
        else if (c == '>')
            return at + 1;
    }
    return html.size;
}

/* Line feeds for what ends a line: <br> and </p>. */
static void put_break(engage_str html, size_t at, engage_buffer *buffer)
{
    const char *name = html.data + at + 1;
    size_t left = html.size - at - 1;
    if (is_name(name, left, "br") || is_name(name, left, "/p") || is_name(name, left, "/li") ||
        is_name(name, left, "/div"))
        engagep_buffer_put_byte(buffer, '\n');
}

static const struct {
    const char *name;
    uint32_t code;
} references[] = {{"amp", '&'},   {"lt", '<'},     {"gt", '>'},      {"quot", '"'},
                  {"apos", '\''}, {"nbsp", 0xA0},  {"hellip", 0x2026}, {"ndash", 0x2013},
                  {"mdash", 0x2014}, {"rsquo", 0x2019}, {"lsquo", 0x2018}, {"euro", 0x20AC}};

static int digit_of(char c)
{
    c = lower(c);
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : 99;
}

/* The code point of "#65" or "#x41"; 0 where it is none. */
static uint32_t number_of(const char *text, size_t size)
{
    int base = size > 1 && lower(text[1]) == 'x' ? 16 : 10;
    size_t i = base == 16 ? 2 : 1;
    uint32_t code = 0;
    if (i >= size)
        return 0;
    for (; i < size; i++) {
        int digit = digit_of(text[i]);
        if (digit >= base || code > 0x10FFFF)
            return 0;
        code = code * (uint32_t)base + (uint32_t)digit;
    }
    return code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF) ? 0 : code;
}

/* Resolves the reference whose '&' is at `at`; one that is none stays as it is. */
static size_t put_reference(engage_str html, size_t at, engage_buffer *buffer)
{
    enum { LONGEST = 10 };
    size_t end = at + 1;
    while (end < html.size && end - at <= LONGEST && html.data[end] != ';')
        end++;
    uint32_t code = 0;
    if (end < html.size && html.data[end] == ';') {
        const char *name = html.data + at + 1;
        size_t size = end - at - 1;
        if (size > 0 && name[0] == '#')
            code = number_of(name, size);
        for (size_t i = 0; code == 0 && i < sizeof(references) / sizeof(references[0]); i++)
            if (strlen(references[i].name) == size && memcmp(references[i].name, name, size) == 0)
                code = references[i].code;
    }
    if (code == 0) {
        engagep_buffer_put_byte(buffer, '&');
        return at + 1;
    }
    char bytes[4];
    engagep_buffer_put(buffer, bytes, engagep_utf8_encode(code, bytes));
    return end + 1;
}

void engagep_markup_text(engage_str html, engage_buffer *buffer)
{
    size_t at = 0;
    while (at < html.size) {
        char c = html.data[at];
        if (c == '<') {
            put_break(html, at, buffer);
            at = skip_tag(html, at);
        } else if (c == '&') {
            at = put_reference(html, at, buffer);
        } else {
            size_t start = at;
            while (at < html.size && html.data[at] != '<' && html.data[at] != '&')
                at++;
            engagep_buffer_put(buffer, html.data + start, at - start);
        }
    }
}
