#include "traces/stream/outlet.h"

#include "sim/interfaces/sink.h"
#include "tests/testing.h"
#include "tests/traces/stream/private_place.h"
#include "tests/traces/stream/random_rows.h"

#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>
#include <zmq.h>

enum { QUEUED = 4 };

static hc_parcel_queue *queue;
static hc_outlet *outlet;

static void open_outlet(uint32_t capacity, bool is_lossy)
{
    hc_error error = HC_ERROR_NONE;
    hc_outlet_options options = {.rank = 6, .is_lossy = is_lossy};
    CU_ASSERT_EQUAL_FATAL(hc_parcel_queue_create(&queue, capacity, &error), 0);
    options.queue = queue;
    CU_ASSERT_EQUAL_FATAL(hc_outlet_create(&outlet, &options, &error), 0);
}

static void close_outlet(void)
{
    hc_outlet_destroy(outlet);
    hc_parcel_queue_destroy(queue);
}

/* Event number n of some run: its value is n. */
static hc_event_row event(uint64_t n, hc_event_type type)
{
    return (hc_event_row){.time = (hc_time)n, .type = (uint8_t)type, .value = n};
}

static void add(uint64_t n, hc_event_type type)
{
    hc_error error = HC_ERROR_NONE;
    hc_event_row row = event(n, type);
    CU_ASSERT_EQUAL(hc_outlet_row(outlet, HC_TABLE_EVENTS, &row, &error), 0);
}

static void add_many(uint64_t from, uint64_t to)
{
    for (uint64_t n = from; n < to; n++) {
        add(n, HC_EVENT_SUBMIT);
    }
}

static void end(void)
{
    hc_error error = HC_ERROR_NONE;
    const hc_run_conclusion conclusion = {.run_digest = "00ff", .is_complete = true};
    CU_ASSERT_EQUAL(hc_outlet_end(outlet, &conclusion, &error), 0);
}

static void check_rows(const hc_parcel *parcel)
{
    const hc_event_row *rows = (const hc_event_row *)(const void *)parcel->content.rows;
    for (uint32_t i = 0; i < parcel->count; i++) {
        CU_ASSERT_EQUAL(rows[i].value, parcel->first + i);
    }
}

/* The next parcel is rows of events with these numbers. */
static void check_batch(uint64_t first, uint32_t count)
{
    const hc_parcel *parcel = hc_parcel_queue_first(queue);
    CU_ASSERT_PTR_NOT_NULL_FATAL(parcel);
    CU_ASSERT_EQUAL(parcel->kind, HC_PARCEL_ROWS);
    CU_ASSERT_EQUAL(parcel->rank, 6);
    CU_ASSERT_EQUAL(parcel->table, HC_TABLE_EVENTS);
    CU_ASSERT_EQUAL(parcel->first, first);
    CU_ASSERT_EQUAL(parcel->count, count);
    check_rows(parcel);
    hc_parcel_queue_drop(queue);
}

static void check_message(hc_parcel_kind kind, uint64_t next)
{
    const hc_parcel *parcel = hc_parcel_queue_first(queue);
    CU_ASSERT_PTR_NOT_NULL_FATAL(parcel);
    CU_ASSERT_EQUAL(parcel->kind, (uint32_t)kind);
    CU_ASSERT_EQUAL(parcel->first, next);
    hc_parcel_queue_drop(queue);
}

static void a_batch_has_1024_rows_at_most(void)
{
    open_outlet(8, false);
    add_many(0, 2500);
    end();
    check_batch(0, 1024);
    check_batch(1024, 1024);
    check_batch(2048, 452);
    check_message(HC_PARCEL_END, 2500);
    CU_ASSERT_PTR_NULL(hc_parcel_queue_first(queue));
    close_outlet();
}

static void a_batch_has_one_topic(void)
{
    const hc_sample_row sample = {.time = 4};
    hc_error error = HC_ERROR_NONE;
    open_outlet(16, false);
    add(0, HC_EVENT_SUBMIT);
    add(1, HC_EVENT_START); /* a topic for all that happens to jobs */
    add(2, HC_EVENT_CAPACITY);
    add(3, HC_EVENT_PASS);
    CU_ASSERT_EQUAL(hc_outlet_row(outlet, HC_TABLE_SERIES, &sample, &error), 0);
    add(5, HC_EVENT_END);
    end();
    check_batch(0, 2);
    check_batch(2, 1);
    check_batch(3, 1);
    CU_ASSERT_EQUAL(hc_parcel_queue_first(queue)->table, HC_TABLE_SERIES);
    check_message(HC_PARCEL_ROWS, 4);
    check_batch(5, 1);
    check_message(HC_PARCEL_END, 6);
    close_outlet();
}

static void rows_that_are_50_ms_old_are_handed_on(void)
{
    hc_error error = HC_ERROR_NONE;
    open_outlet(8, false);
    add_many(0, 3);
    CU_ASSERT_EQUAL(hc_outlet_tick(outlet, &error), 0);
    CU_ASSERT_PTR_NULL(hc_parcel_queue_first(queue));
    (void)usleep(70000);
    CU_ASSERT_EQUAL(hc_outlet_tick(outlet, &error), 0);
    check_batch(0, 3);
    add_many(3, 5);
    (void)usleep(70000);
    add_many(5, 6); /* a row looks at the clock as well */
    check_batch(3, 3);
    close_outlet();
}

static void where_the_run_stands_comes_after_the_rows_before(void)
{
    hc_error error = HC_ERROR_NONE;
    const hc_run_standing standing = {.begin = 1, .now = 2, .completed = 3};
    open_outlet(8, false);
    add_many(0, 7);
    CU_ASSERT_EQUAL(hc_outlet_stand(outlet, &standing, &error), 0);
    check_batch(0, 7);
    CU_ASSERT_EQUAL(hc_parcel_queue_first(queue)->content.standing.completed, 3);
    check_message(HC_PARCEL_STATE, 7);
    close_outlet();
}

static void what_finds_no_room_is_left_out_with_its_numbers(void)
{
    open_outlet(2, true);
    add_many(0, 5000);
    check_batch(0, 1024); /* room for one more */
    add_many(5000, 5010);
    check_batch(1024, 1024);
    end();
    check_batch(5000, 10);
    check_message(HC_PARCEL_END, 5010);
    CU_ASSERT_PTR_NULL(hc_parcel_queue_first(queue));
    close_outlet();
}

static void nobody_waits_for_a_publisher_that_has_stopped(void)
{
    hc_error error = HC_ERROR_NONE;
    hc_event_row row = event(0, HC_EVENT_END);
    open_outlet(2, false);
    hc_parcel_queue_close(queue);
    CU_ASSERT_EQUAL(hc_outlet_row(outlet, HC_TABLE_EVENTS, &row, &error), -1);
    CU_ASSERT_EQUAL(error.kind, HC_ERROR_RUNTIME);
    close_outlet();
}

/* Takes what another thread gives, as a publisher does. */
typedef struct taker {
    uint64_t rows;
    uint64_t gaps; /* rows whose numbers were left out */
    uint64_t end;  /* number behind the last row */
    bool is_ordered;
    bool is_ended;
} taker;

static void take_one(taker *t, const hc_parcel *parcel)
{
    t->is_ordered = t->is_ordered && parcel->first >= t->end;
    t->gaps += parcel->first - t->end;
    t->end = parcel->first;
    t->is_ended = parcel->kind == HC_PARCEL_END;
    if (parcel->kind == HC_PARCEL_ROWS) {
        const hc_event_row *rows = (const hc_event_row *)(const void *)parcel->content.rows;
        for (uint32_t i = 0; i < parcel->count; i++) {
            t->is_ordered = t->is_ordered && rows[i].value == parcel->first + i;
        }
        t->rows += parcel->count;
        t->end += parcel->count;
    }
}

static void *take(void *self)
{
    taker *t = self;
    struct pollfd item = {.fd = hc_parcel_queue_descriptor(queue), .events = POLLIN};
    while (!t->is_ended && poll(&item, 1, 5000) == 1) {
        const hc_parcel *parcel = NULL;
        hc_parcel_queue_hear(queue);
        while ((parcel = hc_parcel_queue_first(queue)) != NULL) {
            take_one(t, parcel);
            hc_parcel_queue_drop(queue);
        }
    }
    return NULL;
}

/* Topics change after runs of rows of many lengths, so that parcels are of many sizes. */
static taker run_two_threads(bool is_lossy, uint64_t rows)
{
    hc_random stream = hc_random_stream(7, 1, HC_RANDOM_BENCH);
    taker t = {.is_ordered = true};
    pthread_t thread;
    hc_event_type type = HC_EVENT_SUBMIT;
    open_outlet(QUEUED, is_lossy);
    CU_ASSERT_EQUAL_FATAL(pthread_create(&thread, NULL, take, &t), 0);
    for (uint64_t n = 0; n < rows; n++) {
        if (hc_random_below(&stream, 300) == 0) {
            type = type == HC_EVENT_SUBMIT ? HC_EVENT_CAPACITY : HC_EVENT_SUBMIT;
        }
        add(n, type);
    }
    end();
    (void)pthread_join(thread, NULL);
    close_outlet();
    return t;
}

static void another_thread_gets_all_rows_in_order(void)
{
    taker t = run_two_threads(false, 1000000);
    CU_ASSERT(t.is_ended);
    CU_ASSERT(t.is_ordered);
    CU_ASSERT_EQUAL(t.rows, 1000000);
    CU_ASSERT_EQUAL(t.gaps, 0);
}

static void of_a_lossy_stream_numbers_tell_what_is_missing(void)
{
    taker t = run_two_threads(true, 1000000);
    CU_ASSERT(t.is_ended);
    CU_ASSERT(t.is_ordered);
    CU_ASSERT_EQUAL(t.rows + t.gaps, 1000000);
}

static void a_rank_of_another_process_sends_the_same_parcels(void)
{
    static hc_parcel parcel;
    hc_error error = HC_ERROR_NONE;
    hc_outlet_options options = {.rank = 6};
    void *context = zmq_ctx_new();
    void *pull = zmq_socket(context, ZMQ_PULL);
    int got = 0;
    CU_ASSERT_EQUAL(zmq_bind(pull, hc_in_place("ipc://", "ranks")), 0);
    CU_ASSERT_EQUAL_FATAL(hc_rank_link_open(&options.link, hc_in_place("ipc://", "ranks"), &error),
                          0);
    CU_ASSERT_EQUAL_FATAL(hc_outlet_create(&outlet, &options, &error), 0);
    add_many(0, 1030);
    end();
    got = zmq_recv(pull, &parcel, sizeof parcel, 0);
    CU_ASSERT(hc_parcel_is_sound(&parcel, (size_t)got));
    CU_ASSERT_EQUAL(parcel.count, 1024);
    check_rows(&parcel);
    got = zmq_recv(pull, &parcel, sizeof parcel, 0);
    CU_ASSERT(hc_parcel_is_sound(&parcel, (size_t)got));
    CU_ASSERT_EQUAL(parcel.first, 1024);
    CU_ASSERT_EQUAL(parcel.count, 6);
    check_rows(&parcel);
    got = zmq_recv(pull, &parcel, sizeof parcel, 0);
    CU_ASSERT(hc_parcel_is_sound(&parcel, (size_t)got));
    CU_ASSERT_EQUAL(parcel.kind, HC_PARCEL_END);
    CU_ASSERT_EQUAL(parcel.first, 1030);
    CU_ASSERT_STRING_EQUAL(parcel.content.conclusion.run_digest, "00ff");
    hc_outlet_destroy(outlet);
    hc_rank_link_close(options.link);
    (void)zmq_close(pull);
    (void)zmq_ctx_term(context);
}

/* What could not be used without harm: lengths, tables, numbers and texts that a parcel of ours never has. */
static void parcels_that_cannot_be_ours_are_not_sound(void)
{
    static hc_parcel parcel;
    hc_random stream = hc_random_stream(8, 1, HC_RANDOM_BENCH);
    size_t bytes = 0;
    hc_random_parcel(&stream, HC_TABLE_EVENTS, 0, 5, 10, &parcel);
    bytes = hc_parcel_bytes(&parcel);
    CU_ASSERT(hc_parcel_is_sound(&parcel, bytes));
    CU_ASSERT(!hc_parcel_is_sound(&parcel, bytes - 1));
    CU_ASSERT(!hc_parcel_is_sound(&parcel, bytes + 1));
    CU_ASSERT(!hc_parcel_is_sound(&parcel, 0));
    parcel.first = UINT64_MAX - 9;
    CU_ASSERT(!hc_parcel_is_sound(&parcel, bytes));
    parcel.first = 5;
    ((hc_event_row *)(void *)parcel.content.rows)[9].type = HC_EVENT_TYPE_COUNT;
    CU_ASSERT(!hc_parcel_is_sound(&parcel, bytes));
    parcel.kind = 0;
    CU_ASSERT(!hc_parcel_is_sound(&parcel, 0));
    CU_ASSERT(!hc_parcel_is_sound(&parcel, bytes));
    hc_random_parcel(&stream, HC_TABLE_SERIES, 0, 5, 0, &parcel);
    CU_ASSERT(!hc_parcel_is_sound(&parcel, hc_parcel_bytes(&parcel)));
    parcel.count = HC_BATCH_ROWS + 1;
    CU_ASSERT(!hc_parcel_is_sound(&parcel, sizeof parcel));
    parcel.table = HC_TABLE_COUNT;
    CU_ASSERT(!hc_parcel_is_sound(&parcel, sizeof parcel));
    parcel.kind = HC_PARCEL_END;
    memset(&parcel.content.conclusion, 'x', sizeof parcel.content.conclusion.run_digest);
    parcel.content.conclusion.is_complete = true;
    CU_ASSERT(!hc_parcel_is_sound(&parcel, hc_parcel_bytes(&parcel)));
    parcel.content.conclusion.run_digest[16] = '\0';
    CU_ASSERT(hc_parcel_is_sound(&parcel, hc_parcel_bytes(&parcel)));
}

static const hc_test_case CASES[] = {
    {"a_batch_has_1024_rows_at_most", a_batch_has_1024_rows_at_most},
    {"a_batch_has_one_topic", a_batch_has_one_topic},
    {"rows_that_are_50_ms_old_are_handed_on", rows_that_are_50_ms_old_are_handed_on},
    {"where_the_run_stands_comes_after_the_rows_before",
     where_the_run_stands_comes_after_the_rows_before},
    {"what_finds_no_room_is_left_out_with_its_numbers",
     what_finds_no_room_is_left_out_with_its_numbers},
    {"nobody_waits_for_a_publisher_that_has_stopped",
     nobody_waits_for_a_publisher_that_has_stopped},
    {"another_thread_gets_all_rows_in_order", another_thread_gets_all_rows_in_order},
    {"of_a_lossy_stream_numbers_tell_what_is_missing",
     of_a_lossy_stream_numbers_tell_what_is_missing},
    {"a_rank_of_another_process_sends_the_same_parcels",
     a_rank_of_another_process_sends_the_same_parcels},
    {"parcels_that_cannot_be_ours_are_not_sound", parcels_that_cannot_be_ours_are_not_sound},
};

HC_TEST_MAIN("outlet", CASES)
