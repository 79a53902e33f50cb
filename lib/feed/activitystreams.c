/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Activities of ActivityStreams 2.0, whose types are the verbs of events, and objects alone,
 * which are taken as created by those whom they are attributed to.
 */
#include "feed/draft.h"

#include <string.h>

static const char everybody[] = "https://www.w3.org/ns/activitystreams#Public";

/* The id of a value: of a string itself, of an object its "id" or, of a link, its "href"; of
 * an array that of the first. NULL where there is none. */
static json_t *id_of(json_t *value)
{
    value = json_is_array(value) ? engagep_draft_first(value) : value;
    if (!json_is_object(value))
        return json_is_string(value) ? value : NULL;
    json_t *id = json_object_get(value, "id");
    return id != NULL ? id : json_object_get(value, "href");
}

/* The type, or the first of several. */
static const char *type_of(json_t *object)
{
    json_t *type = json_object_get(object, "type");
    return json_string_value(json_is_array(type) ? engagep_draft_first(type) : type);
}

static int is_everybody(json_t *value)
{
    const char *id = json_string_value(id_of(value));
    return id != NULL && (strcmp(id, everybody) == 0 || strcmp(id, "as:Public") == 0 ||
                          strcmp(id, "Public") == 0);
}

/* Whether a member, one or several, names everybody. */
static int names_everybody(json_t *object, const char *name)
{
    json_t *value = json_object_get(object, name);
    size_t i;
    json_t *one;
    int found = !json_is_array(value) && is_everybody(value);
    json_array_foreach(value, i, one)
        found |= is_everybody(one);
    return found;
}

/* Public is what is addressed to all; what all get but as a copy is unlisted, and what they
 * do not get is between people. What names no receivers says nothing of it. */
static void take_visibility(struct engagep_draft *draft, json_t *object)
{
    if (json_object_get(object, "to") == NULL && json_object_get(object, "cc") == NULL)
        return;
    if (names_everybody(object, "to"))
        return;
    engagep_draft_text(draft, "visibility", names_everybody(object, "cc") ? "unlisted" : "dm");
}

/* The accounts that the text mentions; lists of followers are no accounts. */
static void take_mentions(struct engagep_draft *draft, json_t *object)
{
    json_t *tags = json_object_get(object, "tag");
    size_t i;
    json_t *tag;
    json_array_foreach(tags, i, tag) {
        const char *type = type_of(tag);
        if (type != NULL && strcmp(type, "Mention") == 0)
            engagep_draft_to(draft, json_object_get(tag, "href"));
    }
}

static void take_post(struct engagep_draft *draft, json_t *post)
{
    static const char *const quotes[] = {"quote", "quoteUrl", "quoteUri", "_misskey_quote"};
    const char *media_type = engagep_draft_string(post, "mediaType");
    int plain = media_type != NULL && strcmp(media_type, "text/plain") == 0;
    engagep_draft_id(draft, "post", json_object_get(post, "id"));
    engagep_draft_text(draft, "type", type_of(post));
    engagep_draft_set(draft, plain ? "text" : "html", json_object_get(post, "content"));
    engagep_draft_id(draft, "in_reply_to", id_of(json_object_get(post, "inReplyTo")));
    engagep_draft_id(draft, "conversation", id_of(json_object_get(post, "conversation")));
    for (size_t i = 0; i < sizeof(quotes) / sizeof(quotes[0]); i++)
        if (json_object_get(draft->event, "quote_of") == NULL)
            engagep_draft_id(draft, "quote_of", id_of(json_object_get(post, quotes[i])));
    const char *language = json_object_iter_key(
        json_object_iter(json_object_get(post, "contentMap")));
    engagep_draft_text(draft, "lang", language);
    json_t *media = json_object_get(post, "attachment");
    engagep_draft_count(draft, "media",
                        json_is_object(media) ? 1 : (int64_t)json_array_size(media));
    take_visibility(draft, post);
    take_mentions(draft, post);
}

static void take_actor(struct engagep_draft *draft, json_t *actor)
{
    engagep_draft_id(draft, "actor", id_of(actor));
    engagep_draft_set(draft, "name", json_object_get(actor, "preferredUsername"));
    const char *type = type_of(actor);
    if (type != NULL && (strcmp(type, "Service") == 0 || strcmp(type, "Application") == 0))
        engagep_draft_text(draft, "role", "bot");
}

/* An object without an activity. */
static void take_alone(struct engagep_draft *draft, json_t *object)
{
    engagep_draft_set(draft, "id", json_object_get(object, "id"));
    engagep_draft_text(draft, "verb", "Create");
    engagep_draft_set(draft, "time", json_object_get(object, "published"));
    take_actor(draft, json_object_get(object, "attributedTo"));
    take_post(draft, object);
}

static void take_activity(struct engagep_draft *draft, json_t *activity, const char *verb)
{
    json_t *object = json_object_get(activity, "object");
    json_t *time = json_object_get(activity, "published");
    engagep_draft_set(draft, "id", json_object_get(activity, "id"));
    engagep_draft_text(draft, "verb", verb);
    engagep_draft_set(draft, "time", time != NULL ? time : json_object_get(object, "published"));
    take_actor(draft, json_object_get(activity, "actor"));
    if (strcmp(verb, "Create") == 0 && json_is_object(object)) {
        take_post(draft, object);
    } else if (strcmp(verb, "Undo") == 0) {
        engagep_draft_set(draft, "target", id_of(object));
    } else {
        engagep_draft_id(draft, "object", id_of(object));
        engagep_draft_text(draft, "type", type_of(object));
        engagep_draft_id(draft, "target", id_of(json_object_get(activity, "target")));
    }
}

void engagep_feed_activitystreams(struct engagep_draft *draft, json_t *object)
{
    const char *type = type_of(object);
    draft->platform = "activitystreams";
    if (type == NULL)
        draft->wrong = "\"type\" is missing";
    else if (json_object_get(object, "actor") != NULL)
        take_activity(draft, object, type);
    else
        take_alone(draft, object);
}
