/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * The language of a text: cases, any bytes, and posts of sets that others have labelled.
 */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

START_TEST(test_language)
{
    static const struct {
        const char *text;
        const char *language;
    } cases[] = {
        {"The charger stopped working after two days, can anyone help me please?", "en"},
        {"El cargador dej\xC3\xB3 de funcionar despu\xC3\xA9s de dos d\xC3\xAD"
         "as, \xC2\xBFqui\xC3\xA9n me ayuda?", "es"},
        {"O carregador parou de funcionar depois de dois dias, algu\xC3\xA9m me ajuda?", "pt"},
        {"Le chargeur ne marche plus apr\xC3\xA8s deux jours, qui peut m'aider ?", "fr"},
        {"Das Ladeger\xC3\xA4t geht nach zwei Tagen nicht mehr, wer kann mir helfen?", "de"},
        {"Il caricatore non funziona pi\xC3\xB9 dopo due giorni, chi mi aiuta?", "it"},
        {"yeh charger do din mein kharab ho gaya, koi meri madad karega kya", "hi"},
        {"\xD0\x94\xD1\x8F\xD0\xBA\xD1\x83\xD1\x8E $GOOGL $AMZN "
         "\xEF\xBC\x83thebestshopintown", "ru"},
        {"\xD0\x94\xD1\x8F\xD0\xBA\xD1\x83\xD1\x8E "
         "@the-best-shop.bsky.social www.example.com/the-best-shop", "ru"},
        {"\xEF\xBC\xA0the_best_shop "
         "\xD0\x94\xD1\x8F\xD0\xBA\xD1\x83\xD1\x8E example.com/the-best-shop", "ru"},
        {"\xD0\x94\xD1\x8F\xD0\xBA\xD1\x83\xD1\x8E "
         "the.best.shop@example.com @anna@the-best-shop.example", "ru"},
        {"we're hiring!", "en"},
        {"thank you so much", "en"},
        {"vielen Dank daf\xC3\xBCr", "de"},
        {"muchas gracias a todos", "es"},
        {"@user #tag http://example.com/the/and/of", "und"},
        {"ok", "und"},
        {"", "und"},
        {"\xD8\xA7\xD9\x84\xD8\xB4\xD8\xA7\xD8\xAD\xD9\x86 \xD9\x84\xD8\xA7", "ar"},
        {"\xE0\xA4\xB9\xE0\xA4\xBF\xE0\xA4\xA8\xE0\xA5\x8D\xE0\xA4\xA6\xE0\xA5\x80 "
         "\xE0\xA4\xAE\xE0\xA5\x87\xE0\xA4\x82", "hi"},
        {"\xE5\x85\x85\xE9\x9B\xBB\xE5\x99\xA8"
         "\xE3\x81\x8C\xE5\xA3\x8A\xE3\x82\x8C\xE3\x81\x9F", "ja"},
        {"\xE5\x85\x85\xE7\x94\xB5\xE5\x99\xA8\xE5\x9D\x8F\xE4\xBA\x86", "zh"},
        {"\xEC\xB6\xA9\xEC\xA0\x84\xEA\xB8\xB0\xEA\xB0\x80 \xEA\xB3\xA0\xEC\x9E\xA5", "ko"},
        {"\xD0\x97\xD0\xB0\xD1\x80\xD1\x8F\xD0\xB4\xD0\xBA\xD0\xB0", "ru"}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        ck_assert_msg(strcmp(engage_language(cases[i].text, strlen(cases[i].text)),
                             cases[i].language) == 0,
                      "%s: %s", cases[i].text,
                      engage_language(cases[i].text, strlen(cases[i].text)));
    ck_assert_str_eq(engage_language(NULL, 0), "und");
    uint64_t state = 3;
    for (int round = 0; round < 5000; round++) {
        char bytes[64];
        size_t size = support_random(&state) % sizeof(bytes);
        for (size_t i = 0; i < size; i++)
            bytes[i] = (char)support_random(&state);
        char *exact = malloc(size + 1);
        memcpy(exact, bytes, size);
        ck_assert_ptr_nonnull(engage_language(exact, size));
        free(exact);
    }
}
END_TEST

/* The letters of a post's words. */
static size_t letters_of(const char *post)
{
    size_t letters = 0;
    engage_text_options options = ENGAGE_TEXT_OPTIONS_INIT;
    options.flags = ENGAGE_TEXT_NO_DICTIONARY;
    engage_tokenizer *t;
    ck_assert_int_eq(engage_tokenizer_new(&t, &options), ENGAGE_OK);
    ck_assert_int_eq(engage_tokenizer_run(t, post, strlen(post)), ENGAGE_OK);
    for (size_t k = 0; k < engage_tokenizer_count(t); k++) {
        engage_span span = engage_tokenizer_span(t, k);
        for (size_t at = span.start; at < span.end; at++)
            letters += engage_tokenizer_kind(t, k) == ENGAGE_TOKEN_WORD &&
                       ((unsigned char)post[at] & 0xC0) != 0x80;
    }
    engage_tokenizer_free(t);
    return letters;
}

/* What is brief must not look like another language: English posts that the table was not
 * trained on. */
START_TEST(test_language_of_brief_posts)
{
    const char *path = support_shared("data/sentiment/airline_NC.tsv");
    if (support_absent(path))
        return;
    size_t size;
    size_t all = 0;
    size_t good = 0;
    size_t wrong = 0;
    char *file = support_read(path, &size);
    for (char *line = strtok(file, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        const char *post = strrchr(line, '\t');
        size_t letters = letters_of(post);
        if (letters < 8 || letters > 30)
            continue;
        const char *found = engage_language(post, strlen(post));
        all++;
        good += strcmp(found, "en") == 0;
        wrong += strcmp(found, "en") != 0 && strcmp(found, "und") != 0;
    }
    free(file);
    printf("brief posts: %zu, %zu told as English, %zu as another language\n", all, good, wrong);
    ck_assert_uint_ge(good * 100, all * 90);
    ck_assert_uint_le(wrong * 100, all);
}
END_TEST

/* The end of so many words of a line, or of those that are left. */
static size_t skip_words(const char *line, size_t words)
{
    size_t at = 0;
    for (; words > 0 && line[at] != '\0'; words--) {
        at += strspn(line + at, " ");
        at += strcspn(line + at, " ");
    }
    return at;
}

/* Three words at a time out of posts that the table was not trained on. */
START_TEST(test_language_of_a_few_words)
{
    static const struct {
        const char *file;
        const char *language;
    } sets[] = {{"spanish", "es"}, {"portuguese", "pt"}, {"french", "fr"}, {"german", "de"},
                {"italian", "it"}};
    for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
        char name[64];
        size_t all = 0;
        size_t good = 0;
        size_t wrong = 0;
        size_t size;
        snprintf(name, sizeof(name), "data/sentiment/umsab/%s_val.tsv", sets[i].file);
        const char *path = support_shared(name);
        if (support_absent(path))
            return;
        char *file = support_read(path, &size);
        for (char *line = strtok(file, "\n"); line != NULL; line = strtok(NULL, "\n")) {
            const char *post = strrchr(line, '\t') + 1;
            for (size_t length; (length = skip_words(post, 3)) > 0; post += length) {
                char words[256];
                snprintf(words, sizeof(words), "%.*s", (int)length, post);
                if (strpbrk(words, "@#/") != NULL || letters_of(words) < 4)
                    continue;
                const char *found = engage_language(words, strlen(words));
                all++;
                good += strcmp(found, sets[i].language) == 0;
                wrong += strcmp(found, sets[i].language) != 0 && strcmp(found, "und") != 0;
            }
        }
        free(file);
        printf("three words of %s: %zu, %zu told, %zu as another language\n", sets[i].file, all,
               good, wrong);
        ck_assert_uint_ge(good * 100, all * 77);
        ck_assert_uint_le(wrong * 100, all * 8);
    }
}
END_TEST

/* The languages of sets that others have labelled. */
START_TEST(test_language_sets)
{
    static const struct {
        const char *file;
        const char *language;
    } sets[] = {{"arabic", "ar"}, {"french", "fr"},     {"german", "de"}, {"hindi", "hi"},
                {"italian", "it"}, {"portuguese", "pt"}, {"spanish", "es"}, {NULL, "en"}};
    size_t all = 0;
    size_t told = 0;
    size_t good = 0;
    for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
        char name[128];
        if (sets[i].file != NULL)
            snprintf(name, sizeof(name), "data/sentiment/umsab/%s_val.tsv", sets[i].file);
        else
            snprintf(name, sizeof(name), "data/sentiment/tweeteval_val.tsv");
        const char *path = support_shared(name);
        if (support_absent(path))
            return;
        size_t size;
        char *file = support_read(path, &size);
        for (char *line = strtok(file, "\n"); line != NULL; line = strtok(NULL, "\n")) {
            const char *post = strrchr(line, '\t');
            if (letters_of(post) < 20)
                continue;
            const char *found = engage_language(post, strlen(post));
            all++;
            told += strcmp(found, "und") != 0;
            good += strcmp(found, sets[i].language) == 0;
        }
        free(file);
    }
    printf("language: %zu posts, %zu told, %zu right\n", all, told, good);
    ck_assert_uint_ge(good * 100, told * 96);
    ck_assert_uint_ge(told * 100, all * 90);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("language");
    TCase *languages = tcase_create("languages");
    tcase_set_timeout(languages, 0);
    tcase_add_test(languages, test_language);
    tcase_add_test(languages, test_language_of_brief_posts);
    tcase_add_test(languages, test_language_of_a_few_words);
    tcase_add_test(languages, test_language_sets);
    suite_add_tcase(suite, languages);
    return support_run(suite);
}
