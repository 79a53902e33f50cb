/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "zone.h"

#include "tell.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* The years whose offsets are written out. */
enum { FIRST_YEAR = 2000, LAST_YEAR = 2050, DAY = 86400, NAME_MOST = 63, SECTION_MOST = 1100 };

struct span {
    const char *data;
    size_t size;
};

static struct span trim(struct span text)
{
    while (text.size > 0 && strchr(" \t\r", text.data[0]) != NULL)
        text = (struct span){text.data + 1, text.size - 1};
    while (text.size > 0 && strchr(" \t\r", text.data[text.size - 1]) != NULL)
        text.size--;
    return text;
}

/* A name of the system's that leads nowhere else: a file that begins as RFC 8536 says.
 * Of folders and lists, which lie there too, localtime would make UTC. */
static int is_zone(const char *name)
{
    char path[128];
    char begin[4];
    if (strstr(name, "..") != NULL || name[0] == '/')
        return 0;
    snprintf(path, sizeof(path), "/usr/share/zoneinfo/%s", name);
    FILE *file = fopen(path, "rb");
    int is = file != NULL && fread(begin, 1, 4, file) == 4 && memcmp(begin, "TZif", 4) == 0;
    if (file != NULL)
        fclose(file);
    return is;
}

static long offset_at(time_t when)
{
    struct tm local;
    return localtime_r(&when, &local) != NULL ? local.tm_gmtoff : 0;
}

/* The first second of an offset that differs from that of `from`, which lies not after `to`. */
static time_t change_between(time_t from, time_t to)
{
    long before = offset_at(from);
    while (to - from > 1) {
        time_t middle = from + (to - from) / 2;
        if (offset_at(middle) == before)
            from = middle;
        else
            to = middle;
    }
    return to;
}

static int put_offset(engage_buffer *out, time_t from)
{
    char line[80];
    struct tm utc;
    long offset = offset_at(from);
    long minutes = labs(offset) / 60;
    if (gmtime_r(&from, &utc) == NULL)
        return 0;
    int size = snprintf(line, sizeof(line),
                        "offset = %04d-%02d-%02dT%02d:%02d:%02dZ %c%02ld:%02ld\n",
                        utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min,
                        utc.tm_sec, offset < 0 ? '-' : '+', minutes / 60, minutes % 60);
    return engage_buffer_append(out, line, (size_t)size) == ENGAGE_OK;
}

static int put_offsets(engage_buffer *out, const char *zone)
{
    struct tm begin = {.tm_year = FIRST_YEAR - 1900, .tm_mday = 1};
    struct tm end = {.tm_year = LAST_YEAR - 1900, .tm_mday = 1};
    time_t from = timegm(&begin);
    time_t last = timegm(&end);
    char variable[NAME_MOST + 2];
    snprintf(variable, sizeof(variable), ":%s", zone);
    if (setenv("TZ", variable, 1) != 0)
        return 0;
    tzset();
    int good = put_offset(out, from);
    for (time_t day = from + DAY; good && day <= last; day += DAY)
        if (offset_at(day) != offset_at(day - DAY))
            good = put_offset(out, change_between(day - DAY, day));
    (void)unsetenv("TZ");
    tzset();
    return good;
}

/* The section at hand, and whether it has a zone or offsets. */
struct section {
    char title[SECTION_MOST];
    int zoned;
    int offset;
    int told; /* what is wrong was */
};

static int is_word(struct span text, const char *word)
{
    return text.size == strlen(word) && memcmp(text.data, word, text.size) == 0;
}

/* One line of the text: 1, or 0 where its zone is not known or not alone, or there is no
 * memory. */
static int take_line(const char *path, unsigned number, struct span line, struct section *section,
                     engage_buffer *out, engage_buffer *offsets)
{
    struct span text = trim(line);
    const char *sign = text.size > 0 ? memchr(text.data, '=', text.size) : NULL;
    struct span name = {text.data, sign != NULL ? (size_t)(sign - text.data) : 0};
    name = trim(name);
    if (text.size > 0 && text.data[0] == '[') {
        *section = (struct section){"", 0, 0, 0};
        snprintf(section->title, SECTION_MOST, "%.*s",
                 (int)(text.size < SECTION_MOST ? text.size : 0), text.data);
    }
    int hours = strncmp(section->title, "[hours", 6) == 0;
    int zoned = hours && is_word(name, "zone");
    int offset = hours && is_word(name, "offset");
    if ((zoned && section->zoned) || (zoned && section->offset) || (offset && section->zoned)) {
        section->told = 1;
        tell_at("%s:%u:%u: a zone stands alone: no other one, and no offset", path, number,
                (unsigned)(name.data - line.data) + 1);
        return 0;
    }
    section->zoned |= zoned;
    section->offset |= offset;
    if (!zoned)
        return engage_buffer_append(out, line.data, line.size) == ENGAGE_OK;
    char zone[NAME_MOST + 1];
    struct span value =
        trim((struct span){sign + 1, text.size - (size_t)(sign + 1 - text.data)});
    snprintf(zone, sizeof(zone), "%.*s", (int)(value.size <= NAME_MOST ? value.size : 0),
             value.data);
    if (zone[0] == '\0' || !is_zone(zone)) {
        section->told = 1;
        tell_at("%s:%u:%u: no such time zone: %.*s", path, number,
             (unsigned)(value.data - line.data) + 1, (int)value.size, value.data);
        return 0;
    }
    return engage_buffer_append(offsets, "\n", 1) == ENGAGE_OK &&
           engage_buffer_append(offsets, section->title, strlen(section->title)) == ENGAGE_OK &&
           engage_buffer_append(offsets, "\n", 1) == ENGAGE_OK && put_offsets(offsets, zone);
}

int zone_expand(const char *path, const engage_buffer *text, engage_buffer *out)
{
    struct section section = {"", 0, 0, 0};
    engage_buffer *offsets = NULL;
    const char *at = engage_buffer_data(text);
    const char *end = at + engage_buffer_size(text);
    int good = engage_buffer_new(&offsets, NULL) == ENGAGE_OK;
    for (unsigned number = 1; good && at < end; number++) {
        const char *line_end = memchr(at, '\n', (size_t)(end - at));
        size_t size = (size_t)((line_end != NULL ? line_end : end) - at);
        good = take_line(path, number, (struct span){at, size}, &section, out, offsets) &&
               (line_end == NULL || engage_buffer_append(out, "\n", 1) == ENGAGE_OK);
        at += size + (line_end != NULL);
    }
    if (good && engage_buffer_size(offsets) > 0)
        good = engage_buffer_append(out, engage_buffer_data(offsets),
                                    engage_buffer_size(offsets)) == ENGAGE_OK;
    engage_buffer_free(offsets);
    return good ? ENGAGE_OK : section.told ? ENGAGE_EPOLICY : ENGAGE_ENOMEM;
}
