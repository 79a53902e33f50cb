/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Between rows and structs: values, and the event as it is stored.
 */
#ifndef ENGAGEP_TRACK_ROWS_H
#define ENGAGEP_TRACK_ROWS_H

#include "base/arena.h"
#include "base/time.h"
#include "track/event.h"
#include "track/fact.h"
#include "track/schema.h"

/* What an event's text looks like, beside its intents. */
enum {
    ENGAGEP_MARK_WORDS = 1,     /* it has words of its own */
    ENGAGEP_MARK_CAPITALS = 2,  /* it is written in capitals */
    ENGAGEP_MARK_THANKS = 4,    /* it thanks */
    ENGAGEP_MARK_ADDRESSED = 8, /* it names the brand by its handle */
    ENGAGEP_MARK_LONG = 16,     /* long form, or marked as a how-to or an unboxing */
    ENGAGEP_MARK_TRIED = 32,    /* it tells of a trial of one's own */
    ENGAGEP_MARK_BOUGHT = 64    /* it tells of a purchase of one's own */
};

/* What the analyzer, or whoever judged the text elsewhere, said of it. */
struct engagep_signal {
    int scored; /* 1: there was something to judge */
    int32_t valence;
    int32_t negative; /* probability of a negative post, millionths */
    int32_t intents[ENGAGE_INTENTS];
    uint32_t labels; /* bit i: intent i is over its threshold */
    uint32_t marks;  /* ENGAGEP_MARK_ */
    uint32_t withheld; /* labels that are not kept of a person; counted once, and not stored */
    int has_fingerprint;
    uint64_t fingerprint; /* of the normalized text */
    engage_str model;     /* its id; absent where the text was judged elsewhere */
    int gone;             /* 1: the text was kept once, and is no longer */
    uint64_t words;       /* then: its hash, see engagep_event_words */
};

/* Where an event stands in its thread. */
enum { ENGAGEP_FORM_POST, ENGAGEP_FORM_ACT };

struct engagep_stored {
    engage_event event;
    struct engagep_signal signal;
    engage_str thread; /* empty: the event speaks for itself */
    int form;          /* ENGAGEP_FORM_ */
    int dead;          /* undone, or its post deleted */
    int gives;         /* 1 + the kind of the fact that lies with it, or 0: see facts.h */
};

static inline struct engagep_value engagep_row_int(int64_t number)
{
    return (struct engagep_value){ENGAGEP_INT, {number}, 0};
}

static inline struct engagep_value engagep_row_null(void)
{
    return (struct engagep_value){ENGAGEP_NULL, {0}, 0};
}

static inline struct engagep_value engagep_row_text(engage_str text)
{
    return (struct engagep_value){
        ENGAGEP_TEXT, {.data = text.data != NULL ? text.data : ""}, text.size};
}

static inline struct engagep_value engagep_row_blob(const void *data, size_t size)
{
    return (struct engagep_value){ENGAGEP_BLOB, {.data = data != NULL ? data : ""}, size};
}

/* NULL where it is absent. */
struct engagep_value engagep_row_optional(engage_str text);
struct engagep_value engagep_row_time(int64_t time);

/* Borrowed from the value; {NULL, 0} for NULL and for empty text. */
engage_str engagep_row_str(const struct engagep_value *value);

/* The number; `absent` for NULL. */
int64_t engagep_row_number(const struct engagep_value *value, int64_t absent);

/* 1 for a time of the years 0 to 9999, as every one is that was written. */
static inline int engagep_row_is_time(int64_t time)
{
    return time >= ENGAGEP_DAY_MIN * ENGAGEP_DAY_MS &&
           time < (ENGAGEP_DAY_MAX + 1) * ENGAGEP_DAY_MS;
}

/* 1 for what can have been counted: one more or less is no matter. */
static inline int engagep_row_is_count(int64_t number)
{
    return number >= 0 && number <= UINT32_MAX;
}

/* Copies a text into an arena, where one is given; ENGAGE_ENOMEM. An empty one needs no
 * memory. */
int engagep_row_keep(struct engagep_arena *arena, engage_str *text);

/* A bit of EVENT_GIVEN beside the ENGAGE_EVENT_ ones: the text is no longer kept. */
#define ENGAGEP_GIVEN_GONE (1u << 30)

/* A number that is in a row only where it is not zero: its bit, or none. */
static inline uint64_t engagep_row_add(struct engagep_value *row, size_t column, int64_t number)
{
    if (number == 0)
        return 0;
    row[column] = engagep_row_int(number);
    return ENGAGEP_COLUMN(column);
}

/* The same of a text that is not empty, and of a time that is known. */
static inline uint64_t engagep_row_add_text(struct engagep_value *row, size_t column,
                                            engage_str text)
{
    if (text.size == 0)
        return 0;
    row[column] = engagep_row_text(text);
    return ENGAGEP_COLUMN(column);
}

static inline uint64_t engagep_row_add_time(struct engagep_value *row, size_t column, int64_t time)
{
    if (time == ENGAGE_NO_TIME)
        return 0;
    row[column] = engagep_row_int(time);
    return ENGAGEP_COLUMN(column);
}

/* Writes those columns of an event's row that have something to say, and returns them.
 * `intents` is where the row's bytes are written; it must outlive the row. */
enum { ENGAGEP_INTENTS_SIZE = 4 * ENGAGE_INTENTS };
uint64_t engagep_row_from_event(const struct engagep_stored *stored,
                            unsigned char intents[ENGAGEP_INTENTS_SIZE],
                            struct engagep_value row[EVENT_COLUMNS]);

/* Texts are borrowed from the row, or copied to `arena` where one is given.
 * ENGAGE_OK, or ENGAGE_ENOMEM or ENGAGE_ESTORE_CORRUPT, which `error` tells. */
int engagep_row_to_event(const struct engagep_value row[EVENT_COLUMNS],
                         struct engagep_arena *arena, struct engagep_stored *out,
                         engage_error *error);

/* Events that are read first and used after, in an arena with their texts. Adds that of a row:
 * returns likewise. */
struct engagep_row_events {
    struct engagep_stored *list;
    size_t count;
    size_t capacity;
};
int engagep_row_add_event(struct engagep_row_events *events, struct engagep_arena *arena,
                          const struct engagep_value row[EVENT_COLUMNS], engage_error *error);

#endif
