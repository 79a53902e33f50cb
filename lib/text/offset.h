/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Offsets in bytes, code points or UTF-16 units. An invalid sequence counts as the one
 * character that it reads as.
 */
#ifndef ENGAGEP_OFFSET_H
#define ENGAGEP_OFFSET_H

#include <engage/text.h>

struct engagep_offset {
    const char *text;
    size_t size;
    int unit;
    size_t byte; /* where the walk stands */
    int64_t units;
};

/* Returns ENGAGE_OK, ENGAGE_EMISUSE (text is NULL) or ENGAGE_ERANGE (no such unit). */
int engagep_offset_begin(struct engagep_offset *offset, const char *text, size_t size, int unit);

/* The offset of a byte of the text. Ascending calls cost one walk over the text; one
 * before the last begins anew. */
int64_t engagep_offset_at(struct engagep_offset *offset, size_t byte);

#endif
