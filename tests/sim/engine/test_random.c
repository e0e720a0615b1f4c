#include "sim/engine/digest.h"
#include "sim/engine/random.h"
#include "tests/testing.h"

#include <math.h>

/* Philox4x32-10 with counter and key all zero: the first known answer that Random123 publishes. */
static void the_first_block_is_the_published_one(void)
{
    hc_random stream = {0};
    CU_ASSERT_EQUAL(hc_random_bits(&stream), UINT64_C(0xe169c58d) << 32 | UINT64_C(0x6627e8d5));
    CU_ASSERT_EQUAL(hc_random_bits(&stream), UINT64_C(0x9b00dbd8) << 32 | UINT64_C(0xbc57ac4c));
}

static void a_copied_stream_goes_on_alike(void)
{
    hc_random stream = hc_random_stream(1, 2, HC_RANDOM_SIZE);
    for (int i = 0; i < 5; i++) {
        hc_random copy = stream;
        CU_ASSERT_EQUAL(hc_random_bits(&copy), hc_random_bits(&stream));
    }
}

static void streams_differ_by_seed_entity_and_purpose(void)
{
    hc_random streams[] = {
        hc_random_stream(1, 1, HC_RANDOM_SIZE),
        hc_random_stream(2, 1, HC_RANDOM_SIZE),
        hc_random_stream(1, 2, HC_RANDOM_SIZE),
        hc_random_stream(1, UINT64_C(1) << 40, HC_RANDOM_SIZE),
        hc_random_stream(1, 1, HC_RANDOM_USER),
    };
    uint64_t first[5];
    for (int i = 0; i < 5; i++) {
        first[i] = hc_random_bits(&streams[i]);
        for (int j = 0; j < i; j++) {
            CU_ASSERT_NOT_EQUAL(first[i], first[j]);
        }
    }
}

/* Mean 1/2, variance 1/12: five standard errors of a million draws. */
static void uniforms_are_uniform(void)
{
    hc_random stream = hc_random_stream(3, 0, HC_RANDOM_BENCH);
    double sum = 0;
    double squares = 0;
    enum { DRAWS = 1000000 };
    for (int i = 0; i < DRAWS; i++) {
        double u = hc_random_uniform(&stream);
        CU_ASSERT_FATAL(u > 0 && u < 1);
        sum += u;
        squares += u * u;
    }
    CU_ASSERT(fabs(sum / DRAWS - 0.5) < 5 * sqrt(1.0 / 12 / DRAWS));
    CU_ASSERT(fabs(squares / DRAWS - 1.0 / 3) < 5 * sqrt(4.0 / 45 / DRAWS));
}

static void every_number_below_a_bound_is_equally_likely(void)
{
    hc_random stream = hc_random_stream(4, 0, HC_RANDOM_BENCH);
    int counts[7] = {0};
    double chi_squared = 0;
    for (int i = 0; i < 70000; i++) {
        counts[hc_random_below(&stream, 7)]++;
    }
    for (int i = 0; i < 7; i++) {
        chi_squared += (counts[i] - 10000.0) * (counts[i] - 10000.0) / 10000.0;
    }
    CU_ASSERT(chi_squared < 27.86); /* 6 degrees of freedom, p = 1e-4 */
}

static void a_digest_depends_on_every_record_and_their_order(void)
{
    uint64_t records[] = {1, 2, 3};
    hc_digest forward = {0};
    hc_digest backward = {0};
    hc_digest joined = {0};
    hc_digest joined_backward = {0};
    char text[HC_DIGEST_TEXT_SIZE];
    for (int i = 0; i < 3; i++) {
        hc_digest_add(&forward, &records[i], 1);
        hc_digest_add(&backward, &records[2 - i], 1);
    }
    CU_ASSERT_NOT_EQUAL(forward.value, backward.value);
    hc_digest_join(&joined, forward);
    hc_digest_join(&joined, backward);
    hc_digest_join(&joined_backward, backward);
    hc_digest_join(&joined_backward, forward);
    CU_ASSERT_NOT_EQUAL(joined.value, joined_backward.value);
    hc_digest_format((hc_digest){255}, text);
    CU_ASSERT_STRING_EQUAL(text, "00000000000000ff");
}

static const hc_test_case CASES[] = {
    {"the_first_block_is_the_published_one", the_first_block_is_the_published_one},
    {"a_copied_stream_goes_on_alike", a_copied_stream_goes_on_alike},
    {"streams_differ_by_seed_entity_and_purpose", streams_differ_by_seed_entity_and_purpose},
    {"uniforms_are_uniform", uniforms_are_uniform},
    {"every_number_below_a_bound_is_equally_likely", every_number_below_a_bound_is_equally_likely},
    {"a_digest_depends_on_every_record_and_their_order",
     a_digest_depends_on_every_record_and_their_order},
};

HC_TEST_MAIN("random", CASES)
