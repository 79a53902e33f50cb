/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Whatever fails inside a call of the tracker's, memory of the library or of SQLite, the
 * disk or the power: the call is done, or the store and the buffer are as before and the
 * same call then does what it does where nothing failed.
 */
#include "store_vfs.h"
#include "stream.h"

#include <sqlite3.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char policy_text[] = "[hours]\nmonday = 09:00-17:00\nwednesday = 12:00-24:00\n";

/* ------------------------------------------------------------------ faults --- */

/* What fails: the nth request of a kind, and with `forever` all after it. */
enum { NOTHING, MEMORY, SQLITE, DISK, POWER, KINDS };

struct fault {
    int kind;
    size_t at;
    int forever;
};

static struct store_vfs disk;
static struct support_memory memory;
static sqlite3_mem_methods real;
static size_t taken; /* by SQLite */
static struct fault meager;

static int refused(void)
{
    taken++;
    return meager.at != 0 && (meager.forever ? taken >= meager.at : taken == meager.at);
}

static void *meager_alloc(int size)
{
    return refused() ? NULL : real.xMalloc(size);
}

static void *meager_realloc(void *block, int size)
{
    return refused() ? NULL : real.xRealloc(block, size);
}

static void arm(const struct fault *fault)
{
    size_t at[KINDS] = {0};
    at[fault->kind] = fault->at;
    memory.calls = 0;
    memory.fail_at = at[MEMORY];
    memory.fail_forever = fault->forever;
    taken = 0;
    meager = (struct fault){SQLITE, at[SQLITE], fault->forever};
    disk = (struct store_vfs){0, at[DISK] + at[POWER], fault->forever || fault->kind == POWER,
                              fault->at % 2 ? SQLITE_FULL : SQLITE_IOERR_WRITE};
}

static void disarm(void)
{
    arm(&(struct fault){NOTHING, 0, 0});
}

/* Whether this is what a call may say when that failed. */
static int may_say(const struct fault *fault, int rc)
{
    if (fault->kind == MEMORY || fault->kind == SQLITE)
        return rc == ENGAGE_ENOMEM;
    return rc == (fault->at % 2 ? ENGAGE_EFULL : ENGAGE_EIO);
}

/* ------------------------------------------------------------------- calls --- */

enum call {
    APPLY, DECIDE, FORGET, RETAIN, COMPACT, MERGE, FUNNEL, QUEUE, REPLIES, PEOPLE, CUSTOMER,
    STATES, EXPORT, CHECK, WHATIF, POLICY, CALLS
};

struct step {
    enum call call;
    engage_events *events;
    engage_decision decision;
    engage_str account;
    engage_query query;
    char text[2][64];
    char line[4096]; /* of another store's states */
};

static int run(engage_tracker *t, const struct step *step, engage_counts *counts,
               engage_buffer *out, engage_error *error)
{
    const engage_query *query = &step->query;
    switch (step->call) {
    case APPLY: return engage_tracker_apply(t, step->events, counts, error);
    case DECIDE: return engage_tracker_decide(t, &step->decision, out, error);
    case FORGET: return engage_tracker_forget(t, step->account, query, out, error);
    case RETAIN: return engage_tracker_retain(t, 40, query, out, error);
    case COMPACT: return engage_tracker_compact(t, query, out, error);
    case MERGE: return engage_tracker_merge(t, step->line, strlen(step->line), error);
    case FUNNEL: return engage_tracker_funnel(t, query, out, error);
    case QUEUE: return engage_tracker_queue(t, query, out, error);
    case REPLIES: return engage_tracker_replies(t, query, out, error);
    case PEOPLE: return engage_tracker_people(t, query, out, error);
    case CUSTOMER: return engage_tracker_customer(t, step->account, query, out, error);
    case STATES: return engage_tracker_states(t, step->account, query, out, error);
    case EXPORT: return engage_tracker_export(t, step->account, query, out, error);
    case CHECK: return engage_tracker_check(t, query, out, error);
    case WHATIF: return engage_tracker_whatif(t, NULL, NULL, query, out, error);
    default: return engage_tracker_policy(t, out, error);
    }
}

static int changes(const struct step *step)
{
    return step->call <= MERGE;
}

static engage_str text(const char *s)
{
    return (engage_str){s, strlen(s)};
}

static engage_str pick(char place[64], const char *format, size_t number)
{
    snprintf(place, 64, format, (unsigned)number);
    return text(place);
}

/* ------------------------------------------------------------------- world --- */

/* Two trackers that are told the same. One is in memory and nothing of it ever fails; the
 * other is over a disk that fails, loses power, and finds no memory. */
struct world {
    engage_tracker *sound;
    engage_tracker *tried;
    engage_allocator allocator;
    engage_tracker_options options; /* of the one that is tried */
    engage_buffer *out[2];
    struct stream stream;
    size_t applied; /* events of the stream */
    engage_buffer *rows;  /* of people */
    engage_buffer *lines; /* another store's states */
    uint64_t random;
    uint64_t seed;
    unsigned steps;
    unsigned failures;
};

static size_t below(struct world *world, size_t n)
{
    return (size_t)(support_random(&world->random) % n);
}

static void make_decision(struct world *world, struct step *step)
{
    static const char *const names[] = {"hold",   "release", "suspend", "reinstate", "flag",
                                        "link",   "unlink",  "object",  "resume",    "withhold",
                                        "restore", "claim",  "dismiss", "resolve"};
    static const char *const stages[] = {"curation", "creation", "collaboration"};
    engage_decision *decision = &step->decision;
    *decision = (engage_decision)ENGAGE_DECISION_INIT;
    decision->name = text(names[below(world, sizeof(names) / sizeof(names[0]))]);
    decision->subject = step->account;
    if (decision->name.data[0] == 'h')
        decision->value = text(stages[below(world, 3)]);
    if (decision->name.data[0] == 'l')
        decision->value = pick(step->text[1], "x:u%u", below(world, 9));
    if (below(world, 3) == 0)
        decision->reason = text("as we agreed");
    if (strcmp(decision->name.data, "claim") != 0 && strcmp(decision->name.data, "dismiss") != 0 &&
        strcmp(decision->name.data, "resolve") != 0)
        return;
    /* Of an opportunity that waits, where there is one. */
    engage_buffer_clear(world->out[0]);
    ck_assert_int_eq(engage_tracker_queue(world->sound, &step->query, world->out[0], NULL),
                     ENGAGE_OK);
    const char *line = engage_buffer_data(world->out[0]);
    for (size_t skip = below(world, 4); skip > 0 && strchr(line, '\n') != NULL; skip--)
        line = strchr(line, '\n') + 1;
    const char *id = strstr(line, "\"id\":\"");
    if (id == NULL)
        return;
    snprintf(step->text[1], sizeof(step->text[1]), "%.*s", (int)strcspn(id + 6, "\""), id + 6);
    decision->subject = text(step->text[1]);
}

static void make_line(struct world *world, struct step *step)
{
    const char *at = engage_buffer_data(world->lines);
    for (size_t skip = below(world, 8); skip > 0 && strchr(at, '\n')[1] != '\0'; skip--)
        at = strchr(at, '\n') + 1;
    ck_assert_uint_lt(strcspn(at, "\n"), sizeof(step->line));
    snprintf(step->line, sizeof(step->line), "%.*s", (int)strcspn(at, "\n"), at);
}

static void make_step(struct world *world, struct step *step)
{
    static const char *const by[] = {"intent", "platform", "product", "department", "month"};
    step->call = below(world, 3) == 0 ? APPLY : (enum call)below(world, CALLS);
    if ((step->call == COMPACT || step->call == FORGET) && below(world, 2) == 0)
        step->call = APPLY;
    step->account = pick(step->text[0], "x:u%u", below(world, 11));
    if (step->call == STATES && below(world, 2))
        step->account = (engage_str){NULL, 0};
    step->query = (engage_query)ENGAGE_QUERY_INIT;
    step->query.now = world->stream.end;
    if (step->call == REPLIES && below(world, 2))
        step->query.by = text(by[below(world, 5)]);
    if (step->call == FUNNEL && below(world, 2))
        step->query.by = text("month");
    if (below(world, 2) && (step->call == QUEUE || step->call == PEOPLE || step->call == CUSTOMER))
        step->query.flags = ENGAGE_QUERY_EXPLAIN;
    if (below(world, 2) && step->call == PEOPLE)
        step->query.flags |= ENGAGE_QUERY_STAFF;
    if (step->call == DECIDE)
        make_decision(world, step);
    if (step->call == MERGE)
        make_line(world, step);
    engage_events_clear(step->events);
    for (size_t n = 1 + below(world, 12); n > 0 && step->call == APPLY; n--) {
        size_t number = below(world, 8) == 0 && world->applied > 0 ? below(world, world->applied)
                                                                   : world->applied++;
        if (number < world->stream.count)
            ck_assert_int_eq(engage_events_add(step->events, &world->stream.list[number].event,
                                               NULL),
                             ENGAGE_OK);
    }
}

/* All that a tracker tells, the rows of people too: retention shows in nothing else. */
static char *tell(struct world *world, engage_tracker *tracker)
{
    char *reports = stream_reports(tracker, &world->stream, world->stream.end);
    engage_buffer_clear(world->rows);
    ck_assert_int_eq(engage_buffer_append(world->rows, reports, strlen(reports)), ENGAGE_OK);
    free(reports);
    for (unsigned person = 0; person < 11; person++) {
        char name[64];
        engage_query query = ENGAGE_QUERY_INIT;
        query.now = world->stream.end;
        int rc = engage_tracker_export(tracker, pick(name, "x:u%u", person), &query, world->rows,
                                       NULL);
        ck_assert(rc == ENGAGE_OK || rc == ENGAGE_ENOTFOUND);
    }
    char *told = malloc(engage_buffer_size(world->rows) + 1);
    ck_assert_ptr_nonnull(told);
    return strcpy(told, engage_buffer_data(world->rows));
}

/* All that the sound one tells. The other one must be whole. */
static char *snapshot(struct world *world)
{
    engage_query query = ENGAGE_QUERY_INIT;
    query.now = world->stream.end;
    engage_buffer *buffer = world->out[0];
    engage_buffer_clear(buffer);
    int rc = engage_tracker_check(world->tried, &query, buffer, NULL);
    ck_assert_msg(rc == ENGAGE_OK, "seed %llu, step %u: %s: %s", (unsigned long long)world->seed,
                  world->steps, engage_errname(rc), engage_buffer_data(buffer));
    return tell(world, world->sound);
}

static void reopen(struct world *world, int power_lost)
{
    engage_tracker_close(world->tried);
    disarm();
    if (power_lost)
        store_vfs_power_cycle(&world->random);
    engage_error error = ENGAGE_ERROR_INIT;
    int rc = engage_tracker_open(&world->tried, "sqlite:lossy.db", &world->options, &error);
    ck_assert_msg(rc == ENGAGE_OK, "seed %llu, step %u: %s: %s", (unsigned long long)world->seed,
                  world->steps, engage_errname(rc), error.message);
}

/* What a step comes to where nothing fails; what it appends is in out[0]. */
struct outcome {
    int rc;
    engage_counts counts;
    char *before; /* what was told before the step, and what is after it */
    char *after;
};

/* Tries the step once with that fault. Returns whether it is done: by what it says, or by
 * what is found afterwards, after power came back. */
static int try(struct world *world, const struct step *step, const struct fault *fault,
               const struct outcome *outcome)
{
    static const char mark[] = "kept\n";
    static const size_t marked = sizeof(mark) - 1;
    char what[64];
    engage_counts counts = ENGAGE_COUNTS_INIT;
    engage_error error = ENGAGE_ERROR_INIT;
    engage_buffer_clear(world->out[1]);
    ck_assert_int_eq(engage_buffer_append(world->out[1], mark, marked), ENGAGE_OK);
    snprintf(what, sizeof(what), "step %u: call %d, fault %d at %zu%s", world->steps,
             (int)step->call, fault->kind, fault->at, fault->forever ? " forever" : "");
    arm(fault);
    int rc = run(world->tried, step, &counts, world->out[1], &error);
    disarm();
    /* What overwrites what it removed may fail in that alone. */
    int overwrites = step->call == FORGET || step->call == RETAIN || step->call == COMPACT;
    int done = rc == outcome->rc || (overwrites && engage_buffer_size(world->out[1]) > marked);
    ck_assert_msg(rc == outcome->rc || may_say(fault, rc), "seed %llu, %s: %s, not %s: %s",
                  (unsigned long long)world->seed, what, engage_errname(rc),
                  engage_errname(outcome->rc), error.message);
    ck_assert(rc >= 0 || error.code == rc);
    if (done) {
        stream_equal(engage_buffer_data(world->out[0]), engage_buffer_data(world->out[1]) + marked,
                     world->seed, what);
        ck_assert_int_eq(memcmp(&counts, &outcome->counts, sizeof(counts)), 0);
    } else {
        engage_counts none = ENGAGE_COUNTS_INIT;
        world->failures++;
        ck_assert_str_eq(engage_buffer_data(world->out[1]), mark);
        ck_assert_int_eq(memcmp(&counts, &none, sizeof(counts)), 0);
    }
    if (fault->kind == POWER)
        reopen(world, 1);
    if (done && fault->kind != POWER)
        return 1;
    char *told = tell(world, world->tried);
    int there = changes(step) && strcmp(outcome->before, outcome->after) != 0 &&
                strcmp(told, outcome->after) == 0;
    /* It may have been done when power went, or when there was no memory to tell of it. */
    if (!done && !(there && (fault->kind == POWER || step->call == DECIDE)))
        stream_equal(outcome->before, told, world->seed, what);
    if (done)
        stream_equal(outcome->after, told, world->seed, what);
    free(told);
    return done || there;
}

static void take_step(struct world *world, struct step *step)
{
    struct outcome outcome = {.counts = ENGAGE_COUNTS_INIT};
    make_step(world, step);
    outcome.before = snapshot(world);
    engage_buffer_clear(world->out[0]);
    outcome.rc = run(world->sound, step, &outcome.counts, world->out[0], NULL);
    outcome.after = tell(world, world->sound);
    int done = 0;
    for (int tries = 0; tries < 3 && !done; tries++) {
        struct fault fault = {1 + (int)below(world, KINDS - 1),
                              1 + below(world, (size_t)1 << below(world, 11)),
                              (int)below(world, 2)};
        done = try(world, step, &fault, &outcome);
    }
    if (!done)
        try(world, step, &(struct fault){NOTHING, 0, 0}, &outcome);
    free(outcome.before);
    free(outcome.after);
}

/* States of another store, to be merged. */
static void make_lines(struct world *world)
{
    struct stream other;
    engage_tracker *tracker = stream_tracker(NULL);
    stream_make(&other, world->seed + 1000, 40, 2);
    stream_apply_all(tracker, &other);
    ck_assert_int_eq(engage_tracker_states(tracker, (engage_str){NULL, 0}, NULL, world->lines,
                                           NULL),
                     ENGAGE_OK);
    engage_tracker_close(tracker);
    stream_free(&other);
}

static void begin(struct world *world, uint64_t seed)
{
    engage_tracker_options options = ENGAGE_TRACKER_OPTIONS_INIT;
    memset(world, 0, sizeof(*world));
    world->seed = world->random = seed;
    store_vfs_clear();
    memory = (struct support_memory){0, 0, 0, 0, 0, 0};
    disarm();
    world->allocator = support_allocator(&memory);
    engage_error error = ENGAGE_ERROR_INIT;
    int rc = engage_policy_parse(&options.policy, policy_text, sizeof(policy_text) - 1, NULL,
                                 &error);
    ck_assert_msg(rc == ENGAGE_OK, "%s", error.message);
    ck_assert_int_eq(engage_tracker_open(&world->sound, "memory:", &options, NULL), ENGAGE_OK);
    options.allocator = &world->allocator;
    world->options = options;
    for (int i = 0; i < 2; i++)
        ck_assert_int_eq(engage_buffer_new(&world->out[i], NULL), ENGAGE_OK);
    ck_assert_int_eq(engage_buffer_new(&world->rows, NULL), ENGAGE_OK);
    ck_assert_int_eq(engage_buffer_new(&world->lines, NULL), ENGAGE_OK);
    stream_make(&world->stream, seed, 60, 1 + (int)(seed % 4));
    make_lines(world);
    reopen(world, 0);
}

static void end(struct world *world)
{
    engage_tracker_close(world->sound);
    engage_tracker_close(world->tried);
    ck_assert_uint_eq(memory.blocks, 0);
    ck_assert(!memory.wrong_size);
    engage_policy_unref(world->options.policy);
    for (int i = 0; i < 2; i++)
        engage_buffer_free(world->out[i]);
    engage_buffer_free(world->rows);
    engage_buffer_free(world->lines);
    stream_free(&world->stream);
    store_vfs_clear();
}

START_TEST(test_any_call_may_fail)
{
    /* Another memory is taken before SQLite begins; with CK_FORK=no it has. */
    sqlite3_shutdown();
    ck_assert_int_eq(sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real), SQLITE_OK);
    sqlite3_mem_methods own = real;
    own.xMalloc = meager_alloc;
    own.xRealloc = meager_realloc;
    ck_assert_int_eq(sqlite3_config(SQLITE_CONFIG_MALLOC, &own), SQLITE_OK);
    store_vfs_install(&disk);
    unsigned failures = 0;
    size_t rounds = stream_rounds(6);
    for (uint64_t seed = 1; seed <= rounds; seed++) {
        static struct step step;
        struct world world;
        begin(&world, seed);
        ck_assert_int_eq(engage_events_new(&step.events, NULL), ENGAGE_OK);
        for (; world.steps < 25; world.steps++)
            take_step(&world, &step);
        engage_events_free(step.events);
        failures += world.failures;
        end(&world);
    }
    ck_assert_uint_gt(failures, rounds * 5);
    sqlite3_shutdown();
    ck_assert_int_eq(sqlite3_config(SQLITE_CONFIG_MALLOC, &real), SQLITE_OK);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("faults");
    TCase *cases = tcase_create("cases");
    tcase_set_timeout(cases, 0);
    tcase_add_test(cases, test_any_call_may_fail);
    suite_add_tcase(suite, cases);
    return support_run(suite);
}
