/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * The built-in model: the file lib/data/engage.model, put among the read-only data
 * by the assembler. It is verified by a test, not at each start.
 */
#include <config.h>

#include "score/model.h"

#ifdef BUILTIN_MODEL

/* The name of the file comes from the Makefile, relative to where the compiler runs. */
__asm__(".section .rodata\n"
        ".balign 64\n"
        ".globl engagep_builtin_model\n"
        ".hidden engagep_builtin_model\n"
        "engagep_builtin_model:\n"
        ".incbin \"" ENGAGEP_MODEL_FILE "\"\n"
        ".previous\n");

extern const unsigned char engagep_builtin_model[] __attribute__((visibility("hidden")));

static const engage_model builtin = {.data = engagep_builtin_model};

const engage_model *engage_model_builtin(void)
{
    return &builtin;
}

#else

const engage_model *engage_model_builtin(void)
{
    return NULL;
}

#endif
