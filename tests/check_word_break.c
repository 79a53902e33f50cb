/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Tokens beside the default words of Unicode (UAX #29): where the two differ on the cases of
 * WordBreakTest.txt, and by which of the rules that engage_tokenizer(3) argues for.
 */
#include "support.h"
#include "text/unicode.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST = 32 };

/* The differences, and how many places of Unicode 15.0's file show each. */
enum {
    FORMAT, MARK, KANA, UNDERSCORE, COLON, INNER, TONE, /* where Unicode joins */
    RUN, NUMBER, FACE, APOSTROPHE, FLAG,                /* where it cuts */
    RULES
};

static const struct {
    const char *what;
    size_t places;
} rules[RULES] = {
    [FORMAT] = {"joined: an ignorable character at the edge of a token is in none", 653},
    [MARK] = {"joined: a combining mark on no letter, digit or sign is a sign itself", 118},
    [KANA] = {"joined: katakana is cut by dictionaries, here left out, or into clusters", 3},
    [UNDERSCORE] = {"joined: an underscore at the edge of a word is a mark", 38},
    [COLON] = {"joined: a colon between letters parts two words", 30},
    [INNER] = {"joined: a mark with an accent or ignorable on it stands in no word or number", 63},
    [TONE] = {"joined: a skin tone on what takes none is an emoji itself", 2},
    [RUN] = {"cut: a mark that is repeated is one token", 49},
    [NUMBER] = {"cut: times and numbers that begin with a point are whole", 15},
    [FACE] = {"cut: an emoticon is whole", 1},
    [APOSTROPHE] = {"cut: letters after a number and an apostrophe belong to it", 14},
    [FLAG] = {"cut: a joiner between regional letters ends a flag", 1},
};

struct example {
    uint32_t codes[LONGEST];
    int breaks[LONGEST + 1]; /* Unicode's, before each character and at the end */
    size_t starts[LONGEST + 1];
    size_t count;
    char text[4 * LONGEST];
    size_t size;
};

/* Reads a line of the file in place; 0 where it has no case. */
static int read_example(char *line, struct example *out)
{
    char *comment = strchr(line, '#');
    if (comment != NULL)
        *comment = '\0';
    memset(out, 0, sizeof(*out));
    for (char *word = strtok(line, " \t\r"); word != NULL; word = strtok(NULL, " \t\r")) {
        if (strcmp(word, "\xC3\xB7") == 0) {
            out->breaks[out->count] = 1;
        } else if (strcmp(word, "\xC3\x97") != 0) {
            ck_assert_uint_lt(out->count, LONGEST);
            uint32_t code = (uint32_t)strtoul(word, NULL, 16);
            out->codes[out->count] = code;
            out->starts[out->count++] = out->size;
            out->size += engagep_utf8_encode(code, out->text + out->size);
        }
    }
    out->starts[out->count] = out->size;
    return out->count > 0;
}

static int is_format(uint32_t code)
{
    return engagep_unicode_kind(code) == ENGAGEP_CHAR_IGNORE;
}

static int is_mark(uint32_t code)
{
    return engagep_unicode_kind(code) == ENGAGEP_CHAR_MARK;
}

/* The rule by which ours and Unicode's differ before character i, or -1. `token` is that of
 * ours which holds the character before it, or else the one after it. */
static int rule_of(const struct example *e, size_t i, const engage_tokenizer *t, size_t token)
{
    uint32_t left = e->codes[i - 1];
    uint32_t right = e->codes[i];
    /* The same without what is written on them. */
    size_t before = i - 1;
    while (before > 0 && (is_format(e->codes[before]) || is_mark(e->codes[before])))
        before--;
    size_t after = i;
    while (after + 1 < e->count && (is_format(e->codes[after]) || is_mark(e->codes[after])))
        after++;
    uint32_t outer_left = e->codes[before];
    uint32_t outer_right = e->codes[after];
    int kind = engage_tokenizer_kind(t, token);
    engage_span span = engage_tokenizer_span(t, token);
    if (!e->breaks[i]) {
        uint32_t first;
        engagep_utf8_decode(e->text + span.start, span.end - span.start, &first);
        if (is_format(left) || is_format(right))
            return FORMAT;
        if (is_mark(right) || is_mark(first))
            return MARK;
        if (outer_left == '_' || outer_right == '_')
            return UNDERSCORE;
        if (engagep_unicode_kind(outer_left) == ENGAGEP_CHAR_SPACELESS &&
            engagep_unicode_kind(outer_right) == ENGAGEP_CHAR_SPACELESS)
            return KANA;
        if (outer_left == ':' || outer_right == ':')
            return COLON;
        if (engagep_unicode_kind(right) == ENGAGEP_CHAR_MODIFIER)
            return TONE;
        if (outer_left < 0x80 && strchr("'.,;\"", (int)outer_left) != NULL)
            return INNER;
        return outer_right < 0x80 && strchr("'.,;\"", (int)outer_right) != NULL ? INNER : -1;
    }
    if (outer_left == outer_right && outer_left < 0x80 && strchr("':.,;\"", (int)outer_left))
        return RUN;
    if (kind == ENGAGE_TOKEN_NUMBER)
        return NUMBER;
    if (kind == ENGAGE_TOKEN_EMOTICON)
        return FACE;
    if (kind == ENGAGE_TOKEN_WORD && (outer_left == '\'' || outer_right == '\''))
        return APOSTROPHE;
    return kind == ENGAGE_TOKEN_EMOJI ? FLAG : -1;
}

START_TEST(test_word_break)
{
    static const char path[] = "/usr/share/unicode/auxiliary/WordBreakTest.txt";
    if (support_absent(path))
        return;
    size_t size;
    char *file = support_read(path, &size);
    ck_assert_ptr_nonnull(file);
    if (strncmp(file, "# WordBreakTest-15.0.0.txt", 26) != 0) {
        printf("left out, since %s is not of Unicode 15.0\n", path);
        free(file);
        return;
    }
    engage_text_options options = ENGAGE_TEXT_OPTIONS_INIT;
    options.flags = ENGAGE_TEXT_NO_DICTIONARY;
    engage_tokenizer *t;
    ck_assert_int_eq(engage_tokenizer_new(&t, &options), ENGAGE_OK);
    size_t found[RULES] = {0};
    size_t cases = 0;
    size_t alike = 0;
    for (char *line = file, *next; line != NULL; line = next) {
        next = strchr(line, '\n');
        if (next != NULL)
            *next++ = '\0';
        struct example e;
        if (!read_example(line, &e))
            continue;
        ck_assert_int_eq(engage_tokenizer_run(t, e.text, e.size), ENGAGE_OK);
        size_t count = engage_tokenizer_count(t);
        size_t differs = 0;
        size_t token = 0; /* the first that ends at the place or later */
        for (size_t i = 1; i < e.count; i++) {
            size_t at = e.starts[i];
            while (token < count && engage_tokenizer_span(t, token).end < at)
                token++;
            if (token == count)
                break;
            engage_span span = engage_tokenizer_span(t, token);
            /* Between tokens, where white space and ignorable characters meet, ours has no
             * words to compare. */
            if (span.start > at)
                continue;
            int ours = span.start == at || span.end == at;
            if (ours == e.breaks[i])
                continue;
            int rule = rule_of(&e, i, t, token);
            ck_assert_msg(rule >= 0, "case %zu differs at character %zu by no rule", cases + 1, i);
            found[rule]++;
            differs++;
        }
        cases++;
        alike += differs == 0;
    }
    printf("word breaks: %zu of %zu cases alike\n", alike, cases);
    for (int i = 0; i < RULES; i++)
        printf("%5zu %s\n", found[i], rules[i].what);
    fflush(stdout); /* a failure leaves at once */
    ck_assert_uint_eq(cases, 1823);
    ck_assert_uint_eq(alike, 1121);
    for (int i = 0; i < RULES; i++)
        ck_assert_msg(found[i] == rules[i].places, "%zu places, not %zu: %s", found[i],
                      rules[i].places, rules[i].what);
    engage_tokenizer_free(t);
    free(file);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("word break");
    TCase *all = tcase_create("all");
    tcase_set_timeout(all, 0);
    tcase_add_test(all, test_word_break);
    suite_add_tcase(suite, all);
    return support_run(suite);
}
