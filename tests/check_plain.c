/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Letters in a style: what is read for them, and that a post in a style is judged as the plain
 * one is, with its evidence where it is written.
 */
#include <config.h>

#include "base/utf8.h"
#include "small_model.h"
#include "support.h"
#include "text/plain.h"
#include "text/token.h"
#include "text/unicode.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROOM = 8192 };

/* A style by its first capital, small letter and digit; 0: it has none. */
static const struct style {
    uint32_t upper;
    uint32_t lower;
    uint32_t digit;
} styles[] = {
    {0x1D400, 0x1D41A, 0x1D7CE}, /* bold */
    {0x1D670, 0x1D68A, 0x1D7F6}, /* monospaced */
    {0xFF21, 0xFF41, 0xFF10},    /* full-width */
    {0x1D5D4, 0x1D5EE, 0},       /* bold without serifs */
};
enum { STYLES = sizeof(styles) / sizeof(styles[0]) };

/* A post in a style, and where each byte of the plain one is in it. */
struct styled {
    char text[ROOM];
    size_t size;
    uint32_t source[ROOM];
};

static uint32_t in_style(const struct style *style, char c)
{
    if (c >= 'A' && c <= 'Z')
        return style->upper + (uint32_t)(c - 'A');
    if (c >= 'a' && c <= 'z')
        return style->lower + (uint32_t)(c - 'a');
    return c >= '0' && c <= '9' && style->digit != 0 ? style->digit + (uint32_t)(c - '0') : 0;
}

/* Whether a piece between spaces holds what is not to be changed: an address, a link, a
 * character reference, or what would become another one. */
static int is_address(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (strchr("@&:/", text[i]) != NULL || (unsigned char)text[i] >= 0x80 ||
            (i + 1 < size && (text[i] | 32) == 'w' && (text[i + 1] | 32) == 'w'))
            return 1;
    }
    return 0;
}

/* Writes every `step`th letter in the style. */
static void write_in_style(struct styled *out, const char *text, size_t size,
                           const struct style *style, size_t step)
{
    size_t letters = 0;
    size_t end = 0;
    int keep = 0;
    out->size = 0;
    for (size_t i = 0; i < size; i++) {
        if (i == end && text[i] == ' ')
            end++;
        if (i == end) {
            while (end < size && text[end] != ' ')
                end++;
            keep = is_address(text + i, end - i);
        }
        uint32_t code = keep ? 0 : in_style(style, text[i]);
        out->source[i] = (uint32_t)out->size;
        if (code != 0 && letters++ % step == 0)
            out->size += engagep_utf8_encode(code, out->text + out->size);
        else
            out->text[out->size++] = text[i];
    }
    out->source[size] = (uint32_t)out->size;
}

static engage_analyzer *analyzer(const engage_model *model, uint32_t flags)
{
    engage_analyzer_options options = ENGAGE_ANALYZER_OPTIONS_INIT;
    options.model = model;
    options.flags = flags;
    engage_analyzer *made;
    ck_assert_int_eq(engage_analyzer_new(&made, &options), ENGAGE_OK);
    return made;
}

static int same_place(const struct styled *styled, engage_span found, engage_span plain)
{
    return found.start == styled->source[plain.start] && found.end == styled->source[plain.end];
}

/* The parts of two analyses, that of a post in a style and that of the plain one; without an
 * assertion for each, which costs more than the analyses do. */
static int same_scores(const engage_analysis *a, const engage_analysis *b)
{
    int same = strcmp(engage_analysis_language(a), engage_analysis_language(b)) == 0;
    for (int head = 0; head < ENGAGE_HEADS; head++)
        same &= engage_analysis_logit(a, head) == engage_analysis_logit(b, head);
    for (int i = 0; i < ENGAGE_SENTIMENTS; i++)
        same &= engage_analysis_probability(a, i) == engage_analysis_probability(b, i);
    for (int i = 0; i < ENGAGE_INTENTS; i++)
        same &= engage_analysis_intent(a, i) == engage_analysis_intent(b, i) &&
                engage_analysis_has_intent(a, i) == engage_analysis_has_intent(b, i);
    for (int i = 0; i < ENGAGE_SIGNALS; i++)
        same &= engage_analysis_signal(a, i) == engage_analysis_signal(b, i);
    return same;
}

static int same_aspects(const engage_analysis *a, const engage_analysis *b,
                        const struct styled *styled)
{
    size_t count = engage_analysis_aspect_count(a);
    int same = count == engage_analysis_aspect_count(b);
    for (size_t i = 0; i < count && same; i++)
        same = strcmp(engage_analysis_aspect_target(a, i), engage_analysis_aspect_target(b, i)) ==
                   0 &&
               engage_analysis_aspect_valence(a, i) == engage_analysis_aspect_valence(b, i) &&
               same_place(styled, engage_analysis_aspect_span(a, i),
                          engage_analysis_aspect_span(b, i));
    return same;
}

static int same_evidence(const engage_analysis *a, const engage_analysis *b,
                         const struct styled *styled)
{
    size_t count = engage_analysis_evidence_count(a);
    int same = count == engage_analysis_evidence_count(b);
    for (size_t i = 0; i < count && same; i++)
        same = engage_analysis_evidence_head(a, i) == engage_analysis_evidence_head(b, i) &&
               strcmp(engage_analysis_evidence_rule(a, i), engage_analysis_evidence_rule(b, i)) ==
                   0 &&
               engage_analysis_evidence_contribution(a, i) ==
                   engage_analysis_evidence_contribution(b, i) &&
               same_place(styled, engage_analysis_evidence_span(a, i),
                          engage_analysis_evidence_span(b, i));
    return same;
}

/* Two analyzers each that explain and that remember words. */
struct judges {
    engage_analyzer *of[2][2];
};

static void judges_begin(struct judges *judges, const engage_model *model)
{
    for (int i = 0; i < 2; i++) {
        judges->of[0][i] = analyzer(model, 0);
        judges->of[1][i] = analyzer(model, ENGAGE_ANALYZE_EXPLAIN);
    }
}

static void judges_end(struct judges *judges)
{
    for (int i = 0; i < 4; i++)
        engage_analyzer_free(judges->of[i / 2][i % 2]);
}

static void judge(struct judges *judges, const struct styled *styled, const char *text,
                  size_t size)
{
    for (int explained = 0; explained < 2; explained++) {
        const engage_analysis *a;
        const engage_analysis *b;
        ck_assert_int_eq(engage_analyzer_run(judges->of[explained][0], styled->text,
                                             styled->size, &a), ENGAGE_OK);
        ck_assert_int_eq(engage_analyzer_run(judges->of[explained][1], text, size, &b),
                         ENGAGE_OK);
        ck_assert_msg(same_scores(a, b), "scores of %.*s", (int)styled->size, styled->text);
        ck_assert_msg(same_aspects(a, b, styled), "aspects of %.*s", (int)styled->size,
                      styled->text);
        ck_assert_msg(same_evidence(a, b, styled), "evidence of %.*s", (int)styled->size,
                      styled->text);
        ck_assert_int_eq(explained, engage_analysis_evidence_count(a) > 0);
    }
}

static void judge_all_styles(struct judges *judges, const char *text, size_t size)
{
    static struct styled styled;
    ck_assert_uint_lt(size, ROOM / 4);
    for (size_t s = 0; s < STYLES; s++) {
        for (size_t step = 1; step <= 3; step += 2) {
            write_in_style(&styled, text, size, &styles[s], step);
            judge(judges, &styled, text, size);
        }
    }
}

static const engage_model *any_model(void)
{
    return engage_model_builtin() != NULL ? engage_model_ref(engage_model_builtin())
                                          : small_model_open(3);
}

/* ---------------------------------------------------------------- letters --- */

START_TEST(every_letter_of_a_style_is_known)
{
    static const uint32_t alphabets[] = {
        0x1D400, 0x1D41A, 0x1D468, 0x1D482, 0x1D4D0, 0x1D4EA, 0x1D56C, 0x1D586, 0x1D5A0,
        0x1D5BA, 0x1D5D4, 0x1D5EE, 0x1D608, 0x1D622, 0x1D63C, 0x1D656, 0x1D670, 0x1D68A,
        0xFF21,  0xFF41,  0x249C,  0x24B6,  0x24D0,  0x1F110, 0x1F130, 0x1F150, 0x1F170};
    int enclosed;
    for (size_t i = 0; i < sizeof(alphabets) / sizeof(alphabets[0]); i++) {
        for (uint32_t k = 0; k < 26; k++) {
            char plain = engagep_unicode_plain(alphabets[i] + k, &enclosed);
            ck_assert_int_eq(plain | 32, 'a' + (int)k);
            ck_assert_int_eq(enclosed, (alphabets[i] & 0xFF00) == 0x2400 ||
                                           alphabets[i] >= 0x1F100);
        }
    }
    static const uint32_t digits[] = {0xFF10,  0x1D7CE, 0x1D7D8, 0x1D7E2, 0x1D7EC,
                                      0x1D7F6, 0x0660,  0x06F0,  0x0966,  0x0E50};
    for (size_t i = 0; i < sizeof(digits) / sizeof(digits[0]); i++) {
        for (uint32_t k = 0; k < 10; k++)
            ck_assert_int_eq(engagep_unicode_plain(digits[i] + k, &enclosed), '0' + (int)k);
    }
    /* Where letters were in Unicode before the alphabet that misses them. */
    static const uint32_t strays[] = {0x212C, 0x2130, 0x2131, 0x210B, 0x2110, 0x2112, 0x2133,
                                      0x211B, 0x212F, 0x210A, 0x2134, 0x210E, 0x2102, 0x210D,
                                      0x2115, 0x2119, 0x211A, 0x211D, 0x2124};
    static const char stand_for[] = "BEFHILMRegohCHNPQRZ";
    for (size_t i = 0; i < sizeof(strays) / sizeof(strays[0]); i++)
        ck_assert_int_eq(engagep_unicode_plain(strays[i], &enclosed), stand_for[i]);
    static const uint32_t small[] = {0x1D00, 0x0299, 0x1D04, 0x1D05, 0x1D07, 0xA730, 0x0262,
                                     0x029C, 0x026A, 0x1D0A, 0x1D0B, 0x029F, 0x1D0D, 0x0274,
                                     0x1D0F, 0x1D18, 0xA7AF, 0x0280, 0xA731, 0x1D1B, 0x1D1C,
                                     0x1D20, 0x1D21};
    for (size_t i = 0; i < sizeof(small) / sizeof(small[0]); i++)
        ck_assert_int_eq(engagep_unicode_plain(small[i], &enclosed), 'a' + (int)i);
    /* No letter of a language, no ordinary sign, no emoji: a micro sign, the ordinals, a raised
     * two, a trade mark, a source of information, an Omega, a sharp s, Vietnamese, a kana. */
    static const uint32_t others[] = {'a',    0xAA,   0xBA,   0xB2,   0xB5,    0x2122, 0x2139,
                                      0x2126, 0xDF,   0x1EA1, 0xFF71, 0x1F600, 0x2019, 0x2082,
                                      0x2460, 0xFB01, 0x1F1E6, 0x10FFFF, ENGAGEP_UTF8_INVALID};
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        ck_assert_int_eq(engagep_unicode_plain(others[i], &enclosed), '\0');
}
END_TEST

/* What a post is read as, by the tokenizer that models read with. */
START_TEST(posts_are_read_plainly)
{
    static const struct {
        const char *post;
        const char *read;
    } cases[] = {
        {"plain", "plain"},
        {"caf\xC3\xA9 \xF0\x9F\x98\x80", "caf\xC3\xA9 \xF0\x9F\x98\x80"},
        {"\xF0\x9D\x90\xAC\xF0\x9D\x90\xAD\xF0\x9D\x90\xA8\xF0\x9D\x90\xA9!", "stop!"},
        {"\xEF\xBC\xB3\xEF\xBC\xB4\xEF\xBC\xAF\xEF\xBC\xB0\xE3\x80\x80\xEF\xBC\x91",
         "STOP\xE3\x80\x80" "1"},
        {"terri\xF0\x9D\x92\xB7le", "terrible"},
        {"\xE1\xB4\x9B\xE1\xB4\x87s\xE1\xB4\x9B", "test"},
        {"1\xCB\xA2\xE1\xB5\x97", "1st"},
        /* enclosed: words of them, not one by itself, nor a copyright or a sign on a map */
        {"\xE2\x93\x97\xE2\x93\x98 \xE2\x92\xB6", "hi A"},
        {"a \xE2\x93\x95 b", "a \xE2\x93\x95 b"},
        {"\xE2\x93\x92""2020 \xE2\x93\x82", "\xE2\x93\x92""2020 \xE2\x93\x82"},
        {"\xE2\x92\xA3\xE2\x92\xA4 \xE2\x92\xA2", "hi g"},
        {"\xF0\x9F\x84\xBD\xF0\x9F\x84\xBE", "NO"},
        {"\xF0\x9F\x85\xBD\xF0\x9F\x85\xBE\xEF\xB8\x8F\xF0\x9F\x86\x86 \xF0\x9F\x85\xBF",
         "NOW \xF0\x9F\x85\xBF"},
        {"\xF0\x9F\x85\xB1\xEF\xB8\x8F""ad \xF0\x9F\x85\xB0 \xE2\x93\x82\xEF\xB8\x8F",
         "\xF0\x9F\x85\xB1\xEF\xB8\x8F""ad \xF0\x9F\x85\xB0 \xE2\x93\x82\xEF\xB8\x8F"},
        /* handles, addresses and links are what they are; hashtags are words */
        {"@\xF0\x9D\x90\x9A x", "@\xF0\x9D\x90\x9A x"},
        {"\xEF\xBC\xA0\xEF\xBD\x81", "\xEF\xBC\xA0\xEF\xBD\x81"},
        {"@ann \xF0\x9D\x90\x9A", "@ann a"},
        {"\xF0\x9D\x90\x9A@example.org", "\xF0\x9D\x90\x9A@example.org"},
        {"https://example.org/\xEF\xBD\x81 \xEF\xBD\x81", "https://example.org/\xEF\xBD\x81 a"},
        {"#\xF0\x9D\x90\x9A\xF0\x9D\x90\x9B", "#ab"},
        {"@ann\xD9\xA5", "@ann\xD9\xA5"},
        /* digits of other scripts; Arabic vowels, a stroke that lengthens, Persian yeh and kaf */
        {"\xD9\xA5/\xD9\xA1\xD9\xA0", "5/10"},
        {"\xE0\xA5\xAA\xE0\xA5\xA8", "42"},
        {"\xD8\xAC\xD9\x8E\xD9\x85\xD9\x90\xD9\x8A\xD9\x84\xD9\x8C",
         "\xD8\xAC\xD9\x85\xD9\x8A\xD9\x84"},
        {"#\xD8\xAC\xD9\x85\xD9\x80\xD9\x80\xD9\x84", "#\xD8\xAC\xD9\x85\xD9\x84"},
        {"\xDB\x8C\xDA\xA9", "\xD9\x8A\xD9\x83"},
        {"\xD8\xA3\xD9\x94", "\xD8\xA3\xD9\x94"},
        {"\xE3\x81\x82\xEF\xBC\xA1\xE3\x81\x82@ann", "\xE3\x81\x82""A\xE3\x81\x82@ann"},
        /* bytes that are no text stay */
        {"\xFF\xEF\xBD\x81\xF0\x9D\x90", "\xFF""a\xF0\x9D\x90"},
    };
    engage_tokenizer *reader;
    engage_tokenizer *tokenizer;
    ck_assert_int_eq(engagep_token_reader(&reader, 0, NULL), ENGAGE_OK);
    ck_assert_int_eq(engage_tokenizer_new(&tokenizer, NULL), ENGAGE_OK);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char *post = cases[i].post;
        size_t size = strlen(post);
        size_t read = strlen(cases[i].read);
        ck_assert_int_eq(engage_tokenizer_run(reader, post, size), ENGAGE_OK);
        const char *text = engagep_token_text(reader);
        ck_assert_msg(memcmp(text, cases[i].read, read) == 0, "case %zu: %.*s", i, (int)read,
                      text);
        engage_span whole = engagep_token_source(reader, (engage_span){0, (uint32_t)read});
        ck_assert_uint_eq(whole.start, 0);
        ck_assert_uint_eq(whole.end, size);
        ck_assert_int_eq(text == post, strcmp(post, cases[i].read) == 0);
        /* The tokenizer of programs says what is written. */
        ck_assert_int_eq(engage_tokenizer_run(tokenizer, post, size), ENGAGE_OK);
        ck_assert_ptr_eq(engagep_token_text(tokenizer), post);
    }
    engage_tokenizer_free(tokenizer);
    engage_tokenizer_free(reader);
}
END_TEST

/* Bold as Markdown has it, and where its last word ends. */
START_TEST(asterisks_around_words_are_none)
{
    static const struct {
        const char *post;
        const char *read; /* NULL: the post as it is */
    } cases[] = {
        {"**bad**", "bad"},
        {"a **b c**, d", "a b c, d"},
        {"**a** **b**", "a b"},
        {"(**a!**) **Pros:** b", "(a!) Pros: b"},
        {"**\xC3\xA9** \xEF\xBD\x81", "\xC3\xA9 a"},
        {"see **https://example.org/a**", "see https://example.org/a"},
        {"**a** b** **c", "a b** **c"},
        {"**a\n**b**", "**a\nb"},
        {"**a", NULL},
        {"a**", NULL},
        {"**", NULL},
        {"****", NULL},
        {"** a **", NULL},
        {"**a **", NULL},
        {"2**3 2**3", NULL},
        {"f**k sh**", NULL},
        {"f** **k", NULL},
        {"***a***", NULL},
        {"*a* *b*", NULL},
        {"**a\nb**", NULL},
        {"**a**b", NULL},
        {"\xC3\xA9**a** b", NULL},
    };
    engage_tokenizer *reader;
    ck_assert_int_eq(engagep_token_reader(&reader, 0, NULL), ENGAGE_OK);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char *post = cases[i].post;
        const char *read = cases[i].read != NULL ? cases[i].read : post;
        ck_assert_int_eq(engage_tokenizer_run(reader, post, strlen(post)), ENGAGE_OK);
        const char *text = engagep_token_text(reader);
        ck_assert_msg(memcmp(text, read, strlen(read)) == 0, "%s: %s", post, text);
        ck_assert_msg((text == post) == (cases[i].read == NULL), "%s", post);
        /* Each token but what is in a style stands where it came from. */
        size_t count;
        const struct engagep_token *tokens = engagep_token_array(reader, &count);
        for (size_t k = 0; k < count; k++) {
            size_t size = tokens[k].end - tokens[k].start;
            engage_span at =
                engagep_token_source(reader, (engage_span){tokens[k].start, tokens[k].end});
            if (strncmp(post + at.start, "\xEF\xBD\x81", 3) == 0)
                continue;
            ck_assert_msg(at.end - at.start == size &&
                              memcmp(post + at.start, text + tokens[k].start, size) == 0,
                          "%s: token %zu", post, k);
        }
    }
    engage_tokenizer_free(reader);
}
END_TEST

/* ------------------------------------------------------------------ posts --- */

START_TEST(posts_in_a_style_are_judged_as_plain_ones)
{
    static const char *const posts[] = {
        "terrible service, I want my money back",
        "STOP charging me 45.50 every month!!!",
        "love the new camera but the battery is soooo bad :(",
        "@acme 10/10 would buy again https://example.org/a",
        "don't update. it isn't good, not at all",
        "#BestDayEver and #badservice",
        "How do I reset the app? U.S. store, 3rd try, $20",
        "merci beaucoup pour votre aide",
    };
    struct judges judges;
    const engage_model *model = any_model();
    judges_begin(&judges, model);
    for (size_t i = 0; i < sizeof(posts) / sizeof(posts[0]); i++)
        judge_all_styles(&judges, posts[i], strlen(posts[i]));
    judges_end(&judges);
    engage_model_unref(model);
}
END_TEST

START_TEST(real_posts_in_a_style_are_judged_as_plain_ones)
{
    size_t size;
    const char *path = support_shared("data/text/tweets_unlabelled.txt");
    if (support_absent(path))
        return;
    char *file = support_read(path, &size);
    struct judges judges;
    const engage_model *model = any_model();
    judges_begin(&judges, model);
    size_t lines = 0;
    size_t judged = 0;
    for (const char *line = file; line < file + size; lines++) {
        size_t length = strcspn(line, "\n");
        if (lines % 400 == 0 && length < ROOM / 4) {
            judge_all_styles(&judges, line, length);
            judged++;
        }
        line += length + 1;
    }
    ck_assert_uint_gt(judged, 500);
    judges_end(&judges);
    engage_model_unref(model);
    free(file);
}
END_TEST

static void check_words(const engage_analysis *analysis, const char *target, const char *text,
                        const char *written)
{
    ck_assert_uint_eq(engage_analysis_aspect_count(analysis), 1);
    ck_assert_str_eq(engage_analysis_aspect_target(analysis, 0), target);
    engage_span span = engage_analysis_aspect_span(analysis, 0);
    ck_assert_uint_eq(span.end - span.start, strlen(written));
    ck_assert_int_eq(memcmp(text + span.start, written, strlen(written)), 0);
}

/* Names of catalogues and words of lexicons mean the same in any style, as posts do. */
START_TEST(names_and_words_are_found_in_any_style)
{
    static const char names[] = "builtin = no\n[product one]\nnames = Zorble\n"
                                "[product two]\nnames = \xEF\xBC\xB1\xEF\xBD\x95\xEF\xBD\x98\n";
    static const char zorble[] = "my \xF0\x9D\x90\x99\xF0\x9D\x90\xA8rble";
    static const char words[] = "slaps\t3.3\n\xF0\x9D\x96\x9F\xF0\x9D\x96\x94nks\t-3.3\n";
    const engage_catalogue *catalogue;
    const engage_lexicon *lexicon;
    const engage_model *model = any_model();
    engage_analyzer *judge = analyzer(model, ENGAGE_ANALYZE_EXPLAIN);
    ck_assert_int_eq(engage_catalogue_parse(&catalogue, names, sizeof(names) - 1, NULL, NULL),
                     ENGAGE_OK);
    ck_assert_int_eq(engage_analyzer_set_catalogue(judge, catalogue), ENGAGE_OK);
    check_words(support_analyze(judge, zorble), "one", zorble, zorble + 3);
    check_words(support_analyze(judge, "my qux"), "two", "my qux", "qux");
    ck_assert_int_eq(engage_lexicon_parse(&lexicon, "own", words, sizeof(words) - 1, NULL, NULL),
                     ENGAGE_OK);
    static const char *const posts[] = {"slaps zonks", "\xEF\xBD\x93laps z\xF0\x9D\x96\x94nks"};
    int64_t logits[2];
    int64_t changes[2][2];
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(engage_analyzer_set_lexicons(judge, NULL, 0), ENGAGE_OK);
        logits[i] = engage_analysis_logit(support_analyze(judge, posts[i]), ENGAGE_POSITIVE);
        ck_assert_int_eq(engage_analyzer_set_lexicons(judge, &lexicon, 1), ENGAGE_OK);
        const engage_analysis *analysis = support_analyze(judge, posts[i]);
        int found = 0;
        for (size_t k = 0; k < engage_analysis_evidence_count(analysis); k++) {
            if (strcmp(engage_analysis_evidence_rule(analysis, k), "lexicon:own") == 0 &&
                engage_analysis_evidence_head(analysis, k) == ENGAGE_POSITIVE && found < 2)
                changes[i][found++] = engage_analysis_evidence_contribution(analysis, k);
        }
        ck_assert_int_eq(found, 2);
        ck_assert_int_gt(changes[i][0], 0);
        ck_assert_int_eq(changes[i][0], -changes[i][1]);
    }
    ck_assert_int_eq(logits[0], logits[1]);
    ck_assert_int_eq(changes[0][0], changes[1][0]);
    engage_lexicon_unref(lexicon);
    engage_catalogue_unref(catalogue);
    engage_analyzer_free(judge);
    engage_model_unref(model);
}
END_TEST

/* Of any bytes the reading keeps all that is no letter in a style, and knows where it was. */
START_TEST(any_bytes_are_read)
{
    static const char *const pieces[] = {
        "a", " ", "@", "://", "#", "\xE2\x93\x90", "\xF0\x9F\x85\xB0", "\xEF\xB8\x8F",
        "\xF0\x9D\x90\x9A", "\xEF\xBC\xA1", "\xF0\x9D", "\xC9\xAA", "\xFF", "\xE2\x80\x8D",
        "\xEF\xBC\xA0", "9", "\xF0\x9D\x9F\x97", "\xE3\x81\x82"};
    enum { PIECES = sizeof(pieces) / sizeof(pieces[0]) };
    engage_tokenizer *reader;
    ck_assert_int_eq(engagep_token_reader(&reader, 0, NULL), ENGAGE_OK);
    uint64_t seed = 31;
    char post[256];
    for (int round = 0; round < 20000; round++) {
        size_t size = 0;
        for (size_t n = support_random(&seed) % 30; n > 0; n--) {
            const char *piece = pieces[support_random(&seed) % PIECES];
            memcpy(post + size, piece, strlen(piece));
            size += strlen(piece);
        }
        ck_assert_int_eq(engage_tokenizer_run(reader, post, size), ENGAGE_OK);
        const char *text = engagep_token_text(reader);
        size_t count;
        const struct engagep_token *tokens = engagep_token_array(reader, &count);
        uint32_t before = 0;
        for (size_t i = 0; i < count; i++) {
            engage_span token = {tokens[i].start, tokens[i].end};
            engage_span span = engagep_token_source(reader, token);
            if (span.start < before || span.end <= span.start || span.end > size)
                ck_abort_msg("token %zu of %.*s", i, (int)size, post);
            before = span.end;
            for (uint32_t at = token.start; at < token.end; at++) {
                uint32_t code;
                int enclosed;
                uint32_t from = engagep_token_source(reader, (engage_span){at, at}).start;
                engagep_utf8_decode(post + from, size - from, &code);
                if (text[at] != post[from] && text[at] != engagep_unicode_plain(code, &enclosed))
                    ck_abort_msg("byte %u of %.*s", (unsigned)at, (int)size, post);
            }
        }
    }
    engage_tokenizer_free(reader);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("plain");
    TCase *tests = tcase_create("plain");
    tcase_set_timeout(tests, 0);
    tcase_add_test(tests, every_letter_of_a_style_is_known);
    tcase_add_test(tests, posts_are_read_plainly);
    tcase_add_test(tests, asterisks_around_words_are_none);
    tcase_add_test(tests, posts_in_a_style_are_judged_as_plain_ones);
    tcase_add_test(tests, real_posts_in_a_style_are_judged_as_plain_ones);
    tcase_add_test(tests, names_and_words_are_found_in_any_style);
    tcase_add_test(tests, any_bytes_are_read);
    suite_add_tcase(suite, tests);
    return support_run(suite);
}
