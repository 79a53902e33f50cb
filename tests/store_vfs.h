/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * A file system in memory for SQLite, which can fail at any call and lose power at
 * any moment. Until a file is synced, what was written to it is only promised: when
 * power returns, each such write is there, or not, or is noise.
 */
#ifndef ENGAGE_TESTS_STORE_VFS_H
#define ENGAGE_TESTS_STORE_VFS_H

#include <stddef.h>
#include <stdint.h>

struct store_vfs {
    size_t calls;     /* that write, sync, cut, make or delete, so far */
    size_t fail_at;   /* the call, counted from 1, that fails; 0: none does */
    int fail_forever; /* 1: all calls from fail_at on fail */
    int fail_code;    /* with this code of SQLite */
};

/* Makes it the file system of every database opened from now on. */
void store_vfs_install(struct store_vfs *state);

/* Forgets all files. */
void store_vfs_clear(void);

/* Power is lost and comes back; nothing may be open. */
void store_vfs_power_cycle(uint64_t *random);

#endif
