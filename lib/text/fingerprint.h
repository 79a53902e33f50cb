/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Keys of posts that say the same, or nearly. Both read the text as a row of words:
 * case-folded letters, marks, digits and symbols; white space and punctuation only
 * part words, and handles and links are left out, so that a text sent to
 * many people, each by name, keeps its key.
 */
#ifndef ENGAGEP_FINGERPRINT_H
#define ENGAGEP_FINGERPRINT_H

#include <stddef.h>
#include <stdint.h>

/* Equal for posts of the same words in the same order; 0 for a post without any.
 * No allocation; cost linear in the size. */
uint64_t engagep_fingerprint_hash(const char *text, size_t size);

/* Near for posts of nearly the same words and pairs of words: the number of bits
 * that differ grows with what the posts do not share (Charikar's simhash, 2002). */
uint64_t engagep_fingerprint_simhash(const char *text, size_t size);

#endif
