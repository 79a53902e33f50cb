/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * The tokenizer: cases of tests/spec, properties on random bytes, failures.
 */
#include <config.h>

#include "base/utf8.h"
#include "support.h"
#include "text/match.h"
#include "text/token.h"
#include "text/unicode.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static engage_tokenizer *tokenizer(uint32_t flags)
{
    engage_text_options options = ENGAGE_TEXT_OPTIONS_INIT;
    options.flags = flags;
    engage_tokenizer *t;
    ck_assert_int_eq(engage_tokenizer_new(&t, &options), ENGAGE_OK);
    return t;
}

/* Replaces the escapes of a spec file in place; returns the size. */
static size_t unescape(char *text)
{
    char *out = text;
    for (const char *in = text; *in != '\0'; in++) {
        if (*in != '\\') {
            *out++ = *in;
            continue;
        }
        in++;
        if (*in == 'n')
            *out++ = '\n';
        else if (*in == 't')
            *out++ = '\t';
        else if (*in == 'x') {
            char hex[3] = {in[1], in[2], '\0'};
            *out++ = (char)strtoul(hex, NULL, 16);
            in += 2;
        } else
            *out++ = *in;
    }
    return (size_t)(out - text);
}

static uint32_t marks_of(const char *names)
{
    static const struct {
        const char *name;
        uint32_t mark;
    } known[] = {{"caps", ENGAGE_MARK_CAPS},
                 {"title", ENGAGE_MARK_TITLE},
                 {"elongated", ENGAGE_MARK_ELONGATED},
                 {"repeated", ENGAGE_MARK_REPEATED},
                 {"glued", ENGAGE_MARK_GLUED}};
    uint32_t marks = 0;
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (strstr(names, known[i].name) != NULL)
            marks |= known[i].mark;
    }
    return marks;
}

START_TEST(test_spec)
{
    size_t size;
    char *file = support_read(support_source("tests/spec/tokens.txt"), &size);
    ck_assert_ptr_nonnull(file);
    engage_tokenizer *t = tokenizer(ENGAGE_TEXT_NO_DICTIONARY);
    char *post = NULL;
    size_t next = 0;
    size_t cases = 0;
    int number = 0;
    for (char *line = file; line != NULL;) {
        number++;
        char *end = strchr(line, '\n');
        if (end != NULL)
            *end = '\0';
        if (line[0] == '>' || (line[0] == '\0' && post != NULL)) {
            if (post != NULL)
                ck_assert_msg(next == engage_tokenizer_count(t), "line %d: %zu tokens, not %zu",
                              number, engage_tokenizer_count(t), next);
            post = NULL;
        }
        if (line[0] == '>') {
            post = line + 2;
            size_t length = unescape(post);
            ck_assert_int_eq(engage_tokenizer_run(t, post, length), ENGAGE_OK);
            next = 0;
            cases++;
        } else if (line[0] != '\0' && line[0] != '#') {
            char *kind = line;
            char *text = strchr(line, ' ');
            ck_assert_msg(post != NULL && text != NULL, "line %d", number);
            *text++ = '\0';
            uint32_t marks = 0;
            char *bracket = strstr(text, " [");
            if (bracket != NULL) {
                marks = marks_of(bracket);
                *bracket = '\0';
            }
            char *norm = strstr(text, " ~");
            size_t norm_size = 0;
            if (norm != NULL) {
                *norm = '\0';
                norm += 2;
                norm_size = unescape(norm);
            }
            size_t length = unescape(text);
            engage_span span = engage_tokenizer_span(t, next);
            ck_assert_msg(span.end - span.start == length &&
                              memcmp(post + span.start, text, length) == 0,
                          "line %d: found \"%.*s\"", number, (int)(span.end - span.start),
                          post + span.start);
            const char *found = engage_token_kind_name(engage_tokenizer_kind(t, next));
            ck_assert_msg(strcmp(found, kind) == 0, "line %d: found kind %s", number, found);
            ck_assert_msg(engage_tokenizer_marks(t, next) == marks, "line %d: found marks %u",
                          number, (unsigned)engage_tokenizer_marks(t, next));
            size_t found_size;
            const char *found_norm = engage_tokenizer_norm(t, next, &found_size);
            if (norm == NULL) {
                norm = text;
                norm_size = length;
            }
            ck_assert_msg(found_size == norm_size && memcmp(found_norm, norm, norm_size) == 0,
                          "line %d: found norm \"%.*s\"", number, (int)found_size, found_norm);
            next++;
        }
        line = end != NULL ? end + 1 : NULL;
    }
    ck_assert_uint_ge(cases, 20);
    engage_tokenizer_free(t);
    free(file);
}
END_TEST

/* What must hold of the tokens of any bytes at all. */
static void check_properties(engage_tokenizer *t, const char *text, size_t size)
{
    ck_assert_int_eq(engage_tokenizer_run(t, text, size), ENGAGE_OK);
    size_t count;
    const struct engagep_token *tokens = engagep_token_array(t, &count);
    size_t at = 0;
    for (size_t i = 0; i <= count; i++) {
        size_t start = i < count ? tokens[i].start : size;
        ck_assert_uint_le(at, start);
        int spaced = 0;
        while (at < start) {
            uint32_t code;
            size_t end = text[at] == '&' ? engagep_reference_match(text, size, at, &code) : 0;
            at = end != 0 ? end : at + engagep_utf8_decode(text + at, size - at, &code);
            unsigned kind = engagep_unicode_kind(code);
            ck_assert_msg(kind == ENGAGEP_CHAR_SPACE || kind == ENGAGEP_CHAR_IGNORE,
                          "U+%04X lies between tokens", (unsigned)code);
            spaced |= kind == ENGAGEP_CHAR_SPACE;
        }
        ck_assert_uint_eq(at, start);
        if (i == count)
            break;
        ck_assert_int_eq((tokens[i].marks & ENGAGE_MARK_GLUED) != 0, i > 0 && !spaced);
        ck_assert_uint_lt(tokens[i].start, tokens[i].end);
        ck_assert_uint_lt(tokens[i].kind, ENGAGE_TOKEN_KINDS);
        /* The end lies on a boundary of characters, counted from the start of the text. */
        while (at < tokens[i].end) {
            uint32_t code;
            at += engagep_utf8_decode(text + at, size - at, &code);
        }
        ck_assert_uint_eq(at, tokens[i].end);
        size_t norm_size;
        const char *norm = engage_tokenizer_norm(t, i, &norm_size);
        size_t norm_at = 0;
        while (norm_at < norm_size) {
            uint32_t code;
            norm_at += engagep_utf8_decode(norm + norm_at, norm_size - norm_at, &code);
            ck_assert_uint_ne(code, ENGAGEP_UTF8_INVALID);
        }
    }
}

/* Pieces that make the scanner take its branches. */
static const char *const pieces[] = {
    "a", "B", "soooo", "9", "12", ".", "..", ",", "'", "-", "_", "@", "#", "$", "&", "*", "+", "/",
    ":", ";", "(", ")", "<", ">", "^", "!", "?", "%", " ", "  ", "\n", "\t", "http://", "www.",
    ".com", "&amp;", "&lt;3", "&#x41;", "555-123-4567", "o_O", ":-)", "xD", "T_T", "\xC3\xA9",
    "\xC3\x89", "\xCC\x81", "\xE2\x80\x99", "\xE2\x80\x8D", "\xEF\xB8\x8F", "\xE2\x83\xA3",
    "\xF0\x9F\x98\x80", "\xF0\x9F\x91\x8D", "\xF0\x9F\x8F\xBD", "\xF0\x9F\x87\xBA",
    "\xF0\x9F\x87\xB8", "\xE2\x9D\xA4", "\xE6\x97\xA5", "\xE0\xB8\xAA", "\xE0\xB8\xB1",
    "\xED\x95\x9C", "\xD0\x96", "\xC2\xAD", "\xC2\xAF\\_(", "\xE3\x83\x84", ")_/\xC2\xAF",
    "\xE2\x95\xAF", "\xEF\xBC\xA0", "\xEF\xBC\x83", "\xFF", "\xE2\x82", "\xC3", "\xE3\x80\x80",
    "`", "&#8217;", "&gt;", "&#128514;", "&#65039;", "&#233;", "w/", "$$", "am-",
    "&nbsp;", "&amp;amp;", "&amp;#39;", "\\'", "\xC3\xA2\xE2\x82\xAC\xE2\x84\xA2", "\xEF\xBF\xBD",
    "https:/", "days",
    "\xE2\x80\xA6", "\xE2\x82\xAC", "\xC2\xB7", "\xE1\xBE\x80", "\xEF\xAC\x83", "\xCE\x90"};

/* With ICU's dictionaries words, without grapheme clusters; and the library says which. */
START_TEST(test_dictionary)
{
    /* "I like this charger", five words in Chinese; and a greeting in Thai. */
    static const char chinese[] = "\xE6\x88\x91\xE5\x96\x9C\xE6\xAC\xA2\xE8\xBF\x99\xE4\xB8\xAA";
    static const char thai[] = "\xE0\xB8\xAA\xE0\xB8\xA7\xE0\xB8\xB1\xE0\xB8\xAA"
                               "\xE0\xB8\x94\xE0\xB8\xB5\xE0\xB8\x84\xE0\xB8\xA3"
                               "\xE0\xB8\xB1\xE0\xB8\x9A";
    engage_tokenizer *bare = tokenizer(ENGAGE_TEXT_NO_DICTIONARY);
    engage_tokenizer *words = tokenizer(0);
#ifdef HAVE_ICU
    ck_assert_ptr_nonnull(engage_dictionary_version());
#else
    ck_assert_ptr_null(engage_dictionary_version());
#endif
    ck_assert_int_eq(engage_tokenizer_run(bare, chinese, sizeof(chinese) - 1), ENGAGE_OK);
    ck_assert_uint_eq(engage_tokenizer_count(bare), 5);
    ck_assert_int_eq(engage_tokenizer_run(bare, thai, sizeof(thai) - 1), ENGAGE_OK);
    ck_assert_uint_eq(engage_tokenizer_count(bare), 7);
    ck_assert_int_eq(engage_tokenizer_run(words, chinese, sizeof(chinese) - 1), ENGAGE_OK);
    ck_assert_uint_eq(engage_tokenizer_count(words), engage_dictionary_version() != NULL ? 3 : 5);
    ck_assert_int_eq(engage_tokenizer_run(words, thai, sizeof(thai) - 1), ENGAGE_OK);
    ck_assert_uint_eq(engage_tokenizer_count(words), engage_dictionary_version() != NULL ? 2 : 7);
    /* What cannot be seen between two such words, or behind one, is in none. */
    static const char unseen[] = "\xE6\x97\xA5\xE2\x80\x8B\xE0\xB9\x84\x7F\xE2\x80\x8D";
    engage_tokenizer *const either[] = {bare, words};
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(engage_tokenizer_run(either[i], unseen, sizeof(unseen) - 1), ENGAGE_OK);
        ck_assert_uint_eq(engage_tokenizer_count(either[i]), 2);
        ck_assert_uint_eq(engage_tokenizer_span(either[i], 0).end, 3);
        ck_assert_uint_eq(engage_tokenizer_span(either[i], 1).start, 6);
        ck_assert_uint_eq(engage_tokenizer_span(either[i], 1).end, 9);
    }
    engage_tokenizer_free(words);
    engage_tokenizer_free(bare);
}
END_TEST

START_TEST(test_properties)
{
    engage_tokenizer *t = tokenizer(_i == 0 ? ENGAGE_TEXT_NO_DICTIONARY : 0);
    uint64_t state = 20261121;
    char text[600];
    for (int round = 0; round < 30000; round++) {
        size_t size = 0;
        if (round % 4 == 0) {
            size = support_random(&state) % 64;
            for (size_t i = 0; i < size; i++)
                text[i] = (char)support_random(&state);
        } else {
            size_t wanted = support_random(&state) % 40;
            for (size_t i = 0; i < wanted; i++) {
                const char *piece =
                    pieces[support_random(&state) % (sizeof(pieces) / sizeof(pieces[0]))];
                memcpy(text + size, piece, strlen(piece));
                size += strlen(piece);
            }
        }
        /* A block of the very size, so that a step beyond it is seen. */
        char *exact = malloc(size + 1);
        memcpy(exact, text, size);
        exact = realloc(exact, size != 0 ? size : 1);
        check_properties(t, exact, size);
        free(exact);
    }
    engage_tokenizer_free(t);
}
END_TEST

/* Every sequence of Unicode's list, alone, after a letter, and before one. */
START_TEST(test_emoji)
{
    static const char path[] = "/usr/share/unicode/emoji/emoji-test.txt";
    if (support_absent(path))
        return;
    size_t size;
    char *file = support_read(path, &size);
    engage_tokenizer *t = tokenizer(0);
    size_t tried = 0;
    for (char *line = strtok(file, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        if (line[0] == '#' || line[0] == '\0')
            continue;
        char text[128] = "ab";
        size_t start = 2;
        size_t length = 0;
        char *at = line;
        while (*at != ';') {
            uint32_t code = (uint32_t)strtoul(at, &at, 16);
            length += engagep_utf8_encode(code, text + start + length);
            while (*at == ' ')
                at++;
        }
        memcpy(text + start + length, "cd", 2);
        ck_assert_int_eq(engage_tokenizer_run(t, text + start, length), ENGAGE_OK);
        ck_assert_msg(engage_tokenizer_count(t) == 1, "%s", line);
        ck_assert_msg(engage_tokenizer_kind(t, 0) == ENGAGE_TOKEN_EMOJI, "%s", line);
        ck_assert_int_eq(engage_tokenizer_run(t, text, length + 4), ENGAGE_OK);
        ck_assert_msg(engage_tokenizer_count(t) == 3, "%s", line);
        ck_assert_msg(engage_tokenizer_kind(t, 1) == ENGAGE_TOKEN_EMOJI, "%s", line);
        /* Twice, glued; skin tones alone would colour what is before them. */
        memmove(text, text + start, length);
        memcpy(text + length, text, length);
        ck_assert_int_eq(engage_tokenizer_run(t, text, 2 * length), ENGAGE_OK);
        ck_assert_msg(engage_tokenizer_count(t) == 2, "%s", line);
        tried++;
    }
    ck_assert_uint_ge(tried, 4000);
    engage_tokenizer_free(t);
    free(file);
}
END_TEST

START_TEST(test_graphemes)
{
    static const char path[] = "/usr/share/unicode/auxiliary/GraphemeBreakTest.txt";
    if (support_absent(path))
        return;
    size_t size;
    char *file = support_read(path, &size);
    size_t tried = 0;
    for (char *line = strtok(file, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        if (line[0] == '#')
            continue;
        char text[256];
        size_t breaks[64];
        size_t length = 0;
        size_t count = 0;
        /* "\xC3\xB7" asks for a break, "\xC3\x97" for none. */
        for (char *at = line; *at != '\0' && *at != '#' && *at != '\t';) {
            if (memcmp(at, "\xC3\xB7", 2) == 0) {
                breaks[count++] = length;
                at += 2;
            } else if (memcmp(at, "\xC3\x97", 2) == 0) {
                at += 2;
            } else if (*at == ' ') {
                at++;
            } else {
                length += engagep_utf8_encode((uint32_t)strtoul(at, &at, 16), text + length);
            }
        }
        size_t at = 0;
        for (size_t i = 1; i < count; i++) {
            at = engagep_unicode_grapheme(text, length, at);
            ck_assert_msg(at == breaks[i], "%s", line);
        }
        tried++;
    }
    ck_assert_uint_ge(tried, 600);
    free(file);
}
END_TEST

START_TEST(test_nfc)
{
    static const struct {
        const char *from;
        const char *to;
    } cases[] = {{"e\xCC\x81", "\xC3\xA9"},
                 {"\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB", "\xED\x95\x9C"},
                 {"q\xCC\x87\xCC\xA3", "q\xCC\xA3\xCC\x87"},
                 {"\xE2\x84\xAB", "\xC3\x85"},
                 {"a\xFF", "a\xEF\xBF\xBD"},
                 {"", ""}};
    char out[64];
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        size_t size = strlen(cases[i].from);
        size_t n = engagep_unicode_nfc(cases[i].from, size, out, sizeof(out));
        ck_assert_uint_eq(n, strlen(cases[i].to));
        ck_assert_int_eq(memcmp(out, cases[i].to, n), 0);
    }
    ck_assert_uint_eq(engagep_unicode_nfc("abc", 3, out, 2), SIZE_MAX);
}
END_TEST

START_TEST(test_json)
{
    engage_tokenizer *t = tokenizer(0);
    engage_buffer *buffer;
    ck_assert_int_eq(engage_buffer_new(&buffer, NULL), ENGAGE_OK);
    const char text[] = "\xF0\x9F\x98\x80 \xC3\x89" "A";
    engage_str id = {"7", 1};
    static const char *const spans[] = {"\"start\":0,\"end\":4,", "\"start\":0,\"end\":1,",
                                        "\"start\":0,\"end\":2,"};
    static const char *const later[] = {"\"start\":5,\"end\":8,", "\"start\":2,\"end\":4,",
                                        "\"start\":3,\"end\":5,"};
    for (int unit = 0; unit < 3; unit++) {
        engage_buffer_clear(buffer);
        ck_assert_int_eq(engage_tokenizer_json(t, id, text, sizeof(text) - 1, unit, buffer),
                         ENGAGE_OK);
        char expected[256];
        snprintf(expected, sizeof(expected),
                 "{\"id\":\"7\",\"tokens\":[{\"kind\":\"emoji\",%s\"text\":\"\xF0\x9F\x98\x80\","
                 "\"norm\":\"\xF0\x9F\x98\x80\"},{\"kind\":\"word\",%s\"text\":\"\xC3\x89" "A\","
                 "\"norm\":\"\xC3\xA9" "a\"}]}",
                 spans[unit], later[unit]);
        ck_assert_str_eq(engage_buffer_data(buffer), expected);
    }
    /* Nothing at all: a sanitizer tells where NULL is added to. */
    static const engage_str none = {NULL, 0};
    engage_buffer_clear(buffer);
    ck_assert_int_eq(engage_tokenizer_json(t, none, NULL, 0, 2, buffer), ENGAGE_OK);
    ck_assert_str_eq(engage_buffer_data(buffer), "{\"id\":null,\"tokens\":[]}");
    ck_assert_int_eq(engage_tokenizer_run(t, text, sizeof(text) - 1), ENGAGE_OK);
    ck_assert_uint_eq(engage_tokenizer_count(t), 2);
    ck_assert_int_eq(engage_tokenizer_json(t, id, text, 1, 3, buffer), ENGAGE_ERANGE);
    ck_assert_uint_eq(engage_tokenizer_count(t), 0);
    ck_assert_int_eq(engage_tokenizer_json(t, id, NULL, 1, 0, buffer), ENGAGE_EMISUSE);
    ck_assert_int_eq(engage_tokenizer_run(t, text, sizeof(text) - 1), ENGAGE_OK);
    ck_assert_int_eq(engage_tokenizer_json(t, id, text, 1, 0, NULL), ENGAGE_EMISUSE);
    ck_assert_uint_eq(engage_tokenizer_count(t), 0);
    ck_assert_int_eq(engage_tokenizer_json(NULL, id, text, 1, 0, buffer), ENGAGE_EMISUSE);
    engage_buffer_free(buffer);
    engage_tokenizer_free(t);
}
END_TEST

/* A norm holds 65,535 bytes at the most, and whole characters: as the text has them, and
 * as they are folded. */
START_TEST(test_long_norm)
{
    enum { SIZE = 65536 };
    static const char *const letters[] = {"\xC3\xA9\xC3\xB1", "\xC3\x89\xC3\x91"};
    char *text = malloc(SIZE);
    engage_tokenizer *t = tokenizer(0);
    for (int i = 0; i < 2; i++) {
        for (size_t at = 0; at < SIZE; at += 4)
            memcpy(text + at, letters[i], 4);
        ck_assert_int_eq(engage_tokenizer_run(t, text, SIZE), ENGAGE_OK);
        ck_assert_uint_eq(engage_tokenizer_count(t), 1);
        ck_assert_uint_eq(engage_tokenizer_span(t, 0).end, SIZE);
        size_t size;
        const char *norm = engage_tokenizer_norm(t, 0, &size);
        ck_assert_uint_eq(size, SIZE - 2);
        ck_assert_mem_eq(norm + size - 2, "\xC3\xA9", 2);
    }
    engage_tokenizer_free(t);
    free(text);
}
END_TEST

START_TEST(test_misuse)
{
    engage_tokenizer *t = NULL;
    ck_assert_int_eq(engage_tokenizer_new(NULL, NULL), ENGAGE_EMISUSE);
    engage_text_options options = ENGAGE_TEXT_OPTIONS_INIT;
    options.struct_size = 4;
    ck_assert_int_eq(engage_tokenizer_new(&t, &options), ENGAGE_EOPTIONS);
    ck_assert_ptr_null(t);
    options.struct_size = sizeof(options);
    options.flags = 2;
    ck_assert_int_eq(engage_tokenizer_new(&t, &options), ENGAGE_EOPTIONS);
    options.flags = 0;
    options.reserved = 1;
    ck_assert_int_eq(engage_tokenizer_new(&t, &options), ENGAGE_EOPTIONS);
    options.reserved = 0;
    options.max_bytes = UINT32_MAX;
    ck_assert_int_eq(engage_tokenizer_new(&t, &options), ENGAGE_EOPTIONS);
    options.max_bytes = 5;
    ck_assert_int_eq(engage_tokenizer_new(&t, &options), ENGAGE_OK);
    ck_assert_int_eq(engage_tokenizer_run(t, "a b c", 5), ENGAGE_OK);
    ck_assert_uint_eq(engage_tokenizer_count(t), 3);
    ck_assert_int_eq(engage_tokenizer_run(t, "a b cd", 6), ENGAGE_ELIMIT);
    ck_assert_uint_eq(engage_tokenizer_count(t), 0);
    ck_assert_int_eq(engage_tokenizer_run(t, NULL, 1), ENGAGE_EMISUSE);
    ck_assert_int_eq(engage_tokenizer_run(NULL, "a", 1), ENGAGE_EMISUSE);
    ck_assert_int_eq(engage_tokenizer_run(t, NULL, 0), ENGAGE_OK);
    ck_assert_int_eq(engage_tokenizer_kind(t, 0), ENGAGE_ERANGE);
    ck_assert_int_eq(engage_tokenizer_kind(NULL, 0), ENGAGE_ERANGE);
    ck_assert_uint_eq(engage_tokenizer_span(t, 0).end, 0);
    ck_assert_uint_eq(engage_tokenizer_marks(t, 0), 0);
    size_t size = 9;
    ck_assert_ptr_null(engage_tokenizer_norm(t, 0, &size));
    ck_assert_uint_eq(size, 0);
    ck_assert_uint_eq(engage_tokenizer_count(NULL), 0);
    engage_tokenizer_free(t);
    engage_tokenizer_free(NULL);
    ck_assert_ptr_null(engage_token_kind_name(-1));
    ck_assert_ptr_null(engage_token_kind_name(ENGAGE_TOKEN_KINDS));
    ck_assert_str_eq(engage_token_kind_name(ENGAGE_TOKEN_WORD), "word");
    ck_assert_str_eq(engage_unicode_version(), "15.0.0");
}
END_TEST

static int tokenize_once(const engage_allocator *allocator, void *ctx)
{
    (void)ctx;
    engage_text_options options = ENGAGE_TEXT_OPTIONS_INIT;
    options.allocator = allocator;
    engage_tokenizer *t;
    int rc = engage_tokenizer_new(&t, &options);
    if (rc != ENGAGE_OK)
        return rc;
    static const char text[] = "Sooooo \xC3\x89\xC3\x89 &amp; don\xE2\x80\x99t \xEF\xAC\x83 "
                               "\xE6\x97\xA5\xE6\x9C\xAC";
    engage_buffer *buffer = NULL;
    rc = engage_tokenizer_run(t, text, sizeof(text) - 1);
    if (rc != ENGAGE_OK)
        ck_assert_uint_eq(engage_tokenizer_count(t), 0);
    if (rc == ENGAGE_OK)
        rc = engage_buffer_new(&buffer, allocator);
    engage_str id = {"x", 1};
    if (rc == ENGAGE_OK) {
        rc = engage_tokenizer_json(t, id, text, sizeof(text) - 1, ENGAGE_OFFSET_UTF16, buffer);
        if (rc != ENGAGE_OK)
            ck_assert_uint_eq(engage_buffer_size(buffer), 0);
    }
    engage_buffer_free(buffer);
    engage_tokenizer_free(t);
    return rc;
}

START_TEST(test_memory)
{
    support_fail_each(tokenize_once, NULL);
}
END_TEST

START_TEST(test_warm)
{
    struct support_memory memory = {0, 0, 0, 0, 0, 0};
    engage_allocator allocator = support_allocator(&memory);
    engage_text_options options = ENGAGE_TEXT_OPTIONS_INIT;
    options.allocator = &allocator;
    options.flags = ENGAGE_TEXT_NO_DICTIONARY;
    engage_tokenizer *t;
    ck_assert_int_eq(engage_tokenizer_new(&t, &options), ENGAGE_OK);
    char text[2000];
    uint64_t state = 7;
    size_t warm = 0;
    for (int round = 0; round < 200; round++) {
        size_t size = 0;
        while (size < 1900) {
            const char *piece =
                pieces[support_random(&state) % (sizeof(pieces) / sizeof(pieces[0]))];
            memcpy(text + size, piece, strlen(piece));
            size += strlen(piece);
        }
        ck_assert_int_eq(engage_tokenizer_run(t, text, size), ENGAGE_OK);
        if (round == 100)
            warm = memory.calls;
    }
    ck_assert_uint_eq(memory.calls, warm);
    engage_tokenizer_free(t);
}
END_TEST

static int distance(uint64_t a, uint64_t b)
{
    int bits = 0;
    for (uint64_t rest = a ^ b; rest != 0; rest &= rest - 1)
        bits++;
    return bits;
}

static uint64_t hash_of(const char *text)
{
    return engage_text_hash(text, strlen(text));
}

static uint64_t simhash_of(const char *text)
{
    return engage_text_simhash(text, strlen(text));
}

START_TEST(test_fingerprint)
{
    uint64_t hash = hash_of("Win a FREE phone now http://a.co/1");
    ck_assert_uint_ne(hash, 0);
    ck_assert_uint_eq(hash, hash_of("@you win a free   phone, NOW! https://b.co/2"));
    ck_assert_uint_ne(hash, hash_of("win a free phone later"));
    ck_assert_uint_ne(hash, hash_of("win free a phone now"));
    ck_assert_uint_eq(hash_of("Caf\xC3\xA9"), hash_of("CAFE\xCC\x81"));
    ck_assert_uint_eq(hash_of("@only http://a.co ..."), 0);
    ck_assert_uint_eq(hash_of("Q &amp; A, don&#39;t"), hash_of("Q & A, don't"));
    static const char *const sent[] = {
        "please rate our shop", "@anna@mastodon.social please rate our shop",
        "@anna.bsky.social, please rate our shop!", ("\xEF\xBC\xA0" "anna please rate our shop"),
        "please rate our shop www.example.com", "please rate our shop:https://t.co/abc",
        "please rate our shop (example.com/x?y=1)", "please rate our shop me@example.com",
        "@mary-jane@mastodon.social please rate our shop", "@shop.com please rate our shop",
        "please rate our shop https://\xE6\x97\xA5\xE6\x9C\xAC.com/x",
        "please&nbsp;rate our sh&#111;p&hellip;"};
    for (size_t i = 0; i < sizeof(sent) / sizeof(sent[0]); i++)
        ck_assert_msg(hash_of(sent[i]) == hash_of(sent[0]), "%s", sent[i]);
    ck_assert_uint_ne(hash_of("please rate our shop @anna"), hash_of("please rate our shops"));
    ck_assert_uint_eq(engage_text_hash(NULL, 0), 0);
    ck_assert_uint_eq(engage_text_simhash(NULL, 0), 0);
    ck_assert_uint_eq(simhash_of(""), 0);
    const char *one = "the new charger of mine gets far too hot after an hour and then stops";
    const char *near = "the new charger of mine gets far too hot after an hour and then stopped";
    const char *far = "thank you for the quick answer, everything works again and I am happy";
    ck_assert_int_le(distance(simhash_of(one), simhash_of(near)), 12);
    ck_assert_int_ge(distance(simhash_of(one), simhash_of(far)), 18);
}
END_TEST

/* Unicode 16 has a letter U+105C9, which is U+105D2 and a dot above: whatever a utf8proc of today
 * makes of them, to the tables both are symbols. */
START_TEST(test_younger_characters)
{
    static const char whole[] = "a \xF0\x90\x97\x89";
    static const char parts[] = "a \xF0\x90\x97\x92\xCC\x87";
    ck_assert_uint_ne(hash_of(whole), hash_of(parts));
    engage_tokenizer *t = tokenizer(0);
    ck_assert_int_eq(engage_tokenizer_run(t, parts, sizeof(parts) - 1), ENGAGE_OK);
    ck_assert_uint_eq(engage_tokenizer_count(t), 2);
    size_t size;
    const char *norm = engage_tokenizer_norm(t, 1, &size);
    ck_assert_uint_eq(size, sizeof(parts) - 3);
    ck_assert_mem_eq(norm, parts + 2, size);
    ck_assert_int_eq(engage_tokenizer_kind(t, 1), ENGAGE_TOKEN_SYMBOL);
    engage_tokenizer_free(t);
}
END_TEST

/* Spans against posts that were cut by hand (ark-tweet-nlp's annotations), whatever the
 * differences that engage_tokenizer(3) argues for. */
START_TEST(test_hand_cut)
{
    const char *path = support_shared("data/tokens/ark_oct27.tsv");
    if (support_absent(path))
        return;
    size_t size;
    char *file = support_read(path, &size);
    engage_tokenizer *t = tokenizer(ENGAGE_TEXT_NO_DICTIONARY);
    size_t found = 0;
    size_t wanted = 0;
    size_t same = 0;
    char *rest = file;
    for (char *line = file; *line != '\0'; line = rest) {
        rest = strchr(line, '\n');
        rest = rest != NULL ? rest : line + strlen(line);
        if (*rest != '\0')
            *rest++ = '\0';
        char *raw = strchr(line, '\t');
        ck_assert_ptr_nonnull(raw);
        *raw++ = '\0';
        ck_assert_int_eq(engage_tokenizer_run(t, raw, strlen(raw)), ENGAGE_OK);
        size_t count = engage_tokenizer_count(t);
        found += count;
        size_t at = 0;
        size_t next = 0;
        for (char *word = strtok(line, " "); word != NULL; word = strtok(NULL, " ")) {
            char *place = strstr(raw + at, word);
            wanted++;
            if (place == NULL)
                break;
            size_t start = (size_t)(place - raw);
            at = start + strlen(word);
            while (next < count && engage_tokenizer_span(t, next).start < start)
                next++;
            engage_span span = engage_tokenizer_span(t, next);
            same += next < count && span.start == start && span.end == at;
        }
    }
    printf("hand-cut: %zu tokens, %zu of %zu agree\n", found, same, wanted);
    /* F1 of at least 0.97. */
    ck_assert_uint_ge(2 * same * 100, (found + wanted) * 97);
    engage_tokenizer_free(t);
    free(file);
}
END_TEST

/* The words of a hashtag, joined by spaces; static storage. */
static const char *words_of(const char *tag)
{
    static char joined[512];
    engage_span words[140];
    size_t count;
    ck_assert_int_eq(engage_hashtag_words(tag, strlen(tag), words, 140, &count), ENGAGE_OK);
    size_t size = 0;
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            joined[size++] = ' ';
        memcpy(joined + size, tag + words[i].start, words[i].end - words[i].start);
        size += words[i].end - words[i].start;
    }
    joined[size] = '\0';
    return joined;
}

START_TEST(test_hashtag_words)
{
    ck_assert_str_eq(words_of("#BestDayEver"), "Best Day Ever");
    ck_assert_str_eq(words_of("bestdayever"), "best day ever");
    ck_assert_str_eq(words_of("#sxsw2011"), "sxsw 2011");
    ck_assert_str_eq(words_of("#snow_day"), "snow _ day");
    ck_assert_str_eq(words_of("#"), "");
    ck_assert_str_eq(words_of(""), "");
    engage_span word;
    size_t count;
    ck_assert_int_eq(engage_hashtag_words("#nicegarden", 11, &word, 1, &count), ENGAGE_OK);
    ck_assert_uint_eq(count, 2);
    ck_assert_uint_eq(word.end, 5);
    char text[200];
    memset(text, 'a', sizeof(text));
    ck_assert_int_eq(engage_hashtag_words(text, 140, NULL, 0, &count), ENGAGE_OK);
    ck_assert_int_eq(engage_hashtag_words(text, 141, NULL, 0, &count), ENGAGE_ELIMIT);
    ck_assert_int_eq(engage_hashtag_words(NULL, 1, NULL, 0, &count), ENGAGE_EMISUSE);
    ck_assert_int_eq(engage_hashtag_words(text, 1, NULL, 1, &count), ENGAGE_EMISUSE);
    ck_assert_int_eq(engage_hashtag_words(text, 1, NULL, 0, NULL), ENGAGE_EMISUSE);
    uint64_t state = 11;
    for (int round = 0; round < 3000; round++) {
        size_t size = support_random(&state) % 40;
        for (size_t i = 0; i < size; i++)
            text[i] = (char)support_random(&state);
        engage_span words[64];
        ck_assert_int_eq(engage_hashtag_words(text, size, words, 64, &count), ENGAGE_OK);
        for (size_t i = 1; i < count; i++)
            ck_assert_uint_eq(words[i - 1].end, words[i].start);
    }
    const char *path = support_shared("data/tokens/hashtags_stan_dev.tsv");
    if (support_absent(path))
        return;
    size_t size;
    char *file = support_read(path, &size);
    size_t all = 0;
    size_t good = 0;
    for (char *line = strtok(file, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        char *tag = strchr(line, '\t');
        *tag++ = '\0';
        const char *found = words_of(tag);
        /* The set writes apostrophes and capitals that tags do not have. */
        const char *a = line;
        while (*a != '\0' && (*a == '\'' || (*a | 32) == (*found | 32) || *a == *found)) {
            if (*a != '\'')
                found++;
            a++;
        }
        all++;
        good += *a == '\0' && *found == '\0';
    }
    printf("hashtags: %zu of %zu\n", good, all);
    ck_assert_uint_ge(good * 100, all * 78);
    free(file);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("text");
    TCase *tokens = tcase_create("tokens");
    tcase_set_timeout(tokens, 0);
    tcase_add_test(tokens, test_spec);
    tcase_add_test(tokens, test_dictionary);
    tcase_add_loop_test(tokens, test_properties, 0, 2);
    tcase_add_test(tokens, test_emoji);
    tcase_add_test(tokens, test_graphemes);
    tcase_add_test(tokens, test_nfc);
    tcase_add_test(tokens, test_json);
    tcase_add_test(tokens, test_long_norm);
    tcase_add_test(tokens, test_misuse);
    tcase_add_test(tokens, test_memory);
    tcase_add_test(tokens, test_warm);
    tcase_add_test(tokens, test_fingerprint);
    tcase_add_test(tokens, test_younger_characters);
    tcase_add_test(tokens, test_hand_cut);
    tcase_add_test(tokens, test_hashtag_words);
    suite_add_tcase(suite, tokens);
    return support_run(suite);
}
