/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Tokens as the features see them: their classes, what the vocabulary knows of them, and
 * how a misspelt word or a hashtag reads.
 */
#include "score/content.h"
#include "score/emit.h"
#include "score/forms.h"
#include "score/memo.h"
#include "score/spelling.h"

#include <string.h>

#define SPELLING_MOST 15 /* letters of a word that may be known by another spelling */

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
    uint64_t hash = engagep_content_word(word, size);
    struct engagep_class_slot *slot = class_slot(features->classes, hash);
    slot->mark = (uint32_t)(hash >> 32);
    slot->classes |= UINT32_C(1) << class;
}

void engagep_words_init(struct engagep_features *features)
{
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

/* --------------------------------------------------------------- tokens --- */

static uint8_t stop_of(char mark)
{
    switch (mark) {
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
    engagep_emit_hashed(f, word->content, ENGAGEP_RULE_HASHTAG, tag->token, 1);
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
            word.hash = engagep_content_word(letters + at, length);
            word.content = engagep_emit_hash(ENGAGEP_KIND_CONTENT, word.hash);
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
    other.hash = engagep_content_word(norm, size);
    other.content = engagep_emit_hash(ENGAGEP_KIND_CONTENT, other.hash);
    look_up(f, &other);
    if (!other.known)
        return 0;
    *word = other;
    word->classes = class_slot(f->classes, word->hash)->classes;
    return 1;
}

/* A word with an asterisk in place of a vowel, "cr*p": the most unpleasant one that it may be. What
 * is pleasant nobody veils. */
static int unveil(struct engagep_features *f, struct engagep_word *word, const char *norm,
                  size_t size)
{
    struct engagep_word least = {.valence = 1 - ENGAGEP_TONE_LEAST};
    for (const char *vowel = "aeiou"; *vowel != '\0'; vowel++) {
        char plain[ENGAGEP_FORM_MOST];
        struct engagep_word other = *word;
        size_t count = engagep_form_unveiled(norm, size, *vowel, plain);
        if (count > 0 && try_spelling(f, &other, plain, count) && other.valence < least.valence)
            least = other;
    }
    if (!least.known)
        return 0;
    *word = least;
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
    if (memchr(norm, '*', size) != NULL)
        return unveil(f, word, norm, size);
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

struct respelling {
    struct engagep_features *features;
    struct engagep_word *word;
};

static int take_spelling(void *ctx, const char *norm, size_t size)
{
    const struct respelling *respelling = ctx;
    return try_spelling(respelling->features, respelling->word, norm, size);
}

/* Takes a token for another of its kind, if that is known. */
static int try_form(struct engagep_features *f, const struct engagep_token *token,
                    const char *plain, size_t size, struct engagep_word *word)
{
    struct engagep_token form = *token;
    struct engagep_word other = *word;
    if (size == 0)
        return 0;
    form.norm_size = (uint16_t)size;
    other.hash = engagep_content_token(&form, plain);
    other.content = engagep_emit_hash(ENGAGEP_KIND_CONTENT, other.hash);
    look_up(f, &other);
    if (other.known)
        *word = other;
    return other.known;
}

/* An emoji that is joined of several, unknown as a whole, is taken for the first of them: a heart on
 * fire is a heart. */
static void unjoin(struct engagep_features *f, const struct engagep_token *token, const char *norm,
                   struct engagep_word *word)
{
    static const char joiner[] = "\xE2\x80\x8D";
    for (size_t at = 1; at + 3 < token->norm_size; at++) {
        if (memcmp(norm + at, joiner, 3) == 0) {
            try_form(f, token, norm, at, word);
            return;
        }
    }
}

static void take_face(struct engagep_features *f, const struct engagep_token *token,
                      const char *norm, struct engagep_word *word)
{
    char plain[ENGAGEP_FORM_MOST];
    try_form(f, token, plain, engagep_form_face(norm, token->norm_size, plain), word);
}

/* A number unknown is taken for a sum in dollars, for a whole number, or for its unit. */
static void take_amount(struct engagep_features *f, const struct engagep_token *token,
                        const char *norm, struct engagep_word *word)
{
    char sum[ENGAGEP_FORM_MOST];
    char whole[ENGAGEP_FORM_MOST];
    const char *unit;
    size_t size = engagep_form_money(norm, token->norm_size, sum);
    if (try_form(f, token, sum, size, word) ||
        try_form(f, token, whole, engagep_form_whole(sum, size, whole), word) ||
        try_form(f, token, whole, engagep_form_whole(norm, token->norm_size, whole), word))
        return;
    size = engagep_form_unit(norm, token->norm_size, &unit);
    if (size > 0)
        try_spelling(f, word, unit, size);
}

/* A token that is no word. Emoji and signs of other scripts may be marks as those of ASCII are; a
 * number has the classes of its unit. */
static void read_mark(struct engagep_features *f, const struct engagep_token *token,
                      const char *norm, struct engagep_word *word)
{
    char plain[ENGAGEP_FORM_MOST];
    struct engagep_token mark = *token;
    if ((token->kind == ENGAGE_TOKEN_PUNCT || token->kind == ENGAGE_TOKEN_EMOJI) &&
        token->norm_size > 0 && (unsigned char)norm[0] >= 0x80) {
        size_t size = engagep_form_marks(norm, token->norm_size, plain);
        if (size > 0) {
            mark.kind = ENGAGE_TOKEN_PUNCT;
            mark.norm_size = (uint16_t)size;
            norm = plain;
        }
    }
    word->kind = mark.kind;
    word->hash = engagep_content_token(&mark, norm);
    if (mark.kind == ENGAGE_TOKEN_NUMBER) {
        const char *unit;
        size_t size = engagep_form_unit(norm, mark.norm_size, &unit);
        if (size > 0)
            word->classes = class_slot(f->classes, engagep_content_word(unit, size))->classes;
    }
    if (mark.kind != ENGAGE_TOKEN_PUNCT || mark.norm_size == 0)
        return;
    word->stop = stop_of(norm[0]);
    if (word->stop == 2 && memchr(norm, '?', mark.norm_size) != NULL)
        word->ends |= 1;
    if (word->stop == 2 && memchr(norm, '!', mark.norm_size) != NULL)
        word->ends |= 2;
}

/* What a token is by its form; the vocabulary is asked for it. */
static void read_form(struct engagep_features *f, const struct engagep_token *token,
                      const char *norm, struct engagep_word *word)
{
    *word = (struct engagep_word){.kind = token->kind, .slot = ENGAGEP_MEMO_NONE};
    if (word->kind == ENGAGE_TOKEN_WORD) {
        word->hash = engagep_content_word(norm, token->norm_size);
        word->classes = class_slot(f->classes, word->hash)->classes;
    } else {
        read_mark(f, token, norm, word);
    }
    word->content = engagep_emit_hash(ENGAGEP_KIND_CONTENT, word->hash);
    word->written = word->content;
    engagep_vocabulary_prefetch(&f->vocabulary, word->content);
}

/* What the vocabulary says of it; `named`: a word that it does not know is a name. */
static void read_meaning(struct engagep_features *f, const struct engagep_token *token,
                         const char *norm, int named, struct engagep_word *word)
{
    switch (word->kind) {
    case ENGAGE_TOKEN_WORD:
        look_up(f, word);
        if (word->known || f->vocabulary.buckets == 0)
            break;
        if (named)
            word->hash = ENGAGEP_SOME_NAME;
        else if (!respell(f, word, norm, token->norm_size) &&
                 !engagep_spellings(norm, token->norm_size, take_spelling,
                                    &(struct respelling){f, word}))
            word->hash = ENGAGEP_SOME_WORD;
        break;
    case ENGAGE_TOKEN_EMOJI:
        look_up(f, word);
        if (!word->known)
            unjoin(f, token, norm, word);
        break;
    case ENGAGE_TOKEN_EMOTICON:
        look_up(f, word);
        if (!word->known)
            take_face(f, token, norm, word);
        break;
    case ENGAGE_TOKEN_NUMBER:
        look_up(f, word);
        if (!word->known)
            take_amount(f, token, norm, word);
        break;
    case ENGAGE_TOKEN_HASHTAG:
        look_up(f, word);
        break;
    default:
        break;
    }
}

/* Whether a token begins a line behind a word and with a capital: many end a sentence by a line
 * instead of a mark. Lines that are cut by their width seldom begin so. */
static int begins_line(const struct engagep_post *post, size_t i)
{
    const unsigned enders = 1u << ENGAGE_TOKEN_WORD | 1u << ENGAGE_TOKEN_NUMBER;
    const struct engagep_token *token = &post->tokens[i];
    if (!post->has_lines || i == 0 || token->kind != ENGAGE_TOKEN_WORD ||
        (token->marks & (ENGAGE_MARK_TITLE | ENGAGE_MARK_CAPS)) == 0 ||
        (enders >> token[-1].kind & 1) == 0)
        return 0;
    return engagep_token_begins_line(post->text, token);
}

static int is_named(const struct engagep_post *post, size_t i)
{
    return i > 0 && post->words[i - 1].stop != 2 &&
           (post->tokens[i].marks & ENGAGE_MARK_TITLE) != 0 && !begins_line(post, i);
}

/* Copies the words that the memo has. The others are loose for now. */
static void recall(struct engagep_features *f, struct engagep_post *post)
{
    enum { BLOCK = 64 }; /* asked for before they are read */
    struct engagep_memo_key keys[BLOCK];
    for (size_t from = 0; from < post->count; from += BLOCK) {
        size_t count = post->count - from < BLOCK ? post->count - from : BLOCK;
        const struct engagep_token *tokens = post->tokens + from;
        for (size_t i = 0; i < count; i++)
            keys[i] = engagep_memo_ask(f->memo, &tokens[i], post->norms + tokens[i].norm);
        for (size_t i = 0; i < count; i++) {
            uint32_t found = engagep_memo_find(f->memo, &keys[i]);
            struct engagep_memo_slot *slot = &f->memo->slots[found];
            /* A word unknown may be a name by where it stands, which the memo does not know. */
            int named = slot->unknown & ((tokens[i].marks & ENGAGE_MARK_TITLE) != 0);
            int has = (found != ENGAGEP_MEMO_NONE) & !named;
            slot->uses = (uint8_t)(slot->uses + (slot->uses < UINT8_MAX));
#if defined(__GNUC__)
            __builtin_prefetch(slot->row);
#endif
            post->words[from + i] = slot->word;
            post->loose[post->loose_count] = (uint32_t)(from + i);
            post->loose_count += !has;
        }
    }
}

/* Words that the memo does not have, in two walks, so that what is known of one comes in
 * while others are read. */
static void read_loose(struct engagep_features *f, const struct engagep_post *post)
{
    for (size_t n = 0; n < post->loose_count; n++) {
        const struct engagep_token *token = &post->tokens[post->loose[n]];
        read_form(f, token, post->norms + token->norm, &post->words[post->loose[n]]);
    }
    for (size_t n = 0; n < post->loose_count; n++) {
        size_t i = post->loose[n];
        const struct engagep_token *token = &post->tokens[i];
        struct engagep_word *word = &post->words[i];
        read_meaning(f, token, post->norms + token->norm, is_named(post, i), word);
        if (word->kind == ENGAGE_TOKEN_HASHTAG && !word->known)
            read_tag(f, post->text + token->start, token->end - token->start, i, word);
    }
}

/* Counts tokens, and lists those that others look at once more. No branch: nobody can guess
 * which words have what. */
static void walk(struct engagep_post *post)
{
    static const uint8_t tally_of[ENGAGE_TOKEN_KINDS] = {
        [ENGAGE_TOKEN_WORD] = ENGAGEP_TALLY_WORDS,
        [ENGAGE_TOKEN_NUMBER] = ENGAGEP_TALLY_NUMBERS,
        [ENGAGE_TOKEN_MENTION] = ENGAGEP_TALLY_MENTIONS,
        [ENGAGE_TOKEN_HASHTAG] = ENGAGEP_TALLY_HASHTAGS,
        [ENGAGE_TOKEN_CASHTAG] = ENGAGEP_TALLY_NUMBERS,
        [ENGAGE_TOKEN_URL] = ENGAGEP_TALLY_LINKS,
        [ENGAGE_TOKEN_EMAIL] = ENGAGEP_TALLY_LINKS,
        [ENGAGE_TOKEN_PHONE] = ENGAGEP_TALLY_NUMBERS,
        [ENGAGE_TOKEN_EMOJI] = ENGAGEP_TALLY_EMOJI,
        [ENGAGE_TOKEN_EMOTICON] = ENGAGEP_TALLY_EMOTICONS,
        [ENGAGE_TOKEN_PUNCT] = ENGAGEP_TALLY_OTHER,
        [ENGAGE_TOKEN_SYMBOL] = ENGAGEP_TALLY_OTHER,
    };
    static const uint32_t turning =
        UINT32_C(1) << ENGAGEP_CLASS_CONTRAST | UINT32_C(1) << ENGAGEP_CLASS_IF;
    static const struct engagep_word none = {.kind = ENGAGE_TOKEN_KINDS};
    uint32_t capitals = 0, stretched = 0, sentences = 0, asks = 0, cries = 0, line = 0;
    const struct engagep_word *before = &none;
    post->loose_count = 0;
    for (size_t i = 0; i < post->count; i++) {
        struct engagep_word *word = &post->words[i];
        word->repeated = (before->kind == word->kind) & (before->content == word->written);
        before = word;
        uint32_t marks = post->tokens[i].marks & (0u - (word->kind == ENGAGE_TOKEN_WORD));
        word->begins = (uint8_t)begins_line(post, i);
        post->tally[tally_of[word->kind]]++;
        post->tally[ENGAGEP_TALLY_OTHER] += word->begins; /* the mark that it stands for */
        capitals += marks / ENGAGE_MARK_CAPS & 1;
        stretched += marks / ENGAGE_MARK_ELONGATED & 1;
        sentences += word->stop / 2u + word->begins;
        asks += word->ends & 1u;
        cries += word->ends / 2u;
        line += (word->stop == 2) | word->begins ? ENGAGEP_REACH + 1 : 1;
        post->loose[post->loose_count] = (uint32_t)i;
        post->loose_count += (word->slot == ENGAGEP_MEMO_NONE) & !word->repeated;
        post->moods[post->mood_count] = (struct engagep_mood){(uint32_t)i, line};
        post->mood_count += word->classes != 0;
        post->turns[post->turn_count] = (uint32_t)i;
        post->turn_count += engagep_word_has_tone(word) | (unsigned)(word->stop != 0) |
                            (unsigned)((word->classes & turning) != 0) | word->begins;
        post->classes |= word->classes;
    }
    post->tally[ENGAGEP_TALLY_CAPITALS] = capitals;
    post->tally[ENGAGEP_TALLY_STRETCHED] = stretched;
    post->tally[ENGAGEP_TALLY_SENTENCES] = sentences;
    post->tally[ENGAGEP_TALLY_ASKS] = asks;
    post->tally[ENGAGEP_TALLY_CRIES] = cries;
}

static int has_lines(const struct engagep_post *post)
{
    if (post->count == 0)
        return 0;
    size_t begin = post->tokens[0].start;
    return memchr(post->text + begin, '\n', post->tokens[post->count - 1].end - begin) != NULL;
}

void engagep_words_read(struct engagep_features *f, struct engagep_post *post)
{
    post->has_lines = has_lines(post);
    if (f->memo != NULL) {
        recall(f, post);
    } else {
        for (; post->loose_count < post->count; post->loose_count++)
            post->loose[post->loose_count] = (uint32_t)post->loose_count;
    }
    read_loose(f, post);
    walk(post);
    if (f->memo != NULL)
        engagep_memo_sum(f, post);
}
