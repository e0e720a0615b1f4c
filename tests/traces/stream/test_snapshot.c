#include "traces/stream/snapshot.h"

#include "sim/interfaces/sink.h"
#include "tests/testing.h"
#include "tests/traces/run/scratch.h"
#include "tests/traces/stream/random_rows.h"
#include "traces/stream/decode.h"
#include "traces/stream/msgpack_map.h"

#include <string.h>

enum { JOBS = 60, STEPS = 300 };

/* What has become of a job, kept beside the snapshot in the plainest way. */
typedef struct plain_job {
    bool is_here;
    bool is_running;
    hc_event_row last;
} plain_job;

typedef struct plain_state {
    plain_job jobs[JOBS];
    uint64_t counts[HC_EVENT_TYPE_COUNT];
    uint64_t next;
    hc_time time;
} plain_state;

static hc_scratch scratch;
static hc_spool *spool;
static hc_parcel parcel;

static void open_spool(void)
{
    hc_error error = HC_ERROR_NONE;
    scratch = hc_scratch_make();
    CU_ASSERT_EQUAL_FATAL(hc_spool_create(&spool, scratch.path, &error), 0);
}

static void close_spool(void)
{
    hc_spool_destroy(spool);
    hc_scratch_remove(&scratch);
}

static void note(plain_state *s, const hc_event_row *row)
{
    plain_job *job = row->job < JOBS ? &s->jobs[row->job] : NULL;
    s->counts[row->type]++;
    s->time = row->time;
    if (row->type == HC_EVENT_SUBMIT || row->type == HC_EVENT_PREEMPT ||
        row->type == HC_EVENT_START) {
        *job = (plain_job){true, row->type == HC_EVENT_START, *row};
    } else if (row->type == HC_EVENT_END || row->type == HC_EVENT_REJECT) {
        job->is_here = false;
    }
}

static hc_event_row random_event(hc_random *stream, hc_time now)
{
    hc_event_row row = {.time = now, .type = (uint8_t)hc_random_below(stream, HC_EVENT_TYPE_COUNT)};
    bool is_of_none = row.type == HC_EVENT_PASS || row.type == HC_EVENT_CAPACITY;
    row.job = is_of_none ? HC_NO_INDEX : (uint32_t)hc_random_below(stream, JOBS);
    row.partition = (uint16_t)hc_random_below(stream, 5);
    row.value = hc_random_bits(stream);
    return row;
}

/* Some rows of rank 2, and some of another rank that must not matter. */
static void publish(hc_random *stream, plain_state *s)
{
    hc_event_row *rows = (hc_event_row *)(void *)parcel.content.rows;
    hc_error error = HC_ERROR_NONE;
    uint32_t count = 1 + (uint32_t)hc_random_below(stream, 30);
    if (hc_random_below(stream, 3) == 0) {
        hc_random_parcel(stream, HC_TABLE_EVENTS, 1, 0, count, &parcel);
    } else if (hc_random_below(stream, 4) == 0) {
        hc_random_parcel(stream, HC_TABLE_SERIES, 2, s->next, count, &parcel);
        s->next += count;
    } else {
        hc_random_parcel(stream, HC_TABLE_EVENTS, 2, s->next, count, &parcel);
        for (uint32_t i = 0; i < count; i++) {
            rows[i] = random_event(stream, (hc_time)(s->next + i) - 1000);
            note(s, &rows[i]);
        }
        s->next += count;
    }
    CU_ASSERT_EQUAL(hc_spool_append(spool, &parcel, &error), 0);
}

/* The cells of a column, after a look at its size. */
static const char *column(const msgpack_object *jobs, const char *name, size_t width, size_t count)
{
    const msgpack_object *cells = hc_msgpack_get(jobs, name);
    CU_ASSERT_FATAL(cells != NULL && cells->type == MSGPACK_OBJECT_BIN);
    CU_ASSERT_EQUAL_FATAL(cells->via.bin.size, width * count);
    return cells->via.bin.ptr;
}

static size_t count_jobs(const plain_state *s)
{
    size_t count = 0;
    for (int i = 0; i < JOBS; i++) {
        count += s->jobs[i].is_here;
    }
    return count;
}

static void check_jobs(const msgpack_object *jobs, const plain_state *s)
{
    size_t count = count_jobs(s);
    const char *job = column(jobs, "job", 4, count);
    const char *state = column(jobs, "state", 1, count);
    const char *milli = column(jobs, "milli", 8, count);
    const char *since = column(jobs, "since_ns", 8, count);
    const char *partition = column(jobs, "partition", 2, count);
    size_t at = 0;
    for (uint32_t i = 0; i < JOBS; i++) {
        const plain_job *expected = &s->jobs[i];
        if (expected->is_here) {
            CU_ASSERT_EQUAL(memcmp(job + 4 * at, &i, 4), 0);
            CU_ASSERT_EQUAL(state[at], expected->is_running ? 1 : 0);
            CU_ASSERT_EQUAL(memcmp(milli + 8 * at, &expected->last.value, 8), 0);
            CU_ASSERT_EQUAL(memcmp(since + 8 * at, &expected->last.time, 8), 0);
            CU_ASSERT_EQUAL(memcmp(partition + 2 * at, &expected->last.partition, 2), 0);
            at++;
        }
    }
}

static void check_counts(const msgpack_object *events, const plain_state *s)
{
    const hc_row_field *type = hc_table_find_field(hc_table_describe(HC_TABLE_EVENTS), "type");
    for (unsigned i = 0; i < HC_EVENT_TYPE_COUNT; i++) {
        uint64_t count = 0;
        CU_ASSERT_EQUAL(
            hc_msgpack_number(events, hc_row_field_value_name(type, (uint8_t)i), &count), 0);
        CU_ASSERT_EQUAL(count, s->counts[i]);
    }
}

static void check(hc_snapshot *snapshot, const plain_state *s)
{
    static hc_frames frames;
    hc_msgpack_map map;
    hc_decoded_header header;
    hc_time time = 0;
    uint64_t count = 0;
    hc_frames_open(&frames);
    CU_ASSERT_EQUAL_FATAL(hc_snapshot_pack(snapshot, "run", &frames), 0);
    CU_ASSERT_STRING_EQUAL(frames.topic, "ctl.snapshot");
    CU_ASSERT_EQUAL(hc_decode_header(&(hc_frame){frames.header.data, frames.header.size}, &header),
                    0);
    CU_ASSERT_EQUAL(header.rank, 2);
    CU_ASSERT_EQUAL(header.seq, s->next);
    CU_ASSERT_EQUAL(header.count, 0);
    CU_ASSERT_EQUAL_FATAL(
        hc_msgpack_map_open(&map, frames.payload.data, frames.payload.size, 4, 256), 0);
    CU_ASSERT_EQUAL(hc_msgpack_time(map.map, "time_ns", &time), 0);
    CU_ASSERT_EQUAL(time, s->time);
    CU_ASSERT_EQUAL(hc_msgpack_number(map.map, "n", &count), 0);
    CU_ASSERT_EQUAL(count, count_jobs(s));
    check_counts(hc_msgpack_get(map.map, "events"), s);
    check_jobs(hc_msgpack_get(map.map, "jobs"), s);
    hc_msgpack_map_close(&map);
    hc_frames_close(&frames);
}

static void a_snapshot_has_the_jobs_that_are_here(void)
{
    hc_error error = HC_ERROR_NONE;
    hc_random stream = hc_random_stream(1, 1, HC_RANDOM_BENCH);
    hc_snapshot *snapshot = NULL;
    plain_state s = {.time = HC_TIME_MISSING};
    open_spool();
    CU_ASSERT_EQUAL_FATAL(hc_snapshot_create(&snapshot, 2, &error), 0);
    for (int i = 0; i < STEPS; i++) {
        for (uint64_t k = hc_random_below(&stream, 4); k > 0; k--) {
            publish(&stream, &s);
        }
        CU_ASSERT_EQUAL(hc_snapshot_update(snapshot, spool, &error), 0);
        check(snapshot, &s);
    }
    hc_snapshot_destroy(snapshot);
    close_spool();
}

static void a_snapshot_of_nothing_is_empty(void)
{
    hc_error error = HC_ERROR_NONE;
    hc_snapshot *snapshot = NULL;
    plain_state s = {.time = HC_TIME_MISSING};
    open_spool();
    CU_ASSERT_EQUAL_FATAL(hc_snapshot_create(&snapshot, 2, &error), 0);
    CU_ASSERT_EQUAL(hc_snapshot_update(snapshot, spool, &error), 0);
    check(snapshot, &s);
    hc_snapshot_destroy(snapshot);
    close_spool();
}

static const hc_test_case CASES[] = {
    {"a_snapshot_has_the_jobs_that_are_here", a_snapshot_has_the_jobs_that_are_here},
    {"a_snapshot_of_nothing_is_empty", a_snapshot_of_nothing_is_empty},
};

HC_TEST_MAIN("snapshot", CASES)
