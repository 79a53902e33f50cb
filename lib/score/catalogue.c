/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Reading a catalogue text: `[product ID]`, `[aspect ID]`, `names = …`, and lines of
 * comment that begin with `#`. Everything else is an error with its place.
 */
#include "score/catalogue.h"

#include "base/alloc.h"
#include "base/error.h"
#include "base/lines.h"

#include <string.h>

enum { LARGEST = 64 << 20, LONGEST_ID = 64, MOST_TOKENS = 16 };

/* Which of two names that are the same counts: what the caller wrote, then hashtags made
 * of the caller's names, then the built-in ones. */
enum tier { TIER_WRITTEN, TIER_DERIVED, TIER_BUILTIN, TIER_BITS = 30 };

/* A name as it was read. */
struct name {
    const char *key;
    uint32_t size;
    uint32_t entry;
    uint32_t rank;
    uint32_t line;
    uint32_t column;
};

/* The parent of an entry as it was read. */
struct parent {
    engage_str id; /* empty: none */
    uint32_t line;
    uint32_t column;
};

struct parser {
    engage_catalogue *catalogue;
    struct engagep_lines lines;
    engage_tokenizer *tokenizer;
    struct name *names;
    size_t count;
    size_t capacity;
    uint32_t builtin_line;
    int builtin;      /* whether the built-in aspects are wanted */
    int in_builtin;   /* whether they are being read */
    int skipping;     /* the entry is one of the caller's, which takes its place */
    struct parent *parents; /* of entries */
    size_t parents_capacity;
};

/* --------------------------------------------------------------- helpers --- */

static int fail_at(struct parser *parser, uint32_t line, uint32_t column, const char *what,
                   engage_str about)
{
    return engagep_lines_fail_at(&parser->lines, line, column, what, about);
}

static int fail(struct parser *parser, const char *at, const char *what, engage_str about)
{
    return engagep_lines_fail(&parser->lines, at, what, about);
}

static int no_memory(struct parser *parser)
{
    return engagep_error_set(parser->lines.error, ENGAGE_ENOMEM, "no memory for a catalogue");
}

static int copy(struct parser *parser, engage_str text, engage_str *out)
{
    out->size = text.size;
    out->data = engagep_arena_copy(&parser->catalogue->arena, text.data, text.size);
    return out->data != NULL ? ENGAGE_OK : no_memory(parser);
}

static struct engagep_entry *current(struct parser *parser)
{
    engage_catalogue *catalogue = parser->catalogue;
    return catalogue->count > 0 ? &catalogue->entries[catalogue->count - 1] : NULL;
}

/* ----------------------------------------------------------------- names --- */

static int add_key(struct parser *parser, const char *key, size_t size, enum tier tier,
                   const char *at)
{
    const engage_allocator *allocator = &parser->catalogue->allocator;
    void *names = parser->names;
    int rc = engagep_alloc_grow(allocator, &names, &parser->capacity, parser->count + 1,
                                sizeof(*parser->names));
    if (rc != ENGAGE_OK)
        return no_memory(parser);
    parser->names = names;
    const char *kept = engagep_arena_copy(&parser->catalogue->arena, key, size);
    if (kept == NULL)
        return no_memory(parser);
    parser->names[parser->count] = (struct name){kept,
                                                 (uint32_t)size,
                                                 (uint32_t)(parser->catalogue->count - 1),
                                                 (uint32_t)tier << TIER_BITS |
                                                     (uint32_t)parser->count,
                                                 parser->lines.number,
                                                 engagep_lines_column(&parser->lines, at)};
    parser->count++;
    return ENGAGE_OK;
}

/* A name of words alone is also looked for as a hashtag of those words. */
static int add_hashtag(struct parser *parser, const char *key, size_t size, const char *at)
{
    size_t count = engage_tokenizer_count(parser->tokenizer);
    for (size_t i = 0; i < count; i++) {
        int kind = engage_tokenizer_kind(parser->tokenizer, i);
        if (kind != ENGAGE_TOKEN_WORD && kind != ENGAGE_TOKEN_NUMBER)
            return ENGAGE_OK;
    }
    char tag[ENGAGEP_TERMS_KEY + 1] = "#";
    size_t n = 1;
    for (size_t i = 0; i < size; i++) {
        if ((unsigned char)key[i] != ENGAGEP_TERMS_GAP && key[i] != '\'')
            tag[n++] = key[i];
    }
    if (n > ENGAGEP_TERMS_KEY)
        return ENGAGE_OK;
    return add_key(parser, tag, n, parser->in_builtin ? TIER_BUILTIN : TIER_DERIVED, at);
}

/* `sign`: what the name begins with, put there where it was left out; 0: nothing. */
static int add_name(struct parser *parser, engage_str text, char sign)
{
    char signed_text[4 * ENGAGEP_TERMS_KEY];
    engage_str name = text;
    if (text.size == 0)
        return fail(parser, text.data, "an empty name", (engage_str){NULL, 0});
    if (text.size >= sizeof(signed_text))
        return fail(parser, text.data, "a name is too long", (engage_str){NULL, 0});
    if (sign != '\0' && text.data[0] != sign) {
        signed_text[0] = sign;
        memcpy(signed_text + 1, text.data, text.size);
        name = (engage_str){signed_text, text.size + 1};
    }
    int rc = engage_tokenizer_run(parser->tokenizer, name.data, name.size);
    if (rc != ENGAGE_OK)
        return no_memory(parser);
    size_t count;
    const struct engagep_token *tokens = engagep_token_array(parser->tokenizer, &count);
    if (sign != '\0' && count != 1)
        return fail(parser, text.data, sign == '@' ? "not a handle" : "not a hashtag", text);
    if (count == 0 || tokens[0].norm_size == 0)
        return fail(parser, text.data, "a name without a character that counts", text);
    char key[ENGAGEP_TERMS_KEY];
    size_t size = engagep_terms_key(tokens, count, engagep_token_norms(parser->tokenizer), key);
    if (size == 0 || count > MOST_TOKENS)
        return fail(parser, text.data, "a name is too long", (engage_str){NULL, 0});
    rc = add_key(parser, key, size, parser->in_builtin ? TIER_BUILTIN : TIER_WRITTEN, text.data);
    if (rc == ENGAGE_OK)
        rc = add_hashtag(parser, key, size, text.data);
    if (rc == ENGAGE_OK && current(parser)->name.data == NULL)
        rc = copy(parser, text, &current(parser)->name);
    return rc;
}

static int add_names(struct parser *parser, engage_str list, char sign)
{
    int rc;
    int more;
    do {
        more = list.size > 0 && memchr(list.data, ',', list.size) != NULL;
        engage_str name = engagep_lines_cut(&list, ',');
        rc = add_name(parser, name, sign);
    } while (rc == ENGAGE_OK && more);
    return rc;
}

/* ----------------------------------------------------------------- lines --- */

static int is_id(engage_str id)
{
    if (id.size == 0 || id.size > LONGEST_ID)
        return 0;
    for (size_t i = 0; i < id.size; i++) {
        unsigned char c = (unsigned char)id.data[i];
        if (c <= ' ' || c == 0x7F || c == '[' || c == ']' || c == ',')
            return 0;
    }
    return 1;
}

/* That the entry before has a name, where one does not follow any more. */
static int close_entry(struct parser *parser)
{
    const struct engagep_entry *entry = current(parser);
    if (entry == NULL || entry->name.data != NULL)
        return ENGAGE_OK;
    return fail_at(parser, entry->line, 1, "an entry without a name", entry->id);
}

static int add_entry(struct parser *parser, engage_str id, int kind)
{
    engage_catalogue *catalogue = parser->catalogue;
    void *entries = catalogue->entries;
    void *parents = parser->parents;
    int rc = engagep_alloc_grow(&catalogue->allocator, &entries, &catalogue->capacity,
                                catalogue->count + 1, sizeof(*catalogue->entries));
    catalogue->entries = entries;
    if (rc == ENGAGE_OK)
        rc = engagep_alloc_grow(&catalogue->allocator, &parents, &parser->parents_capacity,
                                catalogue->count + 1, sizeof(*parser->parents));
    parser->parents = parents;
    if (rc != ENGAGE_OK)
        return no_memory(parser);
    struct engagep_entry entry = {
        {NULL, 0}, {NULL, 0}, ENGAGEP_CATALOGUE_ROOT, parser->lines.number, kind};
    rc = copy(parser, id, &entry.id);
    if (rc != ENGAGE_OK)
        return rc;
    parser->parents[catalogue->count] = (struct parent){{NULL, 0}, 0, 0};
    catalogue->entries[catalogue->count++] = entry;
    return ENGAGE_OK;
}

static int read_section(struct parser *parser, engage_str line)
{
    if (line.data[line.size - 1] != ']')
        return fail(parser, line.data + line.size, "a section ends in ]", (engage_str){NULL, 0});
    engage_str inside = engagep_lines_trim((engage_str){line.data + 1, line.size - 2});
    engage_str id = inside;
    engage_str kind = engagep_lines_cut(&id, ' ');
    id = engagep_lines_trim(id);
    int product = engagep_lines_equal(kind, "product");
    if (!product && !engagep_lines_equal(kind, "aspect"))
        return fail(parser, inside.data, "neither a product nor an aspect", kind);
    if (!is_id(id))
        return fail(parser, id.data, "not an id", id);
    int rc = close_entry(parser);
    if (rc != ENGAGE_OK)
        return rc;
    uint32_t taken = ENGAGEP_TERMS_NONE;
    if (parser->in_builtin)
        taken = engagep_terms_find(&parser->catalogue->ids, id.data, id.size);
    parser->skipping = taken != ENGAGEP_TERMS_NONE;
    if (parser->skipping)
        return ENGAGE_OK;
    return add_entry(parser, id, product ? ENGAGE_TARGET_PRODUCT : ENGAGE_TARGET_ASPECT);
}

static int read_builtin(struct parser *parser, engage_str name, engage_str value)
{
    if (parser->builtin_line != 0)
        return fail(parser, name.data, "given twice", name);
    parser->builtin_line = parser->lines.number;
    parser->builtin = engagep_lines_equal(value, "yes");
    if (!parser->builtin && !engagep_lines_equal(value, "no"))
        return fail(parser, value.data, "neither yes nor no", value);
    return ENGAGE_OK;
}

static int read_parent(struct parser *parser, engage_str name, engage_str value)
{
    struct parent *parent = &parser->parents[parser->catalogue->count - 1];
    if (parent->id.size > 0)
        return fail(parser, name.data, "given twice", name);
    if (!is_id(value))
        return fail(parser, value.data, "not an id", value);
    parent->id = value;
    parent->line = parser->lines.number;
    parent->column = engagep_lines_column(&parser->lines, value.data);
    return ENGAGE_OK;
}

static int read_setting(struct parser *parser, engage_str line)
{
    engage_str value = line;
    engage_str name = engagep_lines_cut(&value, '=');
    if (name.size == line.size)
        return fail(parser, line.data, "neither a section nor name = value", line);
    value = engagep_lines_trim(value);
    if (current(parser) == NULL) {
        if (engagep_lines_equal(name, "builtin"))
            return read_builtin(parser, name, value);
        return fail(parser, name.data, "not in a section, or unknown", name);
    }
    if (engagep_lines_equal(name, "names") || engagep_lines_equal(name, "aliases"))
        return add_names(parser, value, '\0');
    if (engagep_lines_equal(name, "handles"))
        return add_names(parser, value, '@');
    if (engagep_lines_equal(name, "hashtags"))
        return add_names(parser, value, '#');
    if (engagep_lines_equal(name, "parent"))
        return read_parent(parser, name, value);
    return fail(parser, name.data, "unknown", name);
}

static int read_line(struct parser *parser, engage_str line)
{
    if (line.size == 0 || line.data[0] == '#')
        return ENGAGE_OK;
    if (line.data[0] == '[')
        return read_section(parser, line);
    return parser->skipping ? ENGAGE_OK : read_setting(parser, line);
}

static int read_lines(struct parser *parser, const char *text, size_t size)
{
    int rc;
    parser->skipping = 0;
    engagep_lines_begin(&parser->lines, text, size, ENGAGE_ECATALOGUE, parser->lines.error);
    while ((rc = engagep_lines_next(&parser->lines)) == ENGAGE_ROW) {
        rc = read_line(parser, engagep_lines_trim(parser->lines.line));
        if (rc != ENGAGE_OK)
            return rc;
    }
    return rc == ENGAGE_DONE ? close_entry(parser) : rc;
}

/* ------------------------------------------------------------- the whole --- */

/* Makes the ids into a trie, and tells an id that is given twice. */
static int build_ids(struct parser *parser)
{
    engage_catalogue *catalogue = parser->catalogue;
    struct engagep_key *keys =
        engagep_arena_array(&catalogue->arena, catalogue->count, sizeof(*keys));
    if (keys == NULL)
        return no_memory(parser);
    for (size_t i = 0; i < catalogue->count; i++) {
        const engage_str *id = &catalogue->entries[i].id;
        keys[i] = (struct engagep_key){id->data, (uint32_t)id->size, (uint32_t)i, (uint32_t)i};
    }
    if (engagep_terms_build(&catalogue->ids, keys, catalogue->count, &catalogue->arena) !=
        ENGAGE_OK)
        return no_memory(parser);
    for (size_t i = 0; i < catalogue->count; i++) {
        const struct engagep_entry *entry = &catalogue->entries[i];
        if (engagep_terms_find(&catalogue->ids, entry->id.data, entry->id.size) != i)
            return fail_at(parser, entry->line, 1, "an id is given twice", entry->id);
    }
    return ENGAGE_OK;
}

static int build_names(struct parser *parser)
{
    engage_catalogue *catalogue = parser->catalogue;
    struct engagep_key *keys =
        engagep_arena_array(&catalogue->arena, parser->count, sizeof(*keys));
    if (keys == NULL)
        return no_memory(parser);
    for (size_t i = 0; i < parser->count; i++) {
        const struct name *name = &parser->names[i];
        keys[i] = (struct engagep_key){name->key, name->size, name->entry, name->rank};
    }
    if (engagep_terms_build(&catalogue->names, keys, parser->count, &catalogue->arena) !=
        ENGAGE_OK)
        return no_memory(parser);
    for (size_t i = 0; i < parser->count; i++) {
        const struct name *name = &parser->names[i];
        uint32_t entry = engagep_terms_find(&catalogue->names, name->key, name->size);
        if (entry != name->entry && name->rank >> TIER_BITS == TIER_WRITTEN)
            return fail_at(parser, name->line, name->column, "a name of another entry too",
                           catalogue->entries[entry].id);
    }
    return ENGAGE_OK;
}

/* Sets the parents; none may be its own ancestor. */
static int resolve_parents(struct parser *parser)
{
    engage_catalogue *catalogue = parser->catalogue;
    for (size_t i = 0; i < catalogue->count; i++) {
        const struct parent *parent = &parser->parents[i];
        if (parent->id.size == 0)
            continue;
        uint32_t found = engagep_terms_find(&catalogue->ids, parent->id.data, parent->id.size);
        if (found == ENGAGEP_TERMS_NONE)
            return fail_at(parser, parent->line, parent->column, "there is no such entry",
                           parent->id);
        catalogue->entries[i].parent = found;
    }
    /* Each entry is walked over once: `line` 0 marks those that end at a root. */
    for (size_t i = 0; i < catalogue->count; i++) {
        uint32_t at = (uint32_t)i;
        size_t steps = 0;
        while (at != ENGAGEP_CATALOGUE_ROOT && catalogue->entries[at].line != 0) {
            if (steps++ > catalogue->count)
                return fail_at(parser, parser->parents[i].line, parser->parents[i].column,
                               "an entry is its own ancestor", catalogue->entries[i].id);
            at = catalogue->entries[at].parent;
        }
        for (at = (uint32_t)i; at != ENGAGEP_CATALOGUE_ROOT && catalogue->entries[at].line != 0;
             at = catalogue->entries[at].parent)
            catalogue->entries[at].line = 0;
    }
    return ENGAGE_OK;
}

static int read_all(struct parser *parser, const char *text, size_t size)
{
    int rc = read_lines(parser, text, size);
    if (rc == ENGAGE_OK)
        rc = build_ids(parser);
    if (rc == ENGAGE_OK && parser->builtin) {
        parser->in_builtin = 1;
        rc = read_lines(parser, engagep_catalogue_builtin, strlen(engagep_catalogue_builtin));
        if (rc == ENGAGE_OK)
            rc = build_ids(parser);
    }
    if (rc == ENGAGE_OK)
        rc = build_names(parser);
    if (rc == ENGAGE_OK)
        rc = resolve_parents(parser);
    return rc;
}

static void release(engage_catalogue *catalogue)
{
    engage_allocator allocator = catalogue->allocator;
    engagep_alloc_free(&allocator, catalogue->entries, catalogue->capacity,
                       sizeof(*catalogue->entries));
    engagep_arena_release(&catalogue->arena);
    engagep_alloc_free(&allocator, catalogue, 1, sizeof(*catalogue));
}

int engage_catalogue_parse(const engage_catalogue **out, const char *text, size_t size,
                           const engage_allocator *allocator, engage_error *error)
{
    if (out == NULL)
        return engagep_error_set(error, ENGAGE_EMISUSE, "no place for the catalogue");
    *out = NULL;
    if (text == NULL && size > 0)
        return engagep_error_set(error, ENGAGE_EMISUSE, "no catalogue text");
    if (size > LARGEST)
        return engagep_error_set(error, ENGAGE_ELIMIT, "a catalogue has at most 64 MiB");
    engage_allocator own;
    int rc = engagep_alloc_init(&own, allocator);
    if (rc != ENGAGE_OK)
        return engagep_error_set(error, rc, "the allocator is incomplete");
    engage_catalogue *catalogue = engagep_alloc_zero(&own, 1, sizeof(*catalogue));
    if (catalogue == NULL)
        return engagep_error_set(error, ENGAGE_ENOMEM, "no memory for a catalogue");
    catalogue->allocator = own;
    engagep_arena_init(&catalogue->arena, &own);
    atomic_init(&catalogue->owners, 1);
    struct parser parser = {.catalogue = catalogue, .builtin = 1};
    parser.lines.error = error;
    rc = engagep_token_reader(&parser.tokenizer, 0, &own);
    rc = rc == ENGAGE_OK ? read_all(&parser, text, size) : no_memory(&parser);
    engage_tokenizer_free(parser.tokenizer);
    engagep_alloc_free(&own, parser.names, parser.capacity, sizeof(*parser.names));
    engagep_alloc_free(&own, parser.parents, parser.parents_capacity, sizeof(*parser.parents));
    if (rc != ENGAGE_OK) {
        release(catalogue);
        return rc;
    }
    *out = catalogue;
    return ENGAGE_OK;
}

/* The count of owners is the one part of a catalogue that changes; it is no part of what
 * `const` promises. */
static engage_catalogue *owned(const engage_catalogue *catalogue)
{
    return (engage_catalogue *)(uintptr_t)catalogue;
}

const engage_catalogue *engage_catalogue_ref(const engage_catalogue *catalogue)
{
    if (catalogue != NULL)
        atomic_fetch_add_explicit(&owned(catalogue)->owners, 1, memory_order_relaxed);
    return catalogue;
}

void engage_catalogue_unref(const engage_catalogue *catalogue)
{
    if (catalogue == NULL)
        return;
    if (atomic_fetch_sub_explicit(&owned(catalogue)->owners, 1, memory_order_acq_rel) == 1)
        release(owned(catalogue));
}

/* --------------------------------------------------------------- reading --- */

static const struct engagep_entry *entry_of(const engage_catalogue *catalogue, size_t index)
{
    return catalogue != NULL && index < catalogue->count ? &catalogue->entries[index] : NULL;
}

size_t engage_catalogue_count(const engage_catalogue *catalogue)
{
    return catalogue != NULL ? catalogue->count : 0;
}

const char *engage_catalogue_id(const engage_catalogue *catalogue, size_t index)
{
    const struct engagep_entry *entry = entry_of(catalogue, index);
    return entry != NULL ? entry->id.data : NULL;
}

const char *engage_catalogue_name(const engage_catalogue *catalogue, size_t index)
{
    const struct engagep_entry *entry = entry_of(catalogue, index);
    return entry != NULL ? entry->name.data : NULL;
}

int engage_catalogue_kind(const engage_catalogue *catalogue, size_t index)
{
    const struct engagep_entry *entry = entry_of(catalogue, index);
    return entry != NULL ? entry->kind : ENGAGE_ERANGE;
}

const char *engage_catalogue_parent(const engage_catalogue *catalogue, size_t index)
{
    const struct engagep_entry *entry = entry_of(catalogue, index);
    return entry != NULL ? engage_catalogue_id(catalogue, entry->parent) : NULL;
}
