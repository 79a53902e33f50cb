# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
#
# A page a line.
dist_man_MANS += man/engage-addon.5
dist_man_MANS += man/engage-bindings.7
dist_man_MANS += man/engage-catalogue.5
dist_man_MANS += man/engage-events.7
dist_man_MANS += man/engage-feeds.7
dist_man_MANS += man/engage-intents.7
dist_man_MANS += man/engage-lexicon.5
dist_man_MANS += man/engage-journey.7
dist_man_MANS += man/engage-model.5
dist_man_MANS += man/engage-policy.5
dist_man_MANS += man/engage-reports.7
dist_man_MANS += man/engage-state.5
dist_man_MANS += man/engage-store.5
dist_man_MANS += man/engage-vader.7
dist_man_MANS += man/engage.1
dist_man_MANS += man/engage.3
dist_man_MANS += man/engage_addon.3
dist_man_MANS += man/engage_analyzer.3
dist_man_MANS += man/engage_buffer.3
dist_man_MANS += man/engage_catalogue.3
dist_man_MANS += man/engage_entities.3
dist_man_MANS += man/engage_errors.3
dist_man_MANS += man/engage_events.3
dist_man_MANS += man/engage_html.3
dist_man_MANS += man/engage_language.3
dist_man_MANS += man/engage_lesson.3
dist_man_MANS += man/engage_lexicon.3
dist_man_MANS += man/engage_model.3
dist_man_MANS += man/engage_policy.3
dist_man_MANS += man/engage_promise.3
dist_man_MANS += man/engage_store.3
dist_man_MANS += man/engage_tokenizer.3
dist_man_MANS += man/engage_tracker.3
