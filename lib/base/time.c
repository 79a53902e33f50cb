/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "base/time.h"

#include "base/ascii.h"

#include <engage/base.h>

int64_t engagep_time_day(int64_t time)
{
    int64_t day = time / ENGAGEP_DAY_MS;
    return time % ENGAGEP_DAY_MS < 0 ? day - 1 : day;
}

/* Days and dates: eras of 400 years from 0000-03-01, so that the leap day is the
 * last of its year. */
int64_t engagep_time_from_civil(int64_t year, int month, int mday)
{
    year -= month <= 2;
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t year_of_era = year - era * 400;
    int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + mday - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

void engagep_time_civil(int64_t day, int64_t *year, int *month, int *mday)
{
    day += 719468;
    int64_t era = (day >= 0 ? day : day - 146096) / 146097;
    int64_t day_of_era = day - era * 146097;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t shifted = (5 * day_of_year + 2) / 153;
    *mday = (int)(day_of_year - (153 * shifted + 2) / 5 + 1);
    *month = (int)(shifted < 10 ? shifted + 3 : shifted - 9);
    *year = year_of_era + era * 400 + (*month <= 2);
}

static char *put(char *out, int64_t value, int width)
{
    for (int i = width - 1; i >= 0; i--) {
        out[i] = (char)('0' + value % 10);
        value /= 10;
    }
    return out + width;
}

size_t engagep_time_format(int64_t time, char out[ENGAGEP_TIME_SIZE])
{
    int64_t day = engagep_time_day(time);
    int64_t year;
    int month, mday;
    /* Years 0 to 9999, before any sum that could overflow. */
    if (day < -719528 || day > 2932896)
        return 0;
    engagep_time_civil(day, &year, &month, &mday);
    int64_t rest = time - day * ENGAGEP_DAY_MS;
    char *p = put(out, year, 4);
    *p++ = '-';
    p = put(p, month, 2);
    *p++ = '-';
    p = put(p, mday, 2);
    *p++ = 'T';
    p = put(p, rest / 3600000, 2);
    *p++ = ':';
    p = put(p, rest / 60000 % 60, 2);
    *p++ = ':';
    p = put(p, rest / 1000 % 60, 2);
    *p++ = '.';
    p = put(p, rest % 1000, 3);
    *p++ = 'Z';
    *p = '\0';
    return (size_t)(p - out);
}

struct reader {
    const char *at;
    const char *end;
};

/* Exactly `width` digits, of a value from low to high. */
static int number(struct reader *r, int width, int low, int high, int *out)
{
    int value = 0;
    for (int i = 0; i < width; i++) {
        if (r->at == r->end || !engagep_ascii_digit(*r->at))
            return 0;
        value = value * 10 + (*r->at++ - '0');
    }
    *out = value;
    return value >= low && value <= high;
}

static int literal(struct reader *r, char c)
{
    if (r->at == r->end || *r->at != c)
        return 0;
    r->at++;
    return 1;
}

static int month_days(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return days[month - 1] + (month == 2 && leap);
}

static int read_milliseconds(const char *text, size_t size, int64_t *out)
{
    size_t i = text[0] == '-';
    if (i == size)
        return 0;
    int64_t value = 0;
    for (; i < size; i++) {
        if (!engagep_ascii_digit(text[i]) || value > (INT64_MAX - (text[i] - '0')) / 10)
            return 0;
        value = value * 10 + (text[i] - '0');
    }
    *out = text[0] == '-' ? -value : value;
    return 1;
}

int engagep_time_read(const char *text, size_t size, int64_t *out)
{
    if (size == 0)
        return 0;
    if (size < 5 || text[4] != '-')
        return read_milliseconds(text, size, out);
    struct reader r = {text, text + size};
    int year, month, mday, hour, minute, second;
    if (!number(&r, 4, 0, 9999, &year) || !literal(&r, '-') || !number(&r, 2, 1, 12, &month) ||
        !literal(&r, '-') || !number(&r, 2, 1, month_days(year, month), &mday))
        return 0;
    if (!literal(&r, 'T') && !literal(&r, 't') && !literal(&r, ' '))
        return 0;
    if (!number(&r, 2, 0, 23, &hour) || !literal(&r, ':') || !number(&r, 2, 0, 59, &minute) ||
        !literal(&r, ':') || !number(&r, 2, 0, 60, &second))
        return 0;
    int millis = 0;
    if (literal(&r, '.')) {
        int scale = 100;
        if (r.at == r.end || !engagep_ascii_digit(*r.at))
            return 0;
        for (; r.at < r.end && engagep_ascii_digit(*r.at); r.at++) {
            millis += (*r.at - '0') * scale;
            scale /= 10;
        }
    }
    int64_t offset = 0;
    if (!literal(&r, 'Z') && !literal(&r, 'z')) {
        int sign = literal(&r, '+') ? 1 : literal(&r, '-') ? -1 : 0;
        int hours, minutes;
        if (sign == 0 || !number(&r, 2, 0, 23, &hours) || !literal(&r, ':') ||
            !number(&r, 2, 0, 59, &minutes))
            return 0;
        offset = sign * (int64_t)(hours * 60 + minutes) * 60000;
    }
    if (r.at != r.end)
        return 0;
    int64_t day = engagep_time_from_civil(year, month, mday);
    int64_t rest = ((int64_t)(hour * 60 + minute) * 60 + second) * 1000 + millis;
    *out = day * ENGAGEP_DAY_MS + rest - offset;
    return 1;
}

int engage_time_parse(const char *text, size_t size, int64_t *out)
{
    if (out == NULL || (text == NULL && size != 0))
        return ENGAGE_EMISUSE;
    *out = 0;
    int64_t time;
    if (!engagep_time_read(text, size, &time))
        return ENGAGE_ERANGE;
    *out = time;
    return ENGAGE_OK;
}
