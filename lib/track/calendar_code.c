/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * The bytes of a calendar, as engage-state(5) says. There is one way to write a
 * calendar, and the reader takes no other.
 */
#include "track/calendar.h"

#include "base/buffer.h"
#include "base/little.h"
#include "base/varint.h"

#include <string.h>

enum { VERSION = 1 };

/* What a day has besides its kinds; the lowest two bits of the byte are the number
 * of kinds, 3 for 3 and more. */
enum {
    HAS_SENTIMENT = 4,
    HAS_NEGATIVES = 8,
    HAS_ADVOCACY = 16,
    HAS_DETRACTION = 32,
    HAS_FLAGS = 64,
    HAS_HASHES = 128
};

/* Hashes of all sets of a day, ascending, each with a bit for every set it is in:
 * one's text is both object and content, and who was helped is often who thanks. */
struct members {
    size_t count;
    uint32_t hash[ENGAGEP_SETS * ENGAGEP_SET_SIZE];
    uint8_t sets[ENGAGEP_SETS * ENGAGEP_SET_SIZE];
};

static void gather(const struct engagep_calendar *calendar, const struct engagep_day *day,
                   struct members *out)
{
    const uint32_t *at[ENGAGEP_SETS];
    const uint32_t *end[ENGAGEP_SETS];
    out->count = 0;
    if (day->hashes == 0)
        return;
    const uint32_t *cell = engagep_day_set(calendar, day, 0);
    for (int set = 0; set < ENGAGEP_SETS; set++) {
        at[set] = cell;
        end[set] = cell += day->members[set];
    }
    for (;;) {
        int found = 0;
        uint32_t least = 0;
        for (int set = 0; set < ENGAGEP_SETS; set++) {
            if (at[set] == end[set])
                continue;
            uint32_t hash = *at[set];
            if (!found || hash < least)
                least = hash;
            found = 1;
        }
        if (!found)
            return;
        uint8_t sets = 0;
        for (int set = 0; set < ENGAGEP_SETS; set++) {
            if (at[set] < end[set] && *at[set] == least) {
                sets = (uint8_t)(sets | 1u << set);
                at[set]++;
            }
        }
        out->hash[out->count] = least;
        out->sets[out->count] = sets;
        out->count++;
    }
}

/* The first day of each kind as the days alone say; returns the kinds that they have. */
static uint64_t derive_firsts(const struct engagep_day *days, size_t count,
                              int32_t first[ENGAGEP_KINDS])
{
    uint64_t known = 0;
    for (size_t i = 0; i < count; i++) {
        uint64_t fresh = days[i].kinds & ~known;
        known |= fresh;
        while (fresh != 0)
            first[engagep_day_kind(&fresh)] = days[i].day;
    }
    return known;
}

/* The kinds whose first day the days do not tell. */
static uint64_t told_kinds(const struct engagep_calendar *calendar)
{
    int32_t derived[ENGAGEP_KINDS];
    uint64_t told = calendar->known;
    uint64_t known = derive_firsts(calendar->days, calendar->count, derived);
    while (known != 0) {
        int kind = engagep_day_kind(&known);
        if (derived[kind] == calendar->first[kind])
            told &= ~(UINT64_C(1) << kind);
    }
    return told;
}

/* ---------------------------------------------------------------- writing --- */

/* No part of a state but the list of days is longer than this: a day has up to 33
 * kinds of 6 bytes, 64 hashes of 4, and little else. */
enum { PIECE_SIZE = 640 };

/* Bytes are gathered in a piece, which goes into the buffer as a whole. */
struct piece {
    size_t size;
    unsigned char bytes[PIECE_SIZE];
};

static void put_byte(struct piece *piece, uint32_t byte)
{
    piece->bytes[piece->size++] = (unsigned char)byte;
}

static void put_u32(struct piece *piece, uint32_t value)
{
    engagep_little_put_u32(piece->bytes + piece->size, value);
    piece->size += 4;
}

static void put_varint(struct piece *piece, uint64_t value)
{
    piece->size += engagep_varint_put(piece->bytes + piece->size, value);
}

static void put_day_number(struct piece *piece, int32_t day)
{
    put_varint(piece, (uint64_t)(day - ENGAGEP_DAY_MIN));
}

static void put_piece(engage_buffer *buffer, struct piece *piece)
{
    engagep_buffer_put(buffer, piece->bytes, piece->size);
    piece->size = 0;
}

static void put_hashes(struct piece *piece, const struct members *members)
{
    put_varint(piece, members->count);
    for (size_t i = 0; i < members->count; i += 2) {
        uint32_t high = i + 1 < members->count ? members->sets[i + 1] : 0u;
        put_byte(piece, members->sets[i] | high << 4);
    }
    for (size_t i = 0; i < members->count; i++)
        put_u32(piece, members->hash[i]);
}

static void put_day(struct piece *piece, const struct engagep_calendar *calendar,
                    const struct engagep_day *day)
{
    struct members members;
    const uint32_t *counts = engagep_day_counts(calendar, day, 0);
    gather(calendar, day, &members);
    uint32_t kinds = engagep_bits_count(day->kinds);
    uint32_t parts = kinds < 3 ? kinds : 3;
    parts |= day->sentiments != 0 ? HAS_SENTIMENT : 0u;
    parts |= day->negatives != 0 ? HAS_NEGATIVES : 0u;
    parts |= day->advocacy != 0 ? HAS_ADVOCACY : 0u;
    parts |= day->detraction != 0 ? HAS_DETRACTION : 0u;
    parts |= day->flags != 0 ? HAS_FLAGS : 0u;
    parts |= members.count != 0 ? HAS_HASHES : 0u;
    put_byte(piece, parts);
    if (kinds >= 3)
        put_varint(piece, kinds - 3);
    for (uint64_t rest = day->kinds; rest != 0;) {
        uint32_t kind = (uint32_t)engagep_day_kind(&rest);
        uint32_t count = *counts++;
        put_byte(piece, kind << 2 | (count < 4 ? count : 0));
        if (count >= 4)
            put_varint(piece, count - 4);
    }
    if (day->sentiments != 0) {
        put_varint(piece, day->sentiments);
        put_varint(piece, day->valence);
    }
    if (day->negatives != 0)
        put_varint(piece, day->negatives);
    if (day->advocacy != 0)
        put_varint(piece, day->advocacy);
    if (day->detraction != 0)
        put_varint(piece, day->detraction);
    if (day->flags != 0)
        put_byte(piece, day->flags);
    if (members.count != 0)
        put_hashes(piece, &members);
}

int engagep_calendar_encode(const struct engagep_calendar *calendar, engage_buffer *buffer)
{
    return engagep_calendar_encode_since(calendar, NULL, ENGAGEP_NO_DAY, buffer);
}

/* How many days in front stay as they were written, and their bytes; none where the
 * calendar was compacted meanwhile. */
static size_t kept_days(const struct engagep_calendar *calendar,
                        const struct engagep_calendar_bytes *bytes, int32_t since, size_t *size)
{
    *size = 0;
    if (bytes == NULL || bytes->count == 0 || since < bytes->last_day ||
        engagep_calendar_index(calendar, bytes->last_day) != bytes->count - 1)
        return 0;
    *size = since > bytes->last_day ? bytes->size : bytes->last;
    return since > bytes->last_day ? bytes->count : bytes->count - 1;
}

int engagep_calendar_encode_since(const struct engagep_calendar *calendar,
                                  const struct engagep_calendar_bytes *bytes, int32_t since,
                                  engage_buffer *buffer)
{
    size_t kept_size;
    size_t kept = kept_days(calendar, bytes, since, &kept_size);
    uint64_t told = told_kinds(calendar);
    size_t begun = engagep_buffer_begin(buffer);
    struct piece piece;
    piece.size = 0;
    put_byte(&piece, VERSION);
    put_u32(&piece, calendar->key);
    if (calendar->floor == ENGAGEP_NO_DAY)
        put_varint(&piece, 0);
    else
        put_varint(&piece, (uint64_t)(calendar->floor - ENGAGEP_DAY_MIN) + 1);
    put_varint(&piece, engagep_bits_count(told));
    while (told != 0) {
        int kind = engagep_day_kind(&told);
        put_byte(&piece, (uint32_t)kind);
        put_day_number(&piece, calendar->first[kind]);
    }
    put_varint(&piece, calendar->count);
    put_piece(buffer, &piece);
    if (kept > 0)
        engagep_buffer_put(buffer, bytes->days, kept_size);
    for (size_t i = kept; i < calendar->count; i++) {
        const struct engagep_day *day = &calendar->days[i];
        if (i == 0)
            put_day_number(&piece, day->day);
        else
            put_varint(&piece, (uint64_t)(day->day - day[-1].day) - 1);
        put_day(&piece, calendar, day);
        put_piece(buffer, &piece);
    }
    return engagep_buffer_end(buffer, begun);
}

/* ---------------------------------------------------------------- reading --- */

/* A reader that remembers its first failure and from then on gives zeros. */
struct reader {
    const unsigned char *at;
    const unsigned char *end;
    int failed;
};

static uint32_t get_byte(struct reader *reader)
{
    if (reader->at == reader->end) {
        reader->failed = 1;
        return 0;
    }
    return *reader->at++;
}

static uint32_t get_u32(struct reader *reader)
{
    if (reader->end - reader->at < 4) {
        reader->failed = 1;
        return 0;
    }
    reader->at += 4;
    return engagep_little_u32(reader->at - 4);
}

/* More than `most` is a failure. Most numbers are one byte. */
static inline uint64_t get_varint(struct reader *reader, uint64_t most)
{
    uint64_t value;
    if (reader->at != reader->end && *reader->at < 0x80 && *reader->at <= most)
        return *reader->at++;
    const unsigned char *after = engagep_varint_get(reader->at, reader->end, most, &value);
    if (after == NULL) {
        reader->failed = 1;
        return 0;
    }
    reader->at = after;
    return value;
}

static int32_t get_day_number(struct reader *reader)
{
    return (int32_t)get_varint(reader, ENGAGEP_DAY_MAX - ENGAGEP_DAY_MIN) + ENGAGEP_DAY_MIN;
}

/* A count that is there, so not zero. */
static uint32_t get_count(struct reader *reader)
{
    uint32_t count = (uint32_t)get_varint(reader, UINT32_MAX);
    if (count == 0)
        reader->failed = 1;
    return count;
}

/* Each count into a cell; there are as many as a day can have. */
static void get_kinds(struct reader *reader, struct engagep_day *day, uint32_t *cells,
                      uint32_t count)
{
    uint32_t next = 0;
    for (uint32_t i = 0; i < count && !reader->failed; i++) {
        uint32_t byte = get_byte(reader);
        uint32_t kind = byte >> 2;
        if (kind < next || kind >= ENGAGEP_KINDS) {
            reader->failed = 1;
            return;
        }
        next = kind + 1;
        uint32_t number = byte & 3;
        day->kinds |= UINT64_C(1) << kind;
        cells[i] = number != 0 ? number : (uint32_t)get_varint(reader, UINT32_MAX - 4) + 4;
    }
}

/* How many hashes each set has, by the bits of each hash: 0 where no day has such. */
static int count_members(struct engagep_day *day, const uint8_t *sets, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (sets[i] == 0)
            return 0;
        for (int set = 0; set < ENGAGEP_SETS; set++)
            day->members[set] = (uint8_t)(day->members[set] + (sets[i] >> set & 1));
    }
    for (int set = 0; set < ENGAGEP_SETS; set++) {
        if (day->members[set] > ENGAGEP_SET_SIZE)
            return 0;
        day->hashes = (uint8_t)(day->hashes + day->members[set]);
    }
    return count > 0;
}

static void get_hashes(struct reader *reader, struct engagep_day *day, uint32_t *cells)
{
    uint8_t sets[ENGAGEP_SETS * ENGAGEP_SET_SIZE + 1];
    uint32_t *next[ENGAGEP_SETS];
    uint32_t count = (uint32_t)get_varint(reader, ENGAGEP_SETS * ENGAGEP_SET_SIZE);
    for (uint32_t i = 0; i < count; i += 2) {
        uint32_t byte = get_byte(reader);
        sets[i] = byte & 15;
        sets[i + 1] = (uint8_t)(byte >> 4);
    }
    if ((count % 2 == 1 && sets[count] != 0) || !count_members(day, sets, count)) {
        reader->failed = 1;
        return;
    }
    for (int set = 0; set < ENGAGEP_SETS; set++) {
        next[set] = cells;
        cells += day->members[set];
    }
    uint32_t last = 0;
    for (uint32_t i = 0; i < count && !reader->failed; i++) {
        uint32_t hash = get_u32(reader);
        if (i > 0 && hash <= last)
            reader->failed = 1;
        last = hash;
        for (int set = 0; set < ENGAGEP_SETS; set++)
            if ((sets[i] >> set & 1) != 0)
                *next[set]++ = hash;
    }
}

static void get_day(struct reader *reader, struct engagep_day *day, uint32_t *cells)
{
    uint32_t parts = get_byte(reader);
    uint32_t kinds = parts & 3;
    if (parts == 0)
        reader->failed = 1;
    if (kinds == 3)
        kinds += (uint32_t)get_varint(reader, ENGAGEP_KINDS - 3);
    get_kinds(reader, day, cells, kinds);
    if ((parts & HAS_SENTIMENT) != 0) {
        day->sentiments = get_count(reader);
        /* A full count no longer bounds the sum. */
        uint64_t most = day->sentiments == UINT32_MAX ? UINT64_MAX
                                                      : UINT64_C(2000) * day->sentiments;
        day->valence = get_varint(reader, most);
    }
    if ((parts & HAS_NEGATIVES) != 0)
        day->negatives = get_count(reader);
    if ((parts & HAS_ADVOCACY) != 0)
        day->advocacy = get_count(reader);
    if ((parts & HAS_DETRACTION) != 0)
        day->detraction = get_count(reader);
    if ((parts & HAS_FLAGS) != 0) {
        day->flags = (uint8_t)get_byte(reader);
        if (day->flags == 0)
            reader->failed = 1;
    }
    if ((parts & HAS_HASHES) != 0)
        get_hashes(reader, day, cells + kinds);
}

/* The first days that are told; returns the kinds that have one. */
static uint64_t get_firsts(struct reader *reader, int32_t first[ENGAGEP_KINDS])
{
    uint64_t told = 0;
    uint32_t count = (uint32_t)get_varint(reader, ENGAGEP_KINDS);
    uint32_t next = 0;
    for (uint32_t i = 0; i < count && !reader->failed; i++) {
        uint32_t kind = get_byte(reader);
        if (kind < next || kind >= ENGAGEP_KINDS) {
            reader->failed = 1;
            return told;
        }
        next = kind + 1;
        first[kind] = get_day_number(reader);
        told |= UINT64_C(1) << kind;
    }
    return told;
}

/* Reads the days behind those that the calendar has, which stay as they are. */
static int get_days(struct reader *reader, struct engagep_calendar *calendar, int32_t floor,
                    struct engagep_calendar_bytes *bytes)
{
    size_t *count = &bytes->count;
    /* The number is not trusted with memory: days are made as their bytes come. */
    uint64_t days = get_varint(reader, ENGAGEP_DAY_MAX - ENGAGEP_DAY_MIN + 1);
    int64_t day = ENGAGEP_DAY_MIN - 1;
    const unsigned char *last = reader->at;
    bytes->days = reader->at;
    *count = 0;
    for (uint64_t i = 0; i < days && !reader->failed; i++) {
        last = reader->at;
        if (calendar->count + *count == calendar->capacity ||
            calendar->cell_capacity - calendar->cell_count < ENGAGEP_DAY_CELLS) {
            int rc = engagep_calendar_reserve(calendar, calendar->count + *count + 1,
                                              ENGAGEP_DAY_CELLS);
            if (rc != ENGAGE_OK)
                return rc;
        }
        day += (int64_t)get_varint(reader, ENGAGEP_DAY_MAX - ENGAGEP_DAY_MIN) + 1;
        if (day > ENGAGEP_DAY_MAX || day < floor)
            return ENGAGE_ESTATE;
        struct engagep_day *into = &calendar->days[calendar->count + *count];
        memset(into, 0, sizeof(*into));
        into->day = (int32_t)day;
        into->cells = (uint32_t)calendar->cell_count;
        get_day(reader, into, calendar->cells + calendar->cell_count);
        into->room = (uint8_t)(engagep_bits_count(into->kinds) + into->hashes);
        calendar->cell_count += into->room;
        (*count)++;
    }
    bytes->last = (size_t)(last - bytes->days);
    bytes->size = (size_t)(reader->at - bytes->days);
    bytes->last_day = (int32_t)day;
    return ENGAGE_OK;
}

int engagep_calendar_decode(struct engagep_calendar *calendar, const void *data, size_t size)
{
    struct engagep_calendar_bytes bytes;
    return engagep_calendar_decode_bytes(calendar, data, size, &bytes);
}

/* Leaves cells behind where it fails, and those of the days before where it does not. */
static int decode(struct engagep_calendar *calendar, const void *data, size_t size,
                  struct engagep_calendar_bytes *bytes)
{
    if (size == 0)
        return ENGAGE_ESTATE;
    struct reader reader = {data, (const unsigned char *)data + size, 0};
    uint32_t version = get_byte(&reader);
    uint32_t key = get_u32(&reader);
    uint64_t floor_number = get_varint(&reader, ENGAGEP_DAY_MAX - ENGAGEP_DAY_MIN + 1);
    int32_t floor = floor_number == 0 ? ENGAGEP_NO_DAY
                                      : (int32_t)(floor_number - 1) + ENGAGEP_DAY_MIN;
    int32_t first[ENGAGEP_KINDS];
    uint64_t told = get_firsts(&reader, first);
    if (reader.failed || version != VERSION)
        return ENGAGE_ESTATE;
    if (key != calendar->key)
        return ENGAGE_EKEY;
    int rc = get_days(&reader, calendar, floor, bytes);
    size_t count = bytes->count;
    if (rc != ENGAGE_OK)
        return rc;
    if (reader.failed || reader.at != reader.end)
        return ENGAGE_ESTATE;
    const struct engagep_day *fresh = count > 0 ? calendar->days + calendar->count : NULL;
    int32_t derived[ENGAGEP_KINDS];
    uint64_t known = derive_firsts(fresh, count, derived);
    for (uint64_t both = known & told; both != 0;) {
        int kind = engagep_day_kind(&both);
        if (first[kind] >= derived[kind])
            return ENGAGE_ESTATE;
    }
    if (count > 0)
        memmove(calendar->days, fresh, count * sizeof(*fresh));
    calendar->count = count;
    calendar->floor = floor;
    calendar->known = known | told;
    for (uint64_t kinds = calendar->known; kinds != 0;) {
        int kind = engagep_day_kind(&kinds);
        calendar->first[kind] = (told >> kind & 1) != 0 ? first[kind] : derived[kind];
    }
    return ENGAGE_OK;
}

int engagep_calendar_decode_bytes(struct engagep_calendar *calendar, const void *data, size_t size,
                                  struct engagep_calendar_bytes *bytes)
{
    size_t before = calendar->cell_count;
    int rc = decode(calendar, data, size, bytes);
    if (rc != ENGAGE_OK) {
        calendar->cell_count = before;
        return rc;
    }
    if (before == 0)
        return ENGAGE_OK;
    calendar->cell_count -= before;
    memmove(calendar->cells, calendar->cells + before,
            calendar->cell_count * sizeof(*calendar->cells));
    for (size_t i = 0; i < calendar->count; i++)
        calendar->days[i].cells -= (uint32_t)before;
    return ENGAGE_OK;
}
