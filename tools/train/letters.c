/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * letters: trains a net on sums over n-grams, with the labelled posts it is given, and judges
 * other posts.
 *
 *   letters [-b COLUMNS] [-h HIDDEN] [-w RATE] [-f RATE] [-r RATE] [-d DROP] [-e DROP]
 *           [-s SEED] DIRECTORY VECTORS JOB OUT
 *
 * Of a post it sees, side by side: a sum of COLUMNS over its n-grams of words and letters, its
 * mean word vector, and the lexicon's figures. A ramp layer of HIDDEN joins them; every task has
 * heads on both. Sentiment has intercepts for each set.
 *
 * -w, -f and -r are the rates of words, of n-grams and of all other weights; -d is the share of
 * what is joined that is left out at random while learning, -e that of a post's word dimensions.
 * DIRECTORY and JOB are written by letters.py; OUT gets HEADS logits for each text of the job,
 * after all tasks were learnt and again after the intents' own passes.
 *
 * Words and n-grams move by Adagrad after each post, all other weights by Adam after each BATCH.
 * Same files, same seed, same compiler: the same net.
 */
#include <fcntl.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define DIM 112   /* of a word vector */
#define MARKS 5   /* kinds of marks a word can carry */
#define MOST 60   /* words read of a post */
#define EXTRA 32  /* figures that a post brings along */
#define HEADS 64
#define TARGETS 16
#define WIDEST 512 /* of all that is joined */
#define MOST_HIDDEN 256
#define BATCH 32
#define WORD_DROP 0.08f
#define NGRAM_DROP 0.3f
#define HIDDEN_DROP 0.25f
#define MAGIC 0x5354454E

struct task {
    int32_t first, count, kind; /* kind 0: one of the classes; 1: any of them */
};

struct row {
    int32_t text, task, set;
    float weight;
    float target[TARGETS];
};

/* What the arrays of DIRECTORY and of JOB hold. */
struct inputs {
    const int32_t *ids;
    const uint8_t *marks;
    const int64_t *offsets;
    const float *extra;
    const int64_t *starts;
    const int32_t *ngrams;
    const float *values;
    size_t ngram_count, word_count;
    const int32_t *job; /* the eight numbers at its start */
    const struct task *tasks;
    const struct row *rows;
    const int32_t *first, *second, *texts;
};

/* A table whose rows move by Adagrad. */
struct table {
    int width;
    float *rows;
    float *squares;
    float rate;
};

/* A block of weights among all those that move by Adam; offsets into the joint arrays. */
struct block {
    size_t at;
    size_t size;
};

struct net {
    int columns, hidden, wide;
    int at_mean, at_bag, at_extra; /* within the joint layer */
    float drop, blind, rate;
    struct block mark, join, join_bias, head_hidden, head_wide, head_bias, set_bias;
    size_t size;
    float *weights, *slopes, *mean, *square;
    struct table words, bag;
    uint64_t seed;
    int64_t steps;
};

/* One post on its way through the net. */
struct pass {
    int count;                           /* words */
    int32_t ids[MOST];                   /* -1: dropped */
    uint8_t marks[MOST];
    float seen[DIM];                     /* 0: a dimension that is hidden */
    float wide[WIDEST], gwide[WIDEST], keep[WIDEST];
    float hidden[MOST_HIDDEN], ghidden[MOST_HIDDEN];
    float out[HEADS], gout[HEADS];
    int64_t bag_at;
    int bag_size;
    uint8_t bag_kept[8192];
};

static void fail(const char *what, const char *which)
{
    fprintf(stderr, "letters: %s %s\n", what, which);
    exit(1);
}

static void *take(size_t count, size_t size)
{
    void *block = NULL;
    if (posix_memalign(&block, 64, (count * size + 63) / 64 * 64 + 64) != 0)
        fail("out of memory", "");
    memset(block, 0, count * size);
    return block;
}

static const void *map(const char *directory, const char *name, size_t *size)
{
    char path[4096];
    snprintf(path, sizeof path, "%s%s%s", directory, *directory == '\0' ? "" : "/", name);
    int file = open(path, O_RDONLY);
    struct stat st;
    if (file < 0 || fstat(file, &st) != 0)
        fail("cannot read", path);
    void *found = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, file, 0);
    if (found == MAP_FAILED)
        fail("cannot map", path);
    close(file);
    *size = (size_t)st.st_size;
    return found;
}

static uint64_t draw(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static float uniform(uint64_t *state)
{
    return (float)(draw(state) >> 40) / (float)(1 << 24);
}

static float normal(uint64_t *state)
{
    float a = uniform(state) + 1e-7f;
    float b = uniform(state);
    return sqrtf(-2 * logf(a)) * cosf(6.2831853f * b);
}

static float sigmoid(float x)
{
    return 1 / (1 + expf(-x));
}

/* y += x w, for one row x. */
static void add_product(const float *restrict x, const float *restrict w, float *restrict y,
                        int n, int m)
{
    for (int k = 0; k < n; k++) {
        float a = x[k];
        if (a != 0) {
            const float *row = w + k * m;
            for (int j = 0; j < m; j++)
                y[j] += a * row[j];
        }
    }
}

/* The way back through add_product: the slopes of w and of x. */
static void add_slopes(const float *restrict x, const float *restrict w,
                       const float *restrict gy, float *restrict gw, float *restrict gx, int n,
                       int m)
{
    for (int k = 0; k < n; k++) {
        const float *row = w + k * m;
        float *slope = gw + k * m;
        float a = x[k], dot = 0;
        for (int j = 0; j < m; j++) {
            slope[j] += a * gy[j];
            dot += row[j] * gy[j];
        }
        gx[k] += dot;
    }
}

/* Reading */

static void read_words(const struct inputs *in, struct net *net, struct pass *p, int32_t text,
                       int learns)
{
    int64_t at = in->offsets[text];
    int64_t size = in->offsets[text + 1] - at;
    p->count = size > MOST ? MOST : (int)size;
    float *mean = p->wide + net->at_mean;
    memset(mean, 0, DIM * sizeof(float));
    for (int i = 0; i < p->count; i++) {
        p->ids[i] = in->ids[at + i];
        p->marks[i] = in->marks[at + i];
        if (learns && uniform(&net->seed) < WORD_DROP) {
            p->ids[i] = -1;
            continue;
        }
        const float *row = net->words.rows + (size_t)p->ids[i] * DIM;
        for (int j = 0; j < DIM; j++)
            mean[j] += row[j];
        for (int k = 0; k < MARKS; k++)
            if (p->marks[i] >> k & 1)
                for (int j = 0; j < DIM; j++)
                    mean[j] += net->weights[net->mark.at + (size_t)(k * DIM + j)];
    }
    /* A whole dimension goes at a time: a post's words share what is hidden of them. */
    for (int j = 0; j < DIM; j++) {
        p->seen[j] = learns && uniform(&net->seed) < net->blind ? 0 : 1;
        mean[j] *= p->seen[j] / fmaxf((float)p->count, 1);
    }
}

static void sum_ngrams(const struct inputs *in, struct net *net, struct pass *p, int32_t text,
                       int learns)
{
    float *sum = p->wide + net->at_bag;
    memset(sum, 0, (size_t)net->columns * sizeof(float));
    p->bag_at = in->starts[text];
    int64_t size = in->starts[text + 1] - p->bag_at;
    p->bag_size = size > (int64_t)sizeof p->bag_kept ? (int)sizeof p->bag_kept : (int)size;
    for (int i = 0; i < p->bag_size; i++) {
        p->bag_kept[i] = !learns || uniform(&net->seed) >= NGRAM_DROP;
        if (!p->bag_kept[i])
            continue;
        const float *row = net->bag.rows + (size_t)in->ngrams[p->bag_at + i] * (size_t)net->columns;
        float v = in->values[p->bag_at + i] * (learns ? 1 / (1 - NGRAM_DROP) : 1);
        for (int j = 0; j < net->columns; j++)
            sum[j] += v * row[j];
    }
}

static void forward(const struct inputs *in, struct net *net, struct pass *p, int32_t text,
                    int set, int learns)
{
    const float *w = net->weights;
    read_words(in, net, p, text, learns);
    sum_ngrams(in, net, p, text, learns);
    memcpy(p->wide + net->at_extra, in->extra + (size_t)text * EXTRA, EXTRA * sizeof(float));
    if (learns) {
        for (int j = 0; j < net->wide; j++) {
            p->keep[j] = uniform(&net->seed) < net->drop ? 0 : 1 / (1 - net->drop);
            p->wide[j] *= p->keep[j];
        }
    }
    memcpy(p->hidden, w + net->join_bias.at, (size_t)net->hidden * sizeof(float));
    add_product(p->wide, w + net->join.at, p->hidden, net->wide, net->hidden);
    for (int j = 0; j < net->hidden; j++) {
        float keep = 1;
        if (learns)
            keep = uniform(&net->seed) < HIDDEN_DROP ? 0 : 1 / (1 - HIDDEN_DROP);
        p->hidden[j] = fmaxf(p->hidden[j], 0) * keep;
    }
    memcpy(p->out, w + net->head_bias.at, HEADS * sizeof(float));
    add_product(p->hidden, w + net->head_hidden.at, p->out, net->hidden, HEADS);
    add_product(p->wide, w + net->head_wide.at, p->out, net->wide, HEADS);
    for (int k = 0; k < 3; k++)
        p->out[k] += w[net->set_bias.at + (size_t)(set * 3 + k)];
}

/* Learning */

/* The slope of the loss at the heads; its value. */
static float judge(const struct task *task, const struct row *row, struct pass *p)
{
    memset(p->gout, 0, sizeof p->gout);
    float loss = 0;
    const float *z = p->out + task->first;
    float *g = p->gout + task->first;
    if (task->kind == 0) {
        float most = z[0], sum = 0;
        for (int k = 1; k < task->count; k++)
            most = fmaxf(most, z[k]);
        for (int k = 0; k < task->count; k++)
            sum += g[k] = expf(z[k] - most);
        for (int k = 0; k < task->count; k++) {
            loss -= row->target[k] * (z[k] - most - logf(sum));
            g[k] = row->weight * (g[k] / sum - row->target[k]);
        }
    } else {
        for (int k = 0; k < task->count; k++) {
            float s = sigmoid(z[k]);
            loss -= row->target[k] * logf(s + 1e-7f)
                + (1 - row->target[k]) * logf(1 - s + 1e-7f);
            g[k] = row->weight * (s - row->target[k]);
        }
    }
    return loss * row->weight;
}

static void move_row(struct table *table, size_t number, const float *slope, float scale,
                     float rate)
{
    float *row = table->rows + number * (size_t)table->width;
    float squares = 0;
    for (int j = 0; j < table->width; j++)
        squares += slope[j] * slope[j];
    squares *= scale * scale / (float)table->width;
    table->squares[number] += squares;
    float step = rate * scale / sqrtf(table->squares[number] + 1e-10f);
    for (int j = 0; j < table->width; j++)
        row[j] -= step * slope[j];
}

static void backward(const struct inputs *in, struct net *net, struct pass *p, int set, float slow)
{
    const float *w = net->weights;
    float *g = net->slopes;
    memset(p->gwide, 0, (size_t)net->wide * sizeof(float));
    memset(p->ghidden, 0, (size_t)net->hidden * sizeof(float));
    for (int k = 0; k < HEADS; k++)
        g[net->head_bias.at + (size_t)k] += p->gout[k];
    for (int k = 0; k < 3; k++)
        g[net->set_bias.at + (size_t)(set * 3 + k)] += p->gout[k];
    add_slopes(p->hidden, w + net->head_hidden.at, p->gout, g + net->head_hidden.at, p->ghidden,
               net->hidden, HEADS);
    add_slopes(p->wide, w + net->head_wide.at, p->gout, g + net->head_wide.at, p->gwide,
               net->wide, HEADS);
    for (int j = 0; j < net->hidden; j++) {
        p->ghidden[j] *= p->hidden[j] > 0 ? 1 / (1 - HIDDEN_DROP) : 0;
        g[net->join_bias.at + (size_t)j] += p->ghidden[j];
    }
    add_slopes(p->wide, w + net->join.at, p->ghidden, g + net->join.at, p->gwide, net->wide,
               net->hidden);
    for (int j = 0; j < net->wide; j++)
        p->gwide[j] *= p->keep[j];
    for (int i = 0; i < p->bag_size; i++)
        if (p->bag_kept[i])
            move_row(&net->bag, (size_t)in->ngrams[p->bag_at + i], p->gwide + net->at_bag,
                     in->values[p->bag_at + i] / (1 - NGRAM_DROP), net->bag.rate * slow);
    float ge[DIM];
    for (int j = 0; j < DIM; j++)
        ge[j] = p->gwide[net->at_mean + j] * p->seen[j] / fmaxf((float)p->count, 1);
    for (int i = 0; i < p->count; i++) {
        if (p->ids[i] < 0)
            continue;
        for (int k = 0; k < MARKS; k++)
            if (p->marks[i] >> k & 1)
                for (int j = 0; j < DIM; j++)
                    g[net->mark.at + (size_t)(k * DIM + j)] += ge[j];
        move_row(&net->words, (size_t)p->ids[i], ge, 1, net->words.rate * slow);
    }
}

static void adam(struct net *net, float rate)
{
    net->steps++;
    double c1 = 1 - pow(0.9, (double)net->steps), c2 = 1 - pow(0.999, (double)net->steps);
    float scale = rate / (float)c1, root = 1 / (float)c2, norm = 0;
    for (size_t i = 0; i < net->size; i++)
        norm += net->slopes[i] * net->slopes[i];
    float clip = norm > 4 * BATCH * BATCH ? 2 / sqrtf(norm) : 1.0f / BATCH;
    for (size_t i = 0; i < net->size; i++) {
        float g = net->slopes[i] * clip;
        net->mean[i] = 0.9f * net->mean[i] + 0.1f * g;
        net->square[i] = 0.999f * net->square[i] + 0.001f * g * g;
        net->weights[i] -= scale * net->mean[i] / (sqrtf(net->square[i] * root) + 1e-7f)
            + rate * 1e-4f * net->weights[i];
        net->slopes[i] = 0;
    }
}

static void learn(const struct inputs *in, struct net *net, struct pass *p, const int32_t *order,
                  int32_t count, float pace, const char *what)
{
    time_t last = time(NULL);
    double loss = 0;
    int32_t seen = 0;
    for (int32_t i = 0; i < count; i++) {
        const struct row *row = in->rows + order[i];
        const struct task *task = in->tasks + row->task;
        float done = (float)i / (float)count;
        float slow = pace * (fminf(done / 0.05f, (1 - done) / 0.95f) + 0.005f);
        forward(in, net, p, row->text, row->set, 1);
        loss += judge(task, row, p);
        seen++;
        backward(in, net, p, row->set, slow);
        if ((i + 1) % BATCH == 0 || i + 1 == count)
            adam(net, net->rate * slow);
        if ((i & 1023) == 0 && time(NULL) - last >= 30) {
            last = time(NULL);
            fprintf(stderr, "%s: %d of %d, loss %.4f\n", what, i, count, loss / seen);
            loss = seen = 0;
        }
    }
}

/* Building */

static struct block reserve(struct net *net, int rows, int columns)
{
    struct block b = {net->size, (size_t)rows * (size_t)columns};
    net->size += (b.size + 15) / 16 * 16;
    return b;
}

static void scatter(struct net *net, struct block b, int inputs)
{
    float scale = sqrtf(2 / (float)inputs);
    for (size_t i = 0; i < b.size; i++)
        net->weights[b.at + i] = normal(&net->seed) * scale;
}

static void build(struct net *net, const struct inputs *in, const float *vectors, int sets)
{
    net->at_mean = 0;
    net->at_bag = DIM;
    net->at_extra = net->at_bag + net->columns;
    net->wide = net->at_extra + EXTRA;
    if (net->wide > WIDEST || net->hidden > MOST_HIDDEN)
        fail("too wide", "");
    net->mark = reserve(net, MARKS, DIM);
    net->join = reserve(net, net->wide, net->hidden);
    net->join_bias = reserve(net, 1, net->hidden);
    net->head_hidden = reserve(net, net->hidden, HEADS);
    net->head_wide = reserve(net, net->wide, HEADS);
    net->head_bias = reserve(net, 1, HEADS);
    net->set_bias = reserve(net, sets, 3);
    net->weights = take(net->size, sizeof(float));
    net->slopes = take(net->size, sizeof(float));
    net->mean = take(net->size, sizeof(float));
    net->square = take(net->size, sizeof(float));
    scatter(net, net->join, net->wide);
    scatter(net, net->head_hidden, 2 * net->hidden);
    net->words.width = DIM;
    net->words.rows = take(in->word_count * DIM, sizeof(float));
    net->words.squares = take(in->word_count, sizeof(float));
    memcpy(net->words.rows, vectors, in->word_count * DIM * sizeof(float));
    net->bag.width = net->columns;
    net->bag.rows = take(in->ngram_count * (size_t)net->columns, sizeof(float));
    net->bag.squares = take(in->ngram_count, sizeof(float));
    for (size_t i = 0; i < in->ngram_count * (size_t)net->columns; i++)
        net->bag.rows[i] = 0.1f * (uniform(&net->seed) - 0.5f);
}

static void open_inputs(struct inputs *in, const char *directory, const char *vectors,
                        const char *job, const float **table)
{
    size_t size;
    in->ids = map(directory, "ids", &size);
    in->marks = map(directory, "marks", &size);
    in->offsets = map(directory, "offsets", &size);
    in->extra = map(directory, "extra", &size);
    in->starts = map(directory, "starts", &size);
    in->ngrams = map(directory, "ngrams", &size);
    in->values = map(directory, "values", &size);
    *table = map(directory, vectors, &size);
    in->word_count = size / (DIM * sizeof(float));
    in->job = map("", job, &size);
    if (in->job[0] != MAGIC)
        fail("not a job:", job);
    in->ngram_count = (size_t)in->job[7];
    in->tasks = (const struct task *)(in->job + 8);
    in->rows = (const struct row *)(in->tasks + in->job[1]);
    in->first = (const int32_t *)(in->rows + in->job[3]);
    in->second = in->first + in->job[4];
    in->texts = in->second + in->job[5];
}

/* What the net says of the job's texts, by the intercepts of the first set. */
static void predict(const struct inputs *in, struct net *net, struct pass *p, FILE *out)
{
    for (int32_t i = 0; i < in->job[6]; i++) {
        forward(in, net, p, in->texts[i], 0, 0);
        if (fwrite(p->out, sizeof(float), HEADS, out) != HEADS)
            fail("cannot write", "");
    }
}

int main(int argc, char **argv)
{
    struct net *net = take(1, sizeof *net);
    struct pass *p = take(1, sizeof *p);
    struct inputs in = {0};
    net->columns = 48;
    net->hidden = 128;
    net->drop = 0.35f;
    net->blind = 0.15f;
    net->rate = 1e-3f;
    net->words.rate = 0.01f;
    net->bag.rate = 0.03f;
    net->seed = 1;
    for (int c; (c = getopt(argc, argv, "b:h:w:f:r:d:e:s:")) != -1;) {
        switch (c) {
        case 'b': net->columns = atoi(optarg) / 16 * 16; break;
        case 'h': net->hidden = atoi(optarg) / 16 * 16; break;
        case 'w': net->words.rate = (float)atof(optarg); break;
        case 'f': net->bag.rate = (float)atof(optarg); break;
        case 'r': net->rate = (float)atof(optarg); break;
        case 'e': net->blind = (float)atof(optarg); break;
        case 'd': net->drop = (float)atof(optarg); break;
        case 's': net->seed = (uint64_t)atoll(optarg); break;
        default: return 2;
        }
    }
    if (argc - optind != 4)
        fail("usage: letters [options] DIRECTORY VECTORS JOB OUT", "");
    const float *vectors;
    open_inputs(&in, argv[optind], argv[optind + 1], argv[optind + 2], &vectors);
    build(net, &in, vectors, in.job[2]);
    FILE *out = fopen(argv[optind + 3], "wb");
    if (out == NULL)
        fail("cannot write", argv[optind + 3]);
    /* All tasks first; then those of the second order alone, whose rows are few. */
    learn(&in, net, p, in.first, in.job[4], 1, "all");
    predict(&in, net, p, out);
    if (in.job[5] > 0) {
        learn(&in, net, p, in.second, in.job[5], 0.5f, "second");
        predict(&in, net, p, out);
    }
    if (fclose(out) != 0)
        fail("cannot write", argv[optind + 3]);
    return 0;
}
