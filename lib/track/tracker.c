/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "track/tracker.h"

#include "base/alloc.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/hex.h"
#include "base/sort.h"
#include "track/batch.h"
#include "track/duty.h"
#include "track/signal.h"

#include <string.h>

/* The key of stores that were given no secret: hashes then hide nothing. */
static const char public_secret[] = "libengage public key of version 1";

/* ------------------------------------------------------------------ life --- */

static engage_str key_text(uint32_t key, char out[8])
{
    const unsigned char bytes[] = {(unsigned char)(key >> 24), (unsigned char)(key >> 16),
                                   (unsigned char)(key >> 8), (unsigned char)key};
    engagep_hex_put(out, bytes, 8);
    return (engage_str){out, 8};
}

static int name_policy(engage_tracker *tracker, engage_error *error)
{
    struct engagep_sha256 sha;
    engage_buffer_clear(&tracker->bytes);
    if (engage_policy_text(tracker->policy, &tracker->bytes) != ENGAGE_OK)
        return engagep_core_no_memory(error);
    engagep_sha256_begin(&sha);
    engagep_sha256_add(&sha, engage_buffer_data(&tracker->bytes),
                       engage_buffer_size(&tracker->bytes));
    engagep_sha256_end_hex(&sha, tracker->policy_id, 16);
    return ENGAGE_OK;
}

static int put_meta(engage_tracker *tracker, const char *name, engage_str value,
                    engage_error *error)
{
    struct engagep_value row[META_COLUMNS];
    row[META_NAME] = engagep_row_text((engage_str){name, strlen(name)});
    row[META_VALUE] = engagep_row_text(value);
    return engagep_core_put(tracker, ENGAGEP_META, row, error);
}

/* The store keeps what it was decided by: the id of the policy that was applied last, and
 * the text of each. */
int engagep_tracker_keep_policy(engage_tracker *tracker, engage_error *error)
{
    static const char last[] = "policy";
    char name[24] = "policy ";
    struct engagep_value row[META_COLUMNS];
    struct engagep_value key[] = {engagep_row_text((engage_str){last, sizeof(last) - 1})};
    if (tracker->policy_kept)
        return ENGAGE_OK;
    int rc = engagep_core_get(tracker, ENGAGEP_META, key, row, error);
    if (rc < 0)
        return rc;
    tracker->policy_kept = 1;
    if (rc == ENGAGE_ROW &&
        engagep_str_is(engagep_row_str(&row[META_VALUE]), tracker->policy_id))
        return ENGAGE_OK;
    memcpy(name + 7, tracker->policy_id, sizeof(tracker->policy_id));
    engage_buffer_clear(&tracker->bytes);
    if (engage_policy_text(tracker->policy, &tracker->bytes) != ENGAGE_OK)
        return engagep_core_no_memory(error);
    rc = put_meta(tracker, last, (engage_str){tracker->policy_id, 16}, error);
    if (rc == ENGAGE_OK)
        rc = put_meta(tracker, name, (engage_str){tracker->bytes.data, tracker->bytes.size}, error);
    return rc;
}

void engagep_tracker_lose_policy(engage_tracker *tracker)
{
    tracker->policy_kept = 0;
}

int engage_tracker_policy(engage_tracker *tracker, engage_buffer *buffer, engage_error *error)
{
    struct engagep_value row[META_COLUMNS];
    char name[24] = "policy ";
    struct engagep_value key[] = {engagep_row_text((engage_str){name, 6})};
    if (tracker == NULL || buffer == NULL)
        return engagep_error_set(error, ENGAGE_EMISUSE, "no tracker or no buffer");
    int rc = engagep_core_get(tracker, ENGAGEP_META, key, row, error);
    if (rc != ENGAGE_ROW)
        return rc;
    if (row[META_VALUE].size != 16)
        return engagep_core_corrupt(error, "the id of a policy");
    memcpy(name + 7, row[META_VALUE].data, 16);
    key[0] = engagep_row_text((engage_str){name, 23});
    rc = engagep_core_get(tracker, ENGAGEP_META, key, row, error);
    if (rc != ENGAGE_ROW)
        return rc == ENGAGE_DONE ? engagep_core_corrupt(error, "a policy is missing") : rc;
    rc = engage_buffer_append(buffer, row[META_VALUE].data, row[META_VALUE].size);
    return rc == ENGAGE_OK ? ENGAGE_ROW : engagep_core_no_memory(error);
}

/* A new store takes the tracker's key; another one must have it. */
static int meet_key(engage_tracker *tracker, engage_error *error)
{
    char text[8];
    engage_str own = key_text(tracker->key, text);
    struct engagep_value row[META_COLUMNS];
    struct engagep_value key[] = {engagep_row_text((engage_str){"key", 3})};
    const struct engagep_store_ops *ops = tracker->store->ops;
    int rc = engagep_core_get(tracker, ENGAGEP_META, key, row, error);
    if (rc == ENGAGE_ROW) {
        if (engagep_str_equal(engagep_row_str(&row[META_VALUE]), own))
            return ENGAGE_OK;
        return engagep_error_set(error, ENGAGE_EKEY, "the store was made with another secret");
    }
    if (rc != ENGAGE_DONE || tracker->readonly)
        return rc == ENGAGE_DONE ? ENGAGE_OK : rc;
    row[META_NAME] = key[0];
    row[META_VALUE] = engagep_row_text(own);
    rc = ops->begin(tracker->store, error);
    if (rc != ENGAGE_OK)
        return rc;
    rc = engagep_core_put(tracker, ENGAGEP_META, row, error);
    if (rc == ENGAGE_OK)
        return ops->commit(tracker->store, error);
    ops->rollback(tracker->store);
    return rc;
}

int engagep_tracker_new(engage_tracker **out, struct engagep_store *store,
                        const struct engagep_tracker_options *options,
                        const engage_allocator *allocator, engage_error *error)
{
    unsigned char digest[32];
    struct engagep_sha256 sha;
    *out = NULL;
    engage_tracker *tracker = engagep_alloc_zero(allocator, 1, sizeof(*tracker));
    if (tracker == NULL) {
        store->ops->close(store);
        return engagep_core_no_memory(error);
    }
    tracker->allocator = *allocator;
    tracker->store = store;
    tracker->model = engage_model_ref(options->model);
    tracker->catalogue = engage_catalogue_ref(options->catalogue);
    tracker->policy = options->policy != NULL ? engage_policy_ref(options->policy)
                                              : engage_policy_default();
    tracker->now = options->now;
    tracker->readonly = options->readonly;
    tracker->floor = ENGAGEP_NO_DAY;
    engage_str secret = options->secret;
    if (secret.size == 0)
        secret = (engage_str){public_secret, sizeof(public_secret) - 1};
    engagep_sha256_begin(&sha);
    engagep_sha256_add(&sha, secret.data, secret.size);
    engagep_sha256_end(&sha, digest);
    memcpy(tracker->secret, digest, sizeof(tracker->secret));
    tracker->key = engagep_calendar_key(tracker->secret);
    engagep_signal_begins(tracker->begins);
    engagep_arena_init(&tracker->arena, allocator);
    engagep_arena_init(&tracker->lasting, allocator);
    engagep_buffer_init(&tracker->bytes, allocator);
    int rc = name_policy(tracker, error);
    if (rc == ENGAGE_OK)
        rc = meet_key(tracker, error);
    if (rc != ENGAGE_OK) {
        engagep_tracker_free(tracker);
        return rc;
    }
    *out = tracker;
    return ENGAGE_OK;
}

void engagep_tracker_free(engage_tracker *tracker)
{
    if (tracker == NULL)
        return;
    engage_allocator own = tracker->allocator;
    tracker->store->ops->close(tracker->store);
    engagep_batch_free(tracker);
    engage_analyzer_free(tracker->analyzer);
    engage_model_unref(tracker->model);
    engage_catalogue_unref(tracker->catalogue);
    engage_policy_unref(tracker->policy);
    engagep_arena_release(&tracker->arena);
    engagep_arena_release(&tracker->lasting);
    engage_html_free(tracker->html);
    engagep_buffer_release(&tracker->bytes);
    engagep_alloc_free(&own, tracker->refused, tracker->refused_capacity,
                       sizeof(*tracker->refused));
    engagep_alloc_free(&own, tracker, 1, sizeof(*tracker));
}

/* ----------------------------------------------------------------- apply --- */

static int compare_refusals(const void *a, const void *b)
{
    const struct engagep_refusal *left = a;
    const struct engagep_refusal *right = b;
    return left->number < right->number ? -1 : left->number > right->number;
}

int engage_tracker_refused(const engage_tracker *tracker, size_t at, size_t *number,
                           const char **why)
{
    if (tracker == NULL)
        return ENGAGE_EMISUSE;
    if (at >= tracker->refused_count)
        return ENGAGE_DONE;
    if (number != NULL)
        *number = tracker->refused[at].number;
    if (why != NULL)
        *why = tracker->refused[at].why;
    return ENGAGE_ROW;
}

static void add_counts(engage_counts *counts, const engage_counts *more)
{
    counts->read += more->read;
    counts->applied += more->applied;
    counts->duplicate += more->duplicate;
    counts->conflict += more->conflict;
    counts->late += more->late;
    counts->refused += more->refused;
    counts->opened += more->opened;
    counts->closed += more->closed;
    counts->transitions += more->transitions;
    counts->unknown += more->unknown;
}

int engage_tracker_apply(engage_tracker *tracker, const engage_events *events,
                         engage_counts *counts, engage_error *error)
{
    engage_counts own = ENGAGE_COUNTS_INIT;
    if (tracker == NULL || events == NULL)
        return engagep_error_set(error, ENGAGE_EMISUSE, "no tracker or no batch");
    if (counts != NULL && counts->struct_size < sizeof(*counts))
        return engagep_error_set(error, ENGAGE_EOPTIONS, "counts: struct_size is too small");
    if (tracker->readonly)
        return engagep_error_set(error, ENGAGE_EMISUSE, "the tracker is read-only");
    const struct engagep_store_ops *ops = tracker->store->ops;
    int rc = ops->begin(tracker->store, error);
    if (rc != ENGAGE_OK)
        return rc;
    rc = engagep_batch_begin(tracker, &own, error);
    if (rc == ENGAGE_OK)
        rc = engagep_batch_run(tracker->batch, events);
    if (rc == ENGAGE_OK)
        rc = engagep_tracker_keep_policy(tracker, error);
    if (rc == ENGAGE_OK)
        rc = ops->commit(tracker->store, error);
    else
        ops->rollback(tracker->store);
    if (rc != ENGAGE_OK) {
        engagep_tracker_lose_policy(tracker);
        tracker->refused_count = 0;
    }
    engagep_sort(tracker->refused, tracker->refused_count, sizeof(*tracker->refused),
                 compare_refusals);
    engagep_batch_end(tracker);
    if (rc == ENGAGE_OK && counts != NULL)
        add_counts(counts, &own);
    return rc;
}
