/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "options.h"

#include "output.h"
#include "tell.h"

#include <errno.h>
#include <getopt.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OPTION_HELP = 256, OPTION_VERSION, OPTION_FIRST };

/* The years 1 to 9999, as the library takes them for now. */
static const int64_t first_moment = INT64_C(-62135596800000);
static const int64_t last_moment = INT64_C(253402300799999);

/* -------------------------------------------------- what options are set to --- */

/* Each sets the member of struct options at `place`. 1, or 0 where the argument is none
 * that the option takes. */
typedef int taker(void *place, const char *value);

static int take_flag(void *place, const char *value)
{
    (void)value;
    *(int *)place = 1;
    return 1;
}

static int take_text(void *place, const char *value)
{
    *(const char **)place = value;
    return 1;
}

/* Empty as a script's variable may be, it would stand for all there are, or name no file. */
static int take_name(void *place, const char *value)
{
    return take_text(place, value) && value[0] != '\0';
}

static int take_path(void *place, const char *value)
{
    struct paths *paths = place;
    if (paths->count == PATHS_MOST || value[0] == '\0')
        return 0;
    paths->list[paths->count++] = value;
    return 1;
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

static int take_unit(void *place, const char *value)
{
    static const char *const words[] = {[ENGAGE_OFFSET_BYTES] = "bytes",
                                        [ENGAGE_OFFSET_CODEPOINTS] = "codepoints",
                                        [ENGAGE_OFFSET_UTF16] = "utf16", NULL};
    return (*(int *)place = choice(value, words)) >= 0;
}

static int take_format(void *place, const char *value)
{
    return (*(int *)place = engage_format_by_name(value)) >= 0;
}

static int take_kind(void *place, const char *value)
{
    return (*(int *)place = engage_valid_by_name(value)) >= 0;
}

static int take_group(void *place, const char *value)
{
    static const char *const words[] = {"intent", "platform", "product", "department", "month",
                                        NULL};
    return take_text(place, value) && choice(value, words) >= 0;
}

static int take_platform(void *place, const char *value)
{
    static const char *const words[] = {"x", "mastodon", "bluesky", NULL};
    return take_text(place, value) && choice(value, words) >= 0;
}

static int take_rules(void *place, const char *value)
{
    static const char *const words[] = {"x3", "x2", "x1", NULL};
    return take_text(place, value) && choice(value, words) >= 0;
}

/* A whole number, of digits alone. */
static int whole(const char *text, uint64_t least, uint64_t most, uint64_t *out)
{
    char *end;
    if (text[0] < '0' || text[0] > '9')
        return 0;
    errno = 0;
    *out = strtoull(text, &end, 10);
    return errno == 0 && *end == '\0' && *out >= least && *out <= most;
}

static int take_threads(void *place, const char *value)
{
    return whole(value, 1, 256, place);
}

static int take_rows(void *place, const char *value)
{
    return whole(value, 0, INT64_MAX, place);
}

static int take_days(void *place, const char *value)
{
    return whole(value, 0, INT32_MAX, place);
}

static int take_time(void *place, const char *value)
{
    int64_t *time = place;
    return engage_time_parse(value, strlen(value), time) == ENGAGE_OK && *time >= first_moment &&
           *time <= last_moment;
}

/* A share between 0 and 1 as a decimal, in millionths. */
static int take_share(void *place, const char *value)
{
    if (strncmp(value, "0.", 2) != 0 || value[2] == '\0')
        return 0;
    uint32_t share = 0;
    uint32_t unit = 100000;
    for (const char *p = value + 2; *p != '\0'; p++) {
        if (*p < '0' || *p > '9' || unit == 0)
            return 0;
        share += (uint32_t)(*p - '0') * unit;
        unit /= 10;
    }
    *(uint32_t *)place = share;
    return share != 0;
}

/* ------------------------------------------------------------ the options --- */

#define PLACE(member) offsetof(struct options, member)

/* One row an option: its name, what it takes, the bit of a subcommand that takes it, and
 * what it sets. */
static const struct row {
    const char *name;
    const char *argument; /* NULL: a flag */
    unsigned bit;
    taker *take;
    size_t place;
    const char *help;
} rows[] = {
    {"lines", NULL, TAKES_LINES, take_flag, PLACE(lines),
     "each line is a text, its id the line number"},
    {"offsets", "UNIT", TAKES_OFFSETS, take_unit, PLACE(offsets),
     "bytes (default), codepoints or utf16"},
    {"explain", NULL, TAKES_EXPLAIN, take_flag, PLACE(explain), "say why"},
    {"model", "FILE", TAKES_MODEL, take_name, PLACE(model),
     "a model file instead of the built-in model"},
    {"cascade", NULL, TAKES_CASCADE, take_flag, PLACE(cascade),
     "ask a careful model's encoder about posts in doubt alone"},
    {"catalogue", "FILE", TAKES_CATALOGUE, take_name, PLACE(catalogue),
     "products and aspects to look for"},
    {"lexicon", "FILE", TAKES_LEXICON, take_path, PLACE(lexicons),
     "words of your own and their feeling; up to 8 times"},
    {"addon", "FILE", TAKES_ADDON, take_path, PLACE(addons),
     "an add-on to use beside the model; up to 8 times"},
    {"share", "SHARE", TAKES_SHARE, take_share, PLACE(share),
     "a share of posts like 0.05 that carry what is taught"},
    {"miss", "SHARE", TAKES_MISS, take_share, PLACE(miss),
     "a share of posts like 0.05 that may be missed"},
    {"threads", "N", TAKES_THREADS, take_threads, PLACE(threads),
     "score on N threads, 1 (default) to 256; the order stays"},
    {"store", "URI", TAKES_STORE, take_text, PLACE(store),
     "sqlite:crm.db (default), sqlite:PATH or memory:"},
    {"brand", "NAME", TAKES_BRAND, take_name, PLACE(brand),
     "this brand only; track: of what a platform tells"},
    {"now", "TIME", TAKES_NOW, take_time, PLACE(now),
     "as of this time, like 2026-11-20T10:00:00Z (default: the latest event's)"},
    {"policy", "FILE", TAKES_POLICY, take_name, PLACE(policy),
     "a policy file instead of the defaults"},
    {"json", NULL, TAKES_JSON, take_flag, PLACE(json), "JSON Lines instead of a table"},
    {"top", "N", TAKES_TOP, take_rows, PLACE(top),
     "queue: the N most urgent of all brands; people: N of each brand"},
    {"by", "WHAT", TAKES_BY, take_group, PLACE(by),
     "intent, platform, product, department or month; funnel: month"},
    {"all", NULL, TAKES_ALL, take_flag, PLACE(all), "every account"},
    {"format", "FORM", TAKES_FORMAT, take_format, PLACE(format),
     "native (default), x-v2, mastodon, bluesky or activitystreams"},
    {"platform", "NAME", TAKES_PLATFORM, take_platform, PLACE(platform),
     "x (default), mastodon or bluesky"},
    {"rules", "RULES", TAKES_RULES, take_rules, PLACE(rules),
     "X's counting rules: x3 (default), x2 or x1"},
    {"kind", "KIND", TAKES_KIND, take_kind, PLACE(kind),
     "username, list, hashtag, url or url-bare"},
    {"staff", NULL, TAKES_STAFF, take_flag, PLACE(staff),
     "those who answer, where the policy allows it"},
    {"reason", "TEXT", TAKES_REASON, take_text, PLACE(reason),
     "why, such as what a link rests on; kept with the decision"},
    {"texts", "DAYS", TAKES_TEXTS, take_days, PLACE(texts), "a number of days: older texts go"},
    {"output", "FILE", TAKES_OUTPUT, take_name, PLACE(output), "write there, all or nothing"},
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

/* Makes getopt's table of the options that the subcommand takes. */
static void list_longs(const struct command *command, struct option longs[ROWS + 3])
{
    size_t count = 0;
    for (size_t i = 0; i < ROWS; i++) {
        int argument = rows[i].argument != NULL ? required_argument : no_argument;
        if ((command->takes & rows[i].bit) != 0)
            longs[count++] =
                (struct option){rows[i].name, argument, NULL, OPTION_FIRST + (int)i};
    }
    longs[count++] = (struct option){"help", no_argument, NULL, OPTION_HELP};
    longs[count++] = (struct option){"version", no_argument, NULL, OPTION_VERSION};
    longs[count] = (struct option){NULL, 0, NULL, 0};
}

/* What getopt found, done. OPTIONS_GO_ON or an exit status. */
static int take_option(const struct command *command, int got, struct options *options)
{
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
    const struct row *row = &rows[got - OPTION_FIRST];
    if (row->take((char *)options + row->place, optarg))
        return OPTIONS_GO_ON;
    if (optarg[0] == '\0' && strcmp(row->argument, "FILE") == 0)
        tell("--%s needs a file", row->name);
    else
        tell("--%s %s: '%s' will not do: %s", row->name, row->argument, optarg, row->help);
    return STATUS_USAGE;
}

int options_read(const struct command *command, int argc, char **argv, struct options *options)
{
    struct option longs[ROWS + 3];
    list_longs(command, longs);
    *options = (struct options){.command = command->name,
                                .kind = -1,
                                .threads = 1,
                                .top = ALL_ROWS,
                                .texts = POLICY_DAYS,
                                .now = ENGAGE_NO_TIME,
                                .store = "sqlite:crm.db"};
    /* What getopt's messages begin with. */
    static char called[32];
    snprintf(called, sizeof(called), "engage %s", command->name);
    argv[0] = called;
    int got;
    while ((got = getopt_long(argc, argv, "", longs, NULL)) != -1) {
        int status = take_option(command, got, options);
        if (status != OPTIONS_GO_ON)
            return status;
    }
    options->operands = argv + optind;
    options->operand_count = argc - optind;
    if (options->operand_count < command->least ||
        (command->most >= 0 && options->operand_count > command->most)) {
        tell("usage: engage %s [OPTION…]%s%s", command->name,
             command->operands[0] != '\0' ? " " : "", command->operands);
        return STATUS_USAGE;
    }
    return OPTIONS_GO_ON;
}
