/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "feed/feed.h"

#include "base/error.h"
#include "feed/draft.h"
#include "track/event.h"

#include <string.h>

int engagep_feed_fail(const json_error_t *detail, engage_error *error)
{
    /* Of lost memory jansson often says nothing at all. */
    int none = detail->text[0] == '\0' || json_error_code(detail) == json_error_out_of_memory;
    int rc = engagep_error_set(error, none ? ENGAGE_ENOMEM : ENGAGE_EJSON, "%s",
                               none ? "no memory for the JSON" : detail->text);
    engagep_error_at(error, 0, 0, detail->position < 0 ? 0 : (uint64_t)detail->position);
    return rc;
}

/* jansson's own memory comes from malloc: its allocator can only be set for the
 * whole process, which a library must not do. */
static json_t *parse(const char *json, size_t size, int *rc, engage_error *error)
{
    json_error_t detail = {.line = 0}; /* jansson says nothing where it has no memory */
    json_t *object = json_loadb(json, size, JSON_ALLOW_NUL, &detail);
    /* An integer beyond 64 bits may stand in a member that nobody reads. */
    if (object == NULL && json_error_code(&detail) == json_error_numeric_overflow)
        object = json_loadb(json, size, JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL, &detail);
    *rc = ENGAGE_OK;
    if (object == NULL) {
        *rc = engagep_feed_fail(&detail, error);
    } else if (!json_is_object(object)) {
        *rc = engagep_error_set(error, ENGAGE_EEVENT, "not a JSON object");
    }
    return object;
}

/* Adds the event that native JSON describes. */
static int add_native(engage_events *events, const json_t *object, engage_error *error)
{
    engage_buffer scratch;
    engagep_buffer_init(&scratch, engagep_events_allocator(events));
    engage_event event = ENGAGE_EVENT_INIT;
    int rc = engagep_feed_native(object, &scratch, &event, error);
    if (rc == ENGAGE_OK)
        rc = engage_events_add(events, &event, error);
    engagep_buffer_release(&scratch);
    return rc;
}

/* Adds the event that a reader drafts of a platform's JSON. */
static int add_drafted(engage_events *events, engagep_feed_reader *read, json_t *object,
                       engage_error *error)
{
    struct engagep_draft draft = {.event = json_object()};
    engage_str brand = engagep_events_brand(events);
    if (draft.event == NULL)
        return engagep_error_set(error, ENGAGE_ENOMEM, "no memory for the event");
    read(&draft, object);
    if (brand.size > 0 &&
        json_object_set_new(draft.event, "brand", json_stringn(brand.data, brand.size)) != 0)
        engagep_draft_refuse(&draft, NULL, "the brand is not UTF-8");
    int rc;
    if (draft.no_memory)
        rc = engagep_error_set(error, ENGAGE_ENOMEM, "no memory for the event");
    else if (draft.wrong != NULL && draft.member != NULL)
        rc = engagep_error_set(error, ENGAGE_EEVENT, "\"%s\" %s", draft.member, draft.wrong);
    else if (draft.wrong != NULL)
        rc = engagep_error_set(error, ENGAGE_EEVENT, "%s", draft.wrong);
    else
        rc = add_native(events, draft.event, error);
    json_decref(draft.event);
    return rc;
}

int engage_events_add_json(engage_events *events, int format, const char *json, size_t size,
                           engage_error *error)
{
    static engagep_feed_reader *const readers[] = {
        [ENGAGE_FORMAT_X_V2] = engagep_feed_x,
        [ENGAGE_FORMAT_MASTODON] = engagep_feed_mastodon,
        [ENGAGE_FORMAT_BLUESKY] = engagep_feed_bluesky,
        [ENGAGE_FORMAT_ACTIVITYSTREAMS] = engagep_feed_activitystreams};
    if (events == NULL || (json == NULL && size != 0))
        return engagep_error_set(error, ENGAGE_EMISUSE, "no events or no JSON given");
    if (format < 0 || (size_t)format >= sizeof(readers) / sizeof(readers[0]))
        return engagep_error_set(error, ENGAGE_ERANGE, "no such format");
    int rc;
    json_t *object = parse(json, size, &rc, error);
    if (rc == ENGAGE_OK)
        rc = format == ENGAGE_FORMAT_NATIVE ? add_native(events, object, error)
                                            : add_drafted(events, readers[format], object, error);
    json_decref(object);
    return rc;
}

int engage_format_by_name(const char *name)
{
    static const char *const names[] = {"native", "x-v2", "mastodon", "bluesky",
                                        "activitystreams"};
    for (int i = 0; name != NULL && i < (int)(sizeof(names) / sizeof(names[0])); i++) {
        if (strcmp(name, names[i]) == 0)
            return i;
    }
    return ENGAGE_ERANGE;
}
