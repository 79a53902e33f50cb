# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT

# The careful model, which stands on the built-in one (tools/train/CAREFUL.md), and models of
# languages beside English (tools/train/LANGUAGES.md): for the caller to open, the library looks
# for no file.
modelsdir = $(pkgdatadir)/models
dist_models_DATA = \
	lib/data/models/careful.model \
	lib/data/models/ar.model \
	lib/data/models/fr.model \
	lib/data/models/de.model \
	lib/data/models/hi.model \
	lib/data/models/it.model \
	lib/data/models/pt.model \
	lib/data/models/es.model
