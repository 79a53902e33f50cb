/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "output.h"

#include "command.h"
#include "tell.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The file beside the target, where there is one: the command writes one output. */
static char *volatile unfinished;

static void clear_away(int number)
{
    if (unfinished != NULL)
        unlink(unfinished);
    signal(number, SIG_DFL);
    raise(number);
}

/* Clears the file away where a signal that is not ignored ends the command. */
static void clear_away_on_signals(void)
{
    static const int ends[] = {SIGHUP, SIGINT, SIGPIPE, SIGTERM};
    struct sigaction ours = {.sa_handler = clear_away};
    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
        struct sigaction before;
        if (sigaction(ends[i], NULL, &before) == 0 && before.sa_handler == SIG_DFL)
            sigaction(ends[i], &ours, NULL);
    }
}

int output_said(void)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return STATUS_DONE;
    tell("standard output: %s", strerror(errno));
    return STATUS_STOPPED;
}

int output_open(struct output *output, const char *path)
{
    *output = (struct output){stdout, path, NULL, 0};
    if (path == NULL)
        return 1;
    struct stat about;
    int exists = stat(path, &about) == 0;
    if (exists && !S_ISREG(about.st_mode)) {
        /* A device or a pipe is written to; renaming would put a file in its place. */
        output->file = fopen(path, "wb");
        if (output->file == NULL)
            tell("%s: %s", path, strerror(errno));
        return output->file != NULL;
    }
    size_t size = strlen(path) + sizeof(".XXXXXX");
    output->beside = malloc(size);
    if (output->beside == NULL) {
        tell("%s: out of memory", path);
        return 0;
    }
    snprintf(output->beside, size, "%s.XXXXXX", path);
    unfinished = output->beside;
    clear_away_on_signals();
    int fd = mkstemp(output->beside);
    output->file = fd >= 0 ? fdopen(fd, "wb") : NULL;
    if (output->file != NULL) {
        /* mkstemp's file is private; give it the mode of the file whose place it takes, or
         * that a new one would have. */
        mode_t mask = umask(0);
        umask(mask);
        fchmod(fd, exists ? about.st_mode & 0777 : 0666 & ~mask);
        return 1;
    }
    tell("%s: %s", path, strerror(errno));
    if (fd >= 0) {
        close(fd);
        unlink(output->beside);
    }
    unfinished = NULL;
    free(output->beside);
    return 0;
}

/* Whether all went well up to and with this step; keeps why the first did not. */
static int step(struct output *output, int well)
{
    if (!well && output->why == 0)
        output->why = errno != 0 ? errno : EIO;
    return output->why == 0;
}

int output_put(struct output *output, const engage_buffer *buffer)
{
    size_t size = engage_buffer_size(buffer);
    errno = 0;
    return step(output, fwrite(engage_buffer_data(buffer), 1, size, output->file) == size);
}

int output_close(struct output *output, int keep)
{
    errno = 0;
    int good = step(output, fflush(output->file) == 0 && !ferror(output->file));
    if (output->beside != NULL && keep && good)
        good = step(output, fsync(fileno(output->file)) == 0);
    if (output->path != NULL)
        good = step(output, fclose(output->file) == 0);
    if (output->beside != NULL) {
        if (!keep || !good || !step(output, rename(output->beside, output->path) == 0))
            unlink(output->beside);
        unfinished = NULL;
        free(output->beside);
    }
    if (output->why != 0)
        tell("%s: %s", output->path != NULL ? output->path : "standard output",
             strerror(output->why));
    return keep && output->why == 0;
}
