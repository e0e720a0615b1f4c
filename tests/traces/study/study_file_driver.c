/* Writes and reads study files from a shell or another test.
 *   write NAME   the study of made_study.h; what follows is ignored
 *   read NAME    reads everything there is
 * Exit status as of hindcast: 1 when a file cannot be read, 4 when it cannot be written. */

#include "tests/traces/study/made_study.h"
#include "traces/study/study_file.h"

#include <stdio.h>
#include <string.h>

/* Touches all that a reader may touch. */
static size_t add_up(const hc_study_content *c)
{
    size_t sum = strlen(c->name) + strlen(c->finding) + strlen(c->study) + strlen(c->scenario);
    for (size_t i = 0; i < c->point_count * c->variable_count; i++) {
        sum += strlen(c->points[i].text);
    }
    for (size_t i = 0; i < c->run_count; i++) {
        sum += strlen(c->runs[i].error) + c->runs[i].point;
    }
    for (size_t i = 0; i < c->run_count * c->output_count; i++) {
        sum += c->values[i] > 0 ? 1 : 0;
    }
    return sum;
}

static int do_read(const char *path)
{
    hc_error error = HC_ERROR_NONE;
    hc_study_file *file = NULL;
    if (hc_study_file_read(&file, path, &error) < 0) {
        (void)fprintf(stderr, "%s\n", error.text);
        return 1;
    }
    printf("%zu\n", add_up(hc_study_file_content(file)));
    hc_study_file_close(file);
    return 0;
}

int main(int count, char **arguments)
{
    if (count >= 3 && strcmp(arguments[1], "write") == 0) {
        return hc_made_study_write(arguments[2]);
    }
    if (count == 3 && strcmp(arguments[1], "read") == 0) {
        return do_read(arguments[2]);
    }
    (void)fprintf(stderr, "usage: study_file_driver write|read NAME\n");
    return 2;
}
