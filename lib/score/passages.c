/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "score/passages.h"

#include "base/alloc.h"

#include <string.h>

/* Words of a passage: it goes on to the end of the sentence in which it reaches the least, but
 * not beyond the most; what would be left of the post is no passage of its own when it has
 * fewer than the rest. */
enum { LEAST = 20, MOST = 40, REST = 10 };

/* 1.5: with it about as much is found wrongly as is missed, whether the sentences of a post say
 * one thing or each its own. */
#define MARGIN INT64_C(98304)

/* A post of UNPARTED words is read as a whole. From there on the margin falls, from BORDER more,
 * until it is what it is for long posts at LONG words. */
enum { UNPARTED = 40, LONG = ENGAGEP_PASSAGES_BRIEF + 1 };
#define BORDER INT64_C(294912)

void engagep_passages_release(struct engagep_passages *passages)
{
    engagep_alloc_free(passages->allocator, passages->list, passages->capacity,
                       sizeof(*passages->list));
}

static size_t count_words(const struct engagep_features *features, size_t tokens)
{
    size_t words = 0;
    for (size_t i = 0; i < tokens; i++)
        words += (size_t)engagep_features_is_word(features, i);
    return words;
}

/* Also the end of a line ends a sentence. */
static int ends_sentence(const struct engagep_features *features,
                         const struct engagep_token *tokens, size_t i, size_t count,
                         const char *text)
{
    return engagep_features_ends(features, i) || i + 1 == count ||
           engagep_token_begins_line(text, &tokens[i + 1]);
}

int engagep_passages_find(struct engagep_passages *passages,
                          const struct engagep_features *features,
                          const engage_tokenizer *tokenizer)
{
    size_t count;
    const struct engagep_token *tokens = engagep_token_array(tokenizer, &count);
    const char *text = engagep_token_text(tokenizer);
    passages->count = 0;
    passages->words = 0;
    if (count <= UNPARTED)
        return ENGAGE_OK;
    size_t left = count_words(features, count);
    if (left <= UNPARTED)
        return ENGAGE_OK;
    void *list = passages->list;
    int rc = engagep_alloc_grow(passages->allocator, &list, &passages->capacity, left / LEAST + 1,
                                sizeof(*passages->list));
    passages->list = list;
    if (rc != ENGAGE_OK)
        return rc;
    passages->words = left;
    size_t first = 0;
    size_t words = 0;
    for (size_t i = 0; i < count; i++) {
        size_t word = (size_t)engagep_features_is_word(features, i);
        words += word;
        left -= word;
        if (i + 1 < count &&
            (left < REST || words < LEAST ||
             (words < MOST && !ends_sentence(features, tokens, i, count, text))))
            continue;
        passages->list[passages->count++] =
            (struct engagep_passage){(uint32_t)first, (uint32_t)(i + 1 - first)};
        first = i + 1;
        words = 0;
    }
    if (passages->count == 1) /* all of it */
        passages->count = 0;
    return ENGAGE_OK;
}

int64_t engagep_passages_margin(const struct engagep_passages *passages)
{
    int64_t count = (int64_t)passages->count;
    int64_t words = (int64_t)passages->words;
    int64_t margin = MARGIN * (count - 1) / count;
    return words < LONG ? margin + BORDER * (LONG - words) / (LONG - UNPARTED) : margin;
}

int64_t engagep_passages_temper(const struct engagep_passages *passages, int64_t odds)
{
    return passages->words <= ENGAGEP_PASSAGES_BRIEF
               ? odds
               : odds * ENGAGEP_PASSAGES_BRIEF / (int64_t)passages->words;
}
