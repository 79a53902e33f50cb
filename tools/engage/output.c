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

/* What the output holds of memory. */
static void forget(struct output *output)
{
    unfinished = NULL;
    free(output->beside);
    free(output->target);
    output->beside = NULL;
    output->target = NULL;
}

/* Names the file to be replaced, behind links, and one beside it. 1, or 0 (errno). */
static int name_files(struct output *output, int exists)
{
    output->target = exists ? realpath(output->path, NULL) : strdup(output->path);
    if (output->target == NULL)
        return 0;
    size_t size = strlen(output->target) + sizeof(".XXXXXX");
    output->beside = malloc(size);
    if (output->beside != NULL)
        snprintf(output->beside, size, "%s.XXXXXX", output->target);
    return output->beside != NULL;
}

/* Opens the file beside. mkstemp's is private; it gets the mode of the file whose place it
 * takes, or that a new one would have. 1, or 0 (errno). */
static int open_beside(struct output *output, const struct stat *before)
{
    mode_t mask = umask(0);
    umask(mask);
    unfinished = output->beside;
    clear_away_on_signals();
    int fd = mkstemp(output->beside);
    if (fd < 0)
        return 0;
    fchmod(fd, before != NULL ? before->st_mode & 0777 : 0666 & ~mask);
    output->file = fdopen(fd, "wb");
    if (output->file != NULL)
        return 1;
    int why = errno;
    close(fd);
    unlink(output->beside);
    errno = why;
    return 0;
}

int output_open(struct output *output, const char *path)
{
    *output = (struct output){.file = stdout};
    if (path == NULL || strcmp(path, "-") == 0)
        return 1;
    output->path = path;
    struct stat about;
    int exists = stat(path, &about) == 0;
    int opened;
    /* Renaming would put a file in the place of a link that leads nowhere, and of a file that
     * may not be written. */
    if (exists ? access(path, W_OK) != 0 : lstat(path, &about) == 0) {
        opened = 0;
    } else if (exists && !S_ISREG(about.st_mode)) {
        /* A device or a pipe is written to; renaming would put a file in its place. */
        output->file = fopen(path, "wb");
        opened = output->file != NULL;
    } else {
        opened = name_files(output, exists) && open_beside(output, exists ? &about : NULL);
    }
    if (!opened) {
        tell("%s: %s", path, strerror(errno));
        forget(output);
    }
    return opened;
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

int output_flush(struct output *output)
{
    errno = 0;
    return step(output, fflush(output->file) == 0);
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
        if (!keep || !good || !step(output, rename(output->beside, output->target) == 0))
            unlink(output->beside);
        forget(output);
    }
    if (output->why != 0)
        tell("%s: %s", output->path != NULL ? output->path : "standard output",
             strerror(output->why));
    return keep && output->why == 0;
}
