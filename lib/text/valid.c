/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Whether a whole text is a user name, list, hashtag or URL.
 */
#include "base/ascii.h"
#include "base/json.h"
#include "base/utf8.h"
#include "text/entities.h"

#include <string.h>

static const char *const names[] = {"username", "list", "hashtag", "url", "url-bare"};

enum { KINDS = sizeof(names) / sizeof(names[0]) };

int engage_valid_by_name(const char *name)
{
    if (name == NULL)
        return ENGAGE_EMISUSE;
    for (int i = 0; i < KINDS; i++) {
        if (strcmp(name, names[i]) == 0)
            return i;
    }
    return ENGAGE_ERANGE;
}

/* A piece of the text under examination. */
struct piece {
    const char *text;
    size_t size;
};

static int is_hex(char c)
{
    return engagep_ascii_digit(c) || ((c | 32) >= 'a' && (c | 32) <= 'f');
}

/* What is unreserved, escaped or a delimiter in RFC 3986, Cyrillic letters too, and the
 * characters of `more`; nothing else. */
static int is_made_of(struct piece p, const char *more)
{
    size_t at = 0;
    while (at < p.size) {
        char c = p.text[at];
        if (c == '%') {
            if (p.size - at < 3 || !is_hex(p.text[at + 1]) || !is_hex(p.text[at + 2]))
                return 0;
            at += 3;
        } else if (engagep_ascii_alnum(c) || engagep_ascii_any(c, "-._~!$&'()*+,;=") ||
                   engagep_ascii_any(c, more)) {
            at++;
        } else {
            uint32_t code;
            size_t length = engagep_utf8_decode(p.text + at, p.size - at, &code);
            if (code < 0x400 || code > 0x4FF)
                return 0;
            at += length;
        }
    }
    return 1;
}

static int is_octet(struct piece p)
{
    int value = 0;
    if (p.size == 0 || p.size > 3 || (p.size > 1 && p.text[0] == '0'))
        return 0;
    for (size_t i = 0; i < p.size; i++) {
        if (!engagep_ascii_digit(p.text[i]))
            return 0;
        value = value * 10 + (p.text[i] - '0');
    }
    return value <= 255;
}

/* A label: letters, digits and all beyond ASCII, with hyphens inside. */
static int is_label(struct piece p, int underscores, int digit_first)
{
    if (p.size == 0)
        return 0;
    for (size_t i = 0; i < p.size; i++) {
        char c = p.text[i];
        int edge = i == 0 || i + 1 == p.size;
        if (engagep_ascii_alnum(c) || (unsigned char)c >= 0x80) {
            if (i == 0 && !digit_first && engagep_ascii_digit(c))
                return 0;
            continue;
        }
        if (edge || (c != '-' && !(c == '_' && underscores)))
            return 0;
    }
    return 1;
}

static int is_host(struct piece p)
{
    if (p.size >= 3 && p.text[0] == '[') {
        for (size_t i = 1; i + 1 < p.size; i++) {
            if (!is_hex(p.text[i]) && p.text[i] != ':' && p.text[i] != '.')
                return 0;
        }
        return p.text[p.size - 1] == ']';
    }
    /* Labels from the last: a top-level domain, a domain, others; or four octets. */
    size_t end = p.size;
    int octets = 1;
    int labels = 0;
    int sound = 1;
    for (size_t at = p.size;; at--) {
        if (at > 0 && p.text[at - 1] != '.')
            continue;
        struct piece label = {p.text + at, end - at};
        octets &= is_octet(label);
        sound &= is_label(label, labels > 1, labels > 0);
        labels++;
        if (at == 0)
            break;
        end = at - 1;
    }
    return (octets && labels == 4) || (sound && labels >= 2);
}

static int is_authority(struct piece p)
{
    const char *at = p.size != 0 ? memchr(p.text, '@', p.size) : NULL;
    if (at != NULL) {
        struct piece user = {p.text, (size_t)(at - p.text)};
        if (!is_made_of(user, ":"))
            return 0;
        p.text += user.size + 1;
        p.size -= user.size + 1;
    }
    size_t digits = 0;
    while (digits < p.size && engagep_ascii_digit(p.text[p.size - 1 - digits]))
        digits++;
    if (digits > 0 && digits < p.size && p.text[p.size - 1 - digits] == ':') {
        if (digits > 5)
            return 0;
        p.size -= digits + 1;
    }
    return is_host(p);
}

/* The first piece of `rest` up to one of `stops`, which stays in the rest. */
static struct piece cut(struct piece *rest, const char *stops)
{
    struct piece first = {rest->text, 0};
    while (first.size < rest->size && !engagep_ascii_any(rest->text[first.size], stops))
        first.size++;
    rest->text += first.size;
    rest->size -= first.size;
    return first;
}

static int is_url(struct piece rest, int need_scheme)
{
    struct piece whole = rest;
    struct piece scheme = cut(&rest, ":/?#");
    if (scheme.size > 0 && rest.size >= 3 && memcmp(rest.text, "://", 3) == 0) {
        size_t length = scheme.size;
        static const char https[] = "https";
        if (need_scheme && length != 4 && length != 5)
            return 0;
        for (size_t i = 0; need_scheme && i < length; i++) {
            if ((scheme.text[i] | 32) != https[i])
                return 0;
        }
        rest.text += 3;
        rest.size -= 3;
    } else if (need_scheme) {
        return 0;
    } else {
        rest = whole;
    }
    struct piece authority = cut(&rest, "/?#");
    struct piece path = cut(&rest, "?#");
    struct piece query = cut(&rest, "#");
    if (memchr(whole.text, '\n', whole.size) != NULL)
        return 0;
    if (query.size > 0) {
        query.text++;
        query.size--;
    }
    if (rest.size > 0) {
        rest.text++;
        rest.size--;
    }
    return is_authority(authority) && is_made_of(path, "/:|@") && is_made_of(query, "/?:|@") &&
           is_made_of(rest, "/?:|@");
}

int engage_valid(int kind, const char *text, size_t size)
{
    if (text == NULL && size != 0)
        return ENGAGE_EMISUSE;
    if (kind < 0 || kind >= KINDS)
        return ENGAGE_ERANGE;
    if (size == 0)
        return ENGAGE_OK;
    size_t name_end = 0;
    struct piece whole = {text, size};
    int yes;
    switch (kind) {
    case ENGAGE_VALID_USERNAME:
        yes = engagep_entities_mention(text, size, 0, &name_end) != 0 && name_end == size;
        break;
    case ENGAGE_VALID_LIST:
        yes = engagep_entities_mention(text, size, 0, &name_end) == size && name_end != size;
        break;
    case ENGAGE_VALID_HASHTAG:
        yes = engagep_entities_hashtag(text, size, 0) == size;
        break;
    case ENGAGE_VALID_URL:
        yes = is_url(whole, 1);
        break;
    default:
        yes = is_url(whole, 0);
        break;
    }
    return yes ? ENGAGE_ROW : ENGAGE_OK;
}

int engage_valid_json(int kind, engage_str id, const char *text, size_t size,
                      engage_buffer *buffer)
{
    if (buffer == NULL || (id.data == NULL && id.size != 0))
        return ENGAGE_EMISUSE;
    int valid = engage_valid(kind, text, size);
    if (valid < 0)
        return valid;
    size_t begun = engagep_buffer_begin(buffer);
    engagep_json_open(buffer, '{');
    engagep_json_key(buffer, "id");
    engagep_json_optional(buffer, id);
    engagep_json_key(buffer, "valid");
    engagep_json_bool(buffer, valid == ENGAGE_ROW);
    engagep_json_close(buffer, '}');
    return engagep_buffer_end(buffer, begun);
}
