/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * cues: posts as an encoder reads them, for careful.py.
 *
 *   cues -w VOCABULARY ROWS OUT
 *
 * VOCABULARY: what is known of single words, as the student has it; ROWS: of rows.py. Tokens that
 * tell the same are of one type. Written are, as this machine writes numbers:
 *
 *   OUT.types    of each type: the name of its word, whether it is spelt, two names of its own
 *                cues (0: none), its letters' first place and their number; u32 each
 *   OUT.letters  names of letters, u32
 *   OUT.tokens   types, u32; OUT.marks: cues that differ from post to post, a byte of bits each
 *   OUT.names    the names of these cues, by bits, u32
 *   OUT.posts    of each post: its first token and their number (u32), its set and flags (u16),
 *                two weights and HEADS targets (f32)
 */
#include "posts.h"

#include "score/cues.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TOKENS_MOST 96 /* of a post that are written */
#define NEGATED_BIT 4  /* behind the marks of tokens that are cues */

struct type {
    uint32_t word, spelt, own[ENGAGEP_CUES_OWN], letters, letter_count;
};

struct slot {
    uint64_t key;
    uint32_t type; /* from 1 on; 0: free */
};

struct writer {
    struct posts posts;
    FILE *types, *letters, *tokens, *marks, *out;
    struct slot *slots;
    size_t slot_count; /* a power of two */
    uint32_t type_count, letter_count, token_count;
};

static void put(FILE *file, const void *bytes, size_t size)
{
    if (fwrite(bytes, size, 1, file) != 1)
        posts_fail("cannot write");
}

static FILE *create(const char *stem, const char *end)
{
    char path[4096];
    if (snprintf(path, sizeof(path), "%s.%s", stem, end) >= (int)sizeof(path))
        posts_fail("the name is too long");
    FILE *file = fopen(path, "wb");
    if (file == NULL) {
        perror(path);
        exit(1);
    }
    return file;
}

static void end(FILE *file)
{
    if (fclose(file) != 0)
        posts_fail("cannot write");
}

static void sink_letters(void *ctx, const struct engagep_feature *features, size_t count)
{
    struct writer *w = ctx;
    for (size_t i = 0; i < count; i++) {
        uint32_t name = engagep_cues_name(features[i].hash);
        put(w->letters, &name, sizeof(name));
        w->letter_count++;
    }
}

static void sink_nothing(void *ctx, const struct engagep_feature *features, size_t count)
{
    (void)ctx;
    (void)features;
    (void)count;
}

static struct slot *slot_of(struct writer *w, uint64_t key)
{
    size_t at = (size_t)(key & (w->slot_count - 1));
    while (w->slots[at].type != 0 && w->slots[at].key != key)
        at = (at + 1) & (w->slot_count - 1);
    return &w->slots[at];
}

static void grow(struct writer *w)
{
    struct slot *old = w->slots;
    size_t count = w->slot_count;
    w->slot_count *= 2;
    w->slots = posts_take(w->slot_count, sizeof(*w->slots));
    for (size_t i = 0; i < count; i++) {
        if (old[i].type != 0)
            *slot_of(w, old[i].key) = old[i];
    }
    free(old);
}

static uint32_t type_of(struct writer *w, const struct engagep_word *word,
                        const struct engagep_cues *cues, const char *norm, size_t size)
{
    uint64_t key = engagep_emit_combine(engagep_emit_combine(word->written, word->content),
                                        (uint64_t)word->group << 8 | (uint8_t)word->valence);
    struct slot *slot = slot_of(w, key);
    if (slot->type != 0)
        return slot->type - 1;
    struct type type = {cues->word, (uint32_t)cues->spelt, {0}, w->letter_count, 0};
    memcpy(type.own, cues->others, cues->own * sizeof(cues->others[0]));
    if (cues->spelt) {
        w->posts.features.sink = sink_letters;
        engagep_cues_spell(&w->posts.features, word, norm, size);
        type.letter_count = w->letter_count - type.letters;
    }
    put(w->types, &type, sizeof(type));
    *slot = (struct slot){key, ++w->type_count};
    if (w->type_count * (size_t)2 > w->slot_count)
        grow(w);
    return w->type_count - 1;
}

static void write_post(struct writer *w, const struct row *row)
{
    size_t count;
    posts_extract(&w->posts, row, sink_nothing, w);
    const struct engagep_token *tokens = engagep_token_array(w->posts.tokenizer, &count);
    const char *norms = engagep_token_norms(w->posts.tokenizer);
    if (count > TOKENS_MOST)
        count = TOKENS_MOST;
    uint32_t place[2] = {w->token_count, (uint32_t)count};
    put(w->out, place, sizeof(place));
    put(w->out, &row->set, 2 * sizeof(row->set));
    put(w->out, row->weight, sizeof(row->weight) + sizeof(row->target));
    for (size_t i = 0; i < count; i++) {
        const struct engagep_word *word = &w->posts.features.words[i];
        struct engagep_cues cues;
        engagep_cues_read(word, &tokens[i], &cues);
        uint32_t type = type_of(w, word, &cues, norms + tokens[i].norm, tokens[i].norm_size);
        unsigned char marks = (unsigned char)(
            (tokens[i].marks & ((1 << NEGATED_BIT) - 1)) | (word->negated != 0) << NEGATED_BIT);
        put(w->tokens, &type, sizeof(type));
        put(w->marks, &marks, sizeof(marks));
        w->token_count++;
    }
}

static void write_names(const char *stem)
{
    FILE *file = create(stem, "names");
    for (int bit = 0; bit <= NEGATED_BIT; bit++) {
        struct engagep_word word = {.negated = bit == NEGATED_BIT};
        struct engagep_token token = {.marks = (uint8_t)(bit < NEGATED_BIT ? 1 << bit : 0)};
        struct engagep_cues cues;
        engagep_cues_read(&word, &token, &cues);
        put(file, cues.others, sizeof(cues.others[0]));
    }
    end(file);
}

int main(int argc, char **argv)
{
    static struct writer w;
    if (argc != 5 || strcmp(argv[1], "-w") != 0) {
        fputs("usage: cues -w VOCABULARY ROWS OUT\n", stderr);
        return 2;
    }
    posts_read(&w.posts, argv[3]);
    posts_vocabulary(&w.posts, argv[2]);
    w.types = create(argv[4], "types");
    w.letters = create(argv[4], "letters");
    w.tokens = create(argv[4], "tokens");
    w.marks = create(argv[4], "marks");
    w.out = create(argv[4], "posts");
    w.slot_count = (size_t)1 << 20;
    w.slots = posts_take(w.slot_count, sizeof(*w.slots));
    for (size_t i = 0; i < w.posts.count; i++)
        write_post(&w, &w.posts.rows[i]);
    end(w.types);
    end(w.letters);
    end(w.tokens);
    end(w.marks);
    end(w.out);
    write_names(argv[4]);
    return 0;
}
