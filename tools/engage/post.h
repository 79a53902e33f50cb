/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * A post as the text commands read it: a JSON object with id and text, or a line.
 */
#ifndef ENGAGE_POST_H
#define ENGAGE_POST_H

#include "input.h"
#include "output.h"

#include <engage.h>
#include <jansson.h>

struct post {
    engage_str id;
    engage_str text;
    json_t *object; /* what id and text are borrowed from; NULL for a line */
    char number[24];
};

/* Reads the post in the input's line. 1, or 0 where it is none (told). */
int post_read(struct post *post, const struct input *input, int lines);
void post_release(struct post *post);

/* Does something with a post. An exit status. */
typedef int post_taker(void *with, const struct post *post, const struct input *input);

/* Gives all posts of the files to `take`, showing progress; what is no post is told. `output`,
 * if it is not NULL, is flushed before posts are waited for. The worst exit status that came, and
 * the end where that is STATUS_STOPPED. */
int post_each(char **names, int count, int lines, post_taker *take, void *with,
              struct output *output);

#endif
