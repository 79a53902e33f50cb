/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * A batch on its way into the store. Each step is a file of its own and leaves what
 * the next one needs:
 *
 *   take     new events, each id once, judged and put aside
 *   undo     tombstones, and which events are dead by them
 *   decide   what people decided: holds, links, objections, what is withheld
 *   aggregate  what is counted of all, since it may not be kept of one
 *   weave    events into threads, and threads that turned out to be one
 *   link     accounts, and whose they are
 *   object   accounts that object to being profiled, or no longer do
 *   resolve  threads that changed: their facts and episodes, against those stored
 *   settle   accounts that changed: their calendars, and their customers
 *   brands   the time of each brand's latest event
 */
#ifndef ENGAGEP_TRACK_BATCH_H
#define ENGAGEP_TRACK_BATCH_H

#include "track/emit.h"
#include "track/episode.h"
#include "track/keys.h"

/* An event that the batch names. */
struct engagep_item {
    struct engagep_stored stored;
    const struct engagep_stored *old; /* what the store holds under its id, or NULL */
    int fresh;                        /* 1: it is new, or takes the place of the old one */
    size_t number;                    /* of the event that was given */
    size_t next_act;                  /* of its thread, or ENGAGEP_NO_POST */
    size_t account;
    enum engagep_role role;
};

/* A fact that an account gains or loses. */
struct engagep_change {
    struct engagep_fact fact;
    int gained;
    int settled; /* it is in the calendar already, with its neighbour */
    struct engagep_change *next;
};

/* An account that the batch speaks of. */
struct engagep_account {
    engage_str brand;
    engage_str account;
    engage_str customer;
    engage_str customer_before;
    engage_str crm_id;
    engage_str crm_before;
    engage_str name;
    int64_t crm_time;
    int64_t name_time;
    int64_t followers; /* negative: unknown */
    int64_t followers_time;
    int64_t created; /* or ENGAGE_NO_TIME */
    int verified;    /* where verified_time says that it is known */
    int64_t verified_time;
    engage_str state;
    int64_t tombstones;
    int64_t open_undo;
    int64_t partials;
    int known;     /* it was in the store before */
    int changed;   /* its row must be written */
    int judged;    /* its customer was judged with it */
    int recount;   /* what is known of it must be read from its events anew */
    int undone;    /* its tombstones must be counted anew */
    int decided;   /* something was decided about it: its customer must be judged */
    int relinked;  /* whose it is must be found out anew */
    int objected;  /* it objects to being profiled */
    int objected_before;
    struct engagep_change *changes;
};

/* What some event of a batch is: steps that none bears on need not look at each. */
enum {
    ENGAGEP_TRAIT_TAKES_BACK = 1, /* an Undo or a Delete, of one who wrote such, or replaces one */
    ENGAGEP_TRAIT_DECIDES = 2,    /* a decision, or it replaces something */
    ENGAGEP_TRAIT_TELLS = 4,      /* it tells something of its actor's account */
    ENGAGEP_TRAIT_WITHHELD = 8    /* something was read in it that may not be kept of a person */
};

struct engagep_batch {
    engage_tracker *tracker;
    engage_counts *counts;
    engage_error *error;
    struct engagep_item *items;
    size_t item_count;
    unsigned traits; /* ENGAGEP_TRAIT_ */
    size_t item_capacity;
    struct engagep_keys by_event; /* items by brand, actor, id */
    struct engagep_account *accounts;
    size_t account_count;
    size_t account_capacity;
    struct engagep_keys by_account; /* by brand, account */
    size_t recent; /* the account that was asked for last is often asked for next */
    struct engagep_node *nodes;
    size_t node_count;
    size_t node_capacity;
    struct engagep_keys by_node; /* by brand, post */
    struct engagep_touched *threads;
    size_t thread_count;
    size_t thread_capacity;
    struct engagep_keys by_thread; /* by brand, thread */
    struct engagep_emission emission;
    struct engagep_episodes episodes;
    struct engagep_subject *withheld; /* whose events must be judged again */
};

/* What is withheld, or no longer is: an account or a post. */
struct engagep_subject {
    engage_str brand;
    engage_str name;
    int is_post;
    struct engagep_subject *next;
};

/* A post that a batch names, in a forest of posts that hang together. */
struct engagep_node {
    engage_str brand;
    engage_str post;
    size_t up;  /* towards the head of its tree, which is the smallest id */
    int stored; /* it has a row */
    int known;  /* of a head: the store has something of its tree */
    int thread; /* it names a thread that has events in the store */
};

/* A thread that must be resolved: the whole of it, or no more than some acts that
 * came to it. */
struct engagep_touched {
    engage_str brand;
    engage_str thread;
    int whole;
    int parted;      /* a post of it went, with what it joined */
    size_t last_act; /* the number of an item, or ENGAGEP_NO_POST */
};

/* A name of a brand, joined with it by a line feed, in the arena of the call; {NULL, 0} without
 * memory. */
engage_str engagep_batch_key(struct engagep_batch *batch, engage_str brand, engage_str name);

/* Notes that an event is refused, by its number in what was given, and why: a static text. */
int engagep_batch_refuse(struct engagep_batch *batch, size_t number, const char *why);

/* The item of an event, or NULL where the batch does not name it. */
struct engagep_item *engagep_batch_item(const struct engagep_batch *batch, engage_str brand,
                                        engage_str actor, engage_str id);

/* 1 where the batch puts an event in the place of what the store has under its id. */
int engagep_batch_replaces(const struct engagep_batch *batch, engage_str brand, engage_str actor,
                           engage_str id);

/* The number of an account, read from the store when it is met first. */
int engagep_batch_account(struct engagep_batch *batch, engage_str brand, engage_str account,
                          size_t *out);

/* The same for an account that need not become one: ENGAGEP_KEYS_NONE where it is unknown. */
int engagep_batch_find(struct engagep_batch *batch, engage_str brand, engage_str account,
                       size_t *out);
int engagep_batch_put_account(struct engagep_batch *batch, struct engagep_account *account);

/* Whether an account is all that there is of its customer, now and before, as most are: it is
 * the customer's namesake, has no CRM id that others could share, and nobody links anything. */
int engagep_batch_is_alone(struct engagep_batch *batch, const struct engagep_account *account,
                           int *alone);

/* Notes that a thread must be resolved, and what hangs together in it found out anew where
 * a post of it came to life or went; or that an act came to it. */
int engagep_batch_touch(struct engagep_batch *batch, engage_str brand, engage_str thread);
int engagep_batch_part(struct engagep_batch *batch, engage_str brand, engage_str thread);
int engagep_batch_touch_act(struct engagep_batch *batch, engage_str brand, engage_str thread,
                            size_t item);

/* Gives a fact to its account, or takes it away. */
int engagep_batch_change(struct engagep_batch *batch, engage_str brand,
                         const struct engagep_emitted *emitted, int gained);

/* A fact's row, read. Texts are borrowed. */
void engagep_row_to_fact(const struct engagep_value row[FACT_COLUMNS],
                         struct engagep_emitted *out);
int engagep_batch_get_fact(struct engagep_batch *batch, engage_str brand,
                           const struct engagep_emitted *emitted,
                           struct engagep_value row[FACT_COLUMNS]);

/* Writes a fact's row or removes it, and gives it to its account or takes it away; the last
 * one whatever the store has under its key, if anything. */
int engagep_batch_gain(struct engagep_batch *batch, engage_str brand,
                       const struct engagep_emitted *emitted);
int engagep_batch_lose(struct engagep_batch *batch, engage_str brand,
                       const struct engagep_emitted *emitted);
int engagep_batch_lose_stored(struct engagep_batch *batch, engage_str brand,
                              const struct engagep_emitted *emitted);

/* A hint that the row of an event is looked up soon. */
void engagep_batch_expect_event(struct engagep_batch *batch, const engage_event *event);

/* Writes an event's row. */
int engagep_batch_put_event(struct engagep_batch *batch, const struct engagep_stored *stored);

/* Gives the facts that an act gives by itself, or takes them away. Whether one lies with the
 * event is in `stored` then, for whoever writes its row. */
int engagep_alone_gain(struct engagep_batch *batch, struct engagep_stored *stored,
                       enum engagep_role role);
int engagep_alone_lose(struct engagep_batch *batch, struct engagep_stored *stored);

/* Gives what an act gives by itself now, in place of what it gave. */
int engagep_alone_anew(struct engagep_batch *batch, struct engagep_stored *stored);

/* Takes all facts of an account away. */
int engagep_alone_forget(struct engagep_batch *batch, engage_str brand, engage_str account);

/* Whether acts that came to a thread may be credits to somebody, so that its posts must be read;
 * the whole of it is touched where one of them ends a wait. */
int engagep_weigh_acts(struct engagep_batch *batch, struct engagep_touched *touched, int *read);

/* The post where an event belongs, empty where that is none; and the thread of a post that the
 * batch names, which is left as it was for one that it does not. */
int engagep_weave_post(struct engagep_batch *batch, const struct engagep_stored *stored,
                       engage_str *out);
void engagep_weave_thread(struct engagep_batch *batch, engage_str brand, engage_str post,
                          engage_str *out);

/* Puts another name in all rows of a thread; or in each that of the thread of its own post, for
 * one that fell into parts. */
int engagep_relabel_rename(struct engagep_batch *batch, engage_str brand, engage_str from,
                           engage_str to);
int engagep_relabel_spread(struct engagep_batch *batch, engage_str brand, engage_str thread);

/* 1 where the store had nothing of a thread before the batch. */
int engagep_weave_is_new(const struct engagep_batch *batch, const struct engagep_touched *touched);

/* Writes what is left of a decision that a stored event made, as engagep_decision_write() does. */
int engagep_decide_event(struct engagep_batch *batch, const engage_event *event,
                         enum engagep_role role, int how);

/* Judges events of the store again whose tombstones, or what is withheld, changed: those
 * of an index with these columns, and of one actor where it is given. */
int engagep_undo_reconsider(struct engagep_batch *batch, size_t index,
                            const struct engagep_value *prefix, size_t columns, engage_str actor);

/* Whether an event is dead: undone, deleted or withheld, as its account is by `withheld`, or its
 * post. Takes its text away where it was taken back or deleted. */
int engagep_undo_judge(struct engagep_batch *batch, struct engagep_stored *stored, int withheld);

/* Takes what a batch names off the numbers of what its accounts took back and nobody found, by
 * what is in the store, or adds it: before the batch is written (-1), and after (1). */
int engagep_undo_count(struct engagep_batch *batch, int sign);

/* Takes the facts of accounts that object out of an emission. */
int engagep_object_filter(struct engagep_batch *batch, engage_str brand);

/* Finds out anew whose the accounts are whose links or CRM id changed, once CRM ids are
 * joined. */
int engagep_person_regroup(struct engagep_batch *batch);

/* Reads again what whoever changed hands did, and those who are one person with it now or
 * were: own accounts are no counterparts. */
int engagep_person_move(struct engagep_batch *batch);

/* Takes a person's own accounts off those that an act is done with. */
int engagep_person_strip(struct engagep_batch *batch, struct engagep_member *member);

/* Whether an event tells something of its actor's account: what it is called, for one. */
int engagep_link_tells(const engage_event *event);

/* Says whose an account is. */
int engagep_link_set(struct engagep_batch *batch, engage_str brand, engage_str name,
                     engage_str customer);

/* The tracker's batch over the transaction that is open: begun, its events put through all
 * steps, and ended, also where beginning failed. */
int engagep_batch_begin(engage_tracker *tracker, engage_counts *counts, engage_error *error);
int engagep_batch_run(struct engagep_batch *batch, const engage_events *events);
void engagep_batch_end(engage_tracker *tracker);

/* Releases the memory that is kept between batches. */
void engagep_batch_free(engage_tracker *tracker);

/* The steps. */
int engagep_take(struct engagep_batch *batch, const engage_events *events);
int engagep_undo(struct engagep_batch *batch);
int engagep_decide(struct engagep_batch *batch);
int engagep_aggregate(struct engagep_batch *batch);
int engagep_object(struct engagep_batch *batch);
int engagep_weave(struct engagep_batch *batch);
int engagep_link(struct engagep_batch *batch);
int engagep_resolve(struct engagep_batch *batch);
int engagep_settle(struct engagep_batch *batch);
int engagep_brands(struct engagep_batch *batch);

#endif
