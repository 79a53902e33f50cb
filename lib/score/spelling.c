/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "score/spelling.h"

#include "base/utf8.h"

#include <string.h>

/* Letters of a word that may be known by another spelling. */
enum { LEAST = 3, MOST = 15 };

struct letters {
    uint32_t codes[MOST];
    size_t count;
};

struct trying {
    engagep_spelling_taker *take;
    void *ctx;
};

/* A letter, and others that are often written for it, or it for them. */
static const uint16_t kin[][7] = {
    {'a', 0xE0, 0xE1, 0xE2, 0xE3, 0xE4}, {'e', 0xE8, 0xE9, 0xEA, 0xEB},
    {'i', 0xEC, 0xED, 0xEE, 0xEF},       {'o', 0xF2, 0xF3, 0xF4, 0xF5, 0xF6},
    {'u', 0xF9, 0xFA, 0xFB, 0xFC},       {'c', 0xE7},
    {'n', 0xF1},                         {0x0627, 0x0622, 0x0623, 0x0625}, /* alef */
    {0x0647, 0x0629},                    {0x064A, 0x0649}, /* heh, yeh */
    {0x0902, 0x0901},                    /* signs of nasal vowels in Devanagari */
};

enum { KINDS = sizeof(kin) / sizeof(kin[0]), EACH = sizeof(kin[0]) / sizeof(kin[0][0]) };

/* The letters that a letter is of, or NULL. */
static const uint16_t *kin_of(uint32_t code)
{
    for (size_t k = 0; k < KINDS; k++)
        for (size_t i = 0; i < EACH && kin[k][i] != 0; i++)
            if (kin[k][i] == code)
                return kin[k];
    return NULL;
}

static int try_letters(const struct trying *trying, const struct letters *l)
{
    char norm[4 * MOST];
    size_t size = 0;
    for (size_t i = 0; i < l->count; i++)
        size += engagep_utf8_encode(l->codes[i], norm + size);
    return trying->take(trying->ctx, norm, size);
}

static void leave_out(struct letters *l, size_t at)
{
    l->count--;
    memmove(l->codes + at, l->codes + at + 1, (l->count - at) * sizeof(l->codes[0]));
}

static int try_plain(const struct trying *trying, const struct letters *l)
{
    struct letters plain = *l;
    int changed = 0;
    for (size_t i = 0; i < l->count; i++) {
        const uint16_t *letters = kin_of(l->codes[i]);
        plain.codes[i] = letters != NULL ? letters[0] : l->codes[i];
        changed |= plain.codes[i] != l->codes[i];
    }
    return changed && try_letters(trying, &plain);
}

/* One letter for another of its kind. */
static int try_kin(const struct trying *trying, const struct letters *l)
{
    struct letters other = *l;
    for (size_t i = l->count; i-- > 0;) {
        const uint16_t *letters = kin_of(l->codes[i]);
        for (size_t k = 0; letters != NULL && k < EACH && letters[k] != 0; k++) {
            other.codes[i] = letters[k];
            if (letters[k] != l->codes[i] && try_letters(trying, &other))
                return 1;
        }
        other.codes[i] = l->codes[i];
    }
    return 0;
}

/* A letter with two dots for "ae", "oe" and "ue", wherever they stand. */
static int try_dots(const struct trying *trying, const struct letters *l)
{
    struct letters dotted = *l;
    for (size_t i = 0; i + 1 < dotted.count; i++) {
        uint32_t code = dotted.codes[i];
        if (dotted.codes[i + 1] != 'e' || (code != 'a' && code != 'o' && code != 'u'))
            continue;
        dotted.codes[i] = code == 'a' ? 0xE4 : code == 'o' ? 0xF6 : 0xFC;
        leave_out(&dotted, i + 1);
    }
    return dotted.count < l->count && try_letters(trying, &dotted);
}

static int try_single(const struct trying *trying, const struct letters *l)
{
    for (size_t i = 0; i + 1 < l->count; i++) {
        if (l->codes[i] != l->codes[i + 1])
            continue;
        struct letters single = *l;
        leave_out(&single, i);
        if (try_letters(trying, &single))
            return 1;
    }
    return 0;
}

/* An Arabic word without "and", "by", "for" and "the" in front of it. */
static int try_stem(const struct trying *trying, const struct letters *l)
{
    static const uint16_t heads[][3] = {
        {0x0648, 0x0627, 0x0644}, {0x0628, 0x0627, 0x0644}, {0x0641, 0x0627, 0x0644},
        {0x0644, 0x0644},         {0x0627, 0x0644},         {0x0648},
        {0x0641},                 {0x0628},                 {0x0644},
    };
    for (size_t h = 0; h < sizeof(heads) / sizeof(heads[0]); h++) {
        size_t n = 0;
        while (n < 3 && heads[h][n] != 0 && n < l->count && l->codes[n] == heads[h][n])
            n++;
        if ((n < 3 && heads[h][n] != 0) || l->count - n < LEAST)
            continue;
        struct letters stem = {.count = l->count - n};
        memcpy(stem.codes, l->codes + n, stem.count * sizeof(stem.codes[0]));
        if (try_letters(trying, &stem) || try_kin(trying, &stem))
            return 1;
    }
    return 0;
}

int engagep_spellings(const char *norm, size_t size, engagep_spelling_taker *take, void *ctx)
{
    struct trying trying = {take, ctx};
    struct letters l = {.count = 0};
    int wide = 0;
    if (size > 3 * MOST)
        return 0;
    for (size_t at = 0; at < size; l.count++) {
        if (l.count == MOST)
            return 0;
        wide |= (unsigned char)norm[at] >= 0x80;
        at += engagep_utf8_decode(norm + at, size - at, &l.codes[l.count]);
    }
    if (l.count < LEAST)
        return 0;
    if (!wide) /* accents that nobody wrote are many */
        return try_dots(&trying, &l);
    return try_plain(&trying, &l) || try_kin(&trying, &l) || try_single(&trying, &l) ||
           try_stem(&trying, &l);
}
