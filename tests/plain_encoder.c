/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "plain_encoder.h"

#include "support.h"

#include "base/alloc.h"
#include "score/cues.h"
#include "score/model.h"

#include <string.h>

enum {
    WIDTH = CAREFUL_WIDTH,
    TOGETHER = 64, /* tokens: of each so many, the first and the last lack a neighbour */
    MOST = 8191    /* of an activation, either sign */
};

/* ------------------------------------------------------------- arithmetic --- */

/* Rounded down, for either sign. */
static int64_t divide(int64_t x, int64_t by)
{
    int64_t result = x / by;
    return x % by < 0 ? result - 1 : result;
}

static int64_t within(int64_t x)
{
    return x > MOST ? MOST : x < -MOST ? -MOST : x;
}

/* An output of a layer. Its scale and bias are in 1/2^24, inputs in 1/256; `over` makes of that
 * what is wanted. */
static int64_t output_of(const struct careful_layer *layer, size_t output, const int64_t *inputs,
                         int64_t over)
{
    int64_t sum = 0;
    for (size_t i = 0; i < layer->inputs; i++)
        sum += inputs[i] * layer->weights[output][i];
    return divide(sum * layer->scale[output] + (int64_t)layer->bias[output] * 256, over);
}

static int64_t activation_of(struct plain_encoder *e, const struct careful_layer *layer,
                             size_t output, const int64_t *inputs)
{
    int64_t x = output_of(layer, output, inputs, 1 << 24);
    if (x <= 0)
        e->nothing++;
    else if (x < MOST)
        e->between++;
    else
        e->most++;
    return x < 0 ? 0 : within(x);
}

/* ----------------------------------------------------------------- tokens --- */

static const int8_t *row_of(const struct careful_model *model, uint32_t name)
{
    for (size_t i = 0; i < model->count; i++) {
        if (model->names[i] == name)
            return model->rows[i];
    }
    return NULL;
}

struct sum {
    const struct careful_model *model;
    int64_t columns[WIDTH];
    int64_t rows;
};

static int add_row(struct sum *sum, uint32_t name)
{
    const int8_t *row = row_of(sum->model, name);
    for (int k = 0; k < WIDTH && row != NULL; k++)
        sum->columns[k] += row[k];
    sum->rows += row != NULL;
    return row != NULL;
}

static void add_letters(void *ctx, const struct engagep_feature *features, size_t count)
{
    for (size_t i = 0; i < count; i++)
        add_row(ctx, engagep_cues_name(features[i].hash));
}

static void drop_features(void *ctx, const struct engagep_feature *features, size_t count)
{
    (void)ctx;
    (void)features;
    (void)count;
}

/* Rows are in 1/64, what is made of them in 1/256. */
static void read_token(struct plain_encoder *e, const struct engagep_word *word,
                       const struct engagep_token *token, int64_t out[WIDTH])
{
    struct sum all = {.model = e->model};
    struct sum letters = {.model = e->model};
    struct engagep_cues cues;
    engagep_cues_read(word, token, &cues);
    int known = add_row(&all, cues.word);
    for (size_t i = 0; i < cues.count; i++)
        e->others += (size_t)add_row(&all, cues.others[i]);
    if (!known && cues.spelt) {
        e->features.sink = add_letters;
        e->features.ctx = &letters;
        engagep_cues_spell(&e->features, word, engagep_token_norms(e->tokenizer) + token->norm,
                           token->norm_size);
        e->features.sink = drop_features;
    }
    for (int k = 0; k < WIDTH; k++) {
        int64_t mean = letters.rows == 0 ? 0 : letters.columns[k] * 4 / letters.rows;
        out[k] = within(all.columns[k] * 4 + mean);
    }
    if (known)
        e->known++;
    else if (letters.rows > 0)
        e->spelt++;
    else if (cues.spelt)
        e->unspelt++;
    else
        e->unknown++;
}

/* ----------------------------------------------------------------- object --- */

void plain_encoder_open(struct plain_encoder *e, const struct careful_model *model)
{
    memset(e, 0, sizeof(*e));
    e->model = model;
    ck_assert_int_eq(engagep_alloc_init(&e->allocator, NULL), ENGAGE_OK);
    ck_assert_int_eq(engagep_token_reader(&e->tokenizer, 0, NULL), ENGAGE_OK);
    engagep_features_init(&e->features, &e->allocator);
    e->features.vocabulary = engagep_model_vocabulary(engage_model_builtin());
    e->features.sink = drop_features;
    e->passages.allocator = &e->allocator;
}

void plain_encoder_close(struct plain_encoder *e)
{
    engagep_passages_release(&e->passages);
    engagep_features_release(&e->features);
    engage_tokenizer_free(e->tokenizer);
}

void plain_encoder_read(struct plain_encoder *e, const char *text, size_t size)
{
    ck_assert_int_eq(engage_tokenizer_run(e->tokenizer, text, size), ENGAGE_OK);
    ck_assert_int_eq(engagep_features_run(&e->features, e->tokenizer), ENGAGE_OK);
    ck_assert_int_eq(engagep_passages_find(&e->passages, &e->features, e->tokenizer), ENGAGE_OK);
    engagep_token_array(e->tokenizer, &e->count);
    ck_assert_uint_le(e->count, PLAIN_ENCODER_TOKENS);
}

/* Whether two tokens beside each other are read together. */
static int are_together(size_t a, size_t b)
{
    return a / TOGETHER == b / TOGETHER;
}

static void run_layer(struct plain_encoder *e, const struct careful_layer *layer,
                      int64_t x[][WIDTH], size_t count)
{
    static int64_t out[PLAIN_ENCODER_TOKENS][WIDTH];
    for (size_t t = 0; t < count; t++) {
        int64_t inputs[3 * WIDTH] = {0};
        for (int k = 0; k < WIDTH; k++) {
            if (t > 0 && are_together(t - 1, t))
                inputs[k] = x[t - 1][k];
            inputs[k + WIDTH] = x[t][k];
            if (t + 1 < count && are_together(t, t + 1))
                inputs[k + 2 * WIDTH] = x[t + 1][k];
        }
        for (size_t o = 0; o < WIDTH; o++)
            out[t][o] = within(x[t][o] + activation_of(e, layer, o, inputs));
    }
    memcpy(x, out, count * sizeof(out[0]));
}

/* A mean is rounded towards 0, as a share of letters is. */
static void tell(int64_t out[3 * WIDTH], int64_t first[WIDTH], int64_t x[][WIDTH], size_t count)
{
    for (int k = 0; k < WIDTH; k++) {
        int64_t sum = 0;
        int64_t largest = x[0][k];
        for (size_t t = 0; t < count; t++) {
            sum += x[t][k];
            largest = x[t][k] > largest ? x[t][k] : largest;
        }
        out[k] = first[k] / (int64_t)count;
        out[k + WIDTH] = sum / (int64_t)count;
        out[k + 2 * WIDTH] = largest;
    }
}

void plain_encoder_run(struct plain_encoder *e, size_t first, size_t count,
                       int64_t logits[ENGAGE_HEADS])
{
    static int64_t x[PLAIN_ENCODER_TOKENS][WIDTH];
    int64_t sum[WIDTH] = {0};
    int64_t told[3 * WIDTH] = {0};
    int64_t hidden[ENGAGEP_ENCODER_HIDDEN];
    size_t all;
    const struct engagep_token *tokens = engagep_token_array(e->tokenizer, &all);
    ck_assert_uint_le(first + count, all);
    ck_assert_int_eq(engagep_features_part(&e->features, e->tokenizer, first, count), ENGAGE_OK);
    for (size_t t = 0; t < count; t++) {
        read_token(e, &e->features.words[t], &tokens[first + t], x[t]);
        for (int k = 0; k < WIDTH; k++)
            sum[k] += x[t][k];
    }
    for (int i = 0; i < ENGAGEP_ENCODER_LAYERS; i++)
        run_layer(e, &e->model->layers[i], x, count);
    if (count > 0)
        tell(told, sum, x, count);
    for (size_t o = 0; o < ENGAGEP_ENCODER_HIDDEN; o++)
        hidden[o] = activation_of(e, &e->model->layers[CAREFUL_HIDDEN], o, told);
    for (size_t head = 0; head < ENGAGE_HEADS; head++)
        logits[head] = output_of(&e->model->layers[CAREFUL_HEADS], head, hidden, 1 << 16);
}
