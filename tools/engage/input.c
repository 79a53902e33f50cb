/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "input.h"

#include "tell.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LONGEST_LINE = 16 << 20 };

void input_open(struct input *input, char **names, int count, int every)
{
    static char dash[] = "-";
    static char *standard[] = {dash};
    memset(input, 0, sizeof(*input));
    input->fd = -1;
    input->names = count > 0 ? names : standard;
    input->count = count > 0 ? count : 1;
    input->every = every;
}

uint64_t input_total(char **names, int count)
{
    uint64_t total = 0;
    for (int i = 0; i < count; i++) {
        struct stat about;
        if (stat(names[i], &about) != 0 || !S_ISREG(about.st_mode))
            return 0;
        total += (uint64_t)about.st_size;
    }
    return total;
}

static int is_standard(const char *name)
{
    return strcmp(name, "-") == 0;
}

int input_check(char **names, int count)
{
    int good = 1;
    for (int i = 0; i < count; i++) {
        struct stat about;
        if (is_standard(names[i]))
            continue;
        int why = access(names[i], R_OK) != 0 || stat(names[i], &about) != 0 ? errno : 0;
        if (why == 0 && S_ISDIR(about.st_mode))
            why = EISDIR;
        if (why != 0)
            tell("%s: %s", names[i], strerror(why));
        good &= why == 0;
    }
    return good;
}

static int open_next(struct input *input)
{
    const char *name = input->names[input->next++];
    int standard = is_standard(name);
    input->name = standard ? "<stdin>" : name;
    input->line = 0;
    input->at = input->end = 0;
    input->fd = standard ? STDIN_FILENO : open(name, O_RDONLY | O_CLOEXEC);
    if (input->fd >= 0)
        return 1;
    tell("%s: %s", name, strerror(errno));
    return 0;
}

static void close_file(struct input *input)
{
    if (input->fd >= 0 && input->fd != STDIN_FILENO)
        close(input->fd);
    input->fd = -1;
}

/* Room for so many bytes more; 0 where there is none. */
static int reserve(struct input *input, size_t count)
{
    size_t wanted = input->capacity == 0 ? 4096 : input->capacity;
    while (wanted - input->size < count)
        wanted *= 2;
    if (wanted == input->capacity)
        return 1;
    char *grown = realloc(input->data, wanted);
    if (grown == NULL)
        return 0;
    input->data = grown;
    input->capacity = wanted;
    return 1;
}

/* Whether reading would wait for whoever writes. */
static int would_wait(int fd)
{
    struct pollfd asked = {.fd = fd, .events = POLLIN};
    return poll(&asked, 1, 0) == 0;
}

/* Sees to it that there is something ahead: INPUT_LINE; INPUT_END; INPUT_FAILED (told);
 * INPUT_PAUSE. */
static int look_ahead(struct input *input)
{
    if (input->at < input->end)
        return INPUT_LINE;
    input->paused = input->pauses && !input->paused && would_wait(input->fd);
    if (input->paused)
        return INPUT_PAUSE;
    ssize_t got;
    do
        got = read(input->fd, input->ahead, sizeof(input->ahead));
    while (got < 0 && errno == EINTR);
    if (got < 0) {
        tell("%s: %s", input->name, strerror(errno));
        return INPUT_FAILED;
    }
    input->at = 0;
    input->end = (size_t)got;
    return got > 0 ? INPUT_LINE : INPUT_END;
}

/* Adds so many bytes of what is ahead to the line. */
static void take_ahead(struct input *input, size_t count)
{
    if (!input->begun) {
        input->begun = 1;
        input->too_long = 0;
        input->size = 0;
    }
    if (input->too_long || count > LONGEST_LINE - input->size || !reserve(input, count)) {
        input->too_long = 1;
    } else {
        memcpy(input->data + input->size, input->ahead + input->at, count);
        input->size += count;
    }
    input->at += count;
    input->bytes += count;
}

/* `fed`: a line feed ended it, not the file. */
static int end_line(struct input *input, int fed)
{
    input->begun = 0;
    input->at += (size_t)fed;
    input->bytes += (uint64_t)fed;
    if (fed && !input->too_long && input->size > 0 && input->data[input->size - 1] == '\r')
        input->size--; /* a line may end as on Windows */
    if (input->line == 0 && !input->too_long && input->size >= 3 &&
        memcmp(input->data, "\xEF\xBB\xBF", 3) == 0) {
        input->size -= 3; /* a byte order mark is the file's, not the text's */
        memmove(input->data, input->data + 3, input->size);
    }
    input->line++;
    input->total++;
    return input->too_long ? INPUT_TOO_LONG : INPUT_LINE;
}

/* Reads up to the line's end. INPUT_END where the file has ended before. */
static int read_line(struct input *input)
{
    for (;;) {
        int got = look_ahead(input);
        if (got == INPUT_END && input->begun)
            return end_line(input, 0);
        if (got != INPUT_LINE)
            return got;
        const char *from = input->ahead + input->at;
        const char *feed = memchr(from, '\n', input->end - input->at);
        take_ahead(input, feed != NULL ? (size_t)(feed - from) : input->end - input->at);
        if (feed != NULL)
            return end_line(input, 1);
    }
}

/* What JSON takes for white space. */
static int is_blank(const struct input *input)
{
    for (size_t i = 0; i < input->size; i++)
        if (input->data[i] != ' ' && input->data[i] != '\t' && input->data[i] != '\r')
            return 0;
    return 1;
}

int input_next(struct input *input)
{
    for (;;) {
        if (input->fd < 0) {
            if (input->next == input->count)
                return INPUT_END;
            if (!open_next(input))
                return INPUT_FAILED;
        }
        int got = read_line(input);
        if (got == INPUT_LINE && !input->every && is_blank(input))
            continue;
        if (got == INPUT_END || got == INPUT_FAILED)
            close_file(input);
        if (got != INPUT_END)
            return got;
    }
}

void input_close(struct input *input)
{
    close_file(input);
    free(input->data);
    input->data = NULL;
}
