/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Reading a lexicon in VADER's format: lines of a word or phrase, its mean rating, and,
 * where they are there, the ratings' deviation and the ratings, with tabs between them.
 */
#include "score/lexicon.h"

#include "base/alloc.h"
#include "base/ascii.h"
#include "base/error.h"
#include "base/lines.h"

#include <string.h>

enum { LARGEST = 16 << 20, LONGEST_NAME = 64, MOST = 4 /* a mean, either sign */ };

static const char prefix[] = "lexicon:";

struct parser {
    engage_lexicon *lexicon;
    struct engagep_lines lines;
    engage_tokenizer *tokenizer;
    struct engagep_key *keys;
    int32_t *values;
    size_t count; /* of keys and of values */
    size_t keys_capacity;
    size_t values_capacity;
};

static const engage_str nothing = {NULL, 0};

static int no_memory(struct parser *parser)
{
    return engagep_error_set(parser->lines.error, ENGAGE_ENOMEM, "no memory for a lexicon");
}

static int fail(struct parser *parser, const char *at, const char *what, engage_str about)
{
    return engagep_lines_fail(&parser->lines, at, what, about);
}

/* ---------------------------------------------------------------- numbers --- */

/* A decimal number in millionths; decimals behind the sixth are read and dropped. Returns
 * 0 where it is none, or is beyond a thousand. */
static int read_decimal(engage_str text, int64_t *out)
{
    size_t i = text.size > 0 && (text.data[0] == '-' || text.data[0] == '+');
    int negative = i > 0 && text.data[0] == '-';
    int64_t number = 0;
    size_t first = i;
    for (; i < text.size && engagep_ascii_digit(text.data[i]) && number < 1000; i++)
        number = number * 10 + (text.data[i] - '0');
    if (i == first || number > 1000)
        return 0;
    number *= 1000000;
    if (i < text.size && text.data[i] == '.') {
        size_t point = i++;
        for (int64_t unit = 100000; i < text.size && engagep_ascii_digit(text.data[i]); unit /= 10)
            number += (text.data[i++] - '0') * unit;
        if (i == point + 1)
            return 0;
    }
    *out = negative ? -number : number;
    return i == text.size;
}

/* The ratings: whole numbers in brackets, with commas between them. */
static int read_ratings(struct parser *parser, engage_str text)
{
    if (text.size < 2 || text.data[0] != '[' || text.data[text.size - 1] != ']')
        return fail(parser, text.data, "ratings stand in brackets", nothing);
    engage_str rest = {text.data + 1, text.size - 2};
    int more;
    do {
        int64_t rating;
        more = memchr(rest.data, ',', rest.size) != NULL;
        engage_str one = engagep_lines_cut(&rest, ',');
        if (!read_decimal(one, &rating) || memchr(one.data, '.', one.size) != NULL)
            return fail(parser, one.data, "not a rating", one);
    } while (more);
    return ENGAGE_OK;
}

/* ---------------------------------------------------------------- entries --- */

static int add_entry(struct parser *parser, const char *key, size_t size, int64_t millionths)
{
    engage_lexicon *lexicon = parser->lexicon;
    void *keys = parser->keys;
    void *values = parser->values;
    int rc = engagep_alloc_grow(&lexicon->allocator, &keys, &parser->keys_capacity,
                                parser->count + 1, sizeof(*parser->keys));
    parser->keys = keys;
    if (rc == ENGAGE_OK)
        rc = engagep_alloc_grow(&lexicon->allocator, &values, &parser->values_capacity,
                                parser->count + 1, sizeof(*parser->values));
    parser->values = values;
    if (rc != ENGAGE_OK)
        return no_memory(parser);
    const char *kept = engagep_arena_copy(&lexicon->arena, key, size);
    if (kept == NULL)
        return no_memory(parser);
    /* Of words that are the same, the last one counts, as in VADER. */
    uint32_t index = (uint32_t)parser->count++;
    parser->keys[index] =
        (struct engagep_key){kept, (uint32_t)size, index, UINT32_MAX - index};
    parser->values[index] = (int32_t)(millionths * 65536 / 1000000);
    return ENGAGE_OK;
}

static int read_word(struct parser *parser, engage_str word, int64_t millionths)
{
    char key[ENGAGEP_TERMS_KEY];
    size_t count;
    if (word.size > 4 * sizeof(key))
        return fail(parser, word.data, "a word is too long", nothing);
    if (engage_tokenizer_run(parser->tokenizer, word.data, word.size) != ENGAGE_OK)
        return no_memory(parser);
    const struct engagep_token *tokens = engagep_token_array(parser->tokenizer, &count);
    if (count == 0 || tokens[0].norm_size == 0)
        return fail(parser, word.data, "a word without a character that counts", word);
    size_t size = engagep_terms_key(tokens, count, engagep_token_norms(parser->tokenizer), key);
    if (size == 0)
        return fail(parser, word.data, "a word is too long", nothing);
    return add_entry(parser, key, size, millionths);
}

/* A comment begins with a number sign. One that is a word, a hashtag, has its mean behind a
 * tab, and no space behind the sign. */
static int is_comment(engage_str line)
{
    if (line.size == 0)
        return 1;
    return line.data[0] == '#' && (line.size == 1 || line.data[1] == ' ' || line.data[1] == '#' ||
                                   memchr(line.data, '\t', line.size) == NULL);
}

static int read_line(struct parser *parser)
{
    engage_str rest = engagep_lines_trim(parser->lines.line);
    if (is_comment(rest))
        return ENGAGE_OK;
    engage_str fields[4] = {{NULL, 0}};
    size_t count = 0;
    do {
        if (count == 4)
            return fail(parser, rest.data, "more than word, mean, deviation and ratings", nothing);
        fields[count++] = engagep_lines_cut(&rest, '\t');
    } while (rest.size > 0);
    int64_t mean;
    int64_t deviation = 0;
    if (count < 2)
        return fail(parser, rest.data, "a tab and a mean must follow the word", nothing);
    if (!read_decimal(fields[1], &mean))
        return fail(parser, fields[1].data, "not a number", fields[1]);
    if (mean < -MOST * 1000000 || mean > MOST * 1000000)
        return fail(parser, fields[1].data, "a mean is from -4 to 4", fields[1]);
    if (count > 2 && (!read_decimal(fields[2], &deviation) || deviation < 0))
        return fail(parser, fields[2].data, "not a deviation", fields[2]);
    int rc = count > 3 ? read_ratings(parser, fields[3]) : ENGAGE_OK;
    return rc == ENGAGE_OK ? read_word(parser, fields[0], mean) : rc;
}

/* Gives keys and values the room they need, in the arena, so that all goes with it. */
static int keep(struct parser *parser)
{
    engage_lexicon *lexicon = parser->lexicon;
    struct engagep_key *keys =
        engagep_arena_array(&lexicon->arena, parser->count, sizeof(*keys));
    lexicon->values = engagep_arena_array(&lexicon->arena, parser->count, sizeof(*parser->values));
    if (keys == NULL || lexicon->values == NULL)
        return no_memory(parser);
    if (parser->count > 0) {
        memcpy(keys, parser->keys, parser->count * sizeof(*keys));
        memcpy(lexicon->values, parser->values, parser->count * sizeof(*parser->values));
    }
    if (engagep_terms_build(&lexicon->terms, keys, parser->count, &lexicon->arena) != ENGAGE_OK)
        return no_memory(parser);
    return ENGAGE_OK;
}

static int read_all(struct parser *parser)
{
    int rc;
    while ((rc = engagep_lines_next(&parser->lines)) == ENGAGE_ROW) {
        rc = read_line(parser);
        if (rc != ENGAGE_OK)
            return rc;
    }
    return rc == ENGAGE_DONE ? keep(parser) : rc;
}

/* ---------------------------------------------------------------- object --- */

static void release(engage_lexicon *lexicon)
{
    engage_allocator allocator = lexicon->allocator;
    engagep_arena_release(&lexicon->arena);
    engagep_alloc_free(&allocator, lexicon, 1, sizeof(*lexicon));
}

static int set_rule(engage_lexicon *lexicon, const char *name)
{
    size_t size = strlen(name);
    char *rule = engagep_arena_array(&lexicon->arena, sizeof(prefix) + size, 1);
    if (rule == NULL)
        return ENGAGE_ENOMEM;
    memcpy(rule, prefix, sizeof(prefix) - 1);
    memcpy(rule + sizeof(prefix) - 1, name, size + 1);
    lexicon->rule = rule;
    return ENGAGE_OK;
}

static int is_name(const char *name)
{
    size_t size = strlen(name);
    if (size == 0 || size > LONGEST_NAME)
        return 0;
    for (size_t i = 0; i < size; i++) {
        char c = name[i];
        if (!engagep_ascii_alnum(c) && c != '.' && c != '-' && c != '_')
            return 0;
    }
    return 1;
}

static int parse(engage_lexicon *lexicon, const char *name, const char *text, size_t size,
                 engage_error *error)
{
    struct parser parser = {.lexicon = lexicon};
    engagep_lines_begin(&parser.lines, text, size, ENGAGE_ELEXICON, error);
    int rc = engagep_token_reader(&parser.tokenizer, 0, &lexicon->allocator);
    if (rc == ENGAGE_OK)
        rc = set_rule(lexicon, name);
    rc = rc == ENGAGE_OK ? read_all(&parser) : no_memory(&parser);
    engagep_alloc_free(&lexicon->allocator, parser.keys, parser.keys_capacity,
                       sizeof(*parser.keys));
    engagep_alloc_free(&lexicon->allocator, parser.values, parser.values_capacity,
                       sizeof(*parser.values));
    engage_tokenizer_free(parser.tokenizer);
    return rc;
}

int engage_lexicon_parse(const engage_lexicon **out, const char *name, const char *text,
                         size_t size, const engage_allocator *allocator, engage_error *error)
{
    if (out == NULL)
        return engagep_error_set(error, ENGAGE_EMISUSE, "no place for the lexicon");
    *out = NULL;
    if (text == NULL && size > 0)
        return engagep_error_set(error, ENGAGE_EMISUSE, "no lexicon text");
    if (name == NULL)
        return engagep_error_set(error, ENGAGE_EMISUSE, "no name for the lexicon");
    if (!is_name(name))
        return engagep_error_set(error, ENGAGE_ERANGE, "not a name for a lexicon");
    if (size > LARGEST)
        return engagep_error_set(error, ENGAGE_ELIMIT, "a lexicon has at most 16 MiB");
    engage_allocator own;
    int rc = engagep_alloc_init(&own, allocator);
    if (rc != ENGAGE_OK)
        return engagep_error_set(error, rc, "the allocator is incomplete");
    engage_lexicon *lexicon = engagep_alloc_zero(&own, 1, sizeof(*lexicon));
    if (lexicon == NULL)
        return engagep_error_set(error, ENGAGE_ENOMEM, "no memory for a lexicon");
    lexicon->allocator = own;
    engagep_arena_init(&lexicon->arena, &own);
    atomic_init(&lexicon->owners, 1);
    rc = parse(lexicon, name, text, size, error);
    if (rc != ENGAGE_OK) {
        release(lexicon);
        return rc;
    }
    *out = lexicon;
    return ENGAGE_OK;
}

/* The count of owners is the one part that changes; it is no part of what `const`
 * promises. */
static engage_lexicon *owned(const engage_lexicon *lexicon)
{
    return (engage_lexicon *)(uintptr_t)lexicon;
}

const engage_lexicon *engage_lexicon_ref(const engage_lexicon *lexicon)
{
    if (lexicon != NULL)
        atomic_fetch_add_explicit(&owned(lexicon)->owners, 1, memory_order_relaxed);
    return lexicon;
}

void engage_lexicon_unref(const engage_lexicon *lexicon)
{
    if (lexicon != NULL &&
        atomic_fetch_sub_explicit(&owned(lexicon)->owners, 1, memory_order_acq_rel) == 1)
        release(owned(lexicon));
}

const char *engage_lexicon_name(const engage_lexicon *lexicon)
{
    return lexicon != NULL ? lexicon->rule + sizeof(prefix) - 1 : NULL;
}

size_t engage_lexicon_count(const engage_lexicon *lexicon)
{
    return lexicon != NULL ? lexicon->terms.count : 0;
}
