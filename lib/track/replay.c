/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "track/replay.h"

#include "base/alloc.h"
#include "base/error.h"
#include "track/core.h"
#include "track/duty.h"
#include "track/merge.h"
#include "track/signal.h"

#include <string.h>

/* Events a transaction: as many as are held at a time. */
enum { BATCH = 1000 };

struct replay {
    engage_tracker *to;
    engage_tracker *from;
    int again;
    engage_error *error;
    struct engagep_arena arena; /* of the events that are held */
    engage_events *events;
    struct engagep_signal *heard; /* BATCH of them */
};

static int apply(struct replay *replay)
{
    replay->to->heard = replay->heard;
    replay->to->judges_anew = replay->again;
    int rc = engage_tracker_apply(replay->to, replay->events, NULL, replay->error);
    replay->to->heard = NULL;
    engage_events_clear(replay->events);
    engagep_arena_reset(&replay->arena);
    return rc;
}

static int take_event(void *ctx, const struct engagep_value *row, engage_error *error)
{
    struct replay *replay = ctx;
    struct engagep_stored stored;
    int rc = engagep_row_to_event(row, &replay->arena, &stored, error);
    if (rc != ENGAGE_OK)
        return rc;
    if (replay->again && stored.signal.gone && !stored.dead)
        return engagep_error_set(error, ENGAGE_ELATE, "texts to be judged are no longer held");
    /* Whom a text addresses is policy's to say. */
    if (!replay->again && !stored.signal.gone)
        rc = engagep_signal_mark(replay->to, &stored.event, &stored.signal.marks, error);
    replay->heard[engage_events_count(replay->events)] = stored.signal;
    if (rc == ENGAGE_OK)
        rc = engage_events_add(replay->events, &stored.event, error);
    if (rc == ENGAGE_EEVENT) /* no such event was ever taken */
        return engagep_core_corrupt(error, "an event");
    if (rc == ENGAGE_OK && engage_events_count(replay->events) == BATCH)
        rc = apply(replay);
    return rc;
}

/* Accounts that stand for whoever was forgotten stand for nobody there, too. */
static int take_forgotten(void *ctx, const struct engagep_value *row, engage_error *error)
{
    struct replay *replay = ctx;
    return engagep_core_put(replay->to, ENGAGEP_FORGOTTEN, row, error);
}

static int copy_forgotten(struct replay *replay)
{
    const struct engagep_store_ops *ops = replay->to->store->ops;
    int rc = ops->begin(replay->to->store, replay->error);
    if (rc != ENGAGE_OK)
        return rc;
    rc = engagep_core_scan(replay->from, ENGAGEP_FORGOTTEN, 0, NULL, 0, take_forgotten, replay,
                           replay->error);
    if (rc == ENGAGE_OK)
        return ops->commit(replay->to->store, replay->error);
    ops->rollback(replay->to->store);
    return rc;
}

static int take_partial(void *ctx, const struct engagep_value *row, engage_error *error)
{
    struct replay *replay = ctx;
    struct engagep_partial partial = {
        .batch = engagep_row_str(&row[PARTIAL_BATCH]),
        .brand = engagep_row_str(&row[PARTIAL_BRAND]),
        .account = engagep_row_str(&row[PARTIAL_ACCOUNT]),
        .state = engagep_row_str(&row[PARTIAL_STATE]),
    };
    int rc = engagep_merge_partial(replay->to, &partial, error);
    return rc == ENGAGE_ROW || rc == ENGAGE_DONE ? ENGAGE_OK : rc;
}

int engagep_replay(engage_tracker *to, engage_tracker *from, int again, engage_error *error)
{
    struct replay replay = {.to = to, .from = from, .again = again, .error = error};
    const engage_allocator *allocator = &from->allocator;
    memcpy(to->secret, from->secret, sizeof(to->secret));
    to->key = from->key;
    engagep_arena_init(&replay.arena, allocator);
    replay.heard = engagep_alloc_array(allocator, BATCH, sizeof(*replay.heard));
    int rc = replay.heard != NULL ? engage_events_new(&replay.events, allocator) : ENGAGE_ENOMEM;
    if (rc != ENGAGE_OK)
        rc = engagep_core_no_memory(error);
    if (rc == ENGAGE_OK)
        rc = copy_forgotten(&replay);
    if (rc == ENGAGE_OK)
        rc = engagep_core_scan(from, ENGAGEP_EVENT, 0, NULL, 0, take_event, &replay, error);
    if (rc == ENGAGE_OK)
        rc = apply(&replay);
    if (rc == ENGAGE_OK)
        rc = engagep_core_scan(from, ENGAGEP_PARTIAL, 0, NULL, 0, take_partial, &replay, error);
    engage_events_free(replay.events);
    engagep_alloc_free(allocator, replay.heard, BATCH, sizeof(*replay.heard));
    engagep_arena_release(&replay.arena);
    return rc;
}

int engagep_replay_look(engage_tracker *tracker, engage_error *error)
{
    return tracker->store->ops->look(tracker->store, error);
}

void engagep_replay_look_away(engage_tracker *tracker, int looks)
{
    if (looks == ENGAGE_OK)
        tracker->store->ops->rollback(tracker->store);
}

const engage_policy *engagep_replay_policy(const engage_tracker *tracker)
{
    return tracker->policy;
}

int engagep_replay_is_whole(engage_tracker *tracker, int *whole, engage_error *error)
{
    int rc = engagep_duty_load(tracker, error);
    *whole = tracker->floor == ENGAGEP_NO_DAY;
    return rc;
}
