/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * What tokens are told apart by: hashes of their norms, where what is the same to a reader
 * is one.
 */
#ifndef ENGAGEP_SCORE_CONTENT_H
#define ENGAGEP_SCORE_CONTENT_H

#include "text/token.h"

/* The hash of a word as part of phrases. */
uint64_t engagep_content_word(const char *norm, size_t size);

/* The same of any token. */
uint64_t engagep_content_token(const struct engagep_token *token, const char *norm);

/* That of a full stop. */
uint64_t engagep_content_stop(void);

/* The text of a hashtag without its sign. */
const char *engagep_content_tag(const char *norm, size_t *size);

#endif
