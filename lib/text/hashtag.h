/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * The words inside of a hashtag.
 */
#ifndef ENGAGEP_HASHTAG_H
#define ENGAGEP_HASHTAG_H

#include <stddef.h>
#include <stdint.h>

/* What tools/gen_words.py writes: a word of at most 20 letters, in lower case, and its
 * cost in sixteenths of a nat. An array in place of a pointer, so that the table needs
 * no relocation when the library is loaded. */
struct engagep_word {
    uint8_t cost;
    char text[21];
};
extern const struct engagep_word engagep_words[];
extern const size_t engagep_word_count;

#endif
