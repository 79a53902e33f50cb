# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
lib_libcore_la_SOURCES += \
	lib/text/address.c \
	lib/text/emoji.c \
	lib/text/emoticon.c \
	lib/text/entities.c \
	lib/text/entities.h \
	lib/text/fingerprint.c \
	lib/text/form.c \
	lib/text/hashtag.c \
	lib/text/hashtag.h \
	lib/text/html.c \
	lib/text/html_text.c \
	lib/text/icu.c \
	lib/text/icu.h \
	lib/text/language.c \
	lib/text/language.h \
	lib/text/length.c \
	lib/text/letter.c \
	lib/text/letter.h \
	lib/text/link.c \
	lib/text/markup.c \
	lib/text/markup.h \
	lib/text/match.h \
	lib/text/norm.c \
	lib/text/offset.c \
	lib/text/offset.h \
	lib/text/options.c \
	lib/text/options.h \
	lib/text/plain.c \
	lib/text/plain.h \
	lib/text/quote.c \
	lib/text/reference.c \
	lib/text/reference.h \
	lib/text/scan.c \
	lib/text/scan.h \
	lib/text/sign.c \
	lib/text/stamp.c \
	lib/text/swar.h \
	lib/text/tld.c \
	lib/text/tld.h \
	lib/text/token.h \
	lib/text/tokenizer.c \
	lib/text/tokenizer.h \
	lib/text/unicode.c \
	lib/text/unicode.h \
	lib/text/url.c \
	lib/text/url.h \
	lib/text/valid.c \
	lib/text/word.c

# Tables and what they are generated from; tests/check_generated.sh compares them.
lib_libcore_la_SOURCES += \
	lib/data/language_table.c \
	lib/data/reference_table.c \
	lib/data/tld_table.c \
	lib/data/unicode_table.c \
	lib/data/word_table.c
EXTRA_DIST += \
	lib/data/tlds.txt \
	tools/gen_language.py \
	tools/gen_references.py \
	tools/gen_tlds.py \
	tools/gen_unicode.py \
	tools/gen_words.py
