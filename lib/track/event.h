/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * An event inside the library: the public struct, checked and in its one canonical
 * form, and the table of its members that copying, encoding and storing share.
 */
#ifndef ENGAGEP_TRACK_EVENT_H
#define ENGAGEP_TRACK_EVENT_H

#include "base/buffer.h"

#include <engage/track.h>

#include <string.h>

/* The times that are taken: the years 1 to 9999. */
#define ENGAGEP_EVENT_TIME_MIN INT64_C(-62135596800000)
#define ENGAGEP_EVENT_TIME_MAX INT64_C(253402300799999)

enum {
    ENGAGEP_EVENT_ID_MAX = 1024,    /* bytes of an id, an account, a post, a name */
    ENGAGEP_EVENT_TEXT_MAX = 65536, /* bytes of a text */
    ENGAGEP_EVENT_DIGITS = 18,      /* of a count in metrics */
    ENGAGEP_EVENT_STRINGS = 24      /* members of the table below */
};

/* The members that are text, in the order of their numbers in canonical bytes. */
struct engagep_event_member {
    const char *name; /* as in JSON */
    uint16_t offset;  /* of the engage_str in engage_event */
    uint8_t needed;
    uint8_t free_text; /* 1: up to ENGAGEP_EVENT_TEXT_MAX bytes of anything */
};
extern const struct engagep_event_member engagep_event_members[ENGAGEP_EVENT_STRINGS];

static inline engage_str *engagep_event_string(engage_event *event, size_t member)
{
    return (engage_str *)(void *)((char *)event + engagep_event_members[member].offset);
}

static inline engage_str engagep_event_text(const engage_event *event, size_t member)
{
    const char *at = (const char *)event + engagep_event_members[member].offset;
    return *(const engage_str *)(const void *)at;
}

/* 1 for what may name something: neither empty nor too long, and without control
 * characters, since identifiers are compared by bytes and joined by line feeds. */
int engagep_event_is_id(engage_str value);

/* 1 where an event lies more than a day after now; 0 where now is ENGAGE_NO_TIME. */
int engagep_event_is_future(const engage_event *event, int64_t now);

/* A hash of what an event says, text or HTML; 0 where it says nothing. */
uint64_t engagep_event_words(const engage_event *event);

/* The canonical bytes of a checked event: what decides between two events of one id. Of its
 * text they have no more than the hash, so that they are the same when the text is kept no
 * longer. Appended to the buffer. */
void engagep_event_encode(const engage_event *event, uint64_t words, engage_buffer *buffer);

/* What a batch gets its memory from. */
const engage_allocator *engagep_events_allocator(const engage_events *events);

/* The brand of events that know none; empty: the default one. Borrowed from the batch. */
engage_str engagep_events_brand(const engage_events *events);

/* The i-th event of a batch, borrowed from it. */
const engage_event *engagep_events_get(const engage_events *events, size_t index);

/* Comparing texts: by bytes, the shorter first among equals; absent is empty. */
int engagep_str_compare(engage_str a, engage_str b);

static inline int engagep_str_equal(engage_str a, engage_str b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

static inline int engagep_str_is(engage_str a, const char *text)
{
    return engagep_str_equal(a, (engage_str){text, strlen(text)});
}

/* Takes the next piece of a list parted by line feeds off its front: 1, or 0 when
 * nothing is left. Empty pieces are stepped over. */
int engagep_str_next(engage_str *list, engage_str *piece);

#endif
