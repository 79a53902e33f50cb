/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Where things are in a model file: engage-model(5) in numbers. All of them are
 * little-endian.
 */
#ifndef ENGAGEP_SCORE_FORMAT_H
#define ENGAGEP_SCORE_FORMAT_H

#include "score/table.h"

#include <engage/score.h>

#define ENGAGEP_FORMAT_MAGIC "\x89" "ENG\r\n\x1a\n"
#define ENGAGEP_FORMAT_MAJOR 1u
#define ENGAGEP_FORMAT_MINOR 0u
#define ENGAGEP_FORMAT_ADDON 1u /* flag of a file that adds to a model: engage-addon(5) */

/* The header. */
#define ENGAGEP_FORMAT_HEADER 128u
#define ENGAGEP_FORMAT_AT_MAJOR 8
#define ENGAGEP_FORMAT_AT_MINOR 10
#define ENGAGEP_FORMAT_AT_HEADER 12
#define ENGAGEP_FORMAT_AT_SECTIONS 16
#define ENGAGEP_FORMAT_AT_FLAGS 20
#define ENGAGEP_FORMAT_AT_SIZE 24
#define ENGAGEP_FORMAT_AT_TOKENIZER 32
#define ENGAGEP_FORMAT_AT_FEATURES 36
#define ENGAGEP_FORMAT_AT_UNICODE 40
#define ENGAGEP_FORMAT_AT_LABELS 44
#define ENGAGEP_FORMAT_AT_ID 48 /* hex digits and a NUL */
#define ENGAGEP_FORMAT_ID 64    /* so many of them */
#define ENGAGEP_FORMAT_AT_CRC 120

/* What scores depend on beside the weights; a file with other numbers is refused. */
#define ENGAGEP_FORMAT_TOKENIZER 1u
#define ENGAGEP_FORMAT_UNICODE 0x0F0000u /* 15.0.0 */
#define ENGAGEP_FORMAT_LABELS 1u

/* The table of sections follows the header. */
#define ENGAGEP_FORMAT_ENTRY 32u
#define ENGAGEP_FORMAT_SECTIONS_MOST 64u
#define ENGAGEP_FORMAT_ALIGN 64u
#define ENGAGEP_FORMAT_CRITICAL 1u /* flag of a section that a reader must know */

/* Types of section. 16 to 31 are those of encoders. */
enum engagep_section {
    ENGAGEP_SECTION_META = 1,  /* the card: a line "key<TAB>value" each, sorted by key */
    ENGAGEP_SECTION_LABELS,    /* the names of the heads, a line each */
    ENGAGEP_SECTION_TABLE,     /* buckets of feature rows */
    ENGAGEP_SECTION_DENSE,     /* ramp[28], bias[18], linear[18][28], ramped[18][28], i32 */
    ENGAGEP_SECTION_CALIBRATE, /* scale, offset, threshold of each head, i32 */
    ENGAGEP_SECTION_SELFTEST,  /* texts and their logits */
    ENGAGEP_SECTION_VOCABULARY, /* buckets of words */
    ENGAGEP_SECTION_SIGNALS,    /* bias, linear[28], ramped[28] of each signal, i32 */
    ENGAGEP_SECTION_KINDS,
    ENGAGEP_SECTION_BASE = 16, /* the identity of the built-in model that this one stands on */
    ENGAGEP_SECTION_NAMES,     /* of the encoder's rows, u32, rising */
    ENGAGEP_SECTION_ROWS,      /* i8 */
    ENGAGEP_SECTION_ENCODER    /* doubts, layers, hidden layer and heads */
};
/* Those of a model as bits: each of them once. A careful model has some of its own, and
 * those of its encoder; the others are those of the model that it stands on. */
#define ENGAGEP_SECTION_MODEL (((uint64_t)1 << ENGAGEP_SECTION_KINDS) - 2)
#define ENGAGEP_SECTION_OWN                                                                       \
    ((uint64_t)1 << ENGAGEP_SECTION_META | (uint64_t)1 << ENGAGEP_SECTION_CALIBRATE |             \
     (uint64_t)1 << ENGAGEP_SECTION_SELFTEST)
#define ENGAGEP_SECTION_CAREFUL                                                                   \
    ((uint64_t)1 << ENGAGEP_SECTION_BASE | (uint64_t)1 << ENGAGEP_SECTION_NAMES |                 \
     (uint64_t)1 << ENGAGEP_SECTION_ROWS | (uint64_t)1 << ENGAGEP_SECTION_ENCODER)

#define ENGAGEP_DENSE_NUMBERS                                                                     \
    (ENGAGEP_TABLE_COLUMNS + ENGAGE_HEADS + 2 * ENGAGE_HEADS * ENGAGEP_TABLE_COLUMNS)
#define ENGAGEP_SIGNALS_NUMBERS (ENGAGE_SIGNALS * (1 + 2 * ENGAGEP_TABLE_COLUMNS))
#define ENGAGEP_CALIBRATE_NUMBERS (3 * ENGAGE_HEADS)

/* The shape of an encoder: of a token, of what is told of a post, and how often neighbours are
 * looked at. */
#define ENGAGEP_ENCODER_WIDTH 192
#define ENGAGEP_ENCODER_HIDDEN 192
#define ENGAGEP_ENCODER_LAYERS 2
#define ENGAGEP_ENCODER_DOUBTS 2 /* of sentiment and of intents, i32 in 1/65536 */
/* An output of so many inputs: its scale in 1/2^24 and its bias in 1/2^24, i32, and a weight for
 * each, i8. */
#define ENGAGEP_ENCODER_OUTPUT(inputs) (8 + (inputs))
#define ENGAGEP_ENCODER_BYTES                                                                     \
    (4 * ENGAGEP_ENCODER_DOUBTS +                                                                 \
     (ENGAGEP_ENCODER_LAYERS * ENGAGEP_ENCODER_WIDTH + ENGAGEP_ENCODER_HIDDEN) *                  \
         ENGAGEP_ENCODER_OUTPUT(3 * ENGAGEP_ENCODER_WIDTH) +                                      \
     ENGAGE_HEADS * ENGAGEP_ENCODER_OUTPUT(ENGAGEP_ENCODER_HIDDEN))
#define ENGAGEP_ENCODER_SCALE_MOST (1 << 24) /* at least 1 */

/* Bounds that keep the arithmetic of scoring within 64 bits. A sum of rows is less than 2^31
 * for a text of 1 MiB, the longest that is taken: of a byte come fewer than sixteen features. */
#define ENGAGEP_DENSE_MOST (1 << 22)  /* of a dense number, either sign */
#define ENGAGEP_SCALE_MOST (16 << 16) /* of a scale, in 1/65536; at least 1 */
#define ENGAGEP_OFFSET_MOST (64 << 16)

#endif
