/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * libengage: what social posts say and want, and where each customer stands.
 *
 * The six headers below are read left to right, and data flows the same way:
 * bytes -> text -> score -> track -> store; learn makes what score takes beside a model. A
 * program may stop at any of them.
 */
#ifndef ENGAGE_H
#define ENGAGE_H

#include <engage/base.h>
#include <engage/text.h>
#include <engage/score.h>
#include <engage/learn.h>
#include <engage/track.h>
#include <engage/store.h>

#endif
