#include "cli/bench.h"

#include "cli/commands.h"
#include "cli/number_option.h"
#include "cli/json_output.h"
#include "sim/engine/phold.h"

#include <argp.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

enum { KEY_LPS = 256, KEY_LOOKAHEAD, KEY_REMOTE, KEY_END, KEY_SEED, KEY_JSON };

typedef struct options {
    hc_phold_options model;
    bool is_json;
} options;

static const struct argp_option OPTIONS[] = {
    {"lps", KEY_LPS, "L", 0, "logical processes (1024)", 0},
    {"lookahead", KEY_LOOKAHEAD, "A", 0, "least delay, 0 <= A < 1 (0.1)", 0},
    {"remote", KEY_REMOTE, "R", 0, "share of events for a random process (0.1)", 0},
    {"end", KEY_END, "E", 0, "simulated time, mean delays (1000)", 0},
    {"seed", KEY_SEED, "N", 0, "seed of the random streams (1)", 0},
    {"json", KEY_JSON, NULL, 0, "print one JSON object", 0},
    {0},
};

static error_t parse(int key, char *text, struct argp_state *state)
{
    options *o = state->input;
    switch (key) {
    case KEY_LPS:
        o->model.process_count = (uint32_t)hc_option_integer(state, "lps", text, 1, UINT32_MAX);
        return 0;
    case KEY_LOOKAHEAD:
        o->model.lookahead = hc_option_real(state, "lookahead", text, 0, 1);
        return 0;
    case KEY_REMOTE:
        o->model.remote = hc_option_real(state, "remote", text, 0, 1);
        return 0;
    case KEY_END:
        o->model.end = hc_option_real(state, "end", text, 0, 1e9);
        return 0;
    case KEY_SEED:
        o->model.seed = hc_option_integer(state, "seed", text, 0, UINT64_MAX);
        return 0;
    case KEY_JSON:
        o->is_json = true;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static int print_json(const hc_phold_result *result, hc_stopwatch time)
{
    char digest[HC_DIGEST_TEXT_SIZE];
    hc_digest_format(result->digest, digest);
    return hc_print_json(
        json_pack("{s:s, s:I, s:f, s:f, s:o, s:s}", "schema", "hindcast-bench-phold-1", "events",
                  (json_int_t)result->event_count, "seconds", time.wall_seconds, "user_cpu_s",
                  time.user_cpu_seconds, "events_per_second",
                  hc_json_rate(result->event_count, time.wall_seconds), "digest", digest));
}

static void print_text(const options *o, const hc_phold_result *result, hc_stopwatch time)
{
    char digest[HC_DIGEST_TEXT_SIZE];
    hc_digest_format(result->digest, digest);
    printf("PHOLD, %u processes, lookahead %g, remote %g, end %g: %" PRIu64
           " events in %.3f s (%.3f s user), %.2f M events/s, digest %s\n",
           o->model.process_count, o->model.lookahead, o->model.remote, o->model.end,
           result->event_count, time.wall_seconds, time.user_cpu_seconds,
           (double)result->event_count / time.wall_seconds / 1e6, digest);
}

int hc_bench_phold(int argc, char **argv)
{
    static const struct argp ARGP = {
        .options = OPTIONS, .parser = parse, .doc = "PHOLD on the sequential engine."};
    options o = {.model = {1024, 0.1, 0.1, 1000, 1}};
    hc_phold_result result;
    hc_error error = HC_ERROR_NONE;
    hc_stopwatch start;
    hc_stopwatch time;
    if (argp_parse(&ARGP, argc, argv, 0, NULL, &o) != 0) {
        return HC_EXIT_USAGE;
    }
    start = hc_stopwatch_read();
    if (hc_phold_run(&o.model, &result, &error) < 0) {
        return hc_print_error(&error);
    }
    time = hc_stopwatch_since(start);
    if (o.is_json) {
        return print_json(&result, time);
    }
    print_text(&o, &result, time);
    return HC_EXIT_OK;
}
