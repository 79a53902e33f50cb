/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * The dense layer: from the sum of rows to the logits of heads and signals,
 *
 *   logit = bias + linear sum + ramped max(0, sum + ramp)
 *
 * in integers.
 */
#ifndef ENGAGEP_SCORE_LAYER_H
#define ENGAGEP_SCORE_LAYER_H

#include "score/model.h"
#include "score/table.h"

enum { ENGAGEP_LAYER_OUTPUTS = ENGAGE_HEADS + ENGAGE_SIGNALS };

struct engagep_layer {
    struct engagep_dense dense;
    struct engagep_signals signals;
    /* linear and ramped of each output side by side, where 16 bits hold them all, each with
     * zeros at its end, so that vectors are whole */
    int16_t narrow[ENGAGEP_LAYER_OUTPUTS][2 * ENGAGEP_TABLE_LANES];
    int32_t narrow_most; /* the largest of them, either sign; 0: they do not fit */
    int32_t bias[ENGAGEP_LAYER_OUTPUTS];
    int32_t ramp[ENGAGEP_TABLE_LANES];
};

void engagep_layer_init(struct engagep_layer *layer, const engage_model *model);

/* The logits of heads, and behind them those of signals. */
void engagep_layer_run(const struct engagep_layer *layer, const int32_t sums[ENGAGEP_TABLE_LANES],
                       int64_t logits[ENGAGEP_LAYER_OUTPUTS]);

#endif
