/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * fastText as a peer of the bench: the command `fasttext`, its smallest useful model of
 * character n-grams (10 dimensions, 3 to 6 letters, 200,000 buckets, 5 epochs), trained
 * and run on text that was tokenized beforehand. Its time is that of `fasttext test`,
 * which predicts a label for each line and prints none, less that of loading the model.
 */
#ifndef BENCH_FASTTEXT_H
#define BENCH_FASTTEXT_H

#include <engage.h>

struct fasttext;

/* Trains on rows "label<TAB>…<TAB>text", and makes ready to run over posts `times` times.
 * NULL where there is no such command or file, which it then tells. */
struct fasttext *fasttext_begin(const engage_str *posts, size_t count, size_t times,
                                engage_tokenizer *tokenizer, const char *rows);

/* Seconds of processor time of one run. */
double fasttext_run(struct fasttext *fasttext);

void fasttext_end(struct fasttext *fasttext);

#endif
