/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * What a sentence does: classes of words, alone, in pairs and all at once.
 */
#include "score/content.h"
#include "score/emit.h"

static void emit_frame(struct engagep_features *f, uint64_t frame)
{
    engagep_emit(f, ENGAGEP_KIND_FRAME, frame, ENGAGEP_RULE_POST, 0, 0);
}

/* Which sorts of words a sentence holds, whatever their order, how it begins and how it
 * ends: "could you … please ?" is one move with a hundred wordings. */
void engagep_moods_emit_frames(struct engagep_features *f, const struct engagep_post *post)
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
        opener = words == 0 ? w->classes & openers : opener; /* only words have classes */
        words += w->kind == ENGAGE_TOKEN_WORD;
        seen |= w->classes;
        int last = i + 1 == post->count;
        if ((w->stop != 2 && !last && !w[1].begins) || words == 0)
            continue;
        uint64_t end = w->stop == 2 ? w->hash : last ? 0 : engagep_content_stop();
        emit_frame(f, engagep_emit_combine(opener | UINT64_C(1) << 32, end));
        emit_frame(f, engagep_emit_combine((seen & people) | UINT64_C(2) << 32, end));
        emit_frame(f, (seen & moves) | UINT64_C(3) << 32);
        seen = 0;
        opener = 0;
        words = 0;
    }
}

/* Each pair of classes that is new. */
static void emit_pairs(struct engagep_features *f, const struct engagep_post *post, size_t from,
                       size_t to, uint32_t pairs[ENGAGEP_CLASSES])
{
    for (uint32_t left = post->words[from].classes; left != 0; left &= left - 1) {
        uint32_t a = engagep_bits_lowest(left);
        uint32_t fresh = post->words[to].classes & ~pairs[a];
        pairs[a] |= fresh;
        for (; fresh != 0; fresh &= fresh - 1)
            engagep_emit(f, ENGAGEP_KIND_CLASS_PAIR, a * 32 + engagep_bits_lowest(fresh),
                         ENGAGEP_RULE_MOOD, from, to - from + 1);
    }
}

/* Each class once, and each pair of classes that stand within reach, in order. */
void engagep_moods_emit(struct engagep_features *f, const struct engagep_post *post)
{
    const struct engagep_mood *moods = post->moods;
    uint32_t seen = 0;
    uint32_t pairs[ENGAGEP_CLASSES] = {0};
    for (size_t i = 0; i < post->mood_count; i++) {
        size_t token = moods[i].token;
        uint32_t classes = post->words[token].classes;
        for (uint32_t fresh = classes & ~seen; fresh != 0; fresh &= fresh - 1)
            engagep_emit(f, ENGAGEP_KIND_CLASS, engagep_bits_lowest(fresh), ENGAGEP_RULE_MOOD,
                         token, 1);
        seen |= classes;
        uint32_t end = moods[i].line + ENGAGEP_REACH;
        for (size_t j = i + 1; j < post->mood_count && moods[j].line <= end; j++)
            emit_pairs(f, post, token, moods[j].token, pairs);
    }
}
