#ifndef HC_CLI_OPTIONS_H
#define HC_CLI_OPTIONS_H

#include "cli/assemble.h"

#include <argp.h>
#include <stdbool.h>
#include <stddef.h>

/** Options that commands on a scenario share: --set, --seed, --quarantine, --json, -q. */

enum {
    HC_OPTION_SET = 256,
    HC_OPTION_SEED,
    HC_OPTION_QUARANTINE,
    HC_OPTION_JSON,
    HC_OPTION_FIRST_OWN = 300, /**< a command's own options count from here */
};

enum { HC_MAX_OVERRIDES = 256 };

typedef struct hc_scenario_arguments {
    hc_assembly_options assembly;
    const char *overrides[HC_MAX_OVERRIDES];
    char seed[32];    /**< "seed=7" */
    bool is_optional; /**< there may be no scenario */
    bool is_json;
    bool is_quiet;
} hc_scenario_arguments;

/** To be used as a child parser, with the arguments as its input. */
extern const struct argp hc_scenario_argp;

/** Makes the arguments ready for parsing. */
void hc_scenario_arguments_init(hc_scenario_arguments *arguments);

#endif
