/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Posts as HTML: links for their entities, marks for hits. Markup in the form that
 * twitter-text writes.
 */
#include "base/buffer.h"
#include "base/utf8.h"
#include "text/entities.h"
#include "text/markup.h"
#include "text/reference.h"

#include <string.h>

/* Writes text with the five characters escaped that mean something in HTML, in content
 * and within either kind of quotes; invalid UTF-8 as U+FFFD. */
static void escape(engage_buffer *buffer, const char *text, size_t size)
{
    size_t start = 0;
    size_t at = 0;
    while (at < size) {
        const char *instead;
        uint32_t code;
        size_t length = engagep_utf8_decode(text + at, size - at, &code);
        switch (code) {
        case '&':
            instead = "&amp;";
            break;
        case '<':
            instead = "&lt;";
            break;
        case '>':
            instead = "&gt;";
            break;
        case '"':
            instead = "&quot;";
            break;
        case '\'':
            instead = "&#39;";
            break;
        case ENGAGEP_UTF8_INVALID:
        case 0:
            instead = "\xEF\xBF\xBD";
            break;
        default:
            at += length;
            continue;
        }
        engagep_buffer_put(buffer, text + start, at - start);
        engagep_buffer_put_text(buffer, instead);
        at += length;
        start = at;
    }
    if (start < size)
        engagep_buffer_put(buffer, text + start, size - start);
}

static void escape_str(engage_buffer *buffer, engage_str text)
{
    escape(buffer, text.data, text.size);
}

/* Whether the first character is of a script that is written from right to left. */
static int is_right_to_left(engage_str text)
{
    uint32_t code;
    if (text.size == 0)
        return 0;
    engagep_utf8_decode(text.data, text.size, &code);
    return (code >= 0x590 && code <= 0x6FF) || (code >= 0x750 && code <= 0x77F) ||
           (code >= 0xFE70 && code <= 0xFEFF);
}

/* The sign that an entity begins with, as it was written, narrow or full-width. */
static void write_sign(engage_buffer *buffer, const char *text, const engage_link *link)
{
    size_t size = link->end - link->start;
    size_t sign = (unsigned char)text[link->start] == 0xEF ? 3 : 1;
    escape(buffer, text + link->start, sign < size ? sign : size);
}

/* <a href="…search?q=%23TAG" title="#TAG" class="…">#TAG</a> */
static void write_tag(engage_buffer *buffer, const char *text, const engage_link *link,
                      const char *sign, const char *escaped, const char *class)
{
    engagep_buffer_put_text(buffer, "<a href=\"https://twitter.com/search?q=");
    engagep_buffer_put_text(buffer, escaped);
    escape_str(buffer, link->value);
    engagep_buffer_put_text(buffer, "\" title=\"");
    engagep_buffer_put_text(buffer, sign);
    escape_str(buffer, link->value);
    engagep_buffer_put_text(buffer, "\" class=\"tweet-url ");
    engagep_buffer_put_text(buffer, class);
    if (is_right_to_left(link->value))
        engagep_buffer_put_text(buffer, " rtl");
    engagep_buffer_put_text(buffer, "\">");
    write_sign(buffer, text, link);
    escape_str(buffer, link->value);
    engagep_buffer_put_text(buffer, "</a>");
}

static void write_mention(engage_buffer *buffer, const char *text, const engage_link *link)
{
    int list = link->slug.size != 0;
    write_sign(buffer, text, link);
    engagep_buffer_put_text(buffer, "<a class=\"tweet-url ");
    engagep_buffer_put_text(buffer, list ? "list-slug" : "username");
    engagep_buffer_put_text(buffer, "\" href=\"https://twitter.com/");
    escape_str(buffer, link->value);
    escape_str(buffer, link->slug);
    engagep_buffer_put_text(buffer, "\">");
    escape_str(buffer, link->value);
    escape_str(buffer, link->slug);
    engagep_buffer_put_text(buffer, "</a>");
}

static const char invisible[] = "<span style='position:absolute;left:-9999px;'>";
static const char blank[] = "<span style='position:absolute;left:-9999px;'>&nbsp;</span>";
static const char dots[] = "\xE2\x80\xA6";

/* Where `part` begins in `whole`; SIZE_MAX where it does not. */
static size_t find(engage_str whole, engage_str part)
{
    for (size_t at = 0; part.size <= whole.size && at <= whole.size - part.size; at++) {
        if (memcmp(whole.data + at, part.data, part.size) == 0)
            return at;
    }
    return SIZE_MAX;
}

/* A link's text where the platform tells how it is shown: what is shown, with what is left
 * out of it there to be copied but not seen. */
static void write_display(engage_buffer *buffer, const engage_link *link)
{
    engage_str shown = link->display;
    int before = shown.size >= 3 && memcmp(shown.data, dots, 3) == 0;
    if (before) {
        shown.data += 3;
        shown.size -= 3;
    }
    int after = shown.size >= 3 && memcmp(shown.data + shown.size - 3, dots, 3) == 0;
    if (after)
        shown.size -= 3;
    /* The search is bounded, so that a long pair cannot cost its product. */
    size_t at = shown.size <= 2048 && link->expanded.size <= 4096 && link->expanded.data != NULL
                    ? find(link->expanded, shown)
                    : SIZE_MAX;
    if (at == SIZE_MAX) {
        escape_str(buffer, link->display);
        return;
    }
    engagep_buffer_put_text(buffer, "<span class='tco-ellipsis'>");
    if (before)
        engagep_buffer_put_text(buffer, dots);
    engagep_buffer_put_text(buffer, blank);
    engagep_buffer_put_text(buffer, "</span>");
    engagep_buffer_put_text(buffer, invisible);
    escape(buffer, link->expanded.data, at);
    engagep_buffer_put_text(buffer, "</span><span class='js-display-url'>");
    escape_str(buffer, shown);
    engagep_buffer_put_text(buffer, "</span>");
    engagep_buffer_put_text(buffer, invisible);
    escape(buffer, link->expanded.data + at + shown.size, link->expanded.size - at - shown.size);
    engagep_buffer_put_text(buffer, "</span><span class='tco-ellipsis'>");
    engagep_buffer_put_text(buffer, blank);
    if (after)
        engagep_buffer_put_text(buffer, dots);
    engagep_buffer_put_text(buffer, "</span>");
}

/* 1 where a URL begins with http:// or https://, 0 where it has no scheme, -1 where it has
 * another one. */
static int scheme(engage_str url)
{
    static const char https[] = "https";
    size_t length = 0;
    while (length < url.size && length < 5 && (url.data[length] | 32) == https[length])
        length++;
    if (length >= 4 && url.size - length >= 3 && memcmp(url.data + length, "://", 3) == 0)
        return 1;
    /* A colon before the first slash may be a port only after a full stop. */
    int dotted = 0;
    for (size_t i = 0; i < url.size; i++) {
        if (url.data[i] == '.')
            dotted = 1;
        if (url.data[i] == '/' || url.data[i] == '?' || url.data[i] == '#')
            break;
        if (url.data[i] == ':')
            return dotted ? 0 : -1;
    }
    return dotted ? 0 : -1;
}

static void write_url(engage_buffer *buffer, const engage_link *link)
{
    int http = scheme(link->value);
    if (http < 0) {
        escape_str(buffer, link->value);
        return;
    }
    engagep_buffer_put_text(buffer, http ? "<a href=\"" : "<a href=\"http://");
    escape_str(buffer, link->value);
    if (link->display.size != 0 && link->expanded.size != 0) {
        engagep_buffer_put_text(buffer, "\" title=\"");
        escape_str(buffer, link->expanded);
    }
    engagep_buffer_put_text(buffer, "\">");
    if (link->display.size != 0)
        write_display(buffer, link);
    else
        escape_str(buffer, link->value);
    engagep_buffer_put_text(buffer, "</a>");
}

static void write_plain(engage_buffer *buffer, const char *text, size_t size, uint32_t what)
{
    if (what & ENGAGE_LINK_TRUSTED)
        engagep_buffer_put(buffer, text, size);
    else
        escape(buffer, text, size);
}

/* Writes an entity as a link; 0 where it is not to be one. */
static int write_link(engage_buffer *buffer, const char *text, const engage_link *link,
                      uint32_t what)
{
    switch (link->kind) {
    case ENGAGE_ENTITY_MENTION:
        if (!(what & (link->slug.size != 0 ? ENGAGE_LINK_LISTS : ENGAGE_LINK_MENTIONS)))
            return 0;
        write_mention(buffer, text, link);
        return 1;
    case ENGAGE_ENTITY_HASHTAG:
        if (!(what & ENGAGE_LINK_HASHTAGS))
            return 0;
        write_tag(buffer, text, link, "#", "%23", "hashtag");
        return 1;
    case ENGAGE_ENTITY_CASHTAG:
        if (!(what & ENGAGE_LINK_CASHTAGS))
            return 0;
        write_tag(buffer, text, link, "$", "%24", "cashtag");
        return 1;
    default:
        if (!(what & ENGAGE_LINK_URLS))
            return 0;
        write_url(buffer, link);
        return 1;
    }
}

/* What stands between *at and an entity, and the entity. */
static void write_entity(engage_buffer *buffer, const char *text, size_t *at,
                         const engage_link *link, uint32_t what)
{
    write_plain(buffer, text + *at, link->start - *at, what);
    if (!write_link(buffer, text, link, what))
        write_plain(buffer, text + link->start, link->end - link->start, what);
    *at = link->end;
}

static int is_given(engage_str text)
{
    return text.data != NULL || text.size == 0;
}

int engage_html_link(const char *text, size_t size, const engage_link *links, size_t count,
                     uint32_t what, engage_buffer *buffer)
{
    if (buffer == NULL || (text == NULL && size != 0) || (links == NULL && count != 0))
        return ENGAGE_EMISUSE;
    if (what & ~(ENGAGE_LINK_ALL | ENGAGE_LINK_TRUSTED))
        return ENGAGE_ERANGE;
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        const engage_link *link = &links[i];
        if (!is_given(link->value) || !is_given(link->slug) || !is_given(link->expanded) ||
            !is_given(link->display))
            return ENGAGE_EMISUSE;
        if (link->kind < ENGAGE_ENTITY_MENTION || link->kind > ENGAGE_ENTITY_URL ||
            link->start < at || link->end <= link->start || link->end > size)
            return ENGAGE_ERANGE;
        at = link->end;
    }
    size_t begun = engagep_buffer_begin(buffer);
    at = 0;
    for (size_t i = 0; i < count; i++)
        write_entity(buffer, text, &at, &links[i], what);
    if (size > at)
        write_plain(buffer, text + at, size - at, what);
    return engagep_buffer_end(buffer, begun);
}

int engage_html_autolink(engage_entities *e, const char *text, size_t size, uint32_t what,
                         engage_buffer *buffer)
{
    if (e == NULL)
        return ENGAGE_EMISUSE;
    engagep_entities_forget(e);
    if (buffer == NULL || (text == NULL && size != 0))
        return ENGAGE_EMISUSE;
    if (what & ~(ENGAGE_LINK_ALL | ENGAGE_LINK_TRUSTED))
        return ENGAGE_ERANGE;
    if (size > e->max_bytes)
        return ENGAGE_ELIMIT;
    int rc = engagep_entities_find(e, text, size, 0);
    if (rc != ENGAGE_OK)
        return rc;
    size_t begun = engagep_buffer_begin(buffer);
    size_t at = 0;
    for (size_t i = 0; i < e->count; i++) {
        const struct engagep_entity *entity = &e->all[i];
        engage_link link = {(int32_t)entity->kind, entity->start, entity->end,
                            {text + entity->value, entity->value_end - entity->value},
                            {NULL, 0}, {NULL, 0}, {NULL, 0}};
        if (entity->kind == ENGAGE_ENTITY_MENTION && entity->end > entity->value_end) {
            link.slug.data = text + entity->value_end;
            link.slug.size = entity->end - entity->value_end;
        }
        write_entity(buffer, text, &at, &link, what);
    }
    if (size > at)
        write_plain(buffer, text + at, size - at, what);
    return engagep_buffer_end(buffer, begun);
}

/* The end of one character as it is shown. */
static size_t shown(const char *html, size_t size, size_t at)
{
    char characters[ENGAGEP_REFERENCE_SIZE];
    size_t length;
    uint32_t code;
    size_t end =
        html[at] == '&' ? engagep_reference_read(html, size, at, characters, &length) : 0;
    return end != 0 ? end : at + engagep_utf8_decode(html + at, size - at, &code);
}

static int is_tag(const char *tag)
{
    size_t length = strlen(tag);
    for (size_t i = 0; i < length; i++) {
        if (!((tag[i] >= 'a' && tag[i] <= 'z') || (tag[i] >= 'A' && tag[i] <= 'Z') ||
              (i > 0 && tag[i] >= '0' && tag[i] <= '9')))
            return 0;
    }
    return length >= 1 && length <= 16;
}

static void write_mark(engage_buffer *buffer, const char *tag, int closing)
{
    engagep_buffer_put_text(buffer, closing ? "</" : "<");
    engagep_buffer_put_text(buffer, tag);
    engagep_buffer_put_byte(buffer, '>');
}

int engage_html_highlight(const char *html, size_t size, const engage_span *hits, size_t count,
                          const char *tag, engage_buffer *buffer)
{
    if (buffer == NULL || (html == NULL && size != 0) || (hits == NULL && count != 0))
        return ENGAGE_EMISUSE;
    tag = tag != NULL ? tag : "em";
    if (!is_tag(tag))
        return ENGAGE_ERANGE;
    for (size_t i = 0; i < count; i++) {
        if (hits[i].end < hits[i].start || (i > 0 && hits[i].start < hits[i - 1].end))
            return ENGAGE_ERANGE;
    }
    size_t begun = engagep_buffer_begin(buffer);
    size_t place = 0;  /* characters shown so far */
    size_t mark = 0;   /* opened and closed so far: hit mark / 2 */
    int inside = 0;    /* the open mark stands within this run of text */
    size_t at = 0;
    while (at < size) {
        size_t end = html[at] == '<' ? engagep_markup_end(html, size, at) : 0;
        int tagged = end != 0;
        /* A mark that closes where it opened stands before a tag, any other after it. */
        while (mark < 2 * count) {
            const engage_span *hit = &hits[mark / 2];
            if ((mark % 2 == 0 ? hit->start : hit->end) != place ||
                (tagged && !(mark % 2 == 1 && inside)))
                break;
            write_mark(buffer, tag, mark % 2 == 1);
            inside = mark % 2 == 0;
            mark++;
        }
        if (tagged) {
            inside = 0;
        } else {
            end = shown(html, size, at);
            place++;
        }
        engagep_buffer_put(buffer, html + at, end - at);
        at = end;
    }
    /* What ends beyond the text is closed at its end. */
    if (mark < 2 * count && mark % 2 == 0 && hits[mark / 2].start == place &&
        hits[mark / 2].end > place) {
        write_mark(buffer, tag, 0);
        mark++;
    }
    if (mark % 2 == 1)
        write_mark(buffer, tag, 1);
    return engagep_buffer_end(buffer, begun);
}
