/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Policy as data. Where a number has a source, it is named beside it; the others
 * are starting points.
 */
#include "track/policy_table.h"

#include <stddef.h>
#include <string.h>

enum { WHOLE = 1, DECIMAL = 1000000, MOST_DAYS = 3650, MOST_POINTS = 1000, ONE = 1000000 };

#define NUMBER(member) (offsetof(struct engagep_policy_numbers, member) / sizeof(int32_t))

static const struct engagep_policy_row before_gates[] = {
    {"score", "consumption_half_life", NUMBER(half_life[1]), WHOLE, 1, MOST_DAYS},
    {"score", "curation_half_life", NUMBER(half_life[2]), WHOLE, 1, MOST_DAYS},
    {"score", "creation_half_life", NUMBER(half_life[3]), WHOLE, 1, MOST_DAYS},
    {"score", "collaboration_half_life", NUMBER(half_life[4]), WHOLE, 1, MOST_DAYS},
    {"score", "scale", NUMBER(scale), WHOLE, 1, 1000000},
    {"score", "view", NUMBER(view), WHOLE, 1, MOST_DAYS},
    {"score", "returning", NUMBER(returning), WHOLE, 0, MOST_POINTS},
    {"score", "returning_collaboration", NUMBER(returning_collaboration), WHOLE, 0, MOST_POINTS},
    {"score", "returning_span", NUMBER(returning_span), WHOLE, 1, MOST_DAYS},
    {"score", "returning_half_life", NUMBER(returning_half_life), WHOLE, 1, MOST_DAYS},
    {"presence", "short", NUMBER(presence_short), WHOLE, 1, MOST_DAYS},
    {"presence", "long", NUMBER(presence_long), WHOLE, 1, MOST_DAYS},
    {"presence", "least", NUMBER(presence_least), WHOLE, 1, 1000000},
    {"presence", "cooling", NUMBER(presence_cooling), DECIMAL, 0, 100 * ONE},
    {"presence", "warming", NUMBER(presence_warming), DECIMAL, 0, 100 * ONE},
    {"gravity", "consumption", NUMBER(gravity[1]), WHOLE, 0, 1000000},
    {"gravity", "curation", NUMBER(gravity[2]), WHOLE, 0, 1000000},
    {"gravity", "creation", NUMBER(gravity[3]), WHOLE, 0, 1000000},
    {"gravity", "collaboration", NUMBER(gravity[4]), WHOLE, 0, 1000000},
    {"stages", "window", NUMBER(window), WHOLE, 1, MOST_DAYS},
    {"stages", "hold", NUMBER(hold), WHOLE, 1, MOST_DAYS},
    {"stages", "flag_limit", NUMBER(flag_limit), WHOLE, 0, 1000000},
};

static const struct engagep_policy_row after_gates[] = {
    {"standing", "window", NUMBER(standing_window), WHOLE, 1, MOST_DAYS},
    {"standing", "hold", NUMBER(standing_hold), WHOLE, 1, MOST_DAYS},
    {"standing", "advocate_least", NUMBER(advocate_least), DECIMAL, 500000, 100 * ONE},
    {"standing", "advocate_days", NUMBER(advocate_days), WHOLE, 1, MOST_DAYS},
    {"standing", "advocate_bound", NUMBER(advocate_bound), DECIMAL, 1, ONE - 1},
    {"standing", "detractor_least", NUMBER(detractor_least), DECIMAL, 500000, 100 * ONE},
    {"standing", "detractor_bound", NUMBER(detractor_bound), DECIMAL, 1, ONE - 1},
    {"outcome", "lapse", NUMBER(lapse), WHOLE, 1, MOST_DAYS},
    {"outcome", "inferred", NUMBER(inferred), DECIMAL, 0, ONE},
    {"reach", "counterpart", NUMBER(reach_counterpart), WHOLE, 0, MOST_POINTS},
    {"reach", "thread", NUMBER(reach_thread), WHOLE, 0, MOST_POINTS},
    {"reach", "idle", NUMBER(reach_idle), DECIMAL, 0, ONE},
    {"reach", "followers", NUMBER(reach_followers), WHOLE, 0, MOST_POINTS},
    {"reach", "ambassador_stage", NUMBER(ambassador_stage), WHOLE, 1, 4},
    {"reach", "ambassador_share", NUMBER(ambassador_share), DECIMAL, 0, ONE},
    {"open", "suggestion", NUMBER(open_suggestion), DECIMAL, 0, ONE + 1},
    {"open", "praise", NUMBER(open_praise), DECIMAL, 0, ONE + 1},
    {"base", "question", NUMBER(base[ENGAGE_INTENT_QUESTION]), WHOLE, 0, MOST_POINTS},
    {"base", "help_request", NUMBER(base[ENGAGE_INTENT_HELP_REQUEST]), WHOLE, 0, MOST_POINTS},
    {"base", "complaint", NUMBER(base[ENGAGE_INTENT_COMPLAINT]), WHOLE, 0, MOST_POINTS},
    {"base", "defect", NUMBER(base[ENGAGE_INTENT_DEFECT]), WHOLE, 0, MOST_POINTS},
    {"base", "billing", NUMBER(base[ENGAGE_INTENT_BILLING]), WHOLE, 0, MOST_POINTS},
    {"base", "suggestion", NUMBER(base[ENGAGE_INTENT_SUGGESTION]), WHOLE, 0, MOST_POINTS},
    {"base", "purchase_intent", NUMBER(base[ENGAGE_INTENT_PURCHASE_INTENT]), WHOLE, 0,
     MOST_POINTS},
    {"base", "churn_risk", NUMBER(base[ENGAGE_INTENT_CHURN_RISK]), WHOLE, 0, MOST_POINTS},
    {"base", "praise", NUMBER(base[ENGAGE_INTENT_PRAISE]), WHOLE, 0, MOST_POINTS},
    {"base", "safety_risk", NUMBER(base[ENGAGE_INTENT_SAFETY_RISK]), WHOLE, 0, MOST_POINTS},
    {"priority", "further", NUMBER(further), WHOLE, 0, MOST_POINTS},
    {"priority", "further_max", NUMBER(further_max), WHOLE, 0, MOST_POINTS},
    {"priority", "severity_max", NUMBER(severity_max), WHOLE, 0, MOST_POINTS},
    {"priority", "addressed", NUMBER(addressed), WHOLE, 0, MOST_POINTS},
    {"priority", "askers", NUMBER(askers_points), WHOLE, 0, MOST_POINTS},
    {"priority", "askers_least", NUMBER(askers_least), WHOLE, 1, 1000000},
    {"priority", "askers_days", NUMBER(askers_days), WHOLE, 1, MOST_DAYS},
    {"priority", "repeat", NUMBER(repeat), WHOLE, 0, MOST_POINTS},
    {"priority", "repeat_max", NUMBER(repeat_max), WHOLE, 0, MOST_POINTS},
    {"priority", "reach", NUMBER(reach_points), WHOLE, 0, MOST_POINTS},
    {"priority", "reach_max", NUMBER(reach_max), WHOLE, 0, MOST_POINTS},
    {"priority", "relation", NUMBER(relation), WHOLE, 0, MOST_POINTS},
    {"priority", "ageing", NUMBER(ageing), WHOLE, 0, MOST_POINTS},
    {"priority", "ageing_step", NUMBER(ageing_step), WHOLE, 0, MOST_POINTS},
    {"priority", "ageing_max", NUMBER(ageing_max), WHOLE, 0, MOST_POINTS},
    {"priority", "alert", NUMBER(alert), WHOLE, 0, MOST_POINTS},
    {"priority", "doubt", NUMBER(doubt), WHOLE, 0, MOST_POINTS},
    {"priority", "urgent", NUMBER(urgent), WHOLE, 0, MOST_POINTS},
    {"priority", "high", NUMBER(high), WHOLE, 0, MOST_POINTS},
    {"priority", "medium", NUMBER(medium), WHOLE, 0, MOST_POINTS},
    {"priority", "target_hours", NUMBER(target_hours), WHOLE, 1, 24 * MOST_DAYS},
    {"priority", "missed_hours", NUMBER(missed_hours), WHOLE, 1, 24 * MOST_DAYS},
    {"priority", "expired_days", NUMBER(expired_days), WHOLE, 1, MOST_DAYS},
    {"replies", "quiet_hours", NUMBER(quiet_hours), WHOLE, 1, 24 * MOST_DAYS},
    {"replies", "rate_hours", NUMBER(rate_hours), WHOLE, 1, 24 * MOST_DAYS},
    {"replies", "never_days", NUMBER(never_days), WHOLE, 1, MOST_DAYS},
    {"replies", "negative", NUMBER(negative), DECIMAL, 0, ONE},
    {"staff", "figures", NUMBER(staff_figures), WHOLE, 0, 1},
    {"staff", "window", NUMBER(staff_window), WHOLE, 1, MOST_DAYS},
    {"staff", "reply", NUMBER(staff_reply), WHOLE, 0, MOST_POINTS},
    {"staff", "answer", NUMBER(staff_answer), WHOLE, 0, MOST_POINTS},
    {"staff", "fast", NUMBER(staff_fast), WHOLE, 0, MOST_POINTS},
    {"staff", "cap", NUMBER(staff_cap), WHOLE, 0, MOST_POINTS},
    {"staff", "helper", NUMBER(badge_helper), WHOLE, 1, 1000000},
    {"staff", "swift", NUMBER(badge_swift), WHOLE, 1, 1000000},
    {"staff", "steady", NUMBER(badge_steady), WHOLE, 1, MOST_DAYS},
    {"duties", "score_direct", NUMBER(score_direct), WHOLE, 0, 1},
    {"duties", "refuse_objected", NUMBER(refuse_objected), WHOLE, 0, 1},
};

enum {
    BEFORE = sizeof(before_gates) / sizeof(before_gates[0]),
    AFTER = sizeof(after_gates) / sizeof(after_gates[0]),
    WEIGHTED = ENGAGEP_KIND_BACKED + 1, /* outcomes, which follow, weigh nothing */
    GATES = 3 * ENGAGEP_MEASURES
};

static const char *const measures[ENGAGEP_MEASURES] = {
    [ENGAGEP_MEASURE_ACTS] = "acts",
    [ENGAGEP_MEASURE_DAYS] = "days",
    [ENGAGEP_MEASURE_OBJECTS] = "objects",
    [ENGAGEP_MEASURE_TEXTS] = "texts",
    [ENGAGEP_MEASURE_ACTIVE_DAYS] = "active_days",
    [ENGAGEP_MEASURE_PEOPLE] = "people",
    [ENGAGEP_MEASURE_ACKNOWLEDGERS] = "acknowledgers",
    [ENGAGEP_MEASURE_ACKNOWLEDGED_DAYS] = "acknowledged_days",
    [ENGAGEP_MEASURE_ACKNOWLEDGEMENTS] = "acknowledgements",
    [ENGAGEP_MEASURE_CURATION] = "curation",
    [ENGAGEP_MEASURE_CREATION] = "creation",
};

const char *engagep_policy_measure(int measure)
{
    return measure >= 0 && measure < ENGAGEP_MEASURES ? measures[measure] : NULL;
}

/* What a calendar can count no further than it keeps hashes. */
static int is_distinct(size_t measure)
{
    return measure == ENGAGEP_MEASURE_OBJECTS || measure == ENGAGEP_MEASURE_TEXTS ||
           measure == ENGAGEP_MEASURE_PEOPLE || measure == ENGAGEP_MEASURE_ACKNOWLEDGERS;
}

int engagep_policy_row(size_t at, struct engagep_policy_row *out)
{
    static const char *const stages[] = {"curation", "creation", "collaboration"};
    if (at < WEIGHTED) {
        *out = (struct engagep_policy_row){"weight", engagep_kinds[at].name, NUMBER(weight) + at,
                                           WHOLE, 0, MOST_POINTS};
        return 1;
    }
    at -= WEIGHTED;
    if (at < WEIGHTED) {
        *out = (struct engagep_policy_row){"cap", engagep_kinds[at].name, NUMBER(cap) + at,
                                           WHOLE, 0, MOST_POINTS};
        return 1;
    }
    at -= WEIGHTED;
    if (at < BEFORE) {
        *out = before_gates[at];
        return 1;
    }
    at -= BEFORE;
    if (at < GATES) {
        size_t stage = at / ENGAGEP_MEASURES;
        size_t measure = at % ENGAGEP_MEASURES;
        /* No stage without acts of its class, whatever a policy says. */
        int32_t least = measure == ENGAGEP_MEASURE_ACTS ? 1 : 0;
        int32_t most = is_distinct(measure) ? 16 : 1000000;
        *out = (struct engagep_policy_row){stages[stage], measures[measure],
                                           NUMBER(gate[2]) + at, WHOLE, least, most};
        return 1;
    }
    at -= GATES;
    if (at < AFTER) {
        *out = after_gates[at];
        return 1;
    }
    return 0;
}

const char *engagep_policy_intent_name(int intent)
{
    for (size_t at = 0; at < AFTER; at++)
        if (after_gates[at].index == NUMBER(base) + (size_t)intent)
            return after_gates[at].name;
    return NULL;
}

int engagep_policy_intent(engage_str name)
{
    for (int intent = 0; intent < ENGAGE_INTENTS; intent++) {
        const char *known = engagep_policy_intent_name(intent);
        if (known != NULL && strlen(known) == name.size &&
            memcmp(known, name.data, name.size) == 0)
            return intent;
    }
    return -1;
}

/* X's developer policy: handles are matched with people off the platform only on a basis
 * that can be shown. Its sensitive categories are none of the fifteen intents. */
static const struct engagep_platform platforms[] = {{.name = {"x", 1}, .basis = 1}};

/* Weights: the Orbit model's scale of 1 to 12. Half-lives, caps and the weight of
 * credits: fitted to a log, see tools/lifecycle/README.md. Gates: Orbit (2 active days), and the
 * trust levels of Discourse scaled to social media (window, distinct people and
 * days). Points and hours: industry practice, see engage-policy(5). */
const struct engage_policy engagep_policy_builtin = {
    .numbers = {
        .weight = {
            [ENGAGEP_KIND_VIEW] = 1, [ENGAGEP_KIND_LISTEN] = 1, [ENGAGEP_KIND_WATCH] = 1,
            [ENGAGEP_KIND_CLICK] = 2, [ENGAGEP_KIND_FOLLOW] = 2, [ENGAGEP_KIND_DOWNLOAD] = 3,
            [ENGAGEP_KIND_JOIN] = 3,
            [ENGAGEP_KIND_LIKE] = 4, [ENGAGEP_KIND_SAVE] = 4, [ENGAGEP_KIND_FLAG] = 4,
            [ENGAGEP_KIND_SHARE] = 5, [ENGAGEP_KIND_RATE] = 5, [ENGAGEP_KIND_COMMENT] = 5,
            [ENGAGEP_KIND_CARE] = 5, [ENGAGEP_KIND_REVIEW] = 6, [ENGAGEP_KIND_QUOTE] = 6,
            [ENGAGEP_KIND_POST] = 7, [ENGAGEP_KIND_QUESTION] = 7, [ENGAGEP_KIND_MEDIA] = 8,
            [ENGAGEP_KIND_SUGGESTION] = 8, [ENGAGEP_KIND_ARTICLE] = 9,
            [ENGAGEP_KIND_HELP] = 10, [ENGAGEP_KIND_INVITE] = 12, [ENGAGEP_KIND_ORGANISE] = 12,
            [ENGAGEP_KIND_COCREATE] = 12,
            [ENGAGEP_KIND_THANKED] = 10, [ENGAGEP_KIND_BACKED] = 10,
        },
        .cap = {
            5, 5, 5, 5, 5, 5, 5,       /* consumption */
            1, 1, 1, 1, 1, 1, 1, 1, 1, /* curation */
            1, 1, 1, 1, 1,             /* creation */
            1, 1, 1, 1,                /* collaboration */
            1, 1,                      /* credits */
        },
        .half_life = {0, 14, 100, 100, 150},
        .scale = 200,
        .view = 730,
        .returning = 8,
        .returning_collaboration = 10,
        .returning_span = 30,
        .returning_half_life = 250,
        .presence_short = 7,
        .presence_long = 90,
        .presence_least = 5,
        .presence_cooling = 500000,
        .presence_warming = 2000000,
        .gravity = {0, 1, 16, 49, 100},
        .window = 100,
        .hold = 30,
        .flag_limit = 5,
        .gate = {
            [2] = {
                [ENGAGEP_MEASURE_ACTS] = 3,
                [ENGAGEP_MEASURE_DAYS] = 2,
                [ENGAGEP_MEASURE_OBJECTS] = 2,
            },
            [3] = {
                [ENGAGEP_MEASURE_ACTS] = 2,
                [ENGAGEP_MEASURE_DAYS] = 2,
                [ENGAGEP_MEASURE_TEXTS] = 2,
                [ENGAGEP_MEASURE_ACTIVE_DAYS] = 4,
            },
            [4] = {
                [ENGAGEP_MEASURE_ACTS] = 3,
                [ENGAGEP_MEASURE_DAYS] = 3,
                [ENGAGEP_MEASURE_TEXTS] = 3,
                [ENGAGEP_MEASURE_PEOPLE] = 3,
                [ENGAGEP_MEASURE_ACKNOWLEDGERS] = 2,
                [ENGAGEP_MEASURE_ACKNOWLEDGED_DAYS] = 2,
                [ENGAGEP_MEASURE_CURATION] = 1,
                [ENGAGEP_MEASURE_CREATION] = 1,
            },
        },
        .standing_window = 180,
        .standing_hold = 30,
        .advocate_least = 3 * ONE,
        .advocate_days = 2,
        .advocate_bound = 400000,
        .detractor_least = 2 * ONE,
        .detractor_bound = 340000,
        .lapse = 365,
        .inferred = 600000,
        .reach_counterpart = 10,
        .reach_thread = 1,
        .reach_idle = 900000,
        .reach_followers = 10,
        .ambassador_stage = 3,
        .ambassador_share = 200000,
        .open_suggestion = 500000,
        .open_praise = 800000,
        .base = {
            [ENGAGE_INTENT_QUESTION] = 35, [ENGAGE_INTENT_HELP_REQUEST] = 38,
            [ENGAGE_INTENT_COMPLAINT] = 40, [ENGAGE_INTENT_DEFECT] = 38,
            [ENGAGE_INTENT_BILLING] = 40, [ENGAGE_INTENT_SUGGESTION] = 20,
            [ENGAGE_INTENT_PURCHASE_INTENT] = 40, [ENGAGE_INTENT_CHURN_RISK] = 45,
            [ENGAGE_INTENT_PRAISE] = 10, [ENGAGE_INTENT_SAFETY_RISK] = 60,
        },
        .further = 5,
        .further_max = 10,
        .severity_max = 15,
        .addressed = 8,
        .askers_points = 8,
        .askers_least = 2,
        .askers_days = 7,
        .repeat = 5,
        .repeat_max = 15,
        .reach_points = 2,
        .reach_max = 8,
        .relation = 8,
        .ageing = 20,
        .ageing_step = 1,
        .ageing_max = 25,
        .alert = 15,
        .doubt = 10,
        .urgent = 70,
        .high = 50,
        .medium = 30,
        .target_hours = 24,
        .missed_hours = 24,
        .expired_days = 7,
        .quiet_hours = 72,
        .rate_hours = 24,
        .never_days = 7,
        .negative = 500000,
        .staff_window = 30,
        .staff_reply = 1,
        .staff_answer = 5,
        .staff_fast = 3,
        .staff_cap = 60,
        .badge_helper = 10,
        .badge_swift = 10,
        .badge_steady = 10,
    },
    .version = "open-social-1",
    .platforms = platforms,
    .platform_count = sizeof(platforms) / sizeof(platforms[0]),
    .profile = ENGAGEP_PROFILE_OPEN_SOCIAL,
};

const char *const engagep_policy_profile_names[ENGAGEP_PROFILES] = {
    [ENGAGEP_PROFILE_OPEN_SOCIAL] = "open-social",
    [ENGAGEP_PROFILE_FORUM] = "forum",
    [ENGAGEP_PROFILE_B2B] = "b2b",
};

const char *const engagep_policy_profile_lines[ENGAGEP_PROFILES] = {
    [ENGAGEP_PROFILE_OPEN_SOCIAL] = "version = open-social-1\n",
    /* The defaults of Discourse's trust levels 1 to 3: 50 of 100 days visited, 10
     * topics replied to, 30 likes given, 20 received from 20 / 4 people on 20 / 3
     * days; level 2: 15 days visited, 3 topics replied to, a like received. */
    [ENGAGEP_PROFILE_FORUM] =
        "version = forum-1\n"
        "[curation]\n"
        "active_days = 5\n"
        "[creation]\n"
        "acts = 3\n"
        "days = 3\n"
        "objects = 3\n"
        "texts = 3\n"
        "active_days = 15\n"
        "acknowledgements = 1\n"
        "[collaboration]\n"
        "objects = 10\n"
        "active_days = 50\n"
        "acknowledgements = 20\n"
        "acknowledgers = 5\n"
        "acknowledged_days = 7\n"
        "curation = 30\n",
    /* Fewer people who act more rarely: a year of purchase rather than a season. */
    [ENGAGEP_PROFILE_B2B] =
        "version = b2b-1\n"
        "[score]\n"
        "consumption_half_life = 30\n"
        "[stages]\n"
        "window = 200\n"
        "hold = 60\n"
        "[creation]\n"
        "active_days = 3\n"
        "[collaboration]\n"
        "acts = 2\n"
        "days = 2\n"
        "texts = 2\n"
        "people = 2\n"
        "acknowledgers = 1\n"
        "acknowledged_days = 1\n"
        "[standing]\n"
        "window = 365\n"
        "hold = 60\n"
        "[outcome]\n"
        "lapse = 540\n",
};
