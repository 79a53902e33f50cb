/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * The state of an account: a calendar from day to a small record, that adds up.
 * Facts and calendars may be added in any order, split and merged anyhow: equal
 * facts give equal bytes. The bytes are those of engage-state(5).
 *
 * Counts stop at their largest value instead of wrapping, which keeps addition
 * associative and commutative, whatever a hostile state holds.
 */
#ifndef ENGAGEP_TRACK_CALENDAR_H
#define ENGAGEP_TRACK_CALENDAR_H

#include "base/bits.h"
#include "track/fact.h"

#include <engage/base.h>

#include <stddef.h>
#include <string.h>

enum { ENGAGEP_SET_SIZE = 16 };

enum {
    ENGAGEP_SET_PEOPLE,   /* counterparts in collaboration kinds */
    ENGAGEP_SET_THANKERS, /* who acknowledged */
    ENGAGEP_SET_OBJECTS,  /* of acts of class 2 to 4 */
    ENGAGEP_SET_CONTENTS, /* of acts of class 3 and 4 */
    ENGAGEP_SETS
};

/* A day. What there is any number of lies in its cells, which are the calendar's: a count for
 * each of its kinds, ascending, then for each set the smallest hashes of it, ascending, so
 * that distinct counts up to 16 are exact. */
struct engagep_day {
    int32_t day;
    uint32_t advocacy;   /* half-units */
    uint32_t detraction; /* half-units */
    uint8_t flags;
    uint8_t members[ENGAGEP_SETS]; /* hashes of each set */
    uint8_t hashes;      /* of all sets */
    uint8_t room;        /* cells that it may have where they lie */
    uint32_t cells;      /* the number of its first cell */
    uint64_t kinds;      /* bit k: there are facts of kind k */
    uint64_t valence;    /* sum over sentiments of valence + 1, in thousandths: 0 to 2,000 each */
    uint32_t sentiments; /* facts with a sentiment */
    uint32_t negatives;
};

/* The most cells that a day can have. */
enum { ENGAGEP_DAY_CELLS = ENGAGEP_KINDS + ENGAGEP_SETS * ENGAGEP_SET_SIZE };

struct engagep_calendar {
    engage_allocator allocator;
    uint32_t key;                 /* engagep_calendar_key of the hashes in it */
    int32_t floor;                /* days below it are dropped, or ENGAGEP_NO_DAY */
    uint64_t known;               /* bit k: kind k has a first day */
    int32_t first[ENGAGEP_KINDS]; /* those days; of other kinds it means nothing */
    struct engagep_day *days;     /* ascending, no two alike, none empty */
    size_t count;
    size_t capacity;
    uint32_t *cells; /* of all days, and those that days moved away from */
    size_t cell_count;
    size_t cell_capacity;
};

/* Takes the lowest kind out of a set of them, which is not empty. */
static inline int engagep_day_kind(uint64_t *kinds)
{
    int kind = (int)engagep_bits_lowest(*kinds);
    *kinds &= *kinds - 1;
    return kind;
}

/* Which of a day's cells is the first of a kind, or of kinds after it. */
static inline uint32_t engagep_day_place(const struct engagep_day *day, int kind)
{
    return engagep_bits_count(day->kinds & ((UINT64_C(1) << kind) - 1));
}

/* The cell of the count of the first kind that is not before `kind`; others follow. */
static inline const uint32_t *engagep_day_counts(const struct engagep_calendar *calendar,
                                                 const struct engagep_day *day, int kind)
{
    return calendar->cells + day->cells + engagep_day_place(day, kind);
}

/* How many facts of a kind a day has. */
static inline uint32_t engagep_day_count(const struct engagep_calendar *calendar,
                                         const struct engagep_day *day, int kind)
{
    return (day->kinds >> kind & 1) != 0 ? *engagep_day_counts(calendar, day, kind) : 0;
}

/* The hashes of a set of a day, as many as day->members says; of a day that has any, the
 * next set follows. */
static inline const uint32_t *engagep_day_set(const struct engagep_calendar *calendar,
                                              const struct engagep_day *day, int set)
{
    const uint32_t *hashes = calendar->cells + day->cells + engagep_bits_count(day->kinds);
    for (int before = 0; before < set; before++)
        hashes += day->members[before];
    return hashes;
}

/* The kinds [begin, end) as bits. */
static inline uint64_t engagep_day_kinds(int begin, int end)
{
    return (UINT64_C(1) << end) - (UINT64_C(1) << begin);
}

/* The first day of a kind, or ENGAGEP_NO_DAY. */
static inline int32_t engagep_calendar_first_of(const struct engagep_calendar *calendar, int kind)
{
    return (calendar->known >> kind & 1) != 0 ? calendar->first[kind] : ENGAGEP_NO_DAY;
}

static inline void engagep_calendar_set_first(struct engagep_calendar *calendar, int kind,
                                              int32_t day)
{
    calendar->first[kind] = day;
    calendar->known |= UINT64_C(1) << kind;
}

/* The keyed hash of an id or a text, and the id of a key. */
uint32_t engagep_calendar_hash(const unsigned char key[16], const void *data, size_t size);
uint32_t engagep_calendar_key(const unsigned char key[16]);

/* `allocator` is already initialized; release is harmless on a fresh calendar. */
void engagep_calendar_init(struct engagep_calendar *calendar, uint32_t key,
                           const engage_allocator *allocator);
void engagep_calendar_release(struct engagep_calendar *calendar);

/* Makes room for so many days in all, and for so many more cells. ENGAGE_OK, ENGAGE_ENOMEM. */
int engagep_calendar_reserve(struct engagep_calendar *calendar, size_t days, size_t cells);

/* Forgets everything but the key; keeps the memory. */
void engagep_calendar_clear(struct engagep_calendar *calendar);

/* Adds a fact. ENGAGE_OK; ENGAGE_DONE where it lies below the floor and could only
 * change first days; ENGAGE_ERANGE (day, kind or valence), ENGAGE_ENOMEM. */
int engagep_calendar_add(struct engagep_calendar *calendar, const struct engagep_fact *fact);

/* Puts a fact in the place of one that was added and differs in its amounts alone: ENGAGE_OK,
 * or ENGAGE_DONE with the calendar as it was where its day must be added up anew. */
int engagep_calendar_replace(struct engagep_calendar *calendar, const struct engagep_fact *before,
                             const struct engagep_fact *after);

/* Adds another calendar. ENGAGE_OK, ENGAGE_EKEY, ENGAGE_ENOMEM; then as before. */
int engagep_calendar_merge(struct engagep_calendar *calendar,
                           const struct engagep_calendar *other);

/* Raises the floor and drops the days below it; a lower floor changes nothing. */
void engagep_calendar_compact(struct engagep_calendar *calendar, int32_t floor);

/* Removes a day, so that its facts can be added anew; first days that it gave move
 * to the next day that has the kind. */
void engagep_calendar_remove(struct engagep_calendar *calendar, int32_t day);

/* The index of the first day that is not before this one. */
size_t engagep_calendar_index(const struct engagep_calendar *calendar, int32_t day);

/* The first day of an act (classes 1 to 4) of at least this class, or ENGAGEP_NO_DAY. */
int32_t engagep_calendar_first(const struct engagep_calendar *calendar, int least_class);

/* The same for each of the classes 1 to 4. */
void engagep_calendar_firsts(const struct engagep_calendar *calendar, int32_t first[5]);

/* Where the bytes of days lie in those of a calendar, so that days which stay need not be
 * written anew. */
struct engagep_calendar_bytes {
    const unsigned char *days; /* of the first day, or NULL */
    size_t last;               /* how many bytes the days before the last one have */
    size_t size;               /* how many all of them have */
    size_t count;              /* how many days there are */
    int32_t last_day;
};

/* Appends the canonical bytes. ENGAGE_OK, ENGAGE_ENOMEM. */
int engagep_calendar_encode(const struct engagep_calendar *calendar, engage_buffer *buffer);

/* The same where nothing before the day `since` differs from the calendar that `bytes`
 * were read as, which may be NULL. */
int engagep_calendar_encode_since(const struct engagep_calendar *calendar,
                                  const struct engagep_calendar_bytes *bytes, int32_t since,
                                  engage_buffer *buffer);

/* Replaces the calendar by what the bytes say. Takes canonical bytes alone.
 * ENGAGE_OK, ENGAGE_ESTATE, ENGAGE_EKEY (of another key), ENGAGE_ENOMEM; then as before. */
int engagep_calendar_decode(struct engagep_calendar *calendar, const void *data, size_t size);
int engagep_calendar_decode_bytes(struct engagep_calendar *calendar, const void *data, size_t size,
                                  struct engagep_calendar_bytes *bytes);

#endif
