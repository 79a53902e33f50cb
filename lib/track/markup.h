/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * The text of a post that came as HTML.
 */
#ifndef ENGAGEP_TRACK_MARKUP_H
#define ENGAGEP_TRACK_MARKUP_H

#include "base/buffer.h"

/* Appends the text: tags away, breaks and paragraphs as line feeds, character
 * references resolved. Takes any bytes; linear. */
void engagep_markup_text(engage_str html, engage_buffer *buffer);

#endif
