#include "cli/commands.h"

#include "cli/number_option.h"
#include "cli/run_record.h"
#include "cli/watch.h"
#include "traces/stream/endpoint.h"

#include <argp.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>

enum {
    KEY_REPLAY = 256,
    KEY_RECORD,
    KEY_WEB,
    KEY_KEYS,
    KEY_SERVER_KEY,
    KEY_GPU_HOUR,
    KEY_FROM_NOW,
    KEY_EXIT_AT_END,
    KEY_FORCE,
    KEY_JSON,
};

static const double MAX_GPU_HOUR_DOLLARS = 1e9;

static const struct argp_option OPTIONS[] = {
    {"replay", KEY_REPLAY, "ENDPOINT", 0, "ask there for what was missed, so that nothing is", 0},
    {"record", KEY_RECORD, "FILE", 0, "keep all rows in FILE (HDF5)", 0},
    {"force", KEY_FORCE, NULL, 0, "replace that FILE", 0},
    {"web", KEY_WEB, "ADDRESS:PORT", 0,
     "serve a page with live charts to this machine: 127.0.0.1:5665", 0},
    {"keys", KEY_KEYS, "FILE", 0, "own pair of keys (NAME.key_secret)", 0},
    {"server-key", KEY_SERVER_KEY, "FILE", 0, "public key of the publisher (NAME.key)", 0},
    {"gpu-hour", KEY_GPU_HOUR, "DOLLARS", 0, "price of a GPU-hour, to show the cost", 0},
    {"from-now", KEY_FROM_NOW, NULL, 0, "begin with what happens now, not with the first row", 0},
    {"exit-at-end", KEY_EXIT_AT_END, NULL, 0, "end with the stream, not with q", 0},
    {"json", KEY_JSON, NULL, 0, "print one JSON object at the end", 0},
    {"quiet", 'q', NULL, 0, "no screen, no progress, no summary", 0},
    {0},
};

static void check(const hc_watch_options *o, struct argp_state *state)
{
    if (o->endpoint == NULL) {
        argp_error(state, "which endpoint? It stands behind --stream of hindcast run");
    }
    if ((o->keys == NULL) != (o->server_key == NULL)) {
        argp_error(state, "--keys and --server-key go together");
    }
    if (o->is_forced && o->record == NULL) {
        argp_error(state, "--force is for --record FILE");
    }
}

static error_t parse(int key, char *text, struct argp_state *state)
{
    hc_watch_options *o = state->input;
    switch (key) {
    case KEY_REPLAY:
        o->replay = text;
        return 0;
    case KEY_RECORD:
        o->record = text;
        return 0;
    case KEY_FORCE:
        o->is_forced = true;
        return 0;
    case KEY_WEB:
        o->web = text;
        return 0;
    case KEY_KEYS:
        o->keys = text;
        return 0;
    case KEY_SERVER_KEY:
        o->server_key = text;
        return 0;
    case KEY_GPU_HOUR:
        o->gpu_hour_dollars = hc_option_real(state, "gpu-hour", text, 0, MAX_GPU_HOUR_DOLLARS);
        return 0;
    case KEY_FROM_NOW:
        o->is_from_now = true;
        return 0;
    case KEY_EXIT_AT_END:
        o->exits_at_end = true;
        return 0;
    case KEY_JSON:
        o->is_json = true;
        return 0;
    case 'q':
        o->is_quiet = true;
        return 0;
    case ARGP_KEY_ARG:
        if (o->endpoint != NULL) {
            argp_error(state, "one stream at a time");
        }
        o->endpoint = text;
        return 0;
    case ARGP_KEY_END:
        check(o, state);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static int code_of(int status, int number, const hc_error *error)
{
    if (status < 0) {
        return hc_print_error(error);
    }
    if (number == 0) {
        return HC_EXIT_OK;
    }
    return number == SIGINT ? HC_EXIT_SIGINT : HC_EXIT_SIGTERM;
}

int hc_command_watch(int argc, char **argv)
{
    static const struct argp ARGP = {.options = OPTIONS,
                                     .parser = parse,
                                     .args_doc = "ENDPOINT",
                                     .doc = "Shows a run that goes on, from its stream of events."};
    hc_watch_options o = {.gpu_hour_dollars = NAN};
    hc_error error = HC_ERROR_NONE;
    char *command_line = NULL;
    int number = 0;
    int status = 0;
    if (argp_parse(&ARGP, argc, argv, 0, NULL, &o) != 0) {
        return HC_EXIT_USAGE;
    }
    command_line = hc_command_line(argc, argv);
    o.command_line = command_line;
    status = hc_watch(&o, &number, &error);
    free(command_line);
    return code_of(status, number, &error);
}
