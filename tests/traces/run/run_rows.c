#include "tests/traces/run/run_rows.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* SplitMix64 (Steele, Lea, Flood 2014): every value of the counter gives a draw. */
static uint64_t mix(uint64_t x)
{
    x += UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

typedef struct draws {
    uint64_t key;
    uint64_t count;
} draws;

static uint64_t draw(draws *d, uint64_t below)
{
    return mix(d->key + d->count++ * UINT64_C(0x2545f4914f6cdd1d)) % below;
}

/* Values whose logarithm is spread evenly over `bits` bits: as run times and waits are. */
static int64_t draw_skewed(draws *d, unsigned bits)
{
    uint64_t shift = 64 - bits + draw(d, bits);
    return (int64_t)(mix(d->key + d->count++) >> shift);
}

static const char *user_name(void *self, uint32_t index)
{
    char *room = self;
    (void)snprintf(room, HC_RUN_ROWS_ID_BYTES, "u%04" PRIu32, index);
    return room;
}

static const char *group_name(void *self, uint32_t index)
{
    char *room = self;
    (void)snprintf(room, HC_RUN_ROWS_ID_BYTES, "group-%" PRIu32, index);
    return room;
}

static uint32_t user_count(void *self)
{
    (void)self;
    return HC_RUN_ROWS_USERS;
}

static uint32_t group_count(void *self)
{
    (void)self;
    return HC_RUN_ROWS_GROUPS;
}

static int build_machine(hc_machine *machine, hc_error *error)
{
    static const hc_node_group GROUPS[] = {
        {.count = 300,
         .gpu_count = 8,
         .kind = "A100",
         .partition = "train",
         .per_rack = 4,
         .cpu_milli = 128000,
         .memory_bytes = UINT64_C(2) << 40,
         .name = "a"},
        {.count = 99,
         .gpu_count = 4,
         .kind = "T4",
         .partition = "serve",
         .per_rack = 8,
         .cpu_milli = HC_UNLIMITED,
         .memory_bytes = HC_UNLIMITED,
         .site = "attic"},
        {.count = 1,
         .gpu_count = 0,
         .partition = "serve",
         .cpu_milli = 64000,
         .memory_bytes = HC_UNLIMITED,
         .name = "login"},
    };
    for (size_t i = 0; i < sizeof GROUPS / sizeof GROUPS[0]; i++) {
        if (hc_machine_add(machine, &GROUPS[i], error) < 0) {
            return -1;
        }
    }
    return hc_machine_freeze(machine, error);
}

static const hc_input_row INPUTS[] = {{
    .index = 0,
    .rows = 1000,
    .kept = 900,
    .never_run = 50,
    .quarantined = 30,
    .filtered = 20,
    .duplicates = 3,
    .first_submit = 0,
    .last_submit = HC_TIME_MISSING,
    .unix_zero_seconds = 0,
    .file = "trace, \"odd\".csv",
    .format = "csv",
    .sha256 = "00ff",
    .licence = "NOASSERTION",
    .clock = "unknown zero",
    .zone = "",
}};

static const hc_import_count_row COUNTS[] = {
    {.input = 0, .rows = 30, .category = "quarantined", .reason = "no_size"},
    {.input = 0, .rows = 20, .category = "filtered", .reason = "cpu_job"},
};

static const hc_text_item ITEMS[] = {{"profile", "none"}, {"umlauts", "M\xc3\xbcnchen"}};

int hc_run_rows_prepare(hc_run_rows_contents *prepared, uint64_t job_count, hc_error *error)
{
    static char name_room[HC_RUN_ROWS_ID_BYTES];
    *prepared = (hc_run_rows_contents){
        .machine = hc_machine_create(),
        .source = {.self = name_room,
                   .user_name = user_name,
                   .group_name = group_name,
                   .user_count = user_count,
                   .group_count = group_count},
        .provenance = {.name = "rows",
                       .version = "0.1.0",
                       .git_commit = "abc",
                       .scenario = "hindcast: 1\nname: rows\n",
                       .command_line = "driver",
                       .policy = "fifo",
                       .placement = "packed",
                       .pass = "instant",
                       .estimate = "requested",
                       .seed = UINT64_MAX,
                       .rank_count = 1,
                       .clock = HC_CLOCK_UNIX_ZERO,
                       .unix_zero_seconds = 1507000000,
                       .zone = "UTC",
                       .items = ITEMS,
                       .item_count = sizeof ITEMS / sizeof ITEMS[0]},
    };
    if (prepared->machine == NULL) {
        return hc_error_memory(error);
    }
    prepared->contents = (hc_run_contents){
        .provenance = &prepared->provenance,
        .machine = prepared->machine,
        .source = &prepared->source,
        .inputs = INPUTS,
        .input_count = 1,
        .import_counts = COUNTS,
        .import_count_count = sizeof COUNTS / sizeof COUNTS[0],
        .job_count = job_count,
        .job_id_bytes = HC_RUN_ROWS_ID_BYTES - 1,
    };
    return build_machine(prepared->machine, error);
}

void hc_run_rows_release(hc_run_rows_contents *prepared)
{
    hc_machine_destroy(prepared->machine);
}

/* A job and what happens to it. */
typedef struct story {
    char name[HC_RUN_ROWS_ID_BYTES];
    hc_job_spec spec;
    hc_job_record record;
    hc_time start;
    hc_time end;
    draws draws;
} story;

static void invent(story *s, uint64_t seed, uint32_t index)
{
    draws d = {.key = mix(seed ^ ((uint64_t)index << 20))};
    int64_t submit = (int64_t)index * 30 + (int64_t)draw(&d, 30);
    int64_t wait = draw(&d, 3) == 0 ? draw_skewed(&d, 15) : 0;
    int64_t run = draw_skewed(&d, 18);
    uint32_t gpus = 1U << draw(&d, 5);
    bool is_shared = gpus == 1 && draw(&d, 4) == 0;
    bool is_rejected = draw(&d, 100) == 0;
    (void)snprintf(s->name, sizeof s->name, "%u", 3000000 + index);
    s->spec = (hc_job_spec){
        .name = s->name,
        .submit = submit * HC_SECOND,
        .run_time = run * HC_SECOND,
        .time_limit = (run + 60 * (int64_t)draw(&d, 100)) * HC_SECOND,
        .recorded_start = (submit + wait / 2) * HC_SECOND,
        .recorded_end = draw(&d, 50) == 0 ? HC_TIME_MISSING : (submit + wait / 2 + run) * HC_SECOND,
        .line = index + 2,
        .request = {.kinds = UINT64_MAX,
                    .gpu_count = gpus,
                    .gpu_milli = is_shared ? (uint16_t)(10 * (1 + draw(&d, 99))) : HC_WHOLE_GPU},
        .partition = {(uint16_t)draw(&d, 2)},
        .user = (uint32_t)draw(&d, HC_RUN_ROWS_USERS),
        .group = draw(&d, 10) == 0 ? HC_NO_INDEX : (uint32_t)draw(&d, HC_RUN_ROWS_GROUPS),
        .outcome = (hc_outcome)draw(&d, HC_OUTCOME_COUNT),
        .is_limit_requested = draw(&d, 2) == 0,
    };
    s->start = s->spec.submit + wait * HC_SECOND;
    s->end = s->start + s->spec.run_time;
    s->record = (hc_job_record){
        .spec = &s->spec,
        .job = {index},
        .state = is_rejected ? HC_JOB_REJECTED : HC_JOB_COMPLETED,
        .rejection = is_rejected ? HC_REJECTION_SIZE : HC_REJECTION_NONE,
        .first_start = is_rejected ? HC_TIME_MISSING : s->start,
        .last_end = is_rejected ? HC_TIME_MISSING : s->end,
        .wait = wait * HC_SECOND,
        .held_milli_ns =
            is_rejected ? 0 : (hc_int128)s->spec.run_time * gpus * s->spec.request.gpu_milli,
        .node_count = is_rejected ? 0 : (gpus + 7) / 8,
        .attempt_count = is_rejected ? 0 : 1,
        .is_measured = index >= 10,
    };
    s->draws = d;
}

static int send_event(const hc_sink *sink, const story *s, hc_time time, hc_event_type type,
                      hc_error *error)
{
    hc_event_record event = {.time = time,
                             .type = type,
                             .job = s->record.job,
                             .partition = s->spec.partition,
                             .value = hc_request_milli(&s->spec.request)};
    return sink->event(sink->self, &event, error);
}

static int send_pass(const hc_sink *sink, const story *s, hc_error *error)
{
    hc_event_record event = {.time = s->start,
                             .type = HC_EVENT_PASS,
                             .job = {HC_NO_INDEX},
                             .partition = s->spec.partition,
                             .value = s->record.job.index % 7};
    return sink->event(sink->self, &event, error);
}

static int send_attempt(const hc_sink *sink, story *s, hc_error *error)
{
    hc_attempt_record attempt = {.job = s->record.job,
                                 .attempt = 1,
                                 .node_count = s->record.node_count,
                                 .gpu_milli = hc_request_milli(&s->spec.request),
                                 .start = s->start,
                                 .end = s->end,
                                 .how = HC_ATTEMPT_COMPLETED};
    uint32_t left = s->spec.request.gpu_count;
    uint32_t node = (uint32_t)draw(&s->draws, HC_RUN_ROWS_NODES - 4);
    for (uint32_t i = 0; left > 0; i++) {
        uint32_t count = left < 8 ? left : 8;
        hc_placement_record placement = {.job = s->record.job,
                                         .attempt = 1,
                                         .node = {node + i},
                                         .device = (8 - count) / 2,
                                         .count = count,
                                         .milli = s->spec.request.gpu_milli};
        left -= count;
        if (sink->placement(sink->self, &placement, error) < 0) {
            return -1;
        }
    }
    return sink->attempt(sink->self, &attempt, error);
}

static int send_waiting(const hc_sink *sink, story *s, hc_error *error)
{
    hc_decision_record decision = {
        .job = s->record.job,
        .time = s->spec.submit,
        .reason = (hc_wait_reason)(1 + draw(&s->draws, HC_WAIT_REASON_COUNT - 1)),
        .blocker = {s->record.job.index == 0 ? HC_NO_INDEX : s->record.job.index - 1},
        .position = 1 + (uint32_t)draw(&s->draws, 50),
        .free_milli = draw(&s->draws, 99) * 1000,
        .largest_milli = draw(&s->draws, 8) * 1000};
    if (s->record.wait <= 0) {
        return 0;
    }
    return sink->decision(sink->self, &decision, error);
}

static int send_sample(const hc_sink *sink, story *s, hc_error *error)
{
    hc_sample_record sample = {.time = s->end,
                               .partition = s->spec.partition,
                               .queue_length = (uint32_t)draw(&s->draws, 100),
                               .running_count = (uint32_t)draw(&s->draws, 300),
                               .waiting_milli = draw(&s->draws, 1000000),
                               .busy_milli = draw(&s->draws, 1000000),
                               .free_milli = draw(&s->draws, 1000000),
                               .fragmented_milli = draw(&s->draws, 1000)};
    return s->record.job.index % 16 != 0 ? 0 : sink->sample(sink->self, &sample, error);
}

static int send_run(const hc_sink *sink, story *s, hc_error *error)
{
    if (send_waiting(sink, s, error) < 0 ||
        send_event(sink, s, s->start, HC_EVENT_START, error) < 0 || send_pass(sink, s, error) < 0 ||
        send_event(sink, s, s->end, HC_EVENT_END, error) < 0 || send_attempt(sink, s, error) < 0) {
        return -1;
    }
    return send_sample(sink, s, error);
}

int hc_run_rows_send_job(const hc_sink *sink, uint64_t seed, uint32_t index, hc_error *error)
{
    story s;
    int status = 0;
    invent(&s, seed, index);
    status = send_event(sink, &s, s.spec.submit, HC_EVENT_SUBMIT, error);
    if (status == 0 && s.record.state == HC_JOB_REJECTED) {
        status = send_event(sink, &s, s.spec.submit, HC_EVENT_REJECT, error);
    } else if (status == 0) {
        status = send_run(sink, &s, error);
    }
    return status < 0 ? -1 : sink->job(sink->self, &s.record, error);
}

int hc_run_rows_send_end(const hc_sink *sink, hc_error *error)
{
    for (unsigned i = 0; i < 2 * HC_BUCKET_COUNT; i++) {
        hc_ledger_record entry = {.partition = {(uint16_t)(i / HC_BUCKET_COUNT)},
                                  .bucket = (hc_bucket)(i % HC_BUCKET_COUNT),
                                  .milli_ns = (hc_int128)INT64_MAX * 1000 * (i + 1) + i};
        if (sink->ledger(sink->self, &entry, error) < 0) {
            return -1;
        }
    }
    return 0;
}
