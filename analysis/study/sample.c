#include "analysis/study/sample.h"

#include "sim/engine/random.h"

#include <gsl/gsl_qrng.h>
#include <math.h>
#include <stdlib.h>

int hc_sample_sobol(double *out, size_t point_count, size_t axis_count, hc_error *error)
{
    gsl_qrng *sequence = gsl_qrng_alloc(gsl_qrng_sobol, (unsigned)axis_count);
    if (sequence == NULL) {
        return hc_error_memory(error);
    }
    for (size_t i = 0; i < point_count; i++) {
        (void)gsl_qrng_get(sequence, out + i * axis_count);
    }
    gsl_qrng_free(sequence);
    return 0;
}

/* Fisher and Yates. */
static void shuffle(uint32_t *parts, size_t count, hc_random *random)
{
    for (size_t i = 0; i < count; i++) {
        parts[i] = (uint32_t)i;
    }
    for (size_t i = count; i > 1; i--) {
        size_t other = (size_t)hc_random_below(random, i);
        uint32_t kept = parts[i - 1];
        parts[i - 1] = parts[other];
        parts[other] = kept;
    }
}

int hc_sample_latin_hypercube(double *out, size_t point_count, size_t axis_count, uint64_t seed,
                              hc_error *error)
{
    static const double BELOW_ONE = 1 - 0x1p-53;
    uint32_t *parts = calloc(point_count, sizeof *parts);
    if (parts == NULL) {
        return hc_error_memory(error);
    }
    for (size_t axis = 0; axis < axis_count; axis++) {
        hc_random random = hc_random_stream(seed, axis, HC_RANDOM_SAMPLE);
        shuffle(parts, point_count, &random);
        for (size_t i = 0; i < point_count; i++) {
            double place = parts[i] + hc_random_uniform(&random);
            out[i * axis_count + axis] = fmin(place / (double)point_count, BELOW_ONE);
        }
    }
    free(parts);
    return 0;
}
