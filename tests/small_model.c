/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "small_model.h"

#include "support.h"

#include "base/hash.h"
#include "base/little.h"
#include "score/container.h"
#include "score/features.h"

#include <string.h>

#define BUCKETS 32

void small_model_begin(struct small_model_writer *w, unsigned char *out, size_t room,
                       uint32_t sections)
{
    memset(out, 0, room);
    /* Sections begin right after the table, so that it is written for as many as there are. */
    *w = (struct small_model_writer){
        out, ENGAGEP_FORMAT_HEADER + sections * ENGAGEP_FORMAT_ENTRY, 0};
}

void small_model_section(struct small_model_writer *w, uint32_t type, uint32_t flags,
                         uint32_t element, const void *data, size_t size)
{
    w->end = (w->end + 63) / 64 * 64;
    unsigned char *entry = w->out + ENGAGEP_FORMAT_HEADER + w->sections * ENGAGEP_FORMAT_ENTRY;
    engagep_little_put_u32(entry, type);
    engagep_little_put_u32(entry + 4, flags);
    engagep_little_put_u64(entry + 8, w->end);
    engagep_little_put_u64(entry + 16, size);
    engagep_little_put_u32(entry + 24, element);
    memcpy(w->out + w->end, data, size);
    w->end += size;
    w->sections++;
}

void small_model_fix(unsigned char *data, size_t size)
{
    uint32_t count = engagep_little_u32(data + ENGAGEP_FORMAT_AT_SECTIONS);
    if (count > ENGAGEP_FORMAT_SECTIONS_MOST ||
        ENGAGEP_FORMAT_HEADER + (size_t)count * ENGAGEP_FORMAT_ENTRY > size)
        return;
    for (uint32_t i = 0; i < count; i++) {
        unsigned char *entry = data + ENGAGEP_FORMAT_HEADER + i * ENGAGEP_FORMAT_ENTRY;
        uint64_t offset = engagep_little_u64(entry + 8);
        uint64_t length = engagep_little_u64(entry + 16);
        if (offset <= size && length <= size - offset)
            engagep_little_put_u32(entry + 28, engagep_crc32c(0, data + offset, (size_t)length));
    }
    engagep_container_identify(data, size, (char *)data + ENGAGEP_FORMAT_AT_ID);
    engagep_little_put_u32(data + ENGAGEP_FORMAT_AT_CRC, 0);
    size_t head = ENGAGEP_FORMAT_HEADER + (size_t)count * ENGAGEP_FORMAT_ENTRY;
    engagep_little_put_u32(data + ENGAGEP_FORMAT_AT_CRC, engagep_crc32c(0, data, head));
}

static void add_all(struct small_model_writer *w, uint64_t seed,
                    const struct small_model_change *change)
{
    const char *meta = change->meta != NULL ? change->meta : "about\ta test\nseed\t1\n";
    char labels[512] = "";
    for (int head = 0; head < ENGAGE_HEADS; head++) {
        strcat(labels, engage_head_name(head));
        strcat(labels, "\n");
    }
    if (change->labels != NULL)
        strcpy(labels, change->labels);
    unsigned char table[BUCKETS * ENGAGEP_TABLE_BUCKET];
    for (size_t i = 0; i < sizeof(table); i++)
        table[i] = (unsigned char)support_random(&seed);
    /* Tags of few values, so that features of any post find rows. */
    uint64_t word = engagep_features_word("good", 4);
    struct engagep_table as_table = {table, BUCKETS};
    unsigned char *row =
        table + (size_t)engagep_table_bucket(&as_table, word) * ENGAGEP_TABLE_BUCKET;
    engagep_little_put_u16(row, engagep_table_tag(word));
    unsigned char dense[4 * ENGAGEP_DENSE_NUMBERS];
    for (size_t i = 0; i < ENGAGEP_DENSE_NUMBERS; i++)
        engagep_little_put_u32(dense + 4 * i, (uint32_t)(support_random(&seed) % 2001) - 1000u);
    if (change->dense != 0)
        engagep_little_put_u32(dense, (uint32_t)change->dense);
    unsigned char calibration[4 * ENGAGEP_CALIBRATE_NUMBERS];
    for (size_t i = 0; i < ENGAGE_HEADS; i++) {
        engagep_little_put_u32(calibration + 4 * i, 65536);
        engagep_little_put_u32(calibration + 4 * (ENGAGE_HEADS + i), 0);
        engagep_little_put_u32(calibration + 4 * (2 * ENGAGE_HEADS + i), 500000);
    }
    if (change->scale != 0)
        engagep_little_put_u32(calibration, (uint32_t)change->scale);
    if (change->threshold != 0)
        engagep_little_put_u32(calibration + sizeof(calibration) - 4, (uint32_t)change->threshold);
    unsigned char vocabulary[ENGAGEP_VOCABULARY_BUCKET] = {0};
    engagep_little_put_u32(vocabulary, engagep_vocabulary_tag(word));
    vocabulary[4] = 40; /* its valence */
    vocabulary[6] = 7;  /* its group */
    unsigned char signals[4 * ENGAGEP_SIGNALS_NUMBERS];
    for (size_t i = 0; i < ENGAGEP_SIGNALS_NUMBERS; i++)
        engagep_little_put_u32(signals + 4 * i, (uint32_t)(support_random(&seed) % 2001) - 1000u);
    if (change->signal != 0)
        engagep_little_put_u32(signals, (uint32_t)change->signal);
    unsigned char selftest[4 + 4 + 8 * ENGAGE_HEADS] = {4, 0, 0, 0, 'g', 'o', 'o', 'd'};
    size_t selftest_size = change->wrong_selftest == 2 ? sizeof(selftest) - 1 : sizeof(selftest);
    if (change->wrong_selftest == 0)
        selftest_size = 0;
    engagep_little_put_u64(selftest + 8, UINT64_C(1) << 60);
    struct {
        uint32_t type, element;
        const void *data;
        size_t size;
    } all[] = {
        {ENGAGEP_SECTION_META, 1, meta, strlen(meta)},
        {ENGAGEP_SECTION_LABELS, 1, labels, strlen(labels)},
        {ENGAGEP_SECTION_TABLE, 1, table,
         change->table_bytes != 0 ? (size_t)change->table_bytes : sizeof(table)},
        {ENGAGEP_SECTION_DENSE, 4, dense,
         change->dense_bytes != 0 ? (size_t)change->dense_bytes : sizeof(dense)},
        {ENGAGEP_SECTION_CALIBRATE, 4, calibration, sizeof(calibration)},
        {ENGAGEP_SECTION_SELFTEST, 1, selftest, selftest_size},
        {ENGAGEP_SECTION_VOCABULARY, 1, vocabulary,
         change->vocabulary_bytes != 0 ? (size_t)change->vocabulary_bytes : sizeof(vocabulary)},
        {ENGAGEP_SECTION_SIGNALS, 4, signals, sizeof(signals)},
    };
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        if ((int)all[i].type == change->leave_out)
            continue;
        small_model_section(w, all[i].type, 1, all[i].element, all[i].data, all[i].size);
        if ((int)all[i].type == change->twice)
            small_model_section(w, all[i].type, 1, all[i].element, all[i].data, all[i].size);
    }
    if (change->unknown != 0)
        small_model_section(w, 1000, change->unknown == 2 ? 1 : 0, 1, "later", 5);
    if (change->more != 0)
        small_model_section(w, (uint32_t)change->more, 1, 1, "later", 5);
}

size_t small_model_end(struct small_model_writer *w)
{
    unsigned char *out = w->out;
    memcpy(out, ENGAGEP_FORMAT_MAGIC, 8);
    engagep_little_put_u16(out + ENGAGEP_FORMAT_AT_MAJOR, ENGAGEP_FORMAT_MAJOR);
    engagep_little_put_u16(out + ENGAGEP_FORMAT_AT_MINOR, ENGAGEP_FORMAT_MINOR);
    engagep_little_put_u32(out + ENGAGEP_FORMAT_AT_HEADER, ENGAGEP_FORMAT_HEADER);
    engagep_little_put_u32(out + ENGAGEP_FORMAT_AT_SECTIONS, w->sections);
    engagep_little_put_u64(out + ENGAGEP_FORMAT_AT_SIZE, w->end);
    engagep_little_put_u32(out + ENGAGEP_FORMAT_AT_TOKENIZER, ENGAGEP_FORMAT_TOKENIZER);
    engagep_little_put_u32(out + ENGAGEP_FORMAT_AT_FEATURES, ENGAGEP_FEATURES_ID);
    engagep_little_put_u32(out + ENGAGEP_FORMAT_AT_UNICODE, ENGAGEP_FORMAT_UNICODE);
    engagep_little_put_u32(out + ENGAGEP_FORMAT_AT_LABELS, ENGAGEP_FORMAT_LABELS);
    small_model_fix(out, w->end);
    return w->end;
}

size_t small_model_make(unsigned char *out, uint64_t seed,
                        const struct small_model_change *change)
{
    static const struct small_model_change proper;
    const struct small_model_change *c = change == NULL ? &proper : change;
    struct small_model_writer w;
    small_model_begin(&w, out, SMALL_MODEL_ROOM,
                      (uint32_t)(8 - (c->leave_out != 0) + (c->twice != 0) + (c->unknown != 0) +
                                 (c->more != 0)));
    add_all(&w, seed, c);
    return small_model_end(&w);
}

int small_model_try(const unsigned char *data, size_t size)
{
    const engage_model *model;
    engage_error error = ENGAGE_ERROR_INIT;
    int rc = engage_model_open_memory(&model, data, size, NULL, &error);
    ck_assert_int_eq(error.code, rc);
    ck_assert((rc == ENGAGE_OK) == (model != NULL));
    engage_model_unref(model);
    return rc;
}

const engage_model *small_model_vary(unsigned char *data, size_t size, size_t within,
                                     uint64_t *seed)
{
    for (uint64_t n = support_random(seed) % 3 + 1; n > 0; n--)
        data[support_random(seed) % within] = (unsigned char)support_random(seed);
    small_model_fix(data, size);
    engage_model_options options = ENGAGE_MODEL_OPTIONS_INIT;
    options.flags = ENGAGE_MODEL_BORROW;
    const engage_model *model;
    int rc = engage_model_open_memory(&model, data, size, &options, NULL);
    return rc == ENGAGE_OK ? model : NULL;
}

const engage_model *small_model_open(uint64_t seed)
{
    unsigned char file[SMALL_MODEL_ROOM];
    const engage_model *model;
    size_t size = small_model_make(file, seed, NULL);
    ck_assert_int_eq(engage_model_open_memory(&model, file, size, NULL, NULL), ENGAGE_OK);
    return model;
}
