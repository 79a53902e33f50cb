/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * The table of feature rows in a model: buckets of two rows, a cache line each. A
 * row is a tag of 16 bits, low byte first, and one signed byte a column. A feature
 * belongs to one bucket and is there if a row of it bears its tag; most features
 * of a post are in no row, and cost one look.
 */
#ifndef ENGAGEP_SCORE_TABLE_H
#define ENGAGEP_SCORE_TABLE_H

#include <stddef.h>
#include <stdint.h>

#define ENGAGEP_TABLE_COLUMNS 30
#define ENGAGEP_TABLE_ROW 32
#define ENGAGEP_TABLE_TAG (ENGAGEP_TABLE_ROW - ENGAGEP_TABLE_COLUMNS) /* bytes of a tag */
#define ENGAGEP_TABLE_WAYS 2
#define ENGAGEP_TABLE_BUCKET (ENGAGEP_TABLE_ROW * ENGAGEP_TABLE_WAYS)

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
    uint32_t tag = (uint32_t)hash & 0xFFFFu;
    return tag + (tag == 0);
}

static inline uint32_t engagep_table_tag_of(const unsigned char *row)
{
    return row[0] | (uint32_t)row[1] << 8;
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

/* The columns of a feature, or NULL where the table does not have it. */
static inline const signed char *engagep_table_find(const struct engagep_table *table,
                                                    uint64_t hash)
{
    const unsigned char *row = engagep_table_at(table, hash);
    uint32_t tag = engagep_table_tag(hash);
    for (int way = 0; way < ENGAGEP_TABLE_WAYS; way++, row += ENGAGEP_TABLE_ROW) {
        if (engagep_table_tag_of(row) == tag)
            return (const signed char *)row + ENGAGEP_TABLE_TAG;
    }
    return NULL;
}

#endif
