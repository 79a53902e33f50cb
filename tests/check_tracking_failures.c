/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Each way in which a call of the tracker fails, and what is counted.
 */
#include "scene.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

START_TEST(test_counts)
{
    struct scene scene = scene_open();
    scene_add(&scene, scene_post("a", "x:1", 0, NULL, -1));
    scene_add(&scene, scene_post("a", "x:1", 0, NULL, -1));
    scene_add(&scene, scene_post("a", "x:1", 1, NULL, -1));
    engage_counts counts = scene_apply(&scene);
    ck_assert_uint_eq(counts.read, 3);
    ck_assert_uint_eq(counts.applied, 1);
    ck_assert_uint_eq(counts.duplicate, 1);
    ck_assert_uint_eq(counts.conflict, 1);
    scene_close(&scene);
}
END_TEST

START_TEST(test_future)
{
    engage_tracker_options options = ENGAGE_TRACKER_OPTIONS_INIT;
    engage_counts counts = ENGAGE_COUNTS_INIT;
    struct scene scene = scene_open();
    options.now = SCENE_START;
    scene_reopen(&scene, "memory:", &options);
    scene_add(&scene, scene_post("in", "x:1", 24, NULL, -1));
    scene_add(&scene, scene_post("out", "x:1", 25, NULL, -1));
    counts = scene_apply(&scene);
    ck_assert_uint_eq(counts.applied, 1);
    ck_assert_uint_eq(counts.refused, 1);
    scene_close(&scene);
}
END_TEST

START_TEST(test_misuse)
{
    struct scene scene = scene_open();
    engage_tracker *tracker = NULL;
    engage_tracker_options options = ENGAGE_TRACKER_OPTIONS_INIT;
    engage_counts counts = ENGAGE_COUNTS_INIT;
    engage_query query = ENGAGE_QUERY_INIT;
    engage_str nobody = {"x:nobody", 8};
    engage_str none = {NULL, 0};
    engage_tracker *t = scene.tracker;
    engage_buffer *out = scene.out;
    ck_assert_int_eq(engage_tracker_open(NULL, "memory:", NULL, NULL), ENGAGE_EMISUSE);
    tracker = t; /* a failure leaves nothing to be closed */
    ck_assert_int_eq(engage_tracker_open(&tracker, NULL, NULL, NULL), ENGAGE_EMISUSE);
    ck_assert_ptr_null(tracker);
    ck_assert_int_eq(engage_tracker_open(&tracker, "mongodb:x", NULL, NULL), ENGAGE_EURI);
    options.flags = 1u << 20;
    ck_assert_int_eq(engage_tracker_open(&tracker, "memory:", &options, NULL), ENGAGE_EOPTIONS);
    ck_assert_ptr_null(tracker);
    options.flags = 0;
    options.secret = (engage_str){"", 0};
    ck_assert_int_eq(engage_tracker_open(&tracker, "memory:", &options, NULL), ENGAGE_EOPTIONS);
    options.secret = (engage_str){NULL, 1};
    ck_assert_int_eq(engage_tracker_open(&tracker, "memory:", &options, NULL), ENGAGE_EOPTIONS);
    ck_assert_int_eq(engage_tracker_apply(NULL, scene.events, NULL, NULL), ENGAGE_EMISUSE);
    ck_assert_int_eq(engage_tracker_apply(t, NULL, NULL, NULL), ENGAGE_EMISUSE);
    counts.struct_size = 4;
    ck_assert_int_eq(engage_tracker_apply(t, scene.events, &counts, NULL), ENGAGE_EOPTIONS);
    ck_assert_int_eq(engage_tracker_customer(t, nobody, NULL, out, NULL), ENGAGE_ENOTFOUND);
    ck_assert_int_eq(engage_tracker_customer(t, none, NULL, out, NULL), ENGAGE_ENOTFOUND);
    ck_assert_int_eq(engage_tracker_states(t, nobody, NULL, out, NULL), ENGAGE_ENOTFOUND);
    query.by = scene_text("weather");
    ck_assert_int_eq(engage_tracker_replies(t, &query, out, NULL), ENGAGE_ERANGE);
    ck_assert_uint_eq(engage_buffer_size(out), 0);
    engage_tracker_close(NULL);
    scene_close(&scene);
}
END_TEST

static int retain(engage_tracker *tracker, const engage_query *query, engage_buffer *out,
                  engage_error *error)
{
    return engage_tracker_retain(tracker, 1, query, out, error);
}

static int whatif(engage_tracker *tracker, const engage_query *query, engage_buffer *out,
                  engage_error *error)
{
    return engage_tracker_whatif(tracker, NULL, NULL, query, out, error);
}

/* Every call that takes a query, of all that it chooses or of one account. */
static const struct report {
    int (*all)(engage_tracker *, const engage_query *, engage_buffer *, engage_error *);
    int (*one)(engage_tracker *, engage_str, const engage_query *, engage_buffer *,
               engage_error *);
} reports[] = {
    {engage_tracker_funnel, NULL},   {engage_tracker_queue, NULL},
    {engage_tracker_replies, NULL},  {engage_tracker_people, NULL},
    {engage_tracker_compact, NULL},  {engage_tracker_check, NULL},
    {retain, NULL},                  {whatif, NULL},
    {NULL, engage_tracker_customer}, {NULL, engage_tracker_states},
    {NULL, engage_tracker_export},   {NULL, engage_tracker_forget},
};

static int report(const struct report *what, engage_tracker *tracker, const engage_query *query,
                  engage_buffer *out)
{
    engage_error error = ENGAGE_ERROR_INIT;
    int rc = what->one != NULL ? what->one(tracker, scene_text("x:1"), query, out, &error)
                               : what->all(tracker, query, out, &error);
    ck_assert_int_eq(error.code, rc);
    return rc;
}

/* Structs of a later release, which say no more than is known here. */
START_TEST(test_later_structs)
{
    static const uint64_t none[16];
    struct {
        engage_allocator allocator;
        uint64_t later[16];
    } memory;
    struct {
        engage_query query;
        uint64_t later[16];
    } larger = {ENGAGE_QUERY_INIT, {0}};
    struct support_memory counted = {0};
    struct scene scene = scene_open();
    engage_tracker_options options = ENGAGE_TRACKER_OPTIONS_INIT;
    engage_decision decision = ENGAGE_DECISION_INIT;
    memory.allocator = support_allocator(&counted);
    memory.allocator.struct_size = sizeof(memory);
    memcpy(memory.later, none, sizeof(none));
    larger.query.struct_size = sizeof(larger);
    options.allocator = &memory.allocator;
    scene_reopen(&scene, "memory:", &options);
    scene_add(&scene, scene_post("q", "x:1", 0, NULL, ENGAGE_INTENT_QUESTION));
    scene_apply(&scene);
    decision.name = scene_text("suspend");
    decision.subject = scene_text("x:1");
    ck_assert_int_eq(engage_tracker_decide(scene.tracker, &decision, scene.out, NULL), ENGAGE_OK);
    ck_assert_int_eq(engage_tracker_export(scene.tracker, decision.subject, &larger.query,
                                           scene.out, NULL), ENGAGE_OK);
    ck_assert_int_eq(engage_tracker_whatif(scene.tracker, NULL, NULL, &larger.query, scene.out,
                                           NULL), ENGAGE_OK);
    scene_close(&scene);
    ck_assert_uint_eq(counted.blocks, 0);
}
END_TEST

START_TEST(test_reports_refuse)
{
    struct scene scene = scene_open();
    scene_add(&scene, scene_post("q", "x:1", 0, NULL, ENGAGE_INTENT_QUESTION));
    scene_apply(&scene);
    for (size_t i = 0; i < sizeof(reports) / sizeof(reports[0]); i++) {
        engage_query query = ENGAGE_QUERY_INIT;
        ck_assert_int_eq(report(&reports[i], NULL, &query, scene.out), ENGAGE_EMISUSE);
        ck_assert_int_eq(report(&reports[i], scene.tracker, &query, NULL), ENGAGE_EMISUSE);
        query.flags = 1u << 20;
        ck_assert_int_eq(report(&reports[i], scene.tracker, &query, scene.out), ENGAGE_EOPTIONS);
        query.flags = 0;
        query.struct_size = 4;
        ck_assert_int_eq(report(&reports[i], scene.tracker, &query, scene.out), ENGAGE_EOPTIONS);
        query.struct_size = sizeof(query);
        query.now = INT64_MAX;
        ck_assert_int_eq(report(&reports[i], scene.tracker, &query, scene.out), ENGAGE_ERANGE);
        query.now = ENGAGE_NO_TIME;
        query.brand = scene_text("nobody's");
        if (reports[i].one != NULL)
            ck_assert_int_eq(report(&reports[i], scene.tracker, &query, scene.out),
                             ENGAGE_ENOTFOUND);
        ck_assert_uint_eq(engage_buffer_size(scene.out), 0);
    }
    scene_has(scene_queue(&scene, 1), "\"posts\":[\"q\"]");
    scene_close(&scene);
}
END_TEST

START_TEST(test_decide_refuses)
{
    struct scene scene = scene_open();
    engage_decision decision = ENGAGE_DECISION_INIT;
    decision.name = scene_text("suspend");
    decision.subject = scene_text("x:1");
    ck_assert_int_eq(engage_tracker_decide(NULL, &decision, scene.out, NULL), ENGAGE_EMISUSE);
    ck_assert_int_eq(engage_tracker_decide(scene.tracker, NULL, scene.out, NULL), ENGAGE_EMISUSE);
    ck_assert_int_eq(engage_tracker_decide(scene.tracker, &decision, NULL, NULL), ENGAGE_EMISUSE);
    ck_assert_int_eq(engage_tracker_decide(scene.tracker, &decision, scene.out, NULL),
                     ENGAGE_ENOTFOUND);
    decision.struct_size = 8;
    ck_assert_int_eq(engage_tracker_decide(scene.tracker, &decision, scene.out, NULL),
                     ENGAGE_EOPTIONS);
    ck_assert_uint_eq(engage_buffer_size(scene.out), 0);
    scene_close(&scene);
}
END_TEST

/* Without a model, a text that nobody judged cannot be taken in; what was judged can. */
START_TEST(test_no_model)
{
    if (engage_model_builtin() != NULL)
        return;
    struct scene scene = scene_open();
    engage_event judged = scene_post("a", "x:1", 0, NULL, -1);
    scene_add(&scene, judged);
    scene_apply(&scene);
    engage_event plain = scene_post("b", "x:1", 0, NULL, -1);
    plain.flags = 0;
    scene_add(&scene, plain);
    ck_assert_int_eq(engage_tracker_apply(scene.tracker, scene.events, NULL, NULL),
                     ENGAGE_EMODEL_NONE);
    scene_close(&scene);
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
    struct scene scene = scene_open();
    engage_tracker *t = scene.tracker;
    scene_add(&scene, scene_post("a", "x:1", 0, NULL, -1));
    scene_apply(&scene);
    ck_assert_int_eq(engage_tracker_states(t, scene_text("x:1"), NULL, scene.out, NULL), ENGAGE_OK);
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
    options.secret = scene_text("another key");
    ck_assert_int_eq(engage_tracker_open(&other, "memory:", &options, NULL), ENGAGE_OK);
    ck_assert_int_eq(merge(other, line), ENGAGE_EKEY);
    engage_tracker_close(other);
    scene_close(&scene);
}
END_TEST

/* An Undo that found nothing is told in the line of state, even of an account that
 * did nothing else. */
START_TEST(test_open_undo)
{
    struct scene scene = scene_open();
    engage_event undo = scene_act("u", "Undo", "x:1", 1);
    undo.target = scene_text("e");
    scene_add(&scene, undo);
    scene_apply(&scene);
    ck_assert_int_eq(engage_tracker_states(scene.tracker, scene_text("x:1"), NULL, scene.out, NULL),
                     ENGAGE_OK);
    scene_has(engage_buffer_data(scene.out), "\"open_undo\":1");
    scene_add(&scene, scene_post("e", "x:1", 0, NULL, -1));
    scene_apply(&scene);
    engage_buffer_clear(scene.out);
    ck_assert_int_eq(engage_tracker_states(scene.tracker, scene_text("x:1"), NULL, scene.out, NULL),
                     ENGAGE_OK);
    ck_assert_str_eq(engage_buffer_data(scene.out), "");
    scene_close(&scene);
}
END_TEST

/* Who was a customer when an event came may be staff by a later policy, and the other
 * way round: an Undo takes away what was given, and nothing else. */
START_TEST(test_policy_changes)
{
    static const char staff[] = "[brand acme]\nstaff = x:1\n";
    const engage_policy *policy = NULL;
    engage_error error = ENGAGE_ERROR_INIT;
    int rc = engage_policy_parse(&policy, staff, sizeof(staff) - 1, NULL, &error);
    ck_assert_msg(rc == ENGAGE_OK, "%s", error.message);
    for (int first = 0; first < 2; first++) {
        struct scene_file file;
        scene_file_make(&file);
        struct scene scene = scene_open();
        for (int turn = 0; turn < 2; turn++) {
            engage_tracker_options options = ENGAGE_TRACKER_OPTIONS_INIT;
            options.policy = turn == first ? policy : NULL;
            scene_reopen(&scene, file.uri, &options);
            engage_event event = scene_act("follow", "Follow", "x:1", 1);
            if (turn == 1) {
                event = scene_act("undo", "Undo", "x:1", 2);
                event.target = scene_text("follow");
            }
            scene_add(&scene, event);
            engage_counts counts = scene_apply(&scene);
            ck_assert_uint_eq(counts.applied, 1);
        }
        scene_close(&scene);
        scene_file_remove(&file);
    }
    engage_policy_unref(policy);
}
END_TEST

START_TEST(test_database)
{
    struct scene_file file;
    scene_file_make(&file);
    engage_tracker_options options = ENGAGE_TRACKER_OPTIONS_INIT;
    struct scene scene = scene_open();
    engage_tracker_close(scene.tracker);
    const uint32_t existing[] = {ENGAGE_TRACKER_READONLY, ENGAGE_TRACKER_EXISTING};
    for (size_t i = 0; i < 2; i++) {
        options.flags = existing[i];
        ck_assert_int_eq(engage_tracker_open(&scene.tracker, file.uri, &options, NULL),
                         ENGAGE_ENOENT);
        ck_assert_int_eq(engage_tracker_open(&scene.tracker, "memory:", &options, NULL),
                         ENGAGE_ENOENT);
        ck_assert_int_ne(access(file.path, F_OK), 0);
    }
    options.flags = 0;
    scene_reopen(&scene, file.uri, &options);
    scene_add(&scene, scene_post("q", "x:1", 0, NULL, ENGAGE_INTENT_QUESTION));
    scene_apply(&scene);
    engage_tracker_close(scene.tracker);
    options.secret = scene_text("another key");
    ck_assert_int_eq(engage_tracker_open(&scene.tracker, file.uri, &options, NULL), ENGAGE_EKEY);
    options.secret = (engage_str){NULL, 0};
    options.flags = ENGAGE_TRACKER_READONLY;
    scene_reopen(&scene, file.uri, &options);
    engage_decision decision = ENGAGE_DECISION_INIT;
    decision.name = scene_text("suspend");
    decision.subject = scene_text("x:1");
    ck_assert_int_eq(engage_tracker_decide(scene.tracker, &decision, scene.out, NULL),
                     ENGAGE_EMISUSE);
    ck_assert_int_eq(engage_tracker_apply(scene.tracker, scene.events, NULL, NULL),
                     ENGAGE_EMISUSE);
    scene_has(scene_queue(&scene, 1), "\"posts\":[\"q\"]");
    options.flags = ENGAGE_TRACKER_EXISTING;
    scene_reopen(&scene, file.uri, &options);
    ck_assert_int_eq(engage_tracker_decide(scene.tracker, &decision, scene.out, NULL), ENGAGE_OK);
    engage_tracker_close(scene.tracker);
    FILE *empty = fopen(file.path, "wb");
    ck_assert_ptr_nonnull(empty);
    fclose(empty);
    ck_assert_int_eq(engage_tracker_open(&scene.tracker, file.uri, &options, NULL), ENGAGE_ENOENT);
    options.flags = 0;
    FILE *damaged = fopen(file.path, "wb");
    ck_assert_ptr_nonnull(damaged);
    fputs("a diary, not a database: it has been sunny today", damaged);
    fclose(damaged);
    ck_assert_int_eq(engage_tracker_open(&scene.tracker, file.uri, &options, NULL),
                     ENGAGE_ESTORE);
    ck_assert_ptr_null(scene.tracker);
    ck_assert_int_eq(engage_tracker_open(&scene.tracker, "sqlite:/", &options, NULL), ENGAGE_EIO);
    scene_close(&scene);
    scene_file_remove(&file);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("tracking failures");
    TCase *cases = tcase_create("cases");
    tcase_set_timeout(cases, 0);
    tcase_add_test(cases, test_counts);
    tcase_add_test(cases, test_future);
    tcase_add_test(cases, test_misuse);
    tcase_add_test(cases, test_later_structs);
    tcase_add_test(cases, test_reports_refuse);
    tcase_add_test(cases, test_decide_refuses);
    tcase_add_test(cases, test_no_model);
    tcase_add_test(cases, test_merge_failures);
    tcase_add_test(cases, test_open_undo);
    tcase_add_test(cases, test_policy_changes);
    tcase_add_test(cases, test_database);
    suite_add_tcase(suite, cases);
    return support_run(suite);
}
