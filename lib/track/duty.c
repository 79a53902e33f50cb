/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "track/duty.h"

#include "base/hash.h"
#include "track/decision.h"
#include "track/emit.h"
#include "track/signal.h"

#include <stdlib.h>
#include <string.h>

static const char nobody[] = "forgotten:";
enum { NOBODY = sizeof(nobody) - 1 };

/* ------------------------------------------------------------------ load --- */

/* A day number in decimals, as meta has it. */
static int read_day(engage_str text, int32_t *out)
{
    char digits[16];
    char *end;
    if (text.size == 0 || text.size >= sizeof(digits))
        return 0;
    memcpy(digits, text.data, text.size);
    digits[text.size] = '\0';
    long day = strtol(digits, &end, 10);
    *out = (int32_t)day;
    return *end == '\0' && day >= ENGAGEP_DAY_MIN && day <= ENGAGEP_DAY_MAX;
}

int engagep_duty_load(engage_tracker *tracker, engage_error *error)
{
    struct engagep_value row[META_COLUMNS];
    struct engagep_value key[] = {engagep_row_text((engage_str){"floor", 5})};
    tracker->floor = ENGAGEP_NO_DAY;
    int rc = engagep_core_get(tracker, ENGAGEP_META, key, row, error);
    if (rc == ENGAGE_ROW && !read_day(engagep_row_str(&row[META_VALUE]), &tracker->floor))
        return engagep_core_corrupt(error, "its floor");
    if (rc < 0)
        return rc;
    rc = engagep_core_any(tracker, ENGAGEP_FORGOTTEN, NULL, 0, error);
    tracker->forgotten = rc == ENGAGE_ROW;
    return rc < 0 ? rc : ENGAGE_OK;
}

/* ------------------------------------------------------------- forgotten --- */

/* Of the account alone: nobody can tell it from the store without the secret. */
static int64_t hash_person(const engage_tracker *tracker, engage_str account)
{
    uint64_t hash = engagep_hash_sip(tracker->secret, account.data, account.size);
    return (int64_t)engagep_hash_mix(hash);
}

int engagep_duty_find(engage_tracker *tracker, engage_str brand, engage_str account,
                      struct engagep_forgotten *out, engage_error *error)
{
    struct engagep_value row[FORGOTTEN_COLUMNS];
    struct engagep_value key[] = {engagep_row_text(brand),
                                  engagep_row_int(hash_person(tracker, account))};
    if (!tracker->forgotten || account.size == 0)
        return ENGAGE_DONE;
    int rc = engagep_core_get(tracker, ENGAGEP_FORGOTTEN, key, row, error);
    if (rc == ENGAGE_ROW)
        *out = (struct engagep_forgotten){row[FORGOTTEN_UNTIL].number,
                                          row[FORGOTTEN_NUMBER].number};
    return rc;
}

int engagep_duty_write(engage_tracker *tracker, engage_str brand, engage_str account,
                       const struct engagep_forgotten *forgotten, engage_error *error)
{
    struct engagep_value row[] = {engagep_row_text(brand),
                                  engagep_row_int(hash_person(tracker, account)),
                                  engagep_row_int(forgotten->until),
                                  engagep_row_int(forgotten->number)};
    tracker->forgotten = 1;
    return engagep_core_put(tracker, ENGAGEP_FORGOTTEN, row, error);
}

engage_str engagep_duty_name(struct engagep_arena *arena, int64_t number)
{
    char digits[24];
    size_t count = 0;
    for (uint64_t rest = (uint64_t)number; rest > 0 || count == 0; rest /= 10)
        digits[count++] = (char)('0' + rest % 10);
    char *name = engagep_arena_array(arena, NOBODY + count, 1);
    if (name == NULL)
        return (engage_str){NULL, 0};
    memcpy(name, nobody, NOBODY);
    for (size_t i = 0; i < count; i++)
        name[NOBODY + i] = digits[count - 1 - i];
    return (engage_str){name, NOBODY + count};
}

int engagep_duty_is_nobody(engage_str account)
{
    return account.size > NOBODY && account.data[0] == nobody[0] &&
           memcmp(account.data, nobody, NOBODY) == 0;
}

/* ---------------------------------------------------------------- screen --- */

int engagep_duty_stays(const engage_event *event)
{
    struct engagep_decision decision;
    return engagep_decision_of(event, ENGAGEP_STAFF_ROLE, &decision) &&
           decision.type >= ENGAGEP_DECISION_OBJECT &&
           decision.type <= ENGAGEP_DECISION_RESTORE_POST;
}

/* The account that the object of an event may be: whom one follows, links or reports. What
 * is done to posts names a post, whose id may look like an account's. */
static engage_str object_account(const engage_event *event)
{
    static const engage_str none = {NULL, 0};
    int is_post = engagep_thread_is_post(event) || engagep_emit_hangs(event->verb) ||
                  engagep_str_is(event->verb, "Delete");
    return is_post ? none : event->object;
}

int engagep_duty_names(const engage_event *event, const struct engagep_map *accounts)
{
    engage_str list = event->to;
    engage_str object = object_account(event);
    engage_str piece;
    /* An Undo names an event by its target. */
    if (event->target.size > 0 && !engagep_str_is(event->verb, "Undo") &&
        engagep_map_find(accounts, event->target) != ENGAGEP_MAP_NONE)
        return 1;
    if (object.size > 0 && engagep_map_find(accounts, object) != ENGAGEP_MAP_NONE)
        return 1;
    while (engagep_str_next(&list, &piece))
        if (engagep_map_find(accounts, piece) != ENGAGEP_MAP_NONE)
            return 1;
    return 0;
}

int engagep_duty_lacks_basis(const engage_policy *policy, const engage_event *event)
{
    if (event->text.size > 0 || !engagep_str_is(event->verb, "Link"))
        return 0;
    engage_str from = engagep_signal_platform(event->target);
    engage_str to = engagep_signal_platform(event->object);
    const struct engagep_platform *a = engagep_policy_platform(policy, from);
    const struct engagep_platform *b = engagep_policy_platform(policy, to);
    return !engagep_str_equal(from, to) &&
           ((a != NULL && a->basis != 0) || (b != NULL && b->basis != 0));
}

/* Puts the one who stands for a forgotten account in its place, where time says so. */
static int rename(struct engagep_batch *batch, const engage_event *event, engage_str *account,
                  int *renamed)
{
    struct engagep_forgotten forgotten;
    int rc = engagep_duty_find(batch->tracker, event->brand, *account, &forgotten, batch->error);
    if (rc != ENGAGE_ROW || event->time > forgotten.until)
        return rc == ENGAGE_ROW || rc == ENGAGE_DONE ? ENGAGE_OK : rc;
    *account = engagep_duty_name(&batch->tracker->lasting, forgotten.number);
    *renamed = 1;
    return account->data != NULL ? ENGAGE_OK : engagep_core_no_memory(batch->error);
}

static int rename_list(struct engagep_batch *batch, const engage_event *event, engage_str *list,
                       int *renamed)
{
    engage_buffer *bytes = &batch->tracker->bytes;
    engage_str rest = *list;
    engage_str piece;
    int any = 0;
    engage_buffer_clear(bytes);
    size_t begun = engagep_buffer_begin(bytes);
    while (engagep_str_next(&rest, &piece)) {
        int rc = rename(batch, event, &piece, &any);
        if (rc != ENGAGE_OK)
            return rc;
        if (bytes->size > 0)
            engagep_buffer_put_byte(bytes, '\n');
        engagep_buffer_put(bytes, piece.data, piece.size);
    }
    if (engagep_buffer_end(bytes, begun) != ENGAGE_OK)
        return engagep_core_no_memory(batch->error);
    if (!any)
        return ENGAGE_OK;
    *renamed = 1;
    *list = (engage_str){bytes->data, bytes->size};
    return engagep_row_keep(&batch->tracker->lasting, list) == ENGAGE_OK
               ? ENGAGE_OK
               : engagep_core_no_memory(batch->error);
}

int engagep_duty_screen(struct engagep_batch *batch, const engage_event **event)
{
    struct engagep_forgotten forgotten;
    engage_event copy = **event;
    int renamed = 0;
    if (engagep_duty_stays(&copy))
        return ENGAGE_OK;
    int rc = engagep_duty_find(batch->tracker, copy.brand, copy.actor, &forgotten, batch->error);
    if (rc == ENGAGE_ROW && copy.time <= forgotten.until)
        return ENGAGE_DONE;
    rc = rc < 0 ? rc : ENGAGE_OK;
    if (rc == ENGAGE_OK && copy.target.size > 0 && !engagep_str_is(copy.verb, "Undo"))
        rc = rename(batch, &copy, &copy.target, &renamed);
    if (rc == ENGAGE_OK && object_account(&copy).size > 0)
        rc = rename(batch, &copy, &copy.object, &renamed);
    if (rc == ENGAGE_OK && copy.to.size > 0)
        rc = rename_list(batch, &copy, &copy.to, &renamed);
    if (rc != ENGAGE_OK || !renamed)
        return rc;
    if (engagep_decision_decides(batch->tracker->policy, &copy))
        return ENGAGE_DONE;
    engage_event *kept = engagep_arena_array(&batch->tracker->lasting, 1, sizeof(*kept));
    if (kept == NULL)
        return engagep_core_no_memory(batch->error);
    *kept = copy;
    *event = kept;
    return ENGAGE_OK;
}
