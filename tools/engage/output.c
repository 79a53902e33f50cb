/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "output.h"

#include "tell.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int output_open(struct output *output, const char *path)
{
    *output = (struct output){stdout, path, NULL};
    if (path == NULL)
        return 1;
    struct stat about;
    if (stat(path, &about) == 0 && !S_ISREG(about.st_mode)) {
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
    int fd = mkstemp(output->beside);
    output->file = fd >= 0 ? fdopen(fd, "wb") : NULL;
    if (output->file != NULL) {
        /* mkstemp's file is private; give it the mode that a new file would have. */
        mode_t mask = umask(0);
        umask(mask);
        fchmod(fd, 0666 & ~mask);
        return 1;
    }
    tell("%s: %s", path, strerror(errno));
    if (fd >= 0) {
        close(fd);
        unlink(output->beside);
    }
    free(output->beside);
    return 0;
}

int output_close(struct output *output, int keep)
{
    int good = fflush(output->file) == 0 && !ferror(output->file);
    if (output->path == NULL) {
        if (keep && !good)
            tell("standard output: %s", strerror(errno));
        return good;
    }
    if (output->beside == NULL) {
        good = fclose(output->file) == 0 && good;
        if (!good)
            tell("%s: %s", output->path, strerror(errno));
        return good;
    }
    good = good && keep && fsync(fileno(output->file)) == 0;
    good = fclose(output->file) == 0 && good;
    good = good && rename(output->beside, output->path) == 0;
    if (!good) {
        if (keep)
            tell("%s: %s", output->path, strerror(errno));
        unlink(output->beside);
    }
    free(output->beside);
    return good;
}
