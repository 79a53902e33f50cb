/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * What a post says about one thing in it. The model judges the post as seen from the
 * mention: the rows of each token count by where it stands (beside the mention, farther
 * off, behind a "but", in another sentence), and then go through the same dense layer
 * as the whole post's.
 */
#ifndef ENGAGEP_SCORE_ASPECT_H
#define ENGAGEP_SCORE_ASPECT_H

#include "score/catalogue.h"
#include "score/features.h"
#include "score/model.h"

/* Where a token stands, as seen from a mention. */
enum engagep_zone {
    ENGAGEP_ZONE_INSIDE, /* of the mention itself, or of another */
    /* in the clause of the mention, by the distance in tokens: 1, 2, 3 to 4, 5 to 8, more */
    ENGAGEP_ZONE_AFTER,
    ENGAGEP_ZONE_BEFORE = ENGAGEP_ZONE_AFTER + 5,
    /* in another clause, behind the strongest of what stands between */
    ENGAGEP_ZONE_LINKED = ENGAGEP_ZONE_BEFORE + 5, /* "and" */
    ENGAGEP_ZONE_PAUSED,                           /* a comma, a dash, a bracket */
    ENGAGEP_ZONE_CONTRASTED,                       /* "but" */
    ENGAGEP_ZONE_PARTED,                           /* the end of a sentence */
    ENGAGEP_ZONE_RIVAL,   /* before the "than" that leads to the mention */
    ENGAGEP_ZONE_FEELING, /* an emoji or emoticon, wherever it stands near */
    ENGAGEP_ZONE_FAR,     /* more than ENGAGEP_ASPECT_REACH tokens away */
    ENGAGEP_ZONE_POST,    /* features of no tokens */
    ENGAGEP_ZONES
};

#define ENGAGEP_ASPECT_REACH 24

/* Rows of a feature of several tokens are shared out in parts of this many. */
#define ENGAGEP_ASPECT_SHARE 60

/* The sums of the rows of one token, in 1/ENGAGEP_ASPECT_SHARE. Whole rows are added up,
 * tags and all, so that the compiler makes whole vectors of it; the columns come last. */
#define ENGAGEP_ASPECT_TAG (ENGAGEP_TABLE_ROW - ENGAGEP_TABLE_COLUMNS)
struct engagep_token_sum {
    int32_t row[ENGAGEP_TABLE_ROW];
};

struct engagep_mention {
    uint32_t entry; /* of the catalogue */
    engage_span span;
    uint32_t first; /* token */
    uint32_t count; /* of tokens; 0: words inside of a hashtag, which says something too */
    int32_t probability[ENGAGE_SENTIMENTS]; /* millionths */
};

/* Scratch of one analyzer. Zero it, and set the allocator. */
struct engagep_aspects {
    const engage_allocator *allocator; /* of the owner */
    struct engagep_mention *mentions;
    size_t count;
    size_t capacity;
    struct engagep_token_sum *sums; /* of tokens */
    size_t sums_capacity;
    uint8_t *parts; /* what stands at each token: a part_ of aspect.c */
    size_t parts_capacity;
    size_t tokens;
    int64_t total[ENGAGEP_TABLE_COLUMNS]; /* of all tokens, once they are complete */
};

void engagep_aspects_release(struct engagep_aspects *aspects);

/* Finds what of the catalogue the tokenizer's last run mentions, and makes ready to add
 * rows where it mentions anything. Returns ENGAGE_OK or ENGAGE_ENOMEM. */
int engagep_aspects_find(struct engagep_aspects *aspects, const struct engagep_terms *terms,
                         const engage_tokenizer *tokenizer, const char *text);

/* Adds a feature's row to the tokens that it is of. */
void engagep_aspects_add(struct engagep_aspects *aspects, const struct engagep_feature *feature,
                         const signed char *columns);

/* To be called when all rows are added. */
void engagep_aspects_end(struct engagep_aspects *aspects);

/* The sums of the zones of a mention; `sum`: of the whole post. Returns 1 where another
 * thing is compared with it ("better than") and not found wanting ("nothing is"). */
int engagep_aspects_zones(const struct engagep_aspects *aspects, size_t mention,
                          const int32_t sum[ENGAGEP_TABLE_COLUMNS],
                          int64_t zones[ENGAGEP_ZONES][ENGAGEP_TABLE_COLUMNS]);

/* Judges every mention; calls engagep_aspects_end. */
void engagep_aspects_judge(struct engagep_aspects *aspects,
                           const int32_t sum[ENGAGEP_TABLE_COLUMNS],
                           const engage_catalogue *catalogue, const struct engagep_dense *dense,
                           const struct engagep_calibration *calibration);

#endif
