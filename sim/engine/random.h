#ifndef HC_SIM_ENGINE_RANDOM_H
#define HC_SIM_ENGINE_RANDOM_H

#include <stdint.h>

/** Random numbers that depend on who draws and what for, and on nothing else.
 *
 *  A stream is named by (seed, entity, purpose); its n-th draw is a function of these and n (Philox4x32-10:
 *  Salmon et al., SC'11, from Random123). The same stream gives the same numbers for any number of ranks,
 *  any policy and any order of draws from other streams. A stream is a plain value: copy it to save it. */
typedef struct hc_random {
    uint64_t seed;
    uint64_t entity;
    uint64_t drawn; /**< 64-bit numbers drawn so far */
    uint64_t spare; /**< second half of the last block, valid when `drawn` is odd */
    uint32_t purpose;
} hc_random;

/** What a stream is for. A new use gets a new number; numbers are never reused. */
typedef enum hc_random_purpose {
    HC_RANDOM_PHOLD = 1,
    HC_RANDOM_ARRIVAL = 2, /**< gaps between submissions */
    HC_RANDOM_BURST = 3,   /**< changes of state of a bursty arrival process */
    HC_RANDOM_SIZE = 4,    /**< GPUs of a job */
    HC_RANDOM_RUN_TIME = 5,
    HC_RANDOM_ESTIMATE = 6,
    HC_RANDOM_OUTCOME = 7,
    HC_RANDOM_USER = 8,
    HC_RANDOM_BENCH = 9,
    HC_RANDOM_SAMPLE = 10,      /**< points of a study: entity = axis */
    HC_RANDOM_COMMON_SEED = 11, /**< seeds of runs: entity = repetition */
    HC_RANDOM_RUN_SEED = 12,    /**< likewise: entity = point, repetition */
    HC_RANDOM_SITE = 13,        /**< seed of a site of a federation */
} hc_random_purpose;

/** A stream at its beginning. */
hc_random hc_random_stream(uint64_t seed, uint64_t entity, hc_random_purpose purpose);

/** 64 random bits. */
uint64_t hc_random_bits(hc_random *stream);

/** Uniform in (0, 1), 53 bits, never 0 or 1, so that inverse distribution functions stay finite. */
double hc_random_uniform(hc_random *stream);

/** Uniform in 0 .. count-1. @param count  > 0, at most 2^32. */
uint64_t hc_random_below(hc_random *stream, uint64_t count);

/** Exponential with the given mean, by inversion. */
double hc_random_exponential(hc_random *stream, double mean);

#endif
