/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * engage/score.h: what a post says (sentiment) and wants (intents). Nothing
 * here knows a customer.
 */
#ifndef ENGAGE_SCORE_H
#define ENGAGE_SCORE_H

#include <engage/base.h>
#include <engage/text.h>

#ifdef __cplusplus
extern "C" {
#endif

/* --------------------------------------------------------------- labels --- */

/* Sentiment. Numbers never change. */
#define ENGAGE_NEGATIVE 0
#define ENGAGE_NEUTRAL 1
#define ENGAGE_POSITIVE 2
#define ENGAGE_SENTIMENTS 3

/* Intents: what a post wants; a post may carry several, or none. Numbers never
 * change once released. engage-intents(7) gives the guideline of each. */
#define ENGAGE_INTENT_QUESTION 0
#define ENGAGE_INTENT_HELP_REQUEST 1
#define ENGAGE_INTENT_COMPLAINT 2
#define ENGAGE_INTENT_DEFECT 3
#define ENGAGE_INTENT_BILLING 4
#define ENGAGE_INTENT_SUGGESTION 5
#define ENGAGE_INTENT_PURCHASE_INTENT 6
#define ENGAGE_INTENT_CHURN_RISK 7
#define ENGAGE_INTENT_PRAISE 8
#define ENGAGE_INTENT_RECOMMENDATION 9
#define ENGAGE_INTENT_WARNING 10
#define ENGAGE_INTENT_PEER_ANSWER 11
#define ENGAGE_INTENT_COMPARISON 12
#define ENGAGE_INTENT_SAFETY_RISK 13
#define ENGAGE_INTENT_SPAM 14
#define ENGAGE_INTENTS 15

/* A head of the model: the three sentiments, then the fifteen intents. */
#define ENGAGE_HEAD_INTENT(intent) (ENGAGE_SENTIMENTS + (intent))
#define ENGAGE_HEADS 18

/* The name of a sentiment ("negative", …), an intent ("question", …) or a head,
 * as in JSON; NULL for a number that is none. Static text. Since 0.1. */
ENGAGE_API const char *engage_sentiment_name(int sentiment);
ENGAGE_API const char *engage_intent_name(int intent);
ENGAGE_API const char *engage_head_name(int head);

/* The number of an intent by its name, or ENGAGE_ERANGE. Since 0.1. */
ENGAGE_API int engage_intent_by_name(const char *name, size_t size);

/* ---------------------------------------------------------------- model --- */

/* Trained weights: immutable after open, counted by reference, shared freely
 * between threads. The format is engage-model(5). A careful model stands on the built-in one
 * and adds an encoder, which reads words in their order: it judges better and takes longer. */
typedef struct engage_model engage_model;

typedef struct engage_model_options {
    uint32_t struct_size;
    uint32_t flags;                    /* ENGAGE_MODEL_ bits */
    uint64_t max_bytes;                /* largest file taken; 0: 64 MiB */
    const engage_allocator *allocator; /* NULL: malloc */
} engage_model_options;
#define ENGAGE_MODEL_OPTIONS_INIT {sizeof(engage_model_options), 0, 0, 0}

#define ENGAGE_MODEL_COPY 1u   /* read the file into memory rather than map it */
#define ENGAGE_MODEL_BORROW 2u /* engage_model_open_memory: use the bytes in place */

/* The built-in model, or NULL where the library was built without one. Never
 * released: ref and unref do nothing to it. Any thread. Since 0.1. */
ENGAGE_API const engage_model *engage_model_builtin(void);

/* Opens a model file and verifies it wholly: after success nothing in it can
 * make scoring fail. A mapped file must be replaced by renaming, never rewritten
 * in place. Options and error may be NULL. Returns ENGAGE_OK, ENGAGE_EMISUSE,
 * ENGAGE_EOPTIONS, ENGAGE_ENOENT, ENGAGE_EIO, ENGAGE_ELIMIT, ENGAGE_ENOMEM or an
 * ENGAGE_EMODEL_ code. Owned: engage_model_unref. Since 0.1. */
ENGAGE_API ENGAGE_NODISCARD int engage_model_open(const engage_model **out, const char *path,
                                                  const engage_model_options *options,
                                                  engage_error *error);

/* The same from bytes, which are copied, or with ENGAGE_MODEL_BORROW used in place
 * (64-byte aligned, and outliving the model). Since 0.1. */
ENGAGE_API ENGAGE_NODISCARD int engage_model_open_memory(const engage_model **out, const void *data,
                                                         size_t size,
                                                         const engage_model_options *options,
                                                         engage_error *error);

/* One more owner; returns the model. NULL is allowed. Any thread. Since 0.1. */
ENGAGE_API const engage_model *engage_model_ref(const engage_model *model);

/* One owner less; the last one releases it. NULL is allowed. Any thread. Since 0.1. */
ENGAGE_API void engage_model_unref(const engage_model *model);

/* The identity of a model: 64 hex digits, SHA-256 of what follows its header.
 * Borrowed from the model. Since 0.1. */
ENGAGE_API const char *engage_model_id(const engage_model *model);

/* Scores the texts that the model carries for this and compares: whether this library
 * scores as the one the model was made with. Returns ENGAGE_OK, ENGAGE_EMISUSE,
 * ENGAGE_ENOMEM, ENGAGE_ELIMIT (a text over 1 MiB), ENGAGE_EMODEL_UNSUPPORTED (a score
 * differs). Since 0.1. */
ENGAGE_API ENGAGE_NODISCARD int engage_model_selftest(const engage_model *model,
                                                      engage_error *error);

/* Appends a JSON object about the model (id, format, sizes, its card). Returns
 * ENGAGE_OK, ENGAGE_EMISUSE, ENGAGE_ENOMEM. Since 0.1. */
ENGAGE_API ENGAGE_NODISCARD int engage_model_json(const engage_model *model, engage_buffer *buffer);

/* ------------------------------------------------------------ catalogue --- */

/* What opinions may be about: the caller's products and aspects with all their names,
 * and built-in aspects (price, quality, delivery, support, usability and what belongs
 * to them) behind them. Immutable, counted by reference, shared freely between threads. */
typedef struct engage_catalogue engage_catalogue;

/* Kinds of target. Numbers never change. */
#define ENGAGE_TARGET_PRODUCT 0
#define ENGAGE_TARGET_ASPECT 1

/* Reads a catalogue text, as engage-catalogue(5) says. Strict: what breaks a rule is
 * ENGAGE_ECATALOGUE with line and column. An empty text gives the built-in aspects
 * alone. Error and allocator may be NULL. Returns ENGAGE_OK, ENGAGE_EMISUSE,
 * ENGAGE_EOPTIONS, ENGAGE_ECATALOGUE, ENGAGE_ELIMIT (more than 64 MiB), ENGAGE_ENOMEM.
 * Owned: engage_catalogue_unref. Since 0.1. */
ENGAGE_API ENGAGE_NODISCARD int engage_catalogue_parse(const engage_catalogue **out,
                                                       const char *text, size_t size,
                                                       const engage_allocator *allocator,
                                                       engage_error *error);

/* One more owner; one owner less. NULL is allowed. Any thread. Since 0.1. */
ENGAGE_API const engage_catalogue *engage_catalogue_ref(const engage_catalogue *catalogue);
ENGAGE_API void engage_catalogue_unref(const engage_catalogue *catalogue);

/* The entries: the caller's in their order, then the built-in ones. Texts are borrowed
 * and end in NUL; NULL for an index out of range, and for the parent of an entry that has
 * none. The kind is an ENGAGE_TARGET_, or ENGAGE_ERANGE. Since 0.1. */
ENGAGE_API size_t engage_catalogue_count(const engage_catalogue *catalogue);
ENGAGE_API const char *engage_catalogue_id(const engage_catalogue *catalogue, size_t index);
ENGAGE_API const char *engage_catalogue_name(const engage_catalogue *catalogue, size_t index);
ENGAGE_API const char *engage_catalogue_parent(const engage_catalogue *catalogue, size_t index);
ENGAGE_API int engage_catalogue_kind(const engage_catalogue *catalogue, size_t index);

/* -------------------------------------------------------------- add-ons --- */

/* What a tenant taught beside a model: intents of its own, corrections of built-in labels,
 * and promises in place of thresholds; made as engage/learn.h tells. Immutable, counted by
 * reference, shared freely between threads. The format is engage-addon(5). */
typedef struct engage_addon engage_addon;

#define ENGAGE_ADDONS_MOST 8 /* that one analyzer takes */

/* Opens an add-on and verifies it wholly, as engage_model_open and its like do models, with
 * the same options and codes; ENGAGE_EMODEL_UNSUPPORTED also for a model. That it was made
 * for a certain model is looked at where both meet. Owned: engage_addon_unref. Since 0.1. */
ENGAGE_API ENGAGE_NODISCARD int engage_addon_open(const engage_addon **out, const char *path,
                                                  const engage_model_options *options,
                                                  engage_error *error);
ENGAGE_API ENGAGE_NODISCARD int engage_addon_open_memory(const engage_addon **out, const void *data,
                                                         size_t size,
                                                         const engage_model_options *options,
                                                         engage_error *error);

/* One more owner; one owner less. NULL is allowed. Any thread. Since 0.1. */
ENGAGE_API const engage_addon *engage_addon_ref(const engage_addon *addon);
ENGAGE_API void engage_addon_unref(const engage_addon *addon);

/* Its identity, and that of the model it was made for: 64 hex digits each. Borrowed; NULL
 * for NULL. Since 0.1. */
ENGAGE_API const char *engage_addon_id(const engage_addon *addon);
ENGAGE_API const char *engage_addon_model(const engage_addon *addon);

/* Its heads by name: intents of its own, and built-in labels that it corrects. The name is
 * borrowed; NULL for an index out of range. Since 0.1. */
ENGAGE_API size_t engage_addon_head_count(const engage_addon *addon);
ENGAGE_API const char *engage_addon_head_name(const engage_addon *addon, size_t index);

/* What a promise is worth. Shares are in millionths. */
typedef struct engage_promise_facts {
    uint32_t struct_size;
    int32_t asked;      /* share of the label's posts that may be missed */
    int32_t expected;   /* share that will be, on average over sets of posts like the one given */
    int32_t least;      /* the bounds that hold it for this very set with 95 % confidence */
    int32_t most;
    int32_t low;        /* the label is given from this score on */
    int32_t high;       /* between this one and low, in doubt, whichever is the higher */
    int32_t uncertain;  /* share of the posts given that are left to people */
    uint32_t positives; /* posts given that bear the label */
    uint32_t negatives; /* and that do not */
} engage_promise_facts;
#define ENGAGE_PROMISE_FACTS_INIT {sizeof(engage_promise_facts), 0, 0, 0, 0, 0, 0, 0, 0, 0}

/* Its promises by label. The label is borrowed; NULL for an index out of range. The facts
 * are written to a struct that begins with its size: ENGAGE_OK, ENGAGE_EMISUSE,
 * ENGAGE_EOPTIONS, ENGAGE_ERANGE. Since 0.1. */
ENGAGE_API size_t engage_addon_promise_count(const engage_addon *addon);
ENGAGE_API const char *engage_addon_promise_label(const engage_addon *addon, size_t index);
ENGAGE_API ENGAGE_NODISCARD int engage_addon_promise_facts(const engage_addon *addon, size_t index,
                                                           engage_promise_facts *out);

/* Appends a JSON object about the add-on (id, model, heads, promises). Returns ENGAGE_OK,
 * ENGAGE_EMISUSE, ENGAGE_ENOMEM. Since 0.1. */
ENGAGE_API ENGAGE_NODISCARD int engage_addon_json(const engage_addon *addon, engage_buffer *buffer);

/* -------------------------------------------------------------- lexicon --- */

/* Words, phrases, emoji and emoticons of the caller's own, with the feeling that they
 * carry, on top of the model. Immutable, counted by reference, shared freely between
 * threads. */
typedef struct engage_lexicon engage_lexicon;

#define ENGAGE_LEXICONS_MOST 8 /* that one analyzer takes */

/* Reads a lexicon in the format of VADER's file, as engage-lexicon(5) says. `name`, of 1 to
 * 64 ASCII letters, digits, '.', '-' and '_', stands in evidence rows. Strict: what breaks a
 * rule is ENGAGE_ELEXICON with line and column. Error and allocator may be NULL. Returns
 * ENGAGE_OK, ENGAGE_EMISUSE, ENGAGE_EOPTIONS, ENGAGE_ERANGE (no such name can be),
 * ENGAGE_ELEXICON, ENGAGE_ELIMIT (more than 16 MiB), ENGAGE_ENOMEM. Owned:
 * engage_lexicon_unref. Since 0.1. */
ENGAGE_API ENGAGE_NODISCARD int engage_lexicon_parse(const engage_lexicon **out, const char *name,
                                                     const char *text, size_t size,
                                                     const engage_allocator *allocator,
                                                     engage_error *error);

/* One more owner; one owner less. NULL is allowed. Any thread. Since 0.1. */
ENGAGE_API const engage_lexicon *engage_lexicon_ref(const engage_lexicon *lexicon);
ENGAGE_API void engage_lexicon_unref(const engage_lexicon *lexicon);

/* Its name, borrowed, and how many words and phrases it has; NULL and 0 for NULL.
 * Since 0.1. */
ENGAGE_API const char *engage_lexicon_name(const engage_lexicon *lexicon);
ENGAGE_API size_t engage_lexicon_count(const engage_lexicon *lexicon);

/* ------------------------------------------------------------- analyzer --- */

typedef struct engage_analyzer engage_analyzer;
typedef struct engage_analysis engage_analysis;

typedef struct engage_analyzer_options {
    uint32_t struct_size;
    uint32_t flags;                    /* ENGAGE_ANALYZE_ bits */
    uint32_t max_bytes;                /* longest text taken; 0: 65,536; at most 1 MiB */
    uint32_t reserved;
    const engage_model *model;         /* NULL: the built-in one; the analyzer keeps a reference */
    const engage_allocator *allocator; /* NULL: malloc */
    const engage_catalogue *catalogue; /* NULL: the built-in aspects; a reference is kept */
    const engage_addon *const *addons; /* at most ENGAGE_ADDONS_MOST; references are kept */
    size_t addon_count;
} engage_analyzer_options;
#define ENGAGE_ANALYZER_OPTIONS_INIT {sizeof(engage_analyzer_options), 0, 0, 0, 0, 0, 0, 0, 0}

#define ENGAGE_ANALYZE_EXPLAIN 1u /* keep the evidence of each score */
/* Ask a careful model's encoder about posts in doubt, and long ones, alone. Without meaning beside
 * add-ons, which were measured with all posts asked. */
#define ENGAGE_ANALYZE_CASCADE 2u

/* Makes an analyzer. Options may be NULL. Returns ENGAGE_OK, ENGAGE_EMISUSE,
 * ENGAGE_EOPTIONS, ENGAGE_ENOMEM, ENGAGE_EMODEL_NONE; of add-ons ENGAGE_ERANGE (one is given
 * twice, or two teach an intent of the same name or promise the same label),
 * ENGAGE_EADDON_MODEL (made for another model) and ENGAGE_EADDON_SET (promising what was
 * measured with other add-ons). Since 0.1. */
ENGAGE_API ENGAGE_NODISCARD int engage_analyzer_new(engage_analyzer **out,
                                                    const engage_analyzer_options *options);

/* Releases an analyzer; NULL is allowed. Since 0.1. */
ENGAGE_API void engage_analyzer_free(engage_analyzer *analyzer);

/* Gives a live analyzer another catalogue, of which it keeps a reference; NULL: the
 * built-in aspects. It ends what the last run lent. Returns ENGAGE_OK, ENGAGE_EMISUSE,
 * ENGAGE_ENOMEM. Since 0.1. */
ENGAGE_API ENGAGE_NODISCARD int engage_analyzer_set_catalogue(engage_analyzer *analyzer,
                                                              const engage_catalogue *catalogue);

/* Gives a live analyzer these lexicons in place of those it has, and keeps a reference of
 * each; none with count 0. Several add up. A value v adds v to the log-odds between
 * positive and negative, as engage-lexicon(5) says; intents stay. It ends what the last run
 * lent. Returns ENGAGE_OK, ENGAGE_EMISUSE, ENGAGE_ELIMIT (more than
 * ENGAGE_LEXICONS_MOST); then nothing changed. Since 0.1. */
ENGAGE_API ENGAGE_NODISCARD int engage_analyzer_set_lexicons(engage_analyzer *analyzer,
                                                             const engage_lexicon *const *lexicons,
                                                             size_t count);

/* Analyzes a post. `*out` is borrowed from the analyzer until its next run; the
 * text is borrowed until then too. After warm-up nothing is allocated. Returns
 * ENGAGE_OK, ENGAGE_EMISUSE, ENGAGE_ELIMIT, ENGAGE_ENOMEM. Since 0.1. */
ENGAGE_API ENGAGE_NODISCARD int engage_analyzer_run(engage_analyzer *analyzer, const char *text,
                                                    size_t size, const engage_analysis **out);

/* A copy that outlives the analyzer's next run. Owned: engage_analysis_free.
 * Returns ENGAGE_OK, ENGAGE_EMISUSE, ENGAGE_EOPTIONS, ENGAGE_ENOMEM. Since 0.1. */
ENGAGE_API ENGAGE_NODISCARD int engage_analysis_copy(engage_analysis **out,
                                                     const engage_analysis *analysis,
                                                     const engage_allocator *allocator);

/* Releases a copy; NULL is allowed. Since 0.1. */
ENGAGE_API void engage_analysis_free(engage_analysis *analysis);

/* The language as a BCP 47 tag such as "en", "und" where it cannot be told.
 * Worked out at each call, from the text that is still borrowed. Static text. Since 0.1. */
ENGAGE_API const char *engage_analysis_language(const engage_analysis *analysis);

/* The likeliest sentiment: ENGAGE_NEGATIVE, _NEUTRAL or _POSITIVE; _NEUTRAL for NULL. Since
 * 0.1. */
ENGAGE_API int engage_analysis_sentiment(const engage_analysis *analysis);

/* Probabilities and valence are kept in millionths, so that they are the same on
 * every machine. The three sentiment probabilities add to 1,000,000. Valence is
 * positive minus negative, from -1,000,000 to 1,000,000. An index out of range,
 * or NULL, gives 0. Since 0.1. */
ENGAGE_API int32_t engage_analysis_probability(const engage_analysis *analysis, int sentiment);
ENGAGE_API int32_t engage_analysis_valence(const engage_analysis *analysis);
ENGAGE_API int32_t engage_analysis_intent(const engage_analysis *analysis, int intent);

/* What else the words hint at. Irony is a doubt, never a verdict: it lowers confidence and
 * turns no label. Anger tells how severe a negative post is. Numbers never change. */
#define ENGAGE_SIGNAL_IRONY 0
#define ENGAGE_SIGNAL_ANGER 1
#define ENGAGE_SIGNALS 2

/* A signal's probability in millionths; 0 for an index out of range, or NULL. Since 0.1. */
ENGAGE_API int32_t engage_analysis_signal(const engage_analysis *analysis, int signal);

/* How sure the sentiment is, in millionths: its probability; of a positive post whose irony is
 * over 500,000 less, as much as it then is likelier to be ironic than one post in twenty. NULL
 * gives 0. Since 0.1. */
ENGAGE_API int32_t engage_analysis_confidence(const engage_analysis *analysis);

/* 1 where the intent's probability is over the model's threshold for it, else 0. Since 0.1. */
ENGAGE_API int engage_analysis_has_intent(const engage_analysis *analysis, int intent);

/* 1 where the post needs a reply: question, help_request, complaint, defect,
 * billing, purchase_intent, churn_risk or safety_risk, and not spam. Since 0.1. */
ENGAGE_API int engage_analysis_needs_reply(const engage_analysis *analysis);

/* Intents that add-ons taught, in the order of the add-ons and by name in each: name
 * (borrowed), probability in millionths, and 1 where it is over its threshold. NULL or 0
 * for an index out of range. Since 0.1. */
ENGAGE_API size_t engage_analysis_taught_count(const engage_analysis *analysis);
ENGAGE_API const char *engage_analysis_taught_name(const engage_analysis *analysis, size_t index);
ENGAGE_API int32_t engage_analysis_taught_probability(const engage_analysis *analysis,
                                                      size_t index);
ENGAGE_API int engage_analysis_taught_has(const engage_analysis *analysis, size_t index);

/* Labels under a promise of an add-on: label (borrowed; also "needs_reply"), the score that
 * decides, 1 where the label is given, and 1 where a person should look. What is given
 * here is what engage_analysis_has_intent, _taught_has and _needs_reply tell then. NULL or 0
 * for an index out of range. Since 0.1. */
ENGAGE_API size_t engage_analysis_promise_count(const engage_analysis *analysis);
ENGAGE_API const char *engage_analysis_promise_label(const engage_analysis *analysis, size_t index);
ENGAGE_API int32_t engage_analysis_promise_score(const engage_analysis *analysis, size_t index);
ENGAGE_API int engage_analysis_promise_has(const engage_analysis *analysis, size_t index);
ENGAGE_API int engage_analysis_promise_uncertain(const engage_analysis *analysis, size_t index);

/* Aspects: what the post says of each thing that the catalogue names, in the order of
 * the text. The target is the entry's id, borrowed; the kind an ENGAGE_TARGET_; the span
 * its bytes; the polarity ENGAGE_NEGATIVE, _NEUTRAL or _POSITIVE, and the valence as that
 * of a post, of this mention alone. The getters give NULL, ENGAGE_ERANGE, {0, 0} or 0 for
 * an index out of range. Since 0.1. */
ENGAGE_API size_t engage_analysis_aspect_count(const engage_analysis *analysis);
ENGAGE_API const char *engage_analysis_aspect_target(const engage_analysis *analysis,
                                                     size_t index);
ENGAGE_API int engage_analysis_aspect_kind(const engage_analysis *analysis, size_t index);
ENGAGE_API engage_span engage_analysis_aspect_span(const engage_analysis *analysis, size_t index);
ENGAGE_API int engage_analysis_aspect_polarity(const engage_analysis *analysis, size_t index);
ENGAGE_API int32_t engage_analysis_aspect_valence(const engage_analysis *analysis, size_t index);

/* The logit of a head before calibration, in 1/65536; 0 for no head. Behind the heads of the
 * model, ENGAGE_HEADS + i is the i-th intent that add-ons taught. With
 * ENGAGE_ANALYZE_EXPLAIN the contributions of the head's evidence add up to it
 * exactly. Since 0.1. */
ENGAGE_API int64_t engage_analysis_logit(const engage_analysis *analysis, int head);

/* Evidence, for analyses made with ENGAGE_ANALYZE_EXPLAIN: rows of (head, bytes of
 * the text, rule, contribution in 1/65536), by head, numbered as for engage_analysis_logit, the
 * row "bias" first. That row and rows "post" and "encoder", about the post as a whole, have an
 * empty span; the rule of a lexicon's word is "lexicon:" and the lexicon's name. The getters give
 * 0, {0, 0} or NULL for an index out of range. Since 0.1. */
ENGAGE_API size_t engage_analysis_evidence_count(const engage_analysis *analysis);
ENGAGE_API int engage_analysis_evidence_head(const engage_analysis *analysis, size_t index);
ENGAGE_API engage_span engage_analysis_evidence_span(const engage_analysis *analysis, size_t index);
ENGAGE_API const char *engage_analysis_evidence_rule(const engage_analysis *analysis, size_t index);
ENGAGE_API int64_t engage_analysis_evidence_contribution(const engage_analysis *analysis,
                                                         size_t index);

/* Appends the JSON object of `engage score`, without a line end; with its logits
 * and evidence where the analysis kept them. Returns ENGAGE_OK, ENGAGE_EMISUSE,
 * ENGAGE_ENOMEM. Since 0.1. */
ENGAGE_API ENGAGE_NODISCARD int engage_analysis_json(const engage_analysis *analysis, engage_str id,
                                                     engage_buffer *buffer);

#ifdef __cplusplus
}
#endif
#endif
