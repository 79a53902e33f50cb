/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "score/rows.h"

#include <string.h>

#define COLUMNS ENGAGEP_TABLE_COLUMNS
#define LANES ENGAGEP_TABLE_LANES
#define ROW ENGAGEP_TABLE_ROW

_Static_assert(ENGAGEP_TABLE_WAYS == 4, "the ways are asked one by one");

static size_t lacks(const unsigned char *bucket, size_t way, uint32_t tag)
{
    return engagep_table_tag_of(bucket + way * ROW) != tag;
}

/* No branch depends on what is found: which features the table has, nobody can guess. */
void engagep_rows_find(struct engagep_rows *found, const struct engagep_table *table,
                       const struct engagep_feature *features, size_t count)
{
    const struct engagep_table own = *table; /* which no store below changes */
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        uint64_t hash = features[i].hash;
        const unsigned char *bucket = engagep_table_at(&own, hash);
        uint32_t tag = engagep_table_tag(hash);
        /* How many ways in a row have not got it; a bad file may say that several have. */
        size_t one = lacks(bucket, 0, tag);
        size_t two = one & lacks(bucket, 1, tag);
        size_t three = two & lacks(bucket, 2, tag);
        found->rows[n] = bucket + (one + two + three) * ROW;
        found->features[n] = (uint8_t)i;
        n += 1 - (three & lacks(bucket, 3, tag));
    }
    found->count = n;
}

#if defined(__GNUC__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ && \
    (defined(__SSE2__) || defined(__ARM_NEON))

/* Vectors that every x86-64 and aarch64 has. Of each 16 bits of a row but the first, which hold
 * four columns, two columns at a time stand in a byte each, where their scale does not take
 * them over its end, nor do those of two rows together. They are added up with the eight that
 * a column has too much, which is taken off in the end. */
typedef uint16_t fours __attribute__((vector_size(16)));

_Static_assert(ENGAGEP_FEATURES_BATCH * 15 * 8 <= UINT16_MAX, "a batch must fit into 16 bits");
_Static_assert(2 * 15 * 8 <= UINT8_MAX, "two rows must fit into 8 bits");

/* Sums of bytes: `all` of both in 16 bits, as far as these go, and `high` of the higher one. */
struct bytes {
    fours all;
    fours high;
};

static inline void add_bytes(struct bytes *sums, fours bytes)
{
    sums->all += bytes;
    sums->high += bytes >> 8;
}

static inline fours even_of(fours row, int scale)
{
    return (row & 0x0F0F) << scale;
}

static void put_bytes(const struct bytes *sums, uint32_t over, int32_t *sum)
{
    uint16_t all[8], high[8];
    memcpy(all, &sums->all, sizeof(all));
    memcpy(high, &sums->high, sizeof(high));
    for (int k = 1; k < 8; k++, sum += 4) {
        sum[0] += (uint16_t)(all[k] - high[k] * 256u) - (int32_t)over;
        sum[2] += high[k] - (int32_t)over;
    }
}

void engagep_rows_sum(const struct engagep_rows *found, int32_t sum[LANES])
{
    struct bytes even = {{0}, {0}}, odd = {{0}, {0}};
    uint32_t over = 0;
    for (size_t i = 0; i < found->count; i += 2) {
        const unsigned char *first = found->rows[i];
        int scale = (int)engagep_table_scale_of(first);
        fours row;
        memcpy(&row, first, sizeof(row));
        fours both_even = even_of(row, scale), both_odd = even_of(row >> 4, scale);
        over += (uint32_t)ENGAGEP_TABLE_ZERO << scale;
        if (i + 1 < found->count) {
            scale = (int)engagep_table_scale_of(found->rows[i + 1]);
            memcpy(&row, found->rows[i + 1], sizeof(row));
            both_even += even_of(row, scale);
            both_odd += even_of(row >> 4, scale);
            over += (uint32_t)ENGAGEP_TABLE_ZERO << scale;
        }
        add_bytes(&even, both_even);
        add_bytes(&odd, both_odd);
    }
    put_bytes(&even, over, sum);
    put_bytes(&odd, over, sum + 1);
}

#else

void engagep_rows_sum(const struct engagep_rows *found, int32_t sum[LANES])
{
    for (size_t i = 0; i < found->count; i++) {
        int16_t columns[COLUMNS];
        engagep_table_read(found->rows[i], columns);
        for (int k = 0; k < COLUMNS; k++)
            sum[k] += columns[k];
    }
}

#endif
