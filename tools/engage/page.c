/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * engage report: one page of HTML, which needs nothing beside it and runs nothing.
 */
#include "ask.h"
#include "table.h"
#include "tell.h"

#include <string.h>

/* So many of those who wait are shown. */
enum { MOST_WAITING = 100 };

static const struct section {
    const char *title;
    const char *by;
    uint64_t top;
    all_call *ask;
    printer print;
} sections[] = {
    {"Where customers stand", "month", 0, engage_tracker_funnel, print_funnel},
    {"Who waits: the 100 most urgent", "", MOST_WAITING, engage_tracker_queue, print_queue},
    {"How customers were answered, by platform", "platform", 0, engage_tracker_replies,
     print_replies},
    {"And by what they wanted", "intent", 0, engage_tracker_replies, print_replies},
    {"Advocates and detractors", "", 0, engage_tracker_people, print_people},
};
enum { SECTIONS = sizeof(sections) / sizeof(sections[0]) };

static const char head[] =
    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" "
    "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "<title>Customer engagement</title>\n<style>\n"
    ":root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }\n"
    "body { margin: 2rem auto; max-width: 80rem; padding: 0 1rem; }\n"
    "section { margin: 2.5rem 0; overflow-x: auto; }\n"
    "table { border-collapse: collapse; margin: .5rem 0 1.5rem; }\n"
    "th, td { border-bottom: 1px solid #8886; padding: .3rem .8rem .3rem 0; text-align: start;\n"
    "         vertical-align: top; }\n"
    ".number { font-variant-numeric: tabular-nums; text-align: end; }\n"
    "</style>\n</head>\n<body>\n";

static int write_section(engage_tracker *tracker, const struct section *section,
                         engage_query query, engage_buffer *buffer,
                         const struct sheet *sheet, engage_error *error)
{
    query.by = str_of(section->by);
    query.top = section->top;
    engage_buffer_clear(buffer);
    int rc = section->ask(tracker, &query, buffer, error);
    if (rc != ENGAGE_OK)
        return rc;
    fprintf(sheet->file, "<section>\n<h2>%s</h2>\n", section->title);
    if (engage_buffer_size(buffer) == 0)
        table_line(sheet, "Nothing yet.");
    else if (!print_rows(buffer, section->print, sheet))
        return ENGAGE_ENOMEM;
    fputs("</section>\n", sheet->file);
    return ENGAGE_OK;
}

/* Writes the whole page. An ENGAGE_ code. */
static int write_page(const struct options *options, engage_tracker *tracker,
                      engage_buffer *buffer, FILE *file, engage_error *error)
{
    engage_query query = ask_query(options);
    struct sheet sheet = {file, 1};
    fputs(head, file);
    fputs("<h1 dir=\"auto\">Customer engagement", file);
    if (options->brand != NULL) {
        fputs(": ", file);
        table_escape(options->brand, file);
    }
    fputs("</h1>\n<p>Labels and priorities are advice: a model read the posts, and people decide."
          "</p>\n",
          file);
    int rc = ENGAGE_OK;
    for (size_t i = 0; rc == ENGAGE_OK && i < SECTIONS; i++)
        rc = write_section(tracker, &sections[i], query, buffer, &sheet, error);
    fputs("</body>\n</html>\n", file);
    return rc;
}

int run_page(const struct options *options)
{
    engage_tracker *tracker;
    struct output output;
    if (!output_open(&output, options->output))
        return STATUS_STOPPED;
    engage_error error = ENGAGE_ERROR_INIT;
    engage_buffer *buffer = NULL;
    int written = 0;
    if (open_tracker(options, STORE_READ, &tracker)) {
        int rc = engage_buffer_new(&buffer, NULL);
        if (rc == ENGAGE_OK)
            rc = write_page(options, tracker, buffer, output.file, &error);
        if (rc != ENGAGE_OK)
            tell_failed(options->store, rc, &error);
        written = rc == ENGAGE_OK;
    }
    engage_buffer_free(buffer);
    engage_tracker_close(tracker);
    return output_close(&output, written) ? STATUS_DONE : STATUS_STOPPED;
}
