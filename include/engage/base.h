/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * engage/base.h: what every other header builds on: version, status codes,
 * error detail, allocator, and the byte buffer that text is written into.
 *
 * Rules that hold for every function of the library:
 *
 *   - There is no process-global mutable state: no setup call, no locale, no
 *     environment, no clock, no output to a terminal. Time is an argument.
 *   - A function that can fail returns an int: ENGAGE_OK (0) is success, a
 *     positive value is not an error (ENGAGE_ROW, ENGAGE_DONE), a negative
 *     value is one of the ENGAGE_E codes below. After a failure, outputs are
 *     NULL or zero and every object is as it was before the call.
 *   - `const` objects may be shared between threads. Any other object may be
 *     used by one thread at a time, and may move between threads.
 *   - Text is a pointer and a size in bytes. It need not end in NUL, may hold
 *     NUL, and need not be valid UTF-8: invalid bytes read as U+FFFD while
 *     offsets keep counting the bytes given.
 *   - A `struct_size` member is set by the caller to the size of the struct as
 *     compiled; structs only ever grow at their end. Zero fields are defaults.
 *   - What a function lends ("borrowed") stays valid until the next call on
 *     the lending object, or its release. What it gives ("owned") is released
 *     by the named function.
 */
#ifndef ENGAGE_BASE_H
#define ENGAGE_BASE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define ENGAGE_API __attribute__((visibility("default")))
#define ENGAGE_NODISCARD __attribute__((warn_unused_result))
#else
#define ENGAGE_API
#define ENGAGE_NODISCARD
#endif

/* ------------------------------------------------------------- version --- */

#define ENGAGE_VERSION_MAJOR 0
#define ENGAGE_VERSION_MINOR 1
#define ENGAGE_VERSION_PATCH 0

/* The version of the library that is running, such as "0.1.0". Static text.
 * Any thread. Since 0.1. */
ENGAGE_API const char *engage_version(void);

/* -------------------------------------------------------- status codes --- */

/* Not errors. */
#define ENGAGE_OK 0   /* done */
#define ENGAGE_ROW 1  /* there is a row, or the answer is yes */
#define ENGAGE_DONE 2 /* there is no further row */

/* The caller's mistake: -1 to -19. */
#define ENGAGE_EMISUSE (-1)  /* NULL where an object is needed, or a call out of order */
#define ENGAGE_EOPTIONS (-2) /* a struct_size that none has, or an unknown option set */
#define ENGAGE_ERANGE (-3)   /* a number, index or name outside its range */

/* Memory and limits: -20 to -29. */
#define ENGAGE_ENOMEM (-20) /* the allocator had no memory */
#define ENGAGE_ELIMIT (-21) /* an input exceeds a limit set in the options */

/* Input and output: -30 to -39. */
#define ENGAGE_EIO (-30)    /* the system reported an error; see sys_errno */
#define ENGAGE_ENOENT (-31) /* the named file does not exist */

/* Model files: -40 to -49. */
#define ENGAGE_EMODEL_MAGIC (-40)       /* not a model file, or mangled as text */
#define ENGAGE_EMODEL_VERSION (-41)     /* a format version this library cannot read */
#define ENGAGE_EMODEL_CHECKSUM (-42)    /* damaged: a checksum does not match */
#define ENGAGE_EMODEL_FORMAT (-43)      /* its structure breaks a rule of engage-model(5) */
#define ENGAGE_EMODEL_UNSUPPORTED (-44) /* a tokenizer, Unicode version or section unknown here */
#define ENGAGE_EMODEL_NONE (-45)        /* no model given and none is built in */

/* Policy, events, states and catalogues: -50 to -59. */
#define ENGAGE_EPOLICY (-50)    /* the policy text breaks a rule; see line and column */
#define ENGAGE_EEVENT (-51)     /* the event lacks a member or has a wrong one */
#define ENGAGE_EFUTURE (-52)    /* the event lies more than a day after the given now */
#define ENGAGE_ELATE (-53)      /* the facts or texts it needs are no longer held */
#define ENGAGE_ESTATE (-54)     /* the bytes are not a state of engage-state(5) */
#define ENGAGE_EKEY (-55)       /* states of different hash keys do not add up */
#define ENGAGE_EOPENUNDO (-56)  /* a partial state with an undo whose event it did not see */
#define ENGAGE_ENOTFOUND (-57)  /* no such customer, post, opportunity or event */
#define ENGAGE_ECATALOGUE (-58) /* the catalogue text breaks a rule; see line and column */
#define ENGAGE_ELEXICON (-59)   /* the lexicon text breaks a rule; see line and column */

/* Stores: -60 to -69: "an ENGAGE_ESTORE code" below. The system's own failures give
 * ENGAGE_EIO there too. */
#define ENGAGE_EURI (-60)           /* no store of this kind */
#define ENGAGE_ESTORE (-61)         /* the backend refused; see the message */
#define ENGAGE_EBUSY (-62)          /* another process or thread holds it */
#define ENGAGE_ESTORE_VERSION (-63) /* a schema version this library cannot read */
#define ENGAGE_ESTORE_CORRUPT (-64) /* what it holds breaks a rule of engage-store(5) */
#define ENGAGE_EFULL (-65)          /* no space left */

/* Learning: -70 to -79. */
#define ENGAGE_EFEW (-70)         /* too few labelled posts for what is asked */
#define ENGAGE_EADDON_MODEL (-71) /* the add-on was made for another model */
#define ENGAGE_EADDON_SET (-72)   /* it promises what was measured with other add-ons */
#define ENGAGE_EADDON_KIND (-73)  /* it must promise and does not, or the reverse */

/* Text and JSON: -80 to -89. */
#define ENGAGE_EJSON (-80) /* not JSON; see offset */

/* The name of a status code, such as "ENGAGE_ENOMEM"; "ENGAGE_UNKNOWN" for a
 * number that is none. Static text. Any thread. Since 0.1. */
ENGAGE_API const char *engage_errname(int code);

/* A sentence in English about a status code. Static text. Any thread. Since 0.1. */
ENGAGE_API const char *engage_strerror(int code);

/* Detail about a failure, owned by the caller and always optional (NULL). It is
 * written only on failure. `line`, `column` count from 1, 0 where unknown. */
typedef struct engage_error {
    uint32_t struct_size;
    int32_t code;
    int32_t sys_errno;
    uint32_t line;
    uint32_t column;
    uint32_t reserved;
    uint64_t offset;
    char message[216];
} engage_error;
#define ENGAGE_ERROR_INIT {sizeof(engage_error), 0, 0, 0, 0, 0, 0, {0}}

/* ------------------------------------------------------------- memory --- */

/* Where an object gets its memory. `alloc` and `realloc` return NULL when there
 * is none; the old size is handed back on `realloc` and `free`. Memory must be
 * aligned for any type. `ctx` is passed through. A NULL allocator in an options
 * struct means malloc, realloc and free. The struct is copied; `ctx` must
 * outlive the objects made with it. */
typedef struct engage_allocator {
    uint32_t struct_size;
    void *ctx;
    void *(*alloc)(void *ctx, size_t size);
    void *(*realloc)(void *ctx, void *block, size_t old_size, size_t new_size);
    void (*free)(void *ctx, void *block, size_t size);
} engage_allocator;

/* A growing run of bytes that functions append their output to (JSON, HTML).
 * Clearing keeps the memory, so that a loop allocates nothing after warm-up. */
typedef struct engage_buffer engage_buffer;

/* Makes an empty buffer. Returns ENGAGE_OK, ENGAGE_EMISUSE (out is NULL),
 * ENGAGE_EOPTIONS (allocator's struct_size or functions), ENGAGE_ENOMEM. Since 0.1. */
ENGAGE_API ENGAGE_NODISCARD int engage_buffer_new(engage_buffer **out,
                                                  const engage_allocator *allocator);

/* Releases a buffer; NULL is allowed. Since 0.1. */
ENGAGE_API void engage_buffer_free(engage_buffer *buffer);

/* The bytes, borrowed, followed by a NUL that is not counted; never NULL for a
 * valid buffer, NULL for NULL. Since 0.1. */
ENGAGE_API const char *engage_buffer_data(const engage_buffer *buffer);

/* The number of bytes; 0 for NULL. Since 0.1. */
ENGAGE_API size_t engage_buffer_size(const engage_buffer *buffer);

/* Forgets the bytes, keeps the memory; NULL is allowed. Since 0.1. */
ENGAGE_API void engage_buffer_clear(engage_buffer *buffer);

/* Appends bytes. Returns ENGAGE_OK, ENGAGE_EMISUSE, ENGAGE_ENOMEM. Since 0.1. */
ENGAGE_API ENGAGE_NODISCARD int engage_buffer_append(engage_buffer *buffer, const char *data,
                                                     size_t size);

/* A borrowed piece of text in a struct of arguments: {NULL, 0} is absent. Frozen. */
typedef struct engage_str {
    const char *data;
    size_t size;
} engage_str;

/* A half-open range of byte offsets in a post. Frozen. */
typedef struct engage_span {
    uint32_t start;
    uint32_t end;
} engage_span;

/* --------------------------------------------------------------- time --- */

/* A time that is not given. Times are milliseconds UTC since 1970. */
#define ENGAGE_NO_TIME INT64_MIN

/* Reads RFC 3339 ("2026-11-20T10:00:00Z", offsets and fractions allowed) or a
 * decimal count of milliseconds. Returns ENGAGE_OK, ENGAGE_EMISUSE, ENGAGE_ERANGE. Since 0.1. */
ENGAGE_API ENGAGE_NODISCARD int engage_time_parse(const char *text, size_t size, int64_t *out);

#ifdef __cplusplus
}
#endif
#endif
