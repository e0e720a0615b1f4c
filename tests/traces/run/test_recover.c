#include "tests/testing.h"
#include "tests/traces/run/committed.h"
#include "tests/traces/run/run_check.h"
#include "tests/traces/run/run_rows.h"
#include "tests/traces/run/scratch.h"
#include "traces/run/recover.h"
#include "traces/run/run_file.h"
#include "traces/run/run_reader.h"
#include "traces/run/run_sink.h"

#include <hdf5.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { SEED = 5 };

static hc_scratch scratch;
static hc_run_rows_contents prepared;

static void set_up(void)
{
    hc_error error = HC_ERROR_NONE;
    scratch = hc_scratch_make();
    CU_ASSERT_EQUAL_FATAL(hc_run_rows_prepare(&prepared, 100, &error), 0);
}

static void tear_down(void)
{
    hc_run_rows_release(&prepared);
    hc_scratch_remove(&scratch);
}

static const char *result_path(void)
{
    return hc_scratch_file(&scratch, "run.h5");
}

static const char *private_path(void)
{
    return hc_scratch_file(&scratch, "run.h5.rank0000");
}

static hc_run_file *begin_rank(uint32_t rank, const hc_run_identity *identity)
{
    hc_error error = HC_ERROR_NONE;
    hc_run_file *file = NULL;
    const hc_run_file_options options = {.path = result_path(),
                                         .rank = rank,
                                         .identity = identity,
                                         .events = HC_EVENTS_JOBS,
                                         .provenance = &prepared.provenance};
    CU_ASSERT_EQUAL_FATAL(hc_run_file_create(&file, &options, &error), 0);
    CU_ASSERT_EQUAL_FATAL(hc_run_file_begin(file, &prepared.contents, &error), 0);
    return file;
}

static void send_jobs(hc_run_file *file, uint32_t first, uint32_t end)
{
    hc_error error = HC_ERROR_NONE;
    hc_sink sink = hc_run_sink(file);
    for (uint32_t i = first; i < end; i++) {
        CU_ASSERT_EQUAL_FATAL(hc_run_rows_send_job(&sink, SEED, i, &error), 0);
    }
}

static hc_run_file *begin(uint32_t job_count)
{
    hc_run_file *file = begin_rank(0, NULL);
    send_jobs(file, 0, job_count);
    return file;
}

/* A run that came to nothing after so many jobs. */
static void interrupt(uint32_t job_count)
{
    hc_run_file_destroy(begin(job_count));
    CU_ASSERT(hc_file_exists(private_path()));
}

static void complete(uint32_t job_count)
{
    hc_error error = HC_ERROR_NONE;
    const hc_run_totals totals = {.digest = {1}, .is_complete = true};
    hc_run_file *file = begin(job_count);
    CU_ASSERT_EQUAL_FATAL(hc_run_file_finish(file, &totals, &error), 0);
    hc_run_file_destroy(file);
}

static void check_rows(uint64_t job_count)
{
    hc_error error = HC_ERROR_NONE;
    hc_run_reader *reader = NULL;
    CU_ASSERT_EQUAL_FATAL(hc_run_reader_open(&reader, result_path(), &error), 0);
    CU_ASSERT_EQUAL(hc_run_reader_row_count(reader, HC_TABLE_JOBS), job_count);
    CU_ASSERT_EQUAL(hc_run_check(reader, SEED, HC_EVENTS_JOBS, &error), 0);
    CU_ASSERT_STRING_EQUAL(error.text, "");
    hc_run_reader_close(reader);
}

/* Recovers; -1 is an error of usage with `message` in it. */
static int recover(const char *message, hc_recovery *recovery)
{
    hc_error error = HC_ERROR_NONE;
    int status = hc_recover(result_path(), recovery, &error);
    if (status < 0) {
        CU_ASSERT_EQUAL(error.kind, HC_ERROR_USAGE);
        CU_ASSERT_PTR_NOT_NULL(strstr(error.text, message));
    }
    return status;
}

static void an_interrupted_run_gives_its_rows_and_says_so(void)
{
    hc_recovery recovery;
    hc_error error = HC_ERROR_NONE;
    hc_run_reader *reader = NULL;
    set_up();
    interrupt(40);
    CU_ASSERT_EQUAL(recover("", &recovery), 0);
    CU_ASSERT_EQUAL(recovery.outcome, HC_RECOVERY_DONE);
    CU_ASSERT_EQUAL(recovery.row_counts[HC_TABLE_JOBS], 40);
    CU_ASSERT_EQUAL(recovery.lost_rows[HC_TABLE_JOBS], 0);
    CU_ASSERT_FALSE(hc_file_exists(private_path()));
    check_rows(40);
    CU_ASSERT_EQUAL_FATAL(hc_run_reader_open(&reader, result_path(), &error), 0);
    CU_ASSERT_FALSE(hc_run_reader_is_complete(reader));
    CU_ASSERT_PTR_NOT_NULL(strstr(hc_run_reader_text(reader, "note"), "interrupted"));
    CU_ASSERT_STRING_EQUAL(hc_run_reader_text(reader, "digest"), "");
    CU_ASSERT_STRING_EQUAL(hc_run_reader_text(reader, "policy"), "fifo");
    hc_run_reader_close(reader);
    CU_ASSERT(hc_opens_plainly(result_path()));
    CU_ASSERT_EQUAL(recover("", &recovery), 0);
    CU_ASSERT_EQUAL(recovery.outcome, HC_RECOVERY_WAS_PARTIAL);
    CU_ASSERT_EQUAL(recovery.row_counts[HC_TABLE_JOBS], 40);
    tear_down();
}

static void a_run_without_jobs_gives_empty_tables(void)
{
    hc_recovery recovery;
    set_up();
    interrupt(0);
    CU_ASSERT_EQUAL(recover("", &recovery), 0);
    CU_ASSERT_EQUAL(recovery.outcome, HC_RECOVERY_DONE);
    check_rows(0);
    tear_down();
}

static void a_complete_result_is_left_alone(void)
{
    hc_recovery recovery;
    set_up();
    complete(12);
    CU_ASSERT_EQUAL(recover("", &recovery), 0);
    CU_ASSERT_EQUAL(recovery.outcome, HC_RECOVERY_WAS_COMPLETE);
    CU_ASSERT_EQUAL(recovery.row_counts[HC_TABLE_JOBS], 12);
    check_rows(12);
    tear_down();
}

static void nothing_to_recover_is_an_error(void)
{
    hc_recovery recovery;
    set_up();
    CU_ASSERT_EQUAL(recover("neither a result nor", &recovery), -1);
    CU_ASSERT_EQUAL(hc_scratch_count(&scratch), 0);
    tear_down();
}

/* The process died between giving the result its name and removing the private file. */
static void remains_of_a_finished_run_are_removed(void)
{
    hc_recovery recovery;
    set_up();
    interrupt(9);
    CU_ASSERT_EQUAL(link(private_path(), hc_scratch_file(&scratch, "copy")), 0);
    CU_ASSERT_EQUAL(recover("", &recovery), 0);
    CU_ASSERT_EQUAL(rename(hc_scratch_file(&scratch, "copy"), private_path()), 0);
    CU_ASSERT_EQUAL(recover("", &recovery), 0);
    CU_ASSERT_EQUAL(recovery.outcome, HC_RECOVERY_WAS_PARTIAL);
    CU_ASSERT_FALSE(hc_file_exists(private_path()));
    check_rows(9);
    tear_down();
}

static void remains_beside_another_runs_result_are_kept(void)
{
    hc_recovery recovery;
    set_up();
    interrupt(9);
    CU_ASSERT_EQUAL(rename(private_path(), hc_scratch_file(&scratch, "aside")), 0);
    complete(30);
    CU_ASSERT_EQUAL(rename(hc_scratch_file(&scratch, "aside"), private_path()), 0);
    CU_ASSERT_EQUAL(recover("another run", &recovery), -1);
    CU_ASSERT(hc_file_exists(private_path()));
    check_rows(30);
    CU_ASSERT_EQUAL(unlink(result_path()), 0);
    CU_ASSERT_EQUAL(recover("", &recovery), 0);
    check_rows(9);
    tear_down();
}

/* The ids of the second rank are wider than those of the first, its chunks smaller. */
static void several_ranks_are_joined_in_their_order(void)
{
    const hc_run_identity identity = hc_run_identity_make();
    hc_recovery recovery;
    hc_run_file *file = NULL;
    set_up();
    prepared.contents.job_id_bytes = 7;
    prepared.contents.job_count = 200;
    file = begin_rank(0, &identity);
    send_jobs(file, 0, 150);
    hc_run_file_destroy(file);
    prepared.contents.job_id_bytes = 20;
    prepared.contents.job_count = 70;
    file = begin_rank(1, &identity);
    send_jobs(file, 150, 400);
    hc_run_file_destroy(file);
    CU_ASSERT_EQUAL(hc_scratch_count(&scratch), 2);
    CU_ASSERT_EQUAL(recover("", &recovery), 0);
    CU_ASSERT_EQUAL(recovery.row_counts[HC_TABLE_JOBS], 400);
    CU_ASSERT_EQUAL(recovery.row_counts[HC_TABLE_NODES], HC_RUN_ROWS_NODES);
    CU_ASSERT_EQUAL(hc_scratch_count(&scratch), 1);
    check_rows(400);
    tear_down();
}

static void a_rank_of_another_run_is_refused(void)
{
    hc_recovery recovery;
    set_up();
    interrupt(9);
    CU_ASSERT_EQUAL(rename(private_path(), hc_scratch_file(&scratch, "aside")), 0);
    interrupt(8);
    CU_ASSERT_EQUAL(
        rename(hc_scratch_file(&scratch, "aside"), hc_scratch_file(&scratch, "run.h5.rank0001")),
        0);
    CU_ASSERT_EQUAL(recover("rank0001: is the file of another run", &recovery), -1);
    CU_ASSERT_EQUAL(hc_scratch_count(&scratch), 2);
    tear_down();
}

static void remains_that_are_no_run_file_are_kept(void)
{
    hc_recovery recovery;
    hc_error error = HC_ERROR_NONE;
    FILE *file = NULL;
    set_up();
    file = fopen(private_path(), "w");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    (void)fputs("rubbish", file);
    (void)fclose(file);
    CU_ASSERT_EQUAL(hc_recover(result_path(), &recovery, &error), -1);
    CU_ASSERT_EQUAL(error.kind, HC_ERROR_RUNTIME);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "run.h5.rank0000: cannot open"));
    CU_ASSERT(hc_file_exists(private_path()));
    CU_ASSERT_FALSE(hc_file_exists(result_path()));
    tear_down();
}

static hsize_t chunk_rows_of(hid_t dataset)
{
    hid_t creation = H5Dget_create_plist(dataset);
    hsize_t rows = 0;
    CU_ASSERT_FATAL(H5Pget_chunk(creation, 1, &rows) == 1 && rows > 0);
    (void)H5Pclose(creation);
    return rows;
}

/* Writes rubbish into the second chunk of the jobs. @return rows of a chunk */
static uint64_t damage_second_chunk(void)
{
    hid_t file = H5Fopen(private_path(), H5F_ACC_RDONLY, H5P_DEFAULT);
    hid_t dataset = H5Dopen2(file, "/jobs", H5P_DEFAULT);
    hsize_t second = chunk_rows_of(dataset);
    haddr_t address = HADDR_UNDEF;
    hsize_t bytes = 0;
    unsigned mask = 0;
    FILE *out = NULL;
    CU_ASSERT_FATAL(H5Dget_chunk_info_by_coord(dataset, &second, &mask, &address, &bytes) >= 0);
    (void)H5Dclose(dataset);
    (void)H5Fclose(file);
    out = fopen(private_path(), "r+b");
    CU_ASSERT_FATAL(out != NULL && fseek(out, (long)(address + bytes / 2), SEEK_SET) == 0);
    for (int i = 0; i < 1000; i++) {
        (void)fputc(i * 7, out);
    }
    (void)fclose(out);
    return second;
}

static void what_the_disk_has_lost_is_counted(void)
{
    hc_recovery recovery;
    hc_error error = HC_ERROR_NONE;
    hc_run_reader *reader = NULL;
    char note[64];
    uint64_t whole = 0;
    set_up();
    prepared.contents.job_count = 0;
    interrupt(40000);
    whole = damage_second_chunk();
    (void)snprintf(note, sizeof note, "; %" PRIu64 " committed rows could not be read",
                   40000 - whole);
    CU_ASSERT_EQUAL(recover("", &recovery), 0);
    CU_ASSERT_EQUAL(recovery.row_counts[HC_TABLE_JOBS], whole);
    CU_ASSERT_EQUAL(recovery.lost_rows[HC_TABLE_JOBS], 40000 - whole);
    CU_ASSERT_EQUAL(recovery.lost_rows[HC_TABLE_EVENTS], 0);
    CU_ASSERT_EQUAL_FATAL(hc_run_reader_open(&reader, result_path(), &error), 0);
    CU_ASSERT_PTR_NOT_NULL(strstr(hc_run_reader_text(reader, "note"), note));
    hc_run_reader_close(reader);
    tear_down();
}

/* A disk that fills up can take a table's length and not its rows; none of them was committed. */
static void a_length_without_rows_is_no_loss(void)
{
    const hsize_t claimed = 148;
    hc_recovery recovery;
    hid_t file = -1;
    hid_t dataset = -1;
    set_up();
    interrupt(0);
    file = H5Fopen(private_path(), H5F_ACC_RDWR, H5P_DEFAULT);
    dataset = H5Dopen2(file, "/jobs", H5P_DEFAULT);
    CU_ASSERT(H5Dset_extent(dataset, &claimed) >= 0);
    CU_ASSERT_EQUAL(H5Dget_storage_size(dataset), 0);
    CU_ASSERT(H5Dclose(dataset) >= 0 && H5Fclose(file) >= 0);
    CU_ASSERT_EQUAL(recover("", &recovery), 0);
    CU_ASSERT_EQUAL(recovery.outcome, HC_RECOVERY_DONE);
    CU_ASSERT_EQUAL(recovery.lost_rows[HC_TABLE_JOBS], 0);
    check_rows(0);
    tear_down();
}

static void pause_ms(long milliseconds)
{
    const struct timespec pause = {.tv_nsec = milliseconds * 1000000};
    (void)nanosleep(&pause, NULL);
}

/* Another process writes, this one reads, and may neither recover nor replace what grows. */
static void a_living_run_is_read_and_not_touched(void)
{
    const char *arguments[] = {HC_DRIVER, "write", NULL, "100000", "5", "jobs", "500", "5", NULL};
    const char *error_path = NULL;
    uint64_t counts[HC_TABLE_COUNT] = {0};
    hc_error error = HC_ERROR_NONE;
    hc_run_reader *reader = NULL;
    hc_recovery recovery;
    int process = 0;
    set_up();
    arguments[2] = result_path();
    error_path = hc_scratch_file(&scratch, "stderr");
    process = hc_start(arguments, NULL, error_path);
    for (int i = 0; i < 1000 && counts[HC_TABLE_JOBS] < 20; i++) {
        pause_ms(10);
        (void)hc_read_committed(private_path(), counts);
    }
    CU_ASSERT(counts[HC_TABLE_JOBS] >= 20);
    CU_ASSERT_EQUAL(recover("the run is not over", &recovery), -1);
    CU_ASSERT_EQUAL_FATAL(hc_run_reader_open(&reader, private_path(), &error), 0);
    CU_ASSERT_EQUAL(hc_run_check(reader, SEED, HC_EVENTS_JOBS, &error), 0);
    hc_run_reader_close(reader);
    (void)kill(process, SIGKILL);
    (void)hc_wait(process, 10, error_path);
    CU_ASSERT_EQUAL(recover("", &recovery), 0);
    CU_ASSERT(recovery.row_counts[HC_TABLE_JOBS] >= 20);
    tear_down();
}

static const hc_test_case CASES[] = {
    {"an_interrupted_run_gives_its_rows_and_says_so",
     an_interrupted_run_gives_its_rows_and_says_so},
    {"a_run_without_jobs_gives_empty_tables", a_run_without_jobs_gives_empty_tables},
    {"a_complete_result_is_left_alone", a_complete_result_is_left_alone},
    {"nothing_to_recover_is_an_error", nothing_to_recover_is_an_error},
    {"remains_of_a_finished_run_are_removed", remains_of_a_finished_run_are_removed},
    {"remains_beside_another_runs_result_are_kept", remains_beside_another_runs_result_are_kept},
    {"several_ranks_are_joined_in_their_order", several_ranks_are_joined_in_their_order},
    {"a_rank_of_another_run_is_refused", a_rank_of_another_run_is_refused},
    {"remains_that_are_no_run_file_are_kept", remains_that_are_no_run_file_are_kept},
    {"what_the_disk_has_lost_is_counted", what_the_disk_has_lost_is_counted},
    {"a_length_without_rows_is_no_loss", a_length_without_rows_is_no_loss},
    {"a_living_run_is_read_and_not_touched", a_living_run_is_read_and_not_touched},
};

HC_TEST_MAIN("recover", CASES)
