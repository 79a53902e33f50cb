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

void engagep_draft_refuse(struct engagep_draft *draft, const char *member, const char *wrong)
{
    if (draft->wrong != NULL)
        return;
    draft->member = member;
    draft->wrong = wrong;
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

static int has_nul(const json_t *text)
{
    return strlen(json_string_value(text)) != json_string_length(text);
}

/* NULL where the native id of a member is none, or wrong, or there is no memory. */
static json_t *id_of(struct engagep_draft *draft, const char *name, json_t *native)
{
    json_t *id = NULL;
    if (native == NULL || json_is_null(native) ||
        (json_is_string(native) && json_string_length(native) == 0))
        return NULL;
    if (json_is_string(native) && has_nul(native))
        engagep_draft_refuse(draft, name, "is an id that holds a NUL");
    else if (json_is_string(native))
        id = json_sprintf("%s:%s", draft->platform, json_string_value(native));
    else if (json_is_integer(native))
        id = json_sprintf("%s:%" JSON_INTEGER_FORMAT, draft->platform, json_integer_value(native));
    else
        engagep_draft_refuse(draft, name, "is an id that is no string or integer");
    draft->no_memory |= id == NULL && draft->wrong == NULL;
    return id;
}

void engagep_draft_id(struct engagep_draft *draft, const char *name, json_t *native)
{
    json_t *id = id_of(draft, name, native);
    if (id != NULL)
        put(draft, name, id);
}

void engagep_draft_to(struct engagep_draft *draft, json_t *native)
{
    json_t *id = id_of(draft, "to", native);
    if (id == NULL)
        return;
    json_t *list = json_object_get(draft->event, "to");
    if (list == NULL) {
        put(draft, "to", json_array());
        list = json_object_get(draft->event, "to");
    }
    json_t *one;
    int known = 0;
    /* A post addresses few; of more than these one may stand twice, which is no harm. */
    for (size_t i = 0; i < 64 && (one = json_array_get(list, i)) != NULL; i++)
        known |= json_equal(one, id);
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

json_t *engagep_draft_member(json_t *object, const char *name)
{
    json_t *value = json_object_get(object, name);
    return json_is_null(value) ? NULL : value;
}

const char *engagep_draft_string(json_t *object, const char *name)
{
    json_t *value = json_object_get(object, name);
    return json_is_string(value) && !has_nul(value) ? json_string_value(value) : NULL;
}

json_t *engagep_draft_list(struct engagep_draft *draft, json_t *object, const char *name)
{
    json_t *list = engagep_draft_member(object, name);
    if (list == NULL || json_is_array(list))
        return list;
    engagep_draft_refuse(draft, name, "is no list");
    return NULL;
}

json_t *engagep_draft_first(json_t *array)
{
    return json_array_get(array, 0);
}
