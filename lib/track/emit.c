/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "track/emit.h"

#include "base/alloc.h"
#include "base/time.h"
#include "track/decision.h"
#include "track/signal.h"

#include <string.h>

/* From this valence on (millionths) a text takes a side. */
enum { FAVOUR = 200000, CONTENT = 300000 };

/* Half-units of advocacy and detraction. */
enum { FULL = 2, HALF = 1 };

void engagep_emit_release(engage_tracker *tracker, struct engagep_emission *emission)
{
    engagep_alloc_free(&tracker->allocator, emission->list, emission->capacity,
                       sizeof(*emission->list));
    memset(emission, 0, sizeof(*emission));
}

/* ----------------------------------------------------------------- facts --- */

static uint32_t hash_text(const engage_tracker *tracker, engage_str text)
{
    return engagep_calendar_hash(tracker->secret, text.data, text.size);
}

/* What a post says, as an object of its own: its text, or its id where it has none. */
static uint32_t hash_content(const engage_tracker *tracker, const struct engagep_signal *signal,
                             engage_str otherwise)
{
    if (!signal->has_fingerprint)
        return hash_text(tracker, otherwise);
    unsigned char bytes[8];
    for (int i = 0; i < 8; i++)
        bytes[i] = (unsigned char)(signal->fingerprint >> 8 * i);
    return engagep_calendar_hash(tracker->secret, bytes, sizeof(bytes));
}

static struct engagep_fact begin_fact(const engage_event *event, int kind)
{
    struct engagep_fact fact = {0};
    fact.day = (int32_t)engagep_time_day(event->time);
    fact.kind = (uint8_t)kind;
    fact.count = 1;
    return fact;
}

static void set_person(const engage_tracker *tracker, struct engagep_fact *fact, engage_str person)
{
    fact->parts |= ENGAGEP_FACT_PERSON;
    fact->person = hash_text(tracker, person);
}

static void set_object(const engage_tracker *tracker, struct engagep_fact *fact, engage_str object)
{
    fact->parts |= ENGAGEP_FACT_OBJECT;
    fact->object = hash_text(tracker, object);
}

static int add(engage_tracker *tracker, struct engagep_emission *emission, engage_str account,
               const struct engagep_stored *from, int64_t part, const struct engagep_fact *fact)
{
    void *list = emission->list;
    int rc = engagep_alloc_grow(&tracker->allocator, &list, &emission->capacity,
                                emission->count + 1, sizeof(*emission->list));
    emission->list = list;
    if (rc != ENGAGE_OK)
        return rc;
    emission->list[emission->count++] = (struct engagep_emitted){
        account, from->event.actor, from->event.id, from->thread, part, from->event.time, 0,
        *fact};
    return ENGAGE_OK;
}

static engage_str first_given(engage_str a, engage_str b, engage_str c)
{
    return a.size > 0 ? a : b.size > 0 ? b : c;
}

/* ----------------------------------------------------------------- verbs --- */

static const struct verb {
    const char *verb;
    uint8_t size;
    uint8_t kind;
    uint8_t hangs; /* on the post that it is done to */
} verbs[] = {
    {"View", 4, ENGAGEP_KIND_VIEW, 0},
    {"Read", 4, ENGAGEP_KIND_VIEW, 0},
    {"Watch", 5, ENGAGEP_KIND_WATCH, 0},
    {"Listen", 6, ENGAGEP_KIND_LISTEN, 0},
    {"Arrive", 6, ENGAGEP_KIND_CLICK, 0},
    {"Follow", 6, ENGAGEP_KIND_FOLLOW, 0},
    {"Download", 8, ENGAGEP_KIND_DOWNLOAD, 0},
    {"Join", 4, ENGAGEP_KIND_JOIN, 0},
    {"Like", 4, ENGAGEP_KIND_LIKE, 1},
    {"Dislike", 7, ENGAGEP_KIND_LIKE, 1},
    {"Add", 3, ENGAGEP_KIND_SAVE, 0},
    {"Flag", 4, ENGAGEP_KIND_FLAG, 0},
    {"Announce", 8, ENGAGEP_KIND_SHARE, 1},
    {"Accept", 6, ENGAGEP_KINDS, 1},
    {"Rate", 4, ENGAGEP_KIND_RATE, 0},
    {"Invite", 6, ENGAGEP_KIND_INVITE, 0},
    {"Offer", 5, ENGAGEP_KIND_INVITE, 0},
    {"Trial", 5, ENGAGEP_KIND_TRIAL, 0},
    {"Buy", 3, ENGAGEP_KIND_BUY, 0},
    {"Renew", 5, ENGAGEP_KIND_RENEW, 0},
    {"Cancel", 6, ENGAGEP_KIND_CANCEL, 0},
    {"Return", 6, ENGAGEP_KIND_RETURN, 0},
    {"Refer", 5, ENGAGEP_KIND_REFER, 0},
};

static const struct verb *find_verb(engage_str verb)
{
    for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
        if (verb.size == verbs[i].size && memcmp(verb.data, verbs[i].verb, verb.size) == 0)
            return &verbs[i];
    return NULL;
}

/* A host that knows what an act was names the kind itself: "help", "cocreate". */
static int kind_of_verb(const engage_event *event, int *hangs)
{
    const struct verb *verb = find_verb(event->verb);
    *hangs = verb != NULL && verb->hangs;
    if (verb != NULL && verb->kind == ENGAGEP_KIND_VIEW && engagep_str_is(event->type, "Video"))
        return ENGAGEP_KIND_WATCH;
    if (verb != NULL)
        return verb->kind;
    int kind = engagep_kind_by_name(event->verb.data, event->verb.size);
    return kind >= 0 ? kind : ENGAGEP_KINDS;
}

int engagep_emit_hangs(engage_str verb)
{
    const struct verb *found = find_verb(verb);
    return found != NULL && found->hangs;
}

int engagep_emit_knows(const engage_event *event)
{
    int hangs;
    return kind_of_verb(event, &hangs) != ENGAGEP_KINDS || hangs ||
           engagep_thread_is_post(event) || engagep_str_is(event->verb, "Undo") ||
           engagep_str_is(event->verb, "Delete") || engagep_decision_is_verb(event);
}

static int is_long_form(const engage_event *event)
{
    return engagep_str_is(event->type, "Article") || engagep_str_is(event->type, "HowTo");
}

int engagep_emit_meets(const engage_event *event)
{
    int hangs;
    if (event->target.size == 0 && event->to.size == 0)
        return 0;
    if (engagep_thread_is_post(event))
        return engagep_str_is(event->type, "Event") || engagep_str_is(event->type, "Group") ||
               is_long_form(event);
    int kind = kind_of_verb(event, &hangs);
    return kind != ENGAGEP_KINDS && (engagep_kind_class(kind) == ENGAGEP_CLASS_COLLABORATION ||
                                     engagep_kind_class(kind) == ENGAGEP_CLASS_CREDIT);
}

/* Each person that an act is done with is a counterpart: the first one goes with the
 * act, the others with facts that count nothing. */
struct counterparts {
    engage_tracker *tracker;
    const struct engagep_member *member;
    struct engagep_emission *emission;
    struct engagep_fact fact;
    int64_t part;
};

static int add_counterpart(struct counterparts *with, engage_str person)
{
    if (person.size == 0 || engagep_str_equal(person, with->member->stored->event.actor))
        return ENGAGE_OK;
    set_person(with->tracker, &with->fact, person);
    int rc = add(with->tracker, with->emission, with->member->stored->event.actor,
                 with->member->stored, with->part++, &with->fact);
    with->fact.count = 0;
    with->fact.parts = 0;
    with->fact.valence = 0;
    with->fact.advocacy = with->fact.detraction = 0;
    return rc;
}

static int add_counterparts(struct counterparts *with)
{
    const engage_event *event = &with->member->stored->event;
    int rc = add_counterpart(with, event->target);
    engage_str list = event->to;
    engage_str person;
    while (rc == ENGAGE_OK && engagep_str_next(&list, &person))
        if (!engagep_str_equal(person, event->target))
            rc = add_counterpart(with, person);
    if (rc == ENGAGE_OK && with->part == 0)
        rc = add(with->tracker, with->emission, event->actor, with->member->stored, 0,
                 &with->fact);
    return rc;
}

/* What has nothing to do with being a customer: it is no act of class 2 to 4, takes no
 * side and acknowledges nobody. */
static int is_spam(const struct engagep_signal *signal)
{
    return (signal->labels & ENGAGEP_LABEL(ENGAGE_INTENT_SPAM)) != 0;
}

/* What follows from an act and its kind alone. */
static struct engagep_fact fact_of_act(const engage_tracker *tracker,
                                       const struct engagep_stored *stored, int kind)
{
    const engage_event *event = &stored->event;
    struct engagep_fact fact = begin_fact(event, kind);
    int class = engagep_kind_class(kind);
    if (class >= ENGAGEP_CLASS_CURATION && class <= ENGAGEP_CLASS_COLLABORATION)
        set_object(tracker, &fact,
                   first_given(event->object, event->product,
                               first_given(event->post, event->target, event->id)));
    if (class == ENGAGEP_CLASS_CREATION || class == ENGAGEP_CLASS_COLLABORATION) {
        fact.parts |= ENGAGEP_FACT_CONTENT;
        fact.content = hash_content(tracker, &stored->signal, event->id);
    }
    return fact;
}

int engagep_emit_alone(engage_tracker *tracker, const struct engagep_member *member,
                       struct engagep_emission *emission)
{
    const engage_event *event = &member->stored->event;
    int hangs;
    int kind = kind_of_verb(event, &hangs);
    if (kind == ENGAGEP_KINDS || member->role != ENGAGEP_CUSTOMER_ROLE)
        return ENGAGE_OK;
    int class = engagep_kind_class(kind);
    if (is_spam(&member->stored->signal) && class >= ENGAGEP_CLASS_CURATION &&
        class <= ENGAGEP_CLASS_CREDIT)
        return ENGAGE_OK;
    if (class == ENGAGEP_CLASS_CREDIT) {
        if (event->target.size == 0 || engagep_str_equal(event->target, event->actor))
            return ENGAGE_OK;
        struct engagep_fact credit = begin_fact(event, kind);
        set_person(tracker, &credit, event->actor);
        return add(tracker, emission, event->target, member->stored, 0, &credit);
    }
    struct engagep_fact fact = fact_of_act(tracker, member->stored, kind);
    if (class != ENGAGEP_CLASS_COLLABORATION)
        return add(tracker, emission, event->actor, member->stored, 0, &fact);
    struct counterparts with = {tracker, member, emission, fact, 0};
    return add_counterparts(&with);
}

int engagep_emit_gives(const struct engagep_emission *emission)
{
    if (emission->count != 1)
        return 0;
    int kind = emission->list[0].fact.kind;
    int class = engagep_kind_class(kind);
    return class == ENGAGEP_CLASS_CONSUMPTION || class == ENGAGEP_CLASS_CURATION ||
                   class == ENGAGEP_CLASS_OUTCOME
               ? 1 + kind
               : 0;
}

void engagep_emit_own(const engage_tracker *tracker, const struct engagep_stored *stored,
                      struct engagep_emitted *out)
{
    const engage_event *event = &stored->event;
    *out = (struct engagep_emitted){event->actor,
                                    event->actor,
                                    event->id,
                                    stored->thread,
                                    0,
                                    event->time,
                                    1,
                                    fact_of_act(tracker, stored, stored->gives - 1)};
}

/* ----------------------------------------------------------------- posts --- */

static int is_other_customer(const struct engagep_post *a, const struct engagep_post *b)
{
    return b->member->role == ENGAGEP_CUSTOMER_ROLE &&
           !engagep_str_equal(a->member->person, b->member->person);
}

/* 1 where a reply asks or has trouble itself. The model finds the trouble that an answer
 * tells of, too, as if it were its author's; a host that names intents means them. */
static int asks_itself(const struct engagep_member *content)
{
    uint32_t asked = content->stored->signal.labels & ENGAGEP_LABELS_ASK;
    int is_judged = !(content->stored->event.flags & ENGAGE_EVENT_HAS_INTENTS);
    if (is_judged && content->stored->signal.labels & ENGAGEP_LABEL(ENGAGE_INTENT_PEER_ANSWER))
        asked &= ENGAGEP_LABEL(ENGAGE_INTENT_QUESTION) | ENGAGEP_LABEL(ENGAGE_INTENT_HELP_REQUEST);
    return asked != 0;
}

/* A reply to another customer who asks or has trouble, in a thread not one's own,
 * that asks for nothing itself. */
static int is_help(const struct engagep_thread *thread, const struct engagep_post *post)
{
    if (post->parent == ENGAGEP_NO_POST || asks_itself(post->content))
        return 0;
    const struct engagep_post *parent = &thread->posts[post->parent];
    if (!is_other_customer(post, parent) ||
        !(parent->content->stored->signal.labels & ENGAGEP_LABELS_ASK))
        return 0;
    return post->root == ENGAGEP_NO_POST ||
           !engagep_str_equal(thread->posts[post->root].member->person, post->member->person);
}

/* The last row of the table that matches. */
static int kind_of_post(const struct engagep_thread *thread, const struct engagep_post *post)
{
    const engage_event *event = &post->member->stored->event;
    const struct engagep_signal *signal = &post->content->stored->signal;
    uint32_t labels = signal->labels;
    if (engagep_str_is(event->type, "Event") || engagep_str_is(event->type, "Group"))
        return ENGAGEP_KIND_ORGANISE;
    if (is_long_form(event) && event->to.size > 0) /* other customers: see person.c */
        return ENGAGEP_KIND_COCREATE;
    if (is_help(thread, post))
        return ENGAGEP_KIND_HELP;
    if (is_long_form(event))
        return ENGAGEP_KIND_ARTICLE;
    int is_care = labels != 0 && (labels & ~ENGAGEP_LABELS_CARE) == 0;
    int is_rated = (event->flags & ENGAGE_EVENT_HAS_RATING) != 0;
    int is_own = !post->replies && event->quote_of.size == 0 && !is_rated && !is_care;
    if (is_own && signal->marks & ENGAGEP_MARK_LONG)
        return ENGAGEP_KIND_ARTICLE;
    if (labels & ENGAGEP_LABEL(ENGAGE_INTENT_SUGGESTION))
        return ENGAGEP_KIND_SUGGESTION;
    if (is_own && event->media > 0)
        return ENGAGEP_KIND_MEDIA;
    if (is_own)
        return labels & ENGAGEP_LABEL(ENGAGE_INTENT_QUESTION) ? ENGAGEP_KIND_QUESTION
                                                              : ENGAGEP_KIND_POST;
    if (event->quote_of.size > 0)
        return signal->marks & ENGAGEP_MARK_WORDS ? ENGAGEP_KIND_QUOTE : ENGAGEP_KIND_SHARE;
    if (is_rated)
        return ENGAGEP_KIND_REVIEW;
    return is_care ? ENGAGEP_KIND_CARE : ENGAGEP_KIND_COMMENT;
}

void engagep_emit_kinds(struct engagep_thread *thread)
{
    for (size_t i = 0; i < thread->post_count; i++) {
        struct engagep_post *post = &thread->posts[i];
        int counts = post->member->role == ENGAGEP_CUSTOMER_ROLE &&
                     !is_spam(&post->content->stored->signal);
        post->kind = counts ? (uint8_t)kind_of_post(thread, post) : ENGAGEP_KINDS;
    }
}

int engagep_emit_thanks(const struct engagep_signal *signal)
{
    if (signal->labels & (ENGAGEP_LABELS_ASK | ENGAGEP_LABEL(ENGAGE_INTENT_CHURN_RISK)))
        return 0;
    return (signal->labels & ENGAGEP_LABEL(ENGAGE_INTENT_PRAISE)) != 0 ||
           signal->valence >= CONTENT ||
           (signal->marks & ENGAGEP_MARK_THANKS && signal->valence >= 0);
}

int engagep_emit_accepts(engage_str verb)
{
    return engagep_str_is(verb, "Like") || engagep_str_is(verb, "Accept");
}

/* --------------------------------------------------------------- credits --- */

int engagep_emit_may_thank(const struct engagep_thread *thread, const struct engagep_post *help,
                           const struct engagep_member *by)
{
    if (help->kind != ENGAGEP_KIND_HELP || by->role != ENGAGEP_CUSTOMER_ROLE ||
        engagep_str_equal(by->person, help->member->person))
        return 0;
    if (engagep_str_equal(by->person, thread->posts[help->parent].member->person))
        return 1;
    return help->root != ENGAGEP_NO_POST &&
           engagep_str_equal(by->person, thread->posts[help->root].member->person);
}

/* The credit that `by` gives to a post: THANKED, BACKED or none (ENGAGEP_KINDS).
 * `agrees` says whether a reply thanks or seconds; an act does so by itself. */
static int credit_of(const struct engagep_thread *thread, const struct engagep_post *post,
                     const struct engagep_member *by, int thanks, int backs)
{
    if (thanks && engagep_emit_may_thank(thread, post, by))
        return ENGAGEP_KIND_THANKED;
    if (post->kind == ENGAGEP_KIND_SUGGESTION && backs && by->role == ENGAGEP_CUSTOMER_ROLE &&
        !engagep_str_equal(by->person, post->member->person))
        return ENGAGEP_KIND_BACKED;
    return ENGAGEP_KINDS;
}

static int add_credit(engage_tracker *tracker, struct engagep_post *post,
                      const struct engagep_member *by, int kind, int64_t part,
                      struct engagep_emission *emission)
{
    if (kind == ENGAGEP_KINDS)
        return ENGAGE_OK;
    struct engagep_fact fact = begin_fact(&by->stored->event, kind);
    set_person(tracker, &fact, by->stored->event.actor);
    if (kind == ENGAGEP_KIND_THANKED)
        post->acknowledged = 1;
    return add(tracker, emission, post->member->stored->event.actor, by->stored, part, &fact);
}

int engagep_emit_credits(engage_tracker *tracker, struct engagep_thread *thread,
                         struct engagep_emission *emission)
{
    for (size_t i = 0; i < thread->member_count; i++) {
        const struct engagep_member *by = &thread->members[i];
        engage_str verb = by->stored->event.verb;
        size_t at = engagep_thread_post(thread, by->stored->event.object);
        if (engagep_thread_is_post(&by->stored->event) || at == ENGAGEP_NO_POST ||
            is_spam(&by->stored->signal))
            continue;
        int kind = credit_of(thread, &thread->posts[at], by, engagep_emit_accepts(verb),
                             engagep_str_is(verb, "Like") || engagep_str_is(verb, "Announce"));
        int rc = add_credit(tracker, &thread->posts[at], by, kind, 0, emission);
        if (rc != ENGAGE_OK)
            return rc;
    }
    return ENGAGE_OK;
}

static int credit_posts(engage_tracker *tracker, struct engagep_thread *thread,
                        struct engagep_emission *emission)
{
    for (size_t i = 0; i < thread->post_count; i++) {
        const struct engagep_post *post = &thread->posts[i];
        const struct engagep_signal *signal = &post->content->stored->signal;
        int rc = ENGAGE_OK;
        if (is_spam(signal))
            continue;
        if (post->parent != ENGAGEP_NO_POST) {
            int thanks = engagep_emit_thanks(signal);
            int seconds =
                thanks || (signal->labels & ENGAGEP_LABEL(ENGAGE_INTENT_SUGGESTION)) != 0;
            struct engagep_post *parent = &thread->posts[post->parent];
            int kind = credit_of(thread, parent, post->member, thanks, seconds);
            rc = add_credit(tracker, parent, post->member, kind, 0, emission);
        }
        if (rc == ENGAGE_OK && post->quoted != ENGAGEP_NO_POST && post->quoted != post->parent) {
            struct engagep_post *quoted = &thread->posts[post->quoted];
            int backs = signal->valence >= 0;
            int kind = credit_of(thread, quoted, post->member, 0, backs);
            rc = add_credit(tracker, quoted, post->member, kind, 1, emission);
        }
        if (rc != ENGAGE_OK)
            return rc;
    }
    return ENGAGE_OK;
}

/* ------------------------------------------------- advocacy and detraction --- */

static int defends(const struct engagep_thread *thread, const struct engagep_post *post)
{
    const struct engagep_signal *signal = &post->content->stored->signal;
    if (post->root == ENGAGEP_NO_POST || post->parent == ENGAGEP_NO_POST)
        return 0;
    const struct engagep_post *root = &thread->posts[post->root];
    uint32_t against = ENGAGEP_LABELS_CARE | ENGAGEP_LABEL(ENGAGE_INTENT_WARNING) |
                       ENGAGEP_LABEL(ENGAGE_INTENT_CHURN_RISK);
    uint32_t with =
        ENGAGEP_LABEL(ENGAGE_INTENT_PRAISE) | ENGAGEP_LABEL(ENGAGE_INTENT_RECOMMENDATION);
    return is_other_customer(post, root) &&
           root->content->stored->signal.labels & ENGAGEP_LABEL(ENGAGE_INTENT_COMPLAINT) &&
           !(signal->labels & against) && signal->labels & with;
}

static int shares_brand_words(const struct engagep_thread *thread, const struct engagep_post *post)
{
    const struct engagep_signal *signal = &post->content->stored->signal;
    return post->quoted != ENGAGEP_NO_POST &&
           thread->posts[post->quoted].member->role == ENGAGEP_STAFF_ROLE &&
           signal->marks & ENGAGEP_MARK_WORDS && signal->valence >= FAVOUR;
}

static void take_sides(const struct engagep_thread *thread, const struct engagep_post *post,
                       struct engagep_fact *fact)
{
    const struct engagep_signal *signal = &post->content->stored->signal;
    uint32_t labels = signal->labels;
    int compares = (labels & ENGAGEP_LABEL(ENGAGE_INTENT_COMPARISON)) != 0;
    if (labels & ENGAGEP_LABEL(ENGAGE_INTENT_RECOMMENDATION) ||
        (compares && signal->valence >= FAVOUR) || defends(thread, post) ||
        (post->kind == ENGAGEP_KIND_HELP && post->acknowledged) ||
        shares_brand_words(thread, post))
        fact->advocacy = FULL;
    if (labels & (ENGAGEP_LABEL(ENGAGE_INTENT_WARNING) | ENGAGEP_LABEL(ENGAGE_INTENT_CHURN_RISK)) ||
        (compares && signal->valence <= -FAVOUR))
        fact->detraction = FULL;
    else if (labels & ENGAGEP_LABEL(ENGAGE_INTENT_COMPLAINT) && !post->settled &&
             post->kind != ENGAGEP_KIND_HELP && /* which tells of another's */
             !engagep_str_is(post->member->stored->event.visibility, "dm"))
        fact->detraction = HALF;
}

/* ---------------------------------------------------------------- thread --- */

static int emit_post(engage_tracker *tracker, const struct engagep_thread *thread,
                     const struct engagep_post *post, struct engagep_emission *emission)
{
    const struct engagep_member *member = post->member;
    const engage_event *event = &member->stored->event;
    const struct engagep_signal *signal = &post->content->stored->signal;
    struct engagep_fact fact = begin_fact(event, post->kind);
    int class = engagep_kind_class(post->kind);
    uint32_t content = hash_content(tracker, signal, post->id);
    engage_str done_to = first_given(event->in_reply_to, event->quote_of,
                                     first_given(event->object, event->product, post->id));
    if (class >= ENGAGEP_CLASS_CREATION) {
        fact.parts |= ENGAGEP_FACT_CONTENT;
        fact.content = content;
    }
    if (post->kind != ENGAGEP_KIND_HELP &&
        (class >= ENGAGEP_CLASS_CREATION || engagep_str_equal(done_to, post->id))) {
        fact.parts |= ENGAGEP_FACT_OBJECT;
        fact.object = content;
    } else {
        set_object(tracker, &fact, done_to);
    }
    if (post->kind == ENGAGEP_KIND_HELP)
        set_person(tracker, &fact, thread->posts[post->parent].member->stored->event.actor);
    if (signal->scored) {
        fact.parts |= ENGAGEP_FACT_SENTIMENT;
        fact.valence = signal->valence;
        if (signal->negative >= tracker->policy->numbers.negative)
            fact.parts |= ENGAGEP_FACT_NEGATIVE;
    }
    if (signal->marks & ENGAGEP_MARK_TRIED)
        fact.flags |= ENGAGEP_FLAG_INFERRED_TRIAL;
    if (signal->marks & ENGAGEP_MARK_BOUGHT)
        fact.flags |= ENGAGEP_FLAG_INFERRED_PURCHASE;
    take_sides(thread, post, &fact);
    if (post->kind != ENGAGEP_KIND_ORGANISE && post->kind != ENGAGEP_KIND_COCREATE)
        return add(tracker, emission, event->actor, member->stored, 0, &fact);
    struct counterparts with = {tracker, member, emission, fact, 0};
    return add_counterparts(&with);
}

int engagep_emit_acknowledged(engage_tracker *tracker, struct engagep_thread *thread,
                              struct engagep_emission *emission)
{
    int rc = ENGAGE_OK;
    for (size_t i = 0; i < thread->post_count && rc == ENGAGE_OK; i++)
        if (thread->posts[i].acknowledged)
            rc = emit_post(tracker, thread, &thread->posts[i], emission);
    return rc;
}

int engagep_emit_thread(engage_tracker *tracker, struct engagep_thread *thread,
                        struct engagep_emission *emission)
{
    int rc = engagep_emit_credits(tracker, thread, emission);
    if (rc == ENGAGE_OK)
        rc = credit_posts(tracker, thread, emission);
    for (size_t i = 0; i < thread->post_count && rc == ENGAGE_OK; i++)
        if (thread->posts[i].kind < ENGAGEP_KINDS)
            rc = emit_post(tracker, thread, &thread->posts[i], emission);
    return rc;
}
