/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * How, and how soon, those who need a reply get one. Those who still wait are not
 * left out: medians are read off the Kaplan-Meier curve, on which they count for as
 * long as they have waited.
 */
#include "base/alloc.h"
#include "base/error.h"
#include "base/time.h"
#include "track/episode.h"
#include "track/report.h"
#include "track/signal.h"

#include <stdlib.h>
#include <string.h>

struct asked {
    int64_t opened;
    int64_t answered;     /* at or before now, or ENGAGE_NO_TIME */
    int64_t bot_answered;
    int64_t ended; /* when waiting was over, or now */
    uint32_t opening_labels;
    int32_t opening_valence;
    int32_t opening_negative;
    int32_t next_valence; /* likewise, or ENGAGEP_NO_VALENCE */
    int clamped;
    engage_str account;
    engage_str product;
};

/* How long one waited: until an answer, or until now. */
struct wait {
    int64_t ms;
    int64_t business_ms;
    int over;
};

struct member {
    engage_str group;
    size_t asked;
};

struct replies {
    struct engagep_report *report;
    engage_str brand;
    const struct engagep_hours *hours;
    struct asked *list;
    size_t count;
    size_t capacity;
    struct wait *waits; /* as many as the list */
    struct member *members;
    size_t member_count;
    size_t member_capacity;
};

static int64_t end_of(const struct engagep_episode *episode, int64_t now)
{
    if (engagep_episode_waits(episode, now))
        return now;
    if (episode->answered != ENGAGE_NO_TIME && episode->answered <= now)
        return episode->answered;
    return episode->thanked > episode->opened ? episode->thanked : episode->opened;
}

static int keep_asked(void *ctx, const struct engagep_value *row, engage_error *error)
{
    struct replies *replies = ctx;
    engage_tracker *tracker = replies->report->tracker;
    struct engagep_episode episode;
    void *list = replies->list;
    int64_t now = replies->report->now;
    int rc = engagep_episode_from_row(row, NULL, &episode, error);
    if (rc != ENGAGE_OK)
        return rc;
    if (!episode.needs || episode.opened > now)
        return ENGAGE_OK;
    rc = engagep_alloc_grow(&tracker->allocator, &list, &replies->capacity, replies->count + 1,
                            sizeof(*replies->list));
    replies->list = list;
    if (rc != ENGAGE_OK)
        return engagep_core_no_memory(error);
    struct asked *asked = &replies->list[replies->count];
    *asked = (struct asked){episode.opened,
                            episode.answered > now ? ENGAGE_NO_TIME : episode.answered,
                            episode.bot_answered > now ? ENGAGE_NO_TIME : episode.bot_answered,
                            end_of(&episode, now),
                            episode.opening_labels,
                            episode.opening_valence,
                            episode.opening_negative,
                            episode.next_post > now ? ENGAGEP_NO_VALENCE : episode.next_valence,
                            episode.clamped,
                            episode.account,
                            episode.product};
    if (engagep_row_keep(&tracker->lasting, &asked->account) != ENGAGE_OK ||
        engagep_row_keep(&tracker->lasting, &asked->product) != ENGAGE_OK)
        return engagep_core_no_memory(error);
    replies->count++;
    return ENGAGE_OK;
}

/* ------------------------------------------------------------------ times --- */

static int compare_clock(const void *a, const void *b)
{
    const struct wait *left = a;
    const struct wait *right = b;
    if (left->ms != right->ms)
        return left->ms < right->ms ? -1 : 1;
    return right->over - left->over;
}

static int compare_business(const void *a, const void *b)
{
    const struct wait *left = a;
    const struct wait *right = b;
    if (left->business_ms != right->business_ms)
        return left->business_ms < right->business_ms ? -1 : 1;
    return right->over - left->over;
}

static void put_duration(engage_buffer *buffer, const char *key, int64_t ms)
{
    engagep_json_key(buffer, key);
    if (ms == ENGAGE_NO_TIME)
        engagep_json_null(buffer);
    else
        engagep_json_int(buffer, ms);
}

/* The time at which the share of those who still wait first is at most
 * `share` / 10: ENGAGE_NO_TIME where it never falls so low. `waits` ascend, answers
 * before those who still wait at equal times. The share is kept in 1/2^32. */
static int64_t kaplan_meier(const struct wait *waits, size_t count, int business, uint64_t share)
{
    uint64_t left = UINT64_C(1) << 32;
    size_t i = 0;
    while (i < count) {
        int64_t time = business ? waits[i].business_ms : waits[i].ms;
        uint64_t at_risk = count - i;
        uint64_t answers = 0;
        for (; i < count && (business ? waits[i].business_ms : waits[i].ms) == time; i++)
            answers += waits[i].over != 0;
        if (answers == 0)
            continue;
        left = left * (at_risk - answers) / at_risk;
        if (left * 10 <= share << 32)
            return time;
    }
    return ENGAGE_NO_TIME;
}

static void put_times(const struct replies *replies, const char *key, struct wait *waits,
                      size_t count)
{
    engage_buffer *buffer = replies->report->buffer;
    size_t over = 0;
    if (count > 1)
        qsort(waits, count, sizeof(*waits), compare_clock);
    for (size_t i = 0; i < count; i++)
        over += waits[i].over != 0;
    int64_t median = ENGAGE_NO_TIME;
    size_t seen = 0;
    int64_t low = 0;
    int64_t mean = 0;
    int64_t rest = 0; /* apart, since a sum of waits of thousands of years may not fit */
    for (size_t i = 0; i < count; i++) {
        if (!waits[i].over)
            continue;
        mean += waits[i].ms / (int64_t)over;
        rest += waits[i].ms % (int64_t)over;
        if (seen == (over - 1) / 2)
            low = waits[i].ms;
        if (seen == over / 2)
            median = low + (waits[i].ms - low) / 2;
        seen++;
    }
    engagep_json_key(buffer, key);
    engagep_json_open(buffer, '{');
    put_duration(buffer, "mean_ms", over > 0 ? mean + rest / (int64_t)over : ENGAGE_NO_TIME);
    put_duration(buffer, "median_ms", median);
    put_duration(buffer, "km_median_ms", kaplan_meier(waits, count, 0, 5));
    put_duration(buffer, "km_p90_ms", kaplan_meier(waits, count, 0, 1));
    int64_t business = ENGAGE_NO_TIME;
    if (replies->hours->interval_count > 0 && count > 0) {
        qsort(waits, count, sizeof(*waits), compare_business);
        business = kaplan_meier(waits, count, 1, 5);
    }
    put_duration(buffer, "business_km_median_ms", business);
    engagep_json_close(buffer, '}');
}

/* `ended` is when waiting was over for another reason than an answer of this sort. */
static struct wait wait_of(const struct replies *replies, int64_t opened, int64_t answered,
                           int64_t ended)
{
    int over = answered != ENGAGE_NO_TIME;
    int64_t until = over ? answered : ended;
    struct wait wait = {until - opened, 0, over};
    if (replies->hours->interval_count > 0)
        wait.business_ms = engagep_hours_between(replies->hours, opened, until);
    return wait;
}

/* ---------------------------------------------------------------- figures --- */

/* Opened angrily: what the public figures on unanswered complaints speak of. */
static int is_negative(const struct replies *replies, const struct asked *asked)
{
    uint32_t bad = ENGAGEP_LABEL(ENGAGE_INTENT_COMPLAINT) | ENGAGEP_LABEL(ENGAGE_INTENT_CHURN_RISK);
    return (asked->opening_labels & bad) != 0 ||
           asked->opening_negative >= replies->report->tracker->policy->numbers.negative;
}

/* The figures of some of the episodes: `members` of the list. */
static void put_figures(struct replies *replies, const struct member *members, size_t count)
{
    const struct engagep_policy_numbers *numbers = &replies->report->tracker->policy->numbers;
    engage_buffer *buffer = replies->report->buffer;
    int64_t now = replies->report->now;
    int64_t rate_span = numbers->rate_hours * (ENGAGEP_DAY_MS / 24);
    int64_t never_span = numbers->never_days * ENGAGEP_DAY_MS;
    uint64_t answered = 0, old = 0, in_time = 0, negative = 0, never = 0;
    uint64_t heard = 0, recovered = 0, clamped = 0;
    for (size_t i = 0; i < count; i++) {
        const struct asked *asked = &replies->list[members[i].asked];
        int done = asked->answered != ENGAGE_NO_TIME;
        answered += (uint64_t)done;
        clamped += (uint64_t)asked->clamped;
        if (now - asked->opened >= rate_span) {
            old++;
            in_time += done && asked->answered - asked->opened <= rate_span;
        }
        if (now - asked->opened >= never_span && is_negative(replies, asked)) {
            negative++;
            never += !done;
        }
        if (done && asked->next_valence != ENGAGEP_NO_VALENCE &&
            asked->opening_labels & ENGAGEP_LABEL(ENGAGE_INTENT_COMPLAINT)) {
            heard++;
            recovered += asked->next_valence >= 0 && asked->next_valence > asked->opening_valence;
        }
    }
    engagep_report_key_count(buffer, "episodes", count);
    engagep_report_key_count(buffer, "answered", answered);
    for (size_t i = 0; i < count; i++) {
        const struct asked *asked = &replies->list[members[i].asked];
        replies->waits[i] = wait_of(replies, asked->opened, asked->answered, asked->ended);
    }
    put_times(replies, "first_response", replies->waits, count);
    for (size_t i = 0; i < count; i++) {
        const struct asked *asked = &replies->list[members[i].asked];
        replies->waits[i] =
            wait_of(replies, asked->opened, asked->bot_answered, asked->ended);
    }
    put_times(replies, "bot_first_response", replies->waits, count);
    engagep_report_key_ratio(buffer, "reply_rate_24h", in_time, old);
    engagep_report_key_ratio(buffer, "negative_never_answered", never, negative);
    engagep_report_key_ratio(buffer, "recovered", recovered, heard);
    engagep_report_key_count(buffer, "clamped", clamped);
}

/* ----------------------------------------------------------------- groups --- */

enum by { BY_NOTHING, BY_INTENT, BY_PLATFORM, BY_PRODUCT, BY_DEPARTMENT, BY_MONTH };

static int by_of(engage_str name, enum by *out)
{
    static const char *const names[] = {"", "intent", "platform", "product", "department", "month"};
    for (int i = BY_NOTHING; i <= BY_MONTH; i++)
        if (engagep_str_is(name, names[i])) {
            *out = (enum by)i;
            return ENGAGE_OK;
        }
    return ENGAGE_ERANGE;
}

static int add_member(struct replies *replies, engage_str group, size_t asked)
{
    static const engage_str none = {"none", 4};
    void *list = replies->members;
    int rc = engagep_alloc_grow(&replies->report->tracker->allocator, &list,
                                &replies->member_capacity, replies->member_count + 1,
                                sizeof(*replies->members));
    replies->members = list;
    if (rc != ENGAGE_OK)
        return engagep_core_no_memory(replies->report->error);
    replies->members[replies->member_count++] =
        (struct member){group.size > 0 ? group : none, asked};
    return ENGAGE_OK;
}

static int add_month(struct replies *replies, size_t number)
{
    char text[ENGAGEP_TIME_SIZE];
    size_t size = engagep_time_format(replies->list[number].opened, text);
    engage_str month = {text, size >= 7 ? 7 : 0};
    if (engagep_row_keep(&replies->report->tracker->lasting, &month) != ENGAGE_OK)
        return engagep_core_no_memory(replies->report->error);
    return add_member(replies, month, number);
}

static engage_str department_of(const struct replies *replies, const struct asked *asked)
{
    const engage_policy *policy = replies->report->tracker->policy;
    int strongest =
        engagep_signal_strongest(policy, asked->opening_labels & ENGAGEP_LABELS_NEED);
    if (strongest < 0)
        return (engage_str){NULL, 0};
    return engagep_policy_department(policy, replies->brand, strongest);
}

static int add_groups(struct replies *replies, enum by by, size_t number)
{
    const struct asked *asked = &replies->list[number];
    int rc = ENGAGE_OK;
    switch (by) {
    case BY_NOTHING:
        return ENGAGE_OK;
    case BY_INTENT:
        for (int i = 0; i < ENGAGE_INTENTS && rc == ENGAGE_OK; i++) {
            const char *name = engage_intent_name(i);
            if (asked->opening_labels & ENGAGEP_LABELS_NEED & ENGAGEP_LABEL(i))
                rc = add_member(replies, (engage_str){name, strlen(name)}, number);
        }
        return rc;
    case BY_PLATFORM:
        return add_member(replies, engagep_signal_platform(asked->account), number);
    case BY_PRODUCT:
        return add_member(replies, asked->product, number);
    case BY_DEPARTMENT:
        return add_member(replies, department_of(replies, asked), number);
    case BY_MONTH:
        return add_month(replies, number);
    }
    return ENGAGE_OK;
}

static int compare_members(const void *a, const void *b)
{
    const struct member *left = a;
    const struct member *right = b;
    int order = engagep_str_compare(left->group, right->group);
    return order != 0 ? order : (left->asked > right->asked) - (left->asked < right->asked);
}

static void put_groups(struct replies *replies, size_t first)
{
    engage_buffer *buffer = replies->report->buffer;
    struct member *members = replies->members;
    if (replies->member_count - first > 1)
        qsort(members + first, replies->member_count - first, sizeof(*members), compare_members);
    engagep_json_key(buffer, "by");
    engagep_json_open(buffer, '{');
    while (first < replies->member_count) {
        size_t end = first + 1;
        while (end < replies->member_count &&
               engagep_str_equal(members[end].group, members[first].group))
            end++;
        engagep_json_string(buffer, members[first].group.data, members[first].group.size);
        engagep_buffer_put_byte(buffer, ':');
        engagep_json_open(buffer, '{');
        put_figures(replies, members + first, end - first);
        engagep_json_close(buffer, '}');
        first = end;
    }
    engagep_json_close(buffer, '}');
}

static int take_brand(struct replies *replies, enum by by)
{
    struct engagep_report *report = replies->report;
    const engage_allocator *own = &report->tracker->allocator;
    struct engagep_value prefix[] = {engagep_row_text(replies->brand)};
    static const engage_str all = {"all", 3};
    replies->count = 0;
    replies->member_count = 0;
    replies->hours = engagep_policy_hours(report->tracker->policy, replies->brand);
    int rc = engagep_core_scan(report->tracker, ENGAGEP_EPISODE, EPISODE_BY_ID, prefix, 1,
                               keep_asked, replies, report->error);
    for (size_t i = 0; i < replies->count && rc == ENGAGE_OK; i++)
        rc = add_member(replies, all, i);
    for (size_t i = 0; i < replies->count && rc == ENGAGE_OK; i++)
        rc = add_groups(replies, by, i);
    if (rc != ENGAGE_OK)
        return rc;
    replies->waits = engagep_alloc_array(own, replies->count + 1, sizeof(*replies->waits));
    if (replies->waits == NULL)
        return engagep_core_no_memory(report->error);
    engagep_json_open(report->buffer, '{');
    engagep_report_key_text(report->buffer, "brand", replies->brand);
    put_figures(replies, replies->members, replies->count);
    put_groups(replies, replies->count);
    engagep_json_close(report->buffer, '}');
    engagep_buffer_put_byte(report->buffer, '\n');
    engagep_alloc_free(own, replies->waits, replies->count + 1, sizeof(*replies->waits));
    return ENGAGE_OK;
}

int engage_tracker_replies(engage_tracker *tracker, const engage_query *query,
                           engage_buffer *buffer, engage_error *error)
{
    struct engagep_report report;
    enum by by = BY_NOTHING;
    int rc = engagep_report_begin(&report, tracker, query, buffer, error);
    if (rc != ENGAGE_OK)
        return rc;
    struct replies replies;
    memset(&replies, 0, sizeof(replies));
    replies.report = &report;
    rc = by_of(report.query.by, &by);
    if (rc != ENGAGE_OK)
        rc = engagep_error_set(error, rc, "query: there is no grouping of this name");
    for (size_t i = 0; i < report.brand_count && rc == ENGAGE_OK; i++) {
        replies.brand = report.brands[i];
        rc = take_brand(&replies, by);
    }
    const engage_allocator *own = &tracker->allocator;
    engagep_alloc_free(own, replies.list, replies.capacity, sizeof(*replies.list));
    engagep_alloc_free(own, replies.members, replies.member_capacity, sizeof(*replies.members));
    return engagep_report_end(&report, rc);
}
