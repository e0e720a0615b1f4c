#include "cli/commands.h"

#include "analysis/metrics.h"
#include "analysis/report.h"
#include "analysis/study/study_report.h"
#include "cli/file_arguments.h"
#include "cli/json_output.h"
#include "traces/study/study_file.h"

#include <stdio.h>

static int report_run(const hc_file_arguments *arguments)
{
    hc_error error = HC_ERROR_NONE;
    hc_run_reader *reader = NULL;
    hc_metrics metrics;
    int status = HC_EXIT_OK;
    if (hc_run_reader_open(&reader, arguments->path, &error) < 0) {
        return hc_print_error(&error);
    }
    if (hc_metrics_compute(&metrics, reader, &error) < 0) {
        hc_run_reader_close(reader);
        return hc_print_error(&error);
    }
    if (arguments->is_json) {
        status = hc_print_json(hc_report_json(&metrics, reader));
    } else if (hc_report_write(stdout, &metrics, reader, &error) < 0) {
        status = hc_print_error(&error);
    }
    hc_metrics_free(&metrics);
    hc_run_reader_close(reader);
    return status;
}

static int print_study(const hc_file_arguments *arguments, const hc_study_content *content)
{
    hc_error error = HC_ERROR_NONE;
    hc_study_question question = hc_study_question_of(content);
    hc_study_table table;
    int status = hc_study_table_make(&table, content, &question, &error);
    if (status == 0 && arguments->is_json) {
        int code = hc_print_json(hc_study_report_json(&table));
        hc_study_table_release(&table);
        return code;
    }
    if (status == 0) {
        status = hc_study_report_write(stdout, &table, arguments->path, &error);
    }
    hc_study_table_release(&table);
    return status < 0 ? hc_print_error(&error) : HC_EXIT_OK;
}

static int report_study(const hc_file_arguments *arguments)
{
    hc_error error = HC_ERROR_NONE;
    hc_study_file *file = NULL;
    int status = HC_EXIT_OK;
    if (hc_study_file_read(&file, arguments->path, &error) < 0) {
        return hc_print_error(&error);
    }
    status = print_study(arguments, hc_study_file_content(file));
    hc_study_file_close(file);
    return status;
}

int hc_command_report(int argc, char **argv)
{
    hc_file_arguments arguments;
    hc_file_arguments_parse(&arguments, argc, argv, "Prints what happened in a run or a study.");
    return hc_study_file_is(arguments.path) ? report_study(&arguments) : report_run(&arguments);
}
