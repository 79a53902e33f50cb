/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "lessons.h"

#include "support.h"

#include <stdio.h>
#include <string.h>

static const char *const about_milk[] = {"oat milk", "soy latte", "vegan menu", "dairy free cake",
                                         "plant based burger", "almond milk", "vegan cheese"};
static const char *const asks[] = {"do you have", "is there any", "please add", "where is the",
                                   "we would love", "I miss the", "can I order"};
static const char *const about_else[] = {"a train to town", "my broken phone", "the late parcel",
                                         "that new song", "a window seat", "the red shoes",
                                         "our garden fence", "his old bike", "the match tonight"};
static const char *const ends[] = {"today", "again", "in your shop", "please", "this week", ""};

#define PICK(list, seed) (list)[support_random(seed) % (sizeof(list) / sizeof((list)[0]))]

struct lessons_post lessons_post(int milk, uint64_t *seed)
{
    struct lessons_post post;
    const char *what = milk ? PICK(about_milk, seed) : PICK(about_else, seed);
    unsigned number = (unsigned)(support_random(seed) % 100);
    const char *end = PICK(ends, seed); /* one by one: arguments have no order */
    const char *ask = PICK(asks, seed);
    snprintf(post.text, sizeof(post.text), "%s %s %s %u", ask, what, end, number);
    return post;
}

engage_lesson *lessons_new(const engage_model *model)
{
    engage_lesson_options options = ENGAGE_LESSON_OPTIONS_INIT;
    options.model = model;
    engage_lesson *lesson;
    ck_assert_int_eq(engage_lesson_new(&lesson, &options), ENGAGE_OK);
    return lesson;
}

void lessons_add(engage_lesson *lesson, const char *label, int yes, const char *text)
{
    ck_assert_int_eq(engage_lesson_add(lesson, label, yes, text, strlen(text)), ENGAGE_OK);
}

engage_buffer *lessons_learn(engage_lesson *lesson)
{
    engage_buffer *buffer;
    engage_error error = ENGAGE_ERROR_INIT;
    ck_assert_int_eq(engage_buffer_new(&buffer, NULL), ENGAGE_OK);
    int rc = engage_lesson_learn(lesson, buffer, &error);
    ck_assert_msg(rc == ENGAGE_OK, "%s", error.message);
    return buffer;
}

const engage_addon *lessons_taught(engage_lesson *lesson)
{
    engage_buffer *buffer = lessons_learn(lesson);
    const engage_addon *addon = support_addon(buffer);
    engage_buffer_free(buffer);
    engage_lesson_free(lesson);
    return addon;
}

static engage_analyzer *open_with(const engage_model *model, const engage_addon *const *addons,
                                  size_t count, uint32_t flags)
{
    engage_analyzer_options options = ENGAGE_ANALYZER_OPTIONS_INIT;
    options.model = model;
    options.addons = addons;
    options.addon_count = count;
    options.flags = flags;
    engage_analyzer *analyzer;
    ck_assert_int_eq(engage_analyzer_new(&analyzer, &options), ENGAGE_OK);
    return analyzer;
}

engage_analyzer *lessons_analyzer(const engage_model *model, const engage_addon *const *addons,
                                  size_t count)
{
    return open_with(model, addons, count, 0);
}

engage_analyzer *lessons_explainer(const engage_model *model, const engage_addon *const *addons,
                                   size_t count)
{
    return open_with(model, addons, count, ENGAGE_ANALYZE_EXPLAIN);
}

engage_buffer *lessons_bytes(const engage_model *model)
{
    engage_lesson *lesson = lessons_new(model);
    uint64_t seed = 8;
    for (int i = 0; i < 21; i++)
        lessons_add(lesson, "vegan", 1, lessons_post(1, &seed).text);
    lessons_add(lesson, "spam", 1, "buy followers");
    lessons_add(lesson, "spam", 0, "buy flowers");
    ck_assert_int_eq(engage_lesson_add_ordinary(lesson, "good morning", 12), ENGAGE_OK);
    engage_buffer *buffer = lessons_learn(lesson);
    engage_lesson_free(lesson);
    return buffer;
}
