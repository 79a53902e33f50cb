/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Any number of phrases, found in tokens in one pass. A phrase is a key: the norms of
 * its tokens with a separator between them. The keys make a trie over bytes, so that
 * no choice of phrases or posts makes it slow; most tokens are told by a bit of a hash.
 */
#ifndef ENGAGEP_SCORE_TERMS_H
#define ENGAGEP_SCORE_TERMS_H

#include "base/arena.h"
#include "text/token.h"

/* Between the tokens of a key, and in place of a hyphen within one, so that "wi-fi" and
 * "wi fi" are one. UTF-8 has no such byte. */
#define ENGAGEP_TERMS_GAP 0xFF

/* The longest key. It bounds the work per token. */
#define ENGAGEP_TERMS_KEY 255

/* The most tokens of a match: a byte each, and the gaps between them. A key of tokens without
 * a byte, such as a selector by itself, may have more gaps, and is found up to here. */
#define ENGAGEP_TERMS_TOKENS ((ENGAGEP_TERMS_KEY + 1) / 2)

#define ENGAGEP_TERMS_NONE UINT32_MAX

struct engagep_key {
    const char *data;
    uint32_t size;
    uint32_t entry; /* what it names */
    uint32_t rank;  /* of keys that are the same, the one of the least rank counts */
};

struct engagep_node;

struct engagep_terms {
    struct engagep_key *keys; /* sorted, each once */
    size_t count;
    struct engagep_node *nodes;
    uint32_t first[256];  /* the node of each first byte */
    uint8_t *heads;      /* bits of what keys begin with, by hash */
    unsigned head_shift; /* that leaves the number of a bit of a hash */
};

struct engagep_match {
    uint32_t entry;
    uint32_t first; /* token */
    uint32_t count; /* of tokens; 0: words inside of the first one, a hashtag */
    engage_span span;
};

/* Writes the key of tokens: its size, or 0 where it is longer than ENGAGEP_TERMS_KEY
 * or there are no tokens. */
size_t engagep_terms_key(const struct engagep_token *tokens, size_t count, const char *norms,
                         char out[ENGAGEP_TERMS_KEY]);

/* Sorts the keys in place, leaves one of those that are the same, and makes the trie.
 * Returns ENGAGE_OK or ENGAGE_ENOMEM. */
int engagep_terms_build(struct engagep_terms *terms, struct engagep_key *keys, size_t count,
                        struct engagep_arena *arena);

/* The entry of a key, or ENGAGEP_TERMS_NONE. */
uint32_t engagep_terms_find(const struct engagep_terms *terms, const char *key, size_t size);

/* Finds the next match at or after token *at, the longest one that begins there, and
 * moves *at behind it. Returns 1, or 0 where there is none. A hashtag that is no key
 * is read as the words in it: *inside is where to go on in it; begin with 0. */
int engagep_terms_next(const struct engagep_terms *terms, const engage_tokenizer *tokenizer,
                       size_t *at, size_t *inside, struct engagep_match *match);

#endif
