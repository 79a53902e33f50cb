/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * A thread in memory: all events that hang together by replies, quotes and acts on
 * posts, put in order, so that facts and episodes can be read off it. Everything
 * here is a pure function of the events' set: how they came does not show.
 */
#ifndef ENGAGEP_TRACK_THREAD_H
#define ENGAGEP_TRACK_THREAD_H

#include "track/core.h"
#include "track/fact.h"

#define ENGAGEP_NO_POST SIZE_MAX

enum engagep_role {
    ENGAGEP_CUSTOMER_ROLE,
    ENGAGEP_STAFF_ROLE,
    ENGAGEP_PARTNER_ROLE,
    ENGAGEP_BOT_ROLE
};

/* An event that stands. */
struct engagep_member {
    const struct engagep_stored *stored; /* borrowed */
    engage_str person; /* the customer that the actor's account belongs to */
    enum engagep_role role;
};

/* A post: its first Create, and what its last Update made of it. */
struct engagep_post {
    const struct engagep_member *member;
    const struct engagep_member *content; /* the same, or an Update */
    engage_str id;
    engage_str conversation;
    size_t parent; /* what it replies to, ENGAGEP_NO_POST where that is nothing known */
    size_t quoted;
    size_t root;   /* the head of its replies, where known */
    int replies;   /* 1: it replies to something, known or not */
    int64_t order; /* its time, but not before its parent's */
    size_t depth;
    uint8_t kind;  /* ENGAGEP_KIND_, ENGAGEP_KINDS for what gives no fact */
    uint8_t acknowledged; /* a help that was thanked for */
    uint8_t settled;      /* a complaint that was answered and taken well */
};

struct engagep_thread {
    engage_str brand;
    engage_str id;
    struct engagep_member *members; /* by time, actor, id */
    size_t member_count;
    struct engagep_post *posts;
    size_t post_count;
    size_t *turns; /* posts by order, depth, time, actor, id */
    struct engagep_map by_id;
};

/* Puts members in order and finds posts, parents and conversations. Memory is the
 * arena's, but the map's, which engagep_thread_release gives back. ENGAGE_OK, ENGAGE_ENOMEM. */
int engagep_thread_build(engage_tracker *tracker, struct engagep_thread *thread);
void engagep_thread_release(struct engagep_thread *thread);

/* The post of this id, or ENGAGEP_NO_POST. */
size_t engagep_thread_post(const struct engagep_thread *thread, engage_str id);

/* Whether policy lists an account as staff or as the brand itself. */
int engagep_thread_is_staff(const engage_policy *policy, engage_str brand_id, engage_str account);

/* Who acts for whom: the event's own word, then the policy's lists. */
enum engagep_role engagep_thread_role(const engage_policy *policy, const engage_event *event);

/* 1 where the event is a post, or changes one. */
int engagep_thread_is_post(const engage_event *event);

/* 1 for an Update that gives its post, which is put out, another text. */
int engagep_thread_edits(const struct engagep_stored *stored, engage_str *post);

/* Parts the actor and the event in the id that is made for a post without one: no id that is
 * given holds a control character. */
#define ENGAGEP_MADE_MARK '\x1f'

/* The id of what a Create makes; one without a post gets one that nobody names. */
int engagep_thread_post_id(struct engagep_arena *arena, const engage_event *event,
                           engage_str *out);

/* Orders events by time, actor and id. */
int engagep_thread_compare(const engage_event *a, const engage_event *b);

#endif
