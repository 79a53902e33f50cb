/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Ordinary posts, written for this: what a lesson tells intents apart from while its tenant
 * has given none. Of every kind: with and without intents, content and not.
 */
#ifndef ENGAGEP_LEARN_ORDINARY_H
#define ENGAGEP_LEARN_ORDINARY_H

#include <stddef.h>

extern const char *const engagep_ordinary_posts[];
extern const size_t engagep_ordinary_count;

#endif
