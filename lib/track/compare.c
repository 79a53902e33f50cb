/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Two trackers over one past: who stands elsewhere, who would have been promoted at
 * another time, who would be answered first, and who would have been missed.
 */
#include "base/time.h"
#include "track/episode.h"
#include "track/judge.h"
#include "track/replay.h"
#include "track/report.h"
#include "track/standing.h"

#include <string.h>

enum { BEFORE, AFTER, SIDES };

struct comparing {
    struct engagep_report *reports[SIDES];
    struct engagep_person person;
    engage_str brand;
    int side; /* whose rows are being read */
};

/* ------------------------------------------------------------------ lines --- */

static void begin_line(struct comparing *comparing, const char *what, engage_str id)
{
    engage_buffer *buffer = comparing->reports[BEFORE]->buffer;
    engagep_json_open(buffer, '{');
    engagep_report_key_text(buffer, "brand", comparing->brand);
    engagep_json_key(buffer, "what");
    engagep_json_text(buffer, what);
    engagep_report_key_text(buffer, "id", id);
}

static void end_line(struct comparing *comparing)
{
    engage_buffer *buffer = comparing->reports[BEFORE]->buffer;
    engagep_json_close(buffer, '}');
    engagep_buffer_put_byte(buffer, '\n');
}

static const char *const keys[SIDES] = {"before", "after"};

static void put_names(struct comparing *comparing, const char *what, engage_str id,
                      const char *const names[SIDES])
{
    engage_buffer *buffer = comparing->reports[BEFORE]->buffer;
    begin_line(comparing, what, id);
    for (int side = 0; side < SIDES; side++) {
        engagep_json_key(buffer, keys[side]);
        engagep_json_text(buffer, names[side]);
    }
    end_line(comparing);
}

/* -------------------------------------------------------------- customers --- */

struct view {
    int stage;
    int standing;
    int64_t reached[5]; /* the first time that a stage was, or ENGAGE_NO_TIME */
};

static int note_reached(void *ctx, const struct engagep_transition *transition)
{
    struct view *view = ctx;
    for (int stage = transition->from + 1; stage <= transition->to; stage++)
        if (view->reached[stage] == ENGAGE_NO_TIME)
            view->reached[stage] = transition->at;
    return ENGAGE_OK;
}

static int look(struct comparing *comparing, int side, engage_str customer, struct view *out)
{
    const struct engagep_report *report = comparing->reports[side];
    const struct engagep_person *person = &comparing->person;
    struct engagep_standing standing;
    struct engagep_stage stage;
    int rc = engagep_state_sum(report->tracker, comparing->brand, customer, &comparing->person,
                               report->error);
    if (rc != ENGAGE_OK)
        return rc;
    engagep_stage_at(&person->calendar, &person->controls, report->tracker->policy, report->now,
                     &stage);
    engagep_standing_at(&person->calendar, report->tracker->policy, report->now, &standing);
    out->stage = stage.stage;
    out->standing = standing.standing;
    for (int i = 0; i < 5; i++)
        out->reached[i] = ENGAGE_NO_TIME;
    return engagep_stage_transitions(&person->calendar, &person->controls, report->tracker->policy,
                                     report->now, note_reached, out);
}

static void put_views(struct comparing *comparing, engage_str customer,
                      const struct view views[SIDES])
{
    engage_buffer *buffer = comparing->reports[BEFORE]->buffer;
    for (int stage = ENGAGE_STAGE_CURATION; stage <= ENGAGE_STAGE_COLLABORATION; stage++) {
        if (views[BEFORE].reached[stage] == views[AFTER].reached[stage])
            continue;
        begin_line(comparing, engage_stage_name(stage), customer);
        for (int side = 0; side < SIDES; side++)
            engagep_report_key_time(buffer, keys[side], views[side].reached[stage]);
        end_line(comparing);
    }
    if (views[BEFORE].stage != views[AFTER].stage) {
        const char *names[] = {engage_stage_name(views[BEFORE].stage),
                               engage_stage_name(views[AFTER].stage)};
        put_names(comparing, "stage", customer, names);
    }
    if (views[BEFORE].standing != views[AFTER].standing) {
        const char *names[] = {engagep_standing_name(views[BEFORE].standing),
                               engagep_standing_name(views[AFTER].standing)};
        put_names(comparing, "standing", customer, names);
    }
}

/* A customer of both is met among those of `before`; one of `after` alone after them. */
static int compare_customer(void *ctx, const struct engagep_value *row, engage_error *error)
{
    struct comparing *comparing = ctx;
    struct view views[SIDES];
    struct engagep_value other[CUSTOMER_COLUMNS];
    engage_str customer = engagep_row_str(&row[CUSTOMER_CUSTOMER]);
    if (comparing->side == AFTER) {
        int rc = engagep_core_get(comparing->reports[BEFORE]->tracker, ENGAGEP_CUSTOMER, row, other,
                                  error);
        if (rc != ENGAGE_DONE)
            return rc == ENGAGE_ROW ? ENGAGE_OK : rc;
    }
    for (int side = 0; side < SIDES; side++) {
        int rc = look(comparing, side, customer, &views[side]);
        if (rc != ENGAGE_OK)
            return rc;
    }
    put_views(comparing, customer, views);
    return ENGAGE_OK;
}

/* ---------------------------------------------------------------- answers --- */

/* Whether nobody answered for too long, by the hours of one policy. */
static int is_missed(const struct engagep_report *report, engage_str brand,
                     const struct engagep_episode *episode)
{
    const engage_policy *policy = report->tracker->policy;
    int64_t end = report->now;
    if (episode->answered != ENGAGE_NO_TIME && episode->answered < end)
        end = episode->answered;
    if (episode->thanked != ENGAGE_NO_TIME && episode->thanked < end)
        end = episode->thanked;
    if (episode->opened > end)
        return 0;
    return engagep_hours_between(engagep_policy_hours(policy, brand), episode->opened, end) >=
           policy->numbers.missed_hours * (ENGAGEP_DAY_MS / 24);
}

static int compare_episode(void *ctx, const struct engagep_value *row, engage_error *error)
{
    struct comparing *comparing = ctx;
    int other_side = comparing->side == BEFORE ? AFTER : BEFORE;
    struct engagep_value other[EPISODE_COLUMNS];
    struct engagep_episode episode;
    engage_buffer *buffer = comparing->reports[BEFORE]->buffer;
    int missed[SIDES] = {0, 0};
    int met = engagep_core_get(comparing->reports[other_side]->tracker, ENGAGEP_EPISODE, row, other,
                               error);
    if (met < 0 || (met == ENGAGE_ROW && comparing->side == AFTER))
        return met < 0 ? met : ENGAGE_OK;
    int rc = engagep_episode_from_row(row, NULL, &episode, error);
    if (rc != ENGAGE_OK)
        return rc;
    missed[comparing->side] =
        is_missed(comparing->reports[comparing->side], comparing->brand, &episode);
    if (met == ENGAGE_ROW) {
        rc = engagep_episode_from_row(other, NULL, &episode, error);
        if (rc != ENGAGE_OK)
            return rc;
        missed[AFTER] = is_missed(comparing->reports[AFTER], comparing->brand, &episode);
    }
    if (missed[BEFORE] == missed[AFTER])
        return ENGAGE_OK;
    begin_line(comparing, "missed", engagep_row_str(&row[EPISODE_ID]));
    for (int side = 0; side < SIDES; side++) {
        engagep_json_key(buffer, keys[side]);
        engagep_json_bool(buffer, missed[side]);
    }
    end_line(comparing);
    return ENGAGE_OK;
}

/* Places by id, from 0. */
static int map_places(const struct engagep_ranks *ranks, struct engagep_map *places)
{
    for (size_t i = 0; i < ranks->count; i++) {
        size_t *at = engagep_map_at(places, ranks->ids[i]);
        if (at == NULL)
            return ENGAGE_ENOMEM;
        *at = i;
    }
    return ENGAGE_OK;
}

/* The place of an id, from 1; 0 where it is not listed. */
static size_t place_of(const struct engagep_map *places, engage_str id)
{
    size_t at = engagep_map_find(places, id);
    return at != ENGAGEP_MAP_NONE ? at + 1 : 0;
}

static void put_place(struct comparing *comparing, engage_str id, const size_t places[SIDES])
{
    engage_buffer *buffer = comparing->reports[BEFORE]->buffer;
    begin_line(comparing, "place", id);
    for (int side = 0; side < SIDES; side++) {
        engagep_json_key(buffer, keys[side]);
        if (places[side] > 0)
            engagep_json_int(buffer, (int64_t)places[side]);
        else
            engagep_json_null(buffer);
    }
    end_line(comparing);
}

static int put_places(struct comparing *comparing, const struct engagep_ranks ranks[SIDES],
                      struct engagep_map places[SIDES])
{
    if (map_places(&ranks[BEFORE], &places[BEFORE]) != ENGAGE_OK ||
        map_places(&ranks[AFTER], &places[AFTER]) != ENGAGE_OK)
        return engagep_core_no_memory(comparing->reports[BEFORE]->error);
    for (size_t i = 0; i < ranks[AFTER].count; i++) {
        size_t both[] = {place_of(&places[BEFORE], ranks[AFTER].ids[i]), i + 1};
        if (both[BEFORE] != both[AFTER])
            put_place(comparing, ranks[AFTER].ids[i], both);
    }
    for (size_t i = 0; i < ranks[BEFORE].count; i++) {
        size_t both[] = {i + 1, place_of(&places[AFTER], ranks[BEFORE].ids[i])};
        if (both[AFTER] == 0)
            put_place(comparing, ranks[BEFORE].ids[i], both);
    }
    return ENGAGE_OK;
}

/* The queue now: who would be answered first, by the new places. */
static int compare_queues(struct comparing *comparing)
{
    struct engagep_ranks ranks[SIDES];
    struct engagep_map places[SIDES];
    int rc = ENGAGE_OK;
    for (int side = 0; side < SIDES; side++) {
        const engage_tracker *tracker = comparing->reports[side]->tracker;
        engagep_map_init(&places[side], &tracker->allocator, tracker->secret);
    }
    for (int side = 0; side < SIDES && rc == ENGAGE_OK; side++)
        rc = engagep_queue_ranks(comparing->reports[side], comparing->brand, &ranks[side]);
    if (rc == ENGAGE_OK)
        rc = put_places(comparing, ranks, places);
    engagep_map_release(&places[BEFORE]);
    engagep_map_release(&places[AFTER]);
    return rc;
}

/* ---------------------------------------------------------------- compare --- */

static int compare_table(struct comparing *comparing, size_t table, engagep_core_visit *visit)
{
    struct engagep_value prefix[] = {engagep_row_text(comparing->brand)};
    int rc = ENGAGE_OK;
    for (comparing->side = 0; comparing->side < SIDES && rc == ENGAGE_OK; comparing->side++)
        rc = engagep_core_scan(comparing->reports[comparing->side]->tracker, table, 0, prefix, 1,
                               visit, comparing, comparing->reports[BEFORE]->error);
    return rc;
}

static int compare_brands(struct comparing *comparing)
{
    const struct engagep_report *report = comparing->reports[BEFORE];
    int rc = ENGAGE_OK;
    for (size_t i = 0; i < report->brand_count && rc == ENGAGE_OK; i++) {
        comparing->brand = report->brands[i];
        rc = compare_table(comparing, ENGAGEP_CUSTOMER, compare_customer);
        if (rc == ENGAGE_OK)
            rc = compare_table(comparing, ENGAGEP_EPISODE, compare_episode);
        if (rc == ENGAGE_OK)
            rc = compare_queues(comparing);
    }
    return rc;
}

int engagep_replay_compare(engage_tracker *before, engage_tracker *after, const engage_query *query,
                           engage_buffer *buffer, engage_error *error)
{
    struct engagep_report reports[SIDES];
    struct comparing comparing = {.reports = {&reports[BEFORE], &reports[AFTER]}};
    int rc = engagep_report_begin(&reports[BEFORE], before, query, buffer, error);
    if (rc != ENGAGE_OK)
        return rc;
    engage_query same = reports[BEFORE].query;
    same.now = reports[BEFORE].now;
    rc = engagep_report_begin(&reports[AFTER], after, &same, buffer, error);
    if (rc != ENGAGE_OK)
        return engagep_report_end(&reports[BEFORE], rc);
    engagep_state_begin(&comparing.person, before);
    rc = compare_brands(&comparing);
    engagep_state_release(&comparing.person);
    rc = engagep_report_end(&reports[AFTER], rc);
    return engagep_report_end(&reports[BEFORE], rc);
}
