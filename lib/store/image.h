/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * A row as one run of bytes. An image is an array of words: which columns have a word,
 * which are NULL, then the words, then the bytes of texts and blobs. A column's word is
 * its integer, or where its bytes begin (upper half, counted from the image's start)
 * and how many there are; zero and empty have none. Equal rows have equal images.
 */
#ifndef ENGAGEP_STORE_IMAGE_H
#define ENGAGEP_STORE_IMAGE_H

#include "base/hash.h"
#include "track/record.h"

/* The columns of a table as bits: all, those of integers and of blobs, those that may be
 * NULL. The others are texts. */
struct engagep_image_columns {
    uint64_t all;
    uint64_t numbers;
    uint64_t blobs;
    uint64_t nullable;
};

/* Which columns have a word and which are NULL, the bytes of the words, and of all. */
struct engagep_image_shape {
    uint64_t there;
    uint64_t nulls;
    uint32_t words;
    uint32_t size;
};

struct engagep_image_columns engagep_image_columns_of(const struct engagep_table *table);

/* The shape of the image of a row that has values in the columns of `given`: 1, or 0 where a
 * value does not fit its column or they are too large together, as engagep_rows_check says. */
int engagep_image_measure(const struct engagep_image_columns *columns,
                          const struct engagep_value *row, uint64_t given,
                          struct engagep_image_shape *out);

/* The shape of an image in which only the columns of a key mean anything; its values are
 * checked already, so that their sizes fit 32 bits together. */
struct engagep_image_shape engagep_image_measure_key(const uint8_t *columns,
                                                     const struct engagep_value *key,
                                                     size_t count);

/* Writes the image of a row, or of a key. */
void engagep_image_write(uint64_t *image, const struct engagep_image_columns *columns,
                         const struct engagep_image_shape *shape,
                         const struct engagep_value *row);
void engagep_image_write_key(uint64_t *image, const struct engagep_image_shape *shape,
                             const uint8_t *columns, const struct engagep_value *key);

/* A row in which every column is NULL, or zero or empty where it cannot be. */
void engagep_image_empty(const struct engagep_table *table, struct engagep_value *row);

/* Reads a row, or one column, whose texts and blobs then point into the image; `empty` is
 * the table's row of that kind. */
void engagep_image_read(const uint64_t *image, const struct engagep_table *table,
                        const struct engagep_image_columns *columns,
                        const struct engagep_value *empty, struct engagep_value *row);
struct engagep_value engagep_image_column(const uint64_t *image, const struct engagep_table *table,
                                          size_t column);

/* Orders two images by columns, or an image and a key of as many values; negative, 0 or
 * positive. */
int engagep_image_compare(const struct engagep_table *table, const uint8_t *columns, size_t count,
                          const uint64_t *a, const uint64_t *b);
int engagep_image_compare_key(const struct engagep_table *table, const uint8_t *columns,
                              size_t count, const uint64_t *image,
                              const struct engagep_value *key);

/* Whether an image has something in each of these columns: no NULL, no zero, nothing empty. */
static inline int engagep_image_is_there(const uint64_t *image, uint64_t columns)
{
    return (image[0] & columns) == columns;
}

/* Whether an image has these values, of the types of their columns, in these columns. */
int engagep_image_has_key(const uint64_t *image, const uint8_t *columns,
                          const struct engagep_value *key, size_t count);

/* A hash of values, which need not be the same everywhere. */
static inline uint64_t engagep_image_hash(uint64_t seed, const struct engagep_value *key,
                                          size_t count)
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

#endif
