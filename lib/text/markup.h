/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Where the tags and comments of HTML end, for those who pass over them.
 */
#ifndef ENGAGEP_TEXT_MARKUP_H
#define ENGAGEP_TEXT_MARKUP_H

#include <stddef.h>

/* The end of the tag or comment that begins with the < at `at`; the end of the source where it
 * is not closed; 0 where that < is only a character. */
size_t engagep_markup_end(const char *html, size_t size, size_t at);

#endif
