/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Events a second into a store in memory, texts judged already, beside two peers in
 * the same run: SQLite in memory that only keeps the same events and counts acts by
 * person, and a plain hash table that only drops duplicates and counts.
 *
 *   apply [ROUNDS [EVENTS [BATCH]]]
 *
 * Three streams, of 100,000 people who act by Zipf's law over 90 days: a mixed one, of
 * views, likes, clicks, shares, comments, replies, posts and answers of the brand; one of
 * text acts alone; and one of 1,000 posts and then of simple acts alone. Making the events is
 * not timed; handing them over (engage_events_add) and applying them is, each by itself.
 * Rounds of all take turns; the median of each is printed.
 */
#include <engage.h>

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { PEOPLE_BITS = 17, POST_BITS = 14, STRING = 64, MOST_ROUNDS = 64 };

static const int64_t START = INT64_C(1700006400000);
static const int64_t SPAN = INT64_C(90) * 86400000;

static void fail(const char *what)
{
    fprintf(stderr, "apply: %s\n", what);
    exit(1);
}

static void *memory(size_t count, size_t size)
{
    void *block = calloc(count, size);
    if (block == NULL)
        fail("out of memory");
    return block;
}

static double seconds(void)
{
    return (double)clock() / CLOCKS_PER_SEC;
}

/* ---------------------------------------------------------------- streams --- */

enum stream_kind { MIXED, TEXT_ACTS, SIMPLE_ACTS, STREAMS };

enum { SIMPLE_POSTS = 1000 };

/* A batch at a time is made, so that what is made stays out of what is measured. */
struct stream {
    enum stream_kind kind;
    uint64_t random;
    size_t count; /* of the whole stream */
    size_t made;
    size_t posts;
    size_t batch;
    engage_event *events;
    char (*strings)[5][STRING];
};

static uint64_t draw(struct stream *stream)
{
    uint64_t z = stream->random += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

/* From 0 on, each octave as often as the next: Zipf's law with exponent 1. */
static size_t draw_rank(struct stream *stream, unsigned bits)
{
    uint64_t random = draw(stream);
    unsigned octave = (unsigned)(random % bits);
    return (size_t)(((uint64_t)1 << octave) + (random >> 32) % ((uint64_t)1 << octave) - 1);
}

static engage_str write_number(char out[STRING], const char *front, size_t number)
{
    int size = snprintf(out, STRING, "%s%zu", front, number);
    return (engage_str){out, (size_t)size};
}

static engage_str literal(const char *text)
{
    return (engage_str){text, strlen(text)};
}

/* One of the latest posts, the later the likelier. */
static engage_str recent_post(struct stream *stream, char out[STRING])
{
    size_t back = draw_rank(stream, POST_BITS) % stream->posts;
    return write_number(out, "post-", stream->posts - 1 - back);
}

static const char *const texts[] = {
    "the new one arrived today and it just works, could not be happier with how it turned out",
    "does anybody know how to change the filter on the old model without taking it all apart",
    "third time it broke this month, this is not what I paid for and nobody picks up the phone",
    "you have to hold both buttons for ten seconds, then it starts over and asks for the code",
    "would be great if it could remember the last setting when the power comes back",
};

static void make_text(engage_event *event, size_t which)
{
    static const int intents[] = {ENGAGE_INTENT_PRAISE, ENGAGE_INTENT_QUESTION,
                                  ENGAGE_INTENT_COMPLAINT, -1, ENGAGE_INTENT_SUGGESTION};
    static const int32_t valences[] = {800000, 0, -700000, 50000, 200000};
    event->text = literal(texts[which]);
    event->flags = ENGAGE_EVENT_HAS_SENTIMENT | ENGAGE_EVENT_HAS_INTENTS;
    event->valence = valences[which];
    if (intents[which] >= 0)
        event->intents[intents[which]] = 900000;
}

static void make_post(struct stream *stream, engage_event *event, char (*strings)[STRING],
                      int replies, int staff)
{
    event->verb = literal("Create");
    if (replies && stream->posts > 0)
        event->in_reply_to = recent_post(stream, strings[2]);
    event->post = write_number(strings[3], "post-", stream->posts++);
    make_text(event, staff ? 3 : (size_t)(draw(stream) % 5));
    if (staff) {
        event->role = literal("staff");
        event->actor = literal("mastodon:brand");
    }
}

static void make_event(struct stream *stream, engage_event *event, char (*strings)[STRING])
{
    static const char *const verbs[] = {"View", "Like", "Arrive", "Announce", "Add", "Follow"};
    static const unsigned until[] = {680, 830, 870, 890, 910, 920};
    memset(event, 0, sizeof(*event));
    event->struct_size = sizeof(*event);
    event->time = START + SPAN / (int64_t)stream->count * (int64_t)stream->made;
    event->received = ENGAGE_NO_TIME;
    event->followers = -1;
    event->brand = literal("acme");
    event->id = write_number(strings[0], "https://social.example/activity/", stream->made);
    event->actor = write_number(strings[1], "mastodon:", draw_rank(stream, PEOPLE_BITS));
    unsigned what = (unsigned)(draw(stream) % 1000);
    if (stream->kind == TEXT_ACTS)
        what = 920 + what * 80 / 1000;
    if (stream->kind == SIMPLE_ACTS)
        what = stream->made < SIMPLE_POSTS ? 999 : what * 920 / 1000;
    if (stream->posts == 0)
        what = 999;
    for (size_t i = 0; i < sizeof(until) / sizeof(until[0]); i++) {
        if (what < until[i]) {
            event->verb = literal(verbs[i]);
            event->object = recent_post(stream, strings[2]);
            stream->made++;
            return;
        }
    }
    /* Of 80 text acts 35 are replies of customers, 10 of the brand; 35 begin threads. */
    make_post(stream, event, strings, what < 965, what >= 955 && what < 965);
    stream->made++;
}

static void begin_stream(struct stream *stream, enum stream_kind kind, size_t count, size_t batch)
{
    stream->kind = kind;
    stream->random = 42;
    stream->count = count;
    stream->made = 0;
    stream->posts = 0;
    stream->batch = batch;
}

/* The next events; 0 at the end. */
static size_t next_batch(struct stream *stream)
{
    size_t count = stream->count - stream->made;
    count = count < stream->batch ? count : stream->batch;
    for (size_t i = 0; i < count; i++)
        make_event(stream, &stream->events[i], stream->strings[i]);
    return count;
}

/* --------------------------------------------------------------- contenders --- */

struct result {
    double hand_over; /* seconds */
    double apply;
};

static struct result run_engage(struct stream *stream)
{
    struct result result = {0, 0};
    engage_tracker *tracker;
    engage_events *events;
    engage_counts counts = ENGAGE_COUNTS_INIT;
    if (engage_tracker_open(&tracker, "memory:", NULL, NULL) != ENGAGE_OK ||
        engage_events_new(&events, NULL) != ENGAGE_OK)
        fail("no tracker");
    for (size_t count = next_batch(stream); count > 0; count = next_batch(stream)) {
        double begun = seconds();
        engage_events_clear(events);
        for (size_t i = 0; i < count; i++)
            if (engage_events_add(events, &stream->events[i], NULL) != ENGAGE_OK)
                fail("an event was refused");
        double added = seconds();
        if (engage_tracker_apply(tracker, events, &counts, NULL) != ENGAGE_OK)
            fail("a batch was refused");
        result.hand_over += added - begun;
        result.apply += seconds() - added;
    }
    if (counts.applied != stream->count)
        fail("events were lost");
    engage_events_free(events);
    engage_tracker_close(tracker);
    return result;
}

static sqlite3_stmt *prepare(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK)
        fail(sqlite3_errmsg(db));
    return statement;
}

static void bind(sqlite3_stmt *statement, int at, engage_str text)
{
    if (text.size > 0)
        sqlite3_bind_text(statement, at, text.data, (int)text.size, SQLITE_STATIC);
    else
        sqlite3_bind_null(statement, at);
}

/* Keeps each event once and adds up acts by person: no threads, no stages. */
static struct result run_sqlite(struct stream *stream)
{
    struct result result = {0, 0};
    sqlite3 *db;
    if (sqlite3_open(":memory:", &db) != SQLITE_OK ||
        sqlite3_exec(db,
                     "create table event (actor, id, verb, time, object, post, parent, text,"
                     " primary key (actor, id)) without rowid;"
                     "create table person (actor primary key, acts) without rowid",
                     NULL, NULL, NULL) != SQLITE_OK)
        fail("no database");
    sqlite3_stmt *insert =
        prepare(db, "insert or ignore into event values (?, ?, ?, ?, ?, ?, ?, ?)");
    sqlite3_stmt *tally = prepare(
        db, "insert into person values (?, 1) on conflict do update set acts = acts + 1");
    for (size_t count = next_batch(stream); count > 0; count = next_batch(stream)) {
        double begun = seconds();
        sqlite3_exec(db, "begin", NULL, NULL, NULL);
        for (size_t i = 0; i < count; i++) {
            const engage_event *event = &stream->events[i];
            bind(insert, 1, event->actor);
            bind(insert, 2, event->id);
            bind(insert, 3, event->verb);
            sqlite3_bind_int64(insert, 4, event->time);
            bind(insert, 5, event->object);
            bind(insert, 6, event->post);
            bind(insert, 7, event->in_reply_to);
            bind(insert, 8, event->text);
            bind(tally, 1, event->actor);
            if (sqlite3_step(insert) != SQLITE_DONE || sqlite3_step(tally) != SQLITE_DONE)
                fail(sqlite3_errmsg(db));
            sqlite3_reset(insert);
            sqlite3_reset(tally);
        }
        sqlite3_exec(db, "commit", NULL, NULL, NULL);
        result.apply += seconds() - begun;
    }
    sqlite3_finalize(insert);
    sqlite3_finalize(tally);
    sqlite3_close(db);
    return result;
}

/* Strings in an open hash table, each with a number. */
struct table {
    struct slot {
        char *key;
        uint64_t hash;
        uint64_t number;
    } *slots;
    size_t size;
};

static uint64_t *count_of(struct table *table, engage_str a, engage_str b)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < a.size; i++)
        hash = (hash ^ (unsigned char)a.data[i]) * UINT64_C(0x100000001b3);
    for (size_t i = 0; i < b.size; i++)
        hash = (hash ^ (unsigned char)b.data[i]) * UINT64_C(0x100000001b3);
    for (size_t at = (hash ^ hash >> 32) & (table->size - 1);; at = (at + 1) & (table->size - 1)) {
        struct slot *slot = &table->slots[at];
        if (slot->key == NULL) {
            slot->key = memory(a.size + b.size + 1, 1);
            memcpy(slot->key, a.data, a.size);
            if (b.size > 0)
                memcpy(slot->key + a.size, b.data, b.size);
            slot->hash = hash;
        } else if (slot->hash != hash || memcmp(slot->key, a.data, a.size) != 0) {
            continue;
        }
        return &slot->number;
    }
}

static void make_table(struct table *table, size_t count)
{
    for (table->size = 64; table->size < 2 * count; table->size *= 2)
        continue;
    table->slots = memory(table->size, sizeof(*table->slots));
}

static void free_table(struct table *table)
{
    for (size_t i = 0; i < table->size; i++)
        free(table->slots[i].key);
    free(table->slots);
}

static struct result run_table(struct stream *stream)
{
    struct result result = {0, 0};
    struct table events;
    struct table people;
    make_table(&events, stream->count);
    make_table(&people, stream->count);
    for (size_t count = next_batch(stream); count > 0; count = next_batch(stream)) {
        double begun = seconds();
        for (size_t i = 0; i < count; i++) {
            const engage_event *event = &stream->events[i];
            uint64_t *known = count_of(&events, event->actor, event->id);
            if ((*known)++ == 0)
                ++*count_of(&people, event->actor, (engage_str){NULL, 0});
        }
        result.apply += seconds() - begun;
    }
    free_table(&events);
    free_table(&people);
    return result;
}

/* ------------------------------------------------------------------ figures --- */

enum row { APPLY, HAND_OVER, SQLITE, TABLE, ROWS };

static int compare(const void *a, const void *b)
{
    double left = *(const double *)a;
    double right = *(const double *)b;
    return (left > right) - (left < right);
}

static double median(double *list, size_t count)
{
    qsort(list, count, sizeof(*list), compare);
    return list[count / 2];
}

static void measure(struct stream *stream, enum stream_kind kind, size_t count, size_t batch,
                    size_t rounds)
{
    static const char *const names[] = {"mixed", "text acts", "simple acts"};
    static const char *const rows[] = {"engage_tracker_apply", "engage_events_add",
                                       "SQLite, rows and counts only",
                                       "hash table, counts only"};
    double times[ROWS][MOST_ROUNDS];
    for (size_t i = 0; i < rounds; i++) {
        begin_stream(stream, kind, count, batch);
        struct result own = run_engage(stream);
        times[APPLY][i] = own.apply;
        times[HAND_OVER][i] = own.hand_over;
        begin_stream(stream, kind, count, batch);
        times[SQLITE][i] = run_sqlite(stream).apply;
        begin_stream(stream, kind, count, batch);
        times[TABLE][i] = run_table(stream).apply;
    }
    printf("%s: %zu events in batches of %zu, median of %zu\n", names[kind], count, batch, rounds);
    double own = median(times[APPLY], rounds);
    for (int row = 0; row < ROWS; row++) {
        double took = median(times[row], rounds);
        printf("  %-30s %10.0f events/s %8.3f us each %6.2fx\n", rows[row], (double)count / took,
               took * 1e6 / (double)count, own / took);
    }
}

static size_t number_of(int argc, char **argv, int at, size_t otherwise)
{
    return argc > at ? (size_t)strtoull(argv[at], NULL, 10) : otherwise;
}

int main(int argc, char **argv)
{
    struct stream stream = {0};
    size_t rounds = number_of(argc, argv, 1, 5);
    size_t count = number_of(argc, argv, 2, 1000000);
    size_t batch = number_of(argc, argv, 3, 10000);
    if (rounds == 0 || rounds > MOST_ROUNDS || count == 0 || batch == 0)
        fail("usage: apply [ROUNDS [EVENTS [BATCH]]]");
    stream.events = memory(batch, sizeof(*stream.events));
    stream.strings = memory(batch, sizeof(*stream.strings));
    measure(&stream, MIXED, count, batch, rounds);
    measure(&stream, TEXT_ACTS, count / 5 + 1, batch, rounds);
    measure(&stream, SIMPLE_ACTS, count, batch, rounds);
    free(stream.events);
    free(stream.strings);
    return 0;
}
