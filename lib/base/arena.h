/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Memory that is given piece by piece and taken back all at once. A reset keeps
 * the blocks, so that a loop allocates nothing after warm-up.
 */
#ifndef ENGAGEP_ARENA_H
#define ENGAGEP_ARENA_H

#include <engage/base.h>

struct engagep_arena_block;

struct engagep_arena {
    engage_allocator allocator;
    struct engagep_arena_block *first;
    struct engagep_arena_block *current;
    size_t used; /* of the current block */
};

void engagep_arena_init(struct engagep_arena *arena, const engage_allocator *allocator);
void engagep_arena_release(struct engagep_arena *arena);
void engagep_arena_reset(struct engagep_arena *arena);

/* Aligned for any type; NULL when there is no memory or the size overflows. */
void *engagep_arena_array(struct engagep_arena *arena, size_t count, size_t size);

/* The list, with room for one element more than count: itself where *capacity is more, else a
 * copy of twice the room. NULL when there is no memory, and the list is as it was. */
void *engagep_arena_grow(struct engagep_arena *arena, void *list, size_t count, size_t *capacity,
                         size_t size);

/* A copy of bytes, with a NUL after them; NULL when there is no memory. */
char *engagep_arena_copy(struct engagep_arena *arena, const void *data, size_t size);

#endif
