/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "store/list.h"

#include "base/alloc.h"

#include <string.h>

static int reserve(struct engagep_list *list, const engage_allocator *allocator, size_t need)
{
    void *block = list->items;
    int rc = engagep_alloc_grow(allocator, &block, &list->capacity, need, sizeof(*list->items));
    list->items = block;
    return rc;
}

int engagep_list_grow(struct engagep_list *list, const engage_allocator *allocator)
{
    return reserve(list, allocator, list->count + 1);
}

void engagep_list_release(struct engagep_list *list, const engage_allocator *allocator)
{
    engagep_alloc_free(allocator, list->items, list->capacity, sizeof(*list->items));
    *list = (struct engagep_list){NULL, 0, 0, 0};
}

/* Merge sort from the bottom up; the sorted items end up in `items`. */
static void sort(void **items, void **spare, size_t count, engagep_list_compare *compare,
                 const void *ctx)
{
    for (size_t width = 1; width < count; width *= 2) {
        for (size_t start = 0; start < count; start += 2 * width) {
            size_t middle = start + width < count ? start + width : count;
            size_t end = middle + width < count ? middle + width : count;
            size_t left = start;
            size_t right = middle;
            for (size_t i = start; i < end; i++) {
                int take_left = left < middle && (right >= end ||
                                                  compare(ctx, items[left], items[right]) <= 0);
                spare[i] = take_left ? items[left++] : items[right++];
            }
        }
        memcpy(items, spare, count * sizeof(*items));
    }
}

/* The number of the first `count` items that come before another one or are equal to it. */
static size_t find_after(const struct engagep_list *list, size_t count, const void *item,
                         engagep_list_compare *compare, const void *ctx)
{
    size_t low = 0;
    while (low < count) {
        size_t middle = low + (count - low) / 2;
        if (compare(ctx, list->items[middle], item) <= 0)
            low = middle + 1;
        else
            count = middle;
    }
    return low;
}

int engagep_list_sort(struct engagep_list *list, struct engagep_list *scratch,
                      const engage_allocator *allocator, engagep_list_compare *compare,
                      const void *ctx, size_t *stayed)
{
    size_t front = list->sorted;
    size_t fresh = list->count - front;
    *stayed = front;
    if (fresh == 0)
        return ENGAGE_OK;
    int rc = reserve(scratch, allocator, fresh);
    if (rc != ENGAGE_OK)
        return rc;
    sort(list->items + front, scratch->items, fresh, compare, ctx);
    memcpy(scratch->items, list->items + front, fresh * sizeof(*list->items));
    /* From the end on, so that nothing is overwritten before it has moved. Few come to many:
     * each is looked for by halves, since a look at an item is dearer than to move it. */
    while (fresh > 0) {
        void *item = scratch->items[fresh - 1];
        size_t at = find_after(list, front, item, compare, ctx);
        memmove(list->items + at + fresh, list->items + at, (front - at) * sizeof(*list->items));
        list->items[at + --fresh] = item;
        front = at;
    }
    list->sorted = list->count;
    *stayed = front;
    return ENGAGE_OK;
}
