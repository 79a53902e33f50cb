/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "tell.h"

#include "progress.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void tell(const char *format, ...)
{
    progress_hide();
    fputs("engage: ", stderr);
    va_list args;
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
}

static const char *detail(int code, const engage_error *error)
{
    if (error != NULL && error->code == code && error->message[0] != '\0')
        return error->message;
    return engage_strerror(code);
}

void tell_refused(const char *file, unsigned long long line, int code, const engage_error *error)
{
    progress_hide();
    fprintf(stderr, "%s:%llu: %s\n", file, line, detail(code, error));
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
