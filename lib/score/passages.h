/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Long posts in parts. A model that learnt from brief posts takes all that a long one says
 * beside its point for words against it: what is asked in one sentence of a letter is lost in
 * the sum. So a long post is read by passages too, each as a post of its own.
 */
#ifndef ENGAGEP_SCORE_PASSAGES_H
#define ENGAGEP_SCORE_PASSAGES_H

#include "score/features.h"

/* Of so many words at most a post is brief: its sum is not tempered. */
#define ENGAGEP_PASSAGES_BRIEF 64u

struct engagep_passage {
    uint32_t first; /* token */
    uint32_t count;
};

struct engagep_passages {
    const engage_allocator *allocator; /* of the owner */
    struct engagep_passage *list;
    size_t count; /* 0: the post is not parted */
    size_t capacity;
    size_t words; /* of a post that is parted, else 0 */
};

void engagep_passages_release(struct engagep_passages *passages);

/* Parts the post of the last run. ENGAGE_OK, ENGAGE_ENOMEM. */
int engagep_passages_find(struct engagep_passages *passages,
                          const struct engagep_features *features,
                          const engage_tokenizer *tokenizer);

/* By how much a passage must be likelier than a post, in log-odds of 1/65536: of many passages
 * one may look like anything. More where the post is hardly long, so that a word more does not
 * part posts that are read as a whole from those that are read by passages. */
int64_t engagep_passages_margin(const struct engagep_passages *passages);

/* Log-odds of how the post feels, of what its words add up to: those of as many words of it, on
 * average, as a brief post has at most. Each word more of the kind tells less than the first did,
 * and a sum that goes on growing would be surer than it is right. */
int64_t engagep_passages_temper(const struct engagep_passages *passages, int64_t odds);

#endif
