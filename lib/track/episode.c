/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "track/episode.h"

#include "base/alloc.h"
#include "base/hash.h"
#include "base/time.h"
#include "track/decision.h"
#include "track/emit.h"
#include "track/signal.h"

#include <string.h>

/* What a thread's episodes are read with: for each conversation and customer the
 * episode that waits for a needed reply, the one that a reply would be kind to, and
 * the one that was answered last. */
enum slot { NEEDED, KIND, ANSWERED, SLOTS };

struct line {
    size_t slot[SLOTS]; /* numbers of episodes, or ENGAGEP_NO_POST */
};

struct reading {
    engage_tracker *tracker;
    struct engagep_thread *thread;
    struct engagep_episodes *episodes;
    struct engagep_map by_account; /* of the thread: numbers of members */
    struct engagep_map by_line; /* conversation and customer to lines */
    struct line *lines;
    size_t line_count;
    struct engagep_map latest; /* conversation to the latest post in it that needs a reply */
    size_t *before;            /* of such a post: the one before it in its conversation */
    size_t *episode_of; /* of a customer's post: its episode; of another: the post it speaks to */
};

void engagep_episode_release(engage_tracker *tracker, struct engagep_episodes *episodes)
{
    engagep_alloc_free(&tracker->allocator, episodes->list, episodes->capacity,
                       sizeof(*episodes->list));
    memset(episodes, 0, sizeof(*episodes));
}

/* ----------------------------------------------------------------- lines --- */

/* The line of a customer in a conversation; made where `make`, else NULL for none. */
static int find_line(struct reading *reading, engage_str conversation, engage_str person,
                     int make, struct line **out)
{
    *out = NULL;
    size_t size = conversation.size + person.size + 1;
    char *key = engagep_arena_array(&reading->tracker->arena, size, 1);
    if (key == NULL)
        return ENGAGE_ENOMEM;
    memcpy(key, person.data, person.size);
    key[person.size] = '\n';
    memcpy(key + person.size + 1, conversation.data, conversation.size);
    engage_str text = {key, size};
    size_t at = engagep_map_find(&reading->by_line, text);
    if (at == ENGAGEP_MAP_NONE && make) {
        size_t *value = engagep_map_at(&reading->by_line, text);
        if (value == NULL)
            return ENGAGE_ENOMEM;
        at = *value = reading->line_count++;
        for (int i = 0; i < SLOTS; i++)
            reading->lines[at].slot[i] = ENGAGEP_NO_POST;
    }
    if (at != ENGAGEP_MAP_NONE)
        *out = &reading->lines[at];
    return ENGAGE_OK;
}

/* -------------------------------------------------------------- customers --- */

/* Praise or a wish that policy wants to see. */
static int is_worth(const engage_policy *policy, const struct engagep_signal *signal)
{
    if (signal->labels & ENGAGEP_LABEL(ENGAGE_INTENT_SPAM))
        return 0;
    return (signal->labels & ENGAGEP_LABEL(ENGAGE_INTENT_SUGGESTION) &&
            signal->intents[ENGAGE_INTENT_SUGGESTION] >= policy->numbers.open_suggestion) ||
           (signal->labels & ENGAGEP_LABEL(ENGAGE_INTENT_PRAISE) &&
            signal->intents[ENGAGE_INTENT_PRAISE] >= policy->numbers.open_praise);
}

static int make_id(engage_tracker *tracker, engage_str brand, engage_str post, int needs,
                   engage_str *out)
{
    struct engagep_sha256 sha;
    char *text = engagep_arena_array(&tracker->arena, ENGAGEP_EPISODE_ID, 1);
    if (text == NULL)
        return ENGAGE_ENOMEM;
    engagep_sha256_begin(&sha);
    engagep_sha256_add(&sha, brand.data, brand.size);
    engagep_sha256_add(&sha, needs ? "\n" : "\n\n", needs ? 1 : 2);
    engagep_sha256_add(&sha, post.data, post.size);
    engagep_sha256_end_hex(&sha, text, ENGAGEP_EPISODE_ID);
    *out = (engage_str){text, ENGAGEP_EPISODE_ID};
    return ENGAGE_OK;
}

/* Opens an episode by a post; its texts of posts are put together at the end. */
static int open_episode(struct reading *reading, size_t at, int needs, size_t *out)
{
    struct engagep_episodes *episodes = reading->episodes;
    const struct engagep_post *post = &reading->thread->posts[at];
    const engage_event *event = &post->member->stored->event;
    const struct engagep_signal *signal = &post->content->stored->signal;
    void *list = episodes->list;
    int rc = engagep_alloc_grow(&reading->tracker->allocator, &list, &episodes->capacity,
                                episodes->count + 1, sizeof(*episodes->list));
    episodes->list = list;
    if (rc != ENGAGE_OK)
        return rc;
    struct engagep_episode *episode = &episodes->list[episodes->count];
    memset(episode, 0, sizeof(*episode));
    rc = make_id(reading->tracker, reading->thread->brand, post->id, needs, &episode->id);
    if (rc != ENGAGE_OK)
        return rc;
    episode->account = event->actor;
    episode->thread = reading->thread->id;
    episode->conversation = post->conversation;
    episode->product = event->product;
    episode->policy = (engage_str){reading->tracker->policy_id, 16};
    episode->opened = event->time;
    episode->last_post = event->time;
    episode->last_wait = event->time;
    episode->answered = ENGAGE_NO_TIME;
    episode->bot_answered = ENGAGE_NO_TIME;
    episode->thanked = ENGAGE_NO_TIME;
    episode->next_post = ENGAGE_NO_TIME;
    episode->followers = event->followers;
    episode->opening_valence = signal->valence;
    episode->opening_negative = signal->negative;
    episode->opening_labels = signal->labels;
    episode->next_valence = ENGAGEP_NO_VALENCE;
    episode->needs = needs;
    *out = episodes->count++;
    return ENGAGE_OK;
}

uint32_t engagep_episode_doubts(const struct engagep_signal *signal)
{
    enum { SURE = 600000 };
    uint32_t marks = 0;
    int32_t strongest = 0;
    for (int i = 0; i < ENGAGE_INTENTS; i++)
        if (signal->labels & ENGAGEP_LABEL(i) && signal->intents[i] > strongest)
            strongest = signal->intents[i];
    if (strongest < SURE)
        marks |= ENGAGEP_EPISODE_UNSURE;
    uint32_t bad = ENGAGEP_LABEL(ENGAGE_INTENT_COMPLAINT) | ENGAGEP_LABEL(ENGAGE_INTENT_CHURN_RISK);
    if (signal->labels & bad && signal->valence > 0)
        marks |= ENGAGEP_EPISODE_DOUBT;
    return marks;
}

static int in_brand_thread(const struct engagep_thread *thread, const struct engagep_post *post)
{
    return (post->root != ENGAGEP_NO_POST &&
            thread->posts[post->root].member->role == ENGAGEP_STAFF_ROLE) ||
           (post->parent != ENGAGEP_NO_POST &&
            thread->posts[post->parent].member->role == ENGAGEP_STAFF_ROLE);
}

/* The model finds in an answer to another that one's trouble, as if it were its author's; whoever
 * stands under another's question with a trouble of one's own waits, though the post is help by its
 * kind. */
int engagep_episode_asks(const engage_policy *policy, int needs, const struct engagep_stored *words,
                         int help)
{
    int tells = help && !(words->event.flags & ENGAGE_EVENT_HAS_INTENTS) &&
                words->signal.labels & ENGAGEP_LABEL(ENGAGE_INTENT_PEER_ANSWER);
    return needs ? !tells && engagep_signal_needs(words->signal.labels)
                 : is_worth(policy, &words->signal);
}

/* 1 where a post needs a reply. */
static int asks_for_reply(const struct engagep_post *post)
{
    return engagep_episode_asks(NULL, 1, post->content->stored, post->kind == ENGAGEP_KIND_HELP);
}

static void join_episode(struct reading *reading, size_t number, size_t at)
{
    struct engagep_episode *episode = &reading->episodes->list[number];
    const struct engagep_post *post = &reading->thread->posts[at];
    const engage_event *event = &post->member->stored->event;
    const struct engagep_signal *signal = &post->content->stored->signal;
    reading->episode_of[at] = number;
    if (event->time > episode->last_post)
        episode->last_post = event->time;
    if (event->followers > episode->followers)
        episode->followers = event->followers;
    if (signal->valence < episode->valence)
        episode->valence = signal->valence;
    if (episode->product.size == 0)
        episode->product = event->product;
    if (signal->marks & ENGAGEP_MARK_CAPITALS)
        episode->marks |= ENGAGEP_EPISODE_CAPITALS;
    if (signal->marks & ENGAGEP_MARK_ADDRESSED || in_brand_thread(reading->thread, post))
        episode->marks |= ENGAGEP_EPISODE_ADDRESSED;
    if (engagep_str_is(event->visibility, "dm"))
        episode->marks |= ENGAGEP_EPISODE_PRIVATE;
    if (episode->needs ? !asks_for_reply(post) : !is_worth(reading->tracker->policy, signal))
        return;
    episode->labels |= signal->labels;
    episode->waits++;
    episode->marks |= engagep_episode_doubts(signal);
    if (event->time > episode->last_wait)
        episode->last_wait = event->time;
}

/* What the words of a customer who waited may be about: an answer or help, to which they reply; the
 * talk of another customer; or anything, so that they must name their thanks. */
enum regard { TALK, ANYTHING, ANSWER };

/* Whether a post is a reply to this customer by one who wants nothing. */
static int replies_to(const struct engagep_thread *thread, const struct engagep_post *post,
                      engage_str person)
{
    return post->parent != ENGAGEP_NO_POST &&
           engagep_str_equal(thread->posts[post->parent].member->person, person) &&
           !asks_for_reply(post);
}

static enum regard regard_of(const struct reading *reading, const struct engagep_episode *episode,
                             const struct engagep_post *post)
{
    const struct engagep_thread *thread = reading->thread;
    engage_str person = post->member->person;
    if (post->parent == ENGAGEP_NO_POST)
        return ANYTHING;
    const struct engagep_post *parent = &thread->posts[post->parent];
    if (engagep_str_equal(parent->member->person, person))
        return ANYTHING;
    size_t up = reading->episode_of[post->parent];
    int customers = parent->member->role == ENGAGEP_CUSTOMER_ROLE;
    int answers = customers ? engagep_emit_may_thank(thread, parent, post->member)
                            : up != ENGAGEP_NO_POST &&
                                  engagep_str_equal(thread->posts[up].member->person, person);
    if (answers && parent->order >= episode->opened)
        return ANSWER;
    return customers && !replies_to(thread, parent, person) ? TALK : ANYTHING;
}

/* What the customer says after an answer tells how it went. */
static void follow_up(struct reading *reading, size_t number, const struct engagep_post *post)
{
    struct engagep_episode *episode = &reading->episodes->list[number];
    const struct engagep_signal *signal = &post->content->stored->signal;
    if (episode->next_post == ENGAGE_NO_TIME && signal->scored) {
        episode->next_valence = signal->valence;
        episode->next_post = post->order;
    }
    if (post->order > episode->last_post)
        episode->last_post = post->order;
    if (episode->thanked == ENGAGE_NO_TIME && engagep_emit_thanks(signal) &&
        regard_of(reading, episode, post) != TALK)
        episode->thanked = post->member->stored->event.time;
}

/* Words of thanks, or content with an answer: nothing is waited for any longer, whoever helped. */
static int is_content(const struct reading *reading, const struct engagep_episode *episode,
                      const struct engagep_post *post)
{
    const struct engagep_signal *signal = &post->content->stored->signal;
    enum regard regard = regard_of(reading, episode, post);
    int thanks = (signal->marks & ENGAGEP_MARK_THANKS) != 0;
    return (regard == ANSWER || (regard == ANYTHING && thanks)) && engagep_emit_thanks(signal);
}

/* Whoever gave up waiting asks anew. */
static void expire(const struct reading *reading, struct line *line, int64_t time)
{
    int64_t span = reading->tracker->policy->numbers.expired_days * ENGAGEP_DAY_MS;
    for (int slot = NEEDED; slot <= KIND; slot++) {
        size_t number = line->slot[slot];
        if (number != ENGAGEP_NO_POST &&
            time - reading->episodes->list[number].last_wait >= span)
            line->slot[slot] = ENGAGEP_NO_POST;
    }
}

static int take_customer(struct reading *reading, size_t at)
{
    const struct engagep_post *post = &reading->thread->posts[at];
    const struct engagep_signal *signal = &post->content->stored->signal;
    int needs = asks_for_reply(post);
    int worth = is_worth(reading->tracker->policy, signal);
    struct line *line;
    int rc = find_line(reading, post->conversation, post->member->person, needs || worth, &line);
    if (rc != ENGAGE_OK || line == NULL)
        return rc;
    if (needs || worth)
        expire(reading, line, post->member->stored->event.time);
    if (line->slot[ANSWERED] != ENGAGEP_NO_POST)
        follow_up(reading, line->slot[ANSWERED], post);
    if (line->slot[NEEDED] == ENGAGEP_NO_POST && needs) {
        rc = open_episode(reading, at, 1, &line->slot[NEEDED]);
        line->slot[ANSWERED] = ENGAGEP_NO_POST;
    } else if (line->slot[NEEDED] == ENGAGEP_NO_POST && line->slot[KIND] == ENGAGEP_NO_POST &&
               worth && line->slot[ANSWERED] == ENGAGEP_NO_POST) {
        rc = open_episode(reading, at, 0, &line->slot[KIND]);
    }
    if (rc != ENGAGE_OK)
        return rc;
    if (line->slot[NEEDED] != ENGAGEP_NO_POST)
        join_episode(reading, line->slot[NEEDED], at);
    else if (line->slot[KIND] != ENGAGEP_NO_POST)
        join_episode(reading, line->slot[KIND], at);
    if (needs) {
        size_t *latest = engagep_map_at(&reading->latest, post->conversation);
        if (latest == NULL)
            return ENGAGE_ENOMEM;
        reading->before[at] = *latest != ENGAGEP_MAP_NONE ? *latest : ENGAGEP_NO_POST;
        *latest = at;
    }
    if (line->slot[NEEDED] != ENGAGEP_NO_POST && !needs &&
        is_content(reading, &reading->episodes->list[line->slot[NEEDED]], post)) {
        reading->episodes->list[line->slot[NEEDED]].thanked = post->member->stored->event.time;
        line->slot[ANSWERED] = line->slot[NEEDED];
        line->slot[NEEDED] = ENGAGEP_NO_POST;
    }
    return ENGAGE_OK;
}

/* --------------------------------------------------------------- answers --- */

enum answer { NO_ANSWER, BOT_ANSWER, PERSON_ANSWER };

static enum answer answer_of(const struct engagep_member *member)
{
    engage_str kind = member->stored->event.kind;
    if (engagep_str_is(kind, "note"))
        return NO_ANSWER;
    if (member->role == ENGAGEP_BOT_ROLE || engagep_str_is(kind, "bot"))
        return BOT_ANSWER;
    return member->role == ENGAGEP_STAFF_ROLE ? PERSON_ANSWER : NO_ANSWER;
}

/* An answer dated before the question comes from a clock that is wrong: it took no
 * time, and is counted. */
static void set_answer(struct engagep_episode *episode, enum answer answer, int64_t time)
{
    int64_t *at = answer == BOT_ANSWER ? &episode->bot_answered : &episode->answered;
    if (*at != ENGAGE_NO_TIME)
        return;
    if (time < episode->opened) {
        episode->clamped++;
        time = episode->opened;
    }
    *at = time;
}

static int answer_person(struct reading *reading, const struct engagep_post *post,
                         engage_str conversation, engage_str person, enum answer answer)
{
    struct line *line;
    int rc = find_line(reading, conversation, person, 0, &line);
    if (rc != ENGAGE_OK || line == NULL)
        return rc;
    for (int slot = NEEDED; slot <= KIND; slot++) {
        size_t number = line->slot[slot];
        if (number == ENGAGEP_NO_POST)
            continue;
        set_answer(&reading->episodes->list[number], answer, post->member->stored->event.time);
        if (answer != PERSON_ANSWER)
            continue;
        line->slot[slot] = ENGAGEP_NO_POST;
        line->slot[ANSWERED] = number;
    }
    return ENGAGE_OK;
}

/* The customer of an account that writes in the thread; any other one is its own,
 * so that links which come later need not find the threads that only name it. */
static engage_str person_of(const struct reading *reading, engage_str account)
{
    size_t member = engagep_map_find(&reading->by_account, account);
    return member != ENGAGEP_MAP_NONE ? reading->thread->members[member].person : account;
}

/* Those an answer speaks to: whoever wrote the nearest post above it that is not the
 * brand's, and whom it names. */
static int take_answer(struct reading *reading, size_t at)
{
    const struct engagep_post *posts = reading->thread->posts;
    const struct engagep_post *post = &posts[at];
    const engage_event *event = &post->member->stored->event;
    enum answer answer = answer_of(post->member);
    if (answer == NO_ANSWER)
        return ENGAGE_OK;
    /* The chain of the brand's own posts is walked once: each passes on what it found. */
    size_t up = reading->episode_of[at];
    if (up != ENGAGEP_NO_POST) {
        int rc = answer_person(reading, post, posts[up].conversation,
                               posts[up].member->person, answer);
        if (rc != ENGAGE_OK)
            return rc;
    }
    engage_str list = event->to;
    engage_str account;
    int rc = ENGAGE_OK;
    while (rc == ENGAGE_OK && engagep_str_next(&list, &account))
        rc = answer_person(reading, post, post->conversation, person_of(reading, account), answer);
    return rc;
}

/* The nearest customer's post above a post of the brand. */
static size_t spoken_to(const struct reading *reading, size_t at)
{
    const struct engagep_post *posts = reading->thread->posts;
    size_t parent = posts[at].parent;
    if (parent == ENGAGEP_NO_POST || posts[parent].member->role == ENGAGEP_CUSTOMER_ROLE)
        return parent;
    return reading->episode_of[parent];
}

/* The latest post of a conversation whose customer waits. Those who wait no longer
 * are forgotten, so that each is met once. */
static int find_waiting(struct reading *reading, engage_str conversation, size_t *out)
{
    const struct engagep_post *posts = reading->thread->posts;
    size_t found = engagep_map_find(&reading->latest, conversation);
    *out = ENGAGEP_NO_POST;
    if (found == ENGAGEP_MAP_NONE)
        return ENGAGE_OK;
    while (found != ENGAGEP_NO_POST) {
        struct line *line;
        int rc = find_line(reading, conversation, posts[found].member->person, 0, &line);
        if (rc != ENGAGE_OK)
            return rc;
        if (line != NULL && line->slot[NEEDED] != ENGAGEP_NO_POST)
            break;
        found = reading->before[found];
    }
    *out = found;
    size_t *latest = engagep_map_at(&reading->latest, conversation);
    if (latest == NULL)
        return ENGAGE_ENOMEM;
    *latest = found != ENGAGEP_NO_POST ? found : ENGAGEP_MAP_NONE;
    return ENGAGE_OK;
}

/* The customer's post that a post of the brand speaks to: the nearest one above it;
 * of one that replies to nothing and names nobody the one that it quotes, or the
 * latest in its conversation that waits. */
static int find_spoken_to(struct reading *reading, size_t at, size_t *out)
{
    const struct engagep_post *posts = reading->thread->posts;
    const engage_event *event = &posts[at].member->stored->event;
    size_t quoted = posts[at].quoted;
    *out = ENGAGEP_NO_POST;
    if (event->in_reply_to.size == 0 && event->to.size == 0) {
        if (quoted != ENGAGEP_NO_POST && posts[quoted].member->role == ENGAGEP_CUSTOMER_ROLE)
            *out = quoted;
        else if (event->conversation.size > 0 && answer_of(posts[at].member) != NO_ANSWER) {
            int rc = find_waiting(reading, posts[at].conversation, out);
            if (rc != ENGAGE_OK)
                return rc;
        }
    }
    if (*out == ENGAGEP_NO_POST)
        *out = spoken_to(reading, at);
    return ENGAGE_OK;
}

/* ------------------------------------------------------------- afterwards --- */

/* Of a long episode the first posts are listed. */
enum { MOST_POSTS = 64 };

static int is_listed(const struct reading *reading, size_t at, size_t *listed)
{
    size_t number = reading->episode_of[at];
    return number != ENGAGEP_NO_POST &&
           reading->thread->posts[at].member->role == ENGAGEP_CUSTOMER_ROLE &&
           listed[number]++ < MOST_POSTS;
}

/* The posts of each episode in turn, as one text: measured first, then written. */
static int list_posts(struct reading *reading)
{
    const struct engagep_thread *thread = reading->thread;
    size_t count = reading->episodes->count;
    struct engagep_episode *list = reading->episodes->list;
    struct engagep_arena *arena = &reading->tracker->arena;
    if (count == 0)
        return ENGAGE_OK;
    size_t *listed = engagep_arena_array(arena, count, sizeof(*listed));
    char **texts = engagep_arena_array(arena, count, sizeof(*texts));
    if (listed == NULL || texts == NULL)
        return ENGAGE_ENOMEM;
    memset(listed, 0, count * sizeof(*listed));
    for (size_t i = 0; i < thread->post_count; i++)
        if (is_listed(reading, thread->turns[i], listed))
            list[reading->episode_of[thread->turns[i]]].posts.size +=
                thread->posts[thread->turns[i]].id.size + 1;
    for (size_t i = 0; i < count; i++) {
        texts[i] = engagep_arena_array(arena, list[i].posts.size + 1, 1);
        if (texts[i] == NULL)
            return ENGAGE_ENOMEM;
        list[i].posts = (engage_str){texts[i], 0};
    }
    memset(listed, 0, count * sizeof(*listed));
    for (size_t i = 0; i < thread->post_count; i++) {
        if (!is_listed(reading, thread->turns[i], listed))
            continue;
        size_t number = reading->episode_of[thread->turns[i]];
        engage_str id = thread->posts[thread->turns[i]].id;
        engage_str *posts = &list[number].posts;
        if (posts->size > 0)
            texts[number][posts->size++] = '\n';
        memcpy(texts[number] + posts->size, id.data, id.size);
        posts->size += id.size;
    }
    return ENGAGE_OK;
}

/* The customer's post that is answered by a post of the brand, or helped by one of another
 * customer; ENGAGEP_NO_POST where there is none, or where this one may not give thanks for it. */
static size_t thanked_for(const struct reading *reading, size_t at, const struct engagep_member *by)
{
    const struct engagep_thread *thread = reading->thread;
    const struct engagep_post *post = &thread->posts[at];
    if (post->member->role == ENGAGEP_CUSTOMER_ROLE) {
        if (!engagep_emit_may_thank(thread, post, by))
            return ENGAGEP_NO_POST;
        int helped = engagep_str_equal(thread->posts[post->parent].member->person, by->person);
        return helped ? post->parent : post->root;
    }
    int answers = answer_of(post->member) == PERSON_ANSWER &&
                  post->member->stored->event.in_reply_to.size > 0;
    return answers ? reading->episode_of[at] : ENGAGEP_NO_POST;
}

/* Whoever likes or accepts an answer or a help gives thanks for it, as by words: of a help once
 * nothing more is asked for. */
static void take_act(struct reading *reading, const struct engagep_member *by)
{
    const struct engagep_thread *thread = reading->thread;
    const engage_event *event = &by->stored->event;
    if (by->role != ENGAGEP_CUSTOMER_ROLE || !engagep_emit_accepts(event->verb))
        return;
    size_t at = engagep_thread_post(thread, event->object);
    size_t up = at != ENGAGEP_NO_POST ? thanked_for(reading, at, by) : ENGAGEP_NO_POST;
    if (up == ENGAGEP_NO_POST || reading->episode_of[up] == ENGAGEP_NO_POST ||
        !engagep_str_equal(thread->posts[up].member->person, by->person))
        return;
    struct engagep_episode *episode = &reading->episodes->list[reading->episode_of[up]];
    int64_t from = episode->answered != ENGAGE_NO_TIME ? episode->answered : episode->last_wait;
    int64_t time = event->time > from ? event->time : from;
    int helped = thread->posts[at].member->role == ENGAGEP_CUSTOMER_ROLE;
    int ends = helped ? event->time >= episode->last_wait : episode->answered != ENGAGE_NO_TIME;
    if (ends && (episode->thanked == ENGAGE_NO_TIME || episode->thanked > time))
        episode->thanked = time;
}

/* A complaint that was answered and taken well is none any more. */
static void settle_posts(struct reading *reading)
{
    for (size_t i = 0; i < reading->thread->post_count; i++) {
        struct engagep_post *post = &reading->thread->posts[i];
        size_t number = reading->episode_of[i];
        if (post->member->role == ENGAGEP_CUSTOMER_ROLE && number != ENGAGEP_NO_POST)
            post->settled = reading->episodes->list[number].thanked != ENGAGE_NO_TIME;
    }
}

/* The accounts of those who wrote. */
static int list_accounts(struct reading *reading)
{
    const struct engagep_thread *thread = reading->thread;
    for (size_t i = 0; i < thread->member_count; i++) {
        const struct engagep_member *member = &thread->members[i];
        if (!engagep_thread_is_post(&member->stored->event))
            continue;
        size_t *at = engagep_map_at(&reading->by_account, member->stored->event.actor);
        if (at == NULL)
            return ENGAGE_ENOMEM;
        *at = i;
    }
    return ENGAGE_OK;
}

static int read_turns(struct reading *reading)
{
    for (size_t i = 0; i < reading->thread->post_count; i++) {
        size_t at = reading->thread->turns[i];
        enum engagep_role role = reading->thread->posts[at].member->role;
        int rc = ENGAGE_OK;
        if (role == ENGAGEP_CUSTOMER_ROLE) {
            rc = take_customer(reading, at);
        } else {
            rc = find_spoken_to(reading, at, &reading->episode_of[at]);
            if (rc == ENGAGE_OK)
                rc = take_answer(reading, at);
        }
        if (rc != ENGAGE_OK)
            return rc;
    }
    return ENGAGE_OK;
}

int engagep_episode_find(engage_tracker *tracker, struct engagep_thread *thread,
                         struct engagep_episodes *episodes)
{
    struct reading reading = {0};
    episodes->count = 0;
    if (thread->post_count == 0)
        return ENGAGE_OK;
    reading.tracker = tracker;
    reading.thread = thread;
    reading.episodes = episodes;
    reading.lines =
        engagep_arena_array(&tracker->arena, thread->post_count, sizeof(*reading.lines));
    reading.episode_of =
        engagep_arena_array(&tracker->arena, thread->post_count, sizeof(*reading.episode_of));
    reading.before =
        engagep_arena_array(&tracker->arena, thread->post_count, sizeof(*reading.before));
    if (reading.lines == NULL || reading.episode_of == NULL || reading.before == NULL)
        return ENGAGE_ENOMEM;
    for (size_t i = 0; i < thread->post_count; i++)
        reading.episode_of[i] = ENGAGEP_NO_POST;
    engagep_map_init(&reading.by_account, &tracker->allocator, tracker->secret);
    engagep_map_init(&reading.latest, &tracker->allocator, tracker->secret);
    engagep_map_init(&reading.by_line, &tracker->allocator, tracker->secret);
    int rc = list_accounts(&reading);
    if (rc == ENGAGE_OK)
        rc = read_turns(&reading);
    for (size_t i = 0; i < thread->member_count && rc == ENGAGE_OK; i++)
        take_act(&reading, &thread->members[i]);
    if (rc == ENGAGE_OK)
        rc = list_posts(&reading);
    if (rc == ENGAGE_OK)
        settle_posts(&reading);
    engagep_map_release(&reading.by_line);
    engagep_map_release(&reading.latest);
    engagep_map_release(&reading.by_account);
    return rc;
}

/* ------------------------------------------------------------------ rows --- */

int engagep_episode_is_long(const struct engagep_episode *episode)
{
    engage_str rest = episode->posts;
    engage_str post;
    int count = 0;
    while (engagep_str_next(&rest, &post))
        count++;
    return count >= MOST_POSTS;
}

int engagep_episode_waits(const struct engagep_episode *episode, int64_t now)
{
    return (episode->answered == ENGAGE_NO_TIME || episode->answered > now) &&
           (episode->thanked == ENGAGE_NO_TIME || episode->thanked > now);
}

struct word {
    const struct engagep_episode *episode;
    int64_t now;
    int decision;
};

static int note_word(void *ctx, const struct engagep_decision *decision, engage_error *error)
{
    struct word *word = ctx;
    int closes = decision->type == ENGAGEP_DECISION_DISMISS ||
                 decision->type == ENGAGEP_DECISION_RESOLVE;
    (void)error;
    if (decision->time > word->now)
        return ENGAGE_OK;
    if (closes)
        word->decision = decision->time >= word->episode->last_wait ? decision->type : -1;
    else if (decision->type == ENGAGEP_DECISION_CLAIM)
        word->decision = decision->type;
    return ENGAGE_OK;
}

int engagep_episode_decision(engage_tracker *tracker, engage_str brand,
                             const struct engagep_episode *episode, int64_t now, int *out,
                             engage_error *error)
{
    struct word word = {episode, now, -1};
    int rc = engagep_decision_scan(tracker, brand, episode->id, note_word, &word, error);
    *out = word.decision;
    return rc;
}

int engagep_episode_is_open(int decision)
{
    return decision < 0 || decision == ENGAGEP_DECISION_CLAIM;
}

void engagep_episode_to_row(engage_str brand, const struct engagep_episode *episode,
                            struct engagep_value row[EPISODE_COLUMNS])
{
    row[EPISODE_BRAND] = engagep_row_text(brand);
    row[EPISODE_ID] = engagep_row_text(episode->id);
    row[EPISODE_ACCOUNT] = engagep_row_text(episode->account);
    row[EPISODE_THREAD] = engagep_row_text(episode->thread);
    row[EPISODE_CONVERSATION] = engagep_row_text(episode->conversation);
    row[EPISODE_OPEN] = engagep_row_int(engagep_episode_waits(episode, INT64_MAX));
    row[EPISODE_OPENED] = engagep_row_int(episode->opened);
    row[EPISODE_POSTS] = engagep_row_text(episode->posts);
    row[EPISODE_NEEDS] = engagep_row_int(episode->needs);
    row[EPISODE_LABELS] = engagep_row_int(episode->labels);
    row[EPISODE_OPENING_LABELS] = engagep_row_int(episode->opening_labels);
    row[EPISODE_WAITS] = engagep_row_int(episode->waits);
    row[EPISODE_LAST_WAIT] = engagep_row_int(episode->last_wait);
    row[EPISODE_LAST_POST] = engagep_row_int(episode->last_post);
    row[EPISODE_VALENCE] = engagep_row_int(episode->valence);
    row[EPISODE_OPENING_VALENCE] = engagep_row_int(episode->opening_valence);
    row[EPISODE_OPENING_NEGATIVE] = engagep_row_int(episode->opening_negative);
    row[EPISODE_NEXT_VALENCE] = episode->next_valence != ENGAGEP_NO_VALENCE
                                    ? engagep_row_int(episode->next_valence)
                                    : engagep_row_null();
    row[EPISODE_NEXT_POST] = engagep_row_time(episode->next_post);
    row[EPISODE_MARKS] = engagep_row_int(episode->marks);
    row[EPISODE_FOLLOWERS] =
        episode->followers >= 0 ? engagep_row_int(episode->followers) : engagep_row_null();
    row[EPISODE_PRODUCT] = engagep_row_optional(episode->product);
    row[EPISODE_ANSWERED] = engagep_row_time(episode->answered);
    row[EPISODE_BOT_ANSWERED] = engagep_row_time(episode->bot_answered);
    row[EPISODE_THANKED] = engagep_row_time(episode->thanked);
    row[EPISODE_CLAMPED] = engagep_row_int(episode->clamped);
    row[EPISODE_POLICY] = engagep_row_text(episode->policy);
}

int engagep_episode_same(const struct engagep_episode *a, const struct engagep_episode *b)
{
    static const engage_str brand = {NULL, 0};
    struct engagep_value left[EPISODE_COLUMNS];
    struct engagep_value right[EPISODE_COLUMNS];
    engagep_episode_to_row(brand, a, left);
    engagep_episode_to_row(brand, b, right);
    for (size_t i = 0; i < EPISODE_POLICY; i++) {
        if (left[i].type != right[i].type ||
            (left[i].type == ENGAGEP_INT && left[i].number != right[i].number) ||
            (left[i].type == ENGAGEP_TEXT &&
             !engagep_str_equal(engagep_row_str(&left[i]), engagep_row_str(&right[i]))))
            return 0;
    }
    return 1;
}

/* Whether an episode is one that was written: its times are times, of which the first three are
 * always known, and what is counted was counted. */
static int is_sound(const struct engagep_episode *episode)
{
    int64_t times[] = {episode->opened,   episode->last_wait,    episode->last_post,
                       episode->answered, episode->bot_answered, episode->thanked,
                       episode->next_post};
    for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++)
        if (!engagep_row_is_time(times[i]) && (i < 3 || times[i] != ENGAGE_NO_TIME))
            return 0;
    return engagep_row_is_count(episode->waits);
}

int engagep_episode_from_row(const struct engagep_value row[EPISODE_COLUMNS],
                             struct engagep_arena *arena, struct engagep_episode *out,
                             engage_error *error)
{
    memset(out, 0, sizeof(*out));
    out->id = engagep_row_str(&row[EPISODE_ID]);
    out->account = engagep_row_str(&row[EPISODE_ACCOUNT]);
    out->thread = engagep_row_str(&row[EPISODE_THREAD]);
    out->conversation = engagep_row_str(&row[EPISODE_CONVERSATION]);
    out->posts = engagep_row_str(&row[EPISODE_POSTS]);
    out->product = engagep_row_str(&row[EPISODE_PRODUCT]);
    out->policy = engagep_row_str(&row[EPISODE_POLICY]);
    out->opened = row[EPISODE_OPENED].number;
    out->needs = (int)row[EPISODE_NEEDS].number;
    out->labels = (uint32_t)row[EPISODE_LABELS].number;
    out->opening_labels = (uint32_t)row[EPISODE_OPENING_LABELS].number;
    out->waits = row[EPISODE_WAITS].number;
    out->last_wait = row[EPISODE_LAST_WAIT].number;
    out->last_post = row[EPISODE_LAST_POST].number;
    out->valence = (int32_t)row[EPISODE_VALENCE].number;
    out->opening_valence = (int32_t)row[EPISODE_OPENING_VALENCE].number;
    out->opening_negative = (int32_t)row[EPISODE_OPENING_NEGATIVE].number;
    out->next_valence =
        (int32_t)engagep_row_number(&row[EPISODE_NEXT_VALENCE], ENGAGEP_NO_VALENCE);
    out->marks = (uint32_t)row[EPISODE_MARKS].number;
    out->followers = engagep_row_number(&row[EPISODE_FOLLOWERS], -1);
    out->answered = engagep_row_number(&row[EPISODE_ANSWERED], ENGAGE_NO_TIME);
    out->bot_answered = engagep_row_number(&row[EPISODE_BOT_ANSWERED], ENGAGE_NO_TIME);
    out->thanked = engagep_row_number(&row[EPISODE_THANKED], ENGAGE_NO_TIME);
    out->next_post = engagep_row_number(&row[EPISODE_NEXT_POST], ENGAGE_NO_TIME);
    out->clamped = (int)row[EPISODE_CLAMPED].number;
    if (!is_sound(out))
        return engagep_core_corrupt(error, "an episode");
    if (arena == NULL)
        return ENGAGE_OK;
    engage_str *texts[] = {&out->id,    &out->account, &out->thread, &out->conversation,
                           &out->posts, &out->product, &out->policy};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        if (engagep_row_keep(arena, texts[i]) != ENGAGE_OK)
            return engagep_core_no_memory(error);
    return ENGAGE_OK;
}
