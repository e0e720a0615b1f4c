#include "traces/input_file.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What a line promises. */
static void check_line(const hc_line *line, uint64_t number)
{
    if (line->number != number || line->length > HC_LINE_LIMIT ||
        memchr(line->text, '\n', line->length) != NULL ||
        line->has_nul != (memchr(line->text, '\0', line->length) != NULL)) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    hc_error error = HC_ERROR_NONE;
    hc_input_file *file = NULL;
    hc_line line;
    uint64_t number = 0;
    int status = hc_input_file_open_memory(&file, "fuzz", data, size, &error) < 0 ? -1 : 1;
    while (status == 1) {
        status = hc_input_file_next(file, &line, &error);
        if (status == 1) {
            check_line(&line, ++number);
        }
    }
    if ((status < 0) != (error.count > 0)) {
        abort();
    }
    if (status == 0) {
        char sha256[HC_SHA256_TEXT_SIZE];
        hc_input_file_sha256(file, sha256);
    }
    hc_input_file_close(file);
    return 0;
}
