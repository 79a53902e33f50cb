/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#ifndef ENGAGEP_SCORE_ANALYSIS_H
#define ENGAGEP_SCORE_ANALYSIS_H

#include "score/aspect.h"

#include <engage/score.h>

struct engagep_evidence {
    int64_t contribution;
    engage_span span;
    uint8_t head;
    uint8_t rule;
};

struct engage_analysis {
    const char *text; /* borrowed, for the language, which is told when asked for */
    size_t size;
    const char *language; /* of a copy, whose text may be gone; else NULL */
    int64_t logit[ENGAGE_HEADS];
    int32_t probability[ENGAGE_HEADS];
    uint32_t intents; /* a bit for each over its threshold */
    int explained;    /* logits and evidence belong into the JSON */
    struct engagep_evidence *evidence;
    size_t evidence_count;
    const engage_catalogue *catalogue; /* that the mentions are of */
    struct engagep_mention *mentions;
    size_t mention_count;
    engage_allocator allocator; /* of a copy */
};

#endif
