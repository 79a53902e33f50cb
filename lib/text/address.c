/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Handles, links and e-mail addresses for those who pass over them: what the tokenizer makes
 * mentions, links and addresses.
 */
#include "base/ascii.h"
#include "text/match.h"

#include <string.h>

typedef size_t matcher(const char *text, size_t size, size_t at, size_t *reach);

/* `none`: until where there is none of the kind. */
static size_t match(const struct engagep_addresses *a, matcher *matches, size_t at, size_t *none)
{
    size_t reach;
    if (at < *none)
        return 0;
    size_t end = matches(a->text, a->size, at, &reach);
    *none = end == 0 ? reach : *none;
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

static size_t handle(struct engagep_addresses *a, size_t name)
{
    size_t end = name;
    while (end < a->size && (engagep_ascii_alnum(a->text[end]) || a->text[end] == '_'))
        end++;
    if (end == name)
        return 0;
    return engagep_handle_match(a->text, a->size, name, end, &a->no_email, &a->no_domain);
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
    size_t end = match(a, engagep_email_match, at, &a->no_email);
    if (end == 0 && may_be_link(a, at))
        end = match(a, engagep_link_match, at, &a->no_link);
    return end;
}
