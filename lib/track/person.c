/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Persons with several accounts. Accounts of one CRM id are one person, and so are those
 * that people linked, in the order in which they said so; but a link never makes one
 * person of two CRM ids. Whatever came first or last, the same accounts, CRM ids and
 * decisions give the same persons.
 */
#include "base/alloc.h"
#include "track/batch.h"
#include "track/decision.h"
#include "track/emit.h"
#include "track/signal.h"

#include <stdlib.h>
#include <string.h>

/* An account, in a forest of those that are one person. */
struct member {
    engage_str name;
    engage_str crm_id; /* of a head: that of its person */
    size_t up;
};

/* A link as one of its ends tells of it; it stands where both do. */
struct link {
    int64_t time;
    engage_str actor;
    engage_str event;
    size_t from; /* a member */
    engage_str to;
};

/* All accounts that CRM ids, links or an earlier person connect with one. */
struct group {
    struct engagep_batch *batch;
    engage_str brand;
    struct engagep_map by_name;
    struct engagep_map crm_ids;   /* whose accounts are members already */
    struct engagep_map customers; /* the same */
    struct member *members;
    size_t count;
    size_t capacity;
    struct link *links;
    size_t link_count;
    size_t link_capacity;
    size_t reading; /* the member at hand */
    size_t first_link; /* of the member at hand */
};

/* ---------------------------------------------------------------- gather --- */

static int add_member(struct group *group, engage_str name)
{
    const engage_allocator *allocator = &group->batch->tracker->allocator;
    size_t *at = engagep_map_at(&group->by_name, name);
    void *list = group->members;
    if (at == NULL)
        return engagep_core_no_memory(group->batch->error);
    if (*at != ENGAGEP_MAP_NONE)
        return ENGAGE_OK;
    int rc = engagep_alloc_grow(allocator, &list, &group->capacity, group->count + 1,
                                sizeof(*group->members));
    group->members = list;
    if (rc != ENGAGE_OK)
        return engagep_core_no_memory(group->batch->error);
    *at = group->count;
    group->members[group->count] = (struct member){name, {NULL, 0}, group->count};
    group->count++;
    return ENGAGE_OK;
}

static int add_row(void *ctx, const struct engagep_value *row, engage_error *error)
{
    struct group *group = ctx;
    engage_str name = engagep_row_str(&row[ACCOUNT_ACCOUNT]);
    if (engagep_map_find(&group->by_name, name) != ENGAGEP_MAP_NONE)
        return ENGAGE_OK;
    if (engagep_row_keep(&group->batch->tracker->lasting, &name) != ENGAGE_OK)
        return engagep_core_no_memory(error);
    return add_member(group, name);
}

/* All accounts of a CRM id or customer; `read` has those that were read already, as each of
 * their accounts names them again. */
static int add_rows(struct group *group, size_t index, struct engagep_map *read, engage_str value)
{
    struct engagep_value prefix[] = {engagep_row_text(group->brand), engagep_row_text(value)};
    if (value.size == 0)
        return ENGAGE_OK;
    size_t *at = engagep_map_at(read, value);
    if (at == NULL)
        return engagep_core_no_memory(group->batch->error);
    if (*at != ENGAGEP_MAP_NONE)
        return ENGAGE_OK;
    *at = 0;
    return engagep_core_scan(group->batch->tracker, ENGAGEP_ACCOUNT, index, prefix, 2, add_row,
                             group, group->batch->error);
}

static int add_link(void *ctx, const struct engagep_decision *decision, engage_error *error)
{
    struct group *group = ctx;
    struct engagep_arena *arena = &group->batch->tracker->lasting;
    void *list = group->links;
    if (decision->type == ENGAGEP_DECISION_UNLINK)
        group->link_count = group->first_link;
    if (decision->type != ENGAGEP_DECISION_LINK)
        return ENGAGE_OK;
    int rc = engagep_alloc_grow(&group->batch->tracker->allocator, &list, &group->link_capacity,
                                group->link_count + 1, sizeof(*group->links));
    group->links = list;
    if (rc != ENGAGE_OK)
        return engagep_core_no_memory(error);
    struct link *link = &group->links[group->link_count];
    *link = (struct link){decision->time, decision->actor, decision->event, group->reading,
                          decision->value};
    if (engagep_row_keep(arena, &link->actor) != ENGAGE_OK ||
        engagep_row_keep(arena, &link->event) != ENGAGE_OK ||
        engagep_row_keep(arena, &link->to) != ENGAGE_OK)
        return engagep_core_no_memory(error);
    group->link_count++;
    return ENGAGE_OK;
}

/* Reads what one member is connected with: those become members too. */
static int read_member(struct group *group, size_t number)
{
    struct engagep_batch *batch = group->batch;
    size_t account;
    int rc = engagep_batch_account(batch, group->brand, group->members[number].name, &account);
    if (rc != ENGAGE_OK)
        return rc;
    engage_str crm_id = batch->accounts[account].crm_id;
    engage_str before = batch->accounts[account].customer_before;
    group->members[number].crm_id = crm_id;
    group->reading = number;
    group->first_link = group->link_count;
    rc = engagep_decision_scan(batch->tracker, group->brand, group->members[number].name, add_link,
                               group, batch->error);
    for (size_t i = group->first_link; i < group->link_count && rc == ENGAGE_OK; i++)
        rc = add_member(group, group->links[i].to);
    if (rc == ENGAGE_OK)
        rc = add_rows(group, ACCOUNT_BY_CRM, &group->crm_ids, crm_id);
    if (rc == ENGAGE_OK)
        rc = add_rows(group, ACCOUNT_BY_CRM, &group->crm_ids, batch->accounts[account].crm_before);
    if (rc == ENGAGE_OK)
        rc = add_member(group, before);
    return rc == ENGAGE_OK ? add_rows(group, ACCOUNT_BY_CUSTOMER, &group->customers, before) : rc;
}

/* ------------------------------------------------------------------ join --- */

static size_t head_of(struct group *group, size_t member)
{
    struct member *members = group->members;
    while (members[member].up != member) {
        members[member].up = members[members[member].up].up;
        member = members[member].up;
    }
    return member;
}

/* The smaller name is the head's, and one CRM id is enough for all. */
static void join(struct group *group, size_t a, size_t b)
{
    struct member *members = group->members;
    a = head_of(group, a);
    b = head_of(group, b);
    if (a == b || (members[a].crm_id.size > 0 && members[b].crm_id.size > 0 &&
                   !engagep_str_equal(members[a].crm_id, members[b].crm_id)))
        return;
    size_t head = engagep_str_compare(members[a].name, members[b].name) < 0 ? a : b;
    size_t other = head == a ? b : a;
    members[other].up = head;
    if (members[head].crm_id.size == 0)
        members[head].crm_id = members[other].crm_id;
}

static int compare_links(const void *a, const void *b)
{
    const struct link *left = a;
    const struct link *right = b;
    if (left->time != right->time)
        return left->time < right->time ? -1 : 1;
    int order = engagep_str_compare(left->actor, right->actor);
    return order != 0 ? order : engagep_str_compare(left->event, right->event);
}

static int join_crm(struct group *group)
{
    struct engagep_batch *batch = group->batch;
    struct engagep_map first;
    int rc = ENGAGE_OK;
    engagep_map_init(&first, &batch->tracker->allocator, batch->tracker->secret);
    for (size_t i = 0; i < group->count && rc == ENGAGE_OK; i++) {
        engage_str crm_id = group->members[i].crm_id;
        if (crm_id.size == 0)
            continue;
        size_t *at = engagep_map_at(&first, crm_id);
        if (at == NULL)
            rc = engagep_core_no_memory(batch->error);
        else if (*at == ENGAGEP_MAP_NONE)
            *at = i;
        else
            join(group, *at, i);
    }
    engagep_map_release(&first);
    return rc;
}

static int write_group(struct group *group)
{
    int rc = join_crm(group);
    if (group->link_count > 1)
        qsort(group->links, group->link_count, sizeof(*group->links), compare_links);
    for (size_t i = 1; i < group->link_count && rc == ENGAGE_OK; i++)
        if (compare_links(&group->links[i - 1], &group->links[i]) == 0)
            join(group, group->links[i - 1].from, group->links[i].from);
    for (size_t i = 0; i < group->count && rc == ENGAGE_OK; i++)
        rc = engagep_link_set(group->batch, group->brand, group->members[i].name,
                              group->members[head_of(group, i)].name);
    return rc;
}

/* Groups one account; `done` has the accounts that were grouped already. */
static int regroup(struct engagep_batch *batch, engage_str brand, engage_str name,
                   struct engagep_map *done)
{
    struct group group = {.batch = batch, .brand = brand};
    const engage_allocator *allocator = &batch->tracker->allocator;
    engagep_map_init(&group.by_name, allocator, batch->tracker->secret);
    engagep_map_init(&group.crm_ids, allocator, batch->tracker->secret);
    engagep_map_init(&group.customers, allocator, batch->tracker->secret);
    int rc = add_member(&group, name);
    for (size_t i = 0; i < group.count && rc == ENGAGE_OK; i++) {
        engage_str key = engagep_batch_key(batch, brand, group.members[i].name);
        size_t *at = key.data != NULL ? engagep_map_at(done, key) : NULL;
        rc = at != NULL ? read_member(&group, i) : engagep_core_no_memory(batch->error);
        if (at != NULL)
            *at = 0;
    }
    if (rc == ENGAGE_OK)
        rc = write_group(&group);
    engagep_map_release(&group.by_name);
    engagep_map_release(&group.crm_ids);
    engagep_map_release(&group.customers);
    engagep_alloc_free(allocator, group.members, group.capacity, sizeof(*group.members));
    engagep_alloc_free(allocator, group.links, group.link_capacity, sizeof(*group.links));
    return rc;
}

int engagep_person_regroup(struct engagep_batch *batch)
{
    struct engagep_map done;
    int any;
    int rc = engagep_decision_any(batch->tracker, &any, batch->error);
    size_t count = batch->account_count;
    engagep_map_init(&done, &batch->tracker->allocator, batch->tracker->secret);
    for (size_t i = 0; i < count && rc == ENGAGE_OK; i++) {
        const struct engagep_account *listed = &batch->accounts[i];
        if (!listed->relinked &&
            (!any || engagep_str_equal(listed->crm_id, listed->crm_before)))
            continue;
        const struct engagep_account account = *listed; /* the list may grow, and move */
        engage_str key = engagep_batch_key(batch, account.brand, account.account);
        if (key.data == NULL)
            rc = engagep_core_no_memory(batch->error);
        else if (engagep_map_find(&done, key) == ENGAGEP_MAP_NONE)
            rc = regroup(batch, account.brand, account.account, &done);
    }
    engagep_map_release(&done);
    return rc;
}

/* --------------------------------------------------- whom acts are done with --- */

static int is_own(struct engagep_batch *batch, engage_str brand, engage_str actor,
                  engage_str account, int *own)
{
    size_t a;
    size_t b;
    *own = engagep_str_equal(actor, account);
    if (*own)
        return ENGAGE_OK;
    int rc = engagep_batch_account(batch, brand, actor, &a);
    if (rc == ENGAGE_OK)
        rc = engagep_batch_find(batch, brand, account, &b);
    if (rc == ENGAGE_OK && b != ENGAGEP_KEYS_NONE)
        *own = engagep_str_equal(batch->accounts[a].customer, batch->accounts[b].customer);
    return rc;
}

/* Whether somebody that an act names is no other customer: the actor, the brand or its staff. */
static int is_nobody_else(struct engagep_batch *batch, const engage_event *event,
                          engage_str account, int *out)
{
    const engage_policy *policy = batch->tracker->policy;
    *out = engagep_thread_is_staff(policy, event->brand, account) ||
           engagep_signal_is_brand(policy, event->brand, engagep_signal_native(account));
    return *out ? ENGAGE_OK : is_own(batch, event->brand, event->actor, account, out);
}

static int strip_list(struct engagep_batch *batch, engage_event *event)
{
    char *kept = engagep_arena_array(&batch->tracker->lasting, event->to.size + 1, 1);
    engage_str list = event->to;
    engage_str account;
    size_t size = 0;
    if (kept == NULL)
        return engagep_core_no_memory(batch->error);
    while (engagep_str_next(&list, &account)) {
        int stripped;
        int rc = is_nobody_else(batch, event, account, &stripped);
        if (rc != ENGAGE_OK)
            return rc;
        if (stripped)
            continue;
        if (size > 0)
            kept[size++] = '\n';
        memcpy(kept + size, account.data, account.size);
        size += account.size;
    }
    event->to = (engage_str){kept, size};
    return ENGAGE_OK;
}

int engagep_person_strip(struct engagep_batch *batch, struct engagep_member *member)
{
    int nobody = 0;
    if (member->role != ENGAGEP_CUSTOMER_ROLE || !engagep_emit_meets(&member->stored->event))
        return ENGAGE_OK;
    struct engagep_stored *stripped =
        engagep_arena_array(&batch->tracker->lasting, 1, sizeof(*stripped));
    if (stripped == NULL)
        return engagep_core_no_memory(batch->error);
    *stripped = *member->stored;
    member->stored = stripped;
    engage_event *event = &stripped->event;
    int rc = event->target.size > 0 ? is_nobody_else(batch, event, event->target, &nobody)
                                    : ENGAGE_OK;
    if (nobody)
        event->target = event->actor;
    return rc == ENGAGE_OK && event->to.size > 0 ? strip_list(batch, event) : rc;
}

/* --------------------------------------------------------------- moving --- */

struct moving {
    struct engagep_batch *batch;
    struct engagep_row_events events;
};

/* Threads are read again; what belongs to none and is done with others is kept. */
static int keep_event(void *ctx, const struct engagep_value *row, engage_error *error)
{
    struct moving *moving = ctx;
    if (row[EVENT_THREAD].size > 0)
        return engagep_batch_touch(moving->batch, engagep_row_str(&row[EVENT_BRAND]),
                                   engagep_row_str(&row[EVENT_THREAD]));
    if (row[EVENT_DEAD].number != 0 ||
        (row[EVENT_TARGET].type == ENGAGEP_NULL && row[EVENT_TO].type == ENGAGEP_NULL))
        return ENGAGE_OK;
    int rc = engagep_row_add_event(&moving->events, &moving->batch->tracker->lasting, row, error);
    if (rc == ENGAGE_OK &&
        !engagep_emit_meets(&moving->events.list[moving->events.count - 1].event))
        moving->events.count--;
    return rc;
}

static int move_account(void *ctx, const struct engagep_value *row, engage_error *error)
{
    struct moving *moving = ctx;
    return engagep_core_scan(moving->batch->tracker, ENGAGEP_EVENT, EVENT_BY_ID, row, 2, keep_event,
                             moving, error);
}

/* Reads again what the accounts of a customer did, once. */
static int move_customer(struct moving *moving, struct engagep_map *done, engage_str brand,
                         engage_str customer)
{
    struct engagep_batch *batch = moving->batch;
    engage_str key = engagep_batch_key(batch, brand, customer);
    size_t *at = key.data != NULL ? engagep_map_at(done, key) : NULL;
    struct engagep_value prefix[] = {engagep_row_text(brand), engagep_row_text(customer)};
    if (at == NULL)
        return engagep_core_no_memory(batch->error);
    if (*at != ENGAGEP_MAP_NONE)
        return ENGAGE_OK;
    *at = 0;
    return engagep_core_scan(batch->tracker, ENGAGEP_ACCOUNT, ACCOUNT_BY_CUSTOMER, prefix, 2,
                             move_account, moving, batch->error);
}

int engagep_person_move(struct engagep_batch *batch)
{
    struct moving moving = {batch, {NULL, 0, 0}};
    struct engagep_map done;
    int rc = ENGAGE_OK;
    engagep_map_init(&done, &batch->tracker->allocator, batch->tracker->secret);
    for (size_t i = 0; i < batch->account_count && rc == ENGAGE_OK; i++) {
        const struct engagep_account *listed = &batch->accounts[i];
        if (engagep_str_equal(listed->customer, listed->customer_before))
            continue;
        const struct engagep_account account = *listed; /* the list may grow, and move */
        rc = move_customer(&moving, &done, account.brand, account.customer);
        if (rc == ENGAGE_OK)
            rc = move_customer(&moving, &done, account.brand, account.customer_before);
    }
    engagep_map_release(&done);
    for (size_t i = 0; i < moving.events.count && rc == ENGAGE_OK; i++)
        rc = engagep_alone_anew(batch, &moving.events.list[i]);
    return rc;
}
