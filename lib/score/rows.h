/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * The rows of a batch of features: found in the table, and added up.
 */
#ifndef ENGAGEP_SCORE_ROWS_H
#define ENGAGEP_SCORE_ROWS_H

#include "score/features.h"

struct engagep_rows {
    const unsigned char *rows[ENGAGEP_FEATURES_BATCH + 1];
    uint8_t features[ENGAGEP_FEATURES_BATCH + 1]; /* their numbers in the batch */
    size_t count;
};

/* The rows that the table has of at most ENGAGEP_FEATURES_BATCH features, in order. */
void engagep_rows_find(struct engagep_rows *found, const struct engagep_table *table,
                       const struct engagep_feature *features, size_t count);

/* Adds the columns of the rows to the sum. */
void engagep_rows_sum(const struct engagep_rows *found, int32_t sum[ENGAGEP_TABLE_LANES]);

#endif
