/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * The commands that read a store: funnel, customer, queue, replies, people,
 * state.
 */
#include "ask.h"
#include "tell.h"

#include <stdio.h>
#include <string.h>

int run_funnel(const struct options *options)
{
    if (options->by != NULL && strcmp(options->by, "month") != 0) {
        tell("usage: engage funnel [OPTION…] [--by month]");
        return STATUS_USAGE;
    }
    return ask_all(options, STORE_READ, engage_tracker_funnel, print_funnel);
}

int run_customer(const struct options *options)
{
    return ask_one(options, STORE_READ, engage_tracker_customer, print_customer);
}

int run_queue(const struct options *options)
{
    return ask_all(options, STORE_READ, engage_tracker_queue, print_queue);
}

int run_replies(const struct options *options)
{
    return ask_all(options, STORE_READ, engage_tracker_replies, print_replies);
}

int run_people(const struct options *options)
{
    return ask_all(options, STORE_READ, engage_tracker_people,
                   options->staff ? print_staff : print_people);
}

/* An empty id, as of a script's variable that was not set, is nobody's; the library would take
 * it for all. */
static int states(engage_tracker *tracker, engage_str account, const engage_query *query,
                  engage_buffer *buffer, engage_error *error)
{
    if (account.data == NULL || account.size > 0)
        return engage_tracker_states(tracker, account, query, buffer, error);
    error->code = ENGAGE_ENOTFOUND;
    snprintf(error->message, sizeof(error->message), "no such account");
    return error->code;
}

int run_state(const struct options *options)
{
    if (options->all == (options->operand_count == 1)) {
        tell("usage: engage state [OPTION…] ID | --all");
        return STATUS_USAGE;
    }
    return ask_one(options, STORE_READ, states, NULL);
}
