/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * A line of engage_tracker_states, read back.
 */
#include "base/arena.h"
#include "base/error.h"
#include "feed/feed.h"
#include "track/merge.h"

#include <jansson.h>
#include <string.h>

static int nibble(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static int get_text(const json_t *object, const char *key, engage_str *out)
{
    const json_t *value = json_object_get(object, key);
    if (!json_is_string(value))
        return ENGAGE_ESTATE;
    *out = (engage_str){json_string_value(value), json_string_length(value)};
    return ENGAGE_OK;
}

/* Lower-case hex, as it was written. */
static int get_bytes(const json_t *object, const char *key, struct engagep_arena *arena,
                     engage_str *out)
{
    engage_str hex;
    int rc = get_text(object, key, &hex);
    if (rc != ENGAGE_OK || hex.size % 2 != 0)
        return ENGAGE_ESTATE;
    char *bytes = engagep_arena_array(arena, hex.size / 2 + 1, 1);
    if (bytes == NULL)
        return ENGAGE_ENOMEM;
    for (size_t i = 0; i < hex.size; i += 2) {
        int high = nibble(hex.data[i]);
        int low = nibble(hex.data[i + 1]);
        if (high < 0 || low < 0)
            return ENGAGE_ESTATE;
        bytes[i / 2] = (char)(high * 16 + low);
    }
    *out = (engage_str){bytes, hex.size / 2};
    return ENGAGE_OK;
}

static int read_partial(const json_t *object, struct engagep_arena *arena,
                        struct engagep_partial *partial)
{
    const json_t *open_undo = json_object_get(object, "open_undo");
    int rc = get_bytes(object, "batch", arena, &partial->batch);
    if (rc == ENGAGE_OK)
        rc = get_text(object, "brand", &partial->brand);
    if (rc == ENGAGE_OK)
        rc = get_text(object, "account", &partial->account);
    if (rc == ENGAGE_OK)
        rc = get_bytes(object, "state", arena, &partial->state);
    if (rc == ENGAGE_OK && !json_is_integer(open_undo))
        rc = ENGAGE_ESTATE;
    partial->open_undo = (int64_t)json_integer_value(open_undo);
    return rc;
}

int engage_tracker_merge(engage_tracker *tracker, const char *line, size_t size,
                         engage_error *error)
{
    json_error_t detail;
    struct engagep_partial partial;
    struct engagep_arena arena;
    if (tracker == NULL || line == NULL)
        return engagep_error_set(error, ENGAGE_EMISUSE, "no tracker or no line");
    json_t *object = json_loadb(line, size, 0, &detail);
    if (object == NULL)
        return engagep_feed_fail(&detail, error);
    engagep_arena_init(&arena, engagep_tracker_allocator(tracker));
    memset(&partial, 0, sizeof(partial));
    int rc = read_partial(object, &arena, &partial);
    if (rc != ENGAGE_OK)
        engagep_error_set(error, rc, "not a line of partial state");
    else
        rc = engagep_merge_partial(tracker, &partial, error);
    engagep_arena_release(&arena);
    json_decref(object);
    return rc;
}
