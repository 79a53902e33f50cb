/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * Letters: which of their tokens models read, that they are judged as what they say is, with the
 * evidence where it stands, and that what only looks like a letter is read as a whole.
 */
#include "small_model.h"
#include "support.h"
#include "text/letter.h"
#include "text/token.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROOM = 4096 };

#define BODY "My order has not arrived yet. Can you tell me where it is?"
#define ANSWER "> Thank you for your message.\n>\n> We love to help."

static const char *const greetings[] = {
    "Hi\n", "Hello!\n\n", "Hi there,\n", "Hey guys,\n", "hi anna,\n", "Dear Anna\n\n",
    "Dear team,\n\n", "DEAR TEAM,\r\n\r\n", "Dear Sir or Madam,\n", "Dear Sir/Madam,\n",
    "Dear Mr. Miller,\n", "Dear Dr. Anna Miller:\n", "Dear Acme Support Team,\n",
    "Hi @acme,\n", "Hi Anna and Bob,\n", "Hi Anna \xE2\x80\x93\n", "Good morning,\n",
    "Good afternoon Support,\n", "Greetings,\n", "To whom it may concern:\n",
    "Dear team,\n\nI hope this email finds you well.\n\n", "Hi Anna,\nhope you are doing well!\n",
    /* Nobody writes so but in letters. */
    "Dear team, ", "Dear Sir or Madam, ", "To whom it may concern, ",
    /* What leads to more says nothing of the matter, wherever it stands. */
    "Hi Anna, ", "Hello, ", "Hello! ", "Good morning! ", "Good morning everyone!\n",
    "Good morning\n", "Good evening team, ", "Greetings. ", "Hi there! ",
    "Hello, I hope you are doing well. ", "I hope this email finds you well. ",
};

static const char *const closings[] = {
    "\nRegards", "\n\nKind regards,\nAnna", "\nBest regards\n\nAnna Miller\nHead of Sales\n"
    "Acme Ltd.\n+44 20 7946 0958\nanna@acme.com\nwww.acme.com",
    "\nThanks and regards,\nA. Miller", "\nWith kind regards,\nAnna Miller (she/her)\nOrder 44718",
    "\nYours sincerely,\nJ. Smith", "\nSincerely\n\nAnna Miller\n12 Main Street\nSpringfield, IL",
    "\nYours truly,\nJohn", "\nKIND REGARDS\nANNA MILLER", "\nRespectfully,\nanna",
    "\nThanks,\nAnna", "\nThank you in advance,\nAnna Miller", "\nMany thanks,\nanna",
    "\nThanks\nAnna", "\nBest,\nAnna", "\nCheers,\nBob", "\nAll the best,\nAnna", "\nLove,\nMum",
    "\nYours,\nAnna", " Thanks,\nAnna", "\nSent from my iPhone", "\nGet Outlook for iOS",
    "\nKind regards,\nAnna\n\nSent from my Samsung Galaxy S21", "\n-- \nAnna\nacme.com",
    "\nSent from Yahoo Mail for iPhone",
    "\nThank you for your help.\n\nKind regards,\nAnna", "\nThank you very much!\nRegards",
    "\nThanks for your time,\nAnna", "\nHave a nice day,\nAnna Miller",
    "\nI look forward to hearing from you.\nSincerely\nAnna",
    "\nKind regards,\nAnna\n\nThis e-mail and what is attached to it are confidential. If you are "
    "not whom it is for, please let us know and delete it. Think of the trees before you print it.",
    /* Where line breaks were lost. */
    " Thank you for your help. Kind regards, Anna", " Kind regards, Anna", " Regards",
    " Yours sincerely, John Smith", " Best, Anna",
    " Best regards Anna Miller Head of Sales", " Sincerely, Anna.", " Sent from my iPhone",
    /* What closes a request, of which letters have more than one. */
    " Have a nice day!", " Thanks in advance!", " Many thanks in advance for your help",
    " Looking forward to your reply.", " I look forward to hearing from you soon",
    " Thank you in advance. Have a lovely weekend!", "\nThanks in advance",
};

static const char *const answered[] = {
    "\n" ANSWER, "\nSupport wrote:\n" ANSWER,
    "\nOn Mon, 3 Nov 2025 at 10:12, Support <support@acme.com> wrote:\n" ANSWER,
    "\nOn Mon, Nov 3, 2025 at 10:12 AM acme support <support@acme.com>\nwrote:\n\n" ANSWER,
    "\nOn 03/11/2025 10:12, Support wrote:\n\nThank you. We love to help.",
    "\n> On 3 Nov 2025, at 10:12, Support <s@acme.com> wrote:\n" ANSWER,
    "\n&gt; Thank you for your message.",
    "\nFrom: Support\nSent: Monday, 3 November 2025 10:12\nTo: Anna\nSubject: Order\n\nThank you!",
    "\n-----Original Message-----\nFrom: Support\nSent: Monday\nTo: Anna\nSubject: x\n\nThank you!",
    "\n________________________________\nFrom: Support\nSent: Monday\nSubject: x\n\nThank you!",
    "\nBegin forwarded message:\n\nFrom: Support\nSubject: x\nDate: Monday\nTo: Anna\n\nThank you!",
    "\n---------- Forwarded message ---------\nFrom: Support\nDate: Mon\nSubject: x\n\nThank you!",
    "\n*From:* Support\n*Sent:* Monday\n*Subject:* x\n\nThank you!",
    /* Where line breaks were lost. */
    " On Mon, 3 Nov 2025 at 10:12, Support <support@acme.com> wrote: > Thank you. > Love to help.",
    " From: Support Sent: Monday, 3 November 2025 10:12 To: Anna Subject: Order Thank you!",
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct readers {
    engage_tokenizer *reader; /* as models read */
    engage_tokenizer *all;
};

static void open_readers(struct readers *readers)
{
    engage_text_options options = ENGAGE_TEXT_OPTIONS_INIT;
    options.flags = ENGAGE_TEXT_NO_DICTIONARY;
    ck_assert_int_eq(engagep_token_reader(&readers->reader, 0, NULL), ENGAGE_OK);
    ck_assert_int_eq(engage_tokenizer_new(&readers->all, &options), ENGAGE_OK);
}

static void close_readers(struct readers *readers)
{
    engage_tokenizer_free(readers->reader);
    engage_tokenizer_free(readers->all);
}

/* Checks that of a text the tokens between two bytes are read, and no others. */
static void check_read(const struct readers *readers, const char *text, size_t begin, size_t end)
{
    size_t count, every, kept = 0;
    ck_assert_int_eq(engage_tokenizer_run(readers->reader, text, strlen(text)), ENGAGE_OK);
    ck_assert_int_eq(engage_tokenizer_run(readers->all, text, strlen(text)), ENGAGE_OK);
    const struct engagep_token *read = engagep_token_array(readers->reader, &count);
    const struct engagep_token *all = engagep_token_array(readers->all, &every);
    for (size_t i = 0; i < every; i++) {
        if (all[i].start < begin || all[i].end > end)
            continue;
        ck_assert_msg(kept < count, "too much is left out of: %s", text);
        ck_assert_msg(read[kept].start == all[i].start && read[kept].end == all[i].end,
                      "another token is read of: %s", text);
        ck_assert_int_eq(read[kept].kind, all[i].kind);
        ck_assert_int_eq(read[kept].marks, all[i].marks);
        kept++;
    }
    ck_assert_msg(kept == count, "too much is read of: %s", text);
}

static void check_letter(const struct readers *readers, const char *before, const char *after,
                         const char *more)
{
    char text[ROOM];
    snprintf(text, sizeof(text), "%s" BODY "%s%s", before, after, more);
    check_read(readers, text, strlen(before), strlen(before) + strlen(BODY));
}

/* Checks that all of a text is read but what stands in braces. */
static void check_parts(const struct readers *readers, const char *parts)
{
    char text[ROOM];
    char out[ROOM];
    size_t size = 0, count, every, kept = 0;
    int left_out = 0;
    for (const char *p = parts; *p != '\0'; p++) {
        if (*p == '{' || *p == '}') {
            left_out = *p == '{';
            continue;
        }
        text[size] = *p;
        out[size++] = (char)left_out;
    }
    ck_assert_int_eq(engage_tokenizer_run(readers->reader, text, size), ENGAGE_OK);
    ck_assert_int_eq(engage_tokenizer_run(readers->all, text, size), ENGAGE_OK);
    const struct engagep_token *read = engagep_token_array(readers->reader, &count);
    const struct engagep_token *all = engagep_token_array(readers->all, &every);
    for (size_t i = 0; i < every; i++) {
        if (out[all[i].start])
            continue;
        ck_assert_msg(kept < count && read[kept].start == all[i].start, "%s", parts);
        kept++;
    }
    ck_assert_msg(kept == count, "%s", parts);
}

static void check_all_parts(const char *const *posts, size_t count)
{
    struct readers readers;
    open_readers(&readers);
    for (size_t i = 0; i < count; i++)
        check_parts(&readers, posts[i]);
    close_readers(&readers);
}

START_TEST(what_a_letter_says_is_read)
{
    struct readers readers;
    open_readers(&readers);
    check_letter(&readers, "", "", "");
    for (size_t g = 0; g < COUNT(greetings); g++)
        check_letter(&readers, greetings[g], "", "");
    for (size_t c = 0; c < COUNT(closings); c++)
        check_letter(&readers, "", closings[c], "");
    for (size_t a = 0; a < COUNT(answered); a++)
        check_letter(&readers, "", "", answered[a]);
    for (size_t g = 0; g < COUNT(greetings); g++)
        for (size_t c = 0; c < COUNT(closings); c++) {
            check_letter(&readers, greetings[g], closings[c], "");
            for (size_t a = 0; a < COUNT(answered); a++)
                if (closings[c][0] == '\n' && answered[a][0] == '\n')
                    check_letter(&readers, greetings[g], closings[c], answered[a]);
        }
    close_readers(&readers);
}
END_TEST

/* A greeting is left out behind the mentions that a reply begins with, which are read. */
START_TEST(greetings_behind_mentions_are_left_out)
{
    struct readers readers;
    open_readers(&readers);
    check_parts(&readers, "@acme {Good morning, }the app is down again");
    check_parts(&readers, "@acme @acmehelp {Hi! }the app is down again");
    check_parts(&readers, "@acme my order 5\n{Hi team,\n}where is it?");
    check_parts(&readers, "@acme hello, down again");
    close_readers(&readers);
}
END_TEST

/* A greeting or a closing that posts have, too, makes a letter together with the other. */
START_TEST(what_a_letter_has_twice_is_left_out)
{
    static const char *const greeting[] = {"Dear Acme, ", "Dear all of the support staff!\n"};
    static const char *const closing[] = {" Thanks, Anna", "\nThanks!\nAnna", "\nThanks.\nAnna"};
    struct readers readers;
    char text[ROOM];
    open_readers(&readers);
    for (size_t g = 0; g < COUNT(greeting); g++)
        for (size_t c = 0; c < COUNT(closing); c++)
            check_letter(&readers, greeting[g], closing[c], "");
    for (size_t g = 0; g < COUNT(greeting); g++) {
        snprintf(text, sizeof(text), "%s" BODY, greeting[g]);
        check_read(&readers, text, 0, strlen(text));
    }
    for (size_t c = 0; c < COUNT(closing); c++) {
        snprintf(text, sizeof(text), BODY "%s", closing[c]);
        check_read(&readers, text, 0, strlen(text));
    }
    close_readers(&readers);
}
END_TEST

START_TEST(other_posts_are_read_as_a_whole)
{
    static const char *const posts[] = {
        "", "Thanks", "Thank you!", "Thanks, Anna", "Kind regards", "Hi there", "Hi\n", "\n\n",
        "Dear team,\n\n", "Sent from my iPhone", "> quoted\n> and no more", "From: me",
        /* Greetings that are none. */
        "Dear God the battery", "Dear God the battery\nis dead", "Dear God,\nthe battery",
        "Hi my phone is broken\nplease help", "Hey, my app crashed", "Hello, my app crashed!",
        "Dear Apple, fix your phone", "Dear Apple your phone is bad", "Hello Kitty is dead",
        "Dear Anna, I am sorry\nfor all", "Good morning everyone, it is down",
        "Good morning!\nWhat a day", "I said hello.\nHello,\nhe said", "Hi I'm lost,\nplease help",
        /* Closings that are none. */
        "Best regards is all they said", "They sent kind regards and laughed",
        "I mean it. Best regards is all they said", "It works. Best wishes to your team",
        "It is dead. Regards to whoever built it", "It works.\nRegards\nthe app is still slow",
        "Best app ever", "The best\nphone I ever had", "It broke. Thanks Anna",
        "It broke after two days. Thanks, Samsung", "It broke after two days.\nThanks, Samsung",
        "It works again.\nThanks!\nGreat App", "Great service. Cheers mate", "Cheers!\nIt works",
        "Amazon Sends Kind Regards To Customers", "Worst\nSamsung\nBest\nApple",
        "Sincerely hope they fix it", "I sincerely hope so", "by yours truly",
        "Yours truly is tired", "Warm regards from sunny Spain!",
        "It works. Thank you for your help.", "It works.\nHave a nice day!", "I hope you are well",
        "It broke.\nThanks for nothing,\nAcme", "Dear Anna, I hope you are well",
        "I said so.\nIt is confidential", "It works. Thank you so much",
        "It works.\nThank you all", "The shop is open again and it has a nice day",
        "They said that I am to have a nice day", "I am looking forward to your new phone",
        "It broke. I was looking forward to it", "Have a nice day!",
        "It is dead. Thanks in advance",
        "I said thanks\nAnna laughed",
        "My bank got it. Sent from a shop I do not know",
        "I got it. Sent from my heart!", "I like it -- a lot\n-- but not the price",
        /* Quotes that are none. */
        "> 50 % off", "> 50 % off\nonly today", "I pay\n> 50 a month", "-> it broke\n-> it died",
        ">be me\n>phone dies", ">:( it died\nagain", "He said:\nno way",
        "They wrote: thanks\nso what",
        "Bad. On Monday my boss wrote: you are fired. I want a refund.",
        "Bad. On Monday at 10:12 I got a mail where Bob wrote: we do not care. I want a refund.",
        "Bad. On 3 May 2025 your agent wrote: we will refund. You did not.",
        "It was late. From: Berlin To: London Date: 3 May. I want a refund.",
        "I like it. It came from: China. Subject: toys",
    };
    struct readers readers;
    open_readers(&readers);
    for (size_t i = 0; i < COUNT(posts); i++)
        check_read(&readers, posts[i], 0, strlen(posts[i]));
    close_readers(&readers);
}
END_TEST

START_TEST(answers_between_quoted_lines_are_read)
{
    static const char *const posts[] = {
        "{> Is it broken?\n}Yes, it is.\n\n{>> Since when?\n> Since May.\n}Since June.",
        "{On Mon, 3 Nov 2025 at 10:12, Support <s@acme.com> wrote:\n> Is it broken?\n}\nYes.",
        "{Anna said:\n> It works.\n}\nNot here.\n\n{Bob writes:\n> It never did.\n}True.",
        "{Hi Anna,\n\n}I pay more.\n{> Is it much?\n> 50 percent.\n}Yes.\n{Thanks,\nBob}",
        "{> All fine?\n\nHello,\n\n}it is not.\n\n{Regards,\nBob\n\n}PS: It never was.",
        "My order\n\n{Hi Anna,\n\n}where is it?\n\n{Looking forward to your answer!\nAnna}",
        "{Dear team,\n}no.\n{Kind regards,\nAnna\nAcme\n}P.S. Nor will it be.",
        "It works.\n{Best,\nAnna\n}P.S. my order 4711 is late",
        "It works.\n{Thanks,\nAnna\n}PS: I love the camera",
        "It works.\n{Cheers,\nAnna\n}PS: refund",
        "It works.\n{Kind regards,\nAnna\n}p.s. refund",
        "It works.\n{Sincerely,\nAnna\n}PPS: my order is late",
    };
    check_all_parts(posts, COUNT(posts));
}
END_TEST

START_TEST(forms_and_chats_are_read_as_what_is_said)
{
    static const char *const posts[] = {
        "{Name: Anna Miller\nE-mail: anna@acme.com\nMessage: }where is my order?",
        "{First name: Anna\nOrder number: 4711\nSubject: }refund\n{Message:\n}I want\nmy money.",
        "{Device: iPhone 12\nOS: iOS 16.1\nApp version: 4.2\n}It dies each time.",
        "It dies each time.\n\n{Device: Pixel 7\nOS version: Android 14}",
        "{Agent: Hello, how may I help?\nCustomer: }my app is dead\n{Agent: Great!\nWe love it.\n"
        "Customer: }and it stays so\nfor ever",
        "{Support: How may I help?\nMe: }refund please",
        /* Neither a form nor a chat, or what one might rate. */
        "Support: terrible\nDelivery: slow", "App: great\nSupport: awful",
        "Question: is it dead\nwho knows", "Me: it works\nMy app: it does not",
        "Name: Anna\nis dead", "Agent: hello\nthey said", "Date: awful\nPhone: worse",
    };
    check_all_parts(posts, COUNT(posts));
}
END_TEST

START_TEST(what_chats_and_apps_write_is_left_out)
{
    static const char *const posts[] = {
        "{[12/03/2024, 14:22:10] Ann: }where is my order",
        "{12/03/2024, 14:22 - Ann Lee: }where is my order",
        "{3/12/24, 2:22 PM - Ann: }where is it\n{3/12/24, 2:23 PM - Acme: }on its way",
        "{[14:22, 12.3.2024] +44 20 7946 0958: }where is it",
        "{2024-03-12 14:22 @ann: }where is it\nand when",
        "{[14:22] Ann: }where is it",
        "It dies each time\n{iPhone 12, iOS 16.1}",
        "It dies each time {(Pixel 6, Android 13)}",
        "{Version 4.2.1 (build 881)}\nIt dies each time",
        "{Verified Purchase}\nIt dies each time\n{12 people found this helpful}",
        "It dies each time\n{One person found this helpful}",
        "It dies each time\n{Helpful\nReport abuse}",
        "It dies each time\n{Date of experience: 12 March 2024}",
        "{Reviewed in the United States on March 12, 2024}\nIt dies each time",
        /* No stamp: nobody said it, no date, a list; and not a device alone. */
        "[14:22] where is it", "[ann] where is it", "12/03/2024, 14:22 where is it",
        "14:22 Ann: where is it", "10:30 delivery: late", "2/3 Ann: done", "[1] Ann: done", "[",
        "12/03/2024", "It dies on\niPhone 12", "It dies on\niOS 17 always", "It dies (on iOS 17)",
        "It dies (iOS)", "iOS 16.1", "(iOS 16.1)", "It dies (iPhone 12, iOS 16", "()", ")",
        "I hope 12 people found this helpful", "Verified purchase, and it dies",
        "It dies\nnone found this helpful", "Verified purchase", "Friendly staff\nHelpful",
        "It dies\nDate of experience: who knows", "It dies\nreviewed in a hurry on the train",
    };
    check_all_parts(posts, COUNT(posts));
}
END_TEST

/* Of any text tokens are read as they are, in their order, and a word where there is one. */
START_TEST(any_text_is_read)
{
    static const char *const pieces[] = {
        "\n", "\n", " ", " ", "Hi", "Dear", "team", "Anna", ",", ".", "!", "Kind regards", "Thanks",
        "Best", "it is broken", "> ", ">", "--", "On 3 May 10:12", "wrote:", "From:", "Sent:",
        "Subject:", "Sent from my", "44", "@acme", "#fail", ":", "PS", "Original Message", "---",
        "[14:22] Ann:", "(iOS 16)", "Version 4.2",
        "\xF0\x9F\x98\x80", "\xFF", "Yours", "truly", "\xE2\x80\x93", "&gt; "};
    struct readers readers;
    uint64_t seed = 7;
    open_readers(&readers);
    for (int round = 0; round < 40000; round++) {
        size_t size = 0, count, every, at = 0, words = 0, read_words = 0;
        char post[ROOM];
        for (size_t n = support_random(&seed) % 40; n > 0; n--) {
            const char *piece = pieces[support_random(&seed) % COUNT(pieces)];
            memcpy(post + size, piece, strlen(piece));
            size += strlen(piece);
            post[size++] = support_random(&seed) % 4 == 0 ? '\n' : ' ';
        }
        char *text = malloc(size > 0 ? size : 1); /* so that reading beyond it shows */
        ck_assert_ptr_nonnull(text);
        memcpy(text, post, size);
        ck_assert_int_eq(engage_tokenizer_run(readers.reader, text, size), ENGAGE_OK);
        ck_assert_int_eq(engage_tokenizer_run(readers.all, text, size), ENGAGE_OK);
        const struct engagep_token *read = engagep_token_array(readers.reader, &count);
        const struct engagep_token *all = engagep_token_array(readers.all, &every);
        for (size_t i = 0; i < every; i++) {
            int word = all[i].kind == ENGAGE_TOKEN_WORD || all[i].kind == ENGAGE_TOKEN_HASHTAG;
            words += (size_t)word;
            if (at == count || read[at].start != all[i].start)
                continue;
            if (memcmp(&read[at], &all[i], sizeof(all[i])) != 0)
                ck_abort_msg("token %zu of %.*s", i, (int)size, text);
            read_words += (size_t)word;
            at++;
        }
        if (at != count || (words > 0) != (read_words > 0))
            ck_abort_msg("%.*s", (int)size, text);
        free(text);
    }
    close_readers(&readers);
}
END_TEST

/* ---------------------------------------------------------------- judging --- */

static const engage_model *any_model(void)
{
    return engage_model_builtin() != NULL ? engage_model_ref(engage_model_builtin())
                                          : small_model_open(3);
}

static void check_same(const engage_analysis *analysis, const engage_analysis *other, size_t by)
{
    for (int head = 0; head < ENGAGE_HEADS; head++)
        ck_assert_int_eq(engage_analysis_logit(analysis, head),
                         engage_analysis_logit(other, head));
    size_t rows = engage_analysis_evidence_count(analysis);
    ck_assert_uint_eq(rows, engage_analysis_evidence_count(other));
    for (size_t i = 0; i < rows; i++) {
        engage_span a = engage_analysis_evidence_span(analysis, i);
        engage_span b = engage_analysis_evidence_span(other, i);
        size_t shift = b.end > 0 ? by : 0;
        ck_assert_uint_eq(a.start, b.start + shift);
        ck_assert_uint_eq(a.end, b.end + shift);
        ck_assert_int_eq(engage_analysis_evidence_contribution(analysis, i),
                         engage_analysis_evidence_contribution(other, i));
    }
}

/* Also in a style, whose letters are elsewhere than those that are read. */
START_TEST(letters_are_judged_as_what_they_say)
{
    static const char styled[] = "\xF0\x9D\x90\x83\xF0\x9D\x90\x9E\xF0\x9D\x90\x9A\xF0\x9D\x90\xAB "
                                 "team,\n\n";
    engage_analyzer_options options = ENGAGE_ANALYZER_OPTIONS_INIT;
    const engage_model *model = any_model();
    engage_analyzer *analyzer;
    engage_analysis *plain;
    char text[ROOM];
    options.model = model;
    options.flags = ENGAGE_ANALYZE_EXPLAIN;
    ck_assert_int_eq(engage_analyzer_new(&analyzer, &options), ENGAGE_OK);
    ck_assert_int_eq(engage_analysis_copy(&plain, support_analyze(analyzer, BODY), NULL),
                     ENGAGE_OK);
    for (size_t g = 0; g <= COUNT(greetings); g++)
        for (size_t c = 0; c < COUNT(closings); c++) {
            const char *greeting = g < COUNT(greetings) ? greetings[g] : styled;
            snprintf(text, sizeof(text), "%s" BODY "%s", greeting, closings[c]);
            const engage_analysis *analysis = support_analyze(analyzer, text);
            check_same(analysis, plain, strlen(greeting));
            support_evidence(analysis, strlen(text));
        }
    engage_analysis_free(plain);
    engage_analyzer_free(analyzer);
    engage_model_unref(model);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("letter");
    TCase *cases = tcase_create("letter");
    tcase_set_timeout(cases, 0);
    tcase_add_test(cases, what_a_letter_says_is_read);
    tcase_add_test(cases, greetings_behind_mentions_are_left_out);
    tcase_add_test(cases, what_a_letter_has_twice_is_left_out);
    tcase_add_test(cases, other_posts_are_read_as_a_whole);
    tcase_add_test(cases, answers_between_quoted_lines_are_read);
    tcase_add_test(cases, forms_and_chats_are_read_as_what_is_said);
    tcase_add_test(cases, what_chats_and_apps_write_is_left_out);
    tcase_add_test(cases, any_text_is_read);
    tcase_add_test(cases, letters_are_judged_as_what_they_say);
    suite_add_tcase(suite, cases);
    return support_run(suite);
}
