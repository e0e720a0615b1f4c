/* Runs that some ranks stop and others take up, by way of state files.
 *   test_mpi_taken_up save FOLDER SCENARIOS     stops each run somewhere and writes FOLDER/0.state, 1.state, ...
 *   test_mpi_taken_up resume FOLDER SCENARIOS   takes them up; they end as on one rank that was never stopped */

#include "sim/simulation.h"
#include "tests/mpi/rank_testing.h"
#include "tests/sim/crossing.h"
#include "traces/run/state_file.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *folder;
static uint64_t scenario_count;

enum { PATH_SIZE = 512 };

static const hc_executor *executor(void)
{
    return hc_test_executor(0);
}

static hc_state_label label_of(hc_time time)
{
    return (hc_state_label){.program = "hindcast", .time = time};
}

/* Every rank wants to save after so many events of its own, and all do so at one instant. */
static hc_time run_to_standstill(hc_simulation *s, uint64_t limit)
{
    hc_stretch stretch = {.until = HC_TIME_NEVER, .limit = limit, .requests = HC_REQUEST_SAVE};
    hc_stretch_end end = {.cut = HC_TIME_MISSING};
    hc_error error = HC_ERROR_NONE;
    do {
        CU_ASSERT_EQUAL_FATAL(hc_simulation_advance(s, &stretch, &end, &error), 0);
    } while (!end.is_over && (end.agreed & HC_REQUEST_SAVE) == 0);
    return end.cut;
}

static void write_part(hc_simulation *s, const char *path, const hc_state_label *label)
{
    char part[PATH_SIZE + HC_STATE_PART_ROOM];
    hc_state_writer *writer = NULL;
    hc_state_store store;
    hc_error error = HC_ERROR_NONE;
    hc_state_part_name(path, hc_ranks_rank(hc_test_ranks()), part);
    CU_ASSERT_EQUAL_FATAL(hc_state_writer_open(&writer, part, label, &error), 0);
    store = hc_state_writer_store(writer);
    CU_ASSERT_EQUAL_FATAL(hc_simulation_save(s, &store, &error), 0);
    CU_ASSERT_EQUAL_FATAL(hc_state_writer_finish(writer, &error), 0);
    hc_state_writer_close(writer);
}

static void join_parts(const char *path, const hc_state_label *label)
{
    hc_error error = HC_ERROR_NONE;
    hc_ranks_wait(hc_test_ranks());
    if (hc_ranks_rank(hc_test_ranks()) == 0) {
        uint32_t count = hc_ranks_count(hc_test_ranks());
        CU_ASSERT_EQUAL_FATAL(hc_state_join(path, count, label, &error), 0);
    }
    hc_ranks_wait(hc_test_ranks());
}

static void save_one(uint64_t number, const char *path)
{
    static hc_crossing c;
    hc_replay_stage *stage = NULL;
    hc_state_label label;
    hc_crossing_draw(&c, number);
    c.replay.executor = executor();
    stage = hc_replay_open(&c.replay, NULL);
    label = label_of(run_to_standstill(hc_replay_simulation(stage), 1 + number * 37 % 150));
    write_part(hc_replay_simulation(stage), path, &label);
    join_parts(path, &label);
    hc_replay_close(stage);
    hc_crossing_release(&c);
}

static void run_to_end(hc_simulation *s)
{
    hc_error error = HC_ERROR_NONE;
    bool is_over = false;
    while (!is_over) {
        CU_ASSERT_EQUAL_FATAL(hc_simulation_run(s, UINT64_MAX, &is_over, &error), 0);
    }
    CU_ASSERT_EQUAL_FATAL(hc_simulation_finish(s, &error), 0);
}

static void resume_one(uint64_t number, const char *path)
{
    static hc_crossing c;
    hc_replay_stage *stage = NULL;
    hc_state_label label = label_of(0);
    hc_state_reader *reader = NULL;
    hc_state_store store;
    hc_error error = HC_ERROR_NONE;
    hc_digest alone;
    hc_crossing_draw(&c, number);
    hc_replay_run(&c.replay);
    alone = c.replay.digest;
    CU_ASSERT_EQUAL_FATAL(hc_state_reader_open(&reader, path, &label, &error), 0);
    store = hc_state_reader_store(reader);
    c.replay.executor = executor();
    stage = hc_replay_open(&c.replay, &store);
    hc_state_reader_close(reader);
    run_to_end(hc_replay_simulation(stage));
    CU_ASSERT_EQUAL(hc_simulation_digest(hc_replay_simulation(stage)).value, alone.value);
    CU_ASSERT_EQUAL(hc_simulation_progress(hc_replay_simulation(stage)).event_count,
                    c.replay.event_count);
    hc_replay_close(stage);
    hc_crossing_release(&c);
}

static void each_scenario(void (*act)(uint64_t number, const char *path))
{
    char path[PATH_SIZE];
    for (uint64_t number = 0; number < scenario_count; number++) {
        (void)snprintf(path, sizeof path, "%s/%" PRIu64 ".state", folder, number);
        act(number, path);
    }
}

static void runs_stand_still_and_are_saved(void)
{
    each_scenario(save_one);
}

static void runs_that_others_saved_end_as_on_one_rank(void)
{
    each_scenario(resume_one);
}

static const hc_test_case SAVING[] = {
    {"runs_stand_still_and_are_saved", runs_stand_still_and_are_saved},
};

static const hc_test_case RESUMING[] = {
    {"runs_that_others_saved_end_as_on_one_rank", runs_that_others_saved_end_as_on_one_rank},
};

int main(int argc, char **argv)
{
    if (argc != 4) {
        (void)fprintf(stderr, "usage: test_mpi_taken_up save|resume FOLDER SCENARIOS\n");
        return EXIT_FAILURE;
    }
    folder = argv[2];
    scenario_count = strtoull(argv[3], NULL, 10);
    return hc_test_ranks_main("taken_up", strcmp(argv[1], "save") == 0 ? SAVING : RESUMING, 1);
}
