/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Accounts that changed. Facts that came are added to the account's calendar; where
 * one went, its day is added up anew from the stored facts. Then the customers
 * concerned are judged.
 */
#include "base/prefetch.h"
#include "base/time.h"
#include "track/batch.h"
#include "track/decision.h"
#include "track/facts.h"
#include "track/stage.h"
#include "track/judge.h"

#include <stdlib.h>
#include <string.h>

/* -------------------------------------------------------------- calendars --- */

/* ENGAGE_OK, ENGAGE_DONE for one that is late, or a failure. What is read of an event that was
 * damaged may be no fact. */
static int add(struct engagep_calendar *calendar, const struct engagep_fact *fact,
               engage_error *error)
{
    int rc = engagep_calendar_add(calendar, fact);
    if (rc == ENGAGE_ENOMEM)
        return engagep_core_no_memory(error);
    return rc < 0 ? engagep_core_corrupt(error, "a fact") : rc;
}

static int add_fact(void *ctx, const struct engagep_emitted *emitted, engage_error *error)
{
    int rc = add(ctx, &emitted->fact, error);
    return rc == ENGAGE_DONE ? ENGAGE_OK : rc;
}

static int rebuild_day(struct engagep_batch *batch, const struct engagep_account *account,
                       int32_t day, struct engagep_calendar *calendar)
{
    struct engagep_value prefix[] = {engagep_row_text(account->brand),
                                     engagep_row_text(account->account), engagep_row_int(day)};
    engagep_calendar_remove(calendar, day);
    return engagep_facts_scan(batch->tracker, prefix, 3, add_fact, calendar, batch->error);
}

static int compare_days(const void *a, const void *b)
{
    int32_t left = *(const int32_t *)a;
    int32_t right = *(const int32_t *)b;
    return left < right ? -1 : left > right;
}

/* The days that lost a fact, ascending, each once. */
static int lost_days(struct engagep_batch *batch, const struct engagep_account *account,
                     int32_t **out, size_t *count)
{
    size_t most = 0;
    for (const struct engagep_change *c = account->changes; c != NULL; c = c->next)
        most += !c->gained && !c->settled;
    *count = 0;
    *out = NULL;
    if (most == 0)
        return ENGAGE_OK;
    int32_t *days = engagep_arena_array(&batch->tracker->arena, most, sizeof(*days));
    if (days == NULL)
        return engagep_core_no_memory(batch->error);
    size_t n = 0;
    for (const struct engagep_change *c = account->changes; c != NULL; c = c->next)
        if (!c->gained && !c->settled)
            days[n++] = c->fact.day;
    qsort(days, n, sizeof(*days), compare_days);
    for (size_t i = 0; i < n; i++)
        if (*count == 0 || days[i] != days[*count - 1])
            days[(*count)++] = days[i];
    *out = days;
    return ENGAGE_OK;
}

/* A fact that takes the place of another comes right after it: where they differ in amounts
 * alone, as a help does that was thanked for, nothing need be read. */
static void replace_facts(const struct engagep_account *account, struct engagep_calendar *calendar)
{
    for (struct engagep_change *c = account->changes; c != NULL && c->next != NULL; c = c->next)
        if (c->gained && !c->next->gained &&
            engagep_calendar_replace(calendar, &c->next->fact, &c->fact) == ENGAGE_OK)
            c->settled = c->next->settled = 1;
}

static int update_calendar(struct engagep_batch *batch, const struct engagep_account *account,
                           struct engagep_calendar *calendar)
{
    int32_t *days;
    size_t count;
    replace_facts(account, calendar);
    int rc = lost_days(batch, account, &days, &count);
    for (size_t i = 0; i < count && rc == ENGAGE_OK; i++)
        rc = rebuild_day(batch, account, days[i], calendar);
    for (const struct engagep_change *c = account->changes; c != NULL && rc == ENGAGE_OK;
         c = c->next) {
        int32_t day = c->fact.day;
        if (!c->gained || c->settled ||
            (count > 0 && bsearch(&day, days, count, sizeof(day), compare_days) != NULL))
            continue;
        rc = add(calendar, &c->fact, batch->error);
        if (rc == ENGAGE_DONE) {
            batch->counts->late++;
            rc = ENGAGE_OK;
        }
    }
    return rc;
}

static int32_t first_change(const struct engagep_account *account)
{
    int32_t since = ENGAGEP_DAY_MAX;
    for (const struct engagep_change *c = account->changes; c != NULL; c = c->next)
        since = c->fact.day < since ? c->fact.day : since;
    return since;
}

/* Most customers are one account, about which nobody decided anything: what was added up
 * for it is all there is to judge. */
static int judge_alone(struct engagep_batch *batch, struct engagep_account *account,
                       const struct engagep_person *person, int32_t since)
{
    int alone;
    int rc = engagep_batch_is_alone(batch, account, &alone);
    if (rc != ENGAGE_OK || !alone || account->decided || account->objected || account->partials > 0)
        return rc;
    account->judged = 1;
    return engagep_judge_person(batch->tracker, account->brand, account->account, person, since,
                                &batch->counts->transitions, batch->error);
}

static int settle_account(struct engagep_batch *batch, struct engagep_account *account,
                          struct engagep_person *person)
{
    engage_str bytes;
    struct engagep_calendar *calendar = &person->calendar;
    struct engagep_calendar_bytes before;
    int32_t since = first_change(account);
    engagep_arena_reset(&batch->tracker->arena);
    engagep_calendar_clear(calendar);
    int rc = engagep_state_read(calendar, account->state, &before, batch->error);
    if (rc == ENGAGE_OK && batch->tracker->floor != ENGAGEP_NO_DAY)
        engagep_calendar_compact(calendar, batch->tracker->floor);
    if (rc == ENGAGE_OK)
        rc = update_calendar(batch, account, calendar);
    if (rc == ENGAGE_OK)
        rc = engagep_state_bytes_since(batch->tracker, calendar, &before, since, &bytes,
                                       batch->error);
    if (rc != ENGAGE_OK)
        return rc;
    account->state = bytes;
    rc = engagep_batch_put_account(batch, account);
    account->state = (engage_str){NULL, 0}; /* the bytes are the next account's */
    return rc == ENGAGE_OK ? judge_alone(batch, account, person, since) : rc;
}

/* -------------------------------------------------------------- customers --- */

static int add_customer(struct engagep_batch *batch, struct engagep_map *map, engage_str brand,
                        engage_str customer, engage_str *list, size_t *count)
{
    engage_str key = engagep_batch_key(batch, brand, customer);
    size_t *at = key.data != NULL ? engagep_map_at(map, key) : NULL;
    if (at == NULL)
        return engagep_core_no_memory(batch->error);
    if (*at == ENGAGEP_MAP_NONE) {
        *at = *count;
        list[2 * *count] = brand;
        list[2 * *count + 1] = customer;
        ++*count;
    }
    return ENGAGE_OK;
}

static int list_customers(struct engagep_batch *batch, engage_str **out, size_t *count)
{
    struct engagep_map map;
    size_t most = 2 * batch->account_count;
    engage_str *list = engagep_arena_array(&batch->tracker->lasting, 2 * most + 1, sizeof(*list));
    *count = 0;
    *out = list;
    if (list == NULL)
        return engagep_core_no_memory(batch->error);
    engagep_map_init(&map, &batch->tracker->allocator, batch->tracker->secret);
    int rc = ENGAGE_OK;
    for (size_t i = 0; i < batch->account_count && rc == ENGAGE_OK; i++) {
        const struct engagep_account *account = &batch->accounts[i];
        int moved = !engagep_str_equal(account->customer, account->customer_before);
        if ((account->changes == NULL && !moved && !account->decided) || account->judged)
            continue;
        rc = add_customer(batch, &map, account->brand, account->customer, list, count);
        if (rc == ENGAGE_OK && moved)
            rc = add_customer(batch, &map, account->brand, account->customer_before, list, count);
    }
    engagep_map_release(&map);
    return rc;
}

/* What is needed some accounts later is fetched meanwhile: where rows are looked up and the
 * state at first, then the rows. Of a long state the rest comes as it is read. */
enum { FAR = 4, NEAR = 2, STATE_FRONT = 512 };

static void expect_account(struct engagep_batch *batch, size_t number, int near)
{
    if (number >= batch->account_count)
        return;
    const struct engagep_account *account = &batch->accounts[number];
    engage_str state = account->state;
    struct engagep_value key[] = {engagep_row_text(account->brand),
                                  engagep_row_text(account->account)};
    engagep_core_expect(batch->tracker, ENGAGEP_ACCOUNT, key, near);
    key[1] = engagep_row_text(account->customer);
    engagep_core_expect(batch->tracker, ENGAGEP_CUSTOMER, key, near);
    engagep_prefetch_line(account->changes);
    if (!near)
        engagep_prefetch_bytes(state.data, state.size < STATE_FRONT ? state.size : STATE_FRONT);
}

int engagep_settle(struct engagep_batch *batch)
{
    struct engagep_person person;
    engage_str *customers;
    size_t count;
    engagep_state_begin(&person, batch->tracker);
    int rc = ENGAGE_OK;
    for (size_t i = 0; i < batch->account_count && rc == ENGAGE_OK; i++) {
        struct engagep_account *account = &batch->accounts[i];
        expect_account(batch, i + FAR, 0);
        expect_account(batch, i + NEAR, 1);
        if (account->changes != NULL)
            rc = settle_account(batch, account, &person);
        else if (account->changed)
            rc = engagep_batch_put_account(batch, account);
    }
    if (rc == ENGAGE_OK)
        rc = list_customers(batch, &customers, &count);
    for (size_t i = 0; rc == ENGAGE_OK && i < count; i++)
        rc = engagep_judge_customer(batch->tracker, customers[2 * i], customers[2 * i + 1],
                                    &person, &batch->counts->transitions, batch->error);
    engagep_state_release(&person);
    engagep_arena_reset(&batch->tracker->arena);
    return rc;
}
