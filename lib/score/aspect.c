/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "score/aspect.h"

#include "base/alloc.h"
#include "score/calibrate.h"

#include <string.h>

#define COLUMNS ENGAGEP_TABLE_COLUMNS

/* What each zone counts, in 1/UNIT: fitted by tools/train/aspects.py. */
enum { UNIT = 32 };
static const int8_t weights[ENGAGEP_ZONES] = {
    57, 42, 41, 37, 29, 25, 39, 36, 25, 22, 18, 21, 20, 7, 17, 31, 25, 3, 28,
};

/* -------------------------------------------------------------- clauses --- */

/* What a token is for the clauses around it, in order of strength, and bits. */
enum part {
    PART_PLAIN,
    PART_LINK,
    PART_PAUSE,
    PART_CONTRAST,
    PART_STOP,
    PART_KIND = 7,
    PART_INSIDE = 8,   /* of a mention */
    PART_FEELING = 16, /* an emoji or emoticon */
    PART_THAN = 32,    /* leads to what something is compared with */
    PART_BREAK = 64,   /* a line ended before it */
    PART_NOT = 128     /* "nothing is better than" is praise */
};

static unsigned part_of_word(const char *norm, size_t size)
{
    static const struct {
        uint8_t size;
        char word[10];
        uint8_t part;
    } known[] = {
        {3, "but", PART_CONTRAST}, {7, "however", PART_CONTRAST}, {8, "although", PART_CONTRAST},
        {6, "though", PART_CONTRAST}, {3, "tho", PART_CONTRAST}, {6, "except", PART_CONTRAST},
        {5, "while", PART_CONTRAST}, {7, "whereas", PART_CONTRAST}, {3, "yet", PART_CONTRAST},
        {6, "unlike", PART_CONTRAST}, {7, "despite", PART_CONTRAST}, {7, "instead", PART_CONTRAST},
        {9, "otherwise", PART_CONTRAST}, {3, "and", PART_LINK}, {2, "or", PART_LINK},
        {2, "so", PART_LINK}, {7, "because", PART_LINK}, {5, "cause", PART_LINK},
        {3, "cuz", PART_LINK}, {4, "when", PART_LINK}, {2, "if", PART_LINK}, {4, "then", PART_LINK},
        {4, "plus", PART_LINK}, {5, "since", PART_LINK}, {5, "which", PART_LINK},
        {3, "who", PART_LINK}, {7, "nothing", PART_NOT}, {2, "no", PART_NOT}, {4, "none", PART_NOT},
        {6, "nobody", PART_NOT}, {5, "noone", PART_NOT}, {5, "never", PART_NOT}, {3, "not", PART_NOT},
        {6, "cannot", PART_NOT}, {5, "can't", PART_NOT}, {4, "cant", PART_NOT},
        {5, "isn't", PART_NOT}, {4, "than", PART_THAN},
    };
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (known[i].size == size && known[i].word[0] == norm[0] &&
            memcmp(known[i].word, norm, size) == 0)
            return known[i].part;
    }
    return PART_PLAIN;
}

static unsigned part_of_mark(const char *norm, size_t size)
{
    if (size == 0)
        return PART_PLAIN;
    if (size == 3) { /* dashes and an ellipsis: U+2013, U+2014, U+2026 */
        int dash = memcmp(norm, "\xE2\x80\x93", 3) == 0 || memcmp(norm, "\xE2\x80\x94", 3) == 0;
        if (dash || memcmp(norm, "\xE2\x80\xA6", 3) == 0)
            return PART_PAUSE;
    }
    if (norm[0] == '.' && size > 1)
        return PART_PAUSE;
    if (strchr(".!?", norm[0]) != NULL)
        return PART_STOP;
    return strchr(",;:-()/&\"", norm[0]) != NULL ? PART_PAUSE : PART_PLAIN;
}

static uint8_t part_of(const struct engagep_token *token, const char *norm)
{
    switch (token->kind) {
    case ENGAGE_TOKEN_WORD:
        return (uint8_t)part_of_word(norm, token->norm_size);
    case ENGAGE_TOKEN_PUNCT:
    case ENGAGE_TOKEN_SYMBOL:
        return (uint8_t)part_of_mark(norm, token->norm_size);
    case ENGAGE_TOKEN_EMOJI:
    case ENGAGE_TOKEN_EMOTICON:
        return PART_FEELING;
    default:
        return PART_PLAIN;
    }
}

static void read_parts(struct engagep_aspects *aspects, const struct engagep_token *tokens,
                       const char *norms, const char *text)
{
    uint32_t end = 0;
    for (size_t i = 0; i < aspects->tokens; i++) {
        const struct engagep_token *token = &tokens[i];
        aspects->parts[i] = part_of(token, norms + token->norm);
        if (token->start > end && memchr(text + end, '\n', token->start - end) != NULL)
            aspects->parts[i] |= PART_BREAK;
        end = token->end;
    }
    for (size_t m = 0; m < aspects->count; m++) {
        const struct engagep_mention *mention = &aspects->mentions[m];
        for (uint32_t i = 0; i < mention->count; i++)
            aspects->parts[mention->first + i] |= PART_INSIDE;
        /* A hashtag that says something of its own is a clause. */
        if (mention->count == 0)
            aspects->parts[mention->first] |= PART_PAUSE;
    }
}

/* -------------------------------------------------------------- mentions --- */

void engagep_aspects_release(struct engagep_aspects *aspects)
{
    engagep_alloc_free(aspects->allocator, aspects->mentions, aspects->capacity,
                       sizeof(*aspects->mentions));
    engagep_alloc_free(aspects->allocator, aspects->sums, aspects->sums_capacity,
                       sizeof(*aspects->sums));
    engagep_alloc_free(aspects->allocator, aspects->parts, aspects->parts_capacity, 1);
}

static int add_mention(struct engagep_aspects *aspects, const struct engagep_match *match)
{
    void *mentions = aspects->mentions;
    int rc = engagep_alloc_grow(aspects->allocator, &mentions, &aspects->capacity,
                                aspects->count + 1, sizeof(*aspects->mentions));
    aspects->mentions = mentions;
    if (rc != ENGAGE_OK)
        return rc;
    aspects->mentions[aspects->count++] = (struct engagep_mention){
        match->entry, match->span, match->first, match->count, {0}};
    return ENGAGE_OK;
}

int engagep_aspects_find(struct engagep_aspects *aspects, const struct engagep_terms *terms,
                         const engage_tokenizer *tokenizer, const char *text)
{
    size_t at = 0;
    size_t inside = 0;
    struct engagep_match match;
    aspects->count = 0;
    while (engagep_terms_next(terms, tokenizer, text, &at, &inside, &match)) {
        int rc = add_mention(aspects, &match);
        if (rc != ENGAGE_OK)
            return rc;
    }
    if (aspects->count == 0)
        return ENGAGE_OK;
    const struct engagep_token *tokens = engagep_token_array(tokenizer, &aspects->tokens);
    void *sums = aspects->sums;
    int rc = engagep_alloc_grow(aspects->allocator, &sums, &aspects->sums_capacity,
                                aspects->tokens, sizeof(*aspects->sums));
    aspects->sums = sums;
    void *parts = aspects->parts;
    if (rc == ENGAGE_OK)
        rc = engagep_alloc_grow(aspects->allocator, &parts, &aspects->parts_capacity,
                                aspects->tokens, 1);
    aspects->parts = parts;
    if (rc != ENGAGE_OK)
        return rc;
    memset(aspects->sums, 0, aspects->tokens * sizeof(*aspects->sums));
    read_parts(aspects, tokens, engagep_token_norms(tokenizer), text);
    return ENGAGE_OK;
}

/* ----------------------------------------------------------------- rows --- */

static void add_row(struct engagep_token_sum *restrict sum, const signed char *restrict row,
                    int32_t share)
{
    /* 16 bits hold the products, and are multiplied fast everywhere. */
    int16_t factor = (int16_t)share;
    for (int k = 0; k < ENGAGEP_TABLE_ROW; k++) {
        int16_t product = (int16_t)(row[k] * factor);
        sum->row[k] += product;
    }
}

/* A phrase that reaches into a mention belongs to its tokens outside: what is said of a
 * thing, not the thing. */
void engagep_aspects_add(struct engagep_aspects *aspects, const struct engagep_feature *feature,
                         const signed char *columns)
{
    size_t end = (size_t)feature->first + feature->count;
    int32_t outside = 0;
    for (size_t i = feature->first; i < end; i++)
        outside += (aspects->parts[i] & PART_INSIDE) == 0;
    int32_t sharers = outside > 0 ? outside : feature->count;
    for (size_t i = feature->first; i < end; i++) {
        if (outside == 0 || (aspects->parts[i] & PART_INSIDE) == 0)
            add_row(&aspects->sums[i], columns - ENGAGEP_ASPECT_TAG,
                    ENGAGEP_ASPECT_SHARE / sharers);
    }
}

void engagep_aspects_end(struct engagep_aspects *aspects)
{
    memset(aspects->total, 0, sizeof(aspects->total));
    for (size_t i = 0; aspects->count > 0 && i < aspects->tokens; i++) {
        const int32_t *column = aspects->sums[i].row + ENGAGEP_ASPECT_TAG;
        for (int k = 0; k < COLUMNS; k++)
            aspects->total[k] += column[k];
    }
}

/* ---------------------------------------------------------------- zones --- */

static enum engagep_zone by_distance(enum engagep_zone side, size_t distance)
{
    static const size_t steps[] = {1, 2, 4, 8};
    unsigned n = 0;
    while (n < 4 && distance > steps[n])
        n++;
    return (enum engagep_zone)(side + n);
}

/* The zone of a token `distance` tokens away; `between`: the strongest part between. */
static enum engagep_zone zone_of(unsigned part, unsigned between, enum engagep_zone side,
                                 size_t distance)
{
    static const enum engagep_zone behind[] = {
        [PART_LINK] = ENGAGEP_ZONE_LINKED,
        [PART_PAUSE] = ENGAGEP_ZONE_PAUSED,
        [PART_CONTRAST] = ENGAGEP_ZONE_CONTRASTED,
        [PART_STOP] = ENGAGEP_ZONE_PARTED,
    };
    if ((part & PART_INSIDE) != 0)
        return ENGAGEP_ZONE_INSIDE;
    if ((part & PART_FEELING) != 0)
        return ENGAGEP_ZONE_FEELING;
    return between == PART_PLAIN ? by_distance(side, distance) : behind[between];
}

static unsigned stronger(unsigned a, unsigned b)
{
    return a > b ? a : b;
}

static unsigned before_token(unsigned part)
{
    return (part & PART_BREAK) != 0 ? PART_STOP : PART_PLAIN;
}

/* What engagep_aspects_zones works on. */
struct view {
    const struct engagep_aspects *aspects;
    int64_t (*zones)[COLUMNS];
    int64_t rest[COLUMNS]; /* of tokens in no zone yet */
};

static void add_zone(struct view *view, size_t token, enum engagep_zone zone)
{
    const int32_t *column = view->aspects->sums[token].row + ENGAGEP_ASPECT_TAG;
    for (int k = 0; k < COLUMNS; k++) {
        view->zones[zone][k] += column[k];
        view->rest[k] -= column[k];
    }
}

/* The tokens from `end` on. A mark or a "but" belongs to what it parts the mention from. */
static void look_ahead(struct view *view, size_t end)
{
    const struct engagep_aspects *aspects = view->aspects;
    unsigned between = PART_PLAIN;
    for (size_t i = end; i < aspects->tokens && i - end < ENGAGEP_ASPECT_REACH; i++) {
        unsigned part = aspects->parts[i];
        between = stronger(between, stronger(part & PART_KIND, before_token(part)));
        add_zone(view, i, zone_of(part, between, ENGAGEP_ZONE_AFTER, i - end + 1));
    }
}

/* The tokens before `first`. Returns whether they set something above the mention. */
static int look_back(struct view *view, size_t first)
{
    const struct engagep_aspects *aspects = view->aspects;
    unsigned between = first < aspects->tokens ? before_token(aspects->parts[first]) : PART_PLAIN;
    int rival = 0;
    int unmatched = 0;
    for (size_t i = first; i > 0 && first - i < ENGAGEP_ASPECT_REACH; i--) {
        unsigned part = aspects->parts[i - 1];
        size_t distance = first - i + 1;
        if ((part & PART_THAN) != 0 && between == PART_PLAIN && distance <= 3)
            rival = 1;
        unsigned reached = stronger(between, part & PART_KIND);
        enum engagep_zone zone = zone_of(part, reached, ENGAGEP_ZONE_BEFORE, distance);
        if (rival && reached == PART_PLAIN && zone != ENGAGEP_ZONE_INSIDE) {
            zone = ENGAGEP_ZONE_RIVAL;
            unmatched |= (part & PART_NOT) != 0;
        }
        add_zone(view, i - 1, zone);
        between = stronger(reached, before_token(part));
    }
    return rival && !unmatched;
}

int engagep_aspects_zones(const struct engagep_aspects *aspects, size_t index,
                          const int32_t sum[COLUMNS], int64_t zones[ENGAGEP_ZONES][COLUMNS])
{
    const struct engagep_mention *mention = &aspects->mentions[index];
    size_t first = mention->first;
    size_t end = first + mention->count;
    struct view view = {.aspects = aspects, .zones = zones};
    memset(zones, 0, ENGAGEP_ZONES * sizeof(zones[0]));
    for (int k = 0; k < COLUMNS; k++) {
        view.rest[k] = aspects->total[k];
        zones[ENGAGEP_ZONE_POST][k] = (int64_t)sum[k] * ENGAGEP_ASPECT_SHARE - view.rest[k];
    }
    for (size_t i = first; i < end; i++)
        add_zone(&view, i, ENGAGEP_ZONE_INSIDE);
    if (mention->count == 0)
        add_zone(&view, end++, ENGAGEP_ZONE_AFTER);
    look_ahead(&view, end);
    int rival = look_back(&view, first);
    memcpy(zones[ENGAGEP_ZONE_FAR], view.rest, sizeof(view.rest));
    return rival;
}

/* -------------------------------------------------------------- judging --- */

/* The post's sum as seen from a mention. The name of a product or person is judged with
 * what is said of it, as it is in a whole post; that of an aspect says nothing. */
static void weigh(int64_t zones[ENGAGEP_ZONES][COLUMNS], int kind, int64_t seen[COLUMNS])
{
    const int64_t unit = UNIT * ENGAGEP_ASPECT_SHARE;
    int from = kind == ENGAGE_TARGET_PRODUCT ? ENGAGEP_ZONE_INSIDE : ENGAGEP_ZONE_INSIDE + 1;
    for (int k = 0; k < COLUMNS; k++) {
        int64_t total = 0;
        for (int zone = from; zone < ENGAGEP_ZONES; zone++)
            total += zones[zone][k] * weights[zone];
        seen[k] = total / unit;
    }
}

void engagep_aspects_judge(struct engagep_aspects *aspects, const int32_t sum[COLUMNS],
                           const engage_catalogue *catalogue, const struct engagep_dense *dense,
                           const struct engagep_calibration *calibration)
{
    engagep_aspects_end(aspects);
    for (size_t m = 0; m < aspects->count; m++) {
        int64_t zones[ENGAGEP_ZONES][COLUMNS];
        int64_t seen[COLUMNS];
        int64_t x[ENGAGE_SENTIMENTS];
        int rival = engagep_aspects_zones(aspects, m, sum, zones);
        weigh(zones, engage_catalogue_kind(catalogue, aspects->mentions[m].entry), seen);
        for (int head = 0; head < ENGAGE_SENTIMENTS; head++) {
            int64_t logit = dense->bias[head];
            for (int k = 0; k < COLUMNS; k++) {
                int64_t z = seen[k] + dense->ramp[k];
                logit += seen[k] * dense->linear[head][k] +
                         (z > 0 ? z : 0) * dense->ramped[head][k];
            }
            x[head] = engagep_calibrate_linear(logit, calibration->scale[head],
                                               calibration->offset[head]);
        }
        /* What is better than it speaks against it; what is worse does not speak for it. */
        if (rival && x[ENGAGE_POSITIVE] > x[ENGAGE_NEGATIVE]) {
            int64_t against = x[ENGAGE_POSITIVE];
            x[ENGAGE_POSITIVE] = x[ENGAGE_NEGATIVE];
            x[ENGAGE_NEGATIVE] = against;
        }
        engagep_calibrate_softmax(x, aspects->mentions[m].probability);
    }
}
