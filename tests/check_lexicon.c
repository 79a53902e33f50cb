/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Lexicons: what their text may say, what their words do to a score, failures.
 */
#include "small_model.h"
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char slang[] = "\xEF\xBB\xBF# brand slang\n"
                            "\n"
                            "#\n"
                            "slaps\t3.5\n"
                            "screen gate\t-3\t0.4\r\n"
                            "#teamaurora\t2\t0.80623\t[-1, 2, 3]\n"
                            ":-)\t+1.25\n"
                            "\xF0\x9F\xAB\xA0\t-2.1\n"
                            "mid\t-1.8\n"
                            "zen\t0";

static const engage_lexicon *parse(const char *name, const char *text)
{
    engage_error error = ENGAGE_ERROR_INIT;
    const engage_lexicon *lexicon;
    int rc = engage_lexicon_parse(&lexicon, name, text, strlen(text), NULL, &error);
    ck_assert_msg(rc == ENGAGE_OK, "%u:%u: %s", error.line, error.column, error.message);
    return lexicon;
}

START_TEST(test_read)
{
    const engage_lexicon *lexicon = parse("slang", slang);
    ck_assert_str_eq(engage_lexicon_name(lexicon), "slang");
    ck_assert_uint_eq(engage_lexicon_count(lexicon), 7);
    ck_assert_ptr_eq(engage_lexicon_ref(lexicon), lexicon);
    engage_lexicon_unref(lexicon);
    engage_lexicon_unref(lexicon);
    lexicon = parse("A.b-c_9", "");
    ck_assert_uint_eq(engage_lexicon_count(lexicon), 0);
    engage_lexicon_unref(lexicon);
    ck_assert_ptr_null(engage_lexicon_ref(NULL));
    engage_lexicon_unref(NULL);
    ck_assert_ptr_null(engage_lexicon_name(NULL));
    ck_assert_uint_eq(engage_lexicon_count(NULL), 0);
}
END_TEST

START_TEST(test_refused)
{
    static const struct {
        const char *text;
        uint32_t line;
        uint32_t column;
        const char *about;
    } cases[] = {
        {"good\t1\nslaps\n", 2, 6, "a mean must follow"},
        {"slaps 3\n", 1, 8, "a mean must follow"},
        {"slaps\t\t1\n", 1, 7, "not a number"},
        {"slaps\t3,5\n", 1, 7, "not a number: 3,5"},
        {"slaps\t3.\n", 1, 7, "not a number"},
        {"slaps\t.5\n", 1, 7, "not a number"},
        {"slaps\tnan\n", 1, 7, "not a number"},
        {"slaps\t1e1\n", 1, 7, "not a number"},
        {"slaps\t4.000001\n", 1, 7, "from -4 to 4"},
        {"slaps\t-5\n", 1, 7, "from -4 to 4"},
        {"slaps\t99999999999999999999\n", 1, 7, "not a number"},
        {"slaps\t1\tmuch\n", 1, 9, "not a deviation"},
        {"slaps\t1\t-0.5\n", 1, 9, "not a deviation"},
        {"slaps\t1\t0.5\t1, 2\n", 1, 13, "brackets"},
        {"slaps\t1\t0.5\t[1, two]\n", 1, 17, "not a rating: two"},
        {"slaps\t1\t0.5\t[1, 1.5]\n", 1, 17, "not a rating: 1.5"},
        {"slaps\t1\t0.5\t[1,]\n", 1, 16, "not a rating"},
        {"slaps\t1\t0.5\t[]\n", 1, 14, "not a rating"},
        {"slaps\t1\t0.5\t[1]\tmore\n", 1, 17, "more than"},
        {"\xE2\x80\x8D\t1\n", 1, 1, "character that counts"},
        {"good\t1\nba\xFF" "d\t1\n", 2, 3, "not UTF-8"},
        {"ba\x01" "d\t1\n", 1, 3, "control character"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        engage_error error = ENGAGE_ERROR_INIT;
        const engage_lexicon *lexicon = (const engage_lexicon *)slang;
        int rc = engage_lexicon_parse(&lexicon, "a", cases[i].text, strlen(cases[i].text), NULL,
                                      &error);
        ck_assert_msg(rc == ENGAGE_ELEXICON, "%s", cases[i].text);
        ck_assert_ptr_null(lexicon);
        ck_assert_int_eq(error.code, ENGAGE_ELEXICON);
        ck_assert_msg(error.line == cases[i].line && error.column == cases[i].column,
                      "%s: %u:%u", cases[i].text, error.line, error.column);
        ck_assert_msg(strstr(error.message, cases[i].about) != NULL, "%s", error.message);
    }
    /* Of 255 bytes a word is an entry, of 256 none. */
    char letters[300];
    for (int size = 255; size < 257; size++) {
        const engage_lexicon *read;
        for (int i = 0; i < size; i++)
            letters[i] = i % 2 ? 'a' : 'b';
        strcpy(letters + size, "\t1");
        ck_assert_int_eq(engage_lexicon_parse(&read, "a", letters, strlen(letters), NULL, NULL),
                         size == 255 ? ENGAGE_OK : ENGAGE_ELEXICON);
        engage_lexicon_unref(read);
    }
    char longest[600];
    memset(longest, 'a', sizeof(longest));
    for (size_t i = 1; i < sizeof(longest); i += 2)
        longest[i] = ' ';
    memcpy(longest + sizeof(longest) - 3, "\t1", 3);
    const engage_lexicon *lexicon;
    ck_assert_int_eq(engage_lexicon_parse(&lexicon, "a", longest, strlen(longest), NULL, NULL),
                     ENGAGE_ELEXICON);
}
END_TEST

START_TEST(test_misuse)
{
    engage_error error = ENGAGE_ERROR_INIT;
    const engage_lexicon *lexicon;
    engage_allocator broken = {sizeof(broken), NULL, NULL, NULL, NULL};
    ck_assert_int_eq(engage_lexicon_parse(NULL, "a", "", 0, NULL, &error), ENGAGE_EMISUSE);
    ck_assert_int_eq(engage_lexicon_parse(&lexicon, "a", NULL, 1, NULL, NULL), ENGAGE_EMISUSE);
    ck_assert_int_eq(engage_lexicon_parse(&lexicon, "a", "", 0, &broken, &error),
                     ENGAGE_EOPTIONS);
    ck_assert_int_eq(engage_lexicon_parse(&lexicon, NULL, "", 0, NULL, &error), ENGAGE_EMISUSE);
    static const char *const names[] = {
        "", "a b", "a/b", "\xC3\xA4",
        "12345678901234567890123456789012345678901234567890123456789012345",
    };
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        ck_assert_int_eq(engage_lexicon_parse(&lexicon, names[i], "", 0, NULL, NULL),
                         ENGAGE_ERANGE);
    size_t large = (16u << 20) + 1;
    char *text = calloc(large, 1);
    ck_assert_ptr_nonnull(text);
    ck_assert_int_eq(engage_lexicon_parse(&lexicon, "a", text, large, NULL, &error),
                     ENGAGE_ELIMIT);
    ck_assert_ptr_null(lexicon);
    free(text);
}
END_TEST

static int parse_and_release(const engage_allocator *allocator, void *ctx)
{
    (void)ctx;
    const engage_lexicon *lexicon;
    int rc = engage_lexicon_parse(&lexicon, "slang", slang, strlen(slang), allocator, NULL);
    if (rc == ENGAGE_OK)
        engage_lexicon_unref(lexicon);
    else
        ck_assert_ptr_null(lexicon);
    return rc;
}

START_TEST(test_memory)
{
    support_fail_each(parse_and_release, NULL);
}
END_TEST

/* --------------------------------------------------------------- scores --- */

static engage_analyzer *analyzer(uint32_t flags)
{
    const engage_model *model = small_model_open(3);
    engage_analyzer_options options = ENGAGE_ANALYZER_OPTIONS_INIT;
    options.model = model;
    options.flags = flags;
    engage_analyzer *made;
    ck_assert_int_eq(engage_analyzer_new(&made, &options), ENGAGE_OK);
    engage_model_unref(model);
    return made;
}

static void set(engage_analyzer *analyzer, const engage_lexicon *lexicon)
{
    ck_assert_int_eq(engage_analyzer_set_lexicons(analyzer, &lexicon, lexicon != NULL),
                     ENGAGE_OK);
}

/* What the lexicon adds to the logit of positive; checks that it takes as much of negative's
 * log-odds, and leaves all else. */
static int64_t pull(engage_analyzer *analyzer, const engage_lexicon *lexicon, const char *text)
{
    int64_t before[ENGAGE_HEADS];
    set(analyzer, NULL);
    const engage_analysis *analysis = support_analyze(analyzer, text);
    for (int head = 0; head < ENGAGE_HEADS; head++)
        before[head] = engage_analysis_logit(analysis, head);
    set(analyzer, lexicon);
    analysis = support_analyze(analyzer, text);
    int64_t positive = engage_analysis_logit(analysis, ENGAGE_POSITIVE) - before[ENGAGE_POSITIVE];
    int64_t negative = engage_analysis_logit(analysis, ENGAGE_NEGATIVE) - before[ENGAGE_NEGATIVE];
    ck_assert((positive > 0) == (negative < 0) && (positive < 0) == (negative > 0));
    for (int head = 0; head < ENGAGE_HEADS; head++) {
        if (head != ENGAGE_POSITIVE && head != ENGAGE_NEGATIVE)
            ck_assert_int_eq(engage_analysis_logit(analysis, head), before[head]);
    }
    return positive;
}

START_TEST(test_words_pull)
{
    engage_analyzer *a = analyzer(0);
    const engage_lexicon *lexicon = parse("slang", slang);
    int64_t one = pull(a, lexicon, "it slaps"); /* 3.5 */
    int64_t three = pull(a, lexicon, "screen gate");
    int64_t two = pull(a, lexicon, "#TeamAurora");
    ck_assert_int_gt(one, 0);
    ck_assert_int_lt(three, 0);
    ck_assert(one * 2 / 7 + three / 3 >= -1 && one * 2 / 7 + three / 3 <= 1);
    ck_assert(two + three * 2 / 3 >= -2 && two + three * 2 / 3 <= 2);
    static const struct {
        const char *text;
        int times; /* of the first pull, in quarters */
    } cases[] = {
        {"", 0},
        {"nothing of it", 0},
        {"SLAPS", 4},
        {"slaps slaps", 8},
        {"it does not slaps", -3},
        {"it does not ever really slaps", -3},
        {"it is not the one that ever slaps", 4},
        {"not this. slaps", 4},
        {"never mind but it slaps", 4},
        {"slaps, not that", 4},
        {"#ThisSlaps", 4},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        int64_t got = pull(a, lexicon, cases[i].text) - one * cases[i].times / 4;
        ck_assert_msg(got >= -2 && got <= 2, "%s: %lld", cases[i].text, (long long)got);
    }
    ck_assert_int_eq(pull(a, lexicon, "zen"), 0);
    ck_assert_int_eq(pull(a, lexicon, "a screen-gate"), three);
    ck_assert_int_eq(pull(a, lexicon, "the screen of the gate"), 0);
    ck_assert_int_gt(pull(a, lexicon, "hm :-)"), 0);
    ck_assert_int_lt(pull(a, lexicon, "hm \xF0\x9F\xAB\xA0"), 0);
    engage_lexicon_unref(lexicon);
    lexicon = parse("twice", "slaps\t-1\nSlaps\t3.5");
    ck_assert_int_eq(pull(a, lexicon, "it slaps"), one);
    engage_lexicon_unref(lexicon);
    engage_analyzer_free(a);
}
END_TEST

START_TEST(test_lexicons_add_up)
{
    engage_analyzer *a = analyzer(ENGAGE_ANALYZE_EXPLAIN);
    const engage_lexicon *both[2] = {parse("first", "slaps\t2"), parse("second", "slaps\t1.5")};
    const engage_lexicon *whole = parse("whole", "slaps\t3.5");
    static const char post[] = "not good, it slaps but the app is bad";
    int64_t expected = pull(a, whole, post);
    set(a, NULL);
    int64_t before = engage_analysis_logit(support_analyze(a, post), ENGAGE_POSITIVE);
    ck_assert_int_eq(engage_analyzer_set_lexicons(a, both, 2), ENGAGE_OK);
    engage_lexicon_unref(both[0]); /* the analyzer has its own references */
    engage_lexicon_unref(both[1]);
    engage_lexicon_unref(whole);
    const engage_analysis *analysis = support_analyze(a, post);
    int64_t off = engage_analysis_logit(analysis, ENGAGE_POSITIVE) - before - expected;
    ck_assert(off >= -1 && off <= 1);
    /* Evidence adds up, and names each lexicon for two heads. */
    support_evidence(analysis, strlen(post));
    int named[2] = {0, 0};
    for (size_t i = 0; i < engage_analysis_evidence_count(analysis); i++) {
        int head = engage_analysis_evidence_head(analysis, i);
        const char *rule = engage_analysis_evidence_rule(analysis, i);
        for (int k = 0; k < 2; k++) {
            if (strcmp(rule, k == 0 ? "lexicon:first" : "lexicon:second") == 0) {
                engage_span span = engage_analysis_evidence_span(analysis, i);
                ck_assert(span.start == 13 && span.end == 18);
                ck_assert(head == ENGAGE_POSITIVE || head == ENGAGE_NEGATIVE);
                named[k]++;
            }
        }
    }
    ck_assert(named[0] == 2 && named[1] == 2);
    /* A copy keeps what it names. */
    engage_analysis *copy;
    ck_assert_int_eq(engage_analysis_copy(&copy, analysis, NULL), ENGAGE_OK);
    set(a, NULL);
    engage_analyzer_free(a);
    engage_buffer *buffer;
    ck_assert_int_eq(engage_buffer_new(&buffer, NULL), ENGAGE_OK);
    ck_assert_int_eq(engage_analysis_json(copy, (engage_str){"1", 1}, buffer), ENGAGE_OK);
    ck_assert_ptr_nonnull(strstr(engage_buffer_data(buffer),
                                 "\"start\":13,\"end\":18,\"rule\":\"lexicon:second\""));
    engage_buffer_free(buffer);
    engage_analysis_free(copy);
}
END_TEST

/* A word beside one aspect says more of it than of another. */
START_TEST(test_aspects_feel)
{
    engage_analyzer *a;
    if (engage_analyzer_new(&a, NULL) == ENGAGE_EMODEL_NONE)
        return; /* a small model is too sure of all to be moved */
    static const char post[] = "the app slaps. And then there is the delivery";
    const engage_analysis *analysis = support_analyze(a, post);
    ck_assert_uint_eq(engage_analysis_aspect_count(analysis), 2);
    int32_t app = engage_analysis_aspect_valence(analysis, 0);
    int32_t delivery = engage_analysis_aspect_valence(analysis, 1);
    const engage_lexicon *lexicon = parse("slang", slang);
    set(a, lexicon);
    engage_lexicon_unref(lexicon);
    analysis = support_analyze(a, post);
    app = engage_analysis_aspect_valence(analysis, 0) - app;
    delivery = engage_analysis_aspect_valence(analysis, 1) - delivery;
    ck_assert_int_gt(app, delivery);
    ck_assert_int_gt(delivery, 0);
    engage_analyzer_free(a);
}
END_TEST

START_TEST(test_set)
{
    engage_analyzer *a = analyzer(0);
    const engage_lexicon *lexicon = parse("slang", slang);
    const engage_lexicon *many[ENGAGE_LEXICONS_MOST + 1];
    for (size_t i = 0; i <= ENGAGE_LEXICONS_MOST; i++)
        many[i] = lexicon;
    int64_t one = pull(a, lexicon, "it slaps");
    int64_t plain = engage_analysis_logit(support_analyze(a, "it slaps"), ENGAGE_POSITIVE) - one;
    ck_assert_int_eq(engage_analyzer_set_lexicons(NULL, many, 1), ENGAGE_EMISUSE);
    ck_assert_int_eq(engage_analyzer_set_lexicons(a, NULL, 1), ENGAGE_EMISUSE);
    ck_assert_int_eq(engage_analyzer_set_lexicons(a, many, ENGAGE_LEXICONS_MOST + 1),
                     ENGAGE_ELIMIT);
    many[1] = NULL;
    ck_assert_int_eq(engage_analyzer_set_lexicons(a, many, 2), ENGAGE_EMISUSE);
    many[1] = lexicon;
    /* None of these changed anything. */
    ck_assert_int_eq(engage_analysis_logit(support_analyze(a, "it slaps"), ENGAGE_POSITIVE) - plain,
                     one);
    ck_assert_int_eq(engage_analyzer_set_lexicons(a, many, ENGAGE_LEXICONS_MOST), ENGAGE_OK);
    ck_assert_int_eq(engage_analysis_logit(support_analyze(a, "it slaps"), ENGAGE_POSITIVE) - plain,
                     one * ENGAGE_LEXICONS_MOST);
    ck_assert_int_eq(engage_analyzer_set_lexicons(a, NULL, 0), ENGAGE_OK);
    ck_assert_int_eq(engage_analysis_logit(support_analyze(a, "it slaps"), ENGAGE_POSITIVE), plain);
    engage_lexicon_unref(lexicon);
    engage_analyzer_free(a);
}
END_TEST

static int analyze_with(const engage_allocator *allocator, void *ctx)
{
    engage_analyzer_options options = ENGAGE_ANALYZER_OPTIONS_INIT;
    options.model = ctx;
    options.flags = ENGAGE_ANALYZE_EXPLAIN;
    options.allocator = allocator;
    engage_analyzer *a;
    engage_analysis *copy = NULL;
    const engage_analysis *analysis;
    const engage_lexicon *lexicon = NULL;
    static const char post[] = "the app slaps, slaps and slaps";
    int rc = engage_analyzer_new(&a, &options);
    if (rc != ENGAGE_OK)
        return rc;
    rc = engage_lexicon_parse(&lexicon, "slang", slang, strlen(slang), allocator, NULL);
    if (rc == ENGAGE_OK)
        rc = engage_analyzer_set_lexicons(a, &lexicon, 1);
    engage_lexicon_unref(lexicon);
    if (rc == ENGAGE_OK)
        rc = engage_analyzer_run(a, post, strlen(post), &analysis);
    if (rc == ENGAGE_OK)
        rc = engage_analysis_copy(&copy, analysis, allocator);
    engage_analysis_free(copy);
    engage_analyzer_free(a);
    return rc;
}

START_TEST(test_analyzer_memory)
{
    const engage_model *model = small_model_open(3);
    support_fail_each(analyze_with, (engage_model *)(uintptr_t)model);
    engage_model_unref(model);
}
END_TEST

/* No posts, and no values, bring the arithmetic out of its bounds. */
START_TEST(test_much)
{
    enum { SIZE = 60000 };
    engage_analyzer *a = analyzer(ENGAGE_ANALYZE_EXPLAIN);
    const engage_lexicon *lexicon = parse("most", "so\t4\ngood\t-4\n!\t4\nnot\t-4");
    set(a, lexicon);
    engage_lexicon_unref(lexicon);
    char *text = malloc(SIZE + 1);
    ck_assert_ptr_nonnull(text);
    for (size_t i = 0; i < SIZE; i += 3)
        memcpy(text + i, "so ", 3);
    text[SIZE] = '\0';
    ck_assert_int_ge(engage_analysis_probability(support_analyze(a, text), ENGAGE_POSITIVE),
                     999999);
    free(text);
    uint64_t seed = 5;
    for (int round = 0; round < 500; round++) {
        char bytes[200];
        size_t size = support_random(&seed) % sizeof(bytes);
        for (size_t i = 0; i < size; i++)
            bytes[i] = "sogd!nt #\xFF\n'-"[support_random(&seed) % 13];
        const engage_analysis *analysis;
        ck_assert_int_eq(engage_analyzer_run(a, bytes, size, &analysis), ENGAGE_OK);
        int32_t sum = 0;
        for (int s = 0; s < ENGAGE_SENTIMENTS; s++)
            sum += engage_analysis_probability(analysis, s);
        ck_assert_int_eq(sum, 1000000);
    }
    engage_analyzer_free(a);
}
END_TEST

/* VADER's own file, where it is. */
START_TEST(test_vader)
{
    const char *path = support_shared("data/lexicons/vader_lexicon.txt");
    if (support_absent(path))
        return;
    size_t size;
    char *text = support_read(path, &size);
    engage_error error = ENGAGE_ERROR_INIT;
    const engage_lexicon *lexicon;
    int rc = engage_lexicon_parse(&lexicon, "vader", text, size, NULL, &error);
    ck_assert_msg(rc == ENGAGE_OK, "%u:%u: %s", error.line, error.column, error.message);
    ck_assert_uint_gt(engage_lexicon_count(lexicon), 7300);
    engage_analyzer *a = analyzer(0);
    ck_assert_int_gt(pull(a, lexicon, "superb"), 0);
    ck_assert_int_lt(pull(a, lexicon, "I can't stand it"), 0);
    ck_assert_int_lt(pull(a, lexicon, "what a scam"), 0);
    engage_analyzer_free(a);
    engage_lexicon_unref(lexicon);
    free(text);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("lexicon");
    TCase *text = tcase_create("text");
    tcase_set_timeout(text, 0);
    tcase_add_test(text, test_read);
    tcase_add_test(text, test_refused);
    tcase_add_test(text, test_misuse);
    tcase_add_test(text, test_memory);
    suite_add_tcase(suite, text);
    TCase *scores = tcase_create("scores");
    tcase_set_timeout(scores, 0);
    tcase_add_test(scores, test_words_pull);
    tcase_add_test(scores, test_lexicons_add_up);
    tcase_add_test(scores, test_aspects_feel);
    tcase_add_test(scores, test_set);
    tcase_add_test(scores, test_analyzer_memory);
    tcase_add_test(scores, test_much);
    tcase_add_test(scores, test_vader);
    suite_add_tcase(suite, scores);
    return support_run(suite);
}
