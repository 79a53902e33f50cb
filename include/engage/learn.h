/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * engage/learn.h: what a tenant teaches beside the model: intents of its own, corrections
 * of built-in labels, promises in place of thresholds; and a gauge that tells, without
 * labels, when a promise has lapsed. All of it becomes add-ons (engage/score.h).
 */
#ifndef ENGAGE_LEARN_H
#define ENGAGE_LEARN_H

#include <engage/base.h>
#include <engage/score.h>

#ifdef __cplusplus
extern "C" {
#endif

/* --------------------------------------------------------------- lesson --- */

/* Posts that people labelled, from which an add-on is made. What is made depends on the set
 * of posts alone: the same add-on, byte for byte, in whatever order and however often they
 * were given. Nothing that was given is ever taken back; a post that is given with yes and
 * with no for one label teaches nothing of it. */
typedef struct engage_lesson engage_lesson;

#define ENGAGE_LESSON_LEAST 20 /* posts that an intent of one's own must be shown by */

typedef struct engage_lesson_options {
    uint32_t struct_size;
    uint32_t share;      /* of posts that carry an intent of one's own, in millionths; 0: 50,000
                            or as labelled posts have it, the more of them do not carry it */
    uint32_t max_posts;  /* most posts taken, one for each label given; 0: 20,000 */
    uint32_t max_bytes;  /* longest post taken; 0: 65,536; at most 1 MiB */
    const engage_model *model;         /* NULL: the built-in one; a reference is kept */
    const engage_allocator *allocator; /* NULL: malloc */
} engage_lesson_options;
#define ENGAGE_LESSON_OPTIONS_INIT {sizeof(engage_lesson_options), 0, 0, 0, 0, 0}

/* Makes an empty lesson. Options may be NULL. Returns ENGAGE_OK, ENGAGE_EMISUSE,
 * ENGAGE_EOPTIONS, ENGAGE_ENOMEM, ENGAGE_EMODEL_NONE. Owned: engage_lesson_free. Since 0.1. */
ENGAGE_API ENGAGE_NODISCARD int engage_lesson_new(engage_lesson **out,
                                                  const engage_lesson_options *options);

/* Releases a lesson; NULL is allowed. Since 0.1. */
ENGAGE_API void engage_lesson_free(engage_lesson *lesson);

/* Gives a post that bears the label (`yes` is not 0) or does not. A built-in label
 * (engage_head_name) is corrected by it; any other name of lower-case ASCII letters, digits
 * and underscores, at most 31 and a letter first, is an intent of one's own, except
 * "needs_reply" and "none". The text is read at once and not kept: of it stay numbers of its
 * words and phrases. Returns ENGAGE_OK, ENGAGE_EMISUSE, ENGAGE_ERANGE (no such name can be,
 * or more than 32 labels), ENGAGE_ELIMIT (too long, or too many posts), ENGAGE_ENOMEM.
 * Since 0.1. */
ENGAGE_API ENGAGE_NODISCARD int engage_lesson_add(engage_lesson *lesson, const char *label,
                                                  int yes, const char *text, size_t size);

/* Gives an ordinary post, labelled or not: what intents are told apart from, and what
 * corrections leave as it is. Up to 500 of these are made up from posts inside the library;
 * a tenant's own serve it better. Returns ENGAGE_OK, ENGAGE_EMISUSE, ENGAGE_ELIMIT,
 * ENGAGE_ENOMEM. Since 0.1. */
ENGAGE_API ENGAGE_NODISCARD int engage_lesson_add_ordinary(engage_lesson *lesson, const char *text,
                                                           size_t size);

/* Gives all that an add-on was taught: to go on with it, or to add up the lessons of several.
 * Returns ENGAGE_OK, ENGAGE_EMISUSE, ENGAGE_ERANGE (more than 32 labels), ENGAGE_ELIMIT,
 * ENGAGE_ENOMEM, ENGAGE_EADDON_MODEL (made for another model). Since 0.1. */
ENGAGE_API ENGAGE_NODISCARD int engage_lesson_add_addon(engage_lesson *lesson,
                                                        const engage_addon *addon);

/* Learns, and appends the bytes of an add-on to the buffer. The lesson stays and can go on.
 * Returns ENGAGE_OK, ENGAGE_EMISUSE (nothing was given), ENGAGE_EFEW (an intent of one's own
 * is shown by fewer than ENGAGE_LESSON_LEAST different posts, or by every one),
 * ENGAGE_ENOMEM. Since 0.1. */
ENGAGE_API ENGAGE_NODISCARD int engage_lesson_learn(engage_lesson *lesson, engage_buffer *buffer,
                                                    engage_error *error);

/* -------------------------------------------------------------- promise --- */

/* Posts that people labelled, by which thresholds are set so that no more than an asked share
 * of a label's posts is missed (split conformal prediction, by label). They must be other
 * posts than a lesson was given, drawn without choosing from what comes in. */
typedef struct engage_promise engage_promise;

typedef struct engage_promise_options {
    uint32_t struct_size;
    uint32_t miss;       /* share that may be missed, in millionths; 0: 50,000 */
    uint32_t max_posts;  /* most posts taken, one for each label given; 0: 1,000,000, the most */
    uint32_t max_bytes;  /* longest post taken; 0: 65,536; at most 1 MiB */
    const engage_model *model;         /* NULL: the built-in one; a reference is kept */
    const engage_allocator *allocator; /* NULL: malloc */
    const engage_addon *const *addons; /* what will be in use beside it; references are kept */
    size_t addon_count;
} engage_promise_options;
#define ENGAGE_PROMISE_OPTIONS_INIT {sizeof(engage_promise_options), 0, 0, 0, 0, 0, 0, 0}

/* Makes an empty promise. Returns what engage_analyzer_new does; ENGAGE_EOPTIONS also for a
 * share of a million or more, and ENGAGE_EADDON_KIND for an add-on that promises already.
 * Owned: engage_promise_free. Since 0.1. */
ENGAGE_API ENGAGE_NODISCARD int engage_promise_new(engage_promise **out,
                                                   const engage_promise_options *options);

/* Releases a promise; NULL is allowed. Since 0.1. */
ENGAGE_API void engage_promise_free(engage_promise *promise);

/* Gives a post that bears the label or does not. The label is "needs_reply", a built-in one,
 * or one that an add-on taught. Returns ENGAGE_OK, ENGAGE_EMISUSE, ENGAGE_ERANGE (no such
 * label, or more than 32), ENGAGE_ELIMIT, ENGAGE_ENOMEM. Since 0.1. */
ENGAGE_API ENGAGE_NODISCARD int engage_promise_add(engage_promise *promise, const char *label,
                                                   int yes, const char *text, size_t size);

/* Sets the thresholds of all labels given, and appends the bytes of an add-on that holds
 * them; its facts tell what they are worth. Returns ENGAGE_OK, ENGAGE_EMISUSE (nothing was
 * given), ENGAGE_EFEW (too few posts with or without a label for the asked share: of each
 * there must be a million over the share, less one), ENGAGE_ENOMEM. Since 0.1. */
ENGAGE_API ENGAGE_NODISCARD int engage_promise_make(engage_promise *promise, engage_buffer *buffer,
                                                    engage_error *error);

/* ---------------------------------------------------------------- gauge --- */

/* Whether the posts of today are still like those that a promise was made by: it compares
 * their scores and unknown words, and needs no labels. */
typedef struct engage_gauge engage_gauge;

/* Verdicts, from good to bad. Numbers never change. */
#define ENGAGE_GAUGE_FEW 0    /* fewer than 100 posts: nothing can be said */
#define ENGAGE_GAUGE_HOLDS 1  /* no more different than chance makes it, or hardly */
#define ENGAGE_GAUGE_WATCH 2  /* different; make a new promise soon */
#define ENGAGE_GAUGE_LAPSED 3 /* so different that the promise means nothing any more */

/* Makes a gauge of an add-on with promises, of which it keeps a reference. Returns ENGAGE_OK,
 * ENGAGE_EMISUSE, ENGAGE_EADDON_KIND (it promises nothing), ENGAGE_EOPTIONS, ENGAGE_ENOMEM.
 * Owned: engage_gauge_free. Since 0.1. */
ENGAGE_API ENGAGE_NODISCARD int engage_gauge_new(engage_gauge **out, const engage_addon *addon,
                                                 const engage_allocator *allocator);

/* Releases a gauge; NULL is allowed. Since 0.1. */
ENGAGE_API void engage_gauge_free(engage_gauge *gauge);

/* Takes in an analysis, made by an analyzer that has the add-on. Returns ENGAGE_OK,
 * ENGAGE_EMISUSE (it has not), ENGAGE_ELIMIT (four thousand million posts). Since 0.1. */
ENGAGE_API ENGAGE_NODISCARD int engage_gauge_add(engage_gauge *gauge,
                                                 const engage_analysis *analysis);

/* Begins anew, for the next day or week; NULL is allowed. Since 0.1. */
ENGAGE_API void engage_gauge_clear(engage_gauge *gauge);

/* The worst of its verdicts, or ENGAGE_EMISUSE. Since 0.1. */
ENGAGE_API int engage_gauge_verdict(const engage_gauge *gauge);

/* Appends a JSON object: posts, verdict, the stability index of each label's scores and of
 * unknown words, each with what chance alone may make of it. Returns ENGAGE_OK,
 * ENGAGE_EMISUSE, ENGAGE_ENOMEM. Since 0.1. */
ENGAGE_API ENGAGE_NODISCARD int engage_gauge_json(const engage_gauge *gauge, engage_buffer *buffer);

#ifdef __cplusplus
}
#endif
#endif
