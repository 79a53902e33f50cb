/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * The policy as an object, and its canonical text. Reading is in policy_parse.c.
 */
#include "track/policy.h"

#include "base/alloc.h"
#include "base/buffer.h"
#include "base/time.h"
#include "track/policy_parse.h"
#include "track/policy_table.h"

#include <string.h>

const engage_policy *engage_policy_default(void)
{
    return &engagep_policy_builtin;
}

/* The count of owners is the one part of a policy that changes; it is no part of
 * what `const` promises. */
static atomic_size_t *owners_of(const engage_policy *policy)
{
    return (atomic_size_t *)((uintptr_t)policy + offsetof(engage_policy, owners));
}

const engage_policy *engage_policy_ref(const engage_policy *policy)
{
    if (policy != NULL && policy != &engagep_policy_builtin)
        atomic_fetch_add_explicit(owners_of(policy), 1, memory_order_relaxed);
    return policy;
}

void engage_policy_unref(const engage_policy *policy)
{
    if (policy == NULL || policy == &engagep_policy_builtin)
        return;
    if (atomic_fetch_sub_explicit(owners_of(policy), 1, memory_order_acq_rel) == 1)
        engagep_policy_release((engage_policy *)(uintptr_t)policy);
}

const struct engagep_brand *engagep_policy_brand(const engage_policy *policy, engage_str id)
{
    for (size_t i = 0; i < policy->brand_count; i++) {
        const engage_str *known = &policy->brands[i].id;
        if (known->size == id.size && memcmp(known->data, id.data, id.size) == 0)
            return &policy->brands[i];
    }
    return NULL;
}

const struct engagep_platform *engagep_policy_platform(const engage_policy *policy,
                                                       engage_str name)
{
    for (size_t i = 0; i < policy->platform_count; i++) {
        const engage_str *known = &policy->platforms[i].name;
        if (known->size == name.size && memcmp(known->data, name.data, name.size) == 0)
            return &policy->platforms[i];
    }
    return NULL;
}

const struct engagep_hours *engagep_policy_hours(const engage_policy *policy, engage_str brand)
{
    const struct engagep_brand *known = engagep_policy_brand(policy, brand);
    return known != NULL && known->own_hours ? &known->hours : &policy->hours;
}

engage_str engagep_policy_department(const engage_policy *policy, engage_str brand, int intent)
{
    const struct engagep_brand *known = engagep_policy_brand(policy, brand);
    const struct engagep_departments *departments =
        known != NULL && known->own_departments ? &known->departments : &policy->departments;
    return departments->of[intent];
}

/* ------------------------------------------------------------------- text --- */

static void put_str(engage_buffer *buffer, const char *name, engage_str value)
{
    engagep_buffer_put_text(buffer, name);
    engagep_buffer_put_text(buffer, " = ");
    engagep_buffer_put(buffer, value.data, value.size);
    engagep_buffer_put_byte(buffer, '\n');
}

static void put_text(engage_buffer *buffer, const char *name, const char *value)
{
    put_str(buffer, name, (engage_str){value, strlen(value)});
}

/* A number with leading zeros. */
static void put_digits(engage_buffer *buffer, int64_t value, int digits)
{
    char text[20];
    for (int i = digits; i > 0; i--) {
        text[i - 1] = (char)('0' + value % 10);
        value /= 10;
    }
    engagep_buffer_put(buffer, text, (size_t)digits);
}

/* value / unit, where unit is 1 or 1,000,000, without trailing zeros. */
static void put_number(engage_buffer *buffer, int32_t value, int32_t unit)
{
    int digits = 1;
    for (int64_t limit = 10; value / unit >= limit; limit *= 10)
        digits++;
    put_digits(buffer, value / unit, digits);
    int32_t rest = value % unit;
    if (rest == 0)
        return;
    digits = 6;
    while (rest % 10 == 0) {
        rest /= 10;
        digits--;
    }
    engagep_buffer_put_byte(buffer, '.');
    put_digits(buffer, rest, digits);
}

static void put_clock(engage_buffer *buffer, int64_t ms)
{
    put_digits(buffer, ms / 3600000, 2);
    engagep_buffer_put_byte(buffer, ':');
    put_digits(buffer, ms / 60000 % 60, 2);
}

static void put_intervals(engage_buffer *buffer, const struct engagep_hours *hours, int weekday)
{
    int begun = 0;
    for (size_t i = 0; i < hours->interval_count; i++) {
        const struct engagep_interval *interval = &hours->intervals[i];
        if (interval->weekday != weekday)
            continue;
        if (!begun) {
            engagep_buffer_put_text(buffer, engagep_policy_weekdays[weekday]);
            engagep_buffer_put_text(buffer, " =");
        }
        begun = 1;
        engagep_buffer_put_byte(buffer, ' ');
        put_clock(buffer, interval->opens);
        engagep_buffer_put_byte(buffer, '-');
        put_clock(buffer, interval->closes);
    }
    if (begun)
        engagep_buffer_put_byte(buffer, '\n');
}

static void put_hours(engage_buffer *buffer, const struct engagep_hours *hours)
{
    for (int weekday = 0; weekday < 7; weekday++)
        put_intervals(buffer, hours, weekday);
    for (size_t i = 0; i < hours->holiday_count; i++) {
        int64_t year;
        int month;
        int day;
        engagep_time_civil(hours->holidays[i], &year, &month, &day);
        engagep_buffer_put_text(buffer, "holiday = ");
        put_digits(buffer, year, 4);
        engagep_buffer_put_byte(buffer, '-');
        put_digits(buffer, month, 2);
        engagep_buffer_put_byte(buffer, '-');
        put_digits(buffer, day, 2);
        engagep_buffer_put_byte(buffer, '\n');
    }
    for (size_t i = 0; i < hours->offset_count; i++) {
        char time[ENGAGEP_TIME_SIZE];
        size_t size = engagep_time_format(hours->offsets[i].from, time);
        int64_t offset = hours->offsets[i].offset;
        engagep_buffer_put_text(buffer, "offset = ");
        engagep_buffer_put(buffer, time, size);
        engagep_buffer_put_text(buffer, offset < 0 ? " -" : " +");
        put_clock(buffer, offset < 0 ? -offset : offset);
        engagep_buffer_put_byte(buffer, '\n');
    }
}

/* A line for each intent, in the order of their numbers. */
static void put_departments(engage_buffer *buffer, const struct engagep_departments *departments)
{
    for (int intent = 0; intent < ENGAGE_INTENTS; intent++)
        if (departments->of[intent].data != NULL)
            put_str(buffer, engagep_policy_intent_name(intent), departments->of[intent]);
}

static int has_departments(const struct engagep_departments *departments)
{
    for (int intent = 0; intent < ENGAGE_INTENTS; intent++)
        if (departments->of[intent].data != NULL)
            return 1;
    return 0;
}

static void put_section(engage_buffer *buffer, const char *name, engage_str brand)
{
    engagep_buffer_put_text(buffer, "\n[");
    engagep_buffer_put_text(buffer, name);
    if (brand.size > 0)
        engagep_buffer_put_byte(buffer, ' ');
    engagep_buffer_put(buffer, brand.data, brand.size);
    engagep_buffer_put_text(buffer, "]\n");
}

static void put_brand(engage_buffer *buffer, const struct engagep_brand *brand)
{
    put_section(buffer, "brand", brand->id);
    for (size_t i = 0; i < brand->name_count; i++)
        put_str(buffer, "name", brand->names[i]);
    for (size_t i = 0; i < brand->handle_count; i++)
        put_str(buffer, "handle", brand->handles[i]);
    for (size_t i = 0; i < brand->staff_count; i++)
        put_str(buffer, "staff", brand->staff[i]);
    if (brand->own_hours) {
        put_section(buffer, "hours", brand->id);
        put_hours(buffer, &brand->hours);
    }
    if (brand->own_departments) {
        put_section(buffer, "departments", brand->id);
        put_departments(buffer, &brand->departments);
    }
}

static void put_platform(engage_buffer *buffer, const struct engagep_platform *platform)
{
    put_section(buffer, "platform", platform->name);
    engagep_buffer_put_text(buffer, "texts = ");
    put_number(buffer, platform->texts, 1);
    engagep_buffer_put_text(buffer, "\nlink_basis = ");
    put_number(buffer, platform->basis, 1);
    engagep_buffer_put_byte(buffer, '\n');
    for (int intent = 0; intent < ENGAGE_INTENTS; intent++)
        if (platform->withheld & 1u << intent)
            put_text(buffer, "withhold", engage_intent_name(intent));
}

void engagep_policy_put(engage_buffer *buffer, const engage_policy *policy)
{
    put_text(buffer, "profile", engagep_policy_profile_names[policy->profile]);
    put_text(buffer, "version", policy->version);
    const char *section = "";
    struct engagep_policy_row row;
    for (size_t at = 0; engagep_policy_row(at, &row); at++) {
        if (strcmp(section, row.section) != 0) {
            section = row.section;
            put_section(buffer, section, (engage_str){NULL, 0});
        }
        engagep_buffer_put_text(buffer, row.name);
        engagep_buffer_put_text(buffer, " = ");
        put_number(buffer, engagep_policy_read(&policy->numbers, row.index), row.unit);
        engagep_buffer_put_byte(buffer, '\n');
    }
    if (policy->hours.interval_count + policy->hours.holiday_count +
            policy->hours.offset_count > 0) {
        put_section(buffer, "hours", (engage_str){NULL, 0});
        put_hours(buffer, &policy->hours);
    }
    if (has_departments(&policy->departments)) {
        put_section(buffer, "departments", (engage_str){NULL, 0});
        put_departments(buffer, &policy->departments);
    }
    for (size_t i = 0; i < policy->platform_count; i++)
        put_platform(buffer, &policy->platforms[i]);
    for (size_t i = 0; i < policy->brand_count; i++)
        put_brand(buffer, &policy->brands[i]);
}

int engage_policy_text(const engage_policy *policy, engage_buffer *buffer)
{
    if (policy == NULL || buffer == NULL)
        return ENGAGE_EMISUSE;
    size_t begun = engagep_buffer_begin(buffer);
    engagep_policy_put(buffer, policy);
    return engagep_buffer_end(buffer, begun);
}
