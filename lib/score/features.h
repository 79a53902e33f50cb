/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * From tokens to features: what a model knows a post by. The trainer and the
 * analyzer run this same code, so that training and scoring cannot differ.
 *
 * A feature is a hash of 64 bits, the tokens it was seen in, and the rule by which
 * it was made. A change that gives another hash to what models have learnt must raise
 * ENGAGEP_FEATURES_ID, which model files carry; to take a form that they do not know for one
 * that they know need not.
 */
#ifndef ENGAGEP_SCORE_FEATURES_H
#define ENGAGEP_SCORE_FEATURES_H

#include "score/table.h"
#include "score/vocabulary.h"
#include "text/token.h"

#define ENGAGEP_FEATURES_ID 3u

/* How a feature was made; the names are those of evidence rows. */
enum engagep_rule {
    ENGAGEP_RULE_BIAS,
    ENGAGEP_RULE_WORD,     /* a word or number */
    ENGAGEP_RULE_MARK,     /* punctuation or a symbol */
    ENGAGEP_RULE_EMOJI,    /* an emoji, whatever its tone */
    ENGAGEP_RULE_EMOTICON, /* an emoticon */
    ENGAGEP_RULE_HASHTAG,  /* a hashtag, or a word within one */
    ENGAGEP_RULE_ENTITY,   /* that there is a mention, link, address or number to call */
    ENGAGEP_RULE_LETTERS,  /* three to five letters of a word the model does not know */
    ENGAGEP_RULE_PHRASE,   /* two or three tokens in a row, or two with one between */
    ENGAGEP_RULE_NEGATED,  /* a word within reach of a negation */
    ENGAGEP_RULE_CONTRAST, /* a word after "but" */
    ENGAGEP_RULE_SHAPE,    /* capitals, elongation, runs of marks */
    ENGAGEP_RULE_MOOD,     /* classes of words, alone and one after another */
    ENGAGEP_RULE_PLACE,    /* where the post begins and ends, and with what */
    ENGAGEP_RULE_POST,     /* counts over the whole post, what its tones and moods come to */
    ENGAGEP_RULE_TONE,     /* how pleasant words are where they stand */
    ENGAGEP_RULE_KIN,      /* groups of words that are used alike */
    ENGAGEP_RULE_ENCODER,  /* what an encoder makes of all tokens in their order: no feature */
    ENGAGEP_RULE_RATING,   /* what is rated in figures: no feature either */
    ENGAGEP_RULES
};

const char *engagep_rule_name(int rule);

struct engagep_feature {
    uint64_t hash;
    uint32_t first; /* token */
    uint16_t count; /* of tokens; 0: the whole post */
    uint8_t rule;
};

/* Takes features as they are made, a batch at a time. */
#define ENGAGEP_FEATURES_BATCH 240
typedef void (*engagep_features_sink)(void *ctx, const struct engagep_feature *features,
                                      size_t count);

/* Takes the sum of the rows that a token has by itself, where the memo has it; no number of
 * it is larger, of either sign. */
#define ENGAGEP_FEATURES_OWN_MOST 1023
typedef void (*engagep_features_own_sink)(void *ctx, size_t token,
                                          const int16_t row[ENGAGEP_TABLE_LANES]);

/* Scratch of one extractor. Zero it, then engagep_features_init. */
struct engagep_mood;
struct engagep_word;
struct engagep_memo;
struct engagep_class_slot {
    uint32_t mark;
    uint32_t classes;
};
#define ENGAGEP_CLASS_SLOTS 2048
struct engagep_features {
    const engage_allocator *allocator; /* of the owner */
    /* Words that this table knows give no letters: their letters' weights were added
     * to their row when the model was made. All zeros: every word gives its letters. */
    struct engagep_table table;
    struct engagep_vocabulary vocabulary;
    /* Where the features that frequent tokens have by themselves are added up rather than
     * handed to the sink; NULL: all of them are handed to it. */
    struct engagep_memo *memo;
    struct engagep_word *words;
    size_t capacity;
    struct engagep_mood *moods;
    size_t moods_capacity;
    uint32_t *loose;
    size_t loose_capacity;
    engagep_features_sink sink;
    engagep_features_own_sink own; /* NULL: nobody asks for single tokens */
    void *ctx;
    struct engagep_feature *next; /* free one in the batch */
    struct engagep_feature batch[ENGAGEP_FEATURES_BATCH];
    struct engagep_class_slot classes[ENGAGEP_CLASS_SLOTS];
};

void engagep_features_init(struct engagep_features *features, const engage_allocator *allocator);
void engagep_features_release(struct engagep_features *features);

/* The hash of the feature "this word", by its norm: how the trainer tells words. */
uint64_t engagep_features_word(const char *norm, size_t size);

/* Hands the letters of one word to the sink: what its row takes in when placed. */
void engagep_features_letters(struct engagep_features *features, const char *norm, size_t size);

/* Makes the features of the tokenizer's last run and hands them to the sink. Returns
 * ENGAGE_OK or ENGAGE_ENOMEM; then the sink was not called. */
int engagep_features_run(struct engagep_features *features, const engage_tokenizer *tokenizer);

/* The same of some tokens alone, as if there were no others: features count from the first. */
int engagep_features_part(struct engagep_features *features, const engage_tokenizer *tokenizer,
                          size_t first, size_t count);

/* Whether a token of the last run is a word, and whether it ends a sentence. */
int engagep_features_is_word(const struct engagep_features *features, size_t token);
int engagep_features_ends(const struct engagep_features *features, size_t token);

/* Whether a token of the last run stands within reach of a negation before it. */
int engagep_features_negated(const struct engagep_features *features, size_t token);

#endif
