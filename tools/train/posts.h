/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * What the trainer's programs have in common: posts taken apart by the library's own code,
 * and files of posts with their labels, as rows.py writes them.
 */
#ifndef ENGAGE_TRAIN_POSTS_H
#define ENGAGE_TRAIN_POSTS_H

#include "score/features.h"

#include <engage/score.h>

#define SENTIMENTS 3
#define INTENTS 15
#define HEADS (SENTIMENTS + INTENTS)
#define WATCH 255 /* rows of this set never train: the progress line judges by them */
#define HAS_SENTIMENT 1
#define HAS_INTENTS 2

struct row {
    uint32_t size;
    uint16_t set;
    uint16_t flags; /* HAS_SENTIMENT, HAS_INTENTS */
    float weight[2];
    float target[HEADS];
    const char *text;
    size_t first; /* feature numbers */
    uint32_t count;
    uint32_t text_size;
};

struct posts {
    struct row *rows;
    size_t count;
    engage_tokenizer *tokenizer;
    struct engagep_features features;
    engage_allocator allocator;
};

/* Each ends the program where it fails, with a line that says why. */
void posts_fail(const char *what);
void *posts_take(size_t count, size_t size);

/* Makes ready to read posts; posts_read does so itself. */
void posts_begin(struct posts *posts);
void posts_read(struct posts *posts, const char *path);

/* What is known of single words: that section of a model file, alone in a file. */
void posts_vocabulary(struct posts *posts, const char *path);

/* Hands the features of a post to the sink. */
void posts_extract(struct posts *posts, const struct row *row, engagep_features_sink sink,
                   void *ctx);

#endif
