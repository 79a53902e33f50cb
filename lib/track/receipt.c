/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "track/receipt.h"

#include <string.h>

void engagep_receipt_gate(engage_buffer *buffer, const struct engagep_gate *gate)
{
    engagep_json_key(buffer, "stage");
    engagep_json_text(buffer, engage_stage_name(gate->stage));
    engagep_json_key(buffer, "gate");
    engagep_json_text(buffer, engagep_policy_measure(gate->measure));
    engagep_json_key(buffer, "value");
    engagep_json_int(buffer, gate->value);
    engagep_json_key(buffer, "threshold");
    engagep_json_int(buffer, gate->threshold);
    engagep_json_key(buffer, "passed");
    engagep_json_bool(buffer, gate->passed);
}

/* The model that judged the text which is the cause; null where nobody did here. */
static int put_model(struct engagep_report *report, const struct engagep_cause *cause)
{
    struct engagep_value row[EVENT_COLUMNS];
    struct engagep_value key[] = {engagep_row_text(cause->brand), engagep_row_text(cause->actor),
                                  engagep_row_text(cause->event)};
    engage_str model = {NULL, 0};
    int rc = ENGAGE_DONE;
    if (cause->event.size > 0)
        rc = engagep_core_get(report->tracker, ENGAGEP_EVENT, key, row, report->error);
    if (rc < 0)
        return rc;
    if (rc == ENGAGE_ROW)
        model = engagep_row_str(&row[EVENT_MODEL]);
    engagep_report_key_text(report->buffer, "model", model);
    return ENGAGE_OK;
}

/* The version that the text of a policy names. */
static engage_str version_of(engage_str text)
{
    static const char name[] = "version = ";
    engage_str line;
    while (engagep_str_next(&text, &line))
        if (line.size > sizeof(name) - 1 && memcmp(line.data, name, sizeof(name) - 1) == 0)
            return (engage_str){line.data + sizeof(name) - 1, line.size - (sizeof(name) - 1)};
    return (engage_str){NULL, 0};
}

static int put_policy(struct engagep_report *report, engage_str id)
{
    const engage_tracker *tracker = report->tracker;
    engage_buffer *buffer = report->buffer;
    engage_str version = {tracker->policy->version, strlen(tracker->policy->version)};
    if (!engagep_str_is(id, tracker->policy_id)) {
        struct engagep_value row[META_COLUMNS];
        char name[24] = "policy ";
        memcpy(name + 7, id.data, id.size < 16 ? id.size : 16);
        struct engagep_value key[] = {engagep_row_text((engage_str){name, strlen(name)})};
        int rc = engagep_core_get(report->tracker, ENGAGEP_META, key, row, report->error);
        if (rc < 0)
            return rc;
        version = rc == ENGAGE_ROW ? version_of(engagep_row_str(&row[META_VALUE]))
                                   : (engage_str){NULL, 0};
    }
    engagep_report_key_text(buffer, "policy", version);
    engagep_report_key_text(buffer, "policy_id", id);
    return ENGAGE_OK;
}

static void put_gates(engage_buffer *buffer, const struct engagep_gate *gates, size_t count)
{
    engagep_json_key(buffer, "gates");
    engagep_json_open(buffer, '[');
    for (size_t i = 0; i < count; i++) {
        engagep_json_open(buffer, '{');
        engagep_receipt_gate(buffer, &gates[i]);
        engagep_json_close(buffer, '}');
    }
    engagep_json_close(buffer, ']');
}

int engagep_receipt_put(struct engagep_report *report, const struct engagep_cause *cause,
                        const struct engagep_calendar *calendar, int64_t at,
                        const struct engagep_value *kept)
{
    const engage_tracker *tracker = report->tracker;
    struct engagep_gate gates[ENGAGEP_GATES_MAX];
    size_t count = 0;
    engage_str policy = {tracker->policy_id, 16};
    if (kept != NULL) {
        engage_str bytes = engagep_row_str(&kept[TRANSITION_GATES]);
        policy = engagep_row_str(&kept[TRANSITION_POLICY]);
        while (count < ENGAGEP_GATES_MAX && engagep_judge_next_gate(&bytes, &gates[count]))
            count++;
    } else {
        count = engagep_stage_gates(calendar, tracker->policy, at, gates);
    }
    if (engagep_row_keep(&report->tracker->lasting, &policy) != ENGAGE_OK)
        return engagep_core_no_memory(report->error);
    int rc = put_model(report, cause);
    if (rc == ENGAGE_OK)
        rc = put_policy(report, policy);
    put_gates(report->buffer, gates, count);
    return rc;
}
