/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#define _DEFAULT_SOURCE

#include "fasttext.h"

#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

struct fasttext {
    char folder[64];
};

static const char *const files[] = {"train", "posts", "none", "model.bin", "model.vec"};

/* The path of a file of ours, in one of a few static places. */
static char *path_of(const struct fasttext *fasttext, const char *name)
{
    static char paths[4][128];
    static unsigned at;
    char *path = paths[at++ % 4];
    snprintf(path, sizeof(paths[0]), "%s/%s", fasttext->folder, name);
    return path;
}

/* Runs the command, whose output nobody wants. Returns its status, or -1. */
static int run(char *const arguments[])
{
    posix_spawn_file_actions_t actions;
    pid_t child;
    int status = -1;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    if (posix_spawnp(&child, arguments[0], &actions, NULL, arguments, environ) != 0 ||
        waitpid(child, &status, 0) != child || !WIFEXITED(status))
        status = -1;
    posix_spawn_file_actions_destroy(&actions);
    return status;
}

static double children(void)
{
    struct rusage usage;
    getrusage(RUSAGE_CHILDREN, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

/* A line of fastText: the label, then the norms of the tokens with spaces between them. */
static int put_line(FILE *out, engage_tokenizer *tokenizer, engage_str label, engage_str text)
{
    if (engage_tokenizer_run(tokenizer, text.data, text.size) != ENGAGE_OK)
        return 0;
    fprintf(out, "__label__%.*s", (int)label.size, label.data);
    size_t count = engage_tokenizer_count(tokenizer);
    for (size_t i = 0; i < count; i++) {
        size_t size;
        const char *norm = engage_tokenizer_norm(tokenizer, i, &size);
        putc(' ', out);
        fwrite(norm, 1, size, out);
    }
    putc('\n', out);
    return 1;
}

static int put_rows(FILE *out, engage_tokenizer *tokenizer, FILE *rows)
{
    char *line = NULL;
    size_t room = 0;
    ssize_t size;
    int done = 1;
    while (done && (size = getline(&line, &room, rows)) > 0) {
        size -= line[size - 1] == '\n';
        line[size] = '\0';
        const char *text = strrchr(line, '\t');
        if (text == NULL)
            continue;
        engage_str label = {line, strcspn(line, "\t")};
        engage_str rest = {text + 1, (size_t)(line + size - text - 1)};
        done = put_line(out, tokenizer, label, rest);
    }
    free(line);
    return done;
}

static int write_files(const struct fasttext *fasttext, const engage_str *posts, size_t count,
                       size_t times, engage_tokenizer *tokenizer, FILE *rows)
{
    FILE *out[3];
    int done = 1;
    for (int i = 0; i < 3; i++) {
        out[i] = fopen(path_of(fasttext, files[i]), "wb");
        done = done && out[i] != NULL;
    }
    done = done && put_rows(out[0], tokenizer, rows);
    static const engage_str label = {"neutral", 7};
    for (size_t k = 0; k < times && done; k++) {
        for (size_t i = 0; i < count && done; i++)
            done = put_line(out[1], tokenizer, label, posts[i]);
    }
    for (int i = 0; i < 3; i++)
        done = out[i] != NULL && fclose(out[i]) == 0 && done;
    return done;
}

static int train(const struct fasttext *fasttext)
{
    char *arguments[] = {"fasttext", "supervised", "-input", path_of(fasttext, "train"),
                         "-output", path_of(fasttext, "model"), "-dim", "10", "-lr", "0.5",
                         "-epoch", "5", "-minn", "3", "-maxn", "6", "-bucket", "200000",
                         "-thread", "1", "-seed", "1", NULL};
    return run(arguments) == 0;
}

struct fasttext *fasttext_begin(const engage_str *posts, size_t count, size_t times,
                                engage_tokenizer *tokenizer, const char *rows)
{
    char *help[] = {"fasttext", "--help", NULL};
    int status = run(help);
    if (status == -1 || WEXITSTATUS(status) == 127) {
        puts("fastText left out: there is no command fasttext");
        return NULL;
    }
    FILE *in = rows != NULL ? fopen(rows, "rb") : NULL;
    if (in == NULL) {
        puts("fastText left out: there are no rows to train it on");
        return NULL;
    }
    struct fasttext *fasttext = calloc(1, sizeof(*fasttext));
    int done = fasttext != NULL;
    if (done) {
        strcpy(fasttext->folder, "/tmp/engage-bench-XXXXXX");
        done = mkdtemp(fasttext->folder) != NULL;
    }
    done = done && write_files(fasttext, posts, count, times, tokenizer, in) && train(fasttext);
    fclose(in);
    if (!done) {
        puts("fastText left out: it could not be trained");
        fasttext_end(fasttext);
        return NULL;
    }
    return fasttext;
}

double fasttext_run(struct fasttext *fasttext)
{
    char *all[] = {"fasttext", "test", path_of(fasttext, "model.bin"),
                   path_of(fasttext, "posts"), NULL};
    char *none[] = {"fasttext", "test", path_of(fasttext, "model.bin"),
                    path_of(fasttext, "none"), NULL};
    double begun = children();
    run(none);
    double loaded = children();
    run(all);
    return children() - loaded - (loaded - begun);
}

void fasttext_end(struct fasttext *fasttext)
{
    if (fasttext == NULL)
        return;
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
        remove(path_of(fasttext, files[i]));
    rmdir(fasttext->folder);
    free(fasttext);
}
