/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#define _POSIX_C_SOURCE 200809L

#include "scene.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

engage_str scene_text(const char *s)
{
    return (engage_str){s, s != NULL ? strlen(s) : 0};
}

struct scene scene_open(void)
{
    struct scene scene = {NULL, NULL, NULL};
    ck_assert_int_eq(engage_tracker_open(&scene.tracker, "memory:", NULL, NULL), ENGAGE_OK);
    ck_assert_int_eq(engage_events_new(&scene.events, NULL), ENGAGE_OK);
    ck_assert_int_eq(engage_buffer_new(&scene.out, NULL), ENGAGE_OK);
    return scene;
}

struct scene scene_open_with(const char *policy)
{
    struct scene scene = scene_open();
    engage_tracker_options options = ENGAGE_TRACKER_OPTIONS_INIT;
    engage_error error = ENGAGE_ERROR_INIT;
    int rc = engage_policy_parse(&options.policy, policy, strlen(policy), NULL, &error);
    ck_assert_msg(rc == ENGAGE_OK, "%s", error.message);
    scene_reopen(&scene, "memory:", &options);
    engage_policy_unref(options.policy);
    return scene;
}

void scene_reopen(struct scene *scene, const char *uri, const engage_tracker_options *options)
{
    engage_tracker_close(scene->tracker);
    ck_assert_int_eq(engage_tracker_open(&scene->tracker, uri, options, NULL), ENGAGE_OK);
}

void scene_file_make(struct scene_file *file)
{
    strcpy(file->uri, "sqlite:/tmp/engage-check-XXXXXX");
    char *path = file->uri + strlen("sqlite:");
    int handle = mkstemp(path);
    ck_assert_int_ge(handle, 0);
    close(handle);
    unlink(path);
    file->path = path;
}

struct scene scene_open_file(struct scene_file *file)
{
    struct scene scene = scene_open();
    scene_file_make(file);
    scene_reopen(&scene, file->uri, NULL);
    return scene;
}

void scene_file_remove(const struct scene_file *file)
{
    static const char *const ends[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
        char path[80];
        snprintf(path, sizeof(path), "%s%s", file->path, ends[i]);
        unlink(path);
    }
}

void scene_close(struct scene *scene)
{
    engage_tracker_close(scene->tracker);
    engage_events_free(scene->events);
    engage_buffer_free(scene->out);
}

/* An event of brand "acme" some hours after the start, judged elsewhere. */
engage_event scene_act(const char *id, const char *verb, const char *actor, int hours)
{
    engage_event event = ENGAGE_EVENT_INIT;
    event.flags = ENGAGE_EVENT_HAS_SENTIMENT | ENGAGE_EVENT_HAS_INTENTS;
    event.time = SCENE_START + (int64_t)hours * SCENE_HOUR;
    event.id = scene_text(id);
    event.brand = scene_text("acme");
    event.verb = scene_text(verb);
    event.actor = scene_text(actor);
    return event;
}

engage_event scene_post(const char *id, const char *actor, int hours, const char *parent,
                         int intent)
{
    engage_event event = scene_act(id, "Create", actor, hours);
    event.post = event.id;
    event.text = event.id;
    event.in_reply_to = scene_text(parent);
    if (intent >= 0)
        event.intents[intent] = 900000;
    return event;
}

void scene_add(struct scene *scene, engage_event event)
{
    engage_error error = ENGAGE_ERROR_INIT;
    int rc = engage_events_add(scene->events, &event, &error);
    ck_assert_msg(rc == ENGAGE_OK, "%s", error.message);
}

engage_counts scene_apply(struct scene *scene)
{
    engage_counts counts = ENGAGE_COUNTS_INIT;
    engage_error error = ENGAGE_ERROR_INIT;
    int rc = engage_tracker_apply(scene->tracker, scene->events, &counts, &error);
    ck_assert_msg(rc == ENGAGE_OK, "%s: %s", engage_errname(rc), error.message);
    engage_events_clear(scene->events);
    return counts;
}

engage_query scene_query(uint32_t flags, int hours)
{
    engage_query query = ENGAGE_QUERY_INIT;
    query.flags = flags;
    query.now = SCENE_START + (int64_t)hours * SCENE_HOUR;
    return query;
}

const char *scene_ask(struct scene *scene, scene_report *report, const engage_query *query)
{
    engage_error error = ENGAGE_ERROR_INIT;
    engage_buffer_clear(scene->out);
    int rc = report(scene->tracker, query, scene->out, &error);
    ck_assert_msg(rc == ENGAGE_OK, "%s: %s", engage_errname(rc), error.message);
    return engage_buffer_data(scene->out);
}

const char *scene_call(struct scene *scene, scene_person *what, const char *account, int expected)
{
    engage_error error = ENGAGE_ERROR_INIT;
    engage_buffer_clear(scene->out);
    int rc = what(scene->tracker, scene_text(account), NULL, scene->out, &error);
    ck_assert_msg(rc == expected, "%s: %s (%s)", account, engage_errname(rc), error.message);
    if (rc != ENGAGE_OK)
        ck_assert_uint_eq(engage_buffer_size(scene->out), 0);
    return engage_buffer_data(scene->out);
}

const char *scene_customer(struct scene *scene, const char *account)
{
    engage_query query = ENGAGE_QUERY_INIT;
    query.flags = ENGAGE_QUERY_EXPLAIN;
    engage_buffer_clear(scene->out);
    int rc = engage_tracker_customer(scene->tracker, scene_text(account), &query, scene->out, NULL);
    ck_assert_msg(rc == ENGAGE_OK, "%s: %s", account, engage_errname(rc));
    return engage_buffer_data(scene->out);
}

/* The kind of the fact that an event gave to an account. */
void scene_has_fact(struct scene *scene, const char *account, const char *kind, const char *event)
{
    char want[160];
    const char *json = scene_customer(scene, account);
    snprintf(want, sizeof(want), "\"kind\":\"%s\"", kind);
    char also[160];
    snprintf(also, sizeof(also), "\"event\":\"%s\",", event);
    for (const char *at = strstr(json, want); at != NULL; at = strstr(at + 1, want)) {
        const char *end = strchr(at, '}');
        const char *found = strstr(at, also);
        if (found != NULL && found < end)
            return;
    }
    ck_abort_msg("%s has no %s by %s: %s", account, kind, event, json);
}

void scene_lacks(struct scene *scene, const char *account, const char *what)
{
    const char *json = scene_customer(scene, account);
    ck_assert_msg(strstr(json, what) == NULL, "%s has %s: %s", account, what, json);
}

const char *scene_queue(struct scene *scene, int hours)
{
    engage_query query = scene_query(0, hours);
    return scene_ask(scene, engage_tracker_queue, &query);
}

const char *scene_replies(struct scene *scene, int hours, const char *by)
{
    engage_query query = scene_query(0, hours);
    query.by = scene_text(by);
    return scene_ask(scene, engage_tracker_replies, &query);
}

void scene_has(const char *json, const char *what)
{
    ck_assert_msg(strstr(json, what) != NULL, "no %s in %s", what, json);
}

engage_event scene_staff(const char *id, int hours, const char *parent, const char *kind)
{
    engage_event event = scene_post(id, "x:acme", hours, parent, -1);
    event.role = scene_text("staff");
    event.kind = scene_text(kind);
    return event;
}

void scene_add_help(struct scene *scene)
{
    scene_add(scene, scene_post("q1", "x:ann", 0, NULL, ENGAGE_INTENT_QUESTION));
    scene_add(scene, scene_post("a1", "x:bob", 2, "q1", ENGAGE_INTENT_PEER_ANSWER));
    scene_add(scene, scene_post("t1", "x:ann", 4, "a1", ENGAGE_INTENT_PRAISE));
    scene_add(scene, scene_post("own", "x:ann", 5, NULL, ENGAGE_INTENT_PRAISE));
    scene_add(scene, scene_post("q2", "x:cat", 24, NULL, ENGAGE_INTENT_QUESTION));
    scene_add(scene, scene_post("a2", "x:bob", 26, "q2", ENGAGE_INTENT_PEER_ANSWER));
    engage_event like = scene_act("l2", "Like", "x:cat", 27);
    like.object = scene_text("a2");
    scene_add(scene, like);
    engage_event invite = scene_act("i1", "Invite", "x:bob", 50);
    invite.target = scene_text("x:ann");
    scene_add(scene, invite);
    scene_apply(scene);
}
