/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * What is left of a post or an act: when it was, where it hangs, and what it asked or
 * acknowledged. No words, no name, no id of its own unless others name it.
 */
#include "track/forget.h"

#include "track/emit.h"
#include "track/signal.h"

#include <string.h>

/* The id of a post under which it is left. One that others name is in their posts anyway. */
static int rename_post(struct engagep_forgetting *forgetting, engage_str *post)
{
    if (post->size == 0 || engagep_map_find(&forgetting->named, *post) != ENGAGEP_MAP_NONE)
        return ENGAGE_OK;
    size_t number = engagep_map_find(&forgetting->renamed, *post);
    if (number == ENGAGEP_MAP_NONE)
        return ENGAGE_OK; /* nobody's that is known: it stays what it was */
    engage_str name = engagep_duty_name(&forgetting->arena, forgetting->forgotten.number);
    engage_str part = engagep_duty_name(&forgetting->arena, (int64_t)number);
    char *made = engagep_arena_array(&forgetting->arena, name.size + part.size, 1);
    if (name.data == NULL || part.data == NULL || made == NULL)
        return engagep_core_no_memory(forgetting->error);
    size_t prefix = sizeof("forgotten") - 1;
    memcpy(made, name.data, name.size);
    made[name.size] = '/';
    memcpy(made + name.size + 1, part.data + prefix + 1, part.size - prefix - 1);
    *post = (engage_str){made, name.size + part.size - prefix};
    return ENGAGE_OK;
}

/* Numbers own posts, so that all that name one name it alike. */
static int number_posts(struct engagep_forgetting *forgetting)
{
    for (size_t i = 0; i < forgetting->own.count; i++) {
        engage_str post = forgetting->own.list[i].event.post;
        size_t *at = post.size > 0 ? engagep_map_at(&forgetting->renamed, post) : NULL;
        if (post.size > 0 && at == NULL)
            return engagep_core_no_memory(forgetting->error);
        if (at != NULL && *at == ENGAGEP_MAP_NONE)
            *at = i + 1;
    }
    return ENGAGE_OK;
}

/* What the edits of an account's post are found by. */
static int edits_key(struct engagep_forgetting *forgetting, engage_str actor, engage_str post,
                     engage_str *out)
{
    char *key = engagep_arena_array(&forgetting->arena, actor.size + post.size + 1, 1);
    if (key == NULL)
        return engagep_core_no_memory(forgetting->error);
    memcpy(key, actor.data, actor.size);
    key[actor.size] = '\n';
    memcpy(key + actor.size + 1, post.data, post.size);
    *out = (engage_str){key, actor.size + post.size + 1};
    return ENGAGE_OK;
}

/* Notes of each own post the Update that stands: what it says now is what others answered. */
static int find_edits(struct engagep_forgetting *forgetting)
{
    for (size_t i = 0; i < forgetting->own.count; i++) {
        const struct engagep_stored *own = &forgetting->own.list[i];
        engage_str post;
        engage_str key;
        if (own->dead || !engagep_thread_edits(own, &post) || post.size == 0)
            continue;
        int rc = edits_key(forgetting, own->event.actor, post, &key);
        if (rc != ENGAGE_OK)
            return rc;
        size_t *at = engagep_map_at(&forgetting->edited, key);
        if (at == NULL)
            return engagep_core_no_memory(forgetting->error);
        if (*at == ENGAGEP_MAP_NONE ||
            engagep_thread_compare(&forgetting->own.list[*at].event, &own->event) < 0)
            *at = i;
    }
    return ENGAGE_OK;
}

/* What an own post says at last. */
static int find_signal(struct engagep_forgetting *forgetting, const struct engagep_stored *own,
                       const struct engagep_signal **out)
{
    engage_str key;
    *out = &own->signal;
    if (forgetting->edited.count == 0 || own->event.post.size == 0)
        return ENGAGE_OK;
    int rc = edits_key(forgetting, own->event.actor, own->event.post, &key);
    size_t at = rc == ENGAGE_OK ? engagep_map_find(&forgetting->edited, key) : ENGAGEP_MAP_NONE;
    if (at != ENGAGEP_MAP_NONE)
        *out = &forgetting->own.list[at].signal;
    return rc;
}

/* 1 where others have something of it: it is a post where they are, an act on a post of
 * theirs, or a credit that was told of. An Update is left in its post. */
static int matters(const struct engagep_forgetting *forgetting, const struct engagep_stored *own)
{
    const engage_event *event = &own->event;
    if (own->dead)
        return 0;
    if (own->thread.size == 0)
        return event->target.size > 0 && engagep_emit_meets(event) &&
               engagep_map_find(&forgetting->by_account, event->target) == ENGAGEP_MAP_NONE;
    if (engagep_map_find(&forgetting->threads, own->thread) != 1)
        return 0;
    if (engagep_thread_is_post(event))
        return !engagep_str_is(event->verb, "Update");
    return engagep_map_find(&forgetting->named, event->object) != ENGAGEP_MAP_NONE &&
           (engagep_str_is(event->verb, "Like") || engagep_str_is(event->verb, "Accept") ||
            engagep_str_is(event->verb, "Announce"));
}

int engagep_forget_read(struct engagep_forgetting *forgetting)
{
    int rc = number_posts(forgetting);
    return rc == ENGAGE_OK ? find_edits(forgetting) : rc;
}

int engagep_forget_husk(struct engagep_forgetting *forgetting, const struct engagep_stored *own,
                        struct engagep_stored *out)
{
    static const struct engagep_stored empty;
    const engage_event *event = &own->event;
    const struct engagep_signal *signal;
    if (!matters(forgetting, own))
        return ENGAGE_DONE;
    int rc = find_signal(forgetting, own, &signal);
    if (rc != ENGAGE_OK)
        return rc;
    engage_str id = engagep_duty_name(&forgetting->arena, (int64_t)++forgetting->husks);
    if (id.data == NULL)
        return engagep_core_no_memory(forgetting->error);
    *out = empty;
    out->event.struct_size = sizeof(out->event);
    out->event.time = event->time;
    out->event.received = ENGAGE_NO_TIME;
    out->event.followers = -1;
    out->event.id = id;
    out->event.brand = forgetting->brand;
    out->event.verb = event->verb;
    out->event.actor = forgetting->nobody;
    out->event.post = event->post;
    out->event.in_reply_to = event->in_reply_to;
    out->event.quote_of = event->quote_of;
    out->event.object = event->object;
    out->event.conversation = event->conversation;
    out->event.visibility = event->visibility;
    out->event.kind = event->kind;
    if (own->thread.size == 0)
        out->event.target = event->target;
    switch (engagep_thread_role(forgetting->tracker->policy, event)) {
    case ENGAGEP_STAFF_ROLE:
        out->event.role = (engage_str){"staff", 5};
        break;
    case ENGAGEP_PARTNER_ROLE:
        out->event.role = (engage_str){"partner", 7};
        break;
    case ENGAGEP_BOT_ROLE:
        out->event.role = (engage_str){"bot", 3};
        break;
    default:
        break;
    }
    out->signal.valence = signal->valence;
    out->signal.labels = signal->labels;
    out->signal.marks = signal->marks & ENGAGEP_MARK_THANKS;
    engage_str *posts[] = {&out->event.post, &out->event.in_reply_to, &out->event.quote_of,
                           &out->event.object, &out->event.conversation};
    for (size_t i = 0; i < sizeof(posts) / sizeof(posts[0]) && rc == ENGAGE_OK; i++)
        rc = rename_post(forgetting, posts[i]);
    return rc == ENGAGE_OK ? ENGAGE_ROW : rc;
}
