/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * engage/store.h: where it is kept, and how a tracker is opened over it.
 */
#ifndef ENGAGE_STORE_H
#define ENGAGE_STORE_H

#include <engage/base.h>
#include <engage/track.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct engage_tracker_options {
    uint32_t struct_size;
    uint32_t flags;                    /* ENGAGE_TRACKER_ bits */
    const engage_model *model;         /* NULL: the built-in one; kept by reference */
    const engage_policy *policy;       /* NULL: the defaults; kept by reference */
    const engage_allocator *allocator; /* NULL: malloc */
    engage_str secret;                 /* key of the hashes of people, not empty; absent:
                                          the public one */
    int64_t now;                       /* ENGAGE_NO_TIME, or: events a day after it are refused */
    const engage_catalogue *catalogue; /* what likes and dislikes are of; NULL: the built-in
                                          aspects; kept by reference */
} engage_tracker_options;
#define ENGAGE_TRACKER_OPTIONS_INIT \
    {sizeof(engage_tracker_options), 0, 0, 0, 0, {0, 0}, ENGAGE_NO_TIME, 0}

#define ENGAGE_TRACKER_READONLY 1u /* never create or change the store */
#define ENGAGE_TRACKER_EXISTING 2u /* never create the store */

/* Opens a store by its URI and a tracker over it:
 *   memory:           held in memory, gone with the tracker
 *   sqlite:PATH       a database file, made where there is none; engage-store(5)
 * Options and error may be NULL. Returns ENGAGE_OK, ENGAGE_EMISUSE,
 * ENGAGE_EOPTIONS, ENGAGE_EURI, ENGAGE_ENOENT (none there, and none to be made),
 * ENGAGE_ENOMEM, ENGAGE_EKEY (the store was made with another secret), ENGAGE_EIO
 * or an ENGAGE_ESTORE code. Owned: engage_tracker_close. Since 0.1. */
ENGAGE_API ENGAGE_NODISCARD int engage_tracker_open(engage_tracker **out, const char *uri,
                                                    const engage_tracker_options *options,
                                                    engage_error *error);

/* Closes a tracker and its store; NULL is allowed. Everything that was applied is
 * kept. Since 0.1. */
ENGAGE_API void engage_tracker_close(engage_tracker *tracker);

/* Appends what another policy would have decided of the same past, a line for each
 * difference: {"brand","what","id","before","after"}, see engage_store(3). `policy` NULL:
 * that of the tracker. A model judges all texts again; NULL: what was said of them stands.
 * The past is held in memory meanwhile. Returns as reports and engage_tracker_apply do.
 * Since 0.1. */
ENGAGE_API ENGAGE_NODISCARD int engage_tracker_whatif(engage_tracker *tracker,
                                                      const engage_policy *policy,
                                                      const engage_model *model,
                                                      const engage_query *query,
                                                      engage_buffer *buffer, engage_error *error);

#ifdef __cplusplus
}
#endif
#endif
