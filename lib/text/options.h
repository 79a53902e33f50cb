/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Options that the objects of this room share, read and checked.
 */
#ifndef ENGAGEP_TEXT_OPTIONS_H
#define ENGAGEP_TEXT_OPTIONS_H

#include <engage/text.h>

struct engagep_text_settings {
    engage_allocator allocator;
    uint32_t max_bytes;
    uint32_t flags;
};

/* Defaults where `options` is NULL. Returns ENGAGE_OK or ENGAGE_EOPTIONS. */
int engagep_text_settings_read(struct engagep_text_settings *out,
                               const engage_text_options *options);

#endif
