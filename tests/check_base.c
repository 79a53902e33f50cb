/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "support.h"

#include "base/alloc.h"
#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/time.h"
#include "base/utf8.h"
#include "base/varint.h"

#include <stdio.h>
#include <string.h>

START_TEST(version_is_that_of_the_header)
{
    char text[32];
    snprintf(text, sizeof(text), "%d.%d.%d", ENGAGE_VERSION_MAJOR, ENGAGE_VERSION_MINOR,
             ENGAGE_VERSION_PATCH);
    ck_assert_str_eq(engage_version(), text);
}
END_TEST

START_TEST(status_codes_have_names)
{
    ck_assert_str_eq(engage_errname(ENGAGE_OK), "ENGAGE_OK");
    ck_assert_str_eq(engage_errname(ENGAGE_ENOMEM), "ENGAGE_ENOMEM");
    ck_assert_str_eq(engage_errname(12345), "ENGAGE_UNKNOWN");
    ck_assert_str_eq(engage_strerror(ENGAGE_ENOMEM), "out of memory");
    ck_assert_str_eq(engage_strerror(-12345), "unknown status code");
    /* Every number of the bands is either named once, or unknown in both. */
    for (int code = -100; code < 10; code++) {
        int named = strcmp(engage_errname(code), "ENGAGE_UNKNOWN") != 0;
        int told = strcmp(engage_strerror(code), "unknown status code") != 0;
        ck_assert_int_eq(named, told);
    }
}
END_TEST

START_TEST(error_is_optional_and_bounded)
{
    ck_assert_int_eq(engagep_error_set(NULL, ENGAGE_EIO, "x"), ENGAGE_EIO);
    engage_error error = ENGAGE_ERROR_INIT;
    char longer[1000];
    memset(longer, 'a', sizeof(longer) - 1);
    longer[sizeof(longer) - 1] = '\0';
    ck_assert_int_eq(engagep_error_set(&error, ENGAGE_EIO, "%s", longer), ENGAGE_EIO);
    ck_assert_int_eq(error.code, ENGAGE_EIO);
    ck_assert_uint_eq(strlen(error.message), sizeof(error.message) - 1);
    engagep_error_at(&error, 3, 4, 5);
    ck_assert_uint_eq(error.line, 3);
    engage_error small = {4, 0, 0, 0, 0, 0, 0, {0}};
    engagep_error_set(&small, ENGAGE_EIO, "x");
    ck_assert_int_eq(small.code, 0);
}
END_TEST

/* What a message quotes may be no UTF-8, and be cut inside of a character. */
START_TEST(error_messages_are_utf8)
{
    engage_error error = ENGAGE_ERROR_INIT;
    char cut[sizeof(error.message) + 2] = "";
    engagep_error_set(&error, ENGAGE_EIO, "%s", "table \xc3\xa9\xd8 \xe2\x82");
    ck_assert_str_eq(error.message, "table \xc3\xa9? ??");
    while (strlen(cut) + 2 < sizeof(cut))
        strcat(cut, "\xc3\xa9");
    engagep_error_set(&error, ENGAGE_EIO, "%s", cut);
    ck_assert_uint_eq(strlen(error.message), sizeof(error.message) - 1);
    ck_assert_str_eq(error.message + sizeof(error.message) - 4, "\xc3\xa9?");
}
END_TEST

START_TEST(allocator_is_checked)
{
    engage_allocator out;
    engage_allocator given = {4, NULL, NULL, NULL, NULL};
    ck_assert_int_eq(engagep_alloc_init(&out, &given), ENGAGE_EOPTIONS);
    given.struct_size = sizeof(given);
    ck_assert_int_eq(engagep_alloc_init(&out, &given), ENGAGE_EOPTIONS);
    ck_assert_int_eq(engagep_alloc_init(&out, NULL), ENGAGE_OK);
    ck_assert_ptr_null(engagep_alloc_array(&out, SIZE_MAX / 2, 3));
    void *block = NULL;
    size_t capacity = 0;
    ck_assert_int_eq(engagep_alloc_grow(&out, &block, &capacity, SIZE_MAX, 1), ENGAGE_ENOMEM);
    ck_assert_int_eq(engagep_alloc_grow(&out, &block, &capacity, SIZE_MAX / 4, 16), ENGAGE_ENOMEM);
    ck_assert_ptr_null(block);
}
END_TEST

START_TEST(later_options_are_taken_when_zero)
{
    struct {
        uint32_t struct_size;
        uint32_t a;
        uint64_t later;
    } given = {sizeof(given), 7, 0};
    struct {
        uint32_t struct_size;
        uint32_t a;
    } out = {0, 0};
    ck_assert_int_eq(engagep_options_copy(&out, sizeof(out), &given, sizeof(out)), ENGAGE_OK);
    ck_assert_uint_eq(out.a, 7);
    ck_assert_uint_eq(out.struct_size, sizeof(out));
    given.later = 1;
    ck_assert_int_eq(engagep_options_copy(&out, sizeof(out), &given, sizeof(out)),
                     ENGAGE_EOPTIONS);
    given.struct_size = 4;
    ck_assert_int_eq(engagep_options_copy(&out, sizeof(out), &given, sizeof(out)),
                     ENGAGE_EOPTIONS);
    /* A size that was never set is not read by, not even where zeros follow. */
    static uint32_t zeros[4096];
    zeros[0] = sizeof(zeros);
    ck_assert_int_eq(engagep_options_copy(&out, sizeof(out), zeros, sizeof(out)),
                     ENGAGE_EOPTIONS);
}
END_TEST

static int buffer_body(const engage_allocator *allocator, void *ctx)
{
    (void)ctx;
    engage_buffer *buffer;
    int rc = engage_buffer_new(&buffer, allocator);
    for (int i = 0; rc == ENGAGE_OK && i < 40; i++) {
        size_t before = engage_buffer_size(buffer);
        rc = engage_buffer_append(buffer, "0123456789", 10);
        if (rc != ENGAGE_OK)
            ck_assert_uint_eq(engage_buffer_size(buffer), before);
    }
    engage_buffer_free(buffer);
    return rc;
}

START_TEST(buffer_appends_and_survives)
{
    engage_buffer *buffer;
    ck_assert_int_eq(engage_buffer_new(NULL, NULL), ENGAGE_EMISUSE);
    ck_assert_int_eq(engage_buffer_new(&buffer, NULL), ENGAGE_OK);
    ck_assert_str_eq(engage_buffer_data(buffer), "");
    ck_assert_int_eq(engage_buffer_append(buffer, "ab", 2), ENGAGE_OK);
    ck_assert_int_eq(engage_buffer_append(buffer, NULL, 1), ENGAGE_EMISUSE);
    ck_assert_int_eq(engage_buffer_append(NULL, "a", 1), ENGAGE_EMISUSE);
    ck_assert_str_eq(engage_buffer_data(buffer), "ab");
    ck_assert_uint_eq(engage_buffer_size(buffer), 2);
    engage_buffer_clear(buffer);
    ck_assert_str_eq(engage_buffer_data(buffer), "");
    engage_buffer_free(buffer);
    engage_buffer_free(NULL);
    engage_buffer_clear(NULL);
    ck_assert_ptr_null(engage_buffer_data(NULL));
    ck_assert_uint_eq(engage_buffer_size(NULL), 0);
    support_fail_each(buffer_body, NULL);
}
END_TEST

static int arena_body(const engage_allocator *allocator, void *ctx)
{
    (void)ctx;
    struct engagep_arena arena;
    engagep_arena_init(&arena, allocator);
    int rc = ENGAGE_OK;
    for (size_t round = 0; rc == ENGAGE_OK && round < 3; round++) {
        for (size_t i = 1; rc == ENGAGE_OK && i < 300; i++) {
            char *copy = engagep_arena_copy(&arena, "abcdefgh", 8);
            void *large = engagep_arena_array(&arena, i, 64);
            if (copy == NULL || large == NULL) {
                rc = ENGAGE_ENOMEM;
            } else {
                memset(large, 0xA5, i * 64);
                ck_assert_str_eq(copy, "abcdefgh");
            }
        }
        engagep_arena_reset(&arena);
    }
    engagep_arena_release(&arena);
    return rc;
}

START_TEST(arena_gives_and_takes)
{
    support_fail_each(arena_body, NULL);
    engage_allocator allocator;
    ck_assert_int_eq(engagep_alloc_init(&allocator, NULL), ENGAGE_OK);
    struct engagep_arena arena;
    engagep_arena_init(&arena, &allocator);
    ck_assert_ptr_null(engagep_arena_array(&arena, SIZE_MAX / 2, 4));
    ck_assert_ptr_null(engagep_arena_copy(&arena, "", SIZE_MAX));
    engagep_arena_release(&arena);
}
END_TEST

static int list_body(const engage_allocator *allocator, void *ctx)
{
    (void)ctx;
    struct engagep_arena arena;
    engagep_arena_init(&arena, allocator);
    size_t *list = NULL;
    size_t count = 0;
    size_t capacity = 0;
    int rc = ENGAGE_OK;
    while (rc == ENGAGE_OK && count < 10000) {
        size_t *grown = engagep_arena_grow(&arena, list, count, &capacity, sizeof *list);
        if (grown == NULL) {
            rc = ENGAGE_ENOMEM;
        } else {
            list = grown;
            list[count] = count;
            count++;
        }
    }
    for (size_t i = 0; i < count; i++) /* those before a failure are there after it */
        ck_assert_uint_eq(list[i], i);
    engagep_arena_release(&arena);
    return rc;
}

START_TEST(arena_list_grows)
{
    support_fail_each(list_body, NULL);
    engage_allocator allocator;
    ck_assert_int_eq(engagep_alloc_init(&allocator, NULL), ENGAGE_OK);
    struct engagep_arena arena;
    engagep_arena_init(&arena, &allocator);
    int element = 0;
    size_t capacity = 3;
    ck_assert_ptr_eq(engagep_arena_grow(&arena, &element, 2, &capacity, 1), &element);
    ck_assert_uint_eq(capacity, 3);
    capacity = SIZE_MAX / 2 + 1; /* a list that cannot double */
    ck_assert_ptr_null(engagep_arena_grow(&arena, &element, capacity, &capacity, 1));
    ck_assert_uint_eq(capacity, SIZE_MAX / 2 + 1);
    engagep_arena_release(&arena);
}
END_TEST

/* Without memory it gives no piece that is not its own, and goes on with what it has. */
START_TEST(arena_survives_a_failure)
{
    struct support_memory memory = {0, 0, 0, 0, 0, 0};
    engage_allocator allocator = support_allocator(&memory);
    struct engagep_arena arena;
    engagep_arena_init(&arena, &allocator);
    ck_assert_ptr_nonnull(engagep_arena_array(&arena, 3 << 20, 1));
    ck_assert_ptr_nonnull(engagep_arena_array(&arena, 1 << 10, 1)); /* the last block is smaller */
    engagep_arena_reset(&arena);
    ck_assert_ptr_nonnull(engagep_arena_array(&arena, 3 << 20, 1));
    memory.fail_at = memory.calls + 1;
    ck_assert_ptr_null(engagep_arena_array(&arena, 2 << 20, 1));
    char *small = engagep_arena_array(&arena, 1 << 20, 1);
    ck_assert_ptr_nonnull(small);
    memset(small, 1, 1 << 20); /* a sanitizer or valgrind tells whose it is */
    ck_assert_uint_le(arena.used, 1 << 20);
    engagep_arena_release(&arena);
    ck_assert_uint_eq(memory.blocks, 0);
}
END_TEST

START_TEST(arena_keeps_its_blocks)
{
    struct support_memory memory = {0, 0, 0, 0, 0, 0};
    engage_allocator allocator = support_allocator(&memory);
    struct engagep_arena arena;
    engagep_arena_init(&arena, &allocator);
    size_t calls = 0;
    for (int round = 0; round < 5; round++) {
        engagep_arena_reset(&arena);
        for (int i = 0; i < 1000; i++)
            ck_assert_ptr_nonnull(engagep_arena_array(&arena, 100, 1));
        if (round == 0)
            calls = memory.calls;
    }
    ck_assert_uint_eq(memory.calls, calls);
    engagep_arena_release(&arena);
    ck_assert_uint_eq(memory.blocks, 0);
}
END_TEST

START_TEST(json_is_escaped_and_parted)
{
    engage_buffer *b;
    ck_assert_int_eq(engage_buffer_new(&b, NULL), ENGAGE_OK);
    size_t begun = engagep_buffer_begin(b);
    engagep_json_open(b, '{');
    engagep_json_key(b, "a");
    engagep_json_open(b, '[');
    engagep_json_int(b, INT64_MIN);
    engagep_json_decimal(b, -1500000, 6);
    engagep_json_decimal(b, 7, 3);
    engagep_json_q16(b, 65536 + 32768);
    engagep_json_q16(b, -1);
    engagep_json_null(b);
    engagep_json_bool(b, 1);
    engagep_json_open(b, '[');
    engagep_json_close(b, ']');
    engagep_json_close(b, ']');
    engagep_json_key(b, "t");
    engagep_json_string(b, "\"\\\n\t\r\x01\x80z\xC3\xA9\x7f", 11);
    engagep_json_key(b, "when");
    engagep_json_time(b, 0);
    engagep_json_key(b, "never");
    engagep_json_time(b, ENGAGE_NO_TIME);
    engagep_json_close(b, '}');
    ck_assert_int_eq(engagep_buffer_end(b, begun), ENGAGE_OK);
    ck_assert_str_eq(engage_buffer_data(b),
                     "{\"a\":[-9223372036854775808,-1.5,0.007,1.5,-0.000015,null,true,[]],"
                     "\"t\":\"\\\"\\\\\\n\\t\\r\\u0001\xEF\xBF\xBDz\xC3\xA9\\u007f\","
                     "\"when\":\"1970-01-01T00:00:00.000Z\",\"never\":null}");
    engage_buffer_free(b);
}
END_TEST

/* What the caller wrote before is no value that a comma would part from the next. */
START_TEST(json_begins_anew_behind_bytes_of_the_caller)
{
    static const char *const before[] = {"data: ", "[", "[1,", "{\"a\":1}", "\"a\""};
    for (size_t i = 0; i < sizeof(before) / sizeof(before[0]); i++) {
        char expected[64];
        engage_buffer *b;
        ck_assert_int_eq(engage_buffer_new(&b, NULL), ENGAGE_OK);
        ck_assert_int_eq(engage_buffer_append(b, before[i], strlen(before[i])), ENGAGE_OK);
        size_t begun = engagep_buffer_begin(b);
        engagep_json_open(b, '[');
        engagep_json_int(b, 1);
        engagep_json_int(b, 2);
        engagep_json_close(b, ']');
        ck_assert_int_eq(engagep_buffer_end(b, begun), ENGAGE_OK);
        snprintf(expected, sizeof(expected), "%s[1,2]", before[i]);
        ck_assert_str_eq(engage_buffer_data(b), expected);
        engage_buffer_free(b);
    }
}
END_TEST

START_TEST(utf8_replaces_by_maximal_parts)
{
    /* The rows of table 3-8 of the Unicode Standard: bytes and lengths of its units. */
    static const struct {
        const char *bytes;
        size_t lengths[8];
    } rows[] = {
        {"\xC0\xAF\xE0\x80\xBF\xF0\x81\x82", {1, 1, 1, 1, 1, 1, 1, 1}},
        {"\xED\xA0\x80\xED\xBF\xBF\xED\xAF", {1, 1, 1, 1, 1, 1, 1, 1}},
        {"\xF4\x91\x92\x93\xFF\x41\x80\xBF", {1, 1, 1, 1, 1, 1, 1, 1}},
        {"\xE1\x80\xE2\xF0\x91\x92\xF1\xBF", {2, 1, 3, 2}},
    };
    for (size_t r = 0; r < sizeof(rows) / sizeof(rows[0]); r++) {
        size_t at = 0;
        for (size_t i = 0; at < 8; i++) {
            uint32_t code;
            size_t length = engagep_utf8_decode(rows[r].bytes + at, 8 - at, &code);
            ck_assert_uint_eq(length, rows[r].lengths[i]);
            at += length;
        }
    }
    for (uint32_t c = 0; c < 0x110000; c++) {
        if (c >= 0xD800 && c < 0xE000)
            continue;
        char bytes[4];
        size_t length = engagep_utf8_encode(c, bytes);
        uint32_t back;
        ck_assert_uint_eq(engagep_utf8_decode(bytes, length, &back), length);
        ck_assert_uint_eq(back, c);
    }
}
END_TEST

START_TEST(varints_are_written_and_read_one_way)
{
    unsigned char bytes[ENGAGEP_VARINT_SIZE];
    for (unsigned bit = 0; bit < 64; bit++) {
        uint64_t value = UINT64_C(1) << bit;
        for (int less = 0; less < 2; less++, value--) {
            uint64_t read = 0;
            size_t size = engagep_varint_put(bytes, value);
            ck_assert_ptr_eq(engagep_varint_get(bytes, bytes + size, value, &read), bytes + size);
            ck_assert_uint_eq(read, value);
            ck_assert_ptr_null(engagep_varint_get(bytes, bytes + size - 1, value, &read));
            if (value > 0)
                ck_assert_ptr_null(engagep_varint_get(bytes, bytes + size, value - 1, &read));
        }
    }
    ck_assert_uint_eq(engagep_varint_put(bytes, UINT64_MAX), ENGAGEP_VARINT_SIZE);
    static const unsigned char longer[] = {0x81, 0x00};
    static const unsigned char beyond[] = {255, 255, 255, 255, 255, 255, 255, 255, 255, 2};
    static const unsigned char endless[] = {255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1};
    uint64_t read;
    ck_assert_ptr_null(engagep_varint_get(longer, longer + sizeof(longer), UINT64_MAX, &read));
    ck_assert_ptr_null(engagep_varint_get(beyond, beyond + sizeof(beyond), UINT64_MAX, &read));
    ck_assert_ptr_null(engagep_varint_get(endless, endless + sizeof(endless), UINT64_MAX, &read));
}
END_TEST

START_TEST(times_are_read_and_written)
{
    static const struct {
        const char *text;
        int64_t time;
    } good[] = {
        {"1970-01-01T00:00:00Z", 0},
        {"2000-02-29T12:30:45.678901Z", INT64_C(951827445678)},
        {"2026-11-20T10:00:00+02:00", INT64_C(1795161600000)},
        {"2026-11-20t10:00:00.5z", INT64_C(1795168800500)},
        {"-1", -1},
        {"1795168800000", INT64_C(1795168800000)},
        {"9223372036854775807", INT64_MAX},
        {"-9223372036854775807", -INT64_MAX},
    };
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        int64_t time;
        ck_assert_int_eq(engage_time_parse(good[i].text, strlen(good[i].text), &time), ENGAGE_OK);
        ck_assert_int_eq(time, good[i].time);
    }
    static const char *const bad[] = {
        "", "-", "x", "2026-11-20", "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z",
        "2026-11-20T24:00:00Z", "2026-11-20T10:00:00", "2026-11-20T10:00:00.Z",
        "2026-11-20T10:00:00+0200", "2026-11-20T10:00:00Zx", "99999999999999999999", "12a",
        "9223372036854775808",
    };
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        int64_t time = 1;
        ck_assert_msg(engage_time_parse(bad[i], strlen(bad[i]), &time) == ENGAGE_ERANGE, "%s",
                      bad[i]);
        ck_assert_int_eq(time, 0);
    }
    int64_t time;
    ck_assert_int_eq(engage_time_parse("1", 1, NULL), ENGAGE_EMISUSE);
    ck_assert_int_eq(engage_time_parse(NULL, 1, &time), ENGAGE_EMISUSE);
    uint64_t seed = 1;
    for (int i = 0; i < 100000; i++) {
        int64_t t = (int64_t)(support_random(&seed) % 315537897600000u) - INT64_C(62135596800000);
        char text[ENGAGEP_TIME_SIZE];
        size_t size = engagep_time_format(t, text);
        int64_t back;
        ck_assert_int_eq(engage_time_parse(text, size, &back), ENGAGE_OK);
        ck_assert_int_eq(back, t);
    }
    ck_assert_int_eq(engagep_time_day(-1), -1);
    ck_assert_int_eq(engagep_time_day(0), 0);
    char text[ENGAGEP_TIME_SIZE];
    ck_assert_uint_eq(engagep_time_format(INT64_MAX, text), 0);
}
END_TEST

START_TEST(hashes_give_their_published_values)
{
    ck_assert_uint_eq(engagep_crc32c(0, "123456789", 9), 0xE3069283u);
    ck_assert_uint_eq(engagep_crc32c(engagep_crc32c(0, "1234", 4), "56789", 5), 0xE3069283u);
    struct engagep_sha256 sha;
    unsigned char digest[32];
    engagep_sha256_begin(&sha);
    engagep_sha256_add(&sha, "abc", 3);
    engagep_sha256_end(&sha, digest);
    static const unsigned char abc[4] = {0xba, 0x78, 0x16, 0xbf};
    ck_assert_mem_eq(digest, abc, 4);
    engagep_sha256_begin(&sha);
    engagep_sha256_add(&sha, "abc", 3);
    char digits[8];
    engagep_sha256_end_hex(&sha, digits, 7);
    ck_assert_mem_eq(digits, "ba7816b", 7);
    engagep_sha256_begin(&sha);
    for (int i = 0; i < 1000000; i++)
        engagep_sha256_add(&sha, "a", 1);
    engagep_sha256_end(&sha, digest);
    static const unsigned char million[4] = {0xcd, 0xc7, 0x6e, 0x5c};
    ck_assert_mem_eq(digest, million, 4);
    /* The vector of the SipHash paper: key 00..0f, message 00..0e. */
    unsigned char key[16], message[15];
    for (unsigned char i = 0; i < 16; i++)
        key[i] = i;
    for (unsigned char i = 0; i < 15; i++)
        message[i] = i;
    ck_assert_uint_eq(engagep_hash_sip(key, message, 15), UINT64_C(0xa129ca6149be45e5));
    ck_assert_uint_ne(engagep_hash_fnv("a", 1), engagep_hash_fnv("b", 1));
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("base");
    TCase *c = tcase_create("base");
    tcase_set_timeout(c, 0);
    tcase_add_test(c, version_is_that_of_the_header);
    tcase_add_test(c, status_codes_have_names);
    tcase_add_test(c, error_is_optional_and_bounded);
    tcase_add_test(c, error_messages_are_utf8);
    tcase_add_test(c, allocator_is_checked);
    tcase_add_test(c, later_options_are_taken_when_zero);
    tcase_add_test(c, buffer_appends_and_survives);
    tcase_add_test(c, arena_gives_and_takes);
    tcase_add_test(c, arena_list_grows);
    tcase_add_test(c, arena_survives_a_failure);
    tcase_add_test(c, arena_keeps_its_blocks);
    tcase_add_test(c, json_is_escaped_and_parted);
    tcase_add_test(c, json_begins_anew_behind_bytes_of_the_caller);
    tcase_add_test(c, utf8_replaces_by_maximal_parts);
    tcase_add_test(c, varints_are_written_and_read_one_way);
    tcase_add_test(c, times_are_read_and_written);
    tcase_add_test(c, hashes_give_their_published_values);
    suite_add_tcase(s, c);
    return s;
}

int main(void)
{
    return support_run(suite());
}
