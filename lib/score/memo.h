/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * What tokens came to when they were read before: posts say the same words again and again.
 * A slot holds a token by its kind and all bytes of its norm, with what was read of it and
 * the sum of the rows of those features that it has whatever stands around it. Reading it
 * anew would give the same, so no sum depends on what was read before. A token may be in
 * either slot of its pair. Slots change between posts alone: a token met in vain twice running
 * wears out the less used one, and takes it when nothing is left of its uses.
 */
#ifndef ENGAGEP_SCORE_MEMO_H
#define ENGAGEP_SCORE_MEMO_H

#include "score/emit.h"
#include "text/swar.h"

#define ENGAGEP_MEMO_BITS 14 /* of the number of a slot: two MiB of slots */
#define ENGAGEP_MEMO_NONE (1 << ENGAGEP_MEMO_BITS) /* the first of a pair that stays free */
#define ENGAGEP_MEMO_BYTES 16 /* of the longest norm that is kept */

/* All bytes of a norm, its size and the kind of its token. */
struct engagep_memo_key {
    uint64_t head;
    uint64_t tail;
    uint16_t tag;   /* never 0 */
    uint16_t place; /* of its pair of slots; of such as are not kept, NONE */
};

/* Two cache lines: what is asked, and the row. */
struct engagep_memo_slot {
    uint64_t head; /* of the key */
    uint64_t tail;
    struct engagep_word word;
    uint32_t rival;  /* of the first slot of a pair: the hash of what was met in vain last */
    uint16_t tag;    /* of the key; 0: the slot is free */
    uint8_t unknown; /* as it is spelt, to the vocabulary */
    uint8_t uses;    /* less those worn out */
    int16_t row[ENGAGEP_TABLE_LANES];
};

_Static_assert(sizeof(struct engagep_memo_slot) == 128, "a slot fills two lines of the cache");

struct engagep_memo {
    struct engagep_memo_slot slots[ENGAGEP_MEMO_NONE + 2];
    int32_t sum[ENGAGEP_TABLE_LANES]; /* of the rows that the last post has in slots */
    void *block;                      /* of memory that it lies in */
};

/* An empty one, or NULL; and its end, which NULL has too. */
struct engagep_memo *engagep_memo_new(const engage_allocator *allocator);
void engagep_memo_free(struct engagep_memo *memo, const engage_allocator *allocator);

/* The key of a token, whose slots are asked for. */
static inline struct engagep_memo_key engagep_memo_ask(const struct engagep_memo *memo,
                                                       const struct engagep_token *token,
                                                       const char *norm)
{
    /* Kinds of which all tokens are alike, and those that are not kept. */
    const unsigned alike = 1u << ENGAGE_TOKEN_MENTION | 1u << ENGAGE_TOKEN_CASHTAG |
                           1u << ENGAGE_TOKEN_URL | 1u << ENGAGE_TOKEN_EMAIL |
                           1u << ENGAGE_TOKEN_PHONE;
    const unsigned others = 1u << ENGAGE_TOKEN_HASHTAG;
    size_t size = alike >> token->kind & 1 ? 0 : token->norm_size;
    if ((others >> token->kind & 1) != 0 || size > ENGAGEP_MEMO_BYTES)
        return (struct engagep_memo_key){0, 0, 1, ENGAGEP_MEMO_NONE};
    /* The first eight bytes and the last eight, or all of fewer, with no branch. */
    size_t part = size < 8 ? size : 8;
    uint64_t mask = size == 0 ? 0 : UINT64_MAX >> (64 - 8 * part);
    struct engagep_memo_key key = {engagep_swar_load(norm) & mask,
                                   engagep_swar_load(norm + size - part) & mask,
                                   (uint16_t)((size_t)(token->kind + 1) << 8 | size), 0};
    uint64_t hash = engagep_emit_combine(key.head ^ key.tag, key.tail);
    key.place = (uint16_t)(hash >> (65 - ENGAGEP_MEMO_BITS) << 1);
#if defined(__GNUC__)
    __builtin_prefetch(&memo->slots[key.place]);
    __builtin_prefetch(&memo->slots[key.place + 1]);
#else
    (void)memo;
#endif
    return key;
}

/* Whether a slot has the token of this key. */
static inline int engagep_memo_has(const struct engagep_memo_slot *slot,
                                   const struct engagep_memo_key *key)
{
    uint64_t differs = (slot->head ^ key->head) | (slot->tail ^ key->tail);
    return (differs | (uint64_t)(slot->tag ^ key->tag)) == 0;
}

/* The number of the slot that has the token of this key, or NONE. */
static inline uint32_t engagep_memo_find(const struct engagep_memo *memo,
                                         const struct engagep_memo_key *key)
{
    const struct engagep_memo_slot *pair = &memo->slots[key->place];
    uint32_t second = engagep_memo_has(&pair[1], key) ? key->place + 1u : ENGAGEP_MEMO_NONE;
    return engagep_memo_has(&pair[0], key) ? key->place : second;
}

/* Adds up the rows that the words of a post have in slots, but of those repeated. */
void engagep_memo_sum(struct engagep_features *f, const struct engagep_post *post);

/* Keeps tokens of this post that were in no slot, where it is time for that. The batch must be
 * empty. */
void engagep_memo_learn(struct engagep_features *f, const struct engagep_post *post);

#endif
