/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "track/staff.h"

#include "base/alloc.h"
#include "base/sort.h"
#include "base/time.h"
#include "track/episode.h"
#include "track/post.h"

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

/* Whether a post is one of a customer who is not the one who answers. */
static int is_for_another(const struct staff *staff, const engage_event *answer, int *out)
{
    engage_tracker *tracker = staff->report->tracker;
    struct engagep_author author;
    struct self self;
    int own;
    *out = 0;
    engagep_arena_reset(&tracker->arena);
    int rc = engagep_post_author(tracker, staff->brand, answer->in_reply_to, staff->report->now,
                                 engagep_core_keeper(tracker, &tracker->arena), &author,
                                 staff->report->error);
    if (rc != ENGAGE_OK || author.event.size == 0 ||
        engagep_post_role(tracker->policy, staff->brand, &author) != ENGAGEP_CUSTOMER_ROLE)
        return rc;
    rc = find_self(staff, answer, &self);
    if (rc == ENGAGE_OK)
        rc = is_own(staff, &self, author.actor, &own);
    *out = rc == ENGAGE_OK && !own;
    return rc;
}

static int read_event(void *ctx, const struct engagep_value *row, engage_error *error)
{
    struct staff *staff = ctx;
    struct engagep_stored stored;
    int counts;
    int rc = engagep_row_to_event(row, NULL, &stored, error);
    if (rc != ENGAGE_OK)
        return rc;
    if (!is_reply(staff, &stored))
        return ENGAGE_OK;
    rc = note_account(staff, stored.event.actor);
    if (rc != ENGAGE_OK || stored.event.in_reply_to.size == 0)
        return rc;
    rc = is_for_another(staff, &stored.event, &counts);
    return rc == ENGAGE_OK && counts ? add_reply(staff, &stored.event, -1) : rc;
}

/* --------------------------------------------------------------- answers --- */

/* What staff wrote in one thread, in order of turns, and the same by what it replies to. */
struct said {
    struct staff *staff;
    engage_event *list;
    size_t count;
    size_t capacity;
    const engage_event **by_post;
};

static int keep_said(void *ctx, const struct engagep_value *row, engage_error *error)
{
    struct said *said = ctx;
    engage_tracker *tracker = said->staff->report->tracker;
    struct engagep_arena *arena = engagep_core_keeper(tracker, &tracker->arena);
    struct engagep_stored stored;
    void *list = said->list;
    int rc = engagep_row_to_event(row, NULL, &stored, error);
    if (rc != ENGAGE_OK || !is_reply(said->staff, &stored))
        return rc;
    rc = engagep_alloc_grow(&tracker->allocator, &list, &said->capacity, said->count + 1,
                            sizeof(*said->list));
    said->list = list;
    if (rc != ENGAGE_OK)
        return engagep_core_no_memory(error);
    engage_event *event = &said->list[said->count++];
    *event = (engage_event){.time = stored.event.time,
                            .id = stored.event.id,
                            .actor = stored.event.actor,
                            .agent = stored.event.agent,
                            .crm_id = stored.event.crm_id,
                            .in_reply_to = stored.event.in_reply_to};
    engage_str *texts[] = {&event->id, &event->actor, &event->agent, &event->crm_id,
                           &event->in_reply_to};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        if (engagep_row_keep(arena, texts[i]) != ENGAGE_OK)
            return engagep_core_no_memory(error);
    return ENGAGE_OK;
}

static int compare_turns(const void *a, const void *b)
{
    return engagep_thread_compare(a, b);
}

static int compare_posts(const void *a, const void *b)
{
    const engage_event *left = *(const engage_event *const *)a;
    const engage_event *right = *(const engage_event *const *)b;
    int order = engagep_str_compare(left->in_reply_to, right->in_reply_to);
    return order != 0 ? order : engagep_thread_compare(left, right);
}

/* Reads a thread once, for all who asked in it. */
static int read_said(struct said *said, engage_str thread)
{
    struct engagep_report *report = said->staff->report;
    engage_tracker *tracker = report->tracker;
    struct engagep_value prefix[] = {engagep_row_text(said->staff->brand),
                                     engagep_row_text(thread),
                                     engagep_row_int(ENGAGEP_FORM_POST)};
    said->count = 0;
    engagep_arena_reset(&tracker->arena);
    int rc = engagep_core_scan(tracker, ENGAGEP_EVENT, EVENT_BY_THREAD, prefix, 3, keep_said, said,
                               report->error);
    if (rc != ENGAGE_OK)
        return rc;
    said->by_post = engagep_arena_array(&tracker->arena, said->count + 1, sizeof(*said->by_post));
    if (said->by_post == NULL)
        return engagep_core_no_memory(report->error);
    engagep_sort(said->list, said->count, sizeof(*said->list), compare_turns);
    for (size_t i = 0; i < said->count; i++)
        said->by_post[i] = &said->list[i];
    engagep_sort(said->by_post, said->count, sizeof(*said->by_post), compare_posts);
    return ENGAGE_OK;
}

struct answering {
    struct said *said;
    const struct engagep_episode *episode;
    const engage_event *best; /* so far: the first by turns, as that one ended the wait */
};

/* Whether a moment is that of the answer. One before the question, by a wrong clock, counts as
 * if it were the question's; what the brand said before may stand there too, but replies to none
 * of the episode's posts. */
static int is_moment(const struct engagep_episode *episode, int64_t time, int direct)
{
    return time == episode->answered || (direct && episode->clamped > 0 &&
                                         episode->answered == episode->opened &&
                                         time < episode->opened);
}

static int consider(struct answering *answering, const engage_event *event)
{
    const struct staff *staff = answering->said->staff;
    struct self self;
    int own = 0;
    if (answering->best != NULL && engagep_thread_compare(event, answering->best) >= 0)
        return ENGAGE_OK;
    int rc = find_self(staff, event, &self);
    if (rc == ENGAGE_OK)
        rc = is_own(staff, &self, answering->episode->account, &own);
    if (rc == ENGAGE_OK && !own)
        answering->best = event;
    return rc;
}

/* The first of those that reply to a post, in the order of compare_posts. */
static size_t first_to(const struct said *said, engage_str post)
{
    size_t low = 0;
    size_t high = said->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (engagep_str_compare(said->by_post[middle]->in_reply_to, post) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Looks among the replies to the posts that an episode lists. */
static int find_direct(struct answering *answering)
{
    const struct said *said = answering->said;
    engage_str rest = answering->episode->posts;
    engage_str post;
    int rc = ENGAGE_OK;
    while (engagep_str_next(&rest, &post))
        for (size_t i = first_to(said, post); i < said->count && rc == ENGAGE_OK; i++) {
            if (!engagep_str_equal(said->by_post[i]->in_reply_to, post))
                break;
            if (is_moment(answering->episode, said->by_post[i]->time, 1))
                rc = consider(answering, said->by_post[i]);
        }
    return rc;
}

/* Whether an answer replies to something that the episode's customer wrote since it opened. */
static int is_to_customer(const struct answering *answering, const engage_event *event, int *out)
{
    const struct staff *staff = answering->said->staff;
    engage_tracker *tracker = staff->report->tracker;
    const struct engagep_episode *episode = answering->episode;
    struct engagep_author author;
    engage_str asks;
    engage_str wrote;
    int known;
    *out = 0;
    int rc = engagep_post_author(tracker, staff->brand, event->in_reply_to, staff->report->now,
                                 engagep_core_keeper(tracker, &tracker->arena), &author,
                                 staff->report->error);
    if (rc != ENGAGE_OK || author.event.size == 0 || author.time < episode->opened)
        return rc;
    rc = engagep_report_customer(staff->report, staff->brand, author.actor, &wrote, &known);
    if (rc == ENGAGE_OK)
        rc = engagep_report_customer(staff->report, staff->brand, episode->account, &asks, &known);
    *out = rc == ENGAGE_OK && engagep_str_equal(wrote, asks);
    return rc;
}

/* Looks among the replies to what a long episode does not list. */
static int find_unlisted(struct answering *answering)
{
    const struct said *said = answering->said;
    int rc = ENGAGE_OK;
    for (size_t i = 0; i < said->count && rc == ENGAGE_OK && answering->best == NULL; i++) {
        const engage_event *event = &said->list[i];
        int direct;
        if (event->in_reply_to.size == 0 || !is_moment(answering->episode, event->time, 1))
            continue;
        rc = is_to_customer(answering, event, &direct);
        if (rc == ENGAGE_OK && direct)
            rc = consider(answering, event);
    }
    return rc;
}

/* Looks among all that was said at the moment. */
static int find_any(struct answering *answering)
{
    const struct said *said = answering->said;
    int64_t moment = answering->episode->answered;
    size_t low = 0;
    size_t high = said->count;
    int rc = ENGAGE_OK;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (said->list[middle].time < moment)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < said->count && said->list[low].time == moment && answering->best == NULL &&
           rc == ENGAGE_OK;
         low++)
        rc = consider(answering, &said->list[low]);
    return rc;
}

/* Of several answers of one moment, in a thread where several wait, each ends its own wait. */
static int credit_answer(struct said *said, const struct engagep_episode *episode)
{
    struct staff *staff = said->staff;
    struct answering answering = {said, episode, NULL};
    int rc = find_direct(&answering);
    if (rc == ENGAGE_OK && answering.best == NULL && engagep_episode_is_long(episode))
        rc = find_unlisted(&answering);
    if (rc == ENGAGE_OK && answering.best == NULL)
        rc = find_any(&answering);
    if (rc != ENGAGE_OK || answering.best == NULL)
        return rc;
    const struct engagep_hours *hours =
        engagep_policy_hours(staff->report->tracker->policy, staff->brand);
    return add_reply(staff, answering.best,
                     engagep_hours_between(hours, episode->opened, episode->answered));
}

/* The episodes that were answered. */
struct answered {
    struct staff *staff;
    struct engagep_episodes episodes;
};

static int keep_answered(void *ctx, const struct engagep_value *row, engage_error *error)
{
    struct answered *answered = ctx;
    const struct staff *staff = answered->staff;
    engage_tracker *tracker = staff->report->tracker;
    struct engagep_episodes *episodes = &answered->episodes;
    struct engagep_episode episode;
    void *list = episodes->list;
    int rc = engagep_episode_from_row(row, NULL, &episode, error);
    if (rc != ENGAGE_OK)
        return rc;
    if (episode.answered == ENGAGE_NO_TIME || episode.answered > staff->report->now ||
        is_colleague(staff, episode.account))
        return ENGAGE_OK;
    rc = engagep_alloc_grow(&tracker->allocator, &list, &episodes->capacity, episodes->count + 1,
                            sizeof(*episodes->list));
    episodes->list = list;
    if (rc != ENGAGE_OK)
        return engagep_core_no_memory(error);
    return engagep_episode_from_row(row, &tracker->lasting, &episodes->list[episodes->count++],
                                    error);
}

/* Those of one thread together. */
static int compare_threads(const void *a, const void *b)
{
    const struct engagep_episode *left = a;
    const struct engagep_episode *right = b;
    int order = engagep_str_compare(left->thread, right->thread);
    return order != 0 ? order : engagep_str_compare(left->id, right->id);
}

static int credit_answers(struct staff *staff)
{
    engage_tracker *tracker = staff->report->tracker;
    struct engagep_value prefix[] = {engagep_row_text(staff->brand)};
    struct answered answered = {.staff = staff};
    struct said said = {.staff = staff};
    int rc = engagep_core_scan(tracker, ENGAGEP_EPISODE, EPISODE_BY_ID, prefix, 1, keep_answered,
                               &answered, staff->report->error);
    const struct engagep_episode *list = answered.episodes.list;
    if (rc == ENGAGE_OK)
        engagep_sort(answered.episodes.list, answered.episodes.count, sizeof(*list),
                     compare_threads);
    for (size_t i = 0; i < answered.episodes.count && rc == ENGAGE_OK; i++) {
        if (i == 0 || !engagep_str_equal(list[i].thread, list[i - 1].thread))
            rc = read_said(&said, list[i].thread);
        if (rc == ENGAGE_OK)
            rc = credit_answer(&said, &list[i]);
    }
    engagep_alloc_free(&tracker->allocator, said.list, said.capacity, sizeof(*said.list));
    engagep_episode_release(tracker, &answered.episodes);
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
        rc = credit_answers(&staff);
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
