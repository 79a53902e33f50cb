/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "score/traits.h"

#include "base/alloc.h"
#include "base/hash.h"

#include <string.h>

enum { LEAST_SLOTS = 512, NO_GROUP = ENGAGEP_TRAITS_GROUPS };

static unsigned group_of(const struct engagep_feature *feature)
{
    switch (feature->rule) {
    case ENGAGEP_RULE_WORD:
    case ENGAGEP_RULE_MARK:
    case ENGAGEP_RULE_EMOJI:
    case ENGAGEP_RULE_EMOTICON:
    case ENGAGEP_RULE_HASHTAG:
    case ENGAGEP_RULE_ENTITY:
        return ENGAGEP_TRAITS_WORDS;
    case ENGAGEP_RULE_PHRASE:
    case ENGAGEP_RULE_NEGATED:
    case ENGAGEP_RULE_CONTRAST:
    case ENGAGEP_RULE_SHAPE:
        return ENGAGEP_TRAITS_PHRASES;
    case ENGAGEP_RULE_MOOD:
    case ENGAGEP_RULE_PLACE:
    case ENGAGEP_RULE_POST:
        return ENGAGEP_TRAITS_MOODS;
    case ENGAGEP_RULE_KIN:
        return feature->count == 1 ? ENGAGEP_TRAITS_KIN : NO_GROUP;
    default:
        return NO_GROUP;
    }
}

/* The high bits of the hash, and the group; never 0, which marks a free slot. */
static uint32_t trait_of(uint64_t hash, unsigned group)
{
    uint32_t high = (uint32_t)(hash >> 32) & ~UINT32_C(3);
    return (high == 0 ? 4u : high) | group;
}

void engagep_traits_release(struct engagep_traits *traits)
{
    engagep_alloc_free(traits->allocator, traits->list, traits->capacity, sizeof(*traits->list));
    engagep_alloc_free(traits->allocator, traits->places, traits->places_capacity,
                       sizeof(*traits->places));
    engagep_alloc_free(traits->allocator, traits->slots, traits->slots_capacity,
                       sizeof(*traits->slots));
    traits->list = NULL;
    traits->places = NULL;
    traits->slots = NULL;
    traits->capacity = 0;
    traits->places_capacity = 0;
    traits->slots_capacity = 0;
}

/* The slot of a trait, or the free one where it belongs. Nobody outside knows where slots lie, so
 * that no post can be made of words that meet there; what is in the list does not depend on it. */
static uint32_t *slot_of(const struct engagep_traits *traits, uint32_t trait)
{
    size_t at = (size_t)engagep_hash_mix((uintptr_t)traits->slots + trait) & traits->mask;
    while (traits->slots[at] != 0 && traits->slots[at] != trait)
        at = (at + 1) & traits->mask;
    return &traits->slots[at];
}

/* Makes room for twice as many slots as there are traits, and one trait more. */
static int make_room(struct engagep_traits *traits)
{
    void *list = traits->list;
    int rc = engagep_alloc_grow(traits->allocator, &list, &traits->capacity, traits->count + 1,
                                sizeof(*traits->list));
    traits->list = list;
    void *places = traits->places;
    if (rc == ENGAGE_OK)
        rc = engagep_alloc_grow(traits->allocator, &places, &traits->places_capacity,
                                traits->count + 1, sizeof(*traits->places));
    traits->places = places;
    size_t wanted = traits->slots == NULL ? LEAST_SLOTS : traits->mask + 1;
    if (rc != ENGAGE_OK || (traits->slots != NULL && traits->count * 2 < wanted))
        return rc;
    wanted = traits->slots == NULL ? wanted : wanted * 2;
    void *slots = traits->slots;
    rc = engagep_alloc_grow(traits->allocator, &slots, &traits->slots_capacity, wanted,
                            sizeof(*traits->slots));
    traits->slots = slots;
    if (rc != ENGAGE_OK)
        return rc;
    traits->mask = wanted - 1;
    memset(traits->slots, 0, wanted * sizeof(*traits->slots));
    for (size_t i = 0; i < traits->count; i++)
        *slot_of(traits, traits->list[i]) = traits->list[i];
    return ENGAGE_OK;
}

void engagep_traits_begin(struct engagep_traits *traits)
{
    traits->count = 0;
    traits->met = 0;
    traits->words = 0;
    traits->unknown = 0;
    traits->failed = ENGAGE_OK;
    if (traits->slots != NULL) {
        traits->mask = LEAST_SLOTS - 1;
        memset(traits->slots, 0, LEAST_SLOTS * sizeof(*traits->slots));
    }
}

void engagep_traits_add(struct engagep_traits *traits, const struct engagep_feature *features,
                        size_t count, const struct engagep_table *table)
{
    for (size_t i = 0; i < count && traits->failed == ENGAGE_OK; i++) {
        unsigned group = group_of(&features[i]);
        if (group == NO_GROUP)
            continue;
        if (features[i].rule == ENGAGEP_RULE_WORD) {
            traits->words++;
            traits->unknown += engagep_table_find(table, features[i].hash) == NULL;
        }
        traits->failed = make_room(traits);
        if (traits->failed != ENGAGE_OK)
            return;
        uint32_t trait = trait_of(features[i].hash, group);
        uint32_t *slot = slot_of(traits, trait);
        if (*slot == 0) {
            *slot = trait;
            traits->places[traits->count] =
                (struct engagep_place){traits->met + (uint32_t)i, features[i].first,
                                       features[i].count, features[i].rule};
            traits->list[traits->count++] = trait;
        }
    }
    traits->met += (uint32_t)count;
}

void engagep_traits_sum(struct engagep_traits *traits, const int32_t sum[ENGAGEP_TABLE_COLUMNS])
{
    for (int k = 0; k < ENGAGEP_TABLE_COLUMNS; k++)
        traits->columns[k] = engagep_traits_column(sum[k]);
}
