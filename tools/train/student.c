/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * student: trains the compact model. It reads posts with soft or hard labels and
 * writes the table and the dense layer of engage-model(5), before calibration.
 *
 *   student [-e EPOCHS] [-t EPOCHS] [-r RATE] [-d DROP] [-b BUCKETS] [-c COUNT]
 *           [-s SEED] [-w VOCABULARY] ROWS OUT
 *
 * 1. Every feature of every post is counted; those seen COUNT times take part.
 * 2. A row of columns is trained for each of them, with a small dense layer over
 *    their sum: logits = bias + U sum + V relu(sum + b). Adagrad, one step a post,
 *    features dropped at random. Each labelled set has intercepts of its own, so
 *    that its habits of labelling stay out of what the posts teach.
 * 3. The features that matter most are placed into the table. A word that is placed
 *    takes the weights of its letters into its own row, so that its letters need
 *    not be looked up when scoring.
 * 4. Training goes on with the table as it is, in the numbers it will have: each
 *    row is rounded to its scale and four bits a column in the forward pass. It begins
 *    at twice the first rate, so that the rows take over what those without a place
 *    knew: at a tenth of that the student stayed further from its teachers, by 5 % in
 *    sentiment and 9 % in intents.
 *
 * Posts go through the library's own tokenizer and features. Same rows, same seed,
 * same compiler, same kind of machine: the same model.
 */
#include "posts.h"

#include "base/hash.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define COLUMNS ENGAGEP_TABLE_COLUMNS
#define STRIDE 32 /* columns, padded to whole cache lines */
#define SETS 64

/* What stands over the sum of a post's rows; nothing but floats. */
struct layer {
    float b[STRIDE]; /* before the ramp */
    float c[HEADS];
    float u[HEADS][STRIDE];
    float v[HEADS][STRIDE];
    float set[SETS][HEADS];
    /* sums of squared gradients */
    float b2[STRIDE], c2[HEADS], u2[HEADS][STRIDE], v2[HEADS][STRIDE], set2[SETS][HEADS];
};

struct weights {
    size_t count;   /* features */
    float *embed;   /* STRIDE each */
    float *squares; /* of gradients, one each */
    struct layer layer;
    float step; /* of quantization; 0: none yet */
};

struct slot {
    uint64_t hash;
    uint32_t count;
    uint32_t index;
};

struct trainer {
    struct posts posts;
    struct row *rows; /* of posts */
    size_t row_count;
    unsigned char *sketch; /* counts by hash, saturating */
    struct slot *slots;
    size_t slot_count; /* a power of two */
    size_t used;
    uint32_t *list; /* feature numbers of all rows */
    size_t list_size, list_capacity;
    struct weights w;
    uint64_t seed;
    float rate, drop;
    uint32_t least, buckets;
    const struct engagep_table *table; /* step 4 */
    uint32_t *way_index;               /* step 4: feature number of a table row + 1 */
};

static uint64_t draw(uint64_t *state)
{
    *state += UINT64_C(0x9E3779B97F4A7C15);
    return engagep_hash_mix(*state);
}

static float uniform(uint64_t *state)
{
    return (float)(draw(state) >> 40) / (float)(1 << 24);
}

static float normal(uint64_t *state)
{
    float sum = 0;
    for (int i = 0; i < 12; i++)
        sum += uniform(state);
    return sum - 6;
}

/* ------------------------------------------------------------ counting --- */

#define SKETCH ((size_t)1 << 28)

static size_t sketch_at(uint64_t hash)
{
    return (size_t)(hash >> 11) & (SKETCH - 1);
}

static void sink_sketch(void *ctx, const struct engagep_feature *features, size_t count)
{
    struct trainer *t = ctx;
    for (size_t i = 0; i < count; i++) {
        unsigned char *seen = &t->sketch[sketch_at(features[i].hash)];
        *seen = (unsigned char)(*seen + (*seen < 255));
    }
}

static struct slot *find_slot(struct trainer *t, uint64_t hash, int add)
{
    size_t at = (size_t)(hash >> 5) & (t->slot_count - 1);
    while (t->slots[at].count != 0) {
        if (t->slots[at].hash == hash)
            return &t->slots[at];
        at = (at + 1) & (t->slot_count - 1);
    }
    if (!add)
        return NULL;
    if (t->used * 2 > t->slot_count)
        posts_fail("too many features");
    t->slots[at].hash = hash;
    t->slots[at].index = (uint32_t)t->used++;
    return &t->slots[at];
}

static void push(struct trainer *t, uint32_t number)
{
    if (t->list_size == t->list_capacity) {
        t->list_capacity = t->list_capacity == 0 ? (size_t)1 << 20 : t->list_capacity * 2;
        t->list = realloc(t->list, t->list_capacity * sizeof(*t->list));
        if (t->list == NULL)
            posts_fail("out of memory");
    }
    t->list[t->list_size++] = number;
}

static void sink_collect(void *ctx, const struct engagep_feature *features, size_t count)
{
    struct trainer *t = ctx;
    for (size_t i = 0; i < count; i++) {
        if (t->sketch[sketch_at(features[i].hash)] < t->least)
            continue;
        struct slot *slot = find_slot(t, features[i].hash, 1);
        slot->count++;
        push(t, slot->index);
    }
}

static void collect(struct trainer *t)
{
    t->sketch = posts_take(SKETCH, 1);
    for (size_t i = 0; i < t->row_count; i++)
        if (t->rows[i].set != WATCH)
            posts_extract(&t->posts, &t->rows[i], sink_sketch, t);
    t->slot_count = (size_t)1 << 25;
    t->slots = posts_take(t->slot_count, sizeof(*t->slots));
    for (size_t i = 0; i < t->row_count; i++) {
        struct row *row = &t->rows[i];
        row->first = t->list_size;
        posts_extract(&t->posts, row, sink_collect, t);
        row->count = (uint32_t)(t->list_size - row->first);
    }
    free(t->sketch);
    t->sketch = NULL;
    fprintf(stderr, "%zu posts, %zu features, %zu occurrences\n", t->row_count, t->used,
            t->list_size);
}

/* ------------------------------------------------------------ training --- */

static void begin_weights(struct trainer *t)
{
    struct weights *w = &t->w;
    w->count = t->used;
    if (posix_memalign((void **)&w->embed, 64, w->count * STRIDE * sizeof(float)) != 0)
        posts_fail("out of memory");
    memset(w->embed, 0, w->count * STRIDE * sizeof(float));
    w->squares = posts_take(w->count, sizeof(float));
    for (int h = 0; h < HEADS; h++) {
        for (int k = 0; k < COLUMNS; k++) {
            w->layer.u[h][k] = 0.3f * normal(&t->seed);
            w->layer.v[h][k] = 0.2f * normal(&t->seed);
        }
    }
    for (int k = 0; k < COLUMNS; k++)
        w->layer.b[k] = 0.3f * normal(&t->seed);
}

/* How far Adagrad has come down before the first step. */
#define FLOOR 1e-2f

/* Added and taken off again, it leaves a float of less than 2^22 rounded to an integer. */
#define BIG 12582912.0f

#define LEVELS 7.0f /* of a column, either way */
#define SCALES 4

/* The scale of a row in the table: the least that cuts no column. */
static int scale_of(const float *row, float inverse)
{
    float most = 0;
    for (int k = 0; k < STRIDE; k++) {
        float size = row[k] < 0 ? -row[k] : row[k];
        most = size > most ? size : most;
    }
    int scale = 0;
    while (scale < SCALES - 1 && most * inverse > (LEVELS + 0.5f) * (float)(1 << scale))
        scale++;
    return scale;
}

static float level_of(float x, float inverse)
{
    float level = x * inverse;
    level = level > LEVELS ? LEVELS : level < -LEVELS ? -LEVELS : level;
    return (level + BIG) - BIG;
}

struct pass {
    float sum[STRIDE];
    float z[STRIDE];
    float logit[HEADS];
};

/* `scale` makes up for features that were dropped. */
static void forward(const struct weights *w, const uint32_t *list, size_t count, float scale,
                    struct pass *pass)
{
    for (int k = 0; k < STRIDE; k++)
        pass->sum[k] = 0;
    float step = w->step;
    float inverse = step > 0 ? 1 / step : 0;
    for (size_t i = 0; i < count; i++) {
        const float *row = w->embed + (size_t)list[i] * STRIDE;
        if (i + 12 < count) {
            const char *next = (const char *)(w->embed + (size_t)list[i + 12] * STRIDE);
            __builtin_prefetch(next);
            __builtin_prefetch(next + 64);
        }
        if (step > 0) {
            float unit = (float)(1 << scale_of(row, inverse));
            for (int k = 0; k < STRIDE; k++)
                pass->sum[k] += level_of(row[k], inverse / unit) * unit;
        } else {
            for (int k = 0; k < STRIDE; k++)
                pass->sum[k] += row[k];
        }
    }
    if (step > 0)
        scale *= step;
    for (int k = 0; k < STRIDE; k++)
        pass->sum[k] *= scale;
    for (int k = 0; k < STRIDE; k++) {
        float z = pass->sum[k] + w->layer.b[k];
        pass->z[k] = z > 0 ? z : 0;
    }
    for (int h = 0; h < HEADS; h++) {
        float logit = w->layer.c[h];
        for (int k = 0; k < COLUMNS; k++)
            logit += w->layer.u[h][k] * pass->sum[k] + w->layer.v[h][k] * pass->z[k];
        pass->logit[h] = logit;
    }
}

static void softmax(const float *logit, float *p)
{
    float most = logit[0];
    for (int i = 1; i < SENTIMENTS; i++)
        most = logit[i] > most ? logit[i] : most;
    float sum = 0;
    for (int i = 0; i < SENTIMENTS; i++)
        sum += p[i] = expf(logit[i] - most);
    for (int i = 0; i < SENTIMENTS; i++)
        p[i] /= sum;
}

/* The slope of the loss at each head, and the loss itself. */
static float slopes(const struct row *row, const float *logit, float *slope)
{
    float loss = 0;
    memset(slope, 0, HEADS * sizeof(*slope));
    if ((row->flags & HAS_SENTIMENT) != 0) {
        float p[SENTIMENTS];
        softmax(logit, p);
        for (int i = 0; i < SENTIMENTS; i++) {
            slope[i] = row->weight[0] * (p[i] - row->target[i]);
            loss -= row->weight[0] * row->target[i] * logf(p[i] + 1e-9f);
        }
    }
    if ((row->flags & HAS_INTENTS) != 0) {
        for (int h = SENTIMENTS; h < HEADS; h++) {
            float p = 1 / (1 + expf(-logit[h]));
            slope[h] = row->weight[1] * (p - row->target[h]);
            loss -= row->weight[1] * (row->target[h] * logf(p + 1e-9f) +
                                      (1 - row->target[h]) * logf(1 - p + 1e-9f));
        }
    }
    return loss;
}

static void nudge(float *x, float *squares, float slope, float rate)
{
    *squares += slope * slope;
    *x -= rate * slope / sqrtf(*squares + FLOOR);
}

static float learn(struct trainer *t, const struct row *row, uint32_t *kept, float rate)
{
    struct weights *w = &t->w;
    size_t count = 0;
    uint32_t bar = (uint32_t)(t->drop * 65536);
    uint64_t bits = 0;
    for (size_t i = 0; i < row->count; i++) {
        if (i % 4 == 0)
            bits = draw(&t->seed);
        if ((uint32_t)(bits >> 16 * (i % 4) & 0xFFFF) >= bar)
            kept[count++] = t->list[row->first + i];
    }
    struct pass pass;
    float scale = 1 / (1 - t->drop);
    forward(w, kept, count, scale, &pass);
    float *set = w->layer.set[row->set % SETS];
    if (row->set != 0)
        for (int h = 0; h < HEADS; h++)
            pass.logit[h] += set[h];
    float slope[HEADS];
    float loss = slopes(row, pass.logit, slope);
    float back[STRIDE] = {0};
    for (int h = 0; h < HEADS; h++) {
        if (slope[h] == 0)
            continue;
        for (int k = 0; k < COLUMNS; k++)
            back[k] += slope[h] * (w->layer.u[h][k] + (pass.z[k] > 0 ? w->layer.v[h][k] : 0));
    }
    float square = 0;
    for (int k = 0; k < COLUMNS; k++)
        back[k] *= scale;
    for (int k = 0; k < COLUMNS; k++)
        square += back[k] * back[k];
    square /= COLUMNS;
    for (size_t i = 0; i < count; i++) {
        float *squares = &w->squares[kept[i]];
        *squares += square;
        float pace = rate / sqrtf(*squares + FLOOR);
        float *embed = w->embed + (size_t)kept[i] * STRIDE;
        for (int k = 0; k < STRIDE; k++)
            embed[k] -= pace * back[k];
    }
    float dense = rate * 0.3f;
    for (int k = 0; k < COLUMNS; k++) {
        if (pass.z[k] <= 0)
            continue;
        float at = 0;
        for (int h = 0; h < HEADS; h++)
            at += slope[h] * w->layer.v[h][k];
        nudge(&w->layer.b[k], &w->layer.b2[k], at, dense);
    }
    for (int h = 0; h < HEADS; h++) {
        if (slope[h] == 0)
            continue;
        nudge(&w->layer.c[h], &w->layer.c2[h], slope[h], dense);
        if (row->set != 0)
            nudge(&set[h], &w->layer.set2[row->set % SETS][h], slope[h], rate);
        for (int k = 0; k < COLUMNS; k++) {
            nudge(&w->layer.u[h][k], &w->layer.u2[h][k], slope[h] * pass.sum[k], dense);
            if (pass.z[k] > 0)
                nudge(&w->layer.v[h][k], &w->layer.v2[h][k], slope[h] * pass.z[k], dense);
        }
    }
    return loss;
}

/* Macro recall of sentiment, micro F1 of intents at a third, and the log losses, on
 * watched rows. */
static void judge(struct trainer *t)
{
    double right[SENTIMENTS] = {0}, all[SENTIMENTS] = {0}, hit = 0, said = 0, meant = 0;
    double loss[2] = {0}, count[2] = {0};
    for (size_t i = 0; i < t->row_count; i++) {
        const struct row *row = &t->rows[i];
        if (row->set != WATCH)
            continue;
        struct pass pass;
        forward(&t->w, t->list + row->first, row->count, 1, &pass);
        float slope[HEADS];
        int kind = (row->flags & HAS_SENTIMENT) != 0 ? 0 : 1;
        loss[kind] += (double)slopes(row, pass.logit, slope);
        count[kind]++;
        if ((row->flags & HAS_SENTIMENT) != 0) {
            int best = 0, gold = 0;
            for (int s = 1; s < SENTIMENTS; s++) {
                best = pass.logit[s] > pass.logit[best] ? s : best;
                gold = row->target[s] > row->target[gold] ? s : gold;
            }
            all[gold]++;
            right[gold] += best == gold;
        }
        if ((row->flags & HAS_INTENTS) != 0) {
            for (int h = SENTIMENTS; h < HEADS; h++) {
                int is = row->target[h] > 0.5f, says = pass.logit[h] > -0.7f;
                hit += is && says;
                said += says;
                meant += is;
            }
        }
    }
    double recall = 0;
    for (int s = 0; s < SENTIMENTS; s++)
        recall += all[s] > 0 ? right[s] / all[s] / SENTIMENTS : 0;
    if (count[0] + count[1] > 0)
        fprintf(stderr, "  watched: macro recall %.4f, loss %.4f; intents F1 %.4f, loss %.4f\n",
                recall, loss[0] / fmax(count[0], 1),
                said + meant > 0 ? 2 * hit / (said + meant) : 0, loss[1] / fmax(count[1], 1));
}

static void train(struct trainer *t, int epochs, float rate, float last)
{
    size_t *order = posts_take(t->row_count, sizeof(*order));
    size_t n = 0;
    uint32_t longest = 0;
    for (size_t i = 0; i < t->row_count; i++) {
        if (t->rows[i].set != WATCH)
            order[n++] = i;
        longest = t->rows[i].count > longest ? t->rows[i].count : longest;
    }
    uint32_t *kept = posts_take(longest + 1, sizeof(*kept));
    for (int epoch = 0; epoch < epochs; epoch++) {
        for (size_t i = n; i > 1; i--) {
            size_t j = (size_t)(draw(&t->seed) % i);
            size_t swap = order[i - 1];
            order[i - 1] = order[j];
            order[j] = swap;
        }
        double loss = 0;
        clock_t began = clock();
        for (size_t i = 0; i < n; i++) {
            float done = ((float)epoch + (float)i / (float)n) / (float)epochs;
            loss += learn(t, &t->rows[order[i]], kept, rate + (last - rate) * done);
            if (isatty(2) && i % 20000 == 0)
                fprintf(stderr, "\r  epoch %d: %zu of %zu", epoch + 1, i, n);
        }
        fprintf(stderr, "  epoch %d: loss %.4f, %.0f s\n", epoch + 1,
                loss / (double)(n == 0 ? 1 : n), (double)(clock() - began) / CLOCKS_PER_SEC);
        judge(t);
    }
    free(kept);
    free(order);
}

/* ------------------------------------------------------------ the table --- */

struct candidate {
    uint64_t hash;
    uint32_t index;
    float worth;
};

static int by_worth(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;
    if (x->worth != y->worth)
        return x->worth > y->worth ? -1 : 1;
    return x->hash < y->hash ? -1 : x->hash > y->hash;
}

/* How much a feature moves the logits, over all of its occurrences. */
static float worth_of(const struct weights *w, uint32_t index, uint32_t count)
{
    const float *row = w->embed + (size_t)index * STRIDE;
    float sum = 0;
    for (int h = 0; h < HEADS; h++) {
        float move = 0;
        for (int k = 0; k < COLUMNS; k++)
            move += row[k] * (w->layer.u[h][k] + 0.5f * w->layer.v[h][k]);
        sum += move * move;
    }
    return sum * (float)count;
}

/* Counts over again with letters only for words that stand in no row. */
static void sink_recount(void *ctx, const struct engagep_feature *features, size_t count)
{
    struct trainer *t = ctx;
    for (size_t i = 0; i < count; i++) {
        struct slot *slot = find_slot(t, features[i].hash, 0);
        if (slot != NULL)
            slot->count++;
    }
}

/* A placed word takes in its letters: what their rows add up to goes into its own. */
struct fold {
    struct trainer *t;
    float sum[STRIDE];
};

static void sink_fold(void *ctx, const struct engagep_feature *features, size_t count)
{
    struct fold *fold = ctx;
    for (size_t i = 0; i < count; i++) {
        if (features[i].rule != ENGAGEP_RULE_LETTERS)
            continue;
        struct slot *slot = find_slot(fold->t, features[i].hash, 0);
        if (slot == NULL)
            continue;
        const float *row = fold->t->w.embed + (size_t)slot->index * STRIDE;
        for (int k = 0; k < STRIDE; k++)
            fold->sum[k] += row[k];
    }
}

#define OFTEN 10 /* a word seen this often has a row whatever its worth */

/* Marks the words that get rows whatever their worth, and folds their letters in. */
static void fold_words(struct trainer *t, unsigned char *forced)
{
    struct fold fold = {t, {0}};
    size_t words = 0;
    float *folded = posts_take(t->used, STRIDE * sizeof(float));
    for (size_t i = 0; i < t->row_count; i++) {
        const struct row *row = &t->rows[i];
        if (row->set == WATCH ||
            engage_tokenizer_run(t->posts.tokenizer, row->text, row->text_size))
            continue;
        size_t count;
        const struct engagep_token *tokens = engagep_token_array(t->posts.tokenizer, &count);
        const char *norms = engagep_token_norms(t->posts.tokenizer);
        for (size_t k = 0; k < count; k++) {
            if (tokens[k].kind != ENGAGE_TOKEN_WORD)
                continue;
            const char *norm = norms + tokens[k].norm;
            struct slot *slot =
                find_slot(t, engagep_features_word(norm, tokens[k].norm_size), 0);
            if (slot == NULL || slot->count < OFTEN || forced[slot->index])
                continue;
            forced[slot->index] = 1;
            words++;
            memset(fold.sum, 0, sizeof(fold.sum));
            t->posts.features.sink = sink_fold;
            t->posts.features.ctx = &fold;
            engagep_features_letters(&t->posts.features, norm, tokens[k].norm_size);
            memcpy(folded + (size_t)slot->index * STRIDE, fold.sum, sizeof(fold.sum));
        }
    }
    for (size_t i = 0; i < t->used * STRIDE; i++)
        t->w.embed[i] += folded[i];
    free(folded);
    fprintf(stderr, "%zu words with rows of their own\n", words);
}

static void sink_table(void *ctx, const struct engagep_feature *features, size_t count)
{
    struct trainer *t = ctx;
    for (size_t i = 0; i < count; i++) {
        const unsigned char *row = engagep_table_find(t->table, features[i].hash);
        if (row == NULL)
            continue;
        push(t, t->way_index[(size_t)(row - t->table->rows) / ENGAGEP_TABLE_ROW] - 1);
    }
}

static int place(struct engagep_table *table, unsigned char *rows, uint32_t *way_index,
                 uint64_t hash, uint32_t index)
{
    if (engagep_table_find(table, hash) != NULL)
        return 0; /* the tag is taken: the two would be one */
    size_t at = (size_t)engagep_table_bucket(table, hash) * ENGAGEP_TABLE_WAYS;
    for (size_t way = 0; way < ENGAGEP_TABLE_WAYS; way++) {
        if (way_index[at + way] != 0)
            continue;
        uint32_t tag = engagep_table_tag(hash);
        rows[(at + way) * ENGAGEP_TABLE_ROW] = (unsigned char)(tag & 255);
        rows[(at + way) * ENGAGEP_TABLE_ROW + 1] = (unsigned char)(tag >> 8);
        way_index[at + way] = index + 1;
        return 1;
    }
    return 0;
}

static void make_table(struct trainer *t, struct engagep_table *table, unsigned char *rows)
{
    unsigned char *forced = posts_take(t->used, 1);
    fold_words(t, forced);
    t->way_index = posts_take((size_t)t->buckets * ENGAGEP_TABLE_WAYS, sizeof(*t->way_index));
    /* Words first: then it is known which letters are still asked for. */
    struct candidate *candidates = posts_take(t->used, sizeof(*candidates));
    size_t n = 0;
    for (size_t i = 0; i < t->slot_count; i++) {
        const struct slot *slot = &t->slots[i];
        if (slot->count == 0 || !forced[slot->index])
            continue;
        candidates[n].hash = slot->hash;
        candidates[n].index = slot->index;
        candidates[n++].worth = worth_of(&t->w, slot->index, slot->count);
    }
    qsort(candidates, n, sizeof(*candidates), by_worth);
    size_t placed = 0;
    for (size_t i = 0; i < n; i++)
        placed += (size_t)place(table, rows, t->way_index, candidates[i].hash,
                                candidates[i].index);
    t->posts.features.table = *table;
    for (size_t i = 0; i < t->slot_count; i++)
        t->slots[i].count = t->slots[i].count != 0; /* 1 keeps the slot in use */
    for (size_t i = 0; i < t->row_count; i++)
        if (t->rows[i].set != WATCH)
            posts_extract(&t->posts, &t->rows[i], sink_recount, t);
    n = 0;
    for (size_t i = 0; i < t->slot_count; i++) {
        const struct slot *slot = &t->slots[i];
        if (slot->count <= t->least || forced[slot->index])
            continue;
        candidates[n].hash = slot->hash;
        candidates[n].index = slot->index;
        candidates[n++].worth = worth_of(&t->w, slot->index, slot->count - 1);
    }
    qsort(candidates, n, sizeof(*candidates), by_worth);
    for (size_t i = 0; i < n; i++)
        placed += (size_t)place(table, rows, t->way_index, candidates[i].hash,
                                candidates[i].index);
    free(candidates);
    free(forced);
    fprintf(stderr, "%zu of %zu rows in use\n", placed,
            (size_t)t->buckets * ENGAGEP_TABLE_WAYS);
    t->table = table;
    t->list_size = 0;
    for (size_t i = 0; i < t->row_count; i++) {
        struct row *row = &t->rows[i];
        row->first = t->list_size;
        posts_extract(&t->posts, row, sink_table, t);
        row->count = (uint32_t)(t->list_size - row->first);
    }
    fprintf(stderr, "%.1f rows a post\n", (double)t->list_size / (double)t->row_count);
    /* One step for all: a ten-thousandth of the numbers may be cut. */
    size_t most = 0;
    uint32_t *tally = posts_take(4096, sizeof(*tally));
    for (size_t at = 0; at < (size_t)t->buckets * ENGAGEP_TABLE_WAYS; at++) {
        if (t->way_index[at] == 0)
            continue;
        const float *row = t->w.embed + (size_t)(t->way_index[at] - 1) * STRIDE;
        for (int k = 0; k < COLUMNS; k++) {
            size_t bin = (size_t)(fabsf(row[k]) * 256);
            tally[bin < 4095 ? bin : 4095]++;
            most++;
        }
    }
    size_t beyond = 0;
    size_t bin = 4095;
    while (bin > 64 && beyond + tally[bin] < most / 10000)
        beyond += tally[bin--];
    free(tally);
    t->w.step = (float)(bin + 1) / 256 / (LEVELS * (1 << (SCALES - 1)));
    fprintf(stderr, "step %.5f\n", (double)t->w.step);
}

static void put32(unsigned char *p, int64_t value)
{
    if (value > INT32_MAX || value < INT32_MIN)
        posts_fail("a weight is out of range");
    uint32_t bits = (uint32_t)(int32_t)value;
    for (int i = 0; i < 4; i++)
        p[i] = (unsigned char)(bits >> 8 * i);
}

/* The dense layer in integers: sums count steps, logits count 1/65536. */
static void write_model(const struct trainer *t, unsigned char *rows, const char *path)
{
    const struct weights *w = &t->w;
    for (size_t at = 0; at < (size_t)t->buckets * ENGAGEP_TABLE_WAYS; at++) {
        if (t->way_index[at] == 0)
            continue;
        const float *from = w->embed + (size_t)(t->way_index[at] - 1) * STRIDE;
        unsigned char *row = rows + at * ENGAGEP_TABLE_ROW;
        int scale = scale_of(from, 1 / w->step);
        float inverse = 1 / w->step / (float)(1 << scale);
        row[1] = (unsigned char)(row[1] | scale << (ENGAGEP_TABLE_TAG_BITS - 8));
        for (int k = 0; k < COLUMNS; k++) {
            int level = (int)level_of(from[k], inverse) + ENGAGEP_TABLE_ZERO;
            row[2 + k / 2] = (unsigned char)(row[2 + k / 2] | level << k % 2 * 4);
        }
    }
    unsigned char dense[4 * (COLUMNS + HEADS + 2 * HEADS * COLUMNS)];
    unsigned char *p = dense;
    for (int k = 0; k < COLUMNS; k++, p += 4)
        put32(p, llrintf(w->layer.b[k] / w->step));
    for (int h = 0; h < HEADS; h++, p += 4)
        put32(p, llrintf(w->layer.c[h] * 65536));
    for (int h = 0; h < HEADS; h++)
        for (int k = 0; k < COLUMNS; k++, p += 4)
            put32(p, llrintf(w->layer.u[h][k] * w->step * 65536));
    for (int h = 0; h < HEADS; h++)
        for (int k = 0; k < COLUMNS; k++, p += 4)
            put32(p, llrintf(w->layer.v[h][k] * w->step * 65536));
    FILE *file = fopen(path, "wb");
    if (file == NULL || fwrite(dense, sizeof(dense), 1, file) != 1 ||
        fwrite(rows, (size_t)t->buckets * ENGAGEP_TABLE_BUCKET, 1, file) != 1 ||
        fclose(file) != 0)
        posts_fail("cannot write the model");
}

int main(int argc, char **argv)
{
    static struct trainer trainer;
    struct trainer *t = &trainer;
    int epochs = 3, tuning = 5;
    t->rate = 0.1f;
    t->drop = 0.1f;
    t->buckets = 126700;
    t->least = 4;
    t->seed = 1;
    const char *vocabulary = NULL;
    int option;
    while ((option = getopt(argc, argv, "e:t:r:d:b:c:s:w:")) != -1) {
        switch (option) {
        case 'e':
            epochs = atoi(optarg);
            break;
        case 't':
            tuning = atoi(optarg);
            break;
        case 'r':
            t->rate = (float)atof(optarg);
            break;
        case 'd':
            t->drop = (float)atof(optarg);
            break;
        case 'b':
            t->buckets = (uint32_t)atoi(optarg);
            break;
        case 'c':
            t->least = (uint32_t)atoi(optarg);
            break;
        case 's':
            t->seed = (uint64_t)atoll(optarg);
            break;
        case 'w':
            vocabulary = optarg;
            break;
        default:
            return 2;
        }
    }
    if (argc - optind != 2 || t->buckets == 0) {
        fprintf(stderr, "usage: student [options] ROWS OUT\n");
        return 2;
    }
    posts_read(&t->posts, argv[optind]);
    if (vocabulary != NULL)
        posts_vocabulary(&t->posts, vocabulary);
    t->rows = t->posts.rows;
    t->row_count = t->posts.count;
    collect(t);
    begin_weights(t);
    train(t, epochs, t->rate, t->rate * 0.2f);
    struct engagep_table table;
    unsigned char *rows = aligned_alloc(64, (size_t)t->buckets * ENGAGEP_TABLE_BUCKET);
    if (rows == NULL)
        posts_fail("out of memory");
    memset(rows, 0, (size_t)t->buckets * ENGAGEP_TABLE_BUCKET);
    table.rows = rows;
    table.buckets = t->buckets;
    make_table(t, &table, rows);
    judge(t);
    train(t, tuning, t->rate * 2, t->rate * 0.02f);
    write_model(t, rows, argv[optind + 1]);
    return 0;
}
