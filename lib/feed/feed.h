/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * JSON of a platform to events: a file a format, behind one function.
 */
#ifndef ENGAGEP_FEED_FEED_H
#define ENGAGEP_FEED_FEED_H

#include <engage/track.h>
#include <jansson.h>

/* Fills an event from a JSON object. The event's text is borrowed from the object
 * and from `scratch`, which is empty at the call. ENGAGE_OK, ENGAGE_EEVENT, ENGAGE_ENOMEM. */
int engagep_feed_native(const json_t *object, engage_buffer *scratch, engage_event *event,
                        engage_error *error);

/* 1 for an integer, which JSON may also write as 12.0 or 1.2e1. */
int engagep_feed_integer(const json_t *value, int64_t *out);

/* 1 for a time: RFC 3339, or integer milliseconds. */
int engagep_feed_time(const json_t *value, int64_t *out);

/* What jansson says of JSON that it could not read: ENGAGE_EJSON, or ENGAGE_ENOMEM. */
int engagep_feed_fail(const json_error_t *detail, engage_error *error);

#endif
