/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Lessons as the suites give them: posts about milk and about anything else, and the add-ons
 * that are learnt of them. Each fails the test where it fails.
 */
#ifndef ENGAGE_TESTS_LESSONS_H
#define ENGAGE_TESTS_LESSONS_H

#include <engage.h>

struct lessons_post {
    char text[160];
};

/* A post by the seed, about milk (1) or something else (0). */
struct lessons_post lessons_post(int milk, uint64_t *seed);

engage_lesson *lessons_new(const engage_model *model);
void lessons_add(engage_lesson *lesson, const char *label, int yes, const char *text);

/* The bytes of what is learnt; and the same opened, the lesson let go. */
engage_buffer *lessons_learn(engage_lesson *lesson);
const engage_addon *lessons_taught(engage_lesson *lesson);

/* The bytes of an add-on of an intent, "vegan", and of corrections. */
engage_buffer *lessons_bytes(const engage_model *model);

engage_analyzer *lessons_analyzer(const engage_model *model, const engage_addon *const *addons,
                                  size_t count);

/* The same, which says why. */
engage_analyzer *lessons_explainer(const engage_model *model, const engage_addon *const *addons,
                                   size_t count);

#endif
