/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * An episode as it was at an earlier time: without the posts that came after it, and by the
 * words that the others had then.
 */
#include "base/time.h"
#include "track/episode.h"
#include "track/facts.h"
#include "track/post.h"

#include <string.h>

struct looking {
    engage_tracker *tracker;
    engage_str brand;
    int64_t now;
    const struct engagep_episode *episode;
    struct engagep_arena *arena;
    engage_error *error;
};

/* What the posts up to then say together. */
struct seen {
    engage_str posts;
    engage_str product;
    uint32_t labels;
    uint32_t marks;
    int64_t waits;
    int64_t followers;
    int64_t last_wait;
    int32_t valence;
};

/* A post of the episode. */
struct past {
    struct engagep_author author;
    engage_str parent; /* that it replies to, by itself or by its conversation */
    engage_str product;
    int64_t followers;
    int private;
};

static int find_author(const struct looking *looking, engage_str post, struct engagep_author *out)
{
    return engagep_post_author(looking->tracker, looking->brand, post, looking->now,
                               looking->arena, out, looking->error);
}

/* Empty where there is none: a conversation may be named by a post, which is its head then. */
static int find_parent(const struct looking *looking, const engage_event *event, engage_str *out)
{
    struct engagep_author head;
    *out = event->in_reply_to;
    if (out->size > 0 || event->conversation.size == 0 ||
        engagep_str_equal(event->conversation, event->post))
        return ENGAGE_OK;
    *out = event->conversation;
    if (engagep_row_keep(looking->arena, out) != ENGAGE_OK)
        return engagep_core_no_memory(looking->error);
    int rc = find_author(looking, *out, &head);
    if (rc == ENGAGE_OK && head.event.size == 0)
        *out = (engage_str){NULL, 0};
    return rc;
}

static int read_past(const struct looking *looking, engage_str post, struct past *past)
{
    struct engagep_stored made;
    int rc = find_author(looking, post, &past->author);
    if (rc != ENGAGE_OK || past->author.event.size == 0)
        return rc;
    rc = engagep_post_event(looking->tracker, looking->brand, &past->author, past->author.event,
                            &made, looking->error);
    if (rc != ENGAGE_OK)
        return rc;
    past->followers = made.event.followers;
    past->private = engagep_str_is(made.event.visibility, "dm");
    past->product = made.event.product;
    if (engagep_row_keep(looking->arena, &past->product) != ENGAGE_OK ||
        engagep_row_keep(looking->arena, &made.event.in_reply_to) != ENGAGE_OK)
        return engagep_core_no_memory(looking->error);
    return find_parent(looking, &made.event, &past->parent);
}

/* Whether the brand's staff wrote what a post replies to, or the head of those replies. Of
 * replies that go so deep, or round in a circle, the head is not looked for. */
enum { DEEPEST = 1000 };

static int is_brands(const struct looking *looking, engage_str parent, int *out)
{
    int rc = ENGAGE_OK;
    int first = 1;
    for (int depth = 0; parent.size > 0 && rc == ENGAGE_OK && depth < DEEPEST; depth++) {
        struct past up = {0};
        rc = read_past(looking, parent, &up);
        if (rc != ENGAGE_OK || up.author.event.size == 0)
            return rc;
        if (first || up.parent.size == 0)
            *out |= engagep_post_role(looking->tracker->policy, looking->brand, &up.author) ==
                    ENGAGEP_STAFF_ROLE;
        parent = *out ? (engage_str){NULL, 0} : up.parent;
        first = 0;
    }
    return rc;
}

static int note_help(void *ctx, const struct engagep_emitted *fact, engage_error *error)
{
    int *help = ctx;
    (void)error;
    *help |= fact->fact.kind == ENGAGEP_KIND_HELP;
    return ENGAGE_OK;
}

/* Whether a post is help by its kind, which its fact tells. */
static int is_help(const struct looking *looking, const struct engagep_author *author, int *out)
{
    struct engagep_value key[] = {
        engagep_row_text(looking->brand), engagep_row_text(author->actor),
        engagep_row_int(engagep_time_day(author->time)), engagep_row_text(author->actor),
        engagep_row_text(author->event)};
    *out = 0;
    return author->replies ? engagep_facts_scan(looking->tracker, key, 5, note_help, out,
                                                looking->error)
                           : ENGAGE_OK;
}

static void see_words(const struct looking *looking, const struct past *past,
                      const struct engagep_stored *words, int help, struct seen *seen)
{
    const struct engagep_signal *signal = &words->signal;
    if (signal->valence < seen->valence)
        seen->valence = signal->valence;
    if (signal->marks & ENGAGEP_MARK_CAPITALS)
        seen->marks |= ENGAGEP_EPISODE_CAPITALS;
    if (signal->marks & ENGAGEP_MARK_ADDRESSED)
        seen->marks |= ENGAGEP_EPISODE_ADDRESSED;
    if (!engagep_episode_asks(looking->tracker->policy, looking->episode->needs, words, help))
        return;
    seen->labels |= signal->labels;
    seen->marks |= engagep_episode_doubts(signal);
    seen->waits++;
    if (past->author.time > seen->last_wait)
        seen->last_wait = past->author.time;
}

static int see(const struct looking *looking, engage_str post, const struct past *past,
               struct seen *seen)
{
    struct engagep_stored words;
    engage_str event;
    int help;
    int addressed = 0;
    if (past->followers > seen->followers)
        seen->followers = past->followers;
    if (seen->product.size == 0)
        seen->product = past->product;
    if (past->private)
        seen->marks |= ENGAGEP_EPISODE_PRIVATE;
    int rc = is_help(looking, &past->author, &help);
    if (rc == ENGAGE_OK)
        rc = engagep_post_words(looking->tracker, looking->brand, post, looking->now,
                                looking->arena, &past->author, &event, looking->error);
    if (rc == ENGAGE_OK)
        rc = engagep_post_event(looking->tracker, looking->brand, &past->author, event, &words,
                                looking->error);
    if (rc != ENGAGE_OK)
        return rc;
    see_words(looking, past, &words, help, seen);
    if (!(seen->marks & ENGAGEP_EPISODE_ADDRESSED))
        rc = is_brands(looking, past->parent, &addressed);
    if (addressed)
        seen->marks |= ENGAGEP_EPISODE_ADDRESSED;
    return rc;
}

static int see_all(const struct looking *looking, struct seen *seen)
{
    engage_str rest = looking->episode->posts;
    engage_str post;
    char *kept = engagep_arena_array(&looking->tracker->lasting, rest.size + 1, 1);
    int rc = kept != NULL ? ENGAGE_OK : engagep_core_no_memory(looking->error);
    seen->posts = (engage_str){kept, 0};
    while (rc == ENGAGE_OK && engagep_str_next(&rest, &post)) {
        struct past past = {0};
        rc = read_past(looking, post, &past);
        if (rc != ENGAGE_OK || past.author.event.size == 0)
            continue;
        if (seen->posts.size > 0)
            kept[seen->posts.size++] = '\n';
        memcpy(kept + seen->posts.size, post.data, post.size);
        seen->posts.size += post.size;
        rc = see(looking, post, &past, seen);
    }
    return rc;
}

int engagep_episode_look_back(engage_tracker *tracker, engage_str brand, int64_t now,
                              struct engagep_episode *episode, engage_error *error)
{
    struct looking looking = {.tracker = tracker,
                              .brand = brand,
                              .now = now,
                              .episode = episode,
                              .arena = engagep_core_keeper(tracker, &tracker->lasting),
                              .error = error};
    struct seen seen = {.followers = -1, .last_wait = episode->opened};
    int rc = see_all(&looking, &seen);
    if (rc != ENGAGE_OK)
        return rc;
    if (seen.posts.size == 0)
        return ENGAGE_OK;
    /* What policy wanted to see by other thresholds stays what it was opened by. */
    if (seen.waits == 0 && episode->needs)
        return ENGAGE_DONE;
    episode->posts = seen.posts;
    episode->product = seen.product;
    episode->labels = seen.waits > 0 ? seen.labels : episode->labels;
    episode->marks = seen.marks;
    episode->waits = seen.waits > 0 ? seen.waits : 1;
    episode->followers = seen.followers;
    episode->last_wait = seen.last_wait;
    episode->valence = seen.valence;
    if (episode->last_post > now)
        episode->last_post = now;
    return ENGAGE_OK;
}
