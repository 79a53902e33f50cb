/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * The names, units and ranges of every number of a policy, in the order in which
 * they are printed, and the built-in values.
 */
#ifndef ENGAGEP_TRACK_POLICY_TABLE_H
#define ENGAGEP_TRACK_POLICY_TABLE_H

#include "track/policy.h"

struct engagep_policy_row {
    const char *section;
    const char *name;
    size_t index;     /* of the number, counted in int32_t from the struct's begin */
    int32_t unit;     /* 1, or 1,000,000 for decimals */
    int32_t least;
    int32_t most;
};

/* Row `at`, counted from 0: 1, or 0 behind the last one. */
int engagep_policy_row(size_t at, struct engagep_policy_row *out);

/* The name of an intent that opens opportunities, as in [base], or NULL; and the
 * intent of such a name, or -1. */
const char *engagep_policy_intent_name(int intent);
int engagep_policy_intent(engage_str name);

static inline int32_t *engagep_policy_number(struct engagep_policy_numbers *numbers, size_t index)
{
    return (int32_t *)(void *)((char *)numbers + index * sizeof(int32_t));
}

static inline int32_t engagep_policy_read(const struct engagep_policy_numbers *numbers,
                                          size_t index)
{
    return *(const int32_t *)(const void *)((const char *)numbers + index * sizeof(int32_t));
}

/* The numbers that hold where nothing is said, and what the other profiles change:
 * policy lines. */
extern const struct engage_policy engagep_policy_builtin;
extern const char *const engagep_policy_profile_names[ENGAGEP_PROFILES];
extern const char *const engagep_policy_profile_lines[ENGAGEP_PROFILES];

#endif
