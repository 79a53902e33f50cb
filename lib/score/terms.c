/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "score/terms.h"

#include "base/alloc.h"
#include "base/utf8.h"
#include "text/swar.h"

#include <string.h>

/* The keys that begin with the bytes on the way from the root. */
struct engagep_node {
    uint32_t key;      /* the key that ends here; of a leaf, the only one that goes on */
    uint32_t first;    /* child */
    uint16_t children; /* 0: a leaf */
    unsigned char byte; /* that leads here */
};

/* -------------------------------------------------------------- building --- */

static int compare(const struct engagep_key *a, const struct engagep_key *b)
{
    uint32_t size = a->size < b->size ? a->size : b->size;
    int order = memcmp(a->data, b->data, size);
    if (order != 0)
        return order;
    return a->size < b->size ? -1 : a->size > b->size;
}

static int comes_after(const struct engagep_key *a, const struct engagep_key *b)
{
    int order = compare(a, b);
    return order != 0 ? order > 0 : a->rank > b->rank;
}

static void sift(struct engagep_key *keys, size_t at, size_t count)
{
    for (;;) {
        size_t child = at * 2 + 1;
        if (child >= count)
            return;
        if (child + 1 < count && comes_after(&keys[child + 1], &keys[child]))
            child++;
        if (!comes_after(&keys[child], &keys[at]))
            return;
        struct engagep_key moved = keys[at];
        keys[at] = keys[child];
        keys[child] = moved;
        at = child;
    }
}

/* Heapsort: in place, and never slow, whatever the keys. */
static void sort(struct engagep_key *keys, size_t count)
{
    for (size_t i = count / 2; i > 0; i--)
        sift(keys, i - 1, count);
    for (size_t left = count; left > 1; left--) {
        struct engagep_key largest = keys[0];
        keys[0] = keys[left - 1];
        keys[left - 1] = largest;
        sift(keys, 0, left - 1);
    }
}

static size_t leave_one(struct engagep_key *keys, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (kept == 0 || compare(&keys[kept - 1], &keys[i]) != 0)
            keys[kept++] = keys[i];
    }
    return kept;
}

/* A node that is still to be made: the keys of one prefix. */
struct range {
    uint32_t low;
    uint32_t high;
    uint32_t depth;
};

/* How many keys of sorted `keys` have the same byte at `depth` as the first one. */
static uint32_t run_of(const struct engagep_key *keys, uint32_t count, uint32_t depth)
{
    uint32_t n = 1;
    while (n < count && keys[n].data[depth] == keys[0].data[depth])
        n++;
    return n;
}

/* Splits the range of a node, whose first key does not end there, into children. */
static size_t split(const struct engagep_terms *terms, struct range *ranges, size_t used,
                    struct range range, struct engagep_node *node)
{
    node->first = (uint32_t)used;
    while (range.low < range.high) {
        const struct engagep_key *keys = terms->keys + range.low;
        uint32_t n = run_of(keys, range.high - range.low, range.depth);
        terms->nodes[used].byte = (unsigned char)keys->data[range.depth];
        ranges[used++] = (struct range){range.low, range.low + n, range.depth + 1};
        node->children++;
        range.low += n;
    }
    return used;
}

/* An upper bound of the nodes: the root, one a key, and one for each byte that a key
 * shares with the key before it. */
static size_t node_bound(const struct engagep_key *keys, size_t count)
{
    size_t bound = count + 1;
    for (size_t i = 1; i < count; i++) {
        uint32_t size = keys[i].size < keys[i - 1].size ? keys[i].size : keys[i - 1].size;
        for (uint32_t k = 0; k < size && keys[i].data[k] == keys[i - 1].data[k]; k++)
            bound++;
    }
    return bound;
}

/* Makes the nodes, those of one depth before those of the next. */
static void make_nodes(struct engagep_terms *terms, struct range *ranges)
{
    size_t used = 1;
    ranges[0] = (struct range){0, (uint32_t)terms->count, 0};
    for (size_t at = 0; at < used; at++) {
        struct range range = ranges[at];
        struct engagep_node *node = &terms->nodes[at];
        node->key = ENGAGEP_TERMS_NONE;
        node->children = 0;
        node->first = 0;
        if (range.high - range.low == 1 && at > 0) {
            node->key = range.low;
            continue;
        }
        if (range.low < range.high && terms->keys[range.low].size == range.depth)
            node->key = range.low++;
        used = split(terms, ranges, used, range, node);
    }
    for (uint32_t i = 0; i < terms->nodes[0].children; i++) {
        uint32_t child = terms->nodes[0].first + i;
        terms->first[terms->nodes[child].byte] = child;
    }
}

/* ----------------------------------------------------------------- heads --- */

/* The bit of what a token or key begins with, of which eight bytes can be read: its first
 * bytes up to what may be a gap or a possessive ending, a mark from ' to -. */
static inline uint32_t head_of(const struct engagep_terms *terms, const char *p, size_t size)
{
    uint64_t head = engagep_swar_load(p);
    /* No branch: sizes are hard to guess. */
    size_t over = 64 - 8 * (size < 8 ? size : 8);
    head = size > 0 ? head << over >> over : 0;
    uint64_t end = engagep_swar_within(head, '\'', '-');
    head &= ((end & (0 - end)) - 1) >> 7;
    return (uint32_t)(head * UINT64_C(0x9E3779B97F4A7C15) >> terms->head_shift);
}

static inline int has_head(const struct engagep_terms *terms, uint32_t bit)
{
    return (terms->heads[bit >> 3] >> (bit & 7) & 1) != 0;
}

/* Room for 32 bits a key, so that one token in 32 is looked at in vain. */
static int make_heads(struct engagep_terms *terms, struct engagep_arena *arena)
{
    unsigned bits = 10;
    while (bits < 31 && (size_t)1 << bits < terms->count * 32)
        bits++;
    size_t bytes = (size_t)1 << (bits - 3);
    terms->head_shift = 64 - bits;
    terms->heads = engagep_arena_array(arena, bytes, 1);
    if (terms->heads == NULL)
        return ENGAGE_ENOMEM;
    memset(terms->heads, 0, bytes);
    for (size_t i = 0; i < terms->count; i++) {
        const struct engagep_key *key = &terms->keys[i];
        const char *gap = memchr(key->data, ENGAGEP_TERMS_GAP, key->size);
        size_t size = gap != NULL ? (size_t)(gap - key->data) : key->size;
        char head[8] = {0};
        memcpy(head, key->data, size < sizeof(head) ? size : sizeof(head));
        uint32_t bit = head_of(terms, head, size);
        terms->heads[bit >> 3] |= (uint8_t)(1u << (bit & 7));
    }
    return ENGAGE_OK;
}

int engagep_terms_build(struct engagep_terms *terms, struct engagep_key *keys, size_t count,
                        struct engagep_arena *arena)
{
    sort(keys, count);
    terms->keys = keys;
    terms->count = leave_one(keys, count);
    for (size_t byte = 0; byte < 256; byte++)
        terms->first[byte] = ENGAGEP_TERMS_NONE;
    if (make_heads(terms, arena) != ENGAGE_OK)
        return ENGAGE_ENOMEM;
    size_t bound = node_bound(keys, terms->count);
    if (bound >= ENGAGEP_TERMS_NONE)
        return ENGAGE_ENOMEM;
    terms->nodes = engagep_arena_array(arena, bound, sizeof(*terms->nodes));
    struct range *ranges = engagep_alloc_array(&arena->allocator, bound, sizeof(*ranges));
    if (terms->nodes == NULL || ranges == NULL) {
        engagep_alloc_free(&arena->allocator, ranges, bound, sizeof(*ranges));
        return ENGAGE_ENOMEM;
    }
    make_nodes(terms, ranges);
    engagep_alloc_free(&arena->allocator, ranges, bound, sizeof(*ranges));
    return ENGAGE_OK;
}

/* -------------------------------------------------------------- matching --- */

/* Where a walk down the trie stands. */
struct walk {
    const struct engagep_terms *terms;
    uint32_t node;
    uint32_t depth; /* bytes read */
};

static int step(struct walk *walk, unsigned char byte)
{
    const struct engagep_terms *terms = walk->terms;
    if (walk->depth == 0) {
        walk->node = terms->first[byte];
        walk->depth = 1;
        return walk->node != ENGAGEP_TERMS_NONE;
    }
    const struct engagep_node *node = &terms->nodes[walk->node];
    if (node->children == 0) {
        const struct engagep_key *key = &terms->keys[node->key];
        return walk->depth < key->size && (unsigned char)key->data[walk->depth++] == byte;
    }
    uint32_t low = node->first;
    uint32_t high = low + node->children;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (terms->nodes[middle].byte < byte)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == node->first + node->children || terms->nodes[low].byte != byte)
        return 0;
    walk->node = low;
    walk->depth++;
    return 1;
}

/* The entry of the key that ends where the walk stands, or NONE. */
static uint32_t entry_at(const struct walk *walk)
{
    const struct engagep_node *node = &walk->terms->nodes[walk->node];
    if (walk->depth == 0 || node->key == ENGAGEP_TERMS_NONE)
        return ENGAGEP_TERMS_NONE;
    const struct engagep_key *key = &walk->terms->keys[node->key];
    return key->size == walk->depth ? key->entry : ENGAGEP_TERMS_NONE;
}

uint32_t engagep_terms_find(const struct engagep_terms *terms, const char *key, size_t size)
{
    struct walk walk = {terms, 0, 0};
    for (size_t i = 0; i < size; i++) {
        if (!step(&walk, (unsigned char)key[i]))
            return ENGAGEP_TERMS_NONE;
    }
    return entry_at(&walk);
}

static int is_gap(int kind, char byte)
{
    return byte == '-' && (kind == ENGAGE_TOKEN_WORD || kind == ENGAGE_TOKEN_NUMBER);
}

static int step_norm(struct walk *walk, int kind, const char *norm, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (!step(walk, is_gap(kind, norm[i]) ? ENGAGEP_TERMS_GAP : (unsigned char)norm[i]))
            return 0;
    }
    return 1;
}

#define DOUBLED 4 /* letters of a stretched word that may have been single ones */

/* A word with letters repeated for emphasis has each of them twice in its norm, where the word
 * that is meant may have it once: tries those with some of them once. */
static int step_stretched(struct walk *walk, int kind, const char *norm, size_t size)
{
    engage_span doubled[DOUBLED]; /* the second ones */
    unsigned count = 0;
    uint32_t before = 0;
    for (size_t i = 0; i < size && count < DOUBLED;) {
        uint32_t code;
        size_t length = engagep_utf8_decode(norm + i, size - i, &code);
        if (i > 0 && code == before)
            doubled[count++] = (engage_span){(uint32_t)i, (uint32_t)(i + length)};
        before = code;
        i += length;
    }
    const struct walk begin = *walk;
    for (unsigned some = 1; some < 1u << count; some++) {
        size_t at = 0;
        int alive = 1;
        *walk = begin;
        for (unsigned k = 0; k < count && alive; k++) {
            if ((some >> k & 1) == 0)
                continue;
            alive = step_norm(walk, kind, norm + at, doubled[k].start - at);
            at = doubled[k].end;
        }
        if (alive && step_norm(walk, kind, norm + at, size - at))
            return 1;
    }
    return 0;
}

/* The bytes of the full-width sign that a handle or a hashtag may begin with, in place of the one
 * that keys have. */
static size_t wide_sign(const struct engagep_token *token, const char *norm)
{
    int signs = token->kind == ENGAGE_TOKEN_MENTION || token->kind == ENGAGE_TOKEN_HASHTAG;
    return signs && (unsigned char)*norm == 0xEF ? 3 : 0;
}

static int step_token(struct walk *walk, const struct engagep_token *token, const char *norm,
                      size_t size)
{
    size_t sign = wide_sign(token, norm);
    if (sign > 0 && !step(walk, token->kind == ENGAGE_TOKEN_MENTION ? '@' : '#'))
        return 0;
    norm += sign;
    size -= sign;
    const struct walk begin = *walk;
    if (step_norm(walk, token->kind, norm, size))
        return 1;
    if ((token->marks & ENGAGE_MARK_ELONGATED) == 0)
        return 0;
    *walk = begin;
    return step_stretched(walk, token->kind, norm, size);
}

/* Where the character that ends at `end`, or the reference to one, begins. */
static size_t step_back(const char *text, size_t end)
{
    size_t at = end - 1;
    if (text[at] == ';')
        while (at > 0 && text[at] != '&')
            at--;
    while (at > 0 && ((unsigned char)text[at] & 0xC0) == 0x80)
        at--;
    return at;
}

/* The bytes of a possessive ending of a word as written, which a name does not have; 0
 * where there is none. The norm has the plain apostrophe, in whatever way it was written. */
static size_t possessive(const struct engagep_token *token, const char *norm, const char *text)
{
    size_t size = token->norm_size;
    if (size < 3 || norm[size - 1] != 's' || norm[size - 2] != '\'')
        return 0;
    size_t at = step_back(text, token->end);
    return at > token->start ? token->end - step_back(text, at) : 0;
}

/* The longest match that begins with token `at`. */
static int match_tokens(const struct engagep_terms *terms, const struct engagep_token *tokens,
                        size_t count, const char *norms, const char *text, size_t at,
                        struct engagep_match *match)
{
    struct walk walk = {terms, 0, 0};
    int found = 0;
    for (size_t i = at; i < count && i - at < ENGAGEP_TERMS_TOKENS; i++) {
        const struct engagep_token *token = &tokens[i];
        size_t size = token->norm_size;
        if (i > at && !step(&walk, ENGAGEP_TERMS_GAP))
            break;
        size_t ending = 0;
        if (token->kind == ENGAGE_TOKEN_WORD)
            ending = possessive(token, norms + token->norm, text);
        /* A norm has the plain apostrophe: two bytes, however it was written. */
        size_t bare = ending > 0 && size > 2 ? size - 2 : size;
        if (!step_token(&walk, token, norms + token->norm, bare))
            break;
        uint32_t entry = entry_at(&walk);
        uint32_t end = token->end - (bare < size ? (uint32_t)ending : 0);
        int whole = step_norm(&walk, token->kind, norms + token->norm + bare, size - bare);
        if (whole && bare < size && entry_at(&walk) != ENGAGEP_TERMS_NONE) {
            entry = entry_at(&walk);
            end = token->end;
        }
        if (entry != ENGAGEP_TERMS_NONE) {
            found = 1;
            *match = (struct engagep_match){
                entry, (uint32_t)at, (uint32_t)(i - at + 1), {tokens[at].start, end}};
        }
        if (!whole)
            break;
    }
    return found;
}

static int is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static int is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

/* The end of the word that begins at `at` inside a hashtag written #LikeThis or
 * #like_this. */
static size_t inner_end(const char *text, size_t size, size_t at)
{
    size_t end = at + 1;
    while (end < size && (is_upper(text[end]) || is_lower(text[end])) &&
           !(is_upper(text[end]) && is_lower(text[end - 1])))
        end++;
    return end;
}

/* The next match inside a hashtag at or after byte *inside of it, over whole words. */
static int match_inside(const struct engagep_terms *terms, const struct engagep_token *tag,
                        size_t at, const char *text, size_t *inside, struct engagep_match *match)
{
    const char *bytes = text + tag->start;
    size_t size = tag->end - tag->start;
    while (*inside < size) {
        if (!is_upper(bytes[*inside]) && !is_lower(bytes[*inside])) {
            ++*inside;
            continue;
        }
        struct walk walk = {terms, 0, 0};
        size_t next = inner_end(bytes, size, *inside);
        size_t matched = 0;
        uint32_t entry = ENGAGEP_TERMS_NONE;
        for (size_t from = *inside, end = next; end > from; end = inner_end(bytes, size, from)) {
            int alive = 1;
            for (size_t i = from; i < end && alive; i++)
                alive = step(&walk, (unsigned char)(bytes[i] | 0x20));
            if (alive && entry_at(&walk) != ENGAGEP_TERMS_NONE) {
                entry = entry_at(&walk);
                matched = end;
            }
            from = end + (end < size && bytes[end] == '_');
            if (!alive || from >= size || !step(&walk, ENGAGEP_TERMS_GAP) ||
                (!is_upper(bytes[from]) && !is_lower(bytes[from])))
                break;
        }
        if (entry != ENGAGEP_TERMS_NONE) {
            *match = (struct engagep_match){entry,
                                            (uint32_t)at,
                                            0,
                                            {tag->start + (uint32_t)*inside,
                                             tag->start + (uint32_t)matched}};
            *inside = matched;
            return 1;
        }
        *inside = next;
    }
    return 0;
}

/* Whether a match may begin with a token; with most it may not. */
static inline int may_begin(const struct engagep_terms *terms, const struct engagep_token *token,
                            const char *norm)
{
    return has_head(terms, head_of(terms, norm, token->norm_size)) |
           (token->kind == ENGAGE_TOKEN_HASHTAG) |
           ((token->kind == ENGAGE_TOKEN_MENTION) & (*norm != '@')) |
           ((token->marks & ENGAGE_MARK_ELONGATED) != 0);
}

/* The first token from `at` on that a match may begin with. */
static size_t skip(const struct engagep_terms *terms, const struct engagep_token *tokens,
                   size_t count, const char *norms, size_t at)
{
    while (at < count && !may_begin(terms, &tokens[at], norms + tokens[at].norm))
        at++;
    return at;
}

int engagep_terms_next(const struct engagep_terms *terms, const engage_tokenizer *tokenizer,
                       size_t *at, size_t *inside, struct engagep_match *match)
{
    size_t count;
    const struct engagep_token *tokens = engagep_token_array(tokenizer, &count);
    const char *norms = engagep_token_norms(tokenizer);
    const char *text = engagep_token_text(tokenizer);
    for (;; ++*at, *inside = 0) {
        size_t i = *at = skip(terms, tokens, count, norms, *at);
        if (i == count)
            return 0;
        if (*inside == 0 && match_tokens(terms, tokens, count, norms, text, i, match)) {
            *at = i + match->count;
            return 1;
        }
        if (tokens[i].kind == ENGAGE_TOKEN_HASHTAG &&
            match_inside(terms, &tokens[i], i, text, inside, match))
            return 1;
    }
}

size_t engagep_terms_key(const struct engagep_token *tokens, size_t count, const char *norms,
                         char out[ENGAGEP_TERMS_KEY])
{
    size_t size = 0;
    for (size_t i = 0; i < count; i++) {
        const struct engagep_token *token = &tokens[i];
        if (ENGAGEP_TERMS_KEY - size < (size_t)token->norm_size + (i > 0))
            return 0;
        if (i > 0)
            out[size++] = (char)ENGAGEP_TERMS_GAP;
        for (size_t k = 0; k < token->norm_size; k++) {
            char byte = norms[token->norm + k];
            out[size++] = is_gap(token->kind, byte) ? (char)ENGAGEP_TERMS_GAP : byte;
        }
    }
    return size;
}
