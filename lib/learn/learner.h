/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * How a head is learnt from examples and ordinary posts. All of it in integers.
 *
 * A post is a vector over its traits, and over the model's columns; in these, and in kin, posts
 * that share no word can be alike: within each group a trait weighs by its rarity, a column by its
 * deviation from ordinary posts, and the group has a fixed length. A head is a linear function
 * of that, found by dual coordinate descent for a squared hinge loss (Hsieh and others, A dual
 * coordinate descent method for large-scale linear SVM, ICML 2008). For an intent of one's own,
 * both sides count the same however many posts each has; an ordinary post is in doubt, and
 * counts less than one that somebody labelled, or nothing where it looks like the intent. For a
 * correction of a built-in label, the loss is of the model's log-odds and the head together,
 * and ordinary posts draw the head to zero.
 */
#ifndef ENGAGEP_LEARN_LEARNER_H
#define ENGAGEP_LEARN_LEARNER_H

#include "learn/lesson.h"

#define ENGAGEP_LEARNER_ONE ((int64_t)1 << 20) /* unit of weights, margins and multipliers */
#define ENGAGEP_LEARNER_VALUE 14               /* bits of a trait's value in a post */

enum { ENGAGEP_LEARNER_COLUMNS = ENGAGEP_TABLE_COLUMNS };

/* A post as a vector. */
struct engagep_vector {
    const uint32_t *columns;
    const uint16_t *values;
    size_t count;
    int16_t dense[ENGAGEP_LEARNER_COLUMNS]; /* values of the model's columns */
    int64_t square; /* of its length */
};

/* Every trait that occurs, by rising number: a column each. */
struct engagep_space {
    const engage_allocator *allocator;
    uint32_t *traits;
    uint32_t *rarity;
    size_t columns;
    uint32_t common; /* rarity of a trait that is in no ordinary post */
    int32_t mean[ENGAGEP_LEARNER_COLUMNS]; /* of the model's columns over ordinary posts */
    uint32_t inverse[ENGAGEP_LEARNER_COLUMNS]; /* of their deviations, 1/2^20 */
    struct engagep_arena *arena; /* for vectors */
    size_t capacity;
};

/* Makes the space of all examples; rarity and deviation are told by the background. ENGAGE_OK or
 * ENGAGE_ENOMEM. */
int engagep_space_init(struct engagep_space *space, const struct engagep_examples *background,
                       const struct engagep_label *labels, size_t label_count,
                       struct engagep_arena *arena, const engage_allocator *allocator);
void engagep_space_release(struct engagep_space *space);
int engagep_space_vector(const struct engagep_space *space, const struct engagep_example *example,
                         struct engagep_vector *out);

/* What all heads of a lesson are learnt on. */
struct engagep_ground {
    const struct engagep_space *space;
    const struct engagep_examples *posts; /* ordinary ones */
    const struct engagep_vector *vectors; /* of these */
    uint32_t own;   /* of these, the tenant's */
    uint32_t share; /* of all posts that bear an intent of one's own, millionths; 0: not told */
};

/* What was learnt. */
struct engagep_head {
    int64_t *weights; /* of each column, in 1/ENGAGEP_LEARNER_ONE */
    int64_t dense[ENGAGEP_LEARNER_COLUMNS];
    int64_t bias;
    int32_t scale;
    int32_t offset;
    int32_t threshold;
    int32_t quality; /* F1 that may be expected, millionths */
    uint32_t positives;
    uint32_t negatives;
};

/* Learns the head of a label. ENGAGE_OK, ENGAGE_EFEW or ENGAGE_ENOMEM; `head->weights` has room
 * already. */
int engagep_learner_learn(const struct engagep_label *label, const struct engagep_ground *ground,
                          struct engagep_head *head);

#endif
