/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Batches of events: what is taken, what is refused and why.
 */
#include "support.h"

#include "track/event.h"

#include <string.h>

static engage_str text(const char *s)
{
    return (engage_str){s, strlen(s)};
}

static engage_event plain(void)
{
    engage_event event = ENGAGE_EVENT_INIT;
    event.time = 1000;
    event.id = text("e1");
    event.verb = text("Create");
    event.actor = text("x:1");
    return event;
}

static engage_events *batch(void)
{
    engage_events *events = NULL;
    ck_assert_int_eq(engage_events_new(&events, NULL), ENGAGE_OK);
    return events;
}

static void refused(const engage_event *event, int code, const char *what)
{
    engage_events *events = batch();
    engage_error error = ENGAGE_ERROR_INIT;
    ck_assert_int_eq(engage_events_add(events, event, &error), code);
    ck_assert_int_eq(error.code, code);
    ck_assert_msg(strstr(error.message, what) != NULL, "\"%s\" lacks \"%s\"", error.message, what);
    ck_assert_uint_eq(engage_events_count(events), 0);
    engage_events_free(events);
}

START_TEST(test_needed)
{
    engage_event event = plain();
    event.id = text("");
    refused(&event, ENGAGE_EEVENT, "id");
    event = plain();
    event.verb.size = 0;
    refused(&event, ENGAGE_EEVENT, "verb");
    event = plain();
    event.actor = (engage_str){NULL, 0};
    refused(&event, ENGAGE_EEVENT, "actor");
    event = plain();
    event.time = ENGAGE_NO_TIME;
    refused(&event, ENGAGE_EEVENT, "time");
    event = plain();
    event.verb = text("Undo");
    refused(&event, ENGAGE_EEVENT, "target");
    event.verb = text("Delete");
    refused(&event, ENGAGE_EEVENT, "object");
}
END_TEST

START_TEST(test_wrong)
{
    static char large[ENGAGEP_EVENT_TEXT_MAX + 1];
    memset(large, 'a', sizeof(large));
    engage_event event = plain();
    event.post = (engage_str){large, ENGAGEP_EVENT_ID_MAX + 1};
    refused(&event, ENGAGE_EEVENT, "too long");
    event = plain();
    event.text = (engage_str){large, sizeof(large)};
    refused(&event, ENGAGE_EEVENT, "too long");
    event = plain();
    event.brand = text("a\nb");
    refused(&event, ENGAGE_EEVENT, "control");
    event = plain();
    event.role = text("robot");
    refused(&event, ENGAGE_EEVENT, "role");
    event = plain();
    event.kind = text("email");
    refused(&event, ENGAGE_EEVENT, "kind");
    event = plain();
    event.visibility = text("secret");
    refused(&event, ENGAGE_EEVENT, "visibility");
    event = plain();
    event.media = -1;
    refused(&event, ENGAGE_EEVENT, "media");
    event = plain();
    event.flags = ENGAGE_EVENT_HAS_RATING;
    event.rating = -1;
    refused(&event, ENGAGE_EEVENT, "rating");
    event = plain();
    event.flags = ENGAGE_EVENT_HAS_SENTIMENT;
    event.valence = 1000001;
    refused(&event, ENGAGE_EEVENT, "sentiment");
    event = plain();
    event.flags = ENGAGE_EVENT_HAS_INTENTS;
    event.intents[3] = -1;
    refused(&event, ENGAGE_EEVENT, "intents");
    event = plain();
    event.received = ENGAGEP_EVENT_TIME_MAX + 1;
    refused(&event, ENGAGE_EEVENT, "received");
    event = plain();
    event.flags = ENGAGE_EVENT_HAS_CREATED;
    event.created = ENGAGEP_EVENT_TIME_MAX + 1;
    refused(&event, ENGAGE_EEVENT, "created");
    event = plain();
    event.name = (engage_str){NULL, 3};
    refused(&event, ENGAGE_EEVENT, "name");
    event = plain();
    event.flags = 1u << 30;
    refused(&event, ENGAGE_EOPTIONS, "flag");
    event = plain();
    event.struct_size = 8;
    refused(&event, ENGAGE_EOPTIONS, "struct_size");
}
END_TEST

/* There is one way to say what was counted. */
START_TEST(test_metrics)
{
    static const char *const wrong[] = {"views",       "views=",      "=3",
                                        "views=03",    "views=-3",    "views=3.5",
                                        "views=3\n",   "\nviews=3",   "views=3\n\nz=1",
                                        "views=3\nlikes=1", "a=1\na=2", "views=1000000000000000000",
                                        "vi\tews=3",   "views==3"};
    static const char *const good[] = {"views=0", "likes=3\nviews=120", "a=999999999999999999"};
    engage_event event = plain();
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        event.metrics = text(wrong[i]);
        refused(&event, ENGAGE_EEVENT, "metrics");
    }
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        engage_events *events = batch();
        event.metrics = text(good[i]);
        ck_assert_int_eq(engage_events_add(events, &event, NULL), ENGAGE_OK);
        engage_events_free(events);
    }
}
END_TEST

START_TEST(test_misuse)
{
    engage_event event = plain();
    engage_events *events = batch();
    engage_allocator bad = {sizeof(bad), NULL, NULL, NULL, NULL};
    ck_assert_int_eq(engage_events_new(NULL, NULL), ENGAGE_EMISUSE);
    ck_assert_int_eq(engage_events_add(NULL, &event, NULL), ENGAGE_EMISUSE);
    ck_assert_int_eq(engage_events_add(events, NULL, NULL), ENGAGE_EMISUSE);
    engage_events_free(events);
    ck_assert_int_eq(engage_events_new(&events, &bad), ENGAGE_EOPTIONS);
    ck_assert_ptr_null(events);
    ck_assert_uint_eq(engage_events_count(NULL), 0);
    engage_events_clear(NULL);
    engage_events_free(NULL);
}
END_TEST

START_TEST(test_future)
{
    engage_event event = plain();
    engage_events *events = batch();
    engage_error error = ENGAGE_ERROR_INIT;
    ck_assert_int_eq(engage_events_set_now(NULL, 0), ENGAGE_EMISUSE);
    ck_assert_int_eq(engage_events_set_now(events, 1000), ENGAGE_OK);
    event.time = 1000 + INT64_C(86400000);
    ck_assert_int_eq(engage_events_add(events, &event, NULL), ENGAGE_OK);
    event.time++;
    ck_assert_int_eq(engage_events_add(events, &event, &error), ENGAGE_EFUTURE);
    ck_assert_int_eq(error.code, ENGAGE_EFUTURE);
    ck_assert_uint_eq(engage_events_count(events), 1);
    engage_events_free(events);
}
END_TEST

START_TEST(test_copies)
{
    char id[] = "e1";
    engage_event event = plain();
    engage_events *events = batch();
    event.id = (engage_str){id, 2};
    event.text = (engage_str){"a\0b", 3};
    ck_assert_int_eq(engage_events_add(events, &event, NULL), ENGAGE_OK);
    memset(id, 'x', 2);
    ck_assert_uint_eq(engage_events_count(events), 1);
    const engage_event *kept = engagep_events_get(events, 0);
    ck_assert(engagep_str_is(kept->id, "e1"));
    ck_assert(engagep_str_is(kept->brand, "default"));
    ck_assert_uint_eq(kept->text.size, 3);
    ck_assert_int_eq(memcmp(kept->text.data, "a\0b", 3), 0);
    engage_events_clear(events);
    ck_assert_uint_eq(engage_events_count(events), 0);
    engage_events_free(events);
}
END_TEST

static int same_bytes(const engage_event *a, const engage_event *b)
{
    engage_events *events = batch();
    engage_buffer *left = NULL;
    engage_buffer *right = NULL;
    ck_assert_int_eq(engage_events_add(events, a, NULL), ENGAGE_OK);
    ck_assert_int_eq(engage_events_add(events, b, NULL), ENGAGE_OK);
    ck_assert_int_eq(engage_buffer_new(&left, NULL), ENGAGE_OK);
    ck_assert_int_eq(engage_buffer_new(&right, NULL), ENGAGE_OK);
    const engage_event *kept[] = {engagep_events_get(events, 0), engagep_events_get(events, 1)};
    engagep_event_encode(kept[0], engagep_event_words(kept[0]), left);
    engagep_event_encode(kept[1], engagep_event_words(kept[1]), right);
    int same = left->size == right->size && memcmp(left->data, right->data, left->size) == 0;
    engage_buffer_free(left);
    engage_buffer_free(right);
    engage_events_free(events);
    return same;
}

START_TEST(test_canonical)
{
    engage_event a = plain();
    engage_event b = plain();
    b.role = text("customer");
    b.kind = text("human");
    b.visibility = text("public");
    b.brand = text("default");
    b.followers = -7;
    b.valence = 5;
    ck_assert(same_bytes(&a, &b));
    b.flags = ENGAGE_EVENT_HAS_SENTIMENT;
    ck_assert(!same_bytes(&a, &b));
    b = plain();
    b.followers = 0;
    ck_assert(!same_bytes(&a, &b));
    /* What no flag says is there is not. */
    b = plain();
    b.created = 77;
    b.flags = ENGAGE_EVENT_VERIFIED;
    ck_assert(same_bytes(&a, &b));
    b.flags = ENGAGE_EVENT_HAS_VERIFIED;
    ck_assert(!same_bytes(&a, &b));
    engage_event c = b;
    c.flags |= ENGAGE_EVENT_VERIFIED;
    ck_assert(!same_bytes(&b, &c));
    c = b;
    c.flags |= ENGAGE_EVENT_HAS_CREATED;
    ck_assert(!same_bytes(&b, &c));
    c = b;
    c.source = text("feed");
    ck_assert(!same_bytes(&b, &c));
    /* Texts are told apart, also from HTML of the same bytes. */
    b.text = text("words");
    c = b;
    ck_assert(same_bytes(&b, &c));
    c.text = text("others");
    ck_assert(!same_bytes(&b, &c));
    c = b;
    c.html = b.text;
    c.text = (engage_str){NULL, 0};
    ck_assert(!same_bytes(&b, &c));
    /* A byte that moves from one member to the next is another event. */
    a.actor = text("x:11");
    a.id = text("e");
    b = plain();
    b.actor = text("x:1");
    b.id = text("1e");
    ck_assert(!same_bytes(&a, &b));
}
END_TEST

static int add_with(const engage_allocator *allocator, void *ctx)
{
    engage_events *events = NULL;
    int rc = engage_events_new(&events, allocator);
    for (int i = 0; i < 40 && rc == ENGAGE_OK; i++) {
        size_t before = engage_events_count(events);
        rc = engage_events_add(events, ctx, NULL);
        ck_assert_uint_eq(engage_events_count(events), before + (rc == ENGAGE_OK));
    }
    engage_events_free(events);
    return rc;
}

START_TEST(test_no_memory)
{
    engage_event event = plain();
    event.text = text("some text");
    support_fail_each(add_with, &event);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("events");
    TCase *tests = tcase_create("events");
    tcase_set_timeout(tests, 0);
    tcase_add_test(tests, test_needed);
    tcase_add_test(tests, test_wrong);
    tcase_add_test(tests, test_metrics);
    tcase_add_test(tests, test_misuse);
    tcase_add_test(tests, test_future);
    tcase_add_test(tests, test_copies);
    tcase_add_test(tests, test_canonical);
    tcase_add_test(tests, test_no_memory);
    suite_add_tcase(suite, tests);
    return support_run(suite);
}
