/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Times: int64 milliseconds UTC. No clock is read here.
 */
#ifndef ENGAGEP_TIME_H
#define ENGAGEP_TIME_H

#include <stddef.h>
#include <stdint.h>

#define ENGAGEP_DAY_MS INT64_C(86400000)
#define ENGAGEP_TIME_SIZE 32

/* The UTC day number of a time: floor(time / one day). */
int64_t engagep_time_day(int64_t time);

/* Year, month (1 to 12) and day of the month of a UTC day number (proleptic Gregorian). */
void engagep_time_civil(int64_t day, int64_t *year, int *month, int *mday);

/* The UTC day number of a date; the date must exist. */
int64_t engagep_time_from_civil(int64_t year, int month, int mday);

/* Writes RFC 3339 with milliseconds and a NUL; returns the length, 0 where the
 * year is not within 0 to 9999. */
size_t engagep_time_format(int64_t time, char out[ENGAGEP_TIME_SIZE]);

/* RFC 3339, any offset and any number of decimals (those beyond milliseconds are
 * cut off), or a decimal count of milliseconds. A leap second reads as the next
 * second. 1 for success, else 0. */
int engagep_time_read(const char *text, size_t size, int64_t *out);

#endif
