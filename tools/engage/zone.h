/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Time zones by name in policy files. The library knows offsets alone, since zones are the
 * system's to know and change; the command writes them out.
 */
#ifndef ENGAGE_ZONE_H
#define ENGAGE_ZONE_H

#include <engage.h>

/* Puts a policy text into `out`: each line `zone = NAME` of a section of hours is blanked and
 * the offsets of the zone are appended, so that other lines keep their numbers. ENGAGE_OK,
 * ENGAGE_EPOLICY where a zone is not known, which is told, or ENGAGE_ENOMEM. */
int zone_expand(const char *path, const engage_buffer *text, engage_buffer *out);

#endif
