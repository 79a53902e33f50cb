/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Advocates and ambassadors, the feedback cycle, what texts let one guess, and the game
 * of those who answer.
 */
#define _POSIX_C_SOURCE 200809L
#include "scene.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *ask_people(struct scene *scene, uint32_t flags, int hours)
{
    engage_query query = scene_query(flags, hours);
    return scene_ask(scene, engage_tracker_people, &query);
}

/* Recommends, once a day. */
static void recommend(struct scene *scene, const char *account, int from_hours, int days)
{
    static char ids[64][24];
    static int next;
    for (int i = 0; i < days; i++) {
        char *id = ids[next++ % 64];
        snprintf(id, sizeof(ids[0]), "r%d-%s", from_hours + 24 * i, account);
        scene_add(scene, scene_post(id, account, from_hours + 24 * i, NULL,
                                    ENGAGE_INTENT_RECOMMENDATION));
    }
}

/* Three of three words for the brand, on three days: an advocate, with a bound of .44. */
START_TEST(test_advocates)
{
    struct scene scene = scene_open();
    recommend(&scene, "x:1", 0, 3);
    scene_add(&scene, scene_post("w1", "x:2", 0, NULL, ENGAGE_INTENT_WARNING));
    scene_add(&scene, scene_post("w2", "x:2", 24, NULL, ENGAGE_INTENT_WARNING));
    scene_add(&scene, scene_post("p", "x:3", 0, NULL, ENGAGE_INTENT_PRAISE));
    scene_apply(&scene);
    const char *json = ask_people(&scene, 0, 50);
    scene_has(json, "{\"brand\":\"acme\",\"customer\":\"x:1\",\"standing\":\"advocate\","
                    "\"advocacy\":3,\"detraction\":0,\"wilson_low\":0.4385");
    scene_has(json, "\"customer\":\"x:2\",\"standing\":\"detractor\",\"advocacy\":0,"
                    "\"detraction\":2");
    ck_assert_ptr_null(strstr(json, "x:3"));
    /* The standing is held 30 days after the window has passed, and then is gone. */
    ck_assert_str_eq(ask_people(&scene, 0, 24 * 300), "");
    scene_close(&scene);
}
END_TEST

/* An ambassador is an advocate of stage 3 whose reach is in the top fifth. */
START_TEST(test_ambassadors)
{
    struct scene scene = scene_open();
    recommend(&scene, "x:1", 0, 4);
    recommend(&scene, "x:2", 0, 4);
    engage_event seen = scene_act("v", "View", "x:1", 0);
    seen.followers = 9999;
    scene_add(&scene, seen);
    engage_event star = scene_act("s", "View", "x:3", 0);
    star.followers = 99;
    scene_add(&scene, star);
    scene_add(&scene, scene_act("l", "View", "x:4", 0));
    scene_add(&scene, scene_act("m", "View", "x:5", 0));
    scene_apply(&scene);
    const char *json = ask_people(&scene, ENGAGE_QUERY_EXPLAIN, 80);
    scene_has(json, "\"customer\":\"x:1\",\"standing\":\"ambassador\"");
    scene_has(json, "\"customer\":\"x:2\",\"standing\":\"advocate\"");
    /* Nobody else was in their threads; ten for each power of ten of followers. */
    scene_has(json, "\"contacts\":0,\"audience\":40}");
    ck_assert_ptr_null(strstr(ask_people(&scene, 0, 80), "contacts"));
    scene_close(&scene);
}
END_TEST

/* Takes what staff wrote with thanks, without a word. */
static engage_event accept(const char *id, const char *verb, const char *actor, int hours,
                           const char *answer)
{
    engage_event event = scene_act(id, verb, actor, hours);
    event.object = scene_text(answer);
    return event;
}

/* A complaint weighs half, and nothing once its author took the answer with thanks, which
 * a like is, too: whichever of them comes first, and no longer once it is undone. */
START_TEST(test_answers_taken_with_thanks)
{
    static const char *const complaints[] = {"c0", "c1", "c2", "c3", "c4", "c5"};
    struct scene scene = scene_open();
    for (int i = 0; i < 6; i++)
        scene_add(&scene, scene_post(complaints[i], "x:1", i, NULL, ENGAGE_INTENT_COMPLAINT));
    scene_add(&scene, scene_staff("s0", 20, "c0", "human"));
    scene_add(&scene, scene_staff("s1", 20, "c1", "note"));
    scene_add(&scene, scene_staff("s2", 20, "c2", "human"));
    scene_apply(&scene);
    scene_has(ask_people(&scene, 0, 50), "\"detraction\":3,");
    /* A colleague's note, another one's like and a dislike are no thanks. */
    scene_add(&scene, accept("l1", "Like", "x:1", 30, "s1"));
    scene_add(&scene, accept("l2", "Like", "x:2", 30, "s2"));
    scene_add(&scene, accept("l3", "Dislike", "x:1", 31, "s2"));
    scene_apply(&scene);
    scene_has(ask_people(&scene, 0, 50), "\"detraction\":3,");
    scene_add(&scene, accept("l0", "Like", "x:1", 32, "s0"));
    scene_add(&scene, accept("l4", "Accept", "x:1", 33, "s4"));
    scene_apply(&scene);
    scene_has(ask_people(&scene, 0, 50), "\"detraction\":2.5,");
    scene_add(&scene, scene_staff("s4", 21, "c4", "macro"));
    scene_apply(&scene);
    scene_has(ask_people(&scene, 0, 50), "\"detraction\":2,");
    engage_event undo = scene_act("u", "Undo", "x:1", 40);
    undo.target = scene_text("l0");
    scene_add(&scene, undo);
    scene_apply(&scene);
    scene_has(ask_people(&scene, 0, 50), "\"detraction\":2.5,");
    scene_close(&scene);
}
END_TEST

/* Two words against the brand, so that whoever has them is listed whatever becomes of others. */
static void add_detraction(struct scene *scene, const char *actor)
{
    scene_add(scene, scene_post("w0", actor, 0, NULL, ENGAGE_INTENT_WARNING));
    scene_add(scene, scene_post("w1", actor, 0, NULL, ENGAGE_INTENT_WARNING));
}

/* Another customer's help is taken with thanks as an answer is: by words, a like or an Accept,
 * for as long as nothing more is asked for. */
START_TEST(test_helps_taken_with_thanks)
{
    static const char *const complaints[] = {"c0", "c1", "c2", "c3"};
    static const char *const helps[] = {"h0", "h1", "h2", "h3"};
    struct scene scene = scene_open();
    add_detraction(&scene, "x:1");
    for (int i = 0; i < 4; i++) {
        scene_add(&scene, scene_post(complaints[i], "x:1", i, NULL, ENGAGE_INTENT_COMPLAINT));
        scene_add(&scene, scene_post(helps[i], "x:2", 10, complaints[i], -1));
    }
    scene_apply(&scene);
    scene_has(ask_people(&scene, 0, 50), "\"detraction\":4,");
    scene_add(&scene, scene_post("t0", "x:1", 20, "h0", ENGAGE_INTENT_PRAISE));
    scene_add(&scene, accept("l1", "Like", "x:1", 20, "h1"));
    scene_add(&scene, accept("l2", "Accept", "x:1", 20, "h2"));
    scene_add(&scene, accept("l3", "Like", "x:3", 20, "h3"));
    scene_apply(&scene);
    scene_has(ask_people(&scene, 0, 50), "\"detraction\":2.5,");
    scene_add(&scene, scene_post("c4", "x:1", 30, "c2", ENGAGE_INTENT_COMPLAINT));
    scene_apply(&scene);
    scene_has(ask_people(&scene, 0, 50), "\"detraction\":3.5,");
    engage_event undo = scene_act("u", "Undo", "x:1", 40);
    undo.target = scene_text("l1");
    scene_add(&scene, undo);
    scene_apply(&scene);
    scene_has(ask_people(&scene, 0, 50), "\"detraction\":4,");
    scene_close(&scene);
}
END_TEST

/* A kind word to whoever gave no answer ends no wait: to one who complains too, to a post that
 * stood there before the complaint, be it the brand's, or to another after the answer. */
START_TEST(test_kind_words_are_no_thanks)
{
    struct scene scene = scene_open();
    add_detraction(&scene, "x:1");
    scene_add(&scene, scene_staff("b", 0, NULL, "human"));
    scene_add(&scene, scene_post("z", "x:3", 0, NULL, -1));
    scene_add(&scene, scene_post("c0", "x:1", 1, "b", ENGAGE_INTENT_COMPLAINT));
    scene_add(&scene, scene_post("c1", "x:1", 1, "z", ENGAGE_INTENT_COMPLAINT));
    scene_add(&scene, scene_post("c2", "x:1", 1, NULL, ENGAGE_INTENT_COMPLAINT));
    scene_add(&scene, scene_post("me", "x:2", 2, "c2", ENGAGE_INTENT_COMPLAINT));
    scene_apply(&scene);
    scene_add(&scene, scene_post("k0", "x:1", 5, "b", ENGAGE_INTENT_PRAISE));
    scene_add(&scene, scene_post("k1", "x:1", 5, "z", ENGAGE_INTENT_PRAISE));
    scene_add(&scene, scene_post("k2", "x:1", 5, "me", ENGAGE_INTENT_PRAISE));
    scene_apply(&scene);
    scene_has(ask_people(&scene, 0, 50), "\"detraction\":3.5,");
    ck_assert_ptr_nonnull(strstr(scene_queue(&scene, 6), "\"posts\":[\"c2\""));
    /* Who answers below a post of one's own gives no help by its kind: thanks must be named. */
    scene_add(&scene, scene_post("z1", "x:3", 6, "c1", -1));
    scene_add(&scene, scene_post("k5", "x:1", 7, "z1", ENGAGE_INTENT_PRAISE));
    scene_apply(&scene);
    scene_has(ask_people(&scene, 0, 50), "\"detraction\":3.5,");
    engage_event thanks = scene_post("k6", "x:1", 8, "z1", ENGAGE_INTENT_PRAISE);
    thanks.text = scene_text("thank you");
    scene_add(&scene, thanks);
    scene_apply(&scene);
    scene_has(ask_people(&scene, 0, 50), "\"detraction\":3,");
    scene_add(&scene, scene_staff("s2", 8, "c2", "human"));
    scene_add(&scene, scene_post("k3", "x:1", 9, "me", ENGAGE_INTENT_PRAISE));
    scene_apply(&scene);
    scene_has(ask_people(&scene, 0, 50), "\"detraction\":3,");
    scene_add(&scene, scene_post("k4", "x:1", 10, "s2", ENGAGE_INTENT_PRAISE));
    scene_apply(&scene);
    scene_has(ask_people(&scene, 0, 50), "\"detraction\":2.5,");
    scene_close(&scene);
}
END_TEST

/* A thread is shared once somebody else is in it, and a month is idle without an act of
 * one's own, whoever gives thanks then. */
START_TEST(test_reach_counts_shared_threads)
{
    struct scene scene = scene_open();
    recommend(&scene, "x:1", 0, 3);
    scene_add(&scene, scene_post("q", "x:2", 50, NULL, ENGAGE_INTENT_QUESTION));
    scene_add(&scene, scene_post("a", "x:1", 51, "q", ENGAGE_INTENT_PEER_ANSWER));
    scene_add(&scene, scene_staff("s", 52, "r0-x:1", "human"));
    engage_event like = scene_act("l", "Like", "x:3", 60);
    like.object = scene_text("r24-x:1");
    scene_add(&scene, like);
    engage_event thanks = scene_act("t", "Like", "x:2", 51 + 24 * 29);
    thanks.object = scene_text("a");
    scene_add(&scene, thanks);
    scene_apply(&scene);
    scene_has(ask_people(&scene, ENGAGE_QUERY_EXPLAIN, 55), "\"contacts\":11,");
    scene_has(ask_people(&scene, ENGAGE_QUERY_EXPLAIN, 60), "\"contacts\":12,");
    scene_has(ask_people(&scene, ENGAGE_QUERY_EXPLAIN, 51 + 24 * 30), "\"contacts\":10.8,");
    scene_close(&scene);
}
END_TEST

/* Whom one met before what any view looks at is met no longer, whether those days are still there
 * or not; and of followers the account tells those of then. */
START_TEST(test_reach_looks_back_as_far_as_any_view)
{
    enum { NOW = 24 * 760 };
    struct scene scene = scene_open();
    scene_add(&scene, scene_post("q", "x:2", 0, NULL, ENGAGE_INTENT_QUESTION));
    scene_add(&scene, scene_post("a", "x:1", 24 * 20, "q", ENGAGE_INTENT_PEER_ANSWER));
    scene_add(&scene, scene_post("q2", "x:3", 24 * 20, NULL, ENGAGE_INTENT_QUESTION));
    scene_add(&scene, scene_post("a2", "x:1", 24 * 100, "q2", ENGAGE_INTENT_PEER_ANSWER));
    recommend(&scene, "x:1", 24 * 750, 3);
    static const struct {
        const char *id;
        int hour;
        int64_t followers;
    } told[] = {{"f0", NOW - 1, 999}, {"f1", NOW, 9}, {"f2", NOW, 8}, {"f3", NOW + 1, 99999}};
    for (int i = 0; i < 4; i++) {
        engage_event event = scene_act(told[i].id, "View", "x:1", told[i].hour);
        event.followers = told[i].followers;
        scene_add(&scene, event);
    }
    scene_apply(&scene);
    for (int compacted = 0; compacted < 2; compacted++) {
        engage_query query = scene_query(0, NOW);
        if (compacted)
            scene_ask(&scene, engage_tracker_compact, &query);
        scene_has(ask_people(&scene, ENGAGE_QUERY_EXPLAIN, NOW),
                  "\"contacts\":10,\"audience\":10}");
    }
    scene_has(ask_people(&scene, ENGAGE_QUERY_EXPLAIN, NOW + 1), "\"audience\":50}");
    scene_close(&scene);
}
END_TEST

/* ----------------------------------------------------------- feedback cycle --- */

static const char *ask_cycle(struct scene *scene, int hours)
{
    engage_query query = scene_query(0, hours);
    query.by = scene_text("product");
    ck_assert_int_eq(engage_tracker_funnel(scene->tracker, &query, scene->out, NULL),
                     ENGAGE_ERANGE);
    query.by = scene_text("month");
    return scene_ask(scene, engage_tracker_funnel, &query);
}

static int ask_states(engage_tracker *tracker, const engage_query *query, engage_buffer *buffer,
                      engage_error *error)
{
    static const engage_str all = {NULL, 0};
    return engage_tracker_states(tracker, all, query, buffer, error);
}

/* x:2 and x:3 come by what x:1 wrote: x:3 once she is an advocate, x:2 before; x:4 comes
 * by what x:3 wrote, who is none. */
START_TEST(test_cycle)
{
    struct scene scene = scene_open();
    recommend(&scene, "x:1", 0, 3);
    engage_event buy = scene_act("b", "Buy", "x:3", 73);
    engage_event early = scene_act("e", "Like", "x:2", 1);
    engage_event late = scene_act("f", "Like", "x:3", 72);
    engage_event other = scene_act("g", "Like", "x:4", 80);
    early.object = scene_text("r0-x:1");
    late.object = scene_text("r0-x:1");
    other.object = scene_text("p3");
    scene_add(&scene, early);
    scene_add(&scene, late);
    scene_add(&scene, buy);
    scene_add(&scene, scene_post("p3", "x:3", 74, NULL, -1));
    scene_add(&scene, other);
    scene_add(&scene, scene_post("word", "x:3", 73 + 120, NULL, ENGAGE_INTENT_RECOMMENDATION));
    scene_apply(&scene);
    scene_has(ask_cycle(&scene, 300),
              "\"by\":{\"2023-11\":{\"new\":4,\"through_advocates\":1,\"share\":0.25,\"bought\":1,"
              "\"spoke\":1,\"median_days_to_word\":5,\"gravity\":8.5}},\"withheld\":[]}");
    /* As of an earlier time nobody had spoken yet. */
    scene_has(ask_cycle(&scene, 100), "\"bought\":1,\"spoke\":0,\"median_days_to_word\":null");
    scene_close(&scene);
}
END_TEST

/* A post is whose first Create stands: an advocate who claims it later did not write it. */
START_TEST(test_cycle_of_claimed_posts)
{
    struct scene scene = scene_open();
    recommend(&scene, "x:1", 0, 3);
    scene_add(&scene, scene_post("p", "x:2", 73, NULL, -1));
    engage_event claim = scene_post("p2", "x:1", 75, NULL, -1);
    claim.post = scene_text("p");
    scene_add(&scene, claim);
    engage_event like = scene_act("l", "Like", "x:3", 74);
    like.object = scene_text("p");
    scene_add(&scene, like);
    scene_apply(&scene);
    scene_has(ask_cycle(&scene, 300), "\"new\":3,\"through_advocates\":0,");
    engage_event undo = scene_act("u", "Undo", "x:2", 76);
    undo.target = scene_text("p");
    scene_add(&scene, undo);
    scene_apply(&scene);
    scene_has(ask_cycle(&scene, 300), "\"new\":2,\"through_advocates\":1,");
    scene_close(&scene);
}
END_TEST

/* Merges what another scene's store adds up. */
static void merge_all(struct scene *scene, struct scene *other)
{
    const char *line = scene_ask(other, ask_states, NULL);
    while (*line != '\0') {
        size_t size = strcspn(line, "\n") + 1;
        ck_assert_int_eq(engage_tracker_merge(scene->tracker, line, size, NULL), ENGAGE_ROW);
        line += size;
    }
}

/* Whoever was merged is new by the first day of the sum, and counts in gravity. */
START_TEST(test_cycle_of_merged_states)
{
    struct scene scene = scene_open();
    struct scene other = scene_open();
    scene_add(&other, scene_act("v", "View", "x:1", 24 * 20));
    scene_add(&other, scene_act("w", "View", "x:2", 24 * 20));
    scene_apply(&other);
    merge_all(&scene, &other);
    scene_add(&scene, scene_act("x", "View", "x:2", 0));
    scene_add(&scene, scene_act("y", "View", "x:3", 24 * 20));
    scene_apply(&scene);
    scene_has(ask_cycle(&scene, 24 * 30),
              "\"by\":{\"2023-11\":{\"new\":1,\"through_advocates\":0,\"share\":0,\"bought\":0,"
              "\"spoke\":0,\"median_days_to_word\":null,\"gravity\":1},"
              "\"2023-12\":{\"new\":2,\"through_advocates\":0,\"share\":0,\"bought\":0,\"spoke\":0,"
              "\"median_days_to_word\":null,\"gravity\":0.666667}}");
    scene_close(&other);
    scene_close(&scene);
}
END_TEST

/* x:1 warned before she recommended, and was a detractor when x:2 came by what she wrote: once the
 * warnings are no longer held she is not told as an advocate. */
START_TEST(test_cycle_of_compacted_words)
{
    struct scene scene = scene_open();
    for (int i = 0; i < 5; i++) {
        static const char *const ids[] = {"w0", "w1", "w2", "w3", "w4"};
        scene_add(&scene, scene_post(ids[i], "x:1", 24 * i, NULL, ENGAGE_INTENT_WARNING));
    }
    recommend(&scene, "x:1", 24 * 100, 3);
    engage_event like = scene_act("l", "Like", "x:2", 24 * 110);
    like.object = scene_text("r2448-x:1");
    scene_add(&scene, like);
    scene_apply(&scene);
    engage_query query = scene_query(0, 24 * (50 + 729));
    for (int compacted = 0; compacted < 2; compacted++) {
        if (compacted)
            scene_ask(&scene, engage_tracker_compact, &query);
        scene_has(ask_cycle(&scene, 24 * (50 + 729)),
                  "\"2024-03\":{\"new\":1,\"through_advocates\":0,");
    }
    scene_close(&scene);
}
END_TEST

/* Of what was said before the floor of a state, a store that merged it knows no more than the one
 * that wrote it. */
START_TEST(test_cycle_of_merged_compacted_states)
{
    static const char told[] = "\"bought\":1,\"spoke\":0,\"median_days_to_word\":null";
    struct scene scene = scene_open();
    struct scene other = scene_open();
    scene_add(&other, scene_act("b", "Buy", "x:1", 0));
    recommend(&other, "x:1", 24 * 10, 1);
    recommend(&other, "x:1", 24 * 700, 1);
    scene_apply(&other);
    engage_query query = scene_query(0, 24 * (50 + 729));
    scene_has(ask_cycle(&other, 24 * (50 + 729)), "\"spoke\":1,\"median_days_to_word\":10");
    scene_ask(&other, engage_tracker_compact, &query);
    scene_has(ask_cycle(&other, 24 * (50 + 729)), told);
    merge_all(&scene, &other);
    scene_has(ask_cycle(&scene, 24 * (50 + 729)), told);
    scene_close(&other);
    scene_close(&scene);
}
END_TEST

static const char *ask_customer(struct scene *scene, const char *account, int hours)
{
    engage_query query = scene_query(0, hours);
    engage_buffer_clear(scene->out);
    ck_assert_int_eq(engage_tracker_customer(scene->tracker, scene_text(account), &query,
                                             scene->out, NULL), ENGAGE_OK);
    return engage_buffer_data(scene->out);
}

/* What a store holds of days below the floor of a state that it merges stays in view, and what it
 * hears afterwards of such days, too. */
START_TEST(test_merged_floor_hides_nothing)
{
    enum { NOW = 24 * 45 };
    struct scene scene = scene_open();
    struct scene other = scene_open();
    for (int i = 0; i < 9; i++) {
        static const char *const ids[] = {"l0", "l1", "l2", "l3", "l4", "l5", "l6", "l7", "l8"};
        engage_event like = scene_act(ids[i], "Like", "x:1", 24 * 5 * i);
        like.object = scene_text(ids[i]);
        scene_add(&scene, like);
    }
    scene_apply(&scene);
    scene_add(&other, scene_act("v", "View", "x:1", 24 * 770));
    scene_apply(&other);
    engage_query late = scene_query(0, 24 * (50 + 729));
    scene_ask(&other, engage_tracker_compact, &late);
    char *before = strdup(ask_customer(&scene, "x:1", NOW));
    scene_has(before, "\"stage\":\"curation\"");
    merge_all(&scene, &other);
    ck_assert_str_eq(ask_customer(&scene, "x:1", NOW), before);
    engage_event more = scene_act("more", "Like", "x:1", NOW - 1);
    more.object = scene_text("more");
    scene_add(&scene, more);
    scene_apply(&scene);
    ck_assert_str_ne(ask_customer(&scene, "x:1", NOW), before);
    free(before);
    scene_close(&other);
    scene_close(&scene);
}
END_TEST

/* --------------------------------------------------------------- inferred --- */

START_TEST(test_inferred)
{
    struct scene scene = scene_open();
    static const char *const texts[] = {"I just bought the lamp", "so I ordered a second one",
                                        "should I buy it?"};
    static const char *const ids[] = {"t0", "t1", "t2"};
    for (int i = 0; i < 3; i++) {
        engage_event event = scene_post(ids[i], i < 2 ? "x:1" : "x:2", i * 24, NULL, -1);
        event.text = scene_text(texts[i]);
        scene_add(&scene, event);
    }
    scene_apply(&scene);
    const char *json = scene_customer(&scene, "x:1");
    scene_has(json, "\"outcome\":\"none\"");
    scene_has(json, "\"inferred_trial\":0,\"inferred_purchase\":0.84}");
    scene_has(scene_customer(&scene, "x:2"), "\"inferred_purchase\":0}");
    scene_close(&scene);
}
END_TEST

/* What is written together with other customers is made together. */
START_TEST(test_written_together)
{
    struct scene scene = scene_open();
    engage_event event = scene_post("a", "x:1", 0, NULL, -1);
    event.type = scene_text("Article");
    event.to = scene_text("x:2\nx:acme\nx:3");
    scene_add(&scene, event);
    event.id = event.post = scene_text("b");
    event.to = scene_text("x:acme");
    scene_add(&scene, event);
    scene_apply(&scene);
    scene_has_fact(&scene, "x:1", "cocreate", "a");
    scene_has_fact(&scene, "x:1", "article", "b");
    scene_has(scene_customer(&scene, "x:1"), "\"gate\":\"people\",\"value\":2,");
    scene_close(&scene);
}
END_TEST

/* Whom the policy names as staff is no other customer that one works with. */
START_TEST(test_staff_are_no_counterparts)
{
    static const char *const targets[] = {"x:felix", "x:2", "x:acme"};
    static const char *const ids[] = {"i0", "i1", "i2"};
    struct scene scene = scene_open_with("[brand acme]\nstaff = x:felix\n");
    engage_event article = scene_post("a", "x:1", 0, NULL, -1);
    article.type = scene_text("Article");
    article.to = scene_text("x:felix");
    scene_add(&scene, article);
    engage_event group = scene_post("g", "x:1", 1, NULL, -1);
    group.type = scene_text("Group");
    group.target = scene_text("x:felix");
    scene_add(&scene, group);
    for (int i = 0; i < 3; i++) {
        engage_event invite = scene_act(ids[i], "Invite", "x:1", 2 + i);
        invite.target = scene_text(targets[i]);
        scene_add(&scene, invite);
    }
    engage_event thanks = scene_act("t", "thanked", "x:1", 6);
    thanks.target = scene_text("x:felix");
    scene_add(&scene, thanks);
    scene_apply(&scene);
    scene_has_fact(&scene, "x:1", "article", "a");
    scene_has_fact(&scene, "x:1", "organise", "g");
    scene_has_fact(&scene, "x:1", "invite", "i0");
    scene_has(scene_customer(&scene, "x:1"), "\"gate\":\"people\",\"value\":1,");
    ck_assert_int_eq(engage_tracker_customer(scene.tracker, scene_text("x:felix"), NULL, scene.out,
                                             NULL),
                     ENGAGE_ENOTFOUND);
    scene_close(&scene);
}
END_TEST

/* ------------------------------------------------------------------- game --- */

static void add_answers(struct scene *scene)
{
    static const char *const questions[] = {"q0", "q1", "q2"};
    static const char *const answers[] = {"a0", "a1", "a2"};
    for (int i = 0; i < 3; i++) {
        scene_add(scene, scene_post(questions[i], "x:1", i, NULL, ENGAGE_INTENT_QUESTION));
        engage_event answer = scene_staff(answers[i], i < 2 ? 4 + i : 50, questions[i], NULL);
        answer.agent = scene_text(i < 2 ? "dana" : "felix");
        scene_add(scene, answer);
    }
    /* Notes, bots, and answers to colleagues and to oneself earn nothing. */
    engage_event note = scene_staff("n", 6, "q0", "note");
    engage_event bot = scene_staff("o", 6, "q0", "bot");
    engage_event own = scene_staff("s", 6, "a0", NULL);
    note.agent = bot.agent = own.agent = scene_text("dana");
    scene_add(scene, note);
    scene_add(scene, bot);
    scene_add(scene, own);
    scene_add(scene, scene_post("q9", "x:felix", 0, NULL, ENGAGE_INTENT_QUESTION));
    engage_event friendly = scene_staff("a9", 1, "q9", NULL);
    friendly.agent = scene_text("dana");
    scene_add(scene, friendly);
    scene_apply(scene);
}

START_TEST(test_the_game_is_off)
{
    struct scene scene = scene_open();
    add_answers(&scene);
    ck_assert_str_eq(ask_people(&scene, ENGAGE_QUERY_STAFF, 60), "");
    scene_close(&scene);
}
END_TEST

START_TEST(test_the_game)
{
    struct scene scene = scene_open_with("[staff]\nfigures = 1\nhelper = 2\nswift = 3\n"
                                         "steady = 1\n[brand acme]\nstaff = x:felix\n");
    add_answers(&scene);
    const char *json = ask_people(&scene, ENGAGE_QUERY_STAFF, 60);
    /* Two answers of 1 + 5 + 3 points; the third one came after the target. */
    scene_has(json, "{\"brand\":\"acme\",\"agent\":\"dana\",\"replies\":2,\"answers\":2,\"fast\":2,"
                    "\"days\":1,\"median_ms\":14400000,\"points\":18,"
                    "\"badges\":[\"helper\",\"steady\"]}\n"
                    "{\"brand\":\"acme\",\"agent\":\"felix\",\"replies\":1,\"answers\":1,"
                    "\"fast\":0,");
    scene_has(json, "\"points\":6,\"badges\":[\"steady\"]}");
    /* The window has passed. */
    ck_assert_str_eq(ask_people(&scene, ENGAGE_QUERY_STAFF, 24 * 40), "");
    scene_close(&scene);
}
END_TEST

/* Two who wait in one thread are answered at one moment, by two. */
START_TEST(test_answers_of_one_moment)
{
    struct scene scene = scene_open_with("[staff]\nfigures = 1\n");
    scene_add(&scene, scene_post("q0", "x:1", 0, NULL, ENGAGE_INTENT_QUESTION));
    scene_add(&scene, scene_post("q1", "x:2", 1, "q0", ENGAGE_INTENT_QUESTION));
    static const char *const questions[] = {"q0", "q1"};
    static const char *const answers[] = {"a0", "a1"};
    static const char *const agents[] = {"dana", "felix"};
    for (int i = 0; i < 2; i++) {
        engage_event answer = scene_staff(answers[i], 4, questions[i], NULL);
        answer.agent = scene_text(agents[i]);
        scene_add(&scene, answer);
    }
    scene_apply(&scene);
    const char *json = ask_people(&scene, ENGAGE_QUERY_STAFF, 60);
    scene_has(json, "\"agent\":\"dana\",\"replies\":1,\"answers\":1,");
    scene_has(json, "\"agent\":\"felix\",\"replies\":1,\"answers\":1,");
    scene_close(&scene);
}
END_TEST

/* Two answer one question at one moment, or before it by wrong clocks: the first one by turns
 * ended the wait, in whatever order they came and wherever they are kept. */
START_TEST(test_answers_in_any_order)
{
    static const int orders[][3] = {{0, 1, 2}, {0, 2, 1}, {2, 1, 0}, {1, 2, 0}};
    for (size_t i = 0; i < 16; i++) {
        int early = i & 1;
        struct scene_file file;
        struct scene scene = scene_open_with("[staff]\nfigures = 1\n");
        engage_event events[] = {scene_post("q", "x:1", 5, NULL, ENGAGE_INTENT_QUESTION),
                                 scene_staff("a", early ? 1 : 6, "q", NULL),
                                 scene_staff("b", early ? 2 : 6, "q", NULL)};
        events[1].agent = scene_text("dana");
        events[2].agent = scene_text("felix");
        if (i & 2) {
            engage_tracker_options options = ENGAGE_TRACKER_OPTIONS_INIT;
            const char *figures = "[staff]\nfigures = 1\n";
            ck_assert_int_eq(engage_policy_parse(&options.policy, figures, strlen(figures), NULL,
                                                 NULL),
                             ENGAGE_OK);
            scene_file_make(&file);
            scene_reopen(&scene, file.uri, &options);
            engage_policy_unref(options.policy);
        }
        for (int j = 0; j < 3; j++) {
            scene_add(&scene, events[orders[i / 4][j]]);
            scene_apply(&scene);
        }
        const char *json = ask_people(&scene, ENGAGE_QUERY_STAFF, 60);
        scene_has(json, "\"agent\":\"dana\",\"replies\":1,\"answers\":1,");
        scene_has(json, "\"agent\":\"felix\",\"replies\":1,\"answers\":0,");
        scene_close(&scene);
        if (i & 2)
            scene_file_remove(&file);
    }
}
END_TEST

/* Of two answers of one moment each is credited for its own question, also where one replies to
 * what comes late in a long row of questions. */
START_TEST(test_answers_to_long_episodes)
{
    enum { POSTS = 70 };
    static char ids[POSTS][8];
    struct scene scene = scene_open_with("[staff]\nfigures = 1\n");
    for (int i = 0; i < POSTS; i++) {
        snprintf(ids[i], sizeof(ids[i]), "q%02d", i);
        scene_add(&scene, scene_post(ids[i], "x:1", 0, i > 0 ? "q00" : NULL,
                                     ENGAGE_INTENT_QUESTION));
    }
    scene_add(&scene, scene_post("r", "x:2", 1, "q00", ENGAGE_INTENT_QUESTION));
    engage_event first = scene_staff("a0", 3, "r", NULL);
    engage_event second = scene_staff("a1", 3, ids[POSTS - 1], NULL);
    first.agent = scene_text("dana");
    second.agent = scene_text("felix");
    scene_add(&scene, first);
    scene_add(&scene, second);
    scene_apply(&scene);
    const char *json = ask_people(&scene, ENGAGE_QUERY_STAFF, 60);
    scene_has(json, "\"agent\":\"dana\",\"replies\":1,\"answers\":1,");
    scene_has(json, "\"agent\":\"felix\",\"replies\":1,\"answers\":1,");
    scene_close(&scene);
}
END_TEST

/* A reply is one to whoever wrote the post, not to others who say that they did, and it stays one
 * whatever is undone beside it. */
START_TEST(test_replies_to_the_author)
{
    struct scene scene = scene_open_with("[staff]\nfigures = 1\n");
    scene_add(&scene, scene_staff("news", 0, NULL, NULL));
    scene_add(&scene, scene_staff("yes", 1, "news", NULL));
    engage_event claim = scene_post("c", "x:1", 2, NULL, -1);
    claim.post = scene_text("news");
    scene_add(&scene, claim);
    scene_apply(&scene);
    ck_assert_str_eq(ask_people(&scene, ENGAGE_QUERY_STAFF, 60), "");
    /* The one who answers has claimed the question, and taken that back. */
    scene_add(&scene, scene_post("q", "x:2", 3, NULL, -1));
    scene_add(&scene, scene_staff("a", 4, "q", NULL));
    engage_event own = scene_post("o", "x:acme", 5, NULL, -1);
    own.post = scene_text("q");
    scene_add(&scene, own);
    engage_event undo = scene_act("u", "Undo", "x:acme", 6);
    undo.target = scene_text("o");
    scene_add(&scene, undo);
    scene_apply(&scene);
    scene_has(ask_people(&scene, ENGAGE_QUERY_STAFF, 60), "\"replies\":1,\"answers\":0,");
    scene_close(&scene);
}
END_TEST

/* An answer by a clock that is behind, and one exactly at the target, as replies count them. */
START_TEST(test_answers_at_the_edges)
{
    static const char *const ids[] = {"a0", "a1", "a2"};
    static const char *const questions[] = {"q0", "q1", "q2"};
    static const int after[] = {-1, 24, 25};
    struct scene scene = scene_open_with("[staff]\nfigures = 1\n");
    for (int i = 0; i < 3; i++) {
        scene_add(&scene, scene_post(questions[i], "x:1", 1 + 100 * i, NULL,
                                     ENGAGE_INTENT_QUESTION));
        engage_event answer = scene_staff(ids[i], 1 + 100 * i + after[i], questions[i], NULL);
        answer.agent = scene_text("dana");
        scene_add(&scene, answer);
    }
    scene_apply(&scene);
    scene_has(scene_replies(&scene, 300, NULL), "\"answered\":3,");
    scene_has(ask_people(&scene, ENGAGE_QUERY_STAFF, 300),
              "\"replies\":3,\"answers\":3,\"fast\":2,\"days\":3,\"median_ms\":86400000,");
    /* Of an even number, the mean of the two in the middle. */
    scene_add(&scene, scene_post("q3", "x:1", 400, NULL, ENGAGE_INTENT_QUESTION));
    engage_event answer = scene_staff("a3", 410, "q3", NULL);
    answer.agent = scene_text("dana");
    scene_add(&scene, answer);
    scene_apply(&scene);
    scene_has(ask_people(&scene, ENGAGE_QUERY_STAFF, 500), "\"median_ms\":61200000,");
    scene_close(&scene);
}
END_TEST

/* One asks and one answers as staff, both with this CRM id. */
static void add_answered(struct scene *scene, const char *asker, engage_str crm_id,
                         const char *by, const char *agent)
{
    engage_event question = scene_post("q", asker, 0, NULL, ENGAGE_INTENT_QUESTION);
    question.crm_id = crm_id;
    scene_add(scene, question);
    engage_event answer = scene_staff("a", 4, "q", NULL);
    answer.actor = scene_text(by);
    answer.agent = scene_text(agent);
    answer.crm_id = crm_id;
    scene_add(scene, answer);
}

static void link_accounts(struct scene *scene, const char *a, const char *b)
{
    engage_event link = scene_act("l", "Link", "engage:desk", 5);
    link.role = scene_text("staff");
    link.target = scene_text(a);
    link.object = scene_text(b);
    link.text = scene_text("told us so"); /* X wants a basis */
    scene_add(scene, link);
}

/* Answers to oneself earn nothing: from the same account, from another one that is linked or
 * has the CRM id which the answer names, and whoever the agent is. */
START_TEST(test_answers_to_oneself)
{
    static const struct {
        const char *asker;
        const char *crm_id;
        const char *by;
        const char *agent;
        int linked;
        int credited;
    } cases[] = {
        {"mastodon:ann", NULL, "x:ann", NULL, 0, 1},
        {"mastodon:ann", NULL, "x:ann", NULL, 1, 0},
        {"mastodon:ann", "C-1", "x:ann", NULL, 0, 0},
        {"x:ann", NULL, "x:ann", NULL, 0, 0},
        {"x:acme", NULL, "x:acme", "ann", 0, 0},
        {"x:ann", NULL, "x:acme", "ann", 0, 1},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct scene scene = scene_open_with("[staff]\nfigures = 1\n");
        add_answered(&scene, cases[i].asker, scene_text(cases[i].crm_id), cases[i].by,
                     cases[i].agent);
        if (cases[i].linked)
            link_accounts(&scene, cases[i].asker, cases[i].by);
        scene_apply(&scene);
        const char *json = ask_people(&scene, ENGAGE_QUERY_STAFF, 60);
        if (cases[i].credited)
            scene_has(json, "\"replies\":1,\"answers\":1,\"fast\":1,");
        else
            ck_assert_msg(json[0] == '\0', "%zu: %s", i, json);
        scene_close(&scene);
    }
}
END_TEST

/* The CRM id of an answer means all accounts that are linked with one of that id. */
START_TEST(test_answers_to_an_account_linked_further)
{
    struct scene scene = scene_open_with("[staff]\nfigures = 1\n");
    engage_event view = scene_act("v", "View", "forum:ann", 0);
    view.crm_id = scene_text("C-1");
    scene_add(&scene, view);
    scene_add(&scene, scene_post("q", "mastodon:ann", 0, NULL, ENGAGE_INTENT_QUESTION));
    link_accounts(&scene, "mastodon:ann", "forum:ann");
    engage_event answer = scene_staff("a", 4, "q", NULL);
    answer.actor = scene_text("x:ann");
    answer.crm_id = scene_text("C-1");
    scene_add(&scene, answer);
    scene_apply(&scene);
    ck_assert_str_eq(ask_people(&scene, ENGAGE_QUERY_STAFF, 60), "");
    scene_close(&scene);
}
END_TEST

/* Whoever answers no more than oneself is a colleague all the same; and who answers at the
 * moment at which one answered oneself is credited. */
START_TEST(test_answers_beside_ones_own)
{
    struct scene scene = scene_open_with("[staff]\nfigures = 1\n");
    add_answered(&scene, "x:ann", scene_text(NULL), "x:ann", NULL);
    scene_add(&scene, scene_post("q2", "x:ann", 50, NULL, ENGAGE_INTENT_QUESTION));
    scene_add(&scene, scene_staff("a2", 52, "q2", NULL));
    scene_apply(&scene);
    scene_has(ask_people(&scene, ENGAGE_QUERY_STAFF, 60),
              "\"agent\":\"x:acme\",\"replies\":1,\"answers\":0,");
    scene_close(&scene);
    scene = scene_open_with("[staff]\nfigures = 1\n");
    add_answered(&scene, "mastodon:ann", scene_text(NULL), "x:ann", NULL);
    link_accounts(&scene, "mastodon:ann", "x:ann");
    scene_add(&scene, scene_staff("b", 4, "q", NULL));
    scene_apply(&scene);
    scene_has(ask_people(&scene, ENGAGE_QUERY_STAFF, 60),
              "{\"brand\":\"acme\",\"agent\":\"x:acme\",\"replies\":1,\"answers\":1,");
    ck_assert_ptr_null(strstr(engage_buffer_data(scene.out), "x:ann"));
    scene_close(&scene);
}
END_TEST

START_TEST(test_the_cap_of_a_day)
{
    struct scene scene =
        scene_open_with("[staff]\nfigures = 1\ncap = 10\n[brand acme]\nstaff = x:felix\n");
    add_answers(&scene);
    scene_has(ask_people(&scene, ENGAGE_QUERY_STAFF, 60), "\"agent\":\"dana\",\"replies\":2,"
                                                         "\"answers\":2,\"fast\":2,\"days\":1,"
                                                         "\"median_ms\":14400000,\"points\":10,");
    scene_close(&scene);
}
END_TEST

/* ------------------------------------------------------------------ survey --- */

/* An answer is shown for as long as the standing looks back, the latest one, and changes
 * nothing of the standing. */
START_TEST(test_survey)
{
    struct scene scene = scene_open();
    engage_event rate = scene_act("n1", "Rate", "x:1", 0);
    rate.flags |= ENGAGE_EVENT_HAS_RATING;
    rate.rating = 950;
    rate.type = scene_text("NPS");
    scene_add(&scene, rate);
    rate.id = scene_text("n0");
    rate.time -= 1;
    rate.rating = 100;
    scene_add(&scene, rate);
    scene_add(&scene, scene_act("v", "View", "x:1", 24 * 179));
    scene_apply(&scene);
    scene_has(scene_customer(&scene, "x:1"), "\"standing\":\"passive\"");
    scene_has(scene_customer(&scene, "x:1"),
              "\"survey\":{\"event\":\"n1\",\"time\":\"2023-11-15T00:00:00.000Z\",\"type\":\"NPS\","
              "\"rating\":9.5}");
    scene_add(&scene, scene_act("v2", "View", "x:1", 24 * 181));
    scene_apply(&scene);
    scene_has(scene_customer(&scene, "x:1"), "\"survey\":null");
    scene_close(&scene);
}
END_TEST

static int report_with(const engage_allocator *allocator, void *ctx)
{
    struct scene *scene = ctx;
    static const char text[] = "[staff]\nfigures = 1\n";
    engage_tracker *tracker = NULL;
    engage_tracker_options options = ENGAGE_TRACKER_OPTIONS_INIT;
    engage_query query = ENGAGE_QUERY_INIT;
    ck_assert_int_eq(engage_policy_parse(&options.policy, text, sizeof(text) - 1, NULL, NULL),
                     ENGAGE_OK);
    options.allocator = allocator;
    query.by = scene_text("month");
    engage_buffer_clear(scene->out);
    int rc = engage_tracker_open(&tracker, "memory:", &options, NULL);
    if (rc == ENGAGE_OK)
        rc = engage_tracker_apply(tracker, scene->events, NULL, NULL);
    if (rc == ENGAGE_OK)
        rc = engage_tracker_funnel(tracker, &query, scene->out, NULL);
    if (rc == ENGAGE_OK)
        rc = engage_tracker_people(tracker, NULL, scene->out, NULL);
    query.flags = ENGAGE_QUERY_STAFF;
    if (rc == ENGAGE_OK)
        rc = engage_tracker_people(tracker, &query, scene->out, NULL);
    engage_tracker_close(tracker);
    engage_policy_unref(options.policy);
    return rc;
}

START_TEST(test_no_memory)
{
    struct scene scene = scene_open();
    recommend(&scene, "x:1", 0, 3);
    scene_add(&scene, scene_act("b", "Buy", "x:1", 0));
    scene_add(&scene, scene_post("q", "x:2", 80, "r0-x:1", ENGAGE_INTENT_QUESTION));
    scene_add(&scene, scene_staff("a", 81, "q", NULL));
    engage_event answer = scene_staff("a2", 82, "q", NULL);
    answer.crm_id = scene_text("C-1");
    scene_add(&scene, answer);
    engage_event view = scene_act("v", "View", "x:1", 0);
    view.crm_id = scene_text("C-1");
    scene_add(&scene, view);
    support_fail_each(report_with, &scene);
    ck_assert_int_eq(engage_tracker_people(NULL, NULL, scene.out, NULL), ENGAGE_EMISUSE);
    scene_close(&scene);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("people");
    TCase *cases = tcase_create("cases");
    tcase_set_timeout(cases, 0);
    tcase_add_test(cases, test_advocates);
    tcase_add_test(cases, test_ambassadors);
    tcase_add_test(cases, test_answers_taken_with_thanks);
    tcase_add_test(cases, test_helps_taken_with_thanks);
    tcase_add_test(cases, test_kind_words_are_no_thanks);
    tcase_add_test(cases, test_reach_counts_shared_threads);
    tcase_add_test(cases, test_reach_looks_back_as_far_as_any_view);
    tcase_add_test(cases, test_cycle);
    tcase_add_test(cases, test_cycle_of_claimed_posts);
    tcase_add_test(cases, test_cycle_of_merged_states);
    tcase_add_test(cases, test_cycle_of_compacted_words);
    tcase_add_test(cases, test_cycle_of_merged_compacted_states);
    tcase_add_test(cases, test_merged_floor_hides_nothing);
    tcase_add_test(cases, test_survey);
    tcase_add_test(cases, test_inferred);
    tcase_add_test(cases, test_written_together);
    tcase_add_test(cases, test_staff_are_no_counterparts);
    tcase_add_test(cases, test_the_game_is_off);
    tcase_add_test(cases, test_the_game);
    tcase_add_test(cases, test_answers_of_one_moment);
    tcase_add_test(cases, test_answers_in_any_order);
    tcase_add_test(cases, test_answers_to_long_episodes);
    tcase_add_test(cases, test_replies_to_the_author);
    tcase_add_test(cases, test_answers_at_the_edges);
    tcase_add_test(cases, test_answers_to_oneself);
    tcase_add_test(cases, test_answers_to_an_account_linked_further);
    tcase_add_test(cases, test_answers_beside_ones_own);
    tcase_add_test(cases, test_the_cap_of_a_day);
    tcase_add_test(cases, test_no_memory);
    suite_add_tcase(suite, cases);
    return support_run(suite);
}
