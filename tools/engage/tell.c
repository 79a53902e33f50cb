/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "tell.h"

#include "plain.h"
#include "progress.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One line, whatever the names and the input in it hold. */
static void say(const char *prefix, const char *format, va_list args)
{
    char *line = NULL;
    if (vasprintf(&line, format, args) < 0)
        line = NULL;
    if (line != NULL)
        plain(line);
    progress_hide();
    fprintf(stderr, "%s%s\n", prefix, line != NULL ? line : "out of memory");
    free(line);
}

void tell(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    say("engage: ", format, args);
    va_end(args);
}

void tell_at(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    say("", format, args);
    va_end(args);
}

static const char *detail(int code, const engage_error *error)
{
    if (error != NULL && error->code == code && error->message[0] != '\0')
        return error->message;
    if (code == ENGAGE_ELIMIT)
        return "too long: a line may have 16 MiB, a text 64 KiB";
    return engage_strerror(code);
}

void tell_refused(const char *file, unsigned long long line, int code, const engage_error *error)
{
    tell_at("%s:%llu: %s", file, line, detail(code, error));
}

void tell_failed(const char *what, int code, const engage_error *error)
{
    const char *system = error != NULL && error->code == code && error->sys_errno != 0
                             ? strerror(error->sys_errno)
                             : NULL;
    if (system != NULL)
        tell("%s: %s: %s", what, detail(code, error), system);
    else
        tell("%s: %s", what, detail(code, error));
}
