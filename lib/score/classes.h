/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Classes of English words by what they do in a post: who is speaking, asking,
 * wishing, paying, leaving. They carry what single words and phrases cannot: that
 * "why not let us", "you could allow" and "please add" are the same move.
 */
#ifndef ENGAGEP_SCORE_CLASSES_H
#define ENGAGEP_SCORE_CLASSES_H

#include <stddef.h>
#include <stdint.h>

enum engagep_class {
    ENGAGEP_CLASS_SELF,     /* the author */
    ENGAGEP_CLASS_YOU,      /* the reader */
    ENGAGEP_CLASS_ASK,      /* question words */
    ENGAGEP_CLASS_AUX,      /* verbs that open a question */
    ENGAGEP_CLASS_ANY,      /* anyone, somebody */
    ENGAGEP_CLASS_WISH,     /* wish, hope, if only */
    ENGAGEP_CLASS_MODAL,    /* should, would, could, need */
    ENGAGEP_CLASS_PLEASE,   /* please */
    ENGAGEP_CLASS_CHANGE,   /* add, bring, allow: what a brand is asked to do */
    ENGAGEP_CLASS_WANT,     /* want, need, going to */
    ENGAGEP_CLASS_BUY,      /* buy, order, upgrade, switch */
    ENGAGEP_CLASS_HELP,     /* help, fix, look into */
    ENGAGEP_CLASS_MONEY,    /* refund, charge, fee */
    ENGAGEP_CLASS_FAULT,    /* broken, crash, error */
    ENGAGEP_CLASS_LATE,     /* waiting, delayed, still */
    ENGAGEP_CLASS_LEAVE,    /* cancel, leaving, done with */
    ENGAGEP_CLASS_THANKS,   /* thanks */
    ENGAGEP_CLASS_ADVISE,   /* recommend, must, worth */
    ENGAGEP_CLASS_WARN,     /* avoid, beware, boycott */
    ENGAGEP_CLASS_COMPARE,  /* better, than, versus */
    ENGAGEP_CLASS_HARM,     /* fire, hacked, lawyer */
    ENGAGEP_CLASS_PROMOTE,  /* giveaway, follow, click */
    ENGAGEP_CLASS_TRY,      /* press, restart, settings: how to do it */
    ENGAGEP_CLASS_CONTRAST, /* but, although */
    ENGAGEP_CLASS_FUTURE,   /* will, soon, tomorrow */
    ENGAGEP_CLASS_PAST,     /* was, bought, yesterday */
    ENGAGEP_CLASS_NOT,      /* negation */
    ENGAGEP_CLASS_STAFF,    /* service, support, staff */
    ENGAGEP_CLASS_MORE,     /* very, so, really: more of what follows */
    ENGAGEP_CLASS_LESS,     /* slightly, somewhat: less of it */
    ENGAGEP_CLASS_IF,       /* if, unless, would: not so, or not yet */
    ENGAGEP_CLASS_THEY,     /* somebody else */
    ENGAGEP_CLASSES
};

/* The list: words of a class separated by spaces, a class at each index. */
extern const char *const engagep_class_words[ENGAGEP_CLASSES];

#endif
