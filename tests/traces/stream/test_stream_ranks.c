#include "traces/stream/stream.h"

#include "tests/testing.h"
#include "tests/traces/stream/private_place.h"
#include "traces/stream/reader.h"
#include "traces/stream/sockets.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

/* Two ranks of a node in one process: rank 0 publishes, rank 1 sends it what it has. */

static const double PATIENCE_SECONDS = 60;

typedef struct node {
    char run[64]; /* names the place where ranks meet, so that no other test has it */
    const char *endpoint;
    hc_stream *ranks[2];
} node;

static int drop_event(void *self, const hc_event_record *record, hc_error *error)
{
    (void)self, (void)record, (void)error;
    return 0;
}

static void open_node(node *n, bool is_lossless)
{
    static const uint32_t RANKS[] = {0, 1};
    static unsigned count;
    hc_error error = HC_ERROR_NONE;
    (void)snprintf(n->run, sizeof n->run, "test-%ld-%u", (long)getpid(), count++);
    n->endpoint = hc_in_place("ipc://", n->run);
    for (uint32_t rank = 0; rank < 2; rank++) {
        const hc_stream_options options = {
            .publisher = {.endpoint = n->endpoint,
                          .folder = hc_private_place(),
                          .is_lossless = is_lossless,
                          .patience_seconds = PATIENCE_SECONDS,
                          .linger_seconds = 10,
                          .facts = {n->run, "n", "p", "civil", 0, 1, 2, NULL, 0}},
            .rank = rank,
            .node_ranks = RANKS,
            .node_rank_count = 2,
        };
        CU_ASSERT_EQUAL_FATAL(hc_stream_open(&n->ranks[rank], &options, &error), 0);
    }
}

/* Each row has another topic than the one before: a parcel, and a message, to a row. */
static void give(node *n, uint32_t rank, uint64_t rows)
{
    const hc_sink behind = {.event = drop_event};
    hc_sink sink = hc_stream_sink(n->ranks[rank], &behind);
    hc_error error = HC_ERROR_NONE;
    for (uint64_t i = 0; i < rows; i++) {
        const hc_event_record record = {.time = (hc_time)i,
                                        .type = i % 2 == 0 ? HC_EVENT_SUBMIT : HC_EVENT_CAPACITY};
        CU_ASSERT_EQUAL_FATAL(sink.event(sink.self, &record, &error), 0);
    }
}

static void end(node *n, uint32_t rank)
{
    hc_error error = HC_ERROR_NONE;
    const hc_run_conclusion conclusion = {.run_digest = "", .is_complete = true};
    CU_ASSERT_EQUAL(hc_stream_end(n->ranks[rank], &conclusion, &error), 0);
}

/* A reader of both ranks in a thread of its own, which takes its time. */
typedef struct slow_reader {
    const char *endpoint;
    pthread_t thread;
    uint64_t rows;
    uint64_t equal_ends;    /* ranks of which it has everything */
    uint64_t complete_ends; /* ranks whose run came to its end */
    bool is_over;
} slow_reader;

static void *read_slowly(void *self)
{
    slow_reader *r = self;
    const hc_stream_reader_options options = {.endpoint = r->endpoint};
    hc_error error = HC_ERROR_NONE;
    hc_stream_reader *reader = NULL;
    hc_stream_item item = {.kind = HC_STREAM_NOTHING};
    double begin = hc_wall_clock();
    if (hc_stream_reader_open(&reader, &options, &error) < 0) {
        return NULL;
    }
    while (!r->is_over && hc_wall_clock() - begin < 20) {
        if (hc_stream_reader_next(reader, 50, &item, &error) < 0) {
            break;
        }
        if (item.kind == HC_STREAM_BATCH && item.first % 10 == 0) {
            (void)usleep(1000);
        }
        r->equal_ends += item.kind == HC_STREAM_RANK_END && item.ending.is_equal;
        r->complete_ends += item.kind == HC_STREAM_RANK_END && item.ending.is_complete;
        r->is_over = item.kind == HC_STREAM_END;
    }
    r->rows = hc_stream_reader_count(reader).rows;
    hc_stream_reader_close(reader);
    return NULL;
}

static void start_reader(slow_reader *r, const node *n)
{
    *r = (slow_reader){.endpoint = n->endpoint};
    CU_ASSERT_EQUAL_FATAL(pthread_create(&r->thread, NULL, read_slowly, r), 0);
    for (int i = 0; i < 2000; i++) {
        if (hc_publisher_count(hc_stream_publisher(n->ranks[0])).subscribers > 0) {
            return;
        }
        (void)usleep(5000);
    }
    CU_FAIL("no reader has subscribed");
}

/* Both close at once, this one first, while what rank 1 has sent is still on its way. */
static void check_all_is_read(uint32_t first)
{
    enum { ROWS = 8000 };
    node n;
    slow_reader reader;
    open_node(&n, true);
    start_reader(&reader, &n);
    give(&n, 1, ROWS);
    end(&n, 1);
    end(&n, 0);
    hc_stream_close(n.ranks[first]);
    hc_stream_close(n.ranks[1 - first]);
    (void)pthread_join(reader.thread, NULL);
    CU_ASSERT(reader.is_over);
    CU_ASSERT_EQUAL(reader.rows, ROWS);
    CU_ASSERT_EQUAL(reader.equal_ends, 2);
    CU_ASSERT_EQUAL(reader.complete_ends, 2);
}

static void what_another_rank_has_sent_is_published_before_the_publisher_leaves(void)
{
    check_all_is_read(0);
}

static void a_rank_leaves_once_the_publisher_has_taken_what_it_sent(void)
{
    check_all_is_read(1);
}

/* More than can be on its way: the last rows find no room, which a lossy rank does not wait for. */
static void a_rank_that_is_broken_off_does_not_wait_for_a_publisher_that_has_left(void)
{
    node n;
    double since = 0;
    (void)alarm(60); /* it did, for ever */
    open_node(&n, false);
    hc_stream_close(n.ranks[0]);
    give(&n, 1, 1000);
    since = hc_wall_clock();
    hc_stream_break_off(n.ranks[1]);
    hc_stream_close(n.ranks[1]);
    CU_ASSERT(hc_wall_clock() - since < 6);
    (void)alarm(0);
}

static void a_rank_that_is_broken_off_says_so_to_a_publisher_that_is_there(void)
{
    node n;
    slow_reader reader;
    open_node(&n, true);
    start_reader(&reader, &n);
    give(&n, 1, 100);
    hc_stream_break_off(n.ranks[1]);
    hc_stream_break_off(n.ranks[0]);
    hc_stream_close(n.ranks[1]);
    hc_stream_close(n.ranks[0]);
    (void)pthread_join(reader.thread, NULL);
    CU_ASSERT(reader.is_over);
    CU_ASSERT_EQUAL(reader.rows, 100);
    CU_ASSERT_EQUAL(reader.equal_ends, 2);
    CU_ASSERT_EQUAL(reader.complete_ends, 0);
}

static const hc_test_case CASES[] = {
    {"what_another_rank_has_sent_is_published_before_the_publisher_leaves",
     what_another_rank_has_sent_is_published_before_the_publisher_leaves},
    {"a_rank_leaves_once_the_publisher_has_taken_what_it_sent",
     a_rank_leaves_once_the_publisher_has_taken_what_it_sent},
    {"a_rank_that_is_broken_off_does_not_wait_for_a_publisher_that_has_left",
     a_rank_that_is_broken_off_does_not_wait_for_a_publisher_that_has_left},
    {"a_rank_that_is_broken_off_says_so_to_a_publisher_that_is_there",
     a_rank_that_is_broken_off_says_so_to_a_publisher_that_is_there},
};

HC_TEST_MAIN("stream_ranks", CASES)
