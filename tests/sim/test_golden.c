/* Schedules of peer simulators, row by row, to the second. Which rows must match, and under which rule for one
 * instant, stands in the README beside the tables; rows that must not match by definition are counted too:
 * their number is known exactly. */

#include "sim/units.h"
#include "sim/policies/registry.h"
#include "tests/sim/golden_csv.h"
#include "tests/sim/replay.h"
#include "tests/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static hc_time cell_time(const hc_golden *table, size_t row, size_t column)
{
    const char *cell = hc_golden_cell(table, row, column);
    hc_time time = 0;
    CU_ASSERT_EQUAL_FATAL(hc_parse_seconds(cell, strlen(cell), &time), 0);
    return time;
}

static uint32_t cell_count(const hc_golden *table, size_t row, size_t column)
{
    return (uint32_t)strtoul(hc_golden_cell(table, row, column), NULL, 10);
}

static int compare_submissions(const void *a, const void *b)
{
    const hc_job_spec *x = &((const hc_replay_job *)a)->spec;
    const hc_job_spec *y = &((const hc_replay_job *)b)->spec;
    if (x->submit != y->submit) {
        return x->submit < y->submit ? -1 : 1;
    }
    return (x->line > y->line) - (x->line < y->line);
}

/* Jobs from rows first .. first + count - 1, in order of submission; `line` keeps the row. The limit column may
 * be the run time column. */
static hc_replay_job *read_jobs(const hc_golden *table, size_t first, size_t count,
                                const char *size, const char *run_time, const char *limit)
{
    hc_replay_job *jobs = calloc(count, sizeof *jobs);
    for (size_t i = 0; i < count; i++) {
        size_t row = first + i;
        hc_job_spec *spec = &jobs[i].spec;
        *spec = hc_replay_spec(0, cell_count(table, row, hc_golden_column(table, size)), 0, 0);
        spec->submit = cell_time(table, row, hc_golden_column(table, "submit"));
        spec->run_time = cell_time(table, row, hc_golden_column(table, run_time));
        spec->time_limit = cell_time(table, row, hc_golden_column(table, limit));
        spec->line = row;
    }
    qsort(jobs, count, sizeof *jobs, compare_submissions);
    return jobs;
}

static size_t count_different_starts(const hc_golden *table, const hc_replay *replay,
                                     const char *column)
{
    size_t different = 0;
    size_t index = hc_golden_column(table, column);
    for (size_t i = 0; i < replay->job_count; i++) {
        const hc_replay_job *job = &replay->jobs[i];
        different += job->start != cell_time(table, job->spec.line, index) ? 1 : 0;
    }
    return different;
}

/* One golden column: rows that differ with one pass per instant, and with one pass per event. */
typedef struct column_case {
    const char *file;
    uint32_t processors;
    const char *policy;
    const char *column;
    int differ_instant; /* -1: not stated */
    int differ_event;   /* -1: not stated */
} column_case;

static const column_case CPU_CASES[] = {
    {"cpu_synth_tiny.csv", 16, "fcfs", "start_pyss_fcfs", 0, 0},
    {"cpu_synth_tiny.csv", 16, "fcfs", "start_accasim_fifo", 0, 0},
    {"cpu_synth_tiny.csv", 16, "sjf", "start_accasim_sjf", 0, -1},
    {"cpu_synth_tiny.csv", 16, "easy", "start_pyss_easy", 0, 0},
    {"cpu_synth_tiny.csv", 16, "easy_sjbf", "start_pyss_easy_sjbf", 0, 0},
    {"cpu_synth_fine.csv", 128, "fcfs", "start_pyss_fcfs", 0, 0},
    {"cpu_synth_fine.csv", 128, "fcfs", "start_accasim_fifo", 0, 0},
    {"cpu_synth_fine.csv", 128, "sjf", "start_accasim_sjf", 0, -1},
    {"cpu_synth_fine.csv", 128, "easy", "start_pyss_easy", 0, 0},
    {"cpu_synth_fine.csv", 128, "easy_sjbf", "start_pyss_easy_sjbf", 0, 0},
    {"cpu_synth_coarse.csv", 128, "fcfs", "start_pyss_fcfs", 0, 0},
    {"cpu_synth_coarse.csv", 128, "fcfs", "start_accasim_fifo", 0, 0},
    {"cpu_synth_coarse.csv", 128, "sjf", "start_accasim_sjf", 0, -1},
    {"cpu_synth_coarse.csv", 128, "easy", "start_pyss_easy", 19, 0},
    {"cpu_synth_coarse.csv", 128, "easy_sjbf", "start_pyss_easy_sjbf", 69, 0},
    {"cpu_sdsc5k.csv", 128, "fcfs", "start_pyss_fcfs", 0, 0},
    {"cpu_sdsc5k.csv", 128, "fcfs", "start_accasim_fifo", 0, 0},
    {"cpu_sdsc5k.csv", 128, "sjf", "start_accasim_sjf", 0, -1},
    {"cpu_sdsc5k.csv", 128, "easy", "start_pyss_easy", 0, 0},
    {"cpu_sdsc5k.csv", 128, "easy_sjbf", "start_pyss_easy_sjbf", 14, 0},
    {"cpu_hpc2n.csv", 240, "fcfs", "start_pyss_fcfs", 0, 0},
    {"cpu_hpc2n.csv", 240, "fcfs", "start_accasim_fifo", 0, 0},
    {"cpu_hpc2n.csv", 240, "sjf", "start_accasim_sjf", 0, -1},
    {"cpu_hpc2n.csv", 240, "easy", "start_pyss_easy", 75, 0},
    {"cpu_hpc2n.csv", 240, "easy_sjbf", "start_pyss_easy_sjbf", 57, 0},
    {"cpu_synth_tiny.csv", 16, "conservative_compress", "start_pyss_conservative", -1, 0},
    {"cpu_synth_tiny.csv", 16, "conservative", "start_pyss_conservative", 16, -1},
    {"cpu_synth_fine.csv", 128, "conservative_compress", "start_pyss_conservative", -1, 0},
    {"cpu_synth_fine.csv", 128, "conservative", "start_pyss_conservative", 217, -1},
    {"cpu_synth_coarse.csv", 128, "conservative_compress", "start_pyss_conservative", -1, 0},
    {"cpu_synth_coarse.csv", 128, "conservative", "start_pyss_conservative", 66, -1},
    {"cpu_sdsc5k.csv", 128, "conservative_compress", "start_pyss_conservative", -1, 0},
    {"cpu_sdsc5k.csv", 128, "conservative", "start_pyss_conservative", 978, -1},
    {"cpu_hpc2n.csv", 240, "conservative_compress", "start_pyss_conservative", -1, 0},
    {"cpu_hpc2n.csv", 240, "conservative", "start_pyss_conservative", 487, -1},
};

static hc_golden read_table(const char *file)
{
    char relative[128];
    (void)snprintf(relative, sizeof relative, "golden/scheduling/%s", file);
    return hc_golden_read(hc_test_shared_file(relative));
}

static void check_column(const column_case *c, bool is_pass_per_event)
{
    hc_golden table = read_table(c->file);
    hc_node_group machine = {.count = 1, .gpu_count = c->processors};
    hc_replay replay = {
        .groups = &machine,
        .group_count = 1,
        .policy = c->policy,
        .begin = HC_TIME_MISSING,
        .is_pass_per_event = is_pass_per_event,
        .jobs = read_jobs(&table, 0, table.row_count, "procs", "runtime", "estimate"),
        .job_count = table.row_count,
    };
    size_t expected = (size_t)(is_pass_per_event ? c->differ_event : c->differ_instant);
    size_t different = 0;
    hc_replay_run(&replay);
    different = count_different_starts(&table, &replay, c->column);
    if (different != expected) {
        printf("\n    %s %s, %s: %zu of %zu rows differ, expected %zu\n", c->file, c->column,
               is_pass_per_event ? "pass per event" : "pass per instant", different,
               table.row_count, expected);
        CU_FAIL("rows differ");
    }
    free(replay.jobs);
    hc_golden_free(&table);
}

static void cpu_schedules_are_those_of_pyss_and_accasim(void)
{
    for (size_t i = 0; i < sizeof CPU_CASES / sizeof CPU_CASES[0]; i++) {
        if (CPU_CASES[i].differ_instant >= 0) {
            check_column(&CPU_CASES[i], false);
        }
        if (CPU_CASES[i].differ_event >= 0) {
            check_column(&CPU_CASES[i], true);
        }
    }
}

/* Mean waits that the README of the tables gives, first_fit included, for which there is no column. */
static void mean_waits_are_the_published_ones(void)
{
    static const struct {
        const char *file;
        uint32_t processors;
        const char *policy;
        bool is_pass_per_event;
        double mean_seconds;
    } CASES[] = {
        {"cpu_synth_tiny.csv", 16, "first_fit", false, 8191.500},
        {"cpu_synth_fine.csv", 128, "first_fit", false, 618.861},
        {"cpu_synth_coarse.csv", 128, "first_fit", false, 363.960},
        {"cpu_sdsc5k.csv", 128, "first_fit", false, 3411.236},
        {"cpu_hpc2n.csv", 240, "first_fit", false, 3227.121},
        {"cpu_hpc2n.csv", 240, "easy", false, 3478.564},
        {"cpu_hpc2n.csv", 240, "easy", true, 3472.164},
        {"cpu_hpc2n.csv", 240, "easy_sjbf", false, 3324.191},
        {"cpu_hpc2n.csv", 240, "easy_sjbf", true, 3323.565},
        {"cpu_synth_coarse.csv", 128, "easy", false, 535.980},
        {"cpu_synth_coarse.csv", 128, "easy", true, 536.700},
        {"cpu_synth_coarse.csv", 128, "easy_sjbf", false, 516.780},
        {"cpu_synth_coarse.csv", 128, "easy_sjbf", true, 515.820},
        {"cpu_sdsc5k.csv", 128, "easy_sjbf", false, 3872.375},
        {"cpu_synth_tiny.csv", 16, "conservative", false, 9484.750},
        {"cpu_synth_fine.csv", 128, "conservative", false, 795.398},
        {"cpu_synth_coarse.csv", 128, "conservative", false, 504.720},
        {"cpu_sdsc5k.csv", 128, "conservative", false, 3860.668},
        {"cpu_hpc2n.csv", 240, "conservative", false, 3593.387},
        {"cpu_synth_tiny.csv", 16, "conservative_compress", true, 7484.750},
        {"cpu_synth_fine.csv", 128, "conservative_compress", true, 801.672},
        {"cpu_synth_coarse.csv", 128, "conservative_compress", true, 488.400},
        {"cpu_sdsc5k.csv", 128, "conservative_compress", true, 3866.580},
        {"cpu_hpc2n.csv", 240, "conservative_compress", true, 3443.188},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        hc_golden table = read_table(CASES[i].file);
        hc_node_group machine = {.count = 1, .gpu_count = CASES[i].processors};
        hc_replay replay = {
            .groups = &machine,
            .group_count = 1,
            .policy = CASES[i].policy,
            .begin = HC_TIME_MISSING,
            .is_pass_per_event = CASES[i].is_pass_per_event,
            .jobs = read_jobs(&table, 0, table.row_count, "procs", "runtime", "estimate"),
            .job_count = table.row_count,
        };
        hc_int128 sum = 0;
        hc_replay_run(&replay);
        for (size_t j = 0; j < replay.job_count; j++) {
            sum += replay.jobs[j].wait;
        }
        CU_ASSERT_DOUBLE_EQUAL((double)sum / (double)replay.job_count / 1e9, CASES[i].mean_seconds,
                               0.0005);
        free(replay.jobs);
        hc_golden_free(&table);
    }
}

static size_t case_length(const hc_golden *table, size_t first)
{
    size_t length = 1;
    while (first + length < table->row_count &&
           strcmp(hc_golden_cell(table, first, 0), hc_golden_cell(table, first + length, 0)) == 0 &&
           strcmp(hc_golden_cell(table, first, 1), hc_golden_cell(table, first + length, 1)) == 0) {
        length++;
    }
    return length;
}

static void check_unit_case(const hc_golden *table, size_t first, size_t length)
{
    hc_node_group machine = {.count = 1, .gpu_count = cell_count(table, first, 2)};
    hc_replay replay = {
        .groups = &machine,
        .group_count = 1,
        .policy = hc_golden_cell(table, first, 1),
        .begin = HC_TIME_MISSING,
        .checks_every_event = true,
        .jobs = read_jobs(table, first, length, "procs", "runtime", "estimate"),
        .job_count = length,
    };
    for (int per_event = 0; per_event < 2; per_event++) {
        size_t different = 0;
        replay.is_pass_per_event = per_event == 1;
        if (strcmp(hc_golden_cell(table, first, 1), "conservative") == 0) {
            replay.policy = per_event == 1 ? "conservative_compress" : "conservative";
        }
        hc_replay_run(&replay);
        different = count_different_starts(table, &replay, "start");
        if (different != 0) {
            printf("\n    %s under %s, pass per %s: %zu of %zu rows differ\n",
                   hc_golden_cell(table, first, 0), replay.policy,
                   per_event == 1 ? "event" : "instant", different, length);
            CU_FAIL("rows differ");
        }
    }
    free(replay.jobs);
}

static void the_unit_cases_of_pyss_match(void)
{
    hc_golden table = read_table("unit_pyss.csv");
    size_t pairs = 0;
    for (size_t first = 0; first < table.row_count;) {
        size_t length = case_length(&table, first);
        check_unit_case(&table, first, length);
        pairs++;
        first += length;
    }
    CU_ASSERT_EQUAL(pairs, 131); /* fcfs 40, easy 45, easy_sjbf 3, conservative 43 */
    hc_golden_free(&table);
}

static void check_ends(const hc_golden *table, const hc_replay *replay, const char *column)
{
    size_t index = hc_golden_column(table, column);
    for (size_t i = 0; i < replay->job_count; i++) {
        const hc_replay_job *job = &replay->jobs[i];
        if (job->end != cell_time(table, job->spec.line, index)) {
            printf("\n    %s, row %zu: ends at %.9g s, expected %s\n", column,
                   (size_t)job->spec.line, (double)job->end / 1e9,
                   hc_golden_cell(table, job->spec.line, index));
            CU_FAIL("ends differ");
        }
    }
}

/* Tables of policies that preempt count how often each job gave way. */
static void check_preemptions(const hc_golden *table, const hc_replay *replay, const char *column)
{
    for (size_t i = 0; i < replay->job_count; i++) {
        const hc_replay_job *job = &replay->jobs[i];
        CU_ASSERT_EQUAL(job->preemption_count,
                        cell_count(table, job->spec.line, hc_golden_column(table, column)));
    }
}

static void check_gpu_table_with(const char *file, const hc_node_group *machine, const char *policy,
                                 const hc_policy_options *options, const char *scheme,
                                 bool has_nodes)
{
    hc_golden table = read_table(file);
    char column[48];
    hc_replay replay = {
        .groups = machine,
        .group_count = 1,
        .policy = policy,
        .policy_options = options,
        .begin = HC_TIME_MISSING,
        .checks_every_event = true,
        .jobs = read_jobs(&table, 0, table.row_count, "num_gpu", "duration", "duration"),
        .job_count = table.row_count,
    };
    hc_replay_run(&replay);
    (void)snprintf(column, sizeof column, "start_%s", scheme);
    CU_ASSERT_EQUAL(count_different_starts(&table, &replay, column), 0);
    (void)snprintf(column, sizeof column, "end_%s", scheme);
    check_ends(&table, &replay, column);
    (void)snprintf(column, sizeof column, "preempt_%s", scheme);
    if (!has_nodes) {
        check_preemptions(&table, &replay, column);
    }
    (void)snprintf(column, sizeof column, "nodes_%s", scheme);
    for (size_t i = 0; has_nodes && i < replay.job_count; i++) {
        CU_ASSERT_STRING_EQUAL(
            replay.jobs[i].nodes,
            hc_golden_cell(&table, replay.jobs[i].spec.line, hc_golden_column(&table, column)));
    }
    free(replay.jobs);
    hc_golden_free(&table);
}

static void check_gpu_table(const char *file, const hc_node_group *machine, const char *policy,
                            const char *scheme, bool has_nodes)
{
    check_gpu_table_with(file, machine, policy, NULL, scheme, has_nodes);
}

static void gpu_schedules_are_those_of_tiresias(void)
{
    static const struct {
        const char *file;
        hc_node_group machine;
    } FILES[] = {
        {"gpu_tiresias_t60.csv", {.count = 1, .gpu_count = 16}},
        {"gpu_tiresias_synth_tiny.csv", {.count = 1, .gpu_count = 16}},
        {"gpu_tiresias_synth_fine.csv", {.count = 1, .gpu_count = 128}},
    };
    hc_policy_options late = hc_policy_find("las_2d")->options;
    late.las.is_demotion_late = true;
    for (size_t i = 0; i < sizeof FILES / sizeof FILES[0]; i++) {
        check_gpu_table_with(FILES[i].file, &FILES[i].machine, "las_2d", &late, "dlas-gpu", false);
        check_gpu_table(FILES[i].file, &FILES[i].machine, "fcfs", "fifo", false);
        check_gpu_table(FILES[i].file, &FILES[i].machine, "first_fit", "fjf", false);
        check_gpu_table(FILES[i].file, &FILES[i].machine, "smallest_first", "sjf", false);
        check_gpu_table(FILES[i].file, &FILES[i].machine, "srtf", "shortest", false);
        check_gpu_table(FILES[i].file, &FILES[i].machine, "srsf", "shortest-gpu", false);
        check_gpu_table(FILES[i].file, &FILES[i].machine, "las", "dlas", false);
    }
}

static void schedules_and_nodes_are_those_of_helios(void)
{
    static const hc_node_group TINY = {.count = 2, .gpu_count = 8};
    static const hc_node_group FINE = {.count = 16, .gpu_count = 8};
    check_gpu_table("gpu_helios_synth_tiny.csv", &TINY, "fcfs", "fifo", true);
    check_gpu_table("gpu_helios_synth_tiny.csv", &TINY, "sjf", "sjf", true);
    check_gpu_table("gpu_helios_synth_fine.csv", &FINE, "fcfs", "fifo", true);
    check_gpu_table("gpu_helios_synth_fine.csv", &FINE, "sjf", "sjf", true);
}

static const hc_test_case CASES[] = {
    {"the_unit_cases_of_pyss_match", the_unit_cases_of_pyss_match},
    {"cpu_schedules_are_those_of_pyss_and_accasim", cpu_schedules_are_those_of_pyss_and_accasim},
    {"mean_waits_are_the_published_ones", mean_waits_are_the_published_ones},
    {"gpu_schedules_are_those_of_tiresias", gpu_schedules_are_those_of_tiresias},
    {"schedules_and_nodes_are_those_of_helios", schedules_and_nodes_are_those_of_helios},
};

int main(void)
{
    (void)hc_test_shared();
    return hc_test_main("golden", CASES, sizeof CASES / sizeof CASES[0]);
}
