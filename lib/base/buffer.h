/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * The byte buffer behind engage_buffer. Writers append piece by piece without
 * looking at each return: the first failure sticks, and the caller ends with
 * engagep_buffer_end, which takes everything back if one happened.
 */
#ifndef ENGAGEP_BUFFER_H
#define ENGAGEP_BUFFER_H

#include <engage/base.h>

struct engage_buffer {
    engage_allocator allocator;
    char *data;
    size_t size;
    size_t capacity; /* of data, the final NUL included */
    size_t begun;    /* the size at the last _begin: what stands before is not the writer's */
    int failed;      /* ENGAGE_OK, or the first failure since the last _begin */
};

/* For buffers inside other objects. `allocator` is already initialized. */
void engagep_buffer_init(engage_buffer *buffer, const engage_allocator *allocator);
void engagep_buffer_release(engage_buffer *buffer);

/* Where a writer starts: returns the size to give to engagep_buffer_end. */
size_t engagep_buffer_begin(engage_buffer *buffer);

/* ENGAGE_OK, or the first failure since _begin; then the buffer is as it was there. */
int engagep_buffer_end(engage_buffer *buffer, size_t begun);

void engagep_buffer_put(engage_buffer *buffer, const void *data, size_t size);
void engagep_buffer_put_byte(engage_buffer *buffer, unsigned char byte);
void engagep_buffer_put_text(engage_buffer *buffer, const char *text);

/* A number as base/varint.h writes it. */
void engagep_buffer_put_varint(engage_buffer *buffer, uint64_t value);

#endif
