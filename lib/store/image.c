/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "store/image.h"

#include "base/hash.h"

#include <string.h>

static int is_null(const uint64_t *image, size_t column)
{
    return (int)(image[0] >> column & 1);
}

static size_t head_size(const struct engagep_table *table)
{
    return (1 + (size_t)table->column_count) * sizeof(uint64_t);
}

static const unsigned char *bytes_of(const uint64_t *image, uint64_t word)
{
    return (const unsigned char *)image + (word >> 32);
}

size_t engagep_image_words(const struct engagep_table *table, const struct engagep_value *values,
                           size_t count)
{
    size_t bytes = head_size(table);
    for (size_t i = 0; i < count; i++) {
        if (values[i].type >= ENGAGEP_TEXT)
            bytes += values[i].size;
    }
    return bytes / sizeof(uint64_t) + 1;
}

/* Puts one value into an image that has `size` bytes; returns its new size. */
static size_t put_value(uint64_t *image, size_t size, size_t column,
                        const struct engagep_value *value)
{
    if (value->type == ENGAGEP_NULL) {
        image[0] |= UINT64_C(1) << column;
        image[1 + column] = 0;
    } else if (value->type == ENGAGEP_INT) {
        image[1 + column] = (uint64_t)value->number;
    } else {
        image[1 + column] = (uint64_t)size << 32 | value->size;
        memcpy((unsigned char *)image + size, value->data, value->size);
        size += value->size;
    }
    return size;
}

uint32_t engagep_image_row(uint64_t *image, const struct engagep_table *table,
                           const struct engagep_value *row)
{
    size_t size = head_size(table);
    image[0] = 0;
    for (size_t i = 0; i < table->column_count; i++)
        size = put_value(image, size, i, &row[i]);
    return (uint32_t)size;
}

void engagep_image_key(uint64_t *image, const struct engagep_table *table, size_t index,
                       const struct engagep_value *key, size_t count)
{
    size_t size = head_size(table);
    image[0] = 0;
    for (size_t i = 0; i < count; i++)
        size = put_value(image, size, table->indexes[index].columns[i], &key[i]);
}

void engagep_image_values(const uint64_t *image, const struct engagep_table *table,
                          struct engagep_value *row)
{
    for (size_t i = 0; i < table->column_count; i++) {
        uint64_t word = image[1 + i];
        struct engagep_value value = {ENGAGEP_NULL, 0, NULL, 0};
        if (!is_null(image, i)) {
            value.type = table->columns[i].type;
            if (value.type == ENGAGEP_INT) {
                value.number = (int64_t)word;
            } else {
                value.data = bytes_of(image, word);
                value.size = (uint32_t)word;
            }
        }
        row[i] = value;
    }
}

static int compare_column(uint8_t type, const uint64_t *a, const uint64_t *b, size_t column)
{
    uint64_t x = a[1 + column];
    uint64_t y = b[1 + column];
    if (is_null(a, column) || is_null(b, column))
        return is_null(b, column) - is_null(a, column);
    if (type == ENGAGEP_INT)
        return ((int64_t)x > (int64_t)y) - ((int64_t)x < (int64_t)y);
    uint32_t x_size = (uint32_t)x;
    uint32_t y_size = (uint32_t)y;
    int order = memcmp(bytes_of(a, x), bytes_of(b, y), x_size < y_size ? x_size : y_size);
    return order != 0 ? order : (x_size > y_size) - (x_size < y_size);
}

int engagep_image_compare(const struct engagep_table *table, const uint8_t *columns, size_t count,
                          const uint64_t *a, const uint64_t *b)
{
    for (size_t i = 0; i < count; i++) {
        int order = compare_column(table->columns[columns[i]].type, a, b, columns[i]);
        if (order != 0)
            return order;
    }
    return 0;
}

static uint64_t hash_word(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
    return hash ^ hash >> 29;
}

static uint64_t hash_bytes(uint64_t hash, const unsigned char *data, size_t size)
{
    uint64_t word;
    while (size > sizeof(word)) {
        memcpy(&word, data, sizeof(word));
        hash = hash_word(hash, word);
        data += sizeof(word);
        size -= sizeof(word);
    }
    word = 0;
    memcpy(&word, data, size);
    return hash_word(hash, word);
}

uint64_t engagep_image_hash(const uint64_t *image, const struct engagep_table *table)
{
    const struct engagep_index *primary = &table->indexes[0];
    uint64_t hash = 0;
    for (size_t i = 0; i < primary->count; i++) {
        size_t column = primary->columns[i];
        uint64_t word = image[1 + column];
        hash = table->columns[column].type == ENGAGEP_INT
                   ? hash_word(hash, word)
                   : hash_bytes(hash + (uint32_t)word, bytes_of(image, word), (uint32_t)word);
    }
    return engagep_hash_mix(hash);
}
