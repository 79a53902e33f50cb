/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "base/json.h"

#include "base/hex.h"
#include "base/time.h"
#include "base/utf8.h"

#include <string.h>

/* A value follows another one of the same array or object. */
static void separate(engage_buffer *buffer)
{
    if (buffer->size <= buffer->begun)
        return;
    char last = buffer->data[buffer->size - 1];
    if (last != '{' && last != '[' && last != ':' && last != '\n')
        engagep_buffer_put_byte(buffer, ',');
}

void engagep_json_open(engage_buffer *buffer, char bracket)
{
    separate(buffer);
    engagep_buffer_put_byte(buffer, (unsigned char)bracket);
}

void engagep_json_close(engage_buffer *buffer, char bracket)
{
    engagep_buffer_put_byte(buffer, (unsigned char)bracket);
}

void engagep_json_key(engage_buffer *buffer, const char *name)
{
    engagep_json_text(buffer, name);
    engagep_buffer_put_byte(buffer, ':');
}

void engagep_json_null(engage_buffer *buffer)
{
    separate(buffer);
    engagep_buffer_put(buffer, "null", 4);
}

void engagep_json_optional(engage_buffer *buffer, engage_str text)
{
    if (text.data == NULL)
        engagep_json_null(buffer);
    else
        engagep_json_string(buffer, text.data, text.size);
}

void engagep_json_bool(engage_buffer *buffer, int value)
{
    separate(buffer);
    engagep_buffer_put_text(buffer, value ? "true" : "false");
}

static size_t digits_of(uint64_t value, char *end)
{
    size_t n = 0;
    do {
        *--end = (char)('0' + value % 10);
        value /= 10;
        n++;
    } while (value != 0);
    return n;
}

void engagep_json_int(engage_buffer *buffer, int64_t value)
{
    engagep_json_decimal(buffer, value, 0);
}

void engagep_json_decimal(engage_buffer *buffer, int64_t value, int decimals)
{
    separate(buffer);
    char digits[40];
    char *end = digits + sizeof(digits);
    uint64_t magnitude = value < 0 ? 0u - (uint64_t)value : (uint64_t)value;
    while (decimals > 0 && magnitude % 10 == 0) {
        magnitude /= 10;
        decimals--;
    }
    size_t n = digits_of(magnitude, end);
    while (n <= (size_t)decimals)
        *(end - ++n) = '0';
    if (value < 0)
        engagep_buffer_put_byte(buffer, '-');
    engagep_buffer_put(buffer, end - n, n - (size_t)decimals);
    if (decimals > 0) {
        engagep_buffer_put_byte(buffer, '.');
        engagep_buffer_put(buffer, end - decimals, (size_t)decimals);
    }
}

int64_t engagep_json_millionths(int64_t value)
{
    /* Split, so that the product cannot overflow. */
    int64_t whole = value / 65536;
    int64_t rest = value % 65536;
    int64_t micro = rest * 1000000;
    micro = (micro + (micro < 0 ? -32768 : 32768)) / 65536;
    return whole * 1000000 + micro;
}

void engagep_json_q16(engage_buffer *buffer, int64_t value)
{
    engagep_json_decimal(buffer, engagep_json_millionths(value), 6);
}

void engagep_json_string(engage_buffer *buffer, const char *text, size_t size)
{
    separate(buffer);
    engagep_buffer_put_byte(buffer, '"');
    size_t start = 0;
    size_t i = 0;
    while (i < size) {
        unsigned char c = (unsigned char)text[i];
        if (c >= 0x20 && c < 0x7f && c != '"' && c != '\\') {
            i++;
            continue;
        }
        if (c >= 0x80) {
            uint32_t code;
            size_t length = engagep_utf8_decode(text + i, size - i, &code);
            if (code != ENGAGEP_UTF8_INVALID) {
                i += length;
                continue;
            }
            engagep_buffer_put(buffer, text + start, i - start);
            engagep_buffer_put(buffer, "\xEF\xBF\xBD", 3);
            i += length;
        } else {
            engagep_buffer_put(buffer, text + start, i - start);
            if (c == '"' || c == '\\') {
                char escape[2] = {'\\', (char)c};
                engagep_buffer_put(buffer, escape, 2);
            } else if (c == '\n') {
                engagep_buffer_put(buffer, "\\n", 2);
            } else if (c == '\t') {
                engagep_buffer_put(buffer, "\\t", 2);
            } else if (c == '\r') {
                engagep_buffer_put(buffer, "\\r", 2);
            } else {
                char escape[6] = {'\\', 'u', '0', '0'};
                engagep_hex_put(escape + 4, &c, 2);
                engagep_buffer_put(buffer, escape, 6);
            }
            i++;
        }
        start = i;
    }
    if (start < size) /* the text may be none, and so no pointer to add to */
        engagep_buffer_put(buffer, text + start, size - start);
    engagep_buffer_put_byte(buffer, '"');
}

void engagep_json_text(engage_buffer *buffer, const char *text)
{
    engagep_json_string(buffer, text, strlen(text));
}

void engagep_json_hex(engage_buffer *buffer, const void *data, size_t size)
{
    const unsigned char *bytes = data;
    separate(buffer);
    engagep_buffer_put_byte(buffer, '"');
    for (size_t i = 0; i < size; i++) {
        char pair[2];
        engagep_hex_put(pair, &bytes[i], 2);
        engagep_buffer_put(buffer, pair, 2);
    }
    engagep_buffer_put_byte(buffer, '"');
}

void engagep_json_time(engage_buffer *buffer, int64_t time)
{
    char text[ENGAGEP_TIME_SIZE];
    size_t size = engagep_time_format(time, text);
    if (size == 0)
        engagep_json_null(buffer);
    else
        engagep_json_string(buffer, text, size);
}
