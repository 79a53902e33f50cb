/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "print.h"

#include "plain.h"
#include "tell.h"

#include <stdlib.h>
#include <string.h>

static const char *text(const json_t *object, const char *name)
{
    const char *value = json_string_value(json_object_get(object, name));
    return value != NULL ? value : "-";
}

/* "2026-11-20 10:00" of an RFC 3339 time. */
static const char *moment(const json_t *object, const char *name, char out[20])
{
    const char *value = json_string_value(json_object_get(object, name));
    if (value == NULL || strlen(value) < 16)
        return "-";
    snprintf(out, 20, "%.10s %.5s", value, value + 11);
    return out;
}

/* A number with so many decimals; "-" where it is unknown. */
static const char *number(const json_t *object, const char *name, int decimals, char out[32])
{
    const json_t *value = json_object_get(object, name);
    if (!json_is_number(value))
        return "-";
    snprintf(out, 32, "%.*f", decimals, json_number_value(value));
    return out;
}

static const char *percent(const json_t *object, const char *name, char out[32])
{
    const json_t *value = json_object_get(object, name);
    if (!json_is_number(value))
        return "-";
    snprintf(out, 32, "%.1f %%", json_number_value(value) * 100);
    return out;
}

/* A duration in its two largest units. */
static const char *duration(const json_t *object, const char *name, char out[32])
{
    const json_t *value = json_object_get(object, name);
    if (!json_is_number(value))
        return "-";
    long long seconds = (long long)(json_number_value(value) / 1000);
    if (seconds < 60)
        snprintf(out, 32, "%lld s", seconds);
    else if (seconds < 3600)
        snprintf(out, 32, "%lld min", seconds / 60);
    else if (seconds < 86400)
        snprintf(out, 32, "%lld h %02lld min", seconds / 3600, seconds / 60 % 60);
    else
        snprintf(out, 32, "%lld d %02lld h", seconds / 86400, seconds / 3600 % 24);
    return out;
}

/* The strings of an array, or of this member of its objects, joined by ", "; release with free. */
static char *joined(const json_t *array, const char *member)
{
    char *out = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&out, &size);
    if (stream == NULL)
        return NULL;
    size_t i;
    const json_t *one;
    json_array_foreach(array, i, one)
        fprintf(stream, "%s%s", i > 0 ? ", " : "",
                member != NULL ? text(one, member) : json_string_value(one));
    return fclose(stream) == 0 ? out : NULL;
}

static int print_months(json_t *months, const struct sheet *sheet)
{
    static const char *const headings[] = {"month", ">new", ">through advocates", ">share",
                                           ">bought", ">spoke", ">median days to word"};
    struct table table;
    if (!json_is_object(months))
        return 1;
    table_begin(&table, 7, headings);
    const char *name;
    json_t *month;
    json_object_foreach(months, name, month) {
        char a[32], b[32], c[32], d[32], e[32], f[32];
        table_cell(&table, "%s", name);
        table_cell(&table, "%s", number(month, "new", 0, a));
        table_cell(&table, "%s", number(month, "through_advocates", 0, b));
        table_cell(&table, "%s", percent(month, "share", c));
        table_cell(&table, "%s", number(month, "bought", 0, d));
        table_cell(&table, "%s", number(month, "spoke", 0, e));
        table_cell(&table, "%s", number(month, "median_days_to_word", 1, f));
    }
    fputc('\n', sheet->file);
    return table_end(&table, sheet);
}

/* What platforms let nobody keep of a person. */
static int print_withheld(const json_t *list, const struct sheet *sheet)
{
    static const char *const headings[] = {"month", "platform", "withheld intent", ">posts"};
    struct table table;
    if (json_array_size(list) == 0)
        return 1;
    table_begin(&table, 4, headings);
    size_t i;
    const json_t *row;
    json_array_foreach(list, i, row) {
        char a[32];
        table_cell(&table, "%s", text(row, "month"));
        table_cell(&table, "%s", text(row, "platform"));
        table_cell(&table, "%s", text(row, "intent"));
        table_cell(&table, "%s", number(row, "posts", 0, a));
    }
    fputc('\n', sheet->file);
    return table_end(&table, sheet);
}

int print_funnel(const json_t *rows, const struct sheet *sheet)
{
    static const char *const headings[] = {"stage", ">touched", ">sustained", ">go on to next",
                                           ">median days to next"};
    int good = 1;
    size_t i;
    const json_t *row;
    json_array_foreach(rows, i, row) {
        char a[32], b[32], c[32], d[32], when[20];
        if (i > 0)
            fputc('\n', sheet->file);
        table_line(sheet, "%s: %s customers at %s", text(row, "brand"),
                   number(row, "customers", 0, a), moment(row, "now", when));
        struct table table;
        table_begin(&table, 5, headings);
        size_t s;
        const json_t *stage;
        json_array_foreach(json_object_get(row, "stages"), s, stage) {
            table_cell(&table, "%s", text(stage, "stage"));
            table_cell(&table, "%s", number(stage, "touched", 0, a));
            table_cell(&table, "%s", number(stage, "sustained", 0, b));
            table_cell(&table, "%s", percent(stage, "conversion", c));
            table_cell(&table, "%s", number(stage, "median_days", 1, d));
        }
        good &= table_end(&table, sheet);
        table_line(sheet, "trial %s, buyer %s, advocate %s, detractor %s",
                   number(row, "trial", 0, a), number(row, "buyer", 0, b),
                   number(row, "advocate", 0, c), number(row, "detractor", 0, d));
        good &= print_months(json_object_get(row, "by"), sheet);
        good &= print_withheld(json_object_get(row, "withheld"), sheet);
    }
    return good;
}

static int print_gates(const json_t *customer, const struct sheet *sheet)
{
    static const char *const headings[] = {"stage", "gate", ">value", ">needed", "passed"};
    if (json_array_size(json_object_get(customer, "gates")) == 0)
        return 1;
    struct table table;
    table_begin(&table, 5, headings);
    size_t i;
    const json_t *gate;
    json_array_foreach(json_object_get(customer, "gates"), i, gate) {
        char a[32], b[32];
        table_cell(&table, "%s", text(gate, "stage"));
        table_cell(&table, "%s", text(gate, "gate"));
        table_cell(&table, "%s", number(gate, "value", 0, a));
        table_cell(&table, "%s", number(gate, "threshold", 0, b));
        table_cell(&table, "%s", json_is_true(json_object_get(gate, "passed")) ? "yes" : "no");
    }
    fputc('\n', sheet->file);
    return table_end(&table, sheet);
}

static int print_transitions(const json_t *customer, const struct sheet *sheet)
{
    static const char *const headings[] = {"when", "from", "to", "cause", "revised"};
    if (json_array_size(json_object_get(customer, "transitions")) == 0)
        return 1;
    struct table table;
    table_begin(&table, 5, headings);
    size_t i;
    const json_t *one;
    json_array_foreach(json_object_get(customer, "transitions"), i, one) {
        char when[20];
        table_cell(&table, "%s", moment(one, "at", when));
        table_cell(&table, "%s", text(one, "from"));
        table_cell(&table, "%s", text(one, "to"));
        table_cell(&table, "%s", text(one, "cause"));
        table_cell(&table, "%s", json_is_true(json_object_get(one, "revised")) ? "yes" : "");
    }
    fputc('\n', sheet->file);
    return table_end(&table, sheet);
}

/* What stands for a list without members, which may be because nobody knows them. */
static const char *none_of(const json_t *list)
{
    return json_is_array(list) ? "nothing" : "not known";
}

/* "screen 2, price 1" of what texts like or dislike. */
static void print_tastes(const json_t *customer, const char *name, const struct sheet *sheet)
{
    FILE *file = sheet->file;
    size_t i;
    const json_t *one;
    const json_t *list = json_object_get(customer, name);
    fprintf(file, "  %-9s ", name);
    json_array_foreach(list, i, one) {
        char posts[32];
        fprintf(file, "%s%s %s", i > 0 ? ", " : "", text(one, "target"),
                number(one, "posts", 0, posts));
    }
    fprintf(file, "%s\n", json_array_size(list) > 0 ? "" : none_of(list));
}

int print_customer(const json_t *rows, const struct sheet *sheet)
{
    FILE *file = sheet->file;
    int good = 1;
    size_t i;
    const json_t *row;
    json_array_foreach(rows, i, row) {
        char a[32], b[32], since[20], until[20];
        char *accounts = joined(json_object_get(row, "accounts"), NULL);
        char *open = joined(json_object_get(row, "open"), NULL);
        fprintf(file, "%s%s (%s)\n", i > 0 ? "\n" : "", text(row, "id"), text(row, "brand"));
        fprintf(file, "  accounts  %s\n", accounts != NULL ? accounts : "-");
        int ends = json_is_string(json_object_get(row, "valid_until"));
        fprintf(file, "  stage     %s since %s%s%s\n", text(row, "stage"),
                moment(row, "since", since), ends ? ", at least until " : "",
                ends ? moment(row, "valid_until", until) : "");
        fprintf(file, "  score     %s, presence %s\n", number(row, "score", 1, a),
                json_is_string(json_object_get(row, "presence")) ? text(row, "presence")
                                                                 : number(row, "presence", 2, b));
        fprintf(file, "  outcome   %s, standing %s\n", text(row, "outcome"), text(row, "standing"));
        print_tastes(row, "likes", sheet);
        print_tastes(row, "dislikes", sheet);
        fprintf(file, "  open      %s\n",
                open != NULL && open[0] != '\0' ? open : none_of(json_object_get(row, "open")));
        good &= accounts != NULL && open != NULL;
        free(accounts);
        free(open);
        good &= print_gates(row, sheet) & print_transitions(row, sheet);
    }
    return good;
}

/* "complaint 40, addressed 8, …": what a priority is made of. */
static char *reasons(const json_t *row)
{
    char *out = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&out, &size);
    if (stream == NULL)
        return NULL;
    size_t i;
    const json_t *part;
    json_array_foreach(json_object_get(row, "parts"), i, part) {
        char points[32];
        fprintf(stream, "%s%s %s", i > 0 ? ", " : "", text(part, "reason"),
                number(part, "points", 0, points));
    }
    return fclose(stream) == 0 ? out : NULL;
}

/* 1 where rows have a member, as they have more of with --explain. */
static int have(const json_t *rows, const char *member)
{
    return json_object_get(json_array_get(rows, 0), member) != NULL;
}

/* By what an opportunity was found: which policy, and out of which events. */
static int put_receipt(struct table *table, const json_t *receipt)
{
    char *events = joined(json_object_get(receipt, "events"), "event");
    int good = events != NULL;
    table_cell(table, "%s", text(receipt, "policy"));
    table_cell(table, "%s", good ? events : "-");
    free(events);
    return good;
}

int print_queue(const json_t *rows, const struct sheet *sheet)
{
    static const char *const headings[] = {"brand", "id", ">priority", "band", "opened",
                                           "customer", "post", "why", "policy", "events"};
    struct table table;
    int explained = have(rows, "receipt");
    table_begin(&table, explained ? 10 : 8, headings);
    int good = 1;
    size_t i;
    const json_t *row;
    json_array_foreach(rows, i, row) {
        char a[32], when[20];
        char *customers = joined(json_object_get(row, "customers"), NULL);
        char *why = reasons(row);
        const char *post = json_string_value(json_array_get(json_object_get(row, "posts"), 0));
        table_cell(&table, "%s", text(row, "brand"));
        table_cell(&table, "%s", text(row, "id"));
        table_cell(&table, "%s", number(row, "priority", 0, a));
        const char *state = text(row, "state");
        int is_open = strcmp(state, "open") == 0;
        table_cell(&table, "%s%s%s%s", text(row, "band"),
                   json_is_true(json_object_get(row, "missed")) ? ", missed" : "",
                   is_open ? "" : ", ", is_open ? "" : state);
        table_cell(&table, "%s", moment(row, "opened", when));
        table_cell(&table, "%s", customers != NULL ? customers : "-");
        table_cell(&table, "%s", post != NULL ? post : "-");
        table_cell(&table, "%s", why != NULL ? why : "-");
        good &= customers != NULL && why != NULL;
        if (explained)
            good &= put_receipt(&table, json_object_get(row, "receipt"));
        free(customers);
        free(why);
    }
    return table_end(&table, sheet) & good;
}

static void reply_row(struct table *table, const char *name, const json_t *row)
{
    char a[32], b[32], c[32], d[32], e[32], f[32];
    const json_t *first = json_object_get(row, "first_response");
    table_cell(table, "%s", name);
    table_cell(table, "%s", number(row, "episodes", 0, a));
    table_cell(table, "%s", number(row, "answered", 0, b));
    table_cell(table, "%s", duration(first, "km_median_ms", c));
    table_cell(table, "%s", duration(first, "km_p90_ms", d));
    table_cell(table, "%s", percent(row, "reply_rate_24h", e));
    table_cell(table, "%s", percent(row, "negative_never_answered", f));
}

int print_replies(const json_t *rows, const struct sheet *sheet)
{
    static const char *const headings[] = {"",           ">episodes",    ">answered",
                                           ">median wait", ">90 % within", ">within 24 h",
                                           ">negative never answered"};
    struct table table;
    table_begin(&table, 7, headings);
    size_t i;
    const json_t *row;
    json_array_foreach(rows, i, row) {
        reply_row(&table, text(row, "brand"), row);
        const char *name;
        json_t *group;
        json_object_foreach(json_object_get(row, "by"), name, group)
            reply_row(&table, name, group);
    }
    return table_end(&table, sheet);
}

int print_decisions(const json_t *rows, const struct sheet *sheet)
{
    FILE *file = sheet->file;
    size_t i;
    const json_t *row;
    json_array_foreach(rows, i, row) {
        char when[20];
        const char *value = json_string_value(json_object_get(row, "value"));
        fprintf(file, "%s %s%s%s (%s) at %s%s\n", text(row, "decision"), text(row, "account"),
                value != NULL ? " " : "", value != NULL ? value : "", text(row, "brand"),
                moment(row, "time", when),
                json_is_false(json_object_get(row, "joined"))
                    ? ", which joins nothing: each has a CRM id of its own"
                    : "");
    }
    return 1;
}

int print_people(const json_t *rows, const struct sheet *sheet)
{
    static const char *const headings[] = {"brand", "customer", "standing", "since", ">for",
                                           ">against", ">reach", ">contacts", ">audience"};
    struct table table;
    int explained = have(rows, "contacts");
    table_begin(&table, explained ? 9 : 7, headings);
    size_t i;
    const json_t *row;
    json_array_foreach(rows, i, row) {
        char a[32], b[32], c[32], since[20];
        table_cell(&table, "%s", text(row, "brand"));
        table_cell(&table, "%s", text(row, "customer"));
        table_cell(&table, "%s", text(row, "standing"));
        table_cell(&table, "%.10s", moment(row, "since", since));
        table_cell(&table, "%s", number(row, "advocacy", 1, a));
        table_cell(&table, "%s", number(row, "detraction", 1, b));
        table_cell(&table, "%s", number(row, "reach", 1, c));
        if (!explained)
            continue;
        table_cell(&table, "%s", number(row, "contacts", 1, a));
        table_cell(&table, "%s", number(row, "audience", 1, b));
    }
    return table_end(&table, sheet);
}

int print_staff(const json_t *rows, const struct sheet *sheet)
{
    static const char *const headings[] = {"brand", "agent", ">points", ">answers", ">in time",
                                           ">median wait", "badges"};
    struct table table;
    if (json_array_size(rows) == 0)
        tell("no figures: the policy's [staff] figures turns them on");
    table_begin(&table, 7, headings);
    int good = 1;
    size_t i;
    const json_t *row;
    json_array_foreach(rows, i, row) {
        char a[32], b[32], c[32], d[32];
        char *badges = joined(json_object_get(row, "badges"), NULL);
        table_cell(&table, "%s", text(row, "brand"));
        table_cell(&table, "%s", text(row, "agent"));
        table_cell(&table, "%s", number(row, "points", 0, a));
        table_cell(&table, "%s", number(row, "answers", 0, b));
        table_cell(&table, "%s", number(row, "fast", 0, c));
        table_cell(&table, "%s", duration(row, "median_ms", d));
        table_cell(&table, "%s", badges != NULL ? badges : "-");
        good &= badges != NULL;
        free(badges);
    }
    return table_end(&table, sheet) & good;
}

int print_members(const json_t *rows, const struct sheet *sheet)
{
    FILE *file = sheet->file;
    size_t i;
    const json_t *row;
    json_array_foreach(rows, i, row) {
        const char *name;
        const json_t *value;
        const char *between = "";
        json_object_foreach((json_t *)(uintptr_t)row, name, value) {
            fprintf(file, "%s%s: ", between, name);
            if (json_is_string(value))
                fprintf(file, "%s", json_string_value(value));
            else if (json_is_integer(value))
                fprintf(file, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
            else
                fprintf(file, "-");
            between = ", ";
        }
        fputc('\n', file);
    }
    return 1;
}

static void difference_cell(struct table *table, const json_t *row, const char *name)
{
    const json_t *value = json_object_get(row, name);
    char out[32];
    if (json_is_boolean(value))
        table_cell(table, "%s", json_is_true(value) ? "yes" : "no");
    else if (json_is_integer(value))
        table_cell(table, "%s", number(row, name, 0, out));
    else if (json_is_string(value) && strlen(json_string_value(value)) == 24)
        table_cell(table, "%.10s", json_string_value(value));
    else
        table_cell(table, "%s", text(row, name));
}

int print_differences(const json_t *rows, const struct sheet *sheet)
{
    static const char *const headings[] = {"brand", "what", "who", "before", "after"};
    struct table table;
    table_begin(&table, 5, headings);
    size_t i;
    const json_t *row;
    json_array_foreach(rows, i, row) {
        table_cell(&table, "%s", text(row, "brand"));
        table_cell(&table, "%s", text(row, "what"));
        table_cell(&table, "%s", text(row, "id"));
        difference_cell(&table, row, "before");
        difference_cell(&table, row, "after");
    }
    return table_end(&table, sheet);
}

/* ------------------------------------------------------------------- rows --- */

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

/* Makes all strings plain, since people see them. 1, or 0 where there is no memory. */
static int make_plain(json_t *value)
{
    int good = 1;
    size_t i;
    const char *name;
    json_t *one;
    json_array_foreach(value, i, one)
        good &= make_plain(one);
    json_object_foreach(value, name, one)
        good &= make_plain(one);
    if (json_is_string(value)) {
        char *copy = strdup(json_string_value(value));
        if (copy == NULL)
            return 0;
        plain(copy);
        good = json_string_set(value, copy) == 0;
        free(copy);
    }
    return good;
}

int print_rows(const engage_buffer *buffer, printer print, const struct sheet *sheet)
{
    json_t *rows = rows_of(buffer);
    int good = rows != NULL && make_plain(rows) && print(rows, sheet);
    json_decref(rows);
    if (!good)
        tell("out of memory");
    return good;
}

int print_buffer(const struct options *options, const engage_buffer *buffer, printer print,
                 struct output *output)
{
    if (options->json || print == NULL)
        return output_put(output, buffer);
    struct sheet sheet = {output->file, 0};
    return print_rows(buffer, print, &sheet);
}
