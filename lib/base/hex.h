/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Bytes as lower-case digits, two a byte, the higher one first.
 */
#ifndef ENGAGEP_HEX_H
#define ENGAGEP_HEX_H

#include <stddef.h>

/* So many digits of the bytes; no NUL follows. */
static inline void engagep_hex_put(char *out, const unsigned char *bytes, size_t digits)
{
    static const char names[] = "0123456789abcdef";
    for (size_t i = 0; i < digits; i++)
        out[i] = names[bytes[i / 2] >> (i % 2 == 0 ? 4 : 0) & 15];
}

#endif
