/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "track/staff.h"

#include "base/alloc.h"
#include "base/time.h"
#include "track/episode.h"

#include <stdlib.h>
#include <string.h>

/* A reply of an agent to a customer; an answer is one that ended a wait. */
struct reply {
    size_t agent;
    int64_t time;
    int64_t took; /* business time, for an answer; else negative */
};

struct agent {
    engage_str name;
    size_t replies;
    size_t answers;
    size_t fast;
    size_t days; /* with an answer */
    int64_t points;
    int64_t median;
};

struct staff {
    struct engagep_report *report;
    engage_str brand;
    struct engagep_map by_name;
    struct engagep_map accounts; /* of those who answer */
    struct agent *agents;
    size_t agent_count;
    size_t agent_capacity;
    struct reply *replies;
    size_t reply_count;
    size_t reply_capacity;
    int64_t begin; /* replies before it do not count */
};

/* ---------------------------------------------------------------- agents --- */

static int find_agent(struct staff *staff, const engage_event *event, size_t *out)
{
    engage_tracker *tracker = staff->report->tracker;
    engage_str name = event->agent.size > 0 ? event->agent : event->actor;
    void *list = staff->agents;
    *out = engagep_map_find(&staff->by_name, name);
    if (*out != ENGAGEP_MAP_NONE)
        return ENGAGE_OK;
    int rc = engagep_alloc_grow(&tracker->allocator, &list, &staff->agent_capacity,
                                staff->agent_count + 1, sizeof(*staff->agents));
    staff->agents = list;
    size_t *at = rc == ENGAGE_OK && engagep_row_keep(&tracker->lasting, &name) == ENGAGE_OK
                     ? engagep_map_at(&staff->by_name, name)
                     : NULL;
    if (at == NULL)
        return engagep_core_no_memory(staff->report->error);
    *out = *at = staff->agent_count++;
    staff->agents[*out] = (struct agent){.name = name};
    return ENGAGE_OK;
}

static int add_reply(struct staff *staff, const engage_event *event, int64_t took)
{
    size_t agent;
    void *list = staff->replies;
    int rc = find_agent(staff, event, &agent);
    if (rc != ENGAGE_OK)
        return rc;
    rc = engagep_alloc_grow(&staff->report->tracker->allocator, &list, &staff->reply_capacity,
                            staff->reply_count + 1, sizeof(*staff->replies));
    staff->replies = list;
    if (rc != ENGAGE_OK)
        return engagep_core_no_memory(staff->report->error);
    staff->replies[staff->reply_count++] = (struct reply){agent, event->time, took};
    return ENGAGE_OK;
}

/* An answer by a person: bots have no game, and notes are for colleagues. */
static int is_reply(const struct staff *staff, const struct engagep_stored *stored)
{
    const engage_event *event = &stored->event;
    return !stored->dead && engagep_str_is(event->verb, "Create") &&
           engagep_thread_role(staff->report->tracker->policy, event) == ENGAGEP_STAFF_ROLE &&
           !engagep_str_is(event->kind, "note") && !engagep_str_is(event->kind, "bot") &&
           event->time >= staff->begin && event->time <= staff->report->now;
}

/* Remembers who answers, whether or not that earns anything. */
static int note_account(struct staff *staff, engage_str account)
{
    struct engagep_arena *arena = &staff->report->tracker->lasting;
    if (engagep_map_find(&staff->accounts, account) != ENGAGEP_MAP_NONE)
        return ENGAGE_OK;
    size_t *at = engagep_row_keep(arena, &account) == ENGAGE_OK
                     ? engagep_map_at(&staff->accounts, account)
                     : NULL;
    if (at == NULL)
        return engagep_core_no_memory(staff->report->error);
    *at = 0;
    return ENGAGE_OK;
}

/* Whether an account is that of somebody who answers: nobody is credited for colleagues. */
static int is_colleague(const struct staff *staff, engage_str account)
{
    engage_event event = {.brand = staff->brand, .actor = account};
    return engagep_thread_role(staff->report->tracker->policy, &event) != ENGAGEP_CUSTOMER_ROLE ||
           engagep_map_find(&staff->accounts, account) != ENGAGEP_MAP_NONE ||
           engagep_map_find(&staff->by_name, account) != ENGAGEP_MAP_NONE;
}

/* --------------------------------------------------------------- oneself --- */

/* The customers that the author of an answer is. No CRM id is learned from what staff write,
 * so that the one which an answer names is looked up by itself. */
struct self {
    engage_str by_account;
    engage_str by_crm; /* empty where no account has that id */
    struct engagep_arena *arena;
};

/* Accounts of one CRM id are one customer: the first one tells. */
static int find_by_crm(void *ctx, const struct engagep_value *row, engage_error *error)
{
    struct self *self = ctx;
    self->by_crm = engagep_row_str(&row[ACCOUNT_CUSTOMER]);
    return engagep_row_keep(self->arena, &self->by_crm) == ENGAGE_OK
               ? ENGAGE_ROW
               : engagep_core_no_memory(error);
}

static int find_self(const struct staff *staff, const engage_event *answer, struct self *out)
{
    engage_tracker *tracker = staff->report->tracker;
    int known;
    *out = (struct self){.arena = &tracker->lasting};
    int rc = engagep_report_customer(staff->report, staff->brand, answer->actor, &out->by_account,
                                     &known);
    if (rc != ENGAGE_OK || answer->crm_id.size == 0)
        return rc;
    struct engagep_value prefix[] = {engagep_row_text(staff->brand),
                                     engagep_row_text(answer->crm_id)};
    rc = engagep_core_scan(tracker, ENGAGEP_ACCOUNT, ACCOUNT_BY_CRM, prefix, 2, find_by_crm, out,
                           staff->report->error);
    return rc == ENGAGE_ROW ? ENGAGE_OK : rc;
}

/* Whether an account is of whoever answers: nobody is credited for oneself. */
static int is_own(const struct staff *staff, const struct self *self, engage_str account,
                  int *out)
{
    engage_str customer;
    int known;
    int rc = engagep_report_customer(staff->report, staff->brand, account, &customer, &known);
    *out = rc == ENGAGE_OK && (engagep_str_equal(customer, self->by_account) ||
                               engagep_str_equal(customer, self->by_crm));
    return rc;
}

/* --------------------------------------------------------------- replies --- */

struct looking {
    struct staff *staff;
    struct self self;
    int found;
    int own;
};

static int find_customer(void *ctx, const struct engagep_value *row, engage_error *error)
{
    struct looking *looking = ctx;
    struct engagep_stored stored;
    int rc = engagep_row_to_event(row, NULL, &stored, error);
    if (rc != ENGAGE_OK)
        return rc;
    if (looking->own || engagep_thread_role(looking->staff->report->tracker->policy,
                                            &stored.event) != ENGAGEP_CUSTOMER_ROLE)
        return ENGAGE_OK;
    looking->found = 1;
    return is_own(looking->staff, &looking->self, stored.event.actor, &looking->own);
}

static int read_event(void *ctx, const struct engagep_value *row, engage_error *error)
{
    struct staff *staff = ctx;
    struct engagep_stored stored;
    struct looking looking = {.staff = staff};
    int rc = engagep_row_to_event(row, NULL, &stored, error);
    if (rc != ENGAGE_OK)
        return rc;
    if (!is_reply(staff, &stored))
        return ENGAGE_OK;
    rc = note_account(staff, stored.event.actor);
    if (rc != ENGAGE_OK || stored.event.in_reply_to.size == 0)
        return rc;
    rc = find_self(staff, &stored.event, &looking.self);
    if (rc != ENGAGE_OK)
        return rc;
    struct engagep_value prefix[] = {engagep_row_text(staff->brand),
                                     engagep_row_text(stored.event.in_reply_to)};
    rc = engagep_core_scan(staff->report->tracker, ENGAGEP_EVENT, EVENT_BY_POST, prefix, 2,
                           find_customer, &looking, error);
    return rc == ENGAGE_OK && looking.found && !looking.own
               ? add_reply(staff, &stored.event, -1)
               : rc;
}

/* --------------------------------------------------------------- answers --- */

struct answering {
    struct staff *staff;
    const struct engagep_episode *episode;
    int direct; /* 1: looks for a reply to one of the episode's own posts */
    int done;
};

static int is_direct(const struct engagep_episode *episode, const engage_event *event)
{
    engage_str rest = episode->posts;
    engage_str post;
    while (engagep_str_next(&rest, &post))
        if (engagep_str_equal(post, event->in_reply_to))
            return 1;
    return 0;
}

/* Whether a moment is that of the answer. One before the question, by a wrong clock, counts as
 * if it were the question's; what the brand said before may stand there too, but replies to none
 * of the episode's posts. */
static int is_moment(const struct answering *answering, int64_t time)
{
    const struct engagep_episode *episode = answering->episode;
    return time == episode->answered || (answering->direct && episode->clamped > 0 &&
                                         episode->answered == episode->opened &&
                                         time < episode->opened);
}

static int find_answer(void *ctx, const struct engagep_value *row, engage_error *error)
{
    struct answering *answering = ctx;
    struct staff *staff = answering->staff;
    const struct engagep_episode *episode = answering->episode;
    struct engagep_stored stored;
    if (!is_moment(answering, row[EVENT_TIME].number) || answering->done)
        return ENGAGE_OK;
    int rc = engagep_row_to_event(row, NULL, &stored, error);
    if (rc != ENGAGE_OK)
        return rc;
    if (!is_reply(staff, &stored) ||
        (answering->direct && !is_direct(episode, &stored.event)))
        return ENGAGE_OK;
    struct self self;
    int own = 0;
    rc = find_self(staff, &stored.event, &self);
    if (rc == ENGAGE_OK)
        rc = is_own(staff, &self, episode->account, &own);
    if (rc != ENGAGE_OK || own)
        return rc;
    answering->done = 1;
    const struct engagep_hours *hours =
        engagep_policy_hours(staff->report->tracker->policy, staff->brand);
    return add_reply(staff, &stored.event,
                     engagep_hours_between(hours, episode->opened, episode->answered));
}

static int read_episode(void *ctx, const struct engagep_value *row, engage_error *error)
{
    struct staff *staff = ctx;
    struct engagep_episode episode;
    struct answering answering = {staff, &episode, 1, 0};
    int rc = engagep_episode_from_row(row, NULL, &episode, error);
    if (rc != ENGAGE_OK)
        return rc;
    if (episode.answered == ENGAGE_NO_TIME || episode.answered > staff->report->now ||
        is_colleague(staff, episode.account))
        return ENGAGE_OK;
    struct engagep_value prefix[] = {engagep_row_text(staff->brand),
                                     engagep_row_text(episode.thread),
                                     engagep_row_int(ENGAGEP_FORM_POST)};
    /* Of several answers of one moment, in a thread where several wait, each ends its own wait. */
    for (; answering.direct >= 0 && !answering.done && rc == ENGAGE_OK; answering.direct--)
        rc = engagep_core_scan(staff->report->tracker, ENGAGEP_EVENT, EVENT_BY_THREAD, prefix, 3,
                               find_answer, &answering, error);
    return rc;
}

/* ---------------------------------------------------------------- points --- */

static int compare_replies(const void *a, const void *b)
{
    const struct reply *left = a;
    const struct reply *right = b;
    if (left->agent != right->agent)
        return left->agent < right->agent ? -1 : 1;
    return left->time < right->time ? -1 : left->time > right->time;
}

static int compare_times(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a;
    int64_t right = *(const int64_t *)b;
    return left < right ? -1 : left > right;
}

/* The replies of one agent on one day: points up to the cap. */
static void count_day(const struct staff *staff, struct agent *agent, const struct reply *list,
                      size_t count)
{
    const struct engagep_policy_numbers *numbers = &staff->report->tracker->policy->numbers;
    int64_t target = numbers->target_hours * (ENGAGEP_DAY_MS / 24);
    int64_t points = 0;
    size_t answers = 0;
    for (size_t i = 0; i < count; i++) {
        int fast = list[i].took >= 0 && list[i].took <= target;
        answers += list[i].took >= 0;
        agent->replies += list[i].took < 0;
        agent->fast += (size_t)fast;
        points += list[i].took < 0 ? numbers->staff_reply : numbers->staff_answer;
        points += fast ? numbers->staff_fast : 0;
    }
    agent->answers += answers;
    agent->days += answers > 0;
    agent->points += points < numbers->staff_cap ? points : numbers->staff_cap;
}

static int count_agent(const struct staff *staff, struct agent *agent, const struct reply *list,
                       size_t count)
{
    struct engagep_arena *arena = &staff->report->tracker->lasting;
    int64_t *times = engagep_arena_array(arena, count, sizeof(*times));
    size_t answers = 0;
    if (times == NULL)
        return engagep_core_no_memory(staff->report->error);
    for (size_t i = 0, end; i < count; i = end) {
        end = i;
        while (end < count && engagep_time_day(list[end].time) == engagep_time_day(list[i].time))
            end++;
        count_day(staff, agent, list + i, end - i);
    }
    for (size_t i = 0; i < count; i++)
        if (list[i].took >= 0)
            times[answers++] = list[i].took;
    if (answers > 1)
        qsort(times, answers, sizeof(*times), compare_times);
    agent->median = answers > 0 ? (times[(answers - 1) / 2] + times[answers / 2]) / 2 : -1;
    return ENGAGE_OK;
}

/* The most points first. */
static int compare_agents(const void *a, const void *b)
{
    const struct agent *left = a;
    const struct agent *right = b;
    if (left->points != right->points)
        return left->points > right->points ? -1 : 1;
    return engagep_str_compare(left->name, right->name);
}

static void put_agent(const struct staff *staff, const struct agent *agent)
{
    engage_buffer *buffer = staff->report->buffer;
    const struct engagep_policy_numbers *numbers = &staff->report->tracker->policy->numbers;
    const struct {
        const char *name;
        size_t count;
        int32_t least;
    } badges[] = {{"helper", agent->answers, numbers->badge_helper},
                  {"swift", agent->fast, numbers->badge_swift},
                  {"steady", agent->days, numbers->badge_steady}};
    engagep_json_open(buffer, '{');
    engagep_report_key_text(buffer, "brand", staff->brand);
    engagep_report_key_text(buffer, "agent", agent->name);
    engagep_report_key_count(buffer, "replies", agent->replies);
    engagep_report_key_count(buffer, "answers", agent->answers);
    engagep_report_key_count(buffer, "fast", agent->fast);
    engagep_report_key_count(buffer, "days", agent->days);
    engagep_json_key(buffer, "median_ms");
    if (agent->median >= 0)
        engagep_json_int(buffer, agent->median);
    else
        engagep_json_null(buffer);
    engagep_report_key_count(buffer, "points", (uint64_t)agent->points);
    engagep_json_key(buffer, "badges");
    engagep_json_open(buffer, '[');
    for (size_t i = 0; i < sizeof(badges) / sizeof(badges[0]); i++)
        if (badges[i].count >= (size_t)badges[i].least)
            engagep_json_text(buffer, badges[i].name);
    engagep_json_close(buffer, ']');
    engagep_json_close(buffer, '}');
    engagep_buffer_put_byte(buffer, '\n');
}

static int put_agents(struct staff *staff)
{
    int rc = ENGAGE_OK;
    uint64_t top = staff->report->query.top;
    if (staff->reply_count > 1)
        qsort(staff->replies, staff->reply_count, sizeof(*staff->replies), compare_replies);
    for (size_t i = 0, end; i < staff->reply_count && rc == ENGAGE_OK; i = end) {
        end = i;
        while (end < staff->reply_count && staff->replies[end].agent == staff->replies[i].agent)
            end++;
        rc = count_agent(staff, &staff->agents[staff->replies[i].agent], staff->replies + i,
                         end - i);
    }
    if (staff->agent_count > 1)
        qsort(staff->agents, staff->agent_count, sizeof(*staff->agents), compare_agents);
    for (size_t i = 0; i < staff->agent_count && rc == ENGAGE_OK && (top == 0 || i < top); i++)
        put_agent(staff, &staff->agents[i]);
    return rc;
}

int engagep_staff_report(struct engagep_report *report, engage_str brand)
{
    engage_tracker *tracker = report->tracker;
    struct engagep_value prefix[] = {engagep_row_text(brand)};
    const struct engagep_policy_numbers *numbers = &tracker->policy->numbers;
    struct staff staff = {.report = report, .brand = brand};
    if (!numbers->staff_figures)
        return ENGAGE_OK;
    staff.begin = (report->day - numbers->staff_window + 1) * ENGAGEP_DAY_MS;
    engagep_map_init(&staff.by_name, &tracker->allocator, tracker->secret);
    engagep_map_init(&staff.accounts, &tracker->allocator, tracker->secret);
    int rc = engagep_core_scan(tracker, ENGAGEP_EVENT, EVENT_BY_ID, prefix, 1, read_event, &staff,
                               report->error);
    if (rc == ENGAGE_OK)
        rc = engagep_core_scan(tracker, ENGAGEP_EPISODE, EPISODE_BY_ID, prefix, 1, read_episode,
                               &staff, report->error);
    if (rc == ENGAGE_OK)
        rc = put_agents(&staff);
    engagep_map_release(&staff.by_name);
    engagep_map_release(&staff.accounts);
    engagep_alloc_free(&tracker->allocator, staff.agents, staff.agent_capacity,
                       sizeof(*staff.agents));
    engagep_alloc_free(&tracker->allocator, staff.replies, staff.reply_capacity,
                       sizeof(*staff.replies));
    return rc;
}
