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
#include "posts.h"

#include <stdio.h>
#include <stdlib.h>

#define LINE_MOST 65536

struct found {
    struct engagep_feature *features;
    size_t count, room;
};

static void sink(void *ctx, const struct engagep_feature *features, size_t count)
{
    struct found *found = ctx;
    for (size_t i = 0; i < count; i++) {
        if (found->count == found->room) {
            found->room = found->room == 0 ? 4096 : found->room * 2;
            found->features = realloc(found->features, found->room * sizeof(*found->features));
            if (found->features == NULL)
                posts_fail("out of memory");
        }
        found->features[found->count++] = features[i];
    }
}

static void put(const void *bytes, size_t size)
{
    if (fwrite(bytes, size, 1, stdout) != 1)
        posts_fail("cannot write");
}

/* Without its line end; returns 0 at the end. */
static int read_line(char *line, uint32_t *size)
{
    int c;
    *size = 0;
    while ((c = getchar()) != EOF && c != '\n') {
        if (*size == LINE_MOST)
            posts_fail("a line is too long");
        line[(*size)++] = (char)c;
    }
    return c != EOF || *size > 0;
}

int main(int argc, char **argv)
{
    static struct posts posts;
    static struct found found;
    static char line[LINE_MOST];
    posts_begin(&posts);
    if (argc > 1)
        posts_vocabulary(&posts, argv[1]);
    for (struct row row = {.text = line}; read_line(line, &row.text_size);) {
        found.count = 0;
        posts_extract(&posts, &row, sink, &found);
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
        posts_fail("cannot write");
    return 0;
}
