/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * What people rate in figures: "1/5", "9.5/10", "two stars", "5 out of 5", five signs of which some
 * are filled. A model that counts words has hardly a row for these, and they need none: what they
 * mean is agreed. Words around them are English.
 */
#ifndef ENGAGEP_SCORE_RATINGS_H
#define ENGAGEP_SCORE_RATINGS_H

#include "text/token.h"

struct engagep_rating {
    size_t first; /* token */
    size_t count;
    engage_span span;
    int32_t value; /* 1/65536, as that of a lexicon's word; never 0 */
};

/* Finds the next rating at or after token *at that tells for or against, and moves *at behind it.
 * Returns 1, or 0 where there is none. Over all of a post, linear. */
int engagep_ratings_next(const engage_tokenizer *tokenizer, size_t *at,
                         struct engagep_rating *rating);

#endif
