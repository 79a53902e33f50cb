/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * What a post says about one thing in it. The model judges the post as seen from the
 * mention: the rows of each token count by where it stands (beside the mention, farther
 * off, behind a "but", in another sentence), and then go through the same dense layer
 * as the whole post's. What counts by its place is within reach of the mention; all else
 * counts alike, so that a post of many mentions costs no more a mention.
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
    ENGAGEP_ZONE_FAR,     /* out of reach */
    ENGAGEP_ZONE_POST,    /* features of no tokens */
    ENGAGEP_ZONES
};

struct engagep_mention {
    uint32_t entry; /* of the catalogue */
    engage_span span;
    uint32_t first; /* token */
    uint32_t count; /* of tokens; 0: words inside of a hashtag, which says something too */
    int32_t probability[ENGAGE_SENTIMENTS]; /* millionths */
};

struct engagep_view;

/* Scratch of one analyzer. Zero it, and set the allocator. */
struct engagep_aspects {
    const engage_allocator *allocator; /* of the owner */
    const int8_t *weights;             /* of zones; NULL: those fitted */
    struct engagep_mention *mentions;
    size_t count;
    size_t capacity;
    struct engagep_view *views; /* of mentions */
    size_t views_capacity;
    uint8_t *parts; /* what stands at each token: a part_ of aspect.c */
    size_t parts_capacity;
    size_t tokens;
    int32_t far;                       /* what a row out of reach counts */
    int32_t post[ENGAGEP_TABLE_LANES]; /* the rows of features of no tokens */
    int64_t feeling;                   /* the values of lexicons */
};

void engagep_aspects_release(struct engagep_aspects *aspects);

/* Finds what of the catalogue the tokenizer's last run mentions, and makes ready to add
 * rows where it mentions anything. Returns ENGAGE_OK or ENGAGE_ENOMEM. */
int engagep_aspects_find(struct engagep_aspects *aspects, const engage_catalogue *catalogue,
                         const engage_tokenizer *tokenizer);

/* Adds a feature's row to what the mentions see. */
void engagep_aspects_add(struct engagep_aspects *aspects, const struct engagep_feature *feature,
                         const unsigned char row[ENGAGEP_TABLE_ROW]);

/* The same of all features that a token has by itself, whose rows were added up. */
void engagep_aspects_add_own(struct engagep_aspects *aspects, size_t token,
                             const int16_t row[ENGAGEP_TABLE_LANES]);

/* Adds the value of a lexicon's word, 1/65536, which begins at a token: the post's feeling
 * as the mentions see it. */
void engagep_aspects_feel(struct engagep_aspects *aspects, size_t first, size_t count,
                          int32_t value);

/* The post as seen from a mention, in 1/60 of weights; `sum`: the rows of the whole post.
 * Returns 1 where another thing is compared with it ("better than") and not found wanting
 * ("nothing is"). */
int engagep_aspects_seen(struct engagep_aspects *aspects, size_t mention,
                         const int32_t sum[ENGAGEP_TABLE_LANES],
                         int64_t seen[ENGAGEP_TABLE_COLUMNS]);

/* Judges every mention. */
void engagep_aspects_judge(struct engagep_aspects *aspects, const int32_t sum[ENGAGEP_TABLE_LANES],
                           const struct engagep_dense *dense,
                           const struct engagep_calibration *calibration);

#endif
