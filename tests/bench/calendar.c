/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * What a state costs: bytes, and processor time of reading, writing and evaluating
 * it, for accounts of few and of many active days. Each figure is the least of
 * several rounds.
 */
#include "base/alloc.h"
#include "base/time.h"
#include "track/engagement.h"
#include "track/stage.h"
#include "track/standing.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { BEGIN = 20400, ROUNDS = 7 };

struct account {
    struct engagep_calendar calendar;
    engage_buffer *bytes;
    int64_t now;
    uint64_t sum; /* of results, so that no compiler leaves the work out */
};

static void fail(const char *what)
{
    fprintf(stderr, "calendar: %s\n", what);
    exit(EXIT_FAILURE);
}

/* A like, a post, a help and a thank-you on each active day, with five people. */
static void fill(struct account *account, int days, int gap)
{
    static const uint8_t kinds[] = {ENGAGEP_KIND_LIKE, ENGAGEP_KIND_POST, ENGAGEP_KIND_HELP,
                                    ENGAGEP_KIND_THANKED};
    engage_allocator allocator;
    if (engagep_alloc_init(&allocator, NULL) != ENGAGE_OK)
        fail("no allocator");
    engagep_calendar_init(&account->calendar, 1, &allocator);
    for (int i = 0; i < days; i++) {
        for (int k = 0; k < 4; k++) {
            struct engagep_fact fact = {.day = BEGIN + i * gap, .kind = kinds[k], .count = 1};
            fact.parts = ENGAGEP_FACT_PERSON | ENGAGEP_FACT_OBJECT | ENGAGEP_FACT_CONTENT;
            fact.person = 2654435761u * (uint32_t)(i % 5 + 1);
            fact.object = 2246822519u * (uint32_t)(i * 4 + k);
            fact.content = fact.object;
            if (engagep_calendar_add(&account->calendar, &fact) != ENGAGE_OK)
                fail("out of memory");
        }
    }
    account->now = (int64_t)(BEGIN + days * gap) * ENGAGEP_DAY_MS;
    if (engage_buffer_new(&account->bytes, NULL) != ENGAGE_OK ||
        engagep_calendar_encode(&account->calendar, account->bytes) != ENGAGE_OK)
        fail("out of memory");
}

static void do_stage(struct account *account)
{
    struct engagep_stage stage;
    engagep_stage_at(&account->calendar, NULL, engage_policy_default(), account->now, &stage);
    account->sum += stage.stage;
}

static void do_score(struct account *account)
{
    account->sum += (uint64_t)engagep_engagement_score(&account->calendar,
                                                       engage_policy_default(), account->now);
}

static void do_standing(struct account *account)
{
    struct engagep_standing standing;
    engagep_standing_at(&account->calendar, engage_policy_default(), account->now, &standing);
    account->sum += standing.standing;
}

static void do_read(struct account *account)
{
    if (engagep_calendar_decode(&account->calendar, engage_buffer_data(account->bytes),
                                engage_buffer_size(account->bytes)) != ENGAGE_OK)
        fail("cannot read");
}

static void do_write(struct account *account)
{
    engage_buffer_clear(account->bytes);
    if (engagep_calendar_encode(&account->calendar, account->bytes) != ENGAGE_OK)
        fail("out of memory");
}

static double microseconds(void (*work)(struct account *), struct account *account, int times)
{
    double best = 0;
    for (int round = 0; round < ROUNDS; round++) {
        clock_t before = clock();
        for (int i = 0; i < times; i++)
            work(account);
        double spent = (double)(clock() - before) / CLOCKS_PER_SEC * 1e6 / times;
        if (round == 0 || spent < best)
            best = spent;
    }
    return best;
}

int main(void)
{
    static const struct {
        int days;
        int gap;
    } accounts[] = {{1, 1}, {8, 9}, {80, 3}, {650, 1}};
    printf("%12s%8s%12s%12s%12s%12s%12s\n", "active days", "bytes", "stage us", "score us",
           "standing us", "read us", "write us");
    for (size_t i = 0; i < sizeof(accounts) / sizeof(accounts[0]); i++) {
        struct account account = {.sum = 0};
        int times = 100000 / (accounts[i].days + 4);
        fill(&account, accounts[i].days, accounts[i].gap);
        printf("%12d%8zu%12.2f%12.2f%12.2f%12.2f%12.2f\n", accounts[i].days,
               engage_buffer_size(account.bytes), microseconds(do_stage, &account, times),
               microseconds(do_score, &account, times),
               microseconds(do_standing, &account, times),
               microseconds(do_read, &account, times), microseconds(do_write, &account, times));
        engagep_calendar_release(&account.calendar);
        engage_buffer_free(account.bytes);
    }
    return 0;
}
