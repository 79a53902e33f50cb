/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * The tokenizer as an object: memory, the getters, JSON.
 */
#include "text/tokenizer.h"

#include "base/alloc.h"
#include "base/json.h"
#include "text/offset.h"
#include "text/options.h"
#include "text/swar.h"

#include <string.h>

const char *engage_token_kind_name(int kind)
{
    static const char *const names[ENGAGE_TOKEN_KINDS] = {
        "word", "number", "mention", "hashtag", "cashtag", "url",
        "email", "phone", "emoji", "emoticon", "punct", "symbol"};
    return kind >= 0 && kind < ENGAGE_TOKEN_KINDS ? names[kind] : NULL;
}

int engage_tokenizer_new(engage_tokenizer **out, const engage_text_options *options)
{
    if (out == NULL)
        return ENGAGE_EMISUSE;
    *out = NULL;
    struct engagep_text_settings settings;
    int rc = engagep_text_settings_read(&settings, options);
    if (rc != ENGAGE_OK)
        return rc;
    engage_tokenizer *t = engagep_alloc_zero(&settings.allocator, 1, sizeof(*t));
    if (t == NULL)
        return ENGAGE_ENOMEM;
    t->allocator = settings.allocator;
    t->max_bytes = settings.max_bytes;
    t->flags = settings.flags;
    *out = t;
    return ENGAGE_OK;
}

void engage_tokenizer_free(engage_tokenizer *t)
{
    if (t == NULL)
        return;
    engage_allocator own = t->allocator;
    engagep_icu_close(t->icu);
    engagep_alloc_free(&own, t->tokens, t->capacity, sizeof(*t->tokens));
    engagep_alloc_free(&own, t->norms, t->norms_capacity, 1);
    engagep_alloc_free(&own, t->capitals, t->capitals_capacity, 1);
    engagep_alloc_free(&own, t, 1, sizeof(*t));
}

/* Puts eight bytes into lower case and returns a bit for each that was a capital. */
static unsigned char lower_eight(const char *text, char *out)
{
    uint64_t bytes = engagep_swar_load(text);
    uint64_t capitals = engagep_swar_within(bytes, 'A', 'Z');
    engagep_swar_store(out, bytes | capitals >> 2);
    return (unsigned char)((capitals >> 7) * UINT64_C(0x0102040810204080) >> 56);
}

/* Puts ASCII into lower case, and notes a bit for each capital. `out` has 16 bytes more than
 * the text, which become zero, `capitals` as many bytes as `capital_bytes` says. */
static void lower_all(const char *text, size_t size, char *out, unsigned char *capitals)
{
    size_t i = 0;
    for (; i + 8 <= size; i += 8)
        capitals[i / 8] = lower_eight(text + i, out + i);
    char rest[8] = {0};
    memcpy(rest, text + i, size - i);
    capitals[i / 8] = lower_eight(rest, out + i);
    memset(capitals + i / 8 + 1, 0, 8);
    memset(out + size, 0, 16);
}

/* A bit a byte, and eight bytes more to read a word's bits at once. */
static size_t capital_bytes(size_t size)
{
    return size / 8 + 9;
}

/* Whether a letter of ASCII stands three times in a row, or a byte that may be one. */
static int find_triple(const char *low, size_t size)
{
    uint64_t found = 0;
    for (size_t i = 0; i < size; i += 8) {
        uint64_t first = engagep_swar_load(low + i);
        uint64_t unlike = (first ^ engagep_swar_load(low + i + 1)) |
                          (first ^ engagep_swar_load(low + i + 2));
        /* A byte that is zero and stands over a letter, whose bit 6 is set. A borrow can
         * only add to what is found. */
        found |= (unlike - ENGAGEP_SWAR_EACH) & ~unlike & first << 1 & ENGAGEP_SWAR_HIGH;
    }
    return found != 0;
}

enum { SLACK = 16 };

int engage_tokenizer_run(engage_tokenizer *t, const char *text, size_t size)
{
    if (t == NULL)
        return ENGAGE_EMISUSE;
    t->count = 0;
    if (text == NULL && size != 0)
        return ENGAGE_EMISUSE;
    if (size > t->max_bytes)
        return ENGAGE_ELIMIT;
    void *tokens = t->tokens;
    int rc = engagep_alloc_grow(&t->allocator, &tokens, &t->capacity, size, sizeof(*t->tokens));
    t->tokens = tokens;
    if (rc != ENGAGE_OK)
        return rc;
    void *norms = t->norms;
    rc = engagep_alloc_grow(&t->allocator, &norms, &t->norms_capacity, size + SLACK, 1);
    t->norms = norms;
    if (rc != ENGAGE_OK)
        return rc;
    void *capitals = t->capitals;
    rc = engagep_alloc_grow(&t->allocator, &capitals, &t->capitals_capacity, capital_bytes(size),
                            1);
    t->capitals = capitals;
    if (rc != ENGAGE_OK)
        return rc;
    if (size != 0)
        lower_all(text, size, t->norms, t->capitals);
    t->norms_size = size + SLACK;
    t->triples = size != 0 && find_triple(t->norms, size);
    t->text = text;
    t->size = size;
    t->failed = ENGAGE_OK;
    t->spaced = 0;
    t->no_email = 0;
    t->no_link = 0;
    engagep_scan_run(t);
    if (t->failed != ENGAGE_OK)
        t->count = 0;
    return t->failed;
}

size_t engage_tokenizer_count(const engage_tokenizer *t)
{
    return t != NULL ? t->count : 0;
}

static const struct engagep_token *token_at(const engage_tokenizer *t, size_t index)
{
    return t != NULL && index < t->count ? &t->tokens[index] : NULL;
}

int engage_tokenizer_kind(const engage_tokenizer *t, size_t index)
{
    const struct engagep_token *token = token_at(t, index);
    return token != NULL ? token->kind : ENGAGE_ERANGE;
}

engage_span engage_tokenizer_span(const engage_tokenizer *t, size_t index)
{
    engage_span span = {0, 0};
    const struct engagep_token *token = token_at(t, index);
    if (token != NULL) {
        span.start = token->start;
        span.end = token->end;
    }
    return span;
}

uint32_t engage_tokenizer_marks(const engage_tokenizer *t, size_t index)
{
    const struct engagep_token *token = token_at(t, index);
    return token != NULL ? token->marks : 0;
}

const char *engage_tokenizer_norm(const engage_tokenizer *t, size_t index, size_t *size)
{
    const struct engagep_token *token = token_at(t, index);
    if (size != NULL)
        *size = token != NULL ? token->norm_size : 0;
    return token != NULL ? t->norms + token->norm : NULL;
}

const struct engagep_token *engagep_token_array(const engage_tokenizer *t, size_t *count)
{
    *count = t->count;
    return t->tokens;
}

const char *engagep_token_norms(const engage_tokenizer *t)
{
    return t->norms;
}

int engage_tokenizer_json(engage_tokenizer *t, engage_str id, const char *text, size_t size,
                          int unit, engage_buffer *buffer)
{
    if (t == NULL || buffer == NULL || (id.data == NULL && id.size != 0))
        return ENGAGE_EMISUSE;
    struct engagep_offset offset;
    int rc = engagep_offset_begin(&offset, text, size, unit);
    if (rc != ENGAGE_OK)
        return rc;
    rc = engage_tokenizer_run(t, text, size);
    if (rc != ENGAGE_OK)
        return rc;
    size_t begun = engagep_buffer_begin(buffer);
    engagep_json_open(buffer, '{');
    engagep_json_key(buffer, "id");
    engagep_json_string(buffer, id.data, id.size);
    engagep_json_key(buffer, "tokens");
    engagep_json_open(buffer, '[');
    for (size_t i = 0; i < t->count; i++) {
        const struct engagep_token *token = &t->tokens[i];
        engagep_json_open(buffer, '{');
        engagep_json_key(buffer, "kind");
        engagep_json_text(buffer, engage_token_kind_name(token->kind));
        engagep_json_key(buffer, "start");
        engagep_json_int(buffer, engagep_offset_at(&offset, token->start));
        engagep_json_key(buffer, "end");
        engagep_json_int(buffer, engagep_offset_at(&offset, token->end));
        engagep_json_key(buffer, "text");
        engagep_json_string(buffer, text + token->start, token->end - token->start);
        engagep_json_key(buffer, "norm");
        engagep_json_string(buffer, t->norms + token->norm, token->norm_size);
        engagep_json_close(buffer, '}');
    }
    engagep_json_close(buffer, ']');
    engagep_json_close(buffer, '}');
    return engagep_buffer_end(buffer, begun);
}
