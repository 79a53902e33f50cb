/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * One post, looked up by its rows: who wrote it, and which event its words are of. Where a
 * whole thread is read, engagep_thread_build finds the same.
 */
#ifndef ENGAGEP_TRACK_POST_H
#define ENGAGEP_TRACK_POST_H

#include "track/thread.h"

/* The first Create of a post that stands. */
struct engagep_author {
    engage_str actor;
    engage_str event; /* empty: there is none */
    engage_str role;  /* as the event says it */
    int64_t time;
    int replies; /* it names what it replies to */
};

/* Looks among the events until `now`; texts are kept in `arena`, where one is given. ENGAGE_OK,
 * also where nobody wrote it, or a failure. */
int engagep_post_author(engage_tracker *tracker, engage_str brand, engage_str post, int64_t now,
                        struct engagep_arena *arena, struct engagep_author *out,
                        engage_error *error);

/* Who that is to the brand, by the event's word or the policy's lists. */
enum engagep_role engagep_post_role(const engage_policy *policy, engage_str brand,
                                    const struct engagep_author *author);

/* The event of the author's that gives the post its words: the last Update that has any, else
 * the Create. */
int engagep_post_words(engage_tracker *tracker, engage_str brand, engage_str post, int64_t now,
                       struct engagep_arena *arena, const struct engagep_author *author,
                       engage_str *out, engage_error *error);

/* Reads an event of the author's. Texts are lent until the next row is read. */
int engagep_post_event(engage_tracker *tracker, engage_str brand,
                       const struct engagep_author *author, engage_str event,
                       struct engagep_stored *out, engage_error *error);

#endif
