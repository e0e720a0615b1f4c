#ifndef HC_CLI_JSON_OUTPUT_H
#define HC_CLI_JSON_OUTPUT_H

#include <jansson.h>

/** Prints one JSON object to stdout, and says on stderr why it cannot.
 *  @param object  taken over; NULL: it could not be made
 *  @return the exit code. */
int hc_print_json(json_t *object);

#endif
