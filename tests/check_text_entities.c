/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Entities, lengths, checks and HTML: answers, failures, properties on random bytes. The
 * suites of twitter-text itself are run by text_conformance.py.
 */
#include "base/utf8.h"
#include "support.h"
#include "text/reference.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static engage_entities *make(void)
{
    engage_entities *e;
    ck_assert_int_eq(engage_entities_new(&e, NULL), ENGAGE_OK);
    return e;
}

static engage_buffer *buffer_new(void)
{
    engage_buffer *buffer;
    ck_assert_int_eq(engage_buffer_new(&buffer, NULL), ENGAGE_OK);
    return buffer;
}

START_TEST(test_find)
{
    static const char text[] =
        " @ann hi #tag $ABC.x see example.com/a and @bob/team http://t.co/x?y=1.";
    static const struct {
        int kind;
        const char *all;
        const char *value;
        const char *slug;
    } expected[] = {{ENGAGE_ENTITY_MENTION, "@ann", "ann", ""},
                    {ENGAGE_ENTITY_HASHTAG, "#tag", "tag", ""},
                    {ENGAGE_ENTITY_CASHTAG, "$ABC.x", "ABC.x", ""},
                    {ENGAGE_ENTITY_URL, "example.com/a", "example.com/a", ""},
                    {ENGAGE_ENTITY_MENTION, "@bob/team", "bob", "/team"},
                    {ENGAGE_ENTITY_URL, "http://t.co/x?y=1", "http://t.co/x?y=1", ""}};
    engage_entities *e = make();
    ck_assert_int_eq(engage_entities_run(e, text, strlen(text)), ENGAGE_OK);
    size_t count = sizeof(expected) / sizeof(expected[0]);
    ck_assert_uint_eq(engage_entities_count(e), count);
    for (size_t i = 0; i < count; i++) {
        const engage_span spans[] = {engage_entities_span(e, i), engage_entities_value(e, i),
                                     engage_entities_slug(e, i)};
        const char *const texts[] = {expected[i].all, expected[i].value, expected[i].slug};
        ck_assert_int_eq(engage_entities_kind(e, i), expected[i].kind);
        for (int j = 0; j < 3; j++) {
            size_t size = spans[j].end - spans[j].start;
            ck_assert_uint_eq(size, strlen(texts[j]));
            ck_assert_int_eq(memcmp(text + spans[j].start, texts[j], size), 0);
        }
    }
    engage_span reply = engage_entities_reply(e);
    ck_assert_uint_eq(reply.start, 2);
    ck_assert_uint_eq(reply.end, 5);
    engage_entities_free(e);
}
END_TEST

/* A link has at most 4,096 units of UTF-16. As twitter-text has it, its scheme counts once
 * more, and as https:// where it names none. */
START_TEST(test_longest_links)
{
    static const char *const begins[] = {"https://e.com/", "http://e.com/", "e.com/"};
    static const size_t units[] = {8 + 14, 7 + 13, 8 + 6};
    engage_entities *e = make();
    for (size_t i = 0; i < 3; i++) {
        char text[2 * 4096 + 1];
        size_t size = strlen(begins[i]);
        memcpy(text, begins[i], size);
        for (size_t unit = units[i]; unit < 4096; unit++, size += 2)
            memcpy(text + size, "\xC3\xA9", 2);
        ck_assert_int_eq(engage_entities_run(e, text, size), ENGAGE_OK);
        ck_assert_uint_eq(engage_entities_count(e), 1);
        ck_assert_uint_eq(engage_entities_span(e, 0).end, size);
        text[size++] = 'a';
        ck_assert_int_eq(engage_entities_run(e, text, size), ENGAGE_OK);
        ck_assert_uint_eq(engage_entities_count(e), 0);
    }
    engage_entities_free(e);
}
END_TEST

START_TEST(test_json)
{
    engage_entities *e = make();
    engage_buffer *buffer = buffer_new();
    engage_str id = {"1", 1};
    static const char text[] = "\xF0\x9F\x98\x80 @a/b #c $D e.com";
    ck_assert_int_eq(engage_entities_json(e, id, text, strlen(text), ENGAGE_OFFSET_UTF16, buffer),
                     ENGAGE_OK);
    ck_assert_str_eq(
        engage_buffer_data(buffer),
        "{\"id\":\"1\",\"mentions\":[{\"start\":3,\"end\":7,\"screen_name\":\"a\","
        "\"list_slug\":\"/b\"}],\"hashtags\":[{\"start\":8,\"end\":10,\"hashtag\":\"c\"}],"
        "\"cashtags\":[{\"start\":11,\"end\":13,\"cashtag\":\"D\"}],"
        "\"urls\":[{\"start\":14,\"end\":19,\"url\":\"e.com\"}],\"replied_to\":null}");
    ck_assert_int_eq(engage_entities_json(e, id, text, 1, 9, buffer), ENGAGE_ERANGE);
    ck_assert_int_eq(engage_entities_json(NULL, id, text, 1, 0, buffer), ENGAGE_EMISUSE);
    ck_assert_int_eq(engage_entities_json(e, id, NULL, 1, 0, buffer), ENGAGE_EMISUSE);
    ck_assert_int_eq(engage_entities_json(e, id, text, 1, 0, NULL), ENGAGE_EMISUSE);

    engage_buffer_clear(buffer);
    ck_assert_int_eq(engage_length_json(e, id, "Hi http://test.co", 17, ENGAGE_RULES_X3, buffer),
                     ENGAGE_OK);
    ck_assert_str_eq(engage_buffer_data(buffer),
                     "{\"id\":\"1\",\"length\":26,\"limit\":280,\"valid\":true,\"permillage\":92,"
                     "\"display\":[0,16],\"valid_range\":[0,16]}");
    ck_assert_int_eq(engage_length_json(e, id, "a", 1, 99, buffer), ENGAGE_ERANGE);
    ck_assert_int_eq(engage_length_json(e, id, "a", 1, 0, NULL), ENGAGE_EMISUSE);
    engage_buffer_clear(buffer);
    ck_assert_int_eq(engage_valid_json(ENGAGE_VALID_HASHTAG, id, "#a", 2, buffer), ENGAGE_OK);
    ck_assert_str_eq(engage_buffer_data(buffer), "{\"id\":\"1\",\"valid\":true}");
    ck_assert_int_eq(engage_valid_json(9, id, "#a", 2, buffer), ENGAGE_ERANGE);
    ck_assert_int_eq(engage_valid_json(0, id, "#a", 2, NULL), ENGAGE_EMISUSE);
    engage_buffer_free(buffer);
    engage_entities_free(e);
}
END_TEST

static engage_length measure(const char *text, size_t size, int rules)
{
    engage_entities *e = make();
    engage_length length;
    ck_assert_int_eq(engage_entities_length(e, text, size, rules, &length), ENGAGE_OK);
    engage_entities_free(e);
    return length;
}

START_TEST(test_length)
{
    engage_length l = measure("", 0, ENGAGE_RULES_X3);
    ck_assert_int_eq(l.length, 0);
    ck_assert_int_eq(l.valid, 0);
    l = measure("@ann@example.social see https://a.example.com/a/long/path/it/is ok", 65,
                ENGAGE_RULES_MASTODON);
    ck_assert_int_eq(l.length, 4 + 5 + 23 + 3 - 1);
    ck_assert_int_eq(l.limit, 500);
    ck_assert_int_eq(l.valid, 1);
    /* What Mastodon takes for a mention: names with points, servers of any script. */
    static const struct {
        const char *text;
        int length;
    } handles[] = {{"@ann.bsky.social@bsky.brid.gy ok", 16 + 3}, {"@a-b@c.de.", 4 + 1},
                   {"@ann@localhost", 4}, {"(@ann@\xE4\xBE\x8B.jp)", 6},
                   {"ann@ann@c.de", 12}, {"/@ann@c.de", 10}, {"\xC3\xA9@ann@c.de", 10},
                   {"@ann.@c.de", 10}, {"@ann@", 5}, {"@ann@.de", 8}, {"@", 1}};
    for (size_t i = 0; i < sizeof(handles) / sizeof(handles[0]); i++) {
        l = measure(handles[i].text, strlen(handles[i].text), ENGAGE_RULES_MASTODON);
        ck_assert_int_eq(l.length, handles[i].length);
    }
    /* Mastodon's links hold characters of any script, X's of a few. */
    static const struct {
        const char *text;
        int mastodon;
        int x;
    } links[] = {{"https://ja.wikipedia.org/wiki/\xE6\x97\xA5\xE6\x9C\xAC ok", 23 + 3, 23 + 4 + 3},
                 {"\xE3\x80\x8Chttp://a.jp/\xE6\x97\xA5\xE3\x80\x8D", 23 + 2, 2 + 23 + 4},
                 {"http://a.jp/(\xE6\x97\xA5)/\xE3\x80\x80x", 23 + 2, 23 + 1 + 2 + 1 + 1 + 2 + 1},
                 {"http://a.jp/?q=\xE6\x97\xA5^a.", 23 + 1, 23 + 2 + 3},
                 {"http://a.jp/?q=\xC2\x85", 23 + 1, 23 + 1},
                 {"http://a.jp/a{b}=", 23 + 1, 23 + 4}};
    for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
        l = measure(links[i].text, strlen(links[i].text), ENGAGE_RULES_MASTODON);
        ck_assert_msg(l.length == links[i].mastodon, "%s: %d", links[i].text, (int)l.length);
        l = measure(links[i].text, strlen(links[i].text), ENGAGE_RULES_X3);
        ck_assert_msg(l.length == links[i].x, "%s: %d by X", links[i].text, (int)l.length);
    }
    /* A family is one grapheme, and eleven UTF-16 units. */
    static const char family[] = "\xF0\x9F\x91\xA8\xE2\x80\x8D\xF0\x9F\x91\xA9\xE2\x80\x8D"
                                 "\xF0\x9F\x91\xA7\xE2\x80\x8D\xF0\x9F\x91\xA6";
    l = measure(family, sizeof(family) - 1, ENGAGE_RULES_BLUESKY);
    ck_assert_int_eq(l.length, 1);
    ck_assert_int_eq(l.display_end, 10);
    char text[4000];
    memset(text, 'x', sizeof(text));
    l = measure(text, 300, ENGAGE_RULES_BLUESKY);
    ck_assert_int_eq(l.valid, 1);
    ck_assert_int_eq(l.permillage, 1000);
    l = measure(text, 301, ENGAGE_RULES_BLUESKY);
    ck_assert_int_eq(l.valid, 0);
    ck_assert_int_eq(l.valid_end, 299);
    /* Few graphemes, too many bytes. */
    size_t size = 0;
    for (int i = 0; i < 200; i++) {
        memcpy(text + size,
               "e\xCC\x81\xCC\x81\xCC\x81\xCC\x81\xCC\x81\xCC\x81\xCC\x81\xCC\x81", 17);
        size += 17;
    }
    l = measure(text, size, ENGAGE_RULES_BLUESKY);
    ck_assert_int_eq(l.length, 200);
    ck_assert_int_eq(l.valid, 0);
    ck_assert_int_eq(l.valid_end, 3000 / 17 * 9 - 1); /* nine units of seventeen bytes each */
    ck_assert_int_eq(l.display_end, 200 * 9 - 1);
    for (int rules = ENGAGE_RULES_X3; rules <= ENGAGE_RULES_BLUESKY; rules++) {
        static const char *const refused[] = {"a\xEF\xBF\xBE" "b", "a\xEF\xBB\xBF" "b"};
        for (size_t i = 0; i < 2; i++) {
            l = measure(refused[i], 5, rules);
            ck_assert_int_eq(l.length, rules < ENGAGE_RULES_X1 ? 4 : 3);
            ck_assert_int_eq(l.valid, rules > ENGAGE_RULES_X1); /* by X alone */
            ck_assert_int_eq(l.valid_end, rules > ENGAGE_RULES_X1 ? 2 : 0);
        }
    }
    static const struct {
        const char *name;
        int rules;
    } names[] = {{"x", ENGAGE_RULES_X3}, {"x3", ENGAGE_RULES_X3}, {"x2", ENGAGE_RULES_X2},
                 {"x1", ENGAGE_RULES_X1}, {"mastodon", ENGAGE_RULES_MASTODON},
                 {"bluesky", ENGAGE_RULES_BLUESKY}, {"telegraph", ENGAGE_ERANGE},
                 {NULL, ENGAGE_EMISUSE}};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        ck_assert_int_eq(engage_rules_by_name(names[i].name), names[i].rules);
}
END_TEST

/* Links that count more than they are long, so many that a thousandth of the limit is more than
 * its number holds. */
START_TEST(test_longest_length)
{
    enum { LINKS = 12600000, EACH = 5 };
    engage_text_options options = ENGAGE_TEXT_OPTIONS_INIT;
    options.max_bytes = 1u << 30;
    engage_entities *e;
    engage_length length;
    ck_assert_int_eq(engage_entities_new(&e, &options), ENGAGE_OK);
    char *text = malloc((size_t)LINKS * EACH);
    ck_assert_ptr_nonnull(text);
    for (size_t i = 0; i < LINKS; i++)
        memcpy(text + i * EACH, "t.co ", EACH);
    ck_assert_int_eq(engage_entities_length(e, text, (size_t)LINKS * EACH, ENGAGE_RULES_X1,
                                            &length), ENGAGE_OK);
    ck_assert_int_eq(length.length, LINKS * 24);
    ck_assert_int_eq(length.permillage, INT32_MAX);
    ck_assert_int_eq(length.valid, 0);
    ck_assert_int_eq(length.display_end, LINKS * EACH - 1);
    free(text);
    engage_entities_free(e);
}
END_TEST

START_TEST(test_valid)
{
    static const struct {
        int kind;
        const char *text;
        int valid;
    } cases[] = {{ENGAGE_VALID_USERNAME, "@name", 1},
                 {ENGAGE_VALID_USERNAME, "name", 0},
                 {ENGAGE_VALID_USERNAME, "@name/list", 0},
                 {ENGAGE_VALID_USERNAME, "@aaaaaaaaaaaaaaaaaaaaa", 0},
                 {ENGAGE_VALID_LIST, "@name/list", 1},
                 {ENGAGE_VALID_LIST, "@name", 0},
                 {ENGAGE_VALID_HASHTAG, "#tag1", 1},
                 {ENGAGE_VALID_HASHTAG, "#1", 0},
                 {ENGAGE_VALID_HASHTAG, "#tag ", 0},
                 {ENGAGE_VALID_HASHTAG, "", 0},
                 {ENGAGE_VALID_URL, "https://u:p@example.com:80/a%20b?c#d", 1},
                 {ENGAGE_VALID_URL, "http://example.com:123456/", 0},
                 {ENGAGE_VALID_URL, "http://u^@example.com/", 0},
                 {ENGAGE_VALID_URL, "http://example.com/%2", 0},
                 {ENGAGE_VALID_URL, "http://1.2.3.4", 1},
                 {ENGAGE_VALID_URL, "http://01.2.3.4", 0},
                 {ENGAGE_VALID_URL, "http://[::1]/", 1},
                 {ENGAGE_VALID_URL, "http://[x]/", 0},
                 {ENGAGE_VALID_URL, "http://localhost", 0},
                 {ENGAGE_VALID_URL, "httpx://example.com", 0},
                 {ENGAGE_VALID_URL, "example.com", 0},
                 {ENGAGE_VALID_URL, "http://exa..mple.com", 0},
                 {ENGAGE_VALID_URL_BARE, "example.com/a", 1},
                 {ENGAGE_VALID_URL_BARE, "ftp://example.com", 1},
                 {ENGAGE_VALID_URL_BARE, "example", 0}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        ck_assert_msg(engage_valid(cases[i].kind, cases[i].text, strlen(cases[i].text)) ==
                          (cases[i].valid ? ENGAGE_ROW : ENGAGE_OK),
                      "%s", cases[i].text);
    ck_assert_int_eq(engage_valid(5, "a", 1), ENGAGE_ERANGE);
    ck_assert_int_eq(engage_valid(-1, "a", 1), ENGAGE_ERANGE);
    ck_assert_int_eq(engage_valid(0, NULL, 1), ENGAGE_EMISUSE);
    ck_assert_int_eq(engage_valid_by_name("url-bare"), ENGAGE_VALID_URL_BARE);
    ck_assert_int_eq(engage_valid_by_name("x"), ENGAGE_ERANGE);
    ck_assert_int_eq(engage_valid_by_name(NULL), ENGAGE_EMISUSE);
}
END_TEST

START_TEST(test_html)
{
    engage_entities *e = make();
    engage_buffer *buffer = buffer_new();
    static const char text[] = "<b> \"x\" & 'y' @a #b http://c.co/?d=1&e=2";
    ck_assert_int_eq(engage_html_autolink(e, text, strlen(text), ENGAGE_LINK_ALL, buffer),
                     ENGAGE_OK);
    ck_assert_str_eq(
        engage_buffer_data(buffer),
        "&lt;b&gt; &quot;x&quot; &amp; &#39;y&#39; "
        "@<a class=\"tweet-url username\" href=\"https://twitter.com/a\">a</a> "
        "<a href=\"https://twitter.com/search?q=%23b\" title=\"#b\" class=\"tweet-url hashtag\">"
        "#b</a> <a href=\"http://c.co/?d=1&amp;e=2\">http://c.co/?d=1&amp;e=2</a>");
    engage_buffer_clear(buffer);
    ck_assert_int_eq(engage_html_autolink(e, "a\0@b\xFF", 5, 0, buffer), ENGAGE_OK);
    ck_assert_str_eq(engage_buffer_data(buffer), "a\xEF\xBF\xBD@b\xEF\xBF\xBD");
    ck_assert_int_eq(engage_html_autolink(e, text, 1, 64, buffer), ENGAGE_ERANGE);
    ck_assert_int_eq(engage_html_autolink(e, NULL, 1, 0, buffer), ENGAGE_EMISUSE);
    ck_assert_int_eq(engage_html_autolink(NULL, text, 1, 0, buffer), ENGAGE_EMISUSE);
    ck_assert_int_eq(engage_html_autolink(e, text, 1, 0, NULL), ENGAGE_EMISUSE);

    /* What a platform tells is escaped and checked like the rest. */
    engage_link link = {ENGAGE_ENTITY_URL, 0, 3, {"javascript:alert(1)", 19}, {NULL, 0},
                        {"http://x.co/\"<", 14}, {"x.co/\"<", 7}};
    engage_buffer_clear(buffer);
    ck_assert_int_eq(engage_html_link("abc", 3, &link, 1, ENGAGE_LINK_ALL, buffer), ENGAGE_OK);
    ck_assert_str_eq(engage_buffer_data(buffer), "javascript:alert(1)");
    link.value.data = "x.co:80/\"onclick=\"";
    link.value.size = 18;
    engage_buffer_clear(buffer);
    ck_assert_int_eq(engage_html_link("abc", 3, &link, 1, ENGAGE_LINK_ALL, buffer), ENGAGE_OK);
    const char *html = engage_buffer_data(buffer);
    ck_assert_ptr_nonnull(strstr(html, "href=\"http://x.co:80/&quot;onclick=&quot;\""));
    ck_assert_ptr_nonnull(strstr(html, "title=\"http://x.co/&quot;&lt;\""));
    ck_assert_ptr_nonnull(strstr(html, "<span class='js-display-url'>x.co/&quot;&lt;</span>"));
    link.end = 4;
    ck_assert_int_eq(engage_html_link("abc", 3, &link, 1, ENGAGE_LINK_ALL, buffer),
                     ENGAGE_ERANGE);
    link.end = 3;
    link.kind = 7;
    ck_assert_int_eq(engage_html_link("abc", 3, &link, 1, ENGAGE_LINK_ALL, buffer),
                     ENGAGE_ERANGE);
    link.kind = ENGAGE_ENTITY_URL;
    link.display.data = NULL;
    ck_assert_int_eq(engage_html_link("abc", 3, &link, 1, ENGAGE_LINK_ALL, buffer),
                     ENGAGE_EMISUSE);
    ck_assert_int_eq(engage_html_link("abc", 3, NULL, 1, ENGAGE_LINK_ALL, buffer),
                     ENGAGE_EMISUSE);
    ck_assert_int_eq(engage_html_link("abc", 3, NULL, 0, 128, buffer), ENGAGE_ERANGE);
    engage_buffer_clear(buffer);
    ck_assert_int_eq(engage_html_link(NULL, 0, NULL, 0, ENGAGE_LINK_ALL, buffer), ENGAGE_OK);
    ck_assert_int_eq(engage_html_highlight(NULL, 0, NULL, 0, NULL, buffer), ENGAGE_OK);
    ck_assert_uint_eq(engage_buffer_size(buffer), 0);
    /* A platform's sign may be half a character, at the end of the text. */
    char *half = malloc(1);
    *half = '\xEF';
    for (int kind = ENGAGE_ENTITY_MENTION; kind <= ENGAGE_ENTITY_CASHTAG; kind++) {
        link = (engage_link){kind, 0, 1, {"a", 1}, {NULL, 0}, {NULL, 0}, {NULL, 0}};
        engage_buffer_clear(buffer);
        ck_assert_int_eq(engage_html_link(half, 1, &link, 1, ENGAGE_LINK_ALL, buffer), ENGAGE_OK);
        ck_assert_ptr_nonnull(strstr(engage_buffer_data(buffer), "\xEF\xBF\xBD"));
    }
    free(half);
    engage_buffer_free(buffer);
    engage_entities_free(e);
}
END_TEST

START_TEST(test_highlight)
{
    engage_buffer *buffer = buffer_new();
    static const char html[] = "a &amp; <a>b</a> c";
    engage_span hits[] = {{2, 3}, {4, 5}, {6, 99}};
    ck_assert_int_eq(engage_html_highlight(html, strlen(html), hits, 3, "mark", buffer),
                     ENGAGE_OK);
    ck_assert_str_eq(engage_buffer_data(buffer),
                     "a <mark>&amp;</mark> <a><mark>b</mark></a> <mark>c</mark>");
    /* What ends no tag, and a sign that begins none. */
    static const struct {
        const char *html;
        engage_span hit;
        const char *marked;
    } cases[] = {{"<a title='a>b'>xyz</a>", {1, 2}, "<a title='a>b'>x<em>y</em>z</a>"},
                 {"a<!-- x>y -->b", {1, 2}, "a<!-- x>y --><em>b</em>"},
                 {"I <3 you", {5, 8}, "I <3 <em>you</em>"},
                 {"5 < 6 and 7 > 3", {4, 5}, "5 < <em>6</em> and 7 > 3"}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        engage_buffer_clear(buffer);
        ck_assert_int_eq(engage_html_highlight(cases[i].html, strlen(cases[i].html),
                                               &cases[i].hit, 1, NULL, buffer),
                         ENGAGE_OK);
        ck_assert_str_eq(engage_buffer_data(buffer), cases[i].marked);
    }
    ck_assert_int_eq(engage_html_highlight(html, 3, hits, 1, "a b", buffer), ENGAGE_ERANGE);
    ck_assert_int_eq(engage_html_highlight(html, 3, hits, 1, "", buffer), ENGAGE_ERANGE);
    ck_assert_int_eq(engage_html_highlight(html, 3, hits, 1, "1", buffer), ENGAGE_ERANGE);
    hits[1].start = 1;
    ck_assert_int_eq(engage_html_highlight(html, 3, hits, 2, NULL, buffer), ENGAGE_ERANGE);
    ck_assert_int_eq(engage_html_highlight(NULL, 3, hits, 1, NULL, buffer), ENGAGE_EMISUSE);
    ck_assert_int_eq(engage_html_highlight(html, 3, NULL, 1, NULL, buffer), ENGAGE_EMISUSE);
    ck_assert_int_eq(engage_html_highlight(html, 3, hits, 1, NULL, NULL), ENGAGE_EMISUSE);
    engage_buffer_clear(buffer);
    ck_assert_int_eq(engage_html_highlight("<a", 2, NULL, 0, NULL, buffer), ENGAGE_OK);
    ck_assert_str_eq(engage_buffer_data(buffer), "<a");
    engage_buffer_free(buffer);
}
END_TEST

START_TEST(test_html_text)
{
    static const struct {
        const char *html;
        const char *text;
    } cases[] = {
        {"<p>Hi <b>you</b> &amp; me&#33;</p><p>Two<br>lines</p>", "Hi you & me!\n\nTwo\nlines"},
        {"<p>  a \n b  </p>", "a b"},
        {"<a href=\"https://x.co/a\"><span class=\"invisible\">https://</span>"
         "<span>x.co/a</span></a>", "https://x.co/a"},
        {"a<script>alert('<b>')</script>b<!-- <p> -->c<style>p{}</style>", "abc"},
        {"1 < 2 && 3 > 2 <3", "1 < 2 && 3 > 2 <3"},
        {"<img alt=\"a > b\">x", "x"},
        {"a<b", "a"},
        {"<ul><li>one</li><li>two</li></ul>", "one\ntwo"},
        {"<script>never closed", ""},
        {"<!-- never closed", ""},
        {"x\xFFy\0", "x\xEF\xBF\xBDy"},
        {"<!-->a<!--->b<!-- c --!>d<!-- > -->e<!---->f", "abdef"},
        {"a<!doctype x=\"> b<? c='> d<!--", "a b d"},
        {"<table><tr><td>one</td><td>two</td></tr><tr><th>three", "one two\nthree"},
        {"x<pre>\na\n  b\r\n\nc</pre>d\ne", "x\n\na\nb\n\nc\n\nd e"},
        {"<pre>a</pre> <pre>&#10;b\n</pre>", "a\n\nb"},
        {"<script/>x</script>y<svg/>z", "yz"},
        {"a <svg-icon name=x> b <title-bar>c</title-bar> <p-x>d</p-x>", "a b c d"},
        {"<dl><dt>a<dd>b</dl><main>c</main><figure>d<figcaption>e</figure>", "a\nb\nc\nd\ne"},
        {"", ""}};
    engage_html *h;
    ck_assert_int_eq(engage_html_new(&h, NULL), ENGAGE_OK);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        ck_assert_int_eq(engage_html_run(h, cases[i].html, strlen(cases[i].html)), ENGAGE_OK);
        size_t size;
        ck_assert_str_eq(engage_html_text(h, &size), cases[i].text);
        ck_assert_uint_eq(size, strlen(cases[i].text));
    }
    static const char html[] = "<p>a &lt; <i>b</i></p>";
    ck_assert_int_eq(engage_html_run(h, html, strlen(html)), ENGAGE_OK);
    ck_assert_str_eq(engage_html_text(h, NULL), "a < b");
    static const uint32_t sources[] = {3, 4, 5, 9, 13, 14, 14};
    for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++)
        ck_assert_uint_eq(engage_html_source(h, i), sources[i]);
    ck_assert_int_eq(engage_html_run(h, NULL, 1), ENGAGE_EMISUSE);
    ck_assert_str_eq(engage_html_text(h, NULL), ""); /* after a failure */
    ck_assert_int_eq(engage_html_run(NULL, "a", 1), ENGAGE_EMISUSE);
    ck_assert_int_eq(engage_html_run(h, NULL, 0), ENGAGE_OK);
    ck_assert_int_eq(engage_html_new(NULL, NULL), ENGAGE_EMISUSE);
    ck_assert_uint_eq(engage_html_source(NULL, 0), 0);
    ck_assert_str_eq(engage_html_text(NULL, NULL), "");
    /* Any bytes: places in the source never go back, and stay inside of it. */
    static const char *const bits[] = {"<", ">", "</", "p", "br", "script", "<!--", "-->", "\"",
                                       "'", "=", " ", "&", "amp;", "&#x41;", "a", "\xC3\xA9",
                                       "\xFF", "\n", "/", "<p>", "</p>"};
    uint64_t state = 5;
    for (int round = 0; round < 10000; round++) {
        char text[300];
        size_t size = 0;
        size_t wanted = support_random(&state) % 30;
        for (size_t i = 0; i < wanted; i++) {
            const char *bit = bits[support_random(&state) % (sizeof(bits) / sizeof(bits[0]))];
            memcpy(text + size, bit, strlen(bit));
            size += strlen(bit);
        }
        char *exact = malloc(size != 0 ? size : 1);
        memcpy(exact, text, size);
        ck_assert_int_eq(engage_html_run(h, exact, size), ENGAGE_OK);
        size_t length;
        const char *view = engage_html_text(h, &length);
        uint32_t last = 0;
        for (size_t i = 0; i <= length; i++) {
            ck_assert_uint_le(last, engage_html_source(h, i));
            last = engage_html_source(h, i);
            ck_assert_uint_le(last, size);
            /* What a byte of ASCII comes from is itself, or a reference. */
            if (i < length && view[i] > ' ' && view[i] < 0x7F)
                ck_assert(exact[last] == view[i] || exact[last] == '&');
        }
        free(exact);
    }
    engage_html_free(h);
    engage_html_free(NULL);
    engage_text_options options = ENGAGE_TEXT_OPTIONS_INIT;
    options.max_bytes = 2;
    ck_assert_int_eq(engage_html_new(&h, &options), ENGAGE_OK);
    ck_assert_int_eq(engage_html_run(h, "abc", 3), ENGAGE_ELIMIT);
    engage_html_free(h);
    options.struct_size = 2;
    ck_assert_int_eq(engage_html_new(&h, &options), ENGAGE_EOPTIONS);
}
END_TEST

/* Expected by the HTML Standard, 13.2.5.72 to 13.2.5.80, "Character reference state" and on. */
START_TEST(test_references)
{
    static const struct {
        const char *html;
        const char *text;
    } cases[] = {
        {"caf&eacute; &Eacute;&rsquo;&hellip;", "caf\xC3\xA9 \xC3\x89\xE2\x80\x99\xE2\x80\xA6"},
        {"&euro;5 &hearts; &copy;", "\xE2\x82\xAC" "5 \xE2\x99\xA5 \xC2\xA9"},
        {"&CounterClockwiseContourIntegral;", "\xE2\x88\xB3"},
        {"&CounterClockwiseContourIntegrals;", "&CounterClockwiseContourIntegrals;"},
        {"&AElig;&zwnj;&aacute;", "\xC3\x86\xE2\x80\x8C\xC3\xA1"}, /* the ends of the table */
        {"&bne;&fjlig;", "=\xE2\x83\xA5" "fj"}, /* two characters of one */
        {"&sup;&sup1;&sup1x&supE;", "\xE2\x8A\x83\xC2\xB9\xC2\xB9x\xE2\xAB\x86"},
        {"&copy2026 AT&ampT &notin; &notit; &not", /* what may lack its semicolon */
         "\xC2\xA9" "2026 AT&T \xE2\x88\x89 \xC2\xACit; \xC2\xAC"},
        {"&hellip &euro5 &; & &x; &amp &LT;", "&hellip &euro5 &; & &x; & <"},
        {"a&Tab;b&#32;&NewLine;&#x0A;c", "a b c"},
        {"&#233;&#xE9;&#Xe9;&#233 &#xe9", "\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9 \xC3\xA9"},
        {"&#150;&#x80;&#129;", "\xE2\x80\x93\xE2\x82\xAC\xC2\x81"}, /* meant as windows-1252 */
        {"&#0;&#xD800;&#x110000;&#99999999999999999999;",
         "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
        {"&#;&#x;&#xg;&#", "&#;&#x;&#xg;&#"},
        {"&#00000000000000000000128512;", "\xF0\x9F\x98\x80"}};
    engage_html *h;
    ck_assert_int_eq(engage_html_new(&h, NULL), ENGAGE_OK);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        size_t size = strlen(cases[i].html);
        char *exact = malloc(size);
        memcpy(exact, cases[i].html, size);
        ck_assert_int_eq(engage_html_run(h, exact, size), ENGAGE_OK);
        ck_assert_str_eq(engage_html_text(h, NULL), cases[i].text);
        free(exact);
    }
    /* Each name of the table is found, and has no more characters than the buffer holds. */
    for (size_t i = 0; i < engagep_reference_count; i++) {
        const char *entry = engagep_reference_names + engagep_reference_offsets[i];
        size_t size = strcspn(entry, ";&");
        char name[64] = "&";
        char found[ENGAGEP_REFERENCE_SIZE];
        size_t length;
        memcpy(name + 1, entry, size);
        name[size + 1] = ';';
        ck_assert_uint_eq(engagep_reference_read(name, size + 2, 0, found, &length), size + 2);
        ck_assert_uint_eq(engagep_reference_offsets[i] + size + 1 + length,
                          engagep_reference_offsets[i + 1]);
        ck_assert_uint_le(length, ENGAGEP_REFERENCE_SIZE);
        ck_assert_mem_eq(found, entry + size + 1, length);
    }
    engage_html_free(h);
    /* A reference is one character where hits are counted. */
    engage_buffer *buffer = buffer_new();
    static const char html[] = "1&euro;2&bne;3&copy4";
    engage_span hits[] = {{1, 2}, {3, 4}, {5, 6}};
    ck_assert_int_eq(engage_html_highlight(html, strlen(html), hits, 3, NULL, buffer), ENGAGE_OK);
    ck_assert_str_eq(engage_buffer_data(buffer),
                     "1<em>&euro;</em>2<em>&bne;</em>3<em>&copy</em>4");
    engage_buffer_free(buffer);
}
END_TEST

static const char *const pieces[] = {
    "a", "b1", "foo", "www.", "http://", "https://", "HTTP://", "t.co/", ".com", ".co.jp", ".",
    "..", "-", "_", "/", "?", "x=1", "&", "#", "@", "$", "\xEF\xBC\xA0", "\xEF\xBC\x83", ":",
    "8080", "(", ")", "!", " ", "\xE3\x81\xAE", "\xC3\xA9", "\xE2\x80\xAE", "\xEF\xBB\xBF", "RT",
    "@user", "/list-a", "ABC", "\"", "xn--fiqs8s", "\xE4\xB8\xAD\xE5\x9B\xBD", ".\xD1\x80\xD1\x84",
    "\xF0\x9F\x98\x80", "\xEF\xB8\x8F", "1", "#tag", "$TWTR", ",", "\xFF", "\xE2\x82", "%", "="};

/* Entities are ordered, apart, and on boundaries; escaped HTML holds no markup of the text;
 * lengths are sane. */
START_TEST(test_properties)
{
    engage_entities *e = make();
    engage_buffer *buffer = buffer_new();
    uint64_t state = 42;
    for (int round = 0; round < 20000; round++) {
        char text[400];
        size_t size = 0;
        size_t wanted = support_random(&state) % 16;
        for (size_t i = 0; i < wanted; i++) {
            const char *piece =
                pieces[support_random(&state) % (sizeof(pieces) / sizeof(pieces[0]))];
            memcpy(text + size, piece, strlen(piece));
            size += strlen(piece);
        }
        if (round % 5 == 0) {
            for (size_t i = 0; i < size; i++)
                text[i] = (char)support_random(&state);
        }
        char *exact = malloc(size != 0 ? size : 1);
        memcpy(exact, text, size);
        ck_assert_int_eq(engage_entities_run(e, exact, size), ENGAGE_OK);
        size_t last = 0;
        for (size_t i = 0; i < engage_entities_count(e); i++) {
            engage_span span = engage_entities_span(e, i);
            engage_span value = engage_entities_value(e, i);
            ck_assert_uint_le(last, span.start);
            ck_assert_uint_lt(span.start, span.end);
            ck_assert_uint_le(span.end, size);
            ck_assert_uint_le(span.start, value.start);
            ck_assert_uint_lt(value.start, value.end);
            ck_assert_uint_le(value.end, span.end);
            last = span.end;
        }
        for (int rules = 0; rules < 5; rules++) {
            engage_length length;
            ck_assert_int_eq(engage_entities_length(e, exact, size, rules, &length), ENGAGE_OK);
            ck_assert_int_ge(length.length, 0);
            ck_assert_int_le(length.valid_end, length.display_end + 1);
        }
        engage_buffer_clear(buffer);
        ck_assert_int_eq(engage_html_autolink(e, exact, size, ENGAGE_LINK_ALL, buffer),
                         ENGAGE_OK);
        const char *html = engage_buffer_data(buffer);
        for (const char *at = strchr(html, '<'); at != NULL; at = strchr(at + 1, '<'))
            ck_assert_msg(strncmp(at, "<a href=\"http", 13) == 0 ||
                              strncmp(at, "<a href=\"HTTP", 13) == 0 ||
                              strncmp(at, "<a class=\"tweet-url ", 20) == 0 ||
                              strncmp(at, "</a>", 4) == 0,
                          "%s", html);
        free(exact);
    }
    engage_buffer_free(buffer);
    engage_entities_free(e);
}
END_TEST

START_TEST(test_misuse)
{
    engage_entities *e = NULL;
    ck_assert_int_eq(engage_entities_new(NULL, NULL), ENGAGE_EMISUSE);
    engage_text_options options = ENGAGE_TEXT_OPTIONS_INIT;
    options.struct_size = 1;
    ck_assert_int_eq(engage_entities_new(&e, &options), ENGAGE_EOPTIONS);
    ck_assert_ptr_null(e);
    options.struct_size = sizeof(options);
    options.max_bytes = 4;
    ck_assert_int_eq(engage_entities_new(&e, &options), ENGAGE_OK);
    ck_assert_int_eq(engage_entities_run(e, "@abc", 4), ENGAGE_OK);
    ck_assert_uint_eq(engage_entities_count(e), 1);
    ck_assert_int_eq(engage_entities_run(e, "@abcd", 5), ENGAGE_ELIMIT);
    ck_assert_uint_eq(engage_entities_count(e), 0);
    ck_assert_int_eq(engage_entities_run(e, NULL, 1), ENGAGE_EMISUSE);
    ck_assert_int_eq(engage_entities_run(NULL, "a", 1), ENGAGE_EMISUSE);
    ck_assert_int_eq(engage_entities_run(e, NULL, 0), ENGAGE_OK);
    ck_assert_int_eq(engage_entities_kind(e, 0), ENGAGE_ERANGE);
    ck_assert_uint_eq(engage_entities_span(e, 0).end, 0);
    ck_assert_uint_eq(engage_entities_value(e, 0).end, 0);
    ck_assert_uint_eq(engage_entities_slug(e, 0).end, 0);
    ck_assert_uint_eq(engage_entities_reply(NULL).end, 0);
    ck_assert_uint_eq(engage_entities_count(NULL), 0);
    engage_length length;
    ck_assert_int_eq(engage_entities_length(e, "abcde", 5, 0, &length), ENGAGE_ELIMIT);
    ck_assert_int_eq(engage_entities_length(e, NULL, 5, 0, &length), ENGAGE_EMISUSE);
    ck_assert_int_eq(engage_entities_length(NULL, "a", 1, 0, &length), ENGAGE_EMISUSE);
    ck_assert_int_eq(engage_entities_length(e, "a", 1, 0, NULL), ENGAGE_EMISUSE);
    ck_assert_int_eq(engage_entities_length(e, "a", 1, 5, &length), ENGAGE_ERANGE);
    engage_buffer *buffer = buffer_new();
    engage_str id = {"1", 1};
    for (int what = 0; what < 6; what++) { /* a failure leaves no entities */
        ck_assert_int_eq(engage_entities_run(e, "@abc", 4), ENGAGE_OK);
        int rc = what == 0   ? engage_html_autolink(e, "abcde", 5, 0, buffer)
                 : what == 1 ? engage_html_autolink(e, "abc", 3, 128, buffer)
                 : what == 2 ? engage_entities_json(e, id, "abc", 3, 3, buffer)
                 : what == 3 ? engage_entities_json(e, id, "abc", 3, 0, NULL)
                 : what == 4 ? engage_entities_length(e, "abc", 3, 0, NULL)
                             : engage_length_json(e, id, "abc", 3, 0, NULL);
        static const int codes[] = {ENGAGE_ELIMIT,  ENGAGE_ERANGE,  ENGAGE_ERANGE,
                                    ENGAGE_EMISUSE, ENGAGE_EMISUSE, ENGAGE_EMISUSE};
        ck_assert_int_eq(rc, codes[what]);
        ck_assert_uint_eq(engage_entities_count(e), 0);
        ck_assert_uint_eq(engage_entities_reply(e).end, 0);
    }
    engage_buffer_free(buffer);
    engage_entities_free(e);
    engage_entities_free(NULL);
}
END_TEST

static int use_all(const engage_allocator *allocator, void *ctx)
{
    (void)ctx;
    static const char text[] = "e\xCC\x81 @a #b $C d.com http://e.co";
    engage_str id = {"x", 1};
    engage_text_options options = ENGAGE_TEXT_OPTIONS_INIT;
    options.allocator = allocator;
    engage_entities *e;
    engage_buffer *buffer = NULL;
    int rc = engage_entities_new(&e, &options);
    if (rc != ENGAGE_OK)
        return rc;
    rc = engage_buffer_new(&buffer, allocator);
    if (rc == ENGAGE_OK)
        rc = engage_entities_json(e, id, text, sizeof(text) - 1, 1, buffer);
    if (rc == ENGAGE_OK)
        rc = engage_length_json(e, id, text, sizeof(text) - 1, 0, buffer);
    if (rc == ENGAGE_OK)
        rc = engage_valid_json(0, id, text, sizeof(text) - 1, buffer);
    if (rc == ENGAGE_OK)
        rc = engage_html_autolink(e, text, sizeof(text) - 1, ENGAGE_LINK_ALL, buffer);
    engage_span hit = {0, 1};
    if (rc == ENGAGE_OK)
        rc = engage_html_highlight(text, sizeof(text) - 1, &hit, 1, NULL, buffer);
    engage_html *h = NULL;
    if (rc == ENGAGE_OK)
        rc = engage_html_new(&h, &options);
    if (rc == ENGAGE_OK)
        rc = engage_html_run(h, text, sizeof(text) - 1);
    engage_html_free(h);
    engage_buffer_free(buffer);
    engage_entities_free(e);
    return rc;
}

START_TEST(test_memory)
{
    support_fail_each(use_all, NULL);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("entities");
    TCase *all = tcase_create("all");
    tcase_set_timeout(all, 0);
    tcase_add_test(all, test_find);
    tcase_add_test(all, test_longest_links);
    tcase_add_test(all, test_json);
    tcase_add_test(all, test_length);
    const char *rounds = getenv("ENGAGE_TEST_ROUNDS");
    if (rounds != NULL && atoi(rounds) > 1) /* it reads 63 megabytes */
        tcase_add_test(all, test_longest_length);
    tcase_add_test(all, test_valid);
    tcase_add_test(all, test_html);
    tcase_add_test(all, test_highlight);
    tcase_add_test(all, test_html_text);
    tcase_add_test(all, test_references);
    tcase_add_test(all, test_properties);
    tcase_add_test(all, test_misuse);
    tcase_add_test(all, test_memory);
    suite_add_tcase(suite, all);
    return support_run(suite);
}
