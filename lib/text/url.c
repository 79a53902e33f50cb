/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "text/url.h"

#include "base/utf8.h"
#include "text/tld.h"
#include "text/unicode.h"

#include <string.h>

enum { MOST_UNITS = 4096, MOST_LABEL = 63, MOST_SLUG = 40 };

int engagep_url_is_space(uint32_t c)
{
    return (c >= 0x09 && c <= 0x0D) || c == 0x20 || c == 0x85 || c == 0xA0 || c == 0x1680 ||
           c == 0x180E || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 ||
           c == 0x202F || c == 0x205F || c == 0x3000;
}

int engagep_url_is_punct(uint32_t c)
{
    return c > ' ' && c < 0x7F && strchr("!'#%&()*+,\\-./:;<=>?@[]^_{|}~$", (int)c) != NULL;
}

int engagep_url_is_accent(uint32_t c)
{
    if (c < 0xC0)
        return 0;
    if (c < 0x250)
        return c != 0xD7 && c != 0xF7;
    return c == 0x253 || c == 0x254 || c == 0x256 || c == 0x257 || c == 0x259 || c == 0x25B ||
           c == 0x263 || c == 0x268 || c == 0x26F || c == 0x272 || c == 0x289 || c == 0x28B ||
           c == 0x2BB || (c >= 0x300 && c <= 0x36F) || (c >= 0x1E00 && c <= 0x1EFF);
}

uint32_t engagep_url_before(const char *text, size_t at, size_t *start)
{
    for (size_t back = 1; back <= 4 && back <= at; back++) {
        uint32_t code;
        if (engagep_utf8_decode(text + at - back, back, &code) == back &&
            (code != ENGAGEP_UTF8_INVALID || back > 1)) {
            *start = at - back;
            return code;
        }
    }
    *start = at - 1;
    return ENGAGEP_UTF8_INVALID;
}

static int is_alnum(uint32_t c)
{
    return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z');
}

static int is_one_of(uint32_t c, const char *set)
{
    return c > ' ' && c < 0x7F && strchr(set, (int)c) != NULL;
}

static int is_invalid(uint32_t c)
{
    return c == 0xFFFE || c == 0xFEFF || c == 0xFFFF;
}

static int is_directional(uint32_t c)
{
    return (c >= 0x202A && c <= 0x202E) || c == 0x061C || c == 0x200E || c == 0x200F ||
           (c >= 0x2066 && c <= 0x2069);
}

/* A character that a label of a domain may begin and end with. */
static int is_domain(uint32_t c)
{
    if (c < 0x80)
        return c > 0x20 ? !engagep_url_is_punct(c) : !engagep_url_is_space(c);
    return !engagep_url_is_space(c) && !is_invalid(c) && !is_directional(c);
}

static int is_run(uint32_t c)
{
    return c == '.' || c == '-' || c == '_' || is_domain(c);
}

/* What may stand before a link. */
static int may_precede(uint32_t c)
{
    return !is_alnum(c) && c != '@' && c != 0xFF20 && c != '$' && c != '#' && c != 0xFF03 &&
           !is_invalid(c);
}

static uint32_t code_at(const struct engagep_url_walk *w, size_t at, size_t *length)
{
    uint32_t code = 0;
    *length = engagep_utf8_decode(w->text + at, w->size - at, &code);
    return code;
}

static char byte(const struct engagep_url_walk *w, size_t at)
{
    return at < w->size ? w->text[at] : '\0';
}

/* Reads the label at `at` up to its full stop or the end of the run. */
static void read_label(struct engagep_url_walk *w, size_t at, size_t *end, size_t *mark,
                       size_t *tld, int *sound)
{
    uint32_t last = '.';
    uint32_t code = 0;
    int first = 1;
    *mark = 0;
    *sound = 1;
    while (at < w->run_end) {
        size_t length;
        code = code_at(w, at, &length);
        if (code == '.')
            break;
        if (first && (code == '-' || code == '_'))
            *sound = 0;
        if (code == '_')
            *mark = at + 1; /* one more than its place, so that 0 is none */
        first = 0;
        last = code;
        at += length;
    }
    *end = at;
    *tld = 0;
    if (at >= w->run_end || last == '.' || last == '-' || last == '_')
        *sound = 0;
    else
        *tld = engagep_tld_match(w->text, w->size, at + 1);
}

/* Reads on from the label at `at`, once a run and wherever a chain of labels broke. */
static void read_chain(struct engagep_url_walk *w, size_t at)
{
    read_label(w, at, &w->label_end, &w->label_mark, &w->label_tld, &w->label_sound);
    /* The label's own beginning counts only for labels after the first. */
    uint32_t last = 0;
    size_t before;
    if (w->label_end > at)
        last = engagep_url_before(w->text, w->label_end, &before);
    w->label_sound = w->label_end < w->run_end && last != 0 && last != '-' && last != '_';
    if (!w->label_sound)
        w->label_tld = 0;
    if (at < w->chain_end)
        return;
    w->chain_stop = 0;
    w->chain_tld = 0;
    size_t next = w->label_end;
    int sound = w->label_sound;
    while (sound) {
        size_t end, mark, tld;
        read_label(w, next + 1, &end, &mark, &tld, &sound);
        if (!sound)
            break;
        next = end;
        if (tld != 0 && mark == 0) {
            w->chain_stop = end;
            w->chain_tld = tld;
        }
    }
    /* Where the chain broke; a start at or beyond it reads anew. */
    w->chain_end = next;
}

/* The end of the domain that begins at `at`, which lies in the label that was read; 0
 * where none does. */
static size_t domain(const struct engagep_url_walk *w, size_t at)
{
    if (!w->label_sound)
        return 0;
    if (w->chain_stop > w->label_end)
        return w->chain_tld;
    return w->label_tld != 0 && at >= w->label_mark ? w->label_tld : 0;
}

/* What paths and queries may hold, and end with. Mastodon's lists, for `wide`:
 * config/initializers/twitter_regex.rb. */
static int is_path(const struct engagep_url_walk *w, uint32_t c)
{
    if (w->wide)
        return !is_one_of(c, "<>()?") && engagep_unicode_kind(c) != ENGAGEP_CHAR_SPACE;
    if (c < 0x80)
        return is_alnum(c) || (c > ' ' && strchr("!*';:=+,.$/%#[]-_~@|&", (int)c) != NULL);
    return engagep_url_is_accent(c) || (c >= 0x400 && c <= 0x4FF) || c == 0x2013;
}

static int is_path_end(const struct engagep_url_walk *w, uint32_t c)
{
    if (w->wide)
        return !is_one_of(c, "!*\"';:=,.$%[]~&|@") && c != 0x300C && c != 0x300D;
    if (c < 0x80)
        return is_alnum(c) || (c > ' ' && strchr("+-=_#/", (int)c) != NULL);
    return engagep_url_is_accent(c) || (c >= 0x400 && c <= 0x4FF);
}

static int is_query_end(const struct engagep_url_walk *w, uint32_t c)
{
    if (c < 0x80)
        return is_alnum(c) || is_one_of(c, "-_&=#/");
    return w->wide && c >= 0xA0 && c != ENGAGEP_UTF8_INVALID && (c < 0xFFF0 || c > 0xFFFF);
}

static int is_query(const struct engagep_url_walk *w, uint32_t c)
{
    return is_query_end(w, c) || is_one_of(c, "!?*'@();:+$%[].,~|") || (w->wide && c == '^');
}

/* The end of a run of path characters. */
static size_t path_run(const struct engagep_url_walk *w, size_t at)
{
    while (at < w->size) {
        size_t length;
        if (!is_path(w, code_at(w, at, &length)))
            break;
        at += length;
    }
    return at;
}

/* Brackets of a path, with at most one pair inside of them: their end, or 0. */
static size_t brackets(const struct engagep_url_walk *w, size_t at)
{
    size_t inside = at + 1;
    at = path_run(w, inside);
    if (byte(w, at) == ')')
        return at > inside ? at + 1 : 0;
    if (byte(w, at) != '(')
        return 0;
    inside = at + 1;
    at = path_run(w, inside);
    if (at == inside || byte(w, at) != ')')
        return 0;
    at = path_run(w, at + 1);
    return byte(w, at) == ')' ? at + 1 : 0;
}

/* The end of a path that begins with the slash at `at`. */
static size_t path(const struct engagep_url_walk *w, size_t at)
{
    size_t end = ++at;
    while (at < w->size) {
        size_t length;
        uint32_t code = code_at(w, at, &length);
        if (code == '(') {
            size_t closed = brackets(w, at);
            if (closed == 0)
                break;
            /* They end a path only right after what may end one. */
            end = end == at ? closed : end;
            at = closed;
            continue;
        }
        if (!is_path(w, code))
            break;
        at += length;
        if (is_path_end(w, code))
            end = at;
    }
    return end;
}

/* The end of a query that begins with the question mark at `at`; `at` where none. */
static size_t query(const struct engagep_url_walk *w, size_t at)
{
    size_t end = at;
    if (byte(w, at) != '?')
        return at;
    for (at++; at < w->size;) {
        size_t length;
        uint32_t code = code_at(w, at, &length);
        if (!is_query(w, code))
            break;
        at += length;
        if (is_query_end(w, code))
            end = at;
    }
    return end;
}

static size_t units(const struct engagep_url_walk *w, size_t start, size_t end)
{
    size_t n = 0;
    while (start < end) {
        size_t length;
        uint32_t code = code_at(w, start, &length);
        n += code >= 0x10000 && code != ENGAGEP_UTF8_INVALID ? 2 : 1;
        start += length;
    }
    return n;
}

/* The length of a label in Punycode (RFC 3492), xn-- included; MOST_LABEL + 1 or more
 * stands for too long. */
static size_t punycode_length(const struct engagep_url_walk *w, size_t start, size_t end)
{
    uint32_t codes[MOST_LABEL + 1];
    size_t count = 0;
    size_t basic = 0;
    while (start < end) {
        size_t length;
        if (count > MOST_LABEL)
            return MOST_LABEL + 1;
        uint32_t code = code_at(w, start, &length);
        codes[count++] = code == ENGAGEP_UTF8_INVALID ? 0xFFFD : code;
        basic += code < 0x80 ? 1 : 0;
        start += length;
    }
    if (basic == count)
        return count;
    size_t out = 4 + basic + (basic > 0 ? 1 : 0);
    uint32_t n = 128;
    uint32_t delta = 0;
    uint32_t bias = 72;
    size_t done = basic;
    while (done < count && out <= MOST_LABEL) {
        uint32_t least = UINT32_MAX;
        for (size_t i = 0; i < count; i++) {
            if (codes[i] >= n && codes[i] < least)
                least = codes[i];
        }
        delta += (least - n) * (uint32_t)(done + 1);
        n = least;
        for (size_t i = 0; i < count; i++) {
            delta += codes[i] < n ? 1 : 0;
            if (codes[i] != n)
                continue;
            uint32_t q = delta;
            for (uint32_t k = 36;; k += 36) {
                uint32_t t = k <= bias ? 1 : k >= bias + 26 ? 26 : k - bias;
                out++;
                if (q < t)
                    break;
                q = (q - t) / (36 - t);
            }
            delta = done == basic ? delta / 700 : delta / 2;
            delta += delta / (uint32_t)(done + 1);
            uint32_t k = 0;
            while (delta > 455) {
                delta /= 35;
                k += 36;
            }
            bias = k + 36 * delta / (delta + 38);
            delta = 0;
            done++;
        }
        delta++;
        n++;
    }
    return out;
}

/* The next part of Latin letters of a domain [*at, end) that is a domain by itself. */
static int latin_domain(const struct engagep_url_walk *w, size_t *at, size_t end, size_t *start,
                        size_t *stop)
{
    while (*at < end) {
        size_t begin = *at;
        size_t label = begin;
        size_t i = begin;
        size_t found = 0;
        while (i < end) {
            size_t length;
            uint32_t code = code_at(w, i, &length);
            if (code == '.' && i > label) {
                size_t tld = engagep_tld_match(w->text, end, i + 1);
                if (tld != 0)
                    found = tld;
                label = i + 1;
            } else if (!(is_alnum(code) || code == '-' || engagep_url_is_accent(code))) {
                break;
            }
            i += length;
        }
        if (found != 0) {
            *start = begin;
            *stop = *at = found;
            return 1;
        }
        size_t length = 1;
        if (i < end)
            code_at(w, i, &length);
        *at = i < end ? i + length : end;
    }
    return 0;
}

/* Whether a link's length and labels are those of one. */
static int is_valid(const struct engagep_url_walk *w, size_t start, size_t name, size_t name_end,
                    size_t end)
{
    if (end - start > MOST_UNITS - 8 &&
        units(w, start, end) + (name > start ? name - start : 8) > MOST_UNITS)
        return 0;
    size_t label = name;
    for (size_t i = name; i <= name_end; i++) {
        if (i < name_end && w->text[i] != '.')
            continue;
        if (i - label > MOST_LABEL * 4 || punycode_length(w, label, i) > MOST_LABEL)
            return 0;
        label = i + 1;
    }
    if (name_end - name >= 4 && memcmp(w->text + name, "xn--", 4) == 0) {
        size_t at = name;
        size_t a, b;
        return latin_domain(w, &at, name_end, &a, &b);
    }
    return 1;
}

/* Cuts a link to t.co after its slug; returns its end, or 0 where the slug is too long. */
static size_t cut_short_link(const struct engagep_url_walk *w, size_t name, size_t end)
{
    static const char host[] = "t.co/";
    size_t at = name;
    for (size_t i = 0; i < 5; i++, at++) {
        char c = byte(w, at);
        if (c != host[i] && (c | 32) != host[i])
            return end;
    }
    size_t slug = at;
    while (at < end && is_alnum((unsigned char)w->text[at]))
        at++;
    if (at == slug)
        return end;
    return at - slug > MOST_SLUG ? 0 : query(w, at);
}

/* Where http:// or https:// begins that ends at `at`; `at` where none does. */
static size_t scheme(const struct engagep_url_walk *w, size_t at)
{
    static const char *const names[] = {"https://", "http://"};
    for (size_t k = 0; k < 2; k++) {
        size_t length = strlen(names[k]);
        if (at < length)
            continue;
        size_t i = 0;
        while (i < length) {
            char c = w->text[at - length + i];
            if (c != names[k][i] && !(c >= 'A' && c <= 'Z' && (c | 32) == names[k][i]))
                break;
            i++;
        }
        if (i == length)
            return at - length;
    }
    return at;
}

/* Whether a link may begin at `at`: what stands before it is not part of the link before,
 * nor of a word. *before is that character. */
static int may_begin(const struct engagep_url_walk *w, size_t at, uint32_t *before)
{
    *before = ' ';
    if (at == 0)
        return 1;
    size_t place;
    *before = engagep_url_before(w->text, at, &place);
    if (place >= w->last && may_precede(*before))
        return 1;
    /* twitter-text reads UTF-16: the first half of a pair may stand before the second. */
    *before = code_at(w, at, &place);
    return *before >= 0x10000 && *before != ENGAGEP_UTF8_INVALID && at >= w->last;
}

void engagep_url_begin(struct engagep_url_walk *w, const char *text, size_t size, int bare)
{
    memset(w, 0, sizeof(*w));
    w->text = text;
    w->size = size;
    w->bare = bare;
}

/* Finds the next run of domain characters that holds a full stop. */
static int next_run(struct engagep_url_walk *w)
{
    if (w->from >= w->size)
        return 0;
    const char *stop = memchr(w->text + w->from, '.', w->size - w->from);
    if (stop == NULL) {
        w->from = w->size;
        return 0;
    }
    size_t begin = (size_t)(stop - w->text);
    while (begin > w->from) {
        size_t place;
        if (!is_run(engagep_url_before(w->text, begin, &place)) || place < w->from)
            break;
        begin = place;
    }
    size_t end = (size_t)(stop - w->text) + 1;
    while (end < w->size) {
        size_t length;
        if (!is_run(code_at(w, end, &length)))
            break;
        end += length;
    }
    w->at = begin;
    w->run_end = end;
    w->from = end;
    w->label_end = 0;
    w->chain_end = 0;
    return 1;
}

/* Tries a link at a place of the run; 1 where one was found, which may yet not be
 * wanted: then *end is 0. The walk goes on after it. */
static int try_link(struct engagep_url_walk *w, size_t at, size_t *start, size_t *end)
{
    uint32_t before;
    size_t name_end = domain(w, at);
    if (name_end == 0)
        return 0;
    size_t first = scheme(w, at);
    if (first < at && !may_begin(w, first, &before))
        first = at;
    if (first == at && !may_begin(w, at, &before))
        return 0;
    size_t stop = name_end;
    if (byte(w, stop) == ':' && byte(w, stop + 1) >= '0' && byte(w, stop + 1) <= '9') {
        stop++;
        while (byte(w, stop) >= '0' && byte(w, stop) <= '9')
            stop++;
    }
    int has_path = byte(w, stop) == '/';
    if (has_path)
        stop = path(w, stop);
    stop = query(w, stop);
    w->last = stop;
    w->at = stop;
    *start = first;
    *end = 0;
    if (!is_valid(w, first, at, name_end, stop))
        return 1;
    if (first < at) {
        *end = cut_short_link(w, at, stop);
    } else if (w->bare && before != '-' && before != '_' && before != '.' && before != '/') {
        w->part = at;
        w->part_end = name_end;
        w->tail_end = has_path ? stop : 0;
    }
    return 1;
}

/* The next link within a bare domain. The last one takes path and query. */
static int next_part(struct engagep_url_walk *w, size_t *start, size_t *end)
{
    if (!latin_domain(w, &w->part, w->part_end, start, end)) {
        w->part_end = 0;
        return 0;
    }
    if (w->tail_end != 0) {
        size_t again = w->part;
        size_t a, b;
        if (!latin_domain(w, &again, w->part_end, &a, &b)) {
            *end = w->tail_end;
            w->part_end = 0;
        }
    }
    return 1;
}

int engagep_url_next(struct engagep_url_walk *w, size_t *start, size_t *end)
{
    for (;;) {
        if (w->part_end != 0 && next_part(w, start, end))
            return 1;
        if (w->at >= w->run_end) {
            if (w->from < w->last)
                w->from = w->last;
            if (!next_run(w))
                return 0;
        }
        size_t length;
        uint32_t code = code_at(w, w->at, &length);
        if (w->at >= w->label_end && code != '.')
            read_chain(w, w->at);
        int found = 0;
        if (is_domain(code) && w->at < w->label_end) {
            /* At the very beginning of a text, a link after its first character comes
             * before one that begins with it. */
            if (w->at == 0 && length < w->label_end && may_precede(code)) {
                size_t unused;
                if (is_domain(code_at(w, length, &unused)))
                    found = try_link(w, length, start, end);
            }
            if (!found)
                found = try_link(w, w->at, start, end);
        }
        if (!found)
            w->at += length;
        else if (*end != 0)
            return 1;
    }
}
