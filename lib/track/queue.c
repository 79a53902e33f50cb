/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Who waits, by priority: a sum of parts, each with its reason.
 */
#include "base/alloc.h"
#include "base/time.h"
#include "track/decision.h"
#include "track/episode.h"
#include "track/fixed.h"
#include "track/judge.h"
#include "track/receipt.h"
#include "track/report.h"
#include "track/signal.h"
#include "track/standing.h"

#include <stdlib.h>
#include <string.h>

enum { PARTS = 10 };

struct part {
    const char *name;
    const char *reason;
    int64_t points;
};

struct waiting {
    struct engagep_episode episode;
    engage_str brand;
    engage_str customer;
    int waits;     /* 0: only known for having asked the same as others */
    int decision;  /* the last one that bears on it, or -1 */
    int64_t told;  /* how many followed its account then, or -1 */
    int strongest; /* intent */
    int64_t askers;
    int64_t repeats;
    int64_t due;
    int missed;
    int64_t priority;
    struct part parts[PARTS];
    size_t part_count;
    const char *relation; /* why the customer matters, or NULL */
    int64_t relation_points;
};

struct queue {
    struct engagep_report *report;
    struct engagep_person scratch;
    struct engagep_map by_account; /* those of the brand whose account was asked for followers */
    struct waiting *list;
    size_t count;
    size_t capacity;
    size_t first; /* of the brand that is being read */
    engage_str brand;
    engage_str only; /* the one that is shown, whatever became of it; absent: those who wait */
};

/* ----------------------------------------------------------------- reading --- */

static int is_waiting(const struct queue *queue, const struct engagep_episode *episode)
{
    int64_t now = queue->report->now;
    return episode->opened <= now && engagep_episode_waits(episode, now);
}

static int is_only(const struct queue *queue, const struct engagep_episode *episode)
{
    return queue->only.size > 0 && engagep_str_equal(queue->only, episode->id);
}

/* Those who do not wait any more may still have asked what another one waits for. */
static int is_recent(const struct queue *queue, const struct engagep_episode *episode)
{
    const struct engagep_policy_numbers *numbers = &queue->report->tracker->policy->numbers;
    int64_t days = (int64_t)numbers->expired_days + numbers->askers_days;
    int64_t now = queue->report->now;
    return episode->opened <= now && now - episode->opened < days * ENGAGEP_DAY_MS &&
           !(episode->marks & ENGAGEP_EPISODE_PRIVATE);
}

/* Counts one in, as it was then, that was asked by then and is waited for, recent or wanted. */
static int keep_as_it_was(struct queue *queue, struct waiting *waiting, engage_error *error)
{
    const struct engagep_report *report = queue->report;
    struct engagep_episode *episode = &waiting->episode;
    int rc = ENGAGE_OK;
    if (report->past)
        rc = engagep_episode_look_back(report->tracker, queue->brand, report->now, episode, error);
    int asked = rc == ENGAGE_OK;
    if (rc >= 0)
        rc = engagep_episode_decision(report->tracker, queue->brand, episode, report->now,
                                      &waiting->decision, error);
    if (rc != ENGAGE_OK)
        return rc;
    waiting->waits = asked && is_waiting(queue, episode) &&
                     engagep_episode_is_open(waiting->decision);
    queue->count += waiting->waits || (asked && is_recent(queue, episode)) ||
                    is_only(queue, episode);
    return ENGAGE_OK;
}

static int keep_waiting(void *ctx, const struct engagep_value *row, engage_error *error)
{
    struct queue *queue = ctx;
    engage_tracker *tracker = queue->report->tracker;
    struct engagep_episode episode;
    void *list = queue->list;
    int rc = engagep_episode_from_row(row, NULL, &episode, error);
    if (rc != ENGAGE_OK)
        return rc;
    if (episode.labels == 0 || episode.labels >> ENGAGE_INTENTS != 0)
        return engagep_core_corrupt(error, "an episode");
    if (!is_waiting(queue, &episode) && !is_recent(queue, &episode) && !is_only(queue, &episode))
        return ENGAGE_OK;
    rc = engagep_alloc_grow(&tracker->allocator, &list, &queue->capacity, queue->count + 1,
                            sizeof(*queue->list));
    queue->list = list;
    if (rc != ENGAGE_OK)
        return engagep_core_no_memory(error);
    struct waiting *waiting = &queue->list[queue->count];
    memset(waiting, 0, sizeof(*waiting));
    waiting->brand = queue->brand;
    rc = engagep_episode_from_row(row, &tracker->lasting, &waiting->episode, error);
    return rc == ENGAGE_OK ? keep_as_it_was(queue, waiting, error) : rc;
}

/* Rows that were answered later than the time one looks from still wait then, and
 * others tell what was asked lately. */
static int read_brand(struct queue *queue)
{
    struct engagep_report *report = queue->report;
    int rc = ENGAGE_OK;
    for (int open = 1; open >= 0 && rc == ENGAGE_OK; open--) {
        struct engagep_value prefix[] = {engagep_row_text(queue->brand), engagep_row_int(open)};
        rc = engagep_core_scan(report->tracker, ENGAGEP_EPISODE, EPISODE_BY_TIME, prefix, 2,
                               keep_waiting, queue, report->error);
    }
    return rc;
}

/* -------------------------------------------------------------- customers --- */

/* As many as the episode's posts tell of, or its account does: which is asked once. */
static int read_followers(struct queue *queue, struct waiting *waiting)
{
    struct engagep_report *report = queue->report;
    struct engagep_value key[] = {engagep_row_text(waiting->brand),
                                  engagep_row_text(waiting->episode.account)};
    struct engagep_value row[ACCOUNT_COLUMNS];
    size_t *told = engagep_map_at(&queue->by_account, waiting->episode.account);
    int rc = ENGAGE_OK;
    if (told == NULL)
        return engagep_core_no_memory(report->error);
    waiting->told = -1;
    if (*told == ENGAGEP_MAP_NONE) {
        *told = (size_t)(waiting - queue->list);
        rc = engagep_core_get(report->tracker, ENGAGEP_ACCOUNT, key, row, report->error);
        if (rc == ENGAGE_ROW)
            rc = engagep_report_followers(report, row, &waiting->told);
    } else {
        waiting->told = queue->list[*told].told;
    }
    if (waiting->told > waiting->episode.followers)
        waiting->episode.followers = waiting->told;
    return rc < 0 ? rc : ENGAGE_OK;
}

static int judge(struct queue *queue, struct waiting *waiting)
{
    struct engagep_report *report = queue->report;
    engage_tracker *tracker = report->tracker;
    int known;
    int rc = engagep_report_customer(report, waiting->brand, waiting->episode.account,
                                     &waiting->customer, &known);
    int shown = waiting->waits || is_only(queue, &waiting->episode);
    if (rc == ENGAGE_OK && shown)
        rc = read_followers(queue, waiting);
    if (rc != ENGAGE_OK || !shown)
        return rc;
    struct engagep_value key[] = {engagep_row_text(waiting->brand),
                                  engagep_row_text(waiting->customer)};
    struct engagep_value row[CUSTOMER_COLUMNS];
    struct engagep_standing_row judged;
    rc = engagep_core_get(tracker, ENGAGEP_CUSTOMER, key, row, report->error);
    if (rc != ENGAGE_ROW)
        return rc == ENGAGE_DONE ? ENGAGE_OK : rc;
    rc = engagep_judge_from_row(row, &judged, report->error);
    if (rc != ENGAGE_OK)
        return rc;
    if (!engagep_judge_holds(&judged, report->now) ||
        !engagep_str_is(engagep_row_str(&row[CUSTOMER_POLICY]), tracker->policy_id)) {
        rc = engagep_state_sum(tracker, waiting->brand, waiting->customer, &queue->scratch,
                               report->error);
        if (rc != ENGAGE_OK)
            return rc;
        engagep_state_judge(tracker, &queue->scratch, report->now, &judged);
    }
    int64_t full = tracker->policy->numbers.relation;
    if (judged.standing == ENGAGEP_STANDING_ADVOCATE) {
        waiting->relation = "advocate at risk";
        waiting->relation_points = full;
    } else if (judged.stage >= ENGAGE_STAGE_CREATION) {
        waiting->relation = engage_stage_name(judged.stage);
        waiting->relation_points = judged.stage == ENGAGE_STAGE_COLLABORATION ? full : full * 3 / 4;
    } else if (judged.first_purchase != ENGAGE_NO_TIME && judged.first_purchase <= report->day) {
        waiting->relation = "buyer";
        waiting->relation_points = full / 2;
    }
    return ENGAGE_OK;
}

/* ------------------------------------------------------------- neighbours --- */

/* What a question is about: the product, or where none is named the thread it stands in. */
static engage_str subject_of(const struct waiting *waiting)
{
    return waiting->episode.product.size > 0 ? waiting->episode.product : waiting->episode.thread;
}

/* By what is asked, then time: those who ask the same stand together. */
static int compare_subjects(const void *a, const void *b)
{
    const struct waiting *left = a;
    const struct waiting *right = b;
    if (left->strongest != right->strongest)
        return left->strongest < right->strongest ? -1 : 1;
    int order = engagep_str_compare(left->episode.product, right->episode.product);
    if (order == 0)
        order = engagep_str_compare(subject_of(left), subject_of(right));
    if (order == 0 && left->episode.opened != right->episode.opened)
        order = left->episode.opened < right->episode.opened ? -1 : 1;
    return order != 0 ? order : engagep_str_compare(left->episode.id, right->episode.id);
}

static int same_subject(const struct waiting *a, const struct waiting *b)
{
    return a->strongest == b->strongest &&
           engagep_str_equal(a->episode.product, b->episode.product) &&
           engagep_str_equal(subject_of(a), subject_of(b));
}

static int is_public(const struct waiting *waiting)
{
    return (waiting->episode.marks & ENGAGEP_EPISODE_PRIVATE) == 0;
}

/* How many different customers publicly ask the same within some days before or after: a
 * window that moves over those who stand together, with a count for each customer. */
static int count_askers(struct queue *queue, struct engagep_map *map, size_t *held)
{
    int64_t span = queue->report->tracker->policy->numbers.askers_days * ENGAGEP_DAY_MS;
    struct waiting *list = queue->list + queue->first;
    size_t count = queue->count - queue->first;
    size_t start = 0;
    size_t end = 0;
    int64_t people = 0;
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || !same_subject(&list[i], &list[i - 1])) {
            engagep_map_clear(map);
            start = end = i;
            people = 0;
        }
        for (; end < count && (end == i || same_subject(&list[i], &list[end])) &&
               list[end].episode.opened - list[i].episode.opened <= span;
             end++) {
            size_t *at = engagep_map_at(map, list[end].customer);
            if (at == NULL)
                return engagep_core_no_memory(queue->report->error);
            if (*at == ENGAGEP_MAP_NONE) {
                *at = end;
                held[end] = 0;
            }
            if (is_public(&list[end]))
                people += held[*at]++ == 0;
        }
        for (; list[i].episode.opened - list[start].episode.opened > span; start++)
            if (is_public(&list[start]))
                people -= --held[engagep_map_find(map, list[start].customer)] == 0;
        list[i].askers = people - 1;
    }
    return ENGAGE_OK;
}

static int compare_times(const void *a, const void *b)
{
    const struct waiting *left = a;
    const struct waiting *right = b;
    if (left->episode.opened != right->episode.opened)
        return left->episode.opened < right->episode.opened ? -1 : 1;
    return engagep_str_compare(left->episode.id, right->episode.id);
}

/* How often a customer has asked before without an answer. */
static int count_repeats(struct queue *queue, struct engagep_map *map)
{
    struct waiting *list = queue->list + queue->first;
    engagep_map_clear(map);
    for (size_t i = 0; i < queue->count - queue->first; i++) {
        if (!list[i].episode.needs || !list[i].waits)
            continue;
        size_t *before = engagep_map_at(map, list[i].customer);
        if (before == NULL)
            return engagep_core_no_memory(queue->report->error);
        if (*before == ENGAGEP_MAP_NONE)
            *before = 0;
        size_t waits = (size_t)(list[i].episode.waits > 0 ? list[i].episode.waits : 1);
        list[i].repeats = (int64_t)(*before + waits - 1);
        *before += waits;
    }
    return ENGAGE_OK;
}

static int look_around(struct queue *queue)
{
    const engage_tracker *tracker = queue->report->tracker;
    size_t count = queue->count - queue->first;
    struct engagep_map map;
    if (count == 0)
        return ENGAGE_OK;
    struct waiting *list = queue->list + queue->first;
    size_t *held = engagep_alloc_zero(&tracker->allocator, count, sizeof(*held));
    if (held == NULL)
        return engagep_core_no_memory(queue->report->error);
    engagep_map_init(&map, &tracker->allocator, tracker->secret);
    qsort(list, count, sizeof(*list), compare_subjects);
    int rc = count_askers(queue, &map, held);
    if (rc == ENGAGE_OK) {
        qsort(list, count, sizeof(*list), compare_times);
        rc = count_repeats(queue, &map);
    }
    engagep_map_release(&map);
    engagep_alloc_free(&tracker->allocator, held, count, sizeof(*held));
    return rc;
}

/* ---------------------------------------------------------------- priority --- */

static void add_part(struct waiting *waiting, const char *name, const char *reason, int64_t points)
{
    waiting->parts[waiting->part_count++] = (struct part){name, reason, points};
    waiting->priority += points;
}

static int64_t at_most(int64_t value, int64_t most)
{
    return value < most ? value : most;
}

static void add_intents(const struct engagep_policy_numbers *numbers, struct waiting *waiting)
{
    uint32_t labels = waiting->episode.labels;
    int64_t further = 0;
    for (int i = 0; i < ENGAGE_INTENTS; i++)
        further +=
            i != waiting->strongest && (labels & ENGAGEP_LABELS_NEED & ENGAGEP_LABEL(i)) != 0;
    add_part(waiting, "base", engage_intent_name(waiting->strongest),
             numbers->base[waiting->strongest]);
    if (further > 0)
        add_part(waiting, "further", "further intents",
                 at_most(further * numbers->further, numbers->further_max));
}

static void add_tone(const struct engagep_policy_numbers *numbers, struct waiting *waiting)
{
    int64_t negative = waiting->episode.valence < 0 ? -(int64_t)waiting->episode.valence : 0;
    int64_t most = numbers->severity_max;
    int64_t tone = negative * (most * 2 / 3) / 1000000;
    int shouts = (waiting->episode.marks & ENGAGEP_EPISODE_CAPITALS) != 0;
    if (shouts)
        tone += most - most * 2 / 3;
    if (tone > 0)
        add_part(waiting, "severity", shouts ? "in capitals" : "negative tone", tone);
}

static void add_place(const struct engagep_policy_numbers *numbers, struct waiting *waiting)
{
    int addressed = (waiting->episode.marks & ENGAGEP_EPISODE_ADDRESSED) != 0;
    int private = (waiting->episode.marks & ENGAGEP_EPISODE_PRIVATE) != 0;
    add_part(waiting, "addressed", addressed ? "addressed to the brand" : "untagged",
             addressed ? numbers->addressed : 0);
    if (!private && waiting->askers >= numbers->askers_least)
        add_part(waiting, "askers", "others ask the same", numbers->askers_points);
    if (waiting->repeats > 0)
        add_part(waiting, "repeat", "asked again",
                 at_most(waiting->repeats * numbers->repeat, numbers->repeat_max));
    int64_t reach =
        numbers->reach_points * engagep_fixed_log10(waiting->episode.followers) / 1000000;
    if (waiting->episode.followers > 0 && reach > 0)
        add_part(waiting, "reach", "followers", at_most(reach, numbers->reach_max));
    if (waiting->relation_points > 0)
        add_part(waiting, "relation", waiting->relation, waiting->relation_points);
}

static void add_ageing(const struct queue *queue, struct waiting *waiting)
{
    const engage_policy *policy = queue->report->tracker->policy;
    const struct engagep_policy_numbers *numbers = &policy->numbers;
    const struct engagep_hours *hours = engagep_policy_hours(policy, waiting->brand);
    int64_t hour = ENGAGEP_DAY_MS / 24;
    int64_t target = numbers->target_hours * hour;
    int64_t waited =
        engagep_hours_between(hours, waiting->episode.opened, queue->report->now);
    waiting->due = engagep_hours_after(hours, waiting->episode.opened, target);
    waiting->missed = waited >= numbers->missed_hours * hour;
    int64_t points = numbers->ageing;
    if (target > 0 && waited < target)
        points = points * waited / target;
    else if (target > 0)
        points += numbers->ageing_step * ((waited - target) / target);
    if (points > 0)
        add_part(waiting, "ageing", waiting->missed ? "waiting too long" : "waiting",
                 at_most(points, numbers->ageing_max));
}

static void weigh(const struct queue *queue, struct waiting *waiting)
{
    const struct engagep_policy_numbers *numbers = &queue->report->tracker->policy->numbers;
    add_intents(numbers, waiting);
    add_tone(numbers, waiting);
    add_place(numbers, waiting);
    add_ageing(queue, waiting);
    if (waiting->episode.marks & (ENGAGEP_EPISODE_DOUBT | ENGAGEP_EPISODE_UNSURE))
        add_part(waiting, "doubt", "needs_human_read", -numbers->doubt);
    if (waiting->priority > 100)
        waiting->priority = 100;
    if (waiting->priority < 0)
        waiting->priority = 0;
}

/* ---------------------------------------------------------------- writing --- */

static const char *band_of(const struct engagep_policy_numbers *numbers, int64_t priority)
{
    return priority >= numbers->urgent   ? "urgent"
           : priority >= numbers->high   ? "high"
           : priority >= numbers->medium ? "medium"
                                         : "low";
}

static const char *state_of(const struct queue *queue, const struct waiting *waiting)
{
    const struct engagep_policy_numbers *numbers = &queue->report->tracker->policy->numbers;
    const struct engagep_episode *episode = &waiting->episode;
    int64_t now = queue->report->now;
    int answered = episode->answered != ENGAGE_NO_TIME && episode->answered <= now;
    if (waiting->decision == ENGAGEP_DECISION_DISMISS)
        return "dismissed";
    if (waiting->decision == ENGAGEP_DECISION_RESOLVE ||
        (episode->thanked != ENGAGE_NO_TIME && episode->thanked <= now) ||
        (answered && now - episode->answered >= numbers->quiet_hours * (ENGAGEP_DAY_MS / 24)))
        return "resolved";
    if (answered)
        return "answered";
    if (now - episode->last_wait >= numbers->expired_days * ENGAGEP_DAY_MS)
        return "expired";
    return waiting->decision == ENGAGEP_DECISION_CLAIM ? "claimed" : "open";
}

static int put_waiting(const struct queue *queue, const struct waiting *waiting)
{
    engage_buffer *buffer = queue->report->buffer;
    const struct engagep_policy_numbers *numbers = &queue->report->tracker->policy->numbers;
    engagep_json_open(buffer, '{');
    engagep_report_key_text(buffer, "id", waiting->episode.id);
    engagep_report_key_text(buffer, "brand", waiting->brand);
    engagep_json_key(buffer, "customers");
    engagep_report_list(buffer, waiting->customer);
    engagep_json_key(buffer, "posts");
    engagep_report_list(buffer, waiting->episode.posts);
    engagep_json_key(buffer, "intents");
    engagep_json_open(buffer, '[');
    for (int i = 0; i < ENGAGE_INTENTS; i++)
        if (waiting->episode.labels & ENGAGEP_LABEL(i))
            engagep_json_text(buffer, engage_intent_name(i));
    engagep_json_close(buffer, ']');
    engagep_json_key(buffer, "priority");
    engagep_json_int(buffer, waiting->priority);
    engagep_json_key(buffer, "band");
    engagep_json_text(buffer, band_of(numbers, waiting->priority));
    engagep_json_key(buffer, "parts");
    engagep_json_open(buffer, '[');
    for (size_t i = 0; i < waiting->part_count; i++) {
        engagep_json_open(buffer, '{');
        engagep_json_key(buffer, "part");
        engagep_json_text(buffer, waiting->parts[i].name);
        engagep_json_key(buffer, "points");
        engagep_json_int(buffer, waiting->parts[i].points);
        engagep_json_key(buffer, "reason");
        engagep_json_text(buffer, waiting->parts[i].reason);
        engagep_json_close(buffer, '}');
    }
    engagep_json_close(buffer, ']');
    engagep_report_key_text(buffer, "department",
                            engagep_policy_department(queue->report->tracker->policy,
                                                      waiting->brand, waiting->strongest));
    engagep_report_key_time(buffer, "opened", waiting->episode.opened);
    engagep_report_key_time(buffer, "due", waiting->due);
    engagep_json_key(buffer, "missed");
    engagep_json_bool(buffer, waiting->missed);
    engagep_json_key(buffer, "state");
    engagep_json_text(buffer, state_of(queue, waiting));
    int rc = ENGAGE_OK;
    if (queue->report->query.flags & ENGAGE_QUERY_EXPLAIN)
        rc = engagep_receipt_opportunity(queue->report, waiting->brand, waiting->episode.policy,
                                         waiting->episode.posts);
    engagep_json_close(buffer, '}');
    engagep_buffer_put_byte(buffer, '\n');
    return rc;
}

static int compare_priorities(const void *a, const void *b)
{
    const struct waiting *left = a;
    const struct waiting *right = b;
    if (left->priority != right->priority)
        return left->priority > right->priority ? -1 : 1;
    int order = compare_times(a, b);
    return order != 0 ? order : engagep_str_compare(left->brand, right->brand);
}

static int compare_brands(const void *a, const void *b)
{
    const struct waiting *left = a;
    const struct waiting *right = b;
    int order = engagep_str_compare(left->brand, right->brand);
    return order != 0 ? order : compare_priorities(a, b);
}

/* Those who gave up waiting, or were answered, are known to the ones that stay, but
 * not listed. */
static void drop_others(struct queue *queue)
{
    int64_t span = queue->report->tracker->policy->numbers.expired_days * ENGAGEP_DAY_MS;
    size_t kept = queue->first;
    for (size_t i = queue->first; i < queue->count; i++) {
        const struct waiting *waiting = &queue->list[i];
        int listed = waiting->waits && queue->report->now - waiting->episode.last_wait < span;
        if (queue->only.size > 0 ? is_only(queue, &waiting->episode) : listed)
            queue->list[kept++] = *waiting;
    }
    queue->count = kept;
}

static int take_brand(struct queue *queue)
{
    queue->first = queue->count;
    engagep_map_clear(&queue->by_account);
    int rc = read_brand(queue);
    for (size_t i = queue->first; i < queue->count && rc == ENGAGE_OK; i++) {
        queue->list[i].strongest = engagep_signal_strongest(
            queue->report->tracker->policy, queue->list[i].episode.labels);
        rc = judge(queue, &queue->list[i]);
    }
    if (rc == ENGAGE_OK)
        rc = look_around(queue);
    if (rc != ENGAGE_OK)
        return rc;
    drop_others(queue);
    for (size_t i = queue->first; i < queue->count; i++)
        weigh(queue, &queue->list[i]);
    return ENGAGE_OK;
}

static void begin(struct queue *queue)
{
    engage_tracker *tracker = queue->report->tracker;
    engagep_state_begin(&queue->scratch, tracker);
    engagep_map_init(&queue->by_account, &tracker->allocator, tracker->secret);
}

static void end(struct queue *queue)
{
    engagep_state_release(&queue->scratch);
    engagep_map_release(&queue->by_account);
    engagep_alloc_free(&queue->report->tracker->allocator, queue->list, queue->capacity,
                       sizeof(*queue->list));
}

static int put_queue(struct engagep_report *report, engage_str only)
{
    struct queue queue;
    int rc = ENGAGE_OK;
    memset(&queue, 0, sizeof(queue));
    queue.report = report;
    queue.only = only;
    begin(&queue);
    for (size_t i = 0; i < report->brand_count && rc == ENGAGE_OK; i++) {
        queue.brand = report->brands[i];
        rc = take_brand(&queue);
    }
    if (rc == ENGAGE_OK && queue.count > 0) {
        size_t shown = queue.count;
        qsort(queue.list, queue.count, sizeof(*queue.list), compare_priorities);
        if (report->query.top > 0 && report->query.top < shown)
            shown = (size_t)report->query.top;
        qsort(queue.list, shown, sizeof(*queue.list), compare_brands);
        for (size_t i = 0; i < shown && rc == ENGAGE_OK; i++)
            rc = put_waiting(&queue, &queue.list[i]);
    }
    end(&queue);
    return rc;
}

int engagep_queue_ranks(struct engagep_report *report, engage_str brand, struct engagep_ranks *out)
{
    struct queue queue = {.report = report, .brand = brand};
    struct engagep_arena *arena = &report->tracker->lasting;
    begin(&queue);
    int rc = take_brand(&queue);
    out->count = queue.count;
    if (rc == ENGAGE_OK) {
        out->ids = engagep_arena_array(arena, queue.count + 1, sizeof(*out->ids));
        if (out->ids == NULL)
            rc = engagep_core_no_memory(report->error);
    }
    if (rc == ENGAGE_OK && queue.count > 1)
        qsort(queue.list, queue.count, sizeof(*queue.list), compare_priorities);
    for (size_t i = 0; rc == ENGAGE_OK && i < queue.count; i++)
        out->ids[i] = queue.list[i].episode.id;
    end(&queue);
    return rc;
}

int engagep_queue_one(struct engagep_report *report, engage_str id)
{
    return put_queue(report, id);
}

int engage_tracker_queue(engage_tracker *tracker, const engage_query *query, engage_buffer *buffer,
                         engage_error *error)
{
    static const engage_str all = {NULL, 0};
    struct engagep_report report;
    int rc = engagep_report_begin(&report, tracker, query, buffer, error);
    if (rc != ENGAGE_OK)
        return rc;
    rc = put_queue(&report, all);
    return engagep_report_end(&report, rc);
}
