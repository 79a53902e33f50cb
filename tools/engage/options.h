/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Reading the command line.
 */
#ifndef ENGAGE_OPTIONS_H
#define ENGAGE_OPTIONS_H

#include "command.h"

enum { OPTIONS_GO_ON = -1 };

/* Reads the arguments after the subcommand's name. Returns OPTIONS_GO_ON, or the
 * exit status where there is nothing further to do (help shown, wrong usage). */
int options_read(const struct command *command, int argc, char **argv, struct options *options);

/* Prints how a subcommand is called. */
void options_help(const struct command *command);

#endif
