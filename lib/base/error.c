/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "base/error.h"

#include "base/utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct entry {
    int code;
    const char *name;
    const char *text;
};

static const struct entry entries[] = {
    {ENGAGE_OK, "ENGAGE_OK", "done"},
    {ENGAGE_ROW, "ENGAGE_ROW", "there is a row"},
    {ENGAGE_DONE, "ENGAGE_DONE", "there is no further row"},
    {ENGAGE_EMISUSE, "ENGAGE_EMISUSE", "the library was called wrongly"},
    {ENGAGE_EOPTIONS, "ENGAGE_EOPTIONS", "an option is unknown or its struct too small"},
    {ENGAGE_ERANGE, "ENGAGE_ERANGE", "a number, index or name is out of range"},
    {ENGAGE_ENOMEM, "ENGAGE_ENOMEM", "out of memory"},
    {ENGAGE_ELIMIT, "ENGAGE_ELIMIT", "an input exceeds a limit"},
    {ENGAGE_EIO, "ENGAGE_EIO", "reading or writing failed"},
    {ENGAGE_ENOENT, "ENGAGE_ENOENT", "there is no such file"},
    {ENGAGE_EMODEL_MAGIC, "ENGAGE_EMODEL_MAGIC", "not a model file"},
    {ENGAGE_EMODEL_VERSION, "ENGAGE_EMODEL_VERSION", "a model format of another version"},
    {ENGAGE_EMODEL_CHECKSUM, "ENGAGE_EMODEL_CHECKSUM", "the model file is damaged"},
    {ENGAGE_EMODEL_FORMAT, "ENGAGE_EMODEL_FORMAT", "the model file breaks its format"},
    {ENGAGE_EMODEL_UNSUPPORTED, "ENGAGE_EMODEL_UNSUPPORTED",
     "the model needs what this library lacks"},
    {ENGAGE_EMODEL_NONE, "ENGAGE_EMODEL_NONE", "no model given and none is built in"},
    {ENGAGE_EPOLICY, "ENGAGE_EPOLICY", "the policy breaks a rule"},
    {ENGAGE_EEVENT, "ENGAGE_EEVENT", "the event is incomplete or wrong"},
    {ENGAGE_EFUTURE, "ENGAGE_EFUTURE", "the event lies in the future"},
    {ENGAGE_ELATE, "ENGAGE_ELATE", "the facts or texts concerned are no longer held"},
    {ENGAGE_ESTATE, "ENGAGE_ESTATE", "not a state"},
    {ENGAGE_EKEY, "ENGAGE_EKEY", "made with another hash key"},
    {ENGAGE_EOPENUNDO, "ENGAGE_EOPENUNDO", "a partial state with an open undo"},
    {ENGAGE_ENOTFOUND, "ENGAGE_ENOTFOUND", "not known here"},
    {ENGAGE_ECATALOGUE, "ENGAGE_ECATALOGUE", "the catalogue breaks a rule"},
    {ENGAGE_ELEXICON, "ENGAGE_ELEXICON", "the lexicon breaks a rule"},
    {ENGAGE_EURI, "ENGAGE_EURI", "no store of this kind"},
    {ENGAGE_ESTORE, "ENGAGE_ESTORE", "the store failed"},
    {ENGAGE_EBUSY, "ENGAGE_EBUSY", "held by another"},
    {ENGAGE_ESTORE_VERSION, "ENGAGE_ESTORE_VERSION", "a store of another version"},
    {ENGAGE_ESTORE_CORRUPT, "ENGAGE_ESTORE_CORRUPT", "the store is damaged"},
    {ENGAGE_EFULL, "ENGAGE_EFULL", "no space left"},
    {ENGAGE_EFEW, "ENGAGE_EFEW", "too few labelled posts"},
    {ENGAGE_EADDON_MODEL, "ENGAGE_EADDON_MODEL", "the add-on was made for another model"},
    {ENGAGE_EADDON_SET, "ENGAGE_EADDON_SET",
     "a promise needs the very add-ons that it was measured with"},
    {ENGAGE_EADDON_KIND, "ENGAGE_EADDON_KIND",
     "the add-on promises nothing, or promises where it must not"},
    {ENGAGE_EJSON, "ENGAGE_EJSON", "not JSON"},
};

static const struct entry *find(int code)
{
    for (size_t i = 0; i < sizeof(entries) / sizeof(entries[0]); i++) {
        if (entries[i].code == code)
            return &entries[i];
    }
    return NULL;
}

const char *engage_errname(int code)
{
    const struct entry *entry = find(code);
    return entry != NULL ? entry->name : "ENGAGE_UNKNOWN";
}

const char *engage_strerror(int code)
{
    const struct entry *entry = find(code);
    return entry != NULL ? entry->text : "unknown status code";
}

/* An engage_error of a later, larger header is still filled: only the members known
 * here are touched. A smaller one than the first release's cannot be written to. */
static int usable(const engage_error *error)
{
    return error != NULL && error->struct_size >= sizeof(*error);
}

/* Names from outside may be no UTF-8, and the end of a long message is cut off anywhere. */
static void make_utf8(char *message)
{
    size_t size = strlen(message);
    for (size_t at = 0; at < size;) {
        uint32_t code;
        size_t length = engagep_utf8_decode(message + at, size - at, &code);
        if (code == ENGAGEP_UTF8_INVALID)
            memset(message + at, '?', length);
        at += length;
    }
}

int engagep_error_set(engage_error *error, int code, const char *format, ...)
{
    if (!usable(error))
        return code;
    error->code = code;
    error->sys_errno = 0;
    error->line = 0;
    error->column = 0;
    error->offset = 0;
    va_list args;
    va_start(args, format);
    int written = vsnprintf(error->message, sizeof(error->message), format, args);
    va_end(args);
    if (written < 0)
        error->message[0] = '\0';
    make_utf8(error->message);
    return code;
}

void engagep_error_system(engage_error *error, int number)
{
    if (usable(error))
        error->sys_errno = number;
}

void engagep_error_at(engage_error *error, uint32_t line, uint32_t column, uint64_t offset)
{
    if (!usable(error))
        return;
    error->line = line;
    error->column = column;
    error->offset = offset;
}
