#include "sim/engine/digest.h"

#include <inttypes.h>
#include <stdio.h>
#include <xxhash.h>

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "digests are defined on little-endian machines"
#endif

void hc_digest_add(hc_digest *digest, const uint64_t *words, size_t word_count)
{
    digest->value = XXH3_64bits_withSeed(words, word_count * sizeof *words, digest->value);
}

void hc_digest_join(hc_digest *joined, hc_digest next)
{
    hc_digest_add(joined, &next.value, 1);
}

void hc_digest_format(hc_digest digest, char *out)
{
    (void)snprintf(out, HC_DIGEST_TEXT_SIZE, "%016" PRIx64, digest.value);
}
