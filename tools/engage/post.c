/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "post.h"

#include "command.h"
#include "progress.h"
#include "tell.h"

#include <stdio.h>
#include <string.h>

static int refuse(const struct input *input, int code, const char *message)
{
    engage_error error = ENGAGE_ERROR_INIT;
    error.code = code;
    snprintf(error.message, sizeof(error.message), "%s", message);
    tell_refused(input->name, input->line, code, &error);
    return 0;
}

/* What is wrong with a member that is to be a string, in words that end what names it; NULL
 * where nothing is. */
static const char *take_string(const json_t *object, const char *name, engage_str *out)
{
    const json_t *value = json_object_get(object, name);
    if (value == NULL)
        return "is missing";
    if (!json_is_string(value))
        return "is not a string";
    *out = (engage_str){json_string_value(value), json_string_length(value)};
    return NULL;
}

/* The same of a post: its first member that is wrong, told. */
static int take_members(struct post *post, const struct input *input)
{
    const struct {
        const char *name;
        engage_str *out;
    } members[] = {{"id", &post->id}, {"text", &post->text}};
    for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
        const char *wrong = take_string(post->object, members[i].name, members[i].out);
        char message[64];
        if (wrong == NULL)
            continue;
        snprintf(message, sizeof(message), "\"%s\" %s", members[i].name, wrong);
        return refuse(input, ENGAGE_EJSON, message);
    }
    return 1;
}

/* Whether a line can be an object at all: plain text is what is given by mistake most. */
static int begins_object(const struct input *input)
{
    size_t at = 0;
    while (at < input->size && memchr(" \t\r", input->data[at], 3) != NULL)
        at++;
    return at < input->size && input->data[at] == '{';
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
    if (!begins_object(input))
        return refuse(input, ENGAGE_EJSON,
                      "not a JSON object like {\"id\":\"1\",\"text\":\"...\"}");
    /* Numbers are not looked at: as reals they may be of any size. */
    json_error_t detail;
    post->object = json_loadb(input->data, input->size, JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL,
                              &detail);
    if (post->object == NULL)
        return refuse(input, ENGAGE_EJSON, detail.text);
    if (take_members(post, input))
        return 1;
    post_release(post);
    return 0;
}

void post_release(struct post *post)
{
    json_decref(post->object);
    post->object = NULL;
}

/* What is done with the line that the input is at. */
static int take_line(const struct input *input, int got, int lines, post_taker *take, void *with,
                     struct output *output)
{
    struct post post;
    if (got == INPUT_FAILED)
        return STATUS_STOPPED;
    if (got == INPUT_PAUSE)
        return output_flush(output) ? STATUS_DONE : STATUS_STOPPED;
    if (got == INPUT_TOO_LONG) {
        tell_refused(input->name, input->line, ENGAGE_ELIMIT, NULL);
        return STATUS_REFUSED;
    }
    if (!post_read(&post, input, lines))
        return STATUS_REFUSED;
    int status = take(with, &post, input);
    post_release(&post);
    return status;
}

int post_each(char **names, int count, int lines, post_taker *take, void *with,
              struct output *output)
{
    struct input input;
    input_open(&input, names, count, lines);
    input.pauses = output != NULL;
    progress_begin(input_total(names, count));
    int worst = STATUS_DONE;
    int got;
    while (worst != STATUS_STOPPED && (got = input_next(&input)) != INPUT_END) {
        int status = take_line(&input, got, lines, take, with, output);
        worst = status > worst ? status : worst;
        progress_step(input.bytes, input.total, "posts");
    }
    progress_end();
    input_close(&input);
    return worst;
}
