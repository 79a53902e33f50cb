/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "score/features.h"

#include "base/alloc.h"
#include "base/utf8.h"
#include "score/content.h"
#include "score/emit.h"
#include "score/memo.h"

#include <string.h>

const char *engagep_rule_name(int rule)
{
    static const char *const names[ENGAGEP_RULES] = {
        "bias",    "word",    "mark",   "emoji",   "emoticon", "hashtag", "entity",
        "letters", "phrase",  "negated", "contrast", "shape",   "mood",    "place",
        "post",    "tone",    "kin",   "encoder", "rating",
    };
    return rule >= 0 && rule < ENGAGEP_RULES ? names[rule] : NULL;
}

#define LETTERS_MOST 64 /* letters of a word that are looked at */

uint64_t engagep_features_word(const char *norm, size_t size)
{
    return engagep_emit_hash(ENGAGEP_KIND_CONTENT, engagep_content_word(norm, size));
}

void engagep_features_init(struct engagep_features *features, const engage_allocator *allocator)
{
    static const unsigned char none[ENGAGEP_TABLE_BUCKET];
    features->allocator = allocator;
    features->table.rows = none; /* that asking for rows needs no question */
    engagep_words_init(features);
}

void engagep_features_release(struct engagep_features *features)
{
    engagep_alloc_free(features->allocator, features->words, features->capacity,
                       sizeof(*features->words));
    engagep_alloc_free(features->allocator, features->moods, features->moods_capacity,
                       sizeof(*features->moods));
    engagep_alloc_free(features->allocator, features->loose, features->loose_capacity,
                       sizeof(*features->loose));
    features->words = NULL;
    features->capacity = 0;
    features->moods = NULL;
    features->moods_capacity = 0;
    features->loose = NULL;
    features->loose_capacity = 0;
}

void engagep_emit_flush(struct engagep_features *f)
{
    size_t count = (size_t)(f->next - f->batch);
    f->next = f->batch;
    if (count > 0)
        f->sink(f->ctx, f->batch, count);
}

/* -------------------------------------------------------------- letters --- */

/* The features of three to five letters of a word, its ends counted as letters. */
static void emit_letters(struct engagep_features *f, const char *p, size_t size, size_t token)
{
    uint32_t letters[LETTERS_MOST + 2];
    size_t n = 0;
    letters[n++] = 2;
    for (size_t i = 0; i < size && n <= LETTERS_MOST;) {
        uint32_t code;
        i += engagep_utf8_decode(p + i, size - i, &code);
        letters[n++] = code == 0x2019 ? '\'' : code;
    }
    letters[n++] = 3;
    for (size_t i = 0; i + 3 <= n; i++) {
        uint64_t hash = 0;
        for (size_t k = 0; k < 5 && i + k < n; k++) {
            hash = (hash ^ letters[i + k]) * UINT64_C(0x9FB21C651E98DF25);
            hash ^= hash >> 35;
            if (k >= 2)
                engagep_emit(f, ENGAGEP_KIND_LETTERS, hash + k, ENGAGEP_RULE_LETTERS, token, 1);
        }
    }
}

void engagep_features_letters(struct engagep_features *features, const char *norm, size_t size)
{
    features->next = features->batch;
    emit_letters(features, norm, size, 0);
    engagep_emit_flush(features);
}

/* --------------------------------------------------------------- tokens --- */

static int rule_of_kind(int kind)
{
    static const uint8_t rules[ENGAGE_TOKEN_KINDS] = {
        [ENGAGE_TOKEN_WORD] = ENGAGEP_RULE_WORD,
        [ENGAGE_TOKEN_NUMBER] = ENGAGEP_RULE_WORD,
        [ENGAGE_TOKEN_MENTION] = ENGAGEP_RULE_ENTITY,
        [ENGAGE_TOKEN_HASHTAG] = ENGAGEP_RULE_HASHTAG,
        [ENGAGE_TOKEN_CASHTAG] = ENGAGEP_RULE_ENTITY,
        [ENGAGE_TOKEN_URL] = ENGAGEP_RULE_ENTITY,
        [ENGAGE_TOKEN_EMAIL] = ENGAGEP_RULE_ENTITY,
        [ENGAGE_TOKEN_PHONE] = ENGAGEP_RULE_ENTITY,
        [ENGAGE_TOKEN_EMOJI] = ENGAGEP_RULE_EMOJI,
        [ENGAGE_TOKEN_EMOTICON] = ENGAGEP_RULE_EMOTICON,
        [ENGAGE_TOKEN_PUNCT] = ENGAGEP_RULE_MARK,
        [ENGAGE_TOKEN_SYMBOL] = ENGAGEP_RULE_MARK,
    };
    return rules[kind];
}

void engagep_emit_token(struct engagep_features *f, const struct engagep_word *word, size_t token)
{
    if (word->kind == ENGAGE_TOKEN_URL) /* links are counted, no more */
        return;
    if (word->kind == ENGAGE_TOKEN_HASHTAG)
        engagep_emit(f, ENGAGEP_KIND_TAG, word->hash, ENGAGEP_RULE_HASHTAG, token, 1);
    engagep_emit_hashed(f, word->content, rule_of_kind(word->kind), token, 1);
    if (word->group != 0)
        engagep_emit(f, ENGAGEP_KIND_KIN, word->group, ENGAGEP_RULE_KIN, token, 1);
}

static void emit_tokens(struct engagep_features *f, const struct engagep_post *post)
{
    for (size_t n = 0; n < post->loose_count; n++) {
        const struct engagep_word *word = &post->words[post->loose[n]];
        engagep_emit_token(f, word, post->loose[n]);
    }
}

/* The tokens before the next one of a phrase. */
struct trail {
    uint64_t one, two; /* hashes, of the last one and of that before it */
    size_t one_at, two_at; /* SIZE_MAX: there is none */
    uint32_t group; /* of the last one */
};

static inline void follow(struct engagep_features *f, struct trail *trail, uint64_t hash,
                          uint32_t group, size_t i)
{
    if (trail->one_at != SIZE_MAX) {
        uint64_t pair = engagep_emit_combine(trail->one, hash);
        size_t count = i - trail->one_at + 1;
        engagep_emit(f, ENGAGEP_KIND_PAIR, pair, ENGAGEP_RULE_PHRASE, trail->one_at, count);
        engagep_emit_if(f, (trail->group != 0) & (group != 0), ENGAGEP_KIND_KIN_PAIR,
                        (uint64_t)trail->group << 16 | group, ENGAGEP_RULE_KIN, trail->one_at,
                        count);
    }
    if (trail->two_at != SIZE_MAX) {
        uint64_t pair = engagep_emit_combine(trail->two, trail->one);
        size_t count = i - trail->two_at + 1;
        engagep_emit(f, ENGAGEP_KIND_TRIPLE, engagep_emit_combine(pair, hash),
                     ENGAGEP_RULE_PHRASE, trail->two_at, count);
        engagep_emit(f, ENGAGEP_KIND_AROUND, engagep_emit_combine(trail->two, hash),
                     ENGAGEP_RULE_PHRASE, trail->two_at, count);
    }
    *trail = (struct trail){hash, trail->one, i, trail->one_at, group};
}

/* Links stand for nothing in a phrase: what is said goes on behind them. A line that begins
 * without a mark before it stands behind a full stop that nobody wrote. */
static void emit_phrases(struct engagep_features *f, const struct engagep_post *post)
{
    const struct engagep_word *w = post->words;
    struct trail trail = {0, 0, SIZE_MAX, SIZE_MAX, 0};
    for (size_t i = 0; i < post->count; i++) {
        if (w[i].kind == ENGAGE_TOKEN_URL)
            continue;
        if (w[i].begins) {
            uint64_t stop = engagep_content_stop();
            engagep_emit(f, ENGAGEP_KIND_CONTENT, stop, ENGAGEP_RULE_PLACE, i, 1);
            follow(f, &trail, stop, 0, i);
        }
        follow(f, &trail, w[i].hash, w[i].group, i);
    }
}

static void emit_scopes(struct engagep_features *f, struct engagep_post *post)
{
    size_t reach = 0;
    size_t but = post->count;
    if ((post->classes & (1u << ENGAGEP_CLASS_NOT | 1u << ENGAGEP_CLASS_CONTRAST)) == 0)
        return;
    for (size_t i = 0; i < post->count; i++) {
        struct engagep_word *w = &post->words[i];
        if (w->begins)
            reach = 0;
        if (w->stop != 0 || engagep_word_is(w, ENGAGEP_CLASS_CONTRAST)) {
            reach = 0;
        } else if (engagep_word_is(w, ENGAGEP_CLASS_NOT)) {
            reach = ENGAGEP_REACH;
        } else if (reach > 0) {
            engagep_emit(f, ENGAGEP_KIND_NEGATED, w->hash, ENGAGEP_RULE_NEGATED, i, 1);
            if (w->group != 0)
                engagep_emit(f, ENGAGEP_KIND_KIN_NEGATED, w->group, ENGAGEP_RULE_NEGATED, i, 1);
            w->negated = 1;
            reach--;
        }
        if (engagep_word_is(w, ENGAGEP_CLASS_CONTRAST) && i > 0)
            but = i;
    }
    for (size_t i = but + 1; i < post->count; i++) {
        if (post->words[i].kind == ENGAGE_TOKEN_WORD)
            engagep_emit(f, ENGAGEP_KIND_AFTER, post->words[i].hash, ENGAGEP_RULE_CONTRAST, i, 1);
    }
}

static void emit_shapes(struct engagep_features *f, struct engagep_post *post)
{
    uint32_t words = post->tally[ENGAGEP_TALLY_WORDS];
    uint32_t capitals = post->tally[ENGAGEP_TALLY_CAPITALS];
    int shouting = words >= 4 && capitals * 2 > words;
    post->tally[ENGAGEP_TALLY_SHAPE] |= (uint32_t)shouting << 2;
    if (capitals + post->tally[ENGAGEP_TALLY_STRETCHED] == 0)
        return;
    for (size_t i = 0; i < post->count; i++) {
        uint32_t marks = post->tokens[i].marks;
        const struct engagep_word *w = &post->words[i];
        if (w->kind != ENGAGE_TOKEN_WORD)
            continue;
        if ((marks & ENGAGE_MARK_CAPS) != 0 && !shouting)
            engagep_emit(f, ENGAGEP_KIND_CAPITALS, w->hash, ENGAGEP_RULE_SHAPE, i, 1);
        if ((marks & ENGAGE_MARK_ELONGATED) != 0)
            engagep_emit(f, ENGAGEP_KIND_STRETCHED, w->hash, ENGAGEP_RULE_SHAPE, i, 1);
    }
}

static void emit_places(struct engagep_features *f, struct engagep_post *post)
{
    const struct engagep_word *w = post->words;
    size_t n = post->count;
    size_t first = 0;
    while (first < n && w[first].kind != ENGAGE_TOKEN_WORD && w[first].kind != ENGAGE_TOKEN_NUMBER)
        first++;
    if (n > 0 && w[0].kind == ENGAGE_TOKEN_MENTION)
        post->tally[ENGAGEP_TALLY_SHAPE] |= 1;
    if (first == n)
        return;
    engagep_emit(f, ENGAGEP_KIND_FIRST, w[first].hash, ENGAGEP_RULE_PLACE, first, 1);
    if (first + 1 < n)
        engagep_emit(f, ENGAGEP_KIND_FIRST_PAIR,
                     engagep_emit_combine(w[first].hash, w[first + 1].hash), ENGAGEP_RULE_PLACE,
                     first, 2);
    for (size_t k = 0; k < post->turn_count; k++) {
        size_t i = post->turns[k];
        if (w[i].stop == 2 && i > first && i + 1 < n && w[i + 1].stop == 0)
            engagep_emit(f, ENGAGEP_KIND_START, w[i + 1].hash, ENGAGEP_RULE_PLACE, i + 1, 1);
        else if (w[i].begins && i > first)
            engagep_emit(f, ENGAGEP_KIND_START, w[i].hash, ENGAGEP_RULE_PLACE, i, 1);
    }
    size_t last = n - 1;
    while (last > first && (w[last].kind == ENGAGE_TOKEN_URL ||
                            w[last].kind == ENGAGE_TOKEN_HASHTAG ||
                            w[last].kind == ENGAGE_TOKEN_MENTION))
        last--;
    engagep_emit(f, ENGAGEP_KIND_LAST, w[last].hash, ENGAGEP_RULE_PLACE, last, 1);
    uint32_t classes = w[first].classes;
    for (; classes != 0 && w[last].stop == 2; classes &= classes - 1)
        engagep_emit(f, ENGAGEP_KIND_END,
                     engagep_emit_combine(w[last].hash, engagep_bits_lowest(classes)),
                     ENGAGEP_RULE_PLACE, last, 1);
}

static void emit_tally(struct engagep_features *f, uint32_t tally, uint32_t count)
{
    if (count != 0)
        engagep_emit(f, ENGAGEP_KIND_TALLY, tally * 64 + count, ENGAGEP_RULE_POST, 0, 0);
}

/* Counts fall into steps, so that a few hundred words are as many as eighty. */
static void emit_tallies(struct engagep_features *f, const struct engagep_post *post)
{
    enum { MOST_WORDS = 80, MOST_OTHERS = 5 };
    static const uint8_t words[MOST_WORDS + 1] = {
        0, 1, 2, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 6, 6, 6, 6, 6, 6, 7, 7, 7, 7, 7, 7, 7, 8,
        8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9,
        9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 10};
    static const uint8_t others[MOST_OTHERS + 1] = {0, 1, 2, 3, 3, 4};
    uint32_t count = post->tally[ENGAGEP_TALLY_WORDS];
    emit_tally(f, ENGAGEP_TALLY_WORDS, words[count < MOST_WORDS ? count : MOST_WORDS]);
    for (uint32_t t = ENGAGEP_TALLY_WORDS + 1; t < ENGAGEP_TALLY_SHAPE; t++) {
        count = post->tally[t];
        emit_tally(f, t, others[count < MOST_OTHERS ? count : MOST_OTHERS]);
    }
    emit_tally(f, ENGAGEP_TALLY_SHAPE, post->tally[ENGAGEP_TALLY_SHAPE]);
}

void engagep_emit_spelling(struct engagep_features *f, const struct engagep_word *word,
                           const char *norm, size_t size, size_t token)
{
    int tag = word->kind == ENGAGE_TOKEN_HASHTAG;
    if ((word->kind != ENGAGE_TOKEN_WORD && !tag) || word->hash == ENGAGEP_SOME_NAME)
        return;
    if (f->table.buckets > 0 && engagep_table_find(&f->table, word->content) != NULL)
        return;
    if (tag)
        norm = engagep_content_tag(norm, &size);
    emit_letters(f, norm, size, token);
}

/* Last, since it asks the table about words whose rows have been fetched by now. */
static void emit_spellings(struct engagep_features *f, const struct engagep_post *post)
{
    for (size_t n = 0; n < post->loose_count; n++) {
        size_t i = post->loose[n];
        const struct engagep_token *token = &post->tokens[i];
        engagep_emit_spelling(f, &post->words[i], post->norms + token->norm, token->norm_size, i);
    }
}

static int make_room(struct engagep_features *f, size_t count)
{
    void *words = f->words;
    int rc = engagep_alloc_grow(f->allocator, &words, &f->capacity, count, sizeof(*f->words));
    f->words = words;
    void *moods = f->moods;
    if (rc == ENGAGE_OK)
        rc = engagep_alloc_grow(f->allocator, &moods, &f->moods_capacity, count,
                                sizeof(*f->moods));
    f->moods = moods;
    void *loose = f->loose;
    if (rc == ENGAGE_OK) /* two lists, of which each is smaller than the words are */
        rc = engagep_alloc_grow(f->allocator, &loose, &f->loose_capacity, 2 * count,
                                sizeof(*f->loose));
    f->loose = loose;
    return rc;
}

int engagep_features_part(struct engagep_features *features, const engage_tokenizer *tokenizer,
                          size_t first, size_t count)
{
    struct engagep_post post = {.text = engagep_token_text(tokenizer), .count = count};
    size_t all;
    post.tokens = engagep_token_array(tokenizer, &all);
    if (first > 0) /* of an empty post there may be no array */
        post.tokens += first;
    post.norms = engagep_token_norms(tokenizer);
    /* Also of a post without tokens, so that the lists are somewhere. */
    int rc = make_room(features, post.count > 0 ? post.count : 1);
    if (rc != ENGAGE_OK)
        return rc;
    post.words = features->words;
    post.moods = features->moods;
    post.loose = features->loose;
    post.turns = features->loose + post.count;
    features->next = features->batch;
    engagep_words_read(features, &post);
    emit_tokens(features, &post);
    emit_phrases(features, &post);
    emit_scopes(features, &post);
    engagep_tones_emit(features, &post);
    engagep_moods_emit_frames(features, &post);
    emit_shapes(features, &post);
    engagep_moods_emit(features, &post);
    emit_places(features, &post);
    emit_tallies(features, &post);
    emit_spellings(features, &post);
    engagep_emit_flush(features);
    if (features->memo != NULL)
        engagep_memo_learn(features, &post);
    return ENGAGE_OK;
}

int engagep_features_run(struct engagep_features *features, const engage_tokenizer *tokenizer)
{
    size_t count;
    engagep_token_array(tokenizer, &count);
    return engagep_features_part(features, tokenizer, 0, count);
}

int engagep_features_is_word(const struct engagep_features *features, size_t token)
{
    return features->words[token].kind == ENGAGE_TOKEN_WORD;
}

int engagep_features_ends(const struct engagep_features *features, size_t token)
{
    return features->words[token].stop == 2;
}

int engagep_features_negated(const struct engagep_features *features, size_t token)
{
    const struct engagep_word *words = features->words;
    for (size_t i = token; i > 0 && token - i < ENGAGEP_REACH; i--) {
        const struct engagep_word *w = &words[i - 1];
        if (words[i].begins || w->stop != 0 || engagep_word_is(w, ENGAGEP_CLASS_CONTRAST))
            return 0;
        if (engagep_word_is(w, ENGAGEP_CLASS_NOT))
            return 1;
    }
    return 0;
}
