#include "cli/commands.h"

#include "analysis/explain.h"
#include "cli/file_arguments.h"
#include "cli/json_output.h"

#include <stdio.h>

int hc_command_explain(int argc, char **argv)
{
    hc_file_arguments arguments;
    hc_error error = HC_ERROR_NONE;
    hc_run_reader *reader = NULL;
    hc_story *story = NULL;
    int status = HC_EXIT_OK;
    hc_job_arguments_parse(&arguments, argc, argv, "Tells the story of one job of a run.");
    if (hc_run_reader_open(&reader, arguments.path, &error) < 0) {
        return hc_print_error(&error);
    }
    if (hc_story_read(&story, reader, arguments.job, &error) < 0) {
        hc_run_reader_close(reader);
        return hc_print_error(&error);
    }
    if (arguments.is_json) {
        status = hc_print_json(hc_story_json(story));
    } else if (hc_story_write(stdout, story, &error) < 0) {
        status = hc_print_error(&error);
    }
    hc_story_free(story);
    hc_run_reader_close(reader);
    return status;
}
