/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Lists of pointers that are put in order when somebody asks: what came since the last
 * time is sorted by itself and merged in.
 */
#ifndef ENGAGEP_STORE_LIST_H
#define ENGAGEP_STORE_LIST_H

#include <engage/base.h>

struct engagep_list {
    void **items;
    size_t count;
    size_t capacity;
    size_t sorted; /* so many at the front are in order */
};

/* Makes room for one more: ENGAGE_OK, ENGAGE_ENOMEM. */
int engagep_list_grow(struct engagep_list *list, const engage_allocator *allocator);
static inline int engagep_list_reserve(struct engagep_list *list,
                                       const engage_allocator *allocator)
{
    return list->count < list->capacity ? ENGAGE_OK : engagep_list_grow(list, allocator);
}

void engagep_list_release(struct engagep_list *list, const engage_allocator *allocator);

/* Puts an item where room was made for it. */
static inline void engagep_list_add(struct engagep_list *list, void *item)
{
    list->items[list->count++] = item;
}

/* Negative, 0 or positive. */
typedef int engagep_list_compare(const void *ctx, const void *a, const void *b);

/* Puts the list in order; `scratch` is memory that is kept for the next time, and so many at
 * the front as `stayed` tells are where they were. Returns ENGAGE_OK, or ENGAGE_ENOMEM with
 * the list as it was. */
int engagep_list_sort(struct engagep_list *list, struct engagep_list *scratch,
                      const engage_allocator *allocator, engagep_list_compare *compare,
                      const void *ctx, size_t *stayed);

#endif
