/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * The tracker by worked cases: what becomes of small threads, and each way in which
 * a call fails.
 */
#define _POSIX_C_SOURCE 200809L
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { HOUR = 3600000, DAY = 24 * HOUR };
static const int64_t start = INT64_C(1700006400000); /* a midnight */

/* ------------------------------------------------------------------ helpers --- */

struct scene {
    engage_tracker *tracker;
    engage_events *events;
    engage_buffer *out;
    int count;
};

static engage_str text(const char *s)
{
    return (engage_str){s, s != NULL ? strlen(s) : 0};
}

static struct scene open_scene(void)
{
    struct scene scene = {NULL, NULL, NULL, 0};
    ck_assert_int_eq(engage_tracker_open(&scene.tracker, "memory:", NULL, NULL), ENGAGE_OK);
    ck_assert_int_eq(engage_events_new(&scene.events, NULL), ENGAGE_OK);
    ck_assert_int_eq(engage_buffer_new(&scene.out, NULL), ENGAGE_OK);
    return scene;
}

static void close_scene(struct scene *scene)
{
    engage_tracker_close(scene->tracker);
    engage_events_free(scene->events);
    engage_buffer_free(scene->out);
}

/* An event of brand "acme" some hours after the start, judged elsewhere. */
static engage_event act(const char *id, const char *verb, const char *actor, int hours)
{
    engage_event event = {0};
    event.struct_size = sizeof(event);
    event.flags = ENGAGE_EVENT_HAS_SENTIMENT | ENGAGE_EVENT_HAS_INTENTS;
    event.time = start + (int64_t)hours * HOUR;
    event.received = ENGAGE_NO_TIME;
    event.followers = -1;
    event.id = text(id);
    event.brand = text("acme");
    event.verb = text(verb);
    event.actor = text(actor);
    return event;
}

static engage_event post(const char *id, const char *actor, int hours, const char *parent,
                         int intent)
{
    engage_event event = act(id, "Create", actor, hours);
    event.post = event.id;
    event.text = event.id;
    event.in_reply_to = text(parent);
    if (intent >= 0)
        event.intents[intent] = 900000;
    return event;
}

static void add(struct scene *scene, engage_event event)
{
    engage_error error = ENGAGE_ERROR_INIT;
    int rc = engage_events_add(scene->events, &event, &error);
    ck_assert_msg(rc == ENGAGE_OK, "%s", error.message);
}

static engage_counts apply(struct scene *scene)
{
    engage_counts counts = ENGAGE_COUNTS_INIT;
    engage_error error = ENGAGE_ERROR_INIT;
    int rc = engage_tracker_apply(scene->tracker, scene->events, &counts, &error);
    ck_assert_msg(rc == ENGAGE_OK, "%s: %s", engage_errname(rc), error.message);
    engage_events_clear(scene->events);
    return counts;
}

static const char *customer(struct scene *scene, const char *account)
{
    engage_query query = ENGAGE_QUERY_INIT;
    query.flags = ENGAGE_QUERY_EXPLAIN;
    engage_buffer_clear(scene->out);
    int rc = engage_tracker_customer(scene->tracker, text(account), &query, scene->out, NULL);
    ck_assert_msg(rc == ENGAGE_OK, "%s: %s", account, engage_errname(rc));
    return engage_buffer_data(scene->out);
}

/* The kind of the fact that an event gave to an account. */
static void has_fact(struct scene *scene, const char *account, const char *kind, const char *event)
{
    char want[160];
    const char *json = customer(scene, account);
    snprintf(want, sizeof(want), "\"kind\":\"%s\"", kind);
    char also[160];
    snprintf(also, sizeof(also), "\"event\":\"%s\"}", event);
    for (const char *at = strstr(json, want); at != NULL; at = strstr(at + 1, want)) {
        const char *end = strchr(at, '}');
        const char *found = strstr(at, also);
        if (found != NULL && found < end)
            return;
    }
    ck_abort_msg("%s has no %s by %s: %s", account, kind, event, json);
}

static void lacks(struct scene *scene, const char *account, const char *what)
{
    const char *json = customer(scene, account);
    ck_assert_msg(strstr(json, what) == NULL, "%s has %s: %s", account, what, json);
}

static const char *queue(struct scene *scene, int hours)
{
    engage_query query = ENGAGE_QUERY_INIT;
    query.now = start + (int64_t)hours * HOUR;
    engage_buffer_clear(scene->out);
    ck_assert_int_eq(engage_tracker_queue(scene->tracker, &query, scene->out, NULL), ENGAGE_OK);
    return engage_buffer_data(scene->out);
}

static const char *replies(struct scene *scene, int hours, const char *by)
{
    engage_query query = ENGAGE_QUERY_INIT;
    query.now = start + (int64_t)hours * HOUR;
    query.by = text(by);
    engage_buffer_clear(scene->out);
    ck_assert_int_eq(engage_tracker_replies(scene->tracker, &query, scene->out, NULL), ENGAGE_OK);
    return engage_buffer_data(scene->out);
}

static void has(const char *json, const char *what)
{
    ck_assert_msg(strstr(json, what) != NULL, "no %s in %s", what, json);
}

static engage_event staff(const char *id, int hours, const char *parent, const char *kind)
{
    engage_event event = post(id, "x:acme", hours, parent, -1);
    event.role = text("staff");
    event.kind = text(kind);
    return event;
}

/* -------------------------------------------------------------------- kinds --- */

START_TEST(test_kinds)
{
    struct scene scene = open_scene();
    engage_event event = act("view", "View", "x:1", 1);
    event.object = text("web:a");
    add(&scene, event);
    event = act("watch", "View", "x:1", 1);
    event.type = text("Video");
    add(&scene, event);
    event = act("like", "Like", "x:1", 1);
    event.object = text("x:nowhere");
    add(&scene, event);
    event = act("direct", "cocreate", "x:1", 1);
    event.target = text("x:2");
    add(&scene, event);
    add(&scene, post("post", "x:1", 2, NULL, -1));
    add(&scene, post("question", "x:1", 2, NULL, ENGAGE_INTENT_QUESTION));
    add(&scene, post("care", "x:1", 2, NULL, ENGAGE_INTENT_COMPLAINT));
    add(&scene, post("comment", "x:1", 2, "x:nowhere", -1));
    add(&scene, post("suggestion", "x:1", 2, "x:nowhere", ENGAGE_INTENT_SUGGESTION));
    event = post("media", "x:1", 2, NULL, -1);
    event.media = 1;
    add(&scene, event);
    event = post("review", "x:1", 2, NULL, -1);
    event.flags |= ENGAGE_EVENT_HAS_RATING;
    event.rating = 400;
    add(&scene, event);
    event = post("quote", "x:1", 2, NULL, -1);
    event.quote_of = text("x:nowhere");
    add(&scene, event);
    event.id = event.post = text("bare");
    event.text = text("@jo https://example.org/a");
    add(&scene, event);
    event = post("article", "x:1", 2, NULL, -1);
    event.type = text("Article");
    add(&scene, event);
    event = post("organise", "x:1", 2, NULL, -1);
    event.type = text("Event");
    add(&scene, event);
    apply(&scene);
    static const char *const kinds[][2] = {
        {"view", "view"},         {"watch", "watch"},     {"like", "like"},
        {"cocreate", "direct"},   {"post", "post"},       {"question", "question"},
        {"care", "care"},         {"comment", "comment"}, {"suggestion", "suggestion"},
        {"media", "media"},       {"review", "review"},   {"quote", "quote"},
        {"share", "bare"},        {"article", "article"}, {"organise", "organise"},
    };
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        has_fact(&scene, "x:1", kinds[i][0], kinds[i][1]);
    close_scene(&scene);
}
END_TEST

/* A reply is a help once its late parent turns out to be a question, and is thanked
 * for by a like of the asker's, not by its author's or staff's. */
START_TEST(test_help)
{
    struct scene scene = open_scene();
    add(&scene, post("h", "x:2", 2, "q", -1));
    apply(&scene);
    has_fact(&scene, "x:2", "comment", "h");
    add(&scene, post("q", "x:1", 1, NULL, ENGAGE_INTENT_QUESTION));
    apply(&scene);
    has_fact(&scene, "x:2", "help", "h");
    lacks(&scene, "x:2", "thanked");
    static const char *const likers[] = {"x:2", "x:3", "x:acme"};
    for (size_t i = 0; i < 3; i++) {
        engage_event like = act(likers[i], "Like", likers[i], 3);
        like.object = text("h");
        if (i == 2)
            like.role = text("staff");
        add(&scene, like);
    }
    apply(&scene);
    lacks(&scene, "x:2", "thanked");
    engage_event like = act("l", "Like", "x:1", 4);
    like.object = text("h");
    add(&scene, like);
    apply(&scene);
    has_fact(&scene, "x:2", "thanked", "l");
    engage_event undo = act("u", "Undo", "x:1", 5);
    undo.target = text("l");
    add(&scene, undo);
    apply(&scene);
    lacks(&scene, "x:2", "thanked");
    close_scene(&scene);
}
END_TEST

START_TEST(test_no_help)
{
    struct scene scene = open_scene();
    add(&scene, post("q", "x:1", 1, NULL, ENGAGE_INTENT_QUESTION));
    add(&scene, post("own", "x:1", 2, "q", -1));
    add(&scene, post("too", "x:2", 2, "q", ENGAGE_INTENT_DEFECT));
    add(&scene, post("back", "x:1", 3, "too", -1));
    engage_event second = post("mine", "x:7", 3, "q", -1);
    second.crm_id = text("C-1");
    add(&scene, second);
    engage_event first = post("link", "x:1", 4, NULL, -1);
    first.crm_id = text("C-1");
    add(&scene, first);
    apply(&scene);
    lacks(&scene, "x:1", "\"help\"");
    lacks(&scene, "x:2", "\"help\"");
    has(customer(&scene, "x:7"), "\"accounts\":[\"x:1\",\"x:7\"]");
    lacks(&scene, "x:7", "\"help\"");
    close_scene(&scene);
}
END_TEST

START_TEST(test_backed)
{
    struct scene scene = open_scene();
    add(&scene, post("s", "x:1", 1, NULL, ENGAGE_INTENT_SUGGESTION));
    add(&scene, post("second", "x:2", 2, "s", ENGAGE_INTENT_PRAISE));
    engage_event share = act("share", "Announce", "x:3", 2);
    share.object = text("s");
    add(&scene, share);
    share = act("own", "Like", "x:1", 2);
    share.object = text("s");
    add(&scene, share);
    apply(&scene);
    has_fact(&scene, "x:1", "backed", "second");
    has_fact(&scene, "x:1", "backed", "share");
    lacks(&scene, "x:1", "\"kind\":\"backed\",\"account\":\"x:1\",\"actor\":\"x:1\"");
    close_scene(&scene);
}
END_TEST

START_TEST(test_update_and_circle)
{
    struct scene scene = open_scene();
    add(&scene, post("a", "x:1", 1, "b", -1));
    add(&scene, post("b", "x:2", 1, "a", -1));
    add(&scene, post("p", "x:1", 1, NULL, -1));
    engage_event update = post("u", "x:1", 2, NULL, ENGAGE_INTENT_SUGGESTION);
    update.verb = text("Update");
    update.post = text("p");
    add(&scene, update);
    update.id = text("other");
    update.actor = text("x:2");
    update.intents[ENGAGE_INTENT_SUGGESTION] = 0;
    add(&scene, update);
    apply(&scene);
    has_fact(&scene, "x:1", "suggestion", "p");
    has_fact(&scene, "x:1", "post", "a");
    has_fact(&scene, "x:2", "comment", "b");
    close_scene(&scene);
}
END_TEST

/* ----------------------------------------------------------------- episodes --- */

START_TEST(test_answers)
{
    struct scene scene = open_scene();
    add(&scene, post("q", "x:1", 0, NULL, ENGAGE_INTENT_QUESTION));
    add(&scene, post("again", "x:1", 3, "q", ENGAGE_INTENT_QUESTION));
    add(&scene, staff("bot", 1, "q", "bot"));
    add(&scene, staff("note", 2, "q", "note"));
    engage_counts counts = apply(&scene);
    ck_assert_uint_eq(counts.opened, 1);
    const char *json = queue(&scene, 5);
    has(json, "\"posts\":[\"q\",\"again\"]");
    has(json, "\"part\":\"repeat\"");
    json = replies(&scene, 5, NULL);
    has(json, "\"episodes\":1,\"answered\":0");
    has(json, "\"bot_first_response\":{\"mean_ms\":3600000");
    add(&scene, staff("yes", 4, "again", NULL));
    counts = apply(&scene);
    ck_assert_uint_eq(counts.closed, 1);
    ck_assert_str_eq(queue(&scene, 5), "");
    has(queue(&scene, 3), "\"id\"");
    json = replies(&scene, 5, NULL);
    has(json, "\"first_response\":{\"mean_ms\":14400000,\"median_ms\":14400000,"
              "\"km_median_ms\":14400000,\"km_p90_ms\":14400000,\"business_km_median_ms\":null}");
    add(&scene, post("more", "x:1", 6, "yes", ENGAGE_INTENT_COMPLAINT));
    apply(&scene);
    has(queue(&scene, 7), "\"posts\":[\"more\"]");
    close_scene(&scene);
}
END_TEST

START_TEST(test_queue_times)
{
    struct scene scene = open_scene();
    add(&scene, post("q", "x:1", 0, NULL, ENGAGE_INTENT_COMPLAINT));
    add(&scene, post("spam", "x:2", 0, NULL, ENGAGE_INTENT_SPAM));
    apply(&scene);
    has(queue(&scene, 0), "\"missed\":false");
    has(queue(&scene, 24), "\"missed\":true");
    has(queue(&scene, 7 * 24 - 1), "\"state\":\"open\"");
    ck_assert_str_eq(queue(&scene, 7 * 24), "");
    int64_t before = -1;
    for (int hours = 0; hours < 7 * 24; hours++) {
        const char *at = strstr(queue(&scene, hours), "\"priority\":");
        ck_assert_ptr_nonnull(at);
        int64_t priority = strtoll(at + 11, NULL, 10);
        ck_assert_int_ge(priority, before);
        before = priority;
    }
    close_scene(&scene);
}
END_TEST

/* Answers after 1, 2 and 3 hours, and one who still waits after 2.5: at 3 hours one
 * of one is left, so that the curve falls 3/4, 1/2, 0. */
START_TEST(test_kaplan_meier)
{
    struct scene scene = open_scene();
    add(&scene, post("q1", "x:1", 0, NULL, ENGAGE_INTENT_QUESTION));
    add(&scene, staff("a1", 1, "q1", NULL));
    add(&scene, post("q2", "x:2", 0, NULL, ENGAGE_INTENT_QUESTION));
    add(&scene, staff("a2", 2, "q2", NULL));
    add(&scene, post("q3", "x:3", 0, NULL, ENGAGE_INTENT_QUESTION));
    add(&scene, staff("a3", 3, "q3", NULL));
    engage_event late = post("q4", "x:4", 7, NULL, ENGAGE_INTENT_QUESTION);
    late.time += HOUR / 2;
    add(&scene, late);
    apply(&scene);
    const char *json = replies(&scene, 10, NULL);
    has(json, "\"episodes\":4,\"answered\":3");
    has(json, "\"mean_ms\":7200000,\"median_ms\":7200000,\"km_median_ms\":7200000,"
              "\"km_p90_ms\":10800000");
    json = replies(&scene, 10, "platform");
    has(json, "\"by\":{\"x\":{\"episodes\":4");
    close_scene(&scene);
}
END_TEST

START_TEST(test_clamped_and_recovered)
{
    struct scene scene = open_scene();
    engage_event complaint = post("c", "x:1", 5, NULL, ENGAGE_INTENT_COMPLAINT);
    complaint.valence = -800000;
    add(&scene, complaint);
    add(&scene, staff("a", 4, "c", NULL));
    engage_event thanks = post("t", "x:1", 8, "a", ENGAGE_INTENT_PRAISE);
    thanks.valence = 700000;
    add(&scene, thanks);
    apply(&scene);
    const char *json = replies(&scene, 10, NULL);
    has(json, "\"clamped\":1");
    has(json, "\"recovered\":1,");
    has(json, "\"mean_ms\":0");
    close_scene(&scene);
}
END_TEST

/* ------------------------------------------------------------------ failures --- */

START_TEST(test_counts)
{
    struct scene scene = open_scene();
    add(&scene, post("a", "x:1", 0, NULL, -1));
    add(&scene, post("a", "x:1", 0, NULL, -1));
    add(&scene, post("a", "x:1", 1, NULL, -1));
    engage_counts counts = apply(&scene);
    ck_assert_uint_eq(counts.read, 3);
    ck_assert_uint_eq(counts.applied, 1);
    ck_assert_uint_eq(counts.duplicate, 1);
    ck_assert_uint_eq(counts.conflict, 1);
    close_scene(&scene);
}
END_TEST

START_TEST(test_future)
{
    engage_tracker_options options = ENGAGE_TRACKER_OPTIONS_INIT;
    engage_counts counts = ENGAGE_COUNTS_INIT;
    struct scene scene = open_scene();
    engage_tracker_close(scene.tracker);
    options.now = start;
    ck_assert_int_eq(engage_tracker_open(&scene.tracker, "memory:", &options, NULL), ENGAGE_OK);
    add(&scene, post("in", "x:1", 24, NULL, -1));
    add(&scene, post("out", "x:1", 25, NULL, -1));
    counts = apply(&scene);
    ck_assert_uint_eq(counts.applied, 1);
    ck_assert_uint_eq(counts.refused, 1);
    close_scene(&scene);
}
END_TEST

START_TEST(test_misuse)
{
    struct scene scene = open_scene();
    engage_tracker *tracker = NULL;
    engage_tracker_options options = ENGAGE_TRACKER_OPTIONS_INIT;
    engage_counts counts = ENGAGE_COUNTS_INIT;
    engage_query query = ENGAGE_QUERY_INIT;
    engage_str nobody = {"x:nobody", 8};
    engage_str none = {NULL, 0};
    engage_tracker *t = scene.tracker;
    engage_buffer *out = scene.out;
    ck_assert_int_eq(engage_tracker_open(NULL, "memory:", NULL, NULL), ENGAGE_EMISUSE);
    ck_assert_int_eq(engage_tracker_open(&tracker, NULL, NULL, NULL), ENGAGE_EMISUSE);
    ck_assert_int_eq(engage_tracker_open(&tracker, "mongodb:x", NULL, NULL), ENGAGE_EURI);
    options.flags = 1u << 20;
    ck_assert_int_eq(engage_tracker_open(&tracker, "memory:", &options, NULL), ENGAGE_EOPTIONS);
    ck_assert_ptr_null(tracker);
    ck_assert_int_eq(engage_tracker_apply(NULL, scene.events, NULL, NULL), ENGAGE_EMISUSE);
    ck_assert_int_eq(engage_tracker_apply(t, NULL, NULL, NULL), ENGAGE_EMISUSE);
    counts.struct_size = 4;
    ck_assert_int_eq(engage_tracker_apply(t, scene.events, &counts, NULL), ENGAGE_EOPTIONS);
    ck_assert_int_eq(engage_tracker_funnel(NULL, NULL, out, NULL), ENGAGE_EMISUSE);
    ck_assert_int_eq(engage_tracker_funnel(t, NULL, NULL, NULL), ENGAGE_EMISUSE);
    ck_assert_int_eq(engage_tracker_queue(NULL, NULL, out, NULL), ENGAGE_EMISUSE);
    ck_assert_int_eq(engage_tracker_replies(t, NULL, NULL, NULL), ENGAGE_EMISUSE);
    ck_assert_int_eq(engage_tracker_states(NULL, none, NULL, out, NULL), ENGAGE_EMISUSE);
    ck_assert_int_eq(engage_tracker_customer(NULL, nobody, NULL, out, NULL), ENGAGE_EMISUSE);
    ck_assert_int_eq(engage_tracker_customer(t, nobody, NULL, out, NULL), ENGAGE_ENOTFOUND);
    ck_assert_int_eq(engage_tracker_customer(t, none, NULL, out, NULL), ENGAGE_ENOTFOUND);
    ck_assert_int_eq(engage_tracker_states(t, nobody, NULL, out, NULL), ENGAGE_ENOTFOUND);
    query.flags = 1u << 9;
    ck_assert_int_eq(engage_tracker_queue(t, &query, out, NULL), ENGAGE_EOPTIONS);
    query.flags = 0;
    query.now = INT64_MAX;
    ck_assert_int_eq(engage_tracker_funnel(t, &query, out, NULL), ENGAGE_ERANGE);
    query.now = ENGAGE_NO_TIME;
    query.by = text("weather");
    ck_assert_int_eq(engage_tracker_replies(t, &query, out, NULL), ENGAGE_ERANGE);
    query.struct_size = 8;
    ck_assert_int_eq(engage_tracker_replies(t, &query, out, NULL), ENGAGE_EOPTIONS);
    ck_assert_uint_eq(engage_buffer_size(out), 0);
    engage_tracker_close(NULL);
    close_scene(&scene);
}
END_TEST

static int merge(engage_tracker *tracker, const char *line)
{
    engage_error error = ENGAGE_ERROR_INIT;
    int rc = engage_tracker_merge(tracker, line, strlen(line), &error);
    ck_assert(rc > 0 || error.code == rc);
    return rc;
}

START_TEST(test_merge_failures)
{
    struct scene scene = open_scene();
    engage_tracker *t = scene.tracker;
    add(&scene, post("a", "x:1", 0, NULL, -1));
    apply(&scene);
    ck_assert_int_eq(engage_tracker_states(t, text("x:1"), NULL, scene.out, NULL), ENGAGE_OK);
    char line[1024];
    snprintf(line, sizeof(line), "%s", engage_buffer_data(scene.out));
    ck_assert_int_eq(engage_tracker_merge(NULL, line, 1, NULL), ENGAGE_EMISUSE);
    ck_assert_int_eq(engage_tracker_merge(t, NULL, 1, NULL), ENGAGE_EMISUSE);
    ck_assert_int_eq(merge(t, line), ENGAGE_DONE);
    ck_assert_int_eq(merge(t, "{"), ENGAGE_EJSON);
    ck_assert_int_eq(merge(t, "{}"), ENGAGE_ESTATE);
    ck_assert_int_eq(merge(t, "[1]"), ENGAGE_ESTATE);
    char *state = strstr(line, "\"state\":\"") + 9;
    char kept = state[0];
    state[0] = 'f';
    engage_tracker *other = NULL;
    ck_assert_int_eq(engage_tracker_open(&other, "memory:", NULL, NULL), ENGAGE_OK);
    ck_assert_int_eq(merge(other, line), ENGAGE_ESTATE);
    state[0] = kept;
    char *open = strstr(line, "\"open_undo\":0") + 12;
    *open = '1';
    ck_assert_int_eq(merge(other, line), ENGAGE_EOPENUNDO);
    *open = '0';
    ck_assert_int_eq(merge(other, line), ENGAGE_ROW);
    engage_tracker_close(other);
    engage_tracker_options options = ENGAGE_TRACKER_OPTIONS_INIT;
    options.secret = text("another key");
    ck_assert_int_eq(engage_tracker_open(&other, "memory:", &options, NULL), ENGAGE_OK);
    ck_assert_int_eq(merge(other, line), ENGAGE_EKEY);
    engage_tracker_close(other);
    close_scene(&scene);
}
END_TEST

/* An Undo that found nothing is told in the line of state, even of an account that
 * did nothing else. */
START_TEST(test_open_undo)
{
    struct scene scene = open_scene();
    engage_event undo = act("u", "Undo", "x:1", 1);
    undo.target = text("e");
    add(&scene, undo);
    apply(&scene);
    ck_assert_int_eq(engage_tracker_states(scene.tracker, text("x:1"), NULL, scene.out, NULL),
                     ENGAGE_OK);
    has(engage_buffer_data(scene.out), "\"open_undo\":1");
    add(&scene, post("e", "x:1", 0, NULL, -1));
    apply(&scene);
    engage_buffer_clear(scene.out);
    ck_assert_int_eq(engage_tracker_states(scene.tracker, text("x:1"), NULL, scene.out, NULL),
                     ENGAGE_OK);
    ck_assert_str_eq(engage_buffer_data(scene.out), "");
    close_scene(&scene);
}
END_TEST

START_TEST(test_database)
{
    char path[] = "/tmp/engage-check-XXXXXX";
    char uri[64];
    int file = mkstemp(path);
    ck_assert_int_ge(file, 0);
    close(file);
    unlink(path);
    snprintf(uri, sizeof(uri), "sqlite:%s", path);
    engage_tracker_options options = ENGAGE_TRACKER_OPTIONS_INIT;
    struct scene scene = open_scene();
    engage_tracker_close(scene.tracker);
    options.flags = ENGAGE_TRACKER_READONLY;
    ck_assert_int_eq(engage_tracker_open(&scene.tracker, uri, &options, NULL), ENGAGE_ENOENT);
    options.flags = 0;
    ck_assert_int_eq(engage_tracker_open(&scene.tracker, uri, &options, NULL), ENGAGE_OK);
    add(&scene, post("q", "x:1", 0, NULL, ENGAGE_INTENT_QUESTION));
    apply(&scene);
    engage_tracker_close(scene.tracker);
    options.secret = text("another key");
    ck_assert_int_eq(engage_tracker_open(&scene.tracker, uri, &options, NULL), ENGAGE_EKEY);
    options.secret = (engage_str){NULL, 0};
    options.flags = ENGAGE_TRACKER_READONLY;
    ck_assert_int_eq(engage_tracker_open(&scene.tracker, uri, &options, NULL), ENGAGE_OK);
    ck_assert_int_eq(engage_tracker_apply(scene.tracker, scene.events, NULL, NULL),
                     ENGAGE_EMISUSE);
    has(queue(&scene, 1), "\"posts\":[\"q\"]");
    close_scene(&scene);
    unlink(path);
    static const char *const others[] = {"-wal", "-shm"};
    for (size_t i = 0; i < 2; i++) {
        snprintf(uri, sizeof(uri), "%s%s", path, others[i]);
        unlink(uri);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("tracking");
    TCase *cases = tcase_create("cases");
    tcase_set_timeout(cases, 0);
    tcase_add_test(cases, test_kinds);
    tcase_add_test(cases, test_help);
    tcase_add_test(cases, test_no_help);
    tcase_add_test(cases, test_backed);
    tcase_add_test(cases, test_update_and_circle);
    tcase_add_test(cases, test_answers);
    tcase_add_test(cases, test_queue_times);
    tcase_add_test(cases, test_kaplan_meier);
    tcase_add_test(cases, test_clamped_and_recovered);
    tcase_add_test(cases, test_counts);
    tcase_add_test(cases, test_future);
    tcase_add_test(cases, test_misuse);
    tcase_add_test(cases, test_merge_failures);
    tcase_add_test(cases, test_open_undo);
    tcase_add_test(cases, test_database);
    suite_add_tcase(suite, cases);
    return support_run(suite);
}
