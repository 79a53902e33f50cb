/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * The numbers of the tables, their columns and their indexes. The tables are made
 * from schema.c; both lists stand in the same order. engage-store(5) explains them.
 */
#ifndef ENGAGEP_TRACK_SCHEMA_H
#define ENGAGEP_TRACK_SCHEMA_H

#include "track/record.h"

enum engagep_table_number {
    ENGAGEP_META,
    ENGAGEP_BRAND,
    ENGAGEP_EVENT,
    ENGAGEP_POST,
    ENGAGEP_TOMBSTONE,
    ENGAGEP_FACT,
    ENGAGEP_ACCOUNT,
    ENGAGEP_PARTIAL,
    ENGAGEP_CUSTOMER,
    ENGAGEP_TRANSITION,
    ENGAGEP_EPISODE,
    ENGAGEP_DECISION,
    ENGAGEP_FORGOTTEN,
    ENGAGEP_AGGREGATE,
    ENGAGEP_TABLES
};

/* What the store says about itself: the id of its hash key, the policies that it was decided by,
 * the floor, and the last number of somebody who was forgotten. */
enum { META_NAME, META_VALUE, META_COLUMNS };

/* The brands that events are about, and the time of the latest one of each. */
enum { BRAND_BRAND, BRAND_LATEST, BRAND_COLUMNS };

/* What was given, member by member, and what the analyzer said of it then. */
enum {
    EVENT_BRAND,
    EVENT_ACTOR,
    EVENT_ID,
    EVENT_VERB,
    EVENT_POST,
    EVENT_TEXT,
    EVENT_HTML,
    EVENT_IN_REPLY_TO,
    EVENT_QUOTE_OF,
    EVENT_OBJECT,
    EVENT_TARGET,
    EVENT_TO,
    EVENT_CONVERSATION,
    EVENT_TYPE,
    EVENT_PRODUCT,
    EVENT_ROLE,
    EVENT_KIND,
    EVENT_AGENT,
    EVENT_VISIBILITY,
    EVENT_NAME,
    EVENT_LANG,
    EVENT_CRM_ID,
    EVENT_METRICS,
    EVENT_SOURCE, /* so far the order of engagep_event_members */
    EVENT_TIME,
    EVENT_RECEIVED,
    EVENT_FOLLOWERS,
    EVENT_CREATED,
    EVENT_MEDIA,
    EVENT_RATING,
    EVENT_GIVEN, /* ENGAGE_EVENT_ bits */
    EVENT_VALENCE,
    EVENT_NEGATIVE,
    EVENT_INTENTS,
    EVENT_LABELS,
    EVENT_MARKS,
    EVENT_FINGERPRINT,
    EVENT_MODEL,
    EVENT_WORDS, /* the hash of a text that is kept no longer */
    EVENT_THREAD,
    EVENT_FORM,
    EVENT_DEAD,
    EVENT_GIVES, /* 1 + the kind of the fact that lies with it, or 0: see facts.h */
    EVENT_DAY,   /* the day of that fact */
    EVENT_COLUMNS
};
enum { EVENT_BY_ID, EVENT_BY_THREAD, EVENT_BY_POST, EVENT_BY_DAY };

/* The thread that a post belongs to, also of posts that are only spoken of. */
enum { POST_BRAND, POST_POST, POST_THREAD, POST_COLUMNS };
enum { POST_BY_ID, POST_BY_THREAD };

/* What Undo and Delete name, so that they may come first. */
enum {
    TOMBSTONE_BRAND,
    TOMBSTONE_ACTOR,
    TOMBSTONE_VERB,
    TOMBSTONE_NAMED,
    TOMBSTONE_ID,
    TOMBSTONE_COLUMNS
};
enum { ENGAGEP_TOMBSTONE_UNDO, ENGAGEP_TOMBSTONE_DELETE };

/* What events turned out to be, but for facts that lie with their events. */
enum {
    FACT_BRAND,
    FACT_ACCOUNT,
    FACT_DAY,
    FACT_ACTOR, /* with FACT_EVENT: the event that it comes from */
    FACT_EVENT,
    FACT_PART,
    FACT_KIND,
    FACT_TIME,
    FACT_THREAD,
    FACT_COUNTS,
    FACT_GIVEN, /* ENGAGEP_FACT_ bits */
    FACT_FLAGS,
    FACT_VALENCE,
    FACT_ADVOCACY,
    FACT_DETRACTION,
    FACT_PERSON,
    FACT_OBJECT,
    FACT_CONTENT,
    FACT_COLUMNS
};
enum { FACT_BY_ACCOUNT, FACT_BY_THREAD };

/* What is known of an account, and the calendar of its own facts. */
enum {
    ACCOUNT_BRAND,
    ACCOUNT_ACCOUNT,
    ACCOUNT_CUSTOMER,
    ACCOUNT_CRM_ID,
    ACCOUNT_CRM_TIME,
    ACCOUNT_NAME,
    ACCOUNT_NAME_TIME,
    ACCOUNT_FOLLOWERS,
    ACCOUNT_FOLLOWERS_TIME,
    ACCOUNT_CREATED,
    ACCOUNT_VERIFIED,
    ACCOUNT_VERIFIED_TIME,
    ACCOUNT_STATE,
    ACCOUNT_TOMBSTONES,
    ACCOUNT_OPEN_UNDO,
    ACCOUNT_PARTIALS,
    ACCOUNT_OBJECTED,
    ACCOUNT_COLUMNS
};
enum { ACCOUNT_BY_ID, ACCOUNT_BY_CUSTOMER, ACCOUNT_BY_CRM };

/* Calendars that were merged from elsewhere. */
enum { PARTIAL_BRAND, PARTIAL_ACCOUNT, PARTIAL_BATCH, PARTIAL_STATE, PARTIAL_COLUMNS };

/* Where a customer stands: what the sum of the accounts' calendars says on the day
 * of its last fact, and until when that holds. */
enum {
    CUSTOMER_BRAND,
    CUSTOMER_CUSTOMER,
    CUSTOMER_AS_OF,
    CUSTOMER_STAGE,
    CUSTOMER_STAGE_UNTIL,
    CUSTOMER_STANDING,
    CUSTOMER_STANDING_UNTIL,
    CUSTOMER_FIRST_1,
    CUSTOMER_FIRST_2,
    CUSTOMER_FIRST_3,
    CUSTOMER_FIRST_4,
    CUSTOMER_FIRST_TRIAL,
    CUSTOMER_FIRST_PURCHASE,
    CUSTOMER_POLICY,
    CUSTOMER_COLUMNS
};
enum { CUSTOMER_BY_ID, CUSTOMER_BY_STAGE };

/* The days on which the stage changed, as last read. */
enum {
    TRANSITION_BRAND,
    TRANSITION_CUSTOMER,
    TRANSITION_AT,
    TRANSITION_FROM,
    TRANSITION_TO,
    TRANSITION_REVISED,
    TRANSITION_POLICY, /* the id of the policy that it was decided by */
    TRANSITION_GATES,  /* see judge.h */
    TRANSITION_COLUMNS
};

/* Somebody waits for an answer, or could be given one. */
enum {
    EPISODE_BRAND,
    EPISODE_ID,
    EPISODE_ACCOUNT,
    EPISODE_THREAD,
    EPISODE_CONVERSATION,
    EPISODE_OPEN, /* 1: no person has answered, and it was not settled without */
    EPISODE_OPENED,
    EPISODE_POSTS, /* parted by line feeds */
    EPISODE_NEEDS, /* 1: a reply is needed; 0: it would be kind or wise */
    EPISODE_LABELS,
    EPISODE_OPENING_LABELS,
    EPISODE_WAITS,
    EPISODE_LAST_WAIT,
    EPISODE_LAST_POST,
    EPISODE_VALENCE,
    EPISODE_OPENING_VALENCE,
    EPISODE_OPENING_NEGATIVE,
    EPISODE_NEXT_VALENCE,
    EPISODE_NEXT_POST,
    EPISODE_MARKS,
    EPISODE_FOLLOWERS,
    EPISODE_PRODUCT,
    EPISODE_ANSWERED,
    EPISODE_BOT_ANSWERED,
    EPISODE_THANKED,
    EPISODE_CLAMPED,
    EPISODE_POLICY, /* the id of the policy that it was decided by */
    EPISODE_COLUMNS
};
enum { EPISODE_BY_ID, EPISODE_BY_THREAD, EPISODE_BY_ACCOUNT, EPISODE_BY_TIME };

/* What people decided, and stands: in order of time about each subject. */
enum {
    DECISION_BRAND,
    DECISION_SUBJECT,
    DECISION_TIME,
    DECISION_ACTOR, /* with DECISION_EVENT: the event that said so */
    DECISION_EVENT,
    DECISION_TYPE, /* ENGAGEP_DECISION_ */
    DECISION_VALUE,
    DECISION_COLUMNS
};

/* Who was forgotten: no more than a keyed hash of the account. */
enum {
    FORGOTTEN_BRAND,
    FORGOTTEN_PERSON, /* the hash */
    FORGOTTEN_UNTIL,  /* what is not later is refused */
    FORGOTTEN_NUMBER, /* what others did with the account is done with "forgotten:NUMBER" */
    FORGOTTEN_COLUMNS
};

/* How many posts carried an intent that their platform does not let one keep of a person. */
enum {
    AGGREGATE_BRAND,
    AGGREGATE_MONTH,
    AGGREGATE_PLATFORM,
    AGGREGATE_INTENT,
    AGGREGATE_POSTS,
    AGGREGATE_COLUMNS
};

#endif
