/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * The commands that read a store: funnel, customer, queue, replies, state.
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

/* Prints its rows for people. */
typedef int (*printer)(const json_t *rows, FILE *file);

static json_t *rows_of(const engage_buffer *buffer)
{
    json_t *rows = json_array();
    const char *data = engage_buffer_data(buffer);
    const char *end = data + engage_buffer_size(buffer);
    while (rows != NULL && data < end) {
        const char *line_end = memchr(data, '\n', (size_t)(end - data));
        size_t size = (size_t)((line_end != NULL ? line_end : end) - data);
        if (json_array_append_new(rows, json_loadb(data, size, JSON_ALLOW_NUL, NULL)) != 0) {
            json_decref(rows);
            return NULL;
        }
        data += size + 1;
    }
    return rows;
}

static int print_rows(const engage_buffer *buffer, printer print, FILE *file)
{
    json_t *rows = rows_of(buffer);
    int good = rows != NULL && print(rows, file);
    json_decref(rows);
    if (!good)
        tell("out of memory");
    return good;
}

/* Where `print` is NULL there is no form for people: the rows are printed as they are. */
static int run_report(const struct options *options, const char *operand, report ask, printer print)
{
    engage_tracker *tracker;
    if (!open_tracker(options, 1, &tracker))
        return STATUS_STOPPED;
    engage_query query = ENGAGE_QUERY_INIT;
    query.flags = options->explain ? ENGAGE_QUERY_EXPLAIN : 0;
    query.now = options->now;
    query.top = options->top;
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
    struct output output;
    int status = STATUS_STOPPED;
    if (rc == ENGAGE_ENOTFOUND) {
        tell_failed(operand, rc, &error);
        status = STATUS_REFUSED;
    } else if (rc != ENGAGE_OK) {
        tell_failed(options->store, rc, &error);
    } else if (output_open(&output, options->output)) {
        int good = 1;
        if (options->json || print == NULL)
            fwrite(engage_buffer_data(buffer), 1, engage_buffer_size(buffer), output.file);
        else
            good = print_rows(buffer, print, output.file);
        good = output_close(&output, good) && good;
        status = good ? STATUS_DONE : STATUS_STOPPED;
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

int run_funnel(const struct options *options)
{
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

int run_state(const struct options *options)
{
    if (options->all == (options->operand_count == 1)) {
        tell("usage: engage state [OPTION…] ID | --all");
        return STATUS_USAGE;
    }
    return run_report(options, options->all ? NULL : options->operands[0], engage_tracker_states,
                      NULL);
}
