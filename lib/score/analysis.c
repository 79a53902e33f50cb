/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * What an analysis tells: its getters, its copy, its JSON.
 */
#include "score/analysis.h"

#include "base/alloc.h"
#include "base/json.h"
#include "score/calibrate.h"
#include "score/features.h"
#include "score/taught.h"

#include <string.h>

static const char *const head_names[ENGAGE_HEADS] = {
    "negative",   "neutral",     "positive",      "question",
    "help_request", "complaint", "defect",        "billing",
    "suggestion", "purchase_intent", "churn_risk", "praise",
    "recommendation", "warning", "peer_answer",   "comparison",
    "safety_risk", "spam",
};

const char *engage_sentiment_name(int sentiment)
{
    return sentiment >= 0 && sentiment < ENGAGE_SENTIMENTS ? head_names[sentiment] : NULL;
}

const char *engage_intent_name(int intent)
{
    return intent >= 0 && intent < ENGAGE_INTENTS ? head_names[ENGAGE_HEAD_INTENT(intent)] : NULL;
}

const char *engage_head_name(int head)
{
    return head >= 0 && head < ENGAGE_HEADS ? head_names[head] : NULL;
}

int engage_intent_by_name(const char *name, size_t size)
{
    if (name == NULL)
        return ENGAGE_ERANGE;
    for (int intent = 0; intent < ENGAGE_INTENTS; intent++) {
        const char *own = head_names[ENGAGE_HEAD_INTENT(intent)];
        if (strlen(own) == size && memcmp(own, name, size) == 0)
            return intent;
    }
    return ENGAGE_ERANGE;
}

const char *engage_analysis_language(const engage_analysis *analysis)
{
    if (analysis == NULL)
        return "und";
    if (analysis->language != NULL)
        return analysis->language;
    return engage_language(analysis->text, analysis->size);
}

int32_t engagep_analysis_probability(const engage_analysis *analysis, int head)
{
    return head < ENGAGE_SENTIMENTS ? analysis->sentiment[head]
           : analysis->wordless     ? 0
                                    : engagep_calibrate_sigmoid(analysis->odds[head]);
}

int32_t engage_analysis_probability(const engage_analysis *analysis, int sentiment)
{
    if (analysis == NULL || sentiment < 0 || sentiment >= ENGAGE_SENTIMENTS)
        return 0;
    return analysis->sentiment[sentiment];
}

static int likeliest(const int32_t p[ENGAGE_SENTIMENTS])
{
    int best = ENGAGE_NEUTRAL; /* also where it is as likely as another */
    if (p[ENGAGE_NEGATIVE] > p[best])
        best = ENGAGE_NEGATIVE;
    if (p[ENGAGE_POSITIVE] > p[best])
        best = ENGAGE_POSITIVE;
    return best;
}

int engage_analysis_sentiment(const engage_analysis *analysis)
{
    return analysis == NULL ? ENGAGE_NEUTRAL : likeliest(analysis->sentiment);
}

int32_t engage_analysis_valence(const engage_analysis *analysis)
{
    return engage_analysis_probability(analysis, ENGAGE_POSITIVE) -
           engage_analysis_probability(analysis, ENGAGE_NEGATIVE);
}

int32_t engage_analysis_signal(const engage_analysis *analysis, int signal)
{
    if (analysis == NULL || signal < 0 || signal >= ENGAGE_SIGNALS)
        return 0;
    return engagep_calibrate_sigmoid(analysis->signal[signal]);
}

/* Half of the posts that irony was learnt from are ironic. Where one in twenty is, the log-odds
 * are less by ln 19, in 1/65536; and what is no likelier than that leaves no doubt. */
enum { RARE = 192967, USUAL = 950000 };

int32_t engage_analysis_confidence(const engage_analysis *analysis)
{
    if (analysis == NULL)
        return 0;
    int is = engage_analysis_sentiment(analysis);
    int64_t sure = engage_analysis_probability(analysis, is);
    int64_t irony = analysis->signal[ENGAGE_SIGNAL_IRONY];
    int64_t meant = 1000000 - engagep_calibrate_sigmoid(irony - RARE);
    if (is == ENGAGE_POSITIVE && meant < USUAL)
        sure = sure * meant / USUAL;
    return (int32_t)sure;
}

int32_t engage_analysis_intent(const engage_analysis *analysis, int intent)
{
    if (analysis == NULL || intent < 0 || intent >= ENGAGE_INTENTS)
        return 0;
    return engagep_analysis_probability(analysis, ENGAGE_HEAD_INTENT(intent));
}

int engage_analysis_has_intent(const engage_analysis *analysis, int intent)
{
    if (analysis == NULL || intent < 0 || intent >= ENGAGE_INTENTS)
        return 0;
    return (int)(analysis->intents >> intent & 1);
}

int engage_analysis_needs_reply(const engage_analysis *analysis)
{
    if (analysis != NULL && analysis->reply_promised)
        return analysis->reply;
    return analysis != NULL && (analysis->intents & ENGAGEP_ANALYSIS_ASKS) != 0 &&
           !engage_analysis_has_intent(analysis, ENGAGE_INTENT_SPAM);
}

int64_t engage_analysis_logit(const engage_analysis *analysis, int head)
{
    if (analysis == NULL || head < 0)
        return 0;
    size_t taught = (size_t)head - ENGAGE_HEADS;
    return head < ENGAGE_HEADS              ? analysis->logit[head]
           : taught < analysis->taught_count ? analysis->taught[taught].margin
                                             : 0;
}

/* -------------------------------------------------------------- aspects --- */

size_t engage_analysis_aspect_count(const engage_analysis *analysis)
{
    return analysis == NULL ? 0 : analysis->mention_count;
}

static const struct engagep_mention *mention_at(const engage_analysis *analysis, size_t index)
{
    return index < engage_analysis_aspect_count(analysis) ? &analysis->mentions[index] : NULL;
}

const char *engage_analysis_aspect_target(const engage_analysis *analysis, size_t index)
{
    const struct engagep_mention *mention = mention_at(analysis, index);
    return mention == NULL ? NULL : engage_catalogue_id(analysis->catalogue, mention->entry);
}

int engage_analysis_aspect_kind(const engage_analysis *analysis, size_t index)
{
    const struct engagep_mention *mention = mention_at(analysis, index);
    return mention == NULL ? ENGAGE_ERANGE
                           : engage_catalogue_kind(analysis->catalogue, mention->entry);
}

engage_span engage_analysis_aspect_span(const engage_analysis *analysis, size_t index)
{
    static const engage_span none = {0, 0};
    const struct engagep_mention *mention = mention_at(analysis, index);
    return mention == NULL ? none : mention->span;
}

int engage_analysis_aspect_polarity(const engage_analysis *analysis, size_t index)
{
    const struct engagep_mention *mention = mention_at(analysis, index);
    return mention == NULL ? ENGAGE_ERANGE : likeliest(mention->probability);
}

int32_t engage_analysis_aspect_valence(const engage_analysis *analysis, size_t index)
{
    const struct engagep_mention *mention = mention_at(analysis, index);
    return mention == NULL ? 0
                           : mention->probability[ENGAGE_POSITIVE] -
                                 mention->probability[ENGAGE_NEGATIVE];
}

/* ------------------------------------------------------------- evidence --- */

size_t engage_analysis_evidence_count(const engage_analysis *analysis)
{
    return analysis == NULL ? 0 : analysis->evidence_count;
}

static const struct engagep_evidence *evidence_at(const engage_analysis *analysis, size_t index)
{
    return index < engage_analysis_evidence_count(analysis) ? &analysis->evidence[index] : NULL;
}

int engage_analysis_evidence_head(const engage_analysis *analysis, size_t index)
{
    const struct engagep_evidence *row = evidence_at(analysis, index);
    return row == NULL ? 0 : row->head;
}

engage_span engage_analysis_evidence_span(const engage_analysis *analysis, size_t index)
{
    static const engage_span none = {0, 0};
    const struct engagep_evidence *row = evidence_at(analysis, index);
    return row == NULL ? none : row->span;
}

const char *engage_analysis_evidence_rule(const engage_analysis *analysis, size_t index)
{
    const struct engagep_evidence *row = evidence_at(analysis, index);
    if (row == NULL)
        return NULL;
    return row->rule < ENGAGEP_RULES ? engagep_rule_name(row->rule)
                                     : analysis->lexicons[row->rule - ENGAGEP_RULES]->rule;
}

int64_t engage_analysis_evidence_contribution(const engage_analysis *analysis, size_t index)
{
    const struct engagep_evidence *row = evidence_at(analysis, index);
    return row == NULL ? 0 : row->contribution;
}

/* ----------------------------------------------------------------- copy --- */

int engage_analysis_copy(engage_analysis **out, const engage_analysis *analysis,
                         const engage_allocator *allocator)
{
    if (out == NULL)
        return ENGAGE_EMISUSE;
    *out = NULL;
    if (analysis == NULL)
        return ENGAGE_EMISUSE;
    engage_allocator given;
    int rc = engagep_alloc_init(&given, allocator);
    if (rc != ENGAGE_OK)
        return rc;
    engage_analysis *copy = engagep_alloc_array(&given, 1, sizeof(*copy));
    if (copy == NULL)
        return ENGAGE_ENOMEM;
    *copy = *analysis;
    copy->allocator = given;
    copy->language = engage_analysis_language(analysis);
    copy->text = NULL;
    copy->size = 0;
    copy->catalogue = engage_catalogue_ref(analysis->catalogue);
    for (size_t i = 0; i < analysis->lexicon_count; i++)
        engage_lexicon_ref(analysis->lexicons[i]);
    copy->evidence = engagep_alloc_array(&given, analysis->evidence_count,
                                         sizeof(*copy->evidence));
    copy->mentions = engagep_alloc_array(&given, analysis->mention_count,
                                         sizeof(*copy->mentions));
    rc = engagep_taught_copy(copy, analysis);
    if (rc != ENGAGE_OK || (copy->evidence == NULL && analysis->evidence_count > 0) ||
        (copy->mentions == NULL && analysis->mention_count > 0)) {
        engage_analysis_free(copy);
        return ENGAGE_ENOMEM;
    }
    if (analysis->evidence_count > 0)
        memcpy(copy->evidence, analysis->evidence,
               analysis->evidence_count * sizeof(*copy->evidence));
    if (analysis->mention_count > 0)
        memcpy(copy->mentions, analysis->mentions,
               analysis->mention_count * sizeof(*copy->mentions));
    *out = copy;
    return ENGAGE_OK;
}

void engage_analysis_free(engage_analysis *analysis)
{
    if (analysis == NULL)
        return;
    engage_allocator allocator = analysis->allocator;
    engagep_alloc_free(&allocator, analysis->evidence, analysis->evidence_count,
                       sizeof(*analysis->evidence));
    engagep_alloc_free(&allocator, analysis->mentions, analysis->mention_count,
                       sizeof(*analysis->mentions));
    engagep_taught_release(analysis);
    engage_catalogue_unref(analysis->catalogue);
    for (size_t i = 0; i < analysis->lexicon_count; i++)
        engage_lexicon_unref(analysis->lexicons[i]);
    engagep_alloc_free(&allocator, analysis, 1, sizeof(*analysis));
}

/* ----------------------------------------------------------------- JSON --- */

static void put_sentiment(engage_buffer *buffer, const engage_analysis *analysis)
{
    engagep_json_open(buffer, '{');
    engagep_json_key(buffer, "label");
    engagep_json_text(buffer, engage_sentiment_name(engage_analysis_sentiment(analysis)));
    for (int s = 0; s < ENGAGE_SENTIMENTS; s++) {
        engagep_json_key(buffer, engage_sentiment_name(s));
        engagep_json_decimal(buffer, analysis->sentiment[s], 6);
    }
    engagep_json_key(buffer, "valence");
    engagep_json_decimal(buffer, engage_analysis_valence(analysis), 6);
    engagep_json_close(buffer, '}');
}

static void put_intents(engage_buffer *buffer, const engage_analysis *analysis)
{
    engagep_json_open(buffer, '{');
    for (int i = 0; i < ENGAGE_INTENTS; i++) {
        engagep_json_key(buffer, engage_intent_name(i));
        engagep_json_decimal(buffer, engage_analysis_intent(analysis, i), 6);
    }
    engagep_taught_put_intents(analysis, buffer);
    engagep_json_close(buffer, '}');
}

static void put_labels(engage_buffer *buffer, const engage_analysis *analysis)
{
    engagep_json_open(buffer, '[');
    for (int i = 0; i < ENGAGE_INTENTS; i++) {
        if (engage_analysis_has_intent(analysis, i))
            engagep_json_text(buffer, engage_intent_name(i));
    }
    engagep_taught_put_labels(analysis, buffer);
    engagep_json_close(buffer, ']');
}

static void put_aspects(engage_buffer *buffer, const engage_analysis *analysis)
{
    engagep_json_open(buffer, '[');
    for (size_t i = 0; i < analysis->mention_count; i++) {
        engage_span span = engage_analysis_aspect_span(analysis, i);
        int polarity = engage_analysis_aspect_polarity(analysis, i);
        engagep_json_open(buffer, '{');
        engagep_json_key(buffer, "target");
        engagep_json_text(buffer, engage_analysis_aspect_target(analysis, i));
        engagep_json_key(buffer, "start");
        engagep_json_int(buffer, span.start);
        engagep_json_key(buffer, "end");
        engagep_json_int(buffer, span.end);
        engagep_json_key(buffer, "polarity");
        engagep_json_text(buffer, engage_sentiment_name(polarity));
        engagep_json_key(buffer, "valence");
        engagep_json_decimal(buffer, engage_analysis_aspect_valence(analysis, i), 6);
        engagep_json_close(buffer, '}');
    }
    engagep_json_close(buffer, ']');
}

static void put_logits(engage_buffer *buffer, const engage_analysis *analysis)
{
    engagep_json_open(buffer, '{');
    for (int head = 0; head < ENGAGE_HEADS; head++) {
        engagep_json_key(buffer, engage_head_name(head));
        engagep_json_q16(buffer, analysis->logit[head]);
    }
    for (size_t i = 0; i < analysis->taught_count; i++) {
        engagep_json_key(buffer, analysis->taught[i].name);
        engagep_json_q16(buffer, analysis->taught[i].margin);
    }
    engagep_json_close(buffer, '}');
}

/* Each row is what it adds to the rounded sum of its head, so that what is written adds up to the
 * logit as it is written, too. */
static void put_evidence(engage_buffer *buffer, const engage_analysis *analysis)
{
    int head = -1;
    int64_t sum = 0;
    engagep_json_open(buffer, '[');
    for (size_t i = 0; i < analysis->evidence_count; i++) {
        const struct engagep_evidence *row = &analysis->evidence[i];
        if (row->head != head)
            sum = 0;
        head = row->head;
        int64_t before = engagep_json_millionths(sum);
        sum += row->contribution;
        engagep_json_open(buffer, '{');
        engagep_json_key(buffer, "for");
        engagep_json_text(buffer, row->head < ENGAGE_HEADS
                                      ? engage_head_name(row->head)
                                      : analysis->taught[row->head - ENGAGE_HEADS].name);
        engagep_json_key(buffer, "start");
        engagep_json_int(buffer, row->span.start);
        engagep_json_key(buffer, "end");
        engagep_json_int(buffer, row->span.end);
        engagep_json_key(buffer, "rule");
        engagep_json_text(buffer, engage_analysis_evidence_rule(analysis, i));
        engagep_json_key(buffer, "contribution");
        engagep_json_decimal(buffer, engagep_json_millionths(sum) - before, 6);
        engagep_json_close(buffer, '}');
    }
    engagep_json_close(buffer, ']');
}

int engage_analysis_json(const engage_analysis *analysis, engage_str id, engage_buffer *buffer)
{
    if (analysis == NULL || buffer == NULL || (id.data == NULL && id.size > 0))
        return ENGAGE_EMISUSE;
    size_t begun = engagep_buffer_begin(buffer);
    engagep_json_open(buffer, '{');
    engagep_json_key(buffer, "id");
    engagep_json_optional(buffer, id);
    engagep_json_key(buffer, "language");
    engagep_json_text(buffer, engage_analysis_language(analysis));
    engagep_json_key(buffer, "sentiment");
    put_sentiment(buffer, analysis);
    engagep_json_key(buffer, "intents");
    put_intents(buffer, analysis);
    engagep_json_key(buffer, "labels");
    put_labels(buffer, analysis);
    engagep_json_key(buffer, "needs_reply");
    engagep_json_bool(buffer, engage_analysis_needs_reply(analysis));
    engagep_taught_put_promises(analysis, buffer);
    engagep_json_key(buffer, "aspects");
    put_aspects(buffer, analysis);
    if (analysis->explained) {
        engagep_json_key(buffer, "logits");
        put_logits(buffer, analysis);
        engagep_json_key(buffer, "evidence");
        put_evidence(buffer, analysis);
    }
    engagep_json_close(buffer, '}');
    return engagep_buffer_end(buffer, begun);
}
