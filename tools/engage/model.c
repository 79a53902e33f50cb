/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * engage model info|verify, engage policy show|check.
 */
#include "command.h"
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
    const char *data = engage_buffer_data(buffer);
    fwrite(data, 1, size, output.file);
    if (size == 0 || data[size - 1] != '\n')
        fputc('\n', output.file);
    return output_close(&output, 1) ? STATUS_DONE : STATUS_STOPPED;
}

int run_model(const struct options *options)
{
    const char *what = options->operands[0];
    const char *path = options->operand_count == 2 ? options->operands[1] : NULL;
    int info = strcmp(what, "info") == 0;
    if (!info && (strcmp(what, "verify") != 0 || path == NULL)) {
        tell("usage: engage model info [FILE] | verify FILE");
        return STATUS_USAGE;
    }
    const engage_model *model;
    int opened = open_model(path, &model);
    if (opened != STATUS_DONE)
        return opened;
    const engage_model *shown = path != NULL ? model : engage_model_builtin();
    engage_buffer *buffer = NULL;
    int rc = shown == NULL ? ENGAGE_EMODEL_NONE : engage_buffer_new(&buffer, NULL);
    if (rc == ENGAGE_OK && info)
        rc = engage_model_json(shown, buffer);
    else if (rc == ENGAGE_OK)
        rc = engage_buffer_append(buffer, engage_model_id(shown), strlen(engage_model_id(shown)));
    int status = STATUS_STOPPED;
    if (rc == ENGAGE_OK)
        status = write_out(options, buffer);
    else
        tell_failed("model", rc, NULL);
    engage_buffer_free(buffer);
    engage_model_unref(model);
    return status;
}

int run_policy(const struct options *options)
{
    const char *what = options->operands[0];
    const char *path = options->operand_count == 2 ? options->operands[1] : NULL;
    int show = strcmp(what, "show") == 0;
    if (!show && (strcmp(what, "check") != 0 || path == NULL)) {
        tell("usage: engage policy show [FILE] | check FILE");
        return STATUS_USAGE;
    }
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
