/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Words of the caller's own that pull the sentiment, as VADER's lexicon has them.
 */
#ifndef ENGAGEP_SCORE_LEXICON_H
#define ENGAGEP_SCORE_LEXICON_H

#include "score/terms.h"

#include <engage/score.h>

#include <stdatomic.h>

struct engage_lexicon {
    engage_allocator allocator;
    atomic_size_t owners;
    struct engagep_arena arena;
    struct engagep_terms terms; /* their entries are indices of values */
    int32_t *values;            /* 1/65536, from -4 to 4 */
    const char *rule; /* of evidence rows: "lexicon:" and the name */
};

/* What a value counts behind a negation: less, and the other way, as VADER has it. */
static inline int32_t engagep_lexicon_negate(int32_t value)
{
    return -(value * 3 / 4);
}

#endif
