/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * aspects: what the weights of zones are fitted on. Reads posts of which the target is
 * marked, finds the target as the analyzer does, and writes the sums of the zones.
 *
 *   aspects MODEL < ROWS > OUT
 *
 * MODEL is what student wrote; a row is "target<TAB>text". OUT holds for each row, as
 * native int32: the number of mentions, for each of them the zones' sums (in 1/60), then
 * the whole post's. A row of a target that is not found has 0 mentions.
 */
#include "score/aspect.h"
#include "score/catalogue.h"
#include "score/model.h"
#include "score/rows.h"

#include "base/alloc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COLUMNS ENGAGEP_TABLE_COLUMNS

struct reader {
    struct engagep_table table;
    struct engagep_aspects aspects;
    int32_t sum[ENGAGEP_TABLE_LANES];
};

static void fail(const char *what)
{
    fprintf(stderr, "aspects: %s\n", what);
    exit(1);
}

static void add(void *ctx, const struct engagep_feature *features, size_t count)
{
    struct reader *reader = ctx;
    struct engagep_rows found;
    engagep_rows_find(&found, &reader->table, features, count);
    engagep_rows_sum(&found, reader->sum);
    for (size_t i = 0; i < found.count && reader->aspects.count > 0; i++)
        engagep_aspects_add(&reader->aspects, &features[found.features[i]], found.rows[i]);
}

static const engage_catalogue *catalogue_of(const char *target)
{
    char text[512];
    int n = snprintf(text, sizeof(text), "builtin = no\n[product target]\nnames = %s\n", target);
    const engage_catalogue *catalogue;
    if (n < 0 || (size_t)n >= sizeof(text) ||
        engage_catalogue_parse(&catalogue, text, (size_t)n, NULL, NULL) != ENGAGE_OK)
        return NULL;
    return catalogue;
}

static void put(const int32_t *numbers, size_t count)
{
    if (fwrite(numbers, sizeof(*numbers), count, stdout) != count)
        fail("cannot write");
}

static void read_post(struct reader *reader, struct engagep_features *features,
                      const engage_tokenizer *tokenizer, const engage_catalogue *catalogue)
{
    memset(reader->sum, 0, sizeof(reader->sum));
    reader->aspects.count = 0;
    if ((catalogue != NULL &&
         engagep_aspects_find(&reader->aspects, catalogue, tokenizer) != ENGAGE_OK) ||
        engagep_features_run(features, tokenizer) != ENGAGE_OK)
        fail("out of memory");
}

/* The sums of one zone of all mentions, got by giving this zone alone a weight. */
static void take_zone(struct reader *reader, int32_t (*zones)[ENGAGEP_ZONES][COLUMNS], int zone)
{
    for (size_t m = 0; m < reader->aspects.count; m++) {
        int64_t seen[COLUMNS];
        engagep_aspects_seen(&reader->aspects, m, reader->sum, seen);
        for (int k = 0; k < COLUMNS; k++)
            zones[m][zone][k] = (int32_t)seen[k];
    }
}

static void put_zones(struct reader *reader, struct engagep_features *features,
                      const engage_tokenizer *tokenizer, const engage_catalogue *catalogue)
{
    int32_t (*zones)[ENGAGEP_ZONES][COLUMNS] = NULL;
    for (int zone = 0; zone < ENGAGEP_ZONES; zone++) {
        int8_t weights[ENGAGEP_ZONES] = {0};
        weights[zone] = 1;
        reader->aspects.weights = weights;
        read_post(reader, features, tokenizer, catalogue);
        if (zone == 0)
            zones = calloc(reader->aspects.count + 1, sizeof(*zones));
        if (zones == NULL)
            fail("out of memory");
        take_zone(reader, zones, zone);
    }
    int32_t count = (int32_t)reader->aspects.count;
    put(&count, 1);
    put(&zones[0][0][0], reader->aspects.count * ENGAGEP_ZONES * COLUMNS);
    put(reader->sum, COLUMNS);
    free(zones);
}

int main(int argc, char **argv)
{
    static struct reader reader;
    static struct engagep_features features;
    engage_allocator allocator;
    engage_tokenizer *tokenizer;
    if (argc != 2)
        fail("usage: aspects MODEL < ROWS > OUT");
    if (engagep_alloc_init(&allocator, NULL) != ENGAGE_OK ||
        engagep_token_reader(&tokenizer, 0, NULL) != ENGAGE_OK)
        fail("out of memory");
    const engage_model *model;
    if (engage_model_open(&model, argv[1], NULL, NULL) != ENGAGE_OK)
        fail("cannot open the model");
    reader.table = engagep_model_table(model);
    reader.aspects.allocator = &allocator;
    engagep_features_init(&features, &allocator);
    features.table = reader.table;
    features.vocabulary = engagep_model_vocabulary(model);
    features.sink = add;
    features.ctx = &reader;
    char *line = NULL;
    size_t room = 0;
    ssize_t size;
    while ((size = getline(&line, &room, stdin)) > 0) {
        if (line[size - 1] == '\n')
            line[--size] = '\0';
        char *text = strchr(line, '\t');
        if (text == NULL)
            fail("a row without a tab");
        *text++ = '\0';
        const engage_catalogue *catalogue = catalogue_of(line);
        if (engage_tokenizer_run(tokenizer, text, (size_t)(line + size - text)) != ENGAGE_OK)
            fail("out of memory");
        put_zones(&reader, &features, tokenizer, catalogue);
        engage_catalogue_unref(catalogue);
    }
    free(line);
    return fflush(stdout) == 0 ? 0 : 1;
}
