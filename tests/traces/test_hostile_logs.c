#include "tests/traces/trace_testing.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Damaged and malicious logs of every format with columns of its own: each gives an error that names the place, or
 * quarantined rows, within a second and 100 MiB. Single bad fields are tested beside each format. */

typedef struct log_format {
    hc_trace_format format;
    const char *header; /* "" when there is none */
    const char *row;
    const char *endless; /* begins a line, or a string, that does not end */
} log_format;

#define HELIOS_HEADER                                                                         \
    "job_id,user,vc,gpu_num,cpu_num,node_num,state,submit_time,start_time,end_time,duration," \
    "queue\n"
#define SEREN_HEADER                                                                            \
    "job_id,user,node_num,gpu_num,cpu_num,type,state,submit_time,start_time,end_time,duration," \
    "queue,gpu_time\n"
#define KALOS_HEADER                                                                     \
    "job_id,user,node_num,gpu_num,cpu_num,mem_per_pod_GB,shared_mem_per_pod,type,state," \
    "submit_time,start_time,end_time,fail_time,stop_time,duration,queue,gpu_time\n"
#define DATE "2020-06-09 18:41:01"

static const log_format FORMATS[] = {
    {HC_FORMAT_HELIOS_LOG, HELIOS_HEADER, "1,u,v,1,1,1,COMPLETED," DATE "," DATE "," DATE ",0,0",
     "1,"},
    {HC_FORMAT_ACME_SEREN, SEREN_HEADER,
     "1,u,1,8,9,T,FAILED," DATE "+08:00," DATE "+08:00," DATE "+08:00,0,0,0", "1,"},
    {HC_FORMAT_ACME_KALOS, KALOS_HEADER,
     "1,u,1,8,9,1,1,T,FAILED," DATE "+00:00," DATE "+00:00," DATE "+00:00,,,0,0,0", "1,"},
    {HC_FORMAT_LINGJUN_RFOLD, "#job id,arrival time (sec),topology,shape,size,duration (sec)\n",
     "0,0.0,CLOS,48,48,720.0", "0,"},
    {HC_FORMAT_PAI, "", "j,t,1.0,Terminated,10.0,20.0,600.0,29.296875,50.0,T4", "j,"},
    {HC_FORMAT_HELIOS, "job_id,arrival_s,service_sec,gpu_count\n", "a#1,0,1,8", "a"},
    {HC_FORMAT_PHILLY_SIA, "timestamp,duration,num_gpus,gpu_time,cluster\n", DATE ",70,1,70,a",
     "2"},
};

/* Not made of lines. */
static const log_format PHILLY = {
    HC_FORMAT_PHILLY, "[",
    "{\"jobid\":\"j\",\"submitted_time\":\"" DATE "\",\"attempts\":[{\"start_time\":\"" DATE
    "\",\"end_time\":\"" DATE "\",\"detail\":[{\"ip\":\"m\",\"gpus\":[0]}]}]}]",
    "{\"jobid\":\""};

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

static void check_message(hc_trace_format format, const char *text, const char *part)
{
    if (strstr(text, part) == NULL) {
        printf("\n    %s: got %s\n", hc_trace_format_name(format), text);
        CU_FAIL("wrong message");
    }
}

/* @param path  refused with `part` in the message, within a second and 100 MiB */
static void check_refused(hc_trace_format format, const char *path, const char *part)
{
    hc_trace_options options = hc_test_options(format);
    hc_error error = HC_ERROR_NONE;
    hc_job_trace *trace = NULL;
    double before = seconds_now();
    long peak_before = peak_kibibytes();
    options.path = path;
    options.quarantine_limit = 1;
    CU_ASSERT_EQUAL_FATAL(hc_job_trace_read(&trace, &options, &error), -1);
    CU_ASSERT(seconds_now() - before < 1.0);
    CU_ASSERT(peak_kibibytes() - peak_before < 102400);
    check_message(format, error.text, part);
}

static void check_sound(const log_format *log)
{
    char text[1024];
    hc_trace_options options = hc_test_options(log->format);
    hc_job_trace *trace = NULL;
    (void)snprintf(text, sizeof text, "%s%s\n", log->header, log->row);
    trace = hc_test_read(&options, text);
    CU_ASSERT_EQUAL(hc_job_trace_report(trace)->kept_count, 1);
    hc_job_trace_destroy(trace);
}

static void check_cut_gzip(const log_format *log)
{
    char text[1024];
    unsigned char packed[4096];
    size_t length = 0;
    (void)snprintf(text, sizeof text, "%s%s\n", log->header, log->row);
    length = hc_test_gzip(text, strlen(text), packed, sizeof packed);
    check_refused(log->format, hc_test_file(packed, length - 9), "the gzip stream is cut off");
    check_refused(log->format, hc_test_file(packed, 5), "the gzip stream is cut off");
    packed[length - 5] ^= 1; /* its checksum */
    check_refused(log->format, hc_test_file(packed, length), "damaged gzip stream");
}

static void check_utf16(const log_format *log)
{
    char wide[2050] = "\xff\xfe";
    size_t length = 2;
    for (const char *at = log->row; *at != '\0'; at++) {
        wide[length++] = *at;
        wide[length++] = '\0';
    }
    check_refused(log->format, hc_test_file(wide, length), ": text in UTF-16");
}

static void every_format_refuses_damaged_files(void)
{
    for (size_t i = 0; i <= COUNT_OF(FORMATS); i++) {
        const log_format *log = i < COUNT_OF(FORMATS) ? &FORMATS[i] : &PHILLY;
        check_sound(log);
        check_cut_gzip(log);
        check_utf16(log);
        check_refused(log->format, hc_test_text_file(""),
                      log->format == HC_FORMAT_PHILLY ? ":1:1: parse error: premature EOF" : ": ");
    }
}

/* A row of the log among sound ones. */
static void check_fate(const log_format *log, const void *row, size_t length,
                       hc_quarantine_reason reason)
{
    char text[4096];
    hc_trace_options options = hc_test_options(log->format);
    hc_job_trace *trace = NULL;
    size_t size = (size_t)snprintf(text, sizeof text, "%s%s\n", log->header, log->row);
    memcpy(text + size, row, length);
    size += length;
    size += (size_t)snprintf(text + size, sizeof text - size, "\n%s\n", log->row);
    options.quarantine_limit = 1;
    trace = hc_test_read_path(options, hc_test_file(text, size));
    CU_ASSERT_EQUAL(hc_job_trace_report(trace)->row_count, 3);
    CU_ASSERT_EQUAL(hc_job_trace_report(trace)->kept_count, 2);
    CU_ASSERT_EQUAL(hc_job_trace_report(trace)->quarantine_counts[reason], 1);
    hc_job_trace_destroy(trace);
}

static void rows_that_are_no_rows_are_quarantined(void)
{
    for (size_t i = 0; i < COUNT_OF(FORMATS); i++) {
        const log_format *log = &FORMATS[i];
        char row[1024];
        int length = snprintf(row, sizeof row, "%s,more", log->row);
        check_fate(log, row, (size_t)length, HC_QUARANTINE_FIELD_COUNT);
        check_fate(log, "x", 1, HC_QUARANTINE_FIELD_COUNT);
        length = snprintf(row, sizeof row, "%s", log->row);
        row[length - 1] = '\0';
        check_fate(log, row, (size_t)length, HC_QUARANTINE_BAD_TEXT);
        check_fate(log, "\"", 1, HC_QUARANTINE_BAD_TEXT);
        if (log->header[0] != '\0') {
            check_fate(log, log->header, strlen(log->header) - 1, HC_QUARANTINE_NOT_A_NUMBER);
        }
    }
}

/* In a process of its own: a text, then 1 GiB of one letter, into a pipe. @return the end to read from. */
static int pour(const char *text, char letter, pid_t *writer)
{
    static char block[1 << 20];
    int ends[2];
    CU_ASSERT_EQUAL_FATAL(pipe(ends), 0);
    *writer = fork();
    CU_ASSERT_FATAL(*writer >= 0);
    if (*writer > 0) {
        (void)close(ends[1]);
        return ends[0];
    }
    (void)close(ends[0]);
    (void)signal(SIGPIPE, SIG_DFL); /* ends when the reader has seen enough */
    memset(block, letter, sizeof block);
    if (write(ends[1], text, strlen(text)) < 0) {
        _exit(1);
    }
    for (int i = 0; i < 1024 && write(ends[1], block, sizeof block) > 0; i++) {
    }
    _exit(0);
}

static void check_endless(hc_trace_format format, const char *begin, char letter, const char *part)
{
    char path[32];
    pid_t writer = 0;
    int descriptor = pour(begin, letter, &writer);
    (void)snprintf(path, sizeof path, "/dev/fd/%d", descriptor);
    check_refused(format, path, part);
    (void)close(descriptor);
    CU_ASSERT_EQUAL(waitpid(writer, NULL, 0), writer);
}

static void lines_of_1_gib_are_refused(void)
{
    for (size_t i = 0; i < COUNT_OF(FORMATS); i++) {
        const log_format *log = &FORMATS[i];
        char begin[1024];
        const char *part = log->header[0] == '\0' ? ":2: a line of more" : ":3: a line of more";
        (void)snprintf(begin, sizeof begin, "%s%s\n%s", log->header, log->row, log->endless);
        check_endless(log->format, begin, 'a', part);
        check_endless(log->format, begin, '\0', part);
        check_endless(log->format, "", 'a', ":1: a line of more");
    }
}

static void json_without_end_is_refused(void)
{
    static const struct {
        const char *begin;
        char letter;
        const char *part;
    } CASES[] = {
        {"[\n{\"jobid\":\"", 'a', ":2:"},
        {"[\n{\"jobid\":\"", '}', "more than 1 MiB without a value"},
        {"[\n{\"", 'a', "more than 1 MiB without a value"},
        {"[\n{\"jobid\":", '1', "more than 1 MiB without a value"},
        {"[\n{\"jobid\":\"\\", '\\', "more than 1 MiB without a value"},
        {"[\n{\"jobid\":", ' ', "more than 1 MiB without a value"},
        {"", ' ', "more than 1 MiB without a value"},
        {"", '\n', "more than 1 MiB without a value"},
        {"[\n{\"a\":", '[', ":2:36: nested deeper"},
        {"[\n{\"a\":[", '{', ":2:8: parse error: invalid object key"},
        {"", '[', ":1:2: expected a job"},
        {"[", '\0', ":1:2: lexical error"},
        {"[", '}', ":1:2: parse error"},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        check_endless(HC_FORMAT_PHILLY, CASES[i].begin, CASES[i].letter, CASES[i].part);
    }
}

static const hc_test_case CASES[] = {
    {"every_format_refuses_damaged_files", every_format_refuses_damaged_files},
    {"rows_that_are_no_rows_are_quarantined", rows_that_are_no_rows_are_quarantined},
    {"lines_of_1_gib_are_refused", lines_of_1_gib_are_refused},
    {"json_without_end_is_refused", json_without_end_is_refused},
};

HC_TEST_MAIN("hostile_logs", CASES)
