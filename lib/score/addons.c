/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * The add-ons of an analyzer: which go together, and what they do to an analysis.
 */
#include "score/addon.h"
#include "score/analysis.h"
#include "score/calibrate.h"
#include "score/model.h"

#include "base/alloc.h"
#include "base/bits.h"

#include <string.h>

#define MILLION 1000000

/* Whether the add-on was made for this model and measured with these others: ENGAGE_OK,
 * ENGAGE_EADDON_MODEL or ENGAGE_EADDON_SET. */
static int go_together(const engage_addon *addon, const struct engagep_addons *addons,
                       const engage_model *model)
{
    size_t size;
    const unsigned char *ids = engagep_addon_section(addon, ENGAGEP_ADDON_BASE, &size);
    if (memcmp(ids, engage_model_id(model), ENGAGEP_ADDON_ID) != 0)
        return ENGAGE_EADDON_MODEL;
    if (engagep_addon_promises(addon) == 0)
        return ENGAGE_OK;
    /* What a promise was measured with must be there, and nothing else that moves scores. */
    size_t wanted = size / ENGAGEP_ADDON_ID_ROOM - 1;
    size_t found = 0;
    for (size_t i = 0; i < addons->count; i++) {
        if (engagep_addon_heads(addons->all[i]) == 0)
            continue;
        size_t k = 0;
        while (k < wanted && memcmp(ids + (1 + k) * ENGAGEP_ADDON_ID_ROOM,
                                    engage_addon_id(addons->all[i]), ENGAGEP_ADDON_ID) != 0)
            k++;
        if (k == wanted)
            return ENGAGE_EADDON_SET;
        found++;
    }
    return found == wanted ? ENGAGE_OK : ENGAGE_EADDON_SET;
}

static int add_taught(struct engagep_addons *addons, const char *name, size_t addon, size_t head)
{
    for (size_t i = 0; i < addons->taught_count; i++) {
        if (strcmp(addons->taught[i].name, name) == 0)
            return ENGAGE_ERANGE;
    }
    addons->taught[addons->taught_count++] = (struct engagep_taught){
        .name = name, .addon = (uint8_t)addon, .head = (uint8_t)head};
    return ENGAGE_OK;
}

static int add_promised(struct engagep_addons *addons, const char *label)
{
    for (size_t i = 0; i < addons->promised_count; i++) {
        if (strcmp(addons->promised[i].label, label) == 0)
            return ENGAGE_ERANGE;
    }
    struct engagep_promised promised = {label, 0, 0, 0, ENGAGEP_PROMISED_REPLY, 0};
    int head = engagep_addon_builtin(label, strlen(label));
    if (head >= 0) {
        promised.kind = ENGAGEP_PROMISED_HEAD;
        promised.number = (uint8_t)head;
    } else if (strcmp(label, ENGAGEP_NEEDS_REPLY) != 0) {
        size_t i = 0;
        while (i < addons->taught_count && strcmp(addons->taught[i].name, label) != 0)
            i++;
        if (i == addons->taught_count)
            return ENGAGE_EADDON_SET;
        promised.kind = ENGAGEP_PROMISED_TAUGHT;
        promised.number = (uint8_t)i;
    }
    addons->promised[addons->promised_count++] = promised;
    return ENGAGE_OK;
}

static int read_names(struct engagep_addons *addons)
{
    int rc = ENGAGE_OK;
    for (size_t i = 0; i < addons->count; i++) {
        for (size_t h = 0; rc == ENGAGE_OK && h < engagep_addon_heads(addons->all[i]); h++) {
            struct engagep_addon_head head = engagep_addon_head(addons->all[i], h);
            if (head.head == ENGAGEP_ADDON_OWN)
                rc = add_taught(addons, head.name, i, h);
        }
    }
    for (size_t i = 0; i < addons->count; i++) {
        for (size_t k = 0; rc == ENGAGE_OK && k < engagep_addon_promises(addons->all[i]); k++)
            rc = add_promised(addons, engagep_addon_promise(addons->all[i], k).label);
    }
    return rc;
}

static int make_room(struct engagep_addons *addons, size_t count)
{
    addons->all = engagep_alloc_array(addons->allocator, count, sizeof(*addons->all));
    addons->margins = engagep_alloc_array(addons->allocator, count, sizeof(*addons->margins));
    addons->taught = engagep_alloc_array(addons->allocator, count * ENGAGEP_ADDON_HEADS_MOST,
                                         sizeof(*addons->taught));
    addons->promised = engagep_alloc_array(
        addons->allocator, count * ENGAGEP_ADDON_PROMISES_MOST, sizeof(*addons->promised));
    addons->room = count;
    if (addons->all == NULL || addons->margins == NULL || addons->taught == NULL ||
        addons->promised == NULL)
        return ENGAGE_ENOMEM;
    return ENGAGE_OK;
}

static int has_addon(const struct engagep_addons *addons, const engage_addon *addon)
{
    for (size_t i = 0; i < addons->count; i++) {
        if (strcmp(engage_addon_id(addons->all[i]), engage_addon_id(addon)) == 0)
            return 1;
    }
    return 0;
}

int engagep_addons_init(struct engagep_addons *addons, const engage_addon *const *given,
                        size_t count, const engage_model *model,
                        const engage_allocator *allocator)
{
    memset(addons, 0, sizeof(*addons));
    addons->allocator = allocator;
    addons->traits.allocator = allocator;
    addons->part.allocator = allocator;
    if (count == 0)
        return ENGAGE_OK;
    if (given == NULL)
        return ENGAGE_EMISUSE;
    int rc = count > ENGAGE_ADDONS_MOST ? ENGAGE_EOPTIONS : make_room(addons, count);
    for (size_t i = 0; rc == ENGAGE_OK && i < count; i++) {
        if (given[i] == NULL)
            rc = ENGAGE_EMISUSE;
        else if (has_addon(addons, given[i]))
            rc = ENGAGE_ERANGE;
        else
            addons->all[addons->count++] = engage_addon_ref(given[i]);
    }
    for (size_t i = 0; rc == ENGAGE_OK && i < count; i++)
        rc = go_together(given[i], addons, model);
    if (rc == ENGAGE_OK)
        rc = read_names(addons);
    if (rc != ENGAGE_OK)
        engagep_addons_release(addons);
    return rc;
}

void engagep_addons_release(struct engagep_addons *addons)
{
    if (addons->allocator == NULL)
        return;
    for (size_t i = 0; i < addons->count; i++)
        engage_addon_unref(addons->all[i]);
    engagep_traits_release(&addons->traits);
    engagep_traits_release(&addons->part);
    engagep_alloc_free(addons->allocator, addons->all, addons->room, sizeof(*addons->all));
    engagep_alloc_free(addons->allocator, addons->margins, addons->room, sizeof(*addons->margins));
    engagep_alloc_free(addons->allocator, addons->taught, addons->room * ENGAGEP_ADDON_HEADS_MOST,
                       sizeof(*addons->taught));
    engagep_alloc_free(addons->allocator, addons->promised,
                       addons->room * ENGAGEP_ADDON_PROMISES_MOST, sizeof(*addons->promised));
    memset(addons, 0, sizeof(*addons));
}

/* -------------------------------------------------------------- judging --- */

static int64_t held(int64_t x)
{
    return x > ENGAGEP_ADDON_REACH    ? ENGAGEP_ADDON_REACH
           : x < -ENGAGEP_ADDON_REACH ? -ENGAGEP_ADDON_REACH
                                      : x;
}

void engagep_addons_read(struct engagep_addons *addons)
{
    for (size_t i = 0; i < addons->count; i++)
        engagep_addon_margins(addons->all[i], &addons->traits, addons->margins[i]);
    for (size_t i = 0; i < addons->taught_count; i++)
        addons->taught[i].passage = 0;
}

static struct engagep_addon_head head_of(const struct engagep_addons *addons,
                                         const struct engagep_taught *taught)
{
    return engagep_addon_head(addons->all[taught->addon], taught->head);
}

void engagep_addons_hear(struct engagep_addons *addons, uint32_t passage, int64_t margin)
{
    int64_t margins[ENGAGEP_ADDON_HEADS_MOST];
    const engage_addon *read = NULL;
    for (size_t i = 0; i < addons->taught_count; i++) {
        struct engagep_taught *taught = &addons->taught[i];
        if (read != addons->all[taught->addon]) {
            read = addons->all[taught->addon];
            engagep_addon_margins(read, &addons->part, margins);
        }
        int64_t *best = &addons->margins[taught->addon][taught->head];
        int64_t heard = margins[taught->head] - margin * 65536 / head_of(addons, taught).scale;
        if (heard > *best) {
            *best = heard;
            taught->passage = passage;
        }
    }
}

void engagep_addons_correct(const struct engagep_addons *addons, int64_t odds[ENGAGE_HEADS])
{
    int64_t moved[ENGAGE_HEADS] = {0};
    for (size_t i = 0; i < addons->count; i++) {
        for (size_t h = 0; h < engagep_addon_heads(addons->all[i]); h++) {
            uint32_t head = engagep_addon_head(addons->all[i], h).head;
            if (head != ENGAGEP_ADDON_OWN)
                moved[head] += addons->margins[i][h];
        }
    }
    for (int head = 0; head < ENGAGE_HEADS; head++)
        odds[head] += held(moved[head]);
}

static void judge_taught(struct engagep_addons *addons)
{
    for (size_t i = 0; i < addons->taught_count; i++) {
        struct engagep_taught *taught = &addons->taught[i];
        struct engagep_addon_head head = head_of(addons, taught);
        taught->margin = addons->margins[taught->addon][taught->head];
        taught->probability = engagep_calibrate_sigmoid(
            engagep_calibrate_linear(taught->margin, head.scale, head.offset));
        taught->has = taught->probability > head.threshold;
    }
}

int32_t engagep_addons_reply_score(const engage_analysis *analysis)
{
    int64_t none = MILLION;
    for (uint32_t left = ENGAGEP_ANALYSIS_ASKS; left != 0; left &= left - 1) {
        int intent = (int)engagep_bits_lowest(left);
        none = none * (MILLION - engage_analysis_intent(analysis, intent)) / MILLION;
    }
    int64_t spam = engage_analysis_intent(analysis, ENGAGE_INTENT_SPAM);
    return (int32_t)((MILLION - none) * (MILLION - spam) / MILLION);
}

int32_t engagep_addons_score(const struct engagep_promised *promised,
                             const engage_analysis *analysis)
{
    switch (promised->kind) {
    case ENGAGEP_PROMISED_HEAD:
        return engagep_analysis_probability(analysis, promised->number);
    case ENGAGEP_PROMISED_TAUGHT:
        return analysis->taught[promised->number].probability;
    default:
        return engagep_addons_reply_score(analysis);
    }
}

/* Lets a promise decide where a threshold did. */
static void decide(struct engagep_promised *promised, const struct engagep_promise_record *record,
                   engage_analysis *analysis)
{
    promised->score = engagep_addons_score(promised, analysis);
    promised->yes = promised->score >= record->low;
    promised->uncertain = promised->yes == (promised->score <= record->high);
    if (promised->kind == ENGAGEP_PROMISED_TAUGHT) {
        analysis->taught[promised->number].has = promised->yes;
    } else if (promised->kind == ENGAGEP_PROMISED_REPLY) {
        analysis->reply_promised = 1;
        analysis->reply = promised->yes;
    } else if (promised->number >= ENGAGE_SENTIMENTS) {
        uint32_t bit = 1u << (promised->number - ENGAGE_SENTIMENTS);
        analysis->intents = promised->yes ? analysis->intents | bit : analysis->intents & ~bit;
    }
}

void engagep_addons_judge(struct engagep_addons *addons, engage_analysis *analysis)
{
    judge_taught(addons);
    analysis->addons = addons->all;
    analysis->addon_count = addons->count;
    analysis->taught = addons->taught;
    analysis->taught_count = addons->taught_count;
    analysis->promised = addons->promised;
    analysis->promised_count = addons->promised_count;
    analysis->words = addons->traits.words;
    analysis->unknown = addons->traits.unknown;
    size_t n = 0;
    for (size_t i = 0; i < addons->count; i++) {
        for (size_t k = 0; k < engagep_addon_promises(addons->all[i]); k++) {
            struct engagep_promise_record record = engagep_addon_promise(addons->all[i], k);
            decide(&addons->promised[n++], &record, analysis);
        }
    }
}

/* -------------------------------------------------------------- evidence --- */

engage_span engagep_addons_span(const struct engagep_token *tokens,
                                const struct engagep_place *place)
{
    engage_span span = {0, 0};
    if (place->count > 0) {
        span.start = tokens[place->first].start;
        span.end = tokens[place->first + place->count - 1u].end;
    }
    return span;
}

/* Adds a share to the row of the same rule and tokens among the last ones of this head, or
 * as a new row. */
static void put_share(engage_analysis *analysis, size_t begun, struct engagep_evidence share)
{
    enum { BACK = 12 };
    for (size_t i = analysis->evidence_count; i > begun && i + BACK > analysis->evidence_count;
         i--) {
        struct engagep_evidence *row = &analysis->evidence[i - 1];
        if (row->rule == share.rule && row->span.start == share.span.start &&
            row->span.end == share.span.end) {
            row->contribution += share.contribution;
            return;
        }
    }
    if (share.contribution != 0)
        analysis->evidence[analysis->evidence_count++] = share;
}

/* One head: traits and rows of the model in the order in which they were made. What the means
 * of the columns take away belongs to the bias, which gets what the others leave. */
static void explain_head(struct engagep_addon_sum *sum, const struct engagep_traits *traits,
                         const struct engagep_found *found, size_t count,
                         const struct engagep_token *tokens, struct engagep_evidence row,
                         engage_analysis *analysis)
{
    size_t begun = analysis->evidence_count;
    analysis->evidence[analysis->evidence_count++] = row;
    size_t i = 0;
    size_t k = 0;
    while (i < traits->count || k < count) {
        const struct engagep_place *place;
        if (k == count || (i < traits->count && traits->places[i].order < found[k].place.order)) {
            place = &traits->places[i];
            row.contribution = engagep_addon_sum_trait(sum, traits->list[i++]);
        } else {
            place = &found[k].place;
            row.contribution = engagep_addon_sum_rows(sum, found[k++].sum);
        }
        row.rule = place->rule;
        row.span = engagep_addons_span(tokens, place);
        analysis->evidence[begun].contribution -= row.contribution;
        put_share(analysis, begun + 1, row);
    }
}

void engagep_addons_explain(const struct engagep_addons *addons, size_t number,
                            const struct engagep_found *found, size_t count,
                            const struct engagep_token *tokens, engage_analysis *analysis)
{
    const struct engagep_taught *taught = &addons->taught[number];
    const struct engagep_traits *traits = engagep_addons_traits(addons, number);
    struct engagep_evidence row = {addons->margins[taught->addon][taught->head], {0, 0},
                                   (uint16_t)(ENGAGE_HEADS + number), ENGAGEP_RULE_BIAS};
    struct engagep_addon_sum sum;
    engagep_addon_sum_begin(&sum, addons->all[taught->addon], traits, taught->head);
    explain_head(&sum, traits, found, count, tokens, row, analysis);
}
