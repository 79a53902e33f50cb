/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * What score and stage said, and what people then did: reads a log of acts, and
 * every 30 days prints a row for each person seen in the two years before.
 *
 *   lifecycle LOG [POLICY] > rows
 *
 * LOG has lines of time in milliseconds, actor, act, counterpart or "-", object,
 * parted by tabs. Acts are author (creation), review, test, report (curation), help,
 * suggest, coauthor (collaboration; the counterpart named the actor, and so
 * acknowledged). A row has the day, the person, days since their last act, acts in
 * 100 and in 730 days, score in millionths, stage, and whether they act and whether
 * they collaborate in the following 90 days.
 */
#include "base/alloc.h"
#include "base/time.h"
#include "track/engagement.h"
#include "track/stage.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { AHEAD = 90, STEP = 30, VIEW = 730, SHORT = 100, FIELDS = 5 };

/* People by name, in an open hash table; people are never removed. */
struct person {
    char name[64];
    struct engagep_calendar calendar;
    int32_t *days; /* of all acts, in the order of the log */
    unsigned char *helps;
    size_t count;
    size_t capacity;
};

struct log {
    engage_allocator allocator;
    unsigned char key[16];
    struct person *people;
    size_t person_count;
    size_t *slots; /* index + 1 into people */
    size_t slot_count;
    int32_t first;
    int32_t last;
    unsigned long line; /* that is read */
};

static void fail(const char *what)
{
    fprintf(stderr, "lifecycle: %s\n", what);
    exit(1);
}

static void fail_at(const struct log *log, const char *what)
{
    fprintf(stderr, "lifecycle: line %lu of the log: %s\n", log->line, what);
    exit(1);
}

static void *more(void *block, size_t count, size_t size)
{
    void *wider = realloc(block, count * size);
    if (wider == NULL)
        fail("out of memory");
    return wider;
}

/* Where a person of that name stands, or the free slot for them. */
static size_t *slot_of(const struct log *log, const char *name)
{
    size_t slot = engagep_calendar_hash(log->key, name, strlen(name)) % log->slot_count;
    while (log->slots[slot] != 0 && strcmp(log->people[log->slots[slot] - 1].name, name) != 0)
        slot = (slot + 1) % log->slot_count;
    return &log->slots[slot];
}

/* Leaves at least half of the slots free. */
static void widen(struct log *log)
{
    if (log->person_count * 2 < log->slot_count)
        return;
    log->slot_count = log->slot_count * 2 + 1024;
    free(log->slots);
    log->slots = calloc(log->slot_count, sizeof(*log->slots));
    if (log->slots == NULL)
        fail("out of memory");
    for (size_t i = 0; i < log->person_count; i++)
        *slot_of(log, log->people[i].name) = i + 1;
}

static struct person *person_of(struct log *log, const char *name)
{
    size_t size = strlen(name);
    if (size == 0)
        fail_at(log, "it names no actor");
    if (size >= sizeof(log->people[0].name))
        fail_at(log, "a name of more than 63 bytes");
    widen(log);
    size_t *slot = slot_of(log, name);
    if (*slot != 0)
        return &log->people[*slot - 1];
    log->people = more(log->people, log->person_count + 1, sizeof(*log->people));
    struct person *person = &log->people[log->person_count++];
    memset(person, 0, sizeof(*person));
    memcpy(person->name, name, size + 1);
    engagep_calendar_init(&person->calendar, engagep_calendar_key(log->key), &log->allocator);
    *slot = log->person_count;
    return person;
}

static int kind_of(const struct log *log, const char *act)
{
    static const struct {
        const char *act;
        int kind;
    } kinds[] = {
        {"author", ENGAGEP_KIND_POST},    {"review", ENGAGEP_KIND_REVIEW},
        {"test", ENGAGEP_KIND_RATE},      {"report", ENGAGEP_KIND_CARE},
        {"help", ENGAGEP_KIND_HELP},      {"suggest", ENGAGEP_KIND_HELP},
        {"coauthor", ENGAGEP_KIND_COCREATE},
    };
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (strcmp(kinds[i].act, act) == 0)
            return kinds[i].kind;
    fail_at(log, "an unknown act");
    return 0;
}

static void add(struct log *log, char *fields[FIELDS])
{
    int64_t time = 0;
    if (strspn(fields[0], "-0123456789") != strlen(fields[0]) ||
        engage_time_parse(fields[0], strlen(fields[0]), &time) != ENGAGE_OK)
        fail_at(log, "the time is no number of milliseconds");
    int32_t day = (int32_t)engagep_time_day(time);
    struct person *person = person_of(log, fields[1]);
    struct engagep_fact fact = {.day = day, .kind = (uint8_t)kind_of(log, fields[2]), .count = 1};
    fact.parts = ENGAGEP_FACT_OBJECT | ENGAGEP_FACT_CONTENT;
    fact.object = engagep_calendar_hash(log->key, fields[4], strlen(fields[4]));
    fact.content = fact.object;
    int helps = engagep_kind_class(fact.kind) == ENGAGEP_CLASS_COLLABORATION;
    if (helps) {
        fact.parts |= ENGAGEP_FACT_PERSON;
        fact.person = engagep_calendar_hash(log->key, fields[3], strlen(fields[3]));
    }
    if (engagep_calendar_add(&person->calendar, &fact) != ENGAGE_OK)
        fail_at(log, "the time is out of range");
    if (helps) {
        struct engagep_fact thanks = {.day = day,
                                      .kind = ENGAGEP_KIND_THANKED,
                                      .count = 1,
                                      .parts = ENGAGEP_FACT_PERSON,
                                      .person = fact.person};
        if (engagep_calendar_add(&person->calendar, &thanks) != ENGAGE_OK)
            fail_at(log, "the time is out of range");
    }
    if (person->count == person->capacity) {
        person->capacity = person->capacity * 2 + 8;
        person->days = more(person->days, person->capacity, sizeof(*person->days));
        person->helps = more(person->helps, person->capacity, 1);
    }
    person->days[person->count] = day;
    person->helps[person->count] = (unsigned char)helps;
    person->count++;
    log->first = day < log->first ? day : log->first;
    log->last = day > log->last ? day : log->last;
}

static void read_log(struct log *log, const char *path)
{
    FILE *file = fopen(path, "r");
    if (file == NULL)
        fail("no such log");
    char line[1024];
    while (fgets(line, sizeof(line), file) != NULL) {
        char *fields[FIELDS];
        char *at = line;
        log->line++;
        if (strlen(line) == sizeof(line) - 1 && line[sizeof(line) - 2] != '\n')
            fail_at(log, "it has more than 1022 bytes");
        line[strcspn(line, "\r\n")] = '\0';
        for (int i = 0; i < FIELDS; i++) {
            fields[i] = at;
            char *tab = strchr(at, '\t');
            if (tab == NULL && i + 1 < FIELDS)
                fail_at(log, "it has fewer than five fields, parted by tabs");
            if (tab != NULL)
                *tab = '\0';
            at = tab != NULL ? tab + 1 : at + strlen(at);
        }
        add(log, fields);
    }
    if (ferror(file))
        fail("the log cannot be read");
    if (log->line == 0)
        fail("the log is empty");
    fclose(file);
}

static const engage_policy *read_policy(const char *path)
{
    FILE *file = fopen(path, "r");
    if (file == NULL)
        fail("no such policy");
    static char text[65536];
    size_t size = fread(text, 1, sizeof(text), file);
    fclose(file);
    const engage_policy *policy;
    engage_error error = ENGAGE_ERROR_INIT;
    if (engage_policy_parse(&policy, text, size, NULL, &error) != ENGAGE_OK)
        fail(error.message);
    return policy;
}

static void print_row(const struct person *person, size_t number, int32_t day,
                      const engage_policy *policy)
{
    int32_t last = ENGAGEP_NO_DAY;
    int lately = 0;
    int view = 0;
    int acts = 0;
    int helps = 0;
    for (size_t i = 0; i < person->count; i++) {
        int32_t age = day - person->days[i];
        if (age >= 0) {
            last = person->days[i] > last ? person->days[i] : last;
            lately += age < SHORT;
            view += age < VIEW;
        } else if (age >= -AHEAD) {
            acts = 1;
            helps |= person->helps[i];
        }
    }
    if (view == 0)
        return;
    int64_t time = (int64_t)day * ENGAGEP_DAY_MS;
    struct engagep_stage stage;
    engagep_stage_at(&person->calendar, NULL, policy, time, &stage);
    printf("%" PRId32 "\t%zu\t%" PRId32 "\t%d\t%d\t%" PRId32 "\t%u\t%d\t%d\n", day, number,
           day - last, lately, view, engagep_engagement_score(&person->calendar, policy, time),
           stage.stage, acts, helps);
}

int main(int argc, char **argv)
{
    if (argc < 2 || argc > 3)
        fail("usage: lifecycle LOG [POLICY] > rows");
    struct log log = {.first = INT32_MAX, .last = INT32_MIN};
    if (engagep_alloc_init(&log.allocator, NULL) != ENGAGE_OK)
        fail("no allocator");
    const engage_policy *policy = argc == 3 ? read_policy(argv[2]) : engage_policy_default();
    read_log(&log, argv[1]);
    for (int32_t day = log.first + VIEW; day + AHEAD <= log.last; day += STEP)
        for (size_t i = 0; i < log.person_count; i++)
            print_row(&log.people[i], i, day, policy);
    for (size_t i = 0; i < log.person_count; i++) {
        engagep_calendar_release(&log.people[i].calendar);
        free(log.people[i].days);
        free(log.people[i].helps);
    }
    free(log.people);
    free(log.slots);
    engage_policy_unref(policy);
    return 0;
}
