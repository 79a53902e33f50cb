/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Words of scripts without spaces, by ICU's dictionaries. No score depends on them: ICU's
 * dictionaries change with its versions, so the scorer cuts grapheme clusters.
 */
#ifndef ENGAGEP_ICU_H
#define ENGAGEP_ICU_H

#include <engage/base.h>

/* A word break iterator; NULL in a library built without ICU. */
struct engagep_icu;

/* Opens one: 1 for success, 0 where there is no memory or no ICU. What ICU itself needs, it
 * takes from malloc: its own allocator is global to the process, and so left alone. */
int engagep_icu_open(struct engagep_icu **out, const engage_allocator *allocator);
void engagep_icu_close(struct engagep_icu *icu);

/* Begins to cut a text; 1 for success. The text must outlive the cutting. */
int engagep_icu_begin(struct engagep_icu *icu, const char *text, size_t size);

/* The next boundary after the last one, in bytes; `size` at the end. */
size_t engagep_icu_next(struct engagep_icu *icu);

#endif
