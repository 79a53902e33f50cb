/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * The length of a post, as its platform counts it.
 */
#include "base/alloc.h"
#include "base/json.h"
#include "text/entities.h"
#include "text/match.h"
#include "text/unicode.h"
#include "text/url.h"

#include <string.h>

/* The table of rules. Weights are hundredths, as twitter-text's configurations have them:
 * https://github.com/twitter/twitter-text/tree/master/config (version 1 to 3). Mastodon:
 * app/validators/status_length_validator.rb. Bluesky: app.bsky.feed.post's lexicon. */
struct rules {
    const char *name;
    int32_t limit;
    int32_t link;   /* what a link counts, in characters; 0: as it is written */
    int light;      /* 1: narrow characters weigh half of the others */
    int emoji;      /* 1: an emoji counts as one wide character */
    int graphemes;  /* 1: graphemes are counted */
    int mastodon;   /* 1: the server of a mention is not counted, links hold any script */
    size_t bytes;   /* a limit of bytes; 0: none */
};

static const struct rules table[] = {{"x3", 280, 23, 1, 1, 0, 0, 0},
                                     {"x2", 280, 23, 1, 0, 0, 0, 0},
                                     {"x1", 140, 23, 0, 0, 0, 0, 0},
                                     {"mastodon", 500, 23, 0, 0, 1, 1, 0},
                                     {"bluesky", 300, 0, 0, 0, 1, 0, 3000}};

enum { RULES = sizeof(table) / sizeof(table[0]), SCALE = 100 };

int engage_rules_by_name(const char *name)
{
    if (name == NULL)
        return ENGAGE_EMISUSE;
    if (strcmp(name, "x") == 0)
        return ENGAGE_RULES_X3;
    for (int i = 0; i < RULES; i++) {
        if (strcmp(name, table[i].name) == 0)
            return i;
    }
    return ENGAGE_ERANGE;
}

/* Narrow characters by X's ranges: Latin to Georgian, spaces, hyphens, quotes, primes. */
static int is_narrow(uint32_t c)
{
    return c <= 4351 || (c >= 8192 && c <= 8205) || (c >= 8208 && c <= 8223) ||
           (c >= 8242 && c <= 8247);
}

static int32_t units_of(uint32_t code)
{
    return code >= 0x10000 && code != ENGAGEP_UTF8_INVALID ? 2 : 1;
}

static int64_t units(const char *text, size_t start, size_t end)
{
    int64_t n = 0;
    while (start < end) {
        uint32_t code;
        start += engagep_utf8_decode(text + start, end - start, &code);
        n += units_of(code);
    }
    return n;
}

static int is_name(uint32_t code)
{
    uint32_t low = code | 32;
    return code == '_' || (code >= '0' && code <= '9') || (low >= 'a' && low <= 'z');
}

/* Letters, marks and digits of all scripts. */
static int is_word(uint32_t code)
{
    unsigned kind = engagep_unicode_kind(code);
    return is_name(code) ||
           (code >= 0x80 && (kind == ENGAGEP_CHAR_LETTER || kind == ENGAGEP_CHAR_SPACELESS ||
                             kind == ENGAGEP_CHAR_MARK || kind == ENGAGEP_CHAR_DIGIT));
}

/* The end of the words at `at`, which points and hyphens may part; `at` where there are none. */
static size_t words(const char *text, size_t size, size_t at, int (*is_part)(uint32_t))
{
    size_t begin = at;
    size_t end = at;
    while (at < size) {
        uint32_t code;
        size_t next = at + engagep_utf8_decode(text + at, size - at, &code);
        if (is_part(code))
            end = next;
        else if (at == begin || (code != '.' && code != '-'))
            break;
        at = next;
    }
    return end;
}

/* Where the name of a mention with a server ends, @name of @name@server, and in *end where
 * the whole ends; 0 where none begins at `at`. Mastodon: MENTION_RE of app/models/account.rb. */
static size_t handle(const char *text, size_t size, size_t at, size_t *end)
{
    if (at > 0) {
        size_t place;
        uint32_t before = engagep_url_before(text, at, &place);
        if (is_word(before) || before == '/' || before == '=')
            return 0;
    }
    size_t name = words(text, size, at + 1, is_name);
    if (name == at + 1 || name == size || text[name] != '@')
        return 0;
    *end = words(text, size, name + 1, is_word);
    return *end > name + 1 ? name : 0;
}

/* What is counted next: where it ends, and what it weighs. */
static size_t step(const struct rules *rules, const char *text, size_t size, size_t at,
                   size_t link_start, size_t link_end, int64_t *weight)
{
    if (at == link_start) {
        *weight = (int64_t)rules->link * SCALE;
        return link_end;
    }
    size_t end;
    if (rules->mastodon && text[at] == '@') {
        size_t name = handle(text, size, at, &end);
        if (name != 0) {
            *weight = (int64_t)(name - at) * SCALE;
            return end;
        }
    }
    *weight = SCALE;
    if (rules->graphemes)
        return engagep_unicode_grapheme(text, size, at);
    uint32_t code;
    size_t length = engagep_utf8_decode(text + at, size - at, &code);
    if (rules->emoji) {
        int key = (text[at] >= '0' && text[at] <= '9') || text[at] == '#' || text[at] == '*';
        end = key ? engagep_emoji_keycap(text, size, at)
                  : code >= 0x80 ? engagep_emoji_match(text, size, at) : 0;
        /* Two signs are old enough to be letters rather than emoji as they stand. */
        int plain = (code == 0xA9 || code == 0xAE) && end == at + length;
        if (end != 0 && !plain) {
            *weight = 2 * SCALE;
            return end;
        }
    }
    if (rules->light && !is_narrow(code == ENGAGEP_UTF8_INVALID ? 0xFFFD : code))
        *weight = 2 * SCALE;
    return at + length;
}

/* Brings the text into NFC, which X counts; *from and *size are set to it. */
static int normalize(engage_entities *e, const char **from, size_t *size)
{
    size_t at = 0;
    while (at < *size) {
        uint32_t code;
        size_t length = engagep_utf8_decode(*from + at, *size - at, &code);
        if (engagep_unicode_char(code) & ENGAGEP_CHAR_UNSTABLE)
            break;
        at += length;
    }
    if (at == *size)
        return ENGAGE_OK;
    void *scratch = e->scratch;
    int rc = engagep_alloc_grow(&e->allocator, &scratch, &e->scratch_capacity, *size * 3, 1);
    e->scratch = scratch;
    if (rc != ENGAGE_OK)
        return rc;
    *size = engagep_unicode_nfc(*from, *size, e->scratch, *size * 3);
    *from = e->scratch;
    return ENGAGE_OK;
}

/* Of a text of hundreds of megabytes a number may be too large for what holds it. */
static int32_t held(int64_t number)
{
    return number > INT32_MAX ? INT32_MAX : (int32_t)number;
}

int engage_entities_length(engage_entities *e, const char *text, size_t size, int number,
                           engage_length *out)
{
    if (e != NULL)
        engagep_entities_forget(e);
    if (out == NULL)
        return ENGAGE_EMISUSE;
    memset(out, 0, sizeof(*out));
    if (e == NULL || (text == NULL && size != 0))
        return ENGAGE_EMISUSE;
    if (number < 0 || number >= RULES)
        return ENGAGE_ERANGE;
    if (size > e->max_bytes)
        return ENGAGE_ELIMIT;
    const struct rules *rules = &table[number];
    const char *counted = text;
    size_t counted_size = size;
    if (!rules->graphemes) {
        int rc = normalize(e, &counted, &counted_size);
        if (rc != ENGAGE_OK)
            return rc;
    }
    struct engagep_url_walk walk;
    size_t link_start = SIZE_MAX;
    size_t link_end = 0;
    engagep_url_begin(&walk, counted, counted_size, !rules->graphemes);
    walk.wide = rules->mastodon;
    int more = rules->link != 0 && counted_size != 0 &&
               engagep_url_next(&walk, &link_start, &link_end);
    int64_t weight = 0;
    int64_t place = 0;
    int64_t fits = 0;
    int sound = 1;
    size_t at = 0;
    while (at < counted_size) {
        while (more && link_start < at)
            more = engagep_url_next(&walk, &link_start, &link_end);
        if (!more)
            link_start = SIZE_MAX;
        int64_t one;
        size_t end = step(rules, counted, counted_size, at, link_start, link_end, &one);
        weight += one;
        place += units(counted, at, end);
        size_t unused;
        uint32_t last = engagep_url_before(counted, end, &unused);
        if (rules->graphemes)
            sound &= rules->bytes == 0 || end <= rules->bytes;
        else /* X takes no such characters */
            sound &= last != 0xFFFE && last != 0xFEFF && last != 0xFFFF;
        if (sound && weight <= (int64_t)rules->limit * SCALE)
            fits = place - 1;
        at = end;
    }
    int64_t whole = units(text, 0, size);
    if (counted != text)
        fits += whole - place;
    out->limit = rules->limit;
    out->length = held(weight / SCALE);
    out->valid = sound && out->length > 0 && out->length <= rules->limit;
    out->permillage = held((weight / SCALE) * 1000 / rules->limit);
    out->display_end = whole > 0 ? (int32_t)(whole - 1) : 0;
    out->valid_end = (int32_t)fits;
    return ENGAGE_OK;
}

static void range(engage_buffer *buffer, const char *name, int32_t end)
{
    engagep_json_key(buffer, name);
    engagep_json_open(buffer, '[');
    engagep_json_int(buffer, 0);
    engagep_json_int(buffer, end);
    engagep_json_close(buffer, ']');
}

int engage_length_json(engage_entities *e, engage_str id, const char *text, size_t size,
                       int rules, engage_buffer *buffer)
{
    if (e != NULL)
        engagep_entities_forget(e);
    if (buffer == NULL || (id.data == NULL && id.size != 0))
        return ENGAGE_EMISUSE;
    engage_length length;
    int rc = engage_entities_length(e, text, size, rules, &length);
    if (rc != ENGAGE_OK)
        return rc;
    size_t begun = engagep_buffer_begin(buffer);
    engagep_json_open(buffer, '{');
    engagep_json_key(buffer, "id");
    engagep_json_optional(buffer, id);
    engagep_json_key(buffer, "length");
    engagep_json_int(buffer, length.length);
    engagep_json_key(buffer, "limit");
    engagep_json_int(buffer, length.limit);
    engagep_json_key(buffer, "valid");
    engagep_json_bool(buffer, length.valid);
    engagep_json_key(buffer, "permillage");
    engagep_json_int(buffer, length.permillage);
    range(buffer, "display", length.display_end);
    range(buffer, "valid_range", length.valid_end);
    engagep_json_close(buffer, '}');
    return engagep_buffer_end(buffer, begun);
}
