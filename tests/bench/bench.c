/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Posts a second on one core: the library's ways through a file of posts, a post a line,
 * beside what others do on the same file in the same run. Each row is the median of
 * several rounds, the rounds of all rows taken in turn, so that a slow moment of the
 * machine hits them alike.
 */
#define _POSIX_C_SOURCE 200809L

#include "config.h"
#include "fasttext.h"

#include <engage.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <utf8proc.h>

#ifdef HAVE_ICU
#include <unicode/ubrk.h>
#include <unicode/utext.h>
#endif

enum { ROUNDS = 9, MOST_ROWS = 10, SLOW = 20 };

struct posts {
    char *bytes;
    size_t size;
    engage_str *all;
    size_t count;
};

/* One way through all posts; returns something that depends on the work, so that no
 * compiler leaves it out. */
typedef uint64_t (*way)(const struct posts *posts, void *with);

struct row {
    const char *name;
    way run; /* NULL: fastText, which measures itself */
    void *with;
    size_t part; /* of the posts, one in so many is gone through; the seconds are as if of all */
    double seconds[ROUNDS];
};

static void stop(const char *why)
{
    fprintf(stderr, "bench: %s\n", why);
    exit(EXIT_FAILURE);
}

static void load(struct posts *posts, const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        stop("cannot open the file of posts");
    fseek(file, 0, SEEK_END);
    long length = ftell(file);
    rewind(file);
    posts->bytes = malloc((size_t)length + 1);
    if (posts->bytes == NULL || fread(posts->bytes, 1, (size_t)length, file) != (size_t)length)
        stop("cannot read the file of posts");
    fclose(file);
    posts->size = (size_t)length;
    posts->bytes[length] = '\n';
    size_t lines = 1;
    for (long i = 0; i < length; i++)
        lines += posts->bytes[i] == '\n';
    posts->all = calloc(lines, sizeof(*posts->all));
    if (posts->all == NULL)
        stop("out of memory");
    char *end = posts->bytes + length;
    for (char *at = posts->bytes; at < end;) {
        char *stop_at = memchr(at, '\n', (size_t)(end - at) + 1);
        posts->all[posts->count].data = at;
        posts->all[posts->count++].size = (size_t)(stop_at - at);
        at = stop_at + 1;
    }
}

static uint64_t tokenize(const struct posts *posts, void *with)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < posts->count; i++) {
        if (engage_tokenizer_run(with, posts->all[i].data, posts->all[i].size) != ENGAGE_OK)
            stop("a post was refused");
        sum += engage_tokenizer_count(with);
    }
    return sum;
}

static uint64_t find_entities(const struct posts *posts, void *with)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < posts->count; i++) {
        if (engage_entities_run(with, posts->all[i].data, posts->all[i].size) != ENGAGE_OK)
            stop("a post was refused");
        sum += engage_entities_count(with);
    }
    return sum;
}

static uint64_t analyze(const struct posts *posts, void *with)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < posts->count; i++) {
        const engage_analysis *analysis;
        if (engage_analyzer_run(with, posts->all[i].data, posts->all[i].size, &analysis) !=
            ENGAGE_OK)
            stop("a post was refused");
        sum += (uint64_t)engage_analysis_needs_reply(analysis);
    }
    return sum;
}

static uint64_t iterate(const struct posts *posts, void *with)
{
    uint64_t sum = 0;
    (void)with;
    for (size_t i = 0; i < posts->count; i++) {
        const utf8proc_uint8_t *at = (const utf8proc_uint8_t *)posts->all[i].data;
        utf8proc_ssize_t left = (utf8proc_ssize_t)posts->all[i].size;
        while (left > 0) {
            utf8proc_int32_t code;
            utf8proc_ssize_t n = utf8proc_iterate(at, left, &code);
            if (n < 1)
                n = 1;
            sum += (uint64_t)code;
            at += n;
            left -= n;
        }
    }
    return sum;
}

#ifdef HAVE_ICU
static uint64_t break_words(const struct posts *posts, void *with)
{
    UErrorCode status = U_ZERO_ERROR;
    UText text = UTEXT_INITIALIZER;
    uint64_t sum = 0;
    for (size_t i = 0; i < posts->count; i++) {
        utext_openUTF8(&text, posts->all[i].data, (int64_t)posts->all[i].size, &status);
        ubrk_setUText(with, &text, &status);
        if (U_FAILURE(status))
            stop("ICU refused a post");
        for (int32_t at = ubrk_first(with); at != UBRK_DONE; at = ubrk_next(with))
            sum += (uint64_t)ubrk_getRuleStatus(with) + 1;
    }
    utext_close(&text);
    return sum;
}
#endif

/* An analyzer over a careful model, or NULL where there is no such file. */
static engage_analyzer *open_careful(const char *path, uint32_t flags)
{
    engage_analyzer_options options = ENGAGE_ANALYZER_OPTIONS_INIT;
    engage_analyzer *analyzer = NULL;
    options.flags = flags;
    options.max_bytes = 1u << 20;
    if (engage_model_open(&options.model, path, NULL, NULL) == ENGAGE_OK &&
        engage_analyzer_new(&analyzer, &options) != ENGAGE_OK)
        stop("no analyzer can be made");
    engage_model_unref(options.model);
    return analyzer;
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(const struct row *row)
{
    double sorted[ROUNDS];
    memcpy(sorted, row->seconds, sizeof(sorted));
    qsort(sorted, ROUNDS, sizeof(double), by_size);
    return sorted[ROUNDS / 2];
}

/* The median of a row by the beginning of its name; 0: there is no such row. */
static double median_of(const struct row *rows, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (strncmp(rows[i].name, name, strlen(name)) == 0)
            return median(&rows[i]);
    }
    return 0;
}

static void print_rows(const struct posts *posts, const struct row *rows, size_t count,
                       size_t times)
{
    double icu = median_of(rows, count, "ICU");
    double fasttext = median_of(rows, count, "fastText");
    printf("%zu posts, %zu bytes; median of %d rounds of processor time\n", posts->count,
           posts->size, ROUNDS);
    printf("%-32s %12s %9s %9s %11s\n", "", "posts/s", "MB/s", "of ICU", "of fastText");
    for (size_t i = 0; i < count; i++) {
        double seconds = median(&rows[i]) / (double)times;
        printf("%-32s %12.0f %9.1f", rows[i].name, (double)posts->count / seconds,
               (double)posts->size / seconds / 1e6);
        if (icu > 0)
            printf(" %8.2fx", icu / (double)times / seconds);
        if (fasttext > 0)
            printf(" %10.2fx", fasttext / (double)times / seconds);
        putchar('\n');
    }
}

int main(int argc, char **argv)
{
    if (argc < 2 || argc > 4) {
        fprintf(stderr, "usage: bench FILE [ROWS [MODEL]], a post a line, rows to train fastText "
                        "on, a careful model\n");
        return 2;
    }
    struct posts posts = {NULL, 0, NULL, 0};
    load(&posts, argv[1]);
    struct row rows[MOST_ROWS];
    size_t count = 0;
    engage_text_options options = ENGAGE_TEXT_OPTIONS_INIT;
    options.flags = ENGAGE_TEXT_NO_DICTIONARY;
    options.max_bytes = 1u << 30;
    engage_tokenizer *tokenizer = NULL;
    engage_entities *entities = NULL;
    if (engage_tokenizer_new(&tokenizer, &options) != ENGAGE_OK ||
        engage_entities_new(&entities, &options) != ENGAGE_OK)
        stop("out of memory");
    rows[count++] = (struct row){"tokens: kinds, offsets, norms", tokenize, tokenizer, 1, {0}};
    rows[count++] = (struct row){"entities as twitter-text", find_entities, entities, 1, {0}};
    /* A library without the built-in model has no analysis to measure. */
    engage_analyzer *analyzer;
    engage_analyzer_options judging = ENGAGE_ANALYZER_OPTIONS_INIT;
    judging.max_bytes = 1u << 20;
    int rc = engage_analyzer_new(&analyzer, &judging);
    if (rc == ENGAGE_OK)
        rows[count++] = (struct row){"full analysis", analyze, analyzer, 1, {0}};
    else if (rc != ENGAGE_EMODEL_NONE)
        stop("no analyzer can be made");
    engage_analyzer *careful = argc > 3 ? open_careful(argv[3], 0) : NULL;
    engage_analyzer *cascade = argc > 3 ? open_careful(argv[3], ENGAGE_ANALYZE_CASCADE) : NULL;
    if (cascade != NULL)
        rows[count++] = (struct row){"careful model, cascade", analyze, cascade, SLOW, {0}};
    if (careful != NULL)
        rows[count++] = (struct row){"careful model", analyze, careful, SLOW, {0}};
#ifdef HAVE_ICU
    UErrorCode status = U_ZERO_ERROR;
    UBreakIterator *words = ubrk_open(UBRK_WORD, "en", NULL, 0, &status);
    if (U_FAILURE(status))
        stop("ICU has no word break iterator");
    rows[count++] = (struct row){"ICU word BreakIterator, UText", break_words, words, 1, {0}};
#endif
    rows[count++] = (struct row){"utf8proc_iterate, code points", iterate, NULL, 1, {0}};

    /* Small files are gone through several times a round. */
    size_t times = posts.size < (8u << 20) ? (8u << 20) / (posts.size + 1) + 1 : 1;
    struct fasttext *fasttext =
        fasttext_begin(posts.all, posts.count, times, tokenizer, argc > 2 ? argv[2] : NULL);
    if (fasttext != NULL)
        rows[count++] = (struct row){"fastText, predicting alone", NULL, fasttext, 1, {0}};
    uint64_t kept = 0;
    for (size_t i = 0; i < count; i++)
        kept += rows[i].run != NULL && rows[i].part == 1 ? rows[i].run(&posts, rows[i].with) : 0;
    for (int round = 0; round < ROUNDS; round++) {
        for (size_t i = 0; i < count; i++) {
            if (rows[i].run == NULL) {
                rows[i].seconds[round] = fasttext_run(fasttext);
                continue;
            }
            struct posts some = posts;
            some.count = posts.count / rows[i].part;
            double begun = now();
            for (size_t k = 0; k < times; k++)
                kept += rows[i].run(&some, rows[i].with);
            rows[i].seconds[round] = (now() - begun) * (double)rows[i].part;
        }
    }
    if (kept == 0) /* asked, so that a compiler leaves no work out */
        stop("there is nothing in these posts");
    print_rows(&posts, rows, count, times);
#ifdef HAVE_ICU
    ubrk_close(words);
#endif
    fasttext_end(fasttext);
    engage_analyzer_free(cascade);
    engage_analyzer_free(careful);
    engage_analyzer_free(analyzer);
    engage_entities_free(entities);
    engage_tokenizer_free(tokenizer);
    free(posts.all);
    free(posts.bytes);
    return EXIT_SUCCESS;
}
