/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Opening model files. Every byte is hostile until engagep_model_verify has passed:
 * no number of the file is used before it was checked against the file's size, and
 * nothing is allocated by one.
 */
#define _POSIX_C_SOURCE 200809L

#include "score/model.h"

#include "base/alloc.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/utf8.h"
#include "score/features.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct engagep_model_shared {
    engage_model model; /* points back to this */
    size_t size;
    atomic_size_t owners;
    engage_allocator allocator;
    void *block; /* what holds the bytes: a copy, a mapping, or NULL where borrowed */
    size_t block_size;
    int mapped;
};

#define MOST_BYTES ((uint64_t)64 << 20)

static uint64_t read64(const unsigned char *p)
{
    return engagep_model_u32(p) | (uint64_t)engagep_model_u32(p + 4) << 32;
}

static uint32_t read16(const unsigned char *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8;
}

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
    struct section s = {engagep_model_u32(p),      engagep_model_u32(p + 4),
                        read64(p + 8),             read64(p + 16),
                        engagep_model_u32(p + 24), engagep_model_u32(p + 28)};
    return s;
}

const unsigned char *engagep_model_section(const engage_model *model, uint32_t type, size_t *size)
{
    uint32_t count = engagep_model_u32(model->data + ENGAGEP_FORMAT_AT_SECTIONS);
    for (uint32_t i = 0; i < count; i++) {
        struct section s = read_entry(model->data, i);
        if (s.type == type) {
            *size = (size_t)s.length;
            return model->data + s.offset;
        }
    }
    *size = 0;
    return NULL;
}

/* ----------------------------------------------------------- verification --- */

static int verify_header(const unsigned char *data, size_t size, engage_error *error)
{
    static const char magic[] = ENGAGEP_FORMAT_MAGIC;
    if (size < sizeof(magic) - 1 || memcmp(data, magic, sizeof(magic) - 1) != 0)
        return engagep_error_set(error, ENGAGE_EMODEL_MAGIC, "not a model file");
    if (size < ENGAGEP_FORMAT_HEADER)
        return engagep_error_set(error, ENGAGE_EMODEL_FORMAT, "the file ends in its header");
    if (read16(data + ENGAGEP_FORMAT_AT_MAJOR) != ENGAGEP_FORMAT_MAJOR)
        return engagep_error_set(error, ENGAGE_EMODEL_VERSION, "format %d, not %d",
                                 (int)read16(data + ENGAGEP_FORMAT_AT_MAJOR),
                                 (int)ENGAGEP_FORMAT_MAJOR);
    uint32_t count = engagep_model_u32(data + ENGAGEP_FORMAT_AT_SECTIONS);
    if (engagep_model_u32(data + ENGAGEP_FORMAT_AT_HEADER) != ENGAGEP_FORMAT_HEADER ||
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
    if (crc != engagep_model_u32(data + ENGAGEP_FORMAT_AT_CRC))
        return engagep_error_set(error, ENGAGE_EMODEL_CHECKSUM, "the header is damaged");
    if (read64(data + ENGAGEP_FORMAT_AT_SIZE) != size)
        return engagep_error_set(error, ENGAGE_EMODEL_FORMAT,
                                 "the file is not as long as its header says");
    for (size_t i = ENGAGEP_FORMAT_AT_ID + 64; i < ENGAGEP_FORMAT_HEADER; i++) {
        if (data[i] != 0 && (i < ENGAGEP_FORMAT_AT_CRC || i >= ENGAGEP_FORMAT_AT_CRC + 4))
            return engagep_error_set(error, ENGAGE_EMODEL_FORMAT,
                                     "the header's padding is not zero");
    }
    if (engagep_model_u32(data + ENGAGEP_FORMAT_AT_FLAGS) != 0 ||
        engagep_model_u32(data + ENGAGEP_FORMAT_AT_TOKENIZER) != ENGAGEP_FORMAT_TOKENIZER ||
        engagep_model_u32(data + ENGAGEP_FORMAT_AT_FEATURES) != ENGAGEP_FEATURES_ID ||
        engagep_model_u32(data + ENGAGEP_FORMAT_AT_UNICODE) != ENGAGEP_FORMAT_UNICODE ||
        engagep_model_u32(data + ENGAGEP_FORMAT_AT_LABELS) != ENGAGEP_FORMAT_LABELS)
        return engagep_error_set(error, ENGAGE_EMODEL_UNSUPPORTED,
                                 "made for another tokenizer, Unicode version or set of labels");
    return ENGAGE_OK;
}

static int known_section(uint32_t type)
{
    return type >= ENGAGEP_SECTION_META && type < ENGAGEP_SECTION_KINDS;
}

/* Sections follow the table in the order of their offsets, aligned, without
 * overlap, with zeros between them, to the end of the file. */
static int verify_sections(const unsigned char *data, size_t size, engage_error *error)
{
    uint32_t count = engagep_model_u32(data + ENGAGEP_FORMAT_AT_SECTIONS);
    size_t end = ENGAGEP_FORMAT_HEADER + (size_t)count * ENGAGEP_FORMAT_ENTRY;
    uint32_t seen = 0;
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
        if (known_section(s.type)) {
            if ((seen >> s.type & 1) != 0)
                return engagep_error_set(error, ENGAGE_EMODEL_FORMAT,
                                         "section %d stands there twice", (int)i);
            seen |= UINT32_C(1) << s.type;
        } else if ((s.flags & ENGAGEP_FORMAT_CRITICAL) != 0) {
            return engagep_error_set(error, ENGAGE_EMODEL_UNSUPPORTED,
                                     "section %d is of a kind unknown here", (int)i);
        }
        end = (size_t)(s.offset + s.length);
    }
    if (end != size)
        return engagep_error_set(error, ENGAGE_EMODEL_FORMAT,
                                 "there is more after the last section");
    for (uint32_t type = ENGAGEP_SECTION_META; type < ENGAGEP_SECTION_KINDS; type++) {
        if ((seen >> type & 1) == 0)
            return engagep_error_set(error, ENGAGE_EMODEL_FORMAT, "a section is missing");
    }
    return ENGAGE_OK;
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

/* Lines "key<TAB>value", keys rising. */
static int verify_meta(const unsigned char *p, size_t size)
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

static int verify_labels(const unsigned char *p, size_t size)
{
    for (int head = 0; head < ENGAGE_HEADS; head++) {
        const char *name = engage_head_name(head);
        size_t length = strlen(name);
        if (size < length + 1 || memcmp(p, name, length) != 0 || p[length] != '\n')
            return 0;
        p += length + 1;
        size -= length + 1;
    }
    return size == 0;
}

static int verify_numbers(const unsigned char *p, size_t size, size_t count, int32_t least,
                          int32_t most)
{
    if (size < 4 * count)
        return 0;
    for (size_t i = 0; i < count; i++) {
        int32_t number = engagep_model_i32(p + 4 * i);
        if (number < least || number > most)
            return 0;
    }
    return 1;
}

static int verify_calibration(const unsigned char *p, size_t size)
{
    return size == 4 * ENGAGEP_CALIBRATE_NUMBERS &&
           verify_numbers(p, size, ENGAGE_HEADS, 1, ENGAGEP_SCALE_MOST) &&
           verify_numbers(p + 4 * ENGAGE_HEADS, size - 4 * ENGAGE_HEADS, ENGAGE_HEADS,
                          -ENGAGEP_OFFSET_MOST, ENGAGEP_OFFSET_MOST) &&
           verify_numbers(p + 8 * ENGAGE_HEADS, size - 8 * ENGAGE_HEADS, ENGAGE_HEADS, 0,
                          1000000);
}

/* Texts: the size, the bytes, then a logit of 64 bits for each head. */
static int verify_selftest(const unsigned char *p, size_t size)
{
    while (size > 0) {
        if (size < 4)
            return 0;
        size_t length = engagep_model_u32(p);
        if (length > size - 4 || size - 4 - length < 8 * ENGAGE_HEADS)
            return 0;
        p += 4 + length + 8 * ENGAGE_HEADS;
        size -= 4 + length + 8 * ENGAGE_HEADS;
    }
    return 1;
}

static int verify_meaning(const engage_model *model, engage_error *error)
{
    size_t size;
    const unsigned char *p = engagep_model_section(model, ENGAGEP_SECTION_META, &size);
    if (!verify_meta(p, size))
        return engagep_error_set(error, ENGAGE_EMODEL_FORMAT, "the card is not sorted text");
    p = engagep_model_section(model, ENGAGEP_SECTION_LABELS, &size);
    if (!verify_labels(p, size))
        return engagep_error_set(error, ENGAGE_EMODEL_UNSUPPORTED, "other labels than known here");
    p = engagep_model_section(model, ENGAGEP_SECTION_TABLE, &size);
    if (size == 0 || size % ENGAGEP_TABLE_BUCKET != 0 ||
        size / ENGAGEP_TABLE_BUCKET > UINT32_MAX)
        return engagep_error_set(error, ENGAGE_EMODEL_FORMAT, "the table has no whole buckets");
    p = engagep_model_section(model, ENGAGEP_SECTION_DENSE, &size);
    if (size != 4 * ENGAGEP_DENSE_NUMBERS ||
        !verify_numbers(p, size, ENGAGEP_DENSE_NUMBERS, -ENGAGEP_DENSE_MOST, ENGAGEP_DENSE_MOST))
        return engagep_error_set(error, ENGAGE_EMODEL_FORMAT, "a dense number is out of bounds");
    p = engagep_model_section(model, ENGAGEP_SECTION_CALIBRATE, &size);
    if (!verify_calibration(p, size))
        return engagep_error_set(error, ENGAGE_EMODEL_FORMAT, "a calibration is out of bounds");
    p = engagep_model_section(model, ENGAGEP_SECTION_SELFTEST, &size);
    if (!verify_selftest(p, size))
        return engagep_error_set(error, ENGAGE_EMODEL_FORMAT, "the self-test ends early");
    return ENGAGE_OK;
}

static int verify_identity(const unsigned char *data, size_t size, engage_error *error)
{
    struct engagep_sha256 sha;
    unsigned char digest[32];
    engagep_sha256_begin(&sha);
    engagep_sha256_add(&sha, data + ENGAGEP_FORMAT_HEADER, size - ENGAGEP_FORMAT_HEADER);
    engagep_sha256_end(&sha, digest);
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < sizeof(digest); i++) {
        const unsigned char *pair = data + ENGAGEP_FORMAT_AT_ID + 2 * i;
        if (pair[0] != (unsigned char)digits[digest[i] >> 4] ||
            pair[1] != (unsigned char)digits[digest[i] & 15])
            return engagep_error_set(error, ENGAGE_EMODEL_CHECKSUM,
                                     "the identity does not match the contents");
    }
    return ENGAGE_OK;
}

int engagep_model_verify(const unsigned char *data, size_t size, engage_error *error)
{
    engage_model model = {data, NULL};
    int rc = verify_header(data, size, error);
    if (rc == ENGAGE_OK)
        rc = verify_sections(data, size, error);
    if (rc == ENGAGE_OK)
        rc = verify_meaning(&model, error);
    if (rc == ENGAGE_OK)
        rc = verify_identity(data, size, error);
    return rc;
}

/* --------------------------------------------------------------- reading --- */

struct engagep_table engagep_model_table(const engage_model *model)
{
    size_t size;
    struct engagep_table table;
    table.rows = engagep_model_section(model, ENGAGEP_SECTION_TABLE, &size);
    table.buckets = (uint32_t)(size / ENGAGEP_TABLE_BUCKET);
    return table;
}

static const unsigned char *read_numbers(const unsigned char *p, int32_t *out, size_t count)
{
    for (size_t i = 0; i < count; i++, p += 4)
        out[i] = engagep_model_i32(p);
    return p;
}

void engagep_model_dense(const engage_model *model, struct engagep_dense *out)
{
    size_t size;
    const unsigned char *p = engagep_model_section(model, ENGAGEP_SECTION_DENSE, &size);
    p = read_numbers(p, out->ramp, ENGAGEP_TABLE_COLUMNS);
    p = read_numbers(p, out->bias, ENGAGE_HEADS);
    for (int head = 0; head < ENGAGE_HEADS; head++)
        p = read_numbers(p, out->linear[head], ENGAGEP_TABLE_COLUMNS);
    for (int head = 0; head < ENGAGE_HEADS; head++)
        p = read_numbers(p, out->ramped[head], ENGAGEP_TABLE_COLUMNS);
}

void engagep_model_calibration(const engage_model *model, struct engagep_calibration *out)
{
    size_t size;
    const unsigned char *p = engagep_model_section(model, ENGAGEP_SECTION_CALIBRATE, &size);
    p = read_numbers(p, out->scale, ENGAGE_HEADS);
    p = read_numbers(p, out->offset, ENGAGE_HEADS);
    read_numbers(p, out->threshold, ENGAGE_HEADS);
}

/* --------------------------------------------------------------- opening --- */

static int read_options(engage_model_options *out, engage_allocator *allocator,
                        const engage_model_options *given)
{
    *out = (engage_model_options)ENGAGE_MODEL_OPTIONS_INIT;
    int rc = given == NULL ? ENGAGE_OK
                           : engagep_options_copy(out, sizeof(*out), given,
                                                  sizeof(engage_model_options));
    if (rc == ENGAGE_OK)
        rc = engagep_alloc_init(allocator, out->allocator);
    if (rc == ENGAGE_OK && (out->flags & ~(ENGAGE_MODEL_COPY | ENGAGE_MODEL_BORROW)) != 0)
        rc = ENGAGE_EOPTIONS;
    if (out->max_bytes == 0)
        out->max_bytes = MOST_BYTES;
    return rc;
}

/* Bytes at an aligned place within a block that is `ENGAGEP_FORMAT_ALIGN` longer. */
static unsigned char *align(void *block)
{
    unsigned char *p = block;
    size_t over = (size_t)((uintptr_t)p % ENGAGEP_FORMAT_ALIGN);
    return over == 0 ? p : p + (ENGAGEP_FORMAT_ALIGN - over);
}

static struct engagep_model_shared *new_shared(const engage_allocator *allocator)
{
    struct engagep_model_shared *shared =
        engagep_alloc_zero(allocator, 1, sizeof(struct engagep_model_shared));
    if (shared != NULL) {
        shared->model.shared = shared;
        shared->allocator = *allocator;
        atomic_init(&shared->owners, 1);
    }
    return shared;
}

static void release(struct engagep_model_shared *shared)
{
    engage_allocator allocator = shared->allocator;
    if (shared->mapped)
        munmap(shared->block, shared->block_size);
    else
        engagep_alloc_free(&allocator, shared->block, shared->block_size, 1);
    engagep_alloc_free(&allocator, shared, 1, sizeof(*shared));
}

/* Takes `size` bytes of memory for the model's own copy. */
static unsigned char *own_bytes(struct engagep_model_shared *shared, size_t size)
{
    if (size > SIZE_MAX - ENGAGEP_FORMAT_ALIGN)
        return NULL;
    shared->block = engagep_alloc_array(&shared->allocator, size + ENGAGEP_FORMAT_ALIGN, 1);
    if (shared->block == NULL)
        return NULL;
    shared->block_size = size + ENGAGEP_FORMAT_ALIGN;
    return align(shared->block);
}

static int finish(const engage_model **out, struct engagep_model_shared *shared,
                  engage_error *error)
{
    int rc = engagep_model_verify(shared->model.data, shared->size, error);
    if (rc == ENGAGE_OK)
        *out = &shared->model;
    else
        release(shared);
    return rc;
}

int engage_model_open_memory(const engage_model **out, const void *data, size_t size,
                             const engage_model_options *options, engage_error *error)
{
    if (out == NULL)
        return engagep_error_set(error, ENGAGE_EMISUSE, "out is NULL");
    *out = NULL;
    if (data == NULL)
        return engagep_error_set(error, ENGAGE_EMISUSE, "data is NULL");
    engage_model_options o;
    engage_allocator allocator;
    int rc = read_options(&o, &allocator, options);
    if (rc != ENGAGE_OK)
        return engagep_error_set(error, rc, "the options are wrong");
    int borrow = (o.flags & ENGAGE_MODEL_BORROW) != 0;
    if (borrow && (uintptr_t)data % ENGAGEP_FORMAT_ALIGN != 0)
        return engagep_error_set(error, ENGAGE_EMISUSE, "borrowed bytes must be aligned to %d",
                                 (int)ENGAGEP_FORMAT_ALIGN);
    if (size > o.max_bytes)
        return engagep_error_set(error, ENGAGE_ELIMIT, "the model is larger than allowed");
    struct engagep_model_shared *shared = new_shared(&allocator);
    if (shared == NULL)
        return engagep_error_set(error, ENGAGE_ENOMEM, "out of memory");
    shared->size = size;
    shared->model.data = data;
    if (!borrow) {
        unsigned char *copy = own_bytes(shared, size);
        if (copy == NULL) {
            release(shared);
            return engagep_error_set(error, ENGAGE_ENOMEM, "out of memory");
        }
        memcpy(copy, data, size);
        shared->model.data = copy;
    }
    return finish(out, shared, error);
}

static int system_error(engage_error *error)
{
    int number = errno;
    int rc = engagep_error_set(error, number == ENOENT || number == ENOTDIR ? ENGAGE_ENOENT
                                                                            : ENGAGE_EIO,
                               "the system reported error %d", number);
    if (error != NULL && error->code == rc)
        error->sys_errno = number;
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

/* Makes the bytes of an open file those of the model. */
static int take_file(struct engagep_model_shared *shared, int file, const engage_model_options *o,
                     engage_error *error)
{
    struct stat status;
    if (fstat(file, &status) != 0)
        return system_error(error);
    if (!S_ISREG(status.st_mode))
        return engagep_error_set(error, ENGAGE_EIO, "not a regular file");
    if ((uint64_t)status.st_size > o->max_bytes || (uint64_t)status.st_size > SIZE_MAX)
        return engagep_error_set(error, ENGAGE_ELIMIT, "the model is larger than allowed");
    size_t size = (size_t)status.st_size;
    shared->size = size;
    if ((o->flags & ENGAGE_MODEL_COPY) == 0 && size > 0) {
        void *map = mmap(NULL, size, PROT_READ, MAP_PRIVATE, file, 0);
        if (map == MAP_FAILED)
            return system_error(error);
        shared->block = map;
        shared->block_size = size;
        shared->mapped = 1;
        shared->model.data = map;
        return ENGAGE_OK;
    }
    unsigned char *copy = own_bytes(shared, size);
    if (copy == NULL)
        return engagep_error_set(error, ENGAGE_ENOMEM, "out of memory");
    shared->model.data = copy;
    return read_whole(file, copy, size, error);
}

int engage_model_open(const engage_model **out, const char *path,
                      const engage_model_options *options, engage_error *error)
{
    if (out == NULL)
        return engagep_error_set(error, ENGAGE_EMISUSE, "out is NULL");
    *out = NULL;
    if (path == NULL)
        return engagep_error_set(error, ENGAGE_EMISUSE, "path is NULL");
    engage_model_options o;
    engage_allocator allocator;
    int rc = read_options(&o, &allocator, options);
    if (rc == ENGAGE_OK && (o.flags & ENGAGE_MODEL_BORROW) != 0)
        rc = ENGAGE_EOPTIONS;
    if (rc != ENGAGE_OK)
        return engagep_error_set(error, rc, "the options are wrong");
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return system_error(error);
    struct engagep_model_shared *shared = new_shared(&allocator);
    rc = shared == NULL ? engagep_error_set(error, ENGAGE_ENOMEM, "out of memory")
                        : take_file(shared, file, &o, error);
    close(file);
    if (rc == ENGAGE_OK)
        return finish(out, shared, error);
    if (shared != NULL)
        release(shared);
    return rc;
}

/* --------------------------------------------------------------- owners --- */

const engage_model *engage_model_ref(const engage_model *model)
{
    if (model != NULL && model->shared != NULL)
        atomic_fetch_add_explicit(&model->shared->owners, 1, memory_order_relaxed);
    return model;
}

void engage_model_unref(const engage_model *model)
{
    if (model == NULL || model->shared == NULL)
        return;
    if (atomic_fetch_sub_explicit(&model->shared->owners, 1, memory_order_acq_rel) == 1)
        release(model->shared);
}

const char *engage_model_id(const engage_model *model)
{
    return model == NULL ? NULL : (const char *)model->data + ENGAGEP_FORMAT_AT_ID;
}

int engage_model_json(const engage_model *model, engage_buffer *buffer)
{
    if (model == NULL || buffer == NULL)
        return ENGAGE_EMISUSE;
    size_t begun = engagep_buffer_begin(buffer);
    engagep_json_open(buffer, '{');
    engagep_json_key(buffer, "id");
    engagep_json_text(buffer, engage_model_id(model));
    engagep_json_key(buffer, "format");
    engagep_json_int(buffer, read16(model->data + ENGAGEP_FORMAT_AT_MAJOR));
    engagep_json_key(buffer, "bytes");
    engagep_json_int(buffer, (int64_t)read64(model->data + ENGAGEP_FORMAT_AT_SIZE));
    engagep_json_key(buffer, "rows");
    engagep_json_int(buffer, (int64_t)engagep_model_table(model).buckets * ENGAGEP_TABLE_WAYS);
    engagep_json_key(buffer, "card");
    engagep_json_open(buffer, '{');
    size_t size;
    const char *p = (const char *)engagep_model_section(model, ENGAGEP_SECTION_META, &size);
    for (const char *end = p + size; p < end;) {
        const char *tab = memchr(p, '\t', (size_t)(end - p));
        const char *line = memchr(p, '\n', (size_t)(end - p));
        engagep_json_string(buffer, p, (size_t)(tab - p));
        engagep_buffer_put_byte(buffer, ':');
        engagep_json_string(buffer, tab + 1, (size_t)(line - tab - 1));
        p = line + 1;
    }
    engagep_json_close(buffer, '}');
    engagep_json_close(buffer, '}');
    return engagep_buffer_end(buffer, begun);
}
