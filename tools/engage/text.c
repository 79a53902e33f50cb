/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * The text commands that read a post and print a line: tokens, entities, length, valid.
 */
#include "command.h"
#include "output.h"
#include "post.h"
#include "tell.h"

#include <string.h>

/* What a command does with a post: appends its line to the buffer. */
typedef int writer(void *object, const struct post *post, const struct options *options,
                   engage_buffer *buffer);

struct writing {
    const struct options *options;
    writer *write;
    void *object;
    engage_buffer *buffer;
    struct output output;
};

static int write_post(void *with, const struct post *post, const struct input *input)
{
    struct writing *writing = with;
    engage_buffer_clear(writing->buffer);
    int rc = writing->write(writing->object, post, writing->options, writing->buffer);
    if (rc == ENGAGE_OK)
        rc = engage_buffer_append(writing->buffer, "\n", 1);
    if (rc == ENGAGE_OK)
        return output_put(&writing->output, writing->buffer) ? STATUS_DONE : STATUS_STOPPED;
    tell_refused(input->name, input->line, rc, NULL);
    return rc == ENGAGE_ENOMEM ? STATUS_STOPPED : STATUS_REFUSED;
}

/* Runs `write` over all posts of the input. An exit status. */
static int write_each(const struct options *options, writer *write, void *object,
                      engage_buffer *buffer)
{
    struct writing writing = {options, write, object, buffer, {0}};
    if (!output_open(&writing.output, options->output))
        return STATUS_STOPPED;
    int status = post_each(options->operands, options->operand_count, options->lines, write_post,
                           &writing, &writing.output);
    return output_close(&writing.output, status != STATUS_STOPPED) ? status : STATUS_STOPPED;
}

static int write_tokens(void *object, const struct post *post, const struct options *options,
                        engage_buffer *buffer)
{
    return engage_tokenizer_json(object, post->id, post->text.data, post->text.size,
                                 options->offsets, buffer);
}

static int write_entities(void *object, const struct post *post, const struct options *options,
                          engage_buffer *buffer)
{
    return engage_entities_json(object, post->id, post->text.data, post->text.size,
                                options->offsets, buffer);
}

int run_tokens(const struct options *options)
{
    engage_buffer *buffer = NULL;
    engage_tokenizer *tokenizer = NULL;
    int rc = engage_buffer_new(&buffer, NULL);
    if (rc == ENGAGE_OK)
        rc = engage_tokenizer_new(&tokenizer, NULL);
    int status = STATUS_STOPPED;
    if (rc == ENGAGE_OK)
        status = write_each(options, write_tokens, tokenizer, buffer);
    else
        tell_failed("tokenizer", rc, NULL);
    engage_tokenizer_free(tokenizer);
    engage_buffer_free(buffer);
    return status;
}

/* Runs `write` with entities as its object. */
static int with_entities(const struct options *options, writer *write)
{
    engage_buffer *buffer = NULL;
    engage_entities *entities = NULL;
    int rc = engage_buffer_new(&buffer, NULL);
    if (rc == ENGAGE_OK)
        rc = engage_entities_new(&entities, NULL);
    int status = STATUS_STOPPED;
    if (rc == ENGAGE_OK)
        status = write_each(options, write, entities, buffer);
    else
        tell_failed("entities", rc, NULL);
    engage_entities_free(entities);
    engage_buffer_free(buffer);
    return status;
}

int run_entities(const struct options *options)
{
    return with_entities(options, write_entities);
}

static int write_length(void *object, const struct post *post, const struct options *options,
                        engage_buffer *buffer)
{
    const char *rules = options->rules != NULL ? options->rules : options->platform;
    return engage_length_json(object, post->id, post->text.data, post->text.size,
                              engage_rules_by_name(rules != NULL ? rules : "x"), buffer);
}

int run_length(const struct options *options)
{
    if (options->rules != NULL && options->platform != NULL &&
        strcmp(options->platform, "x") != 0) {
        tell("--rules: only X has rules to choose from");
        return STATUS_USAGE;
    }
    return with_entities(options, write_length);
}

static int write_valid(void *object, const struct post *post, const struct options *options,
                       engage_buffer *buffer)
{
    (void)object;
    return engage_valid_json(options->kind, post->id, post->text.data,
                             post->text.size, buffer);
}

int run_valid(const struct options *options)
{
    if (options->kind < 0) {
        tell("usage: engage valid --kind username|list|hashtag|url|url-bare [FILE…]");
        return STATUS_USAGE;
    }
    engage_buffer *buffer;
    int rc = engage_buffer_new(&buffer, NULL);
    if (rc != ENGAGE_OK) {
        tell_failed("valid", rc, NULL);
        return STATUS_STOPPED;
    }
    int status = write_each(options, write_valid, NULL, buffer);
    engage_buffer_free(buffer);
    return status;
}
