/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * What is known of each account of a customer, and what makes it this customer's: the CRM
 * id that it shares with another one (explicit), or a link that somebody made (asserted).
 * Nothing is ever inferred.
 */
#include "track/decision.h"
#include "track/map.h"
#include "track/report.h"

#include <string.h>

/* The last word that took an account's links back: those before it stand no more, whichever of
 * their ends it is about. */
struct unlink {
    int64_t time; /* ENGAGE_NO_TIME: there is none */
    engage_str actor;
    engage_str event;
};

struct identities {
    struct engagep_report *report;
    struct unlink *unlinks; /* one an account */
    engage_str brand;
    struct engagep_map by_account;
    size_t with_crm_id; /* accounts of one customer never have two different ones */
};

/* The last link of an account to another one of the customer that neither's Unlink took back. */
struct linking {
    const struct identities *identities;
    engage_str actor;
    engage_str event; /* empty: nobody linked it */
};

static int is_after(const struct engagep_decision *decision, const struct unlink *unlink)
{
    if (unlink->time == ENGAGE_NO_TIME || decision->time != unlink->time)
        return unlink->time == ENGAGE_NO_TIME || decision->time > unlink->time;
    int order = engagep_str_compare(decision->actor, unlink->actor);
    return order != 0 ? order > 0 : engagep_str_compare(decision->event, unlink->event) > 0;
}

static int note_link(void *ctx, const struct engagep_decision *decision, engage_error *error)
{
    struct linking *linking = ctx;
    const struct identities *identities = linking->identities;
    struct engagep_arena *arena = &identities->report->tracker->lasting;
    if (decision->type == ENGAGEP_DECISION_UNLINK)
        linking->event = (engage_str){NULL, 0};
    if (decision->type != ENGAGEP_DECISION_LINK)
        return ENGAGE_OK;
    size_t other = engagep_map_find(&identities->by_account, decision->value);
    if (other == ENGAGEP_MAP_NONE || !is_after(decision, &identities->unlinks[other]))
        return ENGAGE_OK;
    linking->actor = decision->actor;
    linking->event = decision->event;
    return engagep_row_keep(arena, &linking->actor) == ENGAGE_OK &&
                   engagep_row_keep(arena, &linking->event) == ENGAGE_OK
               ? ENGAGE_OK
               : engagep_core_no_memory(error);
}

/* How an account came to the customer, and what that rests on where somebody said so. */
static int put_link(const struct identities *identities, engage_str account, int has_crm_id)
{
    struct engagep_report *report = identities->report;
    struct linking linking = {identities, {NULL, 0}, {NULL, 0}};
    struct engagep_value row[EVENT_COLUMNS];
    engage_str basis = {NULL, 0};
    int is_explicit = has_crm_id && identities->with_crm_id > 1;
    int rc = ENGAGE_OK;
    if (!is_explicit)
        rc = engagep_decision_scan(report->tracker, identities->brand, account, note_link, &linking,
                                   report->error);
    const char *how = is_explicit ? "explicit" : linking.event.size > 0 ? "asserted" : "";
    engagep_report_key_text(report->buffer, "linked", (engage_str){how, strlen(how)});
    if (rc == ENGAGE_OK && linking.event.size > 0) {
        struct engagep_value key[] = {engagep_row_text(identities->brand),
                                      engagep_row_text(linking.actor),
                                      engagep_row_text(linking.event)};
        rc = engagep_core_get(report->tracker, ENGAGEP_EVENT, key, row, report->error);
        if (rc == ENGAGE_ROW)
            basis = engagep_row_str(&row[EVENT_TEXT]);
        rc = rc < 0 ? rc : ENGAGE_OK;
    }
    engagep_report_key_text(report->buffer, "basis", basis);
    return rc;
}

static int read_account(const struct identities *identities, engage_str account,
                        struct engagep_value row[ACCOUNT_COLUMNS])
{
    const struct engagep_report *report = identities->report;
    struct engagep_value key[] = {engagep_row_text(identities->brand), engagep_row_text(account)};
    int rc = engagep_core_get(report->tracker, ENGAGEP_ACCOUNT, key, row, report->error);
    return rc == ENGAGE_DONE ? engagep_core_corrupt(report->error, "an account") : rc;
}

struct unlinking {
    struct engagep_arena *arena;
    struct unlink *last;
};

static int note_unlink(void *ctx, const struct engagep_decision *decision, engage_error *error)
{
    const struct unlinking *unlinking = ctx;
    struct unlink *last = unlinking->last;
    if (decision->type != ENGAGEP_DECISION_UNLINK)
        return ENGAGE_OK;
    *last = (struct unlink){decision->time, decision->actor, decision->event};
    return engagep_row_keep(unlinking->arena, &last->actor) == ENGAGE_OK &&
                   engagep_row_keep(unlinking->arena, &last->event) == ENGAGE_OK
               ? ENGAGE_OK
               : engagep_core_no_memory(error);
}

static int note_accounts(struct identities *identities, const engage_str *accounts, size_t count)
{
    struct engagep_value row[ACCOUNT_COLUMNS];
    engage_tracker *tracker = identities->report->tracker;
    engage_error *error = identities->report->error;
    identities->unlinks =
        engagep_arena_array(&tracker->lasting, count + 1, sizeof(*identities->unlinks));
    if (identities->unlinks == NULL)
        return engagep_core_no_memory(error);
    for (size_t i = 0; i < count; i++) {
        int rc = read_account(identities, accounts[i], row);
        if (rc < 0)
            return rc;
        identities->with_crm_id += row[ACCOUNT_CRM_ID].type != ENGAGEP_NULL;
        size_t *at = engagep_map_at(&identities->by_account, accounts[i]);
        if (at == NULL)
            return engagep_core_no_memory(error);
        *at = i;
        struct unlinking unlinking = {&tracker->lasting, &identities->unlinks[i]};
        identities->unlinks[i].time = ENGAGE_NO_TIME;
        rc = engagep_decision_scan(tracker, identities->brand, accounts[i], note_unlink,
                                   &unlinking, error);
        if (rc != ENGAGE_OK)
            return rc;
    }
    return ENGAGE_OK;
}

static void put_known(engage_buffer *buffer, const struct engagep_value row[ACCOUNT_COLUMNS])
{
    engagep_report_key_text(buffer, "account", engagep_row_str(&row[ACCOUNT_ACCOUNT]));
    engagep_report_key_text(buffer, "name", engagep_row_str(&row[ACCOUNT_NAME]));
    engagep_report_key_text(buffer, "crm_id", engagep_row_str(&row[ACCOUNT_CRM_ID]));
    engagep_json_key(buffer, "followers");
    if (row[ACCOUNT_FOLLOWERS].type == ENGAGEP_INT)
        engagep_json_int(buffer, row[ACCOUNT_FOLLOWERS].number);
    else
        engagep_json_null(buffer);
    engagep_report_key_time(buffer, "created",
                            engagep_row_number(&row[ACCOUNT_CREATED], ENGAGE_NO_TIME));
    engagep_json_key(buffer, "verified");
    if (row[ACCOUNT_VERIFIED].type == ENGAGEP_INT)
        engagep_json_bool(buffer, row[ACCOUNT_VERIFIED].number != 0);
    else
        engagep_json_null(buffer);
}

static int put_identity(const struct identities *identities, engage_str account)
{
    engage_buffer *buffer = identities->report->buffer;
    struct engagep_value row[ACCOUNT_COLUMNS];
    int rc = read_account(identities, account, row);
    if (rc < 0)
        return rc;
    engagep_json_open(buffer, '{');
    put_known(buffer, row);
    rc = put_link(identities, account, row[ACCOUNT_CRM_ID].type != ENGAGEP_NULL);
    engagep_json_close(buffer, '}');
    return rc;
}

int engagep_report_identities(struct engagep_report *report, engage_str brand,
                              const engage_str *accounts, size_t count)
{
    struct identities identities = {.report = report, .brand = brand};
    engagep_map_init(&identities.by_account, &report->tracker->allocator, report->tracker->secret);
    int rc = note_accounts(&identities, accounts, count);
    engagep_json_key(report->buffer, "identities");
    engagep_json_open(report->buffer, '[');
    for (size_t i = 0; i < count && rc == ENGAGE_OK; i++)
        rc = put_identity(&identities, accounts[i]);
    engagep_json_close(report->buffer, ']');
    engagep_map_release(&identities.by_account);
    return rc;
}
