/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * What is read as a rating, where it stands and what it tells; that evidence names it and adds up,
 * and that it is said of what it stands by.
 */
#include "small_model.h"
#include "support.h"

#include "score/ratings.h"

#include <string.h>

enum { UNIT = 65536 };

struct rated {
    const char *text;
    const char *rated; /* NULL: nothing */
    int units;
};

/* Expects one rating of so many units over these bytes, or none. */
static void expect(engage_tokenizer *t, const char *text, const char *rated, int units)
{
    struct engagep_rating rating;
    size_t at = 0;
    ck_assert_int_eq(engage_tokenizer_run(t, text, strlen(text)), ENGAGE_OK);
    int found = engagep_ratings_next(t, &at, &rating);
    ck_assert_msg(found == (rated != NULL), "%s: %d found", text, found);
    if (!found)
        return;
    const char *where = strstr(text, rated);
    ck_assert_ptr_nonnull(where);
    ck_assert_msg(rating.span.start == (size_t)(where - text) &&
                      rating.span.end == (size_t)(where - text) + strlen(rated),
                  "%s: %u to %u", text, rating.span.start, rating.span.end);
    ck_assert_msg(rating.value == units * UNIT, "%s: %d", text, rating.value);
    ck_assert_uint_ge(rating.count, 1);
    ck_assert_uint_eq(at, rating.first + rating.count);
    ck_assert_msg(!engagep_ratings_next(t, &at, &rating), "%s: a second one", text);
}

static void expect_all(const struct rated *cases, size_t count)
{
    engage_tokenizer *t;
    static struct support_memory memory;
    engage_allocator allocator = support_allocator(&memory);
    ck_assert_int_eq(engagep_token_reader(&t, 1u << 16, &allocator), ENGAGE_OK);
    for (size_t i = 0; i < count; i++)
        expect(t, cases[i].text, cases[i].rated, cases[i].units);
    engage_tokenizer_free(t);
}

#define BLACK "\xE2\x98\x85"
#define WHITE "\xE2\x98\x86"
#define EMOJI "\xE2\xAD\x90"

START_TEST(test_scales)
{
    static const struct rated cases[] = {
        {"0/5", "0/5", -4},
        {"1/5", "1/5", -4},
        {"2/5", "2/5", -3},
        {"3/5", NULL, 0},
        {"4/5", "4/5", 3},
        {"4.5/5", "4.5/5", 4},
        {"4,5/5", "4,5/5", 4},
        {"5/5", "5/5", 4},
        {"2/10", "2/10", -4},
        {"4/10", "4/10", -3},
        {"5/10", NULL, 0},
        {"7/10", "7/10", 3},
        {"8.5/10", "8.5/10", 3},
        {"10/10", "10/10", 4},
        {"1 star", "1 star", -4},
        {"Two stars", "Two stars", -3},
        {"five stars", "five stars", 4},
        {"1 out of 5", "1 out of 5", -4},
        {"one out of ten", "one out of ten", -4},
        {"5 out of 5 stars", "5 out of 5 stars", 4},
        {"1 of 5 stars", "1 of 5 stars", -4},
        {"5/5 stars", "5/5 stars", 4},
        {"2 " EMOJI, "2 " EMOJI, -3},
        {"1 estrella", "1 estrella", -4},
        {"5 \xC3\x89toiles", "5 \xC3\x89toiles", 4},
        {"5 Sterne", "5 Sterne", 4},
        {BLACK WHITE WHITE WHITE WHITE, BLACK WHITE WHITE WHITE WHITE, -4},
        {BLACK " " WHITE " " WHITE " " WHITE " " WHITE, BLACK " " WHITE " " WHITE " " WHITE " " WHITE,
         -4},
        {BLACK BLACK BLACK WHITE WHITE, NULL, 0},
        {BLACK BLACK BLACK BLACK BLACK " it came", BLACK BLACK BLACK BLACK BLACK, 4},
        {EMOJI EMOJI EMOJI EMOJI EMOJI, EMOJI EMOJI EMOJI EMOJI EMOJI, 4},
        {EMOJI WHITE WHITE WHITE WHITE, EMOJI WHITE WHITE WHITE WHITE, -4},
        /* Other scales, more than all, signs that are not five. */
        {"", NULL, 0},
        {"/", NULL, 0},
        {"1/", NULL, 0},
        {"1/4", NULL, 0},
        {"6/5", NULL, 0},
        {"11/10", NULL, 0},
        {"1/10th", NULL, 0},
        {"10/10/2020", NULL, 0},
        {"6 stars", NULL, 0},
        {"1 of 5", NULL, 0},
        {"9 out of", NULL, 0},
        {BLACK, NULL, 0},
        {BLACK WHITE, NULL, 0},
        {BLACK BLACK BLACK BLACK BLACK BLACK, NULL, 0},
        {EMOJI, NULL, 0},
        {EMOJI EMOJI EMOJI EMOJI EMOJI EMOJI, NULL, 0},
    };
    expect_all(cases, sizeof(cases) / sizeof(cases[0]));
}
END_TEST

START_TEST(test_surroundings)
{
    static const struct rated cases[] = {
        {"It broke. 1/5", "1/5", -4},
        {"It broke 1/5", NULL, 0},
        {"It broke\n1/5\nwill not buy", "1/5", -4},
        {"a solid 9/10 from me", "9/10", 4},
        {"Service: 2/10, again", "2/10", -4},
        {"Service 2/10", "2/10", -4},
        {"@acme 1/5", "1/5", -4},
        {"1/5 for the food", "1/5", -4},
        {"1/5 of all", NULL, 0},
        {"on 5/5", NULL, 0},
        {"Food:\n5/5\n- Staff", "5/5", 4},
        {"10/10 at nine", NULL, 0},
        {"Thread 1/5", NULL, 0},
        {"9 out of 10 cats", NULL, 0},
        {"a 5 star hotel", NULL, 0},
        {"left a 5 star review", "5 star", 4},
        {"lost 2 stars", NULL, 0},
        {"the 2 stars of it", NULL, 0},
        {"from 5 stars to 1 star", "1 star", -4},
        /* What nobody gives. */
        {"how to get 5 stars?", NULL, 0},
        {"who gives it 1 star?", NULL, 0},
        {"5 stars if it worked", NULL, 0},
        {"once it works I give it 5 stars", NULL, 0},
        {"I'll give it 5 stars", NULL, 0},
        {"used to be 5 stars", NULL, 0},
        {"would have given it 5 stars", NULL, 0},
        {"Once it worked. I give it 5 stars", "5 stars", 4},
        {"5 stars\nif only it were green", "5 stars", 4},
        {"if only it were green\n5 stars", "5 stars", 4},
        {"0 stars if I could", "0 stars", -4},
        {"5 stars for keeping me waiting", NULL, 0},
        {"1 star for keeping me waiting", "1 star", -4},
        {"4 stars because it rained", NULL, 0},
        {"only 4 stars", NULL, 0},
        /* The numbers of a thread stand at the ends of its posts. */
        {"1/5\na b c d e f g h i j k l m n o p q r s t u v w x y z", NULL, 0},
        {"a b c d e f g h i j k l m n o p q r s t u v w x y z. 5/5", NULL, 0},
        {"a b c d e f g h i j k l m n o p q r s t u v w x y z. 10/10", "10/10", 4},
        {"a b c d e f g h i j k l m n o p q r s t u v w x y z. 4.5/5", "4.5/5", 4},
    };
    expect_all(cases, sizeof(cases) / sizeof(cases[0]));
}
END_TEST

/* Two heads have a row of it, over its bytes, and rows add up. */
START_TEST(test_evidence)
{
    const engage_model *model = small_model_open(3);
    engage_analyzer_options options = ENGAGE_ANALYZER_OPTIONS_INIT;
    options.model = model;
    options.flags = ENGAGE_ANALYZE_EXPLAIN;
    engage_analyzer *a;
    ck_assert_int_eq(engage_analyzer_new(&a, &options), ENGAGE_OK);
    engage_model_unref(model);
    const engage_analysis *analysis = support_analyze(a, "The app. 1/5");
    support_evidence(analysis, strlen("The app. 1/5"));
    int rows = 0;
    for (size_t i = 0; i < engage_analysis_evidence_count(analysis); i++) {
        int head = engage_analysis_evidence_head(analysis, i);
        int64_t contribution = engage_analysis_evidence_contribution(analysis, i);
        if (strcmp(engage_analysis_evidence_rule(analysis, i), "rating") != 0)
            continue;
        engage_span span = engage_analysis_evidence_span(analysis, i);
        ck_assert(span.start == 9 && span.end == 12);
        ck_assert((head == ENGAGE_POSITIVE && contribution < 0) ||
                  (head == ENGAGE_NEGATIVE && contribution > 0));
        rows++;
    }
    ck_assert_int_eq(rows, 2);
    engage_analyzer_free(a);
}
END_TEST

START_TEST(test_aspects)
{
    engage_analyzer *a;
    if (engage_analyzer_new(&a, NULL) == ENGAGE_EMODEL_NONE)
        return; /* a small model is too sure of all to be moved */
    const engage_analysis *analysis = support_analyze(a, "Delivery: 1/5. Staff: 5/5.");
    ck_assert_uint_eq(engage_analysis_aspect_count(analysis), 2);
    ck_assert_int_lt(engage_analysis_aspect_valence(analysis, 0), 0);
    ck_assert_int_gt(engage_analysis_aspect_valence(analysis, 1), 0);
    engage_analyzer_free(a);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("ratings");
    TCase *cases = tcase_create("ratings");
    tcase_set_timeout(cases, 0);
    tcase_add_test(cases, test_scales);
    tcase_add_test(cases, test_surroundings);
    tcase_add_test(cases, test_evidence);
    tcase_add_test(cases, test_aspects);
    suite_add_tcase(suite, cases);
    return support_run(suite);
}
