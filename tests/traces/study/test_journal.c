#include "tests/testing.h"
#include "traces/study/journal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { OUTPUTS = 2 };

static const hc_journal_identity IDENTITY = {.hash = 77, .output_count = OUTPUTS};

static char folder[] = "/tmp/hc_journal_XXXXXX";
static char name[64];

static void begin(void)
{
    strcpy(folder, "/tmp/hc_journal_XXXXXX");
    CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(folder));
    (void)snprintf(name, sizeof name, "%s/s[1]*.h5", folder);
}

static void end(void)
{
    hc_error error = HC_ERROR_NONE;
    CU_ASSERT_EQUAL(hc_journals_remove(name, &error), 0);
    CU_ASSERT_FALSE(hc_journals_exist(name));
    CU_ASSERT_EQUAL(rmdir(folder), 0);
}

static hc_journal_record make(uint32_t point, const double *values)
{
    return (hc_journal_record){.point = point,
                               .repetition = 2 * point,
                               .wall_seconds = 0.5,
                               .values = values,
                               .error = ""};
}

static hc_journal *open_writer(const char *writer)
{
    hc_journal *journal = NULL;
    hc_error error = HC_ERROR_NONE;
    CU_ASSERT_EQUAL_FATAL(hc_journal_open(&journal, name, writer, &IDENTITY, &error), 0);
    return journal;
}

static void append(const char *writer, uint32_t first, uint32_t count)
{
    hc_journal *journal = open_writer(writer);
    for (uint32_t i = first; i < first + count; i++) {
        double values[OUTPUTS] = {i, NAN};
        hc_journal_record record = make(i, values);
        hc_error error = HC_ERROR_NONE;
        CU_ASSERT_EQUAL(hc_journal_append(journal, &record, &error), 0);
    }
    hc_journal_close(journal);
}

typedef struct seen {
    uint32_t points[64];
    size_t count;
} seen;

static int note(void *self, const hc_journal_record *record, hc_error *error)
{
    seen *s = self;
    (void)error;
    CU_ASSERT_EQUAL(record->repetition, 2 * record->point);
    CU_ASSERT_EQUAL(record->values[0], (double)record->point);
    CU_ASSERT_TRUE(isnan(record->values[1]));
    CU_ASSERT_STRING_EQUAL(record->error, "");
    s->points[s->count++] = record->point;
    return 0;
}

static seen read_all(hc_journals_found *found)
{
    seen s = {.count = 0};
    hc_error error = HC_ERROR_NONE;
    CU_ASSERT_EQUAL(hc_journals_read(name, &IDENTITY, note, &s, found, &error), 0);
    return s;
}

static void records_of_all_writers_come_back_in_order(void)
{
    hc_journals_found found;
    seen s;
    begin();
    CU_ASSERT_FALSE(hc_journals_exist(name));
    append("rank0001", 10, 3);
    append("rank0000", 0, 2);
    append("rank0001", 13, 1);
    s = read_all(&found);
    CU_ASSERT_EQUAL(found.file_count, 2);
    CU_ASSERT_EQUAL(found.record_count, 6);
    CU_ASSERT_EQUAL(found.torn_count, 0);
    CU_ASSERT_EQUAL(s.count, 6);
    CU_ASSERT_EQUAL(s.points[1], 1);
    CU_ASSERT_EQUAL(s.points[2], 10);
    CU_ASSERT_EQUAL(s.points[5], 13);
    end();
}

static int note_failed(void *self, const hc_journal_record *record, hc_error *error)
{
    (void)error;
    *(size_t *)self = strlen(record->error);
    CU_ASSERT_TRUE(record->is_failed);
    return 0;
}

static void a_failed_run_keeps_its_error_up_to_a_limit(void)
{
    char text[3000];
    double values[OUTPUTS] = {NAN, NAN};
    hc_journal_record record = make(1, values);
    hc_journals_found found;
    hc_error error = HC_ERROR_NONE;
    hc_journal *journal = NULL;
    size_t length = 0;
    begin();
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    record.is_failed = true;
    record.error = text;
    journal = open_writer("run17");
    CU_ASSERT_EQUAL(hc_journal_append(journal, &record, &error), 0);
    hc_journal_close(journal);
    CU_ASSERT_EQUAL(hc_journals_read(name, &IDENTITY, note_failed, &length, &found, &error), 0);
    CU_ASSERT_EQUAL(length, HC_STUDY_ERROR_BYTES);
    end();
}

static void path_of(char *out, size_t size, const char *writer)
{
    (void)snprintf(out, size, "%s.journal-%s", name, writer);
}

/* Whatever the length at which a file is cut, the records before are whole, and the next writer goes on. */
static void a_file_cut_anywhere_loses_at_most_its_last_record(void)
{
    char path[128];
    struct stat status;
    begin();
    path_of(path, sizeof path, "rank0000");
    append("rank0000", 0, 3);
    CU_ASSERT_EQUAL_FATAL(stat(path, &status), 0);
    for (off_t size = status.st_size; size-- > 0;) {
        off_t record = (status.st_size - 32) / 3;
        size_t whole = size < 32 ? 0 : (size_t)((size - 32) / record);
        hc_journals_found found;
        seen s;
        CU_ASSERT_EQUAL_FATAL(truncate(path, size), 0);
        s = read_all(&found);
        CU_ASSERT_EQUAL(s.count, whole);
        CU_ASSERT_EQUAL(found.torn_count,
                        (size < 32 ? size > 0 : (size - 32) % record != 0) ? 1 : 0);
        append("rank0000", 20, 1);
        s = read_all(&found);
        CU_ASSERT_EQUAL(s.count, whole + 1);
        CU_ASSERT_EQUAL(s.points[whole], 20);
        CU_ASSERT_EQUAL(found.torn_count, 0);
        CU_ASSERT_EQUAL_FATAL(unlink(path), 0);
        append("rank0000", 0, 3);
    }
    end();
}

static void a_changed_byte_ends_what_is_believed(void)
{
    char path[128];
    FILE *file = NULL;
    hc_journals_found found;
    begin();
    path_of(path, sizeof path, "rank0000");
    append("rank0000", 0, 3);
    file = fopen(path, "r+b");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    CU_ASSERT_EQUAL(fseek(file, -20, SEEK_END), 0);
    (void)fputc(0x55, file);
    (void)fclose(file);
    CU_ASSERT_EQUAL(read_all(&found).count, 2);
    CU_ASSERT_EQUAL(found.torn_count, 1);
    end();
}

static void the_journal_of_another_study_is_refused(void)
{
    static const hc_journal_identity OTHERS[] = {{78, OUTPUTS}, {77, OUTPUTS + 1}};
    begin();
    append("rank0000", 0, 1);
    for (size_t i = 0; i < 2; i++) {
        hc_error error = HC_ERROR_NONE;
        hc_journals_found found;
        hc_journal *journal = NULL;
        CU_ASSERT_EQUAL(hc_journals_read(name, &OTHERS[i], NULL, NULL, &found, &error), -1);
        CU_ASSERT_EQUAL(error.kind, HC_ERROR_USAGE);
        CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "--force"));
        CU_ASSERT_EQUAL(hc_journal_open(&journal, name, "rank0000", &OTHERS[i], &error), -1);
    }
    end();
}

static void a_journal_that_another_process_writes_is_refused(void)
{
    hc_journal *journal = NULL;
    int status = 0;
    pid_t child = 0;
    begin();
    journal = open_writer("rank0000");
    child = fork();
    if (child == 0) {
        hc_journal *second = NULL;
        hc_error error = HC_ERROR_NONE;
        bool is_refused = hc_journal_open(&second, name, "rank0000", &IDENTITY, &error) < 0 &&
                          strstr(error.text, "is working on it") != NULL &&
                          hc_journals_remove(name, &error) < 0;
        _exit(is_refused ? 0 : 1);
    }
    CU_ASSERT_EQUAL(waitpid(child, &status, 0), child);
    CU_ASSERT_EQUAL(status, 0);
    hc_journal_close(journal);
    end();
}

static void the_hash_knows_where_a_text_ends(void)
{
    static const char *const A[] = {"ab", "c"};
    static const char *const B[] = {"a", "bc"};
    CU_ASSERT_EQUAL(hc_journal_hash(A, 2), hc_journal_hash(A, 2));
    CU_ASSERT_NOT_EQUAL(hc_journal_hash(A, 2), hc_journal_hash(B, 2));
    CU_ASSERT_NOT_EQUAL(hc_journal_hash(A, 2), hc_journal_hash(A, 1));
}

static const hc_test_case CASES[] = {
    {"records_of_all_writers_come_back_in_order", records_of_all_writers_come_back_in_order},
    {"a_failed_run_keeps_its_error_up_to_a_limit", a_failed_run_keeps_its_error_up_to_a_limit},
    {"a_file_cut_anywhere_loses_at_most_its_last_record",
     a_file_cut_anywhere_loses_at_most_its_last_record},
    {"a_changed_byte_ends_what_is_believed", a_changed_byte_ends_what_is_believed},
    {"the_journal_of_another_study_is_refused", the_journal_of_another_study_is_refused},
    {"a_journal_that_another_process_writes_is_refused",
     a_journal_that_another_process_writes_is_refused},
    {"the_hash_knows_where_a_text_ends", the_hash_knows_where_a_text_ends},
};

HC_TEST_MAIN("journal", CASES)
