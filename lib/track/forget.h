/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Forgetting a person. What others did stays theirs, done with somebody who is nobody any
 * more: of the person's own posts and acts only so much is left, under another name, as
 * others' help, thanks and answers hang on. All else is removed, and what was read of
 * others is read again, as if the store had never known more.
 *
 *   forget   whom, in which brands; what is told
 *   gather   what is there of the person, and what others say that names it
 *   husk     what is left of a post or an act
 *   remove   everything else
 */
#ifndef ENGAGEP_TRACK_FORGET_H
#define ENGAGEP_TRACK_FORGET_H

#include "track/batch.h"
#include "track/duty.h"

struct engagep_forgetting {
    engage_tracker *tracker;
    engage_error *error;
    engage_str brand;
    struct engagep_forgotten forgotten;
    engage_str nobody; /* who stands for the person */
    struct engagep_arena arena;

    engage_str customer;
    struct engagep_core_names accounts; /* of the person */
    struct engagep_map by_account;      /* to 1 where it objects to being profiled, else 0 */

    struct engagep_row_events own;    /* what it did */
    struct engagep_row_events others; /* what others did in its threads, or with it */
    struct engagep_row_events gone;   /* what was decided about it */
    struct engagep_map threads;       /* to 1 where others are in it, too, else 0 */
    struct engagep_core_names thread_list;
    struct engagep_map named;       /* posts that others name */
    struct engagep_map renamed;     /* own posts that nobody else names, to a number */
    struct engagep_map edited;      /* actor and post to the Update that tells what it says */
    size_t husks;
};

/* Reads all that forgetting will need, and writes nothing. ENGAGE_DONE where the account did
 * nothing in the brand, and nobody names it there. */
int engagep_forget_gather(struct engagep_forgetting *forgetting, engage_str account);

/* Reads what husks need to know of the gathered events. */
int engagep_forget_read(struct engagep_forgetting *forgetting);

/* Makes of an own event what is left of it, for others' sake: ENGAGE_ROW, or ENGAGE_DONE
 * where nothing is. */
int engagep_forget_husk(struct engagep_forgetting *forgetting, const struct engagep_stored *own,
                        struct engagep_stored *out);

/* Takes the gathered events and what was read of them out of a batch that was begun. */
int engagep_forget_events(struct engagep_forgetting *forgetting, struct engagep_batch *batch);

/* Removes the person's own rows, once the batch has ended. */
int engagep_forget_rows(struct engagep_forgetting *forgetting);

#endif
