/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * How long a lesson takes, over a file of posts, a post a line: processor seconds of giving
 * and of learning, for lessons of several sizes. Whose labels they are does not matter here.
 */
#define _POSIX_C_SOURCE 200809L

#include <engage.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void stop(const char *why)
{
    fprintf(stderr, "bench-learn: %s\n", why);
    exit(EXIT_FAILURE);
}

/* A lesson of the file's first posts: labelled ones, then ordinary ones. */
static void measure(const char *path, int labelled, int ordinary)
{
    FILE *file = fopen(path, "r");
    engage_lesson *lesson;
    engage_buffer *buffer;
    if (file == NULL || engage_lesson_new(&lesson, NULL) != ENGAGE_OK ||
        engage_buffer_new(&buffer, NULL) != ENGAGE_OK)
        stop("cannot begin");
    char *line = NULL;
    size_t room = 0;
    double begun = seconds();
    for (int i = 0; i < labelled + ordinary; i++) {
        ssize_t size = getline(&line, &room, file);
        if (size < 0)
            stop("the file has too few posts");
        int rc = i < labelled ? engage_lesson_add(lesson, "bench", 1, line, (size_t)size)
                              : engage_lesson_add_ordinary(lesson, line, (size_t)size);
        if (rc != ENGAGE_OK)
            stop("a post was refused");
    }
    double given = seconds();
    if (engage_lesson_learn(lesson, buffer, NULL) != ENGAGE_OK)
        stop("nothing was learnt");
    printf("%6d labelled %6d ordinary: given in %.3f s, learnt in %.3f s, %zu bytes\n", labelled,
           ordinary, given - begun, seconds() - given, engage_buffer_size(buffer));
    free(line);
    engage_buffer_free(buffer);
    engage_lesson_free(lesson);
    fclose(file);
}

int main(int argc, char **argv)
{
    if (argc != 2)
        stop("usage: learn posts.txt");
    measure(argv[1], 25, 0);
    measure(argv[1], 25, 500);
    measure(argv[1], 100, 500);
    measure(argv[1], 1000, 2000);
    measure(argv[1], 5000, 5000);
    return EXIT_SUCCESS;
}
