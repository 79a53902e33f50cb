/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "score/memo.h"

#include "score/rows.h"
#include "text/swar.h"

#include <string.h>

#define ROW ENGAGEP_TABLE_ROW

enum {
    BYTES_MOST = 16,   /* of a norm */
    NUMBER_MOST = 255, /* of a row, either sign */
    PARTS_MOST = 128,  /* rows of such numbers that fit into 16 bits */
    FEATURES_MOST = 64 /* of such a token: itself, its group, and three for each letter */
};

_Static_assert(NUMBER_MOST * PARTS_MOST <= INT16_MAX, "parts must fit into 16 bits");
_Static_assert(2 + 3 * (BYTES_MOST + 2) <= FEATURES_MOST, "a token must fit");

void engagep_memo_begin(struct engagep_memo *memo)
{
    if (memo == NULL)
        return;
    memset(memo->sum, 0, sizeof(memo->sum));
    memset(memo->part, 0, sizeof(memo->part));
    memo->parts = 0;
}

static void settle(struct engagep_memo *memo)
{
    for (int k = 0; k < ROW; k++)
        memo->sum[k] += memo->part[k];
    memset(memo->part, 0, sizeof(memo->part));
    memo->parts = 0;
}

void engagep_memo_end(struct engagep_memo *memo, int32_t sum[ROW])
{
    if (memo == NULL)
        return;
    settle(memo);
    for (int k = 0; k < ROW; k++)
        sum[k] += memo->sum[k];
}

/* A loop of whole vectors, which compilers know. */
static void add(int16_t *restrict part, const int16_t *restrict row)
{
    for (int k = 0; k < ROW; k++)
        part[k] = (int16_t)(part[k] + row[k]);
}

void engagep_memo_add(struct engagep_memo *memo, const struct engagep_memo_slot *slot)
{
    add(memo->part, slot->row);
    if (++memo->parts == PARTS_MOST)
        settle(memo);
}

/* Kinds that are the same wherever they stand, and come again. */
static int is_kept(const struct engagep_token *token)
{
    const unsigned kinds = 1u << ENGAGE_TOKEN_WORD | 1u << ENGAGE_TOKEN_NUMBER |
                           1u << ENGAGE_TOKEN_EMOJI | 1u << ENGAGE_TOKEN_EMOTICON |
                           1u << ENGAGE_TOKEN_PUNCT | 1u << ENGAGE_TOKEN_SYMBOL;
    return (kinds >> token->kind & 1) != 0 && token->norm_size - 1u < BYTES_MOST;
}

/* Adds up the features that a token has by itself, in the free part of the batch. */
static void sum_row(struct engagep_features *f, struct engagep_memo_slot *slot, const char *norm,
                    size_t size)
{
    if (f->batch + ENGAGEP_FEATURES_BATCH - f->next <= FEATURES_MOST)
        engagep_emit_flush(f);
    struct engagep_feature *first = f->next;
    engagep_emit_token(f, &slot->word, 0);
    engagep_emit_spelling(f, &slot->word, norm, size, 0);
    struct engagep_rows found;
    int32_t sum[ROW] = {0};
    engagep_rows_find(&found, &f->table, first, (size_t)(f->next - first));
    engagep_rows_sum(&found, sum);
    f->next = first;
    int large = 0;
    for (int k = ENGAGEP_TABLE_TAG; k < ROW; k++) {
        large |= sum[k] > NUMBER_MOST || sum[k] < -NUMBER_MOST;
        slot->row[k] = (int16_t)sum[k];
    }
    slot->summed = (uint8_t)!large;
}

/* All bytes of a norm that is kept. */
struct key {
    uint64_t head, tail;
    uint16_t tag;
};

static struct key key_of(const struct engagep_token *token, const char *norm)
{
    size_t size = token->norm_size;
    struct key key = {engagep_swar_load(norm), 0, (uint16_t)(token->kind << 8 | size)};
    if (size < 8)
        key.head &= (UINT64_C(1) << 8 * size) - 1;
    else
        key.tail = engagep_swar_load(norm + size - 8);
    return key;
}

static uint64_t hash_of(const struct key *key)
{
    return (key->head ^ (key->tail << 29 | key->tail >> 35)) * UINT64_C(0x9E3779B97F4A7C15);
}

static int holds(const struct engagep_memo_slot *slot, const struct key *key)
{
    return ((slot->key[0] ^ key->head) | (slot->key[1] ^ key->tail) |
            (uint64_t)(slot->tag ^ key->tag)) == 0;
}

uint16_t engagep_memo_place(const struct engagep_memo *memo, const struct engagep_token *token,
                            const char *norm)
{
    if (!is_kept(token))
        return ENGAGEP_MEMO_NONE;
    struct key key = key_of(token, norm);
    uint16_t place = (uint16_t)(hash_of(&key) >> (64 - ENGAGEP_MEMO_BITS));
#if defined(__GNUC__)
    __builtin_prefetch(&memo->slots[place]);
    __builtin_prefetch(memo->slots[place].row);
#endif
    return place;
}

int engagep_memo_has(const struct engagep_memo *memo, uint16_t place,
                     const struct engagep_token *token, const char *norm)
{
    if (place == ENGAGEP_MEMO_NONE)
        return 0;
    struct key key = key_of(token, norm);
    return holds(&memo->slots[place], &key);
}

const struct engagep_memo_slot *engagep_memo_find(struct engagep_features *f, uint16_t place,
                                                  const struct engagep_token *token,
                                                  const char *norm)
{
    if (place == ENGAGEP_MEMO_NONE)
        return NULL;
    struct key key = key_of(token, norm);
    struct engagep_memo_slot *slot = &f->memo->slots[place];
    if (holds(slot, &key)) {
        slot->rival = 0;
        return slot;
    }
    uint32_t rival = (uint32_t)(hash_of(&key) >> 16) | 1;
    if (slot->tag != 0 && slot->rival != rival) {
        slot->rival = rival;
        return NULL;
    }
    slot->rival = 0;
    slot->key[0] = key.head;
    slot->key[1] = key.tail;
    slot->tag = key.tag;
    engagep_words_read_one(f, token, norm, slot);
    sum_row(f, slot, norm, token->norm_size);
    return slot;
}
