/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Sorting what mostly comes in order.
 */
#ifndef ENGAGEP_SORT_H
#define ENGAGEP_SORT_H

#include <stdlib.h>

/* As qsort does; a list that is in order costs one pass. */
static inline void engagep_sort(void *list, size_t count, size_t size,
                                int (*compare)(const void *, const void *))
{
    const char *items = list;
    for (size_t i = 1; i < count; i++) {
        if (compare(items + (i - 1) * size, items + i * size) > 0) {
            qsort(list, count, size, compare);
            return;
        }
    }
}

#endif
