/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Classes of ASCII characters, whatever the locale, and whether a char has a sign.
 */
#ifndef ENGAGEP_ASCII_H
#define ENGAGEP_ASCII_H

#include <string.h>

static inline int engagep_ascii_digit(char c)
{
    return c >= '0' && c <= '9';
}

static inline int engagep_ascii_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static inline int engagep_ascii_alnum(char c)
{
    return engagep_ascii_digit(c) || engagep_ascii_letter(c);
}

/* What C's isspace takes in the C locale. */
static inline int engagep_ascii_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Whether it is one of a set; NUL, which is also what stands for the end of a text, is of none. */
static inline int engagep_ascii_any(char c, const char *set)
{
    return c != '\0' && strchr(set, c) != NULL;
}

#endif
