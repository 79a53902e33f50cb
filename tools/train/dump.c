/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * dump: the features of posts, for trainers that are not written in C.
 *
 *   dump [VOCABULARY] < LINES > OUT
 *
 * VOCABULARY: the section of a model file that tells what is known of single words.
 * For each line a number (u32) of features, then of each its hash (u64), its first token
 * (u32) and its rule (u32), as this machine writes numbers; a last number tells
 * ENGAGEP_FEATURES_ID. No table is asked, so that every word gives its letters too.
 */
#include "score/features.h"

#include <stdio.h>
#include <stdlib.h>

#define LINE_MOST 65536
#define VOCABULARY_MOST (1 << 20)

struct found {
    struct engagep_feature *features;
    size_t count, room;
};

static void fail(const char *what)
{
    fprintf(stderr, "dump: %s\n", what);
    exit(1);
}

static void *plain_alloc(void *ctx, size_t size)
{
    (void)ctx;
    return malloc(size);
}

static void *plain_realloc(void *ctx, void *block, size_t old_size, size_t new_size)
{
    (void)ctx;
    (void)old_size;
    return realloc(block, new_size);
}

static void plain_free(void *ctx, void *block, size_t size)
{
    (void)ctx;
    (void)size;
    free(block);
}

static void sink(void *ctx, const struct engagep_feature *features, size_t count)
{
    struct found *found = ctx;
    for (size_t i = 0; i < count; i++) {
        if (found->count == found->room) {
            found->room = found->room == 0 ? 4096 : found->room * 2;
            found->features = realloc(found->features, found->room * sizeof(*found->features));
            if (found->features == NULL)
                fail("out of memory");
        }
        found->features[found->count++] = features[i];
    }
}

static void put(const void *bytes, size_t size)
{
    if (fwrite(bytes, size, 1, stdout) != 1)
        fail("cannot write");
}

/* What is known of words, from the file: buckets as in score/vocabulary.h. */
static struct engagep_vocabulary read_vocabulary(const char *path)
{
    static unsigned char entries[VOCABULARY_MOST];
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        fail("cannot open the vocabulary");
    size_t size = fread(entries, 1, sizeof(entries), file);
    if (ferror(file) || !feof(file) || size % ENGAGEP_VOCABULARY_BUCKET != 0)
        fail("not a vocabulary");
    fclose(file);
    struct engagep_vocabulary vocabulary = {entries,
                                            (uint32_t)(size / ENGAGEP_VOCABULARY_BUCKET)};
    return vocabulary;
}

/* Without its line end; returns 0 at the end. */
static int read_line(char *line, size_t *size)
{
    int c;
    *size = 0;
    while ((c = getchar()) != EOF && c != '\n') {
        if (*size == LINE_MOST)
            fail("a line is too long");
        line[(*size)++] = (char)c;
    }
    return c != EOF || *size > 0;
}

int main(int argc, char **argv)
{
    static struct engagep_features features;
    static struct found found;
    static char line[LINE_MOST];
    engage_allocator allocator = {sizeof(allocator), NULL, plain_alloc, plain_realloc, plain_free};
    engage_text_options text = ENGAGE_TEXT_OPTIONS_INIT;
    engage_tokenizer *tokenizer;
    text.flags = ENGAGE_TEXT_NO_DICTIONARY; /* as the analyzer has it */
    if (engage_tokenizer_new(&tokenizer, &text) != ENGAGE_OK)
        fail("out of memory");
    engagep_features_init(&features, &allocator);
    if (argc > 1)
        features.vocabulary = read_vocabulary(argv[1]);
    features.sink = sink;
    features.ctx = &found;
    for (size_t size; read_line(line, &size);) {
        found.count = 0;
        if (engage_tokenizer_run(tokenizer, line, size) != ENGAGE_OK ||
            engagep_features_run(&features, tokenizer, line) != ENGAGE_OK)
            fail("a post cannot be read");
        uint32_t count = (uint32_t)found.count;
        put(&count, sizeof(count));
        for (size_t k = 0; k < found.count; k++) {
            uint32_t where[2] = {found.features[k].first, found.features[k].rule};
            put(&found.features[k].hash, sizeof(found.features[k].hash));
            put(where, sizeof(where));
        }
    }
    uint32_t id = ENGAGEP_FEATURES_ID;
    put(&id, sizeof(id));
    if (fclose(stdout) != 0)
        fail("cannot write");
    free(found.features);
    engagep_features_release(&features);
    engage_tokenizer_free(tokenizer);
    return 0;
}
