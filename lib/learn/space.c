/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * From examples to vectors.
 */
#include "learn/learner.h"

#include "base/alloc.h"
#include "base/arena.h"

#include <stdlib.h>
#include <string.h>

static int compare_numbers(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a;
    uint32_t y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

static size_t count_traits(const struct engagep_examples *examples)
{
    size_t count = 0;
    for (size_t i = 0; i < examples->count; i++)
        count += engagep_example_traits(&examples->list[i]);
    return count;
}

static uint32_t *put_traits(uint32_t *at, const struct engagep_examples *examples)
{
    for (size_t i = 0; i < examples->count; i++) {
        const struct engagep_example *example = &examples->list[i];
        for (size_t k = 0; k < engagep_example_traits(example); k++)
            *at++ = engagep_example_trait(example, k);
    }
    return at;
}

/* The column of a trait, which has one. */
static size_t column_of(const struct engagep_space *space, uint32_t trait)
{
    size_t low = 0;
    size_t high = space->columns;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (space->traits[middle] <= trait)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* The mean and the inverse deviation of each of the model's columns. */
static void measure_columns(struct engagep_space *space, const struct engagep_examples *background)
{
    int64_t count = background->count > 0 ? (int64_t)background->count : 1;
    for (int k = 0; k < ENGAGEP_LEARNER_COLUMNS; k++) {
        int64_t sum = 0;
        uint64_t squares = 0;
        for (size_t i = 0; i < background->count; i++)
            sum += engagep_example_column(&background->list[i], k);
        space->mean[k] = (int32_t)(sum / count);
        for (size_t i = 0; i < background->count; i++) {
            int64_t far = engagep_example_column(&background->list[i], k) - space->mean[k];
            squares += (uint64_t)(far * far);
        }
        uint32_t deviation = engagep_addon_root(squares / (uint64_t)count * 256); /* 1/16 */
        deviation = deviation < 16 ? 16 : deviation;
        space->inverse[k] = 16 * ENGAGEP_ADDON_INVERSE_MOST / deviation;
    }
}

int engagep_space_init(struct engagep_space *space, const struct engagep_examples *background,
                       const struct engagep_label *labels, size_t label_count,
                       struct engagep_arena *arena, const engage_allocator *allocator)
{
    memset(space, 0, sizeof(*space));
    space->allocator = allocator;
    space->arena = arena;
    size_t total = count_traits(background);
    for (size_t i = 0; i < label_count; i++)
        total += count_traits(&labels[i].examples);
    space->traits = engagep_alloc_array(allocator, total, sizeof(*space->traits));
    space->rarity = engagep_alloc_zero(allocator, total, sizeof(*space->rarity));
    space->capacity = total;
    if (space->traits == NULL || space->rarity == NULL)
        return ENGAGE_ENOMEM;
    uint32_t *end = put_traits(space->traits, background);
    for (size_t i = 0; i < label_count; i++)
        end = put_traits(end, &labels[i].examples);
    qsort(space->traits, total, sizeof(*space->traits), compare_numbers);
    for (size_t i = 0; i < total; i++) {
        if (i == 0 || space->traits[i] != space->traits[i - 1])
            space->traits[space->columns++] = space->traits[i];
    }
    for (size_t i = 0; i < background->count; i++) {
        const struct engagep_example *example = &background->list[i];
        for (size_t k = 0; k < engagep_example_traits(example); k++)
            space->rarity[column_of(space, engagep_example_trait(example, k))]++;
    }
    uint32_t all = (uint32_t)background->count;
    for (size_t i = 0; i < space->columns; i++)
        space->rarity[i] = engagep_addon_rarity(space->rarity[i], all);
    space->common = engagep_addon_rarity(0, all);
    measure_columns(space, background);
    return ENGAGE_OK;
}

void engagep_space_release(struct engagep_space *space)
{
    engagep_alloc_free(space->allocator, space->traits, space->capacity, sizeof(*space->traits));
    engagep_alloc_free(space->allocator, space->rarity, space->capacity, sizeof(*space->rarity));
}

/* The values of the model's columns; returns the sum of their squares. */
static int64_t put_dense(const struct engagep_space *space, const struct engagep_example *example,
                         struct engagep_vector *out)
{
    int32_t far[ENGAGEP_LEARNER_COLUMNS];
    uint64_t square = 0;
    for (int k = 0; k < ENGAGEP_LEARNER_COLUMNS; k++) {
        far[k] = engagep_addon_deviation(engagep_example_column(example, k), space->mean[k],
                                         space->inverse[k]);
        square += (uint64_t)((int64_t)far[k] * far[k]);
    }
    int64_t norm = engagep_addon_root(square);
    int64_t weight = engagep_addon_group_weight[ENGAGEP_ADDON_GROUP_COLUMNS];
    int64_t sum = 0;
    for (int k = 0; k < ENGAGEP_LEARNER_COLUMNS; k++) {
        int64_t value =
            norm == 0 ? 0 : far[k] * weight * (1 << (ENGAGEP_LEARNER_VALUE - 8)) / norm;
        out->dense[k] = (int16_t)value;
        sum += value * value;
    }
    return sum;
}

int engagep_space_vector(const struct engagep_space *space, const struct engagep_example *example,
                         struct engagep_vector *out)
{
    size_t count = engagep_example_traits(example);
    uint32_t *columns = engagep_arena_array(space->arena, count, sizeof(*columns));
    uint16_t *values = engagep_arena_array(space->arena, count, sizeof(*values));
    if (columns == NULL || values == NULL)
        return ENGAGE_ENOMEM;
    uint64_t squares[ENGAGEP_TRAITS_GROUPS] = {0};
    for (size_t i = 0; i < count; i++) {
        uint32_t trait = engagep_example_trait(example, i);
        columns[i] = (uint32_t)column_of(space, trait);
        uint64_t rarity = space->rarity[columns[i]];
        squares[engagep_traits_group(trait)] += rarity * rarity;
    }
    int64_t factor[ENGAGEP_TRAITS_GROUPS];
    for (unsigned group = 0; group < ENGAGEP_TRAITS_GROUPS; group++) {
        int64_t norm = engagep_addon_root(squares[group]);
        int64_t weight = engagep_addon_group_weight[group];
        factor[group] = norm == 0 ? 0 : (weight << (16 + ENGAGEP_LEARNER_VALUE - 8)) / norm;
    }
    int64_t square = put_dense(space, example, out);
    for (size_t i = 0; i < count; i++) {
        unsigned group = engagep_traits_group(space->traits[columns[i]]);
        int64_t value = factor[group] * space->rarity[columns[i]] >> 16;
        values[i] = (uint16_t)value;
        square += value * value;
    }
    out->columns = columns;
    out->values = values;
    out->count = count;
    out->square = square >> (2 * ENGAGEP_LEARNER_VALUE - 20);
    return ENGAGE_OK;
}
