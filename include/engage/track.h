/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * engage/track.h: from scored events to customers: stages, opportunities,
 * reply figures. Nothing here knows SQL.
 */
#ifndef ENGAGE_TRACK_H
#define ENGAGE_TRACK_H

#include <engage/base.h>
#include <engage/score.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Stages of a customer. 0 means that no act is known. Numbers never change. */
#define ENGAGE_STAGE_NONE 0
#define ENGAGE_STAGE_CONSUMPTION 1
#define ENGAGE_STAGE_CURATION 2
#define ENGAGE_STAGE_CREATION 3
#define ENGAGE_STAGE_COLLABORATION 4

/* "none", "consumption", "curation", "creation", "collaboration"; NULL for a
 * number that is no stage. Static text. Since 0.1. */
ENGAGE_API const char *engage_stage_name(int stage);

/* --------------------------------------------------------------- policy --- */

/* Every threshold, weight and half-life of the tracker, with a version that is
 * stamped on what it decides. Immutable, counted by reference, shared freely. */
typedef struct engage_policy engage_policy;

/* The defaults of the library. Never released. Any thread. Since 0.1. */
ENGAGE_API const engage_policy *engage_policy_default(void);

/* Reads a policy text, as engage-policy(5) says: the defaults, changed by its
 * lines. Strict: an unknown name or a value out of range is ENGAGE_EPOLICY with
 * line and column. Returns ENGAGE_OK, ENGAGE_EMISUSE, ENGAGE_EOPTIONS,
 * ENGAGE_EPOLICY, ENGAGE_ENOMEM. Owned: engage_policy_unref. Since 0.1. */
ENGAGE_API ENGAGE_NODISCARD int engage_policy_parse(const engage_policy **out, const char *text,
                                                    size_t size, const engage_allocator *allocator,
                                                    engage_error *error);

/* One more owner; one owner less. NULL is allowed. Any thread. Since 0.1. */
ENGAGE_API const engage_policy *engage_policy_ref(const engage_policy *policy);
ENGAGE_API void engage_policy_unref(const engage_policy *policy);

/* Appends the policy as text in its canonical form, which parses to an equal one.
 * Returns ENGAGE_OK, ENGAGE_EMISUSE, ENGAGE_ENOMEM. Since 0.1. */
ENGAGE_API ENGAGE_NODISCARD int engage_policy_text(const engage_policy *policy,
                                                   engage_buffer *buffer);

/* --------------------------------------------------------------- events --- */

/* One thing that somebody did. `id`, `verb`, `actor` and `time` are needed, the
 * others apply where they do; see engage-events(7). Text is borrowed during the
 * call that takes the struct. */
typedef struct engage_event {
    uint32_t struct_size;
    uint32_t flags;      /* ENGAGE_EVENT_ bits */
    int64_t time;        /* milliseconds UTC */
    int64_t received;    /* or ENGAGE_NO_TIME */
    int64_t followers;   /* of the actor; negative: unknown */
    int64_t created;     /* the actor's account; see ENGAGE_EVENT_HAS_CREATED */
    int32_t media;       /* own media attached */
    int32_t rating;      /* in hundredths; see ENGAGE_EVENT_HAS_RATING */
    int32_t valence;     /* millionths; see ENGAGE_EVENT_HAS_SENTIMENT */
    int32_t intents[ENGAGE_INTENTS]; /* millionths; see ENGAGE_EVENT_HAS_INTENTS */
    engage_str id;
    engage_str brand; /* absent: "default" */
    engage_str verb;
    engage_str actor; /* "platform:native-id" */
    engage_str post;
    engage_str text;
    engage_str html; /* instead of text */
    engage_str in_reply_to;
    engage_str quote_of;
    engage_str object;
    engage_str target;
    engage_str to; /* a list, parted by line feeds */
    engage_str conversation;
    engage_str type;
    engage_str product;
    engage_str role;       /* "customer" (absent), "staff", "partner", "bot" */
    engage_str kind;       /* of a staff post: "human" (absent), "bot", "macro", "note", "dm" */
    engage_str agent;
    engage_str visibility; /* "public" (absent), "unlisted", "dm" */
    engage_str name;
    engage_str lang;
    engage_str crm_id;
    engage_str metrics; /* what was counted of the post: lines such as "views=120", ascending */
    engage_str source;  /* where the event comes from, such as a feed or a file */
} engage_event;
/* No time of receiving, and an unknown number of followers: these two are not zero. */
#define ENGAGE_EVENT_INIT \
    {sizeof(engage_event), 0, 0, ENGAGE_NO_TIME, -1, 0, 0, 0, 0, {0}, \
     {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, \
     {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, \
     {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}}

#define ENGAGE_EVENT_HAS_RATING 1u
#define ENGAGE_EVENT_HAS_SENTIMENT 2u /* valence was judged elsewhere */
#define ENGAGE_EVENT_HAS_INTENTS 4u   /* intents were judged elsewhere */
#define ENGAGE_EVENT_HAS_CREATED 8u
#define ENGAGE_EVENT_HAS_VERIFIED 16u /* whether the platform vouches for the actor is known */
#define ENGAGE_EVENT_VERIFIED 32u     /* where that is known: it does */

/* A batch of events that owns what it holds; it is applied in one transaction. */
typedef struct engage_events engage_events;

/* Forms of JSON that events are read from. */
#define ENGAGE_FORMAT_NATIVE 0          /* "native" */
#define ENGAGE_FORMAT_X_V2 1            /* "x-v2": posts of X's API */
#define ENGAGE_FORMAT_MASTODON 2        /* "mastodon": its Status and Notification */
#define ENGAGE_FORMAT_BLUESKY 3         /* "bluesky": commits, views, notifications */
#define ENGAGE_FORMAT_ACTIVITYSTREAMS 4 /* "activitystreams": 2.0, of any platform */

/* The format of a name, or ENGAGE_ERANGE. Since 0.1. */
ENGAGE_API int engage_format_by_name(const char *name);

/* Makes an empty batch. Returns ENGAGE_OK, ENGAGE_EMISUSE, ENGAGE_EOPTIONS,
 * ENGAGE_ENOMEM. Since 0.1. */
ENGAGE_API ENGAGE_NODISCARD int engage_events_new(engage_events **out,
                                                  const engage_allocator *allocator);
ENGAGE_API void engage_events_free(engage_events *events);

/* Forgets the events, keeps the memory. Since 0.1. */
ENGAGE_API void engage_events_clear(engage_events *events);
ENGAGE_API size_t engage_events_count(const engage_events *events);

/* Sets the time after which events are refused as they are added: those more than a
 * day after `now` give ENGAGE_EFUTURE. ENGAGE_NO_TIME (the start) refuses none.
 * Returns ENGAGE_OK, ENGAGE_EMISUSE. Since 0.1. */
ENGAGE_API int engage_events_set_now(engage_events *events, int64_t now);

/* Sets the brand of events that come as a platform's JSON, which knows no brands; the start is
 * "default". Returns ENGAGE_OK, ENGAGE_EMISUSE, ENGAGE_ENOMEM; after a failure the brand is as
 * before. Since 0.1. */
ENGAGE_API ENGAGE_NODISCARD int engage_events_set_brand(engage_events *events, engage_str brand);

/* Adds an event, which is copied and checked. Returns ENGAGE_OK, ENGAGE_EMISUSE,
 * ENGAGE_EOPTIONS, ENGAGE_EEVENT, ENGAGE_EFUTURE, ENGAGE_ENOMEM; after a failure the batch is as
 * before. Since 0.1. */
ENGAGE_API ENGAGE_NODISCARD int engage_events_add(engage_events *events, const engage_event *event,
                                                  engage_error *error);

/* Adds the event in one JSON object. `format` is an ENGAGE_FORMAT_; what is read of each:
 * engage-feeds(7). Also returns
 * ENGAGE_EJSON, ENGAGE_ERANGE (no such format). Since 0.1. */
ENGAGE_API ENGAGE_NODISCARD int engage_events_add_json(engage_events *events, int format,
                                                       const char *json, size_t size,
                                                       engage_error *error);

/* -------------------------------------------------------------- tracker --- */

/* Applies events over one store, which it owns. One thread at a time. Opened by
 * engage_tracker_open of engage/store.h. */
typedef struct engage_tracker engage_tracker;

/* What a batch did. */
typedef struct engage_counts {
    uint32_t struct_size;
    uint32_t reserved;
    uint64_t read;      /* events in the batch */
    uint64_t applied;   /* new to the store */
    uint64_t duplicate; /* known already, with the same bytes */
    uint64_t conflict;  /* known already, with other bytes: the smaller ones stand */
    uint64_t late;      /* older than what the store still holds facts of */
    uint64_t refused;   /* not taken; engage_tracker_refused says which and why */
    uint64_t opened;    /* opportunities opened */
    uint64_t closed;    /* opportunities closed */
    uint64_t transitions; /* changes of stage */
    uint64_t unknown; /* of those applied: kept, but their verbs mean nothing here */
} engage_counts;
#define ENGAGE_COUNTS_INIT {sizeof(engage_counts), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}

/* Applies a batch in one transaction: after a failure the store is as before.
 * Counts are added to `counts` (NULL is allowed). Returns ENGAGE_OK,
 * ENGAGE_EMISUSE (read-only too), ENGAGE_EOPTIONS, ENGAGE_ENOMEM,
 * ENGAGE_EMODEL_NONE (a text that nobody judged, and no model), or an ENGAGE_ESTORE
 * code. Since 0.1. */
ENGAGE_API ENGAGE_NODISCARD int engage_tracker_apply(engage_tracker *tracker,
                                                     const engage_events *events,
                                                     engage_counts *counts, engage_error *error);

/* Which events of its batch the last engage_tracker_apply refused, and why: those more than a day
 * after the tracker's now, of somebody who was forgotten, of whoever objects where policy refuses
 * these, and links that lack what they rest on. Gives the `at`-th of them, from 0: its number in
 * the batch, from 0, and a static text; either may be NULL. To be asked before the next call that
 * writes. Returns ENGAGE_ROW, ENGAGE_DONE where there is none, ENGAGE_EMISUSE. Since 0.1. */
ENGAGE_API int engage_tracker_refused(const engage_tracker *tracker, size_t at, size_t *number,
                                      const char **why);

/* What somebody decides about a customer, by an account, or about an opportunity. */
typedef struct engage_decision {
    uint32_t struct_size;
    uint32_t reserved;
    int64_t time;       /* ENGAGE_NO_TIME: a moment after the brand's latest event */
    engage_str name;    /* "hold", "release", "suspend", "reinstate", "flag", "link", "unlink",
                           "object", "resume", "withhold", "restore", "claim", "dismiss",
                           "resolve" */
    engage_str subject; /* an account; of the last three an opportunity's id */
    engage_str value;   /* hold: the stage; link: the other account; withhold, restore: why */
    engage_str brand;   /* absent: each brand that knows the subject */
    engage_str by;      /* the account of who decides; absent: "engage:desk" */
    engage_str reason;  /* a text that is kept with it, such as what a link rests on */
} engage_decision;
#define ENGAGE_DECISION_INIT \
    {sizeof(engage_decision), 0, ENGAGE_NO_TIME, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}}

/* Applies a decision, which is an event of the brand's staff like those that
 * engage_tracker_apply takes, and appends what was done as JSON: the decision, a line
 * for each account concerned, or the opportunity. Returns ENGAGE_OK, ENGAGE_EMISUSE
 * (read-only too), ENGAGE_EOPTIONS, ENGAGE_ERANGE (no such decision), ENGAGE_EEVENT (it
 * lacks something, or links an account with itself), ENGAGE_EFUTURE, ENGAGE_ELATE (it lies
 * before somebody was forgotten), ENGAGE_ENOTFOUND (no brand knows the subject),
 * ENGAGE_ENOMEM, or an ENGAGE_ESTORE code; after a failure the store and the buffer
 * are as before, but where there was no memory to tell what was done. Since 0.1. */
ENGAGE_API ENGAGE_NODISCARD int engage_tracker_decide(engage_tracker *tracker,
                                                      const engage_decision *decision,
                                                      engage_buffer *buffer, engage_error *error);

/* Appends the text of the policy by which the store was decided last. Returns
 * ENGAGE_ROW, ENGAGE_DONE where nothing was decided yet, ENGAGE_EMISUSE, ENGAGE_ENOMEM or
 * an ENGAGE_ESTORE code. Since 0.1. */
ENGAGE_API ENGAGE_NODISCARD int engage_tracker_policy(engage_tracker *tracker,
                                                      engage_buffer *buffer, engage_error *error);

/* What a report covers. */
typedef struct engage_query {
    uint32_t struct_size;
    uint32_t flags;   /* ENGAGE_QUERY_ bits */
    int64_t now;      /* ENGAGE_NO_TIME: that of the latest event, or a later compaction's day */
    uint64_t top;     /* at most so many rows, of people in each brand; 0: all */
    engage_str brand; /* absent: every brand */
    engage_str by;    /* replies: "intent", "platform", "product", "department", "month";
                         funnel: "month" */
} engage_query;
#define ENGAGE_QUERY_INIT {sizeof(engage_query), 0, ENGAGE_NO_TIME, 0, {0, 0}, {0, 0}}
#define ENGAGE_QUERY_EXPLAIN 1u /* customer: gates and facts; people: the parts of reach;
                                   queue: receipts */
#define ENGAGE_QUERY_STAFF 2u   /* people: those who answer */

/* Reports append JSON objects, one a line, as the command's contract says, rows
 * sorted by brand and then as said there. All return ENGAGE_OK, ENGAGE_EMISUSE,
 * ENGAGE_EOPTIONS, ENGAGE_ERANGE, ENGAGE_ENOMEM, an ENGAGE_ESTORE code, and
 * ENGAGE_ENOTFOUND for an account that is not known; after a failure the buffer
 * is as before. Query and error may be NULL. Since 0.1. */
ENGAGE_API ENGAGE_NODISCARD int engage_tracker_funnel(engage_tracker *tracker,
                                                      const engage_query *query,
                                                      engage_buffer *buffer, engage_error *error);
ENGAGE_API ENGAGE_NODISCARD int engage_tracker_customer(engage_tracker *tracker, engage_str account,
                                                        const engage_query *query,
                                                        engage_buffer *buffer, engage_error *error);
ENGAGE_API ENGAGE_NODISCARD int engage_tracker_queue(engage_tracker *tracker,
                                                     const engage_query *query,
                                                     engage_buffer *buffer, engage_error *error);
ENGAGE_API ENGAGE_NODISCARD int engage_tracker_replies(engage_tracker *tracker,
                                                       const engage_query *query,
                                                       engage_buffer *buffer, engage_error *error);
ENGAGE_API ENGAGE_NODISCARD int engage_tracker_people(engage_tracker *tracker,
                                                      const engage_query *query,
                                                      engage_buffer *buffer, engage_error *error);

/* Forgets a person, with all accounts that are linked to this one: what they wrote, their
 * names, states, decisions about them, and their hashes in others' calendars. What others
 * did with them is theirs and stays, done with nobody; that a person objects, and what
 * platforms did with an account, stays. Events of theirs up to query->now are refused from
 * then on. Appends {"brand","customer","accounts","events","left","left_as",
 * "objections_kept","until"}, a line for each brand where the account did something or others
 * name it. Returns as reports do, and ENGAGE_EMISUSE where the tracker is read-only. Where lines
 * were appended to the buffer all was done, even if it returns ENGAGE_EBUSY (others still read
 * what was removed) or another failure of the store (no room, say): what was removed then lies
 * in the file until engage_tracker_compact, or the next of these calls, overwrites it.
 * Since 0.1. */
ENGAGE_API ENGAGE_NODISCARD int engage_tracker_forget(engage_tracker *tracker, engage_str account,
                                                      const engage_query *query,
                                                      engage_buffer *buffer, engage_error *error);

/* Appends everything that is held of a person, with all accounts that are linked to this
 * one: the line of engage_tracker_customer with its reasons, and then a line for each row of
 * the store, {"brand","what",…} with the names of engage-store(5), and what others did with
 * the person. Returns as reports do. Since 0.1. */
ENGAGE_API ENGAGE_NODISCARD int engage_tracker_export(engage_tracker *tracker, engage_str account,
                                                      const engage_query *query,
                                                      engage_buffer *buffer, engage_error *error);

/* Removes the texts of posts that are as many days old as said, or as the policy says of
 * their platform, whichever are fewer; a negative number: what the policy says alone. Those
 * of what was taken back went with the batch that took it back. What was read in a text
 * stays. Appends {"brand","texts"}, a line for each brand. Returns as
 * engage_tracker_forget. Since 0.1. */
ENGAGE_API ENGAGE_NODISCARD int engage_tracker_retain(engage_tracker *tracker, int64_t days,
                                                      const engage_query *query,
                                                      engage_buffer *buffer, engage_error *error);

/* Drops the days that no view from query->now on looks at, in all brands (ENGAGE_ERANGE where
 * the query names one): first days and changes of stage stay. Reports as of an earlier time
 * give ENGAGE_ELATE from then on, and events of those days count as late. Appends
 * {"floor","states","facts"}. Returns as engage_tracker_forget. Since 0.1. */
ENGAGE_API ENGAGE_NODISCARD int engage_tracker_compact(engage_tracker *tracker,
                                                       const engage_query *query,
                                                       engage_buffer *buffer, engage_error *error);

/* Looks whether the store is whole: each state must be what its facts add up to. Appends
 * {"brand","id","damage"} for what is not, and then {"accounts","facts","damaged"}. Returns
 * ENGAGE_ROW where something is damaged, ENGAGE_ESTORE_CORRUPT where the file itself is, and
 * as reports do. Since 0.1. */
ENGAGE_API ENGAGE_NODISCARD int engage_tracker_check(engage_tracker *tracker,
                                                     const engage_query *query,
                                                     engage_buffer *buffer, engage_error *error);

/* Appends partial states, a line each: {"batch","brand","account","state",
 * "open_undo"}, sorted by brand and account; of one account, or of all where it
 * is absent. Since 0.1. */
ENGAGE_API ENGAGE_NODISCARD int engage_tracker_states(engage_tracker *tracker, engage_str account,
                                                      const engage_query *query,
                                                      engage_buffer *buffer, engage_error *error);

/* Adds one line of engage_tracker_states. Returns ENGAGE_ROW where it was new,
 * ENGAGE_DONE where the store had taken this batch of this account before,
 * ENGAGE_EJSON, ENGAGE_ESTATE, ENGAGE_EKEY, ENGAGE_EOPENUNDO, and as reports do.
 * Since 0.1. */
ENGAGE_API ENGAGE_NODISCARD int engage_tracker_merge(engage_tracker *tracker, const char *line,
                                                     size_t size, engage_error *error);

#ifdef __cplusplus
}
#endif
#endif
