/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * A lesson's posts, as sets that do not depend on the order in which they were given.
 */
#ifndef ENGAGEP_LEARN_LESSON_H
#define ENGAGEP_LEARN_LESSON_H

#include "base/little.h"
#include "score/addon.h"

/* A post as an add-on's file has it: engagep_addon.h's example. */
struct engagep_example {
    uint64_t order; /* hash of its traits: examples stand as if drawn by lot */
    unsigned char *record;
};

struct engagep_examples {
    struct engagep_example *list;
    size_t count;
    size_t capacity;
};

static inline size_t engagep_example_traits(const struct engagep_example *example)
{
    return engagep_little_u16(example->record + 2);
}

static inline uint32_t engagep_example_trait(const struct engagep_example *example, size_t index)
{
    return engagep_little_u32(example->record + ENGAGEP_ADDON_EXAMPLE + 4 * index);
}

/* One of the columns that the model summed for the post. */
static inline int32_t engagep_example_column(const struct engagep_example *example, int index)
{
    return engagep_little_i16(example->record + ENGAGEP_ADDON_EXAMPLE_COLUMNS + 2 * index);
}

static inline unsigned engagep_example_marks(const struct engagep_example *example)
{
    return example->record[1];
}

/* Whether a post is one of the library's own. The first byte is the head's index in a file, and
 * tells nothing else before it is written. */
static inline int engagep_example_is_library(const struct engagep_example *example)
{
    return example->record[0] != 0;
}

static inline int32_t engagep_example_odds(const struct engagep_example *example)
{
    return engagep_little_i32(example->record + 4);
}

struct engagep_label {
    char name[ENGAGEP_ADDON_NAME];
    int head; /* of the model; -1: an intent of one's own */
    struct engagep_examples examples;
};

/* Less than, equal to or greater than 0, by the place of two examples in their section. */
int engagep_example_compare(const struct engagep_example *a, const struct engagep_example *b);

#endif
