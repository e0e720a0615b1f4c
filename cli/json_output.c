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

json_t *hc_json_seconds(hc_time time)
{
    return time == HC_TIME_MISSING ? json_null() : json_real((double)time / (double)HC_SECOND);
}

json_t *hc_json_counts(const uint64_t *values, int count, const char *(*name)(int index))
{
    json_t *object = json_object();
    for (int i = 0; object != NULL && i < count; i++) {
        if (values[i] > 0 &&
            json_object_set_new(object, name(i), json_integer((json_int_t)values[i])) < 0) {
            json_decref(object);
            return NULL;
        }
    }
    return object;
}

json_t *hc_json_rate(uint64_t count, double seconds)
{
    return seconds > 0 ? json_real((double)count / seconds) : json_null();
}
