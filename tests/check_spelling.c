/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Other spellings of words: which are tried, in which order, and that a known one ends it.
 */
#include "base/utf8.h"
#include "score/spelling.h"
#include "support.h"

#include <stdio.h>
#include <string.h>

struct taker {
    const char *known; /* or NULL: none is */
    char tried[4096];  /* each with a space behind it */
    size_t size;
};

static int take(void *ctx, const char *norm, size_t size)
{
    struct taker *taker = ctx;
    taker->size += (size_t)snprintf(taker->tried + taker->size,
                                    sizeof(taker->tried) - taker->size, "%.*s ", (int)size, norm);
    ck_assert_uint_lt(taker->size, sizeof(taker->tried));
    return taker->known != NULL && strlen(taker->known) == size &&
           memcmp(taker->known, norm, size) == 0;
}

START_TEST(test_known_spellings_are_found)
{
    static const char *const cases[][2] = {
        {"gluecklich", "gl\xC3\xBC" "cklich"},
        {"sch\xC3\xB6n", "schon"},
        {"perch\xC3\xA8", "perch\xC3\xA9"},
        {"g\xC3\xA9nialll", "g\xC3\xA9niall"},
        /* Arabic: alef for one with hamza, heh for a bound teh, "and the" in front */
        {"\xD8\xA7\xD8\xAD\xD8\xA8", "\xD8\xA3\xD8\xAD\xD8\xA8"},
        {"\xD8\xB1\xD8\xA7\xD8\xA6\xD8\xB9\xD9\x87", "\xD8\xB1\xD8\xA7\xD8\xA6\xD8\xB9\xD8\xA9"},
        {"\xD9\x88\xD8\xA7\xD9\x84\xD8\xAC\xD9\x85\xD9\x8A\xD9\x84",
         "\xD8\xAC\xD9\x85\xD9\x8A\xD9\x84"},
        /* Hindi: one nasal sign for the other */
        {"\xE0\xA4\xB9\xE0\xA5\x88\xE0\xA4\x82", "\xE0\xA4\xB9\xE0\xA5\x88\xE0\xA4\x81"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct taker taker = {.known = cases[i][1]};
        ck_assert_msg(engagep_spellings(cases[i][0], strlen(cases[i][0]), take, &taker), "%s: %s",
                      cases[i][0], taker.tried);
        /* Behind the one that is known none is tried. */
        size_t size = strlen(cases[i][1]) + 1;
        ck_assert_uint_ge(taker.size, size);
        ck_assert_int_eq(memcmp(taker.tried + taker.size - size, cases[i][1], size - 1), 0);
    }
}
END_TEST

START_TEST(test_tried)
{
    static const char *const cases[][2] = {
        {"\xC3\xA9ta", "eta \xC3\xA9t\xC3\xA0 \xC3\xA9t\xC3\xA1 \xC3\xA9t\xC3\xA2 "
                      "\xC3\xA9t\xC3\xA3 \xC3\xA9t\xC3\xA4 eta \xC3\xA8ta \xC3\xAAta \xC3\xABta "},
        {"blue", "bl\xC3\xBC "},
        /* Of words in plain letters, short ones and long ones none. */
        {"perche", ""}, {"\xC3\xA9t", ""}, {"", ""}, {"\xC3\xA9" "bcdefghijklmnopqrs", ""},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct taker taker = {NULL, "", 0};
        ck_assert(!engagep_spellings(cases[i][0], strlen(cases[i][0]), take, &taker));
        ck_assert_str_eq(taker.tried, cases[i][1]);
    }
}
END_TEST

/* Whatever the letters are, what is tried is UTF-8 and not much longer than the word. */
static int take_any(void *ctx, const char *norm, size_t size)
{
    ck_assert_uint_le(size, *(const size_t *)ctx * 2);
    for (size_t at = 0; at < size;) {
        uint32_t code;
        at += engagep_utf8_decode(norm + at, size - at, &code);
        ck_assert_uint_ne(code, ENGAGEP_UTF8_INVALID);
    }
    return 0;
}

START_TEST(test_any_letters)
{
    static const uint32_t letters[] = {'a', 'e', 'u', 'x', 0xE9, 0xFC, 0x0627, 0x0648, 0x0644,
                                       0x0647, 0x0902, 0x4E00, 0x1F600, 0xFFFD};
    uint64_t state = 7;
    for (int round = 0; round < 5000; round++) {
        char word[80];
        size_t size = 0;
        for (uint64_t n = support_random(&state) % 20; n > 0; n--)
            size += engagep_utf8_encode(letters[support_random(&state) % 14], word + size);
        ck_assert(!engagep_spellings(word, size, take_any, &size));
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("spelling");
    TCase *cases = tcase_create("spelling");
    tcase_set_timeout(cases, 0);
    tcase_add_test(cases, test_known_spellings_are_found);
    tcase_add_test(cases, test_tried);
    tcase_add_test(cases, test_any_letters);
    suite_add_tcase(suite, cases);
    return support_run(suite);
}
