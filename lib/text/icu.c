/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * The only file that includes ICU.
 */
#include <config.h>

#include "text/icu.h"

#include <engage/text.h>

#ifdef HAVE_ICU

#include "base/alloc.h"

#include <unicode/ubrk.h>
#include <unicode/utext.h>
#include <unicode/uvernum.h>

struct engagep_icu {
    engage_allocator allocator;
    UBreakIterator *words;
    UText text;
    size_t size;
};

const char *engage_dictionary_version(void)
{
    return U_ICU_VERSION;
}

int engagep_icu_open(struct engagep_icu **out, const engage_allocator *allocator)
{
    UErrorCode status = U_ZERO_ERROR;
    struct engagep_icu *icu = engagep_alloc_zero(allocator, 1, sizeof(*icu));
    *out = NULL;
    if (icu == NULL)
        return 0;
    icu->allocator = *allocator;
    /* The root locale, whatever the locale of the process. */
    icu->words = ubrk_open(UBRK_WORD, "", NULL, 0, &status);
    if (U_FAILURE(status)) {
        engagep_alloc_free(allocator, icu, 1, sizeof(*icu));
        return 0;
    }
    UText empty = UTEXT_INITIALIZER;
    icu->text = empty;
    *out = icu;
    return 1;
}

void engagep_icu_close(struct engagep_icu *icu)
{
    if (icu == NULL)
        return;
    ubrk_close(icu->words);
    utext_close(&icu->text);
    engage_allocator own = icu->allocator;
    engagep_alloc_free(&own, icu, 1, sizeof(*icu));
}

int engagep_icu_begin(struct engagep_icu *icu, const char *text, size_t size)
{
    UErrorCode status = U_ZERO_ERROR;
    utext_openUTF8(&icu->text, text, (int64_t)size, &status);
    ubrk_setUText(icu->words, &icu->text, &status);
    icu->size = size;
    if (U_FAILURE(status))
        return 0;
    ubrk_first(icu->words);
    return 1;
}

size_t engagep_icu_next(struct engagep_icu *icu)
{
    int32_t at = ubrk_next(icu->words);
    return at == UBRK_DONE || (size_t)at > icu->size ? icu->size : (size_t)at;
}

#else

const char *engage_dictionary_version(void)
{
    return NULL;
}

int engagep_icu_open(struct engagep_icu **out, const engage_allocator *allocator)
{
    (void)allocator;
    *out = NULL;
    return 0;
}

void engagep_icu_close(struct engagep_icu *icu)
{
    (void)icu;
}

int engagep_icu_begin(struct engagep_icu *icu, const char *text, size_t size)
{
    (void)icu;
    (void)text;
    (void)size;
    return 0;
}

size_t engagep_icu_next(struct engagep_icu *icu)
{
    (void)icu;
    return 0;
}

#endif
