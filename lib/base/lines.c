/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "base/lines.h"

#include "base/error.h"
#include "base/utf8.h"

#include <string.h>

void engagep_lines_begin(struct engagep_lines *lines, const char *text, size_t size, int code,
                         engage_error *error)
{
    static const char mark[] = "\xEF\xBB\xBF"; /* of byte order: some editors begin texts so */
    size_t marked = size >= 3 && memcmp(text, mark, 3) == 0 ? 3 : 0;
    lines->next = marked > 0 ? text + marked : text;
    lines->end = size > 0 ? text + size : text;
    lines->line = (engage_str){text, 0};
    lines->number = 0;
    lines->code = code;
    lines->error = error;
}

uint32_t engagep_lines_column(const struct engagep_lines *lines, const char *at)
{
    return (uint32_t)(at - lines->line.data) + 1;
}

int engagep_lines_fail_at(struct engagep_lines *lines, uint32_t line, uint32_t column,
                          const char *what, engage_str about)
{
    int size = about.size < 60 ? (int)about.size : 60;
    if (size > 0)
        engagep_error_set(lines->error, lines->code, "%s: %.*s", what, size, about.data);
    else
        engagep_error_set(lines->error, lines->code, "%s", what);
    engagep_error_at(lines->error, line, column, 0);
    return lines->code;
}

int engagep_lines_fail(struct engagep_lines *lines, const char *at, const char *what,
                       engage_str about)
{
    return engagep_lines_fail_at(lines, lines->number, engagep_lines_column(lines, at), what,
                                 about);
}

static int check_bytes(struct engagep_lines *lines)
{
    static const engage_str nothing = {NULL, 0};
    engage_str line = lines->line;
    for (size_t i = 0; i < line.size;) {
        uint32_t code;
        size_t length = engagep_utf8_decode(line.data + i, line.size - i, &code);
        if (code == ENGAGEP_UTF8_INVALID)
            return engagep_lines_fail(lines, line.data + i, "not UTF-8", nothing);
        if ((code < ' ' && code != '\t') || code == 0x7F)
            return engagep_lines_fail(lines, line.data + i, "a control character", nothing);
        i += length;
    }
    return ENGAGE_ROW;
}

int engagep_lines_next(struct engagep_lines *lines)
{
    if (lines->next == lines->end)
        return ENGAGE_DONE;
    const char *begun = lines->next;
    const char *stop = memchr(begun, '\n', (size_t)(lines->end - begun));
    lines->next = stop != NULL ? stop + 1 : lines->end;
    size_t size = (size_t)((stop != NULL ? stop : lines->end) - begun);
    lines->line = (engage_str){begun, size - (size > 0 && begun[size - 1] == '\r')};
    lines->number++;
    return check_bytes(lines);
}

static int is_blank(char c)
{
    return c == ' ' || c == '\t';
}

engage_str engagep_lines_trim(engage_str text)
{
    while (text.size > 0 && is_blank(text.data[0])) {
        text.data++;
        text.size--;
    }
    while (text.size > 0 && is_blank(text.data[text.size - 1]))
        text.size--;
    return text;
}

engage_str engagep_lines_cut(engage_str *text, char mark)
{
    engage_str piece = *text;
    const char *end = text->size > 0 ? memchr(text->data, mark, text->size) : NULL;
    if (end != NULL)
        piece.size = (size_t)(end - text->data);
    size_t taken = piece.size + (end != NULL);
    text->data += taken;
    text->size -= taken;
    return engagep_lines_trim(piece);
}

int engagep_lines_equal(engage_str text, const char *word)
{
    return text.size == strlen(word) && memcmp(text.data, word, text.size) == 0;
}
