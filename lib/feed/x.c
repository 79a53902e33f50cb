/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Posts as version 2 of X's API gives them, alone or as "data" beside "includes". They come
 * with author_id and created_at only where these fields were asked for.
 */
#include "feed/draft.h"

#include <string.h>

/* The author among the users that were included. */
static json_t *author_of(struct engagep_draft *draft, json_t *includes, json_t *id)
{
    size_t i;
    json_t *user;
    json_array_foreach(engagep_draft_list(draft, includes, "users"), i, user)
        if (id != NULL && json_equal(json_object_get(user, "id"), id))
            return user;
    return NULL;
}

static void take_author(struct engagep_draft *draft, json_t *user)
{
    json_t *counts = engagep_draft_object(draft, user, "public_metrics");
    engagep_draft_set(draft, "name", json_object_get(user, "username"));
    engagep_draft_time(draft, "created", user, "created_at");
    engagep_draft_set(draft, "verified", json_object_get(user, "verified"));
    engagep_draft_figure(draft, "followers", json_object_get(counts, "followers_count"));
}

/* What the post answers, quotes or repeats. Returns 1 where it repeats one. */
static int take_references(struct engagep_draft *draft, json_t *post)
{
    size_t i;
    json_t *one;
    int repeats = 0;
    json_array_foreach(engagep_draft_list(draft, post, "referenced_tweets"), i, one) {
        const char *type = engagep_draft_string(draft, one, "type");
        json_t *id = engagep_draft_member(one, "id");
        if (type == NULL || id == NULL) {
            engagep_draft_refuse(draft, "referenced_tweets", "holds one without type or id");
            continue;
        }
        if (strcmp(type, "replied_to") == 0) {
            engagep_draft_id(draft, "in_reply_to", id);
        } else if (strcmp(type, "quoted") == 0) {
            engagep_draft_id(draft, "quote_of", id);
        } else if (strcmp(type, "retweeted") == 0) {
            engagep_draft_id(draft, "object", id);
            repeats = 1;
        }
    }
    return repeats;
}

/* Those whom a text mentions; a long post has the list of its whole text apart. */
static void take_mentions(struct engagep_draft *draft, json_t *worded)
{
    size_t i;
    json_t *mention;
    json_t *entities = engagep_draft_object(draft, worded, "entities");
    json_array_foreach(engagep_draft_list(draft, entities, "mentions"), i, mention)
        engagep_draft_to(draft, json_object_get(mention, "id"));
}

/* How many media the post has of its own: those of a post that it names as their source are not.
 * X does not say which of several they are. */
static size_t count_media(struct engagep_draft *draft, json_t *post)
{
    json_t *attachments = engagep_draft_object(draft, post, "attachments");
    json_t *keys = engagep_draft_list(draft, attachments, "media_keys");
    size_t i;
    json_t *source;
    json_array_foreach(engagep_draft_list(draft, attachments, "media_source_tweet_id"), i, source)
        if (!json_equal(source, json_object_get(post, "id")))
            return 0;
    return json_array_size(keys);
}

static void take_own_words(struct engagep_draft *draft, json_t *post)
{
    json_t *note = engagep_draft_object(draft, post, "note_tweet"); /* a long post, whole */
    json_t *text = engagep_draft_member(note, "text");
    engagep_draft_id(draft, "post", json_object_get(post, "id"));
    engagep_draft_set(draft, "text", text != NULL ? text : json_object_get(post, "text"));
    engagep_draft_set(draft, "lang", json_object_get(post, "lang"));
    engagep_draft_metrics(draft, engagep_draft_object(draft, post, "public_metrics"), NULL);
    engagep_draft_count(draft, "media", (int64_t)count_media(draft, post));
    engagep_draft_to(draft, json_object_get(post, "in_reply_to_user_id"));
    take_mentions(draft, post);
    take_mentions(draft, note);
}

void engagep_feed_x(struct engagep_draft *draft, json_t *object)
{
    json_t *data = json_object_get(object, "data");
    json_t *post = data != NULL ? data : object;
    draft->platform = "x";
    if (!json_is_object(post)) {
        engagep_draft_refuse(draft, "data", "is not one post");
        return;
    }
    json_t *author = engagep_draft_member(post, "author_id");
    if (author == NULL)
        engagep_draft_refuse(draft, "author_id",
                             "is missing: it is among the fields to be asked for");
    if (engagep_draft_member(post, "created_at") == NULL)
        engagep_draft_refuse(draft, "created_at",
                             "is missing: it is among the fields to be asked for");
    engagep_draft_event_id(draft, NULL, json_object_get(post, "id"));
    engagep_draft_id(draft, "actor", author);
    engagep_draft_time(draft, "time", post, "created_at");
    engagep_draft_id(draft, "conversation", json_object_get(post, "conversation_id"));
    json_t *includes = engagep_draft_object(draft, object, "includes");
    take_author(draft, author_of(draft, includes, author));
    int repeats = take_references(draft, post);
    engagep_draft_text(draft, "verb", repeats ? "Announce" : "Create");
    if (!repeats) /* who repeats a post writes none */
        take_own_words(draft, post);
}
