/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "store_vfs.h"

#include "support.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

/* Something done to a file since it was last synced: bytes written, or cut off. */
struct promise {
    struct promise *next;
    size_t at;
    size_t size;
    int cut;
    unsigned char data[];
};

struct content {
    unsigned char *data;
    size_t size;
};

struct file {
    char name[128];
    int exists;
    struct content now;
    int exists_safely;
    struct content safe;
    struct promise *promises;
    struct promise **last;
    unsigned char *shared[8]; /* the WAL index */
};

struct handle {
    sqlite3_file base;
    struct file *file;
    int delete_on_close;
};

enum { MAX_FILES = 16, MAX_REGION = 32768 };
static struct file files[MAX_FILES];
static struct store_vfs *control;

static int failing(void)
{
    control->calls++;
    if (control->fail_at == 0)
        return 0;
    return control->fail_forever ? control->calls >= control->fail_at
                                 : control->calls == control->fail_at;
}

/* --------------------------------------------------------------- contents --- */

static void resize(struct content *content, size_t size)
{
    content->data = realloc(content->data, size + 1);
    ck_assert_ptr_nonnull(content->data);
    if (size > content->size)
        memset(content->data + content->size, 0, size - content->size);
    content->size = size;
}

static void write_at(struct content *content, size_t at, const unsigned char *data, size_t size)
{
    if (at + size > content->size)
        resize(content, at + size);
    memcpy(content->data + at, data, size);
}

static void copy(struct content *to, const struct content *from)
{
    resize(to, from->size);
    if (from->size > 0)
        memcpy(to->data, from->data, from->size);
}

static void empty(struct content *content)
{
    free(content->data);
    *content = (struct content){NULL, 0};
}

static void forget_promises(struct file *file)
{
    while (file->promises != NULL) {
        struct promise *next = file->promises->next;
        free(file->promises);
        file->promises = next;
    }
    file->last = &file->promises;
}

static void promise(struct file *file, size_t at, const void *data, size_t size, int cut)
{
    size_t held = cut ? 0 : size;
    struct promise *fresh = malloc(sizeof(*fresh) + held);
    ck_assert_ptr_nonnull(fresh);
    fresh->next = NULL;
    fresh->at = at;
    fresh->size = size;
    fresh->cut = cut;
    if (held > 0)
        memcpy(fresh->data, data, held);
    *file->last = fresh;
    file->last = &fresh->next;
}

static struct file *look_up(const char *name, int make)
{
    struct file *spare = NULL;
    for (size_t i = 0; i < MAX_FILES; i++) {
        if (strcmp(files[i].name, name) == 0)
            return &files[i];
        if (spare == NULL && files[i].name[0] == '\0')
            spare = &files[i];
    }
    if (!make)
        return NULL;
    ck_assert_ptr_nonnull(spare);
    ck_assert_uint_lt(strlen(name), sizeof(spare->name));
    strcpy(spare->name, name);
    spare->last = &spare->promises;
    return spare;
}

void store_vfs_clear(void)
{
    for (size_t i = 0; i < MAX_FILES; i++) {
        forget_promises(&files[i]);
        empty(&files[i].now);
        empty(&files[i].safe);
        memset(&files[i], 0, sizeof(files[i]));
    }
}

/* The WAL index: one process, so that it is gone with the last who uses it. */
static void drop_shared(struct file *file)
{
    for (size_t i = 0; i < 8; i++) {
        free(file->shared[i]);
        file->shared[i] = NULL;
    }
}

static void keep_promises(struct file *file, uint64_t *random)
{
    for (const struct promise *p = file->promises; p != NULL; p = p->next) {
        uint64_t fate = support_random(random) % 3;
        if (fate == 0)
            continue;
        if (p->cut) {
            resize(&file->safe, p->size);
            continue;
        }
        write_at(&file->safe, p->at, p->data, p->size);
        for (size_t i = 0; fate == 2 && i < p->size; i++)
            file->safe.data[p->at + i] = (unsigned char)support_random(random);
    }
}

void store_vfs_power_cycle(uint64_t *random)
{
    for (size_t i = 0; i < MAX_FILES; i++) {
        struct file *file = &files[i];
        if (file->name[0] == '\0')
            continue;
        /* A file made and never synced may not be there; one deleted without a sync
         * of its folder may be. */
        if (file->exists != file->exists_safely && support_random(random) % 2 == 0)
            file->exists_safely = file->exists;
        if (file->exists)
            keep_promises(file, random);
        forget_promises(file);
        file->exists = file->exists_safely;
        if (!file->exists)
            empty(&file->safe);
        copy(&file->now, &file->safe);
        drop_shared(file);
    }
}

/* ------------------------------------------------------------------ files --- */

static struct file *file_of(sqlite3_file *base)
{
    return ((struct handle *)(void *)base)->file;
}

static int file_close(sqlite3_file *base)
{
    struct handle *handle = (struct handle *)(void *)base;
    if (handle->delete_on_close) {
        handle->file->exists = 0;
        handle->file->exists_safely = 0;
        forget_promises(handle->file);
    }
    return SQLITE_OK;
}

static int file_read(sqlite3_file *base, void *data, int amount, sqlite3_int64 offset)
{
    struct file *file = file_of(base);
    size_t size = (size_t)amount;
    size_t at = (size_t)offset;
    size_t there = at < file->now.size ? file->now.size - at : 0;
    if (there > size)
        there = size;
    memset(data, 0, size);
    if (there > 0)
        memcpy(data, file->now.data + at, there);
    return there == size ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

static int file_write(sqlite3_file *base, const void *data, int amount, sqlite3_int64 offset)
{
    struct file *file = file_of(base);
    if (failing())
        return control->fail_code;
    write_at(&file->now, (size_t)offset, data, (size_t)amount);
    promise(file, (size_t)offset, data, (size_t)amount, 0);
    return SQLITE_OK;
}

static int file_truncate(sqlite3_file *base, sqlite3_int64 size)
{
    struct file *file = file_of(base);
    if (failing())
        return control->fail_code;
    resize(&file->now, (size_t)size);
    promise(file, 0, NULL, (size_t)size, 1);
    return SQLITE_OK;
}

static int file_sync(sqlite3_file *base, int flags)
{
    struct file *file = file_of(base);
    (void)flags;
    if (failing())
        return control->fail_code;
    copy(&file->safe, &file->now);
    file->exists_safely = 1;
    forget_promises(file);
    return SQLITE_OK;
}

static int file_size(sqlite3_file *base, sqlite3_int64 *size)
{
    *size = (sqlite3_int64)file_of(base)->now.size;
    return SQLITE_OK;
}

static int file_lock(sqlite3_file *base, int level)
{
    (void)base;
    (void)level;
    return SQLITE_OK;
}

static int file_reserved(sqlite3_file *base, int *out)
{
    (void)base;
    *out = 0;
    return SQLITE_OK;
}

static int file_control(sqlite3_file *base, int operation, void *argument)
{
    (void)base;
    (void)operation;
    (void)argument;
    return SQLITE_NOTFOUND;
}

static int file_sector(sqlite3_file *base)
{
    (void)base;
    return 512;
}

static int file_traits(sqlite3_file *base)
{
    (void)base;
    return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

static int shared_map(sqlite3_file *base, int region, int size, int extend, void volatile **out)
{
    struct file *file = file_of(base);
    ck_assert_int_lt(region, 8);
    ck_assert_int_le(size, MAX_REGION);
    if (file->shared[region] == NULL && extend)
        file->shared[region] = calloc(1, MAX_REGION);
    *out = file->shared[region];
    return SQLITE_OK;
}

static int shared_lock(sqlite3_file *base, int offset, int count, int flags)
{
    (void)base;
    (void)offset;
    (void)count;
    (void)flags;
    return SQLITE_OK;
}

static void shared_barrier(sqlite3_file *base)
{
    (void)base;
}

static int shared_unmap(sqlite3_file *base, int discard)
{
    (void)discard;
    drop_shared(file_of(base));
    return SQLITE_OK;
}

static const sqlite3_io_methods methods = {
    2,           file_close,    file_read,    file_write,   file_truncate, file_sync,
    file_size,   file_lock,     file_lock,    file_reserved, file_control, file_sector,
    file_traits, shared_map,    shared_lock,  shared_barrier, shared_unmap, NULL, NULL,
};

/* ------------------------------------------------------------ file system --- */

static int system_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *base, int flags, int *out)
{
    struct handle *handle = (struct handle *)(void *)base;
    (void)vfs;
    base->pMethods = NULL;
    struct file *file = look_up(name != NULL ? name : "temporary", 1);
    if (!file->exists) {
        if ((flags & SQLITE_OPEN_CREATE) == 0)
            return SQLITE_CANTOPEN;
        if (failing())
            return control->fail_code;
        file->exists = 1;
        empty(&file->now);
        empty(&file->safe);
        forget_promises(file);
    }
    base->pMethods = &methods;
    handle->file = file;
    handle->delete_on_close = (flags & SQLITE_OPEN_DELETEONCLOSE) != 0;
    if (out != NULL)
        *out = flags;
    return SQLITE_OK;
}

static int system_delete(sqlite3_vfs *vfs, const char *name, int sync_folder)
{
    (void)vfs;
    struct file *file = look_up(name, 0);
    if (file == NULL || !file->exists)
        return SQLITE_IOERR_DELETE_NOENT;
    if (failing())
        return control->fail_code;
    file->exists = 0;
    if (sync_folder)
        file->exists_safely = 0;
    forget_promises(file);
    empty(&file->now);
    return SQLITE_OK;
}

static int system_access(sqlite3_vfs *vfs, const char *name, int flags, int *out)
{
    (void)vfs;
    (void)flags;
    const struct file *file = look_up(name, 0);
    *out = file != NULL && file->exists && (flags != SQLITE_ACCESS_EXISTS || file->now.size > 0);
    return SQLITE_OK;
}

static int system_path(sqlite3_vfs *vfs, const char *name, int size, char *out)
{
    (void)vfs;
    sqlite3_snprintf(size, out, "%s", name);
    return SQLITE_OK;
}

static int system_random(sqlite3_vfs *vfs, int size, char *out)
{
    (void)vfs;
    uint64_t state = control->calls;
    for (int i = 0; i < size; i++)
        out[i] = (char)support_random(&state);
    return size;
}

static int system_sleep(sqlite3_vfs *vfs, int microseconds)
{
    (void)vfs;
    return microseconds;
}

static int system_time(sqlite3_vfs *vfs, double *out)
{
    (void)vfs;
    *out = 2460000.5;
    return SQLITE_OK;
}

static int system_error(sqlite3_vfs *vfs, int size, char *out)
{
    (void)vfs;
    (void)size;
    (void)out;
    return 0;
}

void store_vfs_install(struct store_vfs *state)
{
    static sqlite3_vfs vfs = {
        .iVersion = 1,
        .szOsFile = sizeof(struct handle),
        .mxPathname = 100,
        .zName = "lossy",
        .xOpen = system_open,
        .xDelete = system_delete,
        .xAccess = system_access,
        .xFullPathname = system_path,
        .xRandomness = system_random,
        .xSleep = system_sleep,
        .xCurrentTime = system_time,
        .xGetLastError = system_error,
    };
    control = state;
    ck_assert_int_eq(sqlite3_vfs_register(&vfs, 1), SQLITE_OK);
}
