/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * What another policy would have decided: the same as if it had decided from the start.
 */
#include "scene.h"
#include "stream.h"

#include <engage/store.h>

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

static const engage_policy *other_policy(void)
{
    static const char text[] = "[curation]\nacts = 6\n[creation]\ntexts = 4\n"
                               "[priority]\nmissed_hours = 2\n";
    const engage_policy *policy = NULL;
    ck_assert_int_eq(engage_policy_parse(&policy, text, sizeof(text) - 1, NULL, NULL), ENGAGE_OK);
    return policy;
}

START_TEST(test_the_same_policy_changes_nothing)
{
    const engage_policy *policy = other_policy();
    for (uint64_t seed = 1; seed <= stream_rounds(100); seed++) {
        struct stream stream;
        engage_buffer *out = NULL;
        engage_tracker *tracker = NULL;
        engage_tracker_options options = ENGAGE_TRACKER_OPTIONS_INIT;
        options.policy = seed % 2 == 0 ? policy : NULL;
        ck_assert_int_eq(engage_tracker_open(&tracker, "memory:", &options, NULL), ENGAGE_OK);
        stream_make(&stream, seed, 120, 3);
        ck_assert_int_eq(engage_buffer_new(&out, NULL), ENGAGE_OK);
        stream_apply_all(tracker, &stream);
        ck_assert_int_eq(engage_tracker_whatif(tracker, NULL, NULL, NULL, out, NULL), ENGAGE_OK);
        ck_assert_str_eq(engage_buffer_data(out), "");
        engage_buffer_free(out);
        engage_tracker_close(tracker);
        stream_free(&stream);
    }
    engage_policy_unref(policy);
}
END_TEST

/* What is left of somebody who was forgotten is nobody's in the past that is played, too. */
START_TEST(test_nobody_stays_nobody)
{
    struct scene scene = scene_open_with("[curation]\nacts = 1\ndays = 1\nobjects = 1\n"
                                         "[creation]\nacts = 1\ndays = 1\ntexts = 1\n"
                                         "active_days = 1\n");
    scene_add_help(&scene);
    scene_add(&scene, scene_post("q3", "x:dan", 60, NULL, ENGAGE_INTENT_COMPLAINT));
    scene_add(&scene, scene_post("a3", "x:bob", 61, "q3", ENGAGE_INTENT_PEER_ANSWER));
    scene_apply(&scene);
    engage_buffer_clear(scene.out);
    ck_assert_int_eq(engage_tracker_forget(scene.tracker, scene_text("x:dan"), NULL, scene.out,
                                           NULL), ENGAGE_OK);
    scene_has(engage_buffer_data(scene.out), "\"left\":1");
    engage_buffer_clear(scene.out);
    ck_assert_int_eq(engage_tracker_whatif(scene.tracker, NULL, NULL, NULL, scene.out, NULL),
                     ENGAGE_OK);
    ck_assert_str_eq(engage_buffer_data(scene.out), "");
    /* Words that are gone for good no model judges again: what was read in them stays. */
    ck_assert_int_eq(engage_tracker_forget(scene.tracker, scene_text("x:ann"), NULL, scene.out,
                                           NULL), ENGAGE_OK);
    engage_buffer_clear(scene.out);
    if (engage_model_builtin() != NULL)
        ck_assert_int_eq(engage_tracker_whatif(scene.tracker, NULL, engage_model_builtin(), NULL,
                                               scene.out, NULL), ENGAGE_OK);
    ck_assert_str_eq(engage_buffer_data(scene.out), "");
    scene_close(&scene);
}
END_TEST

/* An event that the other policy refuses takes nothing of what was said of those behind it. */
START_TEST(test_a_refused_link)
{
    struct scene scene = scene_open();
    static const char text[] = "[platform mastodon]\nlink_basis = 1\n";
    const engage_policy *policy = NULL;
    ck_assert_int_eq(engage_policy_parse(&policy, text, sizeof(text) - 1, NULL, NULL), ENGAGE_OK);
    engage_event link = scene_act("l1", "Link", "desk:ann", 0);
    link.role = scene_text("staff");
    link.target = scene_text("mastodon:ann");
    link.object = scene_text("web:ann");
    scene_add(&scene, link);
    scene_add(&scene, scene_post("q1", "x:ann", 1, NULL, ENGAGE_INTENT_QUESTION));
    scene_add(&scene, scene_post("p1", "x:bob", 2, NULL, ENGAGE_INTENT_PRAISE));
    scene_apply(&scene);
    engage_buffer_clear(scene.out);
    ck_assert_int_eq(engage_tracker_whatif(scene.tracker, policy, NULL, NULL, scene.out, NULL),
                     ENGAGE_OK);
    ck_assert_str_eq(engage_buffer_data(scene.out), "");
    engage_policy_unref(policy);
    scene_close(&scene);
}
END_TEST

/* The stage of an account by a tracker's own report; "" where there is none. */
static void stage_of(engage_tracker *tracker, const char *account, char out[32])
{
    engage_buffer *buffer = NULL;
    out[0] = '\0';
    ck_assert_int_eq(engage_buffer_new(&buffer, NULL), ENGAGE_OK);
    if (engage_tracker_customer(tracker, scene_text(account), NULL, buffer, NULL) == ENGAGE_OK) {
        const char *at = strstr(engage_buffer_data(buffer), "\"stage\":\"") + 9;
        snprintf(out, 32, "%.*s", (int)strcspn(at, "\""), at);
    }
    engage_buffer_free(buffer);
}

START_TEST(test_another_policy)
{
    const engage_policy *policy = other_policy();
    int differences = 0;
    for (uint64_t seed = 1; seed <= stream_rounds(100); seed++) {
        struct stream stream;
        engage_buffer *out = NULL;
        engage_tracker_options options = ENGAGE_TRACKER_OPTIONS_INIT;
        engage_tracker *before = stream_tracker(NULL);
        engage_tracker *after = NULL;
        options.policy = policy;
        ck_assert_int_eq(engage_tracker_open(&after, "memory:", &options, NULL), ENGAGE_OK);
        stream_make(&stream, seed, 150, 3);
        ck_assert_int_eq(engage_buffer_new(&out, NULL), ENGAGE_OK);
        stream_apply_all(before, &stream);
        stream_apply_all(after, &stream);
        ck_assert_int_eq(engage_tracker_whatif(before, policy, NULL, NULL, out, NULL), ENGAGE_OK);
        for (unsigned person = 0; person < 9; person++) {
            char account[16], line[160], was[32], is[32];
            snprintf(account, sizeof(account), "x:u%u", person);
            stage_of(before, account, was);
            stage_of(after, account, is);
            snprintf(line, sizeof(line),
                     "\"what\":\"stage\",\"id\":\"%s\",\"before\":\"%s\",\"after\":\"%s\"}",
                     account, was, is);
            int listed = strstr(engage_buffer_data(out), line) != NULL;
            int is_own_id = person == 0 || person % 3 != 0 || person >= 6;
            if (is_own_id)
                ck_assert_msg(listed == (strcmp(was, is) != 0), "seed %llu: %s: %s",
                              (unsigned long long)seed, line, engage_buffer_data(out));
            differences += listed;
        }
        engage_buffer_free(out);
        engage_tracker_close(before);
        engage_tracker_close(after);
        stream_free(&stream);
    }
    if (stream_rounds(100) >= 20)
        ck_assert_int_gt(differences, 10);
    engage_policy_unref(policy);
}
END_TEST

/* Decisions and merged states are part of the past; whoever waited too long shows. */
START_TEST(test_all_of_the_past)
{
    const engage_policy *policy = other_policy();
    struct scene scene = scene_open();
    struct scene other = scene_open();
    scene_add(&other, scene_act("v", "View", "x:2", 0));
    scene_apply(&other);
    ck_assert_int_eq(engage_tracker_states(other.tracker, scene_text("x:2"), NULL, other.out, NULL),
                     ENGAGE_OK);
    ck_assert_int_eq(engage_tracker_merge(scene.tracker, engage_buffer_data(other.out),
                                          engage_buffer_size(other.out), NULL),
                     ENGAGE_ROW);
    scene_add(&scene, scene_post("q", "x:1", 0, NULL, ENGAGE_INTENT_QUESTION));
    engage_event hold = scene_act("h", "Hold", "desk:ann", 1);
    hold.role = scene_text("staff");
    hold.target = scene_text("x:1");
    hold.type = scene_text("collaboration");
    scene_add(&scene, hold);
    scene_add(&scene, scene_staff("a", 5, "q", NULL));
    scene_apply(&scene);
    ck_assert_int_eq(engage_tracker_whatif(scene.tracker, policy, NULL, NULL, scene.out, NULL),
                     ENGAGE_OK);
    const char *json = engage_buffer_data(scene.out);
    scene_has(json, "\"what\":\"missed\"");
    scene_has(json, "\"before\":false,\"after\":true}");
    ck_assert_ptr_null(strstr(json, "\"id\":\"x:1\""));
    ck_assert_ptr_null(strstr(json, "\"id\":\"x:2\""));
    engage_policy_unref(policy);
    scene_close(&other);
    scene_close(&scene);
}
END_TEST

/* A wish waits too long as a question does: the queue says so, too. */
START_TEST(test_wishes_are_missed)
{
    const engage_policy *policy = other_policy();
    struct scene scene = scene_open();
    engage_query query = scene_query(0, 5);
    scene_add(&scene, scene_post("w", "x:1", 0, NULL, ENGAGE_INTENT_SUGGESTION));
    scene_apply(&scene);
    scene_has(scene_queue(&scene, 5), "\"missed\":false");
    scene_has(scene_queue(&scene, 24), "\"missed\":true");
    engage_buffer_clear(scene.out);
    ck_assert_int_eq(engage_tracker_whatif(scene.tracker, policy, NULL, &query, scene.out, NULL),
                     ENGAGE_OK);
    scene_has(engage_buffer_data(scene.out), "\"what\":\"missed\"");
    engage_policy_unref(policy);
    scene_close(&scene);
}
END_TEST

/* The store tells by which policy it was decided last. */
START_TEST(test_the_policy_is_kept)
{
    struct scene scene = scene_open();
    engage_buffer *wanted = NULL;
    const engage_policy *policy = other_policy();
    engage_tracker_options options = ENGAGE_TRACKER_OPTIONS_INIT;
    ck_assert_int_eq(engage_buffer_new(&wanted, NULL), ENGAGE_OK);
    ck_assert_int_eq(engage_policy_text(policy, wanted), ENGAGE_OK);
    options.policy = policy;
    scene_reopen(&scene, "memory:", &options);
    ck_assert_int_eq(engage_tracker_policy(scene.tracker, scene.out, NULL), ENGAGE_DONE);
    ck_assert_int_eq(engage_tracker_policy(scene.tracker, NULL, NULL), ENGAGE_EMISUSE);
    scene_add(&scene, scene_act("v", "View", "x:1", 0));
    scene_apply(&scene);
    ck_assert_int_eq(engage_tracker_policy(scene.tracker, scene.out, NULL), ENGAGE_ROW);
    ck_assert_str_eq(engage_buffer_data(scene.out), engage_buffer_data(wanted));
    engage_policy_unref(policy);
    engage_buffer_free(wanted);
    scene_close(&scene);
}
END_TEST

/* What no event can be was written there by another program. */
START_TEST(test_a_changed_store)
{
    struct scene_file file;
    struct scene scene = scene_open_file(&file);
    sqlite3 *db = NULL;
    engage_error error = ENGAGE_ERROR_INIT;
    scene_add(&scene, scene_act("v", "View", "x:1", 0));
    scene_apply(&scene);
    ck_assert_int_eq(sqlite3_open(file.path, &db), SQLITE_OK);
    ck_assert_int_eq(sqlite3_exec(db, "UPDATE event SET verb = ''", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    engage_buffer_clear(scene.out);
    ck_assert_int_eq(engage_tracker_whatif(scene.tracker, NULL, NULL, NULL, scene.out, &error),
                     ENGAGE_ESTORE_CORRUPT);
    ck_assert_int_eq(error.code, ENGAGE_ESTORE_CORRUPT);
    scene_close(&scene);
    scene_file_remove(&file);
}
END_TEST

static int whatif_with(const engage_allocator *allocator, void *ctx)
{
    struct scene *scene = ctx;
    engage_tracker *tracker = NULL;
    engage_tracker_options options = ENGAGE_TRACKER_OPTIONS_INIT;
    options.allocator = allocator;
    int rc = engage_tracker_open(&tracker, "memory:", &options, NULL);
    if (rc == ENGAGE_OK)
        rc = engage_tracker_apply(tracker, scene->events, NULL, NULL);
    engage_buffer_clear(scene->out);
    if (rc == ENGAGE_OK)
        rc = engage_tracker_whatif(tracker, NULL, NULL, NULL, scene->out, NULL);
    if (rc != ENGAGE_OK)
        ck_assert_uint_eq(engage_buffer_size(scene->out), 0);
    engage_tracker_close(tracker);
    return rc;
}

START_TEST(test_no_memory)
{
    struct scene scene = scene_open();
    scene_add(&scene, scene_post("q", "x:1", 0, NULL, ENGAGE_INTENT_QUESTION));
    scene_add(&scene, scene_post("a", "x:2", 1, "q", -1));
    support_fail_each(whatif_with, &scene);
    ck_assert_int_eq(engage_tracker_whatif(NULL, NULL, NULL, NULL, scene.out, NULL),
                     ENGAGE_EMISUSE);
    ck_assert_int_eq(engage_tracker_whatif(scene.tracker, NULL, NULL, NULL, NULL, NULL),
                     ENGAGE_EMISUSE);
    scene_close(&scene);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("whatif");
    TCase *cases = tcase_create("cases");
    tcase_set_timeout(cases, 0);
    tcase_add_test(cases, test_the_same_policy_changes_nothing);
    tcase_add_test(cases, test_nobody_stays_nobody);
    tcase_add_test(cases, test_a_refused_link);
    tcase_add_test(cases, test_another_policy);
    tcase_add_test(cases, test_all_of_the_past);
    tcase_add_test(cases, test_wishes_are_missed);
    tcase_add_test(cases, test_the_policy_is_kept);
    tcase_add_test(cases, test_a_changed_store);
    tcase_add_test(cases, test_no_memory);
    suite_add_tcase(suite, cases);
    return support_run(suite);
}
