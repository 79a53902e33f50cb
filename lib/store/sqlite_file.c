/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * A database file may come from anywhere. It is opened with everything off that a
 * schema could use to run something, and then compared with what we would have
 * made: mark, version, encoding, and the SQL of each table and index, byte by byte.
 *
 * What is committed is meant to outlive a loss of power, hence synchronous=EXTRA: in
 * WAL mode that is one sync for each commit, as with FULL, so that the size of a batch
 * decides what it costs; and the making of the tables, which is before there is a log,
 * does not come undone by a journal whose removal was lost.
 */
#define _POSIX_C_SOURCE 200809L
#include "store/sqlite_file.h"

#include "base/alloc.h"
#include "base/buffer.h"
#include "base/error.h"
#include "store/backend.h"
#include "store/sqlite_sql.h"

#include <engage/store.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* How long to wait, in milliseconds, for another who writes. */
enum { BUSY_WAIT = 5000 };

/* What SQLite's own header holds, as its file format documents it. */
enum { HEADER_SIZE = 100, HEADER_VERSION = 60, HEADER_APPLICATION = 68 };

/* Either bit forbids to make the store. */
enum { MUST_EXIST = ENGAGE_TRACKER_READONLY | ENGAGE_TRACKER_EXISTING };

/* The tables that a database must have, and room for the text that makes them. */
struct schema {
    const struct engagep_table *tables;
    size_t count;
    engage_buffer sql;
};

/* --------------------------------------------------------------- failures --- */

static int system_failure(sqlite3 *db, int code)
{
    int number = sqlite3_system_errno(db);
    if (code == SQLITE_IOERR_NOMEM)
        return ENGAGE_ENOMEM;
    if (code == SQLITE_IOERR_CORRUPTFS)
        return ENGAGE_ESTORE_CORRUPT;
    return number == ENOSPC || number == EDQUOT ? ENGAGE_EFULL : ENGAGE_EIO;
}

static int code_of(sqlite3 *db, int code)
{
    switch (code & 0xff) {
    case SQLITE_NOMEM:
        return ENGAGE_ENOMEM;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
        return ENGAGE_EBUSY;
    case SQLITE_FULL:
        return ENGAGE_EFULL;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return ENGAGE_ESTORE_CORRUPT;
    case SQLITE_TOOBIG:
        return ENGAGE_ELIMIT;
    case SQLITE_IOERR:
        return system_failure(db, code);
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
        return ENGAGE_EIO;
    default:
        return ENGAGE_ESTORE;
    }
}

int engagep_sqlite_file_failed(sqlite3 *db, int code, engage_error *error)
{
    int ours = code_of(db, code);
    /* Who reads writes nothing but the log's index, where none is there. */
    int unindexed = (code & 0xff) == SQLITE_READONLY && sqlite3_db_readonly(db, "main") == 1;
    engagep_error_set(error, ours, "%s",
                      unindexed ? "reading needs a folder that can be written"
                                : sqlite3_errmsg(db));
    if (ours == ENGAGE_EIO || ours == ENGAGE_EFULL)
        engagep_error_system(error, sqlite3_system_errno(db));
    return ours;
}

static int run(sqlite3 *db, const char *sql, engage_error *error)
{
    int code = sqlite3_exec(db, sql, NULL, NULL, NULL);
    return code == SQLITE_OK ? ENGAGE_OK : engagep_sqlite_file_failed(db, code, error);
}

static const char *text_at(sqlite3_stmt *statement, int column)
{
    const unsigned char *text = sqlite3_column_text(statement, column);
    return text != NULL ? (const char *)text : "";
}

/* The one number that a statement gives; or, with `text`, whether it gives that. */
static int ask(sqlite3 *db, const char *sql, const char *text, int64_t *out, engage_error *error)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_step(statement);
    if (code == SQLITE_ROW)
        *out = text != NULL ? strcmp(text, text_at(statement, 0)) == 0
                            : sqlite3_column_int64(statement, 0);
    int rc = code == SQLITE_ROW ? ENGAGE_OK : engagep_sqlite_file_failed(db, code, error);
    sqlite3_finalize(statement);
    return rc;
}

/* ----------------------------------------------------------------- header --- */

static int refuse_stranger(engage_error *error)
{
    return engagep_error_set(error, ENGAGE_ESTORE, "the file is not a store of libengage");
}

static int refuse_version(engage_error *error, int64_t version)
{
    return engagep_error_set(error, ENGAGE_ESTORE_VERSION,
                             "the store has schema version %d, this library reads %d",
                             (int)version, ENGAGEP_SCHEMA_VERSION);
}

static uint32_t big_endian(const unsigned char *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

/* Whether a journal or a log lies beside the file: then SQLite may yet bring it back
 * to what it was, though a loss of power has spoilt its first page. */
static int is_recoverable(sqlite3 *db)
{
    sqlite3_vfs *vfs = NULL;
    const char *name = sqlite3_db_filename(db, "main");
    int journal = 0;
    int log = 0;
    int code = sqlite3_file_control(db, "main", SQLITE_FCNTL_VFS_POINTER, &vfs);
    if (code == SQLITE_OK)
        code = vfs->xAccess(vfs, sqlite3_filename_journal(name), SQLITE_ACCESS_EXISTS, &journal);
    if (code == SQLITE_OK)
        code = vfs->xAccess(vfs, sqlite3_filename_wal(name), SQLITE_ACCESS_EXISTS, &log);
    return code == SQLITE_OK && (journal || log);
}

/* Reads the header before SQLite reads anything, since SQLite would recover what
 * another program left half done, and that is a change of a file that is perhaps not
 * ours. It is read through SQLite's own handle: closing another one would drop the
 * locks that this process holds on the file. *empty is set where there is nothing yet. */
static int check_header(sqlite3 *db, int *empty, engage_error *error)
{
    sqlite3_file *file = NULL;
    sqlite3_int64 size = 0;
    unsigned char header[HEADER_SIZE] = {0};
    int code = sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, &file);
    if (code == SQLITE_OK)
        code = file->pMethods->xFileSize(file, &size);
    if (code == SQLITE_OK)
        code = file->pMethods->xRead(file, header, HEADER_SIZE, 0);
    if (code != SQLITE_OK && code != SQLITE_IOERR_SHORT_READ)
        return engagep_sqlite_file_failed(db, code, error);
    /* SQLite tells a size of 0 for a file of one byte too. */
    *empty = size == 0 && header[0] == 0;
    if (*empty)
        return ENGAGE_OK;
    if (memcmp(header, "SQLite format 3", 16) != 0)
        return is_recoverable(db) ? ENGAGE_OK : refuse_stranger(error);
    if (big_endian(header + HEADER_APPLICATION) != ENGAGEP_SQLITE_APPLICATION)
        return refuse_stranger(error);
    uint32_t version = big_endian(header + HEADER_VERSION);
    return version == ENGAGEP_SCHEMA_VERSION ? ENGAGE_OK : refuse_version(error, version);
}

/* ----------------------------------------------------------------- schema --- */

static int make_schema(sqlite3 *db, struct schema *schema, engage_error *error)
{
    int rc = ENGAGE_OK;
    for (size_t t = 0; rc == ENGAGE_OK && t < schema->count; t++) {
        const struct engagep_table *table = &schema->tables[t];
        for (size_t i = 0; rc == ENGAGE_OK && i < table->index_count; i++) {
            rc = i == 0 ? engagep_sqlite_sql_table(&schema->sql, table)
                        : engagep_sqlite_sql_index(&schema->sql, table, i);
            if (rc != ENGAGE_OK)
                return engagep_error_set(error, rc, "no memory for the store");
            rc = run(db, engage_buffer_data(&schema->sql), error);
        }
    }
    char pragmas[96];
    sqlite3_snprintf((int)sizeof(pragmas), pragmas,
                     "PRAGMA application_id=%d; PRAGMA user_version=%d",
                     ENGAGEP_SQLITE_APPLICATION, ENGAGEP_SCHEMA_VERSION);
    return rc == ENGAGE_OK ? run(db, pragmas, error) : rc;
}

/* Writes the SQL that an object of this name must have: ENGAGE_ROW, or ENGAGE_DONE
 * where there should be none. */
static int expected_sql(struct schema *schema, int is_table, const char *name)
{
    for (size_t t = 0; t < schema->count; t++) {
        const struct engagep_table *table = &schema->tables[t];
        for (size_t i = 0; i < table->index_count; i++) {
            const char *own = i == 0 ? table->name : table->indexes[i].name;
            if ((i == 0) != is_table || strcmp(own, name) != 0)
                continue;
            int rc = i == 0 ? engagep_sqlite_sql_table(&schema->sql, table)
                            : engagep_sqlite_sql_index(&schema->sql, table, i);
            return rc == ENGAGE_OK ? ENGAGE_ROW : rc;
        }
    }
    return ENGAGE_DONE;
}

static int is_ours(const struct schema *schema, const char *table)
{
    for (size_t t = 0; t < schema->count; t++) {
        if (sqlite3_stricmp(schema->tables[t].name, table) == 0)
            return 1;
    }
    return 0;
}

/* Looks at one object of the schema: ENGAGE_ROW where it is one of ours and right,
 * ENGAGE_DONE where it is somebody else's table or view, which is left alone. */
static int check_object(struct schema *schema, sqlite3_stmt *statement, engage_error *error)
{
    const char *type = text_at(statement, 0);
    const char *name = text_at(statement, 1);
    const char *sql = text_at(statement, 3);
    int is_table = strcmp(type, "table") == 0;
    if (!is_ours(schema, text_at(statement, 2)))
        return ENGAGE_DONE;
    int rc = ENGAGE_DONE;
    if (is_table || strcmp(type, "index") == 0)
        rc = expected_sql(schema, is_table, name);
    if (rc == ENGAGE_ROW && strcmp(sql, engage_buffer_data(&schema->sql)) == 0)
        return ENGAGE_ROW;
    if (rc < 0)
        return engagep_error_set(error, rc, "no memory for the store");
    return engagep_error_set(error, ENGAGE_ESTORE_CORRUPT, "the %s %s is not as it was made", type,
                             name);
}

/* Compares all that the database has under the names of our tables. */
static int check_schema(sqlite3 *db, struct schema *schema, engage_error *error)
{
    size_t missing = 0;
    for (size_t t = 0; t < schema->count; t++)
        missing += schema->tables[t].index_count;
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(db, "SELECT type, name, tbl_name, sql FROM sqlite_schema", -1,
                                  &statement, NULL);
    int rc = ENGAGE_OK;
    if (code == SQLITE_OK)
        code = sqlite3_step(statement);
    while (code == SQLITE_ROW && rc >= 0) {
        rc = check_object(schema, statement, error);
        missing -= rc == ENGAGE_ROW;
        code = sqlite3_step(statement);
    }
    if (rc >= 0 && code != SQLITE_DONE)
        rc = engagep_sqlite_file_failed(db, code, error);
    sqlite3_finalize(statement);
    if (rc >= 0 && missing > 0)
        rc = engagep_error_set(error, ENGAGE_ESTORE_CORRUPT, "the store lacks tables or indexes");
    return rc < 0 ? rc : ENGAGE_OK;
}

static int check_marks(sqlite3 *db, engage_error *error)
{
    int64_t application = 0;
    int64_t version = 0;
    int64_t utf8 = 0;
    int rc = ask(db, "PRAGMA application_id", NULL, &application, error);
    if (rc == ENGAGE_OK)
        rc = ask(db, "PRAGMA user_version", NULL, &version, error);
    if (rc == ENGAGE_OK)
        rc = ask(db, "PRAGMA encoding", "UTF-8", &utf8, error);
    if (rc != ENGAGE_OK)
        return rc;
    if (application != ENGAGEP_SQLITE_APPLICATION)
        return refuse_stranger(error);
    if (version != ENGAGEP_SCHEMA_VERSION)
        return refuse_version(error, version);
    if (!utf8)
        return engagep_error_set(error, ENGAGE_ESTORE_CORRUPT, "the store is not in UTF-8");
    return ENGAGE_OK;
}

/* Makes the tables, unless somebody else was faster. A failure leaves its transaction
 * to the end of the connection. */
static int make_store(sqlite3 *db, struct schema *schema, engage_error *error)
{
    int64_t objects = 0;
    int64_t application = 0;
    int rc = run(db, "BEGIN IMMEDIATE", error);
    if (rc == ENGAGE_OK)
        rc = ask(db, "SELECT count(*) FROM sqlite_schema", NULL, &objects, error);
    if (rc == ENGAGE_OK)
        rc = ask(db, "PRAGMA application_id", NULL, &application, error);
    if (rc == ENGAGE_OK && objects == 0 && application == 0)
        rc = make_schema(db, schema, error);
    return rc == ENGAGE_OK ? run(db, "COMMIT", error) : rc;
}

static int check_store(sqlite3 *db, struct schema *schema, engage_error *error)
{
    int rc = run(db, "BEGIN", error);
    if (rc == ENGAGE_OK)
        rc = check_marks(db, error);
    if (rc == ENGAGE_OK)
        rc = check_schema(db, schema, error);
    return rc == ENGAGE_OK ? run(db, "COMMIT", error) : rc;
}

/* ---------------------------------------------------------------- opening --- */

/* Nothing that a schema says is run, nothing is attached, no value is larger than a
 * row of ours can be. The limit leaves room for SQLite's own header of a record. */
static int arm(sqlite3 *db, engage_error *error)
{
    static const int off[] = {
        SQLITE_DBCONFIG_TRUSTED_SCHEMA,        SQLITE_DBCONFIG_ENABLE_TRIGGER,
        SQLITE_DBCONFIG_ENABLE_VIEW,           SQLITE_DBCONFIG_ENABLE_FKEY,
        SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER,
        SQLITE_DBCONFIG_DQS_DML,               SQLITE_DBCONFIG_DQS_DDL,
    };
    int code = sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    for (size_t i = 0; code == SQLITE_OK && i < sizeof(off) / sizeof(off[0]); i++)
        code = sqlite3_db_config(db, off[i], 0, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_extended_result_codes(db, 1);
    if (code == SQLITE_OK)
        code = sqlite3_busy_timeout(db, BUSY_WAIT);
    if (code != SQLITE_OK)
        return engagep_sqlite_file_failed(db, code, error);
    sqlite3_limit(db, SQLITE_LIMIT_LENGTH, ENGAGEP_STORE_ROW_LIMIT + (1 << 16));
    sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
    return ENGAGE_OK;
}

/* What needs the file, and so is done once its header is known: no page of it is
 * mapped, damaged pages are noticed, and what is removed is overwritten. */
static int settle(sqlite3 *db, engage_error *error)
{
    return run(db,
               "PRAGMA mmap_size=0; PRAGMA cell_size_check=ON; PRAGMA secure_delete=ON;"
               "PRAGMA temp_store=MEMORY; PRAGMA synchronous=EXTRA",
               error);
}

static int use_wal(sqlite3 *db, engage_error *error)
{
    int64_t wal = 0;
    int rc = ask(db, "PRAGMA journal_mode=WAL", "wal", &wal, error);
    if (rc == ENGAGE_OK && !wal)
        rc = engagep_error_set(error, ENGAGE_ESTORE, "the file cannot have a write-ahead log");
    return rc;
}

static int prepare(sqlite3 *db, struct schema *schema, unsigned flags, engage_error *error)
{
    int readonly = (flags & ENGAGE_TRACKER_READONLY) != 0;
    int empty = 0;
    int64_t pages = 0;
    int rc = arm(db, error);
    if (rc == ENGAGE_OK)
        rc = check_header(db, &empty, error);
    if (rc == ENGAGE_OK && empty && (flags & MUST_EXIST) != 0)
        rc = engagep_error_set(error, ENGAGE_ENOENT, "the file is empty");
    if (rc == ENGAGE_OK && !readonly && sqlite3_db_readonly(db, "main") != 0)
        rc = engagep_error_set(error, ENGAGE_EIO, "the file cannot be written");
    if (rc == ENGAGE_OK)
        rc = settle(db, error);
    /* Reading recovers what a crash has left: where the tables were being made, that
     * is an empty file. */
    if (rc == ENGAGE_OK)
        rc = ask(db, "PRAGMA page_count", NULL, &pages, error);
    if (rc == ENGAGE_OK && pages == 0)
        rc = make_store(db, schema, error);
    if (rc == ENGAGE_OK)
        rc = check_store(db, schema, error);
    if (rc == ENGAGE_OK && !readonly)
        rc = use_wal(db, error);
    return rc;
}

/* Why a file cannot be made: SQLite tries to read it then, and tells of that alone. */
static int why_not_made(const char *path)
{
    int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    int number = file < 0 ? errno : 0;
    if (file >= 0)
        close(file);
    return number;
}

static int connect(sqlite3 **db, const char *path, unsigned flags, engage_error *error)
{
    int how = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE;
    how |= flags & ENGAGE_TRACKER_READONLY ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
    how |= flags & MUST_EXIST ? 0 : SQLITE_OPEN_CREATE;
    int code = sqlite3_open_v2(path, db, how, NULL);
    if (code == SQLITE_OK)
        return ENGAGE_OK;
    if (*db == NULL)
        return engagep_error_set(error, ENGAGE_ENOMEM, "no memory for the store");
    if ((flags & MUST_EXIST) != 0 && sqlite3_system_errno(*db) == ENOENT)
        return engagep_error_set(error, ENGAGE_ENOENT, "there is no file %s", path);
    int rc = engagep_sqlite_file_failed(*db, code, error);
    if (sqlite3_system_errno(*db) == ENOENT)
        engagep_error_system(error, why_not_made(path));
    return rc;
}

int engagep_sqlite_file_open(sqlite3 **out, const struct engagep_table *tables, size_t count,
                             const char *path, unsigned flags, const engage_allocator *allocator,
                             engage_error *error)
{
    *out = NULL;
    struct schema schema = {.tables = tables, .count = count};
    engagep_buffer_init(&schema.sql, allocator);
    sqlite3 *db = NULL;
    /* "./" keeps SQLite from reading more into a name than a path. */
    if (path[0] != '/')
        engagep_buffer_put_text(&schema.sql, "./");
    engagep_buffer_put_text(&schema.sql, path);
    int rc = engagep_buffer_end(&schema.sql, 0);
    if (rc == ENGAGE_OK)
        rc = connect(&db, engage_buffer_data(&schema.sql), flags, error);
    else
        engagep_error_set(error, rc, "no memory for the store");
    if (rc == ENGAGE_OK)
        rc = prepare(db, &schema, flags, error);
    engagep_buffer_release(&schema.sql);
    if (rc == ENGAGE_OK)
        *out = db;
    else
        (void)sqlite3_close(db);
    return rc;
}
