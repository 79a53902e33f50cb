/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Opening model files: what the sections of a container mean as a model.
 */
#include "score/model.h"

#include "base/alloc.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/little.h"
#include "score/container.h"

#include <stdatomic.h>
#include <string.h>

struct engagep_model_shared {
    engage_model model; /* points back to this */
    struct engagep_container_bytes bytes;
    atomic_size_t owners;
    engage_allocator allocator;
};

const unsigned char *engagep_model_section(const engage_model *model, uint32_t type, size_t *size)
{
    const unsigned char *p = engagep_container_section(model->data, type, size);
    if (p == NULL && model->base != NULL)
        p = engagep_container_section(model->base, type, size);
    return p;
}

engage_model engagep_model_base(const engage_model *model)
{
    return model->base == NULL ? *model : (engage_model){.data = model->base};
}

/* ----------------------------------------------------------- verification --- */

static int verify_labels(const unsigned char *p, size_t size)
{
    for (int head = 0; head < ENGAGE_HEADS; head++) {
        const char *name = engage_head_name(head);
        size_t length = strlen(name);
        if (size < length + 1 || memcmp(p, name, length) != 0 || p[length] != '\n')
            return 0;
        p += length + 1;
        size -= length + 1;
    }
    return size == 0;
}

static int verify_numbers(const unsigned char *p, size_t size, size_t count, int32_t least,
                          int32_t most)
{
    if (size < 4 * count)
        return 0;
    for (size_t i = 0; i < count; i++) {
        int32_t number = engagep_little_i32(p + 4 * i);
        if (number < least || number > most)
            return 0;
    }
    return 1;
}

static int verify_calibration(const unsigned char *p, size_t size)
{
    return size == 4 * ENGAGEP_CALIBRATE_NUMBERS &&
           verify_numbers(p, size, ENGAGE_HEADS, 1, ENGAGEP_SCALE_MOST) &&
           verify_numbers(p + 4 * ENGAGE_HEADS, size - 4 * ENGAGE_HEADS, ENGAGE_HEADS,
                          -ENGAGEP_OFFSET_MOST, ENGAGEP_OFFSET_MOST) &&
           verify_numbers(p + 8 * ENGAGE_HEADS, size - 8 * ENGAGE_HEADS, ENGAGE_HEADS, 0,
                          1000000);
}

/* Texts: the size, the bytes, then a logit of 64 bits for each head. */
static int verify_selftest(const unsigned char *p, size_t size)
{
    while (size > 0) {
        if (size < 4)
            return 0;
        size_t length = engagep_little_u32(p);
        if (length > size - 4 || size - 4 - length < 8 * ENGAGE_HEADS)
            return 0;
        p += 4 + length + 8 * ENGAGE_HEADS;
        size -= 4 + length + 8 * ENGAGE_HEADS;
    }
    return 1;
}

/* Outputs of a layer: their scales, their biases, and of each of them a weight for each input. */
static const unsigned char *verify_outputs(const unsigned char *p, size_t outputs, size_t inputs)
{
    int right = verify_numbers(p, 4 * outputs, outputs, 1, ENGAGEP_ENCODER_SCALE_MOST);
    return right ? p + outputs * ENGAGEP_ENCODER_OUTPUT(inputs) : NULL;
}

static int verify_layers(const unsigned char *p)
{
    p += 4 * ENGAGEP_ENCODER_DOUBTS;
    for (int i = 0; i < ENGAGEP_ENCODER_LAYERS && p != NULL; i++)
        p = verify_outputs(p, ENGAGEP_ENCODER_WIDTH, 3 * ENGAGEP_ENCODER_WIDTH);
    if (p != NULL)
        p = verify_outputs(p, ENGAGEP_ENCODER_HIDDEN, 3 * ENGAGEP_ENCODER_WIDTH);
    if (p != NULL)
        p = verify_outputs(p, ENGAGE_HEADS, ENGAGEP_ENCODER_HIDDEN);
    return p != NULL;
}

static int are_rising(const unsigned char *names, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        if (engagep_little_u32(names + 4 * i - 4) >= engagep_little_u32(names + 4 * i))
            return 0;
    }
    return 1;
}

static int verify_encoder(const engage_model *model, engage_error *error)
{
    size_t names_size, rows_size, size;
    const unsigned char *names = engagep_model_section(model, ENGAGEP_SECTION_NAMES, &names_size);
    engagep_model_section(model, ENGAGEP_SECTION_ROWS, &rows_size);
    const unsigned char *p = engagep_model_section(model, ENGAGEP_SECTION_ENCODER, &size);
    if (size != ENGAGEP_ENCODER_BYTES)
        return engagep_error_set(error, ENGAGE_EMODEL_UNSUPPORTED,
                                 "an encoder of another shape than known here");
    if (names_size % 4 != 0 || rows_size != names_size / 4 * ENGAGEP_ENCODER_WIDTH ||
        !are_rising(names, names_size / 4))
        return engagep_error_set(error, ENGAGE_EMODEL_FORMAT,
                                 "the encoder's rows and their names do not match");
    if (!verify_layers(p))
        return engagep_error_set(error, ENGAGE_EMODEL_FORMAT,
                                 "a scale of the encoder is out of bounds");
    return ENGAGE_OK;
}

static int verify_meaning(const engage_model *model, engage_error *error)
{
    size_t size;
    const unsigned char *p = engagep_model_section(model, ENGAGEP_SECTION_META, &size);
    if (!engagep_container_is_card(p, size))
        return engagep_error_set(error, ENGAGE_EMODEL_FORMAT, "the card is not sorted text");
    p = engagep_model_section(model, ENGAGEP_SECTION_LABELS, &size);
    if (!verify_labels(p, size))
        return engagep_error_set(error, ENGAGE_EMODEL_UNSUPPORTED, "other labels than known here");
    p = engagep_model_section(model, ENGAGEP_SECTION_TABLE, &size);
    if (size == 0 || size % ENGAGEP_TABLE_BUCKET != 0 ||
        size / ENGAGEP_TABLE_BUCKET > UINT32_MAX)
        return engagep_error_set(error, ENGAGE_EMODEL_FORMAT, "the table has no whole buckets");
    p = engagep_model_section(model, ENGAGEP_SECTION_VOCABULARY, &size);
    if (size % ENGAGEP_VOCABULARY_BUCKET != 0 ||
        size / ENGAGEP_VOCABULARY_BUCKET > UINT32_MAX)
        return engagep_error_set(error, ENGAGE_EMODEL_FORMAT,
                                 "the vocabulary has no whole buckets");
    p = engagep_model_section(model, ENGAGEP_SECTION_DENSE, &size);
    if (size != 4 * ENGAGEP_DENSE_NUMBERS)
        return engagep_error_set(error, ENGAGE_EMODEL_UNSUPPORTED,
                                 "other columns or heads than known here");
    if (!verify_numbers(p, size, ENGAGEP_DENSE_NUMBERS, -ENGAGEP_DENSE_MOST, ENGAGEP_DENSE_MOST))
        return engagep_error_set(error, ENGAGE_EMODEL_FORMAT, "a dense number is out of bounds");
    p = engagep_model_section(model, ENGAGEP_SECTION_CALIBRATE, &size);
    if (!verify_calibration(p, size))
        return engagep_error_set(error, ENGAGE_EMODEL_FORMAT, "a calibration is out of bounds");
    p = engagep_model_section(model, ENGAGEP_SECTION_SIGNALS, &size);
    if (size != 4 * ENGAGEP_SIGNALS_NUMBERS ||
        !verify_numbers(p, size, ENGAGEP_SIGNALS_NUMBERS, -ENGAGEP_DENSE_MOST,
                        ENGAGEP_DENSE_MOST))
        return engagep_error_set(error, ENGAGE_EMODEL_FORMAT, "a signal's number is out of bounds");
    p = engagep_model_section(model, ENGAGEP_SECTION_SELFTEST, &size);
    if (!verify_selftest(p, size))
        return engagep_error_set(error, ENGAGE_EMODEL_FORMAT, "the self-test ends early");
    return model->base == NULL ? ENGAGE_OK : verify_encoder(model, error);
}

/* Finds the base of a model, and whether it has the sections that it is to have, and no others
 * of those known. */
static int verify_base(engage_model *model, engage_error *error)
{
    size_t size;
    const unsigned char *id =
        engagep_container_section(model->data, ENGAGEP_SECTION_BASE, &size);
    const engage_model *builtin = engage_model_builtin();
    if (id != NULL && (builtin == NULL || size != ENGAGEP_FORMAT_ID ||
                       memcmp(id, engage_model_id(builtin), size) != 0))
        return engagep_error_set(error, ENGAGE_EMODEL_UNSUPPORTED,
                                 "it stands on another model than the built-in one");
    uint64_t right = id == NULL ? ENGAGEP_SECTION_MODEL
                                : ENGAGEP_SECTION_OWN | ENGAGEP_SECTION_CAREFUL;
    uint64_t known = ENGAGEP_SECTION_MODEL | ENGAGEP_SECTION_CAREFUL;
    for (uint32_t type = 0; type <= ENGAGEP_SECTION_ENCODER; type++) {
        uint64_t bit = (uint64_t)1 << type;
        int found = engagep_container_section(model->data, type, &size) != NULL;
        if (!found && (right & bit) != 0)
            return engagep_error_set(error, ENGAGE_EMODEL_FORMAT, "a section is missing");
        if (found && (known & ~right & bit) != 0)
            return engagep_error_set(error, ENGAGE_EMODEL_FORMAT,
                                     "section %d belongs to another kind of model", (int)type);
    }
    model->base = id == NULL ? NULL : builtin->data;
    return ENGAGE_OK;
}

int engagep_model_verify(engage_model *model, size_t size, engage_error *error)
{
    static const struct engagep_container_kind kind = {
        ENGAGEP_FORMAT_MAJOR, 0, ENGAGEP_SECTION_OWN,
        ENGAGEP_SECTION_MODEL | ENGAGEP_SECTION_CAREFUL};
    int rc = engagep_container_verify(model->data, size, &kind, error);
    if (rc == ENGAGE_OK)
        rc = verify_base(model, error);
    if (rc == ENGAGE_OK)
        rc = verify_meaning(model, error);
    if (rc == ENGAGE_OK)
        rc = engagep_container_verify_id(model->data, size, error);
    return rc;
}

/* --------------------------------------------------------------- reading --- */

struct engagep_table engagep_model_table(const engage_model *model)
{
    size_t size;
    struct engagep_table table;
    table.rows = engagep_model_section(model, ENGAGEP_SECTION_TABLE, &size);
    table.buckets = (uint32_t)(size / ENGAGEP_TABLE_BUCKET);
    return table;
}

struct engagep_vocabulary engagep_model_vocabulary(const engage_model *model)
{
    size_t size;
    struct engagep_vocabulary vocabulary;
    vocabulary.entries = engagep_model_section(model, ENGAGEP_SECTION_VOCABULARY, &size);
    vocabulary.buckets = (uint32_t)(size / ENGAGEP_VOCABULARY_BUCKET);
    return vocabulary;
}

const unsigned char *engagep_model_numbers(const unsigned char *p, int32_t *out, size_t count)
{
    for (size_t i = 0; i < count; i++, p += 4)
        out[i] = engagep_little_i32(p);
    return p;
}

void engagep_model_dense(const engage_model *model, struct engagep_dense *out)
{
    size_t size;
    const unsigned char *p = engagep_model_section(model, ENGAGEP_SECTION_DENSE, &size);
    p = engagep_model_numbers(p, out->ramp, ENGAGEP_TABLE_COLUMNS);
    p = engagep_model_numbers(p, out->bias, ENGAGE_HEADS);
    for (int head = 0; head < ENGAGE_HEADS; head++)
        p = engagep_model_numbers(p, out->linear[head], ENGAGEP_TABLE_COLUMNS);
    for (int head = 0; head < ENGAGE_HEADS; head++)
        p = engagep_model_numbers(p, out->ramped[head], ENGAGEP_TABLE_COLUMNS);
}

void engagep_model_signals(const engage_model *model, struct engagep_signals *out)
{
    size_t size;
    const unsigned char *p = engagep_model_section(model, ENGAGEP_SECTION_SIGNALS, &size);
    for (int i = 0; i < ENGAGE_SIGNALS; i++) {
        p = engagep_model_numbers(p, &out->bias[i], 1);
        p = engagep_model_numbers(p, out->linear[i], ENGAGEP_TABLE_COLUMNS);
        p = engagep_model_numbers(p, out->ramped[i], ENGAGEP_TABLE_COLUMNS);
    }
}

void engagep_model_calibration(const engage_model *model, struct engagep_calibration *out)
{
    size_t size;
    const unsigned char *p = engagep_model_section(model, ENGAGEP_SECTION_CALIBRATE, &size);
    p = engagep_model_numbers(p, out->scale, ENGAGE_HEADS);
    p = engagep_model_numbers(p, out->offset, ENGAGE_HEADS);
    engagep_model_numbers(p, out->threshold, ENGAGE_HEADS);
}

struct engagep_doubts engagep_model_doubts(const engage_model *model)
{
    size_t size;
    const unsigned char *p = engagep_model_section(model, ENGAGEP_SECTION_ENCODER, &size);
    return (struct engagep_doubts){engagep_little_i32(p), engagep_little_i32(p + 4)};
}

/* --------------------------------------------------------------- opening --- */

static struct engagep_model_shared *new_shared(const engage_allocator *allocator)
{
    struct engagep_model_shared *shared =
        engagep_alloc_zero(allocator, 1, sizeof(struct engagep_model_shared));
    if (shared != NULL) {
        shared->model.shared = shared;
        shared->allocator = *allocator;
        atomic_init(&shared->owners, 1);
    }
    return shared;
}

static void release(struct engagep_model_shared *shared)
{
    engage_allocator allocator = shared->allocator;
    engagep_container_release(&shared->bytes, &allocator);
    engagep_alloc_free(&allocator, shared, 1, sizeof(*shared));
}

/* `rc`: of taking the bytes. */
static int finish(const engage_model **out, struct engagep_model_shared *shared, int rc,
                  engage_error *error)
{
    shared->model.data = shared->bytes.data;
    if (rc == ENGAGE_OK)
        rc = engagep_model_verify(&shared->model, shared->bytes.size, error);
    if (rc == ENGAGE_OK)
        *out = &shared->model;
    else
        release(shared);
    return rc;
}

int engage_model_open_memory(const engage_model **out, const void *data, size_t size,
                             const engage_model_options *options, engage_error *error)
{
    if (out == NULL)
        return engagep_error_set(error, ENGAGE_EMISUSE, "out is NULL");
    *out = NULL;
    if (data == NULL)
        return engagep_error_set(error, ENGAGE_EMISUSE, "data is NULL");
    engage_model_options o;
    engage_allocator allocator;
    int rc = engagep_container_options(&o, &allocator, options, error);
    if (rc != ENGAGE_OK)
        return rc;
    struct engagep_model_shared *shared = new_shared(&allocator);
    if (shared == NULL)
        return engagep_error_set(error, ENGAGE_ENOMEM, "out of memory");
    rc = engagep_container_take(&shared->bytes, data, size, &o, &allocator, error);
    return finish(out, shared, rc, error);
}

int engage_model_open(const engage_model **out, const char *path,
                      const engage_model_options *options, engage_error *error)
{
    if (out == NULL)
        return engagep_error_set(error, ENGAGE_EMISUSE, "out is NULL");
    *out = NULL;
    if (path == NULL)
        return engagep_error_set(error, ENGAGE_EMISUSE, "path is NULL");
    engage_model_options o;
    engage_allocator allocator;
    int rc = engagep_container_options(&o, &allocator, options, error);
    if (rc != ENGAGE_OK)
        return rc;
    struct engagep_model_shared *shared = new_shared(&allocator);
    if (shared == NULL)
        return engagep_error_set(error, ENGAGE_ENOMEM, "out of memory");
    rc = engagep_container_load(&shared->bytes, path, &o, &allocator, error);
    return finish(out, shared, rc, error);
}

/* --------------------------------------------------------------- owners --- */

const engage_model *engage_model_ref(const engage_model *model)
{
    if (model != NULL && model->shared != NULL)
        atomic_fetch_add_explicit(&model->shared->owners, 1, memory_order_relaxed);
    return model;
}

void engage_model_unref(const engage_model *model)
{
    if (model == NULL || model->shared == NULL)
        return;
    if (atomic_fetch_sub_explicit(&model->shared->owners, 1, memory_order_acq_rel) == 1)
        release(model->shared);
}

const char *engage_model_id(const engage_model *model)
{
    return model == NULL ? NULL : (const char *)model->data + ENGAGEP_FORMAT_AT_ID;
}

int engage_model_json(const engage_model *model, engage_buffer *buffer)
{
    if (model == NULL || buffer == NULL)
        return ENGAGE_EMISUSE;
    size_t begun = engagep_buffer_begin(buffer);
    engagep_json_open(buffer, '{');
    engagep_json_key(buffer, "id");
    engagep_json_text(buffer, engage_model_id(model));
    engagep_json_key(buffer, "format");
    engagep_json_int(buffer, engagep_little_u16(model->data + ENGAGEP_FORMAT_AT_MAJOR));
    engagep_json_key(buffer, "bytes");
    engagep_json_int(buffer, (int64_t)engagep_little_u64(model->data + ENGAGEP_FORMAT_AT_SIZE));
    engagep_json_key(buffer, "rows");
    engagep_json_int(buffer, (int64_t)engagep_model_table(model).buckets * ENGAGEP_TABLE_WAYS);
    size_t size;
    engagep_model_section(model, ENGAGEP_SECTION_NAMES, &size);
    engagep_json_key(buffer, "base");
    if (model->base == NULL)
        engagep_json_null(buffer);
    else
        engagep_json_text(buffer, (const char *)model->base + ENGAGEP_FORMAT_AT_ID);
    engagep_json_key(buffer, "encoder_rows");
    engagep_json_int(buffer, (int64_t)(size / 4));
    engagep_json_key(buffer, "card");
    const unsigned char *card = engagep_model_section(model, ENGAGEP_SECTION_META, &size);
    engagep_container_card_json(card, size, buffer);
    engagep_json_close(buffer, '}');
    return engagep_buffer_end(buffer, begun);
}
