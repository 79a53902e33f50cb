/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "track/batch.h"

#include "base/alloc.h"
#include "track/decision.h"
#include "track/duty.h"

#include <string.h>

engage_str engagep_batch_key(struct engagep_batch *batch, engage_str brand, engage_str name)
{
    size_t size = brand.size + 1 + name.size;
    char *key = engagep_arena_array(&batch->tracker->lasting, size, 1);
    if (key == NULL)
        return (engage_str){NULL, 0};
    memcpy(key, brand.data, brand.size);
    key[brand.size] = '\n';
    if (name.size > 0)
        memcpy(key + brand.size + 1, name.data, name.size);
    return (engage_str){key, size};
}

static int has_event(const void *list, size_t number, const struct engagep_key *key)
{
    const engage_event *event = &((const struct engagep_item *)list)[number].stored.event;
    return engagep_str_equal(event->id, key->id) && engagep_str_equal(event->actor, key->name) &&
           engagep_str_equal(event->brand, key->brand);
}

static int has_account(const void *list, size_t number, const struct engagep_key *key)
{
    const struct engagep_account *account = (const struct engagep_account *)list + number;
    return engagep_str_equal(account->account, key->name) &&
           engagep_str_equal(account->brand, key->brand);
}

static int has_node(const void *list, size_t number, const struct engagep_key *key)
{
    const struct engagep_node *node = (const struct engagep_node *)list + number;
    return engagep_str_equal(node->post, key->name) && engagep_str_equal(node->brand, key->brand);
}

static int has_thread(const void *list, size_t number, const struct engagep_key *key)
{
    const struct engagep_touched *touched = (const struct engagep_touched *)list + number;
    return engagep_str_equal(touched->thread, key->name) &&
           engagep_str_equal(touched->brand, key->brand);
}

struct engagep_item *engagep_batch_item(const struct engagep_batch *batch, engage_str brand,
                                        engage_str actor, engage_str id)
{
    uint32_t hash;
    struct engagep_key key = {brand, actor, id};
    size_t number = engagep_keys_find(&batch->by_event, batch->items, &key, &hash);
    return number != ENGAGEP_KEYS_NONE ? &batch->items[number] : NULL;
}

int engagep_batch_replaces(const struct engagep_batch *batch, engage_str brand, engage_str actor,
                           engage_str id)
{
    const struct engagep_item *item = engagep_batch_item(batch, brand, actor, id);
    return item != NULL && item->fresh;
}

/* -------------------------------------------------------------- accounts --- */

static int read_account(struct engagep_batch *batch, struct engagep_account *account)
{
    struct engagep_value key[] = {engagep_row_text(account->brand),
                                  engagep_row_text(account->account)};
    struct engagep_value row[ACCOUNT_COLUMNS];
    struct engagep_arena *arena = engagep_core_keeper(batch->tracker, &batch->tracker->lasting);
    account->customer = account->account;
    account->crm_time = ENGAGE_NO_TIME;
    account->name_time = ENGAGE_NO_TIME;
    account->followers_time = ENGAGE_NO_TIME;
    account->created = account->verified_time = ENGAGE_NO_TIME;
    account->followers = -1;
    int rc = engagep_core_get(batch->tracker, ENGAGEP_ACCOUNT, key, row, batch->error);
    account->customer_before = account->account;
    account->objected = account->objected_before = engagep_duty_is_nobody(account->account);
    if (rc != ENGAGE_ROW)
        return rc == ENGAGE_DONE ? ENGAGE_OK : rc;
    account->known = 1;
    account->customer = engagep_row_str(&row[ACCOUNT_CUSTOMER]);
    account->crm_id = engagep_row_str(&row[ACCOUNT_CRM_ID]);
    account->name = engagep_row_str(&row[ACCOUNT_NAME]);
    account->state = engagep_row_str(&row[ACCOUNT_STATE]);
    account->crm_time = engagep_row_number(&row[ACCOUNT_CRM_TIME], ENGAGE_NO_TIME);
    account->name_time = engagep_row_number(&row[ACCOUNT_NAME_TIME], ENGAGE_NO_TIME);
    account->followers = engagep_row_number(&row[ACCOUNT_FOLLOWERS], -1);
    account->followers_time = engagep_row_number(&row[ACCOUNT_FOLLOWERS_TIME], ENGAGE_NO_TIME);
    account->created = engagep_row_number(&row[ACCOUNT_CREATED], ENGAGE_NO_TIME);
    account->verified = engagep_row_number(&row[ACCOUNT_VERIFIED], 0) != 0;
    account->verified_time = engagep_row_number(&row[ACCOUNT_VERIFIED_TIME], ENGAGE_NO_TIME);
    account->tombstones = row[ACCOUNT_TOMBSTONES].number;
    account->open_undo = row[ACCOUNT_OPEN_UNDO].number;
    account->partials = row[ACCOUNT_PARTIALS].number;
    account->objected = account->objected_before = (int)row[ACCOUNT_OBJECTED].number;
    if (!engagep_row_is_count(account->tombstones) || !engagep_row_is_count(account->open_undo) ||
        !engagep_row_is_count(account->partials))
        return engagep_core_corrupt(batch->error, "an account");
    if (engagep_row_keep(arena, &account->customer) != ENGAGE_OK ||
        engagep_row_keep(arena, &account->crm_id) != ENGAGE_OK ||
        engagep_row_keep(arena, &account->name) != ENGAGE_OK ||
        engagep_row_keep(arena, &account->state) != ENGAGE_OK)
        return engagep_core_no_memory(batch->error);
    account->customer_before = account->customer;
    account->crm_before = account->crm_id;
    return ENGAGE_OK;
}

static int add_account(struct engagep_batch *batch, const struct engagep_key *key, uint32_t hash,
                       size_t *out)
{
    engage_tracker *tracker = batch->tracker;
    void *list = batch->accounts;
    engage_str kept = engagep_batch_key(batch, key->brand, key->name);
    int rc = kept.data != NULL
                 ? engagep_alloc_grow(&tracker->allocator, &list, &batch->account_capacity,
                                      batch->account_count + 1, sizeof(*batch->accounts))
                 : ENGAGE_ENOMEM;
    batch->accounts = list;
    if (rc == ENGAGE_OK)
        rc = engagep_keys_reserve(&batch->by_account, batch->account_count + 1);
    if (rc != ENGAGE_OK)
        return engagep_core_no_memory(batch->error);
    struct engagep_account *fresh = &batch->accounts[batch->account_count];
    memset(fresh, 0, sizeof(*fresh));
    fresh->brand = (engage_str){kept.data, key->brand.size};
    fresh->account = (engage_str){kept.data + key->brand.size + 1, key->name.size};
    batch->recent = *out = batch->account_count++;
    engagep_keys_add(&batch->by_account, hash, *out);
    return read_account(batch, fresh);
}

int engagep_batch_account(struct engagep_batch *batch, engage_str brand, engage_str account,
                          size_t *out)
{
    uint32_t hash;
    struct engagep_key key = {brand, account, {NULL, 0}};
    if (batch->recent < batch->account_count &&
        has_account(batch->accounts, batch->recent, &key)) {
        *out = batch->recent;
        return ENGAGE_OK;
    }
    *out = engagep_keys_find(&batch->by_account, batch->accounts, &key, &hash);
    if (*out == ENGAGEP_KEYS_NONE)
        return add_account(batch, &key, hash, out);
    batch->recent = *out;
    return ENGAGE_OK;
}

int engagep_batch_find(struct engagep_batch *batch, engage_str brand, engage_str account,
                       size_t *out)
{
    uint32_t hash;
    struct engagep_key key = {brand, account, {NULL, 0}};
    struct engagep_value prefix[] = {engagep_row_text(brand), engagep_row_text(account)};
    struct engagep_value row[ACCOUNT_COLUMNS];
    *out = engagep_keys_find(&batch->by_account, batch->accounts, &key, &hash);
    if (*out != ENGAGEP_KEYS_NONE)
        return ENGAGE_OK;
    int rc = engagep_core_get(batch->tracker, ENGAGEP_ACCOUNT, prefix, row, batch->error);
    if (rc != ENGAGE_ROW)
        return rc == ENGAGE_DONE ? ENGAGE_OK : rc;
    return engagep_batch_account(batch, brand, account, out);
}

int engagep_batch_is_alone(struct engagep_batch *batch, const struct engagep_account *account,
                           int *alone)
{
    int any;
    int rc = engagep_decision_any(batch->tracker, &any, batch->error);
    *alone = rc == ENGAGE_OK && !any && account->crm_id.size == 0 &&
             account->crm_before.size == 0 &&
             engagep_str_equal(account->customer, account->account) &&
             engagep_str_equal(account->customer_before, account->account);
    return rc;
}

int engagep_batch_put_account(struct engagep_batch *batch, struct engagep_account *account)
{
    struct engagep_value row[ACCOUNT_COLUMNS];
    uint64_t given = ENGAGEP_COLUMN(ACCOUNT_BRAND) | ENGAGEP_COLUMN(ACCOUNT_ACCOUNT);
    row[ACCOUNT_BRAND] = engagep_row_text(account->brand);
    row[ACCOUNT_ACCOUNT] = engagep_row_text(account->account);
    given |= engagep_row_add_text(row, ACCOUNT_CUSTOMER, account->customer);
    given |= engagep_row_add_text(row, ACCOUNT_CRM_ID, account->crm_id);
    given |= engagep_row_add_time(row, ACCOUNT_CRM_TIME, account->crm_time);
    given |= engagep_row_add_text(row, ACCOUNT_NAME, account->name);
    given |= engagep_row_add_time(row, ACCOUNT_NAME_TIME, account->name_time);
    row[ACCOUNT_FOLLOWERS] = engagep_row_int(account->followers);
    given |= (uint64_t)(account->followers >= 0) << ACCOUNT_FOLLOWERS;
    given |= engagep_row_add_time(row, ACCOUNT_FOLLOWERS_TIME, account->followers_time);
    given |= engagep_row_add_time(row, ACCOUNT_CREATED, account->created);
    row[ACCOUNT_VERIFIED] = engagep_row_int(account->verified);
    given |= (uint64_t)(account->verified_time != ENGAGE_NO_TIME) << ACCOUNT_VERIFIED;
    given |= engagep_row_add_time(row, ACCOUNT_VERIFIED_TIME, account->verified_time);
    row[ACCOUNT_STATE] = engagep_row_blob(account->state.data, account->state.size);
    given |= (uint64_t)(account->state.size > 0) << ACCOUNT_STATE;
    given |= engagep_row_add(row, ACCOUNT_TOMBSTONES, account->tombstones);
    given |= engagep_row_add(row, ACCOUNT_OPEN_UNDO, account->open_undo);
    given |= engagep_row_add(row, ACCOUNT_PARTIALS, account->partials);
    given |= engagep_row_add(row, ACCOUNT_OBJECTED, account->objected);
    account->changed = 0;
    return engagep_core_put_given(batch->tracker, ENGAGEP_ACCOUNT, row, given, batch->error);
}

/* --------------------------------------------------------------- threads --- */

static int find_touched(struct engagep_batch *batch, engage_str brand, engage_str thread,
                        struct engagep_touched **out)
{
    uint32_t hash;
    struct engagep_key key = {brand, thread, {NULL, 0}};
    void *list = batch->threads;
    size_t number = engagep_keys_find(&batch->by_thread, batch->threads, &key, &hash);
    if (number != ENGAGEP_KEYS_NONE) {
        *out = &batch->threads[number];
        return ENGAGE_OK;
    }
    engage_str kept = engagep_batch_key(batch, brand, thread);
    int rc = kept.data != NULL
                 ? engagep_alloc_grow(&batch->tracker->allocator, &list, &batch->thread_capacity,
                                      batch->thread_count + 1, sizeof(*batch->threads))
                 : ENGAGE_ENOMEM;
    batch->threads = list;
    if (rc == ENGAGE_OK)
        rc = engagep_keys_reserve(&batch->by_thread, batch->thread_count + 1);
    if (rc != ENGAGE_OK)
        return engagep_core_no_memory(batch->error);
    *out = &batch->threads[batch->thread_count];
    **out = (struct engagep_touched){{kept.data, brand.size},
                                     {kept.data + brand.size + 1, thread.size},
                                     0,
                                     0,
                                     ENGAGEP_NO_POST};
    engagep_keys_add(&batch->by_thread, hash, batch->thread_count++);
    return ENGAGE_OK;
}

int engagep_batch_touch(struct engagep_batch *batch, engage_str brand, engage_str thread)
{
    struct engagep_touched *touched = NULL;
    if (thread.size == 0)
        return ENGAGE_OK;
    int rc = find_touched(batch, brand, thread, &touched);
    if (rc == ENGAGE_OK)
        touched->whole = 1;
    return rc;
}

int engagep_batch_part(struct engagep_batch *batch, engage_str brand, engage_str thread)
{
    struct engagep_touched *touched = NULL;
    if (thread.size == 0)
        return ENGAGE_OK;
    int rc = find_touched(batch, brand, thread, &touched);
    if (rc == ENGAGE_OK)
        touched->whole = touched->parted = 1;
    return rc;
}

int engagep_batch_touch_act(struct engagep_batch *batch, engage_str brand, engage_str thread,
                            size_t item)
{
    struct engagep_touched *touched = NULL;
    int rc = find_touched(batch, brand, thread, &touched);
    if (rc == ENGAGE_OK) {
        batch->items[item].next_act = touched->last_act;
        touched->last_act = item;
    }
    return rc;
}

/* ---------------------------------------------------------------- events --- */

void engagep_batch_expect_event(struct engagep_batch *batch, const engage_event *event)
{
    struct engagep_value key[] = {engagep_row_text(event->brand), engagep_row_text(event->actor),
                                  engagep_row_text(event->id)};
    engagep_core_expect(batch->tracker, ENGAGEP_EVENT, key, 0);
}

int engagep_batch_put_event(struct engagep_batch *batch, const struct engagep_stored *stored)
{
    unsigned char intents[ENGAGEP_INTENTS_SIZE];
    struct engagep_value row[EVENT_COLUMNS];
    uint64_t given = engagep_row_from_event(stored, intents, row);
    return engagep_core_put_given(batch->tracker, ENGAGEP_EVENT, row, given, batch->error);
}

/* ----------------------------------------------------------------- facts --- */

int engagep_batch_change(struct engagep_batch *batch, engage_str brand,
                         const struct engagep_emitted *emitted, int gained)
{
    size_t number;
    int rc = engagep_batch_account(batch, brand, emitted->account, &number);
    if (rc != ENGAGE_OK)
        return rc;
    struct engagep_account *account = &batch->accounts[number];
    struct engagep_change *change =
        engagep_arena_array(&batch->tracker->lasting, 1, sizeof(*change));
    if (change == NULL)
        return engagep_core_no_memory(batch->error);
    change->fact = emitted->fact;
    change->gained = gained;
    change->settled = 0;
    change->next = account->changes;
    account->changes = change;
    return ENGAGE_OK;
}

static void fact_key(engage_str brand, const struct engagep_emitted *emitted,
                     struct engagep_value row[])
{
    row[FACT_BRAND] = engagep_row_text(brand);
    row[FACT_ACCOUNT] = engagep_row_text(emitted->account);
    row[FACT_DAY] = engagep_row_int(emitted->fact.day);
    row[FACT_ACTOR] = engagep_row_text(emitted->actor);
    row[FACT_EVENT] = engagep_row_text(emitted->event);
    row[FACT_PART] = engagep_row_int(emitted->part);
}

int engagep_batch_get_fact(struct engagep_batch *batch, engage_str brand,
                           const struct engagep_emitted *emitted,
                           struct engagep_value row[FACT_COLUMNS])
{
    struct engagep_value key[FACT_PART + 1];
    fact_key(brand, emitted, key);
    return engagep_core_get(batch->tracker, ENGAGEP_FACT, key, row, batch->error);
}

static int put_fact(struct engagep_batch *batch, engage_str brand,
                    const struct engagep_emitted *emitted)
{
    const struct engagep_fact *fact = &emitted->fact;
    struct engagep_value row[FACT_COLUMNS];
    uint64_t given = ENGAGEP_COLUMN(FACT_PART + 1) - 1; /* the key is in front */
    fact_key(brand, emitted, row);
    given |= engagep_row_add(row, FACT_KIND, fact->kind);
    given |= engagep_row_add(row, FACT_TIME, emitted->time);
    given |= engagep_row_add_text(row, FACT_THREAD, emitted->thread);
    given |= engagep_row_add(row, FACT_COUNTS, fact->count);
    given |= engagep_row_add(row, FACT_GIVEN, fact->parts);
    given |= engagep_row_add(row, FACT_FLAGS, fact->flags);
    given |= engagep_row_add(row, FACT_VALENCE, fact->valence);
    given |= engagep_row_add(row, FACT_ADVOCACY, fact->advocacy);
    given |= engagep_row_add(row, FACT_DETRACTION, fact->detraction);
    given |= engagep_row_add(row, FACT_PERSON, fact->person);
    given |= engagep_row_add(row, FACT_OBJECT, fact->object);
    given |= engagep_row_add(row, FACT_CONTENT, fact->content);
    return engagep_core_put_given(batch->tracker, ENGAGEP_FACT, row, given, batch->error);
}

static int remove_fact(struct engagep_batch *batch, engage_str brand,
                       const struct engagep_emitted *emitted)
{
    struct engagep_value key[FACT_PART + 1];
    fact_key(brand, emitted, key);
    return engagep_core_remove(batch->tracker, ENGAGEP_FACT, key, batch->error);
}

void engagep_row_to_fact(const struct engagep_value row[FACT_COLUMNS],
                         struct engagep_emitted *out)
{
    struct engagep_fact *fact = &out->fact;
    out->account = engagep_row_str(&row[FACT_ACCOUNT]);
    out->actor = engagep_row_str(&row[FACT_ACTOR]);
    out->event = engagep_row_str(&row[FACT_EVENT]);
    out->thread = engagep_row_str(&row[FACT_THREAD]);
    out->part = row[FACT_PART].number;
    out->time = row[FACT_TIME].number;
    fact->day = (int32_t)row[FACT_DAY].number;
    int64_t kind = row[FACT_KIND].number;
    fact->kind = (uint8_t)(kind >= 0 && kind < ENGAGEP_KINDS ? kind : ENGAGEP_KINDS);
    fact->count = (uint8_t)row[FACT_COUNTS].number;
    fact->parts = (uint8_t)row[FACT_GIVEN].number;
    fact->flags = (uint8_t)row[FACT_FLAGS].number;
    fact->valence = (int32_t)row[FACT_VALENCE].number;
    fact->advocacy = (uint16_t)row[FACT_ADVOCACY].number;
    fact->detraction = (uint16_t)row[FACT_DETRACTION].number;
    fact->person = (uint32_t)row[FACT_PERSON].number;
    fact->object = (uint32_t)row[FACT_OBJECT].number;
    fact->content = (uint32_t)row[FACT_CONTENT].number;
}

int engagep_batch_gain(struct engagep_batch *batch, engage_str brand,
                       const struct engagep_emitted *emitted)
{
    int rc = put_fact(batch, brand, emitted);
    return rc == ENGAGE_OK ? engagep_batch_change(batch, brand, emitted, 1) : rc;
}

int engagep_batch_lose(struct engagep_batch *batch, engage_str brand,
                       const struct engagep_emitted *emitted)
{
    int rc = remove_fact(batch, brand, emitted);
    return rc == ENGAGE_OK ? engagep_batch_change(batch, brand, emitted, 0) : rc;
}

int engagep_batch_lose_stored(struct engagep_batch *batch, engage_str brand,
                              const struct engagep_emitted *emitted)
{
    struct engagep_value row[FACT_COLUMNS];
    struct engagep_emitted before;
    int rc = engagep_batch_get_fact(batch, brand, emitted, row);
    if (rc != ENGAGE_ROW)
        return rc == ENGAGE_DONE ? ENGAGE_OK : rc;
    engagep_row_to_fact(row, &before);
    before.account = emitted->account; /* what was read is lent; its key is the same */
    before.actor = emitted->actor;
    before.event = emitted->event;
    return engagep_batch_lose(batch, brand, &before);
}

/* ----------------------------------------------------------------- whole --- */

int engagep_batch_begin(engage_tracker *tracker, engage_counts *counts, engage_error *error)
{
    struct engagep_batch *batch = tracker->batch;
    if (batch == NULL) {
        batch = engagep_alloc_zero(&tracker->allocator, 1, sizeof(*batch));
        if (batch == NULL)
            return engagep_core_no_memory(error);
        engagep_keys_init(&batch->by_event, &tracker->allocator, tracker->secret, has_event);
        engagep_keys_init(&batch->by_account, &tracker->allocator, tracker->secret, has_account);
        engagep_keys_init(&batch->by_node, &tracker->allocator, tracker->secret, has_node);
        engagep_keys_init(&batch->by_thread, &tracker->allocator, tracker->secret, has_thread);
        tracker->batch = batch;
    }
    batch->tracker = tracker;
    batch->counts = counts;
    batch->error = error;
    tracker->decisions = ENGAGEP_DECISIONS_UNKNOWN;
    tracker->refused_count = 0;
    engagep_arena_reset(&tracker->arena);
    engagep_arena_reset(&tracker->lasting);
    return engagep_duty_load(tracker, error);
}

int engagep_batch_run(struct engagep_batch *batch, const engage_events *events)
{
    int rc = engagep_take(batch, events);
    if (rc == ENGAGE_OK)
        rc = engagep_undo(batch);
    if (rc == ENGAGE_OK)
        rc = engagep_decide(batch);
    if (rc == ENGAGE_OK)
        rc = engagep_aggregate(batch);
    if (rc == ENGAGE_OK)
        rc = engagep_weave(batch);
    if (rc == ENGAGE_OK)
        rc = engagep_link(batch);
    if (rc == ENGAGE_OK)
        rc = engagep_object(batch);
    if (rc == ENGAGE_OK)
        rc = engagep_resolve(batch);
    if (rc == ENGAGE_OK)
        rc = engagep_settle(batch);
    if (rc == ENGAGE_OK)
        rc = engagep_brands(batch);
    return rc;
}

void engagep_batch_free(engage_tracker *tracker)
{
    const engage_allocator *own = &tracker->allocator;
    struct engagep_batch *batch = tracker->batch;
    if (batch == NULL)
        return;
    engagep_keys_release(&batch->by_event);
    engagep_keys_release(&batch->by_account);
    engagep_keys_release(&batch->by_node);
    engagep_keys_release(&batch->by_thread);
    engagep_alloc_free(own, batch->items, batch->item_capacity, sizeof(*batch->items));
    engagep_alloc_free(own, batch->accounts, batch->account_capacity, sizeof(*batch->accounts));
    engagep_alloc_free(own, batch->nodes, batch->node_capacity, sizeof(*batch->nodes));
    engagep_alloc_free(own, batch->threads, batch->thread_capacity, sizeof(*batch->threads));
    engagep_emit_release(tracker, &batch->emission);
    engagep_episode_release(tracker, &batch->episodes);
    engagep_alloc_free(own, batch, 1, sizeof(*batch));
    tracker->batch = NULL;
}

/* Memory is kept for the next batch, unless there is much and this one hardly used it. */
enum { KEPT = 1 << 14 };

static int is_idle(size_t capacity, size_t used)
{
    return capacity > KEPT && used < capacity / 4;
}

void engagep_batch_end(engage_tracker *tracker)
{
    struct engagep_batch *batch = tracker->batch;
    if (batch == NULL)
        return;
    if (is_idle(batch->item_capacity, batch->item_count) ||
        is_idle(batch->account_capacity, batch->account_count) ||
        is_idle(batch->node_capacity, batch->node_count) ||
        is_idle(batch->thread_capacity, batch->thread_count)) {
        engagep_batch_free(tracker);
    } else {
        engagep_keys_clear(&batch->by_event);
        engagep_keys_clear(&batch->by_account);
        engagep_keys_clear(&batch->by_node);
        engagep_keys_clear(&batch->by_thread);
        batch->item_count = batch->account_count = batch->node_count = batch->thread_count = 0;
        batch->emission.count = 0;
        batch->episodes.count = 0;
        batch->withheld = NULL;
    }
    engagep_arena_reset(&tracker->arena);
    engagep_arena_reset(&tracker->lasting);
}

int engagep_batch_refuse(struct engagep_batch *batch, size_t number, const char *why)
{
    engage_tracker *tracker = batch->tracker;
    void *list = tracker->refused;
    int rc = engagep_alloc_grow(&tracker->allocator, &list, &tracker->refused_capacity,
                                tracker->refused_count + 1, sizeof(*tracker->refused));
    tracker->refused = list;
    if (rc != ENGAGE_OK)
        return engagep_core_no_memory(batch->error);
    tracker->refused[tracker->refused_count++] = (struct engagep_refusal){number, why};
    batch->counts->refused++;
    return ENGAGE_OK;
}
