/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * A process that applies events is killed at random moments, again and again, and
 * begins from the first event each time: in the end everything reads as if nothing
 * had happened, and at no moment was a batch there in part.
 */
#define _POSIX_C_SOURCE 200809L

#include "stream.h"

#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { EVENTS = 240, BATCH = 8 };

static char path[64];

static void clear(void)
{
    static const char *const suffixes[] = {"", "-wal", "-shm", "-journal"};
    char name[80];
    snprintf(path, sizeof(path), "check_crash-%ld.db", (long)getpid());
    for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
        snprintf(name, sizeof(name), "%s%s", path, suffixes[i]);
        unlink(name);
    }
}

static engage_tracker *open_tracker(void)
{
    char uri[80];
    engage_tracker *tracker = NULL;
    engage_error error = ENGAGE_ERROR_INIT;
    snprintf(uri, sizeof(uri), "sqlite:%s", path);
    int rc = engage_tracker_open(&tracker, uri, NULL, &error);
    ck_assert_msg(rc == ENGAGE_OK, "%s: %s", engage_errname(rc), error.message);
    return tracker;
}

/* How many rows a query finds, asked past the tracker. */
static int64_t ask(const char *sql)
{
    sqlite3 *db;
    sqlite3_stmt *statement;
    /* Not read-only: what a kill has left needs recovery. */
    ck_assert_int_eq(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
    ck_assert_int_eq(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
    ck_assert_int_eq(sqlite3_step(statement), SQLITE_ROW);
    int64_t number = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return number;
}

/* One life: ended from outside after a while, or by itself when all is applied. */
static int live(const struct stream *stream, long nanoseconds)
{
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        engage_tracker *tracker = open_tracker();
        stream_apply(tracker, stream, NULL, stream->count, BATCH, NULL, NULL);
        engage_tracker_close(tracker);
        _exit(0);
    }
    if (nanoseconds > 0) {
        struct timespec moment = {0, nanoseconds};
        nanosleep(&moment, NULL);
        kill(child, SIGKILL);
    }
    int status;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    if (WIFEXITED(status))
        ck_assert_int_eq(WEXITSTATUS(status), 0);
    return WIFEXITED(status);
}

START_TEST(kills_leave_no_trace)
{
    struct stream stream;
    uint64_t seed = (uint64_t)_i + 1;
    uint64_t random = seed ^ (uint64_t)getpid() << 8;
    clear();
    stream_make(&stream, seed, EVENTS, 3);
    int killed = 0;
    long life = 20000000;
    for (int round = 0; round < 25; round++) {
        if (live(&stream, 1 + (long)(support_random(&random) % (uint64_t)life)))
            break;
        killed++;
        if (access(path, F_OK) != 0 || ask("SELECT count(*) FROM sqlite_schema") == 0)
            continue;
        ck_assert_int_eq(ask("SELECT integrity_check = 'ok' FROM pragma_integrity_check"), 1);
        ck_assert_int_eq(ask("SELECT count(*) FROM event") % BATCH, 0);
        life += life / 8;
    }
    ck_assert_int_eq(live(&stream, 0), 1);
    engage_tracker *plain = stream_tracker(NULL);
    stream_apply(plain, &stream, NULL, stream.count, BATCH, NULL, NULL);
    engage_tracker *tracker = open_tracker();
    char *a = stream_reports(plain, &stream, stream.end);
    char *b = stream_reports(tracker, &stream, stream.end);
    ck_assert_str_eq(a, b);
    printf("killed %d times\n", killed);
    free(a);
    free(b);
    engage_tracker_close(tracker);
    engage_tracker_close(plain);
    stream_free(&stream);
    clear();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("crash");
    TCase *crash = tcase_create("crash");
    tcase_set_timeout(crash, 0);
    tcase_add_loop_test(crash, kills_leave_no_trace, 0, 4);
    suite_add_tcase(suite, crash);
    return support_run(suite);
}
