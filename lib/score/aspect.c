/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "score/aspect.h"

#include "base/alloc.h"
#include "score/calibrate.h"

#include <string.h>

#define COLUMNS ENGAGEP_TABLE_COLUMNS

/* What each zone counts, in 1/UNIT: fitted by tools/train/aspects.py. */
enum { UNIT = 32 };
static const int8_t fitted[ENGAGEP_ZONES] = {
    62, 42, 42, 38, 28, 23, 44, 35, 21, 20, 14, 18, 18, 3, 13, 26, 21, -1, 27,
};

/* A row counts in parts of this many, so that up to six tokens share it evenly; features have no
 * more than five, links aside. */
enum { SHARE = 60 };

/* The tokens around a mention that count by where they stand. */
enum { REACH = 24, WINDOW = 2 * REACH + ENGAGEP_TERMS_TOKENS };

/* So many rows of the largest factor fit into 32 bits, and one token's own, which count as
 * many. */
enum { ROWS_MOST = 1024, ROWS_OWN = ENGAGEP_FEATURES_OWN_MOST / ENGAGEP_TABLE_MOST + 1 };

/* The post as seen from one mention. */
struct engagep_view {
    uint32_t begin; /* tokens of the window */
    uint32_t end;
    int8_t weights[WINDOW];
    uint8_t rival; /* another thing is compared with it, and not found wanting */
    uint32_t rows; /* summed up in `near` */
    int32_t near[ENGAGEP_TABLE_LANES]; /* rows of tokens in the window, over those far off */
    int64_t seen[COLUMNS];
    int64_t feeling; /* of words in the window, over those far off */
};

/* -------------------------------------------------------------- clauses --- */

/* What a token is for the clauses around it, in order of strength, and bits. */
enum part {
    PART_PLAIN,
    PART_LINK,
    PART_PAUSE,
    PART_CONTRAST,
    PART_STOP,
    PART_KIND = 7,
    PART_INSIDE = 8,   /* of a mention */
    PART_FEELING = 16, /* an emoji or emoticon */
    PART_THAN = 32,    /* leads to what something is compared with */
    PART_BREAK = 64,   /* a line ended before it */
    PART_NOT = 128,    /* "nothing is better than" is praise */
    PART_COLON = PART_PAUSE | PART_NOT /* which no word is: "Battery: awful" */
};

/* Words that part, link or turn clauses, by their size, one after the other. */
struct known {
    const char *words;
    uint8_t parts[9];
};

static unsigned part_of_word(const char *norm, size_t size)
{
    enum { LINK = PART_LINK, TURN = PART_CONTRAST, NOT = PART_NOT, THAN = PART_THAN };
    static const struct known known[] = {
        [2] = {"orsoifno", {LINK, LINK, LINK, NOT}},
        [3] = {"butthoyetandcuzwhonot", {TURN, TURN, TURN, LINK, LINK, LINK, NOT}},
        [4] = {"whenthenplusnonecantthan", {LINK, LINK, LINK, NOT, NOT, THAN}},
        [5] = {"whilecausesincewhichnoonenevercan'tisn't",
               {TURN, LINK, LINK, LINK, NOT, NOT, NOT, NOT}},
        [6] = {"thoughexceptunlikenobodycannot", {TURN, TURN | THAN, TURN, NOT, NOT}},
        [7] = {"howeverwhereasdespiteinsteadbecausenothing",
               {TURN, TURN, TURN, TURN, LINK, NOT}},
        [8] = {"although", {TURN}},
        [9] = {"otherwise", {TURN}},
    };
    if (size < 2 || size >= sizeof(known) / sizeof(known[0]))
        return PART_PLAIN;
    const char *word = known[size].words;
    for (size_t i = 0; *word != '\0'; i++, word += size) {
        if (word[0] == norm[0] && memcmp(word, norm, size) == 0)
            return known[size].parts[i];
    }
    return PART_PLAIN;
}

static unsigned part_of_mark(const char *norm, size_t size)
{
    if (size == 0)
        return PART_PLAIN;
    if (size == 3) { /* dashes and an ellipsis: U+2013, U+2014, U+2026 */
        int dash = memcmp(norm, "\xE2\x80\x93", 3) == 0 || memcmp(norm, "\xE2\x80\x94", 3) == 0;
        if (dash || memcmp(norm, "\xE2\x80\xA6", 3) == 0)
            return PART_PAUSE;
    }
    switch (norm[0]) {
    case '.':
        return size > 1 ? PART_PAUSE : PART_STOP;
    case '!':
    case '?':
    case ';':
        return PART_STOP;
    case ',':
        return PART_PAUSE;
    case ':':
        return PART_COLON;
    case '-':
    case '(':
    case ')':
    case '/':
    case '&':
    case '"':
        return PART_PAUSE;
    default:
        return PART_PLAIN;
    }
}

static uint8_t part_of(const struct engagep_token *token, const char *norm)
{
    switch (token->kind) {
    case ENGAGE_TOKEN_WORD:
        return (uint8_t)part_of_word(norm, token->norm_size);
    case ENGAGE_TOKEN_PUNCT:
    case ENGAGE_TOKEN_SYMBOL:
        return (uint8_t)part_of_mark(norm, token->norm_size);
    case ENGAGE_TOKEN_EMOJI:
    case ENGAGE_TOKEN_EMOTICON:
        return PART_FEELING;
    default:
        return PART_PLAIN;
    }
}

static void read_parts(struct engagep_aspects *aspects, const struct engagep_token *tokens,
                       const char *norms, const char *text)
{
    uint32_t end = 0;
    for (size_t i = 0; i < aspects->tokens; i++) {
        const struct engagep_token *token = &tokens[i];
        aspects->parts[i] = part_of(token, norms + token->norm);
        if (token->start > end && memchr(text + end, '\n', token->start - end) != NULL)
            aspects->parts[i] |= PART_BREAK;
        end = token->end;
    }
    for (size_t m = 0; m < aspects->count; m++) {
        const struct engagep_mention *mention = &aspects->mentions[m];
        for (uint32_t i = 0; i < mention->count; i++)
            aspects->parts[mention->first + i] |= PART_INSIDE;
        /* A hashtag that says something of its own is a clause. */
        if (mention->count == 0)
            aspects->parts[mention->first] |= PART_PAUSE;
    }
}

/* ---------------------------------------------------------------- zones --- */

static enum engagep_zone by_distance(enum engagep_zone side, size_t distance)
{
    static const size_t steps[] = {1, 2, 4, 8};
    unsigned n = 0;
    while (n < 4 && distance > steps[n])
        n++;
    return (enum engagep_zone)(side + n);
}

/* The zone of a token `distance` tokens away; `between`: the strongest part between. */
static enum engagep_zone zone_of(unsigned part, unsigned between, enum engagep_zone side,
                                 size_t distance)
{
    static const enum engagep_zone behind[] = {
        [PART_LINK] = ENGAGEP_ZONE_LINKED,
        [PART_PAUSE] = ENGAGEP_ZONE_PAUSED,
        [PART_CONTRAST] = ENGAGEP_ZONE_CONTRASTED,
        [PART_STOP] = ENGAGEP_ZONE_PARTED,
    };
    if ((part & PART_INSIDE) != 0)
        return ENGAGEP_ZONE_INSIDE;
    if ((part & PART_FEELING) != 0)
        return ENGAGEP_ZONE_FEELING;
    return between == PART_PLAIN ? by_distance(side, distance) : behind[between];
}

static unsigned stronger(unsigned a, unsigned b)
{
    return a > b ? a : b;
}

static unsigned before_token(unsigned part)
{
    return (part & PART_BREAK) != 0 ? PART_STOP : PART_PLAIN;
}

/* What the views of one post are made of. */
struct sight {
    const uint8_t *parts;
    size_t tokens;
    int8_t weights[ENGAGEP_ZONES]; /* for this mention */
    int leads; /* a colon behind it leads to what is said of it */
    int owns;  /* it has an emoji of its own behind it, as another mention has */
};

/* Whether an emoji stands behind a mention, before the next one and the end of the sentence. */
static int has_feeling(const struct engagep_aspects *aspects, size_t m)
{
    const struct engagep_mention *mention = &aspects->mentions[m];
    size_t end = m + 1 < aspects->count ? aspects->mentions[m + 1].first : aspects->tokens;
    for (size_t i = mention->first + mention->count; i < end; i++) {
        if ((aspects->parts[i] & PART_FEELING) != 0)
            return 1;
        if ((aspects->parts[i] & PART_BREAK) != 0)
            return 0;
    }
    return 0;
}

/* The tokens from `end` on. A mark or a "but" belongs to what it parts the mention from. */
static void look_ahead(const struct sight *sight, struct engagep_view *view, size_t end)
{
    unsigned between = PART_PLAIN;
    int others = 0;
    for (size_t i = end; i < sight->tokens && i - end < REACH; i++) {
        unsigned part = sight->parts[i];
        others |= (part & PART_INSIDE) != 0;
        if (i == end && sight->leads) /* "Battery: awful" */
            part &= ~(unsigned)PART_KIND;
        if (sight->owns && (part & PART_FEELING) != 0) {
            view->weights[i - view->begin] =
                others ? 0 : sight->weights[ENGAGEP_ZONE_AFTER];
            continue;
        }
        between = stronger(between, stronger(part & PART_KIND, before_token(part)));
        view->weights[i - view->begin] =
            sight->weights[zone_of(part, between, ENGAGEP_ZONE_AFTER, i - end + 1)];
    }
}

/* The tokens before `first`; they may set something above the mention. */
static void look_back(const struct sight *sight, struct engagep_view *view, size_t first)
{
    unsigned between = before_token(sight->parts[first]);
    int rival = 0;
    int unmatched = 0;
    for (size_t i = first; i > view->begin; i--) {
        unsigned part = sight->parts[i - 1];
        size_t distance = first - i + 1;
        if ((part & PART_THAN) != 0 && between == PART_PLAIN && distance <= 3)
            rival = 1;
        unsigned reached = stronger(between, part & PART_KIND);
        if (sight->owns && (part & PART_FEELING) != 0) /* another's */
            continue;
        enum engagep_zone zone = zone_of(part, reached, ENGAGEP_ZONE_BEFORE, distance);
        if (rival && reached == PART_PLAIN && zone != ENGAGEP_ZONE_INSIDE) {
            zone = ENGAGEP_ZONE_RIVAL;
            unmatched |= (part & PART_NOT) != 0;
        }
        view->weights[i - 1 - view->begin] = sight->weights[zone];
        between = stronger(reached, before_token(part));
    }
    view->rival = (uint8_t)(rival && !unmatched);
}

static void look(const struct sight *sight, const struct engagep_mention *mention,
                 struct engagep_view *view)
{
    size_t first = mention->first;
    size_t end = first + mention->count;
    memset(view, 0, sizeof(*view));
    view->begin = (uint32_t)(first > REACH ? first - REACH : 0);
    for (size_t i = first; i < end; i++)
        view->weights[i - view->begin] = sight->weights[ENGAGEP_ZONE_INSIDE];
    if (mention->count == 0) /* the hashtag that it stands in */
        view->weights[end++ - view->begin] = sight->weights[ENGAGEP_ZONE_AFTER];
    view->end = (uint32_t)(sight->tokens - end > REACH ? end + REACH : sight->tokens);
    look_ahead(sight, view, end);
    look_back(sight, view, first);
}

/* -------------------------------------------------------------- mentions --- */

void engagep_aspects_release(struct engagep_aspects *aspects)
{
    engagep_alloc_free(aspects->allocator, aspects->mentions, aspects->capacity,
                       sizeof(*aspects->mentions));
    engagep_alloc_free(aspects->allocator, aspects->views, aspects->views_capacity,
                       sizeof(*aspects->views));
    engagep_alloc_free(aspects->allocator, aspects->parts, aspects->parts_capacity, 1);
}

static int add_mention(struct engagep_aspects *aspects, const struct engagep_match *match)
{
    void *mentions = aspects->mentions;
    int rc = engagep_alloc_grow(aspects->allocator, &mentions, &aspects->capacity,
                                aspects->count + 1, sizeof(*aspects->mentions));
    aspects->mentions = mentions;
    if (rc != ENGAGE_OK)
        return rc;
    aspects->mentions[aspects->count++] = (struct engagep_mention){
        match->entry, match->span, match->first, match->count, {0}};
    return ENGAGE_OK;
}

/* The name of a product or person is judged with what is said of it, as it is in a whole
 * post; that of an aspect says nothing. */
static void make_views(struct engagep_aspects *aspects, const engage_catalogue *catalogue)
{
    struct sight sight = {aspects->parts, aspects->tokens, {0}, 0, 0};
    size_t owners = 0;
    for (size_t m = 0; m < aspects->count && aspects->count > 1; m++)
        owners += (size_t)has_feeling(aspects, m);
    const int8_t *weights = aspects->weights != NULL ? aspects->weights : fitted;
    for (size_t m = 0; m < aspects->count; m++) {
        const struct engagep_mention *mention = &aspects->mentions[m];
        memcpy(sight.weights, weights, sizeof(sight.weights));
        if (engage_catalogue_kind(catalogue, mention->entry) != ENGAGE_TARGET_PRODUCT)
            sight.weights[ENGAGEP_ZONE_INSIDE] = 0;
        size_t behind = mention->first + mention->count;
        sight.leads = behind < aspects->tokens &&
                      (aspects->parts[behind] & PART_COLON) == PART_COLON;
        sight.owns = owners > 1 && has_feeling(aspects, m);
        look(&sight, mention, &aspects->views[m]);
    }
    aspects->far = SHARE * weights[ENGAGEP_ZONE_FAR];
    aspects->feeling = 0;
    memset(aspects->post, 0, sizeof(aspects->post));
}

int engagep_aspects_find(struct engagep_aspects *aspects, const engage_catalogue *catalogue,
                         const engage_tokenizer *tokenizer)
{
    size_t at = 0;
    size_t inside = 0;
    struct engagep_match match;
    aspects->count = 0;
    while (engagep_terms_next(&catalogue->names, tokenizer, &at, &inside, &match)) {
        int rc = add_mention(aspects, &match);
        if (rc != ENGAGE_OK)
            return rc;
    }
    if (aspects->count == 0)
        return ENGAGE_OK;
    const struct engagep_token *tokens = engagep_token_array(tokenizer, &aspects->tokens);
    void *views = aspects->views;
    int rc = engagep_alloc_grow(aspects->allocator, &views, &aspects->views_capacity,
                                aspects->count, sizeof(*aspects->views));
    aspects->views = views;
    void *parts = aspects->parts;
    if (rc == ENGAGE_OK)
        rc = engagep_alloc_grow(aspects->allocator, &parts, &aspects->parts_capacity,
                                aspects->tokens, 1);
    aspects->parts = parts;
    if (rc != ENGAGE_OK)
        return rc;
    read_parts(aspects, tokens, engagep_token_norms(tokenizer),
               engagep_token_text(tokenizer));
    make_views(aspects, catalogue);
    return ENGAGE_OK;
}

/* ----------------------------------------------------------------- rows --- */

/* 16 bits hold the factor, and are multiplied fast everywhere. */
static void add_row(int32_t *restrict sum, const int16_t *restrict columns, int16_t factor)
{
    for (int k = 0; k < ENGAGEP_TABLE_LANES; k++)
        sum[k] += (int32_t)columns[k] * factor;
}

static void settle(struct engagep_view *view)
{
    for (int k = 0; k < COLUMNS; k++)
        view->seen[k] += view->near[k];
    memset(view->near, 0, sizeof(view->near));
    view->rows = 0;
}

/* The first mention that sees token `first` or one after it: views are in the order of
 * the text at both ends. */
static size_t first_view(const struct engagep_aspects *aspects, size_t first)
{
    size_t low = 0;
    size_t high = aspects->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (aspects->views[middle].end <= first)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Tokens that a row is of, and how many of them are outside of mentions. */
struct stretch {
    size_t first;
    size_t end;
    int32_t outside;
};

static struct stretch stretch_of(const struct engagep_aspects *aspects, size_t first, size_t count)
{
    struct stretch s = {first, first + count, 0};
    for (size_t i = first; i < s.end; i++)
        s.outside += (aspects->parts[i] & PART_INSIDE) == 0;
    return s;
}

/* What a row counts for a view, over what it counts far off; a phrase that reaches into a
 * mention belongs to its tokens outside: what is said of a thing, not the thing. Links do not
 * part phrases, so that one may be as long as the post: only what the view sees is walked. */
static int32_t factor_of(const struct engagep_aspects *aspects, const struct engagep_view *view,
                         const struct stretch *s)
{
    int32_t tokens = (int32_t)(s->end - s->first);
    size_t first = s->first > view->begin ? s->first : view->begin;
    size_t end = s->end < view->end ? s->end : view->end;
    int32_t sum = tokens * aspects->far;
    int32_t sum_outside = s->outside * aspects->far;
    for (size_t i = first; i < end; i++) {
        int32_t more = SHARE * view->weights[i - view->begin] - aspects->far;
        sum += more;
        sum_outside += (aspects->parts[i] & PART_INSIDE) == 0 ? more : 0;
    }
    return (s->outside > 0 ? sum_outside / s->outside : sum / tokens) - aspects->far;
}

void engagep_aspects_add(struct engagep_aspects *aspects, const struct engagep_feature *feature,
                         const unsigned char row[ENGAGEP_TABLE_ROW])
{
    int16_t columns[ENGAGEP_TABLE_LANES] = {0};
    if (feature->count == 0) {
        engagep_table_read(row, columns);
        for (int k = 0; k < COLUMNS; k++)
            aspects->post[k] += columns[k];
        return;
    }
    struct stretch s = stretch_of(aspects, feature->first, feature->count);
    size_t first = first_view(aspects, s.first);
    if (first == aspects->count || aspects->views[first].begin >= s.end)
        return;
    engagep_table_read(row, columns);
    for (size_t m = first; m < aspects->count; m++) {
        struct engagep_view *view = &aspects->views[m];
        if (view->begin >= s.end)
            return;
        int32_t factor = factor_of(aspects, view, &s);
        if (factor == 0)
            continue;
        add_row(view->near, columns, (int16_t)factor);
        if (++view->rows >= ROWS_MOST)
            settle(view);
    }
}

void engagep_aspects_add_own(struct engagep_aspects *aspects, size_t token,
                             const int16_t row[ENGAGEP_TABLE_LANES])
{
    struct stretch s = stretch_of(aspects, token, 1);
    for (size_t m = first_view(aspects, token); m < aspects->count; m++) {
        struct engagep_view *view = &aspects->views[m];
        if (view->begin > token)
            return;
        int32_t factor = factor_of(aspects, view, &s);
        add_row(view->near, row, (int16_t)factor);
        view->rows += ROWS_OWN;
        if (view->rows >= ROWS_MOST)
            settle(view);
    }
}

void engagep_aspects_feel(struct engagep_aspects *aspects, size_t first, size_t count,
                          int32_t value)
{
    struct stretch s = stretch_of(aspects, first, count > 0 ? count : 1);
    aspects->feeling += value;
    for (size_t m = first_view(aspects, first); m < aspects->count; m++) {
        struct engagep_view *view = &aspects->views[m];
        if (view->begin >= s.end)
            return;
        view->feeling += (int64_t)value * factor_of(aspects, view, &s);
    }
}

int engagep_aspects_seen(struct engagep_aspects *aspects, size_t index,
                         const int32_t sum[ENGAGEP_TABLE_LANES], int64_t seen[COLUMNS])
{
    struct engagep_view *view = &aspects->views[index];
    const int8_t *weights = aspects->weights != NULL ? aspects->weights : fitted;
    settle(view);
    for (int k = 0; k < COLUMNS; k++) {
        int64_t post = aspects->post[k];
        seen[k] = view->seen[k] + (sum[k] - post) * aspects->far +
                  post * SHARE * weights[ENGAGEP_ZONE_POST];
    }
    return view->rival;
}

/* -------------------------------------------------------------- judging --- */

void engagep_aspects_judge(struct engagep_aspects *aspects, const int32_t sum[ENGAGEP_TABLE_LANES],
                           const struct engagep_dense *dense,
                           const struct engagep_calibration *calibration)
{
    const int64_t unit = UNIT * SHARE;
    for (size_t m = 0; m < aspects->count; m++) {
        int64_t seen[COLUMNS];
        int64_t open[COLUMNS];
        int64_t x[ENGAGE_SENTIMENTS];
        int rival = engagep_aspects_seen(aspects, m, sum, seen);
        for (int k = 0; k < COLUMNS; k++) {
            seen[k] /= unit;
            int64_t z = seen[k] + dense->ramp[k];
            open[k] = z > 0 ? z : 0;
        }
        for (int head = 0; head < ENGAGE_SENTIMENTS; head++) {
            int64_t logit = dense->bias[head];
            for (int k = 0; k < COLUMNS; k++)
                logit += seen[k] * dense->linear[head][k] + open[k] * dense->ramped[head][k];
            x[head] = engagep_calibrate_wide(logit, calibration->scale[head],
                                             calibration->offset[head]);
        }
        int64_t feeling =
            (aspects->views[m].feeling + aspects->feeling * aspects->far) / (2 * unit);
        x[ENGAGE_POSITIVE] += feeling;
        x[ENGAGE_NEGATIVE] -= feeling;
        /* What is better than it speaks against it; what is worse does not speak for it. */
        if (rival && x[ENGAGE_POSITIVE] > x[ENGAGE_NEGATIVE]) {
            int64_t against = x[ENGAGE_POSITIVE];
            x[ENGAGE_POSITIVE] = x[ENGAGE_NEGATIVE];
            x[ENGAGE_NEGATIVE] = against;
        }
        engagep_calibrate_softmax(x, aspects->mentions[m].probability);
    }
}
