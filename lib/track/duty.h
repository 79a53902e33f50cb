/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * What a store must keep to once it let something go: people who were forgotten do not
 * come back with a feed that is played again, and facts below the floor are not held.
 */
#ifndef ENGAGEP_TRACK_DUTY_H
#define ENGAGEP_TRACK_DUTY_H

#include "track/batch.h"

/* Reads what the store keeps to, at the beginning of a call over it. */
int engagep_duty_load(engage_tracker *tracker, engage_error *error);

/* Somebody who was forgotten. */
struct engagep_forgotten {
    int64_t until;  /* what is not later is refused */
    int64_t number; /* the account that stands for it is "forgotten:NUMBER" */
};

/* ENGAGE_ROW where an account was forgotten, else ENGAGE_DONE. */
int engagep_duty_find(engage_tracker *tracker, engage_str brand, engage_str account,
                      struct engagep_forgotten *out, engage_error *error);
int engagep_duty_write(engage_tracker *tracker, engage_str brand, engage_str account,
                       const struct engagep_forgotten *forgotten, engage_error *error);

/* The account that stands for somebody, in an arena; {NULL, 0} without memory. */
engage_str engagep_duty_name(struct engagep_arena *arena, int64_t number);

/* 1 for the accounts that stand for forgotten people: they have no profile. */
int engagep_duty_is_nobody(engage_str account);

/* Looks at an event that comes in: ENGAGE_DONE where it is refused; where it names somebody
 * who was forgotten, *event becomes a copy that names nobody. */
int engagep_duty_screen(struct engagep_batch *batch, const engage_event **event);

/* 1 where an event says that an account objects, or what a platform did with it: this stays
 * when somebody is forgotten. */
int engagep_duty_stays(const engage_event *event);

/* What is said of what engagep_duty_lacks_basis finds. */
#define ENGAGEP_DUTY_NO_BASIS "such a link needs a reason: what it rests on"

/* 1 where an event links an account of a platform that asks what such a link rests on to one
 * elsewhere, and does not say it. */
int engagep_duty_lacks_basis(const engage_policy *policy, const engage_event *event);

/* 1 where an event names an account of a set: one that it is done with, or to. */
int engagep_duty_names(const engage_event *event, const struct engagep_map *accounts);

#endif
