/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * What is kept and what is not: forget, export, retain, compact, check.
 */
#include "ask.h"

int run_forget(const struct options *options)
{
    return ask_one(options, STORE_CHANGE, engage_tracker_forget, print_members);
}

int run_export(const struct options *options)
{
    return ask_one(options, STORE_READ, engage_tracker_export, NULL);
}

static int retain(engage_tracker *tracker, const struct options *options,
                  const engage_query *query, engage_buffer *buffer, engage_error *error)
{
    return engage_tracker_retain(tracker,
                                 options->texts == POLICY_DAYS ? -1 : (int64_t)options->texts,
                                 query, buffer, error);
}

int run_retain(const struct options *options)
{
    return ask_with_options(options, STORE_CHANGE, retain, print_members);
}

int run_compact(const struct options *options)
{
    return ask_all(options, STORE_CHANGE, engage_tracker_compact, print_members);
}

int run_check(const struct options *options)
{
    return ask_all(options, STORE_READ, engage_tracker_check, print_members);
}
