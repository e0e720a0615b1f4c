#ifndef HC_CLI_NUMBER_OPTION_H
#define HC_CLI_NUMBER_OPTION_H

#include <argp.h>
#include <stdint.h>

/** Values of options that are numbers. Anything else than a number in the range ends in a usage error that
 *  names the option, what was expected and what was found. */
uint64_t hc_option_integer(const struct argp_state *state, const char *option, const char *text,
                           uint64_t minimum, uint64_t maximum);
double hc_option_real(const struct argp_state *state, const char *option, const char *text,
                      double minimum, double maximum);

#endif
