/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * The tracker by worked cases: what becomes of small threads.
 */
#include "scene.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* -------------------------------------------------------------------- kinds --- */

START_TEST(test_kinds)
{
    struct scene scene = scene_open();
    engage_event event = scene_act("view", "View", "x:1", 1);
    event.object = scene_text("web:a");
    scene_add(&scene, event);
    event = scene_act("watch", "View", "x:1", 1);
    event.type = scene_text("Video");
    scene_add(&scene, event);
    event = scene_act("like", "Like", "x:1", 1);
    event.object = scene_text("x:nowhere");
    scene_add(&scene, event);
    event = scene_act("direct", "cocreate", "x:1", 1);
    event.target = scene_text("x:2");
    scene_add(&scene, event);
    scene_add(&scene, scene_post("post", "x:1", 2, NULL, -1));
    scene_add(&scene, scene_post("question", "x:1", 2, NULL, ENGAGE_INTENT_QUESTION));
    scene_add(&scene, scene_post("care", "x:1", 2, NULL, ENGAGE_INTENT_COMPLAINT));
    scene_add(&scene, scene_post("comment", "x:1", 2, "x:nowhere", -1));
    scene_add(&scene, scene_post("suggestion", "x:1", 2, "x:nowhere", ENGAGE_INTENT_SUGGESTION));
    event = scene_post("media", "x:1", 2, NULL, -1);
    event.media = 1;
    scene_add(&scene, event);
    event = scene_post("review", "x:1", 2, NULL, -1);
    event.flags |= ENGAGE_EVENT_HAS_RATING;
    event.rating = 400;
    scene_add(&scene, event);
    event = scene_post("quote", "x:1", 2, NULL, -1);
    event.quote_of = scene_text("x:nowhere");
    scene_add(&scene, event);
    event.id = event.post = scene_text("bare");
    event.text = scene_text("@jo https://example.org/a");
    scene_add(&scene, event);
    event = scene_post("article", "x:1", 2, NULL, -1);
    event.type = scene_text("Article");
    scene_add(&scene, event);
    event = scene_post("organise", "x:1", 2, NULL, -1);
    event.type = scene_text("Event");
    scene_add(&scene, event);
    scene_apply(&scene);
    static const char *const kinds[][2] = {
        {"view", "view"},         {"watch", "watch"},     {"like", "like"},
        {"cocreate", "direct"},   {"post", "post"},       {"question", "question"},
        {"care", "care"},         {"comment", "comment"}, {"suggestion", "suggestion"},
        {"media", "media"},       {"review", "review"},   {"quote", "quote"},
        {"share", "bare"},        {"article", "article"}, {"organise", "organise"},
    };
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        scene_has_fact(&scene, "x:1", kinds[i][0], kinds[i][1]);
    scene_close(&scene);
}
END_TEST

/* A reply is a help once its late parent turns out to be a question, and is thanked
 * for by a like of the asker's, not by its author's or staff's. */
START_TEST(test_help)
{
    struct scene scene = scene_open();
    scene_add(&scene, scene_post("h", "x:2", 2, "q", -1));
    scene_apply(&scene);
    scene_has_fact(&scene, "x:2", "comment", "h");
    scene_add(&scene, scene_post("q", "x:1", 1, NULL, ENGAGE_INTENT_QUESTION));
    scene_apply(&scene);
    scene_has_fact(&scene, "x:2", "help", "h");
    scene_lacks(&scene, "x:2", "thanked");
    static const char *const likers[] = {"x:2", "x:3", "x:acme"};
    for (size_t i = 0; i < 3; i++) {
        engage_event like = scene_act(likers[i], "Like", likers[i], 3);
        like.object = scene_text("h");
        if (i == 2)
            like.role = scene_text("staff");
        scene_add(&scene, like);
    }
    scene_apply(&scene);
    scene_lacks(&scene, "x:2", "thanked");
    engage_event like = scene_act("l", "Like", "x:1", 4);
    like.object = scene_text("h");
    scene_add(&scene, like);
    scene_apply(&scene);
    scene_has_fact(&scene, "x:2", "thanked", "l");
    engage_event undo = scene_act("u", "Undo", "x:1", 5);
    undo.target = scene_text("l");
    scene_add(&scene, undo);
    scene_apply(&scene);
    scene_lacks(&scene, "x:2", "thanked");
    scene_close(&scene);
}
END_TEST

START_TEST(test_no_help)
{
    struct scene scene = scene_open();
    scene_add(&scene, scene_post("q", "x:1", 1, NULL, ENGAGE_INTENT_QUESTION));
    scene_add(&scene, scene_post("own", "x:1", 2, "q", -1));
    scene_add(&scene, scene_post("too", "x:2", 2, "q", ENGAGE_INTENT_DEFECT));
    scene_add(&scene, scene_post("back", "x:1", 3, "too", -1));
    engage_event second = scene_post("mine", "x:7", 3, "q", -1);
    second.crm_id = scene_text("C-1");
    scene_add(&scene, second);
    engage_event first = scene_post("link", "x:1", 4, NULL, -1);
    first.crm_id = scene_text("C-1");
    scene_add(&scene, first);
    scene_apply(&scene);
    scene_lacks(&scene, "x:1", "\"help\"");
    scene_lacks(&scene, "x:2", "\"help\"");
    scene_has(scene_customer(&scene, "x:7"), "\"accounts\":[\"x:1\",\"x:7\"]");
    scene_lacks(&scene, "x:7", "\"help\"");
    scene_close(&scene);
}
END_TEST

START_TEST(test_backed)
{
    struct scene scene = scene_open();
    scene_add(&scene, scene_post("s", "x:1", 1, NULL, ENGAGE_INTENT_SUGGESTION));
    scene_add(&scene, scene_post("second", "x:2", 2, "s", ENGAGE_INTENT_PRAISE));
    engage_event share = scene_act("share", "Announce", "x:3", 2);
    share.object = scene_text("s");
    scene_add(&scene, share);
    share = scene_act("own", "Like", "x:1", 2);
    share.object = scene_text("s");
    scene_add(&scene, share);
    scene_apply(&scene);
    scene_has_fact(&scene, "x:1", "backed", "second");
    scene_has_fact(&scene, "x:1", "backed", "share");
    scene_lacks(&scene, "x:1", "\"kind\":\"backed\",\"account\":\"x:1\",\"actor\":\"x:1\"");
    scene_close(&scene);
}
END_TEST

START_TEST(test_update_and_circle)
{
    struct scene scene = scene_open();
    scene_add(&scene, scene_post("a", "x:1", 1, "b", -1));
    scene_add(&scene, scene_post("b", "x:2", 1, "a", -1));
    scene_add(&scene, scene_post("p", "x:1", 1, NULL, -1));
    engage_event update = scene_post("u", "x:1", 2, NULL, ENGAGE_INTENT_SUGGESTION);
    update.verb = scene_text("Update");
    update.post = scene_text("p");
    scene_add(&scene, update);
    update.id = scene_text("other");
    update.actor = scene_text("x:2");
    update.intents[ENGAGE_INTENT_SUGGESTION] = 0;
    scene_add(&scene, update);
    scene_apply(&scene);
    scene_has_fact(&scene, "x:1", "suggestion", "p");
    scene_has_fact(&scene, "x:1", "post", "a");
    scene_has_fact(&scene, "x:2", "comment", "b");
    scene_close(&scene);
}
END_TEST

/* ----------------------------------------------------------------- episodes --- */

START_TEST(test_answers)
{
    struct scene scene = scene_open();
    scene_add(&scene, scene_post("q", "x:1", 0, NULL, ENGAGE_INTENT_QUESTION));
    scene_add(&scene, scene_post("again", "x:1", 3, "q", ENGAGE_INTENT_QUESTION));
    scene_add(&scene, scene_staff("bot", 1, "q", "bot"));
    scene_add(&scene, scene_staff("note", 2, "q", "note"));
    engage_counts counts = scene_apply(&scene);
    ck_assert_uint_eq(counts.opened, 1);
    const char *json = scene_queue(&scene, 5);
    scene_has(json, "\"posts\":[\"q\",\"again\"]");
    scene_has(json, "\"part\":\"repeat\"");
    json = scene_replies(&scene, 5, NULL);
    scene_has(json, "\"episodes\":1,\"answered\":0");
    scene_has(json, "\"bot_first_response\":{\"mean_ms\":3600000");
    scene_add(&scene, scene_staff("yes", 4, "again", NULL));
    counts = scene_apply(&scene);
    ck_assert_uint_eq(counts.closed, 1);
    ck_assert_str_eq(scene_queue(&scene, 5), "");
    scene_has(scene_queue(&scene, 3), "\"id\"");
    json = scene_replies(&scene, 5, NULL);
    scene_has(json, "\"first_response\":{\"mean_ms\":14400000,\"median_ms\":14400000,"
              "\"km_median_ms\":14400000,\"km_p90_ms\":14400000,\"business_km_median_ms\":null}");
    scene_add(&scene, scene_post("more", "x:1", 6, "yes", ENGAGE_INTENT_COMPLAINT));
    scene_apply(&scene);
    scene_has(scene_queue(&scene, 7), "\"posts\":[\"more\"]");
    scene_close(&scene);
}
END_TEST

/* A reply that names a conversation of its own still answers what it replies to. */
START_TEST(test_answer_names_conversation)
{
    struct scene scene = scene_open();
    scene_add(&scene, scene_post("x:q", "x:1", 0, NULL, ENGAGE_INTENT_QUESTION));
    engage_event answer = scene_staff("x:s", 1, "x:q", NULL);
    answer.conversation = scene_text("x:conv");
    scene_add(&scene, answer);
    scene_apply(&scene);
    scene_has(scene_replies(&scene, 5, NULL), "\"episodes\":1,\"answered\":1");
    ck_assert_str_eq(scene_queue(&scene, 5), "");
    scene_close(&scene);
}
END_TEST

/* Two accounts of one customer wait in one episode, also when the link comes last,
 * and whoever names one of them answers both. */
START_TEST(test_accounts_of_a_customer)
{
    struct scene scene = scene_open();
    scene_add(&scene, scene_post("q", "x:a", 0, NULL, ENGAGE_INTENT_QUESTION));
    scene_add(&scene, scene_post("q2", "m:a", 1, "q", ENGAGE_INTENT_QUESTION));
    scene_apply(&scene);
    scene_has(scene_replies(&scene, 5, NULL), "\"episodes\":2,\"answered\":0");
    for (int i = 0; i < 2; i++) {
        engage_event link = scene_act("link", "View", i == 0 ? "x:a" : "m:a", 1);
        link.crm_id = scene_text("C-1");
        scene_add(&scene, link);
    }
    scene_apply(&scene);
    scene_has(scene_queue(&scene, 5), "\"posts\":[\"q\",\"q2\"]");
    engage_event answer = scene_staff("s", 2, "q2", NULL);
    scene_add(&scene, answer);
    scene_apply(&scene);
    scene_has(scene_replies(&scene, 5, NULL), "\"episodes\":1,\"answered\":1");
    ck_assert_str_eq(scene_queue(&scene, 5), "");
    scene_add(&scene, scene_post("q3", "x:a", 6, "q", ENGAGE_INTENT_QUESTION));
    answer = scene_staff("s2", 7, NULL, NULL);
    answer.conversation = scene_text("q");
    answer.to = scene_text("m:a");
    scene_add(&scene, answer);
    scene_apply(&scene);
    scene_has(scene_replies(&scene, 8, NULL), "\"episodes\":2,\"answered\":2");
    scene_close(&scene);
}
END_TEST

/* Whoever was helped by another waits no longer, though the brand has not answered;
 * one looking from before still sees it wait. */
START_TEST(test_content_without_the_brand)
{
    struct scene scene = scene_open();
    scene_add(&scene, scene_post("q", "x:1", 0, NULL, ENGAGE_INTENT_QUESTION));
    scene_add(&scene, scene_post("h", "x:2", 1, "q", -1));
    scene_apply(&scene);
    scene_has(scene_queue(&scene, 5), "\"posts\":[\"q\"]");
    engage_event thanks = scene_post("t", "x:1", 2, "h", ENGAGE_INTENT_PRAISE);
    thanks.text = scene_text("thanks that worked!");
    thanks.valence = 900000;
    scene_add(&scene, thanks);
    engage_counts counts = scene_apply(&scene);
    ck_assert_uint_eq(counts.closed, 1);
    ck_assert_str_eq(scene_queue(&scene, 5), "");
    scene_has(scene_queue(&scene, 1), "\"posts\":[\"q\"");
    scene_has(scene_replies(&scene, 5, NULL), "\"episodes\":1,\"answered\":0");
    scene_lacks(&scene, "x:1", "\"open\":[\"");
    scene_add(&scene, scene_post("more", "x:1", 6, "h", ENGAGE_INTENT_COMPLAINT));
    scene_apply(&scene);
    scene_has(scene_queue(&scene, 7), "\"posts\":[\"more\"]");
    scene_close(&scene);
}
END_TEST

/* A staff post that replies to nothing speaks to the latest who waits in the
 * conversation that it names, or to the post that it quotes. */
START_TEST(test_answer_without_reply)
{
    struct scene scene = scene_open();
    static const char *const actors[] = {"x:1", "x:2"};
    for (int i = 0; i < 2; i++) {
        engage_event ask = scene_post(i == 0 ? "q1" : "q2", actors[i], i, NULL,
                                      ENGAGE_INTENT_QUESTION);
        ask.conversation = scene_text("c");
        scene_add(&scene, ask);
    }
    engage_event answer = scene_staff("s1", 2, NULL, NULL);
    answer.conversation = scene_text("c");
    scene_add(&scene, answer);
    scene_apply(&scene);
    scene_has(scene_queue(&scene, 5), "\"posts\":[\"q1\"]");
    answer = scene_staff("s2", 3, NULL, NULL);
    answer.conversation = scene_text("c");
    scene_add(&scene, answer);
    scene_add(&scene, scene_post("q3", "x:3", 3, NULL, ENGAGE_INTENT_QUESTION));
    answer = scene_staff("s3", 4, NULL, NULL);
    answer.quote_of = scene_text("q3");
    scene_add(&scene, answer);
    scene_apply(&scene);
    ck_assert_str_eq(scene_queue(&scene, 5), "");
    scene_has(scene_replies(&scene, 5, NULL), "\"episodes\":3,\"answered\":3");
    scene_close(&scene);
}
END_TEST

/* Reach counts the followers that any event of the account told of. */
START_TEST(test_reach_of_account)
{
    struct scene scene = scene_open();
    engage_event view = scene_act("v", "View", "x:1", 0);
    view.followers = 99999;
    scene_add(&scene, view);
    scene_add(&scene, scene_post("q", "x:1", 1, NULL, ENGAGE_INTENT_QUESTION));
    scene_apply(&scene);
    scene_has(scene_queue(&scene, 2), "\"part\":\"reach\"");
    scene_close(&scene);
}
END_TEST

/* Others who asked the same count also when they were answered; who asked in private
 * does not. */
START_TEST(test_others_ask_the_same)
{
    static const char *const ids[] = {"q1", "q2", "q3"};
    static const char *const actors[] = {"x:1", "x:2", "x:3"};
    for (int private = 0; private < 2; private++) {
        struct scene scene = scene_open();
        for (int i = 0; i < 3; i++) {
            engage_event ask = scene_post(ids[i], actors[i], i, NULL, ENGAGE_INTENT_QUESTION);
            ask.product = scene_text("lamp");
            if (private && i == 1)
                ask.visibility = scene_text("dm");
            scene_add(&scene, ask);
        }
        scene_add(&scene, scene_staff("s1", 4, "q1", NULL));
        scene_add(&scene, scene_staff("s2", 4, "q2", NULL));
        scene_apply(&scene);
        const char *json = scene_queue(&scene, 5);
        scene_has(json, "\"posts\":[\"q3\"]");
        ck_assert_int_eq(strstr(json, "\"part\":\"askers\"") == NULL, private);
        scene_close(&scene);
    }
}
END_TEST

/* x:1 asks under one post of the brand, x:2 and x:3 under another. */
static struct scene open_apart(void)
{
    struct scene scene = scene_open();
    scene_add(&scene, scene_staff("m1", 0, NULL, NULL));
    scene_add(&scene, scene_staff("m2", 0, NULL, NULL));
    scene_add(&scene, scene_post("q1", "x:1", 1, "m1", ENGAGE_INTENT_QUESTION));
    scene_add(&scene, scene_post("q2", "x:2", 2, "m2", ENGAGE_INTENT_QUESTION));
    scene_add(&scene, scene_post("q3", "x:3", 3, "m2", ENGAGE_INTENT_QUESTION));
    scene_apply(&scene);
    return scene;
}

/* The post by which both are one thread, and what becomes of it. */
enum fate { NEVER, STANDS, UNDONE, DELETED, REPLACED };

static engage_event joining(void)
{
    engage_event event = scene_post("j", "x:4", 4, "m1", -1);
    event.quote_of = scene_text("m2");
    return event;
}

static engage_event ending(enum fate fate)
{
    engage_event event = scene_act("u", fate == UNDONE ? "Undo" : "Delete", "x:4", 6);
    event.target = event.object = scene_text("j");
    if (fate == REPLACED) {
        event = joining();
        event.in_reply_to = scene_text("l"); /* by which its bytes are the smaller ones */
        event.quote_of = (engage_str){NULL, 0};
    }
    return event;
}

static int asks_the_same(struct scene *scene)
{
    return strstr(scene_queue(scene, 5), "\"part\":\"askers\"") != NULL;
}

/* All that hangs on threads, in the scene's buffer and in `kept`. */
static void tell_threads(struct scene *scene, engage_buffer *kept)
{
    engage_query query = scene_query(ENGAGE_QUERY_EXPLAIN, 8);
    engage_buffer_clear(kept);
    ck_assert_int_eq(engage_tracker_people(scene->tracker, &query, kept, NULL), ENGAGE_OK);
    ck_assert_int_eq(engage_tracker_queue(scene->tracker, &query, kept, NULL), ENGAGE_OK);
}

/* Posts hang together by what stands, however it came: `order` 0 joins first, 1 ends
 * first, 2 does both in one batch. */
START_TEST(test_parted_threads)
{
    engage_buffer *kept = NULL;
    engage_buffer *never = NULL;
    ck_assert_int_eq(engage_buffer_new(&kept, NULL), ENGAGE_OK);
    ck_assert_int_eq(engage_buffer_new(&never, NULL), ENGAGE_OK);
    for (int fate = NEVER; fate <= REPLACED; fate++)
        for (int order = 0; order < 3; order++) {
            struct scene scene = open_apart();
            for (int step = 0; step < 2; step++) {
                int joins = step == (order == 1);
                if (fate != NEVER && joins)
                    scene_add(&scene, joining());
                if (fate > STANDS && !joins)
                    scene_add(&scene, ending((enum fate)fate));
                if (order < 2)
                    scene_apply(&scene);
            }
            scene_apply(&scene);
            ck_assert_int_eq(asks_the_same(&scene), fate == STANDS);
            tell_threads(&scene, fate == NEVER ? never : kept);
            if (fate == UNDONE || fate == DELETED)
                ck_assert_str_eq(engage_buffer_data(kept), engage_buffer_data(never));
            scene_close(&scene);
        }
    engage_buffer_free(kept);
    engage_buffer_free(never);
}
END_TEST

/* An Undo that gives way to another of its id lets what it named stand again. */
START_TEST(test_joined_anew)
{
    struct scene scene = open_apart();
    engage_event undo = ending(UNDONE);
    scene_add(&scene, joining());
    scene_apply(&scene);
    scene_add(&scene, undo);
    scene_apply(&scene);
    ck_assert(!asks_the_same(&scene));
    engage_event other = undo;
    other.target = other.object = scene_text("i");
    scene_add(&scene, other);
    ck_assert_uint_eq(scene_apply(&scene).conflict, 1);
    ck_assert(asks_the_same(&scene));
    scene_close(&scene);
}
END_TEST

/* Who asks again after having given up opens an episode of its own. */
START_TEST(test_expired)
{
    struct scene scene = scene_open();
    scene_add(&scene, scene_post("q", "x:1", 24, NULL, ENGAGE_INTENT_QUESTION));
    scene_add(&scene, scene_post("q2", "x:1", 20 * 24, "q", ENGAGE_INTENT_QUESTION));
    scene_apply(&scene);
    const char *json = scene_queue(&scene, 20 * 24 + 1);
    scene_has(json, "\"posts\":[\"q2\"]");
    scene_has(json, "\"missed\":false");
    scene_has(scene_replies(&scene, 20 * 24 + 1, NULL), "\"episodes\":2,\"answered\":0");
    scene_close(&scene);
}
END_TEST

/* By the handle of the brand, by its account, and by that of somebody who answers for it. */
START_TEST(test_addressed)
{
    static const struct {
        const char *to;
        const char *why;
    } cases[] = {
        {"x:acme", "addressed to the brand"},   {"x:7", "addressed to the brand"},
        {"x:agent", "addressed to the brand"},  {"x:other", "untagged"},
        {"m:agent", "untagged"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct scene scene = scene_open_with("[brand acme]\nhandle = x:acme\nhandle = x:7\n"
                                             "staff = x:agent\n");
        engage_event post = scene_post("q", "x:1", 0, NULL, ENGAGE_INTENT_COMPLAINT);
        post.text = scene_text("it broke again");
        post.to = scene_text(cases[i].to);
        scene_add(&scene, post);
        scene_apply(&scene);
        scene_has(scene_queue(&scene, 1), cases[i].why);
        scene_close(&scene);
    }
}
END_TEST

START_TEST(test_queue_times)
{
    struct scene scene = scene_open();
    scene_add(&scene, scene_post("q", "x:1", 0, NULL, ENGAGE_INTENT_COMPLAINT));
    scene_add(&scene, scene_post("spam", "x:2", 0, NULL, ENGAGE_INTENT_SPAM));
    scene_apply(&scene);
    scene_has(scene_queue(&scene, 0), "\"missed\":false");
    scene_has(scene_queue(&scene, 24), "\"missed\":true");
    scene_has(scene_queue(&scene, 7 * 24 - 1), "\"state\":\"open\"");
    ck_assert_str_eq(scene_queue(&scene, 7 * 24), "");
    int64_t before = -1;
    for (int hours = 0; hours < 7 * 24; hours++) {
        const char *at = strstr(scene_queue(&scene, hours), "\"priority\":");
        ck_assert_ptr_nonnull(at);
        int64_t priority = strtoll(at + 11, NULL, 10);
        ck_assert_int_ge(priority, before);
        before = priority;
    }
    scene_close(&scene);
}
END_TEST

/* What came after the time that one looks from does not show: further posts, other words of those
 * that were there, decisions, followers. */
START_TEST(test_queue_of_the_past)
{
    for (int private = 0; private < 2; private++) {
        struct scene scene = scene_open();
        engage_event view = scene_act("v", "View", "x:1", 0);
        view.followers = 99999;
        scene_add(&scene, view);
        engage_event bare = scene_post("p1", "x:1", 1, NULL, ENGAGE_INTENT_QUESTION);
        scene_add(&scene, bare);
        engage_event edit = scene_post("e1", "x:1", 2, NULL, ENGAGE_INTENT_COMPLAINT);
        edit.verb = scene_text("Update");
        edit.post = scene_text("p1");
        edit.valence = -600000;
        scene_add(&scene, edit);
        scene_apply(&scene);
        char id[17] = "";
        memcpy(id, scene_queue(&scene, 3) + 7, 16);
        engage_event dismiss = scene_act("d", "Dismiss", "desk:ann", 4);
        dismiss.role = scene_text("staff");
        dismiss.object = scene_text(id);
        scene_add(&scene, dismiss);
        scene_apply(&scene);
        char before[4096];
        snprintf(before, sizeof(before), "%s", scene_queue(&scene, 3));
        scene_has(before, "\"intents\":[\"complaint\"]");
        scene_has(before, "\"part\":\"severity\"");
        scene_has(before, "\"part\":\"reach\"");
        scene_has(before, "\"reason\":\"untagged\"");
        ck_assert_str_eq(scene_queue(&scene, 5), "");
        /* Later: asked again by more, in capitals, doubtful, of a product, to the brand. */
        engage_event further = scene_post("p2", "x:1", 6, "p1", ENGAGE_INTENT_BILLING);
        further.intents[ENGAGE_INTENT_BILLING] = 550000;
        further.text = scene_text("@ACME WHY DOES NOBODY ANSWER ME HERE");
        further.product = scene_text("lamp");
        further.valence = -900000;
        if (private)
            further.visibility = scene_text("dm");
        scene_add(&scene, further);
        engage_event again = edit;
        again.id = scene_text("e2");
        again.intents[ENGAGE_INTENT_COMPLAINT] = 0;
        again.intents[ENGAGE_INTENT_CHURN_RISK] = 900000;
        again.time += 5 * SCENE_HOUR;
        scene_add(&scene, again);
        engage_event seen = scene_act("w", "View", "x:1", 8);
        seen.followers = 1;
        scene_add(&scene, seen);
        scene_apply(&scene);
        ck_assert_str_eq(scene_queue(&scene, 3), before);
        ck_assert_str_eq(scene_queue(&scene, 5), "");
        scene_has(scene_queue(&scene, 9), "\"intents\":[\"billing\",\"churn_risk\"]");
        scene_close(&scene);
    }
}
END_TEST

/* Where a post asked for nothing before its author put other words in it, nobody waited then. */
START_TEST(test_queue_before_anything_was_asked)
{
    struct scene scene = scene_open();
    scene_add(&scene, scene_post("p", "x:1", 1, NULL, -1));
    engage_event edit = scene_post("e", "x:1", 5, NULL, ENGAGE_INTENT_COMPLAINT);
    edit.verb = scene_text("Update");
    edit.post = scene_text("p");
    scene_add(&scene, edit);
    scene_apply(&scene);
    ck_assert_str_eq(scene_queue(&scene, 3), "");
    scene_has(scene_queue(&scene, 6), "\"intents\":[\"complaint\"]");
    scene_close(&scene);
}
END_TEST

/* A customer waits in what the queue lists, and not in what was dismissed. */
START_TEST(test_open_is_what_the_queue_lists)
{
    struct scene scene = scene_open();
    char id[17] = "";
    scene_add(&scene, scene_post("q", "x:1", 0, NULL, ENGAGE_INTENT_QUESTION));
    scene_apply(&scene);
    memcpy(id, scene_queue(&scene, 1) + 7, 16);
    engage_event claim = scene_act("c", "Claim", "desk:ann", 1);
    claim.role = scene_text("staff");
    claim.object = scene_text(id);
    scene_add(&scene, claim);
    scene_apply(&scene);
    scene_has(scene_customer(&scene, "x:1"), "\"open\":[\"");
    engage_event dismiss = claim;
    dismiss.id = scene_text("d");
    dismiss.verb = scene_text("Dismiss");
    dismiss.time += SCENE_HOUR;
    scene_add(&scene, dismiss);
    scene_apply(&scene);
    scene_has(scene_customer(&scene, "x:1"), "\"open\":[]");
    scene_add(&scene, scene_post("q2", "x:1", 3, "q", ENGAGE_INTENT_QUESTION));
    scene_apply(&scene);
    scene_has(scene_customer(&scene, "x:1"), "\"open\":[\"");
    scene_close(&scene);
}
END_TEST

/* A receipt names what gave a post its words, whatever its date, and nothing that gave none. */
START_TEST(test_receipts_of_edited_posts)
{
    struct scene scene = scene_open();
    engage_query query = scene_query(ENGAGE_QUERY_EXPLAIN, 5);
    scene_add(&scene, scene_post("q", "x:1", 2, NULL, ENGAGE_INTENT_QUESTION));
    engage_event edit = scene_post("e", "x:1", 1, NULL, ENGAGE_INTENT_COMPLAINT);
    edit.verb = scene_text("Update");
    edit.post = scene_text("q");
    scene_add(&scene, edit);
    engage_event bare = scene_act("n", "Update", "x:1", 3);
    bare.flags = 0;
    bare.post = scene_text("q");
    bare.type = scene_text("Note");
    scene_add(&scene, bare);
    scene_apply(&scene);
    const char *json = scene_ask(&scene, engage_tracker_queue, &query);
    scene_has(json, "\"intents\":[\"complaint\"]");
    scene_has(json, "\"events\":[{\"post\":\"q\",\"actor\":\"x:1\",\"event\":\"e\","
                    "\"model\":null},{\"post\":\"q\",\"actor\":\"x:1\",\"event\":\"q\","
                    "\"model\":null}]}}\n");
    scene_close(&scene);
}
END_TEST

/* Thanks for help end a wait, also where the helper objects to being profiled, and however the
 * events are cut into batches. */
START_TEST(test_thanks_for_help_by_one_who_objects)
{
    for (int cut = 0; cut < 2; cut++) {
        struct scene scene = scene_open();
        scene_add(&scene, scene_post("q", "x:1", 0, NULL, ENGAGE_INTENT_COMPLAINT));
        scene_add(&scene, scene_post("h", "x:2", 1, "q", ENGAGE_INTENT_PEER_ANSWER));
        engage_event object = scene_act("o", "Object", "x:2", 2);
        object.target = object.actor;
        scene_add(&scene, object);
        if (cut)
            scene_apply(&scene);
        engage_event like = scene_act("l", "Like", "x:1", 3);
        like.object = scene_text("h");
        scene_add(&scene, like);
        scene_apply(&scene);
        ck_assert_str_eq(scene_queue(&scene, 4), "");
        scene_close(&scene);
    }
}
END_TEST

/* Answers after 1, 2 and 3 hours, and one who still waits after 2.5: at 3 hours one
 * of one is left, so that the curve falls 3/4, 1/2, 0. */
START_TEST(test_kaplan_meier)
{
    struct scene scene = scene_open();
    scene_add(&scene, scene_post("q1", "x:1", 0, NULL, ENGAGE_INTENT_QUESTION));
    scene_add(&scene, scene_staff("a1", 1, "q1", NULL));
    scene_add(&scene, scene_post("q2", "x:2", 0, NULL, ENGAGE_INTENT_QUESTION));
    scene_add(&scene, scene_staff("a2", 2, "q2", NULL));
    scene_add(&scene, scene_post("q3", "x:3", 0, NULL, ENGAGE_INTENT_QUESTION));
    scene_add(&scene, scene_staff("a3", 3, "q3", NULL));
    engage_event late = scene_post("q4", "x:4", 7, NULL, ENGAGE_INTENT_QUESTION);
    late.time += SCENE_HOUR / 2;
    scene_add(&scene, late);
    scene_apply(&scene);
    const char *json = scene_replies(&scene, 10, NULL);
    scene_has(json, "\"episodes\":4,\"answered\":3");
    scene_has(json, "\"mean_ms\":7200000,\"median_ms\":7200000,\"km_median_ms\":7200000,"
              "\"km_p90_ms\":10800000");
    json = scene_replies(&scene, 10, "platform");
    scene_has(json, "\"by\":{\"x\":{\"episodes\":4");
    scene_close(&scene);
}
END_TEST

/* So many waits that their sum would not fit: each of nearly ten thousand years. */
START_TEST(test_the_longest_waits)
{
    enum { WAITS = 30000, STEP = 3000 };
    struct scene scene = scene_open();
    const int64_t first = INT64_C(-62135596800000);
    const int64_t last = INT64_C(253402300799999);
    for (int i = 0; i < WAITS; i++) {
        char ids[2][16];
        snprintf(ids[0], sizeof(ids[0]), "q%d", i);
        snprintf(ids[1], sizeof(ids[1]), "a%d", i);
        engage_event question = scene_post(ids[0], ids[0], 0, NULL, ENGAGE_INTENT_QUESTION);
        engage_event answer = scene_staff(ids[1], 0, ids[0], NULL);
        question.time = first;
        answer.time = last;
        scene_add(&scene, question);
        scene_add(&scene, answer);
        if (i % STEP == STEP - 1)
            scene_apply(&scene);
    }
    const char *json = scene_ask(&scene, engage_tracker_replies, NULL);
    scene_has(json, "\"answered\":30000,\"first_response\":{\"mean_ms\":315537897599999,"
                    "\"median_ms\":315537897599999,");
    scene_close(&scene);
}
END_TEST

START_TEST(test_clamped_and_recovered)
{
    struct scene scene = scene_open();
    engage_event complaint = scene_post("c", "x:1", 5, NULL, ENGAGE_INTENT_COMPLAINT);
    complaint.valence = -800000;
    scene_add(&scene, complaint);
    scene_add(&scene, scene_staff("a", 4, "c", NULL));
    engage_event thanks = scene_post("t", "x:1", 8, "a", ENGAGE_INTENT_PRAISE);
    thanks.valence = 700000;
    scene_add(&scene, thanks);
    scene_apply(&scene);
    const char *json = scene_replies(&scene, 10, NULL);
    scene_has(json, "\"clamped\":1");
    scene_has(json, "\"recovered\":1,");
    scene_has(json, "\"mean_ms\":0");
    /* Of a moment before the customer wrote again nothing had recovered yet. */
    scene_has(scene_replies(&scene, 8, NULL), "\"recovered\":1,");
    scene_has(scene_replies(&scene, 7, NULL), "\"recovered\":null,");
    scene_close(&scene);
}
END_TEST

START_TEST(test_departments)
{
    struct scene scene = scene_open_with("[departments]\ndefect = repairs\n");
    scene_add(&scene, scene_post("d", "x:1", 0, NULL, ENGAGE_INTENT_DEFECT));
    scene_add(&scene, scene_post("q", "x:2", 0, NULL, ENGAGE_INTENT_QUESTION));
    scene_apply(&scene);
    scene_has(scene_queue(&scene, 1), "\"department\":\"repairs\"");
    scene_has(scene_queue(&scene, 1), "\"department\":null");
    const char *json = scene_replies(&scene, 1, "department");
    scene_has(json, "\"none\":{\"episodes\":1");
    scene_has(json, "\"repairs\":{\"episodes\":1");
    scene_close(&scene);
}
END_TEST

/* -------------------------------------------------------------------- sizes --- */

/* Threads of thousands of posts, in a row, in a circle and around one post, each in a
 * few batches and from its end: what would not be linear would not come back. */
START_TEST(test_large_threads)
{
    enum { POSTS = 6000, BATCH = 1000 };
    static char ids[POSTS][16];
    for (int i = 0; i < POSTS; i++)
        snprintf(ids[i], sizeof(ids[i]), "p%05d", i);
    for (int shape = 0; shape < 3; shape++) {
        struct scene scene = scene_open();
        for (int i = POSTS - 1; i >= 0; i--) {
            int parent = shape == 2 ? 0 : i > 0 ? i - 1 : POSTS - 1;
            const char *to = i == 0 && shape != 1 ? NULL : ids[parent];
            scene_add(&scene, scene_post(ids[i], i % 2 ? "x:1" : "x:2", i % 500, to, -1));
            if (i % BATCH == 0)
                scene_apply(&scene);
        }
        scene_has_fact(&scene, "x:2", "post", ids[0]);
        scene_has_fact(&scene, "x:1", "comment", ids[1]);
        scene_close(&scene);
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
    tcase_add_test(cases, test_answer_names_conversation);
    tcase_add_test(cases, test_accounts_of_a_customer);
    tcase_add_test(cases, test_content_without_the_brand);
    tcase_add_test(cases, test_expired);
    tcase_add_test(cases, test_others_ask_the_same);
    tcase_add_test(cases, test_parted_threads);
    tcase_add_test(cases, test_joined_anew);
    tcase_add_test(cases, test_answer_without_reply);
    tcase_add_test(cases, test_reach_of_account);
    tcase_add_test(cases, test_addressed);
    tcase_add_test(cases, test_queue_times);
    tcase_add_test(cases, test_queue_of_the_past);
    tcase_add_test(cases, test_queue_before_anything_was_asked);
    tcase_add_test(cases, test_open_is_what_the_queue_lists);
    tcase_add_test(cases, test_receipts_of_edited_posts);
    tcase_add_test(cases, test_thanks_for_help_by_one_who_objects);
    tcase_add_test(cases, test_kaplan_meier);
    tcase_add_test(cases, test_the_longest_waits);
    tcase_add_test(cases, test_clamped_and_recovered);
    tcase_add_test(cases, test_departments);
    tcase_add_test(cases, test_large_threads);
    suite_add_tcase(suite, cases);
    return support_run(suite);
}
