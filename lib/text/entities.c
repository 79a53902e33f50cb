/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Mentions, lists, hashtags, cashtags and links as twitter-text 3.1 finds them.
 */
#include "text/entities.h"

#include "base/alloc.h"
#include "base/ascii.h"
#include "base/json.h"
#include "text/offset.h"
#include "text/options.h"
#include "text/unicode.h"
#include "text/url.h"

#include <string.h>

enum { MOST_NAME = 20, MOST_SLUG = 25, MOST_CASHTAG = 6, MOST_SUFFIX = 2 };

int engage_entities_new(engage_entities **out, const engage_text_options *options)
{
    if (out == NULL)
        return ENGAGE_EMISUSE;
    *out = NULL;
    struct engagep_text_settings settings;
    int rc = engagep_text_settings_read(&settings, options);
    if (rc != ENGAGE_OK)
        return rc;
    engage_entities *e = engagep_alloc_zero(&settings.allocator, 1, sizeof(*e));
    if (e == NULL)
        return ENGAGE_ENOMEM;
    e->allocator = settings.allocator;
    e->max_bytes = settings.max_bytes;
    *out = e;
    return ENGAGE_OK;
}

void engage_entities_free(engage_entities *e)
{
    if (e == NULL)
        return;
    engage_allocator own = e->allocator;
    engagep_alloc_free(&own, e->all, e->capacity, sizeof(*e->all));
    engagep_alloc_free(&own, e->scratch, e->scratch_capacity, 1);
    engagep_alloc_free(&own, e, 1, sizeof(*e));
}

static int is_name(char c)
{
    return engagep_ascii_alnum(c) || c == '_';
}

static char byte(const char *text, size_t size, size_t at)
{
    return at < size ? text[at] : '\0';
}

/* The length of an at sign or number sign at `at`, narrow or full-width; 0 where none. */
static size_t sign(const char *text, size_t size, size_t at, char narrow, const char *wide)
{
    if (byte(text, size, at) == narrow)
        return 1;
    return size - at >= 3 && memcmp(text + at, wide, 3) == 0 ? 3 : 0;
}

static size_t at_sign(const char *text, size_t size, size_t at)
{
    return at < size ? sign(text, size, at, '@', "\xEF\xBC\xA0") : 0;
}

static size_t number_sign(const char *text, size_t size, size_t at)
{
    return at < size ? sign(text, size, at, '#', "\xEF\xBC\x83") : 0;
}

static int is_scheme_end(const char *text, size_t size, size_t at)
{
    return size - at >= 3 && memcmp(text + at, "://", 3) == 0;
}

/* Characters of hashtags that are neither letters, marks nor digits. */
static int is_hashtag_sign(uint32_t c)
{
    static const uint16_t signs[] = {'_',    0x00B7, 0x05BE, 0x05F3, 0x05F4, 0x0F0B,
                                     0x0F0C, 0x200C, 0x200D, 0x3003, 0x301C, 0x309B,
                                     0x309C, 0x30A0, 0x30FB, 0xA67E, 0xFF5E};
    for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
        if (signs[i] == c)
            return 1;
    }
    return 0;
}

/* Letters and marks, then digits, as hashtags know them; numbers that are letters by
 * their nature, such as Roman ones, are neither. */
static int is_hashtag_letter(uint32_t c)
{
    if (c < 0x80)
        return engagep_ascii_letter((char)c);
    switch (engagep_unicode_kind(c)) {
    case ENGAGEP_CHAR_LETTER:
    case ENGAGEP_CHAR_SPACELESS:
        return !((c >= 0x2160 && c <= 0x2188) || c == 0x3007 || (c >= 0x3021 && c <= 0x3029) ||
                 (c >= 0x3038 && c <= 0x303A));
    case ENGAGEP_CHAR_MARK:
        return 1;
    case ENGAGEP_CHAR_IGNORE: /* variation selectors and the like are marks too */
        return (c >= 0xFE00 && c <= 0xFE0F) || (c >= 0xE0100 && c <= 0xE01EF) || c == 0x034F ||
               (c >= 0x180B && c <= 0x180D) || (c >= 0x17B4 && c <= 0x17B5) ||
               c == 0x115F || c == 0x1160 || c == 0x3164 || c == 0xFFA0;
    default:
        return 0;
    }
}

static int is_hashtag_char(uint32_t c)
{
    if (is_hashtag_letter(c))
        return 1;
    return (c < 0x80 ? c >= '0' && c <= '9' : engagep_unicode_kind(c) == ENGAGEP_CHAR_DIGIT) ||
           is_hashtag_sign(c);
}

size_t engagep_entities_hashtag(const char *text, size_t size, size_t at)
{
    size_t length = number_sign(text, size, at);
    if (length == 0)
        return 0;
    at += length;
    size_t begin = at;
    int letters = 0;
    while (at < size) {
        uint32_t code;
        length = engagep_utf8_decode(text + at, size - at, &code);
        if (at == begin && (code == 0xFE0F || code == 0x20E3))
            return 0;
        if (!is_hashtag_char(code))
            break;
        letters |= is_hashtag_letter(code);
        at += length;
    }
    return letters ? at : 0;
}

size_t engagep_entities_mention(const char *text, size_t size, size_t at, size_t *name_end)
{
    size_t length = at_sign(text, size, at);
    if (length == 0)
        return 0;
    size_t begin = at + length;
    size_t end = begin;
    while (end - begin < MOST_NAME && is_name(byte(text, size, end)))
        end++;
    if (end == begin)
        return 0;
    *name_end = end;
    if (byte(text, size, end) == '/' && engagep_ascii_letter(byte(text, size, end + 1))) {
        size_t slug = end + 1;
        end = slug;
        while (end - slug < MOST_SLUG &&
               (is_name(byte(text, size, end)) || byte(text, size, end) == '-'))
            end++;
    }
    return end;
}

/* Whether what follows a mention says that it is none. */
static int ends_mention(const char *text, size_t size, size_t at)
{
    if (at >= size)
        return 1;
    uint32_t code;
    engagep_utf8_decode(text + at, size - at, &code);
    return at_sign(text, size, at) == 0 && !engagep_url_is_accent(code) &&
           !is_scheme_end(text, size, at);
}

/* Whether a mention may stand at `at`, the match before it having ended at `last`. */
static int may_mention(const char *text, size_t at, size_t last)
{
    if (at == 0)
        return 1;
    size_t place;
    uint32_t code = engagep_url_before(text, at, &place);
    if (place < last)
        return 0;
    if (code >= 0x80 ? code != 0xFF20
                     : !is_name((char)code) && (code == 0 || strchr("!#$%&*@", (int)code) == NULL))
        return 1;
    /* RT, with what is no word before it. */
    if (at < 2 || (text[at - 1] | 32) != 't' || (text[at - 2] | 32) != 'r' || at - 2 < last)
        return 0;
    if (at == 2)
        return 1;
    code = engagep_url_before(text, at - 2, &place);
    return place >= last && (code >= 0x80 || (!is_name((char)code) &&
                                              (code == 0 || strchr("+~.-", (int)code) == NULL)));
}

static int may_hashtag(const char *text, size_t at, size_t last)
{
    if (at == 0)
        return 1;
    size_t place;
    uint32_t code = engagep_url_before(text, at, &place);
    if (place < last)
        return 0;
    return code == 0xFE0E || code == 0xFE0F || (!is_hashtag_char(code) && code != '&');
}

/* What may follow a cashtag: the end, white space or punctuation. */
static int ends_cashtag(const char *text, size_t size, size_t at)
{
    if (at >= size)
        return 1;
    uint32_t code;
    engagep_utf8_decode(text + at, size - at, &code);
    return engagep_url_is_punct(code) || (engagep_url_is_space(code) && code != 0x85 &&
                                          code != 0x180E) || code == 0xFEFF;
}

/* Where a cashtag ends that begins at `at`; 0 where none does. */
static size_t cashtag(const char *text, size_t size, size_t at, size_t last)
{
    if (at > 0) {
        size_t place;
        uint32_t code = engagep_url_before(text, at, &place);
        if (place < last || !engagep_url_is_space(code))
            return 0;
    }
    size_t begin = at + 1;
    size_t end = begin;
    while (end - begin < MOST_CASHTAG && engagep_ascii_letter(byte(text, size, end)))
        end++;
    if (end == begin)
        return 0;
    char c = byte(text, size, end);
    if (c == '.' || c == '_') {
        size_t longer = end + 1;
        while (longer - end - 1 < MOST_SUFFIX && engagep_ascii_letter(byte(text, size, longer)))
            longer++;
        for (; longer > end + 1; longer--) {
            if (ends_cashtag(text, size, longer))
                return longer;
        }
    }
    return ends_cashtag(text, size, end) ? end : 0;
}

/* Appends an entity, unless it overlaps one that begins before it. */
static int add(engage_entities *e, struct engagep_entity entity)
{
    if (e->count > 0 && e->all[e->count - 1].end > entity.start)
        return ENGAGE_OK;
    void *all = e->all;
    int rc = engagep_alloc_grow(&e->allocator, &all, &e->capacity, e->count + 1, sizeof(*e->all));
    e->all = all;
    if (rc == ENGAGE_OK)
        e->all[e->count++] = entity;
    return rc;
}

/* The next mention, hashtag or cashtag. Each kind is matched for itself, so that where the
 * last match of each ended is kept for each. */
struct tags {
    const char *text;
    size_t size;
    size_t at;
    size_t last[3];
};

static int next_tag(struct tags *s, struct engagep_entity *out)
{
    const char *text = s->text;
    while (s->at < s->size) {
        size_t at = s->at;
        char c = text[at];
        if (c != '@' && c != '#' && c != '$' && c != '\xEF') {
            s->at++;
            continue;
        }
        s->at++;
        size_t length;
        size_t end = 0;
        size_t name_end;
        uint32_t kind;
        int taken;
        if ((length = at_sign(text, s->size, at)) != 0) {
            kind = ENGAGE_ENTITY_MENTION;
            if (may_mention(text, at, s->last[kind]))
                end = engagep_entities_mention(text, s->size, at, &name_end);
            taken = end != 0 && ends_mention(text, s->size, end);
        } else if ((length = number_sign(text, s->size, at)) != 0) {
            kind = ENGAGE_ENTITY_HASHTAG;
            if (may_hashtag(text, at, s->last[kind]))
                end = engagep_entities_hashtag(text, s->size, at);
            name_end = end;
            taken = end != 0 && number_sign(text, s->size, end) == 0 &&
                    !is_scheme_end(text, s->size, end);
        } else if (c == '$') {
            kind = ENGAGE_ENTITY_CASHTAG;
            length = 1;
            end = cashtag(text, s->size, at, s->last[kind]);
            name_end = end;
            taken = end != 0;
        } else {
            continue;
        }
        if (end != 0)
            s->last[kind] = end;
        if (taken) {
            out->start = (uint32_t)at;
            out->end = (uint32_t)end;
            out->value = (uint32_t)(at + length);
            out->value_end = (uint32_t)name_end;
            out->kind = kind;
            return 1;
        }
    }
    return 0;
}

/* A screen name at the very beginning. */
static void find_reply(engage_entities *e)
{
    const char *text = e->text;
    size_t at = 0;
    while (at < e->size) {
        uint32_t code;
        size_t length = engagep_utf8_decode(text + at, e->size - at, &code);
        if (!engagep_url_is_space(code))
            break;
        at += length;
    }
    size_t name_end;
    size_t end = engagep_entities_mention(text, e->size, at, &name_end);
    if (end == 0 || !ends_mention(text, e->size, name_end))
        return;
    e->reply.start = (uint32_t)(at + at_sign(text, e->size, at));
    e->reply.end = (uint32_t)name_end;
}

void engagep_entities_forget(engage_entities *e)
{
    e->count = 0;
    memset(&e->reply, 0, sizeof(e->reply));
}

int engagep_entities_find(engage_entities *e, const char *text, size_t size, int bare)
{
    engagep_entities_forget(e);
    e->text = text;
    e->size = size;
    if (size == 0)
        return ENGAGE_OK;
    struct engagep_url_walk walk;
    engagep_url_begin(&walk, text, size, bare);
    struct tags tags = {text, size, 0, {0, 0, 0}};
    struct engagep_entity tag = {0, 0, 0, 0, 0};
    size_t start, end;
    int more_links = engagep_url_next(&walk, &start, &end);
    int more_tags = next_tag(&tags, &tag);
    while (more_links || more_tags) {
        int rc;
        if (more_links && (!more_tags || start <= tag.start)) {
            struct engagep_entity link = {(uint32_t)start, (uint32_t)end, (uint32_t)start,
                                          (uint32_t)end, ENGAGE_ENTITY_URL};
            rc = add(e, link);
            more_links = engagep_url_next(&walk, &start, &end);
        } else {
            rc = add(e, tag);
            more_tags = next_tag(&tags, &tag);
        }
        if (rc != ENGAGE_OK) {
            engagep_entities_forget(e);
            return rc;
        }
    }
    find_reply(e);
    return ENGAGE_OK;
}

int engage_entities_run(engage_entities *e, const char *text, size_t size)
{
    if (e == NULL)
        return ENGAGE_EMISUSE;
    engagep_entities_forget(e);
    if (text == NULL && size != 0)
        return ENGAGE_EMISUSE;
    if (size > e->max_bytes)
        return ENGAGE_ELIMIT;
    return engagep_entities_find(e, text, size, 1);
}

size_t engage_entities_count(const engage_entities *e)
{
    return e != NULL ? e->count : 0;
}

static const struct engagep_entity *entity_at(const engage_entities *e, size_t index)
{
    return e != NULL && index < e->count ? &e->all[index] : NULL;
}

static engage_span span(size_t start, size_t end)
{
    engage_span range = {(uint32_t)start, (uint32_t)end};
    return range;
}

int engage_entities_kind(const engage_entities *e, size_t index)
{
    const struct engagep_entity *entity = entity_at(e, index);
    return entity != NULL ? (int)entity->kind : ENGAGE_ERANGE;
}

engage_span engage_entities_span(const engage_entities *e, size_t index)
{
    const struct engagep_entity *entity = entity_at(e, index);
    return entity != NULL ? span(entity->start, entity->end) : span(0, 0);
}

engage_span engage_entities_value(const engage_entities *e, size_t index)
{
    const struct engagep_entity *entity = entity_at(e, index);
    return entity != NULL ? span(entity->value, entity->value_end) : span(0, 0);
}

engage_span engage_entities_slug(const engage_entities *e, size_t index)
{
    const struct engagep_entity *entity = entity_at(e, index);
    return entity != NULL ? span(entity->value_end, entity->end) : span(0, 0);
}

engage_span engage_entities_reply(const engage_entities *e)
{
    return e != NULL ? span(e->reply.start, e->reply.end) : span(0, 0);
}

/* One list of the JSON object: the entities of a kind. */
static void write_kind(const engage_entities *e, uint32_t kind, const char *list,
                       const char *member, struct engagep_offset *offset, engage_buffer *buffer)
{
    engagep_json_key(buffer, list);
    engagep_json_open(buffer, '[');
    for (size_t i = 0; i < e->count; i++) {
        const struct engagep_entity *entity = &e->all[i];
        if (entity->kind != kind)
            continue;
        engagep_json_open(buffer, '{');
        engagep_json_key(buffer, "start");
        engagep_json_int(buffer, engagep_offset_at(offset, entity->start));
        engagep_json_key(buffer, "end");
        engagep_json_int(buffer, engagep_offset_at(offset, entity->end));
        engagep_json_key(buffer, member);
        engagep_json_string(buffer, e->text + entity->value, entity->value_end - entity->value);
        if (kind == ENGAGE_ENTITY_MENTION) {
            engagep_json_key(buffer, "list_slug");
            engagep_json_string(buffer, e->text + entity->value_end,
                                entity->end - entity->value_end);
        }
        engagep_json_close(buffer, '}');
    }
    engagep_json_close(buffer, ']');
}

int engage_entities_json(engage_entities *e, engage_str id, const char *text, size_t size,
                         int unit, engage_buffer *buffer)
{
    if (e == NULL)
        return ENGAGE_EMISUSE;
    engagep_entities_forget(e);
    if (buffer == NULL || (id.data == NULL && id.size != 0))
        return ENGAGE_EMISUSE;
    struct engagep_offset offset;
    int rc = engagep_offset_begin(&offset, text, size, unit);
    if (rc != ENGAGE_OK)
        return rc;
    rc = engage_entities_run(e, text, size);
    if (rc != ENGAGE_OK)
        return rc;
    size_t begun = engagep_buffer_begin(buffer);
    engagep_json_open(buffer, '{');
    engagep_json_key(buffer, "id");
    engagep_json_optional(buffer, id);
    write_kind(e, ENGAGE_ENTITY_MENTION, "mentions", "screen_name", &offset, buffer);
    write_kind(e, ENGAGE_ENTITY_HASHTAG, "hashtags", "hashtag", &offset, buffer);
    write_kind(e, ENGAGE_ENTITY_CASHTAG, "cashtags", "cashtag", &offset, buffer);
    write_kind(e, ENGAGE_ENTITY_URL, "urls", "url", &offset, buffer);
    engagep_json_key(buffer, "replied_to");
    if (e->reply.end > e->reply.start)
        engagep_json_string(buffer, text + e->reply.start, e->reply.end - e->reply.start);
    else
        engagep_json_null(buffer);
    engagep_json_close(buffer, '}');
    rc = engagep_buffer_end(buffer, begun);
    if (rc != ENGAGE_OK)
        engagep_entities_forget(e);
    return rc;
}
