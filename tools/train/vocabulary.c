/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * vocabulary: what the model is to know of single words (score/vocabulary.h).
 *
 *   vocabulary ROWS WORDS OUT
 *
 * WORDS has a line "word TAB group TAB valence" each: the group of words it is used
 * like (0: none), and what a lexicon says of it, from -1 to 1 (0: nothing). How
 * pleasant a word is then follows from the posts, beginning with the lexicon: a post's
 * tone (positive less negative) is the sum of its words' valences bent by tanh, a
 * negated word with the opposite sign and less. The words seen most often get entries; those
 * of a lexicon count for more, since their letters do not tell their tone.
 */
#include "posts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SLOTS ((size_t)1 << 22)
#define BUCKETS 4096
#define LEAST 6       /* times that a word must be seen, unless a lexicon has it */
#define LEXICON 8     /* as many as which a time counts for these */
#define NEGATED 0.6f  /* what a negated word counts, with its sign turned */
#define SCALE 64.0f   /* a valence of 1 in an entry */
#define EPOCHS 4
#define RATE 0.05f
#define DECAY 2e-7f   /* towards what the lexicon says */

struct slot {
    uint64_t hash;
    uint32_t count;
    uint16_t group;
    float begin; /* what the lexicon says */
    float valence;
    float squares;
};

struct reader {
    struct posts posts;
    struct slot *slots;
    size_t used;
    struct slot *words[512]; /* of one post */
    uint32_t token[512];
    float sign[512];
    size_t count;
};

static struct slot *slot_of(struct reader *r, uint64_t hash)
{
    size_t at = (size_t)(hash >> 7) & (SLOTS - 1);
    while (r->slots[at].hash != 0 && r->slots[at].hash != hash)
        at = (at + 1) & (SLOTS - 1);
    if (r->slots[at].hash == 0 && ++r->used * 2 > SLOTS)
        posts_fail("too many words");
    r->slots[at].hash = hash;
    return &r->slots[at];
}

static void read_words(struct reader *r, const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        posts_fail("cannot open the words");
    char line[512];
    while (fgets(line, sizeof(line), file) != NULL) {
        char *group = strchr(line, '\t');
        char *valence = group == NULL ? NULL : strchr(group + 1, '\t');
        if (valence == NULL)
            posts_fail("not a line of words");
        struct slot *slot = slot_of(r, engagep_features_word(line, (size_t)(group - line)));
        slot->group = (uint16_t)atoi(group + 1);
        slot->begin = slot->valence = (float)atof(valence + 1);
    }
    fclose(file);
}

/* Words in the order of their tokens; what says that one is negated comes later. */
static void sink(void *ctx, const struct engagep_feature *features, size_t count)
{
    struct reader *r = ctx;
    for (size_t i = 0; i < count; i++) {
        int rule = features[i].rule;
        if (rule == ENGAGEP_RULE_WORD || rule == ENGAGEP_RULE_EMOJI ||
            rule == ENGAGEP_RULE_EMOTICON || rule == ENGAGEP_RULE_HASHTAG) {
            if (r->count == 512)
                continue;
            r->words[r->count] = slot_of(r, features[i].hash);
            r->token[r->count] = features[i].first;
            r->sign[r->count++] = 1;
        } else if (rule == ENGAGEP_RULE_NEGATED) {
            for (size_t k = 0; k < r->count; k++)
                r->sign[k] = r->token[k] == features[i].first ? -NEGATED : r->sign[k];
        }
    }
}

static void learn(struct reader *r, const struct row *row, float rate)
{
    float sum = 0;
    for (size_t k = 0; k < r->count; k++)
        sum += r->sign[k] * r->words[k]->valence;
    float is = tanhf(sum);
    float slope = row->weight[0] * (is - (row->target[2] - row->target[0])) * (1 - 0.8f * is * is);
    for (size_t k = 0; k < r->count; k++) {
        struct slot *word = r->words[k];
        float step = slope * r->sign[k] + DECAY * (word->valence - word->begin);
        word->squares += step * step;
        word->valence -= rate * step / sqrtf(word->squares + 0.05f);
    }
}

static uint64_t worth(const struct slot *slot)
{
    return (uint64_t)slot->count * (slot->begin != 0 ? LEXICON : 1);
}

static int by_worth(const void *a, const void *b)
{
    const struct slot *x = *(struct slot *const *)a, *y = *(struct slot *const *)b;
    if (worth(x) != worth(y))
        return worth(x) > worth(y) ? -1 : 1;
    return x->hash < y->hash ? -1 : x->hash > y->hash;
}

static int place(unsigned char *entries, const struct slot *slot)
{
    struct engagep_vocabulary vocabulary = {entries, BUCKETS};
    if (engagep_vocabulary_find(&vocabulary, slot->hash) != NULL)
        return 0;
    unsigned char *entry = entries + (size_t)engagep_vocabulary_bucket(&vocabulary, slot->hash) *
                                         ENGAGEP_VOCABULARY_BUCKET;
    for (int way = 0; way < ENGAGEP_VOCABULARY_WAYS; way++, entry += ENGAGEP_VOCABULARY_ENTRY) {
        if (engagep_vocabulary_tag_of(entry) != 0)
            continue;
        uint32_t tag = engagep_vocabulary_tag(slot->hash);
        for (int i = 0; i < 4; i++)
            entry[i] = (unsigned char)(tag >> 8 * i);
        float valence = rintf(fminf(fmaxf(slot->valence * SCALE, -127), 127));
        entry[4] = (unsigned char)(signed char)valence;
        entry[6] = (unsigned char)(slot->group & 255);
        entry[7] = (unsigned char)(slot->group >> 8);
        return 1;
    }
    return 0;
}

static void write_entries(struct reader *r, const char *path)
{
    struct slot **order = posts_take(r->used, sizeof(*order));
    size_t n = 0, placed = 0;
    for (size_t i = 0; i < SLOTS; i++) {
        if (r->slots[i].count >= LEAST || (r->slots[i].count > 1 && r->slots[i].begin != 0))
            order[n++] = &r->slots[i];
    }
    qsort(order, n, sizeof(*order), by_worth);
    unsigned char *entries = posts_take(BUCKETS, ENGAGEP_VOCABULARY_BUCKET);
    for (size_t i = 0; i < n; i++)
        placed += (size_t)place(entries, order[i]);
    FILE *file = fopen(path, "wb");
    if (file == NULL || fwrite(entries, ENGAGEP_VOCABULARY_BUCKET, BUCKETS, file) != BUCKETS ||
        fclose(file) != 0)
        posts_fail("cannot write the vocabulary");
    fprintf(stderr, "%zu of %zu words in the vocabulary\n", placed, n);
}

int main(int argc, char **argv)
{
    static struct reader reader;
    struct reader *r = &reader;
    if (argc != 4) {
        fprintf(stderr, "usage: vocabulary ROWS WORDS OUT\n");
        return 2;
    }
    posts_read(&r->posts, argv[1]);
    r->slots = posts_take(SLOTS, sizeof(*r->slots));
    read_words(r, argv[2]);
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
        for (size_t i = 0; i < r->posts.count; i++) {
            /* a walk by steps that share no factor with the number of rows */
            const struct row *row = &r->posts.rows[i * 1000003u % r->posts.count];
            if (row->set == WATCH)
                continue;
            r->count = 0;
            posts_extract(&r->posts, row, sink, r);
            for (size_t k = 0; epoch == 0 && k < r->count; k++)
                r->words[k]->count++;
            if ((row->flags & HAS_SENTIMENT) != 0)
                learn(r, row, RATE / (float)(1 + epoch));
        }
    }
    write_entries(r, argv[3]);
    return 0;
}
