/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "base/ascii.h"
#include "text/letter.h"

#include <string.h>

/* How far apart the parts of a heading may be, in bytes. */
enum { ATTRIBUTION = 240, HEADING = 600 };

/* The first token that begins at a byte or behind it. */
static size_t token_from(const struct engage_tokenizer *t, size_t byte)
{
    size_t low = 0, high = t->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (t->tokens[middle].start < byte)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* ------------------------------------------------------------- headings --- */

/* Whether a word, in small letters, stands in front of a byte, by itself. */
static int word_before(const struct engage_tokenizer *t, size_t at, const char *word)
{
    size_t size = strlen(word);
    return at >= size && memcmp(t->norms + at - size, word, size) == 0 &&
           (at == size || engagep_ascii_space(t->text[at - size - 1]) ||
            t->text[at - size - 1] == '*');
}

/* Whether a word that is none of a name or a date stands between two bytes. */
static int tells(const struct engage_tokenizer *t, size_t begin, size_t end)
{
    for (size_t i = token_from(t, begin); i < t->count && t->tokens[i].start < end; i++) {
        const struct engagep_token *token = &t->tokens[i];
        if (token->kind == ENGAGE_TOKEN_WORD &&
            (token->marks & (ENGAGE_MARK_TITLE | ENGAGE_MARK_CAPS)) == 0 &&
            !engagep_letter_among(t, i, "at am pm a.m p.m of the via"))
            return 1;
    }
    return 0;
}

/* Where "On Monday, 3 November 2025 at 10:12, Somebody wrote:" begins, given where its "wrote"
 * ends; `end` where that is none. Who tells of something that was written tells no time of day, or
 * tells more than a name and an address. */
static size_t begin_attribution(const struct engage_tokenizer *t, size_t end)
{
    enum { WROTE = 6 };
    const char *text = t->text;
    int time = 0;
    for (size_t i = end; i-- > 0 && end - i < ATTRIBUTION;) {
        if (text[i] == ':') {
            if (i == 0 || !engagep_ascii_digit(text[i - 1]) || !engagep_ascii_digit(text[i + 1]))
                return end;
            time = 1;
        }
        if (time && text[i] == 'O' && text[i + 1] == 'n' && engagep_ascii_space(text[i + 2]) &&
            (i == 0 || engagep_ascii_space(text[i - 1])))
            return text[end - WROTE - 1] == '>' || !tells(t, i, end - WROTE) ? i : end;
    }
    return end;
}

/* Whether the next line is quoted. */
static int quotes_behind(const struct engage_tokenizer *t, size_t at)
{
    int line = 0;
    for (; at < t->size && engagep_ascii_space(t->text[at]); at++)
        line |= t->text[at] == '\n';
    return line && at < t->size &&
           (t->text[at] == '>' ||
            (t->size - at >= 4 && memcmp(t->norms + at, "&gt;", 4) == 0));
}

/* Whether "From:" leads a heading that tells when, and of what. */
static int leads_heading(const struct engage_tokenizer *t, size_t colon)
{
    size_t end = t->size - colon < HEADING ? t->size : colon + HEADING;
    int when = 0, what = 0;
    if (t->text[colon - 4] != 'F')
        return 0;
    for (size_t at = colon + 1; at < end && !(when && what); at++) {
        const char *next = memchr(t->text + at, ':', end - at);
        if (next == NULL)
            return 0;
        at = (size_t)(next - t->text);
        if (word_before(t, at, "from"))
            return 0;
        when |= word_before(t, at, "sent") || word_before(t, at, "date");
        what |= word_before(t, at, "subject");
    }
    return when && what;
}

static int is_rule(const struct engage_tokenizer *t, size_t token)
{
    return engagep_letter_among(t, token, "--- ___ : *");
}

/* "-----Original Message-----" belongs to the heading that follows it. */
static size_t before_title(const struct engage_tokenizer *t, size_t first)
{
    size_t at = first;
    while (at > 0 && is_rule(t, at - 1))
        at--;
    if (at >= 2 && engagep_letter_among(t, at - 1, "message") &&
        engagep_letter_among(t, at - 2, "original forwarded")) {
        at -= 2;
        at -= at > 0 && engagep_letter_among(t, at - 1, "begin");
        while (at > 0 && is_rule(t, at - 1))
            at--;
    }
    return at;
}

/* Looks at colons alone, which few posts have. */
int engagep_letter_mark_headings(struct engage_tokenizer *t)
{
    const char *end = t->text + t->size;
    const char *colon = t->size > 0 ? memchr(t->text, ':', t->size) : NULL;
    int found = 0;
    for (; colon != NULL; colon = memchr(colon + 1, ':', (size_t)(end - colon - 1))) {
        size_t at = (size_t)(colon - t->text);
        struct engagep_part part = {t->count, t->count};
        if (word_before(t, at, "from") && leads_heading(t, at)) {
            part.first = before_title(t, token_from(t, at - 4));
        } else if (word_before(t, at, "wrote")) {
            size_t begin = begin_attribution(t, at);
            if (begin == at)
                continue;
            part.first = token_from(t, begin);
            if (quotes_behind(t, at + 1))
                part.end = token_from(t, at + 1);
        }
        if (part.first >= part.end)
            continue;
        engagep_letter_mark(t, part);
        found = 1;
        if (part.end == t->count)
            break;
    }
    return found;
}

/* --------------------------------------------------------------- quoted --- */

/* Whether a line begins with ">" and then a space. Of a number it is more likely said than
 * quoted, unless what is above is quoted. */
static int is_quoted(const struct engage_tokenizer *t, struct engagep_part line, int above)
{
    size_t behind = t->tokens[line.first].end;
    if (!engagep_letter_among(t, line.first, "> >> >>>"))
        return 0;
    if (behind < t->size && !engagep_ascii_space(t->text[behind]) && t->text[behind] != '>')
        return 0;
    return above || line.end - line.first == 1 ||
           t->tokens[line.first + 1].kind != ENGAGE_TOKEN_NUMBER;
}

/* "Somebody wrote:" and no more. */
static int leads_quote(const struct engage_tokenizer *t, struct engagep_part line)
{
    return line.end - line.first > 2 && engagep_letter_among(t, line.end - 1, ":") &&
           engagep_letter_among(t, line.end - 2, "wrote writes said");
}

int engagep_letter_mark_lines(struct engage_tokenizer *t)
{
    struct engagep_part above = {0, 0};
    int found = 0, quotes = 0;
    for (size_t first = 0; first < t->count;) {
        struct engagep_part line = {first, engagep_letter_line_end(t, first, t->count)};
        int quoted = is_quoted(t, line, quotes);
        if (quoted && !quotes && leads_quote(t, above))
            engagep_letter_mark(t, above);
        if (quoted)
            engagep_letter_mark(t, line);
        found |= quoted;
        quotes = quoted;
        above = line;
        first = line.end;
    }
    return found;
}
