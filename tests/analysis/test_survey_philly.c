/* The leading weeks of the Philly log, which began after its first jobs did. */

#include "analysis/survey.h"
#include "sim/placement/placements.h"
#include "tests/testing.h"
#include "traces/trace_source.h"

/* Published for this reduced log: 9, 11, 966 and 4,614 jobs in the weeks from 2017-09-04 on; clean from
 * 2017-10-02, which is 1,506,902,400 s after 1970. */
static void the_philly_log_is_clean_from_october_on(void)
{
    hc_error error = HC_ERROR_NONE;
    const hc_trace_options options = {
        .path = hc_test_shared_file("data/jobs_gpu/philly_sia_without_2vcs.csv.gz"),
        .format = HC_FORMAT_PHILLY_SIA,
        .load = 1,
        .quarantine_limit = 0.05};
    const hc_node_group group = {
        .count = 300, .gpu_count = 8, .cpu_milli = HC_UNLIMITED, .memory_bytes = HC_UNLIMITED};
    hc_machine *machine = hc_machine_create();
    hc_job_trace *trace = NULL;
    const hc_job_trace *traces[1];
    hc_job_source source;
    hc_survey s;
    CU_ASSERT_PTR_NOT_NULL_FATAL(machine);
    CU_ASSERT_EQUAL_FATAL(hc_machine_add(machine, &group, &error), 0);
    CU_ASSERT_EQUAL_FATAL(hc_machine_freeze(machine, &error), 0);
    CU_ASSERT_EQUAL_FATAL(hc_job_trace_read(&trace, &options, &error), 0);
    traces[0] = trace;
    CU_ASSERT_EQUAL_FATAL(
        hc_trace_source_create(&source, traces, 1, machine, HC_TIME_MISSING, &error), 0);
    CU_ASSERT_EQUAL_FATAL(hc_survey_make(&s, &source, machine, NULL, &hc_placement_packed,
                                         (hc_run_clock){.is_dated = true}, &error),
                          0);
    CU_ASSERT_EQUAL(s.job_count, 64871);
    CU_ASSERT_EQUAL(s.censored_week_count, 4);
    CU_ASSERT_EQUAL(s.censored_job_count, 9 + 11 + 966 + 4614);
    CU_ASSERT_EQUAL(s.weeks[s.censored_week_count].begin, INT64_C(1506902400) * HC_SECOND);
    hc_survey_free(&s);
    source.destroy(source.self);
    hc_job_trace_destroy(trace);
    hc_machine_destroy(machine);
}

static const hc_test_case CASES[] = {
    {"the_philly_log_is_clean_from_october_on", the_philly_log_is_clean_from_october_on},
};

HC_TEST_MAIN("survey_philly", CASES)
