/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * From bytes to numbers: a hash table whose keys lie in an arena. The hash has a seed
 * that nobody outside knows, so that ids chosen in ill will do not collide.
 */
#ifndef ENGAGEP_TRACK_MAP_H
#define ENGAGEP_TRACK_MAP_H

#include <engage/base.h>

struct engagep_map_slot {
    uint64_t hash;
    engage_str key; /* borrowed; data is NULL in a free slot */
    size_t value;
};

struct engagep_map {
    const engage_allocator *allocator;
    uint64_t seed;
    struct engagep_map_slot *slots;
    size_t capacity; /* a power of two, or 0 */
    size_t count;
};

#define ENGAGEP_MAP_NONE SIZE_MAX

void engagep_map_init(struct engagep_map *map, const engage_allocator *allocator,
                      const unsigned char secret[16]);
void engagep_map_release(struct engagep_map *map);

/* Forgets the keys; keeps the memory, unless hardly any of it was used. */
void engagep_map_clear(struct engagep_map *map);

/* The value of a key, or ENGAGEP_MAP_NONE. */
size_t engagep_map_find(const struct engagep_map *map, engage_str key);

/* Where the value of a key is: a new key, which is borrowed from then on, gets the
 * value ENGAGEP_MAP_NONE. NULL when there is no memory. Borrowed until the next
 * key. Keys are never empty. */
size_t *engagep_map_at(struct engagep_map *map, engage_str key);

#endif
