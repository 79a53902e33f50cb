/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * The tracker from inside, and the short ways to its store.
 */
#ifndef ENGAGEP_TRACK_CORE_H
#define ENGAGEP_TRACK_CORE_H

#include "base/arena.h"
#include "track/calendar.h"
#include "track/map.h"
#include "track/policy.h"
#include "track/rows.h"

/* An event that a batch refused. */
struct engagep_refusal {
    size_t number; /* in its batch */
    const char *why; /* static text */
};

struct engage_tracker {
    engage_allocator allocator;
    struct engagep_store *store;
    const engage_model *model; /* NULL: the built-in one */
    const engage_catalogue *catalogue; /* NULL: the built-in aspects */
    const engage_policy *policy;
    char policy_id[17]; /* of its canonical text: what was decided by another is stale */
    int policy_kept;   /* the store has its text */
    engage_analyzer *analyzer; /* made when the first text is judged */
    unsigned char secret[16];  /* the key of all hashes */
    uint32_t key;              /* its id */
    int64_t now;               /* ENGAGE_NO_TIME, or what events are refused after */
    int readonly;
    uint64_t begins[2][256]; /* see engagep_signal_begins */
    int32_t floor; /* facts of days below it are no longer held, or ENGAGEP_NO_DAY */
    int forgotten; /* 1: somebody was; see duty.h */
    int decisions; /* 1: the store has some, 0: none, or ENGAGEP_DECISIONS_UNKNOWN */
    struct engagep_arena arena;   /* of the step that is running: a thread, a row */
    struct engagep_arena lasting; /* of the call that is running */
    struct engagep_batch *batch;  /* made by the first call of apply, and kept */
    const struct engagep_signal *heard; /* what was said of the events at hand, or NULL */
    int judges_anew; /* 1: that is kept of those alone whose actor is nobody any more */
    engage_html *html;          /* made when the first HTML is read */
    engage_buffer bytes;        /* scratch: canonical bytes, states */
    struct engagep_refusal *refused; /* by the last batch, ascending */
    size_t refused_count;
    size_t refused_capacity;
};

enum { ENGAGEP_DECISIONS_UNKNOWN = -1 };

/* One call over the store: `error` goes along, so that it is named once. */
int engagep_core_get(engage_tracker *tracker, size_t table, const struct engagep_value *key,
                     struct engagep_value *row, engage_error *error);
int engagep_core_put(engage_tracker *tracker, size_t table, const struct engagep_value *row,
                     engage_error *error);

/* A hint that a row is asked for or written soon; see record.h. */
void engagep_core_expect(engage_tracker *tracker, size_t table, const struct engagep_value *key,
                         int near);

/* The same of a row in which only the columns of `given` have a value. */
int engagep_core_put_given(engage_tracker *tracker, size_t table, const struct engagep_value *row,
                           uint64_t given, engage_error *error);

/* The arena that texts of rows must be kept in for as long as a transaction lasts; NULL
 * where the store keeps them. */
struct engagep_arena *engagep_core_keeper(engage_tracker *tracker, struct engagep_arena *arena);

/* Removes a row that must be there: else ENGAGE_ESTORE_CORRUPT. */
int engagep_core_remove(engage_tracker *tracker, size_t table, const struct engagep_value *key,
                        engage_error *error);

/* Calls `visit` for each row of a scan; what it returns other than ENGAGE_OK ends
 * it and is returned. `visit` must not write. */
typedef int engagep_core_visit(void *ctx, const struct engagep_value *row, engage_error *error);
int engagep_core_scan(engage_tracker *tracker, size_t table, size_t index,
                      const struct engagep_value *prefix, size_t prefix_count,
                      engagep_core_visit *visit, void *ctx, engage_error *error);

/* ENGAGE_ROW where a table has a row whose first columns of the primary key are these, else
 * ENGAGE_OK. */
int engagep_core_any(engage_tracker *tracker, size_t table, const struct engagep_value *prefix,
                     size_t prefix_count, engage_error *error);

/* Rows that are read first and written after: copies in an arena, one after the other, each of
 * so many columns. */
struct engagep_core_rows {
    struct engagep_arena *arena;
    size_t columns;
    struct engagep_value *list;
    size_t count;
    size_t capacity;
};

/* The visit that keeps rows; ctx is an engagep_core_rows. */
int engagep_core_keep(void *ctx, const struct engagep_value *row, engage_error *error);

/* Copies what values point to, which was lent, into an arena. */
int engagep_core_own(struct engagep_arena *arena, struct engagep_value *values, size_t count,
                     engage_error *error);

/* Removes all rows of an index whose first columns are these, up to a number in the next
 * column (INT64_MAX: all), and adds how many to `count`, which may be NULL. */
int engagep_core_sweep(engage_tracker *tracker, size_t table, size_t index,
                       const struct engagep_value *prefix, size_t columns, int64_t below,
                       uint64_t *count, engage_error *error);

/* Names that are read first and used after, in an arena with their texts. */
struct engagep_core_names {
    struct engagep_arena *arena;
    engage_str *list;
    size_t count;
    size_t capacity;
};
int engagep_core_add_name(struct engagep_core_names *names, engage_str name, engage_error *error);

int engagep_core_no_memory(engage_error *error);
int engagep_core_corrupt(engage_error *error, const char *what);

#endif
