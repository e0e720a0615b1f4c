#include "cli/json_output.h"

#include "cli/commands.h"

#include <stdio.h>
#include <stdlib.h>

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
        status = HC_EXIT_OUTPUT; /* main says why: it checks standard output for all commands */
    }
    free(text);
    return status;
}
