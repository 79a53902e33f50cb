/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Whose account is whose. Accounts of a brand with one CRM id are one customer,
 * named by its smallest account, and so are those that people linked (person.c); what an
 * account is called, how many follow it, whether its platform vouches for it and which CRM
 * id it has is what its latest standing event says, and of its creation the earliest time.
 */
#include "track/batch.h"
#include "track/decision.h"

/* The later word wins; of two at one time the one with the larger bytes. */
static int is_later(int64_t time, engage_str text, int64_t time_before, engage_str before)
{
    if (time_before == ENGAGE_NO_TIME || time != time_before)
        return time_before == ENGAGE_NO_TIME || time > time_before;
    return engagep_str_compare(text, before) > 0;
}

static void learn_origin(struct engagep_account *account, const engage_event *event)
{
    int verified = (event->flags & ENGAGE_EVENT_VERIFIED) != 0;
    if (event->flags & ENGAGE_EVENT_HAS_CREATED &&
        (account->created == ENGAGE_NO_TIME || event->created < account->created)) {
        account->created = event->created;
        account->changed = 1;
    }
    if (event->flags & ENGAGE_EVENT_HAS_VERIFIED &&
        (account->verified_time == ENGAGE_NO_TIME || event->time > account->verified_time ||
         (event->time == account->verified_time && verified > account->verified))) {
        account->verified = verified;
        account->verified_time = event->time;
        account->changed = 1;
    }
}

static void learn(struct engagep_account *account, const engage_event *event)
{
    if (event->crm_id.size > 0 &&
        is_later(event->time, event->crm_id, account->crm_time, account->crm_id)) {
        account->crm_id = event->crm_id;
        account->crm_time = event->time;
        account->changed = 1;
    }
    if (event->name.size > 0 &&
        is_later(event->time, event->name, account->name_time, account->name)) {
        account->name = event->name;
        account->name_time = event->time;
        account->changed = 1;
    }
    if (event->followers >= 0 && (account->followers_time == ENGAGE_NO_TIME ||
                                  event->time > account->followers_time ||
                                  (event->time == account->followers_time &&
                                   event->followers > account->followers))) {
        account->followers = event->followers;
        account->followers_time = event->time;
        account->changed = 1;
    }
    if (event->flags & (ENGAGE_EVENT_HAS_CREATED | ENGAGE_EVENT_HAS_VERIFIED))
        learn_origin(account, event);
}

int engagep_link_tells(const engage_event *event)
{
    return event->crm_id.size > 0 || event->name.size > 0 || event->followers >= 0 ||
           event->flags & (ENGAGE_EVENT_HAS_CREATED | ENGAGE_EVENT_HAS_VERIFIED);
}

/* ------------------------------------------------------------ from events --- */

struct recount {
    struct engagep_batch *batch;
    struct engagep_account *account;
};

static int learn_row(void *ctx, const struct engagep_value *row, engage_error *error)
{
    struct recount *recount = ctx;
    struct engagep_stored stored;
    int rc = engagep_row_to_event(row, NULL, &stored, error);
    if (rc != ENGAGE_OK)
        return rc;
    const engage_policy *policy = recount->batch->tracker->policy;
    if (stored.dead || engagep_thread_role(policy, &stored.event) != ENGAGEP_CUSTOMER_ROLE)
        return ENGAGE_OK;
    engage_str crm_id = recount->account->crm_id;
    engage_str name = recount->account->name;
    learn(recount->account, &stored.event);
    struct engagep_arena *arena = &recount->batch->tracker->lasting;
    if ((recount->account->crm_id.data != crm_id.data &&
         engagep_row_keep(arena, &recount->account->crm_id) != ENGAGE_OK) ||
        (recount->account->name.data != name.data &&
         engagep_row_keep(arena, &recount->account->name) != ENGAGE_OK))
        return engagep_core_no_memory(error);
    return ENGAGE_OK;
}

static int recount(struct engagep_batch *batch, struct engagep_account *account)
{
    static const engage_str absent = {NULL, 0};
    struct engagep_value prefix[] = {engagep_row_text(account->brand),
                                     engagep_row_text(account->account)};
    struct recount ctx = {batch, account};
    account->crm_id = account->name = absent;
    account->crm_time = account->name_time = account->followers_time = ENGAGE_NO_TIME;
    account->created = account->verified_time = ENGAGE_NO_TIME;
    account->followers = -1;
    account->verified = 0;
    account->changed = 1;
    return engagep_core_scan(batch->tracker, ENGAGEP_EVENT, EVENT_BY_ID, prefix, 2, learn_row, &ctx,
                             batch->error);
}

/* ------------------------------------------------------------ tombstones --- */

struct tombs {
    struct engagep_batch *batch;
    struct tomb *last;
};

struct tomb {
    int64_t verb;
    engage_str named;
    struct tomb *next;
};

static int keep_tomb(void *ctx, const struct engagep_value *row, engage_error *error)
{
    struct tombs *tombs = ctx;
    struct engagep_arena *arena = &tombs->batch->tracker->arena;
    struct tomb *tomb = engagep_arena_array(arena, 1, sizeof(*tomb));
    if (tomb == NULL)
        return engagep_core_no_memory(error);
    tomb->verb = row[TOMBSTONE_VERB].number;
    tomb->named = engagep_row_str(&row[TOMBSTONE_NAMED]);
    tomb->next = tombs->last;
    tombs->last = tomb;
    return engagep_row_keep(arena, &tomb->named) == ENGAGE_OK ? ENGAGE_OK
                                                              : engagep_core_no_memory(error);
}

static int same_actor(void *ctx, const struct engagep_value *row, engage_error *error)
{
    const struct engagep_account *account = ctx;
    (void)error;
    return engagep_str_equal(engagep_row_str(&row[EVENT_ACTOR]), account->account) ? ENGAGE_ROW
                                                                                  : ENGAGE_OK;
}

/* How many Undo and Delete have found nothing of theirs so far. */
static int count_open(struct engagep_batch *batch, struct engagep_account *account)
{
    struct tombs tombs = {batch, NULL};
    struct engagep_value prefix[] = {engagep_row_text(account->brand),
                                     engagep_row_text(account->account), engagep_row_null()};
    engagep_arena_reset(&batch->tracker->arena);
    int rc = engagep_core_scan(batch->tracker, ENGAGEP_TOMBSTONE, 0, prefix, 2, keep_tomb, &tombs,
                               batch->error);
    account->open_undo = 0;
    account->changed = 1;
    for (const struct tomb *tomb = tombs.last; tomb != NULL && rc == ENGAGE_OK; tomb = tomb->next) {
        int by_post = tomb->verb == ENGAGEP_TOMBSTONE_DELETE;
        prefix[1] = engagep_row_text(by_post ? tomb->named : account->account);
        prefix[2] = engagep_row_text(tomb->named);
        rc = engagep_core_scan(batch->tracker, ENGAGEP_EVENT, by_post ? EVENT_BY_POST : EVENT_BY_ID,
                               prefix, by_post ? 2 : 3, same_actor, account, batch->error);
        account->open_undo += rc == ENGAGE_OK;
        rc = rc == ENGAGE_ROW ? ENGAGE_OK : rc;
    }
    engagep_arena_reset(&batch->tracker->arena);
    return rc;
}

/* -------------------------------------------------------------- customers --- */

static int keep_account(void *ctx, const struct engagep_value *row, engage_error *error)
{
    return engagep_core_add_name(ctx, engagep_row_str(&row[ACCOUNT_ACCOUNT]), error);
}

int engagep_link_set(struct engagep_batch *batch, engage_str brand, engage_str name,
                     engage_str customer)
{
    size_t number;
    int rc = engagep_batch_account(batch, brand, name, &number);
    if (rc != ENGAGE_OK)
        return rc;
    struct engagep_account *account = &batch->accounts[number];
    if (engagep_str_equal(account->customer, customer))
        return ENGAGE_OK;
    account->customer = customer;
    return engagep_batch_put_account(batch, account);
}

/* All accounts with a CRM id are the customer of the smallest one. */
static int join_group(struct engagep_batch *batch, engage_str brand, engage_str crm_id)
{
    struct engagep_core_names group = {.arena = &batch->tracker->lasting};
    struct engagep_value prefix[] = {engagep_row_text(brand), engagep_row_text(crm_id)};
    int rc = engagep_core_scan(batch->tracker, ENGAGEP_ACCOUNT, ACCOUNT_BY_CRM, prefix, 2,
                               keep_account, &group, batch->error);
    /* The index ends in the primary key: the first one is the smallest. */
    for (size_t i = 0; i < group.count && rc == ENGAGE_OK; i++)
        rc = engagep_link_set(batch, brand, group.list[i], group.list[0]);
    return rc;
}

static int join_once(struct engagep_batch *batch, struct engagep_map *joined, engage_str brand,
                     engage_str crm_id)
{
    if (crm_id.size == 0)
        return ENGAGE_OK;
    engage_str key = engagep_batch_key(batch, brand, crm_id);
    size_t *at = key.data != NULL ? engagep_map_at(joined, key) : NULL;
    if (at == NULL)
        return engagep_core_no_memory(batch->error);
    if (*at != ENGAGEP_MAP_NONE)
        return ENGAGE_OK;
    *at = 0;
    return join_group(batch, brand, crm_id);
}

/* Joins what the CRM ids that accounts left or took belong to. Each id once, however
 * many accounts have it: a group is read as a whole. */
static int join_groups(struct engagep_batch *batch, size_t count)
{
    struct engagep_map joined;
    int rc = ENGAGE_OK;
    engagep_map_init(&joined, &batch->tracker->allocator, batch->tracker->secret);
    for (size_t i = 0; i < count && rc == ENGAGE_OK; i++) {
        engage_str brand = batch->accounts[i].brand;
        engage_str before = batch->accounts[i].crm_before;
        engage_str after = batch->accounts[i].crm_id;
        if (engagep_str_equal(before, after))
            continue;
        rc = join_once(batch, &joined, brand, before);
        if (rc == ENGAGE_OK)
            rc = join_once(batch, &joined, brand, after);
    }
    engagep_map_release(&joined);
    return rc;
}

int engagep_link(struct engagep_batch *batch)
{
    int any;
    int rc = engagep_decision_any(batch->tracker, &any, batch->error);
    size_t items = batch->traits & ENGAGEP_TRAIT_TELLS ? batch->item_count : 0;
    for (size_t i = 0; i < items; i++) {
        const struct engagep_item *item = &batch->items[i];
        if (item->fresh && item->role == ENGAGEP_CUSTOMER_ROLE && !item->stored.dead)
            learn(&batch->accounts[item->account], &item->stored.event);
    }
    if (rc == ENGAGE_OK)
        rc = engagep_undo_count(batch, 1);
    size_t count = batch->account_count; /* those that join are only moved */
    for (size_t i = 0; i < count && rc == ENGAGE_OK; i++) {
        struct engagep_account *account = &batch->accounts[i];
        if (account->recount)
            rc = recount(batch, account);
        if (rc == ENGAGE_OK && account->undone)
            rc = count_open(batch, account);
        /* What others look for must be there; the rest is written in the end. */
        account->changed |= !account->known;
        if (rc == ENGAGE_OK && account->changed &&
            (any || !engagep_str_equal(account->crm_before, account->crm_id)))
            rc = engagep_batch_put_account(batch, account);
    }
    for (size_t i = 0; i < count && rc == ENGAGE_OK; i++)
        if (batch->accounts[i].crm_id.size == 0 && batch->accounts[i].crm_before.size > 0)
            rc = engagep_link_set(batch, batch->accounts[i].brand, batch->accounts[i].account,
                                  batch->accounts[i].account);
    if (rc == ENGAGE_OK)
        rc = join_groups(batch, count);
    if (rc == ENGAGE_OK)
        rc = engagep_person_regroup(batch);
    return rc == ENGAGE_OK ? engagep_person_move(batch) : rc;
}
