# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
"""Builds the module against an installed libengage (found by pkg-config), or against
the source tree named by ENGAGE_CFLAGS and ENGAGE_LIBS."""

import os
import shlex
import subprocess

from setuptools import Extension, setup


def flags(variable, option):
    given = os.environ.get(variable)
    if given is None:
        try:
            given = subprocess.run(["pkg-config", option, "engage"], check=True, text=True,
                                   stdout=subprocess.PIPE).stdout
        except (OSError, subprocess.CalledProcessError) as error:
            raise SystemExit(f"{error}\nno libengage was found: install it where pkg-config looks, "
                             "or set ENGAGE_CFLAGS and ENGAGE_LIBS") from None
    return shlex.split(given)


setup(
    ext_modules=[
        Extension(
            "engage._engage",
            ["src/engage/" + name for name in ("_engage.c", "bridge.c", "learn.c", "score.c",
                                               "track.c")],
            depends=["src/engage/bridge.h"],
            extra_compile_args=["-fvisibility=hidden"] + flags("ENGAGE_CFLAGS", "--cflags"),
            extra_link_args=flags("ENGAGE_LIBS", "--libs"),
            py_limited_api=True,
        )
    ],
    options={"bdist_wheel": {"py_limited_api": "cp311"}},
    zip_safe=False,  # an extension of several phases does not load out of a zipped egg
)
