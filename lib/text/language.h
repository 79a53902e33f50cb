/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * The language of a post. All of it is integer arithmetic.
 */
#ifndef ENGAGEP_LANGUAGE_H
#define ENGAGEP_LANGUAGE_H

#include <stddef.h>
#include <stdint.h>

/* What tools/gen_language.py writes. */
enum { ENGAGEP_LANGUAGE_BUCKETS = 8192, ENGAGEP_LANGUAGE_WIDTH = 8, ENGAGEP_LANGUAGE_GRAM = 4 };

/* The least margin, squared and by n-gram, at which a language of the Latin script is named. */
enum { ENGAGEP_LANGUAGE_MARGIN = 600 };

extern const int8_t engagep_language_weights[ENGAGEP_LANGUAGE_BUCKETS][ENGAGEP_LANGUAGE_WIDTH];

#endif
