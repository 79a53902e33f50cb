/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "ask.h"

#include "output.h"
#include "tell.h"

/* One of the calls; the others are NULL. */
struct question {
    all_call *all;
    one_call *one;
    options_call *with_options;
};

engage_query ask_query(const struct options *options)
{
    engage_query query = ENGAGE_QUERY_INIT;
    query.flags = (options->explain ? ENGAGE_QUERY_EXPLAIN : 0) |
                  (options->staff ? ENGAGE_QUERY_STAFF : 0);
    query.now = options->now;
    query.top = options->top == ALL_ROWS ? 0 : options->top;
    query.brand = str_of(options->brand);
    query.by = str_of(options->by);
    return query;
}

static const char *operand_of(const struct options *options)
{
    return options->operand_count > 0 ? options->operands[0] : NULL;
}

static int put(const struct options *options, const struct question *question,
               engage_tracker *tracker, engage_buffer *buffer, engage_error *error)
{
    engage_query query = ask_query(options);
    if (question->all != NULL)
        return question->all(tracker, &query, buffer, error);
    if (question->one != NULL)
        return question->one(tracker, str_of(operand_of(options)), &query, buffer, error);
    return question->with_options(tracker, options, &query, buffer, error);
}

/* Tells what went wrong, of the operand where that is to blame. An exit status. */
static int tell_unanswered(const struct options *options, int rc, const engage_error *error)
{
    const char *operand = operand_of(options);
    int blamed = rc == ENGAGE_ENOTFOUND || rc == ENGAGE_EEVENT || rc == ENGAGE_EFUTURE;
    const char *named = operand != NULL && operand[0] == '\0' ? "''" : operand;
    tell_failed(blamed && named != NULL ? named : options->store, rc, error);
    if (!blamed)
        return STATUS_STOPPED;
    return rc == ENGAGE_EEVENT ? STATUS_USAGE : STATUS_REFUSED;
}

/* The output is opened first: where that cannot be, nothing is done. */
static int ask(const struct options *options, int use, const struct question *question,
               printer print)
{
    struct output output;
    engage_tracker *tracker = NULL;
    engage_buffer *buffer = NULL;
    engage_error error = ENGAGE_ERROR_INIT;
    if (!output_open(&output, options->output))
        return STATUS_STOPPED;
    int status = STATUS_STOPPED;
    int answered = 0;
    if (open_tracker(options, use, &tracker)) {
        int rc = engage_buffer_new(&buffer, NULL);
        if (rc == ENGAGE_OK)
            rc = put(options, question, tracker, buffer, &error);
        if (options->top == 0)
            engage_buffer_clear(buffer); /* the first none; of the library 0 asks for all */
        /* What was done is told even where the store could not overwrite what it removed. */
        if (rc >= 0 || engage_buffer_size(buffer) > 0)
            answered = print_buffer(options, buffer, print, &output);
        if (rc < 0)
            status = tell_unanswered(options, rc, &error);
        else if (answered)
            status = rc == ENGAGE_ROW ? STATUS_REFUSED : STATUS_DONE; /* rows of damage */
    }
    if (!output_close(&output, answered) && answered)
        status = STATUS_STOPPED;
    engage_buffer_free(buffer);
    engage_tracker_close(tracker);
    return status;
}

int ask_all(const struct options *options, int use, all_call *call, printer print)
{
    struct question question = {.all = call};
    return ask(options, use, &question, print);
}

int ask_one(const struct options *options, int use, one_call *call, printer print)
{
    struct question question = {.one = call};
    return ask(options, use, &question, print);
}

int ask_with_options(const struct options *options, int use, options_call *call, printer print)
{
    struct question question = {.with_options = call};
    return ask(options, use, &question, print);
}
