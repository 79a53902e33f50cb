/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * What a person decides: hold, release, suspend, reinstate, link, unlink, object, resume
 * about customers; claim, dismiss, resolve about opportunities.
 */
#include "command.h"
#include "open.h"
#include "output.h"
#include "print.h"
#include "tell.h"

#include <string.h>

static engage_str text_of(const char *text)
{
    return (engage_str){text, text != NULL ? strlen(text) : 0};
}

/* Makes the decision that the subcommand is named by. */
static int decide(const struct options *options, printer print)
{
    engage_tracker *tracker;
    if (!open_tracker(options, 0, &tracker))
        return STATUS_STOPPED;
    engage_decision decision = ENGAGE_DECISION_INIT;
    decision.name = text_of(options->command);
    decision.time = options->now;
    decision.subject = text_of(options->operands[0]);
    decision.value = text_of(options->operand_count > 1 ? options->operands[1] : NULL);
    decision.brand = text_of(options->brand);
    decision.reason = text_of(options->reason);
    engage_error error = ENGAGE_ERROR_INIT;
    engage_buffer *buffer = NULL;
    int rc = engage_buffer_new(&buffer, NULL);
    if (rc == ENGAGE_OK)
        rc = engage_tracker_decide(tracker, &decision, buffer, &error);
    int status = STATUS_STOPPED;
    if (rc == ENGAGE_OK) {
        status = print_buffer(options, buffer, print);
    } else if (rc == ENGAGE_ENOTFOUND || rc == ENGAGE_EEVENT || rc == ENGAGE_EFUTURE) {
        tell_failed(options->operands[0], rc, &error);
        status = rc == ENGAGE_EEVENT ? STATUS_USAGE : STATUS_REFUSED;
    } else {
        tell_failed(options->store, rc, &error);
    }
    engage_buffer_free(buffer);
    engage_tracker_close(tracker);
    return status;
}

/* About a customer. */
int run_decide(const struct options *options)
{
    return decide(options, print_decisions);
}

/* About an opportunity. */
int run_settle(const struct options *options)
{
    return decide(options, print_queue);
}
