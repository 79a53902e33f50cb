/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Worked cases of what one act becomes: its fact, and what the fact counts.
 */
#include "scene.h"

#include <stdio.h>
#include <string.h>

/* Three people are asked to one event, each on a day of its own: three acts, and no
 * text, so that each is a content by itself. */
START_TEST(test_invitations)
{
    static const char *const ids[] = {"i0", "i1", "i2"};
    static const char *const people[] = {"x:t0", "x:t1", "x:t2"};
    struct scene scene = scene_open();
    for (int i = 0; i < 3; i++) {
        engage_event event = scene_act(ids[i], "Invite", "x:1", i * 24);
        event.object = scene_text("x:party");
        event.target = scene_text(people[i]);
        scene_add(&scene, event);
    }
    scene_apply(&scene);
    const char *json = scene_customer(&scene, "x:1");
    scene_has(json, "\"collaboration\",\"gate\":\"texts\",\"value\":3,");
    scene_has(json, "\"collaboration\",\"gate\":\"people\",\"value\":3,");
    scene_close(&scene);
}
END_TEST

/* Whom a gathering is made with counts as whom an invitation goes to; what its text
 * says counts once: two warnings would make a detractor. */
START_TEST(test_organised_with)
{
    struct scene scene = scene_open();
    engage_event event = scene_post("group", "x:1", 0, NULL, ENGAGE_INTENT_WARNING);
    event.type = scene_text("Group");
    event.to = scene_text("x:1\nx:2\nx:3");
    scene_add(&scene, event);
    scene_apply(&scene);
    scene_has_fact(&scene, "x:1", "organise", "group");
    const char *json = scene_customer(&scene, "x:1");
    scene_has(json, "\"collaboration\",\"gate\":\"people\",\"value\":2,");
    scene_has(json, "\"standing\":\"passive\"");
    scene_close(&scene);
}
END_TEST

/* Spam gives its author nothing, neither as a post nor as an act, and nobody else a
 * credit; the same without that intent does. */
START_TEST(test_spam)
{
    for (int spam = 0; spam < 2; spam++) {
        struct scene scene = scene_open();
        scene_add(&scene, scene_post("s", "x:1", 0, NULL, ENGAGE_INTENT_SUGGESTION));
        engage_event events[] = {scene_post("top", "x:2", 1, NULL, ENGAGE_INTENT_QUESTION),
                                 scene_post("reply", "x:2", 2, "s", ENGAGE_INTENT_PRAISE),
                                 scene_act("ask", "Invite", "x:2", 3)};
        events[2].target = scene_text("x:3");
        for (size_t i = 0; i < 3; i++) {
            events[i].intents[ENGAGE_INTENT_SPAM] = spam ? 900000 : 0;
            scene_add(&scene, events[i]);
        }
        scene_add(&scene, scene_act("seen", "View", "x:2", 4));
        scene_apply(&scene);
        scene_has_fact(&scene, "x:2", "view", "seen");
        if (spam) {
            scene_lacks(&scene, "x:1", "\"backed\"");
            scene_lacks(&scene, "x:2", "\"question\"");
            scene_lacks(&scene, "x:2", "\"comment\"");
            scene_lacks(&scene, "x:2", "\"invite\"");
        } else {
            scene_has_fact(&scene, "x:1", "backed", "reply");
            scene_has_fact(&scene, "x:2", "question", "top");
            scene_has_fact(&scene, "x:2", "comment", "reply");
            scene_has_fact(&scene, "x:2", "invite", "ask");
        }
        scene_close(&scene);
    }
}
END_TEST

/* Who asks or has trouble in an answer does not help, where a host says so, whatever
 * else it says. */
START_TEST(test_asking_answers)
{
    static const int asks[] = {ENGAGE_INTENT_QUESTION, ENGAGE_INTENT_HELP_REQUEST,
                               ENGAGE_INTENT_COMPLAINT, ENGAGE_INTENT_DEFECT};
    for (int i = -1; i < 4; i++) {
        struct scene scene = scene_open();
        scene_add(&scene, scene_post("q", "x:1", 0, NULL, ENGAGE_INTENT_QUESTION));
        engage_event event = scene_post("h", "x:2", 1, "q", ENGAGE_INTENT_PEER_ANSWER);
        if (i >= 0)
            event.intents[asks[i]] = 900000;
        scene_add(&scene, event);
        scene_apply(&scene);
        if (i < 0)
            scene_has_fact(&scene, "x:2", "help", "h");
        else
            scene_lacks(&scene, "x:2", "\"help\"");
        scene_close(&scene);
    }
}
END_TEST

/* Who stands under another's question with a trouble of one's own waits, though that is help by
 * its kind; whoever only answers does not, whatever trouble the answer tells of. */
START_TEST(test_helpers_who_wait)
{
    static const int troubles[] = {ENGAGE_INTENT_SAFETY_RISK, ENGAGE_INTENT_CHURN_RISK,
                                   ENGAGE_INTENT_BILLING, ENGAGE_INTENT_PURCHASE_INTENT, -1};
    int cases = engage_model_builtin() != NULL ? 5 : 4; /* a model must read the last one */
    for (int i = 0; i < cases; i++) {
        struct scene scene = scene_open();
        scene_add(&scene, scene_post("q", "x:1", 0, NULL, ENGAGE_INTENT_QUESTION));
        engage_event event = scene_post("h", "x:2", 1, "q", troubles[i]);
        if (troubles[i] < 0) {
            event.flags = 0;
            event.text = scene_text("@jo they refund it within 5 days");
        }
        scene_add(&scene, event);
        scene_apply(&scene);
        scene_has_fact(&scene, "x:2", "help", "h");
        const char *queue = scene_queue(&scene, 2);
        ck_assert_int_eq(strstr(queue, "\"customers\":[\"x:2\"]") != NULL, troubles[i] >= 0);
        scene_close(&scene);
    }
}
END_TEST

/* What quotes with no letter of its own only shares. */
START_TEST(test_quotes)
{
    static const char *const texts[][2] = {
        {"\U0001F525\U0001F525\U0001F44D\U0001F3FD", "share"},
        {"\u2764\uFE0F \u2026 \u20AC 100 \xF0\x9F", "share"},
        {"@jo \U0001F525 https://example.org/a", "share"},
        {"\U0001F525 so", "quote"},
        {"\u0434\u0430\U0001F525", "quote"},
        {"\u597D", "quote"},
        {"\u00E9", "quote"},
    };
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct scene scene = scene_open();
        engage_event event = scene_post("p", "x:1", 0, NULL, -1);
        event.quote_of = scene_text("x:nowhere");
        event.text = scene_text(texts[i][0]);
        scene_add(&scene, event);
        scene_apply(&scene);
        scene_has_fact(&scene, "x:1", texts[i][1], "p");
        scene_close(&scene);
    }
}
END_TEST

/* A partial state of an account that no event could name is refused. */
START_TEST(test_merge_names)
{
    struct scene scene = scene_open();
    scene_add(&scene, scene_act("seen", "View", "x:1", 0));
    scene_apply(&scene);
    int rc = engage_tracker_states(scene.tracker, scene_text("x:1"), NULL, scene.out, NULL);
    ck_assert_int_eq(rc, ENGAGE_OK);
    static const char *const names[] = {"x:1", "x\\n1", "x:\\u001f", "x:2"};
    const char *line = engage_buffer_data(scene.out);
    const char *name = strstr(line, "x:1");
    engage_tracker *other = NULL;
    ck_assert_int_eq(engage_tracker_open(&other, "memory:", NULL, NULL), ENGAGE_OK);
    for (int i = 0; i < 4; i++) {
        char changed[1024];
        int size = snprintf(changed, sizeof(changed), "%.*s%s%s", (int)(name - line), line,
                            names[i], name + strlen("x:1"));
        ck_assert(size > 0 && (size_t)size < sizeof(changed));
        engage_error error = ENGAGE_ERROR_INIT;
        rc = engage_tracker_merge(other, changed, (size_t)size, &error);
        ck_assert_msg(i == 0 || i == 3 ? rc >= 0 : rc == ENGAGE_ESTATE, "%s: %s", names[i],
                      engage_errname(rc));
    }
    engage_tracker_close(other);
    scene_close(&scene);
}
END_TEST

/* Thousands of accounts with one CRM id are one customer: what would read all of them
 * for each of them would not come back. */
START_TEST(test_large_customer)
{
    enum { ACCOUNTS = 16000 };
    struct scene scene = scene_open();
    for (int i = 0; i < ACCOUNTS; i++) {
        char account[16];
        snprintf(account, sizeof(account), "x:%05d", i);
        engage_event event = scene_act(account, "View", account, 0);
        event.crm_id = scene_text(i % 2 ? "C-1" : "C-2");
        scene_add(&scene, event);
    }
    scene_apply(&scene);
    scene_has(scene_customer(&scene, "x:15998"), "{\"id\":\"x:00000\"");
    scene_has(scene_customer(&scene, "x:15999"), "{\"id\":\"x:00001\"");
    /* The smallest account goes over to the others: either customer has a new name. */
    engage_event event = scene_act("moved", "View", "x:00000", 1);
    event.crm_id = scene_text("C-1");
    scene_add(&scene, event);
    scene_apply(&scene);
    scene_has(scene_customer(&scene, "x:15998"), "{\"id\":\"x:00002\"");
    scene_has(scene_customer(&scene, "x:15999"), "{\"id\":\"x:00000\"");
    scene_close(&scene);
}
END_TEST

/* What a customer likes is read in the words that its posts have now. */
START_TEST(test_tastes_of_edited_posts)
{
    if (engage_model_builtin() == NULL)
        return;
    struct scene scene = scene_open();
    engage_event post = scene_act("p", "Create", "x:1", 0);
    post.flags = 0;
    post.post = post.id;
    post.text = scene_text("I love the battery, it is great.");
    scene_add(&scene, post);
    scene_apply(&scene);
    scene_has(scene_customer(&scene, "x:1"),
              "\"likes\":[{\"target\":\"battery\",\"posts\":1}],\"dislikes\":[]");
    engage_event edit = post;
    edit.id = scene_text("e");
    edit.verb = scene_text("Update");
    edit.text = scene_text("I hate the battery, it is terrible.");
    edit.time += SCENE_HOUR;
    scene_add(&scene, edit);
    engage_event twice = post;
    twice.id = scene_text("p2");
    twice.time += SCENE_HOUR;
    scene_add(&scene, twice);
    scene_apply(&scene);
    scene_has(scene_customer(&scene, "x:1"),
              "\"likes\":[],\"dislikes\":[{\"target\":\"battery\",\"posts\":1}]");
    scene_close(&scene);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("facts");
    TCase *cases = tcase_create("cases");
    tcase_set_timeout(cases, 0);
    tcase_add_test(cases, test_invitations);
    tcase_add_test(cases, test_organised_with);
    tcase_add_test(cases, test_spam);
    tcase_add_test(cases, test_asking_answers);
    tcase_add_test(cases, test_helpers_who_wait);
    tcase_add_test(cases, test_quotes);
    tcase_add_test(cases, test_merge_names);
    tcase_add_test(cases, test_large_customer);
    tcase_add_test(cases, test_tastes_of_edited_posts);
    suite_add_tcase(suite, cases);
    return support_run(suite);
}
