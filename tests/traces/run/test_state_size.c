/* The state of an engine with ten million pending events: written, read back, and the same events come out. What it takes
 * is printed; memory is bounded.
 *   test_state_size [EVENTS] */

#include "sim/archive.h"
#include "sim/engine/engine.h"
#include "sim/engine/event_groups.h"
#include "sim/engine/random.h"
#include "tests/testing.h"
#include "tests/traces/run/scratch.h"
#include "traces/run/state_file.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

static uint64_t event_count = 1000000;
static const hc_state_label LABEL = {.program = "hindcast"};

enum { PROCESSES = 50 };

/* What each process has seen: the order of its events. */
typedef struct world {
    hc_engine *engine;
    uint64_t sums[PROCESSES];
} world;

static int handle(void *state, hc_engine *engine, const hc_event *event, hc_error *error)
{
    uint64_t *sum = state;
    (void)engine;
    (void)error;
    *sum = (*sum ^ (uint64_t)event->time ^ event->data ^ event->origin ^ event->order) *
           UINT64_C(0x9e3779b97f4a7c15);
    return 0;
}

static void open_world(world *w)
{
    hc_process_id id;
    hc_error error = HC_ERROR_NONE;
    *w = (world){.engine = hc_engine_create(0, &error)};
    CU_ASSERT_PTR_NOT_NULL_FATAL(w->engine);
    for (int i = 0; i < PROCESSES; i++) {
        CU_ASSERT_EQUAL_FATAL(hc_engine_add_process(w->engine, handle, &w->sums[i], &id, &error),
                              0);
    }
}

static void fill(world *w)
{
    hc_random random = hc_random_stream(5, 0, HC_RANDOM_BENCH);
    for (uint64_t i = 0; i < event_count; i++) {
        hc_post post = {.data = i,
                        .process = (uint32_t)hc_random_below(&random, PROCESSES),
                        .entity = (uint32_t)i,
                        .event_class = 1};
        hc_time time = (hc_time)hc_random_exponential(&random, (double)HC_DAY);
        (void)hc_engine_post(w->engine, time, &post);
    }
}

static void exchange(world *w, hc_archive *archive, const hc_event_groups *groups)
{
    for (uint32_t i = 0; i < PROCESSES; i++) {
        hc_engine_exchange_process(w->engine, archive, (hc_process_id){i}, groups, NULL);
    }
}

static void save(world *w, const char *path)
{
    hc_error error = HC_ERROR_NONE;
    hc_state_writer *writer = NULL;
    hc_event_groups *groups = hc_engine_group_events(w->engine);
    hc_state_store store;
    hc_archive *archive = NULL;
    CU_ASSERT_EQUAL_FATAL(hc_state_writer_open(&writer, path, &LABEL, &error), 0);
    store = hc_state_writer_store(writer);
    CU_ASSERT_EQUAL_FATAL(store.open(store.self, "events", &error), 0);
    archive = hc_archive_save(&(hc_archive_port){store.self, store.write, NULL}, &error);
    exchange(w, archive, groups);
    CU_ASSERT_EQUAL_FATAL(hc_archive_close(archive), 0);
    CU_ASSERT_EQUAL_FATAL(store.close(store.self, &error), 0);
    CU_ASSERT_EQUAL_FATAL(hc_state_writer_finish(writer, &error), 0);
    hc_state_writer_close(writer);
    hc_event_groups_destroy(groups);
}

static void load(world *w, const char *path)
{
    hc_error error = HC_ERROR_NONE;
    hc_state_reader *reader = NULL;
    hc_state_store store;
    hc_archive *archive = NULL;
    CU_ASSERT_EQUAL_FATAL(hc_state_reader_open(&reader, path, &LABEL, &error), 0);
    store = hc_state_reader_store(reader);
    CU_ASSERT_EQUAL_FATAL(store.open(store.self, "events", &error), 0);
    archive = hc_archive_load(&(hc_archive_port){store.self, NULL, store.read}, &error);
    exchange(w, archive, NULL);
    CU_ASSERT_EQUAL_FATAL(hc_archive_close(archive), 0);
    hc_state_reader_close(reader);
}

static double seconds(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static uint64_t peak_bytes(void)
{
    struct rusage usage;
    (void)getrusage(RUSAGE_SELF, &usage);
    return (uint64_t)usage.ru_maxrss * 1024;
}

static uint64_t file_size(const char *path)
{
    FILE *file = fopen(path, "rb");
    uint64_t size = 0;
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    (void)fseeko(file, 0, SEEK_END);
    size = (uint64_t)ftello(file);
    (void)fclose(file);
    return size;
}

static void run_out(world *w)
{
    hc_error error = HC_ERROR_NONE;
    uint64_t executed = 0;
    CU_ASSERT_EQUAL(hc_engine_run(w->engine, HC_TIME_NEVER, UINT64_MAX, &executed, &error), 0);
    CU_ASSERT_EQUAL(executed, event_count);
}

static void many_events_are_saved_and_come_back(void)
{
    hc_scratch scratch = hc_scratch_make();
    const char *path = hc_scratch_file(&scratch, "large.state");
    uint64_t memory = 0;
    double begin = 0;
    double middle = 0;
    world first;
    world second;
    open_world(&first);
    fill(&first);
    memory = peak_bytes();
    begin = seconds();
    save(&first, path);
    middle = seconds();
    memory = peak_bytes() - memory;
    CU_ASSERT(memory < 5 * event_count + (UINT64_C(32) << 20));
    open_world(&second);
    load(&second, path);
    printf("\n    %" PRIu64 " events: %.2f s to save, %.2f s to load, %.1f bytes each, "
           "%.1f bytes of memory each while saving\n",
           event_count, middle - begin, seconds() - middle,
           (double)file_size(path) / (double)event_count, (double)memory / (double)event_count);
    run_out(&first);
    run_out(&second);
    for (int i = 0; i < PROCESSES; i++) {
        CU_ASSERT_EQUAL(first.sums[i], second.sums[i]);
    }
    hc_engine_destroy(first.engine);
    hc_engine_destroy(second.engine);
    hc_scratch_remove(&scratch);
}

static const hc_test_case CASES[] = {
    {"many_events_are_saved_and_come_back", many_events_are_saved_and_come_back},
};

int main(int argc, char **argv)
{
    event_count = argc > 1 ? strtoull(argv[1], NULL, 10) : event_count;
    return hc_test_main("state_size", CASES, sizeof CASES / sizeof CASES[0]);
}
