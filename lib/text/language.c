/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Most languages are told by their script. Those that share the Latin one are told by
 * the n-grams of their words, weighed by a small trained table.
 */
#include "text/language.h"

#include "text/match.h"
#include "text/unicode.h"

#include <engage/text.h>
#include <string.h>

enum {
    MOST_LETTERS = 30,  /* of a word; a longer one tells nothing */
    MOST_GRAMS = 600,   /* enough to be sure of any post */
    FEWEST_LETTERS = 4, /* of a post that is judged at all */
    LATIN = 0
};

/* Languages of the Latin script, in the order of the table's columns. */
static const char *const latin[] = {"en", "es", "pt", "fr", "de", "it", "hi"};

enum { LATIN_COUNT = sizeof(latin) / sizeof(latin[0]) };

/* Scripts, by the ranges of their letters, and the language that each stands for. */
static const struct {
    uint32_t first;
    uint32_t last;
    const char *language;
} scripts[] = {{0x0041, 0x024F, ""},   {0x0370, 0x03FF, "el"}, {0x0400, 0x052F, "ru"},
               {0x0530, 0x058F, "hy"}, {0x0590, 0x05FF, "he"}, {0x0600, 0x06FF, "ar"},
               {0x0750, 0x077F, "ar"}, {0x08A0, 0x08FF, "ar"}, {0x0900, 0x097F, "hi"},
               {0x0980, 0x09FF, "bn"}, {0x0A00, 0x0A7F, "pa"}, {0x0A80, 0x0AFF, "gu"},
               {0x0B00, 0x0B7F, "or"}, {0x0B80, 0x0BFF, "ta"}, {0x0C00, 0x0C7F, "te"},
               {0x0C80, 0x0CFF, "kn"}, {0x0D00, 0x0D7F, "ml"}, {0x0D80, 0x0DFF, "si"},
               {0x0E00, 0x0E7F, "th"}, {0x0E80, 0x0EFF, "lo"}, {0x0F00, 0x0FFF, "bo"},
               {0x1000, 0x109F, "my"}, {0x10A0, 0x10FF, "ka"}, {0x1100, 0x11FF, "ko"},
               {0x1200, 0x139F, "am"}, {0x1780, 0x17FF, "km"}, {0x1E00, 0x1EFF, ""},
               {0x3040, 0x30FF, "ja"}, {0x3130, 0x318F, "ko"}, {0x3400, 0x9FFF, "zh"},
               {0xAC00, 0xD7AF, "ko"}, {0xF900, 0xFAFF, "zh"}, {0xFB1D, 0xFB4F, "he"},
               {0xFB50, 0xFDFF, "ar"}, {0xFE70, 0xFEFF, "ar"}, {0xFF66, 0xFF9F, "ja"},
               {0x20000, 0x3FFFF, "zh"}};

enum { SCRIPTS = sizeof(scripts) / sizeof(scripts[0]) };

struct reading {
    uint32_t letters[SCRIPTS]; /* counted by script */
    int32_t sums[ENGAGEP_LANGUAGE_WIDTH];
    uint32_t grams;
    uint32_t ukrainian; /* letters that tell neighbours of one script apart */
    uint32_t persian;
    uint32_t urdu;
};

static size_t script_of(uint32_t code)
{
    if (code < 0x250)
        return LATIN;
    size_t low = 0;
    size_t high = SCRIPTS;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (scripts[middle].first <= code)
            low = middle;
        else
            high = middle;
    }
    return code <= scripts[low].last ? low : SCRIPTS;
}

static void weigh(struct reading *r, uint32_t hash, uint32_t length)
{
    hash ^= length * 0x9E3779B9u;
    hash ^= hash >> 15;
    hash *= 0x2C1B3C6Du;
    hash ^= hash >> 12;
    const int8_t *row = engagep_language_weights[hash % ENGAGEP_LANGUAGE_BUCKETS];
    for (int i = 0; i < ENGAGEP_LANGUAGE_WIDTH; i++)
        r->sums[i] += row[i];
    r->grams++;
}

static uint32_t extend(uint32_t hash, uint32_t code)
{
    char bytes[4];
    size_t n = engagep_utf8_encode(code, bytes);
    for (size_t i = 0; i < n; i++)
        hash = (hash ^ (unsigned char)bytes[i]) * 0x01000193u;
    return hash;
}

/* Weighs the grams of a word, which stands between ^ and $. */
static void weigh_word(struct reading *r, const uint32_t *word, size_t count)
{
    uint32_t whole = 0x811C9DC5u;
    for (size_t start = 0; start < count; start++) {
        uint32_t hash = 0x811C9DC5u;
        for (uint32_t n = 1; n <= ENGAGEP_LANGUAGE_GRAM && start + n <= count; n++) {
            hash = extend(hash, word[start + n - 1]);
            if (n > 1 || (start > 0 && start + 1 < count))
                weigh(r, hash, n);
        }
        whole = extend(whole, word[start]);
    }
    weigh(r, whole, 9);
}

/* The end of a hashtag or cashtag with its sign of `sign` bytes. */
static size_t skip_tag(const char *text, size_t size, size_t at, size_t sign)
{
    size_t end = at + sign;
    while (end < size) {
        uint32_t code;
        size_t length = engagep_utf8_decode(text + end, size - end, &code);
        unsigned kind = engagep_unicode_kind(code);
        if (kind != ENGAGEP_CHAR_LETTER && kind != ENGAGEP_CHAR_MARK &&
            kind != ENGAGEP_CHAR_DIGIT && kind != ENGAGEP_CHAR_SPACELESS && code != '_' &&
            code != '.')
            break;
        end += length;
    }
    return end;
}

/* The end of what says nothing about language at `at`: a link, an address, a handle, a tag, a
 * character reference; 0 where there is none. */
static size_t skip(struct engagep_addresses *addresses, size_t at)
{
    static const char wide[] = "\xEF\xBC\x83"; /* the full-width sign, U+FF03 */
    const char *text = addresses->text;
    size_t size = addresses->size;
    uint32_t code;
    if (text[at] == '&')
        return engagep_reference_match(text, size, at, &code);
    if (text[at] == '#' || text[at] == '$')
        return skip_tag(text, size, at, 1);
    if (size - at >= 3 && memcmp(text + at, wide, 3) == 0)
        return skip_tag(text, size, at, 3);
    return engagep_address_match(addresses, at);
}

/* A letter of no script that is known here is perhaps a plain one in a style. */
static uint32_t plain(uint32_t code)
{
    unsigned kind = engagep_unicode_kind(code);
    int enclosed;
    if (kind != ENGAGEP_CHAR_SYMBOL && (kind != ENGAGEP_CHAR_LETTER || script_of(code) < SCRIPTS))
        return code;
    char letter = engagep_unicode_plain(code, &enclosed);
    return letter != '\0' ? (unsigned char)letter : code;
}

static void read(struct reading *r, const char *text, size_t size)
{
    struct engagep_addresses addresses = {.text = text, .size = size};
    uint32_t word[MOST_LETTERS + 2];
    size_t count = 0; /* letters of the word, those that do not fit included */
    size_t at = 0;
    while (at <= size && r->grams < MOST_GRAMS) {
        uint32_t code = ' ';
        size_t length = 1;
        if (at < size) {
            if (count == 0) {
                size_t end = skip(&addresses, at);
                if (end != 0) {
                    at = end;
                    continue;
                }
            }
            length = engagep_utf8_decode(text + at, size - at, &code);
            if (code >= 0x250)
                code = plain(code);
        }
        unsigned kind = code < 0x80 ? (unsigned)ENGAGEP_CHAR_SPACE : engagep_unicode_kind(code);
        int is_letter = (code < 0x80 && (code | 32) >= 'a' && (code | 32) <= 'z') ||
                        kind == ENGAGEP_CHAR_LETTER || kind == ENGAGEP_CHAR_SPACELESS;
        at += length;
        /* Accents that stand by themselves are passed over. */
        if (kind == ENGAGEP_CHAR_MARK && code < 0x370)
            continue;
        size_t script = is_letter ? script_of(code) : SCRIPTS;
        if (script < SCRIPTS) {
            r->letters[script]++;
            r->ukrainian += code == 0x456 || code == 0x457 || code == 0x454 || code == 0x491;
            r->persian += code == 0x67E || code == 0x686 || code == 0x698 || code == 0x6AF ||
                          code == 0x6CC || code == 0x6A9;
            r->urdu += code == 0x679 || code == 0x688 || code == 0x691 || code == 0x6D2 ||
                       code == 0x6BA || code == 0x6BE;
        }
        if (script < SCRIPTS && scripts[script].language[0] == '\0') {
            uint32_t folded[3];
            size_t n = engagep_unicode_casefold(code, folded);
            for (size_t i = 0; i < n; i++, count++) {
                if (count < MOST_LETTERS)
                    word[count + 1] = folded[i];
            }
            continue;
        }
        if (count > 0 && count <= MOST_LETTERS) {
            word[0] = '^';
            word[count + 1] = '$';
            weigh_word(r, word, count + 2);
        }
        count = 0;
    }
}

/* The language of Latin letters, by what the table says, if it says it clearly. */
static const char *judge(const struct reading *r)
{
    int best = 0;
    int second = 1;
    if (r->sums[1] > r->sums[0]) {
        best = 1;
        second = 0;
    }
    for (int i = 2; i < LATIN_COUNT; i++) {
        if (r->sums[i] > r->sums[best]) {
            second = best;
            best = i;
        } else if (r->sums[i] > r->sums[second]) {
            second = i;
        }
    }
    /* The margin grows as the root of what was read: compare squares. */
    int64_t margin = (int64_t)r->sums[best] - r->sums[second];
    return margin * margin >= (int64_t)r->grams * ENGAGEP_LANGUAGE_MARGIN ? latin[best] : "und";
}

const char *engage_language(const char *text, size_t size)
{
    if (text == NULL)
        return "und";
    struct reading r;
    memset(&r, 0, sizeof(r));
    read(&r, text, size);
    uint32_t all = 0;
    uint32_t in_latin = 0;
    uint32_t han = 0;
    uint32_t kana = 0;
    size_t most = SCRIPTS;
    uint32_t most_letters = 0;
    for (size_t i = 0; i < SCRIPTS; i++) {
        all += r.letters[i];
        if (scripts[i].language[0] == '\0')
            in_latin += r.letters[i];
        else if (strcmp(scripts[i].language, "zh") == 0)
            han += r.letters[i];
        else if (strcmp(scripts[i].language, "ja") == 0)
            kana += r.letters[i];
        if (r.letters[i] > most_letters && scripts[i].language[0] != '\0') {
            most = i;
            most_letters = r.letters[i];
        }
    }
    /* Scripts of syllables and words say more a letter than those of sounds. */
    if (all + 2 * (han + kana) < FEWEST_LETTERS)
        return "und";
    if (in_latin > all - in_latin + 2 * (han + kana))
        return judge(&r);
    if (most == SCRIPTS)
        return "und";
    if (kana > 0 && (han + kana) * 2 >= all - in_latin)
        return "ja";
    const char *language = scripts[most].language;
    if (strcmp(language, "ru") == 0)
        return r.ukrainian > 0 ? "uk" : "ru";
    if (strcmp(language, "ar") == 0)
        return r.urdu > r.persian / 4 + 1 ? "ur" : r.persian > all / 20 + 1 ? "fa" : "ar";
    return language;
}
