/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * What is owed to people and platforms beside forgetting: everything held is told, texts age
 * out, labels and messages are kept as the policy says.
 */
#define _POSIX_C_SOURCE 200809L
#include "scene.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

START_TEST(test_read_only)
{
    struct scene_file file;
    struct scene scene = scene_open_file(&file);
    scene_add_help(&scene);
    engage_tracker_options options = ENGAGE_TRACKER_OPTIONS_INIT;
    options.flags = ENGAGE_TRACKER_READONLY;
    scene_reopen(&scene, file.uri, &options);
    scene_call(&scene, engage_tracker_forget, "x:ann", ENGAGE_EMISUSE);
    ck_assert_int_eq(engage_tracker_retain(scene.tracker, 0, NULL, scene.out, NULL),
                     ENGAGE_EMISUSE);
    ck_assert_int_eq(engage_tracker_compact(scene.tracker, NULL, scene.out, NULL), ENGAGE_EMISUSE);
    engage_query query = ENGAGE_QUERY_INIT;
    query.brand = scene_text("acme");
    ck_assert_int_eq(engage_tracker_compact(scene.tracker, &query, scene.out, NULL),
                     ENGAGE_ERANGE);
    scene_call(&scene, engage_tracker_export, "x:ann", ENGAGE_OK);
    scene_ask(&scene, engage_tracker_check, NULL);
    scene_close(&scene);
    scene_file_remove(&file);
}
END_TEST

/* ------------------------------------------------------------------ export --- */

START_TEST(test_export_has_everything)
{
    struct scene scene = scene_open();
    scene_add_help(&scene);
    const char *held = scene_call(&scene, engage_tracker_export, "x:bob", ENGAGE_OK);
    scene_has(held, "{\"id\":\"x:bob\",\"brand\":\"acme\",\"accounts\":[\"x:bob\"],");
    scene_has(held, "{\"brand\":\"acme\",\"what\":\"event\",\"actor\":\"x:bob\",\"id\":\"a1\"");
    scene_has(held, "\"what\":\"fact\"");
    scene_has(held, "\"what\":\"account\"");
    scene_has(held, "\"what\":\"customer\"");
    scene_has(held, "\"what\":\"transition\"");
    held = scene_call(&scene, engage_tracker_export, "x:ann", ENGAGE_OK);
    scene_has(held, "\"actor\":\"x:bob\",\"id\":\"i1\""); /* what others did with her */
    scene_has(held, "\"what\":\"episode\"");
    scene_call(&scene, engage_tracker_export, "x:nobody", ENGAGE_ENOTFOUND);
    scene_close(&scene);
}
END_TEST

/* ------------------------------------------------------------------ retain --- */

static const char *retain(struct scene *scene, int64_t days, int hours)
{
    engage_query query = scene_query(0, hours);
    engage_buffer_clear(scene->out);
    ck_assert_int_eq(engage_tracker_retain(scene->tracker, days, &query, scene->out, NULL),
                     ENGAGE_OK);
    return engage_buffer_data(scene->out);
}

START_TEST(test_texts_age_out)
{
    struct scene scene = scene_open();
    scene_add_help(&scene);
    char *before = strdup(scene_customer(&scene, "x:bob"));
    scene_has(retain(&scene, -1, 240), "{\"brand\":\"acme\",\"texts\":0}");
    scene_has(retain(&scene, 9, 240), "{\"brand\":\"acme\",\"texts\":6}");
    scene_has(retain(&scene, 9, 240), "{\"brand\":\"acme\",\"texts\":0}");
    ck_assert_str_eq(before, scene_customer(&scene, "x:bob"));
    ck_assert_ptr_null(strstr(scene_call(&scene, engage_tracker_export, "x:bob", ENGAGE_OK),
                              "\"text\":\"a1\""));
    /* The same events are known again, without their texts. */
    scene_add(&scene, scene_post("a1", "x:bob", 2, "q1", ENGAGE_INTENT_PEER_ANSWER));
    engage_counts counts = scene_apply(&scene);
    ck_assert_uint_eq(counts.duplicate, 1);
    ck_assert_uint_eq(counts.conflict, 0);
    ck_assert_str_eq(before, scene_customer(&scene, "x:bob"));
    engage_buffer_clear(scene.out);
    ck_assert_int_eq(engage_tracker_whatif(scene.tracker, NULL, NULL, NULL, scene.out, NULL),
                     ENGAGE_OK);
    ck_assert_str_eq(engage_buffer_data(scene.out), "");
    if (engage_model_builtin() != NULL)
        ck_assert_int_eq(engage_tracker_whatif(scene.tracker, NULL, engage_model_builtin(), NULL,
                                               scene.out, NULL), ENGAGE_ELATE);
    free(before);
    scene_close(&scene);
}
END_TEST

/* What a platform does with a post, or with an account where no post is named. */
static void platform(struct scene *scene, const char *id, const char *verb, const char *account,
                     const char *post, const char *why, int hours)
{
    engage_event event = scene_act(id, verb, "x:desk", hours);
    event.role = scene_text("staff");
    event.target = scene_text(account);
    event.object = scene_text(post);
    event.type = scene_text(why);
    scene_add(scene, event);
    scene_apply(scene);
}

static int holds(struct scene *scene, const char *account, const char *text)
{
    char wanted[64];
    snprintf(wanted, sizeof(wanted), "\"text\":\"%s\"", text);
    return strstr(scene_call(scene, engage_tracker_export, account, ENGAGE_OK), wanted) != NULL;
}

/* The text of what is taken back goes with the batch that takes it back, whichever came
 * first, with all edits; and what was deleted is known again. */
START_TEST(test_deleted_texts_go)
{
    struct scene scene = scene_open();
    engage_event late = scene_act("d0", "Delete", "x:ann", 7);
    late.object = scene_text("soon");
    scene_add(&scene, late);
    scene_apply(&scene);
    scene_add_help(&scene);
    scene_add(&scene, scene_post("soon", "x:ann", 6, NULL, -1));
    engage_event edit = scene_post("edit", "x:ann", 7, NULL, -1);
    edit.verb = scene_text("Update");
    edit.post = scene_text("own");
    engage_event other = scene_post("other", "x:ann", 7, NULL, -1);
    other.verb = edit.verb;
    other.object = scene_text("own"); /* which says as well what it edits */
    other.post = scene_text(NULL);
    scene_add(&scene, edit);
    scene_add(&scene, other);
    scene_apply(&scene);
    ck_assert(holds(&scene, "x:ann", "own") && holds(&scene, "x:ann", "edit"));
    ck_assert(holds(&scene, "x:ann", "other"));
    ck_assert(holds(&scene, "x:ann", "t1") && !holds(&scene, "x:ann", "soon"));
    engage_event gone = scene_act("d1", "Delete", "x:ann", 8);
    gone.object = scene_text("own");
    engage_event undo = scene_act("d2", "Undo", "x:ann", 8);
    undo.target = scene_text("t1");
    scene_add(&scene, gone);
    scene_add(&scene, undo);
    scene_apply(&scene);
    ck_assert(!holds(&scene, "x:ann", "own") && !holds(&scene, "x:ann", "edit"));
    ck_assert(!holds(&scene, "x:ann", "other"));
    ck_assert(!holds(&scene, "x:ann", "t1") && holds(&scene, "x:ann", "q1"));
    scene_add(&scene, scene_post("own", "x:ann", 5, NULL, ENGAGE_INTENT_PRAISE));
    scene_add(&scene, scene_post("soon", "x:ann", 6, NULL, -1));
    engage_counts counts = scene_apply(&scene);
    ck_assert_uint_eq(counts.duplicate, 2);
    ck_assert_uint_eq(counts.conflict, 0);
    ck_assert(!holds(&scene, "x:ann", "own") && !holds(&scene, "x:ann", "soon"));
    scene_has(retain(&scene, -1, 40), "{\"brand\":\"acme\",\"texts\":0}");
    /* What nobody can read again need not be: it is as dead under another model. */
    engage_buffer_clear(scene.out);
    if (engage_model_builtin() != NULL)
        ck_assert_int_eq(engage_tracker_whatif(scene.tracker, NULL, engage_model_builtin(), NULL,
                                               scene.out, NULL), ENGAGE_OK);
    scene_close(&scene);
}
END_TEST

/* What a platform withholds may come back; what it deleted comes back without its text. */
START_TEST(test_withheld_texts)
{
    struct scene scene = scene_open();
    scene_add_help(&scene);
    char *before = strdup(scene_customer(&scene, "x:cat"));
    platform(&scene, "w1", "Withhold", NULL, "q2", "protect", 31);
    scene_lacks(&scene, "x:cat", "\"question\"");
    ck_assert(holds(&scene, "x:cat", "q2"));
    platform(&scene, "w2", "Restore", NULL, "q2", "protect", 32);
    ck_assert(holds(&scene, "x:cat", "q2"));
    ck_assert_str_eq(before, scene_customer(&scene, "x:cat"));
    platform(&scene, "w3", "Withhold", NULL, "q2", NULL, 33);
    platform(&scene, "w4", "Withhold", NULL, "q2", "delete", 34);
    ck_assert(!holds(&scene, "x:cat", "q2"));
    platform(&scene, "w5", "Restore", NULL, "q2", NULL, 35);
    platform(&scene, "w6", "Restore", NULL, "q2", "delete", 36);
    ck_assert(!holds(&scene, "x:cat", "q2"));
    ck_assert_str_eq(before, scene_customer(&scene, "x:cat"));
    free(before);
    platform(&scene, "w7", "Withhold", "x:bob", NULL, "suspend", 37);
    ck_assert(holds(&scene, "x:bob", "a1"));
    platform(&scene, "w8", "Withhold", "x:bob", NULL, "delete", 38);
    ck_assert(!holds(&scene, "x:bob", "a1") && !holds(&scene, "x:bob", "a2"));
    /* Why something was decided stays with the decision. */
    engage_event link = scene_act("k", "Hold", "x:desk", 39);
    link.role = scene_text("staff");
    link.target = scene_text("x:cat");
    link.type = scene_text("creation");
    link.text = scene_text("because");
    engage_event undo = scene_act("u", "Undo", "x:desk", 40);
    undo.role = link.role;
    undo.target = link.id;
    scene_add(&scene, link);
    scene_add(&scene, undo);
    scene_apply(&scene);
    ck_assert(holds(&scene, "x:cat", "because"));
    scene_close(&scene);
}
END_TEST

/* A text that a platform deleted stays away, however events were cut into batches, and whether
 * the deletion was reversed or undone since. */
START_TEST(test_deleted_for_good)
{
    enum { CUTS = 4, EVENTS = 3 };
    static const int orders[CUTS][EVENTS] = {{0, 1, 2}, {0, 1, 2}, {0, 1, 2}, {2, 0, 1}};
    static const unsigned ends[CUTS] = {4, 6, 7, 7}; /* bits: a batch ends after an event */
    for (int reversal = 0; reversal < 4; reversal++) {
        for (int cut = 0; cut < CUTS; cut++) {
            struct scene scene = scene_open();
            engage_event events[EVENTS] = {scene_post("c", "x:ann", 0, NULL, -1),
                                           scene_act("w", "Withhold", "x:desk", 1),
                                           scene_act("r", "Restore", "x:desk", 2)};
            events[1].role = events[2].role = scene_text("staff");
            events[1].type = scene_text("delete");
            if (reversal & 1) {
                events[2].verb = scene_text("Undo");
                events[2].target = events[1].id;
            } else {
                events[2].type = events[1].type;
                events[2].target = scene_text(reversal & 2 ? "x:ann" : NULL);
                events[2].object = scene_text(reversal & 2 ? NULL : "c");
            }
            events[1].target = scene_text(reversal & 2 ? "x:ann" : NULL);
            events[1].object = scene_text(reversal & 2 ? NULL : "c");
            for (size_t i = 0; i < EVENTS; i++) {
                scene_add(&scene, events[orders[cut][i]]);
                if (ends[cut] & 1u << i)
                    scene_apply(&scene);
            }
            scene_has_fact(&scene, "x:ann", "post", "c");
            ck_assert_msg(!holds(&scene, "x:ann", "c"), "reversal %d, cut %d", reversal, cut);
            scene_ask(&scene, engage_tracker_check, NULL);
            scene_close(&scene);
        }
    }
}
END_TEST

static void has_open(struct scene *scene, const char *account, int open)
{
    char wanted[40];
    snprintf(wanted, sizeof(wanted), "\"open_undo\":%d}", open);
    scene_has(scene_call(scene, engage_tracker_states, account, ENGAGE_OK), wanted);
}

static void take_back(struct scene *scene, const char *id, const char *verb, const char *named)
{
    engage_event event = scene_act(id, verb, "x:ann", 3);
    event.target = scene_text(verb[0] == 'U' ? named : NULL);
    event.object = scene_text(verb[0] == 'D' ? named : NULL);
    scene_add(scene, event);
}

/* A deleted post that gave no fact, as those of staff do, stays deleted where it comes again under
 * another id, however events were cut into batches. */
START_TEST(test_deleted_without_facts)
{
    for (unsigned ends = 0; ends < 4; ends++) { /* bits: a batch ends after an event */
        struct scene scene = scene_open();
        scene_add(&scene, scene_staff("said", 1, NULL, NULL));
        if (ends & 1u)
            scene_apply(&scene);
        engage_event gone = scene_act("d", "Delete", "x:acme", 2);
        gone.role = scene_text("staff");
        gone.object = scene_text("said");
        scene_add(&scene, gone);
        if (ends & 2u)
            scene_apply(&scene);
        engage_event again = scene_staff("said", 1, NULL, NULL);
        again.id = scene_text("again");
        scene_add(&scene, again);
        scene_apply(&scene);
        scene_has(scene_call(&scene, engage_tracker_export, "x:acme", ENGAGE_OK),
                  "\"tombstones\":1");
        ck_assert_msg(!holds(&scene, "x:acme", "said"), "ends %u", ends);
        scene_ask(&scene, engage_tracker_check, NULL);
        scene_close(&scene);
    }
}
END_TEST

/* What an Undo or a Delete names is missed until it comes, and again when it is gone. */
START_TEST(test_what_is_not_found)
{
    struct scene scene = scene_open();
    scene_add(&scene, scene_act("stays", "View", "x:ann", 1));
    scene_add(&scene, scene_act("seen", "View", "x:ann", 1));
    take_back(&scene, "u0", "Undo", "seen");
    scene_apply(&scene);
    has_open(&scene, "x:ann", 0);
    take_back(&scene, "u1", "Undo", "view");
    take_back(&scene, "u2", "Undo", "view");
    take_back(&scene, "d1", "Delete", "note");
    scene_apply(&scene);
    has_open(&scene, "x:ann", 3);
    scene_add(&scene, scene_act("view", "View", "x:bob", 1)); /* not Ann's */
    scene_add(&scene, scene_act("other", "View", "x:ann", 1));
    take_back(&scene, "u3", "Undo", "view");
    scene_apply(&scene);
    has_open(&scene, "x:ann", 4);
    scene_add(&scene, scene_act("view", "View", "x:ann", 1));
    take_back(&scene, "u4", "Undo", "view");
    scene_apply(&scene);
    has_open(&scene, "x:ann", 1);
    engage_event note = scene_post("note", "x:ann", 1, NULL, -1);
    scene_add(&scene, note);
    scene_apply(&scene);
    has_open(&scene, "x:ann", 0);
    note.post = scene_text("memo"); /* of the smaller bytes: it takes the place */
    scene_add(&scene, note);
    ck_assert_uint_eq(scene_apply(&scene).conflict, 1);
    has_open(&scene, "x:ann", 1);
    take_back(&scene, "d1", "Delete", "memo");
    ck_assert_uint_eq(scene_apply(&scene).conflict, 1);
    has_open(&scene, "x:ann", 0);
    scene_close(&scene);
}
END_TEST

static const char *kept_policy(struct scene *scene)
{
    engage_buffer_clear(scene->out);
    ck_assert_int_eq(engage_tracker_policy(scene->tracker, scene->out, NULL), ENGAGE_ROW);
    return engage_buffer_data(scene->out);
}

/* Whatever writes what is decided keeps the policy that it was decided by. */
START_TEST(test_policy_is_kept)
{
    static const char text[] = "version = two\n";
    struct scene_file file;
    engage_tracker_options options = ENGAGE_TRACKER_OPTIONS_INIT;
    ck_assert_int_eq(engage_policy_parse(&options.policy, text, sizeof(text) - 1, NULL, NULL),
                     ENGAGE_OK);
    for (int way = 0; way < 3; way++) {
        struct scene scene = scene_open_file(&file);
        scene_add_help(&scene);
        char *line = strdup(scene_call(&scene, engage_tracker_states, "x:bob", ENGAGE_OK));
        scene_reopen(&scene, file.uri, &options);
        engage_query query = scene_query(0, 1000 * 24);
        if (way == 0)
            scene_call(&scene, engage_tracker_forget, "x:ann", ENGAGE_OK);
        else if (way == 1)
            scene_ask(&scene, engage_tracker_compact, &query);
        else
            scene_reopen(&scene, "memory:", &options);
        if (way == 2)
            ck_assert_int_eq(engage_tracker_merge(scene.tracker, line, strlen(line), NULL),
                             ENGAGE_ROW);
        scene_has(kept_policy(&scene), "two");
        free(line);
        scene_close(&scene);
        scene_file_remove(&file);
    }
    engage_policy_unref(options.policy);
}
END_TEST

/* A flag of the brand's own decides; a customer's is an act like others: it stays with somebody
 * else's name, is withheld with its account, and its text goes. */
START_TEST(test_flags_of_customers)
{
    struct scene scene = scene_open();
    engage_event flag = scene_act("f1", "Flag", "x:bob", 3);
    flag.target = scene_text("x:ann");
    flag.text = scene_text("she was rude");
    engage_event own = flag;
    own.id = scene_text("f2");
    own.actor = scene_text("x:desk");
    own.role = scene_text("staff");
    for (int forgotten = 0; forgotten < 2; forgotten++) {
        scene_add_help(&scene);
        scene_add(&scene, flag);
        scene_add(&scene, own);
        engage_counts counts = scene_apply(&scene);
        ck_assert_uint_eq(counts.conflict, 0);
        if (!forgotten)
            scene_call(&scene, engage_tracker_forget, "x:ann", ENGAGE_OK);
        scene_has_fact(&scene, "x:bob", "flag", "f1");
        const char *told = scene_call(&scene, engage_tracker_export, "x:bob", ENGAGE_OK);
        scene_has(told, "\"target\":\"forgotten:1\"");
        ck_assert_ptr_null(strstr(told, "x:ann"));
        scene_call(&scene, engage_tracker_export, "x:ann", ENGAGE_ENOTFOUND);
    }
    platform(&scene, "w1", "Withhold", "x:bob", NULL, "suspend", 37);
    /* Nothing is left to tell. */
    scene_call(&scene, engage_tracker_customer, "x:bob", ENGAGE_ENOTFOUND);
    platform(&scene, "w2", "Restore", "x:bob", NULL, "suspend", 38);
    scene_has_fact(&scene, "x:bob", "flag", "f1");
    ck_assert(holds(&scene, "x:bob", "she was rude"));
    retain(&scene, 1, 48);
    ck_assert(!holds(&scene, "x:bob", "she was rude"));
    engage_event undo = scene_act("u", "Undo", "x:bob", 41);
    undo.target = scene_text("f3");
    flag.id = undo.target;
    scene_add(&scene, flag);
    scene_add(&scene, undo);
    scene_apply(&scene);
    ck_assert(!holds(&scene, "x:bob", "she was rude"));
    scene_has(scene_ask(&scene, engage_tracker_check, NULL), "\"damaged\":0");
    scene_close(&scene);
}
END_TEST

START_TEST(test_policy_says_how_long)
{
    struct scene scene = scene_open_with("[platform x]\ntexts = 3\n");
    scene_add_help(&scene);
    scene_add(&scene, scene_post("m1", "m:dan", 0, NULL, -1));
    scene_apply(&scene);
    scene_has(retain(&scene, -1, 72), "\"texts\":4");
    scene_has(retain(&scene, 2, 72), "\"texts\":3");
    scene_close(&scene);
}
END_TEST

/* ---------------------------------------------------------------- platforms --- */

START_TEST(test_links_need_a_basis)
{
    struct scene scene = scene_open();
    scene_add_help(&scene);
    scene_add(&scene, scene_post("m1", "m:ann", 0, NULL, -1));
    scene_apply(&scene);
    engage_decision link = ENGAGE_DECISION_INIT;
    engage_error error = ENGAGE_ERROR_INIT;
    link.name = scene_text("link");
    link.subject = scene_text("x:ann");
    link.value = scene_text("m:ann");
    engage_buffer_clear(scene.out);
    ck_assert_int_eq(engage_tracker_decide(scene.tracker, &link, scene.out, &error),
                     ENGAGE_EEVENT);
    engage_event event = scene_act("k", "Link", "x:desk", 41);
    event.role = scene_text("staff");
    event.target = scene_text("x:ann");
    event.object = scene_text("m:ann");
    scene_add(&scene, scene_act("v", "View", "x:ann", 41));
    scene_add(&scene, event);
    ck_assert_uint_eq(scene_apply(&scene).refused, 1);
    size_t number;
    const char *why;
    ck_assert_int_eq(engage_tracker_refused(scene.tracker, 0, &number, &why), ENGAGE_ROW);
    ck_assert_uint_eq(number, 1);
    ck_assert_str_eq(why, "such a link needs a reason: what it rests on");
    ck_assert_int_eq(engage_tracker_refused(scene.tracker, 0, NULL, NULL), ENGAGE_ROW);
    ck_assert_int_eq(engage_tracker_refused(scene.tracker, 1, &number, &why), ENGAGE_DONE);
    ck_assert_int_eq(engage_tracker_refused(NULL, 0, &number, &why), ENGAGE_EMISUSE);
    link.reason = scene_text("she said so in m1");
    ck_assert_int_eq(engage_tracker_decide(scene.tracker, &link, scene.out, &error), ENGAGE_OK);
    ck_assert_int_eq(engage_tracker_refused(scene.tracker, 0, &number, &why), ENGAGE_DONE);
    scene_has(scene_customer(&scene, "x:ann"), "\"accounts\":[\"m:ann\",\"x:ann\"]");
    /* Within the platform there is nothing to match. */
    link.value = scene_text("x:cat");
    link.reason = scene_text(NULL);
    ck_assert_int_eq(engage_tracker_decide(scene.tracker, &link, scene.out, &error), ENGAGE_OK);
    scene_close(&scene);
}
END_TEST

START_TEST(test_labels_that_are_not_kept)
{
    struct scene scene = scene_open_with("[platform x]\nwithhold = safety_risk\n");
    engage_event there = scene_post("x1", "x:ann", 0, NULL, ENGAGE_INTENT_SAFETY_RISK);
    engage_event here = scene_post("m1", "m:ann", 0, NULL, ENGAGE_INTENT_SAFETY_RISK);
    scene_add(&scene, there);
    scene_add(&scene, here);
    scene_apply(&scene);
    const char *queue = scene_queue(&scene, 2);
    scene_has(queue, "\"posts\":[\"m1\"],\"intents\":[\"safety_risk\"]");
    ck_assert_ptr_null(strstr(queue, "\"x1\""));
    /* The same again is the same, though what was given is not all kept. */
    scene_add(&scene, there);
    engage_counts counts = scene_apply(&scene);
    ck_assert_uint_eq(counts.duplicate, 1);
    ck_assert_uint_eq(counts.conflict, 0);
    scene_close(&scene);
}
END_TEST

static const char *months(struct scene *scene)
{
    engage_query query = ENGAGE_QUERY_INIT;
    query.by = scene_text("month");
    return scene_ask(scene, engage_tracker_funnel, &query);
}

/* What may be kept of nobody is counted, once a post, in whatever order posts come; of whom,
 * nothing tells. */
START_TEST(test_labels_in_aggregate_only)
{
    static const char text[] = "[platform x]\nwithhold = safety_risk\nwithhold = billing\n";
    static const char wanted[] =
        "\"withheld\":["
        "{\"month\":\"2023-11\",\"platform\":\"x\",\"intent\":\"billing\",\"posts\":1},"
        "{\"month\":\"2023-11\",\"platform\":\"x\",\"intent\":\"safety_risk\",\"posts\":3},"
        "{\"month\":\"2023-12\",\"platform\":\"x\",\"intent\":\"safety_risk\",\"posts\":1}]}";
    for (int order = 0; order < 2; order++) {
        struct scene scene = scene_open_with(text);
        engage_event events[] = {
            scene_post("p1", "x:ann", 0, NULL, ENGAGE_INTENT_SAFETY_RISK),
            scene_post("p2", "x:bob", 1, NULL, ENGAGE_INTENT_SAFETY_RISK),
            scene_post("p3", "x:ann", 2, NULL, ENGAGE_INTENT_SAFETY_RISK),
            scene_post("p4", "x:bob", 24 * 30, NULL, ENGAGE_INTENT_SAFETY_RISK),
            scene_post("p5", "m:ann", 3, NULL, ENGAGE_INTENT_SAFETY_RISK),
            scene_staff("p6", 4, NULL, NULL),
            scene_act("u", "Undo", "x:ann", 5)};
        events[1].intents[ENGAGE_INTENT_BILLING] = 600000;
        events[5].intents[ENGAGE_INTENT_SAFETY_RISK] = 900000;
        events[6].target = scene_text("p1");
        for (size_t i = 0; i < 7; i++) {
            scene_add(&scene, events[order ? 6 - i : i]);
            scene_apply(&scene);
        }
        for (size_t i = 0; i < 7; i++)
            scene_add(&scene, events[i]);
        scene_apply(&scene);
        scene_has(months(&scene), wanted);
        ck_assert_ptr_null(strstr(scene_call(&scene, engage_tracker_export, "x:ann", ENGAGE_OK),
                                  "safety_risk"));
        /* An earlier time knows of earlier months. */
        engage_query query = scene_query(0, 0);
        query.by = scene_text("month");
        ck_assert_ptr_null(strstr(scene_ask(&scene, engage_tracker_funnel, &query),
                                  "\"month\":\"2023-12\""));
        /* Numbers of nobody stay when somebody is forgotten, and count no replay. */
        scene_call(&scene, engage_tracker_forget, "x:ann", ENGAGE_OK);
        scene_call(&scene, engage_tracker_forget, "x:bob", ENGAGE_OK);
        for (size_t i = 0; i < 7; i++)
            scene_add(&scene, events[i]);
        scene_apply(&scene);
        scene_has(months(&scene), wanted);
        scene_close(&scene);
    }
}
END_TEST

/* Direct messages are judged where the policy says so, and not else. */
START_TEST(test_direct_messages)
{
    static const char *const texts[] = {"", "[duties]\nscore_direct = 1\n"};
    if (engage_model_builtin() == NULL)
        return;
    for (int scored = 0; scored < 2; scored++) {
        struct scene scene = scene_open_with(texts[scored]);
        engage_event message = scene_act("m1", "Create", "x:ann", 0);
        message.flags = 0;
        message.post = scene_text("m1");
        message.text = scene_text("My order never arrived and nobody answers. Where is my refund?");
        message.visibility = scene_text("dm");
        scene_add(&scene, message);
        scene_apply(&scene);
        ck_assert_int_eq(strstr(scene_queue(&scene, 2), "\"m1\"") != NULL, scored);
        scene_close(&scene);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("duties");
    TCase *cases = tcase_create("duties");
    tcase_set_timeout(cases, 0);
    tcase_add_test(cases, test_read_only);
    tcase_add_test(cases, test_export_has_everything);
    tcase_add_test(cases, test_texts_age_out);
    tcase_add_test(cases, test_deleted_texts_go);
    tcase_add_test(cases, test_withheld_texts);
    tcase_add_test(cases, test_deleted_for_good);
    tcase_add_test(cases, test_deleted_without_facts);
    tcase_add_test(cases, test_what_is_not_found);
    tcase_add_test(cases, test_policy_is_kept);
    tcase_add_test(cases, test_flags_of_customers);
    tcase_add_test(cases, test_policy_says_how_long);
    tcase_add_test(cases, test_links_need_a_basis);
    tcase_add_test(cases, test_labels_that_are_not_kept);
    tcase_add_test(cases, test_labels_in_aggregate_only);
    tcase_add_test(cases, test_direct_messages);
    suite_add_tcase(suite, cases);
    return support_run(suite);
}
