/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * What an analysis tells of its add-ons.
 */
#ifndef ENGAGEP_SCORE_TAUGHT_H
#define ENGAGEP_SCORE_TAUGHT_H

#include "score/analysis.h"

/* Gives a copy what add-ons found, of its own. Where there is no memory, the copy has
 * nothing of it. ENGAGE_OK or ENGAGE_ENOMEM. */
int engagep_taught_copy(engage_analysis *copy, const engage_analysis *analysis);
void engagep_taught_release(engage_analysis *copy);

void engagep_taught_put_intents(const engage_analysis *analysis, engage_buffer *buffer);
void engagep_taught_put_labels(const engage_analysis *analysis, engage_buffer *buffer);
void engagep_taught_put_promises(const engage_analysis *analysis, engage_buffer *buffer);

#endif
