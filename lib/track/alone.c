/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Facts that acts give by themselves, whatever thread they belong to; and facts of an
 * account, taken away.
 */
#include "base/time.h"
#include "track/batch.h"
#include "track/facts.h"

static int emit_alone(struct engagep_batch *batch, const struct engagep_member *member)
{
    struct engagep_member with_others;
    batch->emission.count = 0;
    if (engagep_emit_meets(&member->stored->event)) {
        with_others = *member;
        member = &with_others;
        int rc = engagep_person_strip(batch, &with_others);
        if (rc != ENGAGE_OK)
            return rc;
    }
    if (engagep_emit_alone(batch->tracker, member, &batch->emission) != ENGAGE_OK)
        return engagep_core_no_memory(batch->error);
    return engagep_object_filter(batch, member->stored->event.brand);
}

int engagep_alone_gain(struct engagep_batch *batch, struct engagep_stored *stored,
                       enum engagep_role role)
{
    struct engagep_member member = {stored, stored->event.actor, role};
    struct engagep_emission *emission = &batch->emission;
    engage_str brand = stored->event.brand;
    int rc = emit_alone(batch, &member);
    if (rc != ENGAGE_OK)
        return rc;
    stored->gives = engagep_emit_gives(emission);
    if (stored->gives != 0)
        return engagep_batch_change(batch, brand, &emission->list[0], 1);
    for (size_t i = 0; i < emission->count && rc == ENGAGE_OK; i++)
        rc = engagep_batch_gain(batch, brand, &emission->list[i]);
    return rc;
}

/* Takes away facts of an account that a key is of; those that lie with their events are
 * still there. */
static int lose_facts(struct engagep_batch *batch, const struct engagep_value *key, size_t columns,
                      struct engagep_facts_kept *facts)
{
    engage_str brand = engagep_row_str(&key[FACT_BRAND]);
    int rc = engagep_facts_scan(batch->tracker, key, columns, engagep_facts_keep, facts,
                                batch->error);
    for (size_t i = 0; i < facts->emission.count && rc == ENGAGE_OK; i++) {
        const struct engagep_emitted *fact = &facts->emission.list[i];
        rc = fact->own ? engagep_batch_change(batch, brand, fact, 0)
                       : engagep_batch_lose(batch, brand, fact);
    }
    return rc;
}

static void end_facts(struct engagep_facts_kept *facts)
{
    engagep_emit_release(facts->tracker, &facts->emission);
    engagep_arena_reset(&facts->tracker->arena);
}

int engagep_alone_forget(struct engagep_batch *batch, engage_str brand, engage_str account)
{
    struct engagep_value key[] = {engagep_row_text(brand), engagep_row_text(account)};
    struct engagep_facts_kept facts = {batch->tracker, {NULL, 0, 0}};
    int rc = lose_facts(batch, key, 2, &facts);
    for (size_t i = 0; i < facts.emission.count && rc == ENGAGE_OK; i++)
        if (facts.emission.list[i].own)
            rc = engagep_facts_strip(batch->tracker, brand, account, facts.emission.list[i].event,
                                     batch->error);
    end_facts(&facts);
    return rc;
}

/* Takes away the facts that an act gave its actor, or whoever it thanks: what it gave when it
 * came, also where another policy would give something else now. */
static int lose_given(struct engagep_batch *batch, const struct engagep_stored *stored)
{
    const engage_event *event = &stored->event;
    engage_str accounts[] = {event->actor, event->target};
    int rc = ENGAGE_OK;
    for (size_t i = 0; i < 2 && rc == ENGAGE_OK; i++) {
        struct engagep_facts_kept facts = {batch->tracker, {NULL, 0, 0}};
        struct engagep_value key[] = {
            engagep_row_text(event->brand), engagep_row_text(accounts[i]),
            engagep_row_int(engagep_time_day(event->time)), engagep_row_text(event->actor),
            engagep_row_text(event->id)};
        int is_other = accounts[i].size > 0 && stored->thread.size == 0 &&
                       !engagep_str_equal(accounts[0], accounts[1]);
        if (i == 0 || is_other)
            rc = lose_facts(batch, key, 5, &facts);
        end_facts(&facts);
    }
    return rc;
}

int engagep_alone_lose(struct engagep_batch *batch, struct engagep_stored *stored)
{
    struct engagep_emitted own;
    if (stored->gives == 0)
        return lose_given(batch, stored);
    engagep_emit_own(batch->tracker, stored, &own);
    stored->gives = 0;
    return engagep_batch_change(batch, stored->event.brand, &own, 0);
}

int engagep_alone_anew(struct engagep_batch *batch, struct engagep_stored *stored)
{
    enum engagep_role role = engagep_thread_role(batch->tracker->policy, &stored->event);
    int gave = stored->gives;
    int rc = lose_given(batch, stored);
    if (rc == ENGAGE_OK)
        rc = engagep_alone_gain(batch, stored, role);
    return rc == ENGAGE_OK && stored->gives != gave ? engagep_batch_put_event(batch, stored) : rc;
}
