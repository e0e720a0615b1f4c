#include "cli/bench.h"

#include "cli/commands.h"
#include "cli/json_output.h"
#include "cli/number_option.h"
#include "traces/port/echo_scheduler.h"
#include "traces/port/scheduler_port.h"
#include "traces/stream/endpoint.h"

#include <argp.h>
#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { KEY_PASSES = 256, KEY_ENDPOINT, KEY_OUTSIDE, KEY_JSON };
enum { PATH_SIZE = 96, WARM_UP = 100 };

typedef struct options {
    uint64_t passes;
    const char *endpoint; /* NULL: a socket in a folder of its own */
    bool is_outside;      /* somebody else's scheduler listens there */
    bool is_json;
} options;

static const struct argp_option OPTIONS[] = {
    {"passes", KEY_PASSES, "N", 0,
     "scheduling passes, of one job that comes and one that ends (20,000)", 0},
    {"endpoint", KEY_ENDPOINT, "E", 0, "where to talk (default: ipc, in a folder of its own)", 0},
    {"outside", KEY_OUTSIDE, NULL, 0, "ask the scheduler that listens there, instead of one in C",
     0},
    {"json", KEY_JSON, NULL, 0, "print one JSON object", 0},
    {0},
};

static error_t parse(int key, char *text, struct argp_state *state)
{
    options *o = state->input;
    switch (key) {
    case KEY_PASSES:
        o->passes = hc_option_integer(state, "passes", text, 1, 100000000);
        return 0;
    case KEY_ENDPOINT:
        o->endpoint = text;
        return 0;
    case KEY_OUTSIDE:
        o->is_outside = true;
        return 0;
    case KEY_JSON:
        o->is_json = true;
        return 0;
    case ARGP_KEY_END:
        if (o->is_outside && o->endpoint == NULL) {
            argp_error(state, "--outside: where? add --endpoint E");
        }
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* A world in which everything can be: only starts are counted. */
static int take_job(void *self, uint64_t job)
{
    (void)job;
    (*(uint64_t *)self)++;
    return 0;
}

static int take_size(void *self, uint64_t job, uint32_t gpus)
{
    (void)self;
    (void)job;
    (void)gpus;
    return 0;
}

static int take_nothing(void *self, uint64_t job)
{
    return take_size(self, job, 0);
}

static int take_time(void *self, int64_t time_ns)
{
    (void)time_ns;
    return take_size(self, 0, 0);
}

static int take_words(void *self, const char *why)
{
    (void)self;
    (void)why;
    return -1;
}

/* One pass: a job comes, the last one started, the one before has ended. */
static int ask_once(const hc_port *port, void *session, uint64_t number, uint64_t *starts,
                    hc_error *error)
{
    const hc_guest_host host = {starts,    take_nothing, take_job,  take_nothing,
                                take_size, take_nothing, take_time, take_words};
    const hc_guest_gpus held = {.count = 1, .milli = 1000};
    const hc_guest_job job = {.job = number, .gpus = 1, .gpu_milli = 1000, .limit_ns = HC_HOUR};
    const hc_guest_start start = {.job = number - 1, .held = &held, .held_count = 1};
    const uint64_t ended = number - 1;
    const hc_guest_pass pass = {
        .number = number,
        .time_ns = (int64_t)number * HC_SECOND,
        .nodes_in_service = 1,
        .total_milli = 8000,
        .free_milli = 8000,
        .largest_milli = 8000,
        .submitted = &job,
        .submitted_count = 1,
        .started = &start,
        .started_count = number > 1,
        .ended = &ended,
        .ended_count = number > 1,
    };
    return port->ask(session, &pass, &host, error);
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

/* @param seconds  [out] of each pass */
static int ask_all(const hc_port *port, void *session, const options *o, double *seconds,
                   hc_error *error)
{
    uint64_t starts = 0;
    for (uint64_t i = 0; i < WARM_UP + o->passes; i++) {
        hc_stopwatch begin = hc_stopwatch_read();
        if (ask_once(port, session, i + 1, &starts, error) < 0) {
            return -1;
        }
        if (i >= WARM_UP) {
            seconds[i - WARM_UP] = hc_stopwatch_since(begin).wall_seconds;
        }
    }
    if (starts != WARM_UP + o->passes) {
        return hc_error_set(error, HC_ERROR_RUNTIME,
                            "%s: expected that it starts every job at once, found %" PRIu64
                            " starts of %" PRIu64,
                            port->peer, starts, WARM_UP + o->passes);
    }
    return 0;
}

static int measure(const options *o, const char *endpoint, double *seconds, hc_error *error)
{
    static const hc_guest_nodes NODES = {.count = 1, .gpus = 8};
    const hc_guest_cluster cluster = {.version = HC_GUEST_VERSION,
                                      .name = "bench",
                                      .placement = "packed",
                                      .preemption = "suspend",
                                      .total_milli = 8000,
                                      .nodes = &NODES,
                                      .nodes_count = 1};
    const hc_scheduler_port_options setup = {
        .endpoint = endpoint, .timeout = 10 * HC_SECOND, .run = "bench"};
    hc_scheduler_port *port = NULL;
    const hc_port *table = NULL;
    void *session = NULL;
    int status = hc_scheduler_port_open(&port, &setup, error);
    if (status < 0) {
        return -1;
    }
    table = hc_scheduler_port_table(port);
    status = table->open(table->self, &cluster, &session, error);
    if (status == 0) {
        status = ask_all(table, session, o, seconds, error);
        table->close(session);
    }
    hc_scheduler_port_close(port);
    return status;
}

/* A process without threads and sockets yet. */
static pid_t start_echo(const char *endpoint)
{
    pid_t child = fork();
    if (child == 0) {
        hc_error error = HC_ERROR_NONE;
        int status = hc_echo_scheduler_serve(endpoint, &error);
        if (status < 0) {
            (void)fprintf(stderr, "hindcast bench external: %s\n", error.text);
        }
        _exit(status < 0 ? HC_EXIT_RUNTIME : HC_EXIT_OK);
    }
    return child;
}

static int measure_with_echo(const options *o, const char *endpoint, double *seconds,
                             hc_error *error)
{
    int status = 0;
    pid_t child = start_echo(endpoint);
    if (child < 0) {
        return hc_error_set(error, HC_ERROR_RUNTIME, "no process: %s", strerror(errno));
    }
    status = measure(o, endpoint, seconds, error);
    if (status < 0) {
        (void)kill(child, SIGKILL);
        hc_endpoint_remove(endpoint);
    }
    (void)waitpid(child, NULL, 0);
    return status;
}

static int print(const options *o, const char *endpoint, double *seconds)
{
    double sum = 0;
    double median = 0;
    double high = 0;
    for (uint64_t i = 0; i < o->passes; i++) {
        sum += seconds[i];
    }
    qsort(seconds, o->passes, sizeof *seconds, compare);
    median = seconds[o->passes / 2];
    high = seconds[o->passes * 99 / 100];
    if (o->is_json) {
        return hc_print_json(
            json_pack("{s:s, s:s, s:s, s:I, s:f, s:f, s:f}", "schema", "hindcast-bench-external-1",
                      "endpoint", endpoint, "scheduler", o->is_outside ? "outside" : "echo",
                      "passes", (json_int_t)o->passes, "us_per_pass", sum / (double)o->passes * 1e6,
                      "median_us", median * 1e6, "p99_us", high * 1e6));
    }
    printf("%s: %" PRIu64 " passes, %.1f us per pass (median %.1f, 99 %% within %.1f)\n",
           o->is_outside ? "scheduler outside" : "echo scheduler in C", o->passes,
           sum / (double)o->passes * 1e6, median * 1e6, high * 1e6);
    return HC_EXIT_OK;
}

static int run(const options *o, const char *endpoint)
{
    hc_error error = HC_ERROR_NONE;
    double *seconds = NULL;
    int status = hc_endpoint_check(endpoint, "--endpoint", false, &error);
    if (status < 0) {
        return hc_print_error(&error);
    }
    seconds = calloc(o->passes, sizeof *seconds);
    if (seconds == NULL) {
        (void)hc_error_memory(&error);
        return hc_print_error(&error);
    }
    status = o->is_outside ? measure(o, endpoint, seconds, &error)
                           : measure_with_echo(o, endpoint, seconds, &error);
    status = status < 0 ? hc_print_error(&error) : print(o, endpoint, seconds);
    free(seconds);
    return status;
}

/* mkdtemp makes the folder for the user alone. */
static int run_in_own_folder(const options *o)
{
    const char *base = getenv("TMPDIR");
    char folder[PATH_SIZE];
    char endpoint[PATH_SIZE + sizeof "ipc:///s"];
    int code = HC_EXIT_OK;
    (void)snprintf(folder, sizeof folder, "%s/hindcast-XXXXXX", base == NULL ? "/tmp" : base);
    if (mkdtemp(folder) == NULL) {
        (void)fprintf(stderr, "hindcast bench external: %s: %s\n", folder, strerror(errno));
        return HC_EXIT_OUTPUT;
    }
    (void)snprintf(endpoint, sizeof endpoint, "ipc://%s/s", folder);
    code = run(o, endpoint);
    (void)rmdir(folder);
    return code;
}

int hc_bench_external(int argc, char **argv)
{
    static const struct argp ARGP = {
        .options = OPTIONS,
        .parser = parse,
        .doc =
            "What it costs to ask a scheduler in another process: the time from a question to its "
            "decisions."};
    options o = {.passes = 20000};
    if (argp_parse(&ARGP, argc, argv, 0, NULL, &o) != 0) {
        return HC_EXIT_USAGE;
    }
    return o.endpoint == NULL ? run_in_own_folder(&o) : run(&o, o.endpoint);
}
