#include "cli/number_option.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

uint64_t hc_option_integer(const struct argp_state *state, const char *option, const char *text,
                           uint64_t minimum, uint64_t maximum)
{
    char *end = NULL;
    unsigned long long value = 0;
    errno = 0;
    value = strtoull(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || text[0] == '-' || value < minimum ||
        value > maximum) {
        argp_error(state,
                   "--%s: expected a whole number from %" PRIu64 " to %" PRIu64 ", got \"%s\"",
                   option, minimum, maximum, text);
    }
    return value;
}

double hc_option_real(const struct argp_state *state, const char *option, const char *text,
                      double minimum, double maximum)
{
    char *end = NULL;
    double value = 0;
    errno = 0;
    value = strtod(text, &end);
    if (errno != 0 || end == text || *end != '\0' || !(value >= minimum && value <= maximum)) {
        argp_error(state, "--%s: expected a number from %g to %g, got \"%s\"", option, minimum,
                   maximum, text);
    }
    return value;
}
