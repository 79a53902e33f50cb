/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "feed/draft.h"

#include <string.h>

/* Sets a member, and takes the value over. */
static void put(struct engagep_draft *draft, const char *name, json_t *value)
{
    if (value == NULL || json_object_set_new(draft->event, name, value) != 0)
        draft->no_memory = 1;
}

void engagep_draft_set(struct engagep_draft *draft, const char *name, json_t *value)
{
    if (value != NULL && !json_is_null(value) &&
        (!json_is_string(value) || json_string_length(value) > 0))
        put(draft, name, json_incref(value));
}

void engagep_draft_text(struct engagep_draft *draft, const char *name, const char *text)
{
    if (text != NULL && text[0] != '\0')
        put(draft, name, json_string(text));
}

void engagep_draft_count(struct engagep_draft *draft, const char *name, int64_t count)
{
    put(draft, name, json_integer(count));
}

/* NULL where the native id is none, or there is no memory. */
static json_t *id_of(struct engagep_draft *draft, json_t *native)
{
    json_t *id = NULL;
    if (json_is_string(native) && strlen(json_string_value(native)) != json_string_length(native))
        draft->wrong = "an id holds a NUL";
    else if (json_is_string(native) && json_string_length(native) > 0)
        id = json_sprintf("%s:%s", draft->platform, json_string_value(native));
    else if (json_is_integer(native))
        id = json_sprintf("%s:%" JSON_INTEGER_FORMAT, draft->platform, json_integer_value(native));
    else
        return NULL;
    draft->no_memory |= id == NULL && draft->wrong == NULL;
    return id;
}

void engagep_draft_id(struct engagep_draft *draft, const char *name, json_t *native)
{
    json_t *id = id_of(draft, native);
    if (id != NULL)
        put(draft, name, id);
}

void engagep_draft_to(struct engagep_draft *draft, json_t *native)
{
    json_t *id = id_of(draft, native);
    if (id == NULL)
        return;
    json_t *list = json_object_get(draft->event, "to");
    if (list == NULL) {
        put(draft, "to", json_array());
        list = json_object_get(draft->event, "to");
    }
    size_t i;
    json_t *one;
    int known = 0;
    /* A post addresses few; of more than these one may stand twice, which is no harm. */
    json_array_foreach(list, i, one)
        known |= i < 64 && json_equal(one, id);
    if (known)
        json_decref(id);
    else if (json_array_append_new(list, id) != 0)
        draft->no_memory = 1;
}

void engagep_draft_metrics(struct engagep_draft *draft, json_t *object, const char *const *names)
{
    json_t *metrics = json_object();
    draft->no_memory |= metrics == NULL;
    for (; metrics != NULL && *names != NULL; names++) {
        json_t *count = json_object_get(object, *names);
        if (count != NULL && json_object_set(metrics, *names, count) != 0)
            draft->no_memory = 1;
    }
    if (json_object_size(metrics) > 0)
        engagep_draft_set(draft, "metrics", metrics);
    json_decref(metrics);
}

const char *engagep_draft_string(json_t *object, const char *name)
{
    return json_string_value(json_object_get(object, name));
}

json_t *engagep_draft_first(json_t *array)
{
    return json_array_get(array, 0);
}
