/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * What tokens came to when they were read before: posts say the same words again and again.
 * A slot holds a token by its kind and all bytes of its norm, with what was read of it and
 * the sum of the rows of those features that it has whatever stands around it. Reading it
 * anew would give the same, so no sum depends on what was read before. Slots change between
 * posts alone; a token takes the slot of another when it is met in vain twice and the other
 * was not met between.
 */
#ifndef ENGAGEP_SCORE_MEMO_H
#define ENGAGEP_SCORE_MEMO_H

#include "score/emit.h"
#include "text/swar.h"

#define ENGAGEP_MEMO_BITS 12 /* of the number of a slot: half a MiB of slots */
#define ENGAGEP_MEMO_NONE UINT16_MAX
#define ENGAGEP_MEMO_BYTES 16 /* of the longest norm that is kept */

/* All bytes of a norm, its size and the kind of its token. */
struct engagep_memo_key {
    uint64_t head;
    uint64_t tail;
    uint16_t tag;   /* never 0 */
    uint16_t place; /* of the slot it may be in; ENGAGEP_MEMO_NONE: such are not kept */
};

struct engagep_memo_slot {
    uint64_t head; /* of the key */
    uint64_t tail;
    uint64_t written; /* the content of the word as it is spelt */
    struct engagep_word word;
    uint32_t rival;   /* the hash of the token met here in vain last; 0: none since a hit */
    uint16_t tag;     /* of the key; 0: the slot is free */
    uint8_t unknown;  /* as it is spelt, to the vocabulary */
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

/* The key of a token, whose slot is asked for. */
static inline struct engagep_memo_key engagep_memo_ask(const struct engagep_memo *memo,
                                                       const struct engagep_token *token,
                                                       const char *norm)
{
    /* Kinds that are the same wherever they stand, and come again. */
    const unsigned kinds = 1u << ENGAGE_TOKEN_WORD | 1u << ENGAGE_TOKEN_NUMBER |
                           1u << ENGAGE_TOKEN_EMOJI | 1u << ENGAGE_TOKEN_EMOTICON |
                           1u << ENGAGE_TOKEN_PUNCT | 1u << ENGAGE_TOKEN_SYMBOL;
    size_t size = token->norm_size;
    if ((kinds >> token->kind & 1) == 0 || size - 1 >= ENGAGEP_MEMO_BYTES)
        return (struct engagep_memo_key){0, 0, 1, ENGAGEP_MEMO_NONE};
    /* The first eight bytes and the last eight, or all of fewer, with no branch. */
    size_t part = size < 8 ? size : 8;
    uint64_t mask = UINT64_MAX >> (64 - 8 * part);
    struct engagep_memo_key key = {engagep_swar_load(norm) & mask,
                                   engagep_swar_load(norm + size - part) & mask,
                                   (uint16_t)((size_t)token->kind << 8 | size), 0};
    uint64_t hash = engagep_emit_combine(key.head, key.tail);
    key.place = (uint16_t)(hash >> (64 - ENGAGEP_MEMO_BITS));
#if defined(__GNUC__)
    __builtin_prefetch(&memo->slots[key.place]);
    __builtin_prefetch(memo->slots[key.place].row);
#else
    (void)memo;
#endif
    return key;
}

/* The slot that has the token of this key, or NULL. */
static inline struct engagep_memo_slot *engagep_memo_find(struct engagep_memo *memo,
                                                          const struct engagep_memo_key *key)
{
    if (key->place == ENGAGEP_MEMO_NONE)
        return NULL;
    struct engagep_memo_slot *slot = &memo->slots[key->place];
    uint64_t differs = (slot->head ^ key->head) | (slot->tail ^ key->tail);
    return (differs | (uint64_t)(slot->tag ^ key->tag)) == 0 ? slot : NULL;
}

/* Keeps tokens of this post that were in no slot, where it is time for that. The batch must be
 * empty. */
void engagep_memo_learn(struct engagep_features *f, const struct engagep_post *post);

/* Adds the row of a slot. */
void engagep_memo_add(struct engagep_memo *memo, const struct engagep_memo_slot *slot);

#endif
