/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Analysis: what its parts promise for any model and any bytes.
 */
#include "support.h"

#include "small_model.h"

#include "score/calibrate.h"
#include "score/features.h"
#include "score/rows.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const posts[] = {
    "",
    " ",
    "love it!!! \xF0\x9F\x98\x8D\xF0\x9F\x91\x8D\xF0\x9F\x8F\xBD",
    "@acme where is my ORDER?? not here, not anywhere but you charged me $45.50 :(",
    "#ThisIsSoGood and #sogood, see https://example.org/a?b=c or mail a@example.org",
    "don\xE2\x80\x99t update. it isn't good... it's soooooo slow",
    "\xFF\xFE broken \xC3 bytes \xED\xA0\x80",
    "\xF0\x9D\x90\xAC\xF0\x9D\x90\xADop charging me for \xE2\x93\x9D\xE2\x93\x9E battery",
    "\xE6\x88\x91\xE5\x96\x9C\xE6\xAC\xA2 \xD8\xA3\xD8\xAD\xD8\xA8 \xCE\xB1\xCE\xB3",
    /* so long that it is read by passages */
    "We moved here in spring and took our contract along, as your colleague had told us we could. "
    "The box stands by the window in the kitchen, next to the radio.\nThe children like the new "
    "rooms, and the garden has an old apple tree. My neighbour has the same box in his cellar. "
    "Since last week nothing works after eight in the evening!! Please tell me what I can do, "
    "or send somebody to look at it \xF0\x9F\x98\xA2\nI have all bills here, paid in full, and "
    "will be at home on Monday and Tuesday after four. With kind regards from all of us here",
};
#define POSTS (sizeof(posts) / sizeof(posts[0]))

/* The built-in model, or a small one where there is none; released by main. */
static const engage_model *small_model;

static const engage_model *any_model(void)
{
    if (engage_model_builtin() != NULL)
        return engage_model_builtin();
    if (small_model == NULL)
        small_model = small_model_open(3);
    return small_model;
}

static const engage_analysis *run(engage_analyzer *analyzer, const char *text, size_t size)
{
    const engage_analysis *analysis;
    ck_assert_int_eq(engage_analyzer_run(analyzer, text, size, &analysis), ENGAGE_OK);
    return analysis;
}

static void check_bounds(const engage_analysis *analysis)
{
    int32_t sum = 0;
    for (int s = 0; s < ENGAGE_SENTIMENTS; s++) {
        int32_t p = engage_analysis_probability(analysis, s);
        ck_assert(p >= 0 && p <= 1000000);
        sum += p;
    }
    ck_assert_int_eq(sum, 1000000);
    ck_assert_int_eq(engage_analysis_valence(analysis),
                     engage_analysis_probability(analysis, ENGAGE_POSITIVE) -
                         engage_analysis_probability(analysis, ENGAGE_NEGATIVE));
    for (int i = 0; i < ENGAGE_INTENTS; i++) {
        int32_t p = engage_analysis_intent(analysis, i);
        ck_assert(p >= 0 && p <= 1000000);
    }
    for (int i = 0; i < ENGAGE_SIGNALS; i++) {
        int32_t p = engage_analysis_signal(analysis, i);
        ck_assert(p >= 0 && p <= 1000000);
    }
    int32_t sure = engage_analysis_probability(analysis, engage_analysis_sentiment(analysis));
    int32_t irony = engage_analysis_signal(analysis, ENGAGE_SIGNAL_IRONY);
    int32_t confidence = engage_analysis_confidence(analysis);
    ck_assert(confidence >= 0 && confidence <= sure);
    if (engage_analysis_sentiment(analysis) != ENGAGE_POSITIVE || irony <= 500000)
        ck_assert_int_eq(confidence, sure);
}

START_TEST(evidence_adds_up)
{
    const engage_model *models[2] = {any_model(), small_model_open(5)};
    for (int m = 0; m < 2; m++) {
        engage_analyzer *plain = support_analyzer(models[m], 0);
        engage_analyzer *explaining = support_analyzer(models[m], ENGAGE_ANALYZE_EXPLAIN);
        for (size_t i = 0; i < POSTS; i++) {
            size_t size = strlen(posts[i]);
            const engage_analysis *a = run(plain, posts[i], size);
            const engage_analysis *b = run(explaining, posts[i], size);
            ck_assert_uint_eq(engage_analysis_evidence_count(a), 0);
            for (int head = 0; head < ENGAGE_HEADS; head++)
                ck_assert_int_eq(engage_analysis_logit(a, head), engage_analysis_logit(b, head));
            support_evidence(b, size);
        }
        engage_analyzer_free(plain);
        engage_analyzer_free(explaining);
    }
    engage_model_unref(models[1]);
}
END_TEST

/* An analyzer remembers words; one that explains does not, and must say the same. */
static void compare_with_fresh(engage_analyzer *plain, engage_analyzer *explaining,
                               const char *text)
{
    const engage_analysis *a = run(plain, text, strlen(text));
    const engage_analysis *b = run(explaining, text, strlen(text));
    for (int head = 0; head < ENGAGE_HEADS; head++)
        ck_assert_int_eq(engage_analysis_logit(a, head), engage_analysis_logit(b, head));
    for (int i = 0; i < ENGAGE_SIGNALS; i++)
        ck_assert_int_eq(engage_analysis_signal(a, i), engage_analysis_signal(b, i));
    ck_assert_uint_eq(engage_analysis_aspect_count(a), engage_analysis_aspect_count(b));
    for (size_t i = 0; i < engage_analysis_aspect_count(a); i++) {
        ck_assert_uint_eq(engage_analysis_aspect_span(a, i).start,
                          engage_analysis_aspect_span(b, i).start);
        ck_assert_int_eq(engage_analysis_aspect_valence(a, i),
                         engage_analysis_aspect_valence(b, i));
    }
}

/* One of so many words, frequent ones first, some misspelt or with a capital or a mark, some of
 * things that are mentioned. Others come in waves, which are more than a memo has room for. */
static size_t put_word(char *out, size_t room, unsigned wave, uint64_t *state)
{
    static const char *const known[] = {"love",  "lvoe",  "not", "Terrible", "horible", "battery",
                                        "help",  "but",   "!",   "??",       ":)",      "42",
                                        "Susan", "price", "#sogood", "unbelievably-long-word",
                                        "@acme", "a.org", "$ACM", "support"};
    uint64_t random = support_random(state);
    size_t which = (size_t)(random >> 32) % 40;
    if (which < sizeof(known) / sizeof(known[0]))
        return (size_t)snprintf(out, room, "%s ", known[which]);
    return (size_t)snprintf(out, room, "%s%u ", which % 2 == 0 ? "word" : "Name",
                            which < 28 ? (unsigned)(random % 200)
                                       : wave * 1000 + (unsigned)(random % 1000));
}

START_TEST(what_was_read_before_changes_no_score)
{
    engage_analyzer *plain = support_analyzer(any_model(), 0);
    engage_analyzer *explaining = support_analyzer(any_model(), ENGAGE_ANALYZE_EXPLAIN);
    uint64_t state = 7;
    size_t mentions = 0;
    for (unsigned post = 0; post < 6000; post++) {
        char text[400];
        size_t size = 0;
        for (int word = 0; word < 12; word++)
            size += put_word(text + size, sizeof(text) - size, post / 500, &state);
        compare_with_fresh(plain, explaining, text);
        mentions += engage_analysis_aspect_count(run(plain, text, size));
    }
    ck_assert_uint_gt(mentions, 1000);
    /* More rows of known words than fit into 16 bits. */
    char text[6000];
    size_t size = 0;
    while (size + 12 < sizeof(text))
        size += (size_t)snprintf(text + size, sizeof(text) - size, "love help ");
    for (int round = 0; round < 4; round++)
        compare_with_fresh(plain, explaining, text);
    engage_analyzer_free(plain);
    engage_analyzer_free(explaining);
}
END_TEST

/* The vectors of rows against plain additions, with the largest numbers and any others, of as
 * many rows as there may be, of an odd number, and of none. */
START_TEST(rows_add_up_exactly)
{
    static unsigned char rows[ENGAGEP_FEATURES_BATCH][ENGAGEP_TABLE_ROW];
    uint64_t state = 3;
    for (int round = 0; round < 15; round++) {
        static const size_t counts[] = {ENGAGEP_FEATURES_BATCH, 39, 0};
        struct engagep_rows found = {.count = counts[round / 5]};
        int32_t sum[ENGAGEP_TABLE_LANES], expected[ENGAGEP_TABLE_LANES];
        for (int k = 0; k < ENGAGEP_TABLE_LANES; k++)
            sum[k] = expected[k] = 1000 * k - 9;
        for (size_t i = 0; i < found.count; i++) {
            found.rows[i] = rows[i];
            for (int k = 0; k < ENGAGEP_TABLE_ROW; k++) {
                static const unsigned char fixed[] = {0x80, 0xFF, 0x0F, 0};
                rows[i][k] = round % 5 < 4 ? fixed[(round + k) % 4]
                                       : (unsigned char)support_random(&state);
            }
            for (int k = 0; k < ENGAGEP_TABLE_COLUMNS; k++)
                expected[k] += ((rows[i][2 + k / 2] >> k % 2 * 4 & 15) - 8) *
                               (1 << (rows[i][1] >> 6));
        }
        engagep_rows_sum(&found, sum);
        for (int k = 0; k < ENGAGEP_TABLE_LANES; k++)
            ck_assert_int_eq(sum[k], expected[k]);
    }
}
END_TEST

/* The first row of a tag is found, as by asking for one feature; and nothing behind a bucket, even
 * where a bad file has a tag in several ways. */
START_TEST(rows_are_found_within_their_buckets)
{
    enum { BUCKETS = 3, TAGS = 5 };
    unsigned char *rows = malloc(BUCKETS * ENGAGEP_TABLE_BUCKET); /* for a sanitizer to guard */
    ck_assert_ptr_nonnull(rows);
    struct engagep_table table = {rows, BUCKETS};
    static struct engagep_feature features[ENGAGEP_FEATURES_BATCH];
    uint64_t state = 5;
    for (int round = 0; round < 50; round++) {
        for (size_t i = 0; i < BUCKETS * ENGAGEP_TABLE_BUCKET; i++)
            rows[i] = i % ENGAGEP_TABLE_ROW == 0   ? (unsigned char)(support_random(&state) % TAGS)
                      : i % ENGAGEP_TABLE_ROW == 1 ? 0xC0
                                                   : (unsigned char)support_random(&state);
        struct engagep_rows found;
        for (size_t i = 0; i < ENGAGEP_FEATURES_BATCH; i++)
            features[i].hash = (uint64_t)(uint32_t)support_random(&state) << 32 |
                               support_random(&state) % TAGS;
        engagep_rows_find(&found, &table, features, ENGAGEP_FEATURES_BATCH);
        size_t n = 0;
        for (size_t i = 0; i < ENGAGEP_FEATURES_BATCH; i++) {
            const unsigned char *row = engagep_table_find(&table, features[i].hash);
            if (row == NULL)
                continue;
            ck_assert_uint_lt(n, found.count);
            ck_assert_ptr_eq(found.rows[n], row);
            ck_assert_uint_eq(found.features[n], i);
            n++;
        }
        ck_assert_uint_eq(found.count, n);
    }
    free(rows);
}
END_TEST

/* A picture, a handle, a number or a face alone asks for nothing; a word or a tag may. */
START_TEST(posts_without_words_carry_no_intent)
{
    static const char *const wordless[] = {"", " ", ".", "?!", "+1", "2024", "5/5", "$AAPL",
                                           "@brand", "@brand @other https://t.co/a", ":(",
                                           "\xe2\x98\x85\xe2\x98\x86", "\xf0\x9f\x86\x98"};
    engage_analyzer *analyzer = support_analyzer(any_model(), 0);
    for (size_t i = 0; i < sizeof(wordless) / sizeof(wordless[0]); i++) {
        const engage_analysis *analysis = run(analyzer, wordless[i], strlen(wordless[i]));
        for (int intent = 0; intent < ENGAGE_INTENTS; intent++) {
            ck_assert_int_eq(engage_analysis_intent(analysis, intent), 0);
            ck_assert_int_eq(engage_analysis_has_intent(analysis, intent), 0);
        }
        ck_assert_int_eq(engage_analysis_needs_reply(analysis), 0);
    }
    static const char *const worded[] = {"a", "@brand a", "#a"};
    for (size_t i = 0; i < sizeof(worded) / sizeof(worded[0]); i++) {
        const engage_analysis *analysis = run(analyzer, worded[i], strlen(worded[i]));
        int32_t most = 0;
        for (int intent = 0; intent < ENGAGE_INTENTS; intent++)
            if (engage_analysis_intent(analysis, intent) > most)
                most = engage_analysis_intent(analysis, intent);
        ck_assert_int_gt(most, 0);
    }
    engage_analyzer_free(analyzer);
}
END_TEST

/* Random bytes, and random pieces of posts, in one analyzer and in fresh ones. */
/* Praise is meant, as a rule, however long it is: irony leaves most of what it is sure of. What
 * reads otherwise than it says is less sure than its probability. */
START_TEST(irony_is_a_doubt_and_no_more)
{
    static const char *const praise[] = {
        "I love my new phone", "Absolutely love this app", "good",
        "The room was clean and quiet and the staff were lovely. Breakfast was great, with fresh "
        "fruit every day. We would come back any time, it was a wonderful stay at a very good "
        "price, thank you all so much. The garden is beautiful, and the pool was warm and clean. "
        "My children loved the playground, and the lady at the desk was so kind to them."};
    if (engage_model_builtin() == NULL)
        return;
    engage_analyzer *analyzer = support_analyzer(NULL, 0);
    for (size_t i = 0; i < sizeof(praise) / sizeof(praise[0]); i++) {
        const engage_analysis *a = run(analyzer, praise[i], strlen(praise[i]));
        int64_t p = engage_analysis_probability(a, ENGAGE_POSITIVE);
        ck_assert_msg(engage_analysis_confidence(a) * INT64_C(5) > p * 4, "%s", praise[i]);
    }
    static const char mocked[] = "Best customer service ever (said nobody, ever)";
    const engage_analysis *a = run(analyzer, mocked, strlen(mocked));
    ck_assert_int_gt(engage_analysis_signal(a, ENGAGE_SIGNAL_IRONY), 500000);
    ck_assert_int_lt(engage_analysis_confidence(a),
                     engage_analysis_probability(a, ENGAGE_POSITIVE));
    engage_analyzer_free(analyzer);
}
END_TEST

/* A heart on fire and a mending one are read as a heart. */
START_TEST(joined_emoji_are_read_by_their_first)
{
#define HEART "it came \xE2\x9D\xA4\xEF\xB8\x8F"
    static const char *const hearts[] = {HEART, HEART "\xE2\x80\x8D\xF0\x9F\x94\xA5",
                                        HEART "\xE2\x80\x8D\xF0\x9F\xA9\xB9"};
#undef HEART
    if (engage_model_builtin() == NULL)
        return;
    engage_analyzer *analyzer = support_analyzer(NULL, 0);
    int32_t heart = engage_analysis_valence(run(analyzer, hearts[0], strlen(hearts[0])));
    ck_assert_int_ne(heart, engage_analysis_valence(run(analyzer, "it came", 7)));
    for (size_t i = 1; i < sizeof(hearts) / sizeof(hearts[0]); i++)
        ck_assert_int_eq(engage_analysis_valence(run(analyzer, hearts[i], strlen(hearts[i]))),
                         heart);
    engage_analyzer_free(analyzer);
}
END_TEST

static void judge(engage_analyzer *analyzer, const char *text, int32_t p[ENGAGE_INTENTS + 3])
{
    const engage_analysis *analysis = run(analyzer, text, strlen(text));
    for (int i = 0; i < ENGAGE_INTENTS; i++)
        p[i] = engage_analysis_intent(analysis, i);
    for (int i = 0; i < 3; i++)
        p[ENGAGE_INTENTS + i] = engage_analysis_probability(analysis, i);
}

/* What a reader takes for the same is judged alike, however it is written. */
START_TEST(other_forms_of_a_token_are_read_alike)
{
    static const struct {
        const char *one, *other;
    } pairs[] = {
        {"is the site down?", "is the site down\xEF\xBC\x9F"},
        {"is the site down?", "is the site down\xE2\x9D\x93"},
        {"so happy today!!", "so happy today\xE2\x80\xBC"},
        {"so happy today!!", "so happy today\xEF\xBC\x81\xEF\xBC\x81"},
        {"they took $240 twice", "they took US$240 twice"},
        {"they took $240 twice", "they took \xE2\x82\xAC" "240 twice"},
        {"they took $240 twice", "they took 240\xE2\x82\xAC twice"},
        {"so late again :(", "so late again :(((("},
        {"so late again :(", "so late again :-["},
        {"going home <3", "going home <3333"},
        {"your app sucks", "your app s*cks"},
        {"Never had issues. Great service.", "Never had issues\nGreat service."},
        {"no refund yet. I love the app", "no refund yet\nI love the app"},
        {"not a word. Great phone", "not a word\nGreat phone"},
    };
    if (engage_model_builtin() == NULL)
        return;
    engage_analyzer *analyzer = support_analyzer(NULL, 0);
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        int32_t one[ENGAGE_INTENTS + 3], other[ENGAGE_INTENTS + 3];
        judge(analyzer, pairs[i].one, one);
        judge(analyzer, pairs[i].other, other);
        for (int k = 0; k < ENGAGE_INTENTS + 3; k++)
            ck_assert_msg(other[k] == one[k], "%s: %d is %d, not %d", pairs[i].other, k,
                          (int)other[k], (int)one[k]);
    }
    engage_analyzer_free(analyzer);
}
END_TEST

START_TEST(any_bytes_give_a_result)
{
    const engage_model *model = any_model();
    engage_analyzer *analyzer = support_analyzer(model, ENGAGE_ANALYZE_EXPLAIN);
    uint64_t seed = 11;
    for (int round = 0; round < 3000; round++) {
        char text[400];
        size_t size = support_random(&seed) % sizeof(text);
        for (size_t i = 0; i < size; i++)
            text[i] = (char)support_random(&seed);
        if (round % 3 != 0) {
            for (size_t at = 0; at + 80 < size; at += 40) {
                const char *post = posts[support_random(&seed) % POSTS];
                memcpy(text + at, post, strlen(post) < 80 ? strlen(post) : 80);
            }
        }
        const engage_analysis *analysis = run(analyzer, text, size);
        check_bounds(analysis);
        support_evidence(analysis, size);
        if (round % 50 == 0) {
            engage_analyzer *fresh = support_analyzer(model, 0);
            const engage_analysis *again = run(fresh, text, size);
            for (int head = 0; head < ENGAGE_HEADS; head++)
                ck_assert_int_eq(engage_analysis_logit(again, head),
                                 engage_analysis_logit(analysis, head));
            engage_analyzer_free(fresh);
        }
    }
    engage_analyzer_free(analyzer);
}
END_TEST

START_TEST(the_longest_posts_are_taken)
{
    const engage_model *model = any_model();
    engage_analyzer_options options = ENGAGE_ANALYZER_OPTIONS_INIT;
    options.model = model;
    options.max_bytes = 1u << 20;
    engage_analyzer *analyzer;
    ck_assert_int_eq(engage_analyzer_new(&analyzer, &options), ENGAGE_OK);
    char *text = malloc(options.max_bytes + 1);
    static const char *const fills[] = {"a", "!", "good ", "not good but ", "#",
                                        "\xF0\x9F\x98\x80"};
    for (size_t k = 0; k < sizeof(fills) / sizeof(fills[0]); k++) {
        size_t piece = strlen(fills[k]);
        for (size_t i = 0; i < options.max_bytes; i++)
            text[i] = fills[k][i % piece];
        check_bounds(run(analyzer, text, options.max_bytes));
    }
    const engage_analysis *analysis = (const engage_analysis *)"";
    ck_assert_int_eq(engage_analyzer_run(analyzer, text, options.max_bytes + 1, &analysis),
                     ENGAGE_ELIMIT);
    ck_assert_ptr_null(analysis);
    free(text);
    engage_analyzer_free(analyzer);
    analyzer = support_analyzer(model, 0);
    char small[65537];
    memset(small, 'a', sizeof(small));
    run(analyzer, small, 65536);
    ck_assert_int_eq(engage_analyzer_run(analyzer, small, 65537, &analysis), ENGAGE_ELIMIT);
    engage_analyzer_free(analyzer);
}
END_TEST

START_TEST(misuse_is_told)
{
    engage_analyzer *analyzer = NULL;
    const engage_analysis *analysis;
    engage_analyzer_options options = ENGAGE_ANALYZER_OPTIONS_INIT;
    options.model = any_model();
    ck_assert_int_eq(engage_analyzer_new(NULL, &options), ENGAGE_EMISUSE);
    options.flags = 4;
    ck_assert_int_eq(engage_analyzer_new(&analyzer, &options), ENGAGE_EOPTIONS);
    options.flags = 0;
    options.reserved = 1;
    ck_assert_int_eq(engage_analyzer_new(&analyzer, &options), ENGAGE_EOPTIONS);
    options.reserved = 0;
    options.max_bytes = (1u << 20) + 1;
    ck_assert_int_eq(engage_analyzer_new(&analyzer, &options), ENGAGE_EOPTIONS);
    options.max_bytes = 0;
    options.struct_size = 8;
    ck_assert_int_eq(engage_analyzer_new(&analyzer, &options), ENGAGE_EOPTIONS);
    ck_assert_ptr_null(analyzer);
    int rc = engage_analyzer_new(&analyzer, NULL);
    ck_assert_int_eq(rc, engage_model_builtin() != NULL ? ENGAGE_OK : ENGAGE_EMODEL_NONE);
    engage_analyzer_free(analyzer);
    analyzer = support_analyzer(any_model(), 0);
    ck_assert_int_eq(engage_analyzer_run(NULL, "a", 1, &analysis), ENGAGE_EMISUSE);
    ck_assert_int_eq(engage_analyzer_run(analyzer, NULL, 1, &analysis), ENGAGE_EMISUSE);
    ck_assert_int_eq(engage_analyzer_run(analyzer, "a", 1, NULL), ENGAGE_EMISUSE);
    check_bounds(run(analyzer, NULL, 0));
    engage_analyzer_free(analyzer);
    engage_analyzer_free(NULL);
}
END_TEST

START_TEST(getters_mind_their_ranges)
{
    engage_analyzer *analyzer = support_analyzer(any_model(), ENGAGE_ANALYZE_EXPLAIN);
    const engage_analysis *analysis = run(analyzer, posts[3], strlen(posts[3]));
    size_t count = engage_analysis_evidence_count(analysis);
    const engage_analysis *cases[] = {analysis, NULL};
    for (int i = 0; i < 2; i++) {
        const engage_analysis *a = cases[i];
        ck_assert_int_eq(engage_analysis_probability(a, -1), 0);
        ck_assert_int_eq(engage_analysis_probability(a, ENGAGE_SENTIMENTS), 0);
        ck_assert_int_eq(engage_analysis_intent(a, -1), 0);
        ck_assert_int_eq(engage_analysis_intent(a, ENGAGE_INTENTS), 0);
        ck_assert_int_eq(engage_analysis_has_intent(a, -1), 0);
        ck_assert_int_eq(engage_analysis_has_intent(a, ENGAGE_INTENTS), 0);
        ck_assert_int_eq(engage_analysis_logit(a, -1), 0);
        ck_assert_int_eq(engage_analysis_logit(a, ENGAGE_HEADS), 0);
        ck_assert_int_eq(engage_analysis_evidence_head(a, count), 0);
        ck_assert_uint_eq(engage_analysis_evidence_span(a, count).end, 0);
        ck_assert_ptr_null(engage_analysis_evidence_rule(a, count));
        ck_assert_int_eq(engage_analysis_evidence_contribution(a, count), 0);
    }
    ck_assert_int_eq(engage_analysis_valence(NULL), 0);
    ck_assert_int_eq(engage_analysis_signal(NULL, ENGAGE_SIGNAL_ANGER), 0);
    ck_assert_int_eq(engage_analysis_signal(analysis, -1), 0);
    ck_assert_int_eq(engage_analysis_signal(analysis, ENGAGE_SIGNALS), 0);
    ck_assert_int_eq(engage_analysis_confidence(NULL), 0);
    ck_assert_int_eq(engage_analysis_sentiment(NULL), ENGAGE_NEUTRAL);
    ck_assert_int_eq(engage_analysis_needs_reply(NULL), 0);
    ck_assert_str_eq(engage_analysis_language(NULL), "und");
    ck_assert_ptr_nonnull(engage_analysis_language(analysis));
    ck_assert_uint_eq(engage_analysis_evidence_count(NULL), 0);
    ck_assert_ptr_null(engage_sentiment_name(3));
    ck_assert_ptr_null(engage_intent_name(-1));
    ck_assert_ptr_null(engage_head_name(ENGAGE_HEADS));
    ck_assert_ptr_null(engagep_rule_name(ENGAGEP_RULES));
    for (int i = 0; i < ENGAGE_INTENTS; i++) {
        const char *name = engage_intent_name(i);
        ck_assert_int_eq(engage_intent_by_name(name, strlen(name)), i);
        ck_assert_int_eq(engage_intent_by_name(name, strlen(name) - 1), ENGAGE_ERANGE);
        ck_assert_str_eq(engage_head_name(ENGAGE_HEAD_INTENT(i)), name);
    }
    ck_assert_int_eq(engage_intent_by_name(NULL, 0), ENGAGE_ERANGE);
    engage_analyzer_free(analyzer);
}
END_TEST

static char *json_of(const engage_analysis *analysis, const char *id)
{
    engage_buffer *buffer;
    ck_assert_int_eq(engage_buffer_new(&buffer, NULL), ENGAGE_OK);
    engage_str name = {id, id == NULL ? 0 : strlen(id)};
    ck_assert_int_eq(engage_analysis_json(analysis, name, buffer), ENGAGE_OK);
    char *copy = strdup(engage_buffer_data(buffer));
    engage_buffer_free(buffer);
    return copy;
}

START_TEST(copies_outlive_the_next_run)
{
    engage_analyzer *analyzer = support_analyzer(any_model(), ENGAGE_ANALYZE_EXPLAIN);
    const engage_analysis *analysis = run(analyzer, posts[3], strlen(posts[3]));
    char *before = json_of(analysis, "1");
    engage_analysis *copy;
    ck_assert_int_eq(engage_analysis_copy(NULL, analysis, NULL), ENGAGE_EMISUSE);
    ck_assert_int_eq(engage_analysis_copy(&copy, NULL, NULL), ENGAGE_EMISUSE);
    engage_allocator wrong = {0};
    ck_assert_int_eq(engage_analysis_copy(&copy, analysis, &wrong), ENGAGE_EOPTIONS);
    ck_assert_int_eq(engage_analysis_copy(&copy, analysis, NULL), ENGAGE_OK);
    run(analyzer, posts[4], strlen(posts[4]));
    engage_analyzer_free(analyzer);
    char *after = json_of(copy, "1");
    ck_assert_str_eq(before, after);
    engage_analysis_free(copy);
    engage_analysis_free(NULL);
    free(before);
    free(after);
}
END_TEST

START_TEST(json_has_every_member_in_order)
{
    static const char *const members[] = {
        "{\"id\":\"a\\\"b\"", ",\"language\":", ",\"sentiment\":{\"label\":", ",\"negative\":",
        ",\"neutral\":", ",\"positive\":", ",\"valence\":", "},\"intents\":{\"question\":",
        ",\"help_request\":", ",\"complaint\":", ",\"defect\":", ",\"billing\":",
        ",\"suggestion\":", ",\"purchase_intent\":", ",\"churn_risk\":", ",\"praise\":",
        ",\"recommendation\":", ",\"warning\":", ",\"peer_answer\":", ",\"comparison\":",
        ",\"safety_risk\":", ",\"spam\":", "},\"labels\":[", "],\"needs_reply\":",
        ",\"aspects\":[]", ",\"logits\":{\"negative\":", ",\"spam\":",
        ("},\"evidence\":[{\"for\":\"negative\",\"start\":0,\"end\":0,\"rule\":\"bias\","
         "\"contribution\":"), "}]}",
    };
    engage_analyzer *analyzer = support_analyzer(any_model(), ENGAGE_ANALYZE_EXPLAIN);
    char *json = json_of(run(analyzer, posts[2], strlen(posts[2])), "a\"b");
    const char *at = json;
    for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
        at = strstr(at, members[i]);
        ck_assert_msg(at != NULL, "%s", members[i]);
        at += strlen(members[i]);
    }
    ck_assert_str_eq(at, "");
    free(json);
    engage_analyzer_free(analyzer);
    analyzer = support_analyzer(any_model(), 0);
    const engage_analysis *analysis = run(analyzer, posts[2], strlen(posts[2]));
    json = json_of(analysis, NULL);
    ck_assert_int_eq(strncmp(json, "{\"id\":null,", 11), 0);
    ck_assert_ptr_null(strstr(json, "logits"));
    free(json);
    engage_str bad = {NULL, 1}, good = {"", 0};
    engage_buffer *buffer;
    ck_assert_int_eq(engage_buffer_new(&buffer, NULL), ENGAGE_OK);
    ck_assert_int_eq(engage_analysis_json(analysis, bad, buffer), ENGAGE_EMISUSE);
    ck_assert_int_eq(engage_analysis_json(NULL, good, buffer), ENGAGE_EMISUSE);
    ck_assert_int_eq(engage_analysis_json(analysis, good, NULL), ENGAGE_EMISUSE);
    engage_buffer_free(buffer);
    engage_analyzer_free(analyzer);
}
END_TEST

static int analyze_body(const engage_allocator *allocator, void *ctx)
{
    engage_analyzer_options options = ENGAGE_ANALYZER_OPTIONS_INIT;
    options.model = ctx;
    options.flags = ENGAGE_ANALYZE_EXPLAIN;
    options.allocator = allocator;
    engage_analyzer *analyzer;
    engage_analysis *copy = NULL;
    engage_buffer *buffer = NULL;
    int rc = engage_analyzer_new(&analyzer, &options);
    const engage_analysis *analysis = NULL;
    for (size_t i = 0; rc == ENGAGE_OK && i < POSTS; i++)
        rc = engage_analyzer_run(analyzer, posts[i], strlen(posts[i]), &analysis);
    if (rc == ENGAGE_OK)
        rc = engage_analysis_copy(&copy, analysis, allocator);
    if (rc == ENGAGE_OK)
        rc = engage_buffer_new(&buffer, allocator);
    engage_str id = {"1", 1};
    if (rc == ENGAGE_OK)
        rc = engage_analysis_json(copy, id, buffer);
    engage_buffer_free(buffer);
    engage_analysis_free(copy);
    engage_analyzer_free(analyzer);
    return rc;
}

START_TEST(failing_memory_is_survived)
{
    const engage_model *model = small_model_open(3);
    union {
        const engage_model *in;
        void *out;
    } pass = {model};
    support_fail_each(analyze_body, pass.out);
    engage_model_unref(model);
}
END_TEST

START_TEST(nothing_is_allocated_after_warm_up)
{
    struct support_memory memory = {0};
    engage_allocator allocator = support_allocator(&memory);
    engage_analyzer_options options = ENGAGE_ANALYZER_OPTIONS_INIT;
    options.model = any_model();
    options.flags = ENGAGE_ANALYZE_EXPLAIN;
    options.allocator = &allocator;
    engage_analyzer *analyzer;
    ck_assert_int_eq(engage_analyzer_new(&analyzer, &options), ENGAGE_OK);
    size_t calls = 0;
    for (int round = 0; round < 2; round++) {
        calls = memory.calls;
        for (size_t i = 0; i < POSTS; i++)
            run(analyzer, posts[i], strlen(posts[i]));
    }
    ck_assert_uint_eq(memory.calls, calls);
    engage_analyzer_free(analyzer);
    ck_assert_uint_eq(memory.blocks, 0);
    ck_assert_int_eq(memory.wrong_size, 0);
}
END_TEST

/* Intents are given by log-odds: as if by probabilities, since these never fall as those rise. */
START_TEST(odds_beyond_all_bounds_stay_apart)
{
    int64_t x[3] = {-9000 * 65536, -500 * 65536, -501 * 65536};
    int64_t near[3] = {-65536, 0, 65536};
    int64_t moved[3] = {-9001 * 65536, -9000 * 65536, -8999 * 65536};
    int32_t p[3], q[3];
    engagep_calibrate_softmax(x, p);
    ck_assert_int_eq(p[0], 0);
    ck_assert_int_eq(p[1], 1000000 - p[2]);
    ck_assert_int_le(abs(p[2] - 268941), 1); /* 1 / (1 + e) */
    /* Others are moved, and tell what they told. */
    engagep_calibrate_softmax(near, p);
    engagep_calibrate_softmax(moved, q);
    ck_assert_mem_eq(p, q, sizeof(p));
}
END_TEST

START_TEST(thresholds_are_the_same_of_odds)
{
    const int64_t most = 2 * ENGAGEP_CALIBRATE_FAR;
    int32_t last = 0;
    for (int64_t x = -most; x <= most; x++) {
        int32_t probability = engagep_calibrate_sigmoid(x);
        if (probability == last)
            continue;
        ck_assert_int_gt(probability, last);
        ck_assert_int_eq(engagep_calibrate_least(probability - 1), x);
        ck_assert_int_eq(engagep_calibrate_least(last), x);
        last = probability;
    }
    ck_assert_int_eq(last, 1000000);
    ck_assert_int_eq(engagep_calibrate_least(1000000), most);
}
END_TEST

/* The fixed-point functions against the exact ones: within two millionths. */
START_TEST(calibration_is_exact_enough)
{
    for (int64_t x = -3000000; x <= 3000000; x += 997) {
        double exact = 1e6 / (1 + exp(-(double)x / 65536));
        ck_assert(fabs(engagep_calibrate_sigmoid(x) - exact) <= 2);
        ck_assert_int_eq(engagep_calibrate_sigmoid(x) + engagep_calibrate_sigmoid(-x), 1000000);
        int64_t z[3] = {x, x / 3, -x / 2};
        int32_t p[3];
        engagep_calibrate_softmax(z, p);
        ck_assert_int_eq(p[0] + p[1] + p[2], 1000000);
        double sum = 0;
        for (int i = 0; i < 3; i++)
            sum += exp((double)(z[i] - z[0]) / 65536);
        if (sum < 1e300)
            ck_assert(fabs(p[0] - 1e6 / sum) <= 4);
    }
    ck_assert_int_eq(engagep_calibrate_linear(INT64_MAX, 16 << 16, 64 << 16), (int64_t)40 << 16);
    ck_assert_int_eq(engagep_calibrate_linear(INT64_MIN, 16 << 16, 64 << 16), -((int64_t)40 << 16));
    ck_assert_int_eq(engagep_calibrate_linear(65536, 32768, 5), 32773);
    ck_assert_int_eq(engagep_calibrate_linear(-1, 32768, 0), -1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("score");
    TCase *tests = tcase_create("score");
    tcase_set_timeout(tests, 0);
    tcase_add_test(tests, evidence_adds_up);
    tcase_add_test(tests, what_was_read_before_changes_no_score);
    tcase_add_test(tests, rows_add_up_exactly);
    tcase_add_test(tests, rows_are_found_within_their_buckets);
    tcase_add_test(tests, posts_without_words_carry_no_intent);
    tcase_add_test(tests, irony_is_a_doubt_and_no_more);
    tcase_add_test(tests, joined_emoji_are_read_by_their_first);
    tcase_add_test(tests, other_forms_of_a_token_are_read_alike);
    tcase_add_test(tests, any_bytes_give_a_result);
    tcase_add_test(tests, the_longest_posts_are_taken);
    tcase_add_test(tests, misuse_is_told);
    tcase_add_test(tests, getters_mind_their_ranges);
    tcase_add_test(tests, copies_outlive_the_next_run);
    tcase_add_test(tests, json_has_every_member_in_order);
    tcase_add_test(tests, failing_memory_is_survived);
    tcase_add_test(tests, nothing_is_allocated_after_warm_up);
    tcase_add_test(tests, calibration_is_exact_enough);
    tcase_add_test(tests, odds_beyond_all_bounds_stay_apart);
    tcase_add_test(tests, thresholds_are_the_same_of_odds);
    suite_add_tcase(suite, tests);
    int status = support_run(suite);
    engage_model_unref(small_model);
    return status;
}
