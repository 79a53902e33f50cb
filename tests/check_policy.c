/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "support.h"

#include "base/time.h"
#include "track/hours.h"
#include "track/policy.h"
#include "track/policy_table.h"

#include <stdio.h>
#include <string.h>

static const engage_policy *parse(const char *text)
{
    const engage_policy *policy;
    engage_error error = ENGAGE_ERROR_INIT;
    int rc = engage_policy_parse(&policy, text, strlen(text), NULL, &error);
    ck_assert_msg(rc == ENGAGE_OK, "%s at %u:%u: %s", engage_errname(rc), error.line,
                  error.column, error.message);
    return policy;
}

START_TEST(defaults_are_those_of_the_design)
{
    const engage_policy *policy = engage_policy_default();
    ck_assert_ptr_eq(engage_policy_ref(policy), policy);
    engage_policy_unref(policy);
    ck_assert_int_eq(policy->numbers.window, 100);
    ck_assert_int_eq(policy->numbers.hold, 30);
    ck_assert_int_eq(policy->numbers.half_life[1], 14);
    ck_assert_int_eq(policy->numbers.weight[ENGAGEP_KIND_HELP], 10);
    ck_assert_int_eq(policy->numbers.base[ENGAGE_INTENT_SAFETY_RISK], 60);
    ck_assert_str_eq(policy->version, "open-social-1");
    /* Every number is within its own range, and no two rows are one. */
    static unsigned char seen[sizeof(struct engagep_policy_numbers) / sizeof(int32_t)];
    struct engagep_policy_row row;
    for (size_t at = 0; engagep_policy_row(at, &row); at++) {
        int32_t value = engagep_policy_read(&policy->numbers, row.index);
        ck_assert_msg(value >= row.least && value <= row.most, "%s.%s", row.section, row.name);
        ck_assert_msg(seen[row.index]++ == 0, "%s.%s", row.section, row.name);
    }
}
END_TEST

static void same_text(const engage_policy *a, const engage_policy *b)
{
    engage_buffer *one;
    engage_buffer *two;
    ck_assert_int_eq(engage_buffer_new(&one, NULL), ENGAGE_OK);
    ck_assert_int_eq(engage_buffer_new(&two, NULL), ENGAGE_OK);
    ck_assert_int_eq(engage_policy_text(a, one), ENGAGE_OK);
    ck_assert_int_eq(engage_policy_text(b, two), ENGAGE_OK);
    ck_assert_str_eq(engage_buffer_data(one), engage_buffer_data(two));
    engage_buffer_free(one);
    engage_buffer_free(two);
}

static const char full[] =
    "# a policy\r\n"
    "profile = forum\r\n"
    "version = acme-7\n"
    "\n"
    "  [weight]\n"
    "view=3\n"
    "[replies]\n"
    "negative = 0.25\n"
    "[creation]\n"
    "active_days = 0\n"
    "[hours]\n"
    "monday = 09:00-12:30 13:30-18:00\n"
    "friday = 09:00-24:00\n"
    "holiday = 2026-12-25\n"
    "holiday = 2027-01-01\n"
    "offset = 2026-03-29T01:00:00Z +02:00\n"
    "offset = 2026-10-25T01:00:00Z -01:30\n"
    "[brand zeta]\n"
    "name = Zeta Tools\n"
    "handle = x:zeta\n"
    "handle = mastodon:zeta@example.org\n"
    "staff = x:77\n"
    "[brand acme]\n"
    "name = Acme\n"
    "name = #acme\n"
    "[hours zeta]\n"
    "sunday = 00:00-24:00\n"
    "[departments]\n"
    "billing = Accounts\n"
    "safety_risk = Duty desk\n"
    "[departments acme]\n"
    "billing = Acme Accounts\n";

START_TEST(canonical_text_parses_to_an_equal_policy)
{
    static const char *const texts[] = {"", "profile = forum", "profile = b2b\n[cap]\nview = 9",
                                        full};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        const engage_policy *policy = parse(texts[i]);
        engage_buffer *buffer;
        ck_assert_int_eq(engage_buffer_new(&buffer, NULL), ENGAGE_OK);
        ck_assert_int_eq(engage_policy_text(policy, buffer), ENGAGE_OK);
        const engage_policy *again = parse(engage_buffer_data(buffer));
        same_text(policy, again);
        ck_assert_mem_eq(&policy->numbers, &again->numbers, sizeof(policy->numbers));
        ck_assert_int_eq(policy->profile, again->profile);
        ck_assert_str_eq(policy->version, again->version);
        engage_buffer_free(buffer);
        engage_policy_unref(again);
        engage_policy_unref(policy);
    }
    const engage_policy *empty = parse("");
    same_text(empty, engage_policy_default());
    engage_policy_unref(empty);
}
END_TEST

START_TEST(lines_change_the_defaults)
{
    const engage_policy *policy = parse(full);
    ck_assert_int_eq(policy->profile, ENGAGEP_PROFILE_FORUM);
    ck_assert_int_eq(policy->numbers.weight[ENGAGEP_KIND_VIEW], 3);
    ck_assert_int_eq(policy->numbers.negative, 250000);
    ck_assert_int_eq(policy->numbers.gate[3][ENGAGEP_MEASURE_ACTIVE_DAYS], 0);
    ck_assert_int_eq(policy->numbers.gate[4][ENGAGEP_MEASURE_ACTIVE_DAYS], 50);
    ck_assert_str_eq(policy->version, "acme-7");
    ck_assert_uint_eq(policy->brand_count, 2);
    const struct engagep_brand *acme = engagep_policy_brand(policy, (engage_str){"acme", 4});
    ck_assert_ptr_nonnull(acme);
    ck_assert_uint_eq(acme->name_count, 2);
    ck_assert_uint_eq(acme->names[1].size, 5);
    ck_assert_ptr_eq(acme, &policy->brands[0]);
    ck_assert_ptr_null(engagep_policy_brand(policy, (engage_str){"other", 5}));
    ck_assert_ptr_eq(engagep_policy_hours(policy, (engage_str){"acme", 4}), &policy->hours);
    ck_assert_ptr_eq(engagep_policy_hours(policy, (engage_str){"other", 5}), &policy->hours);
    const struct engagep_hours *own = engagep_policy_hours(policy, (engage_str){"zeta", 4});
    ck_assert_uint_eq(own->interval_count, 1);
    ck_assert_int_eq(own->intervals[0].weekday, 6);
    engage_str acme_id = {"acme", 4};
    engage_str zeta_id = {"zeta", 4};
    ck_assert_uint_eq(
        engagep_policy_department(policy, zeta_id, ENGAGE_INTENT_SAFETY_RISK).size, 9);
    ck_assert_uint_eq(engagep_policy_department(policy, zeta_id, ENGAGE_INTENT_BILLING).size, 8);
    ck_assert_uint_eq(engagep_policy_department(policy, acme_id, ENGAGE_INTENT_BILLING).size, 13);
    ck_assert_ptr_null(
        engagep_policy_department(policy, acme_id, ENGAGE_INTENT_SAFETY_RISK).data);
    engage_policy_unref(engage_policy_ref(policy));
    engage_policy_unref(policy);
}
END_TEST

START_TEST(a_changed_policy_is_never_called_as_the_default)
{
    const engage_policy *a = parse("[stages]\nwindow = 90\n");
    const engage_policy *b = parse("[stages]\nwindow = 91\n");
    ck_assert_int_eq(strncmp(a->version, "custom-", 7), 0);
    ck_assert_str_ne(a->version, b->version);
    engage_policy_unref(a);
    engage_policy_unref(b);
}
END_TEST

START_TEST(errors_tell_line_and_column)
{
    static const struct {
        const char *text;
        uint32_t line;
        uint32_t column;
        const char *message;
    } cases[] = {
        {"x = 1", 1, 1, "no such name before the first section: x"},
        {"\xEF\xBB\xBFx = 1", 1, 1, "no such name before the first section: x"},
        {"\n\xEF\xBB\xBFx = 1", 2, 1, "no such name before the first section: \xEF\xBB\xBFx"},
        {"\n\nprofile = best\n", 3, 11, "no such profile: best"},
        {"version = a\nprofile = forum\n", 2, 1, "the profile comes first, and once"},
        {"profile = b2b\nprofile = forum\n", 2, 1, "the profile comes first, and once"},
        {"version = a\nversion = b\n", 2, 11, "given twice: version"},
        {"version =\n", 1, 10, "a version has 1 to 63 characters"},
        {"version = a b\n", 1, 12, "not a character of a version"},
        {"[weights]\n", 1, 1, "no such section: [weights]"},
        {"[weight\n", 1, 1, "a section ends with ]: [weight"},
        {"[weight] x]\n", 1, 1, "a section ends with ]: [weight] x]"},
        {"[brand]\n", 1, 1, "no such section: [brand]"},
        {"[weight]\n  viev = 1\n", 2, 3, "no such name in this section: viev"},
        {"[weight]\nview\n", 2, 1, "not of the form name = value: view"},
        {"[weight]\nview = \n", 2, 7, "a number is missing"},
        {"[weight]\nview = 1.5\n", 2, 9, "not a whole number: 1.5"},
        {"[weight]\nview = -1\n", 2, 8, "not a whole number: -1"},
        {"[weight]\nview = 1001\n", 2, 8, "out of range: 1001"},
        {"[weight]\nview = 99999999999999999999\n", 2, 8, "out of range: 99999999999999999999"},
        {"[weight]\nview = 1\nview = 2\n", 3, 1, "given twice: view"},
        {"[weight]\nbuy = 1\n", 2, 1, "no such name in this section: buy"},
        {"[replies]\nnegative = 0.1234567\n", 2, 20,
         "not a number with at most six decimals: 0.1234567"},
        {"[replies]\nnegative = 0.\n", 2, 13, "not a number with at most six decimals: 0."},
        {"[replies]\nnegative = .5\n", 2, 12, "not a number with at most six decimals: .5"},
        {"[replies]\nnegative = 1.000001\n", 2, 12, "out of range: 1.000001"},
        {"[collaboration]\npeople = 17\n", 2, 10, "out of range: 17"},
        {"[collaboration]\nacts = 0\n", 2, 8, "out of range: 0"},
        {"[stages]\nwindow = 700\n", 2, 1, "stages: window and four holds are more than view"},
        {"[stages]\n\nhold = 158\n", 3, 1, "stages: window and four holds are more than view"},
        {"[standing]\nhold = 551\n", 2, 1, "standing: window and hold are more than view"},
        {"[score]\nview = 50\n", 2, 1, "presence: long is more than view"},
        {"[priority]\nhigh = 10\n", 2, 1, "priority: medium is more than high"},
        {"[priority]\nurgent = 40\n", 2, 1, "priority: high is more than urgent"},
        {"[presence]\nshort = 91\n", 2, 1, "presence: short is more than long"},
        {"[presence]\ncooling = 3\n", 2, 1, "presence: cooling is more than warming"},
        {"[standing]\nwindow = 720\n", 2, 1, "standing: window and hold are more than view"},
        {"[outcome]\nlapse = 730\n", 2, 1, "outcome: lapse is not below view"},
        {"[weight]\nview\x01 = 1\n", 2, 5, "a control character"},
        {"[platform]\n", 1, 1, "no such section: [platform]"},
        {"[platform x:1]\n", 1, 1, "a platform is what stands before the colon"},
        {"[platform x]\n[platform x]\n", 2, 1, "given twice: x"},
        {"[platform x]\nwithhold = anger\n", 2, 12, "no such intent: anger"},
        {"[platform x]\nwithhold = praise\nwithhold = praise\n", 3, 12, "given twice: praise"},
        {"[platform x]\ntexts = x\n", 2, 9, "not a number of days up to 36500: x"},
        {"[platform x]\ntexts = 36501\n", 2, 9, "not a number of days up to 36500: 36501"},
        {"[platform x]\ntexts =\n", 2, 8, "a number is missing"},
        {"[platform x]\ntexts = 1\ntexts = 2\n", 3, 1, "given twice: texts"},
        {"[platform x]\nlink_basis = 2\n", 2, 14, "neither 0 nor 1: 2"},
        {"[platform x]\nlang = 2\n", 2, 1, "no such name in this section: lang"},
        {"[hours]\nmonday =\n", 2, 9, "a value is missing"},
        {"[hours]\nmonday = 9:00-17:00\n", 2, 10, "not hours such as 09:00-17:30: 9:00-17:00"},
        {"[hours]\nmonday = 17:00-09:00\n", 2, 10, "not hours such as 09:00-17:30: 17:00-09:00"},
        {"[hours]\nmonday = 09:00-24:01\n", 2, 10, "not hours such as 09:00-17:30: 09:00-24:01"},
        {"[hours]\nmonday = 09:00-12:00 11:00-13:00\n", 2, 22,
         "hours must ascend and not touch: 11:00-13:00"},
        {"[hours]\ntuesday = 09:00-12:00\nmonday = 09:00-12:00\n", 3, 10,
         "hours must ascend and not touch: 09:00-12:00"},
        {"[hours]\nholiday = 2026-02-30\n", 2, 11, "not a date such as 2026-12-25: 2026-02-30"},
        {"[hours]\nholiday = 2026-02-03\nholiday = 2026-02-03\n", 3, 11, "holidays must ascend"},
        {"[hours]\noffset = now +02:00\n", 2, 10,
         "not an offset such as 2026-03-29T01:00:00Z +02:00"},
        {"[hours]\noffset = 2026-03-29T01:00:00Z 02:00\n", 2, 10,
         "not an offset such as 2026-03-29T01:00:00Z +02:00"},
        {"[hours]\noffset = 5 +02:00\noffset = 4 +02:00\n", 3, 10,
         "offsets must ascend in time"},
        {"[hours]\nweekend = 5\n", 2, 1, "no such name in this section: weekend"},
        {"[departments]\nspam = x\n", 2, 1, "no such intent: spam"},
        {"[departments]\nbilling = x\nbilling = y\n", 3, 1, "given twice: billing"},
        {"[departments a]\nbilling =\n", 2, 10, "a value is missing"},
        {"[brand a]\nhandle = zeta\n", 2, 10, "an account is platform:name: zeta"},
        {"[brand a]\nname =\n", 2, 7, "a value is missing"},
        {"[brand a]\ncolour = red\n", 2, 1, "no such name in this section: colour"},
        {"[brand a]\nname = x\xFF" "y\n", 2, 9, "not UTF-8"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const engage_policy *policy;
        engage_error error = ENGAGE_ERROR_INIT;
        int rc = engage_policy_parse(&policy, cases[i].text, strlen(cases[i].text), NULL, &error);
        ck_assert_msg(rc == ENGAGE_EPOLICY, "case %zu: %s", i, engage_errname(rc));
        ck_assert_ptr_null(policy);
        ck_assert_msg(strncmp(error.message, cases[i].message, strlen(cases[i].message)) == 0,
                      "case %zu: %s", i, error.message);
        ck_assert_msg(error.line == cases[i].line && error.column == cases[i].column,
                      "case %zu: %u:%u %s", i, error.line, error.column, error.message);
    }
}
END_TEST

START_TEST(misuse_is_told)
{
    const engage_policy *policy;
    ck_assert_int_eq(engage_policy_parse(NULL, "", 0, NULL, NULL), ENGAGE_EMISUSE);
    ck_assert_int_eq(engage_policy_parse(&policy, NULL, 1, NULL, NULL), ENGAGE_EMISUSE);
    engage_allocator broken = {sizeof(broken), NULL, NULL, NULL, NULL};
    ck_assert_int_eq(engage_policy_parse(&policy, "", 0, &broken, NULL), ENGAGE_EOPTIONS);
    ck_assert_int_eq(engage_policy_text(NULL, NULL), ENGAGE_EMISUSE);
    ck_assert_int_eq(engage_policy_text(engage_policy_default(), NULL), ENGAGE_EMISUSE);
    ck_assert_ptr_null(engage_policy_ref(NULL));
    engage_policy_unref(NULL);
    ck_assert_ptr_null(engagep_policy_measure(ENGAGEP_MEASURES));
    char many[20000];
    size_t size = 0;
    for (int i = 0; i < 1025; i++)
        size += (size_t)snprintf(many + size, sizeof(many) - size, "[brand %d]\n", i);
    ck_assert_int_eq(engage_policy_parse(&policy, many, size, NULL, NULL), ENGAGE_EPOLICY);
}
END_TEST

START_TEST(mutated_texts_are_refused_or_canonical)
{
    uint64_t state = 7;
    char text[sizeof(full)];
    for (int round = 0; round < 20000; round++) {
        memcpy(text, full, sizeof(full));
        size_t size = sizeof(full) - 1 - support_random(&state) % 20;
        for (int i = 0; i < 3; i++)
            text[support_random(&state) % size] = (char)(support_random(&state) % 130);
        const engage_policy *policy;
        engage_error error = ENGAGE_ERROR_INIT;
        int rc = engage_policy_parse(&policy, text, size, NULL, &error);
        if (rc != ENGAGE_OK) {
            ck_assert_int_eq(rc, ENGAGE_EPOLICY);
            ck_assert_uint_gt(error.line, 0);
            continue;
        }
        engage_buffer *buffer;
        ck_assert_int_eq(engage_buffer_new(&buffer, NULL), ENGAGE_OK);
        ck_assert_int_eq(engage_policy_text(policy, buffer), ENGAGE_OK);
        const engage_policy *again = parse(engage_buffer_data(buffer));
        same_text(policy, again);
        engage_buffer_free(buffer);
        engage_policy_unref(again);
        engage_policy_unref(policy);
    }
}
END_TEST

/* A text with `count` lines of each list, so that every one of them outgrows the
 * first block of memory in turn. Without a version, so that one is made of the text. */
static size_t long_text(char *text, size_t room, int count)
{
    size_t size = (size_t)snprintf(text, room, "[departments]\ndefect = Repairs\n[hours]\n");
    for (int i = 0; i < count; i++)
        size += (size_t)snprintf(text + size, room - size, "monday = %02d:%02d-%02d:%02d\n",
                                 i / 20, i % 20 * 3, i / 20, i % 20 * 3 + 2);
    for (int i = 0; i < count; i++)
        size += (size_t)snprintf(text + size, room - size, "holiday = %d-01-01\n", 2000 + i);
    for (int i = 0; i < count; i++)
        size += (size_t)snprintf(text + size, room - size, "offset = %d +01:00\n", i);
    for (int i = 0; i < count; i++)
        size += (size_t)snprintf(text + size, room - size, "[brand b%d]\nname = A\n", i);
    for (int i = 0; i < count; i++)
        size += (size_t)snprintf(text + size, room - size, "staff = x:%d\n", i);
    return size;
}

static int memory_body(const engage_allocator *allocator, void *ctx)
{
    const engage_policy *policy;
    engage_buffer *buffer = NULL;
    static char text[65536];
    size_t size = long_text(text, sizeof(text), *(const int *)ctx);
    int rc = engage_policy_parse(&policy, text, size, allocator, NULL);
    if (rc == ENGAGE_OK)
        rc = engage_buffer_new(&buffer, allocator);
    if (rc == ENGAGE_OK)
        rc = engage_policy_text(policy, buffer);
    engage_buffer_free(buffer);
    engage_policy_unref(policy);
    return rc;
}

START_TEST(no_memory_is_survived)
{
    for (int count = 1; count < 200; count += 33)
        support_fail_each(memory_body, &count);
}
END_TEST

static int64_t at(const char *text)
{
    int64_t time;
    ck_assert_int_eq(engage_time_parse(text, strlen(text), &time), ENGAGE_OK);
    return time;
}

START_TEST(without_hours_every_hour_counts)
{
    const struct engagep_hours none = {NULL, 0, NULL, 0, NULL, 0};
    ck_assert_int_eq(engagep_hours_between(&none, 5, 100), 95);
    ck_assert_int_eq(engagep_hours_between(&none, 100, 5), 0);
    ck_assert_int_eq(engagep_hours_after(&none, 5, 100), 105);
}
END_TEST

START_TEST(business_hours_are_counted)
{
    const engage_policy *policy = parse(
        "[hours]\nmonday = 09:00-12:00 13:00-18:00\ntuesday = 09:00-17:00\n"
        "holiday = 2026-11-24\noffset = 2026-10-25T01:00:00Z +01:00\n");
    const struct engagep_hours *hours = &policy->hours;
    const int64_t hour = 3600000;
    /* Monday 2026-11-23: open from 08:00Z to 11:00Z and from 12:00Z to 17:00Z. */
    ck_assert_int_eq(
        engagep_hours_between(hours, at("2026-11-23T07:00:00Z"), at("2026-11-23T09:30:00Z")),
        hour + hour / 2);
    ck_assert_int_eq(
        engagep_hours_between(hours, at("2026-11-23T10:00:00Z"), at("2026-11-23T13:00:00Z")),
        2 * hour);
    /* Tuesday is a holiday; the next open hour is a week later. */
    ck_assert_int_eq(engagep_hours_after(hours, at("2026-11-23T16:00:00Z"), 2 * hour),
                     at("2026-11-30T09:00:00Z"));
    ck_assert_int_eq(engagep_hours_after(hours, at("2026-11-23T16:00:00Z"), 0),
                     at("2026-11-23T16:00:00Z"));
    /* Before the first offset, local time is UTC. */
    ck_assert_int_eq(engagep_hours_after(hours, at("2026-10-19T00:00:00Z"), hour),
                     at("2026-10-19T10:00:00Z"));
    /* What never opens again is told. */
    ck_assert_int_eq(engagep_hours_after(hours, at("2026-10-19T00:00:00Z"), INT64_MAX / 2),
                     INT64_MAX);
    ck_assert_int_eq(engagep_hours_between(hours, at("2026-11-24T00:00:00Z"),
                                           at("2026-11-25T00:00:00Z")),
                     0);
    engage_policy_unref(policy);
}
END_TEST

/* Minute by minute, in the plainest way. */
static int open_at(const struct engagep_hours *hours, int64_t time)
{
    int64_t offset = 0;
    for (size_t i = 0; i < hours->offset_count; i++)
        if (hours->offsets[i].from <= time)
            offset = hours->offsets[i].offset;
    int64_t local = time + offset;
    int64_t day = engagep_time_day(local);
    for (size_t i = 0; i < hours->holiday_count; i++)
        if (hours->holidays[i] == day)
            return 0;
    for (size_t i = 0; i < hours->interval_count; i++) {
        const struct engagep_interval *interval = &hours->intervals[i];
        int64_t clock = local - day * ENGAGEP_DAY_MS;
        if (interval->weekday == (day + 3) % 7 && interval->opens <= clock &&
            clock < interval->closes)
            return 1;
    }
    return 0;
}

START_TEST(hours_agree_with_counting_minutes)
{
    const engage_policy *policy = parse(
        "[hours]\nmonday = 08:30-12:00 13:00-24:00\ntuesday = 00:00-02:00\n"
        "thursday = 10:15-18:45\nsunday = 01:30-04:00\nholiday = 2026-10-29\n"
        "offset = 2026-03-29T01:00:00Z +02:00\noffset = 2026-10-25T01:00:00Z +01:00\n");
    const struct engagep_hours *hours = &policy->hours;
    int64_t begin = at("2026-10-23T00:00:00Z");
    uint64_t state = 11;
    for (int round = 0; round < 60; round++) {
        int64_t from = begin + (int64_t)(support_random(&state) % 10000) * 60000;
        int64_t to = from + (int64_t)(support_random(&state) % 10000) * 60000;
        int64_t open = 0;
        for (int64_t time = from; time < to; time += 60000)
            open += open_at(hours, time) * 60000;
        ck_assert_int_eq(engagep_hours_between(hours, from, to), open);
        if (open > 0) {
            int64_t reached = engagep_hours_after(hours, from, open);
            ck_assert_int_le(reached, to);
            ck_assert_int_eq(engagep_hours_between(hours, from, reached), open);
            ck_assert_int_eq(engagep_hours_between(hours, from, reached - 1), open - 1);
        }
    }
    engage_policy_unref(policy);
}
END_TEST

/* More platforms than there is room for, each named once. */
START_TEST(too_many_platforms)
{
    char text[65 * 24];
    size_t size = 0;
    for (int i = 0; i < 64; i++)
        size += (size_t)snprintf(text + size, sizeof(text) - size, "[platform p%d]\n", i);
    const engage_policy *policy = NULL;
    engage_error error = ENGAGE_ERROR_INIT;
    ck_assert_int_eq(engage_policy_parse(&policy, text, size, NULL, &error), ENGAGE_EPOLICY);
    ck_assert_str_eq(error.message, "more than 64 platforms");
    ck_assert_uint_eq(error.line, 64);
    /* The built-in one is the first: 63 others fit. */
    size = strstr(text, "[platform p63]") != NULL ? (size_t)(strstr(text, "[platform p63]") - text)
                                                  : 0;
    ck_assert_int_eq(engage_policy_parse(&policy, text, size, NULL, &error), ENGAGE_OK);
    engage_policy_unref(policy);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("policy");
    TCase *tcase = tcase_create("policy");
    tcase_set_timeout(tcase, 0);
    tcase_add_test(tcase, defaults_are_those_of_the_design);
    tcase_add_test(tcase, too_many_platforms);
    tcase_add_test(tcase, canonical_text_parses_to_an_equal_policy);
    tcase_add_test(tcase, lines_change_the_defaults);
    tcase_add_test(tcase, a_changed_policy_is_never_called_as_the_default);
    tcase_add_test(tcase, errors_tell_line_and_column);
    tcase_add_test(tcase, misuse_is_told);
    tcase_add_test(tcase, mutated_texts_are_refused_or_canonical);
    tcase_add_test(tcase, no_memory_is_survived);
    tcase_add_test(tcase, without_hours_every_hour_counts);
    tcase_add_test(tcase, business_hours_are_counted);
    tcase_add_test(tcase, hours_agree_with_counting_minutes);
    suite_add_tcase(suite, tcase);
    return support_run(suite);
}
