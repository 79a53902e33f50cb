/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "learn/writer.h"

#include "base/hash.h"
#include "base/little.h"
#include "score/container.h"
#include "score/features.h"

#include <string.h>

static void put_zeros(engage_buffer *buffer, size_t count)
{
    static const unsigned char zeros[64];
    for (; count > sizeof(zeros); count -= sizeof(zeros))
        engagep_buffer_put(buffer, zeros, sizeof(zeros));
    engagep_buffer_put(buffer, zeros, count);
}

static size_t written(const struct engagep_writer *writer)
{
    return writer->buffer->size - writer->begun;
}

void engagep_writer_begin(struct engagep_writer *writer, engage_buffer *buffer, size_t sections)
{
    memset(writer, 0, sizeof(*writer));
    writer->buffer = buffer;
    writer->begun = engagep_buffer_begin(buffer);
    put_zeros(buffer, ENGAGEP_FORMAT_HEADER + sections * ENGAGEP_FORMAT_ENTRY);
}

static void end_section(struct engagep_writer *writer)
{
    if (writer->count > 0)
        writer->sections[writer->count - 1].size =
            written(writer) - writer->sections[writer->count - 1].start;
}

void engagep_writer_section(struct engagep_writer *writer, uint32_t type)
{
    end_section(writer);
    size_t over = written(writer) % ENGAGEP_FORMAT_ALIGN;
    put_zeros(writer->buffer, over == 0 ? 0 : ENGAGEP_FORMAT_ALIGN - over);
    writer->sections[writer->count].type = type;
    writer->sections[writer->count++].start = written(writer);
}

static void fill_header(const struct engagep_writer *writer, unsigned char *data)
{
    size_t size = written(writer);
    memcpy(data, ENGAGEP_FORMAT_MAGIC, sizeof(ENGAGEP_FORMAT_MAGIC) - 1);
    engagep_little_put_u16(data + ENGAGEP_FORMAT_AT_MAJOR, ENGAGEP_ADDON_MAJOR);
    engagep_little_put_u32(data + ENGAGEP_FORMAT_AT_HEADER, ENGAGEP_FORMAT_HEADER);
    engagep_little_put_u32(data + ENGAGEP_FORMAT_AT_SECTIONS, (uint32_t)writer->count);
    engagep_little_put_u32(data + ENGAGEP_FORMAT_AT_FLAGS, ENGAGEP_FORMAT_ADDON);
    engagep_little_put_u64(data + ENGAGEP_FORMAT_AT_SIZE, size);
    engagep_little_put_u32(data + ENGAGEP_FORMAT_AT_TOKENIZER, ENGAGEP_FORMAT_TOKENIZER);
    engagep_little_put_u32(data + ENGAGEP_FORMAT_AT_FEATURES, ENGAGEP_FEATURES_ID);
    engagep_little_put_u32(data + ENGAGEP_FORMAT_AT_UNICODE, ENGAGEP_FORMAT_UNICODE);
    engagep_little_put_u32(data + ENGAGEP_FORMAT_AT_LABELS, ENGAGEP_FORMAT_LABELS);
    for (size_t i = 0; i < writer->count; i++) {
        unsigned char *p = data + ENGAGEP_FORMAT_HEADER + i * ENGAGEP_FORMAT_ENTRY;
        engagep_little_put_u32(p, writer->sections[i].type);
        engagep_little_put_u32(p + 4, ENGAGEP_FORMAT_CRITICAL);
        engagep_little_put_u64(p + 8, writer->sections[i].start);
        engagep_little_put_u64(p + 16, writer->sections[i].size);
        engagep_little_put_u32(p + 24, 1);
        engagep_little_put_u32(p + 28, engagep_crc32c(0, data + writer->sections[i].start,
                                                      writer->sections[i].size));
    }
    engagep_container_identify(data, size, (char *)data + ENGAGEP_FORMAT_AT_ID);
    size_t head = ENGAGEP_FORMAT_HEADER + writer->count * ENGAGEP_FORMAT_ENTRY;
    engagep_little_put_u32(data + ENGAGEP_FORMAT_AT_CRC, engagep_crc32c(0, data, head));
}

int engagep_writer_end(struct engagep_writer *writer)
{
    end_section(writer);
    if (writer->buffer->failed == ENGAGE_OK)
        fill_header(writer, (unsigned char *)writer->buffer->data + writer->begun);
    return engagep_buffer_end(writer->buffer, writer->begun);
}

void engagep_writer_u16(struct engagep_writer *writer, uint32_t value)
{
    unsigned char bytes[2];
    engagep_little_put_u16(bytes, value);
    engagep_buffer_put(writer->buffer, bytes, sizeof(bytes));
}

void engagep_writer_u32(struct engagep_writer *writer, uint32_t value)
{
    unsigned char bytes[4];
    engagep_little_put_u32(bytes, value);
    engagep_buffer_put(writer->buffer, bytes, sizeof(bytes));
}

void engagep_writer_i32(struct engagep_writer *writer, int32_t value)
{
    engagep_writer_u32(writer, (uint32_t)value);
}

void engagep_writer_text(struct engagep_writer *writer, const char *text, size_t field)
{
    size_t size = strlen(text);
    size = size < field ? size : field;
    engagep_buffer_put(writer->buffer, text, size);
    put_zeros(writer->buffer, field - size);
}
