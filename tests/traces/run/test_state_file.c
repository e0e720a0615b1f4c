/* State files: what is written is read; what is damaged, cut off, or of something else is refused; a disk that fails
 * leaves the file of before.
 *   test_state_file SHIM          the tests
 *   test_state_file write FILE    writes a state, for the tests of the disk: exit code 4 when it cannot */

#include "tests/testing.h"
#include "tests/traces/run/scratch.h"
#include "traces/run/state_file.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *program;
static const char *shim;
static hc_scratch scratch;

enum { LARGE = 3000000, EXIT_OUTPUT = 4, FIRST_FAULTS = 60 };

static hc_state_label label_of(const char *text)
{
    return (hc_state_label){.program = "hindcast 1.2.3 (abc)",
                            .fingerprint = hc_state_hash_of(text, strlen(text)),
                            .time = 12345 * HC_SECOND};
}

/* Content that does not pack. */
static unsigned char content(size_t section, size_t at)
{
    uint64_t x = ((section << 32) + at + 1) * UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return (unsigned char)(x >> 40);
}

static int write_section(hc_state_writer *writer, const char *name, size_t number, size_t size,
                         hc_error *error)
{
    hc_state_store store = hc_state_writer_store(writer);
    unsigned char *bytes = malloc(size + 1);
    int status = -1;
    if (bytes == NULL) {
        return hc_error_memory(error);
    }
    for (size_t i = 0; i < size; i++) {
        bytes[i] = content(number, i);
    }
    if (store.open(store.self, name, error) == 0 &&
        store.write(store.self, bytes, size / 3, error) == 0 &&
        store.write(store.self, bytes + size / 3, size - size / 3, error) == 0) {
        status = store.close(store.self, error);
    }
    free(bytes);
    return status;
}

static bool is_right(hc_state_reader *reader, const char *name, size_t number, size_t size,
                     hc_error *error)
{
    hc_state_store store = hc_state_reader_store(reader);
    unsigned char bytes[5000];
    size_t at = 0;
    size_t got = 1;
    if (store.open(store.self, name, error) < 0) {
        return false;
    }
    while (got > 0) {
        if (store.read(store.self, bytes, sizeof bytes, &got, error) < 0) {
            return false;
        }
        for (size_t i = 0; i < got; i++, at++) {
            if (bytes[i] != content(number, at)) {
                return false;
            }
        }
    }
    return at == size && store.close(store.self, error) == 0;
}

typedef struct section {
    const char *name;
    size_t size;
} section;

static const section SMALL[] = {{"common", 40}, {"partition 0", 0}, {"run file", 7}};
static const section MIXED[] = {
    {"common", 1}, {"partition 0", LARGE}, {"partition 1", 0}, {"partition 2", 131072}};

static int write_state(const char *path, const section *sections, size_t count,
                       const hc_state_label *label, hc_error *error)
{
    hc_state_writer *writer = NULL;
    int status = hc_state_writer_open(&writer, path, label, error);
    for (size_t i = 0; i < count && status == 0; i++) {
        status = write_section(writer, sections[i].name, i, sections[i].size, error);
    }
    status = status == 0 ? hc_state_writer_finish(writer, error) : -1;
    hc_state_writer_close(writer);
    return status;
}

/* @return whether everything is there as it was written. */
static bool read_state(const char *path, const section *sections, size_t count,
                       const hc_state_label *label, hc_error *error)
{
    hc_state_reader *reader = NULL;
    bool is_whole = hc_state_reader_open(&reader, path, label, error) == 0;
    for (size_t i = 0; i < count && is_whole; i++) {
        is_whole = is_right(reader, sections[i].name, i, sections[i].size, error);
    }
    hc_state_reader_close(reader);
    return is_whole;
}

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static void what_is_written_is_read(void)
{
    const char *path = hc_scratch_file(&scratch, "mixed.state");
    hc_state_label label = label_of("scenario");
    hc_state_reader *reader = NULL;
    hc_error error = HC_ERROR_NONE;
    CU_ASSERT_EQUAL_FATAL(write_state(path, MIXED, COUNT_OF(MIXED), &label, &error), 0);
    CU_ASSERT(read_state(path, MIXED, COUNT_OF(MIXED), &label, &error));
    CU_ASSERT_EQUAL(hc_state_reader_open(&reader, path, &label, &error), 0);
    CU_ASSERT_EQUAL(hc_state_reader_time(reader), 12345 * HC_SECOND);
    CU_ASSERT(hc_state_reader_has(reader, "partition 2"));
    CU_ASSERT(!hc_state_reader_has(reader, "partition 3"));
    CU_ASSERT(!is_right(reader, "partition 3", 0, 0, &error));
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "section `partition 3` is missing"));
    hc_state_reader_close(reader);
    CU_ASSERT_EQUAL(hc_scratch_count(&scratch), 1);
    hc_scratch_clear(&scratch);
}

typedef struct image {
    unsigned char bytes[4096];
    size_t size;
} image;

static image load_image(const char *path)
{
    image out = {.size = 0};
    FILE *file = fopen(path, "rb");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    out.size = fread(out.bytes, 1, sizeof out.bytes, file);
    (void)fclose(file);
    CU_ASSERT_FATAL(out.size > 0 && out.size < sizeof out.bytes);
    return out;
}

static void store_image(const char *path, const image *in)
{
    FILE *file = fopen(path, "wb");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    CU_ASSERT_EQUAL_FATAL(fwrite(in->bytes, 1, in->size, file), in->size);
    CU_ASSERT_EQUAL_FATAL(fclose(file), 0);
}

static image small_image(const char *path, const hc_state_label *label)
{
    hc_error error = HC_ERROR_NONE;
    CU_ASSERT_EQUAL_FATAL(write_state(path, SMALL, COUNT_OF(SMALL), label, &error), 0);
    return load_image(path);
}

/* Head, sections, index, tail: every byte is bound by a checksum or says what it must. */
static void a_change_of_any_byte_is_noticed(void)
{
    const char *path = hc_scratch_file(&scratch, "small.state");
    hc_state_label label = label_of("scenario");
    image whole = small_image(path, &label);
    for (size_t at = 0; at < whole.size; at++) {
        hc_error error = HC_ERROR_NONE;
        image damaged = whole;
        damaged.bytes[at] ^= (unsigned char)(1U << at % 8);
        store_image(path, &damaged);
        CU_ASSERT_FATAL(!read_state(path, SMALL, COUNT_OF(SMALL), &label, &error));
        CU_ASSERT_FATAL(error.count == 1 && strstr(error.text, "small.state: ") != NULL);
    }
    hc_scratch_clear(&scratch);
}

static void a_file_that_is_cut_off_is_refused(void)
{
    const char *path = hc_scratch_file(&scratch, "small.state");
    hc_state_label label = label_of("scenario");
    image whole = small_image(path, &label);
    for (size_t size = 0; size < whole.size; size++) {
        hc_error error = HC_ERROR_NONE;
        image cut = whole;
        cut.size = size;
        store_image(path, &cut);
        CU_ASSERT_FATAL(!read_state(path, SMALL, COUNT_OF(SMALL), &label, &error));
    }
    hc_scratch_clear(&scratch);
}

static void check_refusal(const char *path, const hc_state_label *label, const char *message)
{
    hc_error error = HC_ERROR_NONE;
    CU_ASSERT(!read_state(path, SMALL, COUNT_OF(SMALL), label, &error));
    CU_ASSERT_EQUAL(error.kind, HC_ERROR_USAGE);
    if (strstr(error.text, message) == NULL) {
        printf("\n    %s\n", error.text);
        CU_FAIL("another message was expected");
    }
}

static void a_state_of_something_else_is_refused_with_the_reason(void)
{
    const char *path = hc_scratch_file(&scratch, "small.state");
    hc_state_label label = label_of("scenario");
    hc_state_label other = label_of("another scenario");
    image whole = small_image(path, &label);
    check_refusal(path, &other, "was saved with another scenario or other inputs (");
    other = label;
    other.program = "hindcast 1.2.4 (abd)";
    check_refusal(path, &other, "was saved by hindcast 1.2.3 (abc), this is hindcast 1.2.4 (abd)");
    whole.bytes[12] = 99;
    store_image(path, &whole);
    check_refusal(path, &label, "expected version 1 of saved states, found version 99");
    whole.bytes[8] = 1;
    whole.bytes[11] = 4;
    store_image(path, &whole);
    check_refusal(path, &label, "another order of bytes");
    whole.bytes[0] = 'X';
    store_image(path, &whole);
    check_refusal(path, &label, "is not the saved state of a run");
    check_refusal(hc_scratch_file(&scratch, "absent"), &label, "No such file");
    check_refusal(scratch.path, &label, "");
    hc_scratch_clear(&scratch);
}

static void parts_are_joined_and_removed(void)
{
    const char *path = hc_scratch_file(&scratch, "joined.state");
    hc_state_label label = label_of("scenario");
    char part[512];
    hc_error error = HC_ERROR_NONE;
    for (uint32_t i = 0; i < COUNT_OF(MIXED); i++) {
        hc_state_writer *writer = NULL;
        hc_state_part_name(path, i, part);
        CU_ASSERT_EQUAL_FATAL(hc_state_writer_open(&writer, part, &label, &error), 0);
        CU_ASSERT_EQUAL(write_section(writer, MIXED[i].name, i, MIXED[i].size, &error), 0);
        CU_ASSERT_EQUAL(hc_state_writer_finish(writer, &error), 0);
        hc_state_writer_close(writer);
    }
    hc_state_part_name(path, COUNT_OF(MIXED), part); /* of a rank that has no partition */
    CU_ASSERT_EQUAL_FATAL(write_state(part, NULL, 0, &label, &error), 0);
    CU_ASSERT_EQUAL_FATAL(hc_state_join(path, COUNT_OF(MIXED) + 1, &label, &error), 0);
    CU_ASSERT(read_state(path, MIXED, COUNT_OF(MIXED), &label, &error));
    CU_ASSERT_EQUAL(hc_scratch_count(&scratch), 1);
    hc_scratch_clear(&scratch);
}

/* A part is missing, is of another time, or has what another one has. */
static void parts_that_do_not_agree_are_not_joined(void)
{
    const char *path = hc_scratch_file(&scratch, "joined.state");
    hc_state_label label = label_of("scenario");
    hc_state_label later = label;
    char part[512];
    hc_error error = HC_ERROR_NONE;
    later.time += HC_SECOND;
    hc_state_part_name(path, 0, part);
    CU_ASSERT_EQUAL_FATAL(write_state(part, SMALL, COUNT_OF(SMALL), &label, &error), 0);
    CU_ASSERT_EQUAL(hc_state_join(path, 2, &label, &error), -1);
    hc_state_part_name(path, 1, part);
    CU_ASSERT_EQUAL_FATAL(write_state(part, SMALL, COUNT_OF(SMALL), &later, &error), 0);
    CU_ASSERT_EQUAL(hc_state_join(path, 2, &label, &error), -1);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "is part of a state of another time"));
    CU_ASSERT_EQUAL_FATAL(write_state(part, SMALL, COUNT_OF(SMALL), &label, &error), 0);
    CU_ASSERT_EQUAL(hc_state_join(path, 2, &label, &error), -1);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "section `common` is written twice"));
    CU_ASSERT(!hc_file_exists(path));
    CU_ASSERT_EQUAL(hc_scratch_count(&scratch), 2);
    hc_scratch_clear(&scratch);
}

/* The writer says why, leaves the file of before, and nothing half built. */
static bool try_fault(const char *path, const char *fault, const char *cause)
{
    char preload[512];
    const char *arguments[] = {program, "write", path, NULL};
    const char *environment[] = {preload, fault, "ASAN_OPTIONS=verify_asan_link_order=0", NULL};
    hc_state_label before = label_of("before");
    hc_state_label label = label_of("scenario");
    hc_error error = HC_ERROR_NONE;
    hc_ended ended;
    (void)snprintf(preload, sizeof preload, "LD_PRELOAD=%s", shim);
    CU_ASSERT_EQUAL_FATAL(write_state(path, SMALL, COUNT_OF(SMALL), &before, &error), 0);
    ended = hc_run_program(&scratch, arguments, environment);
    CU_ASSERT_FATAL(!ended.timed_out && (ended.exit_code == 0 || ended.exit_code == EXIT_OUTPUT));
    if (ended.exit_code == 0) {
        CU_ASSERT_FATAL(read_state(path, MIXED, COUNT_OF(MIXED), &label, &error));
        return true;
    }
    CU_ASSERT_FATAL(read_state(path, SMALL, COUNT_OF(SMALL), &before, &error));
    if (strstr(ended.text, "run.h5.state") == NULL || strstr(ended.text, cause) == NULL) {
        printf("\n    %s: %s\n", fault, ended.text);
        CU_FAIL("the file or the cause is not named");
    }
    return false;
}

static void a_disk_that_fails_leaves_the_file_of_before(void)
{
    const char *path = hc_scratch_file(&scratch, "run.h5.state");
    char fault[64];
    int survived = 0;
    for (uint64_t i = 0; i < FIRST_FAULTS; i++) {
        (void)snprintf(fault, sizeof fault, "HC_FAULT_OFFSET=%" PRIu64,
                       i < 20 ? i * 13 : i * i * i * 20);
        survived += try_fault(path, fault, "No space left on device") ? 1 : 0;
    }
    CU_ASSERT(survived > 0 && survived < FIRST_FAULTS);
    CU_ASSERT(!try_fault(path, "HC_FAULT_SYNC=1", "Input/output error"));
    CU_ASSERT(try_fault(path, "HC_FAULT_PIECES=1", ""));
    hc_scratch_clear(&scratch);
}

static int write_for_disk(const char *path)
{
    hc_state_label label = label_of("scenario");
    hc_error error = HC_ERROR_NONE;
    if (write_state(path, MIXED, COUNT_OF(MIXED), &label, &error) < 0) {
        (void)fprintf(stderr, "%s\n", error.text);
        return error.kind == HC_ERROR_OUTPUT ? EXIT_OUTPUT : EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}

static const hc_test_case CASES[] = {
    {"what_is_written_is_read", what_is_written_is_read},
    {"a_change_of_any_byte_is_noticed", a_change_of_any_byte_is_noticed},
    {"a_file_that_is_cut_off_is_refused", a_file_that_is_cut_off_is_refused},
    {"a_state_of_something_else_is_refused_with_the_reason",
     a_state_of_something_else_is_refused_with_the_reason},
    {"parts_are_joined_and_removed", parts_are_joined_and_removed},
    {"parts_that_do_not_agree_are_not_joined", parts_that_do_not_agree_are_not_joined},
    {"a_disk_that_fails_leaves_the_file_of_before", a_disk_that_fails_leaves_the_file_of_before},
};

int main(int count, char **arguments)
{
    int status = 0;
    if (count == 3 && strcmp(arguments[1], "write") == 0) {
        return write_for_disk(arguments[2]);
    }
    if (count != 2) {
        printf("usage: test_state_file SHIM\n");
        return EXIT_FAILURE;
    }
    program = arguments[0];
    shim = arguments[1];
    scratch = hc_scratch_make();
    status = hc_test_main("state_file", CASES, COUNT_OF(CASES));
    hc_scratch_remove(&scratch);
    return status;
}
