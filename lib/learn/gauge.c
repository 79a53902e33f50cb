/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * The gauge: population stability indices (the sum of (q - p) ln(q / p) over bins; known
 * from credit scoring: Siddiqi, Credit Risk Scorecards, 2006, whence the steps at 0.1 and
 * 0.25) of scores and of unknown words, between the posts of a promise and those of today.
 * Where nothing changed, an index over B bins of n and m posts is distributed as
 * (1/n + 1/m) times chi-square with B - 1 degrees of freedom (Yurdakul, Statistical
 * Properties of Population Stability Index, 2018): what it may be by chance, in one case of
 * a thousand, never counts as a change.
 */
#include "base/alloc.h"
#include "base/json.h"
#include "base/little.h"
#include "score/analysis.h"

#include <engage/learn.h>

#include <string.h>

#define MILLION 1000000

enum { FEWEST = 100, WATCH = 100000, LAPSED = 250000, BINS = ENGAGEP_ADDON_BINS };

_Static_assert(ENGAGEP_ADDON_UNKNOWN <= BINS, "words fit into the same bins");

struct histogram {
    const char *label; /* of the add-on; NULL: unknown words */
    uint32_t bins;
    uint32_t then[BINS]; /* posts of the promise */
    uint32_t now[BINS];
};

struct engage_gauge {
    engage_allocator allocator;
    const engage_addon *addon;
    uint32_t posts;
    size_t count;
    struct histogram histograms[]; /* a promise each, then unknown words */
};

static size_t room(size_t count)
{
    return sizeof(engage_gauge) + count * sizeof(struct histogram);
}

int engage_gauge_new(engage_gauge **out, const engage_addon *addon,
                     const engage_allocator *allocator)
{
    if (out == NULL)
        return ENGAGE_EMISUSE;
    *out = NULL;
    if (addon == NULL)
        return ENGAGE_EMISUSE;
    if (engagep_addon_promises(addon) == 0)
        return ENGAGE_EADDON_KIND;
    engage_allocator given;
    int rc = engagep_alloc_init(&given, allocator);
    if (rc != ENGAGE_OK)
        return rc;
    size_t count = engagep_addon_promises(addon) + 1;
    engage_gauge *gauge = engagep_alloc_zero(&given, 1, room(count));
    if (gauge == NULL)
        return ENGAGE_ENOMEM;
    gauge->allocator = given;
    gauge->addon = engage_addon_ref(addon);
    gauge->count = count;
    for (size_t i = 0; i + 1 < count; i++) {
        struct engagep_promise_record record = engagep_addon_promise(addon, i);
        gauge->histograms[i].label = record.label;
        gauge->histograms[i].bins = record.edges + 1;
        memcpy(gauge->histograms[i].then, record.count, sizeof(record.count));
    }
    struct histogram *words = &gauge->histograms[count - 1];
    size_t size;
    const unsigned char *p = engagep_addon_section(addon, ENGAGEP_ADDON_WORDS, &size);
    words->bins = ENGAGEP_ADDON_UNKNOWN;
    for (size_t i = 0; i < ENGAGEP_ADDON_UNKNOWN; i++)
        words->then[i] = engagep_little_u32(p + 4 * i);
    *out = gauge;
    return ENGAGE_OK;
}

void engage_gauge_free(engage_gauge *gauge)
{
    if (gauge == NULL)
        return;
    engage_allocator allocator = gauge->allocator;
    engage_addon_unref(gauge->addon);
    engagep_alloc_free(&allocator, gauge, 1, room(gauge->count));
}

void engage_gauge_clear(engage_gauge *gauge)
{
    if (gauge == NULL)
        return;
    gauge->posts = 0;
    for (size_t i = 0; i < gauge->count; i++)
        memset(gauge->histograms[i].now, 0, sizeof(gauge->histograms[i].now));
}

/* The score of a label in an analysis; -1 where it has none. */
static int32_t score_of(const engage_analysis *analysis, const char *label)
{
    for (size_t i = 0; i < analysis->promised_count; i++) {
        if (strcmp(analysis->promised[i].label, label) == 0)
            return analysis->promised[i].score;
    }
    return -1;
}

static int has_addon(const engage_analysis *analysis, const engage_addon *addon)
{
    for (size_t i = 0; i < analysis->addon_count; i++) {
        if (strcmp(engage_addon_id(analysis->addons[i]), engage_addon_id(addon)) == 0)
            return 1;
    }
    return 0;
}

int engage_gauge_add(engage_gauge *gauge, const engage_analysis *analysis)
{
    if (gauge == NULL || analysis == NULL || !has_addon(analysis, gauge->addon))
        return ENGAGE_EMISUSE;
    if (gauge->posts == UINT32_MAX)
        return ENGAGE_ELIMIT;
    for (size_t i = 0; i + 1 < gauge->count; i++) {
        struct engagep_promise_record record = engagep_addon_promise(gauge->addon, i);
        int32_t score = score_of(analysis, record.label);
        uint32_t bin = 0;
        while (bin < record.edges && record.edge[bin] <= score)
            bin++;
        gauge->histograms[i].now[bin]++;
    }
    gauge->histograms[gauge->count - 1].now[engagep_addon_unknown_bin(analysis->unknown)]++;
    gauge->posts++;
    return ENGAGE_OK;
}

/* ---------------------------------------------------------------- verdict --- */

static uint64_t total_of(const uint32_t counts[BINS])
{
    uint64_t total = 0;
    for (int i = 0; i < BINS; i++)
        total += counts[i];
    return total;
}

/* The index in millionths. Each bin counts half a post more, so that none is empty. */
static int64_t index_of(const struct histogram *h)
{
    uint64_t all[2] = {2 * total_of(h->then) + h->bins, 2 * total_of(h->now) + h->bins};
    int64_t sum = 0;
    for (uint32_t i = 0; i < h->bins; i++) {
        uint64_t count[2] = {2 * (uint64_t)h->then[i] + 1, 2 * (uint64_t)h->now[i] + 1};
        int64_t share[2] = {(int64_t)(count[0] * 1000000000u / all[0]),
                            (int64_t)(count[1] * 1000000000u / all[1])};
        int64_t log = (int64_t)engagep_addon_log(count[1]) + engagep_addon_log(all[0]) -
                      engagep_addon_log(count[0]) - engagep_addon_log(all[1]);
        sum += (share[1] - share[0]) * log / 65536;
    }
    return sum * 693147 / 1000000 / 1000; /* ln 2 */
}

/* What the index may be by chance in one case of a thousand, in millionths. */
static int64_t chance_of(const struct histogram *h)
{
    /* quantiles at 0.999 of chi-square with 1 to 9 degrees of freedom, in 1/1000 */
    static const uint32_t quantiles[BINS] = {0,     10828, 13816, 16266, 18467,
                                             20515, 22458, 24322, 26124, 27877};
    uint64_t then = total_of(h->then);
    uint64_t now = total_of(h->now);
    if (then == 0 || now == 0)
        return INT64_MAX;
    uint64_t quantile = (uint64_t)quantiles[h->bins - 1] * 1000;
    return (int64_t)(quantile / then + quantile / now);
}

static int verdict_of(const struct histogram *h)
{
    if (total_of(h->now) < FEWEST)
        return ENGAGE_GAUGE_FEW;
    int64_t index = index_of(h);
    if (index <= chance_of(h) || index < WATCH)
        return ENGAGE_GAUGE_HOLDS;
    return index < LAPSED ? ENGAGE_GAUGE_WATCH : ENGAGE_GAUGE_LAPSED;
}

int engage_gauge_verdict(const engage_gauge *gauge)
{
    if (gauge == NULL)
        return ENGAGE_EMISUSE;
    int worst = ENGAGE_GAUGE_FEW;
    for (size_t i = 0; i < gauge->count; i++) {
        int verdict = verdict_of(&gauge->histograms[i]);
        worst = verdict > worst ? verdict : worst;
    }
    return worst;
}

/* ----------------------------------------------------------------- JSON --- */

static const char *verdict_name(int verdict)
{
    static const char *const names[] = {"few", "holds", "watch", "lapsed"};
    return names[verdict];
}

static void put_histogram(engage_buffer *buffer, const struct histogram *h)
{
    int64_t chance = chance_of(h);
    engagep_json_open(buffer, '{');
    if (h->label != NULL) {
        engagep_json_key(buffer, "label");
        engagep_json_text(buffer, h->label);
    }
    engagep_json_key(buffer, "index");
    if (chance == INT64_MAX)
        engagep_json_null(buffer);
    else
        engagep_json_decimal(buffer, index_of(h), 6);
    engagep_json_key(buffer, "chance");
    if (chance == INT64_MAX)
        engagep_json_null(buffer);
    else
        engagep_json_decimal(buffer, chance, 6);
    engagep_json_key(buffer, "verdict");
    engagep_json_text(buffer, verdict_name(verdict_of(h)));
    engagep_json_close(buffer, '}');
}

int engage_gauge_json(const engage_gauge *gauge, engage_buffer *buffer)
{
    if (gauge == NULL || buffer == NULL)
        return ENGAGE_EMISUSE;
    size_t begun = engagep_buffer_begin(buffer);
    engagep_json_open(buffer, '{');
    engagep_json_key(buffer, "posts");
    engagep_json_int(buffer, gauge->posts);
    engagep_json_key(buffer, "verdict");
    engagep_json_text(buffer, verdict_name(engage_gauge_verdict(gauge)));
    engagep_json_key(buffer, "promises");
    engagep_json_open(buffer, '[');
    for (size_t i = 0; i + 1 < gauge->count; i++)
        put_histogram(buffer, &gauge->histograms[i]);
    engagep_json_close(buffer, ']');
    engagep_json_key(buffer, "unknown_words");
    put_histogram(buffer, &gauge->histograms[gauge->count - 1]);
    engagep_json_close(buffer, '}');
    return engagep_buffer_end(buffer, begun);
}
