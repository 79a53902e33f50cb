/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "track/event.h"

#include "base/alloc.h"
#include "base/arena.h"
#include "base/bits.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/time.h"
#include "track/decision.h"
#include "track/schema.h"

#include <stddef.h>
#include <string.h>

#define MEMBER(name, needed, free_text) {#name, offsetof(engage_event, name), needed, free_text}

const struct engagep_event_member engagep_event_members[ENGAGEP_EVENT_STRINGS] = {
    MEMBER(brand, 0, 0),       MEMBER(actor, 1, 0),     MEMBER(id, 1, 0),
    MEMBER(verb, 1, 0),        MEMBER(post, 0, 0),      MEMBER(text, 0, 1),
    MEMBER(html, 0, 1),        MEMBER(in_reply_to, 0, 0), MEMBER(quote_of, 0, 0),
    MEMBER(object, 0, 0),      MEMBER(target, 0, 0),    MEMBER(to, 0, 1),
    MEMBER(conversation, 0, 0), MEMBER(type, 0, 0),     MEMBER(product, 0, 0),
    MEMBER(role, 0, 0),        MEMBER(kind, 0, 0),      MEMBER(agent, 0, 0),
    MEMBER(visibility, 0, 0),  MEMBER(name, 0, 0),      MEMBER(lang, 0, 0),
    MEMBER(crm_id, 0, 0),      MEMBER(metrics, 0, 1),   MEMBER(source, 0, 0),
};

struct engage_events {
    engage_allocator allocator;
    struct engagep_arena arena;
    engage_event *list;
    size_t count;
    size_t capacity;
    int64_t now; /* events a day after it are refused; or ENGAGE_NO_TIME */
    char *brand; /* of events that know none; NULL: the default one */
    size_t brand_size;
};

/* ------------------------------------------------------------- comparing --- */

int engagep_str_compare(engage_str a, engage_str b)
{
    size_t least = a.size < b.size ? a.size : b.size;
    int order = least > 0 ? memcmp(a.data, b.data, least) : 0;
    if (order != 0)
        return order < 0 ? -1 : 1;
    return a.size < b.size ? -1 : a.size > b.size;
}

int engagep_str_next(engage_str *list, engage_str *piece)
{
    while (list->size > 0) {
        const char *end = memchr(list->data, '\n', list->size);
        size_t size = end != NULL ? (size_t)(end - list->data) : list->size;
        size_t step = end != NULL ? size + 1 : size;
        *piece = (engage_str){list->data, size};
        list->data += step;
        list->size -= step;
        if (size > 0)
            return 1;
    }
    return 0;
}

/* -------------------------------------------------------------- checking --- */

static int refuse(engage_error *error, const char *member, const char *what)
{
    return engagep_error_set(error, ENGAGE_EEVENT, "event: \"%s\" %s", member, what);
}

static int one_of(engage_str value, const char *const *names)
{
    for (size_t i = 0; names[i] != NULL; i++)
        if (engagep_str_is(value, names[i]))
            return 1;
    return 0;
}

/* Whether one of eight bytes is a control character. */
static inline int has_control(const char *data)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t bytes;
    memcpy(&bytes, data, sizeof(bytes));
    /* A byte below 0x20 borrows, and one from 0x80 on does not count. */
    return ((bytes - 0x20 * ones) & ~bytes & 0x80 * ones) != 0;
}

int engagep_event_is_id(engage_str value)
{
    if (value.size == 0 || value.size > ENGAGEP_EVENT_ID_MAX)
        return 0;
    if (value.size < 8) {
        for (size_t i = 0; i < value.size; i++)
            if ((unsigned char)value.data[i] < 0x20)
                return 0;
        return 1;
    }
    int found = has_control(value.data + value.size - 8); /* the bytes that are left over */
    for (size_t i = 0; i + 8 < value.size; i += 8)
        found |= has_control(value.data + i);
    return !found;
}

static int check_string(const struct engagep_event_member *member, engage_str value,
                        engage_error *error)
{
    if (value.data == NULL)
        return refuse(error, member->name, "has a size but no bytes");
    size_t limit = member->free_text ? ENGAGEP_EVENT_TEXT_MAX : ENGAGEP_EVENT_ID_MAX;
    if (value.size > limit)
        return refuse(error, member->name, "is too long");
    if (!member->free_text && !engagep_event_is_id(value))
        return refuse(error, member->name, "holds a control character");
    return ENGAGE_OK;
}

/* Texts that are empty become absent; those that are not are checked and returned, a bit
 * each, with all their bytes. */
static int check_strings(engage_event *event, uint32_t *given, size_t *bytes, engage_error *error)
{
    *given = 0;
    *bytes = 0;
    for (size_t i = 0; i < ENGAGEP_EVENT_STRINGS; i++) {
        const struct engagep_event_member *member = &engagep_event_members[i];
        engage_str *text = engagep_event_string(event, i);
        if (text->size == 0) {
            if (member->needed)
                return refuse(error, member->name,
                              text->data != NULL ? "is empty" : "is missing");
            text->data = NULL;
            continue;
        }
        int rc = check_string(member, *text, error);
        if (rc != ENGAGE_OK)
            return rc;
        *given |= 1u << i;
        *bytes += text->size;
    }
    return ENGAGE_OK;
}

/* Counts of a post, "name=number" a line: names ascend and numbers have no needless zeros,
 * so that there is one way to say the same. */
static int are_metrics(engage_str list)
{
    engage_str before = {NULL, 0};
    while (list.size > 0) {
        const char *end = memchr(list.data, '\n', list.size);
        engage_str line = {list.data, end != NULL ? (size_t)(end - list.data) : list.size};
        const char *sign = line.size > 0 ? memchr(line.data, '=', line.size) : NULL;
        engage_str name = {line.data, sign != NULL ? (size_t)(sign - line.data) : 0};
        size_t digits = line.size - name.size - (sign != NULL);
        if (!engagep_event_is_id(name) || engagep_str_compare(before, name) >= 0 || digits == 0 ||
            digits > ENGAGEP_EVENT_DIGITS || (sign[1] == '0' && digits > 1))
            return 0;
        for (size_t i = 1; i <= digits; i++)
            if (sign[i] < '0' || sign[i] > '9')
                return 0;
        before = name;
        list.data += line.size;
        list.size -= line.size;
        if (end == NULL)
            break;
        list.data++;
        list.size--;
        if (list.size == 0)
            return 0; /* a line feed parts two lines */
    }
    return 1;
}

static int check_numbers(const engage_event *event, engage_error *error)
{
    if (event->time < ENGAGEP_EVENT_TIME_MIN || event->time > ENGAGEP_EVENT_TIME_MAX)
        return refuse(error, "time", "is missing or outside the years 1 to 9999");
    if (event->received != ENGAGE_NO_TIME && (event->received < ENGAGEP_EVENT_TIME_MIN ||
                                              event->received > ENGAGEP_EVENT_TIME_MAX))
        return refuse(error, "received", "is outside the years 1 to 9999");
    if (event->flags & ENGAGE_EVENT_HAS_CREATED && (event->created < ENGAGEP_EVENT_TIME_MIN ||
                                                    event->created > ENGAGEP_EVENT_TIME_MAX))
        return refuse(error, "created", "is outside the years 1 to 9999");
    if (!are_metrics(event->metrics))
        return refuse(error, "metrics", "is no list of counts by ascending names");
    if (event->media < 0)
        return refuse(error, "media", "is negative");
    if (event->flags & ENGAGE_EVENT_HAS_RATING && (event->rating < 0 || event->rating > 1000000))
        return refuse(error, "rating", "is outside 0 to 10000");
    if (event->flags & ENGAGE_EVENT_HAS_SENTIMENT &&
        (event->valence < -1000000 || event->valence > 1000000))
        return refuse(error, "sentiment", "is outside -1 to 1");
    for (int i = 0; i < ENGAGE_INTENTS && event->flags & ENGAGE_EVENT_HAS_INTENTS; i++)
        if (event->intents[i] < 0 || event->intents[i] > 1000000)
            return refuse(error, "intents", "holds a number outside 0 to 1");
    return ENGAGE_OK;
}

static int check_flags(const engage_event *event, engage_error *error)
{
    uint32_t known = ENGAGE_EVENT_HAS_RATING | ENGAGE_EVENT_HAS_SENTIMENT |
                     ENGAGE_EVENT_HAS_INTENTS | ENGAGE_EVENT_HAS_CREATED |
                     ENGAGE_EVENT_HAS_VERIFIED | ENGAGE_EVENT_VERIFIED;
    if (event->flags & ~known)
        return engagep_error_set(error, ENGAGE_EOPTIONS, "event: an unknown flag is set");
    return ENGAGE_OK;
}

/* What is checked of texts beyond what each must be by itself. */
static int check_words(const engage_event *event, engage_error *error)
{
    static const char *const roles[] = {"customer", "staff", "partner", "bot", NULL};
    static const char *const kinds[] = {"human", "bot", "macro", "note", "dm", NULL};
    static const char *const visibilities[] = {"public", "unlisted", "dm", NULL};
    if (event->role.size > 0 && !one_of(event->role, roles))
        return refuse(error, "role", "is none of customer, staff, partner, bot");
    if (event->kind.size > 0 && !one_of(event->kind, kinds))
        return refuse(error, "kind", "is none of human, bot, macro, note, dm");
    if (event->visibility.size > 0 && !one_of(event->visibility, visibilities))
        return refuse(error, "visibility", "is none of public, unlisted, dm");
    if (engagep_str_is(event->verb, "Undo") && event->target.size == 0)
        return refuse(error, "target", "is missing: an Undo names an event");
    if (engagep_str_is(event->verb, "Delete") && event->object.size == 0)
        return refuse(error, "object", "is missing: a Delete names a post");
    return engagep_decision_check(event, error);
}

/* What means the same gets the same bytes: defaults are left out, what a flag
 * says is absent is zero. */
static void normalize(engage_event *event)
{
    static const engage_str absent = {NULL, 0};
    event->struct_size = sizeof(*event);
    if (event->brand.size == 0)
        event->brand = (engage_str){"default", 7}; /* which lasts longer than any batch */
    if (event->post.size == 0 && engagep_str_is(event->verb, "Update"))
        event->post = event->object;
    if (event->role.size > 0 && engagep_str_is(event->role, "customer"))
        event->role = absent;
    if (event->kind.size > 0 && engagep_str_is(event->kind, "human"))
        event->kind = absent;
    if (event->visibility.size > 0 && engagep_str_is(event->visibility, "public"))
        event->visibility = absent;
    if (event->followers < 0)
        event->followers = -1;
    if (!(event->flags & ENGAGE_EVENT_HAS_CREATED))
        event->created = 0;
    if (!(event->flags & ENGAGE_EVENT_HAS_VERIFIED))
        event->flags &= ~ENGAGE_EVENT_VERIFIED;
    if (!(event->flags & ENGAGE_EVENT_HAS_RATING))
        event->rating = 0;
    if (!(event->flags & ENGAGE_EVENT_HAS_SENTIMENT))
        event->valence = 0;
    if (!(event->flags & ENGAGE_EVENT_HAS_INTENTS))
        memset(event->intents, 0, sizeof(event->intents));
}

/* -------------------------------------------------------------- encoding --- */

static void put_number(engage_buffer *buffer, unsigned tag, int64_t value)
{
    uint64_t zigzag = (uint64_t)value << 1 ^ (value < 0 ? UINT64_MAX : 0);
    engagep_buffer_put_varint(buffer, tag);
    engagep_buffer_put_varint(buffer, zigzag);
}

uint64_t engagep_event_words(const engage_event *event)
{
    static const unsigned char keys[2][16] = {"libengage words", "words libengage"};
    if (event->text.size == 0 && event->html.size == 0)
        return 0;
    uint64_t hash = engagep_hash_sip(keys[0], event->text.data, event->text.size);
    hash = engagep_hash_mix(hash) ^ engagep_hash_sip(keys[1], event->html.data, event->html.size);
    return hash != 0 ? hash : 1;
}

void engagep_event_encode(const engage_event *event, uint64_t words, engage_buffer *buffer)
{
    enum { TIME = 32, RECEIVED, FOLLOWERS, MEDIA, RATING, VALENCE, INTENTS, CREATED,
           VERIFIED };
    for (unsigned i = 0; i < ENGAGEP_EVENT_STRINGS; i++) {
        engage_str value = engagep_event_text(event, i);
        if (i == EVENT_TEXT && words != 0) {
            engagep_buffer_put_varint(buffer, i + 1);
            engagep_buffer_put_varint(buffer, words);
        }
        if (value.size == 0 || i == EVENT_TEXT || i == EVENT_HTML)
            continue;
        engagep_buffer_put_varint(buffer, i + 1);
        engagep_buffer_put_varint(buffer, value.size);
        engagep_buffer_put(buffer, value.data, value.size);
    }
    put_number(buffer, TIME, event->time);
    if (event->received != ENGAGE_NO_TIME)
        put_number(buffer, RECEIVED, event->received);
    if (event->followers >= 0)
        put_number(buffer, FOLLOWERS, event->followers);
    if (event->media > 0)
        put_number(buffer, MEDIA, event->media);
    if (event->flags & ENGAGE_EVENT_HAS_RATING)
        put_number(buffer, RATING, event->rating);
    if (event->flags & ENGAGE_EVENT_HAS_SENTIMENT)
        put_number(buffer, VALENCE, event->valence);
    for (int i = 0; i < ENGAGE_INTENTS && event->flags & ENGAGE_EVENT_HAS_INTENTS; i++)
        put_number(buffer, INTENTS, event->intents[i]);
    if (event->flags & ENGAGE_EVENT_HAS_CREATED)
        put_number(buffer, CREATED, event->created);
    if (event->flags & ENGAGE_EVENT_HAS_VERIFIED)
        put_number(buffer, VERIFIED, (event->flags & ENGAGE_EVENT_VERIFIED) != 0);
}

/* ----------------------------------------------------------------- batch --- */

int engage_events_new(engage_events **out, const engage_allocator *allocator)
{
    if (out == NULL)
        return ENGAGE_EMISUSE;
    *out = NULL;
    engage_allocator own;
    int rc = engagep_alloc_init(&own, allocator);
    if (rc != ENGAGE_OK)
        return rc;
    engage_events *events = engagep_alloc_zero(&own, 1, sizeof(*events));
    if (events == NULL)
        return ENGAGE_ENOMEM;
    events->allocator = own;
    events->now = ENGAGE_NO_TIME;
    engagep_arena_init(&events->arena, &own);
    *out = events;
    return ENGAGE_OK;
}

void engage_events_free(engage_events *events)
{
    if (events == NULL)
        return;
    engage_allocator own = events->allocator;
    engagep_arena_release(&events->arena);
    engagep_alloc_free(&own, events->list, events->capacity, sizeof(*events->list));
    engagep_alloc_free(&own, events->brand, events->brand_size, 1);
    engagep_alloc_free(&own, events, 1, sizeof(*events));
}

void engage_events_clear(engage_events *events)
{
    if (events == NULL)
        return;
    engagep_arena_reset(&events->arena);
    events->count = 0;
}

size_t engage_events_count(const engage_events *events)
{
    return events != NULL ? events->count : 0;
}

const engage_event *engagep_events_get(const engage_events *events, size_t index)
{
    return &events->list[index];
}

int engagep_event_is_future(const engage_event *event, int64_t now)
{
    /* A difference of two times may overflow, a sum with a day near the end too. */
    return now != ENGAGE_NO_TIME && event->time > now &&
           (uint64_t)event->time - (uint64_t)now > (uint64_t)ENGAGEP_DAY_MS;
}

int engage_events_set_now(engage_events *events, int64_t now)
{
    if (events == NULL)
        return ENGAGE_EMISUSE;
    events->now = now;
    return ENGAGE_OK;
}

int engage_events_set_brand(engage_events *events, engage_str brand)
{
    if (events == NULL || (brand.data == NULL && brand.size != 0))
        return ENGAGE_EMISUSE;
    char *copy = NULL;
    if (brand.size > 0) {
        copy = engagep_alloc_array(&events->allocator, brand.size, 1);
        if (copy == NULL)
            return ENGAGE_ENOMEM;
        memcpy(copy, brand.data, brand.size);
    }
    engagep_alloc_free(&events->allocator, events->brand, events->brand_size, 1);
    events->brand = copy;
    events->brand_size = brand.size;
    return ENGAGE_OK;
}

const engage_allocator *engagep_events_allocator(const engage_events *events)
{
    return &events->allocator;
}

engage_str engagep_events_brand(const engage_events *events)
{
    return (engage_str){events->brand, events->brand_size};
}

/* Copies the given texts of an event into one piece of memory. */
static int keep_texts(engage_events *events, engage_event *event, uint32_t given, size_t bytes)
{
    char *at = engagep_arena_array(&events->arena, bytes, 1);
    if (at == NULL)
        return ENGAGE_ENOMEM;
    for (uint32_t rest = given; rest != 0; rest &= rest - 1) {
        engage_str *text = engagep_event_string(event, engagep_bits_lowest(rest));
        memcpy(at, text->data, text->size);
        text->data = at;
        at += text->size;
    }
    return ENGAGE_OK;
}

/* An event that was copied as it was given: checked, and brought into its canonical form. */
static int take_event(engage_events *events, engage_event *event, engage_error *error)
{
    uint32_t given;
    size_t bytes;
    int rc = check_flags(event, error);
    if (rc == ENGAGE_OK)
        rc = check_strings(event, &given, &bytes, error);
    if (rc == ENGAGE_OK)
        rc = check_words(event, error);
    if (rc == ENGAGE_OK)
        rc = check_numbers(event, error);
    if (rc != ENGAGE_OK)
        return rc;
    if (engagep_event_is_future(event, events->now))
        return engagep_error_set(error, ENGAGE_EFUTURE, "more than a day after the given now");
    if (keep_texts(events, event, given, bytes) != ENGAGE_OK)
        return engagep_error_set(error, ENGAGE_ENOMEM, "no memory for an event");
    normalize(event);
    return ENGAGE_OK;
}

int engage_events_add(engage_events *events, const engage_event *given, engage_error *error)
{
    if (events == NULL || given == NULL)
        return engagep_error_set(error, ENGAGE_EMISUSE, "no batch or no event");
    void *list = events->list;
    int rc = engagep_alloc_grow(&events->allocator, &list, &events->capacity, events->count + 1,
                                sizeof(*events->list));
    events->list = list;
    if (rc != ENGAGE_OK)
        return engagep_error_set(error, ENGAGE_ENOMEM, "no memory for an event");
    engage_event *event = &events->list[events->count];
    rc = engagep_options_copy(event, sizeof(*event), given, sizeof(*event));
    if (rc != ENGAGE_OK)
        return engagep_error_set(error, rc, "event: struct_size or a member unknown here");
    rc = take_event(events, event, error);
    events->count += rc == ENGAGE_OK;
    return rc;
}
