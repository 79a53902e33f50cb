/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "track/thread.h"

#include "base/sort.h"

#include <string.h>

/* ---------------------------------------------------------------- events --- */

int engagep_thread_is_staff(const engage_policy *policy, engage_str brand_id, engage_str account)
{
    const struct engagep_brand *brand = engagep_policy_brand(policy, brand_id);
    if (brand == NULL)
        return 0;
    for (size_t i = 0; i < brand->staff_count; i++)
        if (engagep_str_equal(account, brand->staff[i]))
            return 1;
    for (size_t i = 0; i < brand->handle_count; i++)
        if (engagep_str_equal(account, brand->handles[i]))
            return 1;
    return 0;
}

enum engagep_role engagep_thread_role(const engage_policy *policy, const engage_event *event)
{
    if (engagep_str_is(event->role, "staff"))
        return ENGAGEP_STAFF_ROLE;
    if (engagep_str_is(event->role, "bot"))
        return ENGAGEP_BOT_ROLE;
    if (engagep_str_is(event->role, "partner"))
        return ENGAGEP_PARTNER_ROLE;
    return engagep_thread_is_staff(policy, event->brand, event->actor) ? ENGAGEP_STAFF_ROLE
                                                                       : ENGAGEP_CUSTOMER_ROLE;
}

int engagep_thread_is_post(const engage_event *event)
{
    return engagep_str_is(event->verb, "Create") || engagep_str_is(event->verb, "Update");
}

int engagep_thread_edits(const struct engagep_stored *stored, engage_str *post)
{
    const engage_event *event = &stored->event;
    *post = event->post;
    return engagep_str_is(event->verb, "Update") &&
           (event->text.size > 0 || event->html.size > 0 || stored->signal.scored ||
            stored->signal.gone);
}

int engagep_thread_post_id(struct engagep_arena *arena, const engage_event *event,
                           engage_str *out)
{
    if (event->post.size > 0) {
        *out = event->post;
        return ENGAGE_OK;
    }
    size_t size = event->actor.size + event->id.size + 1;
    char *made = engagep_arena_array(arena, size, 1);
    if (made == NULL)
        return ENGAGE_ENOMEM;
    memcpy(made, event->actor.data, event->actor.size);
    made[event->actor.size] = ENGAGEP_MADE_MARK;
    memcpy(made + event->actor.size + 1, event->id.data, event->id.size);
    *out = (engage_str){made, size};
    return ENGAGE_OK;
}

int engagep_thread_compare(const engage_event *a, const engage_event *b)
{
    if (a->time != b->time)
        return a->time < b->time ? -1 : 1;
    int order = engagep_str_compare(a->actor, b->actor);
    return order != 0 ? order : engagep_str_compare(a->id, b->id);
}

static int compare_members(const void *a, const void *b)
{
    const struct engagep_member *left = a;
    const struct engagep_member *right = b;
    return engagep_thread_compare(&left->stored->event, &right->stored->event);
}

/* ----------------------------------------------------------------- posts --- */

size_t engagep_thread_post(const struct engagep_thread *thread, engage_str id)
{
    return id.size > 0 ? engagep_map_find(&thread->by_id, id) : ENGAGEP_NO_POST;
}

/* The first Create of an id makes the post; a second one changes nothing. */
static int gather_posts(engage_tracker *tracker, struct engagep_thread *thread)
{
    for (size_t i = 0; i < thread->member_count; i++) {
        const struct engagep_member *member = &thread->members[i];
        engage_str id;
        if (!engagep_str_is(member->stored->event.verb, "Create"))
            continue;
        if (engagep_thread_post_id(&tracker->arena, &member->stored->event, &id) != ENGAGE_OK)
            return ENGAGE_ENOMEM;
        size_t *at = engagep_map_at(&thread->by_id, id);
        if (at == NULL)
            return ENGAGE_ENOMEM;
        if (*at != ENGAGEP_MAP_NONE)
            continue;
        struct engagep_post *post = &thread->posts[thread->post_count];
        memset(post, 0, sizeof(*post));
        post->member = member;
        post->content = member;
        post->id = id;
        *at = thread->post_count++;
    }
    return ENGAGE_OK;
}

/* Members are in order of time, so that the last Update wins. */
static void apply_updates(struct engagep_thread *thread)
{
    for (size_t i = 0; i < thread->member_count; i++) {
        const struct engagep_member *member = &thread->members[i];
        engage_str id;
        if (!engagep_thread_edits(member->stored, &id))
            continue;
        size_t at = engagep_thread_post(thread, id);
        if (at == ENGAGEP_NO_POST)
            continue;
        struct engagep_post *post = &thread->posts[at];
        if (engagep_str_equal(post->member->stored->event.actor, member->stored->event.actor))
            post->content = member;
    }
}

static void link_posts(struct engagep_thread *thread)
{
    for (size_t i = 0; i < thread->post_count; i++) {
        struct engagep_post *post = &thread->posts[i];
        const engage_event *event = &post->member->stored->event;
        engage_str parent = event->in_reply_to;
        if (parent.size == 0 && !engagep_str_equal(event->conversation, post->id) &&
            engagep_thread_post(thread, event->conversation) != ENGAGEP_NO_POST)
            parent = event->conversation;
        post->replies = parent.size > 0 && !engagep_str_equal(parent, post->id);
        post->parent = post->replies ? engagep_thread_post(thread, parent) : ENGAGEP_NO_POST;
        post->quoted = engagep_thread_post(thread, event->quote_of);
        post->root = ENGAGEP_NO_POST;
    }
}

/* Replies that go round in a circle: the smallest id in it becomes its head. Each
 * post is marked with the walk that first met it, so that all walks are linear. */
static void cut_circles(struct engagep_thread *thread, size_t *walk)
{
    for (size_t i = 0; i < thread->post_count; i++)
        walk[i] = ENGAGEP_NO_POST;
    for (size_t i = 0; i < thread->post_count; i++) {
        size_t at = i;
        while (at != ENGAGEP_NO_POST && walk[at] == ENGAGEP_NO_POST) {
            walk[at] = i;
            at = thread->posts[at].parent;
        }
        if (at == ENGAGEP_NO_POST || walk[at] != i)
            continue;
        size_t least = at;
        for (size_t j = thread->posts[at].parent; j != at; j = thread->posts[j].parent)
            if (engagep_str_compare(thread->posts[j].id, thread->posts[least].id) < 0)
                least = j;
        thread->posts[least].parent = ENGAGEP_NO_POST;
        thread->posts[least].replies = 0;
    }
}

static void settle(struct engagep_thread *thread, size_t at)
{
    struct engagep_post *post = &thread->posts[at];
    const engage_event *event = &post->member->stored->event;
    const struct engagep_post *parent =
        post->parent != ENGAGEP_NO_POST ? &thread->posts[post->parent] : NULL;
    post->order = event->time;
    post->root = post->replies ? ENGAGEP_NO_POST : at;
    if (event->conversation.size > 0)
        post->conversation = event->conversation;
    else
        post->conversation = post->replies ? event->in_reply_to : post->id;
    /* A reply stands where its parent does, whatever conversation it names itself. */
    if (parent != NULL) {
        post->root = parent->root;
        post->depth = parent->depth + 1;
        post->conversation = parent->conversation;
        if (parent->order > post->order)
            post->order = parent->order;
    }
}

/* Each parent before its replies: up along unsettled parents, then down again. */
static void settle_all(struct engagep_thread *thread, size_t *stack)
{
    for (size_t i = 0; i < thread->post_count; i++) {
        size_t count = 0;
        for (size_t at = i; at != ENGAGEP_NO_POST && thread->posts[at].conversation.size == 0;
             at = thread->posts[at].parent)
            stack[count++] = at;
        while (count > 0)
            settle(thread, stack[--count]);
    }
}

/* ----------------------------------------------------------------- turns --- */

static int compare_turns(const void *a, const void *b)
{
    const struct engagep_post *left = *(const struct engagep_post *const *)a;
    const struct engagep_post *right = *(const struct engagep_post *const *)b;
    if (left->order != right->order)
        return left->order < right->order ? -1 : 1;
    if (left->depth != right->depth)
        return left->depth < right->depth ? -1 : 1;
    return engagep_thread_compare(&left->member->stored->event, &right->member->stored->event);
}

static void sort_turns(struct engagep_thread *thread, const struct engagep_post **turns)
{
    for (size_t i = 0; i < thread->post_count; i++)
        turns[i] = &thread->posts[i];
    engagep_sort(turns, thread->post_count, sizeof(*turns), compare_turns);
    for (size_t i = 0; i < thread->post_count; i++)
        thread->turns[i] = (size_t)(turns[i] - thread->posts);
}

int engagep_thread_build(engage_tracker *tracker, struct engagep_thread *thread)
{
    engagep_map_init(&thread->by_id, &tracker->allocator, tracker->secret);
    thread->post_count = 0;
    if (thread->member_count == 0)
        return ENGAGE_OK;
    engagep_sort(thread->members, thread->member_count, sizeof(*thread->members), compare_members);
    size_t count = thread->member_count;
    thread->posts = engagep_arena_array(&tracker->arena, count, sizeof(*thread->posts));
    thread->turns = engagep_arena_array(&tracker->arena, count, sizeof(*thread->turns));
    size_t *spare = engagep_arena_array(&tracker->arena, count, sizeof(*spare));
    const struct engagep_post **turns =
        engagep_arena_array(&tracker->arena, count, sizeof(*turns));
    if (thread->posts == NULL || thread->turns == NULL || spare == NULL || turns == NULL ||
        gather_posts(tracker, thread) != ENGAGE_OK)
        return ENGAGE_ENOMEM;
    apply_updates(thread);
    link_posts(thread);
    cut_circles(thread, spare);
    settle_all(thread, spare);
    sort_turns(thread, turns);
    return ENGAGE_OK;
}

void engagep_thread_release(struct engagep_thread *thread)
{
    engagep_map_release(&thread->by_id);
}
