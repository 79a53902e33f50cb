/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * The past once more, under another policy, and what comes out otherwise.
 */
#ifndef ENGAGEP_TRACK_REPLAY_H
#define ENGAGEP_TRACK_REPLAY_H

#include <engage/track.h>

/* Holds the view of its store that what is replayed and what is compared with it share: a code for
 * the second, which ends it. */
int engagep_replay_look(engage_tracker *tracker, engage_error *error);
void engagep_replay_look_away(engage_tracker *tracker, int looks);

/* Puts all that `from` was given into `to`, which is empty and of the same secret from
 * then on. Texts keep what was said of them, unless `again`: then the model of `to`
 * judges them, but what forgotten people wrote, of which no words are left. As engage_tracker_apply. */
int engagep_replay(engage_tracker *to, engage_tracker *from, int again, engage_error *error);

/* The policy that a tracker decides by. */
const engage_policy *engagep_replay_policy(const engage_tracker *tracker);

/* Whether its store holds all facts still: else the past must be played on both sides. */
int engagep_replay_is_whole(engage_tracker *tracker, int *whole, engage_error *error);

/* Appends a line for each difference. As reports do. */
int engagep_replay_compare(engage_tracker *before, engage_tracker *after, const engage_query *query,
                           engage_buffer *buffer, engage_error *error);

#endif
