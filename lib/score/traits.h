/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * The traits of a post: what add-ons know it by. A trait is a feature as a number of
 * 32 bits, each once however often the post has it. The lowest bits tell its group;
 * within a post each group weighs the same however many traits it has, so that a few
 * words count beside the many phrases made of them. Letters are left out: they cost
 * more rows than they bring. Beside its traits a post is known by its columns: what the
 * rows of the model add up to, in which words that are used alike are alike.
 */
#ifndef ENGAGEP_SCORE_TRAITS_H
#define ENGAGEP_SCORE_TRAITS_H

#include "score/features.h"

enum {
    ENGAGEP_TRAITS_WORDS,   /* words, marks, emoji, tags, entities */
    ENGAGEP_TRAITS_PHRASES, /* neighbours, negations, contrasts, shapes */
    ENGAGEP_TRAITS_MOODS,   /* classes of words, places, counts */
    ENGAGEP_TRAITS_KIN,     /* groups of words that are used alike */
    ENGAGEP_TRAITS_GROUPS
};

/* Where a feature was made. */
struct engagep_place {
    uint32_t order; /* how many features of the post were made before */
    uint32_t first; /* as in engagep_feature */
    uint16_t count;
    uint8_t rule;
};

/* Scratch for one post after another. Zero it and set the allocator. */
struct engagep_traits {
    const engage_allocator *allocator; /* of the owner */
    uint32_t *list;                    /* each once, in the order met */
    struct engagep_place *places; /* where each was met first */
    size_t count;
    size_t capacity;
    size_t places_capacity;
    uint32_t *slots; /* a set of the same; 0: free */
    size_t mask;     /* slots in use, less one */
    size_t slots_capacity;
    uint32_t met;     /* features handed over, of any kind */
    int16_t columns[ENGAGEP_TABLE_COLUMNS];
    uint32_t words;   /* tokens that are words, repetitions left out */
    uint32_t unknown; /* of them, not in the model's table */
    int failed;       /* ENGAGE_OK, or that there was no memory */
};

static inline unsigned engagep_traits_group(uint32_t trait)
{
    return trait & 3u;
}

void engagep_traits_release(struct engagep_traits *traits);

/* Begins a post. */
void engagep_traits_begin(struct engagep_traits *traits);

/* Adds features as the extractor makes them. */
void engagep_traits_add(struct engagep_traits *traits, const struct engagep_feature *features,
                        size_t count, const struct engagep_table *table);

/* Takes the sum of all rows, held within 16 bits. */
void engagep_traits_sum(struct engagep_traits *traits, const int32_t sum[ENGAGEP_TABLE_COLUMNS]);

static inline int16_t engagep_traits_column(int32_t sum)
{
    return (int16_t)(sum > INT16_MAX ? INT16_MAX : sum < -INT16_MAX ? -INT16_MAX : sum);
}

#endif
