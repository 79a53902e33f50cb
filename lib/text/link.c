/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Links, e-mail addresses, telephone numbers and character references as tokens. Links
 * by twitter-text's rules are another matter: see url.c.
 */
#include "base/ascii.h"
#include "base/utf8.h"
#include "text/match.h"
#include "text/reference.h"
#include "text/tld.h"
#include "text/unicode.h"

#include <string.h>

static char byte(const char *text, size_t size, size_t at)
{
    return at < size ? text[at] : '\0';
}

/* The end of a word given in lower case at `at`, in any case, or 0. */
static size_t literal(const char *text, size_t size, size_t at, const char *word)
{
    for (; *word != '\0'; word++, at++) {
        char c = byte(text, size, at);
        if (c != *word && !(c >= 'A' && c <= 'Z' && (c | 32) == *word))
            return 0;
    }
    return at;
}

/* The end of a link's tail: everything up to white space, quotes and the like, less the
 * punctuation that closes the sentence around it. */
static size_t tail(const char *text, size_t size, size_t at)
{
    size_t end = at;
    size_t opened = 0;
    size_t kept = at; /* after the last character that may end a link */
    while (end < size) {
        char c = text[end];
        if ((unsigned char)c >= 0x80) {
            uint32_t wide;
            size_t length = engagep_utf8_decode(text + end, size - end, &wide);
            unsigned kind = engagep_unicode_kind(wide);
            if (kind != ENGAGEP_CHAR_LETTER && kind != ENGAGEP_CHAR_MARK &&
                kind != ENGAGEP_CHAR_DIGIT)
                break;
            end += length;
            kept = end;
            continue;
        }
        if ((unsigned char)c <= ' ' || c == 0x7F || engagep_ascii_any(c, "\"<>\\^`{|}"))
            break;
        /* A quotation mark and the like, written as a character reference. */
        uint32_t code;
        if (c == '&' && engagep_reference_match(text, size, end, &code) != 0 && code != '&')
            break;
        if (c == ')' && opened == 0)
            break;
        end++;
        if (c == '(') {
            opened++;
        } else if (c == ')') {
            opened--;
            kept = end;
        } else if (!engagep_ascii_any(c, "!'*,.:;?[]") || (c == ']' && end - at > 1)) {
            kept = end;
        }
    }
    return kept;
}

/* Short words of English that are top-level domains too: "so.it" is no link. */
static int is_word_like(const char *text, size_t at, size_t end)
{
    static const char words[][3] = {"am", "as", "at", "be", "by", "do", "id", "in", "is",
                                    "it", "la", "ma", "my", "no", "pm", "so", "to", "us"};
    if (end - at != 2)
        return 0;
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if ((text[at] | 32) == words[i][0] && (text[at + 1] | 32) == words[i][1])
            return 1;
    }
    return 0;
}

/* Whether a host of one dot ends with a word that is a top-level domain too, and rather stands
 * behind a full stop without its space: "awful.fail" is no link where nothing follows it. */
static int ends_in_word(const char *text, size_t dot, size_t end)
{
    static const char *const words[] = {"call", "fail", "fun",  "got",  "help",  "here", "how",
                                        "im",   "like", "live", "lol",  "love",  "me",   "now",
                                        "one",  "open", "read", "today", "work", "you"};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (literal(text, end, dot + 1, words[i]) == end)
            return 1;
    }
    return 0;
}

/* A sentence whose full stop has no space after it: "end.Then". */
static int is_titled(const char *text, size_t start, size_t at, size_t end)
{
    int first_upper = text[start] >= 'A' && text[start] <= 'Z';
    return text[at] >= 'A' && text[at] <= 'Z' && text[end - 1] >= 'a' && !first_upper;
}

/* A domain name at `at`, its labels of ASCII letters, digits and hyphens. */
size_t engagep_domain_match(const char *text, size_t size, size_t at, size_t *reach)
{
    size_t best = 0;
    size_t start = at;
    for (;;) {
        size_t label = at;
        *reach = at > start ? at : at + 1;
        while (at < size && (engagep_ascii_alnum(text[at]) || text[at] == '-' || text[at] == '_'))
            at++;
        if (at == label)
            return best;
        if (text[at - 1] == '-' || byte(text, size, at) != '.') {
            if (byte(text, size, at) != ':') /* else a scheme may begin in the label */
                *reach = at;
            return best;
        }
        if (text[label] == '-')
            return best;
        at++;
        size_t end = engagep_tld_match(text, size, at);
        if (end != 0 && (unsigned char)text[at] < 0x80) {
            char next = byte(text, size, end);
            int followed = next == '/' || next == ':' || next == '?' ||
                           (next == '.' && engagep_ascii_alnum(byte(text, size, end + 1)));
            if (followed || !(is_word_like(text, at, end) || is_titled(text, start, at, end)))
                best = end;
        }
    }
}

/* Which letters go on where others begin: those of Latin, those of a script that is written
 * without spaces, or any others. */
enum letters { NO_LETTERS, LATIN, SPACELESS, OTHER };

/* The letters of the character at `at`, whose bytes are *length; a mark has those of `before`. */
static enum letters letters_at(const char *text, size_t size, size_t at, enum letters before,
                               size_t *length)
{
    uint32_t code;
    *length = 1;
    if (at >= size)
        return NO_LETTERS;
    if ((unsigned char)text[at] < 0x80)
        return engagep_ascii_alnum(text[at]) || text[at] == '-' ? LATIN : NO_LETTERS;
    *length = engagep_utf8_decode(text + at, size - at, &code);
    switch (engagep_unicode_kind(code)) {
    case ENGAGEP_CHAR_MARK:
        return before;
    case ENGAGEP_CHAR_SPACELESS:
        return SPACELESS;
    case ENGAGEP_CHAR_LETTER:
        return code < 0x250 || (code >= 0x1E00 && code < 0x1F00) ? LATIN : OTHER;
    default:
        return NO_LETTERS;
    }
}

/* The end of a label of a domain name in any script. Letters of another script than its first
 * are the text that goes on, but for digits and hyphens. */
static size_t label_end(const char *text, size_t size, size_t at)
{
    size_t length;
    enum letters first = letters_at(text, size, at, NO_LETTERS, &length);
    while (first != NO_LETTERS) {
        int any = engagep_ascii_digit(byte(text, size, at)) || byte(text, size, at) == '-';
        if (letters_at(text, size, at, first, &length) != first && !any)
            break;
        at += length;
    }
    return at;
}

/* The end of a host of two labels at least, the first in a script without spaces; or `at`. */
static size_t spaceless_host(const char *text, size_t size, size_t at)
{
    size_t length;
    if (letters_at(text, size, at, NO_LETTERS, &length) != SPACELESS)
        return at;
    size_t best = at;
    for (size_t end = label_end(text, size, at); byte(text, size, end) == '.';) {
        size_t next = label_end(text, size, end + 1);
        if (next == end + 1)
            break;
        best = end = next;
    }
    return best;
}

/* Whether a domain of two labels ends like a handle: many other top-level domains are words, which
 * stand behind a full stop without its space. */
static int is_usual(const char *text, size_t dot, size_t end)
{
    static const char *const usual[] = {"com", "net", "org",  "edu", "gov",   "info",
                                        "io",  "dev", "app",  "tv",  "social"};
    for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++) {
        if (literal(text, end, dot + 1, usual[i]) == end)
            return 1;
    }
    return 0;
}

/* Whether a host that nothing follows is rather words whose full stops lack their spaces: two, or
 * any number in capitals ("SO.MUCH.FUN") that end neither as most hosts do nor in a country. */
static int is_words(const char *text, size_t start, size_t end)
{
    size_t dots = 0, dot = start;
    int capitals = 1;
    for (size_t i = start; i < end; i++) {
        dots += text[i] == '.' ? 1 : 0;
        dot = text[i] == '.' ? i : dot;
        capitals &= text[i] == '.' || (text[i] >= 'A' && text[i] <= 'Z');
    }
    if (dots == 1 && ends_in_word(text, dot, end))
        return 1;
    return capitals && !is_usual(text, dot, end) &&
           (end - dot > 3 || is_word_like(text, dot + 1, end));
}

/* The scheme of a link of which a limit of length left nothing else, or not all of its slashes:
 * its end, or 0. */
static size_t cut_off(const char *text, size_t size, size_t at)
{
    static const char ellipsis[] = "\xE2\x80\xA6";
    size_t end = literal(text, size, at, "http");
    if (end != 0)
        end += (byte(text, size, end) | 32) == 's';
    if (end == 0 || byte(text, size, end) != ':')
        return 0;
    size_t slashes = ++end;
    while (end < slashes + 2 && byte(text, size, end) == '/')
        end++;
    if (size - end >= 3 && memcmp(text + end, ellipsis, 3) == 0)
        return end;
    /* One slash would be a sad face with the colon. */
    return end == slashes + 1 && (end == size || engagep_ascii_any(text[end], " \t\n\r")) ? end : 0;
}

size_t engagep_link_match(const char *text, size_t size, size_t at, size_t *reach)
{
    static const char *const schemes[] = {"https://", "http://", "ftp://"};
    *reach = at;
    for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
        size_t begin = literal(text, size, at, schemes[i]);
        if (begin != 0) {
            size_t host = spaceless_host(text, size, begin);
            size_t end = tail(text, size, host);
            return end > begin ? end : cut_off(text, size, at);
        }
    }
    size_t scheme = cut_off(text, size, at);
    if (scheme != 0)
        return scheme;
    size_t www = literal(text, size, at, "www.");
    if (www != 0 && engagep_ascii_alnum(byte(text, size, www)))
        return tail(text, size, www);
    size_t end = engagep_domain_match(text, size, at, reach);
    if (end == 0)
        return 0;
    size_t host = end;
    if (byte(text, size, end) == ':' && engagep_ascii_digit(byte(text, size, end + 1))) {
        end++;
        while (engagep_ascii_digit(byte(text, size, end)))
            end++;
    }
    char next = byte(text, size, end);
    if (next == '/' || (next == '?' && engagep_ascii_alnum(byte(text, size, end + 1)))) {
        size_t longer = tail(text, size, end);
        return longer > end ? longer : end;
    }
    return end == host && is_words(text, at, end) ? 0 : end;
}

size_t engagep_email_match(const char *text, size_t size, size_t at, size_t *reach)
{
    size_t end = at;
    while (end < size && (engagep_ascii_alnum(text[end]) || engagep_ascii_any(text[end], "._%+-")))
        end++;
    *reach = end;
    if (byte(text, size, end) != '@' || end == at || !engagep_ascii_alnum(text[end - 1]))
        return 0;
    size_t best = 0;
    for (at = end + 1;; at++) {
        size_t label = at;
        int letters = 1;
        at = label_end(text, size, label);
        for (size_t i = label; i < at; i++)
            letters &= !engagep_ascii_digit(text[i]) && text[i] != '-';
        if (at == label || text[label] == '-' || text[at - 1] == '-')
            return best;
        if (label > end + 1 && letters && at - label >= 2)
            best = at;
        if (byte(text, size, at) != '.')
            return best;
    }
}

size_t engagep_handle_match(const char *text, size_t size, size_t name, size_t end,
                            size_t *no_email, size_t *no_domain)
{
    size_t reach;
    char c = byte(text, size, end);
    int joined = (c == '.' || c == '-') && engagep_ascii_alnum(byte(text, size, end + 1));
    if ((c == '@' || joined) && name >= *no_email) {
        /* @user@server, as on Mastodon. */
        size_t longer = engagep_email_match(text, size, name, &reach);
        if (longer != 0)
            return longer;
        *no_email = reach;
    }
    if (joined && name >= *no_domain) {
        /* @name.bsky.social, @name.com: a domain, and no path: that would be read to its end by
         * each mention in it. */
        size_t longer = engagep_domain_match(text, size, name, &reach);
        size_t dots = 0, dot = 0;
        for (size_t i = name; i < longer; i++) {
            dots += text[i] == '.' ? 1 : 0;
            dot = text[i] == '.' ? i : dot;
        }
        if (longer != 0 && (dots >= 2 || is_usual(text, dot, longer)) &&
            byte(text, size, longer) != '/')
            return longer;
        if (longer == 0)
            *no_domain = reach;
    }
    return end;
}

/* A telephone number as far as it has been read. */
struct phone {
    size_t groups[7]; /* digits of each group */
    size_t count;
    size_t digits;
    int plus;
    int zero;       /* it begins with 0 */
    int bracket;    /* a group stands in brackets */
    int mixed;      /* its groups are separated in different ways */
    char separator; /* the last one */
};

enum { MOST_GROUPS = 7, MOST_DIGITS = 15 };

/* Whether the groups are those of a telephone number rather than of a date or sum. */
static int is_phone(const struct phone *p)
{
    if (p->plus)
        return p->digits >= 8;
    /* The North American way: (1) 3-3-4, or 3-4 with a hyphen. */
    size_t g = p->count >= 3 && p->groups[0] == 1 ? 1 : 0;
    if (p->count - g == 3 && p->groups[g] == 3 && p->groups[g + 1] == 3 && p->groups[g + 2] == 4)
        return 1;
    if (p->count == 2 && p->groups[0] == 3 && p->groups[1] == 4)
        return p->separator == '-' && !p->bracket;
    /* With the zero of the area, in groups, as in much of Europe. */
    return p->zero && p->count >= 2 && p->count <= 5 && p->digits >= 9 && p->digits <= 12 &&
           !p->mixed && p->separator != '.';
}

size_t engagep_phone_match(const char *text, size_t size, size_t at)
{
    struct phone p = {{0}, 0, 0, 0, 0, 0, 0, '\0'};
    size_t best = 0;
    p.plus = byte(text, size, at) == '+';
    size_t next = at + (p.plus ? 1 : 0);
    p.zero = byte(text, size, next + (byte(text, size, next) == '(' ? 1 : 0)) == '0';
    while (p.count < MOST_GROUPS) {
        int open = byte(text, size, next) == '(';
        size_t begin = next + (open ? 1 : 0);
        size_t end = begin;
        while (end - begin < MOST_DIGITS && engagep_ascii_digit(byte(text, size, end)))
            end++;
        if (end == begin || p.digits + (end - begin) > MOST_DIGITS ||
            (open && byte(text, size, end) != ')'))
            break;
        p.groups[p.count++] = end - begin;
        p.digits += end - begin;
        end += open ? 1 : 0;
        p.bracket |= open;
        char c = byte(text, size, end);
        int more = c == '-' && engagep_ascii_alnum(byte(text, size, end + 1));
        if (!engagep_ascii_alnum(c) && !more && is_phone(&p))
            best = end;
        /* Enough digits: what follows a space is another number. */
        if (c == ' ' && best == end && p.digits >= 10)
            break;
        if (c == '-' || c == '.' || c == ' ') {
            p.mixed |= p.separator != '\0' && p.separator != c && !open;
            p.separator = c;
            next = end + 1;
        } else if (open || c == '(') {
            next = end;
        } else {
            break;
        }
    }
    return best;
}

/* A reference whose sign, written in whatever way, ends at `at`: its end, or 0. */
static size_t referred(const char *text, size_t size, size_t at, uint32_t *code)
{
    char characters[ENGAGEP_REFERENCE_SIZE];
    size_t length;
    size_t end = at + 1;
    while (end - at <= ENGAGEP_REFERENCE_LONGEST && engagep_ascii_alnum(byte(text, size, end)))
        end++;
    if (byte(text, size, end) != ';' && byte(text, size, at + 1) != '#')
        return 0; /* most ampersands begin none */
    end = engagep_reference_read(text, size, at, characters, &length);
    if (end == 0 || text[end - 1] != ';')
        return 0;
    size_t first = engagep_utf8_decode(characters, length, code);
    return first == length && *code != 0xFFFD ? end : 0;
}

size_t engagep_reference_match(const char *text, size_t size, size_t at, uint32_t *code)
{
    size_t end = referred(text, size, at, code);
    if (end == 0 || *code != '&')
        return end;
    /* Escaped twice, as &amp;amp; or &amp;lt; are: the semicolon stands where the sign does. */
    uint32_t inner;
    size_t longer = referred(text, size, end - 1, &inner);
    if (longer == 0)
        return end;
    *code = inner;
    return longer;
}
