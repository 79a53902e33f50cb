/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * What a model knows of single words before it weighs them: how pleasant a word is,
 * and which words it is used like. Buckets of eight entries, a cache line each. An
 * entry is a tag of 32 bits, the valence, a byte that is zero, and the number of a
 * group of words (0: of none); all of it little-endian.
 */
#ifndef ENGAGEP_SCORE_VOCABULARY_H
#define ENGAGEP_SCORE_VOCABULARY_H

#include "base/little.h"

#include <stddef.h>

#define ENGAGEP_VOCABULARY_ENTRY 8
#define ENGAGEP_VOCABULARY_WAYS 8
#define ENGAGEP_VOCABULARY_BUCKET (ENGAGEP_VOCABULARY_ENTRY * ENGAGEP_VOCABULARY_WAYS)

struct engagep_vocabulary {
    const unsigned char *entries;
    uint32_t buckets; /* 0: no word is known */
};

/* The bucket of a word's feature: the high half of its hash, scaled. */
static inline uint32_t engagep_vocabulary_bucket(const struct engagep_vocabulary *vocabulary,
                                                 uint64_t hash)
{
    return (uint32_t)((hash >> 32) * vocabulary->buckets >> 32);
}

/* The tag of a word's feature; 0 is kept for entries not in use. */
static inline uint32_t engagep_vocabulary_tag(uint64_t hash)
{
    uint32_t tag = (uint32_t)hash;
    return tag + (tag == 0);
}

static inline uint32_t engagep_vocabulary_tag_of(const unsigned char *entry)
{
    return engagep_little_u32(entry);
}

static inline int engagep_vocabulary_valence(const unsigned char *entry)
{
    return (signed char)entry[4];
}

static inline uint32_t engagep_vocabulary_group(const unsigned char *entry)
{
    return engagep_little_u16(entry + 6);
}

/* The entry of a word, by the hash of its feature; NULL where it is not known. */
static inline const unsigned char *
engagep_vocabulary_find(const struct engagep_vocabulary *vocabulary, uint64_t hash)
{
    if (vocabulary->buckets == 0)
        return NULL;
    const unsigned char *entry =
        vocabulary->entries +
        (size_t)engagep_vocabulary_bucket(vocabulary, hash) * ENGAGEP_VOCABULARY_BUCKET;
    /* All of them, with no branch: which way it is, nobody can guess. */
    uint32_t tag = engagep_vocabulary_tag(hash);
    uint32_t at = ENGAGEP_VOCABULARY_WAYS;
    for (uint32_t way = 0; way < ENGAGEP_VOCABULARY_WAYS; way++)
        at = engagep_vocabulary_tag_of(entry + way * ENGAGEP_VOCABULARY_ENTRY) == tag ? way : at;
    return at == ENGAGEP_VOCABULARY_WAYS ? NULL : entry + at * ENGAGEP_VOCABULARY_ENTRY;
}

static inline void engagep_vocabulary_prefetch(const struct engagep_vocabulary *vocabulary,
                                               uint64_t hash)
{
#if defined(__GNUC__)
    if (vocabulary->buckets > 0)
        __builtin_prefetch(vocabulary->entries +
                           (size_t)engagep_vocabulary_bucket(vocabulary, hash) *
                               ENGAGEP_VOCABULARY_BUCKET);
#else
    (void)vocabulary;
    (void)hash;
#endif
}

#endif
