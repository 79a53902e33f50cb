/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Activities of ActivityStreams 2.0, whose types are the verbs of events, and objects alone,
 * which are taken as created by those whom they are attributed to.
 */
#include "feed/draft.h"

#include <engage/base.h>

#include <stdio.h>
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

/* The values of a member, which is one or an array of them; NULL behind the last. */
static json_t *value_at(json_t *object, const char *name, size_t i)
{
    json_t *value = engagep_draft_member(object, name);
    return json_is_array(value) ? json_array_get(value, i) : i == 0 ? value : NULL;
}

static int names_everybody(json_t *object, const char *name)
{
    int found = 0;
    json_t *one;
    for (size_t i = 0; (one = value_at(object, name, i)) != NULL; i++)
        found |= is_everybody(one);
    return found;
}

static int names_receivers(json_t *object)
{
    static const char *const members[] = {"to", "cc", "audience", "bto", "bcc"};
    int found = 0;
    for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
        found |= engagep_draft_member(object, members[i]) != NULL;
    return found;
}

/* Public is what is addressed to all, or of interest to all; what all get but as a copy is
 * unlisted, and what they do not get is between people. A post without receivers has those of
 * its activity; where that names none either, nothing is said of it. */
static void take_visibility(struct engagep_draft *draft, json_t *post, json_t *activity)
{
    json_t *object = names_receivers(post) ? post : activity;
    if (names_receivers(object) && !names_everybody(object, "to") &&
        !names_everybody(object, "audience"))
        engagep_draft_text(draft, "visibility",
                           names_everybody(object, "cc") ? "unlisted" : "dm");
}

/* The accounts that the text mentions; lists of followers are no accounts. */
static void take_mentions(struct engagep_draft *draft, json_t *object)
{
    json_t *tag;
    for (size_t i = 0; (tag = value_at(object, "tag", i)) != NULL; i++) {
        const char *type = type_of(tag);
        if (type != NULL && strcmp(type, "Mention") == 0)
            engagep_draft_to(draft, json_object_get(tag, "href"));
    }
}

/* The content, and its language where a map by languages has the same; without a content of
 * its own a post has the first of the map. */
static void take_content(struct engagep_draft *draft, json_t *post)
{
    const char *media_type = engagep_draft_string(post, "mediaType");
    int plain = media_type != NULL && strcmp(media_type, "text/plain") == 0;
    json_t *content = engagep_draft_member(post, "content");
    const char *language;
    json_t *worded;
    json_object_foreach(json_object_get(post, "contentMap"), language, worded) {
        if (content == NULL || json_equal(content, worded)) {
            engagep_draft_text(draft, "lang", language);
            content = worded;
            break;
        }
    }
    engagep_draft_set(draft, plain ? "text" : "html", content);
}

/* Times of ActivityStreams may leave out their seconds: "2026-11-20T10:00Z". */
static void take_time(struct engagep_draft *draft, json_t *time)
{
    enum { MINUTES = 16 };
    char whole[32];
    int64_t unused;
    size_t size = json_string_length(time);
    if (size > MINUTES && size + 3 < sizeof(whole)) {
        const char *text = json_string_value(time);
        snprintf(whole, sizeof(whole), "%.*s:00%s", MINUTES, text, text + MINUTES);
        if (engage_time_parse(whole, strlen(whole), &unused) == ENGAGE_OK) {
            engagep_draft_text(draft, "time", whole);
            return;
        }
    }
    engagep_draft_set(draft, "time", time);
}

/* A post, in the activity that made it or alone, which is then both. */
static void take_post(struct engagep_draft *draft, json_t *post, json_t *activity)
{
    static const char *const quotes[] = {"quote", "quoteUrl", "quoteUri", "_misskey_quote"};
    engagep_draft_id(draft, "post", json_object_get(post, "id"));
    engagep_draft_text(draft, "type", type_of(post));
    take_content(draft, post);
    engagep_draft_id(draft, "in_reply_to", id_of(json_object_get(post, "inReplyTo")));
    engagep_draft_id(draft, "conversation", id_of(json_object_get(post, "conversation")));
    for (size_t i = 0; i < sizeof(quotes) / sizeof(quotes[0]); i++)
        if (json_object_get(draft->event, "quote_of") == NULL)
            engagep_draft_id(draft, "quote_of", id_of(json_object_get(post, quotes[i])));
    size_t media = 0;
    while (value_at(post, "attachment", media) != NULL)
        media++;
    engagep_draft_count(draft, "media", (int64_t)media);
    take_visibility(draft, post, activity);
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
    take_time(draft, json_object_get(object, "published"));
    take_actor(draft, json_object_get(object, "attributedTo"));
    take_post(draft, object, object);
}

/* Whether an activity tells what a post says: it makes one, or gives it other words. Profiles
 * have none, and are updated too. */
static int tells_post(json_t *object, const char *verb)
{
    int has_words = engagep_draft_member(object, "content") != NULL ||
                    engagep_draft_member(object, "contentMap") != NULL;
    return json_is_object(object) &&
           (strcmp(verb, "Create") == 0 || (strcmp(verb, "Update") == 0 && has_words));
}

static void take_activity(struct engagep_draft *draft, json_t *activity, const char *verb)
{
    json_t *object = value_at(activity, "object", 0);
    json_t *time = engagep_draft_member(activity, "published");
    if (time == NULL && strcmp(verb, "Update") == 0)
        time = engagep_draft_member(object, "updated");
    engagep_draft_set(draft, "id", json_object_get(activity, "id"));
    engagep_draft_text(draft, "verb", verb);
    take_time(draft, time != NULL ? time : json_object_get(object, "published"));
    take_actor(draft, json_object_get(activity, "actor"));
    if (tells_post(object, verb)) {
        if (value_at(activity, "object", 1) != NULL)
            engagep_draft_refuse(draft, "object", "is not one post");
        take_post(draft, object, activity);
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
        engagep_draft_refuse(draft, "type", "is missing");
    else if (engagep_draft_member(object, "actor") != NULL)
        take_activity(draft, object, type);
    else
        take_alone(draft, object);
}
