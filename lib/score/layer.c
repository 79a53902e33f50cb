/* SPDX-FileCopyrightText: the libengage maintainers
 * SPDX-License-Identifier: MIT
 */
#include "score/layer.h"

#define COLUMNS ENGAGEP_TABLE_COLUMNS
#define LANES ENGAGEP_TABLE_LANES

/* What one output of the dense layer weighs its inputs by. */
struct weights {
    int32_t bias;
    const int32_t *linear;
    const int32_t *ramped;
};

static struct weights weights_of(const struct engagep_layer *layer, int output)
{
    const struct engagep_dense *dense = &layer->dense;
    const struct engagep_signals *signals = &layer->signals;
    int signal = output - ENGAGE_HEADS;
    return signal < 0 ? (struct weights){dense->bias[output], dense->linear[output],
                                         dense->ramped[output]}
                      : (struct weights){signals->bias[signal], signals->linear[signal],
                                         signals->ramped[signal]};
}

/* Prepares the narrow form of the dense layer, and its biases. */
static void narrow_weights(struct engagep_layer *layer)
{
    int32_t most = 1;
    for (int output = 0; output < ENGAGEP_LAYER_OUTPUTS; output++) {
        struct weights weights = weights_of(layer, output);
        layer->bias[output] = weights.bias;
        for (int k = 0; k < COLUMNS; k++) {
            int32_t pair[2] = {weights.linear[k], weights.ramped[k]};
            for (int i = 0; i < 2; i++) {
                int32_t size = pair[i] < 0 ? -pair[i] : pair[i];
                most = size > most ? size : most;
                layer->narrow[output][k + i * LANES] =
                    (int16_t)(size <= INT16_MAX ? pair[i] : 0);
            }
        }
    }
    layer->narrow_most = most <= INT16_MAX ? most : 0;
    for (int k = 0; k < COLUMNS; k++)
        layer->ramp[k] = layer->dense.ramp[k];
}

void engagep_layer_init(struct engagep_layer *layer, const engage_model *model)
{
    engagep_model_dense(model, &layer->dense);
    engagep_model_signals(model, &layer->signals);
    narrow_weights(layer);
}

/* The inputs of the dense layer in 16 bits. Returns 0 where they, or what comes of them in
 * 32 bits, might not fit. */
static int narrow_inputs(const struct engagep_layer *layer, const int32_t sums[LANES],
                         int16_t x[2 * LANES])
{
    int32_t bits = 0;
    uint32_t total = 0; /* of all inputs, either sign, where they are of 16 bits */
    for (int k = 0; k < LANES; k++) {
        int32_t sum = sums[k];
        int32_t z = sum + layer->ramp[k];
        int32_t open = z > 0 ? z : 0;
        int32_t size = sum < 0 ? -sum : sum;
        bits |= size | open;
        total += (uint32_t)size + (uint32_t)open;
        x[k] = (int16_t)sum;
        x[k + LANES] = (int16_t)open;
    }
    return layer->narrow_most != 0 && bits <= INT16_MAX &&
           (uint64_t)total * (uint64_t)layer->narrow_most <= INT32_MAX;
}

/* The products of four outputs at a time, so that an input is read once for them; whole
 * vectors one after the other, which compilers know. */
static void dot4(const int16_t x[2 * LANES], const int16_t weights[4][2 * LANES], int32_t out[4])
{
    int32_t a = 0, b = 0, c = 0, d = 0;
    for (int k = 0; k < 2 * LANES; k++) {
        a += x[k] * weights[0][k];
        b += x[k] * weights[1][k];
        c += x[k] * weights[2][k];
        d += x[k] * weights[3][k];
    }
    out[0] = a;
    out[1] = b;
    out[2] = c;
    out[3] = d;
}

_Static_assert(ENGAGEP_LAYER_OUTPUTS % 4 == 0, "outputs are taken by fours");

static int64_t wide_product(const struct engagep_layer *layer, const int32_t sums[LANES], int output)
{
    struct weights weights = weights_of(layer, output);
    int64_t product = 0;
    for (int k = 0; k < COLUMNS; k++) {
        int64_t sum = sums[k];
        int64_t z = sum + layer->dense.ramp[k];
        product += sum * weights.linear[k] + (z > 0 ? z : 0) * weights.ramped[k];
    }
    return product;
}

void engagep_layer_run(const struct engagep_layer *layer, const int32_t sums[LANES],
                       int64_t logits[ENGAGEP_LAYER_OUTPUTS])
{
    int16_t x[2 * LANES];
    int32_t products[ENGAGEP_LAYER_OUTPUTS];
    int narrow = narrow_inputs(layer, sums, x);
    for (int output = 0; output < ENGAGEP_LAYER_OUTPUTS && narrow; output += 4)
        dot4(x, (const int16_t (*)[2 * LANES])&layer->narrow[output], &products[output]);
    for (int output = 0; output < ENGAGEP_LAYER_OUTPUTS; output++)
        logits[output] = layer->bias[output] +
                         (narrow ? products[output] : wide_product(layer, sums, output));
}
