/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Mastodon's Status and Notification, as its API gives them. Ids are those of the server that
 * gives them, so a store holds what one server tells.
 */
#include "feed/draft.h"

#include <string.h>

static void take_account(struct engagep_draft *draft, json_t *account)
{
    engagep_draft_id(draft, "actor", json_object_get(account, "id"));
    engagep_draft_set(draft, "name", json_object_get(account, "acct"));
    engagep_draft_set(draft, "created", json_object_get(account, "created_at"));
    engagep_draft_set(draft, "followers", json_object_get(account, "followers_count"));
    if (json_is_true(json_object_get(account, "bot")))
        engagep_draft_text(draft, "role", "bot");
}

/* Followers alone see a "private" status: it is on no public list, but no message either. */
static void take_visibility(struct engagep_draft *draft, json_t *status)
{
    const char *visibility = engagep_draft_string(status, "visibility");
    if (visibility == NULL && engagep_draft_member(status, "visibility") != NULL)
        engagep_draft_refuse(draft, "visibility", "is no name");
    if (visibility == NULL || strcmp(visibility, "public") == 0)
        return;
    engagep_draft_text(draft, "visibility",
                       strcmp(visibility, "direct") == 0 ? "dm" : "unlisted");
}

/* A status, or what repeats one. */
static void take_status(struct engagep_draft *draft, json_t *status)
{
    static const char *const metrics[] = {"replies_count", "reblogs_count", "favourites_count",
                                          NULL};
    json_t *repeated = engagep_draft_member(status, "reblog");
    engagep_draft_set(draft, "id", json_object_get(status, "id"));
    engagep_draft_set(draft, "time", json_object_get(status, "created_at"));
    take_account(draft, json_object_get(status, "account"));
    take_visibility(draft, status);
    if (repeated != NULL) {
        if (engagep_draft_member(repeated, "id") == NULL)
            engagep_draft_refuse(draft, "reblog", "is no status");
        engagep_draft_text(draft, "verb", "Announce");
        engagep_draft_id(draft, "object", json_object_get(repeated, "id"));
        return;
    }
    json_t *quote = json_object_get(status, "quote");
    json_t *quoted = json_object_get(quote, "quoted_status");
    engagep_draft_text(draft, "verb", "Create");
    engagep_draft_id(draft, "post", json_object_get(status, "id"));
    engagep_draft_set(draft, "html", json_object_get(status, "content"));
    engagep_draft_id(draft, "in_reply_to", json_object_get(status, "in_reply_to_id"));
    engagep_draft_id(draft, "quote_of", json_is_object(quoted)
                                            ? json_object_get(quoted, "id")
                                            : json_object_get(quote, "quoted_status_id"));
    engagep_draft_set(draft, "lang", json_object_get(status, "language"));
    json_t *media = engagep_draft_list(draft, status, "media_attachments");
    engagep_draft_count(draft, "media", (int64_t)json_array_size(media));
    engagep_draft_metrics(draft, status, metrics);
    size_t i;
    json_t *mention;
    json_array_foreach(engagep_draft_list(draft, status, "mentions"), i, mention)
        engagep_draft_to(draft, json_object_get(mention, "id"));
}

/* What somebody did to the account that is notified. The status of one who writes is the
 * event itself, so that it counts once however it comes. */
static void take_notification(struct engagep_draft *draft, json_t *object, const char *type)
{
    static const struct {
        const char *type;
        const char *verb;
    } known[] = {{"favourite", "Like"}, {"reblog", "Announce"}, {"follow", "Follow"}};
    json_t *status = json_object_get(object, "status");
    if (strcmp(type, "mention") == 0 || strcmp(type, "status") == 0 ||
        strcmp(type, "quote") == 0) {
        take_status(draft, status);
        return;
    }
    const char *verb = type; /* others mean nothing here */
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        if (strcmp(type, known[i].type) == 0)
            verb = known[i].verb;
    const char *id = engagep_draft_string(object, "id");
    json_t *named = id != NULL ? json_sprintf("notification:%s", id) : NULL;
    draft->no_memory |= id != NULL && named == NULL;
    engagep_draft_set(draft, "id", named); /* statuses are numbered too */
    json_decref(named);
    engagep_draft_text(draft, "verb", verb);
    engagep_draft_set(draft, "time", json_object_get(object, "created_at"));
    engagep_draft_id(draft, "object", json_object_get(status, "id"));
    take_account(draft, json_object_get(object, "account"));
}

void engagep_feed_mastodon(struct engagep_draft *draft, json_t *object)
{
    const char *type = engagep_draft_string(object, "type");
    draft->platform = "mastodon";
    if (type != NULL)
        take_notification(draft, object, type);
    else
        take_status(draft, object);
}
