#include "traces/lists/list_reader.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The first byte says which list it is to be. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    hc_list_options options = {.quarantine_limit = 1};
    hc_error error = HC_ERROR_NONE;
    hc_input_file *input = NULL;
    hc_list *list = NULL;
    if (size == 0) {
        return 0;
    }
    options.format = (hc_list_format)(data[0] % HC_LIST_FORMAT_COUNT);
    if (hc_input_file_open_memory(&input, "fuzz", data + 1, size - 1, &error) < 0) {
        return 0;
    }
    if (hc_list_read_input(&list, &options, input, &error) == 0) {
        if (!hc_list_check(list) || error.count != 0) {
            abort();
        }
    } else if (error.count == 0 || error.length == 0 || list != NULL) {
        abort();
    }
    hc_list_destroy(list);
    hc_input_file_close(input);
    return 0;
}
