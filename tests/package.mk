# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
#
# What the package promises as a whole.
TESTS += tests/check_headers.sh tests/check_exports.sh tests/check_codes.sh \
	tests/check_tarball.sh
EXTRA_DIST += tests/check_headers.sh tests/check_exports.sh tests/check_codes.sh \
	tests/check_tarball.sh

# What is installed serves; make distcheck asks it too.
EXTRA_DIST += tests/installed.sh
installcheck-local:
	$(AM_TESTS_ENVIRONMENT) CC='$(CC)' sh $(srcdir)/tests/installed.sh '$(libdir)' '$(bindir)' \
	    '$(datadir)' '$(mandir)' '$(docdir)'
