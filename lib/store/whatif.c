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

static int replay_and_compare(engage_tracker *tracker, const engage_policy *policy,
                              const engage_model *model, const engage_query *query,
                              engage_buffer *buffer, engage_error *error)
{
    engage_tracker *before = NULL;
    engage_tracker *after = NULL;
    int whole;
    const engage_policy *own = engagep_replay_policy(tracker);
    int rc = engagep_replay_is_whole(tracker, &whole, error);
    if (rc == ENGAGE_OK && !whole)
        rc = play(&before, tracker, own, NULL, error);
    if (rc == ENGAGE_OK)
        rc = play(&after, tracker, policy != NULL ? policy : own, model, error);
    if (rc == ENGAGE_OK)
        rc = engagep_replay_compare(whole ? tracker : before, after, query, buffer, error);
    engagep_tracker_free(after);
    engagep_tracker_free(before);
    return rc;
}

int engage_tracker_whatif(engage_tracker *tracker, const engage_policy *policy,
                          const engage_model *model, const engage_query *query,
                          engage_buffer *buffer, engage_error *error)
{
    if (tracker == NULL || buffer == NULL)
        return engagep_error_set(error, ENGAGE_EMISUSE, "no tracker or no buffer");
    /* What is replayed and what that is compared with are of one moment. */
    int looks = engagep_replay_look(tracker, error);
    if (looks < 0)
        return looks;
    int rc = replay_and_compare(tracker, policy, model, query, buffer, error);
    engagep_replay_look_away(tracker, looks);
    return rc;
}
