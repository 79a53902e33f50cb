/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * The tokenizer as an object: memory, the getters, JSON.
 */
#include "text/tokenizer.h"

#include "base/alloc.h"
#include "base/json.h"
#include "text/letter.h"
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
    engagep_alloc_free(&own, t->capitals, t->bits_capacity, 1);
    engagep_plain_release(&t->plain, &own);
    engagep_alloc_free(&own, t, 1, sizeof(*t));
}

/* Zero bytes that follow the copy in lower case, for whoever looks beyond its end. */
enum { SLACK = 16 };

/* What a text is read into beside its tokens. */
struct copies {
    char *low;
    unsigned char *capitals;
    unsigned char *letters;
};

/* Puts eight bytes of the text into lower case and notes which of them are letters. */
static inline void lower_eight(const struct copies *to, size_t at, uint64_t bytes)
{
    uint64_t letters = engagep_swar_within(bytes | ENGAGEP_SWAR_EACH * 0x20, 'a', 'z');
    /* A small letter has 0x20 in it. */
    uint64_t capitals = letters & ~(bytes << 2);
    engagep_swar_store(to->low + at, bytes | capitals >> 2);
    to->capitals[at / 8] = engagep_swar_bits(capitals);
    to->letters[at / 8] = engagep_swar_bits(letters);
}

/* Returns bits that are set in any byte of the text. */
static uint64_t lower_all(struct engage_tokenizer *t)
{
    const struct copies to = {t->norms, t->capitals, t->letters};
    const char *text = t->text;
    size_t size = t->size;
    size_t at = 0;
    uint64_t any = 0;
    for (; at + 8 <= size; at += 8) {
        uint64_t bytes = engagep_swar_load(text + at);
        any |= bytes;
        lower_eight(&to, at, bytes);
    }
    char rest[8] = {0};
    for (size_t i = at; i < size; i++)
        rest[i - at] = text[i];
    lower_eight(&to, at, engagep_swar_load(rest));
    memset(to.low + size, 0, SLACK);
    memset(to.capitals + at / 8 + 1, 0, 8);
    memset(to.letters + at / 8 + 1, 0, 8);
    return any | engagep_swar_load(rest);
}

/* Where letters in a style are to be read as plain ones, takes the text with these instead. */
static int read_plainly(struct engage_tokenizer *t, int ascii)
{
    if ((ascii || !engagep_plain_may(t->norms, t->size)) &&
        !engagep_plain_has_asterisks(t->norms, t->size))
        return ENGAGE_OK;
    int rc = engagep_plain_read(&t->plain, t->text, t->size, &t->allocator);
    if (rc == ENGAGE_OK && t->plain.text != NULL) {
        t->text = t->plain.text;
        t->size = t->plain.size;
        lower_all(t);
    }
    return rc;
}

/* Makes room for a text; an ENGAGE_ code. */
static int make_room(struct engage_tokenizer *t, size_t size)
{
    /* A bit a byte, and eight bytes more to read a word's bits at once. */
    size_t bits = size / 8 + 9;
    if (size <= t->capacity && size + SLACK <= t->norms_capacity && 2 * bits <= t->bits_capacity) {
        t->letters = t->capitals + bits;
        return ENGAGE_OK;
    }
    void *block = t->tokens;
    int rc = engagep_alloc_grow(&t->allocator, &block, &t->capacity, size, sizeof(*t->tokens));
    t->tokens = block;
    if (rc != ENGAGE_OK)
        return rc;
    block = t->norms;
    rc = engagep_alloc_grow(&t->allocator, &block, &t->norms_capacity, size + SLACK, 1);
    t->norms = block;
    if (rc != ENGAGE_OK)
        return rc;
    block = t->capitals;
    rc = engagep_alloc_grow(&t->allocator, &block, &t->bits_capacity, 2 * bits, 1);
    t->capitals = block;
    if (rc == ENGAGE_OK)
        t->letters = t->capitals + bits;
    return rc;
}

int engage_tokenizer_run(engage_tokenizer *t, const char *text, size_t size)
{
    if (t == NULL)
        return ENGAGE_EMISUSE;
    t->count = 0;
    if (text == NULL && size != 0)
        return ENGAGE_EMISUSE;
    if (size > t->max_bytes)
        return ENGAGE_ELIMIT;
    int rc = make_room(t, size);
    if (rc != ENGAGE_OK)
        return rc;
    t->text = text;
    t->size = size;
    t->plain.text = NULL;
    int ascii = (lower_all(t) & ENGAGEP_SWAR_HIGH) == 0;
    if (t->plainly)
        rc = read_plainly(t, ascii);
    if (rc != ENGAGE_OK)
        return rc;
    t->norms_size = t->size + SLACK;
    t->failed = ENGAGE_OK;
    t->glue = 0;
    t->no_email = 0;
    t->no_link = 0;
    t->no_initials = 0;
    engagep_scan_run(t);
    if (t->failed != ENGAGE_OK)
        t->count = 0;
    else if (t->plainly)
        engagep_letter_strip(t);
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

int engagep_token_reader(engage_tokenizer **out, uint32_t max_bytes,
                         const engage_allocator *allocator)
{
    engage_text_options options = ENGAGE_TEXT_OPTIONS_INIT;
    options.max_bytes = max_bytes;
    options.allocator = allocator;
    options.flags = ENGAGE_TEXT_NO_DICTIONARY;
    int rc = engage_tokenizer_new(out, &options);
    if (rc == ENGAGE_OK)
        (*out)->plainly = 1;
    return rc;
}

const char *engagep_token_text(const engage_tokenizer *t)
{
    return t->text;
}

engage_span engagep_token_source(const engage_tokenizer *t, engage_span span)
{
    return t->plain.text == NULL ? span : engagep_plain_source(&t->plain, span);
}

int engage_tokenizer_json(engage_tokenizer *t, engage_str id, const char *text, size_t size,
                          int unit, engage_buffer *buffer)
{
    if (t == NULL)
        return ENGAGE_EMISUSE;
    t->count = 0;
    if (buffer == NULL || (id.data == NULL && id.size != 0))
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
    engagep_json_optional(buffer, id);
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
    rc = engagep_buffer_end(buffer, begun);
    if (rc != ENGAGE_OK)
        t->count = 0;
    return rc;
}
