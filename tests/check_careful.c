/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Files of careful models: what is refused and by which code, and that nothing in one that was
 * taken can make judging fail.
 */
#include "careful_model.h"
#include "small_model.h"
#include "support.h"

#include "base/little.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static _Alignas(64) unsigned char file[CAREFUL_MODEL_ROOM];

/* Anew before each test. */
static struct careful_model drawn;

static void draw(void)
{
    careful_model_draw(&drawn, 1);
}

static int open_changed(const struct careful_model_change *change)
{
    return small_model_try(file, careful_model_write(file, &drawn, change));
}

START_TEST(a_careful_model_says_what_it_is)
{
    size_t size = careful_model_write(file, &drawn, NULL);
    engage_model_options options = ENGAGE_MODEL_OPTIONS_INIT;
    options.flags = ENGAGE_MODEL_BORROW;
    const engage_model *model;
    ck_assert_int_eq(engage_model_open_memory(&model, file, size, &options, NULL), ENGAGE_OK);
    ck_assert_str_ne(engage_model_id(model), engage_model_id(engage_model_builtin()));
    ck_assert_mem_eq(engage_model_id(model), file + ENGAGEP_FORMAT_AT_ID, ENGAGEP_FORMAT_ID);
    char bytes[40];
    snprintf(bytes, sizeof(bytes), ",\"bytes\":%zu,", size);
    engage_buffer *buffer;
    ck_assert_int_eq(engage_buffer_new(&buffer, NULL), ENGAGE_OK);
    ck_assert_int_eq(engage_model_json(model, buffer), ENGAGE_OK);
    ck_assert_ptr_nonnull(strstr(engage_buffer_data(buffer), engage_model_id(model)));
    ck_assert_ptr_nonnull(strstr(engage_buffer_data(buffer), bytes));
    ck_assert_ptr_nonnull(
        strstr(engage_buffer_data(buffer), "\"card\":{\"about\":\"a careful test\"}}"));
    engage_buffer_free(buffer);
    engage_model_unref(model);
}
END_TEST

START_TEST(each_broken_rule_has_its_code)
{
    static const char other[] = "0000000000000000000000000000000000000000000000000000000000000000";
    struct careful_model_change c;
    ck_assert_int_eq(open_changed(NULL), ENGAGE_OK);
    c = (struct careful_model_change){.base = other};
    ck_assert_int_eq(open_changed(&c), ENGAGE_EMODEL_UNSUPPORTED);
    c = (struct careful_model_change){.base = ""};
    ck_assert_int_eq(open_changed(&c), ENGAGE_EMODEL_UNSUPPORTED);
    char longer[ENGAGEP_FORMAT_ID + 2];
    snprintf(longer, sizeof(longer), "%s0", engage_model_id(engage_model_builtin()));
    c = (struct careful_model_change){.base = longer};
    ck_assert_int_eq(open_changed(&c), ENGAGE_EMODEL_UNSUPPORTED);
    c = (struct careful_model_change){.meta = "b\t1\na\t2\n"};
    ck_assert_int_eq(open_changed(&c), ENGAGE_EMODEL_FORMAT);
    c = (struct careful_model_change){.selftest = "abc", .selftest_size = 3};
    ck_assert_int_eq(open_changed(&c), ENGAGE_EMODEL_FORMAT);
    c = (struct careful_model_change){.unknown = 1};
    ck_assert_int_eq(open_changed(&c), ENGAGE_OK);
    c = (struct careful_model_change){.unknown = 2};
    ck_assert_int_eq(open_changed(&c), ENGAGE_EMODEL_UNSUPPORTED);
    static const int sizes[] = {1, -1, 4, -4, 64, -CAREFUL_WIDTH};
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        c = (struct careful_model_change){.names_bytes = sizes[i]};
        ck_assert_int_eq(open_changed(&c), ENGAGE_EMODEL_FORMAT);
        c = (struct careful_model_change){.rows_bytes = sizes[i]};
        ck_assert_int_eq(open_changed(&c), ENGAGE_EMODEL_FORMAT);
        c = (struct careful_model_change){.encoder_bytes = sizes[i]};
        ck_assert_int_eq(open_changed(&c), ENGAGE_EMODEL_UNSUPPORTED);
    }
    /* A name and its row fewer, which match again. */
    c = (struct careful_model_change){.names_bytes = -4, .rows_bytes = -CAREFUL_WIDTH};
    ck_assert_int_eq(open_changed(&c), ENGAGE_OK);
    c = (struct careful_model_change){.encoder_bytes = -(int)ENGAGEP_ENCODER_BYTES};
    ck_assert_int_eq(open_changed(&c), ENGAGE_EMODEL_UNSUPPORTED);
}
END_TEST

START_TEST(each_section_is_there_once)
{
    static const int types[] = {
        ENGAGEP_SECTION_META, ENGAGEP_SECTION_CALIBRATE, ENGAGEP_SECTION_SELFTEST,
        ENGAGEP_SECTION_BASE, ENGAGEP_SECTION_NAMES,     ENGAGEP_SECTION_ROWS,
        ENGAGEP_SECTION_ENCODER,
    };
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        struct careful_model_change c = {.leave_out = types[i]};
        ck_assert_int_eq(open_changed(&c), ENGAGE_EMODEL_FORMAT);
        c = (struct careful_model_change){.twice = types[i]};
        ck_assert_int_eq(open_changed(&c), ENGAGE_EMODEL_FORMAT);
    }
}
END_TEST

START_TEST(names_rise)
{
    size_t last = drawn.count - 1;
    size_t at[] = {1, last / 2, last};
    for (size_t i = 0; i < sizeof(at) / sizeof(at[0]); i++) {
        uint32_t name = drawn.names[at[i]];
        drawn.names[at[i]] = drawn.names[at[i] - 1];
        ck_assert_int_eq(open_changed(NULL), ENGAGE_EMODEL_FORMAT);
        drawn.names[at[i] - 1] = name;
        ck_assert_int_eq(open_changed(NULL), ENGAGE_EMODEL_FORMAT);
        drawn.names[at[i] - 1] = drawn.names[at[i]];
        drawn.names[at[i]] = name;
        ck_assert_int_eq(open_changed(NULL), ENGAGE_OK);
    }
}
END_TEST

/* What is that of the model it stands on, a careful one does not bring: a cascade judges by it. */
START_TEST(sections_of_the_base_are_not_replaced)
{
    for (int type = ENGAGEP_SECTION_META; type < ENGAGEP_SECTION_KINDS; type++) {
        struct careful_model_change c = {.more = type};
        ck_assert_int_eq(open_changed(&c), ENGAGE_EMODEL_FORMAT);
    }
}
END_TEST

/* Of each layer the first and the last. */
START_TEST(scales_have_bounds)
{
    static const int32_t wrong[] = {0, -1, INT32_MIN, ENGAGEP_ENCODER_SCALE_MOST + 1, INT32_MAX};
    static const int32_t right[] = {1, ENGAGEP_ENCODER_SCALE_MOST};
    for (int i = 0; i < CAREFUL_LAYERS; i++) {
        for (int end = 0; end < 2; end++) {
            int32_t *scale = &drawn.layers[i].scale[end == 0 ? 0 : drawn.layers[i].outputs - 1];
            int32_t proper = *scale;
            for (size_t k = 0; k < sizeof(wrong) / sizeof(wrong[0]); k++) {
                *scale = wrong[k];
                ck_assert_int_eq(open_changed(NULL), ENGAGE_EMODEL_FORMAT);
            }
            for (size_t k = 0; k < sizeof(right) / sizeof(right[0]); k++) {
                *scale = right[k];
                ck_assert_int_eq(open_changed(NULL), ENGAGE_OK);
            }
            *scale = proper;
        }
    }
    drawn.calibration[0] = 0;
    ck_assert_int_eq(open_changed(NULL), ENGAGE_EMODEL_FORMAT);
}
END_TEST

START_TEST(damaged_files_are_refused)
{
    size_t size = careful_model_write(file, &drawn, NULL);
    for (size_t cut = 0; cut < size; cut += cut < 700 ? 1 : 1009) {
        /* a copy of its own, so that a read beyond it is seen */
        unsigned char *copy = malloc(cut + 1);
        memcpy(copy, file, cut);
        ck_assert_int_lt(small_model_try(copy, cut), 0);
        free(copy);
    }
    for (size_t i = 0; i < size; i += i < 400 ? 1 : 1511) {
        file[i] ^= 1;
        ck_assert_int_lt(small_model_try(file, size), 0);
        file[i] ^= 1;
    }
    ck_assert_int_eq(small_model_try(file, size), ENGAGE_OK);
}
END_TEST

/* Judges with a model, so that a sanitizer sees what it makes judging do. */
static void use(const engage_model *model)
{
    static const uint32_t flags[] = {ENGAGE_ANALYZE_EXPLAIN, ENGAGE_ANALYZE_CASCADE};
    char text[1000] = "";
    while (strlen(text) + 40 < sizeof(text)) /* so long that it is read by passages */
        strcat(text, "The new box is not GOOD. #fail @acme 42 ");
    for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
        engage_analyzer *analyzer = support_analyzer(model, flags[i]);
        support_analyze(analyzer, text);
        const engage_analysis *analysis = support_analyze(analyzer, "I do not love the battery!!");
        int32_t sum = 0;
        for (int s = 0; s < ENGAGE_SENTIMENTS; s++)
            sum += engage_analysis_probability(analysis, s);
        ck_assert_int_eq(sum, 1000000);
        engage_analyzer_free(analyzer);
    }
    int rc = engage_model_selftest(model, NULL);
    ck_assert(rc == ENGAGE_OK || rc == ENGAGE_EMODEL_UNSUPPORTED);
}

/* Changes that carry right checksums get past the first gate; what is then taken must judge like
 * any model. */
START_TEST(changes_with_right_checksums_are_refused_or_harmless)
{
    uint64_t seed = 62;
    size_t size = careful_model_write(file, &drawn, NULL);
    unsigned char *saved = malloc(size);
    memcpy(saved, file, size);
    int taken = 0;
    int refused = 0;
    for (int round = 0; round < 300; round++) {
        /* mostly in the header, the table of sections and small sections */
        size_t within = round % 3 == 0 ? size : round % 3 == 1 ? 352 : 4096;
        const engage_model *model = small_model_vary(file, size, within, &seed);
        if (model != NULL) {
            taken++;
            if (taken % 4 == 1)
                use(model);
            engage_model_unref(model);
        } else {
            refused++;
        }
        memcpy(file, saved, size);
    }
    ck_assert_int_gt(taken, 50);
    ck_assert_int_gt(refused, 50);
    free(saved);
}
END_TEST

/* The model with this self-test, opened, and what comes of it. */
static int run_selftest(const unsigned char *selftest, size_t size)
{
    struct careful_model_change c = {.selftest = selftest, .selftest_size = size};
    const engage_model *model;
    engage_error error = ENGAGE_ERROR_INIT;
    size_t file_size = careful_model_write(file, &drawn, &c);
    ck_assert_int_eq(engage_model_open_memory(&model, file, file_size, NULL, NULL), ENGAGE_OK);
    int rc = engage_model_selftest(model, &error);
    ck_assert_int_eq(error.code, rc);
    engage_model_unref(model);
    return rc;
}

/* The texts that a model carries are all judged with the encoder. */
START_TEST(the_selftest_asks_the_encoder)
{
    static const char *const texts[] = {"I do not love the battery", "", "!!! :("};
    unsigned char selftest[1024];
    unsigned char *p = selftest;
    const engage_model *model = careful_model_open(&drawn);
    engage_analyzer *analyzer = support_analyzer(model, 0);
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        const engage_analysis *analysis = support_analyze(analyzer, texts[i]);
        engagep_little_put_u32(p, (uint32_t)strlen(texts[i]));
        memcpy(p + 4, texts[i], strlen(texts[i]));
        p += 4 + strlen(texts[i]);
        for (int head = 0; head < ENGAGE_HEADS; head++, p += 8)
            engagep_little_put_u64(p, (uint64_t)engage_analysis_logit(analysis, head));
    }
    engage_analyzer_free(analyzer);
    engage_model_unref(model);
    size_t size = (size_t)(p - selftest);
    ck_assert_int_eq(run_selftest(selftest, size), ENGAGE_OK);
    drawn.doubts[0] = drawn.doubts[1] = INT32_MIN; /* which only a cascade minds */
    ck_assert_int_eq(run_selftest(selftest, size), ENGAGE_OK);
    p[-8] ^= 1;
    ck_assert_int_eq(run_selftest(selftest, size), ENGAGE_EMODEL_UNSUPPORTED);
    p[-8] ^= 1;
    drawn.layers[CAREFUL_HEADS].bias[0] += 1 << 16;
    ck_assert_int_eq(run_selftest(selftest, size), ENGAGE_EMODEL_UNSUPPORTED);
}
END_TEST

static int open_body(const engage_allocator *allocator, void *ctx)
{
    const size_t *size = ctx;
    engage_model_options options = ENGAGE_MODEL_OPTIONS_INIT;
    options.allocator = allocator;
    const engage_model *model;
    int rc = engage_model_open_memory(&model, file, *size, &options, NULL);
    engage_model_unref(model);
    return rc;
}

START_TEST(failing_memory_is_survived)
{
    size_t size = careful_model_write(file, &drawn, NULL);
    support_fail_each(open_body, &size);
}
END_TEST

int main(void)
{
    if (engage_model_builtin() == NULL) {
        printf("left out, since there is no built-in model for a careful one to stand on\n");
        return 77;
    }
    Suite *suite = suite_create("careful");
    TCase *tests = tcase_create("careful");
    tcase_set_timeout(tests, 0);
    tcase_add_checked_fixture(tests, draw, NULL);
    tcase_add_test(tests, a_careful_model_says_what_it_is);
    tcase_add_test(tests, each_broken_rule_has_its_code);
    tcase_add_test(tests, each_section_is_there_once);
    tcase_add_test(tests, sections_of_the_base_are_not_replaced);
    tcase_add_test(tests, names_rise);
    tcase_add_test(tests, scales_have_bounds);
    tcase_add_test(tests, damaged_files_are_refused);
    tcase_add_test(tests, changes_with_right_checksums_are_refused_or_harmless);
    tcase_add_test(tests, the_selftest_asks_the_encoder);
    tcase_add_test(tests, failing_memory_is_survived);
    suite_add_tcase(suite, tests);
    return support_run(suite);
}
