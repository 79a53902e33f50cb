/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Handles, links and e-mail addresses for those who pass over them: what the tokenizer makes
 * mentions, links and addresses.
 */
#include "base/ascii.h"
#include "text/match.h"

#include <string.h>

static size_t email(struct engagep_addresses *a, size_t at)
{
    size_t reach;
    if (at < a->no_email)
        return 0;
    size_t end = engagep_email_match(a->text, a->size, at, &reach);
    a->no_email = end == 0 ? reach : a->no_email;
    return end;
}

static size_t domain(struct engagep_addresses *a, size_t at)
{
    size_t reach;
    if (at < a->no_domain)
        return 0;
    size_t end = engagep_domain_match(a->text, a->size, at, &reach);
    a->no_domain = end == 0 ? reach : a->no_domain;
    return end;
}

/* A link begins with a label and a dot, or with a scheme: labels are walked once. */
static int may_be_link(struct engagep_addresses *a, size_t at)
{
    static const size_t longest = 5; /* of the names of schemes */
    size_t end = a->label_end > at ? a->label_end : at;
    while (end < a->size && (engagep_ascii_alnum(a->text[end]) || a->text[end] == '-' ||
                             a->text[end] == '_'))
        end++;
    a->label_end = end;
    return end < a->size &&
           (a->text[end] == '.' || (a->text[end] == ':' && end - at <= longest));
}

static size_t link(struct engagep_addresses *a, size_t at)
{
    size_t reach;
    if (at < a->no_link || !may_be_link(a, at))
        return 0;
    size_t end = engagep_link_match(a->text, a->size, at, &reach);
    a->no_link = end == 0 ? reach : a->no_link;
    return end;
}

/* @user, @user@server or @user.server.domain, with the sign behind it. */
static size_t handle(struct engagep_addresses *a, size_t name)
{
    size_t end = name;
    while (end < a->size && (engagep_ascii_alnum(a->text[end]) || a->text[end] == '_'))
        end++;
    char mark = end > name && end < a->size ? a->text[end] : '\0';
    size_t longer = 0;
    size_t dots = 0;
    if (mark == '@')
        longer = email(a, name);
    if (longer != 0)
        return longer;
    if (mark == '.' || mark == '-')
        longer = domain(a, name);
    for (size_t i = name; i < longer; i++)
        dots += a->text[i] == '.';
    if (dots >= 2 && !(longer < a->size && a->text[longer] == '/'))
        return longer;
    return end > name ? end : 0;
}

size_t engagep_address_match(struct engagep_addresses *a, size_t at)
{
    static const char wide[] = "\xEF\xBC\xA0"; /* the full-width sign, U+FF20 */
    if (a->text[at] == '@')
        return handle(a, at + 1);
    if (a->size - at >= 3 && memcmp(a->text + at, wide, 3) == 0)
        return handle(a, at + 3);
    if (!engagep_ascii_alnum(a->text[at]))
        return 0;
    size_t end = email(a, at);
    return end != 0 ? end : link(a, at);
}
