/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * The commands that read a store: funnel, customer, queue, replies, people,
 * state.
 */
#include "command.h"
#include "open.h"
#include "output.h"
#include "print.h"
#include "tell.h"

#include <string.h>

/* Asks the library for a report. */
typedef int (*report)(engage_tracker *tracker, engage_str operand, const engage_query *query,
                      engage_buffer *buffer, engage_error *error);

/* Where `print` is NULL there is no form for people: the rows are printed as they are. */
static int run_report(const struct options *options, const char *operand, report ask, printer print)
{
    engage_tracker *tracker;
    if (!open_tracker(options, 1, &tracker))
        return STATUS_STOPPED;
    engage_query query = ENGAGE_QUERY_INIT;
    query.flags = (options->explain ? ENGAGE_QUERY_EXPLAIN : 0) |
                  (options->staff ? ENGAGE_QUERY_STAFF : 0);
    query.now = options->now;
    query.top = options->top == ALL_ROWS ? 0 : options->top;
    if (options->brand != NULL)
        query.brand = (engage_str){options->brand, strlen(options->brand)};
    if (options->by != NULL)
        query.by = (engage_str){options->by, strlen(options->by)};
    engage_str id = {operand, operand != NULL ? strlen(operand) : 0};
    engage_error error = ENGAGE_ERROR_INIT;
    engage_buffer *buffer = NULL;
    int rc = engage_buffer_new(&buffer, NULL);
    if (rc == ENGAGE_OK)
        rc = ask(tracker, id, &query, buffer, &error);
    if (options->top == 0)
        engage_buffer_clear(buffer); /* the first none; of the library 0 asks for all */
    int status = STATUS_STOPPED;
    if (rc == ENGAGE_OK) {
        status = print_buffer(options, buffer, print);
    } else if (rc == ENGAGE_ENOTFOUND) {
        tell_failed(operand, rc, &error);
        status = STATUS_REFUSED;
    } else {
        tell_failed(options->store, rc, &error);
    }
    engage_buffer_free(buffer);
    engage_tracker_close(tracker);
    return status;
}

static int ask_funnel(engage_tracker *tracker, engage_str operand, const engage_query *query,
                      engage_buffer *buffer, engage_error *error)
{
    (void)operand;
    return engage_tracker_funnel(tracker, query, buffer, error);
}

static int ask_queue(engage_tracker *tracker, engage_str operand, const engage_query *query,
                     engage_buffer *buffer, engage_error *error)
{
    (void)operand;
    return engage_tracker_queue(tracker, query, buffer, error);
}

static int ask_replies(engage_tracker *tracker, engage_str operand, const engage_query *query,
                       engage_buffer *buffer, engage_error *error)
{
    (void)operand;
    return engage_tracker_replies(tracker, query, buffer, error);
}

static int ask_people(engage_tracker *tracker, engage_str operand, const engage_query *query,
                      engage_buffer *buffer, engage_error *error)
{
    (void)operand;
    return engage_tracker_people(tracker, query, buffer, error);
}

int run_funnel(const struct options *options)
{
    if (options->by != NULL && strcmp(options->by, "month") != 0) {
        tell("usage: engage funnel [OPTION…] [--by month]");
        return STATUS_USAGE;
    }
    return run_report(options, NULL, ask_funnel, print_funnel);
}

int run_customer(const struct options *options)
{
    return run_report(options, options->operands[0], engage_tracker_customer, print_customer);
}

int run_queue(const struct options *options)
{
    return run_report(options, NULL, ask_queue, print_queue);
}

int run_replies(const struct options *options)
{
    return run_report(options, NULL, ask_replies, print_replies);
}

int run_people(const struct options *options)
{
    return run_report(options, NULL, ask_people, options->staff ? print_staff : print_people);
}

int run_state(const struct options *options)
{
    if (options->all == (options->operand_count == 1)) {
        tell("usage: engage state [OPTION…] ID | --all");
        return STATUS_USAGE;
    }
    return run_report(options, options->all ? NULL : options->operands[0], engage_tracker_states,
                      NULL);
}
