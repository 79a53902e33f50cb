/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * A progress bar with rate and remaining time, on standard error and only where
 * that is a terminal.
 */
#ifndef ENGAGE_PROGRESS_H
#define ENGAGE_PROGRESS_H

#include <stdint.h>

/* Begins; `total` in bytes, 0 where it is not known. */
void progress_begin(uint64_t total);

/* `bytes` of the input and `items` (`noun`: "posts") are done. Cheap to call often. */
void progress_step(uint64_t bytes, uint64_t items, const char *noun);

/* Takes the bar off the terminal, so that something else can be printed. */
void progress_hide(void);
void progress_end(void);

#endif
