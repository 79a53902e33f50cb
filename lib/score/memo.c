/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "score/memo.h"

#include "score/content.h"
#include "score/rows.h"

#include <string.h>

#define ROW ENGAGEP_TABLE_ROW

enum {
    NUMBER_MOST = 255, /* of a row, either sign */
    PARTS_MOST = 128,  /* rows of such numbers that fit into 16 bits */
    FEATURES_MOST = 64 /* of such a token: itself, its group, and three for each letter */
};

_Static_assert(NUMBER_MOST * PARTS_MOST <= INT16_MAX, "parts must fit into 16 bits");
_Static_assert(2 + 3 * (ENGAGEP_MEMO_BYTES + 2) <= FEATURES_MOST, "a token must fit");

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

/* Adds up the features that a token has by itself. Returns 0 where their sum is too large. */
static int sum_row(struct engagep_features *f, struct engagep_memo_slot *slot, const char *norm,
                   size_t size)
{
    engagep_emit_token(f, &slot->word, 0);
    engagep_emit_spelling(f, &slot->word, norm, size, 0);
    struct engagep_rows found;
    int32_t sum[ROW] = {0};
    engagep_rows_find(&found, &f->table, f->batch, (size_t)(f->next - f->batch));
    engagep_rows_sum(&found, sum);
    f->next = f->batch;
    int large = 0;
    for (int k = ENGAGEP_TABLE_TAG; k < ROW; k++) {
        large |= sum[k] > NUMBER_MOST || sum[k] < -NUMBER_MOST;
        slot->row[k] = (int16_t)sum[k];
    }
    return !large;
}

/* Whether the slot is the token's to take, who else may be in it. */
static int may_take(struct engagep_memo_slot *slot, const struct engagep_memo_key *key)
{
    uint32_t rival = (uint32_t)engagep_hash_mix(engagep_emit_combine(key->head, key->tail)) | 1;
    if (slot->tag == 0 || slot->rival == rival)
        return 1;
    slot->rival = rival;
    return 0;
}

void engagep_memo_learn(struct engagep_features *f, const struct engagep_post *post)
{
    for (size_t n = 0; n < post->loose_count; n++) {
        const struct engagep_token *token = &post->tokens[post->loose[n]];
        const struct engagep_word *word = &post->words[post->loose[n]];
        const char *norm = post->norms + token->norm;
        struct engagep_memo_key key = engagep_memo_ask(f->memo, token, norm);
        if (key.place == ENGAGEP_MEMO_NONE || word->hash == ENGAGEP_SOME_NAME ||
            engagep_memo_find(f->memo, &key) != NULL)
            continue;
        struct engagep_memo_slot *slot = &f->memo->slots[key.place];
        if (!may_take(slot, &key))
            continue;
        slot->head = key.head;
        slot->tail = key.tail;
        slot->rival = 0;
        slot->written =
            engagep_emit_hash(ENGAGEP_KIND_CONTENT, engagep_content_token(token, norm));
        slot->word = *word;
        slot->word.negated = 0;
        slot->word.slot = key.place;
        slot->unknown = !word->known || word->content != slot->written;
        slot->tag = sum_row(f, slot, norm, token->norm_size) ? key.tag : 0;
    }
}
