/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * The files of add-ons: that nothing in one can do harm, and that memory may fail where they
 * are made and used.
 */
#include "lessons.h"
#include "support.h"

#include "small_model.h"

#include "learn/writer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static _Alignas(64) unsigned char file[SMALL_MODEL_ROOM];

static int open_bytes(const unsigned char *data, size_t size)
{
    const engage_addon *addon;
    engage_error error = ENGAGE_ERROR_INIT;
    int rc = engage_addon_open_memory(&addon, data, size, NULL, &error);
    ck_assert_int_eq(error.code, rc);
    ck_assert((rc == ENGAGE_OK) == (addon != NULL));
    engage_addon_unref(addon);
    return rc;
}

START_TEST(damaged_files_are_refused)
{
    const engage_model *model = small_model_open(10);
    engage_buffer *buffer = lessons_bytes(model);
    size_t size = engage_buffer_size(buffer);
    unsigned char *bytes = malloc(size + 1);
    memcpy(bytes, engage_buffer_data(buffer), size);
    for (size_t cut = 0; cut < size; cut += cut < 700 ? 1 : 37) {
        unsigned char *copy = malloc(cut + 1);
        memcpy(copy, bytes, cut);
        ck_assert_int_lt(open_bytes(copy, cut), 0);
        free(copy);
    }
    bytes[size] = 0;
    ck_assert_int_eq(open_bytes(bytes, size + 1), ENGAGE_EMODEL_FORMAT);
    for (size_t i = 0; i < size; i += i < 700 ? 1 : 13) {
        bytes[i] ^= 1;
        ck_assert_int_lt(open_bytes(bytes, size), 0);
        bytes[i] ^= 1;
    }
    ck_assert_int_eq(open_bytes(bytes, size), ENGAGE_OK);
    free(bytes);
    engage_buffer_free(buffer);
    engage_model_unref(model);
}
END_TEST

/* A table of rows that are made to lie badly for any index by single bits of their traits: those
 * with the same low bits together, and so many of one beginning. Each is found, no other. */
START_TEST(rows_are_found_whatever_their_traits)
{
    enum { LOW = 6, HIGH = 4096, ROWS = LOW * HIGH };
    const engage_model *model = small_model_open(13);
    engage_buffer *buffer;
    ck_assert_int_eq(engage_buffer_new(&buffer, NULL), ENGAGE_OK);
    struct engagep_writer writer;
    engagep_writer_begin(&writer, buffer, 4);
    engagep_writer_section(&writer, ENGAGEP_ADDON_BASE);
    engagep_writer_text(&writer, engage_model_id(model), ENGAGEP_ADDON_ID_ROOM);
    engagep_writer_section(&writer, ENGAGEP_ADDON_HEADS);
    engagep_writer_text(&writer, "vegan", ENGAGEP_ADDON_NAME);
    engagep_writer_u32(&writer, ENGAGEP_ADDON_OWN);
    engagep_writer_i32(&writer, 65536);
    engagep_writer_text(&writer, "", ENGAGEP_ADDON_HEAD - ENGAGEP_ADDON_NAME - 8);
    engagep_writer_section(&writer, ENGAGEP_ADDON_ROWS);
    engagep_writer_u32(&writer, 1);
    engagep_writer_u32(&writer, ROWS);
    for (uint32_t i = 0; i < ROWS; i++) {
        engagep_writer_u32(&writer, (i / LOW) << 20 | (i % LOW + 1) << 2);
        engagep_writer_u16(&writer, 4096);
        engagep_writer_u16(&writer, 0);
        engagep_writer_u32(&writer, 1 + i % 1000); /* the weight, and two bytes to spare */
    }
    engagep_writer_section(&writer, ENGAGEP_ADDON_COLUMNS);
    engagep_writer_text(&writer, "", engagep_addon_columns_size(1));
    ck_assert_int_eq(engagep_writer_end(&writer), ENGAGE_OK);
    const engage_addon *addon = support_addon(buffer);
    for (uint32_t i = 0; i < ROWS; i++) {
        uint32_t trait = (i / LOW) << 20 | (i % LOW + 1) << 2;
        struct engagep_traits traits = {.list = &trait, .count = 1};
        int64_t margins[ENGAGEP_ADDON_HEADS_MOST];
        engagep_addon_margins(addon, &traits, margins);
        ck_assert_int_eq(margins[0], 32 * (1 + i % 1000)); /* 1/2048 of it in 1/65536 */
        trait += LOW << 2;
        engagep_addon_margins(addon, &traits, margins);
        ck_assert_int_eq(margins[0], 0);
    }
    engage_addon_unref(addon);
    engage_buffer_free(buffer);
    engage_model_unref(model);
}
END_TEST

/* Changes that carry right checksums: refused, or harmless where they are taken. */
START_TEST(changes_with_right_checksums_are_refused_or_harmless)
{
    const engage_model *model = small_model_open(11);
    engage_buffer *buffer = lessons_bytes(model);
    size_t size = engage_buffer_size(buffer);
    const unsigned char *proper = (const unsigned char *)engage_buffer_data(buffer);
    unsigned char *bytes = malloc(size);
    uint64_t seed = 77;
    int taken = 0;
    int refused = 0;
    for (int round = 0; round < 1500; round++) {
        memcpy(bytes, proper, size);
        /* half of them in the header, the table and the heads */
        size_t within = round % 2 == 0 ? size : 620;
        for (uint64_t n = support_random(&seed) % 2 + 1; n > 0; n--)
            bytes[support_random(&seed) % within] = (unsigned char)support_random(&seed);
        small_model_fix(bytes, size);
        const engage_addon *addon;
        if (engage_addon_open_memory(&addon, bytes, size, NULL, NULL) != ENGAGE_OK) {
            refused++;
            continue;
        }
        taken++;
        engage_analyzer_options options = ENGAGE_ANALYZER_OPTIONS_INIT;
        options.model = model;
        options.addons = &addon;
        options.addon_count = 1;
        engage_analyzer *analyzer;
        if (engage_analyzer_new(&analyzer, &options) == ENGAGE_OK)
            support_analyze(analyzer, "is there any oat milk for 3 followers");
        engage_analyzer_free(analyzer);
        engage_lesson *lesson = lessons_new(model);
        if (taken % 50 == 1 && engage_lesson_add_addon(lesson, addon) == ENGAGE_OK)
            engage_buffer_free(lessons_learn(lesson));
        engage_lesson_free(lesson);
        engage_addon_unref(addon);
    }
    ck_assert_int_gt(taken, 50);
    ck_assert_int_gt(refused, 50);
    free(bytes);
    engage_buffer_free(buffer);
    engage_model_unref(model);
}
END_TEST

START_TEST(files_open_and_are_told_from_models)
{
    const engage_model *model = small_model_open(12);
    engage_buffer *buffer = lessons_bytes(model);
    char path[64];
    snprintf(path, sizeof(path), "check_addon.%ld.tmp", (long)getpid());
    support_write(path, engage_buffer_data(buffer), engage_buffer_size(buffer));
    const engage_addon *addon;
    engage_model_options options = ENGAGE_MODEL_OPTIONS_INIT;
    for (options.flags = 0; options.flags <= ENGAGE_MODEL_COPY; options.flags++) {
        ck_assert_int_eq(engage_addon_open(&addon, path, &options, NULL), ENGAGE_OK);
        ck_assert_ptr_eq(engage_addon_ref(addon), addon);
        engage_addon_unref(addon);
        engage_analyzer_free(lessons_analyzer(model, &addon, 1));
        engage_addon_unref(addon);
    }
    const engage_model *none;
    ck_assert_int_eq(engage_model_open(&none, path, NULL, NULL), ENGAGE_EMODEL_UNSUPPORTED);
    size_t size = small_model_make(file, 1, NULL);
    ck_assert_int_eq(engage_addon_open_memory(&addon, file, size, NULL, NULL),
                     ENGAGE_EMODEL_UNSUPPORTED);
    options.flags = ENGAGE_MODEL_BORROW;
    ck_assert_int_eq(engage_addon_open(&addon, path, &options, NULL), ENGAGE_EOPTIONS);
    ck_assert_int_eq(engage_addon_open_memory(&addon, file + 1, size - 1, &options, NULL),
                     ENGAGE_EMISUSE);
    options.flags = 8;
    ck_assert_int_eq(engage_addon_open(&addon, path, &options, NULL), ENGAGE_EOPTIONS);
    options.flags = 0;
    options.max_bytes = 100;
    ck_assert_int_eq(engage_addon_open(&addon, path, &options, NULL), ENGAGE_ELIMIT);
    ck_assert_int_eq(engage_addon_open_memory(&addon, file, size, &options, NULL), ENGAGE_ELIMIT);
    remove(path);
    ck_assert_int_eq(engage_addon_open(&addon, path, NULL, NULL), ENGAGE_ENOENT);
    ck_assert_int_eq(engage_addon_open(NULL, path, NULL, NULL), ENGAGE_EMISUSE);
    ck_assert_int_eq(engage_addon_open(&addon, NULL, NULL, NULL), ENGAGE_EMISUSE);
    ck_assert_int_eq(engage_addon_open_memory(NULL, file, size, NULL, NULL), ENGAGE_EMISUSE);
    ck_assert_int_eq(engage_addon_open_memory(&addon, NULL, size, NULL, NULL), ENGAGE_EMISUSE);
    ck_assert_ptr_null(addon);
    ck_assert_ptr_null(engage_addon_ref(NULL));
    engage_addon_unref(NULL);
    ck_assert_ptr_null(engage_addon_id(NULL));
    ck_assert_ptr_null(engage_addon_model(NULL));
    ck_assert_uint_eq(engage_addon_head_count(NULL), 0);
    ck_assert_uint_eq(engage_addon_promise_count(NULL), 0);
    ck_assert_ptr_null(engage_addon_promise_label(NULL, 0));
    ck_assert_int_eq(engage_addon_json(NULL, buffer), ENGAGE_EMISUSE);
    engage_buffer_free(buffer);
    engage_model_unref(model);
}
END_TEST

/* ---------------------------------------------------------------- memory --- */

static int learn_body(const engage_allocator *allocator, void *ctx)
{
    engage_lesson_options options = ENGAGE_LESSON_OPTIONS_INIT;
    options.model = ctx;
    options.allocator = allocator;
    engage_lesson *lesson;
    engage_buffer *buffer = NULL;
    uint64_t seed = 1;
    int rc = engage_lesson_new(&lesson, &options);
    for (int i = 0; rc == ENGAGE_OK && i < 22; i++) {
        struct lessons_post post = lessons_post(1, &seed);
        rc = engage_lesson_add(lesson, "vegan", 1, post.text, strlen(post.text));
    }
    if (rc == ENGAGE_OK)
        rc = engage_lesson_add(lesson, "spam", 1, "a", 1);
    if (rc == ENGAGE_OK)
        rc = engage_lesson_add_ordinary(lesson, "b", 1);
    if (rc == ENGAGE_OK)
        rc = engage_buffer_new(&buffer, allocator);
    if (rc == ENGAGE_OK)
        rc = engage_lesson_learn(lesson, buffer, NULL);
    engage_buffer_free(buffer);
    engage_lesson_free(lesson);
    return rc;
}

struct use {
    const engage_model *model;
    const engage_buffer *bytes;
};

/* Of a long post, which is read by passages too. */
static int use_body(const engage_allocator *allocator, void *ctx)
{
    static const char sentence[] = "Is there any oat milk. ";
    char text[400] = "";
    while (strlen(text) + sizeof(sentence) <= sizeof(text))
        strcat(text, sentence);
    const struct use *use = ctx;
    engage_model_options options = ENGAGE_MODEL_OPTIONS_INIT;
    options.allocator = allocator;
    const engage_addon *addon;
    int rc = engage_addon_open_memory(&addon, engage_buffer_data(use->bytes),
                                      engage_buffer_size(use->bytes), &options, NULL);
    engage_analyzer_options wanted = ENGAGE_ANALYZER_OPTIONS_INIT;
    wanted.allocator = allocator;
    wanted.model = use->model;
    wanted.addons = &addon;
    wanted.addon_count = 1;
    wanted.flags = ENGAGE_ANALYZE_EXPLAIN;
    engage_analyzer *analyzer = NULL;
    if (rc == ENGAGE_OK)
        rc = engage_analyzer_new(&analyzer, &wanted);
    const engage_analysis *analysis = NULL;
    if (rc == ENGAGE_OK)
        rc = engage_analyzer_run(analyzer, text, strlen(text), &analysis);
    engage_analysis *copy = NULL;
    if (rc == ENGAGE_OK)
        rc = engage_analysis_copy(&copy, analysis, allocator);
    engage_analysis_free(copy);
    engage_analyzer_free(analyzer);
    engage_addon_unref(addon);
    return rc;
}

static int merge_body(const engage_allocator *allocator, void *ctx)
{
    const struct use *use = ctx;
    const engage_addon *addon = support_addon(use->bytes);
    engage_lesson_options options = ENGAGE_LESSON_OPTIONS_INIT;
    options.model = use->model;
    options.allocator = allocator;
    engage_lesson *lesson;
    int rc = engage_lesson_new(&lesson, &options);
    if (rc == ENGAGE_OK)
        rc = engage_lesson_add_addon(lesson, addon);
    engage_lesson_free(lesson);
    engage_addon_unref(addon);
    return rc;
}

START_TEST(failing_memory_is_survived)
{
    const engage_model *model = small_model_open(13);
    union {
        const engage_model *shown;
        void *given;
    } both = {model};
    support_fail_each(learn_body, both.given);
    struct use use = {model, lessons_bytes(model)};
    support_fail_each(use_body, &use);
    support_fail_each(merge_body, &use);
    union {
        const engage_buffer *shown;
        engage_buffer *own;
    } bytes = {use.bytes};
    engage_buffer_free(bytes.own);
    engage_model_unref(model);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("addon");
    TCase *tests = tcase_create("addon");
    tcase_set_timeout(tests, 0);
    tcase_add_test(tests, damaged_files_are_refused);
    tcase_add_test(tests, rows_are_found_whatever_their_traits);
    tcase_add_test(tests, changes_with_right_checksums_are_refused_or_harmless);
    tcase_add_test(tests, files_open_and_are_told_from_models);
    tcase_add_test(tests, failing_memory_is_survived);
    suite_add_tcase(suite, tests);
    return support_run(suite);
}
