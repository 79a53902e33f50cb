/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * engage model teach, promise and drift: from labelled posts to add-ons, and whether what
 * comes in is still like them.
 */
#include "learn.h"

#include "open.h"
#include "output.h"
#include "post.h"
#include "tell.h"

#include <string.h>
#include <unistd.h>

/* Where a post's labels go: an ENGAGE_ code. */
typedef int (*taker)(void *with, const char *label, int yes, engage_str text);

static int teach(void *with, const char *label, int yes, engage_str text)
{
    return label != NULL ? engage_lesson_add(with, label, yes, text.data, text.size)
                         : engage_lesson_add_ordinary(with, text.data, text.size);
}

static int promise(void *with, const char *label, int yes, engage_str text)
{
    return label != NULL ? engage_promise_add(with, label, yes, text.data, text.size) : ENGAGE_OK;
}

/* Who takes labels. */
struct learning {
    taker take;
    void *with;
};

/* Gives a post with each of its labels, or once without. STATUS_ of the post. */
static int take_labels(void *with, const struct post *post, const struct input *input)
{
    const struct learning *learning = with;
    json_t *labels = json_object_get(post->object, "labels");
    engage_error error = ENGAGE_ERROR_INIT;
    const char *label = NULL;
    json_t *yes;
    int rc = ENGAGE_OK;
    if (labels != NULL && !json_is_object(labels))
        rc = ENGAGE_EJSON;
    json_object_foreach(labels, label, yes) {
        rc = rc == ENGAGE_OK && !json_is_boolean(yes) ? ENGAGE_EJSON : rc;
    }
    if (rc == ENGAGE_EJSON) {
        error.code = rc;
        snprintf(error.message, sizeof(error.message),
                 "\"labels\" is not an object of names with true or false");
    }
    if (rc == ENGAGE_OK && json_object_size(labels) == 0)
        rc = learning->take(learning->with, NULL, 0, post->text);
    json_object_foreach(labels, label, yes) {
        if (rc == ENGAGE_OK)
            rc = learning->take(learning->with, label, json_is_true(yes), post->text);
        if (rc == ENGAGE_ERANGE && error.code == 0) {
            error.code = rc;
            snprintf(error.message, sizeof(error.message), "'%.60s' can be no label here", label);
        }
    }
    if (rc == ENGAGE_OK)
        return STATUS_DONE;
    tell_refused(input->name, input->line, rc, &error);
    return rc == ENGAGE_ENOMEM ? STATUS_STOPPED : STATUS_REFUSED;
}

/* Gives all posts of the files after the subcommand's own operand. */
static int take_all(const struct options *options, taker take, void *with)
{
    struct learning learning = {take, with};
    return post_each(options->operands + 1, options->operand_count - 1, 0, take_labels, &learning,
                     NULL);
}

/* Says what an add-on holds, on standard output. */
static int show(const char *path, const engage_buffer *bytes)
{
    const engage_addon *addon;
    engage_buffer *buffer = NULL;
    int rc = engage_addon_open_memory(&addon, engage_buffer_data(bytes),
                                      engage_buffer_size(bytes), NULL, NULL);
    if (rc == ENGAGE_OK)
        rc = engage_buffer_new(&buffer, NULL);
    if (rc == ENGAGE_OK)
        rc = engage_addon_json(addon, buffer);
    if (rc == ENGAGE_OK)
        printf("%s\n", engage_buffer_data(buffer));
    else
        tell_failed(path, rc, NULL);
    engage_buffer_free(buffer);
    engage_addon_unref(addon);
    return rc == ENGAGE_OK ? output_said() : STATUS_STOPPED;
}

/* Whether the add-on goes to a file; else it is standard output. */
static int to_file(const struct options *options)
{
    return options->output != NULL && strcmp(options->output, "-") != 0;
}

/* Writes an add-on. With a file named for it, says on standard output what it holds. */
static int write_addon(const struct options *options, const engage_buffer *buffer)
{
    struct output output;
    if (!output_open(&output, options->output))
        return STATUS_STOPPED;
    output_put(&output, buffer);
    if (!output_close(&output, 1))
        return STATUS_STOPPED;
    return to_file(options) ? show(options->output, buffer) : STATUS_DONE;
}

/* The worse of two exit statuses. */
static int worse(int a, int b)
{
    return a > b ? a : b;
}

static int teach_all(const struct options *options, const struct addons *addons,
                     engage_lesson *lesson, engage_buffer *buffer)
{
    for (size_t i = 0; i < addons->count; i++) {
        int rc = engage_lesson_add_addon(lesson, addons->list[i]);
        if (rc != ENGAGE_OK) {
            tell_failed(options->addons.list[i], rc, NULL);
            return STATUS_STOPPED;
        }
    }
    int status = take_all(options, teach, lesson);
    if (status == STATUS_STOPPED)
        return status;
    engage_error error = ENGAGE_ERROR_INIT;
    int rc = engage_lesson_learn(lesson, buffer, &error);
    if (rc == ENGAGE_OK)
        return worse(status, write_addon(options, buffer));
    tell_failed("teach", rc, &error);
    return STATUS_STOPPED;
}

static int run_teach(const struct options *options, const engage_model *model,
                     const struct addons *addons)
{
    engage_lesson_options wanted = ENGAGE_LESSON_OPTIONS_INIT;
    wanted.model = model;
    wanted.share = options->share;
    engage_lesson *lesson = NULL;
    engage_buffer *buffer = NULL;
    int rc = engage_lesson_new(&lesson, &wanted);
    if (rc == ENGAGE_OK)
        rc = engage_buffer_new(&buffer, NULL);
    int status = STATUS_STOPPED;
    if (rc == ENGAGE_OK)
        status = teach_all(options, addons, lesson, buffer);
    else
        tell_failed("teach", rc, NULL);
    engage_buffer_free(buffer);
    engage_lesson_free(lesson);
    return status;
}

static int promise_all(const struct options *options, engage_promise *made, engage_buffer *buffer)
{
    int status = take_all(options, promise, made);
    if (status == STATUS_STOPPED)
        return status;
    engage_error error = ENGAGE_ERROR_INIT;
    int rc = engage_promise_make(made, buffer, &error);
    if (rc == ENGAGE_OK)
        return worse(status, write_addon(options, buffer));
    tell_failed("promise", rc, &error);
    return STATUS_STOPPED;
}

static int run_promise(const struct options *options, const engage_model *model,
                       const struct addons *addons)
{
    engage_promise_options wanted = ENGAGE_PROMISE_OPTIONS_INIT;
    wanted.model = model;
    wanted.miss = options->miss;
    wanted.addons = addons->list;
    wanted.addon_count = addons->count;
    engage_promise *made = NULL;
    engage_buffer *buffer = NULL;
    int rc = engage_promise_new(&made, &wanted);
    if (rc == ENGAGE_OK)
        rc = engage_buffer_new(&buffer, NULL);
    int status = STATUS_STOPPED;
    if (rc == ENGAGE_OK)
        status = promise_all(options, made, buffer);
    else
        tell_unmade("promise", rc);
    engage_buffer_free(buffer);
    engage_promise_free(made);
    return status;
}

/* What the gauges of all promises see. */
struct gauges {
    engage_analyzer *analyzer;
    engage_gauge *list[ENGAGE_ADDONS_MOST];
    size_t count;
};

/* Posts of any kind: labels are not looked at. */
static int look(void *with, const struct post *post, const struct input *input)
{
    struct gauges *gauges = with;
    const engage_analysis *analysis;
    int rc = engage_analyzer_run(gauges->analyzer, post->text.data, post->text.size, &analysis);
    for (size_t i = 0; rc == ENGAGE_OK && i < gauges->count; i++)
        rc = engage_gauge_add(gauges->list[i], analysis);
    if (rc == ENGAGE_OK)
        return STATUS_DONE;
    tell_refused(input->name, input->line, rc, NULL);
    return rc == ENGAGE_ENOMEM ? STATUS_STOPPED : STATUS_REFUSED;
}

static int tell_gauges(const struct options *options, const struct gauges *gauges)
{
    struct output output;
    if (!output_open(&output, options->output))
        return STATUS_STOPPED;
    engage_buffer *buffer;
    int rc = engage_buffer_new(&buffer, NULL);
    for (size_t i = 0; rc == ENGAGE_OK && i < gauges->count; i++) {
        engage_buffer_clear(buffer);
        rc = engage_gauge_json(gauges->list[i], buffer);
        if (rc == ENGAGE_OK)
            fprintf(output.file, "%s\n", engage_buffer_data(buffer));
    }
    if (rc != ENGAGE_OK)
        tell_failed("drift", rc, NULL);
    engage_buffer_free(buffer);
    return output_close(&output, rc == ENGAGE_OK) && rc == ENGAGE_OK ? STATUS_DONE
                                                                     : STATUS_STOPPED;
}

static int run_drift(const struct options *options, const engage_model *model,
                     const struct addons *addons)
{
    struct gauges gauges = {0};
    engage_analyzer_options wanted = ENGAGE_ANALYZER_OPTIONS_INIT;
    wanted.model = model;
    wanted.addons = addons->list;
    wanted.addon_count = addons->count;
    int rc = engage_analyzer_new(&gauges.analyzer, &wanted);
    for (size_t i = 0; rc == ENGAGE_OK && i < addons->count; i++) {
        if (engage_addon_promise_count(addons->list[i]) > 0) {
            rc = engage_gauge_new(&gauges.list[gauges.count], addons->list[i], NULL);
            gauges.count += rc == ENGAGE_OK;
        }
    }
    int status = STATUS_STOPPED;
    if (rc != ENGAGE_OK) {
        tell_unmade("drift", rc);
    } else if (gauges.count == 0) {
        tell("drift: no --addon promises anything");
        status = STATUS_USAGE;
    } else {
        status = post_each(options->operands + 1, options->operand_count - 1, options->lines, look,
                           &gauges, NULL);
        if (status != STATUS_STOPPED)
            status = worse(status, tell_gauges(options, &gauges));
    }
    for (size_t i = 0; i < gauges.count; i++)
        engage_gauge_free(gauges.list[i]);
    engage_analyzer_free(gauges.analyzer);
    return status;
}

int run_learning(const struct options *options)
{
    static const struct {
        const char *name;
        int (*run)(const struct options *options, const engage_model *model,
                   const struct addons *addons);
    } ways[] = {{"teach", run_teach}, {"promise", run_promise}, {"drift", run_drift}};
    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        if (strcmp(options->operands[0], ways[i].name) != 0)
            continue;
        const engage_model *model;
        struct addons addons;
        if (ways[i].run != run_drift && !to_file(options) && isatty(STDOUT_FILENO)) {
            tell("%s: an add-on is no text for a terminal: --output FILE", ways[i].name);
            return STATUS_USAGE;
        }
        if (open_model(options->model, &model) != STATUS_DONE)
            return STATUS_STOPPED;
        int status = STATUS_STOPPED;
        if (open_addons(options, &addons) == STATUS_DONE)
            status = ways[i].run(options, model, &addons);
        close_addons(&addons);
        engage_model_unref(model);
        return status;
    }
    return LEARNING_NONE;
}
