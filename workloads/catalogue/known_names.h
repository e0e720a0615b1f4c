#ifndef HC_WORKLOADS_CATALOGUE_KNOWN_NAMES_H
#define HC_WORKLOADS_CATALOGUE_KNOWN_NAMES_H

#include <stdbool.h>
#include <stddef.h>

/** Names of catalogued things as people write them: case, '-', '_' and ' ' do not count, so that
 *  "Llama 3 70B" is "llama3-70b". Several names of one thing are joined by '|'. */

/** Whether `wanted` is one of `names`.
 *  @param names  "A100-SXM4-80GB|A100-80GB"; NULL: none */
bool hc_known_names_include(const char *names, const char *wanted);

/** How far `wanted` is from the nearest of `names`, for "did you mean"; SIZE_MAX when it is far from all. */
size_t hc_known_names_distance(const char *names, const char *wanted);

#endif
