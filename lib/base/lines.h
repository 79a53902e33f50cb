/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Reading a text that people write, line by line, and telling where it is wrong.
 */
#ifndef ENGAGEP_LINES_H
#define ENGAGEP_LINES_H

#include <engage/base.h>

struct engagep_lines {
    const char *next; /* what is still to be read */
    const char *end;
    engage_str line; /* the line being read, without its end */
    uint32_t number; /* of the line, from 1 */
    int code;        /* of a text that breaks a rule */
    engage_error *error;
};

/* A byte order mark is passed over. */
void engagep_lines_begin(struct engagep_lines *lines, const char *text, size_t size, int code,
                         engage_error *error);

/* Goes to the next line, which ends in LF, CR LF or with the text: ENGAGE_ROW, or
 * ENGAGE_DONE behind the last; the code where it has a byte that is not UTF-8, or a control
 * character other than a tab. */
int engagep_lines_next(struct engagep_lines *lines);

/* Tell what is wrong at a byte of the line being read, or at a place met before; `about`:
 * what it is about, empty for nothing. Return the code. */
int engagep_lines_fail(struct engagep_lines *lines, const char *at, const char *what,
                       engage_str about);
int engagep_lines_fail_at(struct engagep_lines *lines, uint32_t line, uint32_t column,
                          const char *what, engage_str about);

/* The column of a byte of the line being read, from 1. */
uint32_t engagep_lines_column(const struct engagep_lines *lines, const char *at);

/* Without the spaces and tabs around it. */
engage_str engagep_lines_trim(engage_str text);

/* Cuts off what stands before `mark`, trimmed, and the mark; all of it where there is no
 * mark. */
engage_str engagep_lines_cut(engage_str *text, char mark);

int engagep_lines_equal(engage_str text, const char *word);

#endif
