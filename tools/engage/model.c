/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * engage model info|verify, of models and add-ons; engage policy show|check.
 */
#include "command.h"
#include "learn.h"
#include "open.h"
#include "output.h"
#include "tell.h"

#include <string.h>

/* Writes the buffer and a line end where it has none. An exit status. */
static int write_out(const struct options *options, engage_buffer *buffer)
{
    struct output output;
    if (!output_open(&output, options->output))
        return STATUS_STOPPED;
    size_t size = engage_buffer_size(buffer);
    output_put(&output, buffer);
    if (size == 0 || engage_buffer_data(buffer)[size - 1] != '\n')
        fputc('\n', output.file);
    return output_close(&output, 1) ? STATUS_DONE : STATUS_STOPPED;
}

/* Whether this library scores as the one that a model was made with; told where it does not. */
static int verify_scores(const char *path, const engage_model *model)
{
    engage_error error = ENGAGE_ERROR_INIT;
    int rc = engage_model_selftest(model, &error);
    if (rc == ENGAGE_OK)
        return STATUS_DONE;
    tell_failed(path, rc, &error);
    return rc == ENGAGE_EMODEL_UNSUPPORTED ? STATUS_REFUSED : STATUS_STOPPED;
}

/* Writes what a model or an add-on tells of itself, or its identity. */
static int write_about(const struct options *options, int info, const engage_model *model,
                       const engage_addon *addon)
{
    engage_buffer *buffer = NULL;
    int rc = engage_buffer_new(&buffer, NULL);
    const char *id = addon != NULL ? engage_addon_id(addon) : engage_model_id(model);
    if (rc == ENGAGE_OK && !info)
        rc = engage_buffer_append(buffer, id, strlen(id));
    else if (rc == ENGAGE_OK)
        rc = addon != NULL ? engage_addon_json(addon, buffer) : engage_model_json(model, buffer);
    int status = STATUS_STOPPED;
    if (rc == ENGAGE_OK)
        status = write_out(options, buffer);
    else
        tell_failed("model", rc, NULL);
    engage_buffer_free(buffer);
    return status;
}

/* Whether a way of `engage model` takes the options given; it would pass over others (told). */
static int takes_options(const struct options *options)
{
    static const struct {
        const char *name;
        unsigned takes;
    } ways[] = {{"info", 0},
                {"verify", 0},
                {"teach", TAKES_MODEL | TAKES_ADDON | TAKES_SHARE},
                {"promise", TAKES_MODEL | TAKES_ADDON | TAKES_MISS},
                {"drift", TAKES_MODEL | TAKES_ADDON | TAKES_LINES}};
    const struct {
        const char *name;
        unsigned bit;
        int given;
    } given[] = {{"model", TAKES_MODEL, options->model != NULL},
                 {"addon", TAKES_ADDON, options->addons.count > 0},
                 {"share", TAKES_SHARE, options->share != 0},
                 {"miss", TAKES_MISS, options->miss != 0},
                 {"lines", TAKES_LINES, options->lines}};
    for (size_t w = 0; w < sizeof(ways) / sizeof(ways[0]); w++)
        for (size_t i = 0; i < sizeof(given) / sizeof(given[0]); i++)
            if (strcmp(options->operands[0], ways[w].name) == 0 && given[i].given &&
                (ways[w].takes & given[i].bit) == 0) {
                tell("model %s takes no --%s", ways[w].name, given[i].name);
                return 0;
            }
    return 1;
}

int run_model(const struct options *options)
{
    if (!takes_options(options))
        return STATUS_USAGE;
    int learning = run_learning(options);
    if (learning != LEARNING_NONE)
        return learning;
    const char *what = options->operands[0];
    const char *path = options->operand_count == 2 ? options->operands[1] : NULL;
    int info = strcmp(what, "info") == 0;
    if ((!info && (strcmp(what, "verify") != 0 || path == NULL)) || options->operand_count > 2) {
        tell("usage: engage model info [FILE] | verify FILE | teach|promise|drift [FILE…]");
        return STATUS_USAGE;
    }
    const engage_addon *addon = NULL;
    const engage_model *model = NULL;
    int opened = path != NULL ? open_either(path, &model, &addon) : STATUS_DONE;
    if (opened != STATUS_DONE)
        return opened;
    const engage_model *shown = path != NULL ? model : engage_model_builtin();
    int status = !info && model != NULL ? verify_scores(path, model) : STATUS_DONE;
    if (shown == NULL && addon == NULL) {
        tell_failed("model", ENGAGE_EMODEL_NONE, NULL);
        status = STATUS_STOPPED;
    }
    if (status == STATUS_DONE)
        status = write_about(options, info, shown, addon);
    engage_addon_unref(addon);
    engage_model_unref(model);
    return status;
}

int run_policy(const struct options *options)
{
    const char *what = options->operands[0];
    const char *path = options->operand_count == 2 ? options->operands[1] : NULL;
    int show = strcmp(what, "show") == 0;
    if (!show && strcmp(what, "check") != 0) {
        tell("usage: engage policy show|check [FILE]");
        return STATUS_USAGE;
    }
    if (!show && path == NULL)
        path = "-";
    const engage_policy *policy;
    int opened = open_policy(path, &policy);
    if (opened != STATUS_DONE)
        return opened;
    engage_buffer *buffer = NULL;
    int rc = ENGAGE_OK;
    int status = STATUS_DONE;
    if (show) {
        rc = engage_buffer_new(&buffer, NULL);
        if (rc == ENGAGE_OK)
            rc = engage_policy_text(policy != NULL ? policy : engage_policy_default(), buffer);
        status = rc == ENGAGE_OK ? write_out(options, buffer) : STATUS_STOPPED;
        if (rc != ENGAGE_OK)
            tell_failed("policy", rc, NULL);
    }
    engage_buffer_free(buffer);
    engage_policy_unref(policy);
    return status;
}
