#ifndef HC_TESTS_SIM_SCENARIO_DEMO_H
#define HC_TESTS_SIM_SCENARIO_DEMO_H

#include "sim/scenario/scenario.h"

#include <stddef.h>

/** Scenarios of the tables in demo_keys.h, under the name "t.yaml". */

/** What every scenario of these tables needs; two lines. */
#define DEMO_BASE "hindcast: 1\ncluster: { nodes: [{ gpus: 8 }] }\n"

/** The same as the resolved scenario writes it, and the defaults behind it. */
#define DEMO_BASE_TEXT                                                          \
    "hindcast: 1\nname: unnamed\nseed: 1\ncluster:\n  nodes:\n    - count: 1\n" \
    "      gpus: 8\n"
#define DEMO_WORKLOAD_TEXT "workload:\n  warmup: 0s\n  quarantine_limit: 0.1\n  warm_start: false\n"
#define DEMO_SCHEDULER_TEXT "scheduler:\n  policy: easy\n  placement: packed\n"

/** Faults of one kind, with the defaults behind it. */
#define DEMO_FAULTS_TEXT(kind) \
    "faults:\n  kind: " kind "\n  repair: 2h\n  quantiles:\n    - 0.5\n    - 0.9\n"

/** Parses a text. @param overrides  ends with NULL, or is NULL. @return NULL with `error` set. */
hc_scenario *demo_parse(const char *text, const char *const *overrides, hc_error *error);

/** Asserts that a text is refused with exactly these messages. */
void demo_expect_error(const char *text, const char *const *overrides, const char *messages);

/** Asserts that a text is accepted, resolves to `resolved`, and that this resolves to itself. */
void demo_expect_text(const char *text, const char *const *overrides, const char *resolved);

#endif
