/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * What posts may be about: the caller's products and aspects, and the built-in aspects
 * behind them.
 */
#ifndef ENGAGEP_SCORE_CATALOGUE_H
#define ENGAGEP_SCORE_CATALOGUE_H

#include "score/terms.h"

#include <engage/score.h>

#include <stdatomic.h>

#define ENGAGEP_CATALOGUE_ROOT UINT32_MAX /* the parent of an entry that has none */

struct engagep_entry {
    engage_str id; /* NUL after it, as after the name */
    engage_str name;
    uint32_t parent;
    uint32_t line;
    int kind; /* ENGAGE_TARGET_ */
};

struct engage_catalogue {
    engage_allocator allocator;
    atomic_size_t owners;
    struct engagep_arena arena;
    struct engagep_entry *entries; /* the caller's, then the built-in ones */
    size_t count;
    size_t capacity;
    struct engagep_terms ids;
    struct engagep_terms names;
};

/* The built-in aspects, in the form of engage-catalogue(5). */
extern const char engagep_catalogue_builtin[];

#endif
