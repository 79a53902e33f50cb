/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * The closed table of kinds: what a fact can be, and its class. Weights are
 * policy; the list is not. Numbers are written into states and never change.
 */
#ifndef ENGAGEP_TRACK_KIND_H
#define ENGAGEP_TRACK_KIND_H

#include <stddef.h>
#include <stdint.h>

enum engagep_kind {
    ENGAGEP_KIND_VIEW,
    ENGAGEP_KIND_LISTEN,
    ENGAGEP_KIND_WATCH,
    ENGAGEP_KIND_CLICK,
    ENGAGEP_KIND_FOLLOW,
    ENGAGEP_KIND_DOWNLOAD,
    ENGAGEP_KIND_JOIN,
    ENGAGEP_KIND_LIKE,
    ENGAGEP_KIND_SAVE,
    ENGAGEP_KIND_FLAG,
    ENGAGEP_KIND_SHARE,
    ENGAGEP_KIND_RATE,
    ENGAGEP_KIND_COMMENT,
    ENGAGEP_KIND_CARE,
    ENGAGEP_KIND_REVIEW,
    ENGAGEP_KIND_QUOTE,
    ENGAGEP_KIND_POST,
    ENGAGEP_KIND_QUESTION,
    ENGAGEP_KIND_MEDIA,
    ENGAGEP_KIND_SUGGESTION,
    ENGAGEP_KIND_ARTICLE,
    ENGAGEP_KIND_HELP,
    ENGAGEP_KIND_INVITE,
    ENGAGEP_KIND_ORGANISE,
    ENGAGEP_KIND_COCREATE,
    ENGAGEP_KIND_THANKED,
    ENGAGEP_KIND_BACKED,
    ENGAGEP_KIND_TRIAL,
    ENGAGEP_KIND_BUY,
    ENGAGEP_KIND_RENEW,
    ENGAGEP_KIND_CANCEL,
    ENGAGEP_KIND_RETURN,
    ENGAGEP_KIND_REFER,
    ENGAGEP_KINDS
};

/* Classes 1 to 4 are the stages they are acts of. Credits add to the mass of class
 * 4 without being acts; outcomes feed the outcome track alone. */
enum {
    ENGAGEP_CLASS_CONSUMPTION = 1,
    ENGAGEP_CLASS_CURATION = 2,
    ENGAGEP_CLASS_CREATION = 3,
    ENGAGEP_CLASS_COLLABORATION = 4,
    ENGAGEP_CLASS_CREDIT = 5,
    ENGAGEP_CLASS_OUTCOME = 6
};

/* Kinds stand in the order of their classes: the first kind of a class, and so also
 * the end of the class before. */
enum {
    ENGAGEP_KINDS_CONSUMPTION = ENGAGEP_KIND_VIEW,
    ENGAGEP_KINDS_CURATION = ENGAGEP_KIND_LIKE,
    ENGAGEP_KINDS_CREATION = ENGAGEP_KIND_POST,
    ENGAGEP_KINDS_COLLABORATION = ENGAGEP_KIND_HELP,
    ENGAGEP_KINDS_CREDIT = ENGAGEP_KIND_THANKED,
    ENGAGEP_KINDS_OUTCOME = ENGAGEP_KIND_TRIAL
};

struct engagep_kind_row {
    const char *name;
    uint8_t class_number; /* ENGAGEP_CLASS_ */
};

extern const struct engagep_kind_row engagep_kinds[ENGAGEP_KINDS];

/* The class of a kind that is in the table. */
static inline int engagep_kind_class(int kind)
{
    return engagep_kinds[kind].class_number;
}

/* 1 for the classes 1 to 4: what makes an active day. */
static inline int engagep_kind_is_act(int kind)
{
    return engagep_kinds[kind].class_number <= ENGAGEP_CLASS_COLLABORATION;
}

/* The kind of this name, or ENGAGE_ERANGE. */
int engagep_kind_by_name(const char *name, size_t size);

#endif
