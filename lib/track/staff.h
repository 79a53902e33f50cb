/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * The game of those who answer: counts and times of their replies, and nothing that a
 * model said of anybody. It is off unless the policy turns it on.
 */
#ifndef ENGAGEP_TRACK_STAFF_H
#define ENGAGEP_TRACK_STAFF_H

#include "track/report.h"

/* Appends a line for each agent of a brand; none where the policy has the game off. */
int engagep_staff_report(struct engagep_report *report, engage_str brand);

#endif
