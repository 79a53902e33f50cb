/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * engage score. Posts are read in blocks, a block is shared out between threads in
 * runs of neighbours, and the results are written in the order of the input. A block
 * ends before its time where the next post would have to be waited for.
 */
#include "command.h"
#include "open.h"
#include "output.h"
#include "post.h"
#include "progress.h"
#include "tell.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_POSTS = 8192, BLOCK_BYTES = 8 << 20 };

/* A post of the block; its text lies in the block's bytes. */
struct item {
    size_t id;
    size_t id_size;
    size_t text;
    size_t text_size;
    const char *file;
    unsigned long long line;
    int code; /* what scoring it gave */
};

struct block {
    struct item items[BLOCK_POSTS];
    size_t count;
    int pauses; /* 1: there were no more posts to be had for now */
    engage_buffer *bytes;
};

struct worker {
    engage_analyzer *analyzer;
    engage_buffer *results;
    struct block *block;
    size_t from;
    size_t to;
    int code; /* a failure that is not the post's */
};

static void *work(void *argument)
{
    struct worker *worker = argument;
    const char *bytes = engage_buffer_data(worker->block->bytes);
    engage_buffer_clear(worker->results);
    worker->code = ENGAGE_OK;
    for (size_t i = worker->from; i < worker->to && worker->code == ENGAGE_OK; i++) {
        struct item *item = &worker->block->items[i];
        const engage_analysis *analysis;
        engage_str id = {bytes + item->id, item->id_size};
        int rc = engage_analyzer_run(worker->analyzer, bytes + item->text, item->text_size,
                                     &analysis);
        item->code = rc;
        if (rc == ENGAGE_OK)
            rc = engage_analysis_json(analysis, id, worker->results);
        if (rc == ENGAGE_OK)
            rc = engage_buffer_append(worker->results, "\n", 1);
        if (rc == ENGAGE_ENOMEM)
            worker->code = rc;
    }
    return NULL;
}

static int block_add(struct block *block, const struct post *post, const struct input *input)
{
    size_t begun = engage_buffer_size(block->bytes);
    int rc = engage_buffer_append(block->bytes, post->id.data, post->id.size);
    if (rc == ENGAGE_OK)
        rc = engage_buffer_append(block->bytes, post->text.data, post->text.size);
    if (rc != ENGAGE_OK)
        return rc;
    block->items[block->count++] = (struct item){.id = begun,
                                                 .id_size = post->id.size,
                                                 .text = begun + post->id.size,
                                                 .text_size = post->text.size,
                                                 .file = input->name,
                                                 .line = input->line};
    return ENGAGE_OK;
}

/* Fills the block from the input. Returns the worse of `status` and what happened; what was read
 * before a failure is in the block. */
static int block_fill(struct block *block, struct input *input, const struct options *options,
                      int *ended, int status)
{
    block->count = 0;
    block->pauses = 0;
    engage_buffer_clear(block->bytes);
    while (block->count < BLOCK_POSTS && engage_buffer_size(block->bytes) < BLOCK_BYTES) {
        int got = input_next(input);
        if (got == INPUT_END || got == INPUT_FAILED) {
            *ended = 1;
            return got == INPUT_FAILED ? STATUS_STOPPED : status;
        }
        if (got == INPUT_PAUSE) {
            block->pauses = 1;
            return status;
        }
        struct post post;
        if (got == INPUT_TOO_LONG) {
            tell_refused(input->name, input->line, ENGAGE_ELIMIT, NULL);
            status = STATUS_REFUSED;
        } else if (!post_read(&post, input, options->lines)) {
            status = STATUS_REFUSED;
        } else {
            int rc = block_add(block, &post, input);
            post_release(&post);
            if (rc != ENGAGE_OK) {
                tell_failed("score", rc, NULL);
                *ended = 1;
                return STATUS_STOPPED;
            }
        }
    }
    return status;
}

/* Scores the block on these workers. */
static int block_score(struct block *block, struct worker *workers, size_t count)
{
    pthread_t threads[256];
    size_t started = 0;
    for (size_t w = 0; w < count; w++) {
        workers[w].block = block;
        workers[w].from = block->count * w / count;
        workers[w].to = block->count * (w + 1) / count;
    }
    /* Worker 0 is this thread; where a thread cannot be had, its share is done here. */
    for (size_t w = 1; w < count; w++) {
        if (pthread_create(&threads[started], NULL, work, &workers[w]) != 0)
            break;
        started++;
    }
    work(&workers[0]);
    for (size_t w = started + 1; w < count; w++)
        work(&workers[w]);
    for (size_t w = 0; w < started; w++)
        pthread_join(threads[w], NULL);
    for (size_t w = 0; w < count; w++) {
        if (workers[w].code != ENGAGE_OK)
            return workers[w].code;
    }
    return ENGAGE_OK;
}

static int block_write(const struct block *block, const struct worker *workers, size_t count,
                       struct output *output, int status)
{
    for (size_t i = 0; i < block->count; i++) {
        if (block->items[i].code != ENGAGE_OK) {
            tell_refused(block->items[i].file, block->items[i].line, block->items[i].code, NULL);
            status = status == STATUS_STOPPED ? status : STATUS_REFUSED;
        }
    }
    for (size_t w = 0; w < count; w++)
        if (!output_put(output, workers[w].results))
            return STATUS_STOPPED;
    return status;
}

/* How many of the workers a block keeps busy. */
static size_t busy_of(const struct block *block, size_t count)
{
    return block->count == 0 ? 1 : block->count < count ? block->count : count;
}

static int score_all(const struct options *options, struct block *block, struct worker *workers,
                     size_t count)
{
    struct output output;
    if (!output_open(&output, options->output))
        return STATUS_STOPPED;
    struct input input;
    input_open(&input, options->operands, options->operand_count, options->lines);
    input.pauses = 1;
    progress_begin(input_total(options->operands, options->operand_count));
    int status = STATUS_DONE;
    int ended = 0;
    while (!ended && status != STATUS_STOPPED) {
        status = block_fill(block, &input, options, &ended, status);
        size_t busy = busy_of(block, count);
        int rc = block_score(block, workers, busy);
        if (rc == ENGAGE_OK) {
            status = block_write(block, workers, busy, &output, status);
        } else {
            tell_failed("score", rc, NULL);
            status = STATUS_STOPPED;
        }
        if (block->pauses && !output_flush(&output))
            status = STATUS_STOPPED;
        progress_step(input.bytes, input.total, "posts");
    }
    progress_end();
    input_close(&input);
    if (!output_close(&output, status != STATUS_STOPPED))
        status = STATUS_STOPPED;
    return status;
}

/* What the analyzers share. */
struct shared {
    const engage_model *model;
    const engage_catalogue *catalogue;
    const engage_lexicon *lexicons[ENGAGE_LEXICONS_MOST];
    size_t lexicon_count;
    struct addons addons;
};

static void shared_close(struct shared *shared)
{
    for (size_t i = 0; i < shared->lexicon_count; i++)
        engage_lexicon_unref(shared->lexicons[i]);
    close_addons(&shared->addons);
    engage_catalogue_unref(shared->catalogue);
    engage_model_unref(shared->model);
}

/* 1 for success; what is open of it is to be closed in any case. */
static int shared_open(struct shared *shared, const struct options *options)
{
    memset(shared, 0, sizeof(*shared));
    if (open_model(options->model, &shared->model) != STATUS_DONE ||
        open_catalogue(options->catalogue, &shared->catalogue) != STATUS_DONE)
        return 0;
    for (size_t i = 0; i < options->lexicons.count; i++) {
        if (open_lexicon(options->lexicons.list[i], &shared->lexicons[i]) != STATUS_DONE)
            return 0;
        shared->lexicon_count++;
    }
    return open_addons(options, &shared->addons) == STATUS_DONE;
}

static int worker_open(struct worker *worker, const struct shared *shared,
                       const struct options *options)
{
    engage_analyzer_options wanted = ENGAGE_ANALYZER_OPTIONS_INIT;
    wanted.model = shared->model;
    wanted.catalogue = shared->catalogue;
    wanted.addons = shared->addons.list;
    wanted.addon_count = shared->addons.count;
    wanted.flags = (options->explain ? ENGAGE_ANALYZE_EXPLAIN : 0) |
                   (options->cascade ? ENGAGE_ANALYZE_CASCADE : 0);
    int rc = engage_analyzer_new(&worker->analyzer, &wanted);
    if (rc == ENGAGE_OK)
        rc = engage_analyzer_set_lexicons(worker->analyzer, shared->lexicons,
                                          shared->lexicon_count);
    if (rc == ENGAGE_OK)
        rc = engage_buffer_new(&worker->results, NULL);
    return rc;
}

int run_score(const struct options *options)
{
    struct shared shared;
    if (!shared_open(&shared, options)) {
        shared_close(&shared);
        return STATUS_STOPPED;
    }
    size_t count = (size_t)options->threads;
    struct worker *workers = calloc(count, sizeof(*workers));
    struct block *block = calloc(1, sizeof(*block));
    int rc = workers == NULL || block == NULL ? ENGAGE_ENOMEM : ENGAGE_OK;
    if (rc == ENGAGE_OK)
        rc = engage_buffer_new(&block->bytes, NULL);
    for (size_t w = 0; rc == ENGAGE_OK && w < count; w++)
        rc = worker_open(&workers[w], &shared, options);
    int status = STATUS_STOPPED;
    if (rc == ENGAGE_OK)
        status = score_all(options, block, workers, count);
    else
        tell_unmade("score", rc);
    for (size_t w = 0; workers != NULL && w < count; w++) {
        engage_analyzer_free(workers[w].analyzer);
        engage_buffer_free(workers[w].results);
    }
    if (block != NULL)
        engage_buffer_free(block->bytes);
    free(block);
    free(workers);
    shared_close(&shared);
    return status;
}
