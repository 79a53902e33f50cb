/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * What of a letter is not what its writer says of the matter: the greeting, the closing formula
 * with the signature, what is quoted of somebody else, and what forms and chats have around what is
 * said. English.
 */
#ifndef ENGAGEP_LETTER_H
#define ENGAGEP_LETTER_H

#include "text/tokenizer.h"

/* Leaves such tokens out of the last run, unless no word would be left. Linear. */
void engagep_letter_strip(struct engage_tokenizer *t);

/* ------------------------------------ shared by letter.c, quote.c, form.c and stamp.c --- */

/* Tokens one after another. */
struct engagep_part {
    size_t first;
    size_t end;
};

/* A mark of tokens that are to be left out, while a letter is read. */
#define ENGAGEP_LETTER_OUT 32u
void engagep_letter_mark(struct engage_tokenizer *t, struct engagep_part out);

/* Mark all from the heading of a mail that is answered, or what leads to quoted lines; and lines
 * that are quoted. Return whether there is any. */
int engagep_letter_mark_headings(struct engage_tokenizer *t);
int engagep_letter_mark_lines(struct engage_tokenizer *t);

/* Marks what forms and chats put in front of what is said, on lines of their own. Returns whether
 * there is any. */
int engagep_letter_mark_labels(struct engage_tokenizer *t);

/* Mark what an export of a chat has in front of each line, when and who; and lines that tell a device
 * with its version, also a bracket at the end, or how many found a review helpful. Return whether
 * there is any. */
int engagep_letter_mark_stamps(struct engage_tokenizer *t);
int engagep_letter_mark_facts(struct engage_tokenizer *t, int lines);

/* The end of the line that a token begins, or `end`. */
size_t engagep_letter_line_end(const struct engage_tokenizer *t, size_t first, size_t end);

/* Whether the norm of a token is one of some words, parted by single spaces. */
int engagep_letter_among(const struct engage_tokenizer *t, size_t token, const char *words);

/* Whether it is a word with a capital, and whether a sentence ends with it; a run of marks goes by
 * its first. */
int engagep_letter_is_capital(const struct engage_tokenizer *t, size_t token);
int engagep_letter_stops(const struct engage_tokenizer *t, size_t token);

#endif
