/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Lessons: taking in posts, and writing what was learnt.
 */
#include "learn/learner.h"
#include "learn/ordinary.h"
#include "learn/writer.h"

#include "base/alloc.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/hash.h"
#include "score/analysis.h"
#include "score/calibrate.h"
#include "score/model.h"

#include <engage/learn.h>

#include <stdlib.h>
#include <string.h>

#define MILLION 1000000u

enum {
    DEFAULT_POSTS = 20000,
    DEFAULT_BYTES = 65536,
    MOST_BYTES = 1 << 20,
    ORDINARY = 500,   /* background posts that there are at least */
    LEAST_WEIGHT = 8  /* of a row's weights, in 1/ENGAGEP_ADDON_WEIGHT: smaller ones are 0 */
};

struct engage_lesson {
    engage_allocator allocator;
    const engage_model *model;
    engage_analyzer *analyzer;
    const struct engagep_traits *traits; /* of the analyzer's last run */
    int64_t threshold[ENGAGE_HEADS];     /* of the model's intents, as log-odds in 1/65536 */
    uint32_t share;
    size_t max_bytes; /* of a post given: the library's own are as long as they are */
    size_t max_posts;
    size_t posts; /* taken */
    struct engagep_arena arena;
    struct engagep_label labels[ENGAGEP_ADDON_HEADS_MOST];
    size_t label_count;
    struct engagep_examples ordinary;
};

/* --------------------------------------------------------------- examples --- */

int engagep_example_compare(const struct engagep_example *a, const struct engagep_example *b)
{
    if (a->order != b->order)
        return a->order < b->order ? -1 : 1;
    size_t size[2] = {engagep_example_traits(a), engagep_example_traits(b)};
    if (size[0] != size[1])
        return size[0] < size[1] ? -1 : 1;
    return memcmp(a->record + ENGAGEP_ADDON_EXAMPLE, b->record + ENGAGEP_ADDON_EXAMPLE,
                  4 * size[0]);
}

static int compare_examples(const void *a, const void *b)
{
    return engagep_example_compare(a, b);
}

/* Lets one example stand for two of the same traits. Their log-odds and columns may differ,
 * since the model sees more of a post than its traits: the lesser stay, whichever came first. */
static void unite(struct engagep_example *kept, const struct engagep_example *other)
{
    const size_t at = ENGAGEP_ADDON_EXAMPLE_COLUMNS;
    kept->record[0] &= other->record[0];
    kept->record[1] |= other->record[1];
    if (engagep_example_odds(other) < engagep_example_odds(kept))
        memcpy(kept->record + 4, other->record + 4, 4);
    if (memcmp(other->record + at, kept->record + at, ENGAGEP_ADDON_EXAMPLE - at) < 0)
        memcpy(kept->record + at, other->record + at, ENGAGEP_ADDON_EXAMPLE - at);
}

/* Sorts examples, and lets those of the same traits be one with the marks of all. */
static void settle(struct engagep_examples *examples)
{
    if (examples->count > 1)
        qsort(examples->list, examples->count, sizeof(*examples->list), compare_examples);
    size_t kept = 0;
    for (size_t i = 0; i < examples->count; i++) {
        struct engagep_example *example = &examples->list[i];
        if (kept > 0 && engagep_example_compare(&examples->list[kept - 1], example) == 0)
            unite(&examples->list[kept - 1], example);
        else
            examples->list[kept++] = *example;
    }
    examples->count = kept;
}

static int compare_traits(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a;
    uint32_t y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

static uint64_t order_of(const unsigned char *record)
{
    return engagep_hash_fnv(record + ENGAGEP_ADDON_EXAMPLE,
                            4 * (size_t)engagep_little_u16(record + 2));
}

/* An example of the analyzer's last run. ENGAGE_OK or ENGAGE_ENOMEM. */
static int make_example(struct engage_lesson *lesson, unsigned marks, int32_t odds,
                        struct engagep_arena *arena, struct engagep_example *out)
{
    const struct engagep_traits *traits = lesson->traits;
    uint32_t *sorted = engagep_alloc_array(&lesson->allocator, traits->count, sizeof(*sorted));
    if (sorted == NULL)
        return ENGAGE_ENOMEM;
    if (traits->count > 0)
        memcpy(sorted, traits->list, traits->count * sizeof(*sorted));
    qsort(sorted, traits->count, sizeof(*sorted), compare_traits);
    size_t count = traits->count < ENGAGEP_ADDON_TRAITS_MOST ? traits->count
                                                             : ENGAGEP_ADDON_TRAITS_MOST;
    out->record = engagep_arena_array(arena, ENGAGEP_ADDON_EXAMPLE + 4 * count, 1);
    if (out->record != NULL) {
        out->record[0] = 0;
        out->record[1] = (unsigned char)marks;
        out->record[2] = (unsigned char)count;
        out->record[3] = (unsigned char)(count >> 8);
        engagep_little_put_u32(out->record + 4, (uint32_t)odds);
        for (int k = 0; k < ENGAGEP_TABLE_COLUMNS; k++)
            engagep_little_put_u16(out->record + ENGAGEP_ADDON_EXAMPLE_COLUMNS + 2 * k,
                                   (uint16_t)traits->columns[k]);
        for (size_t i = 0; i < count; i++)
            engagep_little_put_u32(out->record + ENGAGEP_ADDON_EXAMPLE + 4 * i, sorted[i]);
        out->order = order_of(out->record);
    }
    engagep_alloc_free(&lesson->allocator, sorted, traits->count, sizeof(*sorted));
    return out->record == NULL ? ENGAGE_ENOMEM : ENGAGE_OK;
}

static int make_room(struct engage_lesson *lesson, struct engagep_examples *examples)
{
    if (lesson->posts >= lesson->max_posts)
        return ENGAGE_ELIMIT;
    void *list = examples->list;
    int rc = engagep_alloc_grow(&lesson->allocator, &list, &examples->capacity,
                                examples->count + 1, sizeof(*examples->list));
    examples->list = list;
    return rc;
}

/* Adds an example, for which there is room. */
static void put_example(struct engage_lesson *lesson, struct engagep_examples *examples,
                        const struct engagep_example *example)
{
    examples->list[examples->count++] = *example;
    lesson->posts++;
}

/* ----------------------------------------------------------------- object --- */

static int read_options(engage_lesson_options *out, engage_allocator *allocator,
                        const engage_lesson_options *given)
{
    *out = (engage_lesson_options)ENGAGE_LESSON_OPTIONS_INIT;
    int rc = given == NULL ? ENGAGE_OK
                           : engagep_options_copy(out, sizeof(*out), given, sizeof(*out));
    if (rc == ENGAGE_OK)
        rc = engagep_alloc_init(allocator, out->allocator);
    if (rc == ENGAGE_OK && (out->share >= MILLION || out->max_bytes > MOST_BYTES))
        rc = ENGAGE_EOPTIONS;
    if (out->max_posts == 0)
        out->max_posts = DEFAULT_POSTS;
    if (out->max_bytes == 0)
        out->max_bytes = DEFAULT_BYTES;
    return rc;
}

int engage_lesson_new(engage_lesson **out, const engage_lesson_options *options)
{
    if (out == NULL)
        return ENGAGE_EMISUSE;
    *out = NULL;
    engage_lesson_options o;
    engage_allocator allocator;
    int rc = read_options(&o, &allocator, options);
    if (rc != ENGAGE_OK)
        return rc;
    engage_lesson *lesson = engagep_alloc_zero(&allocator, 1, sizeof(*lesson));
    if (lesson == NULL)
        return ENGAGE_ENOMEM;
    lesson->allocator = allocator;
    engagep_arena_init(&lesson->arena, &lesson->allocator);
    engage_analyzer_options wanted = ENGAGE_ANALYZER_OPTIONS_INIT;
    wanted.model = o.model;
    wanted.max_bytes = MOST_BYTES;
    wanted.allocator = &lesson->allocator;
    rc = engage_analyzer_new(&lesson->analyzer, &wanted);
    if (rc != ENGAGE_OK) {
        engage_lesson_free(lesson);
        return rc;
    }
    lesson->model = engage_model_ref(o.model != NULL ? o.model : engage_model_builtin());
    lesson->traits = engagep_analyzer_traits(lesson->analyzer);
    lesson->share = o.share;
    lesson->max_bytes = o.max_bytes;
    lesson->max_posts = o.max_posts;
    struct engagep_calibration calibration;
    engagep_model_calibration(lesson->model, &calibration);
    for (int head = ENGAGE_SENTIMENTS; head < ENGAGE_HEADS; head++)
        lesson->threshold[head] = engagep_calibrate_least(calibration.threshold[head]);
    *out = lesson;
    return ENGAGE_OK;
}

static void release_examples(struct engage_lesson *lesson, struct engagep_examples *examples)
{
    engagep_alloc_free(&lesson->allocator, examples->list, examples->capacity,
                       sizeof(*examples->list));
}

void engage_lesson_free(engage_lesson *lesson)
{
    if (lesson == NULL)
        return;
    engage_allocator allocator = lesson->allocator;
    for (size_t i = 0; i < lesson->label_count; i++)
        release_examples(lesson, &lesson->labels[i].examples);
    release_examples(lesson, &lesson->ordinary);
    engage_analyzer_free(lesson->analyzer);
    engage_model_unref(lesson->model);
    engagep_arena_release(&lesson->arena);
    engagep_alloc_free(&allocator, lesson, 1, sizeof(*lesson));
}

/* ----------------------------------------------------------------- taking --- */

/* The place of a label among those by name: of the first that is not before it. */
static size_t place_of(const struct engage_lesson *lesson, const char *name)
{
    size_t at = 0;
    while (at < lesson->label_count && strcmp(lesson->labels[at].name, name) < 0)
        at++;
    return at;
}

/* The label of a name, made where there is none; NULL where there are too many. */
static struct engagep_label *label_of(struct engage_lesson *lesson, const char *name, int head)
{
    size_t at = place_of(lesson, name);
    if (at < lesson->label_count && strcmp(lesson->labels[at].name, name) == 0)
        return &lesson->labels[at];
    if (lesson->label_count == ENGAGEP_ADDON_HEADS_MOST)
        return NULL;
    memmove(&lesson->labels[at + 1], &lesson->labels[at],
            (lesson->label_count - at) * sizeof(lesson->labels[0]));
    lesson->label_count++;
    memset(&lesson->labels[at], 0, sizeof(lesson->labels[at]));
    memcpy(lesson->labels[at].name, name, strlen(name) + 1);
    lesson->labels[at].head = head;
    return &lesson->labels[at];
}

/* Takes back a label that was made and got no example. */
static void drop_empty(struct engage_lesson *lesson, struct engagep_label *label)
{
    if (label->examples.count > 0)
        return;
    release_examples(lesson, &label->examples);
    size_t at = (size_t)(label - lesson->labels);
    lesson->label_count--;
    memmove(&lesson->labels[at], &lesson->labels[at + 1],
            (lesson->label_count - at) * sizeof(lesson->labels[0]));
}

static int read_post(struct engage_lesson *lesson, const char *text, size_t size,
                     const engage_analysis **out)
{
    return size > lesson->max_bytes ? ENGAGE_ELIMIT
                                    : engage_analyzer_run(lesson->analyzer, text, size, out);
}

/* How far the model is over its threshold for a head, held within reach. */
static int32_t odds_over(const struct engage_lesson *lesson, const engage_analysis *analysis,
                         int head)
{
    int64_t over = analysis->odds[head] - lesson->threshold[head];
    if (head < ENGAGE_SENTIMENTS) {
        int64_t other = INT64_MIN;
        for (int s = 0; s < ENGAGE_SENTIMENTS; s++) {
            if (s != head && analysis->odds[s] > other)
                other = analysis->odds[s];
        }
        over = analysis->odds[head] - other;
    }
    return (int32_t)(over > ENGAGEP_ADDON_REACH    ? ENGAGEP_ADDON_REACH
                     : over < -ENGAGEP_ADDON_REACH ? -ENGAGEP_ADDON_REACH
                                                   : over);
}

int engage_lesson_add(engage_lesson *lesson, const char *name, int yes, const char *text,
                      size_t size)
{
    if (lesson == NULL || name == NULL || (text == NULL && size > 0))
        return ENGAGE_EMISUSE;
    int head = engagep_addon_builtin(name, strlen(name));
    if (head < 0 && !engagep_addon_is_name(name, strlen(name)))
        return ENGAGE_ERANGE;
    const engage_analysis *analysis;
    int rc = read_post(lesson, text, size, &analysis);
    if (rc != ENGAGE_OK)
        return rc;
    struct engagep_label *label = label_of(lesson, name, head);
    if (label == NULL)
        return ENGAGE_ERANGE;
    struct engagep_example example;
    rc = make_room(lesson, &label->examples);
    if (rc == ENGAGE_OK)
        rc = make_example(lesson, yes ? ENGAGEP_ADDON_YES : ENGAGEP_ADDON_NO,
                          head < 0 ? 0 : odds_over(lesson, analysis, head), &lesson->arena,
                          &example);
    if (rc == ENGAGE_OK)
        put_example(lesson, &label->examples, &example);
    else
        drop_empty(lesson, label);
    return rc;
}

int engage_lesson_add_ordinary(engage_lesson *lesson, const char *text, size_t size)
{
    if (lesson == NULL || (text == NULL && size > 0))
        return ENGAGE_EMISUSE;
    const engage_analysis *analysis;
    int rc = read_post(lesson, text, size, &analysis);
    struct engagep_example example;
    if (rc == ENGAGE_OK)
        rc = make_room(lesson, &lesson->ordinary);
    if (rc == ENGAGE_OK)
        rc = make_example(lesson, 0, 0, &lesson->arena, &example);
    if (rc == ENGAGE_OK)
        put_example(lesson, &lesson->ordinary, &example);
    return rc;
}

/* Copies one example of an add-on. */
static int copy_example(struct engage_lesson *lesson, struct engagep_examples *examples,
                        const unsigned char *record, size_t size)
{
    int rc = make_room(lesson, examples);
    if (rc != ENGAGE_OK)
        return rc;
    struct engagep_example example;
    example.record = engagep_arena_array(&lesson->arena, size, 1);
    if (example.record == NULL)
        return ENGAGE_ENOMEM;
    memcpy(example.record, record, size);
    example.record[0] = 0;
    example.order = order_of(example.record);
    put_example(lesson, examples, &example);
    return ENGAGE_OK;
}

static int copy_section(struct engage_lesson *lesson, const engage_addon *addon, uint32_t type)
{
    size_t size;
    const unsigned char *p = engagep_addon_section(addon, type, &size);
    int rc = ENGAGE_OK;
    while (rc == ENGAGE_OK && size > 0) {
        size_t taken = ENGAGEP_ADDON_EXAMPLE + 4 * (size_t)engagep_little_u16(p + 2);
        struct engagep_examples *examples = &lesson->ordinary;
        if (type == ENGAGEP_ADDON_EXAMPLES)
            examples = &lesson->labels[place_of(lesson, engagep_addon_head(addon, p[0]).name)]
                            .examples;
        rc = copy_example(lesson, examples, p, taken);
        p += taken;
        size -= taken;
    }
    return rc;
}

/* How much a lesson holds: to take back what was added since. */
struct state {
    size_t posts;
    size_t ordinary;
    size_t examples[ENGAGEP_ADDON_HEADS_MOST];
};

static void take_back(struct engage_lesson *lesson, const struct state *before)
{
    lesson->posts = before->posts;
    lesson->ordinary.count = before->ordinary;
    for (size_t i = lesson->label_count; i > 0; i--) {
        lesson->labels[i - 1].examples.count = before->examples[i - 1];
        drop_empty(lesson, &lesson->labels[i - 1]);
    }
}

int engage_lesson_add_addon(engage_lesson *lesson, const engage_addon *addon)
{
    if (lesson == NULL || addon == NULL)
        return ENGAGE_EMISUSE;
    if (strcmp(engage_addon_model(addon), engage_model_id(lesson->model)) != 0)
        return ENGAGE_EADDON_MODEL;
    int rc = ENGAGE_OK;
    for (size_t i = 0; rc == ENGAGE_OK && i < engagep_addon_heads(addon); i++) {
        struct engagep_addon_head head = engagep_addon_head(addon, i);
        int number = head.head == ENGAGEP_ADDON_OWN ? -1 : (int)head.head;
        rc = label_of(lesson, head.name, number) == NULL ? ENGAGE_ERANGE : ENGAGE_OK;
    }
    struct state before = {lesson->posts, lesson->ordinary.count, {0}};
    for (size_t i = 0; i < lesson->label_count; i++)
        before.examples[i] = lesson->labels[i].examples.count;
    if (rc == ENGAGE_OK)
        rc = copy_section(lesson, addon, ENGAGEP_ADDON_BACKGROUND);
    if (rc == ENGAGE_OK)
        rc = copy_section(lesson, addon, ENGAGEP_ADDON_EXAMPLES);
    if (rc != ENGAGE_OK)
        take_back(lesson, &before);
    return rc;
}

/* --------------------------------------------------------------- learning --- */

/* What learning works with; all of it is released at its end. */
struct work {
    struct engagep_arena arena;
    struct engagep_examples background; /* the tenant's own ordinary posts, then the library's */
    struct engagep_space space;
    struct engagep_vector *vectors;
    struct engagep_head heads[ENGAGEP_ADDON_HEADS_MOST];
};

/* A copy whose record may change without that of the lesson. */
static int copy_own(const struct engagep_example *from, struct engagep_arena *arena,
                    struct engagep_example *out)
{
    size_t size = ENGAGEP_ADDON_EXAMPLE + 4 * engagep_example_traits(from);
    *out = *from;
    out->record = engagep_arena_array(arena, size, 1);
    if (out->record == NULL)
        return ENGAGE_ENOMEM;
    memcpy(out->record, from->record, size);
    return ENGAGE_OK;
}

/* The lesson's own ordinary posts, and as many of the library's as are missing. Where one of these
 * says the same as one of the lesson's, they are united, which the lesson's own must not show: what
 * is learnt depends on its posts alone. */
static int gather_background(struct engage_lesson *lesson, struct work *work)
{
    size_t own = lesson->ordinary.count;
    size_t more = own < ORDINARY ? ORDINARY - own : 0;
    more = more < engagep_ordinary_count ? more : engagep_ordinary_count;
    struct engagep_examples *background = &work->background;
    background->list = engagep_alloc_array(&lesson->allocator, own + more,
                                           sizeof(*background->list));
    if (background->list == NULL)
        return ENGAGE_ENOMEM;
    background->capacity = own + more;
    for (; background->count < own; background->count++)
        if (copy_own(&lesson->ordinary.list[background->count], &work->arena,
                     &background->list[background->count]) != ENGAGE_OK)
            return ENGAGE_ENOMEM;
    for (size_t i = 0; i < more; i++) {
        const char *text = engagep_ordinary_posts[i];
        const engage_analysis *analysis;
        int rc = engage_analyzer_run(lesson->analyzer, text, strlen(text), &analysis);
        if (rc == ENGAGE_OK)
            rc = make_example(lesson, 0, 0, &work->arena, &background->list[background->count]);
        if (rc != ENGAGE_OK)
            return rc;
        background->list[background->count++].record[0] = 1;
    }
    settle(background);
    return ENGAGE_OK;
}

static int learn_heads(struct engage_lesson *lesson, struct work *work, engage_error *error)
{
    const engage_allocator *allocator = &lesson->allocator;
    int rc = engagep_space_init(&work->space, &work->background, lesson->labels,
                                lesson->label_count, &work->arena, allocator);
    work->vectors = engagep_alloc_array(allocator, work->background.count,
                                        sizeof(*work->vectors));
    if (rc == ENGAGE_OK && work->vectors == NULL)
        rc = ENGAGE_ENOMEM;
    for (size_t i = 0; rc == ENGAGE_OK && i < work->background.count; i++)
        rc = engagep_space_vector(&work->space, &work->background.list[i], &work->vectors[i]);
    const struct engagep_ground ground = {&work->space, &work->background, work->vectors,
                                          (uint32_t)lesson->ordinary.count, lesson->share};
    for (size_t i = 0; rc == ENGAGE_OK && i < lesson->label_count; i++) {
        struct engagep_head *head = &work->heads[i];
        head->weights = engagep_alloc_array(allocator, work->space.columns,
                                            sizeof(*head->weights));
        rc = head->weights == NULL ? ENGAGE_ENOMEM
                                   : engagep_learner_learn(&lesson->labels[i], &ground, head);
        if (rc == ENGAGE_EFEW && head->positives >= ENGAGE_LESSON_LEAST)
            return engagep_error_set(error, rc,
                                     "%s is shown by every post: one without it is wanting",
                                     lesson->labels[i].name);
        if (rc == ENGAGE_EFEW)
            return engagep_error_set(error, rc, "%s is shown by %d different posts, fewer than %d",
                                     lesson->labels[i].name, (int)head->positives,
                                     ENGAGE_LESSON_LEAST);
    }
    if (rc != ENGAGE_OK)
        engagep_error_set(error, rc, "out of memory");
    return rc;
}

static void release_work(struct engage_lesson *lesson, struct work *work)
{
    const engage_allocator *allocator = &lesson->allocator;
    for (size_t i = 0; i < lesson->label_count; i++)
        engagep_alloc_free(allocator, work->heads[i].weights, work->space.columns,
                           sizeof(*work->heads[i].weights));
    engagep_alloc_free(allocator, work->vectors, work->background.count,
                       sizeof(*work->vectors));
    if (work->space.allocator != NULL)
        engagep_space_release(&work->space);
    release_examples(lesson, &work->background);
    engagep_arena_release(&work->arena);
}

/* ---------------------------------------------------------------- writing --- */

/* A weight as a row has it. */
static int32_t weight_of(int64_t weight)
{
    const int64_t unit = ENGAGEP_LEARNER_ONE / ENGAGEP_ADDON_WEIGHT;
    int64_t rounded = (weight + (weight < 0 ? -unit / 2 : unit / 2)) / unit;
    if (rounded < LEAST_WEIGHT && rounded > -LEAST_WEIGHT)
        return 0;
    return (int32_t)(rounded > INT16_MAX    ? INT16_MAX
                     : rounded < -INT16_MAX ? -INT16_MAX
                                            : rounded);
}

static void write_heads(struct engagep_writer *writer, const struct engage_lesson *lesson,
                        const struct work *work)
{
    engagep_writer_section(writer, ENGAGEP_ADDON_HEADS);
    for (size_t i = 0; i < lesson->label_count; i++) {
        const struct engagep_head *head = &work->heads[i];
        const struct engagep_label *label = &lesson->labels[i];
        engagep_writer_text(writer, label->name, ENGAGEP_ADDON_NAME);
        engagep_writer_u32(writer, label->head < 0 ? ENGAGEP_ADDON_OWN : (uint32_t)label->head);
        engagep_writer_i32(writer, head->scale);
        engagep_writer_i32(writer, head->offset);
        engagep_writer_i32(writer, head->threshold);
        engagep_writer_i32(writer, (int32_t)(head->bias / (ENGAGEP_LEARNER_ONE / 65536)));
        engagep_writer_u32(writer, head->positives);
        engagep_writer_u32(writer, head->negatives);
        engagep_writer_i32(writer, head->quality);
    }
}

/* Whether a column needs a row: it weighs something, or is less rare than unknown ones. */
static int has_row(const struct engage_lesson *lesson, const struct work *work, size_t column)
{
    if (work->space.rarity[column] != work->space.common)
        return 1;
    for (size_t h = 0; h < lesson->label_count; h++) {
        if (weight_of(work->heads[h].weights[column]) != 0)
            return 1;
    }
    return 0;
}

static void write_rows(struct engagep_writer *writer, const struct engage_lesson *lesson,
                       const struct work *work)
{
    const struct engagep_space *space = &work->space;
    size_t heads = lesson->label_count;
    uint32_t rows = 0;
    for (size_t i = 0; i < space->columns; i++)
        rows += (uint32_t)has_row(lesson, work, i);
    engagep_writer_section(writer, ENGAGEP_ADDON_ROWS);
    engagep_writer_u32(writer, space->common);
    engagep_writer_u32(writer, rows);
    for (size_t i = 0; i < space->columns; i++) {
        if (!has_row(lesson, work, i))
            continue;
        engagep_writer_u32(writer, space->traits[i]);
        engagep_writer_u16(writer, space->rarity[i]);
        engagep_writer_u16(writer, 0);
        for (size_t h = 0; h < heads; h++)
            engagep_writer_u16(writer, (uint32_t)weight_of(work->heads[h].weights[i]) & 0xFFFF);
        if (heads % 2 == 1)
            engagep_writer_u16(writer, 0);
    }
}

static void write_columns(struct engagep_writer *writer, const struct engage_lesson *lesson,
                          const struct work *work)
{
    engagep_writer_section(writer, ENGAGEP_ADDON_COLUMNS);
    for (int k = 0; k < ENGAGEP_LEARNER_COLUMNS; k++) {
        engagep_writer_i32(writer, work->space.mean[k]);
        engagep_writer_u32(writer, work->space.inverse[k]);
    }
    for (size_t h = 0; h < lesson->label_count; h++) {
        for (int k = 0; k < ENGAGEP_LEARNER_COLUMNS; k++)
            engagep_writer_u16(writer, (uint32_t)weight_of(work->heads[h].dense[k]) & 0xFFFF);
    }
}

static void write_examples(struct engagep_writer *writer, const struct engagep_examples *examples,
                           size_t head)
{
    for (size_t i = 0; i < examples->count; i++) {
        unsigned char *record = examples->list[i].record;
        unsigned char first = (unsigned char)head;
        engagep_buffer_put(writer->buffer, &first, 1);
        engagep_buffer_put(writer->buffer, record + 1,
                           ENGAGEP_ADDON_EXAMPLE - 1 +
                               4 * engagep_example_traits(&examples->list[i]));
    }
}

static int write_addon(const struct engage_lesson *lesson, const struct work *work,
                       engage_buffer *buffer)
{
    struct engagep_writer writer;
    engagep_writer_begin(&writer, buffer, lesson->label_count > 0 ? 6 : 2);
    engagep_writer_section(&writer, ENGAGEP_ADDON_BASE);
    engagep_writer_text(&writer, engage_model_id(lesson->model), ENGAGEP_ADDON_ID_ROOM);
    if (lesson->label_count > 0) {
        write_heads(&writer, lesson, work);
        write_rows(&writer, lesson, work);
    }
    engagep_writer_section(&writer, ENGAGEP_ADDON_BACKGROUND);
    write_examples(&writer, &lesson->ordinary, 0);
    if (lesson->label_count > 0) {
        engagep_writer_section(&writer, ENGAGEP_ADDON_EXAMPLES);
        for (size_t i = 0; i < lesson->label_count; i++)
            write_examples(&writer, &lesson->labels[i].examples, i);
        write_columns(&writer, lesson, work);
    }
    return engagep_writer_end(&writer);
}

int engage_lesson_learn(engage_lesson *lesson, engage_buffer *buffer, engage_error *error)
{
    if (lesson == NULL || buffer == NULL)
        return engagep_error_set(error, ENGAGE_EMISUSE, "an object is NULL");
    if (lesson->posts == 0)
        return engagep_error_set(error, ENGAGE_EMISUSE, "no post was given");
    settle(&lesson->ordinary);
    for (size_t i = 0; i < lesson->label_count; i++)
        settle(&lesson->labels[i].examples);
    struct work *work = engagep_alloc_zero(&lesson->allocator, 1, sizeof(*work));
    if (work == NULL)
        return engagep_error_set(error, ENGAGE_ENOMEM, "out of memory");
    engagep_arena_init(&work->arena, &lesson->allocator);
    int rc = gather_background(lesson, work);
    if (rc != ENGAGE_OK)
        engagep_error_set(error, rc, "out of memory");
    if (rc == ENGAGE_OK)
        rc = learn_heads(lesson, work, error);
    if (rc == ENGAGE_OK) {
        rc = write_addon(lesson, work, buffer);
        if (rc != ENGAGE_OK)
            engagep_error_set(error, rc, "out of memory");
    }
    release_work(lesson, work);
    engagep_alloc_free(&lesson->allocator, work, 1, sizeof(*work));
    return rc;
}
