/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * The tracker by its properties, on random streams: what comes out depends on the
 * set of events alone.
 */
#include "stream.h"

#include "track/state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

START_TEST(test_order)
{
    for (uint64_t seed = 1; seed <= stream_rounds(500); seed++) {
        struct stream stream;
        uint64_t random = seed * 7919;
        stream_make(&stream, seed, 60 + (size_t)(seed % 140), 1 + (int)(seed % 7));
        engage_tracker *once = stream_tracker(NULL);
        engage_tracker *split = stream_tracker(NULL);
        engage_counts counts = ENGAGE_COUNTS_INIT;
        size_t *numbers = stream_shuffle(stream.count, &random);
        stream_apply_all(once, &stream);
        stream_apply(split, &stream, numbers, stream.count, 1 + (size_t)(seed % 30), &random,
                     &counts);
        ck_assert_uint_eq(counts.applied, stream.count);
        char *a = stream_settled(once, &stream, stream.end);
        char *b = stream_settled(split, &stream, stream.end);
        stream_equal(a, b, seed, "another order");
        free(numbers);
        numbers = stream_shuffle(stream.count, &random);
        stream_apply(split, &stream, numbers, stream.count / 2, 9, &random, &counts);
        ck_assert_uint_eq(counts.duplicate, stream.count / 2);
        ck_assert_uint_eq(counts.applied, stream.count);
        char *c = stream_settled(split, &stream, stream.end);
        stream_equal(a, c, seed, "duplicates");
        int64_t middle = stream.end - INT64_C(60) * 86400000;
        char *d = stream_settled(once, &stream, middle);
        char *e = stream_settled(split, &stream, middle);
        stream_equal(d, e, seed, "an earlier time");
        free(a);
        free(b);
        free(c);
        free(d);
        free(e);
        free(numbers);
        engage_tracker_close(once);
        engage_tracker_close(split);
        stream_free(&stream);
    }
}
END_TEST

/* ------------------------------------------------------------------- undo --- */

/* What takes `event` back: an Undo, or for some posts a Delete. */
static void add_undo(engage_events *events, const engage_event *event, uint64_t number, int by_post)
{
    char id[24];
    engage_event undo = {0};
    undo.struct_size = sizeof(undo);
    undo.time = event->time;
    undo.received = ENGAGE_NO_TIME;
    undo.followers = -1;
    undo.id = (engage_str){id, (size_t)snprintf(id, sizeof(id), "undo%llu",
                                                (unsigned long long)number)};
    undo.brand = event->brand;
    undo.actor = event->actor;
    undo.role = event->role;
    undo.verb = by_post ? (engage_str){"Delete", 6} : (engage_str){"Undo", 4};
    undo.target = by_post ? (engage_str){NULL, 0} : event->id;
    undo.object = by_post ? event->post : (engage_str){NULL, 0};
    ck_assert_int_eq(engage_events_add(events, &undo, NULL), ENGAGE_OK);
}

static int has_verb(const engage_event *event, const char *verb)
{
    return event->verb.size == strlen(verb) &&
           memcmp(event->verb.data, verb, event->verb.size) == 0;
}

/* An Undo of what was never said stays open: that it does is all that shows. */
static void forget_open_undo(char *text)
{
    char *out = text;
    for (char *line = text; *line != '\0';) {
        size_t size = strcspn(line, "\n") + 1;
        char *open = strstr(line, "\"open_undo\":");
        int is_state = strncmp(line, "{\"batch\"", 8) == 0;
        if (is_state && open != NULL)
            open[12] = '0';
        if (!is_state || strncmp(line, "{\"batch\":\"0000000000000000", 26) != 0) {
            memmove(out, line, size);
            out += size;
        }
        line += size;
    }
    *out = '\0';
}

static int same_text(engage_str a, engage_str b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

enum { STAYS, UNDONE, DELETED };

/* Whether an event is taken back: itself, or with the post that it makes or changes. */
static int is_taken_back(const struct stream *stream, const char *fate, size_t number)
{
    const engage_event *event = &stream->list[number].event;
    if (fate[number] != STAYS)
        return 1;
    if (!has_verb(event, "Create") && !has_verb(event, "Update"))
        return 0;
    for (size_t i = 0; i < stream->count; i++)
        if (fate[i] == DELETED && same_text(stream->list[i].event.post, event->post) &&
            same_text(stream->list[i].event.actor, event->actor))
            return 1;
    return 0;
}

START_TEST(test_undo_is_never)
{
    for (uint64_t seed = 1; seed <= stream_rounds(500); seed++) {
        struct stream stream;
        uint64_t random = seed * 104729;
        stream_make(&stream, seed, 50 + (size_t)(seed % 100), 1 + (int)(seed % 4));
        engage_tracker *never = stream_tracker(NULL);
        engage_tracker *undone = stream_tracker(NULL);
        engage_events *kept = NULL;
        engage_events *one = NULL;
        ck_assert_int_eq(engage_events_new(&kept, NULL), ENGAGE_OK);
        ck_assert_int_eq(engage_events_new(&one, NULL), ENGAGE_OK);
        char *fate = calloc(stream.count, 1);
        ck_assert_ptr_nonnull(fate);
        size_t *numbers = stream_shuffle(stream.count, &random);
        for (size_t i = 0; i < stream.count; i++) {
            const engage_event *event = &stream.list[numbers[i]].event;
            int take_back = support_random(&random) % 6 == 0 && !has_verb(event, "Undo") &&
                            !has_verb(event, "Delete");
            int by_post = has_verb(event, "Create") && support_random(&random) % 2;
            int before = take_back && support_random(&random) % 2;
            if (before)
                add_undo(one, event, i, by_post);
            ck_assert_int_eq(engage_events_add(one, event, NULL), ENGAGE_OK);
            if (take_back)
                fate[numbers[i]] = by_post ? DELETED : UNDONE;
            if (support_random(&random) % 4 == 0) {
                ck_assert_int_eq(engage_tracker_apply(undone, one, NULL, NULL), ENGAGE_OK);
                engage_events_clear(one);
            }
            if (take_back && !before)
                add_undo(one, event, i, by_post);
        }
        for (size_t i = 0; i < stream.count; i++)
            if (!is_taken_back(&stream, fate, numbers[i]))
                ck_assert_int_eq(engage_events_add(kept, &stream.list[numbers[i]].event, NULL),
                                 ENGAGE_OK);
        free(fate);
        ck_assert_int_eq(engage_tracker_apply(undone, one, NULL, NULL), ENGAGE_OK);
        ck_assert_int_eq(engage_tracker_apply(never, kept, NULL, NULL), ENGAGE_OK);
        char *a = stream_settled(never, &stream, stream.end);
        char *b = stream_settled(undone, &stream, stream.end);
        forget_open_undo(a);
        forget_open_undo(b);
        stream_equal(a, b, seed, "undone");
        free(a);
        free(b);
        free(numbers);
        engage_events_free(kept);
        engage_events_free(one);
        engage_tracker_close(never);
        engage_tracker_close(undone);
        stream_free(&stream);
    }
}
END_TEST

/* --------------------------------------------------------------- conflict --- */

START_TEST(test_conflict)
{
    for (uint64_t seed = 1; seed <= stream_rounds(500); seed++) {
        struct stream one;
        struct stream other;
        stream_make(&one, seed, 60, 3);
        stream_make(&other, seed + 1000, 60, 3);
        for (size_t i = 0; i < one.count; i++) {
            other.list[i].event.actor = one.list[i].event.actor;
            other.list[i].event.role = one.list[i].event.role;
            other.list[i].event.crm_id = one.list[i].event.crm_id;
        }
        engage_tracker *forth = stream_tracker(NULL);
        engage_tracker *back = stream_tracker(NULL);
        engage_counts counts = ENGAGE_COUNTS_INIT;
        stream_apply_all(forth, &one);
        stream_apply(forth, &other, NULL, other.count, 7, NULL, &counts);
        stream_apply_all(back, &other);
        stream_apply_all(back, &one);
        ck_assert_uint_eq(counts.conflict, one.count);
        ck_assert_uint_eq(counts.applied, 0);
        char *a = stream_settled(forth, &one, ENGAGE_NO_TIME);
        char *b = stream_settled(back, &one, ENGAGE_NO_TIME);
        stream_equal(a, b, seed, "conflicts");
        free(a);
        free(b);
        engage_tracker_close(forth);
        engage_tracker_close(back);
        stream_free(&one);
        stream_free(&other);
    }
}
END_TEST

/* ------------------------------------------------------------------ merge --- */

/* Tells whose the accounts are that the stream gives a CRM id: a part that names an
 * account must know whether it is one's own. No such verb gives a fact. */
static void tell_owners(engage_events *events, const struct stream *stream)
{
    for (size_t i = 0; i < stream->count; i++) {
        engage_event owner = stream->list[i].event;
        char id[48];
        if (owner.crm_id.size == 0)
            continue;
        int size = snprintf(id, sizeof(id), "own-%.*s", (int)owner.actor.size, owner.actor.data);
        engage_event event = {.struct_size = sizeof(event), .received = ENGAGE_NO_TIME};
        event.followers = -1;
        event.time = INT64_C(1600000000000);
        event.id = (engage_str){id, (size_t)size};
        event.brand = owner.brand;
        event.actor = owner.actor;
        event.crm_id = owner.crm_id;
        event.verb = (engage_str){"Own", 3};
        ck_assert_int_eq(engage_events_add(events, &event, NULL), ENGAGE_OK);
    }
}

static engage_tracker *part_of(const struct stream *stream, int parts, int part)
{
    engage_tracker *tracker = stream_tracker(NULL);
    engage_events *events = NULL;
    ck_assert_int_eq(engage_events_new(&events, NULL), ENGAGE_OK);
    tell_owners(events, stream);
    for (size_t i = 0; i < stream->count; i++)
        if (stream->list[i].thread % parts == part)
            ck_assert_int_eq(engage_events_add(events, &stream->list[i].event, NULL), ENGAGE_OK);
    ck_assert_int_eq(engage_tracker_apply(tracker, events, NULL, NULL), ENGAGE_OK);
    engage_events_free(events);
    return tracker;
}

static void merge_lines(engage_tracker *into, engage_buffer *lines, int expected)
{
    const char *at = engage_buffer_data(lines);
    while (*at != '\0') {
        size_t size = strcspn(at, "\n");
        engage_error error = ENGAGE_ERROR_INIT;
        int rc = engage_tracker_merge(into, at, size, &error);
        ck_assert_msg(rc == expected, "%s: %s", engage_errname(rc), error.message);
        at += size + 1;
    }
}

struct summing {
    engage_tracker *tracker;
    struct engagep_calendar sum;
};

static int add_partial(void *ctx, const struct engagep_value *row, engage_error *error)
{
    struct summing *summing = ctx;
    return engagep_state_add(summing->tracker, &summing->sum, engagep_row_str(&row[PARTIAL_STATE]),
                             error);
}

/* The sum of an account's states, as canonical bytes. */
static void sum_of(engage_tracker *tracker, engage_str account, engage_buffer *out)
{
    struct summing summing = {.tracker = tracker};
    engage_str brand = {"acme", 4};
    engagep_calendar_init(&summing.sum, tracker->key, &tracker->allocator);
    struct engagep_value key[] = {engagep_row_text(brand), engagep_row_text(account)};
    struct engagep_value row[ACCOUNT_COLUMNS];
    int rc = engagep_core_get(tracker, ENGAGEP_ACCOUNT, key, row, NULL);
    if (rc == ENGAGE_ROW)
        ck_assert_int_eq(engagep_state_add(tracker, &summing.sum,
                                           engagep_row_str(&row[ACCOUNT_STATE]), NULL), ENGAGE_OK);
    ck_assert_int_eq(engagep_core_scan(tracker, ENGAGEP_PARTIAL, 0, key, 2, add_partial, &summing,
                                       NULL), ENGAGE_OK);
    engage_buffer_clear(out);
    ck_assert_int_eq(engagep_calendar_encode(&summing.sum, out), ENGAGE_OK);
    engagep_calendar_release(&summing.sum);
}

START_TEST(test_split_and_merge)
{
    for (uint64_t seed = 1; seed <= stream_rounds(500); seed++) {
        struct stream stream;
        int parts = 2 + (int)(seed % 3);
        stream_make(&stream, seed, 60 + (size_t)(seed % 100), 6);
        engage_tracker *whole = stream_tracker(NULL);
        engage_tracker *merged = part_of(&stream, parts, 0);
        engage_buffer *a = NULL;
        engage_buffer *b = NULL;
        ck_assert_int_eq(engage_buffer_new(&a, NULL), ENGAGE_OK);
        ck_assert_int_eq(engage_buffer_new(&b, NULL), ENGAGE_OK);
        stream_apply_all(whole, &stream);
        for (int part = parts - 1; part > 0; part--) {
            engage_tracker *tracker = part_of(&stream, parts, part);
            engage_buffer_clear(a);
            ck_assert_int_eq(
                engage_tracker_states(tracker, (engage_str){NULL, 0}, NULL, a, NULL), ENGAGE_OK);
            merge_lines(merged, a, ENGAGE_ROW);
            merge_lines(merged, a, ENGAGE_DONE);
            engage_tracker_close(tracker);
        }
        for (unsigned person = 0; person < 11; person++) {
            char name[16];
            engage_str account = {name, (size_t)snprintf(name, sizeof(name), "x:u%u", person)};
            sum_of(whole, account, a);
            sum_of(merged, account, b);
            ck_assert_msg(engage_buffer_size(a) == engage_buffer_size(b) &&
                              memcmp(engage_buffer_data(a), engage_buffer_data(b),
                                     engage_buffer_size(a)) == 0,
                          "seed %llu: %s is another sum", (unsigned long long)seed, name);
        }
        /* A store's own lines and those that it took are taken once by another. */
        engage_tracker *third = stream_tracker(NULL);
        engage_buffer_clear(a);
        ck_assert_int_eq(engage_tracker_states(merged, (engage_str){NULL, 0}, NULL, a, NULL),
                         ENGAGE_OK);
        merge_lines(third, a, ENGAGE_ROW);
        merge_lines(merged, a, ENGAGE_DONE);
        sum_of(merged, (engage_str){"x:u1", 4}, a);
        sum_of(third, (engage_str){"x:u1", 4}, b);
        ck_assert_uint_eq(engage_buffer_size(a), engage_buffer_size(b));
        engage_buffer_free(a);
        engage_buffer_free(b);
        engage_tracker_close(third);
        engage_tracker_close(whole);
        engage_tracker_close(merged);
        stream_free(&stream);
    }
}
END_TEST

/* ------------------------------------------------------------------ staff --- */

START_TEST(test_staff_never_appear)
{
    for (uint64_t seed = 1; seed <= stream_rounds(500); seed++) {
        struct stream stream;
        stream_make(&stream, seed, 150, 3);
        engage_tracker *tracker = stream_tracker(NULL);
        engage_buffer *buffer = NULL;
        ck_assert_int_eq(engage_buffer_new(&buffer, NULL), ENGAGE_OK);
        stream_apply_all(tracker, &stream);
        ck_assert_int_eq(engage_tracker_states(tracker, (engage_str){NULL, 0}, NULL, buffer, NULL),
                         ENGAGE_OK);
        ck_assert_int_eq(engage_tracker_queue(tracker, NULL, buffer, NULL), ENGAGE_OK);
        ck_assert_ptr_null(strstr(engage_buffer_data(buffer), "x:u9\""));
        ck_assert_ptr_null(strstr(engage_buffer_data(buffer), "x:u10\""));
        ck_assert_int_eq(
            engage_tracker_customer(tracker, (engage_str){"x:u9", 4}, NULL, buffer, NULL),
            ENGAGE_ENOTFOUND);
        engage_buffer_free(buffer);
        engage_tracker_close(tracker);
        stream_free(&stream);
    }
}
END_TEST

/* ----------------------------------------------------------------- memory --- */

/* The states and the funnel as one text; ENGAGE_OK or ENGAGE_ENOMEM. */
static int snapshot(engage_tracker *tracker, engage_buffer *out)
{
    engage_buffer_clear(out);
    int rc = engage_tracker_states(tracker, (engage_str){NULL, 0}, NULL, out, NULL);
    if (rc == ENGAGE_OK)
        rc = engage_tracker_funnel(tracker, NULL, out, NULL);
    if (rc == ENGAGE_OK)
        rc = engage_tracker_queue(tracker, NULL, out, NULL);
    if (rc == ENGAGE_OK)
        rc = engage_tracker_replies(tracker, NULL, out, NULL);
    return rc;
}

struct failing {
    engage_events *first;
    engage_events *second;
    engage_buffer *before;
    engage_buffer *after;
};

static int apply_with(const engage_allocator *allocator, void *ctx)
{
    struct failing *failing = ctx;
    engage_tracker *tracker = NULL;
    engage_tracker_options options = ENGAGE_TRACKER_OPTIONS_INIT;
    options.allocator = allocator;
    int rc = engage_tracker_open(&tracker, "memory:", &options, NULL);
    if (rc == ENGAGE_OK)
        rc = engage_tracker_apply(tracker, failing->first, NULL, NULL);
    if (rc == ENGAGE_OK)
        rc = snapshot(tracker, failing->before);
    if (rc == ENGAGE_OK) {
        rc = engage_tracker_apply(tracker, failing->second, NULL, NULL);
        if (rc != ENGAGE_OK && snapshot(tracker, failing->after) == ENGAGE_OK)
            ck_assert_str_eq(engage_buffer_data(failing->before),
                             engage_buffer_data(failing->after));
    }
    if (rc == ENGAGE_OK)
        rc = engage_tracker_customer(tracker, (engage_str){"x:u1", 4}, NULL, failing->after, NULL);
    engage_tracker_close(tracker);
    return rc;
}

START_TEST(test_no_memory)
{
    struct stream stream;
    struct failing failing = {NULL, NULL, NULL, NULL};
    stream_make(&stream, 3, 40, 2);
    ck_assert_int_eq(engage_events_new(&failing.first, NULL), ENGAGE_OK);
    ck_assert_int_eq(engage_events_new(&failing.second, NULL), ENGAGE_OK);
    ck_assert_int_eq(engage_buffer_new(&failing.before, NULL), ENGAGE_OK);
    ck_assert_int_eq(engage_buffer_new(&failing.after, NULL), ENGAGE_OK);
    for (size_t i = 0; i < stream.count; i++)
        ck_assert_int_eq(engage_events_add(i % 2 ? failing.first : failing.second,
                                           &stream.list[i].event, NULL),
                         ENGAGE_OK);
    support_fail_each(apply_with, &failing);
    engage_events_free(failing.first);
    engage_events_free(failing.second);
    engage_buffer_free(failing.before);
    engage_buffer_free(failing.after);
    stream_free(&stream);
}
END_TEST

/* ------------------------------------------------------------ real threads --- */

/* The tab-separated threads of customers and companies, as events. Each turn replies
 * to the one before it. Lines are cut up in place. */
static size_t read_threads(char *data, engage_event *events, size_t most)
{
    size_t count = 0;
    for (char *line = strtok(data, "\n"); line != NULL && count < most; line = strtok(NULL, "\n")) {
        char *field[6];
        char *at = line;
        for (int i = 0; i < 6; i++) {
            field[i] = at;
            at += strcspn(at, "\t");
            if (*at != '\0')
                *at++ = '\0';
        }
        engage_event *event = &events[count];
        int is_staff = strncmp(field[2], "agent", 5) == 0;
        int again = 0;
        for (size_t i = 0; i < count; i++)
            again |= strcmp(events[i].post.data, field[4]) == 0;
        if (again)
            continue;
        memset(event, 0, sizeof(*event));
        event->struct_size = sizeof(*event);
        event->received = ENGAGE_NO_TIME;
        event->followers = -1;
        event->id = event->post = (engage_str){field[4], strlen(field[4])};
        event->verb = (engage_str){"Create", 6};
        event->brand = (engage_str){field[1], strlen(field[1])};
        event->actor = is_staff ? event->brand : (engage_str){field[0], strlen(field[0])};
        event->role = (engage_str){is_staff ? "staff" : "customer", is_staff ? 5 : 8};
        event->text = (engage_str){field[5], strlen(field[5])};
        event->conversation = (engage_str){field[0], strlen(field[0])};
        ck_assert_int_eq(engage_time_parse(field[3], strlen(field[3]), &event->time), ENGAGE_OK);
        for (size_t i = count; i-- > 0 && event->in_reply_to.size == 0;)
            if (strcmp(events[i].conversation.data, field[0]) == 0)
                event->in_reply_to = events[i].post;
        count++;
    }
    for (size_t i = 0; i < count; i++)
        events[i].conversation = (engage_str){NULL, 0};
    return count;
}

static void apply_events(engage_tracker *tracker, const engage_event *list, const size_t *numbers,
                         size_t count, size_t size, engage_counts *counts)
{
    engage_events *events = NULL;
    ck_assert_int_eq(engage_events_new(&events, NULL), ENGAGE_OK);
    for (size_t i = 0; i < count; i++) {
        ck_assert_int_eq(engage_events_add(events, &list[numbers != NULL ? numbers[i] : i], NULL),
                         ENGAGE_OK);
        if (engage_events_count(events) < size && i + 1 < count)
            continue;
        ck_assert_int_eq(engage_tracker_apply(tracker, events, counts, NULL), ENGAGE_OK);
        engage_events_clear(events);
    }
    engage_events_free(events);
}

START_TEST(test_real_threads)
{
    enum { MOST = 2000, EXPECTED = 1205 };
    static engage_event list[MOST];
    size_t size;
    const char *path = support_shared("data/threads/ibm_dev.tsv");
    if (support_absent(path) || engage_model_builtin() == NULL)
        return;
    char *data = support_read(path, &size);
    ck_assert_ptr_nonnull(data);
    uint64_t random = 12;
    size_t count = read_threads(data, list, MOST);
    size_t *numbers = stream_shuffle(count, &random);
    engage_counts counts = ENGAGE_COUNTS_INIT;
    engage_counts again = ENGAGE_COUNTS_INIT;
    engage_tracker *once = stream_tracker(NULL);
    engage_tracker *shuffled = stream_tracker(NULL);
    engage_buffer *a = NULL;
    engage_buffer *b = NULL;
    ck_assert_int_eq(engage_buffer_new(&a, NULL), ENGAGE_OK);
    ck_assert_int_eq(engage_buffer_new(&b, NULL), ENGAGE_OK);
    ck_assert_uint_eq(count, EXPECTED);
    apply_events(once, list, NULL, count, count, &counts);
    ck_assert_uint_eq(counts.applied, EXPECTED);
    ck_assert_int_eq(snapshot(once, a), ENGAGE_OK);
    apply_events(once, list, NULL, count, 100, &again);
    ck_assert_uint_eq(again.duplicate, EXPECTED);
    ck_assert_int_eq(snapshot(once, b), ENGAGE_OK);
    ck_assert_str_eq(engage_buffer_data(a), engage_buffer_data(b));
    apply_events(shuffled, list, numbers, count, 37, NULL);
    ck_assert_int_eq(snapshot(shuffled, b), ENGAGE_OK);
    ck_assert_str_eq(engage_buffer_data(a), engage_buffer_data(b));
    engage_buffer_free(a);
    engage_buffer_free(b);
    engage_tracker_close(once);
    engage_tracker_close(shuffled);
    free(numbers);
    free(data);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("tracker");
    TCase *properties = tcase_create("properties");
    tcase_set_timeout(properties, 0);
    tcase_add_test(properties, test_order);
    tcase_add_test(properties, test_undo_is_never);
    tcase_add_test(properties, test_conflict);
    tcase_add_test(properties, test_split_and_merge);
    tcase_add_test(properties, test_staff_never_appear);
    tcase_add_test(properties, test_no_memory);
    tcase_add_test(properties, test_real_threads);
    suite_add_tcase(suite, properties);
    return support_run(suite);
}
