/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include <engage/base.h>

#define TEXT(x) #x
#define VERSION(major, minor, patch) TEXT(major) "." TEXT(minor) "." TEXT(patch)

const char *engage_version(void)
{
    return VERSION(ENGAGE_VERSION_MAJOR, ENGAGE_VERSION_MINOR, ENGAGE_VERSION_PATCH);
}
