/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Memory that will be read soon, fetched while something else is done. Whoever waits for a
 * line of memory that is not near could have run hundreds of instructions.
 */
#ifndef ENGAGEP_PREFETCH_H
#define ENGAGEP_PREFETCH_H

#include <stddef.h>
#include <stdint.h>

enum { ENGAGEP_PREFETCH_LINE = 64 };

/* Fetches the line of an address, which need not be one. */
static inline void engagep_prefetch_line(const void *at)
{
#if defined(__GNUC__)
    __builtin_prefetch(at);
#else
    (void)at;
#endif
}

/* Fetches so many bytes from an address on, whether or not all are there. */
static inline void engagep_prefetch_bytes(const void *at, size_t size)
{
    for (size_t i = 0; i < size; i += ENGAGEP_PREFETCH_LINE)
        engagep_prefetch_line((const void *)((uintptr_t)at + i));
}

#endif
