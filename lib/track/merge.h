/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Taking in a partial state that was computed elsewhere. The line of JSON that it
 * comes in is read by lib/feed/partial.c.
 */
#ifndef ENGAGEP_TRACK_MERGE_H
#define ENGAGEP_TRACK_MERGE_H

#include <engage/track.h>

struct engagep_partial {
    engage_str batch; /* 16 bytes */
    engage_str brand;
    engage_str account;
    engage_str state; /* canonical bytes */
    int64_t open_undo;
};

/* What the tracker gets its memory from. */
const engage_allocator *engagep_tracker_allocator(const engage_tracker *tracker);

/* ENGAGE_ROW where it was new, ENGAGE_DONE where this batch of this account was taken
 * before, ENGAGE_ESTATE, ENGAGE_EKEY, ENGAGE_EOPENUNDO, ENGAGE_ENOMEM or an
 * ENGAGE_ESTORE code; after a failure the store is as before. */
int engagep_merge_partial(engage_tracker *tracker, const struct engagep_partial *partial,
                          engage_error *error);

#endif
