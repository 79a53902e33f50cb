/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "options.h"

#include "output.h"
#include "tell.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OPTION_HELP = 256, OPTION_VERSION, OPTION_FIRST };

/* One row an option: its name, what it takes, the bit of a subcommand that takes it. */
static const struct {
    const char *name;
    const char *argument; /* NULL: a flag */
    unsigned bit;
    const char *help;
} rows[] = {
    {"lines", NULL, TAKES_LINES, "each line is a text, its id the line number"},
    {"offsets", "UNIT", TAKES_OFFSETS, "bytes (default), codepoints or utf16"},
    {"explain", NULL, TAKES_EXPLAIN, "say why"},
    {"model", "FILE", TAKES_MODEL, "a model file instead of the built-in model"},
    {"catalogue", "FILE", TAKES_CATALOGUE, "products and aspects to look for"},
    {"lexicon", "FILE", TAKES_LEXICON, "words of your own and their feeling; up to 8 times"},
    {"addon", "FILE", TAKES_ADDON, "an add-on to use beside the model; up to 8 times"},
    {"share", "SHARE", TAKES_SHARE, "a share of posts like 0.05 that carry what is taught"},
    {"miss", "SHARE", TAKES_MISS, "a share of posts like 0.05 that may be missed"},
    {"threads", "N", TAKES_THREADS, "score on N threads; the order stays"},
    {"store", "URI", TAKES_STORE, "sqlite:crm.db (default), sqlite:PATH or memory:"},
    {"brand", "NAME", TAKES_BRAND, "this brand only"},
    {"now", "TIME", TAKES_NOW, "as of this time, like 2026-11-20T10:00:00Z (default: the latest event's)"},
    {"policy", "FILE", TAKES_POLICY, "a policy file instead of the defaults"},
    {"json", NULL, TAKES_JSON, "JSON Lines instead of a table"},
    {"top", "N", TAKES_TOP, "the first N rows"},
    {"by", "WHAT", TAKES_BY, "intent, platform, product, department or month; funnel: month"},
    {"all", NULL, TAKES_ALL, "every account"},
    {"format", "FORM", TAKES_FORMAT, "native (default), x-v2, mastodon, bluesky or activitystreams"},
    {"platform", "NAME", TAKES_PLATFORM, "x (default), mastodon or bluesky"},
    {"rules", "RULES", TAKES_RULES, "X's counting rules: x3 (default), x2 or x1"},
    {"kind", "KIND", TAKES_KIND, "username, list, hashtag, url or url-bare"},
    {"staff", NULL, TAKES_STAFF, "those who answer, where the policy allows it"},
    {"reason", "TEXT", TAKES_REASON, "why, such as what a link rests on; kept with the decision"},
    {"texts", "DAYS", TAKES_TEXTS, "a number of days: older texts go"},
    {"output", "FILE", TAKES_OUTPUT, "write there, all or nothing"},
};
enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

void options_help(const struct command *command)
{
    printf("usage: engage %s [OPTION…]%s%s\n%s\n\n", command->name,
           command->operands[0] != '\0' ? " " : "", command->operands, command->summary);
    for (size_t i = 0; i < ROWS; i++) {
        if ((command->takes & rows[i].bit) == 0)
            continue;
        char left[40];
        snprintf(left, sizeof(left), "--%s%s%s", rows[i].name, rows[i].argument != NULL ? " " : "",
                 rows[i].argument != NULL ? rows[i].argument : "");
        printf("  %-18s %s\n", left, rows[i].help);
    }
    printf("  %-18s %s\n  %-18s %s\n", "--help", "show this", "--version", "show the version");
}

/* The years 1 to 9999, as the library takes them for now. */
static const int64_t first_moment = INT64_C(-62135596800000);
static const int64_t last_moment = INT64_C(253402300799999);

static int whole(const char *text, unsigned long long most, unsigned long long *out)
{
    if (text[0] < '0' || text[0] > '9')
        return 0;
    char *end;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    if (errno != 0 || *end != '\0' || value > most)
        return 0;
    *out = value;
    return 1;
}

/* A share between 0 and 1 as a decimal, in millionths. */
static int share(const char *text, uint32_t *out)
{
    if (strncmp(text, "0.", 2) != 0 || text[2] == '\0')
        return 0;
    uint32_t value = 0;
    uint32_t unit = 100000;
    for (const char *p = text + 2; *p != '\0'; p++) {
        if (*p < '0' || *p > '9' || unit == 0)
            return 0;
        value += (uint32_t)(*p - '0') * unit;
        unit /= 10;
    }
    *out = value;
    return value != 0;
}

/* The place of a word in a list that ends in NULL, or -1. */
static int choice(const char *word, const char *const *words)
{
    for (int i = 0; words[i] != NULL; i++) {
        if (strcmp(word, words[i]) == 0)
            return i;
    }
    return -1;
}

/* What an option without an argument sets. */
static int *flag_of(struct options *o, unsigned bit)
{
    switch (bit) {
    case TAKES_LINES:
        return &o->lines;
    case TAKES_EXPLAIN:
        return &o->explain;
    case TAKES_JSON:
        return &o->json;
    case TAKES_ALL:
        return &o->all;
    case TAKES_STAFF:
        return &o->staff;
    default:
        return NULL;
    }
}

/* Where an argument goes that is kept as it is. */
static const char **text_of(struct options *o, unsigned bit)
{
    switch (bit) {
    case TAKES_BY:
        return &o->by;
    case TAKES_MODEL:
        return &o->model;
    case TAKES_CATALOGUE:
        return &o->catalogue;
    case TAKES_STORE:
        return &o->store;
    case TAKES_REASON:
        return &o->reason;
    case TAKES_BRAND:
        return &o->brand;
    case TAKES_POLICY:
        return &o->policy;
    case TAKES_PLATFORM:
        return &o->platform;
    case TAKES_RULES:
        return &o->rules;
    case TAKES_KIND:
        return &o->kind;
    case TAKES_OUTPUT:
        return &o->output;
    default:
        return NULL;
    }
}

/* Adds to a list of at most so many. */
static int append(const char **list, size_t *count, size_t most, const char *value)
{
    if (*count == most)
        return 0;
    list[(*count)++] = value;
    return 1;
}

/* Whether the argument is one that the option takes. */
static int set(struct options *o, unsigned bit, const char *value)
{
    static const char *const units[] = {"bytes", "codepoints", "utf16", NULL};
    static const char *const groups[] = {"intent", "platform", "product", "department", "month",
                                         NULL};
    static const char *const platforms[] = {"x", "mastodon", "bluesky", NULL};
    static const char *const rules[] = {"x3", "x2", "x1", NULL};
    unsigned long long number;
    int *flag = flag_of(o, bit);
    const char **text = text_of(o, bit);
    if (flag != NULL)
        *flag = 1;
    if (text != NULL)
        *text = value;
    switch (bit) {
    case TAKES_OFFSETS:
        o->offsets = choice(value, units);
        return o->offsets >= 0;
    case TAKES_FORMAT:
        o->format = engage_format_by_name(value);
        return o->format >= 0;
    case TAKES_BY:
        return choice(value, groups) >= 0;
    case TAKES_PLATFORM:
        return choice(value, platforms) >= 0;
    case TAKES_RULES:
        return choice(value, rules) >= 0;
    case TAKES_KIND:
        return engage_valid_by_name(value) >= 0;
    case TAKES_THREADS:
        if (!whole(value, 256, &number) || number == 0)
            return 0;
        o->threads = (long)number;
        return 1;
    case TAKES_TOP:
        return whole(value, INT64_MAX, &o->top);
    case TAKES_TEXTS:
        o->has_texts = 1;
        return whole(value, INT32_MAX, &o->texts);
    case TAKES_NOW:
        return engage_time_parse(value, strlen(value), &o->now) == ENGAGE_OK &&
               o->now >= first_moment && o->now <= last_moment;
    case TAKES_SHARE:
        return share(value, &o->share);
    case TAKES_MISS:
        return share(value, &o->miss);
    case TAKES_ADDON:
        return append(o->addons, &o->addon_count, ENGAGE_ADDONS_MOST, value);
    case TAKES_LEXICON:
        return append(o->lexicons, &o->lexicon_count, ENGAGE_LEXICONS_MOST, value);
    default:
        return flag != NULL || text != NULL;
    }
}

int options_read(const struct command *command, int argc, char **argv, struct options *options)
{
    struct option longs[ROWS + 3];
    size_t count = 0;
    for (size_t i = 0; i < ROWS; i++) {
        if ((command->takes & rows[i].bit) != 0)
            longs[count++] =
                (struct option){rows[i].name, rows[i].argument != NULL ? required_argument
                                                                       : no_argument,
                                NULL, OPTION_FIRST + (int)i};
    }
    longs[count++] = (struct option){"help", no_argument, NULL, OPTION_HELP};
    longs[count++] = (struct option){"version", no_argument, NULL, OPTION_VERSION};
    longs[count] = (struct option){NULL, 0, NULL, 0};
    *options = (struct options){.command = command->name,
                                .now = ENGAGE_NO_TIME,
                                .threads = 1,
                                .top = ALL_ROWS,
                                .store = "sqlite:crm.db"};
    /* What getopt's messages begin with. */
    static char called[32];
    snprintf(called, sizeof(called), "engage %s", command->name);
    argv[0] = called;
    for (;;) {
        int got = getopt_long(argc, argv, "", longs, NULL);
        if (got == -1)
            break;
        if (got == OPTION_HELP) {
            options_help(command);
            return output_said();
        }
        if (got == OPTION_VERSION) {
            printf("engage %s\n", engage_version());
            return output_said();
        }
        if (got < OPTION_FIRST) {
            tell("see engage %s --help", command->name);
            return STATUS_USAGE;
        }
        size_t row = (size_t)(got - OPTION_FIRST);
        if (!set(options, rows[row].bit, optarg)) {
            tell("--%s %s: '%s' will not do: %s", rows[row].name, rows[row].argument, optarg,
                 rows[row].help);
            return STATUS_USAGE;
        }
    }
    options->operands = argv + optind;
    options->operand_count = argc - optind;
    if (options->operand_count < command->least ||
        (command->most >= 0 && options->operand_count > command->most)) {
        tell("usage: engage %s [OPTION…] %s", command->name, command->operands);
        return STATUS_USAGE;
    }
    return OPTIONS_GO_ON;
}
