/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Filling the caller's optional engage_error.
 */
#ifndef ENGAGEP_ERROR_H
#define ENGAGEP_ERROR_H

#include <engage/base.h>

/* Writes code and message (printf's %s %d %zu %.*s only: never a float, whose
 * form depends on the locale) and returns the code. `error` may be NULL. */
int engagep_error_set(engage_error *error, int code, const char *format, ...)
#if defined(__GNUC__)
    __attribute__((format(printf, 3, 4)))
#endif
    ;

/* Adds the system's own number of the error; 0 stays unknown. */
void engagep_error_system(engage_error *error, int number);

/* Adds where in the input it happened; what is 0 stays unknown. */
void engagep_error_at(engage_error *error, uint32_t line, uint32_t column, uint64_t offset);

#endif
