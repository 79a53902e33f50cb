/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * The record that stays: old days are dropped without changing what was decided, decisions
 * keep what they followed from, the past is told as it was, and damage is found.
 */
#define _POSIX_C_SOURCE 200809L
#include "scene.h"
#include "stream.h"

#include "track/core.h"

#include <sqlite3.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What is read of a row to find it again is its first columns. */
START_TEST(test_keys_are_in_front)
{
    for (size_t table = 0; table < engagep_table_count; table++)
        for (size_t i = 0; i < engagep_tables[table].indexes[0].count; i++)
            ck_assert_uint_eq(engagep_tables[table].indexes[0].columns[i], i);
}
END_TEST

/* ----------------------------------------------------------------- compact --- */

static int compact(engage_tracker *tracker, int64_t now, engage_buffer *out)
{
    engage_query query = ENGAGE_QUERY_INIT;
    query.now = now;
    engage_buffer_clear(out);
    return engage_tracker_compact(tracker, &query, out, NULL);
}

START_TEST(test_compact_drops_old_days)
{
    enum { YEAR = 365 * 24 };
    struct scene scene = scene_open();
    scene_add_help(&scene);
    for (int i = 0; i < 6; i++) {
        char id[16];
        snprintf(id, sizeof(id), "v%d", i);
        engage_event like = scene_act(id, "Like", "x:bob", 3 * YEAR + 24 * i);
        like.object = scene_text(id);
        scene_add(&scene, like);
    }
    scene_apply(&scene);
    engage_query query = scene_query(ENGAGE_QUERY_EXPLAIN, 3 * YEAR + 150);
    int64_t now = query.now;
    ck_assert_int_eq(engage_tracker_customer(scene.tracker, scene_text("x:bob"), &query, scene.out,
                                             NULL), ENGAGE_OK);
    char *before = strdup(engage_buffer_data(scene.out));
    ck_assert_int_eq(compact(scene.tracker, now, scene.out), ENGAGE_OK);
    scene_has(engage_buffer_data(scene.out), "\"states\":3,\"facts\":10");
    /* Where it stands and how it came there is what it was, but for facts that are gone. */
    const char *after = scene_customer(&scene, "x:bob");
    size_t same = (size_t)(strstr(before, "\"transitions\"") - before);
    ck_assert_int_eq(strncmp(before, after, same), 0);
    scene_has(after, "\"to\":\"consumption\",\"cause\":null,\"revised\":false,\"model\":null,"
                     "\"policy\":\"open-social-1\"");
    query = scene_query(0, 100);
    ck_assert_int_eq(engage_tracker_customer(scene.tracker, scene_text("x:bob"), &query, scene.out,
                                             NULL), ENGAGE_ELATE);
    ck_assert_int_eq(compact(scene.tracker, now - 86400000, scene.out), ENGAGE_ELATE);
    /* What comes late can still be the first of its kind, and is counted. */
    engage_event early = scene_act("early", "View", "x:bob", -48);
    scene_add(&scene, early);
    engage_counts counts = scene_apply(&scene);
    ck_assert_uint_eq(counts.late, 1);
    ck_assert_uint_eq(counts.applied, 1);
    /* Taking back what is no longer held changes nothing. */
    engage_event undo = scene_act("u1", "Undo", "x:cat", 4 * YEAR);
    undo.target = scene_text("l2");
    scene_add(&scene, undo);
    counts = scene_apply(&scene);
    ck_assert_uint_eq(counts.late, 1);
    engage_buffer_clear(scene.out);
    ck_assert_int_eq(engage_tracker_whatif(scene.tracker, NULL, NULL, NULL, scene.out, NULL),
                     ENGAGE_OK);
    ck_assert_str_eq(engage_buffer_data(scene.out), "");
    free(before);
    scene_close(&scene);
}
END_TEST

/* What an account gained and lost after a compaction leaves no state, however it was cut. */
START_TEST(test_nothing_after_compaction)
{
    enum { DAY = 1000 * 24 };
    for (int cut = 0; cut < 2; cut++) {
        struct scene scene = scene_open();
        scene_add_help(&scene);
        scene_apply(&scene);
        ck_assert_int_eq(compact(scene.tracker, SCENE_START + DAY * (int64_t)SCENE_HOUR, scene.out),
                         ENGAGE_OK);
        engage_event undo = scene_act("u", "Undo", "x:eve", DAY + 1);
        undo.target = scene_text("v");
        scene_add(&scene, scene_act("v", "View", "x:eve", DAY));
        if (cut)
            scene_apply(&scene);
        scene_add(&scene, undo);
        scene_apply(&scene);
        ck_assert_str_eq(scene_call(&scene, engage_tracker_states, "x:eve", ENGAGE_OK), "");
        scene_ask(&scene, engage_tracker_check, NULL);
        scene_close(&scene);
    }
}
END_TEST

/* Where it looks from later than all events, what asks without a time does so, too; and a
 * decision that comes before is told as of then. */
START_TEST(test_compact_later_than_all)
{
    struct scene scene = scene_open();
    scene_add_help(&scene);
    scene_add(&scene, scene_post("q1", "x:dan", 0, NULL, ENGAGE_INTENT_QUESTION));
    scene_apply(&scene);
    const char *queue = scene_queue(&scene, 1);
    char id[17];
    memcpy(id, strstr(queue, "{\"id\":\"") + 7, 16);
    id[16] = '\0';
    int64_t now = SCENE_START + INT64_C(1000) * 24 * SCENE_HOUR;
    ck_assert_int_eq(compact(scene.tracker, now + SCENE_HOUR, scene.out), ENGAGE_OK);
    const char *funnel = scene_ask(&scene, engage_tracker_funnel, NULL);
    scene_has(funnel, "\"now\":\"2026-08-11T00:00:00.000Z\"");
    scene_has(funnel, "\"creation\",\"touched\":3,\"sustained\":0");
    engage_decision claim = ENGAGE_DECISION_INIT;
    claim.name = scene_text("claim");
    claim.subject = scene_text(id);
    engage_buffer_clear(scene.out);
    ck_assert_int_eq(engage_tracker_decide(scene.tracker, &claim, scene.out, NULL), ENGAGE_OK);
    scene_has(engage_buffer_data(scene.out), id);
    scene_close(&scene);
}
END_TEST

/* Of the day of a compaction itself, what came after the time that is asked about is not told,
 * though it is kept. */
START_TEST(test_compact_within_its_day)
{
    static const char text[] = "[score]\nview = 60\n[presence]\nlong = 60\n[stages]\nwindow = 20\n"
                               "hold = 10\n[standing]\nwindow = 40\nhold = 10\n"
                               "[outcome]\nlapse = 50\n";
    enum { DAY = 80 * 24 };
    struct scene scene = scene_open_with(text);
    scene_add(&scene, scene_act("v1", "View", "x:ann", 0));
    engage_event hold = scene_act("h1", "Hold", "desk:ann", DAY + 11);
    hold.role = scene_text("staff");
    hold.target = scene_text("x:ann");
    hold.type = scene_text("creation");
    scene_add(&scene, hold);
    scene_apply(&scene);
    ck_assert_int_eq(compact(scene.tracker, SCENE_START + (DAY + 12) * (int64_t)SCENE_HOUR,
                             scene.out), ENGAGE_OK);
    for (int hour = 10; hour <= 11; hour++) {
        engage_query query = scene_query(0, DAY + hour);
        engage_buffer_clear(scene.out);
        ck_assert_int_eq(engage_tracker_customer(scene.tracker, hold.target, &query, scene.out,
                                                 NULL), ENGAGE_OK);
        const char *json = engage_buffer_data(scene.out);
        ck_assert_int_eq(strstr(json, "\"at\":\"2024-02-03T11:00:00.000Z\",\"from\":"
                                      "\"consumption\",\"to\":\"creation\",\"cause\":"
                                      "\"control\"") != NULL, hour == 11);
        scene_has(json, hour == 11 ? "\"stage\":\"creation\",\"since\":\"2024-02-03T11"
                                   : "\"stage\":\"consumption\",\"since\":\"2023-11-15T00");
    }
    scene_close(&scene);
}
END_TEST

/* The cause in front of "revised" at `at`, which is cut off there. */
static const char *cut_cause(char *at)
{
    static char causes[2][64];
    static int turn;
    char *cause = causes[turn ^= 1];
    char *end = strstr(at, ",\"revised\"");
    ck_assert(end != NULL && end - at < (int)sizeof(causes[0]));
    memcpy(cause, at, (size_t)(end - at));
    cause[end - at] = '\0';
    memmove(at, end, strlen(end) + 1);
    return cause;
}

/* Takes the causes out of two texts: a fact that is gone is no cause any more, in the second. */
static void cut_causes(char *whole, char *compacted)
{
    static const char key[] = "\"cause\":";
    while ((whole = strstr(whole, key)) != NULL && (compacted = strstr(compacted, key)) != NULL) {
        const char *before = cut_cause(whole);
        const char *after = cut_cause(compacted);
        int is_fact = strcmp(before, "\"cause\":\"silence\"") != 0 &&
                      strcmp(before, "\"cause\":\"control\"") != 0;
        ck_assert_msg(strcmp(before, after) == 0 ||
                          (is_fact && strcmp(after, "\"cause\":null") == 0),
                      "%s turned %s", before, after);
    }
}

/* On random streams, reports from then on do not change, whatever is compacted; and what
 * comes later comes out as if nothing had been. */
START_TEST(test_compact_properties)
{
    static const char text[] = "[score]\nview = 90\n[presence]\nlong = 60\n[stages]\nwindow = 20\n"
                               "hold = 10\n[standing]\nwindow = 60\n[outcome]\nlapse = 80\n";
    for (uint64_t seed = 1; seed <= stream_rounds(150); seed++) {
        struct stream stream;
        engage_tracker *trackers[2] = {NULL, NULL};
        engage_tracker_options options = ENGAGE_TRACKER_OPTIONS_INIT;
        engage_buffer *out = NULL;
        ck_assert_int_eq(engage_buffer_new(&out, NULL), ENGAGE_OK);
        ck_assert_int_eq(engage_policy_parse(&options.policy, text, sizeof(text) - 1, NULL, NULL),
                         ENGAGE_OK);
        stream_make(&stream, seed, 60 + (size_t)(seed % 100), 1 + (int)(seed % 5));
        for (int i = 0; i < 2; i++) {
            ck_assert_int_eq(engage_tracker_open(&trackers[i], "memory:", &options, NULL),
                             ENGAGE_OK);
            stream_apply_all(trackers[i], &stream);
        }
        ck_assert_int_eq(compact(trackers[0], stream.end, out), ENGAGE_OK);
        for (unsigned person = 0; person < 9; person++) {
            char name[16];
            engage_str account = {name, (size_t)snprintf(name, sizeof(name), "x:u%u", person)};
            engage_query query = ENGAGE_QUERY_INIT;
            query.now = stream.end;
            char *lines[2];
            for (int i = 0; i < 2; i++) {
                engage_buffer_clear(out);
                int rc = engage_tracker_customer(trackers[i], account, &query, out, NULL);
                ck_assert(rc == ENGAGE_OK || rc == ENGAGE_ENOTFOUND);
                lines[i] = strdup(engage_buffer_data(out));
            }
            cut_causes(lines[1], lines[0]);
            stream_equal(lines[1], lines[0], seed, name);
            free(lines[0]);
            free(lines[1]);
        }
        engage_policy_unref(options.policy);
        engage_buffer_free(out);
        engage_tracker_close(trackers[0]);
        engage_tracker_close(trackers[1]);
        stream_free(&stream);
    }
}
END_TEST

/* ---------------------------------------------------------------- receipts --- */

/* Dan likes something new on each of three days. */
static void add_likes(struct scene *scene)
{
    for (int i = 0; i < 3; i++) {
        char id[16];
        snprintf(id, sizeof(id), "k%d", i);
        engage_event like = scene_act(id, "Like", "x:dan", 24 * i);
        like.object = scene_text(id);
        scene_add(scene, like);
    }
}

START_TEST(test_transitions_keep_their_gates)
{
    struct scene scene = scene_open();
    scene_add_help(&scene);
    add_likes(&scene);
    scene_apply(&scene);
    const char *json = scene_customer(&scene, "x:dan");
    json = strstr(json, "\"transitions\"");
    scene_has(json, "\"to\":\"curation\",\"cause\":\"k2\",\"revised\":false,\"model\":null,"
                    "\"policy\":\"open-social-1\",\"policy_id\":\"");
    scene_has(json, "{\"stage\":\"curation\",\"gate\":\"acts\",\"value\":3,"
                    "\"threshold\":3,\"passed\":true}");
    /* A fact that comes late shows in the gates of that day. */
    engage_event like = scene_act("k9", "Like", "x:dan", 50);
    like.object = scene_text("k9");
    scene_add(&scene, like);
    scene_apply(&scene);
    scene_has(scene_customer(&scene, "x:dan"), "\"gate\":\"acts\",\"value\":4,\"threshold\":3,"
                                               "\"passed\":true}");
    scene_close(&scene);
}
END_TEST

/* The latest fact goes, and one comes that is later than all that are left: what silence did
 * between them is read again. */
START_TEST(test_silence_is_read_again)
{
    static const char gate[] = "\"gate\":\"active_days\",\"value\":";
    struct scene scene = scene_open();
    add_likes(&scene);
    scene_add(&scene, scene_act("v1", "View", "x:dan", 24 * 200));
    scene_apply(&scene);
    engage_event undo = scene_act("u1", "Undo", "x:dan", 24 * 200 + 1);
    undo.target = scene_text("v1");
    scene_add(&scene, undo);
    scene_apply(&scene);
    scene_add(&scene, scene_act("v2", "View", "x:dan", 24 * 50));
    scene_apply(&scene);
    const char *json = strstr(scene_customer(&scene, "x:dan"), "\"cause\":\"silence\"");
    ck_assert_ptr_nonnull(json);
    json = strstr(json, gate);
    ck_assert_ptr_nonnull(json);
    ck_assert_int_eq(json[sizeof(gate) - 1], '1');
    scene_close(&scene);
}
END_TEST

/* Silence changed the stage before the customer came back: that is kept like any other change, so
 * that a compaction leaves it. */
START_TEST(test_silence_before_a_return_is_kept)
{
    static const char fell[] = "\"from\":\"curation\",\"to\":\"consumption\","
                               "\"cause\":\"silence\"";
    struct scene scene = scene_open();
    add_likes(&scene);
    scene_apply(&scene);
    scene_add(&scene, scene_act("v1", "View", "x:dan", 24 * 200));
    ck_assert_uint_eq(scene_apply(&scene).transitions, 1);
    for (int compacted = 0; compacted < 2; compacted++) {
        if (compacted)
            ck_assert_int_eq(compact(scene.tracker, SCENE_START + INT64_C(1500) * 24 * SCENE_HOUR,
                                     scene.out), ENGAGE_OK);
        const char *json = scene_customer(&scene, "x:dan");
        scene_has(json, fell);
        scene_has(json, "\"stage\":\"consumption\",\"since\":\"2024-03-23T00:00:00.000Z\"");
    }
    scene_close(&scene);
}
END_TEST

static const char *receipts(struct scene *scene, int hours)
{
    engage_query query = scene_query(ENGAGE_QUERY_EXPLAIN, hours);
    return scene_ask(scene, engage_tracker_queue, &query);
}

static void reopen(struct scene *scene, const char *uri, const char *policy)
{
    engage_tracker_options options = ENGAGE_TRACKER_OPTIONS_INIT;
    ck_assert_int_eq(engage_policy_parse(&options.policy, policy, strlen(policy), NULL, NULL),
                     ENGAGE_OK);
    scene_reopen(scene, uri, &options);
    engage_policy_unref(options.policy);
}

/* An opportunity tells by which policy, from which events and by which models it was found;
 * what another policy finds likewise stays as it was found first. */
START_TEST(test_opportunities_keep_their_receipts)
{
    struct scene_file file;
    struct scene scene = scene_open();
    scene_file_make(&file);
    reopen(&scene, file.uri, "version = one\n");
    scene_add(&scene, scene_post("q1", "x:ann", 0, NULL, ENGAGE_INTENT_QUESTION));
    engage_event edit = scene_post("e1", "x:ann", 1, NULL, ENGAGE_INTENT_COMPLAINT);
    edit.verb = scene_text("Update");
    edit.post = scene_text("q1");
    engage_event other = scene_post("e2", "x:bob", 1, NULL, ENGAGE_INTENT_COMPLAINT);
    other.post = scene_text("q1"); /* no post of his */
    engage_event bare = scene_act("q2", "Create", "x:cat", 1);
    bare.intents[ENGAGE_INTENT_QUESTION] = 900000;
    scene_add(&scene, edit);
    scene_add(&scene, other);
    scene_add(&scene, bare);
    scene_apply(&scene);
    const char *queue = receipts(&scene, 2);
    scene_has(queue, "\"state\":\"open\",\"receipt\":{\"policy\":\"one\",\"policy_id\":\"");
    scene_has(queue, "\"events\":[{\"post\":\"q1\",\"actor\":\"x:ann\",\"event\":\"q1\","
                     "\"model\":null},{\"post\":\"q1\",\"actor\":\"x:ann\",\"event\":\"e1\","
                     "\"model\":null}]}}\n");
    scene_has(queue, "\"actor\":\"x:cat\",\"event\":\"q2\",\"model\":null}]}}\n");
    ck_assert_ptr_null(strstr(scene_queue(&scene, 2), "receipt"));
    /* Another policy reads the thread again, and finds the same. */
    reopen(&scene, file.uri, "version = two\n");
    scene_add(&scene, scene_post("r1", "x:dan", 2, "q1", -1));
    scene_apply(&scene);
    queue = receipts(&scene, 3);
    scene_has(queue, "\"policy\":\"one\"");
    ck_assert_ptr_null(strstr(queue, "\"policy\":\"two\""));
    /* It finds more: now it is its own. */
    scene_add(&scene, scene_post("q3", "x:ann", 3, "q1", ENGAGE_INTENT_QUESTION));
    scene_apply(&scene);
    queue = receipts(&scene, 4);
    scene_has(queue, "\"policy\":\"two\"");
    scene_has(queue, "{\"post\":\"q3\",\"actor\":\"x:ann\",\"event\":\"q3\",\"model\":null}]}}");
    scene_close(&scene);
    scene_file_remove(&file);
}
END_TEST

/* Whoever has become staff takes back what was given as a customer. */
START_TEST(test_what_a_customer_gave_goes_with_staff)
{
    struct scene_file file;
    struct scene scene = scene_open();
    scene_file_make(&file);
    reopen(&scene, file.uri, "version = one\n");
    engage_event invite = scene_act("i1", "Invite", "x:bob", 1);
    invite.target = scene_text("x:ann");
    invite.to = scene_text("x:ann\nx:cat");
    engage_event thanks = scene_act("t1", "thanked", "x:bob", 2);
    thanks.target = scene_text("x:cat");
    scene_add(&scene, invite);
    scene_add(&scene, thanks);
    scene_apply(&scene);
    scene_has_fact(&scene, "x:cat", "thanked", "t1");
    reopen(&scene, file.uri, "[brand acme]\nstaff = x:bob\nhandle = x:cat\n");
    for (int i = 0; i < 2; i++) {
        engage_event undo = scene_act(i == 0 ? "u1" : "u2", "Undo", "x:bob", 3);
        undo.target = i == 0 ? invite.id : thanks.id;
        scene_add(&scene, undo);
    }
    scene_apply(&scene);
    scene_has(scene_ask(&scene, engage_tracker_check, NULL), "\"facts\":0,\"damaged\":0");
    scene_close(&scene);
    scene_file_remove(&file);
}
END_TEST

/* The model is named that judged a text here. */
START_TEST(test_receipts_name_the_model)
{
    const engage_model *model = engage_model_builtin();
    if (model == NULL)
        return;
    struct scene scene = scene_open();
    engage_event post = scene_act("p", "Create", "x:ann", 0);
    post.flags = 0;
    post.post = scene_text("p");
    post.text = scene_text("My order never arrived and nobody answers. Where is my refund?");
    scene_add(&scene, post);
    scene_apply(&scene);
    char wanted[160];
    snprintf(wanted, sizeof(wanted), "\"event\":\"p\",\"model\":\"%s\"", engage_model_id(model));
    scene_has(receipts(&scene, 2), wanted);
    scene_close(&scene);
}
END_TEST

/* ------------------------------------------------------------------- check --- */

START_TEST(test_check)
{
    struct scene scene = scene_open();
    scene_add_help(&scene);
    scene_has(scene_ask(&scene, engage_tracker_check, NULL),
              "{\"accounts\":3,\"facts\":10,\"damaged\":0}");
    ck_assert_int_eq(engage_tracker_forget(scene.tracker, scene_text("x:ann"), NULL, scene.out,
                                           NULL), ENGAGE_OK);
    ck_assert_int_eq(compact(scene.tracker, SCENE_START + INT64_C(90000000000), scene.out),
                     ENGAGE_OK);
    scene_has(scene_ask(&scene, engage_tracker_check, NULL), "\"facts\":0,\"damaged\":0}");
    scene_close(&scene);
}
END_TEST

/* A state that was written over is found, and a fact whose event is gone. */
START_TEST(test_check_finds_damage)
{
    struct scene scene = scene_open();
    scene_add_help(&scene);
    const struct engagep_store_ops *ops = scene.tracker->store->ops;
    struct engagep_value account[] = {engagep_row_text(scene_text("acme")),
                                      engagep_row_text(scene_text("x:bob"))};
    struct engagep_value event[] = {account[0], engagep_row_text(scene_text("x:cat")),
                                    engagep_row_text(scene_text("l2"))};
    struct engagep_value row[ACCOUNT_COLUMNS];
    ck_assert_int_eq(ops->begin(scene.tracker->store, NULL), ENGAGE_OK);
    ck_assert_int_eq(ops->get(scene.tracker->store, ENGAGEP_ACCOUNT, account, row, NULL),
                     ENGAGE_ROW);
    row[ACCOUNT_STATE] = engagep_row_blob(NULL, 0);
    ck_assert_int_eq(
        ops->put(scene.tracker->store, ENGAGEP_ACCOUNT, row, ENGAGEP_COLUMNS_ALL, NULL), ENGAGE_OK);
    ck_assert_int_eq(ops->remove(scene.tracker->store, ENGAGEP_EVENT, event, NULL), ENGAGE_OK);
    ck_assert_int_eq(ops->commit(scene.tracker->store, NULL), ENGAGE_OK);
    engage_buffer_clear(scene.out);
    ck_assert_int_eq(engage_tracker_check(scene.tracker, NULL, scene.out, NULL), ENGAGE_ROW);
    const char *said = engage_buffer_data(scene.out);
    scene_has(said, "{\"brand\":\"acme\",\"id\":\"x:bob\",\"damage\":\"a state that is not what "
                    "its facts add up to\"}");
    scene_has(said, "{\"brand\":\"acme\",\"id\":\"l2\",\"damage\":\"a fact without its event\"}");
    scene_close(&scene);
}
END_TEST

/* A kept change of stage whose time is none has no month. */
START_TEST(test_a_damaged_transition)
{
    struct scene scene = scene_open();
    scene_add(&scene, scene_act("v1", "View", "x:ann", 0));
    scene_apply(&scene);
    ck_assert_int_eq(compact(scene.tracker, SCENE_START + INT64_C(1000) * 24 * SCENE_HOUR,
                             scene.out), ENGAGE_OK);
    struct engagep_value row[] = {engagep_row_text(scene_text("acme")),
                                  engagep_row_text(scene_text("x:ann")),
                                  engagep_row_int(INT64_MIN + 1),
                                  engagep_row_int(0),
                                  engagep_row_int(1),
                                  engagep_row_int(0),
                                  engagep_row_text(scene_text("")),
                                  engagep_row_blob(NULL, 0)};
    const struct engagep_store_ops *ops = scene.tracker->store->ops;
    ck_assert_int_eq(ops->begin(scene.tracker->store, NULL), ENGAGE_OK);
    ck_assert_int_eq(ops->put(scene.tracker->store, ENGAGEP_TRANSITION, row, ENGAGEP_COLUMNS_ALL,
                              NULL), ENGAGE_OK);
    ck_assert_int_eq(ops->commit(scene.tracker->store, NULL), ENGAGE_OK);
    engage_query query = ENGAGE_QUERY_INIT;
    engage_error error = ENGAGE_ERROR_INIT;
    query.by = scene_text("month");
    engage_buffer_clear(scene.out);
    ck_assert_int_eq(engage_tracker_funnel(scene.tracker, &query, scene.out, &error),
                     ENGAGE_ESTORE_CORRUPT);
    ck_assert_str_eq(error.message, "the store is damaged: a transition");
    scene_close(&scene);
}
END_TEST

/* What is read of a damaged event may be no fact: that is told, and nothing was done. */
START_TEST(test_a_damaged_event)
{
    struct scene scene = scene_open();
    engage_decision decision = ENGAGE_DECISION_INIT;
    decision.subject = scene_text("x:ann");
    decision.name = scene_text("object");
    scene_add(&scene, scene_post("q1", "x:ann", 0, NULL, ENGAGE_INTENT_QUESTION));
    scene_apply(&scene);
    ck_assert_int_eq(engage_tracker_decide(scene.tracker, &decision, scene.out, NULL), ENGAGE_OK);
    struct engagep_value key[] = {engagep_row_text(scene_text("acme")),
                                  engagep_row_text(scene_text("x:ann")),
                                  engagep_row_text(scene_text("q1"))};
    struct engagep_value row[ENGAGEP_MAX_COLUMNS];
    const struct engagep_store_ops *ops = scene.tracker->store->ops;
    ck_assert_int_eq(ops->begin(scene.tracker->store, NULL), ENGAGE_OK);
    ck_assert_int_eq(ops->get(scene.tracker->store, ENGAGEP_EVENT, key, row, NULL), ENGAGE_ROW);
    row[EVENT_VALENCE] = engagep_row_int(1000001);
    ck_assert_int_eq(ops->put(scene.tracker->store, ENGAGEP_EVENT, row, ENGAGEP_COLUMNS_ALL, NULL),
                     ENGAGE_OK);
    ck_assert_int_eq(ops->commit(scene.tracker->store, NULL), ENGAGE_OK);
    engage_error error = ENGAGE_ERROR_INIT;
    decision.name = scene_text("resume");
    ck_assert_int_eq(engage_tracker_decide(scene.tracker, &decision, scene.out, &error),
                     ENGAGE_ESTORE_CORRUPT);
    ck_assert_str_eq(error.message, "the store is damaged: a fact");
    scene_close(&scene);
}
END_TEST

/* -------------------------------------------------------------- the past --- */

/* A queue of an earlier time knows nothing of later posts. */
START_TEST(test_queue_of_the_past)
{
    struct scene scene = scene_open();
    scene_add(&scene, scene_post("q1", "x:ann", 0, NULL, ENGAGE_INTENT_QUESTION));
    scene_apply(&scene);
    char *then = strdup(scene_queue(&scene, 1));
    engage_event worse = scene_post("q2", "x:ann", 3, "q1", ENGAGE_INTENT_CHURN_RISK);
    worse.valence = -900000;
    worse.followers = 50000;
    scene_add(&scene, worse);
    scene_apply(&scene);
    ck_assert_str_eq(then, scene_queue(&scene, 1));
    const char *later = scene_queue(&scene, 4);
    scene_has(later, "\"posts\":[\"q1\",\"q2\"],\"intents\":[\"question\",\"churn_risk\"]");
    free(then);
    scene_close(&scene);
}
END_TEST

/* A post that two events made at one time is the smaller actor's, as it was before what came
 * later; how rows are lent while they are read is the store's to say. */
START_TEST(test_queue_of_the_past_of_two_events)
{
    struct scene_file file;
    struct scene scene = scene_open_file(&file);
    scene_add(&scene, scene_post("q1", "x:ab", 0, NULL, ENGAGE_INTENT_QUESTION));
    engage_event other = scene_post("q1", "x:b", 0, NULL, ENGAGE_INTENT_QUESTION);
    other.valence = -900000;
    other.followers = 50000;
    scene_add(&scene, other);
    scene_apply(&scene);
    char *then = strdup(scene_queue(&scene, 1));
    scene_add(&scene, scene_post("q2", "x:ab", 3, "q1", ENGAGE_INTENT_CHURN_RISK));
    scene_apply(&scene);
    ck_assert_str_eq(then, scene_queue(&scene, 1));
    free(then);
    scene_close(&scene);
    scene_file_remove(&file);
}
END_TEST

START_TEST(test_unknown_verbs)
{
    struct scene scene = scene_open();
    scene_add(&scene, scene_act("d", "Dance", "x:ann", 0));
    scene_add(&scene, scene_act("v", "View", "x:ann", 0));
    engage_event hold = scene_act("h", "Hold", "x:ann", 0); /* no staff: it decides nothing */
    hold.target = scene_text("x:ann");
    hold.type = scene_text("creation");
    scene_add(&scene, hold);
    engage_counts counts = scene_apply(&scene);
    ck_assert_uint_eq(counts.applied, 3);
    ck_assert_uint_eq(counts.unknown, 1);
    scene_close(&scene);
}
END_TEST

/* Empties the page that an index begins with. */
static void damage(const char *path, const char *name)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *question = NULL;
    ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
    ck_assert_int_eq(sqlite3_prepare_v2(db, "SELECT rootpage FROM sqlite_schema WHERE name = ?",
                                        -1, &question, NULL), SQLITE_OK);
    ck_assert_int_eq(sqlite3_bind_text(question, 1, name, -1, SQLITE_STATIC), SQLITE_OK);
    ck_assert_int_eq(sqlite3_step(question), SQLITE_ROW);
    long page = (long)sqlite3_column_int64(question, 0);
    sqlite3_finalize(question);
    ck_assert_int_eq(sqlite3_prepare_v2(db, "PRAGMA page_size", -1, &question, NULL), SQLITE_OK);
    ck_assert_int_eq(sqlite3_step(question), SQLITE_ROW);
    long size = (long)sqlite3_column_int64(question, 0);
    sqlite3_finalize(question);
    ck_assert_int_eq(sqlite3_close(db), SQLITE_OK);
    FILE *file = fopen(path, "r+b");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_eq(fseek(file, (page - 1) * size + 3, SEEK_SET), 0);
    static const char none[2]; /* cells */
    ck_assert_uint_eq(fwrite(none, sizeof(none), 1, file), 1);
    ck_assert_int_eq(fclose(file), 0);
}

/* Rows that an index lacks: the file is damaged, and more is not told of it. */
START_TEST(test_check_finds_a_damaged_file)
{
    struct scene_file file;
    struct scene scene = scene_open_file(&file);
    scene_add_help(&scene);
    scene_reopen(&scene, "memory:", NULL);
    damage(file.path, "fact_thread");
    scene_reopen(&scene, file.uri, NULL);
    engage_buffer_clear(scene.out);
    ck_assert_int_eq(engage_tracker_check(scene.tracker, NULL, scene.out, NULL),
                     ENGAGE_ESTORE_CORRUPT);
    ck_assert_uint_eq(engage_buffer_size(scene.out), 0);
    scene_close(&scene);
    scene_file_remove(&file);
}
END_TEST

static int take_back(struct scene *scene, engage_error *error)
{
    engage_event undo = scene_act("u", "Undo", "x:ann", 9);
    undo.target = scene_text("q1");
    scene_add(scene, undo);
    return engage_tracker_apply(scene->tracker, scene->events, NULL, error);
}

static int ask_queue(struct scene *scene, engage_error *error)
{
    return engage_tracker_queue(scene->tracker, NULL, scene->out, error);
}

static int ask_funnel(struct scene *scene, engage_error *error)
{
    return engage_tracker_funnel(scene->tracker, NULL, scene->out, error);
}

static int forget_ann(struct scene *scene, engage_error *error)
{
    return engage_tracker_forget(scene->tracker, scene_text("x:ann"), NULL, scene->out, error);
}

/* Rows that say what none that was written says are told of, whatever reads them. */
START_TEST(test_damaged_rows_are_told_of)
{
    static const struct {
        const char *change;
        int (*call)(struct scene *scene, engage_error *error);
        const char *what;
    } cases[] = {
        {"UPDATE event SET intents = x'00' WHERE id = 'q1'", take_back, "an event"},
        {"UPDATE event SET time = 9223372036854775807 WHERE id = 'q1'", take_back, "an event"},
        {"UPDATE account SET tombstones = 9223372036854775807", take_back, "an account"},
        {"UPDATE episode SET last_wait = -9223372036854775807", take_back, "an episode"},
        {"UPDATE episode SET thanked = 9223372036854775807", ask_queue, "an episode"},
        {"UPDATE episode SET waits = 9223372036854775807", ask_queue, "an episode"},
        {"UPDATE customer SET stage = 5", ask_funnel, "a customer"},
        {"UPDATE customer SET first_consumption = NULL, first_curation = 1", ask_funnel,
         "a customer"},
        {"UPDATE customer SET as_of = 9223372036854775807", take_back, "a customer"},
        {"UPDATE brand SET latest = 9223372036854775807", ask_queue, "a brand"},
        {"INSERT INTO meta VALUES ('forgotten', '9223372036854775807')", forget_ann,
         "the number of those forgotten"},
        {"INSERT INTO meta VALUES ('forgotten', 'many')", forget_ann,
         "the number of those forgotten"},
    };
    struct scene_file file;
    struct scene scene = scene_open_file(&file);
    sqlite3 *db = NULL;
    engage_error error = ENGAGE_ERROR_INIT;
    char message[64];
    scene_add_help(&scene);
    scene_reopen(&scene, "memory:", NULL);
    ck_assert_int_eq(sqlite3_open(file.path, &db), SQLITE_OK);
    ck_assert_int_eq(sqlite3_exec(db, cases[_i].change, NULL, NULL, NULL), SQLITE_OK);
    ck_assert_int_gt(sqlite3_changes(db), 0);
    ck_assert_int_eq(sqlite3_close(db), SQLITE_OK);
    scene_reopen(&scene, file.uri, NULL);
    ck_assert_int_eq(cases[_i].call(&scene, &error), ENGAGE_ESTORE_CORRUPT);
    snprintf(message, sizeof(message), "the store is damaged: %s", cases[_i].what);
    ck_assert_str_eq(error.message, message);
    scene_close(&scene);
    scene_file_remove(&file);
}
END_TEST
enum { DAMAGED_ROWS = 12 };

/* ---------------------------------------------------------------- failures --- */

/* Each allocation fails in turn: the store is then what it was. */
static void fail_each(int what)
{
    engage_str ann = {"x:ann", 5};
    engage_query explained = ENGAGE_QUERY_INIT;
    size_t failures = 0;
    explained.flags = ENGAGE_QUERY_EXPLAIN;
    int rc = ENGAGE_ENOMEM;
    for (size_t at = 1; rc != ENGAGE_OK; at++) {
        struct support_memory memory = {0};
        engage_allocator allocator = support_allocator(&memory);
        struct scene scene = {stream_tracker(&allocator), NULL, NULL};
        ck_assert_int_eq(engage_events_new(&scene.events, NULL), ENGAGE_OK);
        ck_assert_int_eq(engage_buffer_new(&scene.out, NULL), ENGAGE_OK);
        scene_add_help(&scene);
        char *before = strdup(scene_customer(&scene, "x:bob"));
        engage_buffer_clear(scene.out);
        memory.fail_at = memory.calls + at;
        memory.fail_forever = at % 2 == 0;
        rc = what == 0   ? engage_tracker_forget(scene.tracker, ann, NULL, scene.out, NULL)
             : what == 1 ? engage_tracker_export(scene.tracker, ann, NULL, scene.out, NULL)
             : what == 2 ? engage_tracker_retain(scene.tracker, 0, NULL, scene.out, NULL)
             : what == 3 ? engage_tracker_compact(scene.tracker, NULL, scene.out, NULL)
             : what == 4 ? engage_tracker_queue(scene.tracker, &explained, scene.out, NULL)
                         : engage_tracker_check(scene.tracker, NULL, scene.out, NULL);
        memory.fail_at = 0;
        if (rc != ENGAGE_OK) {
            failures++;
            ck_assert_int_eq(rc, ENGAGE_ENOMEM);
            ck_assert_uint_eq(engage_buffer_size(scene.out), 0);
            ck_assert_str_eq(before, scene_customer(&scene, "x:bob"));
        }
        free(before);
        scene_close(&scene);
        ck_assert_uint_eq(memory.blocks, 0);
    }
    ck_assert_uint_gt(failures, 0);
}

START_TEST(test_no_memory)
{
    fail_each(_i);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("record");
    TCase *cases = tcase_create("record");
    tcase_set_timeout(cases, 0);
    tcase_add_test(cases, test_keys_are_in_front);
    tcase_add_test(cases, test_compact_drops_old_days);
    tcase_add_test(cases, test_nothing_after_compaction);
    tcase_add_test(cases, test_compact_later_than_all);
    tcase_add_test(cases, test_compact_within_its_day);
    tcase_add_test(cases, test_compact_properties);
    tcase_add_test(cases, test_transitions_keep_their_gates);
    tcase_add_test(cases, test_silence_is_read_again);
    tcase_add_test(cases, test_silence_before_a_return_is_kept);
    tcase_add_test(cases, test_opportunities_keep_their_receipts);
    tcase_add_test(cases, test_what_a_customer_gave_goes_with_staff);
    tcase_add_test(cases, test_receipts_name_the_model);
    tcase_add_test(cases, test_queue_of_the_past);
    tcase_add_test(cases, test_queue_of_the_past_of_two_events);
    tcase_add_test(cases, test_unknown_verbs);
    tcase_add_test(cases, test_check);
    tcase_add_test(cases, test_check_finds_damage);
    tcase_add_test(cases, test_a_damaged_transition);
    tcase_add_test(cases, test_a_damaged_event);
    tcase_add_test(cases, test_check_finds_a_damaged_file);
    tcase_add_loop_test(cases, test_damaged_rows_are_told_of, 0, DAMAGED_ROWS);
    tcase_add_loop_test(cases, test_no_memory, 0, 6);
    suite_add_tcase(suite, cases);
    return support_run(suite);
}
