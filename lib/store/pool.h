/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Memory for many small things that come and go: pieces are cut from large blocks, and
 * those given back are kept by size for the next of that size. Blocks are released with
 * the pool.
 */
#ifndef ENGAGEP_STORE_POOL_H
#define ENGAGEP_STORE_POOL_H

#include <engage/base.h>

/* Pieces are multiples of a unit; larger ones than LARGEST come from the allocator. */
enum { ENGAGEP_POOL_UNIT = 16, ENGAGEP_POOL_LARGEST = 1024 };

struct engagep_pool {
    engage_allocator allocator;
    struct engagep_pool_block *blocks;
    unsigned char *next; /* of the block that is being cut */
    size_t left;
    void *kept[ENGAGEP_POOL_LARGEST / ENGAGEP_POOL_UNIT + 1]; /* each begins with a link */
};

void engagep_pool_init(struct engagep_pool *pool, const engage_allocator *allocator);

/* Releases what was cut from blocks; larger pieces must have been given back. */
void engagep_pool_release(struct engagep_pool *pool);

/* Aligned for any type; NULL when there is no memory. Given back by the same size. */
void *engagep_pool_get(struct engagep_pool *pool, size_t size);
void engagep_pool_give(struct engagep_pool *pool, void *piece, size_t size);

#endif
