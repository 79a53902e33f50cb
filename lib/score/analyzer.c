/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * From a post to its analysis: tokens, features, the sum of their rows, the dense
 * layer, calibration. All of it in integers and without a division of sums, so that
 * the share of each feature in a logit is exact:
 *
 *   logit = bias + linear sum + ramped max(0, sum + ramp)
 *
 * For the columns whose ramp is open, ramped acts like linear; so a feature's share
 * is its row times (linear + ramped where open), and the rest is the bias row. A careful
 * model's encoder adds to the logits, which calibration of its own makes probabilities.
 */
#include "score/analysis.h"
#include "score/calibrate.h"
#include "score/catalogue.h"
#include "score/container.h"
#include "score/encoder.h"
#include "score/features.h"
#include "score/layer.h"
#include "score/memo.h"
#include "score/model.h"
#include "score/passages.h"
#include "score/ratings.h"
#include "score/rows.h"

#include "base/alloc.h"
#include "base/error.h"
#include "base/little.h"

#include <string.h>

#define COLUMNS ENGAGEP_TABLE_COLUMNS
#define LANES ENGAGEP_TABLE_LANES
#define DEFAULT_BYTES 65536u
#define MOST_BYTES (1u << 20) /* so that the sum of a column stays within 31 bits */

/* A word of a lexicon in the post, or a rating. */
struct hit {
    engage_span span;
    int32_t value; /* 1/65536, as it counts here */
    uint8_t rule;  /* ENGAGEP_RULE_RATING, or ENGAGEP_RULES and the index of the lexicon */
};

/* What logits mean. */
struct measure {
    struct engagep_calibration calibration;
    int64_t least[ENGAGE_INTENTS]; /* log-odds that an intent is given from on */
};

/* What the post, or the passage that is read, comes to. */
struct said {
    int32_t sum[LANES];            /* of its rows */
    int64_t encoded[ENGAGE_HEADS]; /* what the encoder adds to its logits */
};

struct engage_analyzer {
    engage_allocator allocator;
    const engage_model *model;
    engage_tokenizer *tokenizer;
    struct engagep_table table;
    struct engagep_layer layer;
    const struct measure *measure; /* of the following, the one that the last post was judged by */
    struct measure fast;           /* without the encoder */
    struct measure careful;
    struct engagep_encoder *encoder; /* NULL: the model has none */
    int cascade;                     /* it is asked where there is doubt */
    struct engagep_doubts doubts;
    struct said said;
    int failed; /* ENGAGE_OK, or that a group found no memory */
    struct engagep_found *groups; /* what features of one rule over the same tokens add up to */
    size_t group_first; /* of the passage that is read, behind those of the whole post */
    size_t group_count;
    size_t group_capacity;
    size_t evidence_capacity;
    int whole; /* posts are not parted, however long they are */
    struct engagep_passages passages;
    size_t chosen[ENGAGE_HEADS]; /* the passage that decides, from 1 on; 0: the whole post */
    struct engagep_aspects aspects;
    struct engagep_addons addons;
    int traits; /* whether traits are wanted */
    struct engagep_traits *reading; /* those of what is read: the post, or a passage */
    struct hit *hits;
    size_t hit_count;
    size_t hit_capacity;
    engage_analysis analysis; /* which owns catalogue and lexicons, and tells what is wanted */
    struct engagep_features features;
    struct engagep_memo *memo; /* NULL where evidence is wanted */
};

/* --------------------------------------------------------------- summing --- */

static void add_rows(void *ctx, const struct engagep_feature *features, size_t count)
{
    engage_analyzer *analyzer = ctx;
    struct engagep_rows found;
    engagep_rows_find(&found, &analyzer->table, features, count);
    engagep_rows_sum(&found, analyzer->said.sum);
}

/* The group of a feature among the last ones made, or a new one. */
static struct engagep_found *group_of(engage_analyzer *analyzer,
                                      const struct engagep_feature *feature, uint32_t order)
{
    enum { BACK = 12 };
    size_t n = analyzer->group_count;
    for (size_t i = n; i > analyzer->group_first && i + BACK > n; i--) {
        const struct engagep_place *place = &analyzer->groups[i - 1].place;
        if (place->first == feature->first && place->count == feature->count &&
            place->rule == feature->rule)
            return &analyzer->groups[i - 1];
    }
    void *groups = analyzer->groups;
    if (engagep_alloc_grow(&analyzer->allocator, &groups, &analyzer->group_capacity, n + 1,
                           sizeof(*analyzer->groups)) != ENGAGE_OK) {
        analyzer->failed = ENGAGE_ENOMEM;
        return NULL;
    }
    analyzer->groups = groups;
    struct engagep_found *group = &analyzer->groups[analyzer->group_count++];
    memset(group, 0, sizeof(*group));
    group->place =
        (struct engagep_place){order, feature->first, feature->count, feature->rule};
    return group;
}

static void add_groups(engage_analyzer *analyzer, const struct engagep_feature *features,
                       const struct engagep_rows *found)
{
    uint32_t met = analyzer->reading->met;
    for (size_t i = 0; i < found->count; i++) {
        struct engagep_found *group = group_of(analyzer, &features[found->features[i]],
                                               met + found->features[i]);
        if (group == NULL)
            return;
        int16_t columns[COLUMNS];
        engagep_table_read(found->rows[i], columns);
        for (int k = 0; k < COLUMNS; k++)
            group->sum[k] += columns[k];
    }
}

/* The same, with a note of where it comes from where evidence is wanted. */
static void note_rows(engage_analyzer *analyzer, const struct engagep_feature *features,
                      size_t count, struct engagep_rows *found)
{
    engagep_rows_find(found, &analyzer->table, features, count);
    engagep_rows_sum(found, analyzer->said.sum);
    if (analyzer->analysis.explained && analyzer->failed == ENGAGE_OK)
        add_groups(analyzer, features, found);
}

/* The same, for what the post mentions, too. */
static void add_noted(void *ctx, const struct engagep_feature *features, size_t count)
{
    engage_analyzer *analyzer = ctx;
    struct engagep_rows found;
    note_rows(analyzer, features, count, &found);
    for (size_t i = 0; i < found.count && analyzer->aspects.count > 0; i++)
        engagep_aspects_add(&analyzer->aspects, &features[found.features[i]], found.rows[i]);
}

static void add_sum(int32_t *restrict sum, const int32_t *restrict more)
{
    for (int k = 0; k < LANES; k++)
        sum[k] += more[k];
}

static void add_own(void *ctx, size_t token, const int16_t row[LANES])
{
    engage_analyzer *analyzer = ctx;
    engagep_aspects_add_own(&analyzer->aspects, token, row);
}

/* What the encoder makes of the tokens that were read last, where it is asked. */
static void encode(engage_analyzer *analyzer, size_t first, size_t count)
{
    memset(analyzer->said.encoded, 0, sizeof(analyzer->said.encoded));
    if (analyzer->measure == &analyzer->careful)
        engagep_encoder_run(analyzer->encoder, &analyzer->features, analyzer->tokenizer, first,
                            count, analyzer->said.encoded);
}

/* -------------------------------------------------------------- passages --- */

/* What is mentioned has its views of the whole post. */
static void add_passage(void *ctx, const struct engagep_feature *features, size_t count)
{
    engage_analyzer *analyzer = ctx;
    struct engagep_rows found;
    note_rows(analyzer, features, count, &found);
    if (analyzer->addons.taught_count > 0)
        engagep_traits_add(analyzer->reading, features, count, &analyzer->table);
}

static int read_passage(engage_analyzer *analyzer, size_t number)
{
    const struct engagep_passage *passage = &analyzer->passages.list[number];
    int taught = analyzer->addons.taught_count > 0;
    memset(analyzer->said.sum, 0, sizeof(analyzer->said.sum));
    analyzer->reading = &analyzer->addons.part;
    analyzer->features.sink = add_passage;
    analyzer->features.own = NULL;
    analyzer->features.memo = taught ? NULL : analyzer->memo;
    engagep_traits_begin(analyzer->reading);
    int rc = engagep_features_part(&analyzer->features, analyzer->tokenizer,
                                   passage->first, passage->count);
    if (rc == ENGAGE_OK)
        rc = analyzer->failed;
    if (rc == ENGAGE_OK)
        rc = analyzer->reading->failed;
    if (rc != ENGAGE_OK)
        return rc;
    if (analyzer->features.memo != NULL)
        add_sum(analyzer->said.sum, analyzer->features.memo->sum);
    if (taught)
        engagep_traits_sum(analyzer->reading, analyzer->said.sum);
    encode(analyzer, passage->first, passage->count);
    return ENGAGE_OK;
}

/* What a margin in log-odds is in the logit of a head. */
static int64_t margin_of(const engage_analyzer *analyzer, int head)
{
    return engagep_passages_margin(&analyzer->passages) * 65536 /
           analyzer->measure->calibration.scale[head];
}

/* The likeliest passage says whether a long post has an intent, of the model or taught, where it is
 * likelier than the whole by a margin. How it feels, the whole says. */
static int judge_passages(engage_analyzer *analyzer)
{
    struct said whole;
    int64_t logits[ENGAGEP_LAYER_OUTPUTS];
    int64_t margins[ENGAGE_HEADS];
    int64_t *best = analyzer->analysis.logit;
    size_t groups = analyzer->group_count;
    int rc = ENGAGE_OK;
    memset(analyzer->chosen, 0, sizeof(analyzer->chosen));
    if (analyzer->passages.count == 0)
        return rc;
    whole = analyzer->said;
    for (int head = ENGAGE_SENTIMENTS; head < ENGAGE_HEADS; head++)
        margins[head] = margin_of(analyzer, head);
    for (size_t i = 0; i < analyzer->passages.count; i++) {
        analyzer->group_first = analyzer->group_count = groups;
        rc = read_passage(analyzer, i);
        if (rc != ENGAGE_OK)
            break;
        engagep_addons_hear(&analyzer->addons, (uint32_t)i + 1,
                            engagep_passages_margin(&analyzer->passages));
        engagep_layer_run(&analyzer->layer, analyzer->said.sum, logits);
        for (int head = ENGAGE_SENTIMENTS; head < ENGAGE_HEADS; head++) {
            int64_t logit = logits[head] + analyzer->said.encoded[head] - margins[head];
            if (logit > best[head]) {
                best[head] = logit;
                analyzer->chosen[head] = i + 1;
            }
        }
    }
    analyzer->group_count = groups;
    analyzer->said = whole;
    return rc;
}

/* ---------------------------------------------------- lexicons and ratings --- */

/* What a value adds to the logit of a head: so much that calibration makes half the value
 * of it, for or against; the odds between positive and negative change by all of it. */
static int64_t pull(const engage_analyzer *analyzer, int head, int32_t value)
{
    int64_t logit = (int64_t)value * 32768 / analyzer->measure->calibration.scale[head];
    return head == ENGAGE_POSITIVE ? logit : head == ENGAGE_NEGATIVE ? -logit : 0;
}

/* Adds a hit to those of the post, and to what is said of the things it mentions. */
static int keep_hit(engage_analyzer *analyzer, struct hit hit, size_t first, size_t count)
{
    if (analyzer->aspects.count > 0)
        engagep_aspects_feel(&analyzer->aspects, first, count, hit.value);
    void *hits = analyzer->hits;
    int rc = engagep_alloc_grow(&analyzer->allocator, &hits, &analyzer->hit_capacity,
                                analyzer->hit_count + 1, sizeof(*analyzer->hits));
    analyzer->hits = hits;
    if (rc == ENGAGE_OK)
        analyzer->hits[analyzer->hit_count++] = hit;
    return rc;
}

static int find_lexicon(engage_analyzer *analyzer, size_t index)
{
    const engage_lexicon *lexicon = analyzer->analysis.lexicons[index];
    struct engagep_match match;
    size_t at = 0;
    size_t inside = 0;
    while (engagep_terms_next(&lexicon->terms, analyzer->tokenizer, &at, &inside, &match)) {
        int32_t value = lexicon->values[match.entry];
        if (engagep_features_negated(&analyzer->features, match.first))
            value = engagep_lexicon_negate(value);
        int rc = keep_hit(analyzer,
                          (struct hit){match.span, value, (uint8_t)(ENGAGEP_RULES + index)},
                          match.first, match.count);
        if (rc != ENGAGE_OK)
            return rc;
    }
    return ENGAGE_OK;
}

static int find_ratings(engage_analyzer *analyzer)
{
    struct engagep_rating found;
    size_t at = 0;
    int rc = ENGAGE_OK;
    while (rc == ENGAGE_OK && engagep_ratings_next(analyzer->tokenizer, &at, &found))
        rc = keep_hit(analyzer, (struct hit){found.span, found.value, ENGAGEP_RULE_RATING},
                      found.first, found.count);
    return rc;
}

static int find_hits(engage_analyzer *analyzer)
{
    analyzer->hit_count = 0;
    int rc = find_ratings(analyzer);
    for (size_t i = 0; i < analyzer->analysis.lexicon_count && rc == ENGAGE_OK; i++)
        rc = find_lexicon(analyzer, i);
    return rc;
}

static void add_hits(engage_analyzer *analyzer)
{
    int64_t *logit = analyzer->analysis.logit;
    for (size_t i = 0; i < analyzer->hit_count; i++) {
        logit[ENGAGE_POSITIVE] += pull(analyzer, ENGAGE_POSITIVE, analyzer->hits[i].value);
        logit[ENGAGE_NEGATIVE] += pull(analyzer, ENGAGE_NEGATIVE, analyzer->hits[i].value);
    }
}

/* ---------------------------------------------------------- calibration --- */

/* An intent is judged by what is written: of a post without a word, in a tag at least, the
 * heads know nothing but how posts are as a rule, and each of them errs on the side of more. */
static int is_wordless(const engage_tokenizer *tokenizer)
{
    size_t count;
    const struct engagep_token *tokens = engagep_token_array(tokenizer, &count);
    for (size_t i = 0; i < count; i++)
        if (tokens[i].kind == ENGAGE_TOKEN_WORD || tokens[i].kind == ENGAGE_TOKEN_HASHTAG)
            return 0;
    return 1;
}

/* Of a longer post than those that signals were learnt from, what as many tokens say. */
enum { SIGNAL_TOKENS = 20 };

static int64_t temper_signal(int64_t odds, size_t tokens)
{
    odds = engagep_calibrate_bound(odds);
    return tokens > SIGNAL_TOKENS ? odds * SIGNAL_TOKENS / (int64_t)tokens : odds;
}

static void calibrate(engage_analyzer *analyzer, const int64_t signals[ENGAGE_SIGNALS])
{
    const struct engagep_calibration *c = &analyzer->measure->calibration;
    engage_analysis *analysis = &analyzer->analysis;
    for (int head = 0; head < ENGAGE_SENTIMENTS; head++)
        analysis->odds[head] = engagep_passages_temper(
            &analyzer->passages,
            engagep_calibrate_wide(analysis->logit[head], c->scale[head], c->offset[head]));
    for (int head = ENGAGE_SENTIMENTS; head < ENGAGE_HEADS; head++)
        analysis->odds[head] = engagep_calibrate_linear(analysis->logit[head], c->scale[head],
                                                        c->offset[head]);
    if (analyzer->addons.count > 0)
        engagep_addons_correct(&analyzer->addons, analysis->odds);
    engagep_calibrate_softmax(analysis->odds, analysis->sentiment);
    analysis->wordless = is_wordless(analyzer->tokenizer);
    analysis->intents = 0;
    for (int i = 0; i < ENGAGE_INTENTS && !analysis->wordless; i++) {
        int given = analysis->odds[ENGAGE_HEAD_INTENT(i)] >= analyzer->measure->least[i];
        analysis->intents |= (uint32_t)given << i;
    }
    size_t count;
    engagep_token_array(analyzer->tokenizer, &count);
    for (int i = 0; i < ENGAGE_SIGNALS; i++)
        analysis->signal[i] = temper_signal(signals[i], count);
}

/* ---------------------------------------------------------------- doubt --- */

/* From the logits of the table on, without the encoder or with it. */
static int judge(engage_analyzer *analyzer, const int64_t logits[ENGAGEP_LAYER_OUTPUTS],
                 const struct measure *measure)
{
    size_t count;
    analyzer->measure = measure;
    engagep_token_array(analyzer->tokenizer, &count);
    encode(analyzer, 0, count);
    for (int head = 0; head < ENGAGE_HEADS; head++)
        analyzer->analysis.logit[head] = logits[head] + analyzer->said.encoded[head];
    add_hits(analyzer);
    int rc = judge_passages(analyzer);
    if (rc == ENGAGE_OK)
        calibrate(analyzer, logits + ENGAGE_HEADS);
    return rc;
}

/* Whether another judgement might be another label. */
static int is_in_doubt(const engage_analyzer *analyzer)
{
    const int64_t *odds = analyzer->analysis.odds;
    int best = engage_analysis_sentiment(&analyzer->analysis);
    for (int head = 0; head < ENGAGE_SENTIMENTS; head++) {
        if (head != best && odds[best] - odds[head] < analyzer->doubts.sentiment)
            return 1;
    }
    for (int i = 0; i < ENGAGE_INTENTS && !analyzer->analysis.wordless; i++) {
        int64_t over = odds[ENGAGE_HEAD_INTENT(i)] - analyzer->measure->least[i];
        if ((over < 0 ? -over : over) < analyzer->doubts.intent)
            return 1;
    }
    return 0;
}

/* A long post is not judged twice: its passages would have to be read twice. */
static int judge_twice(engage_analyzer *analyzer, const int64_t logits[ENGAGEP_LAYER_OUTPUTS])
{
    if (analyzer->encoder == NULL)
        return judge(analyzer, logits, &analyzer->fast);
    if (analyzer->cascade && analyzer->passages.count == 0) {
        int rc = judge(analyzer, logits, &analyzer->fast);
        if (rc != ENGAGE_OK || !is_in_doubt(analyzer))
            return rc;
    }
    return judge(analyzer, logits, &analyzer->careful);
}

/* ------------------------------------------------------------- evidence --- */

static void put_row(engage_analysis *analysis, int head, int rule, engage_span span,
                    int64_t contribution)
{
    struct engagep_evidence *row = &analysis->evidence[analysis->evidence_count++];
    row->head = (uint16_t)head;
    row->rule = (uint8_t)rule;
    row->span = span;
    row->contribution = contribution;
}

static int make_rows(engage_analyzer *analyzer, size_t more)
{
    engage_analysis *analysis = &analyzer->analysis;
    void *rows = analysis->evidence;
    int rc = engagep_alloc_grow(&analyzer->allocator, &rows, &analyzer->evidence_capacity,
                                analysis->evidence_count + more, sizeof(*analysis->evidence));
    analysis->evidence = rows;
    return rc;
}

/* The bias, then every group that moves the head, in the order made. */
static void explain_groups(engage_analyzer *analyzer, int head, const struct engagep_token *tokens,
                           int64_t bias)
{
    const struct engagep_dense *dense = &analyzer->layer.dense;
    static const engage_span none = {0, 0};
    int64_t slope[COLUMNS];
    bias += dense->bias[head];
    for (int k = 0; k < COLUMNS; k++) {
        int open = (int64_t)analyzer->said.sum[k] + dense->ramp[k] > 0;
        slope[k] = dense->linear[head][k] + (open ? dense->ramped[head][k] : 0);
        bias += open ? (int64_t)dense->ramp[k] * dense->ramped[head][k] : 0;
    }
    put_row(&analyzer->analysis, head, ENGAGEP_RULE_BIAS, none, bias);
    for (size_t i = analyzer->group_first; i < analyzer->group_count; i++) {
        const struct engagep_found *group = &analyzer->groups[i];
        int64_t contribution = 0;
        for (int k = 0; k < COLUMNS; k++)
            contribution += group->sum[k] * slope[k];
        if (contribution != 0)
            put_row(&analyzer->analysis, head, group->place.rule,
                    engagep_addons_span(tokens, &group->place), contribution);
    }
}

static void explain_others(engage_analyzer *analyzer, int head)
{
    static const engage_span none = {0, 0};
    if (analyzer->said.encoded[head] != 0)
        put_row(&analyzer->analysis, head, ENGAGEP_RULE_ENCODER, none,
                analyzer->said.encoded[head]);
    for (size_t i = 0; i < analyzer->hit_count; i++) {
        const struct hit *hit = &analyzer->hits[i];
        int64_t contribution = pull(analyzer, head, hit->value);
        if (contribution != 0)
            put_row(&analyzer->analysis, head, hit->rule, hit->span, contribution);
    }
}

/* One head of the model, or behind them of what add-ons taught, by what was read last. */
static int explain_head(engage_analyzer *analyzer, int head, const struct engagep_token *tokens,
                        int64_t bias)
{
    size_t first = analyzer->group_first;
    size_t groups = analyzer->group_count - first;
    if (head < ENGAGE_HEADS) {
        int rc = make_rows(analyzer, groups + analyzer->hit_count + 2);
        if (rc == ENGAGE_OK) {
            explain_groups(analyzer, head, tokens, bias);
            explain_others(analyzer, head);
        }
        return rc;
    }
    size_t taught = (size_t)head - ENGAGE_HEADS;
    int rc = make_rows(analyzer,
                       groups + engagep_addons_traits(&analyzer->addons, taught)->count + 1);
    if (rc == ENGAGE_OK)
        engagep_addons_explain(&analyzer->addons, taught,
                               groups > 0 ? analyzer->groups + first : NULL, groups, tokens,
                               &analyzer->analysis);
    return rc;
}

/* Of a head that a passage decides, the rows are of this passage. */
static int explain_passage(engage_analyzer *analyzer, int head, size_t number,
                           const struct engagep_token *tokens)
{
    struct said whole = analyzer->said;
    size_t groups = analyzer->group_count;
    analyzer->group_first = groups;
    int rc = read_passage(analyzer, number);
    if (rc == ENGAGE_OK)
        rc = explain_head(analyzer, head, tokens + analyzer->passages.list[number].first,
                          head < ENGAGE_HEADS ? -margin_of(analyzer, head) : 0);
    analyzer->said = whole;
    analyzer->group_first = 0;
    analyzer->group_count = groups;
    return rc;
}

/* Rows by head. */
static int explain(engage_analyzer *analyzer)
{
    size_t count;
    const struct engagep_token *tokens = engagep_token_array(analyzer->tokenizer, &count);
    const struct engagep_addons *addons = &analyzer->addons;
    int rc = ENGAGE_OK;
    analyzer->group_first = 0;
    for (int head = 0; head < ENGAGE_HEADS + (int)addons->taught_count && rc == ENGAGE_OK; head++) {
        size_t chosen = head < ENGAGE_HEADS ? analyzer->chosen[head]
                                            : addons->taught[head - ENGAGE_HEADS].passage;
        rc = chosen > 0 ? explain_passage(analyzer, head, chosen - 1, tokens)
                        : explain_head(analyzer, head, tokens, 0);
    }
    return rc;
}

/* Where in the post as it is written is what was found. */
static void place(engage_analyzer *analyzer)
{
    const engage_tokenizer *tokenizer = analyzer->tokenizer;
    engage_analysis *analysis = &analyzer->analysis;
    for (size_t i = 0; i < analysis->evidence_count; i++)
        analysis->evidence[i].span =
            engagep_token_source(tokenizer, analysis->evidence[i].span);
    for (size_t i = 0; i < analyzer->aspects.count; i++)
        analyzer->aspects.mentions[i].span =
            engagep_token_source(tokenizer, analyzer->aspects.mentions[i].span);
}

/* --------------------------------------------------------------- object --- */

static engagep_features_sink sum_sink_of(const engage_analyzer *analyzer)
{
    return analyzer->analysis.explained || analyzer->aspects.count > 0 ? add_noted : add_rows;
}

/* Adds up rows, and keeps the traits that add-ons and lessons know posts by. */
static void add_traits(void *ctx, const struct engagep_feature *features, size_t count)
{
    engage_analyzer *analyzer = ctx;
    sum_sink_of(analyzer)(ctx, features, count);
    engagep_traits_add(analyzer->reading, features, count, &analyzer->table);
}

static void read_measure(struct measure *out, const engage_model *model)
{
    engagep_model_calibration(model, &out->calibration);
    for (int i = 0; i < ENGAGE_INTENTS; i++)
        out->least[i] =
            engagep_calibrate_least(out->calibration.threshold[ENGAGE_HEAD_INTENT(i)]);
}

static int read_encoder(engage_analyzer *analyzer, const engage_model *model, int cascade)
{
    engage_model base = engagep_model_base(model);
    read_measure(&analyzer->fast, &base);
    analyzer->measure = &analyzer->fast;
    if (model->base == NULL)
        return ENGAGE_OK;
    read_measure(&analyzer->careful, model);
    analyzer->doubts = engagep_model_doubts(model);
    analyzer->cascade = cascade;
    return engagep_encoder_new(&analyzer->encoder, model, &analyzer->allocator);
}

static int read_options(engage_analyzer_options *out, engage_allocator *allocator,
                        const engage_analyzer_options *given)
{
    *out = (engage_analyzer_options)ENGAGE_ANALYZER_OPTIONS_INIT;
    int rc = given == NULL ? ENGAGE_OK
                           : engagep_options_copy(out, sizeof(*out), given,
                                                  sizeof(engage_analyzer_options));
    if (rc == ENGAGE_OK)
        rc = engagep_alloc_init(allocator, out->allocator);
    if (rc != ENGAGE_OK)
        return rc;
    const uint32_t known = ENGAGE_ANALYZE_EXPLAIN | ENGAGE_ANALYZE_CASCADE;
    if ((out->flags & ~known) != 0 || out->reserved != 0 ||
        out->max_bytes > MOST_BYTES)
        return ENGAGE_EOPTIONS;
    if (out->max_bytes == 0)
        out->max_bytes = DEFAULT_BYTES;
    if (out->model == NULL)
        out->model = engage_model_builtin();
    return out->model == NULL ? ENGAGE_EMODEL_NONE : ENGAGE_OK;
}

int engage_analyzer_new(engage_analyzer **out, const engage_analyzer_options *options)
{
    if (out == NULL)
        return ENGAGE_EMISUSE;
    *out = NULL;
    engage_analyzer_options o;
    engage_allocator allocator;
    int rc = read_options(&o, &allocator, options);
    if (rc != ENGAGE_OK)
        return rc;
    engage_analyzer *analyzer = engagep_alloc_zero(&allocator, 1, sizeof(*analyzer));
    if (analyzer == NULL)
        return ENGAGE_ENOMEM;
    analyzer->allocator = allocator;
    analyzer->aspects.allocator = &analyzer->allocator;
    analyzer->passages.allocator = &analyzer->allocator;
    rc = engagep_token_reader(&analyzer->tokenizer, o.max_bytes, &analyzer->allocator);
    if (rc == ENGAGE_OK)
        rc = engage_analyzer_set_catalogue(analyzer, o.catalogue);
    if (rc == ENGAGE_OK)
        rc = engagep_addons_init(&analyzer->addons, o.addons, o.addon_count, o.model,
                                 &analyzer->allocator);
    if (rc == ENGAGE_OK)
        rc = read_encoder(analyzer, o.model,
                          (o.flags & ENGAGE_ANALYZE_CASCADE) != 0 && o.addon_count == 0);
    if (rc == ENGAGE_OK && (o.flags & ENGAGE_ANALYZE_EXPLAIN) == 0) {
        analyzer->memo = engagep_memo_new(&allocator);
        rc = analyzer->memo != NULL ? ENGAGE_OK : ENGAGE_ENOMEM;
    }
    if (rc != ENGAGE_OK) {
        engage_analyzer_free(analyzer);
        return rc;
    }
    analyzer->model = engage_model_ref(o.model);
    analyzer->table = engagep_model_table(o.model);
    engagep_layer_init(&analyzer->layer, o.model);
    analyzer->traits = analyzer->addons.count > 0;
    analyzer->analysis.explained = (o.flags & ENGAGE_ANALYZE_EXPLAIN) != 0;
    engagep_features_init(&analyzer->features, &analyzer->allocator);
    analyzer->features.table = analyzer->table;
    analyzer->features.vocabulary = engagep_model_vocabulary(o.model);
    analyzer->features.ctx = analyzer;
    *out = analyzer;
    return ENGAGE_OK;
}

static void drop_lexicons(engage_analyzer *analyzer)
{
    for (size_t i = 0; i < analyzer->analysis.lexicon_count; i++)
        engage_lexicon_unref(analyzer->analysis.lexicons[i]);
    analyzer->analysis.lexicon_count = 0;
}

void engage_analyzer_free(engage_analyzer *analyzer)
{
    if (analyzer == NULL)
        return;
    engage_allocator allocator = analyzer->allocator;
    engagep_features_release(&analyzer->features);
    engagep_memo_free(analyzer->memo, &allocator);
    engagep_encoder_free(analyzer->encoder);
    engage_tokenizer_free(analyzer->tokenizer);
    engagep_alloc_free(&allocator, analyzer->groups, analyzer->group_capacity,
                       sizeof(*analyzer->groups));
    engagep_alloc_free(&allocator, analyzer->analysis.evidence, analyzer->evidence_capacity,
                       sizeof(struct engagep_evidence));
    engagep_alloc_free(&allocator, analyzer->hits, analyzer->hit_capacity, sizeof(struct hit));
    drop_lexicons(analyzer);
    engagep_aspects_release(&analyzer->aspects);
    engagep_passages_release(&analyzer->passages);
    engagep_addons_release(&analyzer->addons);
    engage_catalogue_unref(analyzer->analysis.catalogue);
    engage_model_unref(analyzer->model);
    engagep_alloc_free(&allocator, analyzer, 1, sizeof(*analyzer));
}

const struct engagep_traits *engagep_analyzer_traits(engage_analyzer *analyzer)
{
    analyzer->traits = 1;
    return &analyzer->addons.traits;
}

int engage_analyzer_set_catalogue(engage_analyzer *analyzer, const engage_catalogue *catalogue)
{
    if (analyzer == NULL)
        return ENGAGE_EMISUSE;
    const engage_catalogue *owned = engage_catalogue_ref(catalogue);
    if (owned == NULL) {
        int rc = engage_catalogue_parse(&owned, NULL, 0, &analyzer->allocator, NULL);
        if (rc != ENGAGE_OK)
            return rc;
    }
    engage_catalogue_unref(analyzer->analysis.catalogue);
    analyzer->analysis.catalogue = owned;
    analyzer->analysis.mention_count = 0;
    return ENGAGE_OK;
}

int engage_analyzer_set_lexicons(engage_analyzer *analyzer, const engage_lexicon *const *lexicons,
                                 size_t count)
{
    if (analyzer == NULL || (lexicons == NULL && count > 0))
        return ENGAGE_EMISUSE;
    if (count > ENGAGE_LEXICONS_MOST)
        return ENGAGE_ELIMIT;
    for (size_t i = 0; i < count; i++) {
        if (lexicons[i] == NULL)
            return ENGAGE_EMISUSE;
    }
    engage_analysis *analysis = &analyzer->analysis;
    for (size_t i = 0; i < count; i++) /* before any is let go: some may stay */
        engage_lexicon_ref(lexicons[i]);
    drop_lexicons(analyzer);
    for (size_t i = 0; i < count; i++)
        analysis->lexicons[i] = lexicons[i];
    analysis->lexicon_count = count;
    analysis->evidence_count = 0;
    return ENGAGE_OK;
}

int engage_analyzer_run(engage_analyzer *analyzer, const char *text, size_t size,
                        const engage_analysis **out)
{
    if (out == NULL)
        return ENGAGE_EMISUSE;
    *out = NULL;
    if (analyzer == NULL || (text == NULL && size > 0))
        return ENGAGE_EMISUSE;
    if (text == NULL)
        text = "";
    int rc = engage_tokenizer_run(analyzer->tokenizer, text, size);
    if (rc != ENGAGE_OK)
        return rc;
    memset(analyzer->said.sum, 0, sizeof(analyzer->said.sum));
    analyzer->group_first = analyzer->group_count = 0;
    analyzer->analysis.evidence_count = 0;
    analyzer->failed = ENGAGE_OK;
    analyzer->analysis.mention_count = 0;
    rc = engagep_aspects_find(&analyzer->aspects, analyzer->analysis.catalogue,
                              analyzer->tokenizer);
    if (rc != ENGAGE_OK)
        return rc;
    analyzer->features.sink = analyzer->traits ? add_traits : sum_sink_of(analyzer);
    /* Only sums can do without the features themselves. */
    analyzer->features.memo = analyzer->traits ? NULL : analyzer->memo;
    analyzer->features.own = analyzer->aspects.count > 0 ? add_own : NULL;
    analyzer->reading = &analyzer->addons.traits;
    engagep_traits_begin(analyzer->reading);
    rc = engagep_features_run(&analyzer->features, analyzer->tokenizer);
    if (rc == ENGAGE_OK)
        rc = analyzer->failed;
    if (rc == ENGAGE_OK)
        rc = analyzer->reading->failed;
    if (rc != ENGAGE_OK)
        return rc;
    if (analyzer->features.memo != NULL)
        add_sum(analyzer->said.sum, analyzer->memo->sum);
    if (analyzer->traits)
        engagep_traits_sum(analyzer->reading, analyzer->said.sum);
    engagep_addons_read(&analyzer->addons);
    int64_t logits[ENGAGEP_LAYER_OUTPUTS];
    engagep_layer_run(&analyzer->layer, analyzer->said.sum, logits);
    analyzer->passages.count = 0;
    if (!analyzer->whole)
        rc = engagep_passages_find(&analyzer->passages, &analyzer->features,
                                   analyzer->tokenizer);
    if (rc == ENGAGE_OK)
        rc = find_hits(analyzer);
    if (rc == ENGAGE_OK)
        rc = judge_twice(analyzer, logits);
    if (rc != ENGAGE_OK)
        return rc;
    if (analyzer->addons.count > 0)
        engagep_addons_judge(&analyzer->addons, &analyzer->analysis);
    engagep_aspects_judge(&analyzer->aspects, analyzer->said.sum, &analyzer->layer.dense,
                          &analyzer->fast.calibration);
    analyzer->analysis.mentions = analyzer->aspects.mentions;
    analyzer->analysis.mention_count = analyzer->aspects.count;
    if (analyzer->analysis.explained)
        rc = explain(analyzer);
    if (rc != ENGAGE_OK)
        return rc;
    if (engagep_token_text(analyzer->tokenizer) != text)
        place(analyzer);
    analyzer->analysis.text = text;
    analyzer->analysis.size = size;
    *out = &analyzer->analysis;
    return ENGAGE_OK;
}

/* --------------------------------------------------------------- self-test --- */

static int64_t read_logit(const unsigned char *p)
{
    uint64_t bits = engagep_little_u64(p);
    return bits <= INT64_MAX ? (int64_t)bits : -(int64_t)(UINT64_MAX - bits) - 1;
}

static int same_logits(const engage_analysis *analysis, const unsigned char *expected)
{
    for (int head = 0; head < ENGAGE_HEADS; head++) {
        if (engage_analysis_logit(analysis, head) != read_logit(expected + 8 * head))
            return 0;
    }
    return 1;
}

int engage_model_selftest(const engage_model *model, engage_error *error)
{
    if (model == NULL)
        return engagep_error_set(error, ENGAGE_EMISUSE, "model is NULL");
    engage_analyzer_options options = ENGAGE_ANALYZER_OPTIONS_INIT;
    options.model = model;
    options.max_bytes = MOST_BYTES;
    engage_analyzer *analyzer;
    int rc = engage_analyzer_new(&analyzer, &options);
    if (rc != ENGAGE_OK)
        return engagep_error_set(error, rc, "no analyzer could be made");
    analyzer->whole = 1; /* what is tested is the model */
    size_t size;
    const unsigned char *p = engagep_model_section(model, ENGAGEP_SECTION_SELFTEST, &size);
    const unsigned char *end = p + size;
    for (int number = 1; p < end && rc == ENGAGE_OK; number++) {
        size_t length = engagep_little_u32(p);
        const engage_analysis *analysis;
        rc = engage_analyzer_run(analyzer, (const char *)p + 4, length, &analysis);
        if (rc != ENGAGE_OK)
            engagep_error_set(error, rc, "text %d of the self-test cannot be scored", number);
        else if (!same_logits(analysis, p + 4 + length))
            rc = engagep_error_set(error, ENGAGE_EMODEL_UNSUPPORTED,
                                   "text %d of the self-test scores otherwise here", number);
        p += 4 + length + 8 * ENGAGE_HEADS;
    }
    engage_analyzer_free(analyzer);
    return rc;
}
