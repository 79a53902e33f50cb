/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "store/slots.h"

#include "base/alloc.h"

enum { FIRST_SIZE = 64 };

void engagep_slots_add(struct engagep_slots *slots, uint64_t hash, void *entry)
{
    size_t at = engagep_slots_home(slots, hash);
    while (slots->list[at].entry != NULL)
        at = engagep_slots_next(slots, at);
    slots->list[at] = (struct engagep_slot){hash, entry};
    slots->count++;
}

int engagep_slots_grow(struct engagep_slots *slots, const engage_allocator *allocator)
{
    struct engagep_slots larger = {NULL, slots->size > 0 ? 2 * slots->size : FIRST_SIZE, 0};
    larger.list = engagep_alloc_zero(allocator, larger.size, sizeof(*larger.list));
    if (larger.list == NULL)
        return ENGAGE_ENOMEM;
    for (size_t i = 0; i < slots->size; i++)
        if (slots->list[i].entry != NULL)
            engagep_slots_add(&larger, slots->list[i].hash, slots->list[i].entry);
    engagep_slots_release(slots, allocator);
    *slots = larger;
    return ENGAGE_OK;
}

/* Those behind move up, so that no search stops before its entry. */
void engagep_slots_remove(struct engagep_slots *slots, uint64_t hash, const void *entry)
{
    size_t mask = slots->size - 1;
    size_t hole = engagep_slots_home(slots, hash);
    while (slots->list[hole].entry != entry)
        hole = engagep_slots_next(slots, hole);
    for (size_t at = engagep_slots_next(slots, hole); slots->list[at].entry != NULL;
         at = engagep_slots_next(slots, at)) {
        size_t first = engagep_slots_home(slots, slots->list[at].hash);
        if (((at - first) & mask) >= ((at - hole) & mask)) {
            slots->list[hole] = slots->list[at];
            hole = at;
        }
    }
    slots->list[hole].entry = NULL;
    slots->count--;
}

void engagep_slots_release(struct engagep_slots *slots, const engage_allocator *allocator)
{
    engagep_alloc_free(allocator, slots->list, slots->size, sizeof(*slots->list));
    *slots = (struct engagep_slots){NULL, 0, 0};
}
