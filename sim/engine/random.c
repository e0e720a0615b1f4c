#include "sim/engine/random.h"

#include "sim/int128.h"

#include <Random123/philox.h>
#include <assert.h>
#include <math.h>

hc_random hc_random_stream(uint64_t seed, uint64_t entity, hc_random_purpose purpose)
{
    return (hc_random){.seed = seed, .entity = entity, .purpose = (uint32_t)purpose};
}

/* Block n holds draws 2n and 2n+1. Counter: block (32 bits), entity (64), purpose (32); key: seed. The block
 * number of a stream with more than 2^33 draws would wrap; no stream of ours comes near. */
uint64_t hc_random_bits(hc_random *stream)
{
    philox4x32_ctr_t counter;
    philox4x32_ctr_t block;
    philox4x32_key_t key;
    uint64_t number = stream->drawn++;
    if (number % 2 == 1) {
        return stream->spare;
    }
    assert(number / 2 <= UINT32_MAX);
    counter = (philox4x32_ctr_t){{(uint32_t)(number / 2), (uint32_t)stream->entity,
                                  (uint32_t)(stream->entity >> 32), stream->purpose}};
    key = (philox4x32_key_t){{(uint32_t)stream->seed, (uint32_t)(stream->seed >> 32)}};
    block = philox4x32(counter, key);
    stream->spare = (uint64_t)block.v[3] << 32 | block.v[2];
    return (uint64_t)block.v[1] << 32 | block.v[0];
}

double hc_random_uniform(hc_random *stream)
{
    return ((double)(hc_random_bits(stream) >> 11) + 0.5) * 0x1p-53;
}

/* The high half of a product (Lemire 2019, without rejection): the bias is below count / 2^64. */
uint64_t hc_random_below(hc_random *stream, uint64_t count)
{
    assert(count > 0 && count <= UINT64_C(1) << 32);
    return (uint64_t)((hc_uint128)hc_random_bits(stream) * count >> 64);
}

double hc_random_exponential(hc_random *stream, double mean)
{
    return -mean * log(hc_random_uniform(stream));
}
