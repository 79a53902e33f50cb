/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Links as twitter-text 3.1 finds them, its regular expressions turned into a walk
 * that is linear in the text.
 */
#ifndef ENGAGEP_URL_H
#define ENGAGEP_URL_H

#include <stddef.h>
#include <stdint.h>

/* Classes of characters that more than one kind of entity needs. */
int engagep_url_is_space(uint32_t code);  /* white space, by twitter-text's list */
int engagep_url_is_punct(uint32_t code);  /* punctuation of ASCII, by the same */
int engagep_url_is_accent(uint32_t code); /* Latin with accents, and combining accents */

/* The code point that ends at `at`, at > 0; *start is where it begins. */
uint32_t engagep_url_before(const char *text, size_t at, size_t *start);

/* A walk over the links of a text. `bare` says that those without http:// count. */
struct engagep_url_walk {
    const char *text;
    size_t size;
    int bare;
    int wide; /* paths and queries may hold characters of any script; 0 unless it is set */
    size_t from; /* where the next run of domain characters is looked for */
    size_t last; /* the end of the last match, taken or not */

    /* The run of labels that is being read: [at, run_end). */
    size_t at;
    size_t run_end;
    /* The label that holds `at`: its end, its last underscore, the top-level domain after
     * its full stop (0 where none), and whether it may be followed by more. */
    size_t label_end;
    size_t label_mark;
    size_t label_tld;
    int label_sound;
    /* The sound labels after it: where they end, and the last full stop among them
     * that a top-level domain follows. */
    size_t chain_end;
    size_t chain_stop;
    size_t chain_tld;

    /* Parts of a bare domain of Latin letters that are links by themselves. */
    size_t part;
    size_t part_end; /* of the domain; 0 when no domain is being cut */
    size_t tail_end; /* of path and query, 0 where there is no path */
};

void engagep_url_begin(struct engagep_url_walk *walk, const char *text, size_t size, int bare);

/* The next link: 1 and its range, or 0 at the end. */
int engagep_url_next(struct engagep_url_walk *walk, size_t *start, size_t *end);

#endif
