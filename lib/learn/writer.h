/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Writing an add-on file: engage-addon(5).
 */
#ifndef ENGAGEP_LEARN_WRITER_H
#define ENGAGEP_LEARN_WRITER_H

#include "base/buffer.h"
#include "score/addon.h"

enum { ENGAGEP_WRITER_SECTIONS = 8 };

/* A file under way in a buffer; what fails there sticks, and shows at its end. */
struct engagep_writer {
    engage_buffer *buffer;
    size_t begun; /* where in the buffer the file begins */
    size_t count;
    struct {
        uint32_t type;
        size_t start; /* in the file */
        size_t size;
    } sections[ENGAGEP_WRITER_SECTIONS];
};

/* Begins a file of `sections` sections. */
void engagep_writer_begin(struct engagep_writer *writer, engage_buffer *buffer, size_t sections);

/* Begins the next section; what follows in the buffer is its. */
void engagep_writer_section(struct engagep_writer *writer, uint32_t type);

/* Fills in the header. ENGAGE_OK, or the buffer's failure, which is as it was then. */
int engagep_writer_end(struct engagep_writer *writer);

/* Numbers, low byte first. */
void engagep_writer_u16(struct engagep_writer *writer, uint32_t value);
void engagep_writer_u32(struct engagep_writer *writer, uint32_t value);
void engagep_writer_i32(struct engagep_writer *writer, int32_t value);

/* A text in a field, with zeros behind it. */
void engagep_writer_text(struct engagep_writer *writer, const char *text, size_t field);

#endif
