/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * The facts of an account, wherever they lie. Most acts give their actor one fact, which
 * follows from the act and the kind that it was when it came: such a fact has no row, the event
 * keeps its kind and its day. All others (of posts, credits, acts done with several people,
 * creations that a host told of) have rows of their own.
 */
#ifndef ENGAGEP_TRACK_FACTS_H
#define ENGAGEP_TRACK_FACTS_H

#include "track/emit.h"

/* Calls `visit` for each fact of an account: `key` is the first `count` values of the primary
 * key of facts, two of them (brand, account), three (a day) or five (one event). They come in
 * the order of that key, and are borrowed; otherwise as engagep_core_scan. */
typedef int engagep_facts_visit(void *ctx, const struct engagep_emitted *fact,
                                engage_error *error);
int engagep_facts_scan(engage_tracker *tracker, const struct engagep_value *key, size_t count,
                       engagep_facts_visit *visit, void *ctx, engage_error *error);

/* Facts that are read first and changed after: copies, released with engagep_emit_release. */
struct engagep_facts_kept {
    engage_tracker *tracker;
    struct engagep_emission emission;
};

/* The visit that keeps facts; ctx is an engagep_facts_kept. */
int engagep_facts_keep(void *ctx, const struct engagep_emitted *fact, engage_error *error);

/* Keeps the facts of a thread that have rows. */
int engagep_facts_of_thread(struct engagep_facts_kept *kept, engage_str brand, engage_str thread,
                            engage_error *error);

/* Takes the fact off that lies with an event. */
int engagep_facts_strip(engage_tracker *tracker, engage_str brand, engage_str actor, engage_str id,
                        engage_error *error);

/* Drops all facts of an account of days before one, and adds their number. */
int engagep_facts_drop(engage_tracker *tracker, engage_str brand, engage_str account, int64_t day,
                       uint64_t *count, engage_error *error);

#endif
