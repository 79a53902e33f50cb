/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * What score and stage said, and what people then did: reads a log of acts, and
 * every 30 days, from its 100th day on, prints a row for each person seen in the two
 * years before. These spans shrink with a log of less than two years, and the days that
 * are looked ahead with one of less than a year.
 *
 *   lifecycle LOG [POLICY] > rows
 *
 * LOG has lines of time in milliseconds, actor, act, counterpart or "-", object or "-",
 * parted by tabs. Acts are author (creation), review, test, report (curation), help,
 * suggest, coauthor (collaboration; the counterpart named the actor, and so
 * acknowledged, unless it is the actor). A line that is there twice counts once.
 *
 * The first line that is printed has the first and the last day of the log, how many
 * days ahead a row looks, and the days between rows. A row has the day, the person, days
 * since their last act, acts in 100 and in 730 days, score in millionths, stage, and
 * whether they act and whether they collaborate in the following 90 days.
 */
#include "base/alloc.h"
#include "base/hash.h"
#include "base/time.h"
#include "track/engagement.h"
#include "track/stage.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { AHEAD = 90, STEP = 30, BEGIN = 100, VIEW = 730, SHORT = 100, FIELDS = 5, YEAR = 365 };

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
    uint64_t *seen; /* hashes of lines, in an open table; 0 where free */
    size_t seen_count;
    size_t seen_slots;
    struct act {
        int32_t day;
        unsigned long line;
    } * acts;
    size_t act_count;
    size_t act_capacity;
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

static uint64_t *seen_slot(uint64_t *seen, size_t slots, uint64_t hash)
{
    size_t slot = (size_t)(hash % slots);
    while (seen[slot] != 0 && seen[slot] != hash)
        slot = (slot + 1) % slots;
    return &seen[slot];
}

/* Whether the line was there before; notes it. */
static int repeated(struct log *log, const char *line)
{
    if (log->seen_count * 2 >= log->seen_slots) {
        size_t slots = log->seen_slots * 2 + 1024;
        uint64_t *wider = calloc(slots, sizeof(*wider));
        if (wider == NULL)
            fail("out of memory");
        for (size_t i = 0; i < log->seen_slots; i++)
            if (log->seen[i] != 0)
                *seen_slot(wider, slots, log->seen[i]) = log->seen[i];
        free(log->seen);
        log->seen = wider;
        log->seen_slots = slots;
    }
    uint64_t hash = engagep_hash_sip(log->key, line, strlen(line)) | 1;
    uint64_t *slot = seen_slot(log->seen, log->seen_slots, hash);
    if (*slot == hash)
        return 1;
    *slot = hash;
    log->seen_count++;
    return 0;
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

/* What an act is on; one that names nothing is on something of its own. */
static uint32_t object_of(const struct log *log, const char *name)
{
    char own[32];
    if (name[0] == '\0' || strcmp(name, "-") == 0) {
        snprintf(own, sizeof(own), "\t%lu", log->line); /* no name has a tab */
        name = own;
    }
    return engagep_calendar_hash(log->key, name, strlen(name));
}

static void put(struct log *log, struct person *person, const struct engagep_fact *fact)
{
    if (engagep_calendar_add(&person->calendar, fact) != ENGAGE_OK)
        fail_at(log, "the time is out of range");
}

static void put_thanks(struct log *log, struct person *person, int32_t day, uint32_t by)
{
    struct engagep_fact thanks = {.day = day,
                                  .kind = ENGAGEP_KIND_THANKED,
                                  .count = 1,
                                  .parts = ENGAGEP_FACT_PERSON,
                                  .person = by};
    put(log, person, &thanks);
}

/* Remembers when the person acted, and when anybody did. */
static void note(struct log *log, struct person *person, int32_t day, int helps)
{
    if (person->count == person->capacity) {
        person->capacity = person->capacity * 2 + 8;
        person->days = more(person->days, person->capacity, sizeof(*person->days));
        person->helps = more(person->helps, person->capacity, 1);
    }
    person->days[person->count] = day;
    person->helps[person->count] = (unsigned char)helps;
    person->count++;
    if (log->act_count == log->act_capacity) {
        log->act_capacity = log->act_capacity * 2 + 1024;
        log->acts = more(log->acts, log->act_capacity, sizeof(*log->acts));
    }
    log->acts[log->act_count++] = (struct act){day, log->line};
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
    fact.object = object_of(log, fields[4]);
    fact.content = fact.object;
    int helps = engagep_kind_class(fact.kind) == ENGAGEP_CLASS_COLLABORATION;
    const char *other = fields[3];
    int somebody = other[0] != '\0' && strcmp(other, "-") != 0 && strcmp(other, fields[1]) != 0;
    if (helps && somebody) {
        fact.parts |= ENGAGEP_FACT_PERSON;
        fact.person = engagep_calendar_hash(log->key, other, strlen(other));
    }
    put(log, person, &fact);
    if (helps && somebody)
        put_thanks(log, person, day, fact.person);
    note(log, person, day, helps);
}

static void read_line(struct log *log, char *line)
{
    char *fields[FIELDS];
    if (repeated(log, line))
        return;
    for (int i = 0; i < FIELDS; i++) {
        fields[i] = line;
        char *tab = strchr(line, '\t');
        if (tab == NULL && i + 1 < FIELDS)
            fail_at(log, "it has fewer than five fields, parted by tabs");
        if (tab != NULL)
            *tab = '\0';
        line = tab != NULL ? tab + 1 : line + strlen(line);
    }
    add(log, fields);
}

static int by_day(const void *one, const void *other)
{
    const struct act *a = one;
    const struct act *b = other;
    if (a->day != b->day)
        return a->day < b->day ? -1 : 1;
    return a->line < b->line ? -1 : a->line > b->line;
}

/* Warns of the hundredth of all acts that is the latest, where a gap parts some of it from
 * the others that is too long to be a pause. */
static void warn_of_strays(struct log *log)
{
    qsort(log->acts, log->act_count, sizeof(*log->acts), by_day);
    log->first = log->acts[0].day;
    log->last = log->acts[log->act_count - 1].day;
    for (size_t i = log->act_count - log->act_count / 100; i < log->act_count; i++) {
        int32_t gap = log->acts[i].day - log->acts[i - 1].day;
        if (gap <= YEAR && gap <= (log->last - log->first) / 2)
            continue;
        fprintf(stderr,
                "lifecycle: warning: line %lu of the log: its time is %" PRId32
                " days after the act before; with a stray time, the rows of these days are "
                "wrong\n",
                log->acts[i].line, gap);
        return;
    }
}

static void read_log(struct log *log, const char *path)
{
    FILE *file = fopen(path, "r");
    if (file == NULL)
        fail("no such log");
    char line[1024];
    unsigned long blank = 0;
    while (fgets(line, sizeof(line), file) != NULL) {
        static const char mark[] = "\xef\xbb\xbf";
        char *begin = line;
        log->line++;
        if (strlen(line) == sizeof(line) - 1 && line[sizeof(line) - 2] != '\n')
            fail_at(log, "it has more than 1022 bytes");
        line[strcspn(line, "\r\n")] = '\0';
        if (log->line == 1 && strncmp(line, mark, 3) == 0)
            begin += 3;
        if (begin[0] == '\0') {
            blank = blank != 0 ? blank : log->line;
            continue;
        }
        if (blank != 0) {
            log->line = blank;
            fail_at(log, "it is blank, and not the last");
        }
        read_line(log, begin);
    }
    if (ferror(file))
        fail("the log cannot be read");
    fclose(file);
    if (log->act_count == 0)
        fail("the log is empty");
    warn_of_strays(log);
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

static void print_row(const struct person *person, size_t number, int32_t day, int32_t ahead,
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
        } else if (age >= -ahead) {
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

/* A number of days; in a log that is shorter than so many, as large a part of it, and one
 * at least. */
static int32_t part_of(const struct log *log, int32_t days, int32_t full)
{
    int32_t span = log->last - log->first;
    if (span >= full)
        return days;
    return days * span < full ? 1 : days * span / full;
}

static void print_rows(const struct log *log, const engage_policy *policy)
{
    int32_t ahead = part_of(log, AHEAD, YEAR);
    int32_t step = part_of(log, STEP, VIEW);
    printf("%" PRId32 "\t%" PRId32 "\t%" PRId32 "\t%" PRId32 "\n", log->first, log->last, ahead,
           step);
    int32_t begin = log->first + part_of(log, BEGIN, VIEW);
    for (int32_t day = begin; day + ahead <= log->last; day += step)
        for (size_t i = 0; i < log->person_count; i++)
            print_row(&log->people[i], i, day, ahead, policy);
}

static void release(struct log *log)
{
    for (size_t i = 0; i < log->person_count; i++) {
        engagep_calendar_release(&log->people[i].calendar);
        free(log->people[i].days);
        free(log->people[i].helps);
    }
    free(log->people);
    free(log->slots);
    free(log->seen);
    free(log->acts);
}

int main(int argc, char **argv)
{
    if (argc < 2 || argc > 3)
        fail("usage: lifecycle LOG [POLICY] > rows");
    struct log log = {0};
    if (engagep_alloc_init(&log.allocator, NULL) != ENGAGE_OK)
        fail("no allocator");
    const engage_policy *policy = argc == 3 ? read_policy(argv[2]) : engage_policy_default();
    read_log(&log, argv[1]);
    print_rows(&log, policy);
    release(&log);
    engage_policy_unref(policy);
    return 0;
}
