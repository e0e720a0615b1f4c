#include "cli/bench.h"

#include "cli/commands.h"
#include "cli/json_output.h"
#include "cli/number_option.h"
#include "sim/engine/random.h"
#include "traces/job_trace.h"

#include <argp.h>
#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { KEY_ROWS = 256, KEY_FORMAT, KEY_SEED, KEY_JSON, PATH_SIZE = 4096, USER_COUNT = 300 };

typedef struct options {
    uint64_t row_count;
    uint64_t seed;
    hc_trace_format format;
    bool is_json;
} options;

static const struct argp_option OPTIONS[] = {
    {"rows", KEY_ROWS, "N", 0, "rows of the log (1000000)", 0},
    {"format", KEY_FORMAT, "F", 0, "csv or swf (csv)", 0},
    {"seed", KEY_SEED, "N", 0, "seed of the random streams (1)", 0},
    {"json", KEY_JSON, NULL, 0, "print one JSON object", 0},
    {0},
};

static error_t parse(int key, char *text, struct argp_state *state)
{
    options *o = state->input;
    switch (key) {
    case KEY_ROWS:
        o->row_count = hc_option_integer(state, "rows", text, 1, UINT64_C(100000000));
        return 0;
    case KEY_FORMAT:
        if (strcmp(text, "csv") != 0 && strcmp(text, "swf") != 0) {
            argp_error(state, "--format: expected csv or swf, got \"%s\"", text);
        }
        o->format = strcmp(text, "swf") == 0 ? HC_FORMAT_SWF : HC_FORMAT_CSV;
        return 0;
    case KEY_SEED:
        o->seed = hc_option_integer(state, "seed", text, 0, UINT64_MAX);
        return 0;
    case KEY_JSON:
        o->is_json = true;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* A row as logs have them: milliseconds in the submit time, sizes in powers of two, a few hundred users. */
static void write_row(FILE *file, hc_trace_format format, uint64_t id, uint64_t submit_ms,
                      hc_random *random)
{
    uint64_t gpus = UINT64_C(1) << hc_random_below(random, 7);
    uint64_t run = 1 + hc_random_below(random, 20000);
    uint64_t limit = run * (1 + hc_random_below(random, 5));
    uint64_t user = hc_random_below(random, USER_COUNT);
    if (format == HC_FORMAT_SWF) {
        (void)fprintf(file,
                      "%8" PRIu64 " %10" PRIu64 " %6d %6" PRIu64 " %5" PRIu64 " -1 -1 %5" PRIu64
                      " %7" PRIu64 " -1 1 %3" PRIu64 " 1 -1 1 -1 -1 -1\n",
                      id, submit_ms / 1000, 30, run, gpus, gpus, limit, user);
    } else {
        (void)fprintf(file,
                      "%" PRIu64 ",%" PRIu64 ".%03" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64
                      ",user%" PRIu64 "\n",
                      id, submit_ms / 1000, submit_ms % 1000, run, gpus, limit, user);
    }
}

static int write_log(const options *o, const char *path, hc_error *error)
{
    hc_random random = hc_random_stream(o->seed, 0, HC_RANDOM_BENCH);
    uint64_t submit_ms = 0;
    FILE *file = fopen(path, "w");
    if (file == NULL) {
        return hc_error_set(error, HC_ERROR_OUTPUT, "%s: %s", path, strerror(errno));
    }
    if (o->format == HC_FORMAT_CSV) {
        (void)fputs("job_id,submit,runtime,gpus,time_limit,user\n", file);
    }
    for (uint64_t id = 1; id <= o->row_count && !ferror(file); id++) {
        submit_ms += hc_random_below(&random, 700);
        write_row(file, o->format, id, submit_ms, &random);
    }
    if (fflush(file) != 0 || ferror(file)) {
        (void)hc_error_set(error, HC_ERROR_OUTPUT, "%s: %s", path, strerror(errno));
        (void)fclose(file);
        return -1;
    }
    return fclose(file) == 0
               ? 0
               : hc_error_set(error, HC_ERROR_OUTPUT, "%s: %s", path, strerror(errno));
}

static hc_trace_options import_options(const options *o, const char *path)
{
    return (hc_trace_options){
        .path = path,
        .format = o->format,
        .columns = {[HC_COLUMN_JOB_ID] = "job_id",
                    [HC_COLUMN_SUBMIT] = "submit",
                    [HC_COLUMN_RUNTIME] = "runtime",
                    [HC_COLUMN_GPUS] = "gpus",
                    [HC_COLUMN_TIME_LIMIT] = "time_limit",
                    [HC_COLUMN_USER] = "user"},
        .load = 1,
    };
}

static int print(const options *o, uint64_t rows, hc_stopwatch time)
{
    if (!o->is_json) {
        printf("%s, %" PRIu64 " rows: %.3f s user, %.0f k rows/s, %.0f MiB\n",
               hc_trace_format_name(o->format), rows, time.user_cpu_seconds,
               (double)rows / time.user_cpu_seconds / 1e3, (double)hc_peak_rss_bytes() / 1048576.0);
        return HC_EXIT_OK;
    }
    return hc_print_json(
        json_pack("{s:s, s:s, s:I, s:f, s:f, s:o, s:I}", "schema", "hindcast-bench-import-1",
                  "format", hc_trace_format_name(o->format), "rows", (json_int_t)rows, "seconds",
                  time.wall_seconds, "user_cpu_s", time.user_cpu_seconds, "rows_per_second",
                  hc_json_rate(rows, time.user_cpu_seconds), "peak_rss_bytes",
                  (json_int_t)hc_peak_rss_bytes()));
}

static int measure(const options *o, const char *path, hc_error *error)
{
    hc_trace_options read = import_options(o, path);
    hc_job_trace *trace = NULL;
    hc_stopwatch start;
    int status = HC_EXIT_OK;
    if (write_log(o, path, error) < 0) {
        return hc_print_error(error);
    }
    start = hc_stopwatch_read();
    if (hc_job_trace_read(&trace, &read, error) < 0) {
        return hc_print_error(error);
    }
    status = print(o, hc_job_trace_report(trace)->row_count, hc_stopwatch_since(start));
    hc_job_trace_destroy(trace);
    return status;
}

/* The log lies in a folder of its own, which goes with it. */
static int run(const options *o, hc_error *error)
{
    const char *parent = getenv("TMPDIR");
    char folder[PATH_SIZE];
    char path[PATH_SIZE + 8];
    int status = HC_EXIT_OK;
    int length = snprintf(folder, sizeof folder, "%s/hindcast-bench-XXXXXX",
                          parent == NULL || parent[0] == '\0' ? "/tmp" : parent);
    if (length < 0 || (size_t)length >= sizeof folder || mkdtemp(folder) == NULL) {
        (void)hc_error_set(error, HC_ERROR_OUTPUT, "%s: no folder for the log: %s", folder,
                           strerror(errno));
        return hc_print_error(error);
    }
    (void)snprintf(path, sizeof path, "%s/log", folder);
    status = measure(o, path, error);
    (void)unlink(path);
    (void)rmdir(folder);
    return status;
}

int hc_bench_import(int argc, char **argv)
{
    static const struct argp ARGP = {
        .options = OPTIONS,
        .parser = parse,
        .doc =
            "Writes a log into a temporary folder (TMPDIR) and reads it as a replay does; the rate "
            "is rows per second of user CPU."};
    options o = {.row_count = 1000000, .seed = 1, .format = HC_FORMAT_CSV};
    hc_error error = HC_ERROR_NONE;
    if (argp_parse(&ARGP, argc, argv, 0, NULL, &o) != 0) {
        return HC_EXIT_USAGE;
    }
    return run(&o, &error);
}
