/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * The text functions for scripts: reads objects {"do","text",…} of JSON, one a line, and
 * prints the answer to each on a line. tests/text_conformance.py drives it.
 */
#include <engage.h>

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 64 };

struct probe {
    engage_tokenizer *tokenizer;
    engage_entities *entities;
    engage_buffer *buffer;
};

static engage_str text_of(const json_t *object, const char *name)
{
    engage_str text = {NULL, 0};
    const json_t *value = json_object_get(object, name);
    if (json_is_string(value)) {
        text.data = json_string_value(value);
        text.size = json_string_length(value);
    }
    return text;
}

static int number_of(const json_t *object, const char *name)
{
    return (int)json_integer_value(json_object_get(object, name));
}

/* Bytes of the character `index` of a text. */
static uint32_t byte_of(engage_str text, json_int_t index)
{
    uint32_t at = 0;
    while (at < text.size && index > 0) {
        at++;
        while (at < text.size && ((unsigned char)text.data[at] & 0xC0) == 0x80)
            at++;
        index--;
    }
    return at;
}

static int link_up(struct probe *p, const json_t *request, engage_str text)
{
    engage_link links[MOST];
    size_t count = 0;
    size_t i;
    const json_t *row;
    memset(links, 0, sizeof(links));
    json_array_foreach(json_object_get(request, "links"), i, row)
    {
        if (count == MOST)
            return ENGAGE_ERANGE;
        engage_link *link = &links[count++];
        link->kind = number_of(row, "kind");
        link->start = byte_of(text, number_of(row, "start"));
        link->end = byte_of(text, number_of(row, "end"));
        link->value = text_of(row, "value");
        link->expanded = text_of(row, "expanded");
        link->display = text_of(row, "display");
    }
    return engage_html_link(text.data, text.size, links, count,
                            (uint32_t)number_of(request, "what"), p->buffer);
}

static int highlight(struct probe *p, const json_t *request, engage_str text)
{
    engage_span hits[MOST];
    size_t count = 0;
    size_t i;
    const json_t *row;
    json_array_foreach(json_object_get(request, "hits"), i, row)
    {
        if (count == MOST)
            return ENGAGE_ERANGE;
        hits[count].start = (uint32_t)json_integer_value(json_array_get(row, 0));
        hits[count++].end = (uint32_t)json_integer_value(json_array_get(row, 1));
    }
    return engage_html_highlight(text.data, text.size, hits, count, NULL, p->buffer);
}

static int answer(struct probe *p, const json_t *request)
{
    const char *what = json_string_value(json_object_get(request, "do"));
    engage_str id = {"", 0};
    engage_str text = text_of(request, "text");
    int unit = number_of(request, "unit");
    if (what == NULL || text.data == NULL)
        return ENGAGE_EMISUSE;
    if (strcmp(what, "tokens") == 0)
        return engage_tokenizer_json(p->tokenizer, id, text.data, text.size, unit, p->buffer);
    if (strcmp(what, "entities") == 0)
        return engage_entities_json(p->entities, id, text.data, text.size, unit, p->buffer);
    if (strcmp(what, "length") == 0)
        return engage_length_json(p->entities, id, text.data, text.size,
                                  engage_rules_by_name(text_of(request, "rules").data), p->buffer);
    if (strcmp(what, "valid") == 0)
        return engage_valid_json(engage_valid_by_name(text_of(request, "kind").data), id,
                                 text.data, text.size, p->buffer);
    if (strcmp(what, "autolink") == 0)
        return engage_html_autolink(p->entities, text.data, text.size,
                                    (uint32_t)number_of(request, "what"), p->buffer);
    if (strcmp(what, "link") == 0)
        return link_up(p, request, text);
    if (strcmp(what, "highlight") == 0)
        return highlight(p, request, text);
    return ENGAGE_EMISUSE;
}

int main(void)
{
    struct probe p = {NULL, NULL, NULL};
    engage_text_options options = ENGAGE_TEXT_OPTIONS_INIT;
    options.flags = ENGAGE_TEXT_NO_DICTIONARY;
    options.max_bytes = 1u << 24;
    if (engage_tokenizer_new(&p.tokenizer, &options) != ENGAGE_OK ||
        engage_entities_new(&p.entities, &options) != ENGAGE_OK ||
        engage_buffer_new(&p.buffer, NULL) != ENGAGE_OK)
        return EXIT_FAILURE;
    int status = EXIT_SUCCESS;
    json_t *request;
    json_error_t error;
    while ((request = json_loadf(stdin, JSON_DISABLE_EOF_CHECK | JSON_ALLOW_NUL, &error)) != NULL) {
        engage_buffer_clear(p.buffer);
        int rc = answer(&p, request);
        if (rc != ENGAGE_OK) {
            fprintf(stderr, "text_probe: %s\n", engage_errname(rc));
            status = EXIT_FAILURE;
        }
        /* HTML may hold line ends: as a string of JSON it stays on its line. */
        json_t *out = json_stringn(engage_buffer_data(p.buffer), engage_buffer_size(p.buffer));
        json_dumpf(out, stdout, JSON_ENCODE_ANY);
        json_decref(out);
        putchar('\n');
        json_decref(request);
    }
    engage_buffer_free(p.buffer);
    engage_entities_free(p.entities);
    engage_tokenizer_free(p.tokenizer);
    return status;
}
