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

int engagep_list_sort(struct engagep_list *list, struct engagep_list *scratch,
                      const engage_allocator *allocator, engagep_list_compare *compare,
                      const void *ctx)
{
    size_t front = list->sorted;
    size_t fresh = list->count - front;
    if (fresh == 0)
        return ENGAGE_OK;
    int rc = reserve(scratch, allocator, fresh);
    if (rc != ENGAGE_OK)
        return rc;
    sort(list->items + front, scratch->items, fresh, compare, ctx);
    memcpy(scratch->items, list->items + front, fresh * sizeof(*list->items));
    /* From the end on, so that nothing is overwritten before it has moved. */
    for (size_t to = list->count; fresh > 0; to--) {
        if (front > 0 && compare(ctx, list->items[front - 1], scratch->items[fresh - 1]) > 0)
            list->items[to - 1] = list->items[--front];
        else
            list->items[to - 1] = scratch->items[--fresh];
    }
    list->sorted = list->count;
    return ENGAGE_OK;
}
