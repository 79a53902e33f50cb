/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Tables that are held in memory.
 *
 * Rows are found by a hash of their primary key, and read in order by groups: an index
 * puts rows with equal first columns (two, or all if it has fewer or is loose) together,
 * finds a group by a hash, and sorts within and among groups when somebody reads them.
 * Writing a row touches no index: those that came since an index was last read are put
 * into their groups when it is read again, and an index that nobody reads costs nothing.
 * Only a loose index that has been read takes new rows at once, of which it skips most.
 */
#ifndef ENGAGEP_STORE_HELD_H
#define ENGAGEP_STORE_HELD_H

#include "base/prefetch.h"
#include "store/backend.h"
#include "store/image.h"
#include "store/list.h"
#include "store/pool.h"
#include "store/slots.h"

/* Each row says where it stands in each index, so rows of a table and groups of an index have
 * numbers of 32 bits: room for more of them is ENGAGE_ENOMEM. */
#define ENGAGEP_HELD_MOST UINT32_MAX
enum { ENGAGEP_HELD_NOWHERE = 0 };

struct engagep_held_group {
    uint64_t hash;
    uint32_t size;   /* of the whole, in bytes */
    uint32_t number; /* in the index's list, from 1 on */
    struct engagep_list rows;
    uint64_t image[]; /* of the columns that its rows share */
};

/* Where a row stands in an index: the number of its group, and of it in that. */
struct engagep_held_place {
    uint32_t group; /* or ENGAGEP_HELD_NOWHERE */
    uint32_t at;
};

struct engagep_held_row {
    uint64_t hash;
    uint32_t number; /* in the table's list */
    uint32_t size;   /* of the whole, in bytes */
    struct engagep_held_place places[];
};

struct engagep_held_index {
    uint8_t count; /* columns that rows are ordered by */
    uint8_t columns[ENGAGEP_ROWS_MAX_ORDER];
    uint8_t group_columns;
    uint8_t loose;
    uint64_t needed; /* of a loose one: columns that are not empty in its rows */
    size_t placed;   /* rows of the list before this one have been put into groups */
    struct engagep_slots slots; /* of groups */
    struct engagep_list groups;  /* by their numbers */
    struct engagep_list ordered; /* groups in the order of the index, as last asked for */
};

struct engagep_held_table {
    const struct engagep_table *def;
    size_t image_at; /* where the image begins in a row */
    struct engagep_image_columns columns;
    struct engagep_value empty[ENGAGEP_MAX_COLUMNS]; /* what rows are read over */
    int any_loose;              /* an index is */
    int key_in_front;           /* the primary key is the first columns, in their order */
    struct engagep_slots slots; /* of rows */
    struct engagep_list rows;   /* as they came; NULL where one went */
    struct engagep_held_index indexes[ENGAGEP_MAX_INDEXES];
};

/* What the tables of a store share. */
struct engagep_held {
    uint64_t seed;               /* of hashes */
    struct engagep_pool pool;    /* rows and groups; its allocator gives the rest */
    struct engagep_list scratch; /* for sorting */
};

static inline const uint64_t *engagep_held_image(const struct engagep_held_table *table,
                                                 const struct engagep_held_row *row)
{
    return (const uint64_t *)(const void *)((const unsigned char *)row + table->image_at);
}

/* Makes an empty table of zeros; frees one with its rows. */
void engagep_held_make_table(struct engagep_held_table *table, const struct engagep_table *def);
void engagep_held_free_table(struct engagep_held *held, struct engagep_held_table *table);

/* Whether values may be a primary key: of the types of its columns, and short. */
static inline int engagep_held_takes_key(const struct engagep_held_table *table,
                                         const struct engagep_value *key)
{
    const struct engagep_index *primary = &table->def->indexes[0];
    int takes = 1;
    for (size_t i = 0; i < primary->count; i++) {
        int is_number = (table->columns.numbers >> primary->columns[i] & 1) != 0;
        takes &= is_number ? key[i].type == ENGAGEP_INT
                           : key[i].type == table->def->columns[primary->columns[i]].type &&
                                 key[i].data != NULL &&
                                 key[i].size <= ENGAGEP_STORE_ROW_LIMIT / ENGAGEP_MAX_KEY;
    }
    return takes;
}

/* The slot of the row with a primary key, or the free one where it would go; the table has
 * slots. */
struct engagep_slot *engagep_held_seek(const struct engagep_held_table *table, uint64_t hash,
                                       const struct engagep_value *key);

/* Fetches the slot where a row is looked for, or what that refers to, for whoever looks
 * soon; likewise. */
void engagep_held_expect(const struct engagep_held_table *table, uint64_t hash, int near);

/* Fetches of a row what a look at its key reads, about. */
enum { ENGAGEP_HELD_FRONT = 3 * ENGAGEP_PREFETCH_LINE };
static inline void engagep_held_fetch(const struct engagep_held_row *row)
{
    engagep_prefetch_bytes(row, ENGAGEP_HELD_FRONT);
}

/* A row that is in no table yet, or no more; NULL when there is no memory. */
struct engagep_held_row *engagep_held_new_row(struct engagep_held *held,
                                              const struct engagep_held_table *table,
                                              const struct engagep_value *values,
                                              const struct engagep_image_shape *shape,
                                              uint64_t hash);
void engagep_held_free_row(struct engagep_held *held, struct engagep_held_row *row);

/* Takes a row out of the list and the indexes; out of the slots too. */
void engagep_held_unlist(struct engagep_held_table *table, struct engagep_held_row *row);
void engagep_held_take(struct engagep_held_table *table, struct engagep_held_row *row);

/* A new row stands where an old one did in those indexes that do not tell them apart. */
void engagep_held_take_places(const struct engagep_held_table *table,
                              struct engagep_held_row *old, struct engagep_held_row *row);

/* Closes the gaps in the list of rows where they are most of it. */
void engagep_held_compact(struct engagep_held *held, struct engagep_held_table *table);

/* Puts a row that is about to end the list into those indexes that take it at once, and
 * all rows into the groups of an index: ENGAGE_OK, ENGAGE_ENOMEM. */
int engagep_held_place_early(struct engagep_held *held, struct engagep_held_table *table,
                             struct engagep_held_row *row);
int engagep_held_catch_up(struct engagep_held *held, struct engagep_held_table *table,
                          size_t number);

/* The group of rows whose first columns are these, or NULL. */
struct engagep_held_group *engagep_held_find_group(const struct engagep_held_index *index,
                                                   uint64_t hash,
                                                   const struct engagep_value *key);

/* Put the groups of an index in order, and the rows of one: ENGAGE_OK, ENGAGE_ENOMEM. */
int engagep_held_sort_groups(struct engagep_held *held, const struct engagep_held_table *table,
                             struct engagep_held_index *index);
int engagep_held_sort_group(struct engagep_held *held, const struct engagep_held_table *table,
                            const struct engagep_held_index *index,
                            struct engagep_held_group *group);

#endif
