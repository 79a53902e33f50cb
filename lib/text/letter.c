/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "text/letter.h"

#include "base/little.h"

#include <string.h>

/* Tokens at most: from a closing formula on; below dashes; of a subject; of a greeting behind its
 * first words; of a formula; of a name beside it; of a notice, until it is known for one; of a line
 * of a signature, which has at most so many lines, and of a sentence of courtesy. */
enum {
    CLOSING = 240,
    DASHES = 48,
    SUBJECT = 12,
    ADDRESSEES = 8,
    FORMULA = 7,
    NAME = 20,
    NOTICE = 40,
    LINE = 10,
    LINES = 8
};

/* Whether a line ends in front of a token; it does behind the last one. */
static int breaks(const struct engage_tokenizer *t, size_t token)
{
    return token == 0 || token >= t->count ||
           engagep_token_begins_line(t->text, &t->tokens[token]);
}

static int among(const struct engage_tokenizer *t, size_t token, const char *words)
{
    const char *norm = t->norms + t->tokens[token].norm;
    size_t size = t->tokens[token].norm_size;
    for (;;) {
        size_t same = 0;
        while (same < size && words[same] == norm[same] && norm[same] != '\0')
            same++;
        if (same == size && (words[same] == ' ' || words[same] == '\0'))
            return 1;
        const char *gap = strchr(words, ' ');
        if (gap == NULL)
            return 0;
        words = gap + 1;
    }
}

int engagep_letter_among(const struct engage_tokenizer *t, size_t token, const char *words)
{
    return among(t, token, words);
}

static int is_word(const struct engage_tokenizer *t, size_t token)
{
    return t->tokens[token].kind == ENGAGE_TOKEN_WORD;
}

int engagep_letter_is_capital(const struct engage_tokenizer *t, size_t token)
{
    return is_word(t, token) &&
           (t->tokens[token].marks & (ENGAGE_MARK_TITLE | ENGAGE_MARK_CAPS)) != 0;
}

static int is_title(const struct engage_tokenizer *t, size_t token)
{
    return is_word(t, token) && (t->tokens[token].marks & ENGAGE_MARK_TITLE) != 0;
}

int engagep_letter_stops(const struct engage_tokenizer *t, size_t token)
{
    if (t->tokens[token].kind != ENGAGE_TOKEN_PUNCT)
        return 0;
    char first = t->norms[t->tokens[token].norm];
    return first == '.' || first == '!' || first == '?';
}

size_t engagep_letter_line_end(const struct engage_tokenizer *t, size_t first, size_t end)
{
    size_t at = first + 1;
    while (at < end && !breaks(t, at))
        at++;
    return at;
}

/* The same, where that is not so many tokens off. */
static size_t near_line_end(const struct engage_tokenizer *t, size_t first, size_t end, size_t most)
{
    return engagep_letter_line_end(t, first, end - first > most ? first + most + 1 : end);
}

/* ------------------------------------------------------------- courtesy --- */

static const char courtesies[] =
    "thanks thank you so very much many in advance again for your the kind any help time "
    "assistance attention support understanding cooperation patience consideration quick prompt "
    "reply response answer looking look forward to hearing hear from soon back i we us me have a "
    "nice good great lovely wonderful day week weekend evening one and take care";

static int are_courtesies(const struct engage_tokenizer *t, size_t first, size_t end)
{
    for (size_t i = first; i < end; i++)
        if (!among(t, i, courtesies))
            return 0;
    return 1;
}

/* Whether a sentence is one that letters have for politeness' sake: all its words are known. */
static int is_courtesy(const struct engage_tokenizer *t, size_t first, size_t end)
{
    if (end - first < 3 || end - first > LINE || !among(t, end - 1, ", . !") ||
        !among(t, first, "thanks thank many looking i we have take"))
        return 0;
    return are_courtesies(t, first, end - 1);
}

/* Whether words of courtesy close what is asked and say nothing of the matter, whoever is
 * written to: a wish for the day, thanks for what is to come, and looking forward to it. */
static int closes_request(const struct engage_tokenizer *t, size_t first, size_t end)
{
    size_t second = first + (size_t)among(t, first, "i we many");
    if (end - first < 3)
        return 0;
    if (among(t, first, "have") && among(t, first + 1, "a"))
        return among(t, end - 1, "day week weekend evening one");
    if (among(t, second, "look looking"))
        return among(t, second + 1, "forward");
    int advance = 0;
    for (size_t i = second + 1; i < end && among(t, second, "thanks thank"); i++)
        advance |= among(t, i, "advance");
    return advance;
}

/* Whether so much is said from a token on that what stands before it only leads to it. */
static int goes_on(const struct engage_tokenizer *t, size_t first, size_t end)
{
    enum { ENOUGH = 4 };
    size_t words = 0;
    for (size_t i = first; i < end && words < ENOUGH; i++)
        words += (size_t)is_word(t, i);
    return words == ENOUGH;
}

/* Whether such words may end with a token: false of nearly all, and soon. */
static int may_close_request(const struct engage_tokenizer *t, size_t token)
{
    static const char *const by_letter[] = {
        ['a' - 'a'] = "advance answer assistance", ['b' - 'a'] = "back",
        ['d' - 'a'] = "day",                       ['e' - 'a'] = "evening",
        ['f' - 'a'] = "forward",                   ['h' - 'a'] = "help hearing",
        ['o' - 'a'] = "one",                       ['r' - 'a'] = "reply response",
        ['s' - 'a'] = "soon support",              ['t' - 'a'] = "time",
        ['u' - 'a'] = "us understanding",          ['w' - 'a'] = "week weekend",
        ['y' - 'a'] = "you",
    };
    unsigned letter = (unsigned char)t->norms[t->tokens[token].norm] - (unsigned)'a';
    return letter < sizeof(by_letter) / sizeof(by_letter[0]) && by_letter[letter] != NULL &&
           among(t, token, by_letter[letter]);
}

/* The end of what is in front of sentences that close a request; `end` if there are none. */
static size_t before_courtesies(const struct engage_tokenizer *t, size_t first, size_t end)
{
    size_t begin = end;
    while (begin > first && end - begin <= 2 * LINE) {
        size_t behind = begin - (size_t)engagep_letter_stops(t, begin - 1);
        size_t at = behind;
        if (at == first || !may_close_request(t, at - 1))
            break;
        while (at > first && behind - at <= LINE && !engagep_letter_stops(t, at - 1) &&
               (at == behind || !breaks(t, at)))
            at--;
        if (at == first || behind - at > LINE || !closes_request(t, at, behind) ||
            !are_courtesies(t, at, behind))
            break;
        begin = at;
    }
    return begin < end && goes_on(t, first, begin) ? begin : end;
}

/* The end of "I hope this mail finds you well.", where a letter begins so; else `first`. */
static size_t end_wish(const struct engage_tokenizer *t, size_t first, size_t end)
{
    static const char words[] = "i hope hoping this email e-mail mail message letter note finds "
                                "you your team are is doing keeping well all and the";
    int well = 0;
    /* Nearly no post begins so: the letter tells it soon. */
    if (first == end || (t->norms[t->tokens[first].norm] | 1) != 'i')
        return first;
    size_t hope = first + (size_t)among(t, first, "i");
    if (hope == end || !among(t, hope, "hope hoping"))
        return first;
    for (size_t at = first; at < end && at - first < LINE; at++) {
        if (well && among(t, at, ". ! ,"))
            return at + 1;
        if (!among(t, at, words))
            return first;
        well |= among(t, at, "well");
    }
    return first;
}

/* ------------------------------------------------------------- greeting --- */

/* How sure it is that a post begins with the greeting of a letter. PERHAPS: where it has a
 * closing formula, too; posts address whoever they are about as well. */
enum sureness { NO, PERHAPS, SURE };

struct greeting {
    enum sureness sure;
    size_t end;
};

static const char addressees[] =
    "team teams sir sirs madam ma'am all there everyone everybody support customer customers "
    "service services care help desk helpdesk staff folks guys friends colleagues ladies "
    "gentlemen and or the at of & / mr mrs ms miss dr prof valued";

/* Whom letters are not written to. */
static const char unaddressed[] =
    "i i'm i've i'd my we you it this that is god lord jesus me diary";

static int is_addressee(const struct engage_tokenizer *t, size_t token)
{
    if (t->tokens[token].kind == ENGAGE_TOKEN_MENTION || among(t, token, addressees))
        return 1;
    if (among(t, token, "."))
        return among(t, token - 1, "mr mrs ms dr prof");
    return is_title(t, token) && !among(t, token, unaddressed);
}

/* The end of the words that greet; `first` where there are none. */
static size_t end_salutation(const struct engage_tokenizer *t, size_t first, size_t end)
{
    switch (t->norms[t->tokens[first].norm]) {
    case 'h':
        return first + (size_t)among(t, first, "hi hello hey hiya");
    case 'd':
        return first + (size_t)among(t, first, "dear");
    case 'g':
        if (end - first > 2 && among(t, first, "good") &&
            among(t, first + 1, "morning afternoon evening day"))
            return first + 2;
        return first + (size_t)among(t, first, "greetings");
    case 't':
        return end - first > 5 && among(t, first, "to") && among(t, first + 1, "whom") &&
                       among(t, first + 2, "it") && among(t, first + 3, "may") &&
                       among(t, first + 4, "concern")
                   ? first + 5
                   : first;
    default:
        return first;
    }
}

/* How sure a greeting is that has a line of its own. */
static enum sureness judge_line(const struct engage_tokenizer *t, size_t first, size_t names,
                                char mark)
{
    if (mark != '\0' && mark != '!' && mark != '.')
        return SURE;
    return names <= 3 && !among(t, first, "good") ? SURE : PERHAPS;
}

/* How sure one is that the text goes on behind. */
static enum sureness judge_beside(const struct engage_tokenizer *t, size_t first, size_t begin,
                                  size_t end)
{
    if (among(t, first, "to"))
        return SURE;
    int listed = among(t, first, "dear") && end > begin;
    for (size_t i = begin; i < end; i++)
        listed &= among(t, i, addressees);
    return listed ? SURE : PERHAPS;
}

static struct greeting find_greeting(const struct engage_tokenizer *t, size_t first, size_t end)
{
    struct greeting none = {NO, first};
    if (first == end || !is_word(t, first))
        return none;
    size_t begin = end_salutation(t, first, end);
    if (begin == first)
        return none;
    size_t at = begin;
    while (at < end && at - begin < ADDRESSEES && !breaks(t, at) && is_addressee(t, at))
        at++;
    /* One name may be in small letters. */
    if (at == begin && end - at > 2 && !breaks(t, at) && is_word(t, at) && breaks(t, at + 2) &&
        among(t, at + 1, ", :") && !among(t, at, unaddressed))
        at++;
    size_t names = at - begin;
    char mark = '\0';
    if (at < end && !breaks(t, at)) {
        if (!among(t, at, ", : ! . - \xE2\x80\x93 \xE2\x80\x94"))
            return none;
        mark = t->norms[t->tokens[at++].norm];
    }
    if (at == end)
        return none;
    /* Of the matter it says nothing, whatever time of day it wishes to be good. */
    int leads = goes_on(t, at, end);
    if (breaks(t, at) && leads && among(t, first, "good"))
        return (struct greeting){SURE, at};
    if (breaks(t, at))
        return (struct greeting){judge_line(t, first, names, mark), at};
    if (mark != '\0' && leads && !among(t, first, "dear"))
        return (struct greeting){SURE, at};
    if (mark == '.' && names > 0)
        return none;
    return (struct greeting){judge_beside(t, first, begin, begin + names), at};
}

/* -------------------------------------------------------------- closing --- */

/* What the words of a formula are: of those that close letters, or of those that do so above or
 * beside a name alone. */
enum { FORMAL = 1, CASUAL = 2, YOURS = 4, TRULY = 8, BEST = 16, THANKS = 32, OTHER = 64 };

struct formula {
    size_t first;
    size_t end;
    unsigned words;
};

static unsigned part_of_formula(const struct engage_tokenizer *t, size_t token)
{
    if (!is_word(t, token))
        return among(t, token, "&") ? OTHER : 0;
    if (among(t, token, "regards sincerely faithfully respectfully cordially rgds"))
        return FORMAL;
    if (among(t, token, "thanks thank thx"))
        return CASUAL | THANKS;
    if (among(t, token, "cheers wishes warmly love"))
        return CASUAL;
    if (among(t, token, "best"))
        return CASUAL | BEST;
    if (among(t, token, "yours"))
        return CASUAL | YOURS;
    if (among(t, token, "truly"))
        return TRULY;
    return among(t, token, "kind warm warmest kindest with many all the you in advance again so "
                           "much very and")
               ? OTHER
               : 0;
}

static int is_name(const struct engage_tokenizer *t, size_t token)
{
    switch (t->tokens[token].kind) {
    case ENGAGE_TOKEN_WORD:
        return engagep_letter_is_capital(t, token) || among(t, token, "of and the at for");
    case ENGAGE_TOKEN_PUNCT:
    case ENGAGE_TOKEN_SYMBOL:
        return among(t, token, ", . - | / ( ) + & : < > \xE2\x80\x93 \xE2\x80\x94");
    case ENGAGE_TOKEN_EMOJI:
    case ENGAGE_TOKEN_EMOTICON:
    case ENGAGE_TOKEN_HASHTAG:
        return 0;
    default:
        return 1;
    }
}

/* Whether a name stands on a line, and nothing else. */
static int is_name_line(const struct engage_tokenizer *t, size_t first, size_t end, size_t most)
{
    if (end - first > most || !engagep_letter_is_capital(t, first) || among(t, first, "to from for"))
        return 0;
    for (size_t i = first; i < end; i++)
        if (!is_name(t, i))
            return 0;
    return 1;
}

/* Whether something is asked or cried: signatures have no such marks. */
static int exclaims(const struct engage_tokenizer *t, size_t first, size_t end)
{
    for (size_t i = first; i < end; i++)
        if (engagep_letter_stops(t, i) && !among(t, i, "."))
            return 1;
    return 0;
}

/* Whether a line is one of a signature: names and numbers rather than what is said. */
static int is_signature(const struct engage_tokenizer *t, size_t first, size_t end)
{
    size_t small = 0, numbers = 0;
    if (end - first > LINE || exclaims(t, first, end))
        return 0;
    for (size_t i = first; i < end; i++) {
        small += is_word(t, i) && !engagep_letter_is_capital(t, i);
        numbers += t->tokens[i].kind == ENGAGE_TOKEN_NUMBER;
    }
    return end - first == 1 || 2 * small <= end - first + numbers;
}

static int is_postscript(const struct engage_tokenizer *t, size_t first)
{
    return among(t, first, "ps p.s p.s. pps p.p.s p.p.s.") ||
           (engagep_letter_is_capital(t, first) && among(t, first, "p"));
}

/* Whether a notice begins that mails have below the signature, to whomever they are. */
static int is_notice(const struct engage_tokenizer *t, size_t first, size_t end)
{
    for (size_t i = first; i < end && i - first < NOTICE; i++)
        if (among(t, i, "confidential confidentiality disclaimer privileged unsubscribe"))
            return 1;
    return 0;
}

/* The end of a signature, which is that of the post or where a postscript begins; 0 if there is
 * more behind it than a notice. A postscript comes below a name, which may stand before. */
static size_t end_signature(const struct engage_tokenizer *t, size_t first, size_t end, int named)
{
    for (int lines = 0; first < end; lines++) {
        size_t next = near_line_end(t, first, end, LINE);
        if (is_postscript(t, first) && (named || lines > 0))
            return first;
        if (lines == LINES || !is_signature(t, first, next))
            return is_notice(t, first, end) ? end : 0;
        first = next;
    }
    return end;
}

/* The end of what closes a letter from a line of courtesy on, such as "Have a nice day,", with a
 * name below; 0 if that does not close one. */
static size_t end_courtesy(const struct engage_tokenizer *t, size_t first, size_t end,
                           enum sureness greeted)
{
    size_t below = near_line_end(t, first, end, LINE);
    if (below == end || !is_courtesy(t, first, below) ||
        (greeted == NO && !among(t, below - 1, ",")))
        return 0;
    size_t next = near_line_end(t, below, end, 3);
    return is_name_line(t, below, next, 3) ? end_signature(t, next, end, 1) : 0;
}

/* The end of what closes a letter from a formula on; 0 if that does not close one. A formula begins
 * a line or a sentence; or, where line breaks were lost, it may have a capital within one. */
static size_t end_closing(const struct engage_tokenizer *t, struct formula formula, size_t end,
                          enum sureness greeted)
{
    size_t at = formula.end;
    char mark = '\0';
    if (at < end && !breaks(t, at) && among(t, at, ", . ! - \xE2\x80\x93 \xE2\x80\x94"))
        mark = t->norms[t->tokens[at++].norm];
    int line = breaks(t, formula.first);
    int parted = line || engagep_letter_stops(t, formula.first - 1);
    int below = at < end && breaks(t, at);
    size_t next = at < end ? near_line_end(t, at, end, NAME) : end;
    unsigned words = formula.words;
    if ((words & FORMAL) != 0 || (words & (YOURS | TRULY)) == (YOURS | TRULY)) {
        if (!parted && !(is_title(t, formula.first) && is_word(t, formula.first - 1)))
            return 0;
        if (at == end)
            return parted ? end : 0;
        if (!below && !is_name_line(t, at, next, NAME))
            return 0;
        return end_signature(t, below ? at : next, end, !below);
    }
    if (!parted || at == end)
        return 0;
    if (!is_name_line(t, at, next, 3) && !(next == at + 1 && mark == ',' && is_word(t, at)))
        return 0;
    int closes = below ? mark == ',' || (line && mark == '\0' && (words & THANKS) != 0)
                       : mark == ',' && (words & BEST) != 0;
    int greets = greeted != NO && (below || mark == ',');
    return closes || greets ? end_signature(t, next, end, 1) : 0;
}

/* Whether a formula may begin with a token: false of nearly all, and soon. */
static int may_begin_formula(const struct engage_tokenizer *t, size_t token)
{
    static const char *const by_letter[] = {
        ['a' - 'a'] = "all",
        ['b' - 'a'] = "best",
        ['c' - 'a'] = "cheers cordially",
        ['f' - 'a'] = "faithfully",
        ['h' - 'a'] = "have",
        ['k' - 'a'] = "kind kindest",
        ['l' - 'a'] = "looking love",
        ['m' - 'a'] = "many",
        ['r' - 'a'] = "regards respectfully rgds",
        ['s' - 'a'] = "sincerely",
        ['t' - 'a'] = "take thank thanks thx",
        ['w' - 'a'] = "warm warmest warmly wishes with",
        ['y' - 'a'] = "yours",
    };
    if (!is_title(t, token) && !engagep_letter_stops(t, token - 1) && !breaks(t, token))
        return 0;
    unsigned letter = (unsigned char)t->norms[t->tokens[token].norm] - (unsigned)'a';
    return letter < sizeof(by_letter) / sizeof(by_letter[0]) && by_letter[letter] != NULL &&
           among(t, token, by_letter[letter]);
}

static struct formula read_formula(const struct engage_tokenizer *t, size_t first, size_t end)
{
    struct formula formula = {first, first, 0};
    unsigned part = part_of_formula(t, first);
    while (part != 0) {
        formula.words |= part;
        formula.end++;
        int more = formula.end < end && formula.end - first < FORMULA && !breaks(t, formula.end);
        part = more ? part_of_formula(t, formula.end) : 0;
    }
    return formula;
}

/* Where a letter begins to close whose formula is known, for a sentence in front of it may be one
 * of courtesy; behind `first`. */
static size_t begin_courtesy(const struct engage_tokenizer *t, size_t first, size_t formula)
{
    size_t at = formula - 1;
    while (at > first && formula - at <= LINE && !engagep_letter_stops(t, at - 1) && !breaks(t, at))
        at--;
    return at > first && is_courtesy(t, at, formula) ? at : formula;
}

/* What closes the letter, behind `first`; empty if nothing does. */
static struct engagep_part find_closing(const struct engage_tokenizer *t, size_t first, size_t end,
                                        enum sureness greeted)
{
    size_t from = end - first > CLOSING ? end - CLOSING : first + 1;
    for (size_t at = from; at < end; at++) {
        if (!may_begin_formula(t, at))
            continue;
        struct formula formula = read_formula(t, at, end);
        size_t closes = (formula.words & (FORMAL | CASUAL)) != 0
                            ? end_closing(t, formula, end, greeted)
                            : 0;
        if (closes == 0 && breaks(t, at))
            closes = end_courtesy(t, at, end, greeted);
        if (closes > 0)
            return (struct engagep_part){begin_courtesy(t, first, at), closes};
    }
    return (struct engagep_part){end, end};
}

/* ------------------------------------------------------------ what sent --- */

/* The end of what is in front of "Sent from my telephone". */
static size_t before_sender(const struct engage_tokenizer *t, size_t first, size_t end)
{
    for (size_t at = end - first > LINE ? end - LINE : first + 1; at + 2 < end; at++) {
        if (!is_title(t, at) || !among(t, at, "sent get"))
            continue;
        int sent = among(t, at, "sent") && among(t, at + 1, "from via");
        int got = among(t, at, "get") && among(t, at + 1, "outlook") && among(t, at + 2, "for");
        int mine = sent && among(t, at + 2, "my") && end - at < 7 && !exclaims(t, at, end);
        int parted = breaks(t, at) || engagep_letter_stops(t, at - 1);
        if (mine || ((sent || got) && parted && is_signature(t, at, end)))
            return at;
    }
    return end;
}

/* The end of what is in front of a line with "--" alone, behind which mail has its signature. */
static size_t before_dashes(const struct engage_tokenizer *t, size_t first, size_t end)
{
    for (size_t at = end - first > DASHES ? end - DASHES : first + 1; at < end; at++)
        if (t->tokens[at].end - t->tokens[at].start == 2 && among(t, at, "--") && breaks(t, at) &&
            breaks(t, at + 1))
            return at;
    return end;
}

/* ---------------------------------------------------------------- strip --- */

static int is_out(const struct engage_tokenizer *t, size_t token)
{
    return (t->tokens[token].marks & ENGAGEP_LETTER_OUT) != 0;
}

/* Whether a word is left. */
static int says(const struct engage_tokenizer *t)
{
    for (size_t i = 0; i < t->count; i++) {
        int kind = t->tokens[i].kind;
        if (!is_out(t, i) && (kind == ENGAGE_TOKEN_WORD || kind == ENGAGE_TOKEN_HASHTAG))
            return 1;
    }
    return 0;
}

static void keep(struct engage_tokenizer *t, int all)
{
    size_t kept = 0;
    for (size_t i = 0; i < t->count; i++) {
        if (is_out(t, i) && !all)
            continue;
        t->tokens[kept] = t->tokens[i];
        t->tokens[kept++].marks &= (uint8_t)~ENGAGEP_LETTER_OUT;
    }
    t->count = kept;
}

void engagep_letter_mark(struct engage_tokenizer *t, struct engagep_part out)
{
    for (size_t i = out.first; i < out.end; i++)
        t->tokens[i].marks |= ENGAGEP_LETTER_OUT;
}

/* Whether a post that is one line may end as a letter does: it has a word that those do. Nearly all
 * posts do not, and no branch has to be guessed for it. */
static int may_close(const struct engage_tokenizer *t)
{
    enum { LAST = 12 }; /* tokens that are looked at */
    /* Words by the sum of their third and fourth letters: how they begin, their sizes, and a mark
     * that they must have. */
    static const struct {
        char begin[6];
        uint8_t size;
        uint8_t mark;
    } words[32] = {
        [0] = {"outl", 7, ENGAGE_MARK_TITLE},  /* outlook */
        [2] = {"sent", 4, ENGAGE_MARK_TITLE},  /* sent */
        [3] = {"resp", 12, 0},                 /* respectfully */
        [7] = {"best", 4, ENGAGE_MARK_TITLE},  /* best */
        [8] = {"rega", 7, 0},                  /* regards */
        [17] = {"sinc", 9, 0},                 /* sincerely */
        [22] = {"cord", 9, 0},                 /* cordially */
        [23] = {"rgds", 4, 0},                 /* rgds */
        [29] = {"fait", 10, 0},                /* faithfully */
    };
    unsigned found = 0;
    for (size_t i = t->count > LAST ? t->count - LAST : 0; i < t->count; i++) {
        const struct engagep_token *token = &t->tokens[i];
        const unsigned char *norm = (const unsigned char *)t->norms + token->norm;
        size_t at = (size_t)(norm[2] + norm[3]) % 32;
        found |= (unsigned)(engagep_little_u32(norm) ==
                            engagep_little_u32((const unsigned char *)words[at].begin)) &
                 (unsigned)(token->norm_size == words[at].size) &
                 (unsigned)((token->marks & ENGAGE_MARK_TITLE) >= words[at].mark);
    }
    return (int)found;
}

/* The greeting of a post: at its beginning, behind whom it mentions, or below what it is about.
 * Tells where it begins. */
static struct greeting look_for_greeting(const struct engage_tokenizer *t, size_t *first,
                                         size_t end, int lines)
{
    struct greeting greeting = find_greeting(t, *first, end);
    if (greeting.sure != NO || *first == end)
        return greeting;
    size_t second = *first;
    while (second < end && t->tokens[second].kind == ENGAGE_TOKEN_MENTION)
        second++;
    struct greeting below = greeting;
    if (second > *first)
        below = find_greeting(t, second, end);
    int found = below.sure == SURE;
    if (!found && lines) {
        second = near_line_end(t, *first, end, SUBJECT);
        below = find_greeting(t, second, end);
        found = below.sure == SURE && breaks(t, second) && !engagep_letter_stops(t, second - 1);
    }
    if (!found)
        return greeting;
    *first = second;
    return below;
}

void engagep_letter_strip(struct engage_tokenizer *t)
{
    size_t first = 0, own = t->count;
    int lines = t->size > 0 && memchr(t->text, '\n', t->size) != NULL;
    int found = engagep_letter_mark_headings(t) | engagep_letter_mark_stamps(t) |
                engagep_letter_mark_facts(t, lines);
    if (lines)
        found |= engagep_letter_mark_lines(t) | engagep_letter_mark_labels(t);
    while (first < own && is_out(t, first))
        first++;
    while (own > first && is_out(t, own - 1))
        own--;
    struct greeting greeting = look_for_greeting(t, &first, own, lines);
    /* "I hope you are well." */
    size_t wish = end_wish(t, greeting.end, own);
    if (wish > greeting.end && goes_on(t, wish, own))
        greeting = (struct greeting){SURE, wish};
    size_t asked = before_courtesies(t, greeting.end, own);
    if (asked < own) {
        engagep_letter_mark(t, (struct engagep_part){asked, own});
        own = asked;
        found = 1;
    }
    if (!lines && !found && greeting.sure == NO && !may_close(t))
        return;
    size_t end = lines ? before_dashes(t, greeting.end, own) : own;
    end = before_sender(t, greeting.end, end);
    struct engagep_part closing = find_closing(t, greeting.end, end, greeting.sure);
    if (greeting.sure == PERHAPS && !found && closing.first == closing.end && end == own)
        greeting.end = first;
    if (greeting.end > first)
        greeting.end = end_wish(t, greeting.end, closing.first);
    if (!found && greeting.end == first && closing.first == closing.end && end == own)
        return;
    engagep_letter_mark(t, (struct engagep_part){first, greeting.end});
    engagep_letter_mark(t, closing);
    engagep_letter_mark(t, (struct engagep_part){end, own});
    keep(t, !says(t));
}
