/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "track/facts.h"

#include "base/alloc.h"
#include "track/batch.h"

#include <string.h>

/* Facts with rows and events with facts, two lists in one order. */
struct scan {
    engage_tracker *tracker;
    engage_error *error;
    struct engagep_cursor *rows;
    struct engagep_cursor *events;
    int more_rows;
    int more_events;
    struct engagep_value row[ENGAGEP_MAX_COLUMNS];
    struct engagep_value event[ENGAGEP_MAX_COLUMNS];
    struct engagep_emitted with_row;
    struct engagep_emitted own;
};

static int next_row(struct scan *scan)
{
    int rc = scan->tracker->store->ops->next(scan->rows, scan->row, scan->error);
    scan->more_rows = rc == ENGAGE_ROW;
    if (rc == ENGAGE_ROW) {
        memset(&scan->with_row, 0, sizeof(scan->with_row));
        engagep_row_to_fact(scan->row, &scan->with_row);
    }
    return rc < 0 ? rc : ENGAGE_OK;
}

static int take_own(struct scan *scan)
{
    struct engagep_stored stored;
    int rc = engagep_row_to_event(scan->event, NULL, &stored, scan->error);
    if (rc != ENGAGE_OK)
        return rc;
    engagep_emit_own(scan->tracker, &stored, &scan->own);
    scan->more_events = 1;
    return ENGAGE_OK;
}

static int next_event(struct scan *scan)
{
    int rc = ENGAGE_DONE;
    while (scan->events != NULL &&
           (rc = scan->tracker->store->ops->next(scan->events, scan->event, scan->error)) ==
               ENGAGE_ROW)
        if (scan->event[EVENT_GIVES].number != 0)
            return take_own(scan);
    scan->more_events = 0;
    return rc < 0 ? rc : ENGAGE_OK;
}

/* The fact that lies with one event, which is of the account itself. */
static int find_own(struct scan *scan, const struct engagep_value *key)
{
    struct engagep_value id[] = {key[FACT_BRAND], key[FACT_ACTOR], key[FACT_EVENT]};
    if (!engagep_str_equal(engagep_row_str(&key[FACT_ACTOR]),
                           engagep_row_str(&key[FACT_ACCOUNT])))
        return ENGAGE_OK;
    int rc = engagep_core_get(scan->tracker, ENGAGEP_EVENT, id, scan->event, scan->error);
    if (rc != ENGAGE_ROW || scan->event[EVENT_GIVES].number == 0 ||
        scan->event[EVENT_DAY].number != key[FACT_DAY].number)
        return rc < 0 ? rc : ENGAGE_OK;
    return take_own(scan);
}

/* An event gives its actor either a fact that lies with it, or some that have rows. */
static int comes_first(const struct engagep_emitted *a, const struct engagep_emitted *b)
{
    if (a->fact.day != b->fact.day)
        return a->fact.day < b->fact.day;
    int order = engagep_str_compare(a->actor, b->actor);
    return order != 0 ? order < 0 : engagep_str_compare(a->event, b->event) < 0;
}

static int visit_all(struct scan *scan, engagep_facts_visit *visit, void *ctx)
{
    int rc = ENGAGE_OK;
    while (rc == ENGAGE_OK && (scan->more_rows || scan->more_events)) {
        int own = scan->more_events &&
                  (!scan->more_rows || comes_first(&scan->own, &scan->with_row));
        rc = visit(ctx, own ? &scan->own : &scan->with_row, scan->error);
        if (rc == ENGAGE_OK)
            rc = own ? next_event(scan) : next_row(scan);
    }
    return rc;
}

int engagep_facts_scan(engage_tracker *tracker, const struct engagep_value *key, size_t count,
                       engagep_facts_visit *visit, void *ctx, engage_error *error)
{
    const struct engagep_store_ops *ops = tracker->store->ops;
    struct scan scan = {.tracker = tracker, .error = error};
    int rc = count > FACT_DAY + 1 ? find_own(&scan, key)
                                  : ops->scan(tracker->store, ENGAGEP_EVENT, EVENT_BY_DAY, key,
                                              count, &scan.events, error);
    if (rc == ENGAGE_OK && scan.events != NULL)
        rc = next_event(&scan);
    if (rc == ENGAGE_OK)
        rc = ops->scan(tracker->store, ENGAGEP_FACT, FACT_BY_ACCOUNT, key, count, &scan.rows,
                       error);
    if (rc == ENGAGE_OK)
        rc = next_row(&scan);
    if (rc == ENGAGE_OK)
        rc = visit_all(&scan, visit, ctx);
    ops->finish(scan.rows);
    ops->finish(scan.events);
    return rc;
}

int engagep_facts_strip(engage_tracker *tracker, engage_str brand, engage_str actor, engage_str id,
                        engage_error *error)
{
    struct engagep_value key[] = {engagep_row_text(brand), engagep_row_text(actor),
                                  engagep_row_text(id)};
    struct engagep_value row[EVENT_COLUMNS];
    int rc = engagep_core_get(tracker, ENGAGEP_EVENT, key, row, error);
    if (rc != ENGAGE_ROW)
        return rc == ENGAGE_DONE ? engagep_core_corrupt(error, "a row that was read is gone") : rc;
    row[EVENT_GIVES] = engagep_row_int(0);
    row[EVENT_DAY] = engagep_row_null();
    return engagep_core_put(tracker, ENGAGEP_EVENT, row, error);
}

/* The ids of events that lose their facts. */
struct dropped {
    struct engagep_core_names ids;
    int64_t day;
};

static int keep_own(void *ctx, const struct engagep_value *row, engage_error *error)
{
    struct dropped *dropped = ctx;
    if (row[EVENT_GIVES].number == 0)
        return ENGAGE_OK;
    if (row[EVENT_DAY].number >= dropped->day)
        return ENGAGE_DONE;
    return engagep_core_add_name(&dropped->ids, engagep_row_str(&row[EVENT_ID]), error);
}

int engagep_facts_drop(engage_tracker *tracker, engage_str brand, engage_str account, int64_t day,
                       uint64_t *count, engage_error *error)
{
    struct engagep_value key[] = {engagep_row_text(brand), engagep_row_text(account)};
    struct engagep_arena arena;
    struct dropped dropped = {{.arena = &arena}, day};
    engagep_arena_init(&arena, &tracker->allocator);
    int rc = engagep_core_scan(tracker, ENGAGEP_EVENT, EVENT_BY_DAY, key, 2, keep_own, &dropped,
                               error);
    for (size_t i = 0; i < dropped.ids.count && rc == ENGAGE_OK; i++)
        rc = engagep_facts_strip(tracker, brand, account, dropped.ids.list[i], error);
    if (rc == ENGAGE_OK) {
        *count += dropped.ids.count;
        rc = engagep_core_sweep(tracker, ENGAGEP_FACT, FACT_BY_ACCOUNT, key, 2, day, count,
                                error);
    }
    engagep_arena_release(&arena);
    return rc;
}

/* ------------------------------------------------------------------ keeping --- */

int engagep_facts_keep(void *ctx, const struct engagep_emitted *fact, engage_error *error)
{
    struct engagep_facts_kept *kept = ctx;
    struct engagep_emission *emission = &kept->emission;
    struct engagep_arena *arena = engagep_core_keeper(kept->tracker, &kept->tracker->arena);
    void *list = emission->list;
    int rc = engagep_alloc_grow(&kept->tracker->allocator, &list, &emission->capacity,
                                emission->count + 1, sizeof(*emission->list));
    emission->list = list;
    if (rc != ENGAGE_OK)
        return engagep_core_no_memory(error);
    struct engagep_emitted *emitted = &emission->list[emission->count++];
    *emitted = *fact;
    if (engagep_row_keep(arena, &emitted->account) != ENGAGE_OK ||
        engagep_row_keep(arena, &emitted->actor) != ENGAGE_OK ||
        engagep_row_keep(arena, &emitted->event) != ENGAGE_OK ||
        engagep_row_keep(arena, &emitted->thread) != ENGAGE_OK)
        return engagep_core_no_memory(error);
    return ENGAGE_OK;
}

static int keep_row(void *ctx, const struct engagep_value *row, engage_error *error)
{
    struct engagep_emitted emitted;
    memset(&emitted, 0, sizeof(emitted));
    engagep_row_to_fact(row, &emitted);
    return engagep_facts_keep(ctx, &emitted, error);
}

int engagep_facts_of_thread(struct engagep_facts_kept *kept, engage_str brand, engage_str thread,
                            engage_error *error)
{
    struct engagep_value prefix[] = {engagep_row_text(brand), engagep_row_text(thread)};
    return engagep_core_scan(kept->tracker, ENGAGEP_FACT, FACT_BY_THREAD, prefix, 2, keep_row,
                             kept, error);
}
