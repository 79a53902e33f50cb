/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "track/state.h"

#include "base/alloc.h"
#include "base/error.h"
#include "base/time.h"
#include "track/decision.h"
#include "track/outcome.h"
#include "track/stage.h"
#include "track/standing.h"

#include <string.h>

static int fail(int rc, engage_error *error)
{
    if (rc == ENGAGE_ENOMEM)
        return engagep_core_no_memory(error);
    return engagep_core_corrupt(error, "a state");
}

int engagep_state_add(engage_tracker *tracker, struct engagep_calendar *sum, engage_str bytes,
                      engage_error *error)
{
    struct engagep_calendar part;
    if (bytes.size == 0)
        return ENGAGE_OK;
    int rc;
    if (engagep_state_is_empty(sum) && sum->floor == ENGAGEP_NO_DAY) {
        rc = engagep_calendar_decode(sum, bytes.data, bytes.size);
        return rc == ENGAGE_OK ? ENGAGE_OK : fail(rc, error);
    }
    engagep_calendar_init(&part, tracker->key, &tracker->allocator);
    rc = engagep_calendar_decode(&part, bytes.data, bytes.size);
    int32_t floor = part.floor > sum->floor ? part.floor : sum->floor;
    part.floor = sum->floor = ENGAGEP_NO_DAY;
    if (rc == ENGAGE_OK)
        rc = engagep_calendar_merge(sum, &part);
    sum->floor = floor;
    engagep_calendar_release(&part);
    return rc == ENGAGE_OK ? ENGAGE_OK : fail(rc, error);
}

int engagep_state_read(struct engagep_calendar *calendar, engage_str state,
                       struct engagep_calendar_bytes *bytes, engage_error *error)
{
    memset(bytes, 0, sizeof(*bytes));
    if (state.size == 0)
        return ENGAGE_OK;
    int rc = engagep_calendar_decode_bytes(calendar, state.data, state.size, bytes);
    return rc == ENGAGE_OK ? ENGAGE_OK : fail(rc, error);
}

/* ---------------------------------------------------------------- persons --- */

void engagep_state_begin(struct engagep_person *person, const engage_tracker *tracker)
{
    memset(person, 0, sizeof(*person));
    engagep_calendar_init(&person->calendar, tracker->key, &tracker->allocator);
}

void engagep_state_release(struct engagep_person *person)
{
    engagep_alloc_free(&person->calendar.allocator, person->rows, person->capacity,
                       sizeof(*person->rows));
    engagep_calendar_release(&person->calendar);
}

/* Controls of several accounts come one account after the other, in order of their names: each
 * finds its place by its time, after those that came before it. */
static int add_control(void *ctx, const struct engagep_decision *decision, engage_error *error)
{
    struct engagep_person *person = ctx;
    void *list = person->rows;
    if (decision->type > ENGAGEP_DECISION_FLAG)
        return ENGAGE_OK;
    int rc = engagep_alloc_grow(&person->calendar.allocator, &list, &person->capacity,
                                person->controls.count + 1, sizeof(*person->rows));
    person->rows = list;
    if (rc != ENGAGE_OK)
        return engagep_core_no_memory(error);
    size_t at = person->controls.count++;
    for (; at > 0 && person->rows[at - 1].time > decision->time; at--)
        person->rows[at] = person->rows[at - 1];
    person->rows[at] = (struct engagep_control){decision->time, (uint8_t)decision->type,
                                                engagep_decision_stage(decision)};
    person->controls.rows = person->rows;
    return ENGAGE_OK;
}

struct adding {
    engage_tracker *tracker;
    struct engagep_person *person;
};

static int add_part(const struct adding *adding, engage_str bytes, engage_error *error)
{
    return engagep_state_add(adding->tracker, &adding->person->calendar, bytes, error);
}

static int add_partial(void *ctx, const struct engagep_value *row, engage_error *error)
{
    return add_part(ctx, engagep_row_str(&row[PARTIAL_STATE]), error);
}

static int add_account(void *ctx, const struct engagep_value *row, engage_error *error)
{
    const struct adding *adding = ctx;
    engage_tracker *tracker = adding->tracker;
    engage_str brand = engagep_row_str(&row[ACCOUNT_BRAND]);
    engage_str account = engagep_row_str(&row[ACCOUNT_ACCOUNT]);
    struct engagep_value prefix[] = {engagep_row_text(brand), engagep_row_text(account)};
    if (row[ACCOUNT_OBJECTED].number != 0)
        return ENGAGE_OK;
    int rc = add_part(adding, engagep_row_str(&row[ACCOUNT_STATE]), error);
    if (rc == ENGAGE_OK && row[ACCOUNT_PARTIALS].number > 0)
        rc = engagep_core_scan(tracker, ENGAGEP_PARTIAL, 0, prefix, 2, add_partial, ctx, error);
    if (rc == ENGAGE_OK)
        rc = engagep_decision_scan(tracker, brand, account, add_control, adding->person, error);
    return rc;
}

int engagep_state_sum(engage_tracker *tracker, engage_str brand, engage_str customer,
                      struct engagep_person *person, engage_error *error)
{
    struct adding adding = {tracker, person};
    struct engagep_value prefix[] = {engagep_row_text(brand), engagep_row_text(customer)};
    struct engagep_value row[ACCOUNT_COLUMNS];
    int linked;
    engagep_calendar_clear(&person->calendar);
    person->controls.count = 0;
    int rc = engagep_decision_any(tracker, &linked, error);
    if (rc != ENGAGE_OK)
        return rc;
    /* Most customers are one account: it is the customer's namesake, with no CRM id
     * that others could share, and nobody has linked it. */
    if (!linked) {
        rc = engagep_core_get(tracker, ENGAGEP_ACCOUNT, prefix, row, error);
        if (rc < 0)
            return rc;
        if (rc == ENGAGE_ROW && row[ACCOUNT_CRM_ID].type == ENGAGEP_NULL)
            return add_account(&adding, row, error);
    }
    return engagep_core_scan(tracker, ENGAGEP_ACCOUNT, ACCOUNT_BY_CUSTOMER, prefix, 2, add_account,
                             &adding, error);
}

int engagep_state_is_empty(const struct engagep_calendar *calendar)
{
    return calendar->count == 0 && calendar->known == 0;
}

int engagep_state_bytes_since(engage_tracker *tracker, const struct engagep_calendar *calendar,
                              const struct engagep_calendar_bytes *bytes, int32_t since,
                              engage_str *out, engage_error *error)
{
    *out = (engage_str){NULL, 0};
    if (engagep_state_is_empty(calendar))
        return ENGAGE_OK;
    engage_buffer_clear(&tracker->bytes);
    int rc = engagep_calendar_encode_since(calendar, bytes, since, &tracker->bytes);
    if (rc != ENGAGE_OK)
        return fail(rc, error);
    *out = (engage_str){tracker->bytes.data, tracker->bytes.size};
    return ENGAGE_OK;
}

int engagep_state_bytes(engage_tracker *tracker, const struct engagep_calendar *calendar,
                        engage_str *out, engage_error *error)
{
    return engagep_state_bytes_since(tracker, calendar, NULL, ENGAGEP_NO_DAY, out, error);
}

int64_t engagep_state_last(const struct engagep_calendar *calendar)
{
    int64_t last = ENGAGEP_NO_DAY;
    if (calendar->count > 0)
        last = calendar->days[calendar->count - 1].day;
    for (uint64_t kinds = calendar->known; kinds != 0;) {
        int32_t first = calendar->first[engagep_day_kind(&kinds)];
        last = first > last ? first : last;
    }
    return last != ENGAGEP_NO_DAY ? last * ENGAGEP_DAY_MS : ENGAGE_NO_TIME;
}

int64_t engagep_state_latest(const struct engagep_person *person)
{
    int64_t last = engagep_state_last(&person->calendar);
    size_t count = person->controls.count;
    if (last != ENGAGE_NO_TIME && count > 0 && person->rows[count - 1].time > last)
        last = person->rows[count - 1].time;
    return last;
}

static int64_t day_or_none(int32_t day)
{
    return day != ENGAGEP_NO_DAY ? day : ENGAGE_NO_TIME;
}

int engagep_state_walk(const engage_tracker *tracker, const struct engagep_person *person,
                       struct engagep_stage_since since, int64_t time,
                       engagep_stage_visit *visit, void *ctx, struct engagep_standing_row *out)
{
    const struct engagep_calendar *calendar = &person->calendar;
    struct engagep_stage_now stage;
    struct engagep_standing standing;
    int32_t first[5];
    int32_t first_trial;
    int32_t first_purchase;
    int rc = engagep_stage_walk(calendar, &person->controls, tracker->policy, since, time, visit,
                                ctx, &stage);
    if (rc != ENGAGE_OK)
        return rc;
    engagep_standing_at(calendar, tracker->policy, time, &standing);
    engagep_outcome_firsts(calendar, (int32_t)engagep_time_day(time), &first_trial,
                           &first_purchase);
    out->as_of = time;
    out->stage = stage.stage;
    out->stage_until = stage.valid_until;
    out->standing = standing.standing;
    out->standing_until = standing.valid_until != ENGAGEP_NO_DAY
                              ? standing.valid_until * ENGAGEP_DAY_MS
                              : ENGAGE_NO_TIME;
    engagep_calendar_firsts(calendar, first);
    for (int class = 1; class <= 4; class++)
        out->first[class] = day_or_none(first[class]);
    out->first[0] = ENGAGE_NO_TIME;
    out->first_trial = day_or_none(first_trial);
    out->first_purchase = day_or_none(first_purchase);
    return ENGAGE_OK;
}

void engagep_state_judge(const engage_tracker *tracker, const struct engagep_person *person,
                         int64_t time, struct engagep_standing_row *out)
{
    /* Without a visit nothing can fail. */
    struct engagep_stage_since since = {(int32_t)engagep_time_day(time), 0};
    (void)engagep_state_walk(tracker, person, since, time, NULL, NULL, out);
}
