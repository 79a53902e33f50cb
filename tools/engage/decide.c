/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * What a person decides: hold, release, suspend, reinstate, link, unlink, object, resume
 * about customers; claim, dismiss, resolve about opportunities.
 */
#include "ask.h"

/* Makes the decision that the subcommand is named by. */
static int decide(engage_tracker *tracker, const struct options *options,
                  const engage_query *query, engage_buffer *buffer, engage_error *error)
{
    engage_decision decision = ENGAGE_DECISION_INIT;
    decision.name = str_of(options->command);
    decision.time = query->now;
    decision.subject = str_of(options->operands[0]);
    decision.value = str_of(options->operand_count > 1 ? options->operands[1] : NULL);
    decision.brand = query->brand;
    decision.reason = str_of(options->reason);
    return engage_tracker_decide(tracker, &decision, buffer, error);
}

/* About a customer. */
int run_decide(const struct options *options)
{
    return ask_with_options(options, STORE_CHANGE, decide, print_decisions);
}

/* About an opportunity. */
int run_settle(const struct options *options)
{
    return ask_with_options(options, STORE_CHANGE, decide, print_queue);
}
