/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "posts.h"

#include "base/alloc.h"

#include <stdio.h>
#include <stdlib.h>

#define MAGIC 0x31574F52u

void posts_fail(const char *what)
{
    fprintf(stderr, "trainer: %s\n", what);
    exit(1);
}

void *posts_take(size_t count, size_t size)
{
    void *block = calloc(count == 0 ? 1 : count, size);
    if (block == NULL)
        posts_fail("out of memory");
    return block;
}

static FILE *open_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        perror(path);
        exit(1);
    }
    return file;
}

void posts_begin(struct posts *posts)
{
    if (engagep_alloc_init(&posts->allocator, NULL) != ENGAGE_OK ||
        engagep_token_reader(&posts->tokenizer, 0, NULL) != ENGAGE_OK)
        posts_fail("out of memory");
    engagep_features_init(&posts->features, &posts->allocator);
}

void posts_read(struct posts *posts, const char *path)
{
    posts_begin(posts);
    FILE *file = open_file(path);
    uint32_t head[2];
    if (fread(head, sizeof(head), 1, file) != 1 || head[0] != MAGIC)
        posts_fail("not a file of rows");
    posts->count = head[1];
    posts->rows = posts_take(posts->count, sizeof(*posts->rows));
    for (size_t i = 0; i < posts->count; i++) {
        struct row *row = &posts->rows[i];
        if (fread(row, 4 + 2 + 2 + 4 * (2 + HEADS), 1, file) != 1)
            posts_fail("the rows end early");
        char *bytes = posts_take((size_t)row->size + 1, 1);
        if (row->size > 0 && fread(bytes, row->size, 1, file) != 1)
            posts_fail("the rows end early");
        row->text = bytes;
        row->text_size = row->size;
    }
    fclose(file);
}

void posts_vocabulary(struct posts *posts, const char *path)
{
    FILE *file = open_file(path);
    size_t size = 0, room = (size_t)1 << 20;
    unsigned char *bytes = posts_take(room, 1);
    for (size_t n; (n = fread(bytes + size, 1, room - size, file)) > 0;) {
        size += n;
        if (size == room && (bytes = realloc(bytes, room *= 2)) == NULL)
            posts_fail("out of memory");
    }
    if (ferror(file) || size % ENGAGEP_VOCABULARY_BUCKET != 0)
        posts_fail("not a vocabulary");
    fclose(file);
    posts->features.vocabulary.entries = bytes;
    posts->features.vocabulary.buckets = (uint32_t)(size / ENGAGEP_VOCABULARY_BUCKET);
}

void posts_extract(struct posts *posts, const struct row *row, engagep_features_sink sink,
                   void *ctx)
{
    posts->features.sink = sink;
    posts->features.ctx = ctx;
    if (engage_tokenizer_run(posts->tokenizer, row->text, row->text_size) != ENGAGE_OK ||
        engagep_features_run(&posts->features, posts->tokenizer) != ENGAGE_OK)
        posts_fail("a post cannot be read");
}
