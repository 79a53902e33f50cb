/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * The commands that change a store: track, merge.
 */
#include "command.h"
#include "input.h"
#include "open.h"
#include "output.h"
#include "progress.h"
#include "tell.h"

#include <inttypes.h>

/* Events a transaction: large enough to be fast, small enough to lose little time
 * when it is run again after being stopped. */
enum { BATCH = 1000 };

/* Where the events of a batch come from: each line is one. */
struct place {
    const char *file;
    unsigned long long line;
};

static void tell_refusals(const engage_tracker *tracker, const struct place *places)
{
    size_t number;
    const char *why;
    for (size_t i = 0; engage_tracker_refused(tracker, i, &number, &why) == ENGAGE_ROW; i++)
        tell_at("%s:%llu: %s", places[number].file, places[number].line, why);
}

static int apply(engage_tracker *tracker, engage_events *events, const struct place *places,
                 engage_counts *counts, const struct options *options)
{
    engage_error error = ENGAGE_ERROR_INIT;
    int rc = engage_tracker_apply(tracker, events, counts, &error);
    if (rc == ENGAGE_OK)
        tell_refusals(tracker, places);
    else
        tell_failed(options->store, rc, &error);
    engage_events_clear(events);
    return rc == ENGAGE_OK;
}

/* Reads all events and applies them, batch by batch. An exit status. */
static int track_all(const struct options *options, engage_tracker *tracker, engage_events *events,
                     engage_counts *counts)
{
    struct input input;
    struct place places[BATCH];
    input_open(&input, options->operands, options->operand_count, 0);
    progress_begin(input_total(options->operands, options->operand_count));
    uint64_t refused = 0;
    uint64_t read = 0;
    int stopped = 0;
    int got;
    while (!stopped && (got = input_next(&input)) != INPUT_END) {
        if (got == INPUT_FAILED) {
            stopped = 1;
            break;
        }
        read++;
        engage_error error = ENGAGE_ERROR_INIT;
        int rc = got == INPUT_TOO_LONG ? ENGAGE_ELIMIT
                                       : engage_events_add_json(events, options->format, input.data,
                                                                input.size, &error);
        if (rc == ENGAGE_ENOMEM) {
            tell_failed(input.name, rc, &error);
            stopped = 1;
        } else if (rc != ENGAGE_OK) {
            tell_refused(input.name, input.line, rc, &error);
            refused++;
        } else {
            places[engage_events_count(events) - 1] = (struct place){input.name, input.line};
        }
        if (!stopped && engage_events_count(events) >= BATCH)
            stopped = !apply(tracker, events, places, counts, options);
        progress_step(input.bytes, input.total, "events");
    }
    if (!stopped && engage_events_count(events) > 0)
        stopped = !apply(tracker, events, places, counts, options);
    progress_end();
    input_close(&input);
    counts->read = read;
    counts->refused += refused;
    return stopped ? STATUS_STOPPED : counts->refused > 0 ? STATUS_REFUSED : STATUS_DONE;
}

static void print_counts(const engage_counts *counts, int json, FILE *file)
{
    static const char *const forms[] = {
        "%" PRIu64 " events read: %" PRIu64 " applied, %" PRIu64 " known already, %" PRIu64
        " in conflict, %" PRIu64 " late, %" PRIu64 " refused\n%" PRIu64
        " opportunities opened, %" PRIu64 " closed, %" PRIu64 " changes of stage\n",
        "{\"read\":%" PRIu64 ",\"applied\":%" PRIu64 ",\"duplicate\":%" PRIu64
        ",\"conflict\":%" PRIu64 ",\"late\":%" PRIu64 ",\"refused\":%" PRIu64
        ",\"opened\":%" PRIu64 ",\"closed\":%" PRIu64 ",\"transitions\":%" PRIu64 "}\n"};
    fprintf(file, forms[json], counts->read, counts->applied, counts->duplicate, counts->conflict,
            counts->late, counts->refused, counts->opened, counts->closed, counts->transitions);
    if (!json && counts->unknown > 0)
        fprintf(file, "%" PRIu64 " of those applied have verbs that mean nothing here\n",
                counts->unknown);
}

/* The tracker and the output of a command that reads files into a store: 1, with both open,
 * or 0 with neither. A store is made only where all the rest is there. */
static int begin(const struct options *options, engage_tracker **tracker, struct output *output)
{
    if (!input_check(options->operands, options->operand_count) ||
        !output_open(output, options->output))
        return 0;
    if (open_tracker(options, STORE_MAKE, tracker))
        return 1;
    (void)output_close(output, 0);
    return 0;
}

int run_track(const struct options *options)
{
    engage_tracker *tracker;
    engage_events *events;
    struct output output;
    int rc = engage_events_new(&events, NULL);
    if (rc == ENGAGE_OK)
        rc = engage_events_set_now(events, options->now);
    if (rc == ENGAGE_OK && options->brand != NULL)
        rc = engage_events_set_brand(events, str_of(options->brand));
    if (rc != ENGAGE_OK)
        tell_failed("track", rc, NULL);
    int status = STATUS_STOPPED;
    if (rc == ENGAGE_OK && begin(options, &tracker, &output)) {
        engage_counts counts = ENGAGE_COUNTS_INIT;
        status = track_all(options, tracker, events, &counts);
        print_counts(&counts, options->json, output.file);
        if (!output_close(&output, 1))
            status = STATUS_STOPPED;
        engage_tracker_close(tracker);
    }
    engage_events_free(events);
    return status;
}

struct merged {
    uint64_t read;
    uint64_t merged;
    uint64_t repeated;
    uint64_t refused;
};

static int merge_all(const struct options *options, engage_tracker *tracker, struct merged *counts)
{
    struct input input;
    input_open(&input, options->operands, options->operand_count, 0);
    progress_begin(input_total(options->operands, options->operand_count));
    int stopped = 0;
    int got;
    while (!stopped && (got = input_next(&input)) != INPUT_END) {
        if (got == INPUT_FAILED) {
            stopped = 1;
            break;
        }
        counts->read++;
        engage_error error = ENGAGE_ERROR_INIT;
        int rc = got == INPUT_TOO_LONG
                     ? ENGAGE_ELIMIT
                     : engage_tracker_merge(tracker, input.data, input.size, &error);
        if (rc == ENGAGE_ROW) {
            counts->merged++;
        } else if (rc == ENGAGE_DONE) {
            counts->repeated++;
        } else if (rc == ENGAGE_EJSON || rc == ENGAGE_ESTATE || rc == ENGAGE_EKEY ||
                   rc == ENGAGE_EOPENUNDO || rc == ENGAGE_ELIMIT) {
            tell_refused(input.name, input.line, rc, &error);
            counts->refused++;
        } else {
            tell_failed(options->store, rc, &error);
            stopped = 1;
        }
        progress_step(input.bytes, input.total, "states");
    }
    progress_end();
    input_close(&input);
    return stopped ? STATUS_STOPPED : counts->refused > 0 ? STATUS_REFUSED : STATUS_DONE;
}

int run_merge(const struct options *options)
{
    engage_tracker *tracker;
    struct output output;
    if (!begin(options, &tracker, &output))
        return STATUS_STOPPED;
    struct merged counts = {0, 0, 0, 0};
    int status = merge_all(options, tracker, &counts);
    const char *form = options->json
                           ? "{\"read\":%" PRIu64 ",\"merged\":%" PRIu64 ",\"repeated\":%" PRIu64
                             ",\"refused\":%" PRIu64 "}\n"
                           : "%" PRIu64 " states read: %" PRIu64 " added, %" PRIu64
                             " known already, %" PRIu64 " refused\n";
    fprintf(output.file, form, counts.read, counts.merged, counts.repeated, counts.refused);
    if (!output_close(&output, 1))
        status = STATUS_STOPPED;
    engage_tracker_close(tracker);
    return status;
}
