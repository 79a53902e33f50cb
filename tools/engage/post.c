/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "post.h"

#include "tell.h"

#include <stdio.h>

static int refuse(const struct input *input, int code, const char *message)
{
    engage_error error = ENGAGE_ERROR_INIT;
    error.code = code;
    snprintf(error.message, sizeof(error.message), "%s", message);
    tell_refused(input->name, input->line, code, &error);
    return 0;
}

static int take(const json_t *object, const char *name, engage_str *out)
{
    const json_t *value = json_object_get(object, name);
    if (!json_is_string(value))
        return 0;
    *out = (engage_str){json_string_value(value), json_string_length(value)};
    return 1;
}

int post_read(struct post *post, const struct input *input, int lines)
{
    post->object = NULL;
    if (lines) {
        int size = snprintf(post->number, sizeof(post->number), "%llu", input->total);
        post->id = (engage_str){post->number, (size_t)size};
        post->text = (engage_str){input->data, input->size};
        return 1;
    }
    /* Numbers are not looked at: as reals they may be of any size. */
    json_error_t detail;
    post->object = json_loadb(input->data, input->size, JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL,
                              &detail);
    if (post->object == NULL)
        return refuse(input, ENGAGE_EJSON, detail.text);
    const char *missing = NULL;
    if (!json_is_object(post->object))
        missing = "not a JSON object";
    else if (!take(post->object, "id", &post->id))
        missing = "\"id\" is not a string";
    else if (!take(post->object, "text", &post->text))
        missing = "\"text\" is not a string";
    if (missing == NULL)
        return 1;
    post_release(post);
    return refuse(input, ENGAGE_EJSON, missing);
}

void post_release(struct post *post)
{
    json_decref(post->object);
    post->object = NULL;
}
