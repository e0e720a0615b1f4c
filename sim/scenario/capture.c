#include "sim/scenario/capture.h"

#include <stdbool.h>
#include <stdlib.h>

FILE *hc_capture_open(hc_capture *capture)
{
    *capture = (hc_capture){0};
    capture->file = open_memstream(&capture->text, &capture->length);
    return capture->file;
}

char *hc_capture_close(hc_capture *capture)
{
    bool has_failed = ferror(capture->file) != 0;
    has_failed = fclose(capture->file) != 0 || has_failed;
    capture->file = NULL;
    if (has_failed) {
        free(capture->text);
        capture->text = NULL;
    }
    return capture->text;
}
