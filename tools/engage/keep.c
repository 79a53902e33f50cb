/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * What is kept and what is not: forget, export, retain, compact, check.
 */
#include "command.h"
#include "open.h"
#include "print.h"
#include "tell.h"

#include <string.h>

typedef int (*duty)(engage_tracker *tracker, const struct options *options,
                    const engage_query *query, engage_buffer *buffer, engage_error *error);

static int run_duty(const struct options *options, int readonly, duty call, printer print)
{
    engage_tracker *tracker;
    if (!open_tracker(options, readonly, &tracker))
        return STATUS_STOPPED;
    engage_query query = ENGAGE_QUERY_INIT;
    query.now = options->now;
    if (options->brand != NULL)
        query.brand = (engage_str){options->brand, strlen(options->brand)};
    const char *about = options->operand_count > 0 ? options->operands[0] : options->store;
    engage_error error = ENGAGE_ERROR_INIT;
    engage_buffer *buffer = NULL;
    int rc = engage_buffer_new(&buffer, NULL);
    if (rc == ENGAGE_OK)
        rc = call(tracker, options, &query, buffer, &error);
    int status = STATUS_STOPPED;
    if (rc >= 0)
        status = print_buffer(options, buffer, print);
    else
        tell_failed(about, rc, &error);
    if (rc == ENGAGE_ENOTFOUND || (rc == ENGAGE_ROW && status == STATUS_DONE))
        status = STATUS_REFUSED;
    engage_buffer_free(buffer);
    engage_tracker_close(tracker);
    return status;
}

static engage_str operand(const struct options *options)
{
    return (engage_str){options->operands[0], strlen(options->operands[0])};
}

static int forget(engage_tracker *tracker, const struct options *options,
                  const engage_query *query, engage_buffer *buffer, engage_error *error)
{
    return engage_tracker_forget(tracker, operand(options), query, buffer, error);
}

static int export(engage_tracker *tracker, const struct options *options,
                  const engage_query *query, engage_buffer *buffer, engage_error *error)
{
    return engage_tracker_export(tracker, operand(options), query, buffer, error);
}

static int retain(engage_tracker *tracker, const struct options *options,
                  const engage_query *query, engage_buffer *buffer, engage_error *error)
{
    return engage_tracker_retain(tracker, options->has_texts ? (int64_t)options->texts : -1, query,
                                 buffer, error);
}

static int compact(engage_tracker *tracker, const struct options *options,
                   const engage_query *query, engage_buffer *buffer, engage_error *error)
{
    (void)options;
    return engage_tracker_compact(tracker, query, buffer, error);
}

static int check(engage_tracker *tracker, const struct options *options,
                 const engage_query *query, engage_buffer *buffer, engage_error *error)
{
    (void)options;
    return engage_tracker_check(tracker, query, buffer, error);
}

int run_forget(const struct options *options)
{
    return run_duty(options, 0, forget, print_members);
}

int run_export(const struct options *options)
{
    return run_duty(options, 1, export, NULL);
}

int run_retain(const struct options *options)
{
    return run_duty(options, 0, retain, print_members);
}

int run_compact(const struct options *options)
{
    return run_duty(options, 0, compact, print_members);
}

int run_check(const struct options *options)
{
    return run_duty(options, 1, check, print_members);
}
