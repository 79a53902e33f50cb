/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "open.h"

#include "tell.h"
#include "zone.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Says why a model or an add-on cannot be had. The exit status. */
static int tell_unopened(const char *path, int rc, const engage_error *error)
{
    tell_failed(path, rc, error);
    int unread = rc == ENGAGE_ENOENT || rc == ENGAGE_EIO || rc == ENGAGE_ENOMEM;
    return unread ? STATUS_STOPPED : STATUS_REFUSED;
}

int open_model(const char *path, const engage_model **out)
{
    *out = NULL;
    if (path == NULL)
        return STATUS_DONE;
    engage_error error = ENGAGE_ERROR_INIT;
    int rc = engage_model_open(out, path, NULL, &error);
    if (rc == ENGAGE_OK)
        return STATUS_DONE;
    return tell_unopened(path, rc, &error);
}

int open_either(const char *path, const engage_model **model, const engage_addon **addon)
{
    engage_error of_model = ENGAGE_ERROR_INIT;
    engage_error of_addon = ENGAGE_ERROR_INIT;
    *addon = NULL;
    int rc = engage_model_open(model, path, NULL, &of_model);
    if (rc == ENGAGE_OK)
        return STATUS_DONE;
    if (rc != ENGAGE_EMODEL_UNSUPPORTED)
        return tell_unopened(path, rc, &of_model);
    int other = engage_addon_open(addon, path, NULL, &of_addon);
    if (other == ENGAGE_OK)
        return STATUS_DONE;
    return other != ENGAGE_EMODEL_UNSUPPORTED ? tell_unopened(path, other, &of_addon)
                                              : tell_unopened(path, rc, &of_model);
}

int open_addons(const struct options *options, struct addons *out)
{
    out->count = 0;
    for (size_t i = 0; i < options->addons.count; i++) {
        engage_error error = ENGAGE_ERROR_INIT;
        int rc = engage_addon_open(&out->list[i], options->addons.list[i], NULL, &error);
        if (rc != ENGAGE_OK)
            return tell_unopened(options->addons.list[i], rc, &error);
        out->count++;
    }
    return STATUS_DONE;
}

void close_addons(struct addons *addons)
{
    for (size_t i = 0; i < addons->count; i++)
        engage_addon_unref(addons->list[i]);
    addons->count = 0;
}

void tell_unmade(const char *what, int rc)
{
    engage_error error = ENGAGE_ERROR_INIT;
    error.code = ENGAGE_ERANGE;
    snprintf(error.message, sizeof(error.message),
             "an --addon is given twice, or two teach one name or promise one label");
    tell_failed(what, rc, &error);
}

static int is_standard(const char *path)
{
    return strcmp(path, "-") == 0;
}

/* What messages call a file. */
static const char *name_of(const char *path)
{
    return is_standard(path) ? "<stdin>" : path;
}

/* The whole of a file, or of standard input for "-", in a buffer; the caller releases it.
 * NULL where it cannot be read (told). */
static engage_buffer *read_file(const char *path)
{
    FILE *file = is_standard(path) ? stdin : fopen(path, "rb");
    if (file == NULL) {
        tell("%s: %s", path, strerror(errno));
        return NULL;
    }
    engage_buffer *buffer = NULL;
    int rc = engage_buffer_new(&buffer, NULL);
    char block[4096];
    size_t got;
    int first = 1;
    while (rc == ENGAGE_OK && (got = fread(block, 1, sizeof(block), file)) > 0) {
        /* A byte order mark is the file's, not the text's. */
        size_t mark = first && got >= 3 && memcmp(block, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
        rc = engage_buffer_append(buffer, block + mark, got - mark);
        first = 0;
    }
    if (rc != ENGAGE_OK)
        tell_failed(name_of(path), rc, NULL);
    else if (ferror(file))
        tell("%s: %s", name_of(path), strerror(errno));
    if (rc != ENGAGE_OK || ferror(file)) {
        engage_buffer_free(buffer);
        buffer = NULL;
    }
    if (file != stdin)
        fclose(file);
    return buffer;
}

/* What parsing a file gave, told where it failed: by its place where that is known. */
static int tell_parsed(const char *path, int rc, const engage_error *error)
{
    if (rc == ENGAGE_OK)
        return STATUS_DONE;
    if (rc == ENGAGE_EPOLICY || rc == ENGAGE_ECATALOGUE || rc == ENGAGE_ELEXICON)
        tell_at("%s:%u:%u: %s", name_of(path), error->line, error->column, error->message);
    else
        tell_failed(name_of(path), rc, error);
    return rc == ENGAGE_ENOMEM ? STATUS_STOPPED : STATUS_REFUSED;
}

int open_policy(const char *path, const engage_policy **out)
{
    *out = NULL;
    if (path == NULL)
        return STATUS_DONE;
    engage_buffer *whole = NULL;
    engage_buffer *text = read_file(path);
    if (text == NULL)
        return STATUS_STOPPED;
    engage_error error = ENGAGE_ERROR_INIT;
    int rc = engage_buffer_new(&whole, NULL);
    if (rc == ENGAGE_OK)
        rc = zone_expand(name_of(path), text, whole);
    int told = rc == ENGAGE_EPOLICY;
    if (rc == ENGAGE_OK)
        rc = engage_policy_parse(out, engage_buffer_data(whole), engage_buffer_size(whole), NULL,
                                 &error);
    engage_buffer_free(whole);
    engage_buffer_free(text);
    return told ? STATUS_REFUSED : tell_parsed(path, rc, &error);
}

int open_catalogue(const char *path, const engage_catalogue **out)
{
    *out = NULL;
    if (path == NULL)
        return STATUS_DONE;
    engage_buffer *text = read_file(path);
    if (text == NULL)
        return STATUS_STOPPED;
    engage_error error = ENGAGE_ERROR_INIT;
    int rc = engage_catalogue_parse(out, engage_buffer_data(text), engage_buffer_size(text), NULL,
                                    &error);
    engage_buffer_free(text);
    return tell_parsed(path, rc, &error);
}

/* What a path names a lexicon, without its ending; what no name may hold becomes '_'. */
static void lexicon_name(const char *path, char name[65])
{
    static const char known[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
    const char *base = strrchr(path, '/');
    base = base != NULL ? base + 1 : path;
    const char *ending = strrchr(base, '.');
    size_t size = ending != NULL && ending != base ? (size_t)(ending - base) : strlen(base);
    size = size > 64 ? 64 : size;
    for (size_t i = 0; i < size; i++)
        name[i] = strchr(known, base[i]) != NULL ? base[i] : '_';
    name[size] = '\0';
}

int open_lexicon(const char *path, const engage_lexicon **out)
{
    *out = NULL;
    engage_buffer *text = read_file(path);
    if (text == NULL)
        return STATUS_STOPPED;
    char name[65];
    lexicon_name(path, name);
    engage_error error = ENGAGE_ERROR_INIT;
    int rc = engage_lexicon_parse(out, name, engage_buffer_data(text), engage_buffer_size(text),
                                  NULL, &error);
    engage_buffer_free(text);
    return tell_parsed(path, rc, &error);
}

int open_tracker(const struct options *options, int use, engage_tracker **out)
{
    static const uint32_t flags[] = {[STORE_READ] = ENGAGE_TRACKER_READONLY,
                                     [STORE_CHANGE] = ENGAGE_TRACKER_EXISTING,
                                     [STORE_MAKE] = 0};
    *out = NULL;
    const engage_model *model;
    const engage_policy *policy = NULL;
    const engage_catalogue *catalogue = NULL;
    if (open_model(options->model, &model) != STATUS_DONE)
        return 0;
    int good = open_policy(options->policy, &policy) == STATUS_DONE &&
               open_catalogue(options->catalogue, &catalogue) == STATUS_DONE;
    if (good) {
        engage_tracker_options wanted = ENGAGE_TRACKER_OPTIONS_INIT;
        wanted.flags = flags[use];
        wanted.model = model;
        wanted.policy = policy;
        wanted.catalogue = catalogue;
        wanted.now = options->now;
        engage_error error = ENGAGE_ERROR_INIT;
        int rc = engage_tracker_open(out, options->store, &wanted, &error);
        good = rc == ENGAGE_OK;
        if (!good)
            tell_failed(options->store, rc, &error);
    }
    engage_catalogue_unref(catalogue);
    engage_policy_unref(policy);
    engage_model_unref(model);
    return good;
}
