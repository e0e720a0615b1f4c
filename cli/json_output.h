#ifndef HC_CLI_JSON_OUTPUT_H
#define HC_CLI_JSON_OUTPUT_H

#include "sim/engine/time.h"

#include <jansson.h>
#include <stdint.h>

/** Prints one JSON object to stdout, and says on stderr why it cannot.
 *  @param object  taken over; NULL: it could not be made
 *  @return the exit code. */
int hc_print_json(json_t *object);

/** Seconds; null when the time is missing. */
json_t *hc_json_seconds(hc_time time);

/** An object of the counts that are not 0, by their names. @return owned by the caller; NULL: it could not be made */
json_t *hc_json_counts(const uint64_t *values, int count, const char *(*name)(int index));

/** A count per second; null when the time was too short for the system's clock. */
json_t *hc_json_rate(uint64_t count, double seconds);

#endif
