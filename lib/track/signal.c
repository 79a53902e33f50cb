/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "track/signal.h"

#include "base/ascii.h"
#include "base/bits.h"
#include "base/error.h"
#include "text/unicode.h"
#include "track/thread.h"

#include <string.h>

/* A probability given from elsewhere, over which an intent is a label. */
enum { GIVEN_THRESHOLD = 500000 };

/* ----------------------------------------------------------------- names --- */

int engagep_signal_needs(uint32_t labels)
{
    return (labels & ENGAGEP_LABELS_NEED) != 0 && !(labels & ENGAGEP_LABEL(ENGAGE_INTENT_SPAM));
}

int engagep_signal_strongest(const engage_policy *policy, uint32_t labels)
{
    const int32_t *base = policy->numbers.base;
    int strongest = -1;
    for (int i = 0; i < ENGAGE_INTENTS; i++)
        if (labels & ENGAGEP_LABEL(i) && (strongest < 0 || base[i] > base[strongest]))
            strongest = i;
    return strongest;
}

engage_str engagep_signal_native(engage_str account)
{
    const char *colon = account.size > 0 ? memchr(account.data, ':', account.size) : NULL;
    if (colon == NULL)
        return account;
    size_t skip = (size_t)(colon - account.data) + 1;
    return (engage_str){account.data + skip, account.size - skip};
}

engage_str engagep_signal_platform(engage_str account)
{
    const char *colon = account.size > 0 ? memchr(account.data, ':', account.size) : NULL;
    if (colon == NULL)
        return (engage_str){NULL, 0};
    return (engage_str){account.data, (size_t)(colon - account.data)};
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static int same_name(engage_str a, engage_str b)
{
    if (a.size != b.size || a.size == 0)
        return 0;
    for (size_t i = 0; i < a.size; i++)
        if (lower(a.data[i]) != lower(b.data[i]))
            return 0;
    return 1;
}

/* "ohmbrook.example.com" and "ohmbrook@example.com" are named "ohmbrook" too. */
static engage_str first_label(engage_str name)
{
    size_t size = 0;
    while (size < name.size && name.data[size] != '.' && name.data[size] != '@')
        size++;
    return (engage_str){name.data, size};
}

int engagep_signal_is_brand(const engage_policy *policy, engage_str brand, engage_str name)
{
    if (same_name(name, brand) || same_name(first_label(name), brand))
        return 1;
    const struct engagep_brand *known = engagep_policy_brand(policy, brand);
    if (known == NULL)
        return 0;
    for (size_t i = 0; i < known->name_count; i++)
        if (same_name(name, known->names[i]))
            return 1;
    for (size_t i = 0; i < known->handle_count; i++)
        if (same_name(name, engagep_signal_native(known->handles[i])))
            return 1;
    return 0;
}

/* ----------------------------------------------------------------- marks --- */

static int is_letter(char c)
{
    return (lower(c) >= 'a' && lower(c) <= 'z') || (unsigned char)c >= 0x80;
}

static int is_handle(char c)
{
    return is_letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
}

/* How many bytes the character at the front has; `letter` says whether it is one. What
 * is beyond ASCII is no letter by that alone: it may be an emoji. */
static size_t read_letter(engage_str text, size_t at, int *letter)
{
    uint32_t code;
    size_t size = engagep_utf8_decode(text.data + at, text.size - at, &code);
    unsigned kind = engagep_unicode_kind(code);
    *letter = kind == ENGAGEP_CHAR_LETTER || kind == ENGAGEP_CHAR_SPACELESS;
    return size;
}

/* A space-free run is a word of one's own unless it is a mention or a link. */
static int has_words(engage_str text)
{
    size_t i = 0;
    while (i < text.size) {
        while (i < text.size && engagep_ascii_space(text.data[i]))
            i++;
        size_t start = i;
        int letters = 0;
        while (i < text.size && !engagep_ascii_space(text.data[i])) {
            int letter;
            i += read_letter(text, i, &letter);
            letters += letter;
        }
        int is_link = i - start > 8 && (memcmp(text.data + start, "http://", 7) == 0 ||
                                        memcmp(text.data + start, "https://", 8) == 0);
        if (letters > 0 && text.data[start] != '@' && !is_link)
            return 1;
    }
    return 0;
}

static int holds_at(engage_str text, size_t at, const char *word)
{
    size_t i = 0;
    for (; word[i] != '\0'; i++)
        if (at + i >= text.size || lower(text.data[at + i]) != word[i])
            return 0;
    return 1;
}

/* Words that tell something of a text wherever they begin; at most 64. */
static const struct {
    const char *word;
    uint32_t mark;
} words[] = {
    {"thank", ENGAGEP_MARK_THANKS},      {"thx", ENGAGEP_MARK_THANKS},
    {"cheers", ENGAGEP_MARK_THANKS},     {"gracias", ENGAGEP_MARK_THANKS},
    {"merci", ENGAGEP_MARK_THANKS},      {"danke", ENGAGEP_MARK_THANKS},
    {"grazie", ENGAGEP_MARK_THANKS},     {"obrigad", ENGAGEP_MARK_THANKS},
    {"dank je", ENGAGEP_MARK_THANKS},    {"bedankt", ENGAGEP_MARK_THANKS},
    {"tack ", ENGAGEP_MARK_THANKS},      {"dziękuj", ENGAGEP_MARK_THANKS},
    {"спасибо", ENGAGEP_MARK_THANKS},    {"teşekkür", ENGAGEP_MARK_THANKS},
    {"ありがと", ENGAGEP_MARK_THANKS},   {"谢谢", ENGAGEP_MARK_THANKS},
    {"感谢", ENGAGEP_MARK_THANKS},       {"감사", ENGAGEP_MARK_THANKS},
    {"고마", ENGAGEP_MARK_THANKS},       {"धन्यवाद", ENGAGEP_MARK_THANKS},
    {"شكر", ENGAGEP_MARK_THANKS},
    /* What one has done oneself; plans and questions are worded otherwise. */
    {"just bought", ENGAGEP_MARK_BOUGHT},   {"i bought", ENGAGEP_MARK_BOUGHT},
    {"i've bought", ENGAGEP_MARK_BOUGHT},   {"just ordered", ENGAGEP_MARK_BOUGHT},
    {"i ordered", ENGAGEP_MARK_BOUGHT},     {"i've ordered", ENGAGEP_MARK_BOUGHT},
    {"habe gekauft", ENGAGEP_MARK_BOUGHT},  {"habe bestellt", ENGAGEP_MARK_BOUGHT},
    {"j'ai acheté", ENGAGEP_MARK_BOUGHT},   {"j'ai commandé", ENGAGEP_MARK_BOUGHT},
    {"he comprado", ENGAGEP_MARK_BOUGHT},   {"acabo de comprar", ENGAGEP_MARK_BOUGHT},
    {"comprei", ENGAGEP_MARK_BOUGHT},       {"ho comprato", ENGAGEP_MARK_BOUGHT},
    {"my free trial", ENGAGEP_MARK_TRIED},  {"my trial", ENGAGEP_MARK_TRIED},
    {"started the trial", ENGAGEP_MARK_TRIED},  {"started a trial", ENGAGEP_MARK_TRIED},
    {"trial ends", ENGAGEP_MARK_TRIED},         {"meine testphase", ENGAGEP_MARK_TRIED},
    {"mon essai", ENGAGEP_MARK_TRIED},          {"mi prueba gratuita", ENGAGEP_MARK_TRIED},
    {"meu teste gratuito", ENGAGEP_MARK_TRIED},
    {"how-to", ENGAGEP_MARK_LONG},       {"howto", ENGAGEP_MARK_LONG},
    {"how to guide", ENGAGEP_MARK_LONG}, {"unboxing", ENGAGEP_MARK_LONG},
};
enum { WORDS = sizeof(words) / sizeof(words[0]) };
_Static_assert(WORDS <= 64, "a bit for each word");

void engagep_signal_begins(uint64_t begins[2][256])
{
    memset(begins, 0, 2 * sizeof(*begins));
    for (size_t i = 0; i < WORDS; i++) {
        for (size_t at = 0; at < 2; at++) {
            unsigned char byte = (unsigned char)words[i].word[at];
            begins[at][byte] |= UINT64_C(1) << i;
            if (byte >= 'a' && byte <= 'z')
                begins[at][byte - 32] |= UINT64_C(1) << i;
        }
    }
}

/* The marks of the words that begin in a text where no letter stands before. */
static uint32_t marks_of_words(const uint64_t begins[2][256], engage_str text)
{
    const unsigned char *bytes = (const unsigned char *)text.data;
    uint32_t marks = 0;
    for (size_t at = 0; at + 1 < text.size; at++) {
        uint64_t rest = begins[0][bytes[at]] & begins[1][bytes[at + 1]];
        if (rest == 0 || (bytes[at] < 0x80 && at > 0 && is_letter(text.data[at - 1])))
            continue;
        for (; rest != 0; rest &= rest - 1) {
            unsigned i = engagep_bits_lowest(rest);
            if (!(marks & words[i].mark) && holds_at(text, at, words[i].word))
                marks |= words[i].mark;
        }
    }
    return marks;
}

/* Whether a text is written in capitals: at least eight letters, seven of ten of them capitals.
 * Of ASCII: scripts without case do not shout so. */
static int is_shouted(engage_str text)
{
    size_t capitals = 0;
    size_t letters = 0;
    for (size_t at = 0; at < text.size; at++) {
        unsigned char c = (unsigned char)text.data[at];
        capitals += (unsigned)c - 'A' < 26;
        letters += (unsigned)(c | 32) - 'a' < 26;
    }
    return letters >= 8 && capitals * 10 >= letters * 7;
}

static int names_brand(const engage_policy *policy, const engage_event *event, engage_str text)
{
    for (size_t i = 0; i < text.size; i++) {
        const char *sign = memchr(text.data + i, '@', text.size - i);
        if (sign == NULL)
            break;
        i = (size_t)(sign - text.data);
        if (i > 0 && is_handle(text.data[i - 1]))
            continue;
        size_t start = i + 1;
        size_t end = start;
        while (end < text.size && is_handle(text.data[end]) && end - start < 256)
            end++;
        i = end > start ? end - 1 : i;
        while (end > start && (text.data[end - 1] == '.' || text.data[end - 1] == '-'))
            end--;
        engage_str name = {text.data + start, end - start};
        if (engagep_signal_is_brand(policy, event->brand, name))
            return 1;
    }
    return 0;
}

static int sent_to_brand(const engage_policy *policy, const engage_event *event)
{
    engage_str list = event->to;
    engage_str account;
    while (engagep_str_next(&list, &account))
        if (engagep_signal_is_brand(policy, event->brand, engagep_signal_native(account)) ||
            engagep_thread_is_staff(policy, event->brand, account))
            return 1;
    return 0;
}

static uint32_t marks_of(const engage_tracker *tracker, const engage_event *event,
                         engage_str text)
{
    enum { LONG_FORM = 1500 };
    const engage_policy *policy = tracker->policy;
    uint32_t marks = marks_of_words(tracker->begins, text);
    if (is_shouted(text))
        marks |= ENGAGEP_MARK_CAPITALS;
    if (has_words(text))
        marks |= ENGAGEP_MARK_WORDS;
    if (text.size >= LONG_FORM)
        marks |= ENGAGEP_MARK_LONG;
    if (sent_to_brand(policy, event) || names_brand(policy, event, text))
        marks |= ENGAGEP_MARK_ADDRESSED;
    return marks;
}

/* -------------------------------------------------------------- judgement --- */

static int run_analyzer(engage_tracker *tracker, engage_str text, const engage_analysis **out,
                        engage_error *error)
{
    int rc = ENGAGE_OK;
    if (tracker->analyzer == NULL) {
        engage_analyzer_options options = ENGAGE_ANALYZER_OPTIONS_INIT;
        options.model = tracker->model;
        options.allocator = &tracker->allocator;
        options.catalogue = tracker->catalogue;
        rc = engage_analyzer_new(&tracker->analyzer, &options);
        if (rc != ENGAGE_OK)
            return engagep_error_set(error, rc, "no model judges the text: %s",
                                     engage_strerror(rc));
    }
    rc = engage_analyzer_run(tracker->analyzer, text.data, text.size, out);
    return rc == ENGAGE_OK ? ENGAGE_OK
                           : engagep_error_set(error, rc, "a text could not be judged");
}

static int analyze(engage_tracker *tracker, engage_str text, uint32_t given,
                   struct engagep_signal *out, engage_error *error)
{
    const engage_analysis *analysis = NULL;
    int rc = run_analyzer(tracker, text, &analysis, error);
    if (rc != ENGAGE_OK)
        return rc;
    if (!(given & ENGAGE_EVENT_HAS_SENTIMENT)) {
        out->valence = engage_analysis_valence(analysis);
        out->negative = engage_analysis_probability(analysis, ENGAGE_NEGATIVE);
    }
    for (int i = 0; i < ENGAGE_INTENTS && !(given & ENGAGE_EVENT_HAS_INTENTS); i++) {
        out->intents[i] = engage_analysis_intent(analysis, i);
        if (engage_analysis_has_intent(analysis, i))
            out->labels |= ENGAGEP_LABEL(i);
    }
    const engage_model *model = tracker->model != NULL ? tracker->model : engage_model_builtin();
    out->model = (engage_str){engage_model_id(model), strlen(engage_model_id(model))};
    return ENGAGE_OK;
}

/* The text of a post that came as HTML; borrowed until the next one. */
static int read_html(engage_tracker *tracker, engage_str html, engage_str *out)
{
    int rc = ENGAGE_OK;
    if (tracker->html == NULL) {
        engage_text_options options = ENGAGE_TEXT_OPTIONS_INIT;
        options.allocator = &tracker->allocator;
        rc = engage_html_new(&tracker->html, &options);
    }
    if (rc == ENGAGE_OK)
        rc = engage_html_run(tracker->html, html.data, html.size);
    if (rc == ENGAGE_OK)
        out->data = engage_html_text(tracker->html, &out->size);
    return rc;
}

static int text_of(engage_tracker *tracker, const engage_event *event, engage_str *out,
                   engage_error *error)
{
    *out = event->text;
    if (event->text.size > 0 || event->html.size == 0)
        return ENGAGE_OK;
    return read_html(tracker, event->html, out) == ENGAGE_OK ? ENGAGE_OK
                                                             : engagep_core_no_memory(error);
}

int engagep_signal_analyze(engage_tracker *tracker, const engage_event *event,
                           const engage_analysis **out, engage_error *error)
{
    engage_str text;
    int rc = text_of(tracker, event, &text, error);
    return rc == ENGAGE_OK ? run_analyzer(tracker, text, out, error) : rc;
}

int engagep_signal_mark(engage_tracker *tracker, const engage_event *event, uint32_t *marks,
                        engage_error *error)
{
    engage_str text;
    int rc = text_of(tracker, event, &text, error);
    if (rc == ENGAGE_OK)
        *marks = marks_of(tracker, event, text);
    return rc;
}

/* Labels that an account's platform does not let one keep of a person. */
static uint32_t withheld_of(const engage_policy *policy, engage_str account)
{
    const struct engagep_platform *platform =
        engagep_policy_platform(policy, engagep_signal_platform(account));
    return platform != NULL ? platform->withheld : 0;
}

static void withhold(uint32_t withheld, int32_t intents[ENGAGE_INTENTS])
{
    for (int i = 0; i < ENGAGE_INTENTS && withheld != 0; i++)
        if (withheld & ENGAGEP_LABEL(i))
            intents[i] = 0;
}

void engagep_signal_withhold(const engage_policy *policy, engage_event *event)
{
    if (event->flags & ENGAGE_EVENT_HAS_INTENTS)
        withhold(withheld_of(policy, event->actor), event->intents);
}

/* What may be kept of what was read. */
static void keep_what_may_be(const engage_policy *policy, const engage_event *event,
                             struct engagep_signal *out)
{
    uint32_t withheld = withheld_of(policy, event->actor);
    out->withheld = out->labels & withheld;
    out->labels &= ~withheld;
    withhold(withheld, out->intents);
}

int engagep_signal_read(engage_tracker *tracker, const engage_event *event, int by_customer,
                        struct engagep_signal *out, engage_error *error)
{
    memset(out, 0, sizeof(*out));
    engage_str text;
    int rc = text_of(tracker, event, &text, error);
    if (rc != ENGAGE_OK)
        return rc;
    /* Most acts come without a word, and say nothing. */
    if (text.size == 0 && event->to.size == 0 && event->flags == 0)
        return ENGAGE_OK;
    out->marks = marks_of(tracker, event, text);
    out->fingerprint = engage_text_hash(text.data, text.size);
    out->has_fingerprint = out->fingerprint != 0;
    uint32_t both = ENGAGE_EVENT_HAS_SENTIMENT | ENGAGE_EVENT_HAS_INTENTS;
    uint32_t given = event->flags & both;
    out->scored = given != 0;
    if (given & ENGAGE_EVENT_HAS_SENTIMENT) {
        out->valence = event->valence;
        out->negative = event->valence < 0 ? -event->valence : 0;
    }
    for (int i = 0; i < ENGAGE_INTENTS && given & ENGAGE_EVENT_HAS_INTENTS; i++) {
        out->intents[i] = event->intents[i];
        if (event->intents[i] >= GIVEN_THRESHOLD)
            out->labels |= ENGAGEP_LABEL(i);
    }
    /* Nothing is judged of what the brand's own people write, nor of what was not
     * written in public. */
    if (text.size == 0 || given == both || !by_customer ||
        (engagep_str_is(event->visibility, "dm") && !tracker->policy->numbers.score_direct)) {
        keep_what_may_be(tracker->policy, event, out);
        return ENGAGE_OK;
    }
    out->scored = 1;
    rc = analyze(tracker, text, given, out, error);
    if (rc == ENGAGE_OK)
        keep_what_may_be(tracker->policy, event, out);
    return rc;
}
