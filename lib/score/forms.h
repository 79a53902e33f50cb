/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Tokens in a plainer form: what one that nobody knows as it is written may be known by. Each
 * writes up to ENGAGEP_FORM_MOST bytes and returns how many; 0: there is no such form.
 */
#ifndef ENGAGEP_SCORE_FORMS_H
#define ENGAGEP_SCORE_FORMS_H

#include <stddef.h>

#define ENGAGEP_FORM_MOST 24

/* Marks of ASCII for those of other scripts and for emoji that are marks: "!!" for U+203C. */
size_t engagep_form_marks(const char *norm, size_t size, char *plain);

/* An emoticon without its nose, with one mouth, and the right way round. */
size_t engagep_form_face(const char *norm, size_t size, char *plain);

/* A sum of money in dollars, whatever its currency: what matters is that it is one. */
size_t engagep_form_money(const char *norm, size_t size, char *plain);

/* A number without two decimals that end it. */
size_t engagep_form_whole(const char *norm, size_t size, char *plain);

/* The letters behind the digits of a number, as where they lie in it: "hrs" of "2hrs". */
size_t engagep_form_unit(const char *norm, size_t size, const char **unit);

/* A word with one letter behind an asterisk: the same with the vowel `letter` there. */
size_t engagep_form_unveiled(const char *norm, size_t size, char letter, char *plain);

#endif
