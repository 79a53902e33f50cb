/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * A CRM in miniature: applies two posts and prints the queue and the customer.
 */
#include <engage.h>

#include <stdio.h>
#include <string.h>

static engage_str str(const char *text)
{
    return (engage_str){text, strlen(text)};
}

static int add(engage_events *events, const char *id, const char *actor, const char *post,
               const char *text, int64_t time)
{
    engage_event event = ENGAGE_EVENT_INIT;
    event.time = time;
    event.id = str(id);
    event.verb = str("Create");
    event.actor = str(actor);
    event.post = str(post);
    event.text = str(text);
    return engage_events_add(events, &event, NULL);
}

int main(void)
{
    engage_tracker *tracker = NULL;
    engage_events *events = NULL;
    engage_buffer *out = NULL;
    engage_error error = ENGAGE_ERROR_INIT;
    int rc = engage_tracker_open(&tracker, "memory:", NULL, &error);
    if (rc == ENGAGE_OK)
        rc = engage_events_new(&events, NULL);
    if (rc == ENGAGE_OK)
        rc = engage_buffer_new(&out, NULL);
    if (rc == ENGAGE_OK)
        rc = add(events, "e1", "x:ann", "x:p1", "ordered express, day five, nothing. help please",
                 INT64_C(1795168800000));
    if (rc == ENGAGE_OK)
        rc = add(events, "e2", "x:bob", "x:p2", "love my new lamp", INT64_C(1795168900000));
    if (rc == ENGAGE_OK)
        rc = engage_tracker_apply(tracker, events, NULL, &error);
    if (rc == ENGAGE_OK)
        rc = engage_tracker_queue(tracker, NULL, out, &error);
    if (rc == ENGAGE_OK)
        rc = engage_tracker_customer(tracker, str("x:ann"), NULL, out, &error);
    if (rc == ENGAGE_OK)
        fputs(engage_buffer_data(out), stdout);
    else
        fprintf(stderr, "%s: %s\n", engage_errname(rc), error.message);
    engage_buffer_free(out);
    engage_events_free(events);
    engage_tracker_close(tracker);
    return rc == ENGAGE_OK ? 0 : 1;
}
