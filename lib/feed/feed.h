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

/* What jansson says of JSON that it could not read: ENGAGE_EJSON, or ENGAGE_ENOMEM. */
int engagep_feed_fail(const json_error_t *detail, engage_error *error);

#endif
