/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * What an encoder reads of a token: the names of rows, 32 bits of a hash each. They
 * are made of what the features know of it already. The trainer runs this same code.
 */
#ifndef ENGAGEP_SCORE_CUES_H
#define ENGAGEP_SCORE_CUES_H

#include "score/emit.h"

#define ENGAGEP_CUES_MOST 8 /* of a token, beside its word and letters */
#define ENGAGEP_CUES_OWN 2

struct engagep_cues {
    uint32_t word;   /* the token itself */
    int spelt;       /* where no row has that name, its letters speak for it */
    uint32_t others[ENGAGEP_CUES_MOST];
    size_t own;      /* of the others, those told by the token wherever it stands: group, tone */
    size_t count;    /* with those that a post tells: marks, negation */
};

static inline uint32_t engagep_cues_name(uint64_t hash)
{
    return (uint32_t)(hash >> 32);
}

/* The cues of a token of the features' last run. */
void engagep_cues_read(const struct engagep_word *word, const struct engagep_token *token,
                       struct engagep_cues *out);

/* Hands the letters of a token that is spelt to the features' sink. */
void engagep_cues_spell(struct engagep_features *features, const struct engagep_word *word,
                        const char *norm, size_t size);

#endif
