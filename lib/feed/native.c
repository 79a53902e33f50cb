/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Native event JSON (engage-events(7)) to engage_event.
 */
#include "feed/feed.h"

#include "base/error.h"
#include "track/event.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* So many counts of one post are read, and so large ones. */
enum { MOST_METRICS = 64 };
static const int64_t largest_metric = INT64_C(999999999999999999);

static int wrong(engage_error *error, const char *name, const char *what)
{
    return engagep_error_set(error, ENGAGE_EEVENT, "\"%s\" is not %s", name, what);
}

/* A member that is there and not null. */
static const json_t *member(const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);
    return json_is_null(value) ? NULL : value;
}

static int read_texts(const json_t *object, engage_event *event, engage_error *error)
{
    for (size_t i = 0; i < ENGAGEP_EVENT_STRINGS; i++) {
        const char *name = engagep_event_members[i].name;
        const json_t *value = member(object, name);
        if (value == NULL || strcmp(name, "to") == 0 || strcmp(name, "metrics") == 0)
            continue; /* these two have forms of their own */
        if (!json_is_string(value))
            return wrong(error, name, "a string");
        *engagep_event_string(event, i) =
            (engage_str){json_string_value(value), json_string_length(value)};
    }
    return ENGAGE_OK;
}

int engagep_feed_integer(const json_t *value, int64_t *out)
{
    static const double exact = 9007199254740992; /* reals hold each integer up to 2^53 */
    if (json_is_integer(value)) {
        *out = json_integer_value(value);
        return 1;
    }
    double real = json_real_value(value);
    if (!json_is_real(value) || real < -exact || real > exact || (double)(int64_t)real != real)
        return 0;
    *out = (int64_t)real;
    return 1;
}

int engagep_feed_time(const json_t *value, int64_t *out)
{
    if (engagep_feed_integer(value, out))
        return 1;
    /* A string of digits may be meant as a year: those are no RFC 3339. */
    return json_is_string(value) && strchr(json_string_value(value), ':') != NULL &&
           engage_time_parse(json_string_value(value), json_string_length(value), out) == ENGAGE_OK;
}

static int read_time(const json_t *object, const char *name, int64_t *out, engage_error *error)
{
    const json_t *value = member(object, name);
    if (value == NULL || engagep_feed_time(value, out))
        return ENGAGE_OK;
    return wrong(error, name, "a time (RFC 3339, or integer milliseconds)");
}

static int read_count(const json_t *object, const char *name, int64_t most, int64_t *out,
                      engage_error *error)
{
    const json_t *value = member(object, name);
    if (value == NULL)
        return ENGAGE_OK;
    int64_t count = 0;
    if (!engagep_feed_integer(value, &count) || count < 0 || count > most)
        return wrong(error, name, "a count");
    *out = count;
    return ENGAGE_OK;
}

/* A number of [low, high] in units of 1/scale, rounded half away from zero. */
static int read_scaled(const json_t *value, const char *name, double low, double high, double scale,
                       int32_t *out, engage_error *error)
{
    if (!json_is_number(value))
        return wrong(error, name, "a number");
    double number = json_number_value(value);
    if (!(number >= low && number <= high))
        return wrong(error, name, "within its range");
    /* In two steps: some compilers make one of both, which rounds otherwise. */
    double scaled = number * scale;
    *out = (int32_t)(scaled + (scaled < 0 ? -0.5 : 0.5));
    return ENGAGE_OK;
}

static int read_intents(const json_t *object, engage_event *event, engage_error *error)
{
    const json_t *intents = member(object, "intents");
    if (intents == NULL)
        return ENGAGE_OK;
    if (!json_is_object(intents))
        return wrong(error, "intents", "an object of probabilities");
    event->flags |= ENGAGE_EVENT_HAS_INTENTS;
    for (int i = 0; i < ENGAGE_INTENTS; i++) {
        const char *name = engage_intent_name(i);
        const json_t *value = member(intents, name);
        if (value == NULL)
            continue;
        int rc = read_scaled(value, name, 0, 1, 1e6, &event->intents[i], error);
        if (rc != ENGAGE_OK)
            return rc;
    }
    return ENGAGE_OK;
}

static int read_numbers(const json_t *object, engage_event *event, engage_error *error)
{
    if (member(object, "time") == NULL)
        return engagep_error_set(error, ENGAGE_EEVENT, "\"time\" is missing");
    int rc = read_time(object, "time", &event->time, error);
    if (rc == ENGAGE_OK)
        rc = read_time(object, "received", &event->received, error);
    int64_t media = 0;
    if (rc == ENGAGE_OK)
        rc = read_count(object, "media", INT32_MAX, &media, error);
    event->media = (int32_t)media;
    if (rc == ENGAGE_OK)
        rc = read_count(object, "followers", INT64_MAX, &event->followers, error);
    if (rc == ENGAGE_OK && member(object, "created") != NULL) {
        event->flags |= ENGAGE_EVENT_HAS_CREATED;
        rc = read_time(object, "created", &event->created, error);
    }
    const json_t *verified = member(object, "verified");
    if (rc == ENGAGE_OK && verified != NULL) {
        event->flags |= ENGAGE_EVENT_HAS_VERIFIED;
        if (json_is_true(verified))
            event->flags |= ENGAGE_EVENT_VERIFIED;
        if (!json_is_boolean(verified))
            return wrong(error, "verified", "true or false");
    }
    const json_t *rating = member(object, "rating");
    if (rc == ENGAGE_OK && rating != NULL) {
        event->flags |= ENGAGE_EVENT_HAS_RATING;
        rc = read_scaled(rating, "rating", -1e6, 1e6, 100, &event->rating, error);
    }
    const json_t *sentiment = member(object, "sentiment");
    if (rc == ENGAGE_OK && sentiment != NULL) {
        event->flags |= ENGAGE_EVENT_HAS_SENTIMENT;
        rc = read_scaled(sentiment, "sentiment", -1, 1, 1e6, &event->valence, error);
    }
    return rc;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Whether a text can be a line of a list that line feeds part. */
static int is_line(engage_str text)
{
    return text.size == 0 || engagep_event_is_id(text);
}

/* The counts of a post by ascending name, "name=count" a line. */
static int read_metrics(const json_t *object, engage_buffer *scratch, engage_error *error)
{
    const char *names[MOST_METRICS];
    size_t count = 0;
    json_t *metrics = json_object_get(object, "metrics");
    if (metrics == NULL || json_is_null(metrics))
        return ENGAGE_OK;
    if (!json_is_object(metrics) || json_object_size(metrics) > MOST_METRICS)
        return wrong(error, "metrics", "an object of up to 64 counts");
    const char *name;
    json_t *value;
    json_object_foreach(metrics, name, value)
        if (!json_is_null(value))
            names[count++] = name;
    qsort(names, count, sizeof(*names), compare_names);
    for (size_t i = 0; i < count; i++) {
        char number[32];
        int64_t found = 0;
        if (!is_line((engage_str){names[i], strlen(names[i])}))
            return wrong(error, "metrics", "an object of counts by names");
        int rc = read_count(metrics, names[i], largest_metric, &found, error);
        if (rc != ENGAGE_OK)
            return rc;
        int size = snprintf(number, sizeof(number), "=%lld%s", (long long)found,
                            i + 1 < count ? "\n" : "");
        rc = engage_buffer_append(scratch, names[i], strlen(names[i]));
        if (rc == ENGAGE_OK)
            rc = engage_buffer_append(scratch, number, (size_t)size);
        if (rc != ENGAGE_OK)
            return engagep_error_set(error, rc, "%s", engage_strerror(rc));
    }
    return ENGAGE_OK;
}

/* The list of addressees, joined by line feeds. */
static int read_to(const json_t *object, engage_buffer *scratch, engage_event *event,
                   engage_error *error)
{
    const json_t *to = member(object, "to");
    if (to == NULL)
        return ENGAGE_OK;
    if (json_is_string(to)) {
        event->to = (engage_str){json_string_value(to), json_string_length(to)};
        return is_line(event->to) ? ENGAGE_OK : wrong(error, "to", "a list of accounts");
    }
    if (!json_is_array(to))
        return wrong(error, "to", "a list of accounts");
    size_t begun = engage_buffer_size(scratch);
    for (size_t i = 0; i < json_array_size(to); i++) {
        const json_t *one = json_array_get(to, i);
        engage_str account = {json_string_value(one), json_string_length(one)};
        if (!json_is_string(one) || !is_line(account))
            return wrong(error, "to", "a list of accounts");
        int rc = i == 0 ? ENGAGE_OK : engage_buffer_append(scratch, "\n", 1);
        if (rc == ENGAGE_OK)
            rc = engage_buffer_append(scratch, account.data, account.size);
        if (rc != ENGAGE_OK)
            return engagep_error_set(error, rc, "%s", engage_strerror(rc));
    }
    event->to = (engage_str){engage_buffer_data(scratch) + begun,
                             engage_buffer_size(scratch) - begun};
    return ENGAGE_OK;
}

int engagep_feed_native(const json_t *object, engage_buffer *scratch, engage_event *event,
                        engage_error *error)
{
    int rc = read_texts(object, event, error);
    if (rc == ENGAGE_OK)
        rc = read_numbers(object, event, error);
    if (rc == ENGAGE_OK)
        rc = read_intents(object, event, error);
    if (rc == ENGAGE_OK)
        rc = read_metrics(object, scratch, error);
    size_t counted = engage_buffer_size(scratch);
    if (rc == ENGAGE_OK)
        rc = read_to(object, scratch, event, error);
    event->metrics = (engage_str){engage_buffer_data(scratch), counted};
    return rc;
}
