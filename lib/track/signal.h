/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * What the text of an event says: by the analyzer, or as it was judged elsewhere.
 */
#ifndef ENGAGEP_TRACK_SIGNAL_H
#define ENGAGEP_TRACK_SIGNAL_H

#include "track/core.h"

/* Judges an event once, when it is new. ENGAGE_OK, ENGAGE_ENOMEM, ENGAGE_EMODEL_NONE. */
int engagep_signal_read(engage_tracker *tracker, const engage_event *event, int by_customer,
                        struct engagep_signal *out, engage_error *error);

/* What the analyzer says of an event's text; borrowed until the next one. ENGAGE_OK,
 * ENGAGE_ENOMEM, ENGAGE_EMODEL_NONE. */
int engagep_signal_analyze(engage_tracker *tracker, const engage_event *event,
                           const engage_analysis **out, engage_error *error);

/* Takes out of the intents that an event was given with what may not be kept of a person. */
void engagep_signal_withhold(const engage_policy *policy, engage_event *event);

/* Which of the words that tell something of a text have a byte as their first one, and which as
 * their second one, in either case: what the tracker looks texts through with. */
void engagep_signal_begins(uint64_t begins[2][256]);

/* What an event's text looks like, and whom it addresses: ENGAGEP_MARK_ bits. */
int engagep_signal_mark(engage_tracker *tracker, const engage_event *event, uint32_t *marks,
                        engage_error *error);

/* The intents that need a reply, and those of one asking for one's due, as bits of
 * labels. */
#define ENGAGEP_LABEL(intent) (1u << (intent))
#define ENGAGEP_LABELS_CARE                                                          \
    (ENGAGEP_LABEL(ENGAGE_INTENT_COMPLAINT) | ENGAGEP_LABEL(ENGAGE_INTENT_DEFECT) |  \
     ENGAGEP_LABEL(ENGAGE_INTENT_BILLING) | ENGAGEP_LABEL(ENGAGE_INTENT_HELP_REQUEST))
#define ENGAGEP_LABELS_NEED                                                           \
    (ENGAGEP_LABELS_CARE | ENGAGEP_LABEL(ENGAGE_INTENT_QUESTION) |                    \
     ENGAGEP_LABEL(ENGAGE_INTENT_PURCHASE_INTENT) |                                   \
     ENGAGEP_LABEL(ENGAGE_INTENT_CHURN_RISK) | ENGAGEP_LABEL(ENGAGE_INTENT_SAFETY_RISK))
#define ENGAGEP_LABELS_ASK                                                           \
    (ENGAGEP_LABEL(ENGAGE_INTENT_QUESTION) | ENGAGEP_LABEL(ENGAGE_INTENT_COMPLAINT) | \
     ENGAGEP_LABEL(ENGAGE_INTENT_DEFECT) | ENGAGEP_LABEL(ENGAGE_INTENT_HELP_REQUEST))

/* 1 for labels that need a reply: one of them, and no spam. */
int engagep_signal_needs(uint32_t labels);

/* Of the labels the intent with the most points in the policy, the first among equals;
 * -1 for no label. */
int engagep_signal_strongest(const engage_policy *policy, uint32_t labels);

/* What a platform's account is named: what follows its first colon. */
engage_str engagep_signal_native(engage_str account);
engage_str engagep_signal_platform(engage_str account);

/* 1 where a name, such as a mention, means the brand: the brand's id, one of the
 * policy's names or handles, whatever their case. */
int engagep_signal_is_brand(const engage_policy *policy, engage_str brand, engage_str name);

#endif
