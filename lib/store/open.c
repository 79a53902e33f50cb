/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * From a URI to a tracker over an open store.
 */
#include "base/alloc.h"
#include "base/error.h"
#include "store/backend.h"
#include "track/schema.h"
#include "track/tracker.h"

#include <engage/store.h>

#include <string.h>

typedef int open_backend(struct engagep_store **out, const struct engagep_table *tables,
                         size_t count, const char *where, unsigned flags,
                         const engage_allocator *allocator, engage_error *error);

static const struct {
    const char *scheme;
    open_backend *open;
} backends[] = {
    {"memory:", engagep_store_memory_open},
    {"sqlite:", engagep_store_sqlite_open},
};

int engage_tracker_open(engage_tracker **out, const char *uri,
                        const engage_tracker_options *given, engage_error *error)
{
    engage_tracker_options options = ENGAGE_TRACKER_OPTIONS_INIT;
    engage_allocator allocator;
    if (out != NULL)
        *out = NULL;
    if (out == NULL || uri == NULL)
        return engagep_error_set(error, ENGAGE_EMISUSE, "no place for a tracker, or no URI");
    int rc = given != NULL
                 ? engagep_options_copy(&options, sizeof(options), given, sizeof(options))
                 : ENGAGE_OK;
    if (rc == ENGAGE_OK && options.flags & ~(ENGAGE_TRACKER_READONLY | ENGAGE_TRACKER_EXISTING))
        rc = ENGAGE_EOPTIONS;
    /* A secret that came out empty is no wish for the public one. */
    if (rc == ENGAGE_OK && (options.secret.data == NULL) != (options.secret.size == 0))
        rc = ENGAGE_EOPTIONS;
    if (rc == ENGAGE_OK)
        rc = engagep_alloc_init(&allocator, options.allocator);
    if (rc != ENGAGE_OK)
        return engagep_error_set(error, rc, "options of the tracker");
    struct engagep_tracker_options inner = {
        .model = options.model,
        .policy = options.policy,
        .catalogue = options.catalogue,
        .secret = options.secret,
        .now = options.now,
        .readonly = (options.flags & ENGAGE_TRACKER_READONLY) != 0};
    for (size_t i = 0; i < sizeof(backends) / sizeof(backends[0]); i++) {
        size_t length = strlen(backends[i].scheme);
        struct engagep_store *store = NULL;
        if (strncmp(uri, backends[i].scheme, length) != 0)
            continue;
        rc = backends[i].open(&store, engagep_tables, engagep_table_count, uri + length,
                              options.flags, &allocator, error);
        if (rc != ENGAGE_OK)
            return rc;
        return engagep_tracker_new(out, store, &inner, &allocator, error);
    }
    return engagep_error_set(error, ENGAGE_EURI,
                             "no store of this kind: %s; there are memory: and sqlite:PATH", uri);
}

void engage_tracker_close(engage_tracker *tracker)
{
    engagep_tracker_free(tracker);
}
