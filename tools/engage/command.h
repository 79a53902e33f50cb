/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * What the parts of the command share: its exit statuses, its options, and how a
 * subcommand is declared.
 */
#ifndef ENGAGE_COMMAND_H
#define ENGAGE_COMMAND_H

#include <engage.h>
#include <string.h>

/* Exit statuses. */
enum {
    STATUS_DONE = 0,    /* everything was done */
    STATUS_REFUSED = 1, /* some input was refused, the rest was done */
    STATUS_USAGE = 2,   /* the command was called wrongly */
    STATUS_STOPPED = 3  /* it could not go on */
};

/* Options, as bits: which of them a subcommand takes. */
enum {
    TAKES_LINES = 1u << 0,
    TAKES_OFFSETS = 1u << 1,
    TAKES_EXPLAIN = 1u << 2,
    TAKES_MODEL = 1u << 3,
    TAKES_THREADS = 1u << 4,
    TAKES_STORE = 1u << 5,
    TAKES_BRAND = 1u << 6,
    TAKES_NOW = 1u << 7,
    TAKES_POLICY = 1u << 8,
    TAKES_JSON = 1u << 9,
    TAKES_TOP = 1u << 10,
    TAKES_BY = 1u << 11,
    TAKES_ALL = 1u << 12,
    TAKES_FORMAT = 1u << 13,
    TAKES_PLATFORM = 1u << 14,
    TAKES_RULES = 1u << 15,
    TAKES_KIND = 1u << 16,
    TAKES_OUTPUT = 1u << 17,
    TAKES_CATALOGUE = 1u << 18,
    TAKES_LEXICON = 1u << 19,
    TAKES_STAFF = 1u << 20,
    TAKES_ADDON = 1u << 21,
    TAKES_SHARE = 1u << 22,
    TAKES_MISS = 1u << 23,
    TAKES_REASON = 1u << 24,
    TAKES_TEXTS = 1u << 25,
    TAKES_CASCADE = 1u << 26
};

/* Where a number was not given: all rows; as many days as the policy says. */
#define ALL_ROWS UINT64_MAX
#define POLICY_DAYS UINT64_MAX

/* Files of an option that may be given several times. */
enum { PATHS_MOST = ENGAGE_ADDONS_MOST };
_Static_assert(ENGAGE_LEXICONS_MOST == PATHS_MOST, "one limit for both");
struct paths {
    const char *list[PATHS_MOST];
    size_t count;
};

struct options {
    const char *command; /* the name of the subcommand */
    int lines;
    int explain;
    int cascade;
    int json;
    int all;
    int staff;
    int offsets; /* ENGAGE_OFFSET_ */
    int format;  /* ENGAGE_FORMAT_ */
    int kind;    /* ENGAGE_VALID_, or -1 */
    uint64_t threads;
    uint64_t top;
    uint64_t texts; /* days */
    int64_t now;    /* or ENGAGE_NO_TIME */
    uint32_t share; /* millionths; 0: the default */
    uint32_t miss;
    struct paths addons;
    struct paths lexicons;
    const char *model;
    const char *catalogue;
    const char *store;
    const char *brand;
    const char *reason;
    const char *policy;
    const char *by;
    const char *platform;
    const char *rules;
    const char *output;
    char **operands;
    int operand_count;
};

struct command {
    const char *name;
    const char *operands; /* as help shows them */
    const char *summary;
    unsigned takes;
    int least; /* operands */
    int most;  /* -1: any number */
    int (*run)(const struct options *options);
};

/* A text as the library takes it, absent where it is NULL. */
static inline engage_str str_of(const char *text)
{
    return (engage_str){text, text != NULL ? strlen(text) : 0};
}

/* The subcommands. Each returns an exit status. */
int run_tokens(const struct options *options);
int run_entities(const struct options *options);
int run_length(const struct options *options);
int run_valid(const struct options *options);
int run_score(const struct options *options);
int run_track(const struct options *options);
int run_merge(const struct options *options);
int run_funnel(const struct options *options);
int run_customer(const struct options *options);
int run_queue(const struct options *options);
int run_replies(const struct options *options);
int run_state(const struct options *options);
int run_decide(const struct options *options);
int run_settle(const struct options *options);
int run_forget(const struct options *options);
int run_export(const struct options *options);
int run_retain(const struct options *options);
int run_compact(const struct options *options);
int run_check(const struct options *options);
int run_people(const struct options *options);
int run_page(const struct options *options);
int run_whatif(const struct options *options);
int run_model(const struct options *options);
int run_policy(const struct options *options);

#endif
