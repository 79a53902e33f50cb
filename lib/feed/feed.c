/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "feed/feed.h"

#include "base/error.h"

/* jansson's own memory comes from malloc: its allocator can only be set for the
 * whole process, which a library must not do. */
static json_t *parse(const char *json, size_t size, int *rc, engage_error *error)
{
    json_error_t detail;
    json_t *object = json_loadb(json, size, JSON_ALLOW_NUL, &detail);
    /* An integer beyond 64 bits may stand in a member that nobody reads. */
    if (object == NULL && json_error_code(&detail) == json_error_numeric_overflow)
        object = json_loadb(json, size, JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL, &detail);
    *rc = ENGAGE_OK;
    if (object == NULL) {
        *rc = json_error_code(&detail) == json_error_out_of_memory ? ENGAGE_ENOMEM : ENGAGE_EJSON;
        engagep_error_set(error, *rc, "%s", detail.text);
        engagep_error_at(error, 0, 0, detail.position < 0 ? 0 : (uint64_t)detail.position);
    } else if (!json_is_object(object)) {
        *rc = engagep_error_set(error, ENGAGE_EEVENT, "not a JSON object");
    }
    return object;
}

int engage_events_add_json(engage_events *events, int format, const char *json, size_t size,
                           engage_error *error)
{
    if (events == NULL || (json == NULL && size != 0))
        return engagep_error_set(error, ENGAGE_EMISUSE, "no events or no JSON given");
    if (format != ENGAGE_FORMAT_NATIVE)
        return engagep_error_set(error, ENGAGE_ERANGE, "no such format");
    int rc;
    json_t *object = parse(json, size, &rc, error);
    engage_buffer *scratch = NULL;
    if (rc == ENGAGE_OK) {
        rc = engage_buffer_new(&scratch, NULL);
        if (rc != ENGAGE_OK)
            engagep_error_set(error, rc, "%s", engage_strerror(rc));
    }
    if (rc == ENGAGE_OK) {
        engage_event event = {.struct_size = sizeof(event),
                              .received = ENGAGE_NO_TIME,
                              .followers = -1};
        rc = engagep_feed_native(object, scratch, &event, error);
        if (rc == ENGAGE_OK)
            rc = engage_events_add(events, &event, error);
    }
    engage_buffer_free(scratch);
    json_decref(object);
    return rc;
}
