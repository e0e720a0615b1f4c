#include "cli/commands.h"

#include "analysis/explain.h"
#include "cli/file_arguments.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

static int print_json(const hc_story *story)
{
    json_t *object = hc_story_json(story);
    char *text = object == NULL ? NULL : json_dumps(object, JSON_INDENT(2));
    json_decref(object);
    if (text == NULL) {
        return HC_EXIT_RUNTIME;
    }
    printf("%s\n", text);
    free(text);
    return HC_EXIT_OK;
}

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
        (void)fprintf(stderr, "%s\n", error.text);
        return hc_exit_code(&error);
    }
    if (arguments.is_json) {
        status = print_json(story);
    } else if (hc_story_write(stdout, story, &error) < 0) {
        status = hc_print_error(&error);
    }
    hc_story_free(story);
    hc_run_reader_close(reader);
    return status;
}
