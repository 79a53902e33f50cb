/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "support.h"

#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int support_run(Suite *suite)
{
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* Each block carries its size before it, to compare with what is given back. */
enum { HEAD = alignof(max_align_t) > sizeof(size_t) ? alignof(max_align_t) : sizeof(size_t) };

static int must_fail(struct support_memory *memory)
{
    memory->calls++;
    if (memory->fail_at == 0)
        return 0;
    return memory->fail_forever ? memory->calls >= memory->fail_at
                                : memory->calls == memory->fail_at;
}

static void *take(void *ctx, size_t size)
{
    struct support_memory *memory = ctx;
    if (must_fail(memory))
        return NULL;
    unsigned char *block = malloc(HEAD + size);
    if (block == NULL)
        return NULL;
    memcpy(block, &size, sizeof(size));
    memory->blocks++;
    memory->bytes += size;
    return block + HEAD;
}

static void give(void *ctx, void *data, size_t size)
{
    struct support_memory *memory = ctx;
    unsigned char *block = (unsigned char *)data - HEAD;
    size_t held;
    memcpy(&held, block, sizeof(held));
    if (held != size)
        memory->wrong_size = 1;
    memory->blocks--;
    memory->bytes -= held;
    free(block);
}

static void *resize(void *ctx, void *data, size_t old_size, size_t new_size)
{
    void *fresh = take(ctx, new_size);
    if (fresh == NULL)
        return NULL;
    memcpy(fresh, data, old_size < new_size ? old_size : new_size);
    give(ctx, data, old_size);
    return fresh;
}

engage_allocator support_allocator(struct support_memory *memory)
{
    engage_allocator allocator = {sizeof(allocator), memory, take, resize, give};
    return allocator;
}

void support_fail_each(support_body body, void *ctx)
{
    for (int forever = 0; forever < 2; forever++) {
        int rc = ENGAGE_ENOMEM;
        for (size_t at = 1; rc != ENGAGE_OK; at++) {
            struct support_memory memory = {0, at, forever, 0, 0, 0};
            engage_allocator allocator = support_allocator(&memory);
            rc = body(&allocator, ctx);
            ck_assert_msg(rc == ENGAGE_OK || rc == ENGAGE_ENOMEM,
                          "allocation %zu failing gives %s", at, engage_errname(rc));
            ck_assert_msg(memory.blocks == 0, "allocation %zu failing leaks %zu blocks", at,
                          memory.blocks);
            ck_assert_msg(!memory.wrong_size, "a block went back with another size");
        }
    }
}

static const char *join(const char *folder, const char *name)
{
    static char paths[4][4096];
    static unsigned next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof(paths[0]), "%s/%s", folder, name);
    return path;
}

const char *support_source(const char *name)
{
    const char *folder = getenv("ENGAGE_SRCDIR");
    return join(folder != NULL ? folder : ".", name);
}

const char *support_shared(const char *name)
{
    const char *folder = getenv("ENGAGE_SHARED");
    return join(folder != NULL ? folder : "../shared", name);
}

char *support_read(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return NULL;
    fseek(file, 0, SEEK_END);
    long length = ftell(file);
    fseek(file, 0, SEEK_SET);
    char *data = length < 0 ? NULL : malloc((size_t)length + 1);
    if (data != NULL && fread(data, 1, (size_t)length, file) != (size_t)length) {
        free(data);
        data = NULL;
    }
    fclose(file);
    if (data != NULL) {
        data[length] = '\0';
        *size = (size_t)length;
    }
    return data;
}

void support_write(const char *path, const void *data, size_t size)
{
    FILE *file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(data, 1, size, file), size);
    ck_assert_int_eq(fclose(file), 0);
}

engage_analyzer *support_analyzer(const engage_model *model, uint32_t flags)
{
    engage_analyzer_options options = ENGAGE_ANALYZER_OPTIONS_INIT;
    options.model = model;
    options.flags = flags;
    engage_analyzer *analyzer;
    ck_assert_int_eq(engage_analyzer_new(&analyzer, &options), ENGAGE_OK);
    return analyzer;
}

const engage_analysis *support_analyze(engage_analyzer *analyzer, const char *text)
{
    const engage_analysis *analysis;
    ck_assert_int_eq(engage_analyzer_run(analyzer, text, strlen(text), &analysis), ENGAGE_OK);
    return analysis;
}

size_t support_evidence(const engage_analysis *analysis, size_t size)
{
    enum { MOST = ENGAGE_HEADS + 64 };
    int64_t sum[MOST] = {0};
    int heads = ENGAGE_HEADS + (int)engage_analysis_taught_count(analysis);
    size_t count = 0;
    int last = -1;
    ck_assert_int_le(heads, MOST);
    for (size_t i = 0; i < engage_analysis_evidence_count(analysis); i++) {
        int head = engage_analysis_evidence_head(analysis, i);
        engage_span span = engage_analysis_evidence_span(analysis, i);
        const char *rule = engage_analysis_evidence_rule(analysis, i);
        ck_assert_int_eq(head, strcmp(rule, "bias") == 0 ? last + 1 : last);
        if (strcmp(rule, "bias") == 0 || strcmp(rule, "post") == 0 || strcmp(rule, "encoder") == 0)
            ck_assert(span.start == 0 && span.end == 0);
        else
            ck_assert(span.start < span.end && span.end <= size);
        last = head;
        sum[head] += engage_analysis_evidence_contribution(analysis, i);
        count += head >= ENGAGE_HEADS;
    }
    ck_assert_int_eq(last, heads - 1);
    for (int head = 0; head < heads; head++)
        ck_assert_int_eq(sum[head], engage_analysis_logit(analysis, head));
    ck_assert_int_eq(engage_analysis_logit(analysis, heads), 0);
    return count;
}

const engage_addon *support_addon(const engage_buffer *buffer)
{
    const engage_addon *addon;
    engage_error error = ENGAGE_ERROR_INIT;
    int rc = engage_addon_open_memory(&addon, engage_buffer_data(buffer),
                                      engage_buffer_size(buffer), NULL, &error);
    ck_assert_msg(rc == ENGAGE_OK, "%s", error.message);
    return addon;
}

int support_absent(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file != NULL) {
        fclose(file);
        return 0;
    }
    printf("left out, since there is no %s\n", path);
    return 1;
}

uint64_t support_random(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}
