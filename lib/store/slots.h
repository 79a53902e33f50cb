/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * A hash table of entries that somebody else holds, by open addressing: a free slot has no
 * entry. Who looks for an entry goes from its home on, to the first slot that is free.
 */
#ifndef ENGAGEP_STORE_SLOTS_H
#define ENGAGEP_STORE_SLOTS_H

#include <engage/base.h>

struct engagep_slot {
    uint64_t hash;
    void *entry;
};

struct engagep_slots {
    struct engagep_slot *list;
    size_t size; /* a power of two, or 0 */
    size_t count;
};

/* Where the search for a hash begins, and where it goes on; there must be slots. */
static inline size_t engagep_slots_home(const struct engagep_slots *slots, uint64_t hash)
{
    return (size_t)hash & (slots->size - 1);
}

static inline size_t engagep_slots_next(const struct engagep_slots *slots, size_t at)
{
    return (at + 1) & (slots->size - 1);
}

/* Doubles the room: ENGAGE_OK, ENGAGE_ENOMEM. */
int engagep_slots_grow(struct engagep_slots *slots, const engage_allocator *allocator);

/* Makes room for one more, likewise. */
static inline int engagep_slots_reserve(struct engagep_slots *slots,
                                        const engage_allocator *allocator)
{
    if (slots->count + slots->count / 4 < slots->size / 2 + slots->size / 4)
        return ENGAGE_OK;
    return engagep_slots_grow(slots, allocator);
}

/* Adds an entry for which there is room; removes one that is there. */
void engagep_slots_add(struct engagep_slots *slots, uint64_t hash, void *entry);
void engagep_slots_remove(struct engagep_slots *slots, uint64_t hash, const void *entry);

void engagep_slots_release(struct engagep_slots *slots, const engage_allocator *allocator);

#endif
