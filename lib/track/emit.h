/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * From events to facts, by the closed table of kinds.
 */
#ifndef ENGAGEP_TRACK_EMIT_H
#define ENGAGEP_TRACK_EMIT_H

#include "track/thread.h"

/* A fact, whose account it is, and the event that it comes from. Texts are those of
 * the events. */
struct engagep_emitted {
    engage_str account;
    engage_str actor;
    engage_str event;
    engage_str thread;
    int64_t part; /* several facts of one event for one account */
    int64_t time;
    int own; /* 1: it lies with its event */
    struct engagep_fact fact;
};

struct engagep_emission {
    struct engagep_emitted *list;
    size_t count;
    size_t capacity;
};

void engagep_emit_release(engage_tracker *tracker, struct engagep_emission *emission);

/* The kind of each post. */
void engagep_emit_kinds(struct engagep_thread *thread);

/* What an act gives by itself, on whatever it hangs. ENGAGE_OK, ENGAGE_ENOMEM. */
int engagep_emit_alone(engage_tracker *tracker, const struct engagep_member *member,
                       struct engagep_emission *emission);

/* What an act gives by itself, in one number: 1 + the kind of its only fact where that follows
 * from the event and the kind, or 0. */
int engagep_emit_gives(const struct engagep_emission *emission);

/* The fact that lies with an event, where it gives one. */
void engagep_emit_own(const engage_tracker *tracker, const struct engagep_stored *stored,
                      struct engagep_emitted *out);

/* What the posts of a thread give, and the credits in it, once its kinds and its episodes are
 * known. */
int engagep_emit_thread(engage_tracker *tracker, struct engagep_thread *thread,
                        struct engagep_emission *emission);

/* The credits that the acts of a thread give whose members are its posts and some new acts;
 * and, once its episodes are known, what a help gives that they acknowledge. */
int engagep_emit_credits(engage_tracker *tracker, struct engagep_thread *thread,
                         struct engagep_emission *emission);
int engagep_emit_acknowledged(engage_tracker *tracker, struct engagep_thread *thread,
                              struct engagep_emission *emission);

/* 1 where acts by this verb depend on the post that they are done to. */
int engagep_emit_hangs(engage_str verb);

/* 1 where a verb is one that the tracker knows, or a host's name of a kind. */
int engagep_emit_knows(const engage_event *event);

/* 1 where an event is done with other accounts, or gives one a credit. */
int engagep_emit_meets(const engage_event *event);

/* 1 for a verb by which what somebody wrote is taken with thanks. */
int engagep_emit_accepts(engage_str verb);

/* Whether this member's thanks for a post count: it is a help, and they are the helped person's or
 * the asker's, not the helper's own. */
int engagep_emit_may_thank(const struct engagep_thread *thread, const struct engagep_post *help,
                           const struct engagep_member *by);

/* 1 where a reply reads as thanks, or as being content. */
int engagep_emit_thanks(const struct engagep_signal *signal);

#endif
