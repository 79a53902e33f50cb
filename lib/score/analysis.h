/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#ifndef ENGAGEP_SCORE_ANALYSIS_H
#define ENGAGEP_SCORE_ANALYSIS_H

#include "score/addon.h"
#include "score/aspect.h"
#include "score/lexicon.h"

#include <engage/score.h>

struct engagep_evidence {
    int64_t contribution;
    engage_span span;
    uint16_t head; /* from ENGAGE_HEADS on: an intent that was taught */
    uint8_t rule;  /* from ENGAGEP_RULES on: that of a lexicon */
};

struct engage_analysis {
    const char *text; /* borrowed, for the language, which is told when asked for */
    size_t size;
    const char *language; /* of a copy, whose text may be gone; else NULL */
    int64_t logit[ENGAGE_HEADS];
    /* Calibrated log-odds in 1/65536, corrections included; those of sentiments without bound. */
    int64_t odds[ENGAGE_HEADS];
    int64_t signal[ENGAGE_SIGNALS]; /* the same of signals */
    int32_t sentiment[ENGAGE_SENTIMENTS]; /* probabilities */
    int wordless;     /* so that no intent has any probability */
    uint32_t intents; /* a bit for each over its threshold */
    int explained;    /* logits and evidence belong into the JSON */
    struct engagep_evidence *evidence;
    size_t evidence_count;
    const engage_catalogue *catalogue; /* that the mentions are of */
    struct engagep_mention *mentions;
    size_t mention_count;
    const engage_addon **addons; /* whose names the following two borrow */
    size_t addon_count;
    struct engagep_taught *taught;
    size_t taught_count;
    struct engagep_promised *promised;
    size_t promised_count;
    int reply_promised; /* whether needs_reply is by promise, and what it says */
    int reply;
    uint32_t words;   /* counted where there are add-ons */
    uint32_t unknown; /* of them, not known to the model */
    const engage_lexicon *lexicons[ENGAGE_LEXICONS_MOST]; /* of evidence; a copy owns them */
    size_t lexicon_count;
    engage_allocator allocator; /* of a copy */
};

/* The intents whose posts need a reply, unless they are spam. */
#define ENGAGEP_ANALYSIS_ASKS                                                                      \
    (1u << ENGAGE_INTENT_QUESTION | 1u << ENGAGE_INTENT_HELP_REQUEST |                             \
     1u << ENGAGE_INTENT_COMPLAINT | 1u << ENGAGE_INTENT_DEFECT | 1u << ENGAGE_INTENT_BILLING |    \
     1u << ENGAGE_INTENT_PURCHASE_INTENT | 1u << ENGAGE_INTENT_CHURN_RISK |                        \
     1u << ENGAGE_INTENT_SAFETY_RISK)

/* The probability of a head in millionths. That of an intent is worked out here: most are never
 * asked for. */
int32_t engagep_analysis_probability(const engage_analysis *analysis, int head);

/* The traits of an analyzer's last run; from the first call on they are kept. */
const struct engagep_traits *engagep_analyzer_traits(engage_analyzer *analyzer);

#endif
