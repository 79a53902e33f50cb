/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Records of the AT protocol: as Jetstream tells of commits, as an app's view of a post, alone
 * or in a feed, and as a notification. A record's event is named by its URI, so that it counts
 * once however it comes, and so that a commit which removes it can name it.
 */
#include "feed/draft.h"

#include "track/event.h"

#include <string.h>

/* The URIs of the post answered, of the thread's root, and of the post quoted. */
static void take_references(struct engagep_draft *draft, json_t *record)
{
    json_t *reply = json_object_get(record, "reply");
    json_t *embed = json_object_get(record, "embed");
    json_t *quoted = json_object_get(embed, "record");
    if (engagep_draft_member(quoted, "record") != NULL) /* a quote with media of its own */
        quoted = json_object_get(quoted, "record");
    engagep_draft_id(draft, "in_reply_to", json_object_get(json_object_get(reply, "parent"),
                                                           "uri"));
    engagep_draft_id(draft, "conversation", json_object_get(json_object_get(reply, "root"),
                                                            "uri"));
    engagep_draft_id(draft, "quote_of", json_object_get(quoted, "uri"));
    json_t *media = json_object_get(embed, "media");
    media = media != NULL ? media : embed;
    size_t count = json_array_size(engagep_draft_list(draft, media, "images"));
    count += engagep_draft_member(media, "video") != NULL;
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

/* What a record of a collection says. Those of other collections mean nothing here. */
static void take_record(struct engagep_draft *draft, json_t *uri, const char *collection,
                        json_t *record)
{
    json_t *subject = json_object_get(record, "subject");
    if (strcmp(collection, "app.bsky.feed.post") == 0) {
        engagep_draft_text(draft, "verb", "Create");
        engagep_draft_id(draft, "post", uri);
        engagep_draft_set(draft, "text", json_object_get(record, "text"));
        engagep_draft_set(draft, "lang",
                          engagep_draft_first(engagep_draft_list(draft, record, "langs")));
        take_references(draft, record);
        take_mentions(draft, record);
    } else if (strcmp(collection, "app.bsky.feed.like") == 0) {
        engagep_draft_text(draft, "verb", "Like");
        engagep_draft_id(draft, "object", json_object_get(subject, "uri"));
    } else if (strcmp(collection, "app.bsky.feed.repost") == 0) {
        engagep_draft_text(draft, "verb", "Announce");
        engagep_draft_id(draft, "object", json_object_get(subject, "uri"));
    } else if (strcmp(collection, "app.bsky.graph.follow") == 0) {
        engagep_draft_text(draft, "verb", "Follow");
        engagep_draft_id(draft, "object", subject);
    } else {
        engagep_draft_text(draft, "verb", collection);
    }
}

/* A record's own time, which its author's clock gave, where events can have it; else the
 * server's. */
static void take_time(struct engagep_draft *draft, json_t *record, json_t *server)
{
    json_t *own = json_object_get(record, "createdAt");
    int64_t time = ENGAGE_NO_TIME;
    int is_time = json_is_string(own) &&
                  engage_time_parse(json_string_value(own), json_string_length(own), &time) ==
                      ENGAGE_OK &&
                  time >= ENGAGEP_EVENT_TIME_MIN && time <= ENGAGEP_EVENT_TIME_MAX;
    engagep_draft_set(draft, "time", is_time ? own : server);
    engagep_draft_set(draft, "received", server);
}

/* A removal: of a post Delete, of anything else the undoing of its event. */
static void take_removal(struct engagep_draft *draft, json_t *uri, const char *collection)
{
    int is_post = strcmp(collection, "app.bsky.feed.post") == 0;
    json_t *id = json_sprintf("removal:%s", json_string_value(uri));
    draft->no_memory |= id == NULL;
    engagep_draft_set(draft, "id", id);
    json_decref(id);
    engagep_draft_text(draft, "verb", is_post ? "Delete" : "Undo");
    if (is_post)
        engagep_draft_id(draft, "object", uri);
    else
        engagep_draft_set(draft, "target", uri);
}

/* What Jetstream tells: {"did","time_us","kind":"commit","commit":{…}}. */
static void take_commit(struct engagep_draft *draft, json_t *object, json_t *commit)
{
    const char *did = engagep_draft_string(object, "did");
    const char *collection = engagep_draft_string(commit, "collection");
    const char *key = engagep_draft_string(commit, "rkey");
    const char *operation = engagep_draft_string(commit, "operation");
    json_t *micros = json_object_get(object, "time_us");
    if (did == NULL || collection == NULL || key == NULL || operation == NULL ||
        !json_is_integer(micros)) {
        engagep_draft_refuse(draft, NULL,
                             "a commit lacks did, time_us, collection, rkey or operation");
        return;
    }
    json_t *uri = json_sprintf("at://%s/%s/%s", did, collection, key);
    json_t *server = json_integer(json_integer_value(micros) / 1000);
    if (uri == NULL || server == NULL) {
        draft->no_memory = 1;
    } else {
        json_t *record = json_object_get(commit, "record");
        engagep_draft_id(draft, "actor", json_object_get(object, "did"));
        engagep_draft_set(draft, "id", uri);
        take_time(draft, record, server);
        if (strcmp(operation, "delete") == 0)
            take_removal(draft, uri, collection);
        else
            take_record(draft, uri, collection, record);
    }
    json_decref(uri);
    json_decref(server);
}

/* The view of a post, or a notification: {"uri","author","record","indexedAt",…}. */
static void take_view(struct engagep_draft *draft, json_t *view)
{
    static const char *const metrics[] = {"replyCount", "repostCount", "likeCount", "quoteCount",
                                          NULL};
    json_t *author = json_object_get(view, "author");
    json_t *record = json_object_get(view, "record");
    const char *collection = engagep_draft_string(record, "$type");
    if (collection == NULL) {
        engagep_draft_refuse(draft, "record", "has no \"$type\"");
        return;
    }
    engagep_draft_set(draft, "id", json_object_get(view, "uri"));
    engagep_draft_id(draft, "actor", json_object_get(author, "did"));
    engagep_draft_set(draft, "name", json_object_get(author, "handle"));
    engagep_draft_set(draft, "created", json_object_get(author, "createdAt"));
    take_time(draft, record, json_object_get(view, "indexedAt"));
    take_record(draft, json_object_get(view, "uri"), collection, record);
    engagep_draft_metrics(draft, view, metrics);
}

/* What Jetstream tells of accounts means nothing here, but is no fault of the stream. */
static void take_notice(struct engagep_draft *draft, json_t *object, const char *kind)
{
    json_t *time = json_object_get(object, "time_us");
    int64_t micros = json_integer_value(time);
    json_t *id = json_sprintf("%s:%" JSON_INTEGER_FORMAT, kind, (json_int_t)micros);
    if (!json_is_integer(time))
        engagep_draft_refuse(draft, "time_us", "is no integer");
    draft->no_memory |= id == NULL;
    engagep_draft_set(draft, "id", id);
    json_decref(id);
    engagep_draft_text(draft, "verb", kind);
    engagep_draft_id(draft, "actor", json_object_get(object, "did"));
    engagep_draft_count(draft, "time", micros / 1000);
}

void engagep_feed_bluesky(struct engagep_draft *draft, json_t *object)
{
    json_t *commit = engagep_draft_member(object, "commit");
    json_t *post = json_object_get(object, "post");
    const char *kind = engagep_draft_string(object, "kind");
    draft->platform = "bluesky";
    if (commit != NULL)
        take_commit(draft, object, commit);
    else if (kind != NULL)
        take_notice(draft, object, kind);
    else
        take_view(draft, json_is_object(post) ? post : object);
}
