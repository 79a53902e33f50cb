/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * engage/text.h: from bytes to tokens and entities. Nothing here knows a model.
 */
#ifndef ENGAGE_TEXT_H
#define ENGAGE_TEXT_H

#include <engage/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The Unicode version of the tables in use, such as "15.0.0". Static text. Since 0.1. */
ENGAGE_API const char *engage_unicode_version(void);

/* The version of ICU whose dictionaries cut Chinese, Japanese, Thai, Lao, Khmer and Burmese
 * into words, such as "72.1"; NULL in a library built without ICU, which cuts them into
 * grapheme clusters. Static text. Since 0.1. */
ENGAGE_API const char *engage_dictionary_version(void);

/* -------------------------------------------------------------- tokens --- */

/* Kinds of token. Numbers never change once released. */
#define ENGAGE_TOKEN_WORD 0
#define ENGAGE_TOKEN_NUMBER 1
#define ENGAGE_TOKEN_MENTION 2
#define ENGAGE_TOKEN_HASHTAG 3
#define ENGAGE_TOKEN_CASHTAG 4
#define ENGAGE_TOKEN_URL 5
#define ENGAGE_TOKEN_EMAIL 6
#define ENGAGE_TOKEN_PHONE 7
#define ENGAGE_TOKEN_EMOJI 8
#define ENGAGE_TOKEN_EMOTICON 9
#define ENGAGE_TOKEN_PUNCT 10
#define ENGAGE_TOKEN_SYMBOL 11
#define ENGAGE_TOKEN_KINDS 12

/* Marks of a token, a bit each. */
#define ENGAGE_MARK_CAPS 1u      /* two or more letters, all of them capitals */
#define ENGAGE_MARK_TITLE 2u     /* first letter a capital, the rest not */
#define ENGAGE_MARK_ELONGATED 4u /* a letter three or more times in a row, folded in norm */
#define ENGAGE_MARK_REPEATED 8u  /* a run of marks such as "!!!" */
#define ENGAGE_MARK_GLUED 16u    /* no white space between it and the token before it */

/* Units of offsets. */
#define ENGAGE_OFFSET_BYTES 0
#define ENGAGE_OFFSET_CODEPOINTS 1
#define ENGAGE_OFFSET_UTF16 2

/* The name of a kind of token as in JSON, such as "word"; NULL for no kind.
 * Static text. Since 0.1. */
ENGAGE_API const char *engage_token_kind_name(int kind);

/* Cut Chinese, Japanese, Thai, Lao, Khmer and Burmese into grapheme clusters, as a build
 * without ICU does, rather than into words of a dictionary. */
#define ENGAGE_TEXT_NO_DICTIONARY 1u

typedef struct engage_text_options {
    uint32_t struct_size;
    uint32_t max_bytes;                /* longest text taken; 0: 65,536; at most 2^30 */
    const engage_allocator *allocator; /* NULL: malloc */
    uint32_t flags;                    /* ENGAGE_TEXT_ bits */
    uint32_t reserved;
} engage_text_options;
#define ENGAGE_TEXT_OPTIONS_INIT {sizeof(engage_text_options), 0, 0, 0, 0}

/* Cuts posts into tokens. One thread at a time. After warm-up a run allocates
 * nothing. */
typedef struct engage_tokenizer engage_tokenizer;

/* Makes a tokenizer. Options may be NULL. Returns ENGAGE_OK, ENGAGE_EMISUSE,
 * ENGAGE_EOPTIONS, ENGAGE_ENOMEM. Since 0.1. */
ENGAGE_API ENGAGE_NODISCARD int engage_tokenizer_new(engage_tokenizer **out,
                                                     const engage_text_options *options);

/* Releases a tokenizer; NULL is allowed. Since 0.1. */
ENGAGE_API void engage_tokenizer_free(engage_tokenizer *tokenizer);

/* Cuts a text into tokens, which the getters below read until the next run. The
 * text is borrowed until then. Between tokens lie only white space and ignorable
 * characters, so that tokens and gaps rebuild the text byte for byte. Returns
 * ENGAGE_OK, ENGAGE_EMISUSE, ENGAGE_ELIMIT (text longer than max_bytes),
 * ENGAGE_ENOMEM; after a failure there are no tokens. Since 0.1. */
ENGAGE_API ENGAGE_NODISCARD int engage_tokenizer_run(engage_tokenizer *tokenizer, const char *text,
                                                     size_t size);

/* The number of tokens of the last run; 0 for NULL. Since 0.1. */
ENGAGE_API size_t engage_tokenizer_count(const engage_tokenizer *tokenizer);

/* ENGAGE_TOKEN_ kind of a token, or ENGAGE_ERANGE. Since 0.1. */
ENGAGE_API int engage_tokenizer_kind(const engage_tokenizer *tokenizer, size_t index);

/* The bytes of a token; {0, 0} for an index out of range. Since 0.1. */
ENGAGE_API engage_span engage_tokenizer_span(const engage_tokenizer *tokenizer, size_t index);

/* ENGAGE_MARK_ bits of a token; 0 for an index out of range. Since 0.1. */
ENGAGE_API uint32_t engage_tokenizer_marks(const engage_tokenizer *tokenizer, size_t index);

/* The token normalized: NFC, case-folded, elongation of words and hashtags folded to two letters.
 * Borrowed. NULL and *size 0 for an index out of range. Since 0.1. */
ENGAGE_API const char *engage_tokenizer_norm(const engage_tokenizer *tokenizer, size_t index,
                                             size_t *size);

/* Runs the tokenizer and appends the JSON object of `engage tokens` to a buffer,
 * without a line end: {"id","tokens":[{"kind","start","end","text","norm"}]}.
 * `unit` is an ENGAGE_OFFSET_. Returns what engage_tokenizer_run returns, or
 * ENGAGE_ERANGE (no such unit). Since 0.1. */
ENGAGE_API ENGAGE_NODISCARD int engage_tokenizer_json(engage_tokenizer *tokenizer, engage_str id,
                                                      const char *text, size_t size, int unit,
                                                      engage_buffer *buffer);

/* ------------------------------------------------------------ entities --- */

/* Kinds of entity, as twitter-text defines them. */
#define ENGAGE_ENTITY_MENTION 0
#define ENGAGE_ENTITY_HASHTAG 1
#define ENGAGE_ENTITY_CASHTAG 2
#define ENGAGE_ENTITY_URL 3

/* Finds mentions, lists, hashtags, cashtags and URLs. One thread at a time. */
typedef struct engage_entities engage_entities;

/* As engage_tokenizer_new. Since 0.1. */
ENGAGE_API ENGAGE_NODISCARD int engage_entities_new(engage_entities **out,
                                                    const engage_text_options *options);

/* Releases it; NULL is allowed. Since 0.1. */
ENGAGE_API void engage_entities_free(engage_entities *entities);

/* Finds the entities of a text, in order of their start, which the getters below
 * read until the next run. Returns as engage_tokenizer_run. Since 0.1. */
ENGAGE_API ENGAGE_NODISCARD int engage_entities_run(engage_entities *entities, const char *text,
                                                    size_t size);

/* The number of entities of the last run; 0 for NULL. Since 0.1. */
ENGAGE_API size_t engage_entities_count(const engage_entities *entities);

/* ENGAGE_ENTITY_ kind, or ENGAGE_ERANGE. Since 0.1. */
ENGAGE_API int engage_entities_kind(const engage_entities *entities, size_t index);

/* The bytes of an entity, its sign (@ # $) included. Since 0.1. */
ENGAGE_API engage_span engage_entities_span(const engage_entities *entities, size_t index);

/* The bytes of its value: screen name, tag without sign, or URL. Since 0.1. */
ENGAGE_API engage_span engage_entities_value(const engage_entities *entities, size_t index);

/* The bytes of a mention's list slug, its slash included; empty where none. Since 0.1. */
ENGAGE_API engage_span engage_entities_slug(const engage_entities *entities, size_t index);

/* The bytes of the screen name that the text replies to (a mention at its very
 * start); empty where none. Since 0.1. */
ENGAGE_API engage_span engage_entities_reply(const engage_entities *entities);

/* Runs, and appends the JSON object of `engage entities`. Returns as
 * engage_tokenizer_json. Since 0.1. */
ENGAGE_API ENGAGE_NODISCARD int engage_entities_json(engage_entities *entities, engage_str id,
                                                     const char *text, size_t size, int unit,
                                                     engage_buffer *buffer);

/* Cuts a hashtag, with its sign or without, into its words: #BestDayEver, #bestdayever.
 * Writes at most `room` ranges of bytes to `words`, and to *count how many words there are.
 * English is known best. Returns ENGAGE_OK, ENGAGE_EMISUSE, ENGAGE_ELIMIT (longer than 140
 * characters). Any thread. Since 0.1. */
ENGAGE_API ENGAGE_NODISCARD int engage_hashtag_words(const char *text, size_t size,
                                                     engage_span *words, size_t room,
                                                     size_t *count);

/* ------------------------------------------------- rules of platforms --- */

/* How a platform counts the length of a post. */
#define ENGAGE_RULES_X3 0       /* X: weights, an emoji counts as 2, a link as 23; limit 280 */
#define ENGAGE_RULES_X2 1       /* X before 2018: the same, but each part of an emoji counts */
#define ENGAGE_RULES_X1 2       /* Twitter before 2017: characters; limit 140 */
#define ENGAGE_RULES_MASTODON 3 /* graphemes, a link is 23, no server of a mention; limit 500 */
#define ENGAGE_RULES_BLUESKY 4  /* graphemes; limit 300, and 3,000 bytes */

/* The rules of a name: "x3", "x2", "x1", "mastodon", "bluesky", "x" being "x3"; ENGAGE_ERANGE
 * for no such name, ENGAGE_EMISUSE for NULL. Since 0.1. */
ENGAGE_API int engage_rules_by_name(const char *name);

/* The length of a post by a platform's rules. Ranges are UTF-16 units with an inclusive
 * end, both ends 0 for an empty text, as twitter-text has them. A number that 31 bits do not
 * hold is 2,147,483,647. Frozen. */
typedef struct engage_length {
    int32_t length;
    int32_t limit;
    int32_t valid;      /* 1: it may be posted */
    int32_t permillage; /* of the limit, rounded down */
    int32_t display_end; /* the whole text reaches from 0 to here */
    int32_t valid_end;   /* what fits reaches from 0 to here */
} engage_length;

/* Measures a text. Overwrites the entities of the last run. Returns ENGAGE_OK,
 * ENGAGE_EMISUSE, ENGAGE_ERANGE (no such rules), ENGAGE_ELIMIT, ENGAGE_ENOMEM. Since 0.1. */
ENGAGE_API ENGAGE_NODISCARD int engage_entities_length(engage_entities *entities, const char *text,
                                                       size_t size, int rules,
                                                       engage_length *out);

/* Measures, and appends the JSON object of `engage length`. Returns the same. Since 0.1. */
ENGAGE_API ENGAGE_NODISCARD int engage_length_json(engage_entities *entities, engage_str id,
                                                   const char *text, size_t size, int rules,
                                                   engage_buffer *buffer);

/* What a text may be checked to be, as a whole. */
#define ENGAGE_VALID_USERNAME 0 /* @name */
#define ENGAGE_VALID_LIST 1     /* @name/list */
#define ENGAGE_VALID_HASHTAG 2  /* #tag */
#define ENGAGE_VALID_URL 3      /* http:// or https:// and what RFC 3986 lets follow */
#define ENGAGE_VALID_URL_BARE 4 /* the same, the scheme left out or not */

/* The kind of a name: "username", "list", "hashtag", "url", "url-bare"; ENGAGE_ERANGE for
 * none, ENGAGE_EMISUSE for NULL. Since 0.1. */
ENGAGE_API int engage_valid_by_name(const char *name);

/* Whether a text is what `kind` says, by twitter-text's rules: ENGAGE_ROW for yes, ENGAGE_OK
 * for no; ENGAGE_EMISUSE, ENGAGE_ERANGE (no such kind). Since 0.1. */
ENGAGE_API int engage_valid(int kind, const char *text, size_t size);

/* Checks, and appends the JSON object of `engage valid`. Returns ENGAGE_OK,
 * ENGAGE_EMISUSE, ENGAGE_ERANGE, ENGAGE_ENOMEM. Since 0.1. */
ENGAGE_API ENGAGE_NODISCARD int engage_valid_json(int kind, engage_str id, const char *text,
                                                  size_t size, engage_buffer *buffer);

/* ---------------------------------------------------------------- HTML --- */

/* What becomes a link, a bit each. */
#define ENGAGE_LINK_MENTIONS 1u
#define ENGAGE_LINK_LISTS 2u
#define ENGAGE_LINK_HASHTAGS 4u
#define ENGAGE_LINK_CASHTAGS 8u
#define ENGAGE_LINK_URLS 16u
#define ENGAGE_LINK_ALL 31u
/* The text is HTML already, and trusted: what lies between links is not escaped. */
#define ENGAGE_LINK_TRUSTED 32u

/* An entity that a platform has told of. Absent pieces are {NULL, 0}. Frozen. */
typedef struct engage_link {
    int32_t kind;        /* ENGAGE_ENTITY_ */
    uint32_t start;      /* bytes of the text, the sign included */
    uint32_t end;
    engage_str value;    /* as engage_entities_value */
    engage_str slug;     /* of a list, the slash included */
    engage_str expanded; /* of a URL: where it leads */
    engage_str display;  /* of a URL: how it is shown */
} engage_link;

/* Appends a post as HTML in which its entities are links to X; links without http:// stay
 * text. All that comes from the text is escaped, in text and attributes, so that no
 * markup can enter. Overwrites the entities of the last run. Returns ENGAGE_OK,
 * ENGAGE_EMISUSE, ENGAGE_ERANGE (unknown bits), ENGAGE_ELIMIT, ENGAGE_ENOMEM. Since 0.1. */
ENGAGE_API ENGAGE_NODISCARD int engage_html_autolink(engage_entities *entities, const char *text,
                                                     size_t size, uint32_t what,
                                                     engage_buffer *buffer);

/* The same with the entities given, in order of their start. A link that is not http or
 * https is shown as text. Returns ENGAGE_OK, ENGAGE_EMISUSE, ENGAGE_ERANGE (unknown bits or
 * kind, or ranges that overlap or leave the text), ENGAGE_ENOMEM. Since 0.1. */
ENGAGE_API ENGAGE_NODISCARD int engage_html_link(const char *text, size_t size,
                                                 const engage_link *links, size_t count,
                                                 uint32_t what, engage_buffer *buffer);

/* Appends HTML with hits marked: each hit is a half-open range of characters, as they are
 * shown (tags count nothing, a character reference one), and becomes an element `tag`
 * (letters and digits of ASCII; NULL: "em"). Hits are in order and do not overlap. The
 * HTML itself is passed on as it is. Returns ENGAGE_OK, ENGAGE_EMISUSE,
 * ENGAGE_ERANGE (tag, or hits out of order), ENGAGE_ENOMEM. Since 0.1. */
ENGAGE_API ENGAGE_NODISCARD int engage_html_highlight(const char *html, size_t size,
                                                      const engage_span *hits, size_t count,
                                                      const char *tag, engage_buffer *buffer);

/* The text of HTML: what a reader sees, plain. One thread at a time. After warm-up a run
 * allocates nothing. */
typedef struct engage_html engage_html;

/* As engage_tokenizer_new. Since 0.1. */
ENGAGE_API ENGAGE_NODISCARD int engage_html_new(engage_html **out,
                                                const engage_text_options *options);

/* Releases it; NULL is allowed. Since 0.1. */
ENGAGE_API void engage_html_free(engage_html *html);

/* Reads HTML, as Mastodon sends posts: tags and comments are left out, and scripts, styles
 * and the like with what they hold; <br> and the borders of blocks become line ends,
 * character references their characters, white space and borders of cells one space. Broken
 * markup is read too, in linear time. Returns as engage_tokenizer_run; after a failure the text is empty. Since 0.1. */
ENGAGE_API ENGAGE_NODISCARD int engage_html_run(engage_html *html, const char *source,
                                                size_t size);

/* The text of the last run, borrowed, a NUL after it. It is plain text: to show it in a
 * page, escape it (engage_html_autolink does). Since 0.1. */
ENGAGE_API const char *engage_html_text(const engage_html *html, size_t *size);

/* Where in the source the character of a byte of the text begins; for the text's size and
 * beyond, where its last character ends. Since 0.1. */
ENGAGE_API uint32_t engage_html_source(const engage_html *html, size_t byte);

/* ------------------------------------------------------------ language --- */

/* The language of a post as a two-letter code of ISO 639-1: en es pt fr de it ar hi (Hindi in
 * either script), and those that their script gives away (ja ko zh th ru uk el he fa ur …);
 * "und" where it cannot be told, as for few letters or a language unknown here. Handles,
 * links, tags and emoji say nothing. Static text. Any thread. Since 0.1. */
ENGAGE_API const char *engage_language(const char *text, size_t size);

/* -------------------------------------------------------- fingerprints --- */

/* Keys of posts that say the same or nearly. Both read case-folded words, which white space
 * parts: letters, digits, emoji and symbols, without punctuation, handles and links, so that
 * a text sent to many people, each by name, keeps its key. 0 for a post without words, and
 * for NULL. Since 0.1. */

/* Equal for posts of the same words in the same order. */
ENGAGE_API uint64_t engage_text_hash(const char *text, size_t size);

/* A simhash: the fewer of its 64 bits differ, the more words and pairs of words two
 * posts share; up to 8 is near for posts of ten words or more. */
ENGAGE_API uint64_t engage_text_simhash(const char *text, size_t size);

#ifdef __cplusplus
}
#endif
#endif
