/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * The tokenizer's inside, shared by the files that make it up.
 */
#ifndef ENGAGEP_TOKENIZER_H
#define ENGAGEP_TOKENIZER_H

#include "text/icu.h"
#include "text/plain.h"
#include "text/token.h"

struct engage_tokenizer {
    engage_allocator allocator;
    uint32_t max_bytes;
    uint32_t flags;
    int plainly; /* as models read: letters in a style as plain ones, mail as what it says */

    /* The run. */
    const char *text;
    size_t size;
    struct engagep_token *tokens; /* room for one a byte, so that none needs a check */
    size_t count;
    size_t capacity;
    char *norms; /* first the text with ASCII in lower case, then norms that differ */
    size_t norms_size;
    size_t norms_capacity;
    /* A bit for each byte of the text, in one block: it is a capital, a letter of ASCII. */
    unsigned char *capitals;
    unsigned char *letters;
    size_t bits_capacity; /* of both */
    int failed;           /* ENGAGE_OK or ENGAGE_ENOMEM */
    unsigned glue; /* ENGAGE_MARK_GLUED where no white space follows the last token, else 0 */
    size_t no_email; /* no e-mail address begins before here */
    size_t no_link;  /* no link begins before here */
    size_t no_initials; /* nor initials */
    struct engagep_plain plain;
    struct engagep_icu *icu; /* opened when it is first needed */
};

/* Cuts the text, which the fields above describe, into tokens (scan.c). */
void engagep_scan_run(struct engage_tokenizer *t);

/* What a norm does beyond lower case (norm.c). */
enum {
    ENGAGEP_NORM_ELONGATION = 1, /* fold a letter three or more times in a row to two */
    ENGAGEP_NORM_RUN = 2,        /* fold any character more than three times in a row to three */
    ENGAGEP_NORM_BARE = 4,       /* leave out variation selectors alone, not all ignorables */
    ENGAGEP_NORM_REFERENCES = 8  /* read character references of HTML as their characters */
};

/* Gives the last token a norm of its own. Returns whether elongation was folded. */
int engagep_norm_token(struct engage_tokenizer *t, unsigned how);

/* So much of a norm is kept: one that is too long is cut off between two characters. */
uint16_t engagep_norm_limit(const char *norm, size_t size);

/* Whether a character, none below `least`, stands three times in a row. */
int engagep_norm_repeats(const char *text, size_t size, uint32_t least);

#endif
