#include "tests/traces/trace_testing.h"
#include "traces/job_import.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TASK_HEADER \
    "job_name,task_name,inst_num,status,start_time,end_time,plan_cpu,plan_mem,plan_gpu,gpu_type\n"

/* A folder with tables in it. */
typedef struct folder {
    char path[64];
    char tables[3][128];
} folder;

static folder make_folder(void)
{
    folder f = {.path = "/tmp/hc_test_pai_XXXXXX"};
    CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(f.path));
    (void)snprintf(f.tables[0], sizeof f.tables[0], "%s/pai_task_table.csv", f.path);
    (void)snprintf(f.tables[1], sizeof f.tables[1], "%s/pai_job_table.csv", f.path);
    (void)snprintf(f.tables[2], sizeof f.tables[2], "%s/pai_group_tag_table.csv", f.path);
    return f;
}

static void remove_folder(const folder *f)
{
    for (size_t i = 0; i < COUNT_OF(f->tables); i++) {
        (void)unlink(f->tables[i]);
    }
    (void)rmdir(f->path);
}

static void write_table(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    CU_ASSERT(fputs(text, file) >= 0);
    CU_ASSERT_EQUAL(fclose(file), 0);
}

static const char *text_of(const hc_job_trace *trace, uint32_t index)
{
    return hc_job_trace_string(trace, index);
}

static uint64_t repairs(const hc_job_trace *trace, hc_repair repair)
{
    return hc_job_trace_report(trace)->repair_counts[repair];
}

/* The row quoted in the README, below a row of names: half a GPU, 6 cores, 30,000 MiB. Its job is not in the
 * sample of the table of jobs. */
static void the_sample_asks_for_half_a_gpu(void)
{
    hc_job_trace *trace =
        hc_test_read_path(hc_test_options(HC_FORMAT_PAI),
                          hc_test_shared_file("data/format_samples/pai_task_table.one_row.csv"));
    const hc_trace_job *job = hc_test_job(trace, 0);
    CU_ASSERT_EQUAL(hc_job_trace_report(trace)->row_count, 1);
    CU_ASSERT_STRING_EQUAL(hc_test_id(trace, 0), "4f057009a5d481acec67b088/tensorflow");
    CU_ASSERT_EQUAL(job->gpu_count, 1);
    CU_ASSERT_EQUAL(job->gpu_milli, 500);
    CU_ASSERT_EQUAL(job->cpu_milli, 6000);
    CU_ASSERT_EQUAL(job->memory_bytes, UINT64_C(30000) << 20);
    CU_ASSERT_EQUAL(job->run_time, 38 * HC_SECOND);
    CU_ASSERT_EQUAL(job->submit, INT64_C(1739162) * HC_SECOND);
    CU_ASSERT_EQUAL(job->outcome, HC_OUTCOME_COMPLETED);
    CU_ASSERT_EQUAL(job->line, 2);
    CU_ASSERT(job->is_single_node);
    CU_ASSERT_STRING_EQUAL(text_of(trace, job->kinds), "MISC");
    CU_ASSERT_STRING_EQUAL(text_of(trace, job->user), "");
    CU_ASSERT_EQUAL(repairs(trace, HC_REPAIR_SUBMIT_MISSING), 1);
    CU_ASSERT_EQUAL(hc_job_trace_facts(trace)->clock, HC_CLOCK_UNKNOWN_ZERO);
    CU_ASSERT_STRING_EQUAL(hc_job_trace_facts(trace)->zone, "UTC+8");
    CU_ASSERT_STRING_EQUAL(hc_job_trace_facts(trace)->joined_files,
                           "pai_group_tag_table.one_row.csv sha256 "
                           "2c9952feb9fd48b59a0fc1b8eaa2508bc2d801331825fcde35c81ae84bba7a51, "
                           "pai_job_table.one_row.csv sha256 "
                           "f31d517cd54bafc4b0b8cdd2313692aa8eb96ece7bacfab1d2cf576116e3e6e9");
    hc_job_trace_destroy(trace);
}

static void rows_are_judged_by_their_fields(void)
{
    static const hc_test_row CASES[] = {
        {"j,t,1.0,Terminated,10.0,20.0,600.0,29.296875,50.0", HC_QUARANTINE_FIELD_COUNT},
        {"j,t,1.0,Terminated,10.0,20.0,600.0,29.296875,50.0,T4,x", HC_QUARANTINE_FIELD_COUNT},
        {"j,t,one,Terminated,10.0,20.0,600.0,29.296875,50.0,T4", HC_QUARANTINE_NOT_A_NUMBER},
        {"j,t,1.0,Terminated,2020-07-01,20.0,600.0,29.3,50.0,T4", HC_QUARANTINE_NOT_A_NUMBER},
        {"j,t,1.5,Terminated,10.0,20.0,600.0,29.296875,50.0,T4", HC_QUARANTINE_OUT_OF_RANGE},
        {"j,t,1,Terminated,10.0,20.0,600.0,29.296875,1e300,T4", HC_QUARANTINE_OUT_OF_RANGE},
        {"j,t,1,Terminated,1e300,20.0,600.0,29.296875,50,T4", HC_QUARANTINE_OUT_OF_RANGE},
        {"j,t,5000000000,Terminated,10,20,600,2,100,T4", HC_QUARANTINE_OUT_OF_RANGE},
        {"j,t,1,Terminated,10,20,600,2,0.0001,T4", HC_QUARANTINE_OUT_OF_RANGE},
        {"j,t,1,Terminated,10,20,-600,2,100,T4", HC_QUARANTINE_OUT_OF_RANGE},
        {"j,t,1,Terminated,10,20,600,-2,100,T4", HC_QUARANTINE_OUT_OF_RANGE},
        {"j,t,4000000000,Terminated,10,20,600,4000000000,1,T4", HC_QUARANTINE_OUT_OF_RANGE},
        {",t,1,Terminated,10,20,600,2,100,T4", HC_QUARANTINE_NO_ID},
        {"j,t,1,Terminated,,20,600,2,100,T4", HC_QUARANTINE_NO_SUBMIT},
        {"j,t,1,Waiting,,,600,2,100,T4", HC_QUARANTINE_NO_SUBMIT}, /* in no table of jobs */
        {"j,t,,Terminated,10,20,600,2,100,T4", HC_QUARANTINE_NO_SIZE},
        {"j,t,0,Terminated,10,20,600,2,100,T4", HC_QUARANTINE_NO_SIZE},
        {"j,t,1,Terminated,10,20,600,2,-50,T4", HC_QUARANTINE_NO_SIZE},
        {"j,t,1,Running,10,,600,2,100,T4", HC_QUARANTINE_NO_RUN_TIME},
        {"j,t,1,Terminated,20,10,600,2,100,T4", HC_QUARANTINE_BAD_TIMES},
        {"j\x01,t,1,Terminated,10,20,600,2,100,T4", HC_QUARANTINE_BAD_TEXT},
        {"j,t,1,Failed,10,20,600,2,100,T4\r", HC_FATE_KEPT},
        {"j,t,3,Terminated,10,20,,,,CPU", HC_FATE_KEPT}, /* no plan_gpu: a CPU job */
        {"j,,1,Terminated,10,20,600,2,100,", HC_FATE_KEPT},
        {TASK_HEADER "j,t,1,Terminated,10,20,600,2,100,T4", HC_FATE_KEPT},
    };
    static const hc_test_row SECOND_HEADER[] = {{TASK_HEADER, HC_QUARANTINE_NOT_A_NUMBER}};
    hc_trace_options options = hc_test_options(HC_FORMAT_PAI);
    hc_test_rows(options, "", CASES, COUNT_OF(CASES));
    hc_test_rows(options, TASK_HEADER, SECOND_HEADER, 1);
}

/* What instances of a share become; hand-worked. */
static void shares_of_gpus_become_jobs(void)
{
    static const struct {
        const char *instances;
        const char *percent;
        uint32_t gpu_count;
        uint16_t gpu_milli;
        bool is_rounded_up;
        bool is_single_node;
    } CASES[] = {
        {"1.0", "50.0", 1, 500, false, true}, {"1", "100", 1, 1000, false, true},
        {"1", "800.0", 8, 1000, false, true}, {"1", "150", 2, 1000, true, true},
        {"4", "50", 2, 1000, true, false},    {"5", "50", 3, 1000, true, false},
        {"3", "1", 1, 1000, true, false},     {"16", "200", 32, 1000, false, false},
        {"1", "0.1", 1, 1, false, true},      {"1", "99.9", 1, 999, false, true},
        {"2", "0", 0, 1000, false, false},    {"7", "33.333", 3, 1000, true, false},
    };
    hc_trace_options options = hc_test_options(HC_FORMAT_PAI);
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        char row[128];
        hc_job_trace *trace = NULL;
        const hc_trace_job *job = NULL;
        (void)snprintf(row, sizeof row, "j,t,%s,Terminated,1,2,50,1,%s,T4\n", CASES[i].instances,
                       CASES[i].percent);
        trace = hc_test_read(&options, row);
        job = hc_test_job(trace, 0);
        CU_ASSERT_EQUAL(job->gpu_count, CASES[i].gpu_count);
        CU_ASSERT_EQUAL(job->gpu_milli, CASES[i].gpu_milli);
        CU_ASSERT_EQUAL(job->is_single_node,
                        CASES[i].is_single_node); /* an instance does not span nodes */
        CU_ASSERT_EQUAL(repairs(trace, HC_REPAIR_ROUNDED_UP), CASES[i].is_rounded_up ? 1 : 0);
        CU_ASSERT_EQUAL(repairs(trace, HC_REPAIR_ROUNDED), 0);
        CU_ASSERT_EQUAL(job->cpu_milli, 500 * strtoul(CASES[i].instances, NULL, 10));
        CU_ASSERT_EQUAL(job->memory_bytes,
                        (UINT64_C(1) << 30) * strtoul(CASES[i].instances, NULL, 10));
        hc_job_trace_destroy(trace);
    }
}

static const char TASKS[] = "j1,worker,2.0,Terminated,110.0,150.0,600.0,1.0,100.0,V100\r\n"
                            "j1,ps,1.0,Terminated,105.0,150.0,600.0,1.0,,CPU\r\n"
                            "j2,worker,1.0,Waiting,,,600.0,1.0,100.0,V100\r\n"
                            "j3,worker,1.0,Failed,90.0,95.0,600.0,1.0,100.0,V100\r\n"
                            "j4,worker,1.0,Failed,70.0,95.0,600.0,1.0,100.0,V100\r\n";
static const char JOBS[] = "j1,i1,u1,Terminated,100.0,150.0\r\n"
                           "j2,i2,u2,Waiting,120.0,\r\n"
                           "j3,i3,u1,Failed,,\r\n";
static const char GROUPS[] = "i1,u1,V100M32,g1,nmt\r\n"
                             "i3,u1,,,\r\n";

/* j1 waited for 10 s; j2 never ran; for j3 the table does not say when it was submitted, j4 is not in it. */
static void tables_beside_it_are_joined(void)
{
    hc_trace_options options = hc_test_options(HC_FORMAT_PAI);
    folder f = make_folder();
    hc_job_trace *trace = NULL;
    const hc_trace_job *job = NULL;
    write_table(f.tables[0], TASKS);
    write_table(f.tables[1], JOBS);
    write_table(f.tables[2], GROUPS);
    trace = hc_test_read_path(options, f.tables[0]);
    CU_ASSERT_EQUAL(hc_job_trace_report(trace)->kept_count, 4);
    CU_ASSERT_EQUAL(hc_job_trace_report(trace)->never_run_count, 1);
    CU_ASSERT_EQUAL(repairs(trace, HC_REPAIR_SUBMIT_MISSING), 2);
    CU_ASSERT_STRING_EQUAL(hc_test_id(trace, 0), "j4/worker");
    CU_ASSERT_STRING_EQUAL(text_of(trace, hc_test_job(trace, 0)->user), "");
    CU_ASSERT_STRING_EQUAL(hc_test_id(trace, 1), "j3/worker");
    CU_ASSERT_STRING_EQUAL(text_of(trace, hc_test_job(trace, 1)->user), "u1");
    CU_ASSERT_STRING_EQUAL(text_of(trace, hc_test_job(trace, 1)->group), "");
    CU_ASSERT_EQUAL(hc_test_job(trace, 1)->submit, 90 * HC_SECOND);
    job = hc_test_job(trace, 3);
    CU_ASSERT_STRING_EQUAL(hc_test_id(trace, 3), "j1/worker");
    CU_ASSERT_STRING_EQUAL(text_of(trace, job->user), "u1");
    CU_ASSERT_STRING_EQUAL(text_of(trace, job->group), "g1");
    CU_ASSERT_EQUAL(job->submit, 100 * HC_SECOND);
    CU_ASSERT_EQUAL(job->start, 110 * HC_SECOND);
    CU_ASSERT_EQUAL(hc_test_job(trace, 2)->gpu_count, 0);
    hc_job_trace_destroy(trace);
    remove_folder(&f);
}

/* Of the tables that are there, no row may be lost without a word. */
static void a_broken_table_beside_it_is_refused(void)
{
    static const struct {
        const char *jobs;
        const char *groups;
        const char *part;
    } CASES[] = {
        {JOBS, "i1,u1,V100M32,g1\n", "pai_group_tag_table.csv:1: expected the fields inst_id,"},
        {"j1,i1,u1,Terminated,100.0,1\nj2,\n", GROUPS,
         "pai_job_table.csv:2: expected the fields job_name,"},
        {"j1,i1,u1,Terminated,soon,1\n", GROUPS,
         "pai_job_table.csv:1: expected seconds in start_time"},
        {"j1,i1,u1,Terminated,1e300,1\n", GROUPS,
         "pai_job_table.csv:1: expected seconds in start_time"},
        {"\x1f\x8b\x08", GROUPS, "pai_job_table.csv: the gzip stream is cut off"},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        hc_trace_options options = hc_test_options(HC_FORMAT_PAI);
        hc_error error = HC_ERROR_NONE;
        hc_job_trace *trace = NULL;
        folder f = make_folder();
        write_table(f.tables[0], TASKS);
        write_table(f.tables[1], CASES[i].jobs);
        write_table(f.tables[2], CASES[i].groups);
        options.path = f.tables[0];
        CU_ASSERT_EQUAL(hc_job_trace_read(&trace, &options, &error), -1);
        if (strstr(error.text, CASES[i].part) == NULL) {
            printf("\n    got %s\n", error.text);
            CU_FAIL("wrong message");
        }
        remove_folder(&f);
    }
}

static void a_file_of_another_name_has_nothing_beside_it(void)
{
    hc_trace_options options = hc_test_options(HC_FORMAT_PAI);
    hc_job_trace *trace = hc_test_read(&options, "j,t,1,Terminated,10,20,600,2,100,T4\n");
    CU_ASSERT_STRING_EQUAL(hc_job_trace_facts(trace)->joined_files, "");
    CU_ASSERT_EQUAL(repairs(trace, HC_REPAIR_SUBMIT_MISSING), 1);
    hc_job_trace_destroy(trace);
}

enum { LARGE_COUNT = 100000 };

static void write_large(const folder *f)
{
    FILE *tasks = fopen(f->tables[0], "w");
    FILE *jobs = fopen(f->tables[1], "w");
    FILE *groups = fopen(f->tables[2], "w");
    CU_ASSERT_FATAL(tasks != NULL && jobs != NULL && groups != NULL);
    for (int i = 0; i < LARGE_COUNT; i++) {
        (void)fprintf(tasks, "%024x,worker,%d.0,Terminated,%d.0,%d.0,600.0,29.296875,%d.0,T4\n", i,
                      1 + i % 4, 1000 + i, 1000 + i + i % 600, 25 * (1 + i % 8));
        (void)fprintf(jobs, "%024x,%060x,u%d,Terminated,%d.0,%d.0\n", i, i, i % 1300, 990 + i,
                      2000 + i);
        (void)fprintf(groups, "%060x,u%d,,g%d,\n", i, i % 1300, i % 700);
    }
    CU_ASSERT_EQUAL(fclose(tasks) | fclose(jobs) | fclose(groups), 0);
}

/* Whole GPUs for all but single instances below one GPU: the sum over i of ceil(instances x share) x run time. */
static double thousandths_expected(void)
{
    double sum = 0;
    for (int i = 0; i < LARGE_COUNT; i++) {
        int instances = 1 + i % 4;
        int quarters = 1 + i % 8;
        int whole = (instances * quarters + 3) / 4;
        sum += (instances == 1 && quarters < 4 ? 250.0 * quarters : 1000.0 * whole) * (i % 600);
    }
    return sum;
}

static void a_trace_of_100000_tasks_has_its_statistics(void)
{
    folder f = make_folder();
    hc_job_trace *trace = NULL;
    double sum = 0;
    write_large(&f);
    trace = hc_test_read_path(hc_test_options(HC_FORMAT_PAI), f.tables[0]);
    CU_ASSERT_EQUAL_FATAL(hc_job_trace_report(trace)->kept_count, LARGE_COUNT);
    for (size_t i = 0; i < LARGE_COUNT; i++) {
        const hc_trace_job *job = hc_test_job(trace, i);
        double seconds = (double)job->run_time / (double)HC_SECOND;
        char user[16];
        char group[16];
        (void)snprintf(user, sizeof user, "u%zu", i % 1300);
        (void)snprintf(group, sizeof group, "g%zu", i % 700);
        sum += (double)job->gpu_count * job->gpu_milli * seconds;
        if (job->start - job->submit != 10 * HC_SECOND ||
            strcmp(text_of(trace, job->user), user) != 0 ||
            strcmp(text_of(trace, job->group), group) != 0) {
            CU_FAIL("a job is not joined with its row");
        }
    }
    CU_ASSERT_EQUAL(sum, thousandths_expected());
    CU_ASSERT_EQUAL(repairs(trace, HC_REPAIR_SUBMIT_MISSING), 0);
    hc_job_trace_destroy(trace);
    remove_folder(&f);
}

static const hc_test_case CASES[] = {
    {"the_sample_asks_for_half_a_gpu", the_sample_asks_for_half_a_gpu},
    {"rows_are_judged_by_their_fields", rows_are_judged_by_their_fields},
    {"shares_of_gpus_become_jobs", shares_of_gpus_become_jobs},
    {"tables_beside_it_are_joined", tables_beside_it_are_joined},
    {"a_broken_table_beside_it_is_refused", a_broken_table_beside_it_is_refused},
    {"a_file_of_another_name_has_nothing_beside_it", a_file_of_another_name_has_nothing_beside_it},
    {"a_trace_of_100000_tasks_has_its_statistics", a_trace_of_100000_tasks_has_its_statistics},
};

HC_TEST_MAIN("pai", CASES)
