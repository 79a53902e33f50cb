/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "track/keys.h"

#include "base/alloc.h"
#include "base/hash.h"

#include <string.h>

enum { FIRST_CAPACITY = 16, CLEARED_ALWAYS = 128 };

void engagep_keys_init(struct engagep_keys *keys, const engage_allocator *allocator,
                       const unsigned char secret[16], engagep_keys_has *has)
{
    memset(keys, 0, sizeof(*keys));
    keys->allocator = allocator;
    keys->has = has;
    /* The secret may be the public one; where the tracker lies is not. */
    keys->seed = engagep_hash_quick((uint64_t)(uintptr_t)allocator, 0, secret, 16);
}

void engagep_keys_release(struct engagep_keys *keys)
{
    engagep_alloc_free(keys->allocator, keys->slots, keys->capacity, sizeof(*keys->slots));
    keys->slots = NULL;
    keys->capacity = 0;
    keys->count = 0;
}

void engagep_keys_clear(struct engagep_keys *keys)
{
    /* Wiping a table costs what it is large: a few keys are not worth a large one. */
    if (keys->capacity > CLEARED_ALWAYS && keys->count < keys->capacity / 16) {
        engagep_keys_release(keys);
        return;
    }
    if (keys->count > 0)
        memset(keys->slots, 0, keys->capacity * sizeof(*keys->slots));
    keys->count = 0;
}

static void put(struct engagep_keys_slot *slots, size_t capacity, struct engagep_keys_slot slot)
{
    size_t at = slot.hash & (capacity - 1);
    while (slots[at].next != 0)
        at = (at + 1) & (capacity - 1);
    slots[at] = slot;
}

/* At most half of the slots are ever taken. */
int engagep_keys_reserve(struct engagep_keys *keys, size_t count)
{
    size_t capacity = keys->capacity == 0 ? FIRST_CAPACITY : keys->capacity;
    if (count >= UINT32_MAX)
        return ENGAGE_ENOMEM;
    while (count > capacity / 2) {
        if (capacity > SIZE_MAX / 2)
            return ENGAGE_ENOMEM;
        capacity *= 2;
    }
    if (capacity == keys->capacity)
        return ENGAGE_OK;
    struct engagep_keys_slot *slots =
        engagep_alloc_zero(keys->allocator, capacity, sizeof(*slots));
    if (slots == NULL)
        return ENGAGE_ENOMEM;
    for (size_t i = 0; i < keys->capacity; i++)
        if (keys->slots[i].next != 0)
            put(slots, capacity, keys->slots[i]);
    engagep_alloc_free(keys->allocator, keys->slots, keys->capacity, sizeof(*keys->slots));
    keys->slots = slots;
    keys->capacity = capacity;
    return ENGAGE_OK;
}

size_t engagep_keys_find(const struct engagep_keys *keys, const void *list,
                         const struct engagep_key *key, uint32_t *hash)
{
    uint64_t seed = keys->seed;
    uint64_t value = engagep_hash_quick(seed, seed, key->brand.data, key->brand.size);
    value = engagep_hash_quick(seed, value, key->name.data, key->name.size);
    if (key->id.size > 0)
        value = engagep_hash_quick(seed, value, key->id.data, key->id.size);
    uint32_t front = (uint32_t)value;
    *hash = front;
    if (keys->count == 0)
        return ENGAGEP_KEYS_NONE;
    size_t mask = keys->capacity - 1;
    for (size_t at = front & mask; keys->slots[at].next != 0; at = (at + 1) & mask)
        if (keys->slots[at].hash == front && keys->has(list, keys->slots[at].next - 1, key))
            return keys->slots[at].next - 1;
    return ENGAGEP_KEYS_NONE;
}

void engagep_keys_add(struct engagep_keys *keys, uint32_t hash, size_t number)
{
    put(keys->slots, keys->capacity, (struct engagep_keys_slot){hash, (uint32_t)(number + 1)});
    keys->count++;
}
