/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "score/features.h"

#include "base/alloc.h"
#include "base/hash.h"
#include "base/utf8.h"
#include "score/classes.h"
#include "text/swar.h"

#include <string.h>

const char *engagep_rule_name(int rule)
{
    static const char *const names[ENGAGEP_RULES] = {
        "bias",    "word",    "mark",   "emoji",   "emoticon", "hashtag", "entity",
        "letters", "phrase",  "negated", "contrast", "shape",   "mood",    "place",
        "post",    "tone",    "kin",
    };
    return rule >= 0 && rule < ENGAGEP_RULES ? names[rule] : NULL;
}

/* What a hash is of. A number never changes while ENGAGEP_FEATURES_ID stays. */
enum kind {
    KIND_CONTENT = 1, /* a token alone */
    KIND_LETTERS,
    KIND_TAG,
    KIND_PAIR,
    KIND_TRIPLE,
    KIND_AROUND, /* two tokens with one between */
    KIND_NEGATED,
    KIND_AFTER, /* a word after "but" */
    KIND_CAPITALS,
    KIND_STRETCHED,
    KIND_CLASS,
    KIND_CLASS_PAIR,
    KIND_FIRST, /* the first word of the post */
    KIND_FIRST_PAIR,
    KIND_START, /* the first word of a later sentence */
    KIND_LAST,
    KIND_END, /* the last mark, with the classes of the first word */
    KIND_TALLY,
    KIND_TONE, /* a pleasant or unpleasant word, by how much and where it stands */
    KIND_TONE_AFTER,
    KIND_TONE_BEFORE,
    KIND_TONE_WIDE,
    KIND_TONE_PAIR,
    KIND_SUM, /* what the tones of a post, or of a part of it, add up to */
    KIND_KIN, /* the group of a word */
    KIND_KIN_PAIR,
    KIND_KIN_NEGATED,
    KIND_FRAME, /* what kinds of words a sentence holds, all at once */
};

/* Kinds of content that are not words: the hash of a token that says no more than
 * that it is one. */
enum placeholder {
    SOME_MENTION = 1,
    SOME_URL,
    SOME_EMAIL,
    SOME_PHONE,
    SOME_CASHTAG,
    SOME_NAME, /* a word unknown, with a capital within a sentence */
    SOME_WORD, /* another word unknown */
};

enum tally {
    TALLY_WORDS,
    TALLY_MENTIONS,
    TALLY_LINKS,
    TALLY_HASHTAGS,
    TALLY_NUMBERS,
    TALLY_EMOJI,
    TALLY_EMOTICONS,
    TALLY_CAPITALS,
    TALLY_STRETCHED,
    TALLY_ASKS,
    TALLY_CRIES,
    TALLY_SENTENCES,
    TALLY_SHAPE, /* bits: begins with a mention, ends with a link, mostly capitals */
    TALLY_OTHER,
    TALLIES
};

/* A token as the features see it. */
struct engagep_word {
    uint64_t hash;    /* as part of phrases */
    uint64_t content; /* of the feature "this word" */
    uint32_t classes;
    uint16_t group;
    int8_t valence;
    uint8_t known;    /* to the vocabulary */
    uint8_t negated;
    uint8_t kind;     /* ENGAGE_TOKEN_ */
    uint8_t stop;     /* 1: ends a clause; 2: ends a sentence */
    uint8_t repeated; /* the same as the token before it */
};

#define REACH 4        /* tokens that a negation reaches, and that classes pair over */
#define SPELLING_MOST 15 /* letters of a word that may be known by another spelling */
#define LETTERS_MOST 64 /* letters of a word that are looked at */

static uint64_t combine(uint64_t a, uint64_t b)
{
    return (a ^ (b << 23 | b >> 41)) * UINT64_C(0x9E3779B97F4A7C15) + b;
}

static uint64_t hash_of(enum kind kind, uint64_t content)
{
    return engagep_hash_mix(content + (uint64_t)kind * UINT64_C(0xD1B54A32D192ED03));
}

static uint64_t load4(const unsigned char *s)
{
    return (uint64_t)s[0] | (uint64_t)s[1] << 8 | (uint64_t)s[2] << 16 | (uint64_t)s[3] << 24;
}

/* Up to eight bytes in one number, the same for any byte order: two runs of four
 * that may overlap, or three single bytes. With the size they tell all texts apart. */
static uint64_t load(const unsigned char *s, size_t size)
{
    if (size >= 4)
        return load4(s) | load4(s + size - 4) << 32;
    if (size == 0)
        return 0;
    return (uint64_t)s[0] | (uint64_t)s[size / 2] << 8 | (uint64_t)s[size - 1] << 16;
}

/* `bits`: those that are set in any byte. */
static inline uint64_t hash_and_bits(const char *p, size_t size, uint64_t *bits)
{
    const unsigned char *s = (const unsigned char *)p;
    uint64_t hash = (uint64_t)size * UINT64_C(0x9E3779B97F4A7C15);
    *bits = 0;
    while (size > 8) {
        uint64_t bytes = load(s, 8);
        hash = (hash ^ bytes) * UINT64_C(0xff51afd7ed558ccd);
        hash ^= hash >> 32;
        *bits |= bytes;
        s += 8;
        size -= 8;
    }
    uint64_t bytes = load(s, size);
    hash = (hash ^ bytes) * UINT64_C(0xff51afd7ed558ccd);
    *bits |= bytes;
    return hash ^ hash >> 29;
}

static uint64_t hash_bytes(const char *p, size_t size)
{
    uint64_t bits;
    return hash_and_bits(p, size, &bits);
}

/* The typographic apostrophe of "don’t" is the plain one of "don't". */
static uint64_t hash_word(const char *p, size_t size)
{
    char plain[64];
    uint64_t bits;
    uint64_t hash = hash_and_bits(p, size, &bits);
    if ((bits & ENGAGEP_SWAR_HIGH) == 0 || size > sizeof(plain) || memchr(p, 0xE2, size) == NULL)
        return hash;
    size_t n = 0;
    for (size_t i = 0; i < size; i++) {
        if (size - i >= 3 && memcmp(p + i, "\xE2\x80\x99", 3) == 0) {
            plain[n++] = '\'';
            i += 2;
        } else {
            plain[n++] = p[i];
        }
    }
    return hash_bytes(plain, n);
}

/* A mark out of five or ten, or a number of stars. */
static int is_rating(const char *p, size_t size)
{
    if (size == 1 || (size == 2 && memcmp(p, "10", 2) == 0))
        return 1;
    const char *slash = memchr(p, '/', size);
    return slash != NULL && slash - p <= 2 && size - (size_t)(slash - p) <= 3;
}

/* A number by its form: every digit reads as 0, unless it may be a rating. */
static uint64_t hash_number(const char *p, size_t size)
{
    char form[12];
    if (is_rating(p, size))
        return hash_bytes(p, size);
    size_t n = 0;
    for (size_t i = 0; i < size && n < sizeof(form); i++)
        form[n++] = p[i] >= '0' && p[i] <= '9' ? '0' : p[i];
    return hash_bytes(form, n);
}

/* An emoji without its tone, its presentation and its sex. */
static uint64_t hash_emoji(const char *p, size_t size)
{
    char plain[64];
    size_t n = 0;
    for (size_t i = 0; i < size && n + 4 <= sizeof(plain);) {
        uint32_t code;
        size_t length = engagep_utf8_decode(p + i, size - i, &code);
        if (code == 0x2640 || code == 0x2642) {
            /* the joiner before the sign of a sex goes with it */
            if (n >= 3 && memcmp(plain + n - 3, "\xE2\x80\x8D", 3) == 0)
                n -= 3;
        } else if (code != 0xFE0F && !(code >= 0x1F3FB && code <= 0x1F3FF)) {
            memcpy(plain + n, p + i, length);
            n += length;
        }
        i += length;
    }
    return hash_bytes(plain, n);
}

/* A run of marks by its first mark and whether it is a run; "?!" and "!?" are one. */
static uint64_t hash_mark(const char *p, size_t size)
{
    if (size > 1 && (p[0] == '?' || p[0] == '!')) {
        int asks = memchr(p, '?', size) != NULL;
        int cries = memchr(p, '!', size) != NULL;
        return hash_bytes(asks && cries ? "?!" : asks ? "??" : "!!", 2);
    }
    if (size > 2 && p[0] == '.')
        return hash_bytes("...", 3);
    return hash_bytes(p, size < 8 ? size : 8);
}

uint64_t engagep_features_word(const char *norm, size_t size)
{
    return hash_of(KIND_CONTENT, hash_word(norm, size));
}

/* ------------------------------------------------------------- classes --- */

/* Slots are found by some bits of a word's hash and told apart by others. */
static struct engagep_class_slot *class_slot(struct engagep_class_slot *slots, uint64_t hash)
{
    size_t at = (size_t)(hash & (ENGAGEP_CLASS_SLOTS - 1));
    uint32_t mark = (uint32_t)(hash >> 32);
    while (slots[at].classes != 0 && slots[at].mark != mark)
        at = (at + 1) % ENGAGEP_CLASS_SLOTS;
    return &slots[at];
}

static void add_class(struct engagep_features *features, const char *word, size_t size,
                      uint32_t class)
{
    uint64_t hash = hash_word(word, size);
    struct engagep_class_slot *slot = class_slot(features->classes, hash);
    slot->mark = (uint32_t)(hash >> 32);
    slot->classes |= UINT32_C(1) << class;
}

void engagep_features_init(struct engagep_features *features, const engage_allocator *allocator)
{
    features->allocator = allocator;
    for (uint32_t class = 0; class < ENGAGEP_CLASSES; class++) {
        const char *word = engagep_class_words[class];
        while (*word != '\0') {
            size_t size = strcspn(word, " ");
            if (size > 0)
                add_class(features, word, size, class);
            word += size;
            word += *word == ' ';
        }
    }
}

void engagep_features_release(struct engagep_features *features)
{
    engagep_alloc_free(features->allocator, features->words, features->capacity,
                       sizeof(struct engagep_word));
    features->words = NULL;
    features->capacity = 0;
}

/* ------------------------------------------------------------- emitting --- */

static void flush(struct engagep_features *f)
{
    size_t count = (size_t)(f->next - f->batch);
    f->next = f->batch;
    if (count > 0)
        f->sink(f->ctx, f->batch, count);
}

static inline void emit(struct engagep_features *f, uint64_t hash, int rule, size_t first,
                        size_t count)
{
    engagep_table_prefetch(&f->table, hash);
    struct engagep_feature *feature = f->next++;
    feature->hash = hash;
    feature->first = (uint32_t)first;
    feature->count = (uint16_t)count;
    feature->rule = (uint8_t)rule;
    if (f->next == f->batch + ENGAGEP_FEATURES_BATCH)
        flush(f);
}

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
                emit(f, hash_of(KIND_LETTERS, hash + k), ENGAGEP_RULE_LETTERS, token, 1);
        }
    }
}

void engagep_features_letters(struct engagep_features *features, const char *norm, size_t size)
{
    features->next = features->batch;
    emit_letters(features, norm, size, 0);
    flush(features);
}

/* --------------------------------------------------------------- tokens --- */

static const char *tag_text(const char *norm, size_t *size)
{
    if (*size > 0 && norm[0] == '#') {
        *size -= 1;
        return norm + 1;
    }
    /* the full-width sign of a hashtag, U+FF03 */
    if (*size >= 3 && memcmp(norm, "\xEF\xBC\x83", 3) == 0) {
        *size -= 3;
        return norm + 3;
    }
    return norm;
}

static uint64_t content_hash(const struct engagep_token *token, const char *norm)
{
    size_t size = token->norm_size;
    switch (token->kind) {
    case ENGAGE_TOKEN_NUMBER:
        return hash_number(norm, size);
    case ENGAGE_TOKEN_MENTION:
        return SOME_MENTION;
    case ENGAGE_TOKEN_URL:
        return SOME_URL;
    case ENGAGE_TOKEN_EMAIL:
        return SOME_EMAIL;
    case ENGAGE_TOKEN_PHONE:
        return SOME_PHONE;
    case ENGAGE_TOKEN_CASHTAG:
        return SOME_CASHTAG;
    case ENGAGE_TOKEN_HASHTAG: {
        const char *text = tag_text(norm, &size);
        return hash_word(text, size);
    }
    case ENGAGE_TOKEN_EMOJI:
        return hash_emoji(norm, size);
    case ENGAGE_TOKEN_PUNCT:
        return hash_mark(norm, size);
    default:
        return hash_word(norm, size);
    }
}

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

static uint8_t stop_of(const struct engagep_token *token, const char *norm)
{
    if (token->kind != ENGAGE_TOKEN_PUNCT || token->norm_size == 0)
        return 0;
    switch (norm[0]) {
    case '.':
    case '!':
    case '?':
        return 2;
    case ',':
    case ';':
    case ':':
        return 1;
    default:
        return 0;
    }
}

/* ------------------------------------------------------------- a whole post --- */

struct post {
    const struct engagep_token *tokens;
    const char *norms;
    const char *text;
    struct engagep_word *words;
    size_t count;
    uint32_t tally[TALLIES];
};

static void count_token(struct post *post, const struct engagep_token *token,
                        const struct engagep_word *word, const char *norm)
{
    static const uint8_t tally_of[ENGAGE_TOKEN_KINDS] = {
        [ENGAGE_TOKEN_WORD] = TALLY_WORDS,       [ENGAGE_TOKEN_NUMBER] = TALLY_NUMBERS,
        [ENGAGE_TOKEN_MENTION] = TALLY_MENTIONS, [ENGAGE_TOKEN_HASHTAG] = TALLY_HASHTAGS,
        [ENGAGE_TOKEN_CASHTAG] = TALLY_NUMBERS,  [ENGAGE_TOKEN_URL] = TALLY_LINKS,
        [ENGAGE_TOKEN_EMAIL] = TALLY_LINKS,      [ENGAGE_TOKEN_PHONE] = TALLY_NUMBERS,
        [ENGAGE_TOKEN_EMOJI] = TALLY_EMOJI,      [ENGAGE_TOKEN_EMOTICON] = TALLY_EMOTICONS,
        [ENGAGE_TOKEN_PUNCT] = TALLY_OTHER,      [ENGAGE_TOKEN_SYMBOL] = TALLY_OTHER,
    };
    post->tally[tally_of[word->kind]]++;
    if (word->kind == ENGAGE_TOKEN_WORD) {
        post->tally[TALLY_CAPITALS] += (token->marks & ENGAGE_MARK_CAPS) != 0;
        post->tally[TALLY_STRETCHED] += (token->marks & ENGAGE_MARK_ELONGATED) != 0;
    } else if (word->stop == 2) {
        post->tally[TALLY_SENTENCES]++;
        post->tally[TALLY_ASKS] += memchr(norm, '?', token->norm_size) != NULL;
        post->tally[TALLY_CRIES] += memchr(norm, '!', token->norm_size) != NULL;
    }
}

#define TAG_WORDS 8    /* words of a hashtag that are looked at */
#define TAG_LETTERS 12 /* letters of the longest of them */

/* What the vocabulary knows of a word. */
static void look_up(const struct engagep_features *f, struct engagep_word *word)
{
    const unsigned char *entry = engagep_vocabulary_find(&f->vocabulary, word->content);
    if (entry == NULL)
        return;
    word->known = 1;
    word->valence = (int8_t)engagep_vocabulary_valence(entry);
    word->group = (uint16_t)engagep_vocabulary_group(entry);
}

/* A hashtag that is not known itself, word by word. */
struct tag {
    struct engagep_features *features;
    size_t token;
    int valence;
    int negated;
    size_t words;
};

static void add_tag_word(struct tag *tag, const struct engagep_word *word)
{
    struct engagep_features *f = tag->features;
    emit(f, word->content, ENGAGEP_RULE_HASHTAG, tag->token, 1);
    tag->words++;
    if ((class_slot(f->classes, word->hash)->classes >> ENGAGEP_CLASS_NOT & 1) != 0)
        tag->negated = 1;
    else
        tag->valence += tag->negated ? -word->valence : word->valence;
}

/* Letters written together: the longest word known, and so on behind it. */
static void read_tag_run(struct tag *tag, const char *letters, size_t size)
{
    for (size_t at = 0; at < size && tag->words < TAG_WORDS;) {
        size_t length = size - at < TAG_LETTERS ? size - at : TAG_LETTERS;
        struct engagep_word word = {0};
        for (; length > 1 && !word.known; length--) {
            word.hash = hash_word(letters + at, length);
            word.content = hash_of(KIND_CONTENT, word.hash);
            look_up(tag->features, &word);
        }
        if (!word.known)
            return;
        add_tag_word(tag, &word);
        at += length + 1; /* the loop has gone one too far */
    }
}

/* Cuts #LikeThis before each capital that follows a small letter. */
static void read_tag(struct engagep_features *f, const char *text, size_t size, size_t token,
                     struct engagep_word *word)
{
    struct tag tag = {f, token, 0, 0, 0};
    char letters[32];
    size_t n = 0;
    for (size_t i = 0; i <= size; i++) {
        int upper = i < size && text[i] >= 'A' && text[i] <= 'Z';
        int lower = i < size && text[i] >= 'a' && text[i] <= 'z';
        int after_lower = i > 0 && text[i - 1] >= 'a' && text[i - 1] <= 'z';
        if (n > 0 && (!(upper || lower) || (upper && after_lower))) {
            read_tag_run(&tag, letters, n);
            n = 0;
        }
        if ((upper || lower) && n < sizeof(letters))
            letters[n++] = (char)(text[i] | 0x20);
    }
    word->valence = (int8_t)(tag.valence > 127 ? 127 : tag.valence < -127 ? -127 : tag.valence);
}

/* Takes the word as spelt so, if that is known. */
static int try_spelling(struct engagep_features *f, struct engagep_word *word,
                        const char *norm, size_t size)
{
    struct engagep_word other = *word;
    other.hash = hash_word(norm, size);
    other.content = hash_of(KIND_CONTENT, other.hash);
    look_up(f, &other);
    if (!other.known)
        return 0;
    *word = other;
    word->classes = class_slot(f->classes, word->hash)->classes;
    return 1;
}

/* A word unknown may be a known one with two letters swapped, or with a letter doubled
 * or not doubled: "lvoe", "amazzing", "horible". */
static int respell(struct engagep_features *f, struct engagep_word *word, const char *norm,
                   size_t size)
{
    char other[SPELLING_MOST + 1];
    if (size < 4 || size > SPELLING_MOST)
        return 0;
    for (size_t i = 0; i < size; i++) {
        if (norm[i] < 'a' || norm[i] > 'z')
            return 0;
    }
    for (size_t i = 0; i + 1 < size; i++) {
        memcpy(other, norm, size);
        if (norm[i] == norm[i + 1]) {
            memmove(other + i, other + i + 1, size - i - 1);
            if (try_spelling(f, word, other, size - 1))
                return 1;
        } else if (i > 0) {
            other[i] = norm[i + 1];
            other[i + 1] = norm[i];
            if (try_spelling(f, word, other, size))
                return 1;
        }
    }
    for (size_t i = 1; i + 1 < size; i++) {
        memcpy(other, norm, i);
        memcpy(other + i + 1, norm + i, size - i);
        other[i] = norm[i];
        if (norm[i] != norm[i - 1] && try_spelling(f, word, other, size + 1))
            return 1;
    }
    return 0;
}

static void read_word(struct engagep_features *f, const struct post *post, size_t i)
{
    const struct engagep_token *token = &post->tokens[i];
    const char *norm = post->norms + token->norm;
    struct engagep_word *word = &post->words[i];
    memset(word, 0, sizeof(*word));
    word->kind = token->kind;
    if (word->kind == ENGAGE_TOKEN_WORD) {
        word->hash = hash_word(norm, token->norm_size);
        word->classes = class_slot(f->classes, word->hash)->classes;
    } else {
        word->hash = content_hash(token, norm);
        word->stop = stop_of(token, norm);
    }
    word->content = hash_of(KIND_CONTENT, word->hash);
    word->repeated = i > 0 && word[-1].content == word->content && word[-1].kind == word->kind;
    switch (word->kind) {
    case ENGAGE_TOKEN_WORD:
        look_up(f, word);
        if (word->known || f->vocabulary.buckets == 0)
            break;
        if (i > 0 && word[-1].stop != 2 && (token->marks & ENGAGE_MARK_TITLE) != 0)
            word->hash = SOME_NAME;
        else if (!respell(f, word, norm, token->norm_size))
            word->hash = SOME_WORD;
        break;
    case ENGAGE_TOKEN_HASHTAG:
        look_up(f, word);
        if (!word->known)
            read_tag(f, post->text + token->start, token->end - token->start, i, word);
        break;
    case ENGAGE_TOKEN_EMOJI:
    case ENGAGE_TOKEN_EMOTICON:
    case ENGAGE_TOKEN_NUMBER:
        look_up(f, word);
        break;
    default:
        break;
    }
}

static void read_tokens(struct engagep_features *f, struct post *post)
{
    for (size_t i = 0; i < post->count; i++) {
        read_word(f, post, i);
        count_token(post, &post->tokens[i], &post->words[i], post->norms + post->tokens[i].norm);
    }
}

static void emit_tokens(struct engagep_features *f, const struct post *post)
{
    for (size_t i = 0; i < post->count; i++) {
        const struct engagep_word *word = &post->words[i];
        if (word->repeated || word->kind == ENGAGE_TOKEN_URL)
            continue; /* links are counted, no more */
        if (word->kind == ENGAGE_TOKEN_HASHTAG)
            emit(f, hash_of(KIND_TAG, word->hash), ENGAGEP_RULE_HASHTAG, i, 1);
        emit(f, word->content, rule_of_kind(word->kind), i, 1);
        if (word->group != 0)
            emit(f, hash_of(KIND_KIN, word->group), ENGAGEP_RULE_KIN, i, 1);
    }
}

/* Links stand for nothing in a phrase: what is said goes on behind them. */
static void emit_phrases(struct engagep_features *f, const struct post *post)
{
    const struct engagep_word *w = post->words;
    size_t one = SIZE_MAX, two = SIZE_MAX; /* the tokens before */
    for (size_t i = 0; i < post->count; i++) {
        if (w[i].kind == ENGAGE_TOKEN_URL)
            continue;
        if (one != SIZE_MAX) {
            uint64_t pair = combine(w[one].hash, w[i].hash);
            emit(f, hash_of(KIND_PAIR, pair), ENGAGEP_RULE_PHRASE, one, i - one + 1);
            if (w[one].group != 0 && w[i].group != 0)
                emit(f, hash_of(KIND_KIN_PAIR, (uint64_t)w[one].group << 16 | w[i].group),
                     ENGAGEP_RULE_KIN, one, i - one + 1);
        }
        if (two != SIZE_MAX) {
            uint64_t pair = combine(w[two].hash, w[one].hash);
            emit(f, hash_of(KIND_TRIPLE, combine(pair, w[i].hash)), ENGAGEP_RULE_PHRASE, two,
                 i - two + 1);
            emit(f, hash_of(KIND_AROUND, combine(w[two].hash, w[i].hash)), ENGAGEP_RULE_PHRASE,
                 two, i - two + 1);
        }
        two = one;
        one = i;
    }
}

/* The number of the lowest bit that is set; there must be one. */
static uint32_t lowest(uint32_t bits)
{
#if defined(__GNUC__)
    return (uint32_t)__builtin_ctz(bits);
#else
    uint32_t n = 0;
    while ((bits >> n & 1) == 0)
        n++;
    return n;
#endif
}

static int has_class(const struct engagep_word *word, int class)
{
    return (word->classes >> class & 1) != 0;
}

static void emit_scopes(struct engagep_features *f, struct post *post)
{
    size_t reach = 0;
    size_t but = post->count;
    for (size_t i = 0; i < post->count; i++) {
        struct engagep_word *w = &post->words[i];
        if (w->stop != 0 || has_class(w, ENGAGEP_CLASS_CONTRAST)) {
            reach = 0;
        } else if (has_class(w, ENGAGEP_CLASS_NOT)) {
            reach = REACH;
        } else if (reach > 0) {
            emit(f, hash_of(KIND_NEGATED, w->hash), ENGAGEP_RULE_NEGATED, i, 1);
            if (w->group != 0)
                emit(f, hash_of(KIND_KIN_NEGATED, w->group), ENGAGEP_RULE_NEGATED, i, 1);
            w->negated = 1;
            reach--;
        }
        if (has_class(w, ENGAGEP_CLASS_CONTRAST) && i > 0)
            but = i;
    }
    for (size_t i = but + 1; i < post->count; i++) {
        if (post->words[i].kind == ENGAGE_TOKEN_WORD)
            emit(f, hash_of(KIND_AFTER, post->words[i].hash), ENGAGEP_RULE_CONTRAST, i, 1);
    }
}

/* ---------------------------------------------------------------- tones --- */

/* How much: 0 for nothing worth telling, to 4. */
static uint32_t strength(int32_t valence)
{
    static const int32_t steps[] = {6, 14, 26, 44};
    int32_t size = valence < 0 ? -valence : valence;
    uint32_t n = 0;
    while (n < 4 && size >= steps[n])
        n++;
    return n;
}

/* The same with its sign, from 0 to 8; 4 is nothing. */
static uint32_t level(int32_t valence)
{
    uint32_t size = strength(valence);
    return valence < 0 ? 4 - size : 4 + size;
}

/* A sum of tones in steps, from 0 to 12; 6 is nothing. */
static uint32_t sum_step(int32_t sum)
{
    static const int32_t steps[] = {8, 20, 40, 70, 120, 200};
    int32_t size = sum < 0 ? -sum : sum;
    uint32_t n = 0;
    while (n < 6 && size >= steps[n])
        n++;
    return sum < 0 ? 6 - n : 6 + n;
}

/* What the tones read so far come to. */
struct tones {
    int32_t plus, minus;   /* of the whole post, both from 0 up */
    int32_t most, least;   /* of single words, as they stand */
    int32_t clause;        /* of the part of a sentence that is being read */
    int32_t first, last_part; /* of the first part with a tone, and of the last one */
    int32_t before, after; /* of what stands before and after "but" */
    size_t words;          /* that have a tone */
    uint32_t last;         /* the level of the last one */
    int turned;            /* "but" was read */
    int unreal;            /* "if", "would", "hope" were read in this sentence */
};

/* The valence of a word where it stands. */
static int32_t standing_valence(const struct post *post, size_t i, const struct tones *tones)
{
    const struct engagep_word *w = &post->words[i];
    int32_t valence = w->valence;
    if (i > 0 && has_class(w - 1, ENGAGEP_CLASS_MORE))
        valence += valence / 2;
    else if (i > 0 && has_class(w - 1, ENGAGEP_CLASS_LESS))
        valence -= valence / 3;
    if (w->negated)
        valence = valence > 0 ? -(valence * 3 / 4) : -(valence / 2);
    return tones->unreal ? valence / 2 : valence;
}

static void emit_tone(struct engagep_features *f, const struct post *post, size_t i,
                      const struct tones *tones)
{
    const struct engagep_word *w = &post->words[i];
    uint32_t is = level(w->valence);
    uint32_t degree = i == 0 ? 0
                      : has_class(w - 1, ENGAGEP_CLASS_MORE) ? 1
                      : has_class(w - 1, ENGAGEP_CLASS_LESS) ? 2 : 0;
    uint32_t where = is | (uint32_t)w->negated << 4 | (uint32_t)tones->unreal << 5 |
                     (uint32_t)tones->turned << 6 | degree << 7;
    emit(f, hash_of(KIND_TONE, where), ENGAGEP_RULE_TONE, i, 1);
    if (i > 0)
        emit(f, hash_of(KIND_TONE_AFTER, combine(w[-1].hash, is)), ENGAGEP_RULE_TONE, i - 1, 2);
    if (i > 1)
        emit(f, hash_of(KIND_TONE_WIDE, combine(w[-2].hash, is)), ENGAGEP_RULE_TONE, i - 2, 3);
    if (i + 1 < post->count && w[1].kind != ENGAGE_TOKEN_URL)
        emit(f, hash_of(KIND_TONE_BEFORE, combine(w[1].hash, is)), ENGAGEP_RULE_TONE, i, 2);
    if (tones->words > 0)
        emit(f, hash_of(KIND_TONE_PAIR, tones->last << 8 | (where & 0x7F)), ENGAGEP_RULE_TONE, i,
             1);
}

static void emit_sum(struct engagep_features *f, uint32_t which, uint32_t a, uint32_t b)
{
    emit(f, hash_of(KIND_SUM, which << 16 | a << 8 | b), ENGAGEP_RULE_POST, 0, 0);
}

static void emit_sums(struct engagep_features *f, const struct post *post,
                      const struct tones *tones)
{
    int32_t sum = tones->plus - tones->minus;
    uint32_t words = post->tally[TALLY_WORDS];
    uint32_t length = words < 4 ? words : words < 9 ? 4 : words < 17 ? 5 : 6;
    uint32_t ends = (post->tally[TALLY_ASKS] > 0) | (uint32_t)(post->tally[TALLY_CRIES] > 0) << 1;
    emit_sum(f, 0, sum_step(tones->plus), sum_step(tones->minus));
    emit_sum(f, 1, sum_step(sum), length);
    emit_sum(f, 2, sum_step(sum), ends);
    if (tones->words == 0)
        return;
    emit_sum(f, 3, level(tones->most), level(tones->least));
    emit_sum(f, 4, sum_step(tones->first), sum_step(tones->last_part));
    if (tones->turned)
        emit_sum(f, 5, sum_step(tones->before), sum_step(tones->after));
}

static void emit_tones(struct engagep_features *f, const struct post *post)
{
    struct tones tones = {0};
    int parts = 0;
    for (size_t i = 0; i < post->count; i++) {
        const struct engagep_word *w = &post->words[i];
        if (w->stop != 0 || has_class(w, ENGAGEP_CLASS_CONTRAST)) {
            if (tones.clause != 0 && parts++ == 0)
                tones.first = tones.clause;
            if (tones.clause != 0)
                tones.last_part = tones.clause;
            tones.clause = 0;
        }
        if (w->stop == 2)
            tones.unreal = 0;
        if (has_class(w, ENGAGEP_CLASS_IF))
            tones.unreal = 1;
        if (has_class(w, ENGAGEP_CLASS_CONTRAST) && i > 0) {
            tones.turned = 1;
            tones.before += tones.after;
            tones.after = 0;
        }
        if (strength(w->valence) == 0 || w->repeated || has_class(w, ENGAGEP_CLASS_NOT))
            continue;
        emit_tone(f, post, i, &tones);
        int32_t valence = standing_valence(post, i, &tones);
        tones.plus += valence > 0 ? valence : 0;
        tones.minus -= valence < 0 ? valence : 0;
        tones.clause += valence;
        tones.after += valence;
        tones.most = w->valence > tones.most ? w->valence : tones.most;
        tones.least = w->valence < tones.least ? w->valence : tones.least;
        tones.last = level(w->valence);
        tones.words++;
    }
    if (tones.clause != 0)
        tones.last_part = tones.clause;
    if (parts == 0)
        tones.first = tones.clause;
    if (tones.words > 0 || post->tally[TALLY_WORDS] > 0)
        emit_sums(f, post, &tones);
}

/* --------------------------------------------------------------- frames --- */

static void emit_frame(struct engagep_features *f, uint64_t frame)
{
    emit(f, hash_of(KIND_FRAME, frame), ENGAGEP_RULE_POST, 0, 0);
}

/* Which sorts of words a sentence holds, whatever their order, how it begins and how it
 * ends: "could you … please ?" is one move with a hundred wordings. */
static void emit_frames(struct engagep_features *f, const struct post *post)
{
    static const uint32_t people =
        UINT32_C(1) << ENGAGEP_CLASS_SELF | UINT32_C(1) << ENGAGEP_CLASS_YOU |
        UINT32_C(1) << ENGAGEP_CLASS_THEY | UINT32_C(1) << ENGAGEP_CLASS_ANY |
        UINT32_C(1) << ENGAGEP_CLASS_NOT | UINT32_C(1) << ENGAGEP_CLASS_IF;
    static const uint32_t moves =
        UINT32_C(1) << ENGAGEP_CLASS_SELF | UINT32_C(1) << ENGAGEP_CLASS_YOU |
        UINT32_C(1) << ENGAGEP_CLASS_PLEASE | UINT32_C(1) << ENGAGEP_CLASS_HELP |
        UINT32_C(1) << ENGAGEP_CLASS_WANT | UINT32_C(1) << ENGAGEP_CLASS_BUY |
        UINT32_C(1) << ENGAGEP_CLASS_LEAVE | UINT32_C(1) << ENGAGEP_CLASS_ADVISE |
        UINT32_C(1) << ENGAGEP_CLASS_FUTURE | UINT32_C(1) << ENGAGEP_CLASS_PAST |
        UINT32_C(1) << ENGAGEP_CLASS_MONEY | UINT32_C(1) << ENGAGEP_CLASS_FAULT;
    static const uint32_t openers =
        UINT32_C(1) << ENGAGEP_CLASS_ASK | UINT32_C(1) << ENGAGEP_CLASS_AUX |
        UINT32_C(1) << ENGAGEP_CLASS_PLEASE | UINT32_C(1) << ENGAGEP_CLASS_TRY |
        UINT32_C(1) << ENGAGEP_CLASS_SELF | UINT32_C(1) << ENGAGEP_CLASS_YOU |
        UINT32_C(1) << ENGAGEP_CLASS_THEY | UINT32_C(1) << ENGAGEP_CLASS_WARN |
        UINT32_C(1) << ENGAGEP_CLASS_BUY | UINT32_C(1) << ENGAGEP_CLASS_THANKS;
    uint32_t seen = 0, opener = 0;
    size_t words = 0;
    for (size_t i = 0; i < post->count; i++) {
        const struct engagep_word *w = &post->words[i];
        if (w->kind == ENGAGE_TOKEN_WORD) {
            if (words++ == 0)
                opener = w->classes & openers;
            seen |= w->classes;
        }
        if ((w->stop != 2 && i + 1 < post->count) || words == 0)
            continue;
        uint64_t end = w->stop == 2 ? w->hash : 0;
        emit_frame(f, combine(opener | UINT64_C(1) << 32, end));
        emit_frame(f, combine((seen & people) | UINT64_C(2) << 32, end));
        emit_frame(f, (seen & moves) | UINT64_C(3) << 32);
        seen = 0;
        opener = 0;
        words = 0;
    }
}

static void emit_shapes(struct engagep_features *f, struct post *post)
{
    uint32_t words = post->tally[TALLY_WORDS];
    uint32_t capitals = post->tally[TALLY_CAPITALS];
    int shouting = words >= 4 && capitals * 2 > words;
    post->tally[TALLY_SHAPE] |= (uint32_t)shouting << 2;
    if (capitals + post->tally[TALLY_STRETCHED] == 0)
        return;
    for (size_t i = 0; i < post->count; i++) {
        uint32_t marks = post->tokens[i].marks;
        const struct engagep_word *w = &post->words[i];
        if (w->kind != ENGAGE_TOKEN_WORD)
            continue;
        if ((marks & ENGAGE_MARK_CAPS) != 0 && !shouting)
            emit(f, hash_of(KIND_CAPITALS, w->hash), ENGAGEP_RULE_SHAPE, i, 1);
        if ((marks & ENGAGE_MARK_ELONGATED) != 0)
            emit(f, hash_of(KIND_STRETCHED, w->hash), ENGAGEP_RULE_SHAPE, i, 1);
    }
}

/* Each class once, and each pair of classes that stand within reach, in order. */
static void emit_moods(struct engagep_features *f, const struct post *post)
{
    const struct engagep_word *w = post->words;
    uint32_t seen = 0;
    uint32_t pairs[ENGAGEP_CLASSES] = {0};
    for (size_t i = 0; i < post->count; i++) {
        if (w[i].classes == 0)
            continue;
        for (uint32_t fresh = w[i].classes & ~seen; fresh != 0; fresh &= fresh - 1)
            emit(f, hash_of(KIND_CLASS, lowest(fresh)), ENGAGEP_RULE_MOOD, i, 1);
        seen |= w[i].classes;
        size_t end = i + REACH < post->count ? i + REACH : post->count - 1;
        for (size_t j = i + 1; j <= end && w[j].stop != 2; j++) {
            if (w[j].classes == 0)
                continue;
            for (uint32_t from = w[i].classes; from != 0; from &= from - 1) {
                uint32_t a = lowest(from);
                uint32_t fresh = w[j].classes & ~pairs[a];
                pairs[a] |= fresh;
                for (; fresh != 0; fresh &= fresh - 1)
                    emit(f, hash_of(KIND_CLASS_PAIR, a * 32 + lowest(fresh)), ENGAGEP_RULE_MOOD,
                         i, j - i + 1);
            }
        }
    }
}

static void emit_places(struct engagep_features *f, struct post *post)
{
    const struct engagep_word *w = post->words;
    size_t n = post->count;
    size_t first = 0;
    while (first < n && w[first].kind != ENGAGE_TOKEN_WORD && w[first].kind != ENGAGE_TOKEN_NUMBER)
        first++;
    if (n > 0 && w[0].kind == ENGAGE_TOKEN_MENTION)
        post->tally[TALLY_SHAPE] |= 1;
    if (first == n)
        return;
    emit(f, hash_of(KIND_FIRST, w[first].hash), ENGAGEP_RULE_PLACE, first, 1);
    if (first + 1 < n)
        emit(f, hash_of(KIND_FIRST_PAIR, combine(w[first].hash, w[first + 1].hash)),
             ENGAGEP_RULE_PLACE, first, 2);
    for (size_t i = first + 1; i + 1 < n && post->tally[TALLY_SENTENCES] > 0; i++) {
        if (w[i].stop == 2 && w[i + 1].stop == 0)
            emit(f, hash_of(KIND_START, w[i + 1].hash), ENGAGEP_RULE_PLACE, i + 1, 1);
    }
    size_t last = n - 1;
    while (last > first && (w[last].kind == ENGAGE_TOKEN_URL ||
                            w[last].kind == ENGAGE_TOKEN_HASHTAG ||
                            w[last].kind == ENGAGE_TOKEN_MENTION))
        last--;
    emit(f, hash_of(KIND_LAST, w[last].hash), ENGAGEP_RULE_PLACE, last, 1);
    uint32_t classes = w[first].classes;
    for (; classes != 0 && w[last].stop == 2; classes &= classes - 1)
        emit(f, hash_of(KIND_END, combine(w[last].hash, lowest(classes))), ENGAGEP_RULE_PLACE,
             last, 1);
}

/* Counts fall into steps, so that a few hundred words are as many as fifty. */
static uint32_t step(enum tally tally, uint32_t count)
{
    static const uint32_t steps[] = {1, 2, 3, 5, 9, 13, 19, 26, 41, 80};
    if (tally == TALLY_SHAPE)
        return count;
    uint32_t most = tally == TALLY_WORDS ? 10 : 4;
    uint32_t n = 0;
    while (n < most && count >= steps[n])
        n++;
    return n;
}

static void emit_tallies(struct engagep_features *f, const struct post *post)
{
    for (uint32_t t = 0; t < TALLY_OTHER; t++) {
        if (post->tally[t] != 0)
            emit(f, hash_of(KIND_TALLY, t * 64 + step((enum tally)t, post->tally[t])),
                 ENGAGEP_RULE_POST, 0, 0);
    }
}

/* Last, since it asks the table about words whose rows have been fetched by now. A
 * name unknown says nothing by its letters. */
static void emit_unknown(struct engagep_features *f, const struct post *post)
{
    for (size_t i = 0; i < post->count; i++) {
        const struct engagep_word *word = &post->words[i];
        const struct engagep_token *token = &post->tokens[i];
        int tag = word->kind == ENGAGE_TOKEN_HASHTAG;
        if ((word->kind != ENGAGE_TOKEN_WORD && !tag) || word->repeated ||
            word->hash == SOME_NAME)
            continue;
        if (f->table.buckets > 0 && engagep_table_find(&f->table, word->content) != NULL)
            continue;
        size_t size = token->norm_size;
        const char *norm = post->norms + token->norm;
        if (tag)
            norm = tag_text(norm, &size);
        emit_letters(f, norm, size, i);
    }
}

int engagep_features_run(struct engagep_features *features, const engage_tokenizer *tokenizer,
                         const char *text)
{
    struct post post = {NULL, NULL, text, NULL, 0, {0}};
    post.tokens = engagep_token_array(tokenizer, &post.count);
    post.norms = engagep_token_norms(tokenizer);
    void *words = features->words;
    int rc = engagep_alloc_grow(features->allocator, &words, &features->capacity, post.count,
                                sizeof(struct engagep_word));
    if (rc != ENGAGE_OK)
        return rc;
    features->words = words;
    features->next = features->batch;
    post.words = words;
    read_tokens(features, &post);
    emit_tokens(features, &post);
    emit_phrases(features, &post);
    emit_scopes(features, &post);
    emit_tones(features, &post);
    emit_frames(features, &post);
    emit_shapes(features, &post);
    emit_moods(features, &post);
    emit_places(features, &post);
    emit_tallies(features, &post);
    emit_unknown(features, &post);
    flush(features);
    return ENGAGE_OK;
}

int engagep_features_negated(const struct engagep_features *features, size_t token)
{
    const struct engagep_word *words = features->words;
    for (size_t i = token; i > 0 && token - i < REACH; i--) {
        const struct engagep_word *w = &words[i - 1];
        if (w->stop != 0 || has_class(w, ENGAGEP_CLASS_CONTRAST))
            return 0;
        if (has_class(w, ENGAGEP_CLASS_NOT))
            return 1;
    }
    return 0;
}
