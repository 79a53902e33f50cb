/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Adding, merging and compacting. The bytes are in calendar_code.c.
 */
#include "track/calendar.h"

#include "base/alloc.h"
#include "base/hash.h"

#include <string.h>

uint32_t engagep_calendar_hash(const unsigned char key[16], const void *data, size_t size)
{
    return (uint32_t)engagep_hash_sip(key, data, size);
}

uint32_t engagep_calendar_key(const unsigned char key[16])
{
    /* What is hashed is no account and no text, so that a key's id tells nothing
     * about any of them. */
    static const char what[] = "libengage state key";
    return (uint32_t)(engagep_hash_sip(key, what, sizeof(what)) >> 32);
}

/* Sums stop at the largest value: the order of addition never shows. */
static uint32_t add_count(uint32_t a, uint32_t b)
{
    return a > UINT32_MAX - b ? UINT32_MAX : a + b;
}

static uint64_t add_sum(uint64_t a, uint64_t b)
{
    return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

/* Counted from the day after it, ENGAGEP_NO_DAY comes last. */
static uint32_t rank(int32_t day)
{
    return (uint32_t)day - ((uint32_t)ENGAGEP_NO_DAY + 1);
}

static int32_t earlier(int32_t a, int32_t b)
{
    return rank(a) < rank(b) ? a : b;
}

/* ------------------------------------------------------------------- cells --- */

static uint32_t used_cells(const struct engagep_day *day)
{
    return engagep_bits_count(day->kinds) + day->hashes;
}

/* How many cells a day takes that shall have room for some more: it moves with each of its
 * acts at most a few times. */
static uint32_t room_for(uint32_t cells)
{
    uint32_t room = cells + cells / 2;
    return room < ENGAGEP_DAY_CELLS ? room : ENGAGEP_DAY_CELLS;
}

int engagep_calendar_reserve(struct engagep_calendar *calendar, size_t days, size_t cells)
{
    void *block = calendar->days;
    if (cells > UINT32_MAX - calendar->cell_count)
        return ENGAGE_ENOMEM;
    int rc = engagep_alloc_grow(&calendar->allocator, &block, &calendar->capacity, days,
                                sizeof(*calendar->days));
    calendar->days = block;
    if (rc != ENGAGE_OK)
        return rc;
    block = calendar->cells;
    rc = engagep_alloc_grow(&calendar->allocator, &block, &calendar->cell_capacity,
                            calendar->cell_count + cells, sizeof(*calendar->cells));
    calendar->cells = block;
    return rc;
}

/* Moves a day's cells behind all others, where that many fit; there is memory for them. */
static void move_cells(struct engagep_calendar *calendar, struct engagep_day *day, uint32_t room)
{
    memcpy(calendar->cells + calendar->cell_count, calendar->cells + day->cells,
           used_cells(day) * sizeof(*calendar->cells));
    day->cells = (uint32_t)calendar->cell_count;
    day->room = (uint8_t)room;
    calendar->cell_count += room;
}

/* Opens a gap among the cells of a day, which has room for one more. */
static void insert_cell(struct engagep_calendar *calendar, const struct engagep_day *day,
                        uint32_t at, uint32_t value)
{
    uint32_t *cells = calendar->cells + day->cells;
    memmove(cells + at + 1, cells + at, (used_cells(day) - at) * sizeof(*cells));
    cells[at] = value;
}

static void add_to_kind(struct engagep_calendar *calendar, struct engagep_day *day, int kind,
                        uint32_t count)
{
    uint32_t at = engagep_day_place(day, kind);
    uint32_t *cell = calendar->cells + day->cells + at;
    if ((day->kinds >> kind & 1) != 0) {
        *cell = add_count(*cell, count);
        return;
    }
    insert_cell(calendar, day, at, count);
    day->kinds |= UINT64_C(1) << kind;
}

static void add_hash(struct engagep_calendar *calendar, struct engagep_day *day, int set,
                     uint32_t hash)
{
    uint32_t first = (uint32_t)(engagep_day_set(calendar, day, set) - calendar->cells) - day->cells;
    uint32_t *cells = calendar->cells + day->cells + first;
    uint32_t at = day->members[set];
    while (at > 0 && cells[at - 1] > hash)
        at--;
    if ((at > 0 && cells[at - 1] == hash) || at == ENGAGEP_SET_SIZE)
        return;
    if (day->members[set] == ENGAGEP_SET_SIZE) {
        /* The largest one goes. */
        memmove(cells + at + 1, cells + at, (ENGAGEP_SET_SIZE - at - 1) * sizeof(*cells));
        cells[at] = hash;
        return;
    }
    insert_cell(calendar, day, first + at, hash);
    day->members[set]++;
    day->hashes++;
}

/* Adds a day of another calendar; there is room for its cells. */
static void add_day(struct engagep_calendar *calendar, struct engagep_day *into,
                    const struct engagep_calendar *other, const struct engagep_day *from)
{
    const uint32_t *cell = other->cells + from->cells;
    for (uint64_t kinds = from->kinds; kinds != 0;) {
        int kind = engagep_day_kind(&kinds);
        add_to_kind(calendar, into, kind, *cell++);
    }
    into->sentiments = add_count(into->sentiments, from->sentiments);
    into->valence = add_sum(into->valence, from->valence);
    into->negatives = add_count(into->negatives, from->negatives);
    into->advocacy = add_count(into->advocacy, from->advocacy);
    into->detraction = add_count(into->detraction, from->detraction);
    into->flags |= from->flags;
    for (int set = 0; set < ENGAGEP_SETS; set++)
        for (uint32_t i = 0; i < from->members[set]; i++)
            add_hash(calendar, into, set, *cell++);
}

/* Takes over a day of another calendar; there is memory for its cells. */
static void copy_day(struct engagep_calendar *calendar, struct engagep_day *into,
                     const struct engagep_calendar *other, const struct engagep_day *from)
{
    uint32_t used = used_cells(from);
    *into = *from;
    into->cells = (uint32_t)calendar->cell_count;
    into->room = (uint8_t)used;
    if (used > 0)
        memcpy(calendar->cells + into->cells, other->cells + from->cells,
               used * sizeof(*calendar->cells));
    calendar->cell_count += used;
}

/* ---------------------------------------------------------------- calendars --- */

void engagep_calendar_init(struct engagep_calendar *calendar, uint32_t key,
                           const engage_allocator *allocator)
{
    calendar->allocator = *allocator;
    calendar->key = key;
    calendar->days = NULL;
    calendar->capacity = 0;
    calendar->cells = NULL;
    calendar->cell_capacity = 0;
    engagep_calendar_clear(calendar);
}

void engagep_calendar_release(struct engagep_calendar *calendar)
{
    engagep_alloc_free(&calendar->allocator, calendar->days, calendar->capacity,
                       sizeof(*calendar->days));
    engagep_alloc_free(&calendar->allocator, calendar->cells, calendar->cell_capacity,
                       sizeof(*calendar->cells));
    calendar->days = NULL;
    calendar->capacity = 0;
    calendar->cells = NULL;
    calendar->cell_capacity = 0;
    engagep_calendar_clear(calendar);
}

void engagep_calendar_clear(struct engagep_calendar *calendar)
{
    calendar->floor = ENGAGEP_NO_DAY;
    calendar->known = 0;
    calendar->count = 0;
    calendar->cell_count = 0;
}

size_t engagep_calendar_index(const struct engagep_calendar *calendar, int32_t day)
{
    size_t low = 0;
    size_t high = calendar->count;
    /* Facts mostly come in order of time. */
    if (high > 0 && calendar->days[high - 1].day <= day)
        return calendar->days[high - 1].day < day ? high : high - 1;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (calendar->days[middle].day < day)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

int32_t engagep_calendar_first(const struct engagep_calendar *calendar, int least_class)
{
    static const int begins[] = {0, ENGAGEP_KINDS_CONSUMPTION, ENGAGEP_KINDS_CURATION,
                                 ENGAGEP_KINDS_CREATION, ENGAGEP_KINDS_COLLABORATION};
    int32_t first = ENGAGEP_NO_DAY;
    uint64_t kinds = calendar->known & engagep_day_kinds(begins[least_class], ENGAGEP_KINDS_CREDIT);
    while (kinds != 0)
        first = earlier(first, calendar->first[engagep_day_kind(&kinds)]);
    return first;
}

void engagep_calendar_firsts(const struct engagep_calendar *calendar, int32_t first[5])
{
    uint64_t kinds = calendar->known & engagep_day_kinds(0, ENGAGEP_KINDS_CREDIT);
    for (int class_number = 0; class_number <= 4; class_number++)
        first[class_number] = ENGAGEP_NO_DAY;
    while (kinds != 0) {
        int kind = engagep_day_kind(&kinds);
        int32_t *of_class = &first[engagep_kind_class(kind)];
        *of_class = earlier(*of_class, calendar->first[kind]);
    }
    for (int class_number = 3; class_number >= 1; class_number--)
        first[class_number] = earlier(first[class_number], first[class_number + 1]);
}

static void add_first(struct engagep_calendar *calendar, int kind, int32_t day)
{
    engagep_calendar_set_first(calendar, kind,
                               earlier(engagep_calendar_first_of(calendar, kind), day));
}

/* The cells that a fact may add to its day. */
static uint32_t cells_of(const struct engagep_fact *fact)
{
    const unsigned hashes = ENGAGEP_FACT_PERSON | ENGAGEP_FACT_OBJECT | ENGAGEP_FACT_CONTENT;
    return 1 + engagep_bits_count(fact->parts & hashes);
}

/* What a fact adds to its day, which has room for it. */
static void add_fact(struct engagep_calendar *calendar, struct engagep_day *day,
                     const struct engagep_fact *fact)
{
    int class_number = engagep_kind_class(fact->kind);
    int act = engagep_kind_is_act(fact->kind);
    if (fact->count > 0)
        add_to_kind(calendar, day, fact->kind, fact->count);
    if ((fact->parts & ENGAGEP_FACT_SENTIMENT) != 0) {
        /* Half a thousandth rounds up, alike on either side of zero. */
        uint32_t shifted = (uint32_t)(fact->valence + 1000000);
        day->sentiments = add_count(day->sentiments, 1);
        day->valence = add_sum(day->valence, (shifted + 500) / 1000);
    }
    if ((fact->parts & ENGAGEP_FACT_NEGATIVE) != 0)
        day->negatives = add_count(day->negatives, 1);
    day->advocacy = add_count(day->advocacy, fact->advocacy);
    day->detraction = add_count(day->detraction, fact->detraction);
    day->flags |= fact->flags;
    if ((fact->parts & ENGAGEP_FACT_PERSON) != 0) {
        if (class_number == ENGAGEP_CLASS_COLLABORATION)
            add_hash(calendar, day, ENGAGEP_SET_PEOPLE, fact->person);
        else if (class_number == ENGAGEP_CLASS_CREDIT)
            add_hash(calendar, day, ENGAGEP_SET_THANKERS, fact->person);
    }
    if ((fact->parts & ENGAGEP_FACT_OBJECT) != 0 && act &&
        class_number >= ENGAGEP_CLASS_CURATION)
        add_hash(calendar, day, ENGAGEP_SET_OBJECTS, fact->object);
    if ((fact->parts & ENGAGEP_FACT_CONTENT) != 0 && act &&
        class_number >= ENGAGEP_CLASS_CREATION)
        add_hash(calendar, day, ENGAGEP_SET_CONTENTS, fact->content);
}

/* 1 where a fact adds nothing to its day. */
static int is_nothing(const struct engagep_fact *fact)
{
    const unsigned parts = ENGAGEP_FACT_SENTIMENT | ENGAGEP_FACT_NEGATIVE;
    int class_number = engagep_kind_class(fact->kind);
    unsigned hashes = class_number == ENGAGEP_CLASS_COLLABORATION
                          ? ENGAGEP_FACT_PERSON | ENGAGEP_FACT_OBJECT | ENGAGEP_FACT_CONTENT
                      : class_number == ENGAGEP_CLASS_CREDIT ? ENGAGEP_FACT_PERSON
                      : class_number == ENGAGEP_CLASS_CREATION
                          ? ENGAGEP_FACT_OBJECT | ENGAGEP_FACT_CONTENT
                      : class_number == ENGAGEP_CLASS_CURATION ? ENGAGEP_FACT_OBJECT
                                                               : 0u;
    return fact->count == 0 && (fact->parts & (parts | hashes)) == 0 && fact->flags == 0 &&
           fact->advocacy == 0 && fact->detraction == 0;
}

int engagep_calendar_add(struct engagep_calendar *calendar, const struct engagep_fact *fact)
{
    if (fact->kind >= ENGAGEP_KINDS || fact->day < ENGAGEP_DAY_MIN || fact->day > ENGAGEP_DAY_MAX)
        return ENGAGE_ERANGE;
    if ((fact->parts & ENGAGEP_FACT_SENTIMENT) != 0 &&
        (fact->valence < -1000000 || fact->valence > 1000000))
        return ENGAGE_ERANGE;
    int late = fact->day < calendar->floor;
    if (!late && !is_nothing(fact)) {
        size_t at = engagep_calendar_index(calendar, fact->day);
        int is_new = at == calendar->count || calendar->days[at].day != fact->day;
        uint32_t used = is_new ? 0 : used_cells(&calendar->days[at]);
        uint32_t room = is_new ? 0 : calendar->days[at].room;
        uint32_t need = used + cells_of(fact);
        need = need < ENGAGEP_DAY_CELLS ? need : ENGAGEP_DAY_CELLS;
        int rc = engagep_calendar_reserve(calendar, calendar->count + (size_t)is_new,
                                          need > room ? room_for(need) : 0);
        if (rc != ENGAGE_OK)
            return rc;
        struct engagep_day *day = &calendar->days[at];
        if (is_new) {
            memmove(day + 1, day, (calendar->count - at) * sizeof(*day));
            memset(day, 0, sizeof(*day));
            day->day = fact->day;
            calendar->count++;
        }
        if (need > room)
            move_cells(calendar, day, room_for(need));
        add_fact(calendar, day, fact);
    }
    if (fact->count > 0)
        add_first(calendar, fact->kind, fact->day);
    return late ? ENGAGE_DONE : ENGAGE_OK;
}

/* Replaces an addend of a sum; a sum that stopped at its largest value does not tell what
 * it is without one. */
static int replace_addend(uint32_t *sum, uint32_t before, uint32_t after)
{
    if (before == after)
        return 1;
    if (*sum == UINT32_MAX || *sum < before)
        return 0;
    *sum = add_count(*sum - before, after);
    return 1;
}

int engagep_calendar_replace(struct engagep_calendar *calendar, const struct engagep_fact *before,
                             const struct engagep_fact *after)
{
    size_t at = engagep_calendar_index(calendar, before->day);
    if (at == calendar->count || calendar->days[at].day != before->day ||
        before->day != after->day || before->kind != after->kind ||
        before->count == 0 || before->count != after->count || before->parts != after->parts ||
        before->flags != after->flags || before->valence != after->valence ||
        before->person != after->person || before->object != after->object ||
        before->content != after->content)
        return ENGAGE_DONE;
    struct engagep_day day = calendar->days[at];
    if (!replace_addend(&day.advocacy, before->advocacy, after->advocacy) ||
        !replace_addend(&day.detraction, before->detraction, after->detraction))
        return ENGAGE_DONE;
    calendar->days[at].advocacy = day.advocacy;
    calendar->days[at].detraction = day.detraction;
    return ENGAGE_OK;
}

int engagep_calendar_merge(struct engagep_calendar *calendar, const struct engagep_calendar *other)
{
    if (calendar->key != other->key)
        return ENGAGE_EKEY;
    int32_t floor = calendar->floor > other->floor ? calendar->floor : other->floor;
    size_t from = engagep_calendar_index(other, floor);
    /* How many days the other one alone has, and the cells that its days add. */
    size_t fresh = 0;
    size_t cells = 0;
    size_t mine = engagep_calendar_index(calendar, floor);
    for (size_t i = from; i < other->count; i++) {
        while (mine < calendar->count && calendar->days[mine].day < other->days[i].day)
            mine++;
        cells += used_cells(&other->days[i]);
        if (mine < calendar->count && calendar->days[mine].day == other->days[i].day)
            cells += used_cells(&calendar->days[mine]);
        else
            fresh++;
    }
    int rc = engagep_calendar_reserve(calendar, calendar->count + fresh, cells + 1);
    if (rc != ENGAGE_OK)
        return rc;
    engagep_calendar_compact(calendar, floor);
    /* From the last day down, so that each day moves once. */
    size_t left = calendar->count;
    size_t right = other->count;
    calendar->count += fresh;
    for (size_t to = calendar->count; right > from; to--) {
        const struct engagep_day *theirs = &other->days[right - 1];
        if (left > 0 && calendar->days[left - 1].day >= theirs->day) {
            left--;
            if (to - 1 != left)
                calendar->days[to - 1] = calendar->days[left];
            struct engagep_day *own = &calendar->days[to - 1];
            if (own->day == theirs->day) {
                uint32_t both = used_cells(own) + used_cells(theirs);
                if (both > own->room)
                    move_cells(calendar, own,
                               both < ENGAGEP_DAY_CELLS ? both : ENGAGEP_DAY_CELLS);
                add_day(calendar, own, other, theirs);
                right--;
            }
        } else {
            copy_day(calendar, &calendar->days[to - 1], other, theirs);
            right--;
        }
    }
    for (uint64_t kinds = other->known; kinds != 0;) {
        int kind = engagep_day_kind(&kinds);
        add_first(calendar, kind, other->first[kind]);
    }
    return ENGAGE_OK;
}

void engagep_calendar_compact(struct engagep_calendar *calendar, int32_t floor)
{
    if (floor <= calendar->floor)
        return;
    calendar->floor = floor;
    size_t dropped = engagep_calendar_index(calendar, floor);
    if (dropped == 0)
        return;
    calendar->count -= dropped;
    memmove(calendar->days, calendar->days + dropped, calendar->count * sizeof(*calendar->days));
}

void engagep_calendar_remove(struct engagep_calendar *calendar, int32_t day)
{
    size_t at = engagep_calendar_index(calendar, day);
    if (at == calendar->count || calendar->days[at].day != day)
        return;
    calendar->count--;
    memmove(&calendar->days[at], &calendar->days[at + 1],
            (calendar->count - at) * sizeof(*calendar->days));
    for (uint64_t kinds = calendar->known; kinds != 0;) {
        int kind = engagep_day_kind(&kinds);
        if (calendar->first[kind] != day)
            continue;
        size_t next = at;
        while (next < calendar->count && (calendar->days[next].kinds >> kind & 1) == 0)
            next++;
        if (next < calendar->count)
            calendar->first[kind] = calendar->days[next].day;
        else
            calendar->known &= ~(UINT64_C(1) << kind);
    }
}
