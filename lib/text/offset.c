/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "text/offset.h"

#include "base/utf8.h"

int engagep_offset_begin(struct engagep_offset *offset, const char *text, size_t size, int unit)
{
    if (text == NULL && size != 0)
        return ENGAGE_EMISUSE;
    if (unit < ENGAGE_OFFSET_BYTES || unit > ENGAGE_OFFSET_UTF16)
        return ENGAGE_ERANGE;
    offset->text = text;
    offset->size = size;
    offset->unit = unit;
    offset->byte = 0;
    offset->units = 0;
    return ENGAGE_OK;
}

int64_t engagep_offset_at(struct engagep_offset *offset, size_t byte)
{
    if (offset->unit == ENGAGE_OFFSET_BYTES)
        return (int64_t)byte;
    if (byte < offset->byte) {
        offset->byte = 0;
        offset->units = 0;
    }
    while (offset->byte < byte && offset->byte < offset->size) {
        uint32_t code;
        offset->byte += engagep_utf8_decode(offset->text + offset->byte,
                                            offset->size - offset->byte, &code);
        int pair = offset->unit == ENGAGE_OFFSET_UTF16 && code >= 0x10000 &&
                   code != ENGAGEP_UTF8_INVALID;
        offset->units += pair ? 2 : 1;
    }
    return offset->units;
}
