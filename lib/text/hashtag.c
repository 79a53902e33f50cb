/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Hashtags are first cut where their writer cut them: at underscores, at capitals, at
 * numbers. Each piece is then cut into the words that together are the likeliest
 * (Viterbi over a table of how common words are). Costs are sixteenths of a nat.
 */
#include "text/hashtag.h"

#include "text/unicode.h"

#include <engage/text.h>
#include <string.h>

enum {
    MOST_LETTERS = 140,
    LONGEST_WORD = 22,
    EACH_WORD = 40,     /* a cut costs that much */
    UNKNOWN = 48,       /* a word that the table does not know, */
    UNKNOWN_LETTER = 43, /* and each of its letters */
    NUMBER = 29,
    NUMBER_DIGIT = 16,
    CAMEL = 96,         /* a piece among capitals is likely whole, */
    TITLE = 32          /* as is one with a capital */
};

/* A hashtag without its sign, a character an entry. */
struct tag {
    uint32_t starts[MOST_LETTERS + 1]; /* bytes */
    char low[MOST_LETTERS];            /* in lower case; 0x7F for what is beyond ASCII */
    char class[MOST_LETTERS];          /* l, u, d (digit), _ or x (other letters) */
    size_t count;
};

static int is_class(const struct tag *tag, size_t at, char class)
{
    return at < tag->count && tag->class[at] == class;
}

static size_t digits_from(const struct tag *tag, size_t at)
{
    size_t end = at;
    while (is_class(tag, end, 'd'))
        end++;
    return end - at;
}

static size_t digits_before(const struct tag *tag, size_t at)
{
    size_t n = 0;
    while (n < at && tag->class[at - n - 1] == 'd')
        n++;
    return n;
}

/* Whether a piece ends before character `at`; the piece began at `start`. */
static int is_cut(const struct tag *tag, size_t start, size_t at)
{
    if (at == tag->count)
        return 1;
    char left = tag->class[at - 1];
    char right = tag->class[at];
    if ((left == '_') != (right == '_'))
        return 1;
    if (left == 'l' && right == 'u')
        return 1;
    if (left != 'd' && right == 'd')
        return digits_from(tag, at) >= 2;
    if (left == 'd' && right != 'd')
        return digits_before(tag, at) >= 2;
    return left == 'u' && right == 'u' && is_class(tag, at + 1, 'l') && at - start >= 2;
}

/* The entries of the table which begin with the letters read so far. */
struct range {
    size_t low;
    size_t high;
};

/* The first entry of a range whose letter at `at` is not below `letter`. */
static size_t first_from(struct range in, size_t at, unsigned letter)
{
    while (in.low < in.high) {
        size_t middle = in.low + (in.high - in.low) / 2;
        if ((unsigned char)engagep_words[middle].text[at] < letter)
            in.low = middle + 1;
        else
            in.high = middle;
    }
    return in.low;
}

/* Keeps of a range the entries whose letter at `at` is `letter`. */
static struct range narrow(struct range in, size_t at, char letter)
{
    if (letter == '\0' || at + 1 >= sizeof(engagep_words[0].text))
        return (struct range){0, 0};
    in.low = first_from(in, at, (unsigned char)letter);
    in.high = first_from(in, at, (unsigned char)letter + 1U);
    return in;
}

/* What a word of `length` letters costs, `digits` of them digits, of which `known` are the
 * entries that begin with it. */
static int32_t cost_of(struct range known, size_t length, size_t digits)
{
    /* The entry that ends here stands before those that go on. */
    if (known.low < known.high && engagep_words[known.low].text[length] == '\0')
        return engagep_words[known.low].cost + EACH_WORD;
    if (digits == length)
        return NUMBER + NUMBER_DIGIT * (int32_t)length + EACH_WORD;
    return UNKNOWN + UNKNOWN_LETTER * (int32_t)length + EACH_WORD;
}

/* Whether a piece is a capital and then small letters. */
static int is_titled(const struct tag *tag, size_t start, size_t end)
{
    if (tag->class[start] != 'u' || end - start < 2)
        return 0;
    for (size_t i = start + 1; i < end; i++) {
        if (tag->class[i] != 'l')
            return 0;
    }
    return 1;
}

/* Marks the ends of the words of a piece. */
static void cut_piece(const struct tag *tag, size_t start, size_t end, int camel, char *ends)
{
    int32_t best[MOST_LETTERS + 1];
    size_t from[MOST_LETTERS + 1];
    size_t size = end - start;
    best[0] = 0;
    for (size_t j = 1; j <= size; j++)
        best[j] = INT32_MAX;
    for (size_t i = 0; i < size; i++) {
        struct range known = {0, engagep_word_count};
        size_t digits = 0;
        for (size_t j = i + 1; j <= size && j - i <= LONGEST_WORD; j++) {
            digits += tag->class[start + j - 1] == 'd';
            known = narrow(known, j - i - 1, tag->low[start + j - 1]);
            int32_t cost = best[i] + cost_of(known, j - i, digits);
            if (i == 0 && j == size && camel)
                cost -= CAMEL;
            else if (i == 0 && j == size && is_titled(tag, start, end))
                cost -= TITLE;
            if (cost < best[j]) {
                best[j] = cost;
                from[j] = i;
            }
        }
    }
    for (size_t j = size; j > 0; j = from[j])
        ends[start + j - 1] = 1;
}

/* Reads a hashtag; returns ENGAGE_OK or ENGAGE_ELIMIT. */
static int read_tag(struct tag *tag, const char *text, size_t size)
{
    size_t at = 0;
    tag->count = 0;
    if (size > 0 && text[0] == '#')
        at = 1;
    else if (size >= 3 && memcmp(text, "\xEF\xBC\x83", 3) == 0)
        at = 3;
    while (at < size) {
        if (tag->count == MOST_LETTERS)
            return ENGAGE_ELIMIT;
        uint32_t code;
        size_t i = tag->count++;
        tag->starts[i] = (uint32_t)at;
        at += engagep_utf8_decode(text + at, size - at, &code);
        unsigned flags = code < 0x80 ? 0 : engagep_unicode_char(code);
        if (code >= '0' && code <= '9')
            tag->class[i] = 'd';
        else if (code == '_')
            tag->class[i] = '_';
        else if ((code >= 'A' && code <= 'Z') || flags & ENGAGEP_CHAR_UPPER)
            tag->class[i] = 'u';
        else if ((code >= 'a' && code <= 'z') || flags & ENGAGEP_CHAR_LOWER)
            tag->class[i] = 'l';
        else
            tag->class[i] = 'x';
        char low = code < 0x80 ? (char)code : '\x7F';
        tag->low[i] = low >= 'A' && low <= 'Z' ? (char)(low | 32) : low;
    }
    tag->starts[tag->count] = (uint32_t)size;
    return ENGAGE_OK;
}

int engage_hashtag_words(const char *text, size_t size, engage_span *words, size_t room,
                         size_t *count)
{
    if (count == NULL)
        return ENGAGE_EMISUSE;
    *count = 0;
    if ((text == NULL && size != 0) || (words == NULL && room != 0))
        return ENGAGE_EMISUSE;
    struct tag tag;
    char ends[MOST_LETTERS] = {0};
    int rc = read_tag(&tag, text, size);
    if (rc != ENGAGE_OK)
        return rc;
    size_t capitals = 0;
    for (size_t start = 0, at = 1; at <= tag.count; at++) {
        if (is_cut(&tag, start, at)) {
            capitals += tag.class[start] == 'u';
            start = at;
        }
    }
    for (size_t start = 0, at = 1; at <= tag.count; at++) {
        if (is_cut(&tag, start, at)) {
            cut_piece(&tag, start, at, capitals >= 2, ends);
            start = at;
        }
    }
    size_t found = 0;
    size_t start = 0;
    for (size_t i = 0; i < tag.count; i++) {
        if (!ends[i])
            continue;
        if (found < room) {
            words[found].start = tag.starts[start];
            words[found].end = tag.starts[i + 1];
        }
        found++;
        start = i + 1;
    }
    *count = found;
    return ENGAGE_OK;
}
