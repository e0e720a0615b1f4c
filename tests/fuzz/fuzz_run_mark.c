#include "traces/run/run_mark.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A mark that is taken is the one that is stored, and names a rank that there is. */
static void check(const hc_run_mark *mark)
{
    uint8_t bytes[HC_RUN_MARK_BYTES];
    hc_run_mark back;
    hc_run_mark_pack(mark, bytes);
    if (hc_run_mark_unpack(bytes, &back, NULL) < 0 || mark->rank >= mark->rank_count ||
        memcmp(mark->rows, back.rows, sizeof back.rows) != 0 ||
        strcmp(mark->identity.run_id, back.identity.run_id) != 0) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t bytes[HC_RUN_MARK_BYTES] = {0};
    hc_run_mark marks[2];
    hc_error error = HC_ERROR_NONE;
    size_t count = size / sizeof bytes < 2 ? size / sizeof bytes : 2;
    for (size_t i = 0; i < count; i++) {
        memcpy(bytes, data + i * sizeof bytes, sizeof bytes);
        if (hc_run_mark_unpack(bytes, &marks[i], &error) < 0) {
            return 0;
        }
        check(&marks[i]);
    }
    (void)hc_run_marks_check(marks, count, &error);
    return 0;
}
