/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "stream.h"

#include "store/backend.h"
#include "track/tracker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DAY = 86400000, SPAN_DAYS = 160, PEOPLE = 9, STAFF = 2 };
static const int64_t start = INT64_C(1700000000000);

size_t stream_rounds(size_t usual)
{
    const char *given = getenv("ENGAGE_TEST_ROUNDS");
    return given != NULL && atol(given) > 0 ? (size_t)atol(given) : usual;
}

static uint64_t below(uint64_t *random, uint64_t n)
{
    return support_random(random) % n;
}

static engage_str set(struct stream_event *event, int slot, const char *format, unsigned number)
{
    int size = snprintf(event->strings[slot], sizeof(event->strings[slot]), format, number);
    return (engage_str){event->strings[slot], (size_t)size};
}

static engage_str constant(const char *text)
{
    return (engage_str){text, strlen(text)};
}

/* Intents that come up together often enough to make every kind of fact. */
static void judge(engage_event *event, uint64_t *random)
{
    event->flags |= ENGAGE_EVENT_HAS_SENTIMENT | ENGAGE_EVENT_HAS_INTENTS;
    event->valence = (int32_t)below(random, 2000001) - 1000000;
    for (int i = 0; i < ENGAGE_INTENTS; i++)
        event->intents[i] = (int32_t)below(random, 400000);
    for (uint64_t n = below(random, 3); n > 0; n--)
        event->intents[below(random, ENGAGE_INTENTS)] = 500000 + (int32_t)below(random, 500001);
}

static void make_post(struct stream_event *made, unsigned number, unsigned first, unsigned last,
                      uint64_t *random)
{
    engage_event *event = &made->event;
    event->verb = constant(below(random, 12) == 0 ? "Update" : "Create");
    event->post = set(made, 3, "x:p%u", number);
    event->text = set(made, 4, "words number %u", (unsigned)below(random, 30));
    judge(event, random);
    if (event->verb.data[0] == 'U')
        event->post = set(made, 3, "x:p%u", first + (unsigned)below(random, last - first));
    if (below(random, 4) != 0)
        event->in_reply_to = set(made, 5, "x:p%u", first + (unsigned)below(random, last - first));
    if (below(random, 10) == 0)
        event->quote_of = set(made, 6, "x:p%u", first + (unsigned)below(random, last - first));
    if (below(random, 15) == 0)
        event->conversation = set(made, 7, "x:p%u", first + (unsigned)below(random, last - first));
    if (below(random, 12) == 0) {
        event->flags |= ENGAGE_EVENT_HAS_RATING;
        event->rating = (int32_t)below(random, 6) * 100;
    }
    event->media = below(random, 8) == 0;
    if (below(random, 10) == 0)
        event->type = constant(below(random, 2) ? "Article" : "Event");
    if (event->type.size > 0)
        event->to = set(made, 4, "x:u%u\nx:u1", (unsigned)below(random, PEOPLE));
}

static void make_act(struct stream_event *made, unsigned first, unsigned last, uint64_t *random)
{
    static const char *const verbs[] = {"Like",   "Like",    "Like",  "Announce", "View",
                                        "Follow", "Dislike", "Flag",  "Accept",   "Invite",
                                        "Rate",   "Buy",     "Trial", "Join"};
    engage_event *event = &made->event;
    event->verb = constant(verbs[below(random, sizeof(verbs) / sizeof(verbs[0]))]);
    event->object = set(made, 3, "x:p%u", first + (unsigned)below(random, last - first));
    if (below(random, 4) == 0)
        event->received = event->time + (int64_t)below(random, DAY);
    if (strcmp(event->verb.data, "Invite") == 0)
        event->target = set(made, 4, "x:u%u", (unsigned)below(random, PEOPLE));
}

/* Takes back something that the same actor did earlier in the thread. */
static void make_undo(struct stream *stream, size_t at, unsigned first, uint64_t *random)
{
    struct stream_event *made = &stream->list[at];
    const engage_event *earlier = &stream->list[first + below(random, at - first)].event;
    made->event.actor = earlier->actor;
    made->event.role = earlier->role;
    made->event.crm_id = earlier->crm_id;
    if (earlier->post.size > 0 && below(random, 2)) {
        made->event.verb = constant("Delete");
        made->event.object = earlier->post;
    } else {
        made->event.verb = constant("Undo");
        made->event.target = earlier->id;
    }
}

static void make_event(struct stream *stream, size_t at, unsigned first, unsigned last,
                       uint64_t *random)
{
    struct stream_event *made = &stream->list[at];
    engage_event *event = &made->event;
    unsigned person = (unsigned)below(random, PEOPLE + STAFF);
    event->struct_size = sizeof(*event);
    event->received = ENGAGE_NO_TIME;
    event->followers = -1;
    event->time = start + (int64_t)below(random, SPAN_DAYS) * DAY + (int64_t)below(random, DAY);
    event->id = set(made, 0, "e%u", (unsigned)at);
    event->brand = constant("acme");
    event->actor = set(made, 1, "x:u%u", person);
    if (person >= PEOPLE) {
        event->role = constant(below(random, 5) == 0 ? "bot" : "staff");
        if (below(random, 6) == 0)
            event->kind = constant("note");
    } else if (person % 3 == 0 && person < 6) {
        event->crm_id = set(made, 2, "C-%u", person / 6);
    }
    if (person < PEOPLE && below(random, 3) == 0)
        event->followers = (int64_t)below(random, 20000);
    if (person < PEOPLE && at % 7 == 0)
        event->flags |= ENGAGE_EVENT_HAS_VERIFIED | (at % 2 ? ENGAGE_EVENT_VERIFIED : 0);
    if (person < PEOPLE && at % 11 == 0) {
        event->flags |= ENGAGE_EVENT_HAS_CREATED;
        event->created = start - (int64_t)(at % 5) * DAY;
    }
    if (at > first && below(random, 14) == 0)
        make_undo(stream, at, first, random);
    else if (below(random, 2) || person >= PEOPLE)
        make_post(made, (unsigned)at, first, last, random);
    else
        make_act(made, first, last, random);
}

void stream_make(struct stream *stream, uint64_t seed, size_t count, int threads)
{
    uint64_t random = seed;
    stream->count = count;
    stream->end = start + (int64_t)(SPAN_DAYS + 1) * DAY;
    stream->list = calloc(count, sizeof(*stream->list));
    ck_assert_ptr_nonnull(stream->list);
    for (size_t i = 0; i < count; i++) {
        unsigned size = (unsigned)(count / (size_t)threads) + 1;
        unsigned first = (unsigned)i / size * size;
        unsigned last = first + size < count ? first + size : (unsigned)count;
        stream->list[i].thread = (int)(i / size);
        make_event(stream, i, first, last, &random);
    }
}

void stream_free(struct stream *stream)
{
    free(stream->list);
}

engage_tracker *stream_tracker(const engage_allocator *allocator)
{
    engage_tracker *tracker = NULL;
    engage_tracker_options options = ENGAGE_TRACKER_OPTIONS_INIT;
    options.allocator = allocator;
    ck_assert_int_eq(engage_tracker_open(&tracker, "memory:", &options, NULL), ENGAGE_OK);
    return tracker;
}

void stream_apply(engage_tracker *tracker, const struct stream *stream, const size_t *numbers,
                   size_t count, size_t most, uint64_t *random, engage_counts *counts)
{
    engage_events *events = NULL;
    ck_assert_int_eq(engage_events_new(&events, NULL), ENGAGE_OK);
    size_t done = 0;
    while (done < count) {
        size_t size = random != NULL ? 1 + (size_t)below(random, most) : most;
        engage_events_clear(events);
        for (; size > 0 && done < count; size--, done++) {
            size_t number = numbers != NULL ? numbers[done] : done;
            ck_assert_int_eq(engage_events_add(events, &stream->list[number].event, NULL),
                             ENGAGE_OK);
        }
        engage_error error = ENGAGE_ERROR_INIT;
        int rc = engage_tracker_apply(tracker, events, counts, &error);
        ck_assert_msg(rc == ENGAGE_OK, "%s: %s", engage_errname(rc), error.message);
    }
    engage_events_free(events);
}

void stream_apply_all(engage_tracker *tracker, const struct stream *stream)
{
    stream_apply(tracker, stream, NULL, stream->count, stream->count, NULL, NULL);
}

char *stream_reports(engage_tracker *tracker, const struct stream *stream, int64_t now)
{
    static const char *const groups[] = {NULL, "intent", "platform", "product", "department",
                                         "month"};
    engage_buffer *buffer = NULL;
    engage_query query = ENGAGE_QUERY_INIT;
    query.now = now;
    (void)stream;
    ck_assert_int_eq(engage_buffer_new(&buffer, NULL), ENGAGE_OK);
    ck_assert_int_eq(engage_tracker_funnel(tracker, &query, buffer, NULL), ENGAGE_OK);
    ck_assert_int_eq(engage_tracker_queue(tracker, &query, buffer, NULL), ENGAGE_OK);
    ck_assert_int_eq(engage_tracker_states(tracker, (engage_str){NULL, 0}, &query, buffer, NULL),
                     ENGAGE_OK);
    for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
        query.by = groups[i] != NULL ? constant(groups[i]) : (engage_str){NULL, 0};
        ck_assert_int_eq(engage_tracker_replies(tracker, &query, buffer, NULL), ENGAGE_OK);
    }
    query.by = (engage_str){NULL, 0};
    query.flags = ENGAGE_QUERY_EXPLAIN;
    for (unsigned person = 0; person < PEOPLE + STAFF; person++) {
        char name[16];
        engage_str account = {name, (size_t)snprintf(name, sizeof(name), "x:u%u", person)};
        int rc = engage_tracker_customer(tracker, account, &query, buffer, NULL);
        ck_assert(rc == ENGAGE_OK || rc == ENGAGE_ENOTFOUND);
    }
    char *text = malloc(engage_buffer_size(buffer) + 1);
    ck_assert_ptr_nonnull(text);
    memcpy(text, engage_buffer_data(buffer), engage_buffer_size(buffer) + 1);
    engage_buffer_free(buffer);
    return text;
}

size_t *stream_shuffle(size_t count, uint64_t *random)
{
    size_t *numbers = malloc((count + 1) * sizeof(*numbers));
    ck_assert_ptr_nonnull(numbers);
    for (size_t i = 0; i < count; i++)
        numbers[i] = i;
    for (size_t i = count; i > 1; i--) {
        size_t j = (size_t)below(random, i);
        size_t swap = numbers[i - 1];
        numbers[i - 1] = numbers[j];
        numbers[j] = swap;
    }
    return numbers;
}

void stream_equal(const char *a, const char *b, uint64_t seed, const char *what)
{
    if (strcmp(a, b) == 0)
        return;
    size_t at = 0;
    while (a[at] == b[at])
        at++;
    size_t from = at < 300 ? 0 : at - 300;
    ck_abort_msg("seed %llu, %s:\n%.500s\n----\n%.500s", (unsigned long long)seed, what, a + from,
                 b + from);
}

/* `revised` is the one member that depends on arrival. */
static void forget_revised(char *text)
{
    for (char *at = text; (at = strstr(at, "\"revised\":true")) != NULL;)
        memcpy(at, "\"revised\":fals", 14);
    for (char *at = text; (at = strstr(at, "\"revised\":false")) != NULL;)
        memcpy(at, "\"revised\":fals ", 15);
}

char *stream_settled(engage_tracker *tracker, const struct stream *stream, int64_t now)
{
    char *text = stream_reports(tracker, stream, now);
    forget_revised(text);
    char *out = text;
    for (char *in = text; *in != '\0'; in++)
        if (*in != ' ')
            *out++ = *in;
    *out = '\0';
    return text;
}

void stream_same(engage_tracker *a, engage_tracker *b, const struct stream *stream, int64_t now,
                 uint64_t seed, const char *what)
{
    char *left = stream_settled(a, stream, now);
    char *right = stream_settled(b, stream, now);
    stream_equal(left, right, seed, what);
    free(left);
    free(right);
}
