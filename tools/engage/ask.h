/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * What most commands over a store do: open it, ask the library one thing, print what it
 * wrote.
 */
#ifndef ENGAGE_ASK_H
#define ENGAGE_ASK_H

#include "open.h"
#include "print.h"

/* A call of the library about all that the query chooses. */
typedef int all_call(engage_tracker *tracker, const engage_query *query, engage_buffer *buffer,
                     engage_error *error);

/* A call about the customer whom the operand names, NULL: all. */
typedef int one_call(engage_tracker *tracker, engage_str operand, const engage_query *query,
                     engage_buffer *buffer, engage_error *error);

/* A call that takes more of the options. */
typedef int options_call(engage_tracker *tracker, const struct options *options,
                         const engage_query *query, engage_buffer *buffer, engage_error *error);

/* Each makes its call over the store opened for that use and prints the rows with `print`,
 * as they are where that is NULL. An exit status. */
int ask_all(const struct options *options, int use, all_call *call, printer print);
int ask_one(const struct options *options, int use, one_call *call, printer print);
int ask_with_options(const struct options *options, int use, options_call *call, printer print);

/* What the options say of a query. */
engage_query ask_query(const struct options *options);

#endif
