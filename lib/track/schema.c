/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "track/schema.h"

enum { I = ENGAGEP_INT, T = ENGAGEP_TEXT, B = ENGAGEP_BLOB };

static const struct engagep_column meta[META_COLUMNS] = {{"name", T, 0}, {"value", T, 0}};
static const struct engagep_index meta_by[] = {{"meta_name", 1, {META_NAME}, 0}};

static const struct engagep_column brand[BRAND_COLUMNS] = {{"brand", T, 0}, {"latest", I, 0}};
static const struct engagep_index brand_by[] = {{"brand_id", 1, {BRAND_BRAND}, 0}};

static const struct engagep_column event[EVENT_COLUMNS] = {
    {"brand", T, 0},     {"actor", T, 0},       {"id", T, 0},           {"verb", T, 0},
    {"post", T, 0},      {"text", T, 1},        {"html", T, 1},         {"in_reply_to", T, 1},
    {"quote_of", T, 1},  {"object", T, 1},      {"target", T, 1},       {"recipients", T, 1},
    {"conversation", T, 1}, {"type", T, 1},     {"product", T, 1},      {"role", T, 1},
    {"kind", T, 1},      {"agent", T, 1},       {"visibility", T, 1},   {"name", T, 1},
    {"lang", T, 1},      {"crm_id", T, 1},      {"metrics", T, 1},      {"source", T, 1},
    {"time", I, 0},      {"received", I, 1},    {"followers", I, 1},    {"created", I, 1},
    {"media", I, 0},     {"rating", I, 0},      {"given", I, 0},
    {"valence", I, 0},   {"negative", I, 0},    {"intents", B, 1},      {"labels", I, 0},
    {"marks", I, 0},     {"fingerprint", I, 1}, {"model", T, 1},        {"words", I, 1},
    {"thread", T, 0},
    {"form", I, 0},      {"dead", I, 0},        {"gives", I, 0},        {"day", I, 1},
};
static const struct engagep_index event_by[] = {
    {"event_id", 3, {EVENT_BRAND, EVENT_ACTOR, EVENT_ID}, 0},
    {"event_thread", 3, {EVENT_BRAND, EVENT_THREAD, EVENT_FORM}, 1},
    {"event_post", 2, {EVENT_BRAND, EVENT_POST}, 1},
    {"event_day", 3, {EVENT_BRAND, EVENT_ACTOR, EVENT_DAY}, 0},
};

static const struct engagep_column post[POST_COLUMNS] = {
    {"brand", T, 0}, {"post", T, 0}, {"thread", T, 0}};
static const struct engagep_index post_by[] = {
    {"post_id", 2, {POST_BRAND, POST_POST}, 0},
    {"post_thread", 2, {POST_BRAND, POST_THREAD}, 1},
};

static const struct engagep_column tombstone[TOMBSTONE_COLUMNS] = {
    {"brand", T, 0}, {"actor", T, 0}, {"verb", I, 0}, {"named", T, 0}, {"id", T, 0}};
static const struct engagep_index tombstone_by[] = {
    {"tombstone_named",
     5,
     {TOMBSTONE_BRAND, TOMBSTONE_ACTOR, TOMBSTONE_VERB, TOMBSTONE_NAMED, TOMBSTONE_ID}, 0},
};

static const struct engagep_column fact[FACT_COLUMNS] = {
    {"brand", T, 0},    {"account", T, 0},    {"day", I, 0},    {"actor", T, 0},
    {"event", T, 0},    {"part", I, 0},       {"kind", I, 0},   {"time", I, 0},
    {"thread", T, 0},   {"counts", I, 0},     {"given", I, 0},  {"flags", I, 0},
    {"valence", I, 0},  {"advocacy", I, 0},   {"detraction", I, 0}, {"person", I, 0},
    {"object", I, 0},   {"content", I, 0},
};
static const struct engagep_index fact_by[] = {
    {"fact_account",
     6,
     {FACT_BRAND, FACT_ACCOUNT, FACT_DAY, FACT_ACTOR, FACT_EVENT, FACT_PART}, 0},
    {"fact_thread", 2, {FACT_BRAND, FACT_THREAD}, 1},
};

static const struct engagep_column account[ACCOUNT_COLUMNS] = {
    {"brand", T, 0},     {"account", T, 0},        {"customer", T, 0},
    {"crm_id", T, 1},    {"crm_time", I, 1},       {"name", T, 1},
    {"name_time", I, 1}, {"followers", I, 1},      {"followers_time", I, 1},
    {"created", I, 1},   {"verified", I, 1},       {"verified_time", I, 1},
    {"state", B, 0},     {"tombstones", I, 0},     {"open_undo", I, 0},
    {"partials", I, 0},  {"objected", I, 0},
};
static const struct engagep_index account_by[] = {
    {"account_id", 2, {ACCOUNT_BRAND, ACCOUNT_ACCOUNT}, 0},
    {"account_customer", 2, {ACCOUNT_BRAND, ACCOUNT_CUSTOMER}, 0},
    {"account_crm", 2, {ACCOUNT_BRAND, ACCOUNT_CRM_ID}, 0},
};

static const struct engagep_column partial[PARTIAL_COLUMNS] = {
    {"brand", T, 0}, {"account", T, 0}, {"batch", B, 0}, {"state", B, 0}};
static const struct engagep_index partial_by[] = {
    {"partial_batch", 3, {PARTIAL_BRAND, PARTIAL_ACCOUNT, PARTIAL_BATCH}, 0},
};

static const struct engagep_column customer[CUSTOMER_COLUMNS] = {
    {"brand", T, 0},       {"customer", T, 0},       {"as_of", I, 0},
    {"stage", I, 0},       {"stage_until", I, 1},    {"standing", I, 0},
    {"standing_until", I, 1}, {"first_consumption", I, 1}, {"first_curation", I, 1},
    {"first_creation", I, 1}, {"first_collaboration", I, 1}, {"first_trial", I, 1},
    {"first_purchase", I, 1}, {"policy", T, 0},
};
static const struct engagep_index customer_by[] = {
    {"customer_id", 2, {CUSTOMER_BRAND, CUSTOMER_CUSTOMER}, 0},
    {"customer_stage", 3, {CUSTOMER_BRAND, CUSTOMER_STAGE, CUSTOMER_STAGE_UNTIL}, 0},
};

static const struct engagep_column transition[TRANSITION_COLUMNS] = {
    {"brand", T, 0},      {"customer", T, 0}, {"at", I, 0},
    {"stage_from", I, 0}, {"stage_to", I, 0}, {"revised", I, 0},
    {"policy", T, 0},     {"gates", B, 0}};
static const struct engagep_index transition_by[] = {
    {"transition_at", 3, {TRANSITION_BRAND, TRANSITION_CUSTOMER, TRANSITION_AT}, 0},
};

static const struct engagep_column episode[EPISODE_COLUMNS] = {
    {"brand", T, 0},           {"id", T, 0},              {"account", T, 0},
    {"thread", T, 0},          {"conversation", T, 0},    {"open", I, 0},
    {"opened", I, 0},
    {"posts", T, 0},           {"needs", I, 0},           {"labels", I, 0},
    {"opening_labels", I, 0},  {"waits", I, 0},           {"last_wait", I, 0},
    {"last_post", I, 0},       {"valence", I, 0},         {"opening_valence", I, 0},
    {"opening_negative", I, 0}, {"next_valence", I, 1},   {"next_post", I, 1},
    {"marks", I, 0},
    {"followers", I, 1},       {"product", T, 1},         {"answered", I, 1},
    {"bot_answered", I, 1},    {"thanked", I, 1},         {"clamped", I, 0},
    {"policy", T, 0},
};
static const struct engagep_index episode_by[] = {
    {"episode_id", 2, {EPISODE_BRAND, EPISODE_ID}, 0},
    {"episode_thread", 2, {EPISODE_BRAND, EPISODE_THREAD}, 0},
    {"episode_account", 2, {EPISODE_BRAND, EPISODE_ACCOUNT}, 0},
    {"episode_time", 3, {EPISODE_BRAND, EPISODE_OPEN, EPISODE_OPENED}, 0},
};

static const struct engagep_column decision[DECISION_COLUMNS] = {
    {"brand", T, 0}, {"subject", T, 0}, {"time", I, 0},  {"actor", T, 0},
    {"event", T, 0}, {"type", I, 0},    {"value", T, 1},
};
static const struct engagep_index decision_by[] = {
    {"decision_event",
     5,
     {DECISION_BRAND, DECISION_SUBJECT, DECISION_TIME, DECISION_ACTOR, DECISION_EVENT}, 0},
};

static const struct engagep_column forgotten[FORGOTTEN_COLUMNS] = {
    {"brand", T, 0}, {"person", I, 0}, {"until", I, 0}, {"number", I, 0}};
static const struct engagep_index forgotten_by[] = {
    {"forgotten_person", 2, {FORGOTTEN_BRAND, FORGOTTEN_PERSON}, 0},
};

static const struct engagep_column aggregate[AGGREGATE_COLUMNS] = {
    {"brand", T, 0}, {"month", T, 0}, {"platform", T, 0}, {"intent", T, 0}, {"posts", I, 0}};
static const struct engagep_index aggregate_by[] = {
    {"aggregate_intent",
     4,
     {AGGREGATE_BRAND, AGGREGATE_MONTH, AGGREGATE_PLATFORM, AGGREGATE_INTENT}, 0},
};

#define TABLE(name)                                                                   \
    {#name, sizeof(name) / sizeof(name[0]), sizeof(name##_by) / sizeof(name##_by[0]), \
     name, name##_by}

const struct engagep_table engagep_tables[ENGAGEP_TABLES] = {
    TABLE(meta),    TABLE(brand),    TABLE(event),     TABLE(post),      TABLE(tombstone),
    TABLE(fact),    TABLE(account),  TABLE(partial),   TABLE(customer),  TABLE(transition),
    TABLE(episode), TABLE(decision), TABLE(forgotten), TABLE(aggregate),
};
const size_t engagep_table_count = ENGAGEP_TABLES;
