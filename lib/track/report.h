/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * What all reports share: the query, the brands that it covers, the time that it
 * looks from, and the way into the caller's buffer and back out of it on failure.
 */
#ifndef ENGAGEP_TRACK_REPORT_H
#define ENGAGEP_TRACK_REPORT_H

#include "base/json.h"
#include "track/core.h"

struct engagep_report {
    engage_tracker *tracker;
    engage_query query;
    engage_buffer *buffer;
    engage_error *error;
    int64_t now;
    int64_t day; /* of now */
    int past;    /* events of a brand that it covers are later than now */
    engage_str *brands; /* ascending */
    size_t brand_count;
    size_t begun;
    int looks; /* the store gives one view of what is there */
};

/* The first time that a report may look from, ENGAGE_NO_TIME where any is: the day of the
 * latest compaction, before which views would lack what it dropped. */
int64_t engagep_report_earliest(const engage_tracker *tracker);

/* Checks the arguments and begins: until the end others may write, and all that is read is as it
 * was. ENGAGE_OK, ENGAGE_EMISUSE, ENGAGE_EOPTIONS,
 * ENGAGE_ERANGE, ENGAGE_ENOMEM or an ENGAGE_ESTORE code. */
int engagep_report_begin(struct engagep_report *report, engage_tracker *tracker,
                         const engage_query *query, engage_buffer *buffer, engage_error *error);

/* Ends with the outcome so far: on a failure the buffer is as it was. */
int engagep_report_end(struct engagep_report *report, int rc);

/* Ends a report that takes something away for good: `take` does so within one transaction, so
 * that a failure leaves the store as it was; what lay in the file is then overwritten. */
int engagep_report_take_away(struct engagep_report *report, int (*take)(void *ctx), void *ctx);

void engagep_report_key_text(engage_buffer *buffer, const char *key, engage_str text);
void engagep_report_key_time(engage_buffer *buffer, const char *key, int64_t time);
void engagep_report_key_count(engage_buffer *buffer, const char *key, uint64_t count);

/* part / whole in six decimals, rounded half up; null for nothing of nothing. */
void engagep_report_key_ratio(engage_buffer *buffer, const char *key, uint64_t part,
                              uint64_t whole);

/* The id of a post; null for one that was given none. */
void engagep_report_post(engage_buffer *buffer, engage_str post);

/* Each piece of a text parted by line feeds, ids of posts or other ones, as an array of them. */
void engagep_report_list(engage_buffer *buffer, engage_str lines);

/* One opportunity of the brands covered, whatever became of it. */
int engagep_queue_one(struct engagep_report *report, engage_str id);

/* The opportunities that a brand's queue lists, first the most urgent; ids are the lasting
 * arena's. */
struct engagep_ranks {
    engage_str *ids;
    size_t count;
};
int engagep_queue_ranks(struct engagep_report *report, engage_str brand,
                        struct engagep_ranks *out);

/* The figures of the feedback cycle by month, as the member "by" of an open object. */
int engagep_report_cycle(struct engagep_report *report, engage_str brand);

/* The posts that carried intents which are kept of nobody, by month, as the member "withheld"
 * of an open object. */
int engagep_report_aggregates(struct engagep_report *report, engage_str brand);

/* What the texts of a customer's accounts say they like, and dislike, as members of an open
 * object. */
int engagep_report_tastes(struct engagep_report *report, engage_str brand,
                          const engage_str *accounts, size_t count);

/* What is known of a customer's accounts, and how they came together, as a member of an
 * open object. */
int engagep_report_identities(struct engagep_report *report, engage_str brand,
                              const engage_str *accounts, size_t count);

/* The latest rating that a customer gave within the policy's window of standing, as a member
 * of an open object. */
int engagep_report_survey(struct engagep_report *report, engage_str brand,
                          const engage_str *accounts, size_t count);

/* How many followed an account, by its row, at the time that the report looks from: what it
 * tells of last, or its events where that came later. Negative: it is not known. */
int engagep_report_followers(struct engagep_report *report, const struct engagep_value *account,
                             int64_t *followers);

/* The customer that an account belongs to; the account itself where it is not known.
 * The text is copied to the lasting arena. */
int engagep_report_customer(struct engagep_report *report, engage_str brand, engage_str account,
                            engage_str *out, int *known);

#endif
