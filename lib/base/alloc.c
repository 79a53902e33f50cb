/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#define _DEFAULT_SOURCE /* posix_memalign, madvise */

#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>
#if defined(__linux__)
#include <sys/mman.h>
#endif

#if defined(MADV_HUGEPAGE)

/* Whoever looks up one row of millions waits for the address to be translated more than for
 * the row: large blocks ask for huge pages, which need fewer translations. */
enum { HUGE_PAGE = 1 << 21 };

static void *default_alloc(void *ctx, size_t size)
{
    (void)ctx;
    if (size < HUGE_PAGE)
        return malloc(size);
    void *block;
    if (posix_memalign(&block, HUGE_PAGE, size) != 0)
        return NULL;
    (void)madvise(block, size / HUGE_PAGE * HUGE_PAGE, MADV_HUGEPAGE);
    return block;
}

static void *default_realloc(void *ctx, void *block, size_t old_size, size_t new_size)
{
    if (new_size < HUGE_PAGE || new_size < old_size)
        return realloc(block, new_size);
    void *grown = default_alloc(ctx, new_size);
    if (grown == NULL)
        return NULL;
    if (block != NULL)
        memcpy(grown, block, old_size);
    free(block);
    return grown;
}

#else

static void *default_alloc(void *ctx, size_t size)
{
    (void)ctx;
    return malloc(size);
}

static void *default_realloc(void *ctx, void *block, size_t old_size, size_t new_size)
{
    (void)ctx;
    (void)old_size;
    return realloc(block, new_size);
}

#endif

static void default_free(void *ctx, void *block, size_t size)
{
    (void)ctx;
    (void)size;
    free(block);
}

int engagep_alloc_init(engage_allocator *out, const engage_allocator *given)
{
    out->struct_size = sizeof(*out);
    out->ctx = NULL;
    out->alloc = default_alloc;
    out->realloc = default_realloc;
    out->free = default_free;
    if (given == NULL)
        return ENGAGE_OK;
    engage_allocator copy = *out;
    int rc = engagep_options_copy(&copy, sizeof(copy), given, sizeof(copy));
    if (rc != ENGAGE_OK)
        return rc;
    if (copy.alloc == NULL || copy.realloc == NULL || copy.free == NULL)
        return ENGAGE_EOPTIONS;
    *out = copy;
    return ENGAGE_OK;
}

void *engagep_alloc_array(const engage_allocator *allocator, size_t count, size_t size)
{
    if (size != 0 && count > SIZE_MAX / size)
        return NULL;
    size_t bytes = count * size;
    return allocator->alloc(allocator->ctx, bytes == 0 ? 1 : bytes);
}

void *engagep_alloc_zero(const engage_allocator *allocator, size_t count, size_t size)
{
    void *block = engagep_alloc_array(allocator, count, size);
    if (block != NULL)
        memset(block, 0, count * size);
    return block;
}

void engagep_alloc_free(const engage_allocator *allocator, void *block, size_t count, size_t size)
{
    if (block == NULL)
        return;
    size_t bytes = count * size;
    allocator->free(allocator->ctx, block, bytes == 0 ? 1 : bytes);
}

int engagep_alloc_grow(const engage_allocator *allocator, void **block, size_t *capacity,
                       size_t need, size_t size)
{
    if (need <= *capacity)
        return ENGAGE_OK;
    size_t wanted = *capacity < 8 ? 8 : *capacity;
    while (wanted < need) {
        if (wanted > SIZE_MAX / 2)
            return ENGAGE_ENOMEM;
        wanted *= 2;
    }
    if (wanted > SIZE_MAX / size)
        return ENGAGE_ENOMEM;
    void *grown = *block == NULL
                      ? allocator->alloc(allocator->ctx, wanted * size)
                      : allocator->realloc(allocator->ctx, *block, *capacity * size, wanted * size);
    if (grown == NULL)
        return ENGAGE_ENOMEM;
    *block = grown;
    *capacity = wanted;
    return ENGAGE_OK;
}

int engagep_options_copy(void *out, size_t known, const void *given, size_t least)
{
    uint32_t size;
    memcpy(&size, given, sizeof(size));
    if (size < least || size > ENGAGEP_OPTIONS_MOST)
        return ENGAGE_EOPTIONS;
    const unsigned char *bytes = given;
    for (size_t i = known; i < size; i++) {
        if (bytes[i] != 0)
            return ENGAGE_EOPTIONS;
    }
    memcpy(out, given, size < known ? size : known);
    /* Whoever is given the copy reads no further. */
    size = (uint32_t)known;
    memcpy(out, &size, sizeof(size));
    return ENGAGE_OK;
}
