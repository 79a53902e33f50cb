/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * How a tracker is made over an open store: the one call that the store room makes
 * into this one (engage_tracker_open is there, since it knows the backends).
 */
#ifndef ENGAGEP_TRACK_TRACKER_H
#define ENGAGEP_TRACK_TRACKER_H

#include "track/record.h"

#include <engage/track.h>

struct engagep_tracker_options {
    const engage_model *model; /* NULL: the built-in one */
    const engage_policy *policy;
    const engage_catalogue *catalogue; /* NULL: the built-in aspects */
    engage_str secret;
    int64_t now;
    int readonly;
};

/* Takes the store over, also on failure. */
int engagep_tracker_new(engage_tracker **out, struct engagep_store *store,
                        const struct engagep_tracker_options *options,
                        const engage_allocator *allocator, engage_error *error);
void engagep_tracker_free(engage_tracker *tracker);

/* What is decided in the transaction that is open is decided by the tracker's policy: the store
 * keeps its text. Where the transaction fails, it may have been let go with it. */
int engagep_tracker_keep_policy(engage_tracker *tracker, engage_error *error);
void engagep_tracker_lose_policy(engage_tracker *tracker);

#endif
