/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "text/letter.h"

/* Tokens at most of a label, as "Order number:", and of what a form has beside one. */
enum { WORDS = 3, VALUE = 10 };

/* What a line begins with: nothing of a form; of the matter, behind which it is told; of who writes
 * and with what; or, in a chat, who speaks. */
enum label { NO_LABEL, MATTER, ABOUT, ANSWERER, WRITER };

static enum label judge_word(const struct engage_tokenizer *t, size_t token)
{
    if (engagep_letter_among(t, token, "message comment comments description details question "
                                       "issue problem feedback subject request"))
        return MATTER;
    /* Nothing that one might rate. */
    if (engagep_letter_among(t, token, "name email e-mail mail tel telephone mobile date device os "
                                       "platform country address version"))
        return ABOUT;
    if (engagep_letter_among(t, token, "agent support operator advisor adviser representative rep "
                                       "bot assistant chatbot"))
        return ANSWERER;
    return engagep_letter_among(t, token, "customer client visitor guest user me") ? WRITER
                                                                                   : NO_LABEL;
}

/* Whether a label of several words has this one in front of the last, and whether as the last. */
static int is_adjunct(const struct engage_tokenizer *t, size_t token)
{
    return engagep_letter_among(t, token, "full first last your my app os phone order customer "
                                          "operating e-mail email mail");
}

static int is_noun(const struct engage_tokenizer *t, size_t token)
{
    return engagep_letter_among(t, token, "name number no id version model system address e-mail "
                                          "email mail");
}

/* The label of a line, and where it ends. */
static enum label read_label(const struct engage_tokenizer *t, size_t first, size_t line_end,
                             size_t *end)
{
    size_t at = first + 1;
    while (at < line_end && at - first < WORDS && is_adjunct(t, at - 1) &&
           t->tokens[at].kind == ENGAGE_TOKEN_WORD)
        at++;
    if (at >= line_end || !engagep_letter_among(t, at, ":"))
        return NO_LABEL;
    *end = at + 1;
    if (at == first + 1)
        return judge_word(t, first);
    return is_noun(t, at - 1) ? ABOUT : NO_LABEL;
}

static int has_capital(const struct engage_tokenizer *t, size_t token)
{
    for (size_t at = t->tokens[token].start; at < t->tokens[token].end; at++)
        if (t->text[at] >= 'A' && t->text[at] <= 'Z')
            return 1;
    return 0;
}

/* Whether it is names and numbers that stand beside a label. */
static int is_value(const struct engage_tokenizer *t, size_t first, size_t end)
{
    if (end - first > VALUE)
        return 0;
    for (size_t i = first; i < end; i++)
        if (t->tokens[i].kind == ENGAGE_TOKEN_WORD && !has_capital(t, i) &&
            !engagep_letter_among(t, i, "of and the v"))
            return 0;
    return 1;
}

/* What is left out of a line: of what the one who answers said, all. */
static size_t end_out(const struct engage_tokenizer *t, size_t first, size_t line_end,
                      enum label label, size_t label_end)
{
    switch (label) {
    case MATTER:
    case WRITER:
        return label_end;
    case ABOUT:
        return is_value(t, label_end, line_end) ? line_end : first;
    case ANSWERER:
        return line_end;
    default:
        return first;
    }
}

int engagep_letter_mark_labels(struct engage_tokenizer *t)
{
    int found = 0;
    size_t lines[WRITER + 1] = {0};
    size_t label_end = 0;
    for (size_t first = 0, end; first < t->count; first = end) {
        end = engagep_letter_line_end(t, first, t->count);
        lines[read_label(t, first, end, &label_end)]++;
    }
    /* Two labels make a form, and two who speak a chat. */
    int form = lines[MATTER] + lines[ABOUT] > 1;
    int chat = lines[ANSWERER] > 0 && lines[WRITER] > 0;
    if (!form && !chat)
        return 0;
    int answers = 0;
    for (size_t first = 0, end; first < t->count; first = end) {
        end = engagep_letter_line_end(t, first, t->count);
        enum label label = read_label(t, first, end, &label_end);
        int speaks = label == ANSWERER || label == WRITER;
        if (speaks ? !chat : !form)
            label = NO_LABEL;
        answers = label == ANSWERER || (answers && label == NO_LABEL);
        size_t out = answers ? end : end_out(t, first, end, label, label_end);
        engagep_letter_mark(t, (struct engagep_part){first, out});
        found |= out > first;
    }
    return found;
}
