/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Entities as the other files of this room see them.
 */
#ifndef ENGAGEP_ENTITIES_H
#define ENGAGEP_ENTITIES_H

#include <engage/text.h>

struct engagep_entity {
    uint32_t start;
    uint32_t end;
    uint32_t value; /* where the value begins and ends */
    uint32_t value_end;
    uint32_t kind; /* the slug of a list reaches from value_end to end */
};

struct engage_entities {
    engage_allocator allocator;
    uint32_t max_bytes;
    const char *text;
    size_t size;
    struct engagep_entity *all; /* in order of their start */
    size_t count;
    size_t capacity;
    struct engagep_entity reply; /* start == end where there is none */
    char *scratch; /* the text in NFC, for its length */
    size_t scratch_capacity;
};

/* Forgets the entities of the last run. */
void engagep_entities_forget(engage_entities *entities);

/* Finds the entities of a text; `bare` says that links without http:// count. Returns as
 * engage_entities_run. */
int engagep_entities_find(engage_entities *entities, const char *text, size_t size, int bare);

/* Where a hashtag, or a mention with or without a list, ends that begins at `at`, whatever
 * stands before it; 0 where none does. *name_end is the end of the screen name. */
size_t engagep_entities_hashtag(const char *text, size_t size, size_t at);
size_t engagep_entities_mention(const char *text, size_t size, size_t at, size_t *name_end);

#endif
