/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Character references as a reader of HTML takes them (the HTML Standard, 13.2.5.72 on):
 * all names, and also those that may lack their semicolon. In plain text only those with
 * one count: engagep_reference_match of match.h.
 */
#ifndef ENGAGEP_TEXT_REFERENCE_H
#define ENGAGEP_TEXT_REFERENCE_H

#include <stddef.h>
#include <stdint.h>

enum {
    ENGAGEP_REFERENCE_SIZE = 8,    /* bytes of the longest characters of one */
    ENGAGEP_REFERENCE_LONGEST = 31 /* of a name: CounterClockwiseContourIntegral */
};

/* The reference that may begin at `at`, with its ampersand: where it ends, or 0 where there
 * is none. `out` is set to its one or two characters in UTF-8, *length to their bytes,
 * which are at most three times as many as those of the reference. */
size_t engagep_reference_read(const char *html, size_t size, size_t at,
                              char out[ENGAGEP_REFERENCE_SIZE], size_t *length);

/* The names by their bytes, each followed by ';', or by '&' where it may stand without one,
 * and by its characters; the next one begins at the next offset. */
extern const char engagep_reference_names[];
extern const uint16_t engagep_reference_offsets[];
extern const size_t engagep_reference_count;

#endif
