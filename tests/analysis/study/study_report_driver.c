/* Writes a study file, or says everything there is to say about one (see tests/traces/run/test_hostile_file.c).
 *   write NAME   what follows is ignored
 *   read NAME
 * Exit status as of hindcast: 1 when a file cannot be read, 4 when it cannot be written. */

#include "analysis/study/study_report.h"
#include "tests/traces/study/made_study.h"
#include "traces/study/study_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int dump(json_t *json, FILE *nowhere, hc_error *error)
{
    int status = json == NULL || json_dumpf(json, nowhere, 0) < 0 ? hc_error_memory(error) : 0;
    json_decref(json);
    return status;
}

static int say_all(const hc_study_content *content, FILE *nowhere, hc_error *error)
{
    hc_study_question question = hc_study_question_of(content);
    hc_study_table table;
    hc_study_comparisons comparisons = {.table = NULL};
    int status = -1;
    if (hc_study_table_make(&table, content, &question, error) == 0 &&
        hc_study_report_write(nowhere, &table, "study.h5", error) == 0 &&
        dump(hc_study_report_json(&table), nowhere, error) == 0) {
        status = 0;
    }
    if (status == 0 && question.by_count > 0 &&
        (hc_study_compare(&comparisons, &table, 0, error) < 0 ||
         hc_study_compare_write(nowhere, &comparisons, error) < 0 ||
         dump(hc_study_compare_json(&comparisons), nowhere, error) < 0)) {
        status = -1;
    }
    hc_study_comparisons_release(&comparisons);
    hc_study_table_release(&table);
    return status;
}

static int do_read(const char *path)
{
    hc_error error = HC_ERROR_NONE;
    hc_study_file *file = NULL;
    FILE *nowhere = fopen("/dev/null", "w");
    int status = nowhere == NULL ? -1 : hc_study_file_read(&file, path, &error);
    if (status == 0) {
        status = say_all(hc_study_file_content(file), nowhere, &error);
    }
    if (nowhere != NULL) {
        (void)fclose(nowhere);
    }
    hc_study_file_close(file);
    (void)fprintf(stderr, "%s\n", error.text);
    return status == 0 ? 0 : 1;
}

int main(int count, char **arguments)
{
    if (count >= 3 && strcmp(arguments[1], "write") == 0) {
        return hc_made_study_write(arguments[2]);
    }
    if (count == 3 && strcmp(arguments[1], "read") == 0) {
        return do_read(arguments[2]);
    }
    (void)fprintf(stderr, "usage: study_report_driver write|read NAME\n");
    return 2;
}
