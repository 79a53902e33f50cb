/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * An episode as it was at an earlier time: without the posts that came after it.
 */
#include "track/batch.h"

#include <string.h>

struct looking {
    struct engagep_arena *arena;
    int found;
    struct engagep_stored first; /* the earliest Create of the post */
};

static int look(void *ctx, const struct engagep_value *row, engage_error *error)
{
    struct looking *looking = ctx;
    struct engagep_stored stored;
    int rc = engagep_row_to_event(row, NULL, &stored, error);
    if (rc != ENGAGE_OK)
        return rc;
    if (stored.dead || !engagep_str_is(stored.event.verb, "Create") ||
        (looking->found && engagep_thread_compare(&stored.event, &looking->first.event) >= 0))
        return ENGAGE_OK;
    looking->first = stored;
    looking->found = 1;
    /* Who made it, and when, is held against the rows that follow; no other text is used. */
    return engagep_row_keep(looking->arena, &looking->first.event.actor) == ENGAGE_OK &&
                   engagep_row_keep(looking->arena, &looking->first.event.id) == ENGAGE_OK
               ? ENGAGE_OK
               : engagep_core_no_memory(error);
}

/* What the posts up to then say together. */
struct seen {
    engage_str posts;
    uint32_t labels;
    int64_t waits;
    int64_t followers;
    int64_t last;
    int32_t valence;
};

static void see(const struct engagep_episode *episode, const struct engagep_stored *stored,
                struct seen *seen)
{
    uint32_t labels = stored->signal.labels & episode->labels;
    if (stored->event.followers > seen->followers)
        seen->followers = stored->event.followers;
    if (stored->signal.valence < seen->valence)
        seen->valence = stored->signal.valence;
    seen->labels |= labels;
    if (labels == 0)
        return;
    seen->waits++;
    if (stored->event.time > seen->last)
        seen->last = stored->event.time;
}

int engagep_episode_look_back(engage_tracker *tracker, engage_str brand, int64_t now,
                              struct engagep_episode *episode, engage_error *error)
{
    struct engagep_value prefix[] = {engagep_row_text(brand), engagep_row_null()};
    struct seen seen = {.followers = -1, .last = episode->opened};
    engage_str rest = episode->posts;
    engage_str post;
    if (episode->last_post <= now)
        return ENGAGE_OK;
    char *kept = engagep_arena_array(&tracker->lasting, episode->posts.size + 1, 1);
    if (kept == NULL)
        return engagep_core_no_memory(error);
    seen.posts = (engage_str){kept, 0};
    while (engagep_str_next(&rest, &post)) {
        struct looking looking = {.arena = engagep_core_keeper(tracker, &tracker->lasting)};
        prefix[1] = engagep_row_text(post);
        int rc = engagep_core_scan(tracker, ENGAGEP_EVENT, EVENT_BY_POST, prefix, 2, look, &looking,
                                   error);
        if (rc != ENGAGE_OK)
            return rc;
        if (!looking.found || looking.first.event.time > now)
            continue;
        if (seen.posts.size > 0)
            kept[seen.posts.size++] = '\n';
        memcpy(kept + seen.posts.size, post.data, post.size);
        seen.posts.size += post.size;
        see(episode, &looking.first, &seen);
    }
    /* The opening post may have no id of its own, and what is known of it stays. */
    episode->labels = (seen.labels | episode->opening_labels) & episode->labels;
    if (seen.posts.size == 0)
        return ENGAGE_OK;
    episode->posts = seen.posts;
    episode->waits = seen.waits > 0 ? seen.waits : 1;
    episode->followers = seen.followers;
    episode->last_wait = seen.last;
    episode->valence = seen.valence;
    episode->last_post = now;
    return ENGAGE_OK;
}
