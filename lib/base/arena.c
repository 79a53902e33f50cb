/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "base/arena.h"

#include "base/alloc.h"

#include <stdalign.h>
#include <string.h>

struct engagep_arena_block {
    struct engagep_arena_block *next;
    size_t size; /* of data */
    alignas(max_align_t) unsigned char data[];
};

enum { FIRST_BLOCK = 4096, LARGEST_STEP = 1 << 20 };

void engagep_arena_init(struct engagep_arena *arena, const engage_allocator *allocator)
{
    arena->allocator = *allocator;
    arena->first = NULL;
    arena->current = NULL;
    arena->used = 0;
}

void engagep_arena_release(struct engagep_arena *arena)
{
    struct engagep_arena_block *block = arena->first;
    while (block != NULL) {
        struct engagep_arena_block *next = block->next;
        engagep_alloc_free(&arena->allocator, block, sizeof(*block) + block->size, 1);
        block = next;
    }
    arena->first = NULL;
    arena->current = NULL;
    arena->used = 0;
}

void engagep_arena_reset(struct engagep_arena *arena)
{
    arena->current = arena->first;
    arena->used = 0;
}

/* Goes on in the next block that holds `size` bytes: a kept one, or a new one put behind the
 * last. Kept ones that are too small are stepped over and used next time. */
static int next_block(struct engagep_arena *arena, size_t size)
{
    struct engagep_arena_block *last = arena->current;
    struct engagep_arena_block *block = last != NULL ? last->next : arena->first;
    for (; block != NULL && block->size < size; block = block->next)
        last = block;
    if (block == NULL) {
        size_t wanted = last == NULL ? FIRST_BLOCK : last->size * 2;
        if (wanted > LARGEST_STEP)
            wanted = LARGEST_STEP;
        if (wanted < size)
            wanted = size;
        if (wanted > SIZE_MAX - sizeof(*block))
            return ENGAGE_ENOMEM;
        block = engagep_alloc_array(&arena->allocator, sizeof(*block) + wanted, 1);
        if (block == NULL)
            return ENGAGE_ENOMEM;
        block->size = wanted;
        block->next = NULL;
        if (last != NULL)
            last->next = block;
        else
            arena->first = block;
    }
    arena->current = block;
    arena->used = 0;
    return ENGAGE_OK;
}

void *engagep_arena_array(struct engagep_arena *arena, size_t count, size_t size)
{
    const size_t unit = alignof(max_align_t);
    if (size != 0 && count > (SIZE_MAX - unit) / size)
        return NULL;
    size_t bytes = (count * size + unit - 1) / unit * unit;
    if (arena->current == NULL || arena->current->size - arena->used < bytes) {
        if (next_block(arena, bytes) != ENGAGE_OK)
            return NULL;
    }
    void *given = arena->current->data + arena->used;
    arena->used += bytes;
    return given;
}

void *engagep_arena_grow(struct engagep_arena *arena, void *list, size_t count, size_t *capacity,
                         size_t size)
{
    if (count < *capacity)
        return list;
    if (*capacity > (SIZE_MAX - 8) / 2)
        return NULL;
    size_t room = *capacity * 2 + 8;
    void *grown = engagep_arena_array(arena, room, size);
    if (grown == NULL)
        return NULL;
    if (count > 0)
        memcpy(grown, list, count * size);
    *capacity = room;
    return grown;
}

char *engagep_arena_copy(struct engagep_arena *arena, const void *data, size_t size)
{
    if (size == SIZE_MAX)
        return NULL;
    char *copy = engagep_arena_array(arena, size + 1, 1);
    if (copy == NULL)
        return NULL;
    if (size != 0)
        memcpy(copy, data, size);
    copy[size] = '\0';
    return copy;
}
