/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * What tokens came to when they were read before: posts say the same words again and again.
 * A slot holds a token by its kind and all bytes of its norm, with what was read of it and
 * the sum of the rows of those features that it has whatever stands around it. Reading it
 * anew would give the same, so no sum depends on what was read before. A token takes the
 * slot of another when it is met twice and the other was not met between.
 */
#ifndef ENGAGEP_SCORE_MEMO_H
#define ENGAGEP_SCORE_MEMO_H

#include "score/emit.h"

#define ENGAGEP_MEMO_BITS 12 /* of the number of a slot: half a MiB of slots */
#define ENGAGEP_MEMO_NONE UINT16_MAX

struct engagep_memo_slot {
    uint64_t key[2];     /* the bytes of the norm, at most sixteen */
    uint64_t written;    /* the content of the word as it is spelt */
    struct engagep_word word;
    uint16_t tag;        /* the kind and the size of the norm; 0: the slot is free */
    uint8_t unknown;     /* as it is spelt, to the vocabulary */
    uint8_t summed;      /* the row says all: of few tokens it is too large to be kept */
    uint32_t rival;      /* the hash of the token met here last, if another; else 0 */
    int16_t row[ENGAGEP_TABLE_ROW];
};

struct engagep_memo {
    int32_t sum[ENGAGEP_TABLE_ROW]; /* of the rows added in this run, but those in `part` */
    int16_t part[ENGAGEP_TABLE_ROW];
    unsigned parts; /* rows in `part` */
    struct engagep_memo_slot slots[1 << ENGAGEP_MEMO_BITS];
};

/* Forgets what was added. Here and below `memo` may be NULL. */
void engagep_memo_begin(struct engagep_memo *memo);

/* Adds all that was added since to a sum. */
void engagep_memo_end(struct engagep_memo *memo, int32_t sum[ENGAGEP_TABLE_ROW]);

/* The slot that a token may be in; ENGAGEP_MEMO_NONE: such are not kept. */
uint16_t engagep_memo_place(const struct engagep_memo *memo, const struct engagep_token *token,
                            const char *norm);

/* Whether it is in it. */
int engagep_memo_has(const struct engagep_memo *memo, uint16_t place,
                     const struct engagep_token *token, const char *norm);

/* What is known of a token, or NULL where it is not kept, or not yet. */
const struct engagep_memo_slot *engagep_memo_find(struct engagep_features *f, uint16_t place,
                                                  const struct engagep_token *token,
                                                  const char *norm);

/* Reads a token by itself into a slot (words.c). */
void engagep_words_read_one(struct engagep_features *f, const struct engagep_token *token,
                            const char *norm, struct engagep_memo_slot *slot);

/* Adds a row. */
void engagep_memo_add(struct engagep_memo *memo, const struct engagep_memo_slot *slot);

#endif
