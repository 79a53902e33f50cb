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
    57, 42, 40, 37, 29, 25, 39, 36, 25, 22, 18, 21, 20, 7, 17, 26, 25, 3, 28,
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

static int is_one_of(const char *norm, size_t size, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strlen(words[i]) == size && memcmp(words[i], norm, size) == 0)
            return 1;
    }
    return 0;
}

#define IS_ONE_OF(norm, size, words) \
    is_one_of((norm), (size), (words), sizeof(words) / sizeof((words)[0]))

static unsigned part_of_word(const char *norm, size_t size)
{
    static const char *const contrasts[] = {"but",    "however", "although", "though", "tho",
                                            "except", "while",   "whereas",  "yet",    "unlike",
                                            "despite", "instead", "otherwise"};
    static const char *const links[] = {"and", "or",   "so",   "because", "cause", "cuz", "when",
                                        "if",  "then", "plus", "since",   "which", "who"};
    static const char *const nots[] = {"nothing", "no",     "none",  "nobody", "noone", "never",
                                       "not",     "cannot", "can't", "cant",   "isn't"};
    if (IS_ONE_OF(norm, size, contrasts))
        return PART_CONTRAST;
    if (IS_ONE_OF(norm, size, links))
        return PART_LINK;
    if (IS_ONE_OF(norm, size, nots))
        return PART_NOT;
    return size == 4 && memcmp(norm, "than", 4) == 0 ? PART_THAN : PART_PLAIN;
}

static unsigned part_of_mark(const char *norm, size_t size)
{
    static const char *const pauses[] = {",", ";", ":", "-", "--", "\xE2\x80\x93", "\xE2\x80\x94",
                                         "(", ")", "/", "..", "...", "\xE2\x80\xA6", "&", "\""};
    if (IS_ONE_OF(norm, size, pauses))
        return PART_PAUSE;
    return size > 0 && strchr(".!?", norm[0]) != NULL ? PART_STOP : PART_PLAIN;
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
    memset(&aspects->total, 0, sizeof(aspects->total));
    read_parts(aspects, tokens, engagep_token_norms(tokenizer), text);
    return ENGAGE_OK;
}

/* ----------------------------------------------------------------- rows --- */

static void add_row(struct engagep_aspects *aspects, size_t token, const signed char *columns,
                    int32_t share)
{
    for (int k = 0; k < COLUMNS; k++) {
        aspects->sums[token].column[k] += columns[k] * share;
        aspects->total.column[k] += columns[k] * share;
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
            add_row(aspects, i, columns, ENGAGEP_ASPECT_SHARE / sharers);
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

static void add_zone(const struct engagep_aspects *aspects, size_t token, enum engagep_zone zone,
                     int64_t zones[ENGAGEP_ZONES][COLUMNS], int64_t rest[COLUMNS])
{
    for (int k = 0; k < COLUMNS; k++) {
        zones[zone][k] += aspects->sums[token].column[k];
        rest[k] -= aspects->sums[token].column[k];
    }
}

static unsigned stronger(unsigned a, unsigned b)
{
    return a > b ? a : b;
}

static unsigned before_token(unsigned part)
{
    return (part & PART_BREAK) != 0 ? PART_STOP : PART_PLAIN;
}

int engagep_aspects_zones(const struct engagep_aspects *aspects, size_t index,
                           const int32_t sum[COLUMNS], int64_t zones[ENGAGEP_ZONES][COLUMNS])
{
    const struct engagep_mention *mention = &aspects->mentions[index];
    size_t first = mention->first;
    size_t end = first + mention->count;
    int64_t rest[COLUMNS];
    memset(zones, 0, ENGAGEP_ZONES * sizeof(zones[0]));
    for (int k = 0; k < COLUMNS; k++) {
        rest[k] = aspects->total.column[k];
        zones[ENGAGEP_ZONE_POST][k] = (int64_t)sum[k] * ENGAGEP_ASPECT_SHARE - rest[k];
    }
    for (size_t i = first; i < end; i++)
        add_zone(aspects, i, ENGAGEP_ZONE_INSIDE, zones, rest);
    /* Outwards to both sides; a mark or a "but" belongs to what it parts the mention from. */
    unsigned between = PART_PLAIN;
    for (size_t i = end; i < aspects->tokens && i - end < ENGAGEP_ASPECT_REACH; i++) {
        unsigned part = aspects->parts[i];
        between = stronger(between, stronger(part & PART_KIND, before_token(part)));
        add_zone(aspects, i, zone_of(part, between, ENGAGEP_ZONE_AFTER, i - end + 1), zones,
                 rest);
    }
    between = first < aspects->tokens ? before_token(aspects->parts[first]) : PART_PLAIN;
    int rival = 0;
    int unmatched = 0;
    for (size_t i = first; i > 0 && first - i < ENGAGEP_ASPECT_REACH; i--) {
        unsigned part = aspects->parts[i - 1];
        /* a "but" right before the clause of the mention opens it */
        unsigned mark = part & PART_KIND;
        size_t distance = first - i + 1;
        enum engagep_zone zone = zone_of(part, stronger(between, mark), ENGAGEP_ZONE_BEFORE,
                                         distance);
        if ((part & PART_THAN) != 0 && between == PART_PLAIN && distance <= 3)
            rival = 1;
        if (rival && between == PART_PLAIN && mark == PART_PLAIN && zone != ENGAGEP_ZONE_INSIDE)
            zone = ENGAGEP_ZONE_RIVAL;
        if (zone == ENGAGEP_ZONE_RIVAL && (part & PART_NOT) != 0)
            unmatched = 1;
        add_zone(aspects, i - 1, zone, zones, rest);
        between = stronger(between, stronger(mark, before_token(part)));
    }
    for (int k = 0; k < COLUMNS; k++)
        zones[ENGAGEP_ZONE_FAR][k] = rest[k];
    return rival && !unmatched;
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
