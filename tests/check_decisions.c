/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * What people decide: worked cases, and on random streams what follows from a decision
 * whenever it comes, and what is left of it once it is taken back.
 */
#include "scene.h"
#include "stream.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ------------------------------------------------------------------ making --- */

static engage_event decision(const char *id, const char *verb, const char *target, int hours)
{
    engage_event event = scene_act(id, verb, "desk:ann", hours);
    event.role = scene_text("staff");
    event.target = scene_text(target);
    return event;
}

static void decide(struct scene *scene, const char *id, const char *verb, const char *target,
                   const char *object, const char *type, int hours)
{
    engage_event event = decision(id, verb, target, hours);
    event.object = scene_text(object);
    event.type = scene_text(type);
    scene_add(scene, event);
    scene_apply(scene);
}

/* What engage_tracker_decide appends; fails unless it returns `expected`. */
static const char *act(struct scene *scene, const char *name, const char *subject,
                       const char *value, int expected)
{
    engage_decision given = ENGAGE_DECISION_INIT;
    engage_error error = ENGAGE_ERROR_INIT;
    given.name = scene_text(name);
    given.subject = scene_text(subject);
    given.value = scene_text(value);
    engage_buffer_clear(scene->out);
    int rc = engage_tracker_decide(scene->tracker, &given, scene->out, &error);
    ck_assert_msg(rc == expected, "%s %s: %s (%s)", name, subject, engage_errname(rc),
                  error.message);
    if (rc != ENGAGE_OK)
        ck_assert_uint_eq(engage_buffer_size(scene->out), 0);
    return engage_buffer_data(scene->out);
}

/* A customer of stage 2: three likes on two days. */
static void add_curator(struct scene *scene, const char *account)
{
    static const char *const objects[] = {"x:a", "x:b", "x:c"};
    for (int i = 0; i < 3; i++) {
        char id[40];
        snprintf(id, sizeof(id), "%s-like%d", account, i);
        engage_event event = scene_act(id, "Like", account, i * 24);
        event.object = scene_text(objects[i]);
        scene_add(scene, event);
    }
    scene_apply(scene);
}

/* What would be refused as an event is told, and not as done. */
START_TEST(test_refused)
{
    struct scene scene = scene_open();
    engage_decision given = ENGAGE_DECISION_INIT;
    given.name = scene_text("suspend");
    given.subject = scene_text("x:ann");
    engage_tracker_options options = ENGAGE_TRACKER_OPTIONS_INIT;
    options.now = SCENE_START + 48 * SCENE_HOUR;
    scene_reopen(&scene, "memory:", &options);
    add_curator(&scene, "x:ann");
    int64_t times[] = {options.now + 24 * SCENE_HOUR + 1, options.now + 24 * SCENE_HOUR};
    int expected[] = {ENGAGE_EFUTURE, ENGAGE_OK};
    for (int i = 0; i < 2; i++) {
        given.time = times[i];
        ck_assert_int_eq(engage_tracker_decide(scene.tracker, &given, scene.out, NULL),
                         expected[i]);
        ck_assert_int_eq(engage_buffer_size(scene.out) > 0, expected[i] == ENGAGE_OK);
    }
    /* Of whoever was forgotten and came again; of Ann, something was decided ahead. */
    engage_query query = scene_query(0, 48);
    given.subject = scene_text("x:bob");
    add_curator(&scene, "x:bob");
    engage_buffer_clear(scene.out);
    ck_assert_int_eq(engage_tracker_forget(scene.tracker, given.subject, &query, scene.out, NULL),
                     ENGAGE_OK);
    scene_add(&scene, scene_act("again", "View", "x:bob", 50));
    scene_apply(&scene);
    given.time = query.now;
    engage_buffer_clear(scene.out);
    ck_assert_int_eq(engage_tracker_decide(scene.tracker, &given, scene.out, NULL), ENGAGE_ELATE);
    ck_assert_uint_eq(engage_buffer_size(scene.out), 0);
    scene_close(&scene);
}
END_TEST

/* Of several decisions of one moment the last one counts; one said again stands as it did. */
START_TEST(test_decisions_of_one_moment)
{
    static const char *const names[][2] = {{"hold", "creation"}, {"hold", "curation"},
                                           {"release", NULL},    {"hold", "collaboration"},
                                           {"object", NULL},     {"resume", NULL}};
    enum { PEOPLE = 12, TOLD = sizeof(names) / sizeof(names[0]) };
    static const char digits[] = "0123456789ab";
    struct scene scene = scene_open();
    for (int i = 0; i < PEOPLE; i++) {
        char account[] = {'x', ':', digits[i], '\0'};
        engage_decision given = ENGAGE_DECISION_INIT;
        scene_add(&scene, scene_act("v", "View", account, 0));
        scene_apply(&scene);
        given.subject = scene_text(account);
        given.time = SCENE_START + SCENE_HOUR;
        for (size_t round = 0; round < 2 * TOLD; round++) {
            given.name = scene_text(names[round % TOLD][0]);
            given.value = scene_text(names[round % TOLD][1]);
            engage_buffer_clear(scene.out);
            ck_assert_int_eq(engage_tracker_decide(scene.tracker, &given, scene.out, NULL),
                             ENGAGE_OK);
            if (round == 1)
                scene_has(scene_customer(&scene, account), "\"stage\":\"curation\"");
            if (round == 2)
                scene_has(scene_customer(&scene, account), "\"stage\":\"consumption\"");
        }
        scene_has(scene_customer(&scene, account), "\"stage\":\"collaboration\"");
    }
    scene_close(&scene);
}
END_TEST

/* After an event of the last moment that there is, none is left. */
START_TEST(test_the_last_moment)
{
    struct scene scene = scene_open();
    engage_decision given = ENGAGE_DECISION_INIT;
    engage_error error = ENGAGE_ERROR_INIT;
    engage_event last = scene_act("last", "View", "x:ann", 0);
    last.time = INT64_C(253402300799999);
    scene_add(&scene, last);
    scene_apply(&scene);
    given.name = scene_text("suspend");
    given.subject = scene_text("x:ann");
    ck_assert_int_eq(engage_tracker_decide(scene.tracker, &given, scene.out, &error),
                     ENGAGE_EEVENT);
    scene_has(error.message, "a time is needed");
    given.time = SCENE_START;
    ck_assert_int_eq(engage_tracker_decide(scene.tracker, &given, scene.out, NULL), ENGAGE_OK);
    scene_has(engage_buffer_data(scene.out), "\"time\":\"2023-11-15T00:00:00.000Z\"");
    scene_close(&scene);
}
END_TEST

/* ---------------------------------------------------------------- controls --- */

START_TEST(test_hold)
{
    struct scene scene = scene_open();
    add_curator(&scene, "x:1");
    scene_has(scene_customer(&scene, "x:1"), "\"stage\":\"curation\"");
    const char *json = act(&scene, "hold", "x:1", "collaboration", ENGAGE_OK);
    scene_has(json, "\"decision\":\"hold\",\"account\":\"x:1\",\"customer\":\"x:1\","
                    "\"value\":\"collaboration\"");
    scene_has(json, "\"by\":\"engage:desk\"");
    json = scene_customer(&scene, "x:1");
    scene_has(json, "\"stage\":\"collaboration\"");
    scene_has(json, "\"to\":\"collaboration\",\"cause\":\"control\"");
    act(&scene, "release", "x:1", NULL, ENGAGE_OK);
    scene_has(scene_customer(&scene, "x:1"), "\"stage\":\"curation\"");
    act(&scene, "hold", "x:1", "stardom", ENGAGE_EEVENT);
    act(&scene, "hold", "x:nobody", "creation", ENGAGE_ENOTFOUND);
    act(&scene, "praise", "x:1", NULL, ENGAGE_ERANGE);
    scene_close(&scene);
}
END_TEST

/* The funnel reads the stage that is kept, and works it out for other times. */
START_TEST(test_hold_shows_in_the_funnel)
{
    struct scene scene = scene_open();
    add_curator(&scene, "x:1");
    decide(&scene, "d1", "Hold", "x:1", NULL, "creation", 72);
    for (int hours = 60; hours <= 90; hours += 30) {
        engage_query query = scene_query(0, hours);
        scene_has(scene_ask(&scene, engage_tracker_funnel, &query),
                  hours < 72 ? "\"creation\",\"touched\":0,\"sustained\":0"
                             : "\"creation\",\"touched\":0,\"sustained\":1");
    }
    scene_close(&scene);
}
END_TEST

START_TEST(test_suspension_and_flags_cap)
{
    struct scene scene = scene_open();
    add_curator(&scene, "x:1");
    decide(&scene, "d0", "Suspend", "x:1", NULL, NULL, 71);
    scene_has(scene_customer(&scene, "x:1"), "\"stage\":\"curation\"");
    /* A hold wins over a suspension. */
    decide(&scene, "d1", "Hold", "x:1", NULL, "collaboration", 72);
    scene_has(scene_customer(&scene, "x:1"), "\"stage\":\"collaboration\"");
    decide(&scene, "d2", "Reinstate", "x:1", NULL, NULL, 73);
    decide(&scene, "d3", "Flag", "x:1", NULL, NULL, 74);
    scene_has(scene_customer(&scene, "x:1"), "\"stage\":\"collaboration\"");
    scene_close(&scene);
}
END_TEST

/* Whoever is no staff decides nothing. */
START_TEST(test_customers_decide_nothing)
{
    struct scene scene = scene_open();
    add_curator(&scene, "x:1");
    engage_event event = decision("d1", "Hold", "x:1", 72);
    event.role = scene_text(NULL);
    event.type = scene_text("collaboration");
    scene_add(&scene, event);
    event = decision("d2", "Object", "x:1", 72);
    event.role = scene_text(NULL);
    scene_add(&scene, event);
    scene_apply(&scene);
    scene_has(scene_customer(&scene, "x:1"), "\"stage\":\"curation\"");
    /* But everybody may object to one's own profile. */
    event.id = scene_text("d3");
    event.actor = scene_text("x:1");
    scene_add(&scene, event);
    scene_apply(&scene);
    ck_assert_int_eq(engage_tracker_customer(scene.tracker, scene_text("x:1"), NULL, scene.out,
                                             NULL), ENGAGE_ENOTFOUND);
    scene_close(&scene);
}
END_TEST

START_TEST(test_decisions_that_lack_something)
{
    static const struct {
        const char *verb, *target, *object, *type;
    } wrong[] = {{"Hold", NULL, NULL, "creation"}, {"Hold", "x:1", NULL, NULL},
                 {"Hold", "x:1", NULL, "none"},    {"Link", "x:1", NULL, NULL},
                 {"Link", "x:1", "x:1", NULL},     {"Claim", "x:1", NULL, NULL},
                 {"Unlink", NULL, "x:1", NULL},
                 {"Withhold", NULL, NULL, NULL},   {"Withhold", "x:1", NULL, "whim"},
                 {"Object", NULL, NULL, NULL}};
    struct scene scene = scene_open();
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        engage_event event = decision("d", wrong[i].verb, wrong[i].target, 0);
        event.object = scene_text(wrong[i].object);
        event.type = scene_text(wrong[i].type);
        ck_assert_int_eq(engage_events_add(scene.events, &event, NULL), ENGAGE_EEVENT);
    }
    scene_close(&scene);
}
END_TEST

/* -------------------------------------------------------------------- link --- */

START_TEST(test_link)
{
    struct scene scene = scene_open();
    add_curator(&scene, "x:1");
    add_curator(&scene, "x:0");
    scene_has(act(&scene, "link", "x:1", "x:0", ENGAGE_OK), "\"value\":\"x:0\",\"joined\":true,");
    scene_has(scene_customer(&scene, "x:1"), "\"id\":\"x:0\",\"brand\":\"acme\","
                                             "\"accounts\":[\"x:0\",\"x:1\"]");
    act(&scene, "unlink", "x:0", NULL, ENGAGE_OK);
    scene_has(scene_customer(&scene, "x:1"), "\"accounts\":[\"x:1\"]");
    scene_has(scene_customer(&scene, "x:0"), "\"accounts\":[\"x:0\"]");
    act(&scene, "link", "x:1", NULL, ENGAGE_EEVENT);
    act(&scene, "link", "x:1", "x:1", ENGAGE_EEVENT);
    engage_event known[2] = {scene_act("k0", "View", "x:0", 90), scene_act("k1", "View", "x:1", 90)};
    known[0].crm_id = scene_text("C-1");
    known[1].crm_id = scene_text("C-2");
    scene_add(&scene, known[0]);
    scene_add(&scene, known[1]);
    scene_apply(&scene);
    scene_has(act(&scene, "link", "x:1", "x:0", ENGAGE_OK), "\"joined\":false");
    scene_close(&scene);
}
END_TEST

/* Two CRM ids never become one customer, whatever links say and in which order. */
START_TEST(test_links_never_join_crm_ids)
{
    for (int order = 0; order < 2; order++) {
        struct scene scene = scene_open();
        engage_event a = scene_act("a", "View", "x:a", 0);
        engage_event b = scene_act("b", "View", "x:b", 1);
        engage_event c = scene_act("c", "View", "x:c", 2);
        a.crm_id = scene_text("C-1");
        c.crm_id = scene_text("C-2");
        if (order == 0) {
            decide(&scene, "d1", "Link", "x:a", "x:b", NULL, 5);
            decide(&scene, "d2", "Link", "x:b", "x:c", NULL, 6);
        }
        scene_add(&scene, a);
        scene_add(&scene, b);
        scene_add(&scene, c);
        scene_apply(&scene);
        if (order == 1) {
            decide(&scene, "d2", "Link", "x:b", "x:c", NULL, 6);
            decide(&scene, "d1", "Link", "x:a", "x:b", NULL, 5);
        }
        scene_has(scene_customer(&scene, "x:b"), "\"accounts\":[\"x:a\",\"x:b\"]");
        scene_has(scene_customer(&scene, "x:c"), "\"accounts\":[\"x:c\"]");
        /* With the first link gone, the second one holds. */
        engage_event undo = decision("u", "Undo", "d1", 7);
        scene_add(&scene, undo);
        scene_apply(&scene);
        scene_has(scene_customer(&scene, "x:b"), "\"accounts\":[\"x:b\",\"x:c\"]");
        scene_has(scene_customer(&scene, "x:a"), "\"accounts\":[\"x:a\"]");
        scene_close(&scene);
    }
}
END_TEST

/* What is known of each account, and why it is this customer's. Of what changes the latest
 * word counts, whichever comes first; what was taken back was never said. */
START_TEST(test_identities)
{
    for (int order = 0; order < 2; order++) {
        struct scene scene = scene_open();
        engage_event events[] = {scene_act("a", "View", "x:a", 0), scene_act("b", "View", "x:a", 1),
                                 scene_act("c", "View", "x:a", 2), scene_act("d", "View", "x:b", 3),
                                 scene_act("e", "View", "x:c", 4), decision("u", "Undo", NULL, 5)};
        events[0].flags |= ENGAGE_EVENT_HAS_VERIFIED | ENGAGE_EVENT_HAS_CREATED;
        events[0].created = SCENE_START - 5000;
        events[1].flags |= ENGAGE_EVENT_HAS_VERIFIED | ENGAGE_EVENT_VERIFIED |
                           ENGAGE_EVENT_HAS_CREATED;
        events[1].created = SCENE_START - 9000;
        events[2].flags |= ENGAGE_EVENT_HAS_VERIFIED | ENGAGE_EVENT_HAS_CREATED;
        events[2].created = SCENE_START - 99000;
        events[1].name = scene_text("Ann");
        events[1].followers = 12;
        events[0].crm_id = events[3].crm_id = scene_text("C-1");
        events[5].actor = scene_text("x:a");
        events[5].role = scene_text(NULL);
        events[5].target = scene_text("c");
        for (int i = 0; i < 6; i++) {
            scene_add(&scene, events[order ? 5 - i : i]);
            scene_apply(&scene);
        }
        decide(&scene, "l1", "Link", "x:c", "x:b", NULL, 6);
        const char *json = scene_customer(&scene, "x:c");
        scene_has(json, "\"identities\":[{\"account\":\"x:a\",\"name\":\"Ann\",\"crm_id\":\"C-1\","
                        "\"followers\":12,\"created\":\"2023-11-14T23:59:51.000Z\","
                        "\"verified\":true,\"linked\":\"explicit\",\"basis\":null},"
                        "{\"account\":\"x:b\",\"name\":null,\"crm_id\":\"C-1\",\"followers\":null,"
                        "\"created\":null,\"verified\":null,\"linked\":\"explicit\","
                        "\"basis\":null},{\"account\":\"x:c\",");
        scene_has(json, "\"linked\":\"asserted\",\"basis\":null}],");
        engage_event link = decision("l2", "Link", "x:c", 7);
        link.object = scene_text("x:a");
        link.text = scene_text("both write as Ann");
        scene_add(&scene, link);
        scene_apply(&scene);
        scene_has(scene_customer(&scene, "x:c"),
                  "\"linked\":\"asserted\",\"basis\":\"both write as Ann\"}],");
        decide(&scene, "n", "Unlink", "x:c", NULL, NULL, 8);
        scene_has(scene_customer(&scene, "x:c"), "\"linked\":null,\"basis\":null}],");
        scene_close(&scene);
    }
}
END_TEST

/* A link that the other account's Unlink took back is nothing that anything rests on. */
START_TEST(test_basis_that_was_taken_back)
{
    struct scene scene = scene_open();
    static const char *const links[][4] = {{"l0", "x:a", "x:c", "the contract"},
                                           {"l1", "x:a", "x:b", "a wrong guess"},
                                           {"l3", "x:b", "x:c", "the invoice"}};
    scene_add(&scene, scene_act("va", "View", "x:a", 0));
    scene_add(&scene, scene_act("vb", "View", "x:b", 0));
    scene_add(&scene, scene_act("vc", "View", "x:c", 0));
    scene_add(&scene, decision("l2", "Unlink", "x:b", 3));
    for (int i = 0; i < 3; i++) {
        engage_event link = decision(links[i][0], "Link", links[i][1], i < 2 ? 1 + i : 4);
        link.object = scene_text(links[i][2]);
        link.text = scene_text(links[i][3]);
        scene_add(&scene, link);
    }
    scene_apply(&scene);
    const char *json = scene_customer(&scene, "x:a");
    scene_has(json, "\"basis\":\"the contract\"},{\"account\":\"x:b\"");
    ck_assert_ptr_null(strstr(json, "wrong guess"));
    scene_close(&scene);
}
END_TEST

/* One's own accounts are no counterparts, and are again once they are somebody else's. */
START_TEST(test_own_accounts_are_no_counterparts)
{
    struct scene scene = scene_open();
    engage_event invite = scene_act("i", "Invite", "x:1", 0);
    invite.target = scene_text("x:2");
    scene_add(&scene, invite);
    scene_add(&scene, scene_act("v", "View", "x:2", 0));
    engage_event group = scene_post("g", "x:1", 24, NULL, -1);
    group.type = scene_text("Group");
    group.to = scene_text("x:2\nx:3");
    scene_add(&scene, group);
    engage_event thanks = scene_act("t", "thanked", "x:2", 25);
    thanks.target = scene_text("x:1");
    scene_add(&scene, thanks);
    scene_apply(&scene);
    scene_has(scene_customer(&scene, "x:1"), "\"gate\":\"people\",\"value\":2,");
    scene_has(scene_customer(&scene, "x:1"), "\"gate\":\"acknowledgers\",\"value\":1,");
    act(&scene, "link", "x:1", "x:2", ENGAGE_OK);
    scene_has(scene_customer(&scene, "x:1"), "\"gate\":\"people\",\"value\":1,");
    scene_has(scene_customer(&scene, "x:1"), "\"gate\":\"acknowledgers\",\"value\":0,");
    act(&scene, "unlink", "x:1", NULL, ENGAGE_OK);
    scene_has(scene_customer(&scene, "x:1"), "\"gate\":\"people\",\"value\":2,");
    scene_has(scene_customer(&scene, "x:1"), "\"gate\":\"acknowledgers\",\"value\":1,");
    scene_close(&scene);
}
END_TEST

/* ------------------------------------------------------------------- queue --- */

START_TEST(test_opportunities)
{
    struct scene scene = scene_open();
    char id[17] = "";
    scene_add(&scene, scene_post("q", "x:1", 0, NULL, ENGAGE_INTENT_QUESTION));
    scene_apply(&scene);
    memcpy(id, scene_queue(&scene, 1) + 7, 16);
    scene_has(scene_queue(&scene, 1), "\"state\":\"open\"");
    scene_has(act(&scene, "claim", id, NULL, ENGAGE_OK), "\"state\":\"claimed\"");
    scene_has(scene_queue(&scene, 1), "\"state\":\"claimed\"");
    scene_has(act(&scene, "dismiss", id, NULL, ENGAGE_OK), "\"state\":\"dismissed\"");
    ck_assert_str_eq(scene_queue(&scene, 1), "");
    /* Who asks again opens it again, claimed by nobody. */
    scene_add(&scene, scene_post("q2", "x:1", 2, "q", ENGAGE_INTENT_QUESTION));
    scene_apply(&scene);
    scene_has(scene_queue(&scene, 3), "\"state\":\"open\"");
    scene_has(act(&scene, "claim", id, NULL, ENGAGE_OK), "\"state\":\"claimed\"");
    scene_has(scene_queue(&scene, 3), "\"state\":\"claimed\"");
    scene_has(act(&scene, "resolve", id, NULL, ENGAGE_OK), "\"state\":\"resolved\"");
    ck_assert_str_eq(scene_queue(&scene, 3), "");
    act(&scene, "claim", "0123456789abcdef", NULL, ENGAGE_ENOTFOUND);
    scene_close(&scene);
}
END_TEST

/* An answer that nobody says anything about settles it, after as long as the policy says. */
START_TEST(test_quiet_settles)
{
    struct scene scene = scene_open_with("[replies]\nquiet_hours = 48\n");
    char id[17] = "";
    scene_add(&scene, scene_post("q", "x:1", 0, NULL, ENGAGE_INTENT_QUESTION));
    scene_apply(&scene);
    memcpy(id, scene_queue(&scene, 1) + 7, 16);
    scene_add(&scene, scene_staff("a", 2, "q", NULL));
    scene_apply(&scene);
    scene_has(act(&scene, "claim", id, NULL, ENGAGE_OK), "\"state\":\"answered\"");
    scene_add(&scene, scene_act("v", "View", "x:2", 2 + 47));
    scene_apply(&scene);
    scene_has(act(&scene, "claim", id, NULL, ENGAGE_OK), "\"state\":\"answered\"");
    scene_add(&scene, scene_act("w", "View", "x:2", 2 + 48));
    scene_apply(&scene);
    scene_has(act(&scene, "claim", id, NULL, ENGAGE_OK), "\"state\":\"resolved\"");
    scene_close(&scene);
}
END_TEST

/* Others ask the same where they ask it of one product, or in one thread. */
START_TEST(test_others_ask_the_same)
{
    static const char *const people[] = {"x:1", "x:2", "x:3"};
    static const char *const ids[] = {"q1", "q2", "q3"};
    for (int together = 0; together < 2; together++) {
        struct scene scene = scene_open();
        scene_add(&scene, scene_staff("top", 0, NULL, NULL));
        for (int i = 0; i < 3; i++)
            scene_add(&scene, scene_post(ids[i], people[i], 1 + i, together ? "top" : NULL,
                                         ENGAGE_INTENT_QUESTION));
        scene_apply(&scene);
        const char *json = scene_queue(&scene, 5);
        if (together)
            scene_has(json, "\"reason\":\"others ask the same\"");
        else
            ck_assert_ptr_null(strstr(json, "others ask the same"));
        scene_close(&scene);
    }
}
END_TEST

/* ------------------------------------------------------- random streams --- */

/* A decision about somebody of a stream; its texts are kept in `made`. */
static engage_event random_decision(struct stream_event *made, uint64_t *random, unsigned number,
                                    int64_t end)
{
    static const char *const verbs[] = {"Hold", "Release", "Suspend", "Reinstate", "Flag",
                                        "Flag", "Link",    "Unlink",  "Object",    "Resume",
                                        "Withhold", "Restore", "Withhold", "Restore"};
    static const char *const stages[] = {"consumption", "curation", "creation", "collaboration"};
    engage_event *event = &made->event;
    size_t which = support_random(random) % (sizeof(verbs) / sizeof(verbs[0]));
    memset(made, 0, sizeof(*made));
    event->struct_size = sizeof(*event);
    event->received = ENGAGE_NO_TIME;
    event->followers = -1;
    event->time = end - (int64_t)(support_random(random) % (160 * (uint64_t)86400000));
    event->brand = scene_text("acme");
    event->actor = scene_text("desk:ann");
    event->role = scene_text("staff");
    event->verb = scene_text(verbs[which]);
    snprintf(made->strings[0], sizeof(made->strings[0]), "d%u", number);
    unsigned whom = (unsigned)(support_random(random) % 9);
    snprintf(made->strings[1], sizeof(made->strings[1]), "x:u%u", whom);
    event->id = scene_text(made->strings[0]);
    event->target = scene_text(made->strings[1]);
    if (which == 0)
        event->type = scene_text(stages[support_random(random) % 4]);
    if (which == 6) {
        snprintf(made->strings[2], sizeof(made->strings[2]), "x:u%u",
                 (whom + 1 + (unsigned)(support_random(random) % 8)) % 9);
        event->object = scene_text(made->strings[2]);
    }
    if (which >= 12) {
        snprintf(made->strings[2], sizeof(made->strings[2]), "x:p%u",
                 (unsigned)(support_random(random) % 60));
        event->target = scene_text(NULL);
        event->object = scene_text(made->strings[2]);
        event->type = scene_text(support_random(random) % 2 ? "delete" : "protect");
    }
    return *event;
}

enum { MOST = 24 };

struct decided {
    struct stream_event list[MOST];
    size_t count;
};

static void make_decisions(struct decided *decided, uint64_t *random, int64_t end)
{
    decided->count = 1 + support_random(random) % MOST;
    for (size_t i = 0; i < decided->count; i++)
        random_decision(&decided->list[i], random, (unsigned)i, end);
}

/* Events and decisions by one list of numbers, in batches of random size. */
static void apply_both(engage_tracker *tracker, const struct stream *stream,
                       const struct decided *decided, const size_t *numbers, uint64_t *random)
{
    engage_events *events = NULL;
    ck_assert_int_eq(engage_events_new(&events, NULL), ENGAGE_OK);
    size_t count = stream->count + decided->count;
    for (size_t i = 0; i < count; i++) {
        size_t number = numbers != NULL ? numbers[i] : i;
        const engage_event *event = number < stream->count
                                        ? &stream->list[number].event
                                        : &decided->list[number - stream->count].event;
        ck_assert_int_eq(engage_events_add(events, event, NULL), ENGAGE_OK);
        if (random != NULL && support_random(random) % 5 != 0 && i + 1 < count)
            continue;
        if (random == NULL && i + 1 < count)
            continue;
        engage_error error = ENGAGE_ERROR_INIT;
        int rc = engage_tracker_apply(tracker, events, NULL, &error);
        ck_assert_msg(rc == ENGAGE_OK, "%s: %s", engage_errname(rc), error.message);
        engage_events_clear(events);
    }
    engage_events_free(events);
}

START_TEST(test_order)
{
    for (uint64_t seed = 1; seed <= stream_rounds(500); seed++) {
        struct stream stream;
        static struct decided decided;
        uint64_t random = seed * 31337;
        stream_make(&stream, seed, 40 + (size_t)(seed % 90), 1 + (int)(seed % 5));
        make_decisions(&decided, &random, stream.end);
        engage_tracker *once = stream_tracker(NULL);
        engage_tracker *split = stream_tracker(NULL);
        size_t *numbers = stream_shuffle(stream.count + decided.count, &random);
        apply_both(once, &stream, &decided, NULL, NULL);
        apply_both(split, &stream, &decided, numbers, &random);
        stream_same(once, split, &stream, stream.end, seed, "another order");
        stream_same(once, split, &stream, stream.end - INT64_C(70) * 86400000, seed,
                    "at an earlier time");
        free(numbers);
        engage_tracker_close(once);
        engage_tracker_close(split);
        stream_free(&stream);
    }
}
END_TEST

/* What decisions did is gone with them: undone, they were never made; unlinked, resumed
 * and restored, all is as before. */
START_TEST(test_taken_back)
{
    for (uint64_t seed = 1; seed <= stream_rounds(500); seed++) {
        struct stream stream;
        static struct decided decided;
        struct decided none = {.count = 0};
        uint64_t random = seed * 271;
        stream_make(&stream, seed, 40 + (size_t)(seed % 90), 1 + (int)(seed % 5));
        make_decisions(&decided, &random, stream.end - 1000);
        engage_tracker *never = stream_tracker(NULL);
        engage_tracker *back = stream_tracker(NULL);
        size_t *numbers = stream_shuffle(stream.count + decided.count, &random);
        apply_both(never, &stream, &none, NULL, NULL);
        apply_both(back, &stream, &decided, numbers, &random);
        engage_events *events = NULL;
        ck_assert_int_eq(engage_events_new(&events, NULL), ENGAGE_OK);
        for (size_t i = 0; i < decided.count; i++) {
            char id[24];
            engage_event undo = {.struct_size = sizeof(undo), .received = ENGAGE_NO_TIME};
            snprintf(id, sizeof(id), "undo-d%u", (unsigned)i);
            undo.id = scene_text(id);
            undo.brand = scene_text("acme");
            undo.actor = scene_text("desk:ann");
            undo.role = scene_text("staff");
            undo.verb = scene_text("Undo");
            undo.target = decided.list[i].event.id;
            undo.time = decided.list[i].event.time;
            undo.followers = -1;
            ck_assert_int_eq(engage_events_add(events, &undo, NULL), ENGAGE_OK);
            if (support_random(&random) % 3 == 0 || i + 1 == decided.count) {
                ck_assert_int_eq(engage_tracker_apply(back, events, NULL, NULL), ENGAGE_OK);
                engage_events_clear(events);
            }
        }
        stream_same(never, back, &stream, stream.end, seed, "taken back");
        engage_events_free(events);
        free(numbers);
        engage_tracker_close(never);
        engage_tracker_close(back);
        stream_free(&stream);
    }
}
END_TEST

START_TEST(test_reversed)
{
    static const char *const pairs[][2] = {
        {"Link", "Unlink"}, {"Object", "Resume"}, {"Withhold", "Restore"}};
    for (uint64_t seed = 1; seed <= stream_rounds(500); seed++) {
        struct stream stream;
        struct decided none = {.count = 0};
        stream_make(&stream, seed, 40 + (size_t)(seed % 90), 1 + (int)(seed % 5));
        engage_tracker *never = stream_tracker(NULL);
        engage_tracker *back = stream_tracker(NULL);
        engage_events *events = NULL;
        ck_assert_int_eq(engage_events_new(&events, NULL), ENGAGE_OK);
        apply_both(never, &stream, &none, NULL, NULL);
        apply_both(back, &stream, &none, NULL, NULL);
        for (int i = 0; i < 2; i++) {
            engage_event event = {.struct_size = sizeof(event), .received = ENGAGE_NO_TIME};
            event.followers = -1;
            event.time = stream.end - 1000 + i;
            event.id = scene_text(i == 0 ? "there" : "back");
            event.brand = scene_text("acme");
            event.actor = scene_text("desk:ann");
            event.role = scene_text("staff");
            event.verb = scene_text(pairs[seed % 3][i]);
            event.target = scene_text("x:u1");
            event.object = scene_text(seed % 3 == 0 ? "x:u2" : NULL);
            ck_assert_int_eq(engage_events_add(events, &event, NULL), ENGAGE_OK);
            ck_assert_int_eq(engage_tracker_apply(back, events, NULL, NULL), ENGAGE_OK);
            engage_events_clear(events);
            if (i == 0) {
                engage_buffer *buffer = NULL;
                ck_assert_int_eq(engage_buffer_new(&buffer, NULL), ENGAGE_OK);
                int rc = engage_tracker_customer(back, scene_text("x:u1"), NULL, buffer, NULL);
                ck_assert(seed % 3 == 0 ? rc == ENGAGE_OK || rc == ENGAGE_ENOTFOUND
                                        : rc == ENGAGE_ENOTFOUND || seed % 3 == 2);
                engage_buffer_free(buffer);
            }
        }
        stream_same(never, back, &stream, stream.end, seed, pairs[seed % 3][1]);
        engage_events_free(events);
        engage_tracker_close(never);
        engage_tracker_close(back);
        stream_free(&stream);
    }
}
END_TEST

/* What is withheld is as if its account had done nothing. */
START_TEST(test_withheld_is_undone)
{
    struct scene scene = scene_open();
    add_curator(&scene, "x:1");
    scene_add(&scene, scene_post("q", "x:2", 0, NULL, ENGAGE_INTENT_QUESTION));
    scene_apply(&scene);
    decide(&scene, "d1", "Withhold", "x:1", NULL, "suspend", 80);
    ck_assert_int_eq(engage_tracker_customer(scene.tracker, scene_text("x:1"), NULL, scene.out,
                                             NULL), ENGAGE_ENOTFOUND);
    decide(&scene, "d2", "Withhold", "x:1", NULL, "protect", 81);
    decide(&scene, "d3", "Restore", "x:1", NULL, "suspend", 82);
    ck_assert_int_eq(engage_tracker_customer(scene.tracker, scene_text("x:1"), NULL, scene.out,
                                             NULL), ENGAGE_ENOTFOUND);
    decide(&scene, "d4", "Restore", "x:1", NULL, "protect", 83);
    scene_has(scene_customer(&scene, "x:1"), "\"stage\":\"curation\"");
    decide(&scene, "d5", "Withhold", NULL, "q", "withhold", 84);
    ck_assert_str_eq(scene_queue(&scene, 85), "");
    decide(&scene, "d6", "Restore", NULL, "q", NULL, 86);
    scene_has(scene_queue(&scene, 87), "\"posts\":[\"q\"]");
    scene_close(&scene);
}
END_TEST

/* With this policy whoever objects is heard no more. */
START_TEST(test_objected_events_are_refused)
{
    struct scene scene = scene_open_with("[duties]\nrefuse_objected = 1\n");
    add_curator(&scene, "x:1");
    act(&scene, "object", "x:1", NULL, ENGAGE_OK);
    engage_event link = scene_act("link", "Link", "x:desk", 90);
    link.role = scene_text("staff");
    link.target = scene_text("x:2");
    link.object = scene_text("m:2");
    scene_add(&scene, scene_act("other", "View", "x:2", 90));
    scene_add(&scene, scene_act("more", "View", "x:1", 90));
    scene_add(&scene, scene_act("more", "View", "x:1", 90));
    scene_add(&scene, link);
    engage_counts counts = scene_apply(&scene);
    ck_assert_uint_eq(counts.refused, 2);
    ck_assert_uint_eq(counts.applied, 1);
    for (size_t i = 0; i < 2; i++) {
        static const size_t numbers[] = {1, 3};
        static const char *const whys[] = {"its actor objects to being profiled",
                                           "such a link needs a reason: what it rests on"};
        size_t number;
        const char *why;
        ck_assert_int_eq(engage_tracker_refused(scene.tracker, i, &number, &why), ENGAGE_ROW);
        ck_assert_uint_eq(number, numbers[i]);
        ck_assert_str_eq(why, whys[i]);
    }
    act(&scene, "resume", "x:1", NULL, ENGAGE_OK);
    scene_has(scene_customer(&scene, "x:1"), "\"stage\":\"curation\"");
    scene_close(&scene);
}
END_TEST

/* What is refused goes by the time of an event, not by how batches are cut: from the objection
 * until it is taken back, and nothing after that. */
START_TEST(test_cuts_refuse_the_same)
{
    for (size_t first = 0; first <= 5; first++) {
        struct scene scene = scene_open_with("[duties]\nrefuse_objected = 1\n");
        engage_event events[] = {
            scene_act("v1", "View", "x:1", 1),   scene_act("o", "Object", "x:1", 2),
            scene_act("v2", "View", "x:1", 3),   scene_act("r", "Resume", "x:1", 4),
            scene_act("v3", "View", "x:1", 5),
        };
        uint64_t refused = 0;
        events[1].target = events[3].target = scene_text("x:1");
        for (size_t i = 0; i < 5; i++) {
            scene_add(&scene, events[i]);
            if (i + 1 == first)
                refused += scene_apply(&scene).refused;
        }
        refused += scene_apply(&scene).refused;
        ck_assert_uint_eq(refused, 1);
        scene_has_fact(&scene, "x:1", "view", "v1");
        scene_has_fact(&scene, "x:1", "view", "v3");
        scene_lacks(&scene, "x:1", "\"v2\"");
        scene_close(&scene);
    }
}
END_TEST

/* An account that is only named by a decision which was taken back is known, and what is held
 * of it is told, whichever of the two came first. */
START_TEST(test_taken_back_before_it_came)
{
    static const char *const told[] = {"\"accounts\":2", "\"what\":\"event\""};
    for (int undo_first = 0; undo_first < 2; undo_first++) {
        struct scene scene = scene_open();
        engage_event flag = decision("f", "Flag", "x:1", 1);
        engage_event undo = scene_act("u", "Undo", "desk:ann", 2);
        undo.target = scene_text("f");
        scene_add(&scene, undo_first ? undo : flag);
        scene_apply(&scene);
        scene_add(&scene, undo_first ? flag : undo);
        scene_apply(&scene);
        scene_has(scene_ask(&scene, engage_tracker_check, NULL), told[0]);
        ck_assert_int_eq(engage_tracker_export(scene.tracker, scene_text("x:1"), NULL, scene.out,
                                               NULL),
                         ENGAGE_OK);
        scene_has(engage_buffer_data(scene.out), told[1]);
        scene_close(&scene);
    }
}
END_TEST

static int decide_with(const engage_allocator *allocator, void *ctx)
{
    struct scene *scene = ctx;
    engage_tracker *tracker = NULL;
    engage_tracker_options options = ENGAGE_TRACKER_OPTIONS_INIT;
    static const char *const names[][3] = {{"link", "x:1", "x:2"},    {"hold", "x:1", "creation"},
                                           {"object", "x:1", NULL},   {"resume", "x:1", NULL},
                                           {"withhold", "x:1", NULL}, {"unlink", "x:1", NULL}};
    options.allocator = allocator;
    int rc = engage_tracker_open(&tracker, "memory:", &options, NULL);
    if (rc == ENGAGE_OK)
        rc = engage_tracker_apply(tracker, scene->events, NULL, NULL);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && rc == ENGAGE_OK; i++) {
        engage_decision given = ENGAGE_DECISION_INIT;
        given.name = scene_text(names[i][0]);
        given.subject = scene_text(names[i][1]);
        given.value = scene_text(names[i][2]);
        engage_buffer_clear(scene->out);
        rc = engage_tracker_decide(tracker, &given, scene->out, NULL);
    }
    engage_tracker_close(tracker);
    return rc;
}

START_TEST(test_no_memory)
{
    struct scene scene = scene_open();
    engage_event invite = scene_act("i", "Invite", "x:1", 0);
    invite.target = scene_text("x:2");
    scene_add(&scene, invite);
    scene_add(&scene, scene_post("q", "x:2", 0, NULL, ENGAGE_INTENT_QUESTION));
    scene_add(&scene, scene_post("a", "x:1", 1, "q", -1));
    support_fail_each(decide_with, &scene);
    scene_close(&scene);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("decisions");
    TCase *cases = tcase_create("cases");
    tcase_set_timeout(cases, 0);
    tcase_add_test(cases, test_refused);
    tcase_add_test(cases, test_decisions_of_one_moment);
    tcase_add_test(cases, test_the_last_moment);
    tcase_add_test(cases, test_hold);
    tcase_add_test(cases, test_hold_shows_in_the_funnel);
    tcase_add_test(cases, test_suspension_and_flags_cap);
    tcase_add_test(cases, test_customers_decide_nothing);
    tcase_add_test(cases, test_decisions_that_lack_something);
    tcase_add_test(cases, test_link);
    tcase_add_test(cases, test_links_never_join_crm_ids);
    tcase_add_test(cases, test_identities);
    tcase_add_test(cases, test_basis_that_was_taken_back);
    tcase_add_test(cases, test_own_accounts_are_no_counterparts);
    tcase_add_test(cases, test_opportunities);
    tcase_add_test(cases, test_quiet_settles);
    tcase_add_test(cases, test_others_ask_the_same);
    tcase_add_test(cases, test_withheld_is_undone);
    tcase_add_test(cases, test_objected_events_are_refused);
    tcase_add_test(cases, test_cuts_refuse_the_same);
    tcase_add_test(cases, test_order);
    tcase_add_test(cases, test_taken_back);
    tcase_add_test(cases, test_reversed);
    tcase_add_test(cases, test_taken_back_before_it_came);
    tcase_add_test(cases, test_no_memory);
    suite_add_tcase(suite, cases);
    return support_run(suite);
}
