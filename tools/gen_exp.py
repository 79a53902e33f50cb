#!/usr/bin/env python3
# SPDX-FileCopyrightText: the libengage maintainers
# SPDX-License-Identifier: MIT
"""Write lib/data/exp_table.c: 2^(-i/256) in 1/2^30, from which calibration interpolates.

Usage: gen_exp.py > lib/data/exp_table.c
"""

from decimal import ROUND_HALF_EVEN, Decimal, getcontext

STEPS = 256


def main():
    getcontext().prec = 40
    step = (Decimal(2).ln() / STEPS)
    values = [int(((-step * i).exp() * 2**30).to_integral_value(ROUND_HALF_EVEN))
              for i in range(STEPS + 1)]
    # REUSE-IgnoreStart: these lines are of the table
    print("/* SPDX-FileCopyrightText: the libengage maintainers\n"
          " * SPDX-License-Identifier: MIT\n"
          " *\n"
          " * Written by tools/gen_exp.py. Do not edit.\n"
          " */\n"
          '#include "score/calibrate.h"\n')
    # REUSE-IgnoreEnd
    print("const uint32_t engagep_exp_table[%d] = {" % (STEPS + 1))
    for i in range(0, len(values), 8):
        print("    " + ", ".join("%d" % v for v in values[i:i + 8]) + ",")
    print("};")


if __name__ == "__main__":
    main()
