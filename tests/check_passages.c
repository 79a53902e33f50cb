/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Long posts: how they are parted, that what one sentence asks is not lost in the rest, and how
 * sure they are of a sentiment.
 */
#include "small_model.h"
#include "support.h"

#include "score/analysis.h"
#include "score/calibrate.h"
#include "score/model.h"
#include "score/passages.h"

#include <stdio.h>
#include <string.h>

/* ---------------------------------------------------------------- parting --- */

struct reader {
    engage_tokenizer *tokenizer;
    struct engagep_features features;
    struct engagep_passages passages;
};

static void drop_features(void *ctx, const struct engagep_feature *features, size_t count)
{
    (void)ctx;
    (void)features;
    (void)count;
}

static const engage_allocator *plain_allocator(void)
{
    static engage_allocator allocator;
    static struct support_memory memory;
    allocator = support_allocator(&memory);
    return &allocator;
}

static void reader_open(struct reader *reader, const engage_allocator *allocator)
{
    memset(reader, 0, sizeof(*reader));
    ck_assert_int_eq(engagep_token_reader(&reader->tokenizer, 1u << 20, allocator), ENGAGE_OK);
    engagep_features_init(&reader->features, allocator);
    reader->features.sink = drop_features;
    reader->passages.allocator = allocator;
}

static void reader_close(struct reader *reader)
{
    engagep_passages_release(&reader->passages);
    engagep_features_release(&reader->features);
    engage_tokenizer_free(reader->tokenizer);
}

static size_t part(struct reader *reader, const char *text)
{
    ck_assert_int_eq(engage_tokenizer_run(reader->tokenizer, text, strlen(text)), ENGAGE_OK);
    ck_assert_int_eq(engagep_features_run(&reader->features, reader->tokenizer), ENGAGE_OK);
    ck_assert_int_eq(engagep_passages_find(&reader->passages, &reader->features,
                                           reader->tokenizer),
                     ENGAGE_OK);
    return reader->passages.count;
}

static size_t words_of(const struct reader *reader, size_t first, size_t count)
{
    size_t words = 0;
    for (size_t i = first; i < first + count; i++)
        words += (size_t)engagep_features_is_word(&reader->features, i);
    return words;
}

/* Words with an end of a sentence or a line here and there, and things that are no words. */
static void random_post(char *text, size_t room, size_t words, uint64_t *state)
{
    static const char *const between[] = {" ", " ", " ", " ", " ", " ", ", ", ". ", "!! ", "\n",
                                          " 42 ", " https://a.example/b ", " \xF0\x9F\x98\x80 "};
    size_t size = 0;
    text[0] = '\0';
    for (size_t i = 0; i < words; i++) {
        size_t which = (size_t)(support_random(state) >> 32) % (sizeof(between) / sizeof(*between));
        size += (size_t)snprintf(text + size, room - size, "word%s", between[which]);
    }
}

START_TEST(test_passages_are_the_post)
{
    struct reader reader;
    uint64_t state = 5;
    reader_open(&reader, plain_allocator());
    for (size_t words = 0; words < 400; words++) {
        char text[16000];
        random_post(text, sizeof(text), words, &state);
        size_t count = part(&reader, text);
        size_t tokens, at = 0;
        engagep_token_array(reader.tokenizer, &tokens);
        ck_assert(count == 0 || words > 40);
        ck_assert(count > 0 || words < 50); /* what is left is no passage of its own */
        for (size_t i = 0; i < count; i++) {
            const struct engagep_passage *passage = &reader.passages.list[i];
            size_t inside = words_of(&reader, passage->first, passage->count);
            ck_assert_uint_eq(passage->first, at);
            ck_assert_uint_le(inside, 49);
            ck_assert_uint_ge(inside, i + 1 < count ? 20 : 10);
            at += passage->count;
        }
        ck_assert_uint_eq(at, count == 0 ? 0 : tokens);
        ck_assert(count == 0 || count >= 2);
    }
    reader_close(&reader);
}
END_TEST

START_TEST(test_margin_grows_with_passages)
{
    struct engagep_passages passages = {.words = ENGAGEP_PASSAGES_BRIEF + 1};
    int64_t last = 0;
    for (passages.count = 2; passages.count < 1000; passages.count += passages.count / 2) {
        int64_t margin = engagep_passages_margin(&passages);
        ck_assert_int_gt(margin, last);
        ck_assert_int_lt(margin, 65536 * 3 / 2);
        last = margin;
    }
}
END_TEST

/* Where posts begin to be parted a word more changes little: passages hardly count then. */
START_TEST(test_margin_falls_with_words)
{
    struct engagep_passages passages = {.count = 2, .words = 41};
    int64_t last = engagep_passages_margin(&passages);
    ck_assert_int_gt(last, 4 * 65536);
    for (passages.words = 42; passages.words < 100; passages.words++) {
        int64_t margin = engagep_passages_margin(&passages);
        ck_assert_int_le(margin, last);
        ck_assert_int_gt(margin, last - 65536 / 4);
        last = margin;
    }
    ck_assert_int_eq(last, 65536 * 3 / 4);
}
END_TEST

static int part_body(const engage_allocator *allocator, void *ctx)
{
    struct engagep_passages passages = {.allocator = allocator};
    const struct reader *reader = ctx;
    int rc = engagep_passages_find(&passages, &reader->features, reader->tokenizer);
    engagep_passages_release(&passages);
    return rc;
}

START_TEST(test_failing_memory)
{
    struct reader reader;
    char text[4000];
    uint64_t state = 3;
    reader_open(&reader, plain_allocator());
    random_post(text, sizeof(text), 100, &state);
    ck_assert_uint_gt(part(&reader, text), 0);
    support_fail_each(part_body, &reader);
    reader_close(&reader);
}
END_TEST

/* ---------------------------------------------------------------- judging --- */

/* A letter that asks for nothing, and sentences that each would make it ask. */
static const char *const story[] = {
    "We moved to the coast in spring and took the old furniture with us in two vans.",
    "The house stands at the end of the road, with a shed behind it and a wall on one side.",
    "My brother lives nearby and comes over on Sundays with his wife and their dog.",
    "In the evening we walk along the pier and look at the boats that come in.",
    "The table in the kitchen is from my grandmother and has been in the family for long.",
    "On Mondays there is a market in the square with bread, cheese and flowers.",
    "Last month my cousin was here for a week and painted the fence with the children.",
};
enum { SENTENCES = sizeof(story) / sizeof(story[0]) };

static const struct {
    const char *sentence;
    int intent;
} asks[] = {
    {"Please help me, I cannot log in to my account and nobody answers.",
     ENGAGE_INTENT_HELP_REQUEST},
    {"You charged my card twice, I want a refund of the second payment.", ENGAGE_INTENT_BILLING},
    {"The app crashes every time I open it since the update.", ENGAGE_INTENT_DEFECT},
    {"Worst customer service ever, I am so disappointed with your company.",
     ENGAGE_INTENT_COMPLAINT},
    {"I am cancelling my subscription and switching to another provider.",
     ENGAGE_INTENT_CHURN_RISK},
    {"Thank you so much, your support team was amazing and solved it at once.",
     ENGAGE_INTENT_PRAISE},
};

/* The letter with a sentence in place `at`; where that is, in *begin. */
static void write_letter(char *text, size_t room, const char *sentence, int at, size_t *begin)
{
    size_t size = 0;
    for (int i = 0; i <= SENTENCES; i++) {
        if (i == at && sentence != NULL) {
            *begin = size;
            size += (size_t)snprintf(text + size, room - size, "%s ", sentence);
        }
        if (i < SENTENCES)
            size += (size_t)snprintf(text + size, room - size, "%s ", story[i]);
    }
}

static const engage_analysis *run(engage_analyzer *analyzer, const char *text)
{
    const engage_analysis *analysis;
    ck_assert_int_eq(engage_analyzer_run(analyzer, text, strlen(text), &analysis), ENGAGE_OK);
    return analysis;
}

/* What weighs most for an intent, or nearly so, stands in the sentence that asks. */
static void check_evidence(const engage_analysis *analysis, int intent, size_t begin, size_t end)
{
    int64_t most = 0, inside = 0;
    for (size_t i = 0; i < engage_analysis_evidence_count(analysis); i++) {
        engage_span span = engage_analysis_evidence_span(analysis, i);
        int64_t share = engage_analysis_evidence_contribution(analysis, i);
        if (engage_analysis_evidence_head(analysis, i) != ENGAGE_HEAD_INTENT(intent) ||
            span.end == 0)
            continue;
        most = share > most ? share : most;
        if (span.start >= begin && span.end <= end)
            inside = share > inside ? share : inside;
    }
    ck_assert_int_gt(most, 0);
    ck_assert_int_ge(inside * 10, most * 9);
}

START_TEST(test_one_sentence_is_heard)
{
    engage_analyzer_options options = ENGAGE_ANALYZER_OPTIONS_INIT;
    options.flags = ENGAGE_ANALYZE_EXPLAIN;
    engage_analyzer *analyzer;
    char text[2000];
    size_t begin = 0;
    if (engage_model_builtin() == NULL) {
        printf("skipped: there is no built-in model\n");
        return;
    }
    ck_assert_int_eq(engage_analyzer_new(&analyzer, &options), ENGAGE_OK);
    write_letter(text, sizeof(text), NULL, 0, &begin);
    const engage_analysis *plain = run(analyzer, text);
    for (int intent = 0; intent < ENGAGE_INTENTS; intent++)
        ck_assert_msg(!engage_analysis_has_intent(plain, intent), "the letter has %s",
                      engage_intent_name(intent));
    for (size_t i = 0; i < sizeof(asks) / sizeof(asks[0]); i++)
        for (int at = 0; at <= SENTENCES; at++) {
            write_letter(text, sizeof(text), asks[i].sentence, at, &begin);
            const engage_analysis *analysis = run(analyzer, text);
            ck_assert_msg(engage_analysis_has_intent(analysis, asks[i].intent),
                          "%s is not heard in place %d", engage_intent_name(asks[i].intent), at);
            support_evidence(analysis, strlen(text));
            check_evidence(analysis, asks[i].intent, begin, begin + strlen(asks[i].sentence));
        }
    engage_analyzer_free(analyzer);
}
END_TEST

/* Of twice the words, twice the sum is as sure; up to 64 words none is changed. */
START_TEST(test_long_posts_are_no_surer)
{
    struct engagep_passages passages = {0};
    for (int64_t odds = -5000000; odds <= 5000000; odds += 333333) {
        int64_t last = odds;
        passages.words = 0;
        ck_assert_int_eq(engagep_passages_temper(&passages, odds), odds);
        for (passages.words = 65; passages.words < 100000; passages.words *= 2) {
            int64_t told = engagep_passages_temper(&passages, odds);
            ck_assert_int_le(told < 0 ? -told : told, last < 0 ? -last : last);
            ck_assert_int_eq(told, odds * 64 / (int64_t)passages.words);
            ck_assert(told == 0 || (told < 0) == (odds < 0));
            last = told;
        }
    }
}
END_TEST

/* What is told of each sentiment, from its logit; of `words` words. */
static void check_odds(const engage_analysis *analysis, const engage_model *model, int64_t words)
{
    struct engagep_calibration calibration;
    int64_t odds[ENGAGE_SENTIMENTS];
    int32_t told[ENGAGE_SENTIMENTS];
    engagep_model_calibration(model, &calibration);
    for (int head = 0; head < ENGAGE_SENTIMENTS; head++) {
        odds[head] = engagep_calibrate_wide(engage_analysis_logit(analysis, head),
                                            calibration.scale[head], calibration.offset[head]);
        odds[head] = words > 64 ? odds[head] * 64 / words : odds[head];
    }
    engagep_calibrate_softmax(odds, told);
    for (int head = 0; head < ENGAGE_SENTIMENTS; head++)
        ck_assert_int_eq(engage_analysis_probability(analysis, head), told[head]);
}

START_TEST(test_sureness_goes_by_length)
{
    const engage_model *model = engage_model_builtin() != NULL
                                    ? engage_model_ref(engage_model_builtin())
                                    : small_model_open(3);
    engage_analyzer_options options = ENGAGE_ANALYZER_OPTIONS_INIT;
    engage_analyzer *analyzer;
    char text[4000] = "";
    options.model = model;
    ck_assert_int_eq(engage_analyzer_new(&analyzer, &options), ENGAGE_OK);
    for (int64_t words = 8; words <= 160; words += 8) {
        strcat(text, "I like how it works here, most days. ");
        check_odds(support_analyze(analyzer, text), model, words);
    }
    check_odds(support_analyze(analyzer, "I like it."), model, 3);
    engage_analyzer_free(analyzer);
    engage_model_unref(model);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("passages");
    TCase *cases = tcase_create("passages");
    tcase_set_timeout(cases, 0);
    tcase_add_test(cases, test_passages_are_the_post);
    tcase_add_test(cases, test_margin_grows_with_passages);
    tcase_add_test(cases, test_margin_falls_with_words);
    tcase_add_test(cases, test_failing_memory);
    tcase_add_test(cases, test_one_sentence_is_heard);
    tcase_add_test(cases, test_long_posts_are_no_surer);
    tcase_add_test(cases, test_sureness_goes_by_length);
    suite_add_tcase(suite, cases);
    return support_run(suite);
}
