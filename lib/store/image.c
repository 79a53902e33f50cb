/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "store/image.h"

#include "base/hash.h"

#include <string.h>

enum { THERE, NULLS, WORDS }; /* the first words of an image */

static const unsigned char *bytes_of(const uint64_t *image, uint64_t word)
{
    return (const unsigned char *)image + (word >> 32);
}

static size_t count_bits(uint64_t bits)
{
    bits -= bits >> 1 & UINT64_C(0x5555555555555555);
    bits = (bits & UINT64_C(0x3333333333333333)) + (bits >> 2 & UINT64_C(0x3333333333333333));
    bits = (bits + (bits >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f);
    return (size_t)(bits * UINT64_C(0x0101010101010101) >> 56);
}

static int has_word(const struct engagep_value *value)
{
    return value->type == ENGAGEP_INT ? value->number != 0 : value->size != 0;
}

/* The bytes of a column's word and of what it points to. */
static size_t size_of(const struct engagep_value *value)
{
    if (value->type == ENGAGEP_INT)
        return value->number != 0 ? sizeof(uint64_t) : 0;
    return value->size != 0 ? sizeof(uint64_t) + value->size : 0;
}

uint32_t engagep_image_key_size(const struct engagep_value *key, size_t count)
{
    size_t size = WORDS * sizeof(uint64_t);
    for (size_t i = 0; i < count; i++)
        size += size_of(&key[i]);
    return (uint32_t)size;
}

uint32_t engagep_image_size(const struct engagep_table *table, const struct engagep_value *row)
{
    return engagep_image_key_size(row, table->column_count);
}

/* Where the next column's word and its bytes go. */
struct writer {
    uint64_t *image;
    size_t word;
    size_t size;
};

static void put_value(struct writer *writer, size_t column, const struct engagep_value *value)
{
    uint64_t *image = writer->image;
    if (value->type == ENGAGEP_NULL)
        image[NULLS] |= UINT64_C(1) << column;
    if (!has_word(value))
        return;
    image[THERE] |= UINT64_C(1) << column;
    if (value->type == ENGAGEP_INT) {
        image[writer->word++] = (uint64_t)value->number;
        return;
    }
    image[writer->word++] = (uint64_t)writer->size << 32 | value->size;
    memcpy((unsigned char *)image + writer->size, value->data, value->size);
    writer->size += value->size;
}

void engagep_image_write(uint64_t *image, const struct engagep_table *table,
                         const struct engagep_value *row)
{
    size_t words = WORDS;
    for (size_t i = 0; i < table->column_count; i++)
        words += (size_t)has_word(&row[i]);
    struct writer writer = {image, WORDS, words * sizeof(uint64_t)};
    image[THERE] = image[NULLS] = 0;
    for (size_t i = 0; i < table->column_count; i++)
        put_value(&writer, i, &row[i]);
}

/* Words stand in the order of their columns, whatever that of the index is. */
void engagep_image_write_key(uint64_t *image, const uint8_t *columns,
                             const struct engagep_value *key, size_t count)
{
    size_t words = WORDS;
    for (size_t i = 0; i < count; i++)
        words += (size_t)has_word(&key[i]);
    struct writer writer = {image, WORDS, words * sizeof(uint64_t)};
    image[THERE] = image[NULLS] = 0;
    for (size_t column = 0; column < ENGAGEP_MAX_COLUMNS; column++)
        for (size_t i = 0; i < count; i++)
            if (columns[i] == column)
                put_value(&writer, column, &key[i]);
}

static struct engagep_value value_of(const uint64_t *image, uint8_t type, uint64_t word)
{
    if (type == ENGAGEP_INT)
        return (struct engagep_value){ENGAGEP_INT, (int64_t)word, NULL, 0};
    return (struct engagep_value){type, 0, bytes_of(image, word), (uint32_t)word};
}

void engagep_image_read(const uint64_t *image, const struct engagep_table *table,
                        struct engagep_value *row)
{
    const uint64_t *word = image + WORDS;
    for (size_t i = 0; i < table->column_count; i++) {
        if (image[THERE] >> i & 1)
            row[i] = value_of(image, table->columns[i].type, *word++);
        else if (image[NULLS] >> i & 1)
            row[i] = (struct engagep_value){ENGAGEP_NULL, 0, NULL, 0};
        else
            row[i] = value_of(image, table->columns[i].type, 0);
    }
}

struct engagep_value engagep_image_column(const uint64_t *image, const struct engagep_table *table,
                                          size_t column)
{
    uint64_t bit = UINT64_C(1) << column;
    if (image[NULLS] & bit)
        return (struct engagep_value){ENGAGEP_NULL, 0, NULL, 0};
    uint64_t word =
        image[THERE] & bit ? image[WORDS + count_bits(image[THERE] & (bit - 1))] : 0;
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

uint64_t engagep_image_hash(uint64_t seed, const struct engagep_value *key, size_t count)
{
    struct engagep_sip hash = engagep_hash_begin(seed);
    for (size_t i = 0; i < count; i++) {
        if (key[i].type == ENGAGEP_TEXT || key[i].type == ENGAGEP_BLOB)
            engagep_hash_bytes(&hash, key[i].data, key[i].size);
        else
            engagep_hash_word(&hash, (uint64_t)key[i].number);
    }
    return engagep_hash_end(&hash);
}
