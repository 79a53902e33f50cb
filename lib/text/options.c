/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "text/options.h"

#include "base/alloc.h"

enum { DEFAULT_BYTES = 65536, MOST_BYTES = 1 << 30 };

int engagep_text_settings_read(struct engagep_text_settings *out,
                               const engage_text_options *options)
{
    engage_text_options given = ENGAGE_TEXT_OPTIONS_INIT;
    if (options != NULL) {
        int rc = engagep_options_copy(&given, sizeof(given), options, sizeof(given));
        if (rc != ENGAGE_OK)
            return rc;
    }
    if (given.max_bytes > MOST_BYTES || given.flags & ~ENGAGE_TEXT_NO_DICTIONARY ||
        given.reserved != 0)
        return ENGAGE_EOPTIONS;
    out->max_bytes = given.max_bytes != 0 ? given.max_bytes : DEFAULT_BYTES;
    out->flags = given.flags;
    return engagep_alloc_init(&out->allocator, given.allocator);
}
