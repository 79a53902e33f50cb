# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
if HAVE_CHECK
check_PROGRAMS += tests/check_spec
TESTS += tests/check_spec
endif
tests_check_spec_SOURCES = tests/check_spec.c tests/support.c tests/support.h
tests_check_spec_CFLAGS = $(SUITE_CFLAGS)
tests_check_spec_LDADD = $(SUITE_LDADD)

EXTRA_DIST += tests/spec/README.md tests/spec/floors.txt \
	tests/spec/sentiment-around.txt \
	tests/spec/sentiment-capitals.txt \
	tests/spec/sentiment-comparatives.txt \
	tests/spec/sentiment-conditionals.txt \
	tests/spec/sentiment-contrast.txt \
	tests/spec/sentiment-degree.txt \
	tests/spec/sentiment-elongation.txt \
	tests/spec/sentiment-emoji.txt \
	tests/spec/sentiment-emoticons.txt \
	tests/spec/sentiment-facts.txt \
	tests/spec/sentiment-hashtags.txt \
	tests/spec/sentiment-idioms.txt \
	tests/spec/sentiment-irony.txt \
	tests/spec/sentiment-marks.txt \
	tests/spec/sentiment-mixed.txt \
	tests/spec/sentiment-negation.txt \
	tests/spec/sentiment-numbers.txt \
	tests/spec/sentiment-questions.txt \
	tests/spec/sentiment-quotes.txt \
	tests/spec/sentiment-ratings.txt \
	tests/spec/sentiment-repeats.txt \
	tests/spec/sentiment-requests.txt \
	tests/spec/sentiment-service.txt \
	tests/spec/sentiment-texting.txt \
	tests/spec/sentiment-typos.txt \
	tests/spec/intents-billing.txt \
	tests/spec/intents-churn_risk.txt \
	tests/spec/intents-comparison.txt \
	tests/spec/intents-complaint.txt \
	tests/spec/intents-defect.txt \
	tests/spec/intents-help_request.txt \
	tests/spec/intents-peer_answer.txt \
	tests/spec/intents-praise.txt \
	tests/spec/intents-purchase_intent.txt \
	tests/spec/intents-question.txt \
	tests/spec/intents-recommendation.txt \
	tests/spec/intents-safety_risk.txt \
	tests/spec/intents-spam.txt \
	tests/spec/intents-suggestion.txt \
	tests/spec/intents-warning.txt
