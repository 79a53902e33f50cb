/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * engage whatif: what another policy, or another model, would have decided.
 */
#include "ask.h"
#include "tell.h"

/* A tracker by the policy that the store was decided by. */
static int reopen(const struct options *options, engage_tracker **tracker)
{
    engage_error error = ENGAGE_ERROR_INIT;
    engage_buffer *text = NULL;
    engage_tracker_options wanted = ENGAGE_TRACKER_OPTIONS_INIT;
    wanted.flags = ENGAGE_TRACKER_READONLY;
    int rc = engage_tracker_open(tracker, options->store, &wanted, &error);
    if (rc == ENGAGE_OK)
        rc = engage_buffer_new(&text, NULL);
    if (rc == ENGAGE_OK)
        rc = engage_tracker_policy(*tracker, text, &error);
    if (rc == ENGAGE_ROW) {
        rc = engage_policy_parse(&wanted.policy, engage_buffer_data(text), engage_buffer_size(text),
                                 NULL, &error);
        engage_tracker_close(*tracker);
        *tracker = NULL;
        if (rc == ENGAGE_OK)
            rc = engage_tracker_open(tracker, options->store, &wanted, &error);
        engage_policy_unref(wanted.policy);
    }
    if (rc < 0)
        tell_failed(options->store, rc, &error);
    engage_buffer_free(text);
    return rc >= 0;
}

static int compare(const struct options *options, engage_tracker *tracker,
                   const engage_policy *policy, const engage_model *model)
{
    struct output output;
    if (!output_open(&output, options->output))
        return STATUS_STOPPED;
    engage_query query = ask_query(options);
    engage_error error = ENGAGE_ERROR_INIT;
    engage_buffer *buffer = NULL;
    int rc = engage_buffer_new(&buffer, NULL);
    if (rc == ENGAGE_OK)
        rc = engage_tracker_whatif(tracker, policy, model, &query, buffer, &error);
    if (rc != ENGAGE_OK)
        tell_failed(options->store, rc, &error);
    int written = rc == ENGAGE_OK && print_buffer(options, buffer, print_differences, &output);
    engage_buffer_free(buffer);
    return output_close(&output, written) ? STATUS_DONE : STATUS_STOPPED;
}

int run_whatif(const struct options *options)
{
    const engage_model *model = NULL;
    const engage_policy *policy = NULL;
    const engage_catalogue *catalogue = NULL;
    engage_tracker *tracker = NULL;
    if (options->policy == NULL && options->model == NULL) {
        tell("usage: engage whatif [OPTION…] --policy FILE | --model FILE");
        return STATUS_USAGE;
    }
    /* No difference hangs on the catalogue, but one that is no good is told as elsewhere. */
    int good = open_policy(options->policy, &policy) == STATUS_DONE &&
               open_model(options->model, &model) == STATUS_DONE &&
               open_catalogue(options->catalogue, &catalogue) == STATUS_DONE &&
               reopen(options, &tracker);
    int status = good ? compare(options, tracker, policy, model) : STATUS_STOPPED;
    engage_tracker_close(tracker);
    engage_catalogue_unref(catalogue);
    engage_model_unref(model);
    engage_policy_unref(policy);
    return status;
}
