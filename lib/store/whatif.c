/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * What another policy would have decided: the past is put into a store in memory.
 */
#include "base/error.h"
#include "store/backend.h"
#include "track/merge.h"
#include "track/replay.h"
#include "track/schema.h"
#include "track/tracker.h"

#include <engage/store.h>

/* A tracker over a store in memory that has the same past. */
static int play(engage_tracker **out, engage_tracker *past, const engage_policy *policy,
                const engage_model *model, engage_error *error)
{
    const engage_allocator *allocator = engagep_tracker_allocator(past);
    struct engagep_tracker_options options = {.model = model, .policy = policy,
                                              .now = ENGAGE_NO_TIME};
    struct engagep_store *store = NULL;
    int rc = engagep_store_memory_open(&store, engagep_tables, engagep_table_count, "", 0,
                                       allocator, error);
    if (rc == ENGAGE_OK)
        rc = engagep_tracker_new(out, store, &options, allocator, error);
    if (rc == ENGAGE_OK)
        rc = engagep_replay(*out, past, model != NULL, error);
    return rc;
}

int engage_tracker_whatif(engage_tracker *tracker, const engage_policy *policy,
                          const engage_model *model, const engage_query *query,
                          engage_buffer *buffer, engage_error *error)
{
    engage_tracker *other = NULL;
    engage_tracker *whole = NULL;
    int rc;
    if (tracker == NULL || buffer == NULL)
        return engagep_error_set(error, ENGAGE_EMISUSE, "no tracker or no buffer");
    const engage_policy *past = engagep_replay_past(tracker, &rc, error);
    if (rc == ENGAGE_OK && past != NULL)
        rc = play(&whole, tracker, past, NULL, error);
    if (policy == NULL)
        policy = engagep_replay_policy(tracker);
    if (rc == ENGAGE_OK)
        rc = play(&other, tracker, policy, model, error);
    if (rc == ENGAGE_OK)
        rc = engagep_replay_compare(whole != NULL ? whole : tracker, other, query, buffer, error);
    engagep_tracker_free(other);
    engagep_tracker_free(whole);
    return rc;
}
