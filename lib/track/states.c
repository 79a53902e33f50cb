/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Partial states: an account's own calendar and each one that was merged, a line
 * each; and taking such lines in.
 */
#include "base/error.h"
#include "base/hash.h"
#include "base/time.h"
#include "track/batch.h"
#include "track/duty.h"
#include "track/facts.h"
#include "track/judge.h"
#include "track/merge.h"
#include "track/report.h"
#include "track/tracker.h"

#include <string.h>

/* ---------------------------------------------------------------- digest --- */

enum { BATCH_SIZE = 16 }; /* bytes */

/* Fixed forever: what a digest is of may be compared between stores of any secret. */
static const unsigned char lane_keys[2][16] = {"libengage batch", "batch libengage"};

struct digest {
    uint64_t sums[2];
    uint64_t last[2]; /* hashes of the event before */
};

/* Of an event no more than who it is: the same work has the same batch, whatever model or
 * policy read it. Facts of one event stand together and count once. */
static int sum_event(void *ctx, const struct engagep_emitted *fact, engage_error *error)
{
    struct digest *digest = ctx;
    engage_str actor = fact->actor;
    engage_str event = fact->event;
    uint64_t hashes[2];
    (void)error;
    for (int lane = 0; lane < 2; lane++) {
        uint64_t hash = engagep_hash_sip(lane_keys[lane], actor.data, actor.size);
        hash = engagep_hash_mix(hash + UINT64_C(0x9e3779b97f4a7c15));
        hashes[lane] =
            engagep_hash_mix(hash ^ engagep_hash_sip(lane_keys[lane], event.data, event.size));
    }
    if (memcmp(hashes, digest->last, sizeof(hashes)) == 0)
        return ENGAGE_OK;
    for (int lane = 0; lane < 2; lane++)
        digest->sums[lane] += hashes[lane];
    memcpy(digest->last, hashes, sizeof(hashes));
    return ENGAGE_OK;
}

/* The batch that an account's own calendar is of: a sum over the events of its facts. */
static int digest_events(engage_tracker *tracker, engage_str brand, engage_str account,
                         char digest[BATCH_SIZE], engage_error *error)
{
    struct digest sum = {{0, 0}, {0, 0}};
    struct engagep_value prefix[] = {engagep_row_text(brand), engagep_row_text(account)};
    int rc = engagep_facts_scan(tracker, prefix, 2, sum_event, &sum, error);
    for (int i = 0; i < BATCH_SIZE; i++)
        digest[i] = (char)(unsigned char)(sum.sums[i / 8] >> 8 * (i % 8));
    return rc;
}

/* --------------------------------------------------------------- writing --- */

static void put_line(engage_buffer *buffer, engage_str batch, engage_str brand,
                     engage_str account, engage_str state, int64_t open_undo)
{
    engagep_json_open(buffer, '{');
    engagep_json_key(buffer, "batch");
    engagep_json_hex(buffer, batch.data, batch.size);
    engagep_report_key_text(buffer, "brand", brand);
    engagep_report_key_text(buffer, "account", account);
    engagep_json_key(buffer, "state");
    engagep_json_hex(buffer, state.data, state.size);
    engagep_json_key(buffer, "open_undo");
    engagep_json_int(buffer, open_undo);
    engagep_json_close(buffer, '}');
    engagep_buffer_put_byte(buffer, '\n');
}

static int put_partial(void *ctx, const struct engagep_value *row, engage_error *error)
{
    struct engagep_report *report = ctx;
    (void)error;
    put_line(report->buffer, engagep_row_str(&row[PARTIAL_BATCH]),
             engagep_row_str(&row[PARTIAL_BRAND]), engagep_row_str(&row[PARTIAL_ACCOUNT]),
             engagep_row_str(&row[PARTIAL_STATE]), 0);
    return ENGAGE_OK;
}

struct writing {
    struct engagep_report *report;
    engage_str empty; /* the canonical bytes of no facts */
    int found;
};

static int put_account(void *ctx, const struct engagep_value *row, engage_error *error)
{
    struct writing *writing = ctx;
    struct engagep_report *report = writing->report;
    engage_str state = engagep_row_str(&row[ACCOUNT_STATE]);
    int64_t open_undo = row[ACCOUNT_OPEN_UNDO].number;
    writing->found = 1;
    if (row[ACCOUNT_OBJECTED].number != 0)
        return ENGAGE_OK;
    if (state.size > 0 || open_undo > 0) {
        engage_str brand = engagep_row_str(&row[ACCOUNT_BRAND]);
        engage_str account = engagep_row_str(&row[ACCOUNT_ACCOUNT]);
        char digest[BATCH_SIZE];
        int rc = digest_events(report->tracker, brand, account, digest, error);
        if (rc != ENGAGE_OK)
            return rc;
        put_line(report->buffer, (engage_str){digest, BATCH_SIZE}, brand, account,
                 state.size > 0 ? state : writing->empty, open_undo);
    }
    if (row[ACCOUNT_PARTIALS].number == 0)
        return ENGAGE_OK;
    return engagep_core_scan(report->tracker, ENGAGEP_PARTIAL, 0, row, 2, put_partial, report,
                             error);
}

int engage_tracker_states(engage_tracker *tracker, engage_str account, const engage_query *query,
                          engage_buffer *buffer, engage_error *error)
{
    struct engagep_report report;
    struct engagep_calendar none;
    int rc = engagep_report_begin(&report, tracker, query, buffer, error);
    if (rc != ENGAGE_OK)
        return rc;
    struct writing writing = {&report, {NULL, 0}, 0};
    engagep_calendar_init(&none, tracker->key, &tracker->allocator);
    engage_buffer_clear(&tracker->bytes);
    rc = engagep_calendar_encode(&none, &tracker->bytes);
    writing.empty = (engage_str){tracker->bytes.data, tracker->bytes.size};
    if (rc != ENGAGE_OK)
        rc = engagep_core_no_memory(error);
    for (size_t i = 0; i < report.brand_count && rc == ENGAGE_OK; i++) {
        struct engagep_value prefix[] = {engagep_row_text(report.brands[i]),
                                         engagep_row_text(account)};
        rc = engagep_core_scan(tracker, ENGAGEP_ACCOUNT, ACCOUNT_BY_ID, prefix,
                               account.size > 0 ? 2 : 1, put_account, &writing, error);
    }
    engagep_calendar_release(&none);
    if (rc == ENGAGE_OK && account.size > 0 && !writing.found)
        rc = engagep_error_set(error, ENGAGE_ENOTFOUND, "no such account");
    return engagep_report_end(&report, rc);
}

/* --------------------------------------------------------------- merging --- */

const engage_allocator *engagep_tracker_allocator(const engage_tracker *tracker)
{
    return &tracker->allocator;
}

struct merging {
    engage_tracker *tracker;
    const struct engagep_partial *partial;
    struct engagep_calendar calendar;
    engage_error *error;
};

static int put_account_row(struct merging *merging)
{
    const struct engagep_partial *partial = merging->partial;
    struct engagep_value key[] = {engagep_row_text(partial->brand),
                                  engagep_row_text(partial->account)};
    struct engagep_value row[ACCOUNT_COLUMNS];
    int rc = engagep_core_get(merging->tracker, ENGAGEP_ACCOUNT, key, row, merging->error);
    if (rc < 0)
        return rc;
    if (rc == ENGAGE_ROW && !engagep_row_is_count(row[ACCOUNT_PARTIALS].number))
        return engagep_core_corrupt(merging->error, "an account");
    if (rc == ENGAGE_DONE) {
        for (size_t i = 0; i < ACCOUNT_COLUMNS; i++)
            row[i] = engagep_row_null();
        row[ACCOUNT_BRAND] = key[0];
        row[ACCOUNT_ACCOUNT] = row[ACCOUNT_CUSTOMER] = key[1];
        row[ACCOUNT_STATE] = engagep_row_blob(NULL, 0);
        row[ACCOUNT_TOMBSTONES] = row[ACCOUNT_OPEN_UNDO] = row[ACCOUNT_PARTIALS] =
            row[ACCOUNT_OBJECTED] = engagep_row_int(0);
    }
    row[ACCOUNT_PARTIALS].number++;
    rc = engagep_core_own(&merging->tracker->lasting, row, ACCOUNT_COLUMNS, merging->error);
    if (rc == ENGAGE_OK)
        rc = engagep_core_put(merging->tracker, ENGAGEP_ACCOUNT, row, merging->error);
    uint64_t transitions = 0;
    struct engagep_person person;
    engagep_state_begin(&person, merging->tracker);
    if (rc == ENGAGE_OK)
        rc = engagep_judge_customer(merging->tracker, partial->brand,
                                    engagep_row_str(&row[ACCOUNT_CUSTOMER]), &person, &transitions,
                                    merging->error);
    engagep_state_release(&person);
    return rc;
}

static int put_brand_row(struct merging *merging, int64_t last)
{
    struct engagep_value row[BRAND_COLUMNS];
    struct engagep_value key[] = {engagep_row_text(merging->partial->brand)};
    int rc = engagep_core_get(merging->tracker, ENGAGEP_BRAND, key, row, merging->error);
    if (rc < 0 || (rc == ENGAGE_ROW && row[BRAND_LATEST].number >= last))
        return rc < 0 ? rc : ENGAGE_OK;
    row[BRAND_BRAND] = key[0];
    row[BRAND_LATEST] = engagep_row_int(last);
    return engagep_core_put(merging->tracker, ENGAGEP_BRAND, row, merging->error);
}

/* ENGAGE_ROW where the batch is new, ENGAGE_DONE where it was taken before. */
static int write_partial(struct merging *merging)
{
    const struct engagep_partial *partial = merging->partial;
    struct engagep_value row[ACCOUNT_COLUMNS];
    struct engagep_value key[] = {engagep_row_text(partial->brand),
                                  engagep_row_text(partial->account),
                                  engagep_row_blob(partial->batch.data, partial->batch.size)};
    int rc = engagep_core_get(merging->tracker, ENGAGEP_PARTIAL, key, row, merging->error);
    if (rc != ENGAGE_DONE)
        return rc == ENGAGE_ROW ? ENGAGE_DONE : rc;
    struct engagep_forgotten forgotten;
    int64_t latest = engagep_state_last(&merging->calendar);
    rc = engagep_duty_find(merging->tracker, partial->brand, partial->account, &forgotten,
                           merging->error);
    if (rc < 0 || (rc == ENGAGE_ROW && latest <= forgotten.until))
        return rc < 0 ? rc : ENGAGE_DONE;
    rc = engagep_core_get(merging->tracker, ENGAGEP_ACCOUNT, key, row, merging->error);
    if (rc < 0)
        return rc;
    if (rc == ENGAGE_ROW) {
        char own[BATCH_SIZE];
        rc = digest_events(merging->tracker, partial->brand, partial->account, own,
                           merging->error);
        if (rc != ENGAGE_OK)
            return rc;
        if (memcmp(own, partial->batch.data, BATCH_SIZE) == 0)
            return ENGAGE_DONE;
    }
    struct engagep_value fresh[PARTIAL_COLUMNS] = {key[0], key[1], key[2],
                                                   engagep_row_text(partial->state)};
    fresh[PARTIAL_STATE].type = ENGAGEP_BLOB;
    rc = engagep_core_put(merging->tracker, ENGAGEP_PARTIAL, fresh, merging->error);
    if (rc == ENGAGE_OK && latest != ENGAGE_NO_TIME)
        rc = put_brand_row(merging, latest);
    if (rc == ENGAGE_OK)
        rc = put_account_row(merging);
    return rc == ENGAGE_OK ? ENGAGE_ROW : rc;
}

int engagep_merge_partial(engage_tracker *tracker, const struct engagep_partial *partial,
                          engage_error *error)
{
    struct merging merging;
    memset(&merging, 0, sizeof(merging));
    merging.tracker = tracker;
    merging.partial = partial;
    merging.error = error;
    if (tracker->readonly)
        return engagep_error_set(error, ENGAGE_EMISUSE, "the tracker is read-only");
    if (!engagep_event_is_id(partial->brand) || !engagep_event_is_id(partial->account) ||
        partial->batch.size != BATCH_SIZE || partial->open_undo < 0)
        return engagep_error_set(error, ENGAGE_ESTATE,
                                 "a partial state lacks a member, or names nothing that can be");
    if (partial->open_undo > 0)
        return engagep_error_set(error, ENGAGE_EOPENUNDO,
                                 "a partial state undoes what it has not seen");
    tracker->decisions = ENGAGEP_DECISIONS_UNKNOWN;
    engagep_arena_reset(&tracker->arena);
    engagep_arena_reset(&tracker->lasting);
    engagep_calendar_init(&merging.calendar, tracker->key, &tracker->allocator);
    int rc = engagep_calendar_decode(&merging.calendar, partial->state.data, partial->state.size);
    if (rc != ENGAGE_OK) {
        engagep_calendar_release(&merging.calendar);
        return engagep_error_set(error, rc, "a state cannot be read");
    }
    const struct engagep_store_ops *ops = tracker->store->ops;
    rc = ops->begin(tracker->store, error);
    if (rc == ENGAGE_OK) {
        rc = engagep_duty_load(tracker, error);
        if (rc == ENGAGE_OK)
            rc = write_partial(&merging);
        int done = rc == ENGAGE_ROW ? engagep_tracker_keep_policy(tracker, error) : rc;
        if (done == ENGAGE_OK)
            done = ops->commit(tracker->store, error);
        else
            ops->rollback(tracker->store);
        rc = done == ENGAGE_OK ? rc : done;
        if (rc < 0)
            engagep_tracker_lose_policy(tracker);
    }
    engagep_calendar_release(&merging.calendar);
    engagep_arena_reset(&tracker->arena);
    engagep_arena_reset(&tracker->lasting);
    return rc;
}
