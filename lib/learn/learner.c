/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "learn/learner.h"

#include "base/alloc.h"
#include "score/calibrate.h"

#include <engage/learn.h>

#include <stdlib.h>
#include <string.h>

#define ONE ENGAGEP_LEARNER_ONE
#define MILLION 1000000

enum {
    ROUNDS = 60, /* over all cases, at most */
    FOLDS = 5,
    DOUBT = 3,    /* an ordinary post counts a third of one that somebody labelled */
    SURE = 32768, /* half the margin that is wanted of posts with the label; 1/65536 */
    TRUSTED = 500 * ENGAGE_LESSON_LEAST, /* pairs of a positive and a negative of the tenant's
                                            own by which F1 is half believed */
    DRAWN = 100, /* posts labelled no by which the share among labelled ones is half believed */
    MANY = 300,  /* posts labelled no by which the loss lets go twice as far */
    DEFAULT_SHARE = 50000
};

/* A post as a head learns from it. */
struct one_case {
    const struct engagep_vector *vector;
    const struct engagep_example *example;
    int sign;       /* 1, -1; 0: the head is to be zero here */
    int fold;
    int left_out;   /* it is no case after all */
    int64_t target; /* margin that is wanted */
    int64_t give;   /* how far the loss lets go: the inverse of twice its weight */
    int64_t multiplier;
    int64_t margin; /* by the head that was learnt without this fold; 1/65536 */
};

/* ---------------------------------------------------------------- solving --- */

/* The head's margin of a vector, in units of ENGAGEP_LEARNER_ONE. */
static int64_t margin_of(const struct engagep_head *head, const struct engagep_vector *vector)
{
    int64_t sum = 0;
    for (size_t i = 0; i < vector->count; i++)
        sum += head->weights[vector->columns[i]] * vector->values[i];
    for (int k = 0; k < ENGAGEP_LEARNER_COLUMNS; k++)
        sum += head->dense[k] * vector->dense[k];
    return sum / ((int64_t)1 << ENGAGEP_LEARNER_VALUE) + head->bias;
}

static void move(struct engagep_head *head, const struct engagep_vector *vector, int64_t step,
                 int with_bias)
{
    for (size_t i = 0; i < vector->count; i++)
        head->weights[vector->columns[i]] +=
            step * vector->values[i] / ((int64_t)1 << ENGAGEP_LEARNER_VALUE);
    for (int k = 0; k < ENGAGEP_LEARNER_COLUMNS; k++)
        head->dense[k] += step * vector->dense[k] / ((int64_t)1 << ENGAGEP_LEARNER_VALUE);
    if (with_bias)
        head->bias += step;
}

/* The best multiplier of one case while those of all others stay; returns how far it moved. */
static int64_t improve(struct one_case *c, int with_bias, struct engagep_head *head)
{
    int sign = c->sign == 0 ? 1 : c->sign;
    int64_t slope = sign * margin_of(head, c->vector) - c->target +
                    c->give * c->multiplier / ONE;
    int64_t curve = c->vector->square + (with_bias ? ONE : 0) + c->give;
    int64_t wanted = c->multiplier - slope * ONE / curve;
    if (c->sign != 0 && wanted < 0)
        wanted = 0;
    int64_t step = wanted - c->multiplier;
    c->multiplier = wanted;
    if (step != 0)
        move(head, c->vector, sign * step, with_bias);
    return step < 0 ? -step : step;
}

/* Finds the weights of a head from all cases but those of one fold (-1: from all). */
static void solve(struct one_case *cases, size_t count, int without, int with_bias,
                  const struct engagep_space *space, struct engagep_head *head)
{
    memset(head->weights, 0, space->columns * sizeof(*head->weights));
    memset(head->dense, 0, sizeof(head->dense));
    head->bias = 0;
    for (size_t i = 0; i < count; i++)
        cases[i].multiplier = 0;
    for (int round = 0; round < ROUNDS; round++) {
        int64_t most = 0;
        for (size_t i = 0; i < count; i++) {
            if (cases[i].fold == without || cases[i].left_out)
                continue;
            int64_t step = improve(&cases[i], with_bias, head);
            most = step > most ? step : most;
        }
        if (most < ONE / 1024)
            break;
    }
}

/* ------------------------------------------------------------ calibration --- */

/* What positives and negatives count, and what is wanted of them: near to certainty, by
 * how many there are (Platt, Probabilistic outputs for support vector machines, 1999). */
struct sides {
    int64_t count[2];
    int64_t weight[2]; /* millionths */
    int64_t wanted[2]; /* millionths */
};

/* Sums over each side of p - wanted, alone (moment 0) or times the margin (moment 1),
 * weighed: in millionths of millionths. */
static int64_t pull(const struct one_case *cases, size_t count, const struct sides *sides,
                    int32_t scale, int32_t offset, int moment)
{
    int64_t sum[2] = {0, 0};
    for (size_t i = 0; i < count; i++) {
        if (cases[i].left_out)
            continue;
        int side = cases[i].sign > 0;
        int64_t p = engagep_calibrate_sigmoid(
            engagep_calibrate_linear(cases[i].margin, scale, offset));
        int64_t far = p - sides->wanted[side];
        sum[side] += moment == 0 ? far : far * cases[i].margin / 65536;
    }
    return sum[0] / sides->count[0] * sides->weight[0] +
           sum[1] / sides->count[1] * sides->weight[1];
}

static int32_t fit_offset(const struct one_case *cases, size_t count,
                          const struct sides *sides, int32_t scale)
{
    int32_t low = -ENGAGEP_OFFSET_MOST;
    int32_t high = ENGAGEP_OFFSET_MOST;
    while (high - low > 16) {
        int32_t middle = (low + high) / 2;
        if (pull(cases, count, sides, scale, middle, 0) < 0)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static void fit(const struct one_case *cases, size_t count, const struct sides *sides,
                struct engagep_head *head)
{
    int32_t low = 1 << 12;
    int32_t high = ENGAGEP_SCALE_MOST;
    while (high - low > 64) {
        int32_t middle = (low + high) / 2;
        int32_t offset = fit_offset(cases, count, sides, middle);
        if (pull(cases, count, sides, middle, offset, 1) < 0)
            low = middle;
        else
            high = middle;
    }
    head->scale = low;
    head->offset = fit_offset(cases, count, sides, low);
}

struct scored {
    int64_t margin;
    int positive;
};

static int by_margin(const void *a, const void *b)
{
    const struct scored *x = a;
    const struct scored *y = b;
    if (x->margin != y->margin)
        return x->margin > y->margin ? -1 : 1;
    return y->positive - x->positive;
}

/* F1 where so many of each side are found, were `share` of all posts positive; millionths. */
static int64_t f1_of(const int64_t found[2], const struct sides *sides)
{
    int64_t hit = sides->weight[1] * found[1] / sides->count[1];
    int64_t wrong = sides->weight[0] * found[0] / sides->count[0];
    return 2 * hit * MILLION / (hit + wrong + sides->weight[1]);
}

/* The margin between two cases that gives the best F1. */
static int64_t best_margin(const struct scored *list, size_t count, const struct sides *sides)
{
    int64_t found[2] = {0, 0};
    int64_t best = list[0].margin;
    int64_t most = 0;
    for (size_t i = 0; i < count; i++) {
        found[list[i].positive]++;
        if (i + 1 < count && list[i + 1].margin == list[i].margin)
            continue;
        int64_t f1 = f1_of(found, sides);
        if (f1 > most) {
            int64_t next = i + 1 < count ? list[i + 1].margin : list[i].margin - 65536;
            most = f1;
            best = next + (list[i].margin - next) / 2;
        }
    }
    return best;
}

/* The margin from which on a post gets the label, and the F1 that it has among the cases; `own`
 * negatives are the tenant's. */
static int64_t choose_margin(const struct scored *list, size_t count, const struct sides *sides,
                             int64_t own, int32_t *quality)
{
    int64_t found[2] = {0, 0};
    size_t at = 0;
    while (found[1] * 5 < sides->count[1] * 3 || !list[at].positive)
        found[list[at++].positive]++;
    int64_t margin = list[at].margin < SURE ? list[at].margin : SURE;
    int64_t pairs = engagep_calibrate_within(own * sides->count[1], INT64_C(1) << 32);
    margin += (best_margin(list, count, sides) - margin) * pairs / (pairs + TRUSTED);
    found[0] = found[1] = 0;
    for (size_t i = 0; i < count && list[i].margin > margin; i++)
        found[list[i].positive]++;
    *quality = (int32_t)f1_of(found, sides);
    return margin;
}

/* How many of the cases somebody labelled. */
struct labelled {
    int64_t yes;
    int64_t no;
};

static struct labelled count_labelled(const struct one_case *cases, size_t count)
{
    struct labelled labelled = {0, 0};
    for (size_t i = 0; i < count; i++) {
        unsigned marks = engagep_example_marks(cases[i].example);
        labelled.yes += marks == ENGAGEP_ADDON_YES;
        labelled.no += marks == ENGAGEP_ADDON_NO;
    }
    return labelled;
}

/* The share of all posts that bear the label, in millionths: that which the tenant told, or else
 * the usual one, drawn to that among labelled posts by each that does not bear it. */
static int64_t share_of(uint32_t told, struct labelled labelled)
{
    if (told != 0)
        return told;
    int64_t among = labelled.yes * MILLION / (labelled.yes + labelled.no);
    return DEFAULT_SHARE + (among - DEFAULT_SHARE) * labelled.no / (labelled.no + DRAWN);
}

/* Sets scale, offset and threshold by the cases' margins, as if the ground's share of all posts
 * were positive; there must be cases of both signs. The threshold lies between the margin over
 * which three of five positives are, at most half of what was wanted of them, and the one with the
 * best F1: nearer to the latter the more positives there are, and the more of the negatives are
 * the tenant's own, since others are told apart more easily than what will come. ENGAGE_OK or
 * ENGAGE_ENOMEM. */
static int calibrate(const struct one_case *cases, size_t count,
                     const struct engagep_ground *ground, struct engagep_head *head)
{
    const engage_allocator *allocator = ground->space->allocator;
    struct labelled labelled = count_labelled(cases, count);
    int64_t share = share_of(ground->share, labelled);
    struct sides sides = {{0, 0}, {MILLION - share, share}, {0, 0}};
    struct scored *list = engagep_alloc_array(allocator, count, sizeof(*list));
    if (list == NULL)
        return ENGAGE_ENOMEM;
    size_t cased = 0;
    for (size_t i = 0; i < count; i++) {
        if (cases[i].left_out)
            continue;
        list[cased] = (struct scored){cases[i].margin, cases[i].sign > 0};
        sides.count[list[cased++].positive]++;
    }
    sides.wanted[0] = MILLION / (sides.count[0] + 2);
    sides.wanted[1] = MILLION - MILLION / (sides.count[1] + 2);
    fit(cases, count, &sides, head);
    qsort(list, cased, sizeof(*list), by_margin);
    int64_t margin = choose_margin(list, cased, &sides, ground->own + labelled.no,
                                   &head->quality);
    head->threshold =
        engagep_calibrate_sigmoid(engagep_calibrate_linear(margin, head->scale, head->offset));
    engagep_alloc_free(allocator, list, count, sizeof(*list));
    return ENGAGE_OK;
}

/* ------------------------------------------------------------------ cases --- */

static void set_case(struct one_case *c, int sign, const struct engagep_label *label)
{
    c->sign = sign;
    c->target = ONE;
    c->give = ONE / 2;
    if (label->head >= 0) {
        /* what the model already thinks counts towards the margin */
        int64_t odds = engagep_example_odds(c->example);
        c->target = ONE - sign * odds * (ONE / 65536);
    }
}

/* Ordinary posts: negatives of an intent of one's own, still points of a correction. */
static void set_ordinary(struct one_case *c, const struct engagep_label *label)
{
    c->sign = label->head < 0 ? -1 : 0;
    c->target = label->head < 0 ? ONE : 0;
    c->give = ONE;
}

/* How many of the library's own posts a label is told apart from: each that the tenant says does
 * not bear it makes one of them needless. */
static size_t library_most(const struct engagep_label *label, const struct engagep_ground *ground)
{
    size_t most = ground->posts->count;
    for (size_t i = 0; label->head < 0 && i < label->examples.count && most > ground->own; i++)
        most -= engagep_example_marks(&label->examples.list[i]) == ENGAGEP_ADDON_NO;
    return most - ground->own;
}

/* Examples and ordinary posts in one order, each once; an example is no ordinary post. */
static size_t gather(struct one_case *cases, const struct engagep_label *label,
                     const struct engagep_vector *vectors, const struct engagep_ground *ground)
{
    const struct engagep_examples *examples = &label->examples;
    const struct engagep_examples *posts = ground->posts;
    size_t count = 0;
    size_t library = library_most(label, ground);
    size_t i = 0;
    size_t k = 0;
    while (i < examples->count || k < posts->count) {
        int order = i == examples->count ? 1
                    : k == posts->count
                        ? -1
                        : engagep_example_compare(&examples->list[i], &posts->list[k]);
        struct one_case *c = &cases[count];
        memset(c, 0, sizeof(*c));
        if (order > 0) {
            c->example = &posts->list[k];
            c->vector = &ground->vectors[k++];
            if (engagep_example_is_library(c->example)) {
                if (library == 0)
                    continue;
                library--;
            }
            set_ordinary(c, label);
            count++;
            continue;
        }
        k += order == 0;
        c->example = &examples->list[i];
        c->vector = &vectors[i++];
        unsigned marks = engagep_example_marks(c->example);
        if (marks == ENGAGEP_ADDON_YES || marks == ENGAGEP_ADDON_NO) {
            set_case(c, marks == ENGAGEP_ADDON_YES ? 1 : -1, label);
            count++;
        }
    }
    return count;
}

/* Both sides count the same, were it not for the doubt about ordinary posts: the loss lets go
 * of the side with more posts. It lets go of both, up to three times as far, where many posts
 * are said not to bear the label: then one of them tells little beside the others. */
static void balance(struct one_case *cases, size_t count)
{
    int64_t sides[2] = {0, 0};
    int64_t no = count_labelled(cases, count).no;
    for (size_t i = 0; i < count; i++)
        sides[cases[i].sign > 0] += !cases[i].left_out;
    for (size_t i = 0; i < count; i++) {
        cases[i].give = ONE * sides[cases[i].sign > 0] / (sides[0] + sides[1]);
        cases[i].give += cases[i].give * 2 * no / (no + MANY);
        if (engagep_example_marks(cases[i].example) == 0)
            cases[i].give *= DOUBT;
    }
}

static void deal(struct one_case *cases, size_t count)
{
    int next[2] = {0, 0};
    for (size_t i = 0; i < count; i++) {
        int side = cases[i].sign > 0;
        cases[i].fold = next[side];
        next[side] = (next[side] + 1) % FOLDS;
    }
}

/* The margin of each case by the head that is learnt without its fold. */
static void cross(struct one_case *cases, size_t count, const struct engagep_space *space,
                  struct engagep_head *head)
{
    balance(cases, count);
    for (int fold = 0; fold < FOLDS; fold++) {
        solve(cases, count, fold, 1, space, head);
        for (size_t i = 0; i < count; i++) {
            if (cases[i].fold == fold)
                cases[i].margin = margin_of(head, cases[i].vector) / (ONE / 65536);
        }
    }
}

static int by_number(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a;
    int64_t y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

/* Ordinary posts may well bear the label: those that look more like it than half of the posts
 * that do are left out. ENGAGE_OK or ENGAGE_ENOMEM. */
static int leave_out(struct one_case *cases, size_t count, const struct engagep_head *head,
                     const engage_allocator *allocator)
{
    int64_t *margins = engagep_alloc_array(allocator, head->positives, sizeof(*margins));
    if (margins == NULL)
        return ENGAGE_ENOMEM;
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        if (cases[i].sign > 0)
            margins[n++] = cases[i].margin;
    }
    qsort(margins, n, sizeof(*margins), by_number);
    size_t negatives = 0;
    for (size_t i = 0; i < count; i++) {
        cases[i].left_out = engagep_example_marks(cases[i].example) == 0 &&
                            cases[i].margin > margins[n / 2];
        negatives += cases[i].sign < 0 && !cases[i].left_out;
    }
    for (size_t i = 0; i < count && negatives == 0; i++) /* then none is more doubtful */
        cases[i].left_out = 0;
    engagep_alloc_free(allocator, margins, head->positives, sizeof(*margins));
    return ENGAGE_OK;
}

static int learn_intent(struct one_case *cases, size_t count,
                        const struct engagep_ground *ground, struct engagep_head *head)
{
    const struct engagep_space *space = ground->space;
    if (head->positives < ENGAGE_LESSON_LEAST || head->negatives == 0)
        return ENGAGE_EFEW;
    deal(cases, count);
    cross(cases, count, space, head);
    int rc = leave_out(cases, count, head, space->allocator);
    if (rc != ENGAGE_OK)
        return rc;
    cross(cases, count, space, head);
    rc = calibrate(cases, count, ground, head);
    if (rc == ENGAGE_OK)
        solve(cases, count, -1, 1, space, head);
    return rc;
}

static int learn_from(struct one_case *cases, const struct engagep_label *label,
                      struct engagep_vector *vectors, const struct engagep_ground *ground,
                      struct engagep_head *head)
{
    for (size_t i = 0; i < label->examples.count; i++) {
        int rc = engagep_space_vector(ground->space, &label->examples.list[i], &vectors[i]);
        if (rc != ENGAGE_OK)
            return rc;
    }
    size_t count = gather(cases, label, vectors, ground);
    head->positives = 0;
    head->negatives = 0;
    for (size_t i = 0; i < count; i++) {
        head->positives += cases[i].sign > 0;
        head->negatives += cases[i].sign < 0;
        cases[i].fold = 0;
    }
    if (label->head < 0)
        return learn_intent(cases, count, ground, head);
    solve(cases, count, -1, 0, ground->space, head);
    head->scale = 65536;
    head->offset = 0;
    head->threshold = 0;
    head->quality = 0;
    return ENGAGE_OK;
}

int engagep_learner_learn(const struct engagep_label *label, const struct engagep_ground *ground,
                          struct engagep_head *head)
{
    const engage_allocator *allocator = ground->space->allocator;
    size_t most = label->examples.count + ground->posts->count;
    struct one_case *cases = engagep_alloc_array(allocator, most, sizeof(*cases));
    struct engagep_vector *vectors =
        engagep_alloc_array(allocator, label->examples.count, sizeof(*vectors));
    int rc = cases == NULL || vectors == NULL ? ENGAGE_ENOMEM
                                              : learn_from(cases, label, vectors, ground, head);
    engagep_alloc_free(allocator, vectors, label->examples.count, sizeof(*vectors));
    engagep_alloc_free(allocator, cases, most, sizeof(*cases));
    return rc;
}
