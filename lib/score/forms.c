/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "score/forms.h"

#include "base/ascii.h"
#include "base/utf8.h"

#include <stdint.h>
#include <string.h>

static size_t write(char *plain, size_t size, const char *bytes, size_t count)
{
    if (count > ENGAGEP_FORM_MOST - size)
        return 0;
    memcpy(plain + size, bytes, count);
    return size + count;
}

/* ----------------------------------------------------------------- marks --- */

static const char *mark_of(uint32_t code)
{
    switch (code) {
    case '!':
    case 0xFF01: /* full-width */
    case 0x2757: /* emoji */
    case 0x2755:
    case 0xFE57:
        return "!";
    case '?':
    case 0xFF1F:
    case 0x2753:
    case 0x2754:
    case 0x061F: /* Arabic */
    case 0xFE56:
        return "?";
    case '.':
    case 0x3002: /* Chinese and Japanese */
    case 0xFF0E:
    case 0xFF61:
    case 0x0964: /* Devanagari */
    case 0x06D4: /* Urdu */
        return ".";
    case ',':
    case 0xFF0C:
    case 0x3001:
    case 0x060C:
        return ",";
    case 0x203C:
        return "!!";
    case 0x2047:
        return "??";
    case 0x2048:
    case 0x2049:
        return "?!";
    default:
        return NULL;
    }
}

size_t engagep_form_marks(const char *norm, size_t size, char *plain)
{
    size_t n = 0;
    for (size_t i = 0; i < size;) {
        uint32_t code;
        i += engagep_utf8_decode(norm + i, size - i, &code);
        if (code == 0xFE0F) /* how it is to be shown */
            continue;
        const char *mark = mark_of(code);
        if (mark == NULL)
            return 0;
        size_t more = write(plain, n, mark, strlen(mark));
        if (more == 0) /* a longer run says no more */
            break;
        n = more;
    }
    return n;
}

/* ----------------------------------------------------------------- faces --- */

static char turned(char mouth)
{
    static const char pairs[] = "()[]{}<>/\\";
    const char *at = strchr(pairs, mouth);
    return at == NULL || mouth == '\0' ? mouth : pairs[(size_t)(at - pairs) ^ 1];
}

/* "(:" as ":)". */
static void turn_round(char *face, size_t size)
{
    for (size_t i = 0; i < size / 2; i++) {
        char last = face[size - 1 - i];
        face[size - 1 - i] = face[i];
        face[i] = last;
    }
    for (size_t i = 0; i < size; i++)
        face[i] = turned(face[i]);
}

size_t engagep_form_face(const char *norm, size_t size, char *plain)
{
    static const char eyes[] = ":;=8x";
    if (size < 2 || size > ENGAGEP_FORM_MOST)
        return 0;
    memcpy(plain, norm, size);
    for (size_t i = 0; i < size; i++)
        if ((unsigned char)plain[i] >= 0x80)
            return 0;
    if (turned(plain[0]) != plain[0] && engagep_ascii_any(plain[size - 1], ":;="))
        turn_round(plain, size);
    if (plain[0] == '=')
        plain[0] = ':';
    size_t n = 1;
    size_t mouth = engagep_ascii_any(plain[0], eyes) && size > 2 && engagep_ascii_any(plain[1], "-^o") ? 2 : 1;
    for (size_t i = mouth; i < size; i++)
        if (i == mouth || plain[i] != plain[i - 1])
            plain[n++] = plain[i];
    for (size_t i = 1; i < n; i++)
        plain[i] = plain[i] == ']' ? ')' : plain[i] == '[' ? '(' : plain[i];
    return n == size && memcmp(plain, norm, size) == 0 ? 0 : n;
}

/* --------------------------------------------------------------- numbers --- */

/* Whether bytes end in the sign of a currency, such as "us$" or U+20AC, and are short. */
static int is_currency(const char *bytes, size_t size)
{
    uint32_t code = 0;
    if (size == 0 || size > 4)
        return 0;
    size_t at = size;
    while (at > 0 && ((unsigned char)bytes[--at] & 0xC0) == 0x80)
        continue;
    engagep_utf8_decode(bytes + at, size - at, &code);
    return code == '$' || code == 0xA3 || code == 0xA5 || (code >= 0x20A0 && code <= 0x20CF);
}

size_t engagep_form_money(const char *norm, size_t size, char *plain)
{
    size_t begin = 0;
    size_t end = size;
    while (begin < size && !engagep_ascii_digit(norm[begin]))
        begin++;
    while (end > begin && !engagep_ascii_digit(norm[end - 1]))
        end--;
    int before = is_currency(norm, begin);
    int after = is_currency(norm + end, size - end);
    if (begin == end || (begin > 0 && !before) || (end < size && !after) || !(before || after))
        return 0;
    size_t n = write(plain, write(plain, 0, "$", 1), norm + begin, end - begin);
    return n == size && memcmp(plain, norm, size) == 0 ? 0 : n;
}

size_t engagep_form_whole(const char *norm, size_t size, char *plain)
{
    if (size < 4 || norm[size - 3] != '.' || !engagep_ascii_digit(norm[size - 4]))
        return 0;
    return write(plain, 0, norm, size - 3);
}

size_t engagep_form_unit(const char *norm, size_t size, const char **unit)
{
    size_t begin = size;
    while (begin > 0 && norm[begin - 1] >= 'a' && norm[begin - 1] <= 'z')
        begin--;
    *unit = norm + begin;
    return begin > 0 && engagep_ascii_digit(norm[begin - 1]) ? size - begin : 0;
}

/* ----------------------------------------------------------------- words --- */

size_t engagep_form_unveiled(const char *norm, size_t size, char letter, char *plain)
{
    const char *veil = memchr(norm, '*', size);
    if (size > ENGAGEP_FORM_MOST || veil == NULL || veil == norm || veil + 1 == norm + size)
        return 0;
    for (size_t i = 0; i < size; i++)
        if ((norm[i] < 'a' || norm[i] > 'z') && norm + i != veil)
            return 0;
    memcpy(plain, norm, size);
    plain[veil - norm] = letter;
    return size;
}
