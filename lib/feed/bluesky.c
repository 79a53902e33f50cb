/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Records of the AT protocol: as Jetstream tells of commits, as an app's view of a post, alone
 * or in a feed, and as a notification. A record's event is named by its URI, so that it counts
 * once however it comes, and so that a commit which removes it can name it.
 */
#include "feed/draft.h"

#include "feed/feed.h"
#include "track/event.h"

#include <string.h>

/* How far an author's clock may be ahead of the server's. */
enum { AHEAD_MS = 5 * 60 * 1000 };

static const char post_collection[] = "app.bsky.feed.post";

/* What a record that is embedded is of: posts are quoted, but starter packs, lists and feeds,
 * which are embedded alike, are not. */
static int is_post_uri(const char *uri)
{
    return uri != NULL && strstr(uri, "/app.bsky.feed.post/") != NULL;
}

/* The URIs of the post answered and of the thread's root. */
static void take_reply(struct engagep_draft *draft, json_t *record)
{
    json_t *reply = engagep_draft_object(draft, record, "reply");
    json_t *parent = engagep_draft_object(draft, reply, "parent");
    json_t *root = engagep_draft_object(draft, reply, "root");
    if (reply != NULL && engagep_draft_member(parent, "uri") == NULL)
        engagep_draft_refuse(draft, "reply", "names no post");
    engagep_draft_id(draft, "in_reply_to", json_object_get(parent, "uri"));
    engagep_draft_id(draft, "conversation", json_object_get(root, "uri"));
}

/* The URI of the post quoted, and how many media there are. */
static void take_embed(struct engagep_draft *draft, json_t *record)
{
    json_t *embed = engagep_draft_object(draft, record, "embed");
    json_t *quoted = engagep_draft_object(draft, embed, "record");
    json_t *inner = engagep_draft_object(draft, quoted, "record"); /* with media of its own */
    quoted = inner != NULL ? inner : quoted;
    if (is_post_uri(engagep_draft_string(draft, quoted, "uri")))
        engagep_draft_id(draft, "quote_of", json_object_get(quoted, "uri"));
    json_t *media = engagep_draft_object(draft, embed, "media");
    media = media != NULL ? media : embed;
    size_t count = json_array_size(engagep_draft_list(draft, media, "images"));
    count += engagep_draft_object(draft, media, "video") != NULL;
    engagep_draft_count(draft, "media", (int64_t)count);
}

static void take_mentions(struct engagep_draft *draft, json_t *record)
{
    size_t i;
    size_t k;
    json_t *facet;
    json_t *feature;
    json_array_foreach(engagep_draft_list(draft, record, "facets"), i, facet)
        json_array_foreach(engagep_draft_list(draft, facet, "features"), k, feature)
            engagep_draft_to(draft, json_object_get(feature, "did"));
}

/* An act upon the post that a record's subject names. */
static void take_act(struct engagep_draft *draft, json_t *record, const char *verb)
{
    json_t *subject = engagep_draft_object(draft, record, "subject");
    engagep_draft_text(draft, "verb", verb);
    engagep_draft_id(draft, "object", json_object_get(subject, "uri"));
}

/* What a record of a collection says. Those of other collections mean nothing here. */
static void take_record(struct engagep_draft *draft, json_t *uri, const char *collection,
                        json_t *record)
{
    if (strcmp(collection, post_collection) == 0) {
        engagep_draft_text(draft, "verb", "Create");
        engagep_draft_id(draft, "post", uri);
        engagep_draft_set(draft, "text", json_object_get(record, "text"));
        engagep_draft_set(draft, "lang",
                          engagep_draft_first(engagep_draft_list(draft, record, "langs")));
        take_reply(draft, record);
        take_embed(draft, record);
        take_mentions(draft, record);
    } else if (strcmp(collection, "app.bsky.feed.like") == 0) {
        take_act(draft, record, "Like");
    } else if (strcmp(collection, "app.bsky.feed.repost") == 0) {
        take_act(draft, record, "Announce");
    } else if (strcmp(collection, "app.bsky.graph.follow") == 0) {
        engagep_draft_text(draft, "verb", "Follow");
        engagep_draft_id(draft, "object", json_object_get(record, "subject"));
    } else {
        engagep_draft_text(draft, "verb", collection);
    }
}

/* A record's own time, which its author's clock or hand gave, where events can have it and it is
 * not ahead of the server's; else the server's. */
static void take_time(struct engagep_draft *draft, json_t *record, json_t *server)
{
    int64_t own;
    int64_t arrived;
    int64_t last = ENGAGEP_EVENT_TIME_MAX;
    json_t *created = json_object_get(record, "createdAt");
    if (engagep_feed_time(server, &arrived) && arrived < last - AHEAD_MS)
        last = arrived + AHEAD_MS;
    int is_told = engagep_draft_string(draft, record, "createdAt") != NULL &&
                  engagep_feed_time(created, &own);
    int is_taken = is_told && own >= ENGAGEP_EVENT_TIME_MIN && own <= last;
    engagep_draft_set(draft, "time", is_taken ? created : server);
    engagep_draft_set(draft, "received", server);
}

/* A removal: of a post Delete, of anything else the undoing of its event. */
static void take_removal(struct engagep_draft *draft, json_t *uri, const char *collection)
{
    int is_post = strcmp(collection, post_collection) == 0;
    engagep_draft_event_id(draft, "removal", uri);
    engagep_draft_text(draft, "verb", is_post ? "Delete" : "Undo");
    if (is_post)
        engagep_draft_id(draft, "object", uri);
    else
        engagep_draft_set(draft, "target", uri);
}

/* A record that a commit makes or changes, else its removal. */
static void take_operation(struct engagep_draft *draft, json_t *commit, json_t *uri,
                           const char *collection, const char *operation)
{
    json_t *record = engagep_draft_object(draft, commit, "record");
    if (strcmp(operation, "delete") == 0) {
        take_removal(draft, uri, collection);
        return;
    }
    if (record == NULL)
        engagep_draft_refuse(draft, "record", "is missing");
    take_record(draft, uri, collection, record);
}

/* What Jetstream tells: {"did","time_us","kind":"commit","commit":{…}}. */
static void take_commit(struct engagep_draft *draft, json_t *object, json_t *commit)
{
    const char *did = engagep_draft_string(draft, object, "did");
    const char *collection = engagep_draft_string(draft, commit, "collection");
    const char *key = engagep_draft_string(draft, commit, "rkey");
    const char *operation = engagep_draft_string(draft, commit, "operation");
    int64_t micros;
    if (did == NULL || collection == NULL || key == NULL || operation == NULL ||
        !engagep_feed_integer(json_object_get(object, "time_us"), &micros)) {
        engagep_draft_refuse(draft, NULL,
                             "a commit lacks did, time_us, collection, rkey or operation");
        return;
    }
    json_t *uri = json_sprintf("at://%s/%s/%s", did, collection, key);
    json_t *server = json_integer(micros / 1000);
    if (uri == NULL || server == NULL) {
        draft->no_memory = 1;
    } else {
        engagep_draft_id(draft, "actor", json_object_get(object, "did"));
        engagep_draft_set(draft, "id", uri);
        take_time(draft, json_object_get(commit, "record"), server);
        take_operation(draft, commit, uri, collection, operation);
    }
    json_decref(uri);
    json_decref(server);
}

/* The view of a post, or a notification: {"uri","author","record","indexedAt",…}. */
static void take_view(struct engagep_draft *draft, json_t *view)
{
    static const char *const metrics[] = {"replyCount", "repostCount", "likeCount", "quoteCount",
                                          NULL};
    json_t *author = engagep_draft_object(draft, view, "author");
    json_t *record = engagep_draft_object(draft, view, "record");
    const char *collection = engagep_draft_string(draft, record, "$type");
    if (collection == NULL) {
        engagep_draft_refuse(draft, "record", "has no \"$type\"");
        return;
    }
    engagep_draft_string(draft, view, "indexedAt"); /* a time of another kind is refused */
    engagep_draft_set(draft, "id", json_object_get(view, "uri"));
    engagep_draft_id(draft, "actor", json_object_get(author, "did"));
    engagep_draft_set(draft, "name", json_object_get(author, "handle"));
    engagep_draft_time(draft, "created", author, "createdAt");
    take_time(draft, record, json_object_get(view, "indexedAt"));
    take_record(draft, json_object_get(view, "uri"), collection, record);
    engagep_draft_metrics(draft, view, metrics);
}

/* What Jetstream tells of accounts means nothing here, but is no fault of the stream. */
static void take_notice(struct engagep_draft *draft, json_t *object, const char *kind)
{
    int64_t micros = 0;
    if (!engagep_feed_integer(json_object_get(object, "time_us"), &micros))
        engagep_draft_refuse(draft, "time_us", "is no integer");
    json_t *number = json_integer(micros);
    draft->no_memory |= number == NULL;
    engagep_draft_event_id(draft, kind, number);
    json_decref(number);
    engagep_draft_text(draft, "verb", kind);
    engagep_draft_id(draft, "actor", json_object_get(object, "did"));
    engagep_draft_count(draft, "time", micros / 1000);
}

void engagep_feed_bluesky(struct engagep_draft *draft, json_t *object)
{
    json_t *commit = engagep_draft_object(draft, object, "commit");
    json_t *post = engagep_draft_object(draft, object, "post");
    const char *kind = engagep_draft_string(draft, object, "kind");
    draft->platform = "bluesky";
    if (commit != NULL)
        take_commit(draft, object, commit);
    else if (kind != NULL)
        take_notice(draft, object, kind);
    else
        take_view(draft, post != NULL ? post : object);
}
