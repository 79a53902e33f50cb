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
 * is its row times (linear + ramped where open), and the rest is the bias row.
 */
#include "score/analysis.h"
#include "score/calibrate.h"
#include "score/catalogue.h"
#include "score/container.h"
#include "score/features.h"
#include "score/memo.h"
#include "score/model.h"
#include "score/rows.h"

#include "base/alloc.h"
#include "base/error.h"
#include "base/little.h"

#include <string.h>

#define COLUMNS ENGAGEP_TABLE_COLUMNS
#define ROW ENGAGEP_TABLE_ROW
#define TAG ENGAGEP_TABLE_TAG
#define OUTPUTS (ENGAGE_HEADS + ENGAGE_SIGNALS) /* of the dense layer */
#define DEFAULT_BYTES 65536u
#define MOST_BYTES (1u << 20) /* so that the sum of a column stays within 31 bits */

/* A word of a lexicon in the post. */
struct hit {
    engage_span span;
    int32_t value;   /* 1/65536, as it counts here */
    uint8_t lexicon; /* index */
};

struct engage_analyzer {
    engage_allocator allocator;
    const engage_model *model;
    engage_tokenizer *tokenizer;
    struct engagep_table table;
    struct engagep_dense dense;
    struct engagep_signals signals;
    /* linear and ramped of each output side by side, where 16 bits hold them all; zeros
     * stand for the bytes of tags, so that vectors are whole */
    int16_t narrow[OUTPUTS][2 * ROW];
    int32_t narrow_most; /* the largest of them, either sign; 0: they do not fit */
    int32_t bias[OUTPUTS];
    int32_t ramp[ROW];
    struct engagep_calibration calibration;
    int64_t least[ENGAGE_INTENTS]; /* log-odds that an intent is given from on */
    int32_t sum[ROW]; /* the first ones, of tags, are 0 once all rows are added */
    int explain;
    int failed; /* ENGAGE_OK, or that a group found no memory */
    struct engagep_found *groups; /* what features of one rule over the same tokens add up to */
    size_t group_count;
    size_t group_capacity;
    size_t evidence_capacity;
    const engage_catalogue *catalogue;
    struct engagep_aspects aspects;
    struct engagep_addons addons;
    int traits; /* whether traits are wanted */
    struct hit *hits; /* where evidence is wanted */
    size_t hit_count;
    size_t hit_capacity;
    engage_analysis analysis;
    struct engagep_features features;
    struct engagep_memo *memo; /* NULL where evidence is wanted */
};

/* --------------------------------------------------------------- summing --- */

static void add_rows(void *ctx, const struct engagep_feature *features, size_t count)
{
    engage_analyzer *analyzer = ctx;
    struct engagep_rows found;
    engagep_rows_find(&found, &analyzer->table, features, count);
    engagep_rows_sum(&found, analyzer->sum);
}

/* The group of a feature among the last ones made, or a new one. */
static struct engagep_found *group_of(engage_analyzer *analyzer,
                                      const struct engagep_feature *feature, uint32_t order)
{
    enum { BACK = 12 };
    size_t n = analyzer->group_count;
    for (size_t i = n; i > 0 && i + BACK > n; i--) {
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
    uint32_t met = analyzer->addons.traits.met;
    for (size_t i = 0; i < found->count; i++) {
        struct engagep_found *group = group_of(analyzer, &features[found->features[i]],
                                               met + found->features[i]);
        if (group == NULL)
            return;
        for (int k = 0; k < COLUMNS; k++)
            group->sum[k] += (signed char)found->rows[i][k + TAG];
    }
}

/* The same, with a note of where it comes from, and for what the post mentions. */
static void add_noted(void *ctx, const struct engagep_feature *features, size_t count)
{
    engage_analyzer *analyzer = ctx;
    struct engagep_rows found;
    engagep_rows_find(&found, &analyzer->table, features, count);
    engagep_rows_sum(&found, analyzer->sum);
    if (analyzer->explain && analyzer->failed == ENGAGE_OK)
        add_groups(analyzer, features, &found);
    for (size_t i = 0; i < found.count && analyzer->aspects.count > 0; i++)
        engagep_aspects_add(&analyzer->aspects, &features[found.features[i]],
                            (const signed char *)found.rows[i]);
}

static void add_sum(int32_t *restrict sum, const int32_t *restrict more)
{
    for (int k = 0; k < ROW; k++)
        sum[k] += more[k];
}

static void add_own(void *ctx, size_t token, const int16_t row[ROW])
{
    engage_analyzer *analyzer = ctx;
    engagep_aspects_add_own(&analyzer->aspects, token, row);
}

/* -------------------------------------------------------------- judging --- */

/* What one output of the dense layer weighs its inputs by. */
struct weights {
    int32_t bias;
    const int32_t *linear;
    const int32_t *ramped;
};

static struct weights weights_of(const engage_analyzer *analyzer, int output)
{
    const struct engagep_dense *dense = &analyzer->dense;
    const struct engagep_signals *signals = &analyzer->signals;
    int signal = output - ENGAGE_HEADS;
    return signal < 0 ? (struct weights){dense->bias[output], dense->linear[output],
                                         dense->ramped[output]}
                      : (struct weights){signals->bias[signal], signals->linear[signal],
                                         signals->ramped[signal]};
}

/* Prepares the narrow form of the dense layer, and its biases. */
static void narrow_dense(engage_analyzer *analyzer)
{
    int32_t most = 1;
    for (int output = 0; output < OUTPUTS; output++) {
        struct weights weights = weights_of(analyzer, output);
        analyzer->bias[output] = weights.bias;
        for (int k = 0; k < COLUMNS; k++) {
            int32_t pair[2] = {weights.linear[k], weights.ramped[k]};
            for (int i = 0; i < 2; i++) {
                int32_t size = pair[i] < 0 ? -pair[i] : pair[i];
                most = size > most ? size : most;
                analyzer->narrow[output][TAG + k + i * ROW] =
                    (int16_t)(size <= INT16_MAX ? pair[i] : 0);
            }
        }
    }
    analyzer->narrow_most = most <= INT16_MAX ? most : 0;
    for (int k = 0; k < COLUMNS; k++)
        analyzer->ramp[TAG + k] = analyzer->dense.ramp[k];
}

/* The inputs of the dense layer in 16 bits. Returns 0 where they, or what comes of them in
 * 32 bits, might not fit. */
static int narrow_inputs(const engage_analyzer *analyzer, int16_t x[2 * ROW])
{
    int32_t bits = 0;
    uint32_t total = 0; /* of all inputs, either sign, where they are of 16 bits */
    for (int k = 0; k < ROW; k++) {
        int32_t sum = analyzer->sum[k];
        int32_t z = sum + analyzer->ramp[k];
        int32_t open = z > 0 ? z : 0;
        int32_t size = sum < 0 ? -sum : sum;
        bits |= size | open;
        total += (uint32_t)size + (uint32_t)open;
        x[k] = (int16_t)sum;
        x[k + ROW] = (int16_t)open;
    }
    return analyzer->narrow_most != 0 && bits <= INT16_MAX &&
           (uint64_t)total * (uint64_t)analyzer->narrow_most <= INT32_MAX;
}

/* The products of four outputs at a time, so that an input is read once for them; whole
 * vectors one after the other, which compilers know. */
static void dot4(const int16_t x[2 * ROW], const int16_t weights[4][2 * ROW], int32_t out[4])
{
    int32_t a = 0, b = 0, c = 0, d = 0;
    for (int k = 0; k < 2 * ROW; k++) {
        a += x[k] * weights[0][k];
        b += x[k] * weights[1][k];
        c += x[k] * weights[2][k];
        d += x[k] * weights[3][k];
    }
    out[0] = a;
    out[1] = b;
    out[2] = c;
    out[3] = d;
}

_Static_assert(OUTPUTS % 4 == 0, "outputs are taken by fours");

static int64_t wide_product(const engage_analyzer *analyzer, int output)
{
    struct weights weights = weights_of(analyzer, output);
    int64_t product = 0;
    for (int k = 0; k < COLUMNS; k++) {
        int64_t sum = analyzer->sum[TAG + k];
        int64_t z = sum + analyzer->dense.ramp[k];
        product += sum * weights.linear[k] + (z > 0 ? z : 0) * weights.ramped[k];
    }
    return product;
}

/* The logits of heads, and behind them those of signals. */
static void compute_logits(const engage_analyzer *analyzer, int64_t logits[OUTPUTS])
{
    int16_t x[2 * ROW];
    int32_t products[OUTPUTS];
    int narrow = narrow_inputs(analyzer, x);
    for (int output = 0; output < OUTPUTS && narrow; output += 4)
        dot4(x, (const int16_t (*)[2 * ROW])&analyzer->narrow[output], &products[output]);
    for (int output = 0; output < OUTPUTS; output++)
        logits[output] = analyzer->bias[output] +
                         (narrow ? products[output] : wide_product(analyzer, output));
}

/* ------------------------------------------------------------- lexicons --- */

/* What a value adds to the logit of a head: so much that calibration makes half the value
 * of it, for or against; the odds between positive and negative change by all of it. */
static int64_t pull(const engage_analyzer *analyzer, int head, int32_t value)
{
    int64_t logit = (int64_t)value * 32768 / analyzer->calibration.scale[head];
    return head == ENGAGE_POSITIVE ? logit : head == ENGAGE_NEGATIVE ? -logit : 0;
}

static int keep_hit(engage_analyzer *analyzer, struct hit hit)
{
    void *hits = analyzer->hits;
    int rc = engagep_alloc_grow(&analyzer->allocator, &hits, &analyzer->hit_capacity,
                                analyzer->hit_count + 1, sizeof(*analyzer->hits));
    analyzer->hits = hits;
    if (rc == ENGAGE_OK)
        analyzer->hits[analyzer->hit_count++] = hit;
    return rc;
}

static int add_lexicon(engage_analyzer *analyzer, size_t index)
{
    engage_analysis *analysis = &analyzer->analysis;
    const engage_lexicon *lexicon = analysis->lexicons[index];
    struct engagep_match match;
    size_t at = 0;
    size_t inside = 0;
    while (engagep_terms_next(&lexicon->terms, analyzer->tokenizer, &at, &inside, &match)) {
        int32_t value = lexicon->values[match.entry];
        if (engagep_features_negated(&analyzer->features, match.first))
            value = engagep_lexicon_negate(value);
        analysis->logit[ENGAGE_POSITIVE] += pull(analyzer, ENGAGE_POSITIVE, value);
        analysis->logit[ENGAGE_NEGATIVE] += pull(analyzer, ENGAGE_NEGATIVE, value);
        if (analyzer->aspects.count > 0)
            engagep_aspects_feel(&analyzer->aspects, match.first, match.count, value);
        struct hit hit = {match.span, value, (uint8_t)index};
        int rc = analyzer->explain ? keep_hit(analyzer, hit) : ENGAGE_OK;
        if (rc != ENGAGE_OK)
            return rc;
    }
    return ENGAGE_OK;
}

static int add_lexicons(engage_analyzer *analyzer)
{
    int rc = ENGAGE_OK;
    analyzer->hit_count = 0;
    for (size_t i = 0; i < analyzer->analysis.lexicon_count && rc == ENGAGE_OK; i++)
        rc = add_lexicon(analyzer, i);
    return rc;
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

static void calibrate(engage_analyzer *analyzer, const int64_t signals[ENGAGE_SIGNALS])
{
    const struct engagep_calibration *c = &analyzer->calibration;
    engage_analysis *analysis = &analyzer->analysis;
    for (int head = 0; head < ENGAGE_SENTIMENTS; head++)
        analysis->odds[head] = engagep_calibrate_wide(analysis->logit[head], c->scale[head],
                                                      c->offset[head]);
    for (int head = ENGAGE_SENTIMENTS; head < ENGAGE_HEADS; head++)
        analysis->odds[head] = engagep_calibrate_linear(analysis->logit[head], c->scale[head],
                                                        c->offset[head]);
    if (analyzer->addons.count > 0)
        engagep_addons_correct(&analyzer->addons, analysis->odds);
    engagep_calibrate_softmax(analysis->odds, analysis->sentiment);
    analysis->wordless = is_wordless(analyzer->tokenizer);
    analysis->intents = 0;
    for (int i = 0; i < ENGAGE_INTENTS && !analysis->wordless; i++) {
        int given = analysis->odds[ENGAGE_HEAD_INTENT(i)] >= analyzer->least[i];
        analysis->intents |= (uint32_t)given << i;
    }
    for (int i = 0; i < ENGAGE_SIGNALS; i++)
        analysis->signal[i] = engagep_calibrate_bound(signals[i]);
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

/* Rows by head: the bias, then every group that moves it, in the order made; behind those of
 * the model those of what add-ons taught. */
static int explain(engage_analyzer *analyzer)
{
    engage_analysis *analysis = &analyzer->analysis;
    const struct engagep_dense *dense = &analyzer->dense;
    void *rows = analysis->evidence;
    int rc = engagep_alloc_grow(&analyzer->allocator, &rows, &analyzer->evidence_capacity,
                                (analyzer->group_count + analyzer->hit_count + 1) * ENGAGE_HEADS +
                                    engagep_addons_evidence_most(&analyzer->addons,
                                                                 analyzer->group_count),
                                sizeof(struct engagep_evidence));
    if (rc != ENGAGE_OK)
        return rc;
    analysis->evidence = rows;
    size_t count;
    const struct engagep_token *tokens = engagep_token_array(analyzer->tokenizer, &count);
    static const engage_span none = {0, 0};
    for (int head = 0; head < ENGAGE_HEADS; head++) {
        int64_t slope[COLUMNS];
        int64_t bias = dense->bias[head];
        for (int k = 0; k < COLUMNS; k++) {
            int open = (int64_t)analyzer->sum[TAG + k] + dense->ramp[k] > 0;
            slope[k] = dense->linear[head][k] + (open ? dense->ramped[head][k] : 0);
            bias += open ? (int64_t)dense->ramp[k] * dense->ramped[head][k] : 0;
        }
        put_row(analysis, head, ENGAGEP_RULE_BIAS, none, bias);
        for (size_t i = 0; i < analyzer->group_count; i++) {
            const struct engagep_found *group = &analyzer->groups[i];
            int64_t contribution = 0;
            for (int k = 0; k < COLUMNS; k++)
                contribution += group->sum[k] * slope[k];
            if (contribution != 0)
                put_row(analysis, head, group->place.rule,
                        engagep_addons_span(tokens, &group->place), contribution);
        }
        for (size_t i = 0; i < analyzer->hit_count; i++) {
            const struct hit *hit = &analyzer->hits[i];
            int64_t contribution = pull(analyzer, head, hit->value);
            if (contribution != 0)
                put_row(analysis, head, ENGAGEP_RULES + hit->lexicon, hit->span, contribution);
        }
    }
    engagep_addons_explain(&analyzer->addons, analyzer->groups, analyzer->group_count, tokens,
                           analysis);
    return ENGAGE_OK;
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
    return analyzer->explain || analyzer->aspects.count > 0 ? add_noted : add_rows;
}

/* Adds up rows, and keeps the traits that add-ons and lessons know posts by. */
static void add_traits(void *ctx, const struct engagep_feature *features, size_t count)
{
    engage_analyzer *analyzer = ctx;
    sum_sink_of(analyzer)(ctx, features, count);
    engagep_traits_add(&analyzer->addons.traits, features, count, &analyzer->table);
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
    if ((out->flags & ~ENGAGE_ANALYZE_EXPLAIN) != 0 || out->reserved != 0 ||
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
    rc = engagep_token_reader(&analyzer->tokenizer, o.max_bytes, &analyzer->allocator);
    if (rc == ENGAGE_OK)
        rc = engage_analyzer_set_catalogue(analyzer, o.catalogue);
    if (rc == ENGAGE_OK)
        rc = engagep_addons_init(&analyzer->addons, o.addons, o.addon_count, o.model,
                                 &analyzer->allocator);
    if (rc == ENGAGE_OK && (o.flags & ENGAGE_ANALYZE_EXPLAIN) == 0) {
        analyzer->memo = engagep_memo_new(&allocator);
        rc = analyzer->memo != NULL ? ENGAGE_OK : ENGAGE_ENOMEM;
    }
    if (rc != ENGAGE_OK) {
        engagep_addons_release(&analyzer->addons);
        engage_catalogue_unref(analyzer->catalogue);
        engage_tokenizer_free(analyzer->tokenizer);
        engagep_alloc_free(&allocator, analyzer, 1, sizeof(*analyzer));
        return rc;
    }
    analyzer->model = engage_model_ref(o.model);
    analyzer->table = engagep_model_table(o.model);
    engagep_model_dense(o.model, &analyzer->dense);
    engagep_model_signals(o.model, &analyzer->signals);
    engagep_model_calibration(o.model, &analyzer->calibration);
    for (int i = 0; i < ENGAGE_INTENTS; i++)
        analyzer->least[i] =
            engagep_calibrate_least(analyzer->calibration.threshold[ENGAGE_HEAD_INTENT(i)]);
    narrow_dense(analyzer);
    analyzer->traits = analyzer->addons.count > 0;
    analyzer->explain = (o.flags & ENGAGE_ANALYZE_EXPLAIN) != 0;
    analyzer->analysis.explained = analyzer->explain;
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
    engage_tokenizer_free(analyzer->tokenizer);
    engagep_alloc_free(&allocator, analyzer->groups, analyzer->group_capacity,
                       sizeof(*analyzer->groups));
    engagep_alloc_free(&allocator, analyzer->analysis.evidence, analyzer->evidence_capacity,
                       sizeof(struct engagep_evidence));
    engagep_alloc_free(&allocator, analyzer->hits, analyzer->hit_capacity, sizeof(struct hit));
    drop_lexicons(analyzer);
    engagep_aspects_release(&analyzer->aspects);
    engagep_addons_release(&analyzer->addons);
    engage_catalogue_unref(analyzer->catalogue);
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
    engage_catalogue_unref(analyzer->catalogue);
    analyzer->catalogue = owned;
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
    memset(analyzer->sum, 0, sizeof(analyzer->sum));
    analyzer->group_count = 0;
    analyzer->analysis.evidence_count = 0;
    analyzer->failed = ENGAGE_OK;
    analyzer->analysis.mention_count = 0;
    rc = engagep_aspects_find(&analyzer->aspects, analyzer->catalogue, analyzer->tokenizer);
    if (rc != ENGAGE_OK)
        return rc;
    analyzer->features.sink = analyzer->traits ? add_traits : sum_sink_of(analyzer);
    /* Only sums can do without the features themselves. */
    analyzer->features.memo = analyzer->traits ? NULL : analyzer->memo;
    analyzer->features.own = analyzer->aspects.count > 0 ? add_own : NULL;
    engagep_traits_begin(&analyzer->addons.traits);
    rc = engagep_features_run(&analyzer->features, analyzer->tokenizer);
    if (rc == ENGAGE_OK)
        rc = analyzer->failed;
    if (rc == ENGAGE_OK)
        rc = analyzer->addons.traits.failed;
    if (rc != ENGAGE_OK)
        return rc;
    if (analyzer->features.memo != NULL)
        add_sum(analyzer->sum, analyzer->memo->sum);
    memset(analyzer->sum, 0, TAG * sizeof(analyzer->sum[0]));
    if (analyzer->traits)
        engagep_traits_sum(&analyzer->addons.traits, analyzer->sum + TAG);
    int64_t logits[OUTPUTS];
    compute_logits(analyzer, logits);
    memcpy(analyzer->analysis.logit, logits, sizeof(analyzer->analysis.logit));
    rc = add_lexicons(analyzer);
    if (rc != ENGAGE_OK)
        return rc;
    calibrate(analyzer, logits + ENGAGE_HEADS);
    if (analyzer->addons.count > 0)
        engagep_addons_judge(&analyzer->addons, &analyzer->analysis);
    engagep_aspects_judge(&analyzer->aspects, analyzer->sum, &analyzer->dense,
                          &analyzer->calibration);
    analyzer->analysis.mentions = analyzer->aspects.mentions;
    analyzer->analysis.mention_count = analyzer->aspects.count;
    if (analyzer->explain)
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
