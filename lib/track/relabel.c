/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Rows that name a thread, when it got another name or fell into parts.
 */
#include "track/batch.h"

#include <string.h>

/* The thread that a row of a parted one belongs to now; its own where that is not known. */
typedef int thread_of(struct engagep_batch *batch, const struct engagep_value *row,
                      engage_str *out);

static int thread_of_post(struct engagep_batch *batch, const struct engagep_value *row,
                          engage_str *out)
{
    engagep_weave_thread(batch, engagep_row_str(&row[POST_BRAND]),
                         engagep_row_str(&row[POST_POST]), out);
    return ENGAGE_OK;
}

static int thread_of_event(struct engagep_batch *batch, const struct engagep_value *row,
                           engage_str *out)
{
    struct engagep_stored stored;
    engage_str post;
    int rc = engagep_row_to_event(row, NULL, &stored, batch->error);
    const engage_event *event = &stored.event;
    if (rc != ENGAGE_OK || engagep_batch_replaces(batch, event->brand, event->actor, event->id))
        return rc;
    rc = engagep_weave_post(batch, &stored, &post);
    engagep_weave_thread(batch, event->brand, post, out);
    return rc;
}

/* A fact goes where its event went. */
static int thread_of_fact(struct engagep_batch *batch, const struct engagep_value *row,
                          engage_str *out)
{
    struct engagep_value key[] = {row[FACT_BRAND], row[FACT_ACTOR], row[FACT_EVENT]};
    struct engagep_value event[EVENT_COLUMNS];
    int rc = engagep_core_get(batch->tracker, ENGAGEP_EVENT, key, event, batch->error);
    if (rc != ENGAGE_ROW)
        return rc == ENGAGE_DONE ? ENGAGE_OK : rc;
    engagep_weave_thread(batch, engagep_row_str(&row[FACT_BRAND]),
                         engagep_row_str(&event[EVENT_THREAD]), out);
    return ENGAGE_OK;
}

static int thread_of_episode(struct engagep_batch *batch, const struct engagep_value *row,
                             engage_str *out)
{
    engage_str posts = engagep_row_str(&row[EPISODE_POSTS]);
    const char *end = posts.size > 0 ? memchr(posts.data, '\n', posts.size) : NULL;
    if (end != NULL)
        posts.size = (size_t)(end - posts.data);
    engagep_weave_thread(batch, engagep_row_str(&row[EPISODE_BRAND]), posts, out);
    return ENGAGE_OK;
}

/* Where a thread's name stands. */
static const struct labelled {
    size_t table, index, column;
    thread_of *thread_of;
} labelled[] = {{ENGAGEP_POST, POST_BY_THREAD, POST_THREAD, thread_of_post},
                {ENGAGEP_EVENT, EVENT_BY_THREAD, EVENT_THREAD, thread_of_event},
                {ENGAGEP_FACT, FACT_BY_THREAD, FACT_THREAD, thread_of_fact},
                {ENGAGEP_EPISODE, EPISODE_BY_THREAD, EPISODE_THREAD, thread_of_episode}};
enum { LABELLED = sizeof(labelled) / sizeof(labelled[0]) };

/* Rows of a thread get the name of another, or where none is given each that of its own. */
static int relabel_rows(struct engagep_batch *batch, const struct labelled *what, engage_str brand,
                        engage_str from, const engage_str *to)
{
    engage_tracker *tracker = batch->tracker;
    struct engagep_value prefix[] = {engagep_row_text(brand), engagep_row_text(from),
                                     engagep_row_int(ENGAGEP_FORM_POST)};
    size_t columns = engagep_tables[what->table].indexes[what->index].count;
    struct engagep_core_rows rows = {&tracker->arena, engagep_tables[what->table].column_count,
                                     NULL, 0, 0};
    engagep_arena_reset(&tracker->arena);
    int rc = engagep_core_scan(tracker, what->table, what->index, prefix, columns,
                               engagep_core_keep, &rows, batch->error);
    prefix[2] = engagep_row_int(ENGAGEP_FORM_ACT);
    if (rc == ENGAGE_OK && columns == 3)
        rc = engagep_core_scan(tracker, what->table, what->index, prefix, 3, engagep_core_keep,
                               &rows, batch->error);
    for (size_t i = 0; i < rows.count && rc == ENGAGE_OK; i++) {
        struct engagep_value *row = rows.list + i * rows.columns;
        engage_str name = to != NULL ? *to : from;
        if (to == NULL)
            rc = what->thread_of(batch, row, &name);
        if (rc != ENGAGE_OK || engagep_str_equal(name, from))
            continue;
        row[what->column] = engagep_row_text(name);
        rc = engagep_core_put(tracker, what->table, row, batch->error);
    }
    engagep_arena_reset(&tracker->arena);
    return rc;
}

int engagep_relabel_rename(struct engagep_batch *batch, engage_str brand, engage_str from,
                           engage_str to)
{
    int rc = engagep_batch_touch(batch, brand, to);
    for (size_t i = 0; i < LABELLED && rc == ENGAGE_OK; i++)
        rc = relabel_rows(batch, &labelled[i], brand, from, &to);
    return rc;
}

int engagep_relabel_spread(struct engagep_batch *batch, engage_str brand, engage_str thread)
{
    int rc = ENGAGE_OK;
    for (size_t i = 0; i < LABELLED && rc == ENGAGE_OK; i++)
        rc = relabel_rows(batch, &labelled[i], brand, thread, NULL);
    return rc;
}
