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
    json_t *id = engagep_draft_member(value, "id");
    return id != NULL ? id : engagep_draft_member(value, "href");
}

/* The values of a member, which is one or an array of them; NULL behind the last. */
static json_t *value_at(json_t *object, const char *name, size_t i)
{
    json_t *value = engagep_draft_member(object, name);
    return json_is_array(value) ? json_array_get(value, i) : i == 0 ? value : NULL;
}

/* The type, or the first of several; NULL where there is none. */
static const char *type_of(struct engagep_draft *draft, json_t *object)
{
    json_t *type = value_at(object, "type", 0);
    if (type != NULL && !json_is_string(type))
        engagep_draft_refuse(draft, "type", "is no name");
    return json_string_value(type);
}

static int is_one_of(const char *type, const char *const *types)
{
    while (type != NULL && *types != NULL && strcmp(*types, type) != 0)
        types++;
    return type != NULL && *types != NULL;
}

static int is(const char *type, const char *wanted)
{
    return type != NULL && strcmp(type, wanted) == 0;
}

/* Whoever acts, and writes, but is no post. */
static int is_actor(const char *type)
{
    static const char *const types[] = {"Person",       "Group",       "Service",
                                        "Organization", "Application", NULL};
    return is_one_of(type, types);
}

/* The id under a name, NULL where there is none; what can have no id is refused. */
static json_t *id_under(struct engagep_draft *draft, json_t *object, const char *name)
{
    json_t *value = value_at(object, name, 0);
    if (value != NULL && !json_is_string(value) && !json_is_object(value))
        engagep_draft_refuse(draft, name, "is no object and no id");
    return id_of(value);
}

/* Sets an event's member to the id of a post, conversation or quote: what is told of it must
 * name it. */
static void take_reference(struct engagep_draft *draft, const char *member, json_t *object,
                           const char *name)
{
    json_t *id = id_under(draft, object, name);
    if (id == NULL && value_at(object, name, 0) != NULL)
        engagep_draft_refuse(draft, name, "has no id");
    engagep_draft_id(draft, member, id);
}

static int is_everybody(json_t *value)
{
    const char *id = json_string_value(id_of(value));
    return id != NULL && (strcmp(id, everybody) == 0 || strcmp(id, "as:Public") == 0 ||
                          strcmp(id, "Public") == 0);
}

static int names_everybody(json_t *object, const char *name)
{
    int found = 0;
    json_t *one;
    for (size_t i = 0; (one = value_at(object, name, i)) != NULL; i++)
        found |= is_everybody(one);
    return found;
}

/* 1 where an object names receivers; -1 where its lists of them are empty. */
static int names_receivers(json_t *object)
{
    static const char *const members[] = {"to", "cc", "audience", "bto", "bcc"};
    int found = 0;
    for (size_t i = 0; i < sizeof(members) / sizeof(members[0]) && found < 1; i++) {
        if (value_at(object, members[i], 0) != NULL)
            found = 1;
        else if (engagep_draft_member(object, members[i]) != NULL)
            found = -1;
    }
    return found;
}

/* Public is what is addressed to all, or of interest to all; what all get but as a copy is
 * unlisted, and what they do not get is between people. A post that names nobody has the
 * receivers of its activity; where neither has so much as an empty list, nothing is said. */
static void take_visibility(struct engagep_draft *draft, json_t *post, json_t *activity)
{
    json_t *object = names_receivers(post) == 1 ? post : activity;
    int is_told = names_receivers(post) != 0 || names_receivers(activity) != 0;
    if (is_told && !names_everybody(object, "to") && !names_everybody(object, "audience"))
        engagep_draft_text(draft, "visibility",
                           names_everybody(object, "cc") ? "unlisted" : "dm");
}

/* The accounts that the text mentions; lists of followers are no accounts. */
static void take_mentions(struct engagep_draft *draft, json_t *object)
{
    json_t *tag;
    for (size_t i = 0; (tag = value_at(object, "tag", i)) != NULL; i++)
        if (is(type_of(draft, tag), "Mention"))
            engagep_draft_to(draft, json_object_get(tag, "href"));
}

/* Links to the pages of others, and the fields of a profile, are attached like media. */
static size_t count_media(struct engagep_draft *draft, json_t *post)
{
    static const char *const others[] = {"Link", "PropertyValue", NULL};
    size_t count = 0;
    json_t *one;
    for (size_t i = 0; (one = value_at(post, "attachment", i)) != NULL; i++)
        count += !is_one_of(type_of(draft, one), others);
    return count;
}

/* What stands above the content, NULL where nothing does: a title, or the words behind which a
 * Note or a poll is hidden. The name of a Note is the choice that it votes for in a poll; the
 * summary of an article tells its content again. */
static const char *heading_of(struct engagep_draft *draft, json_t *post)
{
    const char *type = type_of(draft, post);
    const char *heading = NULL;
    if (!is(type, "Note"))
        heading = engagep_draft_string(draft, post, "name");
    if ((heading == NULL || heading[0] == '\0') && (is(type, "Note") || is(type, "Question")))
        heading = engagep_draft_string(draft, post, "summary");
    return heading != NULL && heading[0] != '\0' ? heading : NULL;
}

/* The map by languages; an empty list is a map that some servers write so. */
static json_t *content_map(struct engagep_draft *draft, json_t *post)
{
    json_t *map = engagep_draft_member(post, "contentMap");
    int is_empty = json_is_array(map) && json_array_size(map) == 0;
    return is_empty ? NULL : engagep_draft_object(draft, post, "contentMap");
}

/* The content, and its language where a map by languages has the same; without a content of
 * its own a post has the first of the map. */
static void take_content(struct engagep_draft *draft, json_t *post)
{
    static const char html[] = "text/html"; /* parameters may follow */
    const char *media_type = engagep_draft_string(draft, post, "mediaType");
    int is_html = media_type == NULL || strncmp(media_type, html, strlen(html)) == 0;
    json_t *content = engagep_draft_member(post, "content");
    const char *language;
    json_t *worded;
    json_object_foreach(content_map(draft, post), language, worded) {
        if (content == NULL || json_equal(content, worded)) {
            engagep_draft_text(draft, "lang", language);
            content = worded;
            break;
        }
    }
    engagep_draft_words(draft, is_html ? "html" : "text", heading_of(draft, post), content);
}

/* Times of ActivityStreams may leave out their seconds: "2026-11-20T10:00Z". */
static void take_time(struct engagep_draft *draft, json_t *time)
{
    enum { MINUTES = 16 };
    char whole[32];
    int64_t unused;
    size_t size = json_string_length(time);
    if (time != NULL && !json_is_string(time))
        engagep_draft_refuse(draft, "time", "is no string");
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
    engagep_draft_text(draft, "type", type_of(draft, post));
    take_content(draft, post);
    take_reference(draft, "in_reply_to", post, "inReplyTo");
    take_reference(draft, "conversation", post, "conversation");
    for (size_t i = 0; i < sizeof(quotes) / sizeof(quotes[0]); i++)
        if (json_object_get(draft->event, "quote_of") == NULL)
            take_reference(draft, "quote_of", post, quotes[i]);
    engagep_draft_count(draft, "media", (int64_t)count_media(draft, post));
    take_visibility(draft, post, activity);
    take_mentions(draft, post);
}

/* Whom a member names, the first where it names several. */
static void take_actor(struct engagep_draft *draft, json_t *object, const char *name)
{
    static const char *const bots[] = {"Service", "Application", NULL};
    json_t *actor = value_at(object, name, 0);
    engagep_draft_id(draft, "actor", id_under(draft, object, name));
    engagep_draft_set(draft, "name", json_object_get(actor, "preferredUsername"));
    if (is_one_of(type_of(draft, actor), bots))
        engagep_draft_text(draft, "role", "bot");
}

/* An object without an activity: a post, or somebody who acts, which means nothing here. */
static void take_alone(struct engagep_draft *draft, json_t *object, const char *type)
{
    engagep_draft_set(draft, "id", json_object_get(object, "id"));
    take_time(draft, engagep_draft_member(object, "published"));
    if (is_actor(type)) {
        engagep_draft_text(draft, "verb", type);
        engagep_draft_id(draft, "actor", json_object_get(object, "id"));
        return;
    }
    engagep_draft_text(draft, "verb", "Create");
    take_actor(draft, object, "attributedTo");
    take_post(draft, object, object);
}

/* Whether an activity tells what a post says: it makes one, or gives it other words. Profiles
 * have words too, and are updated. */
static int tells_post(struct engagep_draft *draft, json_t *object, const char *verb)
{
    if (!json_is_object(object) || strcmp(verb, "Update") != 0)
        return strcmp(verb, "Create") == 0;
    return !is_actor(type_of(draft, object)) &&
           (engagep_draft_member(object, "content") != NULL ||
            engagep_draft_member(object, "contentMap") != NULL ||
            heading_of(draft, object) != NULL);
}

static json_t *either(json_t *first, json_t *second)
{
    return first != NULL ? first : second;
}

/* When an act was done, where that is told: of a post that is told, when it was written or
 * changed. Of several Updates the latest stands, and some servers publish each with the time of
 * the post. Whoever relays an act does so about when it was done. */
static json_t *time_of(json_t *activity, json_t *post, const char *verb, json_t *relayed)
{
    json_t *object = value_at(activity, "object", 0);
    json_t *own = engagep_draft_member(activity, "published");
    json_t *written = engagep_draft_member(post, "published");
    if (strcmp(verb, "Update") == 0)
        return either(either(engagep_draft_member(object, "updated"), own),
                      either(relayed, written));
    if (strcmp(verb, "Delete") == 0)
        own = either(own, engagep_draft_member(object, "deleted"));
    return either(either(own, written), relayed);
}

/* Servers show posts on profiles by adding them to a collection, which saves nothing. */
static int is_pinning(json_t *activity, const char *verb)
{
    static const char end[] = "/featured";
    json_t *target = id_of(engagep_draft_member(activity, "target"));
    size_t size = json_string_length(target);
    return strcmp(verb, "Add") == 0 && size >= strlen(end) &&
           strcmp(json_string_value(target) + size - strlen(end), end) == 0;
}

/* An account that is deleted by itself: its platform says so of all that it wrote. */
static void take_leave(struct engagep_draft *draft, json_t *activity)
{
    engagep_draft_text(draft, "verb", "Withhold");
    engagep_draft_text(draft, "role", "staff"); /* whose word on accounts counts */
    engagep_draft_text(draft, "type", "delete");
    engagep_draft_id(draft, "target", id_under(draft, activity, "actor"));
}

/* An act upon what its object names. */
static void take_act(struct engagep_draft *draft, json_t *activity, const char *verb)
{
    json_t *object = value_at(activity, "object", 0);
    json_t *id = id_under(draft, activity, "object");
    if (strcmp(verb, "Undo") == 0) {
        engagep_draft_set(draft, "target", id);
    } else if (strcmp(verb, "Delete") == 0 && id != NULL &&
               json_equal(id, id_under(draft, activity, "actor"))) {
        take_leave(draft, activity);
    } else {
        engagep_draft_id(draft, "object", id);
        engagep_draft_text(draft, "type", type_of(draft, object));
        engagep_draft_id(draft, "target", id_under(draft, activity, "target"));
    }
}

static void take_activity(struct engagep_draft *draft, json_t *activity, const char *verb,
                          json_t *relayed)
{
    json_t *object = value_at(activity, "object", 0);
    int is_post = tells_post(draft, object, verb);
    engagep_draft_set(draft, "id", json_object_get(activity, "id"));
    engagep_draft_text(draft, "verb", is_pinning(activity, verb) ? "Pin" : verb);
    take_time(draft, time_of(activity, is_post ? object : NULL, verb, relayed));
    take_actor(draft, activity, "actor");
    if (!is_post) {
        take_act(draft, activity, verb);
        return;
    }
    if (!json_is_object(object))
        engagep_draft_refuse(draft, "object", "is not the post itself");
    if (value_at(activity, "object", 1) != NULL)
        engagep_draft_refuse(draft, "object", "is not one post");
    take_post(draft, object, activity);
}

/* Posts may name an actor too, as whom they are attributed to. */
static int is_activity(json_t *object)
{
    return engagep_draft_member(object, "actor") != NULL &&
           (engagep_draft_member(object, "object") != NULL ||
            engagep_draft_member(object, "attributedTo") == NULL);
}

/* The activity that another one tells all of, as groups tell what their members do; else NULL. */
static json_t *relayed_by(struct engagep_draft *draft, json_t *activity)
{
    json_t *object = value_at(activity, "object", 0);
    return is_activity(object) && is(type_of(draft, activity), "Announce") ? object : NULL;
}

void engagep_feed_activitystreams(struct engagep_draft *draft, json_t *object)
{
    json_t *relayed = NULL;
    json_t *inner;
    draft->platform = "activitystreams";
    while ((inner = relayed_by(draft, object)) != NULL) {
        relayed = either(engagep_draft_member(object, "published"), relayed);
        object = inner;
    }
    const char *type = type_of(draft, object);
    if (type == NULL)
        engagep_draft_refuse(draft, "type", "is missing");
    else if (is_activity(object))
        take_activity(draft, object, type, relayed);
    else
        take_alone(draft, object, type);
}
