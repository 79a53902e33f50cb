/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * The feedback cycle: how many new customers came by what an advocate wrote, how long it
 * takes from buying to the first word of mouth, and which way stages moved, by month.
 */
#include "base/alloc.h"
#include "base/time.h"
#include "track/engagement.h"
#include "track/facts.h"
#include "track/judge.h"
#include "track/outcome.h"
#include "track/post.h"
#include "track/report.h"
#include "track/standing.h"
#include "track/state.h"

#include <stdlib.h>
#include <string.h>

enum { MOVED, NEW, THROUGH, BOUGHT, SPOKE, WHATS };

/* Something that happened to a customer in a month. */
struct mark {
    int32_t month; /* counted from the year 0 */
    int32_t what;
    int32_t days; /* from buying to speaking; of a move its two stages, from * 8 + to */
};

struct cycle {
    struct engagep_report *report;
    engage_str brand;
    struct engagep_person person;
    struct engagep_person author;
    struct mark *marks;
    size_t count;
    size_t capacity;
    /* of the customer at hand */
    engage_str customer;
    int64_t first_time; /* of its first act, or ENGAGE_NO_TIME */
    engage_str first_actor;
    engage_str first_event;
    int touches; /* the first act is done to a post of an advocate */
};

static int32_t month_of(int64_t day)
{
    int64_t year;
    int month;
    int mday;
    engagep_time_civil(day, &year, &month, &mday);
    return (int32_t)(year * 12 + month - 1);
}

static int add_mark(struct cycle *cycle, int64_t day, int32_t what, int64_t days)
{
    void *list = cycle->marks;
    int rc = engagep_alloc_grow(&cycle->report->tracker->allocator, &list, &cycle->capacity,
                                cycle->count + 1, sizeof(*cycle->marks));
    cycle->marks = list;
    if (rc != ENGAGE_OK)
        return engagep_core_no_memory(cycle->report->error);
    cycle->marks[cycle->count++] = (struct mark){month_of(day), what, (int32_t)days};
    return ENGAGE_OK;
}

/* -------------------------------------------------------------- first act --- */

/* Facts come in order of days: what lies behind the first act's is not looked at. */
static int find_first(void *ctx, const struct engagep_emitted *fact, engage_error *error)
{
    struct cycle *cycle = ctx;
    int64_t time = fact->time;
    engage_str event = fact->event;
    int is_known = cycle->first_time != ENGAGE_NO_TIME;
    if (fact->fact.kind >= ENGAGEP_KINDS)
        return engagep_core_corrupt(error, "a fact");
    if (is_known && fact->fact.day > engagep_time_day(cycle->first_time))
        return ENGAGE_ROW;
    if (!engagep_kind_is_act(fact->fact.kind) ||
        (is_known && (time > cycle->first_time ||
                      (time == cycle->first_time &&
                       engagep_str_compare(event, cycle->first_event) >= 0))))
        return ENGAGE_OK;
    cycle->first_time = time;
    cycle->first_event = event;
    cycle->first_actor = fact->actor;
    struct engagep_arena *arena = &cycle->report->tracker->arena;
    return engagep_row_keep(arena, &cycle->first_event) == ENGAGE_OK &&
                   engagep_row_keep(arena, &cycle->first_actor) == ENGAGE_OK
               ? ENGAGE_OK
               : engagep_core_no_memory(error);
}

static int find_first_of(void *ctx, const struct engagep_value *row, engage_error *error)
{
    struct cycle *cycle = ctx;
    int rc = engagep_facts_scan(cycle->report->tracker, row, 2, find_first, cycle, error);
    return rc == ENGAGE_ROW ? ENGAGE_OK : rc;
}

/* Whether the author of a post is another customer who was an advocate then. */
static int judge_author(struct cycle *cycle, engage_str post)
{
    struct engagep_report *report = cycle->report;
    engage_tracker *tracker = report->tracker;
    struct engagep_standing standing;
    struct engagep_author author;
    engage_str customer;
    int known;
    int rc = engagep_post_author(tracker, cycle->brand, post, report->now,
                                 engagep_core_keeper(tracker, &tracker->arena), &author,
                                 report->error);
    if (rc != ENGAGE_OK || author.event.size == 0)
        return rc;
    rc = engagep_report_customer(report, cycle->brand, author.actor, &customer, &known);
    if (rc != ENGAGE_OK || !known || engagep_str_equal(customer, cycle->customer))
        return rc;
    rc = engagep_state_sum(tracker, cycle->brand, customer, &cycle->author, report->error);
    if (rc != ENGAGE_OK)
        return rc;
    /* Where some of the words that a standing rested on are no longer held, it cannot be told. */
    const struct engagep_policy_numbers *numbers = &tracker->policy->numbers;
    int64_t heard = engagep_time_day(cycle->first_time) + 2 - numbers->standing_hold -
                    numbers->standing_window;
    if (heard < cycle->author.calendar.floor)
        return ENGAGE_OK;
    engagep_standing_at(&cycle->author.calendar, tracker->policy, cycle->first_time, &standing);
    cycle->touches = standing.standing == ENGAGEP_STANDING_ADVOCATE;
    return ENGAGE_OK;
}

static int judge_first(struct cycle *cycle)
{
    engage_tracker *tracker = cycle->report->tracker;
    struct engagep_value key[] = {engagep_row_text(cycle->brand),
                                  engagep_row_text(cycle->first_actor),
                                  engagep_row_text(cycle->first_event)};
    struct engagep_value row[EVENT_COLUMNS];
    int rc = engagep_core_get(tracker, ENGAGEP_EVENT, key, row, cycle->report->error);
    if (rc != ENGAGE_ROW)
        return rc == ENGAGE_DONE ? ENGAGE_OK : rc;
    engage_str posts[] = {engagep_row_str(&row[EVENT_IN_REPLY_TO]),
                          engagep_row_str(&row[EVENT_QUOTE_OF]),
                          engagep_row_str(&row[EVENT_OBJECT])};
    for (size_t i = 0; i < 3; i++)
        if (engagep_row_keep(&tracker->arena, &posts[i]) != ENGAGE_OK)
            return engagep_core_no_memory(cycle->report->error);
    rc = ENGAGE_OK;
    for (size_t i = 0; i < 3 && rc == ENGAGE_OK && !cycle->touches; i++)
        if (posts[i].size > 0)
            rc = judge_author(cycle, posts[i]);
    return rc;
}

/* -------------------------------------------------------------- customers --- */

static int mark_speech(struct cycle *cycle)
{
    const struct engagep_calendar *calendar = &cycle->person.calendar;
    struct engagep_outcome outcome;
    engagep_outcome_at(calendar, cycle->report->tracker->policy, cycle->report->now, &outcome);
    int64_t bought = outcome.first_purchase;
    if (outcome.first_purchase == ENGAGEP_NO_DAY)
        return ENGAGE_OK;
    int rc = add_mark(cycle, bought, BOUGHT, 0);
    if (outcome.first_purchase < calendar->floor)
        return rc; /* what was said then is no longer held */
    size_t at = engagep_calendar_index(calendar, outcome.first_purchase);
    while (at < calendar->count && calendar->days[at].advocacy == 0)
        at++;
    if (rc == ENGAGE_OK && at < calendar->count && calendar->days[at].day <= cycle->report->day)
        rc = add_mark(cycle, bought, SPOKE, calendar->days[at].day - bought);
    return rc;
}

static int mark_move(void *ctx, const struct engagep_transition *transition)
{
    return add_mark(ctx, engagep_time_day(transition->at), MOVED,
                    transition->from * 8 + transition->to);
}

/* Where the first act is no longer held, or was merged, when it was is known, and not what it was
 * done to. */
static int mark_first(struct cycle *cycle)
{
    int32_t first = engagep_calendar_first(&cycle->person.calendar, ENGAGEP_CLASS_CONSUMPTION);
    int held = cycle->first_time != ENGAGE_NO_TIME && engagep_time_day(cycle->first_time) == first;
    if (first == ENGAGEP_NO_DAY || first > cycle->report->day ||
        (held && cycle->first_time > cycle->report->now))
        return ENGAGE_OK;
    int rc = add_mark(cycle, first, NEW, 0);
    if (rc == ENGAGE_OK && held)
        rc = judge_first(cycle);
    if (rc == ENGAGE_OK && cycle->touches)
        rc = add_mark(cycle, first, THROUGH, 0);
    return rc;
}

static int read_customer(void *ctx, const struct engagep_value *row, engage_error *error)
{
    struct cycle *cycle = ctx;
    engage_tracker *tracker = cycle->report->tracker;
    engagep_arena_reset(&tracker->arena);
    cycle->customer = engagep_row_str(&row[CUSTOMER_CUSTOMER]);
    cycle->first_time = ENGAGE_NO_TIME;
    cycle->touches = 0;
    int rc = engagep_core_scan(tracker, ENGAGEP_ACCOUNT, ACCOUNT_BY_CUSTOMER, row, 2, find_first_of,
                               cycle, error);
    if (rc == ENGAGE_OK)
        rc = engagep_state_sum(tracker, cycle->brand, cycle->customer, &cycle->person, error);
    if (rc == ENGAGE_OK)
        rc = mark_first(cycle);
    if (rc == ENGAGE_OK)
        rc = engagep_judge_visit(tracker, cycle->brand, cycle->customer, &cycle->person,
                                 cycle->report->now, mark_move, cycle, error);
    return rc == ENGAGE_OK ? mark_speech(cycle) : rc;
}

/* ----------------------------------------------------------------- months --- */

static int compare_marks(const void *a, const void *b)
{
    const struct mark *left = a;
    const struct mark *right = b;
    if (left->month != right->month)
        return left->month < right->month ? -1 : 1;
    if (left->what != right->what)
        return left->what < right->what ? -1 : 1;
    return left->days < right->days ? -1 : left->days > right->days;
}

/* The change of a month, by the policy's weights of stages, over all who are customers then. */
static void put_gravity(const struct cycle *cycle, const struct mark *moves, size_t count,
                        uint64_t members)
{
    uint64_t before[5] = {0};
    uint64_t after[5] = {0};
    for (size_t i = 0; i < count; i++) {
        before[moves[i].days / 8]++;
        after[moves[i].days % 8]++;
    }
    engagep_json_key(cycle->report->buffer, "gravity");
    if (members == 0)
        engagep_json_null(cycle->report->buffer);
    else
        engagep_json_decimal(cycle->report->buffer,
                             engagep_engagement_gravity(cycle->report->tracker->policy, before,
                                                        after, members), 6);
}

/* One month's marks, in order; `members` are those of the months before. */
static void put_month(const struct cycle *cycle, const struct mark *marks, size_t count,
                      uint64_t *members)
{
    engage_buffer *buffer = cycle->report->buffer;
    size_t counts[WHATS] = {0};
    char name[ENGAGEP_TIME_SIZE];
    int64_t day = engagep_time_from_civil(marks->month / 12, marks->month % 12 + 1, 1);
    for (size_t i = 0; i < count; i++)
        counts[marks[i].what]++;
    *members += counts[NEW];
    engagep_time_format(day * ENGAGEP_DAY_MS, name);
    name[7] = '\0';
    engagep_json_key(buffer, name);
    engagep_json_open(buffer, '{');
    engagep_report_key_count(buffer, "new", counts[NEW]);
    engagep_report_key_count(buffer, "through_advocates", counts[THROUGH]);
    engagep_report_key_ratio(buffer, "share", counts[THROUGH], counts[NEW]);
    engagep_report_key_count(buffer, "bought", counts[BOUGHT]);
    engagep_report_key_count(buffer, "spoke", counts[SPOKE]);
    engagep_json_key(buffer, "median_days_to_word");
    if (counts[SPOKE] > 0) {
        const struct mark *spoke = marks + count - counts[SPOKE];
        int64_t sum = (int64_t)spoke[(counts[SPOKE] - 1) / 2].days + spoke[counts[SPOKE] / 2].days;
        engagep_json_decimal(buffer, sum * 5, 1);
    } else {
        engagep_json_null(buffer);
    }
    put_gravity(cycle, marks, counts[MOVED], *members);
    engagep_json_close(buffer, '}');
}

static void put_months(struct cycle *cycle)
{
    engage_buffer *buffer = cycle->report->buffer;
    uint64_t members = 0;
    if (cycle->count > 1)
        qsort(cycle->marks, cycle->count, sizeof(*cycle->marks), compare_marks);
    engagep_json_key(buffer, "by");
    engagep_json_open(buffer, '{');
    for (size_t i = 0, end; i < cycle->count; i = end) {
        end = i;
        while (end < cycle->count && cycle->marks[end].month == cycle->marks[i].month)
            end++;
        put_month(cycle, cycle->marks + i, end - i, &members);
    }
    engagep_json_close(buffer, '}');
}

int engagep_report_cycle(struct engagep_report *report, engage_str brand)
{
    engage_tracker *tracker = report->tracker;
    struct cycle cycle = {.report = report, .brand = brand};
    struct engagep_value prefix[] = {engagep_row_text(brand)};
    engagep_state_begin(&cycle.person, tracker);
    engagep_state_begin(&cycle.author, tracker);
    int rc = engagep_core_scan(tracker, ENGAGEP_CUSTOMER, CUSTOMER_BY_ID, prefix, 1, read_customer,
                               &cycle, report->error);
    if (rc == ENGAGE_OK)
        put_months(&cycle);
    engagep_state_release(&cycle.person);
    engagep_state_release(&cycle.author);
    engagep_alloc_free(&tracker->allocator, cycle.marks, cycle.capacity, sizeof(*cycle.marks));
    return rc;
}
