#include "tests/testing.h"
#include "tests/traces/temporary_file.h"
#include "traces/input_file.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

enum { BUFFER_SIZE = 1 << 16, MEBIBYTE = 1 << 20 };

/* All lines of a file as "1:text|2:text|"; "!" and the message when it is refused. */
static const char *read_all(const char *path)
{
    static char out[BUFFER_SIZE];
    hc_error error = HC_ERROR_NONE;
    hc_input_file *file = NULL;
    hc_line line;
    size_t length = 0;
    int status = hc_input_file_open(&file, path, &error) < 0 ? -1 : 1;
    out[0] = '\0';
    while (status == 1) {
        status = hc_input_file_next(file, &line, &error);
        if (status == 1) {
            length +=
                (size_t)snprintf(out + length, sizeof out - length, "%llu:%.*s|",
                                 (unsigned long long)line.number, (int)line.length, line.text);
        }
    }
    if (status < 0) {
        CU_ASSERT_EQUAL(error.kind, HC_ERROR_TRACE);
        (void)snprintf(out, sizeof out, "!%s", error.text);
    }
    hc_input_file_close(file);
    return out;
}

/* True when the message of a refused file contains `part`. */
static void check_refused(const char *path, const char *part)
{
    const char *text = read_all(path);
    if (text[0] != '!' || strstr(text, part) == NULL) {
        printf("\n    expected \"%s\", got \"%.200s\"\n", part, text);
        CU_FAIL("not refused, or for another reason");
    }
}

static void other_packings_and_encodings_are_refused_by_name(void)
{
    static const struct {
        const char *bytes;
        size_t size;
        const char *part;
    } CASES[] = {
        {"\xfd"
         "7zXZ\0rest",
         10, "xz -d"},
        {"BZh91AY", 7, "bzip2 -d"},
        {"\x28\xb5\x2f\xfd rest", 9, "zstd -d"},
        {"PK\x03\x04rest", 8, "unzip"},
        {"\xff\xfe"
         "a\0\n\0",
         6, "UTF-16"},
        {"\xfe\xff\0a\0\n", 6, "UTF-16"},
        {"\x1f\x8b", 2, "cut off"},
        {"\x1f\x8b\x08garbage garbage garbage", 26, "damaged gzip"},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        check_refused(hc_test_file(CASES[i].bytes, CASES[i].size), CASES[i].part);
    }
    check_refused("/no/such/file", "No such file");
}

static void a_folder_cannot_be_read(void)
{
    hc_error error = HC_ERROR_NONE;
    hc_input_file *file = NULL;
    hc_line line;
    CU_ASSERT_EQUAL_FATAL(hc_input_file_open(&file, "/tmp", &error), 0);
    CU_ASSERT_EQUAL(hc_input_file_next(file, &line, &error), -1);
    CU_ASSERT_EQUAL(error.kind, HC_ERROR_RUNTIME);
    CU_ASSERT_STRING_EQUAL(error.text, "/tmp: Is a directory");
    hc_input_file_close(file);
}

static void lines_end_with_lf_or_cr_lf_or_the_file(void)
{
    static const struct {
        const char *text;
        const char *lines;
    } CASES[] = {
        {"", ""},
        {"\n", "1:|"},
        {"a", "1:a|"},
        {"a\nb", "1:a|2:b|"},
        {"a\r\n\r\nb\r\n", "1:a|2:|3:b|"},
        {"a\rb\n", "1:a\rb|"},
        {"\xef\xbb\xbf"
         "a\n\xef\xbb\xbf"
         "b\n",
         "1:a|2:\xef\xbb\xbf"
         "b|"},
        {"\xef\xbb\xbf", ""},
        {"\xef\xbb", "1:\xef\xbb|"},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        CU_ASSERT_STRING_EQUAL(read_all(hc_test_text_file(CASES[i].text)), CASES[i].lines);
    }
}

static void nul_bytes_are_noticed(void)
{
    hc_error error = HC_ERROR_NONE;
    hc_input_file *file = NULL;
    hc_line line;
    CU_ASSERT_EQUAL_FATAL(hc_input_file_open_memory(&file, "memory", "a\0b\nc\n", 6, &error), 0);
    CU_ASSERT_EQUAL_FATAL(hc_input_file_next(file, &line, &error), 1);
    CU_ASSERT(line.has_nul);
    CU_ASSERT_EQUAL(line.length, 3);
    CU_ASSERT_EQUAL_FATAL(hc_input_file_next(file, &line, &error), 1);
    CU_ASSERT(!line.has_nul);
    CU_ASSERT_EQUAL(hc_input_file_next(file, &line, &error), 0);
    hc_input_file_close(file);
}

static void gzip_members_follow_each_other(void)
{
    unsigned char packed[512];
    size_t length = hc_test_gzip("a\nb", 3, packed, sizeof packed);
    size_t first = length;
    length += hc_test_gzip("", 0, packed + length, sizeof packed - length);
    length += hc_test_gzip("c\n", 2, packed + length, sizeof packed - length);
    CU_ASSERT_STRING_EQUAL(read_all(hc_test_file(packed, length)), "1:a|2:bc|");
    memset(packed + length, 0, 100);
    CU_ASSERT_STRING_EQUAL(read_all(hc_test_file(packed, length + 100)), "1:a|2:bc|");
    packed[length + 10] = 'x';
    check_refused(hc_test_file(packed, length + 100), "behind the gzip stream");
    check_refused(hc_test_file(packed, length - 1), "cut off");
    check_refused(hc_test_file(packed, first + 3), "cut off");
    packed[first - 6] ^= 1; /* the checksum */
    check_refused(hc_test_file(packed, first), "damaged gzip stream");
}

/* Known answers: FIPS 180-2, appendix B.1, and the empty message. */
static void the_hash_is_that_of_the_stored_bytes(void)
{
    static const struct {
        const char *text;
        const char *sha256;
    } CASES[] = {
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        hc_error error = HC_ERROR_NONE;
        hc_input_file *file = NULL;
        hc_line line;
        char sha256[HC_SHA256_TEXT_SIZE];
        CU_ASSERT_EQUAL_FATAL(hc_input_file_open(&file, hc_test_text_file(CASES[i].text), &error),
                              0);
        while (hc_input_file_next(file, &line, &error) == 1) {
        }
        hc_input_file_sha256(file, sha256);
        CU_ASSERT_STRING_EQUAL(sha256, CASES[i].sha256);
        hc_input_file_close(file);
    }
}

static void lines_up_to_the_limit_are_whole(void)
{
    static char text[2 * MEBIBYTE + 8];
    hc_error error = HC_ERROR_NONE;
    hc_input_file *file = NULL;
    hc_line line;
    memset(text, 'a', sizeof text);
    text[MEBIBYTE] = '\n';
    text[2 * MEBIBYTE + 1] = '\n';
    CU_ASSERT_EQUAL_FATAL(hc_input_file_open_memory(&file, "m", text, 2 * MEBIBYTE + 2, &error), 0);
    for (int i = 0; i < 2; i++) {
        CU_ASSERT_EQUAL_FATAL(hc_input_file_next(file, &line, &error), 1);
        CU_ASSERT_EQUAL(line.length, MEBIBYTE);
    }
    CU_ASSERT_EQUAL(hc_input_file_next(file, &line, &error), 0);
    hc_input_file_close(file);
    CU_ASSERT_EQUAL_FATAL(
        hc_input_file_open_memory(&file, "m", text + MEBIBYTE, MEBIBYTE + 8, &error), 0);
    text[2 * MEBIBYTE + 1] = 'a';
    CU_ASSERT_EQUAL(hc_input_file_next(file, &line, &error), 1);
    CU_ASSERT_EQUAL(hc_input_file_next(file, &line, &error), -1);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "m:2: a line of more than 1048576 bytes"));
    hc_input_file_close(file);
}

static double seconds_now(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static long peak_kibibytes(void)
{
    struct rusage usage;
    (void)getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

/* Refused within a second and 100 MiB. */
static void check_refused_cheaply(const char *path, const char *part)
{
    double before = seconds_now();
    long peak_before = peak_kibibytes();
    check_refused(path, part);
    CU_ASSERT(seconds_now() - before < 1.0);
    CU_ASSERT(peak_kibibytes() - peak_before < 102400);
}

/* A gzip file of 1 GiB of one letter: one member of 16 MiB, 64 times. */
static const char *write_bomb(void)
{
    size_t member_size = 16 * (size_t)MEBIBYTE;
    char *text = malloc(member_size);
    unsigned char *packed = malloc(64 * (size_t)32768);
    size_t length = 0;
    const char *path = NULL;
    CU_ASSERT_FATAL(text != NULL && packed != NULL);
    memset(text, 'a', member_size);
    length = hc_test_gzip(text, member_size, packed, 32768);
    for (size_t i = 1; i < 64; i++) {
        memcpy(packed + i * length, packed, length);
    }
    path = hc_test_file(packed, 64 * length);
    free(text);
    free(packed);
    return path;
}

static void endless_lines_cost_little(void)
{
    const char *path = hc_test_text_file("");
    CU_ASSERT_EQUAL_FATAL(truncate(path, 1024 * (off_t)MEBIBYTE), 0);
    check_refused_cheaply(path, ":1: a line of more than");
    check_refused_cheaply(write_bomb(), ":1: a line of more than");
}

static void a_pipe_is_read_from_standard_input(void)
{
    int ends[2];
    int saved = dup(STDIN_FILENO);
    CU_ASSERT_EQUAL_FATAL(pipe(ends), 0);
    CU_ASSERT_EQUAL_FATAL(write(ends[1], "a\nb\n", 4), 4);
    (void)close(ends[1]);
    CU_ASSERT_FATAL(dup2(ends[0], STDIN_FILENO) >= 0);
    CU_ASSERT_STRING_EQUAL(read_all("-"), "1:a|2:b|");
    CU_ASSERT(fcntl(STDIN_FILENO, F_GETFD) >= 0);
    (void)close(ends[0]);
    if (saved >= 0) {
        (void)dup2(saved, STDIN_FILENO);
        (void)close(saved);
    }
}

static void blank_lines_hold_spaces_and_tabs_only(void)
{
    CU_ASSERT(hc_line_is_blank(&(hc_line){.text = "", .length = 0}));
    CU_ASSERT(hc_line_is_blank(&(hc_line){.text = " \t ", .length = 3}));
    CU_ASSERT(!hc_line_is_blank(&(hc_line){.text = " ;", .length = 2}));
}

static const hc_test_case CASES[] = {
    {"other_packings_and_encodings_are_refused_by_name",
     other_packings_and_encodings_are_refused_by_name},
    {"a_folder_cannot_be_read", a_folder_cannot_be_read},
    {"lines_end_with_lf_or_cr_lf_or_the_file", lines_end_with_lf_or_cr_lf_or_the_file},
    {"nul_bytes_are_noticed", nul_bytes_are_noticed},
    {"gzip_members_follow_each_other", gzip_members_follow_each_other},
    {"the_hash_is_that_of_the_stored_bytes", the_hash_is_that_of_the_stored_bytes},
    {"lines_up_to_the_limit_are_whole", lines_up_to_the_limit_are_whole},
    {"endless_lines_cost_little", endless_lines_cost_little},
    {"a_pipe_is_read_from_standard_input", a_pipe_is_read_from_standard_input},
    {"blank_lines_hold_spaces_and_tabs_only", blank_lines_hold_spaces_and_tabs_only},
};

HC_TEST_MAIN("input_file", CASES)
