/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "store/pool.h"

#include "base/alloc.h"
#include "base/prefetch.h"

#include <stdalign.h>
#include <string.h>

/* Each block is twice as large as the one before, up to a few huge pages. */
enum { FIRST_BLOCK = 1 << 16, LARGEST_BLOCK = 1 << 22 };

struct engagep_pool_block {
    struct engagep_pool_block *next;
    size_t size; /* of the whole */
    alignas(max_align_t) unsigned char data[];
};

_Static_assert(ENGAGEP_POOL_UNIT % alignof(max_align_t) == 0, "pieces are aligned for any type");

void engagep_pool_init(struct engagep_pool *pool, const engage_allocator *allocator)
{
    memset(pool, 0, sizeof(*pool));
    pool->allocator = *allocator;
}

void engagep_pool_release(struct engagep_pool *pool)
{
    struct engagep_pool_block *next;
    for (struct engagep_pool_block *block = pool->blocks; block != NULL; block = next) {
        next = block->next;
        engagep_alloc_free(&pool->allocator, block, block->size, 1);
    }
    engagep_pool_init(pool, &pool->allocator);
}

static void keep(struct engagep_pool *pool, void *piece, size_t units)
{
    memcpy(piece, &pool->kept[units], sizeof(void *));
    pool->kept[units] = piece;
}

/* What is left of the block before is kept as a piece. */
static int add_block(struct engagep_pool *pool)
{
    size_t size = pool->blocks == NULL ? FIRST_BLOCK : pool->blocks->size;
    if (pool->blocks != NULL && size < LARGEST_BLOCK)
        size *= 2;
    struct engagep_pool_block *block = engagep_alloc_array(&pool->allocator, size, 1);
    if (block == NULL)
        return ENGAGE_ENOMEM;
    if (pool->left > 0)
        keep(pool, pool->next, pool->left / ENGAGEP_POOL_UNIT);
    block->next = pool->blocks;
    block->size = size;
    pool->blocks = block;
    pool->next = block->data;
    pool->left = size - sizeof(*block);
    return ENGAGE_OK;
}

void *engagep_pool_get(struct engagep_pool *pool, size_t size)
{
    size_t units = (size + ENGAGEP_POOL_UNIT - 1) / ENGAGEP_POOL_UNIT;
    if (size > ENGAGEP_POOL_LARGEST)
        return engagep_alloc_array(&pool->allocator, size, 1);
    void *piece = pool->kept[units];
    if (piece != NULL) {
        memcpy(&pool->kept[units], piece, sizeof(void *));
        engagep_prefetch_line(pool->kept[units]); /* its link, for the next one */
        return piece;
    }
    size = units * ENGAGEP_POOL_UNIT;
    if (pool->left < size && add_block(pool) != ENGAGE_OK)
        return NULL;
    piece = pool->next;
    pool->next += size;
    pool->left -= size;
    return piece;
}

void engagep_pool_give(struct engagep_pool *pool, void *piece, size_t size)
{
    if (size > ENGAGEP_POOL_LARGEST)
        engagep_alloc_free(&pool->allocator, piece, size, 1);
    else
        keep(pool, piece, (size + ENGAGEP_POOL_UNIT - 1) / ENGAGEP_POOL_UNIT);
}
