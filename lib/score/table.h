/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * The table of feature rows in a model: buckets of four rows, a cache line each. A row
 * is 16 bits, low byte first, that hold a tag and above it a scale, and then four bits a
 * column, two of them a byte and the even one low. A column is its four bits less eight,
 * times two to the power of the scale: many coarse rows judge better than half as many
 * fine ones. A feature belongs to one bucket and is there if a row of it bears its tag;
 * a third of the features of a post are in no row, and cost one look.
 */
#ifndef ENGAGEP_SCORE_TABLE_H
#define ENGAGEP_SCORE_TABLE_H

#include <stddef.h>
#include <stdint.h>

#define ENGAGEP_TABLE_COLUMNS 28
#define ENGAGEP_TABLE_LANES 32 /* of a sum of rows, in whole vectors: the last ones are 0 */
#define ENGAGEP_TABLE_ROW 16   /* bytes */
#define ENGAGEP_TABLE_WAYS 4
#define ENGAGEP_TABLE_BUCKET (ENGAGEP_TABLE_ROW * ENGAGEP_TABLE_WAYS)

#define ENGAGEP_TABLE_TAG_BITS 14
#define ENGAGEP_TABLE_ZERO 8           /* the four bits of a column that is 0 */
#define ENGAGEP_TABLE_MOST (8 << 3)    /* of a column, either sign */

struct engagep_table {
    const unsigned char *rows; /* 64-byte aligned; some bucket even where there is no table */
    uint32_t buckets;          /* at least 1; 0: there is no table */
};

/* The bucket of a feature: the high half of its hash, scaled. */
static inline uint32_t engagep_table_bucket(const struct engagep_table *table, uint64_t hash)
{
    return (uint32_t)((hash >> 32) * table->buckets >> 32);
}

static inline const unsigned char *engagep_table_at(const struct engagep_table *table,
                                                    uint64_t hash)
{
    return table->rows + (size_t)engagep_table_bucket(table, hash) * ENGAGEP_TABLE_BUCKET;
}

/* The tag of a feature: the low bits of its hash; 0 is kept for rows not in use. */
static inline uint32_t engagep_table_tag(uint64_t hash)
{
    uint32_t tag = (uint32_t)hash & ((1u << ENGAGEP_TABLE_TAG_BITS) - 1);
    return tag + (tag == 0);
}

static inline uint32_t engagep_table_head(const unsigned char *row)
{
    return row[0] | (uint32_t)row[1] << 8;
}

static inline uint32_t engagep_table_tag_of(const unsigned char *row)
{
    return engagep_table_head(row) & ((1u << ENGAGEP_TABLE_TAG_BITS) - 1);
}

static inline uint32_t engagep_table_scale_of(const unsigned char *row)
{
    return engagep_table_head(row) >> ENGAGEP_TABLE_TAG_BITS;
}

static inline void engagep_table_prefetch(const struct engagep_table *table, uint64_t hash)
{
#if defined(__GNUC__)
    __builtin_prefetch(engagep_table_at(table, hash));
#else
    (void)table;
    (void)hash;
#endif
}

/* The row of a feature, or NULL where the table does not have it. */
static inline const unsigned char *engagep_table_find(const struct engagep_table *table,
                                                      uint64_t hash)
{
    const unsigned char *row = engagep_table_at(table, hash);
    uint32_t tag = engagep_table_tag(hash);
    for (int way = 0; way < ENGAGEP_TABLE_WAYS; way++, row += ENGAGEP_TABLE_ROW) {
        if (engagep_table_tag_of(row) == tag)
            return row;
    }
    return NULL;
}

/* The columns of a row. */
static inline void engagep_table_read(const unsigned char *row,
                                      int16_t columns[ENGAGEP_TABLE_COLUMNS])
{
    uint32_t scale = engagep_table_scale_of(row);
    for (int k = 0; k < ENGAGEP_TABLE_COLUMNS; k += 2) {
        int pair = row[2 + k / 2];
        columns[k] = (int16_t)(((pair & 15) - ENGAGEP_TABLE_ZERO) * (1 << scale));
        columns[k + 1] = (int16_t)(((pair >> 4) - ENGAGEP_TABLE_ZERO) * (1 << scale));
    }
}

#endif
