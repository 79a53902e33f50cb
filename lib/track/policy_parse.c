/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Reading a policy text: `[section]`, `name = value`, and lines of comment that
 * begin with `#`. Everything else is an error with its place.
 */
#include "track/policy_parse.h"

#include "base/alloc.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/lines.h"
#include "base/time.h"
#include "track/fact.h"
#include "track/policy_table.h"

#include <stdio.h>
#include <string.h>

enum {
    NUMBERS = sizeof(struct engagep_policy_numbers) / sizeof(int32_t),
    MINUTE = 60000,
    MOST_BRANDS = 1024 /* brands are looked for one by one */
};

const char *const engagep_policy_weekdays[7] = {
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
};

enum section { SECTION_TOP, SECTION_NUMBERS, SECTION_BRAND, SECTION_HOURS, SECTION_DEPARTMENTS,
               SECTION_PLATFORM };

struct parser {
    engage_policy *policy;
    struct engagep_lines lines;
    uint32_t profile_line;
    uint32_t version_line;
    enum section section;
    engage_str section_name;  /* of numbers */
    size_t brand;             /* index, in a brand's sections */
    size_t platform;          /* index, in a platform's section */
    struct engagep_platform *platforms; /* the policy's, while they are made */
    uint64_t platforms_set;   /* bits of the platforms that have a section */
    uint8_t platform_set;     /* bits of the names that its section gave */
    int of_brand;             /* 1: hours or departments of that brand alone */
    uint32_t set_on[NUMBERS]; /* the line that set a number */
};

/* ---------------------------------------------------------------- helpers --- */

static int fail(struct parser *parser, const char *at, const char *what, engage_str about)
{
    return engagep_lines_fail(&parser->lines, at, what, about);
}

static int no_memory(struct parser *parser)
{
    return engagep_error_set(parser->lines.error, ENGAGE_ENOMEM, "no memory for a policy");
}

static int same(engage_str a, engage_str b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

static int is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Cuts the first word off; an empty one behind the last. */
static engage_str next_word(engage_str *text)
{
    *text = engagep_lines_trim(*text);
    engage_str word = {text->data, 0};
    while (word.size < text->size && !is_blank(text->data[word.size]))
        word.size++;
    text->data += word.size;
    text->size -= word.size;
    return word;
}

/* One more element of a list in the policy's arena, which doubles as it grows; NULL
 * when there is no memory. */
static void *push(struct parser *parser, void *list, size_t *count, size_t size)
{
    if ((*count & (*count - 1)) == 0) {
        size_t room = *count == 0 ? 1 : *count * 2;
        void *wider = engagep_arena_array(&parser->policy->arena, room, size);
        if (wider == NULL)
            return NULL;
        if (*count > 0)
            memcpy(wider, list, *count * size);
        list = wider;
    }
    memset((char *)list + *count * size, 0, size);
    (*count)++;
    return list;
}

static int copy_str(struct parser *parser, engage_str text, engage_str *out)
{
    out->data = engagep_arena_copy(&parser->policy->arena, text.data, text.size);
    out->size = text.size;
    return out->data != NULL ? ENGAGE_OK : no_memory(parser);
}

/* ----------------------------------------------------------------- values --- */

static int set_version(struct parser *parser, engage_str value)
{
    if (parser->version_line != 0)
        return fail(parser, value.data, "given twice", (engage_str){"version", 7});
    if (value.size == 0 || value.size >= sizeof(parser->policy->version))
        return fail(parser, value.data, "a version has 1 to 63 characters", (engage_str){NULL, 0});
    for (size_t i = 0; i < value.size; i++) {
        char c = value.data[i];
        int known = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                    c == '.' || c == '-' || c == '_';
        if (!known)
            return fail(parser, value.data + i, "not a character of a version",
                        (engage_str){NULL, 0});
    }
    memcpy(parser->policy->version, value.data, value.size);
    parser->policy->version[value.size] = '\0';
    parser->version_line = parser->lines.number;
    return ENGAGE_OK;
}

static int read_lines(struct parser *parser, const char *text, size_t size);

/* A profile is policy lines that are read before all others. */
static int set_profile(struct parser *parser, engage_str name, engage_str value)
{
    if (parser->profile_line != 0 || parser->version_line != 0)
        return fail(parser, name.data, "the profile comes first, and once",
                    (engage_str){NULL, 0});
    int profile = 0;
    while (profile < ENGAGEP_PROFILES &&
           !engagep_lines_equal(value, engagep_policy_profile_names[profile]))
        profile++;
    if (profile == ENGAGEP_PROFILES)
        return fail(parser, value.data, "no such profile", value);
    struct parser inner = {.policy = parser->policy, .platforms = parser->platforms};
    const char *lines = engagep_policy_profile_lines[profile];
    int rc = read_lines(&inner, lines, strlen(lines));
    if (rc != ENGAGE_OK)
        return rc;
    parser->policy->profile = profile;
    parser->profile_line = parser->lines.number;
    return ENGAGE_OK;
}

static int set_number(struct parser *parser, engage_str name, engage_str value)
{
    struct engagep_policy_row row;
    size_t at = 0;
    while (engagep_policy_row(at, &row) &&
           !(engagep_lines_equal(parser->section_name, row.section) &&
             engagep_lines_equal(name, row.name)))
        at++;
    if (!engagep_policy_row(at, &row))
        return fail(parser, name.data, "no such name in this section", name);
    if (parser->set_on[row.index] != 0)
        return fail(parser, name.data, "given twice", name);
    int64_t number = 0;
    int64_t unit = 0; /* of the next decimal; 0 before the point */
    for (size_t i = 0; i < value.size; i++) {
        char c = value.data[i];
        if (c == '.' && unit == 0 && row.unit > 1 && i > 0 && i + 1 < value.size) {
            unit = row.unit;
        } else if (c >= '0' && c <= '9' && unit != 1) {
            if (unit == 0) {
                number = number * 10 + (int64_t)(c - '0') * row.unit;
            } else {
                unit /= 10;
                number += (c - '0') * unit;
            }
        } else {
            return fail(parser, value.data + i,
                        row.unit > 1 ? "not a number with at most six decimals"
                                     : "not a whole number",
                        value);
        }
        if (number > INT32_MAX)
            return fail(parser, value.data, "out of range", value);
    }
    if (value.size == 0)
        return fail(parser, value.data, "a number is missing", (engage_str){NULL, 0});
    if (number < row.least || number > row.most)
        return fail(parser, value.data, "out of range", value);
    *engagep_policy_number(&parser->policy->numbers, row.index) = (int32_t)number;
    parser->set_on[row.index] = parser->lines.number;
    return ENGAGE_OK;
}

static int set_brand(struct parser *parser, engage_str name, engage_str value)
{
    struct engagep_brand *brand = &parser->policy->brands[parser->brand];
    engage_str **list;
    size_t *count;
    if (engagep_lines_equal(name, "name")) {
        list = &brand->names;
        count = &brand->name_count;
    } else if (engagep_lines_equal(name, "handle")) {
        list = &brand->handles;
        count = &brand->handle_count;
    } else if (engagep_lines_equal(name, "staff")) {
        list = &brand->staff;
        count = &brand->staff_count;
    } else {
        return fail(parser, name.data, "no such name in this section", name);
    }
    if (value.size == 0)
        return fail(parser, value.data, "a value is missing", (engage_str){NULL, 0});
    if (list != &brand->names && memchr(value.data, ':', value.size) == NULL)
        return fail(parser, value.data, "an account is platform:name", value);
    void *wider = push(parser, *list, count, sizeof(**list));
    if (wider == NULL)
        return no_memory(parser);
    *list = wider;
    return copy_str(parser, value, &(*list)[*count - 1]);
}

/* ------------------------------------------------------------------ hours --- */

/* Two digits, or -1. */
static int two_digits(const char *text)
{
    if (text[0] < '0' || text[0] > '9' || text[1] < '0' || text[1] > '9')
        return -1;
    return (text[0] - '0') * 10 + (text[1] - '0');
}

/* "HH:MM" as milliseconds, at most 24:00; -1 otherwise. */
static int32_t read_clock(const char *text, size_t size)
{
    if (size != 5 || text[2] != ':')
        return -1;
    int hours = two_digits(text);
    int minutes = two_digits(text + 3);
    if (hours < 0 || minutes < 0 || minutes > 59 || hours * 60 + minutes > 24 * 60)
        return -1;
    return (hours * 60 + minutes) * MINUTE;
}

static int add_intervals(struct parser *parser, struct engagep_hours *hours, int weekday,
                         engage_str value)
{
    for (engage_str word = next_word(&value); word.size > 0; word = next_word(&value)) {
        int32_t opens = word.size == 11 ? read_clock(word.data, 5) : -1;
        int32_t closes = word.size == 11 ? read_clock(word.data + 6, 5) : -1;
        if (opens < 0 || closes <= opens || word.data[5] != '-')
            return fail(parser, word.data, "not hours such as 09:00-17:30", word);
        const struct engagep_interval *last =
            hours->interval_count > 0 ? &hours->intervals[hours->interval_count - 1] : NULL;
        if (last != NULL && (last->weekday > weekday ||
                             (last->weekday == weekday && last->closes >= opens)))
            return fail(parser, word.data, "hours must ascend and not touch", word);
        void *wider = push(parser, hours->intervals, &hours->interval_count,
                           sizeof(*hours->intervals));
        if (wider == NULL)
            return no_memory(parser);
        hours->intervals = wider;
        hours->intervals[hours->interval_count - 1] =
            (struct engagep_interval){weekday, opens, closes};
    }
    return ENGAGE_OK;
}

static int add_holiday(struct parser *parser, struct engagep_hours *hours, engage_str value)
{
    char text[] = "0000-00-00T00:00:00Z";
    int64_t time = 0;
    int right = value.size == 10;
    if (right) {
        memcpy(text, value.data, 10);
        right = engagep_time_read(text, sizeof(text) - 1, &time);
    }
    if (!right)
        return fail(parser, value.data, "not a date such as 2026-12-25", value);
    int32_t day = (int32_t)engagep_time_day(time);
    if (hours->holiday_count > 0 && hours->holidays[hours->holiday_count - 1] >= day)
        return fail(parser, value.data, "holidays must ascend", value);
    void *wider = push(parser, hours->holidays, &hours->holiday_count, sizeof(*hours->holidays));
    if (wider == NULL)
        return no_memory(parser);
    hours->holidays = wider;
    hours->holidays[hours->holiday_count - 1] = day;
    return ENGAGE_OK;
}

static int add_offset(struct parser *parser, struct engagep_hours *hours, engage_str value)
{
    engage_str from = next_word(&value);
    engage_str offset = next_word(&value);
    int64_t time;
    int32_t clock = offset.size == 6 ? read_clock(offset.data + 1, 5) : -1;
    if (!engagep_time_read(from.data, from.size, &time) || clock < 0 ||
        engagep_lines_trim(value).size > 0 ||
        (offset.data[0] != '+' && offset.data[0] != '-') ||
        engagep_time_day(time) < ENGAGEP_DAY_MIN || engagep_time_day(time) > ENGAGEP_DAY_MAX)
        return fail(parser, from.data, "not an offset such as 2026-03-29T01:00:00Z +02:00",
                    (engage_str){NULL, 0});
    if (hours->offset_count > 0 && hours->offsets[hours->offset_count - 1].from >= time)
        return fail(parser, from.data, "offsets must ascend in time", (engage_str){NULL, 0});
    void *wider = push(parser, hours->offsets, &hours->offset_count, sizeof(*hours->offsets));
    if (wider == NULL)
        return no_memory(parser);
    hours->offsets = wider;
    hours->offsets[hours->offset_count - 1] =
        (struct engagep_offset){time, offset.data[0] == '-' ? -(int64_t)clock : clock};
    return ENGAGE_OK;
}

static int set_hours(struct parser *parser, engage_str name, engage_str value)
{
    struct engagep_hours *hours = parser->of_brand
                                      ? &parser->policy->brands[parser->brand].hours
                                      : &parser->policy->hours;
    if (value.size == 0)
        return fail(parser, value.data, "a value is missing", (engage_str){NULL, 0});
    for (int weekday = 0; weekday < 7; weekday++)
        if (engagep_lines_equal(name, engagep_policy_weekdays[weekday]))
            return add_intervals(parser, hours, weekday, value);
    if (engagep_lines_equal(name, "holiday"))
        return add_holiday(parser, hours, value);
    if (engagep_lines_equal(name, "offset"))
        return add_offset(parser, hours, value);
    return fail(parser, name.data, "no such name in this section", name);
}

/* ------------------------------------------------------------- departments --- */

static int set_department(struct parser *parser, engage_str name, engage_str value)
{
    struct engagep_departments *departments =
        parser->of_brand ? &parser->policy->brands[parser->brand].departments
                         : &parser->policy->departments;
    int intent = engagep_policy_intent(name);
    if (intent < 0)
        return fail(parser, name.data, "no such intent", name);
    if (departments->of[intent].data != NULL)
        return fail(parser, name.data, "given twice", name);
    if (value.size == 0)
        return fail(parser, value.data, "a value is missing", (engage_str){NULL, 0});
    return copy_str(parser, value, &departments->of[intent]);
}

/* -------------------------------------------------------------- platforms --- */

enum { MOST_PLATFORMS = 64, MOST_TEXT_DAYS = 36500 };

/* A whole number without sign, at most `most`; -1 otherwise. */
static int32_t read_whole(engage_str value, int32_t most)
{
    int64_t number = 0;
    for (size_t i = 0; i < value.size; i++) {
        if (value.data[i] < '0' || value.data[i] > '9')
            return -1;
        number = number * 10 + (value.data[i] - '0');
        if (number > most)
            return -1;
    }
    return value.size > 0 ? (int32_t)number : -1;
}

static int set_withheld(struct parser *parser, engage_str value)
{
    struct engagep_platform *platform = &parser->platforms[parser->platform];
    for (int intent = 0; intent < ENGAGE_INTENTS; intent++) {
        if (!engagep_lines_equal(value, engage_intent_name(intent)))
            continue;
        if (platform->withheld & 1u << intent)
            return fail(parser, value.data, "given twice", value);
        platform->withheld |= 1u << intent;
        return ENGAGE_OK;
    }
    return fail(parser, value.data, "no such intent", value);
}

static int set_platform(struct parser *parser, engage_str name, engage_str value)
{
    struct engagep_platform *platform = &parser->platforms[parser->platform];
    int texts = engagep_lines_equal(name, "texts");
    if (engagep_lines_equal(name, "withhold"))
        return set_withheld(parser, value);
    if (!texts && !engagep_lines_equal(name, "link_basis"))
        return fail(parser, name.data, "no such name in this section", name);
    uint8_t bit = texts ? 1 : 2;
    if (parser->platform_set & bit)
        return fail(parser, name.data, "given twice", name);
    parser->platform_set |= bit;
    if (value.size == 0)
        return fail(parser, value.data, "a number is missing", (engage_str){NULL, 0});
    int32_t number = read_whole(value, texts ? MOST_TEXT_DAYS : 1);
    if (number < 0)
        return fail(parser, value.data,
                    texts ? "not a number of days up to 36500" : "neither 0 nor 1", value);
    *(texts ? &platform->texts : &platform->basis) = number;
    return ENGAGE_OK;
}

static int add_platform(struct parser *parser, engage_str name)
{
    engage_policy *policy = parser->policy;
    void *wider = push(parser, parser->platforms, &policy->platform_count,
                       sizeof(*parser->platforms));
    if (wider == NULL)
        return no_memory(parser);
    policy->platforms = parser->platforms = wider;
    return copy_str(parser, name, &parser->platforms[policy->platform_count - 1].name);
}

/* A platform's section says all of it: what is built in does not show through. */
static int enter_platform(struct parser *parser, engage_str name)
{
    engage_policy *policy = parser->policy;
    parser->section = SECTION_PLATFORM;
    parser->platform_set = 0;
    for (parser->platform = 0; parser->platform < policy->platform_count; parser->platform++)
        if (same(policy->platforms[parser->platform].name, name))
            break;
    if (parser->platform == MOST_PLATFORMS || memchr(name.data, ':', name.size) != NULL)
        return fail(parser, parser->lines.line.data,
                    parser->platform == MOST_PLATFORMS
                        ? "more than 64 platforms"
                        : "a platform is what stands before the colon",
                    (engage_str){NULL, 0});
    if (parser->platforms_set & UINT64_C(1) << parser->platform)
        return fail(parser, parser->lines.line.data, "given twice", name);
    parser->platforms_set |= UINT64_C(1) << parser->platform;
    if (parser->platform < policy->platform_count) {
        struct engagep_platform *platform = &parser->platforms[parser->platform];
        *platform = (struct engagep_platform){.name = platform->name};
        return ENGAGE_OK;
    }
    return add_platform(parser, name);
}

/* The built-in table, as lists of the policy's own. */
static int copy_platforms(struct parser *parser)
{
    int rc = ENGAGE_OK;
    for (size_t i = 0; i < engagep_policy_builtin.platform_count && rc == ENGAGE_OK; i++) {
        struct engagep_platform known = engagep_policy_builtin.platforms[i];
        rc = add_platform(parser, known.name);
        if (rc != ENGAGE_OK)
            break;
        known.name = parser->platforms[i].name;
        parser->platforms[i] = known;
    }
    return rc;
}

/* ------------------------------------------------------------------ lines --- */

/* Finds or makes the brand whose section begins. */
static int enter_brand(struct parser *parser, engage_str id)
{
    engage_policy *policy = parser->policy;
    for (parser->brand = 0; parser->brand < policy->brand_count; parser->brand++)
        if (same(policy->brands[parser->brand].id, id))
            return ENGAGE_OK;
    if (policy->brand_count == MOST_BRANDS)
        return fail(parser, parser->lines.line.data, "more than 1024 brands",
                    (engage_str){NULL, 0});
    void *wider = push(parser, policy->brands, &policy->brand_count, sizeof(*policy->brands));
    if (wider == NULL)
        return no_memory(parser);
    policy->brands = wider;
    return copy_str(parser, id, &policy->brands[parser->brand].id);
}

static int enter_section(struct parser *parser, engage_str line)
{
    if (line.data[line.size - 1] != ']')
        return fail(parser, line.data, "a section ends with ]", line);
    engage_str inside = engagep_lines_trim((engage_str){line.data + 1, line.size - 2});
    engage_str whole = inside;
    engage_str word = next_word(&inside);
    engage_str id = engagep_lines_trim(inside);
    if (memchr(whole.data, ']', whole.size) != NULL)
        return fail(parser, line.data, "a section ends with ]", line);
    if (engagep_lines_equal(word, "brand") && id.size > 0) {
        parser->section = SECTION_BRAND;
        return enter_brand(parser, id);
    }
    if (engagep_lines_equal(word, "platform") && id.size > 0)
        return enter_platform(parser, id);
    if (engagep_lines_equal(word, "hours") || engagep_lines_equal(word, "departments")) {
        int hours = engagep_lines_equal(word, "hours");
        parser->section = hours ? SECTION_HOURS : SECTION_DEPARTMENTS;
        parser->of_brand = id.size > 0;
        if (!parser->of_brand)
            return ENGAGE_OK;
        int rc = enter_brand(parser, id);
        if (rc == ENGAGE_OK && hours)
            parser->policy->brands[parser->brand].own_hours = 1;
        else if (rc == ENGAGE_OK)
            parser->policy->brands[parser->brand].own_departments = 1;
        return rc;
    }
    struct engagep_policy_row row;
    size_t at = 0;
    while (engagep_policy_row(at, &row) && !engagep_lines_equal(whole, row.section))
        at++;
    if (!engagep_policy_row(at, &row))
        return fail(parser, line.data, "no such section", line);
    parser->section = SECTION_NUMBERS;
    parser->section_name = whole;
    return ENGAGE_OK;
}

static int read_line(struct parser *parser, engage_str line)
{
    if (line.size == 0 || line.data[0] == '#')
        return ENGAGE_OK;
    if (line.data[0] == '[')
        return enter_section(parser, line);
    engage_str value = line;
    engage_str name = engagep_lines_cut(&value, '=');
    if (name.size == line.size)
        return fail(parser, line.data, "not of the form name = value", line);
    value = engagep_lines_trim(value);
    switch (parser->section) {
    case SECTION_NUMBERS:
        return set_number(parser, name, value);
    case SECTION_BRAND:
        return set_brand(parser, name, value);
    case SECTION_HOURS:
        return set_hours(parser, name, value);
    case SECTION_DEPARTMENTS:
        return set_department(parser, name, value);
    case SECTION_PLATFORM:
        return set_platform(parser, name, value);
    case SECTION_TOP:
        break;
    }
    if (engagep_lines_equal(name, "profile"))
        return set_profile(parser, name, value);
    if (engagep_lines_equal(name, "version"))
        return set_version(parser, value);
    return fail(parser, name.data, "no such name before the first section", name);
}

static int read_lines(struct parser *parser, const char *text, size_t size)
{
    int rc;
    engagep_lines_begin(&parser->lines, text, size, ENGAGE_EPOLICY, parser->lines.error);
    while ((rc = engagep_lines_next(&parser->lines)) == ENGAGE_ROW) {
        rc = read_line(parser, engagep_lines_trim(parser->lines.line));
        if (rc != ENGAGE_OK)
            return rc;
    }
    return rc == ENGAGE_DONE ? ENGAGE_OK : rc;
}

/* --------------------------------------------------------------- the whole --- */

/* What must hold between numbers: low <= high; they are made of the members at these places. */
struct order {
    int64_t low;
    int64_t high;
    size_t at[3];
    const char *what;
};

/* Told at the last of the lines that set them. */
static int check_order(struct parser *parser, const struct order *order)
{
    uint32_t line = 0;
    if (order->low <= order->high)
        return ENGAGE_OK;
    for (size_t i = 0; i < sizeof(order->at) / sizeof(order->at[0]); i++)
        if (parser->set_on[order->at[i]] > line)
            line = parser->set_on[order->at[i]];
    engagep_error_set(parser->lines.error, ENGAGE_EPOLICY, "%s", order->what);
    engagep_error_at(parser->lines.error, line, line > 0 ? 1 : 0, 0);
    return ENGAGE_EPOLICY;
}

#define AT(member) (offsetof(struct engagep_policy_numbers, member) / sizeof(int32_t))

static int check(struct parser *parser)
{
    const struct engagep_policy_numbers *n = &parser->policy->numbers;
    const struct order orders[] = {
        {n->presence_short, n->presence_long,
         {AT(presence_short), AT(presence_long), AT(presence_long)},
         "presence: short is more than long"},
        {n->presence_cooling, n->presence_warming,
         {AT(presence_cooling), AT(presence_warming), AT(presence_warming)},
         "presence: cooling is more than warming"},
        {n->presence_long, n->view, {AT(presence_long), AT(view), AT(view)},
         "presence: long is more than view"},
        {(int64_t)n->window + INT64_C(4) * n->hold, n->view, {AT(window), AT(hold), AT(view)},
         "stages: window and four holds are more than view"},
        {(int64_t)n->standing_window + n->standing_hold, n->view,
         {AT(standing_window), AT(standing_hold), AT(view)},
         "standing: window and hold are more than view"},
        {(int64_t)n->lapse + 1, n->view, {AT(lapse), AT(view), AT(view)},
         "outcome: lapse is not below view"},
        {n->medium, n->high, {AT(medium), AT(high), AT(high)},
         "priority: medium is more than high"},
        {n->high, n->urgent, {AT(high), AT(urgent), AT(urgent)},
         "priority: high is more than urgent"},
    };
    for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++) {
        int rc = check_order(parser, &orders[i]);
        if (rc != ENGAGE_OK)
            return rc;
    }
    return ENGAGE_OK;
}

static void sort_brands(engage_policy *policy)
{
    for (size_t i = 1; i < policy->brand_count; i++) {
        struct engagep_brand moved = policy->brands[i];
        size_t to = i;
        for (; to > 0; to--) {
            const engage_str *before = &policy->brands[to - 1].id;
            size_t least = before->size < moved.id.size ? before->size : moved.id.size;
            int order = memcmp(before->data, moved.id.data, least);
            if (order < 0 || (order == 0 && before->size <= moved.id.size))
                break;
            policy->brands[to] = policy->brands[to - 1];
        }
        policy->brands[to] = moved;
    }
}

/* A policy that changes something and does not say its version is named by what it
 * says, so that results of different policies never carry one name. */
static int name_version(struct parser *parser)
{
    engage_policy *policy = parser->policy;
    int changed = policy->brand_count > 0 || policy->hours.interval_count > 0 ||
                  policy->hours.holiday_count > 0 || policy->hours.offset_count > 0 ||
                  parser->platforms_set != 0;
    for (size_t i = 0; i < NUMBERS; i++)
        changed |= parser->set_on[i] != 0;
    for (int intent = 0; intent < ENGAGE_INTENTS; intent++)
        changed |= policy->departments.of[intent].data != NULL;
    if (parser->version_line != 0 || !changed)
        return ENGAGE_OK;
    engage_buffer buffer;
    engagep_buffer_init(&buffer, &policy->arena.allocator);
    size_t begun = engagep_buffer_begin(&buffer);
    engagep_policy_put(&buffer, policy);
    int rc = engagep_buffer_end(&buffer, begun);
    if (rc == ENGAGE_OK)
        snprintf(policy->version, sizeof(policy->version), "custom-%016llx",
                 (unsigned long long)engagep_hash_fnv(buffer.data, buffer.size));
    engagep_buffer_release(&buffer);
    return rc == ENGAGE_OK ? ENGAGE_OK : no_memory(parser);
}

void engagep_policy_release(engage_policy *policy)
{
    struct engagep_arena arena = policy->arena;
    engagep_alloc_free(&arena.allocator, policy, 1, sizeof(*policy));
    engagep_arena_release(&arena);
}

int engage_policy_parse(const engage_policy **out, const char *text, size_t size,
                        const engage_allocator *allocator, engage_error *error)
{
    if (out == NULL)
        return engagep_error_set(error, ENGAGE_EMISUSE, "no place for the policy");
    *out = NULL;
    if (text == NULL && size > 0)
        return engagep_error_set(error, ENGAGE_EMISUSE, "no policy text");
    engage_allocator own;
    int rc = engagep_alloc_init(&own, allocator);
    if (rc != ENGAGE_OK)
        return engagep_error_set(error, rc, "the allocator is incomplete");
    engage_policy *policy = engagep_alloc_zero(&own, 1, sizeof(*policy));
    if (policy == NULL)
        return engagep_error_set(error, ENGAGE_ENOMEM, "no memory for a policy");
    engagep_arena_init(&policy->arena, &own);
    policy->numbers = engagep_policy_builtin.numbers;
    memcpy(policy->version, engagep_policy_builtin.version, sizeof(policy->version));
    atomic_init(&policy->owners, 1);
    struct parser parser = {.policy = policy};
    parser.lines.error = error;
    rc = copy_platforms(&parser);
    if (rc == ENGAGE_OK)
        rc = read_lines(&parser, text, size);
    if (rc == ENGAGE_OK)
        rc = check(&parser);
    if (rc == ENGAGE_OK) {
        sort_brands(policy);
        rc = name_version(&parser);
    }
    if (rc != ENGAGE_OK) {
        engagep_policy_release(policy);
        return rc;
    }
    *out = policy;
    return ENGAGE_OK;
}
