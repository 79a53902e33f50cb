/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "base/buffer.h"

#include "base/alloc.h"
#include "base/varint.h"

#include <string.h>

void engagep_buffer_init(engage_buffer *buffer, const engage_allocator *allocator)
{
    buffer->allocator = *allocator;
    buffer->data = NULL;
    buffer->size = 0;
    buffer->capacity = 0;
    buffer->begun = 0;
    buffer->failed = ENGAGE_OK;
}

void engagep_buffer_release(engage_buffer *buffer)
{
    engagep_alloc_free(&buffer->allocator, buffer->data, buffer->capacity, 1);
    buffer->data = NULL;
    buffer->size = 0;
    buffer->capacity = 0;
}

int engage_buffer_new(engage_buffer **out, const engage_allocator *allocator)
{
    if (out == NULL)
        return ENGAGE_EMISUSE;
    *out = NULL;
    engage_allocator own;
    int rc = engagep_alloc_init(&own, allocator);
    if (rc != ENGAGE_OK)
        return rc;
    engage_buffer *buffer = engagep_alloc_array(&own, 1, sizeof(*buffer));
    if (buffer == NULL)
        return ENGAGE_ENOMEM;
    engagep_buffer_init(buffer, &own);
    *out = buffer;
    return ENGAGE_OK;
}

void engage_buffer_free(engage_buffer *buffer)
{
    if (buffer == NULL)
        return;
    engage_allocator own = buffer->allocator;
    engagep_buffer_release(buffer);
    engagep_alloc_free(&own, buffer, 1, sizeof(*buffer));
}

const char *engage_buffer_data(const engage_buffer *buffer)
{
    if (buffer == NULL)
        return NULL;
    return buffer->data != NULL ? buffer->data : "";
}

size_t engage_buffer_size(const engage_buffer *buffer)
{
    return buffer != NULL ? buffer->size : 0;
}

void engage_buffer_clear(engage_buffer *buffer)
{
    if (buffer == NULL)
        return;
    buffer->size = 0;
    if (buffer->data != NULL)
        buffer->data[0] = '\0';
}

size_t engagep_buffer_begin(engage_buffer *buffer)
{
    buffer->failed = ENGAGE_OK;
    buffer->begun = buffer->size;
    return buffer->size;
}

int engagep_buffer_end(engage_buffer *buffer, size_t begun)
{
    int failed = buffer->failed;
    buffer->failed = ENGAGE_OK;
    if (failed != ENGAGE_OK) {
        buffer->size = begun;
        if (buffer->data != NULL)
            buffer->data[begun] = '\0';
    }
    return failed;
}

void engagep_buffer_put(engage_buffer *buffer, const void *data, size_t size)
{
    if (buffer->failed != ENGAGE_OK || size == 0)
        return;
    if (size > SIZE_MAX - 1 - buffer->size) {
        buffer->failed = ENGAGE_ENOMEM;
        return;
    }
    void *block = buffer->data;
    int rc = engagep_alloc_grow(&buffer->allocator, &block, &buffer->capacity,
                                buffer->size + size + 1, 1);
    buffer->data = block;
    if (rc != ENGAGE_OK) {
        buffer->failed = rc;
        return;
    }
    memcpy(buffer->data + buffer->size, data, size);
    buffer->size += size;
    buffer->data[buffer->size] = '\0';
}

void engagep_buffer_put_byte(engage_buffer *buffer, unsigned char byte)
{
    engagep_buffer_put(buffer, &byte, 1);
}

void engagep_buffer_put_text(engage_buffer *buffer, const char *text)
{
    engagep_buffer_put(buffer, text, strlen(text));
}

void engagep_buffer_put_varint(engage_buffer *buffer, uint64_t value)
{
    unsigned char bytes[ENGAGEP_VARINT_SIZE];
    engagep_buffer_put(buffer, bytes, engagep_varint_put(bytes, value));
}

int engage_buffer_append(engage_buffer *buffer, const char *data, size_t size)
{
    if (buffer == NULL || (data == NULL && size != 0))
        return ENGAGE_EMISUSE;
    size_t begun = engagep_buffer_begin(buffer);
    engagep_buffer_put(buffer, data, size);
    return engagep_buffer_end(buffer, begun);
}
