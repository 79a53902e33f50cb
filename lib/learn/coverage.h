/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 *
 * What a threshold set by n labelled posts is worth. Of posts drawn alike, n set the
 * threshold at the k-th lowest score; then a further one lies under it with a chance of
 * k / (n + 1), over all draws (Vovk, Gammerman and Shafer, Algorithmic Learning in a Random
 * World, 2005). For one draw that chance is itself drawn: from Beta(k, n + 1 - k)
 * (Vovk, Conditional validity of inductive conformal predictors, 2012; Angelopoulos and
 * Bates, A gentle introduction to conformal prediction, 2021, section 3.2).
 */
#ifndef ENGAGEP_LEARN_COVERAGE_H
#define ENGAGEP_LEARN_COVERAGE_H

#include <stdint.h>

#define ENGAGEP_COVERAGE_MOST 1000000u /* posts */

/* The rank from below whose score may be the threshold; 0 where n is too small. */
uint32_t engagep_coverage_rank(uint32_t n, int32_t share);

/* The chance that at most `most` of `n` independent trials succeed, each with `share`
 * millionths: in millionths. */
int32_t engagep_coverage_binomial(uint32_t n, int32_t share, uint32_t most);

/* The bounds of Beta(rank, n + 1 - rank) with 2.5 % beyond each, in millionths, rounded
 * outwards; rank is from 1 to n. */
void engagep_coverage_bounds(uint32_t n, uint32_t rank, int32_t *least, int32_t *most);

#endif
