/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Posts whose letters are in a style (mathematical, full-width, small capitals, raised,
 * enclosed), with the letters and digits of ASCII that they stand for; digits of other scripts
 * with those of ASCII; Arabic in the letters of an Arabic keyboard, without what voices or
 * lengthens them; and what stands between pairs of asterisks, as Markdown has it, without these.
 */
#ifndef ENGAGEP_PLAIN_H
#define ENGAGEP_PLAIN_H

#include <engage/base.h>

/* Zero it; `text` is NULL where the last post had no such letters. */
struct engagep_plain {
    const char *text;
    size_t size;
    const char *post; /* that was read */
    char *bytes;
    size_t capacity;
    uint32_t *source; /* by byte of the text and for its end: where in the post that is */
    size_t source_capacity;
};

/* Whether any of these may be in a post: false of nearly all. `low`: the post as the
 * tokenizer keeps it, with eight bytes behind it that can be read. */
int engagep_plain_may(const char *low, size_t size);

/* Whether two asterisks stand side by side in it. */
int engagep_plain_has_asterisks(const char *low, size_t size);

/* Reads a post. What has a @ or :// with nothing but such letters and ASCII in between is left
 * as it is, so that handles, addresses and links are what the tokenizer says. An enclosed letter
 * is a letter in a post where two of them stand side by side, one that is an emoji only
 * beside another. Returns ENGAGE_OK or ENGAGE_ENOMEM. Linear. */
int engagep_plain_read(struct engagep_plain *plain, const char *post, size_t size,
                       const engage_allocator *allocator);

/* Where in the post a part of the text is. */
engage_span engagep_plain_source(const struct engagep_plain *plain, engage_span span);

void engagep_plain_release(struct engagep_plain *plain, const engage_allocator *allocator);

#endif
