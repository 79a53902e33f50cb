/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * A hash of all that the library says of many posts: identity [FILE…]. Files give a post a
 * line; random bytes and random pieces of posts follow. Builds by other compilers, and for
 * other machines, must print the same (check_identity.sh).
 */
#include "base/hash.h"

#include <engage.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST = 8192, MADE = 3000 };

struct teller {
    engage_analyzer *analyzer;
    engage_tokenizer *tokenizer;
    engage_buffer *buffer;
    struct engagep_sha256 hash;
    unsigned long posts;
};

static void fail(const char *what)
{
    fprintf(stderr, "identity: %s\n", what);
    exit(1);
}

static void tell(struct teller *teller, const char *text, size_t size)
{
    static const engage_str none = {NULL, 0};
    const engage_analysis *analysis;
    engage_buffer_clear(teller->buffer);
    if (engage_analyzer_run(teller->analyzer, text, size, &analysis) != ENGAGE_OK ||
        engage_analysis_json(analysis, none, teller->buffer) != ENGAGE_OK ||
        engage_tokenizer_json(teller->tokenizer, none, text, size, ENGAGE_OFFSET_UTF16,
                              teller->buffer) != ENGAGE_OK)
        fail("a post was refused");
    engagep_sha256_add(&teller->hash, engage_buffer_data(teller->buffer),
                       engage_buffer_size(teller->buffer));
    teller->posts++;
}

static void tell_file(struct teller *teller, const char *path)
{
    char line[LONGEST];
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        fail("a file cannot be read");
    while (fgets(line, sizeof(line), file) != NULL)
        tell(teller, line, strcspn(line, "\n"));
    fclose(file);
}

static uint64_t draw(uint64_t *state)
{
    return engagep_hash_mix(*state += UINT64_C(0x9E3779B97F4A7C15));
}

static void tell_made(struct teller *teller)
{
    static const char *const pieces[] = {
        "not ", "good", "BAD ", "sooooo ", "the app ", "@ann ", "#BadService", ":-( ", "!!! ",
        "slaps ", "https://t.co/a ", "don\xE2\x80\x99t ", "\xF0\x9F\x98\x80", "\xE2\x80\x8D",
        "\xC3\xA9t\xC3\xA9 ", "e\xCC\x81 ", "\xE0\xA4\xA8\xE0\xA4\xAE\xE0\xA4\xB8 ", "\xFF",
        "\xED\xA0\x80", "\n", "1,000.5 ", "$AAPL ", "than ", "battery, ", "but ",
    };
    const size_t count = sizeof(pieces) / sizeof(pieces[0]);
    uint64_t state = 1;
    char text[LONGEST];
    for (int i = 0; i < MADE; i++) {
        size_t size = 0;
        size_t parts = draw(&state) % 40;
        for (size_t k = 0; k < parts; k++) {
            if (i % 3 == 0) {
                text[size++] = (char)(unsigned char)(draw(&state) & 255);
            } else {
                const char *piece = pieces[draw(&state) % count];
                memcpy(text + size, piece, strlen(piece));
                size += strlen(piece);
            }
        }
        tell(teller, text, size);
    }
}

int main(int argc, char **argv)
{
    static const char words[] = "slaps\t3.3\nbattery\t-1.7\n\xF0\x9F\x98\x80\t2.35\n";
    struct teller teller = {.posts = 0};
    const engage_lexicon *lexicon;
    engage_analyzer_options options = ENGAGE_ANALYZER_OPTIONS_INIT;
    options.flags = ENGAGE_ANALYZE_EXPLAIN;
    engage_text_options text = ENGAGE_TEXT_OPTIONS_INIT;
    text.flags = ENGAGE_TEXT_NO_DICTIONARY; /* as the analyzer has it */
    if (engage_analyzer_new(&teller.analyzer, &options) != ENGAGE_OK ||
        engage_tokenizer_new(&teller.tokenizer, &text) != ENGAGE_OK ||
        engage_buffer_new(&teller.buffer, NULL) != ENGAGE_OK ||
        engage_lexicon_parse(&lexicon, "w", words, strlen(words), NULL, NULL) != ENGAGE_OK ||
        engage_analyzer_set_lexicons(teller.analyzer, &lexicon, 1) != ENGAGE_OK)
        fail("nothing could be made");
    engage_lexicon_unref(lexicon);
    engagep_sha256_begin(&teller.hash);
    for (int i = 1; i < argc; i++)
        tell_file(&teller, argv[i]);
    tell_made(&teller);
    char digest[64];
    engagep_sha256_end_hex(&teller.hash, digest, sizeof(digest));
    printf("%.64s of %lu posts\n", digest, teller.posts);
    engage_buffer_free(teller.buffer);
    engage_tokenizer_free(teller.tokenizer);
    engage_analyzer_free(teller.analyzer);
    return 0;
}
