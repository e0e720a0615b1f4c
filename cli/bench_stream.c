#include "cli/bench.h"

#include "cli/bench_readers.h"
#include "cli/commands.h"
#include "cli/json_output.h"
#include "cli/number_option.h"
#include "cli/stream_options.h"
#include "sim/units.h"
#include "traces/stream/endpoint.h"

#include <argp.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* Events from a loop through the whole way: sink, batches, publisher, socket, readers in processes of their own. */

enum { KEY_EVENTS = 256, KEY_READERS, KEY_ENDPOINT, KEY_KILLS, KEY_STOP, KEY_JSON };

static const double READERS_SECONDS = 180; /* that a reader may take at most after the last event */

typedef struct options {
    hc_stream_arguments stream;
    uint64_t events;
    uint32_t readers;
    uint32_t kills;
    double stop_seconds;
    bool is_json;
} options;

static const struct argp_option OPTIONS[] = {
    {"events", KEY_EVENTS, "N", 0, "events to publish (10000000)", 0},
    {"readers", KEY_READERS, "R", 0, "processes that read them (1)", 0},
    {"endpoint", KEY_ENDPOINT, "ENDPOINT", 0, "where, as run --stream (tcp://127.0.0.1:5655)", 0},
    {"kills", KEY_KILLS, "N", 0,
     "kill the first reader so often on its way, and start it again; wants --replay (0)", 0},
    {"stop", KEY_STOP, "TIME", 0, "stop the last reader for so long after a third of the rows", 0},
    {"json", KEY_JSON, NULL, 0, "print one JSON object", 0},
    {0},
};

static error_t parse(int key, char *text, struct argp_state *state)
{
    options *o = state->input;
    hc_time time = 0;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &o->stream;
        return 0;
    case KEY_EVENTS:
        o->events = hc_option_integer(state, "events", text, 1, UINT64_C(1) << 40);
        return 0;
    case KEY_READERS:
        o->readers = (uint32_t)hc_option_integer(state, "readers", text, 0, 64);
        return 0;
    case KEY_ENDPOINT:
        o->stream.endpoint = text;
        return 0;
    case KEY_KILLS:
        o->kills = (uint32_t)hc_option_integer(state, "kills", text, 0, 1000);
        return 0;
    case KEY_STOP:
        if (hc_parse_duration(text, &time) < 0 || time < 0) {
            argp_error(state, "--stop: expected a time such as 30s, got \"%s\"", text);
        }
        o->stop_seconds = (double)time / 1e9;
        return 0;
    case KEY_JSON:
        o->is_json = true;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* The sink behind the stream's: only events come, and it drops them. */
static int drop_event(void *self, const hc_event_record *record, hc_error *error)
{
    (void)self, (void)record, (void)error;
    return 0;
}

static const hc_sink NOWHERE = {.event = drop_event};

/* What was measured. */
typedef struct outcome {
    double begin;     /* wall clock */
    double published; /* until the last event was handed over */
    double seconds;   /* until the slowest reader had all */
    uint64_t lost;
    uint64_t doubled;
    uint64_t replayed;
    uint64_t dropped;
    uint64_t left_behind;
    uint32_t lives;
    bool is_equal; /* all readers have the digest of what was published */
} outcome;

static int publish(const options *o, hc_stream *stream, hc_error *error)
{
    hc_sink sink = hc_stream_sink(stream, &NOWHERE);
    for (uint64_t i = 0; i < o->events; i++) {
        const hc_event_record record = {
            .time = (hc_time)i * 1000,
            .type = (hc_event_type)(i % 3), /* submit, start, end */
            .job = {(uint32_t)(i / 3)},
            .value = 1000 * (1 + i % 8),
        };
        if (sink.event(sink.self, &record, error) < 0) {
            return -1;
        }
    }
    return hc_stream_end(stream, &(hc_run_conclusion){.is_complete = true}, error);
}

static int open_stream(const options *o, hc_stream **out, hc_error *error)
{
    static const uint32_t RANKS[] = {0};
    const hc_stream_options stream = {
        .publisher = {.endpoint = o->stream.endpoint,
                      .replay = o->stream.replay,
                      .folder = ".",
                      .is_lossless = !o->stream.is_lossy,
                      .format = o->stream.format,
                      .patience_seconds = o->stream.patience_seconds,
                      .linger_seconds = o->stream.linger_seconds,
                      .facts = {.run = "bench",
                                .name = "bench",
                                .policy = "none",
                                .clock = "unknown zero",
                                .rank_count = 1}},
        .node_ranks = RANKS,
        .node_rank_count = 1,
    };
    return hc_stream_open(out, &stream, error);
}

static void wait_for_readers(const options *o, hc_publisher *publisher)
{
    const struct timespec moment = {.tv_nsec = 1000000};
    while (hc_publisher_count(publisher).subscribers < o->readers) {
        (void)nanosleep(&moment, NULL);
    }
}

static void sum_up(const options *o, const hc_bench_readers *readers, outcome *out)
{
    double last = out->begin + out->published;
    out->is_equal = true;
    for (uint32_t i = 0; i < o->readers; i++) {
        const hc_reader_result *r = hc_bench_readers_result(readers, i);
        last = r->end_seconds > last ? r->end_seconds : last;
        out->lost += o->events - (r->rows < o->events ? r->rows : o->events);
        out->doubled += r->rows > o->events ? r->rows - o->events : 0;
        out->replayed += r->replayed;
        out->lives += r->lives;
        out->is_equal = out->is_equal && r->is_done && r->is_equal;
    }
    out->seconds = last - out->begin;
}

static int measure(const options *o, hc_bench_readers *readers, outcome *out, hc_error *error)
{
    hc_stream *stream = NULL;
    hc_publisher_counts counts;
    int status = open_stream(o, &stream, error);
    if (status < 0) {
        return -1;
    }
    wait_for_readers(o, hc_stream_publisher(stream));
    out->begin = hc_stopwatch_read().wall_seconds;
    status = publish(o, stream, error);
    out->published = hc_stopwatch_read().wall_seconds - out->begin;
    hc_bench_readers_wait(readers, READERS_SECONDS);
    counts = hc_publisher_count(hc_stream_publisher(stream));
    out->dropped = counts.dropped;
    out->left_behind = counts.left_behind;
    hc_publisher_hurry(hc_stream_publisher(stream));
    hc_stream_close(stream);
    return status;
}

static int print_json(const options *o, const outcome *out)
{
    return hc_print_json(json_pack(
        "{s:s, s:I, s:I, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:b, s:f, s:f, s:o}", "schema",
        "hindcast-bench-stream-1", "events", (json_int_t)o->events, "readers",
        (json_int_t)o->readers, "endpoint", o->stream.endpoint, "lost", (json_int_t)out->lost,
        "doubled", (json_int_t)out->doubled, "replayed", (json_int_t)out->replayed, "dropped",
        (json_int_t)out->dropped, "left_behind", (json_int_t)out->left_behind, "lives",
        (json_int_t)out->lives, "digests_equal", out->is_equal, "publish_seconds", out->published,
        "seconds", out->seconds, "events_per_second", hc_json_rate(o->events, out->seconds)));
}

static void print_text(const options *o, const outcome *out)
{
    printf("stream, %" PRIu64
           " events to %u readers at %s: %.3f s until all had all, %.2f M events/s; "
           "published in %.3f s\n",
           o->events, o->readers, o->stream.endpoint, out->seconds,
           (double)o->events / out->seconds / 1e6, out->published);
    printf("lost %" PRIu64 ", doubled %" PRIu64 ", replayed %" PRIu64
           ", readers left behind %" PRIu64 ", digests %s\n",
           out->lost, out->doubled, out->replayed, out->left_behind,
           out->is_equal ? "equal" : "differ");
}

static int carry_out(const options *o, hc_error *error)
{
    const hc_reader_plan plan = {.endpoint = o->stream.endpoint,
                                 .replay = o->stream.replay,
                                 .count = o->readers,
                                 .rows = o->events,
                                 .kills = o->kills,
                                 .stop_seconds = o->stop_seconds};
    hc_bench_readers *readers = NULL;
    outcome out = {.begin = 0};
    int status = hc_endpoint_check(o->stream.endpoint, "--endpoint", false, error);
    if (status == 0 && o->stream.replay != NULL) {
        status = hc_endpoint_check(o->stream.replay, "--replay", false, error);
    }
    if (status < 0 || hc_bench_readers_start(&readers, &plan, error) < 0) {
        return -1;
    }
    status = measure(o, readers, &out, error);
    if (status == 0) {
        sum_up(o, readers, &out);
        if (o->is_json) {
            status = print_json(o, &out);
        } else {
            print_text(o, &out);
        }
    }
    hc_bench_readers_end(readers);
    return status;
}

int hc_bench_stream(int argc, char **argv)
{
    static const struct argp_child CHILDREN[] = {{&hc_stream_argp, 0, NULL, 0}, {0}};
    static const struct argp ARGP = {.options = OPTIONS,
                                     .parser = parse,
                                     .doc = "Events to readers in other processes.",
                                     .children = CHILDREN};
    options o = {.events = 10000000, .readers = 1};
    hc_error error = HC_ERROR_NONE;
    hc_stream_arguments_init(&o.stream);
    o.stream.endpoint = "tcp://127.0.0.1:5655";
    if (argp_parse(&ARGP, argc, argv, 0, NULL, &o) != 0) {
        return HC_EXIT_USAGE;
    }
    if (o.kills > 0 && o.stream.replay == NULL) {
        (void)fprintf(stderr, "hindcast bench stream: --kills wants --replay ENDPOINT\n");
        return HC_EXIT_USAGE;
    }
    return carry_out(&o, &error) < 0 ? hc_print_error(&error) : HC_EXIT_OK;
}
