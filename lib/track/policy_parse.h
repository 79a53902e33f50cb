/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * What reading and writing a policy text share.
 */
#ifndef ENGAGEP_TRACK_POLICY_PARSE_H
#define ENGAGEP_TRACK_POLICY_PARSE_H

#include "track/policy.h"

/* "monday" to "sunday". */
extern const char *const engagep_policy_weekdays[7];

/* Writes the canonical text; the caller begins and ends the buffer. */
void engagep_policy_put(engage_buffer *buffer, const engage_policy *policy);

/* Releases a policy that is not built in. */
void engagep_policy_release(engage_policy *policy);

#endif
