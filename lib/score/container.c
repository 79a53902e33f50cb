/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#define _POSIX_C_SOURCE 200809L

#include "score/container.h"

#include "base/alloc.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/little.h"
#include "base/utf8.h"
#include "score/features.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define MOST_BYTES ((uint64_t)64 << 20)

/* ------------------------------------------------------------ sections --- */

struct section {
    uint32_t type;
    uint32_t flags;
    uint64_t offset;
    uint64_t length;
    uint32_t element;
    uint32_t crc;
};

static struct section read_entry(const unsigned char *data, uint32_t index)
{
    const unsigned char *p = data + ENGAGEP_FORMAT_HEADER + (size_t)index * ENGAGEP_FORMAT_ENTRY;
    struct section s = {engagep_little_u32(p),      engagep_little_u32(p + 4),
                        engagep_little_u64(p + 8),  engagep_little_u64(p + 16),
                        engagep_little_u32(p + 24), engagep_little_u32(p + 28)};
    return s;
}

const unsigned char *engagep_container_section(const unsigned char *data, uint32_t type,
                                               size_t *size)
{
    uint32_t count = engagep_little_u32(data + ENGAGEP_FORMAT_AT_SECTIONS);
    for (uint32_t i = 0; i < count; i++) {
        struct section s = read_entry(data, i);
        if (s.type == type) {
            *size = (size_t)s.length;
            return data + s.offset;
        }
    }
    *size = 0;
    return NULL;
}

/* ----------------------------------------------------------- verification --- */

static int verify_header(const unsigned char *data, size_t size,
                         const struct engagep_container_kind *kind, engage_error *error)
{
    static const char magic[] = ENGAGEP_FORMAT_MAGIC;
    if (size < sizeof(magic) - 1 || memcmp(data, magic, sizeof(magic) - 1) != 0)
        return engagep_error_set(error, ENGAGE_EMODEL_MAGIC,
                                 kind->flags == ENGAGEP_FORMAT_ADDON ? "not an add-on file"
                                                                     : "not a model file");
    if (size < ENGAGEP_FORMAT_HEADER)
        return engagep_error_set(error, ENGAGE_EMODEL_FORMAT, "the file ends in its header");
    if (engagep_little_u16(data + ENGAGEP_FORMAT_AT_MAJOR) != kind->major)
        return engagep_error_set(error, ENGAGE_EMODEL_VERSION, "format %d, not %d",
                                 (int)engagep_little_u16(data + ENGAGEP_FORMAT_AT_MAJOR),
                                 (int)kind->major);
    uint32_t count = engagep_little_u32(data + ENGAGEP_FORMAT_AT_SECTIONS);
    if (engagep_little_u32(data + ENGAGEP_FORMAT_AT_HEADER) != ENGAGEP_FORMAT_HEADER ||
        count > ENGAGEP_FORMAT_SECTIONS_MOST ||
        size - ENGAGEP_FORMAT_HEADER < (size_t)count * ENGAGEP_FORMAT_ENTRY)
        return engagep_error_set(error, ENGAGE_EMODEL_FORMAT,
                                 "the header's size or number of sections is wrong");
    static const unsigned char zeros[4];
    uint32_t crc = engagep_crc32c(0, data, ENGAGEP_FORMAT_AT_CRC);
    crc = engagep_crc32c(crc, zeros, sizeof(zeros));
    crc = engagep_crc32c(crc, data + ENGAGEP_FORMAT_AT_CRC + 4,
                         ENGAGEP_FORMAT_HEADER - ENGAGEP_FORMAT_AT_CRC - 4 +
                             (size_t)count * ENGAGEP_FORMAT_ENTRY);
    if (crc != engagep_little_u32(data + ENGAGEP_FORMAT_AT_CRC))
        return engagep_error_set(error, ENGAGE_EMODEL_CHECKSUM, "the header is damaged");
    if (engagep_little_u64(data + ENGAGEP_FORMAT_AT_SIZE) != size)
        return engagep_error_set(error, ENGAGE_EMODEL_FORMAT,
                                 "the file is not as long as its header says");
    for (size_t i = ENGAGEP_FORMAT_AT_ID + 64; i < ENGAGEP_FORMAT_HEADER; i++) {
        if (data[i] != 0 && (i < ENGAGEP_FORMAT_AT_CRC || i >= ENGAGEP_FORMAT_AT_CRC + 4))
            return engagep_error_set(error, ENGAGE_EMODEL_FORMAT,
                                     "the header's padding is not zero");
    }
    uint32_t flags = engagep_little_u32(data + ENGAGEP_FORMAT_AT_FLAGS);
    if (flags != kind->flags)
        return engagep_error_set(error, ENGAGE_EMODEL_UNSUPPORTED,
                                 flags == ENGAGEP_FORMAT_ADDON ? "an add-on, not a model"
                                 : flags == 0                  ? "a model, not an add-on"
                                                               : "flags unknown here");
    if (engagep_little_u32(data + ENGAGEP_FORMAT_AT_TOKENIZER) != ENGAGEP_FORMAT_TOKENIZER ||
        engagep_little_u32(data + ENGAGEP_FORMAT_AT_FEATURES) != ENGAGEP_FEATURES_ID ||
        engagep_little_u32(data + ENGAGEP_FORMAT_AT_UNICODE) != ENGAGEP_FORMAT_UNICODE ||
        engagep_little_u32(data + ENGAGEP_FORMAT_AT_LABELS) != ENGAGEP_FORMAT_LABELS)
        return engagep_error_set(error, ENGAGE_EMODEL_UNSUPPORTED,
                                 "made for another tokenizer, Unicode version or set of labels");
    return ENGAGE_OK;
}

static int has_bit(uint64_t bits, uint32_t type)
{
    return type < 64 && (bits >> type & 1) != 0;
}

/* Sections follow the table in the order of their offsets, aligned, without
 * overlap, with zeros between them, to the end of the file. */
static int verify_sections(const unsigned char *data, size_t size,
                           const struct engagep_container_kind *kind, engage_error *error)
{
    uint32_t count = engagep_little_u32(data + ENGAGEP_FORMAT_AT_SECTIONS);
    size_t end = ENGAGEP_FORMAT_HEADER + (size_t)count * ENGAGEP_FORMAT_ENTRY;
    uint64_t seen = 0;
    for (uint32_t i = 0; i < count; i++) {
        struct section s = read_entry(data, i);
        if (s.offset % ENGAGEP_FORMAT_ALIGN != 0 || s.offset < end || s.offset > size ||
            s.length > size - s.offset || s.offset - end >= ENGAGEP_FORMAT_ALIGN ||
            s.element == 0 || s.length % s.element != 0)
            return engagep_error_set(error, ENGAGE_EMODEL_FORMAT, "section %d lies wrongly",
                                     (int)i);
        for (size_t k = end; k < s.offset; k++) {
            if (data[k] != 0)
                return engagep_error_set(error, ENGAGE_EMODEL_FORMAT,
                                         "the padding before section %d is not zero", (int)i);
        }
        if (engagep_crc32c(0, data + s.offset, (size_t)s.length) != s.crc)
            return engagep_error_set(error, ENGAGE_EMODEL_CHECKSUM, "section %d is damaged",
                                     (int)i);
        if (has_bit(kind->known, s.type)) {
            if (has_bit(seen, s.type))
                return engagep_error_set(error, ENGAGE_EMODEL_FORMAT,
                                         "section %d stands there twice", (int)i);
            seen |= UINT64_C(1) << s.type;
        } else if ((s.flags & ENGAGEP_FORMAT_CRITICAL) != 0) {
            return engagep_error_set(error, ENGAGE_EMODEL_UNSUPPORTED,
                                     "section %d is of a kind unknown here", (int)i);
        }
        end = (size_t)(s.offset + s.length);
    }
    if (end != size)
        return engagep_error_set(error, ENGAGE_EMODEL_FORMAT,
                                 "there is more after the last section");
    if ((kind->needed & ~seen) != 0)
        return engagep_error_set(error, ENGAGE_EMODEL_FORMAT, "a section is missing");
    return ENGAGE_OK;
}

int engagep_container_verify(const unsigned char *data, size_t size,
                             const struct engagep_container_kind *kind, engage_error *error)
{
    int rc = verify_header(data, size, kind, error);
    return rc == ENGAGE_OK ? verify_sections(data, size, kind, error) : rc;
}

static int is_text(const unsigned char *p, size_t size)
{
    for (size_t i = 0; i < size;) {
        uint32_t code;
        i += engagep_utf8_decode((const char *)p + i, size - i, &code);
        if (code == ENGAGEP_UTF8_INVALID || (code < 0x20 && code != '\t' && code != '\n'))
            return 0;
    }
    return 1;
}

int engagep_container_is_card(const unsigned char *p, size_t size)
{
    const unsigned char *last = NULL;
    size_t last_size = 0;
    if (!is_text(p, size))
        return 0;
    while (size > 0) {
        const unsigned char *end = memchr(p, '\n', size);
        const unsigned char *tab = memchr(p, '\t', size);
        if (end == NULL || tab == NULL || tab > end)
            return 0;
        size_t key = (size_t)(tab - p);
        if (key == 0 || memchr(tab + 1, '\t', (size_t)(end - tab - 1)) != NULL)
            return 0;
        if (last != NULL) {
            int order = memcmp(last, p, key < last_size ? key : last_size);
            if (order > 0 || (order == 0 && last_size >= key))
                return 0;
        }
        last = p;
        last_size = key;
        size -= (size_t)(end + 1 - p);
        p = end + 1;
    }
    return 1;
}

void engagep_container_identify(const unsigned char *data, size_t size,
                                char out[ENGAGEP_FORMAT_ID])
{
    struct engagep_sha256 sha;
    engagep_sha256_begin(&sha);
    engagep_sha256_add(&sha, data + ENGAGEP_FORMAT_HEADER, size - ENGAGEP_FORMAT_HEADER);
    engagep_sha256_end_hex(&sha, out, ENGAGEP_FORMAT_ID);
}

int engagep_container_verify_id(const unsigned char *data, size_t size, engage_error *error)
{
    char id[ENGAGEP_FORMAT_ID];
    engagep_container_identify(data, size, id);
    if (memcmp(data + ENGAGEP_FORMAT_AT_ID, id, sizeof(id)) != 0)
        return engagep_error_set(error, ENGAGE_EMODEL_CHECKSUM,
                                 "the identity does not match the contents");
    return ENGAGE_OK;
}

void engagep_container_card_json(const unsigned char *card, size_t size, engage_buffer *buffer)
{
    engagep_json_open(buffer, '{');
    const char *p = (const char *)card;
    for (const char *end = p + size; p < end;) {
        const char *tab = memchr(p, '\t', (size_t)(end - p));
        const char *line = memchr(p, '\n', (size_t)(end - p));
        engagep_json_string(buffer, p, (size_t)(tab - p));
        engagep_buffer_put_byte(buffer, ':');
        engagep_json_string(buffer, tab + 1, (size_t)(line - tab - 1));
        p = line + 1;
    }
    engagep_json_close(buffer, '}');
}

/* ---------------------------------------------------------------- loading --- */

/* Bytes at an aligned place within a block that is `ENGAGEP_FORMAT_ALIGN` longer. */
static unsigned char *align(void *block)
{
    unsigned char *p = block;
    size_t over = (size_t)((uintptr_t)p % ENGAGEP_FORMAT_ALIGN);
    return over == 0 ? p : p + (ENGAGEP_FORMAT_ALIGN - over);
}

/* Takes `size` bytes of memory; where they are to be written, or NULL. */
static unsigned char *own(struct engagep_container_bytes *bytes, size_t size,
                          const engage_allocator *allocator)
{
    if (size > SIZE_MAX - ENGAGEP_FORMAT_ALIGN)
        return NULL;
    bytes->block = engagep_alloc_array(allocator, size + ENGAGEP_FORMAT_ALIGN, 1);
    if (bytes->block == NULL)
        return NULL;
    bytes->block_size = size + ENGAGEP_FORMAT_ALIGN;
    bytes->size = size;
    unsigned char *data = align(bytes->block);
    bytes->data = data;
    return data;
}

int engagep_container_options(engage_model_options *out, engage_allocator *allocator,
                              const engage_model_options *given, engage_error *error)
{
    *out = (engage_model_options)ENGAGE_MODEL_OPTIONS_INIT;
    int rc = given == NULL ? ENGAGE_OK
                           : engagep_options_copy(out, sizeof(*out), given, sizeof(*out));
    if (rc == ENGAGE_OK)
        rc = engagep_alloc_init(allocator, out->allocator);
    if (rc == ENGAGE_OK && (out->flags & ~(ENGAGE_MODEL_COPY | ENGAGE_MODEL_BORROW)) != 0)
        rc = ENGAGE_EOPTIONS;
    if (out->max_bytes == 0)
        out->max_bytes = MOST_BYTES;
    return rc == ENGAGE_OK ? rc : engagep_error_set(error, rc, "the options are wrong");
}

int engagep_container_take(struct engagep_container_bytes *out, const void *data, size_t size,
                           const engage_model_options *options,
                           const engage_allocator *allocator, engage_error *error)
{
    memset(out, 0, sizeof(*out));
    int borrow = (options->flags & ENGAGE_MODEL_BORROW) != 0;
    if (borrow && (uintptr_t)data % ENGAGEP_FORMAT_ALIGN != 0)
        return engagep_error_set(error, ENGAGE_EMISUSE, "borrowed bytes must be aligned to %d",
                                 (int)ENGAGEP_FORMAT_ALIGN);
    if (size > options->max_bytes)
        return engagep_error_set(error, ENGAGE_ELIMIT, "the file is larger than allowed");
    if (borrow) {
        out->data = data;
        out->size = size;
        return ENGAGE_OK;
    }
    unsigned char *copy = own(out, size, allocator);
    if (copy == NULL)
        return engagep_error_set(error, ENGAGE_ENOMEM, "out of memory");
    if (size > 0)
        memcpy(copy, data, size);
    return ENGAGE_OK;
}

void engagep_container_release(struct engagep_container_bytes *bytes,
                               const engage_allocator *allocator)
{
    if (bytes->mapped)
        munmap(bytes->block, bytes->block_size);
    else
        engagep_alloc_free(allocator, bytes->block, bytes->block_size, 1);
    memset(bytes, 0, sizeof(*bytes));
}

static int system_error(engage_error *error)
{
    int number = errno;
    int rc = engagep_error_set(error, number == ENOENT || number == ENOTDIR ? ENGAGE_ENOENT
                                                                            : ENGAGE_EIO,
                               "the file cannot be read");
    engagep_error_system(error, number);
    return rc;
}

static int read_whole(int file, unsigned char *p, size_t size, engage_error *error)
{
    while (size > 0) {
        ssize_t n = read(file, p, size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return system_error(error);
        if (n == 0)
            return engagep_error_set(error, ENGAGE_EIO, "the file became shorter");
        p += n;
        size -= (size_t)n;
    }
    return ENGAGE_OK;
}

/* The bytes of an open file. */
static int take_file(struct engagep_container_bytes *out, int file, int map, uint64_t most,
                     const engage_allocator *allocator, engage_error *error)
{
    struct stat status;
    if (fstat(file, &status) != 0)
        return system_error(error);
    if (!S_ISREG(status.st_mode))
        return engagep_error_set(error, ENGAGE_EIO, "not a regular file");
    if ((uint64_t)status.st_size > most || (uint64_t)status.st_size > SIZE_MAX)
        return engagep_error_set(error, ENGAGE_ELIMIT, "the file is larger than allowed");
    size_t size = (size_t)status.st_size;
    if (map && size > 0) {
        void *block = mmap(NULL, size, PROT_READ, MAP_PRIVATE, file, 0);
        if (block == MAP_FAILED)
            return system_error(error);
        *out = (struct engagep_container_bytes){block, size, block, size, 1};
        return ENGAGE_OK;
    }
    unsigned char *copy = own(out, size, allocator);
    if (copy == NULL)
        return engagep_error_set(error, ENGAGE_ENOMEM, "out of memory");
    int rc = read_whole(file, copy, size, error);
    if (rc != ENGAGE_OK)
        engagep_container_release(out, allocator);
    return rc;
}

int engagep_container_load(struct engagep_container_bytes *out, const char *path,
                           const engage_model_options *options,
                           const engage_allocator *allocator, engage_error *error)
{
    memset(out, 0, sizeof(*out));
    if ((options->flags & ENGAGE_MODEL_BORROW) != 0)
        return engagep_error_set(error, ENGAGE_EOPTIONS, "a file cannot be borrowed");
    /* Without waiting for whoever may write into a pipe, which is refused below. */
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0)
        return system_error(error);
    int map = (options->flags & ENGAGE_MODEL_COPY) == 0;
    int rc = take_file(out, file, map, options->max_bytes, allocator, error);
    close(file);
    return rc;
}
