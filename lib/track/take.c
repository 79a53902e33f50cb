/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Which events of a batch are new.
 */
#include "base/alloc.h"
#include "base/time.h"
#include "track/batch.h"
#include "track/decision.h"
#include "track/duty.h"
#include "track/signal.h"

#include <string.h>

/* Compares the canonical bytes of two events; *failed is set where there was no memory. */
static int compare_bytes(struct engagep_batch *batch, const engage_event *a, const engage_event *b,
                         uint64_t words_of_b, int *failed)
{
    engage_buffer *bytes = &batch->tracker->bytes;
    engage_buffer_clear(bytes);
    size_t begun = engagep_buffer_begin(bytes);
    engagep_event_encode(a, engagep_event_words(a), bytes);
    size_t middle = bytes->size;
    engagep_event_encode(b, words_of_b, bytes);
    if (engagep_buffer_end(bytes, begun) != ENGAGE_OK) {
        *failed = 1;
        return 0;
    }
    return engagep_str_compare((engage_str){bytes->data, middle},
                               (engage_str){bytes->data + middle, bytes->size - middle});
}

static int read_old(struct engagep_batch *batch, const engage_event *event,
                    const struct engagep_stored **out)
{
    struct engagep_value key[] = {engagep_row_text(event->brand), engagep_row_text(event->actor),
                                  engagep_row_text(event->id)};
    struct engagep_value row[EVENT_COLUMNS];
    *out = NULL;
    int rc = engagep_core_get(batch->tracker, ENGAGEP_EVENT, key, row, batch->error);
    if (rc != ENGAGE_ROW)
        return rc == ENGAGE_DONE ? ENGAGE_OK : rc;
    struct engagep_stored *old =
        engagep_arena_array(&batch->tracker->lasting, 1, sizeof(*old));
    struct engagep_arena *arena = engagep_core_keeper(batch->tracker, &batch->tracker->lasting);
    if (old == NULL)
        return engagep_core_no_memory(batch->error);
    *out = old;
    return engagep_row_to_event(row, arena, old, batch->error);
}

/* Of two events with one id the one with the smaller bytes stands. */
static int meet(struct engagep_batch *batch, struct engagep_item *item, const engage_event *event)
{
    int failed = 0;
    engage_event given = *event;
    engage_event held = item->stored.event;
    const struct engagep_signal *signal = &item->stored.signal;
    uint64_t words = signal->gone ? signal->words : engagep_event_words(&held);
    engagep_signal_withhold(batch->tracker->policy, &given);
    engagep_signal_withhold(batch->tracker->policy, &held);
    int order = compare_bytes(batch, &given, &held, words, &failed);
    if (failed)
        return engagep_core_no_memory(batch->error);
    if (order == 0) {
        batch->counts->duplicate++;
        return ENGAGE_OK;
    }
    batch->counts->conflict++;
    if (order < 0) {
        item->stored.event = *event;
        item->stored.signal.gone = 0;
        item->fresh = 1;
    }
    return ENGAGE_OK;
}

static int take_event(struct engagep_batch *batch, const engage_event *event, size_t given)
{
    engage_tracker *tracker = batch->tracker;
    batch->counts->read++;
    if (engagep_event_is_future(event, tracker->now))
        return engagep_batch_refuse(batch, given, "more than a day after the given now");
    if (engagep_duty_lacks_basis(tracker->policy, event))
        return engagep_batch_refuse(batch, given, ENGAGEP_DUTY_NO_BASIS);
    if (tracker->forgotten) {
        int screened = engagep_duty_screen(batch, &event);
        if (screened == ENGAGE_DONE)
            return engagep_batch_refuse(batch, given,
                                        "its actor, or whom it decides about, was forgotten");
        if (screened != ENGAGE_OK)
            return screened;
    }
    uint32_t hash;
    struct engagep_key key = {event->brand, event->actor, event->id};
    size_t number = engagep_keys_find(&batch->by_event, batch->items, &key, &hash);
    if (number != ENGAGEP_KEYS_NONE)
        return meet(batch, &batch->items[number], event);
    struct engagep_item *item = &batch->items[batch->item_count];
    int rc = read_old(batch, event, &item->old);
    if (rc != ENGAGE_OK)
        return rc;
    engagep_keys_add(&batch->by_event, hash, batch->item_count++);
    item->fresh = 0;
    item->number = given;
    if (item->old != NULL) {
        item->stored = *item->old;
        return meet(batch, item, event);
    }
    item->stored.event = *event;
    item->stored.signal.gone = 0; /* the rest of it is read when all events are known */
    item->fresh = 1;
    batch->counts->applied++;
    return ENGAGE_OK;
}

/* Room for all events at once, so that nothing is moved while they are taken. */
static int make_room(struct engagep_batch *batch, size_t count)
{
    void *list = batch->items;
    int rc = engagep_alloc_grow(&batch->tracker->allocator, &list, &batch->item_capacity, count,
                                sizeof(*batch->items));
    batch->items = list;
    if (rc == ENGAGE_OK)
        rc = engagep_keys_reserve(&batch->by_event, count);
    return rc == ENGAGE_OK ? ENGAGE_OK : engagep_core_no_memory(batch->error);
}

static unsigned traits_of(const struct engagep_item *item, const struct engagep_account *account)
{
    const engage_event *event = &item->stored.event;
    unsigned traits = 0;
    if (account->tombstones > 0 || engagep_str_is(event->verb, "Undo") ||
        engagep_str_is(event->verb, "Delete"))
        traits |= ENGAGEP_TRAIT_TAKES_BACK;
    if (engagep_decision_is_verb(event))
        traits |= ENGAGEP_TRAIT_DECIDES;
    if (engagep_link_tells(event))
        traits |= ENGAGEP_TRAIT_TELLS;
    if (item->stored.signal.withheld != 0)
        traits |= ENGAGEP_TRAIT_WITHHELD;
    if (item->old != NULL)
        traits |= ENGAGEP_TRAIT_TAKES_BACK | ENGAGEP_TRAIT_DECIDES;
    return traits;
}

/* Rows that are asked for some events later are fetched meanwhile: where they are looked up
 * first, and then they themselves. */
enum { FAR = 16, NEAR = 8 };

static void expect_account(struct engagep_batch *batch, size_t item, int near)
{
    if (item >= batch->item_count)
        return;
    const engage_event *event = &batch->items[item].stored.event;
    struct engagep_value key[] = {engagep_row_text(event->brand), engagep_row_text(event->actor)};
    engagep_core_expect(batch->tracker, ENGAGEP_ACCOUNT, key, near);
}

int engagep_take(struct engagep_batch *batch, const engage_events *events)
{
    size_t count = engage_events_count(events);
    batch->traits = 0;
    int rc = make_room(batch, count);
    for (size_t i = 0; i < count && rc == ENGAGE_OK; i++) {
        if (i + FAR < count)
            engagep_batch_expect_event(batch, engagep_events_get(events, i + FAR));
        rc = take_event(batch, engagep_events_get(events, i), i);
    }
    for (size_t i = 0; i < batch->item_count && rc == ENGAGE_OK; i++) {
        struct engagep_item *item = &batch->items[i];
        const engage_event *event = &item->stored.event;
        expect_account(batch, i + FAR, 0);
        expect_account(batch, i + NEAR, 1);
        if (!item->fresh)
            continue;
        item->role = engagep_thread_role(batch->tracker->policy, event);
        if (batch->tracker->heard != NULL && /* a replay, whose events are all new */
            (!batch->tracker->judges_anew || engagep_duty_is_nobody(event->actor)))
            item->stored.signal = batch->tracker->heard[item->number];
        else
            rc = engagep_signal_read(batch->tracker, event, item->role == ENGAGEP_CUSTOMER_ROLE,
                                     &item->stored.signal, batch->error);
        if (rc == ENGAGE_OK)
            rc = engagep_batch_account(batch, event->brand, event->actor, &item->account);
        if (rc == ENGAGE_OK)
            batch->traits |= traits_of(item, &batch->accounts[item->account]);
        item->stored.thread = (engage_str){NULL, 0};
        item->stored.dead = 0;
        item->stored.gives = 0;
    }
    return rc;
}
