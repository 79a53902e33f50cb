/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Memory of an object: every block goes through its allocator, every size is
 * checked for overflow before it is asked for.
 */
#ifndef ENGAGEP_ALLOC_H
#define ENGAGEP_ALLOC_H

#include <engage/base.h>

/* Copies the caller's allocator, or malloc's where it is NULL. ENGAGE_EOPTIONS
 * where a function is missing or struct_size is too small. */
int engagep_alloc_init(engage_allocator *out, const engage_allocator *given);

/* Memory for count elements; NULL when there is none or the size overflows. */
void *engagep_alloc_array(const engage_allocator *allocator, size_t count, size_t size);

/* The same, filled with zero bytes. */
void *engagep_alloc_zero(const engage_allocator *allocator, size_t count, size_t size);

/* Releases what engagep_alloc_array gave for the same count and size; NULL is allowed. */
void engagep_alloc_free(const engage_allocator *allocator, void *block, size_t count, size_t size);

/* Grows *block, which holds *capacity elements, so that it holds at least `need`:
 * ENGAGE_OK, or ENGAGE_ENOMEM with everything as before. Grows by doubling, so
 * that n single steps cost O(n). */
int engagep_alloc_grow(const engage_allocator *allocator, void **block, size_t *capacity,
                       size_t need, size_t size);

/* No struct will ever be so large: a size beyond it was never set, and nothing is read by it. */
#define ENGAGEP_OPTIONS_MOST 4096u

/* Options structs: copies min(given, known) bytes over `out`, which holds the defaults, and is
 * a struct of the known size then. ENGAGE_EOPTIONS where the caller's struct is shorter than
 * `least` (the first release's size), longer than any will be, or sets bytes that are unknown
 * here. */
int engagep_options_copy(void *out, size_t known, const void *given, size_t least);

#endif
