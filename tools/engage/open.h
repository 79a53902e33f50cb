/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Opening what options name. Each says on standard error what is wrong.
 */
#ifndef ENGAGE_OPEN_H
#define ENGAGE_OPEN_H

#include "command.h"

/* The model of a file, or NULL (the built-in one) where `path` is NULL. STATUS_DONE;
 * STATUS_REFUSED where the file is no good, STATUS_STOPPED where it cannot be read. */
int open_model(const char *path, const engage_model **out);

/* The model or the add-on that a file is; the other is NULL. Likewise. */
int open_either(const char *path, const engage_model **model, const engage_addon **addon);

/* The policy of a file, or NULL (the defaults) where `path` is NULL; likewise. */
int open_policy(const char *path, const engage_policy **out);

/* The catalogue of a file, or NULL (the built-in aspects) where `path` is NULL;
 * likewise. */
int open_catalogue(const char *path, const engage_catalogue **out);

/* The lexicon of a file, named as the file is without its folder and ending; likewise. */
int open_lexicon(const char *path, const engage_lexicon **out);

/* The add-ons that options name, opened; likewise. To be closed in any case. */
struct addons {
    const engage_addon *list[ENGAGE_ADDONS_MOST];
    size_t count;
};
int open_addons(const struct options *options, struct addons *out);
void close_addons(struct addons *addons);

/* Says why `what` cannot be done with these add-ons. */
void tell_unmade(const char *what, int rc);

/* What a store is opened for: to be read; to be changed where it is; also to be made. */
enum { STORE_READ, STORE_CHANGE, STORE_MAKE };

/* The tracker of the options' store, policy and model. 1 for success. */
int open_tracker(const struct options *options, int use, engage_tracker **out);

#endif
