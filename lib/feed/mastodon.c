/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Mastodon's Status and Notification, as its API gives them. Ids are those of the server that
 * gives them, so a store holds what one server tells.
 */
#include "feed/draft.h"

#include <string.h>

static void take_account(struct engagep_draft *draft, json_t *told)
{
    json_t *account = engagep_draft_object(draft, told, "account");
    json_t *bot = engagep_draft_member(account, "bot");
    engagep_draft_id(draft, "actor", json_object_get(account, "id"));
    engagep_draft_set(draft, "name", json_object_get(account, "acct"));
    engagep_draft_time(draft, "created", account, "created_at");
    engagep_draft_figure(draft, "followers", json_object_get(account, "followers_count"));
    if (json_is_true(bot))
        engagep_draft_text(draft, "role", "bot");
    else if (bot != NULL && !json_is_false(bot))
        engagep_draft_refuse(draft, "bot", "is neither true nor false");
}

/* Followers alone see a "private" status: it is on no public list, but no message either. */
static void take_visibility(struct engagep_draft *draft, json_t *status)
{
    const char *visibility = engagep_draft_string(draft, status, "visibility");
    if (visibility == NULL || strcmp(visibility, "public") == 0)
        return;
    engagep_draft_text(draft, "visibility",
                       strcmp(visibility, "direct") == 0 ? "dm" : "unlisted");
}

/* That a status is repeated, which is named by what is repeated: whoever does it is told of by a
 * status and by a notification, whose own ids differ. */
static void take_reblog(struct engagep_draft *draft, json_t *status)
{
    json_t *repeated;
    while ((repeated = engagep_draft_object(draft, status, "reblog")) != NULL)
        status = repeated;
    if (engagep_draft_member(status, "id") == NULL)
        engagep_draft_refuse(draft, "reblog", "is no status");
    engagep_draft_event_id(draft, "reblog", json_object_get(status, "id"));
    engagep_draft_text(draft, "verb", "Announce");
    engagep_draft_id(draft, "object", json_object_get(status, "id"));
}

static void take_quote(struct engagep_draft *draft, json_t *status)
{
    json_t *quote = engagep_draft_object(draft, status, "quote");
    json_t *quoted = engagep_draft_object(draft, quote, "quoted_status");
    engagep_draft_id(draft, "quote_of", quoted != NULL
                                            ? json_object_get(quoted, "id")
                                            : json_object_get(quote, "quoted_status_id"));
}

static void take_post(struct engagep_draft *draft, json_t *status)
{
    static const char *const metrics[] = {"replies_count", "reblogs_count", "favourites_count",
                                          NULL};
    engagep_draft_event_id(draft, NULL, json_object_get(status, "id"));
    engagep_draft_text(draft, "verb", "Create");
    engagep_draft_id(draft, "post", json_object_get(status, "id"));
    engagep_draft_words(draft, "html", engagep_draft_string(draft, status, "spoiler_text"),
                        engagep_draft_member(status, "content"));
    engagep_draft_id(draft, "in_reply_to", json_object_get(status, "in_reply_to_id"));
    take_quote(draft, status);
    engagep_draft_set(draft, "lang", json_object_get(status, "language"));
    json_t *media = engagep_draft_list(draft, status, "media_attachments");
    engagep_draft_count(draft, "media", (int64_t)json_array_size(media));
    engagep_draft_metrics(draft, status, metrics);
    size_t i;
    json_t *mention;
    json_array_foreach(engagep_draft_list(draft, status, "mentions"), i, mention)
        engagep_draft_to(draft, json_object_get(mention, "id"));
}

/* A status, or what repeats one. */
static void take_status(struct engagep_draft *draft, json_t *status)
{
    engagep_draft_time(draft, "time", status, "created_at");
    take_account(draft, status);
    take_visibility(draft, status);
    if (engagep_draft_member(status, "reblog") != NULL)
        take_reblog(draft, status);
    else
        take_post(draft, status);
}

/* An act of the account that a notification names. */
static void take_act(struct engagep_draft *draft, json_t *object, json_t *status, const char *verb)
{
    engagep_draft_time(draft, "time", object, "created_at");
    take_account(draft, object);
    if (strcmp(verb, "Announce") == 0) {
        take_reblog(draft, status);
        return;
    }
    /* Statuses are numbered too. */
    engagep_draft_event_id(draft, "notification", json_object_get(object, "id"));
    engagep_draft_text(draft, "verb", verb);
    engagep_draft_id(draft, "object", json_object_get(status, "id"));
}

/* What somebody did to the account that is notified. The status of one who writes is the
 * event itself, so that it counts once however it comes. */
static void take_notification(struct engagep_draft *draft, json_t *object, const char *type)
{
    static const struct {
        const char *type;
        const char *verb;
        int has_status;
    } known[] = {{"mention", "Create", 1},   {"status", "Create", 1},   {"quote", "Create", 1},
                 {"favourite", "Like", 1},   {"reblog", "Announce", 1}, {"follow", "Follow", 0}};
    json_t *status = engagep_draft_object(draft, object, "status");
    const char *verb = type; /* others mean nothing here */
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (strcmp(type, known[i].type) != 0)
            continue;
        verb = known[i].verb;
        if (known[i].has_status && status == NULL)
            engagep_draft_refuse(draft, "status", "is missing");
    }
    if (strcmp(verb, "Create") == 0)
        take_status(draft, status);
    else
        take_act(draft, object, status, verb);
}

void engagep_feed_mastodon(struct engagep_draft *draft, json_t *object)
{
    const char *type = engagep_draft_string(draft, object, "type");
    draft->platform = "mastodon";
    if (type != NULL)
        take_notification(draft, object, type);
    else
        take_status(draft, object);
}
