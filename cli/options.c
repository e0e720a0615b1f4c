#include "cli/options.h"

#include "cli/number_option.h"

#include <inttypes.h>
#include <stdio.h>

static const struct argp_option OPTIONS[] = {
    {"set", HC_OPTION_SET, "KEY=VALUE", 0, "replace a key of the scenario; may be repeated", 0},
    {"seed", HC_OPTION_SEED, "N", 0, "replace the key seed", 0},
    {"quarantine", HC_OPTION_QUARANTINE, "FILE", 0, "list the unusable rows of the trace in FILE",
     0},
    {"json", HC_OPTION_JSON, NULL, 0, "print one JSON object", 0},
    {"quiet", 'q', NULL, 0, "no progress, no report", 0},
    {0},
};

static void add_override(hc_scenario_arguments *a, const char *text, struct argp_state *state)
{
    if (a->assembly.override_count == HC_MAX_OVERRIDES) {
        argp_error(state, "--set: at most %d times", HC_MAX_OVERRIDES);
    } else {
        a->overrides[a->assembly.override_count++] = text;
    }
}

static error_t parse(int key, char *text, struct argp_state *state)
{
    hc_scenario_arguments *a = state->input;
    switch (key) {
    case HC_OPTION_SET:
        add_override(a, text, state);
        return 0;
    case HC_OPTION_SEED:
        (void)snprintf(a->seed, sizeof a->seed, "seed=%" PRIu64,
                       hc_option_integer(state, "seed", text, 0, UINT64_C(9007199254740991)));
        add_override(a, a->seed, state);
        return 0;
    case HC_OPTION_QUARANTINE:
        a->assembly.quarantine_path = text;
        return 0;
    case HC_OPTION_JSON:
        a->is_json = true;
        return 0;
    case 'q':
        a->is_quiet = true;
        return 0;
    case ARGP_KEY_ARG:
        if (a->assembly.path != NULL) {
            argp_error(state, "one scenario at a time");
        }
        a->assembly.path = text;
        return 0;
    case ARGP_KEY_END:
        if (a->assembly.path == NULL && !a->is_optional) {
            argp_error(state, "which scenario?");
        }
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

const struct argp hc_scenario_argp = {.options = OPTIONS, .parser = parse};

void hc_scenario_arguments_init(hc_scenario_arguments *arguments)
{
    *arguments = (hc_scenario_arguments){.is_json = false};
    arguments->assembly.overrides = arguments->overrides;
}
