/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "track/judge.h"

#include "base/alloc.h"
#include "base/time.h"
#include "base/varint.h"
#include "track/stage.h"

/* ----------------------------------------------------------- transitions --- */

struct change {
    int64_t at;
    int from;
    int to;
    int revised;
    engage_str policy; /* of those that were read */
    engage_str gates;
};

struct changes {
    engage_tracker *tracker;
    const struct engagep_person *person;
    int64_t since; /* those before it stay as they are */
    struct change *list;
    size_t count;
    size_t capacity;
};

static int keep(struct changes *changes, struct change change)
{
    struct change *list =
        engagep_arena_grow(&changes->tracker->arena, changes->list, changes->count,
                           &changes->capacity, sizeof(*list));
    if (list == NULL)
        return ENGAGE_ENOMEM;
    changes->list = list;
    changes->list[changes->count++] = change;
    return ENGAGE_OK;
}

static int keep_read(void *ctx, const struct engagep_value *row, engage_error *error)
{
    struct changes *changes = ctx;
    struct engagep_arena *arena = &changes->tracker->arena;
    struct change change = {row[TRANSITION_AT].number, (int)row[TRANSITION_FROM].number,
                            (int)row[TRANSITION_TO].number, (int)row[TRANSITION_REVISED].number,
                            engagep_row_str(&row[TRANSITION_POLICY]),
                            engagep_row_str(&row[TRANSITION_GATES])};
    if (change.at < changes->since)
        return ENGAGE_OK;
    if (engagep_row_keep(arena, &change.policy) != ENGAGE_OK ||
        engagep_row_keep(arena, &change.gates) != ENGAGE_OK)
        return engagep_core_no_memory(error);
    return keep(ctx, change) == ENGAGE_OK ? ENGAGE_OK : engagep_core_no_memory(error);
}

enum { GATE_NUMBERS = 5 };

static size_t put_gate(unsigned char *out, const struct engagep_gate *gate)
{
    size_t size = 3;
    out[0] = gate->stage;
    out[1] = gate->measure;
    out[2] = gate->passed;
    size += engagep_varint_put(out + size, (uint32_t)gate->value);
    size += engagep_varint_put(out + size, (uint32_t)gate->threshold);
    return size;
}

/* How the gates stood: five numbers each. */
static int encode_gates(const struct changes *changes, int64_t at, engage_str *out)
{
    const engage_tracker *tracker = changes->tracker;
    struct engagep_gate gates[ENGAGEP_GATES_MAX];
    size_t count = engagep_stage_gates_then(&changes->person->calendar, tracker->policy, at,
                                            gates);
    unsigned char bytes[ENGAGEP_GATES_MAX * GATE_NUMBERS * ENGAGEP_VARINT_SIZE];
    size_t size = 0;
    for (size_t i = 0; i < count; i++)
        size += put_gate(bytes + size, &gates[i]);
    out->data = engagep_arena_copy(&changes->tracker->arena, (const char *)bytes, size);
    out->size = size;
    return out->data != NULL ? ENGAGE_OK : ENGAGE_ENOMEM;
}

static int keep_now(void *ctx, const struct engagep_transition *transition)
{
    struct changes *changes = ctx;
    struct change change = {.at = transition->at, .from = transition->from, .to = transition->to};
    change.policy = (engage_str){changes->tracker->policy_id, 16};
    int rc = encode_gates(changes, transition->at, &change.gates);
    return rc == ENGAGE_OK ? keep(ctx, change) : rc;
}

static int write_change(engage_tracker *tracker, engage_str brand, engage_str customer,
                        const struct change *change, engage_error *error)
{
    struct engagep_value row[] = {engagep_row_text(brand),        engagep_row_text(customer),
                                  engagep_row_int(change->at),    engagep_row_int(change->from),
                                  engagep_row_int(change->to),    engagep_row_int(change->revised),
                                  engagep_row_text(change->policy),
                                  engagep_row_blob(change->gates.data, change->gates.size)};
    return engagep_core_put(tracker, ENGAGEP_TRANSITION, row, error);
}

/* Both lists ascend by time. A transition is marked as revised where another was read
 * for its day before, or none though that day had been looked at. */
static int write_changes(engage_tracker *tracker, engage_str brand, engage_str customer,
                         const struct changes *before, const struct changes *now,
                         int64_t looked_until, uint64_t *fresh, engage_error *error)
{
    size_t i = 0;
    size_t j = 0;
    int rc = ENGAGE_OK;
    while (rc == ENGAGE_OK && (i < before->count || j < now->count)) {
        const struct change *old = i < before->count ? &before->list[i] : NULL;
        const struct change *new = j < now->count ? &now->list[j] : NULL;
        if (old != NULL && (new == NULL || old->at < new->at)) {
            struct engagep_value key[] = {engagep_row_text(brand), engagep_row_text(customer),
                                          engagep_row_int(old->at)};
            rc = engagep_core_remove(tracker, ENGAGEP_TRANSITION, key, error);
            i++;
            continue;
        }
        struct change change = *new;
        int same = old != NULL && old->at == new->at;
        j++;
        i += (size_t)same;
        if (same && old->from == new->from && old->to == new->to) {
            /* What another policy decided likewise stays as it was decided then. */
            change.revised = old->revised;
            if (engagep_str_equal(old->policy, new->policy) &&
                !engagep_str_equal(old->gates, new->gates))
                rc = write_change(tracker, brand, customer, &change, error);
            continue;
        }
        change.revised = same || (looked_until != ENGAGE_NO_TIME && new->at <= looked_until);
        ++*fresh;
        rc = write_change(tracker, brand, customer, &change, error);
    }
    return rc;
}

/* ------------------------------------------------------------------ rows --- */

/* Whether a customer's row is one that was written: a higher class implies the lower ones. */
static int is_sound(const struct engagep_standing_row *row)
{
    for (size_t class = 1; class <= 4; class++)
        if (row->first[class] != ENGAGE_NO_TIME &&
            (row->first[class] < ENGAGEP_DAY_MIN || row->first[class] > ENGAGEP_DAY_MAX ||
             (class > 1 && row->first[class - 1] == ENGAGE_NO_TIME)))
            return 0;
    return engagep_row_is_time(row->as_of) && row->stage >= ENGAGE_STAGE_NONE &&
           row->stage <= ENGAGE_STAGE_COLLABORATION;
}

int engagep_judge_from_row(const struct engagep_value row[CUSTOMER_COLUMNS],
                           struct engagep_standing_row *out, engage_error *error)
{
    out->as_of = row[CUSTOMER_AS_OF].number;
    out->stage = (int)row[CUSTOMER_STAGE].number;
    out->stage_until = engagep_row_number(&row[CUSTOMER_STAGE_UNTIL], ENGAGE_NO_TIME);
    out->standing = (int)row[CUSTOMER_STANDING].number;
    out->standing_until = engagep_row_number(&row[CUSTOMER_STANDING_UNTIL], ENGAGE_NO_TIME);
    out->first[0] = ENGAGE_NO_TIME;
    for (size_t class = 1; class <= 4; class++)
        out->first[class] = engagep_row_number(&row[CUSTOMER_FIRST_1 + class - 1], ENGAGE_NO_TIME);
    out->first_trial = engagep_row_number(&row[CUSTOMER_FIRST_TRIAL], ENGAGE_NO_TIME);
    out->first_purchase = engagep_row_number(&row[CUSTOMER_FIRST_PURCHASE], ENGAGE_NO_TIME);
    return is_sound(out) ? ENGAGE_OK : engagep_core_corrupt(error, "a customer");
}

int engagep_judge_holds(const struct engagep_standing_row *kept, int64_t time)
{
    return time >= kept->as_of &&
           (kept->stage_until == ENGAGE_NO_TIME || time < kept->stage_until) &&
           (kept->standing_until == ENGAGE_NO_TIME || time < kept->standing_until);
}

static int write_row(engage_tracker *tracker, engage_str brand, engage_str customer,
                     const struct engagep_standing_row *judged, engage_error *error)
{
    struct engagep_value row[CUSTOMER_COLUMNS];
    uint64_t given = ENGAGEP_COLUMN(CUSTOMER_BRAND) | ENGAGEP_COLUMN(CUSTOMER_CUSTOMER);
    row[CUSTOMER_BRAND] = engagep_row_text(brand);
    row[CUSTOMER_CUSTOMER] = engagep_row_text(customer);
    given |= engagep_row_add(row, CUSTOMER_AS_OF, judged->as_of);
    given |= engagep_row_add(row, CUSTOMER_STAGE, judged->stage);
    given |= engagep_row_add_time(row, CUSTOMER_STAGE_UNTIL, judged->stage_until);
    given |= engagep_row_add(row, CUSTOMER_STANDING, judged->standing);
    given |= engagep_row_add_time(row, CUSTOMER_STANDING_UNTIL, judged->standing_until);
    for (size_t class = 1; class <= 4; class++)
        given |= engagep_row_add_time(row, CUSTOMER_FIRST_1 + class - 1, judged->first[class]);
    given |= engagep_row_add_time(row, CUSTOMER_FIRST_TRIAL, judged->first_trial);
    given |= engagep_row_add_time(row, CUSTOMER_FIRST_PURCHASE, judged->first_purchase);
    given |= engagep_row_add_text(row, CUSTOMER_POLICY, (engage_str){tracker->policy_id, 16});
    return engagep_core_put_given(tracker, ENGAGEP_CUSTOMER, row, given, error);
}

/* The transitions that were read before and may read otherwise now: those from the day on
 * that `since` is, or moves to where more must be looked at. */
static int read_before(engage_tracker *tracker,
                       const struct engagep_value customer[CUSTOMER_COLUMNS],
                       struct changes *before, int32_t *since, engage_error *error)
{
    struct engagep_value row[ENGAGEP_MAX_COLUMNS];
    int32_t looked = (int32_t)engagep_time_day(customer[CUSTOMER_AS_OF].number);
    struct engagep_value key[] = {customer[CUSTOMER_BRAND], customer[CUSTOMER_CUSTOMER],
                                  engagep_row_int(looked * ENGAGEP_DAY_MS)};
    if (*since == ENGAGEP_NO_DAY || *since < looked ||
        !engagep_str_is(engagep_row_str(&customer[CUSTOMER_POLICY]), tracker->policy_id)) {
        *since = ENGAGEP_NO_DAY;
        return engagep_core_scan(tracker, ENGAGEP_TRANSITION, 0, key, 2, keep_read, before, error);
    }
    if (*since > looked)
        return ENGAGE_OK;
    int rc = engagep_core_get(tracker, ENGAGEP_TRANSITION, key, row, error);
    if (rc == ENGAGE_ROW)
        rc = keep_read(before, row, error);
    return rc == ENGAGE_DONE ? ENGAGE_OK : rc;
}

int engagep_judge_next_gate(engage_str *gates, struct engagep_gate *out)
{
    uint64_t numbers[GATE_NUMBERS];
    if (gates->size == 0)
        return 0;
    const unsigned char *at = (const unsigned char *)gates->data;
    const unsigned char *end = at + gates->size;
    for (int i = 0; i < GATE_NUMBERS; i++) {
        at = engagep_varint_get(at, end, INT32_MAX, &numbers[i]);
        if (at == NULL)
            return 0;
    }
    *gates = (engage_str){(const char *)at, (size_t)(end - at)};
    if (numbers[0] < 1 || numbers[0] > 4 || numbers[1] >= ENGAGEP_MEASURES || numbers[2] > 1)
        return 0;
    *out = (struct engagep_gate){(uint8_t)numbers[0], (uint8_t)numbers[1], (uint8_t)numbers[2],
                                 (int32_t)numbers[3], (int32_t)numbers[4], ENGAGEP_NO_DAY};
    return 1;
}

int64_t engagep_judge_horizon(const engage_tracker *tracker, int32_t floor)
{
    const struct engagep_policy_numbers *numbers = &tracker->policy->numbers;
    if (floor == ENGAGEP_NO_DAY)
        return ENGAGEP_DAY_MIN;
    return (int64_t)floor + numbers->window + 4 * (int64_t)numbers->hold;
}

/* The later of a day and the horizon; ENGAGEP_NO_DAY is before all. */
static struct engagep_stage_since from_day(const engage_tracker *tracker, int32_t since)
{
    int64_t horizon = engagep_judge_horizon(tracker, tracker->floor);
    if (tracker->floor == ENGAGEP_NO_DAY || since > horizon)
        return (struct engagep_stage_since){since, 0};
    return (struct engagep_stage_since){
        horizon < ENGAGEP_DAY_MAX ? (int32_t)horizon : ENGAGEP_DAY_MAX, 0};
}

/* The stage at the end of the day before `since`, by what was judged then, where nobody decided
 * anything: 0 where that does not tell. `before` are the transitions read of the days since. */
static uint8_t stage_before(const struct engagep_standing_row *kept,
                            const struct engagep_person *person, const struct changes *before,
                            int32_t since)
{
    if (person->controls.count > 0 || since == ENGAGEP_NO_DAY)
        return 0;
    if (since == engagep_time_day(kept->as_of))
        return (uint8_t)(before->count > 0 ? before->list[0].from : kept->stage);
    return kept->stage_until == ENGAGE_NO_TIME || (since - 1) * ENGAGEP_DAY_MS < kept->stage_until
               ? (uint8_t)kept->stage
               : 0;
}

int engagep_judge_person(engage_tracker *tracker, engage_str brand, engage_str customer,
                         const struct engagep_person *person, int32_t since,
                         uint64_t *transitions, engage_error *error)
{
    struct engagep_value key[] = {engagep_row_text(brand), engagep_row_text(customer)};
    struct engagep_value row[CUSTOMER_COLUMNS];
    struct engagep_standing_row kept;
    struct engagep_standing_row judged;
    struct changes before = {.tracker = tracker, .person = person, .since = INT64_MIN};
    struct changes now = {.tracker = tracker, .person = person, .since = INT64_MIN};
    struct engagep_stage_since from = from_day(tracker, ENGAGEP_NO_DAY);
    int64_t looked_until = ENGAGE_NO_TIME;
    int64_t last = engagep_state_latest(person);
    int rc = engagep_core_get(tracker, ENGAGEP_CUSTOMER, key, row, error);
    int known = rc == ENGAGE_ROW;
    if (rc < 0)
        return rc;
    if (known) {
        rc = engagep_judge_from_row(row, &kept, error);
        if (rc != ENGAGE_OK)
            return rc;
        looked_until = kept.as_of;
        /* Where the latest fact went, so does what silence did before it. */
        if (last < looked_until)
            since = ENGAGEP_NO_DAY;
        row[CUSTOMER_BRAND] = key[0];
        row[CUSTOMER_CUSTOMER] = key[1];
        before.since = engagep_judge_horizon(tracker, tracker->floor) * ENGAGEP_DAY_MS;
        rc = read_before(tracker, row, &before, &since, error);
        if (rc != ENGAGE_OK)
            return rc;
        /* What silence changed since the customer was judged last is not written yet. */
        if (kept.stage_until != ENGAGE_NO_TIME && since != ENGAGEP_NO_DAY &&
            kept.stage_until < since * ENGAGEP_DAY_MS)
            since = (int32_t)engagep_time_day(kept.stage_until);
        from = from_day(tracker, since);
        if (from.day == since)
            from.stage = stage_before(&kept, person, &before, since);
    }
    if (last == ENGAGE_NO_TIME) {
        rc = known ? engagep_core_remove(tracker, ENGAGEP_CUSTOMER, key, error) : ENGAGE_OK;
    } else if (engagep_state_walk(tracker, person, from, last, keep_now, &now, &judged) !=
               ENGAGE_OK) {
        rc = engagep_core_no_memory(error);
    } else {
        rc = write_row(tracker, brand, customer, &judged, error);
    }
    if (rc != ENGAGE_OK)
        return rc;
    return write_changes(tracker, brand, customer, &before, &now, looked_until, transitions, error);
}

int engagep_judge_customer(engage_tracker *tracker, engage_str brand, engage_str customer,
                           struct engagep_person *scratch, uint64_t *transitions,
                           engage_error *error)
{
    engagep_arena_reset(&tracker->arena);
    int rc = engagep_state_sum(tracker, brand, customer, scratch, error);
    if (rc != ENGAGE_OK)
        return rc;
    return engagep_judge_person(tracker, brand, customer, scratch, ENGAGEP_NO_DAY, transitions,
                                error);
}

int engagep_judge_close(engage_tracker *tracker, engage_str brand, engage_str customer,
                        struct engagep_person *scratch, int64_t until, engage_error *error)
{
    struct engagep_value key[] = {engagep_row_text(brand), engagep_row_text(customer)};
    struct engagep_value row[CUSTOMER_COLUMNS];
    struct changes now = {.tracker = tracker, .person = scratch};
    struct engagep_standing_row kept;
    int rc = engagep_core_get(tracker, ENGAGEP_CUSTOMER, key, row, error);
    if (rc != ENGAGE_ROW)
        return rc == ENGAGE_DONE ? ENGAGE_OK : rc;
    rc = engagep_judge_from_row(row, &kept, error);
    if (rc != ENGAGE_OK || kept.as_of >= until)
        return rc;
    int64_t looked_until = kept.as_of;
    engagep_arena_reset(&tracker->arena);
    rc = engagep_state_sum(tracker, brand, customer, scratch, error);
    if (rc != ENGAGE_OK)
        return rc;
    if (engagep_stage_walk(&scratch->calendar, &scratch->controls, tracker->policy,
                           from_day(tracker, (int32_t)engagep_time_day(looked_until)), until - 1,
                           keep_now, &now, NULL) != ENGAGE_OK)
        return engagep_core_no_memory(error);
    for (size_t i = 0; i < now.count && rc == ENGAGE_OK; i++)
        if (now.list[i].at > looked_until)
            rc = write_change(tracker, brand, customer, &now.list[i], error);
    return rc;
}

/* The cause of a transition that is kept without one: a control of that very moment, else
 * silence where the stage fell, or a fact. */
static uint8_t cause_of(const struct engagep_person *person,
                        const struct engagep_transition *transition)
{
    for (size_t i = 0; i < person->controls.count; i++)
        if (person->rows[i].time == transition->at)
            return ENGAGEP_CAUSE_CONTROL;
    return transition->to < transition->from ? ENGAGEP_CAUSE_TIME : ENGAGEP_CAUSE_FACT;
}

struct visiting {
    const struct engagep_person *person;
    int64_t before;
    int64_t until;
    engagep_stage_visit *visit;
    void *ctx;
};

static int visit_kept(void *ctx, const struct engagep_value *row, engage_error *error)
{
    const struct visiting *visiting = ctx;
    struct engagep_transition transition = {.at = row[TRANSITION_AT].number,
                                            .from = (uint8_t)row[TRANSITION_FROM].number,
                                            .to = (uint8_t)row[TRANSITION_TO].number};
    if (transition.from > ENGAGE_STAGE_COLLABORATION ||
        transition.to > ENGAGE_STAGE_COLLABORATION || !engagep_row_is_time(transition.at))
        return engagep_core_corrupt(error, "a transition");
    if (transition.at >= visiting->before || transition.at > visiting->until)
        return ENGAGE_OK;
    transition.cause = cause_of(visiting->person, &transition);
    return visiting->visit(visiting->ctx, &transition);
}

int engagep_judge_visit(engage_tracker *tracker, engage_str brand, engage_str customer,
                        const struct engagep_person *person, int64_t until,
                        engagep_stage_visit *visit, void *ctx, engage_error *error)
{
    int64_t horizon = engagep_judge_horizon(tracker, tracker->floor);
    struct visiting visiting = {person, horizon * ENGAGEP_DAY_MS, until, visit, ctx};
    struct engagep_value prefix[] = {engagep_row_text(brand), engagep_row_text(customer)};
    int rc = ENGAGE_OK;
    if (tracker->floor != ENGAGEP_NO_DAY)
        rc = engagep_core_scan(tracker, ENGAGEP_TRANSITION, 0, prefix, 2, visit_kept, &visiting,
                               error);
    if (rc != ENGAGE_OK)
        return rc;
    return engagep_stage_walk(&person->calendar, &person->controls, tracker->policy,
                              from_day(tracker, ENGAGEP_NO_DAY), until, visit, ctx, NULL);
}
