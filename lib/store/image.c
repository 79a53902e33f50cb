/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "store/image.h"

#include "base/bits.h"
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

struct engagep_image_columns engagep_image_columns_of(const struct engagep_table *table)
{
    struct engagep_image_columns columns = {0, 0, 0, 0};
    for (size_t i = 0; i < table->column_count; i++) {
        uint64_t bit = ENGAGEP_COLUMN(i);
        columns.all |= bit;
        columns.numbers |= table->columns[i].type == ENGAGEP_INT ? bit : 0;
        columns.blobs |= table->columns[i].type == ENGAGEP_BLOB ? bit : 0;
        columns.nullable |= table->columns[i].nullable ? bit : 0;
    }
    return columns;
}

void engagep_image_empty(const struct engagep_table *table, struct engagep_value *row)
{
    static const uint64_t none[WORDS] = {0, 0};
    for (size_t i = 0; i < table->column_count; i++)
        row[i] = table->columns[i].nullable ? (struct engagep_value){ENGAGEP_NULL, {0}, 0}
                                            : value_of(none, table->columns[i].type, 0);
}

int engagep_image_measure(const struct engagep_image_columns *columns,
                          const struct engagep_value *row, uint64_t given,
                          struct engagep_image_shape *out)
{
    size_t bytes = 0;
    uint64_t there = 0;
    given &= columns->all;
    uint64_t nulls = columns->nullable & ~given;
    for (uint64_t rest = given & columns->numbers; rest != 0; rest &= rest - 1) {
        unsigned column = engagep_bits_lowest(rest);
        const struct engagep_value *value = &row[column];
        if (value->type == ENGAGEP_INT)
            there |= (uint64_t)(value->number != 0) << column;
        else if (value->type == ENGAGEP_NULL)
            nulls |= ENGAGEP_COLUMN(column);
        else
            return 0;
    }
    for (uint64_t rest = given & ~columns->numbers; rest != 0; rest &= rest - 1) {
        unsigned column = engagep_bits_lowest(rest);
        const struct engagep_value *value = &row[column];
        if (value->type == ENGAGEP_NULL) {
            nulls |= ENGAGEP_COLUMN(column);
            continue;
        }
        if (value->type != ENGAGEP_TEXT + (columns->blobs >> column & 1) || value->data == NULL ||
            value->size > ENGAGEP_STORE_ROW_LIMIT - bytes)
            return 0;
        bytes += value->size;
        there |= (uint64_t)(value->size != 0) << column;
    }
    if ((nulls & ~columns->nullable) != 0)
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

/* Most texts are short: those of up to 16 bytes are copied from their front and from their
 * end, so that no loop and no call is needed. */
static inline void copy_bytes(unsigned char *to, const unsigned char *from, size_t size)
{
    uint64_t words[2];
    uint32_t halves[2];
    if (size > 16) {
        memcpy(to, from, size);
    } else if (size >= 8) {
        memcpy(&words[0], from, 8);
        memcpy(&words[1], from + size - 8, 8);
        memcpy(to, &words[0], 8);
        memcpy(to + size - 8, &words[1], 8);
    } else if (size >= 4) {
        memcpy(&halves[0], from, 4);
        memcpy(&halves[1], from + size - 4, 4);
        memcpy(to, &halves[0], 4);
        memcpy(to + size - 4, &halves[1], 4);
    } else {
        for (size_t i = 0; i < size; i++)
            to[i] = from[i];
    }
}

/* Writes a text or blob as the word at `word`, its bytes `size` from the image's start;
 * returns where the next ones go. */
static inline size_t put_bytes(uint64_t *image, uint64_t *word, size_t size,
                               const struct engagep_value *value)
{
    *word = (uint64_t)size << 32 | value->size;
    copy_bytes((unsigned char *)image + size, value->data, value->size);
    return size + value->size;
}

void engagep_image_write(uint64_t *image, const struct engagep_image_columns *columns,
                         const struct engagep_image_shape *shape,
                         const struct engagep_value *row)
{
    size_t size = shape->words;
    uint64_t *word = image + WORDS;
    image[THERE] = shape->there;
    image[NULLS] = shape->nulls;
    for (uint64_t rest = shape->there; rest != 0; rest &= rest - 1, word++) {
        unsigned column = engagep_bits_lowest(rest);
        if ((columns->numbers >> column & 1) != 0)
            *word = (uint64_t)row[column].number;
        else
            size = put_bytes(image, word, size, &row[column]);
    }
}

/* Words stand in the order of their columns, whatever that of the index is. */
void engagep_image_write_key(uint64_t *image, const struct engagep_image_shape *shape,
                             const uint8_t *columns, const struct engagep_value *key)
{
    size_t size = shape->words;
    uint64_t *word = image + WORDS;
    image[THERE] = shape->there;
    image[NULLS] = shape->nulls;
    for (uint64_t rest = shape->there; rest != 0; rest &= rest - 1, word++) {
        size_t i = 0;
        while (columns[i] != engagep_bits_lowest(rest))
            i++;
        if (key[i].type == ENGAGEP_INT)
            *word = (uint64_t)key[i].number;
        else
            size = put_bytes(image, word, size, &key[i]);
    }
}

void engagep_image_read(const uint64_t *image, const struct engagep_table *table,
                        const struct engagep_image_columns *columns,
                        const struct engagep_value *empty, struct engagep_value *row)
{
    const uint64_t *word = image + WORDS;
    memcpy(row, empty, table->column_count * sizeof(*row));
    for (uint64_t rest = image[THERE]; rest != 0; rest &= rest - 1) {
        size_t column = engagep_bits_lowest(rest);
        row[column] = value_of(image, table->columns[column].type, *word++);
    }
    /* Zero or empty where it might have been NULL. */
    for (uint64_t rest = columns->nullable & ~(image[THERE] | image[NULLS]); rest != 0;
         rest &= rest - 1) {
        size_t column = engagep_bits_lowest(rest);
        row[column] = value_of(image, table->columns[column].type, 0);
    }
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

/* Of one column; negative, 0 or positive. */
static int compare_values(const struct engagep_value *a, const struct engagep_value *b)
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
        order = compare_values(&left, &right);
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
        order = compare_values(&value, &key[i]);
    }
    return order;
}

int engagep_image_has_key(const uint64_t *image, const uint8_t *columns,
                          const struct engagep_value *key, size_t count)
{
    const uint64_t *next = image + WORDS;
    for (size_t i = 0; i < count; i++) {
        uint64_t bit = UINT64_C(1) << columns[i];
        const struct engagep_value *value = &key[i];
        uint64_t word = 0;
        /* Most keys are the first columns: their words are the first ones. */
        if ((image[THERE] & bit) != 0)
            word = columns[i] == i
                       ? *next++
                       : image[WORDS + engagep_bits_count(image[THERE] & (bit - 1))];
        if (((image[NULLS] & bit) != 0) != (value->type == ENGAGEP_NULL))
            return 0;
        if (value->type >= ENGAGEP_TEXT) {
            if ((uint32_t)word != value->size ||
                memcmp(bytes_of(image, word), value->data, value->size) != 0)
                return 0;
        } else if (value->type == ENGAGEP_INT && word != (uint64_t)value->number) {
            return 0;
        }
    }
    return 1;
}
