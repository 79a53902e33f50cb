/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * P(d), the stage earned on day d, changes only where a day enters the window or
 * leaves it, and the stage at t is max over d <= t of P(d) - (t - d) / hold. So one
 * walk over those days, with the last day on which each stage was earned, gives the
 * stage, every transition, and the day on which silence would lower it.
 */
#include "track/stage.h"

#include "base/time.h"

#include <string.h>

const char *engage_stage_name(int stage)
{
    static const char *const names[] = {"none", "consumption", "curation", "creation",
                                        "collaboration"};
    return stage >= 0 && stage <= 4 ? names[stage] : NULL;
}

/* ----------------------------------------------------------------- window --- */

/* The hashes of a set seen most recently, each with its latest day, latest first.
 * Distinct counts up to `limit` in any window that ends today follow from these alone,
 * so that nothing needs to be taken out when a day leaves. */
struct recent {
    uint32_t limit; /* at most ENGAGEP_SET_SIZE */
    uint32_t count;
    uint32_t hash[ENGAGEP_SET_SIZE];
    int32_t day[ENGAGEP_SET_SIZE];
};

/* What days add up to. */
struct tally {
    uint64_t acts[6];  /* by class; 5 are credits */
    int32_t days[5];   /* days with an act of at least this class */
    int32_t acknowledged_days;
};

struct window {
    const struct engagep_calendar *calendar;
    const struct engagep_policy_numbers *numbers;
    size_t enter;           /* the next day to enter */
    size_t leave;           /* the oldest day inside */
    size_t end;             /* days from here on do not count */
    int32_t today;
    int32_t first_act;      /* or ENGAGEP_NO_DAY; never after `last_day` */
    struct tally tally;     /* of the days inside */
    struct recent recent[ENGAGEP_SETS];
};

static void touch(struct recent *recent, uint32_t hash, int32_t day)
{
    uint32_t at = 0;
    while (at < recent->count && recent->hash[at] != hash)
        at++;
    if (at == recent->count) {
        if (recent->count < recent->limit)
            recent->count++;
        else if (at > 0)
            at--;
        else
            return;
    }
    for (; at > 0; at--) {
        recent->hash[at] = recent->hash[at - 1];
        recent->day[at] = recent->day[at - 1];
    }
    recent->hash[0] = hash;
    recent->day[0] = day;
}

/* Adds a day's numbers, or takes them out. */
static void count_day(struct tally *tally, const struct engagep_calendar *calendar,
                      const struct engagep_day *day, int entering)
{
    int step = entering ? 1 : -1;
    int most = 0; /* the highest class of an act */
    uint64_t kinds = day->kinds & engagep_day_kinds(0, ENGAGEP_KINDS_OUTCOME);
    const uint32_t *counts = calendar->cells + day->cells;
    while (kinds != 0) {
        int kind = engagep_day_kind(&kinds);
        int class_number = engagep_kind_class(kind);
        uint64_t count = *counts++;
        tally->acts[class_number] += entering ? count : 0 - count;
        most = class_number < ENGAGEP_CLASS_CREDIT ? class_number : most;
    }
    for (int class_number = 1; class_number <= most; class_number++)
        tally->days[class_number] += step;
    if ((day->kinds & engagep_day_kinds(ENGAGEP_KINDS_CREDIT, ENGAGEP_KINDS_OUTCOME)) != 0)
        tally->acknowledged_days += step;
}

/* The set whose distinct hashes a gate counts, or -1. */
static int set_of(int what)
{
    switch ((enum engagep_measure)what) {
    case ENGAGEP_MEASURE_OBJECTS:
        return ENGAGEP_SET_OBJECTS;
    case ENGAGEP_MEASURE_TEXTS:
        return ENGAGEP_SET_CONTENTS;
    case ENGAGEP_MEASURE_PEOPLE:
        return ENGAGEP_SET_PEOPLE;
    case ENGAGEP_MEASURE_ACKNOWLEDGERS:
        return ENGAGEP_SET_THANKERS;
    default:
        return -1;
    }
}

/* How far the distinct hashes of a set must be counted: as far as a gate asks. */
static uint32_t limit_of(const struct engagep_policy_numbers *numbers, int what)
{
    int32_t limit = 0;
    for (int stage = 2; stage <= 4; stage++)
        if (numbers->gate[stage][what] > limit)
            limit = numbers->gate[stage][what];
    return (uint32_t)limit;
}

/* The measure that counts a set's distinct hashes. */
static const uint8_t measure_of[ENGAGEP_SETS] = {
    [ENGAGEP_SET_PEOPLE] = ENGAGEP_MEASURE_PEOPLE,
    [ENGAGEP_SET_THANKERS] = ENGAGEP_MEASURE_ACKNOWLEDGERS,
    [ENGAGEP_SET_OBJECTS] = ENGAGEP_MEASURE_OBJECTS,
    [ENGAGEP_SET_CONTENTS] = ENGAGEP_MEASURE_TEXTS,
};

/* A window over the days from `from` on that are not after `last_day`; empty until
 * it is moved. */
static void window_begin(struct window *window, const struct engagep_calendar *calendar,
                         const engage_policy *policy, int32_t from, int32_t last_day)
{
    window->calendar = calendar;
    window->numbers = &policy->numbers;
    for (int set = 0; set < ENGAGEP_SETS; set++) {
        window->recent[set].limit = limit_of(&policy->numbers, measure_of[set]);
        window->recent[set].count = 0;
    }
    window->enter = engagep_calendar_index(calendar, from);
    window->leave = window->enter;
    window->end = engagep_calendar_index(calendar, last_day + 1);
    window->today = from - 1;
    window->first_act = engagep_calendar_first(calendar, 1);
    if (window->first_act > last_day)
        window->first_act = ENGAGEP_NO_DAY;
    memset(&window->tally, 0, sizeof(window->tally));
}

enum { ENTERED = 1, LEFT = 2 };

static void touch_all(struct window *window, const struct engagep_day *day)
{
    const uint32_t *hash = engagep_day_set(window->calendar, day, 0);
    for (int set = 0; set < ENGAGEP_SETS; set++)
        for (const uint32_t *end = hash + day->members[set]; hash < end; hash++)
            touch(&window->recent[set], *hash, day->day);
}

/* Moves the window's last day on to `today`; tells what that did. */
static int window_move(struct window *window, int32_t today)
{
    const struct engagep_day *days = window->calendar->days;
    int did = window->first_act == today ? ENTERED : 0;
    window->today = today;
    while (window->enter < window->end && days[window->enter].day <= today) {
        const struct engagep_day *day = &days[window->enter++];
        count_day(&window->tally, window->calendar, day, 1);
        if (day->hashes > 0)
            touch_all(window, day);
        did |= ENTERED;
    }
    while (window->leave < window->enter &&
           days[window->leave].day <= today - window->numbers->window) {
        count_day(&window->tally, window->calendar, &days[window->leave++], 0);
        did |= LEFT;
    }
    return did;
}

/* The next day on which anything in the window changes, or ENGAGEP_NO_DAY. */
static int32_t window_next(const struct window *window)
{
    const struct engagep_day *days = window->calendar->days;
    int32_t next = ENGAGEP_NO_DAY;
    if (window->enter < window->end)
        next = days[window->enter].day;
    if (window->leave < window->enter) {
        int32_t leaves = days[window->leave].day + window->numbers->window;
        if (next == ENGAGEP_NO_DAY || leaves < next)
            next = leaves;
    }
    if (window->first_act > window->today &&
        (next == ENGAGEP_NO_DAY || window->first_act < next))
        next = window->first_act;
    return next;
}

static int64_t distinct(const struct window *window, int set)
{
    const struct recent *recent = &window->recent[set];
    uint32_t count = 0;
    while (count < recent->count &&
           recent->day[count] > window->today - window->numbers->window)
        count++;
    return count;
}

static int64_t acts_from(const struct tally *tally, int class_number)
{
    uint64_t sum = 0;
    for (; class_number <= ENGAGEP_CLASS_COLLABORATION; class_number++)
        sum += tally->acts[class_number];
    return (int64_t)sum;
}

/* What a gate of a stage measures that counts no distinct hashes. */
static int64_t measure_tally(const struct tally *tally, int stage, int what)
{
    switch ((enum engagep_measure)what) {
    case ENGAGEP_MEASURE_ACTS:
        return acts_from(tally, stage);
    case ENGAGEP_MEASURE_DAYS:
        return tally->days[stage];
    case ENGAGEP_MEASURE_ACTIVE_DAYS:
        return tally->days[1];
    case ENGAGEP_MEASURE_ACKNOWLEDGED_DAYS:
        return tally->acknowledged_days;
    case ENGAGEP_MEASURE_ACKNOWLEDGEMENTS:
        return (int64_t)tally->acts[ENGAGEP_CLASS_CREDIT];
    case ENGAGEP_MEASURE_CURATION:
        return (int64_t)tally->acts[ENGAGEP_CLASS_CURATION];
    case ENGAGEP_MEASURE_CREATION:
        return (int64_t)tally->acts[ENGAGEP_CLASS_CREATION];
    case ENGAGEP_MEASURE_OBJECTS:
    case ENGAGEP_MEASURE_TEXTS:
    case ENGAGEP_MEASURE_PEOPLE:
    case ENGAGEP_MEASURE_ACKNOWLEDGERS:
    case ENGAGEP_MEASURES:
        break;
    }
    return 0;
}

/* What a gate of a stage measures today. */
static int64_t measure(const struct window *window, int stage, int what)
{
    int set = set_of(what);
    return set >= 0 ? distinct(window, set) : measure_tally(&window->tally, stage, what);
}

/* Whether a gate holds today; for a distinct count one look at the hash that is as
 * recent as the threshold says is enough. */
static int holds(const struct window *window, int stage, int what, int32_t threshold)
{
    int set = set_of(what);
    if (set < 0)
        return measure_tally(&window->tally, stage, what) >= threshold;
    const struct recent *recent = &window->recent[set];
    uint32_t last = (uint32_t)threshold - 1;
    return recent->count > last &&
           recent->day[last] > window->today - window->numbers->window;
}

/* Whether all gates of a stage hold today. */
static int all_hold(const struct window *window, int stage)
{
    const int32_t *thresholds = window->numbers->gate[stage];
    for (int what = 0; what < ENGAGEP_MEASURES; what++)
        if (thresholds[what] > 0 && !holds(window, stage, what, thresholds[what]))
            return 0;
    return 1;
}

/* P of today, where it is known to be at least `least`, and at most `most`. */
static uint8_t earned_today(const struct window *window, uint8_t least, uint8_t most)
{
    if (window->first_act == ENGAGEP_NO_DAY || window->first_act > window->today)
        return 0;
    for (uint8_t stage = least < 1 ? 2 : (uint8_t)(least + 1); stage <= most; stage++)
        if (!all_hold(window, stage))
            return (uint8_t)(stage - 1);
    return most;
}

/* ---------------------------------------------------------- without controls --- */

/* The stage that the facts alone give, from change to change. */
struct natural {
    struct window window;
    int32_t day;      /* of the latest change */
    int32_t seen;     /* the day up to which all is known */
    uint8_t earned;   /* P since the last move */
    uint8_t stage;
    int32_t last[5];  /* the last day on which a stage was earned, or ENGAGEP_NO_DAY */
    int silent;       /* 1: no facts are left, and `last` tells what will be */
};

static void natural_begin(struct natural *natural, const struct engagep_calendar *calendar,
                          const engage_policy *policy, int32_t from, int32_t last_day)
{
    window_begin(&natural->window, calendar, policy, from, last_day);
    natural->day = ENGAGEP_NO_DAY;
    natural->seen = from - 1;
    natural->earned = earned_today(&natural->window, 1, 1);
    natural->stage = natural->earned;
    natural->silent = 0;
    for (int stage = 0; stage <= 4; stage++)
        natural->last[stage] = ENGAGEP_NO_DAY;
}

/* The first day on which a stage is no longer held if it is not earned again. */
static int32_t held_until(const struct natural *natural, int stage)
{
    int32_t hold = natural->window.numbers->hold;
    int32_t until = ENGAGEP_NO_DAY;
    for (int k = stage; k <= 4; k++) {
        if (natural->last[k] == ENGAGEP_NO_DAY)
            continue;
        int32_t held = natural->last[k] + hold * (k - stage + 1);
        if (held > until)
            until = held;
    }
    return until;
}

static void mark_earned(struct natural *natural, int32_t day)
{
    natural->seen = day;
    for (int stage = 1; stage <= natural->earned; stage++)
        natural->last[stage] = day;
}

/* Begins at the end of a day of which the stage is known: 1 if that stage was earned on that
 * very day, so that what was earned before it bears on nothing that comes. */
static int natural_resume(struct natural *natural, const struct engagep_calendar *calendar,
                          const engage_policy *policy, int32_t day, uint8_t stage,
                          int32_t last_day)
{
    struct window *window = &natural->window;
    window_begin(window, calendar, policy, day - policy->numbers.window + 1, last_day);
    window_move(window, day);
    natural->day = ENGAGEP_NO_DAY;
    natural->earned = earned_today(window, 1, 4);
    natural->stage = natural->earned;
    natural->silent = 0;
    for (int k = 0; k <= 4; k++)
        natural->last[k] = ENGAGEP_NO_DAY;
    mark_earned(natural, day);
    return natural->earned == stage;
}

/* Lowers the last days on which stages are earned to the last one on which this gate holds:
 * `day` gave what the threshold lacks without it, and leaves the window then. */
static void close_gate(struct natural *natural, int stage, int32_t day)
{
    int32_t until = day + natural->window.numbers->window - 1;
    for (; stage <= natural->earned; stage++)
        if (until < natural->last[stage])
            natural->last[stage] = until;
}

/* Gates as bits, by stage and measure. */
static unsigned gate_bit(int stage, int what)
{
    return (unsigned)((stage - 2) * ENGAGEP_MEASURES + what);
}

/* When no facts are left, what is earned is lost as days leave the window. Each gate fails
 * once the day leaves that reaches its threshold, counted from the latest one back. */
static void fall_silent(struct natural *natural)
{
    const struct window *window = &natural->window;
    const struct engagep_day *days = window->calendar->days;
    struct tally tally = {{0}, {0}, 0};
    uint64_t open = 0; /* gates that have not been reached yet */
    natural->silent = 1;
    for (int stage = 2; stage <= natural->earned; stage++)
        natural->last[stage] = INT32_MAX;
    for (int stage = 2; stage <= natural->earned; stage++) {
        for (int what = 0; what < ENGAGEP_MEASURES; what++) {
            int32_t threshold = window->numbers->gate[stage][what];
            int set = set_of(what);
            if (threshold > 0 && set >= 0)
                close_gate(natural, stage, window->recent[set].day[threshold - 1]);
            else if (threshold > 0)
                open |= UINT64_C(1) << gate_bit(stage, what);
        }
    }
    for (size_t at = window->enter; at > window->leave && open != 0; at--) {
        count_day(&tally, window->calendar, &days[at - 1], 1);
        for (uint64_t rest = open; rest != 0; rest &= rest - 1) {
            int bit = (int)engagep_bits_lowest(rest);
            int stage = 2 + bit / ENGAGEP_MEASURES;
            int what = bit % ENGAGEP_MEASURES;
            if (measure_tally(&tally, stage, what) < window->numbers->gate[stage][what])
                continue;
            close_gate(natural, stage, days[at - 1].day);
            open &= ~(rest & -rest);
        }
    }
}

/* The next change in silence: a stage goes when it is neither earned nor held. */
static int silent_next(struct natural *natural)
{
    uint8_t stage = natural->stage;
    if (stage <= 1)
        return 0;
    int32_t day = held_until(natural, stage);
    natural->earned = 1;
    for (uint8_t k = 2; k <= 4; k++)
        if (natural->last[k] >= day)
            natural->earned = k;
    while (stage > natural->earned && held_until(natural, stage) <= day)
        stage--;
    natural->stage = stage;
    natural->day = day;
    natural->seen = day;
    return 1;
}

/* Whether no facts are left to enter the window. A stage without gates is never lost, so
 * that there is nothing to foresee. */
static int is_silent(const struct window *window)
{
    if (window->enter != window->end || window->first_act > window->today)
        return 0;
    for (int what = 0; what < ENGAGEP_MEASURES; what++)
        if (window->numbers->gate[2][what] > 0)
            return 1;
    return 0;
}

/* Goes on to the next day on which the stage changes: 1, or 0 where it never does. */
static int natural_next(struct natural *natural)
{
    for (;;) {
        if (!natural->silent && is_silent(&natural->window))
            fall_silent(natural);
        if (natural->silent)
            return silent_next(natural);
        int32_t next = window_next(&natural->window);
        int32_t falls = natural->stage > natural->earned
                            ? held_until(natural, natural->stage)
                            : ENGAGEP_NO_DAY;
        int32_t day = next;
        if (day == ENGAGEP_NO_DAY || (falls != ENGAGEP_NO_DAY && falls < day))
            day = falls;
        if (day == ENGAGEP_NO_DAY)
            return 0;
        if (day - 1 > natural->seen)
            mark_earned(natural, day - 1);
        if (day == next) {
            /* What enters lowers nothing, and what leaves raises nothing. */
            int did = window_move(&natural->window, day);
            natural->earned = earned_today(&natural->window,
                                           (did & LEFT) != 0 ? 1 : natural->earned,
                                           (did & ENTERED) != 0 ? 4 : natural->earned);
        }
        mark_earned(natural, day);
        uint8_t stage = natural->stage;
        if (natural->earned > stage)
            stage = natural->earned;
        while (stage > natural->earned && stage > 1 && held_until(natural, stage) <= day)
            stage--;
        if (stage != natural->stage) {
            natural->stage = stage;
            natural->day = day;
            return 1;
        }
    }
}

/* --------------------------------------------------------------- controls --- */

/* Stage and controls together, from one moment at which anything may change to the
 * next. */
struct course {
    struct natural natural;
    const struct engagep_controls *controls;
    size_t control_end;   /* controls from here on do not count */
    size_t control;       /* the next to apply */
    size_t flag;          /* the next flag to leave the window */
    int32_t flags;        /* confirmed flags in the window */
    int pending;          /* 1: natural.day and natural.stage lie ahead */
    int suspended;
    uint8_t hold;         /* the held stage, or 0 */
    uint8_t facts_stage;  /* what the facts alone give now */
    uint8_t stage;        /* what holds now */
    int64_t time;
    uint8_t cause;
    size_t cause_control;
};

static int64_t start_of(int32_t day)
{
    return (int64_t)day * ENGAGEP_DAY_MS;
}

static void course_begin(struct course *course, const struct engagep_calendar *calendar,
                         const struct engagep_controls *controls, const engage_policy *policy,
                         int32_t from, struct engagep_stage_since since, int64_t until)
{
    int32_t last_day = (int32_t)engagep_time_day(until);
    static const struct engagep_controls none = {NULL, 0};
    course->controls = controls != NULL ? controls : &none;
    course->control_end = 0;
    course->control = 0;
    course->flag = 0;
    course->flags = 0;
    course->suspended = 0;
    course->hold = 0;
    course->cause = ENGAGEP_CAUSE_TIME;
    course->cause_control = 0;
    while (course->control_end < course->controls->count &&
           course->controls->rows[course->control_end].time <= until)
        course->control_end++;
    if (since.stage == 0 || !natural_resume(&course->natural, calendar, policy, since.day - 1,
                                            since.stage, last_day))
        natural_begin(&course->natural, calendar, policy, from, last_day);
    course->facts_stage = course->natural.stage;
    course->stage = course->facts_stage;
    course->time = start_of(from);
    course->pending = natural_next(&course->natural);
}

/* Steps over to the next flag that has been applied and not yet left: 1 if any. */
static int next_flag(struct course *course)
{
    while (course->flag < course->control &&
           course->controls->rows[course->flag].type != ENGAGEP_CONTROL_FLAG)
        course->flag++;
    return course->flag < course->control;
}

static int64_t flag_leaves(const struct course *course)
{
    int64_t day = engagep_time_day(course->controls->rows[course->flag].time);
    return (day + course->natural.window.numbers->window) * ENGAGEP_DAY_MS;
}

static void apply_control(struct course *course, const struct engagep_control *control)
{
    switch (control->type) {
    case ENGAGEP_CONTROL_HOLD:
        course->hold = control->stage;
        break;
    case ENGAGEP_CONTROL_RELEASE:
        course->hold = 0;
        break;
    case ENGAGEP_CONTROL_SUSPEND:
        course->suspended = 1;
        break;
    case ENGAGEP_CONTROL_REINSTATE:
        course->suspended = 0;
        break;
    case ENGAGEP_CONTROL_FLAG:
        course->flags++;
        break;
    default:
        break;
    }
}

static int is_capped(const struct course *course)
{
    return course->suspended || course->flags > course->natural.window.numbers->flag_limit;
}

static void settle(struct course *course)
{
    course->stage = course->facts_stage;
    if (course->stage > 3 && is_capped(course))
        course->stage = 3;
    if (course->hold != 0)
        course->stage = course->hold;
}

/* The time of the next moment, or INT64_MAX. */
static int64_t course_peek(struct course *course)
{
    int64_t next = INT64_MAX;
    if (course->pending)
        next = start_of(course->natural.day);
    if (course->control < course->control_end &&
        course->controls->rows[course->control].time < next)
        next = course->controls->rows[course->control].time;
    if (next_flag(course) && flag_leaves(course) < next)
        next = flag_leaves(course);
    return next;
}

/* Applies all that happens at `time`, which is the next moment. */
static void course_move(struct course *course, int64_t time)
{
    course->time = time;
    course->cause = ENGAGEP_CAUSE_TIME;
    if (course->pending && start_of(course->natural.day) == time) {
        if (course->natural.stage > course->facts_stage)
            course->cause = ENGAGEP_CAUSE_FACT;
        course->facts_stage = course->natural.stage;
        course->pending = natural_next(&course->natural);
    }
    while (next_flag(course) && flag_leaves(course) == time) {
        course->flags--;
        course->flag++;
    }
    while (course->control < course->control_end &&
           course->controls->rows[course->control].time == time) {
        course->cause = ENGAGEP_CAUSE_CONTROL;
        course->cause_control = course->control;
        apply_control(course, &course->controls->rows[course->control]);
        course->control++;
    }
    settle(course);
}

/* ----------------------------------------------------------------- results --- */

/* A day before which nothing bears on the stage of `today`: what was earned three
 * holds ago has worn off to stage 1. */
static int32_t far_enough(const engage_policy *policy, int32_t today)
{
    return today - 3 * policy->numbers.hold - policy->numbers.window;
}

void engagep_stage_at(const struct engagep_calendar *calendar,
                      const struct engagep_controls *controls, const engage_policy *policy,
                      int64_t time, struct engagep_stage *out)
{
    int32_t today = (int32_t)engagep_time_day(time);
    struct course course;
    memset(out, 0, sizeof(*out));
    course_begin(&course, calendar, controls, policy, far_enough(policy, today),
                 (struct engagep_stage_since){today, 0}, time);
    int64_t next = course_peek(&course);
    while (next <= time) {
        course_move(&course, next);
        next = course_peek(&course);
    }
    out->stage = course.stage;
    out->natural = course.facts_stage;
    out->held = course.hold != 0;
    out->capped = course.hold == 0 && course.stage < course.facts_stage;
    for (int class_number = 4; class_number >= 1 && out->touched == 0; class_number--) {
        int32_t first = engagep_calendar_first(calendar, class_number);
        if (first != ENGAGEP_NO_DAY && first <= today)
            out->touched = (uint8_t)class_number;
    }
    /* Then silence, until it differs. */
    out->valid_until = ENGAGE_NO_TIME;
    while (next != INT64_MAX && out->valid_until == ENGAGE_NO_TIME) {
        course_move(&course, next);
        if (course.stage != out->stage)
            out->valid_until = next;
        next = course_peek(&course);
    }
    while (course.pending)
        course.pending = natural_next(&course.natural);
    for (int stage = 0; stage <= 4; stage++)
        out->earned[stage] = course.natural.last[stage];
    out->earned[1] = ENGAGEP_NO_DAY;
}

static int32_t clamp(int64_t value)
{
    return value > INT32_MAX ? INT32_MAX : (int32_t)value;
}

/* Every gate on the day of a time, in a window that ends there. */
static size_t read_gates(struct window *window, const struct engagep_calendar *calendar,
                         const engage_policy *policy, int64_t time,
                         struct engagep_gate out[ENGAGEP_GATES_MAX])
{
    int32_t today = (int32_t)engagep_time_day(time);
    window_begin(window, calendar, policy, today - policy->numbers.window + 1, today);
    for (int set = 0; set < ENGAGEP_SETS; set++)
        window->recent[set].limit = ENGAGEP_SET_SIZE;
    window_move(window, today);
    size_t count = 0;
    int known = window->first_act != ENGAGEP_NO_DAY;
    out[count++] = (struct engagep_gate){1,     ENGAGEP_MEASURE_ACTS, (uint8_t)known,
                                         known, 1,                    ENGAGEP_NO_DAY};
    for (uint8_t stage = 2; stage <= 4; stage++) {
        const int32_t *thresholds = policy->numbers.gate[stage];
        for (uint8_t what = 0; what < ENGAGEP_MEASURES; what++) {
            if (thresholds[what] <= 0)
                continue;
            int32_t value = clamp(measure(window, stage, what));
            out[count++] = (struct engagep_gate){stage, what, value >= thresholds[what], value,
                                                 thresholds[what], ENGAGEP_NO_DAY};
        }
    }
    return count;
}

size_t engagep_stage_gates_then(const struct engagep_calendar *calendar,
                                const engage_policy *policy, int64_t time,
                                struct engagep_gate out[ENGAGEP_GATES_MAX])
{
    struct window window;
    return read_gates(&window, calendar, policy, time, out);
}

size_t engagep_stage_gates(const struct engagep_calendar *calendar, const engage_policy *policy,
                           int64_t time, struct engagep_gate out[ENGAGEP_GATES_MAX])
{
    struct window window;
    size_t count = read_gates(&window, calendar, policy, time, out);
    /* Silence empties the window day by day. */
    for (int32_t day = window_next(&window); day != ENGAGEP_NO_DAY; day = window_next(&window)) {
        window_move(&window, day);
        for (size_t i = 1; i < count; i++)
            if (out[i].passed && out[i].next_change == ENGAGEP_NO_DAY &&
                measure(&window, out[i].stage, out[i].measure) < out[i].threshold)
                out[i].next_change = day;
    }
    return count;
}

int engagep_stage_walk(const struct engagep_calendar *calendar,
                       const struct engagep_controls *controls, const engage_policy *policy,
                       struct engagep_stage_since since, int64_t until,
                       engagep_stage_visit *visit, void *ctx, struct engagep_stage_now *now)
{
    struct course course;
    int32_t from =
        since.day == ENGAGEP_NO_DAY ? ENGAGEP_DAY_MIN : far_enough(policy, since.day - 1);
    course_begin(&course, calendar, controls, policy, from, since, until);
    int64_t next = course_peek(&course);
    while (next <= until && next != INT64_MAX) {
        struct engagep_transition transition = {.from = course.stage};
        course_move(&course, next);
        transition.at = next;
        transition.to = course.stage;
        transition.cause = course.cause;
        transition.control = course.cause == ENGAGEP_CAUSE_CONTROL ? course.cause_control : 0;
        next = course_peek(&course);
        if (visit == NULL || transition.from == transition.to ||
            (since.day != ENGAGEP_NO_DAY && transition.at < start_of(since.day)))
            continue;
        int rc = visit(ctx, &transition);
        if (rc != ENGAGE_OK)
            return rc;
    }
    if (now == NULL)
        return ENGAGE_OK;
    now->stage = course.stage;
    now->valid_until = ENGAGE_NO_TIME;
    while (next != INT64_MAX && now->valid_until == ENGAGE_NO_TIME) {
        course_move(&course, next);
        if (course.stage != now->stage)
            now->valid_until = next;
        next = course_peek(&course);
    }
    return ENGAGE_OK;
}

int engagep_stage_transitions(const struct engagep_calendar *calendar,
                              const struct engagep_controls *controls,
                              const engage_policy *policy, int64_t until,
                              engagep_stage_visit *visit, void *ctx)
{
    struct engagep_stage_since ever = {ENGAGEP_NO_DAY, 0};
    return engagep_stage_walk(calendar, controls, policy, ever, until, visit, ctx, NULL);
}
