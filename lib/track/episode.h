/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Who waits, and who was answered: the episodes of a thread. What depends on the
 * time at which one looks (missed, expired, resolved by silence, priority) is
 * worked out from them when one looks.
 */
#ifndef ENGAGEP_TRACK_EPISODE_H
#define ENGAGEP_TRACK_EPISODE_H

#include "track/thread.h"

enum { ENGAGEP_EPISODE_ID = 16 }; /* hex digits */

struct engagep_episode {
    engage_str id; /* from brand and opening post */
    engage_str account;
    engage_str thread;
    engage_str conversation;
    engage_str posts; /* parted by line feeds, the opening one first */
    engage_str product;
    engage_str policy; /* the id of the one that decided it */
    int64_t opened;
    int64_t last_wait; /* the last post that needs a reply */
    int64_t last_post;
    int64_t answered;     /* by a person, or ENGAGE_NO_TIME */
    int64_t bot_answered; /* or ENGAGE_NO_TIME */
    int64_t thanked;      /* or ENGAGE_NO_TIME */
    int64_t next_post;    /* the first one after the answer that says something, likewise */
    int64_t followers;    /* negative: unknown */
    int64_t waits;        /* posts that need a reply */
    int32_t valence;      /* the lowest one */
    int32_t opening_valence;
    int32_t opening_negative; /* probability of a negative opening */
    int32_t next_valence;     /* of that first post, or ENGAGEP_NO_VALENCE */
    uint32_t labels;          /* of all posts that wait */
    uint32_t opening_labels;
    uint32_t marks; /* ENGAGEP_EPISODE_ bits */
    int needs;      /* 1: a reply is needed */
    int clamped;    /* an answer before the question */
};

enum { ENGAGEP_NO_VALENCE = INT32_MIN };

enum {
    ENGAGEP_EPISODE_ADDRESSED = 1, /* names the brand, or stands in its thread */
    ENGAGEP_EPISODE_CAPITALS = 2,
    ENGAGEP_EPISODE_DOUBT = 4,   /* the words and the tone disagree, or no intent is sure */
    ENGAGEP_EPISODE_PRIVATE = 8, /* a direct message */
    ENGAGEP_EPISODE_UNSURE = 16  /* the strongest intent is hardly over its threshold */
};

struct engagep_episodes {
    struct engagep_episode *list;
    size_t count;
    size_t capacity;
};

void engagep_episode_release(engage_tracker *tracker, struct engagep_episodes *episodes);

/* Fills in the episodes of a thread whose kinds are known, and marks the complaints
 * that were settled. Texts are the arena's. ENGAGE_OK, ENGAGE_ENOMEM. */
int engagep_episode_find(engage_tracker *tracker, struct engagep_thread *thread,
                         struct engagep_episodes *episodes);

/* 1 where a post of these words asks for what its episode opens by: a reply that is needed, or
 * one that policy wants. `help`: it is help by its kind. */
int engagep_episode_asks(const engage_policy *policy, int needs, const struct engagep_stored *words,
                         int help);

/* The marks of words that ask: what leaves them in doubt. */
uint32_t engagep_episode_doubts(const struct engagep_signal *signal);

/* Takes what came after a time out of an episode that was open then. ENGAGE_DONE where nothing
 * had been asked by then. */
int engagep_episode_look_back(engage_tracker *tracker, engage_str brand, int64_t now,
                              struct engagep_episode *episode, engage_error *error);

/* 1 where it may have more posts than it lists. */
int engagep_episode_is_long(const struct engagep_episode *episode);

/* 1 where nobody had answered by then, nor the customer been content without. */
int engagep_episode_waits(const struct engagep_episode *episode, int64_t now);

/* What a person last decided about it by then: an ENGAGEP_DECISION_, or -1. What was dismissed or
 * resolved is open again, and nobody's, once its customer asks again. */
int engagep_episode_decision(engage_tracker *tracker, engage_str brand,
                             const struct engagep_episode *episode, int64_t now, int *out,
                             engage_error *error);

/* 1 where somebody still waits after such a decision. */
int engagep_episode_is_open(int decision);

/* 1 where two are alike but for the policy that decided them. */
int engagep_episode_same(const struct engagep_episode *a, const struct engagep_episode *b);

void engagep_episode_to_row(engage_str brand, const struct engagep_episode *episode,
                            struct engagep_value row[EPISODE_COLUMNS]);

/* Texts are borrowed from the row, or copied to `arena` where one is given. ENGAGE_OK, or
 * ENGAGE_ENOMEM or ENGAGE_ESTORE_CORRUPT, which `error` tells. */
int engagep_episode_from_row(const struct engagep_value row[EPISODE_COLUMNS],
                             struct engagep_arena *arena, struct engagep_episode *out,
                             engage_error *error);

#endif
