/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Text from outside on its way to people: what a terminal would obey is made visible.
 */
#ifndef ENGAGE_PLAIN_H
#define ENGAGE_PLAIN_H

/* Puts '?' in place of each byte of a control character, line feeds included. */
void plain(char *text);

#endif
