/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "text/markup.h"

#include "base/ascii.h"

#include <string.h>

/* The end of the tag whose name begins at `at`: after its >, quotes minded; the end of the
 * source where it is not closed. */
static size_t tag_end(const char *html, size_t size, size_t at)
{
    char quote = '\0';
    char before = '\0';
    for (; at < size; at++) {
        char c = html[at];
        if (quote != '\0') {
            if (c == quote)
                quote = '\0';
        } else if (c == '>') {
            return at + 1;
        } else if ((c == '"' || c == '\'') && before == '=') {
            quote = c;
        }
        if (!engagep_ascii_space(c))
            before = c;
    }
    return size;
}

/* The end of the comment that begins with <! or <? at `at`; the end of the source where it is
 * not closed. <!--> and <!---> are whole. */
static size_t comment_end(const char *html, size_t size, size_t at)
{
    int whole = size - at < 4 || memcmp(html + at, "<!--", 4) != 0;
    for (size_t i = at + 2; i < size; i++) {
        if (html[i] == '>' && (whole || memcmp(html + i - 2, "--", 2) == 0 ||
                               (i >= at + 7 && memcmp(html + i - 3, "--!", 3) == 0)))
            return i + 1;
    }
    return size;
}

size_t engagep_markup_end(const char *html, size_t size, size_t at)
{
    char next = at + 1 < size ? html[at + 1] : '\0';
    if (next == '!' || next == '?')
        return comment_end(html, size, at);
    if (!engagep_ascii_letter(next) &&
        !(next == '/' && at + 2 < size && engagep_ascii_letter(html[at + 2])))
        return 0;
    return tag_end(html, size, at + 1);
}
