/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "score/encoder.h"

#include "base/alloc.h"
#include "base/little.h"
#include "score/calibrate.h"
#include "score/cues.h"

#include <string.h>

#define WIDTH ENGAGEP_ENCODER_WIDTH
#define NEAR (3 * WIDTH) /* a token with its neighbours; and what is told of a post */
#define HIDDEN ENGAGEP_ENCODER_HIDDEN
#define LAYERS ENGAGEP_ENCODER_LAYERS
#define WINDOW 64     /* tokens that are read at a time: longer posts are read in parts */
#define MOST 8191     /* of an activation, either sign, so that products add up in 32 bits */
#define UNIT 256      /* of an activation */
#define FINER 4       /* than the 1/64 of rows */

/* Outputs of one layer: weights side by side, then what each sum is scaled by, and what is added
 * to it, in 1/2^24. */
struct convolution {
    int16_t weights[WIDTH][NEAR];
    int32_t scale[WIDTH];
    int32_t bias[WIDTH];
};

struct engagep_encoder {
    engage_allocator allocator;
    const unsigned char *names; /* rising */
    const signed char *rows;
    size_t count;
    struct convolution layers[LAYERS];
    struct {
        int16_t weights[HIDDEN][NEAR];
        int32_t scale[HIDDEN];
        int32_t bias[HIDDEN];
    } hidden;
    struct {
        int16_t weights[ENGAGE_HEADS][HIDDEN];
        int32_t scale[ENGAGE_HEADS];
        int32_t bias[ENGAGE_HEADS];
    } heads;
    /* A window, with a token of zeros before and after it; and the next layer's. */
    int16_t tokens[2][(WINDOW + 2) * WIDTH];
    /* Over all windows. */
    int64_t first[WIDTH];
    int64_t last[WIDTH];
    int16_t largest[WIDTH];
    /* Letters of the word that is read. */
    int32_t letters[WIDTH];
    int32_t letter_count;
};

_Static_assert((int64_t)NEAR * MOST * 128 <= INT32_MAX && (int64_t)HIDDEN * MOST * 128 <= INT32_MAX,
               "products add up in 32 bits");
_Static_assert(WINDOW % 4 == 0, "tokens are taken by fours");

/* --------------------------------------------------------------- reading --- */

/* Of so many outputs their scales, their biases and all weights. */
static const unsigned char *take_layer(const unsigned char *p, size_t outputs, size_t inputs,
                                       int32_t *scale, int32_t *bias, int16_t *weights)
{
    p = engagep_model_numbers(p, scale, outputs);
    p = engagep_model_numbers(p, bias, outputs);
    for (size_t i = 0; i < outputs * inputs; i++)
        weights[i] = (signed char)p[i];
    return p + outputs * inputs;
}

int engagep_encoder_new(struct engagep_encoder **out, const engage_model *model,
                        const engage_allocator *allocator)
{
    struct engagep_encoder *e = engagep_alloc_zero(allocator, 1, sizeof(*e));
    *out = e;
    if (e == NULL)
        return ENGAGE_ENOMEM;
    e->allocator = *allocator;
    size_t size;
    e->names = engagep_model_section(model, ENGAGEP_SECTION_NAMES, &size);
    e->count = size / 4;
    e->rows = (const signed char *)engagep_model_section(model, ENGAGEP_SECTION_ROWS, &size);
    const unsigned char *p = engagep_model_section(model, ENGAGEP_SECTION_ENCODER, &size);
    p += 4 * ENGAGEP_ENCODER_DOUBTS; /* engagep_model_doubts */
    for (int i = 0; i < LAYERS; i++) {
        struct convolution *layer = &e->layers[i];
        p = take_layer(p, WIDTH, NEAR, layer->scale, layer->bias, layer->weights[0]);
    }
    p = take_layer(p, HIDDEN, NEAR, e->hidden.scale, e->hidden.bias, e->hidden.weights[0]);
    take_layer(p, ENGAGE_HEADS, HIDDEN, e->heads.scale, e->heads.bias, e->heads.weights[0]);
    return ENGAGE_OK;
}

void engagep_encoder_free(struct engagep_encoder *encoder)
{
    if (encoder == NULL)
        return;
    engage_allocator allocator = encoder->allocator;
    engagep_alloc_free(&allocator, encoder, 1, sizeof(*encoder));
}

/* ---------------------------------------------------------------- tokens --- */

/* The row of a name, or NULL. */
static const signed char *find(const struct engagep_encoder *e, uint32_t name)
{
    size_t low = 0;
    for (size_t count = e->count; count > 0;) {
        size_t half = count / 2;
        if (engagep_little_u32(e->names + 4 * (low + half)) < name) {
            low += half + 1;
            count -= half + 1;
        } else {
            count = half;
        }
    }
    if (low == e->count || engagep_little_u32(e->names + 4 * low) != name)
        return NULL;
    return e->rows + low * WIDTH;
}

static void add(int32_t *restrict sum, const signed char *restrict row)
{
    for (int k = 0; k < WIDTH; k++)
        sum[k] += row[k];
}

static void add_letters(void *ctx, const struct engagep_feature *features, size_t count)
{
    struct engagep_encoder *e = ctx;
    for (size_t i = 0; i < count; i++) {
        const signed char *row = find(e, engagep_cues_name(features[i].hash));
        if (row == NULL)
            continue;
        add(e->letters, row);
        e->letter_count++;
    }
}

/* The mean of the rows of a word's letters, in 1/256. */
static void spell(struct engagep_encoder *e, struct engagep_features *features,
                  const struct engagep_word *word, const char *norm, size_t size)
{
    memset(e->letters, 0, sizeof(e->letters));
    e->letter_count = 0;
    engagep_features_sink sink = features->sink;
    void *ctx = features->ctx;
    features->sink = add_letters;
    features->ctx = e;
    engagep_cues_spell(features, word, norm, size);
    features->sink = sink;
    features->ctx = ctx;
    for (int k = 0; k < WIDTH && e->letter_count > 0; k++)
        e->letters[k] = e->letters[k] * FINER / e->letter_count;
}

static inline int16_t hold(int32_t x)
{
    return (int16_t)(x > MOST ? MOST : x < -MOST ? -MOST : x);
}

static void read_token(struct engagep_encoder *e, struct engagep_features *features,
                       const struct engagep_word *word, const struct engagep_token *token,
                       const char *norms, int16_t *restrict out)
{
    int32_t sum[WIDTH] = {0};
    struct engagep_cues cues;
    engagep_cues_read(word, token, &cues);
    const signed char *row = find(e, cues.word);
    if (row != NULL)
        add(sum, row);
    for (size_t i = 0; i < cues.count; i++) {
        const signed char *other = find(e, cues.others[i]);
        if (other != NULL)
            add(sum, other);
    }
    for (int k = 0; k < WIDTH; k++)
        sum[k] *= FINER;
    if (row == NULL && cues.spelt) {
        spell(e, features, word, norms + token->norm, token->norm_size);
        for (int k = 0; k < WIDTH; k++)
            sum[k] += e->letters[k];
    }
    for (int k = 0; k < WIDTH; k++)
        out[k] = hold(sum[k]);
}

/* ---------------------------------------------------------------- layers --- */

/* The products of four tokens in a row, so that a weight is read once for them. */
static void dot4(const int16_t *restrict x, const int16_t *restrict weights, int32_t out[4])
{
    int32_t a = 0, b = 0, c = 0, d = 0;
#if defined(__clang__) /* which else takes vectors of half a register, at a third of the speed */
#pragma clang loop vectorize_width(8) interleave_count(1)
#endif
    for (int k = 0; k < NEAR; k++) {
        a += x[k] * weights[k];
        b += x[k + WIDTH] * weights[k];
        c += x[k + 2 * WIDTH] * weights[k];
        d += x[k + 3 * WIDTH] * weights[k];
    }
    out[0] = a;
    out[1] = b;
    out[2] = c;
    out[3] = d;
}

/* A sum scaled, where it is more than nothing, and held. */
static inline int16_t ramp(int32_t sum, int32_t scale, int32_t bias)
{
    int64_t x = (int64_t)sum * scale + (int64_t)bias * UNIT;
    x = x > 0 ? x >> 24 : 0;
    return (int16_t)(x > MOST ? MOST : x);
}

/* From one window to the next; their first and last tokens are zeros. Beyond the count,
 * tokens are read that stand for none, and what comes of them is made zeros. */
static void convolve(const struct convolution *layer, const int16_t *restrict x,
                     int16_t *restrict out, size_t count)
{
    for (size_t t = 0; t < count; t += 4) {
        const int16_t *before = x + t * WIDTH;
        for (int o = 0; o < WIDTH; o++) {
            int32_t sums[4];
            dot4(before, layer->weights[o], sums);
            for (size_t i = 0; i < 4; i++) {
                size_t at = (t + 1 + i) * WIDTH + (size_t)o;
                out[at] = hold(x[at] + ramp(sums[i], layer->scale[o], layer->bias[o]));
            }
        }
    }
    memset(out + (count + 1) * WIDTH, 0, WIDTH * sizeof(*out));
}

static void read_window(struct engagep_encoder *e, struct engagep_features *features,
                        const struct engagep_token *tokens, const char *norms, size_t first,
                        size_t count)
{
    int16_t *x = e->tokens[0];
    for (size_t t = 0; t < count; t++) {
        int16_t *own = x + (t + 1) * WIDTH;
        read_token(e, features, &features->words[first + t], &tokens[t], norms, own);
        for (int k = 0; k < WIDTH; k++)
            e->first[k] += own[k];
    }
    memset(x + (count + 1) * WIDTH, 0, WIDTH * sizeof(*x));
    for (int i = 0; i < LAYERS; i++) {
        convolve(&e->layers[i], x, e->tokens[(i + 1) % 2], count);
        x = e->tokens[(i + 1) % 2];
    }
    for (size_t t = 1; t <= count; t++) {
        const int16_t *own = x + t * WIDTH;
        for (int k = 0; k < WIDTH; k++) {
            e->last[k] += own[k];
            e->largest[k] = own[k] > e->largest[k] ? own[k] : e->largest[k];
        }
    }
}

static int32_t dot(const int16_t *restrict x, const int16_t *restrict weights, size_t count)
{
    int32_t sum = 0;
    for (size_t k = 0; k < count; k++)
        sum += x[k] * weights[k];
    return sum;
}

void engagep_encoder_run(struct engagep_encoder *e, struct engagep_features *features,
                         const engage_tokenizer *tokenizer, size_t first, size_t count,
                         int64_t logits[ENGAGE_HEADS])
{
    int16_t told[NEAR] = {0};
    int16_t h[HIDDEN];
    size_t all;
    const struct engagep_token *tokens = engagep_token_array(tokenizer, &all);
    const char *norms = engagep_token_norms(tokenizer);
    memset(e->first, 0, sizeof(e->first));
    memset(e->last, 0, sizeof(e->last));
    for (int k = 0; k < WIDTH; k++)
        e->largest[k] = -MOST;
    for (size_t at = 0; at < count; at += WINDOW)
        read_window(e, features, tokens + first + at, norms, at,
                    count - at < WINDOW ? count - at : WINDOW);
    for (int k = 0; k < WIDTH && count > 0; k++) {
        told[k] = (int16_t)(e->first[k] / (int64_t)count);
        told[k + WIDTH] = (int16_t)(e->last[k] / (int64_t)count);
        told[k + 2 * WIDTH] = e->largest[k];
    }
    for (int o = 0; o < HIDDEN; o++)
        h[o] = ramp(dot(told, e->hidden.weights[o], NEAR), e->hidden.scale[o], e->hidden.bias[o]);
    for (int head = 0; head < ENGAGE_HEADS; head++) {
        int64_t sum = dot(h, e->heads.weights[head], HIDDEN); /* to 1/65536, from 1/256 */
        logits[head] += engagep_calibrate_shift(sum * e->heads.scale[head] +
                                                (int64_t)e->heads.bias[head] * UNIT);
    }
}
