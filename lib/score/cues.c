/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "score/cues.h"

#include "score/content.h"

/* Numbers of cues that are no words. */
enum { NEGATED = 8, TONE = 16 };

static void add(struct engagep_cues *out, int is, enum engagep_kind kind, uint64_t content)
{
    out->others[out->count] = engagep_cues_name(engagep_emit_hash(kind, content));
    out->count += is != 0;
}

void engagep_cues_read(const struct engagep_word *word, const struct engagep_token *token,
                       struct engagep_cues *out)
{
    static const uint32_t marks[] = {ENGAGE_MARK_CAPS, ENGAGE_MARK_TITLE, ENGAGE_MARK_ELONGATED,
                                     ENGAGE_MARK_REPEATED};
    out->word = engagep_cues_name(word->content);
    out->spelt = word->kind == ENGAGE_TOKEN_WORD || word->kind == ENGAGE_TOKEN_HASHTAG;
    out->count = 0;
    add(out, word->group != 0, ENGAGEP_KIND_KIN, word->group);
    add(out, word->valence >= ENGAGEP_TONE_LEAST || word->valence <= -ENGAGEP_TONE_LEAST,
        ENGAGEP_KIND_CUE, TONE + (uint64_t)(word->valence + 128) / 16);
    out->own = out->count;
    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
        add(out, (token->marks & marks[i]) != 0, ENGAGEP_KIND_CUE, i);
    add(out, word->negated, ENGAGEP_KIND_CUE, NEGATED);
}

void engagep_cues_spell(struct engagep_features *features, const struct engagep_word *word,
                        const char *norm, size_t size)
{
    if (word->kind == ENGAGE_TOKEN_HASHTAG)
        norm = engagep_content_tag(norm, &size);
    engagep_features_letters(features, norm, size);
}
