#include "sim/engine/random.h"
#include "tests/traces/trace_testing.h"
#include "traces/job_file.h"

#include <hdf5.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* What was read from a log, written as CSV and as HDF5, is read again to the same jobs. */

enum { PATH_SIZE = 64 };

static bool same_text(const hc_job_trace *a, uint32_t x, const hc_job_trace *b, uint32_t y)
{
    return strcmp(hc_job_trace_string(a, x), hc_job_trace_string(b, y)) == 0;
}

static bool same_texts(const hc_job_trace *a, const hc_trace_job *x, const hc_job_trace *b,
                       const hc_trace_job *y)
{
    return same_text(a, x->id, b, y->id) && same_text(a, x->user, b, y->user) &&
           same_text(a, x->group, b, y->group) && same_text(a, x->partition, b, y->partition) &&
           same_text(a, x->kinds, b, y->kinds) && same_text(a, x->nodes, b, y->nodes) &&
           same_text(a, x->preceding_id, b, y->preceding_id);
}

/* Every field but the line. */
static bool same_job(const hc_job_trace *a, const hc_job_trace *b, size_t index)
{
    hc_trace_job x = hc_job_trace_job(a, index);
    hc_trace_job y = hc_job_trace_job(b, index);
    return same_texts(a, &x, b, &y) && x.submit == y.submit && x.start == y.start &&
           x.end == y.end && x.run_time == y.run_time && x.time_limit == y.time_limit &&
           x.requested_time == y.requested_time && x.think_time == y.think_time &&
           x.cpu_milli == y.cpu_milli && x.memory_bytes == y.memory_bytes &&
           x.preceding == y.preceding && x.priority == y.priority && x.gpu_count == y.gpu_count &&
           x.gpu_milli == y.gpu_milli && x.outcome == y.outcome &&
           x.is_single_node == y.is_single_node && x.is_limit_requested == y.is_limit_requested;
}

static void check_same(const hc_job_trace *a, const hc_job_trace *b)
{
    size_t different = 0;
    CU_ASSERT_EQUAL_FATAL(hc_job_trace_count(a), hc_job_trace_count(b));
    for (size_t i = 0; i < hc_job_trace_count(a); i++) {
        different += same_job(a, b, i) ? 0 : 1;
    }
    if (different > 0) {
        printf("\n    %zu of %zu jobs differ\n", different, hc_job_trace_count(a));
        CU_FAIL("jobs differ");
    }
    CU_ASSERT_EQUAL(hc_import_quarantined(hc_job_trace_report(b)), 0);
}

static void name_file(char *path, const char *ending)
{
    (void)snprintf(path, PATH_SIZE, "/tmp/hc_job_file.%ld.%s", (long)getpid(), ending);
}

static hc_job_trace *through_csv(const hc_job_trace *trace)
{
    hc_trace_options options = hc_test_options(HC_FORMAT_CSV);
    hc_error error = HC_ERROR_NONE;
    hc_job_trace *again = NULL;
    char path[PATH_SIZE];
    name_file(path, "csv");
    CU_ASSERT_EQUAL_FATAL(hc_job_file_write_csv(trace, path, true, &error), 0);
    again = hc_test_read_path(options, path);
    (void)unlink(path);
    return again;
}

static hc_job_trace *through_hdf5(const hc_job_trace *trace)
{
    hc_trace_options options = hc_test_options(HC_FORMAT_HINDCAST);
    hc_error error = HC_ERROR_NONE;
    hc_job_trace *again = NULL;
    char path[PATH_SIZE];
    name_file(path, "h5");
    if (hc_job_file_write_hdf5(trace, path, true, &error) < 0) {
        printf("\n    %s\n", error.text);
        CU_FAIL_FATAL("not written");
    }
    again = hc_test_read_path(options, path);
    (void)unlink(path);
    return again;
}

static void check_round_trip(const hc_job_trace *trace)
{
    hc_job_trace *csv = through_csv(trace);
    hc_job_trace *hdf5 = through_hdf5(trace);
    const hc_trace_facts *facts = hc_job_trace_facts(trace);
    check_same(trace, csv);
    check_same(trace, hdf5);
    CU_ASSERT_EQUAL(hc_job_trace_facts(hdf5)->clock, facts->clock);
    CU_ASSERT_EQUAL(hc_job_trace_facts(hdf5)->unix_zero_seconds, facts->unix_zero_seconds);
    CU_ASSERT_EQUAL(hc_job_trace_facts(hdf5)->header_processors, facts->header_processors);
    CU_ASSERT_STRING_EQUAL(hc_job_trace_facts(hdf5)->zone, facts->zone);
    CU_ASSERT_EQUAL(strlen(hc_job_trace_facts(hdf5)->sha256), 64);
    hc_job_trace_destroy(csv);
    hc_job_trace_destroy(hdf5);
}

static const struct {
    hc_trace_format format;
    const char *file;
} LOGS[] = {
    {HC_FORMAT_SWF, "data/jobs_swf/KTH-SP2-1996-2.1-cln.swf.gz"},
    {HC_FORMAT_SWF, "data/jobs_swf/NASA-iPSC-1993-3.1-cln.swf.gz"},
    {HC_FORMAT_SWF, "data/jobs_swf/LLNL-Thunder-2007-1.1-cln.swf.gz"},
    {HC_FORMAT_PHILLY_SIA, "data/jobs_gpu/philly_sia_without_2vcs.csv.gz"},
    {HC_FORMAT_HELIOS, "data/jobs_gpu/helios_venus_gpu_jobs_to_2020-08-31.csv.gz"},
    {HC_FORMAT_HELIOS, "data/jobs_gpu/pai_v2020_sub.csv.gz"},
    {HC_FORMAT_OPENB, "data/alibaba/openb_pod_list_default.csv"},
    {HC_FORMAT_OPENB, "data/alibaba/openb_pod_list_gpuspec33.csv"},
    {HC_FORMAT_HELIOS_LOG, "data/format_samples/helios_cluster_log.head.csv"},
    {HC_FORMAT_ACME_SEREN, "data/format_samples/acme_trace_seren.head.csv"},
    {HC_FORMAT_ACME_KALOS, "data/format_samples/acme_trace_kalos.head.csv"},
    {HC_FORMAT_LINGJUN_RFOLD, "data/jobs_gpu/lingjun2023_crux_rfold.csv"},
    {HC_FORMAT_PHILLY, "data/format_samples/philly_cluster_job_log.one_entry.json"},
    {HC_FORMAT_PAI, "data/format_samples/pai_task_table.one_row.csv"},
};

static void logs_of_all_formats_come_back(void)
{
    for (size_t i = 0; i < COUNT_OF(LOGS); i++) {
        hc_job_trace *trace =
            hc_test_read_path(hc_test_options(LOGS[i].format), hc_test_shared_file(LOGS[i].file));
        check_round_trip(trace);
        hc_job_trace_destroy(trace);
    }
}

/* Blanks, quotes, commas, signs of formulas, parts of seconds and of GPUs, and everything that is rare. */
static void everything_that_a_job_may_have_comes_back(void)
{
    hc_trace_options options = hc_test_options(HC_FORMAT_CSV);
    hc_job_trace *trace = hc_test_read(
        &options,
        "submit,gpus,runtime,start,end,job_id,user,group,partition,gpu_kind,cpus,memory,status,"
        "priority,depends_on,think_time,nodes,single_node,time_limit\n"
        "0.000000001,8,10.5,3,,a,\" Doe, \"\"J\"\" \",=1+2,p,A100|H100,0.5,80GiB,failed,-7,,,"
        "n1:4+n2:4,no,3\n"
        "5,0.47,1,,,b,\xc3\xa9t\xc3\xa9,,,,,,,,a,2.25,,TRUE,\n"
        "6,4294967295,1,,9,c,,,,,,,timeout,,zz,,,,\n"
        "7,0,1,,,d,,,,,4,,cancelled,,b,,,1,100\n");
    CU_ASSERT_EQUAL(hc_job_trace_report(trace)->kept_count, 4);
    CU_ASSERT(hc_test_job(trace, 1)->is_single_node);
    check_round_trip(trace);
    hc_job_trace_destroy(trace);
}

static void dates_with_fractions_come_back(void)
{
    hc_trace_options options = hc_test_options(HC_FORMAT_CSV);
    hc_job_trace *trace = hc_test_read(&options, "submit,gpus,start,end\n"
                                                 "2017-10-02 06:00:03.25,1,2017-10-02T06:00:04Z,"
                                                 "2017-10-02 07:00:00.000000001\n");
    CU_ASSERT_EQUAL(hc_job_trace_facts(trace)->clock, HC_CLOCK_CIVIL);
    check_round_trip(trace);
    hc_job_trace_destroy(trace);
}

static void a_log_without_ids_comes_back_without_ids(void)
{
    hc_trace_options options = hc_test_options(HC_FORMAT_CSV);
    hc_job_trace *trace = hc_test_read(&options, "submit,gpus,runtime\n1,1,1\n1,1,1\n1,2,1\n");
    check_round_trip(trace);
    hc_job_trace_destroy(trace);
}

static void files_are_not_replaced_unasked(void)
{
    hc_trace_options options = hc_test_options(HC_FORMAT_CSV);
    hc_job_trace *trace = hc_test_read(&options, "submit,gpus,runtime\n1,1,1\n");
    const char *path = hc_test_text_file("precious\n");
    hc_error error = HC_ERROR_NONE;
    CU_ASSERT_EQUAL(hc_job_file_write_csv(trace, path, false, &error), -1);
    CU_ASSERT_EQUAL(error.kind, HC_ERROR_USAGE);
    error = HC_ERROR_NONE;
    CU_ASSERT_EQUAL(hc_job_file_write_hdf5(trace, path, false, &error), -1);
    CU_ASSERT_EQUAL(error.kind, HC_ERROR_USAGE);
    hc_job_trace_destroy(trace);
}

static void what_is_no_such_file_is_refused(void)
{
    hc_trace_options options = hc_test_options(HC_FORMAT_HINDCAST);
    (void)hc_test_refuse(&options, "submit,gpus,runtime\n", HC_ERROR_TRACE);
    (void)hc_test_refuse(&options, "", HC_ERROR_TRACE);
}

static void put_attribute(const char *path, const char *key, const char *text)
{
    hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    hid_t type = H5Tcopy(H5T_C_S1);
    hid_t space = H5Screate(H5S_SCALAR);
    hid_t attribute = 0;
    CU_ASSERT_FATAL(file >= 0 && H5Tset_size(type, strlen(text) + 1) >= 0 &&
                    H5Adelete(file, key) >= 0);
    attribute = H5Acreate2(file, key, type, space, H5P_DEFAULT, H5P_DEFAULT);
    CU_ASSERT(H5Awrite(attribute, type, text) >= 0);
    CU_ASSERT(H5Aclose(attribute) >= 0 && H5Sclose(space) >= 0 && H5Tclose(type) >= 0);
    CU_ASSERT_FATAL(H5Fclose(file) >= 0);
}

/* What the file says of its clock decides what its times mean: nothing is guessed. */
static void attributes_that_say_nothing_are_refused(void)
{
    static const struct {
        const char *key;
        const char *text;
        const char *complaint;
    } WRONG[] = {
        {"clock", "sundial", "attribute clock: expected the name of a clock, found sundial"},
        {"unix_zero_seconds", "-1", "expected a whole number from 0 to "},
        {"unix_zero_seconds", "9223372036854775807", "found 9223372036854775807"},
        {"processors", "many", "attribute processors: expected a whole number"},
        {"zone", "A/name/of/a/zone/that/has/more/than/sixty/three/characters/in/it",
         "expected a name of at most 63 characters"},
    };
    hc_trace_options csv = hc_test_options(HC_FORMAT_CSV);
    hc_trace_options options = hc_test_options(HC_FORMAT_HINDCAST);
    hc_job_trace *trace = hc_test_read(&csv, "submit,gpus,runtime\n1,1,1\n");
    char path[PATH_SIZE];
    name_file(path, "h5");
    options.path = path;
    for (size_t i = 0; i < sizeof WRONG / sizeof WRONG[0]; i++) {
        hc_error error = HC_ERROR_NONE;
        hc_job_trace *again = NULL;
        CU_ASSERT_EQUAL_FATAL(hc_job_file_write_hdf5(trace, path, true, &error), 0);
        put_attribute(path, WRONG[i].key, WRONG[i].text);
        CU_ASSERT_EQUAL_FATAL(hc_job_trace_read(&again, &options, &error), -1);
        CU_ASSERT_EQUAL(error.kind, HC_ERROR_TRACE);
        CU_ASSERT_PTR_NOT_NULL(strstr(error.text, WRONG[i].complaint));
    }
    hc_job_trace_destroy(trace);
    (void)unlink(path);
}

enum { FILE_SIZE = 1 << 16, DAMAGE_COUNT = 400 };

static size_t load(const char *path, uint8_t *bytes)
{
    FILE *file = fopen(path, "rb");
    size_t size = 0;
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    size = fread(bytes, 1, FILE_SIZE, file);
    CU_ASSERT_FATAL(size > 0 && size < FILE_SIZE);
    (void)fclose(file);
    return size;
}

static void store(const char *path, const uint8_t *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    CU_ASSERT_EQUAL(fwrite(bytes, 1, size, file), size);
    CU_ASSERT_EQUAL(fclose(file), 0);
}

/* Refused, or a trace that keeps its promises: nothing else comes of a file with a byte that is not as written. */
static void damaged_files_are_refused_or_sound(void)
{
    static uint8_t bytes[FILE_SIZE];
    hc_trace_options csv = hc_test_options(HC_FORMAT_CSV);
    hc_trace_options options = hc_test_options(HC_FORMAT_HINDCAST);
    hc_job_trace *trace = hc_test_read(&csv, "submit,gpus,runtime,user\n1,1,1,a\n2,2,2,b\n");
    hc_random random = hc_random_stream(11, 0, HC_RANDOM_BENCH);
    hc_error error = HC_ERROR_NONE;
    char path[PATH_SIZE];
    size_t size = 0;
    name_file(path, "h5");
    CU_ASSERT_EQUAL_FATAL(hc_job_file_write_hdf5(trace, path, true, &error), 0);
    hc_job_trace_destroy(trace);
    size = load(path, bytes);
    options.path = path;
    options.quarantine_limit = 1;
    for (int i = 0; i < DAMAGE_COUNT; i++) {
        size_t at = hc_random_below(&random, size);
        uint8_t kept = bytes[at];
        bytes[at] ^= (uint8_t)(1 + hc_random_below(&random, 255));
        store(path, bytes, size);
        bytes[at] = kept;
        error = HC_ERROR_NONE;
        trace = NULL;
        if (hc_job_trace_read(&trace, &options, &error) == 0) {
            CU_ASSERT(hc_job_trace_check(trace));
        } else {
            CU_ASSERT(error.kind == HC_ERROR_TRACE && error.length > 0);
        }
        hc_job_trace_destroy(trace);
    }
    (void)unlink(path);
}

/* Our own names need no map, but the necessary ones must be there. */
static void names_of_our_own_need_no_map(void)
{
    hc_trace_options options = hc_test_options(HC_FORMAT_CSV);
    CU_ASSERT_PTR_NOT_NULL(strstr(hc_test_refuse(&options, "submit,runtime\n1,1\n", HC_ERROR_TRACE),
                                  "no column gpus; found: submit, runtime"));
    CU_ASSERT_PTR_NOT_NULL(
        strstr(hc_test_refuse(&options, "submit,gpus,end\n1,1,1\n", HC_ERROR_TRACE),
               "no column runtime, nor start and end"));
}

static const hc_test_case CASES[] = {
    {"logs_of_all_formats_come_back", logs_of_all_formats_come_back},
    {"everything_that_a_job_may_have_comes_back", everything_that_a_job_may_have_comes_back},
    {"dates_with_fractions_come_back", dates_with_fractions_come_back},
    {"a_log_without_ids_comes_back_without_ids", a_log_without_ids_comes_back_without_ids},
    {"files_are_not_replaced_unasked", files_are_not_replaced_unasked},
    {"what_is_no_such_file_is_refused", what_is_no_such_file_is_refused},
    {"attributes_that_say_nothing_are_refused", attributes_that_say_nothing_are_refused},
    {"damaged_files_are_refused_or_sound", damaged_files_are_refused_or_sound},
    {"names_of_our_own_need_no_map", names_of_our_own_need_no_map},
};

HC_TEST_MAIN("job_file", CASES)
