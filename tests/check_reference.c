/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Customers by a plain and slow implementation of the rules: it keeps the events, finds out
 * who is whom, and walks day by day. The tracker must say the same, whatever links, CRM ids
 * and objections come in which order.
 */
#include "scene.h"
#include "stream.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PEOPLE = 7, MOST = 220, DAYS = 150, WINDOW = 100, HOLD = 30, LAST = 260 };

enum what { VIEW, LIKE, POST, HELP, THANKED, LINK, UNLINK, OBJECT, RESUME, WHATS };

static const char *const verbs[WHATS] = {"View", "Like", "post", "help", "thanked",
                                         "Link", "Unlink", "Object", "Resume"};

struct happening {
    enum what what;
    int day;
    int minute;  /* of all: no two are alike */
    int who;     /* who did it, or whom it is decided about */
    int other;   /* whom it is done with, or linked to */
    int object;
};

/* Accounts 0 and 2 have one CRM id, 1 has another. */
static int crm_of(int account)
{
    return account == 0 || account == 2 ? 1 : account == 1 ? 2 : 0;
}

/* ---------------------------------------------------------------- reference --- */

struct plain {
    struct happening list[MOST];
    int count;
    int acted[PEOPLE]; /* its CRM id is known */
    int person[PEOPLE];
    int objects[PEOPLE]; /* it objects */
    int earned[PEOPLE][LAST + 1]; /* by person and day, worked out once */
};

static int compare_minutes(const void *a, const void *b)
{
    return ((const struct happening *)a)->minute - ((const struct happening *)b)->minute;
}

/* Makes one person of two, unless their CRM ids differ. */
static void join(struct plain *plain, int a, int b)
{
    int crm[2] = {0, 0};
    int from = plain->person[a];
    int to = plain->person[b];
    for (int i = 0; i < PEOPLE; i++) {
        int id = plain->acted[i] ? crm_of(i) : 0;
        if (id != 0 && plain->person[i] == from)
            crm[0] = id;
        if (id != 0 && plain->person[i] == to)
            crm[1] = id;
    }
    if (crm[0] != 0 && crm[1] != 0 && crm[0] != crm[1])
        return;
    int least = from < to ? from : to;
    for (int i = 0; i < PEOPLE; i++)
        if (plain->person[i] == from || plain->person[i] == to)
            plain->person[i] = least;
}

/* Whether a link still stands: neither account was taken out of its links later. */
static int stands(const struct plain *plain, int link)
{
    const struct happening *it = &plain->list[link];
    for (int i = 0; i < plain->count; i++) {
        const struct happening *later = &plain->list[i];
        if (later->what == UNLINK && later->minute > it->minute &&
            (later->who == it->who || later->who == it->other))
            return 0;
    }
    return 1;
}

static void find_people(struct plain *plain)
{
    qsort(plain->list, (size_t)plain->count, sizeof(plain->list[0]), compare_minutes);
    for (int i = 0; i < PEOPLE; i++) {
        plain->person[i] = i;
        plain->acted[i] = plain->objects[i] = 0;
    }
    for (int i = 0; i < plain->count; i++) {
        const struct happening *it = &plain->list[i];
        if (it->what <= THANKED)
            plain->acted[it->who] = 1;
        if (it->what == OBJECT || it->what == RESUME)
            plain->objects[it->who] = it->what == OBJECT;
    }
    if (plain->acted[0] && plain->acted[2])
        join(plain, 0, 2);
    for (int i = 0; i < plain->count; i++)
        if (plain->list[i].what == LINK && stands(plain, i))
            join(plain, plain->list[i].who, plain->list[i].other);
}

/* Counts of a window; sets are one bit an element. */
struct counted {
    int acts[5]; /* of this class or higher */
    int own[5];  /* of this class */
    int days[5];
    int active_days;
    int acknowledged_days;
    uint64_t objects;
    int people;
    int acknowledgers;
};

static int bits(uint64_t set)
{
    int count = 0;
    for (; set != 0; set &= set - 1)
        count++;
    return count;
}

static int class_of(enum what what)
{
    return what == VIEW ? 1 : what == LIKE ? 2 : what == POST ? 3 : what == HELP ? 4 : 0;
}

static void count_window(const struct plain *plain, int person, int day, struct counted *out)
{
    uint64_t people = 0;
    uint64_t thankers = 0;
    memset(out, 0, sizeof(*out));
    for (int d = day - WINDOW + 1; d <= day; d++) {
        int highest = 0;
        int active = 0;
        int thanked = 0;
        for (int i = 0; i < plain->count; i++) {
            const struct happening *it = &plain->list[i];
            int class = class_of(it->what);
            if (it->day != d)
                continue;
            if (it->what == THANKED && plain->person[it->other] == person &&
                !plain->objects[it->other] && plain->person[it->who] != person) {
                thankers |= UINT64_C(1) << it->who;
                thanked = 1;
            }
            if (class == 0 || plain->person[it->who] != person || plain->objects[it->who])
                continue;
            active = 1;
            out->own[class]++;
            for (int c = 1; c <= class; c++)
                out->acts[c]++;
            highest = class > highest ? class : highest;
            if (class >= 2)
                out->objects |= UINT64_C(1) << it->object;
            if (class == 4 && plain->person[it->other] != person)
                people |= UINT64_C(1) << it->other;
        }
        for (int c = 1; c <= highest; c++)
            out->days[c]++;
        out->active_days += active;
        out->acknowledged_days += thanked;
    }
    out->people = bits(people);
    out->acknowledgers = bits(thankers);
}

/* The largest stage all of whose gates, and those below, hold on a day. */
static int earn(const struct plain *plain, int person, int day)
{
    struct counted c;
    count_window(plain, person, day, &c);
    if (c.acts[2] < 3 || c.days[2] < 2 || bits(c.objects) < 2)
        return 1;
    if (c.acts[3] < 2 || c.days[3] < 2 || c.active_days < 4)
        return 2;
    if (c.acts[4] < 3 || c.days[4] < 3 || c.people < 3 || c.acknowledgers < 2 ||
        c.acknowledged_days < 2 || c.own[2] < 1 || c.own[3] < 1)
        return 3;
    return 4;
}

static void walk_days(struct plain *plain)
{
    for (int person = 0; person < PEOPLE; person++)
        for (int day = 0; day <= LAST && plain->person[person] == person; day++)
            plain->earned[person][day] = earn(plain, person, day);
}

static int stage_at(const struct plain *plain, int person, int day)
{
    int stage = 0;
    for (int i = 0; i < plain->count; i++) {
        const struct happening *it = &plain->list[i];
        if (class_of(it->what) > 0 && plain->person[it->who] == person &&
            !plain->objects[it->who] && it->day <= day)
            stage = 1;
    }
    for (int d = 0; stage > 0 && d <= day; d++) {
        int held = plain->earned[person][d] - (day - d) / HOLD;
        stage = held > stage ? held : stage;
    }
    return stage;
}

/* Whether there is anything of a person: an act, or thanks. */
static int is_known(const struct plain *plain, int person)
{
    for (int i = 0; i < plain->count; i++) {
        const struct happening *it = &plain->list[i];
        if (class_of(it->what) > 0 && plain->person[it->who] == person && !plain->objects[it->who])
            return 1;
        if (it->what == THANKED && plain->person[it->other] == person &&
            !plain->objects[it->other] && plain->person[it->who] != person)
            return 1;
    }
    return 0;
}

/* ------------------------------------------------------------------ stream --- */

static int below(uint64_t *random, int n)
{
    return (int)(support_random(random) % (uint64_t)n);
}

static void make(struct plain *plain, uint64_t seed)
{
    uint64_t random = seed * 613 + 1;
    int span = 40 + below(&random, DAYS - 40);
    plain->count = 60 + below(&random, MOST - 60);
    for (int i = 0; i < plain->count; i++) {
        struct happening *it = &plain->list[i];
        static const enum what often[] = {VIEW, LIKE, LIKE, POST, POST, HELP, HELP, HELP, THANKED,
                                          THANKED};
        it->what = below(&random, 12) != 0 ? often[below(&random, 10)]
                                           : (enum what)(LINK + below(&random, 4));
        it->day = below(&random, span);
        it->minute = it->day * 1440 + i * 6;
        it->who = below(&random, seed % 2 ? PEOPLE : 4);
        it->other = (it->who + 1 + below(&random, PEOPLE - 1)) % PEOPLE;
        it->object = below(&random, 20);
    }
}

static void add(struct scene *scene, const struct happening *it, int number)
{
    char id[16];
    char who[8];
    char other[8];
    char object[8];
    snprintf(id, sizeof(id), "e%03d", number);
    snprintf(who, sizeof(who), "x:%d", it->who);
    snprintf(other, sizeof(other), "x:%d", it->other);
    snprintf(object, sizeof(object), "x:o%d", it->object);
    engage_event event = scene_act(id, verbs[it->what], it->what <= THANKED ? who : "x:desk", 0);
    event.time = SCENE_START + (int64_t)it->minute * 60000;
    if (it->what > THANKED) {
        event.role = scene_text("staff");
        event.target = scene_text(who);
        event.object = scene_text(it->what == LINK ? other : NULL);
    } else {
        event.object = scene_text(object);
        if (it->what == HELP || it->what == THANKED)
            event.target = scene_text(other);
        if (crm_of(it->who) != 0)
            event.crm_id = scene_text(crm_of(it->who) == 1 ? "C-1" : "C-2");
    }
    scene_add(scene, event);
}

/* ------------------------------------------------------------------- tests --- */

static void compare(struct scene *scene, const struct plain *plain, int account, int day,
                    uint64_t seed)
{
    char name[16];
    char want[96];
    engage_query query = ENGAGE_QUERY_INIT;
    query.now = SCENE_START + (int64_t)day * 86400000 + 86399000;
    snprintf(name, sizeof(name), "x:%d", account);
    engage_buffer_clear(scene->out);
    int person = plain->person[account];
    int rc = engage_tracker_customer(scene->tracker, scene_text(name), &query, scene->out, NULL);
    ck_assert_msg(rc == (is_known(plain, person) ? ENGAGE_OK : ENGAGE_ENOTFOUND),
                  "seed %llu: %s on day %d: %s", (unsigned long long)seed, name, day,
                  engage_errname(rc));
    if (rc != ENGAGE_OK)
        return;
    const char *json = engage_buffer_data(scene->out);
    snprintf(want, sizeof(want), "{\"id\":\"x:%d\",", person);
    ck_assert_msg(strncmp(json, want, strlen(want)) == 0, "seed %llu: %s: no %s in %.300s",
                  (unsigned long long)seed, name, want, json);
    snprintf(want, sizeof(want), "\"stage\":\"%s\",\"since\"",
             engage_stage_name(stage_at(plain, person, day)));
    ck_assert_msg(strstr(json, want) != NULL, "seed %llu: %s on day %d: no %s in %.600s",
                  (unsigned long long)seed, name, day, want, json);
}

START_TEST(test_links_and_objections)
{
    int reached[5] = {0};
    for (uint64_t seed = 1; seed <= stream_rounds(100); seed++) {
        static struct plain plain;
        struct scene scene = scene_open();
        uint64_t random = seed * 7;
        make(&plain, seed);
        size_t *numbers = stream_shuffle((size_t)plain.count, &random);
        for (int i = 0; i < plain.count; i++) {
            add(&scene, &plain.list[numbers[i]], (int)numbers[i]);
            if (below(&random, 20) == 0)
                scene_apply(&scene);
        }
        scene_apply(&scene);
        find_people(&plain);
        walk_days(&plain);
        for (int account = 0; account < PEOPLE; account++) {
            if (!is_known(&plain, plain.person[account]) && !plain.acted[account])
                continue;
            for (int day = 20; day <= LAST; day += 40)
                compare(&scene, &plain, account, day, seed);
            for (int day = 0; day <= 200; day += 20)
                reached[stage_at(&plain, plain.person[account], day)]++;
        }
        free(numbers);
        scene_close(&scene);
    }
    for (int stage = 1; stage <= 4; stage++)
        ck_assert_int_gt(reached[stage], 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("reference");
    TCase *cases = tcase_create("reference");
    tcase_set_timeout(cases, 0);
    tcase_add_test(cases, test_links_and_objections);
    suite_add_tcase(suite, cases);
    return support_run(suite);
}
