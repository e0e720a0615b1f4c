#include "cli/stream_options.h"

#include "cli/number_option.h"
#include "sim/units.h"

#include <string.h>

enum {
    KEY_STREAM = 600,
    KEY_MODE,
    KEY_FORMAT,
    KEY_EVENTS,
    KEY_WAIT,
    KEY_REPLAY,
    KEY_KEYS,
    KEY_ALLOW,
    KEY_PATIENCE,
    KEY_LINGER,
};

static const struct argp_option OPTIONS[] = {
    {0, 0, 0, 0, "Showing the run to others while it goes on:", 10},
    {"stream", KEY_STREAM, "ENDPOINT", 0,
     "publish its events: ipc:///run/user/1000/hindcast, tcp://127.0.0.1:5555", 10},
    {"stream-mode", KEY_MODE, "MODE", 0,
     "lossless: slow readers slow the run (default); lossy: they miss rows, which is counted", 10},
    {"stream-format", KEY_FORMAT, "FORMAT", 0,
     "columns: batches of binary columns (default); map: one event to a message", 10},
    {"stream-events", KEY_EVENTS, "LEVEL", 0,
     "jobs: what happens to jobs, samples, ledger (default); all: passes, placements, decisions "
     "and attempts as well",
     10},
    {"wait-subscribers", KEY_WAIT, "N", 0, "begin once N readers have subscribed (0)", 10},
    {"replay", KEY_REPLAY, "ENDPOINT", 0, "answer readers that missed something, or came late", 10},
    {"stream-keys", KEY_KEYS, "FILE", 0,
     "secret key of this publisher (hindcast keys): readers need keys as well", 10},
    {"stream-allow", KEY_ALLOW, "FILE", 0, "public keys of the readers, or a folder of them", 10},
    {"stream-patience", KEY_PATIENCE, "TIME", 0,
     "lossless: a reader that takes nothing for so long is left behind (10s)", 10},
    {"stream-linger", KEY_LINGER, "TIME", 0,
     "after the end, wait at most so long for readers that have not taken everything (60s)", 10},
    {0},
};

static double parse_time(const struct argp_state *state, const char *name, const char *text)
{
    hc_time time = 0;
    if (hc_parse_duration(text, &time) < 0 || time < 0) {
        argp_error(state, "--%s: expected a time such as 10s, got \"%s\"", name, text);
    }
    return (double)time / 1e9;
}

/* @return which of two words it is. */
static bool parse_word(const struct argp_state *state, const char *name, const char *text,
                       const char *first, const char *second)
{
    if (strcmp(text, first) != 0 && strcmp(text, second) != 0) {
        argp_error(state, "--%s: expected %s or %s, got \"%s\"", name, first, second, text);
    }
    return strcmp(text, second) == 0;
}

/* What is said of a stream that there is none of. */
static void check(const struct argp_state *state, const hc_stream_arguments *a)
{
    if (a->endpoint == NULL &&
        (a->replay != NULL || a->keys != NULL || a->allow != NULL || a->subscribers > 0)) {
        argp_error(state, "there is no stream: add --stream ENDPOINT");
    }
    if ((a->keys == NULL) != (a->allow == NULL)) {
        argp_error(state,
                   "--stream-keys and --stream-allow go together: the key of this publisher, "
                   "and those of its readers");
    }
    if (a->endpoint != NULL && a->replay != NULL && strcmp(a->endpoint, a->replay) == 0) {
        argp_error(state, "--replay: expected another endpoint than that of --stream, got \"%s\"",
                   a->replay);
    }
}

static error_t parse_more(int key, char *text, struct argp_state *state, hc_stream_arguments *a)
{
    switch (key) {
    case KEY_KEYS:
        a->keys = text;
        return 0;
    case KEY_ALLOW:
        a->allow = text;
        return 0;
    case KEY_PATIENCE:
        a->patience_seconds = parse_time(state, "stream-patience", text);
        return 0;
    case KEY_LINGER:
        a->linger_seconds = parse_time(state, "stream-linger", text);
        return 0;
    case ARGP_KEY_END:
        check(state, a);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static error_t parse(int key, char *text, struct argp_state *state)
{
    hc_stream_arguments *a = state->input;
    switch (key) {
    case KEY_STREAM:
        a->endpoint = text;
        return 0;
    case KEY_MODE:
        a->is_lossy = parse_word(state, "stream-mode", text, "lossless", "lossy");
        return 0;
    case KEY_FORMAT:
        a->format = parse_word(state, "stream-format", text, "columns", "map") ? HC_STREAM_MAP
                                                                               : HC_STREAM_COLUMNS;
        return 0;
    case KEY_EVENTS:
        a->level = parse_word(state, "stream-events", text, "jobs", "all") ? HC_STREAM_ALL
                                                                           : HC_STREAM_JOBS;
        return 0;
    case KEY_WAIT:
        a->subscribers = (uint32_t)hc_option_integer(state, "wait-subscribers", text, 0, 65536);
        return 0;
    case KEY_REPLAY:
        a->replay = text;
        return 0;
    default:
        return parse_more(key, text, state, a);
    }
}

const struct argp hc_stream_argp = {.options = OPTIONS, .parser = parse};

void hc_stream_arguments_init(hc_stream_arguments *arguments)
{
    *arguments = (hc_stream_arguments){.patience_seconds = 10, .linger_seconds = 60};
}
