/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "progress.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

/* The command is one process with one terminal, so this state is its own. */
static struct {
    int active;
    int shown;
    uint64_t total;
    double begun;
    double last;
} bar;

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

void progress_begin(uint64_t total)
{
    bar.active = isatty(STDERR_FILENO);
    bar.total = total;
    bar.begun = seconds();
    bar.last = bar.begun;
}

void progress_step(uint64_t bytes, uint64_t items, const char *noun)
{
    if (!bar.active)
        return;
    double now = seconds();
    if (now - bar.last < 0.2)
        return;
    bar.last = now;
    double spent = now - bar.begun;
    double rate = (double)items / spent;
    if (bar.total != 0 && bytes != 0) {
        enum { WIDTH = 24 };
        double part = (double)bytes / (double)bar.total;
        if (part > 1)
            part = 1;
        int full = (int)(part * WIDTH);
        char drawn[WIDTH + 1];
        for (int i = 0; i < WIDTH; i++)
            drawn[i] = i < full ? '#' : '.';
        drawn[WIDTH] = '\0';
        long left = (long)(spent / part - spent + 0.5);
        fprintf(stderr, "\r[%s] %3d %%  %llu %s  %.0f/s  %ld:%02ld left\033[K", drawn,
                (int)(part * 100), (unsigned long long)items, noun, rate, left / 60, left % 60);
    } else {
        fprintf(stderr, "\r%llu %s  %.0f/s\033[K", (unsigned long long)items, noun, rate);
    }
    fflush(stderr);
    bar.shown = 1;
}

void progress_hide(void)
{
    if (!bar.shown)
        return;
    fputs("\r\033[K", stderr);
    bar.shown = 0;
}

void progress_end(void)
{
    progress_hide();
    bar.active = 0;
}
