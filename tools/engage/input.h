/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * The lines of the files named, or of standard input. Memory stays bounded: a line
 * longer than the limit is refused, and read past. A program that writes lines and waits
 * for what is said of each is served if the caller asks to be told of pauses.
 */
#ifndef ENGAGE_INPUT_H
#define ENGAGE_INPUT_H

#include <stddef.h>
#include <stdint.h>

enum { INPUT_AHEAD = 1 << 16 }; /* bytes read at once: what a pipe holds */

struct input {
    char **names;
    int count;
    int next;
    int every;                /* lines of white space alone count too */
    int pauses;               /* input_next says INPUT_PAUSE before it waits for more */
    int paused;               /* it did so, and waits the next time */
    int fd;                   /* of the file at hand; -1: there is none */
    const char *name;         /* of the file at hand */
    unsigned long long line;  /* of the file at hand, from 1 */
    unsigned long long total; /* lines of all files so far */
    uint64_t bytes;           /* of all files so far */
    char *data;               /* the line, without its end, LF or CR LF */
    size_t size;
    size_t capacity;
    int begun;                /* part of a line was read */
    int too_long;             /* it is */
    size_t at;                /* what of `ahead` comes next */
    size_t end;
    char ahead[INPUT_AHEAD];
};

enum {
    INPUT_END = 0,
    INPUT_LINE = 1,
    INPUT_TOO_LONG = 2,
    INPUT_FAILED = 3,
    INPUT_PAUSE = 4
};

/* Whether all the files named are there to be read; tells of each that is not. */
int input_check(char **names, int count);

/* `every`: each line is a text, also an empty one; else such lines are passed over.
 * `pauses` may be set after it. */
void input_open(struct input *input, char **names, int count, int every);

/* The next line: INPUT_LINE; INPUT_TOO_LONG (its number is set, not its text);
 * INPUT_FAILED (a file cannot be read; told); INPUT_PAUSE (a line is not there yet, and the
 * next call waits for it: only where `pauses` is set). */
int input_next(struct input *input);
void input_close(struct input *input);

/* The size of all files, 0 where one is not a plain file. */
uint64_t input_total(char **names, int count);

#endif
