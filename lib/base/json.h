/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Writing JSON into a buffer. Commas are placed by looking at the last byte
 * written since engagep_buffer_begin, so that no state is kept beside the buffer.
 */
#ifndef ENGAGEP_JSON_H
#define ENGAGEP_JSON_H

#include "base/buffer.h"

void engagep_json_open(engage_buffer *buffer, char bracket);  /* '{' or '[' */
void engagep_json_close(engage_buffer *buffer, char bracket); /* '}' or ']' */
void engagep_json_key(engage_buffer *buffer, const char *name);

void engagep_json_null(engage_buffer *buffer);
void engagep_json_bool(engage_buffer *buffer, int value);
void engagep_json_int(engage_buffer *buffer, int64_t value);

/* value / 10^decimals, trailing zeros dropped; decimals from 0 to 9. */
void engagep_json_decimal(engage_buffer *buffer, int64_t value, int decimals);

/* A value in 1/65536, rounded to millionths, half away from zero; and written so. */
int64_t engagep_json_millionths(int64_t value);
void engagep_json_q16(engage_buffer *buffer, int64_t value);

/* A string: quotes, backslash and control characters escaped, invalid UTF-8 as U+FFFD. */
void engagep_json_string(engage_buffer *buffer, const char *text, size_t size);

/* A string, or null where there is none. */
void engagep_json_optional(engage_buffer *buffer, engage_str text);
void engagep_json_text(engage_buffer *buffer, const char *text);

/* Bytes as a string of hex digits. */
void engagep_json_hex(engage_buffer *buffer, const void *data, size_t size);

/* Milliseconds UTC as "2026-11-20T10:00:00.000Z"; null for ENGAGE_NO_TIME (INT64_MIN) and
 * for times outside the years 0 to 9999. */
void engagep_json_time(engage_buffer *buffer, int64_t time);

#endif
