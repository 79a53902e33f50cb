/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * The container of model files and add-ons: a header, a table of sections and the
 * sections. Every byte is hostile until engagep_container_verify has passed: no number
 * of the file is used before it was checked against the file's size, and nothing is
 * allocated by one.
 */
#ifndef ENGAGEP_SCORE_CONTAINER_H
#define ENGAGEP_SCORE_CONTAINER_H

#include "base/buffer.h"
#include "score/format.h"

/* What a reader takes: the header's major version and flags, and the types of section
 * of which there must be exactly one each, and may be one each, as bits by type. */
struct engagep_container_kind {
    uint32_t major;
    uint32_t flags;
    uint64_t needed;
    uint64_t known;
};

/* Verifies header, table of sections and their checksums; not the identity. */
int engagep_container_verify(const unsigned char *data, size_t size,
                             const struct engagep_container_kind *kind, engage_error *error);

/* The identity of a file by its contents. */
void engagep_container_identify(const unsigned char *data, size_t size,
                                char out[ENGAGEP_FORMAT_ID]);

/* Verifies that the header's identity is that of the contents: it reads every byte, so
 * it comes last. */
int engagep_container_verify_id(const unsigned char *data, size_t size, engage_error *error);

/* The bytes of a section of a verified file; NULL and 0 where it has none of this type. */
const unsigned char *engagep_container_section(const unsigned char *data, uint32_t type,
                                               size_t *size);

/* Lines of a key, a tab and a value, keys rising. */
int engagep_container_is_card(const unsigned char *p, size_t size);

/* Appends a card as a JSON object. */
void engagep_container_card_json(const unsigned char *p, size_t size, engage_buffer *buffer);

/* The bytes of a file, mapped or read into memory of the allocator. */
struct engagep_container_bytes {
    const unsigned char *data; /* aligned to ENGAGEP_FORMAT_ALIGN */
    size_t size;
    void *block; /* what holds them: a copy, a mapping, or NULL where borrowed */
    size_t block_size;
    int mapped;
};

/* Reads the options of whoever opens one, with their defaults. ENGAGE_OK or ENGAGE_EOPTIONS. */
int engagep_container_options(engage_model_options *out, engage_allocator *allocator,
                              const engage_model_options *given, engage_error *error);

/* Reads the whole of a regular file. */
int engagep_container_load(struct engagep_container_bytes *out, const char *path,
                           const engage_model_options *options,
                           const engage_allocator *allocator, engage_error *error);

/* Copies bytes, or borrows them. */
int engagep_container_take(struct engagep_container_bytes *out, const void *data, size_t size,
                           const engage_model_options *options,
                           const engage_allocator *allocator, engage_error *error);

void engagep_container_release(struct engagep_container_bytes *bytes,
                               const engage_allocator *allocator);

#endif
