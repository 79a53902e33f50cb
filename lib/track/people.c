/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Who speaks for the brand and who against it, how far each reaches, and who could
 * become an ambassador.
 */
#include "base/alloc.h"
#include "base/time.h"
#include "track/facts.h"
#include "track/report.h"
#include "track/staff.h"
#include "track/standing.h"
#include "track/state.h"

#include <stdlib.h>
#include <string.h>

struct one {
    engage_str customer;
    struct engagep_standing standing;
    int stage;
    int64_t contacts; /* both parts of reach, in millionths */
    int64_t audience;
    int merged; /* 1: of some acts no more than merged states is known, so no reach */
    int is_ambassador;
};

struct thread {
    engage_str name;
    struct thread *next;
};

struct people {
    struct engagep_report *report;
    engage_str brand;
    int64_t first_day; /* that the view looks at */
    struct engagep_person person;
    struct one *list;
    size_t count;
    size_t capacity;
    /* of the customer at hand */
    struct engagep_map accounts;
    struct engagep_map met;     /* counterparts */
    struct engagep_map threads;
    struct thread *first_thread;
    int merged;                 /* some account has a merged state */
    int64_t last_day;           /* with an act or an outcome of one's own */
    int64_t followers;
};

/* ------------------------------------------------------------------ reach --- */

/* Remembers a key; `is_new` tells whether it was not known, and may be NULL. */
static int meet(struct people *people, struct engagep_map *map, engage_str *key, int *is_new)
{
    struct engagep_arena *arena = &people->report->tracker->arena;
    int known = engagep_map_find(map, *key) != ENGAGEP_MAP_NONE;
    if (is_new != NULL)
        *is_new = !known;
    if (known)
        return ENGAGE_OK;
    size_t *at = engagep_row_keep(arena, key) == ENGAGE_OK ? engagep_map_at(map, *key) : NULL;
    if (at == NULL)
        return engagep_core_no_memory(people->report->error);
    *at = 0;
    return ENGAGE_OK;
}

static int meet_thread(struct people *people, engage_str name)
{
    int is_new;
    int rc = meet(people, &people->threads, &name, &is_new);
    if (rc != ENGAGE_OK || !is_new)
        return rc;
    struct thread *thread =
        engagep_arena_array(&people->report->tracker->arena, 1, sizeof(*thread));
    if (thread == NULL)
        return engagep_core_no_memory(people->report->error);
    *thread = (struct thread){name, people->first_thread};
    people->first_thread = thread;
    return ENGAGE_OK;
}

static int read_fact(void *ctx, const struct engagep_emitted *emitted, engage_error *error)
{
    struct people *people = ctx;
    const struct engagep_fact *fact = &emitted->fact;
    if (fact->kind >= ENGAGEP_KINDS)
        return engagep_core_corrupt(error, "a fact");
    if (emitted->time > people->report->now || fact->day < people->first_day)
        return ENGAGE_OK;
    /* A credit is what somebody else did. */
    if (fact->day > people->last_day && engagep_kind_class(fact->kind) != ENGAGEP_CLASS_CREDIT)
        people->last_day = fact->day;
    int rc = ENGAGE_OK;
    if (fact->parts & ENGAGEP_FACT_PERSON) {
        char text[8];
        for (int i = 0; i < 8; i++)
            text[i] = (char)('a' + (int)(fact->person >> 4 * i & 15));
        rc = meet(people, &people->met, &(engage_str){text, sizeof(text)}, NULL);
    }
    return rc == ENGAGE_OK && emitted->thread.size > 0 ? meet_thread(people, emitted->thread) : rc;
}

static int read_account(void *ctx, const struct engagep_value *row, engage_error *error)
{
    struct people *people = ctx;
    engage_str account = engagep_row_str(&row[ACCOUNT_ACCOUNT]);
    int64_t followers = -1;
    people->merged |= row[ACCOUNT_PARTIALS].number > 0;
    int rc = meet(people, &people->accounts, &account, NULL);
    if (rc == ENGAGE_OK)
        rc = engagep_report_followers(people->report, row, &followers);
    if (followers > people->followers)
        people->followers = followers;
    return rc == ENGAGE_OK ? engagep_facts_scan(people->report->tracker, row, 2, read_fact, people,
                                                error)
                           : rc;
}

static int is_other(const struct people *people, int64_t day, int64_t time, engage_str account)
{
    return day >= people->first_day && time <= people->report->now &&
           engagep_map_find(&people->accounts, account) == ENGAGEP_MAP_NONE;
}

/* Ends the scan of a thread at the first fact of somebody else, which may lie with an act. */
static int find_other_act(void *ctx, const struct engagep_value *row, engage_error *error)
{
    (void)error;
    return row[EVENT_GIVES].number != 0 &&
                   is_other(ctx, row[EVENT_DAY].number, row[EVENT_TIME].number,
                            engagep_row_str(&row[EVENT_ACTOR]))
               ? ENGAGE_ROW
               : ENGAGE_OK;
}

static int find_other(void *ctx, const struct engagep_value *row, engage_error *error)
{
    (void)error;
    return is_other(ctx, row[FACT_DAY].number, row[FACT_TIME].number,
                    engagep_row_str(&row[FACT_ACCOUNT]))
               ? ENGAGE_ROW
               : ENGAGE_OK;
}

/* How many threads have somebody else in them. */
static int count_shared(struct people *people, uint64_t *shared)
{
    *shared = 0;
    for (const struct thread *thread = people->first_thread; thread != NULL;
         thread = thread->next) {
        struct engagep_value prefix[] = {engagep_row_text(people->brand),
                                         engagep_row_text(thread->name),
                                         engagep_row_int(ENGAGEP_FORM_ACT)};
        int rc = engagep_core_scan(people->report->tracker, ENGAGEP_FACT, FACT_BY_THREAD, prefix,
                                   2, find_other, people, people->report->error);
        if (rc == ENGAGE_OK)
            rc = engagep_core_scan(people->report->tracker, ENGAGEP_EVENT, EVENT_BY_THREAD, prefix,
                                   3, find_other_act, people, people->report->error);
        if (rc < 0)
            return rc;
        *shared += rc == ENGAGE_ROW;
    }
    return ENGAGE_OK;
}

static int measure(struct people *people, struct one *one)
{
    struct engagep_report *report = people->report;
    struct engagep_value prefix[] = {engagep_row_text(people->brand),
                                     engagep_row_text(one->customer)};
    uint64_t shared;
    engagep_arena_reset(&report->tracker->arena);
    engagep_map_clear(&people->accounts);
    engagep_map_clear(&people->met);
    engagep_map_clear(&people->threads);
    people->first_thread = NULL;
    people->merged = 0;
    people->last_day = ENGAGEP_NO_DAY;
    people->followers = -1;
    int rc = engagep_core_scan(report->tracker, ENGAGEP_ACCOUNT, ACCOUNT_BY_CUSTOMER, prefix, 2,
                               read_account, people, report->error);
    if (rc == ENGAGE_OK)
        rc = count_shared(people, &shared);
    if (rc != ENGAGE_OK)
        return rc;
    int64_t idle = people->last_day != ENGAGEP_NO_DAY ? report->day - people->last_day : 0;
    engagep_standing_reach(report->tracker->policy, people->met.count, shared, idle,
                           people->followers, &one->contacts, &one->audience);
    one->merged = people->merged;
    return ENGAGE_OK;
}

/* -------------------------------------------------------------- customers --- */

static int read_customer(void *ctx, const struct engagep_value *row, engage_error *error)
{
    struct people *people = ctx;
    struct engagep_report *report = people->report;
    engage_tracker *tracker = report->tracker;
    struct engagep_stage stage;
    void *list = people->list;
    int rc = engagep_alloc_grow(&tracker->allocator, &list, &people->capacity, people->count + 1,
                                sizeof(*people->list));
    people->list = list;
    if (rc != ENGAGE_OK)
        return engagep_core_no_memory(error);
    struct one *one = &people->list[people->count];
    memset(one, 0, sizeof(*one));
    one->customer = engagep_row_str(&row[CUSTOMER_CUSTOMER]);
    if (engagep_row_keep(&tracker->lasting, &one->customer) != ENGAGE_OK)
        return engagep_core_no_memory(error);
    rc = engagep_state_sum(tracker, people->brand, one->customer, &people->person, error);
    if (rc != ENGAGE_OK)
        return rc;
    engagep_stage_at(&people->person.calendar, &people->person.controls, tracker->policy,
                     report->now, &stage);
    engagep_standing_at(&people->person.calendar, tracker->policy, report->now, &one->standing);
    one->stage = stage.stage;
    people->count += one->stage > ENGAGE_STAGE_NONE;
    return one->stage > ENGAGE_STAGE_NONE ? measure(people, one) : ENGAGE_OK;
}

/* Less than any, where it is not known. */
static int64_t reach_of(const struct one *one)
{
    return one->merged ? -1 : one->contacts + one->audience;
}

/* The widest reach first. */
static int compare_reach(const void *a, const void *b)
{
    const struct one *left = a;
    const struct one *right = b;
    if (reach_of(left) != reach_of(right))
        return reach_of(left) > reach_of(right) ? -1 : 1;
    return engagep_str_compare(left->customer, right->customer);
}

/* Whoever reaches as far as the last one of the policy's share is within it. */
static void find_ambassadors(struct people *people)
{
    const struct engagep_policy_numbers *numbers = &people->report->tracker->policy->numbers;
    uint64_t share = (uint64_t)numbers->ambassador_share;
    size_t most = (size_t)(((uint64_t)people->count * share + 999999) / 1000000);
    for (size_t i = 0; i < people->count && most > 0; i++) {
        struct one *one = &people->list[i];
        one->is_ambassador = one->standing.standing == ENGAGEP_STANDING_ADVOCATE &&
                             !one->merged &&
                             one->stage >= numbers->ambassador_stage &&
                             reach_of(one) >= reach_of(&people->list[most - 1]);
    }
}

/* ------------------------------------------------------------------- rows --- */

static void put_reach(engage_buffer *buffer, const char *name, const struct one *one,
                      int64_t reach)
{
    engagep_json_key(buffer, name);
    if (one->merged)
        engagep_json_null(buffer);
    else
        engagep_json_decimal(buffer, reach, 6);
}

static void put_one(const struct people *people, const struct one *one)
{
    engage_buffer *buffer = people->report->buffer;
    const struct engagep_standing *standing = &one->standing;
    engagep_json_open(buffer, '{');
    engagep_report_key_text(buffer, "brand", people->brand);
    engagep_report_key_text(buffer, "customer", one->customer);
    engagep_json_key(buffer, "standing");
    engagep_json_text(buffer, one->is_ambassador ? "ambassador"
                                                 : engagep_standing_name(standing->standing));
    engagep_json_key(buffer, "advocacy");
    engagep_json_decimal(buffer, standing->advocacy, 6);
    engagep_json_key(buffer, "detraction");
    engagep_json_decimal(buffer, standing->detraction, 6);
    engagep_json_key(buffer, "wilson_low");
    engagep_json_decimal(buffer, standing->wilson_low, 6);
    put_reach(buffer, "reach", one, reach_of(one));
    engagep_report_key_time(buffer, "since",
                            standing->since != ENGAGEP_NO_DAY ? standing->since * ENGAGEP_DAY_MS
                                                              : ENGAGE_NO_TIME);
    if (people->report->query.flags & ENGAGE_QUERY_EXPLAIN) {
        put_reach(buffer, "contacts", one, one->contacts);
        put_reach(buffer, "audience", one, one->audience);
    }
    engagep_json_close(buffer, '}');
    engagep_buffer_put_byte(buffer, '\n');
}

static int report_brand(struct engagep_report *report, engage_str brand)
{
    engage_tracker *tracker = report->tracker;
    struct people people = {.report = report, .brand = brand};
    people.first_day = report->day - tracker->policy->numbers.view + 1;
    struct engagep_value prefix[] = {engagep_row_text(brand)};
    engagep_state_begin(&people.person, tracker);
    engagep_map_init(&people.accounts, &tracker->allocator, tracker->secret);
    engagep_map_init(&people.met, &tracker->allocator, tracker->secret);
    engagep_map_init(&people.threads, &tracker->allocator, tracker->secret);
    int rc = engagep_core_scan(tracker, ENGAGEP_CUSTOMER, CUSTOMER_BY_ID, prefix, 1, read_customer,
                               &people, report->error);
    if (rc == ENGAGE_OK && people.count > 1)
        qsort(people.list, people.count, sizeof(*people.list), compare_reach);
    if (rc == ENGAGE_OK)
        find_ambassadors(&people);
    uint64_t shown = 0;
    for (size_t i = 0; i < people.count && rc == ENGAGE_OK; i++) {
        int takes_side = people.list[i].standing.standing != ENGAGEP_STANDING_PASSIVE;
        if (takes_side && (report->query.top == 0 || shown++ < report->query.top))
            put_one(&people, &people.list[i]);
    }
    engagep_map_release(&people.accounts);
    engagep_map_release(&people.met);
    engagep_map_release(&people.threads);
    engagep_state_release(&people.person);
    engagep_alloc_free(&tracker->allocator, people.list, people.capacity, sizeof(*people.list));
    return rc;
}

int engage_tracker_people(engage_tracker *tracker, const engage_query *query, engage_buffer *buffer,
                          engage_error *error)
{
    struct engagep_report report;
    int rc = engagep_report_begin(&report, tracker, query, buffer, error);
    if (rc != ENGAGE_OK)
        return rc;
    int staff = (report.query.flags & ENGAGE_QUERY_STAFF) != 0;
    for (size_t i = 0; i < report.brand_count && rc == ENGAGE_OK; i++)
        rc = staff ? engagep_staff_report(&report, report.brands[i])
                   : report_brand(&report, report.brands[i]);
    return engagep_report_end(&report, rc);
}
