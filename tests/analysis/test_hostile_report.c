/* Computes and prints everything there is to say about run files in which bytes were changed, each in a process of
 * its own. A file that cannot be true must end with an error; it may be read when the change met nothing that counts.
 * HDF5's parser has defects of its own: a signal from inside it is counted, not forgiven when it becomes common; a
 * sanitizer's report, an assertion or a hang never is.
 *   test_hostile_report DRIVER MUTATIONS     DRIVER writes the file (tests/traces/run/run_file_driver.c)
 *   test_hostile_report read FILE            what each process does */

#include "analysis/explain.h"
#include "analysis/metrics.h"
#include "analysis/report.h"
#include "tests/traces/run/damage.h"
#include "traces/run/records.h"

#include <hdf5.h>
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXIT_REFUSED = 1, EXIT_BROKEN = 3, JOBS = 120 /* as made below */ };

static int print_report(hc_run_reader *reader, FILE *nowhere, hc_error *error)
{
    hc_metrics metrics;
    json_t *json = NULL;
    int status = hc_metrics_compute(&metrics, reader, error);
    if (status < 0) {
        return -1;
    }
    status = hc_report_write(nowhere, &metrics, reader, error);
    json = hc_report_json(&metrics, reader);
    if (json == NULL || json_dumpf(json, nowhere, 0) < 0) {
        exit(EXIT_BROKEN);
    }
    json_decref(json);
    hc_metrics_free(&metrics);
    return status;
}

static int print_story(hc_run_reader *reader, const char *id, FILE *nowhere, hc_error *error)
{
    hc_story *story = NULL;
    json_t *json = NULL;
    int status = hc_story_read(&story, reader, id, error);
    if (status < 0) {
        return -1;
    }
    status = hc_story_write(nowhere, story, error);
    json = hc_story_json(story);
    if (json == NULL || json_dumpf(json, nowhere, 0) < 0) {
        exit(EXIT_BROKEN);
    }
    json_decref(json);
    hc_story_free(story);
    return status;
}

/* Reports what can be reported, then stops with the first error. */
static int read_all(const char *path)
{
    hc_error error = HC_ERROR_NONE;
    hc_run_reader *reader = NULL;
    FILE *nowhere = fopen("/dev/null", "w");
    int status = hc_run_reader_open(&reader, path, &error);
    if (nowhere == NULL) {
        exit(EXIT_BROKEN);
    }
    if (status == 0) {
        status = print_report(reader, nowhere, &error);
    }
    for (uint32_t i = 0; status == 0 && i < JOBS; i += 7) {
        char id[16];
        (void)snprintf(id, sizeof id, "%" PRIu32, 3000000 + i);
        status = print_story(reader, id, nowhere, &error);
    }
    hc_run_reader_close(reader);
    (void)fclose(nowhere);
    (void)fprintf(stderr, "%s\n", error.text);
    return status == 0 ? EXIT_SUCCESS : EXIT_REFUSED;
}

typedef struct tally {
    int good;
    int refused;
    int crashed; /* in HDF5 */
    int failures;
} tally;

/* HDF5 forgets memory when its own parser gives up, so leaks are looked for only where it does not. */
static void judge(const char *self, const hc_scratch *scratch, int number, bool is_sound_hdf5,
                  tally *met)
{
    static const char *const NO_LEAKS[] = {"ASAN_OPTIONS=detect_leaks=0", NULL};
    const char *arguments[] = {self, "read", hc_scratch_file(scratch, "bad.h5"), NULL};
    hc_ended ended = hc_run_program(scratch, arguments, is_sound_hdf5 ? NULL : NO_LEAKS);
    bool is_sanitizer =
        strstr(ended.text, "Sanitizer") != NULL || strstr(ended.text, "runtime error") != NULL;
    if (ended.exit_code == EXIT_SUCCESS && !is_sanitizer) {
        met->good++;
    } else if (ended.exit_code == EXIT_REFUSED && !is_sanitizer && ended.text[0] != '\n') {
        met->refused++;
    } else if (ended.signal == SIGSEGV || ended.signal == SIGBUS || ended.signal == SIGFPE) {
        met->crashed++;
        printf("mutation %d: signal %d\n", number, ended.signal);
    } else {
        met->failures++;
        printf("mutation %d: exit %d, signal %d%s: %s\n", number, ended.exit_code, ended.signal,
               ended.timed_out ? ", hangs" : "", ended.text);
    }
}

static const uint64_t EXTREMES[] = {0,
                                    1,
                                    UINT64_MAX,
                                    UINT64_C(1) << 63,
                                    (UINT64_C(1) << 63) + 1,
                                    INT64_MAX,
                                    INT64_MAX / 2,
                                    (uint64_t) - (INT64_MAX / 2),
                                    UINT32_MAX};

static uint64_t draw_extreme(uint64_t *state)
{
    return EXTREMES[hc_damage_draw(state, sizeof EXTREMES / sizeof EXTREMES[0])];
}

/* Random bytes, and eight in a row that make an extreme number where a number was. */
static void change(hc_bytes content, uint64_t *state)
{
    uint64_t extreme = draw_extreme(state);
    if (content.count <= sizeof extreme || hc_damage_draw(state, 3) == 0) {
        content.data[hc_damage_draw(state, content.count)] = (uint8_t)hc_damage_draw(state, 256);
    } else {
        memcpy(content.data + hc_damage_draw(state, content.count - sizeof extreme), &extreme,
               sizeof extreme);
    }
}

/* Changes the bytes of the file, those of its metadata as well. */
static void change_file(const char *path, hc_bytes good, uint64_t *state)
{
    hc_bytes bad = {.data = malloc(good.count), .count = good.count};
    if (bad.data == NULL) {
        exit(EXIT_FAILURE);
    }
    memcpy(bad.data, good.data, good.count);
    for (uint64_t i = 1 + hc_damage_draw(state, 6); i > 0; i--) {
        change(bad, state);
    }
    hc_write_bytes(path, bad.data, bad.count);
    free(bad.data);
}

static void require(bool is_done, const char *what)
{
    if (!is_done) {
        printf("HDF5 failed to %s\n", what);
        exit(EXIT_FAILURE);
    }
}

/* Changes what the rows of a table say: rows are compressed, so that bytes changed in the file seldom do. */
static void change_rows(hid_t file, hc_run_table table, uint64_t *state)
{
    hid_t dataset = H5Dopen2(file, hc_table_describe(table)->name, H5P_DEFAULT);
    hid_t type = H5Dget_type(dataset);
    hid_t space = H5Dget_space(dataset);
    hssize_t rows = H5Sget_simple_extent_npoints(space);
    hc_bytes content = {.count = (size_t)rows * H5Tget_size(type)};
    content.data = malloc(content.count + 1);
    require(content.data != NULL && rows >= 0, "open a table");
    if (rows > 0) {
        require(H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, content.data) >= 0, "read");
        for (uint64_t i = 1 + hc_damage_draw(state, 3); i > 0; i--) {
            change(content, state);
        }
        require(H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, content.data) >= 0, "write");
    }
    free(content.data);
    (void)H5Sclose(space);
    (void)H5Tclose(type);
    (void)H5Dclose(dataset);
}

static void change_attribute(hid_t file, uint64_t *state)
{
    static const char *const NAMES[] = {"begin_ns", "measure_from_ns", "unix_zero_seconds"};
    uint64_t extreme = draw_extreme(state);
    hid_t attribute =
        H5Aopen(file, NAMES[hc_damage_draw(state, sizeof NAMES / sizeof NAMES[0])], H5P_DEFAULT);
    require(attribute >= 0 && H5Awrite(attribute, H5T_STD_I64LE, &extreme) >= 0,
            "write an attribute");
    (void)H5Aclose(attribute);
}

static void change_values(const char *path, hc_bytes good, uint64_t *state)
{
    uint64_t choice = hc_damage_draw(state, HC_TABLE_COUNT + 2);
    hid_t file = -1;
    hc_write_bytes(path, good.data, good.count);
    file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    require(file >= 0, "open the file");
    if (choice < HC_TABLE_COUNT) {
        change_rows(file, (hc_run_table)choice, state);
    } else {
        change_attribute(file, state);
    }
    require(H5Fclose(file) >= 0, "close the file");
}

static tally mutate(const char *self, const hc_scratch *scratch, hc_bytes good, int count)
{
    tally met = {0};
    uint64_t state = 11;
    for (int i = 0; i < count; i++) {
        const char *path = hc_scratch_file(scratch, "bad.h5");
        if (i % 2 == 0) {
            change_values(path, good, &state);
        } else {
            change_file(path, good, &state);
        }
        judge(self, scratch, i, i % 2 == 0, &met);
    }
    return met;
}

int main(int count, char **arguments)
{
    int mutations = count == 3 ? (int)strtol(arguments[2], NULL, 10) : 0;
    hc_scratch scratch;
    hc_bytes good;
    tally met;
    if (count == 3 && strcmp(arguments[1], "read") == 0) {
        return read_all(arguments[2]);
    }
    if (mutations <= 0) {
        printf("usage: see the head of test_hostile_report.c\n");
        return EXIT_FAILURE;
    }
    scratch = hc_scratch_make();
    good = hc_make_run_file(arguments[1], &scratch, "120", "none");
    hc_write_bytes(hc_scratch_file(&scratch, "bad.h5"), good.data, good.count);
    met = (tally){0};
    judge(arguments[0], &scratch, -1, true, &met);
    if (met.good != 1) {
        printf("the file is refused before anything was changed\n");
        return EXIT_FAILURE;
    }
    met = mutate(arguments[0], &scratch, good, mutations);
    free(good.data);
    hc_scratch_remove(&scratch);
    printf("%d changed files: %d reported, %d refused, %d crashed inside HDF5, %d failures\n",
           mutations, met.good, met.refused, met.crashed, met.failures);
    return met.failures > 0 || met.crashed > mutations / 50 ? EXIT_FAILURE : EXIT_SUCCESS;
}
