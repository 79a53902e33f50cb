/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "input.h"

#include "tell.h"

#include <errno.h>
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
    input->file = standard ? stdin : fopen(name, "rb");
    if (input->file != NULL)
        return 1;
    tell("%s: %s", name, strerror(errno));
    return 0;
}

static void close_file(struct input *input)
{
    if (input->file != NULL && input->file != stdin)
        fclose(input->file);
    input->file = NULL;
}

/* Room for one byte more; 0 where there is none. */
static int reserve(struct input *input)
{
    if (input->size < input->capacity)
        return 1;
    size_t wanted = input->capacity == 0 ? 4096 : input->capacity * 2;
    char *grown = realloc(input->data, wanted);
    if (grown == NULL)
        return 0;
    input->data = grown;
    input->capacity = wanted;
    return 1;
}

/* Reads up to the line's end. INPUT_END where the file has ended before. */
static int read_line(struct input *input)
{
    int c = getc_unlocked(input->file);
    if (c == EOF)
        return INPUT_END;
    input->size = 0;
    int too_long = 0;
    for (; c != EOF && c != '\n'; c = getc_unlocked(input->file)) {
        input->bytes++;
        if (too_long || input->size == LONGEST_LINE || !reserve(input))
            too_long = 1;
        else
            input->data[input->size++] = (char)c;
    }
    input->bytes += c == '\n';
    if (c == '\n' && !too_long && input->size > 0 && input->data[input->size - 1] == '\r')
        input->size--; /* a line may end as on Windows */
    if (input->line == 0 && !too_long && input->size >= 3 &&
        memcmp(input->data, "\xEF\xBB\xBF", 3) == 0) {
        input->size -= 3; /* a byte order mark is the file's, not the text's */
        memmove(input->data, input->data + 3, input->size);
    }
    input->line++;
    input->total++;
    return too_long ? INPUT_TOO_LONG : INPUT_LINE;
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
        if (input->file == NULL) {
            if (input->next == input->count)
                return INPUT_END;
            if (!open_next(input))
                return INPUT_FAILED;
        }
        int got = read_line(input);
        if (got == INPUT_LINE && !input->every && is_blank(input))
            continue;
        if (got != INPUT_END)
            return got;
        int broken = ferror(input->file);
        if (broken)
            tell("%s: %s", input->name, strerror(errno));
        close_file(input);
        if (broken)
            return INPUT_FAILED;
    }
}

void input_close(struct input *input)
{
    close_file(input);
    free(input->data);
    input->data = NULL;
}
