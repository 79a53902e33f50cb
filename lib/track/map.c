/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "track/map.h"

#include "base/alloc.h"
#include "base/hash.h"

#include <string.h>

enum { FIRST_CAPACITY = 8, CLEARED_ALWAYS = 64 };

void engagep_map_init(struct engagep_map *map, const engage_allocator *allocator,
                      const unsigned char secret[16])
{
    /* The secret may be the public one; where the tracker lies is not. */
    map->allocator = allocator;
    map->seed = engagep_hash_quick((uint64_t)(uintptr_t)allocator, 0, secret, 16);
    map->slots = NULL;
    map->capacity = 0;
    map->count = 0;
}

void engagep_map_release(struct engagep_map *map)
{
    engagep_alloc_free(map->allocator, map->slots, map->capacity, sizeof(*map->slots));
    map->slots = NULL;
    map->capacity = 0;
    map->count = 0;
}

void engagep_map_clear(struct engagep_map *map)
{
    /* Wiping a table costs what it is large: a few keys are not worth a large one. */
    if (map->capacity > CLEARED_ALWAYS && map->count < map->capacity / 16) {
        engagep_map_release(map);
        return;
    }
    if (map->count > 0)
        memset(map->slots, 0, map->capacity * sizeof(*map->slots));
    map->count = 0;
}

/* The slot that holds the key, or the free one where it would go. */
static struct engagep_map_slot *seek(const struct engagep_map *map, uint64_t hash, engage_str key)
{
    size_t mask = map->capacity - 1;
    size_t i = (size_t)hash & mask;
    while (map->slots[i].key.data != NULL) {
        const struct engagep_map_slot *slot = &map->slots[i];
        if (slot->hash == hash && slot->key.size == key.size &&
            memcmp(slot->key.data, key.data, key.size) == 0)
            break;
        i = (i + 1) & mask;
    }
    return &map->slots[i];
}

size_t engagep_map_find(const struct engagep_map *map, engage_str key)
{
    if (map->count == 0)
        return ENGAGEP_MAP_NONE;
    uint64_t hash = engagep_hash_quick(map->seed, map->seed, key.data, key.size);
    const struct engagep_map_slot *slot = seek(map, hash, key);
    return slot->key.data != NULL ? slot->value : ENGAGEP_MAP_NONE;
}

/* Twice as many slots as are in memory is no number that overflows. */
static int grow(struct engagep_map *map)
{
    struct engagep_map bigger = *map;
    bigger.capacity = map->capacity == 0 ? FIRST_CAPACITY : 2 * map->capacity;
    bigger.slots = engagep_alloc_zero(map->allocator, bigger.capacity, sizeof(*map->slots));
    if (bigger.slots == NULL)
        return ENGAGE_ENOMEM;
    for (size_t i = 0; i < map->capacity; i++)
        if (map->slots[i].key.data != NULL)
            *seek(&bigger, map->slots[i].hash, map->slots[i].key) = map->slots[i];
    engagep_alloc_free(map->allocator, map->slots, map->capacity, sizeof(*map->slots));
    *map = bigger;
    return ENGAGE_OK;
}

size_t *engagep_map_at(struct engagep_map *map, engage_str key)
{
    /* At most half of the slots are ever taken. */
    if (map->count >= map->capacity / 2 && grow(map) != ENGAGE_OK)
        return NULL;
    uint64_t hash = engagep_hash_quick(map->seed, map->seed, key.data, key.size);
    struct engagep_map_slot *slot = seek(map, hash, key);
    if (slot->key.data == NULL) {
        *slot = (struct engagep_map_slot){hash, key, ENGAGEP_MAP_NONE};
        map->count++;
    }
    return &slot->value;
}
