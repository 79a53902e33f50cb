/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "score/ratings.h"

#include "base/ascii.h"
#include "text/letter.h"
#include "text/tokenizer.h"

#include <string.h>

enum {
    TENTHS = 10,
    AROUND = 12,    /* tokens on either side that may make a rating unreal */
    BRIEF = 20,     /* a post of so many tokens is not one of a numbered thread */
    UNIT = 65536
};

static const char *norm_of(const engage_tokenizer *t, size_t token)
{
    return t->norms + t->tokens[token].norm;
}

static int among(const engage_tokenizer *t, size_t token, const char *words)
{
    return token < t->count && engagep_letter_among(t, token, words);
}

/* ------------------------------------------------------------- surroundings --- */

/* Whether a line ends in front of a token that is not the first. */
static int begins_line(const engage_tokenizer *t, size_t token)
{
    return engagep_token_begins_line(t->text, &t->tokens[token]);
}

/* Whether no word of the same line stands between a token and the one before it, nor a mark that
 * leads on. */
static int is_parted(const engage_tokenizer *t, size_t token)
{
    const unsigned parting = 1u << ENGAGE_TOKEN_MENTION | 1u << ENGAGE_TOKEN_HASHTAG |
                             1u << ENGAGE_TOKEN_URL | 1u << ENGAGE_TOKEN_EMOJI |
                             1u << ENGAGE_TOKEN_EMOTICON;
    if (token == 0 || token >= t->count)
        return 1;
    const struct engagep_token *before = &t->tokens[token - 1];
    if (before->kind == ENGAGE_TOKEN_PUNCT)
        return engagep_ascii_any(norm_of(t, token - 1)[0], ".!?,;(") || begins_line(t, token);
    return (parting >> before->kind & 1) != 0 || begins_line(t, token);
}

/* Whether a post or sentence may end before a token, or go on with what ratings are given for. */
static int is_left(const engage_tokenizer *t, size_t token, const char *words)
{
    if (token >= t->count || among(t, token, words))
        return 1;
    const struct engagep_token *next = &t->tokens[token];
    if (next->kind == ENGAGE_TOKEN_PUNCT)
        return engagep_ascii_any(norm_of(t, token)[0], ".!?,;)") || begins_line(t, token);
    return next->kind == ENGAGE_TOKEN_EMOJI || next->kind == ENGAGE_TOKEN_EMOTICON ||
           next->kind == ENGAGE_TOKEN_HASHTAG || next->kind == ENGAGE_TOKEN_URL ||
           begins_line(t, token);
}

/* Whether the sentence asks; a high rating in it may also be one that is not given. */
static int is_unreal(const engage_tokenizer *t, size_t first, size_t end, int high)
{
    for (size_t i = end; i < t->count && i - end < AROUND && !begins_line(t, i); i++) {
        if (engagep_letter_stops(t, i)) {
            if (memchr(norm_of(t, i), '?', t->tokens[i].norm_size) != NULL)
                return 1;
            break;
        }
        if (high && among(t, i, "if until unless when once but except had were"))
            return 1;
    }
    for (size_t i = first; high && i > 0 && first - i < AROUND; i--) {
        if (engagep_letter_stops(t, i - 1) || begins_line(t, i))
            break;
        if (among(t, i - 1, "if until unless when once used not never will i'll we'll want wanted "
                            "would've have've have had be been lost"))
            return 1;
    }
    return 0;
}

/* ------------------------------------------------------------------ figures --- */

/* A number with one decimal at most, in tenths, from *at on; -1 where there is none. */
static int read_tenths(const char *norm, size_t size, size_t *at)
{
    int value = 0;
    size_t digits = 0;
    for (; *at < size && norm[*at] >= '0' && norm[*at] <= '9' && digits < 2; digits++)
        value = value * 10 + norm[(*at)++] - '0';
    if (digits == 0)
        return -1;
    value *= TENTHS;
    if (*at + 1 < size && (norm[*at] == '.' || norm[*at] == ',') && norm[*at + 1] >= '0' &&
        norm[*at + 1] <= '9') {
        value += norm[*at + 1] - '0';
        *at += 2;
    }
    return value;
}

/* A token that is a number and no more, in tenths, or a word for a small one; -1 for others. */
static int tenths_of(const engage_tokenizer *t, size_t token)
{
    static const char *const words[] = {"zero", "one", "two", "three", "four", "five"};
    if (token >= t->count)
        return -1;
    for (int n = 0; n < 6 && t->tokens[token].kind == ENGAGE_TOKEN_WORD; n++)
        if (among(t, token, words[n]))
            return n * TENTHS;
    if (among(t, token, "ten"))
        return 10 * TENTHS;
    size_t size = t->tokens[token].norm_size;
    size_t at = 0;
    int value = t->tokens[token].kind == ENGAGE_TOKEN_NUMBER
                    ? read_tenths(norm_of(t, token), size, &at)
                    : -1;
    return at == size ? value : -1;
}

static int is_scale(int most)
{
    return most == 5 * TENTHS || most == 10 * TENTHS;
}

#define FILLED "\xE2\x98\x85" /* U+2605 */
#define HOLLOW "\xE2\x98\x86" /* U+2606 */
#define EMOJI "\xE2\xAD\x90"  /* U+2B50 */

/* A rating as read. */
struct figure {
    size_t first;
    size_t end;
    int given; /* in tenths */
    int most;
    int plain; /* it cannot be a date or part of a count: stars are named or shown */
    int shown; /* as five signs */
};

/* Also in Spanish, Portuguese, Italian, French and German. */
static const char stars[] = "star stars estrella estrellas estrela estrelas stella stelle "
                            "\xC3\xA9toile \xC3\xA9toiles stern sterne " EMOJI " " FILLED " " HOLLOW;

/* "4.5/5", "1/5 stars", "2 stars", "4 out of 5", "1 of 5 stars", from a number on. */
static int read_number(const engage_tokenizer *t, size_t at, struct figure *figure)
{
    const char *norm = norm_of(t, at);
    size_t size = t->tokens[at].norm_size;
    size_t in = 0;
    *figure = (struct figure){at, at + 1, tenths_of(t, at), 5 * TENTHS, 0, 0};
    if (figure->given >= 0) {
        size_t of = among(t, at + 1, "out") ? at + 2 : at + 1;
        if (among(t, of, "of")) {
            figure->most = tenths_of(t, of + 1);
            figure->end = of + 2;
            figure->plain = among(t, of + 2, stars);
            figure->end += (size_t)figure->plain;
            return of > at + 1 || figure->plain;
        }
        figure->plain = among(t, at + 1, stars);
        figure->end = at + 2;
        return figure->plain;
    }
    if (t->tokens[at].kind != ENGAGE_TOKEN_NUMBER)
        return 0;
    figure->given = read_tenths(norm, size, &in);
    if (figure->given < 0 || in >= size || norm[in++] != '/')
        return 0;
    figure->most = read_tenths(norm, size, &in);
    figure->plain = among(t, at + 1, stars);
    figure->end += (size_t)figure->plain;
    return in == size;
}

/* How many of a sign a token is: symbols that are repeated are one token. */
static int signs_of(const engage_tokenizer *t, size_t token, const char *sign)
{
    if (token >= t->count || t->tokens[token].norm_size < 3 ||
        memcmp(norm_of(t, token), sign, 3) != 0)
        return 0;
    const struct engagep_token *run = &t->tokens[token];
    return run->kind == ENGAGE_TOKEN_SYMBOL ? (int)((run->end - run->start) / 3) : 1;
}

/* How many of it stand in a row, if no more than five; moves *at behind them. */
static int row_of(const engage_tokenizer *t, size_t *at, const char *sign)
{
    int count = 0;
    for (int n; count <= 5 && (n = signs_of(t, *at, sign)) > 0; ++*at)
        count += n;
    return count;
}

/* Five stars in a row, of which those behind may be hollow. */
static int read_stars(const engage_tokenizer *t, size_t at, struct figure *figure)
{
    const char *sign = signs_of(t, at, FILLED) > 0 ? FILLED : EMOJI;
    size_t end = at;
    if (signs_of(t, at - 1, sign) > 0) /* of a row that was too long */
        return 0;
    int filled = row_of(t, &end, sign);
    int all = filled + row_of(t, &end, HOLLOW);
    *figure = (struct figure){at, end, filled * TENTHS, 5 * TENTHS, 1, 1};
    return filled > 0 && all == 5;
}

/* ------------------------------------------------------------------ meaning --- */

/* What ratings are given for. */
static const char reasons[] = "from for because cause cos bc since due would only overall and so";

/* Whether a figure is given as a rating, by what stands around it. */
static int is_given(const engage_tokenizer *t, const struct figure *figure)
{
    size_t first = figure->first;
    size_t end = figure->end;
    if (figure->shown)
        return 1;
    if (figure->plain) {
        int reviewed = among(t, end, "review reviews rating ratings");
        if (is_parted(t, first) ||
            among(t, first - 1, "gave give gives given giving rated rate rating score it them this "
                                "that to just only : = - a an is"))
            return is_left(t, end + (size_t)reviewed, reasons) || among(t, end, "if");
        return 0;
    }
    /* A part of a thread, by its number. */
    if (t->count > BRIEF && figure->given != 10 * TENTHS && figure->given % TENTHS == 0 &&
        (first == 0 || end == t->count))
        return 0;
    if (!is_parted(t, first) &&
        !among(t, first - (first > 0 && among(t, first - 1, ": - =")) - 1,
               "gave give giving rated rate rating score verdict overall solid easily it it's its a "
               "service food delivery room staff quality price value taste support app game movie "
               "film experience location sound battery camera design shipping packaging"))
        return 0;
    return is_left(t, end, reasons);
}

/* Whether what a rating is given for is something done, "ten out of ten for keeping me waiting", which
 * is mostly mockery where the rating is high. */
static int is_for_doing(const engage_tokenizer *t, size_t end)
{
    if (!among(t, end, "for") || end + 1 >= t->count || t->tokens[end + 1].norm_size < 5)
        return 0;
    const char *norm = norm_of(t, end + 1);
    return memcmp(norm + t->tokens[end + 1].norm_size - 3, "ing", 3) == 0;
}

/* For or against, in steps that end where the values of a lexicon do: people mean much by the ends
 * of a scale and little by its middle. Four stars for a reason are mostly one star taken off. */
static int32_t value_of(const engage_tokenizer *t, const struct figure *figure)
{
    int percent = 100 * figure->given / figure->most;
    if (percent <= 25)
        return -4 * UNIT;
    if (percent <= 45)
        return -3 * UNIT;
    if (percent < 70 || is_for_doing(t, figure->end))
        return 0;
    if (percent >= 90)
        return 4 * UNIT;
    int less = among(t, figure->first - 1, "only just") ||
               among(t, figure->end, "because cause cos bc since due only");
    return less ? 0 : 3 * UNIT;
}

/* Whether a rating may begin at a token. Nearly all do not, and are asked no more than that: of a
 * norm, four bytes can be read. */
static inline int may_begin(const engage_tokenizer *t, size_t token)
{
    const unsigned figures = 1u << ENGAGE_TOKEN_NUMBER | 1u << ENGAGE_TOKEN_SYMBOL |
                             1u << ENGAGE_TOKEN_EMOJI;
    unsigned kind = t->tokens[token].kind;
    if (kind != ENGAGE_TOKEN_WORD)
        return (figures >> kind & 1) != 0;
    const char *next = token + 1 < t->count ? norm_of(t, token + 1) : "....";
    return memcmp(next, "star", 4) == 0 || memcmp(next, "out", 3) == 0;
}

int engagep_ratings_next(const engage_tokenizer *t, size_t *at, struct engagep_rating *rating)
{
    for (; *at < t->count; ++*at) {
        struct figure figure;
        if (!may_begin(t, *at) || (!read_number(t, *at, &figure) && !read_stars(t, *at, &figure)) ||
            !is_scale(figure.most) || figure.given > figure.most)
            continue;
        int32_t value = value_of(t, &figure);
        if (value == 0 || !is_given(t, &figure) ||
            is_unreal(t, figure.first, figure.end, value > 0))
            continue;
        engage_span span = {t->tokens[figure.first].start, t->tokens[figure.end - 1].end};
        *rating = (struct engagep_rating){figure.first, figure.end - figure.first, span, value};
        *at = figure.end;
        return 1;
    }
    return 0;
}
