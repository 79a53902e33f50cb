/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * The text of HTML, as Mastodon and others send posts, and where each byte of it stands
 * in the source.
 */
#include "base/alloc.h"
#include "base/ascii.h"
#include "base/utf8.h"
#include "text/markup.h"
#include "text/options.h"
#include "text/reference.h"

#include <string.h>

/* What the ends of lines are: white space; or ends, as in <pre>, right behind which one says
 * nothing. */
enum lines { LINES_FLOW, LINES_BEGIN, LINES_KEPT };

struct engage_html {
    engage_allocator allocator;
    uint32_t max_bytes;
    char *view;
    uint32_t *sources; /* for each byte of the view, and for its end */
    size_t view_capacity;
    size_t sources_capacity;
    size_t size;
    uint32_t source_end; /* where the source of the last character ends */
    int breaks;          /* line ends that wait for text to follow */
    int space;           /* white space that does */
    uint32_t space_at;
    enum lines lines;
};

int engage_html_new(engage_html **out, const engage_text_options *options)
{
    if (out == NULL)
        return ENGAGE_EMISUSE;
    *out = NULL;
    struct engagep_text_settings settings;
    int rc = engagep_text_settings_read(&settings, options);
    if (rc != ENGAGE_OK)
        return rc;
    engage_html *h = engagep_alloc_zero(&settings.allocator, 1, sizeof(*h));
    if (h == NULL)
        return ENGAGE_ENOMEM;
    h->allocator = settings.allocator;
    h->max_bytes = settings.max_bytes;
    *out = h;
    return ENGAGE_OK;
}

void engage_html_free(engage_html *h)
{
    if (h == NULL)
        return;
    engage_allocator own = h->allocator;
    engagep_alloc_free(&own, h->view, h->view_capacity, 1);
    engagep_alloc_free(&own, h->sources, h->sources_capacity, sizeof(*h->sources));
    engagep_alloc_free(&own, h, 1, sizeof(*h));
}

static void put_byte(engage_html *h, char byte, size_t source)
{
    h->view[h->size] = byte;
    h->sources[h->size++] = (uint32_t)source;
}

/* Adds a character; the white space and line ends that waited for it come first. */
static void put(engage_html *h, const char *bytes, size_t count, size_t source, size_t source_end)
{
    if (h->size > 0) {
        for (; h->breaks > 0; h->breaks--, h->space = 0)
            put_byte(h, '\n', source);
        if (h->space)
            put_byte(h, ' ', h->space_at);
    }
    h->breaks = 0;
    h->space = 0;
    for (size_t i = 0; i < count; i++)
        put_byte(h, bytes[i], source);
    h->source_end = (uint32_t)source_end;
}

/* A tag's name in lower case; cut off where it is longer than any that matters. */
struct name {
    char text[12];
    int closing;
};

static struct name name_of(const char *html, size_t size, size_t at)
{
    struct name name = {{0}, 0};
    if (at < size && html[at] == '/') {
        name.closing = 1;
        at++;
    }
    for (size_t i = 0; i + 1 < sizeof(name.text) && at < size; i++, at++) {
        char c = html[at];
        if (engagep_ascii_any(c, " \t\r\n\f/>"))
            break;
        name.text[i] = engagep_ascii_alnum(c) ? (char)(c | 32) : c;
    }
    return name;
}

static int is_one_of(const char *name, const char *const *list)
{
    for (; *list != NULL; list++) {
        if (strcmp(name, *list) == 0)
            return 1;
    }
    return 0;
}

/* The end of an element that holds no text, which was opened before `at`. */
static size_t element_end(const char *html, size_t size, size_t at, const char *name)
{
    while (at < size) {
        const char *next = memchr(html + at, '<', size - at);
        if (next == NULL)
            return size;
        at = (size_t)(next - html) + 1;
        struct name found = name_of(html, size, at);
        if (found.closing && strcmp(found.text, name) == 0)
            return engagep_markup_end(html, size, at - 1);
    }
    return size;
}

static void want_breaks(engage_html *h, int breaks)
{
    if (h->breaks < breaks)
        h->breaks = breaks;
}

static void add_break(engage_html *h)
{
    h->breaks += h->breaks < 3 ? 1 : 0;
}

static void want_space(engage_html *h, size_t at)
{
    if (!h->space)
        h->space_at = (uint32_t)at;
    h->space = 1;
}

/* What begins with < at `at`: a tag, a comment, or only that character. Returns its end. */
static size_t markup(engage_html *h, const char *html, size_t size, size_t at)
{
    static const char *const silent[] = {"script", "style",    "title",  "template",
                                         "svg",    "textarea", "iframe", "noscript", NULL};
    /* What HTML shows as a block, and what as a cell beside others. */
    static const char *const lines[] = {
        "div",     "li",     "ul",      "ol",     "tr",         "h1",         "h2",
        "h3",      "h4",     "h5",      "h6",     "hr",         "table",      "section",
        "article", "dl",     "dt",      "dd",     "figure",     "figcaption", "main",
        "header",  "footer", "nav",     "aside",  "address",    "details",    "summary",
        "form",    "center", "caption", "option", "fieldset",   "legend",     NULL};
    static const char *const cells[] = {"td", "th", NULL};
    size_t end = engagep_markup_end(html, size, at);
    if (end == 0) {
        put(h, "<", 1, at, at + 1);
        return at + 1;
    }
    struct name name = name_of(html, size, at + 1);
    if (strcmp(name.text, "br") == 0)
        add_break(h);
    else if (strcmp(name.text, "p") == 0 || strcmp(name.text, "blockquote") == 0 ||
             strcmp(name.text, "pre") == 0)
        want_breaks(h, 2);
    else if (is_one_of(name.text, lines))
        want_breaks(h, 1);
    else if (is_one_of(name.text, cells))
        want_space(h, at);
    else if (!name.closing && is_one_of(name.text, silent) && html[end - 1] == '>' &&
             !(html[end - 2] == '/' && strcmp(name.text, "svg") == 0))
        return element_end(html, size, end, name.text);
    if (strcmp(name.text, "pre") == 0)
        h->lines = name.closing ? LINES_FLOW : LINES_BEGIN;
    return end;
}

/* One character at `at`, or a reference to one or two. Returns its end. */
static size_t character(engage_html *h, const char *html, size_t size, size_t at)
{
    char bytes[ENGAGEP_REFERENCE_SIZE];
    size_t count;
    size_t end = html[at] == '&' ? engagep_reference_read(html, size, at, bytes, &count) : 0;
    if (end == 0) {
        uint32_t code;
        end = at + engagep_utf8_decode(html + at, size - at, &code);
        /* What HTML forbids, and bytes that are no character, read as U+FFFD. */
        count = engagep_utf8_encode(code == 0 || code == ENGAGEP_UTF8_INVALID ? 0xFFFD : code,
                                    bytes);
    }
    if (h->lines == LINES_KEPT && bytes[0] == '\n')
        add_break(h);
    else if (engagep_ascii_space(bytes[0]))
        want_space(h, at);
    else
        put(h, bytes, count, at, end);
    if (h->lines == LINES_BEGIN && bytes[0] != '\r')
        h->lines = LINES_KEPT;
    return end;
}

static void view(engage_html *h, const char *html, size_t size)
{
    for (size_t at = 0; at < size;)
        at = html[at] == '<' ? markup(h, html, size, at) : character(h, html, size, at);
}

int engage_html_run(engage_html *h, const char *source, size_t size)
{
    if (h == NULL)
        return ENGAGE_EMISUSE;
    h->size = 0;
    h->source_end = 0;
    h->breaks = 0;
    h->space = 0;
    h->lines = LINES_FLOW;
    if (source == NULL && size != 0)
        return ENGAGE_EMISUSE;
    if (size > h->max_bytes)
        return ENGAGE_ELIMIT;
    /* An invalid byte becomes three; a line end comes of a tag, which is longer. */
    size_t room = size * 3 + 1;
    void *block = h->view;
    int rc = engagep_alloc_grow(&h->allocator, &block, &h->view_capacity, room, 1);
    h->view = block;
    if (rc != ENGAGE_OK)
        return rc;
    block = h->sources;
    rc = engagep_alloc_grow(&h->allocator, &block, &h->sources_capacity, room,
                            sizeof(*h->sources));
    h->sources = block;
    if (rc != ENGAGE_OK)
        return rc;
    view(h, source, size);
    h->view[h->size] = '\0';
    return ENGAGE_OK;
}

const char *engage_html_text(const engage_html *h, size_t *size)
{
    if (size != NULL)
        *size = h != NULL ? h->size : 0;
    return h != NULL && h->size > 0 ? h->view : "";
}

uint32_t engage_html_source(const engage_html *h, size_t byte)
{
    if (h == NULL)
        return 0;
    return byte < h->size ? h->sources[byte] : h->source_end;
}
