/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * The tokenizer as the other rooms see it: an array, read without a call a token.
 */
#ifndef ENGAGEP_TEXT_TOKEN_H
#define ENGAGEP_TEXT_TOKEN_H

#include <engage/text.h>

struct engagep_token {
    uint32_t start; /* bytes of the text */
    uint32_t end;
    uint32_t norm;      /* offset into the norm bytes */
    uint16_t norm_size; /* a norm is cut off, on a character boundary, at 65,535 bytes */
    uint8_t kind;       /* ENGAGE_TOKEN_ */
    uint8_t marks;      /* ENGAGE_MARK_ bits */
};

/* Whether a line ends in front of a token of an array, which is not its first. */
static inline int engagep_token_begins_line(const char *text, const struct engagep_token *token)
{
    for (uint32_t at = token[-1].end; at < token->start; at++)
        if (text[at] == '\n')
            return 1;
    return 0;
}

/* The tokens of the last run, and the bytes that their norms point into. Borrowed
 * until the next run. From where a norm begins, so many bytes can be read. */
#define ENGAGEP_TOKEN_SLACK 8
const struct engagep_token *engagep_token_array(const engage_tokenizer *tokenizer, size_t *count);
const char *engagep_token_norms(const engage_tokenizer *tokenizer);

/* Makes the tokenizer that models read with. What ICU knows never decides a score; letters in
 * a style are read as the plain ones that they stand for, as if the text had been written with
 * these, in which tokens count their bytes then; of a letter only what it says has tokens. Returns
 * as engage_tokenizer_new. */
int engagep_token_reader(engage_tokenizer **out, uint32_t max_bytes,
                         const engage_allocator *allocator);

/* The text that tokens count their bytes in, and where a part of it is in the text given. */
const char *engagep_token_text(const engage_tokenizer *tokenizer);
engage_span engagep_token_source(const engage_tokenizer *tokenizer, engage_span span);

#endif
