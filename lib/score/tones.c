/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * How pleasant a post is: words by their valence where they stand, and what they come to.
 */
#include "score/content.h"
#include "score/emit.h"

/* ---------------------------------------------------------------- tones --- */

/* How much: 0 for nothing worth telling, to 4. Here and below comparisons are added up, since
 * nobody can guess the way of a branch. */
static uint32_t strength(int32_t valence)
{
    int32_t size = valence < 0 ? -valence : valence;
    return (uint32_t)(size >= ENGAGEP_TONE_LEAST) + (size >= 14) + (size >= 26) + (size >= 44);
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
    int32_t size = sum < 0 ? -sum : sum;
    uint32_t n = (uint32_t)(size >= 8) + (size >= 20) + (size >= 40) + (size >= 70) +
                 (size >= 120) + (size >= 200);
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
static int32_t standing_valence(const struct engagep_post *post, size_t i,
                                const struct tones *tones)
{
    const struct engagep_word *w = &post->words[i];
    int32_t valence = w->valence;
    if (i > 0 && engagep_word_is(w - 1, ENGAGEP_CLASS_MORE))
        valence += valence / 2;
    else if (i > 0 && engagep_word_is(w - 1, ENGAGEP_CLASS_LESS))
        valence -= valence / 3;
    if (w->negated)
        valence = valence > 0 ? -(valence * 3 / 4) : -(valence / 2);
    return tones->unreal ? valence / 2 : valence;
}

/* What stands before a word: a full stop, if a line begins with it. */
static uint64_t hash_before(const struct engagep_word *w)
{
    return w->begins ? engagep_content_stop() : w[-1].hash;
}

static void emit_tone(struct engagep_features *f, const struct engagep_post *post, size_t i,
                      const struct tones *tones)
{
    const struct engagep_word *w = &post->words[i];
    uint32_t is = level(w->valence);
    uint32_t degree = i == 0 ? 0
                      : engagep_word_is(w - 1, ENGAGEP_CLASS_MORE) ? 1
                      : engagep_word_is(w - 1, ENGAGEP_CLASS_LESS) ? 2 : 0;
    uint32_t where = is | (uint32_t)w->negated << 4 | (uint32_t)tones->unreal << 5 |
                     (uint32_t)tones->turned << 6 | degree << 7;
    engagep_emit(f, ENGAGEP_KIND_TONE, where, ENGAGEP_RULE_TONE, i, 1);
    if (i > 0)
        engagep_emit(f, ENGAGEP_KIND_TONE_AFTER, engagep_emit_combine(hash_before(w), is),
                     ENGAGEP_RULE_TONE, i - 1, 2);
    if (i > 1)
        engagep_emit(f, ENGAGEP_KIND_TONE_WIDE,
                     engagep_emit_combine(w->begins ? w[-1].hash : hash_before(w - 1), is),
                     ENGAGEP_RULE_TONE, i - 2, 3);
    if (i + 1 < post->count && w[1].kind != ENGAGE_TOKEN_URL)
        engagep_emit(f, ENGAGEP_KIND_TONE_BEFORE,
                     engagep_emit_combine(w[1].begins ? engagep_content_stop() : w[1].hash, is),
                     ENGAGEP_RULE_TONE, i, 2);
    if (tones->words > 0)
        engagep_emit(f, ENGAGEP_KIND_TONE_PAIR, tones->last << 8 | (where & 0x7F),
                     ENGAGEP_RULE_TONE, i, 1);
}

static void emit_sum(struct engagep_features *f, uint32_t which, uint32_t a, uint32_t b)
{
    engagep_emit(f, ENGAGEP_KIND_SUM, which << 16 | a << 8 | b, ENGAGEP_RULE_POST, 0, 0);
}

static void emit_sums(struct engagep_features *f, const struct engagep_post *post,
                      const struct tones *tones)
{
    int32_t sum = tones->plus - tones->minus;
    uint32_t words = post->tally[ENGAGEP_TALLY_WORDS];
    uint32_t length = words < 4 ? words : words < 9 ? 4 : words < 17 ? 5 : 6;
    uint32_t asks = post->tally[ENGAGEP_TALLY_ASKS] > 0;
    uint32_t cries = post->tally[ENGAGEP_TALLY_CRIES] > 0;
    uint32_t ends = asks | cries << 1;
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

void engagep_tones_emit(struct engagep_features *f, const struct engagep_post *post)
{
    struct tones tones = {0};
    int parts = 0;
    for (size_t n = 0; n < post->turn_count; n++) {
        size_t i = post->turns[n];
        const struct engagep_word *w = &post->words[i];
        if (w->stop != 0 || w->begins || engagep_word_is(w, ENGAGEP_CLASS_CONTRAST)) {
            if (tones.clause != 0 && parts++ == 0)
                tones.first = tones.clause;
            if (tones.clause != 0)
                tones.last_part = tones.clause;
            tones.clause = 0;
        }
        if (w->stop == 2 || w->begins)
            tones.unreal = 0;
        if (engagep_word_is(w, ENGAGEP_CLASS_IF))
            tones.unreal = 1;
        if (engagep_word_is(w, ENGAGEP_CLASS_CONTRAST) && i > 0) {
            tones.turned = 1;
            tones.before += tones.after;
            tones.after = 0;
        }
        if (!engagep_word_has_tone(w))
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
    if (tones.words > 0 || post->tally[ENGAGEP_TALLY_WORDS] > 0)
        emit_sums(f, post, &tones);
}
