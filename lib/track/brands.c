/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * The brands, and the time of the latest event of each: what reports take for now
 * where they are not told.
 */
#include "track/batch.h"

struct latest {
    engage_str brand;
    int64_t time;
    int64_t gave_way; /* of those that gave way to another event of their id, the latest */
};

static int find_latest(void *ctx, const struct engagep_value *row, engage_error *error)
{
    int64_t *latest = ctx;
    (void)error;
    if (row[EVENT_TIME].number > *latest)
        *latest = row[EVENT_TIME].number;
    return ENGAGE_OK;
}

static int write_brand(struct engagep_batch *batch, const struct latest *brand)
{
    struct engagep_value row[BRAND_COLUMNS];
    struct engagep_value key[] = {engagep_row_text(brand->brand)};
    int64_t time = brand->time;
    int rc = engagep_core_get(batch->tracker, ENGAGEP_BRAND, key, row, batch->error);
    if (rc < 0)
        return rc;
    if (rc == ENGAGE_ROW && row[BRAND_LATEST].number > time &&
        row[BRAND_LATEST].number <= brand->gave_way) {
        rc = engagep_core_scan(batch->tracker, ENGAGEP_EVENT, EVENT_BY_ID, key, 1, find_latest,
                               &time, batch->error);
        if (rc != ENGAGE_OK)
            return rc;
    } else if (rc == ENGAGE_ROW && row[BRAND_LATEST].number >= time) {
        return ENGAGE_OK;
    }
    row[BRAND_BRAND] = key[0];
    row[BRAND_LATEST] = engagep_row_int(time);
    return engagep_core_put(batch->tracker, ENGAGEP_BRAND, row, batch->error);
}

int engagep_brands(struct engagep_batch *batch)
{
    struct engagep_map map;
    struct latest *list =
        engagep_arena_array(&batch->tracker->arena, batch->item_count + 1, sizeof(*list));
    struct latest *latest = list;
    size_t count = 0;
    if (list == NULL)
        return engagep_core_no_memory(batch->error);
    engagep_map_init(&map, &batch->tracker->allocator, batch->tracker->secret);
    int rc = ENGAGE_OK;
    for (size_t i = 0; i < batch->item_count && rc == ENGAGE_OK; i++) {
        const struct engagep_item *item = &batch->items[i];
        const engage_event *event = &item->stored.event;
        if (!item->fresh)
            continue;
        if (count == 0 || !engagep_str_equal(event->brand, latest->brand)) {
            size_t *at = engagep_map_at(&map, event->brand);
            if (at == NULL) {
                rc = engagep_core_no_memory(batch->error);
                break;
            }
            if (*at == ENGAGEP_MAP_NONE) {
                *at = count;
                list[count++] = (struct latest){event->brand, event->time, ENGAGE_NO_TIME};
            }
            latest = &list[*at];
        }
        if (event->time > latest->time)
            latest->time = event->time;
        if (item->old != NULL && item->old->event.time > latest->gave_way)
            latest->gave_way = item->old->event.time;
    }
    engagep_map_release(&map);
    for (size_t i = 0; i < count && rc == ENGAGE_OK; i++)
        rc = write_brand(batch, &list[i]);
    return rc;
}
