/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "track/outcome.h"

#include "base/time.h"

#include <string.h>

/* A first day, where it is not after `today`. */
static int32_t first_by(const struct engagep_calendar *calendar, int kind, int32_t today)
{
    int32_t first = engagep_calendar_first_of(calendar, kind);
    return first > today ? ENGAGEP_NO_DAY : first;
}

void engagep_outcome_firsts(const struct engagep_calendar *calendar, int32_t today,
                            int32_t *trial, int32_t *purchase)
{
    int32_t buy = first_by(calendar, ENGAGEP_KIND_BUY, today);
    int32_t renew = first_by(calendar, ENGAGEP_KIND_RENEW, today);
    *trial = first_by(calendar, ENGAGEP_KIND_TRIAL, today);
    *purchase = buy == ENGAGEP_NO_DAY || (renew != ENGAGEP_NO_DAY && renew < buy) ? renew : buy;
}

/* Whether the days that are held tell of a first one: one below the floor of a calendar, as a
 * state may have that was compacted elsewhere, is known by itself. */
static int is_held(const struct engagep_calendar *calendar, int32_t first, int kind)
{
    size_t at = engagep_calendar_index(calendar, first);
    return at < calendar->count && calendar->days[at].day == first &&
           engagep_day_count(calendar, &calendar->days[at], kind) > 0;
}

void engagep_outcome_at(const struct engagep_calendar *calendar, const engage_policy *policy,
                        int64_t time, struct engagep_outcome *out)
{
    static const int purchases[] = {ENGAGEP_KIND_BUY, ENGAGEP_KIND_RENEW};
    int32_t today = (int32_t)engagep_time_day(time);
    int32_t begin = today - policy->numbers.view + 1;
    memset(out, 0, sizeof(*out));
    engagep_outcome_firsts(calendar, today, &out->first_trial, &out->first_purchase);
    out->last_purchase = ENGAGEP_NO_DAY;
    for (size_t i = 0; i < 2; i++) {
        int32_t first = first_by(calendar, purchases[i], today);
        /* What lies before the view may be dropped, but for its first day. */
        if (first != ENGAGEP_NO_DAY &&
            (first < begin || !is_held(calendar, first, purchases[i]))) {
            out->purchases++;
            if (first > out->last_purchase)
                out->last_purchase = first;
        }
    }
    size_t at = engagep_calendar_index(calendar, begin);
    for (; at < calendar->count && calendar->days[at].day <= today; at++) {
        const struct engagep_day *day = &calendar->days[at];
        uint64_t count = (uint64_t)engagep_day_count(calendar, day, ENGAGEP_KIND_BUY) +
                         engagep_day_count(calendar, day, ENGAGEP_KIND_RENEW);
        out->purchases += count;
        out->inferred |= day->flags;
        if (count > 0 && day->day > out->last_purchase)
            out->last_purchase = day->day;
    }
    if (out->first_purchase == ENGAGEP_NO_DAY)
        out->outcome = out->first_trial == ENGAGEP_NO_DAY ? ENGAGEP_OUTCOME_NONE
                                                          : ENGAGEP_OUTCOME_TRIAL;
    else if (today - out->last_purchase > policy->numbers.lapse)
        out->outcome = ENGAGEP_OUTCOME_LAPSED;
    else
        out->outcome = out->purchases > 1 ? ENGAGEP_OUTCOME_REPEAT : ENGAGEP_OUTCOME_BUYER;
}

const char *engagep_outcome_name(int outcome)
{
    static const char *const names[] = {"none", "trial", "buyer", "repeat", "lapsed"};
    return outcome >= 0 && outcome <= ENGAGEP_OUTCOME_LAPSED ? names[outcome] : NULL;
}
