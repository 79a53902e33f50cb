/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Encoders: that they add what their formulas say, that their share is told, and when a cascade
 * asks them. Another suite tells of the files that they come in.
 */
#include "careful_model.h"
#include "lessons.h"
#include "plain_encoder.h"
#include "small_model.h"
#include "support.h"

#include "score/analysis.h"
#include "score/calibrate.h"
#include "score/cues.h"
#include "score/model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What most tests judge by: drawn before each of them, and open. */
static struct careful_model drawn;
static const engage_model *careful;

static void draw_and_open(void)
{
    careful_model_draw(&drawn, 1);
    careful = careful_model_open(&drawn);
}

static void release(void)
{
    engage_model_unref(careful);
}

/* ------------------------------------------------------------------ posts --- */

/* Words known with a row and without one, misspelt ones, names, words of no language. */
static const char *const words[] = {
    "not",     "good",  "love",   "battery", "but",     "TERRIBLE", "price",  "support", "help",
    "no",      "never", "isn't",  "slow",    "Great",   "soooo",    "lvoe",   "zorble",  "horible",
    "thanks",  "the",   "is",     "my",      "charger", "Susan",    "zorbly", "orbit",   "Kraków",
    "\xE5\xA5\xBD", "I", "worst", "update",  "dislike", "and",      "hate",   "xqz",     "AMAZING",
};
static const char *const others[] = {
    "!!!", "?", "...", ",", ".", ":(", ":)", "\xF0\x9F\x98\x8D", "\xF0\x9F\x91\x8D", "42", "$45.50",
    "@acme", "#sogood", "#fail", "#NotSoGood", "#zorb", "https://a.example/b", "$ACM", "+", "7",
    "a@b.example", "\xF0\x9F\xA6\x94",
};
#define PICK(list, seed) (list)[support_random(seed) % (sizeof(list) / sizeof((list)[0]))]

struct post {
    char text[8000];
    size_t size;
};

/* So many pieces, of which so many at most are words; some of the words are drawn by letters. */
static struct post random_post(size_t pieces, size_t most_words, uint64_t *seed)
{
    struct post post = {.size = 0};
    for (size_t i = 0; i < pieces; i++) {
        char letters[8] = "";
        const char *piece = PICK(others, seed);
        if (most_words > 0 && support_random(seed) % 4 != 0) {
            most_words--;
            piece = PICK(words, seed);
            for (size_t k = 0; support_random(seed) % 8 != 0 && k + 1 < sizeof(letters); k++)
                letters[k] = (char)('a' + support_random(seed) % 26);
            if (support_random(seed) % 8 == 0 && letters[2] != '\0')
                piece = letters;
        }
        post.size += (size_t)snprintf(post.text + post.size, sizeof(post.text) - post.size, "%s%s",
                                      i > 0 ? " " : "", piece);
    }
    ck_assert_uint_lt(post.size, sizeof(post.text));
    return post;
}

/* Mostly short ones; some of many tokens with few words, which are not parted, and long ones. */
static struct post any_post(uint64_t *seed)
{
    uint64_t kind = support_random(seed) % 12;
    return kind < 9    ? random_post(support_random(seed) % 30, 60, seed)
           : kind < 11 ? random_post(support_random(seed) % 200, 40, seed)
                       : random_post(80 + support_random(seed) % 220, 400, seed);
}

/* ------------------------------------------------------------- arithmetic --- */

/* The post as both models judge it, and as the formulas say. */
struct judges {
    engage_analyzer *builtin;
    engage_analyzer *careful;
    struct plain_encoder plain;
};

static void judges_open(struct judges *judges, const struct careful_model *numbers)
{
    const engage_model *model = careful_model_open(numbers);
    judges->builtin = support_analyzer(engage_model_builtin(), 0);
    judges->careful = support_analyzer(model, 0);
    plain_encoder_open(&judges->plain, numbers);
    engage_model_unref(model); /* the analyzer keeps it */
}

static void judges_close(struct judges *judges)
{
    engage_analyzer_free(judges->builtin);
    engage_analyzer_free(judges->careful);
    plain_encoder_close(&judges->plain);
}

/* What passages say of a long post's intents, the next tests look at. */
static void check_added(struct judges *judges, const char *text)
{
    int64_t expected[ENGAGE_HEADS];
    plain_encoder_read(&judges->plain, text, strlen(text));
    int heads = judges->plain.passages.count > 0 ? ENGAGE_SENTIMENTS : ENGAGE_HEADS;
    plain_encoder_run(&judges->plain, 0, judges->plain.count, expected);
    const engage_analysis *with = support_analyze(judges->careful, text);
    const engage_analysis *without = support_analyze(judges->builtin, text);
    for (int head = 0; head < heads; head++) {
        int64_t added = engage_analysis_logit(with, head) - engage_analysis_logit(without, head);
        ck_assert_msg(added == expected[head], "%s of %s: %lld, not %lld", engage_head_name(head),
                      text, (long long)added, (long long)expected[head]);
    }
}

START_TEST(what_is_added_is_what_the_formulas_say)
{
    struct judges judges;
    size_t brief_and_windowed = 0;
    size_t parted = 0;
    uint64_t seed = 21;
    judges_open(&judges, &drawn);
    for (int round = 0; round < 150; round++) {
        struct post post = any_post(&seed);
        check_added(&judges, post.text);
        brief_and_windowed += judges.plain.count > 64 && judges.plain.passages.count == 0;
        parted += judges.plain.passages.count > 0;
    }
    /* Nothing of it is true since nothing was met. */
    const struct plain_encoder *met = &judges.plain;
    ck_assert_uint_gt(brief_and_windowed, 5);
    ck_assert_uint_gt(parted, 5);
    ck_assert_uint_gt(met->known, 200);
    ck_assert_uint_gt(met->spelt, 200);
    ck_assert_uint_gt(met->unspelt, 20);
    ck_assert_uint_gt(met->unknown, 200);
    ck_assert_uint_gt(met->others, 200);
    ck_assert_uint_gt(met->nothing, 10000);
    ck_assert_uint_gt(met->between, 10000);
    ck_assert_uint_gt(met->most, 1000);
    judges_close(&judges);
}
END_TEST

/* Of each number of tokens about the edge of what is read together, and about the fours in which
 * it is added up; longer and shorter ones in turn, so that each finds what the last one left. */
START_TEST(every_length_is_read_to_its_end)
{
    struct judges judges;
    uint64_t seed = 22;
    judges_open(&judges, &drawn);
    for (size_t count = 0; count < 12; count++) {
        size_t counts[] = {count, 60 + count, 124 + count};
        for (int i = 2; i >= 0; i--) {
            struct post post = {.size = 0};
            for (size_t k = 0; k < counts[i]; k++)
                post.size += (size_t)snprintf(post.text + post.size, sizeof(post.text) - post.size,
                                              "%s ", support_random(&seed) % 3 == 0 ? ":(" : "42");
            check_added(&judges, post.text);
            ck_assert_uint_eq(judges.plain.count, counts[i]);
        }
    }
    judges_close(&judges);
}
END_TEST

/* Sums as large as they can be, of either sign, are held and not beyond what holds them. */
START_TEST(the_largest_numbers_add_up)
{
    struct judges judges;
    uint64_t seed = 23;
    for (int round = 0; round < 3; round++) {
        uint64_t negative = round == 0 ? UINT64_MAX : round == 1 ? 0 : 2; /* one in so many */
        for (size_t i = 0; i < drawn.count; i++) {
            for (int k = 0; k < CAREFUL_WIDTH; k++)
                drawn.rows[i][k] = 127;
        }
        for (int i = 0; i < CAREFUL_LAYERS; i++) {
            struct careful_layer *layer = &drawn.layers[i];
            for (size_t o = 0; o < layer->outputs; o++) {
                int even = support_random(&seed) % 2 == 0;
                layer->scale[o] = ENGAGEP_ENCODER_SCALE_MOST;
                layer->bias[o] = even ? INT32_MAX : INT32_MIN;
                for (size_t k = 0; k < layer->inputs; k++)
                    layer->weights[o][k] =
                        negative > 0 && support_random(&seed) % negative == 0 ? -128 : 127;
            }
        }
        for (size_t o = 0; o < ENGAGE_HEADS && round == 1; o++)
            memset(drawn.layers[CAREFUL_HEADS].weights[o], -128, CAREFUL_INPUTS);
        judges_open(&judges, &drawn);
        check_added(&judges, "");
        for (int i = 0; i < 8; i++)
            check_added(&judges, random_post(8 + 8 * (size_t)i, 60, &seed).text);
        ck_assert_uint_gt(judges.plain.most, 1000);
        judges_close(&judges);
    }
}
END_TEST

/* Of few names, or none, those that are there are found, the first and the last as well. */
START_TEST(each_name_is_found)
{
    static const char *const known[] = {"not", "good", "love", "battery", "but", "price", "help"};
    enum { KNOWN = sizeof(known) / sizeof(known[0]) };
    for (drawn.count = 0; drawn.count <= KNOWN; drawn.count++) {
        struct judges judges;
        for (size_t i = 0; i < drawn.count; i++) {
            uint32_t name = engagep_cues_name(engagep_features_word(known[i], strlen(known[i])));
            size_t at = i;
            for (; at > 0 && drawn.names[at - 1] > name; at--)
                drawn.names[at] = drawn.names[at - 1];
            drawn.names[at] = name;
        }
        judges_open(&judges, &drawn);
        for (size_t i = 0; i < KNOWN; i++)
            check_added(&judges, known[i]);
        ck_assert_uint_eq(judges.plain.known, drawn.count);
        ck_assert_uint_eq(judges.plain.unspelt, KNOWN - drawn.count);
        judges_close(&judges);
    }
}
END_TEST

/* What the logits of a brief post mean, the careful model says, not that which it stands on. */
START_TEST(calibration_is_its_own)
{
    engage_analyzer *analyzer = support_analyzer(careful, 0);
    const int32_t *scale = drawn.calibration;
    const int32_t *offset = scale + ENGAGE_HEADS;
    const int32_t *threshold = offset + ENGAGE_HEADS;
    uint64_t seed = 24;
    int given = 0;
    for (int round = 0; round < 50; round++) {
        int64_t odds[ENGAGE_HEADS];
        int32_t told[ENGAGE_SENTIMENTS];
        struct post post = random_post(20, 20, &seed);
        const engage_analysis *analysis = support_analyze(analyzer, post.text);
        for (int head = 0; head < ENGAGE_HEADS; head++)
            odds[head] = engagep_calibrate_wide(engage_analysis_logit(analysis, head), scale[head],
                                                offset[head]);
        engagep_calibrate_softmax(odds, told);
        for (int s = 0; s < ENGAGE_SENTIMENTS; s++)
            ck_assert_int_eq(engage_analysis_probability(analysis, s), told[s]);
        for (int i = 0; i < ENGAGE_INTENTS; i++) {
            int head = ENGAGE_HEAD_INTENT(i);
            int32_t probability = engagep_calibrate_sigmoid(engagep_calibrate_bound(odds[head]));
            int has = probability > threshold[head];
            ck_assert_int_eq(engage_analysis_intent(analysis, i), probability);
            ck_assert_int_eq(engage_analysis_has_intent(analysis, i), has);
            given += has;
        }
    }
    ck_assert_int_gt(given, 50);
    engage_analyzer_free(analyzer);
}
END_TEST

/* ------------------------------------------------------------------- cues --- */

struct told {
    struct engagep_cues cues;
    uint32_t letters[64];
    size_t letter_count;
};

static void note_letters(void *ctx, const struct engagep_feature *features, size_t count)
{
    struct told *told = ctx;
    for (size_t i = 0; i < count; i++) {
        ck_assert_uint_lt(told->letter_count, 64);
        told->letters[told->letter_count++] = engagep_cues_name(features[i].hash);
    }
}

/* What is told of the last token of a post. */
static struct told told_of(struct plain_encoder *plain, const char *text)
{
    struct told told = {.letter_count = 0};
    size_t count;
    plain_encoder_read(plain, text, strlen(text));
    const struct engagep_token *token = engagep_token_array(plain->tokenizer, &count) + count - 1;
    const struct engagep_word *word = &plain->features.words[count - 1];
    engagep_cues_read(word, token, &told.cues);
    if (told.cues.spelt) {
        engagep_features_sink sink = plain->features.sink;
        plain->features.sink = note_letters;
        plain->features.ctx = &told;
        engagep_cues_spell(&plain->features, word,
                           engagep_token_norms(plain->tokenizer) + token->norm, token->norm_size);
        plain->features.sink = sink;
    }
    return told;
}

/* A word is the same however it is written, and how that was is told beside it. */
START_TEST(tokens_tell_how_they_are_written)
{
    static struct plain_encoder plain;
    static const char *const ways[] = {"GOOD", "Good", "goooood", "not good"};
    enum { WAYS = sizeof(ways) / sizeof(ways[0]) };
    uint32_t marks[WAYS];
    plain_encoder_open(&plain, &drawn);
    struct told good = told_of(&plain, "good");
    ck_assert_uint_eq(good.cues.word, engagep_cues_name(engagep_features_word("good", 4)));
    ck_assert_uint_eq(good.cues.count, 2); /* its group and its tone */
    for (size_t i = 0; i < WAYS; i++) {
        struct told other = told_of(&plain, ways[i]);
        ck_assert_uint_eq(other.cues.word, good.cues.word);
        ck_assert_uint_eq(other.cues.count, 3);
        ck_assert_mem_eq(other.cues.others, good.cues.others, 2 * sizeof(good.cues.others[0]));
        marks[i] = other.cues.others[2];
        for (size_t k = 0; k < i; k++)
            ck_assert_uint_ne(marks[i], marks[k]);
    }
    ck_assert_uint_eq(told_of(&plain, "not at all, good").cues.count, 2);
    ck_assert_uint_eq(told_of(&plain, "not GOOD").cues.count, 4);
    ck_assert_uint_ne(told_of(&plain, "terrible").cues.others[1], good.cues.others[1]);
    plain_encoder_close(&plain);
}
END_TEST

/* A tag is spelt as the word in it; what is neither is not spelt. */
START_TEST(words_and_tags_are_spelt)
{
    static struct plain_encoder plain;
    static const char *const unspelt[] = {"!!!", "42", ":)", "@zorble", "https://zorble.example",
                                          "\xF0\x9F\x98\x8D"};
    plain_encoder_open(&plain, &drawn);
    struct told word = told_of(&plain, "zorble");
    struct told tag = told_of(&plain, "#zorble");
    ck_assert_uint_eq(word.letter_count, 15); /* of eight letters with its ends: 6 + 5 + 4 */
    ck_assert_uint_eq(tag.letter_count, word.letter_count);
    ck_assert_mem_eq(tag.letters, word.letters, word.letter_count * sizeof(word.letters[0]));
    for (size_t i = 0; i < sizeof(unspelt) / sizeof(unspelt[0]); i++)
        ck_assert_int_eq(told_of(&plain, unspelt[i]).cues.spelt, 0);
    plain_encoder_close(&plain);
}
END_TEST

/* --------------------------------------------------------------- evidence --- */

/* The row of the encoder for a head, of which there is none where it adds nothing. */
static int64_t share_of_encoder(const engage_analysis *analysis, int head)
{
    int64_t share = 0;
    for (size_t i = 0; i < engage_analysis_evidence_count(analysis); i++) {
        if (engage_analysis_evidence_head(analysis, i) != head ||
            strcmp(engage_analysis_evidence_rule(analysis, i), "encoder") != 0)
            continue;
        ck_assert_int_eq(share, 0);
        share = engage_analysis_evidence_contribution(analysis, i);
        ck_assert_int_ne(share, 0);
        ck_assert_uint_eq(engage_analysis_evidence_span(analysis, i).end, 0);
    }
    return share;
}

/* Of a sentiment and in a brief post it is that of the whole; of another's intent that of the whole
 * or of a passage. Returns how many heads a passage decides. */
static int check_shares(struct plain_encoder *plain, const engage_analysis *analysis)
{
    enum { PASSAGES = 32 };
    int64_t whole[ENGAGE_HEADS];
    int64_t parts[PASSAGES][ENGAGE_HEADS];
    int by_passage = 0;
    ck_assert_uint_le(plain->passages.count, PASSAGES);
    plain_encoder_run(plain, 0, plain->count, whole);
    for (size_t i = 0; i < plain->passages.count; i++)
        plain_encoder_run(plain, plain->passages.list[i].first, plain->passages.list[i].count,
                          parts[i]);
    for (int head = 0; head < ENGAGE_HEADS; head++) {
        int64_t share = share_of_encoder(analysis, head);
        int found = share == whole[head];
        by_passage += !found;
        for (size_t i = 0; i < plain->passages.count && head >= ENGAGE_SENTIMENTS; i++)
            found |= share == parts[i][head];
        ck_assert_msg(found, "%s: %lld", engage_head_name(head), (long long)share);
    }
    return by_passage;
}

START_TEST(evidence_adds_up)
{
    static struct plain_encoder plain;
    engage_analyzer *explaining = support_analyzer(careful, ENGAGE_ANALYZE_EXPLAIN);
    uint64_t seed = 31;
    int by_passage = 0;
    plain_encoder_open(&plain, &drawn);
    for (int round = 0; round < 60; round++) {
        struct post post = any_post(&seed);
        plain_encoder_read(&plain, post.text, post.size);
        const engage_analysis *analysis = support_analyze(explaining, post.text);
        support_evidence(analysis, post.size);
        by_passage += check_shares(&plain, analysis);
    }
    ck_assert_int_gt(by_passage, 10);
    plain_encoder_close(&plain);
    engage_analyzer_free(explaining);
}
END_TEST

/* A head of which all weights are 0 is added nothing, and has no row that says so. */
START_TEST(what_adds_nothing_has_no_row)
{
    struct careful_layer *heads = &drawn.layers[CAREFUL_HEADS];
    memset(heads->weights[ENGAGE_POSITIVE], 0, CAREFUL_INPUTS);
    heads->bias[ENGAGE_POSITIVE] = 0;
    const engage_model *model = careful_model_open(&drawn);
    engage_analyzer *explaining = support_analyzer(model, ENGAGE_ANALYZE_EXPLAIN);
    const engage_analysis *analysis = support_analyze(explaining, "I love it");
    support_evidence(analysis, 9);
    for (size_t i = 0; i < engage_analysis_evidence_count(analysis); i++)
        ck_assert(engage_analysis_evidence_head(analysis, i) != ENGAGE_POSITIVE ||
                  strcmp(engage_analysis_evidence_rule(analysis, i), "encoder") != 0);
    ck_assert_int_ne(share_of_encoder(analysis, ENGAGE_NEGATIVE), 0);
    engage_analyzer_free(explaining);
    engage_model_unref(model);
}
END_TEST

/* ------------------------------------------------------------- the same --- */

static engage_buffer *json_of(const engage_analysis *analysis)
{
    engage_buffer *buffer;
    engage_str id = {"1", 1};
    ck_assert_int_eq(engage_buffer_new(&buffer, NULL), ENGAGE_OK);
    ck_assert_int_eq(engage_analysis_json(analysis, id, buffer), ENGAGE_OK);
    return buffer;
}

/* Whether all that is told is the same, and the logits behind it. */
static int are_same(const engage_analysis *a, const engage_analysis *b)
{
    engage_buffer *x = json_of(a);
    engage_buffer *y = json_of(b);
    int same = strcmp(engage_buffer_data(x), engage_buffer_data(y)) == 0;
    for (int head = 0; head < ENGAGE_HEADS; head++)
        same = same && engage_analysis_logit(a, head) == engage_analysis_logit(b, head);
    engage_buffer_free(x);
    engage_buffer_free(y);
    return same;
}

/* One analyzer remembers words, and one that explains does not; a fresh one has read nothing. */
START_TEST(what_was_read_before_changes_nothing)
{
    static const uint32_t cascade[] = {0, ENGAGE_ANALYZE_CASCADE};
    drawn.doubts[0] = 30000;
    drawn.doubts[1] = 5000;
    const engage_model *model = careful_model_open(&drawn);
    for (size_t i = 0; i < sizeof(cascade) / sizeof(cascade[0]); i++) {
        engage_analyzer *plain = support_analyzer(model, cascade[i]);
        engage_analyzer *explaining = support_analyzer(model, cascade[i] | ENGAGE_ANALYZE_EXPLAIN);
        uint64_t seed = 41;
        for (int round = 0; round < 150; round++) {
            struct post post = any_post(&seed);
            const engage_analysis *a = support_analyze(plain, post.text);
            const engage_analysis *b = support_analyze(explaining, post.text);
            for (int head = 0; head < ENGAGE_HEADS; head++)
                ck_assert_int_eq(engage_analysis_logit(a, head), engage_analysis_logit(b, head));
            if (round % 10 == 0) {
                engage_analyzer *fresh = support_analyzer(model, cascade[i]);
                ck_assert(are_same(a, support_analyze(fresh, post.text)));
                engage_analyzer_free(fresh);
            }
        }
        engage_analyzer_free(plain);
        engage_analyzer_free(explaining);
    }
    engage_model_unref(model);
}
END_TEST

/* ---------------------------------------------------------------- cascade --- */

/* The drawn model with these doubts, judged by in all three ways. */
struct cascade {
    engage_analyzer *fast;
    engage_analyzer *careful;
    engage_analyzer *cascade;
    struct engagep_calibration calibration; /* of the built-in model */
    int32_t doubts[ENGAGEP_ENCODER_DOUBTS];
    size_t asked;
    size_t not_asked;
};

static void cascade_open(struct cascade *c, int32_t sentiment, int32_t intent)
{
    drawn.doubts[0] = c->doubts[0] = sentiment;
    drawn.doubts[1] = c->doubts[1] = intent;
    const engage_model *model = careful_model_open(&drawn);
    c->fast = support_analyzer(engage_model_builtin(), 0);
    c->careful = support_analyzer(model, 0);
    c->cascade = support_analyzer(model, ENGAGE_ANALYZE_CASCADE);
    c->asked = c->not_asked = 0;
    engagep_model_calibration(engage_model_builtin(), &c->calibration);
    engage_model_unref(model);
}

static void cascade_close(struct cascade *c)
{
    engage_analyzer_free(c->fast);
    engage_analyzer_free(c->careful);
    engage_analyzer_free(c->cascade);
}

/* Whether a brief post's two likeliest sentiments are near without the encoder, or an intent, which
 * only posts with words have, and its threshold. */
static int is_near(const struct cascade *c, const engage_analysis *fast)
{
    const int64_t *odds = fast->odds;
    int64_t first = INT64_MIN;
    int64_t second = INT64_MIN;
    for (int head = 0; head < ENGAGE_SENTIMENTS; head++) {
        second = odds[head] > first ? first : odds[head] > second ? odds[head] : second;
        first = odds[head] > first ? odds[head] : first;
    }
    int near = first - second < c->doubts[0];
    for (int head = ENGAGE_SENTIMENTS; head < ENGAGE_HEADS && !fast->wordless; head++) {
        int64_t least = engagep_calibrate_least(c->calibration.threshold[head]);
        near |= llabs((long long)(odds[head] - least)) < c->doubts[1];
    }
    return near;
}

/* A post is judged as one of the two judges it, and never as the other. */
static void check_asked(struct cascade *c, const char *text, int asked)
{
    const engage_analysis *cascade = support_analyze(c->cascade, text);
    ck_assert_int_eq(are_same(cascade, support_analyze(c->careful, text)), asked);
    ck_assert_int_eq(are_same(cascade, support_analyze(c->fast, text)), !asked);
    c->asked += (size_t)asked;
    c->not_asked += (size_t)!asked;
}

static void check_brief(struct cascade *c, int rounds)
{
    uint64_t seed = 51;
    for (int round = 0; round < rounds; round++) {
        struct post post = random_post(1 + support_random(&seed) % 20, 60, &seed);
        const engage_analysis *fast = support_analyze(c->fast, post.text);
        check_asked(c, post.text, is_near(c, fast));
    }
}

static const char letter[] =
    "We moved here in spring and took our contract along, as your colleague had told us we could. "
    "The box stands by the window in the kitchen, next to the radio. The children like the new "
    "rooms, and the garden has an old apple tree. My neighbour has the same box in his cellar. "
    "Since last week nothing works after eight in the evening!! Please tell me what I can do, "
    "or send somebody to look at it.";
static const char *const wordless[] = {"", "!!!", "@acme 42 :(",
                                       "https://a.example/b \xF0\x9F\x98\x8D"};

/* Long posts are asked about whatever they are, wordless ones for their sentiment alone. */
static void check_others(struct cascade *c)
{
    check_asked(c, letter, 1);
    for (size_t i = 0; i < sizeof(wordless) / sizeof(wordless[0]); i++)
        check_asked(c, wordless[i], is_near(c, support_analyze(c->fast, wordless[i])));
}

START_TEST(without_doubts_brief_posts_are_never_asked_about)
{
    struct cascade c;
    cascade_open(&c, 0, 0);
    check_brief(&c, 200);
    ck_assert_uint_eq(c.asked, 0);
    check_others(&c);
    cascade_close(&c);
}
END_TEST

/* Either doubt is enough. */
START_TEST(in_every_doubt_all_posts_are_asked_about)
{
    struct cascade c;
    static const int32_t doubts[][2] = {{INT32_MAX, 0}, {0, INT32_MAX}, {INT32_MAX, INT32_MAX}};
    for (size_t i = 0; i < 3; i++) {
        cascade_open(&c, doubts[i][0], doubts[i][1]);
        check_brief(&c, 100);
        ck_assert_uint_gt(c.asked, 80);
        ck_assert_uint_lt(c.not_asked, 20); /* wordless ones */
        check_others(&c);
        cascade_close(&c);
    }
}
END_TEST

START_TEST(posts_in_doubt_are_asked_about)
{
    struct cascade c;
    static const int32_t doubts[][2] = {{80000, 0}, {0, 20000}, {50000, 10000}};
    for (size_t i = 0; i < 3; i++) {
        cascade_open(&c, doubts[i][0], doubts[i][1]);
        check_brief(&c, 200);
        ck_assert_uint_gt(c.asked, 20);
        ck_assert_uint_gt(c.not_asked, 20);
        check_others(&c);
        cascade_close(&c);
    }
}
END_TEST

/* The flag asks nothing of a model that has no encoder. */
START_TEST(a_cascade_of_other_models_is_none)
{
    const engage_model *models[2] = {engage_model_builtin(), small_model_open(3)};
    for (int m = 0; m < 2; m++) {
        engage_analyzer *plain = support_analyzer(models[m], 0);
        engage_analyzer *cascade = support_analyzer(models[m], ENGAGE_ANALYZE_CASCADE);
        uint64_t seed = 53;
        for (int round = 0; round < 50; round++) {
            struct post post = any_post(&seed);
            ck_assert(are_same(support_analyze(plain, post.text),
                               support_analyze(cascade, post.text)));
        }
        engage_analyzer_free(plain);
        engage_analyzer_free(cascade);
        engage_model_unref(models[m]);
    }
}
END_TEST

static const engage_lexicon *lexicon_of(const char *text)
{
    const engage_lexicon *lexicon;
    ck_assert_int_eq(engage_lexicon_parse(&lexicon, "own", text, strlen(text), NULL, NULL),
                     ENGAGE_OK);
    return lexicon;
}

/* What is said of a thing is judged without the encoder; a lexicon's word counts for it as it does
 * beside the built-in model, also where the post is judged twice. */
START_TEST(mentions_are_judged_once)
{
    static const char text[] = "the battery is zonky, the price is not";
    struct cascade c;
    const engage_lexicon *lexicon = lexicon_of("zonky\t-1.5\n");
    cascade_open(&c, INT32_MAX, 0);
    int32_t valence = engage_analysis_aspect_valence(support_analyze(c.fast, text), 0);
    engage_analyzer *analyzers[] = {c.fast, c.careful, c.cascade};
    for (int i = 0; i < 3; i++)
        ck_assert_int_eq(engage_analyzer_set_lexicons(analyzers[i], &lexicon, 1), ENGAGE_OK);
    const engage_analysis *fast = support_analyze(c.fast, text);
    ck_assert_int_lt(engage_analysis_aspect_valence(fast, 0), valence);
    for (int i = 1; i < 3; i++) {
        const engage_analysis *analysis = support_analyze(analyzers[i], text);
        ck_assert_uint_eq(engage_analysis_aspect_count(analysis), 2);
        for (size_t k = 0; k < 2; k++)
            ck_assert_int_eq(engage_analysis_aspect_valence(analysis, k),
                             engage_analysis_aspect_valence(fast, k));
    }
    check_asked(&c, text, 1);
    cascade_close(&c);
    engage_lexicon_unref(lexicon);
}
END_TEST

/* A lexicon's word may settle a doubt, and is told of once where it does not. */
START_TEST(evidence_of_a_cascade_adds_up)
{
    static const int32_t doubts[] = {0, 60000, INT32_MAX};
    const engage_lexicon *lexicon = lexicon_of("battery\t1.5\nlove\t2\n");
    for (size_t i = 0; i < sizeof(doubts) / sizeof(doubts[0]); i++) {
        uint64_t seed = 54;
        drawn.doubts[0] = doubts[i];
        const engage_model *model = careful_model_open(&drawn);
        engage_analyzer *cascade =
            support_analyzer(model, ENGAGE_ANALYZE_CASCADE | ENGAGE_ANALYZE_EXPLAIN);
        ck_assert_int_eq(engage_analyzer_set_lexicons(cascade, &lexicon, 1), ENGAGE_OK);
        for (int round = 0; round < 100; round++) {
            struct post post = any_post(&seed);
            support_evidence(support_analyze(cascade, post.text), post.size);
        }
        engage_analyzer_free(cascade);
        engage_model_unref(model);
    }
    engage_lexicon_unref(lexicon);
}
END_TEST

/* Beside an add-on, of which promises were measured with all posts asked about. */
START_TEST(beside_an_addon_all_posts_are_asked_about)
{
    drawn.doubts[0] = drawn.doubts[1] = 0;
    const engage_model *model = careful_model_open(&drawn);
    engage_buffer *bytes = lessons_bytes(model);
    const engage_addon *addon = support_addon(bytes);
    engage_analyzer_options options = ENGAGE_ANALYZER_OPTIONS_INIT;
    options.model = model;
    options.flags = ENGAGE_ANALYZE_CASCADE;
    options.addons = &addon;
    options.addon_count = 1;
    engage_analyzer *cascade;
    ck_assert_int_eq(engage_analyzer_new(&cascade, &options), ENGAGE_OK);
    engage_analyzer *all = lessons_analyzer(model, &addon, 1);
    engage_analyzer *fast = support_analyzer(engage_model_builtin(), 0);
    engage_analyzer *explaining = lessons_explainer(model, &addon, 1);
    uint64_t seed = 55;
    for (int round = 0; round < 60; round++) {
        struct post post = any_post(&seed);
        const engage_analysis *a = support_analyze(cascade, post.text);
        ck_assert(are_same(a, support_analyze(all, post.text)));
        const engage_analysis *b = support_analyze(fast, post.text);
        ck_assert_int_ne(engage_analysis_logit(a, 0), engage_analysis_logit(b, 0));
        support_evidence(support_analyze(explaining, post.text), post.size);
    }
    engage_analyzer_free(cascade);
    engage_analyzer_free(all);
    engage_analyzer_free(fast);
    engage_analyzer_free(explaining);
    /* It was made for the careful model, not for that which this one stands on. */
    options.model = NULL;
    ck_assert_int_eq(engage_analyzer_new(&cascade, &options), ENGAGE_EADDON_MODEL);
    engage_addon_unref(addon);
    engage_buffer_free(bytes);
    engage_model_unref(model);
}
END_TEST

/* ----------------------------------------------------------------- memory --- */

static int analyze_body(const engage_allocator *allocator, void *ctx)
{
    const uint32_t *flags = ctx;
    engage_analyzer_options options = ENGAGE_ANALYZER_OPTIONS_INIT;
    options.model = careful;
    options.flags = *flags;
    options.allocator = allocator;
    engage_analyzer *analyzer;
    const engage_analysis *analysis;
    int rc = engage_analyzer_new(&analyzer, &options);
    if (rc == ENGAGE_OK)
        rc = engage_analyzer_run(analyzer, "I do not love it!", 17, &analysis);
    if (rc == ENGAGE_OK)
        rc = engage_analyzer_run(analyzer, letter, strlen(letter), &analysis);
    engage_analyzer_free(analyzer);
    return rc;
}

START_TEST(failing_memory_is_survived)
{
    static uint32_t flags[] = {0, ENGAGE_ANALYZE_EXPLAIN,
                               ENGAGE_ANALYZE_CASCADE | ENGAGE_ANALYZE_EXPLAIN};
    for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
        support_fail_each(analyze_body, &flags[i]);
}
END_TEST

START_TEST(nothing_is_allocated_after_warm_up)
{
    struct support_memory memory = {0};
    engage_allocator allocator = support_allocator(&memory);
    engage_analyzer_options options = ENGAGE_ANALYZER_OPTIONS_INIT;
    options.model = careful;
    options.flags = ENGAGE_ANALYZE_EXPLAIN;
    options.allocator = &allocator;
    engage_analyzer *analyzer;
    ck_assert_int_eq(engage_analyzer_new(&analyzer, &options), ENGAGE_OK);
    size_t calls = 0;
    for (int round = 0; round < 2; round++) {
        uint64_t seed = 71;
        calls = memory.calls;
        for (int i = 0; i < 30; i++)
            support_analyze(analyzer, any_post(&seed).text);
    }
    ck_assert_uint_eq(memory.calls, calls);
    engage_analyzer_free(analyzer);
    ck_assert_uint_eq(memory.blocks, 0);
    ck_assert_int_eq(memory.wrong_size, 0);
}
END_TEST

int main(void)
{
    if (engage_model_builtin() == NULL) {
        printf("left out, since there is no built-in model for a careful one to stand on\n");
        return 77;
    }
    Suite *suite = suite_create("encoder");
    TCase *tests = tcase_create("encoder");
    tcase_set_timeout(tests, 0);
    tcase_add_checked_fixture(tests, draw_and_open, release);
    tcase_add_test(tests, what_is_added_is_what_the_formulas_say);
    tcase_add_test(tests, every_length_is_read_to_its_end);
    tcase_add_test(tests, the_largest_numbers_add_up);
    tcase_add_test(tests, each_name_is_found);
    tcase_add_test(tests, calibration_is_its_own);
    tcase_add_test(tests, tokens_tell_how_they_are_written);
    tcase_add_test(tests, words_and_tags_are_spelt);
    tcase_add_test(tests, evidence_adds_up);
    tcase_add_test(tests, what_adds_nothing_has_no_row);
    tcase_add_test(tests, what_was_read_before_changes_nothing);
    tcase_add_test(tests, without_doubts_brief_posts_are_never_asked_about);
    tcase_add_test(tests, in_every_doubt_all_posts_are_asked_about);
    tcase_add_test(tests, posts_in_doubt_are_asked_about);
    tcase_add_test(tests, a_cascade_of_other_models_is_none);
    tcase_add_test(tests, mentions_are_judged_once);
    tcase_add_test(tests, evidence_of_a_cascade_adds_up);
    tcase_add_test(tests, beside_an_addon_all_posts_are_asked_about);
    tcase_add_test(tests, failing_memory_is_survived);
    tcase_add_test(tests, nothing_is_allocated_after_warm_up);
    suite_add_tcase(suite, tests);
    return support_run(suite);
}
