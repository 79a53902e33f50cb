/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "feed/draft.h"

#include "feed/feed.h"

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
static json_t *id_of(struct engagep_draft *draft, const char *name, const char *prefix,
                     json_t *native)
{
    const char *parting = prefix[0] != '\0' ? ":" : "";
    json_t *id = NULL;
    if (native == NULL || json_is_null(native) ||
        (json_is_string(native) && json_string_length(native) == 0))
        return NULL;
    if (json_is_string(native) && has_nul(native))
        engagep_draft_refuse(draft, name, "is an id that holds a NUL");
    else if (json_is_string(native))
        id = json_sprintf("%s%s%s", prefix, parting, json_string_value(native));
    else if (json_is_integer(native))
        id = json_sprintf("%s%s%" JSON_INTEGER_FORMAT, prefix, parting,
                          json_integer_value(native));
    else
        engagep_draft_refuse(draft, name, "is an id that is no string or integer");
    draft->no_memory |= id == NULL && draft->wrong == NULL;
    return id;
}

void engagep_draft_id(struct engagep_draft *draft, const char *name, json_t *native)
{
    json_t *id = id_of(draft, name, draft->platform, native);
    if (id != NULL)
        put(draft, name, id);
}

void engagep_draft_event_id(struct engagep_draft *draft, const char *prefix, json_t *native)
{
    json_t *id = id_of(draft, "id", prefix != NULL ? prefix : "", native);
    if (id != NULL)
        put(draft, "id", id);
}

void engagep_draft_to(struct engagep_draft *draft, json_t *native)
{
    json_t *id = id_of(draft, "to", draft->platform, native);
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

/* Writes plain text as HTML, and returns its size: no character becomes more than LONGEST. */
enum { LONGEST = sizeof("&amp;") - 1 };
static size_t escape(const char *text, char *out)
{
    char *end = out;
    for (; *text != '\0'; text++) {
        const char *written = *text == '&' ? "&amp;" : *text == '<' ? "&lt;" : NULL;
        size_t size = written != NULL ? strlen(written) : 1;
        memcpy(end, written != NULL ? written : text, size);
        end += size;
    }
    return (size_t)(end - out);
}

/* A paragraph of HTML, and returns its size. */
static size_t write_paragraph(const char *text, char *out)
{
    memcpy(out, "<p>", 3);
    size_t size = 3 + escape(text, out + 3);
    memcpy(out + size, "</p>", 4);
    return size + 4;
}

static int is_text(json_t *value, const char *text, size_t size)
{
    return json_string_length(value) == size && memcmp(json_string_value(value), text, size) == 0;
}

/* Appends a content to the heading that so many bytes hold, and returns the size of both. */
static size_t write_content(char *words, size_t size, const char *parting, json_t *content)
{
    memcpy(words + size, parting, strlen(parting));
    size += strlen(parting);
    memcpy(words + size, json_string_value(content), json_string_length(content));
    return size + json_string_length(content);
}

void engagep_draft_words(struct engagep_draft *draft, const char *name, const char *heading,
                         json_t *content)
{
    enum { MARKUP = sizeof("<p></p>") };
    size_t size = heading != NULL ? strlen(heading) : 0;
    json_malloc_t get;
    json_free_t release;
    if (size == 0 || (content != NULL && !json_is_string(content))) {
        engagep_draft_set(draft, name, content);
        return;
    }
    json_get_alloc_funcs(&get, &release);
    char *words = get(LONGEST * size + MARKUP + json_string_length(content));
    if (words == NULL) {
        draft->no_memory = 1;
        return;
    }
    int is_html = strcmp(name, "html") == 0;
    size_t written = is_html ? write_paragraph(heading, words) : size;
    if (!is_html)
        memcpy(words, heading, size);
    if (json_string_length(content) > 0 && !is_text(content, heading, size) &&
        !is_text(content, words, written))
        written = write_content(words, written, is_html ? "" : "\n\n", content);
    put(draft, name, json_stringn(words, written));
    release(words);
}

static int is_hidden(const json_t *count)
{
    int64_t number;
    return engagep_feed_integer(count, &number) && number < 0;
}

void engagep_draft_figure(struct engagep_draft *draft, const char *name, json_t *count)
{
    if (!is_hidden(count))
        engagep_draft_set(draft, name, count);
}

static int is_among(const char *name, const char *const *names)
{
    while (*names != NULL && strcmp(*names, name) != 0)
        names++;
    return *names != NULL;
}

void engagep_draft_metrics(struct engagep_draft *draft, json_t *object, const char *const *names)
{
    json_t *metrics = json_object();
    const char *name;
    json_t *count;
    draft->no_memory |= metrics == NULL;
    json_object_foreach(object, name, count)
        if ((names == NULL || is_among(name, names)) && !is_hidden(count) && metrics != NULL &&
            json_object_set(metrics, name, count) != 0)
            draft->no_memory = 1;
    if (json_object_size(metrics) > 0)
        engagep_draft_set(draft, "metrics", metrics);
    json_decref(metrics);
}

json_t *engagep_draft_member(json_t *object, const char *name)
{
    json_t *value = json_object_get(object, name);
    return json_is_null(value) ? NULL : value;
}

static json_t *of_type(struct engagep_draft *draft, json_t *object, const char *name,
                       json_type type, const char *wrong)
{
    json_t *value = engagep_draft_member(object, name);
    if (value == NULL || json_typeof(value) == type)
        return value;
    engagep_draft_refuse(draft, name, wrong);
    return NULL;
}

static json_t *string_of(struct engagep_draft *draft, json_t *object, const char *name)
{
    return of_type(draft, object, name, JSON_STRING, "is no string");
}

void engagep_draft_time(struct engagep_draft *draft, const char *name, json_t *object,
                        const char *member)
{
    engagep_draft_set(draft, name, string_of(draft, object, member));
}

const char *engagep_draft_string(struct engagep_draft *draft, json_t *object, const char *name)
{
    json_t *value = string_of(draft, object, name);
    if (value == NULL || !has_nul(value))
        return json_string_value(value);
    engagep_draft_refuse(draft, name, "holds a NUL");
    return NULL;
}

json_t *engagep_draft_list(struct engagep_draft *draft, json_t *object, const char *name)
{
    return of_type(draft, object, name, JSON_ARRAY, "is no list");
}

json_t *engagep_draft_object(struct engagep_draft *draft, json_t *object, const char *name)
{
    return of_type(draft, object, name, JSON_OBJECT, "is no object");
}

json_t *engagep_draft_first(json_t *array)
{
    return json_array_get(array, 0);
}
