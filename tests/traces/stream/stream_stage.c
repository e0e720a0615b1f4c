#include "tests/traces/stream/stream_stage.h"

#include "sim/engine/random.h"
#include "tests/traces/stream/private_place.h"
#include "tests/traces/stream/random_rows.h"
#include "traces/run/record_rows.h"

#include <CUnit/CUnit.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { BLOCK_ROWS = 700 };

static const char *const PARTITIONS[] = {"a", "b"};
static const uint32_t RANKS[] = {0};

/* What row n is made of. */
typedef struct made_row {
    hc_run_table table;
    hc_event_record event;
    hc_sample_record sample;
    hc_decision_record decision;
    hc_placement_record placement;
    hc_ledger_record ledger;
} made_row;

static hc_event_type event_type(hc_stage_rows which, uint64_t n, uint64_t bits)
{
    static const hc_event_type JOBS[] = {HC_EVENT_SUBMIT, HC_EVENT_START, HC_EVENT_END,
                                         HC_EVENT_PREEMPT};
    if (which == HC_STAGE_SPARSE) {
        return n % 2 == 0 ? HC_EVENT_SUBMIT : HC_EVENT_CAPACITY;
    }
    return which == HC_STAGE_DENSE || n / BLOCK_ROWS % 2 == 0
               ? JOBS[bits % 4]
               : (hc_event_type)(bits % HC_EVENT_TYPE_COUNT);
}

static hc_run_table table_of(hc_stage_rows which, uint64_t n)
{
    static const hc_run_table TABLES[] = {HC_TABLE_EVENTS, HC_TABLE_EVENTS, HC_TABLE_SERIES,
                                          HC_TABLE_DECISIONS, HC_TABLE_EVENTS};
    uint64_t block = n / BLOCK_ROWS % 6;
    if (which != HC_STAGE_MIXED) {
        return HC_TABLE_EVENTS;
    }
    return block < 5 ? TABLES[block] : hc_streamed_tables[n % HC_STREAMED_TABLE_COUNT];
}

static void make(hc_stage_rows which, uint64_t n, made_row *out)
{
    hc_random stream = hc_random_stream(n, 1, HC_RANDOM_BENCH);
    uint64_t bits = hc_random_bits(&stream);
    hc_time time = (hc_time)(n / 3) * 1000 - 5000;
    hc_job_id job = {(uint32_t)bits};
    hc_partition_id partition = {(uint16_t)(bits >> 40)};
    out->table = table_of(which, n);
    out->event = (hc_event_record){time, event_type(which, n, bits >> 8), job, partition, bits};
    out->sample = (hc_sample_record){time, partition, (uint32_t)n, 2, bits, 4, n, 6};
    out->decision = (hc_decision_record){
        job, time, (hc_wait_reason)(bits % 3), {(uint32_t)(bits >> 32)}, 7, n, bits};
    out->placement = (hc_placement_record){job, 1, {(uint32_t)n}, 3, 4, 500};
    out->ledger =
        (hc_ledger_record){partition, (hc_bucket)(n % HC_BUCKET_COUNT), (hc_int128)bits * 977};
}

static void row_of(const made_row *made, void *out)
{
    const hc_event_row event = hc_event_row_of(&made->event);
    const hc_sample_row sample = hc_sample_row_of(&made->sample);
    const hc_decision_row decision = hc_decision_row_of(&made->decision);
    const hc_placement_row placement = hc_placement_row_of(&made->placement);
    const hc_ledger_row ledger = hc_ledger_row_of(&made->ledger);
    const void *row = made->table == HC_TABLE_EVENTS       ? (const void *)&event
                      : made->table == HC_TABLE_SERIES     ? (const void *)&sample
                      : made->table == HC_TABLE_DECISIONS  ? (const void *)&decision
                      : made->table == HC_TABLE_PLACEMENTS ? (const void *)&placement
                                                           : (const void *)&ledger;
    memcpy(out, row, hc_table_describe(made->table)->row_size);
}

bool hc_stage_has_rows(hc_stage_rows which, hc_run_table table, uint64_t first, uint64_t count,
                       const void *rows)
{
    size_t row_size = hc_table_describe(table)->row_size;
    for (uint64_t i = 0; i < count; i++) {
        alignas(8) unsigned char expected[HC_STREAM_ROW_BYTES];
        made_row made;
        make(which, first + i, &made);
        row_of(&made, expected);
        if (made.table != table ||
            !hc_rows_are_equal(table, expected, (const char *)rows + i * row_size, 1)) {
            return false;
        }
    }
    return true;
}

/* The sink behind the stream: the run file of a real run. */
#define HC_TAKER(NAME, RECORD)                                                \
    static int take_##NAME(void *self, const RECORD *record, hc_error *error) \
    {                                                                         \
        (void)record;                                                         \
        (void)error;                                                          \
        ++*(uint64_t *)self;                                                  \
        return 0;                                                             \
    }
HC_TAKER(job, hc_job_record)
HC_TAKER(attempt, hc_attempt_record)
HC_TAKER(placement, hc_placement_record)
HC_TAKER(decision, hc_decision_record)
HC_TAKER(event, hc_event_record)
HC_TAKER(sample, hc_sample_record)
HC_TAKER(ledger, hc_ledger_record)

static void place_of(char out[128], const char *name, const void *stage)
{
    static unsigned count;
    char unique[32];
    (void)stage;
    (void)snprintf(unique, sizeof unique, "%s%u", name, count++);
    (void)snprintf(out, 128, "%s", hc_in_place("ipc://", unique));
}

void hc_stage_open(hc_stage *stage, const hc_stage_options *o)
{
    hc_error error = HC_ERROR_NONE;
    hc_stream_options options = {.level = HC_STREAM_ALL, .node_ranks = RANKS, .node_rank_count = 1};
    hc_sink behind = {&stage->taken,  take_job,      take_attempt,
                      take_placement, take_decision, take_event,
                      take_sample,    take_ledger,   NULL};
    *stage = (hc_stage){.options = *o};
    place_of(stage->endpoint, "e", stage);
    place_of(stage->replay, "r", stage);
    options.publisher = (hc_publisher_options){
        .endpoint = stage->endpoint,
        .replay = o->has_replay ? stage->replay : NULL,
        .folder = hc_private_place(),
        .is_lossless = !o->is_lossy,
        .format = o->format,
        .patience_seconds = o->patience_seconds == 0 ? 60 : o->patience_seconds,
        .linger_seconds = o->linger_seconds == 0 ? 10 : o->linger_seconds,
        .facts = {.run = "0123456789abcdef0123456789abcdef",
                  .name = "stage",
                  .policy = "fcfs",
                  .clock = "unix zero",
                  .unix_zero_seconds = -1,
                  .gpus = 16,
                  .rank_count = 1,
                  .partitions = PARTITIONS,
                  .partition_count = 2},
    };
    CU_ASSERT_EQUAL_FATAL(hc_stream_open(&stage->stream, &options, &error), 0);
    stage->sink = hc_stream_sink(stage->stream, &behind);
}

void hc_stage_close(hc_stage *stage)
{
    hc_stream_close(stage->stream);
    stage->stream = NULL;
}

static int give(const hc_sink *sink, const made_row *made, hc_error *error)
{
    return made->table == HC_TABLE_EVENTS      ? sink->event(sink->self, &made->event, error)
           : made->table == HC_TABLE_SERIES    ? sink->sample(sink->self, &made->sample, error)
           : made->table == HC_TABLE_DECISIONS ? sink->decision(sink->self, &made->decision, error)
           : made->table == HC_TABLE_PLACEMENTS
               ? sink->placement(sink->self, &made->placement, error)
               : sink->ledger(sink->self, &made->ledger, error);
}

void hc_stage_give(hc_stage *stage, uint64_t count)
{
    hc_error error = HC_ERROR_NONE;
    for (uint64_t end = stage->given + count; stage->given < end; stage->given++) {
        made_row made;
        make(stage->options.rows, stage->given, &made);
        CU_ASSERT_EQUAL_FATAL(give(&stage->sink, &made, &error), 0);
    }
    CU_ASSERT_EQUAL(stage->taken, stage->given);
}

void hc_stage_end(hc_stage *stage, bool is_complete)
{
    hc_error error = HC_ERROR_NONE;
    hc_run_conclusion conclusion = {.run_digest = "", .is_complete = is_complete};
    (void)snprintf(conclusion.run_digest, sizeof conclusion.run_digest, "%s",
                   is_complete ? "00000000000000ff" : "");
    CU_ASSERT_EQUAL(hc_stream_end(stage->stream, &conclusion, &error), 0);
}

void hc_stage_await(hc_stage *stage, uint32_t subscribers)
{
    uint32_t found = 0;
    for (int i = 0; i < 2000 && found < subscribers; i++) {
        (void)usleep(5000);
        found = hc_publisher_count(hc_stream_publisher(stage->stream)).subscribers;
    }
    CU_ASSERT_EQUAL(found, subscribers);
}

bool hc_stage_await_left_behind(hc_stage *stage)
{
    for (int i = 0; i < 2000; i++) {
        if (hc_publisher_count(hc_stream_publisher(stage->stream)).left_behind > 0) {
            return true;
        }
        (void)usleep(5000);
    }
    return false;
}

void hc_stage_await_over(hc_stage *stage)
{
    bool is_over = false;
    for (int i = 0; i < 2000 && !is_over; i++) {
        (void)usleep(5000);
        is_over = hc_publisher_count(hc_stream_publisher(stage->stream)).is_over;
    }
    CU_ASSERT(is_over);
}
