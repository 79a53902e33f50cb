/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Top-level domains.
 */
#ifndef ENGAGEP_TLD_H
#define ENGAGEP_TLD_H

#include <stddef.h>
#include <stdint.h>

/* In the order of their bytes. */
extern const char *const engagep_tld_names[];
extern const uint16_t engagep_tld_first[257];

/* The end of the top-level domain at `at`, or 0: the longest name there, in any case of
 * letters, or one in Punycode; an ASCII letter, a digit, @, + or - may not follow. */
size_t engagep_tld_match(const char *text, size_t size, size_t at);

#endif
