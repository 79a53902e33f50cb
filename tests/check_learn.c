/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Lessons and what they teach: what is learnt, what stays as it was, and that the order of
 * posts does not matter.
 */
#include "lessons.h"
#include "support.h"

#include "small_model.h"

#include "score/addon.h"
#include "score/analysis.h"

#include <stdio.h>
#include <string.h>

static const engage_addon *milk_addon(const engage_model *model, const char *name, uint64_t seed)
{
    engage_lesson *lesson = lessons_new(model);
    for (int i = 0; i < 30; i++)
        lessons_add(lesson, name, 1, lessons_post(1, &seed).text);
    for (int i = 0; i < 60; i++) {
        struct lessons_post post = lessons_post(0, &seed);
        ck_assert_int_eq(engage_lesson_add_ordinary(lesson, post.text, strlen(post.text)),
                         ENGAGE_OK);
    }
    return lessons_taught(lesson);
}

static int new_fails(const engage_model *model, const engage_addon *const *addons, size_t count)
{
    engage_analyzer_options options = ENGAGE_ANALYZER_OPTIONS_INIT;
    options.model = model;
    options.addons = addons;
    options.addon_count = count;
    engage_analyzer *analyzer;
    int rc = engage_analyzer_new(&analyzer, &options);
    ck_assert_ptr_null(analyzer);
    return rc;
}

/* ---------------------------------------------------------------- tests --- */

START_TEST(an_intent_is_learnt_from_few_posts)
{
    const engage_model *model = small_model_open(1);
    const engage_addon *addon = milk_addon(model, "asks_for_vegan", 5);
    engage_analyzer *analyzer = lessons_analyzer(model, &addon, 1);
    uint64_t seed = 99;
    int found = 0;
    struct lessons_post last = {""};
    for (int i = 0; i < 100; i++) {
        struct lessons_post post = lessons_post(i % 2, &seed);
        const engage_analysis *analysis = support_analyze(analyzer, post.text);
        ck_assert_uint_eq(engage_analysis_taught_count(analysis), 1);
        ck_assert_str_eq(engage_analysis_taught_name(analysis, 0), "asks_for_vegan");
        found += engage_analysis_taught_has(analysis, 0);
        last = engage_analysis_taught_has(analysis, 0) ? post : last;
        ck_assert(i % 2 || !engage_analysis_taught_has(analysis, 0));
        int32_t p = engage_analysis_taught_probability(analysis, 0);
        ck_assert(p >= 0 && p <= 1000000);
    }
    ck_assert_int_ge(found, 45); /* and never a wrong one */
    engage_buffer *buffer;
    ck_assert_int_eq(engage_buffer_new(&buffer, NULL), ENGAGE_OK);
    engage_str id = {"1", 1};
    ck_assert_int_eq(engage_analysis_json(support_analyze(analyzer, last.text), id, buffer),
                     ENGAGE_OK);
    ck_assert_ptr_nonnull(strstr(engage_buffer_data(buffer), "\"asks_for_vegan\":"));
    ck_assert_ptr_nonnull(strstr(engage_buffer_data(buffer), "\"asks_for_vegan\"]"));
    ck_assert_ptr_null(strstr(engage_buffer_data(buffer), "\"promises\""));
    engage_buffer_clear(buffer);
    ck_assert_int_eq(engage_addon_json(addon, buffer), ENGAGE_OK);
    ck_assert_ptr_nonnull(strstr(engage_buffer_data(buffer), engage_addon_id(addon)));
    ck_assert_ptr_nonnull(strstr(engage_buffer_data(buffer), "\"kind\":\"intent\""));
    ck_assert_str_eq(engage_addon_model(addon), engage_model_id(model));
    ck_assert_uint_eq(engage_addon_head_count(addon), 1);
    ck_assert_str_eq(engage_addon_head_name(addon, 0), "asks_for_vegan");
    ck_assert_ptr_null(engage_addon_head_name(addon, 1));
    engage_buffer_free(buffer);
    engage_analyzer_free(analyzer);
    engage_addon_unref(addon);
    engage_model_unref(model);
}
END_TEST

/* Everything but what the add-on is about, by value. */
static void same_but(const engage_analysis *a, const engage_analysis *b, int head)
{
    for (int h = 0; h < ENGAGE_HEADS; h++) {
        ck_assert_int_eq(engage_analysis_logit(a, h), engage_analysis_logit(b, h));
        if (h != head && (h >= ENGAGE_SENTIMENTS || head >= ENGAGE_SENTIMENTS))
            ck_assert_int_eq(engagep_analysis_probability(a, h), engagep_analysis_probability(b, h));
    }
    for (int i = 0; i < ENGAGE_INTENTS; i++) {
        if (ENGAGE_HEAD_INTENT(i) != head)
            ck_assert_int_eq(engage_analysis_has_intent(a, i), engage_analysis_has_intent(b, i));
    }
}

/* With ordinary posts of the tenant's own it is told apart to the last post. */
START_TEST(own_posts_move_the_threshold)
{
    const engage_model *model = small_model_open(1);
    engage_lesson *lesson = lessons_new(model);
    uint64_t seed = 5;
    for (int i = 0; i < 60; i++)
        lessons_add(lesson, "asks_for_vegan", 1, lessons_post(1, &seed).text);
    for (int i = 0; i < 4000; i++) {
        struct lessons_post post = lessons_post(0, &seed);
        ck_assert_int_eq(engage_lesson_add_ordinary(lesson, post.text, strlen(post.text)),
                         ENGAGE_OK);
    }
    const engage_addon *addon = lessons_taught(lesson);
    engage_analyzer *analyzer = lessons_analyzer(model, &addon, 1);
    int right = 0;
    for (int i = 0; i < 100; i++) {
        const engage_analysis *a = support_analyze(analyzer, lessons_post(i % 2, &seed).text);
        right += engage_analysis_taught_has(a, 0) == i % 2;
    }
    ck_assert_int_ge(right, 97);
    engage_analyzer_free(analyzer);
    engage_addon_unref(addon);
    engage_model_unref(model);
}
END_TEST

/* What a head of posts about nothing but trains, of which so many of a hundred bear the intent by
 * lot, takes for likely of another such post, in millionths, and how many negatives it had. */
static int32_t taught_by_lot(const engage_model *model, uint32_t told, uint32_t percent,
                             uint32_t *negatives)
{
    engage_lesson_options options = ENGAGE_LESSON_OPTIONS_INIT;
    options.model = model;
    options.share = told;
    engage_lesson *lesson;
    ck_assert_int_eq(engage_lesson_new(&lesson, &options), ENGAGE_OK);
    uint64_t seed = 7;
    for (unsigned i = 0; i < 1000; i++) {
        char text[80];
        snprintf(text, sizeof(text), "the train to %c%c%c was late", (int)('a' + i / 100),
                 (int)('a' + i / 10 % 10), (int)('a' + i % 10));
        lessons_add(lesson, "by_lot", support_random(&seed) % 100 < percent, text);
    }
    const engage_addon *addon = lessons_taught(lesson);
    engage_analyzer *analyzer = lessons_analyzer(model, &addon, 1);
    const engage_analysis *a = support_analyze(analyzer, "the train to zzz was late");
    int32_t probability = engage_analysis_taught_probability(a, 0);
    *negatives = engagep_addon_head(addon, 0).negatives;
    engage_analyzer_free(analyzer);
    engage_addon_unref(addon);
    return probability;
}

/* How frequent an intent is, labelled posts tell, unless the tenant does; the library's own posts
 * stand in for those that are missing, and no more. */
START_TEST(labelled_posts_tell_how_frequent_an_intent_is)
{
    const engage_model *model = small_model_open(1);
    uint32_t negatives;
    int32_t often = taught_by_lot(model, 0, 40, &negatives);
    ck_assert_int_gt(often, 200000);
    ck_assert_int_lt(often, 500000);
    ck_assert_uint_gt(negatives, 500);
    ck_assert_uint_lt(negatives, 700);
    int32_t seldom = taught_by_lot(model, 0, 5, &negatives);
    ck_assert_int_lt(seldom, 150000);
    int32_t told = taught_by_lot(model, 50000, 40, &negatives);
    ck_assert_int_lt(told, 150000);
    taught_by_lot(model, 0, 90, &negatives);
    ck_assert_uint_ge(negatives, 490); /* some of the library's may look more like it */
    ck_assert_uint_le(negatives, 510);
    engage_model_unref(model);
}
END_TEST

START_TEST(other_labels_stay_as_they_were)
{
    const engage_model *model = small_model_open(2);
    const engage_addon *addon = milk_addon(model, "vegan", 6);
    engage_lesson *lesson = lessons_new(model);
    lessons_add(lesson, "billing", 1, "my phone is blue");
    lessons_add(lesson, "billing", 0, "the train was blue");
    const engage_addon *correction = lessons_taught(lesson);
    const engage_addon *both[2] = {addon, correction};
    engage_analyzer *plain = lessons_analyzer(model, NULL, 0);
    engage_analyzer *added = lessons_analyzer(model, &addon, 1);
    engage_analyzer *all = lessons_analyzer(model, both, 2);
    uint64_t seed = 3;
    for (int i = 0; i < 200; i++) {
        struct lessons_post post = lessons_post(i % 2, &seed);
        const engage_analysis *a = support_analyze(plain, post.text);
        const engage_analysis *b = support_analyze(added, post.text);
        same_but(a, b, -1);
        ck_assert_int_eq(engage_analysis_needs_reply(a), engage_analysis_needs_reply(b));
        const engage_analysis *c = support_analyze(all, post.text);
        same_but(a, c, ENGAGE_HEAD_INTENT(ENGAGE_INTENT_BILLING));
        ck_assert_int_eq(engage_analysis_taught_probability(b, 0),
                         engage_analysis_taught_probability(c, 0));
    }
    engage_analyzer_free(plain);
    engage_analyzer_free(added);
    engage_analyzer_free(all);
    engage_addon_unref(addon);
    engage_addon_unref(correction);
    engage_model_unref(model);
}
END_TEST

START_TEST(corrections_turn_labels_within_reach)
{
    const engage_model *model = small_model_open(3);
    engage_analyzer *plain = lessons_analyzer(model, NULL, 0);
    uint64_t seed = 11;
    for (int head = 0; head < ENGAGE_HEADS; head++) {
        struct lessons_post post = lessons_post((int)(support_random(&seed) % 2), &seed);
        const engage_analysis *before = support_analyze(plain, post.text);
        int32_t was = engagep_analysis_probability(before, head);
        for (int yes = 0; yes < 2; yes++) {
            engage_lesson *lesson = lessons_new(model);
            lessons_add(lesson, engage_head_name(head), yes, post.text);
            const engage_addon *addon = lessons_taught(lesson);
            engage_analyzer *analyzer = lessons_analyzer(model, &addon, 1);
            const engage_analysis *after = support_analyze(analyzer, post.text);
            int32_t now = engagep_analysis_probability(after, head);
            ck_assert(yes ? now >= was : now <= was);
            engage_analyzer_free(analyzer);
            engage_addon_unref(addon);
        }
        /* who contradicts is heard too: then nothing is learnt */
        engage_lesson *lesson = lessons_new(model);
        lessons_add(lesson, engage_head_name(head), 1, post.text);
        lessons_add(lesson, engage_head_name(head), 0, post.text);
        const engage_addon *addon = lessons_taught(lesson);
        engage_analyzer *analyzer = lessons_analyzer(model, &addon, 1);
        const engage_analysis *after = support_analyze(analyzer, post.text);
        ck_assert_int_eq(engagep_analysis_probability(after, head), was);
        engage_analyzer_free(analyzer);
        engage_addon_unref(addon);
    }
    engage_analyzer_free(plain);
    engage_model_unref(model);
}
END_TEST

/* However many posts say the same, and in however many add-ons, the log-odds move no
 * further than the bound. */
START_TEST(influence_is_bounded)
{
    const engage_model *model = small_model_open(4);
    const engage_addon *many[ENGAGE_ADDONS_MOST];
    const int spam = ENGAGE_HEAD_INTENT(ENGAGE_INTENT_SPAM);
    char text[80];
    engage_analyzer *analyzer = lessons_analyzer(model, NULL, 0);
    const struct engagep_traits *traits = engagep_analyzer_traits(analyzer);
    /* against what the model says, so that there is something to correct */
    int yes = !engage_analysis_has_intent(support_analyze(analyzer, "zorp wordaa number a"),
                                          ENGAGE_INTENT_SPAM);
    for (int k = 0; k < ENGAGE_ADDONS_MOST; k++) {
        engage_lesson *lesson = lessons_new(model);
        for (int i = 0; i < 60; i++) {
            snprintf(text, sizeof(text), "zorp word%c%c number %c", 'a' + i % 26, 'a' + i / 26,
                     'a' + k);
            lessons_add(lesson, "spam", yes, text);
        }
        many[k] = lessons_taught(lesson);
    }
    struct support_memory memory = {0};
    engage_allocator allocator = support_allocator(&memory);
    support_analyze(analyzer, "zorp wordaa number a");
    struct engagep_addons addons;
    ck_assert_int_eq(engagep_addons_init(&addons, many, ENGAGE_ADDONS_MOST, model, &allocator),
                     ENGAGE_OK);
    struct engagep_traits own = addons.traits;
    addons.traits = *traits; /* lent for the call */
    int64_t odds[ENGAGE_HEADS] = {0};
    engagep_addons_read(&addons);
    engagep_addons_correct(&addons, odds);
    addons.traits = own;
    int64_t sum = 0;
    for (int k = 0; k < ENGAGE_ADDONS_MOST; k++)
        sum += addons.margins[k][0];
    ck_assert_int_gt(yes ? sum : -sum, ENGAGEP_ADDON_REACH);
    for (int head = 0; head < ENGAGE_HEADS; head++)
        ck_assert_int_eq(odds[head], head != spam ? 0 : yes ? ENGAGEP_ADDON_REACH
                                                            : -ENGAGEP_ADDON_REACH);
    engagep_addons_release(&addons);
    ck_assert_uint_eq(memory.blocks, 0);
    engage_analyzer_free(analyzer);
    for (int k = 0; k < ENGAGE_ADDONS_MOST; k++)
        engage_addon_unref(many[k]);
    engage_model_unref(model);
}
END_TEST

/* What is given to a lesson: a post, a label and a mark. */
struct given {
    struct lessons_post post;
    int kind; /* 0: ordinary; 1: an intent of one's own; 2: a correction */
    int yes;
};

static void give(engage_lesson *lesson, const struct given *given)
{
    static const char *const labels[] = {NULL, "vegan", "question"};
    if (given->kind == 0)
        ck_assert_int_eq(engage_lesson_add_ordinary(lesson, given->post.text,
                                                    strlen(given->post.text)),
                         ENGAGE_OK);
    else
        lessons_add(lesson, labels[given->kind], given->yes, given->post.text);
}

static void shuffle(struct given *list, size_t count, uint64_t *seed)
{
    for (size_t i = count; i > 1; i--) {
        size_t k = (size_t)(support_random(seed) % i);
        struct given swapped = list[i - 1];
        list[i - 1] = list[k];
        list[k] = swapped;
    }
}

static int same_bytes(const engage_buffer *a, const engage_buffer *b)
{
    return engage_buffer_size(a) == engage_buffer_size(b) &&
           memcmp(engage_buffer_data(a), engage_buffer_data(b), engage_buffer_size(a)) == 0;
}

START_TEST(any_order_gives_the_same_bytes)
{
    enum { GIVEN = 120 };
    const engage_model *model = small_model_open(5);
    struct given list[GIVEN];
    uint64_t seed = 21;
    for (int i = 0; i < GIVEN; i++) {
        list[i].kind = i % 3;
        list[i].yes = support_random(&seed) % 8 != 0;
        list[i].post = lessons_post(list[i].kind == 1 && list[i].yes, &seed);
    }
    engage_lesson *lesson = lessons_new(model);
    for (int i = 0; i < GIVEN; i++)
        give(lesson, &list[i]);
    engage_buffer *first = lessons_learn(lesson);
    /* learning again, and with all given twice, changes nothing */
    for (int i = 0; i < GIVEN; i++)
        give(lesson, &list[i]);
    engage_buffer *again = lessons_learn(lesson);
    ck_assert(same_bytes(first, again));
    engage_buffer_free(again);
    engage_lesson_free(lesson);
    for (int round = 0; round < 6; round++) {
        shuffle(list, GIVEN, &seed);
        /* some of it comes as an add-on, made of posts that are enough for one */
        engage_lesson *part = lessons_new(model);
        for (int i = 0; i < GIVEN; i++) {
            if (i < GIVEN / 2 || list[i].kind == 1)
                give(part, &list[i]);
        }
        engage_buffer *bytes = lessons_learn(part);
        const engage_addon *addon = support_addon(bytes);
        lesson = lessons_new(model);
        if (round % 2 == 0)
            ck_assert_int_eq(engage_lesson_add_addon(lesson, addon), ENGAGE_OK);
        for (int i = GIVEN / 3; i < GIVEN; i++)
            give(lesson, &list[i]);
        if (round % 2 == 1)
            ck_assert_int_eq(engage_lesson_add_addon(lesson, addon), ENGAGE_OK);
        again = lessons_learn(lesson);
        ck_assert_msg(same_bytes(first, again), "round %d", round);
        engage_buffer_free(again);
        engage_buffer_free(bytes);
        engage_addon_unref(addon);
        engage_lesson_free(part);
        engage_lesson_free(lesson);
    }
    engage_buffer_free(first);
    engage_model_unref(model);
}
END_TEST

/* To what is learnt it is one with an ordinary post of the library's, which has one handle less. */
static const char likeness[] = "best birthday in years, thank you all @joan_w @petek @marla @marla";

/* So many that none of the library's is needed. */
static void add_others(engage_lesson *lesson)
{
    uint64_t seed = 4;
    for (int i = 0; i < 700; i++) {
        struct lessons_post post = lessons_post(0, &seed);
        ck_assert_int_eq(engage_lesson_add_ordinary(lesson, post.text, strlen(post.text)),
                         ENGAGE_OK);
    }
}

START_TEST(learning_changes_no_post)
{
    engage_buffer *learnt[2];
    const engage_model *model = engage_model_builtin();
    if (model == NULL)
        return;
    for (int twice = 0; twice < 2; twice++) {
        uint64_t seed = 3;
        engage_lesson *lesson = lessons_new(model);
        for (int i = 0; i < 25; i++)
            lessons_add(lesson, "milk", 1, lessons_post(1, &seed).text);
        ck_assert_int_eq(engage_lesson_add_ordinary(lesson, likeness, strlen(likeness)), ENGAGE_OK);
        if (twice)
            engage_buffer_free(lessons_learn(lesson));
        add_others(lesson);
        learnt[twice] = lessons_learn(lesson);
        engage_lesson_free(lesson);
    }
    ck_assert(same_bytes(learnt[0], learnt[1]));
    engage_buffer_free(learnt[0]);
    engage_buffer_free(learnt[1]);
}
END_TEST

/* A label that every post bears cannot be told from nothing, and that is what is said. */
START_TEST(an_intent_of_all_posts_is_refused)
{
    engage_error error = ENGAGE_ERROR_INIT;
    engage_buffer *buffer;
    ck_assert_int_eq(engage_buffer_new(&buffer, NULL), ENGAGE_OK);
    const engage_model *model = small_model_open(5);
    engage_lesson *lesson = lessons_new(model);
    uint64_t seed = 3;
    for (int i = 0; i < 900; i++) {
        struct lessons_post post = lessons_post(i % 2, &seed);
        lessons_add(lesson, "late", 1, post.text);
        ck_assert_int_eq(engage_lesson_add_ordinary(lesson, post.text, strlen(post.text)),
                         ENGAGE_OK);
    }
    ck_assert_int_eq(engage_lesson_learn(lesson, buffer, &error), ENGAGE_EFEW);
    ck_assert_str_eq(error.message, "late is shown by every post: one without it is wanting");
    engage_buffer_free(buffer);
    engage_lesson_free(lesson);
    engage_model_unref(model);
}
END_TEST

START_TEST(misuse_is_told)
{
    const engage_model *model = small_model_open(6);
    const engage_addon *addon = milk_addon(model, "vegan", 7);
    engage_lesson *lesson = lessons_new(model);
    engage_buffer *buffer;
    ck_assert_int_eq(engage_buffer_new(&buffer, NULL), ENGAGE_OK);
    engage_error error = ENGAGE_ERROR_INIT;
    ck_assert_int_eq(engage_lesson_new(NULL, NULL), ENGAGE_EMISUSE);
    ck_assert_int_eq(engage_lesson_add(NULL, "a", 1, "b", 1), ENGAGE_EMISUSE);
    ck_assert_int_eq(engage_lesson_add(lesson, NULL, 1, "b", 1), ENGAGE_EMISUSE);
    ck_assert_int_eq(engage_lesson_add(lesson, "a", 1, NULL, 1), ENGAGE_EMISUSE);
    ck_assert_int_eq(engage_lesson_add_ordinary(NULL, "b", 1), ENGAGE_EMISUSE);
    ck_assert_int_eq(engage_lesson_add_ordinary(lesson, NULL, 1), ENGAGE_EMISUSE);
    ck_assert_int_eq(engage_lesson_add_addon(NULL, addon), ENGAGE_EMISUSE);
    ck_assert_int_eq(engage_lesson_add_addon(lesson, NULL), ENGAGE_EMISUSE);
    ck_assert_int_eq(engage_lesson_learn(NULL, buffer, &error), ENGAGE_EMISUSE);
    ck_assert_int_eq(engage_lesson_learn(lesson, NULL, &error), ENGAGE_EMISUSE);
    ck_assert_int_eq(engage_lesson_learn(lesson, buffer, &error), ENGAGE_EMISUSE);
    ck_assert_int_eq(error.code, ENGAGE_EMISUSE);
    static const char *const wrong[] = {"",     "Upper", "needs_reply", "none", "1a", "_a",
                                        "a-b", "a b",   "caf\xC3\xA9",
                                        "a2345678901234567890123456789012"};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        ck_assert_int_eq(engage_lesson_add(lesson, wrong[i], 1, "b", 1), ENGAGE_ERANGE);
    lessons_add(lesson, "a234567890123456789012345678901", 1, "b");
    for (int i = 0; i < 19; i++) {
        char text[24];
        snprintf(text, sizeof(text), "word%c", 'a' + i);
        lessons_add(lesson, "few", 1, text);
    }
    ck_assert_int_eq(engage_lesson_learn(lesson, buffer, &error), ENGAGE_EFEW);
    ck_assert_int_eq(error.code, ENGAGE_EFEW);
    ck_assert_str_eq(error.message, "a234567890123456789012345678901 is shown by 1 different "
                                    "posts, fewer than 20");
    ck_assert_uint_eq(engage_buffer_size(buffer), 0);
    engage_lesson_free(lesson);
    engage_lesson_free(NULL);
    engage_lesson_options options = ENGAGE_LESSON_OPTIONS_INIT;
    options.model = model;
    options.max_posts = 2;
    options.max_bytes = 10;
    ck_assert_int_eq(engage_lesson_new(&lesson, &options), ENGAGE_OK);
    ck_assert_int_eq(engage_lesson_add(lesson, "a", 1, "much too long a post", 20),
                     ENGAGE_ELIMIT);
    lessons_add(lesson, "a", 1, "one");
    lessons_add(lesson, "b", 1, "two");
    ck_assert_int_eq(engage_lesson_add(lesson, "c", 1, "three", 5), ENGAGE_ELIMIT);
    ck_assert_int_eq(engage_lesson_add_ordinary(lesson, "three", 5), ENGAGE_ELIMIT);
    ck_assert_int_eq(engage_lesson_add_addon(lesson, addon), ENGAGE_ELIMIT);
    engage_lesson_free(lesson);
    /* The library's own posts are longer than those of this tenant may be. */
    options.max_posts = 0;
    ck_assert_int_eq(engage_lesson_new(&lesson, &options), ENGAGE_OK);
    lessons_add(lesson, "spam", 1, "buy gold");
    ck_assert_int_eq(engage_lesson_learn(lesson, buffer, &error), ENGAGE_OK);
    engage_buffer_clear(buffer);
    engage_lesson_free(lesson);
    options.max_bytes = (1u << 20) + 1;
    ck_assert_int_eq(engage_lesson_new(&lesson, &options), ENGAGE_EOPTIONS);
    options.max_bytes = 0;
    options.share = 1000000;
    ck_assert_int_eq(engage_lesson_new(&lesson, &options), ENGAGE_EOPTIONS);
    options.struct_size = 4;
    ck_assert_int_eq(engage_lesson_new(&lesson, &options), ENGAGE_EOPTIONS);
    if (engage_model_builtin() == NULL)
        ck_assert_int_eq(engage_lesson_new(&lesson, NULL), ENGAGE_EMODEL_NONE);
    ck_assert_ptr_null(lesson);
    engage_buffer_free(buffer);
    engage_addon_unref(addon);
    engage_model_unref(model);
}
END_TEST

START_TEST(labels_have_a_limit)
{
    const engage_model *model = small_model_open(6);
    engage_lesson *lesson = lessons_new(model);
    char name[16] = "a0";
    for (int i = 0; i < ENGAGEP_ADDON_HEADS_MOST; i++) {
        snprintf(name, sizeof(name), "a%d", i);
        lessons_add(lesson, name, 1, "word");
    }
    ck_assert_int_eq(engage_lesson_add(lesson, "more", 1, "word", 4), ENGAGE_ERANGE);
    lessons_add(lesson, "a0", 0, "other");
    const engage_addon *addon = milk_addon(model, "vegan", 7);
    ck_assert_int_eq(engage_lesson_add_addon(lesson, addon), ENGAGE_ERANGE);
    engage_addon_unref(addon);
    engage_lesson_free(lesson);
    engage_model_unref(model);
}
END_TEST

START_TEST(addons_must_go_together)
{
    const engage_model *model = small_model_open(7);
    const engage_model *other = small_model_open(8);
    const engage_addon *one = milk_addon(model, "vegan", 1);
    const engage_addon *two = milk_addon(model, "vegan", 2);
    const engage_addon *far = milk_addon(other, "far", 3);
    const engage_addon *clash[2] = {one, two};
    ck_assert_int_eq(new_fails(model, clash, 2), ENGAGE_ERANGE);
    ck_assert_int_eq(new_fails(model, &far, 1), ENGAGE_EADDON_MODEL);
    ck_assert_int_eq(new_fails(model, NULL, 1), ENGAGE_EMISUSE);
    const engage_addon *hole[2] = {one, NULL};
    ck_assert_int_eq(new_fails(model, hole, 2), ENGAGE_EMISUSE);
    const engage_addon *many[ENGAGE_ADDONS_MOST + 1] = {one, one, one, one, one,
                                                        one, one, one, one};
    ck_assert_int_eq(new_fails(model, many, ENGAGE_ADDONS_MOST + 1), ENGAGE_EOPTIONS);
    engage_lesson *lesson = lessons_new(model);
    ck_assert_int_eq(engage_lesson_add_addon(lesson, far), ENGAGE_EADDON_MODEL);
    ck_assert_int_eq(engage_lesson_add_addon(lesson, one), ENGAGE_OK);
    ck_assert_int_eq(engage_lesson_add_addon(lesson, two), ENGAGE_OK);
    const engage_addon *sum = lessons_taught(lesson);
    engage_analyzer_free(lessons_analyzer(model, &sum, 1));
    engage_addon_unref(sum);
    engage_addon_unref(one);
    engage_addon_unref(two);
    engage_addon_unref(far);
    engage_model_unref(model);
    engage_model_unref(other);
}
END_TEST

START_TEST(a_copy_outlives_its_analyzer)
{
    const engage_model *model = small_model_open(9);
    const engage_addon *addon = milk_addon(model, "vegan", 4);
    engage_analyzer *analyzer = lessons_analyzer(model, &addon, 1);
    engage_addon_unref(addon);
    engage_analysis *copy;
    const engage_analysis *analysis = support_analyze(analyzer, "is there any oat milk");
    int32_t p = engage_analysis_taught_probability(analysis, 0);
    ck_assert_int_eq(engage_analysis_copy(&copy, analysis, NULL), ENGAGE_OK);
    support_analyze(analyzer, "the red shoes again");
    engage_analyzer_free(analyzer);
    ck_assert_str_eq(engage_analysis_taught_name(copy, 0), "vegan");
    ck_assert_int_eq(engage_analysis_taught_probability(copy, 0), p);
    ck_assert_ptr_null(engage_analysis_taught_name(copy, 1));
    ck_assert_int_eq(engage_analysis_taught_probability(copy, 1), 0);
    ck_assert_int_eq(engage_analysis_taught_has(copy, 1), 0);
    ck_assert_uint_eq(engage_analysis_taught_count(NULL), 0);
    ck_assert_uint_eq(engage_analysis_promise_count(copy), 0);
    ck_assert_ptr_null(engage_analysis_promise_label(copy, 0));
    ck_assert_int_eq(engage_analysis_promise_score(NULL, 0), 0);
    ck_assert_int_eq(engage_analysis_promise_has(NULL, 0), 0);
    ck_assert_int_eq(engage_analysis_promise_uncertain(NULL, 0), 0);
    engage_analysis_free(copy);
    engage_model_unref(model);
}
END_TEST

/* -------------------------------------------------------------- evidence --- */

/* What the rows whose span lies within one word add up to, for the first head taught. */
static int64_t share_of(const engage_analysis *analysis, const char *text, const char *word)
{
    size_t start = (size_t)(strstr(text, word) - text);
    int64_t sum = 0;
    for (size_t i = 0; i < engage_analysis_evidence_count(analysis); i++) {
        engage_span span = engage_analysis_evidence_span(analysis, i);
        if (engage_analysis_evidence_head(analysis, i) == ENGAGE_HEADS && span.start == start &&
            span.end == start + strlen(word))
            sum += engage_analysis_evidence_contribution(analysis, i);
    }
    return sum;
}

START_TEST(evidence_of_what_was_taught_adds_up)
{
    const engage_model *model = small_model_open(14);
    const engage_addon *addons[3] = {milk_addon(model, "vegan", 31), NULL,
                                     milk_addon(model, "green", 32)};
    engage_lesson *lesson = lessons_new(model);
    lessons_add(lesson, "billing", 1, "my phone is blue");
    addons[1] = lessons_taught(lesson);
    engage_analyzer *plain = lessons_analyzer(model, addons, 3);
    engage_analyzer *explaining = lessons_explainer(model, addons, 3);
    uint64_t seed = 41;
    for (int i = 0; i < 100; i++) {
        struct lessons_post post = i == 0 ? (struct lessons_post){""} : lessons_post(i % 2, &seed);
        const engage_analysis *a = support_analyze(plain, post.text);
        const engage_analysis *b = support_analyze(explaining, post.text);
        ck_assert_uint_eq(engage_analysis_evidence_count(a), 0);
        size_t rows = support_evidence(b, strlen(post.text));
        ck_assert_uint_ge(rows, i == 0 ? 2 : 6);
        for (int head = ENGAGE_HEADS; head < ENGAGE_HEADS + 2; head++)
            ck_assert_int_eq(engage_analysis_logit(a, head), engage_analysis_logit(b, head));
    }
    static const char text[] = "is there any oat milk or a train with oat milk, @milk";
    const engage_analysis *analysis = support_analyze(explaining, text);
    support_evidence(analysis, strlen(text));
    ck_assert_int_gt(share_of(analysis, text, "milk"), 0);
    ck_assert_int_gt(share_of(analysis, text, "milk"), share_of(analysis, text, "train"));
    engage_analysis *copy;
    ck_assert_int_eq(engage_analysis_copy(&copy, analysis, NULL), ENGAGE_OK);
    int64_t margin = engage_analysis_logit(analysis, ENGAGE_HEADS);
    engage_analyzer_free(explaining);
    engage_analyzer_free(plain);
    support_evidence(copy, strlen(text));
    ck_assert_int_eq(engage_analysis_logit(copy, ENGAGE_HEADS), margin);
    engage_buffer *buffer;
    ck_assert_int_eq(engage_buffer_new(&buffer, NULL), ENGAGE_OK);
    engage_str id = {"1", 1};
    ck_assert_int_eq(engage_analysis_json(copy, id, buffer), ENGAGE_OK);
    const char *logits = strstr(engage_buffer_data(buffer), "\"logits\":");
    ck_assert_ptr_nonnull(logits);
    ck_assert_ptr_nonnull(strstr(logits, ",\"vegan\":"));
    ck_assert_ptr_nonnull(strstr(logits, "{\"for\":\"green\",\"start\":0,\"end\":0,"
                                         "\"rule\":\"bias\","));
    engage_buffer_free(buffer);
    engage_analysis_free(copy);
    for (size_t i = 0; i < 3; i++)
        engage_addon_unref(addons[i]);
    engage_model_unref(model);
}
END_TEST

/* What the group of a word that is used like others has in the first head taught. */
static int64_t share_of_kin(const engage_analysis *analysis)
{
    int64_t sum = 0;
    for (size_t i = 0; i < engage_analysis_evidence_count(analysis); i++) {
        if (engage_analysis_evidence_head(analysis, i) == ENGAGE_HEADS &&
            strcmp(engage_analysis_evidence_rule(analysis, i), "kin") == 0)
            sum += engage_analysis_evidence_contribution(analysis, i);
    }
    return sum;
}

/* The small model knows "good" to be of a group. */
START_TEST(groups_of_words_are_learnt)
{
    const engage_model *model = small_model_open(15);
    engage_lesson *lesson = lessons_new(model);
    uint64_t seed = 51;
    for (int i = 0; i < 30; i++) {
        char text[200];
        snprintf(text, sizeof(text), "good %s", lessons_post(i % 2, &seed).text);
        lessons_add(lesson, "pleased", 1, text);
        lessons_add(lesson, "pleased", 0, lessons_post(i % 2, &seed).text);
    }
    const engage_addon *addon = lessons_taught(lesson);
    engage_analyzer *analyzer = lessons_explainer(model, &addon, 1);
    ck_assert_int_gt(share_of_kin(support_analyze(analyzer, "a good train")), 0);
    ck_assert_int_eq(share_of_kin(support_analyze(analyzer, "a late train")), 0);
    engage_analyzer_free(analyzer);
    engage_addon_unref(addon);
    engage_model_unref(model);
}
END_TEST

/* ------------------------------------------------------------ long posts --- */

enum { SENTENCES = 12, PASSAGES = SENTENCES / 2 }; /* ten words each: two are a passage */

/* A long post; its passage number `at` asks for milk, none does where there is no such number. */
static void write_long(char *text, size_t room, int at)
{
    static const char *const story[] = {"We left his old bike by our garden fence again.",
                                        "That new song was on in the shop all night.",
                                        "The late parcel came to our garden in the rain.",
                                        "A train to town was late for me this week.",
                                        "My broken phone is in the red box over there."};
    static const char *const asks[] = {"Is there any oat milk, soy latte or vegan cheese?",
                                       "Please add almond milk, dairy free cake and vegan menu."};
    size_t size = 0;
    for (int i = 0; i < SENTENCES; i++)
        size += (size_t)snprintf(text + size, room - size, "%s ",
                                 i / 2 == at ? asks[i % 2] : story[i % 5]);
}

/* Where each sentence begins, and behind the last one the end. */
static void find_sentences(const char *text, size_t begins[SENTENCES + 1])
{
    size_t count = 0;
    begins[count++] = 0;
    for (size_t i = 0; text[i] != '\0'; i++) {
        if (strchr(".?", text[i]) != NULL)
            begins[count++] = i + 2;
    }
    ck_assert_uint_eq(count, SENTENCES + 1);
}

/* What the likeliest passage alone has, less the margin for being one of so many. */
static int64_t best_passage(engage_analyzer *analyzer, const char *text, int32_t scale)
{
    size_t begins[SENTENCES + 1];
    int64_t best = INT64_MIN;
    find_sentences(text, begins);
    for (int i = 0; i < SENTENCES; i += 2) {
        const engage_analysis *analysis;
        ck_assert_int_eq(engage_analyzer_run(analyzer, text + begins[i],
                                             begins[i + 2] - begins[i], &analysis),
                         ENGAGE_OK);
        int64_t logit = engage_analysis_logit(analysis, ENGAGE_HEADS);
        best = logit > best ? logit : best;
    }
    return best - INT64_C(98304) * (PASSAGES - 1) / PASSAGES * 65536 / scale;
}

START_TEST(one_passage_of_a_long_post_is_heard)
{
    const engage_model *model = small_model_open(16);
    const engage_addon *addons[2] = {milk_addon(model, "vegan", 61), NULL};
    engage_lesson *lesson = lessons_new(model);
    lessons_add(lesson, "question", 0, "is there any oat milk");
    addons[1] = lessons_taught(lesson);
    engage_analyzer *explaining = lessons_explainer(model, addons, 2);
    engage_analyzer *plain = lessons_analyzer(model, addons, 2);
    int32_t scale = engagep_addon_head(addons[0], 0).scale;
    char text[1000];
    for (int at = 0; at <= PASSAGES; at++) {
        write_long(text, sizeof(text), at);
        int64_t best = best_passage(plain, text, scale);
        const engage_analysis *analysis = support_analyze(explaining, text);
        int64_t logit = engage_analysis_logit(analysis, ENGAGE_HEADS);
        ck_assert_int_eq(engage_analysis_taught_has(analysis, 0), at < PASSAGES);
        ck_assert(at < PASSAGES ? logit == best : logit >= best);
        support_evidence(analysis, strlen(text));
        size_t begins[SENTENCES + 1];
        find_sentences(text, begins);
        for (size_t i = 0; at < PASSAGES && i < engage_analysis_evidence_count(analysis); i++) {
            engage_span span = engage_analysis_evidence_span(analysis, i);
            if (engage_analysis_evidence_head(analysis, i) == ENGAGE_HEADS && span.end > 0)
                ck_assert(span.start >= begins[2 * at] && span.end <= begins[2 * at + 2]);
        }
        ck_assert_int_eq(engage_analysis_logit(support_analyze(plain, text), ENGAGE_HEADS), logit);
    }
    engage_analyzer_free(plain);
    engage_analyzer_free(explaining);
    engage_addon_unref(addons[0]);
    engage_addon_unref(addons[1]);
    engage_model_unref(model);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("learn");
    TCase *tests = tcase_create("learn");
    tcase_set_timeout(tests, 0);
    tcase_add_test(tests, an_intent_is_learnt_from_few_posts);
    tcase_add_test(tests, own_posts_move_the_threshold);
    tcase_add_test(tests, labelled_posts_tell_how_frequent_an_intent_is);
    tcase_add_test(tests, other_labels_stay_as_they_were);
    tcase_add_test(tests, corrections_turn_labels_within_reach);
    tcase_add_test(tests, influence_is_bounded);
    tcase_add_test(tests, any_order_gives_the_same_bytes);
    tcase_add_test(tests, learning_changes_no_post);
    tcase_add_test(tests, an_intent_of_all_posts_is_refused);
    tcase_add_test(tests, misuse_is_told);
    tcase_add_test(tests, labels_have_a_limit);
    tcase_add_test(tests, addons_must_go_together);
    tcase_add_test(tests, a_copy_outlives_its_analyzer);
    tcase_add_test(tests, evidence_of_what_was_taught_adds_up);
    tcase_add_test(tests, groups_of_words_are_learnt);
    tcase_add_test(tests, one_passage_of_a_long_post_is_heard);
    suite_add_tcase(suite, tests);
    return support_run(suite);
}
