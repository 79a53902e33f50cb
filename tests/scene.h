/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Small scenes for tests of the tracker: a store in memory and short ways to put
 * events into it and to look at what became of them.
 */
#ifndef ENGAGE_TESTS_SCENE_H
#define ENGAGE_TESTS_SCENE_H

#include "support.h"

#define SCENE_START INT64_C(1700006400000) /* a midnight */
enum { SCENE_HOUR = 3600000 };

struct scene {
    engage_tracker *tracker;
    engage_events *events;
    engage_buffer *out; /* of the report that was asked for last */
};

/* Over a store in memory: with the built-in policy, or with one of these lines. */
struct scene scene_open(void);
struct scene scene_open_with(const char *policy);
void scene_close(struct scene *scene);

/* Opens the scene's tracker anew, over this store; options may be NULL. */
void scene_reopen(struct scene *scene, const char *uri, const engage_tracker_options *options);

/* A database that is not there yet. */
struct scene_file {
    char uri[64];
    const char *path; /* in uri */
};
void scene_file_make(struct scene_file *file);
void scene_file_remove(const struct scene_file *file);

/* Over a database that is made for it. */
struct scene scene_open_file(struct scene_file *file);

engage_str scene_text(const char *s);

/* An event of brand "acme" some hours after the start, judged elsewhere; a post whose
 * id is its event's, with one intent or (negative) none; a post of the brand's. */
engage_event scene_act(const char *id, const char *verb, const char *actor, int hours);
engage_event scene_post(const char *id, const char *actor, int hours, const char *parent,
                        int intent);
engage_event scene_staff(const char *id, int hours, const char *parent, const char *kind);

/* Puts an event into the batch; applies the batch and clears it. */
void scene_add(struct scene *scene, engage_event event);
engage_counts scene_apply(struct scene *scene);

/* Ann asks, Bob helps, Ann thanks; Bob helps Cat too, who likes it, and invites Ann. */
void scene_add_help(struct scene *scene);

/* A report by this query, which is to succeed, borrowed until the next one. */
typedef int scene_report(engage_tracker *tracker, const engage_query *query,
                         engage_buffer *buffer, engage_error *error);
const char *scene_ask(struct scene *scene, scene_report *report, const engage_query *query);

/* A query of some hours after the start. */
engage_query scene_query(uint32_t flags, int hours);

/* Reports, likewise: hours are after the start. */
const char *scene_customer(struct scene *scene, const char *account);
const char *scene_queue(struct scene *scene, int hours);
const char *scene_replies(struct scene *scene, int hours, const char *by);

/* What is done with one person, or told of it; fails unless it returns `expected`. */
typedef int scene_person(engage_tracker *tracker, engage_str account, const engage_query *query,
                         engage_buffer *buffer, engage_error *error);
const char *scene_call(struct scene *scene, scene_person *what, const char *account, int expected);

/* Fails unless an event gave the account a fact of this kind; if the customer's report
 * has the text; unless the text has the other one. */
void scene_has_fact(struct scene *scene, const char *account, const char *kind,
                    const char *event);
void scene_lacks(struct scene *scene, const char *account, const char *what);
void scene_has(const char *json, const char *what);

#endif
