/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * From keys to the numbers of the entries of a list that have them: a hash table that holds
 * no keys, since the entries do. A key is two or three texts.
 */
#ifndef ENGAGEP_TRACK_KEYS_H
#define ENGAGEP_TRACK_KEYS_H

#include <engage/base.h>

struct engagep_key {
    engage_str brand;
    engage_str name;
    engage_str id; /* absent where two texts are the key */
};

/* Whether an entry of the list has a key. */
typedef int engagep_keys_has(const void *list, size_t number, const struct engagep_key *key);

struct engagep_keys_slot {
    uint32_t hash;
    uint32_t next; /* the number after the entry's, or 0 in a free slot */
};

struct engagep_keys {
    const engage_allocator *allocator;
    engagep_keys_has *has;
    uint64_t seed; /* which nobody outside knows */
    struct engagep_keys_slot *slots;
    size_t capacity; /* a power of two, or 0 */
    size_t count;
};

#define ENGAGEP_KEYS_NONE SIZE_MAX

void engagep_keys_init(struct engagep_keys *keys, const engage_allocator *allocator,
                       const unsigned char secret[16], engagep_keys_has *has);
void engagep_keys_release(struct engagep_keys *keys);

/* Forgets all entries; keeps the memory, unless hardly any of it was used. */
void engagep_keys_clear(struct engagep_keys *keys);

/* Makes room for so many entries, of which there are never more than 32 bits can tell apart:
 * ENGAGE_OK, ENGAGE_ENOMEM. */
int engagep_keys_reserve(struct engagep_keys *keys, size_t count);

/* The number of the entry that has a key, or ENGAGEP_KEYS_NONE; `hash` takes what
 * engagep_keys_add needs to add it then, where there is room. */
size_t engagep_keys_find(const struct engagep_keys *keys, const void *list,
                         const struct engagep_key *key, uint32_t *hash);
void engagep_keys_add(struct engagep_keys *keys, uint32_t hash, size_t number);

#endif
