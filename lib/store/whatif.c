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

int engage_tracker_whatif(engage_tracker *tracker, const engage_policy *policy,
                          const engage_model *model, const engage_query *query,
                          engage_buffer *buffer, engage_error *error)
{
    if (tracker == NULL || buffer == NULL)
        return engagep_error_set(error, ENGAGE_EMISUSE, "no tracker or no buffer");
    const engage_allocator *allocator = engagep_tracker_allocator(tracker);
    struct engagep_tracker_options options = {.model = model, .policy = policy,
                                              .now = ENGAGE_NO_TIME};
    struct engagep_store *store = NULL;
    engage_tracker *other = NULL;
    int rc = engagep_store_memory_open(&store, engagep_tables, engagep_table_count, "", 0, allocator,
                                       error);
    if (rc == ENGAGE_OK)
        rc = engagep_tracker_new(&other, store, &options, allocator, error);
    if (rc == ENGAGE_OK)
        rc = engagep_replay(other, tracker, model != NULL, error);
    if (rc == ENGAGE_OK)
        rc = engagep_replay_compare(tracker, other, query, buffer, error);
    engagep_tracker_free(other);
    return rc;
}
