/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Who is forgotten leaves nothing, does not come back, and takes nothing from others.
 */
#define _POSIX_C_SOURCE 200809L
#include "scene.h"
#include "stream.h"

#include <sqlite3.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

START_TEST(test_forget_leaves_help)
{
    struct scene scene = scene_open();
    scene_add_help(&scene);
    scene_has_fact(&scene, "x:bob", "help", "a1");
    char *before = strdup(scene_customer(&scene, "x:bob"));
    const char *said = scene_call(&scene, engage_tracker_forget, "x:ann", ENGAGE_OK);
    scene_has(said, "\"customer\":\"x:ann\",\"accounts\":1,\"events\":3,\"left\":2,"
                    "\"left_as\":\"forgotten:1\",\"objections_kept\":0");
    scene_call(&scene, engage_tracker_customer, "x:ann", ENGAGE_ENOTFOUND);
    scene_call(&scene, engage_tracker_export, "x:ann", ENGAGE_ENOTFOUND);
    scene_call(&scene, engage_tracker_customer, "forgotten:1", ENGAGE_ENOTFOUND);
    /* Bob's help, the thanks for it and the invitation stay, with somebody else's hash. */
    scene_has_fact(&scene, "x:bob", "help", "a1");
    scene_has_fact(&scene, "x:bob", "invite", "i1");
    const char *after = scene_customer(&scene, "x:bob");
    ck_assert_str_ne(before, after);
    scene_has(after, "\"gate\":\"people\",\"value\":2");
    scene_has(after, "\"gate\":\"acknowledgers\",\"value\":2");
    free(before);
    scene_close(&scene);
}
END_TEST

/* Nothing of a text, a name or an account is left, in whatever table. */
/* An edited post is left as what it said at last: Bob helped with what Ann's became, not Cat, and
 * Ann's edit thanks him. */
START_TEST(test_forget_leaves_what_edits_said)
{
    struct scene scene = scene_open();
    scene_add(&scene, scene_post("a1", "x:ann", 0, NULL, -1));
    scene_add(&scene, scene_post("a2", "x:ann", 0, NULL, ENGAGE_INTENT_QUESTION));
    scene_add(&scene, scene_post("b", "x:bob", 5, "a1", ENGAGE_INTENT_PEER_ANSWER));
    scene_add(&scene, scene_post("c", "x:cat", 5, "a2", ENGAGE_INTENT_PEER_ANSWER));
    scene_add(&scene, scene_post("a3", "x:ann", 6, "b", -1));
    static const struct {
        const char *id;
        const char *actor;
        const char *post;
        int hours;
        int intent;
    } edits[] = {{"u1", "x:ann", "a1", 2, ENGAGE_INTENT_SPAM},
                 {"u2", "x:ann", "a1", 3, ENGAGE_INTENT_QUESTION},
                 {"u3", "x:ann", "a2", 2, ENGAGE_INTENT_COMPARISON},
                 {"u4", "x:ann", "a3", 7, ENGAGE_INTENT_PRAISE},
                 {"u5", "x:dan", "a1", 9, ENGAGE_INTENT_COMPARISON}};
    for (size_t i = 0; i < sizeof(edits) / sizeof(edits[0]); i++) {
        engage_event edit =
            scene_post(edits[i].id, edits[i].actor, edits[i].hours, NULL, edits[i].intent);
        edit.verb = scene_text("Update");
        edit.post = scene_text(edits[i].post);
        scene_add(&scene, edit);
    }
    scene_apply(&scene);
    for (int forgotten = 0; forgotten < 2; forgotten++) {
        scene_has_fact(&scene, "x:bob", "help", "b");
        scene_has_fact(&scene, "x:bob", "thanked", forgotten ? "forgotten:3" : "a3");
        scene_has_fact(&scene, "x:cat", "comment", "c");
        if (!forgotten)
            scene_has(scene_call(&scene, engage_tracker_forget, "x:ann", ENGAGE_OK), "\"left\":3,");
    }
    scene_close(&scene);
}
END_TEST

START_TEST(test_forget_leaves_no_trace)
{
    struct scene scene = scene_open();
    engage_event named = scene_post("n1", "x:ann", 1, NULL, -1);
    named.name = scene_text("Ann Example");
    named.text = scene_text("something that Ann wrote");
    named.crm_id = scene_text("C-77");
    scene_add(&scene, named);
    scene_add_help(&scene);
    engage_decision hold = ENGAGE_DECISION_INIT;
    hold.name = scene_text("hold");
    hold.subject = scene_text("x:ann");
    hold.value = scene_text("creation");
    ck_assert_int_eq(engage_tracker_decide(scene.tracker, &hold, scene.out, NULL), ENGAGE_OK);
    scene_call(&scene, engage_tracker_forget, "x:ann", ENGAGE_OK);
    static const char *const others[] = {"x:bob", "x:cat"};
    for (size_t i = 0; i < 2; i++) {
        const char *held = scene_call(&scene, engage_tracker_export, others[i], ENGAGE_OK);
        ck_assert_ptr_null(strstr(held, "x:ann"));
        ck_assert_ptr_null(strstr(held, "wrote"));
        ck_assert_ptr_null(strstr(held, "Example"));
    }
    scene_close(&scene);
}
END_TEST

/* A feed that is played again brings nobody back; what comes later is new. */
START_TEST(test_forgotten_stay_away)
{
    struct scene scene = scene_open();
    scene_add_help(&scene);
    scene_call(&scene, engage_tracker_forget, "x:ann", ENGAGE_OK);
    char *before = strdup(scene_customer(&scene, "x:bob"));
    scene_add_help(&scene);
    scene_call(&scene, engage_tracker_customer, "x:ann", ENGAGE_ENOTFOUND);
    ck_assert_str_eq(before, scene_customer(&scene, "x:bob"));
    free(before);
    engage_event hold = scene_act("h", "Hold", "x:desk", 2);
    hold.role = scene_text("staff");
    hold.target = scene_text("x:ann");
    hold.type = scene_text("creation");
    scene_add(&scene, hold);
    scene_apply(&scene);
    const char *why = NULL;
    ck_assert_int_eq(engage_tracker_refused(scene.tracker, 0, NULL, &why), ENGAGE_ROW);
    scene_has(why, "whom it decides about");
    scene_add(&scene, scene_post("again", "x:ann", 80, NULL, -1));
    engage_counts counts = scene_apply(&scene);
    ck_assert_uint_eq(counts.applied, 1);
    scene_has(scene_customer(&scene, "x:ann"), "\"stage\":\"consumption\"");
    scene_call(&scene, engage_tracker_forget, "x:ann", ENGAGE_OK);
    scene_call(&scene, engage_tracker_forget, "x:ann", ENGAGE_ENOTFOUND);
    scene_close(&scene);
}
END_TEST

/* Also what lay ahead of the moment of forgetting, by a clock that is a little behind. */
START_TEST(test_what_lay_ahead_stays_away)
{
    struct scene scene = scene_open();
    engage_query query = scene_query(0, 1);
    for (int again = 0; again < 2; again++) {
        scene_add(&scene, scene_act("a", "View", "x:ann", 0));
        scene_add(&scene, scene_act("b", "View", "x:ann", 2));
        engage_counts counts = scene_apply(&scene);
        ck_assert_uint_eq(counts.refused, again ? 2 : 0);
        engage_buffer_clear(scene.out);
        ck_assert_int_eq(engage_tracker_forget(scene.tracker, scene_text("x:ann"), &query,
                                               scene.out, NULL),
                         again ? ENGAGE_ENOTFOUND : ENGAGE_OK);
        if (!again)
            scene_has(engage_buffer_data(scene.out), "\"until\":\"2023-11-15T02:00:00.000Z\"");
    }
    scene_close(&scene);
}
END_TEST

static void forget_at(struct scene *scene, const char *account, int hours, const char *until)
{
    engage_query query = scene_query(0, hours);
    engage_buffer_clear(scene->out);
    ck_assert_int_eq(engage_tracker_forget(scene->tracker, scene_text(account), &query, scene->out,
                                           NULL), ENGAGE_OK);
    scene_has(engage_buffer_data(scene->out), until);
}

/* Nor is one named in what others did or decided ahead of that moment; what has to do with one no
 * more than its thread is later all the same. */
START_TEST(test_naming_ahead_stays_away)
{
    struct scene scene = scene_open();
    for (int again = 0; again < 2; again++) {
        engage_event follow = scene_act("f", "Follow", "x:bob", 2);
        engage_event hold = scene_act("h", "Hold", "desk:dan", 3);
        follow.object = hold.target = scene_text("x:ann");
        hold.type = scene_text("curation");
        hold.role = scene_text("staff");
        scene_add(&scene, scene_post("q", "x:ann", 0, NULL, ENGAGE_INTENT_QUESTION));
        scene_add(&scene, scene_post("a", "x:bob", 4, "q", ENGAGE_INTENT_PEER_ANSWER));
        scene_add(&scene, follow);
        scene_add(&scene, hold);
        ck_assert_uint_eq(scene_apply(&scene).refused, again ? 2 : 0);
        if (!again)
            forget_at(&scene, "x:ann", 1, "\"until\":\"2023-11-15T03:00:00.000Z\"");
        const char *held = scene_call(&scene, engage_tracker_export, "x:bob", ENGAGE_OK);
        scene_has(held, "\"object\":\"forgotten:1\"");
        ck_assert_ptr_null(strstr(held, "x:ann"));
        scene_call(&scene, engage_tracker_export, "x:ann", ENGAGE_ENOTFOUND);
    }
    scene_close(&scene);
}
END_TEST

/* Of whoever objects the account stays: forgotten again, as of an earlier moment, one does not come
 * back either. */
START_TEST(test_forgotten_again)
{
    struct scene scene = scene_open();
    for (int again = 0; again < 2; again++) {
        engage_event object = scene_act("o", "Object", "x:ann", 1);
        object.target = object.actor;
        scene_add(&scene, object);
        scene_add(&scene, scene_act("v", "View", "x:ann", 5));
        ck_assert_uint_eq(scene_apply(&scene).refused, (uint64_t)again);
        forget_at(&scene, "x:ann", again ? 2 : 6, "\"until\":\"2023-11-15T06:00:00.000Z\"");
    }
    scene_add(&scene, scene_act("v", "View", "x:ann", 5));
    ck_assert_uint_eq(scene_apply(&scene).refused, 1);
    scene_close(&scene);
}
END_TEST

/* Who stands for the forgotten is nobody that could be forgotten: a feed that is played again names
 * it as before. */
START_TEST(test_nobody_is_not_forgotten)
{
    struct scene scene = scene_open();
    for (int again = 0; again < 2; again++) {
        engage_event follow = scene_act("f", "Follow", "x:bob", 2);
        follow.object = scene_text("x:ann");
        scene_add(&scene, follow);
        engage_counts counts = scene_apply(&scene);
        ck_assert_uint_eq(counts.applied, again ? 0 : 1);
        ck_assert_uint_eq(counts.conflict, 0);
        scene_call(&scene, engage_tracker_forget, again ? "forgotten:1" : "x:ann",
                   again ? ENGAGE_ENOTFOUND : ENGAGE_OK);
        scene_call(&scene, engage_tracker_forget, "forgotten:1", ENGAGE_ENOTFOUND);
    }
    scene_close(&scene);
}
END_TEST

/* What others did stays, though its time be one for which they object by now. */
START_TEST(test_forgetting_refuses_nothing)
{
    struct scene scene = scene_open_with("[duties]\nrefuse_objected = 1\n");
    scene_add(&scene, scene_post("q", "x:ann", 0, NULL, ENGAGE_INTENT_QUESTION));
    scene_add(&scene, scene_post("r", "x:bob", 5, "q", -1));
    scene_apply(&scene);
    engage_event late = scene_act("o", "Object", "x:bob", 3);
    late.target = scene_text("x:bob");
    scene_add(&scene, late);
    scene_apply(&scene);
    scene_has(scene_call(&scene, engage_tracker_export, "x:bob", ENGAGE_OK), "\"id\":\"r\"");
    scene_call(&scene, engage_tracker_forget, "x:ann", ENGAGE_OK);
    scene_has(scene_call(&scene, engage_tracker_export, "x:bob", ENGAGE_OK), "\"id\":\"r\"");
    scene_close(&scene);
}
END_TEST

/* That somebody objects stays, and what a platform withheld. */
START_TEST(test_forget_keeps_objections)
{
    struct scene scene = scene_open();
    scene_add_help(&scene);
    engage_event object = scene_act("o1", "Object", "x:ann", 30);
    object.target = scene_text("x:ann");
    scene_add(&scene, object);
    engage_event withhold = scene_act("w1", "Withhold", "x:desk", 31);
    withhold.role = scene_text("staff");
    withhold.target = scene_text("x:cat");
    withhold.type = scene_text("suspend");
    scene_add(&scene, withhold);
    scene_apply(&scene);
    const char *said = scene_call(&scene, engage_tracker_forget, "x:ann", ENGAGE_OK);
    scene_has(said, "\"objections_kept\":1");
    scene_call(&scene, engage_tracker_forget, "x:cat", ENGAGE_OK);
    scene_add(&scene, scene_post("later", "x:ann", 80, NULL, -1));
    scene_add(&scene, scene_post("later2", "x:cat", 81, NULL, -1));
    scene_apply(&scene);
    scene_call(&scene, engage_tracker_customer, "x:ann", ENGAGE_ENOTFOUND);
    scene_call(&scene, engage_tracker_customer, "x:cat", ENGAGE_ENOTFOUND);
    scene_close(&scene);
}
END_TEST

START_TEST(test_forget_takes_all_accounts)
{
    struct scene scene = scene_open();
    scene_add_help(&scene);
    engage_event view = scene_act("v", "View", "x:ann2", 40);
    scene_add(&scene, view);
    engage_event link = scene_act("k", "Link", "x:desk", 41);
    link.role = scene_text("staff");
    link.target = scene_text("x:ann");
    link.object = scene_text("x:ann2");
    scene_add(&scene, link);
    scene_apply(&scene);
    const char *said = scene_call(&scene, engage_tracker_forget, "x:ann2", ENGAGE_OK);
    scene_has(said, "\"accounts\":2");
    scene_call(&scene, engage_tracker_customer, "x:ann", ENGAGE_ENOTFOUND);
    scene_call(&scene, engage_tracker_customer, "x:ann2", ENGAGE_ENOTFOUND);
    scene_close(&scene);
}
END_TEST

START_TEST(test_forget_partial_states)
{
    struct scene scene = scene_open();
    struct scene elsewhere = scene_open();
    scene_add_help(&scene);
    scene_add_help(&elsewhere);
    engage_event view = scene_act("v9", "View", "x:ann", 9);
    scene_add(&elsewhere, view);
    scene_apply(&elsewhere);
    engage_buffer_clear(elsewhere.out);
    ck_assert_int_eq(engage_tracker_states(elsewhere.tracker, scene_text("x:ann"), NULL,
                                           elsewhere.out, NULL), ENGAGE_OK);
    scene_call(&scene, engage_tracker_forget, "x:ann", ENGAGE_OK);
    ck_assert_int_eq(engage_tracker_merge(scene.tracker, engage_buffer_data(elsewhere.out),
                                          engage_buffer_size(elsewhere.out), NULL), ENGAGE_DONE);
    scene_call(&scene, engage_tracker_customer, "x:ann", ENGAGE_ENOTFOUND);
    scene_close(&elsewhere);
    scene_close(&scene);
}
END_TEST

/* In every random stream: the person is gone from all reports, what others have of it stays
 * in number, and the whole feed played again changes nothing. */
START_TEST(test_forget_properties)
{
    for (uint64_t seed = 1; seed <= stream_rounds(150); seed++) {
        struct stream stream;
        uint64_t random = seed * 31;
        stream_make(&stream, seed, 40 + (size_t)(seed % 100), 1 + (int)(seed % 5));
        engage_tracker *tracker = stream_tracker(NULL);
        engage_buffer *out = NULL;
        engage_counts counts = ENGAGE_COUNTS_INIT;
        ck_assert_int_eq(engage_buffer_new(&out, NULL), ENGAGE_OK);
        stream_apply_all(tracker, &stream);
        char name[16];
        engage_str person = {name, (size_t)snprintf(name, sizeof(name), "x:u%u",
                                                    (unsigned)(seed % 11))};
        engage_query query = ENGAGE_QUERY_INIT;
        query.now = stream.end;
        int rc = engage_tracker_forget(tracker, person, &query, out, NULL);
        ck_assert(rc == ENGAGE_OK || rc == ENGAGE_ENOTFOUND);
        if (rc == ENGAGE_OK) {
            char *before = stream_settled(tracker, &stream, stream.end);
            char quoted[24];
            snprintf(quoted, sizeof(quoted), "\"%s\"", name);
            ck_assert_msg(strstr(before, quoted) == NULL, "seed %llu: %s is there",
                          (unsigned long long)seed, quoted);
            ck_assert_ptr_null(strstr(before, "\"customers\":[\"forgotten:"));
            size_t *numbers = stream_shuffle(stream.count, &random);
            stream_apply(tracker, &stream, numbers, stream.count, 9, &random, &counts);
            ck_assert_uint_eq(counts.applied, 0);
            char *after = stream_settled(tracker, &stream, stream.end);
            stream_equal(before, after, seed, "played again");
            free(numbers);
            free(before);
            free(after);
        }
        engage_buffer_free(out);
        engage_tracker_close(tracker);
        stream_free(&stream);
    }
}
END_TEST

/* ------------------------------------------------------------------- files --- */

/* Whether a file has these bytes anywhere. */
static int file_has(const char *path, const char *bytes)
{
    size_t size;
    size_t length = strlen(bytes);
    int found = 0;
    char *data = support_read(path, &size);
    for (size_t i = 0; data != NULL && i + length <= size && !found; i++)
        found = memcmp(data + i, bytes, length) == 0;
    free(data);
    return found;
}

/* Neither the database nor its log has a trace left, also while it is open; and where another
 * one reads what was there before, that is told, and done later. */
START_TEST(test_forget_cleans_the_file)
{
    struct scene_file file;
    struct scene scene = scene_open_file(&file);
    char log[72];
    snprintf(log, sizeof(log), "%s-wal", file.path);
    scene_add_help(&scene);
    ck_assert(file_has(file.path, "x:ann") || file_has(log, "x:ann"));
    scene_call(&scene, engage_tracker_forget, "x:ann", ENGAGE_OK);
    ck_assert(!file_has(file.path, "x:ann") && !file_has(log, "x:ann"));
    scene_has_fact(&scene, "x:bob", "help", "a1");
    sqlite3 *reader = NULL;
    ck_assert_int_eq(sqlite3_open(file.path, &reader), SQLITE_OK);
    ck_assert_int_eq(sqlite3_exec(reader, "BEGIN; SELECT count(*) FROM event", NULL, NULL, NULL),
                     SQLITE_OK);
    engage_error error = ENGAGE_ERROR_INIT;
    engage_buffer_clear(scene.out);
    ck_assert_int_eq(engage_tracker_forget(scene.tracker, scene_text("x:cat"), NULL, scene.out,
                                           &error), ENGAGE_EBUSY);
    ck_assert_int_eq(sqlite3_exec(reader, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
    ck_assert_int_eq(sqlite3_close(reader), SQLITE_OK);
    scene_ask(&scene, engage_tracker_compact, NULL);
    ck_assert(!file_has(file.path, "x:cat") && !file_has(log, "x:cat"));
    scene_ask(&scene, engage_tracker_check, NULL);
    scene_close(&scene);
    scene_file_remove(&file);
}
END_TEST

/* Whoever never did anything may be named by others all the same, in a brand or two. */
START_TEST(test_forget_who_did_nothing)
{
    static const char *const brands[] = {"acme", "zinc"};
    struct scene_file file;
    struct scene scene = scene_open_file(&file);
    char log[72];
    snprintf(log, sizeof(log), "%s-wal", file.path);
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 2; i++) {
            engage_event invite = scene_act("i1", "Invite", "x:bob", 1);
            invite.brand = scene_text(brands[i]);
            invite.target = scene_text("x:dee");
            scene_add(&scene, invite);
            engage_event written = scene_post("w1", "x:bob", 2, NULL, -1);
            written.brand = scene_text(brands[i]);
            written.type = scene_text("Article");
            written.to = scene_text("x:cat\nx:dee");
            scene_add(&scene, written);
        }
        ck_assert_uint_eq(scene_apply(&scene).applied, round == 0 ? 4 : 0);
        if (round == 0) {
            ck_assert(file_has(file.path, "x:dee") || file_has(log, "x:dee"));
            const char *held = scene_call(&scene, engage_tracker_export, "x:dee", ENGAGE_OK);
            scene_has(held, "{\"brand\":\"acme\",\"what\":\"event\",\"actor\":\"x:bob\","
                            "\"id\":\"i1\"");
            scene_has(held, "{\"brand\":\"zinc\",\"what\":\"event\",\"actor\":\"x:bob\","
                            "\"id\":\"w1\"");
            const char *said = scene_call(&scene, engage_tracker_forget, "x:dee", ENGAGE_OK);
            scene_has(said, "{\"brand\":\"acme\",\"customer\":\"x:dee\",\"accounts\":1,"
                            "\"events\":0,\"left\":0");
            scene_has(said, "{\"brand\":\"zinc\"");
        }
        ck_assert(!file_has(file.path, "x:dee") && !file_has(log, "x:dee"));
        scene_has_fact(&scene, "x:bob", "invite", "i1");
        scene_call(&scene, engage_tracker_forget, "x:dee", ENGAGE_ENOTFOUND);
        scene_call(&scene, engage_tracker_export, "x:dee", ENGAGE_ENOTFOUND);
    }
    scene_has(scene_ask(&scene, engage_tracker_check, NULL), "\"damaged\":0");
    scene_close(&scene);
    scene_file_remove(&file);
}
END_TEST

/* Whom others follow, report or block is named as the object of that. A like names a post, which
 * keeps an id that is an account's too. */
START_TEST(test_forget_whom_others_follow)
{
    static const char *const verbs[] = {"Follow", "Flag", "Block"};
    struct scene_file file;
    struct scene scene = scene_open_file(&file);
    char log[72];
    snprintf(log, sizeof(log), "%s-wal", file.path);
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 3; i++) {
            engage_event event = scene_act(verbs[i], verbs[i], "x:bob", i);
            event.object = scene_text("x:deedee");
            scene_add(&scene, event);
        }
        engage_counts counts = scene_apply(&scene);
        ck_assert_uint_eq(counts.applied, round == 0 ? 3 : 0);
        ck_assert_uint_eq(counts.duplicate, round == 0 ? 0 : 3);
        if (round == 0) {
            const char *held = scene_call(&scene, engage_tracker_export, "x:deedee", ENGAGE_OK);
            for (int i = 0; i < 3; i++)
                scene_has(held, verbs[i]);
            scene_call(&scene, engage_tracker_forget, "x:deedee", ENGAGE_OK);
        }
        ck_assert(!file_has(file.path, "x:deedee") && !file_has(log, "x:deedee"));
        scene_has_fact(&scene, "x:bob", "follow", "Follow");
        scene_has_fact(&scene, "x:bob", "flag", "Flag");
        scene_call(&scene, engage_tracker_export, "x:deedee", ENGAGE_ENOTFOUND);
    }
    scene_add(&scene, scene_post("x:deedee", "x:cat", 1, NULL, -1));
    engage_event like = scene_act("like", "Like", "x:bob", 1);
    like.object = scene_text("x:deedee");
    scene_add(&scene, like);
    scene_apply(&scene);
    scene_has(scene_call(&scene, engage_tracker_export, "x:bob", ENGAGE_OK),
              "\"object\":\"x:deedee\"");
    scene_has(scene_ask(&scene, engage_tracker_check, NULL), "\"damaged\":0");
    scene_close(&scene);
    scene_file_remove(&file);
}
END_TEST

/* What the desk decided about the person's opportunities is told and goes, too, reasons and
 * all; what it decided about those of others stays. */
START_TEST(test_forget_takes_decisions)
{
    static const char *const names[] = {"Annabel", "Robert"};
    static const char *const accounts[] = {"x:ann", "x:bob"};
    struct scene_file file;
    struct scene scene = scene_open_file(&file);
    for (int i = 1; i >= 0; i--) {
        scene_add(&scene, scene_post(names[i], accounts[i], 0, NULL, ENGAGE_INTENT_QUESTION));
        scene_apply(&scene);
        const char *row = strstr(scene_queue(&scene, 2), accounts[i]);
        while (strncmp(row, "{\"id\":\"", 7) != 0)
            row--;
        char id[17];
        snprintf(id, sizeof(id), "%s", row + 7);
        engage_decision decision = ENGAGE_DECISION_INIT;
        decision.name = scene_text("claim");
        decision.subject = scene_text(id);
        decision.reason = scene_text(i == 0 ? "her mother" : "his father");
        engage_buffer_clear(scene.out);
        ck_assert_int_eq(engage_tracker_decide(scene.tracker, &decision, scene.out, NULL),
                         ENGAGE_OK);
    }
    char log[72];
    snprintf(log, sizeof(log), "%s-wal", file.path);
    ck_assert(file_has(file.path, "her mother") || file_has(log, "her mother"));
    scene_call(&scene, engage_tracker_export, "x:ann", ENGAGE_OK);
    ck_assert_ptr_nonnull(strstr(engage_buffer_data(scene.out), "her mother"));
    ck_assert_ptr_null(strstr(engage_buffer_data(scene.out), "his father"));
    scene_call(&scene, engage_tracker_forget, "x:ann", ENGAGE_OK);
    ck_assert(!file_has(log, "her mother"));
    ck_assert(!file_has(file.path, "her mother") && file_has(file.path, "his father"));
    scene_has(scene_ask(&scene, engage_tracker_check, NULL), "\"damaged\":0");
    scene_close(&scene);
    scene_file_remove(&file);
}
END_TEST

static int forget_with(const engage_allocator *allocator, void *ctx)
{
    struct scene *scene = ctx;
    engage_tracker *tracker = NULL;
    engage_tracker_options options = ENGAGE_TRACKER_OPTIONS_INIT;
    engage_query query = scene_query(0, 10);
    options.allocator = allocator;
    int rc = engage_tracker_open(&tracker, "memory:", &options, NULL);
    if (rc == ENGAGE_OK)
        rc = engage_tracker_apply(tracker, scene->events, NULL, NULL);
    engage_buffer_clear(scene->out);
    if (rc == ENGAGE_OK)
        rc = engage_tracker_forget(tracker, scene_text("x:ann"), &query, scene->out, NULL);
    if (rc != ENGAGE_OK)
        ck_assert_uint_eq(engage_buffer_size(scene->out), 0);
    engage_tracker_close(tracker);
    return rc;
}

/* Of so many threads that what is gathered grows at each of them. */
START_TEST(test_forget_without_memory)
{
    struct scene scene = scene_open();
    char asked[16], answered[16];
    for (int i = 0; i < 9; i++) {
        snprintf(asked, sizeof(asked), "q%d", i);
        snprintf(answered, sizeof(answered), "a%d", i);
        scene_add(&scene, scene_post(asked, "x:ann", i, NULL, ENGAGE_INTENT_QUESTION));
        scene_add(&scene, scene_post(answered, "x:bob", i, asked, -1));
        support_fail_each(forget_with, &scene);
    }
    scene_close(&scene);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("forget");
    TCase *cases = tcase_create("forget");
    tcase_set_timeout(cases, 0);
    tcase_add_test(cases, test_forget_leaves_help);
    tcase_add_test(cases, test_forget_leaves_what_edits_said);
    tcase_add_test(cases, test_forget_leaves_no_trace);
    tcase_add_test(cases, test_forgotten_stay_away);
    tcase_add_test(cases, test_what_lay_ahead_stays_away);
    tcase_add_test(cases, test_naming_ahead_stays_away);
    tcase_add_test(cases, test_forgotten_again);
    tcase_add_test(cases, test_nobody_is_not_forgotten);
    tcase_add_test(cases, test_forgetting_refuses_nothing);
    tcase_add_test(cases, test_forget_keeps_objections);
    tcase_add_test(cases, test_forget_takes_all_accounts);
    tcase_add_test(cases, test_forget_partial_states);
    tcase_add_test(cases, test_forget_properties);
    tcase_add_test(cases, test_forget_cleans_the_file);
    tcase_add_test(cases, test_forget_who_did_nothing);
    tcase_add_test(cases, test_forget_whom_others_follow);
    tcase_add_test(cases, test_forget_takes_decisions);
    tcase_add_test(cases, test_forget_without_memory);
    suite_add_tcase(suite, cases);
    return support_run(suite);
}
