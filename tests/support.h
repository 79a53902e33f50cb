/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * What the suites share: a runner, an allocator that fails on demand, and the way
 * to files of the source tree and of others.
 */
#ifndef ENGAGE_TESTS_SUPPORT_H
#define ENGAGE_TESTS_SUPPORT_H

#include <check.h>
#include <engage.h>

/* Runs a suite and returns the exit status of main. */
int support_run(Suite *suite);

/* An allocator over malloc that counts what is held and can fail. */
struct support_memory {
    size_t calls;     /* of alloc and realloc so far */
    size_t fail_at;   /* the call, counted from 1, that fails; 0: none does */
    int fail_forever; /* 1: all calls from fail_at on fail */
    size_t blocks;    /* held now */
    size_t bytes;     /* held now */
    int wrong_size;   /* 1: a size given back was not the one taken */
};
engage_allocator support_allocator(struct support_memory *memory);

/* Runs `body` with its first allocation failing, then its second, and so on until
 * it succeeds; each time once and then all that follow. `body` must return
 * ENGAGE_ENOMEM or ENGAGE_OK and hold nothing after a failure; after success it
 * must have released everything too. */
typedef int (*support_body)(const engage_allocator *allocator, void *ctx);
void support_fail_each(support_body body, void *ctx);

/* The path of a file of the source tree, or below ENGAGE_SHARED; static storage,
 * the last four are kept. */
const char *support_source(const char *name);
const char *support_shared(const char *name);

/* The whole of a file and a NUL; NULL where it is absent. Release with free. */
char *support_read(const char *path, size_t *size);

/* Writes a file anew. */
void support_write(const char *path, const void *data, size_t size);

/* An analyzer over a model, with flags. */
engage_analyzer *support_analyzer(const engage_model *model, uint32_t flags);

/* What is read in a text, which ends in a NUL: borrowed until the analyzer's next run. */
const engage_analysis *support_analyze(engage_analyzer *analyzer, const char *text);

/* Checks of an analysis with evidence that for each head, those that were taught behind those
 * of the model, the rows add up to the logit, the bias first, and lie within so many bytes of
 * text. Returns how many rows there are of what was taught. */
size_t support_evidence(const engage_analysis *analysis, size_t size);

/* Opens the add-on that a lesson or a promise wrote. */
const engage_addon *support_addon(const engage_buffer *buffer);

/* Says that a test is left out since a shared file is absent; returns 1 if so. */
int support_absent(const char *path);

/* A small seeded generator (SplitMix64) for tests by property. */
uint64_t support_random(uint64_t *state);

#endif
