#include "cli/bench.h"

#include "cli/commands.h"
#include "cli/number_option.h"
#include "cli/json_output.h"
#include "cli/rank_voice.h"
#include "mpi/conservative.h"
#include "sim/engine/phold.h"
#include "sim/engine/sequential.h"

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

/* What was measured, the same on all ranks. */
typedef struct outcome {
    hc_phold_result result;
    hc_stopwatch time; /* of this rank; the slowest one's wall time */
    uint64_t windows;
    uint32_t rank_count;
} outcome;

static int print_json(const outcome *o)
{
    char digest[HC_DIGEST_TEXT_SIZE];
    hc_digest_format(o->result.digest, digest);
    return hc_print_json(
        json_pack("{s:s, s:I, s:f, s:f, s:o, s:I, s:I, s:s}", "schema", "hindcast-bench-phold-1",
                  "events", (json_int_t)o->result.event_count, "seconds", o->time.wall_seconds,
                  "user_cpu_s", o->time.user_cpu_seconds, "events_per_second",
                  hc_json_rate(o->result.event_count, o->time.wall_seconds), "ranks",
                  (json_int_t)o->rank_count, "windows", (json_int_t)o->windows, "digest", digest));
}

static void print_text(const options *o, const outcome *out)
{
    char digest[HC_DIGEST_TEXT_SIZE];
    const hc_phold_result *result = &out->result;
    hc_digest_format(result->digest, digest);
    printf("PHOLD, %u processes, lookahead %g, remote %g, end %g: %" PRIu64
           " events in %.3f s (%.3f s user), %.2f M events/s, digest %s\n",
           o->model.process_count, o->model.lookahead, o->model.remote, o->model.end,
           result->event_count, out->time.wall_seconds, out->time.user_cpu_seconds,
           (double)result->event_count / out->time.wall_seconds / 1e6, digest);
    if (out->rank_count > 1) {
        printf("%u ranks, %" PRIu64 " windows, %.1f events per window\n", out->rank_count,
               out->windows, (double)result->event_count / (double)out->windows);
    }
}

/* From the moment when all ranks are there to the one when the last has finished. */
static int measure(const options *o, hc_ranks *ranks, const hc_executor *executor, outcome *out,
                   hc_error *error)
{
    hc_stopwatch start;
    hc_ranks_wait(ranks);
    start = hc_stopwatch_read();
    if (hc_phold_run(&o->model, executor, &out->result, error) < 0) {
        /* Parameters are wrong on all ranks; of anything else the others, who wait for events, do not know. */
        return error->kind == HC_ERROR_USAGE ? -1 : hc_rank_voice_fail(ranks, error);
    }
    hc_ranks_wait(ranks);
    out->time = hc_stopwatch_since(start);
    out->rank_count = hc_ranks_count(ranks);
    return 0;
}

static int measure_on_ranks(const options *o, hc_ranks *ranks, outcome *out, hc_error *error)
{
    hc_conservative *many = NULL;
    hc_executor executor;
    int status = 0;
    if (hc_ranks_count(ranks) == 1) {
        return measure(o, ranks, &hc_sequential_executor, out, error);
    }
    if (hc_conservative_create(&many, ranks, HC_EXCHANGE_BEST, error) < 0) {
        return -1;
    }
    executor = hc_conservative_executor(many);
    status = measure(o, ranks, &executor, out, error);
    out->windows = hc_conservative_count(many).windows;
    hc_conservative_destroy(many);
    return status;
}

static int carry_out(const options *o, hc_ranks *ranks)
{
    outcome out = {.windows = 0};
    hc_error error = HC_ERROR_NONE;
    int status = measure_on_ranks(o, ranks, &out, &error);
    int code = hc_rank_voice_agree(ranks, status, &error);
    if (code != HC_EXIT_OK) {
        return code;
    }
    if (o->is_json) {
        return print_json(&out);
    }
    print_text(o, &out);
    return HC_EXIT_OK;
}

int hc_bench_phold(int argc, char **argv)
{
    static const struct argp ARGP = {
        .options = OPTIONS, .parser = parse, .doc = "PHOLD on one rank, or on many under mpirun."};
    options o = {.model = {1024, 0.1, 0.1, 1000, 1}};
    hc_ranks *ranks = NULL;
    hc_error error = HC_ERROR_NONE;
    int status = HC_EXIT_OK;
    if (argp_parse(&ARGP, argc, argv, 0, NULL, &o) != 0) {
        return HC_EXIT_USAGE;
    }
    if (hc_ranks_start(&ranks, &error) < 0) {
        return hc_print_error(&error);
    }
    status = carry_out(&o, ranks);
    hc_ranks_stop(ranks);
    return status;
}
