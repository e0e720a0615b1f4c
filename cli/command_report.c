#include "cli/commands.h"

#include "analysis/metrics.h"
#include "analysis/report.h"
#include "cli/file_arguments.h"
#include "cli/json_output.h"

#include <stdio.h>

int hc_command_report(int argc, char **argv)
{
    hc_file_arguments arguments;
    hc_error error = HC_ERROR_NONE;
    hc_run_reader *reader = NULL;
    hc_metrics metrics;
    int status = HC_EXIT_OK;
    hc_file_arguments_parse(&arguments, argc, argv, "Prints what happened in a run.");
    if (hc_run_reader_open(&reader, arguments.path, &error) < 0) {
        return hc_print_error(&error);
    }
    if (hc_metrics_compute(&metrics, reader, &error) < 0) {
        hc_run_reader_close(reader);
        return hc_print_error(&error);
    }
    if (arguments.is_json) {
        status = hc_print_json(hc_report_json(&metrics, reader));
    } else if (hc_report_write(stdout, &metrics, reader, &error) < 0) {
        status = hc_print_error(&error);
    }
    hc_metrics_free(&metrics);
    hc_run_reader_close(reader);
    return status;
}
