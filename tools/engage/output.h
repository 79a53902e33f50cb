/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Where results go: standard output, or a file that is written beside its target
 * and renamed, so that it is there whole or not at all, also where a signal ends the
 * command.
 */
#ifndef ENGAGE_OUTPUT_H
#define ENGAGE_OUTPUT_H

#include <engage.h>
#include <stdio.h>

struct output {
    FILE *file;
    const char *path; /* as it was named; NULL: standard output */
    char *target;     /* the file behind links; NULL where it is not replaced */
    char *beside;
    int why; /* errno of what failed first */
};

/* What was printed on standard output is written: STATUS_DONE, or STATUS_STOPPED (told). */
int output_said(void);

/* NULL and "-" are standard output. 1, or 0 where it cannot be opened (told). */
int output_open(struct output *output, const char *path);

/* Writes what a buffer holds. 1, or 0 where this or an earlier writing failed (told when it
 * is closed). */
int output_put(struct output *output, const engage_buffer *buffer);

/* Hands on what was written so far; likewise. */
int output_flush(struct output *output);

/* Ends it: with `keep`, everything written is made to last; 0 where that failed (told). */
int output_close(struct output *output, int keep);

#endif
