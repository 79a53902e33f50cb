/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Promises: thresholds by split conformal prediction, for each label by itself.
 */
#include "learn/coverage.h"
#include "learn/writer.h"

#include "base/alloc.h"
#include "base/error.h"
#include "score/analysis.h"

#include <engage/learn.h>

#include <stdlib.h>
#include <string.h>

#define MILLION 1000000

enum { DEFAULT_MISS = 50000 };

struct scores {
    int32_t *list;
    size_t count;
    size_t capacity;
};

struct subject {
    struct engagep_promised promised; /* its label is `name` */
    char name[ENGAGEP_ADDON_NAME];
    struct scores scores[2]; /* of posts without the label, and with it */
    uint32_t unknown[ENGAGEP_ADDON_UNKNOWN];
};

struct engage_promise {
    engage_allocator allocator;
    const engage_model *model;
    engage_analyzer *analyzer;
    const struct engagep_traits *traits; /* of the analyzer's last run */
    int32_t miss;
    size_t max_posts;
    size_t posts;
    struct subject subjects[ENGAGEP_ADDON_PROMISES_MOST]; /* by name */
    size_t count;
    char ids[ENGAGE_ADDONS_MOST][ENGAGEP_ADDON_ID_ROOM]; /* of add-ons with heads, rising */
    size_t id_count;
};

/* ----------------------------------------------------------------- object --- */

static int read_options(engage_promise_options *out, engage_allocator *allocator,
                        const engage_promise_options *given)
{
    *out = (engage_promise_options)ENGAGE_PROMISE_OPTIONS_INIT;
    int rc = given == NULL ? ENGAGE_OK
                           : engagep_options_copy(out, sizeof(*out), given, sizeof(*out));
    if (rc == ENGAGE_OK)
        rc = engagep_alloc_init(allocator, out->allocator);
    if (rc == ENGAGE_OK && (out->miss >= MILLION || out->max_posts > ENGAGEP_COVERAGE_MOST))
        rc = ENGAGE_EOPTIONS;
    if (out->miss == 0)
        out->miss = DEFAULT_MISS;
    if (out->max_posts == 0)
        out->max_posts = ENGAGEP_COVERAGE_MOST;
    return rc;
}

static int compare_ids(const void *a, const void *b)
{
    return memcmp(a, b, ENGAGEP_ADDON_ID);
}

/* Notes what the promise is measured with. The analyzer has taken the add-ons. */
static int note_addons(engage_promise *promise, const engage_promise_options *o)
{
    for (size_t i = 0; i < o->addon_count; i++) {
        if (engagep_addon_promises(o->addons[i]) > 0)
            return ENGAGE_EADDON_KIND;
        if (engagep_addon_heads(o->addons[i]) > 0)
            memcpy(promise->ids[promise->id_count++], engage_addon_id(o->addons[i]),
                   ENGAGEP_ADDON_ID);
    }
    qsort(promise->ids, promise->id_count, sizeof(promise->ids[0]), compare_ids);
    return ENGAGE_OK;
}

int engage_promise_new(engage_promise **out, const engage_promise_options *options)
{
    if (out == NULL)
        return ENGAGE_EMISUSE;
    *out = NULL;
    engage_promise_options o;
    engage_allocator allocator;
    int rc = read_options(&o, &allocator, options);
    if (rc != ENGAGE_OK)
        return rc;
    engage_promise *promise = engagep_alloc_zero(&allocator, 1, sizeof(*promise));
    if (promise == NULL)
        return ENGAGE_ENOMEM;
    promise->allocator = allocator;
    engage_analyzer_options wanted = ENGAGE_ANALYZER_OPTIONS_INIT;
    wanted.model = o.model;
    wanted.max_bytes = o.max_bytes;
    wanted.allocator = &promise->allocator;
    wanted.addons = o.addons;
    wanted.addon_count = o.addon_count;
    rc = engage_analyzer_new(&promise->analyzer, &wanted);
    if (rc == ENGAGE_OK)
        rc = note_addons(promise, &o);
    if (rc != ENGAGE_OK) {
        engage_promise_free(promise);
        return rc;
    }
    promise->model = engage_model_ref(o.model != NULL ? o.model : engage_model_builtin());
    promise->traits = engagep_analyzer_traits(promise->analyzer);
    promise->miss = (int32_t)o.miss;
    promise->max_posts = o.max_posts;
    *out = promise;
    return ENGAGE_OK;
}

static void release_subject(engage_promise *promise, struct subject *subject)
{
    for (int side = 0; side < 2; side++)
        engagep_alloc_free(&promise->allocator, subject->scores[side].list,
                           subject->scores[side].capacity, sizeof(int32_t));
}

void engage_promise_free(engage_promise *promise)
{
    if (promise == NULL)
        return;
    engage_allocator allocator = promise->allocator;
    for (size_t i = 0; i < promise->count; i++)
        release_subject(promise, &promise->subjects[i]);
    engage_analyzer_free(promise->analyzer);
    engage_model_unref(promise->model);
    engagep_alloc_free(&allocator, promise, 1, sizeof(*promise));
}

/* ----------------------------------------------------------------- taking --- */

/* How a label is scored; 0 where there is none of this name. */
static int find_label(const char *name, const engage_analysis *analysis,
                      struct engagep_promised *out)
{
    memset(out, 0, sizeof(*out));
    int head = engagep_addon_builtin(name, strlen(name));
    if (head >= 0) {
        out->kind = ENGAGEP_PROMISED_HEAD;
        out->number = (uint8_t)head;
        return 1;
    }
    if (strcmp(name, ENGAGEP_NEEDS_REPLY) == 0) {
        out->kind = ENGAGEP_PROMISED_REPLY;
        return 1;
    }
    for (size_t i = 0; i < analysis->taught_count; i++) {
        if (strcmp(analysis->taught[i].name, name) == 0) {
            out->kind = ENGAGEP_PROMISED_TAUGHT;
            out->number = (uint8_t)i;
            return 1;
        }
    }
    return 0;
}

/* The subject of a name, made where there is none; NULL where there are too many. */
static struct subject *subject_of(engage_promise *promise, const char *name,
                                  const struct engagep_promised *promised)
{
    size_t at = 0;
    while (at < promise->count && strcmp(promise->subjects[at].name, name) < 0)
        at++;
    if (at < promise->count && strcmp(promise->subjects[at].name, name) == 0)
        return &promise->subjects[at];
    if (promise->count == ENGAGEP_ADDON_PROMISES_MOST)
        return NULL;
    memmove(&promise->subjects[at + 1], &promise->subjects[at],
            (promise->count - at) * sizeof(promise->subjects[0]));
    promise->count++;
    struct subject *subject = &promise->subjects[at];
    memset(subject, 0, sizeof(*subject));
    subject->promised = *promised;
    memcpy(subject->name, name, strlen(name) + 1);
    return subject;
}

/* Takes back a subject that was made and got no score. */
static void drop_empty(engage_promise *promise, struct subject *subject)
{
    if (subject->scores[0].count + subject->scores[1].count > 0)
        return;
    release_subject(promise, subject);
    size_t at = (size_t)(subject - promise->subjects);
    promise->count--;
    memmove(subject, subject + 1, (promise->count - at) * sizeof(*subject));
}

int engage_promise_add(engage_promise *promise, const char *label, int yes, const char *text,
                       size_t size)
{
    if (promise == NULL || label == NULL || (text == NULL && size > 0))
        return ENGAGE_EMISUSE;
    if (promise->posts >= promise->max_posts)
        return ENGAGE_ELIMIT;
    const engage_analysis *analysis;
    int rc = engage_analyzer_run(promise->analyzer, text, size, &analysis);
    if (rc != ENGAGE_OK)
        return rc;
    struct engagep_promised promised;
    if (!find_label(label, analysis, &promised))
        return ENGAGE_ERANGE;
    struct subject *subject = subject_of(promise, label, &promised);
    if (subject == NULL)
        return ENGAGE_ERANGE;
    struct scores *scores = &subject->scores[yes != 0];
    void *list = scores->list;
    rc = engagep_alloc_grow(&promise->allocator, &list, &scores->capacity, scores->count + 1,
                            sizeof(*scores->list));
    scores->list = list;
    if (rc != ENGAGE_OK) {
        drop_empty(promise, subject);
        return rc;
    }
    scores->list[scores->count++] = engagep_addons_score(&promised, analysis);
    subject->unknown[engagep_addon_unknown_bin(promise->traits->unknown)]++;
    promise->posts++;
    return ENGAGE_OK;
}

/* ----------------------------------------------------------------- making --- */

static int compare_scores(const void *a, const void *b)
{
    int32_t x = *(const int32_t *)a;
    int32_t y = *(const int32_t *)b;
    return x < y ? -1 : x > y;
}

static void sort_scores(struct scores *scores)
{
    if (scores->count > 1)
        qsort(scores->list, scores->count, sizeof(*scores->list), compare_scores);
}

static size_t bin_of(const struct engagep_promise_record *record, int32_t score)
{
    size_t bin = 0;
    while (bin < record->edges && record->edge[bin] <= score)
        bin++;
    return bin;
}

/* The score of a rank from 0 among both sides, which are sorted. */
static int32_t score_at(const struct subject *subject, size_t rank)
{
    size_t at[2] = {0, 0};
    for (;;) {
        const struct scores *none = &subject->scores[0];
        const struct scores *some = &subject->scores[1];
        int side = at[0] == none->count ||
                   (at[1] < some->count && some->list[at[1]] < none->list[at[0]]);
        int32_t score = subject->scores[side].list[at[side]++];
        if (at[0] + at[1] > rank)
            return score;
    }
}

/* Bins of scores that hold about as many posts each, as far as scores differ. */
static void make_bins(const struct subject *subject, struct engagep_promise_record *record)
{
    size_t total = subject->scores[0].count + subject->scores[1].count;
    int32_t last = score_at(subject, 0);
    for (size_t i = 1; i < ENGAGEP_ADDON_BINS; i++) {
        int32_t edge = score_at(subject, total * i / ENGAGEP_ADDON_BINS);
        if (edge > last)
            record->edge[record->edges++] = edge;
        last = edge;
    }
    for (int side = 0; side < 2; side++) {
        for (size_t i = 0; i < subject->scores[side].count; i++)
            record->count[bin_of(record, subject->scores[side].list[i])]++;
    }
}

static int32_t uncertain_share(const struct subject *subject,
                               const struct engagep_promise_record *record)
{
    uint64_t uncertain = 0;
    for (int side = 0; side < 2; side++) {
        for (size_t i = 0; i < subject->scores[side].count; i++) {
            int32_t score = subject->scores[side].list[i];
            uncertain += (score >= record->low) == (score <= record->high);
        }
    }
    return (int32_t)(uncertain * MILLION / ((uint64_t)record->positives + record->negatives));
}

/* A record of what is promised; 0 where there are too few posts for it. */
static int keep_promise(const engage_promise *promise, struct subject *subject,
                        struct engagep_promise_record *record)
{
    memset(record, 0, sizeof(*record));
    record->label = subject->name;
    record->asked = promise->miss;
    record->negatives = (uint32_t)subject->scores[0].count;
    record->positives = (uint32_t)subject->scores[1].count;
    uint32_t rank = engagep_coverage_rank(record->positives, promise->miss);
    uint32_t rank_no = engagep_coverage_rank(record->negatives, promise->miss);
    if (rank == 0 || rank_no == 0)
        return 0;
    sort_scores(&subject->scores[0]);
    sort_scores(&subject->scores[1]);
    record->low = subject->scores[1].list[rank - 1];
    record->high = subject->scores[0].list[record->negatives - rank_no];
    record->expected =
        (int32_t)(((uint64_t)rank * MILLION + record->positives) / (record->positives + 1));
    engagep_coverage_bounds(record->positives, rank, &record->least, &record->most);
    record->uncertain = uncertain_share(subject, record);
    make_bins(subject, record);
    return 1;
}

static void write_record(struct engagep_writer *writer, const struct engagep_promise_record *record)
{
    const int32_t numbers[] = {record->asked,    record->low,   record->high, record->expected,
                               record->least,    record->most,  record->uncertain};
    engagep_writer_text(writer, record->label, ENGAGEP_ADDON_NAME);
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
        engagep_writer_i32(writer, numbers[i]);
    engagep_writer_u32(writer, record->positives);
    engagep_writer_u32(writer, record->negatives);
    engagep_writer_u32(writer, record->edges);
    for (int i = 0; i < ENGAGEP_ADDON_BINS - 1; i++)
        engagep_writer_i32(writer, record->edge[i]);
    for (int i = 0; i < ENGAGEP_ADDON_BINS; i++)
        engagep_writer_u32(writer, record->count[i]);
    engagep_writer_text(writer, "", ENGAGEP_ADDON_PROMISE - 148);
}

/* The subject that most posts were given for tells of unknown words. */
static const struct subject *largest(const engage_promise *promise)
{
    const struct subject *best = &promise->subjects[0];
    size_t most = 0;
    for (size_t i = 0; i < promise->count; i++) {
        const struct subject *subject = &promise->subjects[i];
        if (subject->scores[0].count + subject->scores[1].count > most) {
            most = subject->scores[0].count + subject->scores[1].count;
            best = subject;
        }
    }
    return best;
}

int engage_promise_make(engage_promise *promise, engage_buffer *buffer, engage_error *error)
{
    if (promise == NULL || buffer == NULL)
        return engagep_error_set(error, ENGAGE_EMISUSE, "an object is NULL");
    if (promise->count == 0)
        return engagep_error_set(error, ENGAGE_EMISUSE, "no post with labels was given");
    struct engagep_promise_record records[ENGAGEP_ADDON_PROMISES_MOST];
    for (size_t i = 0; i < promise->count; i++) {
        if (!keep_promise(promise, &promise->subjects[i], &records[i]))
            return engagep_error_set(error, ENGAGE_EFEW,
                                     "%s: %d posts with and %d without; %d of each are needed",
                                     promise->subjects[i].name, (int)records[i].positives,
                                     (int)records[i].negatives,
                                     (int)((MILLION + promise->miss - 1) / promise->miss - 1));
    }
    struct engagep_writer writer;
    engagep_writer_begin(&writer, buffer, 3);
    engagep_writer_section(&writer, ENGAGEP_ADDON_BASE);
    engagep_writer_text(&writer, engage_model_id(promise->model), ENGAGEP_ADDON_ID_ROOM);
    for (size_t i = 0; i < promise->id_count; i++)
        engagep_buffer_put(buffer, promise->ids[i], ENGAGEP_ADDON_ID_ROOM);
    engagep_writer_section(&writer, ENGAGEP_ADDON_PROMISES);
    for (size_t i = 0; i < promise->count; i++)
        write_record(&writer, &records[i]);
    engagep_writer_section(&writer, ENGAGEP_ADDON_WORDS);
    for (int i = 0; i < ENGAGEP_ADDON_UNKNOWN; i++)
        engagep_writer_u32(&writer, largest(promise)->unknown[i]);
    int rc = engagep_writer_end(&writer);
    return rc == ENGAGE_OK ? rc : engagep_error_set(error, rc, "out of memory");
}
