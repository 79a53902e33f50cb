/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "careful_model.h"

#include "small_model.h"
#include "support.h"

#include "base/alloc.h"
#include "base/little.h"
#include "score/cues.h"
#include "score/model.h"

#include <stdlib.h>
#include <string.h>

_Static_assert(ENGAGEP_ENCODER_HIDDEN <= CAREFUL_WIDTH && ENGAGE_HEADS <= CAREFUL_WIDTH,
               "a layer has room for its outputs");

/* ------------------------------------------------------------------ names --- */

/* What is told of the tokens of these posts has rows. */
static const char sample[] =
    "I do not love this battery but GOOD support, no terrible price... Sooooo great!!! never bad? "
    "#sogood #fail :( \xF0\x9F\x98\x8D @acme 42 help Susan isn't slow THANKS horrible zorble";

struct draw {
    struct careful_model *model;
    uint64_t *seed;
};

static void add_name(struct careful_model *model, uint32_t name)
{
    ck_assert_uint_lt(model->count, CAREFUL_MODEL_ROWS);
    model->names[model->count++] = name;
}

/* Half of them. */
static void add_letters(void *ctx, const struct engagep_feature *features, size_t count)
{
    const struct draw *draw = ctx;
    for (size_t i = 0; i < count; i++) {
        if (support_random(draw->seed) % 2 == 0)
            add_name(draw->model, engagep_cues_name(features[i].hash));
    }
}

static void drop_features(void *ctx, const struct engagep_feature *features, size_t count)
{
    (void)ctx;
    (void)features;
    (void)count;
}

static void add_token(struct draw *draw, struct engagep_features *features,
                      const struct engagep_word *word, const struct engagep_token *token,
                      const char *norms)
{
    struct engagep_cues cues;
    engagep_cues_read(word, token, &cues);
    if (support_random(draw->seed) % 3 != 0)
        add_name(draw->model, cues.word);
    for (size_t i = 0; i < cues.count; i++)
        add_name(draw->model, cues.others[i]);
    if (cues.spelt)
        engagep_cues_spell(features, word, norms + token->norm, token->norm_size);
}

static int compare_names(const void *a, const void *b)
{
    const uint32_t *x = a;
    const uint32_t *y = b;
    return (*x > *y) - (*x < *y);
}

/* The first and the last name that can be are there too. */
static void draw_names(struct careful_model *model, uint64_t *seed)
{
    struct draw draw = {model, seed};
    engage_allocator allocator;
    static struct engagep_features features;
    engage_tokenizer *tokenizer;
    size_t count;
    memset(&features, 0, sizeof(features));
    ck_assert_int_eq(engagep_alloc_init(&allocator, NULL), ENGAGE_OK);
    engagep_features_init(&features, &allocator);
    features.vocabulary = engagep_model_vocabulary(engage_model_builtin());
    features.sink = drop_features;
    ck_assert_int_eq(engagep_token_reader(&tokenizer, 0, NULL), ENGAGE_OK);
    ck_assert_int_eq(engage_tokenizer_run(tokenizer, sample, strlen(sample)), ENGAGE_OK);
    ck_assert_int_eq(engagep_features_run(&features, tokenizer), ENGAGE_OK);
    features.sink = add_letters;
    features.ctx = &draw;
    const struct engagep_token *tokens = engagep_token_array(tokenizer, &count);
    for (size_t i = 0; i < count; i++)
        add_token(&draw, &features, &features.words[i], &tokens[i],
                  engagep_token_norms(tokenizer));
    add_name(model, 0);
    add_name(model, UINT32_MAX);
    qsort(model->names, model->count, sizeof(model->names[0]), compare_names);
    size_t kept = 1;
    for (size_t i = 1; i < model->count; i++) {
        if (model->names[i] != model->names[kept - 1])
            model->names[kept++] = model->names[i];
    }
    model->count = kept;
    engage_tokenizer_free(tokenizer);
    engagep_features_release(&features);
}

/* ---------------------------------------------------------------- numbers --- */

/* From -most to most - 1. */
static int32_t draw_number(int32_t most, uint64_t *seed)
{
    return (int32_t)(support_random(seed) % (2 * (uint64_t)most)) - most;
}

/* Here and there a scale is the least, and here and there the most that can be. */
static void draw_layer(struct careful_layer *layer, size_t outputs, size_t inputs, uint64_t *seed)
{
    layer->outputs = outputs;
    layer->inputs = inputs;
    for (size_t o = 0; o < outputs; o++) {
        uint64_t kind = support_random(seed) % 32;
        layer->scale[o] = kind == 0   ? 1
                          : kind == 1 ? ENGAGEP_ENCODER_SCALE_MOST
                                      : (int32_t)(support_random(seed) % 120000) + 1;
        layer->bias[o] = draw_number(1 << 23, seed);
        for (size_t i = 0; i < inputs; i++)
            layer->weights[o][i] = (int8_t)draw_number(32, seed);
    }
}

void careful_model_draw(struct careful_model *out, uint64_t seed)
{
    memset(out, 0, sizeof(*out));
    draw_names(out, &seed);
    for (size_t i = 0; i < out->count; i++) {
        for (int k = 0; k < CAREFUL_WIDTH; k++)
            out->rows[i][k] = (int8_t)draw_number(64, &seed);
    }
    for (int i = 0; i < ENGAGEP_ENCODER_LAYERS; i++)
        draw_layer(&out->layers[i], CAREFUL_WIDTH, CAREFUL_INPUTS, &seed);
    draw_layer(&out->layers[CAREFUL_HIDDEN], ENGAGEP_ENCODER_HIDDEN, CAREFUL_INPUTS, &seed);
    draw_layer(&out->layers[CAREFUL_HEADS], ENGAGE_HEADS, ENGAGEP_ENCODER_HIDDEN, &seed);
    for (int head = 0; head < ENGAGE_HEADS; head++) {
        out->calibration[head] = 65536 + draw_number(20000, &seed);
        out->calibration[ENGAGE_HEADS + head] = draw_number(20000, &seed);
        out->calibration[2 * ENGAGE_HEADS + head] =
            head < ENGAGE_SENTIMENTS ? 0 : 400000 + draw_number(200000, &seed);
    }
}

/* ------------------------------------------------------------------- file --- */

static unsigned char *put_numbers(unsigned char *p, const int32_t *numbers, size_t count)
{
    for (size_t i = 0; i < count; i++, p += 4)
        engagep_little_put_u32(p, (uint32_t)numbers[i]);
    return p;
}

static unsigned char *put_bytes(unsigned char *p, const int8_t *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        *p++ = (unsigned char)bytes[i];
    return p;
}

static size_t put_encoder(unsigned char *out, const struct careful_model *model)
{
    unsigned char *p = put_numbers(out, model->doubts, ENGAGEP_ENCODER_DOUBTS);
    for (int i = 0; i < CAREFUL_LAYERS; i++) {
        const struct careful_layer *layer = &model->layers[i];
        p = put_numbers(p, layer->scale, layer->outputs);
        p = put_numbers(p, layer->bias, layer->outputs);
        for (size_t o = 0; o < layer->outputs; o++)
            p = put_bytes(p, layer->weights[o], layer->inputs);
    }
    return (size_t)(p - out);
}

/* Copies of the built-in model's bytes, of which a few are enough. */
static void add_more(struct small_model_writer *w, int type)
{
    size_t size;
    const unsigned char *p = engagep_model_section(engage_model_builtin(), (uint32_t)type, &size);
    ck_assert_ptr_nonnull(p);
    small_model_section(w, (uint32_t)type, 1, 1, p, size < 4096 ? size : 4096);
}

size_t careful_model_write(unsigned char *out, const struct careful_model *model,
                           const struct careful_model_change *change)
{
    static const struct careful_model_change proper;
    /* with room for a few bytes more than there should be */
    static unsigned char names[4 * CAREFUL_MODEL_ROWS + 64];
    static unsigned char rows[CAREFUL_MODEL_ROWS * CAREFUL_WIDTH + 64];
    static unsigned char encoder[ENGAGEP_ENCODER_BYTES + 64];
    unsigned char calibration[4 * ENGAGEP_CALIBRATE_NUMBERS];
    const struct careful_model_change *c = change == NULL ? &proper : change;
    const char *meta = c->meta != NULL ? c->meta : "about\ta careful test\n";
    const char *base = c->base != NULL ? c->base : engage_model_id(engage_model_builtin());
    for (size_t i = 0; i < model->count; i++) {
        engagep_little_put_u32(names + 4 * i, model->names[i]);
        put_bytes(rows + CAREFUL_WIDTH * i, model->rows[i], CAREFUL_WIDTH);
    }
    put_numbers(calibration, model->calibration, ENGAGEP_CALIBRATE_NUMBERS);
    size_t encoder_size = put_encoder(encoder, model);
    ck_assert_uint_eq(encoder_size, ENGAGEP_ENCODER_BYTES);
    struct {
        uint32_t type, element;
        const void *data;
        size_t size;
    } all[] = {
        {ENGAGEP_SECTION_META, 1, meta, strlen(meta)},
        {ENGAGEP_SECTION_CALIBRATE, 4, calibration, sizeof(calibration)},
        {ENGAGEP_SECTION_SELFTEST, 1, c->selftest != NULL ? c->selftest : "", c->selftest_size},
        {ENGAGEP_SECTION_BASE, 1, base, strlen(base)},
        {ENGAGEP_SECTION_NAMES, 1, names, 4 * model->count + (size_t)c->names_bytes},
        {ENGAGEP_SECTION_ROWS, 1, rows, CAREFUL_WIDTH * model->count + (size_t)c->rows_bytes},
        {ENGAGEP_SECTION_ENCODER, 1, encoder, encoder_size + (size_t)c->encoder_bytes},
    };
    enum { ALL = sizeof(all) / sizeof(all[0]) };
    struct small_model_writer w;
    small_model_begin(&w, out, CAREFUL_MODEL_ROOM,
                      (uint32_t)(ALL - (c->leave_out != 0) + (c->twice != 0) + (c->unknown != 0) +
                                 (c->more != 0)));
    for (size_t i = 0; i < ALL; i++) {
        if ((int)all[i].type == c->leave_out)
            continue;
        small_model_section(&w, all[i].type, 1, all[i].element, all[i].data, all[i].size);
        if ((int)all[i].type == c->twice)
            small_model_section(&w, all[i].type, 1, all[i].element, all[i].data, all[i].size);
    }
    if (c->unknown != 0)
        small_model_section(&w, 1000, c->unknown == 2 ? 1 : 0, 1, "later", 5);
    if (c->more != 0)
        add_more(&w, c->more);
    ck_assert_uint_le(w.end, CAREFUL_MODEL_ROOM);
    return small_model_end(&w);
}

const engage_model *careful_model_open(const struct careful_model *model)
{
    static _Alignas(64) unsigned char file[CAREFUL_MODEL_ROOM];
    const engage_model *opened;
    engage_error error = ENGAGE_ERROR_INIT;
    size_t size = careful_model_write(file, model, NULL);
    int rc = engage_model_open_memory(&opened, file, size, NULL, &error);
    ck_assert_msg(rc == ENGAGE_OK, "%s", error.message);
    return opened;
}
