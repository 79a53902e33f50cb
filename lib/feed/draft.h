/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * A platform's JSON on its way to an event: each reader drafts the same event as native
 * JSON, which is then read, and checked, as such.
 */
#ifndef ENGAGEP_FEED_DRAFT_H
#define ENGAGEP_FEED_DRAFT_H

#include <jansson.h>
#include <stdint.h>

struct engagep_draft {
    json_t *event;        /* native JSON */
    const char *platform; /* before the ids of accounts and posts */
    const char *wrong;    /* what is wrong with the platform's JSON, or NULL */
    const char *member;   /* the member that it is wrong about, or NULL */
    int no_memory;
};

/* A reader of one platform's JSON object. What it cannot take it says in `wrong`. */
typedef void engagep_feed_reader(struct engagep_draft *draft, json_t *object);
engagep_feed_reader engagep_feed_x;
engagep_feed_reader engagep_feed_mastodon;
engagep_feed_reader engagep_feed_bluesky;
engagep_feed_reader engagep_feed_activitystreams;

/* Says what is wrong, with a member unless it is NULL; the first is kept. */
void engagep_draft_refuse(struct engagep_draft *draft, const char *member, const char *wrong);

/* Sets a member. Nothing is done where the value is none, null or empty. */
void engagep_draft_set(struct engagep_draft *draft, const char *name, json_t *value);
void engagep_draft_text(struct engagep_draft *draft, const char *name, const char *text);
void engagep_draft_count(struct engagep_draft *draft, const char *name, int64_t count);

/* Sets a time to the string under a member of an object. */
void engagep_draft_time(struct engagep_draft *draft, const char *name, json_t *object,
                        const char *member);

/* "platform:native" of a native id, which is a string or an integer; nothing is done where
 * it is none, null or empty. */
void engagep_draft_id(struct engagep_draft *draft, const char *name, json_t *native);

/* The event's own id: "prefix:native", or the native id alone where the prefix is NULL. */
void engagep_draft_event_id(struct engagep_draft *draft, const char *prefix, json_t *native);

/* Adds such an id to the list of those addressed, once. */
void engagep_draft_to(struct engagep_draft *draft, json_t *native);

/* Sets "text" or "html" to a content below its heading, which is plain text or NULL; where they
 * say the same, to one of them. */
void engagep_draft_words(struct engagep_draft *draft, const char *name, const char *heading,
                         json_t *content);

/* Sets a count, but one below zero: so some servers write what they hide. */
void engagep_draft_figure(struct engagep_draft *draft, const char *name, json_t *count);

/* Sets the metrics of a post to those members of an object, where it has any; NULL ends their
 * names, and no names are all members. Counts below zero are left out. */
void engagep_draft_metrics(struct engagep_draft *draft, json_t *object, const char *const *names);

/* What stands under a name in an object, NULL where that is null; the object may be none. */
json_t *engagep_draft_member(json_t *object, const char *name);

/* The string, the array or the object under a name in an object, NULL where there is none. What
 * is of another kind is refused, and so is a string with a NUL inside. */
const char *engagep_draft_string(struct engagep_draft *draft, json_t *object, const char *name);
json_t *engagep_draft_list(struct engagep_draft *draft, json_t *object, const char *name);
json_t *engagep_draft_object(struct engagep_draft *draft, json_t *object, const char *name);

/* The first of an array, else NULL. */
json_t *engagep_draft_first(json_t *array);

#endif
