/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * What the makers of features share: tokens as they see them, and how a feature is handed on.
 */
#ifndef ENGAGEP_SCORE_EMIT_H
#define ENGAGEP_SCORE_EMIT_H

#include "base/bits.h"
#include "base/hash.h"
#include "score/classes.h"
#include "score/features.h"

/* What a hash is of. A number never changes while ENGAGEP_FEATURES_ID stays. */
enum engagep_kind {
    ENGAGEP_KIND_CONTENT = 1, /* a token alone */
    ENGAGEP_KIND_LETTERS,
    ENGAGEP_KIND_TAG,
    ENGAGEP_KIND_PAIR,
    ENGAGEP_KIND_TRIPLE,
    ENGAGEP_KIND_AROUND, /* two tokens with one between */
    ENGAGEP_KIND_NEGATED,
    ENGAGEP_KIND_AFTER, /* a word after "but" */
    ENGAGEP_KIND_CAPITALS,
    ENGAGEP_KIND_STRETCHED,
    ENGAGEP_KIND_CLASS,
    ENGAGEP_KIND_CLASS_PAIR,
    ENGAGEP_KIND_FIRST, /* the first word of the post */
    ENGAGEP_KIND_FIRST_PAIR,
    ENGAGEP_KIND_START, /* the first word of a later sentence */
    ENGAGEP_KIND_LAST,
    ENGAGEP_KIND_END, /* the last mark, with the classes of the first word */
    ENGAGEP_KIND_TALLY,
    ENGAGEP_KIND_TONE, /* a pleasant or unpleasant word, by how much and where it stands */
    ENGAGEP_KIND_TONE_AFTER,
    ENGAGEP_KIND_TONE_BEFORE,
    ENGAGEP_KIND_TONE_WIDE,
    ENGAGEP_KIND_TONE_PAIR,
    ENGAGEP_KIND_SUM, /* what the tones of a post, or of a part of it, add up to */
    ENGAGEP_KIND_KIN, /* the group of a word */
    ENGAGEP_KIND_KIN_PAIR,
    ENGAGEP_KIND_KIN_NEGATED,
    ENGAGEP_KIND_FRAME, /* what kinds of words a sentence holds, all at once */
    ENGAGEP_KIND_CUE,   /* what an encoder is told of a token beside its word */
};

/* Kinds of content that are not words: the hash of a token that says no more than
 * that it is one. */
enum engagep_placeholder {
    ENGAGEP_SOME_MENTION = 1,
    ENGAGEP_SOME_URL,
    ENGAGEP_SOME_EMAIL,
    ENGAGEP_SOME_PHONE,
    ENGAGEP_SOME_CASHTAG,
    ENGAGEP_SOME_NAME, /* a word unknown, with a capital within a sentence */
    ENGAGEP_SOME_WORD, /* another word unknown */
};

enum engagep_tally {
    ENGAGEP_TALLY_WORDS,
    ENGAGEP_TALLY_MENTIONS,
    ENGAGEP_TALLY_LINKS,
    ENGAGEP_TALLY_HASHTAGS,
    ENGAGEP_TALLY_NUMBERS,
    ENGAGEP_TALLY_EMOJI,
    ENGAGEP_TALLY_EMOTICONS,
    ENGAGEP_TALLY_CAPITALS,
    ENGAGEP_TALLY_STRETCHED,
    ENGAGEP_TALLY_ASKS,
    ENGAGEP_TALLY_CRIES,
    ENGAGEP_TALLY_SENTENCES,
    ENGAGEP_TALLY_SHAPE, /* bits: begins with a mention, ends with a link, mostly capitals */
    ENGAGEP_TALLY_OTHER,
    ENGAGEP_TALLIES
};

/* A token as the features see it. */
struct engagep_word {
    uint64_t hash;    /* as part of phrases */
    uint64_t content; /* of the feature "this word" */
    uint64_t written; /* the same as it is spelt */
    uint32_t classes;
    uint16_t group;
    int8_t valence;
    uint8_t known;    /* to the vocabulary */
    uint8_t negated;
    uint8_t kind;     /* ENGAGE_TOKEN_ */
    uint8_t stop;     /* 1: ends a clause; 2: ends a sentence */
    uint8_t ends;     /* a sentence, 1: with "?"; 2: with "!"; 3: with both */
    uint8_t begins;   /* a line behind a sentence without a mark at its end */
    uint8_t repeated; /* the same as the token before it */
    uint16_t slot;    /* of the memo, which says all that it says by itself; or NONE */
};

#define ENGAGEP_REACH 4 /* tokens that a negation reaches, and that classes pair over */

/* A word that has classes. */
struct engagep_mood {
    uint32_t token;
    uint32_t line; /* two of one sentence are as far apart as tokens; others, out of reach */
};

/* The post that features are made of. */
struct engagep_post {
    const struct engagep_token *tokens;
    const char *norms;
    const char *text;
    struct engagep_word *words;
    size_t count;
    uint32_t classes; /* of any word */
    int has_lines;    /* more than one, in the text */
    /* Tokens that are looked at once more, so that others cost nothing. */
    uint32_t *loose; /* their features by themselves are to be handed on */
    size_t loose_count;
    struct engagep_mood *moods; /* words that have classes */
    size_t mood_count;
    uint32_t *turns; /* words that have a tone, or end or turn what has one */
    size_t turn_count;
    uint32_t tally[ENGAGEP_TALLIES];
};

static inline uint64_t engagep_emit_combine(uint64_t a, uint64_t b)
{
    return (a ^ (b << 23 | b >> 41)) * UINT64_C(0x9E3779B97F4A7C15) + b;
}

static inline uint64_t engagep_emit_hash(enum engagep_kind kind, uint64_t content)
{
    return engagep_hash_mix(content + (uint64_t)kind * UINT64_C(0xD1B54A32D192ED03));
}

static inline int engagep_word_is(const struct engagep_word *word, int class)
{
    return (word->classes >> class & 1) != 0;
}

#define ENGAGEP_TONE_LEAST 6 /* of a valence worth telling, either sign */

/* A negation has none by itself. */
static inline unsigned engagep_word_has_tone(const struct engagep_word *word)
{
    int size = word->valence < 0 ? -word->valence : word->valence;
    return (unsigned)((size >= ENGAGEP_TONE_LEAST) & !word->repeated &
                      !engagep_word_is(word, ENGAGEP_CLASS_NOT));
}

/* Hands the batch to the sink. */
void engagep_emit_flush(struct engagep_features *features);

/* Writes a feature behind those of the batch, where it does not count yet. */
static inline void engagep_emit_write(struct engagep_features *f, uint64_t hash, int rule,
                                      size_t first, size_t count)
{
    engagep_table_prefetch(&f->table, hash);
    f->next->hash = hash;
    f->next->first = (uint32_t)first;
    f->next->count = (uint16_t)(count < UINT16_MAX ? count : UINT16_MAX);
    f->next->rule = (uint8_t)rule;
}

/* Counts that feature, or does not; without a branch, where nobody can guess. */
static inline void engagep_emit_count(struct engagep_features *f, int counts)
{
    f->next += counts;
    if (f->next == f->batch + ENGAGEP_FEATURES_BATCH)
        engagep_emit_flush(f);
}

static inline void engagep_emit_hashed(struct engagep_features *f, uint64_t hash, int rule,
                                       size_t first, size_t count)
{
    engagep_emit_write(f, hash, rule, first, count);
    engagep_emit_count(f, 1);
}

static inline void engagep_emit(struct engagep_features *f, enum engagep_kind kind,
                                uint64_t content, int rule, size_t first, size_t count)
{
    engagep_emit_hashed(f, engagep_emit_hash(kind, content), rule, first, count);
}

/* The same if `is` is 1, rather than 0. */
static inline void engagep_emit_if(struct engagep_features *f, int is, enum engagep_kind kind,
                                   uint64_t content, int rule, size_t first, size_t count)
{
    engagep_emit_write(f, engagep_emit_hash(kind, content), rule, first, count);
    engagep_emit_count(f, is);
}

/* Reads the tokens into post->words, and counts them. */
void engagep_words_read(struct engagep_features *f, struct engagep_post *post);

/* Makes the list of classes. */
void engagep_words_init(struct engagep_features *features);

/* The features of a token by itself. */
void engagep_emit_token(struct engagep_features *f, const struct engagep_word *word, size_t token);

/* Those of the letters of a word, if the table does not have it. A name unknown says nothing
 * by its letters. */
void engagep_emit_spelling(struct engagep_features *f, const struct engagep_word *word,
                           const char *norm, size_t size, size_t token);

void engagep_tones_emit(struct engagep_features *f, const struct engagep_post *post);
void engagep_moods_emit_frames(struct engagep_features *f, const struct engagep_post *post);
void engagep_moods_emit(struct engagep_features *f, const struct engagep_post *post);

#endif
