/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "score/memo.h"

#include "base/alloc.h"
#include "score/rows.h"

#include <string.h>

#define LANES ENGAGEP_TABLE_LANES

enum {
    LINE = 64,         /* bytes of a cache line */
    PARTS_MOST = 32,   /* rows that fit into 16 bits together */
    FEATURES_MOST = 64 /* of such a token: itself, its group, and three for each letter */
};

_Static_assert(ENGAGEP_FEATURES_OWN_MOST * PARTS_MOST <= INT16_MAX, "parts must fit into 16 bits");
_Static_assert(2 + 3 * (ENGAGEP_MEMO_BYTES + 2) <= FEATURES_MOST, "a token must fit");

struct engagep_memo *engagep_memo_new(const engage_allocator *allocator)
{
    void *block = engagep_alloc_zero(allocator, 1, sizeof(struct engagep_memo) + LINE - 1);
    if (block == NULL)
        return NULL;
    size_t over = (uintptr_t)block % LINE;
    struct engagep_memo *memo = (void *)((char *)block + (over == 0 ? 0 : LINE - over));
    memo->block = block;
    return memo;
}

void engagep_memo_free(struct engagep_memo *memo, const engage_allocator *allocator)
{
    if (memo != NULL)
        engagep_alloc_free(allocator, memo->block, 1, sizeof(struct engagep_memo) + LINE - 1);
}

/* The row that a word adds. No branch: that of a slot that stays free is zeros. */
static const int16_t *row_of(const struct engagep_memo *memo, const struct engagep_word *word)
{
    return memo->slots[word->repeated ? ENGAGEP_MEMO_NONE : word->slot].row;
}

#if defined(__GNUC__) && (defined(__SSE2__) || defined(__ARM_NEON))

/* Vectors that every x86-64 and aarch64 has, so that all of a sum stays in registers. */
typedef int16_t eight __attribute__((vector_size(16)));
enum { EIGHTS = LANES / 8 };

static void sum_part(const struct engagep_memo *memo, const struct engagep_word *words,
                     size_t count, int16_t part[LANES])
{
    eight sum[EIGHTS] = {{0}};
    for (size_t i = 0; i < count; i++) {
        eight row[EIGHTS];
        memcpy(row, row_of(memo, &words[i]), sizeof(row));
        sum[0] += row[0];
        sum[1] += row[1];
        sum[2] += row[2];
        sum[3] += row[3];
    }
    memcpy(part, sum, sizeof(sum));
}

#else

static void sum_part(const struct engagep_memo *memo, const struct engagep_word *words,
                     size_t count, int16_t part[LANES])
{
    memset(part, 0, LANES * sizeof(part[0]));
    for (size_t i = 0; i < count; i++) {
        const int16_t *row = row_of(memo, &words[i]);
        for (int k = 0; k < LANES; k++)
            part[k] = (int16_t)(part[k] + row[k]);
    }
}

#endif

void engagep_memo_sum(struct engagep_features *f, const struct engagep_post *post)
{
    struct engagep_memo *memo = f->memo;
    memset(memo->sum, 0, sizeof(memo->sum));
    for (size_t from = 0; from < post->count; from += PARTS_MOST) {
        size_t left = post->count - from;
        int16_t part[LANES];
        sum_part(memo, post->words + from, left < PARTS_MOST ? left : PARTS_MOST, part);
        for (int k = 0; k < LANES; k++)
            memo->sum[k] += part[k];
    }
    for (size_t i = 0; i < post->count && f->own != NULL; i++)
        f->own(f->ctx, i, row_of(memo, &post->words[i]));
}

/* Adds up the features that a token has by itself. Returns 0 where their sum is too large. */
static int sum_row(struct engagep_features *f, struct engagep_memo_slot *slot, const char *norm,
                   size_t size)
{
    engagep_emit_token(f, &slot->word, 0);
    engagep_emit_spelling(f, &slot->word, norm, size, 0);
    struct engagep_rows found;
    int32_t sum[LANES] = {0};
    engagep_rows_find(&found, &f->table, f->batch, (size_t)(f->next - f->batch));
    engagep_rows_sum(&found, sum);
    f->next = f->batch;
    int large = 0;
    for (int k = 0; k < LANES; k++) {
        large |= sum[k] > ENGAGEP_FEATURES_OWN_MOST || sum[k] < -ENGAGEP_FEATURES_OWN_MOST;
        slot->row[k] = (int16_t)sum[k];
    }
    return !large;
}

/* The slot that the token is to take, or NULL. */
static struct engagep_memo_slot *take(struct engagep_memo *memo,
                                      const struct engagep_memo_key *key)
{
    struct engagep_memo_slot *pair = &memo->slots[key->place];
    struct engagep_memo_slot *slot = &pair[pair[1].uses < pair[0].uses];
    uint32_t rival = (uint32_t)engagep_hash_mix(engagep_emit_combine(key->head, key->tail));
    int again = pair->rival == rival;
    pair->rival = rival;
    if (slot->uses == 0 && (again || slot->tag == 0))
        return slot;
    slot->uses = (uint8_t)(slot->uses - (slot->uses > 0));
    return NULL;
}

void engagep_memo_learn(struct engagep_features *f, const struct engagep_post *post)
{
    for (size_t n = 0; n < post->loose_count; n++) {
        const struct engagep_token *token = &post->tokens[post->loose[n]];
        const struct engagep_word *word = &post->words[post->loose[n]];
        const char *norm = post->norms + token->norm;
        struct engagep_memo_key key = engagep_memo_ask(f->memo, token, norm);
        if (key.place == ENGAGEP_MEMO_NONE || word->hash == ENGAGEP_SOME_NAME ||
            engagep_memo_find(f->memo, &key) != ENGAGEP_MEMO_NONE)
            continue;
        struct engagep_memo_slot *slot = take(f->memo, &key);
        if (slot == NULL)
            continue;
        slot->head = key.head;
        slot->tail = key.tail;
        slot->uses = 1;
        slot->word = *word;
        slot->word.negated = 0;
        slot->word.begins = 0;
        slot->word.slot = (uint16_t)(slot - f->memo->slots);
        slot->unknown = !word->known || word->content != word->written;
        slot->tag = sum_row(f, slot, norm, token->norm_size) ? key.tag : 0;
    }
}
