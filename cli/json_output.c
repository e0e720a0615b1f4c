#include "cli/json_output.h"

#include "cli/commands.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int hc_print_json(json_t *object)
{
    char *text = object == NULL ? NULL : json_dumps(object, JSON_INDENT(2));
    int status = HC_EXIT_OK;
    json_decref(object);
    if (text == NULL) {
        (void)fprintf(stderr, "hindcast: the JSON could not be made: not enough memory\n");
        return HC_EXIT_RUNTIME;
    }
    if (printf("%s\n", text) < 0 || fflush(stdout) != 0) {
        (void)fprintf(stderr, "hindcast: standard output: %s\n", strerror(errno));
        status = HC_EXIT_OUTPUT;
    }
    free(text);
    return status;
}

json_t *hc_json_rate(uint64_t count, double seconds)
{
    return seconds > 0 ? json_real((double)count / seconds) : json_null();
}
