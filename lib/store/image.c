/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "store/image.h"

#include "base/bits.h"
#include "base/hash.h"
#include "store/backend.h"

#include <string.h>

enum { THERE, NULLS, WORDS }; /* the first words of an image */

static const unsigned char *bytes_of(const uint64_t *image, uint64_t word)
{
    return (const unsigned char *)image + (word >> 32);
}

static struct engagep_value value_of(const uint64_t *image, uint8_t type, uint64_t word)
{
    if (type == ENGAGEP_INT)
        return (struct engagep_value){ENGAGEP_INT, {(int64_t)word}, 0};
    return (struct engagep_value){type, {.data = bytes_of(image, word)}, (uint32_t)word};
}

static void set_sizes(struct engagep_image_shape *shape, size_t bytes)
{
    size_t words = (WORDS + engagep_bits_count(shape->there)) * sizeof(uint64_t);
    shape->words = (uint32_t)words;
    shape->size = (uint32_t)(words + bytes);
}

uint64_t engagep_image_nullable(const struct engagep_table *table)
{
    uint64_t nullable = 0;
    for (size_t i = 0; i < table->column_count; i++)
        if (table->columns[i].nullable)
            nullable |= ENGAGEP_COLUMN(i);
    return nullable;
}

void engagep_image_empty(const struct engagep_table *table, struct engagep_value *row)
{
    static const uint64_t none[WORDS] = {0, 0};
    for (size_t i = 0; i < table->column_count; i++)
        row[i] = value_of(none, table->columns[i].type, 0);
}

int engagep_image_measure(const struct engagep_table *table, uint64_t nullable,
                          const struct engagep_value *row, uint64_t given,
                          struct engagep_image_shape *out)
{
    size_t bytes = 0;
    uint64_t there = 0;
    given &= (ENGAGEP_COLUMN(table->column_count - 1) << 1) - 1;
    uint64_t nulls = nullable & ~given;
    for (uint64_t rest = given; rest != 0; rest &= rest - 1) {
        size_t column = engagep_bits_lowest(rest);
        uint64_t bit = rest & (0 - rest);
        const struct engagep_value *value = &row[column];
        if (value->type == ENGAGEP_NULL) {
            nulls |= bit;
            continue;
        }
        if (value->type != table->columns[column].type)
            return 0;
        if (value->type == ENGAGEP_INT) {
            there |= value->number != 0 ? bit : 0;
            continue;
        }
        if (value->data == NULL || value->size > ENGAGEP_STORE_ROW_LIMIT - bytes)
            return 0;
        bytes += value->size;
        there |= value->size != 0 ? bit : 0;
    }
    if ((nulls & ~nullable) != 0)
        return 0;
    *out = (struct engagep_image_shape){there, nulls, 0, 0};
    set_sizes(out, bytes);
    return 1;
}

struct engagep_image_shape engagep_image_measure_key(const uint8_t *columns,
                                                     const struct engagep_value *key,
                                                     size_t count)
{
    struct engagep_image_shape shape = {0, 0, 0, 0};
    size_t bytes = 0;
    for (size_t i = 0; i < count; i++) {
        int is_number = key[i].type == ENGAGEP_INT;
        bytes += key[i].type >= ENGAGEP_TEXT ? key[i].size : 0;
        shape.nulls |= (uint64_t)(key[i].type == ENGAGEP_NULL) << columns[i];
        if (key[i].type != ENGAGEP_NULL)
            shape.there |= (uint64_t)(is_number ? key[i].number != 0 : key[i].size != 0)
                           << columns[i];
    }
    set_sizes(&shape, bytes);
    return shape;
}

/* Where the next word and the next bytes go. */
struct writer {
    uint64_t *image;
    uint64_t *word;
    size_t size;
};

static struct writer begin_image(uint64_t *image, const struct engagep_image_shape *shape)
{
    image[THERE] = shape->there;
    image[NULLS] = shape->nulls;
    return (struct writer){image, image + WORDS, shape->words};
}

static inline void put_value(struct writer *writer, const struct engagep_value *value)
{
    if (value->type == ENGAGEP_INT) {
        *writer->word++ = (uint64_t)value->number;
        return;
    }
    *writer->word++ = (uint64_t)writer->size << 32 | value->size;
    memcpy((unsigned char *)writer->image + writer->size, value->data, value->size);
    writer->size += value->size;
}

void engagep_image_write(uint64_t *image, const struct engagep_image_shape *shape,
                         const struct engagep_value *row)
{
    struct writer writer = begin_image(image, shape);
    for (uint64_t rest = shape->there; rest != 0; rest &= rest - 1)
        put_value(&writer, &row[engagep_bits_lowest(rest)]);
}

/* Words stand in the order of their columns, whatever that of the index is. */
void engagep_image_write_key(uint64_t *image, const struct engagep_image_shape *shape,
                             const uint8_t *columns, const struct engagep_value *key, size_t count)
{
    struct writer writer = begin_image(image, shape);
    for (uint64_t rest = shape->there; rest != 0; rest &= rest - 1)
        for (size_t i = 0; i < count; i++)
            if (columns[i] == engagep_bits_lowest(rest))
                put_value(&writer, &key[i]);
}

void engagep_image_read(const uint64_t *image, const struct engagep_table *table,
                        const struct engagep_value *empty, struct engagep_value *row)
{
    const uint64_t *word = image + WORDS;
    memcpy(row, empty, table->column_count * sizeof(*row));
    for (uint64_t rest = image[THERE]; rest != 0; rest &= rest - 1) {
        size_t column = engagep_bits_lowest(rest);
        row[column] = value_of(image, table->columns[column].type, *word++);
    }
    for (uint64_t rest = image[NULLS]; rest != 0; rest &= rest - 1)
        row[engagep_bits_lowest(rest)].type = ENGAGEP_NULL;
}

struct engagep_value engagep_image_column(const uint64_t *image, const struct engagep_table *table,
                                          size_t column)
{
    uint64_t bit = UINT64_C(1) << column;
    if (image[NULLS] & bit)
        return (struct engagep_value){ENGAGEP_NULL, {0}, 0};
    uint64_t word =
        image[THERE] & bit ? image[WORDS + engagep_bits_count(image[THERE] & (bit - 1))] : 0;
    return value_of(image, table->columns[column].type, word);
}

int engagep_image_compare_values(const struct engagep_value *a, const struct engagep_value *b)
{
    if (a->type == ENGAGEP_NULL || b->type == ENGAGEP_NULL)
        return (b->type == ENGAGEP_NULL) - (a->type == ENGAGEP_NULL);
    if (a->type == ENGAGEP_INT)
        return (a->number > b->number) - (a->number < b->number);
    int order = memcmp(a->data, b->data, a->size < b->size ? a->size : b->size);
    return order != 0 ? order : (a->size > b->size) - (a->size < b->size);
}

int engagep_image_compare(const struct engagep_table *table, const uint8_t *columns, size_t count,
                          const uint64_t *a, const uint64_t *b)
{
    int order = 0;
    for (size_t i = 0; i < count && order == 0; i++) {
        struct engagep_value left = engagep_image_column(a, table, columns[i]);
        struct engagep_value right = engagep_image_column(b, table, columns[i]);
        order = engagep_image_compare_values(&left, &right);
    }
    return order;
}

int engagep_image_compare_key(const struct engagep_table *table, const uint8_t *columns,
                              size_t count, const uint64_t *image,
                              const struct engagep_value *key)
{
    int order = 0;
    for (size_t i = 0; i < count && order == 0; i++) {
        struct engagep_value value = engagep_image_column(image, table, columns[i]);
        order = engagep_image_compare_values(&value, &key[i]);
    }
    return order;
}

int engagep_image_has_key(const uint64_t *image, const uint8_t *columns,
                          const struct engagep_value *key, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t bit = UINT64_C(1) << columns[i];
        uint64_t word = 0;
        if (image[THERE] & bit)
            word = image[WORDS + engagep_bits_count(image[THERE] & (bit - 1))];
        if (((image[NULLS] & bit) != 0) != (key[i].type == ENGAGEP_NULL))
            return 0;
        if (key[i].type == ENGAGEP_INT && word != (uint64_t)key[i].number)
            return 0;
        if (key[i].type >= ENGAGEP_TEXT &&
            ((uint32_t)word != key[i].size ||
             memcmp(bytes_of(image, word), key[i].data, key[i].size) != 0))
            return 0;
    }
    return 1;
}

uint64_t engagep_image_hash(uint64_t seed, const struct engagep_value *key, size_t count)
{
    uint64_t hash = seed;
    for (size_t i = 0; i < count; i++) {
        if (key[i].type >= ENGAGEP_TEXT)
            hash = engagep_hash_quick(seed, hash, key[i].data, key[i].size);
        else
            hash = engagep_hash_fold(
                hash ^ (key[i].type == ENGAGEP_INT ? (uint64_t)key[i].number : 1), seed);
    }
    return hash;
}
