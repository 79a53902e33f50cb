/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Other spellings of words beyond ASCII: with accents and dots left out, kept or written as "ae",
 * with the letters that Arabic and Hindi are written with in haste, and Arabic words without what
 * is written together with them.
 */
#ifndef ENGAGEP_SCORE_SPELLING_H
#define ENGAGEP_SCORE_SPELLING_H

#include <stddef.h>

/* Takes a spelling; whether it is known. */
typedef int engagep_spelling_taker(void *ctx, const char *norm, size_t size);

/* Gives other spellings of a word, the likeliest first, until one is taken. Returns whether one
 * was. */
int engagep_spellings(const char *norm, size_t size, engagep_spelling_taker *take, void *ctx);

#endif
