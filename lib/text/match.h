/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Matchers of things that are more than a run of letters. Each is given a text and
 * a position, and returns where the thing that begins there ends, or 0 where none
 * does. None looks further than it must: a matcher that can scan far and fail says
 * in its comment how the caller keeps the whole linear.
 */
#ifndef ENGAGEP_MATCH_H
#define ENGAGEP_MATCH_H

#include <stddef.h>
#include <stdint.h>

/* One emoji: base, skin tone, presentation, tags, joined sequences, flags. */
size_t engagep_emoji_match(const char *text, size_t size, size_t at);

/* A keycap: a digit, # or *, then U+20E3, with or without U+FE0F between. */
size_t engagep_emoji_keycap(const char *text, size_t size, size_t at);

/* An emoticon such as :-) or ^_^ or <3. `open` says that nothing but white space stands
 * before it. Beyond what it matches it looks at 64 bytes, and along a run of one character, which
 * its callers pass over as a whole. */
size_t engagep_emoticon_match(const char *text, size_t size, size_t at, int open);

/* A telephone number, which needs a leading plus or the grouping of one. Looks at
 * most 64 bytes ahead. */
size_t engagep_phone_match(const char *text, size_t size, size_t at);

/* An e-mail address. *reach is set to where the search for one ended: no address
 * begins before it if none begins at `at`, so that the caller need not try again. */
size_t engagep_email_match(const char *text, size_t size, size_t at, size_t *reach);

/* A link for reading, more lenient than twitter-text's: anything after http://,
 * https://, ftp:// or www., and domain names of a known top-level domain with what
 * follows them. *reach as above. */
size_t engagep_link_match(const char *text, size_t size, size_t at, size_t *reach);

/* A domain name alone, as begins a link without a scheme. *reach as above. */
size_t engagep_domain_match(const char *text, size_t size, size_t at, size_t *reach);

/* The end of a handle whose name, behind its sign, goes from `name` to `end`: there, or where
 * @user@server, @user.server.domain or @user.com ends. No address and no domain begins before *no_email and
 * *no_domain, which it moves on. */
size_t engagep_handle_match(const char *text, size_t size, size_t name, size_t end,
                            size_t *no_email, size_t *no_domain);

/* A handle, link or e-mail address. The places until which none of a kind begins keep the whole
 * linear: begin with {text, size}. */
struct engagep_addresses {
    const char *text;
    size_t size;
    size_t no_email;
    size_t no_domain;
    size_t no_link;
    size_t label_end; /* of the label that was looked at last */
};
size_t engagep_address_match(struct engagep_addresses *addresses, size_t at);

/* A character reference of HTML, which platforms leave in the text of posts, closed by its
 * semicolon and of one character: &amp; &rsquo; &#39;. *code is that. */
size_t engagep_reference_match(const char *text, size_t size, size_t at, uint32_t *code);

/* What is left of an apostrophe inside of a word, where a word holds it at all: U+2019 in a wrong
 * encoding, one with a backslash before it, or a character that was lost. */
size_t engagep_apostrophe_match(const char *text, size_t size, size_t at);

#endif
