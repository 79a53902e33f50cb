/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Add-ons as the analyzer reads them: heads over traits, and promises. The form of the
 * file is engage-addon(5).
 */
#ifndef ENGAGEP_SCORE_ADDON_H
#define ENGAGEP_SCORE_ADDON_H

#include "score/container.h"
#include "score/traits.h"

#define ENGAGEP_ADDON_MAJOR 1u

/* Types of section. */
enum engagep_addon_section {
    ENGAGEP_ADDON_BASE = 32, /* identities of the model, and of add-ons promised with */
    ENGAGEP_ADDON_HEADS,
    ENGAGEP_ADDON_ROWS,       /* what each trait weighs in each head */
    ENGAGEP_ADDON_BACKGROUND, /* posts that the lesson took for ordinary ones */
    ENGAGEP_ADDON_EXAMPLES,   /* posts with labels */
    ENGAGEP_ADDON_PROMISES,
    ENGAGEP_ADDON_WORDS,  /* how many words were unknown, for the gauge */
    ENGAGEP_ADDON_COLUMNS /* what the model's columns weigh in each head */
};

#define ENGAGEP_ADDON_NAME 32 /* bytes of a label's name, the NULs behind it included */
#define ENGAGEP_ADDON_ID 64   /* digits of an identity */
#define ENGAGEP_ADDON_ID_ROOM 72 /* and zeros behind them */

/* A head. Its margin is a number in 1/65536; an intent of its own becomes likely by
 * scale and offset, a built-in label's log-odds move by the margin itself. */
#define ENGAGEP_ADDON_HEAD 64
#define ENGAGEP_ADDON_HEADS_MOST 32
#define ENGAGEP_ADDON_OWN 0xFFFFFFFFu
struct engagep_addon_head {
    const char *name;
    uint32_t head; /* of the model, or ENGAGEP_ADDON_OWN */
    int32_t scale;
    int32_t offset;
    int32_t threshold; /* millionths */
    int32_t bias;      /* 1/65536 */
    uint32_t positives;
    uint32_t negatives;
    int32_t quality; /* F1 that may be expected of an intent of one's own, millionths */
};

/* Rows: the rarity of traits in none, the number of rows, then by rising trait its
 * number (u32), its rarity (u16, 1/4096), two zero bytes, and a weight (i16, 1/2048) of
 * each head; rows are as long as the next multiple of 4. */
#define ENGAGEP_ADDON_ROWS_HEADER 8
#define ENGAGEP_ADDON_WEIGHT 2048

/* Columns: of each its mean (i32) and the inverse of its deviation (u32, 1/2^20) over the
 * background, then of each head a weight (i16, 1/2048) of each column. */
#define ENGAGEP_ADDON_INVERSE_MOST (1u << 20)
static inline size_t engagep_addon_columns_size(size_t heads)
{
    return ENGAGEP_TABLE_COLUMNS * (8 + 2 * heads);
}

/* Examples, of both sections: the head's index (u8), marks (u8), the number of traits
 * (u16), the built-in log-odds over the threshold (i32), the columns (i16), the traits,
 * rising. */
#define ENGAGEP_ADDON_EXAMPLE_COLUMNS 8
#define ENGAGEP_ADDON_EXAMPLE (ENGAGEP_ADDON_EXAMPLE_COLUMNS + 2 * ENGAGEP_TABLE_COLUMNS)
#define ENGAGEP_ADDON_YES 1u
#define ENGAGEP_ADDON_NO 2u
#define ENGAGEP_ADDON_TRAITS_MOST 4096
/* Bound of what is kept of log-odds, and of what corrections may move them by. */
#define ENGAGEP_ADDON_REACH (4 << 16)

/* A promise: what it is about, what was asked and found, and how the scores lay. */
#define ENGAGEP_ADDON_BINS 10
#define ENGAGEP_ADDON_PROMISE 192
struct engagep_promise_record {
    const char *label;
    int32_t asked;     /* share that may be missed, millionths */
    int32_t low;       /* yes from this score on */
    int32_t high;      /* sure from over this score on */
    int32_t expected;  /* share that will be missed, on average over calibrations */
    int32_t least;     /* the same of this one, with 95 % confidence */
    int32_t most;
    int32_t uncertain; /* share of the posts given */
    uint32_t positives;
    uint32_t negatives;
    uint32_t edges; /* of bins; one less than there are bins */
    int32_t edge[ENGAGEP_ADDON_BINS - 1];
    uint32_t count[ENGAGEP_ADDON_BINS];
};
#define ENGAGEP_ADDON_PROMISES_MOST 32

/* How many posts had how many unknown words: 0, 1, … and as many as the last or more. */
#define ENGAGEP_ADDON_UNKNOWN 6
static inline size_t engagep_addon_unknown_bin(uint32_t unknown)
{
    return unknown < ENGAGEP_ADDON_UNKNOWN ? unknown : ENGAGEP_ADDON_UNKNOWN - 1;
}

/* The number that needs_reply goes by where a label is named. */
#define ENGAGEP_NEEDS_REPLY "needs_reply"

/* 1 where bytes are a name that an intent of one's own may have. */
int engagep_addon_is_name(const char *name, size_t size);

/* The number of a built-in label, sentiments first; -1 where there is none. */
int engagep_addon_builtin(const char *name, size_t size);

struct engagep_addon_head engagep_addon_head(const engage_addon *addon, size_t index);
size_t engagep_addon_heads(const engage_addon *addon);
struct engagep_promise_record engagep_addon_promise(const engage_addon *addon, size_t index);
size_t engagep_addon_promises(const engage_addon *addon);
const unsigned char *engagep_addon_section(const engage_addon *addon, uint32_t type, size_t *size);

/* The rarity of a trait that `posts` of `all` background posts have, in 1/4096. */
uint32_t engagep_addon_rarity(uint32_t posts, uint32_t all);

/* What a group counts in a post, in 1/256; behind the groups of traits, the columns. */
enum { ENGAGEP_ADDON_GROUP_COLUMNS = ENGAGEP_TRAITS_GROUPS, ENGAGEP_ADDON_GROUPS };
extern const int32_t engagep_addon_group_weight[ENGAGEP_ADDON_GROUPS];

/* How far a column is from its mean, in 1/256 of its deviation. */
static inline int32_t engagep_addon_deviation(int32_t column, int32_t mean, uint32_t inverse)
{
    const int32_t most = 1 << 20;
    int64_t far = ((int64_t)column - mean) * inverse / 4096;
    return far > most ? most : far < -most ? -most : (int32_t)far;
}

/* The logarithm to base 2 in 1/65536; x is at least 1. */
uint32_t engagep_addon_log(uint64_t x);

/* The square root, rounded down. */
uint32_t engagep_addon_root(uint64_t x);

/* Margins of all heads, in 1/65536. */
void engagep_addon_margins(const engage_addon *addon, const struct engagep_traits *traits,
                           int64_t margins[ENGAGEP_ADDON_HEADS_MOST]);

/* What each trait of a post, and each row of the model, has in the margin of one head. */
struct engagep_addon_sum {
    const engage_addon *addon;
    size_t head;
    int64_t norm[ENGAGEP_ADDON_GROUPS];
    int64_t sum[ENGAGEP_ADDON_GROUPS]; /* of what was added so far */
    int64_t weight[ENGAGEP_TABLE_COLUMNS]; /* of the columns as they stand */
};

void engagep_addon_sum_begin(struct engagep_addon_sum *sum, const engage_addon *addon,
                             const struct engagep_traits *traits, size_t head);

/* What the next trait of the list adds: all of them make up their part of the margin to the
 * last bit, since what a division leaves over is counted with the trait after it. */
int64_t engagep_addon_sum_trait(struct engagep_addon_sum *sum, uint32_t trait);

/* What the next rows of the model add, as far as columns go. */
int64_t engagep_addon_sum_rows(struct engagep_addon_sum *sum,
                               const int32_t rows[ENGAGEP_TABLE_COLUMNS]);

/* -------------------------------------------------- add-ons of an analyzer --- */

struct engagep_taught {
    const char *name;
    int64_t margin; /* 1/65536 */
    int32_t probability;
    int32_t has;
    uint8_t addon; /* whose head it is, */
    uint8_t head;
    uint32_t passage; /* that decides, from 1 on; 0: the whole post */
};

struct engagep_promised {
    const char *label;
    int32_t score;
    uint8_t yes;
    uint8_t uncertain;
    uint8_t kind; /* ENGAGEP_PROMISED_ */
    uint8_t number; /* of the head, or of what was taught */
};
enum { ENGAGEP_PROMISED_HEAD, ENGAGEP_PROMISED_TAUGHT, ENGAGEP_PROMISED_REPLY };

struct engagep_addons {
    const engage_allocator *allocator;
    const engage_addon **all;
    size_t count;
    size_t room; /* what the arrays were made for */
    struct engagep_traits traits;
    struct engagep_traits part; /* of the passage that is read */
    int64_t (*margins)[ENGAGEP_ADDON_HEADS_MOST]; /* of the post, for each add-on */
    struct engagep_taught *taught;
    size_t taught_count;
    struct engagep_promised *promised;
    size_t promised_count;
};

/* Takes references to add-ons that go with the model and with each other. ENGAGE_OK,
 * ENGAGE_EMISUSE, ENGAGE_ENOMEM, ENGAGE_ERANGE (names that meet), ENGAGE_EADDON_MODEL,
 * ENGAGE_EADDON_SET. */
int engagep_addons_init(struct engagep_addons *addons, const engage_addon *const *given,
                        size_t count, const engage_model *model,
                        const engage_allocator *allocator);
void engagep_addons_release(struct engagep_addons *addons);

/* Works out the margins of the whole post from its traits. */
void engagep_addons_read(struct engagep_addons *addons);

/* Lets a passage, numbered from 1 on, by its traits, decide over what was taught where it makes
 * that likelier by `margin`, in log-odds of 1/65536. */
void engagep_addons_hear(struct engagep_addons *addons, uint32_t passage, int64_t margin);

/* Moves the calibrated log-odds of labels. */
void engagep_addons_correct(const struct engagep_addons *addons, int64_t odds[ENGAGE_HEADS]);

/* How likely it is that a post needs a reply, in millionths, as if its intents did not
 * depend on each other. */
int32_t engagep_addons_reply_score(const engage_analysis *analysis);

/* What a promise goes by. */
int32_t engagep_addons_score(const struct engagep_promised *promised,
                             const engage_analysis *analysis);

/* Judges what was taught, then what is promised; the latter decides over thresholds. */
void engagep_addons_judge(struct engagep_addons *addons, engage_analysis *analysis);

/* What rows of the model that were found at one place add up to. */
struct engagep_found {
    struct engagep_place place;
    int32_t sum[ENGAGEP_TABLE_COLUMNS];
};

/* Appends the evidence of one intent that was taught, where there is room for a row each of the
 * traits and of what was found, of the post or of the passage that decides, and one more. */
void engagep_addons_explain(const struct engagep_addons *addons, size_t taught,
                            const struct engagep_found *found, size_t count,
                            const struct engagep_token *tokens, engage_analysis *analysis);

/* The traits that decide over an intent that was taught. */
static inline const struct engagep_traits *engagep_addons_traits(
    const struct engagep_addons *addons, size_t taught)
{
    return addons->taught[taught].passage > 0 ? &addons->part : &addons->traits;
}

/* The bytes of the text at a place; none for the whole post. */
engage_span engagep_addons_span(const struct engagep_token *tokens,
                                const struct engagep_place *place);

#endif
