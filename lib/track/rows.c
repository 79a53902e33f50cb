/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "track/rows.h"

#include "base/little.h"
#include "base/time.h"
#include "track/core.h"
#include "track/kind.h"

#include <string.h>

struct engagep_value engagep_row_optional(engage_str text)
{
    return text.size > 0 ? engagep_row_text(text) : engagep_row_null();
}

struct engagep_value engagep_row_time(int64_t time)
{
    return time != ENGAGE_NO_TIME ? engagep_row_int(time) : engagep_row_null();
}

engage_str engagep_row_str(const struct engagep_value *value)
{
    if (value->type == ENGAGEP_NULL || value->size == 0)
        return (engage_str){NULL, 0};
    return (engage_str){value->data, value->size};
}

int64_t engagep_row_number(const struct engagep_value *value, int64_t absent)
{
    return value->type == ENGAGEP_INT ? value->number : absent;
}

int engagep_row_keep(struct engagep_arena *arena, engage_str *text)
{
    if (text->size == 0) {
        *text = (engage_str){NULL, 0};
        return ENGAGE_OK;
    }
    if (arena == NULL)
        return ENGAGE_OK;
    char *copy = engagep_arena_copy(arena, text->data, text->size);
    if (copy == NULL)
        return ENGAGE_ENOMEM;
    text->data = copy;
    return ENGAGE_OK;
}

static void put_intents(const int32_t intents[ENGAGE_INTENTS],
                        unsigned char out[ENGAGEP_INTENTS_SIZE])
{
    for (size_t i = 0; i < ENGAGE_INTENTS; i++)
        engagep_little_put_u32(out + 4 * i, (uint32_t)intents[i]);
}

static void get_intents(const unsigned char in[ENGAGEP_INTENTS_SIZE],
                        int32_t intents[ENGAGE_INTENTS])
{
    for (size_t i = 0; i < ENGAGE_INTENTS; i++)
        intents[i] = engagep_little_i32(in + 4 * i);
}

/* Brand, actor and id are the key. */
#define EVENT_KEY \
    (ENGAGEP_COLUMN(EVENT_BRAND) | ENGAGEP_COLUMN(EVENT_ACTOR) | ENGAGEP_COLUMN(EVENT_ID))

static uint64_t add_signal(struct engagep_value *row, const struct engagep_signal *signal,
                           unsigned char intents[ENGAGEP_INTENTS_SIZE])
{
    uint64_t given = engagep_row_add(row, EVENT_VALENCE, signal->valence);
    given |= engagep_row_add(row, EVENT_NEGATIVE, signal->negative);
    given |= engagep_row_add(row, EVENT_LABELS, signal->labels);
    given |= engagep_row_add(row, EVENT_MARKS, signal->marks);
    given |= engagep_row_add_text(row, EVENT_MODEL, signal->model);
    if (signal->scored) {
        put_intents(signal->intents, intents);
        row[EVENT_INTENTS] = engagep_row_blob(intents, ENGAGEP_INTENTS_SIZE);
        given |= ENGAGEP_COLUMN(EVENT_INTENTS);
    }
    if (signal->has_fingerprint) {
        row[EVENT_FINGERPRINT] = engagep_row_int((int64_t)signal->fingerprint);
        given |= ENGAGEP_COLUMN(EVENT_FINGERPRINT);
    }
    if (signal->gone) {
        row[EVENT_WORDS] = engagep_row_int((int64_t)signal->words);
        given |= ENGAGEP_COLUMN(EVENT_WORDS);
    }
    return given;
}

uint64_t engagep_row_from_event(const struct engagep_stored *stored,
                                unsigned char intents[ENGAGEP_INTENTS_SIZE],
                                struct engagep_value row[EVENT_COLUMNS])
{
    const engage_event *event = &stored->event;
    uint64_t given = EVENT_KEY | ENGAGEP_COLUMN(EVENT_TIME);
    for (size_t i = 0; i < ENGAGEP_EVENT_STRINGS; i++)
        given |= engagep_row_add_text(row, i, engagep_event_text(event, i));
    row[EVENT_TIME] = engagep_row_int(event->time);
    given |= engagep_row_add_time(row, EVENT_RECEIVED, event->received);
    if (event->followers >= 0) {
        row[EVENT_FOLLOWERS] = engagep_row_int(event->followers);
        given |= ENGAGEP_COLUMN(EVENT_FOLLOWERS);
    }
    if (event->flags & ENGAGE_EVENT_HAS_CREATED) {
        row[EVENT_CREATED] = engagep_row_int(event->created);
        given |= ENGAGEP_COLUMN(EVENT_CREATED);
    }
    given |= engagep_row_add(row, EVENT_MEDIA, event->media);
    given |= engagep_row_add(row, EVENT_RATING, event->rating);
    given |= engagep_row_add(row, EVENT_GIVEN,
                             event->flags | (stored->signal.gone ? ENGAGEP_GIVEN_GONE : 0));
    given |= add_signal(row, &stored->signal, intents);
    given |= engagep_row_add_text(row, EVENT_THREAD, stored->thread);
    given |= engagep_row_add(row, EVENT_FORM, stored->form);
    given |= engagep_row_add(row, EVENT_DEAD, stored->dead);
    given |= engagep_row_add(row, EVENT_GIVES, stored->gives);
    if (stored->gives != 0) {
        row[EVENT_DAY] = engagep_row_int(engagep_time_day(event->time));
        given |= ENGAGEP_COLUMN(EVENT_DAY);
    }
    return given;
}

static int keep_texts(struct engagep_arena *arena, struct engagep_stored *stored)
{
    int rc = engagep_row_keep(arena, &stored->signal.model);
    if (rc == ENGAGE_OK)
        rc = engagep_row_keep(arena, &stored->thread);
    for (size_t i = 0; i < ENGAGEP_EVENT_STRINGS && rc == ENGAGE_OK; i++)
        rc = engagep_row_keep(arena, engagep_event_string(&stored->event, i));
    return rc;
}

int engagep_row_to_event(const struct engagep_value row[EVENT_COLUMNS],
                         struct engagep_arena *arena, struct engagep_stored *out,
                         engage_error *error)
{
    memset(out, 0, sizeof(*out));
    engage_event *event = &out->event;
    struct engagep_signal *signal = &out->signal;
    event->struct_size = sizeof(*event);
    for (size_t i = 0; i < ENGAGEP_EVENT_STRINGS; i++)
        *engagep_event_string(event, i) = engagep_row_str(&row[i]);
    event->time = row[EVENT_TIME].number;
    if (!engagep_row_is_time(event->time))
        return engagep_core_corrupt(error, "an event");
    event->received = engagep_row_number(&row[EVENT_RECEIVED], ENGAGE_NO_TIME);
    event->followers = engagep_row_number(&row[EVENT_FOLLOWERS], -1);
    event->created = engagep_row_number(&row[EVENT_CREATED], 0);
    event->media = (int32_t)row[EVENT_MEDIA].number;
    event->rating = (int32_t)row[EVENT_RATING].number;
    signal->gone = (row[EVENT_GIVEN].number & ENGAGEP_GIVEN_GONE) != 0;
    event->flags = (uint32_t)row[EVENT_GIVEN].number & ~ENGAGEP_GIVEN_GONE;
    signal->valence = (int32_t)row[EVENT_VALENCE].number;
    signal->negative = (int32_t)row[EVENT_NEGATIVE].number;
    if (row[EVENT_INTENTS].type != ENGAGEP_NULL) {
        if (row[EVENT_INTENTS].size != ENGAGEP_INTENTS_SIZE)
            return engagep_core_corrupt(error, "an event");
        signal->scored = 1;
        get_intents(row[EVENT_INTENTS].data, signal->intents);
    }
    if (event->flags & ENGAGE_EVENT_HAS_SENTIMENT)
        event->valence = signal->valence;
    if (event->flags & ENGAGE_EVENT_HAS_INTENTS)
        memcpy(event->intents, signal->intents, sizeof(event->intents));
    signal->labels = (uint32_t)row[EVENT_LABELS].number;
    signal->marks = (uint32_t)row[EVENT_MARKS].number;
    signal->has_fingerprint = row[EVENT_FINGERPRINT].type == ENGAGEP_INT;
    signal->fingerprint = (uint64_t)engagep_row_number(&row[EVENT_FINGERPRINT], 0);
    signal->model = engagep_row_str(&row[EVENT_MODEL]);
    signal->words = (uint64_t)engagep_row_number(&row[EVENT_WORDS], 0);
    out->thread = engagep_row_str(&row[EVENT_THREAD]);
    out->form = (int)row[EVENT_FORM].number;
    out->dead = (int)row[EVENT_DEAD].number;
    out->gives = (int)row[EVENT_GIVES].number;
    if (out->gives < 0 || out->gives > ENGAGEP_KINDS)
        return engagep_core_corrupt(error, "an event");
    return arena == NULL || keep_texts(arena, out) == ENGAGE_OK ? ENGAGE_OK
                                                                : engagep_core_no_memory(error);
}

int engagep_row_add_event(struct engagep_row_events *events, struct engagep_arena *arena,
                          const struct engagep_value row[EVENT_COLUMNS], engage_error *error)
{
    struct engagep_stored *list =
        engagep_arena_grow(arena, events->list, events->count, &events->capacity, sizeof(*list));
    if (list == NULL)
        return engagep_core_no_memory(error);
    events->list = list;
    int rc = engagep_row_to_event(row, arena, &list[events->count], error);
    events->count += rc == ENGAGE_OK;
    return rc;
}
