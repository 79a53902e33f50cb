/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * A row as one run of bytes. An image is an array of words: which columns are NULL,
 * then a word for each column, then the bytes of texts and blobs. A column's word is
 * its integer, or where its bytes begin (upper half, counted from the image's start)
 * and how many there are; 0 for NULL. Equal rows have equal images.
 */
#ifndef ENGAGEP_STORE_IMAGE_H
#define ENGAGEP_STORE_IMAGE_H

#include "track/record.h"

/* How many words an image with these values needs. Their sizes are checked already,
 * so that they fit 32 bits together. */
size_t engagep_image_words(const struct engagep_table *table, const struct engagep_value *values,
                           size_t count);

/* Writes the image of a row and returns its size in bytes. */
uint32_t engagep_image_row(uint64_t *image, const struct engagep_table *table,
                           const struct engagep_value *row);

/* Writes an image in which only the first `count` columns of an index mean anything. */
void engagep_image_key(uint64_t *image, const struct engagep_table *table, size_t index,
                       const struct engagep_value *key, size_t count);

/* Reads a row, whose texts and blobs then point into the image. */
void engagep_image_values(const uint64_t *image, const struct engagep_table *table,
                          struct engagep_value *row);

/* Orders two images by columns; negative, 0 or positive. */
int engagep_image_compare(const struct engagep_table *table, const uint8_t *columns, size_t count,
                          const uint64_t *a, const uint64_t *b);

/* A hash of the primary key, which need not be secret nor the same everywhere. */
uint64_t engagep_image_hash(const uint64_t *image, const struct engagep_table *table);

#endif
