/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Puts texts made to be costly through the text functions, and much that one person did through
 * forgetting, each at a size and at twice that, and prints a line for each run. tests/check_linear.sh counts the instructions
 * between entering and leaving linear_measure.
 */
#include "text/token.h"

#include <engage.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Twice that is shorter than the longest link that twitter-text takes, on whose sides the cost
 * differs; what is quadratic outweighs what is linear here by far. */
enum { SIZE = 1536, TAG_SIZE = 70 };

/* A shape is what begins it, what is repeated, and what ends it. */
static const struct shape {
    const char *name;
    const char *begin;
    const char *unit;
    const char *end;
} shapes[] = {
    {"at-signs", "", "@", ""},
    {"labels of a form", "Name: A\n", "App version: 4\n", ""},
    {"speakers of a chat", "Me: a\n", "Agent: b\n", ""},
    {"stamps of a chat", "", "[14:22] A: a\n", ""},
    {"devices", "a\n", "iOS 16\n", ""},
    {"devices in a bracket", "a (", "iOS 16 ", ")"},
    {"ratings", "", "1/5. ", ""},
    {"ratings not given", "if ", "5 stars ", ""},
    {"stars", "", "\xE2\xAD\x90", ""},
    {"courtesies", "a b c d e. ", "Thanks in advance. ", ""},
    {"mentions before a greeting", "", "@a ", "hello, a b c d"},
    {"vowels of Arabic", "\xD8\xA8", "\xD9\x8E", ""},
    {"letters with accents", "", "\xC3\xA9", ""},
    {"words with accents", "", "x\xC3\xA9y\xC3\xA0z ", ""},
    {"hash-signs", "", "#", ""},
    {"dollars", "", "$", ""},
    {"colons", "", ":", ""},
    {"opening brackets", "", "(", ""},
    {"closing brackets", ":", ")", ""},
    {"full stops", "", ".", ""},
    {"dots between letters", "", "a.", ""},
    {"slashes", "", "/", ""},
    {"hyphens", "a", "-", ""},
    {"hyphenated letters", "", "a-", ""},
    {"underscores", "a", "_", ""},
    {"apostrophes", "", "'", ""},
    {"words with apostrophes", "", "n't", ""},
    {"asterisks", "a", "*", ""},
    {"asterisks in front", "", "**a ", ""},
    {"words in bold", "", "**a** ", ""},
    {"one letter", "", "a", ""},
    {"digits and hyphens", "", "1-", ""},
    {"digits in brackets", "", "(12) ", ""},
    {"thousands", "", "1,", ""},
    {"e-mail without an end", "", "a@", ""},
    {"e-mail names", "", "a.b+c_", ""},
    {"mentions", "", "@a", ""},
    {"mentions with paths", "", "@a.co/", ""},
    {"mentions in a row", "", "@abc ", ""},
    {"mention with servers", "@a@b", ".c", ""},
    {"hashtags", "", "#a", ""},
    {"cashtags", "", "$A ", ""},
    {"schemes", "", "http://", ""},
    {"links", "", "http://a.co ", ""},
    {"brackets in a link", "http://a.co/", "(", ""},
    {"pairs of brackets in a link", "http://a.co/", "(a)", ""},
    {"queries in a link", "http://a.co/?", "a=&", ""},
    {"domains", "", "a.com", ""},
    {"domain without an end", "", "a-b.co.", ""},
    {"unknown domains", "www.", "xq.", ""},
    {"domains beyond ASCII", "", "\xC3\xBC.com", ""},
    {"hosts without spaces", "", "http://\xE6\x97\xA5.", ""},
    {"servers beyond ASCII", "", "a@\xC3\xBC", ""},
    {"mentions with hyphens", "", "@a-b", ""},
    {"mentions with dots", "", "@a.b", ""},
    {"names of references", "", "&hearts;", ""},
    {"names of no references", "", "&abcdefgh", ""},
    {"emoji with joiners", "", "\xF0\x9F\x91\xA9\xE2\x80\x8D", ""},
    {"regional letters", "", "\xF0\x9F\x87\xA9", ""},
    {"skin tones", "\xF0\x9F\x91\x8D", "\xF0\x9F\x8F\xBD", ""},
    {"emoji with tags", "\xF0\x9F\x8F\xB4", "\xF3\xA0\x81\xA7", ""},
    {"keycaps", "", "1\xEF\xB8\x8F\xE2\x83\xA3", ""},
    {"marks of one class", "e", "\xCC\x81", ""},
    {"marks of unlike classes", "e", "\xCC\x81\xCC\xA3", ""},
    {"invalid bytes", "", "\xFF", ""},
    {"first bytes alone", "", "\xF0\x9F\x98", ""},
    {"joiners", "a", "\xE2\x80\x8D", ""},
    {"directional marks", "", "\xE2\x80\x8F", ""},
    {"directional marks and links", "", "\xE2\x80\x8Eh.co", ""},
    {"zeros", "0", "0", ""},
    {"eyes without mouths", "", ":-", ""},
    {"kaomoji without an end", "", "(^", ""},
    {"hearts", "", "<3", ""},
    {"broken hearts", "<", "/", ""},
    {"opening tags", "", "<a ", ""},
    {"attributes", "<p ", "a=\"", ""},
    {"comments", "", "<!--", ""},
    {"scripts", "", "<script>", ""},
    {"references", "", "&amp", ""},
    {"numeric references", "&#", "1", ""},
    {"nested elements", "", "<p><b>", ""},
    {"capitals", "#", "Aa", ""},
    {"letters without sense", "#", "qzx", ""},
    {"words joined", "#", "thebestday", ""},
    {"Thai", "", "\xE0\xB8\x81\xE0\xB8\xB2\xE0\xB8\xA3", ""},
    {"Chinese", "", "\xE4\xBD\xA0\xE5\xA5\xBD", ""},
    {"Hangul in parts", "", "\xE1\x84\x80\xE1\x85\xA1", ""},
    {"Arabic", "", "\xD8\xA7\xD9\x84 ", ""},
    {"Devanagari", "", "\xE0\xA4\x95\xE0\xA5\x8D", ""},
    {"letters in a style", "", "\xF0\x9D\x90\x9A", ""},
    {"letters in a style and at-signs", "", "\xEF\xBD\x81@", ""},
    {"letters in a style and schemes", "", "\xEF\xBD\x81://", ""},
    {"letters in circles and spaces", "", "\xE2\x93\x90 ", ""},
    {"letters in squares", "\xF0\x9D\x90\x9A", "\xF0\x9F\x85\xB0\xEF\xB8\x8F", ""},
    {"line ends", "", "\r\n", ""},
    {"quoted lines", "", "> a\n", ""},
    {"names of senders", "a ", "From: ", ""},
    {"times of mails", "a On ", "1:2 wrote: ", ""},
    {"names of who wrote", "a On 1:2 ", "A wrote ", ""},
    {"greetings", "", "Dear all,\n", ""},
    {"formulas that close", "", "Kind regards ", ""},
    {"lines that close", "", "Thanks,\nA\n", ""},
    {"spaces", "a", " ", ""},
    {"digits and hyphens before a dot", "", "1-", "."},
    {"hyphenated letters before a dot", "", "a-", "."},
    {"underscores before a hyphen", "", "a_", "-."},
    {"initials before letters", "", "a.", "zz"},
    {"initials before wide letters", "", "U.S.", "\xEF\xBC\xA1\xEF\xBC\xA2"},
};

enum { SHAPES = sizeof(shapes) / sizeof(shapes[0]) };

struct tools {
    engage_tokenizer *tokens;
    engage_tokenizer *reader; /* as models read */
    engage_tokenizer *words; /* with the dictionaries, where there are some */
    engage_entities *entities;
    engage_html *html;
    engage_events *events;
    engage_analyzer *analyzer; /* NULL where no model is built in */
    engage_buffer *buffer;
};

typedef int (*way)(struct tools *tools, const char *text, size_t size);

static const engage_str no_id = {"", 0};

static int tokens(struct tools *tools, const char *text, size_t size)
{
    return engage_tokenizer_json(tools->tokens, no_id, text, size, ENGAGE_OFFSET_UTF16,
                                 tools->buffer);
}

static int words(struct tools *tools, const char *text, size_t size)
{
    return engage_tokenizer_run(tools->words, text, size);
}

static int read_plainly(struct tools *tools, const char *text, size_t size)
{
    return engage_tokenizer_run(tools->reader, text, size);
}

static int entities(struct tools *tools, const char *text, size_t size)
{
    return engage_entities_json(tools->entities, no_id, text, size, ENGAGE_OFFSET_CODEPOINTS,
                                tools->buffer);
}

static int length_x(struct tools *tools, const char *text, size_t size)
{
    return engage_length_json(tools->entities, no_id, text, size, ENGAGE_RULES_X3, tools->buffer);
}

static int length_mastodon(struct tools *tools, const char *text, size_t size)
{
    return engage_length_json(tools->entities, no_id, text, size, ENGAGE_RULES_MASTODON,
                              tools->buffer);
}

static int valid(struct tools *tools, const char *text, size_t size)
{
    (void)tools;
    int rc = ENGAGE_OK;
    for (int kind = ENGAGE_VALID_USERNAME; kind <= ENGAGE_VALID_URL_BARE && rc >= 0; kind++)
        rc = engage_valid(kind, text, size);
    return rc;
}

static int autolink(struct tools *tools, const char *text, size_t size)
{
    return engage_html_autolink(tools->entities, text, size, ENGAGE_LINK_ALL, tools->buffer);
}

static int html(struct tools *tools, const char *text, size_t size)
{
    return engage_html_run(tools->html, text, size);
}

static int language(struct tools *tools, const char *text, size_t size)
{
    (void)tools;
    return engage_language(text, size) != NULL ? ENGAGE_OK : ENGAGE_ERANGE;
}

static int fingerprints(struct tools *tools, const char *text, size_t size)
{
    (void)tools;
    /* Both are 0 for a post without words. */
    return (engage_text_hash(text, size) == 0) == (engage_text_simhash(text, size) == 0)
               ? ENGAGE_OK
               : ENGAGE_ERANGE;
}

static int hashtag(struct tools *tools, const char *text, size_t size)
{
    (void)tools;
    engage_span found[2 * TAG_SIZE];
    size_t count;
    return engage_hashtag_words(text, size, found, 2 * TAG_SIZE, &count);
}

/* Ways whose cost is counted together: a few counts are quickly made. */
static int reading(struct tools *tools, const char *text, size_t size)
{
    static const way ways[] = {tokens, words, read_plainly, language, fingerprints, html};
    int rc = ENGAGE_OK;
    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]) && rc >= 0; i++)
        rc = ways[i](tools, text, size);
    return rc;
}

static int rules(struct tools *tools, const char *text, size_t size)
{
    static const way ways[] = {entities, length_x, length_mastodon, valid, autolink};
    int rc = ENGAGE_OK;
    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]) && rc >= 0; i++)
        rc = ways[i](tools, text, size);
    return rc;
}

/* A post of a platform with so many mentions, text and size being of no matter otherwise. */
static int mentions(struct tools *tools, const char *text, size_t size)
{
    static char json[2 * SIZE * 16 + 256];
    size_t at = (size_t)snprintf(json, sizeof(json),
                                 "{\"id\":\"1\",\"text\":\"\",\"author_id\":\"2\","
                                 "\"created_at\":\"2026-11-20T10:00:00Z\","
                                 "\"entities\":{\"mentions\":[{}");
    (void)text;
    for (size_t i = 0; i < size; i++)
        at += (size_t)snprintf(json + at, sizeof(json) - at, ",{\"id\":%zu}", i + 10000);
    at += (size_t)snprintf(json + at, sizeof(json) - at, "]}}");
    engage_events_clear(tools->events);
    return engage_events_add_json(tools->events, ENGAGE_FORMAT_X_V2, json, at, NULL);
}

/* A post of so many links that a catalogue names, between two words: what these are together
 * reaches over all of it. Text and size are of no matter otherwise. */
static int links(struct tools *tools, const char *text, size_t size)
{
    static char post[2 * SIZE * 5 + 16];
    const engage_analysis *analysis;
    size_t at = (size_t)snprintf(post, sizeof(post), "good ");
    (void)text;
    for (size_t i = 0; i < size; i++)
        at += (size_t)snprintf(post + at, sizeof(post) - at, "h.co ");
    at += (size_t)snprintf(post + at, sizeof(post) - at, "bad");
    return engage_analyzer_run(tools->analyzer, post, at, &analysis);
}

static int new_analyzer(engage_analyzer **out)
{
    static const char text[] = "[product p]\nnames = h.co\n";
    engage_analyzer_options options = ENGAGE_ANALYZER_OPTIONS_INIT;
    const engage_catalogue *catalogue;
    int rc = engage_catalogue_parse(&catalogue, text, strlen(text), NULL, NULL);
    if (rc != ENGAGE_OK)
        return rc;
    options.catalogue = catalogue;
    rc = engage_analyzer_new(out, &options);
    engage_catalogue_unref(catalogue);
    return rc == ENGAGE_EMODEL_NONE ? ENGAGE_OK : rc;
}

/* A person who wrote so many posts, which nobody answered, is forgotten. */
static int forgetting(struct tools *tools, const char *text, size_t size)
{
    engage_tracker *tracker;
    char post[32];
    engage_event event = {.struct_size = sizeof(event),
                          .flags = ENGAGE_EVENT_HAS_SENTIMENT | ENGAGE_EVENT_HAS_INTENTS,
                          .received = ENGAGE_NO_TIME,
                          .followers = -1,
                          .verb = {"Create", 6},
                          .actor = {"x:ann", 5}};
    (void)text;
    engage_events_clear(tools->events);
    int rc = engage_tracker_open(&tracker, "memory:", NULL, NULL);
    for (size_t i = 0; i < size && rc >= 0; i++) {
        event.id = event.post =
            (engage_str){post, (size_t)snprintf(post, sizeof(post), "x:%zu", i)};
        event.time = (int64_t)i * 60000;
        rc = engage_events_add(tools->events, &event, NULL);
    }
    if (rc >= 0)
        rc = engage_tracker_apply(tracker, tools->events, NULL, NULL);
    if (rc >= 0)
        rc = engage_tracker_forget(tracker, event.actor, NULL, tools->buffer, NULL);
    engage_tracker_close(tracker);
    return rc;
}

static const struct view {
    const char *name;
    way run;
    size_t size;
} views[] = {
    {"tokens, words, language, fingerprints and HTML", reading, SIZE},
    {"entities, lengths, validity and links", rules, SIZE},
    {"hashtag", hashtag, TAG_SIZE},
};

enum { VIEWS = sizeof(views) / sizeof(views[0]) };

/* What is measured; with a name that the measuring finds. */
int linear_measure(way run, struct tools *tools, const char *text, size_t size);
__attribute__((noinline)) int linear_measure(way run, struct tools *tools, const char *text,
                                             size_t size)
{
    return run(tools, text, size);
}

/* Fills a text up to `size` with what is repeated, in whole, since the end of a text may
 * decide about all of it. Returns how long it is. */
static size_t fill(char *text, size_t size, const struct shape *shape)
{
    size_t begin = strlen(shape->begin);
    size_t unit = strlen(shape->unit);
    size_t end = strlen(shape->end);
    memcpy(text, shape->begin, begin);
    size_t at = begin;
    for (; at + unit + end <= size; at += unit)
        memcpy(text + at, shape->unit, unit);
    memcpy(text + at, shape->end, end);
    return at + end;
}

/* Bytes a character: a hashtag has a limit of characters. */
static size_t width(const struct shape *shape)
{
    size_t size = strlen(shape->unit);
    size_t count = 0;
    for (size_t i = 0; i < size; i++)
        count += ((unsigned char)shape->unit[i] & 0xC0) != 0x80 ? 1 : 0;
    return size / count;
}

int main(void)
{
    static char text[2 * SIZE];
    struct tools tools;
    engage_text_options options = ENGAGE_TEXT_OPTIONS_INIT;
    options.flags = ENGAGE_TEXT_NO_DICTIONARY;
    if (engage_tokenizer_new(&tools.tokens, &options) != ENGAGE_OK ||
        engage_tokenizer_new(&tools.words, NULL) != ENGAGE_OK ||
        engagep_token_reader(&tools.reader, 0, NULL) != ENGAGE_OK ||
        engage_entities_new(&tools.entities, NULL) != ENGAGE_OK ||
        engage_html_new(&tools.html, NULL) != ENGAGE_OK ||
        engage_events_new(&tools.events, NULL) != ENGAGE_OK ||
        new_analyzer(&tools.analyzer) != ENGAGE_OK ||
        engage_buffer_new(&tools.buffer, NULL) != ENGAGE_OK)
        return EXIT_FAILURE;
    /* Room for all is taken first, by the text that needs the most, unmeasured. */
    memset(text, 0xFF, 2 * SIZE);
    if (reading(&tools, text, 2 * SIZE) < 0 || rules(&tools, text, 2 * SIZE) < 0 ||
        mentions(&tools, text, 2 * SIZE) < 0)
        return EXIT_FAILURE;
    if (linear_measure(mentions, &tools, text, SIZE) < 0 ||
        linear_measure(mentions, &tools, text, 2 * SIZE) < 0)
        return EXIT_FAILURE;
    puts("mentions of a post");
    if (linear_measure(forgetting, &tools, text, SIZE) < 0 ||
        linear_measure(forgetting, &tools, text, 2 * SIZE) < 0)
        return EXIT_FAILURE;
    puts("forgetting");
    if (tools.analyzer != NULL) {
        if (links(&tools, text, 2 * SIZE) < 0 || linear_measure(links, &tools, text, SIZE) < 0 ||
            linear_measure(links, &tools, text, 2 * SIZE) < 0)
            return EXIT_FAILURE;
        puts("links that are aspects");
    }
    for (size_t s = 0; s < SHAPES; s++) {
        for (size_t v = 0; v < VIEWS; v++) {
            for (size_t times = 1; times <= 2; times++) {
                size_t size = times * views[v].size;
                if (views[v].run == hashtag)
                    size *= width(&shapes[s]);
                size = fill(text, size, &shapes[s]);
                engage_buffer_clear(tools.buffer);
                int rc = linear_measure(views[v].run, &tools, text, size);
                if (rc < 0) {
                    fprintf(stderr, "%s of %s: %s\n", views[v].name, shapes[s].name,
                            engage_errname(rc));
                    return EXIT_FAILURE;
                }
            }
            printf("%s of %s\n", views[v].name, shapes[s].name);
        }
    }
    engage_buffer_free(tools.buffer);
    engage_analyzer_free(tools.analyzer);
    engage_events_free(tools.events);
    engage_html_free(tools.html);
    engage_entities_free(tools.entities);
    engage_tokenizer_free(tools.reader);
    engage_tokenizer_free(tools.words);
    engage_tokenizer_free(tools.tokens);
    return EXIT_SUCCESS;
}
