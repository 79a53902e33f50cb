/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "support.h"

#include "feed/draft.h"
#include "feed/feed.h"
#include "track/event.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int add(engage_events *events, const char *json, engage_error *error)
{
    return engage_events_add_json(events, ENGAGE_FORMAT_NATIVE, json, strlen(json), error);
}

static engage_events *batch(void)
{
    engage_events *events;
    ck_assert_int_eq(engage_events_new(&events, NULL), ENGAGE_OK);
    return events;
}

START_TEST(every_member_is_read)
{
    static const char json[] =
        "{\"id\":\"e1\",\"brand\":\"b\",\"verb\":\"Create\",\"actor\":\"x:1\",\"time\":"
        "\"2026-11-20T10:00:00Z\",\"received\":1795168800001,\"post\":\"x:p\","
        "\"text\":\"a\\u0000b\",\"html\":\"<p>\",\"in_reply_to\":\"x:q\",\"quote_of\":\"x:r\","
        "\"object\":\"o\",\"target\":\"t\",\"to\":[\"x:2\",\"x:3\"],\"conversation\":\"c\","
        "\"type\":\"Note\",\"media\":2,"
        "\"rating\":4.5,\"product\":\"p\",\"role\":\"staff\",\"kind\":\"macro\",\"agent\":\"g\","
        "\"visibility\":\"unlisted\",\"followers\":7,\"name\":\"n\",\"lang\":\"en\",\"crm_id\":"
        "\"k\",\"sentiment\":-0.25,\"intents\":{\"question\":0.9,\"other\":3},\"more\":[1],"
        "\"created\":\"2019-01-01T00:00:00Z\",\"verified\":true,\"source\":\"s\","
        "\"metrics\":{\"views\":120,\"none\":null,\"likes\":0}}";
    json_t *object = json_loadb(json, sizeof(json) - 1, JSON_ALLOW_NUL, NULL);
    ck_assert_ptr_nonnull(object);
    engage_buffer *scratch;
    ck_assert_int_eq(engage_buffer_new(&scratch, NULL), ENGAGE_OK);
    engage_event event = {.struct_size = sizeof(event), .received = ENGAGE_NO_TIME};
    ck_assert_int_eq(engagep_feed_native(object, scratch, &event, NULL), ENGAGE_OK);
    ck_assert_int_eq(event.time, INT64_C(1795168800000));
    ck_assert_int_eq(event.received, INT64_C(1795168800001));
    ck_assert_int_eq(event.followers, 7);
    ck_assert_int_eq(event.media, 2);
    ck_assert_int_eq(event.rating, 450);
    ck_assert_int_eq(event.valence, -250000);
    ck_assert_int_eq(event.intents[ENGAGE_INTENT_QUESTION], 900000);
    ck_assert_uint_eq(event.flags, ENGAGE_EVENT_HAS_RATING | ENGAGE_EVENT_HAS_SENTIMENT |
                                       ENGAGE_EVENT_HAS_INTENTS | ENGAGE_EVENT_HAS_CREATED |
                                       ENGAGE_EVENT_HAS_VERIFIED | ENGAGE_EVENT_VERIFIED);
    ck_assert_int_eq(event.created, INT64_C(1546300800000));
    ck_assert_uint_eq(event.text.size, 3);
    ck_assert_mem_eq(event.text.data, "a\0b", 3);
    ck_assert_uint_eq(event.to.size, 7);
    ck_assert_mem_eq(event.to.data, "x:2\nx:3", 7);
    const engage_str *const strings[] = {&event.id, &event.brand, &event.verb, &event.actor,
        &event.post, &event.html, &event.in_reply_to, &event.quote_of, &event.object,
        &event.target, &event.conversation, &event.type, &event.product, &event.role,
        &event.kind, &event.agent, &event.visibility, &event.name, &event.lang, &event.crm_id,
        &event.source, &event.metrics};
    static const char *const wanted[] = {"e1", "b", "Create", "x:1", "x:p", "<p>", "x:q", "x:r",
        "o", "t", "c", "Note", "p", "staff", "macro", "g", "unlisted", "n", "en", "k",
        "s", "likes=0\nviews=120"};
    for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
        ck_assert_uint_eq(strings[i]->size, strlen(wanted[i]));
        ck_assert_mem_eq(strings[i]->data, wanted[i], strings[i]->size);
    }
    engage_buffer_free(scratch);
    json_decref(object);
}
END_TEST

/* Each of these replaces or follows the members of a good event. */
START_TEST(what_is_wrong_is_named)
{
    static const struct {
        const char *member; /* named in the message */
        const char *json;
    } bad[] = {
        {"time", "{\"id\":\"e\",\"verb\":\"View\",\"actor\":\"x:1\"}"},
        {"time", "{\"id\":\"e\",\"verb\":\"View\",\"actor\":\"x:1\",\"time\":\"soon\"}"},
        {"time", "{\"id\":\"e\",\"verb\":\"View\",\"actor\":\"x:1\",\"time\":1.5}"},
        {"time", "{\"id\":\"e\",\"verb\":\"View\",\"actor\":\"x:1\",\"time\":\"2026\"}"},
        {"id", "{\"id\":1,\"verb\":\"View\",\"actor\":\"x:1\",\"time\":1}"},
        {"text", "{\"id\":\"e\",\"verb\":\"View\",\"actor\":\"x:1\",\"time\":1,\"text\":[]}"},
        {"media", "{\"id\":\"e\",\"verb\":\"View\",\"actor\":\"x:1\",\"time\":1,\"media\":-1}"},
        {"media", "{\"id\":\"e\",\"verb\":\"View\",\"actor\":\"x:1\",\"time\":1,\"media\":1.5}"},
        {"media", "{\"id\":\"e\",\"verb\":\"View\",\"actor\":\"x:1\",\"time\":1,\"media\":1e10}"},
        {"media", "{\"id\":\"e\",\"verb\":\"View\",\"actor\":\"x:1\",\"time\":1,"
                  "\"media\":18446744073709551617}"},
        {"followers",
         "{\"id\":\"e\",\"verb\":\"View\",\"actor\":\"x:1\",\"time\":1,\"followers\":\"9\"}"},
        {"rating",
         "{\"id\":\"e\",\"verb\":\"View\",\"actor\":\"x:1\",\"time\":1,\"rating\":\"5\"}"},
        {"rating", "{\"id\":\"e\",\"verb\":\"View\",\"actor\":\"x:1\",\"time\":1,\"rating\":1e9}"},
        {"sentiment",
         "{\"id\":\"e\",\"verb\":\"View\",\"actor\":\"x:1\",\"time\":1,\"sentiment\":1.1}"},
        {"intents", "{\"id\":\"e\",\"verb\":\"View\",\"actor\":\"x:1\",\"time\":1,\"intents\":[]}"},
        {"praise", "{\"id\":\"e\",\"verb\":\"View\",\"actor\":\"x:1\",\"time\":1,"
                   "\"intents\":{\"praise\":-0.1}}"},
        {"to", "{\"id\":\"e\",\"verb\":\"View\",\"actor\":\"x:1\",\"time\":1,\"to\":7}"},
        {"to", "{\"id\":\"e\",\"verb\":\"View\",\"actor\":\"x:1\",\"time\":1,\"to\":[7]}"},
        {"received",
         "{\"id\":\"e\",\"verb\":\"View\",\"actor\":\"x:1\",\"time\":1,\"received\":\"x\"}"},
        {"created", "{\"id\":\"e\",\"verb\":\"View\",\"actor\":\"x:1\",\"time\":1,\"created\":[]}"},
        {"verified",
         "{\"id\":\"e\",\"verb\":\"View\",\"actor\":\"x:1\",\"time\":1,\"verified\":1}"},
        {"metrics",
         "{\"id\":\"e\",\"verb\":\"View\",\"actor\":\"x:1\",\"time\":1,\"metrics\":[1]}"},
        {"views", "{\"id\":\"e\",\"verb\":\"View\",\"actor\":\"x:1\",\"time\":1,"
                  "\"metrics\":{\"views\":-1}}"},
        {"views", "{\"id\":\"e\",\"verb\":\"View\",\"actor\":\"x:1\",\"time\":1,"
                  "\"metrics\":{\"views\":1000000000000000000}}"},
        {"metrics", "{\"id\":\"e\",\"verb\":\"View\",\"actor\":\"x:1\",\"time\":1,"
                    "\"metrics\":{\"a=b\":1}}"},
        {"metrics", "{\"id\":\"e\",\"verb\":\"View\",\"actor\":\"x:1\",\"time\":1,"
                    "\"metrics\":{\"a=1\\nb\":1}}"}, /* is not two counts */
        {"to", "{\"id\":\"e\",\"verb\":\"View\",\"actor\":\"x:1\",\"time\":1,"
               "\"to\":[\"x:2\\nx:3\"]}"}, /* nor two accounts */
        {"to", "{\"id\":\"e\",\"verb\":\"View\",\"actor\":\"x:1\",\"time\":1,"
               "\"to\":\"x:2\\nx:3\"}"},
        {"source", "{\"id\":\"e\",\"verb\":\"View\",\"actor\":\"x:1\",\"time\":1,\"source\":1}"},
    };
    engage_events *events = batch();
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        engage_error error = ENGAGE_ERROR_INIT;
        ck_assert_int_eq(add(events, bad[i].json, &error), ENGAGE_EEVENT);
        ck_assert_int_eq(error.code, ENGAGE_EEVENT);
        ck_assert_msg(strstr(error.message, bad[i].member) != NULL, "%s: %s", bad[i].json,
                      error.message);
        ck_assert_uint_eq(engage_events_count(events), 0);
    }
    engage_events_free(events);
}
END_TEST

/* No more counts of a post than a fixed number. */
START_TEST(many_metrics_are_refused)
{
    for (int count = 64; count <= 65; count++) {
        char json[2048];
        int size = snprintf(json, sizeof(json),
                            "{\"id\":\"e\",\"verb\":\"View\",\"actor\":\"x:1\",\"time\":1,"
                            "\"to\":[\"x:2\",\"x:3\"],\"metrics\":{");
        for (int i = 0; i < count; i++)
            size += snprintf(json + size, sizeof(json) - (size_t)size, "%s\"m%d\":%d",
                             i > 0 ? "," : "", i, i);
        snprintf(json + size, sizeof(json) - (size_t)size, "}}");
        engage_events *events = batch();
        ck_assert_int_eq(add(events, json, NULL), count == 64 ? ENGAGE_OK : ENGAGE_EEVENT);
        if (count == 64) {
            const engage_event *event = engagep_events_get(events, 0);
            ck_assert(engagep_str_is(event->to, "x:2\nx:3"));
            ck_assert_mem_eq(event->metrics.data, "m0=0\nm1=1\nm10=10\n", 16);
        }
        engage_events_free(events);
    }
}
END_TEST

START_TEST(what_is_no_json_is_refused)
{
    engage_events *events = batch();
    static const char *const bad[] = {"", "{", "{}x", "\"\\ud800\"", "\xff", "{\"a\":1,}"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        engage_error error = ENGAGE_ERROR_INIT;
        ck_assert_int_eq(add(events, bad[i], &error), ENGAGE_EJSON);
        ck_assert_str_ne(error.message, "");
    }
    ck_assert_int_eq(add(events, "[]", NULL), ENGAGE_EEVENT);
    ck_assert_int_eq(engage_events_add_json(NULL, ENGAGE_FORMAT_NATIVE, "{}", 2, NULL),
                     ENGAGE_EMISUSE);
    ck_assert_int_eq(engage_events_add_json(events, ENGAGE_FORMAT_NATIVE, NULL, 2, NULL),
                     ENGAGE_EMISUSE);
    ck_assert_int_eq(engage_events_add_json(events, 99, "{}", 2, NULL), ENGAGE_ERANGE);
    engage_events_free(events);
}
END_TEST

START_TEST(null_is_absent)
{
    engage_events *events = batch();
    ck_assert_int_eq(add(events,
                         "{\"id\":\"e\",\"verb\":\"View\",\"actor\":\"x:1\",\"time\":1,\"text\":"
                         "null,\"media\":null,\"rating\":null,\"to\":null,\"intents\":null}",
                         NULL),
                     ENGAGE_OK);
    ck_assert_uint_eq(engage_events_count(events), 1);
    engage_events_free(events);
}
END_TEST

START_TEST(the_future_is_refused)
{
    engage_events *events = batch();
    ck_assert_int_eq(engage_events_set_now(NULL, 0), ENGAGE_EMISUSE);
    ck_assert_int_eq(engage_events_set_now(events, 0), ENGAGE_OK);
    static const char last[] =
        "{\"id\":\"a\",\"verb\":\"View\",\"actor\":\"x:1\",\"time\":86400000}";
    static const char late[] =
        "{\"id\":\"b\",\"verb\":\"View\",\"actor\":\"x:1\",\"time\":86400001}";
    ck_assert_int_eq(add(events, last, NULL), ENGAGE_OK);
    engage_error error = ENGAGE_ERROR_INIT;
    ck_assert_int_eq(add(events, late, &error), ENGAGE_EFUTURE);
    ck_assert_int_eq(error.code, ENGAGE_EFUTURE);
    ck_assert_uint_eq(engage_events_count(events), 1);
    ck_assert_int_eq(engage_events_set_now(events, INT64_MIN + 1), ENGAGE_OK);
    ck_assert_int_eq(add(events, late, NULL), ENGAGE_EFUTURE);
    ck_assert_int_eq(engage_events_set_now(events, ENGAGE_NO_TIME), ENGAGE_OK);
    ck_assert_int_eq(add(events, late, NULL), ENGAGE_OK);
    engage_events_free(events);
}
END_TEST

/* Holds the draft of a platform's JSON against the event that it should be. */
static void check_draft(engagep_feed_reader *read, json_t *given, const json_t *event,
                        const char *why)
{
    struct engagep_draft draft = {.event = json_object()};
    read(&draft, given);
    ck_assert_msg(draft.wrong == NULL, "%s: %s", why, draft.wrong);
    char *found = json_dumps(draft.event, JSON_SORT_KEYS | JSON_COMPACT);
    char *wanted = json_dumps(event, JSON_SORT_KEYS | JSON_COMPACT);
    ck_assert_msg(json_equal(draft.event, event), "%s:\n%s\n%s", why, found, wanted);
    free(found);
    free(wanted);
    json_decref(draft.event);
}

static engagep_feed_reader *const readers[] = {NULL, engagep_feed_x, engagep_feed_mastodon,
                                               engagep_feed_bluesky, engagep_feed_activitystreams};

/* One line of tests/spec/feeds.txt; NULL for a comment. */
static json_t *read_feed(const char *line, size_t size)
{
    if (*line == '#')
        return NULL;
    json_t *one = json_loadb(line, size, JSON_ALLOW_NUL, NULL);
    ck_assert_msg(one != NULL, "%.*s", (int)size, line);
    return one;
}

static void check_feed(json_t *one)
{
    int format = engage_format_by_name(json_string_value(json_object_get(one, "format")));
    ck_assert_int_gt(format, ENGAGE_FORMAT_NATIVE);
    const char *why = json_string_value(json_object_get(one, "why"));
    json_t *given = json_object_get(one, "given");
    json_t *event = json_object_get(one, "event");
    char *text = json_dumps(given, JSON_COMPACT);
    engage_events *events = batch();
    engage_error error = ENGAGE_ERROR_INIT;
    int rc = engage_events_add_json(events, format, text, strlen(text), &error);
    if (json_is_string(event)) {
        ck_assert_int_eq(rc, ENGAGE_EEVENT);
        ck_assert_msg(strstr(error.message, json_string_value(event)) != NULL, "%s: %s", why,
                      error.message);
    } else {
        check_draft(readers[format], given, event, why);
        ck_assert_msg(rc == ENGAGE_OK, "%s: %s", why, error.message);
        ck_assert_uint_eq(engage_events_count(events), 1);
    }
    engage_events_free(events);
    free(text);
}

START_TEST(platforms_are_read)
{
    size_t size;
    int count = 0;
    char *data = support_read(support_source("tests/spec/feeds.txt"), &size);
    ck_assert_ptr_nonnull(data);
    for (const char *line = data; line < data + size;) {
        const char *end = strchr(line, '\n');
        ck_assert_ptr_nonnull(end);
        json_t *one = read_feed(line, (size_t)(end - line));
        if (one != NULL) {
            check_feed(one);
            count++;
        }
        json_decref(one);
        line = end + 1;
    }
    ck_assert_int_gt(count, 40);
    free(data);
    ck_assert_int_eq(engage_format_by_name("native"), ENGAGE_FORMAT_NATIVE);
    ck_assert_int_eq(engage_format_by_name("x"), ENGAGE_ERANGE);
    ck_assert_int_eq(engage_format_by_name(NULL), ENGAGE_ERANGE);
}
END_TEST

/* Any value in any place: an event, or a refusal. */
START_TEST(odd_values_are_no_harm)
{
    static const char *const odd[] = {"null", "true", "7", "-1.5", "\"\"", "\"a\\u0000b\"", "[]",
                                      "[[]]", "{}", "[{\"id\":[]}]", "{\"id\":{\"id\":7}}"};
    size_t size;
    char *data = support_read(support_source("tests/spec/feeds.txt"), &size);
    ck_assert_ptr_nonnull(data);
    engage_events *events = batch();
    for (char *line = strtok(data, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        json_t *one = read_feed(line, strlen(line));
        int format = engage_format_by_name(json_string_value(json_object_get(one, "format")));
        json_t *given = json_object_get(one, "given");
        json_t *places[] = {given, json_object_get(given, "data"), json_object_get(given, "object"),
                            json_object_get(given, "commit"), json_object_get(given, "record"),
                            json_object_get(json_object_get(given, "commit"), "record")};
        for (size_t p = 0; p < sizeof(places) / sizeof(places[0]); p++) {
            void *next;
            for (void *at = json_object_iter(places[p]); at != NULL; at = next) {
                const char *name = json_object_iter_key(at);
                json_t *kept = json_incref(json_object_iter_value(at));
                for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
                    json_t *value = json_loads(odd[i], JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
                    ck_assert_int_eq(json_object_set_new(places[p], name, value), 0);
                    char *text = json_dumps(given, JSON_COMPACT);
                    int rc = engage_events_add_json(events, format, text, strlen(text), NULL);
                    ck_assert_msg(rc == ENGAGE_OK || rc == ENGAGE_EEVENT, "%d: %s", rc, text);
                    engage_events_clear(events);
                    free(text);
                }
                ck_assert_int_eq(json_object_set_new(places[p], name, kept), 0);
                next = json_object_iter_next(places[p], json_object_iter_at(places[p], name));
            }
        }
        json_decref(one);
    }
    engage_events_free(events);
    free(data);
}
END_TEST

static const char like[] = "{\"id\":\"a:1\",\"type\":\"Like\",\"actor\":\"a:n\","
                           "\"published\":\"2026-11-20T10:00:00Z\",\"object\":\"a:2\"}";

static int is_brand(const engage_events *events, const char *brand)
{
    return engagep_str_is(engagep_events_get(events, engage_events_count(events) - 1)->brand,
                          brand);
}

START_TEST(platforms_know_no_brands)
{
    engage_events *events = batch();
    int format = ENGAGE_FORMAT_ACTIVITYSTREAMS;
    engage_str acme = {"acme", 4};
    engage_str broken = {"\xff", 1};
    engage_str none = {NULL, 0};
    engage_str nothing = {NULL, 1};
    ck_assert_int_eq(engage_events_set_brand(NULL, acme), ENGAGE_EMISUSE);
    ck_assert_int_eq(engage_events_set_brand(events, nothing), ENGAGE_EMISUSE);
    ck_assert_int_eq(engage_events_set_brand(events, acme), ENGAGE_OK);
    ck_assert_int_eq(engage_events_add_json(events, format, like, strlen(like), NULL), ENGAGE_OK);
    ck_assert(is_brand(events, "acme"));
    engage_events_clear(events);
    ck_assert_int_eq(add(events, "{\"id\":\"e\",\"verb\":\"View\",\"actor\":\"x:1\",\"time\":1}",
                         NULL),
                     ENGAGE_OK);
    ck_assert(is_brand(events, "default")); /* native JSON names its own */
    ck_assert_int_eq(engage_events_set_brand(events, broken), ENGAGE_OK);
    ck_assert_int_eq(engage_events_add_json(events, format, like, strlen(like), NULL),
                     ENGAGE_EEVENT);
    ck_assert_int_eq(engage_events_set_brand(events, none), ENGAGE_OK);
    ck_assert_int_eq(engage_events_add_json(events, format, like, strlen(like), NULL), ENGAGE_OK);
    ck_assert(is_brand(events, "default"));
    ck_assert_int_eq(engage_events_add_json(events, 5, like, strlen(like), NULL), ENGAGE_ERANGE);
    ck_assert_int_eq(engage_events_add_json(events, -1, like, strlen(like), NULL), ENGAGE_ERANGE);
    engage_events_free(events);
}
END_TEST

static int body(const engage_allocator *allocator, void *ctx)
{
    (void)ctx;
    engage_events *events;
    int rc = engage_events_new(&events, allocator);
    engage_str acme = {"acme", 4};
    if (rc == ENGAGE_OK)
        rc = engage_events_set_brand(events, acme);
    if (rc == ENGAGE_OK)
        rc = engage_events_add_json(events, ENGAGE_FORMAT_ACTIVITYSTREAMS, like, strlen(like),
                                    NULL);
    if (rc == ENGAGE_OK)
        rc = add(events,
                 "{\"id\":\"e\",\"verb\":\"View\",\"actor\":\"x:1\",\"time\":1,\"to\":[\"a\"],"
                 "\"metrics\":{\"views\":1}}",
                 NULL);
    engage_events_free(events);
    return rc;
}

START_TEST(memory_may_fail)
{
    support_fail_each(body, NULL);
}
END_TEST

/* What the library itself needs while it reads JSON, it takes from the batch's allocator. */
START_TEST(lists_are_read_in_memory_of_the_batch)
{
    static const char json[] = "{\"id\":\"e\",\"verb\":\"View\",\"actor\":\"x:1\",\"time\":1,"
                               "\"to\":[\"a\",\"b\"]}";
    struct support_memory memory = {0};
    engage_allocator allocator = support_allocator(&memory);
    engage_events *events;
    ck_assert_int_eq(engage_events_new(&events, &allocator), ENGAGE_OK);
    ck_assert_int_eq(add(events, json, NULL), ENGAGE_OK);
    engage_events_clear(events); /* which keeps the memory of events */
    memory.fail_at = memory.calls + 1;
    ck_assert_int_eq(add(events, json, NULL), ENGAGE_ENOMEM);
    ck_assert_uint_eq(engage_events_count(events), 0);
    engage_events_free(events);
    ck_assert_uint_eq(memory.blocks, 0);
}
END_TEST

/* jansson's memory is malloc's: here it fails for the whole process, at one call and on. */
static size_t jansson_left;

static void *jansson_alloc(size_t size)
{
    if (jansson_left == 0)
        return NULL;
    jansson_left--;
    return malloc(size);
}

/* jansson says nothing where it has no memory at all; that is no fault of the JSON. */
START_TEST(lost_memory_is_no_bad_json)
{
    engage_events *events = batch();
    engage_error error = ENGAGE_ERROR_INIT;
    jansson_left = 0;
    json_set_alloc_funcs(jansson_alloc, free);
    int rc = add(events, "{}", &error);
    json_set_alloc_funcs(malloc, free);
    ck_assert_int_eq(rc, ENGAGE_ENOMEM);
    ck_assert_str_ne(error.message, "");
    engage_events_free(events);
}
END_TEST

/* Drafts the event of a platform's JSON with so much memory. */
static struct engagep_draft draft_within(size_t calls, engagep_feed_reader *read, json_t *given)
{
    struct engagep_draft draft = {.event = json_object()};
    jansson_left = calls;
    json_set_alloc_funcs(jansson_alloc, free);
    read(&draft, given);
    json_set_alloc_funcs(malloc, free);
    return draft;
}

static void check_memory(engagep_feed_reader *read, json_t *given)
{
    struct engagep_draft whole = draft_within(SIZE_MAX, read, given);
    int enough = 0;
    for (size_t calls = 0; !enough; calls++) {
        struct engagep_draft draft = draft_within(calls, read, given);
        enough = !draft.no_memory;
        if (enough && whole.wrong == NULL)
            ck_assert(draft.wrong == NULL && json_equal(draft.event, whole.event));
        else if (enough)
            ck_assert_pstr_eq(draft.wrong, whole.wrong);
        json_decref(draft.event);
    }
    json_decref(whole.event);
}

/* Without memory no event is made of half of what a platform tells. */
START_TEST(memory_of_drafts_may_fail)
{
    size_t size;
    char *data = support_read(support_source("tests/spec/feeds.txt"), &size);
    ck_assert_ptr_nonnull(data);
    for (char *line = strtok(data, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        json_t *one = read_feed(line, strlen(line));
        int format = engage_format_by_name(json_string_value(json_object_get(one, "format")));
        if (one != NULL)
            check_memory(readers[format], json_object_get(one, "given"));
        json_decref(one);
    }
    free(data);
}
END_TEST

/* An integer that nothing can hold stands in a member that nobody reads; those that are read are
 * then told as reals. */
START_TEST(large_integers_are_no_harm)
{
    static const char json[] =
        "{\"did\":\"did:plc:abc\",\"time_us\":1795168801234567,\"kind\":\"commit\",\"commit\":{"
        "\"operation\":\"create\",\"collection\":\"app.bsky.feed.post\",\"rkey\":\"3kx\","
        "\"record\":{"
        "\"createdAt\":\"2026-11-20T10:00:00.000Z\",\"text\":\"hi\",\"x\":18446744073709551616}}}";
    engage_events *events = batch();
    engage_error error = ENGAGE_ERROR_INIT;
    int rc = engage_events_add_json(events, ENGAGE_FORMAT_BLUESKY, json, strlen(json), &error);
    ck_assert_msg(rc == ENGAGE_OK, "%s", error.message);
    const engage_event *event = engagep_events_get(events, 0);
    ck_assert_int_eq(event->time, INT64_C(1795168800000));
    ck_assert_int_eq(event->received, INT64_C(1795168801234));
    engage_events_free(events);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("feed");
    TCase *c = tcase_create("feed");
    tcase_set_timeout(c, 0);
    tcase_add_test(c, every_member_is_read);
    tcase_add_test(c, what_is_wrong_is_named);
    tcase_add_test(c, many_metrics_are_refused);
    tcase_add_test(c, what_is_no_json_is_refused);
    tcase_add_test(c, null_is_absent);
    tcase_add_test(c, the_future_is_refused);
    tcase_add_test(c, platforms_are_read);
    tcase_add_test(c, odd_values_are_no_harm);
    tcase_add_test(c, platforms_know_no_brands);
    tcase_add_test(c, memory_may_fail);
    tcase_add_test(c, lists_are_read_in_memory_of_the_batch);
    tcase_add_test(c, memory_of_drafts_may_fail);
    tcase_add_test(c, lost_memory_is_no_bad_json);
    tcase_add_test(c, large_integers_are_no_harm);
    suite_add_tcase(s, c);
    return s;
}

int main(void)
{
    return support_run(suite());
}
