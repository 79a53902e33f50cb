/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Messages to the person, on standard error, a line each; they make way for the progress bar.
 */
#ifndef ENGAGE_TELL_H
#define ENGAGE_TELL_H

#include <engage.h>

/* "engage: " and the message. */
void tell(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The message alone, which begins with the place that it is about. */
void tell_at(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* "FILE:LINE: " and what is wrong. */
void tell_refused(const char *file, unsigned long long line, int code, const engage_error *error);

/* What went wrong with a thing: the detail where there is one, else the code's text. */
void tell_failed(const char *what, int code, const engage_error *error);

#endif
