/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * What an analysis tells of its add-ons, and what an add-on tells of itself.
 */
#include "score/taught.h"

#include "base/alloc.h"
#include "base/json.h"

#include <string.h>

/* ----------------------------------------------------------------- copy --- */

static void *copied(const engage_allocator *allocator, const void *list, size_t count, size_t size)
{
    void *copy = engagep_alloc_array(allocator, count, size);
    if (copy != NULL && count > 0)
        memcpy(copy, list, count * size);
    return copy;
}

int engagep_taught_copy(engage_analysis *copy, const engage_analysis *analysis)
{
    if (analysis->addon_count == 0)
        return ENGAGE_OK;
    const engage_allocator *allocator = &copy->allocator;
    copy->addons = copied(allocator, analysis->addons, analysis->addon_count,
                          sizeof(*copy->addons));
    copy->taught = copied(allocator, analysis->taught, analysis->taught_count,
                          sizeof(*copy->taught));
    copy->promised = copied(allocator, analysis->promised, analysis->promised_count,
                            sizeof(*copy->promised));
    int whole = copy->addons != NULL && copy->taught != NULL && copy->promised != NULL;
    for (size_t i = 0; i < copy->addon_count; i++) {
        if (copy->addons != NULL)
            engage_addon_ref(copy->addons[i]);
    }
    return whole ? ENGAGE_OK : ENGAGE_ENOMEM;
}

void engagep_taught_release(engage_analysis *copy)
{
    const engage_allocator *allocator = &copy->allocator;
    for (size_t i = 0; i < copy->addon_count; i++) {
        if (copy->addons != NULL)
            engage_addon_unref(copy->addons[i]);
    }
    engagep_alloc_free(allocator, copy->addons, copy->addon_count, sizeof(*copy->addons));
    engagep_alloc_free(allocator, copy->taught, copy->taught_count, sizeof(*copy->taught));
    engagep_alloc_free(allocator, copy->promised, copy->promised_count, sizeof(*copy->promised));
}

/* -------------------------------------------------------------- getters --- */

static const struct engagep_taught *taught_at(const engage_analysis *analysis, size_t index)
{
    return analysis != NULL && index < analysis->taught_count ? &analysis->taught[index] : NULL;
}

size_t engage_analysis_taught_count(const engage_analysis *analysis)
{
    return analysis == NULL ? 0 : analysis->taught_count;
}

const char *engage_analysis_taught_name(const engage_analysis *analysis, size_t index)
{
    const struct engagep_taught *taught = taught_at(analysis, index);
    return taught == NULL ? NULL : taught->name;
}

int32_t engage_analysis_taught_probability(const engage_analysis *analysis, size_t index)
{
    const struct engagep_taught *taught = taught_at(analysis, index);
    return taught == NULL ? 0 : taught->probability;
}

int engage_analysis_taught_has(const engage_analysis *analysis, size_t index)
{
    const struct engagep_taught *taught = taught_at(analysis, index);
    return taught == NULL ? 0 : taught->has;
}

static const struct engagep_promised *promised_at(const engage_analysis *analysis, size_t index)
{
    return analysis != NULL && index < analysis->promised_count ? &analysis->promised[index]
                                                                : NULL;
}

size_t engage_analysis_promise_count(const engage_analysis *analysis)
{
    return analysis == NULL ? 0 : analysis->promised_count;
}

const char *engage_analysis_promise_label(const engage_analysis *analysis, size_t index)
{
    const struct engagep_promised *promised = promised_at(analysis, index);
    return promised == NULL ? NULL : promised->label;
}

int32_t engage_analysis_promise_score(const engage_analysis *analysis, size_t index)
{
    const struct engagep_promised *promised = promised_at(analysis, index);
    return promised == NULL ? 0 : promised->score;
}

int engage_analysis_promise_has(const engage_analysis *analysis, size_t index)
{
    const struct engagep_promised *promised = promised_at(analysis, index);
    return promised == NULL ? 0 : promised->yes;
}

int engage_analysis_promise_uncertain(const engage_analysis *analysis, size_t index)
{
    const struct engagep_promised *promised = promised_at(analysis, index);
    return promised == NULL ? 0 : promised->uncertain;
}

/* ----------------------------------------------------------------- JSON --- */

void engagep_taught_put_intents(const engage_analysis *analysis, engage_buffer *buffer)
{
    for (size_t i = 0; i < analysis->taught_count; i++) {
        engagep_json_key(buffer, analysis->taught[i].name);
        engagep_json_decimal(buffer, analysis->taught[i].probability, 6);
    }
}

void engagep_taught_put_labels(const engage_analysis *analysis, engage_buffer *buffer)
{
    for (size_t i = 0; i < analysis->taught_count; i++) {
        if (analysis->taught[i].has)
            engagep_json_text(buffer, analysis->taught[i].name);
    }
}

void engagep_taught_put_promises(const engage_analysis *analysis, engage_buffer *buffer)
{
    if (analysis->promised_count == 0)
        return;
    engagep_json_key(buffer, "promises");
    engagep_json_open(buffer, '[');
    for (size_t i = 0; i < analysis->promised_count; i++) {
        const struct engagep_promised *promised = &analysis->promised[i];
        engagep_json_open(buffer, '{');
        engagep_json_key(buffer, "label");
        engagep_json_text(buffer, promised->label);
        engagep_json_key(buffer, "score");
        engagep_json_decimal(buffer, promised->score, 6);
        engagep_json_key(buffer, "given");
        engagep_json_bool(buffer, promised->yes);
        engagep_json_key(buffer, "uncertain");
        engagep_json_bool(buffer, promised->uncertain);
        engagep_json_close(buffer, '}');
    }
    engagep_json_close(buffer, ']');
}

/* ------------------------------------------------------ an add-on of itself --- */

const char *engage_addon_model(const engage_addon *addon)
{
    size_t size;
    return addon == NULL ? NULL
                         : (const char *)engagep_addon_section(addon, ENGAGEP_ADDON_BASE, &size);
}

size_t engage_addon_head_count(const engage_addon *addon)
{
    return addon == NULL ? 0 : engagep_addon_heads(addon);
}

const char *engage_addon_head_name(const engage_addon *addon, size_t index)
{
    return index < engage_addon_head_count(addon) ? engagep_addon_head(addon, index).name : NULL;
}

size_t engage_addon_promise_count(const engage_addon *addon)
{
    return addon == NULL ? 0 : engagep_addon_promises(addon);
}

const char *engage_addon_promise_label(const engage_addon *addon, size_t index)
{
    return index < engage_addon_promise_count(addon) ? engagep_addon_promise(addon, index).label
                                                     : NULL;
}

int engage_addon_promise_facts(const engage_addon *addon, size_t index, engage_promise_facts *out)
{
    if (addon == NULL || out == NULL)
        return ENGAGE_EMISUSE;
    if (out->struct_size < sizeof(*out))
        return ENGAGE_EOPTIONS;
    if (index >= engagep_addon_promises(addon))
        return ENGAGE_ERANGE;
    struct engagep_promise_record record = engagep_addon_promise(addon, index);
    out->asked = record.asked;
    out->expected = record.expected;
    out->least = record.least;
    out->most = record.most;
    out->low = record.low;
    out->high = record.high;
    out->uncertain = record.uncertain;
    out->positives = record.positives;
    out->negatives = record.negatives;
    return ENGAGE_OK;
}

static void put_share(engage_buffer *buffer, const char *key, int32_t millionths)
{
    engagep_json_key(buffer, key);
    engagep_json_decimal(buffer, millionths, 6);
}

static void put_head(engage_buffer *buffer, const struct engagep_addon_head *head)
{
    engagep_json_open(buffer, '{');
    engagep_json_key(buffer, "name");
    engagep_json_text(buffer, head->name);
    engagep_json_key(buffer, "kind");
    engagep_json_text(buffer, head->head == ENGAGEP_ADDON_OWN ? "intent" : "correction");
    engagep_json_key(buffer, "positives");
    engagep_json_int(buffer, head->positives);
    engagep_json_key(buffer, "negatives");
    engagep_json_int(buffer, head->negatives);
    engagep_json_key(buffer, "threshold");
    if (head->head == ENGAGEP_ADDON_OWN)
        engagep_json_decimal(buffer, head->threshold, 6);
    else
        engagep_json_null(buffer);
    engagep_json_key(buffer, "f1");
    if (head->head == ENGAGEP_ADDON_OWN)
        engagep_json_decimal(buffer, head->quality, 6);
    else
        engagep_json_null(buffer);
    engagep_json_close(buffer, '}');
}

static void put_promise(engage_buffer *buffer, const struct engagep_promise_record *record)
{
    engagep_json_open(buffer, '{');
    engagep_json_key(buffer, "label");
    engagep_json_text(buffer, record->label);
    put_share(buffer, "asked", record->asked);
    put_share(buffer, "expected", record->expected);
    put_share(buffer, "least", record->least);
    put_share(buffer, "most", record->most);
    put_share(buffer, "low", record->low);
    put_share(buffer, "high", record->high);
    put_share(buffer, "uncertain", record->uncertain);
    engagep_json_key(buffer, "positives");
    engagep_json_int(buffer, record->positives);
    engagep_json_key(buffer, "negatives");
    engagep_json_int(buffer, record->negatives);
    engagep_json_close(buffer, '}');
}

int engage_addon_json(const engage_addon *addon, engage_buffer *buffer)
{
    if (addon == NULL || buffer == NULL)
        return ENGAGE_EMISUSE;
    size_t begun = engagep_buffer_begin(buffer);
    engagep_json_open(buffer, '{');
    engagep_json_key(buffer, "id");
    engagep_json_text(buffer, engage_addon_id(addon));
    engagep_json_key(buffer, "model");
    engagep_json_text(buffer, engage_addon_model(addon));
    engagep_json_key(buffer, "heads");
    engagep_json_open(buffer, '[');
    for (size_t i = 0; i < engagep_addon_heads(addon); i++) {
        struct engagep_addon_head head = engagep_addon_head(addon, i);
        put_head(buffer, &head);
    }
    engagep_json_close(buffer, ']');
    engagep_json_key(buffer, "promises");
    engagep_json_open(buffer, '[');
    for (size_t i = 0; i < engagep_addon_promises(addon); i++) {
        struct engagep_promise_record record = engagep_addon_promise(addon, i);
        put_promise(buffer, &record);
    }
    engagep_json_close(buffer, ']');
    engagep_json_close(buffer, '}');
    return engagep_buffer_end(buffer, begun);
}
