#include "traces/study/journal.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { OUTPUTS = 2 };

static int visit(void *self, const hc_journal_record *record, hc_error *error)
{
    double *sum = self;
    (void)error;
    *sum += record->wall_seconds;
    for (size_t i = 0; i < OUTPUTS; i++) {
        *sum += record->values[i];
    }
    if (strlen(record->error) > HC_STUDY_ERROR_BYTES) {
        abort();
    }
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const hc_journal_identity IDENTITY = {.hash = 0, .output_count = OUTPUTS};
    FILE *file = size == 0 ? NULL : fmemopen((void *)(uintptr_t)data, size, "rb");
    hc_error error = HC_ERROR_NONE;
    uint64_t end = 0;
    bool is_torn = false;
    double sum = 0;
    int status = 0;
    if (file == NULL) {
        return 0;
    }
    status = hc_journal_scan(file, "j", &IDENTITY, visit, &sum, &end, &is_torn, &error);
    if (end > size || (status < 0) != (error.count > 0)) {
        abort();
    }
    (void)fclose(file);
    return 0;
}
