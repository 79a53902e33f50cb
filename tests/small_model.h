/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * A small model file, written anew each time, for tests that break it; and the writing of
 * such files.
 */
#ifndef ENGAGE_TESTS_SMALL_MODEL_H
#define ENGAGE_TESTS_SMALL_MODEL_H

#include <engage.h>

#include <stddef.h>
#include <stdint.h>

#define SMALL_MODEL_ROOM 16384

/* What differs from a proper model; all zero is proper. */
struct small_model_change {
    const char *meta;      /* instead of the card */
    const char *labels;    /* instead of the labels */
    int32_t dense;         /* instead of the first dense number */
    int32_t scale;         /* instead of the first scale */
    int32_t threshold;     /* instead of the last threshold */
    int32_t signal;        /* instead of the first number of the signals */
    int table_bytes;       /* instead of a whole number of buckets */
    int vocabulary_bytes;  /* the same, of the vocabulary */
    int dense_bytes;       /* instead of those of all numbers of the dense layer */
    int leave_out;         /* a section's type that is not there */
    int twice;             /* a section's type that stands there twice */
    int unknown;           /* 1: one more section of unknown kind; 2: a critical one */
    int more;              /* one more section, of this type */
    int wrong_selftest;    /* 1: a logit that no scoring gives; 2: ends early */
};

/* Writes a model into `out` (SMALL_MODEL_ROOM bytes, 64-byte aligned for borrowing)
 * and returns its size. Rows are drawn from `seed`. */
size_t small_model_make(unsigned char *out, uint64_t seed,
                        const struct small_model_change *change);

/* Opens a proper one, over bytes of its own. */
const engage_model *small_model_open(uint64_t seed);

/* What opening these bytes returns; an error says the same. */
int small_model_try(const unsigned char *data, size_t size);

/* Changes one to three of the first `within` bytes, sets the checksums right, and opens the file in
 * place: the model, or NULL where it is refused. */
const engage_model *small_model_vary(unsigned char *data, size_t size, size_t within,
                                     uint64_t *seed);

/* Sets the checksums and the identity right again after bytes were changed. */
void small_model_fix(unsigned char *data, size_t size);

/* Writes a file by its sections, each where it belongs; how many there will be is told first. */
struct small_model_writer {
    unsigned char *out;
    size_t end;
    uint32_t sections;
};
void small_model_begin(struct small_model_writer *writer, unsigned char *out, size_t room,
                       uint32_t sections);
void small_model_section(struct small_model_writer *writer, uint32_t type, uint32_t flags,
                         uint32_t element, const void *data, size_t size);

/* Writes the header, and returns the size of the file. */
size_t small_model_end(struct small_model_writer *writer);

#endif
