/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#ifndef ENGAGE_TOOL_LEARN_H
#define ENGAGE_TOOL_LEARN_H

#include "command.h"

enum { LEARNING_NONE = -1 };

/* Runs `engage model teach|promise|drift`: an exit status, or LEARNING_NONE where the first
 * operand is none of these. */
int run_learning(const struct options *options);

#endif
