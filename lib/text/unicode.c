/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "text/unicode.h"

#include <engage/text.h>

#include <string.h>
#include <utf8proc.h>

const char *engage_unicode_version(void)
{
    return engagep_unicode_version_text;
}

size_t engagep_unicode_casefold(uint32_t code, uint32_t out[3])
{
    out[0] = code;
    if (!(engagep_unicode_char(code) & ENGAGEP_CHAR_FOLDS))
        return 1;
    size_t low = 0;
    size_t high = engagep_unicode_fold_count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (engagep_unicode_folds[middle].from <= code)
            low = middle;
        else
            high = middle;
    }
    const struct engagep_unicode_fold *fold = &engagep_unicode_folds[low];
    size_t count = 0;
    while (count < 3 && fold->to[count] != 0) {
        out[count] = fold->to[count];
        count++;
    }
    return count;
}

char engagep_unicode_plain(uint32_t code, int *enclosed)
{
    size_t low = 0;
    size_t high = engagep_unicode_style_count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (engagep_unicode_styles[middle].first <= code)
            low = middle;
        else
            high = middle;
    }
    const struct engagep_unicode_style *style = &engagep_unicode_styles[low];
    *enclosed = 0;
    if (code < style->first || code > style->last)
        return '\0';
    *enclosed = style->enclosed;
    return (char)(style->plain + (char)(code - style->first));
}

/* Whether a boundary lies between two characters, by the rules of UAX #29. `pictures`
 * says that the left one ends a picture followed by extenders and a joiner, `odd` that
 * it is the first of a pair of regional indicators. */
static int is_boundary(unsigned left, unsigned right, int pictures, int odd)
{
    if (left == ENGAGEP_BREAK_CR)
        return right != ENGAGEP_BREAK_LF;
    if (left == ENGAGEP_BREAK_LF || left == ENGAGEP_BREAK_CONTROL ||
        right == ENGAGEP_BREAK_CR || right == ENGAGEP_BREAK_LF || right == ENGAGEP_BREAK_CONTROL)
        return 1;
    if (right == ENGAGEP_BREAK_EXTEND || right == ENGAGEP_BREAK_ZWJ ||
        right == ENGAGEP_BREAK_SPACING || left == ENGAGEP_BREAK_PREPEND)
        return 0;
    switch (left) {
    case ENGAGEP_BREAK_L:
        return right != ENGAGEP_BREAK_L && right != ENGAGEP_BREAK_V &&
               right != ENGAGEP_BREAK_LV && right != ENGAGEP_BREAK_LVT;
    case ENGAGEP_BREAK_LV:
    case ENGAGEP_BREAK_V:
        return right != ENGAGEP_BREAK_V && right != ENGAGEP_BREAK_T;
    case ENGAGEP_BREAK_LVT:
    case ENGAGEP_BREAK_T:
        return right != ENGAGEP_BREAK_T;
    case ENGAGEP_BREAK_ZWJ:
        return !(pictures && right == ENGAGEP_BREAK_PICTURE);
    case ENGAGEP_BREAK_REGIONAL:
        return !(odd && right == ENGAGEP_BREAK_REGIONAL);
    default:
        return 1;
    }
}

size_t engagep_unicode_grapheme(const char *text, size_t size, size_t at)
{
    uint32_t code;
    at += engagep_utf8_decode(text + at, size - at, &code);
    unsigned left = engagep_unicode_break(code);
    int pictures = left == ENGAGEP_BREAK_PICTURE;
    int odd = left == ENGAGEP_BREAK_REGIONAL;
    while (at < size) {
        size_t length = engagep_utf8_decode(text + at, size - at, &code);
        unsigned right = engagep_unicode_break(code);
        if (is_boundary(left, right, pictures, odd))
            break;
        if (right == ENGAGEP_BREAK_PICTURE)
            pictures = 1;
        else if (right != ENGAGEP_BREAK_EXTEND && right != ENGAGEP_BREAK_ZWJ)
            pictures = 0;
        odd = right == ENGAGEP_BREAK_REGIONAL && !odd;
        left = right;
        at += length;
    }
    return at;
}

/* A piece of text that composes on its own: a character and the unstable ones after it. */
enum { PIECE = 31, PIECE_ROOM = PIECE * 4 };

/* Composes one piece: `from` holds `count` code points. Returns the bytes written. */
static size_t compose(const uint32_t *from, size_t count, char *out, size_t room)
{
    utf8proc_int32_t codes[2 * PIECE_ROOM];
    utf8proc_ssize_t used = 0;
    int class_before = 0;
    for (size_t i = 0; i < count; i++) {
        utf8proc_ssize_t n = 1;
        if (engagep_unicode_is_younger(from[i]))
            codes[used] = (utf8proc_int32_t)from[i];
        else
            n = utf8proc_decompose_char((utf8proc_int32_t)from[i], codes + used, PIECE_ROOM,
                                        UTF8PROC_STABLE | UTF8PROC_COMPOSE, &class_before);
        if (n < 0 || used + n > PIECE_ROOM)
            return SIZE_MAX;
        used += n;
    }
    /* The canonical order: a stable sort of each run of combining characters. */
    for (utf8proc_ssize_t i = 1; i < used; i++) {
        utf8proc_int32_t moved = codes[i];
        int class = utf8proc_get_property(moved)->combining_class;
        utf8proc_ssize_t j = i;
        while (class != 0 && j > 0 &&
               utf8proc_get_property(codes[j - 1])->combining_class > class) {
            codes[j] = codes[j - 1];
            j--;
        }
        codes[j] = moved;
    }
    used = utf8proc_normalize_utf32(codes, used, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
    size_t written = 0;
    for (utf8proc_ssize_t i = 0; i < used; i++) {
        char bytes[4];
        size_t n = engagep_utf8_encode((uint32_t)codes[i], bytes);
        if (n > room - written)
            return SIZE_MAX;
        memcpy(out + written, bytes, n);
        written += n;
    }
    return written;
}

size_t engagep_unicode_nfc(const char *text, size_t size, char *out, size_t room)
{
    uint32_t piece[PIECE];
    size_t count = 0;
    size_t written = 0;
    size_t at = 0;
    while (at < size || count > 0) {
        uint32_t code = 0;
        size_t length = 0;
        int fits = 0;
        if (at < size) {
            length = engagep_utf8_decode(text + at, size - at, &code);
            if (code == ENGAGEP_UTF8_INVALID)
                code = 0xFFFD;
            fits = count == 0 ||
                   (count < PIECE && (engagep_unicode_char(code) & ENGAGEP_CHAR_UNSTABLE) &&
                    !engagep_unicode_is_younger(piece[0]));
        }
        if (fits) {
            piece[count++] = code;
            at += length;
            continue;
        }
        size_t n = compose(piece, count, out + written, room - written);
        if (n == SIZE_MAX)
            return SIZE_MAX;
        written += n;
        count = 0;
    }
    return written;
}
