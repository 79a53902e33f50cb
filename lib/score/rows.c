/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "score/rows.h"

#include <string.h>

#define ROW ENGAGEP_TABLE_ROW

_Static_assert(ENGAGEP_FEATURES_BATCH * 255 <= UINT16_MAX, "a batch must fit into 16 bits");

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
        size_t first = engagep_table_tag_of(bucket) == tag;
        size_t second = engagep_table_tag_of(bucket + ROW) == tag;
        found->rows[n] = bucket + ROW - first * ROW;
        found->features[n] = (uint8_t)i;
        n += first | second;
    }
    found->count = n;
}

#if defined(__GNUC__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__

/* Two columns in each 16 bits of a row: the higher one is the number shifted, which keeps its
 * sign; the lower one, made positive by 128, is what is left of the sum. Eight numbers are
 * a vector that every x86-64 and aarch64 has, and the four of them stay in registers. */
typedef uint16_t pairs __attribute__((vector_size(16)));
typedef int16_t signed_pairs __attribute__((vector_size(16)));

static void add_pairs(const pairs *all, const signed_pairs *high, int32_t count, int32_t *sum)
{
    uint16_t both[8];
    int16_t upper[8];
    memcpy(both, all, sizeof(both));
    memcpy(upper, high, sizeof(upper));
    for (int k = 0; k < 8; k++) {
        sum[2 * k] += (uint16_t)(both[k] - upper[k] * 256) - count * 128;
        sum[2 * k + 1] += upper[k];
    }
}

void engagep_rows_sum(const struct engagep_rows *found, int32_t sum[ROW])
{
    const pairs bias = {128, 128, 128, 128, 128, 128, 128, 128};
    pairs all_a = {0}, all_b = {0};
    signed_pairs high_a = {0}, high_b = {0};
    for (size_t i = 0; i < found->count; i++) {
        pairs a, b;
        memcpy(&a, found->rows[i], sizeof(a));
        memcpy(&b, found->rows[i] + sizeof(a), sizeof(b));
        all_a += a ^ bias;
        all_b += b ^ bias;
        high_a += (signed_pairs)a >> 8;
        high_b += (signed_pairs)b >> 8;
    }
    add_pairs(&all_a, &high_a, (int32_t)found->count, sum);
    add_pairs(&all_b, &high_b, (int32_t)found->count, sum + ROW / 2);
}

#else

void engagep_rows_sum(const struct engagep_rows *found, int32_t sum[ROW])
{
    int16_t part[ROW] = {0};
    for (size_t i = 0; i < found->count; i++) {
        for (int k = 0; k < ROW; k++)
            part[k] = (int16_t)(part[k] + (signed char)found->rows[i][k]);
    }
    for (int k = 0; k < ROW; k++)
        sum[k] += part[k];
}

#endif
