/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Unsigned LEB128: seven bits a byte, the lowest first. A number is written the shortest
 * way, and none other is read.
 */
#ifndef ENGAGEP_VARINT_H
#define ENGAGEP_VARINT_H

#include <stddef.h>
#include <stdint.h>

enum { ENGAGEP_VARINT_SIZE = 10 }; /* of the largest number */

/* Returns how many bytes it wrote. */
static inline size_t engagep_varint_put(unsigned char *out, uint64_t value)
{
    size_t size = 0;
    for (; value >= 0x80; value >>= 7)
        out[size++] = (unsigned char)(value | 0x80);
    out[size++] = (unsigned char)value;
    return size;
}

/* Reads a number of at most `most`. Returns where it ends; NULL if there is none. */
static inline const unsigned char *engagep_varint_get(const unsigned char *p,
                                                      const unsigned char *end, uint64_t most,
                                                      uint64_t *out)
{
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && p != end; shift += 7) {
        uint64_t byte = *p++;
        if ((shift == 63 && byte > 1) || (shift > 0 && byte == 0))
            return NULL;
        value |= (byte & 0x7F) << shift;
        if (byte < 0x80) {
            *out = value;
            return value <= most ? p : NULL;
        }
    }
    return NULL;
}

#endif
