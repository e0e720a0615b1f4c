#include "tests/analysis/made_run.h"

#include "tests/testing.h"
#include "tests/traces/run/scratch.h"
#include "traces/run/run_sink.h"

static hc_scratch scratch;

static const char *user_name(void *self, uint32_t index)
{
    (void)self;
    return index == 0 ? "ann" : "bob";
}

static uint32_t user_count(void *self)
{
    (void)self;
    return 2;
}

static const char *group_name(void *self, uint32_t index)
{
    (void)self, (void)index;
    return "nlp";
}

static uint32_t group_count(void *self)
{
    (void)self;
    return 1;
}

static hc_machine *make_machine(const hc_made_run *run)
{
    hc_error error = HC_ERROR_NONE;
    hc_machine *machine = hc_machine_create();
    const hc_node_group group = {.count = run->node_count == 0 ? 1 : run->node_count,
                                 .gpu_count = run->gpu_count,
                                 .cpu_milli = HC_UNLIMITED,
                                 .memory_bytes = HC_UNLIMITED};
    CU_ASSERT_PTR_NOT_NULL_FATAL(machine);
    CU_ASSERT_EQUAL_FATAL(hc_machine_add(machine, &group, &error), 0);
    CU_ASSERT_EQUAL_FATAL(hc_machine_freeze(machine, &error), 0);
    return machine;
}

static void send_rows(hc_run_file *file, const hc_made_run *run)
{
    hc_error error = HC_ERROR_NONE;
    hc_sink sink = hc_run_sink(file);
    for (size_t i = 0; i < run->job_count; i++) {
        CU_ASSERT_EQUAL(sink.job(sink.self, &run->jobs[i], &error), 0);
    }
    for (size_t i = 0; i < run->attempt_count; i++) {
        CU_ASSERT_EQUAL(sink.attempt(sink.self, &run->attempts[i], &error), 0);
    }
    for (size_t i = 0; i < run->placement_count; i++) {
        CU_ASSERT_EQUAL(sink.placement(sink.self, &run->placements[i], &error), 0);
    }
    for (size_t i = 0; i < run->decision_count; i++) {
        CU_ASSERT_EQUAL(sink.decision(sink.self, &run->decisions[i], &error), 0);
    }
    for (size_t i = 0; i < run->sample_count; i++) {
        CU_ASSERT_EQUAL(sink.sample(sink.self, &run->samples[i], &error), 0);
    }
    for (size_t i = 0; i < run->ledger_count; i++) {
        CU_ASSERT_EQUAL(sink.ledger(sink.self, &run->ledger[i], &error), 0);
    }
    CU_ASSERT_STRING_EQUAL(error.text, "");
}

static void write_file(const hc_made_run *run, const char *path, const hc_machine *machine)
{
    hc_error error = HC_ERROR_NONE;
    hc_run_file *file = NULL;
    const hc_job_source source = {.user_name = user_name,
                                  .group_name = group_name,
                                  .user_count = user_count,
                                  .group_count = group_count};
    const hc_provenance provenance = {.name = run->name == NULL ? "made" : run->name,
                                      .version = "0.1.0",
                                      .policy = "easy",
                                      .placement = "packed",
                                      .pass = "instant",
                                      .begin = run->begin,
                                      .measure_from = run->measure_from,
                                      .clock = run->clock,
                                      .unix_zero_seconds = run->unix_zero_seconds};
    const hc_run_file_options options = {.path = path, .provenance = &provenance};
    const hc_run_contents contents = {.provenance = &provenance,
                                      .machine = machine,
                                      .source = &source,
                                      .inputs = run->inputs,
                                      .input_count = run->input_count,
                                      .works = run->works,
                                      .work_count = run->work_count,
                                      .job_id_bytes = 16};
    const hc_run_totals totals = {.digest = {0x1234},
                                  .executed_events = 77,
                                  .is_complete = run->note == NULL,
                                  .note = run->note};
    CU_ASSERT_EQUAL_FATAL(hc_run_file_create(&file, &options, &error), 0);
    CU_ASSERT_EQUAL_FATAL(hc_run_file_begin(file, &contents, &error), 0);
    send_rows(file, run);
    CU_ASSERT_EQUAL_FATAL(hc_run_file_finish(file, &totals, &error), 0);
    hc_run_file_destroy(file);
}

const char *hc_made_run_write(const hc_made_run *run)
{
    hc_machine *machine = make_machine(run);
    const char *path = NULL;
    scratch = hc_scratch_make();
    path = hc_scratch_file(&scratch, "run.h5");
    write_file(run, path, machine);
    hc_machine_destroy(machine);
    return path;
}

void hc_made_run_remove(void)
{
    hc_scratch_remove(&scratch);
}

hc_run_reader *hc_made_run_open(const hc_made_run *run)
{
    hc_error error = HC_ERROR_NONE;
    hc_run_reader *reader = NULL;
    CU_ASSERT_EQUAL_FATAL(hc_run_reader_open(&reader, hc_made_run_write(run), &error), 0);
    return reader;
}

void hc_made_run_close(hc_run_reader *reader)
{
    hc_run_reader_close(reader);
    hc_made_run_remove();
}
