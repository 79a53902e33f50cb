/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Catalogues: what their text may say, what is found in posts, failures. Aspects: what
 * an analysis says of them.
 */
#include "base/alloc.h"
#include "score/aspect.h"
#include "small_model.h"
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char shop[] = "\xEF\xBB\xBF# a small shop\n"
                           "[product aurora]\n"
                           "names = Aurora Phone, Aurora-X, Zoë 5\n"
                           "handles = aurora_help, @auroraphone\n"
                           "hashtags = teamaurora\n"
                           "\n"
                           "[product aurora-mini]\r\n"
                           "names = Aurora Phone Mini\n"
                           "parent = aurora\n"
                           "[aspect battery]\n"
                           "names = battery, juice\n"
                           "parent = quality\n";

static const engage_catalogue *parse(const char *text)
{
    engage_error error = ENGAGE_ERROR_INIT;
    const engage_catalogue *catalogue;
    int rc = engage_catalogue_parse(&catalogue, text, strlen(text), NULL, &error);
    ck_assert_msg(rc == ENGAGE_OK, "%u:%u: %s", error.line, error.column, error.message);
    return catalogue;
}

/* The matches in a post, as "id text|id text". */
static const char *matches(const engage_catalogue *catalogue, const char *text, size_t size)
{
    static char found[65536];
    engage_text_options options = ENGAGE_TEXT_OPTIONS_INIT;
    options.flags = ENGAGE_TEXT_NO_DICTIONARY;
    engage_tokenizer *tokenizer;
    ck_assert_int_eq(engage_tokenizer_new(&tokenizer, &options), ENGAGE_OK);
    ck_assert_int_eq(engage_tokenizer_run(tokenizer, text, size), ENGAGE_OK);
    size_t at = 0;
    size_t inside = 0;
    size_t n = 0;
    uint32_t end = 0;
    struct engagep_match match;
    found[0] = '\0';
    while (engagep_terms_next(&catalogue->names, tokenizer, &at, &inside, &match)) {
        ck_assert_uint_lt(match.entry, catalogue->count);
        ck_assert_uint_ge(match.span.start, end);
        ck_assert_uint_gt(match.span.end, match.span.start);
        ck_assert_uint_le(match.span.end, size);
        end = match.span.end;
        n += (size_t)snprintf(found + n, sizeof(found) - n, "%s%s %.*s", n > 0 ? "|" : "",
                              catalogue->entries[match.entry].id.data,
                              (int)(match.span.end - match.span.start), text + match.span.start);
        ck_assert_uint_lt(n, sizeof(found));
    }
    engage_tokenizer_free(tokenizer);
    return found;
}

START_TEST(test_found)
{
    static const struct {
        const char *post;
        const char *found;
    } cases[] = {
        {"the aurora phone is here", "aurora aurora phone"},
        {"AURORA PHONE!", "aurora AURORA PHONE"},
        {"my Aurora Phone Mini and an aurora  phone", "aurora-mini Aurora Phone Mini|"
                                                      "aurora aurora  phone"},
        {"Aurora Phone's battery", "aurora Aurora Phone|battery battery"},
        {"Aurora Phone\xE2\x80\x99s juice", "aurora Aurora Phone|battery juice"},
        {"Aurora Phone&rsquo;s juice", "aurora Aurora Phone|battery juice"},
        {"Aurora Phone\xCA\xBCs and Aurora Phone\xC2\xB4s", "aurora Aurora Phone|"
                                                            "aurora Aurora Phone"},
        {"aurora-phone, aurora x and aurora-x", "aurora aurora-phone|aurora aurora x|"
                                                "aurora aurora-x"},
        {"ZOË 5 and Zoe\xCC\x88 5", "aurora ZOË 5|aurora Zoe\xCC\x88 5"},
        {"@Aurora_Help hi @auroraphone2 @AuroraPhone", "aurora @Aurora_Help|aurora @AuroraPhone"},
        {"#TeamAurora #auroraphonemini", "aurora #TeamAurora|aurora-mini #auroraphonemini"},
        {"#WorstBatteryEver #MyAuroraPhoneMini", "battery Battery|aurora-mini AuroraPhoneMini"},
        {"#customer_service", "support customer_service"},
        {"batteryless auroraphone aurora", ""},
        {"the price, the customer service", "price price|support customer service"},
        {"aurora phoneeee, batteryyyy, juiiiiice", "aurora aurora phoneeee|battery batteryyyy|"
                                                   "battery juiiiiice"},
        {"aaauuurrrooorrraaa x baatteryy", ""},
        {"bbbattttery", "battery bbbattttery"},
        {"\xEF\xBC\xA0" "aurora_help \xEF\xBC\x83TeamAurora",
         "aurora \xEF\xBC\xA0" "aurora_help|aurora \xEF\xBC\x83TeamAurora"},
        {"aurora", ""},
        {"", ""},
    };
    const engage_catalogue *catalogue = parse(shop);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        ck_assert_str_eq(matches(catalogue, cases[i].post, strlen(cases[i].post)),
                         cases[i].found);
    engage_catalogue_unref(catalogue);
}
END_TEST

START_TEST(test_entries)
{
    const engage_catalogue *catalogue = parse(shop);
    ck_assert_str_eq(engage_catalogue_id(catalogue, 0), "aurora");
    ck_assert_str_eq(engage_catalogue_name(catalogue, 0), "Aurora Phone");
    ck_assert_int_eq(engage_catalogue_kind(catalogue, 0), ENGAGE_TARGET_PRODUCT);
    ck_assert_ptr_null(engage_catalogue_parent(catalogue, 0));
    ck_assert_str_eq(engage_catalogue_parent(catalogue, 1), "aurora");
    ck_assert_str_eq(engage_catalogue_id(catalogue, 2), "battery");
    ck_assert_int_eq(engage_catalogue_kind(catalogue, 2), ENGAGE_TARGET_ASPECT);
    ck_assert_str_eq(engage_catalogue_parent(catalogue, 2), "quality");
    size_t count = engage_catalogue_count(catalogue);
    size_t batteries = 0;
    for (size_t i = 0; i < count; i++)
        batteries += strcmp(engage_catalogue_id(catalogue, i), "battery") == 0;
    ck_assert_uint_eq(batteries, 1);
    ck_assert_ptr_null(engage_catalogue_id(catalogue, count));
    ck_assert_ptr_null(engage_catalogue_name(catalogue, count));
    ck_assert_ptr_null(engage_catalogue_parent(catalogue, count));
    ck_assert_int_eq(engage_catalogue_kind(catalogue, count), ENGAGE_ERANGE);
    ck_assert_ptr_eq(engage_catalogue_ref(catalogue), catalogue);
    engage_catalogue_unref(catalogue);
    ck_assert_uint_eq(engage_catalogue_count(catalogue), count);
    engage_catalogue_unref(catalogue);
    ck_assert_ptr_null(engage_catalogue_ref(NULL));
    engage_catalogue_unref(NULL);
    ck_assert_uint_eq(engage_catalogue_count(NULL), 0);
}
END_TEST

/* The built-in aspects: all five roots, no name twice, and gone when not wanted. */
START_TEST(test_builtin)
{
    static const char *const roots[] = {"price", "quality", "delivery", "support", "usability"};
    const engage_catalogue *catalogue = parse("");
    for (size_t i = 0; i < sizeof(roots) / sizeof(roots[0]); i++) {
        uint32_t entry = engagep_terms_find(&catalogue->ids, roots[i], strlen(roots[i]));
        ck_assert_uint_ne(entry, ENGAGEP_TERMS_NONE);
        ck_assert_ptr_null(engage_catalogue_parent(catalogue, entry));
        ck_assert_str_eq(matches(catalogue, roots[i], strlen(roots[i]))
                             + strlen(roots[i]) + 1, roots[i]);
    }
    engage_catalogue_unref(catalogue);
    /* Read as a catalogue of the caller, where a name of two entries is an error. */
    size_t size = strlen(engagep_catalogue_builtin);
    char *text = malloc(size + 32);
    ck_assert_ptr_nonnull(text);
    sprintf(text, "builtin = no\n%s", engagep_catalogue_builtin);
    catalogue = parse(text);
    free(text);
    engage_catalogue_unref(catalogue);
    catalogue = parse("builtin = no\n[product p]\nnames = p\n");
    ck_assert_uint_eq(engage_catalogue_count(catalogue), 1);
    ck_assert_str_eq(matches(catalogue, "price p", 7), "p p");
    engage_catalogue_unref(catalogue);
    catalogue = parse("builtin = no");
    ck_assert_uint_eq(engage_catalogue_count(catalogue), 0);
    ck_assert_str_eq(matches(catalogue, "price", 5), "");
    engage_catalogue_unref(catalogue);
    /* What the caller calls so is the caller's. */
    catalogue = parse("[product app-one]\nnames = App\n");
    ck_assert_str_eq(matches(catalogue, "the app #App", 12), "app-one app|app-one #App");
    engage_catalogue_unref(catalogue);
}
END_TEST

START_TEST(test_refused)
{
    static const struct {
        const char *text;
        uint32_t line;
        uint32_t column;
        const char *what; /* a part of the message */
    } cases[] = {
        {"names = a\n", 1, 1, "not in a section"},
        {"builtin = maybe\n", 1, 11, "neither yes nor no"},
        {"builtin = no\n builtin = no", 2, 2, "given twice"},
        {"[product a", 1, 11, "ends in ]"},
        {"[thing a]", 1, 2, "neither a product nor an aspect: thing"},
        {"[product]", 1, 9, "not an id"},
        {"[product a b]", 1, 10, "not an id"},
        {"[]", 1, 2, "neither a product nor an aspect"},
        {"[product a]\nname = x", 2, 1, "unknown: name"},
        {"[product a]\nhello", 2, 1, "neither a section nor"},
        {"[product a]\nnames =", 2, 8, "an empty name"},
        {"[product a]\nnames = x,,y", 2, 11, "an empty name"},
        {"[product a]\nnames = x,", 2, 11, "an empty name"},
        {"[product a]\nnames = \xE2\x80\x8B", 2, 9, "without a character"},
        {"[product a]\nnames = \xFF", 2, 9, "not UTF-8"},
        {"[product a]\n\x01", 2, 1, "control character"},
        {"[product a]\nnames = a b c d e f g h i j k l m n o p q", 2, 9, "too long"},
        {"[product a]\nhandles = a b", 2, 11, "not a handle: a b"},
        {"[product a]\nhashtags = x, a b", 2, 15, "not a hashtag: a b"},
        {"[product a]\nparent = b\nnames = a", 2, 10, "no such entry: b"},
        {"[product a]\nparent = b c\nnames = a", 2, 10, "not an id"},
        {"[product a]\nparent = price\nparent = price", 3, 1, "given twice"},
        {"[product a]\nparent = a\nnames = a", 2, 10, "its own ancestor"},
        {"[product a]\nnames = a\nparent = b\n[aspect b]\nnames = b\nparent = a", 3, 10,
         "its own ancestor"},
        {"[product a]\n[product b]\nnames = b", 1, 1, "without a name: a"},
        {"\n[product a]", 2, 1, "without a name: a"},
        {"[product a]\nnames = a\n[aspect a]\nnames = b", 3, 1, "given twice: a"},
        {"[product a]\nnames = x\n[product b]\nnames = y, X", 4, 12, "of another entry too: a"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        engage_error error = ENGAGE_ERROR_INIT;
        const engage_catalogue *catalogue = (const engage_catalogue *)&error;
        int rc = engage_catalogue_parse(&catalogue, cases[i].text, strlen(cases[i].text), NULL,
                                        &error);
        ck_assert_msg(rc == ENGAGE_ECATALOGUE, "case %zu: %s", i, engage_errname(rc));
        ck_assert_ptr_null(catalogue);
        ck_assert_int_eq(error.code, ENGAGE_ECATALOGUE);
        ck_assert_msg(strstr(error.message, cases[i].what) != NULL, "case %zu: %s", i,
                      error.message);
        ck_assert_msg(error.line == cases[i].line && error.column == cases[i].column,
                      "case %zu: %u:%u", i, error.line, error.column);
    }
}
END_TEST

START_TEST(test_misuse)
{
    engage_error error = ENGAGE_ERROR_INIT;
    const engage_catalogue *catalogue;
    engage_allocator broken = {sizeof(broken), NULL, NULL, NULL, NULL};
    ck_assert_int_eq(engage_catalogue_parse(NULL, "", 0, NULL, &error), ENGAGE_EMISUSE);
    ck_assert_int_eq(engage_catalogue_parse(&catalogue, NULL, 1, NULL, NULL), ENGAGE_EMISUSE);
    ck_assert_int_eq(engage_catalogue_parse(&catalogue, "", 0, &broken, &error), ENGAGE_EOPTIONS);
    ck_assert_int_eq(error.code, ENGAGE_EOPTIONS);
    size_t large = (64u << 20) + 1;
    char *text = calloc(large, 1);
    ck_assert_ptr_nonnull(text);
    ck_assert_int_eq(engage_catalogue_parse(&catalogue, text, large, NULL, &error),
                     ENGAGE_ELIMIT);
    ck_assert_ptr_null(catalogue);
    free(text);
}
END_TEST

static int parse_and_release(const engage_allocator *allocator, void *ctx)
{
    (void)ctx;
    const engage_catalogue *catalogue;
    int rc = engage_catalogue_parse(&catalogue, shop, strlen(shop), allocator, NULL);
    if (rc == ENGAGE_OK)
        engage_catalogue_unref(catalogue);
    else
        ck_assert_ptr_null(catalogue);
    return rc;
}

START_TEST(test_memory)
{
    support_fail_each(parse_and_release, NULL);
}
END_TEST

/* Against a plain search: random names over few letters, so that many share beginnings. */
START_TEST(test_many)
{
    enum { NAMES = 300, ROUNDS = 40 };
    uint64_t seed = 20141;
    for (int round = 0; round < ROUNDS; round++) {
        static char names[NAMES][24];
        static char text[NAMES * 64];
        size_t n = (size_t)sprintf(text, "builtin = no\n");
        for (size_t i = 0; i < NAMES; i++) {
            size_t size = 0;
            size_t words = 1 + support_random(&seed) % 3;
            for (size_t w = 0; w < words; w++) {
                size_t letters = 1 + support_random(&seed) % 3;
                if (w > 0)
                    names[i][size++] = ' ';
                for (size_t k = 0; k < letters; k++)
                    names[i][size++] = (char)('a' + support_random(&seed) % 2);
            }
            names[i][size] = '\0';
            int repeated = 0;
            for (size_t j = 0; j < i; j++)
                repeated |= strcmp(names[i], names[j]) == 0;
            if (repeated || strstr(names[i], "aaa") != NULL || strstr(names[i], "bbb") != NULL)
                names[i][0] = '\0';
            else
                n += (size_t)sprintf(text + n, "[product n%zu]\nnames = %s\n", i, names[i]);
        }
        const engage_catalogue *catalogue = parse(text);
        char post[512];
        size_t size = 0;
        while (size < 400)
            post[size++] = "ab "[support_random(&seed) % 3];
        post[size] = '\0';
        /* Runs of three would be shortened by the tokenizer. */
        for (size_t i = 2; i < size; i++) {
            if (post[i] == post[i - 1] && post[i] == post[i - 2])
                post[i] = ' ';
        }
        static char expected[65536];
        size_t e = 0;
        expected[0] = '\0';
        for (size_t at = 0; at < size;) {
            size_t best = 0;
            size_t which = 0;
            int begins = post[at] != ' ' && (at == 0 || post[at - 1] == ' ');
            for (size_t i = 0; begins && i < NAMES; i++) {
                size_t p = at;
                size_t k = 0;
                while (names[i][k] != '\0' && post[p] == names[i][k]) {
                    p++;
                    if (names[i][k] == ' ')
                        p += strspn(post + p, " ");
                    k++;
                }
                if (k > 0 && names[i][k] == '\0' && (post[p] == ' ' || post[p] == '\0') &&
                    p - at > best) {
                    best = p - at;
                    which = i;
                }
            }
            if (best > 0)
                e += (size_t)sprintf(expected + e, "%sn%zu %.*s", e > 0 ? "|" : "", which,
                                     (int)best, post + at);
            at += best > 0 ? best : 1;
        }
        ck_assert_str_eq(matches(catalogue, post, size), expected);
        engage_catalogue_unref(catalogue);
    }
}
END_TEST

START_TEST(test_random_bytes)
{
    static const char *const pieces[] = {
        "[product ", "[aspect ", "]",     "\n",       "names = ", "aurora", "parent = ",
        "@",         "#",        ",",     "x y",      "\xC3\xAB", "\xFF",   "handles = ",
        "'s",        "-",        "price", "battery ", "#WiFi",    "\xF0\x9F\x94\x8B", " ",
    };
    uint64_t seed = 7;
    const engage_catalogue *known = parse(shop);
    for (int round = 0; round < 4000; round++) {
        char text[256];
        size_t size = 0;
        while (size < 200 && support_random(&seed) % 40 != 0) {
            const char *piece = pieces[support_random(&seed) % 21];
            if (support_random(&seed) % 16 == 0) {
                text[size++] = (char)support_random(&seed);
                continue;
            }
            memcpy(text + size, piece, strlen(piece));
            size += strlen(piece);
        }
        engage_error error = ENGAGE_ERROR_INIT;
        const engage_catalogue *catalogue;
        int rc = engage_catalogue_parse(&catalogue, text, size, NULL, &error);
        ck_assert_msg(rc == ENGAGE_OK || rc == ENGAGE_ECATALOGUE, "%s", engage_errname(rc));
        if (rc == ENGAGE_OK)
            matches(catalogue, text, size);
        else
            ck_assert(error.line > 0 && error.column > 0 && error.message[0] != '\0');
        engage_catalogue_unref(catalogue);
        matches(known, text, size);
    }
    engage_catalogue_unref(known);
}
END_TEST

/* --------------------------------------------------------------- aspects --- */

static engage_analyzer *analyzer(const engage_model *model, const engage_catalogue *catalogue)
{
    engage_analyzer_options options = ENGAGE_ANALYZER_OPTIONS_INIT;
    options.model = model;
    options.catalogue = catalogue;
    engage_analyzer *made;
    ck_assert_int_eq(engage_analyzer_new(&made, &options), ENGAGE_OK);
    return made;
}

/* The targets of a post, each followed by a space. */
static const char *targets(engage_analyzer *analyzer, const char *text)
{
    static char found[1024];
    const engage_analysis *analysis = support_analyze(analyzer, text);
    size_t n = 0;
    found[0] = '\0';
    for (size_t i = 0; i < engage_analysis_aspect_count(analysis); i++)
        n += (size_t)snprintf(found + n, sizeof(found) - n, "%s ",
                              engage_analysis_aspect_target(analysis, i));
    return found;
}

START_TEST(test_swap)
{
    const engage_model *model = small_model_open(3);
    const engage_catalogue *catalogue = parse(shop);
    engage_analyzer *a = analyzer(model, catalogue);
    engage_catalogue_unref(catalogue);
    static const char post[] = "Aurora Phone: nice price";
    ck_assert_str_eq(targets(a, post), "aurora price ");
    const engage_analysis *analysis = support_analyze(a, post);
    ck_assert_int_eq(engage_analysis_aspect_kind(analysis, 0), ENGAGE_TARGET_PRODUCT);
    ck_assert_int_eq(engage_analysis_aspect_kind(analysis, 1), ENGAGE_TARGET_ASPECT);
    engage_span span = engage_analysis_aspect_span(analysis, 1);
    ck_assert(span.start == 19 && span.end == 24);
    engage_analysis *copy;
    ck_assert_int_eq(engage_analysis_copy(&copy, analysis, NULL), ENGAGE_OK);
    ck_assert_int_eq(engage_analyzer_set_catalogue(a, NULL), ENGAGE_OK);
    ck_assert_uint_eq(engage_analysis_aspect_count(analysis), 0);
    ck_assert_str_eq(targets(a, post), "price ");
    catalogue = parse("builtin = no");
    ck_assert_int_eq(engage_analyzer_set_catalogue(a, catalogue), ENGAGE_OK);
    engage_catalogue_unref(catalogue);
    ck_assert_str_eq(targets(a, post), "");
    ck_assert_int_eq(engage_analyzer_set_catalogue(NULL, NULL), ENGAGE_EMISUSE);
    engage_analyzer_free(a);
    engage_model_unref(model);
    ck_assert_uint_eq(engage_analysis_aspect_count(copy), 2);
    ck_assert_str_eq(engage_analysis_aspect_target(copy, 0), "aurora");
    ck_assert_ptr_null(engage_analysis_aspect_target(copy, 2));
    ck_assert_int_eq(engage_analysis_aspect_kind(copy, 2), ENGAGE_ERANGE);
    ck_assert_int_eq(engage_analysis_aspect_polarity(copy, 2), ENGAGE_ERANGE);
    ck_assert_int_eq(engage_analysis_aspect_valence(copy, 2), 0);
    ck_assert_uint_eq(engage_analysis_aspect_span(copy, 2).end, 0);
    engage_analysis_free(copy);
    ck_assert_uint_eq(engage_analysis_aspect_count(NULL), 0);
}
END_TEST

START_TEST(test_json)
{
    const engage_model *model = small_model_open(3);
    engage_analyzer *a = analyzer(model, NULL);
    const engage_analysis *analysis = support_analyze(a, "the app");
    engage_buffer *buffer;
    ck_assert_int_eq(engage_buffer_new(&buffer, NULL), ENGAGE_OK);
    ck_assert_int_eq(engage_analysis_json(analysis, (engage_str){"1", 1}, buffer), ENGAGE_OK);
    char expected[128];
    snprintf(expected, sizeof(expected),
             "\"aspects\":[{\"target\":\"app\",\"start\":4,\"end\":7,\"polarity\":\"%s\","
             "\"valence\":",
             engage_sentiment_name(engage_analysis_aspect_polarity(analysis, 0)));
    ck_assert_ptr_nonnull(strstr(engage_buffer_data(buffer), expected));
    engage_buffer_free(buffer);
    engage_analyzer_free(a);
    engage_model_unref(model);
}
END_TEST

/* What a mention looks at does not change what the whole post is. */
START_TEST(test_post_is_the_same)
{
    const engage_model *model = small_model_open(3);
    const engage_catalogue *none = parse("builtin = no");
    engage_analyzer *with = analyzer(model, NULL);
    engage_analyzer *without = analyzer(model, none);
    uint64_t seed = 3;
    for (int round = 0; round < 2000; round++) {
        static const char *const words[] = {"price", "good", "bad",   "but", "app",    ".",
                                            "not",   "\n",   "than",  ",",   "battery", ":)",
                                            "#BadApp", "and", "\xFF", "delivery"};
        char text[256];
        size_t size = 0;
        size_t count = support_random(&seed) % 24;
        for (size_t i = 0; i < count; i++)
            size += (size_t)snprintf(text + size, sizeof(text) - size, "%s ",
                                     words[support_random(&seed) % 16]);
        text[size] = '\0';
        const engage_analysis *a = support_analyze(with, text);
        const engage_analysis *b = support_analyze(without, text);
        for (int head = 0; head < ENGAGE_HEADS; head++)
            ck_assert_int_eq(engage_analysis_logit(a, head), engage_analysis_logit(b, head));
        for (size_t i = 0; i < engage_analysis_aspect_count(a); i++) {
            int polarity = engage_analysis_aspect_polarity(a, i);
            int32_t valence = engage_analysis_aspect_valence(a, i);
            ck_assert(polarity >= ENGAGE_NEGATIVE && polarity <= ENGAGE_POSITIVE);
            ck_assert(valence >= -1000000 && valence <= 1000000);
            ck_assert(polarity != ENGAGE_POSITIVE || valence >= 0);
            ck_assert(polarity != ENGAGE_NEGATIVE || valence <= 0);
        }
    }
    engage_analyzer_free(with);
    engage_analyzer_free(without);
    engage_catalogue_unref(none);
    engage_model_unref(model);
}
END_TEST

static int analyze_and_copy(const engage_allocator *allocator, void *ctx)
{
    engage_analyzer_options options = ENGAGE_ANALYZER_OPTIONS_INIT;
    options.model = ctx;
    options.allocator = allocator;
    engage_analyzer *a;
    const engage_analysis *analysis;
    engage_analysis *copy = NULL;
    static const char post[] = "the price and the app, the delivery";
    int rc = engage_analyzer_new(&a, &options);
    if (rc != ENGAGE_OK)
        return rc;
    rc = engage_analyzer_run(a, post, strlen(post), &analysis);
    if (rc == ENGAGE_OK)
        rc = engage_analysis_copy(&copy, analysis, allocator);
    if (rc == ENGAGE_OK)
        rc = engage_analyzer_set_catalogue(a, NULL);
    engage_analysis_free(copy);
    engage_analyzer_free(a);
    return rc;
}

START_TEST(test_analyzer_memory)
{
    const engage_model *model = small_model_open(3);
    engage_model *lent = (engage_model *)(uintptr_t)model;
    support_fail_each(analyze_and_copy, lent);
    engage_model_unref(model);
}
END_TEST

/* Work per mention is bounded: a post full of mentions takes no more than its size. */
START_TEST(test_many_mentions)
{
    enum { SIZE = 60000 };
    const engage_model *model = small_model_open(3);
    engage_analyzer *a = analyzer(model, NULL);
    char *text = malloc(SIZE + 1);
    ck_assert_ptr_nonnull(text);
    for (size_t i = 0; i < SIZE; i += 4)
        memcpy(text + i, "app ", 4);
    text[SIZE] = '\0';
    ck_assert_uint_eq(engage_analysis_aspect_count(support_analyze(a, text)), SIZE / 4);
    free(text);
    engage_analyzer_free(a);
    engage_model_unref(model);
}
END_TEST

/* A name of as many tokens as there is room for is found: ignorable characters, referred to as
 * well, are none. */
START_TEST(test_longest_match)
{
    enum { WORDS = 119, SELECTORS = 14 };
    const engage_model *model = small_model_open(3);
    char text[4096] = "[product p]\nnames = ";
    char post[4096] = "";
    for (int i = 0; i < WORDS; i++) {
        strcat(text, i > 0 ? "-a" : "a");
        strcat(post, "a ");
    }
    for (int i = 0; i < SELECTORS; i++) {
        strcat(text, " &#xFE0F;");
        strcat(post, "&#xFE0F; ");
    }
    strcat(text, " a\n");
    strcat(post, "a and what follows it up to the end");
    const engage_catalogue *catalogue = parse(text);
    engage_analyzer *a = analyzer(model, catalogue);
    ck_assert_uint_eq(engage_analysis_aspect_count(support_analyze(a, post)), 1);
    engage_analyzer_free(a);
    engage_catalogue_unref(catalogue);
    engage_model_unref(model);
}
END_TEST

/* What a sight of a whole post needs. */
struct sight {
    struct engagep_table table;
    struct engagep_aspects aspects;
    int32_t sum[ENGAGEP_TABLE_LANES];
};

static void see(void *ctx, const struct engagep_feature *features, size_t count)
{
    struct sight *sight = ctx;
    for (size_t i = 0; i < count; i++) {
        const unsigned char *row = engagep_table_find(&sight->table, features[i].hash);
        if (row == NULL)
            continue;
        int16_t columns[ENGAGEP_TABLE_COLUMNS];
        engagep_table_read(row, columns);
        for (int k = 0; k < ENGAGEP_TABLE_COLUMNS; k++)
            sight->sum[k] += columns[k];
        engagep_aspects_add(&sight->aspects, &features[i], row);
    }
}

/* Zones part a post: where all of them count 2, every mention sees the post twice, in 1/60.
 * One of the names is of 120 tokens. */
START_TEST(test_zones_part_a_post)
{
    static struct sight sight;
    static struct engagep_features features;
    static const int8_t two[ENGAGEP_ZONES] = {2, 2, 2, 2, 2, 2, 2, 2, 2, 2,
                                              2, 2, 2, 2, 2, 2, 2, 2, 2};
    char name[400] = "[product long]\nnames = a";
    char text[4096] = "";
    size_t mentions = 0;
    for (int i = 1; i < 120; i++)
        strcat(name, "-a");
    strcat(name, ", battery");
    for (int round = 0; round < 3; round++) {
        strcat(text, "not good than battery, but the #GoodBattery is bad. And\nI see: ");
        for (int i = 0; i < 120; i++)
            strcat(text, "a ");
        mentions += 3;
    }
    const engage_model *model = small_model_open(3);
    const engage_catalogue *catalogue = parse(name);
    engage_allocator allocator;
    engage_text_options options = ENGAGE_TEXT_OPTIONS_INIT;
    engage_tokenizer *tokenizer;
    ck_assert_int_eq(engagep_alloc_init(&allocator, NULL), ENGAGE_OK);
    ck_assert_int_eq(engage_tokenizer_new(&tokenizer, &options), ENGAGE_OK);
    ck_assert_int_eq(engage_tokenizer_run(tokenizer, text, strlen(text)), ENGAGE_OK);
    sight.table = engagep_model_table(model);
    sight.aspects.allocator = &allocator;
    sight.aspects.weights = two;
    engagep_features_init(&features, &allocator);
    features.sink = see;
    features.ctx = &sight;
    ck_assert_int_eq(engagep_aspects_find(&sight.aspects, catalogue, tokenizer), ENGAGE_OK);
    ck_assert_uint_eq(sight.aspects.count, mentions);
    ck_assert_int_eq(engagep_features_run(&features, tokenizer), ENGAGE_OK);
    for (size_t m = 0; m < mentions; m++) {
        int64_t seen[ENGAGEP_TABLE_COLUMNS];
        engagep_aspects_seen(&sight.aspects, m, sight.sum, seen);
        for (int k = 0; k < ENGAGEP_TABLE_COLUMNS; k++)
            ck_assert_int_eq(seen[k], (int64_t)sight.sum[k] * 120);
    }
    engagep_aspects_release(&sight.aspects);
    engagep_features_release(&features);
    engage_tokenizer_free(tokenizer);
    engage_catalogue_unref(catalogue);
    engage_model_unref(model);
}
END_TEST

/* Cases and mentions of tests/spec/aspects.txt that came out otherwise are listed. */
static int as_expected(const engage_analysis *analysis, char *expected)
{
    size_t index = 0;
    for (char *one = strtok(expected, ","); one != NULL; one = strtok(NULL, ",")) {
        char target[64];
        char polarity[16];
        if (sscanf(one, " %63s %15s", target, polarity) != 2 ||
            index >= engage_analysis_aspect_count(analysis) ||
            strcmp(engage_analysis_aspect_target(analysis, index), target) != 0)
            return 0;
        const char *got =
            engage_sentiment_name(engage_analysis_aspect_polarity(analysis, index++));
        if (polarity[0] == '!' ? strcmp(got, polarity + 1) == 0 : strcmp(got, polarity) != 0)
            return 0;
    }
    return 1;
}

/* An emoji behind an aspect is of that one where each has its own, and a colon leads to what is
 * said of what stands before it, whichever of both comes first. */
START_TEST(test_emoji_and_colons_are_of_their_aspect)
{
    static const char *const cases[][2] = {
        {"battery positive, camera negative", "battery \xF0\x9F\x91\x8D camera \xF0\x9F\x91\x8E"},
        {"battery negative, camera positive", "battery \xF0\x9F\x91\x8E camera \xF0\x9F\x91\x8D"},
        {"battery positive, camera negative", "Battery: great; camera: awful"},
        {"battery negative, camera positive", "Battery: awful; camera: great"},
    };
    if (engage_model_builtin() == NULL)
        return;
    engage_analyzer *a = analyzer(NULL, NULL);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char expected[64];
        snprintf(expected, sizeof(expected), "%s", cases[i][0]);
        ck_assert_msg(as_expected(support_analyze(a, cases[i][1]), expected), "%s", cases[i][1]);
    }
    engage_analyzer_free(a);
}
END_TEST

START_TEST(test_spec)
{
    if (engage_model_builtin() == NULL) {
        printf("left out, since no model is built in\n");
        return;
    }
    const engage_catalogue *catalogue = parse("[product aurora]\nnames = Aurora\n"
                                              "handles = aurora_help\n"
                                              "[product beamo]\nnames = Beamo\n");
    engage_analyzer *a = analyzer(NULL, catalogue);
    size_t size;
    char *spec = support_read(support_source("tests/spec/aspects.txt"), &size);
    ck_assert_ptr_nonnull(spec);
    int cases = 0;
    int met = 0;
    char *rest = spec;
    while (rest != NULL && *rest != '\0') {
        char *line = rest;
        rest = strchr(line, '\n');
        if (rest != NULL)
            *rest++ = '\0';
        char *text = strchr(line, '\t');
        if (line[0] == '#' || text == NULL)
            continue;
        *text++ = '\0';
        cases++;
        char expected[256];
        snprintf(expected, sizeof(expected), "%s", line);
        const engage_analysis *analysis = support_analyze(a, text);
        if (as_expected(analysis, expected)) {
            met++;
            continue;
        }
        printf("missed: %s: %s:", line, text);
        for (size_t i = 0; i < engage_analysis_aspect_count(analysis); i++)
            printf(" %s %d", engage_analysis_aspect_target(analysis, i),
                   engage_analysis_aspect_valence(analysis, i) / 10000);
        printf("\n");
    }
    printf("%d of %d cases of aspects met\n", met, cases);
    ck_assert_int_ge(cases, 60);
    ck_assert_msg(met * 100 >= cases * 85, "%d of %d cases", met, cases);
    free(spec);
    engage_analyzer_free(a);
    engage_catalogue_unref(catalogue);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("aspect");
    TCase *catalogue = tcase_create("catalogue");
    tcase_set_timeout(catalogue, 0);
    tcase_add_test(catalogue, test_found);
    tcase_add_test(catalogue, test_entries);
    tcase_add_test(catalogue, test_builtin);
    tcase_add_test(catalogue, test_refused);
    tcase_add_test(catalogue, test_misuse);
    tcase_add_test(catalogue, test_memory);
    tcase_add_test(catalogue, test_many);
    tcase_add_test(catalogue, test_random_bytes);
    suite_add_tcase(suite, catalogue);
    TCase *aspect = tcase_create("aspect");
    tcase_set_timeout(aspect, 0);
    tcase_add_test(aspect, test_swap);
    tcase_add_test(aspect, test_json);
    tcase_add_test(aspect, test_post_is_the_same);
    tcase_add_test(aspect, test_analyzer_memory);
    tcase_add_test(aspect, test_many_mentions);
    tcase_add_test(aspect, test_longest_match);
    tcase_add_test(aspect, test_zones_part_a_post);
    tcase_add_test(aspect, test_emoji_and_colons_are_of_their_aspect);
    tcase_add_test(aspect, test_spec);
    suite_add_tcase(suite, aspect);
    return support_run(suite);
}
