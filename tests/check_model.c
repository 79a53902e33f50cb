/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Model files: what is refused and by which code, and that nothing in a file that
 * was taken can make scoring fail.
 */
#include "support.h"

#include "small_model.h"

#include "base/hash.h"
#include "score/features.h"
#include "score/format.h"
#include "score/model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static _Alignas(64) unsigned char file[SMALL_MODEL_ROOM];

static int open_changed(const struct small_model_change *change)
{
    return small_model_try(file, small_model_make(file, 1, change));
}

/* Scores with a model, so that a sanitizer sees what it makes scoring do. */
static void use(const engage_model *model)
{
    engage_analyzer_options options = ENGAGE_ANALYZER_OPTIONS_INIT;
    options.model = model;
    options.flags = ENGAGE_ANALYZE_EXPLAIN;
    engage_analyzer *analyzer;
    ck_assert_int_eq(engage_analyzer_new(&analyzer, &options), ENGAGE_OK);
    static const char text[] = "@acme the new update is not good, why?? #Fail :( http://a.org";
    const engage_analysis *analysis;
    ck_assert_int_eq(engage_analyzer_run(analyzer, text, sizeof(text) - 1, &analysis), ENGAGE_OK);
    int32_t sum = 0;
    for (int s = 0; s < ENGAGE_SENTIMENTS; s++)
        sum += engage_analysis_probability(analysis, s);
    ck_assert_int_eq(sum, 1000000);
    engage_buffer *buffer;
    ck_assert_int_eq(engage_buffer_new(&buffer, NULL), ENGAGE_OK);
    ck_assert_int_eq(engage_model_json(model, buffer), ENGAGE_OK);
    engage_buffer_free(buffer);
    int rc = engage_model_selftest(model, NULL);
    ck_assert(rc == ENGAGE_OK || rc == ENGAGE_EMODEL_UNSUPPORTED);
    engage_analyzer_free(analyzer);
}

START_TEST(a_proper_model_opens)
{
    size_t size = small_model_make(file, 1, NULL);
    const engage_model *model;
    ck_assert_int_eq(engage_model_open_memory(&model, file, size, NULL, NULL), ENGAGE_OK);
    ck_assert_uint_eq(strlen(engage_model_id(model)), 64);
    ck_assert(memcmp(engage_model_id(model), file + ENGAGEP_FORMAT_AT_ID, 64) == 0);
    ck_assert_ptr_eq(engage_model_ref(model), model);
    engage_model_unref(model);
    use(model);
    engage_buffer *buffer;
    ck_assert_int_eq(engage_buffer_new(&buffer, NULL), ENGAGE_OK);
    ck_assert_int_eq(engage_model_json(model, buffer), ENGAGE_OK);
    ck_assert_ptr_nonnull(strstr(engage_buffer_data(buffer), "\"format\":1,"));
    ck_assert_ptr_nonnull(
        strstr(engage_buffer_data(buffer), "\"card\":{\"about\":\"a test\",\"seed\":\"1\"}}"));
    engage_buffer_free(buffer);
    engage_model_unref(model);
}
END_TEST

START_TEST(misuse_is_told)
{
    const engage_model *model = NULL;
    size_t size = small_model_make(file, 1, NULL);
    ck_assert_int_eq(engage_model_open_memory(NULL, file, size, NULL, NULL), ENGAGE_EMISUSE);
    ck_assert_int_eq(engage_model_open_memory(&model, NULL, size, NULL, NULL), ENGAGE_EMISUSE);
    ck_assert_int_eq(engage_model_open(NULL, "x", NULL, NULL), ENGAGE_EMISUSE);
    ck_assert_int_eq(engage_model_open(&model, NULL, NULL, NULL), ENGAGE_EMISUSE);
    engage_model_options options = ENGAGE_MODEL_OPTIONS_INIT;
    options.flags = 4;
    ck_assert_int_eq(engage_model_open_memory(&model, file, size, &options, NULL),
                     ENGAGE_EOPTIONS);
    ck_assert_int_eq(engage_model_open(&model, "x", &options, NULL), ENGAGE_EOPTIONS);
    options.flags = ENGAGE_MODEL_BORROW;
    ck_assert_int_eq(engage_model_open(&model, "x", &options, NULL), ENGAGE_EOPTIONS);
    ck_assert_int_eq(engage_model_open_memory(&model, file + 1, size - 1, &options, NULL),
                     ENGAGE_EMISUSE);
    options.struct_size = 4;
    ck_assert_int_eq(engage_model_open_memory(&model, file, size, &options, NULL),
                     ENGAGE_EOPTIONS);
    ck_assert_int_eq(engage_model_json(NULL, NULL), ENGAGE_EMISUSE);
    ck_assert_int_eq(engage_model_selftest(NULL, NULL), ENGAGE_EMISUSE);
    ck_assert_ptr_null(engage_model_id(NULL));
    ck_assert_ptr_null(engage_model_ref(NULL));
    engage_model_unref(NULL);
}
END_TEST

START_TEST(bytes_can_be_borrowed)
{
    size_t size = small_model_make(file, 1, NULL);
    engage_model_options options = ENGAGE_MODEL_OPTIONS_INIT;
    options.flags = ENGAGE_MODEL_BORROW;
    const engage_model *model;
    ck_assert_int_eq(engage_model_open_memory(&model, file, size, &options, NULL), ENGAGE_OK);
    ck_assert_ptr_eq(engage_model_id(model), (const char *)file + ENGAGEP_FORMAT_AT_ID);
    engage_model_unref(model);
    options.max_bytes = size - 1;
    ck_assert_int_eq(engage_model_open_memory(&model, file, size, &options, NULL), ENGAGE_ELIMIT);
}
END_TEST

START_TEST(every_cut_is_refused)
{
    size_t size = small_model_make(file, 1, NULL);
    for (size_t cut = 0; cut < size; cut++) {
        /* a copy of its own, so that a read beyond it is seen */
        unsigned char *copy = malloc(cut + 1);
        memcpy(copy, file, cut);
        int rc = small_model_try(copy, cut);
        ck_assert_int_eq(rc, cut < 8     ? ENGAGE_EMODEL_MAGIC
                             : cut < 320 ? (cut < 128 ? ENGAGE_EMODEL_FORMAT : rc)
                                         : ENGAGE_EMODEL_FORMAT);
        ck_assert_int_lt(rc, 0);
        free(copy);
    }
    file[size] = 0;
    ck_assert_int_eq(small_model_try(file, size + 1), ENGAGE_EMODEL_FORMAT);
}
END_TEST

START_TEST(every_flipped_byte_is_refused)
{
    size_t size = small_model_make(file, 1, NULL);
    for (size_t i = 0; i < size; i++) {
        for (int bit = 0; bit < 8; bit += 7) {
            file[i] ^= (unsigned char)(1 << bit);
            ck_assert_int_lt(small_model_try(file, size), 0);
            file[i] ^= (unsigned char)(1 << bit);
        }
    }
    ck_assert_int_eq(small_model_try(file, size), ENGAGE_OK);
}
END_TEST

/* Changes that carry right checksums get past the first gate; what is then taken
 * must score like any model. */
START_TEST(changes_with_right_checksums_are_refused_or_harmless)
{
    uint64_t seed = 7;
    size_t size = small_model_make(file, 1, NULL);
    unsigned char *saved = malloc(size);
    memcpy(saved, file, size);
    int taken = 0;
    for (int round = 0; round < 20000; round++) {
        /* mostly in header, table of sections and small numbers */
        size_t within = round % 4 == 0 ? size : 320;
        const engage_model *model = small_model_vary(file, size, within, &seed);
        if (model != NULL) {
            taken++;
            if (taken % 16 == 1)
                use(model);
            engage_model_unref(model);
        }
        memcpy(file, saved, size);
    }
    ck_assert_int_gt(taken, 100);
    free(saved);
}
END_TEST

START_TEST(each_broken_rule_has_its_code)
{
    struct small_model_change c;
    const char *const metas[] = {"b\t1\na\t2\n", "a\t1\na\t2\n", "a\t1", "a 1\n", "a\t1\t2\n",
                                 "\t1\n", "a\t\x01\n", "a\t\xFF\n"};
    for (size_t i = 0; i < sizeof(metas) / sizeof(metas[0]); i++) {
        c = (struct small_model_change){.meta = metas[i]};
        ck_assert_int_eq(open_changed(&c), ENGAGE_EMODEL_FORMAT);
    }
    c = (struct small_model_change){.meta = ""};
    ck_assert_int_eq(open_changed(&c), ENGAGE_OK);
    c = (struct small_model_change){.labels = "other\n"};
    ck_assert_int_eq(open_changed(&c), ENGAGE_EMODEL_UNSUPPORTED);
    c = (struct small_model_change){.dense = ENGAGEP_DENSE_MOST + 1};
    ck_assert_int_eq(open_changed(&c), ENGAGE_EMODEL_FORMAT);
    c = (struct small_model_change){.dense = -ENGAGEP_DENSE_MOST - 1};
    ck_assert_int_eq(open_changed(&c), ENGAGE_EMODEL_FORMAT);
    c = (struct small_model_change){.scale = -1};
    ck_assert_int_eq(open_changed(&c), ENGAGE_EMODEL_FORMAT);
    c = (struct small_model_change){.threshold = 1000001};
    ck_assert_int_eq(open_changed(&c), ENGAGE_EMODEL_FORMAT);
    c = (struct small_model_change){.table_bytes = 65};
    ck_assert_int_eq(open_changed(&c), ENGAGE_EMODEL_FORMAT);
    c = (struct small_model_change){.vocabulary_bytes = 63};
    ck_assert_int_eq(open_changed(&c), ENGAGE_EMODEL_FORMAT);
    c = (struct small_model_change){.dense_bytes = 4 * ENGAGEP_DENSE_NUMBERS - 4};
    ck_assert_int_eq(open_changed(&c), ENGAGE_EMODEL_UNSUPPORTED);
    c = (struct small_model_change){.signal = ENGAGEP_DENSE_MOST + 1};
    ck_assert_int_eq(open_changed(&c), ENGAGE_EMODEL_FORMAT);
    c = (struct small_model_change){.wrong_selftest = 2};
    ck_assert_int_eq(open_changed(&c), ENGAGE_EMODEL_FORMAT);
    c = (struct small_model_change){.unknown = 1};
    ck_assert_int_eq(open_changed(&c), ENGAGE_OK);
    c = (struct small_model_change){.unknown = 2};
    ck_assert_int_eq(open_changed(&c), ENGAGE_EMODEL_UNSUPPORTED);
    /* Those of an encoder without a base, and a base that none is. */
    for (int type = ENGAGEP_SECTION_NAMES; type <= ENGAGEP_SECTION_ENCODER; type++) {
        c = (struct small_model_change){.more = type};
        ck_assert_int_eq(open_changed(&c), ENGAGE_EMODEL_FORMAT);
    }
    c = (struct small_model_change){.more = ENGAGEP_SECTION_BASE};
    ck_assert_int_eq(open_changed(&c), ENGAGE_EMODEL_UNSUPPORTED);
    for (int type = ENGAGEP_SECTION_META; type < ENGAGEP_SECTION_KINDS; type++) {
        c = (struct small_model_change){.leave_out = type};
        ck_assert_int_eq(open_changed(&c), ENGAGE_EMODEL_FORMAT);
        c = (struct small_model_change){.twice = type};
        ck_assert_int_eq(open_changed(&c), ENGAGE_EMODEL_FORMAT);
    }
}
END_TEST

static int open_with_header(size_t at, unsigned char value)
{
    size_t size = small_model_make(file, 1, NULL);
    file[at] = value;
    small_model_fix(file, size);
    return small_model_try(file, size);
}

START_TEST(header_numbers_have_their_codes)
{
    ck_assert_int_eq(open_with_header(4, '\n'), ENGAGE_EMODEL_MAGIC);
    ck_assert_int_eq(open_with_header(ENGAGEP_FORMAT_AT_MAJOR, 9), ENGAGE_EMODEL_VERSION);
    ck_assert_int_eq(open_with_header(ENGAGEP_FORMAT_AT_MINOR, 9), ENGAGE_OK);
    ck_assert_int_eq(open_with_header(ENGAGEP_FORMAT_AT_HEADER, 64), ENGAGE_EMODEL_FORMAT);
    ck_assert_int_eq(open_with_header(ENGAGEP_FORMAT_AT_SECTIONS, 65), ENGAGE_EMODEL_FORMAT);
    ck_assert_int_eq(open_with_header(ENGAGEP_FORMAT_AT_FLAGS, 1), ENGAGE_EMODEL_UNSUPPORTED);
    ck_assert_int_eq(open_with_header(ENGAGEP_FORMAT_AT_SIZE, 1), ENGAGE_EMODEL_FORMAT);
    ck_assert_int_eq(open_with_header(ENGAGEP_FORMAT_AT_TOKENIZER, 9), ENGAGE_EMODEL_UNSUPPORTED);
    ck_assert_int_eq(open_with_header(ENGAGEP_FORMAT_AT_FEATURES, 99),
                     ENGAGE_EMODEL_UNSUPPORTED);
    ck_assert_int_eq(open_with_header(ENGAGEP_FORMAT_AT_UNICODE, 9), ENGAGE_EMODEL_UNSUPPORTED);
    ck_assert_int_eq(open_with_header(ENGAGEP_FORMAT_AT_LABELS, 9), ENGAGE_EMODEL_UNSUPPORTED);
    ck_assert_int_eq(open_with_header(ENGAGEP_FORMAT_AT_ID + 64, 9), ENGAGE_EMODEL_FORMAT);
    ck_assert_int_eq(open_with_header(ENGAGEP_FORMAT_AT_CRC + 4, 9), ENGAGE_EMODEL_FORMAT);
    size_t size = small_model_make(file, 1, NULL);
    file[ENGAGEP_FORMAT_AT_CRC] ^= 1;
    ck_assert_int_eq(small_model_try(file, size), ENGAGE_EMODEL_CHECKSUM);
    small_model_make(file, 1, NULL);
    file[size - 100] ^= 1;
    ck_assert_int_eq(small_model_try(file, size), ENGAGE_EMODEL_CHECKSUM);
}
END_TEST

START_TEST(a_wrong_selftest_is_found)
{
    struct small_model_change c = {.wrong_selftest = 1};
    size_t size = small_model_make(file, 1, &c);
    const engage_model *model;
    ck_assert_int_eq(engage_model_open_memory(&model, file, size, NULL, NULL), ENGAGE_OK);
    engage_error error = ENGAGE_ERROR_INIT;
    ck_assert_int_eq(engage_model_selftest(model, &error), ENGAGE_EMODEL_UNSUPPORTED);
    ck_assert_int_eq(error.code, ENGAGE_EMODEL_UNSUPPORTED);
    engage_model_unref(model);
}
END_TEST

START_TEST(files_open_mapped_and_copied)
{
    char path[64];
    snprintf(path, sizeof(path), "check_model.%ld.tmp", (long)getpid());
    size_t size = small_model_make(file, 1, NULL);
    support_write(path, file, size);
    engage_model_options options = ENGAGE_MODEL_OPTIONS_INIT;
    for (uint32_t flags = 0; flags <= ENGAGE_MODEL_COPY; flags++) {
        options.flags = flags;
        const engage_model *model;
        ck_assert_int_eq(engage_model_open(&model, path, &options, NULL), ENGAGE_OK);
        use(model);
        engage_model_unref(model);
    }
    options.max_bytes = size - 1;
    const engage_model *model;
    ck_assert_int_eq(engage_model_open(&model, path, &options, NULL), ENGAGE_ELIMIT);
    support_write(path, "", 0);
    ck_assert_int_eq(engage_model_open(&model, path, NULL, NULL), ENGAGE_EMODEL_MAGIC);
    remove(path);
    engage_error error = ENGAGE_ERROR_INIT;
    ck_assert_int_eq(engage_model_open(&model, path, NULL, &error), ENGAGE_ENOENT);
    ck_assert_int_ne(error.sys_errno, 0);
    error.sys_errno = 0;
    error.struct_size = 8; /* too small a struct is none */
    error.code = ENGAGE_ENOENT;
    ck_assert_int_eq(engage_model_open(&model, path, NULL, &error), ENGAGE_ENOENT);
    ck_assert_int_eq(error.sys_errno, 0);
    error.struct_size = sizeof(error);
    ck_assert_int_eq(engage_model_open(&model, ".", NULL, &error), ENGAGE_EIO);
    /* Nobody writes into the pipe: whoever waited for its bytes would wait forever. */
    ck_assert_int_eq(mkfifo(path, 0600), 0);
    ck_assert_int_eq(engage_model_open(&model, path, NULL, &error), ENGAGE_EIO);
    remove(path);
    ck_assert_ptr_null(model);
}
END_TEST

static int open_body(const engage_allocator *allocator, void *ctx)
{
    (void)ctx;
    engage_model_options options = ENGAGE_MODEL_OPTIONS_INIT;
    options.allocator = allocator;
    const engage_model *model;
    size_t size = small_model_make(file, 1, NULL);
    int rc = engage_model_open_memory(&model, file, size, &options, NULL);
    engage_model_unref(model);
    return rc;
}

static int open_file_body(const engage_allocator *allocator, void *ctx)
{
    engage_model_options options = ENGAGE_MODEL_OPTIONS_INIT;
    options.allocator = allocator;
    options.flags = ENGAGE_MODEL_COPY;
    const engage_model *model;
    int rc = engage_model_open(&model, ctx, &options, NULL);
    engage_model_unref(model);
    return rc;
}

START_TEST(failing_memory_is_survived)
{
    support_fail_each(open_body, NULL);
    char path[64];
    snprintf(path, sizeof(path), "check_model.%ld.tmp", (long)getpid());
    support_write(path, file, small_model_make(file, 1, NULL));
    support_fail_each(open_file_body, path);
    remove(path);
}
END_TEST

/* What is not verified at each start is verified here. */
START_TEST(the_builtin_model_is_sound)
{
    const engage_model *model = engage_model_builtin();
    if (model == NULL)
        return;
    const char *path = support_source("lib/data/engage.model");
    size_t size;
    char *bytes = support_read(path, &size);
    ck_assert_ptr_nonnull(bytes);
    ck_assert_uint_le(size, 8u << 20);
    engage_error error = ENGAGE_ERROR_INIT;
    engage_model copy = *model;
    int rc = engagep_model_verify(&copy, size, &error);
    ck_assert_msg(rc == ENGAGE_OK, "%s", error.message);
    ck_assert(memcmp(model->data, bytes, size) == 0);
    rc = engage_model_selftest(model, &error);
    ck_assert_msg(rc == ENGAGE_OK, "%s", error.message);
    ck_assert_ptr_eq(engage_model_ref(model), model);
    engage_model_unref(model);
    engage_model_unref(model);
    free(bytes);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("model");
    TCase *tests = tcase_create("model");
    tcase_set_timeout(tests, 0);
    tcase_add_test(tests, a_proper_model_opens);
    tcase_add_test(tests, misuse_is_told);
    tcase_add_test(tests, bytes_can_be_borrowed);
    tcase_add_test(tests, every_cut_is_refused);
    tcase_add_test(tests, every_flipped_byte_is_refused);
    tcase_add_test(tests, changes_with_right_checksums_are_refused_or_harmless);
    tcase_add_test(tests, each_broken_rule_has_its_code);
    tcase_add_test(tests, header_numbers_have_their_codes);
    tcase_add_test(tests, a_wrong_selftest_is_found);
    tcase_add_test(tests, files_open_mapped_and_copied);
    tcase_add_test(tests, failing_memory_is_survived);
    tcase_add_test(tests, the_builtin_model_is_sound);
    suite_add_tcase(suite, tests);
    return support_run(suite);
}
