/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * What chats, apps and shops write by themselves: when and who, in front of a line; with which device
 * something is said, when it was bought, how many found it helpful, on lines of their own.
 */
#include "base/ascii.h"
#include "text/letter.h"

#include <string.h>

/* Tokens at most: of a name in front of a line, and of what is told of a device or date. */
enum { NAME = 4, DEVICE = 14 };

static int is_number(const struct engage_tokenizer *t, size_t token)
{
    return t->tokens[token].kind == ENGAGE_TOKEN_NUMBER;
}

/* How often one of some signs stands between two digits of a number. */
static int count_between(const struct engage_tokenizer *t, size_t token, const char *signs)
{
    const char *norm = t->norms + t->tokens[token].norm;
    int count = 0;
    for (size_t i = 1; is_number(t, token) && i + 1 < t->tokens[token].norm_size; i++)
        count += engagep_ascii_any(norm[i], signs) && engagep_ascii_digit(norm[i - 1]) &&
                 engagep_ascii_digit(norm[i + 1]);
    return count;
}

/* ----------------------------------------------------------------- chats --- */

/* The end of when a line was written, "[12/03/2024, 14:22:10]" or "12/03/2024, 14:22 -": a time with a
 * date beside it or in brackets; `first` where there is none. */
static size_t time_end(const struct engage_tokenizer *t, size_t first, size_t end)
{
    size_t at = first;
    int bracket = engagep_letter_among(t, at, "[");
    int dates = 0;
    int times = 0;
    for (at += (size_t)bracket; at < end && dates + times < 2 && is_number(t, at); at++) {
        int time = count_between(t, at, ":") > 0;
        if (!time && count_between(t, at, "/.-") < 2)
            return first;
        times += time;
        dates += !time;
        if (at + 1 < end && engagep_letter_among(t, at + 1, ", am pm a.m p.m"))
            at++;
    }
    if (times != 1 || (dates == 0 && !bracket))
        return first;
    if (bracket)
        return at < end && engagep_letter_among(t, at, "]") ? at + 1 : first;
    return at < end && engagep_letter_among(t, at, "- \xE2\x80\x93") ? at + 1 : at;
}

/* The end of who wrote it and the colon behind. */
static size_t name_end(const struct engage_tokenizer *t, size_t first, size_t end)
{
    for (size_t at = first; at < end && at - first <= NAME; at++) {
        int kind = t->tokens[at].kind;
        if (at > first && engagep_letter_among(t, at, ":"))
            return at + 1;
        if (kind != ENGAGE_TOKEN_PHONE && kind != ENGAGE_TOKEN_MENTION &&
            !engagep_letter_is_capital(t, at))
            break;
    }
    return first;
}

static size_t stamp_end(const struct engage_tokenizer *t, size_t first, size_t end)
{
    if (first >= end || (!is_number(t, first) && !engagep_letter_among(t, first, "[")))
        return first;
    size_t time = time_end(t, first, end);
    size_t name = time > first ? name_end(t, time, end) : first;
    return name > time ? name : first;
}

int engagep_letter_mark_stamps(struct engage_tokenizer *t)
{
    if (stamp_end(t, 0, t->count) == 0) /* an export begins with one */
        return 0;
    for (size_t first = 0, end; first < t->count; first = end) {
        end = engagep_letter_line_end(t, first, t->count);
        engagep_letter_mark(t, (struct engagep_part){first, stamp_end(t, first, end)});
    }
    return 1;
}

/* ----------------------------------------------------------------- facts --- */

/* Whether nothing but a device and what runs on it is told, with a version. */
static int is_device(const struct engage_tokenizer *t, size_t first, size_t end)
{
    int versions = 0;
    if (end - first < 2 || end - first > DEVICE)
        return 0;
    for (size_t i = first; i < end; i++) {
        if (t->tokens[i].kind != ENGAGE_TOKEN_WORD)
            continue;
        int runs = engagep_letter_among(t, i, "ios ipados watchos android macos windows chrome "
                                              "firefox safari edge version build");
        versions += runs && i + 1 < end && is_number(t, i + 1);
        if (!runs && !engagep_letter_among(
                         t, i, "iphone ipad ipod mac macbook watch pixel galaxy samsung google apple "
                               "huawei xiaomi redmi oneplus oppo motorola nokia sony xperia note tab "
                               "fold flip pro max plus mini ultra lite air se app os model device "
                               "phone browser v x xr xs"))
            return 0;
    }
    return versions > 0;
}

/* Whether tokens are these words, in their order. */
static int are(const struct engage_tokenizer *t, size_t first, size_t end, const char *const *words)
{
    for (; first < end && *words != NULL; first++, words++)
        if (!engagep_letter_among(t, first, *words))
            return 0;
    return first == end && *words == NULL;
}

/* Whether a shop wrote a line of its own to a review: that its writer bought the thing, what readers
 * of it did or may do. */
static int is_shops(const struct engage_tokenizer *t, size_t first, size_t end)
{
    static const char *const bought[] = {"verified", "purchase buyer customer", NULL};
    static const char *const found[] = {"people person", "found", "this", "helpful", NULL};
    static const char *const helpful[] = {"helpful", NULL};
    static const char *const report[] = {"report", "abuse", NULL};
    if (is_number(t, first) || engagep_letter_among(t, first, "one"))
        return are(t, first + 1, end, found);
    if (are(t, first, end, helpful)) /* a list of praise may have such a line too */
        return end < t->count && engagep_letter_among(t, end, "report");
    return are(t, first, end, bought) || are(t, first, end, report);
}

/* Whether a line tells when a review was written or when it was bought, and where. */
static int is_dated(const struct engage_tokenizer *t, size_t first, size_t end)
{
    static const char *const experience[] = {"date", "of", "experience", ":", NULL};
    static const char *const reviewed[] = {"reviewed", "in", NULL};
    if (end - first > DEVICE || end - first < 5 ||
        (!is_number(t, end - 1) && !is_number(t, end - 2)))
        return 0;
    return are(t, first, first + 4, experience) || are(t, first, first + 2, reviewed);
}

/* Where a bracket that the post ends with begins; the end of the post if it does not. */
static size_t last_bracket(const struct engage_tokenizer *t)
{
    size_t at = t->count;
    if (at < 2 || !engagep_letter_among(t, at - 1, ")"))
        return t->count;
    for (at--; at > 0 && t->count - at <= DEVICE; at--)
        if (engagep_letter_among(t, at - 1, "("))
            return at - 1;
    return t->count;
}

int engagep_letter_mark_facts(struct engage_tokenizer *t, int lines)
{
    int found = 0;
    size_t bracket = last_bracket(t);
    if (bracket < t->count && is_device(t, bracket, t->count)) {
        engagep_letter_mark(t, (struct engagep_part){bracket, t->count});
        found = 1;
    }
    for (size_t first = 0, end; lines && first < t->count; first = end) {
        end = engagep_letter_line_end(t, first, t->count);
        if (is_device(t, first, end) || is_shops(t, first, end) || is_dated(t, first, end)) {
            engagep_letter_mark(t, (struct engagep_part){first, end});
            found = 1;
        }
    }
    return found;
}
