/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Opening add-ons: what the sections of a container mean as one.
 */
#include "score/addon.h"

#include "base/alloc.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/little.h"
#include "score/model.h"

#include <stdatomic.h>
#include <string.h>

#define MILLION 1000000
#define OFFSET_MOST (64 << 16)

struct engage_addon {
    struct engagep_container_bytes bytes;
    atomic_size_t owners;
    engage_allocator allocator;
    const unsigned char *columns;
    const unsigned char *rows;
    size_t row_size;
    size_t heads;
    uint32_t *starts; /* of the traits of each beginning, the number of the first row */
    size_t starts_size;
    unsigned shift; /* that leaves the beginning of a trait */
};

const int32_t engagep_addon_group_weight[ENGAGEP_ADDON_GROUPS] = {256, 160, 160, 140, 160};

/* ---------------------------------------------------------------- names --- */

int engagep_addon_builtin(const char *name, size_t size)
{
    for (int head = 0; head < ENGAGE_HEADS; head++) {
        const char *own = engage_head_name(head);
        if (strlen(own) == size && memcmp(own, name, size) == 0)
            return head;
    }
    return -1;
}

int engagep_addon_is_name(const char *name, size_t size)
{
    static const char *const kept[] = {ENGAGEP_NEEDS_REPLY, "none"};
    if (size == 0 || size >= ENGAGEP_ADDON_NAME || name[0] < 'a' || name[0] > 'z')
        return 0;
    for (size_t i = 0; i < size; i++) {
        int letter = (name[i] >= 'a' && name[i] <= 'z') || (name[i] >= '0' && name[i] <= '9');
        if (!letter && name[i] != '_')
            return 0;
    }
    for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++) {
        if (strlen(kept[i]) == size && memcmp(kept[i], name, size) == 0)
            return 0;
    }
    return engagep_addon_builtin(name, size) < 0;
}

/* The length of a name in its field, or 0 where the field is no text with NULs behind. */
static size_t field_size(const unsigned char *field)
{
    size_t size = 0;
    while (size < ENGAGEP_ADDON_NAME && field[size] != 0)
        size++;
    for (size_t i = size; i < ENGAGEP_ADDON_NAME; i++) {
        if (field[i] != 0)
            return 0;
    }
    return size < ENGAGEP_ADDON_NAME ? size : 0;
}

/* ----------------------------------------------------------- verification --- */

static int is_id(const unsigned char *p)
{
    for (size_t i = 0; i < ENGAGEP_ADDON_ID; i++) {
        if ((p[i] < '0' || p[i] > '9') && (p[i] < 'a' || p[i] > 'f'))
            return 0;
    }
    static const unsigned char zeros[ENGAGEP_ADDON_ID_ROOM - ENGAGEP_ADDON_ID];
    return memcmp(p + ENGAGEP_ADDON_ID, zeros, sizeof(zeros)) == 0;
}

static int verify_base(const unsigned char *p, size_t size)
{
    const size_t room = ENGAGEP_ADDON_ID_ROOM;
    if (size < room || size > room * (1 + ENGAGE_ADDONS_MOST) || size % room != 0)
        return 0;
    for (size_t at = 0; at < size; at += room) {
        if (!is_id(p + at) || (at > room && memcmp(p + at - room, p + at, room) >= 0))
            return 0;
    }
    return 1;
}

static int within(int32_t number, int32_t least, int32_t most)
{
    return number >= least && number <= most;
}

static struct engagep_addon_head read_head(const unsigned char *p)
{
    struct engagep_addon_head head = {
        (const char *)p,
        engagep_little_u32(p + 32),
        engagep_little_i32(p + 36),
        engagep_little_i32(p + 40),
        engagep_little_i32(p + 44),
        engagep_little_i32(p + 48),
        engagep_little_u32(p + 52),
        engagep_little_u32(p + 56),
        engagep_little_i32(p + 60),
    };
    return head;
}

static int verify_head(const unsigned char *p)
{
    struct engagep_addon_head head = read_head(p);
    size_t size = field_size(p);
    if (size == 0)
        return 0;
    if (head.head == ENGAGEP_ADDON_OWN)
        return engagep_addon_is_name(head.name, size) &&
               within(head.scale, 1, ENGAGEP_SCALE_MOST) &&
               within(head.offset, -OFFSET_MOST, OFFSET_MOST) &&
               within(head.threshold, 0, MILLION) && within(head.quality, 0, MILLION) &&
               within(head.bias, -OFFSET_MOST, OFFSET_MOST);
    return head.head < ENGAGE_HEADS &&
           engagep_addon_builtin(head.name, size) == (int)head.head && head.scale == 65536 &&
           head.offset == 0 && head.threshold == 0 && head.bias == 0 &&
           head.quality == 0;
}

static int verify_heads(const unsigned char *p, size_t size)
{
    if (size == 0 || size % ENGAGEP_ADDON_HEAD != 0 ||
        size / ENGAGEP_ADDON_HEAD > ENGAGEP_ADDON_HEADS_MOST)
        return 0;
    for (size_t at = 0; at < size; at += ENGAGEP_ADDON_HEAD) {
        if (!verify_head(p + at) ||
            (at > 0 && memcmp(p + at - ENGAGEP_ADDON_HEAD, p + at, ENGAGEP_ADDON_NAME) >= 0))
            return 0;
    }
    return 1;
}

static int is_trait(uint32_t trait)
{
    return trait > 3; /* each value of the lowest bits is a group */
}

static size_t row_size(size_t heads)
{
    return 8 + (heads * 2 + 3) / 4 * 4;
}

static int verify_rows(const unsigned char *p, size_t size, size_t heads)
{
    size_t row = row_size(heads);
    if (size < ENGAGEP_ADDON_ROWS_HEADER || engagep_little_u32(p) > 65535 ||
        (size - ENGAGEP_ADDON_ROWS_HEADER) % row != 0 ||
        (size - ENGAGEP_ADDON_ROWS_HEADER) / row != engagep_little_u32(p + 4))
        return 0;
    uint32_t last = 0;
    for (size_t at = ENGAGEP_ADDON_ROWS_HEADER; at < size; at += row) {
        uint32_t trait = engagep_little_u32(p + at);
        if (!is_trait(trait) || trait <= last || engagep_little_u16(p + at + 6) != 0)
            return 0;
        for (size_t i = 8 + heads * 2; i < row; i++) {
            if (p[at + i] != 0)
                return 0;
        }
        last = trait;
    }
    return 1;
}

static int verify_columns(const unsigned char *p, size_t size, size_t heads)
{
    if (size != engagep_addon_columns_size(heads))
        return 0;
    for (int k = 0; k < ENGAGEP_TABLE_COLUMNS; k++, p += 8) {
        if (!within(engagep_little_i32(p), INT16_MIN, INT16_MAX) ||
            engagep_little_u32(p + 4) > ENGAGEP_ADDON_INVERSE_MOST)
            return 0;
    }
    return 1;
}

/* The size of the example at p, or 0 where it breaks a rule. */
static size_t verify_example(const unsigned char *p, size_t size)
{
    if (size < ENGAGEP_ADDON_EXAMPLE)
        return 0;
    size_t count = engagep_little_u16(p + 2);
    if (count > ENGAGEP_ADDON_TRAITS_MOST || (size - ENGAGEP_ADDON_EXAMPLE) / 4 < count)
        return 0;
    uint32_t last = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t trait = engagep_little_u32(p + ENGAGEP_ADDON_EXAMPLE + 4 * i);
        if (!is_trait(trait) || trait <= last)
            return 0;
        last = trait;
    }
    return ENGAGEP_ADDON_EXAMPLE + 4 * count;
}

/* The order of examples in their section: by head, then as if drawn by lot. */
static int order_of(const unsigned char *a, const unsigned char *b)
{
    size_t size[2] = {4 * (size_t)engagep_little_u16(a + 2),
                      4 * (size_t)engagep_little_u16(b + 2)};
    if (a[0] != b[0])
        return a[0] < b[0] ? -1 : 1;
    uint64_t hash[2] = {engagep_hash_fnv(a + ENGAGEP_ADDON_EXAMPLE, size[0]),
                        engagep_hash_fnv(b + ENGAGEP_ADDON_EXAMPLE, size[1])};
    if (hash[0] != hash[1])
        return hash[0] < hash[1] ? -1 : 1;
    if (size[0] != size[1])
        return size[0] < size[1] ? -1 : 1;
    return memcmp(a + ENGAGEP_ADDON_EXAMPLE, b + ENGAGEP_ADDON_EXAMPLE, size[0]);
}

/* Examples of heads, or background where `heads` is NULL. */
static int verify_examples(const unsigned char *p, size_t size, const unsigned char *heads,
                           size_t head_count)
{
    const unsigned char *last = NULL;
    while (size > 0) {
        size_t taken = verify_example(p, size);
        if (taken == 0)
            return 0;
        int32_t odds = engagep_little_i32(p + 4);
        if (heads == NULL) {
            if (p[0] != 0 || p[1] != 0 || odds != 0)
                return 0;
        } else {
            if (p[0] >= head_count || p[1] == 0 || p[1] > (ENGAGEP_ADDON_YES | ENGAGEP_ADDON_NO) ||
                !within(odds, -ENGAGEP_ADDON_REACH, ENGAGEP_ADDON_REACH))
                return 0;
            if (read_head(heads + p[0] * ENGAGEP_ADDON_HEAD).head == ENGAGEP_ADDON_OWN && odds != 0)
                return 0;
        }
        if (last != NULL && order_of(last, p) >= 0)
            return 0;
        last = p;
        p += taken;
        size -= taken;
    }
    return 1;
}

static struct engagep_promise_record read_promise(const unsigned char *p)
{
    struct engagep_promise_record r = {.label = (const char *)p};
    r.asked = engagep_little_i32(p + 32);
    r.low = engagep_little_i32(p + 36);
    r.high = engagep_little_i32(p + 40);
    r.expected = engagep_little_i32(p + 44);
    r.least = engagep_little_i32(p + 48);
    r.most = engagep_little_i32(p + 52);
    r.uncertain = engagep_little_i32(p + 56);
    r.positives = engagep_little_u32(p + 60);
    r.negatives = engagep_little_u32(p + 64);
    r.edges = engagep_little_u32(p + 68);
    for (int i = 0; i < ENGAGEP_ADDON_BINS - 1; i++)
        r.edge[i] = engagep_little_i32(p + 72 + 4 * i);
    for (int i = 0; i < ENGAGEP_ADDON_BINS; i++)
        r.count[i] = engagep_little_u32(p + 108 + 4 * i);
    return r;
}

static int verify_promise(const unsigned char *p)
{
    size_t size = field_size(p);
    if (size == 0 || (!engagep_addon_is_name((const char *)p, size) &&
                      engagep_addon_builtin((const char *)p, size) < 0 &&
                      strcmp((const char *)p, ENGAGEP_NEEDS_REPLY) != 0))
        return 0;
    struct engagep_promise_record r = read_promise(p);
    const int32_t shares[] = {r.low, r.high, r.expected, r.least, r.most, r.uncertain};
    for (size_t i = 0; i < sizeof(shares) / sizeof(shares[0]); i++) {
        if (!within(shares[i], 0, MILLION))
            return 0;
    }
    if (!within(r.asked, 1, MILLION - 1) || r.edges >= ENGAGEP_ADDON_BINS)
        return 0;
    uint64_t total = 0;
    for (uint32_t i = 0; i < ENGAGEP_ADDON_BINS; i++) {
        if (i > r.edges && r.count[i] != 0)
            return 0;
        total += r.count[i];
    }
    for (uint32_t i = 0; i + 1 < ENGAGEP_ADDON_BINS; i++) {
        if (i >= r.edges ? r.edge[i] != 0
                         : !within(r.edge[i], i == 0 ? 0 : r.edge[i - 1] + 1, MILLION))
            return 0;
    }
    for (size_t i = 148; i < ENGAGEP_ADDON_PROMISE; i++) {
        if (p[i] != 0)
            return 0;
    }
    return total == (uint64_t)r.positives + r.negatives;
}

static int verify_promises(const unsigned char *p, size_t size)
{
    if (size == 0 || size % ENGAGEP_ADDON_PROMISE != 0 ||
        size / ENGAGEP_ADDON_PROMISE > ENGAGEP_ADDON_PROMISES_MOST)
        return 0;
    for (size_t at = 0; at < size; at += ENGAGEP_ADDON_PROMISE) {
        if (!verify_promise(p + at) ||
            (at > 0 && memcmp(p + at - ENGAGEP_ADDON_PROMISE, p + at, ENGAGEP_ADDON_NAME) >= 0))
            return 0;
    }
    return 1;
}

static int verify_meaning(const unsigned char *data, engage_error *error)
{
    size_t size, heads_size, rows_size, columns_size, words_size;
    const unsigned char *p = engagep_container_section(data, ENGAGEP_ADDON_BASE, &size);
    if (!verify_base(p, size))
        return engagep_error_set(error, ENGAGE_EMODEL_FORMAT, "an identity is none");
    const unsigned char *heads = engagep_container_section(data, ENGAGEP_ADDON_HEADS, &heads_size);
    const unsigned char *rows = engagep_container_section(data, ENGAGEP_ADDON_ROWS, &rows_size);
    const unsigned char *columns =
        engagep_container_section(data, ENGAGEP_ADDON_COLUMNS, &columns_size);
    size_t count = heads_size / ENGAGEP_ADDON_HEAD;
    if ((heads == NULL) != (rows == NULL) || (heads == NULL) != (columns == NULL))
        return engagep_error_set(error, ENGAGE_EMODEL_FORMAT,
                                 "heads, rows and columns go together");
    if (heads != NULL && !verify_heads(heads, heads_size))
        return engagep_error_set(error, ENGAGE_EMODEL_FORMAT, "a head is out of bounds");
    if (heads != NULL && !verify_rows(rows, rows_size, count))
        return engagep_error_set(error, ENGAGE_EMODEL_FORMAT, "a row is out of order");
    if (heads != NULL && !verify_columns(columns, columns_size, count))
        return engagep_error_set(error, ENGAGE_EMODEL_FORMAT, "a column is out of bounds");
    p = engagep_container_section(data, ENGAGEP_ADDON_BACKGROUND, &size);
    if (!verify_examples(p, size, NULL, 0))
        return engagep_error_set(error, ENGAGE_EMODEL_FORMAT, "the background is out of order");
    p = engagep_container_section(data, ENGAGEP_ADDON_EXAMPLES, &size);
    static const unsigned char none[1];
    if (!verify_examples(p, size, heads == NULL ? none : heads, count))
        return engagep_error_set(error, ENGAGE_EMODEL_FORMAT, "the examples are out of order");
    p = engagep_container_section(data, ENGAGEP_ADDON_PROMISES, &size);
    const unsigned char *words = engagep_container_section(data, ENGAGEP_ADDON_WORDS, &words_size);
    if ((p == NULL) != (words == NULL) ||
        (words != NULL && words_size != 4 * ENGAGEP_ADDON_UNKNOWN))
        return engagep_error_set(error, ENGAGE_EMODEL_FORMAT, "promises and words go together");
    if (p != NULL && !verify_promises(p, size))
        return engagep_error_set(error, ENGAGE_EMODEL_FORMAT, "a promise is out of bounds");
    return ENGAGE_OK;
}

static int verify(const unsigned char *data, size_t size, engage_error *error)
{
    const uint64_t needed = UINT64_C(1) << ENGAGEP_ADDON_BASE;
    const struct engagep_container_kind kind = {
        ENGAGEP_ADDON_MAJOR, ENGAGEP_FORMAT_ADDON, needed,
        (UINT64_C(2) << ENGAGEP_ADDON_COLUMNS) - needed};
    int rc = engagep_container_verify(data, size, &kind, error);
    if (rc == ENGAGE_OK)
        rc = verify_meaning(data, error);
    if (rc == ENGAGE_OK)
        rc = engagep_container_verify_id(data, size, error);
    return rc;
}

/* --------------------------------------------------------------- opening --- */

static uint32_t trait_at(const engage_addon *addon, uint32_t row)
{
    return engagep_little_u32(addon->rows + row * addon->row_size);
}

/* About as many beginnings as rows. Traits are as good as drawn by lot, so that few share one;
 * where a file was made so that many do, they are in order there. */
static int make_index(engage_addon *addon)
{
    size_t size;
    const unsigned char *rows = engagep_addon_section(addon, ENGAGEP_ADDON_ROWS, &size);
    if (rows == NULL)
        return ENGAGE_OK;
    addon->columns = engagep_addon_section(addon, ENGAGEP_ADDON_COLUMNS, &size);
    uint32_t count = engagep_little_u32(rows + 4);
    addon->rows = rows + ENGAGEP_ADDON_ROWS_HEADER;
    addon->row_size = row_size(addon->heads);
    unsigned bits = 1;
    while (bits < 31 && (uint32_t)1 << bits < count)
        bits++;
    addon->shift = 32 - bits;
    addon->starts_size = ((size_t)1 << bits) + 1;
    addon->starts = engagep_alloc_array(&addon->allocator, addon->starts_size,
                                        sizeof(*addon->starts));
    if (addon->starts == NULL)
        return ENGAGE_ENOMEM;
    size_t next = 0;
    for (uint32_t row = 0; row < count; row++) {
        for (uint32_t begins = trait_at(addon, row) >> addon->shift; next <= begins; next++)
            addon->starts[next] = row;
    }
    for (; next < addon->starts_size; next++)
        addon->starts[next] = count;
    return ENGAGE_OK;
}

static void release(engage_addon *addon)
{
    engage_allocator allocator = addon->allocator;
    engagep_alloc_free(&allocator, addon->starts, addon->starts_size, sizeof(*addon->starts));
    engagep_container_release(&addon->bytes, &allocator);
    engagep_alloc_free(&allocator, addon, 1, sizeof(*addon));
}

static int begin(engage_addon **out, engage_model_options *o, const engage_model_options *given,
                 engage_error *error)
{
    engage_allocator allocator;
    int rc = engagep_container_options(o, &allocator, given, error);
    if (rc != ENGAGE_OK)
        return rc;
    engage_addon *addon = engagep_alloc_zero(&allocator, 1, sizeof(*addon));
    if (addon == NULL)
        return engagep_error_set(error, ENGAGE_ENOMEM, "out of memory");
    addon->allocator = allocator;
    atomic_init(&addon->owners, 1);
    *out = addon;
    return ENGAGE_OK;
}

static int finish(const engage_addon **out, engage_addon *addon, int rc, engage_error *error)
{
    if (rc == ENGAGE_OK)
        rc = verify(addon->bytes.data, addon->bytes.size, error);
    if (rc == ENGAGE_OK) {
        size_t size;
        engagep_addon_section(addon, ENGAGEP_ADDON_HEADS, &size);
        addon->heads = size / ENGAGEP_ADDON_HEAD;
        rc = make_index(addon);
        if (rc != ENGAGE_OK)
            engagep_error_set(error, rc, "out of memory");
    }
    if (rc == ENGAGE_OK)
        *out = addon;
    else
        release(addon);
    return rc;
}

int engage_addon_open(const engage_addon **out, const char *path,
                      const engage_model_options *options, engage_error *error)
{
    if (out == NULL)
        return engagep_error_set(error, ENGAGE_EMISUSE, "out is NULL");
    *out = NULL;
    if (path == NULL)
        return engagep_error_set(error, ENGAGE_EMISUSE, "path is NULL");
    engage_model_options o;
    engage_addon *addon = NULL;
    int rc = begin(&addon, &o, options, error);
    if (rc != ENGAGE_OK)
        return rc;
    rc = engagep_container_load(&addon->bytes, path, &o, &addon->allocator, error);
    return finish(out, addon, rc, error);
}

int engage_addon_open_memory(const engage_addon **out, const void *data, size_t size,
                             const engage_model_options *options, engage_error *error)
{
    if (out == NULL)
        return engagep_error_set(error, ENGAGE_EMISUSE, "out is NULL");
    *out = NULL;
    if (data == NULL)
        return engagep_error_set(error, ENGAGE_EMISUSE, "data is NULL");
    engage_model_options o;
    engage_addon *addon = NULL;
    int rc = begin(&addon, &o, options, error);
    if (rc != ENGAGE_OK)
        return rc;
    rc = engagep_container_take(&addon->bytes, data, size, &o, &addon->allocator, error);
    return finish(out, addon, rc, error);
}

/* An add-on is const for its callers, its count of owners is not. */
static engage_addon *shared(const engage_addon *addon)
{
    union {
        const engage_addon *shown;
        engage_addon *own;
    } both = {addon};
    return both.own;
}

const engage_addon *engage_addon_ref(const engage_addon *addon)
{
    if (addon != NULL)
        atomic_fetch_add_explicit(&shared(addon)->owners, 1, memory_order_relaxed);
    return addon;
}

void engage_addon_unref(const engage_addon *addon)
{
    if (addon != NULL &&
        atomic_fetch_sub_explicit(&shared(addon)->owners, 1, memory_order_acq_rel) == 1)
        release(shared(addon));
}

/* --------------------------------------------------------------- reading --- */

const unsigned char *engagep_addon_section(const engage_addon *addon, uint32_t type, size_t *size)
{
    return engagep_container_section(addon->bytes.data, type, size);
}

size_t engagep_addon_heads(const engage_addon *addon)
{
    return addon->heads;
}

struct engagep_addon_head engagep_addon_head(const engage_addon *addon, size_t index)
{
    size_t size;
    return read_head(engagep_addon_section(addon, ENGAGEP_ADDON_HEADS, &size) +
                     index * ENGAGEP_ADDON_HEAD);
}

size_t engagep_addon_promises(const engage_addon *addon)
{
    size_t size;
    engagep_addon_section(addon, ENGAGEP_ADDON_PROMISES, &size);
    return size / ENGAGEP_ADDON_PROMISE;
}

struct engagep_promise_record engagep_addon_promise(const engage_addon *addon, size_t index)
{
    size_t size;
    return read_promise(engagep_addon_section(addon, ENGAGEP_ADDON_PROMISES, &size) +
                        index * ENGAGEP_ADDON_PROMISE);
}

const char *engage_addon_id(const engage_addon *addon)
{
    return addon == NULL ? NULL : (const char *)addon->bytes.data + ENGAGEP_FORMAT_AT_ID;
}

/* ---------------------------------------------------------------- margins --- */

/* Squaring what is left over a power of two gives one bit after the other. */
uint32_t engagep_addon_log(uint64_t x)
{
    uint32_t whole = 0;
    while (x >> whole > 1)
        whole++;
    uint64_t part = whole > 31 ? x >> (whole - 31) : x << (31 - whole); /* 1 to 2, in 1/2^31 */
    uint32_t log = whole << 16;
    for (uint32_t bit = 1u << 15; bit != 0; bit >>= 1) {
        part = part * part >> 31;
        if (part >> 32 != 0) {
            part >>= 1;
            log += bit;
        }
    }
    return log;
}

uint32_t engagep_addon_root(uint64_t x)
{
    uint64_t root = 0;
    for (uint64_t bit = UINT64_C(1) << 31; bit != 0; bit >>= 1) {
        if ((root + bit) * (root + bit) <= x)
            root += bit;
    }
    return (uint32_t)root;
}

uint32_t engagep_addon_rarity(uint32_t posts, uint32_t all)
{
    if (posts < 2)
        posts = 0; /* so that what stands in one post needs no row */
    uint32_t log = engagep_addon_log((uint64_t)all + 1) - engagep_addon_log((uint64_t)posts + 1);
    return engagep_addon_root((uint64_t)log << 8);
}

/* The row of a trait, or NULL. */
static const unsigned char *row_of(const engage_addon *addon, uint32_t trait)
{
    const uint32_t *range = &addon->starts[trait >> addon->shift];
    uint32_t low = range[0];
    uint32_t high = range[1];
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (trait_at(addon, middle) < trait)
            low = middle + 1;
        else
            high = middle;
    }
    return low < range[1] && trait_at(addon, low) == trait ? addon->rows + low * addon->row_size
                                                           : NULL;
}

/* What a group has in a margin, of weights by values: 1/2048 of the weight by 1/256 of the
 * group are 1/2^19. */
static int64_t part_of(unsigned group, int64_t sum, int64_t norm)
{
    return norm == 0 ? 0
                     : sum * engagep_addon_group_weight[group] / norm /
                           (ENGAGEP_ADDON_WEIGHT * 256 / 65536);
}

/* How far the columns of a post are from their means; returns the length of that. */
static int64_t deviate(const engage_addon *addon, const struct engagep_traits *traits,
                       int32_t far[ENGAGEP_TABLE_COLUMNS])
{
    uint64_t square = 0;
    for (int k = 0; k < ENGAGEP_TABLE_COLUMNS; k++) {
        const unsigned char *p = addon->columns + 8 * k;
        far[k] = engagep_addon_deviation(traits->columns[k], engagep_little_i32(p),
                                         engagep_little_u32(p + 4));
        square += (uint64_t)((int64_t)far[k] * far[k]);
    }
    return engagep_addon_root(square);
}

static const unsigned char *column_weights(const engage_addon *addon, size_t head)
{
    return addon->columns + ENGAGEP_TABLE_COLUMNS * (8 + 2 * head);
}

void engagep_addon_margins(const engage_addon *addon, const struct engagep_traits *traits,
                           int64_t margins[ENGAGEP_ADDON_HEADS_MOST])
{
    memset(margins, 0, ENGAGEP_ADDON_HEADS_MOST * sizeof(*margins));
    if (addon->rows == NULL)
        return;
    int64_t sums[ENGAGEP_TRAITS_GROUPS][ENGAGEP_ADDON_HEADS_MOST] = {{0}};
    uint64_t squares[ENGAGEP_TRAITS_GROUPS] = {0};
    uint64_t common = engagep_little_u32(addon->rows - ENGAGEP_ADDON_ROWS_HEADER);
    for (size_t i = 0; i < traits->count; i++) {
        unsigned group = engagep_traits_group(traits->list[i]);
        const unsigned char *row = row_of(addon, traits->list[i]);
        if (row == NULL) {
            squares[group] += common * common;
            continue;
        }
        uint32_t rarity = engagep_little_u16(row + 4);
        squares[group] += (uint64_t)rarity * rarity;
        for (size_t h = 0; h < addon->heads; h++)
            sums[group][h] += (int64_t)rarity * engagep_little_i16(row + 8 + 2 * h);
    }
    int32_t far[ENGAGEP_TABLE_COLUMNS];
    int64_t length = deviate(addon, traits, far);
    for (size_t h = 0; h < addon->heads; h++) {
        const unsigned char *weights = column_weights(addon, h);
        int64_t sum = 0;
        for (int k = 0; k < ENGAGEP_TABLE_COLUMNS; k++)
            sum += (int64_t)far[k] * engagep_little_i16(weights + 2 * k);
        margins[h] = engagep_addon_head(addon, h).bias +
                     part_of(ENGAGEP_ADDON_GROUP_COLUMNS, sum, length);
        for (unsigned group = 0; group < ENGAGEP_TRAITS_GROUPS; group++)
            margins[h] += part_of(group, sums[group][h], engagep_addon_root(squares[group]));
    }
}

void engagep_addon_sum_begin(struct engagep_addon_sum *sum, const engage_addon *addon,
                             const struct engagep_traits *traits, size_t head)
{
    memset(sum, 0, sizeof(*sum));
    sum->addon = addon;
    sum->head = head;
    uint64_t squares[ENGAGEP_TRAITS_GROUPS] = {0};
    uint64_t common = engagep_little_u32(addon->rows - ENGAGEP_ADDON_ROWS_HEADER);
    for (size_t i = 0; i < traits->count; i++) {
        const unsigned char *row = row_of(addon, traits->list[i]);
        uint64_t rarity = row == NULL ? common : engagep_little_u16(row + 4);
        squares[engagep_traits_group(traits->list[i])] += rarity * rarity;
    }
    for (unsigned group = 0; group < ENGAGEP_TRAITS_GROUPS; group++)
        sum->norm[group] = engagep_addon_root(squares[group]);
    int32_t far[ENGAGEP_TABLE_COLUMNS];
    sum->norm[ENGAGEP_ADDON_GROUP_COLUMNS] = deviate(addon, traits, far);
    const unsigned char *weights = column_weights(addon, head);
    for (int k = 0; k < ENGAGEP_TABLE_COLUMNS; k++)
        sum->weight[k] = (int64_t)engagep_little_i16(weights + 2 * k) *
                         engagep_little_u32(addon->columns + 8 * k + 4);
}

/* Adds to the sum of a group, which is held where no product overflows; returns by how much its
 * part of the margin grows. */
static int64_t add_to(struct engagep_addon_sum *sum, unsigned group, int64_t value)
{
    const int64_t most = INT64_C(1) << 54;
    int64_t before = part_of(group, sum->sum[group], sum->norm[group]);
    int64_t total = sum->sum[group] + value;
    sum->sum[group] = total > most ? most : total < -most ? -most : total;
    return part_of(group, sum->sum[group], sum->norm[group]) - before;
}

int64_t engagep_addon_sum_trait(struct engagep_addon_sum *sum, uint32_t trait)
{
    const unsigned char *row = row_of(sum->addon, trait);
    return row == NULL ? 0
                       : add_to(sum, engagep_traits_group(trait),
                                (int64_t)engagep_little_u16(row + 4) *
                                    engagep_little_i16(row + 8 + 2 * sum->head));
}

int64_t engagep_addon_sum_rows(struct engagep_addon_sum *sum,
                               const int32_t rows[ENGAGEP_TABLE_COLUMNS])
{
    int64_t value = 0;
    for (int k = 0; k < ENGAGEP_TABLE_COLUMNS; k++)
        value += sum->weight[k] * engagep_traits_column(rows[k]);
    return add_to(sum, ENGAGEP_ADDON_GROUP_COLUMNS, value / 4096);
}
